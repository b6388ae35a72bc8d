// What makes conversations tickets: custom statuses and fields, checklists, followers and mentions; and events that say of
// each change who and what.
#include "core/wire/codec.h"
#include "tests/hub/core/ticket_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using Kind = Outcome::Kind;
using Reason = Outcome::Reason;
using Status = Conversation::Status;

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
