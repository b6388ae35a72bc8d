#include "core/store/taken_back.h"

#include "core/model/commands.h"
#include "core/store/sql.h"

namespace tributary::store {

using namespace tributary::model;

Result<void> showWithout(Database &database, Conversation &conversation, TimelineItemId item)
{
    auto query = database.query(sql::entity_last_spoken);
    query.bind("conversation_id", conversation.id).bind("without_id", item);
    bool newest = true, newestMessage = true, answered = false;
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
        if (!row || answered)
            return {};
        const auto kind = fromName<TimelineItem::Kind>(query.text(0)).value_or(TimelineItem::Kind::Note);
        const TimePoint at = query.time(1);
        if (std::exchange(newest, false))
            conversation.lastItemAt = at;
        if (kind == TimelineItem::Kind::Note)
            continue;
        if (std::exchange(newestMessage, false)) {
            conversation.preview = previewOf(query.text(2));
            conversation.previewOutbound = kind == TimelineItem::Kind::Outbound;
            conversation.previewAuthor.reset();
            if (conversation.previewOutbound && !query.isNull(4))
                conversation.previewAuthor = query.id<AgentId>(4);
            conversation.waitingSince.reset();
        }
        if (query.flag(3))
            continue;
        answered = kind == TimelineItem::Kind::Outbound;
        if (!answered)
            conversation.waitingSince = at;
    }
}

} // namespace tributary::store
