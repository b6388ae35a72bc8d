// The precious file: commands in one dense row of numbers, drafts and settings; damage to one loses no other.
#include "core/base/rng.h"
#include "core/store/journal.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::store;

namespace {

struct Fixture {
    QTemporaryDir folder;
    std::string path = folder.filePath("journal.db").toStdString();
    ManualClock clock;
    SeededRng rng{11};
    IdMaker ids{clock, rng};
    std::unique_ptr<Journal> journal = open();

    std::unique_ptr<Journal> open()
    {
        auto opened = Journal::open(path, ids);
        if (!opened)
            qFatal("%s", opened.error().detail.c_str());
        return std::move(*opened);
    }
    void reopen()
    {
        journal.reset();
        journal = open();
    }
    Command note(const std::string &body)
    {
        Command command;
        command.id = ids.make<CommandId>();
        command.at = clock.now();
        command.baseSeq = 5;
        command.body = AddNote{.item = ids.make<TimelineItemId>(), .conversation = ids.make<ConversationId>(), .body = body};
        return command;
    }
    /// Appends that many notes, "1", "2" ... and returns them with their numbers.
    std::vector<Command> append(int count)
    {
        std::vector<Command> commands;
        for (int i = 1; i <= count; ++i)
            commands.push_back(note(std::to_string(i)));
        return std::move(*journal->append(std::move(commands)));
    }
    std::vector<std::int64_t> numbersAfter(std::int64_t n) const
    {
        std::vector<std::int64_t> numbers;
        const auto entries = journal->entriesAfter(n);
        for (const JournalEntry &entry : *entries)
            numbers.push_back(entry.command.n);
        return numbers;
    }
    static Outcome outcome(const Command &command, Outcome::Kind kind)
    {
        return {.n = command.n, .command = command.id, .kind = kind, .reason = Outcome::Reason::CustomerWrote};
    }
    /// Runs SQL on the file behind the journal's back.
    void meddle(const char *script)
    {
        const auto database = Database::open(path, {}); // opened again, a journal looks for damage: tst_journal_rescue
        if (!database || !(*database)->execute(script))
            qFatal("cannot meddle");
    }
};

using Numbers = std::vector<std::int64_t>;

} // namespace

class TestJournal : public QObject {
    Q_OBJECT
private slots:
    void numbersAreDense();
    void itsLogStaysSmall();
    void commandsComeBackWhole();
    void aRefusedBatchUsesNoNumbers();
    void rememberedAcrossOpenings();
    void damageHidesNothingElse_data();
    void damageHidesNothingElse();
    void onlyWhatCameBackNeedsItsAuthor();
    void outcomesOfAnotherCommandAreIgnored();
    void appliedOnesAreMarkedOnce();
    void prunesAfterAWeek();
    void isWholeAfterALongAbsence_data();
    void isWholeAfterALongAbsence();
    void becomesANewClient();
    void whatWasAppliedIsKeptForAHubThatGoesBack();
    void whatWasAppliedIsKeptWhileSomebodyElseIsHere();
    void whatIsKeptOfTheErasedGoes();
    void whatCameBackOutlivesTheNewClient();
    void whatWasNotOfferedCanBeReplaced();
    void drafts();
    void settings();
    void opensANewerFile();
};

/// A day of writing saves some thousand drafts: they are not all kept in the log until somebody has time for it.
void TestJournal::itsLogStaysSmall()
{
    Fixture f;
    Draft draft{.conversation = f.ids.make<ConversationId>(), .body = std::string(2000, 'x')};
    for (int i = 0; i < 1500; ++i) {
        draft.body.push_back('y');
        QVERIFY(f.journal->saveDraft(draft));
    }
    QVERIFY(QFileInfo(QString::fromStdString(f.path + "-wal")).size() < 4'000'000);
}

void TestJournal::numbersAreDense()
{
    Fixture f;
    std::int64_t next = 1;
    for (const int count : {1, 3, 1, 10}) {
        for (const Command &command : f.append(count))
            QCOMPARE(command.n, next++);
    }
    QVERIFY(f.journal->append({})->empty());
    f.reopen();
    QCOMPARE(f.append(1)[0].n, next);
    QCOMPARE(f.numbersAfter(0).size(), std::size_t(16));
    QVERIFY((f.numbersAfter(13) == Numbers{14, 15, 16}));
    QVERIFY(f.numbersAfter(16).empty());
}

void TestJournal::commandsComeBackWhole()
{
    Fixture f;
    const auto given = f.append(3);
    f.reopen();
    const auto entries = f.journal->entriesAfter(0);
    QCOMPARE(entries->size(), std::size_t(3));
    for (std::size_t i = 0; i < 3; ++i) {
        QVERIFY((*entries)[i].command == given[i]);
        QVERIFY(!(*entries)[i].outcome);
        QVERIFY(!(*entries)[i].appliedAt);
    }
}

void TestJournal::aRefusedBatchUsesNoNumbers()
{
    Fixture f;
    const Command known = f.append(1)[0];
    const auto refused = f.journal->append({f.note("good"), known}); // the same command twice
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::Conflict);
    QVERIFY((f.numbersAfter(0) == Numbers{1}));
    QCOMPARE(f.append(1)[0].n, std::int64_t(2));
}

void TestJournal::rememberedAcrossOpenings()
{
    Fixture f;
    Installation installation = *f.journal->installation();
    QVERIFY(!installation.client.isNull());
    QVERIFY(installation.hubUrl.empty());
    f.append(2);
    installation.hubUrl = "wss://hub.test";
    installation.token = "secret";
    installation.agentEmail = "mara@shop.test";
    installation.workspace = "Clay & Kin";
    QVERIFY(f.journal->setInstallation(installation));
    f.reopen();
    const auto again = f.journal->installation();
    QCOMPARE(again->client, installation.client);
    QCOMPARE(again->hubUrl, installation.hubUrl);
    QCOMPARE(again->token, installation.token);
    QCOMPARE(again->agentEmail, installation.agentEmail);
    QCOMPARE(again->workspace, installation.workspace);
    QCOMPARE(f.append(1)[0].n, std::int64_t(3)); // signing in does not begin the numbers anew
}

void TestJournal::damageHidesNothingElse_data()
{
    QTest::addColumn<QByteArray>("damage");
    QTest::newRow("checksum") << QByteArray("UPDATE command SET checksum = zeroblob(16) WHERE n = 2");
    QTest::newRow("no checksum") << QByteArray("UPDATE command SET checksum = x'' WHERE n = 2");
    QTest::newRow("another's command") << QByteArray(
        "UPDATE command SET command = (SELECT command FROM command WHERE n = 1) "
        "WHERE n = 2");
    QTest::newRow("empty") << QByteArray("UPDATE command SET command = x'' WHERE n = 2");
    QTest::newRow("cut") << QByteArray("UPDATE command SET command = substr(command, 1, 20) WHERE n = 2");
    QTest::newRow("outcome") << QByteArray("UPDATE command SET outcome = x'ff' WHERE n = 2");
}

void TestJournal::damageHidesNothingElse()
{
    QFETCH(const QByteArray, damage);
    Fixture f;
    const auto given = f.append(3);
    f.meddle(damage.constData());
    QVERIFY((f.numbersAfter(0) == Numbers{1, 3}));
    QCOMPARE(f.append(1)[0].n, std::int64_t(4));
    QVERIFY(f.journal->needingAuthor());
}

void TestJournal::onlyWhatCameBackNeedsItsAuthor()
{
    Fixture f;
    const auto given = f.append(4);
    using Kind = Outcome::Kind;
    QVERIFY(f.journal->setOutcomes({f.outcome(given[0], Kind::Applied), f.outcome(given[1], Kind::NeedsYou),
                                    f.outcome(given[2], Kind::NoEffect), f.outcome(given[3], Kind::Refused)}));
    f.reopen();
    const auto needing = f.journal->needingAuthor();
    QCOMPARE(needing->size(), std::size_t(2));
    QVERIFY((*needing)[0].command == given[1]);
    QVERIFY((*needing)[0].outcome == f.outcome(given[1], Kind::NeedsYou));
    QVERIFY((*needing)[1].command == given[3]);
    QVERIFY(f.journal->settle(2));
    QCOMPARE(f.journal->needingAuthor()->size(), std::size_t(1));
    QVERIFY(f.journal->settle(4));
    QVERIFY(f.journal->needingAuthor()->empty());
    QCOMPARE(f.numbersAfter(0).size(), std::size_t(4)); // decided is not forgotten
}

void TestJournal::outcomesOfAnotherCommandAreIgnored()
{
    Fixture f;
    const auto given = f.append(2);
    Outcome other = f.outcome(given[0], Outcome::Kind::Refused);
    other.n = 2; // number and id do not belong together: the hub speaks of another copy of this profile
    QVERIFY(f.journal->setOutcomes({other}));
    QVERIFY(f.journal->needingAuthor()->empty());
}

void TestJournal::appliedOnesAreMarkedOnce()
{
    Fixture f;
    f.append(3);
    const TimePoint first = f.clock.now();
    QVERIFY(f.journal->markApplied(2, first));
    f.clock.advance(Milliseconds(1000));
    QVERIFY(f.journal->markApplied(3, f.clock.now()));
    const auto entries = f.journal->entriesAfter(0);
    QVERIFY((*entries)[0].appliedAt == first);
    QVERIFY((*entries)[1].appliedAt == first);
    QVERIFY((*entries)[2].appliedAt == f.clock.now());
}

void TestJournal::prunesAfterAWeek()
{
    Fixture f;
    const auto given = f.append(4);
    QVERIFY(f.journal->setOutcomes({f.outcome(given[1], Outcome::Kind::NeedsYou)}));
    QVERIFY(f.journal->markApplied(3, f.clock.now()));
    f.clock.advance(std::chrono::days(7));
    QVERIFY(f.journal->prune(f.clock.now()));
    QCOMPARE(f.numbersAfter(0).size(), std::size_t(4)); // a week to the millisecond is kept
    f.clock.advance(Milliseconds(1));
    QVERIFY(f.journal->prune(f.clock.now()));
    QVERIFY((f.numbersAfter(0) == Numbers{2, 3, 4})); // undecided, the newest that was applied, and not applied
    QVERIFY(f.journal->settle(2));
    QVERIFY(f.journal->prune(f.clock.now()));
    QVERIFY((f.numbersAfter(0) == Numbers{3, 4}));
    QCOMPARE(f.append(1)[0].n, std::int64_t(5)); // numbers are never given twice
}

/// All that was done is older than a week, and nothing new has reached the hub since.
void TestJournal::isWholeAfterALongAbsence_data()
{
    QTest::addColumn<int>("unapplied");
    QTest::addColumn<bool>("byAnOlderProgram"); // which kept not even the newest that was applied
    QTest::newRow("nothing waits") << 0 << false;
    QTest::newRow("something waits") << 2 << false;
    QTest::newRow("nothing waits, older program") << 0 << true;
    QTest::newRow("something waits, older program") << 2 << true;
}

void TestJournal::isWholeAfterALongAbsence()
{
    QFETCH(int, unapplied);
    QFETCH(bool, byAnOlderProgram);
    Fixture f;
    f.append(4);
    QVERIFY(f.journal->setOffered(4));
    QVERIFY(f.journal->markApplied(4, f.clock.now()));
    f.clock.advance(std::chrono::days(8));
    QVERIFY(f.journal->prune(f.clock.now()));
    f.append(unapplied);
    if (byAnOlderProgram)
        f.meddle("DELETE FROM command WHERE n <= 4");
    f.reopen();
    QCOMPARE(f.numbersAfter(4).size(), std::size_t(unapplied));
    QCOMPARE(f.append(1)[0].n, std::int64_t(5 + unapplied));
}

void TestJournal::becomesANewClient()
{
    Fixture f;
    const ClientId before = f.journal->installation()->client;
    const auto given = f.append(5);
    QVERIFY(f.journal->markApplied(2, f.clock.now()));
    QVERIFY(f.journal->becomeNewClient(f.ids));
    f.reopen();
    QVERIFY(f.journal->installation()->client != before);
    QVERIFY(!f.journal->installation()->client.isNull());
    const auto entries = f.journal->entriesAfter(0);
    QCOMPARE(entries->size(), std::size_t(3));
    for (std::size_t i = 0; i < 3; ++i) {
        Command expected = given[i + 2];
        expected.n = std::int64_t(i) + 1;
        QVERIFY((*entries)[i].command == expected); // the same thing, with its id, under a new number
    }
    QCOMPARE(f.append(1)[0].n, std::int64_t(4));
}

void TestJournal::whatWasAppliedIsKeptForAHubThatGoesBack()
{
    Fixture f;
    const auto first = f.append(3);
    QVERIFY(f.journal->markApplied(2, f.clock.now()));
    QVERIFY(f.journal->recallKept());
    QVERIFY(f.journal->recalled()->empty()); // none yet: all are under their own numbers
    QVERIFY(f.journal->becomeNewClient(f.ids));
    QVERIFY(f.journal->markApplied(1, f.clock.now()));
    const auto second = f.append(2);
    QVERIFY(f.journal->becomeNewClient(f.ids)); // and once more: all three of the first are kept now
    QVERIFY(f.journal->recalled()->empty());
    QVERIFY((f.numbersAfter(0) == Numbers{1, 2}));
    QVERIFY(f.journal->recallKept());
    f.reopen();
    QCOMPARE(f.journal->recalled()->size(), std::size_t(3));
    QVERIFY(f.journal->becomeNewClient(f.ids, 0));
    f.reopen();
    const auto entries = *f.journal->entriesAfter(0);
    const std::vector<Command> expected{first[0], first[1], first[2], second[0], second[1]};
    QCOMPARE(entries.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        QCOMPARE(entries[i].command.id, expected[i].id); // in the order in which they were given
        QCOMPARE(entries[i].command.n, std::int64_t(i) + 1);
        QCOMPARE(entries[i].appliedAt.has_value(), i < 3);
    }
    QVERIFY(f.journal->recalled()->empty());
    QVERIFY(f.journal->markApplied(5, f.clock.now()));
    QVERIFY(f.journal->becomeNewClient(f.ids));
    QVERIFY(f.journal->recallKept());
    QVERIFY(!f.journal->recalled()->empty());
    QVERIFY(f.journal->leaveKept());
    QVERIFY(f.journal->recalled()->empty());
    QVERIFY(f.journal->becomeNewClient(f.ids, 0));
    QVERIFY(f.numbersAfter(0).empty());
}

/// Somebody is erased while another agent is here: what was said to them is in nobody's list any more.
void TestJournal::whatIsKeptOfTheErasedGoes()
{
    Fixture f;
    const AgentId ana = f.ids.make<AgentId>(), ben = f.ids.make<AgentId>();
    QVERIFY(f.journal->setAuthor(ana));
    const auto anas = f.append(2);
    QVERIFY(f.journal->markApplied(2, f.clock.now()));
    QVERIFY(f.journal->becomeNewClient(f.ids));
    QVERIFY(f.journal->setAuthor(ben));
    QVERIFY(f.journal->forgetAbout({.conversations = {conversationOf(anas[0].body)}}));
    QVERIFY(f.journal->setAuthor(ana));
    QVERIFY(f.journal->recallKept());
    const auto left = f.journal->recalled();
    QCOMPARE(left->size(), std::size_t(1));
    QCOMPARE((*left)[0].command.id, anas[1].id);
}

/// Shifts share a computer: what one has done is offered by them again, by nobody else, and for a week.
void TestJournal::whatWasAppliedIsKeptWhileSomebodyElseIsHere()
{
    Fixture f;
    const AgentId ana = f.ids.make<AgentId>(), ben = f.ids.make<AgentId>();
    const auto change = [&](AgentId to) {
        QVERIFY(f.journal->leaveKept());
        QVERIFY(f.journal->becomeNewClient(f.ids));
        QVERIFY(f.journal->setAuthor(to));
    };
    QVERIFY(f.journal->setAuthor(ana));
    const auto anas = f.append(2);
    QVERIFY(f.journal->markApplied(2, f.clock.now()));
    change(ben);
    QVERIFY(f.journal->recallKept());
    QVERIFY(f.journal->recalled()->empty());
    const auto bens = f.append(1);
    QVERIFY(f.journal->markApplied(1, f.clock.now()));
    f.reopen();
    f.clock.advance(std::chrono::days(3));
    QVERIFY(f.journal->prune(f.clock.now()));
    change(ana);
    QVERIFY(f.journal->recallKept());
    f.reopen();
    QCOMPARE(f.journal->recalled()->size(), anas.size());
    QVERIFY(f.journal->becomeNewClient(f.ids));
    const auto again = *f.journal->entriesAfter(0);
    QCOMPARE(again.size(), anas.size());
    for (std::size_t i = 0; i < again.size(); ++i)
        QCOMPARE(again[i].command.id, anas[i].id);
    QVERIFY(f.journal->markApplied(2, f.clock.now()));
    f.clock.advance(std::chrono::days(5)); // Ben's is eight days old
    QVERIFY(f.journal->prune(f.clock.now()));
    change(ben);
    QVERIFY(f.journal->recallKept());
    QVERIFY(f.journal->recalled()->empty());
}

void TestJournal::whatCameBackOutlivesTheNewClient()
{
    Fixture f;
    const auto given = f.append(3);
    QVERIFY(f.journal->setOutcomes({f.outcome(given[0], Outcome::Kind::NeedsYou)}));
    QVERIFY(f.journal->markApplied(2, f.clock.now()));
    for (int round = 0; round < 2; ++round) { // twice: the new place must hold as well
        QVERIFY(f.journal->becomeNewClient(f.ids));
        f.reopen();
        const auto needing = f.journal->needingAuthor();
        QCOMPARE(needing->size(), std::size_t(1));
        QVERIFY((*needing)[0].command.body == given[0].body);
        QCOMPARE((*needing)[0].command.id, given[0].id);
        QCOMPARE((*needing)[0].outcome->reason, Outcome::Reason::CustomerWrote);
        QVERIFY((f.numbersAfter(0) == Numbers{1})); // it is not offered to the hub again
    }
    QVERIFY(f.journal->settle((*f.journal->needingAuthor())[0].command.n));
    QVERIFY(f.journal->needingAuthor()->empty());
}

void TestJournal::whatWasNotOfferedCanBeReplaced()
{
    Fixture f;
    const auto given = f.append(2);
    QCOMPARE(*f.journal->offeredUpTo(), std::int64_t(0));
    Command nothing = given[1];
    nothing.body = CancelMessage{};
    const Draft draft{.conversation = f.ids.make<ConversationId>(), .body = "Not yet", .savedAt = f.clock.now()};
    QVERIFY(f.journal->replace(nothing, draft));
    f.reopen();
    const auto entries = f.journal->entriesAfter(0);
    QVERIFY((*entries)[0].command == given[0]);
    QVERIFY((*entries)[1].command == nothing); // its number is used up, or the hub would wait for it
    QVERIFY(*f.journal->draft(draft.conversation, draft.kind) == draft);

    QVERIFY(f.journal->append({f.note("at once")}, true));
    QCOMPARE(*f.journal->offeredUpTo(), std::int64_t(3));
    QVERIFY(f.journal->markApplied(3, f.clock.now()));
    QVERIFY(!f.journal->replace(nothing, {})); // it is history by now
    QVERIFY(f.journal->becomeNewClient(f.ids));
    QCOMPARE(*f.journal->offeredUpTo(), std::int64_t(0));
    f.append(2);
    QVERIFY(f.journal->becomeNewClient(f.ids)); // under another number they may be at the hub
    QCOMPARE(*f.journal->offeredUpTo(), std::int64_t(2));
}

void TestJournal::drafts()
{
    Fixture f;
    const auto one = f.ids.make<ConversationId>();
    const auto two = f.ids.make<ConversationId>();
    Draft reply{.conversation = one, .body = "Hello", .fields = {{"subject", "A cup"}}, .savedAt = f.clock.now()};
    const Draft note{
        .conversation = one, .kind = Draft::Kind::Note, .body = "Look", .savedAt = f.clock.now() + Milliseconds(1)};
    const Draft other{.conversation = two, .body = "Hi", .savedAt = f.clock.now() + Milliseconds(2)};
    for (const Draft &draft : {reply, note, other})
        QVERIFY(f.journal->saveDraft(draft));
    reply.body = "Hello, Layla";
    QVERIFY(f.journal->saveDraft(reply));
    f.reopen();
    QVERIFY(*f.journal->draft(one, Draft::Kind::Reply) == reply);
    QVERIFY(*f.journal->draft(one, Draft::Kind::Note) == note);
    QVERIFY(!*f.journal->draft(two, Draft::Kind::Note));
    QVERIFY((*f.journal->drafts() == std::vector<Draft>{other, note, reply})); // newest first
    reply.body.clear();
    QVERIFY(f.journal->saveDraft(reply));
    QVERIFY(*f.journal->draft(one, Draft::Kind::Reply) == reply); // a subject alone is worth keeping
    reply.fields.clear();
    QVERIFY(f.journal->saveDraft(reply));
    QVERIFY(!*f.journal->draft(one, Draft::Kind::Reply));
    QCOMPARE(f.journal->drafts()->size(), std::size_t(2));
}

void TestJournal::settings()
{
    Fixture f;
    QCOMPARE(*f.journal->setting("theme", "system"), std::string("system"));
    QVERIFY(f.journal->setSetting("theme", "dark"));
    QVERIFY(f.journal->setSetting("theme", ""));
    f.reopen();
    QCOMPARE(*f.journal->setting("theme", "system"), std::string());
}

void TestJournal::opensANewerFile()
{
    Fixture f;
    f.append(1);
    f.journal.reset();
    {
        const auto database = Database::open(f.path, {});
        QVERIFY((*database)->execute("PRAGMA user_version = 99"));
    }
    f.journal = f.open(); // its schema only ever grows
    QCOMPARE(f.append(1)[0].n, std::int64_t(2));
}

QTEST_APPLESS_MAIN(TestJournal)
#include "tst_journal.moc"
