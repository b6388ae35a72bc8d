#include "core/hub/edge/connection.h"

#include "core/base/log.h"
#include "core/hub/edge/ascii.h"
#include "core/hub/edge/forwarded.h"
#include "core/hub/edge/linger.h"
#include "core/hub/edge/socket_session.h"
#include "core/hub/edge/socket_upgrade.h"

#include <exception>

namespace tributary::edge {
namespace {

constexpr std::string_view kLog = "tributary.edge";
constexpr std::size_t kHeadChunk = 4 * 1024; ///< Idle connections keep this much.
constexpr std::size_t kBodyChunk = 64 * 1024;

std::chrono::steady_clock::time_point now()
{
    return std::chrono::steady_clock::now();
}

} // namespace

Connection::Connection(std::shared_ptr<ServerCore> core, std::shared_ptr<Transport> transport, Ticket ticket,
                       const boost::asio::ip::address &address)
    : m_core(std::move(core))
    , m_transport(std::move(transport))
    , m_ticket(std::move(ticket))
    , m_address(address)
    , m_timer(m_core->loop())
    , m_chunk(kHeadChunk)
{
}

Connection::~Connection()
{
    countBody(0);
}

void Connection::countBody(std::size_t bytes)
{
    m_core->bodyBytes() += bytes - m_bodyBytes;
    m_bodyBytes = bytes;
}

void Connection::start()
{
    after(m_core->settings().times.handshake, &Connection::drop);
    m_transport->handshake([self = shared_from_this()](ErrorCode error, std::size_t) {
        if (self->m_phase == Phase::Ended)
            return;
        if (error) {
            self->m_core->counters().refuse(Refusal::TlsFailed);
            return self->drop();
        }
        self->beginRequest();
        // The first request has no idle time: its clock runs from the connection on.
        self->after(self->m_core->settings().times.header, &Connection::onTooSlowToAsk);
        self->readMore();
    });
}

void Connection::beginRequest()
{
    m_phase = Phase::Idle;
    m_askedAt = now();
    m_reader = std::make_unique<RequestReader>(m_core->settings(), m_core->newId());
    m_headSeen = false;
    m_slot.reset();
    countBody(0);
    if (m_chunk.size() > kHeadChunk) {
        m_chunk.resize(kHeadChunk);
        m_chunk.shrink_to_fit();
    }
}

void Connection::readMore()
{
    // The transport may be handed on while this read is under way; it must not die before the read does.
    m_transport->readSome(m_chunk, [self = shared_from_this(), transport = m_transport](ErrorCode error, std::size_t bytes) {
        if (self->m_phase != Phase::Idle && self->m_phase != Phase::Reading)
            return;
        if (error)
            return self->drop(); // gone, or half closed without a whole request: there is nobody to answer
        self->m_core->counters().bytesIn += bytes;
        self->m_input.append(self->m_chunk.data(), bytes);
        if (self->m_headSeen)
            self->bodyMoved(bytes);
        self->process();
    });
}

void Connection::process()
{
    if (m_phase == Phase::Idle) {
        m_phase = Phase::Reading;
        m_askedAt = now();
        if (m_served > 0)
            after(m_core->settings().times.header, &Connection::onTooSlowToAsk);
    }
    for (;;) {
        const std::size_t used = m_reader->feed(m_input);
        m_input.erase(0, used);
        if (!m_headSeen
            && (m_reader->state() == RequestReader::State::Body || m_reader->state() == RequestReader::State::Done))
            headComplete();
        if (m_sendingContinue)
            return;
        countBody(m_reader->bodyBytes());
        const Limits &limits = m_core->settings().limits;
        if (m_bodyBytes > limits.smallBodyBytes && m_core->bodyBytes() > limits.bodyBytes)
            return refuse(503, Refusal::TooManyBodies);
        switch (m_reader->state()) {
        case RequestReader::State::Done: return dispatch();
        case RequestReader::State::Failed: return refuse(m_reader->failureStatus(), m_reader->refusal());
        case RequestReader::State::Head:
        case RequestReader::State::Body: break;
        }
        if (m_input.empty() || used == 0)
            return readMore();
    }
}

void Connection::headComplete()
{
    m_headSeen = true;
    RequestHead &head = m_reader->head();
    const auto isTrusted = [this](const auto &address) { return m_core->isTrustedProxy(address); };
    head.remoteAddress = forwardedAddress(head.headers, m_address, isTrusted).to_string();
    head.secure =
        m_transport->isSecure() || (isTrusted(m_address) && equalNoCase(head.headers.value("X-Forwarded-Proto"), "https"));
    if (m_reader->state() == RequestReader::State::Done)
        return; // no body
    std::size_t limit = 0;
    try {
        limit = m_core->handler().bodyLimit(head);
    } catch (const std::exception &) {
        log(LogLevel::Error, kLog, "the handler failed", {{"id", head.id}});
    }
    m_reader->setBodyLimit(limit);
    if (m_reader->state() == RequestReader::State::Failed)
        return;
    m_chunk.resize(kBodyChunk);
    m_pace.begin(now(), m_core->settings().times);
    bodyMoved(m_input.size());
    at(m_pace.deadline(), &Connection::onTooSlowToSend);
    if (m_reader->expectsContinue() && m_input.empty()) {
        m_sendingContinue = true;
        sendContinue();
    }
}

void Connection::bodyMoved(std::size_t bytes)
{
    m_pace.moved(bytes);
    m_pace.restUntil(now() + m_core->settings().times.bodyRest);
}

void Connection::sendContinue()
{
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    m_outBuffers = {boost::asio::buffer(kContinue.data(), kContinue.size()), {}};
    m_transport->writeSome(std::span(m_outBuffers.data(), 1),
                           [self = shared_from_this()](ErrorCode error, std::size_t bytes) {
                               if (self->m_phase != Phase::Reading)
                                   return;
                               if (error || bytes != kContinue.size()) // into an empty send buffer all of it fits
                                   return self->drop();
                               self->m_sendingContinue = false;
                               self->readMore();
                           });
}

void Connection::dispatch()
{
    m_phase = Phase::Handling;
    m_keepAlive = m_reader->isKeepAlive();
    ++m_serial;
    Request request = m_reader->take();
    m_asked = RequestHead{.id = request.id, .method = request.method, .path = request.path};
    for (const std::string_view name : {"Range", "If-Range", "If-None-Match"}) {
        if (request.headers.contains(name))
            m_asked.headers.add(std::string(name), std::string(request.headers.value(name)));
    }
    after(m_core->settings().times.answer, &Connection::onHandlerTooSlow);
    m_slot = std::make_shared<AnswerSlot>(m_core->gate(), weak_from_this(), m_serial, m_asked.id);
    if (m_reader->isSocketUpgrade())
        return upgrade(std::move(request));
    try {
        m_core->handler().request(std::move(request), Responder(m_slot)); // dropped by an exception, it answers 500
    } catch (const std::exception &) {
        log(LogLevel::Error, kLog, "the handler failed", {{"id", m_asked.id}});
    }
}

void Connection::upgrade(Request request)
{
    m_keepAlive = false; // a refused upgrade ends the connection: what follows on it may not be HTTP
    if (const int problem = upgradeProblem(request); problem != 0) {
        m_core->counters().refuse(Refusal::BadRequest);
        Response response = errorResponse(problem, m_asked.id);
        if (problem == 426)
            response.headers.set("Sec-WebSocket-Version", "13");
        return beginAnswer(std::move(response));
    }
    UpgradeDecision decision = UpgradeDecision::deny(errorResponse(503, m_asked.id));
    try {
        if (!m_core->isStopping())
            decision = m_core->handler().upgrade(request);
    } catch (const std::exception &) {
        log(LogLevel::Error, kLog, "the handler failed", {{"id", m_asked.id}});
        decision.denial = errorResponse(500, m_asked.id);
    }
    if (!decision.events) {
        m_core->counters().refuse(Refusal::UpgradeDenied);
        return beginAnswer(std::move(decision.denial));
    }
    const auto self = shared_from_this();
    m_status = 101;
    logAnswer();
    m_phase = Phase::Ended;
    m_timer.cancel();
    m_slot->unwanted();
    SocketSession::start(m_core, std::move(m_transport), std::move(*m_ticket), std::move(request), std::move(m_input),
                         std::move(decision));
    m_core->remove(this);
}

void Connection::refuse(int status, Refusal why)
{
    m_core->counters().refuse(why);
    if (m_sendingContinue)
        return drop(); // one write at a time
    if (m_slot)
        m_slot->unwanted();
    ++m_serial; // whatever the handler still says about it
    m_keepAlive = false;
    if (m_phase != Phase::Handling)
        m_asked = RequestHead{.id = m_reader->head().id, .method = m_reader->head().method};
    Response response = errorResponse(status, m_asked.id);
    if (status == 405) {
        std::string allowed;
        for (const std::string &method : m_core->settings().methods)
            allowed += (allowed.empty() ? "" : ", ") + method;
        response.headers.set("Allow", std::move(allowed));
    }
    if (why == Refusal::TooManyBodies)
        response.headers.set("Retry-After", "5");
    beginAnswer(std::move(response));
}

void Connection::linger()
{
    const auto self = shared_from_this();
    m_phase = Phase::Ended;
    m_timer.cancel();
    Linger::start(m_core, std::move(m_transport), std::move(*m_ticket));
    m_core->remove(this);
}

void Connection::stopGently()
{
    m_keepAlive = false;
    if (m_phase == Phase::Handshake || m_phase == Phase::Idle)
        drop();
}

void Connection::drop()
{
    if (m_phase == Phase::Ended)
        return;
    const auto self = shared_from_this();
    m_phase = Phase::Ended;
    ++m_serial;
    m_timer.cancel();
    if (m_slot)
        m_slot->unwanted();
    m_transport->close();
    m_core->remove(this);
}

void Connection::at(Time when, Reaction reaction)
{
    m_timer.expires_at(when);
    m_timer.async_wait([self = shared_from_this(), reaction, serial = ++m_timerSerial](ErrorCode error) {
        // A cancelled wait may already have been on its way here.
        if (!error && serial == self->m_timerSerial && self->m_phase != Phase::Ended)
            (self.get()->*reaction)();
    });
}

void Connection::after(Times::Duration time, Reaction reaction)
{
    at(now() + time, reaction);
}

void Connection::onTooSlowToAsk()
{
    if (m_phase == Phase::Idle) { // nothing asked, nothing to answer
        if (m_served == 0)
            m_core->counters().refuse(Refusal::TooSlow);
        return drop();
    }
    refuse(408, Refusal::TooSlow);
}

void Connection::onTooSlowToSend()
{
    const Time deadline = m_pace.deadline();
    if (now() < deadline)
        return at(deadline, &Connection::onTooSlowToSend);
    refuse(408, Refusal::TooSlow);
}

void Connection::onTooSlowToRead()
{
    const Time deadline = m_pace.deadline();
    if (now() < deadline)
        return at(deadline, &Connection::onTooSlowToRead);
    m_core->counters().refuse(Refusal::TooSlow);
    drop();
}

void Connection::onHandlerTooSlow()
{
    refuse(503, Refusal::HandlerTooSlow);
}

} // namespace tributary::edge
