#include "core/hub/edge/socket_session.h"

#include "core/base/log.h"
#include "core/hub/edge/frame_stream.h"
#include "core/hub/edge/linger.h"
#include "core/hub/edge/socket_handle.h"

#include <boost/asio/buffers_iterator.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <exception>

namespace tributary::edge {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

constexpr std::size_t kKeptBuffer = 8 * 1024; ///< Of receive buffer, between messages.
/// Beast asks for room before it looks whether more may come; without this a message of exactly the limit would not fit.
constexpr std::size_t kBufferSpare = 4 * 1024;
constexpr int kWritesPerTurn = 16; ///< Then other sockets have their turn.

/// The close code a read that ended with @p error stands for; what Beast has told the peer, too.
std::uint16_t closeCodeFor(const ErrorCode &error)
{
    if (error == websocket::error::bad_frame_payload)
        return websocket::close_code::bad_payload;
    if (error == websocket::error::message_too_big || error == websocket::error::buffer_overflow)
        return websocket::close_code::too_big;
    if (error == websocket::condition::protocol_violation)
        return websocket::close_code::protocol_error;
    return websocket::close_code::abnormal;
}

class Session final : public SocketSession, public std::enable_shared_from_this<Session> {
public:
    Session(std::shared_ptr<ServerCore> core, std::shared_ptr<Transport> transport, Ticket ticket, std::string leftover,
            std::shared_ptr<SocketEvents> events)
        : m_core(std::move(core))
        , m_transport(std::move(transport))
        , m_ticket(std::move(ticket))
        , m_events(std::move(events))
        , m_guard(limits())
        , m_stream(FrameStream::Parts{m_core->loop(), m_transport, m_queue, m_guard, std::move(leftover),
                                      [this] { queued(); },
                                      [this](std::size_t bytes) { m_core->counters().bytesIn += bytes; }})
        , m_buffer(limits().socketTrustedBytes + kBufferSpare)
        , m_stallTimer(m_core->loop())
        , m_closeTimer(m_core->loop())
    {
        m_stream.read_message_max(limits().socketMessageBytes);
        ++m_core->counters().sockets;
        ++m_core->counters().socketsOpen;
    }

    ~Session() override { --m_core->counters().socketsOpen; }

    void accept(const Request &request, const std::string &subprotocol)
    {
        m_handle = std::make_shared<SocketHandle>(m_core->gate(), weak_from_this(), limits(), request.remoteAddress);
        beast::http::request<beast::http::empty_body> handshake;
        handshake.method(beast::http::verb::get);
        handshake.target("/");
        handshake.version(11);
        handshake.set(beast::http::field::host, "-");
        handshake.set(beast::http::field::upgrade, "websocket");
        handshake.set(beast::http::field::connection, "upgrade");
        handshake.set(beast::http::field::sec_websocket_version, "13");
        handshake.set(beast::http::field::sec_websocket_key, std::string(request.headers.value("Sec-WebSocket-Key")));
        m_stream.set_option(websocket::stream_base::decorator([subprotocol](websocket::response_type &response) {
            response.erase(beast::http::field::server);
            if (!subprotocol.empty())
                response.set(beast::http::field::sec_websocket_protocol, subprotocol);
        }));
        boundBy(m_closeTimer, m_core->settings().times.handshake, [](Session &self) { self.drop(); });
        m_stream.async_accept(handshake, [self = shared_from_this()](ErrorCode error) {
            if (self->m_ended)
                return;
            if (error)
                return self->drop();
            self->m_closeTimer.cancel();
            self->m_isOpen = true;
            self->tell([&] { self->m_events->opened(self->m_handle); });
            self->readNext();
        });
    }

    void enqueue(std::shared_ptr<const std::string> payload, bool binary) override
    {
        if (m_ended || m_closing)
            return;
        m_queue.pushMessage(std::move(payload), binary);
        ++m_core->counters().messagesOut;
        m_wasAboveLowWater = m_wasAboveLowWater || m_handle->queuedBytes() > limits().socketLowWaterBytes;
        queued();
    }

    void flush() override
    {
        m_flushAsked = false;
        std::array<asio::const_buffer, FrameQueue::kMaxBuffers> buffers;
        for (int turn = 0; !m_ended && !m_blocked && !m_queue.isEmpty(); ++turn) {
            if (turn == kWritesPerTurn)
                return queued();
            const std::size_t count = m_queue.gather(buffers);
            ErrorCode error;
            const std::size_t bytes = m_transport->writeNow({buffers.data(), count}, error);
            if (error == asio::error::would_block || error == asio::error::try_again)
                return waitForReader();
            if (error)
                return drop();
            wrote(bytes);
        }
        if (!m_ended && m_queue.isEmpty())
            queueEmpty();
    }

    void beginClose(std::uint16_t code, std::string reason) override
    {
        if (m_ended || m_closing)
            return;
        m_closing = true;
        m_closeCode = code;
        reason.resize(std::min<std::size_t>(reason.size(), 123));
        boundBy(m_closeTimer, m_core->settings().times.socketClose,
                [](Session &self) { self.end(self.m_closeCode, false); });
        m_stream.async_close(websocket::close_reason(websocket::close_code(code), reason),
                             [self = shared_from_this()](ErrorCode) { self->end(self->m_closeCode, true); });
    }

    void trust() override { m_stream.read_message_max(limits().socketTrustedBytes); }
    void setReading(bool reading) override
    {
        m_wantsReading = reading;
        readNext();
    }

    void stalled() override
    {
        if (m_ended)
            return;
        m_core->counters().refuse(Refusal::SocketStalled);
        drop();
    }

    void stopGently() override { m_handle->close(websocket::close_code::going_away, {}); }

    void drop() override { end(websocket::close_code::abnormal, false); }

private:
    const Limits &limits() const { return m_core->settings().limits; }

    /// Calls the application. An exception there is its bug; the other connections shall not pay for it.
    template<class Call>
    void tell(Call call)
    {
        try {
            call();
        } catch (const std::exception &) {
            log(LogLevel::Error, "tributary.edge", "a socket's handler failed");
            m_handle->abort();
        }
    }

    template<class Reaction>
    void boundBy(asio::steady_timer &timer, Times::Duration time, Reaction reaction)
    {
        timer.expires_after(time);
        timer.async_wait([self = shared_from_this(), reaction](ErrorCode error) {
            if (!error && !self->m_ended)
                reaction(*self);
        });
    }

    void readNext()
    {
        if (m_readPending || m_ended || m_closing || !m_isOpen || !m_wantsReading)
            return;
        m_readPending = true;
        m_stream.async_read(m_buffer, [self = shared_from_this()](ErrorCode error, std::size_t) {
            self->m_readPending = false;
            if (self->m_ended)
                return;
            if (error)
                self->readEnded(error);
            else
                self->received();
        });
    }

    void received()
    {
        const auto bytes = m_buffer.cdata();
        std::string payload(static_cast<const char *>(bytes.data()), bytes.size());
        m_buffer.consume(bytes.size());
        if (m_buffer.capacity() > kKeptBuffer)
            m_buffer.shrink_to_fit();
        ++m_core->counters().messagesIn;
        tell([&] { m_events->message(std::move(payload), m_stream.got_binary()); });
        readNext();
    }

    void readEnded(const ErrorCode &error)
    {
        if (m_closing && error == asio::error::operation_aborted)
            return; // the close operation has taken over reading, and tells how it ends
        if (error == websocket::error::closed) {
            const std::uint16_t code = m_stream.reason().code;
            return end(code == 0 ? std::uint16_t(websocket::close_code::no_status) : code, true);
        }
        if (m_stream.next_layer().brokeLimit()) {
            // Beast knows nothing of this limit, so its goodbye is ours to say: a close frame with 1009 (RFC 6455, 5.5.1).
            m_core->counters().refuse(Refusal::SocketProtocol);
            m_endWhenFlushed = true;
            m_closing = true;
            m_closeCode = websocket::close_code::too_big;
            boundBy(m_closeTimer, m_core->settings().times.socketClose,
                    [](Session &self) { self.end(self.m_closeCode, false); });
            m_queue.pushRaw(std::string("\x88\x02\x03\xf1"), {});
            return flush();
        }
        const std::uint16_t code = closeCodeFor(error);
        const bool told = code != websocket::close_code::abnormal;
        if (told)
            m_core->counters().refuse(Refusal::SocketProtocol);
        end(code, told);
    }

    void queued()
    {
        if (std::exchange(m_flushAsked, true))
            return;
        m_core->flushSoon(shared_from_this());
    }

    void wrote(std::size_t bytes)
    {
        ++m_core->counters().writes;
        m_core->counters().bytesOut += bytes;
        const std::size_t before = m_queue.messageBytes();
        const auto finished = m_queue.consume(bytes);
        m_handle->wrote(before - m_queue.messageBytes());
        for (const IoDone &done : finished)
            done({}, 0);
        if (m_wasAboveLowWater && !m_ended && m_handle->queuedBytes() <= limits().socketLowWaterBytes) {
            m_wasAboveLowWater = false;
            tell([&] { m_events->drained(); });
        }
    }

    void waitForReader()
    {
        m_blocked = true;
        boundBy(m_stallTimer, m_core->settings().times.socketStall, [](Session &self) { self.stalled(); });
        m_transport->notifyWritable([self = shared_from_this()](ErrorCode error, std::size_t) {
            self->m_blocked = false;
            if (self->m_ended)
                return;
            if (error)
                return self->drop();
            self->m_stallTimer.cancel();
            self->flush();
        });
    }

    void queueEmpty()
    {
        if (m_endWhenFlushed)
            end(m_closeCode, true);
    }

    /// The one way out. @p politely leaves the peer time to read what was said last.
    void end(std::uint16_t code, bool politely)
    {
        if (std::exchange(m_ended, true))
            return;
        const auto self = shared_from_this();
        m_stallTimer.cancel();
        m_closeTimer.cancel();
        m_handle->ended();
        // Operations of Beast that wait for the queue hold this session; they end, but not inside this call.
        for (IoDone &done : m_queue.clear())
            asio::post(m_core->loop(), [self, done = std::move(done)] { done(asio::error::operation_aborted, 0); });
        if (politely)
            Linger::start(m_core, m_transport, std::move(m_ticket));
        else
            m_transport->abort();
        if (m_isOpen)
            tell([&] { m_events->closed(code); });
        m_events.reset();
        m_core->remove(this);
    }

    std::shared_ptr<ServerCore> m_core;
    std::shared_ptr<Transport> m_transport;
    Ticket m_ticket;
    std::shared_ptr<SocketEvents> m_events;
    std::shared_ptr<SocketHandle> m_handle;
    FrameQueue m_queue;
    FrameGuard m_guard;
    websocket::stream<FrameStream, false>
        m_stream; ///< Without permessage-deflate: payloads are compressed by those who know them.
    beast::flat_buffer m_buffer;
    asio::steady_timer m_stallTimer;
    asio::steady_timer m_closeTimer;
    std::uint16_t m_closeCode = 0;
    bool m_isOpen = false;
    bool m_wantsReading = true;
    bool m_readPending = false;
    bool m_flushAsked = false;
    bool m_blocked = false;
    bool m_wasAboveLowWater = false;
    bool m_closing = false;
    bool m_endWhenFlushed = false;
    bool m_ended = false;
};

} // namespace

void SocketSession::start(std::shared_ptr<ServerCore> core, std::shared_ptr<Transport> transport, Ticket ticket,
                          Request request, std::string leftover, UpgradeDecision decision)
{
    const auto session = std::make_shared<Session>(core, std::move(transport), std::move(ticket), std::move(leftover),
                                                   std::move(decision.events));
    core->add(session);
    session->accept(request, decision.subprotocol);
}

} // namespace tributary::edge
