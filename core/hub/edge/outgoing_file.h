#pragma once

#include "core/hub/edge/request.h"
#include "core/hub/edge/response.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace tributary::edge {

/// The part of a file one answer sends, read in pieces.
class OutgoingFile {
public:
    OutgoingFile() = default;
    ~OutgoingFile();
    OutgoingFile(OutgoingFile &&other) noexcept;
    OutgoingFile &operator=(OutgoingFile &&other) noexcept;

    /// Opens the file of @p response and settles status and headers by what @p head asks for: 200, 206, 304, 404 or 416.
    /// Returns what is to follow the header; nothing for the last three.
    static OutgoingFile prepare(const RequestHead &head, Response &response);

    std::uint64_t remaining() const { return m_remaining; }
    /// Reads the next piece. 0 if the file has become shorter or cannot be read: the answer cannot be completed.
    std::size_t read(std::span<char> into);

private:
    int m_file = -1;
    std::uint64_t m_offset = 0;
    std::uint64_t m_remaining = 0;
};

} // namespace tributary::edge
