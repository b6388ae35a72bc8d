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

} // namespace

class TestSyncSockets : public QObject {
    Q_OBJECT
private slots:
    void whoLooksAtItIsToldFirst_data();
    void whoLooksAtItIsToldFirst();
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
    constexpr int kDesks = 8;
    Links links;
    const std::string token = makeToken(links.rng);
    QVERIFY(links.store->writer().writeAndWait([&](store::Database &database) -> Result<void> {
        TRIBUTARY_TRY_ASSIGN(const Agent mara,
                             addAgent(database, links.ids, "mara@shop.test", "Mara", Agent::Role::Admin, ""));
        return addDevice(database, mara.id, token, "a computer", links.clock.now());
    }));
    Conversation one{.id = links.ids.make<ConversationId>()}, other{.id = links.ids.make<ConversationId>()};
    links.change([&](ChangeLog &changes) -> Result<void> {
        TRIBUTARY_TRY(changes.put(one));
        return changes.put(other);
    });
    const auto begun = links.store->reader().readAndWait(&headOf);
    QVERIFY(begun);

    std::vector<std::string> told;
    std::vector<std::shared_ptr<Desk>> desks;
    links.onLoop([&] {
        links.sockets = std::make_unique<SyncSockets>(*links.store, links.loop);
        links.sockets->headMoved(begun->seq, {});
        for (int i = 0; i < kDesks; ++i) {
            desks.push_back(std::make_shared<Desk>(*links.sockets, std::to_string(i), told));
            Desk::open(desks.back());
            desks.back()->says(wire::Hello{.token = token, .position = *begun, .client = links.ids.make<ClientId>()});
            desks.back()->says(wire::Credit{.bytes = 1 << 20, .seq = begun->seq});
        }
    });
    QTRY_COMPARE(std::ranges::count(links.toldOf(told), "welcome"), kDesks);
    links.onLoop([&] {
        told.clear();
        if (looks >= 0)
            desks[looks]->says(wire::Presence{.kind = wire::Presence::Kind::Viewing, .conversation = one.id});
        if (looks >= 0 && goesOn)
            desks[looks]->says(wire::Presence{.kind = wire::Presence::Kind::Viewing});
    });

    std::set<ConversationId> changed;
    links.change([&](ChangeLog &changes) { return changes.put(another ? other : one); });
    const auto head = links.store->reader().readAndWait([&](store::Database &database) -> Result<wire::Position> {
        TRIBUTARY_TRY_ASSIGN(changed, conversationsChangedAfter(database, begun->seq));
        return headOf(database);
    });
    QVERIFY(head);
    QCOMPARE(changed, std::set<ConversationId>{another ? other.id : one.id});
    links.onLoop([&] { links.sockets->headMoved(head->seq, changed); });
    QTRY_COMPARE(links.toldOf(told).size(), std::size_t(kDesks)); // and nobody twice
    const auto order = links.toldOf(told);
    QCOMPARE(std::set(order.begin(), order.end()).size(), std::size_t(kDesks));
    if (looks >= 0 && !goesOn && !another)
        QCOMPARE(order.front(), std::to_string(looks));
    links.onLoop([&] {
        for (const auto &desk : desks)
            desk->close();
    });
}

QTEST_GUILESS_MAIN(TestSyncSockets)
#include "tst_sync_sockets.moc"
