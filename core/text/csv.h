#pragma once

#include "core/base/result.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// Files of separated values (RFC 4180 and what spreadsheets make of it), read a piece at a time.
namespace tributary::text {

/// How such a file is written.
struct CsvShape {
    enum class Encoding { Utf8, Utf16Le, Utf16Be, Windows1252 };
    Encoding encoding = Encoding::Utf8;
    char delimiter = ',';
    friend bool operator==(const CsvShape &, const CsvShape &) = default;
};

/// Finds out how a file is written, from all of it: a mark at its beginning or zero bytes tell UTF-16, what is no UTF-8 from
/// one end to the other is windows-1252, and the delimiter is the one of comma, semicolon and tab that parts the first rows
/// most evenly.
class CsvGuess {
public:
    void feed(std::string_view bytes);
    CsvShape shape() const;

private:
    std::string m_beginning; ///< At most kSample bytes.
    std::string m_rest;      ///< The beginning of a character that was cut.
    bool m_isUtf8 = true;
};

/// Reads rows of a file that is written as @p shape says. Line ends of any kind; quotes, and line ends within them; fields
/// are valid UTF-8, without white space around them. A row without a field is an empty line.
class CsvReader {
public:
    static constexpr std::size_t kLongestField = 64 * 1024;
    static constexpr std::size_t kMostColumns = 500;
    using Row = std::vector<std::string>;
    using OnRow = std::function<void(Row)>;

    explicit CsvReader(const CsvShape &shape, OnRow onRow);
    ~CsvReader();
    /// TooLarge: a field beyond kLongestField (a quote that is never closed ends so as well) or too many columns; the detail
    /// is the number of the row. Nothing more is read then.
    Result<void> feed(std::string_view bytes);
    Result<void> finish();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// One row as it stands in a file, with its line end.
std::string csvLine(const std::vector<std::string> &fields);

} // namespace tributary::text
