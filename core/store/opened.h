#pragma once

#include "core/store/cache_reads.h"

namespace tributary::store {

/// A conversation with its person and their timeline, as a screen opens it or brings what it shows up to date: all of one
/// moment, by one question.
struct OpenedConversation {
    ConversationRow row;
    CustomerCard card;
    TimelinePage page;
    /// The page has all that is in the copy from here on.
    model::HistoryKey since;
};

struct OpenQuery {
    model::ConversationId conversation;
    model::AgentId agent; ///< Who looks.
    /// Whose timeline is on the screen already, and how far back: of this person all from there on is read, at most
    /// @p most items, of another the @p newest.
    model::CustomerId shown = {};
    model::HistoryKey shownFrom = model::HistoryKey::beginning();
    std::int64_t newest = 80;
    std::int64_t most = 4000;
};

/// Nothing: the conversation, or its person, is not in the copy (any more).
Result<std::optional<OpenedConversation>> openedConversation(Database &database, const OpenQuery &query);

} // namespace tributary::store
