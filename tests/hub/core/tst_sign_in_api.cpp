// Signing in, links, devices and the second factor as desktops ask for them: over HTTP, of the whole hub.
#include "core/hub/hub.h"
#include "core/hub/one_time_links.h"
#include "core/hub/second_factor.h"
#include "tests/hub/edge/raw_client.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include <liboath/oath.h>
#include <thread>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using edge::testing::RawClient;

namespace {

const QString kPassword = "correct horse battery staple";

struct Answer {
    int status = 0;
    QJsonObject said;
    QString error() const { return said["error"].toString(); }
};

/// A clock that stands still, and that threads may look at while a test moves it.
class StillClock final : public Clock {
public:
    TimePoint now() const override { return fromMs(2'000'000'000'000 + m_passed); }
    Milliseconds steady() const override { return Milliseconds(3'600'000 + m_passed); }
    void advance(Milliseconds by) { m_passed += by.count(); }

private:
    std::atomic<std::int64_t> m_passed = 0;
};

/// The hub with an admin and an agent.
class RunningHub {
public:
    RunningHub()
    {
        auto opened = HubStore::open(m_folder.path().toStdString(), m_clock, m_rng);
        if (!opened)
            qFatal("%s", opened.error().detail.c_str());
        m_store = std::move(*opened);
        static const std::string hash = *hashPassword(kPassword.toStdString());
        for (const auto &[email, role] :
             {std::pair("ada@shop.test", Agent::Role::Admin), std::pair("ben@shop.test", Agent::Role::Agent)}) {
            const auto added = m_store->writer().writeAndWait(
                [&](store::Database &database) { return addAgent(database, m_store->ids(), email, email, role, hash); });
            if (!added)
                qFatal("%s", added.error().detail.c_str());
        }
        m_hub = std::make_unique<Hub>(*m_store, m_loop);
        const auto ports = m_hub->start({.listenPort = 0, .publicPort = 0});
        if (!ports)
            qFatal("%s", ports.error().detail.c_str());
        m_port = ports->listen;
        m_thread = std::thread([this] { m_loop.run(); });
    }
    ~RunningHub()
    {
        m_loop.post([this] { m_hub->stop([this] { m_loop.stop(); }); });
        m_thread.join();
        m_hub.reset();
        m_store->close();
    }

    Answer ask(const QString &method, const QString &path, const QByteArray &body, const QString &token = {}) const
    {
        RawClient client(m_port);
        QByteArray request = method.toLatin1() + ' ' + path.toLatin1() + " HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n";
        if (!token.isEmpty())
            request += "Authorization: Bearer " + token.toLatin1() + "\r\n";
        request += "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
        client.send(std::string_view(request.constData(), std::size_t(request.size())));
        const std::string response = client.readResponse();
        return {edge::testing::statusOf(response),
                QJsonDocument::fromJson(QByteArray::fromStdString(edge::testing::bodyOf(response))).object()};
    }
    Answer post(const QString &path, const QJsonObject &body, const QString &token = {}) const
    {
        return ask("POST", path, QJsonDocument(body).toJson(QJsonDocument::Compact), token);
    }
    Answer signIn(const QString &email, const QString &password = kPassword, const QString &code = {}) const
    {
        return post("/auth/sign-in", {{"email", email}, {"password", password}, {"device", "laptop"}, {"code", code}});
    }
    QString tokenOf(const QString &email) const { return signIn(email).said["token"].toString(); }
    int statusFor(const QString &token) const { return ask("GET", "/auth/devices", {}, token).status; }
    void advance(Milliseconds by) { m_clock.advance(by); }
    TimePoint now() const { return m_clock.now(); }

private:
    QTemporaryDir m_folder;
    StillClock m_clock;
    SystemRng m_rng;
    std::unique_ptr<HubStore> m_store;
    Loop m_loop;
    std::unique_ptr<Hub> m_hub;
    std::uint16_t m_port = 0;
    std::thread m_thread;
};

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
    void wrongPasswordsLock();
    void bodiesAreChecked_data();
    void bodiesAreChecked();
    void devicesOfOneself();
    void somebodyJoins();
    void joiningIsChecked_data();
    void joiningIsChecked();
    void anotherPasswordByAnAdmin();
    void onlyAdminsWithTheirPassword_data();
    void onlyAdminsWithTheirPassword();
    void aSecondFactor();
    void codesCannotBeGuessed();
    void aResetAsksForTheCodeToo();
};

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

QTEST_GUILESS_MAIN(TestSignInApi)
#include "tst_sign_in_api.moc"
