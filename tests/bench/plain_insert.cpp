#include "tests/bench/plain_insert.h"

#include "core/store/search_functions.h"
#include "tests/bench/shop.h"

#include <ctime>
#include <filesystem>
#include <memory>
#include <sqlite3.h>
#include <vector>

namespace tributary::bench {
namespace {

struct CloseFile {
    void operator()(sqlite3 *file) const { sqlite3_close(file); }
};
struct FinishStatement {
    void operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }
};
struct FreeValue {
    void operator()(sqlite3_value *value) const { sqlite3_value_free(value); }
};
using File = std::unique_ptr<sqlite3, CloseFile>;
using Statement = std::unique_ptr<sqlite3_stmt, FinishStatement>;
using Value = std::unique_ptr<sqlite3_value, FreeValue>;

constexpr int kAtOnce = 1'000;

Error problemOf(sqlite3 *file)
{
    return Error{Error::Kind::Failed, sqlite3_errmsg(file)};
}

Result<File> open(const std::string &path)
{
    sqlite3 *file = nullptr;
    const int code = sqlite3_open(path.c_str(), &file);
    File opened(file);
    if (code != SQLITE_OK)
        return tl::unexpected(problemOf(file));
    TRIBUTARY_TRY(store::addSearchFunctions(file));
    return opened;
}

Result<Statement> prepare(sqlite3 *file, const std::string &sql)
{
    sqlite3_stmt *statement = nullptr;
    if (sqlite3_prepare_v2(file, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
        return failure(Error::Kind::Failed, sql + ": " + sqlite3_errmsg(file));
    return Statement(statement);
}

Result<void> run(sqlite3 *file, const std::string &sql)
{
    if (sqlite3_exec(file, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        return failure(Error::Kind::Failed, sql + ": " + sqlite3_errmsg(file));
    return {};
}

double threadCpu()
{
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return double(now.tv_sec) + double(now.tv_nsec) / 1e9;
}

/// One table's rows, from there to here; only what happens here is counted.
Result<void> copy(sqlite3 *there, sqlite3 *here, const std::string &select, const std::string &insert, PlainInsert &plain)
{
    TRIBUTARY_TRY_ASSIGN(const Statement from, prepare(there, select));
    TRIBUTARY_TRY_ASSIGN(const Statement to, prepare(here, insert));
    const int columns = sqlite3_column_count(from.get());
    std::vector<Value> values;
    bool more = true;
    while (more) {
        values.clear();
        while (int(values.size()) < kAtOnce * columns && (more = sqlite3_step(from.get()) == SQLITE_ROW)) {
            for (int column = 0; column < columns; ++column)
                values.emplace_back(sqlite3_value_dup(sqlite3_column_value(from.get(), column)));
        }
        const double began = threadCpu();
        TRIBUTARY_TRY(run(here, "BEGIN IMMEDIATE"));
        for (std::size_t at = 0; at < values.size(); at += std::size_t(columns)) {
            for (int column = 0; column < columns; ++column)
                sqlite3_bind_value(to.get(), column + 1, values[at + std::size_t(column)].get());
            if (sqlite3_step(to.get()) != SQLITE_DONE)
                return tl::unexpected(problemOf(here));
            sqlite3_reset(to.get());
        }
        TRIBUTARY_TRY(run(here, "COMMIT"));
        plain.cpu += threadCpu() - began;
        plain.rows += std::int64_t(values.size()) / columns;
    }
    return {};
}

} // namespace

Result<PlainInsert> insertPlainly(const std::string &from, const std::string &into)
{
    for (const char *end : {"", "-wal", "-shm"})
        std::filesystem::remove(into + end);
    TRIBUTARY_TRY_ASSIGN(const File there, open(from));
    TRIBUTARY_TRY_ASSIGN(const File here, open(into));
    TRIBUTARY_TRY(run(here.get(), "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536"));
    struct Made {
        std::string name, sql;
        bool isSearch = false;
    };
    std::vector<Made> tables;
    {
        // What belongs to a full-text index comes with it.
        TRIBUTARY_TRY_ASSIGN(const Statement schema,
                             prepare(there.get(),
                                     "SELECT name, sql, type FROM sqlite_schema AS s WHERE sql IS NOT NULL AND "
                                     "type IN ('table', 'index') AND name NOT LIKE 'sqlite_%' AND NOT EXISTS "
                                     "(SELECT 1 FROM sqlite_schema AS v WHERE v.sql LIKE 'CREATE VIRTUAL%' AND "
                                     "s.name <> v.name AND s.name LIKE v.name || '!_%' ESCAPE '!') ORDER BY rowid"));
        while (sqlite3_step(schema.get()) == SQLITE_ROW) {
            const auto text = [&schema](int column) {
                return std::string(reinterpret_cast<const char *>(sqlite3_column_text(schema.get(), column)));
            };
            TRIBUTARY_TRY(run(here.get(), text(1)));
            if (text(2) == "table")
                tables.push_back({text(0), text(1), text(1).starts_with("CREATE VIRTUAL")});
        }
    }
    PlainInsert plain;
    for (const Made &table : tables) {
        if (table.name == "item_search") {
            TRIBUTARY_TRY(copy(there.get(), here.get(),
                               "SELECT row, search_fold(subject), search_fold(body), search_fold(author_name) FROM "
                               "timeline_item ORDER BY row",
                               "INSERT INTO item_search (rowid, subject, body, author_name) VALUES (?, ?, ?, ?)", plain));
            continue;
        }
        if (table.name == "identity_search") {
            TRIBUTARY_TRY(copy(there.get(), here.get(),
                               "SELECT r.row, search_fold(i.name), search_fold(i.shown) FROM identity AS i "
                               "JOIN identity_row AS r ON r.identity_id = i.id",
                               "INSERT INTO identity_search (rowid, name, address) VALUES (?, ?, ?)", plain));
            continue;
        }
        if (table.name == "customer_search") {
            TRIBUTARY_TRY(copy(there.get(), here.get(),
                               "SELECT r.row, search_fold(c.name) FROM customer AS c "
                               "JOIN customer_row AS r ON r.customer_id = c.id",
                               "INSERT INTO customer_search (rowid, name) VALUES (?, ?)", plain));
            continue;
        }
        if (table.isSearch)
            return failure(Error::Kind::Invalid, "an index that this does not know: " + table.name);
        TRIBUTARY_TRY_ASSIGN(const Statement some, prepare(there.get(), "SELECT * FROM " + table.name));
        std::string places;
        for (int column = 0; column < sqlite3_column_count(some.get()); ++column)
            places += places.empty() ? "?" : ", ?";
        TRIBUTARY_TRY(copy(there.get(), here.get(), "SELECT * FROM " + table.name,
                           "INSERT INTO " + table.name + " VALUES (" + places + ")", plain));
    }
    return plain;
}

Result<double> insertDurably(const std::string &folder, std::int64_t rows, const std::string &text)
{
    constexpr std::int64_t kCommit = 16;
    TRIBUTARY_TRY_ASSIGN(const File file, open(folder + "/durable.db"));
    TRIBUTARY_TRY(run(file.get(),
                      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                      "CREATE TABLE item (row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, body TEXT NOT NULL)"));
    TRIBUTARY_TRY_ASSIGN(const Statement insert,
                         prepare(file.get(), "INSERT INTO item (id, body) VALUES (randomblob(16), ?)"));
    const double began = seconds();
    for (std::int64_t i = 0; i < rows; ++i) {
        if (i % kCommit == 0)
            TRIBUTARY_TRY(run(file.get(), "BEGIN IMMEDIATE"));
        sqlite3_bind_text(insert.get(), 1, text.data(), int(text.size()), SQLITE_STATIC);
        if (sqlite3_step(insert.get()) != SQLITE_DONE)
            return tl::unexpected(problemOf(file.get()));
        sqlite3_reset(insert.get());
        if ((i + 1) % kCommit == 0 || i + 1 == rows)
            TRIBUTARY_TRY(run(file.get(), "COMMIT"));
    }
    return double(rows) / (seconds() - began);
}

Result<double> insertNotesDurably(const std::string &hubFile, const std::string &folder)
{
    constexpr std::size_t kCommit = 16;
    const std::string path = folder + "/notes.db";
    {
        TRIBUTARY_TRY_ASSIGN(const File hub, open(hubFile));
        TRIBUTARY_TRY(run(hub.get(), "VACUUM INTO '" + path + "'"));
    }
    TRIBUTARY_TRY_ASSIGN(const File file, open(path));
    TRIBUTARY_TRY(run(file.get(), "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536"));
    std::vector<Value> notes;
    int columns = 0;
    std::string places;
    {
        TRIBUTARY_TRY_ASSIGN(const Statement select,
                             prepare(file.get(), "SELECT * FROM timeline_item WHERE kind = 'note' ORDER BY version"));
        columns = sqlite3_column_count(select.get());
        while (sqlite3_step(select.get()) == SQLITE_ROW) {
            for (int column = 0; column < columns; ++column)
                notes.emplace_back(sqlite3_value_dup(sqlite3_column_value(select.get(), column)));
        }
        for (int column = 0; column < columns; ++column)
            places += places.empty() ? "?" : ", ?";
    }
    const std::size_t count = notes.size() / std::size_t(columns);
    if (count == 0)
        return failure(Error::Kind::NotFound, "no notes to insert");
    TRIBUTARY_TRY(run(file.get(), "DELETE FROM timeline_item WHERE kind = 'note'; DELETE FROM outcome; DELETE FROM log"));
    std::vector<Statement> others;
    TRIBUTARY_TRY_ASSIGN(const Statement item, prepare(file.get(), "INSERT INTO timeline_item VALUES (" + places + ")"));
    for (const char *sql : {
             "UPDATE conversation SET version = version + 2, last_item_ms = last_item_ms + 1 WHERE id = (SELECT id FROM "
             "conversation LIMIT 1)",
             "INSERT INTO log (entity_type, entity_key, op, scope_before, scope_after, client_id, client_n, chain) VALUES "
             "(8, randomblob(16), 'put', NULL, randomblob(40), zeroblob(16), 1, randomblob(16))",
             "INSERT INTO log (entity_type, entity_key, op, scope_before, scope_after, client_id, client_n, chain) VALUES "
             "(7, randomblob(16), 'put', randomblob(40), randomblob(40), zeroblob(16), 1, randomblob(16))",
             "INSERT INTO outcome (client_id, n, command_id, kind, reason, detail, seq) VALUES (zeroblob(16), (SELECT "
             "coalesce(max(seq), 0) FROM log), randomblob(16), 'applied', 'none', '', (SELECT max(seq) FROM log))",
             "UPDATE client SET last_n = last_n + 1 WHERE id = (SELECT id FROM client LIMIT 1)",
             "UPDATE workspace SET head = head + 2, chain = randomblob(16) WHERE only = 1",
         }) {
        TRIBUTARY_TRY_ASSIGN(Statement other, prepare(file.get(), sql));
        others.push_back(std::move(other));
    }
    const auto step = [&](sqlite3_stmt *statement) -> Result<void> {
        const int code = sqlite3_step(statement);
        sqlite3_reset(statement);
        return code == SQLITE_DONE ? Result<void>() : Result<void>(tl::unexpected(problemOf(file.get())));
    };
    const double began = seconds();
    for (std::size_t i = 0; i < count; ++i) {
        if (i % kCommit == 0)
            TRIBUTARY_TRY(run(file.get(), "BEGIN IMMEDIATE"));
        for (int column = 0; column < columns; ++column)
            sqlite3_bind_value(item.get(), column + 1, notes[i * std::size_t(columns) + std::size_t(column)].get());
        TRIBUTARY_TRY(step(item.get()));
        for (const Statement &other : others)
            TRIBUTARY_TRY(step(other.get()));
        if ((i + 1) % kCommit == 0 || i + 1 == count)
            TRIBUTARY_TRY(run(file.get(), "COMMIT"));
    }
    return double(count) / (seconds() - began);
}

} // namespace tributary::bench
