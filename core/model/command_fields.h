#pragma once

#include "core/model/commands.h"
#include "core/model/names.h"

/// Names of the commands and of their fields, as on the wire and in the journal: see fields.h.
namespace tributary::model {

inline constexpr std::array<std::string_view, std::variant_size_v<CommandBody>> kCommandNames{"send_message",
                                                                                              "cancel_message",
                                                                                              "retry_message",
                                                                                              "add_note",
                                                                                              "set_status",
                                                                                              "snooze",
                                                                                              "assign",
                                                                                              "set_tags",
                                                                                              "set_priority",
                                                                                              "set_subject",
                                                                                              "mark_read",
                                                                                              "edit_customer",
                                                                                              "link_customers",
                                                                                              "unlink_customers",
                                                                                              "dismiss_suggestion",
                                                                                              "set_team",
                                                                                              "set_custom_status",
                                                                                              "set_field",
                                                                                              "edit_checklist",
                                                                                              "follow",
                                                                                              "see_mentions",
                                                                                              "join_conversation",
                                                                                              "separate_conversation",
                                                                                              "relate_conversations",
                                                                                              "move_items",
                                                                                              "start_conversation",
                                                                                              "merge_customers",
                                                                                              "move_identity",
                                                                                              "add_customer",
                                                                                              "add_identity",
                                                                                              "set_customer_field",
                                                                                              "set_customer_tags",
                                                                                              "set_company",
                                                                                              "block_customer",
                                                                                              "set_consent",
                                                                                              "save_company",
                                                                                              "save_view",
                                                                                              "remove_view",
                                                                                              "save_field_definition",
                                                                                              "remove_field_definition",
                                                                                              "save_custom_status",
                                                                                              "remove_custom_status",
                                                                                              "save_role",
                                                                                              "remove_role",
                                                                                              "save_team",
                                                                                              "remove_team",
                                                                                              "set_agent",
                                                                                              "set_agent_active",
                                                                                              "set_away",
                                                                                              "import_customers",
                                                                                              "set_reopen_days",
                                                                                              "set_account_team",
                                                                                              "remove_identity",
                                                                                              "remove_customer",
                                                                                              "set_own_name",
                                                                                              "remove_company",
                                                                                              "prefer_identity",
                                                                                              "remove_consent",
                                                                                              "export_customers",
                                                                                              "set_account_region"};

template<>
inline constexpr std::array<std::string_view, 3> kNames<ExportCustomers::Which>{"everybody", "found", "selected"};
template<>
inline constexpr std::array<std::string_view, 4> kNames<Outcome::Kind>{"applied", "no-effect", "needs-you", "refused"};
template<>
inline constexpr std::array<std::string_view, 15> kNames<Outcome::Reason>{
    "none",  "customer-wrote", "colleague-replied", "window-closed", "not-found", "not-allowed", "too-late",  "taken",
    "chain", "invalid",        "blocked",           "account-gone",  "not-known", "changed",     "no-consent"};

template<class T, class F>
constexpr void commandFieldsOf(F &&f)
{
    if constexpr (std::is_same_v<T, SendMessage>) {
        f("item_id", &T::item), f("conversation_id", &T::conversation), f("to_id", &T::to), f("from_id", &T::from);
        f("subject", &T::subject), f("body", &T::body), f("cc", &T::cc), f("attachments", &T::attachments);
        f("in_reply_to_id", &T::inReplyTo), f("resolve_after", &T::resolveAfter), f("send_anyway", &T::sendAnyway);
        f("leave_free", &T::leaveFree);
    } else if constexpr (std::is_same_v<T, CancelMessage> || std::is_same_v<T, RetryMessage>) {
        f("item_id", &T::item);
    } else if constexpr (std::is_same_v<T, AddNote>) {
        f("item_id", &T::item), f("conversation_id", &T::conversation), f("body", &T::body);
        f("attachments", &T::attachments), f("mentions", &T::mentions);
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
    } else if constexpr (std::is_same_v<T, SetCustomStatus>) {
        f("conversation_id", &T::conversation), f("custom_id", &T::custom), f("status", &T::status);
    } else if constexpr (std::is_same_v<T, SetField>) {
        f("conversation_id", &T::conversation), f("key", &T::key), f("value", &T::value);
    } else if constexpr (std::is_same_v<T, EditChecklist>) {
        f("conversation_id", &T::conversation), f("entry_id", &T::entry), f("text", &T::text), f("done", &T::done);
        f("removed", &T::removed);
    } else if constexpr (std::is_same_v<T, Follow>) {
        f("conversation_id", &T::conversation), f("following", &T::following);
    } else if constexpr (std::is_same_v<T, SeeMentions>) {
        f("conversation_id", &T::conversation);
    } else if constexpr (std::is_same_v<T, JoinConversation>) {
        f("conversation_id", &T::conversation), f("into_id", &T::into);
    } else if constexpr (std::is_same_v<T, SeparateConversation>) {
        f("conversation_id", &T::conversation);
    } else if constexpr (std::is_same_v<T, RelateConversations>) {
        f("conversation_id", &T::conversation), f("other_id", &T::other), f("related", &T::related);
    } else if constexpr (std::is_same_v<T, MoveItems>) {
        f("conversation_id", &T::conversation), f("into_id", &T::into), f("items", &T::items), f("subject", &T::subject);
    } else if constexpr (std::is_same_v<T, StartConversation>) {
        f("conversation_id", &T::conversation), f("account_id", &T::account), f("identity_id", &T::identity);
        f("address", &T::address), f("name", &T::name), f("customer_id", &T::customer), f("subject", &T::subject);
        f("parent_id", &T::parent);
    } else if constexpr (std::is_same_v<T, MergeCustomers>) {
        f("link_id", &T::link), f("from_id", &T::from), f("into_id", &T::into), f("evidence", &T::evidence);
        f("taken", &T::taken), f("from_version", &T::fromVersion), f("into_version", &T::intoVersion);
    } else if constexpr (std::is_same_v<T, MoveIdentity>) {
        f("identity_id", &T::identity), f("customer_id", &T::customer);
    } else if constexpr (std::is_same_v<T, AddCustomer>) {
        f("customer_id", &T::customer), f("name", &T::name);
    } else if constexpr (std::is_same_v<T, AddIdentity>) {
        f("identity_id", &T::identity), f("customer_id", &T::customer), f("channel", &T::channel);
        f("address", &T::address);
    } else if constexpr (std::is_same_v<T, SetCustomerField>) {
        f("customer_id", &T::customer), f("key", &T::key), f("value", &T::value);
    } else if constexpr (std::is_same_v<T, SetCustomerTags>) {
        f("customer_id", &T::customer), f("add", &T::add), f("remove", &T::remove);
    } else if constexpr (std::is_same_v<T, SetCompany>) {
        f("customer_id", &T::customer), f("company_id", &T::company);
    } else if constexpr (std::is_same_v<T, BlockCustomer>) {
        f("customer_id", &T::customer), f("blocked", &T::blocked), f("spam", &T::spam);
    } else if constexpr (std::is_same_v<T, SetConsent>) {
        f("customer_id", &T::customer), f("channel", &T::channel), f("purpose", &T::purpose), f("granted", &T::granted);
        f("source", &T::source), f("said_ms", &T::saidAt);
    } else if constexpr (std::is_same_v<T, SaveCompany>) {
        f("company", &T::company);
    } else if constexpr (std::is_same_v<T, SaveView>) {
        f("view", &T::view);
    } else if constexpr (std::is_same_v<T, RemoveView>) {
        f("view_id", &T::view);
    } else if constexpr (std::is_same_v<T, SaveFieldDefinition>) {
        f("definition", &T::definition);
    } else if constexpr (std::is_same_v<T, RemoveFieldDefinition>) {
        f("definition_id", &T::definition);
    } else if constexpr (std::is_same_v<T, SaveCustomStatus>) {
        f("status", &T::status);
    } else if constexpr (std::is_same_v<T, RemoveCustomStatus>) {
        f("status_id", &T::status);
    } else if constexpr (std::is_same_v<T, SaveRole>) {
        f("role", &T::role);
    } else if constexpr (std::is_same_v<T, RemoveRole>) {
        f("role_id", &T::role);
    } else if constexpr (std::is_same_v<T, SaveTeam>) {
        f("team", &T::team);
    } else if constexpr (std::is_same_v<T, RemoveTeam>) {
        f("team_id", &T::team), f("into_id", &T::into);
    } else if constexpr (std::is_same_v<T, SetAgent>) {
        f("agent_id", &T::agent), f("role", &T::role), f("custom_role_id", &T::customRole), f("teams", &T::teams);
        f("capacity", &T::capacity), f("languages", &T::languages), f("before", &T::before);
    } else if constexpr (std::is_same_v<T, AgentSettings>) {
        f("role", &T::role), f("custom_role_id", &T::customRole), f("teams", &T::teams), f("capacity", &T::capacity);
        f("languages", &T::languages);
    } else if constexpr (std::is_same_v<T, SetAgentActive>) {
        f("agent_id", &T::agent), f("active", &T::active), f("work_to_id", &T::workTo);
    } else if constexpr (std::is_same_v<T, SetAway>) {
        f("away", &T::away);
    } else if constexpr (std::is_same_v<T, SetReopenDays>) {
        f("account_id", &T::account), f("days", &T::days);
    } else if constexpr (std::is_same_v<T, SetAccountTeam>) {
        f("account_id", &T::account), f("team_id", &T::team);
    } else if constexpr (std::is_same_v<T, SetAccountRegion>) {
        f("account_id", &T::account), f("region", &T::region);
    } else if constexpr (std::is_same_v<T, RemoveIdentity>) {
        f("identity_id", &T::identity);
    } else if constexpr (std::is_same_v<T, RemoveCustomer>) {
        f("customer_id", &T::customer);
    } else if constexpr (std::is_same_v<T, SetOwnName>) {
        f("name", &T::name);
    } else if constexpr (std::is_same_v<T, RemoveCompany>) {
        f("company_id", &T::company), f("removed", &T::removed);
    } else if constexpr (std::is_same_v<T, PreferIdentity>) {
        f("customer_id", &T::customer), f("channel", &T::channel), f("identity_id", &T::identity);
    } else if constexpr (std::is_same_v<T, RemoveConsent>) {
        f("customer_id", &T::customer), f("channel", &T::channel), f("purpose", &T::purpose);
    } else if constexpr (std::is_same_v<T, ExportCustomers>) {
        f("count", &T::count), f("which", &T::which), f("tag", &T::tag);
    } else if constexpr (std::is_same_v<T, ImportCustomers>) {
        f("rows", &T::rows);
    } else if constexpr (std::is_same_v<T, ImportedCustomer>) {
        f("customer_id", &T::customer), f("name", &T::name), f("note", &T::note), f("addresses", &T::addresses);
        f("tags", &T::tags), f("fields", &T::fields), f("company", &T::company), f("company_id", &T::companyId);
    } else if constexpr (std::is_same_v<T, ImportedCustomer::Address>) {
        f("identity_id", &T::identity), f("channel", &T::channel), f("address", &T::address);
    } else if constexpr (std::is_same_v<T, Outcome>) {
        f("n", &T::n), f("command_id", &T::command), f("kind", &T::kind), f("reason", &T::reason), f("detail", &T::detail);
        f("refused_rows", &T::refusedRows);
    } else if constexpr (std::is_same_v<T, Outcome::RefusedRow>) {
        f("row", &T::row), f("reason", &T::reason);
    }
}

} // namespace tributary::model
