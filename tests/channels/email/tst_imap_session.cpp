#include "core/channels/email/imap_session.h"
#include "core/channels/email/oauth.h"
#include "mail_peer.h"

#include <QTest>
#include <thread>

using namespace tributary;
using namespace tributary::channels::email;
using Kind = MailError::Kind;

namespace {

constexpr const char *kSupport = "support@tributary.test";

std::string mail(const std::string &id, const std::string &body = "Hello\r\n")
{
    return "From: Anna <anna@customer.test>\r\nTo: support@tributary.test\r\nSubject: A\r\nMessage-ID: <" + id + ">\r\n\r\n"
           + body;
}

} // namespace

class TestImapSession : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<MailPeer> m_peer;
    StopSignal m_stop;

    MailResult<std::unique_ptr<ImapSession>> open(const QString &url, MailCredentials credentials, QString caFile = "-")
    {
        const auto server = parseImapUrl(url.toStdString());
        if (credentials.user.empty())
            credentials.user = kSupport;
        const TlsSettings tls{.caFile = (caFile == "-" ? m_peer->caFile() : caFile).toStdString()};
        return ImapSession::open(*server, tls, credentials, {.connect = Milliseconds(5'000), .answer = Milliseconds(10'000)},
                                 m_stop);
    }
    std::unique_ptr<ImapSession> openAs(const char *user, const char *password)
    {
        auto session = open(m_peer->imapsUrl(), {.user = user, .password = password});
        return session ? std::move(*session) : nullptr;
    }

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
        QTest::addColumn<int>("error"); // -1: none
        QTest::newRow("password over TLS") << false << "support-pw"
                                           << "" << -1;
        QTest::newRow("password over STARTTLS") << true << "support-pw"
                                                << "" << -1;
        QTest::newRow("wrong password") << false << "nonsense"
                                        << "" << int(Kind::Auth);
        QTest::newRow("token") << false << ""
                               << "good" << -1;
        QTest::newRow("token over STARTTLS") << true << ""
                                             << "good" << -1;
        QTest::newRow("token that ran out") << false << ""
                                            << "expired" << int(Kind::Auth);
    }
    void signsIn()
    {
        QFETCH(bool, startTls);
        QFETCH(QString, password);
        QFETCH(QString, token);
        QFETCH(int, error);
        MailCredentials credentials{.password = password.toStdString()};
        if (!token.isEmpty())
            credentials.accessToken = m_peer->token(kSupport, token == "expired");
        const auto session = open(startTls ? m_peer->imapUrl() : m_peer->imapsUrl(), credentials);
        QCOMPARE(session ? -1 : int(session.error().kind), error);
        if (session) {
            QVERIFY((*session)->hasIdle());
            QVERIFY(!(*session)->isGmail());
        }
    }

    void refusesBadCertificates_data()
    {
        QTest::addColumn<QString>("caFile");
        QTest::addColumn<int>("error");
        QTest::newRow("authority unknown") << "" << int(Kind::CertificateUntrusted);
        QTest::newRow("file of authorities missing") << "/nonexistent/ca.pem" << int(Kind::CertificateUntrusted);
    }
    void refusesBadCertificates()
    {
        QFETCH(QString, caFile);
        QFETCH(int, error);
        for (const QString &url : {m_peer->imapsUrl(), m_peer->imapUrl()}) {
            const auto session = open(url, {.password = "support-pw"}, caFile);
            QVERIFY(!session);
            QCOMPARE(int(session.error().kind), error);
        }
    }

    void saysWhenNobodyListens()
    {
        const auto session = open("imaps://127.0.0.1:1", {.password = "support-pw"});
        QVERIFY(!session);
        QCOMPARE(session.error().kind, Kind::Unreachable);
    }

    void stopCutsWaitsShort()
    {
        auto session = openAs("boris@customer.test", "boris-pw");
        QVERIFY(session);
        QVERIFY(session->select("INBOX"));
        StopSignal stop;
        const MailCredentials credentials{.user = "boris@customer.test", .password = "boris-pw"};
        auto own = ImapSession::open(*parseImapUrl(m_peer->imapsUrl().toStdString()), {m_peer->caFile().toStdString()},
                                     credentials, {}, stop);
        QVERIFY(own && (*own)->select("INBOX"));
        std::thread stopper([&stop] { stop.raise(); });
        const auto news = (*own)->waitForNews(Milliseconds(60'000));
        stopper.join();
        QVERIFY(!news);
        QCOMPARE(news.error().kind, Kind::Stopped);
    }

    void findsFoldersByUse()
    {
        auto session = openAs(kSupport, "support-pw");
        QVERIFY(session);
        const auto folders = session->folders();
        QVERIFY(folders);
        QStringList sent;
        QStringList all;
        for (const ImapSession::Folder &folder : *folders) {
            all << QString::fromStdString(folder.name);
            if (folder.isSent)
                sent << QString::fromStdString(folder.name);
        }
        QCOMPARE(sent, QStringList{"Sent"});
        QVERIFY(all.contains("INBOX"));
    }

    void fetchesWhatIsNew()
    {
        constexpr const char *kUser = "sales@tributary.test";
        const qint64 old = QDateTime::currentSecsSinceEpoch() - 40 * 86'400;
        m_peer->drop(kUser, mail("old@x"), {}, old);
        m_peer->drop(kUser, mail("one@x"));
        m_peer->drop(kUser, mail("two@x", std::string(300'000, 'x') + "\r\n"));
        auto session = openAs(kUser, "sales-pw");
        QVERIFY(session);
        const auto selected = session->select("INBOX");
        QVERIFY(selected);
        QCOMPARE(selected->exists, 3u);
        QCOMPARE(selected->uidNext, 4u);
        QVERIFY(selected->uidValidity != 0);
        QVERIFY(selected->highestModSeq != 0);

        const auto recent = session->uidsSince(SystemClock().now() - std::chrono::days(30));
        QVERIFY(recent);
        QCOMPARE(recent->size(), std::size_t(2));
        const auto summaries = session->summariesAfter(0);
        QVERIFY(summaries);
        QCOMPARE(summaries->size(), std::size_t(3));
        QCOMPARE(toMs(summaries->at(0).arrivedAt), old * 1000);
        QCOMPARE(summaries->at(1).sizeBytes, std::uint32_t(mail("one@x").size()));
        QVERIFY(session->summariesAfter(3)->empty()); // `4:*` names mail 3

        const auto mails = session->fetch(*summaries, 100'000);
        QVERIFY(mails);
        QCOMPARE(mails->size(), std::size_t(3));
        QCOMPARE(*mails->at(1).raw, mail("one@x"));
        QVERIFY(!mails->at(1).headerOnly);
        QVERIFY(mails->at(2).headerOnly);
        QVERIFY(mails->at(2).raw->ends_with("<two@x>\r\n\r\n"));
        for (const QString &file : m_peer->mailsOf(kUser))
            QVERIFY2(!file.section(":2,", 1).contains('S'), "reading marked a mail as read");

        const auto again = session->summariesOf(*recent);
        QVERIFY(again);
        QCOMPARE(again->size(), std::size_t(2));
    }

    void seesDeliveryAtOnce()
    {
        auto session = openAs("anna@customer.test", "anna-pw");
        QVERIFY(session && session->select("INBOX"));
        QVERIFY(!*session->waitForNews(Milliseconds(50)));
        m_peer->drop("anna@customer.test", mail("idle@x"));
        const auto news = session->waitForNews(Milliseconds(20'000));
        QVERIFY(news && *news);
        QCOMPARE(session->summariesAfter(0)->size(), std::size_t(1));
    }

    void appendsAndFindsById()
    {
        auto session = openAs(kSupport, "support-pw");
        QVERIFY(session && session->select("Sent"));
        QCOMPARE(*session->uidNextOf("Sent"), 1u);
        QVERIFY(!*session->hasMessageId("t1.2@tributary.test"));
        QVERIFY(session->append("Sent", mail("t1.2@tributary.test")));
        QVERIFY(*session->hasMessageId("t1.2@tributary.test"));
        QVERIFY(!*session->hasMessageId("t1.3@tributary.test"));
        QCOMPARE(m_peer->mailsOf(kSupport, "Sent").size(), 1);
        QVERIFY(m_peer->mailsOf(kSupport, "Sent").front().endsWith("S")); // read
        const auto refused = session->append("No such folder", mail("x@x"));
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, Kind::Refused);
        QVERIFY(session->select("INBOX")); // goes on
    }

    void noticesADeadServer()
    {
        auto session = openAs(kSupport, "support-pw");
        QVERIFY(session && session->select("INBOX"));
        m_peer->stopDovecot();
        const auto news = session->waitForNews(Milliseconds(20'000));
        m_peer->startDovecot();
        QVERIFY(!news);
        QCOMPARE(news.error().kind, Kind::Unreachable);
    }

    void refusesCertificatesThatRanOutOrNameOthers_data()
    {
        QTest::addColumn<QString>("names");
        QTest::addColumn<int>("days");
        QTest::addColumn<int>("error"); // -1: none
        QTest::newRow("expired") << "IP:127.0.0.1" << -1 << int(Kind::CertificateExpired);
        QTest::newRow("another name") << "DNS:mail.other.test" << 10 << int(Kind::CertificateName);
        QTest::newRow("good again") << "DNS:mail.other.test,IP:127.0.0.1" << 10 << -1;
    }
    void refusesCertificatesThatRanOutOrNameOthers()
    {
        QFETCH(QString, names);
        QFETCH(int, days);
        QFETCH(int, error);
        QVERIFY(m_peer->useCertificate(names, days));
        const auto session = open(m_peer->imapsUrl(), {.password = "support-pw"});
        QCOMPARE(session ? -1 : int(session.error().kind), error);
    }
};

QTEST_GUILESS_MAIN(TestImapSession)
#include "tst_imap_session.moc"
