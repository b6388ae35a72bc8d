#include "core/hub/assignment.h"

#include "core/hub/timeline_events.h"
#include "core/model/permissions.h"
#include "core/model/rights.h"
#include "core/store/entities.h"
#include "core/store/row_scan.h"
#include "core/store/sql.h"

#include <algorithm>

namespace tributary::hub {
namespace {

using namespace tributary::model;
namespace sql = store::sql;

constexpr std::int64_t kAtOnce = 200;
constexpr std::int64_t kLookedAt = 10'000; ///< Of a team, where the longest waiting are for nobody who is at work.

/// Somebody work may be given to.
struct Worker {
    Agent agent;
    std::int64_t inHand = 0; ///< Open conversations.
    std::int64_t givenSeq = 0;
    TimePoint seenAt;

    bool hasRoom() const { return agent.capacity == 0 || inHand < agent.capacity; }
};

Result<std::vector<Worker>> workers(store::Database &database)
{
    std::vector<Worker> all;
    auto agents = database.query(sql::hub_agents);
    TRIBUTARY_TRY_ASSIGN(std::vector<Agent> rows, store::readAll<Agent>(agents));
    for (Agent &agent : rows) {
        if (!agent.active)
            continue;
        Worker worker{.agent = std::move(agent)};
        auto query = database.query(sql::hub_work_of_agent);
        query.bind("agent_id", worker.agent.id);
        TRIBUTARY_TRY(query.step());
        worker.inHand = query.integer(0);
        worker.givenSeq = query.integer(1);
        worker.seenAt = query.time(2);
        all.push_back(std::move(worker));
    }
    return all;
}

Result<std::vector<Team>> routedTeams(store::Database &database)
{
    std::vector<Team> teams;
    TRIBUTARY_TRY(store::scanRows(database, {.type = EntityType::Team}, [&](const Entity &entity, const auto &) {
        const Team &team = std::get<Team>(entity);
        if (team.routing != Team::Routing::ByHand || team.returnMinutes > 0)
            teams.push_back(team);
        return Result<void>();
    }));
    return teams;
}

class Distribution {
public:
    Distribution(store::Database &database, IdMaker &ids, const Watch &watch, TimePoint now)
        : m_database(database)
        , m_ids(ids)
        , m_changes(database)
        , m_watchedSince(watch.since())
        , m_now(now)
    {
    }

    Result<bool> run()
    {
        TRIBUTARY_TRY_ASSIGN(const std::vector<Team> teams, routedTeams(m_database));
        if (teams.empty())
            return false;
        TRIBUTARY_TRY_ASSIGN(m_workers, workers(m_database));
        for (const Team &team : teams) {
            if (team.returnMinutes > 0)
                TRIBUTARY_TRY(takeBack(team));
        }
        for (const Team &team : teams) {
            if (team.routing != Team::Routing::ByHand)
                TRIBUTARY_TRY(giveOut(team));
        }
        if (m_count > 0)
            TRIBUTARY_TRY(m_changes.finish());
        return m_count >= kAtOnce;
    }

private:
    Result<void> takeBack(const Team &team)
    {
        const TimePoint since = m_now - std::chrono::minutes(team.returnMinutes);
        for (Worker &worker : m_workers) {
            if (std::max(worker.seenAt, m_watchedSince) >= since || m_count >= kAtOnce)
                continue;
            std::vector<Conversation> taken;
            {
                auto query = m_database.query(sql::hub_open_of_team_with);
                query.bind("team_id", team.id).bind("agent_id", worker.agent.id).bind("row_count", kAtOnce - m_count);
                TRIBUTARY_TRY_ASSIGN(taken, store::readAll<Conversation>(query));
            }
            for (Conversation &conversation : taken) {
                conversation.assignee.reset();
                std::map<std::string, std::string> values{{"from", worker.agent.name}, {"rule", team.name}};
                if (worker.agent.away)
                    values["why"] = "away";
                TRIBUTARY_TRY(addEvent(m_changes, m_ids, conversation, "returned", std::move(values), std::nullopt, m_now));
                TRIBUTARY_TRY(m_changes.put(conversation));
                --worker.inHand;
                ++m_count;
            }
        }
        return {};
    }

    Result<void> giveOut(const Team &team)
    {
        std::int64_t looked = 0;
        TRIBUTARY_TRY_ASSIGN(looked, giveOut(team, kAtOnce));
        if (looked == kAtOnce && m_count < kAtOnce) // those behind them may be for somebody
            TRIBUTARY_TRY(giveOut(team, kLookedAt));
        return {};
    }

    /// Of those who wait longest, @p most are looked at; returns how many were.
    Result<std::int64_t> giveOut(const Team &team, std::int64_t most)
    {
        std::vector<Conversation> waiting;
        std::int64_t looked = 0;
        if (m_count < kAtOnce && std::ranges::any_of(m_workers, [&](const Worker &one) { return isFree(one, team); })) {
            auto query = m_database.query(sql::hub_waiting_of_team);
            query.bind("team_id", team.id).bind("row_count", most);
            while (std::int64_t(waiting.size()) < kAtOnce - m_count) {
                TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
                if (!more)
                    break;
                ++looked;
                auto conversation = store::readRow<Conversation>(query);
                if (next(team, conversation))
                    waiting.push_back(std::move(conversation));
            }
        }
        const std::string why = team.routing == Team::Routing::LeastLoad ? "least-load" : "turn";
        for (Conversation &conversation : waiting) {
            Worker *worker = next(team, conversation);
            if (!worker)
                continue;
            conversation.assignee = worker->agent.id;
            TRIBUTARY_TRY(addEvent(m_changes, m_ids, conversation, "assigned",
                                   {{"to", worker->agent.name}, {"rule", team.name}, {"why", why}}, std::nullopt, m_now));
            TRIBUTARY_TRY(m_changes.put(conversation));
            auto given = m_database.query(sql::hub_note_given);
            TRIBUTARY_TRY(given.bind("agent_id", worker->agent.id).bind("given_seq", conversation.version).run());
            worker->givenSeq = conversation.version;
            ++worker->inHand;
            ++m_count;
        }
        return looked;
    }

    bool isFree(const Worker &worker, const Team &team) const
    {
        const Agent &agent = worker.agent;
        return !agent.away && worker.seenAt >= m_now - kAtWork && std::ranges::count(agent.teams, team.id) > 0
               && may(agent, Permission::Reply) && worker.hasRoom();
    }

    Worker *next(const Team &team, Conversation conversation)
    {
        Worker *best = nullptr;
        for (Worker &worker : m_workers) {
            conversation.assignee = worker.agent.id;
            if (!isFree(worker, team) || !sees(worker.agent, conversation))
                continue;
            const auto rank = [&](const Worker &one) {
                const std::int64_t load = team.routing == Team::Routing::LeastLoad ? one.inHand : 0;
                return std::tuple(load, one.givenSeq, one.agent.id);
            };
            if (!best || rank(worker) < rank(*best))
                best = &worker;
        }
        return best;
    }

    store::Database &m_database;
    IdMaker &m_ids;
    ChangeLog m_changes;
    TimePoint m_watchedSince, m_now;
    std::vector<Worker> m_workers;
    std::int64_t m_count = 0;
};

} // namespace

void Watch::look(TimePoint now)
{
    if (now < m_last || now - m_last > kAtWork)
        m_since = now;
    m_last = now;
}

Result<void> noteAtWork(store::Database &database, Watch &watch, const std::set<AgentId> &connected, TimePoint now)
{
    watch.look(now);
    // Whoever was never seen, or at a time that is still to come, is not at work, and their absence is counted from now.
    auto begin = database.query(sql::hub_begin_work);
    TRIBUTARY_TRY(begin.bind("seen_ms", now - kAtWork - std::chrono::seconds(1)).bind("now_ms", now).run());
    for (const AgentId &agent : connected) {
        TRIBUTARY_TRY_ASSIGN(const auto known, store::agent(database, agent));
        if (!known || known->away) // who says that they are away is as gone as who is not connected
            continue;
        auto query = database.query(sql::hub_note_at_work);
        TRIBUTARY_TRY(query.bind("agent_id", agent).bind("seen_ms", now).run());
    }
    return {};
}

Result<bool> givesOutWork(store::Database &database)
{
    TRIBUTARY_TRY_ASSIGN(const std::vector<Team> teams, routedTeams(database));
    return !teams.empty();
}

Result<bool> distribute(store::Database &database, IdMaker &ids, const Watch &watch, TimePoint now)
{
    return Distribution(database, ids, watch, now).run();
}

} // namespace tributary::hub
