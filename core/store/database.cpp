#include "core/store/database.h"

#include "core/base/breaks.h"
#include "core/base/log.h"
#include "core/store/checksum_functions.h"
#include "core/store/files.h"
#include "core/store/list_functions.h"
#include "core/store/search_functions.h"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tributary::store {
namespace {

constexpr int kBusyMs = 15'000; ///< A scanner may hold a file's lock for a while (F27); nobody at a screen waits for it.

Error afterDamage()
{
    return {Error::Kind::Failed, "database: not used any more after an error of the disk"};
}

} // namespace

Query::Query(Database &database, sqlite3_stmt *statement, Kept *kept)
    : m_database(&database)
    , m_statement(statement)
    , m_kept(kept)
{
    if (m_kept)
        m_kept->busy = true;
}

Query::Query(Query &&other) noexcept
    : m_database(other.m_database)
    , m_statement(std::exchange(other.m_statement, nullptr))
    , m_kept(std::exchange(other.m_kept, nullptr))
    , m_bound(other.m_bound)
    , m_error(std::move(other.m_error))
{
}

Query::~Query()
{
    if (!m_statement) {
        if (m_kept)
            m_kept->busy = false; // it could not be prepared: the next try may
        return;
    }
    if (m_kept) {
        sqlite3_reset(m_statement);
        sqlite3_clear_bindings(m_statement);
        m_kept->busy = false;
    } else {
        sqlite3_finalize(m_statement);
    }
}

/// Whole rows are bound in the order in which their statement names the fields: what follows the one before is looked at
/// first. The names are kept beside the statement: SQLite walks through all of them for each.
int Query::parameter(const char *name)
{
    if (!m_statement)
        return 0;
    int index = 0;
    if (m_kept) {
        const auto &names = m_kept->names;
        const auto isIt = [name](const std::string &one) { return std::strcmp(one.c_str(), name) == 0; };
        const bool isNext = m_bound < int(names.size()) && isIt(names[std::size_t(m_bound)]);
        const auto at = isNext ? names.begin() + m_bound : std::ranges::find_if(names, isIt);
        index = at == names.end() ? 0 : int(at - names.begin()) + 1;
    } else {
        index = sqlite3_bind_parameter_index(m_statement, (std::string(":") + name).c_str());
    }
    if (index == 0 && !m_error)
        m_error = Error{Error::Kind::Invalid, std::string("a statement has no parameter :") + name};
    m_bound = index;
    return index;
}

void Query::check(int code)
{
    if (code != SQLITE_OK && !m_error)
        m_error = m_database->errorFor(code);
}

Query &Query::bind(const char *name, std::int64_t value)
{
    if (const int index = parameter(name))
        check(sqlite3_bind_int64(m_statement, index, value));
    return *this;
}

Query &Query::bind(const char *name, std::string_view value)
{
    return bindText(name, value, SQLITE_TRANSIENT);
}

Query &Query::bind(const char *name, ByteView value)
{
    return bindBlob(name, value, SQLITE_TRANSIENT);
}

Query &Query::borrow(const char *name, std::string_view value)
{
    return bindText(name, value, SQLITE_STATIC);
}

Query &Query::borrow(const char *name, ByteView value)
{
    return bindBlob(name, value, SQLITE_STATIC);
}

Query &Query::bindText(const char *name, std::string_view value, Free free)
{
    if (const int index = parameter(name))
        check(sqlite3_bind_text64(m_statement, index, value.data() ? value.data() : "", value.size(), free, SQLITE_UTF8));
    return *this;
}

Query &Query::bindBlob(const char *name, ByteView value, Free free)
{
    if (const int index = parameter(name)) {
        const char *data = value.data() ? reinterpret_cast<const char *>(value.data()) : "";
        check(sqlite3_bind_blob64(m_statement, index, data, value.size(), free));
    }
    return *this;
}

Query &Query::bindNull(const char *name)
{
    if (const int index = parameter(name))
        check(sqlite3_bind_null(m_statement, index));
    return *this;
}

Result<bool> Query::step()
{
    if (m_error)
        return failure(*m_error);
    if (m_database->isBroken()) // an fsync that failed is not tried again: what it was for may be gone
        return failure(afterDamage());
    const int code = sqlite3_step(m_statement);
    if (code == SQLITE_ROW)
        return true;
    if (code == SQLITE_DONE)
        return false;
    m_error = m_database->errorFor(code);
    return failure(*m_error);
}

Result<void> Query::run()
{
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool row, step());
        if (!row)
            return {};
    }
}

Result<bool> Query::exists()
{
    const Result<bool> found = step();
    if (m_statement)
        sqlite3_reset(m_statement);
    return found;
}

bool Query::isNull(int column) const
{
    return sqlite3_column_type(m_statement, column) == SQLITE_NULL;
}

std::int64_t Query::integer(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

std::string_view Query::text(int column) const
{
    const auto *data = reinterpret_cast<const char *>(sqlite3_column_text(m_statement, column));
    return data ? std::string_view(data, std::size_t(sqlite3_column_bytes(m_statement, column))) : std::string_view();
}

ByteView Query::blob(int column) const
{
    const auto *data = static_cast<const std::byte *>(sqlite3_column_blob(m_statement, column));
    return data ? ByteView(data, std::size_t(sqlite3_column_bytes(m_statement, column))) : ByteView();
}

int Query::columnCount() const
{
    return sqlite3_column_count(m_statement);
}

const char *Query::columnName(int column) const
{
    return sqlite3_column_name(m_statement, column);
}

/// What a process that was killed had written and not synced can be read by the next one, which would acknowledge it, or
/// show it, as something that is on the disk. So the log is synced before anybody reads from it.
Result<void> Database::syncLog()
{
    {
        auto query = queryOnce("SELECT count(*) FROM sqlite_schema"); // a read is what opens the log
        TRIBUTARY_TRY(query.step());
    }
    sqlite3_file *log = nullptr;
    sqlite3_int64 size = 0;
    sqlite3_file_control(m_handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (!log || !log->pMethods)
        return {};
    int code = log->pMethods->xFileSize(log, &size);
    if (code == SQLITE_OK && size > 0)
        code = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
    if (code == SQLITE_OK)
        return {};
    m_broken = true;
    return failure(Error::Kind::Failed, "database: the log cannot be synced");
}

Result<std::unique_ptr<Database>> Database::open(const std::string &path, const Options &options)
{
    const bool readOnly = options.mode == Mode::ReadOnly;
    if (!readOnly && options.vfs.empty()) {
        // Made by us so that nobody else can read it, not even for a moment.
        const int file = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
        if (file < 0)
            return failure(isNoRoom(errno) ? Error::Kind::Full : Error::Kind::Failed, "cannot open the database file");
        ::close(file);
    }
    // Allocations that are counted take a lock each, and nobody asks for the count.
    [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3 *handle = nullptr;
    const int flags = (readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) | SQLITE_OPEN_NOMUTEX
                      | (options.vfs.empty() ? SQLITE_OPEN_NOFOLLOW : 0);
    const int code = sqlite3_open_v2(path.c_str(), &handle, flags, options.vfs.empty() ? nullptr : options.vfs.c_str());
    std::unique_ptr<Database> database(new Database(handle));
    if (code != SQLITE_OK)
        return failure(database->errorFor(code));
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, kBusyMs);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    TRIBUTARY_TRY(addSearchFunctions(handle));
    TRIBUTARY_TRY(addListFunctions(handle));
    TRIBUTARY_TRY(addChecksumFunctions(handle));
    // trusted_schema stays on: the full-text triggers call our own search_fold().
    TRIBUTARY_TRY(database->execute("PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON"));
    if (readOnly) {
        // Not mapped: a disk that cannot be read would end the program, and what is read once would stay in its memory.
        TRIBUTARY_TRY(database->execute("PRAGMA query_only = ON; PRAGMA cache_size = -16384"));
        return database;
    }
    TRIBUTARY_TRY(database->execute("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;"
                                    "PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -65536;"
                                    // What is deleted is overwritten: rights that shrank leave nothing behind.
                                    "PRAGMA secure_delete = ON"));
    if (options.durability == Durability::Normal) {
        TRIBUTARY_TRY(database->execute("PRAGMA synchronous = NORMAL"));
        return database;
    }
    TRIBUTARY_TRY(database->execute("PRAGMA synchronous = FULL"));
    TRIBUTARY_TRY(database->syncLog());
    return database;
}

Database::~Database()
{
    for (const auto &[text, cached] : m_statements)
        sqlite3_finalize(cached->statement);
    sqlite3_close_v2(m_handle);
}

Query Database::query(std::string_view sql)
{
    std::unique_ptr<Query::Kept> &slot = m_statements[sql.data()];
    if (!slot)
        slot = std::make_unique<Query::Kept>();
    if (slot->busy)
        return queryOnce(sql); // the kept one is in use further up: this run has its own
    int code = SQLITE_OK;
    if (!slot->statement) {
        code =
            sqlite3_prepare_v3(m_handle, sql.data(), int(sql.size()), SQLITE_PREPARE_PERSISTENT, &slot->statement, nullptr);
        for (int i = 1; i <= sqlite3_bind_parameter_count(slot->statement); ++i) {
            const char *name = sqlite3_bind_parameter_name(slot->statement, i);
            slot->names.emplace_back(name ? name + 1 : ""); // a copy: SQLite's own goes when it prepares the statement anew
        }
    }
    Query query(*this, slot->statement, slot.get());
    query.check(code);
    return query;
}

Query Database::queryOnce(std::string_view sql)
{
    sqlite3_stmt *statement = nullptr;
    const int code = sqlite3_prepare_v3(m_handle, sql.data(), int(sql.size()), 0, &statement, nullptr);
    Query query(*this, statement, nullptr);
    query.check(code);
    return query;
}

Result<void> Database::execute(std::string_view script)
{
    if (m_broken)
        return failure(afterDamage());
    const std::string text(script);
    const int code = sqlite3_exec(m_handle, text.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        return failure(errorFor(code));
    return {};
}

Result<void> Database::begin()
{
    m_hindered = false;
    return query("BEGIN IMMEDIATE").run();
}

Result<void> Database::commit()
{
    for (const std::string_view statement : m_last)
        TRIBUTARY_TRY(query(statement).run());
    return query("COMMIT").run();
}

void Database::rollback()
{
    if (inTransaction())
        sqlite3_exec(m_handle, "ROLLBACK", nullptr, nullptr, nullptr);
}

bool Database::inTransaction() const
{
    return sqlite3_get_autocommit(m_handle) == 0;
}

std::int64_t Database::changedRows() const
{
    return sqlite3_changes64(m_handle);
}

void Database::interrupt()
{
    sqlite3_interrupt(m_handle);
}

void Database::endWhen(std::shared_ptr<const std::atomic<bool>> over)
{
    constexpr int kSteps = 10'000; // of SQLite's machine: a fraction of a millisecond
    m_over = std::move(over);
    const auto isOver = [](void *flag) -> int { return static_cast<const std::atomic<bool> *>(flag)->load() ? 1 : 0; };
    sqlite3_progress_handler(m_handle, kSteps, isOver, const_cast<std::atomic<bool> *>(m_over.get()));
}

Result<void> Database::checkpoint(bool truncate)
{
    if (m_broken) // it syncs
        return failure(afterDamage());
    const int mode = truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
    const int code = sqlite3_wal_checkpoint_v2(m_handle, nullptr, mode, nullptr, nullptr);
    if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) // busy: a reader is in the middle; the next one gets it
        return failure(errorFor(code));
    return {};
}

Result<void> Database::backupTo(const std::string &path)
{
    auto target = query("VACUUM INTO :path");
    target.bind("path", path);
    return target.run();
}

Result<std::string> Database::quickCheck()
{
    auto check = query("PRAGMA quick_check(1)");
    TRIBUTARY_TRY_ASSIGN(const bool row, check.step());
    return row ? std::string(check.text(0)) : std::string("no answer");
}

bool Database::isOutOfQuota(int code) const
{
    if (!m_handle)
        return false;
    if (code == SQLITE_IOERR_SHMSIZE || (code & 0xff) == SQLITE_CANTOPEN)
        return isNoRoom(sqlite3_system_errno(m_handle));
    if (code != SQLITE_IOERR_WRITE) // an fsync that has failed is another matter: what it was for may be gone
        return false;
    bool isFull = false, isOther = false;
    for (const int which : {SQLITE_FCNTL_FILE_POINTER, SQLITE_FCNTL_JOURNAL_POINTER}) {
        sqlite3_file *file = nullptr;
        int error = 0;
        sqlite3_file_control(m_handle, "main", which, &file);
        if (!file || !file->pMethods || file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error) != SQLITE_OK)
            continue;
        isFull = isFull || isNoRoom(error);
        isOther = isOther || (error != 0 && !isNoRoom(error)); // whichever of the two it was now: this one is no small thing
    }
    return isFull && !isOther;
}

namespace {

/// Whether the header of the file says that it is of a newer SQLite, which may only be read: no program writes such files,
/// so a bit of it has turned (file format, 1.3.3; seed 1049149).
bool isOfNewerFormat(sqlite3 *handle)
{
    constexpr sqlite3_int64 kWriteVersion = 18;
    sqlite3_file *file = nullptr;
    unsigned char version = 0;
    return handle && sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK && file
           && file->pMethods && file->pMethods->xRead(file, &version, 1, kWriteVersion) == SQLITE_OK && version > 2;
}

} // namespace

Error Database::errorFor(int code)
{
    const char *message = m_handle ? sqlite3_errmsg(m_handle) : "out of memory";
    const std::string detail = std::string("database: ") + message;
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN: m_hindered = true; break;
    default: break;
    }
    if (isOutOfQuota(code))
        return {Error::Kind::Full, "no room left on the disk"};
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return {Error::Kind::Conflict, detail};
    case SQLITE_INTERRUPT: return {Error::Kind::TimedOut, detail};
    case SQLITE_FULL: return {Error::Kind::Full, "no room left on the disk"};
    case SQLITE_TOOBIG: return {Error::Kind::TooLarge, detail};
    case SQLITE_CONSTRAINT:
        // Of a constraint of ours it says which. This is one inside of a full-text index, which is not of its rows any more
        // (seed 1056452).
        if (std::strcmp(message, sqlite3_errstr(SQLITE_CONSTRAINT)) == 0) {
            m_broken = true;
            return {Error::Kind::Corrupt, detail};
        }
        return {Error::Kind::Conflict, detail};
    case SQLITE_READONLY:
        if (!isOfNewerFormat(m_handle))
            return {Error::Kind::Failed, detail};
        [[fallthrough]];
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: m_broken = true; return {Error::Kind::Corrupt, detail};
    case SQLITE_IOERR: m_broken = !TRIBUTARY_BREAK(brokenFile); return {Error::Kind::Failed, detail};
    case SQLITE_CANTOPEN: return {Error::Kind::NotFound, detail};
    default: return {Error::Kind::Failed, detail};
    }
}

} // namespace tributary::store
