// A command that ends the hub whenever it is tried.
#include "core/hub/deadly_commands.h"
#include "tests/hub/core/hub_under_test.h"

#include <QFile>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;

class TestDeadlyCommands : public QObject {
    Q_OBJECT
private slots:
    void nothingIsWrittenWhileAllIsWell();
    void theSecondDeathIsEnough();
    void othersAreNotBlamed();
    void whatWasDoneIsNotBlamed();
    void whatWasNotCarriedOutIsNotBlamed();
    void theWatchEnds();
    void itGoesBackToItsAuthor();
    void nonsenseInTheFileIsNoTrouble();

private:
    struct Folder {
        QTemporaryDir folder;
        ManualClock clock;
        SeededRng rng{5};
        IdMaker ids{clock, rng};
        std::unique_ptr<DeadlyCommands> hub;

        Folder() { start(); }
        /// As after a kill -9, if none has ended well before.
        void start()
        {
            hub.reset();
            hub = std::make_unique<DeadlyCommands>(folder.path().toStdString(), clock);
        }
        void end() { hub->endedWell(); }
        bool isTold() const { return QFile::exists(folder.filePath("hub.trying")); }
        CommandId id() { return ids.make<CommandId>(); }
    };
};

void TestDeadlyCommands::nothingIsWrittenWhileAllIsWell()
{
    Folder f;
    f.clock.advance(std::chrono::hours(1));
    for (int i = 0; i < 3; ++i) {
        f.hub->trying(f.id());
        QVERIFY(!f.isTold());
        f.end();
        QCOMPARE(QDir(f.folder.path()).entryList(QDir::Files).size(), 0);
        f.start();
    }
}

void TestDeadlyCommands::theSecondDeathIsEnough()
{
    Folder f;
    f.clock.advance(std::chrono::hours(1));
    const CommandId deadly = f.id();
    f.hub->trying(deadly); // nothing is noted
    for (int i = 0; i < 2; ++i) {
        f.start();
        QVERIFY(!f.hub->isDeadly(deadly));
        f.hub->trying(deadly);
        QVERIFY(f.isTold());
    }
    f.start();
    QVERIFY(f.hub->isDeadly(deadly));
    f.end(); // an orderly restart forgets nothing
    f.start();
    QVERIFY(f.hub->isDeadly(deadly));
    f.hub->done(deadly); // it was refused
    QVERIFY(!f.hub->isDeadly(deadly) && !f.isTold());
}

void TestDeadlyCommands::othersAreNotBlamed()
{
    Folder f;
    f.clock.advance(std::chrono::hours(1));
    const CommandId deadly = f.id(), other = f.id();
    f.start();
    f.hub->trying(deadly);
    f.start();
    f.hub->trying(other);
    f.hub->done(other);
    f.hub->trying(other);
    f.start(); // the other's first death
    QVERIFY(!f.hub->isDeadly(deadly) && !f.hub->isDeadly(other));
    f.hub->trying(deadly);
    f.start();
    QVERIFY(f.hub->isDeadly(deadly) && !f.hub->isDeadly(other));
}

void TestDeadlyCommands::whatWasDoneIsNotBlamed()
{
    Folder f;
    f.clock.advance(std::chrono::hours(1));
    const CommandId good = f.id();
    for (int i = 0; i < 4; ++i) {
        f.start();
        f.hub->trying(good);
        f.hub->done(good);
    }
    f.start();
    QVERIFY(!f.hub->isDeadly(good));
}

/// It had to wait, or was not the next; what it did before is not forgotten for that.
void TestDeadlyCommands::whatWasNotCarriedOutIsNotBlamed()
{
    Folder f;
    f.clock.advance(std::chrono::hours(1));
    const CommandId waits = f.id(), deadly = f.id();
    f.start();
    f.hub->trying(deadly);
    for (int i = 0; i < 4; ++i) {
        f.start();
        for (const CommandId id : {deadly, waits}) {
            f.hub->trying(id);
            f.hub->trying({});
        }
    }
    f.start();
    QVERIFY(!f.hub->isDeadly(waits) && !f.hub->isDeadly(deadly));
    f.hub->trying(deadly);
    f.start();
    QVERIFY(!f.hub->isDeadly(waits) && f.hub->isDeadly(deadly));
    f.hub->done(deadly);
    f.hub->trying(waits);
    f.clock.advance(std::chrono::minutes(11));
    f.hub->trying({});
    QVERIFY(!f.isTold()); // also where the watch has ended meanwhile
}

void TestDeadlyCommands::theWatchEnds()
{
    Folder f;
    f.clock.advance(std::chrono::hours(1));
    f.start();
    f.clock.advance(std::chrono::minutes(11));
    f.hub->trying(f.id());
    QVERIFY(!f.isTold());
}

void TestDeadlyCommands::itGoesBackToItsAuthor()
{
    HubUnderTest hub;
    const auto first = hub.take(hub.line("visitor"));
    const Command deadly = hub.command(hub.reply(hub.conversation(first.conversation), "the end"));
    const Outcome outcome = HubUnderTest::must(hub.database->inTransaction(
        [&] { return applyCommand(*hub.database, hub.ids, hub.clock, hub.mara, hub.desk, deadly, true); }));
    QCOMPARE(outcome.kind, Outcome::Kind::Refused);
    QVERIFY(outcome.detail.find("could not be carried out") != std::string::npos);
    QCOMPARE(hub.mustApply(SetPriority{first.conversation, Conversation::Priority::High}).kind, Outcome::Kind::Applied);
}

void TestDeadlyCommands::nonsenseInTheFileIsNoTrouble()
{
    Folder f;
    QFile file(f.folder.filePath("hub.trying"));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("no id 7 now\n\xff\xff 9999999999999 then\n") > 0);
    file.close();
    f.start();
    QVERIFY(!f.hub->isDeadly(f.id()));
    f.hub->trying(f.id());
    f.end();
}

QTEST_APPLESS_MAIN(TestDeadlyCommands)
#include "tst_deadly_commands.moc"
