// A profile that was copied: two installations of one name, and what one of them has done must not be taken for the other's.
#include "core/client/local_store.h"
#include "tests/sim/sim_disk.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::model;
using client::LocalStore;

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
    ManualClock clock;
    SeededRng rng{3};
    IdMaker ids{clock, rng};
    sim::SimDisk disk{rng, "tst-forked"};
    Agent mara{.id = ids.make<AgentId>(), .email = "mara@shop.test", .name = "Mara", .version = 1};
    Conversation conversation{.id = ids.make<ConversationId>(), .version = 3};
    std::unique_ptr<LocalStore> files;

    Desk()
    {
        LocalStore::Events events{.changed = [](const store::ChangeSet &) {},
                                  .factsChanged = [] {},
                                  .cameBack = [](const store::JournalEntry &) {},
                                  .draftChanged = [](ConversationId) {},
                                  .cacheReplaced = [] {}};
        files = must(LocalStore::open(".", clock, rng, std::move(events), disk));
        must(files->adopt("ws://hub.test", "token", mara.email, mara.id, "Shop"));
        must(files->take(engine::StoreStep(resync(0))));
        must(files->take(engine::StoreStep(engine::StorePage{{.start = resync(0).position, .rows = {conversation}}})));
    }
    engine::Resync resync(std::int64_t lastN, std::vector<Outcome> outcomes = {}) const
    {
        engine::Resync step{.agent = mara, .workspace = "Shop", .lastN = lastN, .reason = "new"};
        step.position.seq = 100;
        step.outcomes = std::move(outcomes);
        return step;
    }
    /// What the other installation has done as number @p n.
    Outcome others(std::int64_t n) { return {.n = n, .command = ids.make<CommandId>()}; }
    Result<void> hear(std::int64_t lastN, std::vector<Outcome> outcomes)
    {
        wire::Changes changes{.from = 100, .to = 101, .head = 101, .outcomes = std::move(outcomes), .lastN = lastN};
        return files->take(engine::StoreStep(changes));
    }
    Command note()
    {
        return must(files->submit({AddNote{TimelineItemId(files->makeId()), conversation.id, "a note", {}}}, 0, false))
            .commands.front();
    }
    std::vector<CommandId> waiting()
    {
        std::vector<CommandId> found;
        for (const auto &entry : must(files->outbox()))
            found.push_back(entry.command.id);
        return found;
    }
};

bool isForked(const Result<void> &taken)
{
    return !taken && taken.error().kind == Error::Kind::Conflict && taken.error().detail == LocalStore::kForked;
}

} // namespace

class TestForkedProfile : public QObject {
    Q_OBJECT
private slots:
    void noRoomForANewCopy();
    void rightsShrinkOnAFullDisk_data();
    void rightsShrinkOnAFullDisk();
    void ownCommandsAreTaken();
    void anothersCommandOfTheSameNumber();
    void anothersCommandOfTheNextNumber();
    void aCopyBegunAnew();
    void whatFollowsUponACopyThatIsNotBegunIsNotTaken();
};

void TestForkedProfile::ownCommandsAreTaken()
{
    Desk desk;
    const Command note = desk.note();
    QVERIFY(desk.hear(1, {{.n = 1, .command = note.id}}));
    QVERIFY(desk.waiting().empty());
}

void TestForkedProfile::anothersCommandOfTheSameNumber()
{
    Desk desk;
    const Command note = desk.note();
    QVERIFY(isForked(desk.hear(1, {desk.others(1)})));
    must(desk.files->renumber());
    QCOMPARE(desk.waiting(), std::vector{note.id});
}

void TestForkedProfile::anothersCommandOfTheNextNumber()
{
    Desk desk;
    QVERIFY(isForked(desk.hear(1, {desk.others(1)}))); // before anything has been given that number here
    const Command note = desk.note();
    QVERIFY(isForked(desk.hear(2, {desk.others(1), desk.others(2)})));
    must(desk.files->renumber());
    QCOMPARE(desk.waiting(), std::vector{note.id});
}

void TestForkedProfile::aCopyBegunAnew()
{
    Desk desk;
    QVERIFY(isForked(desk.files->take(engine::StoreStep(desk.resync(1, {desk.others(1)})))));
    const Command note = desk.note();
    QVERIFY(isForked(desk.files->take(engine::StoreStep(desk.resync(1, {desk.others(1)})))));
    must(desk.files->renumber());
    QCOMPARE(desk.waiting(), std::vector{note.id});
    must(desk.files->take(engine::StoreStep(desk.resync(0)))); // of the new name
    QCOMPARE(desk.waiting(), std::vector{note.id});
}

/// It may have the very numbers of the copy that is there, and is of another history.
void TestForkedProfile::whatFollowsUponACopyThatIsNotBegunIsNotTaken()
{
    Desk desk;
    const Command note = desk.note();
    QVERIFY(isForked(desk.files->take(engine::StoreStep(desk.resync(1, {desk.others(1)})))));
    const auto behind = desk.hear(1, {{.n = 1, .command = note.id}});
    QVERIFY(!behind && !isForked(behind));
    QCOMPARE(desk.waiting(), std::vector{note.id});
    desk.files->noteHubHas({}); // the next session goes on from what is here
    QVERIFY(desk.hear(1, {{.n = 1, .command = note.id}}));
    QVERIFY(desk.waiting().empty());
}

/// A desktop without a copy does not say that its disk is fine, whatever else can be written there.
void TestForkedProfile::noRoomForANewCopy()
{
    Desk desk;
    using Storage = client::Status::Storage;
    QCOMPARE(desk.files->facts().storage, Storage::Fine);
    desk.disk.troubles.full = true;
    QVERIFY(!desk.files->take(engine::StoreStep(desk.resync(0))));
    QCOMPARE(desk.files->facts().storage, Storage::DiskFull);
    desk.disk.troubles.full = false;
    const Bytes rubbish(8192, std::byte('x'));
    desk.disk.write("./cache.db", rubbish);
    must(desk.files->setSetting("history.days", "90"));
    QVERIFY(desk.files->facts().storage != Storage::Fine);
    QVERIFY(!desk.files->take(engine::StoreStep(desk.resync(0))));
    QCOMPARE(desk.files->facts().storage, Storage::Broken);
}

void TestForkedProfile::rightsShrinkOnAFullDisk_data()
{
    QTest::addColumn<bool>("isFullForEver");
    QTest::newRow("there is room again") << false;
    QTest::newRow("there is none for the purge, nor later") << true;
}

/// What an agent may not see any more goes, whatever the disk: with the copy, where nothing else helps.
void TestForkedProfile::rightsShrinkOnAFullDisk()
{
    QFETCH(const bool, isFullForEver);
    Desk desk;
    const TeamId care = desk.ids.make<TeamId>();
    desk.mara.teams = {care};
    desk.conversation.team = care;
    desk.conversation.subject = "of the team alone";
    desk.conversation.version = 4;
    must(desk.files->setAgent(desk.mara, "Shop"));
    wire::Changes told{.from = 100, .to = 101, .head = 101, .rows = {desk.conversation}};
    must(desk.files->take(engine::StoreStep(told)));
    const auto isHere = [&] {
        const Bytes copy = desk.disk.read("./cache.db"), log = desk.disk.read("./cache.db-wal");
        return textOf(copy).find("of the team alone") != std::string_view::npos
               || textOf(log).find("of the team alone") != std::string_view::npos;
    };
    QVERIFY(isHere());
    desk.mara.teams.clear();
    desk.mara.version = 102;
    desk.disk.troubles.full = true;
    (void)desk.files->setAgent(desk.mara, "Shop");
    if (!isFullForEver) {
        desk.disk.troubles.full = false;
        (void)desk.files->setAgent(desk.mara, "Shop");
        desk.files->checkpoint(true);
    }
    QVERIFY(!isHere());
}

QTEST_APPLESS_MAIN(TestForkedProfile)
#include "tst_forked_profile.moc"
