#include "core/hub/erasure.h"

#include "core/base/log.h"
#include "core/hub/conversations.h"
#include "core/hub/erased_list.h"
#include "core/hub/erased_remains.h"
#include "core/hub/erasure_receipts.h"
#include "core/hub/hidden_records.h"
#include "core/hub/named_elsewhere.h"
#include "core/hub/people.h"
#include "core/hub/people_keys.h"
#include "core/hub/timeline_events.h"
#include "core/model/addresses.h"
#include "core/model/names.h"
#include "core/model/said.h"
#include "core/model/split.h"
#include "core/store/cache_reads.h"
#include "core/store/entities.h"
#include "core/store/file_migration.h"
#include "core/store/sql.h"
#include "core/store/taken_back.h"
#include "core/wire/codec.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace tributary::hub {

using namespace tributary::model;
namespace sql = store::sql;
namespace fs = std::filesystem;

namespace {

/// Adds persons to the list, which is unfinished from then on.
Result<void> noteErased(const fs::path &folder, const std::vector<ErasedPerson> &persons)
{
    TRIBUTARY_TRY_ASSIGN(ErasedList list, ErasedList::read(folder));
    for (const ErasedPerson &person : persons)
        list.add(person);
    list.unfinished = true;
    return list.write(folder);
}

/// As kErased under the id of a conversation, for erasedConversations(), and of a message of ours, for wasErased(); without
/// a time.
constexpr const char *kErasedTalk = "erased conversation";
constexpr const char *kErasedMessage = "erased message";

Result<void> note(store::Database &database, const RawId &about, const char *field, TimePoint at = {})
{
    return database.query(sql::hub_set_field_set).bind("about", about).bind("field", field).bind("at_ms", at).run();
}

Result<bool> isNoted(store::Database &database, const RawId &about, const char *field)
{
    auto query = database.query(sql::hub_field_set);
    query.bind("about", about).bind("field", field);
    return query.step();
}

Result<void> noteDone(store::Database &database, const ErasedPerson &person)
{
    for (const CustomerId &member : person.members)
        TRIBUTARY_TRY(note(database, member.bytes, kErased, person.at));
    return {};
}

/// Up to which line of the list @p member, one of @p members, is erased here; nothing: up to none.
Result<std::optional<TimePoint>> doneUpTo(store::Database &database, CustomerId member,
                                          const std::vector<CustomerId> &members)
{
    auto query = database.query(sql::hub_field_set);
    query.bind("about", member).bind("field", kErased);
    TRIBUTARY_TRY_ASSIGN(const bool noted, query.step());
    if (noted)
        return std::optional(query.time(0));
    // From before it was noted: the audit log says when one of them was erased, which was asked for hardly later.
    std::optional<TimePoint> last;
    for (const CustomerId &one : members) {
        auto logged = database.query(sql::hub_erasure_logged);
        logged.bind("id", one);
        TRIBUTARY_TRY(logged.step());
        if (!logged.isNull(0))
            last = std::max(last, std::optional(logged.time(0) + std::chrono::minutes(1)));
    }
    return last;
}

/// Those of @p person who are yet to be erased in this database.
Result<std::vector<CustomerId>> toErase(store::Database &database, const ErasedPerson &person)
{
    std::vector<CustomerId> members;
    for (const CustomerId &member : person.members) {
        TRIBUTARY_TRY_ASSIGN(const auto done, doneUpTo(database, member, person.members));
        if (!done || *done < person.at)
            members.push_back(member);
    }
    return members;
}

/// The first of @p members who is in the database.
Result<std::optional<CustomerId>> firstThere(store::Database &database, const std::vector<CustomerId> &members)
{
    for (const CustomerId &member : members) {
        TRIBUTARY_TRY_ASSIGN(const auto customer, store::customer(database, member));
        if (customer)
            return std::optional(member);
    }
    return std::optional<CustomerId>();
}

template<class IdType>
Result<std::vector<IdType>> idsOf(store::Query query)
{
    std::vector<IdType> ids;
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return ids;
        ids.push_back(query.id<IdType>(0));
    }
}

Result<std::vector<TimelineItemId>> itemsOf(store::Database &database, CustomerId customer)
{
    auto query = database.query(sql::hub_items_to_erase);
    query.bind("customer_id", customer);
    return idsOf<TimelineItemId>(std::move(query));
}

Result<void> addFilesOf(store::Database &database, TimelineItemId item, std::set<std::string> &files)
{
    auto query = database.query(sql::hub_files_of_item);
    query.bind("item_id", item);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return {};
        files.emplace(query.text(0));
    }
}

/// As events name an address.
std::string toldAs(const Identity &identity)
{
    return hasNumbers(identity.channel) ? shownAddress(identity.channel, identity.address) : identity.shown;
}

class Erasure {
public:
    Erasure(ChangeLog &changes, const std::vector<CustomerId> &members, const NamedElsewhere &named)
        : m_changes(changes)
        , m_database(changes.database())
        , m_members(members.begin(), members.end())
        , m_named(named)
    {
    }

    Result<std::set<std::string>> run()
    {
        TRIBUTARY_TRY_ASSIGN(m_names, namesOf(m_database, {m_members.begin(), m_members.end()}));
        for (const CustomerId &member : m_members)
            TRIBUTARY_TRY(learn(member));
        TRIBUTARY_TRY(letOthersGo());
        TRIBUTARY_TRY(eraseTraces());
        // Who they were goes first: a desktop lets go of what it has written to them while it knows which conversations
        // those were.
        for (const CustomerId &member : m_members)
            TRIBUTARY_TRY(eraseRows(member));
        TRIBUTARY_TRY(eraseVisitors());
        for (const ConversationId &id : m_conversations)
            TRIBUTARY_TRY(eraseConversation(id));
        for (const TimelineItem &item : m_elsewhere)
            TRIBUTARY_TRY(eraseFrom(item));
        TRIBUTARY_TRY(unnameElsewhere());
        return std::move(m_files);
    }

private:
    /// Which conversations are theirs.
    Result<void> learn(CustomerId member)
    {
        auto query = m_database.query(sql::cache_identities_of);
        query.bind("id", member);
        TRIBUTARY_TRY_ASSIGN(const std::vector<Identity> identities, store::readAll<Identity>(query));
        for (const Identity &identity : identities) {
            // Their side of what somebody asked them about another customer.
            auto with = m_database.query(sql::hub_conversations_of_identity);
            with.bind("identity_id", identity.id);
            TRIBUTARY_TRY_ASSIGN(const std::vector<Conversation> found, store::readAll<Conversation>(with));
            for (const Conversation &one : found)
                TRIBUTARY_TRY(learn(one));
        }
        auto own = m_database.query(sql::entity_conversations_of_customer);
        own.bind("customer_id", member);
        TRIBUTARY_TRY_ASSIGN(const std::vector<ConversationId> ids, idsOf<ConversationId>(std::move(own)));
        m_conversations.insert(ids.begin(), ids.end());
        return {};
    }

    /// A conversation at an address of theirs. One that was split off from somebody else's stays with that person.
    Result<void> learn(Conversation conversation)
    {
        if (!conversation.parent && !m_members.contains(conversation.customer)) {
            auto query = m_database.query(sql::cache_identities_of);
            query.bind("id", conversation.customer);
            TRIBUTARY_TRY_ASSIGN(const std::vector<Identity> own, store::readAll<Identity>(query));
            if (!own.empty())
                return bringHome(std::move(conversation), own.front().id);
        }
        m_conversations.insert(conversation.id);
        return {};
    }

    /// And what has happened in it is told at the same address of its own person.
    Result<void> bringHome(Conversation conversation, IdentityId own)
    {
        const IdentityId before = std::exchange(conversation.identity, own);
        TRIBUTARY_TRY(m_changes.put(conversation));
        auto query = m_database.query(sql::hub_items_of_conversation);
        query.bind("conversation_id", conversation.id);
        TRIBUTARY_TRY_ASSIGN(const std::vector<TimelineItemId> ids, idsOf<TimelineItemId>(std::move(query)));
        for (const TimelineItemId &id : ids) {
            TRIBUTARY_TRY_ASSIGN(auto item, store::timelineItem(m_database, id));
            if (!item || item->kind != TimelineItem::Kind::Event || item->identity != before)
                continue;
            item->identity = own;
            TRIBUTARY_TRY(m_changes.put(*item));
        }
        return {};
    }

    /// Messages of somebody else stand in their conversations from when the two had been one, or an address was theirs by
    /// mistake: they go on in a conversation of whoever they are of.
    Result<void> letOthersGo()
    {
        for (const ConversationId &id : m_conversations) {
            auto query = m_database.query(sql::hub_items_of_conversation);
            query.bind("conversation_id", id);
            TRIBUTARY_TRY_ASSIGN(const std::vector<TimelineItemId> ids, idsOf<TimelineItemId>(std::move(query)));
            std::map<CustomerId, std::vector<TimelineItem>> others;
            for (const TimelineItemId &one : ids) {
                TRIBUTARY_TRY_ASSIGN(auto item, store::timelineItem(m_database, one));
                TRIBUTARY_TRY_ASSIGN(const bool isOthers, item ? isOfOthers(*item) : Result<bool>(false));
                if (isOthers)
                    others[item->customer].push_back(std::move(*item));
            }
            for (auto &[customer, items] : others)
                TRIBUTARY_TRY(letGo(id, customer, std::move(items)));
        }
        return {};
    }

    Result<bool> isOfOthers(const TimelineItem &item)
    {
        using Kind = TimelineItem::Kind;
        if (item.kind == Kind::Note || item.kind == Kind::Event || m_members.contains(item.customer))
            return false; // what one of us has written there is about them
        TRIBUTARY_TRY_ASSIGN(const auto identity, store::identity(m_database, item.identity));
        if (identity && m_members.contains(identity->customer))
            return false;
        TRIBUTARY_TRY_ASSIGN(const auto customer, store::customer(m_database, item.customer));
        return customer.has_value();
    }

    Result<void> letGo(ConversationId id, CustomerId customer, std::vector<TimelineItem> items)
    {
        TRIBUTARY_TRY_ASSIGN(const auto from, store::conversation(m_database, id));
        std::ranges::sort(items, {}, [](const TimelineItem &item) { return std::pair(item.at, item.id); });
        const TimelineItem first = items.front();
        Bytes of = copyOf(id.view());
        std::ranges::copy(customer.view(), std::back_inserter(of));
        Conversation into = splitOff(*from, first, ConversationId(derivedId(first.at, of)), first.subject);
        into.customer = customer;
        into.parent = from->parent; // what was asked aside stays aside: no answer goes to the customer it is about
        into.assignee.reset();
        into.tags.clear(); // they say something of whom they were put on for
        const bool wasResolved = from->status == Conversation::Status::Resolved;
        TRIBUTARY_TRY_ASSIGN(into.number, m_changes.nextNumber());
        TRIBUTARY_TRY(m_changes.put(into));
        TRIBUTARY_TRY(moveItems(m_changes, std::move(items), into.id));
        TRIBUTARY_TRY(recount(m_changes, into));
        if (wasResolved || !into.waitingSince)
            setStatus(into, Conversation::Status::Resolved, into.lastItemAt);
        return m_changes.put(into);
    }

    /// What points at their messages, while those are there.
    Result<void> eraseTraces()
    {
        std::set<TimelineItemId> items;
        for (const CustomerId &member : m_members) {
            TRIBUTARY_TRY_ASSIGN(const std::vector<TimelineItemId> theirs, itemsOf(m_database, member));
            items.insert(theirs.begin(), theirs.end());
            for (const std::string_view statement : {sql::hub_erase_match_keys, sql::hub_erase_claims})
                TRIBUTARY_TRY(m_database.query(statement).bind("customer_id", member).run());
        }
        for (const ConversationId &id : m_conversations) { // and what is left in them, of nobody who is here
            auto left = m_database.query(sql::hub_items_of_conversation);
            left.bind("conversation_id", id);
            TRIBUTARY_TRY_ASSIGN(const std::vector<TimelineItemId> theirs, idsOf<TimelineItemId>(std::move(left)));
            items.insert(theirs.begin(), theirs.end());
        }
        for (const TimelineItemId &id : items) {
            TRIBUTARY_TRY(m_database.query(sql::hub_add_erasing).bind("id", id).run());
            TRIBUTARY_TRY(addFilesOf(m_database, id, m_files));
        }
        for (const std::string_view statement :
             {sql::hub_erase_raw, sql::hub_erase_imported, sql::hub_erase_message_names, sql::hub_erase_attachments,
              sql::hub_erase_visitor_events, sql::hub_erase_deliveries, sql::hub_end_erasing})
            TRIBUTARY_TRY(m_database.query(statement).run());
        for (const TimelineItemId &id : items) {
            TRIBUTARY_TRY_ASSIGN(auto item, store::timelineItem(m_database, id));
            if (!item)
                continue;
            TRIBUTARY_TRY(forget(id.bytes));
            if (item->delivery)
                TRIBUTARY_TRY(note(m_database, id.bytes, kErasedMessage));
            if (m_conversations.contains(item->conversation)) { // whoever has it hears of the conversation
                TRIBUTARY_TRY(store::remove(m_database, EntityType::TimelineItem, id.bytes));
            } else {
                m_elsewhere.push_back(std::move(*item));
            }
        }
        return {};
    }

    /// What was theirs in a conversation of somebody else, whose row may repeat it.
    Result<void> eraseFrom(const TimelineItem &item)
    {
        TRIBUTARY_TRY(m_changes.erase(item));
        TRIBUTARY_TRY_ASSIGN(auto conversation, store::conversation(m_database, item.conversation));
        if (!conversation)
            return {};
        if (isMessage(item)) { // where no other one is left, nothing is
            conversation->preview.clear();
            conversation->previewOutbound = false;
            conversation->previewAuthor.reset();
            conversation->waitingSince.reset();
        }
        if (isMessage(item) && isFromCustomer(item) && !item.automatic && !item.deleted)
            conversation->inboundCount = std::max<std::int64_t>(0, conversation->inboundCount - 1);
        TRIBUTARY_TRY(store::showWithout(m_database, *conversation, item.id));
        TRIBUTARY_TRY(m_changes.put(*conversation));
        return lowerMarks(m_changes, *conversation);
    }

    Result<void> eraseConversation(ConversationId id)
    {
        TRIBUTARY_TRY_ASSIGN(const auto conversation, store::conversation(m_database, id));
        if (!conversation)
            return {};
        TRIBUTARY_TRY(m_database.query(sql::hub_erase_marks).bind("conversation_id", id).run());
        for (const ConversationId &other : conversation->related) { // each names the other
            TRIBUTARY_TRY_ASSIGN(auto row, store::conversation(m_database, other));
            if (!row || m_conversations.contains(other) || std::erase(row->related, id) == 0)
                continue;
            TRIBUTARY_TRY(m_changes.put(*row));
        }
        TRIBUTARY_TRY(separateFrom(id));
        auto left = m_database.query(sql::hub_items_of_conversation);
        left.bind("conversation_id", id);
        TRIBUTARY_TRY_ASSIGN(const std::vector<TimelineItemId> items, idsOf<TimelineItemId>(std::move(left)));
        for (const TimelineItemId &item : items)
            TRIBUTARY_TRY(store::remove(m_database, EntityType::TimelineItem, item.bytes));
        TRIBUTARY_TRY(forget(id.bytes));
        TRIBUTARY_TRY(note(m_database, id.bytes, kErasedTalk));
        return m_changes.erase(*conversation);
    }

    /// What was joined into @p id from somebody else's, when the two were one, stands for itself again: else it is in no
    /// list, and nothing can be said in it.
    Result<void> separateFrom(ConversationId id)
    {
        auto query = m_database.query(sql::hub_joined_into);
        query.bind("conversation_id", id);
        TRIBUTARY_TRY_ASSIGN(const std::vector<ConversationId> joined, idsOf<ConversationId>(std::move(query)));
        for (const ConversationId &one : joined) {
            TRIBUTARY_TRY_ASSIGN(auto row, store::conversation(m_database, one));
            if (!row || m_conversations.contains(one))
                continue;
            row->joinedInto.reset();
            TRIBUTARY_TRY(recount(m_changes, *row));
            if (row->waitingSince)
                setStatus(*row, Conversation::Status::Open, row->lastItemAt);
            TRIBUTARY_TRY(m_changes.put(*row));
        }
        return {};
    }

    Result<void> eraseRows(CustomerId member)
    {
        auto suggested = m_database.query(sql::hub_suggestions_of);
        suggested.bind("id", member);
        TRIBUTARY_TRY_ASSIGN(const std::vector<Suggestion> suggestions, store::readAll<Suggestion>(suggested));
        auto merged = m_database.query(sql::hub_erased_links);
        merged.bind("customer_id", member);
        TRIBUTARY_TRY_ASSIGN(const std::vector<CustomerLink> links, store::readAll<CustomerLink>(merged));
        auto agreed = m_database.query(sql::cache_consents_of);
        agreed.bind("id", member);
        TRIBUTARY_TRY_ASSIGN(const std::vector<Consent> consents, store::readAll<Consent>(agreed));
        auto reached = m_database.query(sql::cache_identities_of);
        reached.bind("id", member);
        TRIBUTARY_TRY_ASSIGN(const std::vector<Identity> identities, store::readAll<Identity>(reached));
        TRIBUTARY_TRY_ASSIGN(const auto customer, store::customer(m_database, member));
        if (customer)
            TRIBUTARY_TRY(m_changes.erase(*customer));
        for (const auto &one : suggestions)
            TRIBUTARY_TRY(m_changes.erase(one));
        for (CustomerLink one : links) {
            if (one.from == member || one.into == member) {
                TRIBUTARY_TRY(m_changes.erase(one));
                continue;
            }
            one.first.reset(); // two others, of whom one came along with them
            TRIBUTARY_TRY(m_changes.put(one));
        }
        for (const auto &one : consents)
            TRIBUTARY_TRY(m_changes.erase(one));
        for (const Identity &identity : identities) {
            TRIBUTARY_TRY(learnVisitors(identity));
            TRIBUTARY_TRY(forget(identity.id.bytes));
            TRIBUTARY_TRY(m_changes.erase(identity));
        }
        TRIBUTARY_TRY(forget(member.bytes));
        return note(m_database, member.bytes, kErased); // for wasErased(); up to which line of the list comes behind
    }

    /// Whom a web chat knows by an identity of theirs: also under numbers by which they have never written, such as that of
    /// a browser at which they have only signed in.
    Result<void> learnVisitors(const Identity &identity)
    {
        std::string visitor = identity.channel == Channel::WebChat ? identity.address : std::string();
        if (identity.channel == Channel::Api) { // KEY/IDENTIFIER, and no key has a slash
            auto query = m_database.query(sql::hub_visitor_by_identifier);
            query.bind("account_id", identity.account);
            query.bind("identifier", identity.address.substr(identity.address.find('/') + 1));
            TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
            if (found)
                visitor = query.text(0);
        }
        if (visitor.empty())
            return {};
        m_visitors.insert(visitor); // its messages may have outlived it
        auto query = m_database.query(sql::hub_visitors_same_as);
        query.bind("visitor_id", visitor);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                return {};
            m_visitors.emplace(query.text(0));
        }
    }

    /// After their identities: a visitor that is still somebody's was parted from them, and stays with that person.
    Result<void> eraseVisitors()
    {
        for (const std::string &visitor : m_visitors) {
            auto query = m_database.query(sql::hub_visitor_has_identity);
            query.bind("visitor_id", visitor);
            TRIBUTARY_TRY_ASSIGN(const bool isSomebodys, query.exists());
            if (isSomebodys)
                continue;
            TRIBUTARY_TRY(eraseUploads(visitor));
            for (const std::string_view statement :
                 {sql::hub_erase_visitor_tokens, sql::hub_erase_events_of_visitor, sql::hub_erase_visitor})
                TRIBUTARY_TRY(m_database.query(statement).bind("visitor_id", visitor).run());
        }
        return {};
    }

    /// What they have uploaded, and not sent.
    Result<void> eraseUploads(const std::string &visitor)
    {
        std::vector<AttachmentId> uploads;
        {
            auto query = m_database.query(sql::hub_uploads_of_visitor);
            query.bind("visitor_id", visitor);
            for (;;) {
                TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
                if (!more)
                    break;
                uploads.push_back(query.id<AttachmentId>(0));
                m_files.emplace(query.text(1));
            }
        }
        for (const AttachmentId &id : uploads) {
            for (const std::string_view statement : {sql::hub_forget_unsent_attachment, sql::hub_forget_visitor_upload})
                TRIBUTARY_TRY(m_database.query(statement).bind("attachment_id", id).run());
        }
        return {};
    }

    /// What tells of something by its id.
    Result<void> forget(const RawId &id)
    {
        TRIBUTARY_TRY(m_database.query(sql::hub_erase_import_names).bind("id", id).run());
        return m_database.query(sql::hub_erase_field_times).bind("about", id).run();
    }

    /// What others did, and what was written to others as well, says with whom.
    Result<void> unnameElsewhere()
    {
        TRIBUTARY_TRY_ASSIGN(const std::set<TimelineItemId> ids, itemsToLookInto(m_database, m_named));
        TRIBUTARY_TRY_ASSIGN(const std::set<std::string> moved, addressesMoved(ids));
        TRIBUTARY_TRY_ASSIGN(const std::set<IdentityId> wereTheirs, unnameIdentities(moved));
        TRIBUTARY_TRY(unnameParked());
        TRIBUTARY_TRY(unnameViews());
        bool any = false;
        for (const TimelineItemId &id : ids) {
            TRIBUTARY_TRY_ASSIGN(auto item, store::timelineItem(m_database, id));
            if (!item)
                continue;
            const bool wasTheirs =
                wereTheirs.contains(item->identity) && !item->author && m_names.names.contains(item->authorName);
            if (wasTheirs)
                item->authorName = kUnnamed;
            if (!unname(*item, m_names) && !wasTheirs)
                continue;
            TRIBUTARY_TRY(m_changes.put(*item));
            TRIBUTARY_TRY(m_database.query(sql::hub_add_erasing).bind("id", id).run());
            any = true;
        }
        if (any) // once for all of them: it walks through the table
            TRIBUTARY_TRY(m_database.query(sql::hub_forget_raw).run());
        return m_database.query(sql::hub_end_erasing).run();
    }

    /// As @p events tell of addresses that were moved from them to somebody else.
    Result<std::set<std::string>> addressesMoved(const std::set<TimelineItemId> &events)
    {
        std::set<std::string> addresses;
        for (const TimelineItemId &id : events) {
            TRIBUTARY_TRY_ASSIGN(const auto event, store::timelineItem(m_database, id));
            if (event && detailOf(*event, "event") == "identity-moved" && m_names.names.contains(detailOf(*event, "from")))
                addresses.insert(detailOf(*event, "address"));
        }
        return addresses;
    }

    /// Of others: whom a server could not reach and has said so, and those at an address that was theirs (one of @p moved)
    /// and is called by their name still. Returns the latter.
    Result<std::set<IdentityId>> unnameIdentities(const std::set<std::string> &moved)
    {
        std::set<IdentityId> wereTheirs;
        TRIBUTARY_TRY_ASSIGN(const std::set<IdentityId> ids, identitiesToLookInto(m_database, m_named));
        for (const IdentityId &id : ids) {
            TRIBUTARY_TRY_ASSIGN(auto identity, store::identity(m_database, id));
            if (!identity)
                continue;
            TRIBUTARY_TRY_ASSIGN(const auto customer, store::customer(m_database, identity->customer));
            const bool wasTheirs = m_names.names.contains(identity->name) && moved.contains(toldAs(*identity))
                                   && !(customer && m_names.names.contains(customer->name)); // who is called the same
            if (wasTheirs) {
                identity->name.clear();
                wereTheirs.insert(id);
            }
            if (unname(*identity, m_names) || wasTheirs)
                TRIBUTARY_TRY(m_changes.put(*identity));
        }
        return wereTheirs;
    }

    /// What agents look for. There are few of them.
    Result<void> unnameViews()
    {
        auto query = m_database.query(sql::hub_bootstrap_saved_view);
        query.bind("after_id", SavedViewId()).bind("row_count", std::numeric_limits<std::int64_t>::max());
        TRIBUTARY_TRY_ASSIGN(std::vector<SavedView> views, store::readAll<SavedView>(query));
        for (SavedView &view : views) {
            if (unname(view, m_names))
                TRIBUTARY_TRY(m_changes.put(view));
        }
        return {};
    }

    /// What has become of messages that are not here yet.
    Result<void> unnameParked()
    {
        struct Parked {
            ChannelAccountId account;
            std::string name;
            Delivery news;
            TimePoint at;
        };
        std::vector<Parked> found;
        for (const std::string &address : m_names.addresses) {
            auto query = m_database.query(sql::hub_parked_naming);
            query.bind("address", bytesOf(address));
            for (;;) {
                TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
                if (!more)
                    break;
                Parked parked{query.id<ChannelAccountId>(0), std::string(query.text(1)), {}, query.time(3)};
                TRIBUTARY_TRY_ASSIGN(parked.news, wire::deliveryFrom(query.blob(2)));
                if (unname(parked.news, m_names))
                    found.push_back(std::move(parked));
            }
        }
        for (const Parked &parked : found) {
            auto query = m_database.query(sql::hub_park_delivery);
            query.bind("account_id", parked.account).bind("name", parked.name).bind("at_ms", parked.at);
            TRIBUTARY_TRY(query.bind("delivery", ByteView(wire::encodeDelivery(parked.news))).run());
        }
        return {};
    }

    ChangeLog &m_changes;
    store::Database &m_database;
    std::set<CustomerId> m_members;
    std::set<ConversationId> m_conversations;
    std::vector<TimelineItem> m_elsewhere; ///< Of theirs, in conversations that stay.
    std::set<std::string> m_files, m_visitors;
    const NamedElsewhere &m_named;
    PersonNames m_names;
};

/// Returns how many devices are to confirm it.
Result<std::int64_t> eraseAndNote(HubStore &store, const ErasedPerson &person, const Author &author)
{
    NamedElsewhere named;
    {
        TRIBUTARY_TRY_ASSIGN(const auto database, store.openReading());
        TRIBUTARY_TRY_ASSIGN(named, namedElsewhere(*database, person.members));
    }
    const std::scoped_lock lock(store.peopleKeysMutex());
    // Before: whoever is found there after a crash is erased again, and who is not has no key any more.
    TRIBUTARY_TRY(destroyKeys(store.folder(), person.members));
    return store.writer().writeAndWait([&](store::Database &database) -> Result<std::int64_t> {
        TRIBUTARY_TRY_ASSIGN(const auto subject, firstThere(database, person.members));
        if (!subject) { // somebody else has just done it
            TRIBUTARY_TRY(noteDone(database, person));
            return 0;
        }
        ChangeLog changes(database, {.author = author});
        TRIBUTARY_TRY(HiddenRecords(store.secrets()).hideRecordsOf(database, person.members));
        TRIBUTARY_TRY_ASSIGN(const std::set<std::string> files, erase(changes, person.members, named));
        TRIBUTARY_TRY(noteFiles(store, database, files));
        TRIBUTARY_TRY_ASSIGN(const std::int64_t head, changes.finish());
        TRIBUTARY_TRY(noteDone(database, person));
        TRIBUTARY_TRY(note(database, author,
                           {.kind = AuditEntry::Kind::CustomerErased,
                            .subject = subject->bytes,
                            .became = "change: " + std::to_string(head)}));
        return oweReceipts(database, store.owed(), *subject, head, store.clock().now());
    });
}

} // namespace

Result<PersonToErase> personToErase(store::Database &database, const std::string &addressOrId)
{
    std::set<CustomerId> found;
    if (const auto id = CustomerId::fromText(addressOrId)) {
        TRIBUTARY_TRY_ASSIGN(const auto customer, store::customer(database, *id));
        if (customer)
            found.insert(*id);
    }
    for (const std::string_view name : kNames<Channel>) {
        const Channel channel = fromName<Channel>(name).value_or(Channel::Email);
        const auto address = normalised(channel, addressOrId);
        if (!address)
            continue;
        auto query = database.query(sql::hub_identity_at);
        query.bind("channel", channel).bind("address", *address).bind("account_id", ChannelAccountId());
        TRIBUTARY_TRY_ASSIGN(const bool there, query.step());
        if (there)
            found.insert(store::readRow<Identity>(query).customer);
    }
    std::set<CustomerId> roots;
    for (const CustomerId &one : found) {
        TRIBUTARY_TRY_ASSIGN(const CustomerId root, hub::rootOf(database, one));
        roots.insert(root);
    }
    if (roots.empty())
        return failure(Error::Kind::NotFound, "there is no customer at " + addressOrId);
    if (roots.size() > 1)
        return failure(Error::Kind::Conflict, "several customers are at " + addressOrId + ": name one by its id");
    PersonToErase person;
    TRIBUTARY_TRY_ASSIGN(const auto root, store::customer(database, *roots.begin()));
    person.name = root ? root->name : std::string();
    TRIBUTARY_TRY_ASSIGN(person.members, store::membersOf(database, *roots.begin()));
    std::set<std::string> files;
    for (const CustomerId &member : person.members) {
        auto reached = database.query(sql::cache_identities_of);
        reached.bind("id", member);
        TRIBUTARY_TRY_ASSIGN(const std::vector<Identity> identities, store::readAll<Identity>(reached));
        for (const Identity &identity : identities)
            person.addresses.push_back(identity.shown.empty() ? identity.address : identity.shown);
        auto own = database.query(sql::entity_conversations_of_customer);
        own.bind("customer_id", member);
        TRIBUTARY_TRY_ASSIGN(const auto conversations, idsOf<ConversationId>(std::move(own)));
        person.conversations += std::int64_t(conversations.size());
        TRIBUTARY_TRY_ASSIGN(const auto items, itemsOf(database, member));
        person.items += std::int64_t(items.size());
        for (const TimelineItemId &item : items)
            TRIBUTARY_TRY(addFilesOf(database, item, files));
    }
    person.files = std::int64_t(files.size());
    return person;
}

Result<std::set<std::string>> erase(ChangeLog &changes, const std::vector<CustomerId> &members, const NamedElsewhere &named)
{
    return Erasure(changes, members, named).run();
}

Result<std::int64_t> eraseForGood(HubStore &store, const PersonToErase &person, const Author &author)
{
    const std::scoped_lock lock(store.erasureMutex());
    // Later than what is done here: so that nobody takes it for that, wherever the clock was set to.
    ErasedPerson listed{.at = store.clock().now(), .members = person.members};
    TRIBUTARY_TRY(store.reader().readAndWait([&](store::Database &database) -> Result<void> {
        for (const CustomerId &member : person.members) {
            TRIBUTARY_TRY_ASSIGN(const auto done, doneUpTo(database, member, {}));
            listed.at = std::max(listed.at, done.value_or(TimePoint()) + Milliseconds(1));
            auto query = database.query(sql::cache_identities_of);
            query.bind("id", member);
            TRIBUTARY_TRY_ASSIGN(const std::vector<Identity> identities, store::readAll<Identity>(query));
            for (const Identity &identity : identities) {
                TRIBUTARY_TRY_ASSIGN(const CustomerId born,
                                     bornAt(database, identity.channel, identity.account, identity.address));
                listed.bornAs.push_back(born);
            }
        }
        return {};
    }));
    TRIBUTARY_TRY_ASSIGN(const ErasedList before, ErasedList::read(store.folder()));
    TRIBUTARY_TRY(noteErased(store.folder(), {listed}));
    TRIBUTARY_TRY_ASSIGN(const std::int64_t owing, eraseAndNote(store, listed, author));
    TRIBUTARY_TRY(deleteListedFiles(store));
    TRIBUTARY_TRY(store::dropKept(store.folder() / "hub.db"));
    if (const auto done = overwriteRemains(store, before.unfinished); !done)
        log(LogLevel::Warning, "tributary.hub", "what was erased is not overwritten yet: it is tried again within an hour",
            {{"error", done.error().detail}});
    return owing;
}

Result<std::size_t> eraseAgain(HubStore &store)
{
    const std::scoped_lock lock(store.erasureMutex());
    TRIBUTARY_TRY_ASSIGN(const ErasedList list, ErasedList::read(store.folder()));
    std::vector<ErasedPerson> back, nowhere;
    for (const ErasedPerson &person : list.persons()) {
        bool isThere = false;
        ErasedPerson open{.at = person.at};
        TRIBUTARY_TRY_ASSIGN(open.members,
                             store.reader().readAndWait([&](store::Database &database) -> Result<std::vector<CustomerId>> {
                                 TRIBUTARY_TRY_ASSIGN(auto members, toErase(database, person));
                                 TRIBUTARY_TRY_ASSIGN(const auto there, firstThere(database, members));
                                 isThere = there.has_value();
                                 return members;
                             }));
        if (!open.members.empty())
            (isThere ? back : nowhere).push_back(std::move(open));
    }
    if (!nowhere.empty()) // who comes from now on under such an id is a stranger
        TRIBUTARY_TRY(store.writer().writeAndWait([&](store::Database &database) -> Result<void> {
            for (const ErasedPerson &person : nowhere)
                TRIBUTARY_TRY(noteDone(database, person));
            return {};
        }));
    if (!back.empty())
        TRIBUTARY_TRY(noteErased(store.folder(), {})); // that it is not finished, until it is
    // Their desktops may be of the same time, and have them still.
    for (const ErasedPerson &person : back)
        TRIBUTARY_TRY(eraseAndNote(store, person, {std::nullopt, kByHub, store.clock().now()}));
    TRIBUTARY_TRY_ASSIGN(const bool areLeft, store.reader().readAndWait(&hasRemains));
    if (areLeft && !list.unfinished && back.empty())
        TRIBUTARY_TRY(noteErased(store.folder(), {}));
    return back.size();
}

Result<std::set<CustomerId>> everErased(const fs::path &folder)
{
    TRIBUTARY_TRY_ASSIGN(const ErasedList list, ErasedList::read(folder));
    std::set<CustomerId> erased;
    for (const ErasedPerson &person : list.persons())
        erased.insert(person.members.begin(), person.members.end());
    return erased;
}

Result<bool> wasErased(store::Database &database, CustomerId customer)
{
    return isNoted(database, customer.bytes, kErased);
}

Result<bool> wasErased(store::Database &database, TimelineItemId message)
{
    return isNoted(database, message.bytes, kErasedMessage);
}

Result<std::vector<CustomerId>> erasedCustomers(store::Database &database)
{
    auto query = database.query(sql::hub_erased_ids);
    query.bind("field", kErased);
    return idsOf<CustomerId>(std::move(query));
}

Result<std::vector<ConversationId>> erasedConversations(store::Database &database)
{
    auto query = database.query(sql::hub_erased_ids);
    query.bind("field", kErasedTalk);
    return idsOf<ConversationId>(std::move(query));
}

Result<void> eraseAtStart(const fs::path &folder, store::Database &database, const std::vector<CustomerId> &persons,
                          TimePoint at)
{
    TRIBUTARY_TRY_ASSIGN(const ErasedList list, ErasedList::read(folder));
    std::set<CustomerId> known;
    for (const ErasedPerson &person : list.persons()) {
        TRIBUTARY_TRY_ASSIGN(const auto open, toErase(database, person));
        known.insert(open.begin(), open.end());
    }
    std::vector<ErasedPerson> added;
    for (const CustomerId &person : persons) {
        if (known.contains(person))
            continue;
        TRIBUTARY_TRY_ASSIGN(const auto done, doneUpTo(database, person, {person}));
        added.push_back({std::max(at, done.value_or(TimePoint()) + Milliseconds(1)), {person}});
    }
    return noteErased(folder, added);
}

} // namespace tributary::hub
