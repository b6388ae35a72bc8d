// The second factor as desktops ask for it: over HTTP, of the whole hub.
#include "tests/hub/core/running_hub.h"

#include <QJsonArray>
#include <QtTest>

#include <liboath/oath.h>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using namespace tributary::hub::testing;

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

/// Turns the second factor on for whoever has @p token; returns its secret.
QString turnOn(const RunningHub &hub, const QString &token)
{
    const QString secret = hub.post("/auth/second-factor/begin", {{"password", kPassword}}, token).said["secret"].toString();
    if (hub.post("/auth/second-factor/confirm", {{"code", codeOf(secret, hub.now())}}, token).status != 200)
        qFatal("no second factor");
    return secret;
}

} // namespace

class TestSecondFactorApi : public QObject {
    Q_OBJECT
private slots:
    void theSecondFactorOfOthersIsTakenAway();
    void aSecondFactor();
    void recoveryCodesAreRenewed();
    void codesCannotBeGuessed();
    void aResetAsksForTheCodeToo();
    void codesCannotBeGuessedWithALink_data();
    void codesCannotBeGuessedWithALink();
};

/// Of who has lost it: by who may manage agents, never of who may do more; everything of theirs is signed out, and it is in
/// the audit log.
void TestSecondFactorApi::theSecondFactorOfOthersIsTakenAway()
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
    turnOn(hub, ben);
    turnOn(hub, ada);
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

void TestSecondFactorApi::aSecondFactor()
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

/// Whoever has not kept them, or never saw them: with the password and a code, and those of before work no more.
void TestSecondFactorApi::recoveryCodesAreRenewed()
{
    RunningHub hub;
    const QString ben = hub.tokenOf("ben@shop.test");
    const QString renew = "/auth/second-factor/codes", kept = "/auth/second-factor/codes-kept";
    const auto areKept = [&] { return hub.ask("GET", "/auth/devices", {}, ben).said["recovery_codes_kept"].toBool(); };
    QVERIFY(areKept()); // there are none
    QCOMPARE(hub.post(renew, {{"password", kPassword}, {"code", "000000"}}, ben).status, 404);
    const QString secret = hub.post("/auth/second-factor/begin", {{"password", kPassword}}, ben).said["secret"].toString();
    const QJsonArray first =
        hub.post("/auth/second-factor/confirm", {{"code", codeOf(secret, hub.now())}}, ben).said["recovery_codes"].toArray();
    QVERIFY(!areKept());
    QCOMPARE(hub.post(renew, {{"password", "not it"}, {"code", first[0]}}, ben).error(), QString("denied"));
    QCOMPARE(hub.post(renew, {{"password", kPassword}, {"code", "000000"}}, ben).error(), QString("code-wrong"));
    QCOMPARE(hub.post(renew, {{"password", kPassword}, {"code", codeOf(secret, hub.now())}}, ben).error(),
             QString("code-wrong")); // used
    QCOMPARE(hub.post(kept, {}, "nonsense").status, 401);
    QCOMPARE(hub.post(kept, {}, ben).status, 204);
    QVERIFY(areKept());
    hub.advance(std::chrono::seconds(30));
    const Answer renewed = hub.post(renew, {{"password", kPassword}, {"code", codeOf(secret, hub.now())}}, ben);
    QCOMPARE(renewed.status, 200);
    const QJsonArray second = renewed.said["recovery_codes"].toArray();
    QCOMPARE(second.size(), 8);
    QVERIFY(!areKept());
    QCOMPARE(hub.signIn("ben@shop.test", kPassword, codeOf(secret, hub.now())).error(), QString("code-wrong")); // used
    QCOMPARE(hub.signIn("ben@shop.test", kPassword, first[1].toString()).error(), QString("code-wrong"));
    QCOMPARE(hub.signIn("ben@shop.test", kPassword, second[1].toString()).status, 200);
    QVERIFY(!areKept()); // a code that is used says nothing of the others
    hub.advance(std::chrono::seconds(30));
    QCOMPARE(hub.signIn("ben@shop.test", kPassword, codeOf(secret, hub.now())).status, 200); // the secret is the same
}

/// Somebody knows the password, and tries codes out: signing in without one must not make the hub forget that.
void TestSecondFactorApi::codesCannotBeGuessed()
{
    RunningHub hub;
    const QString ben = hub.tokenOf("ben@shop.test");
    const QString secret = turnOn(hub, ben);
    for (int i = 0; i < 5; ++i) {
        QCOMPARE(hub.signIn("ben@shop.test").error(), QString("code-needed"));
        QCOMPARE(hub.signIn("ben@shop.test", kPassword, QString::number(100'000 + i)).error(), QString("code-wrong"));
    }
    QCOMPARE(hub.signIn("ben@shop.test").error(), QString("locked"));
    QCOMPARE(hub.signIn("ben@shop.test", kPassword, codeOf(secret, hub.now())).error(), QString("locked"));
}

/// Whoever gets at the link has not got at the telephone.
void TestSecondFactorApi::aResetAsksForTheCodeToo()
{
    RunningHub hub;
    const QString ben = hub.tokenOf("ben@shop.test"), ada = hub.tokenOf("ada@shop.test");
    const QString secret = turnOn(hub, ben);
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

void TestSecondFactorApi::codesCannotBeGuessedWithALink_data()
{
    QTest::addColumn<bool>("elsewhere");
    QTest::newRow("from one network") << false;
    QTest::newRow("from many") << true;
}

/// Wrong codes count against the account from wherever they come, and after ten of them the link is good no more.
void TestSecondFactorApi::codesCannotBeGuessedWithALink()
{
    QFETCH(const bool, elsewhere);
    RunningHub hub;
    const QString ben = hub.tokenOf("ben@shop.test"), ada = hub.tokenOf("ada@shop.test");
    const QString secret = turnOn(hub, ben);
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

QTEST_GUILESS_MAIN(TestSecondFactorApi)
#include "tst_second_factor_api.moc"
