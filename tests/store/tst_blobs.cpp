// Attachments by content: one file for the same bytes, and no way to a file by any other name.
#include "core/base/digest.h"
#include "core/base/rng.h"
#include "core/store/blobs.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QtTest>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <set>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace tributary;
using namespace tributary::store;

namespace {

struct Fixture {
    QTemporaryDir folder;
    Blobs blobs = std::move(*Blobs::open(root()));

    std::string root() const { return folder.filePath("blobs").toStdString(); }
    QStringList files() const
    {
        QStringList all;
        QDirIterator walk(QString::fromStdString(root()), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (walk.hasNext())
            all << walk.next();
        return all;
    }
};

constexpr std::size_t kAny = std::size_t(1) << 30;

std::mutex syncedMutex;
std::set<std::string> synced; ///< Paths, since somebody has emptied it.

} // namespace

/// In the place of the system's: what would survive a power cut.
extern "C" int fsync(int file)
{
    std::error_code error;
    const std::scoped_lock lock(syncedMutex);
    synced.insert(std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(file), error).string());
    return 0;
}

class TestBlobs : public QObject {
    Q_OBJECT
private slots:
    void sameContentIsOneFile();
    void manyAtOnce();
    void killedWhileWriting();
    void whatIsFoundIsKept_data();
    void whatIsFoundIsKept();
    void refusesOtherNames_data();
    void refusesOtherNames();
    void refusesMoreThanAskedFor();
    void noticesDamage_data();
    void noticesDamage();
    void onlyTheOwnerMayRead();
    void failsWhereNothingCanBeWritten();
    void trimsThoseUsedLongestAgo();
    void trimSparesWhatIsTakenUpMeanwhile();
    void sweepsWhatNothingNames();
    void whatIsTakenUpAgainStays();
    void removesOne();
};

void TestBlobs::sameContentIsOneFile()
{
    Fixture f;
    const auto name = f.blobs.add(bytesOf("abc"));
    QCOMPARE(*name, std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    QCOMPARE(*f.blobs.add(bytesOf("abc")), *name);
    QCOMPARE(f.files().size(), 1);
    QCOMPARE(f.blobs.path(*name)->string(), f.root() + "/ba/" + *name);
    QVERIFY(f.blobs.read(*name, kAny) == copyOf(bytesOf("abc")));
    const auto empty = f.blobs.add({});
    QVERIFY(f.blobs.read(*empty, 0) == Bytes());
    QCOMPARE(f.files().size(), 2);
    QVERIFY(Blobs::open(f.root())->read(*name, kAny)); // also when opened again
}

void TestBlobs::manyAtOnce()
{
    Fixture f;
    std::vector<std::thread> threads;
    std::atomic<int> failed{0};
    for (int thread = 0; thread < 4; ++thread)
        threads.emplace_back([&] {
            for (int i = 0; i < 25; ++i)
                failed += f.blobs.add(bytesOf("content " + std::to_string(i))) ? 0 : 1;
        });
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(failed, 0);
    QCOMPARE(f.files().size(), 25); // and none with a temporary name
    for (int i = 0; i < 25; ++i) {
        const std::string content = "content " + std::to_string(i);
        QVERIFY(f.blobs.read(toHex(sha256(bytesOf(content))), kAny) == copyOf(bytesOf(content)));
    }
}

/// A process that is killed in the middle of it: what has a content's name is that content, and what is left over goes
/// (ENGINE F9, I53).
void TestBlobs::killedWhileWriting()
{
    const Fixture f;
    SeededRng rng(5);
    const auto contentOf = [](int round, int n) { // each another one: what is known is not written again
        Bytes content(std::size_t(2) << 20, std::byte(round));
        std::memcpy(content.data(), &n, sizeof n);
        return content;
    };
    int cut = 0, whole = 0;
    for (int round = 0; round < 40; ++round) {
        int said[2];
        QCOMPARE(::pipe(said), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            for (int n = 0;; ++n) {
                const char begun = 1;
                if (::write(said[1], &begun, 1) != 1 || !f.blobs.add(contentOf(round, n)))
                    ::_exit(1);
            }
        }
        char begun = 0;
        for (std::uint64_t i = 0; i < 1 + rng.below(5); ++i)
            QCOMPARE(::read(said[0], &begun, 1), ssize_t(1));
        for (std::uint64_t spin = rng.below(60'000'000); spin > 0; --spin) // somewhere in it
            asm volatile("");
        ::kill(child, SIGKILL);
        int status = 0;
        QCOMPARE(::waitpid(child, &status, 0), child);
        QVERIFY(WIFSIGNALED(status));
        ::close(said[0]);
        ::close(said[1]);
    }
    for (const QString &path : f.files()) {
        const std::string name = QFileInfo(path).fileName().toStdString();
        if (name.find(".new-") != std::string::npos) {
            ++cut;
            continue;
        }
        ++whole;
        QVERIFY2(f.blobs.read(name, kAny), name.c_str());
    }
    QVERIFY2(cut > 0 && whole > 0, qPrintable(QString("%1 cut, %2 whole: this proves nothing").arg(cut).arg(whole)));
    // Nothing names those of before, and the rest is of no use: both go, and the same content again is whole.
    for (const QString &path : f.files())
        std::filesystem::last_write_time(path.toStdString(),
                                         std::filesystem::file_time_type::clock::now() - std::chrono::hours(48));
    QCOMPARE(f.blobs.sweep(std::chrono::hours(24), [](const std::string &) { return false; }), std::size_t(cut + whole));
    const std::string again = *f.blobs.add(contentOf(0, 0));
    QVERIFY(f.blobs.read(again, kAny) == contentOf(0, 0));
    QCOMPARE(f.files().size(), 1);
}

void TestBlobs::whatIsFoundIsKept_data()
{
    QTest::addColumn<bool>("hasFolder");
    QTest::addColumn<bool>("isThere");
    QTest::newRow("new") << false << false;
    QTest::newRow("in a folder that a process before has made") << true << false;
    QTest::newRow("there of a process before") << true << true;
}

/// Whoever made it may have been cut off before its name was kept: a power cut would take it, and it was said to be there.
void TestBlobs::whatIsFoundIsKept()
{
    QFETCH(const bool, hasFolder);
    QFETCH(const bool, isThere);
    Fixture f;
    const std::string root = QFileInfo(QString::fromStdString(f.root())).canonicalFilePath().toStdString();
    if (hasFolder)
        std::filesystem::create_directory(root + "/ba");
    if (isThere)
        QVERIFY(f.blobs.add(bytesOf("abc")));
    synced.clear();
    QVERIFY(f.blobs.add(bytesOf("abc")));
    QVERIFY(synced.contains(root) && synced.contains(root + "/ba"));
    synced.clear();
    const Blobs again = *Blobs::open(f.root());
    QVERIFY(synced.contains(std::filesystem::path(root).parent_path()));
    QVERIFY(again.hold(toHex(sha256(bytesOf("abc")))));
    QVERIFY(synced.contains(root) && synced.contains(root + "/ba"));
}

void TestBlobs::refusesOtherNames_data()
{
    QTest::addColumn<std::string>("name");
    QTest::newRow("empty") << std::string();
    QTest::newRow("a path upwards") << std::string("../../../../etc/passwd");
    QTest::newRow("a path upwards of the right length") << "../" + std::string(61, 'a');
    QTest::newRow("a full path") << std::string("/etc/passwd");
    QTest::newRow("too short") << std::string(63, 'a');
    QTest::newRow("too long") << std::string(65, 'a');
    QTest::newRow("capitals") << std::string(64, 'A');
    QTest::newRow("not a digit") << std::string(63, 'a') + "g";
    QTest::newRow("NUL") << std::string(64, '\0');
    QTest::newRow("a slash in it") << std::string(31, 'a') + "/" + std::string(32, 'a');
}

void TestBlobs::refusesOtherNames()
{
    QFETCH(const std::string, name);
    Fixture f;
    QCOMPARE(f.blobs.path(name).error().kind, Error::Kind::Invalid);
    QCOMPARE(f.blobs.read(name, kAny).error().kind, Error::Kind::Invalid);
    QCOMPARE(f.blobs.path(std::string(64, 'a')).error().kind, Error::Kind::NotFound);
}

void TestBlobs::refusesMoreThanAskedFor()
{
    Fixture f;
    const auto name = f.blobs.add(bytesOf("0123456789"));
    QVERIFY(f.blobs.read(*name, 10));
    QCOMPARE(f.blobs.read(*name, 9).error().kind, Error::Kind::TooLarge);
}

void TestBlobs::noticesDamage_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("one bit") << QByteArray("012345678\x38");
    QTest::newRow("cut") << QByteArray("01234");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("longer") << QByteArray("0123456789\0", 11);
}

void TestBlobs::noticesDamage()
{
    QFETCH(const QByteArray, content);
    Fixture f;
    const auto name = f.blobs.add(bytesOf("0123456789"));
    QFile file(QString::fromStdString(f.blobs.path(*name)->string()));
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write(content);
    file.close();
    QCOMPARE(f.blobs.read(*name, kAny).error().kind, Error::Kind::Corrupt);
    QVERIFY(f.blobs.add(bytesOf("0123456789")) == name); // the original, once more
    QVERIFY(f.blobs.read(*name, kAny));
}

void TestBlobs::onlyTheOwnerMayRead()
{
    const mode_t before = ::umask(0);
    Fixture f;
    const auto name = f.blobs.add(bytesOf("abc"));
    ::umask(before);
    const auto mode = [](const std::filesystem::path &path) {
        struct stat status {};
        return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
    };
    QCOMPARE(int(mode(f.root())), 0700);
    QCOMPARE(int(mode(f.root() + "/ba")), 0700);
    QCOMPARE(int(mode(*f.blobs.path(*name))), 0600);
}

void TestBlobs::failsWhereNothingCanBeWritten()
{
    Fixture f;
    QFile inTheWay(QString::fromStdString(f.root() + "/ba"));
    QVERIFY(inTheWay.open(QIODevice::WriteOnly));
    inTheWay.close();
    QCOMPARE(f.blobs.add(bytesOf("abc")).error().kind, Error::Kind::Failed);
    QCOMPARE(Blobs::open(f.root() + "/no/such").error().kind, Error::Kind::Failed);
}

void TestBlobs::trimsThoseUsedLongestAgo()
{
    Fixture f;
    const TimePoint start = fromMs(1'800'000'000'000);
    std::vector<std::string> names;
    for (int i = 0; i < 6; ++i) {
        names.push_back(*f.blobs.add(bytesOf(std::string(100, char('a' + i)))));
        f.blobs.touch(names.back(), start + std::chrono::hours(i));
    }
    f.blobs.touch(names[0], start + std::chrono::hours(10)); // used once more
    QFile other(QString::fromStdString(f.root() + "/notes"));
    QVERIFY(other.open(QIODevice::WriteOnly) && other.write(QByteArray(1000, 'x')) == 1000);
    other.close();
    const auto here = [&] {
        std::string letters;
        for (int i = 0; i < 6; ++i)
            letters += f.blobs.path(names[std::size_t(i)]) ? std::string(1, char('a' + i)) : std::string();
        return letters;
    };
    const auto any = [](const std::string &) { return true; };
    QCOMPARE(f.blobs.trim(600, start + std::chrono::hours(20), any), std::uint64_t(0)); // just as many as there may be
    const auto notC = [&](const std::string &name) { return name != names[2]; };
    QCOMPARE(f.blobs.trim(350, start + std::chrono::hours(20), notC), std::uint64_t(300));
    QCOMPARE(here(), std::string("acf"));
    QCOMPARE(f.blobs.trim(0, start + std::chrono::hours(4), any), std::uint64_t(100)); // those used since stay
    QCOMPARE(here(), std::string("af"));
    QVERIFY(other.exists()); // no blob
}

/// As a file that is attached again, between the look at all that is here and its turn.
void TestBlobs::trimSparesWhatIsTakenUpMeanwhile()
{
    Fixture f;
    const TimePoint start = fromMs(1'700'000'000'000);
    const std::string one = *f.blobs.add(bytesOf("one")), other = *f.blobs.add(bytesOf("other"));
    f.blobs.touch(one, start);
    f.blobs.touch(other, start);
    const auto takeUp = [&](const std::string &name) { return name != one || f.blobs.hold(name).has_value(); };
    QCOMPARE(f.blobs.trim(0, start + std::chrono::hours(1), takeUp), std::uint64_t(5));
    QVERIFY(f.blobs.path(one));
    QVERIFY(!f.blobs.path(other));
}

void TestBlobs::sweepsWhatNothingNames()
{
    using namespace std::chrono_literals;
    Fixture f;
    const std::string named = *f.blobs.add(bytesOf("named")), old = *f.blobs.add(bytesOf("old")),
                      fresh = *f.blobs.add(bytesOf("fresh"));
    const auto fileOf = [&](const std::string &name) { return std::filesystem::path(f.root()) / name.substr(0, 2) / name; };
    const auto rest = fileOf(old).string() + ".new-1-2"; // of a write that was cut off
    QFile half(QString::fromStdString(rest)), other(QString::fromStdString(f.root() + "/notes"));
    QVERIFY(half.open(QIODevice::WriteOnly) && other.open(QIODevice::WriteOnly));
    half.close();
    other.close();
    const auto before = std::filesystem::file_time_type::clock::now() - 25h;
    for (const auto &path :
         {fileOf(named), fileOf(old), std::filesystem::path(rest), std::filesystem::path(f.root()) / "notes"})
        std::filesystem::last_write_time(path, before);
    const auto isNamed = [&](const std::string &name) { return name == named; };
    {
        const auto whole = f.blobs.keptWhole();
        QCOMPARE(f.blobs.sweep(24h, isNamed), std::size_t(0));
    }
    QCOMPARE(f.blobs.sweep(24h, isNamed), std::size_t(2));
    QVERIFY(f.blobs.path(named) && f.blobs.path(fresh) && !f.blobs.path(old));
    QVERIFY(!half.exists() && other.exists());
    QVERIFY(f.blobs.hold(named));
    QCOMPARE(f.blobs.hold(old).error().kind, Error::Kind::NotFound);
}

/// Somebody uploads the same bytes, or sends what was uploaded long ago, while the sweep is at work.
void TestBlobs::whatIsTakenUpAgainStays()
{
    using namespace std::chrono_literals;
    Fixture f;
    const std::string name = *f.blobs.add(bytesOf("the same again"));
    const auto file = std::filesystem::path(f.root()) / name.substr(0, 2) / name;
    const auto age = [&] { std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() - 25h); };
    age();
    bool isAdded = false;
    QCOMPARE(f.blobs.sweep(24h,
                           [&](const std::string &) { // between its look at the rows and the deletion
                               if (!std::exchange(isAdded, true))
                                   isAdded = f.blobs.add(bytesOf("the same again")).has_value();
                               return false;
                           }),
             std::size_t(0));
    QVERIFY(f.blobs.path(name));
    age();
    bool isNamed = false;
    QCOMPARE(f.blobs.sweep(24h, [&](const std::string &) { return std::exchange(isNamed, true); }), std::size_t(0));
    QVERIFY(f.blobs.path(name));
}

/// Says whether it is gone; what sweep() leaves, it leaves.
void TestBlobs::removesOne()
{
    using namespace std::chrono_literals;
    Fixture f;
    const std::string name = *f.blobs.add(bytesOf("one")), other = *f.blobs.add(bytesOf("another"));
    const auto is = [](bool named) { return [named] { return named; }; };
    QVERIFY(!f.blobs.remove(name, 24h, is(false))); // it was made just now
    for (const std::string &one : {name, other})
        std::filesystem::last_write_time(std::filesystem::path(f.root()) / one.substr(0, 2) / one,
                                         std::filesystem::file_time_type::clock::now() - 25h);
    {
        const auto whole = f.blobs.keptWhole();
        QVERIFY(!f.blobs.remove(name, 24h, is(false)));
    }
    QVERIFY(!f.blobs.remove(name, 24h, is(true)));
    QVERIFY(f.blobs.path(name));
    QVERIFY(f.blobs.remove(name, 24h, is(false)));
    QVERIFY(!f.blobs.path(name));
    QVERIFY(f.blobs.remove(name, 24h, is(false))); // it is gone
    QVERIFY(f.blobs.remove("../notes", 24h, is(false)));
    QVERIFY(f.blobs.path(other));
}

QTEST_APPLESS_MAIN(TestBlobs)
#include "tst_blobs.moc"
