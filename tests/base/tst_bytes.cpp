// Hexadecimal digits and base64 as RFC 4648 has them, there and back.
#include "core/base/bytes.h"
#include "core/base/rng.h"

#include <QtTest>

using namespace tributary;

class TestBytes : public QObject {
    Q_OBJECT
private slots:
    void base64_data();
    void base64();
    void base64Reads_data();
    void base64Reads();
    void base64Refuses_data();
    void base64Refuses();
    void hex();
    void hexRefuses_data();
    void hexRefuses();
    void randomBytesComeBack();
};

void TestBytes::base64_data()
{
    QTest::addColumn<std::string>("plain");
    QTest::addColumn<std::string>("standard");
    QTest::addColumn<std::string>("urlSafe");
    // RFC 4648, section 10.
    QTest::newRow("empty") << std::string() << std::string() << std::string();
    QTest::newRow("f") << std::string("f") << std::string("Zg==") << std::string("Zg");
    QTest::newRow("fo") << std::string("fo") << std::string("Zm8=") << std::string("Zm8");
    QTest::newRow("foo") << std::string("foo") << std::string("Zm9v") << std::string("Zm9v");
    QTest::newRow("foob") << std::string("foob") << std::string("Zm9vYg==") << std::string("Zm9vYg");
    QTest::newRow("fooba") << std::string("fooba") << std::string("Zm9vYmE=") << std::string("Zm9vYmE");
    QTest::newRow("foobar") << std::string("foobar") << std::string("Zm9vYmFy") << std::string("Zm9vYmFy");
    // Where the alphabets differ.
    QTest::newRow("62 and 63") << std::string("\xfb\xff\xbf") << std::string("+/+/") << std::string("-_-_");
    QTest::newRow("all ones") << std::string("\xff") << std::string("/w==") << std::string("_w");
}

void TestBytes::base64()
{
    QFETCH(const std::string, plain);
    QFETCH(const std::string, standard);
    QFETCH(const std::string, urlSafe);
    QCOMPARE(toBase64(bytesOf(plain)), standard);
    QCOMPARE(toBase64Url(bytesOf(plain)), urlSafe);
    QVERIFY(fromBase64(standard) == copyOf(bytesOf(plain)));
    QVERIFY(fromBase64(urlSafe) == copyOf(bytesOf(plain)));
}

void TestBytes::base64Reads_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("plain");
    QTest::newRow("lines, as in mail") << std::string("Zm9v\r\nYmFy\r\n") << std::string("foobar");
    QTest::newRow("blanks and tabs") << std::string(" Zm\t9v ") << std::string("foo");
    QTest::newRow("standard without padding") << std::string("Zm8") << std::string("fo");
    QTest::newRow("URL-safe with padding") << std::string("_w==") << std::string("\xff");
    QTest::newRow("white space alone") << std::string(" \r\n") << std::string();
}

void TestBytes::base64Reads()
{
    QFETCH(const std::string, text);
    QFETCH(const std::string, plain);
    QVERIFY(fromBase64(text) == copyOf(bytesOf(plain)));
}

void TestBytes::base64Refuses_data()
{
    QTest::addColumn<std::string>("text");
    QTest::newRow("one character") << std::string("Z");
    QTest::newRow("one character too many") << std::string("Zm9vY");
    QTest::newRow("one character with padding") << std::string("Z===");
    QTest::newRow("text after the padding") << std::string("Zg==Zg==");
    QTest::newRow("padding in the middle") << std::string("Zm=v");
    QTest::newRow("foreign character") << std::string("Zm9*");
    QTest::newRow("NUL") << std::string("Zm\0v", 4);
    QTest::newRow("form feed") << std::string("Zm9v\f");
    QTest::newRow("Latin-1") << std::string("Zm9\xfc");
    QTest::newRow("comma") << std::string("Zm9,");
}

void TestBytes::base64Refuses()
{
    QFETCH(const std::string, text);
    QVERIFY(!fromBase64(text));
}

void TestBytes::hex()
{
    const Bytes bytes{std::byte(0), std::byte(0x0f), std::byte(0xf0), std::byte(0xab), std::byte(0xff)};
    QCOMPARE(toHex(bytes), std::string("000ff0abff"));
    QVERIFY(fromHex("000ff0abff") == bytes);
    QVERIFY(fromHex("000FF0aBFf") == bytes);
    QVERIFY(fromHex("") == Bytes());
}

void TestBytes::hexRefuses_data()
{
    QTest::addColumn<std::string>("digits");
    QTest::newRow("odd") << std::string("abc");
    QTest::newRow("letter after f") << std::string("0g");
    QTest::newRow("before 0") << std::string("/0");
    QTest::newRow("after 9") << std::string("0:");
    QTest::newRow("before A") << std::string("@0");
    QTest::newRow("before a") << std::string("0`");
    QTest::newRow("blank") << std::string("0 ");
    QTest::newRow("NUL") << std::string("0\0", 2);
    QTest::newRow("prefix") << std::string("0x12");
}

void TestBytes::hexRefuses()
{
    QFETCH(const std::string, digits);
    QVERIFY(!fromHex(digits));
}

void TestBytes::randomBytesComeBack()
{
    SeededRng rng(4648);
    for (int round = 0; round < 500; ++round) {
        Bytes bytes(rng.below(200));
        rng.fill(bytes);
        QVERIFY(fromHex(toHex(bytes)) == bytes);
        QVERIFY(fromBase64(toBase64(bytes)) == bytes);
        QVERIFY(fromBase64(toBase64Url(bytes)) == bytes);
        QCOMPARE(toBase64(bytes).size(), (bytes.size() + 2) / 3 * 4);
    }
}

QTEST_APPLESS_MAIN(TestBytes)
#include "tst_bytes.moc"
