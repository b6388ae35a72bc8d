// The main job, with nothing made up: a real mail system, a real browser, the real hub as a process of its own, and the
// desktop's real engine. A customer mails and chats, is one person, is answered on both ways, and nothing is lost when the
// hub is killed.
#include "core/base/digest.h"
#include "core/client/workspace.h"
#include "tests/channels/email/mail_peer.h"
#include "tests/client/waited.h"
#include "tests/e2e/browser_visitors.h"
#include "tests/e2e/hub_under_test.h"

#include <QJsonArray>
#include <QStandardPaths>
#include <QTemporaryDir>

using namespace tributary;
using namespace tributary::client;
using namespace tributary::model;
using client::testing::waited;
using tributary::channels::email::MailPeer;

namespace {

constexpr int kSoon = 30'000; ///< Milliseconds that any one step may take on a busy machine.

/// Support's mailbox, the shop's page, a hub that serves both, and one agent at a desktop.
struct Shop {
    QTemporaryDir folder;
    QString why;
    std::unique_ptr<MailPeer> mail = MailPeer::start(&why);
    BrowserVisitors visitors;
    HubUnderTest hub{folder.filePath("hub")};
    Workspace desk;
    QString widget;
    QByteArray identitySecret;

    bool open()
    {
        const QString origin = visitors.ask("shop")["origin"].toString();
        if (!mail || origin.isEmpty())
            return false;
        hub.run({"user", "add", "--email", "mara@shop.test", "--name", "Mara Lindqvist", "--role", "admin"},
                "a long demo password\n");
        hub.run({"account", "add", "email", "--name", "Support", "--set", "address=support@tributary.test", "--set",
                 "imap=" + mail->imapsUrl(), "--set", "smtp=" + mail->smtpUrl(), "--set", "ca_file=" + mail->caFile(),
                 "--set", "undo_seconds=0"},
                "password=support-pw\n");
        const QByteArray added = hub.run({"account", "add", "webchat", "--name", "Website", "--set", "origins=" + origin});
        static const QRegularExpression key("/w/([0-9a-f]+)\\.js"), secret("sign identities with: +([0-9a-f]+)");
        widget = key.match(QString::fromUtf8(added)).captured(1);
        identitySecret = secret.match(QString::fromUtf8(added)).captured(1).toUtf8();
        if (widget.isEmpty() || identitySecret.isEmpty() || !hub.start() || !waited(desk.open(folder.filePath("profile"))))
            return false;
        return waited(desk.signIn(hub.agents(), "mara@shop.test", "a long demo password")).has_value();
    }

    bool visit(const QString &name)
    {
        return visitors.does(name, "visit", {{"hub", hub.customers().toString()}, {"key", widget}});
    }
    /// What the shop's server would put on the page for somebody who is signed in there.
    QJsonObject signedIdentity(const QByteArray &email) const
    {
        const auto hash = hmacSha256(bytesOf(std::string_view(identitySecret.data(), std::size_t(identitySecret.size()))),
                                     bytesOf(std::string_view(email.data(), std::size_t(email.size()))));
        return {{"identifier", QString::fromUtf8(email)},
                {"hash", QString::fromStdString(toHex(hash))},
                {"email", QString::fromUtf8(email)},
                {"name", "Anna Petrova"}};
    }

    std::vector<store::ConversationRow> openRows()
    {
        return waited(desk.conversations({.queue = store::Queue::AllOpen})).value_or(std::vector<store::ConversationRow>());
    }
    std::optional<store::ConversationRow> conversation(Channel channel)
    {
        for (const auto &row : openRows()) {
            if (row.conversation.channel == channel)
                return row;
        }
        return std::nullopt;
    }
    std::vector<TimelineItem> timeline(CustomerId root)
    {
        return waited(desk.timelineBefore(root, fromMs(4'000'000'000'000), {}, 200)).value_or(store::TimelinePage()).items;
    }
    std::optional<TimelineItem> item(CustomerId root, const std::string &body)
    {
        for (const TimelineItem &one : timeline(root)) {
            if (one.body.starts_with(body))
                return one;
        }
        return std::nullopt;
    }
    int count(CustomerId root, const std::string &body)
    {
        return int(std::ranges::count_if(timeline(root), [&](const TimelineItem &one) { return one.body == body; }));
    }
    bool reply(const store::ConversationRow &row, const std::string &body)
    {
        SendMessage message{.item = desk.makeId<TimelineItemId>(),
                            .conversation = row.conversation.id,
                            .to = row.conversation.identity,
                            .from = row.conversation.account,
                            .subject = row.conversation.subject,
                            .body = body};
        return waited(desk.submit(message)).has_value();
    }
    /// The mails in a customer's mailbox that hold @p text.
    QList<QByteArray> mailsTo(const QString &address, const QByteArray &text) const
    {
        QList<QByteArray> found;
        for (const QString &path : mail->mailsOf(address)) {
            QFile file(path);
            if (file.open(QIODevice::ReadOnly)) {
                if (const QByteArray raw = file.readAll(); raw.contains(text))
                    found.append(raw);
            }
        }
        return found;
    }
    Delivery::State stateOf(CustomerId root, const std::string &body)
    {
        const auto found = item(root, body);
        return found && found->delivery ? found->delivery->state : Delivery::State::Held;
    }
};

std::string customersMail(const char *id, const char *text)
{
    return std::string("Authentication-Results: mx.tributary.test; dkim=pass header.d=customer.test\r\n"
                       "From: Anna Petrova <anna@customer.test>\r\nTo: support@tributary.test\r\nSubject: Broken cup\r\n"
                       "Message-ID: <")
           + id + "@customer.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text + "\r\n";
}

} // namespace

class TestMainJob : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }
    void oneCustomerOnTwoChannels();
};

void TestMainJob::oneCustomerOnTwoChannels()
{
    Shop shop;
    QVERIFY2(shop.open(), qPrintable(shop.why));
    QTRY_COMPARE_WITH_TIMEOUT(shop.desk.status().state, Status::State::Live, kSoon);

    // A customer mails; the mail is on the agent's timeline.
    shop.mail->drop("support@tributary.test", customersMail("first", "Hello, two of the six cups came broken."));
    QTRY_VERIFY_WITH_TIMEOUT(shop.conversation(Channel::Email), kSoon);
    const auto mailed = *shop.conversation(Channel::Email);
    const CustomerId anna = mailed.customer;
    QCOMPARE(mailed.customerName, std::string("Anna Petrova"));
    QVERIFY(shop.item(anna, "Hello, two of the six cups"));

    // The same person chats, signed by the shop's server: the same timeline, another channel.
    QVERIFY(shop.visit("anna"));
    QVERIFY(shop.visitors.does("anna", "identify", {{"who", shop.signedIdentity("anna@customer.test")}}));
    QVERIFY(shop.visitors.does("anna", "open"));
    QVERIFY(shop.visitors.does("anna", "write", {{"text", "Did you get my mail?"}}));
    QTRY_VERIFY_WITH_TIMEOUT(shop.item(anna, "Did you get my mail?"), kSoon);
    QCOMPARE(shop.item(anna, "Did you get my mail?")->channel, Channel::WebChat);
    const auto chatted = *shop.conversation(Channel::WebChat);
    QCOMPARE(chatted.customer, anna);

    // Somebody who only types that address is suggested, no more; one command links, another undoes it.
    QVERIFY(shop.visit("claimant"));
    QVERIFY(shop.visitors.does("claimant", "open"));
    QVERIFY(shop.visitors.does("claimant", "introduce", {{"name", "A. P."}, {"email", "anna@customer.test"}}));
    QVERIFY(shop.visitors.does("claimant", "write", {{"text", "It is me, from my phone."}}));
    QTRY_VERIFY_WITH_TIMEOUT(shop.openRows().size() == 3, kSoon);
    const auto rows = shop.openRows();
    const auto claimed = std::ranges::find_if(rows, [&](const auto &row) { return row.customer != anna; });
    QVERIFY(claimed != rows.end());
    QVERIFY(!shop.item(anna, "It is me, from my phone."));
    QTRY_VERIFY_WITH_TIMEOUT(!waited(shop.desk.customerCard(anna))->value().suggestions.empty(), kSoon);
    const LinkCustomers merge{.link = shop.desk.makeId<CustomerLinkId>(), .from = claimed->customer, .into = anna};
    QVERIFY(waited(shop.desk.submit(merge)));
    QTRY_VERIFY_WITH_TIMEOUT(shop.item(anna, "It is me, from my phone."), kSoon);
    QVERIFY(waited(shop.desk.undo()));
    QTRY_VERIFY_WITH_TIMEOUT(!shop.item(anna, "It is me, from my phone."), kSoon);

    // The agent answers both, each by its own channel.
    QVERIFY(shop.reply(mailed, "New cups are on their way to you."));
    QVERIFY(shop.reply(chatted, "We did, and answered it just now."));
    QTRY_COMPARE_WITH_TIMEOUT(shop.mailsTo("anna@customer.test", "New cups are on their way").size(), 1, kSoon);
    const QByteArray answer = shop.mailsTo("anna@customer.test", "New cups are on their way").constFirst();
    QVERIFY2(answer.contains("In-Reply-To: <first@customer.test>"), answer.constData());
    QVERIFY(answer.contains("Subject: Re: Broken cup"));
    QVERIFY(shop.visitors.does("anna", "sees", {{"text", "We did, and answered it just now."}}));
    QTRY_VERIFY_WITH_TIMEOUT(shop.stateOf(anna, "We did, and answered") >= Delivery::State::Delivered, kSoon);
    QTRY_COMPARE_WITH_TIMEOUT(shop.stateOf(anna, "New cups are on their way"), Delivery::State::Sent, kSoon);

    // The hub dies in the middle of it; agent and visitor keep writing; it returns, and everything arrives once.
    shop.hub.kill();
    QVERIFY(shop.reply(mailed, "Written while the hub was gone, by mail."));
    QVERIFY(shop.reply(chatted, "Written while the hub was gone, in the chat."));
    // Another conversation: in the same one the send guard would rightly ask the agent first.
    QVERIFY(shop.visitors.does("claimant", "write", {{"text", "Are you still there?"}}));
    QCOMPARE(shop.count(anna, "Written while the hub was gone, by mail."), 1);
    QVERIFY(shop.hub.start());
    shop.desk.tryNow();
    QTRY_COMPARE_WITH_TIMEOUT(shop.mailsTo("anna@customer.test", "Written while the hub was gone, by mail.").size(), 1,
                              kSoon);
    QVERIFY(shop.visitors.does("anna", "sees", {{"text", "Written while the hub was gone, in the chat."}}));
    QTRY_COMPARE_WITH_TIMEOUT(shop.count(claimed->customer, "Are you still there?"), 1, 2 * kSoon);
    QTRY_VERIFY_WITH_TIMEOUT(waited(shop.desk.outbox())->empty(), kSoon);
    QCOMPARE(shop.count(anna, "Written while the hub was gone, by mail."), 1);
    QCOMPARE(shop.count(anna, "Written while the hub was gone, in the chat."), 1);
    QJsonObject twice =
        shop.visitors.ask("count", {{"as", "anna"}, {"text", "Written while the hub was gone, in the chat."}});
    QCOMPARE(twice["count"].toInt(), 1);
    if (const QByteArray shots = qgetenv("TRIBUTARY_SHOTS"); !shots.isEmpty())
        shop.visitors.does("anna", "shot", {{"path", QString::fromUtf8(shots) + "/main-job-chat.png"}});
    QCOMPARE(shop.mailsTo("anna@customer.test", "New cups are on their way").size(), 1);
    QCOMPARE(shop.hub.stop(), 0);
}

QTEST_GUILESS_MAIN(TestMainJob)
#include "tst_main_job.moc"
