#include "core/base/log.h"
#include "core/hub/edge/connection.h"
#include "core/hub/edge/response_head.h"

#include <algorithm>

namespace tributary::edge {
namespace {

/// What the log may say of a path: its first segment, if it looks like a word of ours.
std::string defaultRoute(std::string_view path)
{
    const std::string_view segment = path.substr(0, path.find('/', 1));
    const bool isPlain = segment.size() <= 24 && std::ranges::all_of(segment, [](char c) {
                             return (c >= 'a' && c <= 'z') || c == '/' || c == '-' || c == '_' || c == '.';
                         });
    return isPlain ? std::string(segment) : "other";
}

} // namespace

void Connection::answer(std::uint64_t serial, Response response)
{
    if (m_phase == Phase::Handling && serial == m_serial)
        beginAnswer(std::move(response));
}

void Connection::beginAnswer(Response response)
{
    m_phase = Phase::Answering;
    if (response.status < 200 || response.status > 599)
        response = errorResponse(500, m_asked.id);
    m_outFile = response.file ? OutgoingFile::prepare(m_asked, response) : OutgoingFile();
    ++m_served;
    m_keepAlive = m_keepAlive && !response.close && !m_core->isStopping()
                  && m_served < m_core->settings().limits.requestsPerConnection;
    const bool mayHaveBody = response.status != 204 && response.status != 304;
    m_outBody = std::move(response.body);
    std::optional<std::uint64_t> length;
    if (mayHaveBody)
        length = m_outFile.remaining() > 0 ? m_outFile.remaining() : m_outBody.size();
    m_outHead = writeResponseHead(response, length, m_keepAlive, m_asked.id);
    if (!mayHaveBody || m_asked.method == "HEAD") {
        m_outBody.clear();
        m_outFile = OutgoingFile();
    }
    m_status = response.status;
    m_route = std::move(response.route);
    m_outBuffers = {boost::asio::buffer(m_outHead), boost::asio::buffer(m_outBody)};
    m_outBytes = 0;
    m_pace.begin(std::chrono::steady_clock::now(), m_core->settings().times);
    at(m_pace.deadline(), &Connection::onTooSlowToRead);
    writeMore();
}

void Connection::writeMore()
{
    if (m_outBuffers[0].size() + m_outBuffers[1].size() == 0) {
        if (m_outFile.remaining() == 0)
            return answerDone();
        m_outBody.resize(
            std::size_t(std::min<std::uint64_t>(m_core->settings().limits.filePieceBytes, m_outFile.remaining())));
        const std::size_t got = m_outFile.read(std::span(m_outBody));
        if (got == 0) {
            log(LogLevel::Error, "tributary.edge", "a file ended early", {{"id", m_asked.id}});
            return drop(); // the peer sees fewer bytes than announced and knows
        }
        m_outBuffers = {boost::asio::buffer(m_outBody.data(), got), {}};
    }
    const bool both = m_outBuffers[0].size() != 0 && m_outBuffers[1].size() != 0;
    const ConstBuffers pending(m_outBuffers.data() + (m_outBuffers[0].size() == 0 ? 1 : 0), both ? 2 : 1);
    m_transport->writeSome(pending, [self = shared_from_this()](ErrorCode error, std::size_t bytes) {
        if (self->m_phase != Phase::Answering)
            return;
        if (error)
            return self->drop();
        self->written(bytes);
        self->writeMore();
    });
}

void Connection::written(std::size_t bytes)
{
    ++m_core->counters().writes;
    m_core->counters().bytesOut += bytes;
    m_outBytes += bytes;
    m_pace.moved(bytes);
    for (auto &buffer : m_outBuffers) {
        const std::size_t part = std::min(bytes, buffer.size());
        buffer += part;
        bytes -= part;
    }
}

void Connection::answerDone()
{
    logAnswer();
    m_outHead = {};
    m_outBody = {};
    m_outFile = OutgoingFile();
    if (!m_keepAlive)
        return linger();
    beginRequest();
    after(m_core->settings().times.idle, &Connection::onTooSlowToAsk);
    if (m_input.empty())
        readMore();
    else
        process();
}

void Connection::logAnswer()
{
    using namespace std::chrono;
    ++m_core->counters().requests[std::size_t(std::clamp(m_status / 100, 1, 5) - 1)];
    const std::string route = !m_route.empty() ? m_route : m_asked.path.empty() ? "-" : defaultRoute(m_asked.path);
    const auto took = duration_cast<milliseconds>(steady_clock::now() - m_askedAt).count();
    log(LogLevel::Info, "tributary.edge", "request",
        {{"server", m_core->settings().name},
         {"method", m_asked.method.empty() ? "-" : m_asked.method},
         {"route", route},
         {"status", m_status},
         {"bytes", m_outBytes},
         {"ms", took},
         {"id", m_asked.id}});
}

} // namespace tributary::edge
