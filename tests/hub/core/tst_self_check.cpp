// The hub looks through its store by itself: when, what it says of what it finds, and that nobody waits for it (ENGINE 2.1,
// 8).
#include "core/hub/exchange/self_check.h"

#include "core/hub/log_horizon.h"
#include "core/store/sql.h"
#include "tests/hub/core/running_hub.h"
#include "tests/hub/exchange/exchange_fixture.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::hub::testing;
using exchange::SelfCheck;
using std::chrono::hours;

namespace {

std::int64_t figure(const RunningHub &hub, const QByteArray &name)
{
    for (const QByteArray &line : hub.ask("GET", "/metrics", {}).bytes.split('\n')) {
        if (line.startsWith(name + ' '))
            return line.mid(name.size() + 1).toLongLong();
    }
    return -1;
}

void noteCheck(RunningHub &hub, const SelfCheck &check)
{
    hub.write([&check](store::Database &database) -> Result<bool> {
        auto query = database.query(store::sql::exchange_set_store_check);
        TRIBUTARY_TRY(query.bind("at_ms", check.at).bind("problems", check.problems).run());
        return true;
    });
}

} // namespace

class TestSelfCheck : public QObject {
    Q_OBJECT
private slots:
    void whenItIsTime_data();
    void whenItIsTime();
    void aHubLooksAndSaysWhatItFound_data();
    void aHubLooksAndSaysWhatItFound();
    void aHubThatHasLookedRemembers();
    void aHubThatStopsDoesNotLook();
    void whatWasForgottenIsNotMissed();
    void eachContentIsLookedAtOnceAWeek();
};

void TestSelfCheck::whenItIsTime_data()
{
    QTest::addColumn<int>("hoursAgo");
    QTest::addColumn<int>("hour");
    QTest::addColumn<bool>("isDue");
    QTest::newRow("tonight, a day after the last") << 24 << 3 << true;
    QTest::newRow("tonight, the last began late") << 20 << 1 << true;
    QTest::newRow("once a night") << 1 << 4 << false;
    QTest::newRow("not by day") << 30 << 5 << false;
    QTest::newRow("not at midnight") << 30 << 0 << false;
    QTest::newRow("by day where nobody leaves it on by night") << 48 << 14 << true;
    QTest::newRow("a clock that was set back") << -1 << 14 << true;
}

void TestSelfCheck::whenItIsTime()
{
    QFETCH(const int, hoursAgo);
    QFETCH(const int, hour);
    const TimePoint now = fromMs(2'000'000'000'000);
    QTEST(exchange::isSelfCheckDue(SelfCheck{now - hours(hoursAgo)}, now, hour), "isDue");
}

void TestSelfCheck::aHubLooksAndSaysWhatItFound_data()
{
    QTest::addColumn<QByteArray>("damage");
    QTest::addColumn<int>("problems");
    QTest::newRow("all is well") << QByteArray() << 0;
    QTest::newRow("a changed row of the log") << QByteArray("UPDATE log SET op = 'remove' WHERE seq = 2") << 1;
    QTest::newRow("a row of a version that the log has not") << QByteArray("UPDATE agent SET version = 1") << 2;
}

void TestSelfCheck::aHubLooksAndSaysWhatItFound()
{
    QFETCH(const QByteArray, damage);
    QFETCH(const int, problems);
    RunningHub hub;
    if (!damage.isEmpty()) {
        hub.write([&](store::Database &database) -> Result<bool> {
            TRIBUTARY_TRY(database.execute(damage.constData()));
            return true;
        });
    }
    noteCheck(hub, {hub.now() - hours(49), 7});
    hub.firstCheckAfter = Milliseconds(0);
    hub.restart();
    QTRY_COMPARE(figure(hub, "tributary_store_checked_seconds"), toMs(hub.now()) / 1000);
    QCOMPARE(figure(hub, "tributary_store_problems"), std::int64_t(problems));
}

/// What was found does not go from sight when it starts again.
void TestSelfCheck::aHubThatHasLookedRemembers()
{
    RunningHub hub;
    const SelfCheck last{hub.now() - hours(2), 7};
    noteCheck(hub, last);
    hub.firstCheckAfter = Milliseconds(0);
    hub.restart();
    QTRY_COMPARE(figure(hub, "tributary_store_problems"), last.problems);
    QCOMPARE(figure(hub, "tributary_store_checked_seconds"), toMs(last.at) / 1000);
}

void TestSelfCheck::aHubThatStopsDoesNotLook()
{
    ExchangeStore shop;
    const auto &store = shop.store;
    store->endLongReads();
    const auto done = exchange::checkByItself(*store);
    QVERIFY(!done && done.error().kind == Error::Kind::TimedOut);
    const auto last = store->reader().readAndWait(&exchange::lastSelfCheck);
    QVERIFY(last && !*last); // it is not noted as done
}

void TestSelfCheck::whatWasForgottenIsNotMissed()
{
    ExchangeStore shop;
    const auto &store = shop.store;
    for (int i = 0; i < 5; ++i) {
        const std::string email = "a" + std::to_string(i) + "@shop.test";
        QVERIFY(store->writer().writeAndWait([&](store::Database &database) {
            return addAgent(database, store->ids(), email, email, model::Agent::Role::Agent, {});
        }));
    }
    QVERIFY(*store->writer().writeAndWait([](store::Database &database) { return forgetLog(database, {}, 2); }) > 0);
    const auto done = exchange::checkByItself(*store);
    QVERIFY(done && done->problems == 0);
    const auto last = store->reader().readAndWait(&exchange::lastSelfCheck);
    QVERIFY(last && *last && **last == *done);
}

/// There may be many, so a seventh of them each day.
void TestSelfCheck::eachContentIsLookedAtOnceAWeek()
{
    QTemporaryDir folder;
    ManualClock clock;
    SystemRng rng;
    const auto store = std::move(*HubStore::open(folder.filePath("data").toStdString(), clock, rng));
    constexpr int kFiles = 30;
    QVERIFY(store->writer().writeAndWait([&](store::Database &database) -> Result<void> {
        for (int i = 0; i < kFiles; ++i) {
            const std::string content = "price list " + std::to_string(i);
            TRIBUTARY_TRY_ASSIGN(const std::string name, store->blobs().add(bytesOf(content)));
            auto query = database.query(store::sql::hub_add_attachment);
            query.bind("attachment_id", store->makeId<model::AttachmentId>()).bindNull("item_id").bind("sha256", name);
            query.bind("size_bytes", std::int64_t(content.size())).bind("media_type", "text/plain").bind("name", "list");
            TRIBUTARY_TRY(query.bind("owner", "").bind("at_ms", clock.now()).run());
            QFile file(QString::fromStdString(store->blobs().path(name)->string()));
            if (!file.open(QIODevice::WriteOnly) || file.write("x") != 1)
                return failure(Error::Kind::Failed, "not damaged");
        }
        return {};
    }));
    int found = 0;
    for (int day = 0; day < 7; ++day) {
        const auto check = exchange::checkInParts(*store);
        QVERIFY(check && check->problems.size() <= 1);
        if (!check->problems.empty())
            found += std::atoi(check->problems.front().c_str());
        QVERIFY(found < kFiles || day > 0);
        clock.advance(hours(24));
    }
    QCOMPARE(found, kFiles);
}

QTEST_GUILESS_MAIN(TestSelfCheck)
#include "tst_self_check.moc"
