#include "core/hub/edge/frame_guard.h"

#include <algorithm>

namespace tributary::edge {

bool FrameGuard::accepts(std::string_view bytes)
{
    while (!bytes.empty() && !m_refused) {
        if (m_skip > 0) {
            const auto skipped = std::size_t(std::min<std::uint64_t>(m_skip, bytes.size()));
            m_skip -= skipped;
            bytes.remove_prefix(skipped);
            continue;
        }
        m_header[m_have++] = std::uint8_t(bytes.front());
        bytes.remove_prefix(1);
        const std::size_t length = m_have < 2 ? 0 : m_header[1] & 0x7f;
        const std::size_t wanted = length < 126 ? 2 : length == 126 ? 4 : 10;
        if (m_have == wanted)
            m_refused = !judgeFrame();
    }
    return !m_refused;
}

bool FrameGuard::judgeFrame()
{
    std::uint64_t length = m_header[1] & 0x7f;
    if (m_have > 2) {
        length = 0;
        for (std::size_t at = 2; at < m_have; ++at)
            length = length << 8 | m_header[at];
    }
    m_have = 0;
    if (length > m_frameLimit)
        return false;
    m_skip = length + ((m_header[1] & 0x80) != 0 ? 4 : 0);
    const bool isControl = (m_header[0] & 0x08) != 0;
    if (isControl)
        return true;
    const bool isFinal = (m_header[0] & 0x80) != 0;
    const bool allowed = ++m_fragments <= m_fragmentLimit;
    if (isFinal)
        m_fragments = 0;
    return allowed;
}

} // namespace tributary::edge
