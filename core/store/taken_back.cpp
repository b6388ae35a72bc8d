#include "core/store/taken_back.h"

#include "core/model/said.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

#include <algorithm>
#include <ranges>

namespace tributary::store {

using namespace tributary::model;

Result<void> showWithout(Database &database, Conversation &conversation, TimelineItemId item)
{
    std::vector<TimelineItem> items;
    {
        auto query = database.query(sql::entity_last_items);
        query.bind("conversation_id", conversation.id).bind("without_id", item);
        TRIBUTARY_TRY_ASSIGN(items, readAll<TimelineItem>(query));
    }
    Said said;
    for (const TimelineItem &one : items | std::views::reverse)
        said.add(one);
    if (said.lastAt)
        conversation.lastItemAt = *said.lastAt;
    if (std::ranges::any_of(items, isMessage)) {
        conversation.preview = said.preview;
        conversation.previewOutbound = said.previewOutbound;
        conversation.previewAuthor = said.previewAuthor;
        conversation.waitingSince = said.waitingSince;
    }
    return {};
}

} // namespace tributary::store
