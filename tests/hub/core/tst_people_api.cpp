// Whoever looks after people, over HTTP and of the whole hub: links by which they join, their devices, and the audit log.
#include "tests/hub/core/running_hub.h"

#include <QJsonArray>
#include <QtTest>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using namespace tributary::hub::testing;

class TestPeopleApi : public QObject {
    Q_OBJECT
private slots:
    void somebodyJoins();
    void joiningIsChecked_data();
    void joiningIsChecked();
    void anotherPasswordByAnAdmin();
    void onlyAdminsWithTheirPassword_data();
    void onlyAdminsWithTheirPassword();
    void nobodyInvitesMoreThanTheyHave_data();
    void nobodyInvitesMoreThanTheyHave();
    void peopleAreListed();
    void devicesOfOthersAreSignedOut();
    void theAuditLogIsRead();
};

void TestPeopleApi::somebodyJoins()
{
    RunningHub hub;
    const QString ada = hub.tokenOf("ada@shop.test");
    const Answer invited = hub.post(
        "/auth/invite", {{"password", kPassword}, {"email", "Cora@shop.test"}, {"name", "Cora"}, {"role", "lead"}}, ada);
    QCOMPARE(invited.status, 200);
    const QString secret = invited.said["secret"].toString();
    QCOMPARE(invited.said["hub"].toString(), QString("http://127.0.0.1:%1").arg(hub.port())); // how it is reached
    QCOMPARE(invited.said["expires_ms"].toInteger(), toMs(hub.now() + std::chrono::days(7)));
    const Answer link = hub.post("/auth/link", {{"secret", secret}});
    QCOMPARE(link.status, 200);
    QCOMPARE(link.said["kind"].toString(), QString("invitation"));
    QCOMPARE(link.said["email"].toString(), QString("cora@shop.test"));
    QCOMPARE(link.said["role"].toString(), QString("lead"));
    const QJsonObject join{{"secret", secret}, {"name", "Cora Reyes"}, {"password", "a phrase of her own"}};
    const Answer joined = hub.post("/auth/join", join);
    QCOMPARE(joined.status, 200);
    QCOMPARE(hub.statusFor(joined.said["token"].toString()), 200);
    QCOMPARE(hub.signIn("cora@shop.test", "a phrase of her own").status, 200);
    QCOMPARE(hub.post("/auth/join", join).status, 404); // once
    QCOMPARE(hub.post("/auth/link", {{"secret", secret}}).status, 404);
}

void TestPeopleApi::joiningIsChecked_data()
{
    QTest::addColumn<QString>("secret");
    QTest::addColumn<QString>("password");
    QTest::addColumn<int>("status");
    QTest::newRow("another secret") << "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                                    << "a phrase of her own" << 404;
    QTest::newRow("none") << ""
                          << "a phrase of her own" << 404;
    QTest::newRow("a short password") << "good"
                                      << "short" << 400;
    QTest::newRow("a common password") << "good"
                                       << "password1234" << 400;
}

void TestPeopleApi::joiningIsChecked()
{
    QFETCH(const QString, secret);
    QFETCH(const QString, password);
    QFETCH(const int, status);
    RunningHub hub;
    const QJsonObject whom{{"password", kPassword}, {"email", "cora@shop.test"}, {"role", "agent"}};
    const QString good = hub.post("/auth/invite", whom, hub.tokenOf("ada@shop.test")).said["secret"].toString();
    const QJsonObject join{{"secret", secret == "good" ? good : secret}, {"name", "Cora"}, {"password", password}};
    QCOMPARE(hub.post("/auth/join", join).status, status);
    QCOMPARE(hub.post("/auth/link", {{"secret", good}}).status, 200); // it is good still
}

void TestPeopleApi::anotherPasswordByAnAdmin()
{
    RunningHub hub;
    const QString ben = hub.tokenOf("ben@shop.test"), ada = hub.tokenOf("ada@shop.test");
    const Answer made = hub.post("/auth/reset", {{"password", kPassword}, {"email", "ben@shop.test"}}, ada);
    QCOMPARE(made.status, 200);
    QCOMPARE(made.said["expires_ms"].toInteger(), toMs(hub.now() + std::chrono::hours(24)));
    QCOMPARE(hub.statusFor(ben), 200);
    const Answer done =
        hub.post("/auth/join", {{"secret", made.said["secret"].toString()}, {"password", "another phrase of his"}});
    QCOMPARE(done.status, 200);
    QCOMPARE(hub.statusFor(ben), 401);
    QCOMPARE(hub.statusFor(done.said["token"].toString()), 200);
    QCOMPARE(hub.signIn("ben@shop.test").status, 401);
}

void TestPeopleApi::onlyAdminsWithTheirPassword_data()
{
    QTest::addColumn<QString>("who");
    QTest::addColumn<QString>("password");
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("status");
    for (const QString path : {"/auth/invite", "/auth/reset"}) {
        QTest::addRow("an agent, %s", qPrintable(path)) << "ben@shop.test" << kPassword << path << 403;
        QTest::addRow("a wrong password, %s", qPrintable(path)) << "ada@shop.test"
                                                                << "not it" << path << 403;
        QTest::addRow("no password, %s", qPrintable(path)) << "ada@shop.test"
                                                           << "" << path << 403;
        QTest::addRow("nobody, %s", qPrintable(path)) << "" << kPassword << path << 401;
    }
}

void TestPeopleApi::onlyAdminsWithTheirPassword()
{
    QFETCH(const QString, who);
    QFETCH(const QString, password);
    QFETCH(const QString, path);
    QFETCH(const int, status);
    RunningHub hub;
    const QString token = who.isEmpty() ? "nonsense" : hub.tokenOf(who);
    const QString email = path == "/auth/reset" ? "ben@shop.test" : "cora@shop.test";
    const Answer answer = hub.post(path, {{"password", password}, {"email", email}, {"role", "admin"}}, token);
    QCOMPARE(answer.status, status);
    QVERIFY(!answer.said.contains("secret"));
    if (status == 403)
        QCOMPARE(hub.statusFor(token), 200); // a slip of the hand signs nobody out
}

void TestPeopleApi::nobodyInvitesMoreThanTheyHave_data()
{
    QTest::addColumn<QString>("who");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("email");
    QTest::addColumn<QString>("role");
    QTest::addColumn<QString>("customRole");
    QTest::addColumn<int>("status");
    const QString invite = "/auth/invite", reset = "/auth/reset", manager = "max@shop.test", ada = "ada@shop.test";
    const QString more = QString::fromStdString(RoleId(RawId{std::byte(7)}).text());
    const QString none = QString::fromStdString(RoleId(RawId{std::byte(8)}).text());
    const QString less = QString::fromStdString(RoleId(RawId{std::byte(9)}).text());
    QTest::newRow("as much") << manager << invite << "new@shop.test"
                             << "agent"
                             << "" << 200;
    QTest::newRow("a lead") << manager << invite << "new@shop.test"
                            << "lead"
                            << "" << 403;
    QTest::newRow("an admin") << manager << invite << "new@shop.test"
                              << "admin"
                              << "" << 403;
    QTest::newRow("a role with more") << manager << invite << "new@shop.test"
                                      << "agent" << more << 403;
    QTest::newRow("that role, by an admin") << ada << invite << "new@shop.test"
                                            << "agent" << more << 200;
    QTest::newRow("a role with less") << manager << invite << "new@shop.test"
                                      << "agent" << less << 200;
    QTest::newRow("a lead below it") << manager << invite << "new@shop.test"
                                     << "lead" << less << 403;
    QTest::newRow("an admin below it") << manager << invite << "new@shop.test"
                                       << "admin" << less << 403;
    QTest::newRow("an admin below it, by an admin") << ada << invite << "new@shop.test"
                                                    << "admin" << less << 200;
    QTest::newRow("a role that is not there") << ada << invite << "new@shop.test"
                                              << "agent" << none << 400;
    QTest::newRow("a word for a role") << ada << invite << "new@shop.test"
                                       << "agent"
                                       << "boss" << 400;
    QTest::newRow("somebody who is there") << ada << invite << "ben@shop.test"
                                           << "agent"
                                           << "" << 409;
    QTest::newRow("the password of an agent") << manager << reset << "ben@shop.test"
                                              << ""
                                              << "" << 200;
    QTest::newRow("the password of an admin") << manager << reset << "ada@shop.test"
                                              << ""
                                              << "" << 403;
    QTest::newRow("an agent invites") << "ben@shop.test" << invite << "new@shop.test"
                                      << "agent"
                                      << "" << 403;
}

void TestPeopleApi::nobodyInvitesMoreThanTheyHave()
{
    QFETCH(const QString, who);
    QFETCH(const QString, path);
    QFETCH(const QString, email);
    QFETCH(const QString, role);
    QFETCH(const QString, customRole);
    QFETCH(const int, status);
    RunningHub hub;
    hub.addManager("max@shop.test");
    hub.write([&](store::Database &database) -> Result<std::int64_t> {
        ChangeLog changes(database);
        const Role less{.id = RoleId(RawId{std::byte(9)}), .name = "Less", .permissions = {"reply"}};
        TRIBUTARY_TRY(saveRole(changes, hub.ids(), less, hub.now()));
        return changes.finish();
    });
    const QJsonObject body{{"password", kPassword}, {"email", email}, {"role", role}, {"custom_role", customRole}};
    const Answer answer = hub.post(path, body, hub.tokenOf(who));
    QCOMPARE(answer.status, status);
    QCOMPARE(answer.said.contains("secret"), status == 200);
}

/// Who was here when, and who has yet to come: for those who manage agents, and nobody learns a secret by it.
void TestPeopleApi::peopleAreListed()
{
    RunningHub hub;
    hub.addManager("max@shop.test");
    const QString ada = hub.tokenOf("ada@shop.test"), max = hub.tokenOf("max@shop.test"), ben = hub.tokenOf("ben@shop.test");
    const QString secret =
        hub.post("/auth/invite", {{"password", kPassword}, {"email", "cora@shop.test"}, {"name", "Cora"}, {"role", "admin"}},
                 ada)
            .said["secret"]
            .toString();
    QCOMPARE(hub.ask("GET", "/people", {}, ben).status, 403);
    QCOMPARE(hub.ask("GET", "/people", {}, "nonsense").status, 401);
    const Answer list = hub.ask("GET", "/people", {}, max);
    QCOMPARE(list.status, 200);
    QVERIFY(!QJsonDocument(list.said).toJson().contains(secret.toLatin1()));
    QCOMPARE(list.said["agents"].toArray().size(), 3);
    QCOMPARE(list.said["agents"].toArray()[0].toObject()["seen_ms"].toInteger(), toMs(hub.now()));
    QCOMPARE(list.said["agents"].toArray()[0].toObject()["connected"].toBool(), false);
    const QJsonObject link = list.said["links"].toArray()[0].toObject();
    QCOMPARE(link["email"].toString(), QString("cora@shop.test"));
    QVERIFY(!link["by"].toString().isEmpty());
    const QJsonObject which{{"id", link["id"]}};
    QCOMPARE(hub.post("/people/withdraw", which, ben).status, 403);
    QCOMPARE(hub.post("/people/withdraw", which, max).status, 403); // an admin's is not theirs to take back
    QCOMPARE(hub.post("/people/withdraw", {{"id", "0000000000000000"}}, ada).status, 404);
    QCOMPARE(hub.post("/people/withdraw", {}, ada).status, 400);
    QCOMPARE(hub.post("/auth/link", {{"secret", secret}}).status, 200);
    QCOMPARE(hub.post("/people/withdraw", which, ada).status, 204);
    QCOMPARE(hub.post("/auth/link", {{"secret", secret}}).status, 404);
    QCOMPARE(hub.ask("GET", "/people", {}, ada).said["links"].toArray().size(), 0);
}

/// By who may manage agents, never of who may do more than they may themselves; the act is in the audit log.
void TestPeopleApi::devicesOfOthersAreSignedOut()
{
    RunningHub hub;
    hub.addManager("max@shop.test");
    const QString ada = hub.tokenOf("ada@shop.test"), max = hub.tokenOf("max@shop.test"), ben = hub.tokenOf("ben@shop.test");
    const QString elsewhere = hub.tokenOf("ben@shop.test");
    const auto idOf = [&](const QString &email) {
        const Answer entries = hub.ask("GET", "/audit", {}, ada);
        for (const QJsonValue &entry : entries.said["entries"].toArray()) {
            if (entry["kind"] == QLatin1String("signed-in") && entry["by_name"] == email)
                return entry["by"].toString();
        }
        return QString();
    };
    const QString benId = idOf("ben@shop.test"), adaId = idOf("ada@shop.test");
    QVERIFY(!benId.isEmpty());
    const QString path = "/people/devices?agent=" + benId;
    QCOMPARE(hub.ask("GET", path, {}, ben).status, 403);
    QCOMPARE(hub.ask("GET", path, {}, "nonsense").status, 401);
    QCOMPARE(hub.ask("GET", "/people/devices", {}, max).status, 400);
    QCOMPARE(hub.ask("GET", "/people/devices?agent=none", {}, max).status, 400);
    QCOMPARE(hub.ask("GET", "/people/devices?agent=00000000-0000-7000-8000-000000000001", {}, max).status, 404);
    const Answer list = hub.ask("GET", path, {}, max);
    QCOMPARE(list.status, 200);
    const QJsonArray devices = list.said["devices"].toArray();
    QCOMPARE(devices.size(), 2);
    QCOMPARE(devices[0]["name"].toString(), QString("laptop"));
    QCOMPARE(devices[0]["seen_ms"].toInteger(), toMs(hub.now()));
    QCOMPARE(devices[0]["current"].toBool(), false);
    QVERIFY(!QJsonDocument(list.said).toJson().contains(ben.toLatin1()));

    const QJsonObject one{{"agent", benId}, {"id", devices[0]["id"]}};
    QCOMPARE(hub.post("/people/devices/revoke", one, ben).status, 403);
    QCOMPARE(hub.post("/people/devices/revoke", one, "nonsense").status, 401);
    QCOMPARE(hub.post("/people/devices/revoke", {{"agent", benId}}, max).status, 400);
    QCOMPARE(hub.post("/people/devices/revoke", {{"id", devices[0]["id"]}}, max).status, 400);
    QCOMPARE(hub.post("/people/devices/revoke", {{"agent", adaId}, {"id", devices[0]["id"]}}, ada).status, 404); // not hers
    const QJsonArray adas = hub.ask("GET", "/people/devices?agent=" + adaId, {}, max).said["devices"].toArray();
    QCOMPARE(adas.size(), 1);
    QCOMPARE(hub.post("/people/devices/revoke", {{"agent", adaId}, {"id", adas[0]["id"]}}, max).status, 403); // an admin's
    QCOMPARE(hub.statusFor(ben) + hub.statusFor(elsewhere) + hub.statusFor(ada), 600);
    QCOMPARE(hub.post("/people/devices/revoke", one, max).status, 204);
    QCOMPARE(hub.post("/people/devices/revoke", one, max).status, 404); // it is out already
    QCOMPARE(hub.statusFor(ben) + hub.statusFor(elsewhere), 601);       // one is out, the other stays
    QCOMPARE(hub.ask("GET", path, {}, max).said["devices"].toArray().size(), 1);
    const QJsonArray entries = hub.ask("GET", "/audit?kind=device-revoked", {}, ada).said["entries"].toArray();
    QCOMPARE(entries.size(), 1);
    QCOMPARE(entries[0]["by_name"].toString(), QString("max@shop.test"));
    QCOMPARE(entries[0]["about"].toString(), QString("ben@shop.test"));
    QCOMPARE(entries[0]["subject"].toString(), benId);
    QCOMPARE(entries[0]["was"].toString(), QString("device: laptop"));
}

/// Read page by page by who may, with filters; what was done over HTTP is in it, and no secret.
void TestPeopleApi::theAuditLogIsRead()
{
    RunningHub hub;
    hub.addManager("max@shop.test");
    hub.addWith("noa@shop.test", {"see-audit"});
    const QString ada = hub.tokenOf("ada@shop.test"), ben = hub.tokenOf("ben@shop.test"), max = hub.tokenOf("max@shop.test");
    QCOMPARE(hub.ask("GET", "/audit", {}, ben).status, 403);
    QCOMPARE(hub.ask("GET", "/audit", {}, max).status, 403); // managing people is another permission
    QCOMPARE(hub.ask("GET", "/audit", {}, "nonsense").status, 401);
    QCOMPARE(hub.post("/audit", {}, ada).status, 404);
    const QString secret =
        hub.post("/auth/reset", {{"password", kPassword}, {"email", "ben@shop.test"}}, ada).said["secret"].toString();
    QCOMPARE(hub.post("/auth/join", {{"secret", secret}, {"password", "another phrase of his"}}).status, 200);
    hub.signIn("ben@shop.test", "my-secret-typo");
    hub.signIn("hunter2-in-the-wrong-field", "x");
    const QString wrong = "/audit?kind=sign-in-failed";
    QTRY_COMPARE(hub.ask("GET", wrong, {}, ada).said["entries"].toArray().size(), 2);
    const Answer all = hub.ask("GET", "/audit", {}, ada);
    QCOMPARE(all.status, 200);
    QStringList kinds;
    for (const QJsonValue &entry : all.said["entries"].toArray())
        kinds.append(entry.toObject()["kind"].toString());
    for (const char *kind : {"signed-in", "sign-in-failed", "password-link-made", "password-set", "person-added"})
        QVERIFY2(kinds.contains(kind), kind);
    QCOMPARE(kinds.count("sign-in-failed"), 2);
    const QByteArray text = QJsonDocument(all.said).toJson();
    for (const QString &never :
         {secret, kPassword, QString("another phrase"), QString("my-secret-typo"), QString("hunter2")})
        QVERIFY2(!text.contains(never.toUtf8()), qPrintable(never));
    const QJsonObject failed =
        hub.ask("GET", "/audit?kind=sign-in-failed&text=BEN", {}, ada).said["entries"].toArray()[0].toObject();
    QCOMPARE(failed["about"].toString(), QString("ben@shop.test"));
    QVERIFY(failed["place"].toString().startsWith("127."));
    QCOMPARE(hub.ask("GET", "/audit?kind=password-set&until=1", {}, ada).said["entries"].toArray().size(), 0);
    for (const char *bad : {"kind=nonsense", "before=x", "person=me", "from=-1"})
        QCOMPARE(hub.ask("GET", QString("/audit?") + bad, {}, ada).status, 400);
    // A table that is made of it is an entry itself, and for those alone who may take lists away.
    const QString noa = hub.tokenOf("noa@shop.test");
    QCOMPARE(hub.ask("GET", "/audit", {}, noa).status, 200);
    QCOMPARE(hub.ask("GET", "/audit?export=yes", {}, noa).status, 403);
    const QJsonArray table = hub.ask("GET", "/audit?export=yes&kind=exported", {}, ada).said["entries"].toArray();
    QCOMPARE(table.size(), 1);
    QCOMPARE(table[0].toObject()["about"].toString(), QString("audit"));
}

QTEST_GUILESS_MAIN(TestPeopleApi)
#include "tst_people_api.moc"
