#include "core/store/page_gaps.h"

#include <algorithm>
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

/// Of the file itself, past SQLite: whoever hears of it must not go on with this connection.
Error unreadable(int code)
{
    if ((code & 0xff) == SQLITE_FULL)
        return {Error::Kind::Full, "no room to write to the file"};
    return {Error::Kind::Corrupt, "the file cannot be read or written"};
}

/// The file as SQLite has it open: a file opened anew would lose its locks when it is closed (POSIX).
class File {
public:
    static Result<File> of(Database &database)
    {
        File file;
        if (sqlite3_file_control(database.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &file.m_file) != SQLITE_OK
            || !file.m_file->pMethods || file.m_file->pMethods->xFileSize(file.m_file, &file.m_size) != SQLITE_OK)
            return failure(unreadable(SQLITE_IOERR));
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
    static Result<void> done(int code) { return code == SQLITE_OK ? Result<void>() : failure(unreadable(code)); }

    sqlite3_file *m_file = nullptr;
    sqlite3_int64 m_size = 0;
};

} // namespace

Result<WipedGaps> wipePageGaps(Database &database, std::int64_t first, std::int64_t count)
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
    Bytes page(pageSize);
    const Bytes nothing(pageSize);
    for (std::int64_t number = first; number < end; ++number) {
        const std::int64_t at = (number - 1) * std::int64_t(pageSize);
        TRIBUTARY_TRY(file.read(page, at));
        const Gap gap = gapOf(page, number == 1);
        const ByteView room = ByteView(page).subspan(gap.from, gap.to - gap.from);
        if (std::ranges::all_of(room, [](std::byte byte) { return byte == std::byte(0); }))
            continue;
        TRIBUTARY_TRY(file.write(ByteView(nothing).first(room.size()), at + std::int64_t(gap.from)));
        ++done.wiped;
    }
    if (done.wiped > 0)
        TRIBUTARY_TRY(file.sync());
    return done;
}

} // namespace tributary::store
