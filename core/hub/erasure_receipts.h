#pragma once

#include "core/hub/devices.h"

#include <map>
#include <mutex>

/// Who is erased is to be gone from every desktop, too (ENGINE 2.8, 41 c). Each one that is signed in owes word of it: it
/// has given it once it acknowledges the changes of the erasure, or that it has begun its copy anew after them. Each receipt
/// is an entry in the audit log; who gives none is signed out, and removes its copy when it comes.
namespace tributary::hub {

inline constexpr std::chrono::days kConfirmWithin{30};

/// From which seq on each device owes something, in memory: each acknowledgement of each desktop asks. From any thread.
class OwedReceipts {
public:
    void owe(const DeviceKey &device, std::int64_t seq);
    bool isEmpty() const;
    /// The first seq that @p device owes, if that is no later than @p acknowledged; it owes nothing any more then.
    std::optional<std::int64_t> take(const DeviceKey &device, std::int64_t acknowledged);

private:
    mutable std::mutex m_mutex;
    std::map<DeviceKey, std::int64_t> m_first;
};

/// Reads what is owed into @p owed.
Result<void> readOwed(store::Database &database, OwedReceipts &owed);

/// In the transaction of an erasure, whose last change is @p seq: everybody who is signed in owes. Returns how many.
Result<std::int64_t> oweReceipts(store::Database &database, OwedReceipts &owed, model::CustomerId erased, std::int64_t seq,
                                 TimePoint now);
/// @p device has durably applied everything up to @p seq: what it owed for that stands in the audit log. Returns from where
/// on it owes still; nothing: it owes nothing.
Result<std::optional<std::int64_t>> takeReceipts(store::Database &database, const DeviceKey &device, std::int64_t seq,
                                                 TimePoint now);

struct PendingReceipt {
    model::CustomerId erased;
    TimePoint erasedAt;
    std::int64_t seq = 0;
    DeviceKey key{};
    std::string device; ///< Device::id
    model::AgentId agent;
    std::string name; ///< Of the device.
    TimePoint seen;   ///< When the device was there last.
};
/// What those who are signed in owe, the oldest erasure first.
Result<std::vector<PendingReceipt>> pendingReceipts(store::Database &database);

/// Signs out who has owed something for longer than kConfirmWithin at @p at, and forgets what the signed-out owe. For
/// sweepSignIns(), whose clock is not that of somebody who sets it.
Result<void> signOutUnconfirmed(store::Database &database, TimePoint at, TimePoint now);

} // namespace tributary::hub
