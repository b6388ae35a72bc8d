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

Error unreadable()
{
    return {Error::Kind::Failed, "the file cannot be read or written"};
}

/// The file as SQLite has it open: a file opened anew would lose its locks when it is closed (POSIX).
class File {
public:
    static Result<File> of(Database &database)
    {
        File file;
        if (sqlite3_file_control(database.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &file.m_file) != SQLITE_OK
            || !file.m_file->pMethods || file.m_file->pMethods->xFileSize(file.m_file, &file.m_size) != SQLITE_OK)
            return failure(unreadable());
        return file;
    }
    std::int64_t size() const { return m_size; }
    bool read(std::span<std::byte> into, std::int64_t at)
    {
        return m_file->pMethods->xRead(m_file, into.data(), int(into.size()), at) == SQLITE_OK;
    }
    bool write(ByteView bytes, std::int64_t at)
    {
        return m_file->pMethods->xWrite(m_file, bytes.data(), int(bytes.size()), at) == SQLITE_OK;
    }
    bool sync() { return m_file->pMethods->xSync(m_file, SQLITE_SYNC_NORMAL) == SQLITE_OK; }

private:
    sqlite3_file *m_file = nullptr;
    sqlite3_int64 m_size = 0;
};

} // namespace

Result<WipedGaps> wipePageGaps(Database &database, std::int64_t first, std::int64_t count)
{
    int inLog = 0, inFile = 0;
    const int code = sqlite3_wal_checkpoint_v2(database.handle(), "main", SQLITE_CHECKPOINT_PASSIVE, &inLog, &inFile);
    if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY)
        return failure(unreadable());
    if (code != SQLITE_OK || inLog != inFile)
        return failure(Error::Kind::Conflict, "somebody reads");
    sqlite3_db_release_memory(database.handle());

    TRIBUTARY_TRY_ASSIGN(File file, File::of(database));
    std::array<std::byte, kFileHeader> header{};
    if (file.size() == 0)
        return WipedGaps{.next = first, .atEnd = true};
    if (!file.read(header, 0))
        return failure(unreadable());
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
        if (!file.read(page, at))
            return failure(unreadable());
        const Gap gap = gapOf(page, number == 1);
        const ByteView room = ByteView(page).subspan(gap.from, gap.to - gap.from);
        if (std::ranges::all_of(room, [](std::byte byte) { return byte == std::byte(0); }))
            continue;
        if (!file.write(ByteView(nothing).first(room.size()), at + std::int64_t(gap.from)))
            return failure(unreadable());
        ++done.wiped;
    }
    if (done.wiped > 0 && !file.sync())
        return failure(unreadable());
    return done;
}

} // namespace tributary::store
