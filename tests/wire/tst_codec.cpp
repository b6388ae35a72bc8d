// Every entity and command survives the wire with all its fields, and programs of different ages understand each other.
#include "core/wire/codec.h"
#include "tests/wire/filled.h"
#include "tests/wire/golden.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::wire;

namespace {

/// How many fields have a place on the wire.
std::size_t fieldCount(const Entity &entity)
{
    std::size_t count = 0;
    std::visit([&](const auto &one) { listFields<std::decay_t<decltype(one)>>([&](auto, auto) { ++count; }); }, entity);
    return count;
}

Value with(Value value, const std::string &name, Value field)
{
    Map map = *value.as<Map>();
    std::erase_if(map, [&](const MapEntry &entry) { return entry.first == name; });
    map.emplace_back(name, std::move(field));
    return Value(std::move(map));
}

Value without(Value value, const std::string &name)
{
    std::erase_if(*value.as<Map>(), [&](const MapEntry &entry) { return entry.first == name; });
    return value;
}

Command command(CommandBody body)
{
    Command command;
    command.n = 7;
    command.id = filled<CommandId>();
    command.at = fromMs(1'800'000'000'123);
    command.baseSeq = 42;
    command.body = std::move(body);
    return command;
}

std::string typeName(const Entity &entity)
{
    return std::string(nameOf(typeOf(entity)));
}

} // namespace

Q_DECLARE_METATYPE(Entity)
Q_DECLARE_METATYPE(CommandBody)

class TestCodec : public QObject {
    Q_OBJECT
private slots:
    void entities_data();
    void entities();
    void commands_data();
    void commands();
    void outcomes();
    void defaultsAreLeftOut();
    void unknownFieldsAreIgnored();
    void whatIsOfANewerProgramIsNoticed();
    void unknownEnumeratorsKeepTheDefault();
    void nullKeepsTheDefault();
    void refusesEntities_data();
    void refusesEntities();
    void refusesCommands_data();
    void refusesCommands();
    void storedParts();
};

void TestCodec::entities_data()
{
    QTest::addColumn<Entity>("entity");
    for (const Entity &entity : oneOfEach<Entity>())
        QTest::newRow(typeName(entity).c_str()) << entity;
}

void TestCodec::entities()
{
    QFETCH(const Entity, entity);
    const Value value = toValue(entity);
    QCOMPARE(value.as<Map>()->size(), fieldCount(entity)); // all are set, so all are there
    const Bytes bytes = encode(value);
    const auto decoded = decode(bytes);
    QVERIFY(decoded);
    const auto again = entityFrom(typeOf(entity), *decoded);
    QVERIFY(again);
    QVERIFY(*again == entity);
    const QString golden = QStringLiteral("entity_") + QString::fromStdString(typeName(entity));
    QCOMPARE(toHex(bytes), toHex(goldenBytes(golden, bytes)));
}

void TestCodec::commands_data()
{
    QTest::addColumn<CommandBody>("body");
    for (const CommandBody &body : oneOfEach<CommandBody>())
        QTest::newRow(std::string(nameOf(body)).c_str()) << body;
}

void TestCodec::commands()
{
    QFETCH(const CommandBody, body);
    const Command sent = command(body);
    const Bytes bytes = encode(toValue(sent));
    const auto decoded = decode(bytes);
    QVERIFY(decoded);
    const auto again = commandFrom(*decoded);
    QVERIFY(again);
    QVERIFY(*again == sent);
    const QString golden = QStringLiteral("command_") + QString::fromStdString(std::string(nameOf(body)));
    QCOMPARE(toHex(bytes), toHex(goldenBytes(golden, bytes)));

    Command undo = command(body);
    undo.undoes = body;
    QVERIFY(commandFrom(toValue(undo)) == undo);
    QVERIFY(commandFrom(without(toValue(undo), "undoes")) == command(body)); // to a hub that does not know of it
    QVERIFY(!commandFrom(with(toValue(undo), "undoes", "nothing")));

    // With every argument at its default it is the same command still.
    std::visit(
        [](const auto &one) {
            const Command bare = command(std::decay_t<decltype(one)>());
            QVERIFY(commandFrom(toValue(bare)) == bare);
        },
        body);
}

void TestCodec::outcomes()
{
    const auto outcome = filled<Outcome>();
    QVERIFY(outcomeFrom(toValue(outcome)) == outcome);
    QVERIFY(!outcomeFrom(with(toValue(outcome), "n", 0)));
    QVERIFY(!outcomeFrom(without(toValue(outcome), "n")));
    QVERIFY(!outcomeFrom(Value("applied")));
    for (const auto kind : kNames<Outcome::Kind>)
        QCOMPARE(nameOf(outcomeFrom(with(toValue(outcome), "kind", kind))->kind), kind);
}

void TestCodec::defaultsAreLeftOut()
{
    QCOMPARE(toHex(encode(toValue(Entity(Customer())))), std::string("a0"));
    QCOMPARE(toHex(encode(toValue(Entity(TimelineItem())))), std::string("a0"));
    Agent agent;
    agent.id = filled<AgentId>();
    QCOMPARE(toValue(Entity(agent)).as<Map>()->size(), std::size_t(1));
    agent.active = false; // true is the default: what is not the default is said, also when it is false
    QVERIFY(entityFrom(EntityType::Agent, toValue(Entity(agent))) == Entity(agent));
    TimelineItem item;
    item.id = filled<TimelineItemId>();
    item.delivery.emplace(); // present, with nothing in it that is not a default
    QVERIFY(entityFrom(EntityType::TimelineItem, toValue(Entity(item))) == Entity(item));
    DismissSuggestion again;
    again.dismissed = false;
    QVERIFY(commandFrom(toValue(command(again)))->body == CommandBody(again));
}

void TestCodec::unknownFieldsAreIgnored()
{
    for (const Entity &entity : oneOfEach<Entity>())
        QVERIFY(entityFrom(typeOf(entity), with(toValue(entity), "mood", Array{1, "two"})) == entity);
    const Command sent = command(filled<SendMessage>());
    QVERIFY(commandFrom(with(toValue(sent), "mood", "good")) == sent);
}

/// What is not understood of a row is said, so that it can be kept; of a command nothing is done without the rest.
void TestCodec::whatIsOfANewerProgramIsNoticed()
{
    const auto isWhole = [](const Entity &entity, const Value &value) {
        bool whole = true;
        if (!entityFrom(typeOf(entity), value, &whole))
            qFatal("not an entity");
        return whole;
    };
    for (const Entity &entity : oneOfEach<Entity>()) {
        QVERIFY(isWhole(entity, toValue(entity)));
        QVERIFY(!isWhole(entity, with(toValue(entity), "mood", Array{1, "two"})));
        QVERIFY(!isWhole(entity, with(toValue(entity), "mood", nullptr)));
    }
    const Entity item = filled<TimelineItem>();
    QVERIFY(!isWhole(item, with(toValue(item), "kind", "hologram")));
    QVERIFY(!isWhole(item, with(toValue(item), "delivery", with(*toValue(item).find("delivery"), "state", "lost"))));
    QVERIFY(!isWhole(item, with(toValue(item), "attachments", Array{Map{{"colour", "blue"}}})));
    QVERIFY(isWhole(item, with(toValue(item), "details", Map{{"any", "key"}}))); // these are for anybody to choose

    const Command sent = command(filled<SetStatus>());
    const Value good = toValue(sent);
    const std::vector<Value> newer{
        with(good, "name", "set_colour"),
        with(good, "arguments", with(*good.find("arguments"), "mood", 1)),
        with(good, "arguments", with(*good.find("arguments"), "status", "escalated")),
        with(good, "undoes", Map{{"name", "set_colour"}, {"arguments", Map()}}),
    };
    for (const Value &value : newer) {
        QVERIFY(!commandFrom(value));
        const auto named = commandFrom(value, true);
        QVERIFY(named);
        QCOMPARE(named->n, sent.n);
        QCOMPARE(named->id, sent.id);
        QVERIFY(named->body == CommandBody(CancelMessage{}) && !named->undoes);
        QVERIFY(!named->unknown.empty());
    }
    QCOMPARE(commandFrom(newer[0], true)->unknown, std::string("set_colour"));
    QCOMPARE(commandFrom(with(good, "name", "a\nline"), true)->unknown, std::string("nameless"));
    QCOMPARE(commandFrom(with(good, "name", std::string(300, 'x')), true)->unknown, std::string("nameless"));
    QVERIFY(commandFrom(good, true)->unknown.empty());
    QVERIFY(!commandFrom(with(newer[0], "id", Bytes(16)), true)); // well-formed it must be all the same
    QVERIFY(!commandFrom(with(good, "arguments", with(*good.find("arguments"), "status", 3)), true));
}

void TestCodec::unknownEnumeratorsKeepTheDefault()
{
    auto conversation = filled<Conversation>();
    Value value = with(toValue(Entity(conversation)), "status", "escalated");
    value = with(value, "channel", "pigeon");
    conversation.status = Conversation().status;
    conversation.channel = Conversation().channel;
    QVERIFY(entityFrom(EntityType::Conversation, value) == Entity(conversation));
    QVERIFY(!entityFrom(EntityType::Conversation, with(value, "status", 3))); // of a wrong kind is something else
}

void TestCodec::nullKeepsTheDefault()
{
    auto conversation = filled<Conversation>();
    Value value = with(toValue(Entity(conversation)), "assignee_id", nullptr);
    value = with(value, "subject", nullptr);
    conversation.assignee.reset();
    conversation.subject.clear();
    QVERIFY(entityFrom(EntityType::Conversation, value) == Entity(conversation));
}

void TestCodec::refusesEntities_data()
{
    QTest::addColumn<std::string>("field");
    QTest::addColumn<Value>("with");
    const auto row = [](const char *name, const char *field, Value with) {
        QTest::newRow(name) << std::string(field) << std::move(with);
    };
    row("no id", "id", nullptr);
    row("null id", "id", Bytes(16));
    row("short id", "id", Bytes(15, std::byte(1)));
    row("id as text", "id", "0123456789abcdef");
    row("number as text", "version", "1");
    row("text as number", "body", 1);
    row("text as bytes", "body", Bytes(1));
    row("flag as number", "deleted", 1);
    row("time as text", "at_ms", "now");
    row("list as text", "attachments", "none");
    row("list of numbers", "attachments", Array{1});
    row("attachment with a wrong field", "attachments", Array{Map{{"name", 1}}});
    row("struct as list", "delivery", Array());
    row("struct with a wrong field", "delivery", Map{{"attempts", "many"}});
    row("map of numbers", "details", Map{{"from", 1}});
    row("map as list", "details", Array());
    row("optional id of a wrong size", "author_id", Bytes(1));
}

void TestCodec::refusesEntities()
{
    QFETCH(const std::string, field);
    QFETCH(const Value, with);
    const Value good = toValue(Entity(filled<TimelineItem>()));
    QVERIFY(entityFrom(EntityType::TimelineItem, good));
    const auto refused = entityFrom(EntityType::TimelineItem, ::with(good, field, with));
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::Invalid);
    QVERIFY(!entityFrom(EntityType::TimelineItem, Value(Array())));
    QVERIFY(!entityFrom(EntityType(std::variant_size_v<Entity>), good));
}

void TestCodec::refusesCommands_data()
{
    QTest::addColumn<std::string>("field");
    QTest::addColumn<Value>("with");
    const auto row = [](const char *name, const char *field, Value with) {
        QTest::newRow(name) << std::string(field) << std::move(with);
    };
    row("n is 0", "n", 0);
    row("n below 0", "n", -1);
    row("n is text", "n", "1");
    row("null id", "id", Bytes(16));
    row("short id", "id", Bytes(8, std::byte(1)));
    row("time as text", "at_ms", "now");
    row("base as text", "base_seq", "1");
    row("unknown name", "name", "self_destruct");
    row("empty name", "name", "");
    row("name as number", "name", 1);
    row("arguments as list", "arguments", Array());
    row("wrong argument", "arguments", Map{{"body", 1}});
}

void TestCodec::refusesCommands()
{
    QFETCH(const std::string, field);
    QFETCH(const Value, with);
    const Value good = toValue(command(filled<SendMessage>()));
    QVERIFY(commandFrom(good));
    const auto refused = commandFrom(::with(good, field, with));
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::Invalid);
    if (field != "base_seq")
        QVERIFY(!commandFrom(without(good, field)));
}

void TestCodec::storedParts()
{
    const auto attachments = filled<std::vector<Attachment>>();
    QVERIFY(attachmentsFrom(encodeList(attachments)) == attachments);
    const auto texts = filled<std::vector<std::string>>();
    QVERIFY(textsFrom(encodeList(texts)) == texts);
    const auto map = filled<std::map<std::string, std::string>>();
    QVERIFY(mapFrom(encodeMap(map)) == map);
    const auto delivery = filled<Delivery>();
    QVERIFY(deliveryFrom(encodeDelivery(delivery)) == delivery);

    const auto other = textsFrom(encodeDelivery(delivery));
    QVERIFY(!other);
    QCOMPARE(other.error().kind, Error::Kind::Corrupt);
    QVERIFY(!mapFrom(Bytes()));
    QVERIFY(!attachmentsFrom(encodeList(texts)));
}

QTEST_APPLESS_MAIN(TestCodec)
#include "tst_codec.moc"
