#include "core/channels/webchat/webchat_service.h"

#include "core/base/log.h"
#include "core/channels/webchat/text_rules.h"

#include <algorithm>
#include <set>

namespace tributary::channels::webchat {

namespace {

constexpr std::string_view kPrefix = "/w/";

SendOutcome outcomeOf(const Result<WebChatStore::Appended> &appended)
{
    if (appended)
        return {.kind = SendOutcome::Kind::Sent, .externalId = outboundName(appended->event.item.id)};
    switch (appended.error().kind) {
    case Error::Kind::NotFound:
    case Error::Kind::Conflict:
        return {.kind = SendOutcome::Kind::Failed,
                .problem = "recipient",
                .problemText = "This visitor is no longer known to the web chat."};
    default:
        return {.kind = SendOutcome::Kind::Retry, .problem = "store", .problemText = "The message could not be stored yet."};
    }
}

} // namespace

WebChatService::WebChatService(const AccountSettings &account, Surroundings surroundings)
    : m_desk(std::make_shared<Desk>(account.account.id, readSettings(account), std::move(surroundings)))
    , m_http(m_desk)
    , m_sending(std::make_shared<std::map<std::int64_t, std::function<void(SendOutcome)>>>())
{
}

WebChatService::~WebChatService()
{
    stop();
}

void WebChatService::start()
{
    const std::lock_guard lock(m_desk->mutex);
    AccountHealth health{.health = model::ChannelAccount::Health::Healthy};
    if (m_desk->settings.origins.isEmpty()) {
        health.health = model::ChannelAccount::Health::NeedsAttention;
        health.problem = "config";
        health.problemText = "No site may show this widget yet: set `origins` to the addresses of your pages.";
    } else if (!m_desk->settings.problems.empty()) {
        health.health = model::ChannelAccount::Health::NeedsAttention;
        health.problem = "config";
        health.problemText = m_desk->settings.problems.front();
    }
    m_desk->around.host.reportHealth(health);
}

void WebChatService::stop()
{
    std::map<std::int64_t, std::function<void(SendOutcome)>> unfinished;
    {
        const std::lock_guard lock(m_desk->mutex);
        if (m_desk->stopped)
            return;
        m_desk->stopped = true;
        unfinished.swap(*m_sending);
        for (const auto &session : m_desk->openSessions())
            session->close(frames::GoingAway, "restarting");
    }
    for (const auto &[number, done] : unfinished) // it may be on its way into the log: who asks again gets its number
        done({.kind = SendOutcome::Kind::Uncertain,
              .problem = "stopped",
              .problemText = "The chat was set up anew while this was being sent. Whether the visitor has it is looked up "
                             "in a moment."});
}

void WebChatService::send(OutboundMessage message, std::function<void(SendOutcome)> done)
{
    const std::lock_guard lock(m_desk->mutex);
    if (m_desk->stopped) {
        m_desk->around.executor([done = std::move(done)] { done({.kind = SendOutcome::Kind::Retry}); });
        return;
    }
    if (message.lookOnly || message.lacksFile()) { // there is nowhere to look but in the log, which was lost with it
        const SendOutcome outcome = message.lookOnly ? SendOutcome::leftBehind() : SendOutcome::lostFile(message.lookFirst);
        m_desk->around.executor([done = std::move(done), outcome] { done(outcome); });
        return;
    }
    const std::int64_t number = ++m_lastSending;
    m_sending->emplace(number, std::move(done));
    const auto shown = [desk = m_desk.get(), sending = m_sending, number](Result<WebChatStore::Appended> appended) {
        if (appended)
            desk->showEvent(appended->visitor, appended->event);
        const auto waiting = sending->extract(number);
        if (!waiting.empty())
            waiting.mapped()(outcomeOf(appended));
    };
    m_desk->around.store.append(message.to.address, message.item.id, {}, m_desk->later<WebChatStore::Appended>(shown));
}

std::vector<ChannelDriver::Check> WebChatService::test()
{
    const WidgetSettings &settings = m_desk->settings;
    std::vector<Check> checks;
    checks.push_back({"sites", !settings.origins.isEmpty(),
                      settings.origins.isEmpty()
                          ? "No site may show this widget: set `origins`, such as https://shop.example."
                          : "May be shown on " + settings.origins.frameAncestors() + "."});
    for (const std::string &problem : settings.problems)
        checks.push_back({"settings", false, problem});
    checks.push_back({"identity", true,
                      settings.identitySecret.empty()
                          ? "Visitors stay anonymous: there is no `identity_secret`, so your shop cannot sign who they are."
                          : "Your shop can sign who a visitor is; the audience of its tokens is " + settings.key + "."});
    checks.push_back({"script", true, "<script async src=\"https://YOUR-HUB/w/" + settings.key + ".js\"></script>"});
    return checks;
}

std::string WebChatService::keyOfPath(std::string_view path)
{
    if (!path.starts_with(kPrefix))
        return {};
    const std::string_view rest = path.substr(kPrefix.size());
    const auto end = std::min(rest.find_first_of("/."), rest.size());
    const std::string key(rest.substr(0, end));
    return end < rest.size() && isWidgetKey(key) ? key : std::string();
}

std::size_t WebChatService::bodyLimit(const HttpRequest &request)
{
    const std::lock_guard lock(m_desk->mutex);
    return !m_desk->stopped && m_http.mayUpload(request) ? kMostUploadBytes : kMostBodyBytes;
}

void WebChatService::handle(HttpRequest request, Reply reply)
{
    const std::lock_guard lock(m_desk->mutex);
    if (m_desk->stopped)
        reply(errorResponse(503, "retry", std::chrono::seconds(5)));
    else
        m_http.handle(std::move(request), std::move(reply));
}

std::optional<HttpResponse> WebChatService::refuseSocket(const HttpRequest &request)
{
    const std::lock_guard lock(m_desk->mutex);
    if (m_desk->stopped)
        return errorResponse(503, "retry", std::chrono::seconds(5));
    return m_http.refuseSocket(request);
}

std::shared_ptr<WebChatSession> WebChatService::makeSession(const HttpRequest &request)
{
    return std::make_shared<WebChatSession>(m_desk, request.remoteAddress);
}

void WebChatService::timePassed()
{
    const std::lock_guard lock(m_desk->mutex);
    if (m_desk->stopped)
        return;
    const Milliseconds now = m_desk->around.clock.steady();
    for (const auto &session : m_desk->openSessions())
        session->checkPulse(now);
    m_desk->expireTyping(now);
}

void WebChatService::agentTyping(const std::string &visitor, const std::string &name, bool typing)
{
    const std::lock_guard lock(m_desk->mutex);
    if (const auto room = m_desk->findRoom(visitor))
        room->tellAll(frames::typing(name, typing));
}

void WebChatService::agentMarks(const std::string &visitor, std::int64_t delivered, std::int64_t seen)
{
    const std::lock_guard lock(m_desk->mutex);
    if (m_desk->stopped)
        return;
    delivered = std::max(delivered, seen);
    if (const auto room = m_desk->findRoom(visitor);
        room && delivered <= room->visitor.delivered && seen <= room->visitor.seen)
        return;
    // Kept also while nobody looks: the next page view says it again.
    m_desk->around.store.markAgents(visitor, delivered, seen,
                                    m_desk->later<Visitor>([desk = m_desk.get()](const Result<Visitor> &marked) {
                                        const auto room = marked ? desk->findRoom(marked->id) : nullptr;
                                        if (!room)
                                            return;
                                        const Visitor before = room->visitor;
                                        room->visitor.seen = std::max(before.seen, marked->seen);
                                        room->visitor.delivered = std::max(before.delivered, marked->delivered);
                                        if (room->visitor != before)
                                            room->tellAll(frames::marks(room->visitor));
                                    }));
}

void WebChatService::setPresence(bool online, const std::string &notice)
{
    const std::lock_guard lock(m_desk->mutex);
    const frames::Presence next{online, notice.empty() ? m_desk->settings.offlineNotice : notice};
    if (next == m_desk->presence)
        return;
    m_desk->presence = next;
    const frames::Frame frame = frames::presence(next);
    for (const auto &[visitor, room] : m_desk->rooms)
        room->tellAll(frame);
}

void WebChatService::eventChanged(const std::string &visitor, const ChatEvent &event)
{
    const std::lock_guard lock(m_desk->mutex);
    m_desk->showEvent(visitor, event);
}

void WebChatService::visitorBlocked(const std::string &visitor)
{
    const std::lock_guard lock(m_desk->mutex);
    if (const auto room = m_desk->findRoom(visitor)) {
        const std::vector<WebChatSession *> sessions = room->sessions;
        for (WebChatSession *session : sessions)
            session->close(frames::Forbidden, "blocked");
    }
}

} // namespace tributary::channels::webchat
