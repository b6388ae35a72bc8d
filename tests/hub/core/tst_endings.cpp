// A team, or a status of one's own, that ends while many conversations name it: these follow a slice at a time, and whoever
// meets one in between is treated as if it had followed.
#include "core/hub/timeline_events.h"
#include "tests/hub/core/desk_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using Kind = Outcome::Kind;
using Reason = Outcome::Reason;
using Status = Conversation::Status;

namespace {

struct Floor : Desk {
    ConversationId of(const Team &team, Status status)
    {
        const auto id = take(letter("c" + std::to_string(count) + "@mail.test")).conversation;
        change([&](ChangeLog &changes) {
            Conversation one = conversation(id);
            one.team = team.id;
            one.status = status;
            if (status == Status::Resolved)
                one.resolvedAt = clock.now();
            return changes.put(one);
        });
        return id;
    }
    /// So many at once, with nothing in them.
    std::vector<ConversationId> many(int count, Conversation like)
    {
        std::vector<ConversationId> made;
        change([&](ChangeLog &changes) -> Result<void> {
            for (int i = 0; i < count; ++i) {
                like.id = ids.make<ConversationId>();
                like.account = mail.id;
                TRIBUTARY_TRY(changes.put(like));
                made.push_back(like.id);
            }
            return {};
        });
        return made;
    }
    void end(const Team &team, const std::optional<Team> &into, std::int64_t most)
    {
        change([&](ChangeLog &changes) { return removeTeam(changes, ids, team, into, clock.now(), ada, most); });
    }
    bool goOn(std::int64_t most = 200)
    {
        return must(database->inTransaction([&] { return endSome(*database, ids, clock.now(), most); }));
    }
    /// The values of the events of that name.
    std::vector<std::map<std::string, std::string>> events(ConversationId id, const std::string &name)
    {
        std::vector<TimelineItemId> items;
        {
            auto query = database->queryOnce("SELECT id FROM timeline_item WHERE kind = 'event' AND conversation_id = x'"
                                             + toHex(id.view()) + "' ORDER BY id");
            while (must(query.step()))
                items.push_back(query.id<TimelineItemId>(0));
        }
        std::vector<std::map<std::string, std::string>> found;
        for (const TimelineItemId one : items) {
            if (const TimelineItem event = item(one); detailOf(event, "event") == name)
                found.push_back(event.details);
        }
        return found;
    }
    Outcome by(const Agent &agent, CommandBody body) // by the rights they have now
    {
        return must(apply(command(std::move(body)), *must(store::agent(*database, agent.id))));
    }
};

} // namespace

class TestEndings : public QObject {
    Q_OBJECT
private slots:
    void whatIsOpenGoesFirstAndIsToldOf();
    void whatIsLeftSurvivesARestart();
    void whatIsLeftIsSeenWhenItComes();
    void opensAgainWhereItGoes_data();
    void opensAgainWhereItGoes();
    void whatEndsDoesNotComeBackMeanwhile();
    void whereItGoesMayEndAsWell_data();
    void whereItGoesMayEndAsWell();
    void aBigTeamEndsInSlices();
    void aStatusOfManyEndsInSlices();
};

void TestEndings::whatIsOpenGoesFirstAndIsToldOf()
{
    Floor hub;
    const ConversationId over = hub.of(hub.care, Status::Resolved);
    const std::vector<ConversationId> open{hub.of(hub.care, Status::Open), hub.of(hub.care, Status::Waiting),
                                           hub.of(hub.care, Status::Snoozed)};
    hub.end(hub.care, hub.returns, 3);
    for (const ConversationId id : open) {
        QCOMPARE(hub.conversation(id).team, std::optional(hub.returns.id));
        const auto moved = hub.events(id, "moved");
        QCOMPARE(moved.size(), 1u);
        QCOMPARE(moved[0].at("from"), std::string("Care"));
        QCOMPARE(moved[0].at("to"), std::string("Returns"));
        QCOMPARE(moved[0].at("why"), std::string("team-removed"));
    }
    QVERIFY(!HubUnderTest::must(store::team(*hub.database, hub.care.id))); // nobody can choose it
    QCOMPARE(hub.conversation(over).team, std::optional(hub.care.id));
    QVERIFY(!hub.goOn(3));
    QCOMPARE(hub.conversation(over).team, std::optional(hub.returns.id));
    QVERIFY(hub.events(over, "moved").empty());
    QVERIFY(!HubUnderTest::must(areEndings(*hub.database)));
    const std::int64_t head = hub.head();
    QVERIFY(!hub.goOn(3));
    QCOMPARE(hub.head(), head);
}

void TestEndings::whatIsLeftSurvivesARestart()
{
    Floor hub;
    std::vector<ConversationId> all;
    for (int i = 0; i < 5; ++i)
        all.push_back(hub.of(hub.care, i < 3 ? Status::Open : Status::Resolved));
    hub.end(hub.care, hub.returns, 2);
    hub.database.reset();
    hub.database = HubUnderTest::must(store::Database::open(hub.folder.filePath("hub.db").toStdString(),
                                                            {.durability = store::Database::Durability::Normal}));
    QVERIFY(HubUnderTest::must(areEndings(*hub.database)));
    while (hub.goOn(2)) {
    }
    for (int i = 0; i < 5; ++i) {
        QCOMPARE(hub.conversation(all[std::size_t(i)]).team, std::optional(hub.returns.id));
        QCOMPARE(hub.events(all[std::size_t(i)], "moved").size(), i < 3 ? 1u : 0u);
    }
}

/// It is nobody's but who sees everything, and comes whole to those who see where it goes.
void TestEndings::whatIsLeftIsSeenWhenItComes()
{
    Floor hub;
    hub.put(hub.tom, {hub.returns.id});
    const ConversationId first = hub.of(hub.care, Status::Open), over = hub.of(hub.care, Status::Resolved);
    const std::int64_t before = hub.head();
    hub.end(hub.care, hub.returns, 1);
    QCOMPARE(hub.conversation(first).team, std::optional(hub.returns.id));
    const Keys left = hub.allOf(over);
    for (const Agent *one : {&hub.tom, &hub.mara}) {
        QVERIFY(Desk::hasNone(Desk::keysOf(hub.after(before, *one).rows), left));
        QVERIFY(Desk::hasNone(Desk::keysOf(hub.bootstrap(*one)), left));
    }
    QVERIFY(Desk::has(Desk::keysOf(hub.bootstrap(hub.ada)), left));
    const std::int64_t between = hub.head();
    hub.goOn();
    QVERIFY(Desk::has(Desk::keysOf(hub.after(between, hub.tom).rows), left));
    QVERIFY(Desk::hasNone(Desk::keysOf(hub.after(between, hub.mara).rows), left));
    QVERIFY(Desk::has(Desk::keysOf(hub.bootstrap(hub.tom)), left));
}

void TestEndings::opensAgainWhereItGoes_data()
{
    QTest::addColumn<bool>("byAgent");
    QTest::newRow("the customer writes") << false;
    QTest::newRow("an agent opens it") << true;
}

/// Whoever has it, and sees where it goes, keeps it.
void TestEndings::opensAgainWhereItGoes()
{
    QFETCH(const bool, byAgent);
    Floor hub;
    hub.put(hub.tom, {hub.returns.id});
    hub.of(hub.care, Status::Open);
    const ConversationId over = hub.of(hub.care, Status::Resolved);
    hub.assign(over, hub.tom.id);
    hub.end(hub.care, hub.returns, 1);
    QCOMPARE(hub.conversation(over).team, std::optional(hub.care.id));
    if (byAgent) {
        QCOMPARE(hub.by(hub.mara, SetStatus{over, Status::Open}).reason, Reason::NotFound); // it is not hers any more
        QCOMPARE(hub.by(hub.tom, SetStatus{over, Status::Open}).kind, Kind::Applied);
    } else {
        auto answer = hub.letter("c1@mail.test");
        answer.conversationNumber = hub.conversation(over).number;
        hub.take(answer);
    }
    const Conversation now = hub.conversation(over);
    QCOMPARE(now.status, Status::Open);
    QCOMPARE(now.team, std::optional(hub.returns.id));
    QCOMPARE(now.assignee, std::optional(hub.tom.id));
    QVERIFY(!hub.goOn());
    QCOMPARE(hub.events(over, "moved").size(), 1u);
    QCOMPARE(hub.events(over, "moved")[0].at("why"), std::string("team-removed"));
}

void TestEndings::whatEndsDoesNotComeBackMeanwhile()
{
    Floor hub;
    hub.of(hub.care, Status::Open);
    const ConversationId over = hub.of(hub.care, Status::Resolved);
    hub.end(hub.care, std::nullopt, 1);
    QCOMPARE(hub.by(hub.ada, SaveTeam{hub.care}).reason, Reason::Changed); // as it was when she last saw it
    Team anew = hub.care;
    anew.version = 0;
    QCOMPARE(hub.by(hub.ada, SaveTeam{anew}).reason, Reason::Taken);
    const ConversationId other = hub.of(hub.returns, Status::Open);
    QCOMPARE(hub.by(hub.ada, SetTeam{other, hub.care.id}).kind, Kind::Refused);
    while (hub.goOn()) {
    }
    QVERIFY(!hub.conversation(over).team);
    QCOMPARE(hub.by(hub.ada, SaveTeam{anew}).kind, Kind::Applied);
}

void TestEndings::whereItGoesMayEndAsWell_data()
{
    QTest::addColumn<bool>("toAThird");
    QTest::newRow("to a third team") << true;
    QTest::newRow("to nobody in particular") << false;
}

void TestEndings::whereItGoesMayEndAsWell()
{
    QFETCH(const bool, toAThird);
    Floor hub;
    const Team third = hub.change([&](ChangeLog &changes) { return addTeam(changes, hub.ids, "Sales"); });
    const auto into = toAThird ? std::optional(third) : std::nullopt;
    hub.of(hub.care, Status::Open);
    const ConversationId over = hub.of(hub.care, Status::Resolved);
    hub.end(hub.care, hub.returns, 1);
    hub.end(hub.returns, into, 1);
    while (hub.goOn(1)) {
    }
    QCOMPARE(hub.conversation(over).team, into ? std::optional(into->id) : std::nullopt);
    QCOMPARE(hub.number("SELECT count(*) FROM conversation WHERE team_id = x'" + toHex(hub.care.id.view())
                        + "' OR team_id = x'" + toHex(hub.returns.id.view()) + "'"),
             std::int64_t(0));
}

/// No transaction is long: of those that are over there are many more than follow at once.
void TestEndings::aBigTeamEndsInSlices()
{
    Floor hub;
    const int old = int(kFollowAtOnce) + 700;
    const auto left = hub.many(old, {.status = Status::Resolved, .team = hub.care.id});
    const ConversationId open = hub.of(hub.care, Status::Open);
    std::int64_t head = hub.head();
    const auto written = [&] { return hub.head() - std::exchange(head, hub.head()); };
    QCOMPARE(hub.by(hub.ada, RemoveTeam{hub.care.id, hub.returns.id}).kind, Kind::Applied);
    QVERIFY(written() < kFollowAtOnce + 100);
    QCOMPARE(hub.conversation(open).team, std::optional(hub.returns.id));
    int slices = 1;
    for (; hub.goOn(); ++slices)
        QVERIFY(written() <= 200);
    QCOMPARE(slices, 4);
    for (const ConversationId id : left)
        QCOMPARE(hub.conversation(id).team, std::optional(hub.returns.id));
    QCOMPARE(hub.number("SELECT count(*) FROM timeline_item WHERE kind = 'event'"), std::int64_t(1));
}

void TestEndings::aStatusOfManyEndsInSlices()
{
    Floor hub;
    const CustomStatus courier{.id = hub.ids.make<CustomStatusId>(), .name = "Courier", .status = Status::Waiting};
    const CustomStatus done{.id = hub.ids.make<CustomStatusId>(), .name = "Done", .status = Status::Resolved};
    for (const CustomStatus &status : {courier, done}) {
        QCOMPARE(hub.by(hub.ada, SaveCustomStatus{status}).kind, Kind::Applied);
        hub.many(int(kFollowAtOnce) + 50, {.status = status.status, .customStatus = status.id});
        QCOMPARE(hub.by(hub.ada, RemoveCustomStatus{status.id}).kind, Kind::Applied);
        QVERIFY(!HubUnderTest::must(store::customStatus(*hub.database, status.id)));
        const std::string having =
            "SELECT count(*) FROM conversation WHERE custom_status_id = x'" + toHex(status.id.view()) + "'";
        QCOMPARE(hub.number(having), std::int64_t(50));
        QCOMPARE(hub.by(hub.ada, SaveCustomStatus{status}).reason, Reason::Taken);
        QVERIFY(!hub.goOn());
        QCOMPARE(hub.number(having), std::int64_t(0));
    }
    // Of what is over no event tells.
    QCOMPARE(hub.number("SELECT count(*) FROM timeline_item WHERE kind = 'event'"), kFollowAtOnce + 50);
}

QTEST_APPLESS_MAIN(TestEndings)
#include "tst_endings.moc"
