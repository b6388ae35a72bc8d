// How much of the past a computer keeps: old history leaves it by the clock, never what is referred to, and comes back.
#include "core/client/local_store.h"
#include "core/store/coverage.h"
#include "core/store/entities.h"
#include "core/store/file_migration.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace tributary;
using namespace tributary::client;
using namespace tributary::model;
using std::chrono::days;

namespace {

template<class T>
T must(Result<T> result)
{
    if (!result)
        qFatal("%s", result.error().detail.c_str());
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

/// A signed-in desktop whose first copy brought five resolved conversations of 80 days ago, and an open one.
struct Desk {
    QTemporaryDir folder;
    ManualClock clock;
    SeededRng rng{3};
    IdMaker ids{clock, rng};
    std::unique_ptr<LocalStore> files;
    Agent mara{.id = ids.make<AgentId>(), .email = "mara@shop.test", .name = "Mara", .version = 1};
    std::vector<Conversation> conversations;
    std::vector<TimelineItem> items;
    wire::BootstrapPage page; ///< The only one of the first copy.
    std::int64_t seq = 100;
    std::vector<std::string> gone; ///< Files of what left last.
    std::vector<ConversationId> redrafted;

    Desk()
    {
        files = must(LocalStore::open(folder.path().toStdString(), clock, rng, events()));
        must(files->adopt("ws://hub.test", "token", mara.email, mara.id, "Shop"));
        must(files->take(engine::StoreStep(resync())));
        std::vector<Entity> rows;
        for (int i = 0; i < 6; ++i) {
            Customer customer{.id = ids.make<CustomerId>(), .version = 2};
            Conversation conversation{.id = ids.make<ConversationId>(), .customer = customer.id, .version = 3};
            conversation.status = i == 5 ? Conversation::Status::Open : Conversation::Status::Resolved;
            conversations.push_back(conversation);
            rows.insert(rows.end(), {customer, conversation});
            for (int k = 0; k < 60; ++k) {
                TimelineItem item{.id = ids.make<TimelineItemId>(), .conversation = conversation.id, .version = 4};
                item.customer = customer.id;
                item.at = clock.now() - days(80) + Milliseconds(k);
                item.kind = TimelineItem::Kind::Outbound;
                item.delivery = Delivery{.state = Delivery::State::Failed};
                items.push_back(item);
                rows.emplace_back(item);
            }
        }
        page = {.start = resync().position, .rows = std::move(rows)};
        page.since = HistoryKey{clock.now() - days(90), {}};
        must(files->take(engine::StoreStep(engine::StorePage{page})));
    }
    LocalStore::Events events()
    {
        return {.changed = [this](const store::ChangeSet &changed) { gone = changed.files; },
                .factsChanged = [] {},
                .cameBack = [](const store::JournalEntry &) {},
                .draftChanged = [this](ConversationId id) { redrafted.push_back(id); },
                .cacheReplaced = [] {}};
    }
    engine::Resync resync() const
    {
        engine::Resync step;
        step.position.seq = 100;
        step.agent = mara;
        step.workspace = "Shop";
        return step;
    }
    /// A frame that says the copy is complete as of now.
    void hear(std::vector<Outcome> outcomes = {}, std::int64_t lastN = 0)
    {
        wire::Changes changes{.from = seq, .to = seq + 1, .head = seq + 1, .outcomes = std::move(outcomes), .lastN = lastN};
        changes.serverTime = clock.now();
        must(files->take(engine::StoreStep(changes)));
        ++seq;
    }
    int sweep()
    {
        int steps = 0;
        while (must(files->evict()))
            ++steps;
        return steps;
    }
    /// Whether the bytes of @p word are in a file of the copy.
    bool isInFiles(const QByteArray &word) const
    {
        const QDir files(folder.path(), "cache.db*", {}, QDir::Files);
        return std::ranges::any_of(files.entryInfoList(), [&word](const QFileInfo &info) {
            QFile file(info.filePath());
            return file.open(QFile::ReadOnly) && file.readAll().contains(word);
        });
    }
    store::TimelinePage timeline(int n) const
    {
        const auto copy = must(store::Database::open(LocalStore::cachePath(folder.path().toStdString()).string(),
                                                     {.mode = store::Database::Mode::ReadOnly}));
        return must(store::historyFrom(*copy, conversations[std::size_t(n)].customer, HistoryKey::beginning().at, {}, 500));
    }
    std::size_t shown(int n) const { return timeline(n).items.size(); }
};

} // namespace

class TestLocalHistory : public QObject {
    Q_OBJECT
private slots:
    void whatIsWrittenStandsBehindWhatWasRead_data();
    void whatIsWrittenStandsBehindWhatWasRead();
    void leavesByTheClock();
    void staysWhileTheHubIsAway();
    void settingsDecide_data();
    void settingsDecide();
    void aShorterHistoryLeavesAtOnce();
    void theLastPageTwiceBringsNothingBack();
    void aReadMarkAloneGoesWithTheRights();
    void whatIsAheadOfTheFramesStays_data();
    void whatIsAheadOfTheFramesStays();
    void whatIsReferredToStays();
    void nothingComesAfterSigningOut();
    void anItemsFilesGoWithIt_data();
    void anItemsFilesGoWithIt();
    void strayFilesGoAtTheNextStart();
    void whatIsWrittenIsItsAuthors();
    void whatIsWrittenToSomebodyErasedIsNotKept_data();
    void whatIsWrittenToSomebodyErasedIsNotKept();
    void theJournalOfTheVersionBeforeGoesWithWhatIsInIt_data();
    void theJournalOfTheVersionBeforeGoesWithWhatIsInIt();
    void aDamagedJournalGoesAfterAMonth_data();
    void aDamagedJournalGoesAfterAMonth();
    void wordsOfWhatIsGoneLeaveTheFiles_data();
    void wordsOfWhatIsGoneLeaveTheFiles();
    void aNewHistoryHasAFileOfItsOwn();
    void comesBackWhenItIsLookedFor();
};

void TestLocalHistory::whatIsWrittenStandsBehindWhatWasRead_data()
{
    QTest::addColumn<int>("ahead"); // of this computer's clock, in seconds
    QTest::newRow("another clock is ahead of this one") << 120;
    QTest::newRow("clocks agree") << -120;
}

/// At once, and not only when the hub has said so.
void TestLocalHistory::whatIsWrittenStandsBehindWhatWasRead()
{
    QFETCH(const int, ahead);
    Desk desk;
    Conversation conversation = desk.conversations.back();
    conversation.lastItemAt = desk.clock.now() + std::chrono::seconds(ahead);
    conversation.version = desk.seq + 1;
    wire::Changes changes{.from = desk.seq, .to = desk.seq + 1, .head = desk.seq + 1, .rows = {conversation}};
    must(desk.files->take(engine::StoreStep(changes)));
    const AddNote note{desk.ids.make<TimelineItemId>(), conversation.id, "Answered.", {}};
    const auto done = must(desk.files->submit({note, SetTags{conversation.id, {"tea"}, {}}}, std::nullopt, false));
    QCOMPARE(toMs(done.commands.at(0).at), toMs(ahead > 0 ? conversation.lastItemAt + Milliseconds(1) : desk.clock.now()));
    QVERIFY(done.commands.at(1).at <= desk.clock.now() + Milliseconds(1)); // that is no text
}

void TestLocalHistory::leavesByTheClock()
{
    Desk desk;
    QCOMPARE(desk.sweep(), 0); // nothing is known to be complete yet
    desk.clock.advance(days(14));
    desk.hear();
    desk.sweep();
    QCOMPARE(desk.shown(0), 60u); // 94 days: what has come at 90 does not go at 91
    desk.clock.advance(days(2));
    desk.hear();
    must(desk.files->noteOpened(desk.conversations[1].customer));
    QVERIFY(desk.sweep() > 0); // in more than one step
    QCOMPARE(desk.shown(0), 0u);
    QCOMPARE(desk.timeline(0).gaps.size(), 1u);
    QCOMPARE(desk.shown(1), 60u);
    QCOMPARE(desk.shown(5), 60u);               // open
    QCOMPARE(desk.timeline(5).gaps.size(), 1u); // whole, but for what came before the first copy
    desk.clock.advance(days(31));
    desk.hear();
    desk.sweep();
    QCOMPARE(desk.shown(1), 0u);
}

void TestLocalHistory::staysWhileTheHubIsAway()
{
    Desk desk;
    desk.hear();
    desk.clock.advance(days(1000)); // or a clock that is wrong
    desk.sweep();
    QCOMPARE(desk.shown(0), 60u);
}

void TestLocalHistory::settingsDecide_data()
{
    QTest::addColumn<QString>("days");
    QTest::addColumn<int>("left");
    QTest::newRow("a month") << "30" << 0;
    QTest::newRow("a year") << "365" << 60;
    QTest::newRow("everything") << "0" << 60;
    QTest::newRow("no number") << "soon" << 60;
}

void TestLocalHistory::settingsDecide()
{
    QFETCH(QString, days);
    QFETCH(int, left);
    Desk desk;
    must(desk.files->setSetting("history.days", days.toStdString()));
    desk.hear();
    desk.sweep();
    QCOMPARE(int(desk.shown(0)), left);
}

void TestLocalHistory::aShorterHistoryLeavesAtOnce()
{
    Desk desk;
    desk.hear();
    desk.sweep();
    QCOMPARE(desk.shown(0), 60u);
    QCOMPARE(desk.sweep(), 0); // once a day is enough
    must(desk.files->setSetting("history.days", "30"));
    QVERIFY(desk.sweep() > 0); // but not when somebody has just asked for it
    QCOMPARE(desk.shown(0), 0u);
}

void TestLocalHistory::theLastPageTwiceBringsNothingBack()
{
    Desk desk;
    wire::Changes gone{.from = 100, .to = 101, .head = 101};
    gone.removals.push_back({EntityType::Conversation, desk.conversations[0].id.bytes, 101});
    gone.serverTime = desk.clock.now();
    must(desk.files->take(engine::StoreStep(gone)));
    QCOMPARE(desk.shown(0), 0u);
    must(desk.files->take(engine::StoreStep(engine::StorePage{desk.page})));
    QCOMPARE(desk.shown(0), 0u);
    QCOMPARE(desk.shown(1), 60u);
}

/// A mark may come before its conversation, which then moves out of sight: nobody says anything of the mark.
void TestLocalHistory::aReadMarkAloneGoesWithTheRights()
{
    Desk desk;
    wire::Changes changes{.from = 100, .to = 102, .head = 102};
    changes.rows = {ReadMark{desk.mara.id, desk.ids.make<ConversationId>(), 1, 101},
                    ReadMark{desk.mara.id, desk.conversations[1].id, 1, 102}};
    changes.serverTime = desk.clock.now();
    must(desk.files->take(engine::StoreStep(changes)));
    changes = {.from = 102, .to = 103, .head = 103};
    Agent fewer = desk.mara;
    fewer.version = 103;
    fewer.name = "Mara L.";
    changes.rows = {fewer};
    changes.serverTime = desk.clock.now();
    must(desk.files->take(engine::StoreStep(changes)));
    changes = {.from = 103, .to = 103, .head = 103}; // nothing new is on its way
    changes.serverTime = desk.clock.now();
    must(desk.files->take(engine::StoreStep(changes)));
    const auto copy = must(store::Database::open(LocalStore::cachePath(desk.folder.path().toStdString()).string(),
                                                 {.mode = store::Database::Mode::ReadOnly}));
    auto query = copy->queryOnce("SELECT count(*) FROM read_mark");
    QVERIFY(must(query.step()));
    QCOMPARE(query.integer(0), 1);
}

void TestLocalHistory::whatIsAheadOfTheFramesStays_data()
{
    QTest::addColumn<int>("version");
    QTest::addColumn<bool>("stays");
    QTest::newRow("of what the frames have passed") << 102 << false;
    QTest::newRow("of what is yet to come") << 120 << true;
}

/// A frame that says that there is nothing new may have been on its way when the last page of a copy was read, which brought
/// an item whose conversation comes with the next frame. The hub does not say the item again.
void TestLocalHistory::whatIsAheadOfTheFramesStays()
{
    QFETCH(const int, version);
    QFETCH(const bool, stays);
    Desk desk;
    Conversation late = desk.conversations[0];
    late.id = desk.ids.make<ConversationId>();
    late.version = 120;
    TimelineItem item = desk.items[0];
    item.id = desk.ids.make<TimelineItemId>();
    item.conversation = late.id;
    item.version = version;
    Agent other = desk.mara;
    other.version = 103;
    other.name = "Mara L.";
    wire::Changes changes{.from = 100, .to = 103, .head = 103};
    changes.rows = {other, item};
    changes.serverTime = desk.clock.now();
    must(desk.files->take(engine::StoreStep(changes)));
    changes = {.from = 103, .to = 103, .head = 103};
    changes.serverTime = desk.clock.now();
    must(desk.files->take(engine::StoreStep(changes)));
    changes = {.from = 103, .to = 120, .head = 120};
    changes.rows = {late};
    changes.serverTime = desk.clock.now();
    must(desk.files->take(engine::StoreStep(changes)));
    const auto copy = must(store::Database::open(LocalStore::cachePath(desk.folder.path().toStdString()).string(),
                                                 {.mode = store::Database::Mode::ReadOnly}));
    QCOMPARE(must(store::timelineItem(*copy, item.id)).has_value(), stays);
    QVERIFY(must(store::conversation(*copy, late.id)));
}

void TestLocalHistory::whatIsReferredToStays()
{
    Desk desk;
    const auto conversation = [&](int n) { return desk.conversations[std::size_t(n)].id; };
    must(desk.files->saveDraft({.conversation = conversation(0), .body = "half a thought"}));
    const auto pending = must(desk.files->submit({SetTags{conversation(1), {"late"}, {}}}, {}, false));
    const TimelineItem failed = desk.items[2 * 60 + 7];
    const auto retry = must(desk.files->submit({RetryMessage{failed.id}}, {}, false));
    const auto held = must(desk.files->submit(
        {SendMessage{.item = desk.ids.make<TimelineItemId>(), .conversation = conversation(3)}}, {}, false));
    desk.clock.advance(days(20));
    desk.hear();
    desk.sweep();
    QCOMPARE(desk.shown(0), 60u);
    QCOMPARE(desk.shown(1), 60u);
    QCOMPARE(desk.shown(2), 1u); // the message it is about
    QCOMPARE(desk.timeline(2).gaps.size(), 2u);
    QCOMPARE(desk.shown(3), 61u);
    QCOMPARE(desk.shown(4), 0u);
    // The hub has taken them, and one of them needs a decision: that one's conversation stays.
    const Command &asked = held.commands.front();
    desk.clock.advance(days(2));
    desk.hear({{.n = asked.n, .command = asked.id, .kind = Outcome::Kind::NeedsYou}}, asked.n);
    desk.sweep();
    QCOMPARE(desk.shown(0), 60u);
    QCOMPARE(desk.shown(1), 0u);
    QCOMPARE(desk.shown(2), 0u);
    QCOMPARE(desk.shown(3), 60u);
}

void TestLocalHistory::comesBackWhenItIsLookedFor()
{
    Desk desk;
    const store::TimelinePage before = desk.timeline(0);
    desk.clock.advance(days(20));
    desk.hear();
    desk.sweep();
    QCOMPARE(desk.shown(0), 0u);
    const HistoryRange gap = desk.timeline(0).gaps.front();
    wire::Page page{.request = 1, .complete = true, .customers = {desk.conversations[0].customer}};
    page.rows.assign(desk.items.begin(), desk.items.begin() + 60);
    wire::Fetch asked{.customer = desk.conversations[0].customer, .beforeAt = gap.to.at, .beforeId = gap.to.id};
    must(desk.files->takeOlder(asked, page));
    QVERIFY(desk.timeline(0).items == before.items);
    QVERIFY(desk.timeline(0).gaps.empty());
    must(desk.files->noteOpened(desk.conversations[0].customer));
    desk.clock.advance(days(2));
    desk.hear();
    desk.sweep();
    QCOMPARE(desk.shown(0), 60u); // somebody looks at it
}

/// What the link has read is on its way to the store when the agent signs out, or is shut out.
void TestLocalHistory::nothingComesAfterSigningOut()
{
    Desk desk;
    must(desk.files->signOut("token"));
    wire::BootstrapPage large = desk.page;
    for (int i = 0; i < 4; ++i)
        large.rows.insert(large.rows.end(), desk.page.rows.begin(), desk.page.rows.end());
    QVERIFY(large.rows.size() > 1000);
    QVERIFY(!desk.files->take(engine::StoreStep(engine::StorePage{large})));
    QVERIFY(!desk.files->take(engine::StoreStep(desk.resync())));
    QVERIFY(
        !desk.files->take(engine::StoreStep(wire::Changes{.from = 100, .to = 101, .head = 101, .rows = desk.page.rows})));
    QCOMPARE(desk.shown(0), 0u);
}

void TestLocalHistory::anItemsFilesGoWithIt_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("it leaves sight") << "removal";
    QTest::newRow("it is taken back") << "frame";
    QTest::newRow("it is taken back, says a page") << "page";
}

/// It alone, not its conversation: what was fetched of it must not stay on the disk.
void TestLocalHistory::anItemsFilesGoWithIt()
{
    QFETCH(const QString, how);
    Desk desk;
    TimelineItem item = desk.items.front();
    item.attachments = {Attachment{.name = "receipt.pdf"}};
    item.attachments.front().sha256 = std::string(64, '7');
    item.version = desk.seq + 1;
    must(desk.files->take(
        engine::StoreStep(wire::Changes{.from = desk.seq, .to = desk.seq + 1, .head = desk.seq + 1, .rows = {item}})));
    ++desk.seq;
    desk.gone.clear();
    wire::Changes frame{.from = desk.seq, .to = desk.seq + 1, .head = desk.seq + 1};
    TimelineItem without = item;
    without.deleted = true;
    without.attachments.clear();
    without.version = desk.seq + 1;
    if (how == "removal")
        frame.removals.push_back({EntityType::TimelineItem, item.id.bytes, desk.seq + 1});
    else
        frame.rows.emplace_back(without);
    if (how == "page") {
        must(desk.files->take(engine::StoreStep(desk.resync())));
        must(
            desk.files->take(engine::StoreStep(engine::StorePage{{.start = desk.page.start, .rows = {item}, .next = "1"}})));
        desk.gone.clear();
        must(desk.files->take(
            engine::StoreStep(engine::StorePage{{.start = desk.page.start, .rows = {without}, .next = "2"}})));
    } else {
        must(desk.files->take(engine::StoreStep(frame)));
    }
    QCOMPARE(std::ranges::count(desk.gone, item.attachments.front().sha256), 1);
}

/// A program that was killed before it had deleted them, or that has lost its copy: nothing names them any more.
void TestLocalHistory::strayFilesGoAtTheNextStart()
{
    Desk desk;
    const auto file = [&](char name) {
        const QString folder = desk.folder.path() + "/blobs/" + QString(2, name);
        QDir().mkpath(folder);
        QFile blob(folder + "/" + QString(64, name));
        QVERIFY(blob.open(QFile::WriteOnly) && blob.write("content") > 0);
    };
    const auto attached = [](char name) {
        Attachment attachment{.name = "receipt.pdf"};
        attachment.sha256 = std::string(64, name);
        return attachment;
    };
    const ConversationId here = desk.conversations[5].id;
    for (const char name : {'1', '2', '3', '4', '5', '7'})
        file(name);
    TimelineItem item = desk.items.front();
    item.attachments = {attached('1')};
    item.version = desk.seq + 1;
    must(desk.files->take(
        engine::StoreStep(wire::Changes{.from = desk.seq, .to = desk.seq + 1, .head = desk.seq + 1, .rows = {item}})));
    ++desk.seq;
    store::Draft draft{.conversation = here, .body = "with a file", .savedAt = desk.clock.now()};
    store::setAttachments(draft, {attached('2')});
    must(desk.files->saveDraft(draft));
    must(desk.files->submit({AddNote{desk.ids.make<TimelineItemId>(), here, "a note", {attached('3')}, {}}}, {}, true));
    const auto thrownAway = desk.ids.make<TimelineItemId>();
    must(desk.files->submit({AddNote{thrownAway, here, "never mind", {attached('7')}, {}}}, {}, true));
    desk.hear();
    desk.files.reset();
    desk.files = must(LocalStore::open(desk.folder.path().toStdString(), desk.clock, desk.rng, desk.events()));
    file('6');                                         // has come since, before what names it
    must(desk.files->takeBackItem(thrownAway, false)); // an undo may give it back
    desk.gone.clear();
    while (must(desk.files->lookForStrays())) {
    }
    QCOMPARE(desk.gone, (std::vector{std::string(64, '4'), std::string(64, '5')}));
    desk.gone.clear();
    QVERIFY(!must(desk.files->lookForStrays())); // once for each start
    QVERIFY(desk.gone.empty());
}

/// Two people at one computer: neither reads what the other has half written, or what came back to the other.
void TestLocalHistory::whatIsWrittenIsItsAuthors()
{
    Desk desk;
    const auto conversation = [&](int n) { return desk.conversations[std::size_t(n)].id; };
    const auto in = [&](const Agent &agent) {
        must(desk.files->signOut("token"));
        must(desk.files->adopt("ws://hub.test", "token", agent.email, agent.id, "Shop"));
    };
    const Agent tomas{.id = desk.ids.make<AgentId>(), .email = "tomas@shop.test", .name = "Tomás", .version = 1};
    const store::Draft thought{.conversation = conversation(0), .body = "half a thought", .savedAt = desk.clock.now()};
    must(desk.files->saveDraft(thought));
    const SendMessage crossed{.item = desk.ids.make<TimelineItemId>(), .conversation = conversation(1), .body = "Crossed."};
    const auto sent = must(desk.files->submit({crossed, SetTags{conversation(2), {"late"}, {}}}, {}, false)).commands;
    desk.hear({{.n = sent[0].n, .command = sent[0].id, .kind = Outcome::Kind::NeedsYou},
               {.n = sent[1].n, .command = sent[1].id, .kind = Outcome::Kind::Refused}},
              sent[1].n);
    QCOMPARE(desk.files->facts().needsYouCount, 2);

    in(tomas);
    QVERIFY(must(desk.files->drafts()).empty());
    QCOMPARE(desk.files->facts().needsYouCount, 0);
    QVERIFY(must(desk.files->needsYou()).empty());
    must(desk.files->saveDraft({.conversation = conversation(0), .body = "of Tomás"}));

    in(desk.mara);
    QVERIFY(must(desk.files->drafts()) == std::vector{thought});
    QCOMPARE(desk.files->facts().needsYouCount, 2);
    const auto back = must(desk.files->needsYou());
    QVERIFY(back[0].command.body == CommandBody(crossed));
    QCOMPARE(back[0].outcome->kind, Outcome::Kind::NeedsYou);
    QVERIFY(back[1].command.body == sent[1].body);
    QCOMPARE(back[1].outcome->kind, Outcome::Kind::Refused);
    in(desk.mara);
    QCOMPARE(desk.files->facts().needsYouCount, 2);
    must(desk.files->edit(back[0].command.n));
    must(desk.files->settle(back[1].command.n));

    in(tomas);
    QCOMPARE(must(desk.files->drafts()).size(), std::size_t(1));
    QCOMPARE(must(desk.files->drafts()).front().body, std::string("of Tomás"));
    QCOMPARE(desk.files->facts().needsYouCount, 0);
    in(desk.mara);
    QCOMPARE(must(desk.files->drafts()).size(), std::size_t(2)); // the text that came back is one by now
    QCOMPARE(desk.files->facts().needsYouCount, 0);
    desk.files.reset(); // its numbers are whole
    desk.files = must(LocalStore::open(desk.folder.path().toStdString(), desk.clock, desk.rng, desk.events()));
    QCOMPARE(must(desk.files->drafts()).size(), std::size_t(2));
}

void TestLocalHistory::whatIsWrittenToSomebodyErasedIsNotKept_data()
{
    QTest::addColumn<bool>("isOlder");
    QTest::newRow("the hub says which conversations") << false;
    QTest::newRow("an older hub does not") << true;
}

/// Whoever is writing to them is told, and what their next pause in writing would keep is refused.
void TestLocalHistory::whatIsWrittenToSomebodyErasedIsNotKept()
{
    QFETCH(const bool, isOlder);
    Desk desk;
    const Conversation &erased = desk.conversations[0], &other = desk.conversations[1];
    const auto kept = [&desk](const Conversation &one) {
        return must(desk.files->draft(one.id, store::Draft::Kind::Reply)).has_value();
    };
    store::Draft draft{.conversation = erased.id, .body = "half a thought"};
    must(desk.files->saveDraft(draft));
    must(desk.files->saveDraft({.conversation = other.id, .body = "another"}));
    desk.redrafted.clear();
    wire::Changes gone{.from = 100, .to = 101, .head = 101};
    gone.removals.push_back({EntityType::Customer, erased.customer.bytes, 101});
    gone.removals.push_back({EntityType::Conversation, erased.id.bytes, 101});
    gone.serverTime = desk.clock.now();
    if (isOlder)
        desk.files->setHubFeatures(wire::Features({"fetch", "command:add_note"}));
    else
        gone.erased = {erased.id};
    must(desk.files->take(engine::StoreStep(gone)));
    QCOMPARE(desk.redrafted, std::vector{erased.id});
    QVERIFY(!kept(erased));
    draft.body += ", and the rest of it";
    const auto saved = desk.files->saveDraft(draft);
    QVERIFY(!saved && saved.error().kind == Error::Kind::NotFound);
    QVERIFY(!kept(erased));
    QVERIFY(kept(other));
    for (const char *part : {"", "-wal"}) {
        QFile file(QString::fromStdString(LocalStore::journalPath(desk.folder.path().toStdString()).string() + part));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(!file.readAll().contains("half a thought"), part);
    }
}

void TestLocalHistory::theJournalOfTheVersionBeforeGoesWithWhatIsInIt_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<bool>("goes");
    QTest::newRow("somebody is erased") << "erased" << true;
    QTest::newRow("somebody is erased of whom nothing is here") << "stranger" << true;
    QTest::newRow("the copy is begun anew") << "anew" << true;
    QTest::newRow("signed out") << "out" << true;
    QTest::newRow("another agent") << "another" << true;
    QTest::newRow("signed in anew") << "in" << true;
    QTest::newRow("the token is kept elsewhere") << "keyring" << true;
    QTest::newRow("the token is kept elsewhere from now on") << "moved" << true;
    QTest::newRow("the hub has another address") << "moved hub" << false;
    QTest::newRow("the same once more") << "same" << false;
    QTest::newRow("a conversation is out of sight") << "sight" << false;
}

/// It is beside the journal (file_migration.h) until what is in it is to be gone: somebody erased, a token. So are those
/// that were damaged, for a month.
void TestLocalHistory::theJournalOfTheVersionBeforeGoesWithWhatIsInIt()
{
    QFETCH(const QString, what);
    QFETCH(const bool, goes);
    Desk desk;
    const auto journal = LocalStore::journalPath(desk.folder.path().toStdString());
    const std::string damaged = journal.string() + ".damaged-" + std::to_string(toMs(desk.clock.now()));
    const std::vector<std::filesystem::path> left{store::keptPath(journal), store::copyPath(journal), damaged,
                                                  damaged + "-wal"};
    for (const auto &path : left)
        std::filesystem::copy_file(journal, path);
    const Agent &mara = desk.mara;
    const auto adopt = [&](const char *url, const char *token, AgentId agent, const std::string &inKeyring = {}) {
        must(desk.files->adopt(url, token, mara.email, agent, "Shop", inKeyring));
    };
    wire::Changes changes{.from = 100, .to = 101, .head = 101};
    changes.serverTime = desk.clock.now();
    if (what == "erased")
        changes.removals.push_back({EntityType::Customer, desk.conversations[0].customer.bytes, 101});
    else if (what == "stranger")
        changes.removals.push_back({EntityType::Customer, desk.ids.make<CustomerId>().bytes, 101});
    else if (what == "sight")
        changes.removals.push_back({EntityType::Conversation, desk.conversations[0].id.bytes, 101});
    if (!changes.removals.empty())
        must(desk.files->take(engine::StoreStep(changes)));
    else if (what == "anew")
        must(desk.files->take(engine::StoreStep(desk.resync())));
    else if (what == "out")
        must(desk.files->signOut("token"));
    else if (what == "another")
        adopt("ws://hub.test", "token", desk.ids.make<AgentId>());
    else if (what == "in")
        adopt("ws://hub.test", "another", mara.id);
    else if (what == "keyring")
        adopt("ws://hub.test", "token", mara.id, "keyring:1");
    else if (what == "moved")
        must(desk.files->tokenMoved("keyring:1"));
    else if (what == "moved hub")
        must(desk.files->setHubUrl("ws://other.test"));
    else
        adopt("ws://other.test", "token", mara.id);
    for (const auto &path : left)
        QCOMPARE(!std::filesystem::exists(path), goes);
}

void TestLocalHistory::aDamagedJournalGoesAfterAMonth_data()
{
    QTest::addColumn<bool>("wasEnded");
    QTest::newRow("put aside") << false;
    QTest::newRow("the program was ended before its log had moved, too") << true;
}

void TestLocalHistory::aDamagedJournalGoesAfterAMonth()
{
    QFETCH(const bool, wasEnded);
    Desk desk;
    const std::filesystem::path folder = desk.folder.path().toStdString();
    const auto journal = LocalStore::journalPath(folder);
    const auto later = [&](std::chrono::hours passed) {
        desk.files.reset();
        desk.clock.advance(passed);
        desk.files = must(LocalStore::open(folder, desk.clock, desk.rng, desk.events()));
    };
    desk.files.reset();
    std::ofstream(journal.string() + "-wal") << "what it had not moved yet";
    const auto damaged = must(LocalStore::rescueJournal(folder, desk.clock, desk.rng)).damaged;
    const std::vector<std::filesystem::path> parts{damaged, damaged.string() + "-wal"};
    if (wasEnded) {
        std::filesystem::rename(journal, folder / "journal.db.rescued");
        std::filesystem::rename(parts[1], journal.string() + "-wal");
    }
    later(std::chrono::hours(0));
    for (const auto &part : parts)
        QVERIFY2(std::filesystem::exists(part), part.c_str());
    QVERIFY(std::filesystem::copy_file(journal, folder / "journal.db.rescued")); // of a rescue that had moved nothing yet
    later(std::chrono::hours(29 * 24));
    QVERIFY(!std::filesystem::exists(folder / "journal.db.rescued"));
    for (const auto &part : parts)
        QVERIFY2(std::filesystem::exists(part), part.c_str());
    later(std::chrono::hours(25));
    for (const auto &part : parts)
        QVERIFY2(!std::filesystem::exists(part), part.c_str());
    QVERIFY(std::filesystem::exists(journal));
}

void TestLocalHistory::wordsOfWhatIsGoneLeaveTheFiles_data()
{
    QTest::addColumn<bool>("takenBack");
    QTest::addColumn<bool>("startedAgain");
    QTest::newRow("out of sight") << false << false;
    QTest::newRow("taken back") << true << false;
    QTest::newRow("killed before it was done") << false << true;
}

void TestLocalHistory::wordsOfWhatIsGoneLeaveTheFiles()
{
    QFETCH(bool, takenBack);
    QFETCH(bool, startedAgain);
    Desk desk;
    const QByteArray word = "qzxjvkw";
    TimelineItem item = desk.items.front();
    item.kind = TimelineItem::Kind::Note;
    item.body = word.toStdString();
    const auto frame = [&desk] {
        wire::Changes changes{.from = desk.seq, .to = desk.seq + 1, .head = desk.seq + 1};
        changes.serverTime = desk.clock.now();
        ++desk.seq;
        return changes;
    };
    wire::Changes changes = frame();
    item.version = changes.to;
    changes.rows = {item};
    must(desk.files->take(engine::StoreStep(changes)));
    changes = frame();
    if (takenBack) {
        item.deleted = true;
        item.body.clear();
        item.version = changes.to;
        changes.rows = {item};
    } else {
        changes.removals.push_back({EntityType::TimelineItem, item.id.bytes, changes.to});
    }
    must(desk.files->take(engine::StoreStep(changes)));
    QVERIFY(desk.isInFiles(word)); // in the log, and in segments of the index
    if (startedAgain) {
        desk.files.reset();
        desk.files = must(LocalStore::open(desk.folder.path().toStdString(), desk.clock, desk.rng, desk.events()));
        QVERIFY(desk.isInFiles(word));
    }
    int steps = 1;
    while (must(desk.files->forgetWords()))
        ++steps;
    QVERIFY(steps > 1);
    QVERIFY(!desk.isInFiles(word));
    QVERIFY(!must(desk.files->forgetWords()));
    QCOMPARE(desk.shown(0), 59u);
}

/// Rows by the million are not taken out one by one.
void TestLocalHistory::aNewHistoryHasAFileOfItsOwn()
{
    Desk desk;
    const auto path = LocalStore::cachePath(desk.folder.path().toStdString());
    std::filesystem::create_hard_link(path, path.string() + ".kept"); // else its number may be given again
    const std::string before = store::Disk::system().identity(path);
    must(desk.files->take(engine::StoreStep(desk.resync())));
    QVERIFY(store::Disk::system().identity(path) != before);
    QCOMPARE(desk.shown(0), 0u);
    must(desk.files->take(engine::StoreStep(engine::StorePage{desk.page})));
    QCOMPARE(desk.shown(0), 60u);
}

QTEST_GUILESS_MAIN(TestLocalHistory)
#include "tst_local_history.moc"
