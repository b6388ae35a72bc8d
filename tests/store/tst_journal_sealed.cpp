// Words in a journal are sealed by a key that is not on the disk: no byte of the file tells them, nothing is lost for want
// of the key, and each agent of a computer has what is theirs.
#include "core/base/digest.h"
#include "core/base/rng.h"
#include "core/store/file_migration.h"
#include "core/store/journal_rescue.h"

#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>
#include <set>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::store;
namespace fs = std::filesystem;

namespace {

SealKey keyOf(char name)
{
    return *SealKey::from(Bytes(SealKey::kBytes, std::byte(name)));
}

const SealKey kAna = keyOf('a'), kBen = keyOf('b'), kNew = keyOf('n');
const std::string kWord = "pomegranate"; ///< In everything that somebody has written.

struct Fixture {
    QTemporaryDir folder;
    fs::path path = folder.filePath("journal.db").toStdString();
    ManualClock clock;
    SeededRng rng{11};
    IdMaker ids{clock, rng};
    std::unique_ptr<Journal> journal = open();
    AgentId ana = ids.make<AgentId>(), ben = ids.make<AgentId>();

    std::unique_ptr<Journal> open()
    {
        auto opened = Journal::open(path.string(), ids);
        if (!opened)
            qFatal("%s", opened.error().detail.c_str());
        return std::move(*opened);
    }
    void reopen()
    {
        journal.reset();
        journal = open();
    }
    void unlock(std::vector<SealKey> keys, bool seals = true)
    {
        must(journal->unlock(std::move(keys), seals, rng));
        must(journal->wipe());
    }
    static void must(const Result<void> &result)
    {
        if (!result)
            qFatal("%s", result.error().detail.c_str());
    }
    Command note(const std::string &body)
    {
        Command command{.id = ids.make<CommandId>(), .at = clock.now()};
        command.body = AddNote{.item = ids.make<TimelineItemId>(), .conversation = ids.make<ConversationId>(), .body = body};
        return command;
    }
    std::vector<Command> append(int count)
    {
        std::vector<Command> commands;
        for (int i = 1; i <= count; ++i)
            commands.push_back(note(kWord + " " + std::to_string(i)));
        return std::move(*journal->append(std::move(commands)));
    }
    Draft draft(const std::string &body)
    {
        return {.conversation = ids.make<ConversationId>(), .body = body, .savedAt = tick()};
    }
    TimePoint tick()
    {
        clock.advance(Milliseconds(1000));
        return clock.now();
    }
    static Outcome refused(const Command &command)
    {
        Outcome outcome{.n = command.n, .command = command.id, .kind = Outcome::Kind::Refused};
        outcome.reason = Outcome::Reason::Invalid;
        return outcome;
    }
    std::vector<std::string> bodies() { return bodiesOf(*journal->entriesAfter(0)); }
    std::vector<std::string> needing() { return bodiesOf(*journal->needingAuthor()); }
    static std::vector<std::string> bodiesOf(const std::vector<JournalEntry> &entries)
    {
        std::vector<std::string> found;
        for (const JournalEntry &entry : entries) {
            const auto *note = std::get_if<AddNote>(&entry.command.body);
            found.push_back(note ? note->body : std::string());
        }
        return found;
    }
    /// In any byte of the file and of its log, or of what a migration has left.
    bool isOnDisk(const std::string &word) const
    {
        for (const fs::path &one : {path, fs::path(path.string() + "-wal"), keptPath(path), copyPath(path)}) {
            QFile file(QString::fromStdString(one.string()));
            if (file.open(QIODevice::ReadOnly) && file.readAll().contains(word.c_str()))
                return true;
        }
        return false;
    }
    void meddle(const std::string &script)
    {
        const auto database = Database::open(path.string(), {});
        if (!database || !(*database)->execute(script.c_str()))
            qFatal("cannot meddle");
    }
};

using Words = std::vector<std::string>;

} // namespace

class TestJournalSealed : public QObject {
    Q_OBJECT
private slots:
    void noWordIsOnTheDisk_data();
    void noWordIsOnTheDisk();
    void withoutTheKeyNothingIsLost();
    void anotherKeyOpensNothing();
    void twoAgentsInTurn();
    void aChangeOfAgentsThatFailedIsTakenBack_data();
    void aChangeOfAgentsThatFailedIsTakenBack();
    void whatIsWrittenWithoutTheKeyStays();
    void aDraftThatGoesOnIsOne_data();
    void aDraftThatGoesOnIsOne();
    void aLateDraftIsItsAuthors();
    void anotherKeyOfTheHub();
    void aKeyThatCanBeKeptNowhere();
    void numbersBeginAnew();
    void whatCannotBeReadWaitsForItsKey();
    void aHubThatGoesBack();
    void aHubThatGoesBackBeforeTheKeyIsThere();
    void whatASendIsReplacedBy();
    void theErasedAreForgotten();
    void nothingPlainIsLeftOfTheErased();
    void theErasedAreForgottenWhenTheKeyIsThere();
    void aMovedRowIsNotBelieved_data();
    void aMovedRowIsNotBelieved();
    void damageIsNoticed_data();
    void damageIsNoticed();
    void rescuedWithoutTheKey();
    void whatAnOlderProgramDroppedIsRescued_data();
    void whatAnOlderProgramDroppedIsRescued();
    void anOlderProgramLosesNothing();
};

void TestJournalSealed::noWordIsOnTheDisk_data()
{
    QTest::addColumn<bool>("isOld");
    QTest::addColumn<bool>("isSplit");
    QTest::newRow("written with the key") << false << false;
    QTest::newRow("an old one") << true << false;
    QTest::newRow("an old one that was written in for long") << true << true;
}

void TestJournalSealed::noWordIsOnTheDisk()
{
    QFETCH(const bool, isOld);
    QFETCH(const bool, isSplit);
    Fixture f;
    if (!isOld)
        f.unlock({kAna});
    const auto commands = f.append(isSplit ? 300 : 4);
    Fixture::must(f.journal->setOutcomes({Fixture::refused(commands[0]), Fixture::refused(commands[1])}));
    Draft growing = f.draft(kWord);
    for (int i = 0; i < (isSplit ? 300 : 3); ++i) {
        growing.body += " " + kWord;
        growing.fields["subject"] = kWord;
        Fixture::must(f.journal->saveDraft(growing));
        Fixture::must(f.journal->saveDraft(f.draft(kWord + std::to_string(i))));
    }
    QCOMPARE(f.isOnDisk(kWord), isOld);
    if (isOld) // as the version before has left it
        fs::copy_file(f.path, keptPath(f.path));
    f.unlock({kAna});
    QVERIFY(!f.isOnDisk(kWord));
    const Words before = f.bodies();
    QCOMPARE(before.size(), commands.size());
    f.append(2);
    Fixture::must(f.journal->markApplied(2, f.clock.now()));
    Fixture::must(f.journal->settle(1, f.draft(kWord)));
    f.reopen();
    QVERIFY(!f.isOnDisk(kWord));
    f.unlock({kAna});
    QCOMPARE(f.bodies().size(), before.size() + 2);
    QCOMPARE(f.needing(), Words{kWord + " 2"});
    QCOMPARE(f.journal->draft(growing.conversation, growing.kind)->value(), growing);
    QVERIFY(!f.isOnDisk(kWord));
}

void TestJournalSealed::withoutTheKeyNothingIsLost()
{
    Fixture f;
    f.unlock({kAna});
    const auto commands = f.append(5);
    Fixture::must(f.journal->setOutcomes({Fixture::refused(commands[1])}));
    const Draft draft = f.draft(kWord);
    Fixture::must(f.journal->saveDraft(draft));
    f.reopen(); // which looks for damage
    const auto locked = *f.journal->locked();
    QCOMPARE(locked.inLine, 4);
    QCOMPARE(locked.waiting, 0);
    QVERIFY(locked.any);
    QVERIFY(f.journal->entriesAfter(0)->empty());
    QVERIFY(f.journal->needingAuthor()->empty());
    QVERIFY(f.journal->drafts()->empty());
    QCOMPARE(*f.journal->waitingForNewer(), 0);
    QCOMPARE(*f.journal->lastGiven(), 5);
    const auto counts = *f.journal->counts();
    QCOMPARE(counts.commands, 5);
    QCOMPARE(counts.drafts, 1);
    Fixture::must(f.journal->markApplied(1, f.clock.now())); // numbers are no secret
    f.reopen();
    f.unlock({kAna});
    QVERIFY(!f.journal->locked()->any);
    const auto entries = *f.journal->entriesAfter(0);
    QCOMPARE(entries.size(), std::size_t(5));
    QVERIFY(entries[0].appliedAt.has_value());
    for (std::size_t i = 0; i < entries.size(); ++i)
        QVERIFY(entries[i].command == commands[i]);
    QCOMPARE(f.needing(), Words{kWord + " 2"});
    QCOMPARE(*f.journal->drafts(), std::vector{draft});
}

void TestJournalSealed::anotherKeyOpensNothing()
{
    Fixture f;
    f.unlock({kAna});
    f.append(2);
    Fixture::must(f.journal->saveDraft(f.draft(kWord)));
    f.reopen();
    f.unlock({kBen});
    QCOMPARE(f.journal->locked()->inLine, 2);
    QVERIFY(f.bodies().empty());
    QVERIFY(f.journal->drafts()->empty());
    f.append(1);
    QCOMPARE(f.bodies(), Words{kWord + " 1"});
    f.reopen();
    f.unlock({kAna});
    QCOMPARE(f.bodies(), (Words{kWord + " 1", kWord + " 2"}));
    QCOMPARE(f.journal->locked()->inLine, 1);
}

/// Drafts and what came back are each one's own, in the same conversations too.
void TestJournalSealed::twoAgentsInTurn()
{
    Fixture f;
    Fixture::must(f.journal->setAuthor(f.ana));
    f.unlock({kAna});
    const auto commands = f.append(2);
    Fixture::must(f.journal->setOutcomes({Fixture::refused(commands[0])}));
    Fixture::must(f.journal->markApplied(2, f.clock.now()));
    Draft anas = f.draft(kWord);
    Fixture::must(f.journal->saveDraft(anas));

    f.journal->lock();
    Fixture::must(f.journal->setAuthor(f.ben));
    Fixture::must(f.journal->leaveKept());
    Fixture::must(f.journal->becomeNewClient(f.ids));
    QVERIFY(!f.isOnDisk(kWord)); // nothing was put by in plain words
    f.unlock({kBen});
    QVERIFY(f.needing().empty());
    QVERIFY(f.journal->drafts()->empty());
    QCOMPARE(f.journal->locked()->inLine, 0);
    Draft bens = anas;
    bens.body = "Ben's";
    Fixture::must(f.journal->saveDraft(bens));
    const Draft nothing{.conversation = anas.conversation, .kind = anas.kind};
    QCOMPARE(*f.journal->drafts(), std::vector{bens});
    f.append(1);

    f.journal->lock();
    f.reopen();
    Fixture::must(f.journal->setAuthor(f.ana));
    f.unlock({kAna});
    QCOMPARE(f.needing(), Words{kWord + " 1"});
    QCOMPARE(*f.journal->drafts(), std::vector{anas});
    Fixture::must(f.journal->saveDraft(nothing));
    QVERIFY(f.journal->drafts()->empty());
    f.journal->lock();
    f.unlock({kBen});
    QCOMPARE(*f.journal->drafts(), std::vector{bens});
    QCOMPARE(f.bodies(), Words{kWord + " 1"});
}

void TestJournalSealed::aChangeOfAgentsThatFailedIsTakenBack_data()
{
    QTest::addColumn<bool>("isNumberedAnew"); // before it failed
    QTest::newRow("at once") << false;
    QTest::newRow("late") << true;
}

/// Without a keyring, where what came back is put by in the journal itself: it is there again, however often.
void TestJournalSealed::aChangeOfAgentsThatFailedIsTakenBack()
{
    QFETCH(const bool, isNumberedAnew);
    Fixture f;
    Fixture::must(f.journal->setAuthor(f.ana));
    const auto commands = f.append(3);
    Fixture::must(f.journal->setOutcomes({Fixture::refused(commands[1])}));
    Fixture::must(f.journal->markApplied(2, f.clock.now()));
    if (isNumberedAnew)
        Fixture::must(f.journal->becomeNewClient(f.ids));
    for (int i = 0; i < 2; ++i) {
        Fixture::must(f.journal->setAuthor(f.ben));
        QVERIFY(f.needing().empty());
        f.reopen(); // whole: no number is missing
        Fixture::must(f.journal->setAuthor(f.ana));
        QCOMPARE(f.needing(), Words{kWord + " 2"});
        f.reopen();
    }
}

/// A keyring may answer late: what is done meanwhile is kept, plain, and sealed with the rest.
void TestJournalSealed::whatIsWrittenWithoutTheKeyStays()
{
    Fixture f;
    f.unlock({kAna});
    f.append(1);
    Draft draft = f.draft("above");
    setAttachments(draft, {{.name = "a.txt", .sha256 = "aa"}});
    Fixture::must(f.journal->saveDraft(draft));
    f.reopen();
    f.append(1);
    Draft other{.conversation = draft.conversation, .body = kWord, .savedAt = f.tick()};
    setAttachments(other, {{.name = "b.txt", .sha256 = "bb"}});
    Fixture::must(f.journal->saveDraft(other));
    QCOMPARE(f.journal->draft(draft.conversation, draft.kind)->value().body, kWord);
    QVERIFY(f.isOnDisk(kWord));
    f.reopen();
    f.unlock({kAna});
    QVERIFY(!f.isOnDisk(kWord));
    QCOMPARE(f.bodies(), (Words{kWord + " 1", kWord + " 1"}));
    const auto drafts = *f.journal->drafts();
    QCOMPARE(drafts.size(), std::size_t(1));
    QCOMPARE(drafts[0].body, "above\n\n" + kWord);
    QCOMPARE(attachmentsOf(drafts[0]).size(), std::size_t(2));
    QCOMPARE(drafts[0].savedAt, other.savedAt);
}

void TestJournalSealed::aDraftThatGoesOnIsOne_data()
{
    QTest::addColumn<QString>("sealed");
    QTest::addColumn<QString>("plain");
    QTest::addColumn<QString>("both");
    QTest::newRow("it goes on") << "Hello"
                                << "Hello there"
                                << "Hello there";
    QTest::newRow("its end was taken away") << "Hello there"
                                            << "Hello"
                                            << "Hello there";
    QTest::newRow("the same") << "Hello"
                              << "Hello"
                              << "Hello";
    QTest::newRow("another text") << "Hello"
                                  << "Goodbye"
                                  << "Hello\n\nGoodbye";
    QTest::newRow("files alone") << "Hello"
                                 << ""
                                 << "Hello";
}

/// Saved as it was typed on, with the key gone in between: no word stands there twice.
void TestJournalSealed::aDraftThatGoesOnIsOne()
{
    QFETCH(const QString, sealed);
    QFETCH(const QString, plain);
    QFETCH(const QString, both);
    Fixture f;
    f.unlock({kAna});
    Draft draft = f.draft(sealed.toStdString());
    Fixture::must(f.journal->saveDraft(draft));
    f.journal->lock();
    draft.body = plain.toStdString();
    draft.savedAt = f.tick();
    setAttachments(draft, {{.name = "a.txt", .sha256 = "aa"}});
    Fixture::must(f.journal->saveDraft(draft));
    f.unlock({kAna});
    const Draft kept = *f.journal->draft(draft.conversation, draft.kind).value();
    QCOMPARE(QString::fromStdString(kept.body), both);
    QCOMPARE(attachmentsOf(kept).size(), std::size_t(1));
    QCOMPARE(kept.savedAt, draft.savedAt);
}

void TestJournalSealed::aLateDraftIsItsAuthors()
{
    Fixture f;
    f.unlock({kAna});
    Draft draft = f.draft(kWord), other = f.draft("another " + kWord), nothing = draft;
    Fixture::must(f.journal->saveDraft(draft));
    const Seals theirs = f.journal->lock();
    draft.body += ", and the rest of it";
    draft.savedAt = f.tick();
    nothing.body.clear();
    for (const Draft &late : {draft, other, nothing})
        Fixture::must(f.journal->saveLateDraft(late, theirs));
    QVERIFY(!f.isOnDisk(kWord));
    QVERIFY(f.journal->drafts()->empty());
    f.unlock({kBen});
    QVERIFY(f.journal->drafts()->empty());
    f.journal->lock();
    f.unlock({kAna});
    QCOMPARE(*f.journal->drafts(), (std::vector{draft, other}));
}

/// A hub whose hub.key is another one gives another key: what the former one has sealed is sealed by it.
void TestJournalSealed::anotherKeyOfTheHub()
{
    Fixture f;
    f.unlock({kAna});
    const auto commands = f.append(3);
    Fixture::must(f.journal->setOutcomes({Fixture::refused(commands[2])}));
    const Draft draft = f.draft(kWord);
    Fixture::must(f.journal->saveDraft(draft));
    f.unlock({kNew, kAna});
    f.reopen();
    f.unlock({kNew});
    QVERIFY(!f.journal->locked()->any);
    QCOMPARE(f.bodies().size(), std::size_t(3));
    QCOMPARE(f.needing(), Words{kWord + " 3"});
    QCOMPARE(*f.journal->drafts(), std::vector{draft});
}

void TestJournalSealed::aKeyThatCanBeKeptNowhere()
{
    Fixture f;
    f.unlock({kAna});
    const auto commands = f.append(3);
    Fixture::must(f.journal->setOutcomes({Fixture::refused(commands[2])}));
    const Draft draft = f.draft(kWord);
    Fixture::must(f.journal->saveDraft(draft));
    f.reopen();
    f.unlock({kAna}, false);
    f.append(1);
    f.reopen();
    QVERIFY(!f.journal->locked()->any);
    QCOMPARE(f.bodies().size(), std::size_t(4));
    QCOMPARE(f.needing(), Words{kWord + " 3"});
    QCOMPARE(*f.journal->drafts(), std::vector{draft});
}

void TestJournalSealed::numbersBeginAnew()
{
    Fixture f;
    f.unlock({kAna});
    const auto commands = f.append(5);
    Fixture::must(f.journal->setOutcomes({Fixture::refused(commands[1])}));
    Fixture::must(f.journal->markApplied(3, f.clock.now()));
    Fixture::must(f.journal->becomeNewClient(f.ids));
    f.reopen(); // numbers without a gap
    f.unlock({kAna});
    const auto entries = *f.journal->entriesAfter(0);
    QCOMPARE(Fixture::bodiesOf(entries), (Words{kWord + " 4", kWord + " 5"}));
    QCOMPARE(entries[0].command.n, 1);
    QCOMPARE(entries[1].command.id, commands[4].id);
    QCOMPARE(f.needing(), Words{kWord + " 2"});
    QVERIFY(!f.isOnDisk(kWord));
    Fixture::must(f.journal->recallKept()); // the hub has gone back
    QCOMPARE(Fixture::bodiesOf(*f.journal->recalled()), (Words{kWord + " 1", kWord + " 3"}));
    Fixture::must(f.journal->becomeNewClient(f.ids));
    QCOMPARE(f.bodies(), (Words{kWord + " 1", kWord + " 3", kWord + " 4", kWord + " 5"}));
    QCOMPARE(f.needing(), Words{kWord + " 2"});
}

/// Its key is gone for good, as it seems: it does not keep what is done from now on from being sent, and is not lost.
void TestJournalSealed::whatCannotBeReadWaitsForItsKey()
{
    Fixture f;
    f.unlock({kAna});
    const auto commands = f.append(4);
    Fixture::must(f.journal->setOutcomes({Fixture::refused(commands[1])}));
    Fixture::must(f.journal->markApplied(1, f.clock.now()));
    f.reopen();
    f.unlock({kNew});
    f.append(1);
    Fixture::must(f.journal->becomeNewClient(f.ids));
    QCOMPARE(f.journal->locked()->inLine, 0);
    QCOMPARE(f.journal->locked()->waiting, 2);
    QCOMPARE(*f.journal->waitingForNewer(), 0);
    QCOMPARE(f.bodies(), Words{kWord + " 1"});
    QVERIFY(f.needing().empty());
    f.reopen();
    f.unlock({kNew, kAna}); // it was found
    QVERIFY(!f.journal->locked()->any);
    const auto entries = *f.journal->entriesAfter(0);
    QCOMPARE(Fixture::bodiesOf(entries), (Words{kWord + " 1", kWord + " 3", kWord + " 4"}));
    QCOMPARE(entries[2].command.n, 3);
    QCOMPARE(entries[2].command.id, commands[3].id);
    QCOMPARE(f.needing(), Words{kWord + " 2"});
    Fixture::must(f.journal->recallKept());
    QCOMPARE(Fixture::bodiesOf(*f.journal->recalled()), Words{kWord + " 1"});
}

void TestJournalSealed::aHubThatGoesBack()
{
    Fixture f;
    f.unlock({kAna});
    f.append(4);
    Fixture::must(f.journal->markApplied(3, f.clock.now()));
    Fixture::must(f.journal->becomeNewClient(f.ids, 1)); // it has only the first
    QCOMPARE(f.bodies(), (Words{kWord + " 2", kWord + " 3", kWord + " 4"}));
    const auto entries = *f.journal->entriesAfter(0);
    QVERIFY(entries[0].appliedAt && entries[1].appliedAt && !entries[2].appliedAt);
}

/// What it should be offered again cannot be read: it leaves no gap in what can, and is there for its key.
void TestJournalSealed::aHubThatGoesBackBeforeTheKeyIsThere()
{
    Fixture f;
    f.unlock({kAna});
    f.append(3);
    Fixture::must(f.journal->markApplied(3, f.clock.now()));
    f.journal->lock();
    f.unlock({kNew});
    f.append(1);
    for (int i = 0; i < 2; ++i) { // and again
        Fixture::must(f.journal->becomeNewClient(f.ids, 1));
        f.reopen();
        f.unlock({kNew});
        const auto entries = *f.journal->entriesAfter(0);
        QCOMPARE(entries.size(), std::size_t(1));
        QCOMPARE(entries[0].command.n, 1);
        QCOMPARE(*f.journal->lastGiven(), 1);
        QCOMPARE(f.journal->locked()->inLine, 0);
        QVERIFY(f.journal->recalled()->empty());
    }
    f.unlock({kNew, kAna}); // which of them the hub has nobody knows any more
    QCOMPARE(Fixture::bodiesOf(*f.journal->recalled()), (Words{kWord + " 1", kWord + " 2", kWord + " 3"}));
    Fixture::must(f.journal->becomeNewClient(f.ids));
    QCOMPARE(f.bodies().size(), std::size_t(4));
}

void TestJournalSealed::whatASendIsReplacedBy()
{
    Fixture f;
    f.unlock({kAna});
    const auto commands = f.append(2);
    Command nothing = commands[1];
    nothing.body = CancelMessage{};
    const Draft draft = f.draft(kWord);
    Fixture::must(f.journal->replace(nothing, draft));
    QVERIFY(f.journal->entry(2)->value().command == nothing);
    QCOMPARE(*f.journal->drafts(), std::vector{draft});
    QVERIFY(!f.isOnDisk(kWord));
}

void TestJournalSealed::theErasedAreForgotten()
{
    Fixture f;
    f.unlock({kAna});
    const auto commands = f.append(2);
    Fixture::must(f.journal->markApplied(1, f.clock.now()));
    const ConversationId about = conversationOf(commands[0].body);
    Draft draft = f.draft(kWord);
    draft.conversation = about;
    Fixture::must(f.journal->saveDraft(draft));
    f.journal->lock();
    f.unlock({kBen});
    Fixture::must(f.journal->saveDraft(draft));
    f.journal->lock();
    f.unlock({kAna});
    Fixture::must(f.journal->forgetAbout({.conversations = {about}}));
    QCOMPARE(f.bodies(), (Words{"", kWord + " 2"}));
    QCOMPARE(f.journal->counts()->drafts, 0); // the other agent's, too
}

/// Where nothing seals: drafts have lain in pages that were split, and left something in the room between rows.
void TestJournalSealed::nothingPlainIsLeftOfTheErased()
{
    Fixture f;
    Erased erased;
    for (int i = 0; i < 200; ++i) {
        Draft draft = f.draft((i % 3 == 0 ? "qxerased " : "another ") + std::string(std::size_t(100 + i * 7 % 900), 'x'));
        if (i % 3 == 0)
            erased.conversations.insert(draft.conversation);
        Fixture::must(f.journal->saveDraft(draft));
    }
    Fixture::must(f.journal->checkpoint(true));
    Fixture::must(f.journal->forgetAbout(erased));
    Fixture::must(f.journal->wipe());
    Fixture::must(f.journal->checkpoint(true));
    QVERIFY(!f.isOnDisk("qxerased"));
    QCOMPARE(f.journal->counts()->drafts, 200 - 67);
}

/// What was done there is sealed, and nobody can tell which of it is about them: each agent's goes when their key comes.
void TestJournalSealed::theErasedAreForgottenWhenTheKeyIsThere()
{
    Fixture f;
    f.unlock({kAna});
    const auto anas = f.append(2);
    f.journal->lock();
    f.unlock({kBen});
    const auto bens = f.append(2);
    Fixture::must(f.journal->markApplied(4, f.clock.now()));
    f.journal->lock();
    const ConversationId hers = conversationOf(anas[1].body), his = conversationOf(bens[0].body);
    Fixture::must(f.journal->forgetAbout({.conversations = {hers}}));
    Fixture::must(f.journal->forgetAbout({.conversations = {his}}));
    QVERIFY(!f.journal->setting("forget_due", {})->empty());
    f.reopen();
    f.unlock({kBen});
    QCOMPARE(f.bodies(), (Words{"", kWord + " 2"}));
    f.journal->lock();
    f.reopen();
    f.unlock({kAna});
    QCOMPARE(f.bodies(), (Words{kWord + " 1", ""}));
    f.unlock({kAna, kBen}); // all of it can be read
    QCOMPARE(f.bodies(), (Words{kWord + " 1", "", "", kWord + " 2"}));
    QCOMPARE(*f.journal->setting("forget_due", {}), std::string());
}

void TestJournalSealed::aMovedRowIsNotBelieved_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<int>("commands");
    QTest::addColumn<int>("drafts");
    const QString sum = ", row_checksum = NULL";
    QTest::newRow("a command's words under another's name")
        << "UPDATE command SET command = (SELECT command FROM command WHERE n = 1),"
           " checksum = (SELECT checksum FROM command WHERE n = 1)"
               + sum + " WHERE n = 2"
        << 2 << 2;
    QTest::newRow("an outcome of another command")
        << "UPDATE command SET outcome = (SELECT outcome FROM command WHERE n = 3)" + sum + " WHERE n = 1" << 2 << 2;
    QTest::newRow("a draft in another conversation")
        << "UPDATE sealed_draft SET sealed = (SELECT sealed FROM sealed_draft ORDER BY saved_ms LIMIT 1);"
           "UPDATE sealed_draft SET checksum = checksum_of(conversation_id, kind, key_id, sealed, saved_ms)"
        << 3 << 1;
}

/// Somebody who can write the file, with checksums and all, and has no key.
void TestJournalSealed::aMovedRowIsNotBelieved()
{
    QFETCH(const QString, script);
    QFETCH(const int, commands);
    QFETCH(const int, drafts);
    Fixture f;
    f.unlock({kAna});
    const auto given = f.append(3);
    Fixture::must(f.journal->setOutcomes({Fixture::refused(given[2])}));
    Fixture::must(f.journal->saveDraft(f.draft("one")));
    Fixture::must(f.journal->saveDraft(f.draft("two")));
    f.journal.reset();
    f.meddle(script.toStdString());
    f.journal = f.open();
    f.unlock({kAna});
    QCOMPARE(int(f.bodies().size()), commands);
    QCOMPARE(int(f.journal->drafts()->size()), drafts);
}

void TestJournalSealed::damageIsNoticed_data()
{
    QTest::addColumn<QString>("script");
    const QString bit = "x'ff545345414c0001'";
    QTest::newRow("a command") << "UPDATE command SET command = " + bit + " || substr(command, 9) || x'00' WHERE n = 2";
    QTest::newRow("an outcome")
        << "UPDATE command SET outcome = x'00', row_checksum = substr(row_checksum, 1, 15) || x'00' WHERE n = 1";
    QTest::newRow("a draft") << "UPDATE sealed_draft SET sealed = substr(sealed, 1, 30)";
    QTest::newRow("whose draft") << "UPDATE sealed_draft SET key_id = x'0000000000000000'";
    QTest::newRow("a command is missing") << "DELETE FROM command WHERE n = 2";
}

/// As in a plain one, and before any key is there.
void TestJournalSealed::damageIsNoticed()
{
    QFETCH(const QString, script);
    Fixture f;
    f.unlock({kAna});
    const auto given = f.append(3);
    Fixture::must(f.journal->setOutcomes({Fixture::refused(given[0])}));
    Fixture::must(f.journal->saveDraft(f.draft("one")));
    f.journal.reset();
    f.meddle(script.toStdString());
    const auto opened = Journal::open(f.path.string(), f.ids);
    QVERIFY(!opened);
    QCOMPARE(opened.error().kind, Error::Kind::Corrupt);
}

void TestJournalSealed::rescuedWithoutTheKey()
{
    Fixture f;
    Fixture::must(f.journal->setAuthor(f.ana));
    f.unlock({kAna});
    std::vector<Command> commands;
    for (int i = 1; i <= 40; ++i) // some are longer than a page
        commands.push_back(f.note(kWord + " " + std::to_string(i) + std::string(i % 10 == 0 ? 9'000 : 10, 'x')));
    commands = std::move(*f.journal->append(std::move(commands)));
    Fixture::must(f.journal->setOutcomes({Fixture::refused(commands[1]), Fixture::refused(commands[2])}));
    Fixture::must(f.journal->markApplied(3, f.clock.now()));
    Fixture::must(f.journal->settle(3));
    const Draft draft = f.draft(kWord);
    Fixture::must(f.journal->saveDraft(draft));
    f.journal->lock();
    f.append(1); // plain, while the keyring had not answered
    Fixture::must(f.journal->checkpoint(true));
    f.journal.reset();
    const auto fresh = f.folder.filePath("fresh.db").toStdString();
    const auto rescued = rescueJournal(f.path);
    QVERIFY(rescued);
    QCOMPARE(rescued->sealed.size(), std::size_t(40));
    QCOMPARE(rescued->entries.size(), std::size_t(1));
    QCOMPARE(rescued->sealedDrafts.size(), std::size_t(1));
    QVERIFY(rescued->unknown.empty());
    Fixture::must(writeJournal(fresh, *rescued, f.ids));
    f.path = fresh;
    f.reopen();
    QCOMPARE(f.journal->locked()->inLine, 37);
    f.unlock({kAna});
    QVERIFY(!f.isOnDisk(kWord));
    const auto entries = *f.journal->entriesAfter(0);
    QCOMPARE(entries.size(), std::size_t(38));
    for (std::size_t i = 0; i < 37; ++i) {
        QCOMPARE(entries[i].command.n, std::int64_t(i) + 1);
        QCOMPARE(entries[i].command.id, commands[i + 3].id);
    }
    QCOMPARE(Fixture::bodiesOf(entries).back(), kWord + " 1");
    QCOMPARE(f.needing().size(), std::size_t(1));
    QCOMPARE(f.journal->recalled()->size(), std::size_t(1));
    QCOMPARE(*f.journal->drafts(), std::vector{draft});
}

void TestJournalSealed::whatAnOlderProgramDroppedIsRescued_data()
{
    QTest::addColumn<bool>("isHereToo");
    QTest::newRow("it is nowhere else") << false;
    QTest::newRow("it is there as well, and settled") << true;
}

/// The journal is damaged before this program could take it up again.
void TestJournalSealed::whatAnOlderProgramDroppedIsRescued()
{
    QFETCH(const bool, isHereToo);
    Fixture f;
    f.unlock({kAna});
    const auto commands = f.append(2);
    Fixture::must(f.journal->setOutcomes({Fixture::refused(commands[0])}));
    Fixture::must(f.journal->markApplied(1, f.clock.now()));
    f.journal.reset();
    f.meddle(isHereToo ? "INSERT INTO command_gone SELECT command_id, command, outcome, applied_ms FROM command WHERE n = 1;"
                         "UPDATE command SET settled = 1, row_checksum = NULL WHERE n = 1"
                       : "DELETE FROM command WHERE n = 1");
    const auto rescued = rescueJournal(f.path);
    QVERIFY(rescued);
    QCOMPARE(rescued->sealed.size(), std::size_t(2));
    const auto fresh = f.folder.filePath("fresh.db").toStdString();
    Fixture::must(writeJournal(fresh, *rescued, f.ids));
    f.path = fresh;
    f.reopen();
    f.unlock({kAna});
    QCOMPARE(f.bodies(), Words{kWord + " 2"});
    QCOMPARE(f.needing(), isHereToo ? Words() : Words{kWord + " 1"});
}

/// To a program that knows of no seal, what waits is of a newer program: it numbers anew without it, and has it wait. What
/// came back it drops, and takes no notice of sealed drafts.
void TestJournalSealed::anOlderProgramLosesNothing()
{
    Fixture f;
    f.unlock({kAna});
    const auto commands = f.append(3);
    Fixture::must(f.journal->setOutcomes({Fixture::refused(commands[0])}));
    const Draft draft = f.draft(kWord);
    Fixture::must(f.journal->saveDraft(draft));
    f.journal.reset();
    f.meddle("CREATE TEMP TABLE waits AS SELECT * FROM command WHERE outcome IS NULL;"
             "DELETE FROM command;"
             "INSERT INTO command (n, command_id, command, checksum, row_checksum)"
             "    SELECT 2000000000000 + n, command_id, command, checksum,"
             "           checksum_of(2000000000000 + n, command_id, checksum, NULL, NULL, 0) FROM waits;"
             "UPDATE installation SET next_n = 1");
    f.journal = f.open();
    f.append(1);
    f.unlock({kAna});
    QCOMPARE(f.bodies(), (Words{kWord + " 1", kWord + " 2", kWord + " 3"}));
    QCOMPARE(f.needing(), Words{kWord + " 1"});
    QCOMPARE(*f.journal->drafts(), std::vector{draft});
    f.reopen();
    f.unlock({kAna});
    QCOMPARE(f.needing(), Words{kWord + " 1"}); // once
}

QTEST_APPLESS_MAIN(TestJournalSealed)
#include "tst_journal_sealed.moc"
