// Bad networks between the real hub and real desktops: cut at every byte, answered by something else, slow, lossy, dead in
// one direction. Whatever happens, the two come together again, and nothing is lost or doubled.
#include "core/store/database.h"
#include "tests/crash/desk_process.h"
#include "tests/crash/fault_proxy.h"
#include "tests/e2e/hub_under_test.h"

#include <QScopeGuard>
#include <QTemporaryDir>

using namespace tributary;
using namespace tributary::crash;

namespace {

constexpr int kSoon = 60'000;
constexpr int kDead = 100'000; ///< A silent link takes 45 s, and there is a try after it.

const QString kClockFaults = QStringLiteral(TRIBUTARY_BINARY_DIR "/lib/libclock_faults.so");

void setClock(const QString &path, const QByteArray &words)
{
    QFile file(path + ".new");
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(words) == words.size());
    file.close();
    QVERIFY(::rename(qPrintable(file.fileName()), qPrintable(path)) == 0);
}

/// Faults that take a minute each are for the long run: TRIBUTARY_LONG_TESTS=1.
bool isLong()
{
    return qEnvironmentVariableIsSet("TRIBUTARY_LONG_TESTS");
}

struct Shop {
    QTemporaryDir folder;
    HubUnderTest hub{folder.filePath("hub")};
    QString conversation;

    bool open()
    {
        if (hub.run({"user", "add", "--email", "mara@shop.test", "--name", "Mara", "--role", "admin"},
                    DeskProcess::kPassword)
                .isEmpty())
            return false;
        // A mail of a customer, so that there is something to write notes on.
        QFile mail(folder.filePath("first.eml"));
        if (!mail.open(QIODevice::WriteOnly))
            return false;
        mail.write(
            "From: Anna <anna@customer.test>\r\nTo: support@shop.test\r\nSubject: Cups\r\nMessage-ID: <a@customer.test>\r\n"
            "Date: Tue, 24 Nov 2026 10:00:00 +0000\r\n\r\nTwo cups are broken.\r\n");
        mail.close();
        return !hub.run({"import", mail.fileName()}).isEmpty();
    }
    /// The conversation that was imported.
    void findConversation()
    {
        auto file =
            store::Database::open(folder.filePath("hub/hub.db").toStdString(), {.mode = store::Database::Mode::ReadOnly});
        QVERIFY(file);
        auto query = (*file)->queryOnce("SELECT id FROM conversation");
        QVERIFY(query.step().value_or(false));
        conversation = QString::fromStdString(query.id<model::ConversationId>(0).text());
    }
    /// How often a note is at the hub.
    int notes(const QString &body) const
    {
        auto file =
            store::Database::open(folder.filePath("hub/hub.db").toStdString(), {.mode = store::Database::Mode::ReadOnly});
        auto query = (*file)->queryOnce("SELECT count(*) FROM timeline_item WHERE kind = 'note' AND body = :body");
        query.bind("body", body.toStdString());
        return query.step().value_or(false) ? int(query.integer(0)) : -1;
    }
};

bool isLiveSince(const DeskProcess &desk, qsizetype event)
{
    const auto later = desk.events.mid(event);
    return std::ranges::any_of(later, [](const QJsonObject &one) { return one["state"] == "live"; });
}

/// Connections of agents that the hub takes to be alive, by what its kernel says.
int linksOf(const HubUnderTest &hub)
{
    QFile table(QStringLiteral("/proc/%1/net/tcp").arg(hub.pid()));
    if (!table.open(QIODevice::ReadOnly))
        return -1;
    const QByteArray port = ":" + QByteArray::number(hub.agents().port(), 16).rightJustified(4, '0').toUpper();
    int links = 0;
    for (const QByteArray &line : table.readAll().split('\n')) {
        const QList<QByteArray> words = line.simplified().split(' ');
        links += words.size() > 3 && words[1].endsWith(port) && words[3] == "01"; // established
    }
    return links;
}

} // namespace

class TestNetworkFaults : public QObject {
    Q_OBJECT
private slots:
    void cutAtEveryByte();
    void anotherServerAnswers_data();
    void anotherServerAnswers();
    void aProxyHoldsBytesBack();
    void overIpv6Alone();
    void badLinks_data();
    void badLinks();
    void aLinkThatDies_data();
    void aLinkThatDies();
    void whoIsStoppedForAMinute();
    void aMachineThatSleeps();
    void clocksMayBeSet();

private:
    /// A network of two ends, and what to put in front of programs in them.
    struct Network {
        Program link{QStringLiteral(TRIBUTARY_BINARY_DIR "/bin/bad_link"), {}, "/dev/null"};
        QStringList atHub, atDesk;
        QByteArray said;

        void start()
        {
            link.heard = [this](const QByteArray &line) { said = line; };
            link.start();
            QTRY_VERIFY_WITH_TIMEOUT(!said.isEmpty(), kSoon);
            QVERIFY2(said.startsWith("ready "),
                     "no network of its own can be made here (that takes root, network namespaces and "
                     "/dev/net/tun): "
                         + said);
            atHub = {"nsenter", "--net=" + said.split(' ')[1]};
            atDesk = {"nsenter", "--net=" + said.split(' ')[2]};
        }
        void set(const QByteArray &line) { link.write(line + '\n'); }
    };
};

void TestNetworkFaults::cutAtEveryByte()
{
    Shop shop;
    QVERIFY(shop.open());
    QVERIFY(shop.hub.start());
    shop.findConversation();
    FaultProxy proxy(shop.hub.agents());
    DeskProcess desk(shop.folder.filePath("profile"));
    desk.start();
    QTRY_COMPARE_WITH_TIMEOUT(desk.count("opened"), 1, kSoon);
    desk.signIn(proxy.url(), "mara@shop.test");
    QTRY_COMPARE_WITH_TIMEOUT(desk.state(), "live", kSoon);
    int written = 0;
    for (const auto way : {FaultProxy::Way::ToHub, FaultProxy::Way::ToDesk}) {
        // As far as a session without news goes, and into the command and its echo behind it.
        const int step = isLong() ? 1 : 13;
        for (int bytes = 0; bytes < 1'200; bytes += step) {
            proxy.cutAfter(way, bytes);
            if (written < 60 && bytes % (4 * step) == 0) {
                desk.note(shop.conversation, QStringLiteral("note %1").arg(written++));
            }
            const int before = proxy.cuts();
            const qsizetype said = desk.events.size();
            proxy.dropAll();
            // Beyond what is ever said nothing is cut: then it is simply live again.
            QTRY_VERIFY_WITH_TIMEOUT(proxy.cuts() > before || isLiveSince(desk, said), kSoon);
        }
    }
    proxy.cutAfter(FaultProxy::Way::ToHub, -1);
    proxy.dropAll();
    QTRY_COMPARE_WITH_TIMEOUT(desk.count("accepted"), written, kSoon);
    QTRY_VERIFY_WITH_TIMEOUT(desk.state() == "live" && desk.outbox() == 0, kSoon);
    for (int i = 0; i < written; ++i)
        QCOMPARE(shop.notes(QStringLiteral("note %1").arg(i)), 1);
    QVERIFY(proxy.cuts() > 100);
    QCOMPARE(desk.quit(), 0);
    QCOMPARE(shop.hub.stop(), 0);
}

void TestNetworkFaults::anotherServerAnswers_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QString>("reason");
    const QByteArray page = "<html><body>Welcome to the Grand Hotel. Please accept our terms.</body></html>";
    QTest::newRow("captive portal") << "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: "
                                           + QByteArray::number(page.size()) + "\r\n\r\n" + page
                                    << "garbage";
    QTest::newRow("redirect to a portal") << QByteArray(
        "HTTP/1.1 302 Found\r\nLocation: http://portal.test/\r\nContent-Length: "
        "0\r\n\r\n") << "garbage";
    QTest::newRow("proxy without its hub")
        << QByteArray("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n") << "unreachable";
    QTest::newRow("another protocol") << QByteArray("220 mail.test ESMTP\r\n") << "unreachable";
}

void TestNetworkFaults::anotherServerAnswers()
{
    QFETCH(const QByteArray, answer);
    QFETCH(const QString, reason);
    Shop shop;
    QVERIFY(shop.open());
    QVERIFY(shop.hub.start());
    shop.findConversation();
    FaultProxy proxy(shop.hub.agents());
    DeskProcess desk(shop.folder.filePath("profile"));
    desk.start();
    QTRY_COMPARE_WITH_TIMEOUT(desk.count("opened"), 1, kSoon);
    desk.signIn(proxy.url(), "mara@shop.test");
    QTRY_COMPARE_WITH_TIMEOUT(desk.state(), "live", kSoon);
    proxy.answerAll(answer);
    proxy.dropAll();
    QTRY_VERIFY_WITH_TIMEOUT(desk.state() == "offline" && desk.status["reason"].toString() == reason, kSoon);
    desk.note(shop.conversation, "written meanwhile");
    QTRY_COMPARE_WITH_TIMEOUT(desk.count("accepted"), 1, kSoon);
    proxy.answerAll({});
    QTRY_VERIFY_WITH_TIMEOUT(desk.state() == "live" && desk.outbox() == 0, kSoon);
    QCOMPARE(shop.notes("written meanwhile"), 1);
}

/// Signing in, the first copy and the link all go through it: each answer comes late, and what was said in between with it.
void TestNetworkFaults::aProxyHoldsBytesBack()
{
    Shop shop;
    QVERIFY(shop.open());
    QVERIFY(shop.hub.start());
    shop.findConversation();
    FaultProxy proxy(shop.hub.agents());
    proxy.holdBack(250);
    DeskProcess desk(shop.folder.filePath("profile"));
    desk.start();
    QTRY_COMPARE_WITH_TIMEOUT(desk.count("opened"), 1, kSoon);
    desk.signIn(proxy.url(), "mara@shop.test");
    QTRY_COMPARE_WITH_TIMEOUT(desk.state(), "live", kSoon);
    const int links = proxy.connections();
    for (int i = 0; i < 20; ++i)
        desk.note(shop.conversation, QStringLiteral("held %1").arg(i));
    QTRY_COMPARE_WITH_TIMEOUT(desk.count("accepted"), 20, kSoon);
    QTRY_VERIFY_WITH_TIMEOUT(desk.state() == "live" && desk.outbox() == 0, kSoon);
    for (int i = 0; i < 20; ++i)
        QCOMPARE(shop.notes(QStringLiteral("held %1").arg(i)), 1);
    QCOMPARE(proxy.connections(), links); // late is not dead: nobody has hung up
    QCOMPARE(desk.quit(), 0);
    QCOMPARE(shop.hub.stop(), 0);
}

/// Nothing listens at any other address.
void TestNetworkFaults::overIpv6Alone()
{
    Shop shop;
    QVERIFY(shop.open());
    shop.hub.setPlace({}, "[::1]");
    QVERIFY(shop.hub.start());
    shop.findConversation();
    DeskProcess desk(shop.folder.filePath("profile"));
    desk.start();
    QTRY_COMPARE_WITH_TIMEOUT(desk.count("opened"), 1, kSoon);
    desk.signIn(shop.hub.agents(), "mara@shop.test");
    QTRY_COMPARE_WITH_TIMEOUT(desk.state(), "live", kSoon);
    desk.note(shop.conversation, "by another road");
    QTRY_VERIFY_WITH_TIMEOUT(desk.count("accepted") == 1 && desk.outbox() == 0, kSoon);
    QCOMPARE(shop.notes("by another road"), 1);
    shop.hub.kill();
    QTRY_COMPARE_WITH_TIMEOUT(desk.state(), "offline", kSoon);
    QVERIFY(shop.hub.start());
    QTRY_COMPARE_WITH_TIMEOUT(desk.state(), "live", kSoon);
    QCOMPARE(desk.quit(), 0);
    QCOMPARE(shop.hub.stop(), 0);
}

void TestNetworkFaults::badLinks_data()
{
    QTest::addColumn<QByteArrayList>("weather");
    QTest::addColumn<int>("notes");
    QTest::newRow("1 % lost") << QByteArrayList{"delay 10", "loss 1"} << 15;
    QTest::newRow("20 % lost") << QByteArrayList{"delay 10", "loss 20"} << 4;
    QTest::newRow("reordered and doubled") << QByteArrayList{"delay 5", "jitter 40", "duplicate 20"} << 15;
    QTest::newRow("2 s late") << QByteArrayList{"delay 1000"} << 4;
    QTest::newRow("1 KB a second") << QByteArrayList{"rate 1024"} << 4;
    if (isLong())
        QTest::newRow("50 % lost") << QByteArrayList{"delay 10", "loss 50"} << 4;
}

void TestNetworkFaults::badLinks()
{
    QFETCH(const QByteArrayList, weather);
    QFETCH(const int, notes);
    Network network;
    network.start();
    if (QTest::currentTestFailed())
        return;
    Shop shop;
    QVERIFY(shop.open());
    shop.hub.setPlace(network.atHub, "127.77.0.1");
    QVERIFY(shop.hub.start());
    shop.findConversation();
    DeskProcess near(shop.folder.filePath("near"), network.atDesk), far(shop.folder.filePath("far"), network.atDesk);
    for (DeskProcess *desk : {&near, &far}) {
        desk->start();
        QTRY_COMPARE_WITH_TIMEOUT(desk->count("opened"), 1, kSoon);
        desk->signIn(shop.hub.agents(), "mara@shop.test");
        QTRY_COMPARE_WITH_TIMEOUT(desk->state(), "live", kSoon);
    }
    for (const QByteArray &line : weather)
        network.set(line);
    for (int i = 0; i < notes; ++i) {
        near.note(shop.conversation, QStringLiteral("near %1").arg(i));
        far.note(shop.conversation, QStringLiteral("far %1").arg(i));
    }
    for (DeskProcess *desk : {&near, &far}) {
        QTRY_COMPARE_WITH_TIMEOUT(desk->count("accepted"), notes, kSoon);
        QTRY_VERIFY_WITH_TIMEOUT(desk->state() == "live" && desk->outbox() == 0, 3 * kSoon);
    }
    for (int i = 0; i < notes; ++i) {
        QCOMPARE(shop.notes(QStringLiteral("near %1").arg(i)), 1);
        QCOMPARE(shop.notes(QStringLiteral("far %1").arg(i)), 1);
    }
    for (const char *line : {"delay 0", "jitter 0", "loss 0", "duplicate 0", "rate 0"})
        network.set(line);
    QCOMPARE(near.quit(), 0);
    QCOMPARE(far.quit(), 0);
}

void TestNetworkFaults::aLinkThatDies_data()
{
    QTest::addColumn<QByteArray>("ends");
    QTest::newRow("both ways") << QByteArray("both");
    QTest::newRow("nothing reaches the desktop") << QByteArray("toB");
    QTest::newRow("nothing reaches the hub") << QByteArray("toA");
}

/// Half-open: nobody is told that the network is gone. Both ends have to notice by themselves, within 45 s.
void TestNetworkFaults::aLinkThatDies()
{
    QFETCH(const QByteArray, ends);
    if (!isLong() && ends != "both")
        QSKIP("a minute each: TRIBUTARY_LONG_TESTS=1 runs them");
    Network network;
    network.start();
    if (QTest::currentTestFailed())
        return;
    Shop shop;
    QVERIFY(shop.open());
    shop.hub.setPlace(network.atHub, "127.77.0.1");
    QVERIFY(shop.hub.start());
    shop.findConversation();
    DeskProcess desk(shop.folder.filePath("profile"), network.atDesk);
    desk.start();
    QTRY_COMPARE_WITH_TIMEOUT(desk.count("opened"), 1, kSoon);
    desk.signIn(shop.hub.agents(), "mara@shop.test");
    QTRY_COMPARE_WITH_TIMEOUT(desk.state(), "live", kSoon);
    network.set("down " + ends);
    desk.note(shop.conversation, "into the void");
    QVERIFY(linksOf(shop.hub) > 0);
    QElapsedTimer dead;
    dead.start();
    QTRY_COMPARE_WITH_TIMEOUT(desk.state(), "offline", kDead);
    const qint64 deskMs = dead.elapsed();
    QTRY_COMPARE_WITH_TIMEOUT(linksOf(shop.hub), 0, kDead);
    const qint64 hubMs = dead.elapsed();
    qInfo("%s: the desktop noticed after %.1f s, the hub after %.1f s", ends.constData(), double(deskMs) / 1000,
          double(hubMs) / 1000);
    network.set("down none");
    QTRY_VERIFY_WITH_TIMEOUT(desk.state() == "live" && desk.outbox() == 0, kSoon);
    QCOMPARE(shop.notes("into the void"), 1);
    QCOMPARE(desk.quit(), 0);
}

/// F16: a program that is stopped (a debugger, a machine that swaps) says nothing for longer than a silence is suffered. The
/// other end gives it up; when it goes on, it finds that out by itself, and what was under way happens once. A desktop in
/// one shop, a hub in the other: the two minutes pass together.
void TestNetworkFaults::whoIsStoppedForAMinute()
{
    struct Pair {
        Shop shop;
        std::unique_ptr<DeskProcess> desk;

        void open()
        {
            QVERIFY(shop.open());
            QVERIFY(shop.hub.start());
            shop.findConversation();
            desk = std::make_unique<DeskProcess>(shop.folder.filePath("profile"));
            desk->start();
            QTRY_COMPARE_WITH_TIMEOUT(desk->count("opened"), 1, kSoon);
            desk->signIn(shop.hub.agents(), "mara@shop.test");
            QTRY_COMPARE_WITH_TIMEOUT(desk->state(), "live", kSoon);
        }
    };
    Pair still, deaf; // its desktop is stopped; its hub is
    still.open();
    deaf.open();
    if (QTest::currentTestFailed())
        return;
    const auto resume = qScopeGuard([&] { // also when it fails: a stopped program cannot be ended in order
        still.desk->signal(SIGCONT);
        ::kill(pid_t(deaf.shop.hub.pid()), SIGCONT);
    });
    still.desk->signal(SIGSTOP);
    still.desk->note(still.shop.conversation, "told while it was stopped");
    QCOMPARE(::kill(pid_t(deaf.shop.hub.pid()), SIGSTOP), 0);
    deaf.desk->note(deaf.shop.conversation, "told to a stopped hub");
    QTRY_COMPARE_WITH_TIMEOUT(deaf.desk->count("accepted"), 1, kSoon);
    QTRY_COMPARE_WITH_TIMEOUT(deaf.desk->state(), "offline", kDead);
    QTRY_COMPARE_WITH_TIMEOUT(linksOf(still.shop.hub), 0, kDead);
    const qsizetype seen = still.desk->events.size();
    still.desk->signal(SIGCONT);
    ::kill(pid_t(deaf.shop.hub.pid()), SIGCONT);
    QTRY_VERIFY_WITH_TIMEOUT(isLiveSince(*still.desk, seen), kSoon);
    for (Pair *pair : {&still, &deaf}) {
        QTRY_VERIFY_WITH_TIMEOUT(
            pair->desk->state() == "live" && pair->desk->count("accepted") == 1 && pair->desk->outbox() == 0, kSoon);
        QCOMPARE(pair->desk->quit(), 0);
        QCOMPARE(pair->shop.hub.stop(), 0);
    }
    QCOMPARE(still.shop.notes("told while it was stopped"), 1);
    QCOMPARE(deaf.shop.notes("told to a stopped hub"), 1);
}

/// While the machine was suspended its link died, and nobody told it. It is looked at on waking, not when beats are missed.
void TestNetworkFaults::aMachineThatSleeps()
{
    Shop shop;
    QVERIFY(shop.open());
    QVERIFY(shop.hub.start());
    shop.findConversation();
    FaultProxy proxy(shop.hub.agents());
    const QString clock = shop.folder.filePath("clock");
    DeskProcess desk(shop.folder.filePath("profile"));
    desk.setEnvironment({{"LD_PRELOAD", kClockFaults}, {"CLOCK_FAULTS", clock}});
    desk.start();
    QTRY_COMPARE_WITH_TIMEOUT(desk.count("opened"), 1, kSoon);
    desk.signIn(proxy.url(), "mara@shop.test");
    QTRY_COMPARE_WITH_TIMEOUT(desk.state(), "live", kSoon);
    qsizetype seen = desk.events.size();
    const auto states = [&] {
        QStringList said;
        for (const QJsonObject &event : desk.events.mid(seen))
            said += event["state"].toString();
        return said;
    };
    for (const char *slept : {"slept=32000", "slept=28800000"}) { // shorter and longer than a silence
        proxy.freeze();
        seen = desk.events.size();
        const int before = proxy.connections();
        setClock(clock, slept);
        QTRY_VERIFY_WITH_TIMEOUT(proxy.connections() > before && desk.state() == "live" && states().contains("connecting"),
                                 kSoon);
        QVERIFY2(!states().contains("offline"), qPrintable(states().join(' '))); // neither missed beats nor a back-off
    }
    desk.note(shop.conversation, "awake");
    QTRY_VERIFY_WITH_TIMEOUT(desk.count("accepted") == 1 && desk.outbox() == 0, kSoon);

    // Its sign-in ends while it sleeps: what was written goes with the next one.
    proxy.freeze();
    desk.note(shop.conversation, "asleep");
    QTRY_VERIFY_WITH_TIMEOUT(desk.count("accepted", "asleep") == 1, kSoon);
    const QByteArray devices = shop.hub.run({"device", "list", "--email", "mara@shop.test"});
    QVERIFY(!shop.hub.run({"device", "revoke", QString::fromUtf8(devices.left(devices.indexOf('\t')))}).isEmpty());
    setClock(clock, "slept=57600000");
    QTRY_COMPARE_WITH_TIMEOUT(desk.state(), "signed-out", kSoon);
    QCOMPARE(desk.outbox(), 1);
    desk.signIn(proxy.url(), "mara@shop.test");
    QTRY_VERIFY_WITH_TIMEOUT(desk.state() == "live" && desk.outbox() == 0, kSoon);
    QCOMPARE(desk.quit(), 0);
}

/// A day forwards and back, at both ends: the link stays, and what one person writes stays in its order.
void TestNetworkFaults::clocksMayBeSet()
{
    Shop shop;
    QVERIFY(shop.open());
    const QString hubClock = shop.folder.filePath("hub-clock"), deskClock = shop.folder.filePath("desk-clock");
    shop.hub.setEnvironment({{"LD_PRELOAD", kClockFaults}, {"CLOCK_FAULTS", hubClock}});
    QVERIFY(shop.hub.start());
    shop.findConversation();
    DeskProcess desk(shop.folder.filePath("profile"));
    desk.setEnvironment({{"LD_PRELOAD", kClockFaults}, {"CLOCK_FAULTS", deskClock}});
    desk.start();
    QTRY_COMPARE_WITH_TIMEOUT(desk.count("opened"), 1, kSoon);
    desk.signIn(shop.hub.agents(), "mara@shop.test");
    QTRY_COMPARE_WITH_TIMEOUT(desk.state(), "live", kSoon);
    int written = 0;
    for (const auto &[atHub, atDesk] :
         {std::pair("wall=0", "wall=86400000"), std::pair("wall=0", "wall=-86400000"), std::pair("wall=86400000", "wall=0"),
          std::pair("wall=90000000", "wall=-86400000")}) {
        setClock(hubClock, atHub);
        setClock(deskClock, atDesk);
        for (int i = 0; i < 3; ++i)
            desk.note(shop.conversation, QStringLiteral("note %1").arg(++written));
        QTRY_COMPARE_WITH_TIMEOUT(desk.count("accepted"), written, kSoon);
        QTRY_COMPARE_WITH_TIMEOUT(desk.outbox(), 0, kSoon);
    }
    auto file =
        store::Database::open(shop.folder.filePath("hub/hub.db").toStdString(), {.mode = store::Database::Mode::ReadOnly});
    QVERIFY(file);
    auto query = (*file)->queryOnce("SELECT body FROM timeline_item WHERE kind = 'note' ORDER BY at_ms, id");
    for (int i = 1; i <= written; ++i) {
        QVERIFY(query.step().value_or(false));
        QCOMPARE(QString::fromUtf8(query.text(0).data()), QStringLiteral("note %1").arg(i));
    }
    for (const QJsonObject &event : std::as_const(desk.events))
        QVERIFY(event["state"] != "offline");
    QCOMPARE(desk.quit(), 0);
    QCOMPARE(shop.hub.stop(), 0);
}

QTEST_GUILESS_MAIN(TestNetworkFaults)
#include "tst_network_faults.moc"
