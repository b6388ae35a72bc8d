// Thousands of commands given at once are one step, are shown a part at a time, and nothing that happens in between shows an
// order other than the one in which they were given.
#include "core/client/local_store.h"
#include "core/store/cache_reads.h"
#include "core/store/entities.h"

#include <QTemporaryDir>
#include <QtTest>

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

constexpr int kCount = 500; ///< More than two parts.

struct Desk {
    QTemporaryDir folder;
    ManualClock clock;
    SeededRng rng{3};
    IdMaker ids{clock, rng};
    std::unique_ptr<LocalStore> files;
    Agent mara{.id = ids.make<AgentId>(), .email = "mara@shop.test", .name = "Mara", .version = 1};
    std::vector<Conversation> conversations;
    std::vector<store::ChangeSet> told;
    std::int64_t seq = 100;

    Desk()
    {
        open();
        must(files->adopt("ws://hub.test", "token", mara.email, mara.id, "Shop"));
        engine::Resync resync{.agent = mara, .workspace = "Shop"};
        resync.position.seq = seq;
        must(files->take(engine::StoreStep(resync)));
        wire::BootstrapPage page{.start = resync.position};
        for (int i = 0; i < kCount; ++i) {
            conversations.push_back({.id = ids.make<ConversationId>(), .version = 3});
            page.rows.emplace_back(conversations.back());
        }
        must(files->take(engine::StoreStep(engine::StorePage{page})));
        told.clear();
    }
    void open()
    {
        files = must(LocalStore::open(folder.path().toStdString(), clock, rng,
                                      {.changed = [this](const store::ChangeSet &changed) { told.push_back(changed); },
                                       .factsChanged = [] {},
                                       .cameBack = [](const store::JournalEntry &) {},
                                       .draftChanged = [](ConversationId) {},
                                       .cacheReplaced = [] {}}));
    }
    std::vector<CommandBody> resolveAll() const
    {
        std::vector<CommandBody> all;
        for (const Conversation &one : conversations)
            all.push_back(SetStatus{one.id, Conversation::Status::Resolved});
        return all;
    }
    std::unique_ptr<store::Database> copy() const
    {
        return must(store::Database::open(LocalStore::cachePath(folder.path().toStdString()).string(),
                                          {.mode = store::Database::Mode::ReadOnly}));
    }
    Conversation shown(int n) const { return *must(store::conversation(*copy(), conversations[std::size_t(n)].id)); }
    int resolved() const
    {
        auto file = copy();
        auto query = file->query("SELECT count(*) FROM conversation WHERE status = 'resolved'");
        must(query.step());
        return int(query.integer(0));
    }
    /// The hub answers for the first @p n commands: @p rows are as it has them now.
    void hear(std::int64_t n, std::vector<Entity> rows, std::vector<Outcome> outcomes = {})
    {
        wire::Changes changes{.from = seq, .to = seq + 1, .head = seq + 1, .rows = std::move(rows)};
        changes.outcomes = std::move(outcomes);
        changes.lastN = n;
        changes.serverTime = clock.now();
        must(files->take(engine::StoreStep(changes)));
        ++seq;
    }
};

} // namespace

class TestBulk : public QObject {
    Q_OBJECT
private slots:
    void isShownInParts();
    void somethingElseNeedNotWait();
    void orderHoldsWhatever_data();
    void orderHoldsWhatever();
    void oneUndoTakesAllBack();
    void aRestartShowsAll();
    void whatIsRefusedComesBackAlone();
};

void TestBulk::isShownInParts()
{
    Desk desk;
    const auto done = must(desk.files->submit(desk.resolveAll(), {}, true));
    QCOMPARE(done.commands.size(), std::size_t(kCount)); // all of them kept already
    QCOMPARE(done.commands.back().n, std::int64_t(kCount));
    QCOMPARE(desk.files->facts().outboxCount, std::int64_t(kCount));
    QVERIFY(desk.files->isShowing());
    QCOMPARE(desk.resolved(), int(LocalStore::kShownAtOnce));
    QCOMPARE(desk.told.size(), 1u);
    QVERIFY(desk.files->showMore());
    QCOMPARE(desk.resolved(), 2 * int(LocalStore::kShownAtOnce));
    QVERIFY(!desk.files->showMore());
    QCOMPARE(desk.resolved(), kCount);
    QVERIFY(!desk.files->showMore()); // and nothing comes of asking again
}

void TestBulk::somethingElseNeedNotWait()
{
    Desk desk;
    must(desk.files->submit(desk.resolveAll(), {}, true));
    must(desk.files->submit({SetTags{desk.conversations[3].id, {"dhl"}, {}}}, {}, true)); // of one that is shown already
    QCOMPARE(desk.shown(3).tags, std::vector<std::string>{"dhl"});
    QVERIFY(desk.files->isShowing()); // it has not waited for the others
    QCOMPARE(desk.resolved(), int(LocalStore::kShownAtOnce));
}

void TestBulk::orderHoldsWhatever_data()
{
    QTest::addColumn<QString>("meanwhile");
    QTest::newRow("a key on one that is not shown yet") << "reopen";
    QTest::newRow("something that reaches further") << "view";
    QTest::newRow("a frame of the hub's") << "frame";
    QTest::newRow("undo") << "undo";
}

void TestBulk::orderHoldsWhatever()
{
    QFETCH(const QString, meanwhile);
    Desk desk;
    const auto done = must(desk.files->submit(desk.resolveAll(), {}, true));
    QVERIFY(desk.files->isShowing());
    const int last = kCount - 1;
    if (meanwhile == "reopen") {
        const auto reopened =
            must(desk.files->submit({SetStatus{desk.conversations[last].id, Conversation::Status::Waiting}}, {}, true));
        QCOMPARE(desk.shown(last).status, Conversation::Status::Waiting); // the later one stands
        QVERIFY(reopened.undo.has_value());
        must(desk.files->takeBack(*reopened.undo)); // to what the bulk has left
        QCOMPARE(desk.shown(last).status, Conversation::Status::Resolved);
    } else if (meanwhile == "view") {
        must(desk.files->submit({SaveView{{.id = desk.ids.make<SavedViewId>(), .name = "Mine"}}}, {}, true));
        QCOMPARE(desk.shown(last).status, Conversation::Status::Resolved);
    } else if (meanwhile == "frame") {
        Conversation renamed = desk.conversations[last];
        renamed.subject = "Another subject";
        renamed.version = 50;
        desk.hear(0, {renamed});
        QCOMPARE(desk.shown(last).subject, std::string("Another subject"));
        QCOMPARE(desk.shown(last).status, Conversation::Status::Resolved); // still on top
    } else {
        must(desk.files->takeBack(*done.undo));
        while (desk.files->showMore()) {
        }
        QCOMPARE(desk.resolved(), 0);
        return;
    }
    QVERIFY(!desk.files->isShowing());
    QCOMPARE(desk.resolved(), kCount);
}

void TestBulk::oneUndoTakesAllBack()
{
    Desk desk;
    const auto done = must(desk.files->submit(desk.resolveAll(), {}, true));
    while (desk.files->showMore()) {
    }
    QVERIFY(done.undo.has_value());
    QCOMPARE(done.undo->forward.size(), std::size_t(kCount));
    // A colleague has reopened one and taken it meanwhile: that stays.
    std::vector<Entity> rows;
    for (const Conversation &one : desk.conversations) {
        Conversation now = one;
        setStatus(now, Conversation::Status::Resolved, desk.clock.now());
        now.version = 60;
        rows.emplace_back(now);
    }
    auto &other = std::get<Conversation>(rows[7]);
    setStatus(other, Conversation::Status::Waiting, desk.clock.now());
    desk.hear(kCount, rows);
    QCOMPARE(desk.files->facts().outboxCount, 0);
    const auto undone = must(desk.files->takeBack(*done.undo));
    while (desk.files->showMore()) {
    }
    QCOMPARE(undone.overtaken.size(), 1u);
    QCOMPARE(undone.commands.size(), std::size_t(kCount - 1));
    QCOMPARE(desk.resolved(), 0);
    QCOMPARE(desk.shown(7).status, Conversation::Status::Waiting);
}

void TestBulk::aRestartShowsAll()
{
    Desk desk;
    must(desk.files->submit(desk.resolveAll(), {}, true));
    QVERIFY(desk.files->isShowing());
    desk.files.reset();
    desk.open();
    QVERIFY(!desk.files->isShowing());
    QCOMPARE(desk.resolved(), kCount);
    QCOMPARE(desk.files->facts().outboxCount, std::int64_t(kCount));
}

void TestBulk::whatIsRefusedComesBackAlone()
{
    Desk desk;
    const auto done = must(desk.files->submit(desk.resolveAll(), {}, true));
    while (desk.files->showMore()) {
    }
    std::vector<Outcome> outcomes;
    for (const Command &command : done.commands)
        outcomes.push_back({.n = command.n, .command = command.id});
    outcomes[4].kind = Outcome::Kind::Refused;
    outcomes[4].reason = Outcome::Reason::NotAllowed;
    // The hub answers in several frames.
    for (int from = 0; from < kCount; from += 100) {
        std::vector<Entity> rows;
        for (int i = from; i < from + 100; ++i) {
            Conversation now = desk.conversations[std::size_t(i)];
            if (i != 4)
                setStatus(now, Conversation::Status::Resolved, desk.clock.now());
            now.version = 60 + from;
            if (i != 4)
                rows.emplace_back(now);
        }
        desk.hear(from + 100, rows, std::vector<Outcome>(outcomes.begin() + from, outcomes.begin() + from + 100));
        QCOMPARE(desk.resolved(), kCount - 1); // what the hub has not answered yet is shown all the while
    }
    QCOMPARE(desk.shown(4).status, Conversation::Status::Open);
    QCOMPARE(desk.files->facts().needsYouCount, 1);
    QCOMPARE(desk.files->facts().outboxCount, 0);
}

QTEST_GUILESS_MAIN(TestBulk)
#include "tst_bulk.moc"
