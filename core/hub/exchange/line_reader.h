#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

namespace tributary::hub::exchange {

/// Reads a file line by line without ever holding more of it than one line and a block.
class LineReader {
public:
    /// Lines longer than @p maxLine are not kept: they are told of, and passed over.
    static Result<LineReader> open(const std::filesystem::path &path, std::size_t maxLine);
    LineReader(LineReader &&other) noexcept;
    LineReader(const LineReader &) = delete;
    LineReader &operator=(const LineReader &) = delete;
    LineReader &operator=(LineReader &&) = delete;
    ~LineReader();

    enum class Got { Line, TooLong, End };
    /// The next line, without its \n (a \r before it stays). Failed: the file cannot be read on.
    Result<Got> next();
    /// Valid until the next call, with 64 readable bytes behind it.
    std::string_view line() const { return m_line; }

    std::int64_t sizeBytes() const { return m_sizeBytes; }
    std::int64_t readBytes() const { return m_consumed; } ///< Up to the end of the current line.

private:
    LineReader(int file, std::int64_t sizeBytes, std::size_t maxLine);
    Result<bool> fill();

    int m_file;
    std::int64_t m_sizeBytes;
    std::size_t m_maxLine;
    std::vector<char> m_buffer;
    std::size_t m_begin = 0, m_end = 0; ///< What is read and not given yet.
    std::int64_t m_consumed = 0;
    std::string_view m_line;
};

} // namespace tributary::hub::exchange
