#include "core/store/homes.h"

#include "core/store/cache_reads.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

namespace tributary::store {

using namespace tributary::model;

Result<CustomerId> homeIn(Database &database, const Conversation &conversation, const Identity &identity)
{
    if (identity.customer == conversation.customer)
        return identity.customer;
    TRIBUTARY_TRY_ASSIGN(const CustomerId who, rootOf(database, identity.customer));
    TRIBUTARY_TRY_ASSIGN(const CustomerId about, rootOf(database, conversation.customer));
    return who == about ? identity.customer : conversation.customer;
}

Result<bool> isInUse(Database &database, const Identity &identity)
{
    if (identity.verified || identity.lastUsedAt != TimePoint())
        return true;
    auto query = database.query(sql::entity_identity_in_use);
    query.bind("identity_id", identity.id);
    return query.exists();
}

Result<GoesAlong> goesAlongWith(Database &database, const Identity &identity, std::int64_t mostItems)
{
    GoesAlong all;
    TRIBUTARY_TRY_ASSIGN(const CustomerId person, rootOf(database, identity.customer));
    std::vector<Conversation> atAddress;
    {
        auto query = database.query(sql::hub_conversations_of_identity);
        query.bind("identity_id", identity.id);
        TRIBUTARY_TRY_ASSIGN(atAddress, readAll<Conversation>(query));
    }
    for (Conversation &one : atAddress) {
        // A side conversation stands with the person it is about, not with whom it is held; what was split off from
        // somebody's, and begins with what this one has said there, with that somebody.
        TRIBUTARY_TRY_ASSIGN(const CustomerId about, rootOf(database, one.customer));
        if (!one.parent && about == person)
            all.conversations.push_back(std::move(one));
    }
    for (std::size_t i = 0, own = all.conversations.size(); i < own; ++i) {
        auto query = database.query(sql::cache_side_conversations);
        query.bind("parent_id", all.conversations[i].id);
        TRIBUTARY_TRY_ASSIGN(const auto sides, readAll<Conversation>(query));
        all.conversations.insert(all.conversations.end(), sides.begin(), sides.end());
    }
    {
        auto query = database.query(sql::cache_newest_of_identity);
        query.bind("customer_id", identity.customer).bind("identity_id", identity.id).bind("row_count", mostItems);
        TRIBUTARY_TRY_ASSIGN(all.items, readAll<TimelineItem>(query));
    }
    for (const Conversation &conversation : all.conversations) {
        const std::int64_t left = mostItems - std::int64_t(all.items.size());
        if (left <= 0)
            break;
        auto query = database.query(sql::entity_items_of_third_parties);
        query.bind("conversation_id", conversation.id).bind("customer_id", identity.customer);
        query.bind("root_id", person).bind("row_count", left);
        TRIBUTARY_TRY_ASSIGN(const auto items, readAll<TimelineItem>(query));
        all.items.insert(all.items.end(), items.begin(), items.end());
    }
    return all;
}

} // namespace tributary::store
