#include "core/hub/webchat_sql_store.h"
#include "core/hub/idle_visitors.h"
#include "core/hub/visitor_uploads.h"

#include "core/channels/webchat/upload_policy.h"
#include "core/hub/delivery_queue.h"
#include "core/hub/ingest.h"
#include "core/model/fields.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

#include <algorithm>

namespace tributary::hub {
namespace {

using namespace tributary::model;
using channels::InboundAttachment;
using channels::webchat::ChatEvent;
using channels::webchat::StoredFile;
using channels::webchat::Visitor;
namespace sql = store::sql;

constexpr std::size_t kMostCharacterBytes = 4;
constexpr std::size_t kLongestText = 256 * 1024; // more than any visitor may write
const Executor kHere = [](std::function<void()> job) { job(); };

/// A visitor with what only the store knows of it.
struct Row {
    Visitor visitor;
    std::string movedTo;
};

Row readVisitor(const store::Query &query)
{
    Row row;
    Visitor &visitor = row.visitor;
    visitor.id = query.text(0);
    visitor.name = query.text(1);
    visitor.email = query.text(2);
    visitor.emailProven = query.flag(3);
    visitor.identifier = query.text(4);
    visitor.blocked = query.flag(5);
    visitor.last = query.integer(6);
    visitor.read = query.integer(7);
    visitor.delivered = query.integer(8);
    visitor.seen = query.integer(9);
    row.movedTo = query.text(10);
    visitor.got = query.integer(11);
    return row;
}

/// Makes of a row what the visitor is to see: nothing of what was withdrawn, and what is too long for a row whole again,
/// from the attachment that prepare() has made for it.
void show(ChatEvent &event, const store::Blobs &blobs)
{
    TimelineItem &item = event.item;
    if (item.deleted) {
        item.body.clear();
        item.html.clear();
        item.attachments.clear();
    }
    const bool isCut = item.body.size() + kMostCharacterBytes > kMaxBodyBytes; // else it is somebody's file of that name
    for (const Attachment &file : item.attachments) {
        if (!isCut || file.name != kWholeText)
            continue;
        if (const auto whole = blobs.read(file.sha256, kLongestText)) // else its beginning, rather than nothing
            item.body = textOf(*whole);
    }
    std::erase_if(item.attachments,
                  [isCut](const Attachment &file) { return (isCut && file.name == kWholeText) || file.name == kWholeHtml; });
}

/// What the calls do, over one database and one account.
class Rows {
public:
    Rows(store::Database &database, ChannelAccountId account)
        : m_database(database)
        , m_account(account)
    {
    }

    /// The visitor, or who it has turned out to be.
    Result<Visitor> visitor(const std::string &id)
    {
        std::string wanted = id;
        for (int step = 0; step < 8; ++step) { // moved-to chains are as long as somebody's logins; a circle cannot be made
            Row row;
            {
                auto query = m_database.query(sql::hub_visitor);
                query.bind("id", wanted).bind("account_id", m_account);
                TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
                if (!found)
                    return failure(Error::Kind::NotFound, "no such visitor");
                row = readVisitor(query);
            }
            if (row.movedTo.empty())
                return complete(std::move(row.visitor));
            wanted = row.movedTo;
        }
        return failure(Error::Kind::Corrupt, "a visitor has moved too often");
    }

    Result<Visitor> ofToken(const Sha256 &tokenHash)
    {
        std::string id;
        {
            auto query = m_database.query(sql::hub_visitor_of_token);
            query.bind("token_hash", ByteView(tokenHash)).bind("account_id", m_account);
            TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
            if (!found)
                return failure(Error::Kind::NotFound, "no such token");
            id = query.text(0);
        }
        return visitor(id);
    }

    Result<void> save(const Visitor &visitor, const std::string &movedTo = {})
    {
        auto query = m_database.query(sql::hub_set_visitor);
        query.bind("id", visitor.id).bind("name", visitor.name).bind("email", visitor.email);
        query.bind("email_proven", visitor.emailProven).bind("identifier", visitor.identifier).bind("last_n", visitor.last);
        query.bind("read_n", visitor.read).bind("delivered_n", visitor.delivered).bind("seen_n", visitor.seen);
        query.bind("got_n", visitor.got);
        if (movedTo.empty())
            query.bindNull("moved_to");
        else
            query.bind("moved_to", movedTo);
        return query.run();
    }

    Result<void> addToken(const std::string &visitor, const Sha256 &tokenHash)
    {
        auto query = m_database.query(sql::hub_add_visitor_token);
        return query.bind("token_hash", ByteView(tokenHash)).bind("visitor_id", visitor).run();
    }

    Result<bool> revoke(const Sha256 &tokenHash)
    {
        auto query = m_database.query(sql::hub_revoke_visitor_token);
        TRIBUTARY_TRY(query.bind("token_hash", ByteView(tokenHash)).run());
        return m_database.changedRows() > 0;
    }

    Result<Visitor> bind(const std::string &id, const std::string &identifier, const std::string &email,
                         const std::string &name, const Sha256 &oldToken, const Sha256 &newToken)
    {
        TRIBUTARY_TRY_ASSIGN(Visitor mine, visitor(id));
        std::optional<Visitor> owner;
        {
            auto query = m_database.query(sql::hub_visitor_by_identifier);
            query.bind("account_id", m_account).bind("identifier", identifier);
            TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
            if (found)
                owner = readVisitor(query).visitor;
        }
        if (!owner && mine.identifier.empty()) {
            owner = mine;
        } else if (!owner) { // somebody else signs in at this browser: a visitor of its own, who sees nothing of this one
            owner = Visitor{.id = identifierVisitor(identifier)};
            auto query = m_database.query(sql::hub_add_visitor);
            TRIBUTARY_TRY(query.bind("id", owner->id).bind("account_id", m_account).bind("now_ms", 0).run());
        } else if (owner->id != mine.id && mine.identifier.empty()) {
            TRIBUTARY_TRY(move(mine, *owner));
        }
        owner->identifier = identifier;
        if (!email.empty()) {
            owner->email = email;
            owner->emailProven = true;
        }
        if (!name.empty())
            owner->name = name;
        TRIBUTARY_TRY(save(*owner));
        TRIBUTARY_TRY(revoke(oldToken));
        TRIBUTARY_TRY(addToken(owner->id, newToken));
        return visitor(owner->id);
    }

    Result<channels::webchat::WebChatStore::Appended> append(const std::string &id, TimelineItemId itemId,
                                                             const std::string &clientId)
    {
        TRIBUTARY_TRY_ASSIGN(Visitor owner, visitor(id));
        TRIBUTARY_TRY_ASSIGN(auto item, store::timelineItem(m_database, itemId));
        if (!item)
            return failure(Error::Kind::Conflict, "the item is no more");
        channels::webchat::WebChatStore::Appended appended{owner.id, {}, false};
        {
            auto query = m_database.query(sql::hub_visitor_event_of_item);
            query.bind("item_id", itemId);
            TRIBUTARY_TRY_ASSIGN(appended.wasThere, query.step());
            if (appended.wasThere) {
                if (query.text(0) != owner.id)
                    return failure(Error::Kind::Conflict, "the item is somebody else's");
                appended.event = {query.integer(1), std::string(query.text(2)), std::move(*item)};
                return appended;
            }
        }
        ++owner.last;
        auto query = m_database.query(sql::hub_add_visitor_event);
        query.bind("visitor_id", owner.id).bind("n", owner.last).bind("item_id", itemId);
        TRIBUTARY_TRY(query.bind("client_ref", clientId).run());
        TRIBUTARY_TRY(save(owner));
        appended.event = {owner.last, clientId, std::move(*item)};
        return appended;
    }

    Result<std::vector<ChatEvent>> events(std::string_view statement, const std::string &id, std::int64_t n,
                                          std::size_t limit)
    {
        TRIBUTARY_TRY_ASSIGN(const Visitor owner, visitor(id));
        constexpr int more = [] {
            int columns = 0;
            fieldsOf<TimelineItem>([&columns](const char *, auto) { ++columns; });
            return columns;
        }();
        std::vector<ChatEvent> events;
        auto query = m_database.query(statement);
        query.bind("visitor_id", owner.id).bind("n", n).bind("row_count", std::int64_t(limit));
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
            if (!row)
                break;
            events.push_back({query.integer(more), std::string(query.text(more + 1)), store::readRow<TimelineItem>(query)});
        }
        std::ranges::sort(events, {}, &ChatEvent::n);
        return events;
    }

    Result<std::optional<ChatEvent>> byClientId(const std::string &id, const std::string &clientId)
    {
        TRIBUTARY_TRY_ASSIGN(const Visitor owner, visitor(id));
        ChatEvent event;
        TimelineItemId itemId;
        {
            auto query = m_database.query(sql::hub_visitor_event_of_client);
            query.bind("visitor_id", owner.id).bind("client_ref", clientId);
            TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
            if (!found || clientId.empty())
                return std::optional<ChatEvent>();
            event.n = query.integer(0);
            itemId = query.id<TimelineItemId>(1);
        }
        event.clientId = clientId;
        TRIBUTARY_TRY_ASSIGN(auto item, store::timelineItem(m_database, itemId));
        if (!item)
            return std::optional<ChatEvent>();
        event.item = std::move(*item);
        return std::optional<ChatEvent>(std::move(event));
    }

    /// Outbound items with numbers in (from, to].
    Result<std::vector<TimelineItemId>> outboundBetween(const std::string &id, std::int64_t from, std::int64_t to)
    {
        std::vector<TimelineItemId> items;
        auto query = m_database.query(sql::hub_visitor_items_between);
        query.bind("visitor_id", id).bind("from", from).bind("to", to);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
            if (!row)
                return items;
            if (query.text(1) == nameOf(TimelineItem::Kind::Outbound))
                items.push_back(query.id<TimelineItemId>(0));
        }
    }

private:
    Result<Visitor> complete(Visitor visitor)
    {
        TRIBUTARY_TRY_ASSIGN(const wire::Position head, headOf(m_database));
        visitor.epoch = toHex(ByteView(head.epoch));
        return visitor;
    }

    /// A visitor that exists because the shop's server named it.
    std::string identifierVisitor(const std::string &identifier) const
    {
        return toHex(ByteView(hmacSha256(m_account.view(), bytesOf(identifier))).first(16));
    }

    /// @p from turns out to be @p into: its events follow those that are there.
    Result<void> move(Visitor from, Visitor &into)
    {
        auto query = m_database.query(sql::hub_move_visitor_events);
        TRIBUTARY_TRY(query.bind("from", from.id).bind("into", into.id).bind("shift", into.last).run());
        auto files = m_database.query(sql::hub_move_visitor_files);
        TRIBUTARY_TRY(files.bind("from", from.id).bind("into", into.id).run());
        for (std::int64_t Visitor::*const mark : {&Visitor::got, &Visitor::read, &Visitor::delivered, &Visitor::seen}) {
            if (into.*mark >= into.last) // all there was: it goes on in what follows
                into.*mark = into.last + from.*mark;
        }
        into.last += from.last;
        from.last = from.got = from.read = from.delivered = from.seen = 0;
        return save(from, into.id);
    }

    store::Database &m_database;
    ChannelAccountId m_account;
};

} // namespace

void WebChatSqlStore::createVisitor(const std::string &id, const Sha256 &tokenHash, Done<Visitor> done)
{
    m_store.writer().write(
        [this, id, tokenHash](store::Database &database) -> Result<Visitor> {
            Rows rows(database, m_account);
            auto query = database.query(sql::hub_add_visitor);
            TRIBUTARY_TRY(query.bind("id", id).bind("account_id", m_account).bind("now_ms", m_store.clock().now()).run());
            TRIBUTARY_TRY(rows.addToken(id, tokenHash));
            return rows.visitor(id);
        },
        kHere, std::move(done));
}

void WebChatSqlStore::findVisitor(const Sha256 &tokenHash, Done<Visitor> done)
{
    m_store.reader().read(
        [this, tokenHash](store::Database &database) -> Result<Visitor> {
            TRIBUTARY_TRY_ASSIGN(Visitor visitor, Rows(database, m_account).ofToken(tokenHash));
            if (visitor.last == 0) // else it is kept for what was said
                noteMet(visitor.id);
            return visitor;
        },
        kHere, std::move(done));
}

void WebChatSqlStore::noteMet(const std::string &visitor)
{
    m_store.writer().write(
        [visitor, now = m_store.clock().now()](store::Database &database) { return meetVisitor(database, visitor, now); },
        kHere, [](const Result<void> &) {});
}

bool WebChatSqlStore::mayFindVisitor(const Sha256 &tokenHash)
{
    if (!m_tokens) {
        auto opened = m_store.openReading();
        if (!opened)
            return true; // the request says later that the store cannot be asked
        m_tokens = std::move(*opened);
    }
    const auto visitor = Rows(*m_tokens, m_account).ofToken(tokenHash);
    return visitor ? !visitor->blocked : visitor.error().kind != Error::Kind::NotFound;
}

void WebChatSqlStore::revokeToken(const Sha256 &tokenHash, Done<bool> done)
{
    m_store.writer().write(
        [this, tokenHash](store::Database &database) { return Rows(database, m_account).revoke(tokenHash); }, kHere,
        std::move(done));
}

void WebChatSqlStore::saveClaims(const std::string &visitor, const std::string &name, const std::string &email,
                                 Done<Visitor> done)
{
    m_store.writer().write(
        [this, visitor, name, email](store::Database &database) -> Result<Visitor> {
            Rows rows(database, m_account);
            TRIBUTARY_TRY_ASSIGN(Visitor known, rows.visitor(visitor));
            if (known.identifier.empty()) {
                if (!name.empty())
                    known.name = name;
                if (!email.empty() && !known.emailProven)
                    known.email = email;
                TRIBUTARY_TRY(rows.save(known));
            }
            return known;
        },
        kHere, std::move(done));
}

void WebChatSqlStore::bindProof(const std::string &visitor, const std::string &identifier, const std::string &email,
                                const std::string &name, const Sha256 &oldToken, const Sha256 &newToken, Done<Visitor> done)
{
    m_store.writer().write(
        [=, this](store::Database &database) {
            return Rows(database, m_account).bind(visitor, identifier, email, name, oldToken, newToken);
        },
        kHere, std::move(done));
}

void WebChatSqlStore::append(const std::string &visitor, TimelineItemId item, const std::string &clientId,
                             Done<Appended> done)
{
    m_store.writer().write(
        [=, this](store::Database &database) -> Result<Appended> {
            TRIBUTARY_TRY_ASSIGN(Appended appended, Rows(database, m_account).append(visitor, item, clientId));
            show(appended.event, m_store.blobs());
            return appended;
        },
        kHere, std::move(done));
}

void WebChatSqlStore::findByClientId(const std::string &visitor, const std::string &clientId,
                                     Done<std::optional<ChatEvent>> done)
{
    m_store.reader().read(
        [=, this](store::Database &database) -> Result<std::optional<ChatEvent>> {
            TRIBUTARY_TRY_ASSIGN(auto event, Rows(database, m_account).byClientId(visitor, clientId));
            if (event)
                show(*event, m_store.blobs());
            return event;
        },
        kHere, std::move(done));
}

void WebChatSqlStore::eventsAfter(const std::string &visitor, std::int64_t after, std::size_t limit,
                                  Done<std::vector<ChatEvent>> done)
{
    m_store.reader().read(
        [=, this](store::Database &database) -> Result<std::vector<ChatEvent>> {
            TRIBUTARY_TRY_ASSIGN(auto events,
                                 Rows(database, m_account).events(sql::hub_visitor_events_after, visitor, after, limit));
            for (ChatEvent &event : events)
                show(event, m_store.blobs());
            return events;
        },
        kHere, std::move(done));
}

void WebChatSqlStore::eventsBefore(const std::string &visitor, std::int64_t before, std::size_t limit,
                                   Done<std::vector<ChatEvent>> done)
{
    m_store.reader().read(
        [=, this](store::Database &database) -> Result<std::vector<ChatEvent>> {
            TRIBUTARY_TRY_ASSIGN(auto events,
                                 Rows(database, m_account).events(sql::hub_visitor_events_before, visitor, before, limit));
            for (ChatEvent &event : events)
                show(event, m_store.blobs());
            return events;
        },
        kHere, std::move(done));
}

void WebChatSqlStore::markVisitor(const std::string &visitor, std::int64_t delivered, std::int64_t read, Done<Marked> done)
{
    m_store.writer().write(
        [=, this](store::Database &database) -> Result<Marked> {
            Rows rows(database, m_account);
            TRIBUTARY_TRY_ASSIGN(Visitor known, rows.visitor(visitor));
            Marked marked;
            if (known.id != visitor) // who has turned out to be another one: these numbers are not of that one's log
                return marked;
            marked.read = std::max(known.read, std::min(read, known.last));
            marked.got = std::max({known.got, marked.read, std::min(delivered, known.last)});
            if (marked.got == known.got && marked.read == known.read)
                return marked;
            TRIBUTARY_TRY_ASSIGN(marked.looked, rows.outboundBetween(known.id, known.read, marked.read));
            TRIBUTARY_TRY_ASSIGN(marked.arrived, rows.outboundBetween(known.id, known.got, marked.got));
            known.got = marked.got;
            known.read = marked.read;
            TRIBUTARY_TRY(rows.save(known));
            ChangeLog changes(database);
            const TimePoint now = m_store.clock().now();
            for (const TimelineItemId &item : marked.arrived)
                TRIBUTARY_TRY(recordDelivery(changes, item, {.state = Delivery::State::Delivered, .at = now}));
            for (const TimelineItemId &item : marked.looked)
                TRIBUTARY_TRY(recordDelivery(changes, item, {.state = Delivery::State::Read, .at = now}));
            TRIBUTARY_TRY(changes.finish());
            return marked;
        },
        kHere, std::move(done));
}

void WebChatSqlStore::markAgents(const std::string &visitor, std::int64_t delivered, std::int64_t seen, Done<Visitor> done)
{
    m_store.writer().write(
        [=, this](store::Database &database) -> Result<Visitor> {
            Rows rows(database, m_account);
            TRIBUTARY_TRY_ASSIGN(Visitor known, rows.visitor(visitor));
            const Visitor before = known;
            known.seen = std::max(known.seen, std::min(seen, known.last));
            known.delivered = std::max(known.delivered, std::min(std::max(delivered, seen), known.last));
            if (known != before)
                TRIBUTARY_TRY(rows.save(known));
            return known;
        },
        kHere, std::move(done));
}

void WebChatSqlStore::saveUpload(const std::string &visitor, const std::string &network, InboundAttachment file,
                                 Done<Uploaded> done)
{
    if (!file.content) {
        done(failure(Error::Kind::Invalid, "an upload without content"));
        return;
    }
    const auto shared = std::make_shared<Done<Uploaded>>(std::move(done));
    const bool taken = m_worker([this, visitor, network, shared, file = std::move(file)]() mutable {
        const Upload upload{visitor, network, std::int64_t(file.content->size())};
        file.mediaType = channels::webchat::allowedTypeOf(*file.content);
        if (file.mediaType.empty())
            return (*shared)(failure(Error::Kind::Invalid, "not a kind of file to be sent"));
        const auto room =
            m_store.reader().readAndWait([&](store::Database &database) { return hasRoomFor(database, upload); });
        if (!room)
            return (*shared)(failure(room.error()));
        const auto sha256 = m_store.blobs().add(bytesOf(*file.content));
        if (!sha256)
            return (*shared)(failure(sha256.error()));
        file.content.reset();
        m_store.writer().write(
            [this, upload, sha256 = *sha256, file = std::move(file),
             id = m_store.makeId<AttachmentId>()](store::Database &database) -> Result<Uploaded> {
                TRIBUTARY_TRY_ASSIGN(const Visitor owner, Rows(database, m_account).visitor(upload.visitor));
                TRIBUTARY_TRY(hasRoomFor(database, {owner.id, upload.network, upload.bytes})); // others came in between
                const TimePoint now = m_store.clock().now();
                auto query = database.query(sql::hub_add_attachment);
                query.bind("attachment_id", id).bindNull("item_id").bind("sha256", sha256);
                query.bind("size_bytes", upload.bytes).bind("media_type", file.mediaType);
                query.bind("name", file.name).bind("owner", owner.id).bind("at_ms", now);
                TRIBUTARY_TRY(query.run());
                auto note = database.query(sql::hub_add_visitor_upload);
                note.bind("attachment_id", id).bind("network", upload.network);
                TRIBUTARY_TRY(note.bind("at_ms", now).run());
                return Uploaded{id.text(), file.mediaType};
            },
            kHere, std::move(*shared));
    });
    if (!taken)
        (*shared)(failure(Error::Kind::Offline, "too many uploads at once"));
}

void WebChatSqlStore::loadUploads(const std::string &visitor, const std::vector<std::string> &ids,
                                  Done<std::vector<InboundAttachment>> done)
{
    m_store.reader().read(
        [=, this](store::Database &database) -> Result<std::vector<InboundAttachment>> {
            TRIBUTARY_TRY_ASSIGN(const Visitor owner, Rows(database, m_account).visitor(visitor));
            std::vector<InboundAttachment> files;
            for (const std::string &text : ids) {
                const auto id = AttachmentId::fromText(text);
                auto query = database.query(sql::hub_visitor_attachment);
                query.bind("attachment_id", id.value_or(AttachmentId())).bind("visitor_id", owner.id);
                TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
                if (!found)
                    return failure(Error::Kind::NotFound, "no such upload");
                InboundAttachment file; // what is in it was looked at when it came, and is not read again
                file.sha256 = query.text(0);
                file.sizeBytes = query.integer(1);
                file.mediaType = query.text(2);
                file.name = query.text(3);
                TRIBUTARY_TRY(m_store.blobs().path(file.sha256));
                files.push_back(std::move(file));
            }
            return files;
        },
        kHere, std::move(done));
}

void WebChatSqlStore::findFile(const std::string &visitor, const std::string &attachment, Done<StoredFile> done)
{
    m_store.reader().read(
        [=, this](store::Database &database) -> Result<StoredFile> {
            TRIBUTARY_TRY_ASSIGN(const Visitor owner, Rows(database, m_account).visitor(visitor));
            auto query = database.query(sql::hub_visitor_attachment);
            query.bind("attachment_id", AttachmentId::fromText(attachment).value_or(AttachmentId()));
            query.bind("visitor_id", owner.id);
            TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
            if (!found)
                return failure(Error::Kind::NotFound, "no such file");
            StoredFile file;
            file.sha256 = query.text(0);
            file.sizeBytes = query.integer(1);
            file.mediaType = query.text(2);
            file.name = query.text(3);
            TRIBUTARY_TRY_ASSIGN(file.path, m_store.blobs().path(file.sha256));
            return file;
        },
        kHere, std::move(done));
}

} // namespace tributary::hub
