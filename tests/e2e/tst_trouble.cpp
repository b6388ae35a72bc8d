// What goes wrong outside: each trouble gets a clear state on its account or item, and nothing else stops.
#include "core/base/rng.h"
#include "tests/channels/email/mail_peer.h"
#include "tests/e2e/hub_under_test.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QScopeGuard>
#include <QTcpServer>
#include <QTemporaryDir>

using tributary::channels::email::MailPeer;

namespace {

constexpr int kSoon = 60'000;

QByteArray mail(const QByteArray &id, const QByteArray &text)
{
    return "From: Anna <anna@customer.test>\r\nTo: support@tributary.test\r\nSubject: " + id + "\r\nMessage-ID: <" + id
           + "@customer.test>\r\n\r\n" + text + "\r\n";
}

} // namespace

class TestTrouble : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void accountsSayWhatIsWrong_data();
    void accountsSayWhatIsWrong();
    void badMailStopsNothing();
    void fullDiskLosesNothing();
    void verbsLeaveStandardInputAlone_data();
    void verbsLeaveStandardInputAlone();

private:
    QStringList account(const QString &name, const QString &imap, const QString &ca) const
    {
        return {"account",
                "add",
                "email",
                "--name",
                name,
                "--set",
                "address=support@tributary.test",
                "--set",
                "imap=" + imap,
                "--set",
                "smtp=" + m_mail->smtpUrl(),
                "--set",
                "ca_file=" + ca};
    }
    QJsonObject stateOf(const HubUnderTest &hub, const QString &name) const
    {
        for (const QJsonValue &one : QJsonDocument::fromJson(hub.run({"account", "list", "--json"})).array()) {
            if (one["name"] == name)
                return one.toObject();
        }
        return {};
    }
    int messages(const HubUnderTest &hub) const
    {
        return QJsonDocument::fromJson(hub.run({"check", "--json"}))["counts"]["timeline_item"].toInt(-1);
    }
    std::unique_ptr<MailPeer> m_mail;
};

void TestTrouble::initTestCase()
{
    QString why;
    m_mail = MailPeer::start(&why);
    QVERIFY2(m_mail, qPrintable(why));
}

void TestTrouble::accountsSayWhatIsWrong_data()
{
    QTest::addColumn<QByteArray>("password");
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("trusted");
    QTest::addColumn<bool>("expired");
    QTest::addColumn<QString>("problem");
    QTest::newRow("wrong password") << QByteArray("password=wrong") << "" << true << false << "auth";
    QTest::newRow("dead server") << QByteArray("password=support-pw") << "dead" << true << false << "unreachable";
    QTest::newRow("untrusted certificate") << QByteArray("password=support-pw") << "" << false << false << "certificate";
    QTest::newRow("expired certificate") << QByteArray("password=support-pw") << "" << true << true << "certificate";
}

void TestTrouble::accountsSayWhatIsWrong()
{
    QFETCH(const QByteArray, password);
    QFETCH(const QString, host);
    QFETCH(const bool, trusted);
    QFETCH(const bool, expired);
    QFETCH(const QString, problem);
    const QString names = "DNS:localhost,DNS:mail.tributary.test,IP:127.0.0.1";
    if (expired)
        QVERIFY(m_mail->useCertificate(names, -1));
    const auto restore = qScopeGuard([&] {
        if (expired)
            m_mail->useCertificate(names, 30);
    });
    QString imap = m_mail->imapsUrl();
    if (!host.isEmpty()) {
        QTcpServer server; // a port that was free a moment ago and answers nobody
        QVERIFY(server.listen(QHostAddress::LocalHost));
        imap = QStringLiteral("imaps://support%40tributary.test@127.0.0.1:%1").arg(server.serverPort());
    }
    const QTemporaryDir folder;
    HubUnderTest hub(folder.filePath("hub"));
    QVERIFY(!hub.run(account("Support", imap, trusted ? m_mail->caFile() : "/etc/ssl/certs/ca-certificates.crt"), password)
                 .isEmpty());
    QVERIFY(!hub.run({"account", "add", "webchat", "--name", "Website", "--set", "origins=https://shop.test"}).isEmpty());
    QVERIFY(hub.start());
    QTRY_COMPARE_WITH_TIMEOUT(stateOf(hub, "Support")["problem"].toString(), problem, kSoon);
    const QString words = stateOf(hub, "Support")["problem_text"].toString();
    QVERIFY2(words.size() > 20 && words.endsWith('.'), qPrintable(words));
    QCOMPARE(stateOf(hub, "Website")["health"].toString(), "healthy");
    QCOMPARE(hub.stop(), 0);
}

void TestTrouble::badMailStopsNothing()
{
    const QTemporaryDir folder;
    HubUnderTest hub(folder.filePath("hub"));
    QVERIFY(!hub.run(account("Support", m_mail->imapsUrl(), m_mail->caFile()), "password=support-pw").isEmpty());
    tributary::SeededRng rng(11);
    std::string noise(20'000, '\0');
    rng.fill(std::as_writable_bytes(std::span(noise)));
    m_mail->drop("support@tributary.test", noise);
    m_mail->drop("support@tributary.test",
                 mail("huge", QByteArray(60 * 1024 * 1024, 'x').replace(998, 2, "\r\n")).toStdString());
    m_mail->drop("support@tributary.test", mail("after", "Still here?").toStdString());
    QVERIFY(hub.start());
    QTRY_COMPARE_WITH_TIMEOUT(messages(hub), 3, kSoon);
    QTRY_COMPARE_WITH_TIMEOUT(stateOf(hub, "Support")["health"].toString(), "healthy", kSoon);
    QVERIFY(stateOf(hub, "Support")["defects"].toInt() >= 2);
    QCOMPARE(hub.stop(), 0);
}

void TestTrouble::fullDiskLosesNothing()
{
    const QTemporaryDir folder;
    const QString flag = folder.filePath("full");
    HubUnderTest hub(folder.filePath("hub"));
    QVERIFY(!hub.run(account("Support", m_mail->imapsUrl(), m_mail->caFile()), "password=support-pw").isEmpty());
    hub.setEnvironment({{"LD_PRELOAD", TRIBUTARY_BINARY_DIR "/lib/libdisk_faults.so"}, {"DISK_FAULTS", flag}});
    QVERIFY(hub.start());
    QTRY_VERIFY_WITH_TIMEOUT(messages(hub) >= 3, kSoon);
    const int before = messages(hub);
    QFile full(flag);
    QVERIFY(full.open(QIODevice::WriteOnly) && full.write("full") == 4 && full.flush());
    m_mail->drop("support@tributary.test", mail("while-full", "Nobody has room for me.").toStdString());
    // It cannot be stored, so it must not count as received; the hub stays up and goes on asking.
    QTRY_VERIFY_WITH_TIMEOUT(hub.log().contains("disk"), kSoon);
    QCOMPARE(messages(hub), before);
    QVERIFY(QFile::remove(flag));
    QTRY_COMPARE_WITH_TIMEOUT(messages(hub), before + 1, 2 * kSoon);
    QCOMPARE(hub.stop(), 0);
}

void TestTrouble::verbsLeaveStandardInputAlone_data()
{
    QTest::addColumn<bool>("serving");
    QTest::newRow("a hub serves") << true;
    QTest::newRow("none does") << false;
}

/// One that takes nothing there stands in a loop over a list, or at the end of a pipe that nobody closes.
void TestTrouble::verbsLeaveStandardInputAlone()
{
    QFETCH(const bool, serving);
    const QTemporaryDir folder;
    HubUnderTest hub(folder.filePath("hub"));
    for (const char *name : {"ada", "ben", "kim"}) {
        const QString email = QString::fromLatin1(name) + "@shop.test";
        QVERIFY(!hub.run({"user", "add", "--email", email, "--name", name, "--role", "admin"}, "correct horse battery\n")
                     .isEmpty());
    }
    if (serving)
        QVERIFY(hub.start());
    QProcess list;
    list.start(TRIBUTARY_BINARY_DIR "/bin/tributary-hub", {"user", "list", "--data", folder.filePath("hub")});
    QVERIFY(list.waitForFinished(kSoon)); // its input stays open
    QCOMPARE(list.exitCode(), 0);
    QVERIFY(list.readAllStandardOutput().contains("ben@shop.test"));
    QProcess loop;
    loop.start("sh", {"-c", "while read e; do " TRIBUTARY_BINARY_DIR "/bin/tributary-hub user deactivate --email $e --data "
                                + folder.filePath("hub") + " || exit 1; done"});
    loop.write("ben@shop.test\nkim@shop.test\n");
    loop.closeWriteChannel();
    QVERIFY(loop.waitForFinished(kSoon));
    QCOMPARE(hub.run({"user", "list"}).count("inactive"), 2);
}

QTEST_GUILESS_MAIN(TestTrouble)
#include "tst_trouble.moc"
