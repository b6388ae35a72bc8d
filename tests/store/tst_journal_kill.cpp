// A process that dies at any instant has lost nothing it said was written. A child appends commands and tells each number
// after append() has returned; it is killed again and again, and what it told is looked for.
#include "core/base/rng.h"
#include "core/store/journal.h"

#include <QTemporaryDir>
#include <QtTest>
#include <chrono>
#include <csignal>
#include <cstring>
#include <ctime>
#include <sys/wait.h>
#include <unistd.h>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::store;

namespace {

constexpr int kKills = 50;

/// The child: appends until it is killed. Each line is the last number of a batch, or `open` once before.
int appendForEver(const std::string &path)
{
    const SystemClock clock;
    SystemRng rng;
    IdMaker ids(clock, rng);
    auto journal = Journal::open(path, ids);
    if (!journal)
        return 3;
    const auto say = [](const std::string &line) { return ::write(STDOUT_FILENO, line.data(), line.size()) > 0; };
    say("open\n");
    for (;;) {
        std::vector<Command> batch(1 + rng.below(3));
        for (Command &command : batch) {
            command.id = ids.make<CommandId>();
            command.at = clock.now();
            command.body = AddNote{.item = ids.make<TimelineItemId>(), .body = std::string(rng.below(9000), 'x')};
        }
        const auto appended = (*journal)->append(std::move(batch));
        if (!appended || !say(std::to_string(appended->back().n) + "\n"))
            return 4;
    }
}

/// The child: finds the key of a journal that was plain.
int seal(const std::string &path)
{
    const SystemClock clock;
    SystemRng rng;
    IdMaker ids(clock, rng);
    auto journal = Journal::open(path, ids);
    const auto say = [](const char *line) { return ::write(STDOUT_FILENO, line, std::strlen(line)) > 0; };
    if (!journal || !say("open\n"))
        return 3;
    const SealKey key = *SealKey::from(Bytes(SealKey::kBytes, std::byte(7)));
    if (!(*journal)->unlock({key}, true, rng) || !(*journal)->wipe() || !say("sealed\n"))
        return 4;
    for (;;)
        ::pause();
}

struct Child {
    pid_t process = -1;
    int output = -1;
};

Child start(const std::string &path, const char *what = "--append")
{
    int ends[2];
    if (::pipe(ends) != 0)
        qFatal("no pipe");
    const pid_t process = ::fork();
    if (process == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        ::close(ends[0]);
        ::close(ends[1]);
        ::execl("/proc/self/exe", "tst_journal_kill", what, path.c_str(), nullptr);
        ::_exit(5);
    }
    ::close(ends[1]);
    return {process, ends[0]};
}

/// Reads until there are @p lines more line ends, or the output ends.
void readLines(int output, std::string &text, int lines)
{
    char byte = 0;
    while (lines > 0 && ::read(output, &byte, 1) == 1) {
        text += byte;
        lines -= byte == '\n' ? 1 : 0;
    }
}

/// Keeps the processor busy: a random instant within a commit, which a sleep would be too coarse for.
void spin(std::uint64_t nanoseconds)
{
    timespec start{};
    ::clock_gettime(CLOCK_MONOTONIC, &start);
    for (timespec now = start;
         std::uint64_t((now.tv_sec - start.tv_sec) * 1'000'000'000 + now.tv_nsec - start.tv_nsec) < nanoseconds;)
        ::clock_gettime(CLOCK_MONOTONIC, &now);
}

} // namespace

class TestJournalKill : public QObject {
    Q_OBJECT
private slots:
    void nothingToldIsLost();
    void sealedOrPlainNothingIsLost();
};

void TestJournalKill::nothingToldIsLost()
{
    const QTemporaryDir folder;
    const std::string path = folder.filePath("journal.db").toStdString();
    SeededRng rng(9);
    const ManualClock clock;
    IdMaker ids(clock, rng);
    std::int64_t told = 0;
    int withWork = 0;
    ClientId client;
    for (int kill = 0; kill < kKills; ++kill) {
        const Child child = start(path);
        std::string text;
        // Some die before they have opened the file: the first ones while they make it.
        readLines(child.output, text, int(rng.below(12)));
        spin(rng.below(3'000'000));
        QCOMPARE(::kill(child.process, SIGKILL), 0);
        int status = 0;
        QCOMPARE(::waitpid(child.process, &status, 0), child.process);
        QVERIFY2(WIFSIGNALED(status), qPrintable(QStringLiteral("it ended by itself: %1").arg(WEXITSTATUS(status))));
        readLines(child.output, text, INT_MAX); // what it told in the meantime counts as well
        ::close(child.output);
        for (const QString &line : QString::fromStdString(text).split('\n')) {
            bool isNumber = false;
            const qlonglong n = line.toLongLong(&isNumber);
            if (isNumber) {
                QVERIFY(n > told);
                told = n;
                ++withWork;
            }
        }

        const auto journal = Journal::open(path, ids);
        QVERIFY2(journal, journal ? "" : journal.error().detail.c_str());
        const auto entries = (*journal)->entriesAfter(0);
        QVERIFY(entries);
        QVERIFY2(std::int64_t(entries->size()) >= told,
                 qPrintable(QStringLiteral("%1 of %2").arg(entries->size()).arg(told)));
        for (std::size_t i = 0; i < entries->size(); ++i)
            QCOMPARE((*entries)[i].command.n, std::int64_t(i) + 1);
        told = std::int64_t(entries->size()); // what was written and not told may be there: then it stays
        const ClientId now = (*journal)->installation()->client;
        QVERIFY(!now.isNull());
        QVERIFY(client.isNull() || client == now);
        client = now;
    }
    QVERIFY2(withWork > kKills, qPrintable(QString::number(withWork)));
}

/// The journal of before there were keys, killed at any instant while it is sealed.
void TestJournalKill::sealedOrPlainNothingIsLost()
{
    const QTemporaryDir folder;
    const std::string made = folder.filePath("made.db").toStdString(), path = folder.filePath("journal.db").toStdString();
    const std::string word = "pomegranate";
    SystemRng rng;
    const ManualClock clock;
    IdMaker ids(clock, rng);
    constexpr std::size_t kCommands = 300, kDrafts = 100;
    {
        const auto journal = Journal::open(made, ids);
        std::vector<Command> commands(kCommands);
        for (Command &command : commands) {
            command.id = ids.make<CommandId>();
            command.body = AddNote{.item = ids.make<TimelineItemId>(), .body = word + std::string(rng.below(3000), 'x')};
        }
        QVERIFY((*journal)->append(commands));
        for (std::size_t i = 0; i < kDrafts; ++i)
            QVERIFY((*journal)->saveDraft({.conversation = ids.make<ConversationId>(), .body = word}));
        QVERIFY((*journal)->checkpoint(true));
    }
    const auto isOnDisk = [&] {
        for (const char *part : {"", "-wal"}) {
            QFile file(QString::fromStdString(path + part));
            if (file.open(QIODevice::ReadOnly) && file.readAll().contains(word.c_str()))
                return true;
        }
        return false;
    };
    int plain = 0, whole = 0;
    // Of the first, which is left to finish: others die within it. How long that is changes as the machine is busy.
    std::uint64_t span = 0;
    for (int kill = 0; kill <= kKills; ++kill) {
        for (const char *part : {"", "-wal", "-shm"})
            QFile::remove(QString::fromStdString(path + part));
        QVERIFY(QFile::copy(QString::fromStdString(made), QString::fromStdString(path)));
        const Child child = start(path, "--seal");
        std::string text;
        readLines(child.output, text, 1);
        if (kill == 0) {
            const auto begun = std::chrono::steady_clock::now();
            readLines(child.output, text, 1);
            span = std::uint64_t(std::chrono::nanoseconds(std::chrono::steady_clock::now() - begun).count());
        } else {
            spin(rng.below(span));
        }
        QCOMPARE(::kill(child.process, SIGKILL), 0);
        int status = 0;
        QCOMPARE(::waitpid(child.process, &status, 0), child.process);
        QVERIFY2(WIFSIGNALED(status), qPrintable(QStringLiteral("it ended by itself: %1").arg(WEXITSTATUS(status))));
        readLines(child.output, text, INT_MAX);
        ::close(child.output);
        const bool isSealed = text.find("sealed") != text.npos;
        const auto journal = Journal::open(path, ids);
        QVERIFY2(journal, journal ? "" : journal.error().detail.c_str());
        const bool isPlain = (*journal)->locked()->inLine == 0;
        plain += isPlain;
        whole += isSealed;
        span += isPlain ? span / 8 : isSealed && kill > 0 ? 0 - span / 8 : 0;
        QVERIFY(!isSealed || (*journal)->locked()->inLine == std::int64_t(kCommands));
        QVERIFY(!isSealed || !isOnDisk());
        QVERIFY((*journal)->unlock({*SealKey::from(Bytes(SealKey::kBytes, std::byte(7)))}, true, rng));
        QVERIFY((*journal)->wipe());
        QCOMPARE((*journal)->entriesAfter(0)->size(), kCommands);
        QCOMPARE((*journal)->drafts()->size(), kDrafts);
        QVERIFY(!isOnDisk());
    }
    QVERIFY2(plain > 0 && plain + whole <= kKills, qPrintable(QStringLiteral("%1, %2").arg(plain).arg(whole)));
}

int main(int argc, char **argv)
{
    if (argc == 3 && std::string_view(argv[1]) == "--seal")
        return seal(argv[2]);
    if (argc == 3 && std::string_view(argv[1]) == "--append")
        return appendForEver(argv[2]);
    TestJournalKill test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_journal_kill.moc"
