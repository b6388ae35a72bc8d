// A copy that is gone: what the desktop says of itself without one, and what it hears again.
#include "core/client/local_store.h"
#include "core/client/read_thread.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace tributary;
using namespace tributary::client;
using namespace tributary::model;

namespace {

template<class T>
T must(Result<T> result)
{
    if (!result)
        qFatal("%s", result.error().detail.c_str());
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

struct Desk {
    QTemporaryDir folder;
    ManualClock clock;
    SeededRng rng{3};
    IdMaker ids{clock, rng};
    Agent mara{.id = ids.make<AgentId>(), .email = "mara@shop.test", .name = "Mara", .version = 1};
    Conversation conversation{.id = ids.make<ConversationId>(), .customer = ids.make<CustomerId>(), .version = 3};
    std::unique_ptr<LocalStore> files;
    std::vector<CommandId> cameBack;

    Desk()
    {
        open();
        must(files->adopt("ws://hub.test", "token", mara.email, mara.id, "Shop"));
        begin(1, 0);
    }
    void open()
    {
        files = must(
            LocalStore::open(folder.path().toStdString(), clock, rng,
                             {.changed = [](const store::ChangeSet &) {},
                              .factsChanged = [] {},
                              .cameBack = [this](const store::JournalEntry &entry) { cameBack.push_back(entry.command.id); },
                              .draftChanged = [](ConversationId) {},
                              .cacheReplaced = [] {}}));
    }
    /// A whole copy of history @p epoch, in which the hub has done @p lastN of our commands.
    void begin(int epoch, std::int64_t lastN, std::vector<Outcome> outcomes = {})
    {
        engine::Resync step{.agent = mara, .workspace = "Shop", .lastN = lastN, .reason = "epoch"};
        step.position.seq = 100;
        step.position.epoch.fill(std::byte(epoch));
        step.outcomes = std::move(outcomes);
        must(files->take(engine::StoreStep(step)));
        wire::BootstrapPage page{.start = step.position, .rows = {mara, conversation}};
        page.since = HistoryKey::beginning();
        must(files->take(engine::StoreStep(engine::StorePage{page})));
    }
    void loseCopy()
    {
        files.reset();
        for (const char *part : {"", "-wal", "-shm"})
            std::filesystem::remove(LocalStore::cachePath(folder.path().toStdString()).string() + part);
        open();
    }
};

} // namespace

class TestLostCopy : public QObject {
    Q_OBJECT
private slots:
    void aJournalWithoutItsAgentAsksTheCopy_data();
    void aJournalWithoutItsAgentAsksTheCopy();
    void aJournalThatIsGoneLetsNobodyIn();
    void aJournalWithoutItsAgentKnowsTheAddress();
    void aClockThatIsAheadForgetsNothing();
    void whatARestoredHubRefusesIsHeard();
    void aMessageThatMayBeOutSaysSo_data();
    void aMessageThatMayBeOutSaysSo();
    void damageIsReportedOfOneCopy();
};

/// Done once; then the hub goes back, is offered it again, and refuses it as the copy is lost.
void TestLostCopy::aJournalWithoutItsAgentAsksTheCopy_data()
{
    QTest::addColumn<bool>("hasRow");
    QTest::newRow("their row is in the copy") << true;
    QTest::newRow("their row is yet to come") << false;
}

/// A rescued journal may know who is signed in by their token alone (seed 106994): they go on, offline too.
void TestLostCopy::aJournalWithoutItsAgentAsksTheCopy()
{
    QFETCH(bool, hasRow);
    Desk desk;
    desk.files.reset();
    {
        const auto folder = desk.folder.path().toStdString();
        const auto journal = must(store::Database::open(folder + "/journal.db", {}));
        must(journal->execute("DELETE FROM setting WHERE name = 'agent'"));
        if (!hasRow)
            must(must(store::Database::open(LocalStore::cachePath(folder).string(), {}))->execute("DELETE FROM agent"));
    }
    desk.open();
    QVERIFY(desk.files->facts().agent.id == desk.mara.id);
    QCOMPARE(desk.files->facts().agent.email, desk.mara.email);
    QCOMPARE(desk.files->facts().agent.name, hasRow ? desk.mara.name : std::string());
    const AddNote note{desk.ids.make<TimelineItemId>(), desk.conversation.id, "as before", {}};
    QCOMPARE(must(desk.files->submit({note}, std::nullopt, false)).commands.size(), std::size_t(1));
}

/// The copy of who was signed in is none for who signs in next.
void TestLostCopy::aJournalThatIsGoneLetsNobodyIn()
{
    Desk desk;
    desk.files.reset();
    const std::string folder = desk.folder.path().toStdString();
    for (const char *part : {"", "-wal", "-shm"})
        std::filesystem::remove(folder + "/journal.db" + part);
    desk.open();
    must(desk.files->adopt("ws://hub.test", "another token", "ben@shop.test", desk.ids.make<AgentId>(), "Shop"));
    desk.files.reset();
    const auto copy = must(store::Database::open(LocalStore::cachePath(folder).string(), {}));
    auto query = copy->query("SELECT count(*) FROM conversation");
    QVERIFY(must(query.step()));
    QCOMPARE(query.integer(0), std::int64_t(0));
}

/// Nor do the texts of one person go out as another's, where damage took along whose they are, and there is no copy.
void TestLostCopy::aJournalWithoutItsAgentKnowsTheAddress()
{
    Desk desk;
    const AddNote note{desk.ids.make<TimelineItemId>(), desk.conversation.id, "mine", {}};
    must(desk.files->submit({note}, std::nullopt, false));
    desk.files.reset();
    const std::string folder = desk.folder.path().toStdString();
    must(must(store::Database::open(folder + "/journal.db", {}))->execute("DELETE FROM setting WHERE name = 'agent'"));
    desk.loseCopy();
    QVERIFY(desk.files->facts().agent.id.isNull());
    const auto other =
        desk.files->adopt("ws://hub.test", "another token", "ben@shop.test", desk.ids.make<AgentId>(), "Shop");
    QVERIFY(!other);
    QCOMPARE(other.error().kind, Error::Kind::Conflict);
    must(desk.files->adopt("ws://hub.test", "another token", desk.mara.email, desk.mara.id, "Shop"));
    QCOMPARE(must(desk.files->outbox()).size(), std::size_t(1));
}

/// What was done since the last backup is kept for the hub that may have to come back from it.
void TestLostCopy::aClockThatIsAheadForgetsNothing()
{
    Desk desk;
    const AddNote note{desk.ids.make<TimelineItemId>(), desk.conversation.id, "a note", {}};
    const Command command = must(desk.files->submit({note}, std::nullopt, false)).commands.at(0);
    wire::Changes echo{.from = 100, .to = 101, .head = 101, .outcomes = {{.n = 1, .command = command.id}}, .lastN = 1};
    echo.serverTime = desk.clock.now();
    must(desk.files->take(engine::StoreStep(echo)));
    const TimePoint now = desk.clock.now();
    desk.clock.step(now + std::chrono::days(40));
    desk.files.reset();
    desk.open();
    desk.clock.step(now);
    desk.begin(2, 0);
    QCOMPARE(must(desk.files->commandsAfter(0, 1)).size(), std::size_t(1));
}

void TestLostCopy::whatARestoredHubRefusesIsHeard()
{
    Desk desk;
    const AddNote note{desk.ids.make<TimelineItemId>(), desk.conversation.id, "a note", {}};
    const Command command = must(desk.files->submit({note}, std::nullopt, false)).commands.at(0);
    wire::Changes echo{.from = 100, .to = 101, .head = 101, .outcomes = {{.n = 1, .command = command.id}}, .lastN = 1};
    must(desk.files->take(engine::StoreStep(echo)));
    QVERIFY(must(desk.files->outbox()).empty());
    desk.begin(2, 0);
    QCOMPARE(must(desk.files->commandsAfter(0, 1)).size(), std::size_t(1));
    desk.loseCopy();
    const auto start = must(desk.files->syncStart());
    QCOMPARE(start.lastN, std::int64_t(0)); // the hub tells what came back of later ones
    desk.begin(2, 1, {{.n = 1, .command = command.id, .kind = Outcome::Kind::Refused}});
    QCOMPARE(desk.cameBack, std::vector{command.id});
    QCOMPARE(must(desk.files->needsYou()).size(), std::size_t(1));
}

void TestLostCopy::aMessageThatMayBeOutSaysSo_data()
{
    QTest::addColumn<bool>("wasTaken");
    QTest::newRow("taken before the hub went back") << true;
    QTest::newRow("never taken") << false;
}

/// Refused by a hub that has gone back, in which its author may not see the conversation any more, say.
void TestLostCopy::aMessageThatMayBeOutSaysSo()
{
    QFETCH(const bool, wasTaken);
    Desk desk;
    const SendMessage message{.item = desk.ids.make<TimelineItemId>(), .conversation = desk.conversation.id, .body = "Yes."};
    const Command command = must(desk.files->submit({message}, std::nullopt, false)).commands.at(0);
    if (wasTaken) {
        wire::Changes echo{.from = 100, .to = 101, .head = 101, .outcomes = {{.n = 1, .command = command.id}}, .lastN = 1};
        must(desk.files->take(engine::StoreStep(echo)));
    }
    desk.begin(2, 0);
    const auto offered = must(desk.files->commandsAfter(0, 1));
    QCOMPARE(offered.at(0).earlier.has_value(), wasTaken);
    desk.begin(2, 1, {{.n = 1, .command = command.id, .kind = Outcome::Kind::Refused, .reason = Outcome::Reason::NotFound}});
    for (const bool isAgain : {false, true}) { // told once more, and after a start
        if (isAgain) {
            desk.begin(2, 1, {{.n = 1, .command = command.id, .kind = Outcome::Kind::Refused}});
            desk.files.reset();
            desk.open();
        }
        const auto rows = must(desk.files->outboxEntries());
        QCOMPARE(rows.size(), std::size_t(1));
        QCOMPARE(rows[0].command.earlier == Outcome::Kind::Applied, wasTaken);
        QVERIFY(rows[0].reason == Outcome::Reason::NotFound);
    }
}

/// A reader finds the file damaged at each question until the store comes to the first report, and one has the file before
/// open still when the new one is there.
void TestLostCopy::damageIsReportedOfOneCopy()
{
    Desk desk;
    const auto path = LocalStore::cachePath(desk.folder.path().toStdString());
    std::mutex mutex;
    std::vector<int> reported; // the store is busy
    const auto report = [&](int which) {
        const std::scoped_lock lock(mutex);
        reported.push_back(which);
    };
    const auto which = [&desk] { return desk.files->replaced(); };
    ReadThread first(path, which, report), slow(path, which, report);
    const auto ask = [](ReadThread &reader) {
        QFuture<Result<std::int64_t>> answer =
            reader.read<std::int64_t>([](store::Database &database) -> Result<std::int64_t> {
                auto query = database.queryOnce("SELECT count(*) FROM conversation");
                TRIBUTARY_TRY(query.step());
                return query.integer(0);
            });
        answer.waitForFinished();
        return answer.result();
    };
    const auto damage = [](const std::filesystem::path &file) {
        QFile bytes(QString::fromStdString(file.string()));
        const QByteArray junk(int(bytes.size()) - 4096, 'x');
        return bytes.open(QIODevice::ReadWrite) && bytes.seek(4096) && bytes.write(junk) == junk.size();
    };
    const auto hearReports = [&] {
        for (const int one : std::exchange(reported, {}))
            desk.files->replaceCache("a reader found it damaged", one);
    };
    QCOMPARE(must(ask(slow)), 1);
    desk.files->checkpoint(true);
    QVERIFY(damage(path));
    const int before = desk.files->replaced();
    for (int i = 0; i < 5; ++i)
        QVERIFY(!ask(first));
    QCOMPARE(reported.size(), std::size_t(5));
    hearReports();
    QCOMPARE(desk.files->replaced(), before + 1);
    const auto size = std::filesystem::file_size(path.string() + ".broken");
    QVERIFY(!ask(slow)); // at the file that was put aside
    hearReports();
    QCOMPARE(desk.files->replaced(), before + 1);
    QCOMPARE(std::filesystem::file_size(path.string() + ".broken"), size);
    QCOMPARE(must(ask(first)), 0);
    // The new one counts, when it breaks.
    desk.files->checkpoint(true);
    QVERIFY(damage(path));
    first.reset();
    QVERIFY(!ask(first));
    hearReports();
    QCOMPARE(desk.files->replaced(), before + 2);
    first.close();
    slow.close();
}

QTEST_GUILESS_MAIN(TestLostCopy)
#include "tst_lost_copy.moc"
