#include "core/channels/email/smtp_session.h"
#include "core/channels/email/smtp_text.h"
#include "mail_peer.h"
#include "scripted_server.h"

#include <QFile>
#include <QTest>

using namespace tributary;
using namespace tributary::channels;
using namespace tributary::channels::email;
using Kind = MailError::Kind;
using Outcome = SendOutcome::Kind;

namespace {

constexpr const char *kSupport = "support@tributary.test";

std::string mail(const std::string &id, const std::string &body)
{
    return "From: Support <support@tributary.test>\nTo: Anna <anna@customer.test>\nSubject: Hi\nMessage-ID: <" + id
           + ">\nDate: Sun, 22 Nov 2026 12:00:00 +0000\n\n" + body;
}

} // namespace

class TestSmtpSession : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<MailPeer> m_peer;
    StopSignal m_stop;

    MailResult<std::unique_ptr<SmtpSession>> open(const QString &url, MailCredentials credentials, bool ownCa = true)
    {
        credentials.user = kSupport;
        const TlsSettings tls{.caFile = ownCa ? m_peer->caFile().toStdString() : std::string()};
        return SmtpSession::open(*parseSmtpUrl(url.toStdString()), tls, credentials,
                                 {.connect = Milliseconds(5'000), .answer = Milliseconds(10'000)}, m_stop);
    }
    std::unique_ptr<ScriptedServer> scripted(std::vector<ScriptedServer::Step> steps)
    {
        return std::make_unique<ScriptedServer>(m_peer->path("tls/server.crt"), m_peer->path("tls/server.key"), steps);
    }
    /// A server up to and with the sign-in, then @p more.
    std::unique_ptr<ScriptedServer> signedInThen(std::vector<ScriptedServer::Step> more, const std::string &extensions = "")
    {
        using S = ScriptedServer;
        std::vector<S::Step> steps{S::startTls(),
                                   S::say("220 x ESMTP\r\n"),
                                   S::expect("EHLO "),
                                   S::expect("\r\n"),
                                   S::say("250-x\r\n" + extensions + "250 AUTH LOGIN PLAIN\r\n"),
                                   S::expect("AUTH PLAIN "),
                                   S::expect("\r\n"),
                                   S::say("235 ok\r\n")};
        steps.insert(steps.end(), more.begin(), more.end());
        return scripted(steps);
    }
    static QString smtps(const ScriptedServer &server) { return QStringLiteral("smtps://127.0.0.1:%1").arg(server.port()); }

private slots:
    void initTestCase()
    {
        QString why;
        m_peer = MailPeer::start(&why);
        if (!m_peer)
            QFAIL(qPrintable("no mail peer on this machine: " + why));
    }

    void signsIn_data()
    {
        QTest::addColumn<bool>("startTls");
        QTest::addColumn<QString>("password");
        QTest::addColumn<QString>("token");
        QTest::addColumn<bool>("ownCa");
        QTest::addColumn<int>("error"); // -1: none
        QTest::newRow("password over TLS") << false << "support-pw"
                                           << "" << true << -1;
        QTest::newRow("password over STARTTLS") << true << "support-pw"
                                                << "" << true << -1;
        QTest::newRow("wrong password") << true << "nonsense"
                                        << "" << true << int(Kind::Auth);
        QTest::newRow("token") << true << ""
                               << "good" << true << -1;
        QTest::newRow("token that ran out") << true << ""
                                            << "expired" << true << int(Kind::Auth);
        QTest::newRow("authority unknown, TLS") << false << "support-pw"
                                                << "" << false << int(Kind::CertificateUntrusted);
        QTest::newRow("authority unknown, STARTTLS") << true << "support-pw"
                                                     << "" << false << int(Kind::CertificateUntrusted);
    }
    void signsIn()
    {
        QFETCH(bool, startTls);
        QFETCH(QString, password);
        QFETCH(QString, token);
        QFETCH(bool, ownCa);
        QFETCH(int, error);
        MailCredentials credentials{.password = password.toStdString()};
        if (!token.isEmpty())
            credentials.accessToken = m_peer->token(kSupport, token == "expired");
        const auto session = open(startTls ? m_peer->smtpUrl() : m_peer->smtpsUrl(), credentials, ownCa);
        QCOMPARE(session ? -1 : int(session.error().kind), error);
        if (session)
            QCOMPARE((*session)->mostBytes(), std::size_t(10'485'760));
    }

    /// A byte now and then is no answer: what waits behind it would wait as long as the server likes (I33).
    void whoIsTooSlowIsGivenUp()
    {
        using S = ScriptedServer;
        std::vector<S::Step> steps{S::expect("MAIL FROM"), S::expect("\r\n")};
        for (int i = 0; i < 800; ++i) {
            steps.push_back(S::call([] { std::this_thread::sleep_for(std::chrono::milliseconds(5)); })); // a slow peer
            steps.push_back(S::say("2"));
        }
        const auto server = signedInThen(std::move(steps));
        const TlsSettings tls{.caFile = m_peer->caFile().toStdString()};
        const auto session = SmtpSession::open(
            *parseSmtpUrl(smtps(*server).toStdString()), tls, {.user = kSupport, .password = "support-pw"},
            {.connect = Milliseconds(5'000), .answer = Milliseconds(10'000), .whole = Milliseconds(2'000)}, m_stop);
        QVERIFY(session.has_value());
        const std::string raw = mail("slow@tributary.test", "Hello");
        const SendOutcome outcome = (*session)->send({.from = kSupport, .to = {"anna@customer.test"}, .raw = raw});
        QCOMPARE(outcome.kind, Outcome::Retry);
        QCOMPARE(outcome.problem, std::string(problemName(Kind::TimedOut)));
        QVERIFY(!(*session)->isUsable());
    }

    void sends_data()
    {
        QTest::addColumn<QStringList>("to");
        QTest::addColumn<int>("outcome");
        QTest::addColumn<QString>("problem");
        QTest::addColumn<bool>("usable");
        const auto row = [](const char *name, QStringList to, Outcome outcome, const char *problem, bool usable = true) {
            QTest::newRow(name) << to << int(outcome) << problem << usable;
        };
        row("taken", {"boris@customer.test"}, Outcome::Sent, "");
        row("451", {"tempfail@customer.test"}, Outcome::Retry, "temporary");
        row("450 greylisted", {"greylist@customer.test"}, Outcome::Retry, "temporary");
        row("452", {"busy@customer.test"}, Outcome::Retry, "temporary");
        row("554 5.7.1", {"blocked@customer.test"}, Outcome::Failed, "policy");
        row("550 5.2.1", {"disabled@customer.test"}, Outcome::Failed, "recipient");
        row("550 5.1.1", {"unknown@customer.test"}, Outcome::Failed, "recipient");
        row("421", {"hangup@customer.test"}, Outcome::Retry, "temporary", false);
        row("a copy to someone unknown", {"boris@customer.test", "unknown@customer.test"}, Outcome::Sent, "recipient");
        row("a copy to someone busy", {"boris@customer.test", "busy@customer.test"}, Outcome::Sent, "recipient");
        row("a copy to someone whose server hangs up", {"boris@customer.test", "hangup@customer.test"}, Outcome::Retry,
            "temporary", false);
        row("busy, with a copy", {"busy@customer.test", "boris@customer.test"}, Outcome::Retry, "temporary");
        row("an address that would break the command", {"a>b@customer.test"}, Outcome::Failed, "recipient");
        row("a copy that would break the command", {"boris@customer.test", "a>b@customer.test"}, Outcome::Failed, "copy");
        row("nobody", {}, Outcome::Failed, "content");
    }
    void sends()
    {
        QFETCH(QStringList, to);
        QFETCH(int, outcome);
        QFETCH(QString, problem);
        QFETCH(bool, usable);
        auto session = open(m_peer->smtpUrl(), {.password = "support-pw"});
        QVERIFY(session);
        std::vector<std::string> addresses;
        for (const QString &address : to)
            addresses.push_back(address.toStdString());
        const std::string raw = mail("s1@x", "Hello\n");
        const SendOutcome sent = (*session)->send({.from = kSupport, .to = addresses, .raw = raw});
        QCOMPARE(int(sent.kind), outcome);
        QCOMPARE(QString::fromStdString(sent.problem), problem);
        QCOMPARE(sent.problemText.empty(), problem.isEmpty());
        QCOMPARE((*session)->isUsable(), usable);
        if (to == QStringList{"greylist@customer.test"})
            QCOMPARE(sent.retryAfter, std::optional(std::chrono::seconds(300)));
        if (usable) // the next mail is not hindered
            QCOMPARE((*session)->send({.from = kSupport, .to = {"boris@customer.test"}, .raw = raw}).kind, Outcome::Sent);
    }

    void waitsForWhoIsToHaveACopy_data()
    {
        QTest::addColumn<std::string>("answer");
        QTest::addColumn<bool>("waits");
        QTest::addColumn<int>("outcome");
        QTest::newRow("greylisted") << std::string("450 4.7.1 try again in 300 seconds\r\n") << true << int(Outcome::Retry);
        QTest::newRow("for long enough") << std::string("450 4.7.1 try again in 300 seconds\r\n") << false
                                         << int(Outcome::Sent);
        QTest::newRow("too many at once") << std::string("452 4.5.3 too many recipients\r\n") << true << int(Outcome::Sent);
        QTest::newRow("for good") << std::string("550 5.1.1 nobody\r\n") << true << int(Outcome::Sent);
    }
    void waitsForWhoIsToHaveACopy()
    {
        QFETCH(std::string, answer);
        QFETCH(bool, waits);
        QFETCH(int, outcome);
        using S = ScriptedServer;
        std::vector<S::Step> steps{S::expect("MAIL FROM:"), S::expect("\r\n"), S::say("250 ok\r\n"),
                                   S::expect("RCPT TO:"),   S::expect("\r\n"), S::say("250 ok\r\n"),
                                   S::expect("RCPT TO:"),   S::expect("\r\n"), S::say(answer)};
        if (outcome == int(Outcome::Sent))
            steps.insert(steps.end(),
                         {S::expect("DATA\r\n"), S::say("354 go\r\n"), S::expect("\r\n.\r\n"), S::say("250 queued\r\n")});
        else
            steps.insert(steps.end(), {S::expect("RSET\r\n"), S::say("250 ok\r\n")});
        const auto server = signedInThen(steps);
        auto session = open(smtps(*server), {.password = "support-pw"});
        QVERIFY2(session, session ? "" : session.error().detail.c_str());
        const SendOutcome sent = (*session)->send({.from = kSupport,
                                                   .to = {"anna@customer.test", "boris@customer.test"},
                                                   .raw = mail("cc@x", "Hello\n"),
                                                   .waitsForCopies = waits});
        QCOMPARE(int(sent.kind), outcome);
        QCOMPARE(sent.problemText.find("boris") != std::string::npos, outcome == int(Outcome::Sent));
        session->reset();
        QCOMPARE(server->received().find("DATA") != std::string::npos, outcome == int(Outcome::Sent));
    }

    void keepsTheMailAsItIs()
    {
        auto session = open(m_peer->smtpsUrl(), {.password = "support-pw"});
        QVERIFY(session);
        const std::string body = ".dot\r\n..two\r\n.\r\n\r\nMAIL FROM:<x@y>\r\nlast without end";
        const SendOutcome sent =
            (*session)->send({.from = kSupport, .to = {"anna@customer.test"}, .raw = mail("dots@x", body)});
        QCOMPARE(sent.kind, Outcome::Sent);
        QTRY_COMPARE(m_peer->mailsOf("anna@customer.test").size(), 1);
        QFile file(m_peer->mailsOf("anna@customer.test").front());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray arrived = file.readAll().replace("\r\n", "\n");
        const QByteArray expected = QByteArray::fromStdString(body).replace("\r\n", "\n") + "\n";
        QCOMPARE(arrived.mid(arrived.indexOf("\n\n") + 2), expected);
    }

    void refusesToSendAsOthers()
    {
        auto session = open(m_peer->smtpsUrl(), {.password = "support-pw"});
        QVERIFY(session);
        const SendOutcome sent =
            (*session)->send({.from = "boris@customer.test", .to = {"anna@customer.test"}, .raw = "X: y\n\n"});
        QCOMPARE(sent.kind, Outcome::Failed);
    }

    void refusesWhatIsTooLarge()
    {
        auto session = open(m_peer->smtpsUrl(), {.password = "support-pw"});
        QVERIFY(session);
        const std::string large = mail("large@x", std::string(11'000'000, 'x'));
        const SendOutcome sent = (*session)->send({.from = kSupport, .to = {"anna@customer.test"}, .raw = large});
        QCOMPARE(sent.kind, Outcome::Failed);
        QCOMPARE(QString::fromStdString(sent.problem), QString("too-large"));
    }

    void asksForReportsUnderItsOwnId()
    {
        auto session = open(m_peer->smtpsUrl(), {.password = "support-pw"});
        QVERIFY(session);
        const auto before = m_peer->mailsOf(kSupport);
        const SendOutcome sent = (*session)->send(
            {.from = kSupport, .to = {"gone@late.test"}, .raw = mail("bounce@x", "Hello\n"), .envelopeId = "item+1=2"});
        QCOMPARE(sent.kind, Outcome::Sent);
        QTRY_VERIFY_WITH_TIMEOUT(m_peer->mailsOf(kSupport).size() > before.size(), 20'000);
        QFile file(m_peer->mailsOf(kSupport).back());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray report = file.readAll();
        QVERIFY(report.contains("Original-Envelope-Id: item+1=2")); // Postfix has decoded it (RFC 3461, 4)
        QVERIFY(report.contains("Action: failed"));
    }

    void saysWhatALostConnectionMeans_data()
    {
        using S = ScriptedServer;
        QTest::addColumn<std::vector<S::Step>>("more");
        QTest::addColumn<int>("outcome");
        const auto row = [](const char *name, std::vector<S::Step> more, Outcome outcome) {
            QTest::newRow(name) << more << int(outcome);
        };
        const std::vector<S::Step> toData{S::expect("MAIL FROM:"), S::expect("\r\n"), S::say("250 ok\r\n"),
                                          S::expect("RCPT TO:"),   S::expect("\r\n"), S::say("250 ok\r\n"),
                                          S::expect("DATA\r\n")};
        const auto and_ = [](std::vector<S::Step> steps, std::vector<S::Step> more) {
            steps.insert(steps.end(), more.begin(), more.end());
            return steps;
        };
        row("before MAIL", {}, Outcome::Retry);
        row("after RCPT", toData, Outcome::Retry);
        row("after the mail", and_(toData, {S::say("354 go\r\n"), S::expect("\r\n.\r\n")}), Outcome::Uncertain);
        row("an answer to the mail that is none",
            and_(toData, {S::say("354 go\r\n"), S::expect("\r\n.\r\n"), S::say("what?\r\n")}), Outcome::Uncertain);
        row("later, after the mail",
            and_(toData, {S::say("354 go\r\n"), S::expect("\r\n.\r\n"), S::say("451 4.3.0 later\r\n")}), Outcome::Retry);
        row("no, after the mail", and_(toData, {S::say("354 go\r\n"), S::expect("\r\n.\r\n"), S::say("554 5.6.0 no\r\n")}),
            Outcome::Failed);
        row("sent, in several lines",
            and_(toData, {S::say("354 go\r\n"), S::expect("\r\n.\r\n"), S::say("250-2.0.0 ok\r\n250 2.0.0 queued\r\n")}),
            Outcome::Sent);
        row("sign-in wanted again", {S::expect("MAIL FROM:"), S::expect("\r\n"), S::say("530 5.7.0 sign in\r\n")},
            Outcome::Reauthorise);
        row("sender refused", {S::expect("MAIL FROM:"), S::expect("\r\n"), S::say("553 5.7.1 not yours\r\n")},
            Outcome::Failed);
    }
    void saysWhatALostConnectionMeans()
    {
        QFETCH(std::vector<ScriptedServer::Step>, more);
        QFETCH(int, outcome);
        const auto server = signedInThen(more);
        auto session = open(smtps(*server), {.password = "support-pw"});
        QVERIFY2(session, session ? "" : session.error().detail.c_str());
        const SendOutcome sent =
            (*session)->send({.from = kSupport, .to = {"anna@customer.test"}, .raw = mail("u@x", "Hello\n")});
        QCOMPARE(int(sent.kind), outcome);
    }

    void dotsThatAreDoubledDoNotCount()
    {
        using S = ScriptedServer;
        std::string raw = "Subject: dots\r\n\r\n";
        for (int i = 0; i < 100; ++i)
            raw += ".\r\n";
        const std::string size = std::to_string(raw.size());
        const auto server =
            signedInThen({S::expect("MAIL FROM:"), S::expect("\r\n"), S::say("250 ok\r\n"), S::expect("RCPT TO:"),
                          S::expect("\r\n"), S::say("250 ok\r\n"), S::expect("DATA\r\n"), S::say("354 go\r\n"),
                          S::expect("\r\n.\r\n"), S::say("250 queued\r\n")},
                         "250-SIZE " + size + "\r\n");
        auto session = open(smtps(*server), {.password = "support-pw"});
        QVERIFY2(session, session ? "" : session.error().detail.c_str());
        const SendOutcome sent = (*session)->send({.from = kSupport, .to = {"anna@customer.test"}, .raw = raw});
        QVERIFY2(sent.kind == Outcome::Sent, sent.problemText.c_str());
        session->reset();
        const std::string said = server->received();
        QVERIFY(said.find("SIZE=" + size + "\r\n") != std::string::npos);
        QVERIFY(said.find("\r\n..\r\n..\r\n") != std::string::npos);
    }

    void saysWhatAStopMeans_data()
    {
        QTest::addColumn<bool>("afterTheEnd");
        QTest::addColumn<bool>("isAnswered");
        QTest::addColumn<int>("outcome");
        QTest::newRow("before the mail has ended") << false << false << int(Outcome::Retry);
        QTest::newRow("after it, and an answer comes") << true << true << int(Outcome::Sent);
        QTest::newRow("after it, and none comes") << true << false << int(Outcome::Uncertain);
    }
    void saysWhatAStopMeans()
    {
        QFETCH(bool, afterTheEnd);
        QFETCH(bool, isAnswered);
        QFETCH(int, outcome);
        using S = ScriptedServer;
        StopSignal stop;
        // All answers up to the mail come at once, so that nothing waits before its end.
        std::vector<S::Step> steps{S::startTls(),
                                   S::say("220 x ESMTP\r\n"),
                                   S::expect("EHLO "),
                                   S::expect("\r\n"),
                                   S::say("250-x\r\n250 AUTH PLAIN\r\n"),
                                   S::expect("AUTH PLAIN "),
                                   S::expect("\r\n"),
                                   S::say("235 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n"),
                                   S::expect("\r\n.\r\n"),
                                   S::call([&stop] { stop.raise(); }),
                                   isAnswered ? S::say("250 2.0.0 queued\r\n") : S::expect("never")};
        const auto server = scripted(steps);
        auto session =
            SmtpSession::open(*parseSmtpUrl(smtps(*server).toStdString()), {.caFile = m_peer->caFile().toStdString()},
                              {.user = kSupport, .password = "support-pw"},
                              {.connect = Milliseconds(5'000), .answer = Milliseconds(10'000)}, stop);
        QVERIFY2(session, session ? "" : session.error().detail.c_str());
        if (!afterTheEnd)
            stop.raise();
        const SendOutcome sent =
            (*session)->send({.from = kSupport, .to = {"anna@customer.test"}, .raw = mail("u@x", "Hello\n")});
        QCOMPARE(int(sent.kind), outcome);
    }

    void keepsCredentialsFromTheWrongServer_data()
    {
        using S = ScriptedServer;
        QTest::addColumn<std::vector<S::Step>>("steps");
        const auto hello = [](const char *extensions) {
            return std::vector<S::Step>{S::say("220 x\r\n"), S::expect("EHLO "), S::expect("\r\n"), S::say(extensions)};
        };
        QTest::newRow("no STARTTLS") << hello("250-x\r\n250 AUTH PLAIN\r\n");
        auto refused = hello("250-x\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n");
        refused.insert(refused.end(), {S::expect("STARTTLS\r\n"), S::say("454 not now\r\n")});
        QTest::newRow("STARTTLS refused") << refused;
        auto smuggled = hello("250-x\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n");
        smuggled.insert(smuggled.end(), {S::expect("STARTTLS\r\n"), S::say("220 go\r\n250 AUTH PLAIN\r\n"), S::startTls()});
        QTest::newRow("answers smuggled in before TLS") << smuggled;
    }
    void keepsCredentialsFromTheWrongServer()
    {
        QFETCH(std::vector<ScriptedServer::Step>, steps);
        const auto server = scripted(steps);
        const auto session = open(QStringLiteral("smtp://127.0.0.1:%1").arg(server->port()), {.password = "support-pw"});
        QVERIFY(!session);
        QCOMPARE(session.error().kind, Kind::NoTls);
        QVERIFY(server->received().find("AUTH") == std::string::npos);
    }

    void doublesDots_data()
    {
        QTest::addColumn<QByteArray>("raw");
        QTest::addColumn<QByteArray>("wire");
        QTest::newRow("plain") << QByteArray("a\r\nb\r\n") << QByteArray("a\r\nb\r\n");
        QTest::newRow("no end") << QByteArray("a") << QByteArray("a\r\n");
        QTest::newRow("unix") << QByteArray("a\nb\n") << QByteArray("a\r\nb\r\n");
        QTest::newRow("bare CR") << QByteArray("a\r.\rb") << QByteArray("a\r\n..\r\nb\r\n");
        QTest::newRow("bare LF and a dot") << QByteArray("a\n.\nb") << QByteArray("a\r\n..\r\nb\r\n");
        QTest::newRow("dots") << QByteArray(".\r\n..a\r\nb.\r\n") << QByteArray("..\r\n...a\r\nb.\r\n");
        QTest::newRow("empty") << QByteArray("") << QByteArray("");
    }
    void doublesDots()
    {
        QFETCH(QByteArray, raw);
        QFETCH(QByteArray, wire);
        for (qsizetype at = 0; at <= raw.size(); ++at) { // whichever pieces it comes in
            DotStuffer stuffer;
            std::string got = stuffer.next(raw.first(at).toStdString());
            got += stuffer.next(raw.sliced(at).toStdString());
            got += stuffer.end();
            QCOMPARE(QByteArray::fromStdString(got), wire);
        }
    }
};

QTEST_GUILESS_MAIN(TestSmtpSession)
#include "tst_smtp_session.moc"
