// Digests against the vectors that their standards publish.
#include "core/base/digest.h"

#include <QtTest>

using namespace tributary;

namespace {

Bytes repeated(unsigned char byte, std::size_t count)
{
    return Bytes(count, std::byte(byte));
}

} // namespace

class TestDigest : public QObject {
    Q_OBJECT
private slots:
    void sha256_data();
    void sha256();
    void hmac_data();
    void hmac();
    void blake();
    void comparesInFull();
};

void TestDigest::sha256_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("digest");
    // FIPS 180-4 and the examples that NIST keeps beside it.
    QTest::newRow("empty") << std::string()
                           << std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    QTest::newRow("abc") << std::string("abc")
                         << std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    QTest::newRow("two blocks") << std::string("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                                << std::string("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    QTest::newRow("a million a") << std::string(1'000'000, 'a')
                                 << std::string("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

void TestDigest::sha256()
{
    QFETCH(const std::string, text);
    QFETCH(const std::string, digest);
    QCOMPARE(toHex(tributary::sha256(bytesOf(text))), digest);
    Sha256Stream stream;
    for (std::size_t at = 0, size = 1; at < text.size(); at += size, size = size * 3 + 1)
        stream.add(bytesOf(text).subspan(at, std::min(size, text.size() - at)));
    QCOMPARE(toHex(stream.finish()), digest);
}

void TestDigest::hmac_data()
{
    QTest::addColumn<Bytes>("key");
    QTest::addColumn<Bytes>("message");
    QTest::addColumn<std::string>("digest");
    // RFC 4231, cases 1 to 4, 6 and 7.
    QTest::newRow("1") << repeated(0x0b, 20) << copyOf(bytesOf("Hi There"))
                       << std::string("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    QTest::newRow("2: short key") << copyOf(bytesOf("Jefe")) << copyOf(bytesOf("what do ya want for nothing?"))
                                  << std::string("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    QTest::newRow("3") << repeated(0xaa, 20) << repeated(0xdd, 50)
                       << std::string("773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    QTest::newRow("4") << *fromHex("0102030405060708090a0b0c0d0e0f10111213141516171819") << repeated(0xcd, 50)
                       << std::string("82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    QTest::newRow("6: key longer than a block")
        << repeated(0xaa, 131) << copyOf(bytesOf("Test Using Larger Than Block-Size Key - Hash Key First"))
        << std::string("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    QTest::newRow("7: key and data longer than a block")
        << repeated(0xaa, 131)
        << copyOf(bytesOf("This is a test using a larger than block-size key and a larger than block-size data. The key "
                          "needs to be hashed before being used by the HMAC algorithm."))
        << std::string("9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

void TestDigest::hmac()
{
    QFETCH(const Bytes, key);
    QFETCH(const Bytes, message);
    QFETCH(const std::string, digest);
    QCOMPARE(toHex(hmacSha256(key, message)), digest);
}

void TestDigest::blake()
{
    // BLAKE2b of 16 bytes (RFC 7693), as `b2sum -l 128` prints it.
    QCOMPARE(toHex(blake16({})), std::string("cae66941d9efbd404e4d88758ea67670"));
    QCOMPARE(toHex(blake16(bytesOf("abc"))), std::string("cf4ab791c62b8d2b2109c90275287816"));
}

void TestDigest::comparesInFull()
{
    const Bytes bytes = repeated(7, 32);
    QVERIFY(equalInConstantTime(bytes, repeated(7, 32)));
    QVERIFY(equalInConstantTime({}, {}));
    QVERIFY(!equalInConstantTime(bytes, repeated(7, 31)));
    QVERIFY(!equalInConstantTime(bytes, {}));
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        Bytes other = bytes;
        other[at] ^= std::byte(1);
        QVERIFY(!equalInConstantTime(bytes, other));
    }
}

QTEST_APPLESS_MAIN(TestDigest)
#include "tst_digest.moc"
