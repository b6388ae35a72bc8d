// Drafts whose key comes late, or whose author has just left: no text is written over, and none is on the disk.
#include "core/client/local_store.h"
#include "core/store/file_migration.h"
#include "tests/store/file_calls.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cerrno>

using namespace tributary;
using namespace tributary::client;
using namespace tributary::model;
using store::testing::FileCall;
using store::testing::FileCalls;
using Kind = store::Draft::Kind;

namespace {

template<class T>
T must(Result<T> result)
{
    if (!result)
        qFatal("%s", result.error().detail.c_str());
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

SealKey keyOf(char name)
{
    return *SealKey::from(Bytes(SealKey::kBytes, std::byte(name)));
}

const std::string kWord = "pomegranate";

struct Desk {
    QTemporaryDir folder;
    ManualClock clock;
    SeededRng rng{3};
    IdMaker ids{clock, rng};
    std::unique_ptr<LocalStore> files;
    AgentId ana = ids.make<AgentId>(), ben = ids.make<AgentId>();
    ConversationId conversation = ids.make<ConversationId>();
    std::vector<ConversationId> redrafted;

    Desk()
    {
        open();
        must(signIn(ana, "token"));
    }
    void open()
    {
        files.reset();
        files = must(LocalStore::open(folder.path().toStdString(), clock, rng,
                                      {.changed = [](const store::ChangeSet &) {},
                                       .factsChanged = [] {},
                                       .cameBack = [](const store::JournalEntry &) {},
                                       .draftChanged = [this](ConversationId id) { redrafted.push_back(id); },
                                       .cacheReplaced = [] {}}));
    }
    Result<void> signIn(AgentId agent, const std::string &token)
    {
        return files->adopt("ws://hub.test", token, "somebody@shop.test", agent, "Shop", "keyring:" + token);
    }
    bool unlock(char key = 'a') { return files->unlock({keyOf(key)}, true, rng); }
    store::Draft note(const std::string &body)
    {
        clock.advance(Milliseconds(1000));
        return {.conversation = conversation, .kind = Kind::Note, .body = body, .savedAt = clock.now()};
    }
    /// By whoever knows what is stored, or (@p seen) what was when they were last told.
    void save(const std::string &body, std::int64_t seen = LocalStore::kSeesAll)
    {
        must(files->saveDraft(note(body), seen));
    }
    std::string kept() const
    {
        const auto draft = must(files->draft(conversation, Kind::Note));
        return draft ? draft->body : std::string();
    }
    std::string journal() const { return LocalStore::journalPath(folder.path().toStdString()).string(); }
    bool isOnDisk() const
    {
        for (const std::string &path : {journal(), journal() + "-wal", store::keptPath(journal()).string()}) {
            QFile file(QString::fromStdString(path));
            if (file.open(QIODevice::ReadOnly) && file.readAll().contains(kWord.c_str()))
                return true;
        }
        return false;
    }
    /// Something was written with the key, and something else at the next start, before it was there.
    void regain()
    {
        unlock();
        save("old");
        open();
        save("new");
        redrafted.clear();
        seen = files->regainRound();
        unlock();
    }
    std::int64_t seen = 0; ///< Before regain().
};

} // namespace

class TestSealedDrafts : public QObject {
    Q_OBJECT
private slots:
    void whoeverIsWritingDoesNotWriteOverIt();
    void whatIsTakenAwayUnseenStays();
    void theNextAgentHasNoneOfIt();
    void savedAfterItsAuthorHasLeft();
    void whoCannotComeInLeavesTheOther();
    void aFullDiskIsNotFilled();
    void whatCannotBeSealedYet();
    void aFileThatStaysIsNoDamage();
};

/// The editor has the text from before the key was there, and goes on with it until it is told.
void TestSealedDrafts::whoeverIsWritingDoesNotWriteOverIt()
{
    Desk desk;
    desk.regain();
    QCOMPARE(desk.kept(), std::string("old\n\nnew"));
    QCOMPARE(desk.redrafted, std::vector{desk.conversation});
    desk.save("new and more", desk.seen);
    QCOMPARE(desk.redrafted.size(), std::size_t(2)); // told again
    QCOMPARE(desk.kept(), std::string("old\n\nnew and more"));
    desk.save("new and more of it", desk.seen);
    QCOMPARE(desk.kept(), std::string("old\n\nnew and more of it"));
    const std::size_t told = desk.redrafted.size();
    desk.save("something else", desk.files->regainRound());
    QCOMPARE(desk.kept(), std::string("something else"));
    desk.save("and another", desk.seen); // nothing of before is missing
    QCOMPARE(desk.kept(), std::string("and another"));
    QCOMPARE(desk.redrafted.size(), told);
}

/// Sent, or taken away, by whoever has not seen that there is more.
void TestSealedDrafts::whatIsTakenAwayUnseenStays()
{
    Desk desk;
    desk.regain();
    desk.save("", desk.seen);
    QCOMPARE(desk.kept(), std::string("old"));
    desk.save("", desk.files->regainRound());
    QCOMPARE(desk.kept(), std::string());
}

void TestSealedDrafts::theNextAgentHasNoneOfIt()
{
    for (const bool signsOut : {true, false}) {
        Desk desk;
        desk.regain();
        if (signsOut)
            must(desk.files->signOut("token"));
        must(desk.signIn(desk.ben, "his"));
        desk.unlock('b');
        desk.save("of Ben", 0);
        QCOMPARE(desk.kept(), std::string("of Ben"));
        QCOMPARE(must(desk.files->drafts()).size(), std::size_t(1));
    }
}

/// What an editor had not saved yet when they signed out, or were locked out.
void TestSealedDrafts::savedAfterItsAuthorHasLeft()
{
    Desk desk;
    desk.unlock();
    desk.save(kWord);
    must(desk.files->signOut("token"));
    desk.save(kWord + " and the rest of it");
    desk.save(""); // emptied, since nothing can be read
    QVERIFY(!desk.isOnDisk());
    QCOMPARE(desk.kept(), std::string());
    must(desk.signIn(desk.ana, "new"));
    desk.unlock();
    QCOMPARE(desk.kept(), kWord + " and the rest of it");
    must(desk.files->signOut("new"));
    must(desk.signIn(desk.ben, "his"));
    desk.save("of Ben", 0); // his own, before his key is there
    QCOMPARE(desk.kept(), std::string("of Ben"));
}

/// The disk fails when all but the last step is done: who was here is here still, with what they have sealed.
void TestSealedDrafts::whoCannotComeInLeavesTheOther()
{
    Desk desk;
    desk.unlock();
    desk.save(kWord);
    {
        const auto other = must(store::Database::open(desk.journal(), {}));
        must(other->execute("CREATE TRIGGER fails BEFORE UPDATE OF token ON installation WHEN new.token <> old.token "
                            "BEGIN SELECT RAISE(ABORT, 'no'); END"));
    }
    QVERIFY(!desk.signIn(desk.ben, "his"));
    QCOMPARE(desk.files->facts().installation.token, std::string("token"));
    QCOMPARE(desk.files->facts().inKeyring, std::string("keyring:token"));
    QCOMPARE(desk.files->facts().agent.id, desk.ana);
    QCOMPARE(desk.kept(), kWord);
    desk.save(kWord + " and more");
    QVERIFY(!desk.isOnDisk());
    {
        const auto other = must(store::Database::open(desk.journal(), {}));
        must(other->execute("DROP TRIGGER fails"));
    }
    must(desk.signIn(desk.ben, "his"));
    desk.unlock('b');
    QCOMPARE(desk.kept(), std::string());
    must(desk.signIn(desk.ana, "hers"));
    desk.unlock();
    QCOMPARE(desk.kept(), kWord + " and more");
}

/// What was plain is sealed; the file is written anew when there is room for that.
void TestSealedDrafts::aFullDiskIsNotFilled()
{
    Desk desk;
    desk.save(kWord);
    {
        const FileCalls calls(desk.folder.path().toStdString(),
                              [](const FileCall &call) { return call.what == "room" ? ENOSPC : 0; });
        QVERIFY(desk.unlock());
        desk.files->sealRest();
        QVERIFY(desk.isOnDisk());
        QCOMPARE(desk.files->facts().storage, Status::Storage::Fine);
    }
    QCOMPARE(desk.kept(), kWord);
    desk.files->sealRest();
    QVERIFY(!desk.isOnDisk());
}

/// Not even that finds room: it is done when there is some.
void TestSealedDrafts::whatCannotBeSealedYet()
{
    Desk desk;
    desk.save(kWord);
    {
        const FileCalls calls(desk.folder.path().toStdString(), [](const FileCall &call) {
            const bool isJournal = call.what == "write" && call.name.starts_with("journal.db");
            return isJournal || call.what == "room" ? ENOSPC : 0;
        });
        QVERIFY(!desk.unlock());
        QCOMPARE(desk.kept(), kWord);
    }
    QVERIFY(desk.isOnDisk());
    QCOMPARE(desk.files->facts().storage, Status::Storage::DiskFull);
    desk.files->lookForRoom();
    QCOMPARE(desk.files->facts().storage, Status::Storage::Fine);
    QVERIFY(!desk.isOnDisk());
    QCOMPARE(desk.kept(), kWord);
}

/// The journal of the version before: it goes at the next time.
void TestSealedDrafts::aFileThatStaysIsNoDamage()
{
    Desk desk;
    desk.save(kWord);
    const auto before = store::keptPath(desk.journal());
    std::filesystem::copy_file(desk.journal(), before);
    {
        const FileCalls calls(desk.folder.path().toStdString(), [&](const FileCall &call) {
            return call.what == "remove" && call.name == before.filename() ? EACCES : 0;
        });
        QVERIFY(desk.unlock());
        desk.files->sealRest();
    }
    QVERIFY(std::filesystem::exists(before));
    QCOMPARE(desk.files->facts().storage, Status::Storage::Fine);
    desk.files->sealRest();
    QVERIFY(!std::filesystem::exists(before));
    QVERIFY(!desk.isOnDisk());
}

QTEST_APPLESS_MAIN(TestSealedDrafts)
#include "tst_sealed_drafts.moc"
