#pragma once

#include "core/hub/edge/settings.h"

#include <cstdint>
#include <string_view>

namespace tributary::edge {

/// Watches the bytes a client sends on a WebSocket for limits that Beast does not have: the size of one frame, the number of
/// fragments of a message. It understands frame headers (RFC 6455, 5.2) only as far as this needs; Beast judges the rest.
class FrameGuard {
public:
    explicit FrameGuard(const Limits &limits)
        : m_frameLimit(limits.socketFrameBytes)
        , m_fragmentLimit(limits.socketFragments)
    {
    }

    /// False as soon as a limit is passed; from then on for ever.
    bool accepts(std::string_view bytes);

private:
    bool judgeFrame();

    std::uint64_t m_frameLimit;
    std::size_t m_fragmentLimit;
    std::uint8_t m_header[10] = {}; ///< Without the mask key.
    std::size_t m_have = 0;
    std::size_t m_fragments = 0;
    std::uint64_t m_skip = 0; ///< Mask key and payload still to come.
    bool m_refused = false;
};

} // namespace tributary::edge
