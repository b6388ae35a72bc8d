#include "core/channels/email/email_driver.h"
#include "core/channels/email/imap_session.h"
#include "core/channels/email/sent_folder.h"
#include "mail_peer.h"
#include "recording_host.h"
#include "scripted_server.h"

#include <QDateTime>
#include <QFile>
#include <QTest>
#include <future>

using namespace tributary;
using namespace tributary::channels;
using namespace tributary::channels::email;
using Health = model::ChannelAccount::Health;
using Outcome = SendOutcome::Kind;
using Strings = std::vector<std::string>;

namespace {

constexpr int kPatience = 20'000;

std::string mail(const std::string &subject, const std::string &from = "anna@customer.test",
                 const std::string &body = "Hello\r\n")
{
    return "From: <" + from + ">\r\nTo: <someone@tributary.test>\r\nSubject: " + subject + "\r\nMessage-ID: <" + subject
           + "@x.test>\r\nDate: Sun, 22 Nov 2026 12:00:00 +0000\r\n\r\n" + body;
}

std::string numbered(int number)
{
    return QStringLiteral("m%1").arg(number).toStdString();
}

qint64 daysAgo(int days)
{
    return QDateTime::currentSecsSinceEpoch() - days * 86'400;
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestEmailDriver : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<MailPeer> m_peer;
    SystemClock m_clock;
    EmailTuning m_tuning;

    AccountSettings account(const QString &address) const
    {
        AccountSettings settings;
        SystemRng rng;
        settings.account.id = IdMaker(m_clock, rng).make<model::ChannelAccountId>();
        settings.account.name = "Support";
        settings.settings = {{"address", address.toStdString()},
                             {"imap", m_peer->imapsUrl().toStdString()},
                             {"smtp", m_peer->smtpUrl().toStdString()},
                             {"ca_file", m_peer->caFile().toStdString()}};
        settings.secrets = {{"password", "pw"}};
        return settings;
    }
    std::unique_ptr<ChannelDriver> driver(const AccountSettings &settings, RecordingHost &host) const
    {
        return makeEmailDriver(settings, host, m_clock, m_tuning);
    }
    std::unique_ptr<ChannelDriver> started(const AccountSettings &settings, RecordingHost &host) const
    {
        auto made = driver(settings, host);
        made->start();
        return made;
    }
    static OutboundMessage message(const std::string &to, const std::string &messageId)
    {
        OutboundMessage message;
        message.item.body = "Dear customer, here is your answer.";
        message.item.kind = model::TimelineItem::Kind::Outbound;
        message.item.at = SystemClock().now();
        message.conversation.number = 8841;
        message.conversation.subject = "Your order";
        message.to.channel = model::Channel::Email;
        message.to.address = to;
        message.to.shown = to;
        message.messageId = messageId;
        message.agentName = "Aiko";
        return message;
    }
    static SendOutcome send(ChannelDriver &driver, OutboundMessage message)
    {
        std::promise<SendOutcome> outcome;
        driver.send(std::move(message), [&outcome](SendOutcome given) { outcome.set_value(std::move(given)); });
        return outcome.get_future().get();
    }
    int copiesOf(const QString &mailbox, const QByteArray &messageId, const QString &folder = {}) const
    {
        int count = 0;
        for (const QString &file : m_peer->mailsOf(mailbox, folder))
            count += contentOf(file).toLower().contains("message-id: <" + messageId + ">");
        return count;
    }

private slots:
    void initTestCase()
    {
        QString why;
        QStringList users;
        for (const char *name :
             {"fill", "kill", "uids",  "dead", "full",   "large", "junk",   "sent",   "look",   "uncopied", "renamed",
              "bad",  "told", "again", "torn", "nosent", "named", "moved1", "moved2", "moved3", "torn1",    "torn2"})
            users << QStringLiteral("%1@tributary.test:pw").arg(name);
        users << "gmail@tributary.test:pw:userdb_imap_capability=+X-GM-EXT-1";
        m_peer = MailPeer::start(&why, users);
        if (!m_peer)
            QFAIL(qPrintable("no mail peer on this machine: " + why));
        m_tuning.timeouts = {.connect = Milliseconds(5'000), .answer = Milliseconds(10'000)};
        m_tuning.backoffFirst = Milliseconds(50);
        m_tuning.backoffMost = Milliseconds(300);
        m_tuning.afterRefusedSignIn = Milliseconds(200);
        m_tuning.lookAtSent = Milliseconds(300);
    }

    void takesInWhatWasThereAndWhatComes()
    {
        const QString box = "fill@tributary.test";
        m_peer->drop(box, mail("too-old"), {}, daysAgo(40));
        m_peer->drop(box, mail("third"), {}, daysAgo(5)); // a higher UID than what is younger
        m_peer->drop(box, mail("first"), {}, daysAgo(20));
        m_peer->drop(box, mail("second", "fill@tributary.test"), "Sent", daysAgo(10));
        AccountSettings settings = account(box);
        settings.settings["backfill_days"] = "30";
        RecordingHost host;
        m_tuning.windowMails = 2;
        auto running = started(settings, host);
        m_tuning.windowMails = 50;
        QTRY_COMPARE_WITH_TIMEOUT(host.taken().size(), std::size_t(3), kPatience);
        QCOMPARE(host.subjects(), (Strings{"first", "second", "third"}));
        QCOMPARE(host.taken()[0].kind, InboundEnvelope::Kind::Message);
        QCOMPARE(host.taken()[1].kind, InboundEnvelope::Kind::Echo);
        QTRY_COMPARE_WITH_TIMEOUT(host.health().backfillTotal, 0, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(host.health().health, Health::Healthy, kPatience);
        bool sawProgress = false;
        for (const AccountHealth &health : host.healths())
            sawProgress |= health.backfillTotal == 3 && health.backfillDone == 2;
        QVERIFY(sawProgress);

        m_peer->drop(box, mail("fourth"));
        QTRY_VERIFY_WITH_TIMEOUT(host.has("fourth"), kPatience);
        m_peer->drop(box, mail("fifth", "alias@tributary.test"), "Sent"); // written in another program, under another name
        QTRY_VERIFY_WITH_TIMEOUT(host.has("fifth"), kPatience);
        QCOMPARE(host.taken().back().kind, InboundEnvelope::Kind::Echo);
        running->stop();

        m_peer->drop(box, mail("sixth"));
        const int before = host.calls();
        running = started(settings, host); // goes on where it was
        QTRY_VERIFY_WITH_TIMEOUT(host.has("sixth"), kPatience);
        QCOMPARE(host.calls(), before + 1);
        QVERIFY(!host.has("too-old"));
    }

    void losesNothingWhenKilledWhileFilling()
    {
        const QString box = "kill@tributary.test";
        for (int i = 0; i < 20; ++i)
            m_peer->drop(box, mail(numbered(i)), {}, daysAgo(30 - i));
        m_tuning.windowMails = 3;
        const AccountSettings settings = account(box);
        RecordingHost host;
        host.dieAfter(7); // in the middle of the third window
        auto running = started(settings, host);
        QTRY_VERIFY_WITH_TIMEOUT(host.calls() >= 9, kPatience);
        running->stop();
        QCOMPARE(host.taken().size(), std::size_t(7));

        host.dieAfter(-1);
        const int before = host.calls();
        running = started(settings, host);
        QTRY_COMPARE_WITH_TIMEOUT(host.taken().size(), std::size_t(20), kPatience);
        m_tuning.windowMails = 50;
        running->stop();
        Strings expected;
        for (int i = 0; i < 20; ++i)
            expected.push_back(numbered(i));
        QCOMPARE(host.subjects(), expected);
        QCOMPARE(host.calls() - before, 14); // the window that was in flight again, but not what was safe
    }

    /// What comes while what was there is read answers it, it may be.
    void answersWaitForWhatTheyAnswer()
    {
        const QString box = "torn@tributary.test";
        for (int i = 0; i < 12; ++i)
            m_peer->drop(box, mail(numbered(i)), {}, daysAgo(30 - i));
        m_tuning.windowMails = 3;
        const AccountSettings settings = account(box);
        RecordingHost host;
        host.dieAfter(7);
        auto running = started(settings, host);
        QTRY_VERIFY_WITH_TIMEOUT(host.calls() >= 9, kPatience);
        running->stop();
        m_peer->drop(box, "In-Reply-To: <m11@x.test>\r\n" + mail("answer"));
        m_peer->drop(box, mail("fresh"));
        host.dieAfter(4); // once more, when both have been seen
        const int before = host.calls();
        running = started(settings, host);
        QTRY_VERIFY_WITH_TIMEOUT(host.calls() >= before + 5, kPatience);
        running->stop();
        host.dieAfter(-1);
        running = started(settings, host);
        QTRY_COMPARE_WITH_TIMEOUT(host.taken().size(), std::size_t(14), kPatience);
        m_tuning.windowMails = 50;
        Strings expected;
        for (int i = 0; i < 12; ++i) {
            if (i == 7)
                expected.push_back("fresh"); // answers nothing
            expected.push_back(numbered(i));
        }
        expected.push_back("answer");
        QCOMPARE(host.subjects(), expected);
    }

    void survivesRenumbering()
    {
        const QString box = "uids@tributary.test";
        m_peer->drop(box, mail("one"), {}, daysAgo(3));
        m_peer->drop(box, mail("two"));
        RecordingHost host;
        auto running = started(account(box), host);
        QTRY_COMPARE_WITH_TIMEOUT(host.taken().size(), std::size_t(2), kPatience);
        m_peer->renewUidValidity(box);
        m_peer->drop(box, mail("three"));
        QTRY_VERIFY_WITH_TIMEOUT(host.has("three"), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(host.calls() >= 5, kPatience); // all were offered again ...
        QCOMPARE(host.taken().size(), std::size_t(3));          // ... and none was taken twice
    }

    /// A backup of the server was restored: new mails get numbers that others had before.
    void survivesNumbersThatBeginAgain()
    {
        const QString box = "again@tributary.test";
        m_peer->drop(box, mail("one"), {}, daysAgo(3));
        m_peer->drop(box, mail("two"));
        m_peer->renumber(box, {}, 4711);
        RecordingHost host;
        auto running = started(account(box), host);
        QTRY_COMPARE_WITH_TIMEOUT(host.taken().size(), std::size_t(2), kPatience);
        m_peer->stopDovecot();
        for (const QString &file : m_peer->mailsOf(box))
            QFile::remove(file);
        m_peer->drop(box, mail("three"));
        m_peer->renumber(box, {}, 4711);
        QTRY_VERIFY_WITH_TIMEOUT(host.has("three"), kPatience);
        m_peer->drop(box, mail("four"));
        QTRY_VERIFY_WITH_TIMEOUT(host.has("four"), kPatience);
        QCOMPARE(host.taken().size(), std::size_t(4));
    }

    void readsAllOfWhereItIsSetToNow_data()
    {
        QTest::addColumn<QStringList>("boxes");
        QTest::addColumn<QStringList>("folders");
        QTest::newRow("another mailbox") << QStringList{"moved1@tributary.test", "moved2@tributary.test"}
                                         << QStringList{"", ""};
        QTest::newRow("another folder for sent mail")
            << QStringList{"moved3@tributary.test", "moved3@tributary.test"} << QStringList{"Sent", "Archive"};
    }
    /// Its numbers look like those of where mail was read from before, and mean other mails.
    void readsAllOfWhereItIsSetToNow()
    {
        QFETCH(QStringList, boxes);
        QFETCH(QStringList, folders);
        for (int i = 0; i < 5; ++i) // two there, and three here
            m_peer->drop(boxes[i / 2 > 0], mail(numbered(i)), folders[i / 2 > 0], daysAgo(5 - i));
        AccountSettings settings = account(boxes[0]);
        RecordingHost host;
        std::size_t expected = 2;
        for (int at : {0, 1}) {
            m_peer->renumber(boxes[at], folders[at], 4711);
            settings.settings["imap"] =
                m_peer->imapsUrl().replace("://", "://" + QString(boxes[at]).replace("@", "%40") + "@").toStdString();
            settings.settings["sent_folder"] = folders[at].toStdString();
            auto running = started(settings, host);
            QTRY_COMPARE_WITH_TIMEOUT(host.taken().size(), expected, kPatience);
            QTRY_COMPARE_WITH_TIMEOUT(host.health().backfillTotal, 0, kPatience);
            expected = 5;
        }
        QCOMPARE(host.subjects(), (Strings{"m0", "m1", "m2", "m3", "m4"}));
    }

    void comesBackAfterTheServerDied()
    {
        const QString box = "dead@tributary.test";
        RecordingHost host;
        auto running = started(account(box), host);
        QTRY_COMPARE_WITH_TIMEOUT(host.health().health, Health::Healthy, kPatience);
        m_peer->stopDovecot();
        QTRY_COMPARE_WITH_TIMEOUT(host.health().health, Health::NotWorking, kPatience);
        QCOMPARE(QString::fromStdString(host.health().problem), QString("unreachable"));
        QVERIFY(host.health().problemText.find("cannot be reached") != std::string::npos);
        m_peer->drop(box, mail("meanwhile"));
        m_peer->startDovecot();
        QTRY_VERIFY_WITH_TIMEOUT(host.has("meanwhile"), kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(host.health().health, Health::Healthy, kPatience);
    }

    void waitsForRoomOnTheDisk()
    {
        const QString box = "full@tributary.test";
        RecordingHost host;
        auto running = started(account(box), host);
        QTRY_COMPARE_WITH_TIMEOUT(host.health().health, Health::Healthy, kPatience);
        host.failWith(Error{Error::Kind::Full, "no space"});
        m_peer->drop(box, mail("waiting"));
        QTRY_COMPARE_WITH_TIMEOUT(QString::fromStdString(host.health().problem), QString("disk-full"), kPatience);
        QCOMPARE(host.health().health, Health::NotWorking);
        QVERIFY(host.taken().empty());
        host.failWith(std::nullopt);
        QTRY_VERIFY_WITH_TIMEOUT(host.has("waiting"), kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(host.health().health, Health::Healthy, kPatience);
    }

    void takesTheHeaderOfAHugeMail()
    {
        const QString box = "large@tributary.test";
        m_peer->drop(box, mail("huge", "anna@customer.test", std::string(60'000'000, 'x') + "\r\n"), {}, daysAgo(2));
        m_peer->drop(box, mail("small"), {}, daysAgo(1));
        RecordingHost host;
        auto running = started(account(box), host);
        QTRY_COMPARE_WITH_TIMEOUT(host.taken().size(), std::size_t(2), kPatience);
        const InboundEnvelope huge = host.taken().front();
        QCOMPARE(huge.subject, std::string("huge"));
        QVERIFY(huge.raw->size() < 1'000);
        QVERIFY2(huge.text.find("60 MB") != std::string::npos, huge.text.c_str());
        QVERIFY(!huge.problems.empty());
        QVERIFY(huge.attachments.empty());
    }

    void isNotStoppedByASingleMail()
    {
        const QString box = "junk@tributary.test";
        std::string junk(20'000, '\0');
        SeededRng rng(11);
        rng.fill(std::as_writable_bytes(std::span(junk)));
        m_peer->drop(box, junk, {}, daysAgo(3));
        m_peer->drop(box, mail("refused"), {}, daysAgo(2));
        m_peer->drop(box, mail("good"), {}, daysAgo(1));
        RecordingHost host;
        host.refuseSubject("refused");
        auto running = started(account(box), host);
        QTRY_VERIFY_WITH_TIMEOUT(host.has("good"), kPatience);
        QCOMPARE(host.taken().size(), std::size_t(2));
        QTRY_COMPARE_WITH_TIMEOUT(host.health().health, Health::Healthy, kPatience);
        QVERIFY(host.loadState("mailbox").find("skipped=1\n") != std::string::npos);
        QCOMPARE(host.calls(), 3); // and the refused one is not tried for ever
    }

    void showsThatAMailCannotBeRead_data()
    {
        QTest::addColumn<QString>("user");
        QTest::addColumn<QString>("subject");
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("shown");
        QTest::newRow("what stands in it") << "torn1"
                                           << "tea"
                                           << "poison"
                                           << "tea";
        QTest::newRow("its header") << "torn2"
                                    << "poison"
                                    << "tea"
                                    << "Mail 1 could not be read";
    }
    void showsThatAMailCannotBeRead()
    {
        QFETCH(QString, user);
        QFETCH(QString, subject);
        QFETCH(QString, body);
        QFETCH(QString, shown);
        const QString box = user + "@tributary.test";
        m_peer->drop(box, mail(subject.toStdString(), "anna@customer.test", body.toStdString() + "\r\n"), {}, daysAgo(2));
        m_peer->drop(box, mail("good"), {}, daysAgo(1));
        const AccountSettings settings = account(box);
        MailCodec codec = makeMailCodec(*readEmailSettings(settings), {}, m_clock);
        codec.read = [whole = codec.read](const FetchedMail &mail) {
            if (mail.raw->find("poison") != std::string::npos)
                throw std::runtime_error("a fault of a library");
            return whole(mail);
        };
        RecordingHost host;
        EmailDriver running(settings, host, codec, m_clock, m_tuning);
        running.start();
        QTRY_COMPARE_WITH_TIMEOUT(host.taken().size(), std::size_t(2), kPatience);
        const InboundEnvelope poisoned = host.taken().front();
        QCOMPARE(QString::fromStdString(poisoned.subject), shown);
        QVERIFY2(poisoned.text.find("could not be read") != std::string::npos, poisoned.text.c_str());
        QVERIFY(!poisoned.problems.empty());
        QVERIFY(host.has("good"));
        QVERIFY(host.loadState("mailbox").find("skipped=1\n") == std::string::npos);
    }

    void sendsOnceAndFilesACopy()
    {
        const QString box = "sent@tributary.test";
        RecordingHost host;
        auto running = started(account(box), host);
        QCOMPARE(send(*running, message("anna@customer.test", "t1.8841@tributary.test")).kind, Outcome::Sent);
        QTRY_COMPARE_WITH_TIMEOUT(copiesOf("anna@customer.test", "t1.8841@tributary.test"), 1, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(copiesOf(box, "t1.8841@tributary.test", "Sent"), 1, kPatience);
        QVERIFY(m_peer->mailsOf(box, "Sent").front().endsWith("S")); // read
        QTRY_COMPARE_WITH_TIMEOUT(host.taken().size(), std::size_t(1), kPatience);
        QCOMPARE(host.taken().front().kind, InboundEnvelope::Kind::Echo);
        QCOMPARE(host.taken().front().messageIds, Strings{"t1.8841@tributary.test"});

        OutboundMessage again = message("anna@customer.test", "t1.8841@tributary.test");
        again.lookFirst = true;
        QCOMPARE(send(*running, again).kind, Outcome::Sent);
        OutboundMessage other = message("anna@customer.test", "t2.8841@tributary.test");
        other.lookFirst = true; // the copy is ours to make, so that there is none proves nothing
        QCOMPARE(send(*running, other).kind, Outcome::Uncertain);
        again.lookOnly = other.lookOnly = true;
        QCOMPARE(send(*running, again).kind, Outcome::Sent);
        QCOMPARE(send(*running, other).problem, std::string("restored"));
        QCOMPARE(copiesOf("anna@customer.test", "t2.8841@tributary.test"), 0);
        QCOMPARE(copiesOf("anna@customer.test", "t1.8841@tributary.test"), 1);
        QCOMPARE(send(*running, message("unknown@customer.test", "t3.8841@tributary.test")).kind, Outcome::Failed);
        QCOMPARE(send(*running, message("tempfail@customer.test", "t4.8841@tributary.test")).kind, Outcome::Retry);
        QCOMPARE(copiesOf(box, "t3.8841@tributary.test", "Sent"), 0);
    }

    /// Filing the copy may take minutes, and a hub that died meanwhile would not know that the mail is out.
    void waitsTwiceForWhoIsToHaveACopy()
    {
        RecordingHost host;
        const auto running = started(account("look@tributary.test"), host);
        OutboundMessage copied = message("boris@customer.test", "copied@tributary.test");
        copied.item.details["cc"] = "greylist@customer.test";
        for (const std::int64_t attempt : {1, 2, 3}) {
            copied.item.delivery = model::Delivery{.attempts = attempt};
            const SendOutcome outcome = send(*running, copied);
            QCOMPARE(outcome.kind, attempt < 3 ? Outcome::Retry : Outcome::Sent);
            QCOMPARE(outcome.problemText.find("did not take it for greylist@") != std::string::npos, attempt == 3);
        }
    }

    /// Not by a server that is asked: what is too large is not even read.
    void refusesFilesThatAreTooLargeTogether()
    {
        const QTemporaryDir folder;
        OutboundMessage films = message("anna@customer.test", "films@tributary.test");
        for (int i = 0; i < 3; ++i) {
            QFile file(folder.filePath(QString::number(i)));
            QVERIFY(file.open(QIODevice::WriteOnly) && file.resize(25 << 20));
            films.files.push_back({.attachment = {.name = "film.mp4"}, .path = file.fileName().toStdString()});
        }
        RecordingHost host;
        const auto running = started(account("look@tributary.test"), host);
        const SendOutcome outcome = send(*running, films);
        QCOMPARE(outcome.kind, Outcome::Failed);
        QCOMPARE(outcome.problem, std::string("too-large"));
        QVERIFY2(outcome.problemText.find("50 MB") != std::string::npos, outcome.problemText.c_str());
    }

    void tellsThatItIsOutBeforeItFilesTheCopy()
    {
        const QString box = "told@tributary.test";
        AccountSettings settings = account(box);
        RecordingHost host;
        auto running = started(settings, host);
        std::promise<int> copiesWhenTold;
        running->send(message("anna@customer.test", "t6.8841@tributary.test"), [&](const SendOutcome &outcome) {
            const int copies = copiesOf(box, "t6.8841@tributary.test", "Sent");
            copiesWhenTold.set_value(outcome.kind == Outcome::Sent ? copies : -1);
        });
        QCOMPARE(copiesWhenTold.get_future().get(), 0);
        QTRY_COMPARE_WITH_TIMEOUT(copiesOf(box, "t6.8841@tributary.test", "Sent"), 1, kPatience);
    }

    void findsAnUncertainMailInSent_data()
    {
        QTest::addColumn<QString>("user");
        QTest::addColumn<QString>("sentCopy");
        QTest::addColumn<QString>("names"); // of the copy, in its header
        const QString ours = "Message-ID: <t5.8841@tributary.test>";
        QTest::newRow("we file the copy") << "look"
                                          << "yes" << ours;
        QTest::newRow("nobody files one") << "uncopied"
                                          << "no" << ours;
        QTest::newRow("Gmail's mailbox, and another server sends") << "gmail"
                                                                   << "yes" << ours;
        QTest::newRow("the server files it under another name")
            << "renamed"
            << "no"
            << "Message-ID: <other@server.test>\r\nX-Microsoft-Original-" + ours;
    }

    void findsAnUncertainMailInSent()
    {
        QFETCH(QString, user);
        QFETCH(QString, sentCopy);
        QFETCH(QString, names);
        using S = ScriptedServer;
        const QString box = user + "@tributary.test";
        ScriptedServer server(m_peer->path("tls/server.crt"), m_peer->path("tls/server.key"),
                              {S::startTls(), S::say("220 x ESMTP\r\n"), S::expect("EHLO "), S::expect("\r\n"),
                               S::say("250-x\r\n250 AUTH PLAIN\r\n"), S::expect("AUTH PLAIN "), S::expect("\r\n"),
                               S::say("235 ok\r\n"), S::expect("MAIL FROM:"), S::expect("\r\n"), S::say("250 ok\r\n"),
                               S::expect("RCPT TO:"), S::expect("\r\n"), S::say("250 ok\r\n"), S::expect("DATA\r\n"),
                               S::say("354 go\r\n"), S::expect("\r\n.\r\n")}); // and gone without a word
        AccountSettings settings = account(box);
        settings.settings["smtp"] = std::string("smtps://127.0.0.1:").append(std::to_string(server.port()));
        settings.settings["sent_copy"] = sentCopy.toStdString();
        RecordingHost host;
        auto running = started(settings, host);
        if (user == "gmail") {
            const StopSignal stop;
            const auto session = ImapSession::open(*parseImapUrl(m_peer->imapsUrl().toStdString()),
                                                   {.caFile = m_peer->caFile().toStdString()},
                                                   {.user = box.toStdString(), .password = "pw"}, m_tuning.timeouts, stop);
            QVERIFY(session && (*session)->isGmail());
        }
        OutboundMessage sent = message("anna@customer.test", "t5.8841@tributary.test");
        QCOMPARE(send(*running, sent).kind, Outcome::Uncertain);
        QCOMPARE(copiesOf(box, "t5.8841@tributary.test", "Sent"), 0);
        sent.lookFirst = true;
        QCOMPARE(send(*running, sent).kind, Outcome::Uncertain); // not in Sent: it is not sent blindly

        OutboundMessage lacking = sent; // a restored hub has its file no more
        lacking.files = {{{.name = "mug.png", .state = model::Attachment::State::Failed}, {}}};
        QCOMPARE(send(*running, lacking).kind, Outcome::Uncertain);
        lacking.lookFirst = false;
        QCOMPARE(send(*running, lacking).problem, std::string("lost-file"));
        lacking.lookFirst = true;

        m_peer->drop(box, names.toStdString() + "\r\nFrom: <" + box.toStdString() + ">\r\n\r\nHello\r\n", "Sent");
        QCOMPARE(send(*running, sent).kind, Outcome::Sent);
        QCOMPARE(send(*running, lacking).kind, Outcome::Sent);

        m_peer->stopDovecot(); // cannot look: does not send
        const SendOutcome blind = send(*running, sent);
        m_peer->startDovecot();
        QCOMPARE(blind.kind, Outcome::Retry);
        QVERIFY(blind.problemText.find("cannot be seen") != std::string::npos);
        QTRY_COMPARE_WITH_TIMEOUT(host.health().health, Health::NeedsAttention, kPatience); // it receives again
        QTRY_COMPARE_WITH_TIMEOUT(send(*running, sent).kind, Outcome::Sent, kPatience);
        QCOMPARE(host.health().health, Health::Healthy);
    }

    void looksWhereGmailFiles_data()
    {
        QTest::addColumn<QString>("named");
        QTest::addColumn<bool>("isThere"); // in the folder that the server marks
        QTest::addColumn<int>("outcome");
        QTest::newRow("another folder is named") << "Archive" << true << int(Outcome::Sent);
        QTest::newRow("none is named") << "" << true << int(Outcome::Sent);
        QTest::newRow("it went out by another server") << "" << false << int(Outcome::Uncertain);
        QTest::newRow("likewise, and another folder is named") << "Archive" << false << int(Outcome::Uncertain);
    }
    /// Gmail files what it sends in its own folder, and nobody else's mail. (Nothing here is handed to it.)
    void looksWhereGmailFiles()
    {
        QFETCH(QString, named);
        QFETCH(bool, isThere);
        QFETCH(int, outcome);
        const QString box = "gmail@tributary.test";
        const QByteArray name = "t9" + QByteArray::number(qHash(QString(QTest::currentDataTag()))) + ".1@tributary.test";
        AccountSettings settings = account(box);
        settings.settings["smtp"] = "smtps://smtp.gmail.com";
        settings.settings["sent_folder"] = named.toStdString();
        m_peer->drop(box, mail("other"), "Archive");
        if (isThere)
            m_peer->drop(box,
                         ("Message-ID: <" + name + ">\r\nFrom: <").toStdString() + box.toStdString() + ">\r\n\r\nHello\r\n",
                         "Sent");
        RecordingHost host;
        auto running = started(settings, host);
        OutboundMessage sent = message("anna@customer.test", name.toStdString());
        sent.lookFirst = true;
        sent.mayBeElsewhere = !isThere;
        QCOMPARE(int(send(*running, sent).kind), outcome);
    }

    void knowsWhoFilesWhatIsSent_data()
    {
        QTest::addColumn<bool>("isGmail");
        QTest::addColumn<QString>("smtp");
        QTest::addColumn<bool>("filed");
        QTest::newRow("Gmail") << true << "smtp.gmail.com" << true;
        QTest::newRow("Gmail, as it is called in Germany") << true << "SMTP.Googlemail.com" << true;
        QTest::newRow("Gmail's mailbox, another's server") << true << "smtp.sendgrid.net" << false;
        QTest::newRow("Gmail's mailbox, a server of a like name") << true << "smtp.gmail.com.evil.test" << false;
        QTest::newRow("Gmail's relay") << true << "smtp-relay.gmail.com" << false;
        QTest::newRow("another's mailbox, Gmail's server") << false << "smtp.gmail.com" << false;
    }
    void knowsWhoFilesWhatIsSent()
    {
        QFETCH(bool, isGmail);
        QFETCH(QString, smtp);
        QFETCH(bool, filed);
        QCOMPARE(filesSentMailItself(isGmail, {.host = smtp.toStdString()}), filed);
    }

    void saysWhatIsWrong_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("problem");
        QTest::addColumn<int>("sendOutcome");
        QTest::newRow("wrong password") << "password"
                                        << "nonsense"
                                        << "auth" << int(Outcome::Reauthorise);
        QTest::newRow("dead server") << "imap"
                                     << "imaps://127.0.0.1:1"
                                     << "unreachable" << int(Outcome::Sent);
        QTest::newRow("authority unknown") << "ca_file"
                                           << ""
                                           << "certificate" << int(Outcome::Retry);
        QTest::newRow("not a mail server") << "imap"
                                           << "imap://127.0.0.1:SMTPS"
                                           << "unreachable" << int(Outcome::Sent);
        QTest::newRow("no server named") << "imap"
                                         << ""
                                         << "config" << int(Outcome::Reauthorise);
        QTest::newRow("days that are no number") << "backfill_days"
                                                 << "many"
                                                 << "config" << int(Outcome::Reauthorise);
    }
    void saysWhatIsWrong()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(QString, problem);
        QFETCH(int, sendOutcome);
        AccountSettings settings = account("bad@tributary.test");
        value.replace("SMTPS", m_peer->smtpsUrl().section(':', -1));
        if (key == "password")
            settings.secrets["password"] = value.toStdString();
        else
            settings.settings[key.toStdString()] = value.toStdString();
        RecordingHost host;
        m_tuning.timeouts.answer = Milliseconds(1'000);
        auto running = started(settings, host);
        QTRY_VERIFY_WITH_TIMEOUT(!host.health().problem.empty(), kPatience);
        m_tuning.timeouts.answer = Milliseconds(10'000);
        QCOMPARE(QString::fromStdString(host.health().problem), problem);
        QCOMPARE(host.health().health, Health::NotWorking);
        QVERIFY(host.health().problemText.size() > 20);
        QVERIFY(host.health().problemText.find("nonsense") == std::string::npos);
        QCOMPARE(int(send(*running, message("anna@customer.test", "t9.1@tributary.test")).kind), sendOutcome);
        bool allFine = true;
        for (const ChannelDriver::Check &check : running->test()) {
            allFine &= check.ok;
            QVERIFY(!check.text.empty());
        }
        QVERIFY(!allFine);
    }

    void renewsATokenThatRanOut()
    {
        const QString fresh = QStringLiteral("{\"access_token\":\"%1\",\"expires_in\":3600}")
                                  .arg(QString::fromStdString(m_peer->token("bad@tributary.test")));
        const QString answer = QStringLiteral("HTTP/1.1 200 OK\r\nContent-Length: %1\r\nConnection: close\r\n\r\n%2")
                                   .arg(fresh.size())
                                   .arg(fresh);
        ScriptedServer login({}, {}, {ScriptedServer::expect("refresh_token="), ScriptedServer::say(answer.toStdString())});
        AccountSettings settings = account("bad@tributary.test");
        settings.secrets = {{"access_token", m_peer->token("bad@tributary.test", true)},
                            {"refresh_token", "r"},
                            {"client_id", "us"},
                            {"token_url", QStringLiteral("http://127.0.0.1:%1/token").arg(login.port()).toStdString()}};
        RecordingHost host;
        auto running = started(settings, host);
        QTRY_COMPARE_WITH_TIMEOUT(host.health().health, Health::Healthy, kPatience);
        QCOMPARE(send(*running, message("anna@customer.test", "t7.1@tributary.test")).kind, Outcome::Sent);
    }

    /// Behind a good sign-in: what waits is tried again without end, and nobody would look for it.
    void saysThatTheServerWantsAnotherSignIn()
    {
        using S = ScriptedServer;
        ScriptedServer server(m_peer->path("tls/server.crt"), m_peer->path("tls/server.key"),
                              {S::startTls(),
                               S::say("220 x ESMTP\r\n"),
                               S::expect("EHLO "),
                               S::expect("\r\n"),
                               S::say("250-x\r\n250 AUTH PLAIN\r\n"),
                               S::expect("AUTH PLAIN "),
                               S::expect("\r\n"),
                               S::say("235 ok\r\n"),
                               S::expect("MAIL FROM:"),
                               S::expect("\r\n"),
                               S::say("530 5.7.57 Client not authenticated to send mail\r\n"),
                               S::expect("RSET\r\n"),
                               S::say("250 ok\r\n"),
                               S::expect("MAIL FROM:"),
                               S::expect("\r\n"),
                               S::say("250 ok\r\n"),
                               S::expect("RCPT TO:"),
                               S::expect("\r\n"),
                               S::say("250 ok\r\n"),
                               S::expect("DATA\r\n"),
                               S::say("354 go\r\n"),
                               S::expect("\r\n.\r\n"),
                               S::say("250 queued\r\n"),
                               S::expect("never")});
        AccountSettings settings = account("bad@tributary.test");
        settings.settings["smtp"] = std::string("smtps://127.0.0.1:").append(std::to_string(server.port()));
        RecordingHost host;
        const auto running = started(settings, host);
        QTRY_COMPARE_WITH_TIMEOUT(host.health().health, Health::Healthy, kPatience);
        QCOMPARE(send(*running, message("anna@customer.test", "t8.1@tributary.test")).kind, Outcome::Reauthorise);
        QCOMPARE(host.health().health, Health::NeedsAttention);
        QCOMPARE(host.health().problem, std::string("auth"));
        QVERIFY2(host.health().problemText.find("not authenticated") != std::string::npos,
                 host.health().problemText.c_str());
        QCOMPARE(send(*running, message("anna@customer.test", "t8.2@tributary.test")).kind, Outcome::Sent);
        QCOMPARE(host.health().health, Health::Healthy);
        running->stop(); // before the server
    }

    void testsEveryPart()
    {
        RecordingHost host;
        const auto made = driver(account("bad@tributary.test"), host);
        const auto checks = made->test();
        QCOMPARE(checks.size(), std::size_t(3));
        for (const ChannelDriver::Check &check : checks)
            QVERIFY2(check.ok, check.text.c_str());
        QVERIFY(checks[1].text.find("Sent") != std::string::npos);
    }

    /// A server that says nothing is waited for; the end of the hub is not held up by that.
    void tryingEndsWithTheHub()
    {
        std::promise<void> met;
        ScriptedServer silent({}, {}, {ScriptedServer::call([&met] { met.set_value(); }), ScriptedServer::expect("never")});
        AccountSettings settings = account("bad@tributary.test");
        settings.settings["imap"] = std::string("imaps://127.0.0.1:").append(std::to_string(silent.port()));
        RecordingHost host;
        const auto made = driver(settings, host);
        auto checks = std::async(std::launch::async, [&made] { return made->test(); });
        met.get_future().wait();
        made->stop();
        QCOMPARE(checks.wait_for(std::chrono::seconds(5)), std::future_status::ready);
        for (const ChannelDriver::Check &check : checks.get())
            QVERIFY2(!check.ok, check.text.c_str());
    }

    void saysThatTheFolderForSentMailIsNotThere()
    {
        const QString box = "nosent@tributary.test";
        AccountSettings settings = account(box);
        settings.settings["sent_folder"] = "Verschickt & weg";
        RecordingHost host;
        auto running = started(settings, host);
        QTRY_COMPARE_WITH_TIMEOUT(host.health().health, Health::NeedsAttention, kPatience);
        QCOMPARE(host.health().problem, std::string("config"));
        QVERIFY(host.health().problemText.find("Verschickt &- weg") != std::string::npos);
        m_peer->drop(box, mail("nosent"));
        QTRY_VERIFY_WITH_TIMEOUT(host.has("nosent"), kPatience); // what customers write comes in all the same
        const ChannelDriver::Check folders = running->test()[1];
        QVERIFY(!folders.ok);
        QVERIFY2(folders.text.find("There are: ") != std::string::npos && folders.text.find("Archive") != std::string::npos,
                 folders.text.c_str());
        OutboundMessage uncertain = message("anna@customer.test", "t10.1@tributary.test");
        uncertain.lookFirst = true; // a person is asked at once, rather than after two days of looking
        const SendOutcome outcome = send(*running, uncertain);
        QCOMPARE(outcome.kind, Outcome::Uncertain);
        QCOMPARE(outcome.problem, std::string("no-sent-folder"));
        QCOMPARE(send(*running, message("anna@customer.test", "t11.1@tributary.test")).kind, Outcome::Sent);
        running->stop();
        settings.settings.erase("sent_folder");
        running = started(settings, host);
        QTRY_COMPARE_WITH_TIMEOUT(host.health().health, Health::Healthy, kPatience);
    }

    void readsAFolderOfAnyName()
    {
        const QString box = "named@tributary.test";
        AccountSettings settings = account(box);
        settings.settings["sent_folder"] = "Отправленные";
        m_peer->drop(box, mail("sent from elsewhere", box.toStdString()), "&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-");
        RecordingHost host;
        auto running = started(settings, host);
        QTRY_VERIFY_WITH_TIMEOUT(host.has("sent from elsewhere"), kPatience);
        QCOMPARE(send(*running, message("anna@customer.test", "t12.1@tributary.test")).kind, Outcome::Sent);
        QTRY_COMPARE_WITH_TIMEOUT(copiesOf(box, "t12.1@tributary.test", "&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-"), 1, kPatience);
        const ChannelDriver::Check folders = running->test()[1];
        QVERIFY2(folders.ok && folders.text.find("Отправленные") != std::string::npos, folders.text.c_str());
    }

    void writesFolderNamesAsImapDoes_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("written");
        QTest::newRow("plain") << "Sent Items"
                               << "Sent Items";
        QTest::newRow("an ampersand") << "R&D"
                                      << "R&-D";
        QTest::newRow("one at the end") << "R&"
                                        << "R&-";
        QTest::newRow("as the server writes it") << "R&-D/&U,BTFw-"
                                                 << "R&-D/&U,BTFw-";
        QTest::newRow("the example of RFC 3501") << "~peter/mail/台北/日本語"
                                                 << "~peter/mail/&U,BTFw-/&ZeVnLIqe-";
        QTest::newRow("umlauts and an ampersand") << "Entwürfe & Gelöschte"
                                                  << "Entw&APw-rfe &- Gel&APY-schte";
        QTest::newRow("beyond the first plane") << "📤"
                                                << "&2D3c5A-";
        QTest::newRow("a line end") << "a\r\nb"
                                    << "a&AA0ACg-b";
    }
    void writesFolderNamesAsImapDoes()
    {
        QFETCH(QString, name);
        QFETCH(QString, written);
        QCOMPARE(QString::fromStdString(imapFolderName(name.toStdString())), written);
    }

    void answersEverySendWhenStopped()
    {
        RecordingHost host;
        AccountSettings settings = account("bad@tributary.test");
        ScriptedServer silent({}, {}, {ScriptedServer::expect("never")}); // takes the connection and says nothing
        settings.settings["smtp"] = std::string("smtps://127.0.0.1:").append(std::to_string(silent.port()));
        auto running = started(settings, host);
        std::atomic<int> answers = 0;
        for (int i = 0; i < 3; ++i)
            running->send(message("anna@customer.test", "t.1@tributary.test"), [&answers](SendOutcome outcome) {
                if (outcome.kind == Outcome::Retry)
                    ++answers;
            });
        const Milliseconds begun = m_clock.steady();
        running->stop();
        QVERIFY(m_clock.steady() - begun < Milliseconds(4'000));
        QCOMPARE(answers.load(), 3);
        running->send(message("anna@customer.test", "t.1@tributary.test"), [&answers](SendOutcome) { ++answers; });
        QCOMPARE(answers.load(), 4);
        running->start(); // and again
        QTRY_COMPARE_WITH_TIMEOUT(host.health().health, Health::Healthy, kPatience);
    }

    void refusesAnExpiredCertificate() // last: it changes the server
    {
        QVERIFY(m_peer->useCertificate("IP:127.0.0.1", -1));
        RecordingHost host;
        auto running = started(account("bad@tributary.test"), host);
        QTRY_COMPARE_WITH_TIMEOUT(QString::fromStdString(host.health().problem), QString("certificate"), kPatience);
        QVERIFY(host.health().problemText.find("expired") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestEmailDriver)
#include "tst_email_driver.moc"
