#include "tests/sim/oracle.h"

#include "core/base/digest.h"
#include "core/client/compare_copy.h"
#include "core/hub/digests.h"
#include "core/model/entities.h"

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

} // namespace

void checkLog(World &world, store::Database &hub)
{
    std::map<std::pair<std::int64_t, RawId>, std::int64_t> newest;
    wire::Chain chain{};
    std::int64_t seq = 0;
    {
        auto query = hub.queryOnce("SELECT seq, entity_type, entity_key, op, chain FROM log ORDER BY seq");
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
            world.check(std::ranges::equal(chain, query.blob(4)), "the chain does not recompute");
            RawId id{};
            std::copy(key.begin(), key.end(), id.begin());
            newest[{query.integer(1), id}] = seq;
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
            world.check(found != newest.end() && found->second == query.integer(2),
                        "a row of " + table + " has not the version of its log");
            ++rows;
        }
    }
    std::erase_if(newest, [](const auto &one) { return one.first.first < 0; }); // outcomes
    world.check(rows == newest.size(), "the tables are not the fold of the log");
}

void checkCopyEqualsHub(World &world, store::Database &hub, SimDesk &desk)
{
    const SimDisk::Calm calm(desk.disk());
    store::Database &file = desk.reader();
    for (const auto name : kNames<EntityType>) {
        const std::string table(name);
        const bool isMark = table == "read_mark";
        const std::string order = isMark ? " ORDER BY agent_id, conversation_id" : " ORDER BY id";
        const std::string mine = isMark ? " WHERE agent_id = x'" + toHex(desk.agent().id.view()) + "'" : "";
        auto there = hub.queryOnce("SELECT * FROM " + table + mine + order);
        auto here = file.queryOnce("SELECT * FROM " + table + order);
        for (;;) {
            const bool isThere = world.must(there.step(), "the hub's rows");
            const bool isHere = world.must(here.step(), "the copy's rows");
            if (!isThere && !isHere)
                break;
            if (isThere && isHere && sameRow(there, here))
                continue;
            world.note("hub:  " + (isThere ? rowText(there) : "nothing"));
            world.note("copy: " + (isHere ? rowText(here) : "nothing"));
            throw Broken(desk.name() + ": its copy of " + table + " is not what the hub has");
        }
    }
    world.check(numberOf(world, file, "SELECT count(*) FROM shadow") == 0, "an overlay without a command");
    store::Cache cache(file);
    const auto state = world.must(cache.state(), "the copy's state");
    const auto head = world.must(hub::headOf(hub), "the head");
    world.check(state && state->position == head, desk.name() + ": its position is not the hub's head");
}

void checkDigests(World &world, store::Database &hub, SimDesk &desk)
{
    const SimDisk::Calm calm(desk.disk());
    const client::CompareDoors doors{
        [&](const wire::DigestRequest &request) -> Result<wire::DigestAnswer> {
            TRIBUTARY_TRY_ASSIGN(const hub::DigestBook book, hub::readDigestBook(hub, request.itemsFrom));
            return hub::answerDigests(hub, request, desk.agent().id, &book);
        },
        [&](const store::Repair &repair) -> Result<void> {
            for (const Entity &row : repair.rows)
                world.note("repaired: " + std::string(nameOf(typeOf(row))) + " " + toHex(keyOf(row)));
            for (const Entity &row : repair.gone)
                world.note("removed: " + std::string(nameOf(typeOf(row))) + " " + toHex(keyOf(row)));
            return {};
        },
        [] { return true; },
    };
    CustomerId next; // twice: all of older history, and once more from its beginning
    for (int round = 0; round < 2; ++round) {
        const auto compared = world.must(client::compareCopy(desk.reader(), doors, next), "a comparison");
        world.check(compared.outcome == client::Compared::Outcome::Alike,
                    desk.name() + ": its copy does not compare as what the hub has");
    }
}

void checkSearch(World &world, SimDesk &desk)
{
    const SimDisk::Calm calm(desk.disk());
    const auto file = world.must(store::Database::open(desk.cachePath(), {.vfs = desk.disk().vfs()}), "a copy");
    for (const std::string index : {"item_search", "identity_search"})
        world.must(file->execute("INSERT INTO " + index + " (" + index + ", rank) VALUES ('integrity-check', 1)"),
                   "the search index");
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

void checkCommands(World &world, store::Database &hub, SimDesk &desk)
{
    std::map<CommandId, int> outcomes;
    {
        auto query = hub.queryOnce("SELECT command_id FROM outcome");
        while (world.must(query.step(), "outcomes"))
            ++outcomes[query.id<CommandId>(0)];
    }
    for (const CommandId &id : desk.accepted())
        world.check(outcomes[id] == 1, desk.name() + ": a command was applied " + std::to_string(outcomes[id]) + " times");
    world.check(numberOf(world, hub,
                         "SELECT count(*) FROM client AS c WHERE c.last_n <> (SELECT count(*) FROM outcome AS o WHERE"
                         " o.client_id = c.id) AND c.last_n < 1000")
                    == 0,
                "outcomes are not dense in n");
    world.check(world.must(desk.files().outbox(), "the outbox").empty(), desk.name() + ": commands are still waiting");
}

void checkInbound(World &world, store::Database &hub, const SimPlatform &platform)
{
    std::map<std::string, int> bodies;
    auto query = hub.queryOnce("SELECT body FROM timeline_item WHERE kind = 'inbound' AND body <> ''");
    while (world.must(query.step(), "items"))
        ++bodies[std::string(query.text(0))];
    for (const std::string &text : platform.texts())
        world.check(bodies[text] == 1, "'" + text + "' is there " + std::to_string(bodies[text]) + " times");
}

void checkOutbound(World &world, store::Database &hub, const SimPlatform &platform,
                   const std::set<TimelineItemId> &triedAgain)
{
    for (const auto &[item, taken] : platform.taken())
        world.check(taken.times == 1 || triedAgain.contains(item),
                    "a message went out " + std::to_string(taken.times) + " times");
    std::map<TimelineItemId, std::int64_t> written; // first seq of each item: the order in which the hub took them
    {
        auto query = hub.queryOnce("SELECT entity_key, min(seq) FROM log WHERE entity_type = "
                                   + std::to_string(int(EntityType::TimelineItem)) + " GROUP BY entity_key");
        while (world.must(query.step(), "the log"))
            written[query.id<TimelineItemId>(0)] = query.integer(1);
    }
    std::map<ConversationId, std::int64_t> last;
    for (const TimelineItemId &item : platform.order()) {
        if (triedAgain.contains(item))
            continue;
        std::int64_t &before = last[platform.taken().at(item).conversation];
        world.check(written.at(item) > before, "messages of a conversation went out in another order");
        before = written.at(item);
    }
    const std::string account = toHex(platform.account().id.view());
    world.check(numberOf(world, hub, "SELECT count(*) FROM delivery_queue WHERE account_id = x'" + account + "'") == 0,
                "something is still waiting to be sent");
    world.check(
        numberOf(world, hub,
                 "SELECT count(*) FROM parked_delivery AS p JOIN message_name AS m ON m.account_id = p.account_id AND"
                 " m.name = p.name")
            == 0,
        "news of a message that is known by now lies unread");
}

} // namespace tributary::sim
