// What makes conversations tickets: custom statuses and fields, checklists, followers and mentions; conversations that are
// begun, joined, split and linked; and events that say of each change who and what.
#include "core/model/views.h"
#include "core/wire/codec.h"
#include "tests/hub/core/desk_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using Kind = Outcome::Kind;
using Reason = Outcome::Reason;
using Status = Conversation::Status;

namespace {

struct Ticket : Desk {
    ConversationId id;

    Ticket() { id = take(line("layla")).conversation; }
    Outcome by(const Agent &agent, CommandBody body) { return must(apply(command(std::move(body)), agent)); }
    Outcome admin(CommandBody body) { return by(ada, std::move(body)); }
    /// The newest event of a conversation: its details.
    std::map<std::string, std::string> event(ConversationId of)
    {
        auto query = database->queryOnce("SELECT id FROM timeline_item WHERE conversation_id = x'" + toHex(of.view())
                                         + "' AND kind = 'event' ORDER BY version DESC LIMIT 1");
        return must(query.step()) ? item(query.id<TimelineItemId>(0)).details : std::map<std::string, std::string>();
    }
    std::vector<TimelineItemId> messages(ConversationId of)
    {
        std::vector<TimelineItemId> found;
        auto query = database->queryOnce("SELECT id FROM timeline_item WHERE conversation_id = x'" + toHex(of.view())
                                         + "' AND kind IN ('inbound', 'outbound') ORDER BY at_ms, id");
        while (must(query.step()))
            found.push_back(query.id<TimelineItemId>(0));
        return found;
    }
    /// Another message in the same conversation.
    TimelineItemId more()
    {
        clock.advance(std::chrono::minutes(1));
        return take(line("layla")).item;
    }
    ReadMark mark(const Agent &agent)
    {
        return must(store::readMark(*database, agent.id, id)).value_or(ReadMark{.agent = agent.id, .conversation = id});
    }
};

} // namespace

class TestTickets : public QObject {
    Q_OBJECT
private slots:
    void customStatuses();
    void aStatusThatEndsLeavesItsConversations();
    void fieldsFitTheirType_data();
    void fieldsFitTheirType();
    void confidentialFieldsStayWithThoseWhoMaySee();
    void checklists();
    void checklistLimits();
    void followersAndMentions();
    void receiptsCrossNothing();
    void joinedGoesOnAsOne();
    void separatedIsAsItWas_data();
    void separatedIsAsItWas();
    void joinedGoesOnForAsLongAsTheOther_data();
    void joinedGoesOnForAsLongAsTheOther();
    void joinsAreChecked_data();
    void joinsAreChecked();
    void relatedBothWays();
    void splitAndBack();
    void workGoesAlongWithItsMessages();
    void itemsStayWithTheirPerson();
    void whatIsOnItsWayIsNotMoved();
    void answersFollowMovedMessages();
    void conversationsAreBegun();
    void begunTwiceIsOnce();
    void whatIsNotBegunLeavesNothing_data();
    void whatIsNotBegunLeavesNothing();
    void sideConversationsStayOnTheTimeline();
    void blockedPeopleReachNoQueue();
    void theBlockedReachNoQueueThroughOthers();
    void columnsOfViewsAreChecked_data();
    void columnsOfViewsAreChecked();
    void columnsOutliveProgramsWithout();
    void viewsAreTheirOwners();
    void viewsOfTwoEditors();
    void removedViewsComeBackToTheirOwners();
    void definitionsDoNotChangeWhatTheyAre();
};

void TestTickets::customStatuses()
{
    Ticket hub;
    CustomStatus courier{.id = hub.ids.make<CustomStatusId>(), .name = "With the courier", .status = Status::Waiting};
    QCOMPARE(hub.admin(SaveCustomStatus{courier}).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(SetCustomStatus{hub.id, courier.id, Status::Waiting}).kind, Kind::Applied);
    QCOMPARE(hub.conversation(hub.id).status, Status::Waiting);
    QCOMPARE(hub.event(hub.id).at("to"), std::string("With the courier"));
    QCOMPARE(hub.mustApply(SetCustomStatus{hub.id, courier.id, Status::Open}).reason, Reason::Changed);
    QCOMPARE(hub.mustApply(SetCustomStatus{hub.id, hub.ids.make<CustomStatusId>(), Status::Open}).reason, Reason::NotFound);
    // The customer writes: it is open, and not with the courier any more.
    hub.more();
    QCOMPARE(hub.conversation(hub.id).status, Status::Open);
    QVERIFY(!hub.conversation(hub.id).customStatus);
    courier.status = Status::Resolved;
    QCOMPARE(hub.admin(SaveCustomStatus{courier}).reason, Reason::Invalid);
}

void TestTickets::aStatusThatEndsLeavesItsConversations()
{
    Ticket hub;
    const CustomStatus courier{.id = hub.ids.make<CustomStatusId>(), .name = "Courier", .status = Status::Waiting};
    hub.admin(SaveCustomStatus{courier});
    hub.mustApply(SetCustomStatus{hub.id, courier.id, Status::Waiting});
    QCOMPARE(hub.admin(RemoveCustomStatus{courier.id}).kind, Kind::Applied);
    QVERIFY(!hub.conversation(hub.id).customStatus);
    QCOMPARE(hub.conversation(hub.id).status, Status::Waiting);
    QCOMPARE(hub.admin(RemoveCustomStatus{courier.id}).kind, Kind::NoEffect);
}

void TestTickets::fieldsFitTheirType_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("value");
    QTest::addColumn<bool>("fits");
    using Type = FieldDefinition::Type;
    const auto row = [](Type type, const char *value, bool fits) {
        QTest::addRow("%s %s", nameOf(type).data(), value) << int(type) << QString(value) << fits;
    };
    row(Type::Text, "any words", true);
    row(Type::Number, "12", true);
    row(Type::Number, "-12.5", true);
    row(Type::Number, "12 cups", false);
    row(Type::Number, "1e", false);
    row(Type::Date, "2026-11-26", true);
    row(Type::Date, "2024-02-29", true);
    row(Type::Date, "2026-02-29", false);
    row(Type::Date, "26.11.2026", false);
    row(Type::Date, "2026-1-026", false);
    row(Type::Choice, "small", true);
    row(Type::Choice, "large", false);
    row(Type::Flag, "yes", true);
    row(Type::Flag, "no", false);
    row(Type::Link, "https://shop.test/1", true);
    row(Type::Link, "javascript:alert(1)", false);
    for (const Type type : {Type::Text, Type::Number, Type::Date, Type::Choice, Type::Flag, Type::Link})
        row(type, "", true); // nothing
}

void TestTickets::fieldsFitTheirType()
{
    QFETCH(const int, type);
    QFETCH(const QString, value);
    QFETCH(const bool, fits);
    Ticket hub;
    FieldDefinition size{.id = hub.ids.make<FieldDefinitionId>(), .key = "size", .name = "Size"};
    size.type = FieldDefinition::Type(type);
    size.choices = {"small", "medium"};
    QCOMPARE(hub.admin(SaveFieldDefinition{size}).kind, Kind::Applied);
    const Outcome outcome = hub.mustApply(SetField{hub.id, "size", value.toStdString()});
    QCOMPARE(outcome.kind, !fits ? Kind::Refused : value.isEmpty() ? Kind::NoEffect : Kind::Applied);
    if (fits && !value.isEmpty()) {
        QCOMPARE(hub.conversation(hub.id).fields.at("size"), value.toStdString());
        QCOMPARE(hub.event(hub.id).at("name"), std::string("Size"));
        hub.mustApply(SetField{hub.id, "size", ""});
        QVERIFY(hub.conversation(hub.id).fields.empty());
    }
    QCOMPARE(hub.mustApply(SetField{hub.id, "colour", "red"}).reason, Reason::NotFound);
}

void TestTickets::confidentialFieldsStayWithThoseWhoMaySee()
{
    Ticket hub;
    const FieldDefinition iban{.id = hub.ids.make<FieldDefinitionId>(), .key = "confidential.iban", .name = "IBAN"};
    QCOMPARE(hub.admin(SaveFieldDefinition{iban}).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(SetField{hub.id, iban.key, "DE00 SECRET"}).kind, Kind::Applied);
    Role role{.permissions = permissionsOf(Agent::Role::Agent)};
    std::erase(role.permissions, "see-confidential-fields");
    hub.give(hub.tom, role, {});
    for (const Entity &row : hub.bootstrap(hub.tom)) {
        const Bytes bytes = wire::encode(wire::toValue(row));
        const std::string_view text(reinterpret_cast<const char *>(bytes.data()), bytes.size());
        QVERIFY(text.find("SECRET") == std::string_view::npos); // neither in the field nor in the event that tells of it
    }
    QCOMPARE(hub.by(hub.tom, SetField{hub.id, iban.key, "mine"}).reason, Reason::NotAllowed);
}

void TestTickets::checklists()
{
    Ticket hub;
    const auto first = hub.ids.make<ChecklistEntryId>(), second = hub.ids.make<ChecklistEntryId>();
    QCOMPARE(hub.mustApply(EditChecklist{hub.id, first, "Ask the courier", false, false}).kind, Kind::Applied);
    QCOMPARE(hub.by(hub.tom, EditChecklist{hub.id, second, "Refund", false, false}).kind, Kind::Applied);
    QCOMPARE(hub.by(hub.tom, EditChecklist{hub.id, first, "Ask the courier", true, false}).kind, Kind::Applied);
    const auto list = hub.conversation(hub.id).checklist;
    QCOMPARE(list.size(), std::size_t(2));
    QVERIFY(list[0].done && list[0].doneBy == hub.tom.id && !list[1].done);
    QCOMPARE(hub.event(hub.id).at("change"), std::string("done"));
    QCOMPARE(hub.mustApply(EditChecklist{hub.id, second, "Pay back", false, false}).kind, Kind::Applied);
    QCOMPARE(hub.event(hub.id).at("change"), std::string("text"));
    QCOMPARE(hub.event(hub.id).at("from"), std::string("Refund"));
    QCOMPARE(hub.event(hub.id).at("to"), std::string("Pay back"));
    QCOMPARE(hub.mustApply(EditChecklist{.conversation = hub.id, .entry = first, .removed = true}).kind, Kind::Applied);
    QCOMPARE(hub.event(hub.id).at("to"), std::string("Ask the courier"));
    QCOMPARE(hub.mustApply(EditChecklist{.conversation = hub.id, .entry = first, .removed = true}).kind, Kind::NoEffect);
    QCOMPARE(hub.conversation(hub.id).checklist.size(), std::size_t(1));
}

void TestTickets::checklistLimits()
{
    Ticket hub;
    const auto entry = [&](std::string text) {
        return hub.mustApply(EditChecklist{hub.id, hub.ids.make<ChecklistEntryId>(), std::move(text), false, false});
    };
    QCOMPARE(entry("").reason, Reason::Invalid);
    QCOMPARE(entry(std::string(501, 'x')).reason, Reason::Invalid);
    for (int i = 0; i < 100; ++i)
        QCOMPARE(entry("step").kind, Kind::Applied);
    QCOMPARE(entry("one too many").reason, Reason::Invalid);
}

void TestTickets::followersAndMentions()
{
    Ticket hub;
    QCOMPARE(hub.mustApply(Follow{hub.id, true}).kind, Kind::Applied);
    QVERIFY(hub.mark(hub.mara).following);
    QCOMPARE(hub.mustApply(Follow{hub.id, true}).kind, Kind::NoEffect);
    hub.move(hub.id, hub.care.id); // which Mara is in, and Tom is not
    const AddNote note{.item = hub.ids.make<TimelineItemId>(),
                       .conversation = hub.id,
                       .body = "@Mara @Tom please look",
                       .mentions = {hub.mara.id, hub.tom.id, hub.ada.id, hub.mara.id, hub.ids.make<AgentId>()}};
    QCOMPARE(hub.admin(note).kind, Kind::Applied);
    const std::vector<AgentId> asked{hub.mara.id, hub.ada.id}; // who may not see is not asked; the author knows
    QVERIFY(hub.item(note.item).mentions == asked);
    QCOMPARE(hub.item(note.item).details.at(std::string(kNotTold)), hub.tom.name); // and its author is told
    QCOMPARE(hub.mark(hub.mara).mentionedAt, std::optional(hub.clock.now()));
    QVERIFY(!hub.mark(hub.tom).mentionedAt && !hub.mark(hub.ada).mentionedAt);
    QVERIFY(hub.mark(hub.mara).following); // the mark keeps what else it says
    hub.clock.advance(std::chrono::seconds(5));
    QCOMPARE(hub.mustApply(SeeMentions{hub.id}).kind, Kind::Applied);
    QVERIFY(hub.mark(hub.mara).mentionSeenAt > hub.mark(hub.mara).mentionedAt);
    QCOMPARE(hub.by(hub.ada, SeeMentions{hub.id}).kind, Kind::NoEffect);
}

/// The send guard asks because of what was said, not because of news of what had been said before.
void TestTickets::receiptsCrossNothing()
{
    Ticket hub;
    const auto answer = hub.reply(hub.conversation(hub.id), "Hello");
    QCOMPARE(hub.by(hub.tom, answer).kind, Kind::Applied);
    const std::int64_t seen = hub.head();
    const std::int64_t said = hub.item(answer.item).saidSeq;
    QVERIFY(said > 0 && said <= seen);
    TimelineItem item = hub.item(answer.item);
    item.delivery->state = Delivery::State::Read;
    hub.change([&](ChangeLog &changes) { return changes.put(item); });
    hub.move(hub.id, hub.care.id); // and with it each of its items
    QVERIFY(hub.item(answer.item).version > seen);
    QCOMPARE(hub.item(answer.item).saidSeq, said);
    QCOMPARE(hub.mustApply(hub.reply(hub.conversation(hub.id), "And one more thing"), seen).kind, Kind::Applied);
    hub.more();
    QCOMPARE(hub.mustApply(hub.reply(hub.conversation(hub.id), "Again"), seen).reason, Reason::CustomerWrote);
}

void TestTickets::joinedGoesOnAsOne()
{
    Ticket hub;
    hub.mustApply(SetStatus{hub.id, Status::Resolved});
    hub.clock.advance(std::chrono::hours(24 * 20)); // too late to reopen it: another conversation
    const auto second = hub.take(hub.line("layla")).conversation;
    QVERIFY(second != hub.id);
    QCOMPARE(hub.mustApply(JoinConversation{second, hub.id}).kind, Kind::Applied);
    QCOMPARE(hub.conversation(second).status, Status::Resolved);
    QCOMPARE(hub.conversation(second).joinedInto, std::optional(hub.id));
    QCOMPARE(hub.conversation(hub.id).status, Status::Open); // there is work in it again
    QVERIFY(hub.conversation(hub.id).waitingSince.has_value());
    QCOMPARE(hub.event(hub.id).at("event"), std::string("taken-in"));
    const auto next = hub.take(hub.line("layla"));
    QCOMPARE(next.conversation, hub.id); // what comes for the one continues the other
    QCOMPARE(hub.mustApply(SeparateConversation{second}).kind, Kind::Applied);
    QVERIFY(!hub.conversation(second).joinedInto);
    QCOMPARE(hub.conversation(second).status, Status::Open);
}

void TestTickets::separatedIsAsItWas_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<bool>("resolved");
    QTest::newRow("nothing was said since") << "" << true;
    QTest::newRow("the customer has written there") << "written" << false;
    QTest::newRow("a note was left there") << "note" << false;
    QTest::newRow("it was resolved and opened since") << "opened" << false;
    QTest::newRow("another one is joined still") << "another" << false;
    QTest::newRow("it was open before") << "open" << false;
}

/// A join that is taken back leaves nobody waiting unseen, and no work where there was none.
void TestTickets::separatedIsAsItWas()
{
    QFETCH(const QString, what);
    QFETCH(const bool, resolved);
    Ticket hub;
    std::vector<ConversationId> own{hub.id};
    for (int i = 0; i < 2; ++i) {
        hub.mustApply(SetStatus{own.back(), Status::Resolved});
        hub.clock.advance(std::chrono::hours(24 * 20));
        own.push_back(hub.take(hub.line("layla")).conversation);
    }
    if (what == "open")
        hub.mustApply(SetStatus{hub.id, Status::Open});
    const Conversation into = hub.conversation(hub.id), joined = hub.conversation(own[2]);
    QVERIFY(joined.waitingSince && joined.waitingSince != into.waitingSince);
    hub.clock.advance(std::chrono::minutes(1));
    hub.mustApply(JoinConversation{own[2], hub.id});
    QVERIFY(!hub.conversation(own[2]).waitingSince);
    if (what == "written")
        QCOMPARE(hub.take(hub.line("layla")).conversation, hub.id);
    if (what == "note")
        hub.mustApply(AddNote{hub.ids.make<TimelineItemId>(), hub.id, "she called", {}, {}});
    if (what == "opened") {
        hub.mustApply(SetStatus{hub.id, Status::Resolved});
        hub.mustApply(SetStatus{hub.id, Status::Open});
    }
    if (what == "another")
        QCOMPARE(hub.mustApply(JoinConversation{own[1], hub.id}).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(SeparateConversation{own[2]}).kind, Kind::Applied);
    const Conversation apart = hub.conversation(own[2]);
    QCOMPARE(apart.status, Status::Open);
    QVERIFY(apart.waitingSince == joined.waitingSince);
    QCOMPARE(apart.inboundCount, joined.inboundCount);
    QCOMPARE(hub.conversation(hub.id).status, resolved ? Status::Resolved : Status::Open);
    QVERIFY(hub.conversation(hub.id).waitingSince == into.waitingSince);
    QCOMPARE(hub.mustApply(SeparateConversation{own[2]}).kind, Kind::NoEffect);
}

void TestTickets::joinedGoesOnForAsLongAsTheOther_data()
{
    QTest::addColumn<bool>("chat");
    QTest::addColumn<bool>("resolved");
    for (const bool chat : {false, true}) {
        QTest::addRow("%s, the other is open", chat ? "chat" : "mail") << chat << false;
        QTest::addRow("%s, the other is over", chat ? "chat" : "mail") << chat << true;
    }
}

/// When it was joined is not when it was over.
void TestTickets::joinedGoesOnForAsLongAsTheOther()
{
    QFETCH(const bool, chat);
    QFETCH(const bool, resolved);
    Ticket hub;
    const auto first = hub.letter("layla@mail.test");
    ConversationId joined = hub.take(first).conversation;
    const ConversationId other = hub.take(hub.letter("layla@mail.test")).conversation;
    if (chat) {
        joined = hub.id;
        hub.mustApply(LinkCustomers{hub.ids.make<CustomerLinkId>(), hub.conversation(joined).customer,
                                    hub.conversation(other).customer, "one person"});
    }
    QCOMPARE(hub.mustApply(JoinConversation{joined, other}).kind, Kind::Applied);
    if (resolved)
        hub.mustApply(SetStatus{other, Status::Resolved});
    hub.clock.advance(std::chrono::hours(24 * 20));
    auto next = chat ? hub.line("layla") : hub.letter("layla@mail.test");
    if (!chat)
        next.references = {first.messageIds.front()};
    const ConversationId came = hub.take(next).conversation;
    QCOMPARE(came == other, !resolved);
    QVERIFY(came != joined);
}

void TestTickets::joinsAreChecked_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<int>("reason");
    QTest::newRow("itself") << "itself" << int(Reason::Invalid);
    QTest::newRow("another person's") << "stranger" << int(Reason::Invalid);
    QTest::newRow("not seen") << "hidden" << int(Reason::NotFound);
    QTest::newRow("a chain") << "chain" << int(Reason::Chain);
    QTest::newRow("joined elsewhere") << "taken" << int(Reason::Taken);
}

void TestTickets::joinsAreChecked()
{
    QFETCH(const QString, what);
    QFETCH(const int, reason);
    Ticket hub;
    std::vector<ConversationId> own{hub.id};
    for (int i = 0; i < 2; ++i) {
        hub.mustApply(SetStatus{own.back(), Status::Resolved});
        hub.clock.advance(std::chrono::hours(24 * 20));
        own.push_back(hub.take(hub.line("layla")).conversation);
    }
    const auto stranger = hub.take(hub.letter("b@mail.test")).conversation;
    JoinConversation join{own[0], own[1]};
    if (what == "itself")
        join.into = join.conversation;
    else if (what == "stranger")
        join.into = stranger;
    else if (what == "hidden")
        hub.move(own[1], hub.returns.id);
    else if (what == "chain")
        hub.mustApply(JoinConversation{own[1], own[2]});
    else
        hub.mustApply(JoinConversation{own[0], own[2]});
    QCOMPARE(int(hub.mustApply(join).reason), reason);
}

void TestTickets::relatedBothWays()
{
    Ticket hub;
    const auto other = hub.take(hub.letter("b@mail.test")).conversation; // of another person: why not
    QCOMPARE(hub.mustApply(RelateConversations{hub.id, other, true}).kind, Kind::Applied);
    QVERIFY(hub.conversation(hub.id).related == std::vector{other});
    QVERIFY(hub.conversation(other).related == std::vector{hub.id});
    QCOMPARE(hub.event(other).at("number"), std::to_string(hub.conversation(hub.id).number));
    QCOMPARE(hub.mustApply(RelateConversations{other, hub.id, true}).kind, Kind::NoEffect);
    QCOMPARE(hub.mustApply(RelateConversations{other, hub.id, false}).kind, Kind::Applied);
    QVERIFY(hub.conversation(hub.id).related.empty() && hub.conversation(other).related.empty());
}

void TestTickets::splitAndBack()
{
    Ticket hub;
    const auto second = hub.more();
    const auto third = hub.more();
    hub.mustApply(MarkRead{hub.id, 3, false});
    const Conversation before = hub.conversation(hub.id);
    const auto fresh = hub.ids.make<ConversationId>();
    QCOMPARE(hub.mustApply(MoveItems{hub.id, fresh, {second, third}, "The lid"}).kind, Kind::Applied);
    const Conversation split = hub.conversation(fresh);
    QCOMPARE(split.subject, std::string("The lid"));
    QCOMPARE(split.inboundCount, std::int64_t(2));
    QVERIFY(split.number > 0 && split.customer == before.customer && split.status == Status::Open);
    QCOMPARE(hub.conversation(hub.id).inboundCount, std::int64_t(1));
    QCOMPARE(hub.conversation(hub.id).preview, std::string("Line 1"));
    QCOMPARE(hub.mark(hub.mara).readCount, std::int64_t(1)); // so that the next one counts as unread
    QCOMPARE(hub.messages(fresh).size(), std::size_t(2));
    QCOMPARE(hub.mustApply(MoveItems{hub.id, fresh, {second, third}, ""}).kind, Kind::NoEffect); // they are there
    QCOMPARE(hub.mustApply(MoveItems{fresh, hub.id, {second, third}, ""}).kind, Kind::Applied);
    Conversation after = hub.conversation(hub.id);
    QCOMPARE(after.inboundCount, before.inboundCount);
    QCOMPARE(after.preview, before.preview);
    QVERIFY(after.lastItemAt == before.lastItemAt && after.waitingSince == before.waitingSince);
    QVERIFY(hub.messages(fresh).empty());
    after = hub.conversation(fresh); // nothing is left in it: no work, and nothing to be read in its row
    QCOMPARE(after.status, Status::Resolved);
    QVERIFY(after.preview.empty() && !after.previewOutbound && !after.waitingSince);
    QCOMPARE(after.inboundCount, std::int64_t(0));
    QCOMPARE(hub.conversation(hub.id).status, Status::Open);
}

/// Whoever waits is in a queue, wherever their messages are moved, and when that is taken back.
void TestTickets::workGoesAlongWithItsMessages()
{
    Ticket hub;
    const auto first = hub.messages(hub.id);
    const auto fresh = hub.ids.make<ConversationId>();
    QCOMPARE(hub.mustApply(MoveItems{hub.id, fresh, first, "All of it"}).kind, Kind::Applied);
    QCOMPARE(hub.conversation(hub.id).status, Status::Resolved); // nothing is left in it
    QCOMPARE(hub.conversation(fresh).status, Status::Open);
    QCOMPARE(hub.mustApply(MoveItems{fresh, hub.id, first, ""}).kind, Kind::Applied);
    QCOMPARE(hub.conversation(hub.id).status, Status::Open);
    QVERIFY(hub.conversation(hub.id).waitingSince);
    QCOMPARE(hub.conversation(fresh).status, Status::Resolved);
    // To one that was over.
    const auto second = hub.more();
    QCOMPARE(hub.mustApply(MoveItems{hub.id, fresh, {second}, ""}).kind, Kind::Applied);
    QCOMPARE(hub.conversation(fresh).status, Status::Open);
    QVERIFY(hub.conversation(fresh).waitingSince);
    QCOMPARE(hub.conversation(hub.id).status, Status::Open);
    // What is over stays so.
    for (const ConversationId &one : {hub.id, fresh})
        hub.mustApply(SetStatus{one, Status::Resolved});
    QCOMPARE(hub.mustApply(MoveItems{fresh, hub.id, {second}, ""}).kind, Kind::Applied);
    QCOMPARE(hub.conversation(hub.id).status, Status::Resolved);
}

void TestTickets::itemsStayWithTheirPerson()
{
    Ticket hub;
    const auto stranger = hub.take(hub.letter("b@mail.test")).conversation;
    const auto message = hub.messages(hub.id).front();
    QCOMPARE(hub.mustApply(MoveItems{hub.id, stranger, {message}, ""}).reason, Reason::Invalid);
    QCOMPARE(hub.mustApply(MoveItems{stranger, hub.id, {message}, ""}).kind, Kind::NoEffect);
    QCOMPARE(hub.mustApply(MoveItems{hub.id, stranger, {}, ""}).reason, Reason::Invalid);
    QCOMPARE(hub.mustApply(MoveItems{hub.id, stranger, {hub.ids.make<TimelineItemId>()}, ""}).reason, Reason::Changed);
    hub.move(stranger, hub.returns.id);
    QCOMPARE(hub.mustApply(MoveItems{hub.id, stranger, {message}, ""}).reason, Reason::NotFound);
}

void TestTickets::whatIsOnItsWayIsNotMoved()
{
    Ticket hub;
    const auto answer = hub.reply(hub.conversation(hub.id), "Hello");
    hub.mustApply(answer);
    QCOMPARE(hub.mustApply(MoveItems{hub.id, hub.ids.make<ConversationId>(), {answer.item}, ""}).reason, Reason::TooLate);
}

void TestTickets::answersFollowMovedMessages()
{
    Ticket hub;
    const auto first = hub.letter("layla@mail.test");
    const auto thread = hub.take(first).conversation;
    auto second = hub.letter("layla@mail.test");
    second.references = {first.messageIds.front()};
    const auto moved = hub.take(second);
    QCOMPARE(moved.conversation, thread);
    const auto fresh = hub.ids.make<ConversationId>();
    QCOMPARE(hub.mustApply(MoveItems{thread, fresh, {moved.item}, "The lid"}).kind, Kind::Applied);
    auto reply = hub.letter("layla@mail.test");
    reply.references = {second.messageIds.front()};
    QCOMPARE(hub.take(reply).conversation, fresh);
}

void TestTickets::conversationsAreBegun()
{
    Ticket hub;
    StartConversation start{.conversation = hub.ids.make<ConversationId>(),
                            .account = hub.mail.id,
                            .identity = hub.ids.make<IdentityId>(),
                            .address = " New.Person@Mail.Test ",
                            .name = "New Person",
                            .customer = hub.ids.make<CustomerId>(),
                            .subject = "Your order"};
    QCOMPARE(hub.mustApply(start).kind, Kind::Applied);
    const Conversation begun = hub.conversation(start.conversation);
    QCOMPARE(begun.assignee, std::optional(hub.mara.id));
    QVERIFY(begun.number > 0);
    const Identity to = *HubUnderTest::must(store::identity(*hub.database, begun.identity));
    QCOMPARE(to.address, std::string("new.person@mail.test"));
    QCOMPARE(to.id, start.identity);
    QVERIFY(!to.verified);
    QCOMPARE(hub.mustApply(hub.reply(begun, "Hello")).kind, Kind::Applied);
    // Somebody who is known under another id: the message goes to them all the same.
    StartConversation again = start;
    again.conversation = hub.ids.make<ConversationId>();
    again.identity = hub.ids.make<IdentityId>();
    QCOMPARE(hub.mustApply(again).kind, Kind::Applied);
    QCOMPARE(hub.conversation(again.conversation).identity, to.id);
    auto message = hub.reply(hub.conversation(again.conversation), "Hello again");
    message.to = again.identity;
    QCOMPARE(hub.mustApply(message).kind, Kind::Applied);
    // Nothing that could be written to.
    for (const char *address : {"", "not an address", "@"}) {
        StartConversation bad = start;
        bad.conversation = hub.ids.make<ConversationId>();
        bad.identity = {};
        bad.address = address;
        QCOMPARE(hub.mustApply(bad).reason, Reason::Invalid);
    }
    start.conversation = hub.ids.make<ConversationId>();
    start.account = {};
    QCOMPARE(hub.mustApply(start).reason, Reason::AccountGone);
}

void TestTickets::begunTwiceIsOnce()
{
    Ticket hub;
    const StartConversation start{
        .conversation = hub.ids.make<ConversationId>(), .account = hub.mail.id, .address = "x@mail.test"};
    QCOMPARE(hub.mustApply(start).kind, Kind::Applied);
    const auto head = hub.number("SELECT count(*) FROM conversation");
    QCOMPARE(hub.mustApply(start).kind, Kind::NoEffect);
    QCOMPARE(hub.number("SELECT count(*) FROM conversation"), head);
}

void TestTickets::whatIsNotBegunLeavesNothing_data()
{
    QTest::addColumn<QString>("why");
    QTest::addColumn<int>("reason");
    QTest::newRow("the customer is blocked") << "blocked" << int(Reason::Blocked);
    QTest::newRow("they do not want to be written to") << "unwelcome" << int(Reason::NoConsent);
    QTest::newRow("another team's account, to a stranger") << "team" << int(Reason::NotAllowed);
}

/// Neither a person, nor an address, nor a number that no conversation has.
void TestTickets::whatIsNotBegunLeavesNothing()
{
    QFETCH(const QString, why);
    QFETCH(const int, reason);
    Ticket hub;
    const Conversation known = hub.conversation(hub.id);
    StartConversation start{.conversation = hub.ids.make<ConversationId>(),
                            .account = hub.mail.id,
                            .identity = hub.ids.make<IdentityId>(),
                            .address = "another@mail.test",
                            .name = "Layla",
                            .customer = known.customer};
    CommandBody before = BlockCustomer{known.customer, true, false};
    if (why == "unwelcome")
        before = SetConsent{known.customer, Channel::Email, Consent::Purpose::Service, false, "by phone"};
    if (why == "team") {
        before = SetAccountTeam{hub.mail.id, hub.returns.id};
        start.customer = hub.ids.make<CustomerId>();
    }
    QCOMPARE(hub.admin(before).kind, Kind::Applied);
    const std::int64_t head = hub.head();
    QCOMPARE(int(hub.mustApply(start).reason), reason);
    QCOMPARE(hub.head(), head + 1); // that it was refused, and nothing else
    QCOMPARE(hub.number("SELECT count(*) FROM identity"), 1);
    QCOMPARE(hub.number("SELECT count(*) FROM customer"), 1);
    QCOMPARE(hub.conversation(hub.take(hub.line("somebody")).conversation).number, known.number + 1);
}

void TestTickets::sideConversationsStayOnTheTimeline()
{
    Ticket hub;
    const StartConversation side{.conversation = hub.ids.make<ConversationId>(),
                                 .account = hub.mail.id,
                                 .address = "courier@parcels.test",
                                 .name = "The courier",
                                 .subject = "Parcel 12",
                                 .parent = hub.id};
    QCOMPARE(hub.mustApply(side).kind, Kind::Applied);
    const Conversation conversation = hub.conversation(side.conversation);
    const CustomerId customer = hub.conversation(hub.id).customer;
    QCOMPARE(conversation.customer, customer);
    QCOMPARE(hub.event(hub.id).at("address"), std::string("courier@parcels.test"));
    auto message = hub.reply(conversation, "Where is it?");
    QCOMPARE(hub.mustApply(message).kind, Kind::Applied);
    QCOMPARE(hub.item(message.item).customer, customer);
    // The courier's answer comes to the same place; a mail of theirs about something else does not.
    auto answer = hub.letter("courier@parcels.test");
    auto names = hub.database->queryOnce("SELECT message_id FROM delivery_queue LIMIT 1");
    QVERIFY(HubUnderTest::must(names.step()));
    answer.references = {std::string(names.text(0))};
    answer.details["to"] = "help@shop.test";
    const auto came = hub.take(answer);
    QCOMPARE(came.conversation, side.conversation);
    QCOMPARE(hub.item(came.item).customer, customer);
    QVERIFY(hub.take(hub.letter("courier@parcels.test")).conversation != side.conversation);
    // Of a side conversation there is no side conversation, and it is joined with nothing.
    StartConversation deeper = side;
    deeper.conversation = hub.ids.make<ConversationId>();
    deeper.parent = side.conversation;
    QCOMPARE(hub.mustApply(deeper).reason, Reason::NotFound);
    QCOMPARE(hub.mustApply(JoinConversation{side.conversation, hub.id}).reason, Reason::Invalid);
}

void TestTickets::blockedPeopleReachNoQueue()
{
    Ticket hub;
    const CustomerId customer = hub.conversation(hub.id).customer;
    QCOMPARE(hub.mustApply(BlockCustomer{customer, true, true}).kind, Kind::Applied);
    QCOMPARE(hub.conversation(hub.id).status, Status::Resolved);
    QCOMPARE(hub.mustApply(hub.reply(hub.conversation(hub.id), "Hello")).reason, Reason::Blocked);
    const auto more = hub.take(hub.line("layla"));
    QCOMPARE(hub.conversation(more.conversation).status, Status::Resolved); // kept, and no work for anybody
    QVERIFY(!hub.conversation(more.conversation).waitingSince);
    QCOMPARE(hub.mustApply(BlockCustomer{customer, false, false}).kind, Kind::Applied);
    const auto next = hub.take(hub.line("layla"));
    QCOMPARE(hub.conversation(next.conversation).status, Status::Open);
}

void TestTickets::theBlockedReachNoQueueThroughOthers()
{
    Ticket hub;
    auto letter = hub.letter("layla@mail.test");
    letter.details["to"] = "help@shop.test, cora@mail.test";
    const ConversationId thread = hub.take(letter).conversation;
    auto fromCora = hub.letter("cora@mail.test");
    fromCora.references = {letter.messageIds.front()};
    QCOMPARE(hub.take(fromCora).conversation, thread);
    const CustomerId cora = hub.take(hub.letter("cora@mail.test")).customer;
    hub.mustApply(SetStatus{thread, Status::Waiting});
    hub.mustApply(BlockCustomer{cora, true, true});
    const Conversation before = hub.conversation(thread);
    auto again = hub.letter("cora@mail.test");
    again.references = {letter.messageIds.front()};
    const auto kept = hub.take(again);
    QCOMPARE(kept.conversation, thread);
    QVERIFY(!hub.item(kept.item).body.empty()); // nothing is lost
    const Conversation after = hub.conversation(thread);
    QCOMPARE(after.status, Status::Waiting);
    QCOMPARE(after.inboundCount, before.inboundCount);
    QVERIFY(after.waitingSince == before.waitingSince);
    // What somebody else answers about who is blocked is heard.
    const StartConversation side{.conversation = hub.ids.make<ConversationId>(),
                                 .account = hub.mail.id,
                                 .address = "courier@parcels.test",
                                 .parent = thread};
    hub.mustApply(side);
    const auto question = hub.reply(hub.conversation(side.conversation), "Where is it?");
    QCOMPARE(hub.mustApply(question).kind, Kind::Applied);
    hub.mustApply(BlockCustomer{hub.conversation(thread).customer, true, false});
    auto answer = hub.letter("courier@parcels.test");
    answer.references = {"t" + toHex(question.item.view()) + "@shop.test"};
    QCOMPARE(hub.take(answer).conversation, side.conversation);
    QCOMPARE(hub.conversation(side.conversation).status, Status::Open);
    QVERIFY(hub.conversation(side.conversation).waitingSince.has_value());
}

void TestTickets::columnsOfViewsAreChecked_data()
{
    QTest::addColumn<QStringList>("columns");
    QTest::addColumn<bool>("isTaken");
    QStringList most;
    for (std::size_t i = 0; i < kMostColumns; ++i)
        most.append(QString("field.f%1").arg(i));
    QTest::newRow("some") << QStringList{"team", "priority"} << true;
    QTest::newRow("none") << QStringList{} << true;
    QTest::newRow("of a newer program") << QStringList{"mood"} << true;
    QTest::newRow("as many as there may be") << most << true;
    QTest::newRow("one more") << most + QStringList{"team"} << false;
    QTest::newRow("twice") << QStringList{"team", "tag", "team"} << false;
    QTest::newRow("without a name") << QStringList{""} << false;
    QTest::newRow("too long") << QStringList{QString(101, 'x')} << false;
}

void TestTickets::columnsOfViewsAreChecked()
{
    QFETCH(const QStringList, columns);
    QFETCH(const bool, isTaken);
    Ticket hub;
    SavedView view{.id = hub.ids.make<SavedViewId>(), .name = "VIP"};
    view.columns.emplace();
    for (const QString &column : columns)
        view.columns->push_back(column.toStdString());
    const Outcome outcome = hub.mustApply(SaveView{view});
    QCOMPARE(outcome.kind, isTaken ? Kind::Applied : Kind::Refused);
    const auto kept = HubUnderTest::must(store::savedView(*hub.database, view.id));
    QCOMPARE(kept.has_value(), isTaken);
    QVERIFY(!kept || kept->columns == view.columns);
}

void TestTickets::columnsOutliveProgramsWithout()
{
    Ticket hub;
    const SavedView plain{.id = hub.ids.make<SavedViewId>(), .name = "VIP"};
    SavedView chosen = plain;
    chosen.columns = std::vector<std::string>{"team", "tag"};
    const auto columns = [&] { return HubUnderTest::must(store::savedView(*hub.database, plain.id))->columns; };
    QCOMPARE(hub.mustApply(SaveView{plain}).kind, Kind::Applied);
    QVERIFY(!columns());
    QCOMPARE(hub.mustApply(SaveView{chosen}).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(SaveView{plain}).kind, Kind::NoEffect); // as an older program has it
    QVERIFY(columns() == chosen.columns);
    SavedView renamed = plain;
    renamed.name = "Important";
    QCOMPARE(hub.mustApply(SaveView{renamed}).kind, Kind::Applied);
    QVERIFY(columns() == chosen.columns);
}

void TestTickets::viewsAreTheirOwners()
{
    Ticket hub;
    SavedView view{.id = hub.ids.make<SavedViewId>(), .name = "VIP waiting"};
    view.conditions = {{"tag", "is", "vip"}};
    QCOMPARE(hub.mustApply(SaveView{view}).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(SaveView{view}).kind, Kind::NoEffect);
    QCOMPARE(HubUnderTest::must(store::savedView(*hub.database, view.id))->owner, hub.mara.id);
    QCOMPARE(hub.by(hub.tom, SaveView{view}).reason, Reason::NotFound); // he does not see it
    view.sharing = SavedView::Sharing::Team;
    view.team = hub.returns.id;
    QCOMPARE(hub.mustApply(SaveView{view}).reason, Reason::NotAllowed); // she is not in that team
    view.team = hub.care.id;
    QCOMPARE(hub.mustApply(SaveView{view}).kind, Kind::Applied);
    hub.put(hub.tom, {hub.care.id});
    QCOMPARE(hub.by(hub.tom, SaveView{view}).reason, Reason::NotAllowed);
    QCOMPARE(hub.by(hub.tom, RemoveView{view.id}).reason, Reason::NotAllowed);
    view.name = "VIP";
    QCOMPARE(hub.admin(SaveView{view}).kind, Kind::Applied);
    QCOMPARE(HubUnderTest::must(store::savedView(*hub.database, view.id))->owner, hub.mara.id);
    view.conditions.resize(31);
    QCOMPARE(hub.mustApply(SaveView{view}).reason, Reason::Invalid);
    view.conditions.resize(1);
    view.team = hub.ids.make<TeamId>();
    QCOMPARE(hub.admin(SaveView{view}).reason, Reason::NotFound);
    QCOMPARE(hub.mustApply(RemoveView{view.id}).kind, Kind::Applied);
    QVERIFY(!HubUnderTest::must(store::savedView(*hub.database, view.id)));
}

namespace {

/// A view that everybody shares, Mara's; two leads change it, each at a desktop of their own.
struct SharedView : Ticket {
    ClientId leads = ids.make<ClientId>();
    std::int64_t leadsN = 0;
    SavedView view{.id = ids.make<SavedViewId>(), .name = "Angry", .sharing = SavedView::Sharing::Everybody};

    SharedView()
    {
        mara.role = Agent::Role::Lead;
        change([&](ChangeLog &changes) { return changes.put(mara); });
        QCOMPARE(mustApply(SaveView{view}).kind, Kind::Applied);
        view = *now();
    }
    std::optional<SavedView> now() { return must(store::savedView(*database, view.id)); }
    Outcome lead(CommandBody body, std::optional<CommandBody> undoes = {})
    {
        Command done = command(std::move(body));
        done.n = ++leadsN;
        --n; // which is of the other desktop
        done.undoes = std::move(undoes);
        return must(database->inTransaction([&] { return applyCommand(*database, ids, clock, ada, leads, done); }));
    }
    SavedView named(const char *name) const
    {
        SavedView other = view;
        other.name = name;
        return other;
    }
};

} // namespace

void TestTickets::viewsOfTwoEditors()
{
    SharedView hub;
    QCOMPARE(hub.lead(SaveView{hub.named("Very angry")}).kind, Kind::Applied);
    const Outcome late = hub.mustApply(SaveView{hub.named("Furious")}); // she had not seen that
    QCOMPARE(late.kind, Kind::Refused);
    QCOMPARE(late.reason, Reason::Changed);
    QCOMPARE(hub.now()->name, std::string("Very angry"));
    QCOMPARE(hub.mustApply(SaveView{hub.named("Very angry")}).kind, Kind::NoEffect); // they agree
    hub.view = *hub.now();
    QCOMPARE(hub.mustApply(SaveView{hub.named("Furious")}).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(SaveView{hub.named("Calm")}).kind, Kind::Applied); // her own change had not come back yet
    QCOMPARE(hub.now()->name, std::string("Calm"));
    QCOMPARE(hub.lead(RemoveView{hub.view.id}).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(SaveView{hub.named("Furious")}).reason, Reason::Changed);
    QVERIFY(!hub.now());
}

void TestTickets::removedViewsComeBackToTheirOwners()
{
    SharedView hub;
    const RemoveView removal{hub.view.id};
    QCOMPARE(hub.lead(removal).kind, Kind::Applied);
    SavedView back = hub.view;
    back.owner = hub.tom.id; // whatever it says
    back.sharing = SavedView::Sharing::Private;
    Command forged = hub.command(SaveView{back});
    forged.undoes = removal;
    QCOMPARE(HubUnderTest::must(hub.apply(forged, hub.tom)).reason, Reason::NotAllowed); // it was not his
    back.sharing = hub.view.sharing;
    QCOMPARE(hub.lead(SaveView{back}, removal).kind, Kind::Applied);
    QCOMPARE(hub.now()->owner, hub.mara.id);
    QCOMPARE(hub.lead(SaveView{hub.named("Other")}, removal).reason, Reason::Taken); // it is there again
    SavedView never = hub.view;
    never.id = hub.ids.make<SavedViewId>();
    QCOMPARE(hub.lead(SaveView{never}, RemoveView{never.id}).reason, Reason::Taken);
}

void TestTickets::definitionsDoNotChangeWhatTheyAre()
{
    Ticket hub;
    FieldDefinition size{.id = hub.ids.make<FieldDefinitionId>(), .key = "size", .name = "Size"};
    QCOMPARE(hub.admin(SaveFieldDefinition{size}).kind, Kind::Applied);
    FieldDefinition other = size;
    other.type = FieldDefinition::Type::Number;
    QCOMPARE(hub.admin(SaveFieldDefinition{other}).reason, Reason::Invalid);
    other = size;
    other.id = hub.ids.make<FieldDefinitionId>();
    QCOMPARE(hub.admin(SaveFieldDefinition{other}).reason, Reason::Taken);
    for (const char *key : {"", "Size", "a b", "confidential.", "language"}) {
        other.key = key;
        QCOMPARE(hub.admin(SaveFieldDefinition{other}).reason, Reason::Invalid);
    }
    size.name = "Size of the cup";
    QCOMPARE(hub.admin(SaveFieldDefinition{size}).kind, Kind::Applied);
    QCOMPARE(hub.admin(RemoveFieldDefinition{size.id}).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(SetField{hub.id, "size", "1"}).reason, Reason::NotFound);
}

QTEST_APPLESS_MAIN(TestTickets)
#include "tst_tickets.moc"
