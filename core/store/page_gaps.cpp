#include "core/store/page_gaps.h"

#include <algorithm>
#include <cstring>
#include <sqlite3.h>

namespace tributary::store {
namespace {

constexpr std::size_t kFileHeader = 100;
/// The first byte of a page tells a b-tree page from one that begins with a page number, up to here.
constexpr std::int64_t kMostPages = 0x02000000 - 1;

struct Gap {
    std::size_t from = 0, to = 0;
};

std::size_t shortAt(ByteView page, std::size_t at)
{
    return std::to_integer<std::size_t>(page[at]) << 8 | std::to_integer<std::size_t>(page[at + 1]);
}

/// Empty: it is no b-tree page, or one that is damaged, which is for others to find.
Gap gapOf(ByteView page, bool isFirst)
{
    constexpr std::array kLeaves{std::byte(0x0a), std::byte(0x0d)}, kInner{std::byte(0x02), std::byte(0x05)};
    const std::size_t start = isFirst ? kFileHeader : 0;
    const bool isInner = std::ranges::count(kInner, page[start]) > 0;
    if (!isInner && std::ranges::count(kLeaves, page[start]) == 0)
        return {};
    const std::size_t pointers = start + (isInner ? 12 : 8) + 2 * shortAt(page, start + 3);
    const std::size_t said = shortAt(page, start + 5);
    const std::size_t rows = said == 0 ? 65536 : said;
    return pointers <= rows && rows <= page.size() ? Gap{pointers, rows} : Gap{};
}

/// An error of the file that SQLite has not met itself. It is told of it, so that the connection is broken by it, or only
/// out of room, by the same rules as always.
Error errorOfFile(Database &database, int code)
{
    constexpr auto fails = [](sqlite3_context *context, int, sqlite3_value **values) {
        sqlite3_result_error_code(context, sqlite3_value_int(values[0]));
    };
    sqlite3_create_function_v2(database.handle(), "error_of_file", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY, nullptr, fails,
                               nullptr, nullptr, nullptr);
    auto query = database.queryOnce("SELECT error_of_file(:code)");
    const auto met = query.bind("code", code).step();
    return met ? Error{Error::Kind::Failed, "the file cannot be read or written"} : met.error();
}

/// The file as SQLite has it open: a file opened anew would lose its locks when it is closed (POSIX).
class File {
public:
    /// @p which: SQLITE_FCNTL_FILE_POINTER, or SQLITE_FCNTL_JOURNAL_POINTER for the log.
    static Result<File> of(Database &database, int which = SQLITE_FCNTL_FILE_POINTER)
    {
        File file(database);
        if (sqlite3_file_control(database.handle(), "main", which, &file.m_file) != SQLITE_OK || !file.m_file
            || !file.m_file->pMethods)
            return failure(errorOfFile(database, SQLITE_IOERR));
        TRIBUTARY_TRY(file.done(file.m_file->pMethods->xFileSize(file.m_file, &file.m_size)));
        return file;
    }
    std::int64_t size() const { return m_size; }
    Result<void> read(std::span<std::byte> into, std::int64_t at)
    {
        return done(m_file->pMethods->xRead(m_file, into.data(), int(into.size()), at));
    }
    Result<void> write(ByteView bytes, std::int64_t at)
    {
        return done(m_file->pMethods->xWrite(m_file, bytes.data(), int(bytes.size()), at));
    }
    Result<void> sync() { return done(m_file->pMethods->xSync(m_file, SQLITE_SYNC_NORMAL)); }

private:
    explicit File(Database &database)
        : m_database(&database)
    {
    }
    Result<void> done(int code) const
    {
        return code == SQLITE_OK ? Result<void>() : failure(errorOfFile(*m_database, code));
    }

    Database *m_database;
    sqlite3_file *m_file = nullptr;
    sqlite3_int64 m_size = 0;
};

/// While it lives, a lock that others hold is waited for by nobody.
class Impatience {
public:
    explicit Impatience(Database &database)
        : m_handle(database.handle())
    {
        auto query = database.queryOnce("PRAGMA busy_timeout");
        if (const auto found = query.step(); found && *found)
            m_before = int(query.integer(0));
        sqlite3_busy_timeout(m_handle, 0);
    }
    ~Impatience() { sqlite3_busy_timeout(m_handle, m_before); }
    Impatience(const Impatience &) = delete;
    Impatience &operator=(const Impatience &) = delete;

private:
    sqlite3 *m_handle;
    int m_before = 0;
};

} // namespace

Result<WipedGaps> wipePageGaps(Database &database, std::int64_t first, std::int64_t count, Gaps which)
{
    {
        auto checkpoint =
            database.queryOnce("PRAGMA wal_checkpoint(PASSIVE)"); // busy, frames in the log, of them in the file
        TRIBUTARY_TRY(checkpoint.step());
        if (checkpoint.flag(0) || checkpoint.integer(1) != checkpoint.integer(2))
            return failure(Error::Kind::Conflict, "somebody reads");
    }
    sqlite3_db_release_memory(database.handle());

    TRIBUTARY_TRY_ASSIGN(File file, File::of(database));
    std::array<std::byte, kFileHeader> header{};
    if (file.size() == 0)
        return WipedGaps{.next = first, .atEnd = true};
    TRIBUTARY_TRY(file.read(header, 0));
    const std::size_t said = shortAt(header, 16);
    const std::size_t pageSize = said == 1 ? 65536 : said;
    if (pageSize < 512)
        return failure(Error::Kind::Corrupt, "the file has no pages");
    const std::int64_t last = std::min(file.size() / std::int64_t(pageSize), kMostPages);
    const std::int64_t end = std::min(first + count, last + 1);

    WipedGaps done{.next = end, .atEnd = end > last};
    bool hasWritten = false;
    Bytes page(pageSize);
    const Bytes nothing(pageSize);
    for (std::int64_t number = first; number < end; ++number) {
        const std::int64_t at = (number - 1) * std::int64_t(pageSize);
        TRIBUTARY_TRY(file.read(page, at));
        const Gap gap = gapOf(page, number == 1);
        const ByteView room = ByteView(page).subspan(gap.from, gap.to - gap.from);
        const bool isEmpty = room.empty() || std::memcmp(room.data(), nothing.data(), room.size()) == 0;
        if (isEmpty && (which == Gaps::NotEmpty || room.empty()))
            continue;
        TRIBUTARY_TRY(file.write(ByteView(nothing).first(room.size()), at + std::int64_t(gap.from)));
        hasWritten = true;
        done.wiped += isEmpty ? 0 : 1;
    }
    if (hasWritten || done.atEnd) // at the end also for a process that was killed before it had synced
        TRIBUTARY_TRY(file.sync());
    return done;
}

Result<bool> emptyLog(Database &database)
{
    {
        const Impatience impatience(database); // whoever reads may do so for long: its callers come again
        auto query = database.queryOnce("PRAGMA wal_checkpoint(TRUNCATE)");
        TRIBUTARY_TRY(query.step());
        if (query.integer(0) != 0)
            return false;
    }
    TRIBUTARY_TRY_ASSIGN(File log, File::of(database, SQLITE_FCNTL_JOURNAL_POINTER));
    TRIBUTARY_TRY(log.sync());
    return true;
}

} // namespace tributary::store
