#pragma once

#include "core/base/bytes.h"
#include "core/base/id.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/model/names.h"

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

/// A thin layer over SQLite for one thread at a time: typed binds, cached statements that reset by scope, explicit
/// transactions, errors as values. What SQL is run stands in core/store/sql.
namespace tributary::store {

class Database;

/// One run of a prepared statement. Bind by name, step, read columns by position; it is reset when it goes out of scope.
class Query {
public:
    Query(Query &&other) noexcept;
    Query(const Query &) = delete;
    Query &operator=(const Query &) = delete;
    Query &operator=(Query &&) = delete;
    ~Query();

    /// Binds parameter `:name`. A name the statement does not have is a mistake of ours and fails the next step().
    Query &bind(const char *name, std::int64_t value);
    Query &bind(const char *name, std::string_view value);
    Query &bind(const char *name, ByteView value);
    /// As bind(), and not copied: @p value stays as it is for as long as this.
    Query &borrow(const char *name, std::string_view value);
    Query &borrow(const char *name, ByteView value);
    Query &bindNull(const char *name);
    Query &bind(const char *name, int value) { return bind(name, std::int64_t(value)); }
    Query &bind(const char *name, bool value) { return bind(name, std::int64_t(value)); }
    Query &bind(const char *name, const char *value) { return bind(name, std::string_view(value)); }
    Query &bind(const char *name, const std::string &value) { return bind(name, std::string_view(value)); }
    Query &bind(const char *name, TimePoint value) { return bind(name, toMs(value)); }
    Query &bind(const char *name, const RawId &value) { return bind(name, ByteView(value)); }
    template<class Tag>
    Query &bind(const char *name, const Id<Tag> &value)
    {
        return bind(name, value.view());
    }
    template<model::Named Enum>
    Query &bind(const char *name, Enum value)
    {
        return bind(name, model::nameOf(value));
    }
    template<class T>
    Query &bind(const char *name, const std::optional<T> &value)
    {
        return value ? bind(name, *value) : bindNull(name);
    }

    /// True: a row is there to be read. False: done.
    Result<bool> step();
    /// Runs to the end; rows are dropped.
    Result<void> run();
    /// Whether the first step gives a row; the query ends with it.
    Result<bool> exists();

    bool isNull(int column) const;
    std::int64_t integer(int column) const;
    bool flag(int column) const { return integer(column) != 0; }
    /// Valid until the next step.
    std::string_view text(int column) const;
    /// Valid until the next step.
    ByteView blob(int column) const;
    TimePoint time(int column) const { return fromMs(integer(column)); }
    /// A null or malformed id is the null id.
    template<class IdType>
    IdType id(int column) const
    {
        return IdType::fromBytes(blob(column)).value_or(IdType());
    }
    int columnCount() const;
    const char *columnName(int column) const;

private:
    friend class Database;
    /// A statement that is kept, to be run again.
    struct Kept {
        sqlite3_stmt *statement = nullptr;
        bool busy = false;              ///< A run uses it.
        std::vector<std::string> names; ///< Of its parameters, without the colon.
    };
    Query(Database &database, sqlite3_stmt *statement, Kept *kept);
    int parameter(const char *name);
    using Free = void (*)(void *); ///< Who frees what is bound: SQLITE_STATIC or SQLITE_TRANSIENT.
    Query &bindText(const char *name, std::string_view value, Free free);
    Query &bindBlob(const char *name, ByteView value, Free free);
    void check(int code);

    Database *m_database;
    sqlite3_stmt *m_statement;
    Kept *m_kept;    ///< Null: the statement is of this run alone.
    int m_bound = 0; ///< The parameter bound last.
    std::optional<Error> m_error;
};

class Database {
public:
    enum class Mode { ReadWrite, ReadOnly };
    enum class Durability {
        Full,   ///< A commit survives a power cut; so does what the process before had committed, once this is open.
        Normal, ///< A commit survives the program's death; a power cut may take the last ones, never the order.
    };
    struct Options {
        Mode mode = Mode::ReadWrite;
        Durability durability = Durability::Full;
        std::string vfs; ///< Empty: the system's. Tests and the simulator name a faulty one.
    };
    /// Opens or makes the file (mode 0600), in WAL mode. It does not create folders.
    static Result<std::unique_ptr<Database>> open(const std::string &path, const Options &options);
    ~Database();
    Database(const Database &) = delete;
    Database &operator=(const Database &) = delete;

    /// A run of @p sql, which is prepared once and kept: pass text that lives as long as the program (core/store/sql).
    Query query(std::string_view sql);
    /// A run of text made at run time, prepared for this run alone.
    Query queryOnce(std::string_view sql);
    /// Runs statements parted by semicolons.
    Result<void> execute(std::string_view script);

    /// BEGIN IMMEDIATE: waits its turn at once rather than failing half-way.
    Result<void> begin();
    Result<void> commit();
    /// What each transaction that writes does last, statement by statement: text that lives as long as the program.
    void endTransactionsWith(std::span<const std::string_view> statements) { m_last = statements; }
    /// Ends a transaction without effect, also after an error that has ended it already.
    void rollback();
    bool inTransaction() const;
    /// Nested in a transaction: releases on a value of @p work, rolls back to its start on an error.
    template<class Work>
    auto inSavepoint(Work &&work) -> decltype(work())
    {
        TRIBUTARY_TRY(execute("SAVEPOINT part"));
        auto result = work();
        if (result) {
            TRIBUTARY_TRY(execute("RELEASE part"));
        } else if (inTransaction()) {
            TRIBUTARY_TRY(execute("ROLLBACK TO part; RELEASE part"));
        }
        return result;
    }
    /// Runs @p work, which only reads, on what is there at one moment: between two statements another connection may write.
    /// Also inside a transaction, which is such a moment already.
    template<class Work>
    auto atOneMoment(Work &&work) -> decltype(work())
    {
        if (inTransaction())
            return work();
        TRIBUTARY_TRY(query("BEGIN").run());
        auto result = work();
        rollback();
        return result;
    }
    /// Runs @p work between begin() and commit(); rolls back on an error.
    template<class Work>
    auto inTransaction(Work &&work) -> decltype(work())
    {
        TRIBUTARY_TRY(begin());
        auto result = work();
        if (!result) {
            rollback();
            return result;
        }
        if (auto committed = commit(); !committed) {
            rollback();
            return failure(std::move(committed).error());
        }
        return result;
    }

    std::int64_t changedRows() const;
    /// From any thread: makes the statement that runs now fail.
    void interrupt();
    /// Whatever statement runs while @p over is true fails (TimedOut), also one that begins then.
    void endWhen(std::shared_ptr<const std::atomic<bool>> over);
    /// Moves the log into the file; the one writer of the file does this, at quiet moments and at the end.
    Result<void> checkpoint(bool truncate);
    /// A consistent copy under @p path while others read and write.
    Result<void> backupTo(const std::string &path);
    /// `ok`, or what is broken.
    Result<std::string> quickCheck();

    /// True after an I/O error or damage: this connection must not be used again (DESIGN 9: never retry an fsync).
    bool isBroken() const { return m_broken; }
    /// Whether something in this transaction failed for want of memory, room, a lock, an open file or time: for no fault of
    /// what was asked. Asked again it may well be done.
    bool wasHindered() const { return m_hindered; }
    sqlite3 *handle() const { return m_handle; }

private:
    friend class Query;
    explicit Database(sqlite3 *handle)
        : m_handle(handle)
    {
    }
    Result<void> syncLog();
    Error errorFor(int code);
    /// SQLite takes ENOSPC for a full disk, but a quota that is used up (EDQUOT) for a broken one.
    bool isOutOfQuota(int code) const;

    sqlite3 *m_handle;
    std::unordered_map<const char *, std::unique_ptr<Query::Kept>> m_statements; ///< By address: texts are compiled in.
    std::shared_ptr<const std::atomic<bool>> m_over;
    bool m_broken = false;
    std::span<const std::string_view> m_last; ///< Of a transaction.
    bool m_hindered = false;
};

} // namespace tributary::store
