// The live frames: pinned by golden files, the same on both sides, and no bytes from outside can do harm.
#include "core/base/compression.h"
#include "core/base/rng.h"
#include "core/wire/codec.h"
#include "core/wire/seam.h"
#include "tests/wire/filled.h"
#include "tests/wire/golden.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::wire;

namespace {

Position position()
{
    Position position;
    position.epoch.fill(std::byte(0xe0));
    position.seq = 4711;
    position.chain.fill(std::byte(0xc4));
    return position;
}

/// One of each frame, all fields set, in the order of the variant.
std::vector<Frame> samples()
{
    Welcome welcome;
    welcome.features = {"zstd", "presence"};
    welcome.agent = filled<Agent>();
    welcome.workspace = "Clay & Kin";
    welcome.serverTime = fromMs(1'800'000'000'000);
    welcome.head = position();
    welcome.resync = true;
    welcome.reason = "epoch";
    welcome.lastN = 12;

    Changes changes;
    changes.from = 10;
    changes.to = 14;
    changes.chain.fill(std::byte(0xc5));
    changes.head = 20;
    changes.rows = {filled<Team>(), filled<ReadMark>()};
    changes.removals = {{EntityType::Conversation, filled<ConversationId>().bytes, 13}};
    changes.outcomes = {filled<Outcome>()};
    changes.lastN = 3;
    changes.serverTime = fromMs(1'800'000'000'001);

    Command command;
    command.n = 3;
    command.id = filled<CommandId>();
    command.at = fromMs(1'800'000'000'002);
    command.baseSeq = 13;
    command.body = filled<SetTags>();

    return {
        Hello{{"zstd", "presence"}, "token-of-a-device", position(), filled<ClientId>(), 11},
        welcome,
        changes,
        Credit{1 << 20, 4711},
        CommandFrame{command},
        Fetch{5, filled<CustomerId>(), fromMs(1'800'000'000'003), filled<TimelineItemId>(), 200},
        Page{5, {filled<Team>()}, true},
        Presence{Presence::Kind::Typing, filled<ConversationId>(), filled<AgentId>(), "Do you sh"},
        Beat{1'800'000'000'004},
        Goodbye{"stopping", "The hub restarts.", 1500},
    };
}

constexpr std::array<const char *, std::variant_size_v<Frame>> kNamesOfFrames{
    "hello", "welcome", "changes", "credit", "command", "fetch", "page", "presence", "beat", "goodbye"};

/// The plain map inside a message that is not compressed.
Map mapOf(const Frame &frame)
{
    const Bytes message = pack(frame);
    if (message[0] != std::byte(0))
        qFatal("a compressed frame");
    return *decode(ByteView(message).subspan(1))->as<Map>();
}

Bytes messageOf(const Value &value)
{
    Bytes message{std::byte(0)};
    encode(value, message);
    return message;
}

Bytes squeezed(ByteView plain)
{
    Bytes message{std::byte(1)};
    const Bytes frame = compress(plain, 19);
    message.insert(message.end(), frame.begin(), frame.end());
    return message;
}

/// Random bytes as text: nothing that a compressor can make smaller than its hexadecimal digits.
std::string noise(std::size_t digits, std::uint64_t seed)
{
    SeededRng rng(seed);
    Bytes bytes(digits / 2);
    rng.fill(bytes);
    return toHex(bytes);
}

Page pageOf(std::size_t bodySize)
{
    TimelineItem item;
    item.id = filled<TimelineItemId>();
    item.body = std::string(bodySize, 'x');
    return Page{1, {item}, false};
}

bool isUnderstood(const Frame &frame)
{
    if (const auto *changes = std::get_if<Changes>(&frame))
        return changes->unread.empty();
    if (const auto *page = std::get_if<Page>(&frame))
        return page->unread.empty();
    const auto *command = std::get_if<CommandFrame>(&frame);
    return !command || command->command.unknown.empty();
}

} // namespace

Q_DECLARE_METATYPE(Frame)

class TestFrames : public QObject {
    Q_OBJECT
private slots:
    void rightsTravelWhereTheyMatter();
    void golden_data();
    void golden();
    void goldenRanges_data();
    void goldenRanges();
    void goldenCompressed();
    void everyEntityTravels();
    void everyCommandTravels();
    void unknownFramesAreIgnored();
    void unknownFieldsAreIgnored();
    void unknownTypesAreSkipped();
    void whatIsNotUnderstoodOfARowIsKept();
    void unknownCommandsAreFrames();
    void aMissingFieldIsNoticed();
    void compressesLargeFramesAlone();
    void neverCompressesAToken();
    void refusesBombs();
    void refusesWhatIsTooLong();
    void refusesOtherBytes_data();
    void refusesOtherBytes();
    void refusesNonsense_data();
    void refusesNonsense();
    void mutationsDoNoHarm();
    void bootstrapPages();
    void aStampSaysByWhoseRights();
    void seamsAreText_data();
    void seamsAreText();
};

void TestFrames::rightsTravelWhereTheyMatter()
{
    Changes changes = std::get<Changes>(samples()[2]);
    QVERIFY(!Value(mapOf(changes)).find("bootstrap")); // what an older desktop knows, and golden bytes hold, is unchanged
    changes.bootstrap = "5.0.-1.9.id.";
    QVERIFY(std::get<Changes>(**unpack(pack(changes))) == changes);
    QVERIFY(!Value(mapOf(changes)).find("erased"));
    Welcome welcome = std::get<Welcome>(samples()[1]);
    QVERIFY(!Value(mapOf(welcome)).find("start"));
    welcome.start = position();
    QVERIFY(std::get<Welcome>(**unpack(pack(welcome))) == welcome);
    Page page{5, {filled<Team>()}, true};
    QVERIFY(!Value(mapOf(page)).find("rights"));
    page.rights = 17;
    page.head = position();
    QVERIFY(std::get<Page>(**unpack(pack(page))) == page);
    Hello hello = std::get<Hello>(samples()[0]);
    QVERIFY(!Value(mapOf(hello)).find("ahead"));
    QVERIFY(!Value(mapOf(hello)).find("unheard"));
    hello.ahead = position();
    hello.unheard = true;
    QVERIFY(std::get<Hello>(**unpack(pack(hello))) == hello);
    for (const char *name : {"ahead", "unheard"}) {
        Map badly = mapOf(std::get<Hello>(samples()[0]));
        badly.emplace_back(name, Value(std::int64_t(7)));
        QVERIFY(!unpack(messageOf(Value(std::move(badly)))));
    }
    BootstrapPage first{.start = position(), .rows = {filled<Team>()}, .next = "n", .rights = 17, .head = position()};
    QVERIFY(*unpackPage(pack(first)) == first);
    Map wrong = mapOf(changes);
    for (auto &[name, value] : wrong) {
        if (name == "bootstrap")
            value = Value(std::int64_t(3));
    }
    QVERIFY(!unpack(messageOf(Value(std::move(wrong)))));
    for (const Value &bad : {Value(std::int64_t(3)), Value(Array{Value(std::string("an id"))})}) {
        Map told = mapOf(samples()[2]);
        told.emplace_back("erased", bad);
        QVERIFY(!unpack(messageOf(Value(std::move(told)))));
    }
}

void TestFrames::golden_data()
{
    QTest::addColumn<Frame>("frame");
    for (const Frame &frame : samples())
        QTest::newRow(kNamesOfFrames[frame.index()]) << frame;
    Changes erased{.from = 10, .to = 11, .head = 11};
    erased.removals = {{EntityType::Customer, filled<CustomerId>().bytes, 11}};
    erased.erased = {filled<ConversationId>()};
    QTest::newRow("changes_erased") << Frame(erased);
}

void TestFrames::golden()
{
    QFETCH(const Frame, frame);
    const Bytes message = pack(frame);
    QVERIFY(message.size() <= kCompressFrom); // else the compressor's version would be part of the format
    const Bytes recorded = goldenBytes(QStringLiteral("frame_") + QTest::currentDataTag(), message);
    QCOMPARE(toHex(message), toHex(recorded));
    const auto again = unpack(recorded);
    QVERIFY(again && *again);
    QVERIFY(**again == frame);
}

void TestFrames::goldenRanges_data()
{
    const HistoryKey key{fromMs(1'800'000'000'005), filled<TimelineItemId>()};
    auto fetch = std::get<Fetch>(samples()[5]);
    fetch.after = key;
    auto page = std::get<Page>(samples()[6]);
    page.complete = false;
    page.from = key;
    page.customers = {filled<CustomerId>(), CustomerId(filled<TeamId>().bytes)};
    QTest::addColumn<Frame>("frame");
    QTest::newRow("fetch_range") << Frame(fetch);
    QTest::newRow("page_range") << Frame(page);
}

/// Which part of a timeline is asked for and answered. Without these fields the frames are the same, byte for byte.
void TestFrames::goldenRanges()
{
    golden();
    QFETCH(const Frame, frame);
    for (const char *name : {"after", "from", "customers"}) {
        Map map = mapOf(frame);
        for (MapEntry &entry : map) {
            if (entry.first == name)
                entry.second = Array{Array{true}};
        }
        QVERIFY2(unpack(messageOf(map)).has_value() == (map == mapOf(frame)), name);
    }
}

void TestFrames::goldenCompressed()
{
    const Frame frame = pageOf(3000);
    const auto recorded = unpack(goldenBytes(QStringLiteral("compressed_page"), pack(frame)));
    QVERIFY(recorded && *recorded);
    QVERIFY(**recorded == frame);
}

void TestFrames::everyEntityTravels()
{
    Changes changes = std::get<Changes>(samples()[2]);
    changes.rows = oneOfEach<Entity>();
    changes.removals.clear();
    for (std::size_t type = 0; type < std::variant_size_v<Entity>; ++type)
        changes.removals.push_back({EntityType(type), keyOf(changes.rows[type]), std::int64_t(type)});
    const auto again = unpack(pack(Frame(changes)));
    QVERIFY(again && *again);
    QVERIFY(std::get<Changes>(**again) == changes);
}

void TestFrames::everyCommandTravels()
{
    std::int64_t n = 0;
    for (const CommandBody &body : oneOfEach<CommandBody>()) {
        Command command = std::get<CommandFrame>(samples()[4]).command;
        command.n = ++n;
        command.body = body;
        const auto again = unpack(pack(Frame(CommandFrame{command})));
        QVERIFY(again && *again);
        QVERIFY(std::get<CommandFrame>(**again).command == command);
    }
}

void TestFrames::unknownFramesAreIgnored()
{
    const auto unknown = unpack(messageOf(Map{{"frame", "applause"}, {"volume", 11}}));
    QVERIFY(unknown);
    QVERIFY(!*unknown);
}

void TestFrames::unknownFieldsAreIgnored()
{
    for (const Frame &frame : samples()) {
        Map map = mapOf(frame);
        map.emplace_back("since_version_9", Array{1, Map{{"a", nullptr}}});
        const auto again = unpack(messageOf(map));
        QVERIFY2(again && *again, kNamesOfFrames[frame.index()]);
        QVERIFY2(**again == frame, kNamesOfFrames[frame.index()]);
    }
}

void TestFrames::unknownTypesAreSkipped()
{
    const auto changes = std::get<Changes>(samples()[2]);
    Map map = mapOf(Frame(changes));
    for (MapEntry &entry : map) {
        if (entry.first == "rows")
            entry.second.as<Array>()->insert(entry.second.as<Array>()->begin(), Value(Array{99, Map{{"colour", 1}}}));
        if (entry.first == "removals")
            entry.second.as<Array>()->insert(entry.second.as<Array>()->begin(),
                                             Value(Array{99, Bytes(16, std::byte(9)), 13}));
    }
    const auto again = unpack(messageOf(map));
    QVERIFY2(again, again ? "" : again.error().detail.c_str());
    Changes taken = std::get<Changes>(**again);
    // Put aside as they were said, by the `id` and `version` that rows of every type have; without, by what is in them.
    QCOMPARE(taken.unread.size(), std::size_t(2));
    QCOMPARE(taken.unread[0].type, 99);
    QVERIFY(decode(taken.unread[0].entity) == Value(Map{{"colour", 1}}));
    QVERIFY(taken.unread[0].key != RawId{});
    RawId nines{};
    nines.fill(std::byte(9));
    QVERIFY((taken.unread[1] == Unread{.type = 99, .key = nines, .version = 13}));
    taken.unread.clear();
    QVERIFY(taken == changes);
}

void TestFrames::whatIsNotUnderstoodOfARowIsKept()
{
    auto small = filled<Conversation>(); // a page that travels plain can be looked into
    small.checklist.clear();
    small.fields.clear();
    BootstrapPage page{.start = position(), .rows = {filled<Team>(), small}};
    Map map = *decode(ByteView(pack(page)).subspan(1))->as<Map>();
    RawId nines{};
    nines.fill(std::byte(9));
    for (MapEntry &entry : map) {
        if (entry.first != "rows")
            continue;
        Array &rows = *entry.second.as<Array>();
        rows[1].as<Array>()->at(1).as<Map>()->emplace_back("mood", "good");
        rows.push_back(Value(Array{77, Map{{"id", Bytes(16, std::byte(9))}, {"version", 4}, {"size", 3}}}));
    }
    const auto again = unpackPage(messageOf(map));
    QVERIFY(again);
    QVERIFY(again->rows == page.rows);
    QCOMPARE(again->unread.size(), std::size_t(2));
    const Unread &conversation = again->unread[0];
    QCOMPARE(conversation.type, std::int64_t(EntityType::Conversation));
    QVERIFY(conversation.key == keyOf(page.rows[1]) && conversation.version == versionOf(page.rows[1]));
    QVERIFY(entityFrom(EntityType::Conversation, *decode(conversation.entity)) == page.rows[1]);
    QVERIFY(decode(conversation.entity)->find("mood"));
    QVERIFY(again->unread[1].type == 77 && again->unread[1].key == nines && again->unread[1].version == 4);
}

/// A command of a newer desktop is no reason to end its link.
void TestFrames::unknownCommandsAreFrames()
{
    Map map = mapOf(samples()[4]);
    for (MapEntry &entry : map) {
        if (entry.first == "command") {
            for (MapEntry &field : *entry.second.as<Map>()) {
                if (field.first == "name")
                    field.second = "set_colour";
            }
        }
    }
    const Bytes message = messageOf(map);
    QCOMPARE(toHex(message), toHex(goldenBytes("frame_command_of_newer", message)));
    const auto again = unpack(message);
    QVERIFY(again && *again);
    const Command &command = std::get<CommandFrame>(**again).command;
    QCOMPARE(command.unknown, std::string("set_colour"));
    QCOMPARE(command.n, 3);
}

void TestFrames::aMissingFieldIsNoticed()
{
    // Each field is needed, but for the lists that are left out where they are empty.
    for (const Frame &frame : samples()) {
        for (const MapEntry &left : mapOf(frame)) {
            Map map = mapOf(frame);
            std::erase_if(map, [&](const MapEntry &entry) { return entry.first == left.first; });
            const bool optional = left.first == "removals" || left.first == "outcomes";
            const auto answer = unpack(messageOf(map));
            QVERIFY2(answer.has_value() == optional, left.first.c_str());
            // Nor does a value of another kind pass: no field is an array of one array of a flag.
            for (MapEntry &entry : map = mapOf(frame)) {
                if (entry.first == left.first)
                    entry.second = Array{Array{true}};
            }
            QVERIFY2(!unpack(messageOf(map)), left.first.c_str());
        }
    }
}

void TestFrames::compressesLargeFramesAlone()
{
    QCOMPARE(pack(Frame(pageOf(10)))[0], std::byte(0));
    const std::size_t around = pack(Frame(pageOf(800))).size() - 800;
    const Bytes largestPlain = pack(Frame(pageOf(kCompressFrom - around)));
    QCOMPARE(largestPlain.size(), kCompressFrom);
    QCOMPARE(largestPlain[0], std::byte(0));
    const Bytes smallestSqueezed = pack(Frame(pageOf(kCompressFrom - around + 1)));
    QCOMPARE(smallestSqueezed[0], std::byte(1));
    QVERIFY(smallestSqueezed.size() < 200);

    Page page = pageOf(0);
    std::get<TimelineItem>(page.rows[0]).body = std::string(100'000, 'y');
    QVERIFY(pack(Frame(page)).size() < 1000);
    QVERIFY(**unpack(pack(Frame(page))) == Frame(page));
}

void TestFrames::neverCompressesAToken()
{
    // Compressed beside text that others choose, the length of a frame would tell the token letter by letter (CRIME).
    Hello hello = std::get<Hello>(samples()[0]);
    hello.features.assign(300, "feature");
    const Bytes message = pack(Frame(hello));
    QVERIFY(message.size() > kCompressFrom);
    QCOMPARE(message[0], std::byte(0));
    QVERIFY(textOf(message).find(hello.token) != std::string_view::npos);
}

void TestFrames::refusesBombs()
{
    Map map = mapOf(samples()[8]);
    map.emplace_back("padding", std::string(kMaxPlainBytes, 'x'));
    const Bytes bomb = squeezed(encode(Value(map)));
    QVERIFY(bomb.size() < kMaxFrameBytes);
    const auto refused = unpack(bomb);
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::TooLarge);

    map.back().second = std::string(kMaxPlainBytes - 200, 'x'); // just within the limit
    const auto taken = unpack(squeezed(encode(Value(map))));
    QVERIFY(taken && *taken);
}

void TestFrames::refusesWhatIsTooLong()
{
    Page page = pageOf(0);
    std::get<TimelineItem>(page.rows[0]).body = noise(4 * kMaxFrameBytes, 1);
    const Bytes message = pack(Frame(page));
    QVERIFY(message.size() > kMaxFrameBytes);
    const auto refused = unpack(message);
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::TooLarge);
    QVERIFY(unpack(message, message.size()));
    QVERIFY(!unpack(message, message.size() - 1));
}

void TestFrames::refusesOtherBytes_data()
{
    QTest::addColumn<std::string>("digits");
    QTest::newRow("nothing") << std::string();
    QTest::newRow("packing alone") << std::string("00");
    QTest::newRow("compressed nothing") << std::string("01");
    QTest::newRow("unknown packing") << std::string("02a0");
    QTest::newRow("not a map") << std::string("0080");
    QTest::newRow("no name") << std::string("00a0");
    QTest::newRow("name is a number") << std::string("00a1656672616d6501");
    QTest::newRow("not zstd") << std::string("01a0a0a0a0");
    QTest::newRow("text instead of bytes") << toHex(bytesOf("{\"frame\":\"beat\",\"ms\":1}"));
    QTest::newRow("compressed twice") << toHex(squeezed(squeezed(encode(Value(mapOf(samples()[8]))))));
}

void TestFrames::refusesOtherBytes()
{
    QFETCH(const std::string, digits);
    const auto refused = unpack(*fromHex(digits));
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::Invalid);
}

void TestFrames::refusesNonsense_data()
{
    QTest::addColumn<int>("sample");
    QTest::addColumn<std::string>("field");
    QTest::addColumn<Value>("value");
    const auto row = [](const char *name, int sample, const char *field, Value value) {
        QTest::newRow(name) << sample << std::string(field) << std::move(value);
    };
    row("hello without a client", 0, "client_id", Bytes(16));
    row("hello at a negative seq", 0, "position", Map{{"epoch", Bytes(16)}, {"seq", -1}, {"chain", Bytes(16)}});
    row("hello with a short epoch", 0, "position", Map{{"epoch", Bytes(15)}, {"seq", 1}, {"chain", Bytes(16)}});
    row("changes from below 0", 2, "from", -1);
    row("changes that end before they start", 2, "to", 9);
    row("changes with a short chain", 2, "chain", Bytes(8));
    row("row without a type", 2, "rows", Array{Array{Map{{"id", Bytes(16, std::byte(1))}}}});
    row("row of type -1", 2, "rows", Array{Array{-1, Map{{"id", Bytes(16, std::byte(1))}}}});
    row("row without an id", 2, "rows", Array{Array{6, Map{{"name", "Team"}}}});
    row("removal with a short key", 2, "removals", Array{Array{7, Bytes(4), 1}});
    row("removal of type -1", 2, "removals", Array{Array{-1, Bytes(16), 1}});
    row("removal of two parts", 2, "removals", Array{Array{7, Bytes(16)}});
    row("outcome without n", 2, "outcomes", Array{Array()});
    row("credit below 0", 3, "bytes", -1);
}

void TestFrames::refusesNonsense()
{
    QFETCH(const int, sample);
    QFETCH(const std::string, field);
    QFETCH(const Value, value);
    Map map = mapOf(samples()[std::size_t(sample)]);
    bool changed = false;
    for (MapEntry &entry : map) {
        if (entry.first == field)
            entry.second = value, changed = true;
    }
    QVERIFY(changed);
    const auto refused = unpack(messageOf(map));
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::Invalid);
}

void TestFrames::mutationsDoNoHarm()
{
    SeededRng rng(64);
    std::vector<Bytes> seeds;
    for (const Frame &frame : samples())
        seeds.push_back(pack(frame));
    seeds.push_back(pack(Frame(pageOf(3000))));
    Changes all;
    all.rows = oneOfEach<Entity>();
    seeds.push_back(pack(Frame(all)));
    int refused = 0;
    int taken = 0;
    for (int round = 0; round < 30'000; ++round) {
        Bytes message = seeds[rng.below(seeds.size())];
        for (std::uint64_t left = 1 + rng.below(4); left > 0 && !message.empty(); --left) {
            const std::size_t at = rng.below(message.size());
            switch (rng.below(5)) {
            case 0: message[at] ^= std::byte(1U << rng.below(8)); break;
            case 1: message[at] = std::byte(rng.below(256)); break;
            case 2: message.resize(at); break;
            case 3: message.insert(message.begin() + std::ptrdiff_t(at), std::byte(rng.below(256))); break;
            default: {
                const Bytes &other = seeds[rng.below(seeds.size())];
                const std::size_t from = rng.below(other.size());
                const std::size_t size = std::min<std::size_t>(rng.below(40), other.size() - from);
                message.insert(message.begin() + std::ptrdiff_t(at), other.begin() + std::ptrdiff_t(from),
                               other.begin() + std::ptrdiff_t(from + size));
            }
            }
        }
        const auto answer = unpack(message);
        if (!answer) {
            ++refused;
            QVERIFY(answer.error().kind == Error::Kind::Invalid || answer.error().kind == Error::Kind::TooLarge);
        } else if (*answer) {
            ++taken; // it is a frame now, if another: then it is one on the next hop too
            if (!isUnderstood(**answer))
                continue; // what is of a newer program is kept here, and never sent on
            const auto again = unpack(pack(**answer), SIZE_MAX);
            QVERIFY(again && *again && **again == **answer);
        }
    }
    QVERIFY(refused > 10'000);
    QVERIFY(taken > 100);
}

void TestFrames::bootstrapPages()
{
    BootstrapPage page;
    page.start = position();
    page.rows = oneOfEach<Entity>();
    page.next = "conversation:4711";
    page.done = 10;
    page.total = 33'000;
    page.since = HistoryKey{fromMs(1'800'000'000'005), filled<TimelineItemId>()};
    page.covered = {{filled<CustomerId>(), HistoryKey::beginning()}, {filled<CustomerId>(), *page.since}};
    const Bytes body = pack(page);
    QCOMPARE(body[0], std::byte(1));
    const auto again = unpackPage(body);
    QVERIFY(again);
    QVERIFY(*again == page);
    QVERIFY(!unpackPage(ByteView(body).first(body.size() - 1)));
    QVERIFY(!unpackPage({}));
    QVERIFY(!unpackPage(pack(samples()[8])));
    // A page is longer than a frame may be.
    for (int i = 0; i < 40; ++i) {
        auto item = filled<TimelineItem>();
        item.body = noise(4000, std::uint64_t(i));
        page.rows.emplace_back(item);
    }
    QVERIFY(pack(page).size() > kMaxFrameBytes);
    QVERIFY(unpackPage(pack(page)) == page);
}

/// What is packed once for several is given to each with their own rights; nothing else of it changes.
void TestFrames::aStampSaysByWhoseRights()
{
    BootstrapPage page{.start = position(), .rows = oneOfEach<Entity>(), .next = "9.1.2.3.id.", .rights = 0};
    const Bytes body = pack(page), given = stamped(body, 4'711'000'000'000);
    page.rights = 4'711'000'000'000;
    QCOMPARE(given.size(), body.size() + 9);
    const auto read = unpackPage(given);
    QVERIFY(read && *read == page);
    QVERIFY(!unpack(given)); // it is no frame
    for (const std::size_t size : {1, 8, 9, 10})
        QVERIFY(!unpackPage(ByteView(given).first(size)));
    QVERIFY(!unpackPage(stamped(given, 5))); // once is enough
    QVERIFY(!unpackPage(stamped(body, 0)));  // by nobody's rights
    QVERIFY(!unpackPage(stamped(body, -1)));
}

void TestFrames::seamsAreText_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("taken");
    const QString epoch = "018f3c2a-7b1e-7c3d-9a55-0123456789ab";
    QTest::newRow("one") << epoch + ".4711" << true;
    QTest::newRow("the beginning") << epoch + ".0" << true;
    QTest::newRow("nothing") << QString() << false;
    QTest::newRow("no seq") << epoch << false;
    QTest::newRow("an empty seq") << epoch + "." << false;
    QTest::newRow("before the beginning") << epoch + ".-1" << false;
    QTest::newRow("more behind it") << epoch + ".4711.1" << false;
    QTest::newRow("a large one") << epoch + ".9223372036854775808" << false;
    QTest::newRow("no epoch") << QString(".4711") << false;
    QTest::newRow("another epoch") << QString("018f.4711") << false;
}

void TestFrames::seamsAreText()
{
    QFETCH(const QString, text);
    QFETCH(const bool, taken);
    const auto seam = seamFrom(text.toStdString());
    QCOMPARE(seam.has_value(), taken);
    if (seam)
        QCOMPARE(wire::textOf(*seam), text.toStdString());
}

QTEST_APPLESS_MAIN(TestFrames)
#include "tst_frames.moc"
