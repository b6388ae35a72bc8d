#include "core/base/digest.h"
#include "core/hub/exchange/backup_parts.h"
#include "core/hub/exchange/named_persons.h"
#include "core/hub/exchange/personal_columns.h"
#include "core/hub/exchange/sealed_files.h"
#include "core/hub/exchange/sealed_layout.h"
#include "core/hub/exchange/sealed_store.h"
#include "core/store/files.h"
#include "core/store/sql.h"

#include <algorithm>
#include <deque>

namespace tributary::hub::exchange {
namespace {

namespace fs = std::filesystem;
namespace sql = store::sql;

Cell cellOf(Blank blank)
{
    switch (blank) {
    case Blank::Nothing: break;
    case Blank::Text:
    case Blank::Name: return std::string();
    case Blank::List: return Bytes{std::byte(0x80)};
    case Blank::Map: return Bytes{std::byte(0xa0)};
    }
    return Cell();
}

struct Row {
    std::span<const std::string> names;
    std::vector<Cell> cells;

    const Cell &at(std::string_view name) const
    {
        return cells[std::size_t(std::ranges::find(names, name) - names.begin())];
    }
};

Result<std::int64_t> numberFrom(store::Query query)
{
    TRIBUTARY_TRY(query.step());
    return query.integer(0);
}

/// The keys of everybody who is in what @p live shows from here on.
Result<PeopleKeys> takeKeys(HubStore &store, store::Database &live)
{
    const std::scoped_lock lock(store.peopleKeysMutex());
    std::vector<model::CustomerId> customers;
    auto query = live.query(sql::exchange_customer_ids);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            break;
        customers.push_back(query.id<model::CustomerId>(0));
    }
    return PeopleKeys::complete(store.folder(), store.secrets(), customers, store.rng());
}

class Sealing {
public:
    static Result<SealedStore> run(HubStore &store, store::Database &live, const fs::path &to, const admin::Console &console)
    {
        TRIBUTARY_TRY_ASSIGN(PeopleKeys keys, takeKeys(store, live));
        TRIBUTARY_TRY_ASSIGN(NamedPersons named, NamedPersons::find(live, keys));
        Sealing sealing(store, live, std::move(keys), std::move(named), console);
        SealedStore sealed{.keys = std::int64_t(sealing.m_keys.size()), .fingerprint = sealing.m_keys.fingerprint()};
        TRIBUTARY_TRY_ASSIGN(sealed.workspace, workspaceState(live));
        TRIBUTARY_TRY(sealing.open(to / "hub.db"));
        TRIBUTARY_TRY(sealing.sealTables());
        TRIBUTARY_TRY(sealing.sealFiles(to / "blobs", sealed));
        TRIBUTARY_TRY(sealing.m_archive->commit());
        sealing.m_archive.reset();
        TRIBUTARY_TRY(store::syncFile(to / "hub.db"));
        return sealed;
    }

private:
    Sealing(HubStore &store, store::Database &live, PeopleKeys keys, NamedPersons named, const admin::Console &console)
        : m_store(store)
        , m_live(live)
        , m_keys(std::move(keys))
        , m_named(std::move(named))
        , m_console(console)
    {
        store.rng().fill(m_fileSecret);
    }

    Result<void> open(const fs::path &path)
    {
        TRIBUTARY_TRY_ASSIGN(m_archive, store::Database::open(path, {}));
        // It is new, and synced when it is whole: it needs no log.
        TRIBUTARY_TRY(m_archive->execute("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF"));
        TRIBUTARY_TRY_ASSIGN(const std::int64_t version, numberFrom(m_live.query("PRAGMA user_version")));
        TRIBUTARY_TRY(m_archive->execute("PRAGMA user_version = " + std::to_string(version)));
        TRIBUTARY_TRY(m_archive->begin());
        return m_archive->execute(sealed::kDescription);
    }

    Result<void> sealTables()
    {
        TRIBUTARY_TRY_ASSIGN(const auto tables, tablesOf(m_live));
        if (const auto stray = strayColumns(tables); !stray.empty())
            return failure(Error::Kind::Failed, "nobody has said whether " + stray.front() + " holds something of a person");
        std::int64_t rows = 0;
        for (const TableColumns &table : tables) {
            TRIBUTARY_TRY_ASSIGN(const std::int64_t count,
                                 numberFrom(m_live.queryOnce("SELECT count(*) FROM " + sealed::inQuotes(table.name))));
            rows += count;
        }
        m_console.err("sealing " + std::to_string(rows) + " rows");
        Progress progress(m_store.clock(), m_console, "rows", rows);
        for (const TableColumns &table : tables)
            TRIBUTARY_TRY(sealTable(table, *personalTable(table.name), progress));
        return {};
    }

    Result<void> describe(const PersonalTable &table)
    {
        auto one = m_archive->query("INSERT INTO sealed_table (name, dropped) VALUES (:name, :dropped)");
        TRIBUTARY_TRY(one.bind("name", table.name).bind("dropped", table.unreadable == Unreadable::Dropped).run());
        for (std::size_t place = 0; place < table.sealed.size(); ++place) {
            auto column = m_archive->query("INSERT INTO sealed_column (table_name, place, name, blank, unique_name)"
                                           " VALUES (:table_name, :place, :name, :blank, :unique_name)");
            column.bind("table_name", table.name).bind("place", std::int64_t(place)).bind("name", table.sealed[place].name);
            bindCell(column, "blank", cellOf(table.sealed[place].blank));
            TRIBUTARY_TRY(column.bind("unique_name", table.sealed[place].blank == Blank::Name).run());
        }
        return {};
    }

    Result<void> sealTable(const TableColumns &table, const PersonalTable &personal, Progress &progress)
    {
        TRIBUTARY_TRY(describe(personal));
        std::vector<std::string> kept;
        for (const std::string &column : table.columns) {
            if (!personal.placeOf(column))
                kept.push_back(column);
        }
        std::vector<std::string> into = kept, sealedColumns;
        if (!personal.sealed.empty())
            into.emplace_back("in_seals");
        for (const PersonalColumn &column : personal.sealed)
            sealedColumns.emplace_back(column.name);
        const std::string boundTo = sealed::boundTo(table.name, sealedColumns);
        // Without types: every value stays what it is.
        TRIBUTARY_TRY(
            m_archive->execute("CREATE TABLE " + sealed::inQuotes(table.name) + " (" + sealed::listOf(into) + ")"));
        const std::string &insert =
            m_texts.emplace_back("INSERT INTO " + sealed::inQuotes(table.name) + " (" + sealed::listOf(into) + ") VALUES ("
                                 + sealed::parameters(into.size()) + ")");
        auto rows = m_live.queryOnce("SELECT " + sealed::listWithTypes(table.columns) + " FROM "
                                     + sealed::inQuotes(table.name) + " ORDER BY " + sealed::listOf(table.key));
        Row row{table.columns, std::vector<Cell>(table.columns.size())};
        for (std::int64_t number = 1;; ++number) {
            TRIBUTARY_TRY_ASSIGN(const bool more, rows.step());
            if (!more)
                return {};
            for (std::size_t i = 0; i < row.cells.size(); ++i) {
                TRIBUTARY_TRY_ASSIGN(row.cells[i], cellAt(rows, int(2 * i)));
            }
            auto one = m_archive->query(insert);
            for (std::size_t i = 0; i < kept.size(); ++i)
                bindCell(one, sealed::parameter(i).c_str(), row.at(kept[i]));
            if (!personal.sealed.empty()) {
                TRIBUTARY_TRY_ASSIGN(const std::vector<Part> parts, partsOf(personal, row));
                const Bytes bytes = sealParts(parts, m_keys, {boundTo, number}, m_store.rng());
                one.bind(sealed::parameter(kept.size()).c_str(), ByteView(bytes));
            }
            TRIBUTARY_TRY(one.run());
            TRIBUTARY_TRY(progress.one());
        }
    }

    void add(Needed &owners, ByteView id) const
    {
        const auto customer = model::CustomerId::fromBytes(id);
        const auto number = customer ? m_keys.numberOf(*customer) : std::nullopt;
        if (number)
            owners.insert(*number);
    }

    Result<void> addOwners(Needed &owners, const Finders &finders, const Row &row)
    {
        for (const Finder &finder : finders) {
            if (finder.statement.empty()) {
                for (const std::string_view column : finder.columns) {
                    if (const auto *id = std::get_if<Bytes>(&row.at(column)))
                        add(owners, *id);
                }
                continue;
            }
            auto query = m_live.query(finder.statement);
            for (const std::string_view column : finder.columns)
                bindCell(query, finder.parameter.empty() ? column.data() : finder.parameter.data(), row.at(column));
            for (;;) {
                TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
                if (!more)
                    break;
                add(owners, query.blob(0));
            }
        }
        return {};
    }

    Result<Needed> ownersOf(const Finders &finders, const Row &row)
    {
        Needed owners;
        TRIBUTARY_TRY(addOwners(owners, finders, row));
        if (owners.empty())
            owners.insert(PeopleKeys::kNobody);
        return owners;
    }

    Result<std::vector<Part>> partsOf(const PersonalTable &table, const Row &row)
    {
        std::vector<Part> parts(1);
        TRIBUTARY_TRY_ASSIGN(parts[0].needed, ownersOf(table.whose, row));
        for (std::size_t place = 0; place < table.sealed.size(); ++place)
            parts[0].cells[place] = row.at(table.sealed[place].name);
        for (const SharedColumns &shared : table.shared) {
            Needed needed = parts[0].needed;
            TRIBUTARY_TRY(addOwners(needed, shared.also, row));
            if (needed == parts[0].needed)
                continue;
            Part &part = parts.emplace_back(Part{std::move(needed), {}});
            for (const std::string_view column : shared.columns) {
                const std::size_t place = table.placeOf(column).value();
                part.cells[place] = std::exchange(parts[0].cells[place], cellOf(table.sealed[place].blank));
            }
        }
        if (table.name == "timeline_item" && row.at("kind") == Cell(std::string("event")))
            addNamed(parts, table, row);
        return parts;
    }

    /// What an event is without the names of others, and the whole of it for who has their keys, too.
    void addNamed(std::vector<Part> &parts, const PersonalTable &table, const Row &row) const
    {
        auto named = m_named.in(parts[0].needed, row.at("author_id"), row.at("author_name"), row.at("details"));
        if (!named)
            return;
        Part part{parts[0].needed, {}};
        part.needed.insert(named->persons.begin(), named->persons.end());
        const std::size_t author = table.placeOf("author_name").value(), details = table.placeOf("details").value();
        part.cells[author] = std::exchange(parts[0].cells[author], std::move(named->authorName));
        part.cells[details] = std::exchange(parts[0].cells[details], std::move(named->details));
        parts.push_back(std::move(part));
    }

    Result<void> sealFiles(const fs::path &folder, SealedStore &sealed)
    {
        TRIBUTARY_TRY_ASSIGN(NewBlobs blobs, NewBlobs::make(folder));
        TRIBUTARY_TRY_ASSIGN(const std::int64_t total, numberFrom(m_live.query(sql::exchange_count_files)));
        m_console.err("sealing " + std::to_string(total) + " attachments");
        Progress progress(m_store.clock(), m_console, "attachments", total);
        static const std::vector<std::string> kNames{"item_id", "owner"};
        const Finders &whose = personalTable("attachment_ref")->whose;
        std::string last;
        std::set<Needed> having; ///< Who has this file, each alone.
        std::optional<FileKey> key;
        auto query = m_live.query(sql::exchange_files);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            const std::string sha256(query.text(0));
            if (sha256 != last) {
                last = sha256;
                having.clear();
                TRIBUTARY_TRY_ASSIGN(key, sealOne(sha256, blobs));
                ++(key ? sealed.attachments : sealed.missing);
                TRIBUTARY_TRY(progress.one());
            }
            if (!key)
                continue;
            const Cell item = query.isNull(2) ? Cell() : Cell(copyOf(query.blob(2)));
            TRIBUTARY_TRY_ASSIGN(const Needed owners, ownersOf(whose, {kNames, {item, std::string(query.text(3))}}));
            if (having.insert(owners).second)
                TRIBUTARY_TRY(noteFile(owners, sha256, *key));
        }
        return blobs.sync();
    }

    /// Nothing: it is not there, or damaged.
    Result<std::optional<FileKey>> sealOne(const std::string &sha256, NewBlobs &blobs)
    {
        const auto source = m_store.blobs().path(sha256);
        if (!source)
            return std::optional<FileKey>();
        const FileKey key = hmacSha256(m_fileSecret, bytesOf(sha256));
        TRIBUTARY_TRY_ASSIGN(const fs::path target, blobs.placeOf(sealed::nameOfFile(key)));
        Sha256Stream digest;
        TRIBUTARY_TRY(sealFile(*source, target, key, [&](ByteView part) { digest.add(part); }));
        if (toHex(digest.finish()) == sha256)
            return std::optional(key);
        std::error_code ignored;
        fs::remove(target, ignored);
        return std::optional<FileKey>();
    }

    Result<void> noteFile(const Needed &owners, const std::string &sha256, const FileKey &key)
    {
        const std::vector<Part> parts{{owners, {{0, sha256}, {1, copyOf(key)}}}};
        const Bytes bytes = sealParts(parts, m_keys, {sealed::kFiles, ++m_files}, m_store.rng());
        auto query = m_archive->query("INSERT INTO sealed_file (row, in_seals) VALUES (:row, :in_seals)");
        return query.bind("row", m_files).bind("in_seals", ByteView(bytes)).run();
    }

    HubStore &m_store;
    store::Database &m_live;
    PeopleKeys m_keys;
    NamedPersons m_named;
    const admin::Console &m_console;
    FileKey m_fileSecret{}; ///< Of this backup alone, and kept nowhere.
    std::int64_t m_files = 0;
    std::deque<std::string> m_texts; ///< Longer than the database that keeps their statements.
    std::unique_ptr<store::Database> m_archive;
};

} // namespace

Result<SealedStore> sealStore(HubStore &store, const fs::path &to, const admin::Console &console)
{
    TRIBUTARY_TRY_ASSIGN(const auto live, store.openReading());
    return live->atOneMoment([&] { return Sealing::run(store, *live, to, console); });
}

} // namespace tributary::hub::exchange
