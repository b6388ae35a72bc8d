#include "core/hub/conversations.h"

#include "core/hub/people.h"
#include "core/model/said.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

namespace tributary::hub {

using namespace tributary::model;

Result<Conversation> goesOnIn(store::Database &database, Conversation conversation)
{
    if (!conversation.joinedInto)
        return conversation;
    TRIBUTARY_TRY_ASSIGN(auto into, store::conversation(database, *conversation.joinedInto));
    if (!into)
        return conversation;
    TRIBUTARY_TRY_ASSIGN(const CustomerId one, rootOf(database, conversation.customer));
    TRIBUTARY_TRY_ASSIGN(const CustomerId other, rootOf(database, into->customer));
    return one == other ? std::move(*into) : std::move(conversation);
}

Result<bool> recount(ChangeLog &changes, Conversation &conversation)
{
    Said said;
    {
        auto query = changes.database().query(store::sql::hub_items_in);
        query.bind("conversation_id", conversation.id);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            said.add(store::readRow<TimelineItem>(query));
        }
    }
    conversation.preview = said.preview;
    conversation.previewOutbound = said.previewOutbound;
    conversation.previewAuthor = said.previewAuthor;
    conversation.inboundCount = said.inboundCount;
    conversation.waitingSince = said.waitingSince;
    conversation.lastItemAt = said.lastAt.value_or(conversation.createdAt);
    TRIBUTARY_TRY(lowerMarks(changes, conversation));
    return said.lastAt.has_value();
}

Result<void> moveItems(ChangeLog &changes, std::vector<TimelineItem> items, ConversationId into)
{
    for (TimelineItem &item : items) {
        item.conversation = into;
        TRIBUTARY_TRY(changes.put(item));
        auto names = changes.database().query(store::sql::hub_move_names_of_item);
        TRIBUTARY_TRY(names.bind("item_id", item.id).bind("conversation_id", into).run());
        auto waiting = changes.database().query(store::sql::hub_move_delivery_of_item);
        TRIBUTARY_TRY(waiting.bind("item_id", item.id).bind("conversation_id", into).run());
    }
    return {};
}

Result<void> lowerMarks(ChangeLog &changes, const Conversation &conversation)
{
    std::vector<ReadMark> marks;
    {
        auto above = changes.database().query(store::sql::hub_marks_above);
        above.bind("conversation_id", conversation.id).bind("count", conversation.inboundCount);
        TRIBUTARY_TRY_ASSIGN(marks, store::readAll<ReadMark>(above));
    }
    for (ReadMark &mark : marks) {
        mark.readCount = conversation.inboundCount;
        TRIBUTARY_TRY(changes.put(mark));
    }
    return {};
}

} // namespace tributary::hub
