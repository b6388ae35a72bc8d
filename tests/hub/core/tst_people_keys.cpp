// people.keys: whoever has a key keeps it, and a key that was destroyed is nowhere any more.
#include "core/hub/people_keys.h"
#include "core/store/files.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <set>
#include <sys/stat.h>

using namespace tributary;
using namespace tributary::hub;
using model::CustomerId;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kFirstLine = 24, kEntry = 88, kId = 16;

struct Folder {
    QTemporaryDir folder;
    SeededRng rng{7};
    Secrets secrets = *Secrets::open(folder.path().toStdString(), rng);
    fs::path path = folder.path().toStdString();
    fs::path file = path / kPeopleKeys;

    Result<PeopleKeys> complete(const std::vector<CustomerId> &customers)
    {
        return PeopleKeys::complete(path, secrets, customers, rng);
    }
    Result<PeopleKeys> read() { return PeopleKeys::read(file, secrets); }
    Bytes content() { return *store::readFile(file, 1 << 20); }
    void write(const Bytes &content)
    {
        QFile out(QString::fromStdString(file.string()));
        QVERIFY(out.open(QIODevice::WriteOnly));
        QCOMPARE(out.write(reinterpret_cast<const char *>(content.data()), qint64(content.size())), qint64(content.size()));
    }
};

CustomerId person(int number)
{
    RawId raw{};
    raw.back() = std::byte(number);
    return CustomerId(raw);
}

bool holds(const Bytes &content, ByteView piece)
{
    return !std::ranges::search(content, piece).empty();
}

} // namespace

class TestPeopleKeys : public QObject {
    Q_OBJECT
private slots:
    void eachHasOneAndKeepsIt();
    void aDestroyedKeyIsNowhere();
    void whoComesBackHasAnother();
    void nobodysKeyStays();
    void whatWasCutOffIsNoKey_data();
    void whatWasCutOffIsNoKey();
    void everyDamageIsSeen();
    void otherKeysOpenNothing();
    void aCopyTakesThePlaceOfTheOneBefore();
    void keysOfOtherBackupsStay();
    void withoutKeysNothingIsDestroyed();
};

void TestPeopleKeys::eachHasOneAndKeepsIt()
{
    Folder folder;
    const auto first = folder.complete({person(1), person(2)});
    QVERIFY2(first, first ? "" : first.error().detail.c_str());
    QCOMPARE(first->size(), 3u); // and nobody
    struct stat status {};
    QCOMPARE(::stat(folder.file.c_str(), &status), 0);
    QCOMPARE(status.st_mode & 0777, 0600u);
    const Bytes before = folder.content();
    QVERIFY(folder.complete({person(2), person(1)}));
    QCOMPARE(folder.content(), before); // nothing was to be made
    const auto second = folder.complete({person(3), person(1)});
    QVERIFY(second);
    for (const int one : {1, 2}) {
        QCOMPARE(second->numberOf(person(one)), first->numberOf(person(one)));
        QVERIFY(*second->key(*second->numberOf(person(one))) == *first->key(*first->numberOf(person(one))));
    }
    std::set<PeopleKeys::Key> keys;
    for (PeopleKeys::Number number = 0; number < second->size(); ++number)
        keys.insert(*second->key(number));
    QCOMPARE(keys.size(), 4u);
    QCOMPARE(second->numberOf(person(3)), std::optional<PeopleKeys::Number>(3));
    QVERIFY(!second->numberOf(person(4)));
    QCOMPARE(second->fingerprint(), first->fingerprint());
    for (const PeopleKeys::Key &key : keys)
        QVERIFY(!holds(folder.content(), key)); // they are sealed themselves
}

void TestPeopleKeys::aDestroyedKeyIsNowhere()
{
    Folder folder;
    std::vector<CustomerId> many;
    for (int i = 1; i <= 200; ++i)
        many.push_back(person(i));
    QVERIFY(folder.complete(many));
    const Bytes before = folder.content();
    QVERIFY(destroyKeys(folder.path, std::vector{person(7), person(200), person(201)}));
    const Bytes after = folder.content();
    QCOMPARE(after.size(), before.size());
    for (std::size_t entry = 0; entry <= 200; ++entry) {
        const ByteView was = ByteView(before).subspan(kFirstLine + entry * kEntry, kEntry);
        const ByteView is = ByteView(after).subspan(kFirstLine + entry * kEntry, kEntry);
        const bool isGone = entry == 7 || entry == 200;
        QVERIFY(std::ranges::equal(was.first(kId), is.first(kId)));
        QCOMPARE(std::ranges::equal(was, is), !isGone);
        if (!isGone)
            continue;
        QVERIFY(std::ranges::all_of(is.subspan(kId), [](std::byte byte) { return byte == std::byte(0); }));
        for (std::size_t at = kId; at + 4 <= kEntry; at += 4) // no part of it is anywhere
            QVERIFY(!holds(after, was.subspan(at, 4)));
    }
    const auto keys = folder.read();
    QVERIFY(keys);
    QVERIFY(!keys->numberOf(person(7)) && !keys->key(7) && !keys->key(200));
    QVERIFY(keys->key(8));
}

void TestPeopleKeys::whoComesBackHasAnother()
{
    Folder folder;
    const auto before = folder.complete({person(1)});
    QVERIFY(before && destroyKeys(folder.path, std::vector{person(1)}));
    const auto after = folder.complete({person(1)});
    QVERIFY(after);
    QCOMPARE(after->numberOf(person(1)), std::optional<PeopleKeys::Number>(2));
    QVERIFY(!after->key(1));
    QVERIFY(*after->key(2) != *before->key(1));
}

void TestPeopleKeys::nobodysKeyStays()
{
    Folder folder;
    const auto before = folder.complete({person(1)});
    QVERIFY(before && destroyKeys(folder.path, std::vector{CustomerId()}));
    const auto after = folder.read();
    QVERIFY(after);
    QCOMPARE(after->fingerprint(), before->fingerprint());
}

void TestPeopleKeys::whatWasCutOffIsNoKey_data()
{
    QTest::addColumn<int>("more");
    QTest::addColumn<int>("numbers");
    QTest::newRow("a part of an entry") << 50 << 3;
    QTest::newRow("room for one, and nothing in it") << int(kEntry) << 4; // spent: it is of nobody
}

/// Killed, or without power, in the middle of adding keys: no backup has named them yet.
void TestPeopleKeys::whatWasCutOffIsNoKey()
{
    QFETCH(const int, more);
    QFETCH(const int, numbers);
    Folder folder;
    QVERIFY(folder.complete({person(1)}));
    Bytes content = folder.content();
    content.resize(content.size() + std::size_t(more));
    folder.write(content);
    const auto read = folder.read();
    QVERIFY2(read, read ? "" : read.error().detail.c_str());
    QCOMPARE(int(read->size()), numbers - 1);
    const auto keys = folder.complete({person(2)});
    QVERIFY2(keys, keys ? "" : keys.error().detail.c_str());
    QCOMPARE(keys->numberOf(person(1)), std::optional<PeopleKeys::Number>(1));
    QCOMPARE(keys->numberOf(person(2)), std::optional<PeopleKeys::Number>(PeopleKeys::Number(numbers - 1)));
    QVERIFY(folder.read());
}

void TestPeopleKeys::everyDamageIsSeen()
{
    Folder folder;
    QVERIFY(folder.complete({person(1), person(2)}));
    const Bytes whole = folder.content();
    for (std::size_t at = 0; at < whole.size(); ++at) {
        Bytes damaged = whole;
        damaged[at] ^= std::byte(0x10);
        folder.write(damaged);
        const auto read = folder.read();
        QVERIFY2(!read && read.error().kind == Error::Kind::Corrupt, std::to_string(at).c_str());
    }
    for (const std::size_t size : {std::size_t(0), kFirstLine - 1, kFirstLine, kFirstLine + kEntry - 1}) {
        folder.write(Bytes(whole.begin(), whole.begin() + std::ptrdiff_t(size)));
        QCOMPARE(folder.read().error().kind, Error::Kind::Corrupt);
    }
    // Entries that have changed places.
    Bytes mixed = whole;
    const auto at = [&](std::size_t entry) { return mixed.begin() + std::ptrdiff_t(kFirstLine + entry * kEntry); };
    std::swap_ranges(at(1), at(2), at(2));
    folder.write(mixed);
    QCOMPARE(folder.read().error().kind, Error::Kind::Corrupt);
    fs::remove(folder.file);
    QCOMPARE(folder.read().error().kind, Error::Kind::NotFound);
}

void TestPeopleKeys::otherKeysOpenNothing()
{
    Folder folder, other;
    QVERIFY(folder.complete({person(1)}));
    other.rng = SeededRng(8);
    fs::remove(other.path / "hub.key");
    const Secrets secrets = *Secrets::open(other.path, other.rng);
    const auto read = PeopleKeys::read(folder.file, secrets);
    QCOMPARE(read.error().kind, Error::Kind::Corrupt);
    QVERIFY2(read.error().detail.find("two hubs") != std::string::npos, read.error().detail.c_str());
}

void TestPeopleKeys::aCopyTakesThePlaceOfTheOneBefore()
{
    Folder folder;
    const fs::path copy = folder.path / "elsewhere";
    QCOMPARE(copyKeys(folder.path, copy).error().kind, Error::Kind::NotFound);
    QVERIFY(folder.complete({person(1)}));
    QVERIFY(copyKeys(folder.path, copy));
    QCOMPARE(*store::readFile(copy, 1 << 20), folder.content());
    QVERIFY(destroyKeys(folder.path, std::vector{person(1)}));
    QVERIFY(folder.complete({person(2)}));
    QVERIFY(copyKeys(folder.path, copy));
    QCOMPARE(*store::readFile(copy, 1 << 20), folder.content());
    struct stat status {};
    QCOMPARE(::stat(copy.c_str(), &status), 0);
    QCOMPARE(status.st_mode & 0777, 0600u);
    QCOMPARE(copyKeys(folder.path, folder.path / "no folder" / "copy").error().kind, Error::Kind::NotFound);
}

/// Without them nobody could read those backups any more.
void TestPeopleKeys::keysOfOtherBackupsStay()
{
    Folder folder, restored;
    const fs::path copy = folder.path / "elsewhere";
    QVERIFY(folder.complete({person(1), person(2)}));
    QVERIFY(copyKeys(folder.path, copy));
    const Bytes before = *store::readFile(copy, 1 << 20);
    // A hub that came back from a plain backup makes new ones.
    QCOMPARE(mayReplaceKeys(restored.path, copy).error().kind, Error::Kind::Conflict);
    restored.rng = SeededRng(8);
    QVERIFY(restored.complete({person(1), person(2), person(3)}));
    const auto copied = copyKeys(restored.path, copy);
    QCOMPARE(copied.error().kind, Error::Kind::Conflict);
    QVERIFY2(copied.error().detail.find("other backups") != std::string::npos, copied.error().detail.c_str());
    // One that came back with an older state of them has fewer.
    const Bytes whole = folder.content();
    QVERIFY(store::replaceFile(folder.file, ByteView(whole).first(whole.size() - whole.size() / 4)));
    QCOMPARE(copyKeys(folder.path, copy).error().kind, Error::Kind::Conflict);
    QCOMPARE(*store::readFile(copy, 1 << 20), before);
    QVERIFY(store::replaceFile(folder.file, whole));
    QVERIFY(copyKeys(folder.path, copy));
    // Something else is not written over, but for what is nothing.
    const fs::path other = folder.path / "letter.txt";
    QVERIFY(store::replaceFile(other, bytesOf("Dear Layla")));
    QCOMPARE(copyKeys(folder.path, other).error().kind, Error::Kind::Conflict);
    QVERIFY(store::replaceFile(other, Bytes()));
    QVERIFY(copyKeys(folder.path, other));
}

void TestPeopleKeys::withoutKeysNothingIsDestroyed()
{
    Folder folder;
    QVERIFY(destroyKeys(folder.path, std::vector{person(1)}));
    QVERIFY(!fs::exists(folder.file));
}

QTEST_APPLESS_MAIN(TestPeopleKeys)
#include "tst_people_keys.moc"
