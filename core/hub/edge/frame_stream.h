#pragma once

#include "core/hub/edge/frame_guard.h"
#include "core/hub/edge/frame_queue.h"
#include "core/hub/edge/transport.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/system/error_code.hpp>
#include <cstring>
#include <functional>

namespace tributary::edge {

/// What Beast's websocket::stream reads from and writes to. Beast decodes what comes in and writes hand-shake, pongs and
/// close frames; these pass through the same queue as our data frames, so frames never mix. Reads go through the guard.
/// Included by one .cpp file alone: Beast is slow to compile.
class FrameStream {
public:
    using executor_type = boost::asio::io_context::executor_type;

    struct Parts {
        boost::asio::io_context &loop;
        std::shared_ptr<Transport> transport;
        FrameQueue &queue;
        FrameGuard &guard;
        std::string received;         ///< To be read before anything else.
        std::function<void()> queued; ///< Something was pushed.
        std::function<void(std::size_t)> didRead;
    };

    explicit FrameStream(Parts parts)
        : m_parts(std::move(parts))
    {
    }

    executor_type get_executor() { return m_parts.loop.get_executor(); }

    template<class Buffers, class Handler>
    auto async_read_some(const Buffers &buffers, Handler &&handler)
    {
        return boost::asio::async_initiate<Handler, void(ErrorCode, std::size_t)>(
            [this](auto realHandler, const auto &into) { readSome(firstOf(into), copyable(std::move(realHandler))); },
            handler, buffers);
    }

    template<class Buffers, class Handler>
    auto async_write_some(const Buffers &buffers, Handler &&handler)
    {
        return boost::asio::async_initiate<Handler, void(ErrorCode, std::size_t)>(
            [this](auto realHandler, const auto &from) {
                std::string bytes(boost::asio::buffer_size(from), '\0');
                boost::asio::buffer_copy(boost::asio::buffer(bytes), from);
                const std::size_t size = bytes.size();
                auto done = copyable(std::move(realHandler));
                m_parts.queue.pushRaw(std::move(bytes),
                                      [done, size](ErrorCode error, std::size_t) { done(error, error ? 0 : size); });
                m_parts.queued();
            },
            handler, buffers);
    }

    bool brokeLimit() const { return m_brokeLimit; }

    /// Beast's customisation points: the session ends links by itself, with its own time bounds.
    friend void beast_close_socket(FrameStream &stream) { stream.m_parts.transport->close(); }
    template<class Handler>
    friend void async_teardown(boost::beast::role_type, FrameStream &stream, Handler &&handler)
    {
        boost::asio::post(stream.get_executor(),
                          [handler = std::forward<Handler>(handler)]() mutable { handler(ErrorCode()); });
    }

private:
    /// std::function wants copyable functions, Beast's operations can only be moved.
    template<class Handler>
    static IoDone copyable(Handler handler)
    {
        auto shared = std::make_shared<Handler>(std::move(handler));
        return [shared](ErrorCode error, std::size_t bytes) { (*shared)(error, bytes); };
    }

    template<class Buffers>
    static std::span<char> firstOf(const Buffers &buffers)
    {
        const auto end = boost::asio::buffer_sequence_end(buffers);
        for (auto at = boost::asio::buffer_sequence_begin(buffers); at != end; ++at) {
            const boost::asio::mutable_buffer one(*at);
            if (one.size() != 0)
                return {static_cast<char *>(one.data()), one.size()};
        }
        return {};
    }

    void readSome(std::span<char> into, IoDone done)
    {
        if (m_parts.received.empty() && !into.empty()) {
            m_parts.transport->readSome(into, [this, into, done = std::move(done)](ErrorCode error, std::size_t bytes) {
                checked(into.first(bytes), error, done);
            });
            return;
        }
        const std::size_t size = std::min(into.size(), m_parts.received.size());
        std::memcpy(into.data(), m_parts.received.data(), size);
        m_parts.received.erase(0, size);
        boost::asio::post(m_parts.loop, [this, into, size, done = std::move(done)] { checked(into.first(size), {}, done); });
    }

    void checked(std::span<const char> bytes, ErrorCode error, const IoDone &done)
    {
        m_parts.didRead(bytes.size());
        if (!error && !m_parts.guard.accepts({bytes.data(), bytes.size()})) {
            m_brokeLimit = true;
            error = make_error_code(boost::system::errc::message_size);
        }
        done(error, error ? 0 : bytes.size());
    }

    Parts m_parts;
    bool m_brokeLimit = false;
};

} // namespace tributary::edge
