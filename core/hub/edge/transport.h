#pragma once

#include <utility> // Boost.Asio 1.74 forgets it

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <span>

namespace boost::asio::ssl {
class context;
}

namespace tributary::edge {

using ErrorCode = boost::system::error_code;
using IoDone = std::function<void(ErrorCode, std::size_t)>;
using ConstBuffers = std::span<const boost::asio::const_buffer>;

/// A connected byte stream, plain or TLS, so that the rest is compiled once. One read and one write may be under way;
/// completions never run inside the call. Whoever starts an operation keeps the transport and the memory alive until its
/// end.
class Transport {
public:
    virtual ~Transport() = default;
    virtual bool isSecure() const = 0;
    /// The server's side of the TLS hand-shake; at once for a plain stream.
    virtual void handshake(IoDone done) = 0;
    virtual void readSome(std::span<char> into, IoDone done) = 0;
    /// Takes at least one byte of @p buffers (at most 64 of them), which must not be empty altogether.
    virtual void writeSome(ConstBuffers buffers, IoDone done) = 0;
    /// The same without waiting, for many small writes: what fits now, or would_block; then ask notifyWritable(). Not to be
    /// mixed with writeSome() on one transport.
    virtual std::size_t writeNow(ConstBuffers buffers, ErrorCode &error) = 0;
    virtual void notifyWritable(IoDone done) = 0;
    /// Says that nothing more will be sent. What the peer still sends can be read with drainSome().
    virtual void shutdownSend(IoDone done) = 0;
    /// Reads and means to throw away: raw bytes, also below TLS.
    virtual void drainSome(std::span<char> into, IoDone done) = 0;
    /// Ends every operation with an error. Harmless when repeated.
    virtual void close() = 0;
    /// close() with a reset: what the peer has not taken goes at once. After close() alone the kernel would go on offering
    /// it to a reader that has stalled, which then would never hear that the link is gone.
    virtual void abort() = 0;
};

std::shared_ptr<Transport> plainTransport(boost::asio::ip::tcp::socket socket);
std::shared_ptr<Transport> tlsTransport(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context &context);

} // namespace tributary::edge
