#pragma once

#include "core/base/digest.h"
#include "core/hub/exchange/sealed_files.h"

#include <span>
#include <string>
#include <string_view>

/// How the database in a sealed backup is laid out, for both ways.
namespace tributary::hub::exchange::sealed {

/// What is sealed of a row, and how a row that cannot be read is filled up, stands in the file: a later program, whose
/// tables have other columns, reads it by that.
inline constexpr std::string_view kDescription =
    "CREATE TABLE sealed_table (name TEXT PRIMARY KEY, dropped INTEGER NOT NULL);"
    "CREATE TABLE sealed_column (table_name TEXT NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL, blank,"
    " unique_name INTEGER NOT NULL, PRIMARY KEY (table_name, place));"
    "CREATE TABLE sealed_file (row INTEGER PRIMARY KEY, in_seals BLOB NOT NULL)";

inline std::string inQuotes(std::string_view name)
{
    return '"' + std::string(name) + '"';
}

/// `"a", "b"`
inline std::string listOf(std::span<const std::string> names)
{
    std::string list;
    for (const std::string &name : names)
        list += (list.empty() ? "" : ", ") + inQuotes(name);
    return list;
}
/// `"a", typeof("a"), "b", typeof("b")`
inline std::string listWithTypes(std::span<const std::string> names)
{
    std::string list;
    for (const std::string &name : names)
        list += (list.empty() ? "" : ", ") + inQuotes(name) + ", typeof(" + inQuotes(name) + ")";
    return list;
}
/// `:c0, :c1`
inline std::string parameters(std::size_t count)
{
    std::string list;
    for (std::size_t i = 0; i < count; ++i)
        list += (i == 0 ? ":c" : ", :c") + std::to_string(i);
    return list;
}
inline std::string parameter(std::size_t place)
{
    return "c" + std::to_string(place);
}

/// What the sealed part of a table's rows is bound to, besides the row: the table, and what is in there in which order.
inline std::string boundTo(std::string_view table, std::span<const std::string> columns)
{
    std::string text(table);
    for (const std::string &column : columns)
        text += "\n" + column;
    return text;
}
inline constexpr std::string_view kFiles = "sealed_file";

/// In `blobs/`.
inline std::string nameOfFile(const FileKey &key)
{
    return toHex(hmacSha256(key, bytesOf("name")));
}

} // namespace tributary::hub::exchange::sealed
