#pragma once

#include "core/hub/edge/transport.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tributary::edge {

/// Frames of one WebSocket that wait to be written, in order. Data frames share their payload with other sockets and only
/// own the few bytes before it (RFC 6455, 5.2: a server does not mask), so one system call takes many of them without
/// copying.
class FrameQueue {
public:
    static constexpr std::size_t kMaxBuffers = 64; ///< What asio hands to one writev.

    /// One unfragmented text or binary frame.
    void pushMessage(std::shared_ptr<const std::string> payload, bool binary);
    /// Bytes that are frames already; @p done, if any, is called when they are written, or with an error by fail().
    void pushRaw(std::string bytes, IoDone done);

    bool isEmpty() const { return m_front == m_items.size(); }
    /// Of data frames, so without raw items.
    std::size_t messageBytes() const { return m_messageBytes; }
    /// The beginning of what waits, as buffers in @p out; returns how many.
    std::size_t gather(std::array<boost::asio::const_buffer, kMaxBuffers> &out) const;
    /// Removes @p bytes that were written. The callbacks of raw items among them are returned, to be run afterwards.
    [[nodiscard]] std::vector<IoDone> consume(std::size_t bytes);
    /// Empties the queue and returns the callbacks of raw items in it.
    [[nodiscard]] std::vector<IoDone> clear();

private:
    struct Item {
        std::array<char, 10> header{};
        std::uint8_t headerSize = 0;
        std::shared_ptr<const std::string> payload;
        IoDone done;

        std::size_t size() const { return headerSize + payload->size(); }
    };

    std::vector<Item> m_items; ///< From m_front on; a deque would keep half a KiB for every idle socket.
    std::size_t m_front = 0;
    std::size_t m_written = 0; ///< Of the front item.
    std::size_t m_messageBytes = 0;
};

} // namespace tributary::edge
