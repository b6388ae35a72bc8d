#include "core/hub/devices.h"

#include "core/hub/erasure_receipts.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

#include <algorithm>
#include <array>

namespace tributary::hub {
namespace {

using namespace tributary::model;
namespace sql = store::sql;

constexpr std::size_t kIdBytes = 8;
constexpr std::chrono::days kMostBetweenSweeps{2};

} // namespace

DeviceKey deviceKey(const std::string &token)
{
    return sha256(bytesOf(token));
}

std::string deviceId(const DeviceKey &key)
{
    return toHex(ByteView(key).first(kIdBytes));
}

std::string makeToken(Rng &rng)
{
    std::array<std::byte, 32> bytes;
    rng.fill(bytes);
    return toBase64Url(bytes);
}

Result<void> addDevice(store::Database &database, AgentId agent, const std::string &token, const std::string &name,
                       TimePoint now)
{
    auto query = database.query(sql::hub_add_device);
    query.bind("token_hash", ByteView(deviceKey(token))).bind("agent_id", agent).bind("name", name.substr(0, 200));
    return query.bind("now_ms", now).run();
}

Result<void> revokeDevice(store::Database &database, const std::string &token)
{
    auto query = database.query(sql::hub_revoke_device);
    return query.bind("token_hash", ByteView(deviceKey(token))).run();
}

Result<void> revokeDeviceById(store::Database &database, const std::string &id, std::optional<AgentId> agent)
{
    const auto wanted = fromHex(id);
    const auto none = failure(Error::Kind::NotFound, "there is no device with that id");
    if (!wanted || wanted->size() != kIdBytes)
        return none;
    Bytes hash;
    {
        auto query = database.query(sql::hub_device_by_id);
        query.bind("id", ByteView(*wanted));
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        if (!found || (agent && query.id<AgentId>(1) != *agent))
            return none;
        hash = copyOf(query.blob(0));
    }
    auto query = database.query(sql::hub_revoke_device);
    return query.bind("token_hash", ByteView(hash)).run();
}

Result<void> revokeDevicesOf(store::Database &database, AgentId agent)
{
    auto query = database.query(sql::hub_revoke_devices);
    return query.bind("agent_id", agent).run();
}

Result<std::optional<Agent>> agentOfToken(store::Database &database, const std::string &token)
{
    AgentId id;
    {
        auto query = database.query(sql::hub_device);
        query.bind("token_hash", ByteView(deviceKey(token)));
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        if (!found || query.flag(1))
            return std::optional<Agent>();
        id = query.id<AgentId>(0);
    }
    TRIBUTARY_TRY_ASSIGN(auto agent, store::agent(database, id));
    if (agent && !agent->active)
        agent.reset();
    return agent;
}

Result<std::vector<Device>> devicesOf(store::Database &database, AgentId agent, const std::string &token)
{
    const DeviceKey current = deviceKey(token);
    std::vector<Device> devices;
    auto query = database.query(sql::hub_devices_of);
    query.bind("agent_id", agent);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return devices;
        const ByteView hash = query.blob(0);
        Device device{.id = toHex(hash.first(std::min(kIdBytes, hash.size()))), .agent = query.id<AgentId>(1)};
        device.name = query.text(2);
        device.created = query.time(3);
        device.seen = query.time(4);
        device.current = std::ranges::equal(hash, current);
        devices.push_back(std::move(device));
    }
}

Result<void> noteSeen(store::Database &database, const std::string &token, TimePoint now)
{
    auto query = database.query(sql::hub_note_seen);
    return query.bind("token_hash", ByteView(deviceKey(token))).bind("now_ms", now).run();
}

Result<void> sweepSignIns(store::Database &database, TimePoint now)
{
    TimePoint at = now;
    {
        auto query = database.query(sql::hub_sign_in_sweep);
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        if (found)
            at = std::min(now, query.time(0) + kMostBetweenSweeps);
    }
    auto expire = database.query(sql::hub_expire_devices);
    TRIBUTARY_TRY(expire.bind("unseen_ms", at - kIdleLife).bind("created_ms", at - kLongestLife).run());
    TRIBUTARY_TRY(signOutUnconfirmed(database, at, now));
    auto forget = database.query(sql::hub_forget_devices);
    TRIBUTARY_TRY(forget.bind("unseen_ms", at - kLongestLife).run());
    auto places = database.query(sql::hub_old_sign_in_places);
    TRIBUTARY_TRY(places.bind("before_ms", at - kLongestLife).run());
    auto links = database.query(sql::hub_forget_links);
    TRIBUTARY_TRY(links.bind("now_ms", at).run());
    auto done = database.query(sql::hub_set_sign_in_sweep);
    return done.bind("at_ms", at).run();
}

} // namespace tributary::hub
