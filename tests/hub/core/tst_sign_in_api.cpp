// Signing in, links, devices and the second factor as desktops ask for them: over HTTP, of the whole hub.
#include "core/hub/one_time_links.h"
#include "core/hub/second_factor.h"
#include "tests/hub/core/running_hub.h"

#include <QJsonArray>
#include <QtTest>

#include <dlfcn.h>
#include <liboath/oath.h>
#include <sodium.h>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using namespace tributary::hub::testing;

namespace {

/// What has been asked of argon2, by what it costs: passes and bytes.
std::mutex hashedMutex;
std::vector<std::pair<unsigned long long, std::size_t>> hashed;

void noteHashed(unsigned long long passes, std::size_t bytes)
{
    const std::scoped_lock lock(hashedMutex);
    hashed.emplace_back(passes, bytes);
}

template<class Function>
Function *real(const char *name)
{
    return reinterpret_cast<Function *>(dlsym(RTLD_NEXT, name));
}

} // namespace

// In front of the library's own.
extern "C" int crypto_pwhash(unsigned char *const out, unsigned long long outSize, const char *const password,
                             unsigned long long size, const unsigned char *const salt, unsigned long long passes,
                             std::size_t bytes, int algorithm)
{
    noteHashed(passes, bytes);
    return real<decltype(crypto_pwhash)>("crypto_pwhash")(out, outSize, password, size, salt, passes, bytes, algorithm);
}

extern "C" int crypto_pwhash_str_verify(const char *hash, const char *const password, unsigned long long size)
{
    unsigned kibibytes = 0, passes = 0;
    if (std::sscanf(hash, "$argon2id$v=19$m=%u,t=%u,", &kibibytes, &passes) == 2)
        noteHashed(passes, std::size_t(kibibytes) * 1024);
    return real<decltype(crypto_pwhash_str_verify)>("crypto_pwhash_str_verify")(hash, password, size);
}

namespace {

QString codeOf(const QString &base32, TimePoint now)
{
    char *secret = nullptr;
    std::size_t size = 0;
    const QByteArray text = base32.toLatin1();
    if (oath_base32_decode(text.constData(), std::size_t(text.size()), &secret, &size) != OATH_OK)
        qFatal("no base32");
    char code[7] = {};
    const int done = oath_totp_generate(secret, size, time_t(toMs(now) / 1000), 30, 0, 6, code);
    free(secret);
    if (done != OATH_OK)
        qFatal("no code");
    return QString::fromLatin1(code);
}

} // namespace

class TestSignInApi : public QObject {
    Q_OBJECT
private slots:
    void unknownPeopleCostTheSame_data();
    void unknownPeopleCostTheSame();
    void whoIsTurnedOffIsToldSo();
    void aNewHubLetsNobodyIn_data();
    void aNewHubLetsNobodyIn();
    void knownPlacesOutliveTheHub();
    void wrongPasswordsLock();
    void aBurstTriesNoMorePasswords();
    void bodiesAreChecked_data();
    void bodiesAreChecked();
    void devicesOfOneself();
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
    void theSecondFactorOfOthersIsTakenAway();
    void ownPasswordIsChanged_data();
    void ownPasswordIsChanged();
    void theAuditLogIsRead();
    void failuresDoNotFillTheLog();
    void aSecondFactor();
    void codesCannotBeGuessed();
    void aResetAsksForTheCodeToo();
    void codesCannotBeGuessedWithALink_data();
    void codesCannotBeGuessedWithALink();
};

void TestSignInApi::unknownPeopleCostTheSame_data()
{
    QTest::addColumn<QString>("email");
    QTest::newRow("a wrong password") << "ben@shop.test";
    QTest::newRow("an unknown address") << "nobody@shop.test";
    QTest::newRow("no address") << "";
    QTest::newRow("somebody who was deactivated") << "gone@shop.test";
    QTest::newRow("somebody who has no password yet") << "new@shop.test";
}

/// Neither the answer nor the work behind it tells who is here (ENGINE C27).
void TestSignInApi::unknownPeopleCostTheSame()
{
    QFETCH(const QString, email);
    RunningHub hub;
    hub.turnOff(hub.add("gone@shop.test", Agent::Role::Agent, *hashPassword(kPassword.toStdString())));
    hub.add("new@shop.test", Agent::Role::Agent, {});
    hashed.clear();
    const Answer answer = hub.signIn(email, "not the password at all");
    QCOMPARE(answer.status, 401);
    QCOMPARE(answer.bytes, QByteArray(R"({"error":"denied"})"));
    const std::scoped_lock lock(hashedMutex);
    QCOMPARE(hashed.size(), std::size_t(1));
    QCOMPARE(hashed[0].first, 2ull);
    QCOMPARE(hashed[0].second, std::size_t(64) * 1024 * 1024);
}

/// To who has the right password it says so, and whom they ask; to nobody else.
void TestSignInApi::whoIsTurnedOffIsToldSo()
{
    RunningHub hub;
    hub.add("later@shop.test", Agent::Role::Admin, {});
    hub.turnOff(hub.add("gone@shop.test", Agent::Role::Agent, *hashPassword(kPassword.toStdString())));
    const Answer answer = hub.signIn("gone@shop.test");
    QCOMPARE(answer.status, 403);
    QCOMPARE(answer.error(), QString("turned-off"));
    QCOMPARE(answer.said["admin"].toString(), QString("ada@shop.test")); // is called so
    QCOMPARE(hub.signIn("gone@shop.test", "not the password at all").error(), QString("denied"));
}

void TestSignInApi::aNewHubLetsNobodyIn_data()
{
    QTest::addColumn<QString>("email");
    QTest::addColumn<QString>("password");
    QTest::newRow("nothing") << ""
                             << "";
    QTest::newRow("the usual") << "admin"
                               << "admin";
    QTest::newRow("root") << "root"
                          << "";
    QTest::newRow("the demo shop's") << "mara@shop.test"
                                     << "demo-password";
    QTest::newRow("a test's") << "ada@shop.test" << kPassword;
}

/// There is no default account (ENGINE C30): whoever has the folder adds the first.
void TestSignInApi::aNewHubLetsNobodyIn()
{
    QFETCH(const QString, email);
    QFETCH(const QString, password);
    RunningHub hub(RunningHub::With::Nobody);
    QCOMPARE(hub.signIn(email, password).status, 401);
    QCOMPARE(hub.post("/auth/join", {{"secret", password}, {"password", kPassword}}).status, 404);
    QCOMPARE(hub.post("/auth/link", {{"secret", password}}).status, 404);
    QCOMPARE(hub.statusFor(password), 401);
    const auto rows = [&](const char *table) {
        return hub.write([table](store::Database &database) -> Result<std::int64_t> {
            auto query = database.queryOnce(std::string("SELECT count(*) FROM ") + table);
            TRIBUTARY_TRY(query.step());
            return query.integer(0);
        });
    };
    for (const char *table : {"agent", "device", "one_time_link", "agent_password"})
        QCOMPARE(rows(table), std::int64_t(0));
}

/// Strangers in many networks keep an account's owner out where nobody has signed in to it before, and only there: also when
/// the hub has been started anew since.
void TestSignInApi::knownPlacesOutliveTheHub()
{
    RunningHub hub;
    const QString home = "2001:db8:5:1::7", sameHouse = "2001:db8:5:2::9", elsewhere = "203.0.113.9";
    QCOMPARE(hub.signIn("ben@shop.test", kPassword, {}, home).status, 200);
    hub.restart();
    for (int i = 0; i < 50; ++i) // each network once
        QCOMPARE(hub.signIn("ben@shop.test", "not the password at all", {}, QString("198.51.100.%1").arg(i + 1)).status,
                 401);
    QCOMPARE(hub.signIn("ben@shop.test", kPassword, {}, elsewhere).status, 429);
    QCOMPARE(hub.signIn("ben@shop.test", kPassword, {}, home).status, 200);
    QCOMPARE(hub.signIn("ben@shop.test", kPassword, {}, sameHouse).status, 200);
}

void TestSignInApi::wrongPasswordsLock()
{
    RunningHub hub;
    const QString token = hub.tokenOf("ben@shop.test");
    QVERIFY(!token.isEmpty());
    for (int i = 0; i < 5; ++i) {
        const Answer answer = hub.signIn(i % 2 ? "BEN@shop.test" : "ben@shop.test", "not the password at all");
        QCOMPARE(answer.status, 401);
        QCOMPARE(answer.error(), QString("denied"));
    }
    const Answer locked = hub.signIn("ben@shop.test"); // also with the right one
    QCOMPARE(locked.status, 429);
    QCOMPARE(locked.error(), QString("locked"));
    QVERIFY(locked.said["retry_after"].toInt() > 0);
    QCOMPARE(hub.statusFor(token), 200); // whoever is in stays in
    QCOMPARE(hub.signIn("ada@shop.test").status, 200);
    hub.advance(std::chrono::seconds(locked.said["retry_after"].toInt()));
    QCOMPARE(hub.signIn("ben@shop.test").status, 200);
    // Nobody learns who is here.
    QCOMPARE(hub.signIn("nobody@shop.test").error(), QString("denied"));
}

/// All of them sent before the first is answered.
void TestSignInApi::aBurstTriesNoMorePasswords()
{
    RunningHub hub;
    constexpr int kAtOnce = 16;
    std::array<Answer, kAtOnce> answers;
    std::vector<std::thread> threads;
    for (Answer &answer : answers)
        threads.emplace_back([&] { answer = hub.signIn("ben@shop.test", "not the password at all"); });
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(std::ranges::count(answers, 401, &Answer::status), 5);
    QCOMPARE(std::ranges::count(answers, 429, &Answer::status), kAtOnce - 5);
    QCOMPARE(hub.signIn("ben@shop.test").error(), QString("locked"));
}

void TestSignInApi::bodiesAreChecked_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    const QByteArray twice = R"({"email":"ben@shop.test","password":"x","email":"ada@shop.test"})";
    QTest::newRow("anything twice") << "/auth/sign-in" << twice << 400;
    QTest::newRow("no object") << "/auth/sign-in" << QByteArray("[]") << 400;
    QTest::newRow("nothing") << "/auth/join" << QByteArray() << 400;
    QTest::newRow("numbers for texts") << "/auth/sign-in" << QByteArray(R"({"email":1,"password":2})") << 401;
    QTest::newRow("no such thing") << "/auth/other" << QByteArray("{}") << 404;
}

void TestSignInApi::bodiesAreChecked()
{
    QFETCH(const QString, path);
    QFETCH(const QByteArray, body);
    QFETCH(const int, status);
    RunningHub hub;
    QCOMPARE(hub.ask("POST", path, body).status, status);
    QCOMPARE(hub.ask("GET", path, {}).status, 404);
}

void TestSignInApi::devicesOfOneself()
{
    RunningHub hub;
    const QString here = hub.tokenOf("ben@shop.test");
    hub.advance(std::chrono::minutes(1));
    const QString there = hub.tokenOf("ben@shop.test"), ada = hub.tokenOf("ada@shop.test");
    const Answer list = hub.ask("GET", "/auth/devices", {}, here);
    QCOMPARE(list.status, 200);
    const QJsonArray devices = list.said["devices"].toArray();
    QCOMPARE(devices.size(), 2);
    QCOMPARE(devices[0].toObject()["current"].toBool(), false);
    QCOMPARE(devices[1].toObject()["current"].toBool(), true);
    QCOMPARE(devices[0].toObject()["name"].toString(), QString("laptop"));
    QVERIFY(!QJsonDocument(list.said).toJson().contains(there.toLatin1()));
    const QJsonObject other{{"id", devices[0].toObject()["id"].toString()}};
    QCOMPARE(hub.post("/auth/devices/revoke", other, ada).status, 404); // not hers
    QCOMPARE(hub.statusFor(there), 200);
    QCOMPARE(hub.post("/auth/devices/revoke", other).status, 401);
    QCOMPARE(hub.post("/auth/devices/revoke", other, here).status, 204);
    QCOMPARE(hub.statusFor(there), 401);
    QCOMPARE(hub.statusFor(here), 200);
}

void TestSignInApi::somebodyJoins()
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

void TestSignInApi::joiningIsChecked_data()
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

void TestSignInApi::joiningIsChecked()
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

void TestSignInApi::anotherPasswordByAnAdmin()
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

void TestSignInApi::onlyAdminsWithTheirPassword_data()
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

void TestSignInApi::onlyAdminsWithTheirPassword()
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

void TestSignInApi::nobodyInvitesMoreThanTheyHave_data()
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

void TestSignInApi::nobodyInvitesMoreThanTheyHave()
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
void TestSignInApi::peopleAreListed()
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
void TestSignInApi::devicesOfOthersAreSignedOut()
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

/// Of who has lost it: by who may manage agents, never of who may do more; everything of theirs is signed out, and it is in
/// the audit log.
void TestSignInApi::theSecondFactorOfOthersIsTakenAway()
{
    RunningHub hub;
    hub.addManager("max@shop.test");
    const QString ada = hub.tokenOf("ada@shop.test"), max = hub.tokenOf("max@shop.test"), ben = hub.tokenOf("ben@shop.test");
    std::map<QString, QString> ids;
    const Answer log = hub.ask("GET", "/audit", {}, ada);
    for (const QJsonValue &entry : log.said["entries"].toArray()) {
        if (entry["kind"] == QLatin1String("signed-in"))
            ids[entry["by_name"].toString()] = entry["by"].toString();
    }
    const auto turnOn = [&](const QString &token) {
        const QString secret =
            hub.post("/auth/second-factor/begin", {{"password", kPassword}}, token).said["secret"].toString();
        QCOMPARE(hub.post("/auth/second-factor/confirm", {{"code", codeOf(secret, hub.now())}}, token).status, 200);
    };
    turnOn(ben);
    turnOn(ada);
    const auto factors = [&] {
        QStringList with;
        const Answer people = hub.ask("GET", "/people", {}, max);
        for (const QJsonValue &one : people.said["agents"].toArray()) {
            if (one["second_factor"].toBool())
                with.append(one["id"].toString());
        }
        with.sort();
        return with;
    };
    QStringList both{ids["ben@shop.test"], ids["ada@shop.test"]};
    both.sort();
    QCOMPARE(factors(), both);
    const QString path = "/people/second-factor/end";
    const QJsonObject ofBen{{"agent", ids["ben@shop.test"]}}, ofAda{{"agent", ids["ada@shop.test"]}};
    QCOMPARE(hub.signIn("ben@shop.test").status, 401); // a code is asked for
    QCOMPARE(hub.post(path, ofBen, ben).status, 403);
    QCOMPARE(hub.post(path, ofBen, "nonsense").status, 401);
    QCOMPARE(hub.post(path, {}, max).status, 400);
    QCOMPARE(hub.post(path, {{"agent", ids["max@shop.test"]}}, ada).status, 404); // there is none
    QCOMPARE(hub.post(path, ofAda, max).status, 403);                             // an admin's
    QCOMPARE(hub.post(path, ofAda, ada).status, 403);                             // one's own goes by the password
    QCOMPARE(hub.statusFor(ben), 200);
    QCOMPARE(hub.post(path, ofBen, max).status, 204);
    QCOMPARE(hub.statusFor(ben), 401);
    QCOMPARE(hub.signIn("ben@shop.test").status, 200);
    QCOMPARE(factors(), QStringList{ids["ada@shop.test"]});
    QCOMPARE(hub.post(path, ofBen, max).status, 404);
    const QJsonArray entries = hub.ask("GET", "/audit?kind=second-factor-off", {}, ada).said["entries"].toArray();
    QCOMPARE(entries.size(), 1);
    QCOMPARE(entries[0]["by_name"].toString(), QString("max@shop.test"));
    QCOMPARE(entries[0]["subject"].toString(), ids["ben@shop.test"]);
}

void TestSignInApi::ownPasswordIsChanged_data()
{
    QTest::addColumn<QString>("password");
    QTest::addColumn<QString>("next");
    QTest::addColumn<int>("status");
    QTest::newRow("good") << kPassword << "another phrase of his" << 204;
    QTest::newRow("a wrong one") << "not it"
                                 << "another phrase of his" << 403;
    QTest::newRow("too short") << kPassword << "short" << 400;
    QTest::newRow("a common one") << kPassword << "password1234" << 400;
}

/// With the current one. Whoever had that one is out, but for who changes it.
void TestSignInApi::ownPasswordIsChanged()
{
    QFETCH(const QString, password);
    QFETCH(const QString, next);
    QFETCH(const int, status);
    RunningHub hub;
    const QString here = hub.tokenOf("ben@shop.test"), there = hub.tokenOf("ben@shop.test");
    const QString link =
        hub.post("/auth/reset", {{"password", kPassword}, {"email", "ben@shop.test"}}, hub.tokenOf("ada@shop.test"))
            .said["secret"]
            .toString();
    QCOMPARE(hub.post("/auth/password", {{"password", password}, {"next", next}}).status, 401); // nobody's
    QCOMPARE(hub.post("/auth/password", {{"password", password}, {"next", next}}, here).status, status);
    const bool changed = status == 204;
    QCOMPARE(hub.statusFor(here), 200);
    QCOMPARE(hub.statusFor(there), changed ? 401 : 200);
    QCOMPARE(hub.signIn("ben@shop.test", next).status, changed ? 200 : 401);
    QCOMPARE(hub.post("/auth/link", {{"secret", link}}).status, changed ? 404 : 200); // nobody undoes it by that
    const QString ada = hub.tokenOf("ada@shop.test");
    QCOMPARE(hub.ask("GET", "/audit?kind=password-set", {}, ada).said["entries"].toArray().size(), changed ? 1 : 0);
}

/// Read page by page by who may, with filters; what was done over HTTP is in it, and no secret.
void TestSignInApi::theAuditLogIsRead()
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

/// Whoever tries passwords out all day must not fill the disk of the hub with it.
void TestSignInApi::failuresDoNotFillTheLog()
{
    RunningHub hub;
    const QString ada = hub.tokenOf("ada@shop.test");
    const auto failures = [&] { return hub.ask("GET", "/audit?kind=sign-in-failed", {}, ada).said["entries"].toArray(); };
    for (int i = 0; i < 40; ++i) // secrets of links are not hashed, so that this is quick
        hub.post("/auth/link", {{"secret", "nonsense"}});
    QTRY_COMPARE(failures().size(), 20);
    hub.advance(std::chrono::minutes(20)); // whoever waits may try again
    hub.post("/auth/link", {{"secret", "nonsense"}});
    QTRY_COMPARE(failures().size(), 21);
    QCOMPARE(failures()[0].toObject()["became"].toString(), QString("left-out: 10\n")); // it let 30 try
}

void TestSignInApi::aSecondFactor()
{
    RunningHub hub;
    const QString ben = hub.tokenOf("ben@shop.test");
    const QString factor = "/auth/second-factor/";
    QCOMPARE(hub.post(factor + "begin", {{"password", "not it"}}, ben).status, 403);
    const Answer begun = hub.post(factor + "begin", {{"password", kPassword}}, ben);
    QCOMPARE(begun.status, 200);
    const QString secret = begun.said["secret"].toString();
    QVERIFY(begun.said["uri"].toString().startsWith("otpauth://totp/"));
    QCOMPARE(hub.signIn("ben@shop.test").status, 200); // not asked for yet
    QCOMPARE(hub.post(factor + "confirm", {{"code", "000000"}}, ben).error(), QString("code-wrong"));
    const Answer confirmed = hub.post(factor + "confirm", {{"code", codeOf(secret, hub.now())}}, ben);
    QCOMPARE(confirmed.status, 200);
    const QJsonArray recovery = confirmed.said["recovery_codes"].toArray();
    QCOMPARE(recovery.size(), 8);

    QCOMPARE(hub.signIn("ben@shop.test").error(), QString("code-needed"));
    QCOMPARE(hub.signIn("ben@shop.test", "not the password", codeOf(secret, hub.now())).error(), QString("denied"));
    QCOMPARE(hub.signIn("ben@shop.test", kPassword, codeOf(secret, hub.now())).error(), QString("code-wrong")); // used
    hub.advance(std::chrono::seconds(30));
    QCOMPARE(hub.signIn("ben@shop.test", kPassword, codeOf(secret, hub.now())).status, 200);
    QCOMPARE(hub.signIn("ben@shop.test", kPassword, recovery[0].toString()).status, 200);
    QCOMPARE(hub.signIn("ben@shop.test", kPassword, recovery[0].toString()).error(), QString("code-wrong"));
    const Answer state = hub.ask("GET", "/auth/devices", {}, ben);
    QCOMPARE(state.said["second_factor"].toBool(), true);
    QCOMPARE(state.said["recovery_codes"].toInt(), 7);

    QCOMPARE(hub.post(factor + "begin", {{"password", kPassword}}, ben).status, 409);
    QCOMPARE(hub.post(factor + "end", {{"password", "not it"}}, ben).status, 403);
    QCOMPARE(hub.signIn("ben@shop.test").error(), QString("code-needed"));
    QCOMPARE(hub.post(factor + "end", {{"password", kPassword}}, ben).status, 204);
    QCOMPARE(hub.signIn("ben@shop.test").status, 200);
}

/// Somebody knows the password, and tries codes out: signing in without one must not make the hub forget that.
void TestSignInApi::codesCannotBeGuessed()
{
    RunningHub hub;
    const QString ben = hub.tokenOf("ben@shop.test");
    const QString secret = hub.post("/auth/second-factor/begin", {{"password", kPassword}}, ben).said["secret"].toString();
    QCOMPARE(hub.post("/auth/second-factor/confirm", {{"code", codeOf(secret, hub.now())}}, ben).status, 200);
    for (int i = 0; i < 5; ++i) {
        QCOMPARE(hub.signIn("ben@shop.test").error(), QString("code-needed"));
        QCOMPARE(hub.signIn("ben@shop.test", kPassword, QString::number(100'000 + i)).error(), QString("code-wrong"));
    }
    QCOMPARE(hub.signIn("ben@shop.test").error(), QString("locked"));
    QCOMPARE(hub.signIn("ben@shop.test", kPassword, codeOf(secret, hub.now())).error(), QString("locked"));
}

/// Whoever gets at the link has not got at the telephone.
void TestSignInApi::aResetAsksForTheCodeToo()
{
    RunningHub hub;
    const QString ben = hub.tokenOf("ben@shop.test"), ada = hub.tokenOf("ada@shop.test");
    const QString secret = hub.post("/auth/second-factor/begin", {{"password", kPassword}}, ben).said["secret"].toString();
    QCOMPARE(hub.post("/auth/second-factor/confirm", {{"code", codeOf(secret, hub.now())}}, ben).status, 200);
    hub.advance(std::chrono::minutes(1));
    const QString link =
        hub.post("/auth/reset", {{"password", kPassword}, {"email", "ben@shop.test"}}, ada).said["secret"].toString();
    QJsonObject join{{"secret", link}, {"password", "another phrase of his"}};
    QCOMPARE(hub.post("/auth/join", join).error(), QString("code-needed"));
    QCOMPARE(hub.statusFor(ben), 200); // nothing has happened
    join["code"] = codeOf(secret, hub.now());
    QCOMPARE(hub.post("/auth/join", join).status, 200);
    QCOMPARE(hub.statusFor(ben), 401);
}

void TestSignInApi::codesCannotBeGuessedWithALink_data()
{
    QTest::addColumn<bool>("elsewhere");
    QTest::newRow("from one network") << false;
    QTest::newRow("from many") << true;
}

/// Wrong codes count against the account from wherever they come, and after ten of them the link is good no more.
void TestSignInApi::codesCannotBeGuessedWithALink()
{
    QFETCH(const bool, elsewhere);
    RunningHub hub;
    const QString ben = hub.tokenOf("ben@shop.test"), ada = hub.tokenOf("ada@shop.test");
    const QString secret = hub.post("/auth/second-factor/begin", {{"password", kPassword}}, ben).said["secret"].toString();
    QCOMPARE(hub.post("/auth/second-factor/confirm", {{"code", codeOf(secret, hub.now())}}, ben).status, 200);
    const QString link =
        hub.post("/auth/reset", {{"password", kPassword}, {"email", "ben@shop.test"}}, ada).said["secret"].toString();
    const auto guess = [&](int n) {
        const QJsonObject join{
            {"secret", link}, {"password", "another phrase of his"}, {"code", QString::number(100'000 + n)}};
        const QString from = elsewhere ? QStringLiteral("203.0.%1.7").arg(n) : QString();
        return hub.ask("POST", "/auth/join", QJsonDocument(join).toJson(QJsonDocument::Compact), {}, from).error();
    };
    const int most = elsewhere ? 10 : 5;
    for (int n = 0; n < most; ++n)
        QCOMPARE(guess(n), QString("code-wrong"));
    QCOMPARE(guess(most), QString(elsewhere ? "not-found" : "locked"));
    if (!elsewhere)
        QCOMPARE(hub.signIn("ben@shop.test").error(), QString("locked")); // it is one account
    QCOMPARE(hub.post("/auth/link", {{"secret", link}}).status, elsewhere ? 404 : 200);
}

QTEST_GUILESS_MAIN(TestSignInApi)
#include "tst_sign_in_api.moc"
