#include "core/hub/erasure_receipts.h"

#include "core/hub/audit.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

#include <algorithm>

namespace tributary::hub {
namespace {

using namespace tributary::model;
namespace sql = store::sql;

/// What is no hash is nobody's.
DeviceKey keyIn(ByteView bytes)
{
    DeviceKey key{};
    if (bytes.size() == key.size())
        std::ranges::copy(bytes, key.begin());
    return key;
}

/// By whom @p device is used; nothing: it is not known any more.
Result<std::optional<AgentId>> agentOf(store::Database &database, const DeviceKey &device)
{
    auto query = database.query(sql::hub_device);
    query.bind("token_hash", ByteView(device));
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found ? std::optional(query.id<AgentId>(0)) : std::nullopt;
}

} // namespace

void OwedReceipts::owe(const DeviceKey &device, std::int64_t seq)
{
    const std::scoped_lock lock(m_mutex);
    const auto [known, isNew] = m_first.emplace(device, seq);
    if (!isNew)
        known->second = std::min(known->second, seq);
}

bool OwedReceipts::isEmpty() const
{
    const std::scoped_lock lock(m_mutex);
    return m_first.empty();
}

std::optional<std::int64_t> OwedReceipts::take(const DeviceKey &device, std::int64_t acknowledged)
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_first.find(device);
    if (found == m_first.end() || found->second > acknowledged)
        return std::nullopt;
    const std::int64_t first = found->second;
    m_first.erase(found);
    return first;
}

Result<void> readOwed(store::Database &database, OwedReceipts &owed)
{
    auto query = database.query(sql::hub_first_owed_receipts);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return {};
        owed.owe(keyIn(query.blob(0)), query.integer(1));
    }
}

Result<std::int64_t> oweReceipts(store::Database &database, OwedReceipts &owed, CustomerId erased, std::int64_t seq,
                                 TimePoint now)
{
    std::int64_t count = 0;
    auto query = database.query(sql::hub_owe_receipts);
    query.bind("seq", seq).bind("customer_id", erased).bind("erased_ms", now);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return count;
        // Before the commit: a desktop may be told of it, and acknowledge, right behind that. Without one, who owes nothing
        // is found to owe nothing.
        owed.owe(keyIn(query.blob(0)), seq);
        ++count;
    }
}

Result<std::optional<std::int64_t>> takeReceipts(store::Database &database, const DeviceKey &device, std::int64_t seq,
                                                 TimePoint now)
{
    std::vector<std::pair<std::int64_t, CustomerId>> given;
    {
        auto query = database.query(sql::hub_take_receipts);
        query.bind("token_hash", ByteView(device)).bind("seq", seq);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            given.emplace_back(query.integer(0), query.id<CustomerId>(1));
        }
    }
    std::ranges::sort(given);
    TRIBUTARY_TRY_ASSIGN(const auto agent, agentOf(database, device));
    for (const auto &[change, erased] : given)
        TRIBUTARY_TRY(note(database, {agent, kByDesktop, now},
                           {.kind = AuditEntry::Kind::ErasureConfirmed,
                            .subject = erased.bytes,
                            .became = "device: " + deviceId(device) + "\nchange: " + std::to_string(change)}));
    auto query = database.query(sql::hub_first_owed_receipt);
    query.bind("token_hash", ByteView(device));
    TRIBUTARY_TRY(query.step());
    return query.isNull(0) ? std::optional<std::int64_t>() : std::optional(query.integer(0));
}

Result<std::vector<PendingReceipt>> pendingReceipts(store::Database &database)
{
    std::vector<PendingReceipt> pending;
    auto query = database.query(sql::hub_pending_receipts);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return pending;
        PendingReceipt one{.erased = query.id<CustomerId>(0), .erasedAt = query.time(2), .seq = query.integer(1)};
        one.key = keyIn(query.blob(3));
        one.device = deviceId(one.key);
        one.agent = query.id<AgentId>(4);
        one.name = query.text(5);
        one.seen = query.time(6);
        pending.push_back(std::move(one));
    }
}

Result<void> signOutUnconfirmed(store::Database &database, TimePoint at, TimePoint now)
{
    TRIBUTARY_TRY_ASSIGN(const std::vector<PendingReceipt> pending, pendingReceipts(database));
    std::map<DeviceKey, std::vector<PendingReceipt>> late;
    for (const PendingReceipt &one : pending) {
        if (one.erasedAt + kConfirmWithin < at)
            late[one.key].push_back(one);
    }
    for (const auto &[key, owed] : late) {
        TRIBUTARY_TRY(database.query(sql::hub_revoke_device).bind("token_hash", ByteView(key)).run());
        TRIBUTARY_TRY_ASSIGN(const auto agent, store::agent(database, owed.front().agent));
        std::string facts = "device: " + owed.front().device;
        for (const PendingReceipt &one : owed)
            facts += "\nunconfirmed: " + one.erased.text();
        AuditEntry entry{.kind = AuditEntry::Kind::DeviceRevoked, .subject = owed.front().agent.bytes};
        entry.about = !agent ? std::string() : agent->name.empty() ? agent->email : agent->name;
        entry.became = std::move(facts);
        TRIBUTARY_TRY(note(database, {std::nullopt, kByHub, now}, std::move(entry)));
    }
    return database.query(sql::hub_drop_receipts).run();
}

} // namespace tributary::hub
