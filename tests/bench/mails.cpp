#include "tests/bench/mails.h"

#include "tests/bench/history.h"

#include <QDateTime>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

namespace tributary::bench {

Result<std::vector<std::string>> someMails(std::size_t count)
{
    const QTemporaryDir folder;
    QFile history(folder.filePath("history.jsonl"));
    // One message in eight is a mail, or a little more.
    TRIBUTARY_TRY(writeHistory(history.fileName().toStdString(), std::int64_t(count) * 8, 1'760'000'000'000));
    if (!history.open(QIODevice::ReadOnly))
        return failure(Error::Kind::Failed, "cannot read the history");
    std::vector<std::string> mails;
    while (!history.atEnd() && mails.size() < count) {
        const QJsonObject line = QJsonDocument::fromJson(history.readLine()).object();
        if (line["channel"] != "email")
            continue;
        const QString who = line["customer_handle"].toString().contains('@') ? line["customer_handle"].toString()
                                                                             : "someone@customer.example";
        const QDateTime at = QDateTime::fromMSecsSinceEpoch(qint64(line["at_ms"].toDouble()), Qt::UTC);
        mails.push_back(
            QStringLiteral("From: %1\nTo: help@shop.example\nSubject: =?utf-8?B?%2?=\nMessage-ID: <%3@bench.example>\n"
                           "Date: %4\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
                           "Content-Transfer-Encoding: 8bit\n\n%5\n")
                .arg(who, QString::fromLatin1(line["subject"].toString().toUtf8().toBase64()), line["message_id"].toString(),
                     at.toString(Qt::RFC2822Date), line["body"].toString())
                .toStdString());
    }
    return mails;
}

} // namespace tributary::bench
