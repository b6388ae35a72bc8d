// Links with which somebody joins, or chooses a new password.
#include "core/hub/one_time_links.h"
#include "core/model/permissions.h"
#include "tests/hub/core/desk_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using std::chrono::days;
using std::chrono::hours;

class TestOneTimeLinks : public QObject {
    Q_OBJECT
private slots:
    void anInvitationWorksOnce();
    void anInvitationBringsWhatItSays();
    void linksEndWithTheRightsOfWhoMadeThem_data();
    void linksEndWithTheRightsOfWhoMadeThem();
    void nobodyLetsIntoATeamThatTheyDoNotSee();
    void linksAreListedAndWithdrawn();
    void linksExpire_data();
    void linksExpire();
    void aResetEndsSessions();
    void onlyTheNewestWorks();
    void whoMayBeInvited_data();
    void whoMayBeInvited();
    void theSecretIsNotKept();
    void theTextSaysEverything();
};

void TestOneTimeLinks::anInvitationWorksOnce()
{
    HubUnderTest hub;
    const auto now = hub.clock.now();
    const std::string secret =
        HubUnderTest::must(invite(*hub.database, hub.rng, "Ada@Shop.test", "Ada", Agent::Role::Lead, now));
    QVERIFY(!*agentByEmail(*hub.database, "ada@shop.test")); // nobody is there before they come
    const auto link = HubUnderTest::must(linkOf(*hub.database, secret, now));
    QVERIFY(link && link->kind == OneTimeLink::Kind::Invitation);
    QCOMPARE(link->email, std::string("ada@shop.test"));
    const Agent ada = HubUnderTest::must(useLink(*hub.database, hub.ids, secret, "Ada Byron", "hash", now));
    QVERIFY(ada.role == Agent::Role::Lead); // not for the person to choose
    QCOMPARE(ada.name, std::string("Ada Byron"));
    QCOMPARE(ada.email, std::string("ada@shop.test"));
    QVERIFY(!HubUnderTest::must(linkOf(*hub.database, secret, now)));
    QVERIFY(useLink(*hub.database, hub.ids, secret, "Eve", "other", now).error().kind == Error::Kind::NotFound);
    QCOMPARE(HubUnderTest::must(credentialsOf(*hub.database, "ada@shop.test"))->hash, std::string("hash"));
}

void TestOneTimeLinks::anInvitationBringsWhatItSays()
{
    Desk hub;
    Role role{.id = hub.ids.make<RoleId>(), .name = "Returns desk", .permissions = {"reply", "write-notes"}};
    hub.change([&](ChangeLog &changes) { return saveRole(changes, hub.ids, role, hub.clock.now()); });
    const auto now = hub.clock.now();
    OneTimeLink wanted{.email = "cora@shop.test", .name = "Cora", .by = hub.ada.id};
    wanted.customRole = role.id;
    wanted.teams = {hub.returns.id, hub.care.id};
    wanted.capacity = 7;
    const std::string first = HubUnderTest::must(invite(*hub.database, hub.rng, wanted, now));
    const Agent cora = HubUnderTest::must(useLink(*hub.database, hub.ids, first, "", "hash", now));
    QVERIFY(cora.customRole == role.id);
    QCOMPARE(cora.permissions.size(), 2u);
    QVERIFY(may(cora, Permission::Reply) && !may(cora, Permission::ChangeStatus));
    QCOMPARE(cora.teams.size(), 2u);
    QCOMPARE(cora.capacity, 7);
    QVERIFY(*HubUnderTest::must(store::agent(*hub.database, cora.id)) == cora);
    // What is gone by the time that somebody comes is not given.
    wanted.email = "dan@shop.test";
    const std::string second = HubUnderTest::must(invite(*hub.database, hub.rng, wanted, now));
    hub.change([&](ChangeLog &changes) { return removeRole(changes, hub.ids, role, now); });
    hub.change([&](ChangeLog &changes) { return removeTeam(changes, hub.ids, "Returns", std::nullopt, now); });
    const Agent dan = HubUnderTest::must(useLink(*hub.database, hub.ids, second, "Dan", "hash", now));
    QVERIFY(!dan.customRole && dan.role == Agent::Role::Agent);
    QVERIFY(dan.teams == std::vector{hub.care.id});
    // And what never was is not promised.
    wanted.email = "eve@shop.test";
    QVERIFY(invite(*hub.database, hub.rng, wanted, now).error().kind == Error::Kind::Invalid);
}

void TestOneTimeLinks::linksEndWithTheRightsOfWhoMadeThem_data()
{
    QTest::addColumn<bool>("reset");
    QTest::addColumn<QString>("became");
    QTest::addColumn<bool>("good");
    for (const bool reset : {false, true}) {
        const char *kind = reset ? "a new password" : "an invitation";
        const auto row = [&](const char *became, bool good) {
            QTest::addRow("%s, %s", kind, became) << reset << QString(became) << good;
        };
        row("still an admin", true);
        row("shut out", false);
        row("made an agent", false);
        row("may less by now", false);
        row("may as much by a role", true);
    }
}

/// Who was shut out, or has less by now, lets nobody in any more.
void TestOneTimeLinks::linksEndWithTheRightsOfWhoMadeThem()
{
    QFETCH(const bool, reset);
    QFETCH(const QString, became);
    QFETCH(const bool, good);
    Desk hub;
    const auto now = hub.clock.now();
    hub.put(hub.tom, {hub.care.id}, Agent::Role::Lead);
    OneTimeLink wanted{.email = "cora@shop.test", .role = Agent::Role::Lead, .by = hub.ada.id};
    wanted.teams = {hub.care.id};
    const std::string secret =
        HubUnderTest::must(reset ? inviteToReset(*hub.database, hub.rng, "tom@shop.test", now, hub.ada.id)
                                 : invite(*hub.database, hub.rng, wanted, now));
    Role role{.permissions = permissionsOf(Agent::Role::Lead)};
    role.permissions.push_back("manage-agents");
    if (became == "shut out") {
        hub.change([&](ChangeLog &changes) {
            return setActive(changes, hub.ids, hub.ada, false, std::nullopt, std::nullopt, now);
        });
    } else if (became == "made an agent") {
        hub.put(hub.ada, {hub.care.id});
    } else if (became == "may less by now") {
        std::erase(role.permissions, "export");
        hub.give(hub.ada, role, {hub.care.id});
    } else if (became == "may as much by a role") {
        hub.give(hub.ada, role, {hub.care.id});
    }
    QCOMPARE(HubUnderTest::must(linkOf(*hub.database, secret, now)).has_value(), good); // told before a password is chosen
    const auto used = useLink(*hub.database, hub.ids, secret, "Cora", "new", now);
    QCOMPARE(used.has_value(), good);
    if (good)
        return;
    QVERIFY(used.error().kind == Error::Kind::NotFound);
    QVERIFY(!HubUnderTest::must(agentByEmail(*hub.database, "cora@shop.test")));
    QVERIFY(HubUnderTest::must(credentialsOf(*hub.database, "tom@shop.test"))->hash != "new");
}

void TestOneTimeLinks::nobodyLetsIntoATeamThatTheyDoNotSee()
{
    Desk hub;
    Role role{.permissions = permissionsOf(Agent::Role::Agent)};
    role.permissions.push_back("manage-agents");
    hub.give(hub.mara, role, {hub.care.id});
    const auto may = [&](const OneTimeLink &link) { return HubUnderTest::must(mayGive(*hub.database, hub.mara.id, link)); };
    OneTimeLink wanted{.email = "cora@shop.test"};
    wanted.teams = {hub.care.id};
    QVERIFY(may(wanted));
    wanted.teams = {hub.care.id, hub.returns.id};
    QVERIFY(!may(wanted));
    // Nor by the password of somebody who is in it.
    const OneTimeLink reset{.kind = OneTimeLink::Kind::Reset, .email = "tom@shop.test"};
    hub.put(hub.tom, {hub.care.id});
    QVERIFY(may(reset));
    hub.put(hub.tom, {hub.returns.id});
    QVERIFY(!may(reset));
}

void TestOneTimeLinks::linksAreListedAndWithdrawn()
{
    HubUnderTest hub;
    const auto now = hub.clock.now();
    OneTimeLink wanted{.email = "Cora@shop.test", .name = "Cora", .role = Agent::Role::Lead, .by = hub.mara.id};
    const std::string secret = HubUnderTest::must(invite(*hub.database, hub.rng, wanted, now));
    HubUnderTest::must(inviteToReset(*hub.database, hub.rng, "tom@shop.test", now + hours(1), hub.mara.id));
    const auto links = HubUnderTest::must(openLinks(*hub.database, now + hours(2)));
    QCOMPARE(links.size(), 2u);
    QVERIFY(links[0].kind == OneTimeLink::Kind::Reset && links[0].email == "tom@shop.test");
    QVERIFY(links[1].role == Agent::Role::Lead && links[1].by == hub.mara.id && links[1].made == now);
    QCOMPARE(links[1].id.size(), 16u);
    HubUnderTest::must(withdrawLink(*hub.database, links[1]));
    QVERIFY(!HubUnderTest::must(linkOf(*hub.database, secret, now)));
    QCOMPARE(HubUnderTest::must(openLinks(*hub.database, now)).size(), 1u);
    QCOMPARE(HubUnderTest::must(openLinks(*hub.database, now + days(8))).size(), 0u);
}

void TestOneTimeLinks::linksExpire_data()
{
    QTest::addColumn<bool>("reset");
    QTest::addColumn<qint64>("lifeMs");
    QTest::newRow("an invitation, 7 days") << false << qint64(Milliseconds(days(7)).count());
    QTest::newRow("a new password, 24 hours") << true << qint64(Milliseconds(hours(24)).count());
}

void TestOneTimeLinks::linksExpire()
{
    QFETCH(const bool, reset);
    QFETCH(const qint64, lifeMs);
    HubUnderTest hub;
    const auto now = hub.clock.now();
    const std::string secret =
        HubUnderTest::must(reset ? inviteToReset(*hub.database, hub.rng, "mara@shop.test", now)
                                 : invite(*hub.database, hub.rng, "ada@shop.test", "", Agent::Role::Agent, now));
    QVERIFY(*linkOf(*hub.database, secret, now + Milliseconds(lifeMs - 1)));
    QVERIFY(!*linkOf(*hub.database, secret, now + Milliseconds(lifeMs)));
    QVERIFY(!useLink(*hub.database, hub.ids, secret, "Ada", "hash", now + Milliseconds(lifeMs)));
    HubUnderTest::must(sweepSignIns(*hub.database, now + Milliseconds(lifeMs + 1)));
    QCOMPARE(hub.number("SELECT count(*) FROM one_time_link"), 0);
}

void TestOneTimeLinks::aResetEndsSessions()
{
    HubUnderTest hub;
    const auto now = hub.clock.now();
    const std::string token = makeToken(hub.rng), toms = makeToken(hub.rng);
    HubUnderTest::must(addDevice(*hub.database, hub.mara.id, token, "laptop", now));
    HubUnderTest::must(addDevice(*hub.database, hub.tom.id, toms, "laptop", now));
    HubUnderTest::must(setPassword(*hub.database, hub.mara.id, "old"));
    const std::string secret = HubUnderTest::must(inviteToReset(*hub.database, hub.rng, "MARA@shop.test", now));
    QVERIFY(*agentOfToken(*hub.database, token)); // nothing has changed yet
    QCOMPARE(HubUnderTest::must(credentialsOf(*hub.database, "mara@shop.test"))->hash, std::string("old"));
    const Agent mara = HubUnderTest::must(useLink(*hub.database, hub.ids, secret, "Somebody", "new", now));
    QVERIFY(mara.id == hub.mara.id);
    QCOMPARE(mara.name, hub.mara.name); // a new password, not a new name
    QVERIFY(!*agentOfToken(*hub.database, token));
    QVERIFY(*agentOfToken(*hub.database, toms));
    QCOMPARE(HubUnderTest::must(credentialsOf(*hub.database, "mara@shop.test"))->hash, std::string("new"));
    // Somebody who was switched off meanwhile does not come back in this way.
    const std::string late = HubUnderTest::must(inviteToReset(*hub.database, hub.rng, "mara@shop.test", now));
    hub.change(
        [&](ChangeLog &changes) { return setActive(changes, hub.ids, mara, false, std::nullopt, std::nullopt, now); });
    QVERIFY(!useLink(*hub.database, hub.ids, late, "", "newer", now));
}

void TestOneTimeLinks::onlyTheNewestWorks()
{
    HubUnderTest hub;
    const auto now = hub.clock.now();
    const std::string first =
        HubUnderTest::must(invite(*hub.database, hub.rng, "ada@shop.test", "", Agent::Role::Admin, now));
    const std::string second =
        HubUnderTest::must(invite(*hub.database, hub.rng, "ADA@shop.test", "", Agent::Role::Agent, now));
    QVERIFY(!*linkOf(*hub.database, first, now));
    QVERIFY(*linkOf(*hub.database, second, now));
}

void TestOneTimeLinks::whoMayBeInvited_data()
{
    QTest::addColumn<QString>("email");
    QTest::addColumn<bool>("reset");
    QTest::addColumn<int>("kind");
    QTest::newRow("somebody who is there") << "Mara@shop.test" << false << int(Error::Kind::Conflict);
    QTest::newRow("no address") << "ada" << false << int(Error::Kind::Invalid);
    QTest::newRow("a new password for nobody") << "ada@shop.test" << true << int(Error::Kind::NotFound);
}

void TestOneTimeLinks::whoMayBeInvited()
{
    QFETCH(const QString, email);
    QFETCH(const bool, reset);
    QFETCH(const int, kind);
    HubUnderTest hub;
    const auto made = reset ? inviteToReset(*hub.database, hub.rng, email.toStdString(), hub.clock.now())
                            : invite(*hub.database, hub.rng, email.toStdString(), "", Agent::Role::Agent, hub.clock.now());
    QVERIFY(!made);
    QCOMPARE(int(made.error().kind), kind);
}

void TestOneTimeLinks::theSecretIsNotKept()
{
    HubUnderTest hub;
    const std::string secret =
        HubUnderTest::must(invite(*hub.database, hub.rng, "ada@shop.test", "", Agent::Role::Agent, hub.clock.now()));
    QCOMPARE(secret.size(), std::size_t(43)); // 256 bits
    QCOMPARE(hub.number("SELECT count(*) FROM one_time_link WHERE instr(secret_hash, '" + secret + "') > 0"), 0);
    QCOMPARE(hub.number("SELECT count(*) FROM one_time_link WHERE length(secret_hash) = 32"), 1);
}

void TestOneTimeLinks::theTextSaysEverything()
{
    QCOMPARE(linkText("https://hub.shop.test:7600", "a-b_c", "AB:CD:01"),
             std::string("tributary://join?hub=https%3A%2F%2Fhub.shop.test%3A7600&secret=a-b_c&certificate=ABCD01"));
    QCOMPARE(linkText("https://hub.shop.test", "x", ""),
             std::string("tributary://join?hub=https%3A%2F%2Fhub.shop.test&secret=x"));
}

QTEST_GUILESS_MAIN(TestOneTimeLinks)
#include "tst_one_time_links.moc"
