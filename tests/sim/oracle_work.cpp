#include "tests/sim/oracle.h"

#include "core/base/digest.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

/// What became of what people and customers did.
namespace tributary::sim {
namespace {

using namespace tributary::model;

std::int64_t numberOf(World &world, store::Database &database, const std::string &sql)
{
    auto query = database.queryOnce(sql);
    world.must(query.step(), "a count");
    return query.integer(0);
}

} // namespace

void checkEffects(World &world, store::Database &hub)
{
    world.check(
        numberOf(world, hub,
                 "SELECT count(*) FROM (SELECT o.command_id FROM outcome AS o WHERE EXISTS (SELECT 1 FROM log AS l WHERE"
                 " l.client_id = o.client_id AND l.client_n = o.n AND l.entity_type >= 0) GROUP BY o.command_id HAVING"
                 " count(*) > 1)")
            == 0,
        "a command was done twice, under two numbers");
    auto lost = hub.query(store::sql::exchange_check_lost); // as `tributary-hub check`, and whoever restores a backup of it
    while (world.must(lost.step(), "rows that fit together"))
        world.check(lost.integer(1) == 0,
                    "the hub has " + std::to_string(lost.integer(1)) + " " + std::string(lost.text(0)));
}

void checkCommands(World &world, SimHub &hub, SimDesk &desk)
{
    std::map<CommandId, int> outcomes;
    std::set<CommandId> returned;
    {
        auto query = hub.database().queryOnce("SELECT command_id, kind FROM outcome");
        while (world.must(query.step(), "outcomes")) {
            const auto id = query.id<CommandId>(0);
            ++outcomes[id];
            if (query.text(1) == "needs-you" || query.text(1) == "refused")
                returned.insert(id);
        }
    }
    store::Erased erased;
    for (const auto &[row, at] : hub.erased()) {
        if (row.first == EntityType::Conversation)
            erased.conversations.insert(ConversationId(row.second));
        else if (row.first == EntityType::Customer)
            erased.customers.insert(CustomerId(row.second));
        else if (row.first == EntityType::Identity)
            erased.identities.insert(IdentityId(row.second));
    }
    const std::set<CommandId> cameBack = desk.cameBack();
    const auto isWithItsAuthor = [&](const CommandId &id) { return cameBack.contains(id) || desk.decided().contains(id); };
    for (const CommandId &id : desk.accepted()) {
        const int times = outcomes[id];
        // What came back is not offered to a restored hub again; what two installations have, both may bring, and who comes
        // back to a computer brings all that they have done there.
        const bool fewer = times == 0 && hub.restores() > 0 && (isWithItsAuthor(id) || desk.isOfErased(id, erased));
        const bool more = times > 1 && (desk.isCopied() || desk.isShared() || desk.shared().contains(id));
        if (times != 1 && !fewer && !more)
            throw Broken(desk.name() + ": a command was applied " + std::to_string(times) + " times, " + desk.inJournal(id));
        world.check(!returned.contains(id) || isWithItsAuthor(id) || desk.isCopied() || desk.shared().contains(id),
                    desk.name() + ": what the hub did not take has not come back to its author");
    }
    world.check(numberOf(world, hub.database(),
                         "SELECT count(*) FROM client AS c WHERE c.last_n <> (SELECT count(*) FROM outcome AS o WHERE"
                         " o.client_id = c.id) AND c.last_n < 1000")
                    == 0,
                "outcomes are not dense in n");
    world.check(world.must(desk.files().outbox(), "the outbox").empty(), desk.name() + ": commands are still waiting");
}

void checkTexts(World &world, SimHub &hub, SimDesk &desk, const std::set<CommandId> &withAuthors)
{
    for (const auto &[command, text] : desk.texts()) {
        const bool isErased = hub.wasErased({EntityType::TimelineItem, text.item.bytes})
                              || hub.wasErased({EntityType::Conversation, text.conversation.bytes});
        if (!desk.accepted().contains(command) || withAuthors.contains(command) || isErased || hub.isTakenBack(text.item))
            continue;
        const auto found = world.must(store::timelineItem(hub.database(), text.item), "an item");
        if (!found || found->body != text.body)
            throw Broken(desk.name() + ": '" + text.body + "' has come to nothing: " + hub.whatIsOf(text.item)
                         + hub.whatBecameOf(command) + ", " + desk.inJournal(command));
    }
}

void checkInbound(World &world, SimHub &simHub, const SimPlatform &platform)
{
    std::map<std::string, int> bodies;
    auto query = simHub.database().queryOnce("SELECT body FROM timeline_item WHERE kind = 'inbound' AND body <> ''");
    while (world.must(query.step(), "items"))
        ++bodies[std::string(query.text(0))];
    for (const auto &[text, from] : platform.texts()) {
        const bool mayBeGone = simHub.isSilent(from) || simHub.erasedTexts().contains(text);
        world.check(bodies[text] == 1 || (mayBeGone && bodies[text] == 0),
                    "'" + text + "' is there " + std::to_string(bodies[text]) + " times");
    }
}

namespace {

void checkStates(World &world, store::Database &hub, const SimPlatform &platform, const std::set<TimelineItemId> &triedAgain)
{
    auto query = hub.queryOnce("SELECT id FROM timeline_item WHERE kind = 'outbound' AND NOT deleted AND account_id = x'"
                               + toHex(platform.account().id.view()) + "'");
    while (world.must(query.step(), "messages")) {
        const auto item = world.must(store::timelineItem(hub, query.id<TimelineItemId>(0)), "a message");
        if (!item->delivery || !item->author || triedAgain.contains(item->id) || platform.forgiven().contains(item->id))
            continue;
        const auto found = platform.taken().find(item->id);
        const bool isTaken = found != platform.taken().end();
        const bool bounced = isTaken && found->second.bounced;
        const std::string state(nameOf(item->delivery->state));
        if (isTaken && !bounced && item->delivery->state < found->second.told)
            throw Broken("a message is " + state + ", and was " + std::string(nameOf(found->second.told)) + " once");
        switch (item->delivery->state) {
        case Delivery::State::Sent:
        case Delivery::State::Delivered:
        case Delivery::State::Read: world.check(isTaken, "a message is " + state + ", and nobody has it"); break;
        case Delivery::State::Failed: world.check(!isTaken || bounced, "a message has failed, and arrived"); break;
        case Delivery::State::Uncertain: break;
        default: world.check(false, "a message is " + state + " and waits for nothing");
        }
    }
}

} // namespace

void checkOutbound(World &world, SimHub &simHub, const SimPlatform &platform, const std::set<TimelineItemId> &triedAgain)
{
    store::Database &hub = simHub.database();
    for (const auto &[item, taken] : platform.taken())
        world.check(taken.times == 1 || triedAgain.contains(item) || platform.forgiven().contains(item),
                    "a message went out " + std::to_string(taken.times) + " times");
    checkStates(world, hub, platform, triedAgain);
    const auto written = simHub.firstSeqs(); // the order in which the hub took them
    std::map<ConversationId, std::int64_t> last;
    for (const TimelineItemId &item : platform.order()) {
        if (triedAgain.contains(item))
            continue;
        const auto seq = written.find(item);
        if (seq == written.end()) {
            world.check(simHub.wasErased({EntityType::TimelineItem, item.bytes}),
                        "a message went out that the hub has never heard of");
            continue;
        }
        std::int64_t &before = last[platform.taken().at(item).conversation];
        world.check(seq->second > before, "messages of a conversation went out in another order");
        before = seq->second;
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
