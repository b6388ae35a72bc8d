// UUIDv7 as RFC 9562 lays it out; ids of one maker always rise.
#include "core/base/bytes.h"
#include "core/base/id.h"

#include <QtTest>
#include <set>
#include <thread>
#include <unordered_set>

using namespace tributary;

namespace {

using ThingId = Id<struct ThingTag>;

std::int64_t msOf(const RawId &raw)
{
    std::int64_t ms = 0;
    for (std::size_t i = 0; i < 6; ++i)
        ms = ms << 8 | std::to_integer<std::int64_t>(raw[i]);
    return ms;
}

/// Gives the highest numbers there are: the counter starts as high as it can.
class HighRng final : public Rng {
public:
    void fill(std::span<std::byte> out) override
    {
        for (std::byte &byte : out)
            byte = std::byte(0xff);
        if (out.size() == 8)
            out[7] = std::byte(0x7f); // an even draw below 2^25 refuses the very top
    }
};

} // namespace

class TestIds : public QObject {
    Q_OBJECT
private slots:
    void layout();
    void risesWithinAMillisecond();
    void risesWhenTheClockGoesBack();
    void risesPastTheEndOfTheCounter();
    void differsBetweenMakers();
    void text();
    void readsText_data();
    void readsText();
    void bytes();
    void theSystemGivesNoBytesTwice();
};

void TestIds::layout()
{
    const ManualClock clock(fromMs(0x017f22e279b0)); // the example of RFC 9562, appendix A.6
    SeededRng rng(1);
    IdMaker ids(clock, rng);
    for (int i = 0; i < 1000; ++i) {
        const RawId raw = ids.makeRaw();
        QCOMPARE(msOf(raw), std::int64_t(0x017f22e279b0));
        QCOMPARE(raw[6] & std::byte(0xf0), std::byte(0x70)); // version
        QCOMPARE(raw[8] & std::byte(0xc0), std::byte(0x80)); // variant
    }
    QVERIFY(idToText(ids.makeRaw()).starts_with("017f22e2-79b0-7"));
}

void TestIds::risesWithinAMillisecond()
{
    ManualClock clock;
    SeededRng rng(2);
    IdMaker ids(clock, rng);
    RawId last = ids.makeRaw();
    for (int i = 0; i < 100'000; ++i) {
        if (i % 1000 == 0)
            clock.advance(Milliseconds(1));
        const RawId next = ids.makeRaw();
        QVERIFY(last < next);
        last = next;
    }
    QCOMPARE(msOf(last), toMs(clock.now()));
}

void TestIds::risesWhenTheClockGoesBack()
{
    ManualClock clock;
    SeededRng rng(3);
    IdMaker ids(clock, rng);
    const RawId before = ids.makeRaw();
    clock.step(clock.now() - std::chrono::hours(24 * 365));
    RawId last = before;
    for (int i = 0; i < 1000; ++i) {
        const RawId next = ids.makeRaw();
        QVERIFY(last < next);
        last = next;
        clock.advance(Milliseconds(1));
    }
    QCOMPARE(msOf(last), msOf(before)); // it waits for the clock rather than running ahead of it
    clock.step(fromMs(msOf(before) + 5));
    QCOMPARE(msOf(ids.makeRaw()), msOf(before) + 5);
}

void TestIds::risesPastTheEndOfTheCounter()
{
    const ManualClock clock;
    HighRng rng;
    IdMaker ids(clock, rng);
    RawId last = ids.makeRaw();
    const std::int64_t start = msOf(last);
    // The counter starts in its lower half, so that 2^25 ids fit into a millisecond at least; then time is borrowed.
    for (int i = 0; i < (1 << 25) + 10; ++i) {
        const RawId next = ids.makeRaw();
        if (!(last < next))
            QFAIL(qPrintable(QStringLiteral("not above the one before it: %1").arg(i)));
        last = next;
    }
    QCOMPARE(msOf(last), start + 1);
}

void TestIds::differsBetweenMakers()
{
    const ManualClock clock;
    SeededRng one(4);
    SeededRng two(5);
    IdMaker left(clock, one);
    IdMaker right(clock, two);
    std::unordered_set<ThingId> all;
    for (int i = 0; i < 10'000; ++i) {
        all.insert(left.make<ThingId>());
        all.insert(right.make<ThingId>());
    }
    QCOMPARE(all.size(), std::size_t(20'000));
}

void TestIds::text()
{
    const RawId raw = *idFromText("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    QCOMPARE(idToText(raw), std::string("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"));
    QCOMPARE(toHex(raw), std::string("017f22e279b07cc398c4dc0c0c07398f"));
    SeededRng rng(6);
    const ManualClock clock;
    IdMaker ids(clock, rng);
    for (int i = 0; i < 100; ++i) {
        const auto id = ids.make<ThingId>();
        QVERIFY(ThingId::fromText(id.text()) == id);
    }
}

void TestIds::readsText_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<bool>("good");
    const auto row = [](const char *name, const char *text, bool good) { QTest::newRow(name) << std::string(text) << good; };
    row("with hyphens", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f", true);
    row("without hyphens", "017f22e279b07cc398c4dc0c0c07398f", true);
    row("capitals", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F", true);
    row("null", "00000000-0000-0000-0000-000000000000", true);
    row("empty", "", false);
    row("too short", "017f22e2-79b0-7cc3-98c4-dc0c0c07398", false);
    row("too long", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f00", false);
    row("braces", "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}", false);
    row("not a digit", "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", false);
    row("blank at the end", "017f22e279b07cc398c4dc0c0c07398f ", false);
    row("hyphens elsewhere", "017f-22e279b0-7cc3-98c4-dc0c0c07398f", false);
    row("some hyphens", "017f22e2-79b07cc398c4dc0c0c07398f", false);
    row("hyphens alone", "------------------------------------", false);
}

void TestIds::readsText()
{
    QFETCH(const std::string, text);
    QFETCH(const bool, good);
    QCOMPARE(idFromText(text).has_value(), good);
}

void TestIds::bytes()
{
    const ThingId id(*idFromText("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"));
    QVERIFY(ThingId::fromBytes(id.view()) == id);
    QVERIFY(!ThingId::fromBytes(id.view().first(15)));
    QVERIFY(!ThingId::fromBytes(Bytes(17)));
    QVERIFY(!ThingId::fromBytes({}));
    QVERIFY(ThingId().isNull());
    QVERIFY(!id.isNull());
    QVERIFY(ThingId() < id);
}

/// Whatever is asked for at a time, and by which thread.
void TestIds::theSystemGivesNoBytesTwice()
{
    constexpr std::size_t kSizes[] = {8, 16, 10, 127, 128, 129, 512, 700, 11};
    std::vector<Bytes> drawn[2];
    const auto draw = [&](std::vector<Bytes> &into) {
        SystemRng rng;
        for (int i = 0; i < 3'000; ++i) {
            into.emplace_back(kSizes[std::size_t(i) % std::size(kSizes)]);
            rng.fill(into.back());
        }
    };
    std::thread other([&] { draw(drawn[1]); });
    draw(drawn[0]);
    other.join();
    std::set<Bytes> seen;
    for (const auto &all : drawn) {
        for (const Bytes &bytes : all) {
            for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8)
                QVERIFY(
                    seen.insert(Bytes(bytes.begin() + std::ptrdiff_t(at), bytes.begin() + std::ptrdiff_t(at) + 8)).second);
        }
    }
}

QTEST_APPLESS_MAIN(TestIds)
#include "tst_ids.moc"
