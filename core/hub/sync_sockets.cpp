#include "core/hub/sync_sockets.h"

#include "core/base/log.h"
#include "core/hub/access.h"
#include "core/hub/bootstrap.h"
#include "core/hub/commands.h"
#include "core/hub/epoch.h"
#include "core/hub/erasure.h"
#include "core/hub/sight.h"
#include "core/model/rights.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

#include <algorithm>
#include <array>
#include <deque>

namespace tributary::hub {
namespace {

constexpr std::size_t kFrameRows = 40 * 1024; ///< Plain bytes of rows in a frame: its message stays below 64 KiB.
constexpr std::chrono::seconds kRecheck{3};   ///< A withdrawn token is noticed within 5 s (ENGINE C34).
static_assert(kRecheck < std::chrono::seconds(5));
constexpr std::size_t kReadTogether = 100; ///< Desktops in one look at the log: others read as well.
/// Who neither looks at what changes nor waits for an echo is told a moment later, of what has come meanwhile too: a window
/// that is looked at does not share the processor with hundreds that are not, and in a busy hub a message costs less.
constexpr Milliseconds kOthersTogether{10};
constexpr std::chrono::seconds kEchoAwaited{2};
constexpr int kLookupsAtOnce = 4;    ///< For the presence of one desktop.
constexpr int kWhereaboutsTold = 20; ///< To one that has just come.
constexpr std::chrono::seconds kSaidLasts{60};
constexpr int kRefusalsTold = 60; ///< Lines of the log a minute about links that were refused.
/// Close codes by which the edge has ended a link itself (RFC 6455, 7.4.1).
constexpr std::array<std::pair<std::uint16_t, const char *>, 3> kBrokenRules{
    std::pair{std::uint16_t(1002), "its frames break the rules of WebSocket"},
    std::pair{std::uint16_t(1007), "its text is not valid UTF-8"},
    std::pair{std::uint16_t(1009), "it sent more than a message may hold"}};
constexpr int kTries = 3; ///< Of a command that the hub fails at, before it goes back to its author.
constexpr std::size_t kFailuresKept = 1000;
constexpr int kPolicyViolation = 1008;
constexpr int kGoingAway = 1001;

/// One message for all who are told the same.
struct Told {
    wire::Changes changes;
    Bytes message;
};

/// Of one look at the log: who is told the same as one of these is told it by the same message.
class Messages {
public:
    explicit Messages(TimePoint now)
        : m_now(now)
    {
    }
    std::shared_ptr<const Told> of(wire::Changes changes)
    {
        changes.serverTime = m_now;
        for (const auto &known : m_known) {
            if (known->changes == changes)
                return known;
        }
        auto told = std::make_shared<Told>(Told{std::move(changes), {}});
        told->message = wire::pack(told->changes);
        m_known.push_front(told);
        if (m_known.size() > kCompared)
            m_known.pop_back();
        return told;
    }

private:
    static constexpr std::size_t kCompared = 8; ///< Kinds of rights are few.
    TimePoint m_now;
    std::deque<std::shared_ptr<const Told>> m_known;
};

/// Whether it is the command that the hub fails at, rather than the machine, the time, or its number.
bool isOwnFailure(const Error &error, const store::Database &database)
{
    if (database.isBroken() || database.wasHindered())
        return false;
    switch (error.kind) {
    case Error::Kind::Offline:
    case Error::Kind::TimedOut: return false;
    case Error::Kind::Conflict: return error.detail != "forked" && error.detail != "not the next command";
    default: return true;
    }
}

bool isForked(const Result<model::Outcome> &outcome)
{
    return !outcome && outcome.error().kind == Error::Kind::Conflict && outcome.error().detail == "forked";
}

} // namespace

/// One desktop's link.
class SyncSocket final : public edge::SocketEvents, public std::enable_shared_from_this<SyncSocket> {
public:
    friend class SyncSockets;
    explicit SyncSocket(SyncSockets &all)
        : m_all(all)
        , m_timer(all.m_loop)
        , m_steadyAt(all.m_store.clock().steady())
        , m_wallAt(all.m_store.clock().now())
    {
    }
    ~SyncSocket() override
    {
        if (m_listed)
            m_all.m_sockets.erase(this);
    }

    void opened(std::shared_ptr<edge::Socket> socket) override
    {
        m_socket = std::move(socket);
        m_all.m_sockets.insert(this);
        m_listed = true;
        perform(session().opened(now()));
    }
    void message(std::string payload, bool binary) override
    {
        if (binary)
            perform(session().frameReceived(bytesOf(payload), now()));
        else
            perform(session().refuse("garbage", "frames are binary", engine::SyncSession::kGarbageRetryMs));
        hearWhoIsHere();
    }
    void drained() override { perform(session().drained(now())); }
    void closed(std::uint16_t code) override
    {
        for (const auto &[broken, why] : kBrokenRules) {
            if (code == broken)
                m_all.noteRefusal(m_session.agent().id, "protocol", why);
        }
        if (m_counted)
            m_all.tell({wire::Presence::Kind::Gone, {}, m_session.agent().id, {}}, std::nullopt, this);
        m_all.m_sockets.erase(this);
        m_listed = false;
        count(false);
        m_timer.cancel();
        m_socket.reset();
    }

    bool isOpen() const { return m_session.isOpen(); }
    /// Looks at one of these, or has just done something whose echo it waits for.
    bool isWaitingFor(const std::set<model::ConversationId> &some) const
    {
        return some.contains(m_looksAt) || (m_wroteAt && now() - *m_wroteAt < kEchoAwaited);
    }
    model::AgentId agent() const { return m_session.agent().id; }
    void headMoved(std::int64_t head, SyncSockets::Turn turn)
    {
        if (!m_session.isOpen())
            return;
        m_turn = turn;
        perform(session().headMoved(head, now()));
        m_turn = SyncSockets::Turn::Last;
    }
    void presenceHeard(const wire::Presence &presence, const std::optional<model::Scope> &about)
    {
        if (!about || model::sees(m_session.agent(), *about))
            perform(session().presenceHeard(presence));
    }
    void end(const std::string &reason, const std::string &text, std::int64_t retryAfterMs)
    {
        perform(session().end(reason, text, retryAfterMs));
    }
    void recheckToken()
    {
        if (!m_session.isOpen()) {
            m_recheck = true; // its token may just have been found good, a moment before it was withdrawn
            return;
        }
        m_all.m_store.reader().read(
            [token = m_session.token()](store::Database &database) { return agentOfToken(database, token); },
            m_all.m_loop.executor(),
            [self = shared_from_this()](const Result<std::optional<model::Agent>> &agent) {
                if (agent && !*agent)
                    self->end("revoked", "This device was signed out.", 0);
                else if (agent) {
                    self->m_session.setAgent(**agent); // what is not stored is told by rights of now, too
                    self->noteSeen();
                }
            });
    }

private:
    /// The token is in use: it does not grow old while the link lasts.
    void noteSeen()
    {
        const Milliseconds steady = m_all.m_store.clock().steady();
        if (m_seenAt && steady - *m_seenAt < kSeenEvery)
            return;
        m_seenAt = steady;
        m_all.m_store.writer().write([token = m_session.token(), at = m_all.m_store.clock().now()](
                                         store::Database &database) { return hub::noteSeen(database, token, at); },
                                     m_all.m_loop.executor(), [](const Result<void> &) {}); // in an hour again
    }

    void count(bool open)
    {
        if (m_counted == open)
            return;
        m_counted = open;
        m_all.m_open += open ? 1 : std::size_t(-1);
        if (!open)
            m_all.m_lastHere[m_session.agent().id] = m_all.m_store.clock().now();
        if (m_all.m_countChanged)
            m_all.m_countChanged();
    }

    /// Goes on evenly when the machine's wall clock is set: a beat must not wait for a day.
    TimePoint now() const { return m_wallAt + (m_all.m_store.clock().steady() - m_steadyAt); }

    /// For an event: it knows the time and how much the desktop has yet to take.
    engine::SyncSession &session()
    {
        m_session.setWallAhead(m_all.m_store.clock().now() - now());
        if (m_socket)
            m_session.setQueued(m_socket->queuedBytes());
        return m_session;
    }

    void perform(engine::SyncSession::Effects effects)
    {
        if (!m_socket)
            return;
        for (const Bytes &message : effects.send)
            m_socket->send(std::string(textOf(message)), true);
        if (effects.refused)
            m_all.noteRefusal(m_session.agent().id, effects.refused->first, effects.refused->second);
        if (effects.abort) {
            m_socket->abort();
            m_timer.cancel();
            return;
        }
        if (effects.close) {
            m_socket->close(effects.send.empty() ? kGoingAway : kPolicyViolation, "");
            m_timer.cancel();
            return;
        }
        if (effects.forked) {
            ++m_all.m_forks;
            log(LogLevel::Error, "tributary.hub",
                "a desktop has another history than this hub under the same epoch: was an older copy of the data put back?",
                {{"agent", m_session.agent().id.text()}, {"head", m_session.sentTo()}});
        }
        if (effects.authenticate)
            authenticate(*effects.authenticate);
        if (effects.acknowledged && !m_all.m_store.owed().isEmpty())
            m_all.acknowledged(deviceKey(m_session.token()), *effects.acknowledged);
        if (effects.readAfter)
            readAfter(*effects.readAfter);
        for (model::Command &command : effects.apply)
            apply(std::move(command));
        for (const wire::Fetch &fetch : effects.fetch)
            this->fetch(fetch);
        for (const wire::Presence &presence : effects.presence)
            tellOthers(presence);
        if (std::exchange(m_reading, m_session.wantsReading()) != m_session.wantsReading())
            m_socket->setReading(m_reading);
        if (effects.wakeAt)
            m_timer.start(*effects.wakeAt - now(), [weak = weak_from_this()] {
                if (const auto self = weak.lock())
                    self->perform(self->session().timeReached(self->now()));
            });
    }

    /// Once, as soon as it may be told: who is here already says it again only within half a minute. Where they look is told
    /// of a few; of the others, that they are here.
    void hearWhoIsHere()
    {
        if (m_greeted || !m_session.takesPresence())
            return;
        m_greeted = true;
        int lookups = kWhereaboutsTold;
        for (SyncSocket *other : std::set(m_all.m_sockets)) {
            if (other == this || !other->m_said || m_all.m_store.clock().steady() - other->m_saidAt > kSaidLasts)
                continue;
            wire::Presence presence = *other->m_said;
            if (presence.conversation.isNull() || --lookups < 0) {
                presence.conversation = {};
                presenceHeard(presence, std::nullopt);
                continue;
            }
            const model::Agent &of = other->m_session.agent();
            m_all.findScope(presence.conversation, [self = shared_from_this(), presence, of](const auto &scope) {
                if (self->m_listed && scope && model::sees(of, *scope)) // else nothing is said of it, either
                    self->presenceHeard(presence, scope);
            });
        }
    }

    void tellOthers(const wire::Presence &presence)
    {
        m_said = presence;
        m_said->kind = wire::Presence::Kind::Viewing; // what is typed is of that moment
        m_said->text.clear();
        if (presence.kind == wire::Presence::Kind::Gone)
            m_said.reset();
        m_saidAt = m_all.m_store.clock().steady();
        m_looksAt = presence.kind == wire::Presence::Kind::Gone ? model::ConversationId() : presence.conversation;
        if (presence.conversation.isNull()) {
            m_all.tell(presence, std::nullopt, this);
            return;
        }
        if (m_lookups >= kLookupsAtOnce) // others wait for that thread, too; by then this would be old
            return;
        ++m_lookups;
        m_all.findScope(presence.conversation, [self = shared_from_this(), presence](const auto &scope) {
            --self->m_lookups;
            if (!self->m_listed || !scope || !model::sees(self->m_session.agent(), *scope))
                return; // of what one may not see, one says nothing either
            self->m_all.tell(presence, *scope, self.get());
            if (self->m_all.m_heard)
                self->m_all.m_heard(presence, self->m_session.agent());
        });
    }

    void authenticate(const wire::Hello &hello)
    {
        using Admission = engine::SyncSession::Admission;
        m_all.m_store.reader().read(
            [hello, mark = m_all.m_mark.position()](store::Database &database) -> Result<std::optional<Admission>> {
                TRIBUTARY_TRY_ASSIGN(auto agent, agentOfToken(database, hello.token));
                if (!agent) {
                    TRIBUTARY_TRY_ASSIGN(const bool isOurs, isOfThisHistory(database, hello.position.epoch));
                    if (!isOurs)
                        return failure(Error::Kind::NotFound, "another history");
                    return std::optional<Admission>();
                }
                Admission admission;
                admission.agent = std::move(*agent);
                TRIBUTARY_TRY_ASSIGN(const WorkspaceState workspace, workspaceState(database));
                admission.workspace = workspace.name;
                admission.head = workspace.head;
                TRIBUTARY_TRY_ASSIGN(admission.lastN, lastApplied(database, hello.client));
                TRIBUTARY_TRY_ASSIGN(admission.chainThere, chainAt(database, hello.position.seq));
                if (hello.ahead) {
                    TRIBUTARY_TRY_ASSIGN(admission.chainAhead, chainAt(database, hello.ahead->seq));
                }
                TRIBUTARY_TRY_ASSIGN(admission.cameBack, cameBackAfter(database, hello.client, hello.lastN));
                TRIBUTARY_TRY_ASSIGN(admission.start, startAt(database, mark, admission.head, hello.client));
                if (engine::SyncSession::tellsErased(hello, admission)) {
                    TRIBUTARY_TRY_ASSIGN(admission.erasedCustomers, erasedCustomers(database));
                    TRIBUTARY_TRY_ASSIGN(admission.erasedConversations, erasedConversations(database));
                }
                return std::optional<Admission>(std::move(admission));
            },
            m_all.m_loop.executor(),
            [self = shared_from_this()](Result<std::optional<Admission>> admission) {
                if (admission && *admission && self->m_listed)
                    self->m_all.m_mark.note((**admission).head);
                if (!admission && admission.error().kind == Error::Kind::NotFound)
                    self->perform(
                        self->session().otherHistory("This hub has another history, and does not know this device."));
                else if (!admission)
                    self->perform(self->session().end("unavailable", "The hub cannot read its store.", 5000));
                else if (!*admission)
                    self->perform(self->session().denied("This device is not signed in."));
                else {
                    self->perform(self->session().authenticated(**admission, self->now()));
                    if (self->m_socket)
                        self->m_socket->trust();
                    self->count(self->m_session.isOpen() && self->m_socket != nullptr);
                    self->hearWhoIsHere();
                    if (std::exchange(self->m_recheck, false))
                        self->recheckToken();
                }
            });
    }

    void readAfter(std::int64_t seq)
    {
        m_all.readLog({shared_from_this(), seq, m_session.agent().id, m_session.client()}, m_turn);
    }
    void logRead(const Result<std::shared_ptr<const Told>> &told)
    {
        if (told)
            perform(session().changesRead((*told)->changes, (*told)->message, now()));
        else
            perform(session().end("unavailable", "The hub cannot read its log.", 5000));
    }

    void apply(model::Command command)
    {
        HubStore &store = m_all.m_store;
        const model::CommandId id = command.id;
        m_wroteAt = now();
        const auto fails = std::make_shared<bool>(false); // by itself: the store does what others want
        store.writer().write(
            [&store, command = std::move(command), agent = m_session.agent(), client = m_session.client(), fails,
             forked = m_forked, givenUp = m_all.isGivenUp(id) || store.deadly().isDeadly(id)](
                store::Database &database) -> Result<model::Outcome> {
                if (*forked) // its number may be the next one: the hub would have some of either copy
                    return failure(Error::Kind::Conflict, "forked");
                // Rights are those of now, not those of when the link was opened.
                TRIBUTARY_TRY_ASSIGN(const auto current, store::agent(database, agent.id));
                if (!current || !current->active)
                    return failure(Error::Kind::Denied, "the agent is not active any more");
                if (!givenUp)
                    store.deadly().trying(command.id);
                auto outcome = applyCommand(database, store.ids(), store.clock(), *current, client, command, givenUp,
                                            [&store] { return everErased(store.folder()); });
                *fails = !outcome && isOwnFailure(outcome.error(), database);
                *forked = isForked(outcome);
                if (outcome || *fails) // at once: what comes behind it in this transaction is not its doing
                    store.deadly().done(command.id);
                else if (!givenUp) // it waits, or was not the next: none is in hand, and nothing is said of this one
                    store.deadly().trying({});
                return outcome;
            },
            m_all.m_loop.executor(),
            [self = shared_from_this(), id, fails](const Result<model::Outcome> &outcome) {
                if (self->m_listed && (outcome || *fails))
                    self->m_all.noteTried(id, outcome ? nullptr : &outcome.error());
                if (outcome)
                    self->perform(self->session().commandApplied(self->now()));
                else
                    self->perform(self->session().commandFailed(outcome.error(), self->now()));
            });
    }

    void fetch(const wire::Fetch &fetch)
    {
        m_all.m_store.reader().read(
            [fetch, agent = m_session.agent().id](store::Database &database) { return olderPage(database, fetch, agent); },
            m_all.m_loop.executor(),
            [self = shared_from_this()](const Result<wire::Page> &page) {
                if (page)
                    self->perform(self->session().pageRead(*page));
                else // without an answer it would wait as long as the link lasts
                    self->end("unavailable", "The hub cannot read its store.", 5000);
            });
    }

    SyncSockets &m_all;
    engine::SyncSession m_session;
    std::shared_ptr<edge::Socket> m_socket;
    Loop::Timer m_timer;
    std::optional<Milliseconds> m_seenAt;
    const Milliseconds m_steadyAt;
    const TimePoint m_wallAt;
    model::ConversationId m_looksAt;      ///< Its agent, by what they say of themselves.
    std::optional<wire::Presence> m_said; ///< The last of that, but for what they type; nothing: that they are gone.
    Milliseconds m_saidAt{};
    SyncSockets::Turn m_turn = SyncSockets::Turn::Last;
    std::optional<TimePoint> m_wroteAt; ///< When it gave its newest command.
    /// One of its numbers was another copy's: none behind it is taken on this link. The writer's.
    const std::shared_ptr<bool> m_forked = std::make_shared<bool>(false);
    int m_lookups = 0;      ///< Of what presence is about, with the reader.
    bool m_greeted = false; ///< It was told who is here.
    bool m_reading = true;
    bool m_counted = false; ///< As a desktop that is here.
    bool m_listed = false;  ///< In m_all, which then is there.
    bool m_recheck = false; ///< Look at the token once more when the session is open.
};

SyncSockets::SyncSockets(HubStore &store, Loop &loop)
    : m_store(store)
    , m_loop(loop)
    , m_mark(store.clock())
    , m_recheckTimer(loop)
    , m_othersTimer(loop)
{
    recheckLater();
}

void SyncSockets::recheckLater()
{
    m_recheckTimer.start(kRecheck, [this] {
        recheckTokens();
        recheckLater();
    });
}

SyncSockets::~SyncSockets()
{
    // Answers of the store that are still on their way hold their sockets for longer than this lives.
    for (SyncSocket *socket : m_sockets)
        socket->m_listed = false;
}

void SyncSockets::readLog(Wanted wanted, Turn turn)
{
    m_wanted.insert(turn == Turn::Next ? m_wanted.begin() : m_wanted.end(), std::move(wanted));
    if (!m_readingLog)
        readLogNow();
}

void SyncSockets::readLogNow()
{
    // Sockets stay on the loop: the reader may be the last to let go of its question.
    std::vector<std::shared_ptr<SyncSocket>> sockets;
    std::vector<Wanted> questions;
    while (!m_wanted.empty() && questions.size() < kReadTogether) {
        sockets.push_back(std::move(m_wanted.front().socket));
        questions.push_back(std::move(m_wanted.front()));
        m_wanted.pop_front();
    }
    m_readingLog = !questions.empty();
    if (!m_readingLog)
        return;
    using Answers = std::vector<Result<std::shared_ptr<const Told>>>;
    m_store.reader().read(
        [questions = std::move(questions), now = m_store.clock().now()](store::Database &database) -> Result<Answers> {
            LogReading log(database);
            Messages messages(now);
            Answers answers;
            for (const Wanted &one : questions) {
                auto changes = log.after(one.from, one.agent, one.client, kFrameRows);
                if (changes)
                    answers.emplace_back(messages.of(std::move(*changes)));
                else
                    answers.emplace_back(failure(std::move(changes).error()));
            }
            return answers;
        },
        m_loop.executor(),
        [this, sockets = std::move(sockets), here = std::weak_ptr(m_here)](const Result<Answers> &answers) {
            if (here.expired())
                return;
            for (std::size_t i = 0; i < sockets.size(); ++i) {
                if (answers)
                    sockets[i]->logRead((*answers)[i]);
                else
                    sockets[i]->logRead(failure(answers.error()));
            }
            readLogNow();
        });
}

void SyncSockets::acknowledged(const DeviceKey &device, std::int64_t seq)
{
    const auto first = m_store.owed().take(device, seq);
    if (!first)
        return;
    m_store.writer().write(
        [device, seq, now = m_store.clock().now()](store::Database &database) {
            return takeReceipts(database, device, seq, now);
        },
        m_loop.executor(),
        [&store = m_store, device, first = *first](const Result<std::optional<std::int64_t>> &left) {
            if (!left)
                log(LogLevel::Warning, "tributary.hub",
                    "that a desktop has confirmed an erasure cannot be noted: it is tried again when it says so next",
                    {{"device", deviceId(device)}, {"error", left.error().detail}});
            if (!left || *left)
                store.owed().owe(device, left ? **left : first);
        });
}

std::shared_ptr<edge::SocketEvents> SyncSockets::accept()
{
    return std::make_shared<SyncSocket>(*this);
}

std::set<model::AgentId> SyncSockets::agents() const
{
    std::set<model::AgentId> agents;
    for (const SyncSocket *socket : m_sockets) {
        if (socket->isOpen())
            agents.insert(socket->agent());
    }
    return agents;
}

void SyncSockets::headMoved(std::int64_t head, const std::set<model::ConversationId> &changed)
{
    if (head <= m_head)
        return;
    m_head = head;
    for (SyncSocket *socket : std::set(m_sockets)) {
        if (socket->isWaitingFor(changed))
            socket->headMoved(head, Turn::Next);
    }
    if (std::exchange(m_othersWait, true))
        return;
    m_othersTimer.start(kOthersTogether, [this] {
        m_othersWait = false;
        for (SyncSocket *socket : std::set(m_sockets))
            socket->headMoved(m_head, Turn::Last);
    });
}

void SyncSockets::tellPresence(const wire::Presence &presence)
{
    findScope(presence.conversation, [this, presence](const auto &scope) {
        if (scope)
            tell(presence, *scope, nullptr);
    });
}

void SyncSockets::findScope(model::ConversationId conversation, std::function<void(std::optional<model::Scope>)> done)
{
    m_store.reader().read([conversation](store::Database &database) { return scopeOf(database, conversation); },
                          m_loop.executor(),
                          [done = std::move(done)](const Result<std::optional<model::Scope>> &scope) {
                              done(scope ? *scope : std::nullopt); // presence is worth no more than that
                          });
}

void SyncSockets::tell(const wire::Presence &presence, const std::optional<model::Scope> &about, const SyncSocket *from)
{
    for (SyncSocket *socket : std::set(m_sockets)) {
        if (socket != from)
            socket->presenceHeard(presence, about);
    }
}

/// Whoever sends nonsense all day long shall not fill the disk with log lines.
void SyncSockets::noteRefusal(model::AgentId agent, const std::string &reason, const std::string &why)
{
    const auto minute = std::chrono::floor<std::chrono::minutes>(m_store.clock().steady());
    if (std::exchange(m_refusalMinute, minute) != minute) {
        if (m_refusals > kRefusalsTold)
            log(LogLevel::Warning, "tributary.hub", "more links were refused in that minute",
                {{"count", m_refusals - kRefusalsTold}});
        m_refusals = 0;
    }
    if (++m_refusals <= kRefusalsTold)
        log(LogLevel::Warning, "tributary.hub", "a link was refused",
            {{"agent", agent.isNull() ? std::string("unknown") : agent.text()}, {"reason", reason}, {"why", why}});
}

bool SyncSockets::isGivenUp(model::CommandId command) const
{
    const auto found = m_failures.find(command);
    return found != m_failures.end() && found->second >= kTries;
}

void SyncSockets::noteTried(model::CommandId command, const Error *failure)
{
    if (!failure) {
        m_failures.erase(command);
        return;
    }
    if (m_failures.size() >= kFailuresKept && !m_failures.contains(command))
        m_failures.erase(m_failures.begin()); // the oldest: ids begin with their time
    const int tries = ++m_failures[command];
    log(LogLevel::Error, "tributary.hub",
        tries < kTries ? "a command failed; its desktop will try again"
                       : "a command fails again and again; at the next try it goes back to its author",
        {{"command", command.text()}, {"error", failure->detail}});
}

void SyncSockets::recheckTokens()
{
    for (SyncSocket *socket : std::set(m_sockets))
        socket->recheckToken();
}

void SyncSockets::endAll(const std::string &reason, const std::string &text, std::int64_t retryAfterMs)
{
    for (SyncSocket *socket : std::set(m_sockets))
        socket->end(reason, text, retryAfterMs);
}

} // namespace tributary::hub
