#include "core/channels/email/backfill_plan.h"
#include "core/channels/email/email_settings.h"
#include "core/channels/email/mail_codec.h"
#include "core/channels/email/mail_threading.h"
#include "core/channels/email/mailbox_state.h"

#include <QTest>

using namespace tributary;
using namespace tributary::channels;
using namespace tributary::channels::email;

namespace {

ImapSession::Summary at(std::uint32_t uid, int minute, std::uint32_t size = 1'000)
{
    return {.uid = uid, .sizeBytes = size, .arrivedAt = fromMs(1'700'000'000'000) + std::chrono::minutes(minute)};
}

} // namespace

class TestMailboxState : public QObject {
    Q_OBJECT

private slots:
    void keepsEverything()
    {
        MailboxState state;
        state.inbox = {4'294'967'295u, 17, 12, "there"};
        state.sent = {9, 4'294'967'294u, 3};
        state.newest = fromMs(1'800'000'000'123);
        state.skipped = 5;
        QVERIFY(mailboxStateFrom(toText(state)) == state);
        state.fillSince = fromMs(1'700'000'000'000);
        state.filledTo = {fromMs(1'750'000'000'000), MailFolder::Sent, 44};
        QVERIFY(mailboxStateFrom(toText(state)) == state);
    }

    void tellsPlacesApart()
    {
        const MailServer server{.host = "imap.shop.test", .port = 993};
        const std::string place = placeOf(server, "help@shop.test", "INBOX");
        QCOMPARE(placeOf({.host = "IMAP.shop.test", .port = 993}, "help@shop.test", "INBOX"), place);
        QVERIFY(placeOf({.host = "imap.other.test", .port = 993}, "help@shop.test", "INBOX") != place);
        QVERIFY(placeOf({.host = "imap.shop.test", .port = 1993}, "help@shop.test", "INBOX") != place);
        QVERIFY(placeOf(server, "sales@shop.test", "INBOX") != place);
        QVERIFY(placeOf(server, "help@shop.test", "Sent") != place);
    }

    void takesDamageAsNeverSeen_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << "";
        QTest::newRow("no lines") << "garbage";
        QTest::newRow("no values") << "inbox.validity=\ninbox.last\n=\n";
        QTest::newRow("letters") << "inbox.validity=x\nfill.since=y";
    }
    void takesDamageAsNeverSeen()
    {
        QFETCH(QString, text);
        QVERIFY(mailboxStateFrom(text.toStdString()) == MailboxState());
    }

    void fillsByArrivalAcrossFolders()
    {
        const std::vector<ImapSession::Summary> inbox{at(1, 30), at(2, 10), at(3, -5), at(4, 20)};
        const std::vector<ImapSession::Summary> sent{at(1, 20), at(2, 15)};
        BackfillPlan plan(inbox, sent, at(0, 0).arrivedAt, {});
        QCOMPARE(plan.total(), 5); // mail 3 is too old
        QStringList order;
        for (const auto &entry : plan.next(10, 1'000'000, 1'000'000))
            order << QStringLiteral("%1%2").arg(entry.place.folder == MailFolder::Inbox ? "in" : "out").arg(entry.place.uid);
        QCOMPARE(order, (QStringList{"in2", "out2", "in4", "out1", "in1"}));

        const auto window = plan.next(2, 1'000'000, 1'000'000);
        QCOMPARE(window.size(), std::size_t(2));
        const BackfillPlan resumed(inbox, sent, at(0, 0).arrivedAt, window.back().place);
        QCOMPARE(resumed.done(), 2);
        QCOMPARE(resumed.next(1, 1'000'000, 1'000'000).front().place.uid, 4u);
        plan.advance(2);
        plan.add({{at(5, 21).arrivedAt, MailFolder::Inbox, 5}, at(5, 21)});
        plan.add({{at(6, 1).arrivedAt, MailFolder::Inbox, 6}, at(6, 1)}); // from before those that are done
        QCOMPARE(plan.total(), 7);
        order.clear();
        for (const auto &entry : plan.next(10, 1'000'000, 1'000'000))
            order << QStringLiteral("%1%2").arg(entry.place.folder == MailFolder::Inbox ? "in" : "out").arg(entry.place.uid);
        QCOMPARE(order, (QStringList{"in6", "in4", "out1", "in5", "in1"}));
        plan.advance(5);
        QVERIFY(plan.isDone());
        QVERIFY(plan.next(2, 1'000'000, 1'000'000).empty());
    }

    void limitsWindows_data()
    {
        QTest::addColumn<QList<int>>("sizes");
        QTest::addColumn<int>("length");
        QTest::newRow("all fit") << QList<int>{100, 100, 100} << 3;
        QTest::newRow("too many") << QList<int>{1, 1, 1, 1, 1} << 4;
        QTest::newRow("too many bytes") << QList<int>{60'000, 50'000, 1} << 1;
        QTest::newRow("the first alone is too large") << QList<int>{150'000, 1} << 1;
        QTest::newRow("a header is small") << QList<int>{60'000'000, 1, 1} << 3;
        QTest::newRow("none") << QList<int>{} << 0;
    }
    void limitsWindows()
    {
        QFETCH(QList<int>, sizes);
        QFETCH(int, length);
        std::vector<ImapSession::Summary> summaries;
        for (const int size : sizes)
            summaries.push_back(at(1, 1, std::uint32_t(size)));
        QCOMPARE(int(windowLength(summaries, 4, 100'000, 1'000'000)), length);
    }

    void checksSettings_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("complaint"); // a word of it; empty: fine
        QTest::newRow("good") << ""
                              << ""
                              << "";
        QTest::newRow("no address") << "address"
                                    << ""
                                    << "address";
        QTest::newRow("no IMAP server") << "imap"
                                        << ""
                                        << "imap";
        QTest::newRow("an SMTP server of the wrong kind") << "smtp"
                                                          << "imaps://mail.test"
                                                          << "smtp";
        QTest::newRow("negative days") << "backfill_days"
                                       << "-1"
                                       << "backfill_days";
        QTest::newRow("no days") << "backfill_days"
                                 << "0"
                                 << "";
        QTest::newRow("half a number") << "backfill_days"
                                       << "3x"
                                       << "backfill_days";
        QTest::newRow("sent maybe") << "sent"
                                    << "maybe"
                                    << "sent";
        QTest::newRow("sent no") << "sent"
                                 << "no"
                                 << "";
        QTest::newRow("notify") << "notify"
                                << "always"
                                << "notify";
    }
    void checksSettings()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(QString, complaint);
        AccountSettings account;
        account.settings = {{"address", "a@b.test"},
                            {"imap", "imaps://mail.test"},
                            {"smtp", "smtp://mail.test"},
                            {"aliases", " help@b.test, ,info@b.test"}};
        account.secrets = {{"password", "p"}};
        account.settings[key.toStdString()] = value.toStdString();
        const auto settings = readEmailSettings(account);
        QCOMPARE(settings.has_value(), complaint.isEmpty());
        if (settings)
            QCOMPARE(settings->aliases, (std::vector<std::string>{"help@b.test", "info@b.test"}));
        else
            QVERIFY(settings.error().detail.find(complaint.toStdString()) != std::string::npos);
    }

    void believesTheServerThatIsNamed_data()
    {
        QTest::addColumn<QString>("named");
        QTest::addColumn<bool>("isProven");
        QTest::newRow("nobody") << "" << false;
        QTest::newRow("another") << "mx.else.test" << false;
        QTest::newRow("among others") << "mx.else.test, filter" << true;
    }
    void believesTheServerThatIsNamed()
    {
        QFETCH(QString, named);
        QFETCH(bool, isProven);
        AccountSettings account;
        account.settings = {{"address", "a@b.test"}, {"imap", "imaps://mail.test"}, {"smtp", "smtp://mail.test"}};
        account.settings["authserv_id"] = named.toStdString();
        account.secrets = {{"password", "p"}};
        const auto settings = readEmailSettings(account);
        QVERIFY(settings);
        const SystemClock clock;
        const MailCodec codec = makeMailCodec(*settings, {}, clock);
        FetchedMail mail;
        mail.raw = std::make_shared<const std::string>("Received: from x by filter; Sun, 22 Nov 2026 10:00:00 +0000\n"
                                                       "Authentication-Results: filter; dmarc=pass\n"
                                                       "From: anna@customer.test\nTo: a@b.test\n\ntext");
        QCOMPARE(codec.read(mail).sender.verified, isProven);
    }

    void plusAddressesCanBeTurnedOff_data()
    {
        QTest::addColumn<QString>("value");
        QTest::addColumn<bool>("isPlus");
        QTest::newRow("not said") << "" << true;
        QTest::newRow("yes") << "yes" << true;
        QTest::newRow("no") << "no" << false;
    }
    void plusAddressesCanBeTurnedOff()
    {
        QFETCH(QString, value);
        QFETCH(bool, isPlus);
        AccountSettings account;
        account.settings = {{"address", "a@b.test"}, {"imap", "imaps://mail.test"}, {"smtp", "smtp://mail.test"}};
        account.settings["plus_address"] = value.toStdString();
        account.secrets = {{"password", "p"}};
        const auto settings = readEmailSettings(account);
        QVERIFY(settings);
        const SystemClock clock;
        const Bytes key = copyOf(bytesOf("key"));
        const MailCodec codec = makeMailCodec(*settings, key, clock);
        OutboundMessage message;
        message.messageId = "t1@b.test";
        message.conversation.number = 8841;
        message.to.address = message.to.shown = "anna@customer.test";
        const auto mail = codec.write(message);
        QVERIFY2(mail, mail ? "" : mail.error().detail.c_str());
        QCOMPARE(mail->raw.find("Reply-To: ") != std::string::npos, isPlus);
        // What was sent before is answered all the same.
        FetchedMail answer;
        answer.raw = std::make_shared<const std::string>(
            "From: anna@customer.test\nTo: " + plusAddress("a@b.test", 8841, key) + "\n\nHello\n");
        QCOMPARE(codec.read(answer).conversationNumber, std::optional<std::int64_t>(8841));
    }

    void wantsASecret_data()
    {
        QTest::addColumn<QStringList>("secrets");
        QTest::addColumn<bool>("isEnough");
        QTest::newRow("none") << QStringList{} << false;
        QTest::newRow("password") << QStringList{"password"} << true;
        QTest::newRow("access token") << QStringList{"access_token"} << true;
        QTest::newRow("refresh token alone") << QStringList{"refresh_token"} << false;
        QTest::newRow("refresh token") << QStringList{"refresh_token", "token_url"} << true;
    }
    void wantsASecret()
    {
        QFETCH(QStringList, secrets);
        QFETCH(bool, isEnough);
        AccountSettings account;
        account.settings = {{"address", "a@b.test"}, {"imap", "imaps://mail.test"}, {"smtp", "smtp://mail.test"}};
        for (const QString &name : secrets)
            account.secrets[name.toStdString()] = "x";
        QCOMPARE(readEmailSettings(account).has_value(), isEnough);
    }
};

QTEST_GUILESS_MAIN(TestMailboxState)
#include "tst_mailbox_state.moc"
