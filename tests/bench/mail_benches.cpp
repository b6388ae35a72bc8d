// Mail read in beside notmuch, the same Maildir.
#include "tests/bench/benches.h"
#include "tests/bench/history.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

namespace tributary::bench {
namespace {

constexpr std::int64_t kMails = 20'000;

/// The mails of a made-up history as files of a Maildir; how many there are.
Result<std::int64_t> writeMaildir(const QString &folder)
{
    const QString history = folder + "/history.jsonl";
    TRIBUTARY_TRY(writeHistory(history.toStdString(), kMails * 8, 1'760'000'000'000));
    const QString mails = folder + "/mail/cur";
    QDir().mkpath(mails);
    QDir().mkpath(folder + "/mail/new");
    QDir().mkpath(folder + "/mail/tmp");
    QFile file(history);
    if (!file.open(QIODevice::ReadOnly))
        return failure(Error::Kind::Failed, "cannot read the history");
    std::int64_t count = 0;
    while (!file.atEnd() && count < kMails) {
        const QJsonObject line = QJsonDocument::fromJson(file.readLine()).object();
        if (line["channel"] != "email")
            continue;
        QFile mail(mails + QStringLiteral("/%1.bench:2,S").arg(++count));
        if (!mail.open(QIODevice::WriteOnly))
            return failure(Error::Kind::Failed, "cannot write a mail");
        const QString who = line["customer_handle"].toString().contains('@') ? line["customer_handle"].toString()
                                                                             : "someone@customer.example";
        const QDateTime at = QDateTime::fromMSecsSinceEpoch(qint64(line["at_ms"].toDouble()), Qt::UTC);
        mail.write(
            QStringLiteral("From: %1\nTo: help@shop.example\nSubject: =?utf-8?B?%2?=\nMessage-ID: <%3@bench.example>\n"
                           "Date: %4\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
                           "Content-Transfer-Encoding: 8bit\n\n%5\n")
                .arg(who, QString::fromLatin1(line["subject"].toString().toUtf8().toBase64()), line["message_id"].toString(),
                     at.toString(Qt::RFC2822Date), line["body"].toString())
                .toUtf8());
    }
    QFile::remove(history);
    return count;
}

Result<double> cpuOf(const QString &program, const QStringList &arguments, const QProcessEnvironment &environment,
                     const QByteArray &input = {})
{
    QProcess process;
    process.setProcessEnvironment(environment);
    process.setStandardOutputFile(QProcess::nullDevice());
    const double before = childrenCpu();
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(1'800'000) || process.exitCode() != 0)
        return failure(Error::Kind::Failed, program.toStdString() + ": " + process.readAllStandardError().toStdString());
    return childrenCpu() - before;
}

} // namespace

Result<void> benchMail(Bench &bench)
{
    QTemporaryDir folder;
    TRIBUTARY_TRY_ASSIGN(const std::int64_t count, writeMaildir(folder.path()));
    const QString hub = QCoreApplication::applicationDirPath() + "/tributary-hub", data = folder.filePath("hub");
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    TRIBUTARY_TRY(cpuOf(hub, {"user", "add", "--data", data, "--email", Shop::kEmail, "--name", "Mara", "--role", "admin"},
                        environment, QByteArray(Shop::kPassword) + '\n'));
    TRIBUTARY_TRY_ASSIGN(const double ours, cpuOf(hub, {"import", "--data", data, folder.filePath("mail")}, environment));
    std::optional<double> floor;
    if (QStandardPaths::findExecutable("notmuch").isEmpty()) {
        bench.report.note("notmuch is not here: Debian package notmuch");
    } else {
        QFile config(folder.filePath("notmuch-config"));
        if (!config.open(QIODevice::WriteOnly))
            return failure(Error::Kind::Failed, "cannot write a file");
        config.write("[database]\npath=" + folder.filePath("mail").toUtf8() + "\n[new]\ntags=new\n[user]\nname=a\n");
        config.close();
        environment.insert("NOTMUCH_CONFIG", config.fileName());
        TRIBUTARY_TRY_ASSIGN(const double cpu, cpuOf("notmuch", {"new", "--quiet"}, environment));
        floor = double(count) / cpu;
    }
    bench.report.add({"mail read in from a Maildir, " + shortened(count), double(count) / ours, "mail/CPU s", floor,
                      "notmuch new", atLeastTimes(1)});
    return {};
}

} // namespace tributary::bench
