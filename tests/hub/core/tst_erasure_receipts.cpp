// Desktops confirm that who was erased is gone from them; who does not is signed out.
#include "core/hub/erasure.h"
#include "core/hub/sync_sockets.h"
#include "tests/hub/core/hub_under_test.h"

#include <future>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using std::chrono::days;

namespace {

template<class T>
T must(Result<T> result)
{
    return HubUnderTest::must(std::move(result));
}

/// A clock that threads may look at while a test moves it.
class StillClock final : public Clock {
public:
    TimePoint now() const override { return fromMs(2'000'000'000'000 + m_passed); }
    Milliseconds steady() const override { return Milliseconds(3'600'000 + m_passed); }
    void advance(Milliseconds by) { m_passed += by.count(); }

private:
    std::atomic<std::int64_t> m_passed = 0;
};

/// A desktop at the other end of a socket.
class Desk final : public edge::Socket {
public:
    explicit Desk(SyncSockets &sockets)
        : m_events(sockets.accept())
    {
    }
    using edge::Socket::send;
    bool send(std::shared_ptr<const std::string> payload, bool) override
    {
        const auto frame = wire::unpack(bytesOf(*payload));
        if (!frame || !*frame)
            return true;
        if (std::holds_alternative<wire::Welcome>(**frame))
            welcomed = true;
        if (const auto *changes = std::get_if<wire::Changes>(&**frame))
            told = changes->to;
        return true;
    }
    std::size_t queuedBytes() const override { return 0; }
    void close(std::uint16_t, std::string_view) override {}
    void abort() override {}
    void setReading(bool) override {}
    const std::string &remoteAddress() const override { return m_address; }

    void says(const wire::Frame &frame) { m_events->message(std::string(textOf(wire::pack(frame))), true); }
    static void open(const std::shared_ptr<Desk> &desk) { desk->m_events->opened(desk); }
    void closed() { m_events->closed(1000); }

    std::atomic<bool> welcomed = false;
    std::atomic<std::int64_t> told = 0; ///< Up to which seq.

private:
    std::shared_ptr<edge::SocketEvents> m_events;
    std::string m_address = "192.0.2.1";
};

/// A hub with two agents, a desktop of each, and two customers.
struct Shop {
    QTemporaryDir folder;
    StillClock clock;
    SystemRng rng;
    std::unique_ptr<HubStore> store;
    Loop loop;
    std::unique_ptr<SyncSockets> sockets;
    std::thread thread{[this] { loop.run(); }};
    Agent mara, tom;
    const std::string maras = makeToken(rng), toms = makeToken(rng);
    std::vector<std::shared_ptr<Desk>> desks;
    CustomerId layla, bo;

    template<class Work>
    auto write(Work work)
    {
        return must(store->writer().writeAndWait(work));
    }
    template<class Ask>
    auto read(Ask ask)
    {
        return must(store->reader().readAndWait(ask));
    }
    wire::Position head() { return read(&headOf); }

    Shop()
    {
        start();
        write([&](store::Database &database) -> Result<void> {
            TRIBUTARY_TRY_ASSIGN(mara, addAgent(database, store->ids(), "mara@shop.test", "Mara", Agent::Role::Admin, ""));
            TRIBUTARY_TRY_ASSIGN(tom, addAgent(database, store->ids(), "tom@shop.test", "Tom", Agent::Role::Agent, ""));
            TRIBUTARY_TRY(addDevice(database, mara.id, maras, "laptop", clock.now()));
            return addDevice(database, tom.id, toms, "tower", clock.now());
        });
        layla = customer("qxlayla");
        bo = customer("qxbo");
    }
    ~Shop()
    {
        end();
        loop.stop();
        thread.join();
    }
    void start()
    {
        store = must(HubStore::open(folder.filePath("data").toStdString(), clock, rng));
        onLoop([this] {
            sockets = std::make_unique<SyncSockets>(*store, loop);
            sockets->headMoved(head().seq, {});
        });
    }
    void end()
    {
        onLoop([this] {
            for (const auto &desk : desks)
                desk->closed();
            desks.clear();
            sockets.reset();
        });
        settle();
        store->close();
        store.reset();
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
    CustomerId customer(const std::string &name)
    {
        Customer one{.id = store->makeId<CustomerId>(), .name = name, .createdAt = clock.now()};
        Identity reached{.id = store->makeId<IdentityId>(), .customer = one.id, .channel = Channel::Email};
        reached.address = name + "@mail.test";
        write([&](store::Database &database) -> Result<void> {
            ChangeLog changes(database);
            TRIBUTARY_TRY(changes.put(one));
            TRIBUTARY_TRY(changes.put(reached));
            TRIBUTARY_TRY(changes.finish());
            return {};
        });
        return one.id;
    }
    /// How many devices are to confirm it; the head is the last of its changes afterwards.
    std::int64_t erase(CustomerId who)
    {
        const auto person = read([&](store::Database &database) { return personToErase(database, who.text()); });
        const std::int64_t owing = must(eraseForGood(*store, person, {std::nullopt, kByCommandLine, clock.now()}));
        onLoop([this] { sockets->headMoved(head().seq, {}); });
        return owing;
    }
    /// A link of a device that has everything up to @p has.
    std::shared_ptr<Desk> link(const std::string &token, const wire::Position &has)
    {
        std::shared_ptr<Desk> desk;
        onLoop([&] {
            desk = std::make_shared<Desk>(*sockets);
            desks.push_back(desk);
            Desk::open(desk);
            desk->says(wire::Hello{.token = token, .position = has, .client = store->makeId<ClientId>()});
        });
        QDeadlineTimer soon(10'000);
        while (!desk->welcomed && !soon.hasExpired())
            settle();
        return desk;
    }
    /// And it says so, once it has been told of that much.
    void acknowledge(const std::shared_ptr<Desk> &desk, std::int64_t seq)
    {
        onLoop([&] { desk->says(wire::Credit{.bytes = 1 << 20, .seq = 0}); });
        QDeadlineTimer soon(10'000);
        while (desk->told < seq && !soon.hasExpired())
            settle();
        onLoop([&] { desk->says(wire::Credit{.bytes = 1 << 20, .seq = seq}); });
        settle();
    }
    /// What was on its way to the store and back has been done.
    void settle()
    {
        for (int i = 0; i < 3; ++i) {
            onLoop([] {});
            write([](store::Database &) { return Result<void>(); });
            read([](store::Database &) { return Result<bool>(true); });
        }
        onLoop([] {});
    }
    /// Who has yet to confirm, by the name of the device, the oldest erasure first.
    std::vector<std::string> pending()
    {
        auto receipts = read(&pendingReceipts);
        std::ranges::sort(receipts, {}, [](const PendingReceipt &one) { return std::tuple(one.seq, one.name); });
        std::vector<std::string> names;
        for (const PendingReceipt &one : receipts)
            names.push_back(one.name);
        return names;
    }
    std::vector<AuditEntry> audit(AuditEntry::Kind kind)
    {
        return read([&](store::Database &database) { return auditEntries(database, {.kind = kind}); });
    }
    std::vector<AuditEntry> receipts() { return audit(AuditEntry::Kind::ErasureConfirmed); }
    std::string idOf(const std::string &token) const { return deviceId(deviceKey(token)); }
    /// A day goes by.
    void day(Milliseconds further = {})
    {
        clock.advance(days(1) + further);
        write([&](store::Database &database) { return sweepSignIns(database, clock.now()); });
    }
    bool isSignedIn(const std::string &token)
    {
        return read([&](store::Database &database) { return agentOfToken(database, token); }).has_value();
    }
    bool owesSomething() { return !store->owed().isEmpty(); }
};

using Names = std::vector<std::string>;

} // namespace

class TestErasureReceipts : public QObject {
    Q_OBJECT
private slots:
    void eachDeviceConfirms();
    void receiptsAreOfNobody();
    void severalAtOnce();
    void whoComesAfterwardsOwesNothing();
    void whoIsSignedOutOwesNothing();
    void aHubThatWasStoppedKnows();
    void whoComesBackLaterConfirms();
    void aCopyBegunAnewConfirms();
    void whatCannotBeNotedIsTriedAgain();
    void whoDoesNotConfirmIsSignedOut();
    void aClockThatIsSetSignsNobodyOut();
};

void TestErasureReceipts::eachDeviceConfirms()
{
    Shop shop;
    const wire::Position before = shop.head();
    const auto laptop = shop.link(shop.maras, before), tower = shop.link(shop.toms, before);
    QCOMPARE(shop.erase(shop.layla), 2);
    const std::int64_t seq = shop.head().seq;
    QVERIFY(seq > before.seq + 1); // else there is nothing between
    QCOMPARE(shop.pending(), (Names{"laptop", "tower"}));
    shop.acknowledge(laptop, seq - 1);
    QCOMPARE(shop.pending(), (Names{"laptop", "tower"}));
    QVERIFY(shop.receipts().empty());

    shop.acknowledge(laptop, seq);
    QCOMPARE(shop.pending(), Names{"tower"});
    auto receipts = shop.receipts();
    QCOMPARE(receipts.size(), 1u);
    QCOMPARE(receipts[0].byName, std::string("Mara"));
    QCOMPARE(receipts[0].author.place, std::string(kByDesktop));
    QVERIFY(receipts[0].subject == shop.layla.bytes);
    const std::string change = "change: " + std::to_string(seq);
    QCOMPARE(receipts[0].became, "device: " + shop.idOf(shop.maras) + "\n" + change);
    QCOMPARE(shop.audit(AuditEntry::Kind::CustomerErased).at(0).became, change);

    shop.acknowledge(tower, seq);
    shop.acknowledge(laptop, seq);
    shop.acknowledge(tower, seq);
    QCOMPARE(shop.pending(), Names());
    receipts = shop.receipts();
    QCOMPARE(receipts.size(), 2u); // each once
    QCOMPARE(receipts[0].byName, std::string("Tom"));
    QCOMPARE(receipts[0].became, "device: " + shop.idOf(shop.toms) + "\n" + change);
    QVERIFY(!shop.owesSomething());
}

/// No entry has anything of whoever was erased, nor what says who a device is to the hub.
void TestErasureReceipts::receiptsAreOfNobody()
{
    Shop shop;
    const auto laptop = shop.link(shop.maras, shop.head());
    shop.erase(shop.layla);
    shop.acknowledge(laptop, shop.head().seq);
    for (int i = 0; i < 32; ++i)
        shop.day();
    const auto entries = shop.read([](store::Database &database) { return auditEntries(database, {}); });
    QVERIFY(std::ranges::count(entries, AuditEntry::Kind::ErasureConfirmed, &AuditEntry::kind) == 1);
    QVERIFY(std::ranges::count(entries, AuditEntry::Kind::DeviceRevoked, &AuditEntry::kind) == 1);
    for (const AuditEntry &entry : entries) {
        const std::string all = entry.about + entry.was + entry.became + entry.byName;
        for (const std::string &part : {std::string("qxlayla"), shop.maras, shop.toms})
            QVERIFY2(all.find(part) == std::string::npos, all.c_str());
    }
}

void TestErasureReceipts::severalAtOnce()
{
    Shop shop;
    const auto laptop = shop.link(shop.maras, shop.head());
    shop.erase(shop.layla);
    const std::int64_t first = shop.head().seq;
    shop.erase(shop.bo);
    const std::int64_t second = shop.head().seq;
    QCOMPARE(shop.pending(), (Names{"laptop", "tower", "laptop", "tower"}));
    shop.acknowledge(laptop, first);
    QCOMPARE(shop.pending(), (Names{"tower", "laptop", "tower"}));
    shop.acknowledge(laptop, second);
    QCOMPARE(shop.pending(), (Names{"tower", "tower"}));
    const auto tower = shop.link(shop.toms, {});
    shop.acknowledge(tower, second);
    QCOMPARE(shop.pending(), Names());
    const auto receipts = shop.receipts();
    QCOMPARE(receipts.size(), 4u);
    QVERIFY(receipts[1].subject == shop.layla.bytes && receipts[0].subject == shop.bo.bytes);
}

void TestErasureReceipts::whoComesAfterwardsOwesNothing()
{
    Shop shop;
    shop.erase(shop.layla);
    const std::string fresh = makeToken(shop.rng);
    shop.write([&](store::Database &database) { return addDevice(database, shop.mara.id, fresh, "new", shop.clock.now()); });
    QCOMPARE(shop.pending(), (Names{"laptop", "tower"}));
    const auto desk = shop.link(fresh, {});
    shop.acknowledge(desk, shop.head().seq);
    QCOMPARE(shop.pending(), (Names{"laptop", "tower"}));
    QVERIFY(shop.receipts().empty());
    for (int i = 0; i < 32; ++i)
        shop.day();
    QVERIFY(shop.isSignedIn(fresh));
}

void TestErasureReceipts::whoIsSignedOutOwesNothing()
{
    Shop shop;
    const std::string gone = makeToken(shop.rng);
    shop.write([&](store::Database &database) -> Result<void> {
        TRIBUTARY_TRY(addDevice(database, shop.mara.id, gone, "gone", shop.clock.now()));
        return revokeDevice(database, gone);
    });
    QCOMPARE(shop.erase(shop.layla), 2);
    shop.write([&](store::Database &database) { return revokeDevice(database, shop.toms); });
    QCOMPARE(shop.pending(), Names{"laptop"});
    for (int i = 0; i < 32; ++i)
        shop.day();
    QCOMPARE(shop.audit(AuditEntry::Kind::DeviceRevoked).size(), 1u); // of the laptop
    QCOMPARE(shop.read([](store::Database &database) -> Result<std::int64_t> {
        auto query = database.queryOnce("SELECT count(*) FROM owed_receipt");
        TRIBUTARY_TRY(query.step());
        return query.integer(0);
    }),
             std::int64_t(0));
}

void TestErasureReceipts::aHubThatWasStoppedKnows()
{
    Shop shop;
    const wire::Position before = shop.head();
    shop.erase(shop.layla);
    shop.end();
    shop.start();
    QCOMPARE(shop.pending(), (Names{"laptop", "tower"}));
    const auto laptop = shop.link(shop.maras, before);
    shop.acknowledge(laptop, shop.head().seq);
    QCOMPARE(shop.pending(), Names{"tower"});
    QCOMPARE(shop.receipts().size(), 1u);
}

/// It was told, and its link ended before it could say so.
void TestErasureReceipts::whoComesBackLaterConfirms()
{
    Shop shop;
    shop.erase(shop.layla);
    const auto laptop = shop.link(shop.maras, shop.head());
    shop.onLoop([&] { laptop->says(wire::Credit{.bytes = 1 << 20, .seq = shop.head().seq}); });
    shop.settle();
    QCOMPARE(shop.pending(), Names{"tower"});
}

/// What it had before is gone when it begins; what it says first is still of that.
void TestErasureReceipts::aCopyBegunAnewConfirms()
{
    Shop shop;
    shop.erase(shop.layla);
    wire::Position other = shop.head();
    other.epoch[0] ^= std::byte(1);
    const auto laptop = shop.link(shop.maras, other);
    shop.onLoop([&] { laptop->says(wire::Credit{.bytes = 1 << 20, .seq = shop.head().seq}); });
    shop.settle();
    QCOMPARE(shop.pending(), (Names{"laptop", "tower"}));
    shop.acknowledge(laptop, shop.head().seq);
    QCOMPARE(shop.pending(), Names{"tower"});
}

void TestErasureReceipts::whatCannotBeNotedIsTriedAgain()
{
    Shop shop;
    const auto laptop = shop.link(shop.maras, shop.head());
    shop.erase(shop.layla);
    const auto rename = [&](const char *from, const char *to) {
        shop.write([&](store::Database &database) {
            return database.execute("ALTER TABLE " + std::string(from) + " RENAME TO " + to);
        });
    };
    rename("owed_receipt", "hidden");
    shop.acknowledge(laptop, shop.head().seq);
    rename("hidden", "owed_receipt");
    QCOMPARE(shop.pending(), (Names{"laptop", "tower"}));
    shop.acknowledge(laptop, shop.head().seq);
    QCOMPARE(shop.pending(), Names{"tower"});
}

void TestErasureReceipts::whoDoesNotConfirmIsSignedOut()
{
    Shop shop;
    const std::string spare = makeToken(shop.rng);
    shop.write(
        [&](store::Database &database) { return addDevice(database, shop.tom.id, spare, "spare", shop.clock.now()); });
    const auto laptop = shop.link(shop.maras, shop.head()), other = shop.link(spare, shop.head());
    shop.day();
    shop.erase(shop.layla);
    shop.acknowledge(laptop, shop.head().seq);
    shop.acknowledge(other, shop.head().seq);
    for (int i = 0; i < 30; ++i)
        shop.day();
    QVERIFY(shop.isSignedIn(shop.toms)); // it has until the end of the day
    QCOMPARE(shop.pending(), Names{"tower"});
    shop.day();
    QVERIFY(!shop.isSignedIn(shop.toms));
    QVERIFY(shop.isSignedIn(spare)); // another one of the same agent
    QVERIFY(shop.isSignedIn(shop.maras));
    QCOMPARE(shop.pending(), Names());
    const auto revoked = shop.audit(AuditEntry::Kind::DeviceRevoked);
    QCOMPARE(revoked.size(), 1u);
    QCOMPARE(revoked[0].about, std::string("Tom"));
    QVERIFY(revoked[0].subject == shop.tom.id.bytes);
    QCOMPARE(revoked[0].author.place, std::string(kByHub));
    QCOMPARE(revoked[0].became, "device: " + shop.idOf(shop.toms) + "\nunconfirmed: " + shop.layla.text());
    shop.day();
    QCOMPARE(shop.audit(AuditEntry::Kind::DeviceRevoked).size(), 1u); // once
}

void TestErasureReceipts::aClockThatIsSetSignsNobodyOut()
{
    Shop shop;
    shop.day();
    shop.erase(shop.layla);
    shop.day(days(60));
    QVERIFY(shop.isSignedIn(shop.toms));
    QCOMPARE(shop.pending(), (Names{"laptop", "tower"}));
}

QTEST_GUILESS_MAIN(TestErasureReceipts)
#include "tst_erasure_receipts.moc"
