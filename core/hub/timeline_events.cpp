#include "core/hub/timeline_events.h"

#include "core/store/sql.h"

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

Result<void> addAttachmentRef(store::Database &database, const Attachment &attachment, TimelineItemId item, TimePoint at)
{
    auto query = database.query(store::sql::hub_add_attachment);
    query.bind("attachment_id", attachment.id).bind("item_id", item).bind("sha256", attachment.sha256);
    query.bind("size_bytes", attachment.sizeBytes).bind("media_type", attachment.mediaType);
    return query.bind("name", attachment.name).bind("owner", "").bind("at_ms", at).run();
}

} // namespace tributary::hub
