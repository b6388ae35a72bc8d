#include "core/hub/log_format.h"

#include "core/wire/codec.h"

#include <algorithm>

namespace tributary::hub {

using namespace tributary::model;

namespace {

template<class T>
Bytes packed(const T &entity)
{
    return wire::encode(wire::toValue(Entity(entity)));
}

template<class T>
std::optional<T> unpacked(EntityType type, ByteView bytes)
{
    const auto value = wire::decode(bytes);
    const auto entity = value ? wire::entityFrom(type, *value) : Result<Entity>(failure(value.error()));
    return entity ? std::optional<T>(std::get<T>(*entity)) : std::nullopt;
}

} // namespace

Bytes scopeBytes(const Scope &scope)
{
    const RawId team = scope.team.value_or(TeamId()).bytes, assignee = scope.assignee.value_or(AgentId()).bytes;
    Bytes bytes;
    for (const RawId *id : {&team, &assignee, &scope.account.bytes})
        bytes.insert(bytes.end(), id->begin(), id->end());
    return bytes;
}

Scope scopeFrom(ByteView bytes)
{
    constexpr std::size_t kId = 16;
    Scope scope;
    if (const auto team = TeamId::fromBytes(bytes.first(std::min(bytes.size(), kId))); team && !team->isNull())
        scope.team = *team;
    if (bytes.size() == 3 * kId) {
        if (const auto assignee = AgentId::fromBytes(bytes.subspan(kId, kId)); assignee && !assignee->isNull())
            scope.assignee = *assignee;
        scope.account = ChannelAccountId::fromBytes(bytes.subspan(2 * kId)).value_or(ChannelAccountId());
    }
    return scope;
}

Bytes rightsBytes(const Agent &agent)
{
    return packed(Agent{.id = agent.id,
                        .role = agent.role,
                        .teams = agent.teams,
                        .active = agent.active,
                        .customRole = agent.customRole,
                        .permissions = agent.permissions,
                        .visibility = agent.visibility,
                        .accounts = agent.accounts});
}

Agent agentWith(AgentId id, ByteView rights)
{
    if (auto agent = unpacked<Agent>(EntityType::Agent, rights))
        return *agent;
    // Of an earlier program: active, role, teams.
    Agent agent{.id = id, .active = false};
    if (rights.size() < 2)
        return agent;
    agent.active = rights[0] != std::byte(0);
    agent.role = Agent::Role(std::to_integer<int>(rights[1]));
    for (std::size_t at = 2; at + 16 <= rights.size(); at += 16) {
        if (const auto team = TeamId::fromBytes(rights.subspan(at, 16)))
            agent.teams.push_back(*team);
    }
    return agent;
}

Bytes sharingBytes(const SavedView &view)
{
    return packed(SavedView{.id = view.id, .owner = view.owner, .sharing = view.sharing, .team = view.team});
}

std::optional<SavedView> viewSharedBy(ByteView bytes)
{
    return unpacked<SavedView>(EntityType::SavedView, bytes);
}

} // namespace tributary::hub
