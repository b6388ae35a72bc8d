#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tributary::edge {

class Socket;

/// Who hears what happens on one WebSocket. All calls come from the edge's thread, one at a time; none may block.
class SocketEvents {
public:
    virtual ~SocketEvents() = default;
    /// The hand-shake is done. Keep @p socket for sending.
    virtual void opened(std::shared_ptr<Socket> socket) = 0;
    /// A whole message. Text is valid UTF-8.
    virtual void message(std::string payload, bool binary) = 0;
    /// The queue was above Limits::socketLowWaterBytes and has fallen to it: room for more.
    virtual void drained() {}
    /// The last call, once. @p code is the peer's close code or ours; 1005 if it gave none, 1006 if the link broke or was
    /// aborted.
    virtual void closed(std::uint16_t code) = 0;
};

/// Our end of one WebSocket. Usable from any thread, also when the connection or the server is gone.
class Socket {
public:
    virtual ~Socket() = default;
    /// Queues one message of one frame. A payload given as shared pointer is not copied: encode once, send to many. Messages
    /// queued in one turn of the loop leave in one write. False if the socket is closed or closing; a queue above
    /// Limits::socketQueueBytes aborts the socket, since its reader has stalled.
    virtual bool send(std::shared_ptr<const std::string> payload, bool binary) = 0;
    bool send(std::string payload, bool binary)
    {
        return send(std::make_shared<const std::string>(std::move(payload)), binary);
    }
    /// Bytes accepted by send() that the kernel has not taken yet.
    virtual std::size_t queuedBytes() const = 0;
    /// Sends what is queued, then a close frame; the link ends with the peer's answer or after Times::socketClose.
    /// @p reason is for the peer: short (at most 123 bytes), without internals.
    virtual void close(std::uint16_t code, std::string_view reason = {}) = 0;
    /// Ends the link now; what is queued is lost.
    virtual void abort() = 0;
    /// Stops or resumes reading, for a handler that cannot keep up: the peer then feels it through TCP.
    virtual void setReading(bool reading) = 0;
    /// The peer has proven who it is: from now on its messages may be of Limits::socketTrustedBytes.
    virtual void trust() {}
    /// The peer's, or the client's as told by a trusted proxy.
    virtual const std::string &remoteAddress() const = 0;
};

} // namespace tributary::edge
