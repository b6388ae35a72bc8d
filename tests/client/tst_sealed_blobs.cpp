// Contents of attachments lie sealed on the disk; what cannot be opened is as good as not here.
#include "core/base/digest.h"
#include "core/client/sealed_blobs.h"
#include "tests/store/file_calls.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <cerrno>

using namespace tributary;
using namespace tributary::client;

namespace {

SealKey keyOf(char name)
{
    return *SealKey::from(Bytes(SealKey::kBytes, std::byte(name)));
}

struct Fixture {
    QTemporaryDir folder;
    std::string name;
    store::Blobs plain = *store::Blobs::open(folder.filePath("blobs").toStdString());
    SealedBlobs blobs{plain};

    static Bytes contentOf(std::size_t size)
    {
        Bytes content(size);
        for (std::size_t i = 0; i < size; ++i)
            content[i] = std::byte("pomegranate "[i % 12]);
        return content;
    }
    std::string add(const Bytes &content)
    {
        const std::string name = toHex(sha256(content));
        if (!blobs.add(name, content))
            qFatal("not added");
        return name;
    }
    QByteArray stored(const std::string &name) const
    {
        QFile file(QString::fromStdString(plain.path(name).value_or("").string()));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void write(const std::string &name, const QByteArray &bytes) const
    {
        QFile file(QString::fromStdString(plain.path(name).value().string()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }
    bool isPlainOnDisk(const std::string &name) const { return stored(name).contains("pomegranate"); }
};

} // namespace

class TestSealedBlobs : public QObject {
    Q_OBJECT
private slots:
    void comesBackWhole_data();
    void comesBackWhole();
    void anotherKeyDoesNotFindIt();
    void whatAnotherKeySealedStays_data();
    void whatAnotherKeySealedStays();
    void damageIsNoticed_data();
    void damageIsNoticed();
    void changedByAnotherProgram_data();
    void changedByAnotherProgram();
    void whatCannotBeReadIsNeitherHereNorGone();
    void beginsAsWhatIsSealedDoes_data();
    void beginsAsWhatIsSealedDoes();
    void savedBesideOthersFiles();
    void savedWhereNamesAreNotKept();
    void onesOfBeforeAreSealed();
    void anotherKeyOfTheHub();
};

void TestSealedBlobs::comesBackWhole_data()
{
    QTest::addColumn<int>("size");
    QTest::addColumn<bool>("hasKey");
    for (const int size : {0, 1, 65'535, 65'536, 65'537, 131'072, 1'000'000}) {
        QTest::addRow("%d bytes, sealed", size) << size << true;
        QTest::addRow("%d bytes, plain", size) << size << false;
    }
}

void TestSealedBlobs::comesBackWhole()
{
    QFETCH(const int, size);
    QFETCH(const bool, hasKey);
    Fixture f;
    if (hasKey)
        f.blobs.setKeys({keyOf('a')}, true);
    const Bytes content = Fixture::contentOf(std::size_t(size));
    const std::string name = f.add(content);
    QCOMPARE(f.add(content), name);
    QVERIFY(f.blobs.find(name));
    QCOMPARE(f.isPlainOnDisk(name), !hasKey && size > 10);
    QVERIFY(*f.blobs.read(name, 10'000'000) == content);
    QVERIFY(*f.blobs.read(name, 70'000) == Bytes(content.begin(), content.begin() + std::min(size, 70'000)));
    const auto copy = f.folder.filePath("copy").toStdString();
    QVERIFY(f.blobs.copyTo(name, copy));
    QFile file(QString::fromStdString(copy));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll() == QByteArray(reinterpret_cast<const char *>(content.data()), size));
    QCOMPARE(file.permissions() & ~(QFile::ReadUser | QFile::WriteUser), QFile::ReadOwner | QFile::WriteOwner);
    f.blobs.remove(name);
    QCOMPARE(f.blobs.find(name).error().kind, Error::Kind::NotFound);
    QCOMPARE(f.blobs.find("../../etc/passwd").error().kind, Error::Kind::Invalid);
}

void TestSealedBlobs::anotherKeyDoesNotFindIt()
{
    Fixture f;
    f.blobs.setKeys({keyOf('a')}, true);
    const Bytes content = Fixture::contentOf(100'000);
    const std::string name = f.add(content);
    for (const bool seals : {true, false}) {
        f.blobs.setKeys(seals ? std::vector{keyOf('b')} : std::vector<SealKey>(), seals);
        QCOMPARE(f.blobs.find(name).error().kind, Error::Kind::NotFound);
        QCOMPARE(f.blobs.read(name, 10).error().kind, Error::Kind::Denied);
        QVERIFY(!f.blobs.reseal(name).value_or(true));
    }
    f.blobs.setKeys({keyOf('b')}, true);
    QCOMPARE(f.add(content), name); // fetched again
    QVERIFY(*f.blobs.read(name, 1'000'000) == content);
}

void TestSealedBlobs::whatAnotherKeySealedStays_data()
{
    QTest::addColumn<bool>("isMainGone");
    QTest::newRow("both are here") << false;
    QTest::newRow("the other's is gone") << true;
}

/// Two agents who take turns: the one may have it to send, whatever the other looks at.
void TestSealedBlobs::whatAnotherKeySealedStays()
{
    QFETCH(const bool, isMainGone);
    Fixture f;
    const Bytes content = Fixture::contentOf(100'000);
    const auto opens = [&](char key) {
        f.blobs.setKeys({keyOf(key)}, true);
        return f.blobs.read(f.name, 1'000'000).value_or(Bytes()) == content;
    };
    f.blobs.setKeys({keyOf('a')}, true);
    f.name = f.add(content);
    for (const char key : {'b', 'c', 'a', 'b'}) {
        f.blobs.setKeys({keyOf(key)}, true);
        f.add(content);
        QVERIFY(opens(key));
    }
    QVERIFY(opens('a') && opens('b') && opens('c'));
    if (isMainGone) { // by trim()
        std::filesystem::remove(*f.plain.path(f.name));
        QVERIFY(!opens('c'));
        QVERIFY(opens('a') && opens('b'));
    }
    QCOMPARE(f.plain.names().size(), std::size_t(isMainGone ? 0 : 1));
    f.blobs.remove(f.name);
    QVERIFY(!opens('a') && !opens('b') && !opens('c'));
    QVERIFY(std::filesystem::is_empty(f.plain.placeOf(f.name)->parent_path()));
}

void TestSealedBlobs::damageIsNoticed_data()
{
    QTest::addColumn<int>("at"); // a byte that is another
    QTest::addColumn<int>("left");
    QTest::newRow("its first piece") << 100 << 150'000;
    QTest::newRow("its last piece") << 140'000 << 150'000;
    QTest::newRow("cut off in a piece") << -1 << 100'000;
    QTest::newRow("cut off between two") << -1 << 40 + 2 * (65'536 + 17);
    QTest::newRow("cut off behind the head") << -1 << 40;
}

/// It is removed, so that the hub is asked for it.
void TestSealedBlobs::damageIsNoticed()
{
    QFETCH(const int, at);
    QFETCH(const int, left);
    Fixture f;
    f.blobs.setKeys({keyOf('a')}, true);
    const std::string name = f.add(Fixture::contentOf(150'000));
    QByteArray bytes = f.stored(name).first(left);
    if (at >= 0)
        bytes[at] = char(bytes[at] ^ 1);
    f.write(name, bytes);
    const auto copy = f.folder.filePath("copy").toStdString();
    QCOMPARE(f.blobs.copyTo(name, copy).error().kind, Error::Kind::Corrupt);
    QVERIFY(!QFile::exists(QString::fromStdString(copy)));
    QCOMPARE(f.blobs.find(name).error().kind, Error::Kind::NotFound);
    QCOMPARE(QDir(f.folder.path()).entryList(QDir::Files).size(), 0); // nothing half written
}

void TestSealedBlobs::changedByAnotherProgram_data()
{
    QTest::addColumn<bool>("hasKey");
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("plain") << false << QByteArray("edited");
    QTest::newRow("plain, a bit has turned") << false << QByteArray("qomegranate pomegranate ");
    QTest::newRow("plain, emptied") << false << QByteArray();
    QTest::newRow("sealed, edited") << true << QByteArray("edited");
    QTest::newRow("sealed, emptied") << true << QByteArray();
}

/// What is not what was stored is neither given to anybody nor kept, and does not stand in the way of what is.
void TestSealedBlobs::changedByAnotherProgram()
{
    QFETCH(const bool, hasKey);
    QFETCH(const QByteArray, bytes);
    Fixture f;
    if (hasKey)
        f.blobs.setKeys({keyOf('a')}, true);
    const Bytes content = Fixture::contentOf(24);
    const std::string name = f.add(content);
    const auto copy = f.folder.filePath("copy").toStdString();
    for (const bool isRead : {true, false}) {
        f.write(name, bytes);
        const auto given = isRead ? f.blobs.read(name, 24) : f.blobs.copyTo(name, copy).map([] { return Bytes(); });
        QCOMPARE(given.error().kind, Error::Kind::Corrupt);
        QVERIFY(!std::filesystem::exists(copy));
        QCOMPARE(f.blobs.find(name).error().kind, Error::Kind::NotFound);
        f.add(content);
    }
    f.write(name, bytes);
    f.add(content);
    QVERIFY(f.blobs.read(name, 24).value_or(Bytes()) == content);
}

/// A disk that fails: it is neither here nor gone.
void TestSealedBlobs::whatCannotBeReadIsNeitherHereNorGone()
{
    Fixture f;
    f.blobs.setKeys({keyOf('a')}, true);
    const std::string name = f.add(Fixture::contentOf(100));
    const auto path = *f.plain.path(name);
    std::filesystem::remove(path);
    std::filesystem::create_directory(path); // is opened, and cannot be read
    QCOMPARE(f.blobs.copyTo(name, f.folder.filePath("copy").toStdString()).error().kind, Error::Kind::Failed);
    QCOMPARE(f.blobs.find(name).error().kind, Error::Kind::Failed);
    QCOMPARE(f.blobs.reseal(name).error().kind, Error::Kind::Failed);
}

void TestSealedBlobs::beginsAsWhatIsSealedDoes_data()
{
    QTest::addColumn<bool>("hasKey");
    QTest::addColumn<bool>("isWhole");
    QTest::newRow("without a key") << false << true;
    QTest::newRow("a key has come") << true << true;
    QTest::newRow("it is not what its name says") << false << false;
}

/// A customer may send such a file.
void TestSealedBlobs::beginsAsWhatIsSealedDoes()
{
    QFETCH(const bool, hasKey);
    QFETCH(const bool, isWhole);
    Fixture f;
    Bytes content = sealHead(keyOf('x'));
    const Bytes more = Fixture::contentOf(200'000);
    content.insert(content.end(), more.begin(), more.end());
    const std::string name = f.add(content);
    if (!isWhole)
        f.write(name, f.stored(name).chopped(1));
    if (hasKey)
        f.blobs.setKeys({keyOf('a')}, true);
    QCOMPARE(bool(f.blobs.find(name)), isWhole);
    if (!isWhole)
        return;
    QVERIFY(f.blobs.read(name, 1'000'000).value_or(Bytes()) == content);
    QCOMPARE(f.blobs.reseal(name).value_or(!hasKey), hasKey);
    QCOMPARE(f.isPlainOnDisk(name), !hasKey);
    QVERIFY(f.blobs.read(name, 1'000'000).value_or(Bytes()) == content);
}

void TestSealedBlobs::savedBesideOthersFiles()
{
    Fixture f;
    const std::string name = f.add(Fixture::contentOf(1'000));
    const QDir folder(f.folder.path());
    for (const char *other : {"saved.part", "saved.part1", "saved"}) {
        QFile file(folder.filePath(other));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(other);
    }
    QVERIFY(f.blobs.copyTo(name, folder.filePath("saved").toStdString()));
    for (const char *other : {"saved.part", "saved.part1"}) {
        QFile file(folder.filePath(other));
        QVERIFY2(file.open(QIODevice::ReadOnly) && file.readAll() == other, other);
    }
    QCOMPARE(QFileInfo(folder.filePath("saved")).size(), 1'000);
    QCOMPARE(folder.entryList(QDir::Files).size(), 3);
}

/// A share, say. What cannot be written is told all the same.
void TestSealedBlobs::savedWhereNamesAreNotKept()
{
    Fixture f;
    const std::string name = f.add(Fixture::contentOf(1'000));
    const QDir folder(f.folder.path());
    const auto saves = [&](const std::string &what, const std::string &of) {
        const store::testing::FileCalls calls(f.folder.path().toStdString(), [&](const store::testing::FileCall &call) {
            return call.what == what && (of.empty() || call.name == of) ? EIO : 0;
        });
        return bool(f.blobs.copyTo(name, folder.filePath("saved").toStdString()));
    };
    QVERIFY(saves("sync", folder.dirName().toStdString()));
    QCOMPARE(folder.entryList(QDir::Files), QStringList{"saved"});
    QVERIFY(!saves("sync", {}));
    QVERIFY(!saves("write", {}));
    QVERIFY(!saves("rename", {}));
    QCOMPARE(folder.entryList(QDir::Files), QStringList{"saved"});
}

void TestSealedBlobs::onesOfBeforeAreSealed()
{
    Fixture f;
    const Bytes content = Fixture::contentOf(100'000);
    const std::string name = f.add(content), broken = f.add(Fixture::contentOf(5'000));
    f.write(broken, "pomegranates");
    f.blobs.setKeys({keyOf('a')}, true);
    const auto before = std::filesystem::last_write_time(*f.plain.path(name));
    QVERIFY(f.blobs.reseal(name).value_or(false));
    QVERIFY(!f.blobs.reseal(name).value_or(true));
    QVERIFY(!f.isPlainOnDisk(name));
    QVERIFY(*f.blobs.read(name, 1'000'000) == content);
    QCOMPARE(std::filesystem::last_write_time(*f.plain.path(name)), before);
    QCOMPARE(f.blobs.reseal(broken).error().kind, Error::Kind::Corrupt);
    QVERIFY(!f.blobs.find(broken));
    QCOMPARE(f.plain.names(), std::vector{name});
}

void TestSealedBlobs::anotherKeyOfTheHub()
{
    Fixture f;
    f.blobs.setKeys({keyOf('a')}, true);
    const Bytes content = Fixture::contentOf(100'000);
    const std::string name = f.add(content);
    f.blobs.setKeys({keyOf('b'), keyOf('a')}, true);
    QVERIFY(*f.blobs.read(name, 1'000'000) == content);
    QVERIFY(f.blobs.reseal(name).value_or(false));
    f.blobs.setKeys({keyOf('b')}, true);
    QVERIFY(*f.blobs.read(name, 1'000'000) == content);
}

QTEST_APPLESS_MAIN(TestSealedBlobs)
#include "tst_sealed_blobs.moc"
