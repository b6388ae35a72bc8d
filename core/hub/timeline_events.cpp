#include "core/hub/timeline_events.h"

#include "core/store/entities.h"
#include "core/store/sql.h"

#include <algorithm>
#include <array>

namespace tributary::hub {

using namespace tributary::model;

Result<void> addEvent(ChangeLog &changes, IdMaker &ids, const Conversation &conversation, std::string_view event,
                      std::map<std::string, std::string> values, const std::optional<Agent> &by, TimePoint at,
                      const std::string &authorName)
{
    TimelineItem item;
    item.id = ids.make<TimelineItemId>();
    item.conversation = conversation.id;
    item.customer = conversation.customer;
    item.identity = conversation.identity;
    item.account = conversation.account;
    item.channel = conversation.channel;
    item.kind = TimelineItem::Kind::Event;
    item.authorName = authorName;
    if (by) {
        item.author = by->id;
        item.authorName = by->name;
    }
    item.at = at;
    item.details = std::move(values);
    item.details["event"] = event;
    return changes.put(item);
}

Result<std::optional<TimelineItem>> newestEvent(store::Database &database, ConversationId conversation,
                                                const std::function<bool(const TimelineItem &)> &isMeant)
{
    auto query = database.query(store::sql::hub_events_of_conversation);
    query.bind("conversation_id", conversation);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return std::optional<TimelineItem>();
        auto item = store::readRow<TimelineItem>(query);
        if (isMeant(item))
            return std::optional<TimelineItem>(std::move(item));
    }
}

Result<std::optional<TimelineItem>> newestStatusEvent(store::Database &database, ConversationId conversation)
{
    static constexpr std::array<std::string_view, 6> kOfStatus{"reopened", "opened",   "waiting",
                                                               "snoozed",  "resolved", "status"};
    return newestEvent(database, conversation, [](const TimelineItem &event) {
        return std::ranges::find(kOfStatus, detailOf(event, "event")) != kOfStatus.end();
    });
}

std::string detailOf(const TimelineItem &item, const std::string &name)
{
    const auto found = item.details.find(name);
    return found == item.details.end() ? std::string() : found->second;
}

Result<void> addCustomerEvent(ChangeLog &changes, IdMaker &ids, CustomerId customer, std::string_view event,
                              std::map<std::string, std::string> values, const std::optional<Agent> &by, TimePoint at)
{
    std::vector<Conversation> conversations;
    {
        auto query = changes.database().query(store::sql::hub_newest_conversation_of);
        query.bind("id", customer);
        TRIBUTARY_TRY_ASSIGN(conversations, store::readAll<Conversation>(query));
    }
    Conversation where = conversations.empty() ? Conversation{} : std::move(conversations.front());
    where.customer = customer;
    where.identity = {}; // it is about the person: an address that moves to another does not take it along
    return addEvent(changes, ids, where, event, std::move(values), by, at);
}

Result<void> addAttachmentRef(store::Database &database, const Attachment &attachment, TimelineItemId item, TimePoint at)
{
    auto query = database.query(store::sql::hub_add_attachment);
    query.bind("attachment_id", attachment.id).bind("item_id", item).bind("sha256", attachment.sha256);
    query.bind("size_bytes", attachment.sizeBytes).bind("media_type", attachment.mediaType);
    return query.bind("name", attachment.name).bind("owner", "").bind("at_ms", at).run();
}

} // namespace tributary::hub
