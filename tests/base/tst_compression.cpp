// Compressed bytes from outside cost no more than was declared and allowed.
#include "core/base/compression.h"
#include "core/base/rng.h"

#include <QtTest>
#include <zstd.h>

using namespace tributary;

namespace {

Bytes zeros(std::size_t size)
{
    return Bytes(size);
}

Bytes joined(Bytes first, const Bytes &second)
{
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

/// A frame as a streaming program makes it: its header says no size.
Bytes withoutSize(const Bytes &plain)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
    Bytes frame(ZSTD_compressBound(plain.size()));
    frame.resize(ZSTD_compress2(context, frame.data(), frame.size(), plain.data(), plain.size()));
    ZSTD_freeCCtx(context);
    return frame;
}

} // namespace

class TestCompression : public QObject {
    Q_OBJECT
private slots:
    void comesBack_data();
    void comesBack();
    void refusesBombs();
    void refusesUndeclaredSizes();
    void enforcesTheDeclaredSize();
    void takesOneFrameAlone();
    void noticesDamage();
};

void TestCompression::comesBack_data()
{
    QTest::addColumn<int>("size");
    QTest::addColumn<bool>("random");
    QTest::newRow("nothing") << 0 << false;
    QTest::newRow("one byte") << 1 << false;
    QTest::newRow("one kilobyte of zeros") << 1024 << false;
    QTest::newRow("a megabyte of zeros") << (1 << 20) << false;
    QTest::newRow("what cannot be made smaller") << 100'000 << true;
}

void TestCompression::comesBack()
{
    QFETCH(const int, size);
    QFETCH(const bool, random);
    Bytes plain = zeros(std::size_t(size));
    if (random)
        SeededRng(1).fill(plain);
    for (const int level : {1, 3, 19}) {
        const auto again = decompress(compress(plain, level), plain.size());
        QVERIFY(again);
        QVERIFY(*again == plain);
    }
}

void TestCompression::refusesBombs()
{
    const Bytes bomb = compress(zeros(64 << 20), 1);
    QVERIFY(bomb.size() < 64 * 1024);
    const auto refused = decompress(bomb, 4 << 20);
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::TooLarge);
    const Bytes plain = zeros(1000);
    QVERIFY(decompress(compress(plain), 1000));
    QCOMPARE(decompress(compress(plain), 999).error().kind, Error::Kind::TooLarge);
}

void TestCompression::refusesUndeclaredSizes()
{
    const Bytes frame = withoutSize(zeros(100'000));
    QCOMPARE(ZSTD_getFrameContentSize(frame.data(), frame.size()), ZSTD_CONTENTSIZE_UNKNOWN);
    const auto refused = decompress(frame, 1 << 20);
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::Invalid);
}

void TestCompression::enforcesTheDeclaredSize()
{
    // 1,000 bytes in a single segment: magic number (4), descriptor (1), then the size less 256 in two bytes.
    const Bytes honest = compress(zeros(1000));
    QCOMPARE(honest[4] & std::byte(0xe0), std::byte(0x60));
    QCOMPARE(honest[5], std::byte((1000 - 256) & 0xff));
    for (const int lie : {-100, -1, 1, 100}) {
        Bytes frame = honest;
        const int declared = 1000 - 256 + lie;
        frame[5] = std::byte(declared & 0xff);
        frame[6] = std::byte(declared >> 8);
        const auto refused = decompress(frame, 1 << 20);
        QVERIFY2(!refused, qPrintable(QString::number(lie)));
        QCOMPARE(refused.error().kind, Error::Kind::Invalid);
    }
}

void TestCompression::takesOneFrameAlone()
{
    const Bytes frame = compress(zeros(1000));
    const Bytes skippable{
        std::byte(0x50), std::byte(0x2a), std::byte(0x4d), std::byte(0x18), std::byte(4), {}, {}, {}, {}, {}, {}, {}};
    QVERIFY(!decompress(joined(frame, frame), 1 << 20));
    QVERIFY(!decompress(joined(frame, compress({})), 1 << 20));
    QVERIFY(!decompress(joined(frame, skippable), 1 << 20));
    QVERIFY(!decompress(joined(skippable, frame), 1 << 20));
    QVERIFY(!decompress(skippable, 1 << 20));
    QVERIFY(!decompress(joined(frame, {std::byte(0)}), 1 << 20));
}

void TestCompression::noticesDamage()
{
    Bytes plain(5000);
    SeededRng rng(5);
    for (std::byte &byte : plain)
        byte = std::byte('a' + rng.below(4));
    const Bytes frame = compress(plain);
    QVERIFY(!decompress({}, 1 << 20));
    QVERIFY(!decompress(bytesOf("not a frame at all"), 1 << 20));
    for (std::size_t size = 0; size < frame.size(); ++size)
        QVERIFY2(!decompress(ByteView(frame).first(size), 1 << 20), qPrintable(QString::number(size)));
    for (int round = 0; round < 2000; ++round) { // under the sanitizer this says more than here
        Bytes damaged = frame;
        damaged[rng.below(damaged.size())] ^= std::byte(1U << rng.below(8));
        if (const auto taken = decompress(damaged, 1 << 20))
            QVERIFY(taken->size() <= 1 << 20);
    }
}

QTEST_APPLESS_MAIN(TestCompression)
#include "tst_compression.moc"
