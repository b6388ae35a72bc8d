#pragma once

#include "core/base/digest.h"
#include "core/base/rng.h"
#include "core/base/time.h"
#include "core/model/entities.h"
#include "core/store/database.h"

/// Desktops that are signed in: their tokens (only hashes of them are stored), how long these live, and how they end.
namespace tributary::hub {

/// A token that nobody has used for so long is signed out, and any after a year (C35).
inline constexpr std::chrono::days kIdleLife{90};
inline constexpr std::chrono::days kLongestLife{365};
/// How often noteSeen() is worth a write.
inline constexpr std::chrono::hours kSeenEvery{1};

/// The hash by which the store knows a device's token.
using DeviceKey = Sha256;
DeviceKey deviceKey(const std::string &token);
/// 16 hexadecimal digits; says nothing of the token.
std::string deviceId(const DeviceKey &key);

struct Device {
    std::string id; ///< deviceId()
    model::AgentId agent;
    std::string name; ///< As its computer calls itself.
    TimePoint created, seen;
    bool current = false; ///< It is the one that asks.
};

/// A new device's token: 256 random bits in base64url. Only its hash is stored.
std::string makeToken(Rng &rng);
Result<void> addDevice(store::Database &database, model::AgentId agent, const std::string &token, const std::string &name,
                       TimePoint now);
Result<void> revokeDevice(store::Database &database, const std::string &token);
/// NotFound: there is none with that id, or it is not @p agent's (where one is given).
Result<void> revokeDeviceById(store::Database &database, const std::string &id, std::optional<model::AgentId> agent);
Result<void> revokeDevicesOf(store::Database &database, model::AgentId agent);

/// The active agent that a token belongs to; nothing for one unknown, revoked, or of somebody deactivated.
Result<std::optional<model::Agent>> agentOfToken(store::Database &database, const std::string &token);
/// The devices of an agent that are signed in, the one used last first. @p token: of whoever asks.
Result<std::vector<Device>> devicesOf(store::Database &database, model::AgentId agent, const std::string &token = {});
/// The token is in use.
Result<void> noteSeen(store::Database &database, const std::string &token, TimePoint now);

/// Once a day: signs out what has been unused for too long or owes word of an erasure (erasure_receipts.h), and forgets old
/// devices and links. However far the clock has been set meanwhile, it counts as two days at most, so that a clock that is
/// wrong for a day signs nobody out.
Result<void> sweepSignIns(store::Database &database, TimePoint now);

} // namespace tributary::hub
