#pragma once

#include "core/hub/edge/loop_gate.h"
#include "core/hub/edge/settings.h"
#include "core/hub/edge/socket.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

namespace tributary::edge {

class SocketSession;

/// The public end of a socket: what other threads may touch, and nothing that belongs to the loop.
class SocketHandle final : public Socket, public std::enable_shared_from_this<SocketHandle> {
public:
    SocketHandle(std::shared_ptr<LoopGate> gate, std::weak_ptr<SocketSession> session, const Limits &limits,
                 std::string remoteAddress);

    bool send(std::shared_ptr<const std::string> payload, bool binary) override;
    std::size_t queuedBytes() const override { return m_queued; }
    void close(std::uint16_t code, std::string_view reason) override;
    void abort() override;
    void setReading(bool reading) override;
    void trust() override;
    const std::string &remoteAddress() const override { return m_remoteAddress; }

    /// By the session, on the edge's thread.
    void wrote(std::size_t bytes) { m_queued -= bytes; }
    void ended();

private:
    struct Outgoing {
        std::shared_ptr<const std::string> payload;
        bool binary;
    };

    /// Hands over, on the edge's thread, what other threads have left here; in order.
    void emptyInbox(SocketSession &session);
    /// Runs @p work with the session on the edge's thread, behind everything sent before.
    void onSession(std::function<void(SocketSession &)> work);

    std::shared_ptr<LoopGate> m_gate;
    std::weak_ptr<SocketSession> m_session; ///< Locked on the edge's thread only: sessions die there.
    std::size_t m_queueLimit;
    std::string m_remoteAddress;
    std::atomic<bool> m_open = true;
    std::atomic<std::size_t> m_queued = 0;
    std::mutex m_mutex;
    std::vector<Outgoing> m_inbox;
    bool m_isPosted = false;
};

/// Bytes of the frame header before a payload of @p size bytes.
constexpr std::size_t frameHeaderBytes(std::size_t size)
{
    return size < 126 ? 2 : size <= 0xffff ? 4 : 10;
}

} // namespace tributary::edge
