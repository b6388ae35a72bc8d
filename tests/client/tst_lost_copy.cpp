// A copy that is gone: what the desktop says of itself without one, and what it hears again.
#include "core/client/local_store.h"

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
    void whatARestoredHubRefusesIsHeard();
};

/// Done once; then the hub goes back, is offered it again, and refuses it as the copy is lost.
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

QTEST_GUILESS_MAIN(TestLostCopy)
#include "tst_lost_copy.moc"
