#include "tests/sim/oracle.h"

#include "core/base/digest.h"
#include "core/client/compare_copy.h"
#include "core/hub/digests.h"
#include "core/model/entities.h"
#include "core/model/masks.h"
#include "core/store/cache_reads.h"
#include "core/store/coverage.h"
#include "core/store/entities.h"
#include "core/store/row_scan.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"

namespace tributary::sim {
namespace {

using namespace tributary::model;

/// `row` is a file's own number, for its full-text index.
bool isOfFile(const store::Query &query, int column)
{
    return std::string_view(query.columnName(column)) == "row";
}

bool sameRow(const store::Query &one, const store::Query &other)
{
    for (int column = 0; column < one.columnCount(); ++column) {
        if (isOfFile(one, column))
            continue;
        if (one.isNull(column) != other.isNull(column) || !std::ranges::equal(one.blob(column), other.blob(column)))
            return false;
    }
    return true;
}

std::string rowText(const store::Query &query)
{
    std::string text;
    for (int column = 0; column < query.columnCount(); ++column) {
        if (isOfFile(query, column))
            continue;
        text += query.columnName(column);
        text += '=';
        text += query.isNull(column) ? "null" : toHex(query.blob(column));
        text += ' ';
    }
    return text;
}

std::int64_t numberOf(World &world, store::Database &database, const std::string &sql)
{
    auto query = database.queryOnce(sql);
    world.must(query.step(), "a count");
    return query.integer(0);
}

/// What an agent may see, said once more and otherwise than core/model/rights.h does: as a condition.
std::string sight(const std::string &table, const Agent &agent)
{
    const std::string self = "x'" + toHex(agent.id.view()) + "'";
    std::string teams = "team_id IS NULL";
    for (const TeamId &team : agent.teams)
        teams += " OR team_id = x'" + toHex(team.view()) + "'";
    const bool seesAll = agent.customRole ? agent.visibility == Visibility::Everything : agent.role == Agent::Role::Admin;
    if (seesAll)
        teams = "1";
    std::string conversations = "(" + teams + ")";
    if (agent.customRole && agent.visibility == Visibility::Assigned)
        conversations += " AND assignee_id IS " + self;
    if (!agent.accounts.empty()) {
        std::string accounts;
        for (const ChannelAccountId &account : agent.accounts)
            accounts += std::string(accounts.empty() ? "x'" : ", x'") + toHex(account.view()) + "'";
        conversations += " AND account_id IN (" + accounts + ")";
    }
    const std::string within = "conversation_id IN (SELECT id FROM conversation WHERE " + conversations + ")";
    if (table == "conversation")
        return " WHERE " + conversations;
    if (table == "timeline_item") // of a person without a conversation: everybody's, as the person is
        return " WHERE " + within + " OR conversation_id = zeroblob(16)";
    if (table == "read_mark")
        return " WHERE agent_id = " + self + " AND " + within;
    if (table == "saved_view")
        return " WHERE owner_id = " + self + " OR sharing = 'everybody' OR (sharing = 'team' AND team_id IS NOT NULL AND ("
               + teams + "))";
    return {};
}

/// Text that lives on, so that what was prepared of it is found again.
std::string_view kept(const std::string &text)
{
    static std::set<std::string> texts;
    return *texts.insert(text).first;
}

/// I19: the numbers beside the queues, counted by hand.
void checkQueues(World &world, store::Database &file, const Agent &agent)
{
    const auto told = world.must(store::queueCounts(file, agent.id, TimePoint()), "the counts");
    store::QueueCounts counted;
    auto query =
        file.queryOnce("SELECT c.status, c.assignee_id, c.inbound_count, (SELECT max(r.read_count) FROM read_mark AS r"
                       " WHERE r.conversation_id = c.id AND r.agent_id = x'"
                       + toHex(agent.id.view())
                       + "'), EXISTS (SELECT 1 FROM customer AS k LEFT JOIN customer_link AS l ON l.into_id = k.id AND"
                         " l.ended_ms IS NULL WHERE k.blocked <> 0 AND c.customer_id IN (k.id, l.from_id))"
                         " FROM conversation AS c WHERE c.joined_into_id IS NULL");
    while (world.must(query.step(), "conversations")) {
        const std::string_view status = query.text(0);
        const bool isBlocked = query.flag(4);
        const bool isOpen = (status == "open" || status == "waiting") && !isBlocked;
        const bool isMine = isOpen && query.id<AgentId>(1) == agent.id;
        counted.allOpen += isOpen;
        counted.mine += isMine;
        counted.unassigned += isOpen && query.isNull(1);
        counted.snoozed += status == "snoozed" && !isBlocked;
        counted.resolvedToday += status == "resolved" && !isBlocked;
        counted.mineUnread += isMine && query.integer(2) > query.integer(3);
    }
    world.check(told == counted, "the numbers beside the queues are not those of the rows");
}

} // namespace

void checkLog(World &world, SimHub &simHub)
{
    store::Database &hub = simHub.database();
    const std::int64_t first = numberOf(world, hub, "SELECT coalesce(min(seq), 1) FROM log");
    world.check(first == 1 || first <= numberOf(world, hub, "SELECT coalesce(max(seq), 0) FROM log_mark"),
                "more of the log is gone than was forgotten");
    std::map<std::pair<std::int64_t, RawId>, std::int64_t> newest;
    wire::Chain chain{};
    std::int64_t seq = first - 1;
    {
        struct Client {
            std::int64_t n = 0;
            bool answered = true;
        };
        std::map<ClientId, Client> clients;
        auto query =
            hub.queryOnce("SELECT seq, entity_type, entity_key, op, chain, client_id, client_n FROM log ORDER BY seq");
        while (world.must(query.step(), "the log")) {
            world.check(query.integer(0) == ++seq, "the log has a hole");
            // chain = blake16(chain before, seq, type, key, op), numbers in 8 bytes, highest first
            Bytes bytes(chain.begin(), chain.end());
            for (const std::int64_t number : {query.integer(0), query.integer(1)}) {
                for (int shift = 56; shift >= 0; shift -= 8)
                    bytes.push_back(std::byte(number >> shift & 0xff));
            }
            const Bytes key = copyOf(query.blob(2));
            bytes.insert(bytes.end(), key.begin(), key.end());
            const Bytes op = copyOf(bytesOf(query.text(3)));
            bytes.insert(bytes.end(), op.begin(), op.end());
            chain = blake16(bytes);
            if (seq == first && first > 1) // what it follows from is gone
                std::ranges::copy(query.blob(4), chain.begin());
            world.check(std::ranges::equal(chain, query.blob(4)), "the chain does not recompute");
            RawId id{};
            std::copy(key.begin(), key.end(), id.begin());
            if (query.text(3) == "remove")
                newest.erase({query.integer(1), id});
            else
                newest[{query.integer(1), id}] = seq;
            if (query.isNull(5))
                continue;
            const auto [known, isNew] = clients.try_emplace(query.id<ClientId>(5));
            Client &client = known->second;
            world.check(isNew && first > 1 ? true
                        : client.answered  ? query.integer(6) == client.n + 1
                                           : query.integer(6) == client.n,
                        "a command was done twice, or out of order");
            client = {query.integer(6), query.text(3) == "outcome"};
        }
    }
    const auto head = world.must(hub::headOf(hub), "the head");
    world.check(head.seq == seq && head.chain == chain, "the head is not the end of the log");
    std::size_t rows = 0;
    for (std::size_t type = 0; type < kNames<EntityType>.size(); ++type) {
        const std::string table(kNames<EntityType>[type]);
        const bool isMark = EntityType(type) == EntityType::ReadMark;
        auto query = hub.queryOnce("SELECT " + std::string(isMark ? "agent_id, conversation_id" : "id, id")
                                   + ", version FROM " + table);
        while (world.must(query.step(), "a table")) {
            const RawId key =
                isMark ? keyOf(ReadMark{query.id<AgentId>(0), query.id<ConversationId>(1)}) : query.id<CustomerId>(0).bytes;
            const auto found = newest.find({std::int64_t(type), key});
            const bool isForgotten = found == newest.end() && query.integer(2) < first;
            world.check(isForgotten || (found != newest.end() && found->second == query.integer(2)),
                        "a row of " + table + " has not the version of its log");
            rows += isForgotten ? 0 : 1;
        }
    }
    std::erase_if(newest, [&simHub](const auto &one) { // outcomes, and what went without a word with its conversation
        return one.first.first < 0 || simHub.isErased({EntityType(one.first.first), one.first.second});
    });
    world.check(rows == newest.size(), "the tables are not the fold of the log");
}

void checkCounts(World &world, store::Database &hub, bool anyErased)
{
    // What somebody says who is blocked in between does not count in a conversation that is there already. Who was erased
    // takes along that they were (seed 1117036).
    const bool anyBlocked =
        anyErased
        || numberOf(world, hub,
                    "SELECT count(*) FROM timeline_item WHERE kind = 'event' AND"
                    " (instr(details, CAST('blocked' AS BLOB)) > 0 OR instr(details, CAST('spam' AS BLOB)) > 0)")
               > 0;
    // What a machine sends counts only where it begins a conversation.
    auto query =
        hub.queryOnce("SELECT c.inbound_count, count(i.id) FILTER (WHERE NOT i.automatic), coalesce(max(i.automatic AND"
                      " i.at_ms = c.created_ms), 0), c.id FROM conversation AS c LEFT JOIN timeline_item AS i ON"
                      " i.conversation_id = c.id AND i.kind = 'inbound' GROUP BY c.id");
    while (world.must(query.step(), "conversations")) {
        const std::int64_t others = query.integer(0) - query.integer(1);
        const bool isRight = others == 0 || (others < 0 && anyBlocked) || (others == 1 && query.flag(2));
        if (!isRight)
            world.note(query.id<ConversationId>(3).text() + " counts " + std::to_string(query.integer(0)) + " of "
                       + std::to_string(query.integer(1)));
        world.check(isRight, "a conversation counts other messages than are there");
    }
    world.check(numberOf(world, hub,
                         "SELECT count(*) FROM read_mark AS r JOIN conversation AS c ON c.id = r.conversation_id WHERE"
                         " r.read_count > c.inbound_count OR r.read_count < 0")
                    == 0,
                "more was read than is there");
}

namespace {

int columnOf(const store::Query &query, std::string_view name)
{
    int column = 0;
    while (std::string_view(query.columnName(column)) != name)
        ++column;
    return column;
}

bool isBefore(const store::Query &one, const store::Query &other)
{
    return std::ranges::lexicographical_compare(one.blob(columnOf(one, "id")), other.blob(columnOf(other, "id")));
}

/// An item that the copy does not have, and knows that it does not.
bool isInGap(World &world, store::Database &file, const store::Query &item)
{
    const auto coverage = store::coverageOf(file, item.id<CustomerId>(columnOf(item, "customer_id")));
    return !world.must(coverage, "the gaps")
                .contains({item.time(columnOf(item, "at_ms")), item.id<TimelineItemId>(columnOf(item, "id"))});
}

/// Whether @p here shows less than @p there, what its agent may see by now, and is the same otherwise: their rights have
/// grown, and the row stands in a gap, so that it comes anew before somebody looks there.
bool isAsOnceSeen(World &world, store::Database &file, const Agent &agent, Entity here, Entity there)
{
    const auto *item = std::get_if<TimelineItem>(&there);
    if (!item || world.must(store::coverageOf(file, item->customer), "the gaps").contains({item->at, item->id}))
        return false;
    Entity least = here;
    mask(least, masksOf(agent));
    const bool hasMore = least != here;
    const Masks everything{true, true, true};
    mask(here, everything);
    mask(there, everything);
    return !hasMore && here == there;
}

/// What has fields that somebody may not see: of what may be seen at all, those without them, and nothing else.
void checkMasked(World &world, store::Database &hub, SimDesk &desk, const Agent &agent, EntityType type)
{
    const std::string table(kNames<EntityType>[std::size_t(type)]);
    std::map<RawId, Entity> here;
    const auto take = [&here](const Entity &entity, const store::Query &) -> Result<void> {
        here.emplace(keyOf(entity), entity);
        return {};
    };
    world.must(store::scanRows(desk.reader(), {.type = type}, take), "rows of the copy");
    std::set<RawId> seen;
    auto inSight = hub.query(kept("SELECT id FROM " + table + sight(table, agent)));
    while (world.must(inSight.step(), "rows"))
        seen.insert(inSight.id<CustomerId>(0).bytes);
    const auto compare = [&](Entity entity) -> Result<void> {
        const RawId key = keyOf(entity);
        if (!seen.contains(key))
            return {};
        mask(entity, masksOf(agent));
        const auto found = here.extract(key);
        if (const auto *item = std::get_if<TimelineItem>(&entity); item && found.empty()) {
            TRIBUTARY_TRY_ASSIGN(const auto coverage, store::coverageOf(desk.reader(), item->customer));
            if (!coverage.contains({item->at, item->id}))
                return {};
        }
        if (!found.empty()
            && (found.mapped() == entity || isAsOnceSeen(world, desk.reader(), agent, found.mapped(), entity)))
            return {};
        world.note("hub, masked: " + toHex(wire::encode(wire::toValue(entity))));
        world.note("copy: " + (found.empty() ? "nothing" : toHex(wire::encode(wire::toValue(found.mapped())))));
        throw Broken(desk.name() + ": its copy of " + table + " is not what its agent may see");
    };
    world.must(
        store::scanRows(hub, {.type = type}, [&](const Entity &entity, const store::Query &) { return compare(entity); }),
        "rows of the hub");
    world.check(here.empty(), desk.name() + ": its copy of " + table + " has what the hub has not");
}

/// For whoever looks for a mistake: the row of the copy that has @p text, if one has.
void noteWhere(World &world, SimDesk &desk, const std::string &text)
{
    for (std::size_t type = 0; type < kNames<EntityType>.size(); ++type) {
        const auto look = [&](const Entity &entity, const store::Query &) -> Result<void> {
            const Bytes bytes = wire::encode(wire::toValue(entity));
            if (holds(bytes, text))
                world.note("copy: " + std::string(kNames<EntityType>[type]) + " " + std::string(textOf(bytes)));
            return {};
        };
        world.must(store::scanRows(desk.reader(), {.type = EntityType(type)}, look), "rows of the copy");
    }
}

} // namespace

void checkNothingUnseen(World &world, store::Database &hub, SimDesk &desk)
{
    const SimDisk::Calm calm(desk.disk());
    while (world.must(desk.files().forgetWords(), "what has gone")) { // a pass that may be under way
    }
    {
        const auto file = desk.openCopy();
        world.must(file->query(store::sql::cache_note_words_gone).run(), "what has gone");
    }
    while (world.must(store::Cache(desk.reader()).wordsGone(), "what has gone") > 0)
        world.must(desk.files().forgetWords(), "what has gone");
    for (const std::string index :
         {"item_search", "identity_search", "customer_search"}) // words stand in no segment but the one of the rows
        world.check(numberOf(world, desk.reader(), "SELECT count(DISTINCT segid) FROM " + index + "_idx") <= 1,
                    desk.name() + ": its search index has not forgotten what has gone");
    const auto agent = world.must(store::agent(hub, desk.agent().id), "an agent");
    const Bytes copy = desk.disk().read(desk.cachePath()), log = desk.disk().read(std::string(desk.cachePath()) + "-wal");
    const auto expectAbsent = [&](const std::string &text, const std::string &why) {
        if (!holds(copy, text) && !holds(log, text))
            return;
        noteWhere(world, desk, text);
        throw Broken(desk.name() + ": '" + text + "' is " + why + ", and in "
                     + (holds(copy, text) ? "its copy" : "the log of its copy"));
    };
    auto unseen = hub.queryOnce("SELECT body FROM timeline_item WHERE body <> '' AND id NOT IN (SELECT id FROM timeline_item"
                                + sight("timeline_item", *agent) + ")");
    while (world.must(unseen.step(), "items")) {
        expectAbsent(std::string(unseen.text(0)), "out of sight");
    }
    // Subjects, and names of files: those of what is out of sight and of nothing that is not.
    const std::string items = "SELECT id FROM timeline_item" + sight("timeline_item", *agent);
    const std::string conversations = "SELECT id FROM conversation" + sight("conversation", *agent);
    std::set<std::string> seen, all;
    for (const auto &[names, isSeen] : {std::pair(&seen, true), std::pair(&all, false)}) {
        const std::string ofItems = isSeen ? " WHERE id IN (" + items + ")" : "";
        const std::string ofConversations = isSeen ? " WHERE id IN (" + conversations + ")" : "";
        auto subjects = hub.queryOnce("SELECT subject FROM conversation" + ofConversations
                                      + " UNION SELECT subject FROM timeline_item" + ofItems);
        while (world.must(subjects.step(), "subjects"))
            names->insert(std::string(subjects.text(0)));
        auto files = hub.queryOnce("SELECT attachments FROM timeline_item" + ofItems);
        while (world.must(files.step(), "files")) {
            for (const Attachment &file : wire::attachmentsFrom(files.blob(0)).value_or(std::vector<Attachment>()))
                names->insert(file.name);
        }
    }
    for (const std::string &name : all) {
        if (!name.empty() && !seen.contains(name))
            expectAbsent(name, "out of sight");
    }
    const Masks masks = masksOf(*agent);
    const auto checkHidden = [&](bool isHidden, const std::string &sql) {
        if (!isHidden)
            return;
        auto hidden = hub.queryOnce(sql);
        while (world.must(hidden.step(), "what is hidden")) {
            expectAbsent(std::string(hidden.text(0)), "hidden from its agent");
        }
    };
    checkHidden(masks.notes, "SELECT note FROM customer WHERE note <> ''");
    checkHidden(masks.contactDetails, "SELECT address FROM identity");
    if (!masks.confidentialFields)
        return;
    const auto expectNone = [&](const std::map<std::string, std::string> &fields) {
        for (const auto &[key, value] : fields) {
            if (isConfidential(key))
                expectAbsent(value, "confidential");
        }
    };
    for (const EntityType type : {EntityType::Customer, EntityType::Conversation}) {
        const auto look = [&](const Entity &entity, const store::Query &) -> Result<void> {
            if (const auto *customer = std::get_if<Customer>(&entity))
                expectNone(customer->attributes);
            else if (const auto *conversation = std::get_if<Conversation>(&entity))
                expectNone(conversation->fields);
            return {};
        };
        world.must(store::scanRows(hub, {.type = type}, look), "rows of the hub");
    }
}

void checkCopyEqualsHub(World &world, store::Database &hub, SimDesk &desk)
{
    const SimDisk::Calm calm(desk.disk());
    store::Database &file = desk.reader();
    const auto agent = world.must(store::agent(hub, desk.agent().id), "an agent");
    for (std::size_t type = 0; type < kNames<EntityType>.size(); ++type) {
        const std::string table(kNames<EntityType>[type]);
        const bool isMark = EntityType(type) == EntityType::ReadMark;
        if (masksOf(*agent).any() && !isMark) {
            checkMasked(world, hub, desk, *agent, EntityType(type));
            continue;
        }
        const std::string order = isMark ? " ORDER BY agent_id, conversation_id" : " ORDER BY id";
        auto there = hub.query(kept("SELECT * FROM " + table + sight(table, *agent) + order));
        auto here = file.query(kept("SELECT * FROM " + table + order));
        const auto next = [&world](store::Query &query) { return world.must(query.step(), "rows"); };
        bool isThere = next(there), isHere = next(here);
        while (isThere || isHere) {
            if (isThere && isHere && sameRow(there, here)) {
                isThere = next(there), isHere = next(here);
                continue;
            }
            if (table == "timeline_item" && isThere && (!isHere || isBefore(there, here)) && isInGap(world, file, there)) {
                isThere = next(there);
                continue;
            }
            if (table == "timeline_item" && isThere && isHere
                && isAsOnceSeen(world, file, *agent, store::readRow<TimelineItem>(here),
                                store::readRow<TimelineItem>(there))) {
                isThere = next(there), isHere = next(here);
                continue;
            }
            world.note("hub:  " + (isThere ? rowText(there) : "nothing"));
            world.note("copy: " + (isHere ? rowText(here) : "nothing"));
            if (isHere && !isMark) { // is it gone there, or out of sight?
                const std::string id = toHex(here.blob(columnOf(here, "id")));
                auto hidden = hub.queryOnce("SELECT * FROM " + table + " WHERE id = x'" + id + "'");
                world.note("hub, out of sight: "
                           + (world.must(hidden.step(), "a row") ? rowText(hidden) : std::string("nothing")));
            }
            throw Broken(desk.name() + ": its copy of " + table + " is not what the hub has");
        }
    }
    world.check(numberOf(world, file, "SELECT count(*) FROM shadow") == 0, "an overlay without a command");
    store::Cache cache(file);
    const auto state = world.must(cache.state(), "the copy's state");
    const auto head = world.must(hub::headOf(hub), "the head");
    world.check(state && state->position == head, desk.name() + ": its position is not the hub's head");
    checkQueues(world, file, *agent);
}

namespace {

/// By the time they begin with. The hub stands still while it is compared with.
using Books = std::map<TimePoint, hub::DigestBook>;

/// @p repair: what is done about what differs.
client::Compared compared(World &world, store::Database &hub, Books &books, SimDesk &desk, CustomerId &next,
                          const std::function<Result<void>(const store::Repair &)> &repair)
{
    const client::CompareDoors doors{
        [&](const wire::DigestRequest &request) -> Result<wire::DigestAnswer> {
            auto book = books.find(request.itemsFrom);
            if (book == books.end()) {
                TRIBUTARY_TRY_ASSIGN(hub::DigestBook made, hub::readDigestBook(hub, request.itemsFrom));
                book = books.emplace(request.itemsFrom, std::move(made)).first;
            }
            return hub::answerDigests(hub, request, desk.agent().id, &book->second);
        },
        repair,
        [] { return true; },
    };
    return world.must(client::compareCopy(desk.reader(), doors, next), "a comparison");
}

/// Some row of the copy becomes another one, or none, where nobody notices.
void damage(World &world, SimDesk &desk)
{
    constexpr std::array kTexts{std::pair("customer", "name"),        std::pair("identity", "name"),
                                std::pair("conversation", "subject"), std::pair("timeline_item", "body"),
                                std::pair("company", "name"),         std::pair("agent", "name"),
                                std::pair("saved_view", "name"),      std::pair("suggestion", "evidence")};
    const auto file = desk.openCopy();
    for (int i = 0; i < 3; ++i) {
        const auto [table, column] = kTexts[world.rng.below(kTexts.size())];
        const std::string one = std::string(" WHERE id = (SELECT id FROM ") + table + " ORDER BY id LIMIT 1 OFFSET "
                                + std::to_string(world.rng.below(8)) + ")";
        std::string text = world.rng.below(2) == 0
                               ? std::string("DELETE FROM ") + table + one
                               : std::string("UPDATE ") + table + " SET " + column + " = 'damaged'" + one;
        // An event of a person with whom nothing was ever said stands alone: it is compared with nothing (docs/promises.md,
        // I49).
        if (std::string_view(table) == "timeline_item")
            text += " AND conversation_id <> zeroblob(16)";
        world.note(desk.name() + ": " + text);
        (void)file->execute(text); // one that others refer to stays
    }
    std::vector<std::string> inGaps; // what stands there by the way is not compared
    {
        auto items = file->queryOnce("SELECT customer_id, at_ms, id FROM timeline_item WHERE body = 'damaged'");
        while (world.must(items.step(), "rows of the copy")) {
            if (isInGap(world, *file, items))
                inGaps.push_back(toHex(items.blob(2)));
        }
    }
    for (const std::string &id : inGaps)
        world.must(file->execute("DELETE FROM timeline_item WHERE id = x'" + id + "'"), "a row of the copy");
}

} // namespace

void checkDigests(World &world, store::Database &hub, SimDesk &desk)
{
    const SimDisk::Calm calm(desk.disk());
    Books books;
    CustomerId next; // twice: all of older history, and once more from its beginning
    for (int round = 0; round < 2; ++round) {
        const auto alike = compared(world, hub, books, desk, next, [&](const store::Repair &repair) -> Result<void> {
            for (const Entity &row : repair.rows)
                world.note("repaired: " + std::string(nameOf(typeOf(row))) + " " + toHex(keyOf(row)));
            for (const Entity &row : repair.gone)
                world.note("removed: " + std::string(nameOf(typeOf(row))) + " " + toHex(keyOf(row)));
            return {};
        });
        world.check(alike.outcome == client::Compared::Outcome::Alike,
                    desk.name() + ": its copy does not compare as what the hub has");
    }
}

void checkRepair(World &world, store::Database &hub, SimDesk &desk)
{
    const SimDisk::Calm calm(desk.disk());
    damage(world, desk);
    Books books;
    CustomerId next;
    constexpr int kMostRounds = 20;
    int alike = 0; // once around, whatever there was
    for (int round = 0; alike < 2 && round < kMostRounds; ++round) {
        const auto done = compared(world, hub, books, desk, next,
                                   [&](const store::Repair &repair) { return desk.files().repair(repair); });
        alike = done.outcome == client::Compared::Outcome::Alike ? alike + 1 : 0;
    }
    world.check(alike == 2, desk.name() + ": its copy is not repaired");
    checkCopyEqualsHub(world, hub, desk);
    checkSearch(world, desk, true);
}

void checkSearch(World &world, SimDesk &desk, bool compared)
{
    const SimDisk::Calm calm(desk.disk());
    const auto file = desk.openCopy();
    for (const std::string index : {"item_search", "identity_search", "customer_search"})
        world.must(file->execute("INSERT INTO " + index + " (" + index + ", rank) VALUES ('integrity-check', 1)"),
                   "the search index");
    if (!compared)
        return;
    // The same rows indexed anew give the same entries.
    world.must(
        file->execute("CREATE VIRTUAL TABLE temp.anew USING fts5(subject, body, author_name, content='', columnsize=0,"
                      " tokenize=\"unicode61 remove_diacritics 2\");"
                      "INSERT INTO temp.anew (rowid, subject, body, author_name) SELECT row, search_fold(subject),"
                      " search_fold(body), search_fold(author_name) FROM timeline_item;"
                      "CREATE VIRTUAL TABLE temp.there USING fts5vocab(main, item_search, instance);"
                      "CREATE VIRTUAL TABLE temp.wanted USING fts5vocab(temp, anew, instance)"),
        "an index made anew");
    auto there = file->queryOnce("SELECT term, doc, col, offset FROM temp.there ORDER BY 1, 2, 3, 4");
    auto wanted = file->queryOnce("SELECT term, doc, col, offset FROM temp.wanted ORDER BY 1, 2, 3, 4");
    for (;;) {
        const bool isThere = world.must(there.step(), "the search index");
        const bool isWanted = world.must(wanted.step(), "the index made anew");
        if (!isThere && !isWanted)
            return;
        world.check(isThere && isWanted && sameRow(there, wanted), desk.name() + ": its search index is not of its rows");
    }
}

} // namespace tributary::sim
