#pragma once

#include "core/model/entities.h"

/// Which fields an entity has and what they are called: said once here, used by the wire, the SQL tables and the hashes.
/// `fieldsOf<T>(f)` calls `f(name, pointerToMember)` for each. A name, once released, is never reused for something else.
namespace tributary::model {

template<class T, class F>
constexpr void fieldsOf(F &&f)
{
    if constexpr (std::is_same_v<T, Customer>) {
        f("id", &T::id), f("name", &T::name), f("note", &T::note), f("language", &T::language);
        f("attributes", &T::attributes), f("tags", &T::tags), f("blocked", &T::blocked);
        f("created_ms", &T::createdAt), f("version", &T::version);
        f("company_id", &T::company), f("spam", &T::spam), f("preferred", &T::preferred);
    } else if constexpr (std::is_same_v<T, Identity>) {
        f("id", &T::id), f("customer_id", &T::customer), f("channel", &T::channel), f("account_id", &T::account);
        f("address", &T::address), f("shown", &T::shown), f("name", &T::name), f("verified", &T::verified);
        f("problem", &T::problem), f("last_used_ms", &T::lastUsedAt), f("version", &T::version);
    } else if constexpr (std::is_same_v<T, CustomerLink>) {
        f("id", &T::id), f("from_id", &T::from), f("into_id", &T::into), f("evidence", &T::evidence);
        f("by_id", &T::by), f("at_ms", &T::at), f("ended_ms", &T::endedAt), f("ended_by_id", &T::endedBy);
        f("version", &T::version);
        f("replaced", &T::replaced), f("first_id", &T::first);
    } else if constexpr (std::is_same_v<T, Suggestion>) {
        f("id", &T::id), f("customer_id", &T::customer), f("other_id", &T::other), f("reason", &T::reason);
        f("evidence", &T::evidence), f("state", &T::state), f("at_ms", &T::at), f("version", &T::version);
    } else if constexpr (std::is_same_v<T, ChannelAccount>) {
        f("id", &T::id), f("channel", &T::channel), f("name", &T::name), f("address", &T::address);
        f("health", &T::health), f("problem", &T::problem), f("problem_text", &T::problemText);
        f("problem_since_ms", &T::problemSince), f("backfill_done", &T::backfillDone);
        f("backfill_total", &T::backfillTotal), f("defects", &T::defects), f("undo_seconds", &T::undoSeconds);
        f("removed", &T::removed), f("version", &T::version), f("reopen_days", &T::reopenDays);
        f("team_id", &T::team), f("region", &T::region);
    } else if constexpr (std::is_same_v<T, Agent>) {
        f("id", &T::id), f("email", &T::email), f("name", &T::name), f("role", &T::role), f("teams", &T::teams);
        f("active", &T::active), f("version", &T::version);
        f("custom_role_id", &T::customRole), f("permissions", &T::permissions), f("visibility", &T::visibility);
        f("accounts", &T::accounts), f("capacity", &T::capacity), f("away", &T::away), f("languages", &T::languages);
    } else if constexpr (std::is_same_v<T, Team>) {
        f("id", &T::id), f("name", &T::name), f("version", &T::version);
        f("routing", &T::routing), f("return_minutes", &T::returnMinutes);
    } else if constexpr (std::is_same_v<T, Conversation>) {
        f("id", &T::id), f("number", &T::number), f("customer_id", &T::customer), f("identity_id", &T::identity);
        f("account_id", &T::account), f("channel", &T::channel), f("subject", &T::subject), f("status", &T::status);
        f("snoozed_until_ms", &T::snoozedUntil), f("resolved_ms", &T::resolvedAt), f("assignee_id", &T::assignee);
        f("team_id", &T::team), f("priority", &T::priority), f("tags", &T::tags), f("created_ms", &T::createdAt);
        f("last_item_ms", &T::lastItemAt), f("preview", &T::preview), f("preview_outbound", &T::previewOutbound);
        f("waiting_since_ms", &T::waitingSince), f("inbound_count", &T::inboundCount), f("version", &T::version);
        f("custom_status_id", &T::customStatus), f("fields", &T::fields), f("checklist", &T::checklist);
        f("joined_into_id", &T::joinedInto), f("parent_id", &T::parent), f("related", &T::related);
        f("preview_author_id", &T::previewAuthor);
    } else if constexpr (std::is_same_v<T, Attachment>) {
        f("id", &T::id), f("name", &T::name), f("media_type", &T::mediaType), f("size_bytes", &T::sizeBytes);
        f("sha256", &T::sha256), f("content_id", &T::contentId), f("inline", &T::isInline), f("width", &T::width);
        f("height", &T::height), f("state", &T::state);
    } else if constexpr (std::is_same_v<T, Delivery>) {
        f("state", &T::state), f("problem", &T::problem), f("problem_text", &T::problemText), f("at_ms", &T::at);
        f("held_until_ms", &T::heldUntil), f("attempts", &T::attempts);
    } else if constexpr (std::is_same_v<T, TimelineItem>) {
        f("id", &T::id), f("conversation_id", &T::conversation), f("customer_id", &T::customer);
        f("identity_id", &T::identity), f("account_id", &T::account), f("channel", &T::channel), f("kind", &T::kind);
        f("author_id", &T::author), f("author_name", &T::authorName), f("at_ms", &T::at), f("subject", &T::subject);
        f("body", &T::body), f("html", &T::html), f("attachments", &T::attachments), f("delivery", &T::delivery);
        f("in_reply_to_id", &T::inReplyTo), f("automatic", &T::automatic), f("deleted", &T::deleted);
        f("edited_ms", &T::editedAt), f("details", &T::details), f("version", &T::version);
        f("mentions", &T::mentions), f("said_seq", &T::saidSeq);
    } else if constexpr (std::is_same_v<T, ReadMark>) {
        f("agent_id", &T::agent), f("conversation_id", &T::conversation), f("read_count", &T::readCount);
        f("version", &T::version);
        f("following", &T::following), f("mentioned_ms", &T::mentionedAt), f("mention_seen_ms", &T::mentionSeenAt);
    } else if constexpr (std::is_same_v<T, ChecklistEntry>) {
        f("id", &T::id), f("text", &T::text), f("done", &T::done), f("done_by_id", &T::doneBy);
    } else if constexpr (std::is_same_v<T, Role>) {
        f("id", &T::id), f("name", &T::name), f("permissions", &T::permissions), f("visibility", &T::visibility);
        f("accounts", &T::accounts), f("version", &T::version);
    } else if constexpr (std::is_same_v<T, SavedView::Condition>) {
        f("field", &T::field), f("operation", &T::operation), f("value", &T::value);
    } else if constexpr (std::is_same_v<T, SavedView>) {
        f("id", &T::id), f("name", &T::name), f("owner_id", &T::owner), f("sharing", &T::sharing), f("team_id", &T::team);
        f("match_any", &T::matchAny), f("conditions", &T::conditions), f("sort", &T::sort), f("position", &T::position);
        f("version", &T::version);
        f("columns", &T::columns);
    } else if constexpr (std::is_same_v<T, FieldDefinition>) {
        f("id", &T::id), f("subject", &T::subject), f("key", &T::key), f("name", &T::name), f("type", &T::type);
        f("choices", &T::choices), f("position", &T::position), f("version", &T::version);
    } else if constexpr (std::is_same_v<T, CustomStatus>) {
        f("id", &T::id), f("name", &T::name), f("status", &T::status), f("position", &T::position);
        f("version", &T::version);
    } else if constexpr (std::is_same_v<T, Company>) {
        f("id", &T::id), f("name", &T::name), f("domains", &T::domains), f("note", &T::note);
        f("attributes", &T::attributes), f("version", &T::version), f("removed", &T::removed);
    } else if constexpr (std::is_same_v<T, Consent>) {
        f("id", &T::id), f("customer_id", &T::customer), f("channel", &T::channel), f("purpose", &T::purpose);
        f("granted", &T::granted), f("source", &T::source), f("at_ms", &T::at), f("by_id", &T::by);
        f("version", &T::version);
    }
}

} // namespace tributary::model
