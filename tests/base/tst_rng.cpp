// The same numbers everywhere for the same seed, and none more likely than another.
#include "core/base/bytes.h"
#include "core/base/rng.h"

#include <QtTest>
#include <array>
#include <cmath>

using namespace tributary;

class TestRng : public QObject {
    Q_OBJECT
private slots:
    void knownNumbers();
    void anyLength();
    void belowIsEven_data();
    void belowIsEven();
    void belowStaysBelow();
    void unitIsEven();
    void systemDiffers();
};

void TestRng::knownNumbers()
{
    // The reference implementation of splitmix64 (Vigna), seed 1234567.
    SeededRng rng(1234567);
    QCOMPARE(rng.next(), std::uint64_t(6457827717110365317ULL));
    QCOMPARE(rng.next(), std::uint64_t(3203168211198807973ULL));
    QCOMPARE(rng.next(), std::uint64_t(9817491932198370423ULL));
    QCOMPARE(rng.next(), std::uint64_t(4593380528125082431ULL));
    QCOMPARE(rng.next(), std::uint64_t(16408922859458223821ULL));
}

void TestRng::anyLength()
{
    for (std::size_t size = 0; size < 40; ++size) {
        SeededRng rng(9);
        Bytes longer(size + 8);
        rng.fill(longer);
        Bytes bytes(size + 1, std::byte(0xee));
        SeededRng again(9);
        again.fill(std::span(bytes).first(size));
        QVERIFY(std::equal(bytes.begin(), bytes.end() - 1, longer.begin()));
        QCOMPARE(bytes.back(), std::byte(0xee)); // not a byte further
    }
}

void TestRng::belowIsEven_data()
{
    QTest::addColumn<std::uint64_t>("bound");
    QTest::newRow("2") << std::uint64_t(2);
    QTest::newRow("3") << std::uint64_t(3);
    QTest::newRow("10") << std::uint64_t(10);
    QTest::newRow("1000") << std::uint64_t(1000);
    // Here the remainder alone would give the low third twice as often as the others.
    QTest::newRow("three quarters of all") << (std::uint64_t(3) << 62);
    QTest::newRow("just above a half") << (std::uint64_t(1) << 63) + 1;
}

void TestRng::belowIsEven()
{
    QFETCH(const std::uint64_t, bound);
    constexpr int kDraws = 40'000;
    constexpr std::uint64_t kMost = 10;
    const std::uint64_t bins = std::min(bound, kMost);
    std::array<int, kMost> counts{};
    SeededRng rng(bound);
    for (int i = 0; i < kDraws; ++i) {
        const std::uint64_t value = rng.below(bound);
        QVERIFY(value < bound);
        ++counts[std::size_t(double(value) / double(bound) * double(bins)) % bins];
    }
    double chiSquare = 0;
    const double expected = double(kDraws) / double(bins);
    for (std::uint64_t bin = 0; bin < bins; ++bin)
        chiSquare += std::pow(counts[bin] - expected, 2) / expected;
    QVERIFY2(chiSquare < 33.7, qPrintable(QString::number(chiSquare))); // nine degrees of freedom: one in ten thousand
}

void TestRng::belowStaysBelow()
{
    SeededRng rng(1);
    QCOMPARE(rng.below(0), std::uint64_t(0));
    for (int i = 0; i < 100; ++i)
        QCOMPARE(rng.below(1), std::uint64_t(0));
    for (int i = 0; i < 1000; ++i)
        QVERIFY(rng.below(UINT64_MAX) < UINT64_MAX);
}

void TestRng::unitIsEven()
{
    SeededRng rng(2);
    double sum = 0;
    for (int i = 0; i < 40'000; ++i) {
        const double value = rng.unit();
        QVERIFY(value >= 0 && value < 1);
        sum += value;
    }
    QVERIFY(std::abs(sum / 40'000 - 0.5) < 0.006); // four standard deviations
}

void TestRng::systemDiffers()
{
    SystemRng rng;
    Bytes one(32);
    Bytes two(32);
    rng.fill(one);
    rng.fill(two);
    QVERIFY(one != two);
    QVERIFY(one != Bytes(32));
}

QTEST_APPLESS_MAIN(TestRng)
#include "tst_rng.moc"
