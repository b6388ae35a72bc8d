// Commands that a hub runs for a command line: when they are to stop, and what they leave behind.
#include "core/hub/admin/socket.h"
#include "core/hub/loop.h"
#include "core/wire/cbor.h"

#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>
#include <future>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::hub::admin;

namespace {

constexpr int kSoon = 30'000;
constexpr const char *kNeverStops = "--never-stops";

/// In a process of its own: a hub that is told to end, and does not.
int neverStop()
{
    const auto say = [](const char *word) { (void)!::write(STDOUT_FILENO, word, 1); };
    Loop loop;
    loop.onTermination([&] { say("x"); });
    say("r");
    ::alarm(20);
    loop.run();
    return 0;
}

/// A command line that can be gone, or take nothing.
class RawLink {
public:
    explicit RawLink(const QTemporaryDir &folder)
        : m_socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        folder.filePath("hub.sock").toStdString().copy(address.sun_path, sizeof address.sun_path - 1);
        m_good = ::connect(m_socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0;
    }
    ~RawLink() { hangUp(); }
    bool ask(const std::string &verb)
    {
        Bytes bytes(4);
        wire::encode(wire::Value(wire::Map{{"arguments", wire::Value(wire::Array{wire::Value(verb)})}}), bytes);
        bytes[3] = std::byte(bytes.size() - 4);
        return m_good && ::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) == ssize_t(bytes.size());
    }
    void hangUp()
    {
        if (m_socket >= 0)
            ::close(std::exchange(m_socket, -1));
    }

private:
    int m_socket;
    bool m_good = false;
};

void awaitOver(const Console &console)
{
    for (int tries = 0; !console.isOver() && tries < kSoon; ++tries)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

/// What a command line heard, and its exit code.
struct Heard {
    std::string text;
    int code = -1;
};

Heard runIn(const QTemporaryDir &folder, const std::vector<std::string> &words)
{
    Heard heard;
    Console console;
    console.out = console.err = [&](std::string_view line) { heard.text += line; };
    heard.code = runThroughSocket(folder.path().toStdString(), words, console).value_or(-1);
    return heard;
}

} // namespace

class TestAdminSocket : public QObject {
    Q_OBJECT
private slots:
    void whoHangsUpStopsTheCommand();
    void aHubThatEndsTellsItsCommands();
    void aHubThatEndsWaitsForNobody_data();
    void aHubThatEndsWaitsForNobody();
    void whatIsLeftWhereTheHubAloneSeesItIsAFailure_data();
    void whatIsLeftWhereTheHubAloneSeesItIsAFailure();
    void whoAsksTwiceDoesNotWait();
};

void TestAdminSocket::whoHangsUpStopsTheCommand()
{
    const QTemporaryDir folder;
    std::promise<void> begun;
    std::promise<bool> ended;
    const auto server = SocketServer::open(folder.path().toStdString(), [&](const auto &, const Console &console) {
        begun.set_value();
        awaitOver(console);
        ended.set_value(console.isOver());
        return 0;
    });
    QVERIFY(server);
    RawLink link(folder);
    QVERIFY(link.ask("import"));
    begun.get_future().wait();
    link.hangUp();
    QVERIFY(ended.get_future().get());
}

void TestAdminSocket::aHubThatEndsTellsItsCommands()
{
    const QTemporaryDir folder;
    std::promise<void> begun;
    auto server = SocketServer::open(folder.path().toStdString(), [&](const auto &, const Console &console) {
        begun.set_value();
        awaitOver(console);
        console.err("stopped at line 3");
        return 1;
    });
    QVERIFY(server);
    auto heard = std::async(std::launch::async, [&] { return runIn(folder, {"import"}); });
    begun.get_future().wait();
    QElapsedTimer waited;
    waited.start();
    server->reset();
    QVERIFY(waited.elapsed() < 10'000);
    const Heard words = heard.get();
    QCOMPARE(words.code, 1);
    QCOMPARE(words.text, std::string("stopped at line 3"));
}

void TestAdminSocket::aHubThatEndsWaitsForNobody_data()
{
    QTest::addColumn<bool>("asks");
    QTest::newRow("one that says nothing") << false;
    QTest::newRow("one that takes nothing") << true;
}

void TestAdminSocket::aHubThatEndsWaitsForNobody()
{
    QFETCH(const bool, asks);
    const QTemporaryDir folder;
    std::promise<void> begun;
    auto server = SocketServer::open(folder.path().toStdString(), [&](const auto &words, const Console &console) {
        if (words.front() == "check")
            return 0;
        begun.set_value();
        console.out(std::string(8'000'000, 'x')); // more than any line between the two holds
        return 0;
    });
    QVERIFY(server);
    RawLink link(folder);
    if (asks) {
        QVERIFY(link.ask("export"));
        begun.get_future().wait();
    } else { // one that came later has been served: this one is in hand
        QCOMPARE(runThroughSocket(folder.path().toStdString(), {"check"}, Console()), std::optional(0));
    }
    server->reset(); // which would never come back
}

void TestAdminSocket::whatIsLeftWhereTheHubAloneSeesItIsAFailure_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<int>("said");
    QTest::addColumn<int>("code");
    QTest::newRow("it is there") << "there" << 0 << 0;
    QTest::newRow("there is nothing") << "gone" << 0 << 1;
    QTest::newRow("another stands there") << "another" << 0 << 1;
    QTest::newRow("another, and it failed besides") << "another" << 2 << 2;
}

/// A service has a /tmp of its own: what it writes there is at that path for nobody else.
void TestAdminSocket::whatIsLeftWhereTheHubAloneSeesItIsAFailure()
{
    QFETCH(const QString, what);
    QFETCH(const int, said);
    QFETCH(const int, code);
    const QTemporaryDir folder;
    const QString path = folder.filePath("backup");
    const auto make = [&] {
        QFile file(path);
        return file.open(QIODevice::WriteOnly);
    };
    const auto server = SocketServer::open(folder.path().toStdString(), [&](const auto &, const Console &console) {
        make();
        console.tellWrote(path.toStdString());
        if (what != "there")
            QFile::rename(path, path + ".hidden"); // so its number is not given to the next one
        if (what == "another")
            make();
        return said;
    });
    QVERIFY(server);
    const Heard heard = runIn(folder, {"backup"});
    QCOMPARE(heard.code, code);
    QCOMPARE(heard.text.find("where the hub alone sees it") != std::string::npos, what != "there");
    QCOMPARE(heard.text.find(path.toStdString()) != std::string::npos, what != "there");
}

/// Asked to end once, it finishes what is in hand, however long that takes. Asked twice, it ends.
void TestAdminSocket::whoAsksTwiceDoesNotWait()
{
    QProcess hub;
    hub.start(QCoreApplication::applicationFilePath(), {kNeverStops});
    const auto says = [&](const char *word) { return hub.waitForReadyRead(kSoon) && hub.readAllStandardOutput() == word; };
    QVERIFY(says("r"));
    ::kill(pid_t(hub.processId()), SIGTERM);
    QVERIFY(says("x"));
    QElapsedTimer since;
    since.start();
    do // at once it is the same end of a session
        ::kill(pid_t(hub.processId()), SIGTERM);
    while (!hub.waitForFinished(50));
    QVERIFY2(since.elapsed() > 2'000, qPrintable(QString::number(since.elapsed())));
    QCOMPARE(hub.exitStatus(), QProcess::CrashExit);
    QCOMPARE(hub.exitCode(), SIGTERM);
}

int main(int argc, char **argv)
{
    if (argc == 2 && std::string_view(argv[1]) == kNeverStops)
        return neverStop();
    QCoreApplication application(argc, argv);
    TestAdminSocket test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_admin_socket.moc"
