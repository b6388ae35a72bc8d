#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <mutex>
#include <utility>

namespace tributary::edge {

/// The way from any thread to the edge's thread. Responders and sockets outlive servers and loops; they hold this instead
/// of the loop, and after close() their calls fall into the void.
class LoopGate {
public:
    explicit LoopGate(boost::asio::io_context &loop)
        : m_loop(&loop)
    {
    }

    /// Runs @p work on the loop later. Dropped, unrun, if the gate is closed.
    template<class Work>
    void post(Work &&work)
    {
        const std::scoped_lock lock(m_mutex);
        if (m_loop)
            boost::asio::post(*m_loop, std::forward<Work>(work));
    }
    bool isLoopThread() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_loop && m_loop->get_executor().running_in_this_thread();
    }
    void close()
    {
        const std::scoped_lock lock(m_mutex);
        m_loop = nullptr;
    }

private:
    mutable std::mutex m_mutex;
    boost::asio::io_context *m_loop;
};

} // namespace tributary::edge
