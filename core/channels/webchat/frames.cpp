#include "core/channels/webchat/frames.h"

#include "core/base/json_writer.h"
#include "core/channels/webchat/text_rules.h"
#include "core/channels/webchat/upload_policy.h"
#include "core/text/utf8.h"

namespace tributary::channels::webchat::frames {

namespace {

constexpr std::size_t kEnoughBytes = 128 * 1024;

JsonWriter begin(std::string_view type)
{
    JsonWriter json;
    json.beginObject().field("t", type);
    return json;
}

Frame finish(JsonWriter &json)
{
    json.endObject();
    return std::make_shared<const std::string>(json.take());
}

void writeFile(JsonWriter &json, const model::Attachment &file)
{
    json.beginObject()
        .field("id", file.id.text())
        .field("name", text::safeFileName(file.name))
        .field("type", file.mediaType);
    json.field("size", file.sizeBytes).field("image", mayShowInline(file.mediaType));
    json.field("ready", file.state == model::Attachment::State::Available);
    if (file.width > 0 && file.height > 0)
        json.field("w", file.width).field("h", file.height);
    json.endObject();
}

void writeEvent(JsonWriter &json, const ChatEvent &event)
{
    const model::TimelineItem &item = event.item;
    const bool isInbound = item.kind == model::TimelineItem::Kind::Inbound;
    json.field("n", event.n).field("from", isInbound ? "visitor" : "agent").field("at", toMs(item.at));
    if (isInbound)
        json.field("id", event.clientId);
    else
        json.field("name", text::plainName(item.authorName, kMostNameCharacters)).field("auto", item.automatic);
    if (item.deleted) {
        json.field("gone", true);
        return;
    }
    json.field("text", item.body).key("files").beginArray();
    for (const model::Attachment &file : item.attachments)
        writeFile(json, file);
    json.endArray();
}

void writeMarks(JsonWriter &json, const Visitor &visitor)
{
    json.field("read", visitor.read).field("delivered", visitor.delivered).field("seen", visitor.seen);
}

void writeYou(JsonWriter &json, const Visitor &visitor)
{
    json.key("you").beginObject().field("name", visitor.name).field("email", visitor.email);
    json.field("proven", !visitor.identifier.empty()).endObject();
}

} // namespace

Frame welcome(const Visitor &visitor, const Presence &presence)
{
    JsonWriter json = begin("welcome");
    json.field("epoch", visitor.epoch).field("visitor", visitor.id).field("last", visitor.last);
    writeMarks(json, visitor);
    writeYou(json, visitor);
    json.field("online", presence.online).field("notice", presence.notice);
    return finish(json);
}

Frame reset(const std::string &token)
{
    JsonWriter json = begin("reset");
    json.field("token", token);
    return finish(json);
}

Frame event(const ChatEvent &event)
{
    JsonWriter json = begin("ev");
    writeEvent(json, event);
    return finish(json);
}

Frame events(std::span<const ChatEvent> events, bool older, bool more)
{
    // What does not fit is left out at the far end: the newest when catching up, the oldest when paging back.
    std::size_t bytes = 0;
    std::size_t count = 0;
    while (count < events.size() && (count == 0 || bytes < kEnoughBytes)) {
        const ChatEvent &next = older ? events[events.size() - 1 - count] : events[count];
        bytes += next.item.body.size() + 300 * (1 + next.item.attachments.size());
        ++count;
    }
    const bool isCut = count < events.size();
    const auto fitting = older ? events.last(count) : events.first(count);
    JsonWriter json = begin("events");
    json.field("older", older).field("more", more || isCut).key("events").beginArray();
    for (const ChatEvent &each : fitting) {
        json.beginObject();
        writeEvent(json, each);
        json.endObject();
    }
    json.endArray();
    return finish(json);
}

Frame accepted(const std::string &clientId, std::int64_t n, TimePoint at)
{
    JsonWriter json = begin("ok");
    json.field("id", clientId).field("n", n).field("at", toMs(at));
    return finish(json);
}

Frame marks(const Visitor &visitor)
{
    JsonWriter json = begin("marks");
    writeMarks(json, visitor);
    return finish(json);
}

Frame head(std::int64_t last)
{
    JsonWriter json = begin("head");
    json.field("last", last);
    return finish(json);
}

Frame you(const Visitor &visitor)
{
    JsonWriter json = begin("you");
    writeYou(json, visitor);
    return finish(json);
}

Frame typing(const std::string &name, bool isTyping)
{
    JsonWriter json = begin("typing");
    json.field("name", text::plainName(name, kMostNameCharacters)).field("on", isTyping);
    return finish(json);
}

Frame presence(const Presence &presence)
{
    JsonWriter json = begin("presence");
    json.field("online", presence.online).field("notice", presence.notice);
    return finish(json);
}

Frame pong()
{
    JsonWriter json = begin("pong");
    return finish(json);
}

Frame error(std::string_view code, std::string_view clientId, std::optional<std::chrono::seconds> retryAfter)
{
    JsonWriter json = begin("error");
    json.field("code", code);
    if (!clientId.empty())
        json.field("id", clientId);
    if (retryAfter)
        json.field("retry_after", retryAfter->count());
    return finish(json);
}

} // namespace tributary::channels::webchat::frames
