// What is sealed opens by its key, about what it is about, whole, and not otherwise.
#include "core/base/seal.h"

#include <QtTest>

using namespace tributary;

namespace {

SealKey keyOf(char name)
{
    return *SealKey::from(Bytes(SealKey::kBytes, std::byte(name)));
}

Bytes bytesIn(std::string_view text)
{
    return copyOf(bytesOf(text));
}

/// Sealed in pieces as files are.
std::vector<Bytes> sealedPieces(const SealKey &key, std::string_view about, const std::vector<Bytes> &pieces)
{
    SealStream stream(key, bytesOf(about));
    std::vector<Bytes> sealed{stream.head()};
    for (std::size_t i = 0; i < pieces.size(); ++i)
        sealed.push_back(stream.piece(pieces[i], i + 1 == pieces.size()));
    return sealed;
}

} // namespace

class TestSeal : public QObject {
    Q_OBJECT
private slots:
    void opensByItsKeyAlone();
    void anyTurnedBitIsNoticed();
    void keysAreToldApart();
    void plainBytesPass();
    void piecesStandInOrder();
};

void TestSeal::opensByItsKeyAlone()
{
    SeededRng rng(1);
    const Seals seals({keyOf('a'), keyOf('b')}, true, rng);
    const Bytes sealed = seals.seal(bytesOf("words"), bytesOf("about"));
    QVERIFY(isSealed(sealed));
    QCOMPARE(textOf(sealed).find("words"), std::string_view::npos);
    QVERIFY(sealed != seals.seal(bytesOf("words"), bytesOf("about"))); // another nonce each time
    QCOMPARE(*seals.open(sealed, bytesOf("about")), bytesIn("words"));
    QCOMPARE(seals.open(sealed, bytesOf("other")).error().kind, Error::Kind::Corrupt);
    const Seals later({keyOf('b'), keyOf('a')}, true, rng);
    QCOMPARE(*later.open(sealed, bytesOf("about")), bytesIn("words"));
    QVERIFY(seals.isAsSealed(sealed) && !later.isAsSealed(sealed));
    const Seals other({keyOf('b')}, true, rng);
    QVERIFY(!other.opens(sealed));
    QCOMPARE(other.open(sealed, bytesOf("about")).error().kind, Error::Kind::Denied);
    QCOMPARE(Seals().open(sealed, bytesOf("about")).error().kind, Error::Kind::Denied);
    QVERIFY(!SealKey::from(Bytes(31)) && !SealKey::from(Bytes(33)));
}

void TestSeal::anyTurnedBitIsNoticed()
{
    SeededRng rng(2);
    const Seals seals({keyOf('a')}, true, rng);
    const Bytes sealed = seals.seal(bytesOf("words"), bytesOf("about"));
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        Bytes turned = sealed;
        turned[bit / 8] ^= std::byte(1 << (bit % 8));
        const auto opened = seals.open(turned, bytesOf("about"));
        QVERIFY(!opened || *opened == turned); // of the mark: it is none of ours any more
    }
    for (std::size_t size = kSealHeadBytes; size < sealed.size(); ++size)
        QVERIFY(!seals.open(std::span(sealed).first(size), bytesOf("about")));
}

void TestSeal::keysAreToldApart()
{
    const SealKey a = keyOf('a'), b = keyOf('b');
    QVERIFY(!std::ranges::equal(a.id(), b.id()));
    const Bytes head = sealHead(a);
    QCOMPARE(head.size(), kSealHeadBytes);
    QVERIFY(isSealed(head));
    QVERIFY(std::ranges::equal(sealedBy(head), a.id()));
    QCOMPARE(textOf(head).find(std::string(8, 'a')), std::string_view::npos); // nothing of the key
}

void TestSeal::plainBytesPass()
{
    SeededRng rng(3);
    const Bytes plain = bytesIn("words");
    QCOMPARE(Seals().seal(plain, {}), plain);
    QCOMPARE(*Seals().open(plain, {}), plain);
    const Seals opens({keyOf('a')}, false, rng);
    QVERIFY(!opens.sealing());
    QCOMPARE(opens.seal(plain, {}), plain);
    QVERIFY(opens.isAsSealed(plain));
    QVERIFY(!isSealed({}));
    QVERIFY(!Seals({}, true, rng).sealing());
}

void TestSeal::piecesStandInOrder()
{
    const std::vector<Bytes> pieces{bytesIn("one"), bytesIn("two"), bytesIn("three")};
    const std::vector<Bytes> sealed = sealedPieces(keyOf('a'), "name", pieces);
    const auto begin = [&](std::string_view about) {
        return UnsealStream::begin(sealed[0], {keyOf('b'), keyOf('a')}, bytesOf(about));
    };
    auto stream = begin("name");
    QVERIFY(stream);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        QVERIFY(!stream->isWhole());
        QCOMPARE(*stream->piece(sealed[i + 1]), pieces[i]);
    }
    QVERIFY(stream->isWhole());
    QVERIFY(!stream->piece(sealed[1])); // nothing behind the last
    auto swapped = begin("name");
    QCOMPARE(swapped->piece(sealed[2]).error().kind, Error::Kind::Corrupt);
    auto other = begin("another name");
    QVERIFY(!other->piece(sealed[1]));
    auto cut = begin("name");
    QVERIFY(cut->piece(sealed[1]));
    QVERIFY(!cut->piece({}));
    QVERIFY(!cut->isWhole());
    QCOMPARE(UnsealStream::begin(sealed[0], {keyOf('b')}, {}).error().kind, Error::Kind::Denied);
    QCOMPARE(UnsealStream::begin(bytesOf("plain"), {keyOf('a')}, {}).error().kind, Error::Kind::Invalid);
}

QTEST_APPLESS_MAIN(TestSeal)
#include "tst_seal.moc"
