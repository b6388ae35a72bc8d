#include "core/hub/exchange/export_lines.h"

#include "core/base/json_writer.h"
#include "core/model/names.h"

namespace tributary::hub::exchange {
namespace {

using namespace tributary::model;
using Kind = TimelineItem::Kind;

JsonWriter begun(std::string_view type)
{
    JsonWriter line;
    line.beginObject();
    if (!type.empty())
        line.field("type", type);
    line.field("source", kExportSource);
    return line;
}

void unlessEmpty(JsonWriter &line, std::string_view name, const std::string &value)
{
    if (!value.empty())
        line.field(name, value);
}

void time(JsonWriter &line, std::string_view name, const std::optional<TimePoint> &at)
{
    if (at)
        line.field(name, toMs(*at));
}

void list(JsonWriter &line, std::string_view name, const std::vector<std::string> &values)
{
    line.key(name).beginArray();
    for (const std::string &value : values)
        line.value(value);
    line.endArray();
}

void map(JsonWriter &line, std::string_view name, const std::map<std::string, std::string> &values)
{
    if (values.empty())
        return;
    line.key(name).beginObject();
    for (const auto &[key, value] : values)
        line.field(key, value);
    line.endObject();
}

std::string_view typeOf(Kind kind)
{
    return kind == Kind::Inbound || kind == Kind::Outbound ? std::string_view() : nameOf(kind);
}

void author(JsonWriter &line, const ExportedItem &exported)
{
    const TimelineItem &item = exported.item;
    if (!exported.authorEmail.empty()) {
        line.field("author", exported.authorEmail);
        if (item.authorName != exported.authorAgentName)
            unlessEmpty(line, "author_name", item.authorName);
        return;
    }
    if (item.authorName.empty() && item.kind != Kind::Inbound) {
        line.field("author", "system");
        return;
    }
    line.field("author", item.kind == Kind::Outbound ? item.authorName : "customer");
    unlessEmpty(line, "author_name", item.authorName);
}

void attachments(JsonWriter &line, const ExportedItem &exported)
{
    if (exported.item.attachments.empty())
        return;
    line.key("attachments").beginArray();
    for (std::size_t i = 0; i < exported.item.attachments.size(); ++i) {
        const Attachment &one = exported.item.attachments[i];
        line.beginObject().field("name", one.name).field("media_type", one.mediaType).field("size", one.sizeBytes);
        unlessEmpty(line, "content_id", one.contentId);
        if (one.isInline)
            line.field("inline", true);
        if (const std::string &content = exported.contents[i]; !content.empty()) {
            const std::size_t colon = content.find(':');
            line.field(content.substr(0, colon), content.substr(colon + 1));
        }
        line.endObject();
    }
    line.endArray();
}

void state(JsonWriter &line, const ExportedItem &exported)
{
    const Conversation &conversation = exported.conversation;
    unlessEmpty(line, "conversation_subject", conversation.subject);
    line.field("status", nameOf(conversation.status));
    time(line, "snoozed_until_ms", conversation.snoozedUntil);
    time(line, "resolved_at_ms", conversation.resolvedAt);
    line.field("assignee", exported.assignee).field("team", exported.team).field("priority", nameOf(conversation.priority));
    list(line, "tags", conversation.tags);
}

void reactions(JsonWriter &line, std::string_view all)
{
    line.key("reactions").beginArray();
    while (!all.empty()) {
        const std::string_view one = all.substr(0, all.find(';'));
        const std::size_t space = one.find(' ');
        line.beginObject().field("emoji", one.substr(0, space));
        if (space != std::string_view::npos)
            line.field("by", one.substr(space + 1));
        line.endObject();
        all.remove_prefix(std::min(all.size(), one.size() + 1));
    }
    line.endArray();
}

} // namespace

const std::string &labelOf(const ChannelAccount &account)
{
    return account.address.empty() ? account.name : account.address;
}

std::string lineOf(const ExportedItem &exported)
{
    const TimelineItem &item = exported.item;
    std::map<std::string, std::string> details = item.details;
    JsonWriter line = begun(typeOf(item.kind));
    line.field("message_id", item.id.text()).field("customer_handle", exported.identity.address);
    if (exported.identity.shown != exported.identity.address)
        unlessEmpty(line, "customer_shown", exported.identity.shown);
    unlessEmpty(line, "customer_name", exported.identity.name);
    // Whose address it is. What is said with third parties stands with whom it is about; as the key of both it would say
    // that they are one person.
    const CustomerId whose = exported.identity.id.isNull() ? item.customer : exported.identity.customer;
    line.field("customer_key", whose.text());
    if (whose != item.customer) // it is left out with either, once they are erased
        line.field("other_customer_key", item.customer.text());
    line.field("channel", nameOf(item.channel)).field("account", exported.account);
    line.field("conversation_key", item.conversation.text());
    if (item.kind == Kind::Inbound || item.kind == Kind::Outbound || item.kind == Kind::Note)
        line.field("direction", item.kind == Kind::Inbound ? "in" : item.kind == Kind::Note ? "internal" : "out");
    author(line, exported);
    line.field("at_ms", toMs(item.at));
    unlessEmpty(line, "subject", item.subject);
    line.field("body", item.body);
    unlessEmpty(line, "html", item.html);
    attachments(line, exported);
    if (item.delivery) {
        line.field("delivery", nameOf(item.delivery->state));
        unlessEmpty(line, "delivery_problem", item.delivery->problem);
        unlessEmpty(line, "delivery_problem_text", item.delivery->problemText);
    }
    if (item.inReplyTo)
        line.field("in_reply_to", item.inReplyTo->text());
    if (const auto found = details.find("reactions"); found != details.end()) {
        reactions(line, found->second);
        details.erase(found);
    }
    time(line, "edited_at_ms", item.editedAt);
    if (item.deleted)
        line.field("deleted", true);
    if (item.automatic)
        line.field("automatic", true);
    map(line, "details", details);
    if (exported.isLast)
        state(line, exported);
    std::string text = line.endObject().take();
    if (exported.unknown.size() > 2) { // an object of its own: its fields go in before the closing brace
        text.back() = ',';
        text.append(exported.unknown, 1, std::string::npos);
    }
    return text;
}

std::string lineOf(const Customer &customer, const std::vector<std::pair<Identity, std::string>> &identities,
                   const std::vector<std::pair<Consent, std::string>> &consents)
{
    JsonWriter line = begun("customer");
    line.field("customer_key", customer.id.text());
    unlessEmpty(line, "customer_name", customer.name);
    unlessEmpty(line, "note", customer.note);
    unlessEmpty(line, "language", customer.language);
    map(line, "attributes", customer.attributes);
    list(line, "tags", customer.tags);
    if (customer.blocked)
        line.field("blocked", true);
    line.field("at_ms", toMs(customer.createdAt)).key("identities").beginArray();
    for (const auto &[identity, account] : identities) {
        line.beginObject().field("channel", nameOf(identity.channel)).field("address", identity.address);
        unlessEmpty(line, "account", account);
        unlessEmpty(line, "name", identity.name);
        unlessEmpty(line, "problem", identity.problem);
        line.field("verified", identity.verified).endObject();
    }
    line.endArray();
    if (!consents.empty())
        line.key("consents").beginArray();
    for (const auto &[consent, by] : consents) {
        line.beginObject().field("channel", nameOf(consent.channel)).field("purpose", nameOf(consent.purpose));
        line.field("granted", consent.granted).field("source", consent.source);
        unlessEmpty(line, "author", by);
        line.field("at_ms", toMs(consent.at)).endObject();
    }
    if (!consents.empty())
        line.endArray();
    return line.endObject().take();
}

std::string lineOf(const ChannelAccount &account)
{
    JsonWriter line = begun("account");
    line.field("channel", nameOf(account.channel)).field("name", account.name);
    unlessEmpty(line, "address", account.address);
    return line.endObject().take();
}

std::string lineOf(const Agent &agent, const std::vector<std::string> &teams)
{
    JsonWriter line = begun("agent");
    line.field("email", agent.email).field("name", agent.name).field("role", nameOf(agent.role));
    list(line, "teams", teams);
    if (!agent.active)
        line.field("active", false);
    return line.endObject().take();
}

std::string lineOf(const Team &team)
{
    return begun("team").field("name", team.name).endObject().take();
}

std::string lineOf(const Suggestion &suggestion)
{
    JsonWriter line = begun("suggestion");
    line.field("customer_key", suggestion.customer.text()).field("other_customer_key", suggestion.other.text());
    line.field("reason", nameOf(suggestion.reason)).field("evidence", suggestion.evidence);
    return line.field("state", nameOf(suggestion.state)).field("at_ms", toMs(suggestion.at)).endObject().take();
}

std::string lineOf(const CustomerLink &link, const std::string &by, const std::string &endedBy)
{
    JsonWriter line = begun("link");
    line.field("customer_key", link.from.text()).field("other_customer_key", link.into.text());
    line.field("evidence", link.evidence);
    unlessEmpty(line, "author", by);
    line.field("at_ms", toMs(link.at));
    time(line, "ended_at_ms", link.endedAt);
    unlessEmpty(line, "ended_by", endedBy);
    return line.endObject().take();
}

std::string pieceOf(const std::string &sha256, std::int64_t offset, std::int64_t sizeBytes, const std::string &base64)
{
    JsonWriter line = begun("file");
    line.field("sha256", sha256).field("offset", offset).field("size", sizeBytes);
    return line.field("data_base64", base64).endObject().take();
}

} // namespace tributary::hub::exchange
