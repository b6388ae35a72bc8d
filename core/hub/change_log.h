#pragma once

#include "core/hub/audit.h"
#include "core/model/commands.h"
#include "core/store/database.h"
#include "core/wire/frames.h"

#include <set>

/// The hub's history: every change of an entity takes the next seq, and stands in the log under it (DESIGN 6).
namespace tributary::hub {

/// Who is behind a change: the command of a desktop, or nobody; and as whom the audit log names them.
struct Cause {
    model::ClientId client;
    std::int64_t n = 0;
    Author author;
};

/// Makes the workspace's one row where there is none yet, with a fresh epoch.
Result<void> createWorkspace(store::Database &database, const std::string &name, Rng &rng);

/// From which the keys are derived that seal what agents do on their own computers: made when there is none.
Result<Bytes> sealRoot(store::Database &database, Rng &rng);

struct WorkspaceState {
    std::string name;
    wire::Position head;
};
Result<WorkspaceState> workspaceState(store::Database &database);
Result<wire::Position> headOf(store::Database &database);
/// The chain at @p seq; nothing when the log does not reach back to it.
Result<std::optional<wire::Chain>> chainAt(store::Database &database, std::int64_t seq);

/// What the chain is after a log row, from what it was before: a rolling hash, so that a fork or a changed row is noticed.
wire::Chain nextChain(const wire::Chain &before, std::int64_t seq, std::int64_t type, const RawId &key, std::string_view op);

/// The changes of one write transaction. What counts there goes into the audit log by itself. Rows and log go together: what
/// put() wrote has its seq as its version, and the head follows with finish(). Must be finished before the transaction is
/// committed.
class ChangeLog {
public:
    explicit ChangeLog(store::Database &database, Cause cause = {})
        : m_database(database)
        , m_cause(std::move(cause))
    {
    }

    /// Writes the entity with the next seq as its version; @p entity has it afterwards. A conversation that comes
    /// into somebody's sight takes its items and read marks along: each is a change of its own, for those who gain and those
    /// who lose it. A new item is noted as said now.
    Result<void> put(model::Entity &entity);
    template<class T>
    Result<void> put(T &one)
    {
        model::Entity entity = one;
        TRIBUTARY_TRY(put(entity));
        one.version = model::versionOf(entity);
        return {};
    }
    /// As put(), of an item under an id that nothing here has: it is not looked for.
    Result<void> putNew(model::TimelineItem &item);
    /// Deletes the entity: everybody who has it is told. Conversations, items and read marks are not deleted this way.
    Result<void> remove(const model::Entity &entity);
    /// Deletes the entity of somebody who is erased: whoever has it is told, and the audit log is not told what it was.
    /// Conversations go with what is in them, which the caller deletes.
    Result<void> erase(const model::Entity &entity);
    /// Records what became of a command: seen by its client alone.
    Result<void> record(const model::Outcome &outcome);
    /// A short number for a new conversation. Those that are given after the first are written by finish().
    Result<std::int64_t> nextNumber();
    /// Moves the workspace's head; returns it. Without changes the head stays.
    Result<std::int64_t> finish();

    store::Database &database() { return m_database; }

private:
    Result<void> begin();
    /// Who may see the row before and after; absent before: that does not change, absent after: everybody who may see what
    /// it belongs to.
    struct Scopes {
        std::optional<Bytes> before, after;
    };
    Result<void> put(model::Entity &entity, const Scopes &scopes);
    Result<Scopes> scopesOf(model::TimelineItem &item);
    Result<bool> movesAlong(const model::Conversation &conversation, const Bytes &before);
    Result<std::int64_t> append(std::int64_t type, const RawId &key, std::string_view op, const Scopes &scopes);
    Result<Scopes> scopesOf(model::Entity &entity);
    Result<void> moveAlong(model::ConversationId conversation, const Bytes &before);

    store::Database &m_database;
    Cause m_cause;
    bool m_begun = false;
    std::int64_t m_head = 0;
    wire::Chain m_chain{};
    std::int64_t m_number = 0, m_unwritten = 0; ///< The last number that was given, and how many the store does not know of.
};

/// Conversations that have changed after @p from, the first hundred.
Result<std::set<model::ConversationId>> conversationsChangedAfter(store::Database &database, std::int64_t from);

/// Of the row that a query for outcomes stands on.
Result<model::Outcome> readOutcome(const store::Query &query);

/// Everything after @p from that @p agent may see by now, ending at the latest with @p maxBytes of rows; what it may see no
/// more as removals; own outcomes of @p client with it. `to` is how far it reaches; nothing is left out between. Where its
/// rights have grown, `bootstrap` names the page at which to begin fetching what it has gained. Call in a read transaction.
Result<wire::Changes> changesAfter(store::Database &database, std::int64_t from, model::AgentId agent,
                                   model::ClientId client, std::size_t maxBytes);

/// changesAfter() for many desktops in one read transaction: the log, the rows it is of and who may see them are read once
/// for all of them.
class LogReading {
public:
    explicit LogReading(store::Database &database);
    ~LogReading();
    Result<wire::Changes> after(std::int64_t from, model::AgentId agent, model::ClientId client, std::size_t maxBytes);

private:
    struct Known;
    std::unique_ptr<Known> m_known;
};

} // namespace tributary::hub
