// Older and newer programs together: a hub that does not know a command, rows that are not understood, a copy and a journal
// that another version has written. Nothing is lost, nothing waits for ever, and nothing is half done.
#include "core/base/digest.h"
#include "core/client/local_store.h"
#include "core/store/entities.h"
#include "core/store/journal.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"
#include "core/wire/vocabulary.h"

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

/// All that this program knows but notes.
wire::Features olderHub()
{
    std::vector<std::string> names = wire::ownFeatures();
    std::erase(names, "command:add_note");
    return wire::Features(names);
}

/// A desktop with one conversation, its copy complete.
struct Desk {
    QTemporaryDir folder;
    ManualClock clock;
    SeededRng rng{3};
    IdMaker ids{clock, rng};
    std::unique_ptr<LocalStore> files;
    Agent mara{.id = ids.make<AgentId>(), .email = "mara@shop.test", .name = "Mara", .version = 1};
    Conversation conversation{.id = ids.make<ConversationId>(), .customer = ids.make<CustomerId>(), .version = 3};
    std::vector<store::JournalEntry> cameBack;
    std::int64_t seq = 100;

    Desk()
    {
        mara.role = Agent::Role::Admin;
        open();
        must(files->adopt("ws://hub.test", "token", mara.email, mara.id, "Shop"));
        engine::Resync step{.agent = mara, .workspace = "Shop"};
        step.position.seq = seq;
        step.position.epoch.fill(std::byte(1));
        must(files->take(engine::StoreStep(step)));
        wire::BootstrapPage page{.start = step.position, .rows = {mara, conversation}};
        page.since = HistoryKey::beginning();
        must(files->take(engine::StoreStep(engine::StorePage{page})));
    }
    void open()
    {
        files.reset();
        files = must(LocalStore::open(folder.path().toStdString(), clock, rng,
                                      {.changed = [](const store::ChangeSet &) {},
                                       .factsChanged = [] {},
                                       .cameBack = [this](const store::JournalEntry &entry) { cameBack.push_back(entry); },
                                       .draftChanged = [](ConversationId) {},
                                       .cacheReplaced = [] {}}));
    }
    void hear(wire::Changes changes)
    {
        changes.from = seq, changes.to = changes.head = ++seq;
        changes.serverTime = clock.now();
        must(files->take(engine::StoreStep(changes)));
    }
    std::unique_ptr<store::Database> cache()
    {
        return must(store::Database::open(LocalStore::cachePath(folder.path().toStdString()).string(), {}));
    }
    std::int64_t count(const std::string &table)
    {
        const auto file = cache();
        const std::string text = "SELECT count(*) FROM " + table;
        auto query = file->queryOnce(text);
        must(query.step());
        return query.integer(0);
    }
    Conversation shown() { return must(store::conversation(*cache(), conversation.id)).value_or(Conversation()); }
    AddNote note(const std::string &text) { return {ids.make<TimelineItemId>(), conversation.id, text, {}}; }
    /// The copy as a program with @p names left it.
    void leftBy(const std::string &names)
    {
        files.reset();
        const auto file = cache();
        auto query = file->query(store::sql::cache_set_vocabulary);
        query.bind("digest", ByteView(Bytes(16))).bind("names", names);
        must(query.run());
    }
    /// A row of a newer hub: of the conversation, with a subject more than an older program would take.
    wire::Unread unread(const std::string &subject, std::int64_t version, bool whole = true) const
    {
        Conversation full = conversation;
        full.subject = subject;
        full.version = version;
        wire::Value value = wire::toValue(Entity(full));
        if (!whole)
            value.as<wire::Map>()->emplace_back("mood", "good");
        return {std::int64_t(EntityType::Conversation), full.id.bytes, version, wire::encode(value)};
    }
};

/// Mine without what was added last.
std::string olderNames()
{
    const std::string &all = wire::vocabulary();
    return all.substr(0, all.rfind('\n', all.size() - 2) + 1);
}

} // namespace

class TestVersions : public QObject {
    Q_OBJECT
private slots:
    void whatTheHubDoesNotKnowComesBack();
    void whatIsSaidOnlineComesBackAtOnce();
    void whatCannotComeBackGoesOutAsItIs();
    void whatIsLargerThanTheHubTakesComesBack();
    void anUndoOfItComesBackToo();
    void whatCameBackIsNotDoneByANewerHub();
    void whatIsNotUnderstoodWaitsInTheCopy();
    void aNewerProgramReadsItAgain();
    void anOlderProgramFetchesAnew();
    void thereAndBackWithWorkPending();
    void whatANewerProgramDidStaysItsAuthors_data();
    void whatANewerProgramDidStaysItsAuthors();
    void whatWasSkippedBeforeIsFetched();
    void lostSightTakesItAlong();
    void removedRowsTakeItAlong();
    void aLatePageBringsNoneOfIt();
};

void TestVersions::whatTheHubDoesNotKnowComesBack()
{
    Desk desk;
    const auto note = desk.note("Likes tea.");
    const auto first = must(desk.files->submit({note}, std::nullopt, false)).commands.at(0);
    must(desk.files->submit({SetTags{desk.conversation.id, {"tea"}, {}}}, std::nullopt, false));
    QCOMPARE(desk.count("timeline_item"), 1);
    desk.files->setHubFeatures(olderHub());
    for (int link = 1; link <= 2; ++link) { // and the same again, as after a crash before anything went out
        const auto commands = must(desk.files->commandsAfter(0, link));
        QCOMPARE(commands.size(), std::size_t(2));
        QVERIFY(commands[0].body == CommandBody(CancelMessage{})); // its number is used up, and nothing is done
        QCOMPARE(commands[0].n, 1);
        QVERIFY(commands[0].id == first.id);
        QVERIFY(std::holds_alternative<SetTags>(commands[1].body)); // what was done later goes out all the same
        QCOMPARE(desk.cameBack.size(), std::size_t(1));
        QCOMPARE(desk.files->facts().needsYouCount, 1);
        QCOMPARE(desk.files->facts().outboxCount, 1);
        QCOMPARE(desk.count("timeline_item"), 0);
        QCOMPARE(desk.shown().tags, std::vector<std::string>{"tea"});
        desk.open();
        desk.files->setHubFeatures(olderHub());
    }
    QVERIFY(desk.cameBack[0].outcome->kind == Outcome::Kind::Refused);
    QVERIFY(desk.cameBack[0].outcome->reason == Outcome::Reason::NotKnown);
    QCOMPARE(must(desk.files->drafts()).size(), std::size_t(1));
    QCOMPARE(must(desk.files->drafts())[0].body, note.body);
    // The hub has done nothing with the first: that is no news to its author, who still has it.
    wire::Changes echo{.lastN = 2};
    echo.outcomes = {{.n = 1, .command = first.id, .kind = Outcome::Kind::NoEffect}};
    desk.hear(echo);
    QCOMPARE(desk.files->facts().outboxCount, 0);
    QCOMPARE(must(desk.files->needsYou()).size(), std::size_t(1));
    QVERIFY(must(desk.files->needsYou())[0].command.body == CommandBody(note));
    QCOMPARE(must(desk.files->outboxEntries()).at(0).state, OutboxEntry::State::Refused);
    must(desk.files->discard(1));
    QCOMPARE(desk.files->facts().needsYouCount, 0);
    QVERIFY(must(desk.files->drafts()).empty());
}

void TestVersions::whatIsSaidOnlineComesBackAtOnce()
{
    Desk desk;
    desk.files->setHubFeatures(olderHub());
    QVERIFY(must(desk.files->commandsAfter(0, 1)).empty());
    const auto given =
        must(desk.files->submit({desk.note("Likes tea."), SetTags{desk.conversation.id, {"tea"}, {}}}, std::nullopt, false));
    QVERIFY(given.commands.at(0).body == CommandBody(CancelMessage{}));
    QVERIFY(std::holds_alternative<SetTags>(given.commands.at(1).body));
    QCOMPARE(desk.cameBack.size(), std::size_t(1));
    QCOMPARE(desk.count("timeline_item"), 0);
    QCOMPARE(desk.shown().tags, std::vector<std::string>{"tea"});
    QCOMPARE(must(desk.files->drafts()).size(), std::size_t(1));
}

/// Emptied it would be nobody's: the hub refuses it in its turn, and the text comes back by that.
void TestVersions::whatCannotComeBackGoesOutAsItIs()
{
    Desk desk;
    desk.files->setHubFeatures(olderHub());
    QVERIFY(must(desk.files->commandsAfter(0, 1)).empty());
    {
        const auto journal =
            must(store::Database::open(LocalStore::journalPath(desk.folder.path().toStdString()).string(), {}));
        must(journal->execute("CREATE TRIGGER no_room BEFORE UPDATE OF outcome ON command "
                              "BEGIN SELECT RAISE(ABORT, 'there is no room'); END"));
    }
    const AddNote note = desk.note("Likes tea.");
    const auto given = must(desk.files->submit({note}, std::nullopt, false));
    QVERIFY(given.commands.at(0).body == CommandBody(note));
    QVERIFY(desk.cameBack.empty());
    QCOMPARE(desk.files->facts().outboxCount, 1);
}

/// Of a program that knew no limit: the hub would end each link at it, and all that was done later would wait for ever.
void TestVersions::whatIsLargerThanTheHubTakesComesBack()
{
    Desk desk;
    AddNote note = desk.note(std::string(wire::kMaxPlainFromDesktop, 'x'));
    desk.files.reset();
    {
        const auto journal =
            must(store::Journal::open(LocalStore::journalPath(desk.folder.path().toStdString()).string(), desk.ids));
        must(journal->append({Command{.id = desk.ids.make<CommandId>(), .at = desk.clock.now(), .body = note},
                              Command{.id = desk.ids.make<CommandId>(),
                                      .at = desk.clock.now(),
                                      .body = SetTags{desk.conversation.id, {"tea"}, {}}}}));
    }
    desk.open();
    desk.files->setHubFeatures(wire::Features(wire::ownFeatures()));
    const auto commands = must(desk.files->commandsAfter(0, 1));
    QCOMPARE(commands.size(), std::size_t(2));
    QVERIFY(commands[0].body == CommandBody(CancelMessage{}));
    QVERIFY(std::holds_alternative<SetTags>(commands[1].body));
    QVERIFY(desk.cameBack.at(0).outcome->reason == Outcome::Reason::Invalid);
    QCOMPARE(must(desk.files->drafts()).at(0).body, note.body);
}

void TestVersions::anUndoOfItComesBackToo()
{
    Desk desk;
    std::vector<std::string> names = wire::ownFeatures();
    std::erase(names, "command:set_priority");
    desk.files->setHubFeatures(wire::Features(names));
    must(desk.files->submit({SetPriority{desk.conversation.id, Conversation::Priority::High}}, std::nullopt, true));
    QVERIFY(desk.shown().priority == Conversation::Priority::High);
    QVERIFY(must(desk.files->commandsAfter(0, 1)).at(0).body == CommandBody(CancelMessage{}));
    QVERIFY(desk.shown().priority == Conversation::Priority::Normal);
}

void TestVersions::whatCameBackIsNotDoneByANewerHub()
{
    Desk desk;
    must(desk.files->submit({desk.note("Likes tea.")}, std::nullopt, false));
    desk.files->setHubFeatures(olderHub());
    must(desk.files->commandsAfter(0, 1));
    desk.files->linkEnded(1);
    desk.files->setHubFeatures(wire::Features(wire::ownFeatures())); // it has been brought up to date
    const auto again = must(desk.files->commandsAfter(0, 2));
    QCOMPARE(again.size(), std::size_t(1));
    QVERIFY(again[0].earlier == Outcome::Kind::Refused); // decided: the hub only counts it, its author has the text
    QCOMPARE(desk.cameBack.size(), std::size_t(1));
}

void TestVersions::whatIsNotUnderstoodWaitsInTheCopy()
{
    Desk desk;
    wire::Changes changes{.rows = {desk.conversation}};
    changes.unread = {desk.unread("Full", 3, false),
                      {.type = 77, .key = desk.mara.id.bytes, .version = 5, .entity = Bytes{std::byte(0xa0)}}};
    desk.hear(changes);
    QCOMPARE(desk.count("unread"), 2);
    // A row that is understood takes the place of one that was not; an older one does not.
    wire::BootstrapPage late{.rows = {desk.conversation}};
    late.unread = {desk.unread("Older", 2, false)};
    must(desk.files->takeOlder({}, wire::Page{.rows = {}, .unread = late.unread}));
    QCOMPARE(desk.count("unread WHERE version = 3"), 1);
    desk.conversation.version = 4;
    desk.hear({.rows = {desk.conversation}});
    QCOMPARE(desk.count("unread"), 1);
    wire::Changes removed;
    removed.unread = {{.type = 77, .key = desk.mara.id.bytes, .version = 6}};
    desk.hear(removed);
    QCOMPARE(desk.count("unread"), 0);
}

void TestVersions::aNewerProgramReadsItAgain()
{
    Desk desk;
    must(desk.files->submit({SetTags{desk.conversation.id, {"tea"}, {}}}, std::nullopt, false));
    wire::Changes changes{.rows = {desk.conversation}};
    Team team{.id = desk.ids.make<TeamId>(), .name = "Care", .version = 5};
    changes.unread = {desk.unread("Full", 3),
                      {std::int64_t(EntityType::Team), team.id.bytes, 5, wire::encode(wire::toValue(Entity(team)))},
                      {.type = 77, .key = desk.mara.id.bytes, .version = 5, .entity = Bytes{std::byte(0xa0)}}};
    desk.hear(changes);
    const auto before = must(desk.files->syncStart()).position;
    desk.leftBy(olderNames());
    desk.open();
    QVERIFY(must(desk.files->syncStart()).position == before); // nothing is fetched
    QCOMPARE(desk.shown().subject, std::string("Full"));
    QCOMPARE(desk.shown().tags, std::vector<std::string>{"tea"}); // own commands are on top as they were
    QCOMPARE(desk.count("team"), 1);
    QCOMPARE(desk.count("unread"), 1); // of a program that is newer still
    desk.open();
    QVERIFY(must(desk.files->syncStart()).position == before);
}

void TestVersions::anOlderProgramFetchesAnew()
{
    Desk desk;
    desk.leftBy(wire::vocabulary() + "conversation.status=escalated\n");
    desk.open();
    QVERIFY(must(desk.files->syncStart()).position.epoch == wire::Epoch{});
}

/// A newer program works on a profile, with work of this one pending, and adds some of its own; then this one is back, and
/// later the newer one. Nothing is lost on the way, and in the end the copy is what the hub has.
void TestVersions::thereAndBackWithWorkPending()
{
    Desk desk;
    const std::string journalFile = LocalStore::journalPath(desk.folder.path().toStdString()).string();
    const auto first = must(desk.files->submit({SetTags{desk.conversation.id, {"tea"}, {}}}, std::nullopt, false));
    QCOMPARE(first.commands.at(0).n, 1);

    // N + 1: it knows a word more, its journal has a column more, and it has done two things: one that this program knows.
    desk.leftBy(wire::vocabulary() + "command=zet_subject\n");
    Command known{.n = 2, .id = desk.ids.make<CommandId>(), .at = desk.clock.now()};
    known.body = SetPriority{desk.conversation.id, Conversation::Priority::High};
    Command unknown{.n = 3, .id = desk.ids.make<CommandId>(), .at = desk.clock.now()};
    unknown.body = SetSubject{desk.conversation.id, "Of N + 1"};
    const auto renamed = [](Bytes bytes, std::string_view from, char to) {
        const std::size_t at = textOf(bytes).find(from);
        if (at == std::string_view::npos)
            qFatal("no %s", std::string(from).c_str());
        bytes[at] = std::byte(to);
        return bytes;
    };
    {
        const auto journal = must(store::Database::open(journalFile, {}));
        must(journal->execute("PRAGMA user_version = 99; ALTER TABLE command ADD COLUMN colour TEXT"));
        for (const Command &command : {known, unknown}) {
            Bytes bytes = wire::encode(wire::toValue(command));
            if (command.n == 3)
                bytes = renamed(std::move(bytes), "set_subject", 'z');
            auto query =
                journal->queryOnce("INSERT INTO command (n, command_id, command, checksum) VALUES (:n, :id, :c, :s)");
            query.bind("n", command.n).bind("id", command.id).bind("c", ByteView(bytes));
            must(query.bind("s", ByteView(blake16(bytes))).run());
        }
        must(journal->execute("UPDATE installation SET next_n = 4"));
    }

    // N: the copy is fetched anew, and what it knows of the work goes out.
    desk.open();
    QVERIFY(must(desk.files->syncStart()).position.epoch == wire::Epoch{});
    QCOMPARE(desk.files->facts().waitingForNewer, 1);
    Conversation atHub = desk.conversation;
    const auto fetchAnew = [&](std::int64_t lastN) {
        engine::Resync step{.agent = desk.mara, .workspace = "Shop", .lastN = lastN};
        step.position.seq = desk.seq;
        step.position.epoch.fill(std::byte(1));
        must(desk.files->take(engine::StoreStep(step)));
        wire::BootstrapPage page{.start = step.position, .rows = {desk.mara, atHub}};
        page.since = HistoryKey::beginning();
        must(desk.files->take(engine::StoreStep(engine::StorePage{page})));
    };
    fetchAnew(0);
    QCOMPARE(desk.shown().tags, std::vector<std::string>{"tea"}); // the own work lies on top
    const auto applyAll = [&](std::int64_t link) {
        std::int64_t n = 0;
        for (const Command &command : must(desk.files->commandsAfter(0, link))) {
            applyTo(atHub, command.body, desk.mara, command.at);
            atHub.version = desk.seq + 1;
            n = command.n;
            desk.hear({.rows = {atHub}, .outcomes = {{.n = n, .command = command.id}}, .lastN = n});
        }
        return n;
    };
    QCOMPARE(applyAll(1), 2);
    QCOMPARE(atHub.tags, std::vector<std::string>{"tea"});
    QCOMPARE(atHub.priority, Conversation::Priority::High);
    QVERIFY(desk.shown() == atHub);
    QCOMPARE(desk.files->facts().waitingForNewer, 1);
    must(desk.files->submit({SetTags{desk.conversation.id, {"pot"}, {}}}, std::nullopt, false));
    must(desk.files->renumber()); // as the engine does where a number is missing

    // N + 1 again: to it the third thing means something.
    desk.files.reset();
    {
        const auto journal = must(store::Database::open(journalFile, {}));
        Bytes bytes;
        std::int64_t n = 0;
        {
            auto query = journal->queryOnce("SELECT n, command FROM command WHERE command_id = :id");
            query.bind("id", unknown.id);
            QVERIFY(must(query.step()));
            n = query.integer(0);
            bytes = renamed(copyOf(query.blob(1)), "zet_subject", 's');
        }
        auto change = journal->queryOnce("UPDATE command SET command = :c, checksum = :s WHERE n = :n");
        must(change.bind("c", ByteView(bytes)).bind("s", ByteView(blake16(bytes))).bind("n", n).run());
    }
    desk.open();
    QCOMPARE(desk.files->facts().waitingForNewer, 0);
    QCOMPARE(applyAll(2), 2);
    QCOMPARE(atHub.subject, std::string("Of N + 1"));
    QCOMPARE(atHub.tags.size(), std::size_t(2));
    QVERIFY(desk.shown() == atHub);
    QCOMPARE(desk.files->facts().outboxCount, 0);
    QVERIFY(desk.cameBack.empty());
}

void TestVersions::whatANewerProgramDidStaysItsAuthors_data()
{
    using Between = std::function<void(Desk &)>;
    QTest::addColumn<Between>("between");
    QTest::newRow("nothing") << Between([](Desk &) {});
    QTest::newRow("the numbering begins anew") << Between([](Desk &desk) { must(desk.files->renumber()); });
    QTest::newRow("the journal is damaged") << Between([](Desk &desk) {
        desk.files.reset();
        must(LocalStore::rescueJournal(desk.folder.path().toStdString(), desk.clock, desk.rng));
        desk.open();
    });
    QTest::newRow("somebody else works here") << Between([](Desk &desk) {
        must(desk.files->signOut("token"));
        const AgentId tomas = desk.ids.make<AgentId>();
        must(desk.files->adopt("ws://hub.test", "his", "tomas@shop.test", tomas, "Shop"));
        QCOMPARE(desk.files->facts().waitingForNewer, 0);
        desk.open();
        QCOMPARE(desk.files->facts().waitingForNewer, 0);
        QVERIFY(must(desk.files->needsYou()).empty());
        must(desk.files->renumber());
        must(desk.files->signOut("his"));
        must(desk.files->adopt("ws://hub.test", "token", desk.mara.email, desk.mara.id, "Shop"));
    });
}

/// What waits for that program, and what came back of it: under this one nothing of it is lost, nor done by another agent.
void TestVersions::whatANewerProgramDidStaysItsAuthors()
{
    QFETCH(const std::function<void(Desk &)>, between);
    Desk desk;
    const std::string journalFile = LocalStore::journalPath(desk.folder.path().toStdString()).string();
    desk.files.reset();
    const auto named = [](Bytes bytes, std::string_view from, char first) {
        const std::size_t at = textOf(bytes).find(from);
        if (at == std::string_view::npos)
            qFatal("no %s", std::string(from).c_str());
        bytes[at] = std::byte(first);
        return bytes;
    };
    std::vector<Command> commands;
    for (const char *subject : {"came back", "waits"}) {
        commands.push_back(
            {.n = std::int64_t(commands.size()) + 1, .id = desk.ids.make<CommandId>(), .at = desk.clock.now()});
        commands.back().body = SetSubject{desk.conversation.id, subject};
    }
    {
        const auto journal = must(store::Database::open(journalFile, {}));
        const std::string refused = toHex(wire::encode(wire::toValue(Outcome{
            .n = 1, .command = commands[0].id, .kind = Outcome::Kind::Refused, .reason = Outcome::Reason::NotFound})));
        for (const Command &command : commands) {
            const Bytes bytes = named(wire::encode(wire::toValue(command)), "set_subject", 'z');
            const std::string fate = command.n == 1 ? "x'" + refused + "', 5" : "NULL, NULL";
            must(journal->execute("INSERT INTO command (n, command_id, command, checksum, outcome, applied_ms) VALUES ("
                                  + std::to_string(command.n) + ", x'" + toHex(command.id.view()) + "', x'" + toHex(bytes)
                                  + "', x'" + toHex(blake16(bytes)) + "', " + fate + ")"));
        }
        must(journal->execute("UPDATE installation SET next_n = 3"));
    }
    desk.open();
    QCOMPARE(desk.files->facts().waitingForNewer, 1);
    between(desk);
    QCOMPARE(desk.files->facts().waitingForNewer, 1);
    QVERIFY(must(desk.files->needsYou()).empty()); // it cannot be shown here

    // The newer program again.
    desk.files.reset();
    {
        const auto journal = must(store::Database::open(journalFile, {}));
        for (const Command &command : commands) {
            const std::string id = "x'" + toHex(command.id.view()) + "'";
            Bytes bytes;
            {
                auto query =
                    journal->queryOnce("SELECT command FROM command WHERE instr(command, " + id + ") AND NOT settled");
                QVERIFY2(must(query.step()), std::get<SetSubject>(command.body).subject.c_str());
                bytes = named(copyOf(query.blob(0)), "zet_subject", 's');
            }
            must(journal->execute("UPDATE command SET command = x'" + toHex(bytes) + "', checksum = x'"
                                  + toHex(blake16(bytes)) + "', row_checksum = NULL WHERE instr(command, " + id
                                  + ") AND NOT settled"));
        }
    }
    desk.open();
    QCOMPARE(desk.files->facts().waitingForNewer, 0);
    const auto back = must(desk.files->needsYou());
    QCOMPARE(back.size(), std::size_t(1));
    QVERIFY(back[0].command.id == commands[0].id && back[0].command.body == commands[0].body);
    QVERIFY(back[0].outcome && back[0].outcome->reason == Outcome::Reason::NotFound);
    const auto waiting = must(desk.files->outbox());
    QCOMPARE(waiting.size(), std::size_t(1));
    QVERIFY(waiting[0].command.id == commands[1].id && waiting[0].command.body == commands[1].body);
}

void TestVersions::whatWasSkippedBeforeIsFetched()
{
    Desk desk;
    desk.leftBy({}); // of a program that put nothing aside
    desk.open();
    QVERIFY(must(desk.files->syncStart()).position.epoch == wire::Epoch{});
}

void TestVersions::lostSightTakesItAlong()
{
    Desk desk;
    Conversation ofTeam = desk.conversation;
    ofTeam.id = desk.ids.make<ConversationId>();
    ofTeam.team = desk.ids.make<TeamId>();
    wire::Changes changes{.rows = {ofTeam}};
    changes.unread = {{.type = 77, .key = desk.mara.id.bytes, .version = 5, .entity = Bytes{std::byte(0xa0)}}};
    desk.hear(changes);
    QCOMPARE(desk.count("unread"), 1);
    Agent less = desk.mara;
    less.role = Agent::Role::Agent;
    less.version = 9;
    desk.hear({.rows = {less}});
    QCOMPARE(desk.count("conversation"), 1);
    QCOMPARE(desk.count("unread"), 0);                      // whatever it was about
    QCOMPARE(desk.count("vocabulary WHERE names = ''"), 1); // a newer program has to fetch
    desk.open();
    QVERIFY(must(desk.files->syncStart()).position.epoch != wire::Epoch{}); // this one does not
}

void TestVersions::removedRowsTakeItAlong()
{
    Desk desk;
    wire::Changes changes{.rows = {desk.conversation}};
    changes.unread = {desk.unread("Full", 3, false)};
    desk.hear(changes);
    QCOMPARE(desk.count("unread"), 1);
    wire::Changes gone;
    gone.removals = {{EntityType::Conversation, desk.conversation.id.bytes, 9}};
    desk.hear(gone);
    QCOMPARE(desk.count("unread"), 0);
    QCOMPARE(desk.count("conversation"), 0);
}

/// An item whose conversation has left sight since its page was read is not kept for a newer program, either.
void TestVersions::aLatePageBringsNoneOfIt()
{
    Desk desk;
    engine::Resync step{.agent = desk.mara, .workspace = "Shop", .reason = "new"};
    step.position.seq = desk.seq;
    step.position.epoch.fill(std::byte(1));
    must(desk.files->take(engine::StoreStep(step)));
    wire::Changes gone;
    gone.removals = {{EntityType::Conversation, desk.conversation.id.bytes, 70}};
    desk.hear(gone);
    TimelineItem item{.id = desk.ids.make<TimelineItemId>(), .conversation = desk.conversation.id, .version = 50};
    wire::Value value = wire::toValue(Entity(item));
    value.as<wire::Map>()->emplace_back("mood", "good");
    wire::BootstrapPage page{.start = step.position, .rows = {desk.mara, item}};
    page.unread = {{std::int64_t(EntityType::TimelineItem), item.id.bytes, item.version, wire::encode(value)}};
    page.next = "more";
    must(desk.files->take(engine::StoreStep(engine::StorePage{page})));
    QCOMPARE(desk.count("timeline_item"), 0);
    QCOMPARE(desk.count("unread"), 0);
}

QTEST_GUILESS_MAIN(TestVersions)
#include "tst_versions.moc"
