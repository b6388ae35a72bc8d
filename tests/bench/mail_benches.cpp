// Mail read in from files, beside notmuch with the same Maildir.
#include "tests/bench/benches.h"
#include "tests/bench/mails.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

namespace tributary::bench {
namespace {

constexpr std::size_t kMails = 10'000;

/// The mails as files of a Maildir.
Result<void> writeMaildir(const QString &folder, const std::vector<std::string> &mails)
{
    for (const char *part : {"cur", "new", "tmp"})
        QDir().mkpath(folder + '/' + part);
    for (std::size_t i = 0; i < mails.size(); ++i) {
        QFile file(folder + QStringLiteral("/cur/%1.bench:2,S").arg(i + 1));
        if (!file.open(QIODevice::WriteOnly) || file.write(mails[i].data(), qint64(mails[i].size())) < 0)
            return failure(Error::Kind::Failed, "cannot write a mail");
    }
    return {};
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
    const bool hasFloor = !QStandardPaths::findExecutable("notmuch").isEmpty();
    if (!hasFloor)
        bench.report.note("notmuch is not here: Debian package notmuch");
    TRIBUTARY_TRY_ASSIGN(const std::vector<std::string> mails, someMails(kMails));
    const QTemporaryDir folder;
    const QString maildir = folder.filePath("mail"), program = QCoreApplication::applicationDirPath() + "/tributary-hub";
    TRIBUTARY_TRY(writeMaildir(maildir, mails));
    return bench.several(bench.runs, [&](std::vector<Figure> &figures) -> Result<void> {
        const QTemporaryDir run;
        const QString data = run.filePath("hub");
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        TRIBUTARY_TRY(cpuOf(program,
                            {"user", "add", "--data", data, "--email", Shop::kEmail, "--name", "Mara", "--role", "admin"},
                            environment, QByteArray(Shop::kPassword) + '\n'));
        TRIBUTARY_TRY_ASSIGN(const double ours, cpuOf(program, {"import", "--data", data, maildir}, environment));
        std::optional<double> floor;
        if (hasFloor) {
            QFile config(run.filePath("notmuch-config"));
            if (!config.open(QIODevice::WriteOnly))
                return failure(Error::Kind::Failed, "cannot write a file");
            config.write("[database]\npath=" + run.filePath("index").toUtf8() + "\nmail_root=" + maildir.toUtf8()
                         + "\n[new]\ntags=new\n[maildir]\nsynchronize_flags=false\n[user]\nname=a\n");
            config.close();
            QDir().mkpath(run.filePath("index"));
            environment.insert("NOTMUCH_CONFIG", config.fileName());
            TRIBUTARY_TRY_ASSIGN(const double cpu, cpuOf("notmuch", {"new", "--quiet"}, environment));
            floor = double(mails.size()) / cpu;
        }
        figures.push_back({"mail read in from a Maildir, " + shortened(std::int64_t(mails.size())),
                           double(mails.size()) / ours, "mail/CPU s", floor, "notmuch new", atLeastTimes(1)});
        return {};
    });
}

} // namespace tributary::bench
