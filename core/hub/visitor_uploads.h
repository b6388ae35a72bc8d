#pragma once

#include "core/hub/devices.h"
#include "core/hub/hub_store.h"

/// Files that visitors of a web chat have sent ahead of a message. Anybody may: so they are few, and those that no message
/// follows go after a day. Those of agents, who may be away from the hub between the two, go when the sign-in would have
/// ended (kIdleLife).
namespace tributary::hub {

/// How much may wait for its message.
inline constexpr std::int64_t kMostUnsentFiles = 50;                ///< Of one visitor,
inline constexpr std::int64_t kMostUnsentBytes = 250'000'000;       ///< whose message may have 10 of 20 MB,
inline constexpr std::int64_t kMostUnsentOfNetwork = 1'000'000'000; ///< of everybody at one address (networkKey()),
inline constexpr std::int64_t kMostUnsentFilesOfNetwork = 500;      ///< Each upload looks at all that wait.
inline constexpr std::int64_t kMostUnsentFilesOfAll = 5'000;
inline constexpr std::int64_t kMostUnsentOfAll = 8'000'000'000; ///< and of all.
inline constexpr std::chrono::hours kUploadLife{24};

struct Upload {
    std::string visitor, network;
    std::int64_t bytes = 0;
};
/// Rejected: with it too much would be unsent, and of whom.
Result<void> hasRoomFor(store::Database &database, const Upload &upload);

/// Forgets the uploads from before @p before, but for those that a message has; a transaction's worth at a time. Returns how
/// many; zero: there are no more.
Result<std::int64_t> forgetUploads(store::Database &database, TimePoint before);

/// The same for what agents have uploaded.
Result<std::int64_t> forgetAgentUploads(store::Database &database, TimePoint before);

/// When to look for files that nothing names: once a day, and as soon as uploads were forgotten, because what may wait is
/// bounded by what is known, and the disk has the files until they go.
class SweepTimes {
public:
    void forgotten() { m_wanted = true; }
    /// By the steady clock; whoever is told true sweeps.
    bool isDue(Milliseconds now);

private:
    bool m_wanted = true;
    Milliseconds m_last{0};
};

/// Deletes the files older than @p age that nothing in the database names any more. Returns how many. Takes long: not
/// on the loop, nor on a thread that somebody waits for.
Result<std::size_t> sweepBlobs(HubStore &store, std::chrono::seconds age);

} // namespace tributary::hub
