// What two people, or an agent and a customer, do to one conversation without knowing of each other: what the hub makes of
// it.
#include "core/hub/timeline_events.h"
#include "core/store/cache_reads.h"
#include "core/wire/codec.h"
#include "core/wire/frames.h"
#include "tests/hub/core/desk_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using Kind = Outcome::Kind;
using Reason = Outcome::Reason;
using Status = Conversation::Status;

namespace {

const TimePoint kMonday = fromMs(4'000'000'000'000);

struct Shop : Desk {
    ConversationId a, b; ///< Of one person, both open; the customer waits in both.

    Shop()
    {
        auto first = letter("layla@mail.test");
        const auto outcome = take(first);
        a = outcome.conversation;
        auto second = letter("layla@mail.test");
        second.subject = "Something else";
        b = take(second).conversation;
        if (a == b)
            qFatal("one conversation");
    }
    Outcome by(const Agent &agent, CommandBody body) { return must(apply(command(std::move(body)), agent)); }
    Outcome undone(const Agent &agent, CommandBody body, CommandBody undoes)
    {
        Command back = command(std::move(body));
        back.undoes = std::move(undoes);
        return must(apply(back, agent));
    }
    /// Another message of the customer in @p conversation.
    TimelineItemId writes(ConversationId conversation)
    {
        auto more = letter("layla@mail.test");
        more.conversationNumber = this->conversation(conversation).number;
        return take(more).item;
    }
    std::map<std::string, std::string> event(ConversationId of, const std::string &name)
    {
        const auto found =
            must(newestEvent(*database, of, [&](const TimelineItem &one) { return detailOf(one, "event") == name; }));
        return found ? found->details : std::map<std::string, std::string>();
    }
};

} // namespace

class TestCrossingWork : public QObject {
    Q_OBJECT
private slots:
    void nobodyIsPutAsideUnread_data();
    void nobodyIsPutAsideUnread();
    void whoeverWaitsIsNotJoinedAway_data();
    void whoeverWaitsIsNotJoinedAway();
    void aQuestionThatMovesIsSeen_data();
    void aQuestionThatMovesIsSeen();
    void workOnWhatWasJoinedGoesOn();
    void aReplyToWhatWasJoinedIsGuarded();
    void whoWritesAgainWaitsFromThen_data();
    void whoWritesAgainWaitsFromThen();
    void aConversationIsBounded_data();
    void aConversationIsBounded();
    void aMentionFromAfarIsNew();
    void aNoteThatIsTakenBackAsksNobody_data();
    void aNoteThatIsTakenBackAsksNobody();
    void whoHasAnotherReplyDoesNotWait();
    void whatIsTakenBackSetsNoStatus_data();
    void whatIsTakenBackSetsNoStatus();
    void aTickIsOnlyATick();
    void movedAwayComesBack();
    void asideGoesToNobodyElse();
    void whyIsSaid();
    void whoAndWhyIsSaidOfWhatFollows_data();
    void whoAndWhyIsSaidOfWhatFollows();
    void whatTheHubDoesByItselfIsTold();
    void whoSaysThatTwoAreTwoIsTold();
    void whoIsMergedIsNotTwo();
};

void TestCrossingWork::nobodyIsPutAsideUnread_data()
{
    QTest::addColumn<int>("how");
    QTest::newRow("snooze until they write") << 0;
    QTest::newRow("snooze until Monday") << 1;
    QTest::newRow("wait for the customer") << 2;
    QTest::newRow("a status of one's own") << 3;
    QTest::newRow("resolve") << 4;
}

void TestCrossingWork::nobodyIsPutAsideUnread()
{
    QFETCH(const int, how);
    Shop hub;
    const CustomStatus courier{.id = hub.ids.make<CustomStatusId>(), .name = "Courier", .status = Status::Waiting};
    hub.by(hub.ada, SaveCustomStatus{courier});
    const std::vector<CommandBody> ways{
        Snooze{hub.a, std::nullopt}, Snooze{hub.a, kMonday}, SetStatus{hub.a, Status::Waiting},
        SetCustomStatus{hub.a, courier.id, Status::Waiting}, SetStatus{hub.a, Status::Resolved}};
    const std::int64_t seen = hub.head();
    hub.writes(hub.a);
    QCOMPARE(hub.mustApply(ways[std::size_t(how)], seen).reason, Reason::CustomerWrote);
    QCOMPARE(hub.conversation(hub.a).status, Status::Open);
    QCOMPARE(hub.mustApply(ways[std::size_t(how)], hub.head()).kind, Kind::Applied);
    QVERIFY(hub.conversation(hub.a).status != Status::Open);
}

void TestCrossingWork::whoeverWaitsIsNotJoinedAway_data()
{
    QTest::addColumn<int>("aside");
    QTest::addColumn<bool>("waits"); // in what is joined
    for (const bool waits : {true, false}) {
        QTest::addRow("snoozed until Monday, %s", waits ? "waits" : "answered") << 0 << waits;
        QTest::addRow("snoozed until they write, %s", waits ? "waits" : "answered") << 1 << waits;
        QTest::addRow("waiting, %s", waits ? "waits" : "answered") << 2 << waits;
    }
}

void TestCrossingWork::whoeverWaitsIsNotJoinedAway()
{
    QFETCH(const int, aside);
    QFETCH(const bool, waits);
    Shop hub;
    const std::vector<CommandBody> ways{Snooze{hub.b, kMonday}, Snooze{hub.b, std::nullopt},
                                        SetStatus{hub.b, Status::Waiting}};
    QCOMPARE(hub.mustApply(ways[std::size_t(aside)]).kind, Kind::Applied);
    const Conversation before = hub.conversation(hub.b);
    if (!waits)
        QCOMPARE(hub.mustApply(hub.reply(hub.conversation(hub.a), "Here you are.")).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(JoinConversation{hub.a, hub.b}).kind, Kind::Applied);
    QCOMPARE(hub.conversation(hub.b).status, waits ? Status::Open : before.status);
    QCOMPARE(hub.mustApply(SeparateConversation{hub.a}).kind, Kind::Applied);
    QCOMPARE(hub.conversation(hub.b).status, before.status);
    QCOMPARE(hub.conversation(hub.b).snoozedUntil, before.snoozedUntil);
}

void TestCrossingWork::aQuestionThatMovesIsSeen_data()
{
    QTest::addColumn<bool>("isQuestion");
    QTest::newRow("a question") << true;
    QTest::newRow("a note") << false;
}

void TestCrossingWork::aQuestionThatMovesIsSeen()
{
    QFETCH(const bool, isQuestion);
    Shop hub;
    const AddNote note{.item = hub.ids.make<TimelineItemId>(), .conversation = hub.a, .body = "by the way"};
    QCOMPARE(hub.mustApply(note).kind, Kind::Applied);
    hub.clock.advance(std::chrono::minutes(1));
    QCOMPARE(hub.mustApply(hub.reply(hub.conversation(hub.b), "Wait a little.")).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(Snooze{hub.b, kMonday}).kind, Kind::Applied);
    hub.clock.advance(std::chrono::minutes(1));
    const TimelineItemId question = hub.writes(hub.a);
    const MoveItems move{.conversation = hub.a, .into = hub.b, .items = {isQuestion ? question : note.item}};
    QCOMPARE(hub.mustApply(move).kind, Kind::Applied);
    QCOMPARE(hub.conversation(hub.b).status, isQuestion ? Status::Open : Status::Snoozed);
}

void TestCrossingWork::workOnWhatWasJoinedGoesOn()
{
    Shop hub;
    QCOMPARE(hub.by(hub.ada, JoinConversation{hub.a, hub.b}).kind, Kind::Applied);
    const Conversation joined = hub.conversation(hub.a);
    // Mara has not heard of it.
    SendMessage reply = hub.reply(joined, "It is on its way.");
    reply.resolveAfter = true;
    QCOMPARE(hub.mustApply(reply).kind, Kind::Applied);
    QCOMPARE(hub.item(reply.item).conversation, hub.b);
    QCOMPARE(hub.conversation(hub.b).status, Status::Waiting); // there may be more in there than was answered
    QVERIFY(!hub.conversation(hub.b).waitingSince);
    const AddNote note{.item = hub.ids.make<TimelineItemId>(), .conversation = hub.a, .body = "a note"};
    QCOMPARE(hub.mustApply(note).kind, Kind::Applied);
    QCOMPARE(hub.item(note.item).conversation, hub.b);
    QCOMPARE(hub.mustApply(SetStatus{hub.a, Status::Open}).kind, Kind::Applied);
    QCOMPARE(hub.conversation(hub.b).status, Status::Open);
    for (const CommandBody &body : std::vector<CommandBody>{Snooze{hub.a, kMonday}, SetStatus{hub.a, Status::Resolved},
                                                            SetStatus{hub.a, Status::Waiting}, Assign{hub.a, hub.mara.id}})
        QCOMPARE(hub.mustApply(body).kind, Kind::NoEffect);
    QCOMPARE(hub.conversation(hub.b).status, Status::Open);
    const Conversation after = hub.conversation(hub.a);
    QCOMPARE(after.status, joined.status);
    QCOMPARE(after.joinedInto, joined.joinedInto);
    QCOMPARE(after.assignee, joined.assignee);
}

void TestCrossingWork::aReplyToWhatWasJoinedIsGuarded()
{
    Shop hub;
    const std::int64_t seen = hub.head();
    QCOMPARE(hub.by(hub.ada, JoinConversation{hub.a, hub.b}).kind, Kind::Applied);
    QCOMPARE(hub.by(hub.ada, hub.reply(hub.conversation(hub.b), "Done.")).kind, Kind::Applied);
    const auto outcome = hub.mustApply(hub.reply(hub.conversation(hub.a), "It is on its way."), seen);
    QCOMPARE(outcome.kind, Kind::NeedsYou);
    QCOMPARE(outcome.reason, Reason::ColleagueReplied);
}

void TestCrossingWork::whoWritesAgainWaitsFromThen_data()
{
    QTest::addColumn<int>("how");
    QTest::addColumn<bool>("anew");
    QTest::newRow("resolved without an answer") << 0 << true;
    QTest::newRow("waited for") << 1 << true;
    QTest::newRow("snoozed") << 2 << false; // their question is still to be answered
    QTest::newRow("open") << 3 << false;
    QTest::newRow("a status that waits") << 4 << true;
    QTest::newRow("waited for, and a status that is open") << 5 << false;
}

void TestCrossingWork::whoWritesAgainWaitsFromThen()
{
    QFETCH(const int, how);
    QFETCH(const bool, anew);
    Shop hub;
    const auto asked = hub.conversation(hub.a).waitingSince;
    const CustomStatus courier{.id = hub.ids.make<CustomStatusId>(), .name = "Courier", .status = Status::Waiting};
    const CustomStatus look{.id = hub.ids.make<CustomStatusId>(), .name = "To look into", .status = Status::Open};
    for (const CustomStatus &status : {courier, look})
        QCOMPARE(hub.by(hub.ada, SaveCustomStatus{status}).kind, Kind::Applied);
    const SetStatus waited{hub.a, Status::Waiting};
    const std::vector<std::vector<CommandBody>> ways{
        {SetStatus{hub.a, Status::Resolved}},
        {waited},
        {Snooze{hub.a, std::nullopt}},
        {SetPriority{hub.a, Conversation::Priority::High}},
        {SetCustomStatus{hub.a, courier.id, Status::Waiting}},
        {waited, SetCustomStatus{hub.a, look.id, Status::Open}},
    };
    for (const CommandBody &body : ways[std::size_t(how)]) {
        hub.clock.advance(std::chrono::minutes(1));
        QCOMPARE(hub.mustApply(body).kind, Kind::Applied);
    }
    hub.clock.advance(std::chrono::hours(24 * 10));
    const TimePoint again = hub.clock.now();
    hub.writes(hub.a);
    const auto since = anew ? std::optional(again) : asked;
    QCOMPARE(hub.conversation(hub.a).waitingSince, since);
    // Counted anew it is the same: an answer that is taken back.
    hub.clock.advance(std::chrono::minutes(1));
    const SendMessage reply = hub.reply(hub.conversation(hub.a), "Here.");
    QCOMPARE(hub.mustApply(reply).kind, Kind::Applied);
    QVERIFY(!hub.conversation(hub.a).waitingSince);
    QCOMPARE(hub.mustApply(CancelMessage{reply.item}).kind, Kind::Applied);
    QCOMPARE(hub.conversation(hub.a).waitingSince, since);
}

void TestCrossingWork::aConversationIsBounded_data()
{
    QTest::addColumn<int>("how");
    QTest::newRow("tags") << 0;
    QTest::newRow("tags, one by one") << 1;
    QTest::newRow("checklist") << 2;
    QTest::newRow("fields") << 3;
}

/// One row goes out in one frame, to everybody who sees it: whoever may write a lot must not end their links.
void TestCrossingWork::aConversationIsBounded()
{
    QFETCH(const int, how);
    Shop hub;
    std::vector<std::string> many;
    Outcome last;
    for (int i = 0; i < 200 && last.kind == Kind::Applied; ++i) {
        if (how == 0) {
            for (int k = 0; k < 10; ++k)
                many.push_back(std::to_string(i) + "." + std::to_string(k) + std::string(90, 'x'));
            last = hub.mustApply(SetTags{hub.a, many, {}});
        } else if (how == 1) {
            last = hub.mustApply(SetTags{hub.a, {std::to_string(i) + std::string(90, 'x')}, {}});
        } else if (how == 2) {
            last = hub.mustApply(EditChecklist{
                .conversation = hub.a, .entry = hub.ids.make<ChecklistEntryId>(), .text = std::string(500, 'x')});
        } else {
            const std::string key = "f" + std::to_string(i);
            QCOMPARE(hub.by(hub.ada, SaveFieldDefinition{{.id = hub.ids.make<FieldDefinitionId>(),
                                                          .subject = FieldDefinition::Subject::Conversation,
                                                          .key = key,
                                                          .name = "Field " + std::to_string(i)}})
                         .kind,
                     Kind::Applied);
            last = hub.mustApply(SetField{hub.a, key, std::string(2000, 'x')});
        }
    }
    QCOMPARE(last.reason, Reason::Invalid);
    QVERIFY(wire::pack(wire::Changes{.rows = {hub.conversation(hub.a)}}).size() < wire::kMaxFrameBytes);
    QVERIFY(wire::encode(wire::toValue(Entity(hub.conversation(hub.a)))).size() < 48 * 1024);
    // What is less goes, also of what is too much.
    QCOMPARE(hub.mustApply(SetSubject{hub.a, "x"}).kind, Kind::Applied);
}

void TestCrossingWork::aMentionFromAfarIsNew()
{
    Shop hub;
    const auto mark = [&] { return hub.must(store::readMark(*hub.database, hub.mara.id, hub.a)).value_or(ReadMark()); };
    const auto isNew = [&] {
        return mark().mentionedAt && (!mark().mentionSeenAt || *mark().mentionSeenAt < *mark().mentionedAt);
    };
    const auto asks = [&](Milliseconds ago) {
        Command note = hub.command(AddNote{
            .item = hub.ids.make<TimelineItemId>(), .conversation = hub.a, .body = "@Mara", .mentions = {hub.mara.id}});
        note.at = hub.clock.now() - ago;
        QCOMPARE(hub.must(hub.apply(note, hub.ada)).kind, Kind::Applied);
    };
    asks(Milliseconds(0));
    QVERIFY(isNew());
    Command slow = hub.command(SeeMentions{hub.a}, hub.head());
    slow.at = hub.clock.now() - std::chrono::hours(3); // by a clock that is behind
    QCOMPARE(hub.must(hub.apply(slow, hub.mara)).kind, Kind::Applied);
    QVERIFY(!isNew());
    hub.clock.advance(std::chrono::hours(1));
    const std::int64_t seen = hub.head();
    asks(std::chrono::hours(48)); // written without a network, before Mara last looked
    QVERIFY(isNew());
    QCOMPARE(hub.mustApply(SeeMentions{hub.a}, seen).kind, Kind::NoEffect); // she had not seen this one
    QVERIFY(isNew());
    QCOMPARE(hub.mustApply(SeeMentions{hub.a}, hub.head()).kind, Kind::Applied);
    QVERIFY(!isNew());
}

void TestCrossingWork::aNoteThatIsTakenBackAsksNobody_data()
{
    QTest::addColumn<bool>("another"); // note asks as well
    QTest::newRow("the only one") << false;
    QTest::newRow("another stays") << true;
}

void TestCrossingWork::aNoteThatIsTakenBackAsksNobody()
{
    QFETCH(const bool, another);
    Shop hub;
    const auto asks = [&] {
        const AddNote note{
            .item = hub.ids.make<TimelineItemId>(), .conversation = hub.a, .body = "@Mara", .mentions = {hub.mara.id}};
        [&] { QCOMPARE(hub.by(hub.ada, note).kind, Kind::Applied); }();
        return note.item;
    };
    if (another)
        asks();
    QCOMPARE(hub.by(hub.ada, CancelMessage{asks()}).kind, Kind::Applied);
    const auto mark = HubUnderTest::must(store::readMark(*hub.database, hub.mara.id, hub.a));
    QCOMPARE(mark && mark->mentionedAt.has_value(), another);
}

/// Of two replies the first is taken back: the customer has the other one, and nobody waits.
void TestCrossingWork::whoHasAnotherReplyDoesNotWait()
{
    Shop hub;
    const SendMessage first = hub.reply(hub.conversation(hub.a), "Hello");
    QCOMPARE(hub.mustApply(first).kind, Kind::Applied);
    hub.clock.advance(std::chrono::seconds(1));
    QCOMPARE(hub.mustApply(hub.reply(hub.conversation(hub.a), "Here it is")).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(CancelMessage{first.item}).kind, Kind::Applied);
    QCOMPARE(hub.conversation(hub.a).status, Status::Waiting);
    QVERIFY(!hub.conversation(hub.a).waitingSince);
}

void TestCrossingWork::whatIsTakenBackSetsNoStatus_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<bool>("resolves");
    QTest::addColumn<bool>("since"); // somebody has set another one
    QTest::newRow("it was open, and is waiting") << "open" << false << false;
    QTest::newRow("it was open, and is resolved") << "open" << true << false;
    QTest::newRow("it was snoozed") << "snoozed" << true << false;
    QTest::newRow("it had a status of their own") << "custom" << true << false;
    QTest::newRow("somebody has decided since") << "open" << true << true;
}

/// Taken back at another computer, say, where nothing is known of how it was: the customer waits again, in a list.
void TestCrossingWork::whatIsTakenBackSetsNoStatus()
{
    QFETCH(const QString, before);
    QFETCH(const bool, resolves);
    QFETCH(const bool, since);
    Shop hub;
    if (before == "snoozed") {
        QCOMPARE(hub.mustApply(Snooze{hub.a, hub.clock.now() + std::chrono::hours(9)}).kind, Kind::Applied);
    } else if (before == "custom") {
        const CustomStatus kiln{.id = hub.ids.make<CustomStatusId>(), .name = "Kiln", .status = Status::Waiting};
        hub.by(hub.ada, SaveCustomStatus{kiln});
        QCOMPARE(hub.mustApply(SetCustomStatus{hub.a, kiln.id, Status::Waiting}).kind, Kind::Applied);
    }
    const Conversation was = hub.conversation(hub.a);
    hub.clock.advance(std::chrono::minutes(1));
    SendMessage message = hub.reply(was, "Hello");
    message.resolveAfter = resolves;
    QCOMPARE(hub.mustApply(message).kind, Kind::Applied);
    QVERIFY(hub.conversation(hub.a).status != was.status || before == "custom");
    hub.clock.advance(std::chrono::seconds(1));
    if (since)
        QCOMPARE(hub.by(hub.ada, SetStatus{hub.a, Status::Waiting}).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(CancelMessage{message.item}).kind, Kind::Applied);
    const Conversation now = hub.conversation(hub.a);
    QCOMPARE(now.status, since ? Status::Waiting : was.status);
    if (since)
        return;
    QVERIFY(now.snoozedUntil == was.snoozedUntil);
    QVERIFY(now.customStatus == was.customStatus);
    QVERIFY(!now.resolvedAt);
    // Its author's desktop says that, too: nothing is left to do.
    if (before != "open")
        return;
    QCOMPARE(
        hub.undone(hub.mara, SetStatus{hub.a, was.status}, SetStatus{hub.a, resolves ? Status::Resolved : Status::Waiting})
            .kind,
        Kind::NoEffect);
}

void TestCrossingWork::aTickIsOnlyATick()
{
    Shop hub;
    EditChecklist entry{.conversation = hub.a, .entry = hub.ids.make<ChecklistEntryId>(), .text = "Call the bank"};
    QCOMPARE(hub.mustApply(entry).kind, Kind::Applied);
    EditChecklist renamed = entry;
    renamed.text = "Call their bank";
    QCOMPARE(hub.by(hub.ada, renamed).kind, Kind::Applied);
    EditChecklist ticked = entry;
    ticked.done = true;
    const std::int64_t seen = hub.head();
    QCOMPARE(hub.mustApply(ticked).kind, Kind::Applied);
    const auto here = [&] { return hub.conversation(hub.a).checklist; };
    QCOMPARE(here().at(0).text, renamed.text);
    QVERIFY(here().at(0).done);
    // Reworded by somebody who has not heard that it was done.
    EditChecklist reworded = renamed;
    reworded.text = "Write to their bank";
    QCOMPARE(hub.mustApply(reworded, seen).kind, Kind::Applied);
    QCOMPARE(here().at(0).text, reworded.text);
    QVERIFY(here().at(0).done);
    // Nor where it was reworded behind the tick.
    reworded.text = "Ring them up";
    QCOMPARE(hub.by(hub.ada, reworded).kind, Kind::Applied); // who has seen it takes it off: the words stay
    QVERIFY(!here().at(0).done);
    const std::int64_t unticked = hub.head();
    EditChecklist done = reworded;
    done.text = here().at(0).text;
    done.done = true;
    QCOMPARE(hub.mustApply(done).kind, Kind::Applied);
    EditChecklist after = done;
    after.text = "Ring them up today";
    QCOMPARE(hub.mustApply(after).kind, Kind::Applied);
    QVERIFY(here().at(0).done);
    EditChecklist offline = done;
    offline.text = "Ring their bank up";
    offline.done = false; // as its author had seen it
    QCOMPARE(HubUnderTest::must(hub.apply(hub.command(offline, unticked), hub.ada)).kind, Kind::Applied);
    QCOMPARE(here().at(0).text, offline.text);
    QVERIFY(here().at(0).done);
    EditChecklist removed{.conversation = hub.a, .entry = entry.entry, .removed = true};
    QCOMPARE(hub.by(hub.ada, removed).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(entry).kind, Kind::NoEffect); // the tick taken off
    QVERIFY(here().empty());
    QCOMPARE(hub.undone(hub.ada, ticked, removed).kind, Kind::Applied);
    QCOMPARE(here().size(), 1u);
}

void TestCrossingWork::movedAwayComesBack()
{
    Shop hub;
    hub.put(hub.tom, {hub.care.id});
    const Agent tom = hub.tom;
    hub.move(hub.a, hub.care.id);
    QCOMPARE(hub.by(hub.ada, Assign{hub.a, tom.id}).kind, Kind::Applied);
    const SetTeam away{hub.a, hub.returns.id};
    QCOMPARE(hub.by(tom, away).kind, Kind::Applied);
    QVERIFY(!hub.conversation(hub.a).assignee);
    QCOMPARE(hub.event(hub.a, "assigned").at("why"), std::string("out-of-sight"));
    const SetTeam back{hub.a, hub.care.id};
    QCOMPARE(hub.by(tom, back).reason, Reason::NotFound); // only as what it is
    QCOMPARE(hub.undone(tom, back, away).kind, Kind::Applied);
    QCOMPARE(hub.conversation(hub.a).team, std::optional(hub.care.id));
    QCOMPARE(hub.undone(tom, Assign{hub.a, tom.id}, Assign{.conversation = hub.a}).kind, Kind::Applied);
    QCOMPARE(hub.event(hub.a, "moved").at("why"), std::string("undo"));
    // Somebody else's move is theirs to take back.
    QCOMPARE(hub.by(hub.ada, away).kind, Kind::Applied);
    QVERIFY(hub.undone(tom, back, away).kind != Kind::Applied);
    QCOMPARE(hub.conversation(hub.a).team, std::optional(hub.returns.id));
}

void TestCrossingWork::asideGoesToNobodyElse()
{
    Shop hub;
    const ConversationId aside = hub.ids.make<ConversationId>();
    QCOMPARE(hub.mustApply(StartConversation{.conversation = aside,
                                             .account = hub.mail.id,
                                             .identity = hub.ids.make<IdentityId>(),
                                             .address = "courier@mail.test",
                                             .subject = "Where is it?",
                                             .parent = hub.a})
                 .kind,
             Kind::Applied);
    SendMessage message = hub.reply(hub.conversation(aside), "Where is the parcel?");
    const IdentityId courier = message.to;
    message.to = hub.conversation(hub.a).identity; // the customer whom it is about
    QVERIFY(message.to != courier);
    QCOMPARE(hub.mustApply(message).reason, Reason::Invalid);
    message.to = courier;
    QCOMPARE(hub.mustApply(message).kind, Kind::Applied);
}

void TestCrossingWork::whyIsSaid()
{
    Shop hub;
    const SetPriority urgent{hub.a, Conversation::Priority::Urgent};
    QCOMPARE(hub.mustApply(urgent).kind, Kind::Applied);
    QVERIFY(!hub.event(hub.a, "priority").contains("why"));
    QCOMPARE(hub.undone(hub.mara, SetPriority{hub.a, Conversation::Priority::Normal}, urgent).kind, Kind::Applied);
    QCOMPARE(hub.event(hub.a, "priority").at("why"), std::string("undo"));
    const CustomStatus courier{.id = hub.ids.make<CustomStatusId>(), .name = "Courier", .status = Status::Waiting};
    hub.by(hub.ada, SaveCustomStatus{courier});
    QCOMPARE(hub.mustApply(SetCustomStatus{hub.a, courier.id, Status::Waiting}).kind, Kind::Applied);
    QCOMPARE(hub.by(hub.ada, RemoveCustomStatus{courier.id}).kind, Kind::Applied);
    QCOMPARE(hub.event(hub.a, "status").at("from"), courier.name);
}

void TestCrossingWork::whoAndWhyIsSaidOfWhatFollows_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<QString>("event");
    QTest::addColumn<QString>("who"); // empty: nobody, it happens by itself
    QTest::addColumn<QString>("why");
    QTest::addColumn<QString>("from");
    const auto row = [](const char *how, const char *event, const char *who, const char *why, const char *from) {
        QTest::addRow("%s, %s", how, event)
            << QString(how) << QString(event) << QString(who) << QString(why) << QString(from);
    };
    row("answered", "assigned", "Mara", "reply", "");
    row("answered and resolved", "resolved", "Mara", "reply", "");
    row("taken over", "assigned", "Ada", "", "Mara");
    row("the team ends", "moved", "Ada", "team-removed", "Care");
    row("the account ends", "assigned", "Ada", "gone", "Tom");
    row("the role is less", "assigned", "Ada", "out-of-sight", "Tom");
    row("all is moved away", "resolved", "Mara", "emptied", "");
    row("the status ends", "status", "Ada", "status-removed", "Courier");
    row("heard again", "reopened", "Mara", "heard-again", "");
    row("stopped", "message-stopped", "Ada", "", "Mara");
    row("tried again", "message-retried", "Mara", "", "");
    row("the time came", "woke", "", "", "");
}

void TestCrossingWork::whoAndWhyIsSaidOfWhatFollows()
{
    QFETCH(const QString, how);
    QFETCH(const QString, event);
    QFETCH(const QString, who);
    QFETCH(const QString, why);
    QFETCH(const QString, from);
    Shop hub;
    const auto answer = [&](bool resolves) {
        SendMessage message = hub.reply(hub.conversation(hub.a), "Hello");
        message.resolveAfter = resolves;
        QCOMPARE(hub.mustApply(message).kind, Kind::Applied);
    };
    if (how.startsWith("answered")) {
        answer(how.endsWith("resolved"));
    } else if (how == "taken over") {
        hub.assign(hub.a, hub.mara.id);
        QCOMPARE(hub.by(hub.ada, Assign{hub.a, hub.ada.id}).kind, Kind::Applied);
    } else if (how == "the team ends") {
        hub.move(hub.a, hub.care.id);
        QCOMPARE(hub.by(hub.ada, RemoveTeam{hub.care.id, std::nullopt}).kind, Kind::Applied);
    } else if (how == "the account ends") {
        hub.assign(hub.a, hub.tom.id);
        QCOMPARE(hub.by(hub.ada, SetAgentActive{hub.tom.id, false, std::nullopt}).kind, Kind::Applied);
    } else if (how == "the role is less") {
        hub.put(hub.tom, {hub.care.id});
        hub.move(hub.a, hub.care.id);
        hub.assign(hub.a, hub.tom.id);
        QCOMPARE(hub.by(hub.ada, SetAgent{.agent = hub.tom.id}).kind, Kind::Applied);
    } else if (how == "all is moved away") {
        std::vector<TimelineItemId> items;
        for (const TimelineItem &item :
             HubUnderTest::must(
                 store::timelineBefore(*hub.database, hub.conversation(hub.a).customer, fromMs(1LL << 50), {}, 100))
                 .items) {
            if (item.conversation == hub.a)
                items.push_back(item.id);
        }
        QCOMPARE(hub.mustApply(MoveItems{hub.a, hub.b, items, ""}).kind, Kind::Applied);
    } else if (how == "the status ends") {
        const CustomStatus courier{.id = hub.ids.make<CustomStatusId>(), .name = "Courier", .status = Status::Waiting};
        hub.by(hub.ada, SaveCustomStatus{courier});
        hub.mustApply(SetCustomStatus{hub.a, courier.id, Status::Waiting});
        QCOMPARE(hub.by(hub.ada, RemoveCustomStatus{courier.id}).kind, Kind::Applied);
    } else if (how == "heard again") {
        const CustomerId customer = hub.conversation(hub.a).customer;
        hub.mustApply(BlockCustomer{customer, true, false});
        hub.clock.advance(Milliseconds(1));
        QCOMPARE(hub.mustApply(BlockCustomer{customer, false, false}).kind, Kind::Applied);
    } else if (how == "stopped" || how == "tried again") {
        const SendMessage message = hub.reply(hub.conversation(hub.a), "Hello");
        QCOMPARE(hub.mustApply(message).kind, Kind::Applied);
        if (how == "stopped") {
            QCOMPARE(hub.by(hub.ada, CancelMessage{message.item}).kind, Kind::Applied);
        } else {
            hub.clock.advance(std::chrono::seconds(11));
            hub.settled(*hub.claim(hub.mail), {.kind = channels::SendOutcome::Kind::Failed, .problemText = "Why."});
            QCOMPARE(hub.mustApply(RetryMessage{message.item}).kind, Kind::Applied);
        }
    } else {
        hub.mustApply(Snooze{hub.a, hub.clock.now() + std::chrono::hours(1)});
        hub.clock.advance(std::chrono::hours(2));
        QVERIFY(
            !hub.must(hub.database->inTransaction([&] { return wakeSnoozed(*hub.database, hub.ids, hub.clock.now()); })));
        QVERIFY(!hub.event(hub.a, "woke").at("until_ms").empty());
    }
    const auto said = hub.must(newestEvent(
        *hub.database, hub.a, [&](const TimelineItem &one) { return detailOf(one, "event") == event.toStdString(); }));
    QVERIFY(said);
    QCOMPARE(QString::fromStdString(said->authorName), who);
    QCOMPARE(QString::fromStdString(detailOf(*said, "why")), why);
    QCOMPARE(QString::fromStdString(detailOf(*said, "from")), from);
}

void TestCrossingWork::whatTheHubDoesByItselfIsTold()
{
    Shop hub;
    const CustomerId layla = hub.conversation(hub.a).customer;
    hub.clock.advance(std::chrono::minutes(1));
    auto letter = hub.letter("layla@mail.test");
    letter.sender.name = "Layla";
    hub.take(letter);
    QVERIFY(hub.event(hub.a, "customer-field").empty()); // her first name: nothing was changed
    QVERIFY(hub.event(hub.b, "customer-field").empty());
    hub.clock.advance(std::chrono::minutes(1));
    auto line = hub.line("visitor"); // who shows that the mail address is hers
    line.sender.evidence.push_back({Channel::Email, "layla@mail.test", true});
    QVERIFY(hub.take(line).customer == layla);
    hub.clock.advance(std::chrono::minutes(1));
    letter = hub.letter("layla@mail.test");
    letter.sender.name = "Layla A.";
    hub.take(letter);
    QStringList told;
    for (const TimelineItem &item :
         HubUnderTest::must(store::timelineBefore(*hub.database, layla, fromMs(1LL << 50), {}, 100)).items) {
        if (item.kind != TimelineItem::Kind::Event || item.author)
            continue;
        told << QString::fromStdString(detailOf(item, "event") + " " + detailOf(item, "why") + " " + detailOf(item, "from"));
        QVERIFY(detailOf(item, "address").empty()); // a visitor's id says nothing to anybody
    }
    told.sort();
    QCOMPARE(told, (QStringList{"customer-field channel Layla", "identity-added proven "}));
}

void TestCrossingWork::whoSaysThatTwoAreTwoIsTold()
{
    Shop hub;
    const CustomerId layla = hub.conversation(hub.a).customer;
    auto line = hub.line("visitor");
    line.sender.name = "Visitor";
    line.sender.evidence.push_back({Channel::Email, "layla@mail.test", false});
    const auto visitor = hub.take(line);
    QVERIFY(visitor.customer != layla);
    auto query = hub.database->queryOnce("SELECT id FROM suggestion");
    QVERIFY(hub.must(query.step()));
    const DismissSuggestion no{query.id<SuggestionId>(0)};
    QCOMPARE(hub.mustApply(no).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(no).kind, Kind::NoEffect);
    QVERIFY(hub.event(visitor.conversation, "kept-apart").contains("from"));
    QVERIFY(!hub.event(hub.a, "kept-apart").empty() || !hub.event(hub.b, "kept-apart").empty());
    const auto told = hub.number("SELECT count(*) FROM timeline_item WHERE kind = 'event'");
    QCOMPARE(hub.undone(hub.mara, DismissSuggestion{no.suggestion, false}, no).kind, Kind::Applied);
    QCOMPARE(hub.event(visitor.conversation, "offered-again").at("why"), std::string("undo"));
    QCOMPARE(hub.number("SELECT count(*) FROM timeline_item WHERE kind = 'event'"), told + 2);
}

/// Somebody has merged them meanwhile: that stands, and nobody is told that they were kept apart.
void TestCrossingWork::whoIsMergedIsNotTwo()
{
    Shop hub;
    const CustomerId layla = hub.conversation(hub.a).customer;
    auto line = hub.line("visitor");
    line.sender.evidence.push_back({Channel::Email, "layla@mail.test", false});
    const auto visitor = hub.take(line);
    auto query = hub.database->queryOnce("SELECT id FROM suggestion");
    QVERIFY(hub.must(query.step()));
    const SuggestionId suggestion = query.id<SuggestionId>(0);
    QCOMPARE(hub.by(hub.ada, LinkCustomers{hub.ids.make<CustomerLinkId>(), visitor.customer, layla, ""}).kind,
             Kind::Applied);
    for (const bool dismissed : {true, false}) {
        QCOMPARE(hub.mustApply(DismissSuggestion{suggestion, dismissed}).kind, Kind::NoEffect);
        QCOMPARE(HubUnderTest::must(store::suggestion(*hub.database, suggestion))->state, Suggestion::State::Linked);
    }
    QVERIFY(hub.event(hub.a, "kept-apart").empty());
}

QTEST_APPLESS_MAIN(TestCrossingWork)
#include "tst_crossing_work.moc"
