#include "core/base/digest.h"
#include "core/channels/email/mail_envelope.h"
#include "core/channels/email/mail_threading.h"
#include "core/channels/email/mail_writer.h"

#include "core/model/command_files.h"
#include "core/text/quote_splitter.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::channels;
using namespace tributary::channels::email;

namespace {

MailIdentity identity()
{
    return {.address = "support@tributary.test",
            .name = "Tent Shop",
            .plusTagKey = copyOf(bytesOf("key")),
            .now = fromMs(1'795'338'000'000)};
}

OutboundMessage reply()
{
    OutboundMessage message;
    message.item.body = "Three are left.\n\nShall I reserve one? See https://shop.example/tent";
    message.conversation.number = 8841;
    message.conversation.subject = "AW: Blue tent ⛺";
    message.to = {.address = "anna@customer.test", .shown = "Anna@customer.test", .name = "Petrova, Änna"};
    message.messageId = "t1.8841@tributary.test";
    message.agentName = "Aiko";
    message.previous = OutboundMessage::Previous{
        .messageId = "a1@customer.test",
        .references = {"a0@customer.test", "a1@customer.test"},
        .authorName = "Änna Petrova",
        .at = fromMs(1'795'300'000'000),
        .text = "Is it in stock?\n> older",
        .html = "<p>Is it <b>in stock</b>?<img data-remote-src=\"http://t.example/p\" alt=\"tent\"/></p>"};
    return message;
}

std::string written(const OutboundMessage &message, const MailIdentity &as = identity())
{
    const Result<std::string> mail = writeMail(message, as);
    return mail ? *mail : "failed: " + mail.error().detail;
}

/// Line ends and lengths as SMTP wants them.
bool isWireForm(const std::string &mail)
{
    std::size_t begin = 0;
    while (begin < mail.size()) {
        const std::size_t end = mail.find('\n', begin);
        if (end == std::string::npos || end == begin || mail[end - 1] != '\r' || end - begin > 999)
            return false;
        if (mail.substr(begin, end - begin - 1).find('\r') != std::string::npos)
            return false;
        begin = end + 1;
    }
    return true;
}

} // namespace

class TestMailWriter : public QObject {
    Q_OBJECT
private slots:
    void comesBackAsItWasWritten();
    void quotesWhatItAnswers();
    void keepsTheWireForm_data();
    void keepsTheWireForm();
    void attachesFiles();
    void attachesNoMoreThanFits();
    void refusesHeaderInjection_data();
    void refusesHeaderInjection();
    void marksAutomaticMail();
    void writesTheSubject_data();
    void writesTheSubject();
    void repeatsItselfExactly();
    void writesToSeveral();
};

void TestMailWriter::comesBackAsItWasWritten()
{
    const std::string raw = written(reply());
    const ParsedMail mail = parseMail(raw);
    QVERIFY2(mail.defects.empty(), mail.defects.empty() ? "" : mail.defects.front().c_str());
    QCOMPARE(QString::fromStdString(mail.subject), QString("Re: Blue tent ⛺"));
    QCOMPARE(mail.messageId, std::string("t1.8841@tributary.test"));
    QCOMPARE(mail.inReplyTo, std::vector<std::string>{"a1@customer.test"});
    QCOMPARE(mail.references, (std::vector<std::string>{"a0@customer.test", "a1@customer.test"}));
    QCOMPARE(QString::fromStdString(mail.from.front().name), QString("Aiko (Tent Shop)"));
    QCOMPARE(mail.from.front().address, std::string("support@tributary.test"));
    QCOMPARE(QString::fromStdString(mail.to.front().name), QString("Petrova, Änna"));
    QCOMPARE(mail.to.front().shown, std::string("Anna@customer.test"));
    QVERIFY(mail.date == identity().now);
    QCOMPARE(numberOfPlusAddress(mail.replyTo.front().address, "support@tributary.test", identity().plusTagKey),
             std::optional<std::int64_t>(8841));
    QVERIFY(QString::fromStdString(mail.text).startsWith(
        "Three are left.\n\nShall I reserve one? See https://shop.example/tent\n"));
    QVERIFY(mail.html.find("<a href=\"https://shop.example/tent\">") != std::string::npos);
    QVERIFY(!mail.hasHeader("auto-submitted"));
    QVERIFY(isWireForm(raw));

    const MailAccount account{.ownAddresses = {"support@tributary.test"}};
    const InboundEnvelope echo = toEnvelope(mail, account, identity().now, true);
    QCOMPARE(int(echo.kind), int(InboundEnvelope::Kind::Echo));
    QCOMPARE(echo.sender.address, std::string("anna@customer.test"));
}

void TestMailWriter::quotesWhatItAnswers()
{
    const ParsedMail mail = parseMail(written(reply()));
    QVERIFY2(QString::fromStdString(mail.text).endsWith(
                 "On 2026-11-21 at 22:26 UTC, Änna Petrova wrote:\n> Is it in stock?\n>> older"),
             mail.text.c_str());
    const text::SplitText split = text::splitQuote(mail.text);
    QVERIFY(split.quoted.starts_with("On 2026-11-21"));
    QVERIFY(mail.html.find("<blockquote class=\"quote\">") != std::string::npos);
    QVERIFY(mail.html.find("in stock</b>?[tent]") != std::string::npos);
    QVERIFY(mail.html.find("t.example") == std::string::npos); // nobody's pictures are fetched by opening our reply
    OutboundMessage first = reply();
    first.previous.reset();
    const ParsedMail plain = parseMail(written(first));
    QVERIFY(plain.text.find("wrote:") == std::string::npos);
    QVERIFY(!plain.hasHeader("references") && !plain.hasHeader("in-reply-to"));
}

void TestMailWriter::keepsTheWireForm_data()
{
    QTest::addColumn<QString>("body");
    QTest::newRow("long line") << QString(5000, 'x');
    QTest::newRow("long line of Chinese") << QString("帐").repeated(3000);
    QTest::newRow("dots and From") << ".\n..\nFrom here\n.end";
    QTest::newRow("old line ends") << "a\rb\r\nc\n";
    QTest::newRow("trailing spaces") << "a  \nb\t\n";
    QTest::newRow("empty") << "";
}

void TestMailWriter::keepsTheWireForm()
{
    QFETCH(QString, body);
    OutboundMessage message = reply();
    message.item.body = body.toStdString();
    message.conversation.subject = QString("帐").repeated(400).toStdString();
    for (int i = 0; i < 60; ++i)
        message.previous->references.insert(message.previous->references.begin(),
                                            "m" + std::to_string(i) + ".averyveryverylongidentifier@mail.example");
    const std::string raw = written(message);
    QVERIFY2(isWireForm(raw), raw.c_str());
    const ParsedMail mail = parseMail(raw);
    QCOMPARE(mail.references.size(), std::size_t(21));
    QString expected = body;
    expected.replace("\r\n", "\n").replace('\r', '\n');
    QVERIFY(QString::fromStdString(mail.text).startsWith(expected.trimmed()));
}

void TestMailWriter::attachesFiles()
{
    QTemporaryDir folder;
    QByteArray content(100'000, '\0');
    for (qsizetype i = 0; i < content.size(); ++i)
        content[i] = char(i * 7 + i / 256);
    QFile file(folder.filePath("blob"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
    file.close();
    OutboundMessage message = reply();
    const std::string path = folder.filePath("blob").toStdString();
    message.item.html = "<p>Look: <img src=\"cid:pic@shop\" alt=\"tent\"/></p>";
    message.files = {
        {.attachment = {.name = "Rechnung März 日本.pdf", .mediaType = "application/pdf"}, .path = path},
        {.attachment = {.name = "tent.png", .mediaType = "image/png", .contentId = "pic@shop", .isInline = true},
         .path = path},
        {.attachment = {.name = "../x\r\nBcc: evil@x.test", .mediaType = "text/html\r\nX: y"}, .path = path}};
    const std::string raw = written(message);
    QVERIFY(isWireForm(raw));
    const ParsedMail mail = parseMail(raw);
    QCOMPARE(mail.parts.size(), std::size_t(3));
    for (const MailPart &part : mail.parts)
        QVERIFY(part.content && QByteArray::fromStdString(*part.content) == content);
    QCOMPARE(mail.parts[0].role == MailPart::Role::Inline, true); // related comes before what is attached
    QCOMPARE(QString::fromStdString(mail.parts[1].name), QString("Rechnung März 日本.pdf"));
    QCOMPARE(mail.parts[2].mediaType, std::string("application/octet-stream"));
    QVERIFY(!mail.hasHeader("bcc") && raw.find("\r\nBcc:") == std::string::npos);

    // What is not what was announced goes to nobody.
    for (const bool isWhole : {true, false}) {
        message.files.front().attachment.sha256 = toHex(sha256(bytesOf(content.toStdString() + (isWhole ? "" : "x"))));
        const Result<std::string> made = writeMail(message, identity());
        QCOMPARE(made.has_value(), isWhole);
        QVERIFY(isWhole || made.error().kind == Error::Kind::Corrupt);
    }
    message.files.front().path = folder.filePath("gone").toStdString();
    const Result<std::string> failed = writeMail(message, identity());
    QVERIFY(!failed && failed.error().kind == Error::Kind::NotFound);
}

void TestMailWriter::attachesNoMoreThanFits()
{
    const QTemporaryDir folder;
    OutboundMessage message = reply();
    for (const qint64 bytes : {qint64(model::kMaxFilesBytes), qint64(1)}) {
        QFile file(folder.filePath(QString::number(bytes)));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.resize(bytes)); // with a hole: no room on the disk is taken
        // What the message says of it may be as old as the desktop that sent it.
        message.files.push_back({.attachment = {.name = "film.mp4", .sizeBytes = 1}, .path = file.fileName().toStdString()});
    }
    const Result<std::string> refused = writeMail(message, identity());
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::TooLarge);
    message.files.erase(message.files.begin());
    QVERIFY(writeMail(message, identity()));
}

void TestMailWriter::refusesHeaderInjection_data()
{
    QTest::addColumn<int>("field");
    const char *names[] = {"recipient", "name",       "subject", "message id",    "agent",
                           "copies",    "no address", "sender",  "id in brackets"};
    for (int i = 0; i < 9; ++i)
        QTest::newRow(names[i]) << i;
}

void TestMailWriter::refusesHeaderInjection()
{
    QFETCH(int, field);
    OutboundMessage message = reply();
    MailIdentity as = identity();
    const std::string evil = "x\r\nBcc: evil@x.test";
    switch (field) {
    case 0: message.to.address = "anna@customer.test\r\nBcc: evil@x.test"; break;
    case 1: message.to.name = evil; break;
    case 2: message.conversation.subject = evil; break;
    case 3: message.messageId = evil; break;
    case 4: message.agentName = evil; break;
    case 5: message.item.details["cc"] = "b@x.test\nBcc: evil@x.test"; break;
    case 6: message.to.address = "anna"; break;
    case 7:
        as.address = "support@tributary.test\n";
        as.address += "X: y";
        break;
    case 8: message.messageId = "a@x> <b@x"; break;
    }
    const Result<std::string> mail = writeMail(message, as);
    QVERIFY(!mail);
    QCOMPARE(mail.error().kind, Error::Kind::Invalid);
}

void TestMailWriter::marksAutomaticMail()
{
    OutboundMessage message = reply();
    message.item.automatic = true;
    const ParsedMail mail = parseMail(written(message));
    QCOMPARE(std::string(mail.header("auto-submitted")), std::string("auto-replied"));
    QCOMPARE(std::string(mail.header("x-auto-response-suppress")), std::string("All"));
}

void TestMailWriter::writesTheSubject_data()
{
    QTest::addColumn<QString>("given");
    QTest::addColumn<bool>("isReply");
    QTest::addColumn<bool>("numbered");
    QTest::addColumn<QString>("expected");
    QTest::newRow("reply") << "Blue tent" << true << false << "Re: Blue tent";
    QTest::newRow("reply to a reply") << "RE: Re: AW: Blue tent" << true << false << "Re: Blue tent";
    QTest::newRow("first mail") << "Blue tent" << false << false << "Blue tent";
    QTest::newRow("number") << "Blue tent" << true << true << "Re: Blue tent [#8841]";
    QTest::newRow("number is there") << "Re: Blue tent [#8841]" << true << true << "Re: Blue tent [#8841]";
}

void TestMailWriter::writesTheSubject()
{
    QFETCH(QString, given);
    QFETCH(bool, isReply);
    QFETCH(bool, numbered);
    QFETCH(QString, expected);
    OutboundMessage message = reply();
    message.conversation.subject = given.toStdString();
    if (!isReply)
        message.previous.reset();
    MailIdentity as = identity();
    as.numberInSubject = numbered;
    QCOMPARE(QString::fromStdString(parseMail(written(message, as)).subject), expected);
}

void TestMailWriter::repeatsItselfExactly()
{
    const ParsedMail first = parseMail(written(reply())), second = parseMail(written(reply()));
    QCOMPARE(first.messageId, second.messageId);
    QCOMPARE(first.text, second.text);
}

void TestMailWriter::writesToSeveral()
{
    OutboundMessage message = reply();
    message.to.address = message.to.shown = "zoë@münchen.example";
    message.item.details["cc"] = "Boris <boris@customer.test>, \"X, Y\" <xy@customer.test>, boris@customer.test";
    const std::vector<std::string> expected{"zoë@xn--mnchen-3ya.example", "boris@customer.test", "xy@customer.test"};
    QCOMPARE(recipientsOf(message), expected);
    const ParsedMail mail = parseMail(written(message));
    QCOMPARE(mail.to.front().address, std::string("zoë@münchen.example"));
    QCOMPARE(mail.cc.size(), std::size_t(3));
    QCOMPARE(mail.cc[1].name, std::string("X, Y"));
}

QTEST_APPLESS_MAIN(TestMailWriter)
#include "tst_mail_writer.moc"
