#pragma once

#include "core/hub/change_log.h"

#include <functional>
#include <map>

namespace tributary::hub {

/// Puts an event on the timeline: what was changed, by whom, and its values (TimelineItem::details, `event` names it).
/// @p authorName where it was no agent: the customer who wrote.
Result<void> addEvent(ChangeLog &changes, IdMaker &ids, const model::Conversation &conversation, std::string_view event,
                      std::map<std::string, std::string> values, const std::optional<model::Agent> &by, TimePoint at,
                      const std::string &authorName = {});

/// The newest event of a conversation that is one of those meant; nothing if there is none.
Result<std::optional<model::TimelineItem>> newestEvent(store::Database &database, model::ConversationId conversation,
                                                       const std::function<bool(const model::TimelineItem &)> &isMeant);
/// The newest one that has set the status of a conversation; nothing if none has.
Result<std::optional<model::TimelineItem>> newestStatusEvent(store::Database &database, model::ConversationId conversation);
/// A value of an event; empty if it has none of that name.
std::string detailOf(const model::TimelineItem &item, const std::string &name);
/// Puts an event about a person on their timeline: in their newest conversation, so that who works on it reads it. Where
/// there is none it stands by itself, in no conversation, and is seen by everybody who sees the customer.
Result<void> addCustomerEvent(ChangeLog &changes, IdMaker &ids, model::CustomerId customer, std::string_view event,
                              std::map<std::string, std::string> values, const std::optional<model::Agent> &by,
                              TimePoint at);

/// Notes that an attachment belongs to an item: who may see the one may have the other.
Result<void> addAttachmentRef(store::Database &database, const model::Attachment &attachment, model::TimelineItemId item,
                              TimePoint at);

} // namespace tributary::hub
