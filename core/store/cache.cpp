#include "core/store/cache.h"

#include "core/base/breaks.h"
#include "core/base/digest.h"
#include "core/base/fixed_bytes.h"
#include "core/store/coverage.h"
#include "core/store/entities.h"
#include "core/store/overlay.h"
#include "core/store/shadows.h"
#include "core/store/sql.h"
#include "core/store/unread.h"
#include "core/wire/codec.h"
#include "core/wire/vocabulary.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>

namespace tributary::store {
namespace {

using namespace tributary::model;

/// A ReadMark is found by its two ids, everything else by its key.
Result<std::optional<Entity>> current(Database &database, const Entity &like)
{
    if (const auto *mark = std::get_if<ReadMark>(&like)) {
        TRIBUTARY_TRY_ASSIGN(const auto found, readMark(database, mark->agent, mark->conversation));
        return found ? std::optional<Entity>(*found) : std::nullopt;
    }
    return find(database, typeOf(like), keyOf(like));
}

Result<void> takeAway(Database &database, const Entity &like)
{
    if (const auto *mark = std::get_if<ReadMark>(&like)) {
        auto query = database.query(sql::entity_delete_read_mark);
        query.bind("agent_id", mark->agent).bind("conversation_id", mark->conversation);
        return query.run();
    }
    TRIBUTARY_TRY(remove(database, typeOf(like), keyOf(like)));
    return {};
}

/// Rows in the order in which the full-text index takes them fastest: it writes a segment each time row numbers go back.
std::vector<const Entity *> inOrderOfTime(const std::vector<Entity> &rows)
{
    std::vector<const Entity *> ordered;
    ordered.reserve(rows.size());
    for (const Entity &entity : rows)
        ordered.push_back(&entity);
    std::ranges::stable_sort(ordered, {}, [](const Entity *entity) {
        const auto *item = std::get_if<TimelineItem>(entity);
        return item ? toMs(item->at) : std::numeric_limits<std::int64_t>::min();
    });
    return ordered;
}

bool isDeleted(const Entity &entity)
{
    const auto *item = std::get_if<TimelineItem>(&entity);
    return item && item->deleted;
}

} // namespace

void CacheState::noteAhead(const std::optional<wire::Position> &head)
{
    if (!head || head->epoch != position.epoch || head->seq <= aheadSeq)
        return;
    aheadSeq = head->seq;
    aheadChain = head->chain;
}

Cache::Cache(Database &database)
    : m_database(database)
{
    static const std::array kTakeToSearch{sql::cache_take_items_to_search,     sql::cache_items_are_searched,
                                          sql::cache_take_people_to_search,    sql::cache_people_are_searched,
                                          sql::cache_take_customers_to_search, sql::cache_customers_are_searched};
    m_database.endTransactionsWith(kTakeToSearch);
}

Result<std::optional<CacheState>> Cache::state()
{
    auto query = m_database.query(sql::cache_state);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    if (!found)
        return std::optional<CacheState>();
    CacheState state;
    copyTo(state.position.epoch, query.blob(0));
    state.position.seq = query.integer(1);
    copyTo(state.position.chain, query.blob(2));
    state.client = query.id<ClientId>(3);
    state.lastN = query.integer(4);
    state.agent = query.id<AgentId>(5);
    state.workspace = query.text(6);
    state.bootstrapStart = query.integer(7);
    state.bootstrapNext = query.text(8);
    if (query.integer(9) > 0)
        state.syncedAt = query.time(9);
    state.rightsChanged = query.flag(10);
    state.rightsUntil = query.integer(11);
    state.removedBy = query.integer(12);
    state.aheadSeq = query.integer(13);
    copyTo(state.aheadChain, query.blob(14));
    state.unheard = query.flag(15);
    return std::optional<CacheState>(std::move(state));
}

Result<void> Cache::setState(const CacheState &state)
{
    auto query = m_database.query(sql::cache_set_state);
    query.bind("epoch", ByteView(state.position.epoch)).bind("seq", state.position.seq);
    query.bind("chain", ByteView(state.position.chain)).bind("client_id", state.client).bind("last_n", state.lastN);
    query.bind("agent_id", state.agent).bind("workspace", state.workspace).bind("bootstrap_start", state.bootstrapStart);
    query.bind("bootstrap_next", state.bootstrapNext).bind("synced_ms", state.syncedAt ? toMs(*state.syncedAt) : 0);
    query.bind("rights_changed", state.rightsChanged).bind("rights_until", state.rightsUntil);
    query.bind("removed_by", state.removedBy).bind("ahead_seq", state.aheadSeq);
    query.bind("ahead_chain", ByteView(state.aheadChain)).bind("unheard", state.unheard);
    TRIBUTARY_TRY(query.run());
    if (state.bootstrapStart == 0) // nothing late can come any more
        return m_database.query(sql::cache_forget_tombstones).run();
    return {};
}

Result<void> Cache::clear()
{
    TRIBUTARY_TRY(m_database.execute(sql::cache_clear));
    return noteVocabulary(m_database);
}

Result<void> Cache::takeOff(ChangeSet &changed)
{
    TRIBUTARY_TRY_ASSIGN(const std::vector<Shadow> all, shadows(m_database));
    // What was added may stand where something was taken away, as an address that was given to somebody else: it goes first.
    for (const Shadow &shadow : all) {
        if (!shadow.wasThere)
            TRIBUTARY_TRY(takeAway(m_database, shadow.entity));
        changed.add(shadow.entity);
    }
    for (const Shadow &shadow : all) {
        if (shadow.wasThere)
            TRIBUTARY_TRY(put(m_database, shadow.entity, true));
    }
    return m_database.query(sql::cache_clear_shadows).run();
}

Cache::Reach Cache::reachOf(const std::vector<Entity> &rows, const std::vector<wire::Removal> &removals,
                            const std::vector<Command> &pending, std::int64_t lastN, const Agent &by)
{
    std::set<ConversationId> reach;
    std::multimap<TimelineItemId, ConversationId> own; // what commands are about, and where their author saw it
    bool sends = false;
    for (const Command &command : pending) {
        const auto footprint = footprintOf(command.body);
        if (!footprint)
            return std::nullopt;
        sends |= std::holds_alternative<SendMessage>(command.body);
        if (!footprint->item.isNull())
            own.emplace(footprint->item, footprint->conversation);
        if (command.n <= lastN)
            reach.insert(footprint->conversation);
    }
    for (const Entity &row : rows) {
        if (const auto *conversation = std::get_if<Conversation>(&row))
            reach.insert(conversation->id);
        else if (const auto *item = std::get_if<TimelineItem>(&row)) {
            reach.insert(item->conversation);
            const auto [first, last] = own.equal_range(item->id); // it may have moved to another conversation
            for (auto at = first; at != last; ++at)
                reach.insert(at->second);
        } else if (const auto *mark = std::get_if<ReadMark>(&row))
            reach.insert(mark->conversation);
        else if (const auto *agent = std::get_if<Agent>(&row); agent && agent->id == by.id)
            return std::nullopt; // their name is on what they have written, and they may see less now
        else if (std::holds_alternative<ChannelAccount>(row) && sends)
            return std::nullopt; // how long a message is held
    }
    for (const wire::Removal &removal : removals) {
        if (removal.type == EntityType::Conversation)
            reach.insert(ConversationId(removal.key));
        else if (removal.type == EntityType::TimelineItem || removal.type == EntityType::ReadMark)
            return std::nullopt; // of which conversation it does not say
    }
    return reach;
}

Result<void> Cache::takeOff(const Reach &reach, const std::vector<Command> &pending, const Agent &by, ChangeSet &changed)
{
    if (!reach)
        return takeOff(changed);
    const auto takeOffOf = [&](EntityType type, const RawId &key) -> Result<void> {
        TRIBUTARY_TRY_ASSIGN(const auto shadow, takeShadow(m_database, type, key));
        if (!shadow)
            return {};
        changed.add(shadow->entity);
        if (!shadow->wasThere)
            return takeAway(m_database, shadow->entity);
        TRIBUTARY_TRY(put(m_database, shadow->entity, true));
        return {};
    };
    if (pending.empty())
        return {};
    for (const ConversationId &id : *reach) {
        TRIBUTARY_TRY(takeOffOf(EntityType::Conversation, id.bytes));
        TRIBUTARY_TRY(takeOffOf(EntityType::ReadMark, keyOf(ReadMark{.agent = by.id, .conversation = id})));
    }
    for (const Command &command : pending) {
        const auto footprint = footprintOf(command.body);
        if (footprint && !footprint->item.isNull() && reach->contains(footprint->conversation))
            TRIBUTARY_TRY(takeOffOf(EntityType::TimelineItem, footprint->item.bytes));
    }
    return {};
}

Result<void> Cache::putOn(const std::vector<Command> &pending, std::int64_t afterN, const Agent &by, ChangeSet &changed,
                          const Reach &reach)
{
    for (const Command &command : pending) {
        if (command.n <= afterN || (reach && !reach->contains(conversationOf(command.body))))
            continue;
        TRIBUTARY_TRY_ASSIGN(const ChangeSet shown, show(command, by));
        changed.add(shown);
    }
    return {};
}

Result<ChangeSet> Cache::show(const Command &command, const Agent &by)
{
    ChangeSet changed;
    TRIBUTARY_TRY_ASSIGN(const std::vector<Entity> effects, effectsOf(m_database, command, by));
    TRIBUTARY_TRY_ASSIGN(const std::vector<Entity> removed, removedBy(m_database, command));
    const auto keepShadow = [&](const Entity &entity) -> Result<void> {
        TRIBUTARY_TRY_ASSIGN(const auto before, current(m_database, entity));
        wire::Array pair;
        pair.emplace_back(before.has_value());
        pair.push_back(wire::toValue(before.value_or(entity)));
        auto query = m_database.query(sql::cache_add_shadow);
        query.bind("entity_type", std::int64_t(typeOf(entity))).bind("entity_key", keyOf(entity));
        query.bind("entity", ByteView(wire::encode(wire::Value(std::move(pair)))));
        return query.run();
    };
    for (const Entity &entity : effects) {
        TRIBUTARY_TRY(keepShadow(entity));
        TRIBUTARY_TRY(put(m_database, entity, true));
        changed.add(entity);
    }
    for (const Entity &entity : removed) {
        TRIBUTARY_TRY(keepShadow(entity));
        TRIBUTARY_TRY(takeAway(m_database, entity));
        changed.add(entity);
    }
    return changed;
}

Result<ChangeSet> Cache::rebuildOverlay(const std::vector<Command> &pending, const Agent &by)
{
    ChangeSet changed;
    TRIBUTARY_TRY_ASSIGN(const auto before, state());
    TRIBUTARY_TRY(takeOff(changed));
    TRIBUTARY_TRY(putOn(pending, before ? before->lastN : 0, by, changed));
    return changed;
}

Result<bool> Cache::buried(const Entity &entity)
{
    // A read mark goes with its conversation: nothing is said of it.
    if (const auto *mark = std::get_if<ReadMark>(&entity))
        return buried(std::int64_t(EntityType::Conversation), mark->conversation.bytes, versionOf(entity));
    // So may an item, where the conversation left sight without it: where both are back it has a newer version.
    if (const auto *item = std::get_if<TimelineItem>(&entity)) {
        TRIBUTARY_TRY_ASSIGN(const bool along,
                             buried(std::int64_t(EntityType::Conversation), item->conversation.bytes, versionOf(entity)));
        if (along)
            return true;
    }
    return buried(std::int64_t(typeOf(entity)), keyOf(entity), versionOf(entity));
}

Result<bool> Cache::buried(std::int64_t type, const RawId &key, std::int64_t version)
{
    auto query = m_database.query(sql::cache_buried);
    query.bind("entity_type", type).bind("entity_key", key);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found && query.integer(0) >= version && !TRIBUTARY_BREAK(tombstones);
}

Result<void> Cache::bury(std::int64_t type, const RawId &key, std::int64_t version)
{
    auto query = m_database.query(sql::cache_bury);
    return query.bind("entity_type", type).bind("entity_key", key).bind("version", version).run();
}

/// An address that was removed and given anew has another id: until its removal is heard of, in this frame or, of a page
/// that is ahead, in a later one, the copy has both. The newer one counts. False: that is the one which is here.
Result<bool> Cache::makeWay(const Entity &entity, ChangeSet &changed)
{
    const auto *identity = std::get_if<Identity>(&entity);
    if (!identity || identity->address.empty()) // hidden ones are told apart by nothing
        return true;
    std::optional<Identity> there;
    {
        auto query = m_database.query(sql::hub_identity_at);
        query.bind("channel", identity->channel).bind("address", identity->address).bind("account_id", identity->account);
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        if (found)
            there = readRow<Identity>(query);
    }
    if (!there || there->id == identity->id)
        return true;
    if (there->version > identity->version)
        return false;
    changed.add(*there);
    TRIBUTARY_TRY(remove(m_database, EntityType::Identity, there->id.bytes));
    return true;
}

Result<ChangeSet> Cache::apply(const wire::Changes &changes, const std::vector<Command> &pending, const Agent &by)
{
    ChangeSet changed;
    TRIBUTARY_TRY_ASSIGN(auto before, state());
    if (!before)
        return failure(Error::Kind::Conflict, "the cache has no position yet");
    const bool nothingNew = changes.from == changes.to && changes.to >= changes.head;
    const bool looksAround = before->rightsChanged && nothingNew && before->bootstrapStart == 0; // for orphans
    const bool everywhere = changes.bootstrap || looksAround;
    const Reach reach = everywhere
                            ? std::nullopt
                            : reachOf(changes.rows, changes.removals, pending, std::max(before->lastN, changes.lastN), by);
    if (!TRIBUTARY_BREAK(overlay))
        TRIBUTARY_TRY(takeOff(reach, pending, by, changed));
    // What left sight may be back without having changed. Every page from here on is read after this, and knows.
    if (changes.bootstrap)
        TRIBUTARY_TRY(m_database.query(sql::cache_forget_tombstones).run());
    TRIBUTARY_TRY_ASSIGN(const bool someUnread, hasUnread(m_database));
    std::optional<Agent> changedRights;
    for (const Entity *entity : inOrderOfTime(changes.rows)) {
        if (const auto *agent = std::get_if<Agent>(entity); agent && agent->id == before->agent) {
            TRIBUTARY_TRY_ASSIGN(const bool someUnseen, mayHoldUnseen(*agent, *before));
            if (someUnseen)
                changedRights = *agent;
        }
        TRIBUTARY_TRY_ASSIGN(const bool hasPlace, makeWay(*entity, changed));
        if (!hasPlace)
            continue;
        if (isDeleted(*entity)) { // its files go with what it said
            TRIBUTARY_TRY_ASSIGN(const auto before, current(m_database, *entity));
            if (before)
                changed.addFilesOf(*before);
        }
        TRIBUTARY_TRY(put(m_database, *entity));
        if (someUnread)
            TRIBUTARY_TRY(dropUnread(m_database, std::int64_t(typeOf(*entity)), keyOf(*entity), versionOf(*entity)));
        changed.add(*entity);
    }
    for (const wire::Removal &removal : changes.removals) {
        if (someUnread)
            TRIBUTARY_TRY(dropUnread(m_database, std::int64_t(removal.type), removal.key, removal.version));
        TRIBUTARY_TRY_ASSIGN(const auto gone, find(m_database, removal.type, removal.key));
        if (gone) {
            changed.add(*gone);
            changed.addFilesOf(*gone);
        }
        // Its read mark may have come with an earlier page than itself.
        if (removal.type == EntityType::Conversation)
            TRIBUTARY_TRY(removeConversation(ConversationId(removal.key), changed));
        else if (gone)
            TRIBUTARY_TRY(remove(m_database, removal.type, removal.key));
        if (before->bootstrapStart > 0 || changes.bootstrap)
            TRIBUTARY_TRY(bury(std::int64_t(removal.type), removal.key, removal.version));
    }
    TRIBUTARY_TRY(keepUnread(m_database, changes.unread));
    for (const wire::Unread &one : changes.unread) {
        if (one.entity.empty() && (before->bootstrapStart > 0 || changes.bootstrap))
            TRIBUTARY_TRY(bury(one.type, one.key, one.version));
    }
    if (changedRights) {
        TRIBUTARY_TRY(removeUnseen(*changedRights, changed));
        before->rightsChanged = true;
        before->removedBy = std::max(before->removedBy, changedRights->version);
    }
    // What came by rights that were gained and lost again further on has items here and no conversation. While a bootstrap
    // is in hand some are only yet to come, and for a moment after: its last page may be ahead of the frames that are on
    // their way. A frame that says that there is nothing new, which comes twice a minute, has nothing behind it, unless it
    // was on its way itself when the last page was read: then rows are here that are newer than it says.
    if (before->rightsChanged && nothingNew && before->bootstrapStart == 0) {
        TRIBUTARY_TRY_ASSIGN(const std::int64_t newest, newestVersion());
        if (newest <= changes.to) {
            TRIBUTARY_TRY(removeOrphans(changed));
            before->rightsChanged = false;
        }
    }
    if (changes.bootstrap) { // one that is under way begins again: it may have passed what is to be seen by now
        const bool fromScratch = before->bootstrapStart > 0;
        before->bootstrapNext = fromScratch ? std::string() : *changes.bootstrap;
        before->bootstrapStart = std::max<std::int64_t>(1, changes.to);
        // What is here of history has holes where the teams are that could not be seen.
        TRIBUTARY_TRY(fromScratch ? m_database.query(sql::cache_forget_coverage).run() : suspendCoverage(m_database));
    }
    if (changes.to < changes.head) // by rights that may be further on
        before->rightsUntil = std::max(before->rightsUntil, changes.head);
    else if (nothingNew && before->rightsUntil == CacheState::kAnyRights)
        before->rightsUntil = changes.to;
    before->position.seq = changes.to;
    before->position.chain = changes.chain;
    before->unheard = before->unheard && wire::onlyTellsErased(changes);
    before->lastN = std::max(before->lastN, changes.lastN);
    if (changes.to >= changes.head && before->bootstrapStart == 0) // while it is being fetched it is not complete
        before->syncedAt = changes.serverTime;
    TRIBUTARY_TRY(setState(*before));
    if (std::ranges::any_of(changes.rows, isDeleted) || changed.everything || !changes.removals.empty())
        TRIBUTARY_TRY(noteWordsGone());
    TRIBUTARY_TRY(putOn(pending, before->lastN, by, changed, reach));
    return changed;
}

Result<ChangeSet> Cache::applyRows(const std::vector<Entity> &rows, const std::vector<Command> &pending, const Agent &by,
                                   const std::vector<wire::Unread> &unread, std::int64_t rights)
{
    ChangeSet changed;
    TRIBUTARY_TRY_ASSIGN(auto before, state());
    const Reach reach = reachOf(rows, {}, pending, before ? before->lastN : 0, by);
    TRIBUTARY_TRY(takeOff(reach, pending, by, changed));
    TRIBUTARY_TRY_ASSIGN(const bool someUnread, hasUnread(m_database));
    std::optional<Agent> changedRights;
    std::set<std::pair<std::int64_t, RawId>> tooLate;
    for (const Entity *entity : inOrderOfTime(rows)) {
        // Pages overlap: what is open comes with its newest messages, and those once more in their turn. To write a row
        // again costs more than all else of it: every index of it is written anew.
        TRIBUTARY_TRY_ASSIGN(const auto here, current(m_database, *entity));
        if (!here || *here != *entity) {
            TRIBUTARY_TRY_ASSIGN(const bool late, buried(*entity));
            if (late) {
                tooLate.emplace(std::int64_t(typeOf(*entity)), keyOf(*entity));
                continue;
            }
            TRIBUTARY_TRY_ASSIGN(const bool hasPlace, makeWay(*entity, changed));
            if (!hasPlace)
                continue;
            const auto *self = std::get_if<Agent>(entity);
            bool someUnseen = false;
            if (self && before && self->id == before->agent) { // a page may know of newer rights than any frame so far
                TRIBUTARY_TRY_ASSIGN(someUnseen, mayHoldUnseen(*self, *before));
            }
            TRIBUTARY_TRY_ASSIGN(const bool written, put(m_database, *entity));
            if (!written)
                continue;
            changed.add(*entity);
            if (here && isDeleted(*entity))
                changed.addFilesOf(*here);
            if (someUnseen)
                changedRights = *self;
        }
        if (someUnread)
            TRIBUTARY_TRY(dropUnread(m_database, std::int64_t(typeOf(*entity)), keyOf(*entity), versionOf(*entity)));
    }
    std::vector<wire::Unread> kept; // one that is older than its row does no harm: read again, it changes nothing
    for (const wire::Unread &one : unread) {
        TRIBUTARY_TRY_ASSIGN(const bool late, buried(one.type, one.key, one.version));
        if (!late && !tooLate.contains({one.type, one.key}))
            kept.push_back(one);
    }
    TRIBUTARY_TRY(keepUnread(m_database, kept));
    if (changedRights) {
        TRIBUTARY_TRY(removeUnseen(*changedRights, changed));
        before->rightsChanged = true;
        before->removedBy = std::max(before->removedBy, changedRights->version);
        TRIBUTARY_TRY(noteWordsGone());
    }
    const std::int64_t until = rights > 0 ? rights : CacheState::kAnyRights;
    const bool isAhead = before && until > before->position.seq && until > before->rightsUntil;
    if (isAhead)
        before->rightsUntil = until;
    if (isAhead || changedRights)
        TRIBUTARY_TRY(setState(*before));
    TRIBUTARY_TRY(putOn(pending, before ? before->lastN : 0, by, changed, reach));
    return changed;
}

Result<ChangeSet> Cache::repair(const Repair &repair, const std::vector<Command> &pending, const Agent &by)
{
    ChangeSet changed;
    TRIBUTARY_TRY_ASSIGN(const auto before, state());
    if (!before || before->position != repair.at || before->bootstrapStart > 0)
        return failure(Error::Kind::Offline, "the copy has moved on since it was compared");
    TRIBUTARY_TRY(takeOff(changed));
    for (const Entity &entity : repair.gone) {
        TRIBUTARY_TRY(takeAway(m_database, entity));
        changed.add(entity);
        changed.addFilesOf(entity);
    }
    for (const Entity *entity : inOrderOfTime(repair.rows)) {
        TRIBUTARY_TRY_ASSIGN(const auto damaged, current(m_database, *entity));
        if (damaged) { // away first: an item has its number by its time, which may be what is wrong
            TRIBUTARY_TRY(takeAway(m_database, *damaged));
            changed.add(*damaged);
        }
        TRIBUTARY_TRY(put(m_database, *entity, true));
        changed.add(*entity);
    }
    TRIBUTARY_TRY(noteWordsGone());
    TRIBUTARY_TRY(putOn(pending, before->lastN, by, changed));
    return changed;
}

Result<bool> Cache::fitVocabulary()
{
    enum class Written { Alike, Older, Otherwise } by = Written::Otherwise;
    bool isNoted = false;
    {
        auto query = m_database.query(sql::cache_vocabulary);
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        isNoted = found && !query.text(1).empty();
        if (found && std::ranges::equal(query.blob(0), wire::vocabularyDigest()))
            by = Written::Alike;
        else if (isNoted && wire::knowsAllOf(query.text(1)))
            by = Written::Older;
    }
    if (by == Written::Alike && isNoted)
        return false;
    TRIBUTARY_TRY_ASSIGN(const auto before, state());
    if (before && by == Written::Older) {
        ChangeSet changed;
        TRIBUTARY_TRY(takeOff(changed));
        TRIBUTARY_TRY(readUnread(m_database));
    } else if (before && by == Written::Otherwise) {
        TRIBUTARY_TRY(clear());
    }
    // One that is alike and has noted no names was there before anything was put aside: it is fetched again when a program
    // comes that knows more.
    if (by == Written::Alike && before)
        return false;
    TRIBUTARY_TRY(noteVocabulary(m_database));
    return before.has_value();
}

Result<std::map<std::string, std::string>> Cache::digests()
{
    std::map<std::string, std::string> digests;
    for (const auto name : kNames<EntityType>) {
        // The key of a read mark is made of two columns; its digest covers both.
        const std::string key = name == "read_mark" ? "agent_id || conversation_id" : "id";
        const std::string text = "SELECT " + key + ", version FROM " + std::string(name);
        auto query = m_database.queryOnce(text);
        std::int64_t count = 0;
        std::array<std::byte, 16> mixed{};
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
            if (!row)
                break;
            Bytes bytes = copyOf(query.blob(0));
            const std::int64_t version = query.integer(1);
            const auto view = std::as_bytes(std::span(&version, 1));
            bytes.insert(bytes.end(), view.begin(), view.end());
            const auto one = blake16(bytes);
            for (std::size_t i = 0; i < mixed.size(); ++i)
                mixed[i] ^= one[i];
            ++count;
        }
        digests[std::string(name)] = std::to_string(count) + ":" + toHex(mixed);
    }
    return digests;
}

} // namespace tributary::store
