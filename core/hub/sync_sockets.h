#pragma once

#include "core/engine/sync_session.h"
#include "core/hub/edge/handler.h"
#include "core/hub/hub_store.h"
#include "core/hub/loop.h"
#include "core/hub/start_mark.h"
#include "core/model/rights.h"

#include <deque>
#include <map>
#include <set>

namespace tributary::hub {

class SyncSocket;

/// The live links to desktops: joins engine::SyncSession to sockets, the store and the clock. On the loop.
class SyncSockets {
public:
    SyncSockets(HubStore &store, Loop &loop);

    ~SyncSockets();

    /// A receiver for a link that the edge has agreed to open.
    std::shared_ptr<edge::SocketEvents> accept();
    /// After a commit: whoever may have something new to hear is told; those who look at what has @p changed, or have just
    /// given a command, at once, the others within 10 ms.
    void headMoved(std::int64_t head, const std::set<model::ConversationId> &changed);
    /// What a visitor does: to everybody who may see the conversation.
    void tellPresence(const wire::Presence &presence);
    /// What a desktop says of what its agent is doing.
    void setPresenceHeard(std::function<void(const wire::Presence &, const model::Agent &)> heard)
    {
        m_heard = std::move(heard);
    }
    /// A desktop came or went.
    void setCountChanged(std::function<void()> changed) { m_countChanged = std::move(changed); }
    /// Ends the sessions whose token is not good any more. Done every few seconds by itself too: the store may be changed by
    /// another process.
    void recheckTokens();
    void endAll(const std::string &reason, const std::string &text, std::int64_t retryAfterMs);
    /// Whose desktops are signed in and connected.
    std::set<model::AgentId> agents() const;
    /// When the desktops of those who have left since the start were there last.
    const std::map<model::AgentId, TimePoint> &lastHere() const { return m_lastHere; }
    /// How many they are.
    std::size_t count() const { return m_open; }
    /// Desktops that came with another history under this hub's epoch, since the start.
    std::uint64_t forks() const { return m_forks; }

private:
    void recheckLater();
    /// A command that the hub fails at, whatever its desktop does, would keep all behind it from ever being done.
    bool isGivenUp(model::CommandId command) const;
    void noteTried(model::CommandId command, const Error *failure);
    friend class SyncSocket;
    /// @p device has durably applied everything up to @p seq.
    void acknowledged(const DeviceKey &device, std::int64_t seq);
    /// Finds who may see a conversation, off the loop; nothing if there is no such conversation.
    /// Says in the log why somebody was sent away.
    void noteRefusal(model::AgentId agent, const std::string &reason, const std::string &why);
    void findScope(model::ConversationId conversation, std::function<void(std::optional<model::Scope>)> done);
    /// To everybody but @p from (null: everybody) who may see what it is @p about; absent: no conversation.
    void tell(const wire::Presence &presence, const std::optional<model::Scope> &about, const SyncSocket *from);

    /// What a socket wants to be read of the log; those that wait together are answered from one look at it.
    struct Wanted {
        std::shared_ptr<SyncSocket> socket;
        std::int64_t from = 0;
        model::AgentId agent;
        model::ClientId client;
    };
    enum class Turn { Next, Last };
    void readLog(Wanted wanted, Turn turn);
    void readLogNow();

    HubStore &m_store;
    Loop &m_loop;
    StartMark m_mark;
    std::deque<Wanted> m_wanted;
    bool m_readingLog = false;
    std::shared_ptr<bool> m_here = std::make_shared<bool>(true); ///< Gone with this: for what comes after it.
    std::set<SyncSocket *> m_sockets;
    Loop::Timer m_recheckTimer, m_othersTimer;
    bool m_othersWait = false; ///< They are told soon.
    std::map<model::AgentId, TimePoint> m_lastHere;
    std::int64_t m_head = 0;
    std::size_t m_open = 0;
    std::uint64_t m_forks = 0;
    std::map<model::CommandId, int> m_failures; ///< How often the hub has failed at a command.
    std::chrono::minutes m_refusalMinute{-1};
    int m_refusals = 0; ///< In that minute.
    std::function<void(const wire::Presence &, const model::Agent &)> m_heard;
    std::function<void()> m_countChanged;
};

} // namespace tributary::hub
