#include "core/hub/edge/transport.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <cstring>
#include <vector>

namespace tributary::edge {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

void resetOnClose(tcp::socket &socket)
{
    ErrorCode ignored;
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
}

class PlainTransport final : public Transport {
public:
    explicit PlainTransport(tcp::socket socket)
        : m_socket(std::move(socket))
    {
        ErrorCode ignored;
        m_socket.non_blocking(true, ignored); // for writeNow(); asynchronous calls do not mind
    }

    bool isSecure() const override { return false; }
    void handshake(IoDone done) override { finishSoon(std::move(done)); }
    void readSome(std::span<char> into, IoDone done) override
    {
        m_socket.async_read_some(asio::buffer(into.data(), into.size()), std::move(done));
    }
    void writeSome(ConstBuffers buffers, IoDone done) override
    {
        m_socket.async_write_some(buffers, std::move(done)); // one writev
    }
    std::size_t writeNow(ConstBuffers buffers, ErrorCode &error) override { return m_socket.write_some(buffers, error); }
    void notifyWritable(IoDone done) override
    {
        m_socket.async_wait(tcp::socket::wait_write, [done = std::move(done)](ErrorCode error) { done(error, 0); });
    }
    void shutdownSend(IoDone done) override
    {
        ErrorCode ignored;
        m_socket.shutdown(tcp::socket::shutdown_send, ignored);
        finishSoon(std::move(done));
    }
    void drainSome(std::span<char> into, IoDone done) override { readSome(into, std::move(done)); }
    void close() override
    {
        ErrorCode ignored;
        m_socket.close(ignored);
    }
    void abort() override
    {
        resetOnClose(m_socket);
        close();
    }

private:
    void finishSoon(IoDone done)
    {
        asio::post(m_socket.get_executor(), [done = std::move(done)] { done({}, 0); });
    }

    tcp::socket m_socket;
};

class TlsTransport final : public Transport, public std::enable_shared_from_this<TlsTransport> {
public:
    TlsTransport(tcp::socket socket, asio::ssl::context &context)
        : m_stream(std::move(socket), context)
    {
    }

    bool isSecure() const override { return true; }
    void handshake(IoDone done) override
    {
        m_stream.async_handshake(asio::ssl::stream_base::server,
                                 [done = std::move(done)](ErrorCode error) { done(error, 0); });
    }
    void readSome(std::span<char> into, IoDone done) override
    {
        m_stream.async_read_some(asio::buffer(into.data(), into.size()), std::move(done));
    }
    void writeSome(ConstBuffers buffers, IoDone done) override
    {
        // One record, at most 16 KiB (RFC 8446, 5.1), of as many buffers as fit: a record a buffer would cost more than
        // copying.
        m_record.clear();
        for (const auto &buffer : buffers) {
            const std::size_t room = kRecordBytes - m_record.size();
            const auto *data = static_cast<const char *>(buffer.data());
            m_record.insert(m_record.end(), data, data + std::min(room, buffer.size()));
            if (m_record.size() == kRecordBytes)
                break;
        }
        if (done)
            asio::async_write(m_stream, asio::buffer(m_record), std::move(done));
        else
            asio::async_write(m_stream, asio::buffer(m_record), [self = shared_from_this()](ErrorCode error, std::size_t) {
                self->m_recordPending = false;
                self->m_recordError = error;
                self->notify(error);
            });
    }
    std::size_t writeNow(ConstBuffers buffers, ErrorCode &error) override
    {
        error = m_recordError;
        if (!error && m_recordPending)
            error = asio::error::would_block;
        if (error)
            return 0;
        m_recordPending = true;
        writeSome(buffers, {});
        return m_record.size();
    }
    void notifyWritable(IoDone done) override
    {
        m_notify = std::move(done);
        if (!m_recordPending)
            asio::post(m_stream.get_executor(), [self = shared_from_this()] { self->notify({}); });
    }
    void shutdownSend(IoDone done) override
    {
        m_stream.async_shutdown([this, done = std::move(done)](ErrorCode error) {
            ErrorCode ignored;
            m_stream.next_layer().shutdown(tcp::socket::shutdown_send, ignored);
            done(error == asio::error::operation_aborted ? error : ErrorCode(), 0);
        });
    }
    void drainSome(std::span<char> into, IoDone done) override
    {
        m_stream.next_layer().async_read_some(asio::buffer(into.data(), into.size()), std::move(done));
    }
    void close() override
    {
        ErrorCode ignored;
        m_stream.next_layer().close(ignored);
    }
    void abort() override
    {
        resetOnClose(m_stream.next_layer());
        close();
    }

private:
    static constexpr std::size_t kRecordBytes = 16 * 1024;

    void notify(ErrorCode error)
    {
        if (const IoDone done = std::exchange(m_notify, {}))
            done(error, 0);
    }

    asio::ssl::stream<tcp::socket> m_stream;
    std::vector<char> m_record;
    bool m_recordPending = false; ///< A record of writeNow() is on its way.
    ErrorCode m_recordError;
    IoDone m_notify;
};

} // namespace

std::shared_ptr<Transport> plainTransport(tcp::socket socket)
{
    return std::make_shared<PlainTransport>(std::move(socket));
}

std::shared_ptr<Transport> tlsTransport(tcp::socket socket, asio::ssl::context &context)
{
    return std::make_shared<TlsTransport>(std::move(socket), context);
}

} // namespace tributary::edge
