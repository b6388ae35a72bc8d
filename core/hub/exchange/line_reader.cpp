#include "core/hub/exchange/line_reader.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace tributary::hub::exchange {
namespace {

constexpr std::size_t kBlock = 256 * 1024;
constexpr std::size_t kPadding = 64;

} // namespace

LineReader::LineReader(int file, std::int64_t sizeBytes, std::size_t maxLine)
    : m_file(file)
    , m_sizeBytes(sizeBytes)
    , m_maxLine(maxLine)
    , m_buffer(kBlock + kPadding)
{
}

LineReader::LineReader(LineReader &&other) noexcept
    : m_file(std::exchange(other.m_file, -1))
    , m_sizeBytes(other.m_sizeBytes)
    , m_maxLine(other.m_maxLine)
    , m_buffer(std::move(other.m_buffer))
    , m_begin(other.m_begin)
    , m_end(other.m_end)
    , m_consumed(other.m_consumed)
{
}

LineReader::~LineReader()
{
    if (m_file >= 0)
        ::close(m_file);
}

Result<LineReader> LineReader::open(const std::filesystem::path &path, std::size_t maxLine)
{
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return failure(errno == ENOENT ? Error::Kind::NotFound : Error::Kind::Failed,
                       std::string("cannot be opened: ") + std::strerror(errno));
    struct stat about {};
    if (::fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
        ::close(file);
        return failure(Error::Kind::Invalid, "is not a file");
    }
    return LineReader(file, about.st_size, maxLine);
}

/// Reads a block more behind what is there; false at the end of the file.
Result<bool> LineReader::fill()
{
    if (m_begin > 0) {
        std::memmove(m_buffer.data(), m_buffer.data() + m_begin, m_end - m_begin);
        m_end -= m_begin;
        m_begin = 0;
    }
    if (m_end + kBlock + kPadding > m_buffer.size())
        m_buffer.resize(m_end + std::max(m_end, kBlock) + kPadding);
    ssize_t count = 0;
    do {
        count = ::read(m_file, m_buffer.data() + m_end, m_buffer.size() - kPadding - m_end);
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return failure(Error::Kind::Failed, std::string("cannot be read: ") + std::strerror(errno));
    m_end += std::size_t(count);
    return count > 0;
}

Result<LineReader::Got> LineReader::next()
{
    bool tooLong = false;
    std::size_t searched = 0;
    m_line = {};
    for (;;) {
        const char *from = m_buffer.data() + m_begin;
        const std::size_t size = m_end - m_begin;
        if (const void *end = std::memchr(from + searched, '\n', size - searched)) {
            const std::size_t length = std::size_t(static_cast<const char *>(end) - from);
            m_begin += length + 1;
            m_consumed += std::int64_t(length) + 1;
            tooLong |= length > m_maxLine;
            if (!tooLong)
                m_line = {from, length};
            return tooLong ? Got::TooLong : Got::Line;
        }
        searched = size;
        if (size > m_maxLine) { // drop it as it comes
            tooLong = true;
            m_consumed += std::int64_t(size);
            m_begin = m_end = searched = 0;
        }
        TRIBUTARY_TRY_ASSIGN(const bool more, fill());
        if (more)
            continue;
        const std::size_t rest = m_end - m_begin;
        if (rest == 0 && !tooLong)
            return Got::End;
        m_consumed += std::int64_t(rest);
        if (!tooLong)
            m_line = {m_buffer.data() + m_begin, rest};
        m_begin = m_end;
        return tooLong ? Got::TooLong : Got::Line;
    }
}

} // namespace tributary::hub::exchange
