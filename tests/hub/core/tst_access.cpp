// Who may come in.
#include "core/hub/teams.h"
#include "tests/hub/core/hub_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;

class TestAccess : public QObject {
    Q_OBJECT
private slots:
    void passwordRules_data();
    void passwordRules();
    void nobodysOwnNameIsAPassword();
    void onlyTheRightPasswordFits();
    void addressesAreChecked_data();
    void addressesAreChecked();
    void tokensEndWithTheirDevice();
    void guessingGetsSlower();
    void aStrangerKeepsNobodyOut();
    void manyStrangersSlowTheAccount();
    void aSiteIsNotManyStrangers();
    void placesAreKept();
    void addressesAreSlowedToo();
    void aFloodMakesNobodyForgotten();
    void hashesAreRenewed();
    void devicesAreListedAndRevoked();
    void unusedSignInsEnd();
    void aWrongClockSignsNobodyOut();
};

void TestAccess::passwordRules_data()
{
    QTest::addColumn<QString>("password");
    QTest::addColumn<bool>("good");
    QTest::newRow("eleven") << QString(11, 'x') << false;
    QTest::newRow("too long") << QString(129, 'x') << false;
    QTest::newRow("eleven characters of two bytes") << QString(11, QChar(0xe9)) << false;
    QTest::newRow("common") << QString("Password1234") << false;
    QTest::newRow("common, in capitals") << QString("QWERTYUIOP123") << false;
    QTest::newRow("common, with letters like digits") << QString("P@ssw0rd1234") << false;
    QTest::newRow("common, with a year") << QString("Sunshine2023!") << false;
    QTest::newRow("common, twice") << QString("trustno1trustno1") << false;
    QTest::newRow("common, in full width") << QString::fromUtf8("ｐａｓｓｗｏｒｄ１２３４") << false;
    QTest::newRow("a walk over the keyboard") << QString("1q2w3e4r5t6y") << false;
    QTest::newRow("one letter") << QString(64, 'a') << false;
    QTest::newRow("two common ones") << QString("manchesterunited") << false;
    QTest::newRow("the program") << QString("tributary1234") << false;
    QTest::newRow("a phrase") << QString("three cups of tea") << true;
    QTest::newRow("a phrase in another script") << QString::fromUtf8("три чашки чая утром") << true;
    QTest::newRow("a long phrase") << QString("kiln glaze teapot ").repeated(6) << true;
}

void TestAccess::passwordRules()
{
    QFETCH(QString, password);
    QFETCH(bool, good);
    QCOMPARE(hashPassword(password.toStdString()).has_value(), good);
}

void TestAccess::nobodysOwnNameIsAPassword()
{
    const std::vector<std::string> about{"marisol.lindqvist@teapots.test", "Marisol Lindqvist"};
    const std::string theirs = "marisol-lindqvist";
    QVERIFY(!hashPassword(theirs, about));
    QVERIFY(!hashPassword("Lindqvist1234", about));
    QVERIFY(hashPassword("three cups of tea", about));
    QVERIFY(hashPassword(theirs)); // for others it is as good as any
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
    const auto setMara = [&](bool active) {
        hub.change([&](ChangeLog &changes) {
            return setActive(changes, hub.ids, *HubUnderTest::must(agentByEmail(*hub.database, "Mara@shop.test")), active,
                             std::nullopt, std::nullopt, hub.clock.now());
        });
    };
    setMara(false);
    QVERIFY(!who(tokens[1]));
    QVERIFY(!HubUnderTest::must(credentialsOf(*hub.database, "mara@shop.test"))->agent.active);
    setMara(true);
    QVERIFY(!who(tokens[2])); // back again, but every device signs in anew
    QVERIFY(HubUnderTest::must(credentialsOf(*hub.database, "mara@shop.test"))->agent.active);
}

void TestAccess::guessingGetsSlower()
{
    using namespace std::chrono_literals;
    ManualClock clock;
    SignInGuard guard(clock);
    clock.advance(1h);
    const SignInGuard::Who mara{"mara@shop.test", "192.0.2.1"}, tom{"tom@shop.test", "192.0.2.1"};
    const SignInGuard::Who shouting{"MARA@Shop.test", "192.0.2.1"};
    for (int i = 0; i < 4; ++i)
        guard.failed(mara);
    QCOMPARE(guard.wait(mara).count(), 0); // typing errors cost nothing
    std::int64_t before = 0;
    for (int i = 0; i < 6; ++i) {
        guard.failed(i % 2 ? mara : shouting);
        QVERIFY(guard.wait(mara).count() > before);
        QCOMPARE(guard.wait(shouting), guard.wait(mara));
        before = guard.wait(mara).count();
    }
    QCOMPARE(guard.failures(), std::uint64_t(10));
    QCOMPARE(guard.wait(tom).count(), 0);
    clock.advance(std::chrono::seconds(before));
    QCOMPARE(guard.wait(mara).count(), 0);
    guard.failed(mara);
    QVERIFY(guard.wait(mara).count() > before);
    clock.advance(16min);
    guard.failed(mara); // forgotten meanwhile: the first again
    QCOMPARE(guard.wait(mara).count(), 0);
    for (int i = 0; i < 9; ++i)
        guard.failed(tom);
    guard.succeeded(tom);
    QCOMPARE(guard.wait(tom).count(), 0);
}

/// Somebody's wrong passwords are no way to keep somebody else out.
void TestAccess::aStrangerKeepsNobodyOut()
{
    ManualClock clock;
    clock.advance(std::chrono::hours(1));
    SignInGuard guard(clock);
    const SignInGuard::Who owner{"mara@shop.test", "192.0.2.1"};
    for (int i = 0; i < 500; ++i)
        guard.failed({"mara@shop.test", "2001:db8:1:2::" + std::to_string(i)}); // addresses of one subscriber
    QVERIFY(guard.wait({"mara@shop.test", "2001:db8:1:2:ffff::1"}).count() > 0);
    QCOMPARE(guard.wait(owner).count(), 0);
    QCOMPARE(guard.wait({"mara@shop.test", "2001:db8:1:3::1"}).count(), 0);
}

/// Many networks that try one account delay it a little, but not where its owner has signed in before.
void TestAccess::manyStrangersSlowTheAccount()
{
    ManualClock clock;
    clock.advance(std::chrono::hours(1));
    SignInGuard guard(clock);
    guard.succeeded({"mara@shop.test", "192.0.2.1"});
    for (int i = 0; i < 200; ++i)
        guard.failed({"mara@shop.test", "198.51.100." + std::to_string(i)});
    const auto elsewhere = guard.wait({"mara@shop.test", "203.0.113.5"});
    QVERIFY(elsewhere.count() > 0);
    QVERIFY(elsewhere.count() <= 64);
    QCOMPARE(guard.wait({"mara@shop.test", "192.0.2.1"}).count(), 0);
    QCOMPARE(guard.wait({"tom@shop.test", "203.0.113.5"}).count(), 0);
}

/// Whoever has an IPv6 site has 65,536 networks: they are slowed as one, and hardly count as the many who slow an account.
void TestAccess::aSiteIsNotManyStrangers()
{
    ManualClock clock;
    clock.advance(std::chrono::hours(1));
    SignInGuard guard(clock);
    const auto from = [](int network) { return "2001:db8:7:" + std::to_string(network) + "::1"; };
    for (int i = 1; i <= 2; ++i) {
        for (int n = 0; n < 5; ++n)
            guard.failed({"mara@shop.test", from(i)});
        QCOMPARE(guard.wait({"mara@shop.test", from(99)}).count() > 0, i == 2);
    }
    for (int i = 100; i < 400; ++i)
        guard.failed({"mara@shop.test", from(i)});
    QVERIFY(guard.wait({"mara@shop.test", from(9'000)}).count() > 60);    // never tried from there
    QCOMPARE(guard.wait({"mara@shop.test", "2001:db8:8::1"}).count(), 0); // another site
    QCOMPARE(guard.wait({"mara@shop.test", "198.51.100.7"}).count(), 0);  // and everybody else
    QVERIFY(guard.wait({"tom@shop.test", from(9'000)}).count() > 0);      // the site has failed at many accounts' worth
    for (int i = 0; i < 50; ++i)
        guard.failed({"tom@shop.test", "198.51.100." + std::to_string(i)});
    QVERIFY(guard.wait({"tom@shop.test", "2001:db8:8:4::1"}).count() > 0);
    guard.knows("tom@shop.test", "2001:db8:8::/48");
    QCOMPARE(guard.wait({"tom@shop.test", "2001:db8:8:4::1"}).count(), 0);
}

void TestAccess::placesAreKept()
{
    HubUnderTest hub;
    const auto places = [&] { return HubUnderTest::must(signInPlaces(*hub.database)); };
    using Place = std::pair<std::string, std::string>;
    for (const char *address : {"2001:db8:7:1::1", "2001:db8:7:2::1", "::ffff:192.0.2.1", "192.0.2.1"})
        HubUnderTest::must(noteSignInPlace(*hub.database, hub.mara.id, address, hub.clock.now()));
    const std::vector<Place> two{{"mara@shop.test", "192.0.2.1"}, {"mara@shop.test", "2001:db8:7::/48"}};
    QCOMPARE(places(), two);
    for (int i = 0; i < 60; ++i) { // a traveller
        hub.clock.advance(std::chrono::hours(1));
        HubUnderTest::must(noteSignInPlace(*hub.database, hub.tom.id, "198.51.100." + std::to_string(i), hub.clock.now()));
    }
    const auto all = places();
    QCOMPARE(all.size(), std::size_t(52));
    QVERIFY(std::ranges::find(all, Place{"tom@shop.test", "198.51.100.59"}) != all.end());
    QVERIFY(std::ranges::find(all, Place{"tom@shop.test", "198.51.100.9"}) == all.end());
    for (int day = 0; day <= 365; ++day) {
        hub.clock.advance(std::chrono::days(1));
        HubUnderTest::must(sweepSignIns(*hub.database, hub.clock.now()));
    }
    QCOMPARE(places().size(), std::size_t(0));
}

/// One address that tries one account after the other; who is elsewhere is not kept out.
void TestAccess::addressesAreSlowedToo()
{
    ManualClock clock;
    clock.advance(std::chrono::hours(1));
    SignInGuard guard(clock);
    for (int i = 0; i < 29; ++i)
        guard.failed({"somebody" + std::to_string(i) + "@shop.test", "192.0.2.1"});
    QCOMPARE(guard.wait({"mara@shop.test", "192.0.2.1"}).count(), 0); // an office with many people
    guard.failed({"somebody@shop.test", "192.0.2.1"});
    QVERIFY(guard.wait({"mara@shop.test", "192.0.2.1"}).count() > 0);
    guard.succeeded({"mara@shop.test", "192.0.2.1"}); // with an account of one's own, say
    QVERIFY(guard.wait({"mara@shop.test", "192.0.2.1"}).count() > 0);
    QCOMPARE(guard.wait({"mara@shop.test", "192.0.2.2"}).count(), 0);
}

void TestAccess::aFloodMakesNobodyForgotten()
{
    ManualClock clock;
    clock.advance(std::chrono::hours(1));
    SignInGuard guard(clock);
    for (int i = 0; i < 12; ++i)
        guard.failed({"mara@shop.test", "192.0.2.1"});
    const auto wait = guard.wait({"mara@shop.test", "192.0.2.1"});
    QVERIFY(wait.count() > 0);
    for (int i = 0; i < 30'000; ++i)
        guard.failed({std::to_string(i) + std::string(300, 'x'), "2001:db8:0:" + std::to_string(i % 9'999) + "::1"});
    QCOMPARE(guard.wait({"mara@shop.test", "192.0.2.1"}), wait);
}

void TestAccess::hashesAreRenewed()
{
    QVERIFY(!wantsNewHash(*hashPassword("three cups of tea")));
    QVERIFY(wantsNewHash("$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$"
                         "hZNSwGGq5XRlEPXlRBcKkEfkjYGWBCnqVB2UVxM9xVk"));
}

void TestAccess::devicesAreListedAndRevoked()
{
    HubUnderTest hub;
    hub.clock.advance(std::chrono::hours(1));
    const std::string laptop = makeToken(hub.rng), desk = makeToken(hub.rng), toms = makeToken(hub.rng);
    HubUnderTest::must(addDevice(*hub.database, hub.mara.id, laptop, "laptop", hub.clock.now()));
    hub.clock.advance(std::chrono::hours(1));
    HubUnderTest::must(addDevice(*hub.database, hub.mara.id, desk, "desk", hub.clock.now()));
    HubUnderTest::must(addDevice(*hub.database, hub.tom.id, toms, "tower", hub.clock.now()));
    auto devices = HubUnderTest::must(devicesOf(*hub.database, hub.mara.id, laptop));
    QCOMPARE(devices.size(), std::size_t(2));
    QCOMPARE(devices[0].name, std::string("desk")); // used last
    QVERIFY(devices[1].current && !devices[0].current);
    QVERIFY(devices[0].seen == hub.clock.now());
    QVERIFY(laptop.find(devices[1].id) == std::string::npos);
    hub.clock.advance(std::chrono::hours(1));
    HubUnderTest::must(noteSeen(*hub.database, laptop, hub.clock.now()));
    devices = HubUnderTest::must(devicesOf(*hub.database, hub.mara.id, laptop));
    QCOMPARE(devices[0].name, std::string("laptop"));
    // Nobody ends another one's sign-in, nor learns whether it is there.
    QVERIFY(revokeDeviceById(*hub.database, devices[1].id, hub.tom.id).error().kind == Error::Kind::NotFound);
    QVERIFY(revokeDeviceById(*hub.database, "0011223344556677", hub.tom.id).error()
            == revokeDeviceById(*hub.database, devices[1].id, hub.tom.id).error());
    for (const char *nonsense : {"", "zz", "00112233", "' OR 1=1 --"})
        QVERIFY(revokeDeviceById(*hub.database, nonsense, std::nullopt).error().kind == Error::Kind::NotFound);
    QVERIFY(*agentOfToken(*hub.database, desk));
    HubUnderTest::must(revokeDeviceById(*hub.database, devices[1].id, hub.mara.id));
    QVERIFY(!*agentOfToken(*hub.database, desk));
    QVERIFY(*agentOfToken(*hub.database, laptop));
    QCOMPARE(HubUnderTest::must(devicesOf(*hub.database, hub.mara.id)).size(), std::size_t(1));
}

void TestAccess::unusedSignInsEnd()
{
    using std::chrono::days;
    HubUnderTest hub;
    const std::string used = makeToken(hub.rng), unused = makeToken(hub.rng);
    HubUnderTest::must(addDevice(*hub.database, hub.mara.id, used, "used", hub.clock.now()));
    HubUnderTest::must(addDevice(*hub.database, hub.mara.id, unused, "unused", hub.clock.now()));
    const auto day = [&] {
        hub.clock.advance(days(1));
        HubUnderTest::must(sweepSignIns(*hub.database, hub.clock.now()));
    };
    HubUnderTest::must(sweepSignIns(*hub.database, hub.clock.now()));
    for (int i = 0; i < 90; ++i) {
        day();
        HubUnderTest::must(noteSeen(*hub.database, used, hub.clock.now()));
    }
    QVERIFY(*agentOfToken(*hub.database, unused));
    day();
    QVERIFY(!*agentOfToken(*hub.database, unused));
    for (int i = 91; i < 365; ++i) {
        day();
        HubUnderTest::must(noteSeen(*hub.database, used, hub.clock.now()));
    }
    QVERIFY(*agentOfToken(*hub.database, used));
    day();
    QVERIFY(!*agentOfToken(*hub.database, used));
}

/// Somebody sets the hub's clock to next year, and back again a day later.
void TestAccess::aWrongClockSignsNobodyOut()
{
    using std::chrono::days;
    HubUnderTest hub;
    const std::string token = makeToken(hub.rng);
    HubUnderTest::must(addDevice(*hub.database, hub.mara.id, token, "laptop", hub.clock.now()));
    HubUnderTest::must(sweepSignIns(*hub.database, hub.clock.now()));
    HubUnderTest::must(sweepSignIns(*hub.database, hub.clock.now() + days(500)));
    QVERIFY(*agentOfToken(*hub.database, token));
    HubUnderTest::must(sweepSignIns(*hub.database, hub.clock.now() + days(1)));
    QVERIFY(*agentOfToken(*hub.database, token));
}

QTEST_GUILESS_MAIN(TestAccess)
#include "tst_access.moc"
