#include "core/store/setup_reads.h"

#include "core/store/row_scan.h"
#include "core/store/sql.h"

#include <algorithm>

namespace tributary::store {
namespace {

using namespace tributary::model;

template<class T>
Result<void> readInto(Database &database, EntityType type, std::vector<T> &rows)
{
    return scanRows(database, {.type = type}, [&rows](const Entity &entity, const Query &) {
        rows.push_back(std::get<T>(entity));
        return Result<void>();
    });
}

/// Names that are the same but for the case of their letters stand together; ids tell equal ones apart.
template<class T>
bool byName(const T &a, const T &b)
{
    const auto lower = [](char x, char y) {
        const auto fold = [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; };
        return static_cast<unsigned char>(fold(x)) < static_cast<unsigned char>(fold(y));
    };
    if (std::ranges::lexicographical_compare(a.name, b.name, lower))
        return true;
    return !std::ranges::lexicographical_compare(b.name, a.name, lower) && a.id < b.id;
}

template<class T>
bool byPosition(const T &a, const T &b)
{
    return std::tie(a.position, a.id) < std::tie(b.position, b.id);
}

} // namespace

void arrange(WorkspaceSetup &setup)
{
    std::ranges::sort(setup.agents, byName<Agent>);
    std::ranges::stable_sort(setup.agents, std::greater(), &Agent::active);
    std::ranges::sort(setup.teams, byName<Team>);
    std::ranges::sort(setup.roles, byName<Role>);
    std::ranges::sort(setup.accounts, byName<ChannelAccount>);
    std::ranges::sort(setup.fields, byPosition<FieldDefinition>);
    std::ranges::sort(setup.statuses, byPosition<CustomStatus>);
}

Result<WorkspaceSetup> workspaceSetup(Database &database)
{
    WorkspaceSetup setup;
    TRIBUTARY_TRY(readInto(database, EntityType::Agent, setup.agents));
    TRIBUTARY_TRY(readInto(database, EntityType::Team, setup.teams));
    TRIBUTARY_TRY(readInto(database, EntityType::Role, setup.roles));
    TRIBUTARY_TRY(readInto(database, EntityType::FieldDefinition, setup.fields));
    TRIBUTARY_TRY(readInto(database, EntityType::CustomStatus, setup.statuses));
    TRIBUTARY_TRY(readInto(database, EntityType::ChannelAccount, setup.accounts));
    std::erase_if(setup.accounts, &ChannelAccount::removed);
    auto query = database.query(sql::cache_work_of_agents);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            break;
        const auto agent = query.id<AgentId>(0);
        if (query.integer(1) > 0)
            setup.openWork[agent] = query.integer(1);
        setup.unresolvedWork[agent] = query.integer(2);
    }
    arrange(setup);
    return setup;
}

} // namespace tributary::store
