// The links to desktops: who is told first.
#include "core/hub/sync_sockets.h"
#include "tests/hub/core/hub_under_test.h"

#include <future>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;

namespace {

/// A desktop at the other end of a socket, which notes what it is sent.
class Desk final : public edge::Socket {
public:
    Desk(SyncSockets &sockets, std::string name, std::vector<std::string> &told)
        : m_events(sockets.accept())
        , m_name(std::move(name))
        , m_told(told)
    {
    }
    using edge::Socket::send;
    bool send(std::shared_ptr<const std::string> payload, bool) override
    {
        const auto frame = wire::unpack(bytesOf(*payload));
        if (frame && *frame && std::holds_alternative<wire::Welcome>(**frame))
            m_told.push_back("welcome");
        if (const auto *goodbye = frame && *frame ? std::get_if<wire::Goodbye>(&**frame) : nullptr)
            m_told.push_back(goodbye->reason);
        const auto *presence = frame && *frame ? std::get_if<wire::Presence>(&**frame) : nullptr;
        if (presence && !presence->text.empty())
            m_told.push_back(m_name + " " + presence->text);
        if (presence && presence->text.empty() && presence->kind == wire::Presence::Kind::Viewing)
            seen.push_back(presence->conversation);
        const auto *changes = frame && *frame ? std::get_if<wire::Changes>(&**frame) : nullptr;
        if (changes && !changes->rows.empty())
            m_told.push_back(m_name);
        return true;
    }
    std::size_t queuedBytes() const override { return 0; }
    void close(std::uint16_t, std::string_view) override {}
    void abort() override {}
    void setReading(bool) override {}
    const std::string &remoteAddress() const override { return m_name; }

    void says(const wire::Frame &frame) { m_events->message(std::string(textOf(wire::pack(frame))), true); }
    static void open(const std::shared_ptr<Desk> &desk) { desk->m_events->opened(desk); }
    void close() { m_events->closed(1000); }

    std::vector<ConversationId> seen; ///< Where others were said to look.

private:
    std::shared_ptr<edge::SocketEvents> m_events;
    std::string m_name;
    std::vector<std::string> &m_told;
};

/// A hub's store with its loop, and what is done on that.
struct Links {
    QTemporaryDir folder;
    SystemClock clock;
    SystemRng rng;
    IdMaker ids{clock, rng};
    std::unique_ptr<HubStore> store = std::move(*HubStore::open(folder.filePath("data").toStdString(), clock, rng));
    Loop loop;
    std::unique_ptr<SyncSockets> sockets;
    std::thread thread{[this] { loop.run(); }};

    ~Links()
    {
        onLoop([this] { sockets.reset(); });
        store->close();
        loop.stop();
        thread.join();
    }
    void onLoop(std::function<void()> job)
    {
        std::promise<void> done;
        loop.post([&] {
            job();
            done.set_value();
        });
        done.get_future().wait();
    }
    std::vector<std::string> toldOf(std::vector<std::string> &told)
    {
        std::vector<std::string> copy;
        onLoop([&] { copy = told; });
        return copy;
    }
    template<class Work>
    void change(Work work)
    {
        QVERIFY(store->writer().writeAndWait([&](store::Database &database) -> Result<void> {
            ChangeLog changes(database);
            TRIBUTARY_TRY(work(changes));
            TRIBUTARY_TRY(changes.finish());
            return {};
        }));
    }
};

constexpr int kDesks = 8;

/// With two conversations, and desktops that are live.
struct Desks : Links {
    const std::string token = makeToken(rng);
    Conversation one{.id = ids.make<ConversationId>()}, other{.id = ids.make<ConversationId>()};
    struct {
        std::vector<std::string> told; ///< Who was sent rows, in the order of that.
        std::vector<std::shared_ptr<Desk>> desks;
    } at;
    wire::Position begun;

    /// @p client: of all, as of a machine that was copied.
    void open(std::optional<ClientId> client = {})
    {
        QVERIFY(store->writer().writeAndWait([&](store::Database &database) -> Result<void> {
            TRIBUTARY_TRY_ASSIGN(const Agent mara,
                                 addAgent(database, ids, "mara@shop.test", "Mara", Agent::Role::Admin, ""));
            return addDevice(database, mara.id, token, "a computer", clock.now());
        }));
        change([&](ChangeLog &changes) -> Result<void> {
            TRIBUTARY_TRY(changes.put(one));
            return changes.put(other);
        });
        begun = head();
        onLoop([&] {
            sockets = std::make_unique<SyncSockets>(*store, loop);
            sockets->headMoved(begun.seq, {});
            for (int i = 0; i < kDesks; ++i) {
                at.desks.push_back(std::make_shared<Desk>(*sockets, std::to_string(i), at.told));
                Desk::open(at.desks.back());
                at.desks.back()->says(
                    wire::Hello{.token = token, .position = begun, .client = client.value_or(ids.make<ClientId>())});
                at.desks.back()->says(wire::Credit{.bytes = 1 << 20, .seq = begun.seq});
            }
        });
        QTRY_COMPARE(std::ranges::count(toldOf(at.told), "welcome"), kDesks);
    }
    wire::Position head() { return *store->reader().readAndWait(&headOf); }
    ~Desks()
    {
        onLoop([this] {
            for (const auto &desk : at.desks)
                desk->close();
        });
    }
};

} // namespace

class TestSyncSockets : public QObject {
    Q_OBJECT
private slots:
    void whoLooksAtItIsToldFirst_data();
    void whoLooksAtItIsToldFirst();
    void theOthersAreToldTogether();
    void whatWasNotTheNextIsNotInHand();
    void whatHasEndedTheHubTwiceIsRefused_data();
    void whatHasEndedTheHubTwiceIsRefused();
    void nothingBehindAForkIsTaken();
    void presenceGoesByRightsOfNow();
    void whoComesHearsWhoIsHere();
};

void TestSyncSockets::whoLooksAtItIsToldFirst_data()
{
    QTest::addColumn<int>("looks");    // which desktop looks at a conversation; -1: nobody
    QTest::addColumn<bool>("goesOn");  // and has left it by then
    QTest::addColumn<bool>("another"); // what changes is another one
    for (const int desk : {0, 3, 7})
        QTest::addRow("desktop %d", desk) << desk << false << false;
    QTest::newRow("nobody") << -1 << false << false;
    QTest::newRow("one that has gone on") << 5 << true << false;
    QTest::newRow("one that looks at another") << 5 << false << true;
}

void TestSyncSockets::whoLooksAtItIsToldFirst()
{
    QFETCH(int, looks);
    QFETCH(bool, goesOn);
    QFETCH(bool, another);
    Desks links;
    links.open();
    auto &[told, desks] = links.at;
    links.onLoop([&] {
        told.clear();
        if (looks >= 0)
            desks[looks]->says(wire::Presence{.kind = wire::Presence::Kind::Viewing, .conversation = links.one.id});
        if (looks >= 0 && goesOn)
            desks[looks]->says(wire::Presence{.kind = wire::Presence::Kind::Viewing});
    });

    std::set<ConversationId> changed;
    links.change([&](ChangeLog &changes) { return changes.put(another ? links.other : links.one); });
    const auto head = links.store->reader().readAndWait([&](store::Database &database) -> Result<wire::Position> {
        TRIBUTARY_TRY_ASSIGN(changed, conversationsChangedAfter(database, links.begun.seq));
        return headOf(database);
    });
    QVERIFY(head);
    QCOMPARE(changed, std::set<ConversationId>{another ? links.other.id : links.one.id});
    links.onLoop([&] { links.sockets->headMoved(head->seq, changed); });
    QTRY_COMPARE(links.toldOf(told).size(), std::size_t(kDesks)); // and nobody twice
    const auto order = links.toldOf(told);
    QCOMPARE(std::set(order.begin(), order.end()).size(), std::size_t(kDesks));
    if (looks >= 0 && !goesOn && !another)
        QCOMPARE(order.front(), std::to_string(looks));
}

/// Who looks at nothing of it hears of several changes at once; who looks hears of each.
void TestSyncSockets::theOthersAreToldTogether()
{
    Desks links;
    links.open();
    auto &[told, desks] = links.at;
    links.onLoop([&] {
        told.clear();
        desks[0]->says(wire::Presence{.kind = wire::Presence::Kind::Viewing, .conversation = links.one.id});
    });
    std::vector<std::int64_t> heads;
    for (int i = 0; i < 3; ++i) {
        links.one.subject = std::to_string(i);
        links.change([&](ChangeLog &changes) { return changes.put(links.one); });
        heads.push_back(links.head().seq);
    }
    links.onLoop([&] { // as they come on a busy day: none is over before the next
        for (const std::int64_t seq : heads)
            links.sockets->headMoved(seq, {links.one.id});
    });
    const auto all = [&] {
        const auto some = links.toldOf(told);
        return std::set(some.begin(), some.end()).size();
    };
    QTRY_COMPARE(all(), std::size_t(kDesks));
    const auto order = links.toldOf(told);
    QCOMPARE(order.front(), std::string("0"));
    for (int i = 1; i < kDesks; ++i)
        QCOMPARE(std::ranges::count(order, std::to_string(i)), 1);
}

/// After a kill, when commands are watched: what was not carried out cannot have ended the hub.
void TestSyncSockets::whatWasNotTheNextIsNotInHand()
{
    Desks links;
    links.store->close();
    links.store.reset();
    const QString working = links.folder.filePath("data/hub.working"), trying = links.folder.filePath("data/hub.trying");
    QVERIFY(QFile(working).open(QIODevice::WriteOnly));
    links.store = std::move(*HubStore::open(links.folder.filePath("data").toStdString(), links.clock, links.rng));
    links.open();
    auto &[told, desks] = links.at;
    for (const std::int64_t n : {1, 7}) { // the first is carried out
        links.onLoop([&] {
            desks[0]->says(wire::CommandFrame{{.n = n,
                                               .id = links.ids.make<CommandId>(),
                                               .at = links.clock.now(),
                                               .body = SetPriority{.conversation = links.one.id}}});
        });
    }
    QTRY_COMPARE(std::ranges::count(links.toldOf(told), "out-of-order"), 1);
    QVERIFY(!QFile::exists(trying));
}

void TestSyncSockets::whatHasEndedTheHubTwiceIsRefused_data()
{
    QTest::addColumn<int>("deaths");
    QTest::addColumn<QString>("kind");
    QTest::newRow("once, which may be chance") << 1 << "applied";
    QTest::newRow("twice") << 2 << "refused";
}

/// Its desktop offers it for ever, and it would end each hub that tries it.
void TestSyncSockets::whatHasEndedTheHubTwiceIsRefused()
{
    QFETCH(const int, deaths);
    QFETCH(const QString, kind);
    Desks links;
    links.store->close();
    links.store.reset();
    const auto id = links.ids.make<CommandId>();
    const auto leave = [&links](const char *name, const std::string &text) {
        QFile file(links.folder.filePath(QString("data/") + name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text.c_str());
    };
    leave("hub.working", "");
    leave("hub.trying", id.text() + " " + std::to_string(deaths) + " then\n");
    links.store = std::move(*HubStore::open(links.folder.filePath("data").toStdString(), links.clock, links.rng));
    links.open();
    links.onLoop([&] {
        links.at.desks[0]->says(wire::CommandFrame{
            {.n = 1, .id = id, .at = links.clock.now(), .body = SetPriority{links.one.id, Conversation::Priority::High}}});
    });
    const auto became = [&]() -> QString {
        return *links.store->reader().readAndWait([&](store::Database &database) -> Result<QString> {
            auto query = database.queryOnce("SELECT kind FROM outcome WHERE command_id = :id");
            query.bind("id", id);
            TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
            return found ? QString::fromStdString(std::string(query.text(0))) : QString();
        });
    };
    QTRY_COMPARE(became(), kind);
}

/// The second command of a copy would be the next one, and both copies would take the other's for their own (seed 1003547).
void TestSyncSockets::nothingBehindAForkIsTaken()
{
    Desks links;
    const auto client = links.ids.make<ClientId>();
    links.open(client);
    auto &[told, desks] = links.at;
    const auto says = [&](int desk, std::int64_t n) {
        desks[std::size_t(desk)]->says(wire::CommandFrame{{.n = n,
                                                           .id = links.ids.make<CommandId>(),
                                                           .at = links.clock.now(),
                                                           .body = SetPriority{.conversation = links.one.id}}});
    };
    const auto applied = [&] {
        return *links.store->reader().readAndWait([&](store::Database &database) { return lastApplied(database, client); });
    };
    links.onLoop([&] { says(0, 1); });
    QTRY_COMPARE(applied(), 1);
    links.onLoop([&] { // together, as they are on their way
        for (std::int64_t n : {1, 2, 3})
            says(1, n);
    });
    QTRY_COMPARE(std::ranges::count(links.toldOf(told), "forked"), 1);
    QCOMPARE(applied(), 1);
    links.onLoop([&] { says(0, 2); }); // the other one goes on
    QTRY_COMPARE(applied(), 2);
}

/// A desktop that is far behind has yet to hear that it sees less: what others type is told by what it may see now.
void TestSyncSockets::presenceGoesByRightsOfNow()
{
    Desks links;
    links.open();
    const std::string token = makeToken(links.rng);
    Team team{.id = links.ids.make<TeamId>(), .name = "Refunds"};
    links.one.team = team.id;
    Agent ben;
    QVERIFY(links.store->writer().writeAndWait([&](store::Database &database) -> Result<void> {
        TRIBUTARY_TRY_ASSIGN(ben, addAgent(database, links.ids, "ben@shop.test", "Ben", Agent::Role::Agent, ""));
        return addDevice(database, ben.id, token, "his computer", links.clock.now());
    }));
    const auto setTeams = [&](std::vector<TeamId> teams) {
        ben.teams = std::move(teams);
        links.change([&](ChangeLog &changes) { return changes.put(ben); });
    };
    links.change([&](ChangeLog &changes) -> Result<void> {
        TRIBUTARY_TRY(changes.put(team));
        return changes.put(links.one);
    });
    setTeams({team.id});
    const wire::Position begun = links.head();
    std::vector<std::string> told;
    std::shared_ptr<Desk> his, hers;
    links.onLoop([&] {
        const auto open = [&](const std::string &name, const std::string &of) {
            auto desk = std::make_shared<Desk>(*links.sockets, name, told);
            Desk::open(desk);
            desk->says(wire::Hello{
                .features = wire::ownFeatures(), .token = of, .position = begun, .client = links.ids.make<ClientId>()});
            desk->says(wire::Credit{.bytes = 1 << 20, .seq = begun.seq});
            return desk;
        };
        his = open("Ben", token);
        hers = open("Mara", links.token);
    });
    QTRY_COMPARE(std::ranges::count(links.toldOf(told), "welcome"), 2);
    const auto type = [&](const std::string &text) {
        links.onLoop([&] {
            told.clear();
            links.sockets->tellPresence({.kind = wire::Presence::Kind::Typing, .conversation = links.one.id, .text = text});
        });
    };
    type("may I");
    QTRY_COMPARE(links.toldOf(told).size(), std::size_t(2));
    setTeams({}); // and the sockets are not told that the head has moved
    links.onLoop([&] { links.sockets->recheckTokens(); });
    type("have it back");
    QTRY_COMPARE(links.toldOf(told).size(), std::size_t(1));
    QCOMPARE(links.toldOf(told).front(), std::string("Mara have it back"));
    links.onLoop([&] { // nor does what he says go to the others
        told.clear();
        his->says(wire::Presence{wire::Presence::Kind::Typing, links.one.id, {}, "yes"});
        links.sockets->tellPresence({wire::Presence::Kind::Typing, links.one.id, {}, "thank you"});
    });
    QTRY_VERIFY(!links.toldOf(told).empty());
    QCOMPARE(links.toldOf(told).front(), std::string("Mara thank you"));
    links.onLoop([&] {
        his->close();
        hers->close();
    });
}

/// They say it again only within half a minute: until then a reply would be begun unwarned beside a colleague's.
void TestSyncSockets::whoComesHearsWhoIsHere()
{
    Desks links;
    links.open();
    auto &[told, desks] = links.at;
    const wire::Position begun = links.head();
    links.onLoop([&] {
        const auto looks = [&](int desk, ConversationId at, wire::Presence::Kind kind) {
            desks[desk]->says(wire::Presence{.kind = kind, .conversation = at});
        };
        looks(0, links.one.id, wire::Presence::Kind::Viewing);
        looks(1, {}, wire::Presence::Kind::Viewing);
        looks(2, links.one.id, wire::Presence::Kind::Viewing);
        looks(2, links.one.id, wire::Presence::Kind::Gone);
        desks[3]->says(wire::Presence{wire::Presence::Kind::Typing, links.one.id, {}, "not to be told again"});
        told.clear();
    });
    std::shared_ptr<Desk> comes;
    links.onLoop([&] {
        comes = std::make_shared<Desk>(*links.sockets, "who comes", told);
        Desk::open(comes);
        comes->says(wire::Hello{
            .features = wire::ownFeatures(), .token = links.token, .position = begun, .client = links.ids.make<ClientId>()});
        comes->says(wire::Credit{.bytes = 1 << 20, .seq = begun.seq});
    });
    const auto seen = [&] {
        std::multiset<ConversationId> where;
        links.onLoop([&] { where = {comes->seen.begin(), comes->seen.end()}; });
        return where;
    };
    QTRY_COMPARE(seen().size(), std::size_t(3));
    QCOMPARE(seen(), (std::multiset<ConversationId>{{}, links.one.id, links.one.id}));
    QCOMPARE(std::ranges::count(links.toldOf(told), "who comes not to be told again"), 0);
    links.onLoop([&] { comes->close(); });
}

QTEST_GUILESS_MAIN(TestSyncSockets)
#include "tst_sync_sockets.moc"
