// Pages of first copies that are read once for all who see the same: to whom they are given, to whom not, and that with the
// stream behind them everybody has exactly what they may see.
#include "tests/hub/core/random_deeds.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using namespace std::chrono_literals;

namespace {

const wire::Epoch kEpoch{std::byte(1)};

/// Those who ask, and whoever reads for them: at once, or when the test lets them.
struct Fake {
    ManualClock clock;
    std::int64_t head = 100; ///< Of what is read.
    wire::Epoch epoch = kEpoch;
    std::size_t size = 1'000; ///< Of each page.
    bool fails = false;
    bool waits = false; ///< Until answerAll().
    int reads = 0;
    std::vector<std::pair<SharedPages::Done, std::function<bool()>>> reading;
    std::unique_ptr<SharedPages> pages;

    explicit Fake(std::size_t most = SharedPages::kMostBytes)
    {
        const auto read = [this](const SharedPages::Question &, std::function<bool()> isWanted, SharedPages::Done done) {
            ++reads;
            reading.emplace_back(std::move(done), std::move(isWanted));
            if (!waits)
                answerAll();
        };
        pages = std::make_unique<SharedPages>(clock, read, most);
    }
    void answerAll()
    {
        for (const auto &[done, isWanted] : std::exchange(reading, {})) {
            if (fails)
                done(failure(Error::Kind::Failed, "the disk"));
            else
                done(SharedPages::Page{{.epoch = epoch, .seq = head}, std::make_shared<const Bytes>(size)});
        }
    }
    static SharedPages::Question question(int who, const std::string &after = "")
    {
        SharedPages::Question question{.rights = 50, .after = after, .seam = {kEpoch, 90}};
        question.like = *anybodyLike(Agent{});
        question.asker[0] = std::byte(who);
        return question;
    }
    /// What they were given: the head it was read at; -1: a failure; 0: nothing yet.
    std::shared_ptr<std::int64_t> ask(
        SharedPages::Question question, std::function<bool()> isWanted = [] { return true; })
    {
        auto got = std::make_shared<std::int64_t>(0);
        pages->ask({.question = std::move(question),
                    .done = [got](const Result<SharedPages::Page> &page) { *got = page ? page->head.seq : -1; },
                    .isWanted = std::move(isWanted)});
        return got;
    }
};

/// Rows of a page by key, each with all that is in it.
using Rows = std::map<std::pair<EntityType, RawId>, Entity>;

void add(Rows &rows, const wire::BootstrapPage &page)
{
    for (const Entity &row : page.rows)
        rows[{typeOf(row), keyOf(row)}] = row;
}

} // namespace

class TestSharedPages : public QObject {
    Q_OBJECT
private slots:
    void oneReadingForAllWhoWait();
    void keptPagesAreGivenToWhomTheyServe_data();
    void keptPagesAreGivenToWhomTheyServe();
    void whoStandsFurtherOnHasItReadAnew();
    void theFailureOfOneIsNotThatOfOthers();
    void whoIsGoneIsNotReadFor();
    void nothingIsKeptForOneAlone();
    void theLeastUsedGoFirst();
    void oldPagesGo();
    void whatComesAfterTheEndIsDropped();
    void whereStreamsBegin_data();
    void whereStreamsBegin();
    void aMarkLastsAMinute();
    void whatWasReadComesWithOnesOwn();
    void apartIsAllThatIsTogether();
    void theNamesOfPagesAreTheSameForAll();
    void positionsOfEarlierProgramsGoOn();
    void whatIsOwnIsNotShared_data();
    void whatIsOwnIsNotShared();
    void manyCostOneReadingAPage();
    void copiesHoldWhatTheirAgentMaySee_data();
    void copiesHoldWhatTheirAgentMaySee();
};

void TestSharedPages::oneReadingForAllWhoWait()
{
    Fake fake;
    fake.waits = true;
    std::vector<std::shared_ptr<std::int64_t>> got;
    for (int i = 1; i <= 5; ++i)
        got.push_back(fake.ask(Fake::question(i)));
    QCOMPARE(fake.reads, 1);
    fake.answerAll();
    for (const auto &one : got)
        QCOMPARE(*one, 100);
    QCOMPARE(fake.pages->shared(), 4u);
    QCOMPARE(*fake.ask(Fake::question(6)), 100); // kept
    QCOMPARE(fake.reads, 1);
    QCOMPARE(fake.pages->shared(), 5u);
}

void TestSharedPages::keptPagesAreGivenToWhomTheyServe_data()
{
    QTest::addColumn<int>("seam");
    QTest::addColumn<int>("rights");
    QTest::addColumn<int>("epoch");
    QTest::addColumn<QString>("after");
    QTest::addColumn<int>("team");
    QTest::addColumn<int>("seconds"); // since it was read
    QTest::addColumn<bool>("given");
    QTest::newRow("the same") << 90 << 50 << 1 << "a" << 0 << 0 << true;
    QTest::newRow("a stream that began then") << 100 << 50 << 1 << "a" << 0 << 0 << true;
    QTest::newRow("a stream that began later") << 101 << 50 << 1 << "a" << 0 << 0 << false;
    QTest::newRow("rights as of then") << 90 << 100 << 1 << "a" << 0 << 0 << true;
    QTest::newRow("rights that have changed since") << 90 << 101 << 1 << "a" << 0 << 0 << false;
    QTest::newRow("another history") << 90 << 50 << 2 << "a" << 0 << 0 << false;
    QTest::newRow("another page") << 90 << 50 << 1 << "b" << 0 << 0 << false;
    QTest::newRow("of another team") << 90 << 50 << 1 << "a" << 1 << 0 << false;
    QTest::newRow("within the minute") << 90 << 50 << 1 << "a" << 0 << 59 << true;
    QTest::newRow("a minute later") << 90 << 50 << 1 << "a" << 0 << 60 << false;
}

void TestSharedPages::keptPagesAreGivenToWhomTheyServe()
{
    QFETCH(const QString, after);
    QFETCH(const int, team);
    QFETCH(const int, seconds);
    Fake fake;
    fake.ask(Fake::question(1, "other"));
    fake.ask(Fake::question(2, "a"));
    QCOMPARE(fake.reads, 2);
    fake.clock.advance(std::chrono::seconds(seconds));
    fake.head = 200;
    SharedPages::Question question = Fake::question(3, after.toStdString());
    QFETCH(const int, seam);
    QFETCH(const int, rights);
    QFETCH(const int, epoch);
    question.seam = {wire::Epoch{std::byte(epoch)}, seam};
    question.rights = rights;
    if (team > 0)
        question.like = *anybodyLike(Agent{.teams = {TeamId(RawId{std::byte(team)})}});
    QTEST(*fake.ask(question) == 100, "given");
    QTEST(fake.reads == 2, "given");
}

/// Also where they came while it was read; and what is read anew then serves those as well who stood further back.
void TestSharedPages::whoStandsFurtherOnHasItReadAnew()
{
    Fake fake;
    fake.waits = true;
    const auto first = fake.ask(Fake::question(1));
    SharedPages::Question further = Fake::question(2);
    further.seam.seq = 105;
    const auto second = fake.ask(further);
    further.asker[0] = std::byte(3);
    const auto third = fake.ask(further);
    fake.answerAll();
    QCOMPARE(*first, 100);
    QCOMPARE(*second, 0);
    QCOMPARE(fake.reads, 2);
    fake.head = 110;
    fake.answerAll();
    QCOMPARE(*second, 110);
    QCOMPARE(*third, 110);
    QCOMPARE(*fake.ask(Fake::question(4)), 110);
    QCOMPARE(fake.reads, 2);
    // One that says more than there can be is given what is read for it, and nobody else waits for it.
    further.seam.seq = 1'000;
    const auto liar = fake.ask(further);
    fake.answerAll();
    QCOMPARE(*liar, 110);
}

void TestSharedPages::theFailureOfOneIsNotThatOfOthers()
{
    Fake fake;
    fake.waits = true;
    std::vector<std::shared_ptr<std::int64_t>> got;
    for (int i = 1; i <= 3; ++i)
        got.push_back(fake.ask(Fake::question(i)));
    fake.fails = true;
    fake.answerAll();
    QCOMPARE(*got[0], -1);
    QCOMPARE(*got[1], 0);
    QCOMPARE(fake.reads, 2);
    fake.fails = false;
    fake.answerAll();
    QCOMPARE(*got[1], 100);
    QCOMPARE(*got[2], 100);
    QCOMPARE(fake.reads, 2);
    // A store that stays as it is: each is told, and nothing goes on for ever.
    Fake broken;
    broken.fails = true;
    broken.waits = true;
    for (auto &one : got)
        one = broken.ask(Fake::question(int(&one - got.data()) + 1));
    for (int i = 0; i < 3; ++i)
        broken.answerAll();
    for (const auto &one : got)
        QCOMPARE(*one, -1);
    QCOMPARE(broken.reads, 3);
    QVERIFY(broken.reading.empty());
    QCOMPARE(broken.pages->bytes(), 0u);
}

void TestSharedPages::whoIsGoneIsNotReadFor()
{
    Fake fake;
    fake.waits = true;
    bool here = true;
    const auto wanted = [&here] { return here; };
    const auto first = fake.ask(Fake::question(1), wanted);
    const auto second = fake.ask(Fake::question(2), wanted);
    QVERIFY(fake.reading.at(0).second());
    here = false;
    QVERIFY(!fake.reading.at(0).second()); // it is not begun
    fake.fails = true;
    fake.answerAll();
    QCOMPARE(*second, 0);
    QCOMPARE(fake.reads, 1); // and not tried again for who has gone
    // One is enough.
    fake.fails = false;
    fake.ask(Fake::question(1), wanted);
    const auto stays = fake.ask(Fake::question(2));
    QVERIFY(fake.reading.at(0).second());
    fake.answerAll();
    QCOMPARE(*stays, 100);
}

void TestSharedPages::nothingIsKeptForOneAlone()
{
    Fake fake;
    for (const char *after : {"a", "b", "a"})
        fake.ask(Fake::question(1, after));
    QCOMPARE(fake.reads, 3);
    QCOMPARE(fake.pages->bytes(), 0u);
    // Somebody else, who sees something else, is no company.
    SharedPages::Question other = Fake::question(2, "a");
    other.like = *anybodyLike(Agent{.role = Agent::Role::Admin});
    fake.ask(other);
    QCOMPARE(fake.pages->bytes(), 0u);
    // Nor is one who was here long ago.
    fake.clock.advance(61s);
    fake.ask(Fake::question(3, "a"));
    QCOMPARE(fake.pages->bytes(), 0u);
    fake.ask(Fake::question(1, "a"));
    QVERIFY(fake.pages->bytes() > 0);
    fake.ask(Fake::question(3, "b"));
    QCOMPARE(fake.reads, 7);
    fake.ask(Fake::question(1, "b"));
    QCOMPARE(fake.reads, 7);
}

void TestSharedPages::theLeastUsedGoFirst()
{
    Fake fake(3'800); // three pages and their keys
    fake.ask(Fake::question(1, "x"));
    for (const char *after : {"a", "b", "c"})
        fake.ask(Fake::question(2, after));
    QCOMPARE(fake.reads, 4);
    QVERIFY(fake.pages->bytes() > 3'000 && fake.pages->bytes() <= 3'800);
    fake.ask(Fake::question(1, "a"));
    QCOMPARE(fake.reads, 4);
    fake.ask(Fake::question(1, "d"));
    QVERIFY(fake.pages->bytes() <= 3'800);
    for (const char *after : {"a", "c", "d"})
        fake.ask(Fake::question(1, after));
    QCOMPARE(fake.reads, 5);
    fake.ask(Fake::question(1, "b"));
    QCOMPARE(fake.reads, 6);
    // One that is larger than all is given, and not kept.
    fake.size = 10'000;
    QCOMPARE(*fake.ask(Fake::question(1, "e")), 100);
    QCOMPARE(fake.pages->bytes(), 0u);
}

void TestSharedPages::oldPagesGo()
{
    Fake fake;
    fake.ask(Fake::question(1, "a"));
    fake.ask(Fake::question(2, "a"));
    fake.clock.advance(30s);
    fake.ask(Fake::question(1, "b"));
    fake.clock.advance(30s);
    const std::size_t two = fake.pages->bytes();
    QVERIFY(fake.pages->forgetOld()); // one of them
    QVERIFY(fake.pages->bytes() < two && fake.pages->bytes() > 1'000);
    fake.clock.advance(30s);
    QVERIFY(!fake.pages->forgetOld());
    QCOMPARE(fake.pages->bytes(), 0u);
}

void TestSharedPages::whatComesAfterTheEndIsDropped()
{
    Fake fake;
    fake.waits = true;
    const auto got = fake.ask(Fake::question(1));
    fake.pages.reset();
    QVERIFY(!fake.reading.at(0).second());
    fake.answerAll();
    QCOMPARE(*got, 0);
}

void TestSharedPages::whereStreamsBegin_data()
{
    QTest::addColumn<QString>("mark");
    QTest::addColumn<bool>("taken");
    QTest::newRow("of somewhat before") << "before" << true;
    QTest::newRow("none") << "none" << false;
    QTest::newRow("the head") << "head" << false; // where it begins anyway
    QTest::newRow("beyond the head") << "beyond" << false;
    QTest::newRow("of another history") << "epoch" << false;
    QTest::newRow("of another chain") << "chain" << false;
    QTest::newRow("what the log has forgotten") << "forgotten" << false;
    QTest::newRow("the beginning") << "zero" << false;
    QTest::newRow("before what it has done itself") << "own" << false;
    QTest::newRow("before what another one has done") << "other" << true;
}

void TestSharedPages::whereStreamsBegin()
{
    QFETCH(const QString, mark);
    Desk hub;
    const auto conversation = hub.take(hub.letter("a@mail.test")).conversation;
    std::optional<wire::Position> at = HubUnderTest::must(headOf(*hub.database));
    const wire::Position noted = *at;
    if (mark == "own" || mark == "other")
        hub.mustApply(AddNote{hub.ids.make<TimelineItemId>(), conversation, "note", {}});
    hub.take(hub.letter("b@mail.test"));
    if (mark == "none")
        at.reset();
    else if (mark == "head")
        at = HubUnderTest::must(headOf(*hub.database));
    else if (mark == "beyond")
        at->seq += 1'000;
    else if (mark == "epoch")
        at->epoch[0] ^= std::byte(1);
    else if (mark == "chain")
        at->chain[0] ^= std::byte(1);
    else if (mark == "zero")
        at = wire::Position{.epoch = at->epoch};
    else if (mark == "forgotten")
        HubUnderTest::must(hub.database->execute("DELETE FROM log WHERE seq <= " + std::to_string(at->seq)));
    const auto start = HubUnderTest::must(startAt(*hub.database, at, HubUnderTest::must(headOf(*hub.database)),
                                                  mark == "other" ? hub.ids.make<ClientId>() : hub.desk));
    QTEST(start.has_value(), "taken");
    if (start)
        QVERIFY(*start == noted);
}

void TestSharedPages::aMarkLastsAMinute()
{
    ManualClock clock;
    StartMark mark(clock);
    QVERIFY(!mark.position());
    mark.note({.epoch = kEpoch, .seq = 5});
    mark.note({.epoch = kEpoch, .seq = 9});
    QCOMPARE(mark.position()->seq, 5);
    clock.advance(59s);
    QCOMPARE(mark.position()->seq, 5);
    clock.advance(1s);
    QVERIFY(!mark.position());
    mark.note({.epoch = kEpoch, .seq = 9});
    QCOMPARE(mark.position()->seq, 9);
    mark.note({.epoch = kEpoch, .seq = 7}); // gone back
    QCOMPARE(mark.position()->seq, 7);
    mark.note({.epoch = wire::Epoch{std::byte(2)}, .seq = 20});
    QCOMPARE(mark.position()->seq, 20);
}

namespace {

/// A shop with work for everybody, in which all have something of their own.
struct Shop : Desk {
    std::vector<Agent> people;

    Shop()
    {
        SeededRng deedsRng(3);
        RandomDeeds deeds(*this, deedsRng, {&mara, &tom, &ada});
        for (int i = 0; i < 200; ++i) {
            clock.advance(7s);
            deeds.act();
        }
        for (int i = 0; i < 120; ++i) // more than a page
            take(letter(std::to_string(i) + "@many.test"));
        for (const std::string name : {"ben", "eve", "kim"}) {
            Agent agent = *addAgent(*database, ids, name + "@shop.test", name, Agent::Role::Agent, "");
            put(agent, {care.id});
            people.push_back(agent);
        }
        auto query = database->queryOnce("SELECT id FROM conversation");
        std::vector<ConversationId> all;
        while (must(query.step()))
            all.push_back(query.id<ConversationId>(0));
        std::size_t next = 0;
        for (const ConversationId &id : all) {
            const Agent &owner = people[next++ % people.size()];
            assign(id, owner.id);
            change([&](ChangeLog &changes) {
                ReadMark mark{.agent = owner.id, .conversation = id, .readCount = 1};
                return changes.put(mark);
            });
        }
        for (const Agent &agent : people) {
            SavedView view{.id = ids.make<SavedViewId>(), .name = "of " + agent.name, .owner = agent.id};
            change([&](ChangeLog &changes) { return changes.put(view); });
        }
    }
    /// What they get page by page, and the names of those that are shared.
    Rows allOf(const Agent &agent, Pages pages, std::vector<std::string> *names = nullptr)
    {
        Rows rows;
        std::string next;
        do {
            const bool shared = pages == Pages::Apart && isShared(next);
            if (shared && names)
                names->push_back(next);
            const auto page = must(shared ? sharedPage(*database, next, *anybodyLike(agent), clock.now())
                                          : bootstrapPage(*database, next, agent.id, clock.now(), pages));
            add(rows, page);
            next = page.next;
        } while (!next.empty());
        return rows;
    }
};

} // namespace

/// Else all that is one's own would stand there as unread, and open at a mark of new messages, until the read marks come.
void TestSharedPages::whatWasReadComesWithOnesOwn()
{
    Shop shop;
    const Agent &ben = shop.people.front();
    int own = 0;
    std::string next;
    do {
        const auto page = isShared(next)
                              ? shop.must(sharedPage(*shop.database, next, *anybodyLike(ben), shop.clock.now()))
                              : shop.must(bootstrapPage(*shop.database, next, ben.id, shop.clock.now(), Pages::Apart));
        if (page.next.empty() || page.next.starts_with("10.")) // behind what is one's own
            break;
        for (const Entity &row : page.rows) {
            const auto *conversation = std::get_if<Conversation>(&row);
            if (!conversation || isShared(next)) // there it is said once more, for others
                continue;
            ++own;
            QVERIFY(std::ranges::any_of(page.rows, [&](const Entity &other) {
                const auto *mark = std::get_if<ReadMark>(&other);
                return mark && mark->conversation == conversation->id && mark->agent == ben.id;
            }));
        }
        next = page.next;
    } while (!next.empty());
    QVERIFY(own > 0);
}

void TestSharedPages::apartIsAllThatIsTogether()
{
    Shop shop;
    std::vector<Agent> all = shop.people;
    for (const Agent *agent : {&shop.mara, &shop.tom, &shop.ada}) {
        const Agent now = *HubUnderTest::must(store::agent(*shop.database, agent->id));
        if (anybodyLike(now))
            all.push_back(now);
    }
    QVERIFY(all.size() > 3);
    for (const Agent &agent : all)
        QVERIFY(shop.allOf(agent, Pages::Apart) == shop.allOf(agent, Pages::Together));
}

void TestSharedPages::theNamesOfPagesAreTheSameForAll()
{
    Shop shop;
    std::vector<std::string> first;
    shop.allOf(shop.people.front(), Pages::Apart, &first);
    QVERIFY(first.size() > 3);
    for (const Agent &agent : shop.people) {
        std::vector<std::string> names;
        shop.allOf(agent, Pages::Apart, &names);
        QVERIFY(names == first);
    }
}

/// A desktop is in the middle of its first copy while the hub becomes another program: from any position that the one before
/// had given, nothing is left out.
void TestSharedPages::positionsOfEarlierProgramsGoOn()
{
    Shop shop;
    const Agent &agent = shop.people.front();
    const Rows all = shop.allOf(agent, Pages::Together);
    Rows before;
    std::string next;
    int positions = 0;
    do {
        Rows rows = before;
        std::string at = next;
        do {
            const auto page = HubUnderTest::must(
                isShared(at) ? sharedPage(*shop.database, at, *anybodyLike(agent), shop.clock.now())
                             : bootstrapPage(*shop.database, at, agent.id, shop.clock.now(), Pages::Apart));
            add(rows, page);
            at = page.next;
        } while (!at.empty());
        QVERIFY(rows == all);
        const auto page = HubUnderTest::must(bootstrapPage(*shop.database, next, agent.id, shop.clock.now()));
        add(before, page);
        next = page.next;
        ++positions;
    } while (!next.empty());
    QVERIFY(positions >= 2);
    // As they were written: the stages have kept their numbers.
    const std::string rest = ".17.42.9223372036854775807.00000000-0000-0000-0000-000000000000.";
    const std::set<int> own{3, 8, 10};
    for (int stage = 0; stage < 18; ++stage) {
        QCOMPARE(isShared(std::to_string(stage) + rest), !own.contains(stage));
        QVERIFY(bootstrapPage(*shop.database, std::to_string(stage) + rest, agent.id, shop.clock.now()));
    }
}

void TestSharedPages::whatIsOwnIsNotShared_data()
{
    QTest::addColumn<QString>("after");
    const QString rest = ".0.-1.9223372036854775807.00000000-0000-0000-0000-000000000000.";
    QTest::newRow("views") << "3" + rest;
    QTest::newRow("own conversations") << "8" + rest;
    QTest::newRow("read marks") << "10" + rest;
    QTest::newRow("what was gained") << "9" + rest + "*";
    QTest::newRow("nonsense") << "nonsense";
}

void TestSharedPages::whatIsOwnIsNotShared()
{
    QFETCH(const QString, after);
    Shop shop;
    const Agent &agent = shop.people.front();
    const wire::Seam seam{kEpoch, 1};
    QVERIFY(!isShared(after.toStdString()));
    QVERIFY(!SharedPages::questionOf(agent, after.toStdString(), seam, {}));
    const auto page = sharedPage(*shop.database, after.toStdString(), *anybodyLike(agent), shop.clock.now());
    QVERIFY(!page && page.error().kind == Error::Kind::Invalid);
    // Nor is anything for those whose sight depends on who they are, or who do not say where their stream began.
    QVERIFY(SharedPages::questionOf(agent, "", seam, {}));
    QVERIFY(!SharedPages::questionOf(agent, "", std::nullopt, {}));
    Agent assigned = agent;
    assigned.visibility = Visibility::Assigned;
    QVERIFY(!SharedPages::questionOf(assigned, "", seam, {}));
    Agent gone = agent;
    gone.active = false;
    QVERIFY(!SharedPages::questionOf(gone, "", seam, {}));
}

/// Twenty desktops of equal rights, one after the other and all at once: each page that is shared is read once.
void TestSharedPages::manyCostOneReadingAPage()
{
    Shop shop;
    Sharing sharing(shop);
    std::vector<Agent> agents;
    for (int i = 0; i < 20; ++i) {
        agents.push_back(*addAgent(*shop.database, shop.ids, std::to_string(i) + "@shop.test", "A", Agent::Role::Agent, ""));
        shop.put(agents.back(), {shop.care.id});
    }
    std::vector<std::string> names;
    shop.allOf(agents.front(), Pages::Apart, &names);
    std::vector<std::unique_ptr<Copy>> copies;
    for (const Agent &agent : agents)
        copies.push_back(
            std::make_unique<Copy>(shop, agent, shop.folder.filePath(QString::fromStdString(agent.email)), &sharing));
    const auto areComplete = [&] {
        return std::ranges::all_of(copies, [](const auto &copy) { return copy->isComplete(); });
    };
    for (int i = 0; i < 200 && !areComplete(); ++i) {
        for (const auto &copy : copies) {
            copy->fetch();
            copy->hear(40 * 1024);
        }
    }
    QVERIFY(areComplete());
    for (const auto &copy : copies) {
        QVERIFY(copy->rows() == copy->authorised());
    }
    // Nothing is kept before the second has come, who asks for the first page once more.
    QCOMPARE(sharing.reads, int(names.size()) + 1);
    QCOMPARE(sharing.pages.shared(), names.size() * copies.size() - std::size_t(sharing.reads));
}

void TestSharedPages::copiesHoldWhatTheirAgentMaySee_data()
{
    QTest::addColumn<quint64>("seed");
    for (quint64 seed = 1; seed <= 12; ++seed)
        QTest::newRow(qPrintable(QString::number(seed))) << seed;
}

/// As tst_teams has it, where pages are shared by many who begin anew again and again, at marks of up to a minute ago.
void TestSharedPages::copiesHoldWhatTheirAgentMaySee()
{
    QFETCH(const quint64, seed);
    SeededRng rng(seed);
    Desk hub;
    std::vector<Agent> others;
    for (const std::string name : {"ben", "eve", "kim"}) {
        others.push_back(*addAgent(*hub.database, hub.ids, name + "@shop.test", name, Agent::Role::Agent, ""));
        hub.put(others.back(), {hub.care.id});
    }
    RandomDeeds deeds(hub, rng, {&hub.mara, &hub.tom, &others[0]});
    Sharing sharing(hub);
    std::vector<std::unique_ptr<Copy>> copies;
    for (const Agent &agent : {hub.mara, hub.tom, hub.ada, others[0], others[1], others[2]})
        copies.push_back(
            std::make_unique<Copy>(hub, agent, hub.folder.filePath(QString::fromStdString(agent.name)), &sharing));
    for (int step = 0; step < 400; ++step) {
        hub.clock.advance(2s);
        deeds.act();
        if (rng.below(40) == 0) { // all at once, as after a restore
            for (const auto &copy : copies)
                copy->begin();
        }
        for (const auto &copy : copies) {
            if (rng.below(30) == 0)
                copy->begin();
            if (rng.below(3) == 0)
                copy->hear(rng.below(2) == 0 ? 1 : 4000);
            if (rng.below(2) == 0)
                copy->fetch();
            QVERIFY(!copy->leaks());
        }
    }
    for (const auto &copy : copies) {
        QVERIFY(copy->catchUp());
        QVERIFY(!copy->leaks());
        QVERIFY2(copy->rows() == copy->authorised(), copy->agent().name.c_str());
    }
    QVERIFY(sharing.pages.shared() > 50);
}

QTEST_APPLESS_MAIN(TestSharedPages)
#include "tst_shared_pages.moc"
