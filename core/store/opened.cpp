#include "core/store/opened.h"

#include "core/store/coverage.h"

namespace tributary::store {

using namespace tributary::model;

Result<std::optional<OpenedConversation>> openedConversation(Database &database, const OpenQuery &query)
{
    return database.atOneMoment([&]() -> Result<std::optional<OpenedConversation>> {
        TRIBUTARY_TRY_ASSIGN(auto row, conversationRow(database, query.conversation, query.agent));
        if (!row)
            return std::optional<OpenedConversation>();
        TRIBUTARY_TRY_ASSIGN(auto card, customerCard(database, row->customer));
        if (!card)
            return std::optional<OpenedConversation>();
        OpenedConversation opened{std::move(*row), std::move(*card), {}, {}};
        if (opened.card.customer.id == query.shown) {
            TRIBUTARY_TRY_ASSIGN(opened.page,
                                 historyFrom(database, query.shown, query.shownFrom.at, query.shownFrom.id, query.most));
            // A page that is full says nothing of what is older than its oldest.
            opened.since = opened.page.reachesStart ? query.shownFrom : opened.page.from;
        } else {
            const HistoryKey end = HistoryKey::end();
            TRIBUTARY_TRY_ASSIGN(opened.page,
                                 historyBefore(database, opened.card.customer.id, end.at, end.id, query.newest));
            opened.since = opened.page.from;
        }
        TRIBUTARY_TRY(addConversations(database, opened.page, opened.card.conversations));
        return std::optional(std::move(opened));
    });
}

} // namespace tributary::store
