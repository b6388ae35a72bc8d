// Questions and answers of a comparison: pinned by golden files, and no bytes from outside can do harm.
#include "core/base/rng.h"
#include "core/wire/digests.h"
#include "tests/wire/filled.h"
#include "tests/wire/golden.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::wire;

namespace {

DigestRequest question()
{
    DigestRequest request{.ask = DigestRequest::Ask::Keys, .itemsFrom = fromMs(1'800'000'000'000)};
    request.position.epoch.fill(std::byte(0xe0));
    request.position.seq = 4711;
    request.position.chain.fill(std::byte(0xc4));
    request.vocabulary.fill(std::byte(0x77));
    request.table = EntityType::TimelineItem;
    request.bucket = 255;
    request.parts = {{filled<CustomerId>(), HistoryRange::everything()}};
    request.keys = {filled<TimelineItemId>().bytes, filled<TeamId>().bytes};
    request.repaired = 3;
    request.removed = 1;
    return request;
}

DigestAnswer answer()
{
    DigestAnswer answer{.head = 4711, .isLevel = true, .answered = 2};
    Digest digest;
    digest.add(filled<TeamId>().bytes);
    answer.tables = {digest, Digest()};
    answer.parts = {Digest(), digest};
    answer.keys = {{filled<TeamId>().bytes, digest.mixed}, {filled<TimelineItemId>().bytes, {}}};
    answer.rows = {filled<Team>(), filled<ReadMark>()};
    return answer;
}

} // namespace

class TestDigests : public QObject {
    Q_OBJECT
private slots:
    void golden();
    void inAnyOrder();
    void boundsAreKept();
    void mutationsDoNoHarm();
};

void TestDigests::golden()
{
    const Bytes asked = pack(question());
    QCOMPARE(toHex(asked), toHex(goldenBytes("digest_request", asked)));
    QVERIFY(unpackDigestRequest(asked) == question());
    const Bytes said = pack(answer());
    QVERIFY(said.size() <= kCompressFrom);
    QCOMPARE(toHex(said), toHex(goldenBytes("digest_answer", said)));
    QVERIFY(unpackDigestAnswer(said) == answer());
    QVERIFY(unpackDigestRequest(pack(DigestRequest())) == DigestRequest());
    QVERIFY(unpackDigestAnswer(pack(DigestAnswer())) == DigestAnswer());
}

void TestDigests::inAnyOrder()
{
    const auto one = filled<TeamId>().bytes, two = filled<AgentId>().bytes;
    Digest forth, back, parts, second;
    forth.add(one), forth.add(two);
    back.add(two), back.add(one);
    second.add(two);
    parts.add(one), parts.add(second);
    QVERIFY(forth == back && forth == parts);
    back.add(one), back.add(one); // twice the same cancels out, but is counted
    QVERIFY(forth != back);
}

void TestDigests::boundsAreKept()
{
    DigestRequest request = question();
    request.keys.assign(kMostKeys, RawId{});
    QVERIFY(unpackDigestRequest(pack(request)));
    request.keys.emplace_back();
    QVERIFY(!unpackDigestRequest(pack(request)));
    request = question();
    request.parts.assign(kMostParts, request.parts.front());
    QVERIFY(unpackDigestRequest(pack(request)));
    request.parts.push_back(request.parts.front());
    QVERIFY(!unpackDigestRequest(pack(request)));
    for (const std::int64_t bucket : {-1, 256}) {
        request = question();
        request.bucket = bucket;
        QVERIFY(!unpackDigestRequest(pack(request)));
    }
}

void TestDigests::mutationsDoNoHarm()
{
    SeededRng rng(11);
    const std::array<Bytes, 2> seeds{pack(question()), pack(answer())};
    int taken = 0;
    for (int round = 0; round < 20'000; ++round) {
        Bytes body = seeds[rng.below(2)];
        for (std::uint64_t left = 1 + rng.below(3); left > 0 && !body.empty(); --left) {
            const std::size_t at = rng.below(body.size());
            switch (rng.below(4)) {
            case 0: body[at] ^= std::byte(1U << rng.below(8)); break;
            case 1: body[at] = std::byte(rng.below(256)); break;
            case 2: body.resize(at); break;
            default: body.insert(body.begin() + std::ptrdiff_t(at), std::byte(rng.below(256)));
            }
        }
        if (const auto request = unpackDigestRequest(body)) {
            ++taken;
            QVERIFY(unpackDigestRequest(pack(*request)) == *request);
        }
        if (const auto said = unpackDigestAnswer(body)) {
            ++taken;
            QVERIFY(unpackDigestAnswer(pack(*said)) == *said);
        }
    }
    QVERIFY(taken > 100);
}

QTEST_APPLESS_MAIN(TestDigests)
#include "tst_digests.moc"
