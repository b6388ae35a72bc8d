#include "tests/hub/core/hub_under_test.h"

#include "core/wire/codec.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;

/// Each row goes out in one live frame (wire::kMaxFrameBytes), whoever has written so much: one that does not fit would end
/// the link of everybody who is to have it, again and again.
class TestRowLimits : public QObject {
    Q_OBJECT
private slots:
    void whatIsTooLargeIsRefused_data();
    void whatIsTooLargeIsRefused();
    void aCustomersRowStaysSmall_data();
    void aCustomersRowStaysSmall();
};

namespace {

std::string noise(std::size_t bytes)
{
    static SeededRng rng(3);
    std::string text;
    while (text.size() < bytes)
        text += char('a' + rng.below(26));
    return text;
}

/// Of everything that was changed after @p seq, as it is sent.
std::size_t largestSince(HubUnderTest &hub, std::int64_t seq)
{
    std::size_t largest = 0;
    while (seq < hub.head()) {
        const auto changes = HubUnderTest::must(changesAfter(*hub.database, seq, hub.mara.id, hub.desk, 1));
        largest = std::max(largest, wire::pack(wire::Frame(changes)).size());
        seq = changes.to;
    }
    return largest;
}

} // namespace

void TestRowLimits::whatIsTooLargeIsRefused_data()
{
    QTest::addColumn<std::size_t>("bytes");
    QTest::addColumn<bool>("taken");
    QTest::newRow("just within") << wire::kMaxCommandBytes - 2'000 << true;
    QTest::newRow("beyond") << wire::kMaxCommandBytes + 1 << false;
}

void TestRowLimits::whatIsTooLargeIsRefused()
{
    QFETCH(const std::size_t, bytes);
    QFETCH(const bool, taken);
    HubUnderTest hub;
    const Conversation conversation = hub.conversation(hub.take(hub.letter("ada@mail.test")).conversation);
    SendMessage message = hub.reply(conversation, "Hello");
    message.subject = noise(bytes);
    SendMessage manyCc = hub.reply(conversation, "Hello");
    for (std::size_t length = 0; length < bytes; length += 100)
        manyCc.cc.push_back(noise(90) + "@mail.test");
    SetTags tags{conversation.id, {}, {noise(bytes)}};
    for (const CommandBody &body : {CommandBody(message), CommandBody(manyCc), CommandBody(tags)}) {
        const std::int64_t before = hub.head();
        const Outcome outcome = hub.mustApply(body);
        if (taken) {
            QVERIFY(outcome.kind != Outcome::Kind::Refused);
            QVERIFY(largestSince(hub, before) < wire::kMaxFrameBytes);
        } else {
            QCOMPARE(outcome.kind, Outcome::Kind::Refused);
            QCOMPARE(outcome.reason, Outcome::Reason::Invalid);
        }
    }
}

void TestRowLimits::aCustomersRowStaysSmall_data()
{
    QTest::addColumn<bool>("byTags");
    QTest::newRow("tags") << true;
    QTest::newRow("merged cards") << false;
}

void TestRowLimits::aCustomersRowStaysSmall()
{
    QFETCH(const bool, byTags);
    HubUnderTest hub;
    const CustomerId one = hub.take(hub.letter("ada@mail.test")).customer,
                     other = hub.take(hub.letter("bo@mail.test")).customer;
    if (byTags) {
        bool refused = false;
        for (int round = 0; round < 10 && !refused; ++round) {
            SetCustomerTags tags{one, {}, {}};
            for (int i = 0; i < 100; ++i)
                tags.add.push_back(noise(100));
            const std::int64_t before = hub.head();
            const Outcome outcome = hub.mustApply(tags);
            refused = outcome.kind == Outcome::Kind::Refused;
            QVERIFY(largestSince(hub, before) < wire::kMaxFrameBytes);
        }
        QVERIFY(refused);
        SetCustomerTags fewer{one, {}, HubUnderTest::must(store::customer(*hub.database, one))->tags};
        QCOMPARE(hub.mustApply(fewer).kind, Outcome::Kind::Applied); // smaller it may become
        return;
    }
    // Two that are large do not go onto one card.
    const std::string half = noise(20'000);
    hub.change([&](ChangeLog &changes) -> Result<void> {
        for (const CustomerId &id : {one, other}) {
            TRIBUTARY_TRY_ASSIGN(auto customer, store::customer(*hub.database, id));
            customer->attributes[id == one ? "first" : "second"] = half;
            TRIBUTARY_TRY(changes.put(*customer));
        }
        return {};
    });
    MergeCustomers merge{.link = hub.ids.make<CustomerLinkId>(), .from = other, .into = one};
    merge.taken = {"field.second"};
    const Outcome outcome = hub.mustApply(merge);
    QCOMPARE(outcome.kind, Outcome::Kind::Refused);
    QCOMPARE(outcome.reason, Outcome::Reason::Invalid);
    merge.link = hub.ids.make<CustomerLinkId>();
    merge.taken.clear();
    QCOMPARE(hub.mustApply(merge).kind, Outcome::Kind::Applied);
}

QTEST_GUILESS_MAIN(TestRowLimits)
#include "tst_row_limits.moc"
