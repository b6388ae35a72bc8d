#include "core/store/checksum_functions.h"

#include "core/base/digest.h"

#include <algorithm>
#include <sqlite3.h>

namespace tributary::store {
namespace {

Cell cellOf(sqlite3_value *value)
{
    const auto size = [value] { return std::size_t(sqlite3_value_bytes(value)); };
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER: return std::int64_t(sqlite3_value_int64(value));
    case SQLITE_TEXT: {
        const auto *text = reinterpret_cast<const char *>(sqlite3_value_text(value));
        return text ? std::string(text, size()) : std::string();
    }
    case SQLITE_BLOB: {
        const auto *bytes = static_cast<const std::byte *>(sqlite3_value_blob(value));
        return bytes ? Bytes(bytes, bytes + size()) : Bytes();
    }
    default: return {};
    }
}

void checksumOfValues(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const std::vector<sqlite3_value *> values(arguments, arguments + count);
    std::vector<Cell> cells(values.size());
    std::ranges::transform(values, cells.begin(), cellOf);
    const auto sum = checksumOf(cells);
    sqlite3_result_blob(context, sum.data(), int(sum.size()), SQLITE_TRANSIENT);
}

void addTo(std::string &pieces, const Cell &cell)
{
    const auto add = [&](char type, std::string_view bytes) {
        pieces.append(1, type).append(std::to_string(bytes.size())).append(":").append(bytes);
    };
    if (const auto *number = std::get_if<std::int64_t>(&cell))
        add('i', std::to_string(*number));
    else if (const auto *text = std::get_if<std::string>(&cell))
        add('t', *text);
    else if (const auto *bytes = std::get_if<Bytes>(&cell))
        add('b', textOf(*bytes));
    else
        add('n', {});
}

} // namespace

std::array<std::byte, 16> checksumOf(std::span<const Cell> values)
{
    std::string pieces;
    for (const Cell &cell : values)
        addTo(pieces, cell);
    return blake16(bytesOf(pieces));
}

Result<void> addChecksumFunctions(sqlite3 *handle)
{
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    const int code =
        sqlite3_create_function_v2(handle, "checksum_of", -1, flags, nullptr, &checksumOfValues, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        return failure(Error::Kind::Failed, "cannot add checksum_of to the database");
    return {};
}

} // namespace tributary::store
