// The command line beside a service: as another user, from another view of the disk, and when the hub ends under it.
#include "tests/e2e/hub_under_test.h"

#include <QDirIterator>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <sys/stat.h>
#include <unistd.h>

namespace {

constexpr int kSoon = 60'000;
constexpr uid_t kService = 65534;
const QString kProgram = QStringLiteral(TRIBUTARY_BINARY_DIR "/bin/tributary-hub");

struct Ended {
    int code = -1;
    QByteArray said; ///< On both.
};

Ended run(const QString &program, const QStringList &arguments, const QByteArray &input = {})
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(kSoon))
        return {};
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAll()};
}

QByteArray manyLines(int count)
{
    QByteArray lines;
    for (int i = 0; i < count; ++i) {
        const QByteArray number = QByteArray::number(i);
        lines += R"({"message_id":"m)" + number + R"(","customer_handle":"c)" + QByteArray::number(i % 97)
                 + R"(@mail.test","channel":"email","direction":"in","at_ms":)" + QByteArray::number(1'700'000'000'000 + i)
                 + R"(,"body":"line )" + number + "\"}\n";
    }
    return lines;
}

bool write(const QString &path, const QByteArray &content)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
}

/// What in a folder is not the service's, the folder included.
QStringList strangeIn(const QString &folder)
{
    QStringList strange;
    const auto look = [&](const QString &path) {
        struct stat about {};
        if (::lstat(path.toLocal8Bit().constData(), &about) != 0 || about.st_uid != kService || about.st_gid != kService)
            strange += path;
    };
    look(folder);
    for (QDirIterator found(folder, QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                            QDirIterator::Subdirectories);
         found.hasNext();)
        look(found.next());
    return strange;
}

} // namespace

class TestCommandLine : public QObject {
    Q_OBJECT
private slots:
    void whatRootMakesIsTheServices();
    void whatRestoresMakeIsTheServices();
    void whoCannotBeTheServiceIsTold();
    void argumentsAreUtf8_data();
    void argumentsAreUtf8();
    void aBackupThatTheServiceAloneSeesIsAFailure();
    void aHubEndsUnderAnImport();
    void anImportEndsWithItsCommandLine();
};

/// A folder of the service in one that is root's alone, as systemd has them.
void TestCommandLine::whatRootMakesIsTheServices()
{
    if (::geteuid() != 0)
        QSKIP("root alone can give folders away");
    const QTemporaryDir outside; // mode 0700
    const QString data = outside.filePath("hub");
    QVERIFY(QDir().mkdir(data));
    QCOMPARE(::chown(data.toLocal8Bit().constData(), kService, kService), 0);
    QVERIFY(write(outside.filePath("history.jsonl"),
                  manyLines(10)
                      + R"({"message_id":"f","customer_handle":"a@mail.test","channel":"email","direction":"in","at_ms":1,)"
                        R"("body":"see","attachments":[{"name":"a.txt","data_base64":"aGk="}]})"
                        "\n"));
    const QStringList in{"--data", data};
    Ended ended = run(kProgram, QStringList{"user", "add", "--email", "a@shop.test", "--name", "A", "--role", "admin"} + in,
                      "correct horse battery\n");
    QVERIFY2(ended.code == 0, ended.said.constData());
    QVERIFY(QFile::setPermissions(outside.filePath("history.jsonl"), QFile::ReadOwner));
    ended = run(kProgram, QStringList{"import", outside.filePath("history.jsonl")} + in); // root's, and still read
    QVERIFY2(ended.code == 0, ended.said.constData());
    ended = run(kProgram,
                QStringList{"backup", "--to", outside.filePath("backup"), "--sealed", "--keys-to", outside.filePath("keys")}
                    + in);
    QVERIFY2(ended.code == 0, ended.said.constData());
    ended = run(kProgram, QStringList{"erase", "c1@mail.test", "--yes"} + in);
    QVERIFY2(ended.code == 0, ended.said.constData());
    QVERIFY(QFile::exists(data + "/people.keys") && QFile::exists(data + "/hub.erased"));
    QCOMPARE(strangeIn(data), QStringList());
    // And the service's own user goes on with it, where it can reach it.
    QVERIFY(QFile::setPermissions(outside.path(), QFile::Permissions(0x7755)));
    ended = run("setpriv", QStringList{"--reuid", "65534", "--regid", "65534", "--clear-groups", kProgram, "check"} + in);
    QVERIFY2(ended.code == 0, ended.said.constData());
}

void TestCommandLine::whatRestoresMakeIsTheServices()
{
    if (::geteuid() != 0)
        QSKIP("root alone can give folders away");
    const QTemporaryDir outside;
    const QString from = outside.filePath("from"), data = outside.filePath("hub");
    QVERIFY(write(outside.filePath("history.jsonl"), manyLines(10)));
    QCOMPARE(run(kProgram, {"import", outside.filePath("history.jsonl"), "--data", from}).code, 0);
    QCOMPARE(run(kProgram, {"backup", "--with-key", "--to", outside.filePath("backup"), "--data", from}).code, 0);
    QVERIFY(QDir().mkdir(data));
    QCOMPARE(::chown(data.toLocal8Bit().constData(), kService, kService), 0);
    const Ended ended = run(kProgram, {"restore", "--from", outside.filePath("backup"), "--data", data});
    QVERIFY2(ended.code == 0, ended.said.constData());
    QVERIFY(QFile::exists(data + "/hub.db") && QFile::exists(data + "/hub.key"));
    QCOMPARE(strangeIn(data), QStringList());
}

void TestCommandLine::whoCannotBeTheServiceIsTold()
{
    if (::geteuid() != 0)
        QSKIP("root alone can give folders away");
    const QTemporaryDir outside;
    const QString data = outside.filePath("hub");
    QVERIFY(QDir().mkdir(data));
    QCOMPARE(::chown(data.toLocal8Bit().constData(), kService, kService), 0);
    // Root as containers have it, without the right to be others.
    const Ended ended = run("setpriv", {"--bounding-set", "-setuid,-setgid", "--inh-caps", "-setuid,-setgid", kProgram,
                                        "user", "list", "--data", data});
    QCOMPARE(ended.code, 1);
    QVERIFY2(ended.said.contains("belongs to user 65534"), ended.said.constData());
    QVERIFY(QDir(data).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
}

void TestCommandLine::argumentsAreUtf8_data()
{
    QTest::addColumn<bool>("serving");
    QTest::newRow("a hub serves") << true;
    QTest::newRow("none does") << false;
}

void TestCommandLine::argumentsAreUtf8()
{
    QFETCH(const bool, serving);
    const QTemporaryDir folder;
    HubUnderTest hub(folder.filePath("hub"));
    if (serving)
        QVERIFY(hub.start());
    const Ended ended = run("sh", {"-c", kProgram + " team add \"$(printf 'caf\\351')\" --data " + folder.filePath("hub")});
    QCOMPARE(ended.code, 2);
    QVERIFY2(ended.said.contains("not UTF-8"), ended.said.constData());
    QVERIFY(!hub.run({"team", "add", "Café"}).isEmpty());
    QCOMPARE(hub.run({"team", "list"}), QByteArray("Café\tnobody\n"));
}

/// As PrivateTmp= of a service's unit has it.
void TestCommandLine::aBackupThatTheServiceAloneSeesIsAFailure()
{
    const QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkdir("tmp"));
    if (run("unshare", {"-m", "true"}).code != 0)
        QSKIP("root alone can have another view of the disk");
    HubUnderTest hub(folder.filePath("hub"));
    hub.setPlace({"unshare", "-m", "sh", "-c", "mount -t tmpfs none " + folder.filePath("tmp") + " && exec \"$@\"", "sh"},
                 "127.0.0.1");
    QVERIFY(hub.start());
    const QStringList in{"--data", folder.filePath("hub")};
    const Ended hidden = run(kProgram, QStringList{"backup", "--to", folder.filePath("tmp/backup")} + in);
    QCOMPARE(hidden.code, 1);
    QVERIFY2(hidden.said.contains("where the hub alone sees it") && hidden.said.contains("ReadWritePaths"),
             hidden.said.constData());
    const Ended seen = run(kProgram, QStringList{"backup", "--to", folder.filePath("backup")} + in);
    QVERIFY2(seen.code == 0, seen.said.constData());
    QCOMPARE(hub.stop(), 0);
}

/// A long import in a hub at work, seen to have begun.
class ImportUnderWay {
public:
    static constexpr int kLines = 400'000;

    bool begin(const QTemporaryDir &folder)
    {
        if (!write(folder.filePath("many.jsonl"), manyLines(kLines)))
            return false;
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        m_process.start(kProgram, {"import", folder.filePath("many.jsonl"), "--data", folder.filePath("hub")});
        while (!m_said.contains("imported ") && m_process.waitForReadyRead(kSoon))
            m_said += m_process.readAll();
        return m_said.contains("imported ") && m_process.state() == QProcess::Running;
    }
    void interrupt() { ::kill(pid_t(m_process.processId()), SIGINT); }
    Ended end()
    {
        m_process.waitForFinished(kSoon);
        m_said += m_process.readAll();
        return {m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1, m_said};
    }

private:
    QProcess m_process;
    QByteArray m_said;
};

int messages(const HubUnderTest &hub)
{
    return QJsonDocument::fromJson(hub.run({"check", "--json"}))["counts"]["timeline_item"].toInt(-1);
}

void TestCommandLine::aHubEndsUnderAnImport()
{
    const QTemporaryDir folder;
    HubUnderTest hub(folder.filePath("hub"));
    QVERIFY(hub.start());
    ImportUnderWay import;
    QVERIFY(import.begin(folder));
    QElapsedTimer waited;
    waited.start();
    QCOMPARE(hub.stop(), 0);
    QVERIFY2(waited.elapsed() < 8'000, qPrintable(QString::number(waited.elapsed())));
    const Ended ended = import.end();
    QCOMPARE(ended.code, 1);
    QVERIFY2(ended.said.contains("the import was stopped: taken "), ended.said.constData());
    const int there = messages(hub);
    QVERIFY(there > 0 && there < ImportUnderWay::kLines);
    QVERIFY2(ended.said.contains("taken " + QByteArray::number(there) + ","), ended.said.constData());
}

void TestCommandLine::anImportEndsWithItsCommandLine()
{
    const QTemporaryDir folder;
    HubUnderTest hub(folder.filePath("hub"));
    QVERIFY(hub.start());
    ImportUnderWay import;
    QVERIFY(import.begin(folder));
    import.interrupt();
    QCOMPARE(import.end().code, -1);
    int there = -1, same = 0; // a batch may take as long as a look or two
    const auto isOver = [&] {
        const int before = std::exchange(there, messages(hub));
        same = before == there ? same + 1 : 0;
        return same == 3;
    };
    QVERIFY(QTest::qWaitFor(isOver, kSoon));
    QVERIFY(there > 0 && there < ImportUnderWay::kLines);
    QCOMPARE(hub.stop(), 0);
}

QTEST_GUILESS_MAIN(TestCommandLine)
#include "tst_command_line.moc"
