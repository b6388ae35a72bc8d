// What is dropped onto a saved view becomes what the view asks for, where that can be done.
#include "ui/inbox/triage.h"

#include <QTest>

using namespace tributary;
using namespace tributary::ui;

using Condition = model::SavedView::Condition;
using Status = model::Conversation::Status;

Q_DECLARE_METATYPE(std::vector<Condition>)

namespace {

const model::CustomStatusId kCourier(RawId{std::byte(1)}), kGone(RawId{std::byte(2)});
const model::AgentId kMe(RawId{std::byte(3)});
const model::ConversationId kConversation(RawId{std::byte(4)});

store::Setup setup()
{
    using Type = model::FieldDefinition::Type;
    return {.fields = {{.key = "size", .name = "Size", .type = Type::Choice, .choices = {"small", "large"}},
                       {.key = "fragile", .name = "Fragile", .type = Type::Flag},
                       {.key = "weight", .name = "Weight", .type = Type::Number}},
            .statuses = {{.id = kCourier, .name = "With the courier", .status = Status::Waiting}}};
}

QString words(const model::CommandBody &command)
{
    if (const auto *field = std::get_if<model::SetField>(&command))
        return QString::fromStdString(field->key + "=" + field->value);
    if (const auto *own = std::get_if<model::SetCustomStatus>(&command))
        return own->custom == kCourier && own->status == Status::Waiting ? "courier" : own->custom ? "another" : "plain";
    if (const auto *status = std::get_if<model::SetStatus>(&command))
        return "status " + QString::number(int(status->status));
    return std::holds_alternative<model::Assign>(command) ? "assign" : "else";
}

} // namespace

class TestTriage : public QObject {
    Q_OBJECT
private slots:
    void isMovedIntoAView_data();
    void isMovedIntoAView();
};

void TestTriage::isMovedIntoAView_data()
{
    const std::string courier = kCourier.text(), gone = kGone.text();
    QTest::addColumn<std::vector<Condition>>("conditions");
    QTest::addColumn<bool>("there"); // it is what is asked for
    QTest::addColumn<QStringList>("commands");
    const auto row = [](const char *name, const std::vector<Condition> &conditions, bool there,
                        const QStringList &commands) { QTest::newRow(name) << conditions << there << commands; };
    row("an own status", {{"custom_status", "is", courier}}, false, {"courier"});
    row("an own status, there already", {{"custom_status", "is", courier}}, true, {});
    row("with the status that it counts as", {{"status", "is", "waiting"}, {"custom_status", "is", courier}}, false,
        {"courier"});
    row("with another status", {{"status", "is", "open"}, {"custom_status", "is", courier}}, false, {});
    row("an own status that is no more", {{"custom_status", "is", gone}}, false, {});
    row("no own status", {{"custom_status", "is_not_set", ""}}, true, {"plain"});
    row("any own status", {{"custom_status", "is_set", ""}}, false, {});
    row("a field", {{"field.size", "is", "large"}}, false, {"size=large"});
    row("a field, there already", {{"field.size", "is", "large"}}, true, {});
    row("a field without anything in it", {{"field.size", "is_not_set", ""}}, true, {"size="});
    row("a field with anything else", {{"field.size", "is_not", "large"}}, true, {});
    row("a field with anything at all", {{"field.size", "is_set", ""}}, false, {});
    row("a field with more", {{"field.weight", "more_than", "3"}}, false, {});
    row("a flag", {{"field.fragile", "is_set", ""}}, false, {"fragile=yes"});
    row("no flag", {{"field.fragile", "is_not_set", ""}}, true, {"fragile="});
    row("a field that is no more", {{"field.colour", "is", "red"}}, false, {});
    row("several", {{"field.size", "is", "large"}, {"custom_status", "is", courier}, {"assignee", "is", "me"}}, false,
        {"size=large", "courier", "assign"});
    row("several, one of which cannot be", {{"field.size", "is", "large"}, {"channel", "is", "email"}}, false, {});
}

void TestTriage::isMovedIntoAView()
{
    QFETCH(const std::vector<Condition>, conditions);
    QFETCH(const bool, there);
    QFETCH(const QStringList, commands);
    store::ConversationRow row;
    row.conversation.id = kConversation;
    if (there) {
        row.conversation.status = Status::Waiting;
        row.conversation.customStatus = kCourier;
        row.conversation.fields = {{"size", "large"}, {"fragile", "yes"}};
    }
    const model::SavedView view{.id = model::SavedViewId(RawId{std::byte(5)}), .conditions = conditions};
    QStringList given;
    for (const model::CommandBody &command : triage::moveInto({row}, QueuePlace(view.id), &view, kMe, setup()))
        given.append(words(command));
    QCOMPARE(given, commands);
}

QTEST_APPLESS_MAIN(TestTriage)
#include "tst_triage.moc"
