#pragma once

#include "core/base/bytes.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tributary::store {

/// A column of a stored row: absent (NULL), a number, text or bytes. Real numbers are not used here.
using Cell = std::variant<std::monostate, std::int64_t, std::string, Bytes>;
/// A row as it stands in a page (https://www.sqlite.org/fileformat.html, 2.1).
struct PageRow {
    std::int64_t rowid = 0; ///< Of a table with row numbers; else 0.
    std::vector<Cell> cells;
};

/// Whether the log beside a database that commits durably, one transaction after the other, has lost what was committed.
/// SQLite reads a log up to the first frame whose checksum is wrong, and drops the rest without a word: after a power cut
/// that is the one transaction that was being written. If there are more, they had been on the disk, and the log is damaged.
bool logHasLost(const std::filesystem::path &database, std::size_t maxBytes);

/// The pages of an SQLite file with those of its log on top, for reading rows without believing the tree that holds them
/// together. Any bytes will do.
class SqlitePages {
public:
    /// Nothing: the file cannot be read, or is larger than @p maxBytes.
    static std::optional<SqlitePages> read(const std::filesystem::path &path, std::size_t maxBytes);

    /// Every row that lies whole in a page (its overflow pages included).
    void forEachRow(const std::function<void(PageRow)> &row) const;

private:
    std::optional<ByteView> page(std::uint32_t number) const;
    void rowsOf(std::uint32_t number, const std::function<void(PageRow)> &row) const;
    std::optional<Bytes> payload(ByteView page, std::size_t at, std::uint64_t size, bool isTable) const;

    std::size_t m_pageSize = 4096;
    std::size_t m_usable = 4096;
    Bytes m_file;
    Bytes m_log;
    std::map<std::uint32_t, std::size_t> m_inLog; ///< Where the newest version of a page is in the log.
};

} // namespace tributary::store
