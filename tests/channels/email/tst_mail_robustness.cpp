#include "core/base/rng.h"
#include "core/channels/email/mail_envelope.h"
#include "core/channels/email/mail_report.h"
#include "core/text/utf8.h"

#include <QDirIterator>
#include <QtTest>

using namespace tributary;
using namespace tributary::channels;
using namespace tributary::channels::email;

namespace {

const MailAccount account{.ownAddresses = {"support@tributary.test"}, .plusTagKey = copyOf(bytesOf("key"))};

bool isClean(const std::string &text)
{
    return text::isValidUtf8(text) && text.find('\0') == std::string::npos;
}

/// Whatever the bytes are: an envelope with an identity, valid text and safe names.
bool keepsPromises(const std::string &raw, const ParseLimits &limits = {})
{
    const InboundEnvelope envelope = toEnvelope(parseMail(raw, limits), account, fromMs(1'000));
    bool good = !envelope.externalId.empty() && !envelope.sender.address.empty() && isClean(envelope.externalId)
                && isClean(envelope.sender.address) && isClean(envelope.sender.name) && isClean(envelope.subject)
                && isClean(envelope.text) && isClean(envelope.html) && envelope.html.find("<script") == std::string::npos;
    for (const InboundAttachment &file : envelope.attachments)
        good = good && isClean(file.name) && !file.name.empty() && file.name.find_first_of("/\\") == std::string::npos;
    return good;
}

std::vector<std::string> fixtures()
{
    std::vector<std::string> out;
    QDirIterator files(TRIBUTARY_SOURCE_DIR "/tests/fixtures/email", {"*.eml"}, QDir::Files);
    while (files.hasNext()) {
        QFile file(files.next());
        if (file.open(QIODevice::ReadOnly))
            out.push_back(file.readAll().toStdString());
    }
    std::ranges::sort(out);
    return out;
}

/// One change of the kind that transport, bugs and malice make.
void mutate(std::string &raw, Rng &rng, const std::vector<std::string> &others)
{
    if (raw.empty())
        return;
    const std::size_t at = rng.below(raw.size());
    switch (rng.below(8)) {
    case 0: raw[at] = char(rng.below(256)); break;
    case 1: raw.erase(at, rng.below(40)); break;
    case 2: raw.insert(at, raw.substr(rng.below(raw.size()), rng.below(200))); break;
    case 3: raw.resize(at); break;
    case 4: raw.insert(at, rng.below(2) ? "\r\n" : "\n\n"); break;
    case 5: raw.insert(at, 1 + rng.below(30), char(rng.below(256))); break;
    case 6: {
        const std::string &other = others[rng.below(others.size())];
        raw.insert(at, other.substr(rng.below(other.size()), rng.below(400)));
        break;
    }
    default:
        raw.insert(at, std::array{"=?utf-8?B?", "?=", "\r\nContent-Type: multipart/mixed; boundary=rel\r\n", "--rel\r\n",
                                  "<", "\"", "\0x", "Content-Type: text/html\r\n\r\n<b>"}[rng.below(8)]);
    }
}

} // namespace

class TestMailRobustness : public QObject {
    Q_OBJECT
private slots:
    void randomBytesBecomeAMessage();
    void mutatedMailKeepsItsPromises();
    void cutMailKeepsItsPromises();
    void deepNestingIsBounded();
    void manyPartsAreBounded();
    void whatWouldTakeFarMoreMemoryThanItsSizeIsCut_data();
    void whatWouldTakeFarMoreMemoryThanItsSizeIsCut();
    void aReportHasBoundedFields();
    void largeMailKeepsItsTextAndNamesItsFiles();
    void hostileSizesTakeBoundedTime_data();
    void hostileSizesTakeBoundedTime();
    void mboxLineIsNoHeader();
};

void TestMailRobustness::randomBytesBecomeAMessage()
{
    SeededRng rng(11);
    for (int round = 0; round < 500; ++round) {
        std::string raw(rng.below(3000), '\0');
        for (char &c : raw)
            c = char(rng.below(256));
        QVERIFY(keepsPromises(raw));
    }
    QVERIFY(keepsPromises(""));
    const ParsedMail mail = parseMail(std::string("\xFF\xFE\x00\x01 random", 11));
    QVERIFY(!mail.defects.empty());
    QVERIFY(!mail.text.empty());
}

void TestMailRobustness::mutatedMailKeepsItsPromises()
{
    const std::vector<std::string> mails = fixtures();
    QCOMPARE(mails.size(), std::size_t(47));
    SeededRng rng(12);
    for (int round = 0; round < 4000; ++round) {
        std::string raw = mails[rng.below(mails.size())];
        for (std::uint64_t changes = 1 + rng.below(6); changes > 0; --changes)
            mutate(raw, rng, mails);
        QVERIFY2(keepsPromises(raw), QByteArray::fromStdString(raw).toPercentEncoding("\n :-").constData());
    }
}

void TestMailRobustness::cutMailKeepsItsPromises()
{
    for (const std::string &mail : fixtures()) {
        for (std::size_t size = 0; size < mail.size(); size += 37)
            QVERIFY(keepsPromises(mail.substr(0, size)));
    }
}

void TestMailRobustness::deepNestingIsBounded()
{
    std::string raw = "From: a@b.test\nContent-Type: multipart/mixed; boundary=b0\n\n", end;
    for (int level = 0; level < 2000; ++level) {
        const std::string number = std::to_string(level), next = std::to_string(level + 1);
        raw.append("--b").append(number).append("\nContent-Type: multipart/mixed; boundary=b").append(next).append("\n\n");
    }
    raw += "--b2000\n\ninnermost\n";
    const ParsedMail mail = parseMail(raw);
    QVERIFY(std::ranges::any_of(mail.defects,
                                [](const std::string &defect) { return defect.find("too deep") != std::string::npos; }));
    QVERIFY(keepsPromises(raw));
}

void TestMailRobustness::manyPartsAreBounded()
{
    std::string raw = "From: a@b.test\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nfirst\n";
    for (int i = 0; i < 20'000; ++i)
        raw += "--b\nContent-Type: application/x\n\nx\n";
    const ParsedMail mail = parseMail(raw + "--b--\n");
    QVERIFY(mail.parts.size() <= ParseLimits().maxParts);
    QCOMPARE(mail.text, std::string("first"));
    QVERIFY(std::ranges::any_of(
        mail.defects, [](const std::string &defect) { return defect.find("too many parts") != std::string::npos; }));
}

void TestMailRobustness::whatWouldTakeFarMoreMemoryThanItsSizeIsCut_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<QByteArray>("piece");
    QTest::addColumn<bool>("cut");
    const QByteArray mixed = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nfirst\n";
    QTest::newRow("empty parts") << mixed << QByteArray("--b\n\n") << true;
    QTest::newRow("headers") << QByteArray() << QByteArray("X: y\r\n") << true;
    QTest::newRow("headers of a part") << mixed + "--b\n" << QByteArray("X: y\n") << true;
    QTest::newRow("headers of a mail within") << mixed + "--b\nContent-Type: Message/RFC822\n\n"
                                              << QByteArray("X: y\n") << true;
    QTest::newRow("headers of a digest") << QByteArray("Content-Type: multipart/digest; boundary=b\n\n--b\n\n")
                                         << QByteArray("X: y\n") << true;
    QTest::newRow("text that looks like headers") << QByteArray("\n") << QByteArray("X: y\n") << false;
}

void TestMailRobustness::whatWouldTakeFarMoreMemoryThanItsSizeIsCut()
{
    QFETCH(QByteArray, head);
    QFETCH(QByteArray, piece);
    QFETCH(bool, cut);
    const std::string raw = (QByteArray("From: a@b.test\nSubject: s\n") + head + piece.repeated(110'000)).toStdString();
    const ParsedMail mail = parseMail(raw);
    QCOMPARE(
        std::ranges::any_of(
            mail.defects, [](const std::string &defect) { return defect.find("only its beginning") != std::string::npos; }),
        cut);
    QCOMPARE(mail.subject, std::string("s"));
    QCOMPARE(mail.from.front().address, std::string("a@b.test"));
    QVERIFY(keepsPromises(raw));
}

void TestMailRobustness::aReportHasBoundedFields()
{
    std::string fields = "Original-Envelope-Id: e\n\n";
    for (int i = 0; i < 3'000; ++i)
        fields += "X: y\n";
    MailReport report;
    readDeliveryStatus(fields + "\nFinal-Recipient: rfc822; a@b.test\nAction: failed\n", report);
    QCOMPARE(report.originalEnvelopeId, std::string("e"));
    QVERIFY(report.recipients.empty()); // behind what is read
}

void TestMailRobustness::largeMailKeepsItsTextAndNamesItsFiles()
{
    std::string raw =
        "From: a@b.test\r\nSubject: big\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nthe text\r\n--b\r\n"
        "Content-Type: application/zip; name=\"big.zip\"\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    const std::string line = std::string(76, 'A').append("\r\n");
    while (raw.size() < 60'000'000)
        raw += line;
    raw += "--b--\r\n";
    const InboundEnvelope envelope = toEnvelope(parseMail(raw), account, fromMs(1'000));
    QCOMPARE(envelope.text, std::string("the text"));
    QCOMPARE(envelope.subject, std::string("big"));
    QCOMPARE(envelope.attachments.size(), std::size_t(1));
    QCOMPARE(envelope.attachments.front().name, std::string("big.zip"));
    QVERIFY(!envelope.attachments.front().content);
    QVERIFY(envelope.attachments.front().sizeBytes > 43'000'000 && envelope.attachments.front().sizeBytes < 45'000'000);
    QVERIFY(!envelope.problems.empty());
}

void TestMailRobustness::hostileSizesTakeBoundedTime_data()
{
    QTest::addColumn<QByteArray>("raw");
    const QByteArray html = "From: a@b.test\nContent-Type: text/html\n\n";
    QTest::newRow("20,000 nested divs") << html + QByteArray("<div>").repeated(20'000) + "x";
    QTest::newRow("nested tables") << html + QByteArray("<table><tr><td>").repeated(5'000) + "x";
    QTest::newRow("one line of 2 M") << html + QByteArray(2'000'000, 'x');
    QTest::newRow("formatting times paragraphs")
        << html + QByteArray("<b><i><u><font color=1>").repeated(20'000) + QByteArray("<p>x").repeated(100'000);
    QTest::newRow("comments") << html + QByteArray("<!--").repeated(200'000);
    QTest::newRow("many addresses") << "To: " + QByteArray("a@b.test, ").repeated(100'000) + "\n\nx";
    QTest::newRow("nested groups") << "To: " + QByteArray("g:").repeated(20'000) + "\n\nx";
    QTest::newRow("nested comments") << "To: " + QByteArray("(").repeated(100'000) + "\n\nx";
    QTest::newRow("long references") << "References: " + QByteArray("<a@b> ").repeated(100'000) + "\n\nx";
    QTest::newRow("open references") << "References: " + QByteArray("<").repeated(500'000) + "\n\nx";
    QTest::newRow("many headers") << QByteArray("X: y\n").repeated(200'000) + "\nx";
    QTest::newRow("quoted lines") << "From: a@b.test\n\n" + QByteArray("> On 1 wrote:\n").repeated(100'000);
    QTest::newRow("encoded words") << "Subject: " + QByteArray("=?x?B?=?=").repeated(50'000) + "\n\nx";
    QTest::newRow("continued parameters") << [] {
        QByteArray raw = "Content-Type: text/plain;\n";
        for (int i = 0; i < 5'000; ++i)
            raw += " name*" + QByteArray::number(i) + "*=x;\n";
        return raw + "\nx";
    }();
}

/// Work that grew faster than the mail would not end within the time that a test has.
void TestMailRobustness::hostileSizesTakeBoundedTime()
{
    QFETCH(QByteArray, raw);
    QVERIFY(keepsPromises(raw.toStdString()));
}

void TestMailRobustness::mboxLineIsNoHeader()
{
    const ParsedMail mail =
        parseMail("From anna@customer.test Sun Nov 22 10:00:00 2026\nFrom: anna@customer.test\nSubject: s\n\ntext");
    QCOMPARE(mail.subject, std::string("s"));
    QCOMPARE(mail.from.size(), std::size_t(1));
}

QTEST_APPLESS_MAIN(TestMailRobustness)
#include "tst_mail_robustness.moc"
