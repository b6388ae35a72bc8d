#include "core/engine/sync_session.h"

#include "core/base/breaks.h"
#include "core/text/utf8.h"
#include <algorithm>

namespace tributary::engine {
namespace {

constexpr std::chrono::seconds kHelloWithin{5};
constexpr std::chrono::seconds kBeat{15};
constexpr std::chrono::seconds kDead{45};
constexpr std::chrono::seconds kAgain{2};         ///< A command that has to wait is looked at so often.
constexpr std::chrono::seconds kEmptyFrame{30};   ///< Silence is no proof of being up to date.
constexpr std::size_t kMaxCommandsWaiting = 1000; ///< Beyond this a desktop does not play by the rules.
constexpr std::size_t kInHand = 16;               ///< Commands of a desktop that the store has at once,
constexpr std::size_t kInHandBytes = 128 * 1024;  ///< or, of larger ones, some more than so much.
constexpr std::size_t kMaxFetches = 64;           ///< That wait.
constexpr std::int64_t kOtherHistoryMs = 60'000;  ///< Only an admin can put that right.
constexpr int kFetchesAtOnce = 2;                 ///< With the store: each answer is up to a whole message.
constexpr std::int64_t kMaxCredit = 4 * 1024 * 1024;
constexpr int kPresenceASecond = 20;            ///< Of a desktop; what is more is worth nothing to anybody.
constexpr std::size_t kMostQueued = 256 * 1024; ///< Of unsent bytes; beyond it nothing more is read for this desktop.

constexpr std::byte kPlain{0}; ///< How what follows in a message is packed: not at all.

} // namespace

void SyncSession::send(Effects &effects, const wire::Frame &frame)
{
    effects.send.push_back(wire::pack(frame));
}

SyncSession::Effects &SyncSession::schedule(Effects &effects)
{
    switch (m_state) {
    case State::AwaitingHello:
    case State::Authenticating: effects.wakeAt = m_opened + kHelloWithin; break;
    case State::Open:
        effects.wakeAt = std::min(m_lastHeard + kDead, m_lastSent + kBeat);
        if (hasSentAll())
            effects.wakeAt = std::min(*effects.wakeAt, m_lastProgress + kEmptyFrame);
        if (m_againAt && m_unanswered == 0)
            effects.wakeAt = std::min(*effects.wakeAt, *m_againAt);
        break;
    case State::Closed: break;
    }
    return effects;
}

void SyncSession::heard(TimePoint now)
{
    m_lastHeard = now;
}

SyncSession::Effects SyncSession::opened(TimePoint now)
{
    m_opened = m_lastHeard = m_lastSent = m_lastProgress = now;
    Effects effects;
    return schedule(effects);
}

SyncSession::Effects SyncSession::end(const std::string &reason, const std::string &text, std::int64_t retryAfterMs)
{
    Effects effects;
    if (m_state == State::Closed)
        return effects;
    send(effects, wire::Goodbye{.reason = reason, .text = text, .retryAfterMs = retryAfterMs});
    effects.close = true;
    m_state = State::Closed;
    return effects;
}

SyncSession::Effects SyncSession::refuse(const std::string &reason, const std::string &text, std::int64_t retryAfterMs)
{
    Effects effects = end(reason, text, retryAfterMs);
    if (effects.close)
        effects.refused = {reason, text};
    return effects;
}

SyncSession::Effects SyncSession::denied(const std::string &text)
{
    return refuse("denied", text, 0);
}

SyncSession::Effects SyncSession::otherHistory(const std::string &text)
{
    return refuse("other-history", text, kOtherHistoryMs);
}

std::string SyncSession::whyAnew(const wire::Hello &hello, const Admission &admission)
{
    const wire::Position &theirs = hello.position;
    if (theirs.epoch == wire::Epoch{})
        return "new";
    if (theirs.epoch != admission.head.epoch && !TRIBUTARY_BREAK(epoch))
        return "epoch";
    if (theirs.seq > admission.head.seq
        || (admission.chainThere && *admission.chainThere != theirs.chain && !TRIBUTARY_BREAK(chain)))
        return "fork"; // ahead of us, or another history under the same numbers
    if (hello.ahead
        && (hello.ahead->seq > admission.head.seq || (admission.chainAhead && *admission.chainAhead != hello.ahead->chain)))
        return "fork"; // its pages are of such a history
    return admission.chainThere ? "" : "horizon";
}

bool SyncSession::tellsErased(const wire::Hello &hello, const Admission &admission)
{
    return hello.unheard || !whyAnew(hello, admission).empty();
}

SyncSession::Effects SyncSession::authenticated(const Admission &admission, TimePoint now)
{
    Effects effects;
    if (m_state != State::Authenticating)
        return effects;
    m_state = State::Open;
    m_agent = admission.agent;
    m_head = admission.head.seq;

    wire::Welcome welcome{.features = wire::ownFeatures(),
                          .agent = admission.agent,
                          .workspace = admission.workspace,
                          .serverTime = now + m_wallAhead,
                          .head = admission.head,
                          .reason = whyAnew(m_hello, admission),
                          .lastN = admission.lastN};
    welcome.resync = !welcome.reason.empty();
    m_beginsAnew = welcome.resync;
    effects.forked = welcome.reason == "fork";
    if (welcome.resync)
        welcome.outcomes = admission.cameBack;
    else if (!admission.cameBack.empty()) // the newest: whether it is the desktop's own, or that of a copy of it
        welcome.outcomes = {admission.cameBack.back()};
    if (welcome.resync && m_desktop.has(wire::feature::kEarlierStart))
        welcome.start = admission.start;
    const wire::Position start = welcome.resync ? welcome.start.value_or(admission.head) : m_hello.position;
    m_sent = start.seq;
    send(effects, welcome);
    if (tellsErased(m_hello, admission) && m_desktop.has(wire::feature::kTellsErased)) {
        m_erased = {now + m_wallAhead, start, admission.erasedCustomers, admission.erasedConversations};
        m_erased.left = std::max(m_erased.customers.size(), m_erased.conversations.size());
    }
    m_lastSent = now;
    m_lastProgress = now - kEmptyFrame; // the first credit brings a frame that says how fresh all is
    readOn(effects);
    return schedule(effects);
}

/// In frames that change nothing else and lead nowhere, before anything else: as many as there is credit for, as with
/// changes, for they may be more than a socket takes at once.
void SyncSession::tellErased(Effects &effects)
{
    constexpr std::size_t kAtOnce = 1'000; // of each: about 40 KiB
    while (m_erased.left > 0 && m_credit > 0 && m_queued < kMostQueued) {
        const auto &[at, start, customers, conversations, left, underWay] = m_erased;
        const std::size_t from = std::max(customers.size(), conversations.size()) - left;
        wire::Changes changes{.from = start.seq, .to = start.seq, .chain = start.chain, .head = m_head};
        changes.serverTime = at;
        for (std::size_t i = from; i < std::min(from + kAtOnce, customers.size()); ++i)
            changes.removals.push_back({model::EntityType::Customer, customers[i].bytes});
        for (std::size_t i = from; i < std::min(from + kAtOnce, conversations.size()); ++i)
            changes.erased.push_back(conversations[i]);
        send(effects, changes);
        m_credit -= std::int64_t(effects.send.back().size());
        m_queued += effects.send.back().size();
        m_erased.left -= std::min(m_erased.left, kAtOnce);
        m_erased.underWay += std::int64_t(effects.send.back().size());
    }
    if (m_erased.left == 0) {
        m_erased.customers = {};
        m_erased.conversations = {};
    }
}

/// And a frame that says so could be sent.
bool SyncSession::hasSentAll() const
{
    return !m_reading && m_erased.left == 0 && m_sent >= m_head && m_credit > 0 && m_queued < kMostQueued;
}

void SyncSession::readOn(Effects &effects)
{
    if (m_state != State::Open || m_reading)
        return;
    tellErased(effects);
    if (m_erased.left > 0 || m_credit <= 0 || m_sent >= m_head || m_queued >= kMostQueued)
        return;
    m_reading = true;
    effects.readAfter = m_sent;
}

SyncSession::Effects SyncSession::changesRead(wire::Changes changes, TimePoint now)
{
    changes.serverTime = now + m_wallAhead;
    const Bytes message = wire::pack(changes);
    return changesRead(changes, message, now);
}

SyncSession::Effects SyncSession::changesRead(const wire::Changes &changes, const Bytes &message, TimePoint now)
{
    Effects effects;
    m_reading = false;
    if (m_state != State::Open || changes.from != m_sent)
        return schedule(effects);
    m_head = std::max(m_head, changes.head);
    for (const model::Entity &row : changes.rows) {
        if (const auto *agent = std::get_if<model::Agent>(&row); agent && agent->id == m_agent.id)
            m_agent = *agent; // what else is told it goes by its rights of now
    }
    if (changes.to > m_sent || m_emptyWanted) {
        m_emptyWanted = false;
        m_sent = changes.to;
        effects.send.push_back(message);
        m_credit -= std::int64_t(effects.send.back().size());
        m_lastSent = now;
        m_lastProgress = now;
    }
    readOn(effects);
    return schedule(effects);
}

SyncSession::Effects SyncSession::headMoved(std::int64_t head, TimePoint)
{
    Effects effects;
    m_head = std::max(m_head, head);
    readOn(effects);
    return effects;
}

void SyncSession::applyNext(Effects &effects)
{
    while (m_state == State::Open && !m_againAt && !m_commands.empty() && m_inHand.size() < kInHand
           && m_inHandBytes < kInHandBytes) {
        Waiting &next = m_commands.front();
        m_commandBytes -= next.bytes;
        m_inHandBytes += next.bytes;
        effects.apply.push_back(next.command);
        m_inHand.push_back(std::move(next));
        m_commands.pop_front();
        ++m_unanswered;
    }
}

void SyncSession::applyAgain(Effects &effects)
{
    m_againAt.reset();
    for (const Waiting &one : m_inHand)
        effects.apply.push_back(one.command);
    m_unanswered = m_inHand.size();
}

void SyncSession::fetchNext(Effects &effects)
{
    while (!m_fetches.empty() && m_fetching < kFetchesAtOnce && m_queued < kMostQueued) {
        ++m_fetching;
        effects.fetch.push_back(std::move(m_fetches.front()));
        m_fetches.pop_front();
    }
}

SyncSession::Effects SyncSession::drained(TimePoint)
{
    Effects effects;
    if (m_state != State::Open)
        return effects;
    readOn(effects);
    fetchNext(effects);
    return effects;
}

SyncSession::Effects SyncSession::commandApplied(TimePoint now)
{
    Effects effects;
    if (m_state != State::Open)
        return effects;
    --m_unanswered;
    m_inHandBytes -= m_inHand.front().bytes;
    m_inHand.pop_front();
    if (!wantsReading()) // until now: what it has said meanwhile is yet to be read
        heard(now);
    applyNext(effects);
    return effects;
}

SyncSession::Effects SyncSession::commandFailed(const Error &error, TimePoint now)
{
    Effects effects;
    if (m_state != State::Open)
        return effects;
    --m_unanswered;
    if (m_againAt) // behind one that has to wait it was not the next
        return schedule(effects);
    if (error.kind == Error::Kind::Offline) { // it waits for what is yet to come; the link is as good as before
        m_againAt = now + kAgain;
        return schedule(effects);
    }
    m_inHand.clear();
    m_commands.clear();
    m_commandBytes = m_inHandBytes = 0;
    if (error.kind == Error::Kind::Conflict && error.detail == "forked")
        return refuse("forked", "Another copy of this installation has used the same numbers.", 0);
    // Not any conflict: a row that the store refuses must not make the desktop number its commands anew.
    if (error.kind == Error::Kind::Conflict && error.detail == "not the next command")
        return refuse("out-of-order", "Commands did not come in order.", 1000);
    return end("unavailable", "The hub cannot write now: " + error.detail, 5000);
}

SyncSession::Effects SyncSession::pageRead(const wire::Page &page)
{
    Effects effects;
    --m_fetching;
    if (m_state == State::Open) {
        send(effects, page);
        m_queued += effects.send.back().size();
        fetchNext(effects);
    }
    return effects;
}

SyncSession::Effects SyncSession::presenceHeard(const wire::Presence &presence)
{
    Effects effects;
    if (takesPresence())
        send(effects, presence);
    return effects;
}

bool SyncSession::takesPresence() const
{
    return m_state == State::Open && m_desktop.has(wire::feature::kPresence) && m_credit > 0 && m_queued < kMostQueued;
}

SyncSession::Effects SyncSession::frameReceived(ByteView message, TimePoint now)
{
    if (m_state == State::Closed)
        return {};
    // What is squeezed may cost a thousand times its size: not for somebody who has yet to say who they are.
    if (m_state != State::Open && !message.empty() && message[0] != kPlain)
        return refuse("garbage", "hello is not packed", kGarbageRetryMs);
    const auto unpacked = wire::unpack(message, wire::kMaxFrameBytes, wire::kMaxPlainFromDesktop);
    if (!unpacked)
        return refuse("garbage", unpacked.error().detail, kGarbageRetryMs);
    heard(now);
    Effects effects;
    if (!*unpacked)
        return schedule(effects); // of a newer program
    const wire::Frame &frame = **unpacked;

    if (const auto *hello = std::get_if<wire::Hello>(&frame)) {
        if (m_state != State::AwaitingHello)
            return refuse("garbage", "hello was said before", kGarbageRetryMs);
        m_state = State::Authenticating;
        m_hello = *hello;
        m_desktop = wire::Features(hello->features);
        m_token = hello->token;
        m_client = hello->client;
        effects.authenticate = m_hello;
        return schedule(effects);
    }
    if (std::holds_alternative<wire::Beat>(frame)) {
        if (m_state == State::Open && m_queued < kMostQueued) { // a desktop that has slept asks whether we are still there
            send(effects, wire::Beat{.ms = toMs(now)});
            m_lastSent = now;
        }
        return schedule(effects);
    }
    if (m_state != State::Open) {
        if (const auto *credit = std::get_if<wire::Credit>(&frame)) { // may come right behind the hello
            m_credit = std::clamp<std::int64_t>(m_credit + credit->bytes, 0, kMaxCredit);
            return schedule(effects);
        }
        return refuse("garbage", "hello comes first", kGarbageRetryMs);
    }
    if (const auto *credit = std::get_if<wire::Credit>(&frame)) {
        m_credit = std::clamp<std::int64_t>(m_credit + credit->bytes, 0, kMaxCredit);
        // What it says first may be of the history that it had before; and it has not acknowledged who was erased before it
        // has taken all that tells of them.
        const bool isFirst = std::exchange(m_beginsAnew, false);
        if (!isFirst)
            m_erased.underWay = std::max<std::int64_t>(0, m_erased.underWay - credit->bytes);
        if (!isFirst && m_erased.isTold() && credit->seq <= m_sent)
            effects.acknowledged = credit->seq;
        readOn(effects);
    } else if (const auto *command = std::get_if<wire::CommandFrame>(&frame)) {
        if (m_commands.size() >= kMaxCommandsWaiting)
            return refuse("garbage", "too many commands at once", 5000);
        // As it waits here, not as it came: a thousand times as much may have been packed.
        const std::size_t bytes = wire::plainSize(command->command);
        m_commands.push_back({command->command, bytes});
        m_commandBytes += bytes;
        applyNext(effects);
    } else if (const auto *fetch = std::get_if<wire::Fetch>(&frame)) {
        if (m_fetches.size() >= kMaxFetches)
            return refuse("garbage", "too many fetches at once", 5000);
        m_fetches.push_back(*fetch);
        fetchNext(effects);
    } else if (const auto *presence = std::get_if<wire::Presence>(&frame)) {
        if (now >= m_presenceSince + std::chrono::seconds(1)) {
            m_presenceSince = now;
            m_presences = 0;
        }
        if (++m_presences > kPresenceASecond)
            return schedule(effects);
        wire::Presence told = *presence;
        told.agent = m_agent.id; // nobody speaks for another
        // A draft that its author shares; what is longer is not wanted here, and nothing else has a text.
        told.text = told.kind == wire::Presence::Kind::Typing
                        ? std::string(text::truncated(told.text, wire::Presence::kMostText))
                        : std::string();
        effects.presence.push_back(told);
    } else {
        return refuse("garbage", "a frame that only a hub sends", kGarbageRetryMs);
    }
    return schedule(effects);
}

SyncSession::Effects SyncSession::timeReached(TimePoint now)
{
    Effects effects;
    switch (m_state) {
    case State::AwaitingHello:
    case State::Authenticating:
        if (now >= m_opened + kHelloWithin)
            return refuse("garbage", "no hello in time", 5000);
        break;
    case State::Open:
        if (!wantsReading()) // it is not silent: its beats are left in its socket
            heard(now);
        if (now >= m_lastHeard + kDead) {
            effects.abort = true;
            m_state = State::Closed;
            return effects;
        }
        if (m_againAt && m_unanswered == 0 && now >= *m_againAt)
            applyAgain(effects);
        if (hasSentAll() && now >= m_lastProgress + kEmptyFrame) { // whatever else is said: a beat tells nobody how fresh
            m_lastProgress = now;
            effects.readAfter = m_sent; // an empty frame, with our time
            m_reading = true;
            m_emptyWanted = true;
        }
        if (now >= m_lastSent + kBeat) {
            if (m_queued < kMostQueued)
                send(effects, wire::Beat{.ms = toMs(now)});
            m_lastSent = now;
        }
        break;
    case State::Closed: return effects;
    }
    return schedule(effects);
}

} // namespace tributary::engine
