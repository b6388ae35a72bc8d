#include "core/store/database.h"
#include "tests/sim/sim_mount.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <sstream>
#include <unordered_map>

/// In front of SQLite (the linker's --wrap): a connection that is closed is kept, with the schema that it has parsed and the
/// statements that it has prepared, and goes on at a file with the same schema when one is opened. Half of a life was
/// parsing the same texts again. A file is opened anew as ever if its schema is another one, if something is about to go
/// wrong with its disk, and by whoever has met an error, or done what only a new connection has not. What a kept one does
/// then is what a new one does: it reads the schema, all of it, and the log, whose index is built anew if nobody else has
/// it.
namespace tributary::sim {
namespace {

constexpr std::size_t kStatements = 1'000; ///< Kept by a connection.
constexpr std::size_t kIdle = 64;          ///< Connections kept: more than a life has open at a time.

/// A log with a valid head and nothing behind that: its number is 0, as in a connection that has not written one yet.
const std::shared_ptr<void> &emptyLog()
{
    static const std::shared_ptr<void> log = [] {
        Bytes bytes(33);
        const auto put = [&bytes](std::size_t at, std::uint32_t value) {
            for (int shift = 24; shift >= 0; shift -= 8)
                bytes[at++] = std::byte(value >> shift & 0xff);
        };
        put(0, 0x377f0683); // sums over numbers with the highest byte first
        put(4, 3'007'000);
        put(8, 4096);
        std::uint32_t one = 0, two = 0;
        for (std::size_t at = 0; at < 24; at += 8) {
            const auto number = [&bytes](std::size_t from) {
                std::uint32_t value = 0;
                for (std::size_t i = 0; i < 4; ++i)
                    value = value << 8 | std::to_integer<std::uint32_t>(bytes[from + i]);
                return value;
            };
            one += number(at) + two;
            two += number(at + 4) + one;
        }
        put(24, one);
        put(28, two);
        return SimDisk::Mount::logOf(bytes);
    }();
    return log;
}

struct HashOfText {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

struct Connection {
    Connection(SimDisk &disk, std::string where, int how)
        : mount(disk, "sim-mount-" + std::to_string(++count()))
        , name(std::move(where))
        , flags(how)
    {
    }
    struct Statement {
        sqlite3_stmt *statement = nullptr;
        bool isOut = false;
    };

    static std::uint64_t &count()
    {
        static std::uint64_t made = 0;
        return made;
    }
    void alter()
    {
        altered = true;
        if (mount.disk())
            mount.setKnown(nullptr);
    }

    SimDisk::Mount mount;
    std::string name; ///< Of its file: a disk has one folder.
    int flags;
    sqlite3 *handle = nullptr;
    bool isFirst = true;                 ///< It has not been kept yet.
    bool altered = false;                ///< By more than what each new one is told.
    std::string head;                    ///< Of the file, what no write changes.
    const std::string *schema = nullptr; ///< As it was parsed, see oneOf(). Null: nobody has looked.
    std::set<std::string> indexes;
    std::vector<std::string> told; ///< At its beginning.
    std::size_t toldAgain = 0;
    std::set<std::string> functions;
    std::unordered_map<std::string, Statement, HashOfText, std::equal_to<>> statements;
    std::set<std::size_t> seen; ///< Hashes of texts that were prepared for one run.
    int out = 0;                ///< Statements in use.
};

struct Pool {
    std::unordered_map<sqlite3 *, std::unique_ptr<Connection>> all;
    std::unordered_map<sqlite3_stmt *, Connection::Statement *> statements;
    std::vector<Connection *> idle; ///< Kept last: at the end.
};
Pool &pool()
{
    static Pool &one = *new Pool;
    return one;
}
/// One address for each text.
const std::string *oneOf(std::string text)
{
    static auto &texts = *new std::set<std::string>;
    return text.empty() ? nullptr : &*texts.insert(std::move(text)).first;
}
Connection *find(sqlite3 *handle)
{
    const auto found = pool().all.find(handle);
    return found == pool().all.end() ? nullptr : found->second.get();
}

} // namespace
} // namespace tributary::sim

extern "C" {
int __real_sqlite3_open_v2(const char *, sqlite3 **, int, const char *);
int __real_sqlite3_close_v2(sqlite3 *);
int __real_sqlite3_prepare_v3(sqlite3 *, const char *, int, unsigned, sqlite3_stmt **, const char **);
int __real_sqlite3_finalize(sqlite3_stmt *);
int __real_sqlite3_exec(sqlite3 *, const char *, int (*)(void *, int, char **, char **), void *, char **);
using FunctionOfSql = void (*)(sqlite3_context *, int, sqlite3_value **);
int __real_sqlite3_create_function_v2(sqlite3 *, const char *, int, int, void *, FunctionOfSql, FunctionOfSql,
                                      void (*)(sqlite3_context *), void (*)(void *));
int __wrap_sqlite3_prepare_v3(sqlite3 *, const char *, int, unsigned, sqlite3_stmt **, const char **);
int __wrap_sqlite3_finalize(sqlite3_stmt *);
}

namespace tributary::sim {
namespace {

/// Every text that is kept is prepared by this. Empty: an error.
std::string rowsOf(Connection &one, const char *sql)
{
    std::string rows;
    sqlite3_stmt *statement = nullptr;
    int code = __wrap_sqlite3_prepare_v3(one.handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    while (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        code = SQLITE_OK;
        for (int column = 0; column < sqlite3_column_count(statement); ++column) {
            if (const void *bytes = sqlite3_column_blob(statement, column))
                rows.append(static_cast<const char *>(bytes), std::size_t(sqlite3_column_bytes(statement, column)));
            rows += '\n';
        }
    }
    __wrap_sqlite3_finalize(statement);
    return code == SQLITE_DONE ? rows : std::string();
}
/// Looks at what is there now.
bool touch(Connection &one)
{
    return !rowsOf(one, "SELECT 1 FROM sqlite_schema LIMIT 1").empty();
}
/// Reads what a new connection reads first: all of the schema, and how its full-text indexes are set up.
std::string schemaOf(Connection &one)
{
    std::string all = rowsOf(one, "PRAGMA schema_version");
    const auto add = [&](const char *sql) {
        const std::string rows = all.empty() ? all : rowsOf(one, sql);
        all = rows.empty() ? rows : all + rows;
    };
    add("SELECT * FROM sqlite_schema ORDER BY rowid");
    for (const std::string &index : one.indexes) {
        add(("SELECT * FROM " + index + "_config ORDER BY 1").c_str());
        // Its root is read, and another one in each file.
        if (!all.empty() && rowsOf(one, ("SELECT block FROM " + index + "_data WHERE id = 10").c_str()).empty())
            all.clear();
    }
    return all;
}
std::set<std::string> indexesOf(Connection &one)
{
    std::set<std::string> indexes;
    std::istringstream names(
        rowsOf(one, "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE %fts5%'"));
    for (std::string name; std::getline(names, name);)
        indexes.insert(name);
    return indexes;
}
/// Of the first page: what a file is, its encoding and the like.
std::string headOf(const Connection &one)
{
    const std::string_view bytes = textOf(one.mount.bytes());
    return bytes.size() < 100 ? std::string() : std::string(bytes.substr(0, 24)) + std::string(bytes.substr(40, 20));
}

/// All have the same pages in mind then, new or kept: a seed means the same whatever was lived before it.
bool beginReading(Connection &one)
{
    sqlite3_db_release_memory(one.handle);
    return touch(one);
}

void noteSchema(Connection &one)
{
    SimDisk *disk = one.mount.disk();
    if (!one.isFirst || one.schema || !disk || !disk->isSafe() || !one.mount.mayMove())
        return;
    const SimDisk::Calm calm(*disk);
    static const std::string looking;
    one.schema = &looking; // not again from below
    one.head = headOf(one);
    one.indexes = indexesOf(one);
    for (const std::string &index : one.indexes) // a full-text index reads its settings when it is first spoken of
        (void)rowsOf(one, ("SELECT rowid FROM " + index + " LIMIT 0").c_str());
    const std::string *schema = oneOf(schemaOf(one));
    beginReading(one);
    one.schema = schema;
}

/// Whether the file has the schema that is known already. Only what is plain has been done to a file that was looked at.
bool hasItsSchema(Connection &one)
{
    if (one.mount.known() == one.schema)
        return beginReading(one);
    if (oneOf(schemaOf(one)) != one.schema)
        return false;
    one.mount.setKnown(one.schema);
    return beginReading(one);
}

Connection *takeKept(SimDisk &disk, const std::string &name, int flags)
{
    if (!disk.isSafe())
        return nullptr;
    auto &idle = pool().idle;
    const auto found = std::find_if(idle.rbegin(), idle.rend(), [&](const Connection *one) {
        return one->name == name && one->flags == flags && one->mount.fits(disk);
    });
    if (found == idle.rend())
        return nullptr;
    Connection &one = **found;
    const SimDisk::Calm calm(disk);
    const bool isAlone = one.mount.enter(disk);
    bool isGood = headOf(one) == one.head;
    if (isGood && isAlone) {
        // The number of its log begins anew.
        const auto log = one.mount.swapLog(emptyLog());
        isGood = touch(one);
        one.mount.swapLog(log);
    }
    if (!isGood || !hasItsSchema(one)) {
        one.mount.leave();
        return nullptr;
    }
    idle.erase(std::next(found).base());
    one.toldAgain = 0;
    return &one;
}

bool keep(Connection &one)
{
    SimDisk *disk = one.mount.disk();
    if (!disk || one.altered || one.out > 0 || !one.schema || !one.mount.mayMove()
        || sqlite3_get_autocommit(one.handle) == 0)
        return false;
    for (sqlite3_stmt *each = nullptr; (each = sqlite3_next_stmt(one.handle, each));) {
        if (sqlite3_stmt_busy(each) != 0)
            return false;
    }
    sqlite3_progress_handler(one.handle, 0, nullptr, nullptr);
    const SimDisk::Calm calm(*disk);
    if (!touch(one)) // from now on it has seen the newest
        return false;
    sqlite3_db_release_memory(one.handle);
    one.mount.leave();
    one.isFirst = false;
    pool().idle.push_back(&one);
    return true;
}

int end(Connection &one)
{
    for (const auto &[text, kept] : one.statements) {
        pool().statements.erase(kept.statement);
        __real_sqlite3_finalize(kept.statement);
    }
    std::erase(pool().idle, &one);
    sqlite3 *handle = one.handle;
    const int code = __real_sqlite3_close_v2(handle);
    pool().all.erase(handle);
    return code;
}

/// What changes rows, and not what a connection is.
bool isPlain(std::string_view script)
{
    static constexpr std::array<std::string_view, 10> kPlain{"BEGIN",   "COMMIT",  "ROLLBACK", "SAVEPOINT", "RELEASE",
                                                             "INSERT ", "UPDATE ", "DELETE ",  "SELECT ",   "REPLACE "};
    return std::ranges::any_of(kPlain, [&](std::string_view word) { return script.starts_with(word); })
           && script.find("CREATE ") == script.npos && script.find("PRAGMA") == script.npos;
}

bool isOfSchema(std::string_view statement)
{
    static constexpr std::array<std::string_view, 5> kWords{"CREATE ", "DROP ", "ALTER ", "VACUUM", "ATTACH "};
    return std::ranges::any_of(kWords, [&](std::string_view word) { return statement.starts_with(word); })
           || (statement.starts_with("PRAGMA ") && statement.find('=') != statement.npos);
}

} // namespace
} // namespace tributary::sim

using namespace tributary::sim;

extern "C" {

int __wrap_sqlite3_open_v2(const char *path, sqlite3 **handle, int flags, const char *vfs)
{
    SimDisk *disk = vfs ? SimDisk::named(vfs) : nullptr;
    if (!disk)
        return __real_sqlite3_open_v2(path, handle, flags, vfs);
    const std::string name = std::filesystem::path(path).filename().string();
    if (const Connection *kept = takeKept(*disk, name, flags)) {
        *handle = kept->handle;
        return SQLITE_OK;
    }
    auto fresh = std::make_unique<Connection>(*disk, name, flags);
    const int code = __real_sqlite3_open_v2(path, handle, flags, fresh->mount.vfs().c_str());
    fresh->handle = *handle;
    if (*handle)
        pool().all[*handle] = std::move(fresh);
    return code;
}

int __wrap_sqlite3_close_v2(sqlite3 *handle)
{
    Connection *one = find(handle);
    if (!one)
        return __real_sqlite3_close_v2(handle);
    if (!keep(*one))
        return end(*one);
    auto &idle = pool().idle;
    if (idle.size() > kIdle)
        end(**idle.begin());
    return SQLITE_OK;
}

int __wrap_sqlite3_prepare_v3(sqlite3 *handle, const char *sql, int size, unsigned flags, sqlite3_stmt **statement,
                              const char **tail)
{
    Connection *one = find(handle);
    if (!one)
        return __real_sqlite3_prepare_v3(handle, sql, size, flags, statement, tail);
    noteSchema(*one);
    const std::string_view text(sql, size < 0 ? std::strlen(sql) : std::size_t(size));
    if (const auto found = one->statements.find(text); found != one->statements.end() && !found->second.isOut) {
        found->second.isOut = true;
        ++one->out;
        *statement = found->second.statement;
        return SQLITE_OK;
    }
    // What is made at run time is perhaps for this run alone.
    const bool isKept = one->statements.size() < kStatements && !one->statements.contains(text)
                        && ((flags & SQLITE_PREPARE_PERSISTENT) != 0 || !one->seen.insert(HashOfText()(text)).second);
    const int code =
        __real_sqlite3_prepare_v3(handle, sql, size, isKept ? flags | SQLITE_PREPARE_PERSISTENT : flags, statement, tail);
    if (isOfSchema(text))
        one->alter();
    if (code != SQLITE_OK || !*statement || !isKept)
        return code;
    Connection::Statement &slot = one->statements[std::string(text)];
    slot = {*statement, true};
    ++one->out;
    pool().statements[*statement] = &slot;
    return code;
}

int __wrap_sqlite3_finalize(sqlite3_stmt *statement)
{
    const auto found = pool().statements.find(statement);
    if (found == pool().statements.end())
        return __real_sqlite3_finalize(statement);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    found->second->isOut = false;
    --find(sqlite3_db_handle(statement))->out;
    return SQLITE_OK;
}

int __wrap_sqlite3_exec(sqlite3 *handle, const char *sql, int (*callback)(void *, int, char **, char **), void *argument,
                        char **error)
{
    if (Connection *one = find(handle)) {
        if (one->toldAgain < one->told.size() && one->told[one->toldAgain] == sql) {
            ++one->toldAgain;
            return SQLITE_OK;
        }
        if (one->isFirst && std::strncmp(sql, "PRAGMA ", 7) == 0) {
            one->told.emplace_back(sql);
            ++one->toldAgain;
        } else if (!isPlain(sql)) {
            one->alter();
        }
    }
    return __real_sqlite3_exec(handle, sql, callback, argument, error);
}

int __wrap_sqlite3_create_function_v2(sqlite3 *handle, const char *name, int count, int flags, void *data,
                                      FunctionOfSql function, FunctionOfSql step, void (*last)(sqlite3_context *),
                                      void (*destroy)(void *))
{
    Connection *one = find(handle);
    if (one && !one->functions.insert(std::string(name) + "/" + std::to_string(count)).second)
        return SQLITE_OK;
    return __real_sqlite3_create_function_v2(handle, name, count, flags, data, function, step, last, destroy);
}
}
