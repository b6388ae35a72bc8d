#include "tests/channels/webchat/memory_hub.h"

#include "core/channels/webchat/upload_policy.h"

#include <algorithm>

namespace tributary::channels::webchat {

namespace {

auto notFound()
{
    return failure(Error::Kind::NotFound, "not in memory");
}

} // namespace

MemoryHub::Record *MemoryHub::record(const std::string &visitor)
{
    const auto found = m_visitors.find(visitor);
    if (found == m_visitors.end())
        return nullptr;
    return found->second.movedInto.empty() ? &found->second : record(found->second.movedInto);
}

void MemoryHub::createVisitor(const std::string &id, const Sha256 &tokenHash, Done<Visitor> done)
{
    const std::lock_guard lock(m_mutex);
    if (failing)
        return done(failure(Error::Kind::Failed, "told to fail"));
    m_tokens[tokenHash] = id;
    m_visitors[id].visitor = {.id = id, .epoch = m_epoch};
    done(m_visitors[id].visitor);
}

void MemoryHub::findVisitor(const Sha256 &tokenHash, Done<Visitor> done)
{
    const std::lock_guard lock(m_mutex);
    const auto token = m_tokens.find(tokenHash);
    if (token == m_tokens.end())
        return done(notFound());
    done(record(token->second)->visitor);
}

bool MemoryHub::mayFindVisitor(const Sha256 &tokenHash)
{
    const std::lock_guard lock(m_mutex);
    return m_tokens.contains(tokenHash);
}

void MemoryHub::revokeToken(const Sha256 &tokenHash, Done<bool> done)
{
    const std::lock_guard lock(m_mutex);
    if (failing)
        return done(failure(Error::Kind::Failed, "told to fail"));
    done(m_tokens.erase(tokenHash) > 0);
}

void MemoryHub::saveClaims(const std::string &visitor, const std::string &name, const std::string &email, Done<Visitor> done)
{
    const std::lock_guard lock(m_mutex);
    Record *found = record(visitor);
    if (!found)
        return done(notFound());
    if (found->visitor.identifier.empty() && !name.empty())
        found->visitor.name = name;
    if (!found->visitor.emailProven && !email.empty())
        found->visitor.email = email;
    done(found->visitor);
}

void MemoryHub::bindProof(const std::string &visitor, const std::string &identifier, const std::string &email,
                          const std::string &name, const Sha256 &oldToken, const Sha256 &newToken, Done<Visitor> done)
{
    const std::lock_guard lock(m_mutex);
    Record *anonymous = record(visitor);
    if (!anonymous || !m_tokens.contains(oldToken))
        return done(notFound());
    if (!anonymous->visitor.identifier.empty() && anonymous->visitor.identifier != identifier)
        return done(failure(Error::Kind::Conflict, "somebody else"));
    Record *owner = anonymous;
    if (const auto known = m_identifiers.find(identifier); known != m_identifiers.end())
        owner = record(known->second);
    if (owner != anonymous) {
        for (const ChatEvent &event : anonymous->log)
            appendTo(*owner, event.item, event.clientId);
        anonymous->movedInto = owner->visitor.id;
    }
    owner->visitor.identifier = identifier;
    if (!email.empty()) {
        owner->visitor.email = email;
        owner->visitor.emailProven = true;
    }
    if (!name.empty())
        owner->visitor.name = name;
    m_identifiers[identifier] = owner->visitor.id;
    m_tokens.erase(oldToken);
    m_tokens[newToken] = owner->visitor.id;
    done(owner->visitor);
}

WebChatStore::Appended MemoryHub::appendTo(Record &into, const model::TimelineItem &item, const std::string &clientId)
{
    const auto known = std::ranges::find(into.log, item.id, [](const ChatEvent &event) { return event.item.id; });
    if (known != into.log.end())
        return {into.visitor.id, *known, true};
    into.log.push_back({++into.visitor.last, clientId, item});
    return {into.visitor.id, into.log.back(), false};
}

void MemoryHub::append(const std::string &visitor, model::TimelineItemId item, const std::string &clientId,
                       Done<Appended> done)
{
    const std::lock_guard lock(m_mutex);
    if (failing)
        return done(failure(Error::Kind::Failed, "told to fail"));
    Record *found = record(visitor);
    const auto stored = m_itemsById.find(item);
    if (!found)
        return done(notFound());
    if (stored == m_itemsById.end())
        return done(failure(Error::Kind::Conflict, "the item is no more"));
    for (const auto &[id, other] : m_visitors) {
        const auto holds = [&](const ChatEvent &event) { return event.item.id == item; };
        if (&other != found && other.movedInto != found->visitor.id && std::ranges::any_of(other.log, holds))
            return done(failure(Error::Kind::Conflict, "in another log"));
    }
    done(appendTo(*found, stored->second, clientId));
}

void MemoryHub::findByClientId(const std::string &visitor, const std::string &clientId, Done<std::optional<ChatEvent>> done)
{
    const std::lock_guard lock(m_mutex);
    Record *found = record(visitor);
    if (!found)
        return done(notFound());
    const auto event = std::ranges::find(found->log, clientId, &ChatEvent::clientId);
    done(event == found->log.end() ? std::nullopt : std::optional(*event));
}

void MemoryHub::eventsAfter(const std::string &visitor, std::int64_t after, std::size_t limit,
                            Done<std::vector<ChatEvent>> done)
{
    const std::lock_guard lock(m_mutex);
    const Record *found = record(visitor);
    if (!found)
        return done(notFound());
    std::vector<ChatEvent> out;
    for (const ChatEvent &event : found->log) {
        if (event.n > after && out.size() < limit)
            out.push_back(event);
    }
    done(std::move(out));
}

void MemoryHub::eventsBefore(const std::string &visitor, std::int64_t before, std::size_t limit,
                             Done<std::vector<ChatEvent>> done)
{
    const std::lock_guard lock(m_mutex);
    const Record *found = record(visitor);
    if (!found)
        return done(notFound());
    std::vector<ChatEvent> out;
    for (const ChatEvent &event : found->log) {
        if (event.n < before)
            out.push_back(event);
    }
    if (out.size() > limit)
        out.erase(out.begin(), out.end() - std::ptrdiff_t(limit));
    done(std::move(out));
}

void MemoryHub::markVisitor(const std::string &visitor, std::int64_t delivered, std::int64_t read, Done<Marked> done)
{
    const std::lock_guard lock(m_mutex);
    Record *found = record(visitor);
    if (!found)
        return done(notFound());
    Marked marked;
    delivered = std::min(delivered, found->visitor.last);
    read = std::min(read, found->visitor.last);
    for (const ChatEvent &event : found->log) {
        if (event.item.kind != model::TimelineItem::Kind::Outbound)
            continue;
        if (event.n > found->visitor.got && event.n <= delivered)
            marked.arrived.push_back(event.item.id);
        if (event.n > found->visitor.read && event.n <= read)
            marked.looked.push_back(event.item.id);
    }
    marked.got = found->visitor.got = std::max(found->visitor.got, delivered);
    marked.read = found->visitor.read = std::max(found->visitor.read, read);
    done(std::move(marked));
}

void MemoryHub::markAgents(const std::string &visitor, std::int64_t delivered, std::int64_t seen, Done<Visitor> done)
{
    const std::lock_guard lock(m_mutex);
    Record *found = record(visitor);
    if (!found)
        return done(notFound());
    Visitor &marked = found->visitor;
    marked.delivered = std::max(marked.delivered, std::min(delivered, marked.last));
    marked.seen = std::max(marked.seen, std::min(seen, marked.last));
    done(marked);
}

void MemoryHub::saveUpload(const std::string &visitor, const std::string &, InboundAttachment file, Done<Uploaded> done)
{
    const std::lock_guard lock(m_mutex);
    if (takesNoUploads)
        return done(failure(Error::Kind::Rejected, "too much is unsent"));
    const std::string type = allowedTypeOf(*file.content);
    if (type.empty())
        return done(failure(Error::Kind::Invalid, "not a kind of file to be sent"));
    file.mediaType = type;
    const std::string id = idToText(m_ids.makeRaw());
    m_uploads[id] = {visitor, std::move(file)};
    done(Uploaded{id, type});
}

void MemoryHub::forgetUploads()
{
    const std::lock_guard lock(m_mutex);
    m_uploads.clear();
}

void MemoryHub::loadUploads(const std::string &visitor, const std::vector<std::string> &ids,
                            Done<std::vector<InboundAttachment>> done)
{
    const std::lock_guard lock(m_mutex);
    std::vector<InboundAttachment> out;
    for (const std::string &id : ids) {
        const auto found = m_uploads.find(id);
        if (found == m_uploads.end() || record(found->second.first) != record(visitor))
            return done(notFound());
        out.push_back(found->second.second);
    }
    done(std::move(out));
}

void MemoryHub::findFile(const std::string &visitor, const std::string &attachment, Done<StoredFile> done)
{
    const std::lock_guard lock(m_mutex);
    const auto id = model::AttachmentId::fromText(attachment);
    Record *found = record(visitor);
    if (id && found) {
        for (const ChatEvent &event : found->log) {
            for (const model::Attachment &file : event.item.attachments) {
                if (file.id == *id)
                    return done(StoredFile{.name = file.name,
                                           .mediaType = file.mediaType,
                                           .sizeBytes = file.sizeBytes,
                                           .content = m_blobs[*id]});
            }
        }
    }
    done(notFound());
}

void MemoryHub::ingest(InboundEnvelope envelope, std::function<void(Result<IngestOutcome>)> done)
{
    const std::lock_guard lock(m_mutex);
    if (failing)
        return done(failure(Error::Kind::Failed, "told to fail"));
    if (!m_seen.insert(envelope.externalId).second)
        return done(IngestOutcome{.known = true, .item = m_items[envelope.externalId].id});
    m_envelopes.push_back(envelope);
    IngestOutcome outcome;
    if (envelope.kind == InboundEnvelope::Kind::Message) {
        model::TimelineItem item{.id = m_ids.make<model::TimelineItemId>(),
                                 .channel = model::Channel::WebChat,
                                 .kind = model::TimelineItem::Kind::Inbound,
                                 .at = envelope.at,
                                 .body = envelope.text};
        for (const InboundAttachment &file : envelope.attachments) {
            model::Attachment attachment{.id = m_ids.make<model::AttachmentId>(),
                                         .name = file.name,
                                         .mediaType = file.mediaType,
                                         .sizeBytes = file.sizeBytes};
            m_blobs[attachment.id] = file.content;
            item.attachments.push_back(std::move(attachment));
        }
        outcome.item = item.id;
        m_itemsById[item.id] = item;
        m_items[envelope.externalId] = std::move(item);
    }
    done(outcome);
}

OutboundMessage MemoryHub::reply(const std::string &visitor, const std::string &text, const std::string &agentName,
                                 std::optional<InboundAttachment> file)
{
    const std::lock_guard lock(m_mutex);
    OutboundMessage message;
    message.item = {.id = m_ids.make<model::TimelineItemId>(),
                    .channel = model::Channel::WebChat,
                    .kind = model::TimelineItem::Kind::Outbound,
                    .authorName = agentName,
                    .at = m_clock.now(),
                    .body = text};
    if (file) {
        model::Attachment attachment{.id = m_ids.make<model::AttachmentId>(),
                                     .name = file->name,
                                     .mediaType = file->mediaType,
                                     .sizeBytes = std::int64_t(file->content->size())};
        m_blobs[attachment.id] = file->content;
        message.item.attachments.push_back(std::move(attachment));
    }
    message.to.address = visitor;
    m_itemsById[message.item.id] = message.item;
    return message;
}

void MemoryHub::block(const std::string &visitor)
{
    const std::lock_guard lock(m_mutex);
    record(visitor)->visitor.blocked = true;
}

void MemoryHub::beginEpoch()
{
    m_epoch += " again";
    for (auto &[id, one] : m_visitors)
        one.visitor.epoch = m_epoch;
}

void MemoryHub::goBack(const std::string &visitor, std::int64_t events)
{
    const std::lock_guard lock(m_mutex);
    Record &found = *record(visitor);
    for (; events > 0 && !found.log.empty(); --events) {
        const model::TimelineItemId item = found.log.back().item.id;
        std::erase_if(m_seen, [&](const std::string &name) { return m_items[name].id == item; });
        m_itemsById.erase(item);
        found.log.pop_back();
    }
    found.visitor.last = std::int64_t(found.log.size());
    found.visitor.read = std::min(found.visitor.read, found.visitor.last);
    found.visitor.got = std::min(found.visitor.got, found.visitor.last);
    beginEpoch();
}

void MemoryHub::goBackBefore(const std::string &visitor)
{
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_tokens, [&](const auto &token) { return token.second == visitor; });
    m_visitors.erase(visitor);
    beginEpoch();
}

void MemoryHub::erase(const std::string &visitor)
{
    const std::lock_guard lock(m_mutex);
    for (const ChatEvent &event : record(visitor)->log) {
        std::erase_if(m_items, [&](const auto &known) { return known.second.id == event.item.id; });
        m_itemsById.erase(event.item.id);
    }
    std::erase_if(m_tokens, [&](const auto &token) { return token.second == visitor; });
    m_visitors.erase(visitor);
}

std::vector<std::string> MemoryHub::visitorIds()
{
    const std::lock_guard lock(m_mutex);
    std::vector<std::string> out;
    for (const auto &[id, record] : m_visitors)
        out.push_back(id);
    return out;
}

std::vector<InboundEnvelope> MemoryHub::envelopes(InboundEnvelope::Kind kind)
{
    const std::lock_guard lock(m_mutex);
    std::vector<InboundEnvelope> out;
    std::ranges::copy_if(m_envelopes, std::back_inserter(out),
                         [&](const InboundEnvelope &each) { return each.kind == kind; });
    return out;
}

std::vector<ChatEvent> MemoryHub::log(const std::string &visitor)
{
    const std::lock_guard lock(m_mutex);
    return record(visitor)->log;
}

} // namespace tributary::channels::webchat
