// Signing in by a password, changing it, and one's own devices, as desktops ask for them: over HTTP, of the whole hub.
#include "core/hub/audit.h"
#include "tests/hub/core/running_hub.h"

#include <QJsonArray>
#include <QtTest>

#include <dlfcn.h>
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

class TestSignInApi : public QObject {
    Q_OBJECT
private slots:
    void unknownPeopleCostTheSame_data();
    void unknownPeopleCostTheSame();
    void whoIsTurnedOffIsToldSo();
    void aDevicesNameIsOneLine();
    void aNewHubLetsNobodyIn_data();
    void aNewHubLetsNobodyIn();
    void knownPlacesOutliveTheHub();
    void wrongPasswordsLock();
    void aBurstTriesNoMorePasswords();
    void bodiesAreChecked_data();
    void bodiesAreChecked();
    void theSealKeyIsOnesOwn();
    void devicesOfOneself();
    void ownPasswordIsChanged_data();
    void ownPasswordIsChanged();
    void failuresDoNotFillTheLog();
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
    hub.add("aaron@shop.test", Agent::Role::Admin, {}); // has not joined yet
    hub.turnOff(hub.add("gone@shop.test", Agent::Role::Agent, *hashPassword(kPassword.toStdString())));
    const Answer answer = hub.signIn("gone@shop.test");
    QCOMPARE(answer.status, 403);
    QCOMPARE(answer.error(), QString("turned-off"));
    QCOMPARE(answer.said["admin"].toString(), QString("ada@shop.test")); // is called so
    QCOMPARE(hub.signIn("gone@shop.test", "not the password at all").error(), QString("denied"));
}

void TestSignInApi::aDevicesNameIsOneLine()
{
    RunningHub hub;
    const QJsonObject body{{"email", "ben@shop.test"}, {"password", kPassword}, {"device", "laptop\nrole: admin"}};
    QCOMPARE(hub.post("/auth/sign-in", body).status, 200);
    const auto entries = hub.reader().readAndWait([](store::Database &database) { return auditEntries(database, {}); });
    QVERIFY(entries && entries->front().kind == AuditEntry::Kind::SignedIn);
    QCOMPARE(entries->front().became, std::string("device: laptop role: admin"));
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

/// By which what somebody does on their computer is sealed there: the same on each of them, and again, and nobody else's.
void TestSignInApi::theSealKeyIsOnesOwn()
{
    RunningHub hub;
    const auto keyFor = [&hub](const QString &token) {
        return hub.ask("GET", "/auth/seal-key", {}, token).said["key"].toString();
    };
    const QString ben = keyFor(hub.tokenOf("ben@shop.test"));
    QCOMPARE(QByteArray::fromBase64(ben.toLatin1()).size(), 32);
    QCOMPARE(keyFor(hub.tokenOf("ben@shop.test")), ben);
    const QString ada = keyFor(hub.tokenOf("ada@shop.test"));
    QCOMPARE(QByteArray::fromBase64(ada.toLatin1()).size(), 32);
    QVERIFY(ada != ben);
    hub.restart();
    QCOMPARE(keyFor(hub.tokenOf("ben@shop.test")), ben);
    for (const char *token : {"", "nobody's"}) {
        const Answer refused = hub.ask("GET", "/auth/seal-key", {}, token);
        QCOMPARE(refused.status, 401);
        QVERIFY(!refused.said.contains("key"));
    }
    QCOMPARE(hub.post("/auth/seal-key", {}, hub.tokenOf("ben@shop.test")).status, 404);
    RunningHub another;
    QVERIFY(keyFor(another.tokenOf("ben@shop.test")) != ben);
    // A backup has no hub.key unless it is asked for, and what was not sent is to be read all the same.
    hub.restart([](const QString &folder) { QVERIFY(QFile::remove(folder + "/hub.key")); });
    QCOMPARE(keyFor(hub.tokenOf("ben@shop.test")), ben);
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

QTEST_GUILESS_MAIN(TestSignInApi)
#include "tst_sign_in_api.moc"
