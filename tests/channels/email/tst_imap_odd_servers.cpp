// ImapSession and MailboxReader against servers that do what Dovecot never does.
#include "core/channels/email/email_driver.h"
#include "core/channels/email/imap_session.h"
#include "core/channels/email/ingest_gate.h"
#include "mail_peer.h"
#include "recording_host.h"
#include "scripted_server.h"

#include <QTest>

using namespace tributary;
using namespace tributary::channels;
using namespace tributary::channels::email;
using Kind = MailError::Kind;
using S = ScriptedServer;
using Steps = std::vector<S::Step>;

namespace {

/// A server of few words up to and with the sign-in by LOGIN; libetpan counts its tags from 1.
Steps plainServer(const std::string &capabilities = "IMAP4rev1")
{
    return {S::startTls(),
            S::say("* OK hello\r\n"),
            S::expect("1 CAPABILITY\r\n"),
            S::say(std::string("* CAPABILITY ").append(capabilities) + "\r\n1 OK done\r\n"),
            S::expect("2 LOGIN "),
            S::expect("\r\n"),
            S::say("2 OK in\r\n"),
            S::expect("3 CAPABILITY\r\n"),
            S::say(std::string("* CAPABILITY ").append(capabilities) + "\r\n3 OK done\r\n")};
}

Steps joined(Steps first, const Steps &more)
{
    first.insert(first.end(), more.begin(), more.end());
    return first;
}

const Steps kSelected{S::expect("4 SELECT INBOX\r\n"),
                      S::say("* 2 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 3] ok\r\n4 OK [READ-WRITE] ok\r\n")};

} // namespace

class TestImapOddServers : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<MailPeer> m_peer; // for its certificates
    StopSignal m_stop;

    std::unique_ptr<ScriptedServer> server(const Steps &steps)
    {
        return std::make_unique<ScriptedServer>(m_peer->path("tls/server.crt"), m_peer->path("tls/server.key"), steps);
    }
    MailResult<std::unique_ptr<ImapSession>> open(const ScriptedServer &server, const char *scheme = "imaps",
                                                  bool ownCa = true)
    {
        const std::string url = QStringLiteral("%1://127.0.0.1:%2").arg(scheme).arg(server.port()).toStdString();
        const TlsSettings tls{.caFile = ownCa ? m_peer->caFile().toStdString() : std::string()};
        return ImapSession::open(*parseImapUrl(url), tls, {.user = "anna", .password = "secret"},
                                 {.connect = Milliseconds(5'000), .answer = Milliseconds(5'000)}, m_stop);
    }

private slots:
    void initTestCase()
    {
        QString why;
        m_peer = MailPeer::start(&why);
        if (!m_peer)
            QFAIL(qPrintable("no mail peer on this machine: " + why));
    }

    void keepsCredentialsFromTheWrongServer_data()
    {
        QTest::addColumn<QString>("scheme");
        QTest::addColumn<bool>("ownCa");
        QTest::addColumn<Steps>("steps");
        QTest::addColumn<int>("error");
        const Steps hello{S::say("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello\r\n")};
        const Steps go = joined(hello, {S::expect("1 STARTTLS\r\n")});
        QTest::newRow("certificate of a stranger")
            << "imaps" << false << joined({S::startTls()}, hello) << int(Kind::CertificateUntrusted);
        QTest::newRow("no STARTTLS") << "imap" << true << joined(go, {S::say("1 BAD what?\r\n")}) << int(Kind::NoTls);
        QTest::newRow("STARTTLS refused") << "imap" << true << joined(go, {S::say("1 NO not today\r\n")})
                                          << int(Kind::NoTls);
        QTest::newRow("answers smuggled in before TLS")
            << "imap" << true << joined(go, {S::say("1 OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"), S::startTls()})
            << int(Kind::NoTls);
        QTest::newRow("certificate of a stranger after STARTTLS")
            << "imap" << false << joined(go, {S::say("1 OK go\r\n"), S::startTls()}) << int(Kind::CertificateUntrusted);
        QTest::newRow("signed in already, unencrypted")
            << "imap" << true << Steps{S::say("* PREAUTH welcome\r\n"), S::expect("never")} << int(Kind::NoTls);
    }
    void keepsCredentialsFromTheWrongServer()
    {
        QFETCH(QString, scheme);
        QFETCH(bool, ownCa);
        QFETCH(Steps, steps);
        QFETCH(int, error);
        const auto odd = server(steps);
        const auto session = open(*odd, qPrintable(scheme), ownCa);
        QVERIFY(!session);
        QCOMPARE(int(session.error().kind), error);
        const std::string received = odd->received();
        QVERIFY2(received.find("AUTH") == received.npos && received.find("LOGIN") == received.npos, received.c_str());
    }

    void signsInByLoginAndPollsWithoutIdle()
    {
        const auto odd = server(joined(joined(plainServer(), kSelected),
                                       {S::expect("5 NOOP\r\n"), S::say("5 OK done\r\n"), S::expect("6 NOOP\r\n"),
                                        S::say("* 3 EXISTS\r\n6 OK done\r\n"), S::expect("LOGOUT")}));
        {
            auto session = open(*odd);
            QVERIFY2(session, session ? "" : session.error().detail.c_str());
            QVERIFY(!(*session)->hasIdle());
            const auto selected = (*session)->select("INBOX");
            QVERIFY(selected);
            QCOMPARE(selected->uidValidity, 7u);
            QCOMPARE(selected->highestModSeq, std::uint64_t(0));
            QCOMPARE(*(*session)->waitForNews(Milliseconds(10)), false);
            QCOMPARE(*(*session)->waitForNews(Milliseconds(10)), true);
        }
        QVERIFY(odd->received().find("LOGOUT") != std::string::npos);
    }

    void hearsWhatIsSaidBeforeIdleBegins()
    {
        const auto odd = server(joined(joined(plainServer("IMAP4rev1 IDLE"), kSelected),
                                       {S::expect("5 IDLE\r\n"), S::say("* 3 EXISTS\r\n+ idling\r\n"), S::expect("DONE\r\n"),
                                        S::say("5 OK done\r\n")}));
        auto session = open(*odd);
        QVERIFY(session && (*session)->select("INBOX"));
        const auto news = (*session)->waitForNews(Milliseconds(3'000));
        QVERIFY(news && *news);
    }

    void cutsOffFloods()
    {
        const auto odd = server(joined(joined(plainServer(), kSelected),
                                       {S::expect("5 UID FETCH"), S::expect("\r\n"),
                                        S::say("* 1 FETCH (UID 1 BODY[] {40000000}\r\n" + std::string(4'000'000, 'x'))}));
        auto session = open(*odd);
        QVERIFY(session && (*session)->select("INBOX"));
        const ImapSession::Summary small{.uid = 1, .sizeBytes = 100};
        const auto mails = (*session)->fetch(std::span(&small, 1), 1'000'000);
        QVERIFY(!mails);
        QCOMPARE(mails.error().kind, Kind::Protocol);
    }

    /// A wrong password is somebody's to put right, and a moment without a server is not.
    void signInsFailForAMoment_data()
    {
        QTest::addColumn<QString>("answer");
        QTest::addColumn<int>("error");
        QTest::newRow("wrong") << "2 NO [AUTHENTICATIONFAILED] no" << int(Kind::Auth);
        QTest::newRow("the server's own trouble")
            << "2 NO [UNAVAILABLE] Temporary authentication failure." << int(Kind::Unreachable);
        QTest::newRow("too many") << "2 NO [ALERT] Too many simultaneous connections. (Failure)" << int(Kind::Unreachable);
    }
    void signInsFailForAMoment()
    {
        QFETCH(const QString, answer);
        QFETCH(const int, error);
        for (const bool plain : {false, true}) {
            const std::string capabilities = plain ? "IMAP4rev1 SASL-IR AUTH=PLAIN" : "IMAP4rev1";
            const auto odd = server({S::startTls(), S::say("* OK hello\r\n"), S::expect("1 CAPABILITY\r\n"),
                                     S::say("* CAPABILITY " + capabilities + "\r\n1 OK done\r\n"),
                                     S::expect(plain ? "2 AUTHENTICATE PLAIN" : "2 LOGIN "), S::expect("\r\n"),
                                     S::say(answer.toStdString() + "\r\n")});
            const auto session = open(*odd);
            QVERIFY(!session);
            QCOMPARE(int(session.error().kind), error);
        }
    }

    void aFetchIsRefused_data()
    {
        QTest::addColumn<Steps>("answer");
        QTest::newRow("with nothing") << Steps{S::say("5 NO [UNAVAILABLE] Server error\r\n")};
        QTest::newRow("behind some line") << Steps{
            S::say("* 1 FETCH (FLAGS (\\Seen))\r\n5 NO [UNAVAILABLE] FETCH Server error\r\n"),
            S::expect("6 UID FETCH 1 (UID"), S::expect("\r\n"),
            S::say("* 1 FETCH (UID 1 RFC822.SIZE 100 INTERNALDATE \"22-Nov-2026 12:00:00 +0000\")\r\n6 OK done\r\n")};
        QTest::newRow("by saying OK") << Steps{
            S::say("5 OK done\r\n"), S::expect("6 UID FETCH 1 (UID"), S::expect("\r\n"),
            S::say("* 1 FETCH (UID 1 RFC822.SIZE 100 INTERNALDATE \"22-Nov-2026 12:00:00 +0000\")\r\n6 OK done\r\n")};
    }
    void aFetchIsRefused()
    {
        QFETCH(const Steps, answer);
        const auto odd = server(
            joined(joined(plainServer(), kSelected), joined({S::expect("5 UID FETCH 1 ("), S::expect("\r\n")}, answer)));
        auto session = open(*odd);
        QVERIFY(session && (*session)->select("INBOX"));
        const ImapSession::Summary summary{.uid = 1, .sizeBytes = 100};
        const auto mails = (*session)->fetch(std::span(&summary, 1), 1'000);
        QVERIFY(!mails); // it is there: it must not count as gone
        QCOMPARE(mails.error().kind, Kind::Refused);
    }

    void aMailThatIsGoneIsMissing()
    {
        const auto odd = server(joined(joined(plainServer(), kSelected),
                                       {S::expect("5 UID FETCH 1 ("), S::expect("\r\n"), S::say("5 OK done\r\n"),
                                        S::expect("6 UID FETCH 1 (UID"), S::expect("\r\n"), S::say("6 OK done\r\n")}));
        auto session = open(*odd);
        QVERIFY(session && (*session)->select("INBOX"));
        const ImapSession::Summary summary{.uid = 1, .sizeBytes = 100};
        const auto mails = (*session)->fetch(std::span(&summary, 1), 1'000);
        QVERIFY(mails && mails->empty());
    }

    void looksForOurNamesAsFarAsTheServerDoes()
    {
        const auto odd =
            server(joined(joined(plainServer(), kSelected),
                          {S::expect("5 UID SEARCH HEADER"), S::expect("\r\n"), S::say("* SEARCH\r\n5 OK done\r\n"),
                           S::expect("6 UID SEARCH HEADER"), S::expect("X-Microsoft-Original-Message-ID"), S::expect("\r\n"),
                           S::say("6 NO not that header\r\n"), S::expect("7 UID SEARCH HEADER"), S::expect("\r\n"),
                           S::say("7 NO not now\r\n")}));
        auto session = open(*odd);
        QVERIFY(session && (*session)->select("INBOX"));
        const auto found = (*session)->hasMessageId("t1@shop.test");
        QVERIFY(found && !*found);
        const auto unknown = (*session)->hasMessageId("t1@shop.test"); // of neither name
        QVERIFY(!unknown);
        QCOMPARE(unknown.error().kind, Kind::Refused);
    }

    /// What the server announces between the lines of a mail it does not announce again.
    void hearsWhatIsSaidWhileAMailIsFetched()
    {
        const std::string mail = "Subject: a\r\n\r\nHello\r\n";
        const auto odd =
            server(joined(joined(plainServer("IMAP4rev1 IDLE"), kSelected),
                          {S::expect("5 UID FETCH 1 ("), S::expect("\r\n"),
                           S::say("* 3 EXISTS\r\n* 1 FETCH (UID 1 BODY[] {" + std::to_string(mail.size()) + "}\r\n" + mail
                                  + ")\r\n5 OK done\r\n"),
                           S::expect("6 UID FETCH 2:*"), S::expect("\r\n"), S::say("6 OK done\r\n"), S::expect("7 IDLE\r\n"),
                           S::say("+ idling\r\n"), S::expect("DONE\r\n"), S::say("7 OK done\r\n")}));
        auto session = open(*odd);
        QVERIFY(session && (*session)->select("INBOX"));
        const ImapSession::Summary summary{.uid = 1, .sizeBytes = 100};
        QVERIFY((*session)->fetch(std::span(&summary, 1), 1'000));
        QCOMPARE(*(*session)->waitForNews(Milliseconds(5'000)), true);
        QVERIFY((*session)->summariesAfter(1)); // and having been looked for it is no news
        const auto quiet = (*session)->waitForNews(Milliseconds(10));
        QVERIFY2(quiet, quiet ? "" : quiet.error().detail.c_str());
        QCOMPARE(*quiet, false);
    }

    void saysWhereAMailIsThatTheServerDoesNotGive_data()
    {
        QTest::addColumn<std::string>("broken");
        QTest::addColumn<Steps>("first");
        const std::string header = "From: b@b.test\r\nSubject: withheld\r\nMessage-ID: <withheld@x>\r\n\r\n";
        const Steps asked{S::expect("6 UID FETCH 1 ("), S::expect("HEADER"), S::expect("\r\n")};
        const Steps given = joined(asked, {S::say("* 1 FETCH (UID 1 BODY[HEADER] {" + std::to_string(header.size()) + "}\r\n"
                                                  + header + ")\r\n6 OK done\r\n"),
                                           S::expect("7 UID FETCH 2 ("), S::expect("\r\n")});
        QTest::newRow("it makes no sense") << std::string("* 1 FETCH (UID 1 BODY[ what is this?\r\n6 OK done\r\n") << given;
        QTest::newRow("it is refused") << std::string("6 NO [UNAVAILABLE] Server error\r\n") << given;
        QTest::newRow("nor its header") << std::string("6 NO [UNAVAILABLE] Server error\r\n") << Steps();
    }
    /// Each connection finds the same two mails; the first of them is never given. It is not lost, and does not hold up the
    /// other.
    void saysWhereAMailIsThatTheServerDoesNotGive()
    {
        QFETCH(const std::string, broken);
        QFETCH(const Steps, first);
        const std::string good = "From: a@b.test\r\nSubject: good\r\nMessage-ID: <good@x>\r\n\r\nHello\r\n";
        const std::string literal = "{" + std::to_string(good.size()) + "}\r\n" + good;
        const Steps listed = joined(
            plainServer(),
            {S::expect("4 SELECT INBOX\r\n"),
             S::say("* 2 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 3] ok\r\n4 OK [READ-WRITE] ok\r\n"),
             S::expect("5 UID FETCH 1:*"), S::expect("\r\n"),
             S::say("* 1 FETCH (UID 1 RFC822.SIZE 50 INTERNALDATE \"22-Nov-2026 12:00:00 +0000\")\r\n"
                    "* 2 FETCH (UID 2 RFC822.SIZE 80 INTERNALDATE \"22-Nov-2026 12:00:01 +0000\")\r\n5 OK done\r\n")});
        const Steps fails = joined(listed, {S::expect("6 UID FETCH 1"), S::expect("\r\n"), S::say(broken)});
        const bool hasHeader = !first.empty();
        const std::string tag = hasHeader ? "7" : "6";
        Steps fine = joined(listed, hasHeader ? first : Steps{S::expect("6 UID FETCH 2 ("), S::expect("\r\n")});
        fine = joined(fine,
                      {S::say("* 2 FETCH (UID 2 BODY[] " + literal + ")\r\n" + tag + " OK done\r\n"), S::expect("never")});
        // A window of both, then the first alone, as often as it takes; then its header, unless that fails, too.
        const bool mayPass = QString::fromLatin1(QTest::currentDataTag()) != "it makes no sense";
        std::vector<Steps> connections(1 + (mayPass ? 6 : 2) + (hasHeader ? 0 : 1), fails);
        connections.push_back(fine);

        RecordingHost host;
        host.saveState("mailbox", "inbox.validity=7\ninbox.last=0\n");
        AccountSettings settings;
        settings.settings = {{"address", "anna@b.test"},
                             {"smtp", "smtps://127.0.0.1:1"},
                             {"sent", "no"},
                             {"ca_file", m_peer->caFile().toStdString()}};
        settings.secrets = {{"password", "secret"}};
        EmailTuning tuning;
        tuning.backoffFirst = Milliseconds(20);
        tuning.backoffMost = Milliseconds(50);
        tuning.mailPatience = Milliseconds(0);
        const SystemClock clock;
        ScriptedServer odd(m_peer->path("tls/server.crt"), m_peer->path("tls/server.key"), connections);
        settings.settings["imap"] = QStringLiteral("imaps://127.0.0.1:%1").arg(odd.port()).toStdString();
        const auto driver = makeEmailDriver(settings, host, clock, tuning);
        driver->start();
        QTRY_VERIFY_WITH_TIMEOUT(host.has("good"), 10'000);
        driver->stop();
        QVERIFY(host.loadState("mailbox").find("inbox.last=2\n") != std::string::npos);
        QCOMPARE(host.taken().size(), std::size_t(2));
        const InboundEnvelope trace = host.taken().front();
        QCOMPARE(trace.subject, hasHeader ? "withheld" : "Mail 1 could not be fetched");
        QVERIFY2(trace.text.find("still in the mailbox") != trace.text.npos, trace.text.c_str());
        QVERIFY(!trace.problems.empty());
    }

    /// A new folder for sent mail that counts as known before it is filled would never be.
    void fillsANewFolderAlsoAfterALostConnection()
    {
        const std::string old = "* 1 EXISTS\r\n* OK [UIDVALIDITY 9] ok\r\n* OK [UIDNEXT 2] ok\r\n";
        const Steps met = joined(plainServer(), {S::expect("4 SELECT Old\r\n"), S::say(old + "4 OK [READ-WRITE] ok\r\n"),
                                                 S::expect("5 SELECT INBOX\r\n")});
        std::atomic<bool> isFilled = false;
        const Steps filled =
            joined(met, {S::say("* 2 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 3] ok\r\n5 OK [READ-WRITE] ok\r\n"),
                         S::expect("6 SELECT Old\r\n"), S::say(old + "6 OK [READ-WRITE] ok\r\n"), S::expect("7 UID SEARCH "),
                         S::call([&] { isFilled = true; })});
        RecordingHost host;
        host.saveState("mailbox", "inbox.validity=7\ninbox.last=2\n");
        AccountSettings settings;
        settings.settings = {{"address", "anna@b.test"},
                             {"smtp", "smtps://127.0.0.1:1"},
                             {"sent_folder", "Old"},
                             {"ca_file", m_peer->caFile().toStdString()}};
        settings.secrets = {{"password", "secret"}};
        EmailTuning tuning;
        tuning.backoffFirst = Milliseconds(20);
        tuning.backoffMost = Milliseconds(50);
        const SystemClock clock;
        ScriptedServer odd(m_peer->path("tls/server.crt"), m_peer->path("tls/server.key"), {met, filled});
        settings.settings["imap"] = QStringLiteral("imaps://127.0.0.1:%1").arg(odd.port()).toStdString();
        const auto driver = makeEmailDriver(settings, host, clock, tuning);
        driver->start();
        QTRY_VERIFY_WITH_TIMEOUT(isFilled, 10'000);
        driver->stop();
    }

    /// What cannot be stored is tried for ever, without its files if those are the reason; what stands behind it waits.
    void aFullStoreLosesNothing()
    {
        RecordingHost host;
        host.failFilesWith(Error{Error::Kind::Failed, "no such folder"});
        HealthBoard health(host);
        SystemRng rng;
        IngestGate gate(host, health, m_stop, Backoff({.first = Milliseconds(1), .most = Milliseconds(1)}, rng));
        InboundEnvelope photo{.externalId = "1", .subject = "photo", .text = "Look."};
        photo.attachments = {{.name = "a.jpg", .mediaType = "image/jpeg"}};
        InboundEnvelope second = photo;
        second.externalId = "3";
        second.subject = "another photo";
        const InboundEnvelope answer{.externalId = "2", .subject = "answer"};
        const auto refused = gate.deliver({photo, second, answer});
        QVERIFY(refused);
        QCOMPARE(*refused, 0);
        QCOMPARE(host.subjects(), (std::vector<std::string>{"photo", "another photo", "answer"}));
        QVERIFY(host.taken().front().attachments.empty());
        QVERIFY(host.taken().front().text.starts_with("Look."));
        QVERIFY(!host.taken().front().problems.empty());
    }
};

QTEST_GUILESS_MAIN(TestImapOddServers)
#include "tst_imap_odd_servers.moc"
