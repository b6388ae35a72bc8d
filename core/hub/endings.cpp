#include "core/hub/endings.h"

#include "core/hub/teams.h"
#include "core/hub/timeline_events.h"
#include "core/store/entities.h"
#include "core/store/row_scan.h"
#include "core/store/sql.h"

#include <map>

namespace tributary::hub {
namespace {

using namespace tributary::model;
namespace sql = store::sql;

Result<std::optional<Ending>> readEnding(store::Query query)
{
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    if (!found)
        return std::optional<Ending>();
    Ending ending{.isTeam = query.integer(1) != 0, .name = std::string(query.text(2))};
    ending.id = query.id<TeamId>(0).bytes;
    if (!query.isNull(3))
        ending.into = query.id<TeamId>(3);
    if (!query.isNull(4))
        ending.by = query.id<AgentId>(4);
    return std::optional(std::move(ending));
}

Result<std::optional<Ending>> nextEnding(store::Database &database)
{
    return readEnding(database.query(sql::hub_next_ending));
}

Result<std::optional<Ending>> endingOf(store::Database &database, const RawId &id)
{
    auto query = database.query(sql::hub_ending);
    query.bind("id", id);
    return readEnding(std::move(query));
}

/// What the event of a conversation that follows says, and who is behind it.
struct Told {
    std::map<std::string, std::string> values;
    std::optional<Agent> by;
};

Result<Told> toldOf(store::Database &database, const Ending &ending)
{
    Told told{.values = {{"from", ending.name}, {"why", ending.isTeam ? "team-removed" : "status-removed"}}};
    if (ending.into) {
        TRIBUTARY_TRY_ASSIGN(const auto into, store::team(database, *ending.into));
        if (into)
            told.values["to"] = into->name;
    }
    if (ending.by) {
        TRIBUTARY_TRY_ASSIGN(told.by, store::agent(database, *ending.by));
    }
    return told;
}

Result<std::vector<Conversation>> leftOf(store::Database &database, const Ending &ending, std::int64_t most)
{
    auto query = database.query(ending.isTeam ? sql::hub_conversations_of_team : sql::hub_conversations_of_status);
    query.bind(ending.isTeam ? "team_id" : "custom_id", ending.id).bind("row_count", most);
    return store::readAll<Conversation>(query);
}

/// True: there may be more.
Result<bool> followSome(ChangeLog &changes, IdMaker &ids, const Ending &ending, TimePoint now, std::int64_t most)
{
    TRIBUTARY_TRY_ASSIGN(const std::vector<Conversation> left, leftOf(changes.database(), ending, most));
    TRIBUTARY_TRY_ASSIGN(const Told told, toldOf(changes.database(), ending));
    for (Conversation conversation : left) {
        const bool isOver = conversation.status == Conversation::Status::Resolved;
        if (ending.isTeam && !isOver) {
            TRIBUTARY_TRY(moveToTeam(changes, ids, conversation, ending.into, told.values, told.by, now));
            continue;
        }
        if (ending.isTeam) {
            conversation.team = ending.into;
        } else {
            conversation.customStatus.reset();
            if (!isOver)
                TRIBUTARY_TRY(addEvent(changes, ids, conversation, "status", told.values, told.by, now));
        }
        TRIBUTARY_TRY(changes.put(conversation));
    }
    return std::int64_t(left.size()) >= most;
}

} // namespace

Result<void> beginEnding(ChangeLog &changes, IdMaker &ids, const Ending &ending, TimePoint now, std::int64_t most)
{
    store::Database &database = changes.database();
    auto lead = database.query(sql::hub_lead_endings);
    TRIBUTARY_TRY(lead.bind("id", ending.id).bind("into_id", ending.into).run());
    TRIBUTARY_TRY_ASSIGN(const bool more, followSome(changes, ids, ending, now, most));
    if (!more)
        return {};
    auto add = database.query(sql::hub_add_ending);
    add.bind("id", ending.id).bind("is_team", ending.isTeam).bind("name", ending.name);
    return add.bind("into_id", ending.into).bind("by_id", ending.by).run();
}

Result<bool> endSome(store::Database &database, IdMaker &ids, TimePoint now, std::int64_t most)
{
    TRIBUTARY_TRY_ASSIGN(const auto ending, nextEnding(database));
    if (!ending)
        return false;
    ChangeLog changes(database);
    TRIBUTARY_TRY_ASSIGN(const bool more, followSome(changes, ids, *ending, now, most));
    TRIBUTARY_TRY(changes.finish());
    if (more)
        return true;
    auto forget = database.query(sql::hub_forget_ending);
    TRIBUTARY_TRY(forget.bind("id", ending->id).run());
    return areEndings(database);
}

Result<bool> areEndings(store::Database &database)
{
    return database.query(sql::hub_next_ending).exists();
}

Result<bool> isEnding(store::Database &database, const RawId &id)
{
    TRIBUTARY_TRY_ASSIGN(const auto ending, endingOf(database, id));
    return ending.has_value();
}

Result<std::optional<TeamId>> teamAfter(store::Database &database, const std::optional<TeamId> &team)
{
    if (!team)
        return team;
    TRIBUTARY_TRY_ASSIGN(const auto ending, endingOf(database, team->bytes));
    return ending ? ending->into : team;
}

Result<void> leaveEndedTeam(ChangeLog &changes, IdMaker &ids, Conversation &conversation, TimePoint now)
{
    if (!conversation.team)
        return {};
    TRIBUTARY_TRY_ASSIGN(const auto ending, endingOf(changes.database(), conversation.team->bytes));
    if (!ending)
        return {};
    conversation.team = ending->into;
    TRIBUTARY_TRY_ASSIGN(Told told, toldOf(changes.database(), *ending));
    return addEvent(changes, ids, conversation, "moved", std::move(told.values), told.by, now);
}

} // namespace tributary::hub
