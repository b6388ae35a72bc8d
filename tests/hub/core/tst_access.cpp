// Who may come in.
#include "tests/hub/core/hub_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;

class TestAccess : public QObject {
    Q_OBJECT
private slots:
    void passwordRules_data();
    void passwordRules();
    void onlyTheRightPasswordFits();
    void addressesAreChecked_data();
    void addressesAreChecked();
    void tokensEndWithTheirDevice();
    void guessingGetsSlower();
};

void TestAccess::passwordRules_data()
{
    QTest::addColumn<QString>("password");
    QTest::addColumn<bool>("good");
    QTest::newRow("eleven") << QString(11, 'x') << false;
    QTest::newRow("too long") << QString(129, 'x') << false;
    QTest::newRow("eleven characters of two bytes") << QString(11, QChar(0xe9)) << false;
    QTest::newRow("common") << QString("Password1234") << false;
    QTest::newRow("a phrase") << QString("three cups of tea") << true;
}

void TestAccess::passwordRules()
{
    QFETCH(QString, password);
    QFETCH(bool, good);
    QCOMPARE(hashPassword(password.toStdString()).has_value(), good);
}

void TestAccess::onlyTheRightPasswordFits()
{
    const std::string hash = *hashPassword("three cups of tea");
    QVERIFY(hash.find("argon2id") != std::string::npos);
    QVERIFY(hash.find("three") == std::string::npos);
    QVERIFY(fitsPassword(hash, "three cups of tea"));
    QVERIFY(!fitsPassword(hash, "three cups of teA"));
    QVERIFY(!fitsPassword("", "three cups of tea"));
    QVERIFY(!fitsPassword("nonsense", "three cups of tea"));
}

void TestAccess::addressesAreChecked_data()
{
    QTest::addColumn<QString>("email");
    QTest::addColumn<int>("kind");
    QTest::newRow("taken") << "mara@shop.test" << int(Error::Kind::Conflict);
    QTest::newRow("taken in capitals") << "MARA@Shop.Test" << int(Error::Kind::Conflict);
    QTest::newRow("no at") << "mara" << int(Error::Kind::Invalid);
    QTest::newRow("nobody") << "@shop.test" << int(Error::Kind::Invalid);
    QTest::newRow("nowhere") << "mara@" << int(Error::Kind::Invalid);
    QTest::newRow("a line break") << "a@b.test\nBcc: x" << int(Error::Kind::Invalid);
}

void TestAccess::addressesAreChecked()
{
    QFETCH(QString, email);
    QFETCH(int, kind);
    HubUnderTest hub;
    const auto added = addAgent(*hub.database, hub.ids, email.toStdString(), "Mara", Agent::Role::Agent, "");
    QVERIFY(!added);
    QCOMPARE(int(added.error().kind), kind);
}

void TestAccess::tokensEndWithTheirDevice()
{
    HubUnderTest hub;
    std::vector<std::string> tokens;
    for (int i = 0; i < 3; ++i) {
        tokens.push_back(makeToken(hub.rng));
        HubUnderTest::must(addDevice(*hub.database, hub.mara.id, tokens.back(), "laptop", hub.clock.now()));
    }
    const auto who = [&](const std::string &token) { return *agentOfToken(*hub.database, token); };
    QVERIFY(who(tokens[0])->id == hub.mara.id);
    QVERIFY(!who("something"));
    QVERIFY(!who(""));
    HubUnderTest::must(revokeDevice(*hub.database, tokens[0]));
    QVERIFY(!who(tokens[0]));
    QVERIFY(who(tokens[1]));
    QCOMPARE(hub.number("SELECT count(*) FROM device WHERE instr(token_hash, '" + tokens[1] + "') > 0"), 0);
    HubUnderTest::must(changeAgent(*hub.database, "Mara@shop.test", "", false)); // deactivated
    QVERIFY(!who(tokens[1]));
    QVERIFY(!*credentialsOf(*hub.database, "mara@shop.test"));
    HubUnderTest::must(changeAgent(*hub.database, "mara@shop.test", "", true));
    QVERIFY(!who(tokens[2])); // back again, but every device signs in anew
    QVERIFY(*credentialsOf(*hub.database, "mara@shop.test"));
}

void TestAccess::guessingGetsSlower()
{
    using namespace std::chrono_literals;
    ManualClock clock;
    SignInGuard guard(clock);
    clock.advance(1h);
    for (int i = 0; i < 4; ++i)
        guard.failed("mara");
    QCOMPARE(guard.wait("mara").count(), 0); // typing errors cost nothing
    std::int64_t before = 0;
    for (int i = 0; i < 6; ++i) {
        guard.failed("mara");
        QVERIFY(guard.wait("mara").count() > before);
        before = guard.wait("mara").count();
    }
    QCOMPARE(guard.wait("tom").count(), 0);
    clock.advance(std::chrono::seconds(before));
    QCOMPARE(guard.wait("mara").count(), 0);
    guard.failed("mara");
    QVERIFY(guard.wait("mara").count() > before);
    clock.advance(16min);
    guard.failed("mara"); // forgotten meanwhile: the first again
    QCOMPARE(guard.wait("mara").count(), 0);
    for (int i = 0; i < 9; ++i)
        guard.failed("tom");
    guard.succeeded("tom");
    QCOMPARE(guard.wait("tom").count(), 0);
}

QTEST_GUILESS_MAIN(TestAccess)
#include "tst_access.moc"
