#include "core/channels/email/mail_classify.h"
#include "core/channels/email/mail_parser.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

using namespace tributary;
using namespace tributary::channels::email;

namespace {

const QString folder = QStringLiteral(TRIBUTARY_SOURCE_DIR "/tests/fixtures/email/");

QByteArray contentOf(const QString &name)
{
    QFile file(folder + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QJsonObject expectations()
{
    return QJsonDocument::fromJson(contentOf("expected.json"))["files"].toObject();
}

QString shown(const std::string &text)
{
    return QString::fromStdString(text);
}

/// `<id>` or an empty string for null.
QString bare(const QJsonValue &id)
{
    return id.toString().remove('<').remove('>');
}

QStringList idsOf(const ParsedMail &mail)
{
    QStringList ids;
    for (const auto &list : {mail.references, mail.inReplyTo}) {
        for (const std::string &id : list) {
            if (!ids.contains(shown(id)))
                ids << shown(id);
        }
    }
    return ids;
}

} // namespace

/// Every fixture against expected.json, which was made with two other parsers.
class TestMailFixtures : public QObject {
    Q_OBJECT
private slots:
    void readsHeaders_data() { addFixtures(); }
    void readsHeaders();
    void readsBody_data() { addFixtures(); }
    void readsBody();
    void readsParts_data() { addFixtures(); }
    void readsParts();
    void classifies_data() { addFixtures(); }
    void classifies();

private:
    static void addFixtures();
};

void TestMailFixtures::addFixtures()
{
    QTest::addColumn<QByteArray>("raw");
    QTest::addColumn<QJsonObject>("expected");
    const QJsonObject files = expectations();
    QCOMPARE(files.size(), 45);
    for (auto file = files.begin(); file != files.end(); ++file)
        QTest::newRow(qPrintable(file.key())) << contentOf(file.key()) << file->toObject();
}

void TestMailFixtures::readsHeaders()
{
    QFETCH(QByteArray, raw);
    QFETCH(QJsonObject, expected);
    const ParsedMail mail = parseMail(raw.toStdString());
    QCOMPARE(shown(mail.subject), expected["subject"].toString());
    QCOMPARE(shown(mail.messageId), bare(expected["message_id"]));
    QStringList from, expectedFrom;
    for (const MailAddress &address : mail.from)
        from << shown(address.address);
    for (const QJsonValue &address : expected["from"].toArray())
        expectedFrom << address.toString().toLower();
    QCOMPARE(from, expectedFrom);

    QStringList dates;
    if (expected["date_utc"].isArray())
        for (const QJsonValue &date : expected["date_utc"].toArray())
            dates << date.toString();
    else
        dates << expected["date_utc"].toString();
    QVERIFY2(dates.contains(mail.date ? shown(toIso(*mail.date)) : QString()),
             mail.date ? toIso(*mail.date).c_str() : "none");

    QStringList ids;
    for (const QJsonValue &id : expected["thread_ids"].toArray())
        ids << bare(id);
    QStringList found = idsOf(mail);
    ids.sort();
    found.sort();
    QCOMPARE(found, ids);
}

void TestMailFixtures::readsBody()
{
    QFETCH(QByteArray, raw);
    QFETCH(QJsonObject, expected);
    const ParsedMail mail = parseMail(raw.toStdString());
    QVERIFY2(shown(mail.text).startsWith(expected["text_starts"].toString()), mail.text.c_str());
    QCOMPARE(!mail.html.empty(), expected["has_html"].toBool());
    for (const char *never :
         {"<script", "javascript:", "onerror", "onload", "127.0.0.1:9/steal", "src=\"http", "<form", "<iframe", "style="})
        QVERIFY2(mail.html.find(never) == std::string::npos, mail.html.c_str());
}

void TestMailFixtures::readsParts()
{
    QFETCH(QByteArray, raw);
    QFETCH(QJsonObject, expected);
    const ParsedMail mail = parseMail(raw.toStdString());
    std::vector<MailPart> parts = mail.parts; // expected.json does not count the machine's part of a bounce
    std::erase_if(parts, [](const MailPart &part) { return part.mediaType == "message/delivery-status"; });
    const QJsonArray attachments = expected["attachments"].toArray();
    QCOMPARE(qsizetype(parts.size()), attachments.size());
    for (qsizetype i = 0; i < attachments.size(); ++i) {
        const QJsonObject attachment = attachments[i].toObject();
        const MailPart &part = parts[std::size_t(i)];
        QCOMPARE(shown(part.name), attachment["name"].toString());
        QCOMPARE(shown(part.mediaType), attachment["type"].toString());
        QCOMPARE(part.sizeBytes, attachment["size"].toInteger());
        QCOMPARE(part.role == MailPart::Role::Inline, attachment["inline"].toBool());
        QCOMPARE(shown(part.contentId), attachment["cid"].toString());
        QVERIFY(part.content && part.content->size() == std::size_t(part.sizeBytes));
    }
}

void TestMailFixtures::classifies()
{
    QFETCH(QByteArray, raw);
    QFETCH(QJsonObject, expected);
    const MailClass found = classify(parseMail(raw.toStdString()));
    QCOMPARE(QString(name(found.kind)), expected["kind"].toString());
    QCOMPARE(found.autoAnswerAllowed, expected["auto_answer_allowed"].toBool());
    if (expected.contains("report_original_message_id"))
        QCOMPARE(shown(found.report.originalMessageId), bare(expected["report_original_message_id"]));
    if (found.kind == MailKind::Complaint || found.kind == MailKind::ReadReceipt)
        QCOMPARE(shown(found.report.originalMessageId), bare(expected["belongs_to"]));
    const QJsonArray report = expected["report"].toArray();
    if (!report.isEmpty())
        QCOMPARE(qsizetype(found.report.recipients.size()), report.size());
    for (qsizetype i = 0; i < report.size(); ++i) {
        const RecipientStatus &status = found.report.recipients[std::size_t(i)];
        QCOMPARE(shown(status.recipient), report[i]["recipient"].toString());
        QCOMPARE(shown(status.action), report[i]["action"].toString());
        QCOMPARE(shown(status.status), report[i]["status"].toString());
        QCOMPARE(shown(status.diagnostic), report[i]["diagnostic"].toString());
    }
}

QTEST_APPLESS_MAIN(TestMailFixtures)
#include "tst_mail_fixtures.moc"
