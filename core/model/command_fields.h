#pragma once

#include "core/model/commands.h"
#include "core/model/names.h"

/// Names of the commands and of their fields, as on the wire and in the journal: see fields.h.
namespace tributary::model {

inline constexpr std::array<std::string_view, std::variant_size_v<CommandBody>> kCommandNames{
    "send_message",   "cancel_message",   "retry_message",      "add_note",    "set_status", "snooze",
    "assign",         "set_tags",         "set_priority",       "set_subject", "mark_read",  "edit_customer",
    "link_customers", "unlink_customers", "dismiss_suggestion", "set_team"};

template<>
inline constexpr std::array<std::string_view, 4> kNames<Outcome::Kind>{"applied", "no-effect", "needs-you", "refused"};
template<>
inline constexpr std::array<std::string_view, 13> kNames<Outcome::Reason>{
    "none",  "customer-wrote", "colleague-replied", "window-closed", "not-found",    "not-allowed", "too-late",
    "taken", "chain",          "invalid",           "blocked",       "account-gone", "not-known"};

template<class T, class F>
constexpr void commandFieldsOf(F &&f)
{
    if constexpr (std::is_same_v<T, SendMessage>) {
        f("item_id", &T::item), f("conversation_id", &T::conversation), f("to_id", &T::to), f("from_id", &T::from);
        f("subject", &T::subject), f("body", &T::body), f("cc", &T::cc), f("attachments", &T::attachments);
        f("in_reply_to_id", &T::inReplyTo), f("resolve_after", &T::resolveAfter), f("send_anyway", &T::sendAnyway);
    } else if constexpr (std::is_same_v<T, CancelMessage> || std::is_same_v<T, RetryMessage>) {
        f("item_id", &T::item);
    } else if constexpr (std::is_same_v<T, AddNote>) {
        f("item_id", &T::item), f("conversation_id", &T::conversation), f("body", &T::body);
        f("attachments", &T::attachments);
    } else if constexpr (std::is_same_v<T, SetStatus>) {
        f("conversation_id", &T::conversation), f("status", &T::status);
    } else if constexpr (std::is_same_v<T, Snooze>) {
        f("conversation_id", &T::conversation), f("until_ms", &T::until);
    } else if constexpr (std::is_same_v<T, Assign>) {
        f("conversation_id", &T::conversation), f("assignee_id", &T::assignee), f("if_free", &T::ifFree);
    } else if constexpr (std::is_same_v<T, SetTeam>) {
        f("conversation_id", &T::conversation), f("team_id", &T::team);
    } else if constexpr (std::is_same_v<T, SetTags>) {
        f("conversation_id", &T::conversation), f("add", &T::add), f("remove", &T::remove);
    } else if constexpr (std::is_same_v<T, SetPriority>) {
        f("conversation_id", &T::conversation), f("priority", &T::priority);
    } else if constexpr (std::is_same_v<T, SetSubject>) {
        f("conversation_id", &T::conversation), f("subject", &T::subject);
    } else if constexpr (std::is_same_v<T, MarkRead>) {
        f("conversation_id", &T::conversation), f("read_count", &T::readCount);
        f("backwards", &T::backwards);
    } else if constexpr (std::is_same_v<T, EditCustomer>) {
        f("customer_id", &T::customer), f("name", &T::name), f("note", &T::note);
    } else if constexpr (std::is_same_v<T, LinkCustomers>) {
        f("link_id", &T::link), f("from_id", &T::from), f("into_id", &T::into), f("evidence", &T::evidence);
    } else if constexpr (std::is_same_v<T, UnlinkCustomers>) {
        f("link_id", &T::link);
    } else if constexpr (std::is_same_v<T, DismissSuggestion>) {
        f("suggestion_id", &T::suggestion), f("dismissed", &T::dismissed);
    } else if constexpr (std::is_same_v<T, Outcome>) {
        f("n", &T::n), f("command_id", &T::command), f("kind", &T::kind), f("reason", &T::reason), f("detail", &T::detail);
    }
}

} // namespace tributary::model
