#include "core/store/sqlite_pages.h"

#include "core/store/files.h"

#include <algorithm>

namespace tributary::store {
namespace {

constexpr std::size_t kLogHeader = 32, kFrameHeader = 24;
constexpr std::size_t kMaxColumns = 64;
constexpr std::uint64_t kMaxPayload = 16 * 1024 * 1024;

std::uint64_t number(ByteView bytes, std::size_t at, std::size_t size)
{
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
        value = value << 8 | std::to_integer<std::uint64_t>(bytes[at + i]);
    return value;
}

/// A variable-length integer at @p at, which moves behind it. Nothing: it ends outside.
std::optional<std::uint64_t> varint(ByteView bytes, std::size_t &at)
{
    std::uint64_t value = 0;
    for (int i = 0; i < 9; ++i) {
        if (at >= bytes.size())
            return std::nullopt;
        const auto byte = std::to_integer<std::uint64_t>(bytes[at++]);
        if (i == 8)
            return value << 8 | byte;
        value = value << 7 | (byte & 0x7f);
        if (!(byte & 0x80))
            return value;
    }
    return std::nullopt;
}

/// The running checksum of a log (file format, 4.2).
class LogSum {
public:
    explicit LogSum(bool bigEndian)
        : m_bigEndian(bigEndian)
    {
    }
    void add(ByteView bytes)
    {
        for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
            m_a += word(bytes, at) + m_b;
            m_b += word(bytes, at + 4) + m_a;
        }
    }
    bool is(ByteView bytes, std::size_t at) const { return number(bytes, at, 4) == m_a && number(bytes, at + 4, 4) == m_b; }

private:
    std::uint32_t word(ByteView bytes, std::size_t at) const
    {
        const auto value = std::uint32_t(number(bytes, at, 4));
        return m_bigEndian ? value : __builtin_bswap32(value);
    }
    bool m_bigEndian;
    std::uint32_t m_a = 0, m_b = 0;
};

bool headerIsGood(ByteView log)
{
    if (number(log, 0, 4) != 0x377f0682 && number(log, 0, 4) != 0x377f0683)
        return false;
    LogSum sum(number(log, 0, 4) == 0x377f0683);
    sum.add(log.first(24));
    return sum.is(log, 24);
}

std::optional<std::vector<Cell>> cellsOf(ByteView record)
{
    std::size_t at = 0;
    const auto header = varint(record, at);
    if (!header || *header > record.size() || *header < at)
        return std::nullopt;
    std::vector<std::uint64_t> types;
    while (at < *header) {
        const auto type = varint(record, at);
        if (!type || at > *header || types.size() >= kMaxColumns)
            return std::nullopt;
        types.push_back(*type);
    }
    std::vector<Cell> cells;
    for (const std::uint64_t type : types) {
        constexpr std::size_t sizes[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0};
        if (type == 10 || type == 11)
            return std::nullopt;
        const std::size_t size = type < 10 ? sizes[type] : std::size_t((type - 12) / 2);
        if (size > record.size() - at)
            return std::nullopt;
        const ByteView part = record.subspan(at, size);
        at += size;
        if (type == 0 || type == 7) {
            cells.emplace_back();
        } else if (type == 8 || type == 9) {
            cells.emplace_back(std::int64_t(type - 8));
        } else if (type < 7) {
            std::uint64_t value = number(part, 0, size);
            if (size < 8 && (value >> (8 * size - 1) & 1)) // negative
                value |= ~std::uint64_t(0) << (8 * size);
            cells.emplace_back(std::int64_t(value));
        } else if (type % 2 == 0) {
            cells.emplace_back(copyOf(part));
        } else {
            cells.emplace_back(std::string(textOf(part)));
        }
    }
    return cells;
}

} // namespace

bool logHasLost(const std::filesystem::path &database, std::size_t maxBytes)
{
    const auto log = readFile(database.string() + "-wal", maxBytes);
    if (!log || log->size() < kLogHeader + kFrameHeader)
        return false;
    if (!headerIsGood(*log))
        return true;
    const ByteView bytes = *log;
    LogSum sum(number(bytes, 0, 4) == 0x377f0683);
    sum.add(bytes.first(24));
    const std::size_t page = number(bytes, 8, 4);
    bool broken = false;
    int committedBehind = 0;
    for (std::size_t at = kLogHeader; page > 0 && at + kFrameHeader + page <= bytes.size(); at += kFrameHeader + page) {
        const bool ofThisLog = number(bytes, at + 8, 8) == number(bytes, 16, 8);
        if (!broken) {
            sum.add(bytes.subspan(at, 8));
            sum.add(bytes.subspan(at + kFrameHeader, page));
            broken = !ofThisLog || !sum.is(bytes, at + 16);
        }
        if (broken && ofThisLog && number(bytes, at + 4, 4) > 0) // the last frame of a transaction
            ++committedBehind;
    }
    return committedBehind > 1;
}

std::optional<SqlitePages> SqlitePages::read(const std::filesystem::path &path, std::size_t maxBytes)
{
    auto file = readFile(path, maxBytes);
    if (!file)
        return std::nullopt;
    SqlitePages pages;
    pages.m_file = std::move(*file);
    if (pages.m_file.size() >= 100) {
        const std::uint64_t said = number(pages.m_file, 16, 2);
        const std::size_t size = said == 1 ? 65536 : std::size_t(said);
        if (size >= 512 && (size & (size - 1)) == 0) // a damaged header: ours are of 4096
            pages.m_pageSize = size;
    }
    pages.m_usable = pages.m_pageSize;
    auto log = readFile(path.string() + "-wal", maxBytes);
    if (!log || log->size() < kLogHeader)
        return pages;
    pages.m_log = std::move(*log);
    std::uint64_t salt = number(pages.m_log, 16, 8);
    if (!headerIsGood(pages.m_log) && pages.m_log.size() >= kLogHeader + kFrameHeader)
        salt = number(pages.m_log, kLogHeader + 8, 8); // what the first frame says
    for (std::size_t at = kLogHeader; at + kFrameHeader + pages.m_pageSize <= pages.m_log.size();
         at += kFrameHeader + pages.m_pageSize) {
        if (number(pages.m_log, at + 8, 8) == salt) // of this log, not left over from the one before
            pages.m_inLog[std::uint32_t(number(pages.m_log, at, 4))] = at + kFrameHeader;
    }
    return pages;
}

std::optional<ByteView> SqlitePages::page(std::uint32_t number) const
{
    if (const auto found = m_inLog.find(number); found != m_inLog.end())
        return ByteView(m_log).subspan(found->second, m_pageSize);
    const std::uint64_t at = std::uint64_t(number - 1) * m_pageSize;
    if (number == 0 || at + m_pageSize > m_file.size())
        return std::nullopt;
    return ByteView(m_file).subspan(std::size_t(at), m_pageSize);
}

void SqlitePages::forEachRow(const std::function<void(PageRow)> &row) const
{
    std::uint32_t last = std::uint32_t(m_file.size() / m_pageSize);
    if (!m_inLog.empty())
        last = std::max(last, std::min(m_inLog.rbegin()->first, std::uint32_t(last + m_inLog.size())));
    for (std::uint32_t number = 1; number <= last; ++number)
        rowsOf(number, row);
}

void SqlitePages::rowsOf(std::uint32_t pageNumber, const std::function<void(PageRow)> &row) const
{
    const auto found = page(pageNumber);
    if (!found)
        return;
    const ByteView bytes = *found;
    const std::size_t start = pageNumber == 1 ? 100 : 0;
    const auto kind = std::to_integer<int>(bytes[start]);
    const bool isTable = kind == 0x0d;                 // leaves; what is above has no rows
    const bool isIndex = kind == 0x0a || kind == 0x02; // tables without row numbers have rows above the leaves, too
    if (!isTable && !isIndex)
        return;
    const std::size_t pointers = start + (kind == 0x02 ? 12 : 8);
    const std::size_t count = std::min<std::size_t>(number(bytes, start + 3, 2), (m_pageSize - pointers) / 2);
    for (std::size_t i = 0; i < count; ++i) {
        std::size_t at = number(bytes, pointers + 2 * i, 2) + (kind == 0x02 ? 4 : 0);
        const auto size = varint(bytes, at);
        PageRow one;
        if (!size || *size > kMaxPayload)
            continue;
        if (isTable) {
            const auto rowid = varint(bytes, at);
            if (!rowid)
                continue;
            one.rowid = std::int64_t(*rowid);
        }
        const auto record = payload(bytes, at, *size, isTable);
        if (!record)
            continue;
        if (auto cells = cellsOf(*record)) {
            one.cells = std::move(*cells);
            row(std::move(one));
        }
    }
}

std::optional<Bytes> SqlitePages::payload(ByteView bytes, std::size_t at, std::uint64_t size, bool isTable) const
{
    // How much of it lies in the page itself: the file format, 1.6, "Cell Payload Overflow Pages".
    const std::size_t most = isTable ? m_usable - 35 : (m_usable - 12) * 64 / 255 - 23;
    const std::size_t least = (m_usable - 12) * 32 / 255 - 23;
    std::size_t here = std::size_t(size);
    if (size > most) {
        here = least + std::size_t((size - least) % (m_usable - 4));
        if (here > most)
            here = least;
    }
    if (at + here > bytes.size() || (size > most && at + here + 4 > bytes.size()))
        return std::nullopt;
    Bytes all = copyOf(bytes.subspan(at, here));
    if (size <= most)
        return all;
    auto next = std::uint32_t(number(bytes, at + here, 4));
    while (all.size() < size) { // each step adds bytes: a circle of pages ends, too
        const auto more = page(next);
        if (!more)
            return std::nullopt;
        next = std::uint32_t(number(*more, 0, 4));
        const ByteView part = more->subspan(4, std::min<std::size_t>(m_usable - 4, std::size_t(size) - all.size()));
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

} // namespace tributary::store
