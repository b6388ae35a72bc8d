#include "core/engine/sync_client.h"

#include "core/base/breaks.h"
#include "core/model/rights.h"
#include <algorithm>

/// The link: opening it, keeping it alive, and what the hub says. sync_client_store.cpp has what goes to the files.
namespace tributary::engine {
namespace {

constexpr std::int64_t kLongestRetryMs = 300'000; ///< A hub may ask for more; nobody waits longer than this.

} // namespace

Effects SyncClient::start(Start from, Milliseconds now)
{
    Effects effects;
    if (m_link != Link::None)
        effects.abortLink = true;
    forgetSession();
    m_known = std::move(from);
    m_self = m_known.self;
    m_running = true;
    m_reason = SyncStatus::Reason::None;
    m_backoff.reset();
    m_unread = m_pagesUnread = 0;
    m_beginAnew = false;
    m_anewAt.reset();
    m_pageAsked = false;
    m_pageAt.reset();
    m_pagesDone = m_pagesTotal = 0;
    open(effects, now);
    return finish(std::move(effects));
}

Effects SyncClient::stop(Milliseconds)
{
    Effects effects;
    effects.abortLink = m_link != Link::None;
    forgetSession();
    m_running = false;
    m_openWhenStored = false;
    m_retryAt.reset();
    m_pageAt.reset();
    m_pageAsked = false;
    m_reason = SyncStatus::Reason::None;
    return finish(std::move(effects));
}

Effects SyncClient::tryNow(Milliseconds now)
{
    Effects effects;
    if (m_running && m_link == Link::None)
        open(effects, now);
    return finish(std::move(effects));
}

Effects SyncClient::woke(Milliseconds now)
{
    Effects effects;
    if (!m_running)
        return finish(std::move(effects));
    const bool talking = m_link == Link::Greeting || m_link == Link::Open;
    if (talking && now < m_heardAt + kSilence) {
        m_answerBy = now + kAnswer;
        m_beatAt = now + kBeat;
        effects.send.push_back(wire::Beat{now.count()});
    } else { // the hub has given up on us by now, or a try was under way
        reopen(effects, now);
    }
    return finish(std::move(effects));
}

/// Without waiting: that the link is gone is no sign that the hub has trouble.
void SyncClient::reopen(Effects &effects, Milliseconds now)
{
    effects.abortLink = m_link != Link::None;
    forgetSession();
    m_backoff.reset();
    open(effects, now);
}

void SyncClient::open(Effects &effects, Milliseconds now)
{
    m_retryAt.reset();
    // The hello says what is durable; it must not change under the hub's answer.
    m_openWhenStored = !m_underway.empty();
    if (m_openWhenStored)
        return;
    m_link = Link::Opening;
    m_handshakeBy = now + kHandshake;
    effects.openLink = true;
}

Effects SyncClient::linkOpened(Milliseconds now)
{
    Effects effects;
    if (m_link == Link::Opening) {
        m_link = Link::Greeting;
        m_handshakeBy = now + kHandshake;
        m_openedAt = m_heardAt = now;
        m_beatAt = now + kBeat;
        // What went by rights that lie ahead comes with no stream from here, should the hub go back to before those, under
        // its epoch, and give them back (seed 102692).
        const bool lacksRows = m_known.removedBy > m_known.position.seq;
        if (std::exchange(m_beginAnew, false) || lacksRows)
            m_known.position = {};
        m_received = m_known.position.seq;
        wire::Hello hello{.features = wire::ownFeatures(),
                          .token = m_known.token,
                          .position = m_known.position,
                          .client = m_known.client,
                          .lastN = m_known.lastN};
        if (m_known.ahead && m_known.ahead->epoch == hello.position.epoch && m_known.ahead->seq > hello.position.seq)
            hello.ahead = m_known.ahead;
        hello.unheard = m_known.unheard && !TRIBUTARY_BREAK(unheard);
        effects.send.push_back(std::move(hello));
    }
    return finish(std::move(effects));
}

Effects SyncClient::linkClosed(Milliseconds now)
{
    if (m_link != Link::None)
        lostContact(now, SyncStatus::Reason::Unreachable);
    return finish({});
}

Effects SyncClient::linkRefused(Milliseconds now)
{
    if (m_link != Link::None)
        lostContact(now, SyncStatus::Reason::Garbage);
    return finish({});
}

void SyncClient::forgetSession()
{
    m_link = Link::None;
    m_handshakeBy.reset();
    m_answerBy.reset();
    m_ackBy.reset();
    m_toGrant = 0;
    m_commands.close();
    m_fileAsked.reset();
    m_fileAt.reset();
    m_fileWait = kFirstHttpRetry;
    m_pageAt.reset(); // a hub that is there again need not be waited for as long as the one that was not (seed 1036742)
    m_pageWait = kFirstHttpRetry;
    m_renumberDue = false;
    m_wasLive = false;
}

void SyncClient::lostContact(Milliseconds now, SyncStatus::Reason reason, Milliseconds atLeast)
{
    // A link that died in silence has taken longer than any wait: that was no failure of a moment ago.
    if ((m_link == Link::Greeting || m_link == Link::Open) && now - m_openedAt >= kSilence)
        m_backoff.reset();
    forgetSession();
    m_reason = reason;
    m_retryAt = now + m_backoff.next(m_rng, atLeast);
}

void SyncClient::hangUp(Effects &effects, Milliseconds now, SyncStatus::Reason reason, Milliseconds atLeast)
{
    effects.abortLink = m_link != Link::None;
    lostContact(now, reason, atLeast);
}

void SyncClient::deny(Effects &effects)
{
    effects.abortLink = m_link != Link::None;
    forgetSession();
    m_running = false;
    m_retryAt.reset();
    m_pageAt.reset();
    m_reason = SyncStatus::Reason::Denied;
}

void SyncClient::garbage(Effects &effects, Milliseconds now)
{
    ++m_status.garbage;
    if (isUnreadable(now))
        hangUp(effects, now, SyncStatus::Reason::Unreadable, kUnreadableRetry);
    else
        hangUp(effects, now, SyncStatus::Reason::Garbage);
}

/// The link may have been at fault, or one row that the stream leads past: so ask again, then fetch everything anew, once.
bool SyncClient::isUnreadable(Milliseconds now)
{
    if (m_known.position != m_unreadAt || now - m_openedAt >= kSilence)
        m_unread = 0;
    m_unreadAt = m_known.position;
    if (++m_unread < kTriesToRead)
        return false;
    if (m_known.position.epoch == wire::Epoch{} || (m_anewAt && now - *m_anewAt < kAnewAgain))
        return true;
    m_unread = 0;
    m_beginAnew = true;
    m_anewAt = now;
    return false;
}

Effects SyncClient::frameReceived(ByteView message, Milliseconds now)
{
    Effects effects;
    if (m_link != Link::Greeting && m_link != Link::Open)
        return finish(std::move(effects)); // of a link that has been given up
    m_heardAt = now;
    m_answerBy.reset();
    auto frame = wire::unpack(message, wire::kMaxFromHub);
    if (!frame)
        garbage(effects, now);
    else if (*frame)
        onFrame(std::move(**frame), std::int64_t(message.size()), effects, now);
    return finish(std::move(effects));
}

void SyncClient::onFrame(wire::Frame frame, std::int64_t bytes, Effects &effects, Milliseconds now)
{
    if (const auto *goodbye = std::get_if<wire::Goodbye>(&frame))
        return onGoodbye(*goodbye, effects, now);
    if (std::holds_alternative<wire::Beat>(frame))
        return;
    if (auto *welcome = std::get_if<wire::Welcome>(&frame); welcome && m_link == Link::Greeting)
        return onWelcome(std::move(*welcome), effects, now);
    if (m_link == Link::Open) {
        if (auto *changes = std::get_if<wire::Changes>(&frame))
            return onChanges(std::move(*changes), bytes, effects, now);
        if (auto *page = std::get_if<wire::Page>(&frame)) {
            if (page->rights > 0 && page->rights < m_rights) { // ask again: rights have changed on its way
                page->rows.clear();
                page->unread.clear();
                page->from.reset();
                page->complete = false;
            }
            noteAhead(page->head);
            effects.pages.push_back(std::move(*page));
            return;
        }
        if (auto *presence = std::get_if<wire::Presence>(&frame)) {
            effects.presence.push_back(std::move(*presence));
            return;
        }
    }
    garbage(effects, now); // what only a desktop says, or out of turn
}

/// Whether the copy here is what the hub believes it to be continuing. A hub that has lost its memory without knowing would
/// otherwise send changes on top of another history.
bool SyncClient::continues(const wire::Welcome &frame) const
{
    const bool sameAgent = m_known.agent.isNull() || frame.agent.id == m_known.agent;
    const bool sameEpoch = frame.head.epoch == m_known.position.epoch || TRIBUTARY_BREAK(epoch);
    return sameEpoch && frame.head.seq >= m_known.position.seq && sameAgent && frame.lastN >= m_known.lastN;
}

/// Also where it does not reach the files: then another hub is believed to be another, no more.
void SyncClient::noteAhead(const std::optional<wire::Position> &head)
{
    if (head && head->epoch == m_known.position.epoch && (!m_known.ahead || m_known.ahead->seq < head->seq))
        m_known.ahead = head;
}

void SyncClient::onWelcome(wire::Welcome frame, Effects &effects, Milliseconds now)
{
    const wire::Position start = frame.start.value_or(frame.head);
    if (frame.head.seq < 0 || frame.lastN < 0 || frame.head.epoch == wire::Epoch{} || frame.agent.id.isNull()
        || start.epoch != frame.head.epoch || start.seq < 0 || start.seq > frame.head.seq)
        return garbage(effects, now);
    if (!frame.resync && !continues(frame)) {
        if (m_known.position.epoch == wire::Epoch{})
            return garbage(effects, now);
        m_beginAnew = true;
        m_known.agent = {};
        return hangUp(effects, now, SyncStatus::Reason::None);
    }
    m_link = Link::Open;
    m_handshakeBy.reset();
    m_hub = wire::Features(frame.features);
    m_head = frame.head.seq;
    m_commands.open(frame.lastN, m_hub.has(wire::feature::kNamedUploads));
    m_rights = 0;
    learnSelf(frame.agent, m_known.position.seq);
    if (frame.resync) {
        m_pageAsked = false;
        m_received = start.seq;
        Underway after{.kind = Underway::Kind::Resync, .position = start, .lastN = frame.lastN, .agent = frame.agent.id};
        if (start.seq == frame.head.seq)
            after.fullAt = frame.serverTime;
        after.removedBy = m_known.removedBy;
        queue(Resync{start, frame.agent, frame.workspace, frame.lastN, frame.reason, frame.outcomes}, std::move(after),
              effects);
    } else {
        m_known.agent = frame.agent.id;
    }
    m_startedAt = m_received;
    effects.welcome = std::move(frame);
    effects.loadCommands = effects.welcome->lastN;
    ++m_loadsAsked;
    // Of another history there is nothing here.
    const std::int64_t durable = effects.welcome->resync ? 0 : m_known.position.seq;
    effects.send.push_back(wire::Credit{.bytes = kCredit, .seq = durable});
    if (!effects.welcome->resync)
        askPage(effects);
}

void SyncClient::onChanges(wire::Changes frame, std::int64_t bytes, Effects &effects, Milliseconds now)
{
    if (frame.from < 0 || frame.to < frame.from || frame.head < frame.to)
        return garbage(effects, now);
    if (frame.from == m_received || TRIBUTARY_BREAK(gap)) {
        m_received = frame.to;
        m_head = std::max(m_head, frame.head);
        m_commands.answered(frame.lastN);
        noteRights(frame);
        Underway after{.kind = Underway::Kind::Changes, .lastN = frame.lastN, .bytes = bytes};
        after.position.seq = frame.to;
        after.position.chain = frame.chain;
        after.gained = frame.bootstrap;
        after.heard = !wire::onlyTellsErased(frame);
        if (frame.to == frame.head)
            after.fullAt = frame.serverTime;
        queue(std::move(frame), std::move(after), effects);
        sendCommands(effects);
    } else if (frame.to <= m_received) {
        m_toGrant += bytes; // a repeat
        if (!m_ackBy)
            m_ackBy = now + kAckDelay;
    } else {
        hangUp(effects, now, SyncStatus::Reason::Unreachable); // something is missing: the next hello asks for it
    }
}

/// @p agent: as they are at the hub; the copy is at @p seq, or will be.
void SyncClient::learnSelf(const model::Agent &agent, std::int64_t seq)
{
    if (agent.version > seq && !(m_self && m_self->id == agent.id && seesAllOf(agent, *m_self)))
        m_known.removedBy = std::max(m_known.removedBy, agent.version);
    m_rights = std::max(m_rights, agent.version);
    m_self = agent;
}

/// A page that was read by older rights may hold what this agent may see no more; one of a bootstrap that is to begin
/// elsewhere would lead it astray.
void SyncClient::noteRights(const wire::Changes &frame)
{
    for (const model::Entity &row : frame.rows) {
        if (const auto *agent = std::get_if<model::Agent>(&row); agent && m_self && agent->id == m_self->id)
            learnSelf(*agent, frame.to);
    }
    if (frame.bootstrap)
        m_pageStale = m_pageAsked;
}

void SyncClient::onGoodbye(const wire::Goodbye &frame, Effects &effects, Milliseconds now)
{
    const Milliseconds atLeast(std::clamp<std::int64_t>(frame.retryAfterMs, 0, kLongestRetryMs));
    if (frame.reason == "denied" || frame.reason == "revoked")
        return deny(effects);
    if (frame.reason == "forked") {
        hangUp(effects, now, SyncStatus::Reason::None, atLeast);
        return renumber(effects);
    }
    using Reason = SyncStatus::Reason;
    const Reason reason = frame.reason == "stopping"        ? Reason::Stopping
                          : frame.reason == "garbage"       ? Reason::Garbage
                          : frame.reason == "other-history" ? Reason::OtherHistory
                                                            : Reason::Unreachable;
    hangUp(effects, now, reason, atLeast);
}

Effects SyncClient::timeReached(Milliseconds now)
{
    Effects effects;
    const bool talking = m_link == Link::Greeting || m_link == Link::Open;
    if ((m_handshakeBy && now >= *m_handshakeBy) || (talking && now >= m_heardAt + kSilence)) {
        hangUp(effects, now, SyncStatus::Reason::Unreachable);
    } else if (talking && m_answerBy && now >= *m_answerBy) {
        reopen(effects, now);
    } else if (m_running && m_link == Link::None && m_retryAt && now >= *m_retryAt) {
        open(effects, now);
    } else if (talking && now >= m_beatAt) {
        m_beatAt = now + kBeat;
        effects.send.push_back(wire::Beat{now.count()});
    }
    if (m_ackBy && now >= *m_ackBy)
        acknowledge(effects);
    if (m_pageAt && now >= *m_pageAt) {
        m_pageAt.reset();
        askPage(effects);
    }
    if (m_fileAt && now >= *m_fileAt) {
        m_fileAt.reset();
        askFile(effects);
    }
    return finish(std::move(effects));
}

Effects SyncClient::send(wire::Frame frame, Milliseconds)
{
    Effects effects;
    const bool known = std::holds_alternative<wire::Presence>(frame) ? m_hub.has(wire::feature::kPresence)
                                                                     : m_hub.has(wire::feature::kFetch);
    if (m_link == Link::Open && known)
        effects.send.push_back(std::move(frame));
    return finish(std::move(effects));
}

Effects SyncClient::finish(Effects effects)
{
    SyncStatus now = describe();
    effects.statusChanged = now != m_status;
    m_status = std::move(now);
    effects.wakeAt = nextWake();
    return effects;
}

SyncStatus SyncClient::describe()
{
    using State = SyncStatus::State;
    SyncStatus status;
    status.garbage = m_status.garbage;
    status.completeAsOf = m_known.completeAsOf;
    status.reason = m_reason;
    if (!m_running) {
        status.state = State::Stopped;
    } else if (m_link == Link::None && m_retryAt) {
        status.state = State::Waiting;
        status.retryAt = m_retryAt;
    } else if (m_link != Link::Open) {
        status.state = State::Connecting;
    } else {
        const std::int64_t behind = m_head - m_known.position.seq;
        const bool resyncing =
            std::ranges::any_of(m_underway, [](const Underway &one) { return one.kind == Underway::Kind::Resync; });
        const bool live = !m_known.bootstrapping && !resyncing && behind <= (m_wasLive ? kCatchUpFrom : 0);
        status.state = live ? State::Live : State::CatchingUp;
        if (live) {
            m_wasLive = true;
            m_backoff.reset();
            m_reason = status.reason = SyncStatus::Reason::None;
        } else if (m_known.bootstrapping) {
            status.done = m_pagesDone;
            status.total = m_pagesTotal;
        } else if (!resyncing) {
            status.done = m_known.position.seq - m_startedAt;
            status.total = m_head - m_startedAt;
        }
    }
    return status;
}

std::optional<Milliseconds> SyncClient::nextWake() const
{
    std::optional<Milliseconds> next;
    const auto sooner = [&](std::optional<Milliseconds> at) {
        if (at && (!next || *at < *next))
            next = at;
    };
    if (m_link == Link::None)
        sooner(m_retryAt);
    sooner(m_handshakeBy);
    sooner(m_answerBy);
    sooner(m_ackBy);
    sooner(m_pageAt);
    sooner(m_fileAt);
    if (m_link == Link::Greeting || m_link == Link::Open)
        sooner(std::min(m_beatAt, m_heardAt + kSilence));
    return next;
}

} // namespace tributary::engine
