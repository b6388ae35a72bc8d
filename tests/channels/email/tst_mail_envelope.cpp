#include "core/channels/email/mail_envelope.h"
#include "core/channels/email/mail_threading.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::channels;
using namespace tributary::channels::email;
using Kind = InboundEnvelope::Kind;
using State = model::Delivery::State;

namespace {

const TimePoint arrival = fromMs(1'795'338'000'000);

MailAccount account()
{
    return {.ownAddresses = {"support@tributary.test", "sales@tributary.test"},
            .plusTagKey = copyOf(bytesOf("key")),
            .server = receivingServer("imap.tributary.test", {}, {})};
}

std::string fixture(const char *name)
{
    QFile file(QString(TRIBUTARY_SOURCE_DIR "/tests/fixtures/email/") + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

InboundEnvelope envelopeOf(const std::string &raw)
{
    return toEnvelope(parseMail(raw), account(), arrival);
}

std::string withHeaders(const std::string &headers, const std::string &body = "text")
{
    return "Message-ID: <m@x>\nDate: Sun, 22 Nov 2026 10:00:00 +0000\n" + headers + "\n\n" + body;
}

InboundEnvelope mailWith(const std::string &headers, const std::string &body = "text")
{
    return envelopeOf(withHeaders(headers, body));
}

} // namespace

class TestMailEnvelope : public QObject {
    Q_OBJECT
private slots:
    void tellsWhatHappened_data();
    void tellsWhatHappened();
    void sameIdWithOtherContentIsAnotherMessage();
    void aMailThatTheServerRenamedHasBothNames();
    void threadsByProofReferencesAndClaim();
    void choosesTheSender_data();
    void choosesTheSender();
    void japaneseHeadersHaveTheCharactersOfWindows_data();
    void japaneseHeadersHaveTheCharactersOfWindows();
    void whatIsInsideASignatureIsRead();
    void answersOfMachinesBeginWithACapital_data();
    void answersOfMachinesBeginWithACapital();
    void aDomainOfEverybodyIsNotOurs();
    void aGroupSaysWhoWrote();
    void whatWeSentIsOursWhateverItsReplyTo();
    void saysWhatIsKnownOfTheSender_data();
    void saysWhatIsKnownOfTheSender();
    void keepsWhatAReplyRefersTo_data();
    void keepsWhatAReplyRefersTo();
    void saysWhomItFailedFor();
    void tellsMailToManyFromMachines();
    void explainsABounce();
    void saysWhetherTheAddressIsGone_data();
    void saysWhetherTheAddressIsGone();
    void ordersByArrival();
    void leavesSignaturesAndReportsOut();
    void inlinePicturesAreMarked();
};

void TestMailEnvelope::tellsWhatHappened_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("state");
    QTest::addColumn<QString>("about");
    QTest::addColumn<bool>("automatic");
    const auto row = [](const char *file, Kind kind, State state = State::Queued, const char *about = "",
                        bool automatic = false) {
        QTest::newRow(file) << QString(file) << int(kind) << int(state) << QString(about) << automatic;
    };
    row("new-plain.eml", Kind::Message);
    row("no-from.eml", Kind::Message);
    row("list-mail.eml", Kind::Message, State::Queued, "", true);
    row("auto-exchange-ooo.eml", Kind::Message, State::Queued, "", true);
    row("real-bounce-expired.eml", Kind::Delivery, State::Failed, "179532206178.31478.15952627171686961190@tributary.test",
        true);
    row("bounce-two-recipients.eml", Kind::Delivery, State::Failed, "conv-8841-msg-3", true);
    row("real-dsn-delayed.eml", Kind::Delivery, State::Sent, "179532204821.31478.14690368286668477697@tributary.test", true);
    row("real-dsn-relayed.eml", Kind::Delivery, State::Delivered, "179532204762.31478.8632190340845771016@tributary.test",
        true);
    row("mdn-read.eml", Kind::Delivery, State::Read, "t1.8841@tributary.test", true);
    row("arf-complaint.eml", Kind::Delivery, State::Delivered, "t2.news@tributary.test", true);
}

void TestMailEnvelope::tellsWhatHappened()
{
    QFETCH(QString, file);
    QFETCH(int, kind);
    QFETCH(int, state);
    QFETCH(QString, about);
    QFETCH(bool, automatic);
    const InboundEnvelope envelope = envelopeOf(fixture(qPrintable(file)));
    QCOMPARE(int(envelope.kind), kind);
    QCOMPARE(envelope.automatic, automatic);
    QCOMPARE(envelope.about.empty() ? QString() : QString::fromStdString(envelope.about.front()), about);
    if (envelope.kind == Kind::Delivery)
        QCOMPARE(int(envelope.delivery.state), state);
    QVERIFY(envelope.raw && *envelope.raw == fixture(qPrintable(file)));
    QVERIFY(!envelope.externalId.empty());
    QVERIFY(!envelope.sender.address.empty());
}

void TestMailEnvelope::sameIdWithOtherContentIsAnotherMessage()
{
    const InboundEnvelope first = envelopeOf(fixture("new-plain.eml")),
                          other = envelopeOf(fixture("duplicate-message-id.eml"));
    QCOMPARE(first.messageIds, other.messageIds);
    QVERIFY(first.externalId != other.externalId);
    QCOMPARE(envelopeOf(fixture("new-plain.eml")).externalId, first.externalId);
    QCOMPARE(envelopeOf(fixture("no-message-id.eml")).externalId.size(), std::size_t(64));
}

void TestMailEnvelope::aMailThatTheServerRenamedHasBothNames()
{
    const std::string renamed = "VI1PR08MB1234ABCDEF@VI1PR08MB1234.eurprd08.prod.outlook.com";
    const ParsedMail mail = parseMail(fixture("sent-renamed.eml"));
    const InboundEnvelope fromSent = toEnvelope(mail, account(), arrival, true);
    QCOMPARE(fromSent.kind, Kind::Echo);
    QCOMPARE(fromSent.messageIds, (std::vector<std::string>{renamed, "t019ac4b2@tributary.test"}));
    // Whoever writes to us may write such a header as well.
    QCOMPARE(toEnvelope(mail, account(), arrival).messageIds, std::vector<std::string>{renamed});
}

void TestMailEnvelope::threadsByProofReferencesAndClaim()
{
    const std::string plus = plusAddress("support@tributary.test", 8841, account().plusTagKey);
    QCOMPARE(mailWith("From: a@b.test\nTo: " + plus).conversationNumber, std::optional<std::int64_t>(8841));
    QCOMPARE(mailWith("From: a@b.test\nTo: x@y.test\nCc: \"S\" <" + plus + ">").conversationNumber,
             std::optional<std::int64_t>(8841));
    QCOMPARE(mailWith("From: a@b.test\nTo: x@y.test\nDelivered-To: " + plus).conversationNumber,
             std::optional<std::int64_t>(8841));
    QVERIFY(!envelopeOf(fixture("reply-plus-address.eml")).conversationNumber); // signed with a key we do not have

    QCOMPARE(envelopeOf(fixture("reply-references-long.eml")).references.front(), std::string("t99.8841@tributary.test"));
    QCOMPARE(envelopeOf(fixture("reply-broken-references.eml")).references.front(), std::string("t1.8841@tributary.test"));
    QCOMPARE(envelopeOf(fixture("reply-subject-only.eml")).claimedNumber, std::optional<std::int64_t>(8841));
    const InboundEnvelope forward = envelopeOf(fixture("forward-rfc822.eml"));
    QVERIFY(forward.references.empty());
    QCOMPARE(forward.messageIds, std::vector<std::string>{"a20@customer.test"});
}

void TestMailEnvelope::choosesTheSender_data()
{
    QTest::addColumn<QString>("headers");
    QTest::addColumn<QString>("sender");
    QTest::addColumn<bool>("verified");
    QTest::addColumn<int>("kind");
    const auto row = [](const char *name, const char *headers, const char *sender, bool verified,
                        Kind kind = Kind::Message) {
        QTest::newRow(name) << QString(headers) << QString(sender) << verified << int(kind);
    };
    row("From", "From: Anna <Anna@Customer.test>\nTo: support@tributary.test", "anna@customer.test", false);
    row("From, and proven",
        "Authentication-Results: mx.tributary.test; dmarc=pass\nFrom: Anna <Anna@Customer.test>\n"
        "To: support@tributary.test",
        "anna@customer.test", true);
    row("another Reply-To of a person", "From: anna@work.test\nReply-To: anna@home.test", "anna@work.test", false);
    row("form robot", "From: noreply@forms.test\nReply-To: anna@customer.test", "anna@customer.test", false);
    row("form that writes as us", "From: support@tributary.test\nTo: support@tributary.test\nReply-To: anna@customer.test",
        "anna@customer.test", false);
    row("form of a web site of ours", "From: Shop <wordpress@www.shop.test>\nReply-To: anna@customer.test",
        "anna@customer.test", false);
    row("form of a web site at our domain", "From: website@tributary.test\nReply-To: anna@customer.test",
        "anna@customer.test", false);
    row("a group at our domain",
        "Authentication-Results: mx.tributary.test; dmarc=pass\nFrom: \"'Anna' via Info\" <info@tributary.test>\n"
        "Reply-To: anna@customer.test",
        "anna@customer.test", false);
    row("a colleague", "From: bob@tributary.test\nReply-To: bob.b@tributary.test", "bob@tributary.test", false);
    row("somebody at another domain", "From: info@partner.test\nReply-To: support+id8812@partner.test", "info@partner.test",
        false);
    row("form robot that is proven, and no more than that",
        "Authentication-Results: mx.tributary.test; dmarc=pass\nFrom: noreply@forms.test\nReply-To: anna@customer.test",
        "anna@customer.test", false);
    row("robot without Reply-To", "From: noreply@forms.test", "noreply@forms.test", false);
    row("as us, and a header that anybody may write",
        "Authentication-Results: mx.tributary.test; dmarc=pass\nFrom: Support <support@tributary.test>\n"
        "To: sales@tributary.test, anna@customer.test",
        "support@tributary.test", false);
    row("as us, and nothing proves it", "From: support@tributary.test\nTo: anna@customer.test", "support@tributary.test",
        false);
    row("form that writes from us to us", "From: support@tributary.test\nTo: support@tributary.test",
        "support@tributary.test", false);
    row("form on our own server that writes from us to us",
        "Authentication-Results: mx; dmarc=pass\nFrom: support@tributary.test\nTo: sales@tributary.test",
        "support@tributary.test", false);
    row("Sender when there is no From", "Sender: boris@customer.test", "boris@customer.test", false);
    row("Return-Path when there is nothing else", "Return-Path: <boris@customer.test>", "boris@customer.test", false);
    row("nobody", "Subject: x", "unknown@sender.invalid", false);
    row("forged", "Authentication-Results: mx.tributary.test; dmarc=fail (p=none)\nFrom: anna@customer.test",
        "anna@customer.test", false);
    row("what a stranger says of itself does not count",
        "Authentication-Results: mx.tributary.test; dmarc=pass\nAuthentication-Results: x; dmarc=fail\nFrom: "
        "anna@customer.test",
        "anna@customer.test", true);
    row("punycode",
        "Authentication-Results: mx.tributary.test; dkim=pass header.d=xn--mnchen-3ya.example\n"
        "From: zoe@xn--mnchen-3ya.example",
        "zoe@münchen.example", true);
}

void TestMailEnvelope::choosesTheSender()
{
    QFETCH(QString, headers);
    QFETCH(QString, sender);
    QFETCH(bool, verified);
    QFETCH(int, kind);
    const InboundEnvelope envelope = mailWith(headers.toStdString());
    QCOMPARE(QString::fromStdString(envelope.sender.address), sender);
    QCOMPARE(envelope.sender.verified, verified);
    QCOMPARE(int(envelope.kind), kind);
    const bool isOurs = sender == "support@tributary.test";
    QCOMPARE(envelope.claimsEcho, isOurs);
    if (isOurs) { // where only we can put a mail
        const InboundEnvelope sent = toEnvelope(parseMail(withHeaders(headers.toStdString())), account(), arrival, true);
        QCOMPARE(int(sent.kind), int(Kind::Echo));
        QVERIFY(!sent.claimsEcho);
    }
}

void TestMailEnvelope::japaneseHeadersHaveTheCharactersOfWindows_data()
{
    QTest::addColumn<QString>("written");
    QTest::addColumn<QString>("read");
    QTest::newRow("base64") << "=?iso-2022-jp?B?GyRCfGI2NhsoQg==?="
                            << "髙橋";
    QTest::newRow("quoted") << "=?ISO-2022-JP?Q?=1B$B|b66=1B(B_a?="
                            << "髙橋 a";
    QTest::newRow("in two words") << "=?iso-2022-jp?B?GyRCfGI2NhsoQg==?= =?iso-2022-jp*ja?b?GyRCfGI2NhsoQg==?= b"
                                  << "髙橋髙橋 b";
    QTest::newRow("euc-jp") << "=?euc-jp?B?/OK2tg==?="
                            << "髙橋";
    QTest::newRow("no end") << "=?iso-2022-jp?B?GyRC"
                            << "=?ISO-2022-JP-3?B?GyRC";
    QTest::newRow("no base64") << "=?iso-2022-jp?B?!?= a"
                               << "a";
}

void TestMailEnvelope::japaneseHeadersHaveTheCharactersOfWindows()
{
    QFETCH(const QString, written);
    QFETCH(const QString, read);
    const InboundEnvelope envelope =
        mailWith("From: " + written.toStdString() + " <a@b.test>\nSubject: " + written.toStdString());
    QCOMPARE(QString::fromStdString(envelope.subject), read);
    if (!read.startsWith("="))
        QCOMPARE(QString::fromStdString(envelope.sender.name), read);
}

void TestMailEnvelope::answersOfMachinesBeginWithACapital_data()
{
    QTest::addColumn<QString>("subject");
    QTest::addColumn<bool>("automatic");
    for (const char *subject : {"Automatic reply: Order", "Автоматический ответ: Заказ", "Автоответ: Заказ",
                                "Αυτόματη απάντηση: Order", "RÉPONSE AUTOMATIQUE : commande", "自動返信: 注文"})
        QTest::newRow(subject) << QString(subject) << true;
    QTest::newRow("of a person") << "Ответ: Заказ" << false;
}

void TestMailEnvelope::answersOfMachinesBeginWithACapital()
{
    QFETCH(const QString, subject);
    QFETCH(const bool, automatic);
    QCOMPARE(mailWith("From: a@b.test\nSubject: " + subject.toStdString()).automatic, automatic);
}

void TestMailEnvelope::whatIsInsideASignatureIsRead()
{
    const InboundEnvelope read = envelopeOf(fixture("smime-opaque.eml"));
    QCOMPARE(QString::fromStdString(read.text), "My order 4711 has not come. Zoë");
    QCOMPARE(read.attachments.size(), 1u);
    QCOMPARE(read.attachments[0].name, std::string("order.pdf"));
    QVERIFY(read.problems.empty());
    const InboundEnvelope sealed = envelopeOf(fixture("smime-encrypted.eml"));
    QCOMPARE(sealed.text, std::string());
    QCOMPARE(sealed.attachments.size(), 1u);
    QCOMPARE(sealed.attachments[0].name, std::string("smime.p7m"));
    QCOMPARE(sealed.problems, std::vector<std::string>{"The mail is encrypted; only its files can be shown."});
}

/// Everybody has an address there: a Reply-To says no more than at any other.
void TestMailEnvelope::aDomainOfEverybodyIsNotOurs()
{
    MailAccount shop = account();
    shop.ownAddresses = {"teapots@gmail.com"};
    const std::string mail = withHeaders("From: anna@gmail.com\nReply-To: anna@work.test\nTo: teapots@gmail.com");
    QCOMPARE(toEnvelope(parseMail(mail), shop, arrival).sender.address, std::string("anna@gmail.com"));
}

void TestMailEnvelope::aGroupSaysWhoWrote()
{
    const std::string group = "From: \"'Anna Alder' via Info\" <info@tributary.test>\n";
    QCOMPARE(mailWith(group + "Reply-To: anna@customer.test").sender.name, std::string("Anna Alder"));
    QCOMPARE(mailWith(group + "Reply-To: Anna <anna@customer.test>").sender.name, std::string("Anna"));
    QCOMPARE(mailWith("From: Shop <wordpress@tributary.test>\nReply-To: anna@customer.test").sender.name, std::string());
}

/// A colleague's mail program may say where answers are to go: what lies in Sent is ours all the same.
void TestMailEnvelope::whatWeSentIsOursWhateverItsReplyTo()
{
    const std::string mail =
        withHeaders("From: support@tributary.test\nReply-To: orders@elsewhere.test\nTo: anna@customer.test");
    const InboundEnvelope sent = toEnvelope(parseMail(mail), account(), arrival, true);
    QCOMPARE(int(sent.kind), int(Kind::Echo));
    QCOMPARE(sent.sender.address, std::string("anna@customer.test"));
    QCOMPARE(envelopeOf(mail).sender.address, std::string("orders@elsewhere.test")); // a form that writes as us
}

void TestMailEnvelope::saysWhatIsKnownOfTheSender_data()
{
    QTest::addColumn<QString>("headers");
    QTest::addColumn<QString>("said");
    QTest::addColumn<bool>("inArchive"); // whether the sender is taken for who it says there
    const auto row = [](const char *name, const char *headers, const char *said, bool inArchive) {
        QTest::newRow(name) << QString(headers) << QString(said) << inArchive;
    };
    row("nothing", "From: anna@customer.test", "", true);
    row("it passed", "Authentication-Results: mx.tributary.test; dmarc=pass\nFrom: anna@customer.test", "proven", true);
    row("it failed", "Authentication-Results: mx.tributary.test; dmarc=fail\nFrom: anna@customer.test", "failed", false);
    row("as us, and it failed", "Authentication-Results: mx.tributary.test; dmarc=fail\nFrom: support@tributary.test",
        "failed", false);
    row("as us, and it passed", "Authentication-Results: mx.tributary.test; dmarc=pass\nFrom: support@tributary.test", "",
        false);
    row("a form, of which only the robot failed",
        "Authentication-Results: mx.tributary.test; dmarc=fail\nFrom: noreply@forms.test\nReply-To: anna@customer.test", "",
        false);
}

void TestMailEnvelope::saysWhatIsKnownOfTheSender()
{
    QFETCH(QString, headers);
    QFETCH(QString, said);
    QFETCH(bool, inArchive);
    const std::string raw = withHeaders(headers.toStdString());
    const InboundEnvelope envelope = envelopeOf(raw);
    const auto proof = envelope.details.find("senderProof");
    QCOMPARE(proof == envelope.details.end() ? QString() : QString::fromStdString(proof->second), said);
    QCOMPARE(envelope.sender.verified, said == "proven");
    QCOMPARE(envelope.sender.disproved, said == "failed");
    QVERIFY(said != "failed" || envelope.details.contains("noAutoAnswer"));
    // What an admin takes in was kept by somebody, and another server may have taken it in.
    const InboundEnvelope kept = toEnvelope(parseMail(raw), account(), arrival, true);
    QCOMPARE(kept.reader, kMailReader);
    QCOMPARE(kept.sender.verified, inArchive);
    QVERIFY(!kept.sender.disproved && !kept.details.contains("senderProof"));
}

void TestMailEnvelope::keepsWhatAReplyRefersTo_data()
{
    QTest::addColumn<QString>("headers");
    QTest::addColumn<QString>("references");
    QTest::newRow("none") << "From: a@b.test"
                          << "";
    QTest::newRow("some") << "References: <1@x> <2@x>"
                          << "1@x 2@x";
    QTest::newRow("In-Reply-To alone") << "In-Reply-To: <1@x>"
                                       << "1@x";
    QTest::newRow("two in In-Reply-To") << "In-Reply-To: <1@x> <2@x>"
                                        << "";
    QString many = "References:", kept = "0@x";
    for (int i = 0; i < 60; ++i)
        many += QString("\n <%1@x>").arg(i);
    for (int i = 40; i < 60; ++i)
        kept += QString(" %1@x").arg(i);
    QTest::newRow("the first and the last twenty") << many << kept;
}

void TestMailEnvelope::keepsWhatAReplyRefersTo()
{
    QFETCH(QString, headers);
    QFETCH(QString, references);
    const auto details = mailWith(headers.toStdString()).details;
    QCOMPARE(details.contains("references") ? QString::fromStdString(details.at("references")) : QString(), references);
    std::string list = "References: <first@x>";
    for (int i = 0; i < 30; ++i)
        list += "\n <" + std::string(300, 'x') + std::to_string(i) + "@x>";
    const std::string long_ = mailWith(list).details.at("references");
    QVERIFY(long_.size() <= 2000 && long_.starts_with("first@x xxx") && long_.ends_with("x29@x"));
}

void TestMailEnvelope::saysWhomItFailedFor()
{
    using Addresses = std::vector<std::string>;
    QCOMPARE(envelopeOf(fixture("bounce-two-recipients.eml")).failedFor, Addresses{"a@one.example"});
    QCOMPARE(mailWith("From: MAILER-DAEMON@mx.test\nContent-Type: multipart/report; report-type=delivery-status; boundary=b",
                      "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.test\n\n"
                      "Original-Recipient: rfc822; Bob@two.example\nFinal-Recipient: rfc822; bob@elsewhere.example\n"
                      "Action: failed\n\n--b--")
                 .failedFor,
             Addresses{"bob@two.example"});
}

void TestMailEnvelope::tellsMailToManyFromMachines()
{
    QVERIFY(envelopeOf(fixture("list-mail.eml")).isToMany);
    QVERIFY(!envelopeOf(fixture("auto-exchange-ooo.eml")).isToMany);
    const InboundEnvelope away = mailWith("From: a@b.test\nList-Id: <l.b.test>\nAuto-Submitted: auto-replied");
    QVERIFY(away.automatic && !away.isToMany);
    QVERIFY(mailWith("From: a@b.test\nList-Id: <l.b.test>\nIn-Reply-To: <1@x>").details.contains("noAutoAnswer"));
}

void TestMailEnvelope::saysWhetherTheAddressIsGone_data()
{
    QTest::addColumn<QString>("said");
    QTest::addColumn<QString>("alsoSaid"); // of another recipient
    QTest::addColumn<QString>("problem");
    QTest::newRow("no such mailbox") << "550 5.1.1 no such user"
                                     << ""
                                     << "recipient";
    QTest::newRow("no such domain") << "550 5.1.2 bad destination system"
                                    << ""
                                    << "recipient";
    QTest::newRow("Exchange") << "550 5.1.10 RESOLVER.ADR.RecipientNotFound"
                              << ""
                              << "recipient";
    QTest::newRow("disabled") << "550 5.2.1 disabled"
                              << ""
                              << "recipient";
    QTest::newRow("in words alone") << "550 User unknown in virtual mailbox table"
                                    << ""
                                    << "recipient";
    QTest::newRow("in words, and a status that says nothing") << "550 5.0.0 No such mailbox here"
                                                              << ""
                                                              << "recipient";
    QTest::newRow("our own address") << "550 5.1.8 sender's domain does not exist"
                                     << ""
                                     << "bounced";
    QTest::newRow("full") << "552 5.2.2 mailbox full"
                          << ""
                          << "bounced";
    QTest::newRow("taken for spam") << "554 5.7.1 rejected"
                                    << ""
                                    << "bounced";
    QTest::newRow("given up") << "451 4.4.7 too old"
                              << ""
                              << "bounced";
    QTest::newRow("no reason") << "550 no"
                               << ""
                               << "bounced";
    QTest::newRow("both are gone") << "550 5.1.1 no such user"
                                   << "550 5.1.1 no such user"
                                   << "recipient";
    QTest::newRow("one is full") << "550 5.1.1 no such user"
                                 << "552 5.2.2 mailbox full"
                                 << "bounced";
}

/// It is kept on the address, which is not written to any more: only what is certain says so.
void TestMailEnvelope::saysWhetherTheAddressIsGone()
{
    QFETCH(const QString, said);
    QFETCH(const QString, alsoSaid);
    const auto paragraph = [](const char *address, const QString &words) {
        return words.isEmpty() ? std::string()
                               : "<" + std::string(address) + ">:\n192.0.2.1 said: " + words.toStdString() + "\n\n";
    };
    const InboundEnvelope bounce =
        mailWith("From: MAILER-DAEMON@mx.test\nReturn-Path: <>",
                 "Hi. This is the qmail-send program at mx.test.\nI'm afraid I wasn't able to deliver.\n\n"
                     + paragraph("nobody@customer.test", said) + paragraph("other@customer.test", alsoSaid)
                     + "--- Below this line is a copy of the message.\n\nFrom: support@tributary.test\n"
                       "Message-ID: <t7.8841@tributary.test>\n\nhello\n");
    QCOMPARE(int(bounce.kind), int(Kind::Delivery));
    QTEST(QString::fromStdString(bounce.delivery.problem), "problem");
}

void TestMailEnvelope::explainsABounce()
{
    const model::Delivery delivery = envelopeOf(fixture("real-bounce-unknown-user.eml")).delivery;
    QCOMPARE(delivery.problem, std::string("recipient"));
    QCOMPARE(QString::fromStdString(delivery.problemText),
             QString("who@late.test did not get it: 550 5.1.1 <who@late.test> User doesn't exist: who@late.test."));

    const InboundEnvelope qmail =
        mailWith("From: MAILER-DAEMON@mx.test\nReturn-Path: <>",
                 "Hi. This is the qmail-send program at mx.test.\nI'm afraid I wasn't able to deliver.\n\n"
                 "<nobody@customer.test>:\n192.0.2.1 said: 550 5.1.1 no such user\n\n"
                 "--- Below this line is a copy of the message.\n\nFrom: support@tributary.test\n"
                 "Message-ID: <t7.8841@tributary.test>\n\nhello\n");
    QCOMPARE(int(qmail.kind), int(Kind::Delivery));
    QCOMPARE(qmail.about.front(), std::string("t7.8841@tributary.test"));
    QCOMPARE(int(qmail.delivery.state), int(State::Failed));
    QVERIFY(qmail.delivery.problemText.find("nobody@customer.test") != std::string::npos);

    // Of nothing we can name: an agent should see it.
    const InboundEnvelope unknown =
        mailWith("From: MAILER-DAEMON@mx.test\nReturn-Path: <>", "Hi. This is the qmail-send program at mx.test.");
    QCOMPARE(int(unknown.kind), int(Kind::Message));
    QVERIFY(unknown.automatic);
    // A customer may quote such words.
    QCOMPARE(int(mailWith("From: anna@customer.test", "Hi. This is the qmail-send program, it says").kind),
             int(Kind::Message));
    QVERIFY(!mailWith("From: anna@customer.test", "Hi. This is the qmail-send program, it says").automatic);
}

void TestMailEnvelope::ordersByArrival()
{
    const InboundEnvelope future = envelopeOf(fixture("date-future.eml"));
    QVERIFY(future.at == arrival);
    QCOMPARE(future.details.at("date"), std::string("2035-01-01T00:00:00.000Z"));
}

void TestMailEnvelope::leavesSignaturesAndReportsOut()
{
    QVERIFY(envelopeOf(fixture("signed.eml")).attachments.empty());
    QVERIFY(envelopeOf(fixture("real-bounce-expired.eml")).attachments.empty());
    const auto forwarded = envelopeOf(fixture("forward-rfc822.eml")).attachments;
    QCOMPARE(forwarded.size(), std::size_t(1));
    QCOMPARE(forwarded.front().name, std::string("original.eml"));
    const auto invitation = envelopeOf(fixture("calendar-invite.eml")).attachments;
    QCOMPARE(invitation.front().name, std::string("invitation.ics"));
}

void TestMailEnvelope::inlinePicturesAreMarked()
{
    const InboundEnvelope envelope = envelopeOf(fixture("alternative-inline-image.eml"));
    QVERIFY(envelope.attachments.front().isInline);
    QVERIFY(envelope.html.find("src=\"cid:zip@customer\"") != std::string::npos);
}

QTEST_APPLESS_MAIN(TestMailEnvelope)
#include "tst_mail_envelope.moc"
