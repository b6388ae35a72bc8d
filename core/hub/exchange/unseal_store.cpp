#include "core/hub/exchange/backup_parts.h"
#include "core/hub/exchange/personal_columns.h"
#include "core/hub/exchange/sealed_files.h"
#include "core/hub/exchange/sealed_layout.h"
#include "core/hub/exchange/sealed_store.h"
#include "core/hub/exchange/sealed_values.h"
#include "core/store/files.h"
#include "core/store/migrations.h"

#include <algorithm>
#include <deque>

namespace tributary::hub::exchange {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kRowsAtOnce = 5'000;

/// What the file says of a table's sealed columns.
struct Described {
    bool isDropped = false;
    std::vector<std::string> columns;
    std::vector<Cell> blanks;
    std::vector<bool> isUnique;
};

Result<std::int64_t> numberFrom(store::Query query)
{
    TRIBUTARY_TRY(query.step());
    return query.integer(0);
}

Result<std::unique_ptr<store::Database>> openArchive(const fs::path &folder)
{
    return store::Database::open(folder / "hub.db", {.mode = store::Database::Mode::ReadOnly});
}

class Unsealing {
public:
    Unsealing(store::Database &archive, const PeopleKeys &keys)
        : m_archive(archive)
        , m_keys(keys)
    {
    }

    Result<std::vector<model::CustomerId>> run(const fs::path &to, const Clock &clock, const admin::Console &console)
    {
        TRIBUTARY_TRY_ASSIGN(m_target, store::Database::open(to, {.durability = store::Database::Durability::Normal}));
        TRIBUTARY_TRY_ASSIGN(const std::int64_t version, numberFrom(m_archive.query("PRAGMA user_version")));
        const auto migrations = store::hubMigrations();
        if (version < 0 || std::size_t(version) > migrations.size())
            return failure(Error::Kind::Corrupt, "the backup was made by a newer version of the program");
        TRIBUTARY_TRY(store::migrate(*m_target, migrations.first(std::size_t(version))));
        TRIBUTARY_TRY_ASSIGN(const auto tables, tablesOf(*m_target));
        std::int64_t rows = 0;
        for (const TableColumns &table : tables) {
            TRIBUTARY_TRY_ASSIGN(const std::int64_t count,
                                 numberFrom(m_archive.queryOnce("SELECT count(*) FROM " + sealed::inQuotes(table.name))));
            rows += count;
        }
        console.err("unsealing " + std::to_string(rows) + " rows");
        Progress progress(clock, console, "rows", rows);
        for (const TableColumns &table : tables)
            TRIBUTARY_TRY(unsealTable(table, progress));
        TRIBUTARY_TRY(m_target->checkpoint(true));
        return std::move(m_unreadable);
    }

private:
    Result<Described> describedAs(const std::string &table)
    {
        Described described;
        auto one = m_archive.query("SELECT dropped FROM sealed_table WHERE name = :name");
        TRIBUTARY_TRY_ASSIGN(const bool found, one.bind("name", table).step());
        if (!found)
            return failure(Error::Kind::Corrupt, "the backup is damaged: it does not say what is sealed of " + table);
        described.isDropped = one.flag(0);
        auto columns = m_archive.query("SELECT name, unique_name, blank, typeof(blank) FROM sealed_column"
                                       " WHERE table_name = :table_name ORDER BY place");
        columns.bind("table_name", table);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, columns.step());
            if (!more)
                return described;
            described.columns.emplace_back(columns.text(0));
            described.isUnique.push_back(columns.flag(1));
            TRIBUTARY_TRY_ASSIGN(Cell blank, cellAt(columns, 2));
            described.blanks.push_back(std::move(blank));
        }
    }

    Result<void> unsealTable(const TableColumns &table, Progress &progress)
    {
        TRIBUTARY_TRY_ASSIGN(const Described described, describedAs(table.name));
        std::vector<std::string> kept;
        for (const std::string &column : table.columns) {
            if (std::ranges::find(described.columns, column) == described.columns.end())
                kept.push_back(column);
        }
        std::vector<std::string> all = kept;
        all.insert(all.end(), described.columns.begin(), described.columns.end());
        const std::string boundTo = sealed::boundTo(table.name, described.columns);
        const std::string &insert =
            m_texts.emplace_back("INSERT INTO " + sealed::inQuotes(table.name) + " (" + sealed::listOf(all) + ") VALUES ("
                                 + sealed::parameters(all.size()) + ")");
        std::string select = "SELECT rowid";
        if (!kept.empty())
            select += ", " + sealed::listWithTypes(kept);
        if (!described.columns.empty())
            select += ", in_seals";
        auto rows = m_archive.queryOnce(select + " FROM " + sealed::inQuotes(table.name) + " ORDER BY rowid");
        std::vector<Cell> plain(kept.size());
        for (bool more = true; more;) {
            TRIBUTARY_TRY(m_target->inTransaction([&]() -> Result<void> {
                for (std::int64_t i = 0; i < kRowsAtOnce; ++i) {
                    TRIBUTARY_TRY_ASSIGN(more, rows.step());
                    if (!more)
                        return {};
                    for (std::size_t column = 0; column < kept.size(); ++column) {
                        TRIBUTARY_TRY_ASSIGN(plain[column], cellAt(rows, int(1 + 2 * column)));
                    }
                    const SealedPlace place{boundTo, rows.integer(0)};
                    TRIBUTARY_TRY_ASSIGN(const auto cells, hiddenIn(rows, described, place, int(1 + 2 * kept.size())));
                    TRIBUTARY_TRY(progress.one());
                    if (!cells && table.name == "customer")
                        TRIBUTARY_TRY(noteUnreadable(kept, plain));
                    if (!cells && described.isDropped)
                        continue;
                    auto one = m_target->query(insert);
                    for (std::size_t column = 0; column < kept.size(); ++column)
                        bindCell(one, sealed::parameter(column).c_str(), plain[column]);
                    for (std::size_t column = 0; column < described.columns.size(); ++column)
                        bindCell(one, sealed::parameter(kept.size() + column).c_str(),
                                 cells ? cells->at(column) : blankOf(described, column, place.row));
                    TRIBUTARY_TRY(one.run());
                }
                return {};
            }));
            TRIBUTARY_TRY(m_target->checkpoint(false)); // its log would grow as large as itself
        }
        return {};
    }

    /// Of the row that @p rows is at, all sealed columns.
    Result<std::optional<Cells>> hiddenIn(const store::Query &rows, const Described &described, const SealedPlace &place,
                                          int column) const
    {
        if (described.columns.empty())
            return std::optional(Cells());
        TRIBUTARY_TRY_ASSIGN(std::optional<Cells> cells, unsealParts(rows.blob(column), m_keys, place));
        if (cells && (cells->size() != described.columns.size() || cells->rbegin()->first + 1 != cells->size()))
            return failure(Error::Kind::Corrupt, "the backup is damaged: a row that is not whole");
        return cells;
    }

    static Cell blankOf(const Described &described, std::size_t column, std::int64_t row)
    {
        return described.isUnique[column] ? Cell("erased " + std::to_string(row)) : described.blanks[column];
    }

    Result<void> noteUnreadable(const std::vector<std::string> &names, const std::vector<Cell> &cells)
    {
        const auto at = std::size_t(std::ranges::find(names, "id") - names.begin());
        const auto *id = at < cells.size() ? std::get_if<Bytes>(&cells[at]) : nullptr;
        const auto customer = id ? model::CustomerId::fromBytes(*id) : std::nullopt;
        if (!customer)
            return failure(Error::Kind::Corrupt, "the backup is damaged: a customer without an id");
        m_unreadable.push_back(*customer);
        return {};
    }

    store::Database &m_archive;
    const PeopleKeys &m_keys;
    std::deque<std::string> m_texts; ///< Longer than the database that keeps their statements.
    std::unique_ptr<store::Database> m_target;
    std::vector<model::CustomerId> m_unreadable;
};

/// A file that somebody has, from what it is sealed in.
struct NotedFile {
    std::string sha256;
    FileKey key{};

    static Result<NotedFile> from(const Cells &cells)
    {
        NotedFile file;
        const auto name = cells.find(0), key = cells.find(1);
        const auto *text = name == cells.end() ? nullptr : std::get_if<std::string>(&name->second);
        const auto *bytes = key == cells.end() ? nullptr : std::get_if<Bytes>(&key->second);
        if (!text || text->size() != 2 * std::tuple_size_v<Sha256> || !fromHex(*text) || !bytes
            || bytes->size() != file.key.size())
            return failure(Error::Kind::Corrupt, "the backup is damaged: an attachment without its name");
        file.sha256 = *text;
        std::ranges::copy(*bytes, file.key.begin());
        return file;
    }
};

} // namespace

Result<std::vector<model::CustomerId>> unsealDatabase(const fs::path &from, const fs::path &to, const PeopleKeys &keys,
                                                      const Clock &clock, const admin::Console &console)
{
    TRIBUTARY_TRY_ASSIGN(const auto archive, openArchive(from));
    auto unsealed = Unsealing(*archive, keys).run(to, clock, console);
    if (!unsealed && unsealed.error().kind == Error::Kind::Conflict)
        return failure(Error::Kind::Corrupt, "the backup is damaged: " + unsealed.error().detail);
    return unsealed;
}

Result<std::int64_t> unsealFiles(const fs::path &from, const fs::path &to, const PeopleKeys &keys, const Clock &clock,
                                 const admin::Console &console)
{
    TRIBUTARY_TRY_ASSIGN(const auto archive, openArchive(from));
    TRIBUTARY_TRY_ASSIGN(const std::int64_t total, numberFrom(archive->query("SELECT count(*) FROM sealed_file")));
    console.err("unsealing attachments");
    Progress progress(clock, console, "attachments", total);
    TRIBUTARY_TRY_ASSIGN(NewBlobs blobs, NewBlobs::make(to));
    std::int64_t files = 0;
    std::string last;
    auto query = archive->query("SELECT row, in_seals FROM sealed_file ORDER BY row");
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            break;
        TRIBUTARY_TRY(progress.one());
        TRIBUTARY_TRY_ASSIGN(const auto cells, unsealParts(query.blob(1), keys, {sealed::kFiles, query.integer(0)}));
        if (!cells)
            continue;
        TRIBUTARY_TRY_ASSIGN(const NotedFile file, NotedFile::from(*cells));
        if (std::exchange(last, file.sha256) == file.sha256) // somebody else has it, too
            continue;
        const std::string name = sealed::nameOfFile(file.key);
        TRIBUTARY_TRY_ASSIGN(const fs::path target, blobs.placeOf(file.sha256));
        Sha256Stream digest;
        const auto taken = unsealFile(from / "blobs" / name.substr(0, 2) / name, target, file.key,
                                      [&](ByteView part) { digest.add(part); });
        const bool isDamaged =
            taken ? toHex(digest.finish()) != file.sha256
                  : taken.error().kind == Error::Kind::NotFound || taken.error().kind == Error::Kind::Corrupt;
        if (isDamaged)
            return failure(Error::Kind::Corrupt,
                           "the backup is damaged: one of its attachments is missing or not as it was written");
        TRIBUTARY_TRY(taken);
        ++files;
    }
    TRIBUTARY_TRY(blobs.sync());
    return files;
}

} // namespace tributary::hub::exchange
