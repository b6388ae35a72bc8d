// Work that finds its agent, and comes back from who has gone.
#include "core/hub/assignment.h"
#include "core/hub/timeline_events.h"
#include "tests/hub/core/desk_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using Routing = Team::Routing;

namespace {

struct Floor : Desk {
    std::vector<ConversationId> waiting;
    Watch watch; ///< Of the hub that runs.

    Floor()
    {
        put(mara, {care.id});
        put(tom, {care.id});
    }
    void routed(Routing routing, std::int64_t returnMinutes = 0)
    {
        care.routing = routing;
        care.returnMinutes = returnMinutes;
        change([&](ChangeLog &changes) { return saveTeam(changes, care); });
    }
    void arrive(int count)
    {
        for (int i = 0; i < count; ++i) {
            clock.advance(std::chrono::seconds(1));
            waiting.push_back(take(letter("c" + std::to_string(waiting.size()) + "@mail.test")).conversation);
            move(waiting.back(), care.id);
        }
    }
    void atWork(std::set<AgentId> agents)
    {
        must(database->inTransaction([&] { return noteAtWork(*database, watch, agents, clock.now()); }));
    }
    /// Minutes in which the hub runs and those are at work.
    void pass(int minutes, const std::set<AgentId> &agents)
    {
        for (int i = 0; i < minutes; ++i) {
            clock.advance(std::chrono::minutes(1));
            atWork(agents);
        }
    }
    bool distributed()
    {
        return must(database->inTransaction([&] { return distribute(*database, ids, watch, clock.now()); }));
    }
    void capacity(Agent &agent, std::int64_t most, bool away = false)
    {
        agent = *must(store::agent(*database, agent.id));
        agent.capacity = most;
        agent.away = away;
        change([&](ChangeLog &changes) { return changes.put(agent); });
    }
    /// The customer's message in a conversation.
    TimelineItemId asked(ConversationId id)
    {
        auto query = database->queryOnce("SELECT id FROM timeline_item WHERE kind = 'inbound' AND conversation_id = x'"
                                         + toHex(id.view()) + "'");
        must(query.step());
        return query.id<TimelineItemId>(0);
    }
    std::vector<std::string> owners()
    {
        std::vector<std::string> names;
        for (const ConversationId &id : waiting) {
            const auto assignee = conversation(id).assignee;
            names.push_back(assignee ? must(store::agent(*database, *assignee))->name : "");
        }
        return names;
    }
};

using Names = std::vector<std::string>;

} // namespace

class TestAssignment : public QObject {
    Q_OBJECT
private slots:
    void byHandNothingIsGivenOut();
    void roundRobinTakesTurns();
    void leastLoadFirst();
    void whoGetsNothing_data();
    void whoGetsNothing();
    void capacityIsKept();
    void workComesBack();
    void whyIsSaid_data();
    void whyIsSaid();
    void workOfWhoIsAwayComesBack_data();
    void workOfWhoIsAwayComesBack();
    void nobodyIsAbsentUnseen_data();
    void nobodyIsAbsentUnseen();
    void aClockThatWasAheadKeepsNobodyAtWork_data();
    void aClockThatWasAheadKeepsNobodyAtWork();
    void whatOpensAgainIsOfNobodyGone_data();
    void whatOpensAgainIsOfNobodyGone();
    void theLongestWaitingFirst();
    void manyInSlices();
    void manyForNobodyHideNone();
};

void TestAssignment::workOfWhoIsAwayComesBack_data()
{
    QTest::addColumn<int>("minutesAway");
    QTest::addColumn<bool>("back"); // said so before the time was over
    QTest::addColumn<QString>("owner");
    QTest::newRow("not for long enough") << 29 << false << "Mara";
    QTest::newRow("for the set time") << 31 << false << "";
    QTest::newRow("came back") << 31 << true << "Mara";
}

/// Connected all the while: who says that they are away is as gone as who is not there.
void TestAssignment::workOfWhoIsAwayComesBack()
{
    QFETCH(const int, minutesAway);
    QFETCH(const bool, back);
    QFETCH(const QString, owner);
    Floor floor;
    floor.routed(Routing::ByHand, 30);
    floor.arrive(1);
    floor.assign(floor.waiting[0], floor.mara.id);
    floor.atWork({floor.mara.id});
    floor.capacity(floor.mara, 0, true);
    for (int minute = 0; minute < minutesAway; ++minute) {
        floor.clock.advance(std::chrono::minutes(1));
        if (back && minute == 20)
            floor.capacity(floor.mara, 0, false);
        floor.atWork({floor.mara.id});
    }
    floor.distributed();
    QCOMPARE(floor.owners(), Names({owner.toStdString()}));
}

void TestAssignment::nobodyIsAbsentUnseen_data()
{
    QTest::addColumn<QString>("why");
    QTest::addColumn<int>("after"); // minutes in which it is watched again, and she does not come
    QTest::addColumn<QString>("owner");
    for (const char *why : {"the hub did not run", "the computer slept", "no team was routed"}) {
        QTest::addRow("%s", why) << QString(why) << 0 << "Mara";
        QTest::addRow("%s, and she is not back in time", why) << QString(why) << 29 << "Mara";
        QTest::addRow("%s, and she stays away", why) << QString(why) << 31 << "";
    }
}

/// Who was not looked for was not gone: their absence begins when somebody looks.
void TestAssignment::nobodyIsAbsentUnseen()
{
    QFETCH(const QString, why);
    QFETCH(const int, after);
    QFETCH(const QString, owner);
    Floor floor;
    floor.routed(Routing::ByHand, 30);
    floor.arrive(1);
    floor.assign(floor.waiting[0], floor.mara.id);
    floor.atWork({floor.mara.id, floor.tom.id});
    floor.pass(1, {floor.tom.id});
    if (why == "no team was routed")
        floor.routed(Routing::ByHand);
    floor.clock.advance(std::chrono::hours(24 * 60));
    if (why == "the hub did not run")
        floor.watch = {};
    if (why == "no team was routed")
        floor.routed(Routing::ByHand, 30);
    floor.atWork({});
    floor.distributed();
    QCOMPARE(floor.owners(), Names({"Mara"}));
    floor.pass(after, {});
    floor.distributed();
    QCOMPARE(floor.owners(), Names({owner.toStdString()}));
}

void TestAssignment::aClockThatWasAheadKeepsNobodyAtWork_data()
{
    QTest::addColumn<bool>("startedAnew");
    QTest::newRow("while it runs") << false;
    QTest::newRow("with a new start") << true;
}

/// Who went home before the clock was put right was not seen at work since.
void TestAssignment::aClockThatWasAheadKeepsNobodyAtWork()
{
    QFETCH(const bool, startedAnew);
    Floor floor;
    const TimePoint right = floor.clock.now();
    floor.routed(Routing::RoundRobin, 30);
    floor.arrive(1);
    floor.assign(floor.waiting[0], floor.tom.id);
    floor.clock.advance(std::chrono::hours(24));
    floor.atWork({floor.mara.id, floor.tom.id});
    floor.clock.step(right + std::chrono::hours(1));
    if (startedAnew)
        floor.watch = {};
    floor.atWork({floor.mara.id});
    floor.arrive(2);
    floor.distributed();
    QCOMPARE(floor.owners(), Names({"Tom", "Mara", "Mara"}));
    floor.pass(29, {floor.mara.id}); // counted from when the clock was put right
    floor.distributed();
    QCOMPARE(floor.owners(), Names({"Tom", "Mara", "Mara"}));
    floor.pass(2, {floor.mara.id});
    floor.distributed();
    QCOMPARE(floor.owners(), Names({"Mara", "Mara", "Mara"})); // returned, and given to who is there
}

void TestAssignment::byHandNothingIsGivenOut()
{
    Floor floor;
    floor.arrive(2);
    floor.atWork({floor.mara.id, floor.tom.id});
    const auto head = floor.head();
    QVERIFY(!floor.distributed());
    QCOMPARE(floor.owners(), Names({"", ""}));
    QCOMPARE(floor.head(), head);
}

void TestAssignment::roundRobinTakesTurns()
{
    Floor floor;
    floor.routed(Routing::RoundRobin);
    floor.atWork({floor.mara.id, floor.tom.id});
    floor.arrive(3);
    floor.distributed();
    auto names = floor.owners();
    QVERIFY(names[0] != names[1] && names[0] == names[2] && !names[0].empty() && !names[1].empty());
    floor.arrive(1); // whose turn it is outlives the look
    floor.distributed();
    QCOMPARE(floor.owners()[3], names[1]);
    const auto log = floor.number("SELECT count(*) FROM timeline_item WHERE kind = 'event'");
    floor.distributed(); // nothing waits: nothing is said
    QCOMPARE(floor.number("SELECT count(*) FROM timeline_item WHERE kind = 'event'"), log);
}

void TestAssignment::leastLoadFirst()
{
    Floor floor;
    floor.arrive(3);
    for (int i = 0; i < 3; ++i)
        floor.assign(floor.waiting[std::size_t(i)], floor.mara.id);
    floor.routed(Routing::LeastLoad);
    floor.atWork({floor.mara.id, floor.tom.id});
    floor.arrive(3);
    floor.distributed();
    QCOMPARE(floor.owners(), Names({"Mara", "Mara", "Mara", "Tom", "Tom", "Tom"}));
}

void TestAssignment::whoGetsNothing_data()
{
    QTest::addColumn<QString>("why");
    for (const char *why : {"gone", "away", "in another team", "not active", "may not reply", "does not see that account"})
        QTest::newRow(why) << QString(why);
}

void TestAssignment::whoGetsNothing()
{
    QFETCH(const QString, why);
    Floor floor;
    floor.routed(Routing::RoundRobin);
    floor.arrive(2);
    floor.atWork({floor.mara.id, floor.tom.id});
    if (why == "gone") {
        floor.clock.advance(kAtWork + std::chrono::seconds(1));
        floor.atWork({floor.mara.id});
    } else if (why == "away") {
        floor.capacity(floor.tom, 0, true);
    } else if (why == "in another team") {
        floor.put(floor.tom, {floor.returns.id});
    } else if (why == "not active") {
        floor.change([&](ChangeLog &changes) {
            return setActive(changes, floor.ids, floor.tom, false, std::nullopt, std::nullopt, floor.clock.now());
        });
    } else if (why == "may not reply") {
        floor.give(floor.tom, Role{.permissions = {"write-notes"}}, {floor.care.id});
    } else {
        floor.give(floor.tom, Role{.permissions = {"reply"}, .accounts = {floor.chat.id}}, {floor.care.id});
    }
    floor.distributed();
    QCOMPARE(floor.owners(), Names({"Mara", "Mara"}));
}

void TestAssignment::capacityIsKept()
{
    Floor floor;
    floor.routed(Routing::RoundRobin);
    floor.capacity(floor.mara, 1);
    floor.capacity(floor.tom, 2);
    floor.arrive(5);
    floor.atWork({floor.mara.id, floor.tom.id});
    floor.distributed();
    const Names names = floor.owners();
    QCOMPARE(std::ranges::count(names, "Mara"), 1);
    QCOMPARE(std::ranges::count(names, "Tom"), 2);
    QCOMPARE(std::ranges::count(names, ""), 2);
    // What waits for the customer is not in hand.
    const auto mine = floor.waiting[std::size_t(std::ranges::find(names, "Mara") - names.begin())];
    floor.mustApply(SetStatus{mine, Conversation::Status::Waiting});
    floor.distributed();
    QCOMPARE(std::ranges::count(floor.owners(), ""), 1);
}

void TestAssignment::workComesBack()
{
    Floor floor;
    floor.arrive(2);
    floor.assign(floor.waiting[0], floor.mara.id);
    floor.assign(floor.waiting[1], floor.mara.id);
    floor.mustApply(SetStatus{floor.waiting[1], Conversation::Status::Waiting});
    floor.routed(Routing::ByHand, 30);
    floor.atWork({floor.tom.id}); // Mara was never seen: her absence begins now
    floor.distributed();
    QCOMPARE(floor.owners(), Names({"Mara", "Mara"}));
    floor.pass(31, {floor.tom.id});
    floor.distributed();
    QCOMPARE(floor.owners(), Names({"", "Mara"})); // what waits for the customer waits for her
    const auto event = floor.number("SELECT count(*) FROM timeline_item WHERE kind = 'event' AND conversation_id = x'"
                                    + toHex(floor.waiting[0].view()) + "'");
    floor.distributed();
    QCOMPARE(floor.number("SELECT count(*) FROM timeline_item WHERE kind = 'event' AND conversation_id = x'"
                          + toHex(floor.waiting[0].view()) + "'"),
             event);
}

void TestAssignment::whyIsSaid_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<QString>("event");
    QTest::addColumn<QString>("why");
    QTest::newRow("in turn") << "in turn"
                             << "assigned"
                             << "turn";
    QTest::newRow("by load") << "by load"
                             << "assigned"
                             << "least-load";
    QTest::newRow("from who is gone") << "gone"
                                      << "returned"
                                      << "";
    QTest::newRow("from who is away") << "away"
                                      << "returned"
                                      << "away";
}

void TestAssignment::whyIsSaid()
{
    QFETCH(const QString, how);
    QFETCH(const QString, event);
    QFETCH(const QString, why);
    Floor floor;
    const bool comesBack = how == "gone" || how == "away";
    floor.routed(comesBack          ? Routing::ByHand
                 : how == "in turn" ? Routing::RoundRobin
                                    : Routing::LeastLoad,
                 comesBack ? 30 : 0);
    floor.arrive(1);
    floor.atWork({floor.mara.id});
    if (comesBack) {
        floor.assign(floor.waiting[0], floor.mara.id);
        floor.capacity(floor.mara, 0, how == "away");
        floor.pass(31, {floor.tom.id});
    }
    floor.distributed();
    const auto said = floor.must(newestEvent(*floor.database, floor.waiting[0], [&](const TimelineItem &one) {
        return detailOf(one, "event") == event.toStdString();
    }));
    QVERIFY(said);
    QVERIFY(!said->author);
    QCOMPARE(detailOf(*said, "rule"), floor.care.name);
    QCOMPARE(detailOf(*said, comesBack ? "from" : "to"), floor.mara.name);
    QCOMPARE(QString::fromStdString(detailOf(*said, "why")), why);
}

void TestAssignment::whatOpensAgainIsOfNobodyGone_data()
{
    QTest::addColumn<QString>("why");
    QTest::addColumn<QString>("how");
    for (const char *why : {"shut out", "in another team", "still there"}) {
        for (const char *how : {"written", "bounced", "failed", "by hand", "answered", "taken in", "unblocked", "split off"})
            QTest::addRow("%s, %s", why, how) << QString(why) << QString(how);
    }
}

/// Work that was over when its agent left is found by others once it is work again.
void TestAssignment::whatOpensAgainIsOfNobodyGone()
{
    QFETCH(const QString, why);
    QFETCH(const QString, how);
    Floor floor;
    floor.arrive(1);
    const ConversationId id = floor.waiting.front();
    ConversationId opened = id;
    const TimelineItemId asked = floor.asked(id);
    const std::string letter = "m" + std::to_string(floor.count) + "@mail.test";
    floor.assign(id, floor.tom.id);
    const SendMessage said = floor.reply(floor.conversation(id), "Hello");
    floor.mustApply(said);
    std::optional<Claimed> claimed;
    if (how == "failed") {
        floor.clock.advance(std::chrono::seconds(11));
        claimed = floor.claim(floor.mail);
    }
    const CustomerId customer = floor.conversation(id).customer;
    if (how == "unblocked")
        floor.mustApply(BlockCustomer{customer, true, false});
    else
        floor.mustApply(SetStatus{id, Conversation::Status::Resolved});
    QCOMPARE(floor.conversation(id).assignee, std::optional(floor.tom.id));
    if (why == "shut out") {
        floor.change([&](ChangeLog &changes) {
            return setActive(changes, floor.ids, floor.tom, false, std::nullopt, std::nullopt, floor.clock.now());
        });
    } else if (why == "in another team") {
        floor.put(floor.tom, {floor.returns.id});
    }
    if (how == "written") {
        auto more = floor.letter("c0@mail.test");
        more.references = {letter};
        QCOMPARE(floor.take(more).conversation, id);
    } else if (how == "bounced") {
        channels::InboundEnvelope bounce{.account = floor.mail.id, .channel = Channel::Email};
        bounce.kind = channels::InboundEnvelope::Kind::Delivery;
        bounce.externalId = "bounce";
        bounce.about = {"t" + toHex(said.item.view()) + "@shop.test"};
        bounce.delivery = {.state = Delivery::State::Failed, .problemText = "No such mailbox.", .at = floor.clock.now()};
        floor.take(bounce);
    } else if (how == "failed") {
        floor.settled(*claimed, {.kind = channels::SendOutcome::Kind::Failed, .problemText = "Why."});
    } else if (how == "by hand") {
        floor.mustApply(SetStatus{id, Conversation::Status::Open});
    } else if (how == "answered") {
        floor.mustApply(floor.reply(floor.conversation(id), "And"));
    } else if (how == "taken in") {
        const ConversationId other = floor.take(floor.letter("c0@mail.test")).conversation;
        QCOMPARE(floor.mustApply(JoinConversation{other, id}).kind, Outcome::Kind::Applied);
    } else if (how == "unblocked") {
        floor.mustApply(BlockCustomer{customer, false, false});
    } else {
        opened = floor.ids.make<ConversationId>();
        QCOMPARE(floor.mustApply(MoveItems{id, opened, {asked}, "Apart"}).kind, Outcome::Kind::Applied);
    }
    const Conversation after = floor.conversation(opened);
    QVERIFY(after.status != Conversation::Status::Resolved);
    const std::string given = "SELECT count(*) FROM timeline_item WHERE kind = 'event' AND instr(CAST(details AS TEXT), "
                              "'assigned') > 0";
    if (why == "still there") {
        QCOMPARE(after.assignee, std::optional(floor.tom.id));
        QCOMPARE(floor.number(given), 0);
        return;
    }
    const bool isTaken = how == "answered"; // who answers what is nobody's takes it
    QCOMPARE(after.assignee, isTaken ? std::optional(floor.mara.id) : std::nullopt);
    QCOMPARE(floor.number(given), isTaken ? 2 : 1);
}

void TestAssignment::theLongestWaitingFirst()
{
    Floor floor;
    floor.routed(Routing::RoundRobin);
    floor.capacity(floor.mara, 1);
    floor.arrive(3);
    floor.atWork({floor.mara.id});
    floor.distributed();
    QCOMPARE(floor.owners(), Names({"Mara", "", ""}));
}

void TestAssignment::manyInSlices()
{
    Floor floor;
    floor.routed(Routing::LeastLoad);
    floor.arrive(205);
    floor.atWork({floor.mara.id, floor.tom.id});
    QVERIFY(floor.distributed()); // there may be more
    QVERIFY(!floor.distributed());
    QCOMPARE(std::ranges::count(floor.owners(), ""), 0);
}

void TestAssignment::manyForNobodyHideNone()
{
    Floor floor;
    floor.routed(Routing::RoundRobin);
    Agent mara = *floor.must(store::agent(*floor.database, floor.mara.id));
    mara.accounts = {floor.chat.id};
    floor.change([&](ChangeLog &changes) { return changes.put(mara); });
    floor.arrive(205); // letters, which she does not answer
    floor.clock.advance(std::chrono::seconds(1));
    floor.waiting.push_back(floor.take(floor.line("visitor")).conversation);
    floor.move(floor.waiting.back(), floor.care.id);
    floor.atWork({floor.mara.id});
    QVERIFY(!floor.distributed());
    QCOMPARE(floor.owners().back(), std::string("Mara"));
    QCOMPARE(std::ranges::count(floor.owners(), ""), 205);
}

QTEST_APPLESS_MAIN(TestAssignment)
#include "tst_assignment.moc"
