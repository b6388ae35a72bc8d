// The decoder takes exactly the strict subset of CBOR it promises, and hostile bytes cost little.
#include "core/base/rng.h"
#include "core/wire/cbor.h"

#include <QElapsedTimer>
#include <QtTest>

using namespace tributary;
using namespace tributary::wire;

namespace {

Bytes hex(std::string_view digits)
{
    const auto bytes = fromHex(digits);
    if (!bytes)
        qFatal("not hexadecimal: %.*s", int(digits.size()), digits.data());
    return *bytes;
}

std::string repeated(std::string_view text, std::size_t count)
{
    std::string all;
    for (std::size_t i = 0; i < count; ++i)
        all += text;
    return all;
}

/// A map of @p count different keys of four letters, each with null.
Bytes mapOf(std::size_t count)
{
    Map map;
    for (std::size_t i = 0; i < count; ++i) {
        std::string key(4, 'a');
        for (std::size_t digit = 0, rest = i; digit < key.size(); ++digit, rest /= 26)
            key[digit] = char('a' + rest % 26);
        map.emplace_back(std::move(key), Value());
    }
    return encode(Value(std::move(map)));
}

std::string randomText(Rng &rng)
{
    static constexpr std::array<std::string_view, 6> kPieces{"a", "é", "茶", "🫖", "\n", "<"};
    std::string text;
    for (std::uint64_t left = rng.below(12); left > 0; --left)
        text += kPieces[rng.below(kPieces.size())];
    return text;
}

/// Any integer, with the short ones as likely as the long ones.
std::int64_t randomInteger(Rng &rng)
{
    return std::int64_t(rng.next()) >> rng.below(64);
}

Value randomValue(Rng &rng, int depth)
{
    switch (rng.below(depth < kMaxDepth ? 7 : 5)) {
    case 0: return Value();
    case 1: return Value(rng.below(2) == 1);
    case 2: return Value(randomInteger(rng));
    case 3: return Value(randomText(rng));
    case 4: {
        Bytes bytes(rng.below(300));
        rng.fill(bytes);
        return Value(std::move(bytes));
    }
    case 5: {
        Array array;
        for (std::uint64_t left = rng.below(4); left > 0; --left)
            array.push_back(randomValue(rng, depth + 1));
        return Value(std::move(array));
    }
    default: {
        Map map;
        const std::uint64_t count = rng.below(5);
        for (std::uint64_t i = 0; i < count; ++i)
            map.emplace_back(std::to_string(i) + randomText(rng), randomValue(rng, depth + 1));
        return Value(std::move(map));
    }
    }
}

} // namespace

class TestCbor : public QObject {
    Q_OBJECT
private slots:
    void readsAndWrites_data();
    void readsAndWrites();
    void refuses_data();
    void refuses();
    void depth();
    void keysOfAMap();
    void manyKeysAreCheckedFast();
    void valuesCostMemoryInProportion();
    void randomValuesComeBack();
    void randomBytesNeverSlipThrough();
    void utf8_data();
    void utf8();
};

Q_DECLARE_METATYPE(Value)

void TestCbor::readsAndWrites_data()
{
    QTest::addColumn<std::string>("digits");
    QTest::addColumn<Value>("value");
    const auto row = [](const char *digits, Value value) {
        QTest::newRow(digits) << std::string(digits) << std::move(value);
    };
    // RFC 8949, appendix A: the part that frames use.
    row("00", 0);
    row("01", 1);
    row("0a", 10);
    row("17", 23);
    row("1818", 24);
    row("1819", 25);
    row("1864", 100);
    row("1903e8", 1000);
    row("1a000f4240", 1000000);
    row("1b000000e8d4a51000", std::int64_t(1000000000000));
    row("20", -1);
    row("29", -10);
    row("3863", -100);
    row("3903e7", -1000);
    row("f4", false);
    row("f5", true);
    row("f6", nullptr);
    row("40", Bytes());
    row("4401020304", hex("01020304"));
    row("60", "");
    row("6161", "a");
    row("6449455446", "IETF");
    row("62225c", "\"\\");
    row("62c3bc", "ü");
    row("63e6b0b4", "水");
    row("64f0908591", "𐅑");
    row("80", Array());
    row("83010203", Array{1, 2, 3});
    row("8301820203820405", Array{1, Array{2, 3}, Array{4, 5}});
    row("a0", Map());
    row("a26161016162820203", Map{{"a", 1}, {"b", Array{2, 3}}});
    row("826161a161626163", Array{"a", Map{{"b", "c"}}});
    row("a56161614161626142616361436164614461656145", Map{{"a", "A"}, {"b", "B"}, {"c", "C"}, {"d", "D"}, {"e", "E"}});
    // The edges of every width of an integer.
    row("18ff", 255);
    row("190100", 256);
    row("19ffff", 65535);
    row("1a00010000", 65536);
    row("1affffffff", std::int64_t(0xffffffff));
    row("1b0000000100000000", std::int64_t(0x100000000));
    row("1b7fffffffffffffff", INT64_MAX);
    row("3b7fffffffffffffff", INT64_MIN);
}

void TestCbor::readsAndWrites()
{
    QFETCH(const std::string, digits);
    QFETCH(const Value, value);
    const auto decoded = decode(hex(digits));
    QVERIFY2(decoded, decoded ? "" : decoded.error().detail.c_str());
    QVERIFY(*decoded == value);
    QCOMPARE(toHex(encode(value)), digits);
}

void TestCbor::refuses_data()
{
    QTest::addColumn<std::string>("digits");
    const auto row = [](const char *name, std::string digits) { QTest::newRow(name) << std::move(digits); };
    row("nothing", "");
    row("bytes after the end", "0000");
    row("float 16", "f90000");
    row("float 32", "fa47c35000");
    row("float 64", "fb3ff199999999999a");
    row("undefined", "f7");
    row("simple 16", "f0");
    row("simple 255", "f8ff");
    row("false in two bytes", "f814");
    row("true in two bytes", "f815");
    row("break alone", "ff");
    row("tag: time", "c11a514b67b0");
    row("tag: big number", "c249010000000000000000");
    row("indefinite bytes", "5f42010243030405ff");
    row("indefinite text", "7f657374726561646d696e67ff");
    row("indefinite array", "9fff");
    row("indefinite array with elements", "9f0102ff");
    row("indefinite map", "bf61610161629f0203ffff");
    row("indefinite integer", "1f");
    row("reserved length 28", "1c");
    row("reserved length 30", "5e");
    row("23 in two bytes", "1817");
    row("255 in three bytes", "1900ff");
    row("65535 in five bytes", "1a0000ffff");
    row("32 bits in nine bytes", "1b00000000ffffffff");
    row("negative longer than needed", "3800");
    row("length of text longer than needed", "780161");
    row("length of bytes longer than needed", "5900016f");
    row("length of array longer than needed", "980101");
    row("length of map longer than needed", "b801616101");
    row("above 63 bits", "1b8000000000000000");
    row("all ones", "1bffffffffffffffff");
    row("below minus 2^63", "3b8000000000000000");
    row("length ends early", "19ff");
    row("text ends early", "6461");
    row("bytes end early", "4301");
    row("array ends early", "830102");
    row("map ends early", "a16161");
    row("4 GiB of text", "7affffffff61");
    row("2^63 bytes", "5b800000000000000061");
    row("all ones of bytes", "5bffffffffffffffff");
    row("all ones of elements", "9bffffffffffffffff00");
    row("all ones of keys", "bbffffffffffffffff616100");
    row("2^32 elements", "9b000000010000000000");
    row("one element too many", "8400000000"
                                "00");
    row("key that is a number", "a10101");
    row("key that is bytes", "a1416101");
    row("key that is null", "a1f601");
    row("key of indefinite length", "a17f6161ff01");
    row("same key twice", "a2616101616102");
    row("same empty key twice", "a260016002");
    row("same key twice further in", "81a3616101616202616103");
    row("overlong NUL", "62c080");
    row("overlong slash", "63e080af");
    row("surrogate", "63eda080");
    row("lone continuation", "6180");
    row("cut character", "62e6b0");
    row("beyond U+10FFFF", "64f4908080");
    row("Latin-1", "61fc");
    row("key that is not UTF-8", "a161ff01");
}

void TestCbor::refuses()
{
    QFETCH(const std::string, digits);
    const auto decoded = decode(hex(digits));
    QVERIFY(!decoded);
    QCOMPARE(decoded.error().kind, Error::Kind::Invalid);
}

void TestCbor::depth()
{
    // Arrays in arrays, and maps in maps, with one number inside.
    QVERIFY(decode(hex(repeated("81", 16) + "01")));
    QVERIFY(!decode(hex(repeated("81", 17) + "01")));
    QVERIFY(!decode(hex(repeated("81", 16) + "80"))); // an empty one counts as well
    QVERIFY(decode(hex(repeated("a16161", 16) + "01")));
    QVERIFY(!decode(hex(repeated("a16161", 17) + "01")));
    QVERIFY(!decode(hex(repeated("81", 500'000) + "01"))); // and the stack is not what ends it
}

void TestCbor::keysOfAMap()
{
    QVERIFY(decode(mapOf(4096)));
    QVERIFY(!decode(mapOf(4097)));
    for (const std::size_t count : {2, 40, 4096}) {
        Bytes repeats = mapOf(count);
        const std::size_t head = count < 24 ? 1 : count < 256 ? 2 : 3;
        std::copy_n(repeats.begin() + std::ptrdiff_t(head), 6, repeats.end() - 6); // the last key becomes the first
        QVERIFY(!decode(repeats));
    }
}

void TestCbor::manyKeysAreCheckedFast()
{
    // A compressed frame of some kilobytes can hold this: looking at every pair of keys would take seconds.
    const Bytes one = mapOf(4096);
    Bytes many = hex("1880");
    many[0] = std::byte(0x98); // an array of 128
    for (int i = 0; i < 128; ++i)
        many.insert(many.end(), one.begin(), one.end());
    QElapsedTimer timer;
    timer.start();
    const auto plain = decode(one);
    const qint64 alone = timer.nsecsElapsed();
    QVERIFY(plain);
    // As much text again without maps is the yardstick, so that a slow machine is not a failure.
    Array texts;
    for (int i = 0; i < 128 * 4096; ++i)
        texts.emplace_back("abcdefgh");
    const Bytes yardstick = encode(Value(std::move(texts)));
    timer.restart();
    QVERIFY(decode(yardstick));
    const qint64 fair = timer.nsecsElapsed();
    timer.restart();
    QVERIFY(decode(many));
    const qint64 taken = timer.nsecsElapsed();
    QVERIFY2(taken < 12 * std::max(fair, qint64(20'000'000)),
             qPrintable(QStringLiteral("%1 ms, yardstick %2 ms, one map %3 ms")
                            .arg(taken / 1'000'000)
                            .arg(fair / 1'000'000)
                            .arg(alone / 1'000'000)));
}

void TestCbor::valuesCostMemoryInProportion()
{
    // Four million empty arrays, in four megabytes: each would be some forty bytes in memory.
    Bytes bytes(4 * 1024 * 1024, std::byte(0x80));
    const Bytes head = hex("9a003ffffb");
    std::copy(head.begin(), head.end(), bytes.begin());
    const auto decoded = decode(bytes);
    QVERIFY(!decoded);
    QCOMPARE(decoded.error().kind, Error::Kind::Invalid);
    QVERIFY(decode(encode(Value(Array(1000))))); // a short list of small values is nobody's attack
}

void TestCbor::randomValuesComeBack()
{
    SeededRng rng(20261122);
    for (int round = 0; round < 2000; ++round) {
        const Value value = randomValue(rng, 0);
        const Bytes bytes = encode(value);
        const auto decoded = decode(bytes);
        QVERIFY2(decoded, qPrintable(QStringLiteral("round %1").arg(round)));
        QVERIFY2(*decoded == value, qPrintable(QStringLiteral("round %1").arg(round)));
        if (!bytes.empty())
            QVERIFY(!decode(ByteView(bytes).first(bytes.size() - 1))); // there is one end to a value
    }
}

void TestCbor::randomBytesNeverSlipThrough()
{
    // What is taken from anywhere is written again as it came: there is one encoding of every value.
    SeededRng rng(8949);
    int taken = 0;
    for (int round = 0; round < 60'000; ++round) {
        Bytes bytes(1 + rng.below(24));
        rng.fill(bytes);
        if (rng.below(2) == 0) {
            bytes = encode(randomValue(rng, 12));
            bytes[rng.below(bytes.size())] ^= std::byte(1U << rng.below(8));
        }
        if (const auto decoded = decode(bytes)) {
            ++taken;
            QCOMPARE(toHex(encode(*decoded)), toHex(bytes));
        }
    }
    QVERIFY(taken > 1000);
}

void TestCbor::utf8_data()
{
    QTest::addColumn<std::string>("digits");
    QTest::addColumn<bool>("good");
    QTest::newRow("empty") << std::string() << true;
    QTest::newRow("NUL") << std::string("00") << true;
    QTest::newRow("U+007F") << std::string("7f") << true;
    QTest::newRow("U+0080") << std::string("c280") << true;
    QTest::newRow("U+07FF") << std::string("dfbf") << true;
    QTest::newRow("U+0800") << std::string("e0a080") << true;
    QTest::newRow("U+D7FF") << std::string("ed9fbf") << true;
    QTest::newRow("U+E000") << std::string("ee8080") << true;
    QTest::newRow("U+FFFF") << std::string("efbfbf") << true;
    QTest::newRow("U+10000") << std::string("f0908080") << true;
    QTest::newRow("U+10FFFF") << std::string("f48fbfbf") << true;
    QTest::newRow("C1") << std::string("c1bf") << false;
    QTest::newRow("overlong of three") << std::string("e09fbf") << false;
    QTest::newRow("overlong of four") << std::string("f08fbfbf") << false;
    QTest::newRow("U+D800") << std::string("eda080") << false;
    QTest::newRow("U+DFFF") << std::string("edbfbf") << false;
    QTest::newRow("U+110000") << std::string("f4908080") << false;
    QTest::newRow("F5") << std::string("f5808080") << false;
    QTest::newRow("FE") << std::string("fe") << false;
    QTest::newRow("cut after one of two") << std::string("c3") << false;
    QTest::newRow("cut after three of four") << std::string("f0908080f09080") << false;
    QTest::newRow("ASCII where a continuation belongs") << std::string("e6b041") << false;
    QTest::newRow("continuation after ASCII") << std::string("4180") << false;
}

void TestCbor::utf8()
{
    QFETCH(const std::string, digits);
    QFETCH(const bool, good);
    const Bytes bytes = hex(digits);
    QVERIFY(bytes.size() < 24); // its length stands in the head
    Bytes message{std::byte(0x60 + bytes.size())};
    message.insert(message.end(), bytes.begin(), bytes.end());
    QCOMPARE(decode(message).has_value(), good);
}

QTEST_APPLESS_MAIN(TestCbor)
#include "tst_cbor.moc"
