#include "core/hub/edge/outgoing_file.h"

#include "core/hub/edge/ascii.h"
#include "core/hub/edge/byte_range.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace tributary::edge {
namespace {

/// Whether the list of validators in @p header names @p etag (given with its quotes); weak ones match too (RFC
/// 9110, 13.1.2).
bool namesEtag(std::string_view header, std::string_view etag)
{
    while (!header.empty()) {
        const std::size_t comma = header.find(',');
        std::string_view one = trimmed(header.substr(0, comma));
        if (one.starts_with("W/"))
            one.remove_prefix(2);
        if (one == "*" || one == etag)
            return true;
        header = comma == std::string_view::npos ? std::string_view() : header.substr(comma + 1);
    }
    return false;
}

/// Another answer in place of the file's, keeping nothing of it but the route.
void replaceBy(Response &response, int status, std::string_view id)
{
    std::string route = std::move(response.route);
    response = errorResponse(status, id);
    response.route = std::move(route);
}

} // namespace

OutgoingFile::~OutgoingFile()
{
    if (m_file >= 0)
        ::close(m_file);
}

OutgoingFile::OutgoingFile(OutgoingFile &&other) noexcept
    : m_file(std::exchange(other.m_file, -1))
    , m_offset(other.m_offset)
    , m_remaining(std::exchange(other.m_remaining, 0))
{
}

OutgoingFile &OutgoingFile::operator=(OutgoingFile &&other) noexcept
{
    std::swap(m_file, other.m_file);
    std::swap(m_offset, other.m_offset);
    std::swap(m_remaining, other.m_remaining);
    return *this;
}

OutgoingFile OutgoingFile::prepare(const RequestHead &head, Response &response)
{
    const FileBody wanted = std::move(*response.file);
    response.file.reset();
    OutgoingFile out;
    struct stat info {};
    // O_NONBLOCK: a FIFO in place of the file must not stop the loop before fstat can tell.
    out.m_file = ::open(wanted.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (out.m_file < 0 || ::fstat(out.m_file, &info) != 0 || !S_ISREG(info.st_mode)) {
        replaceBy(response, 404, head.id);
        return {};
    }
    const auto size = std::uint64_t(info.st_size);
    const std::string etag = wanted.etag.empty() ? std::string() : '"' + wanted.etag + '"';
    response.headers.set("Accept-Ranges", "bytes");
    if (!etag.empty())
        response.headers.set("ETag", etag);
    if (!etag.empty() && namesEtag(head.headers.value("If-None-Match"), etag)) {
        response.status = 304;
        return {};
    }
    // A range of something else than the client has the beginning of would be garbage: then all of it (RFC 9110, 13.1.5).
    const std::string_view condition = head.headers.value("If-Range");
    const bool rangeHolds = head.method == "GET" && (condition.empty() || (!etag.empty() && condition == etag));
    const ByteRange range = parseByteRange(rangeHolds ? head.headers.value("Range") : std::string_view(), size);
    if (range.kind == ByteRange::Kind::Unsatisfiable) {
        replaceBy(response, 416, head.id);
        response.headers.set("Content-Range", "bytes */" + std::to_string(size));
        return {};
    }
    if (range.kind == ByteRange::Kind::Part) {
        response.status = 206;
        response.headers.set("Content-Range", "bytes " + std::to_string(range.first) + '-'
                                                  + std::to_string(range.first + range.length - 1) + '/'
                                                  + std::to_string(size));
    }
    out.m_offset = range.first;
    out.m_remaining = range.length;
    return out;
}

std::size_t OutgoingFile::read(std::span<char> into)
{
    const std::size_t wanted = std::size_t(std::min<std::uint64_t>(into.size(), m_remaining));
    ssize_t got;
    do {
        got = ::pread(m_file, into.data(), wanted, off_t(m_offset));
    } while (got < 0 && errno == EINTR);
    if (got <= 0)
        return 0;
    m_offset += std::uint64_t(got);
    m_remaining -= std::uint64_t(got);
    return std::size_t(got);
}

} // namespace tributary::edge
