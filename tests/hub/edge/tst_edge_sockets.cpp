#include "tests/hub/edge/edge_fixture.h"

#include <QFile>
#include <QTest>

#include <poll.h>
#include <thread>

using namespace tributary;
using namespace tributary::edge;
using namespace tributary::edge::testing;
using namespace std::chrono_literals;

class TestEdgeSockets : public QObject {
    Q_OBJECT
private slots:
    void handshakeFollowsTheRfc()
    {
        EdgeFixture edge(testSettings(), [](TestHandler &handler) {
            handler.onUpgrade = [&handler](const Request &) {
                return UpgradeDecision::accept(handler.recorded, "tributary.1");
            };
        });
        RawClient client(edge.port());
        const std::string response = client.upgrade("Sec-WebSocket-Protocol: tributary.1, other\r\n");
        QCOMPARE(statusOf(response), 101);
        QCOMPARE(fieldOf(response, "Sec-WebSocket-Accept"), std::string("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        QCOMPARE(fieldOf(response, "Sec-WebSocket-Protocol"), std::string("tributary.1"));
        client.send(RawClient::frame("hello", 0x81));
        const auto echo = client.readFrame();
        QCOMPARE(echo.first, 0x81u);
        QCOMPARE(echo.payload, std::string("hello"));
    }

    void deniedUpgradeIsNoSocket_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<int>("status");
        const QByteArray head = "GET /ws HTTP/1.1\r\nHost: hub\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
        const QByteArray key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        const QByteArray version = "Sec-WebSocket-Version: 13\r\n";
        QTest::newRow("foreign origin") << head + key + version + "Origin: https://evil.test\r\n\r\n" << 403;
        QTest::newRow("two origins") << head + key + version
                                            + "Origin: https://shop.example\r\nOrigin: https://shop.example\r\n\r\n"
                                     << 400;
        QTest::newRow("old version") << head + key + "Sec-WebSocket-Version: 8\r\n\r\n" << 426;
        QTest::newRow("no version") << head + key + "\r\n" << 426;
        QTest::newRow("no key") << head + version + "\r\n" << 400;
        QTest::newRow("short key") << head + version + "Sec-WebSocket-Key: aGVsbG8=\r\n\r\n" << 400;
        QTest::newRow("POST") << QByteArray(head).replace("GET", "POST") + key + version + "\r\n" << 400;
        QTest::newRow("with body") << head + key + version + "Content-Length: 1\r\n\r\nx" << 400;
    }
    void deniedUpgradeIsNoSocket()
    {
        QFETCH(QByteArray, request);
        EdgeFixture edge(testSettings(), [](TestHandler &handler) {
            handler.onUpgrade = [&handler](const Request &asked) {
                if (!originAllowed({"https://shop.example"}, asked.headers.value("Origin")))
                    return UpgradeDecision::deny(Response::text(403, "no"));
                return UpgradeDecision::accept(handler.recorded);
            };
        });
        RawClient client(edge.port());
        client.send(request.toStdString() + RawClient::frame("too early"));
        QTEST(statusOf(client.readResponse()), "status");
        QVERIFY(client.isClosedByPeer());
        QVERIFY(!edge.handler().recorded->state().socket);
        QCOMPARE(edge.server().metrics().sockets, 0u);
    }

    void framesSentWithTheRequestAreRead()
    {
        EdgeFixture edge;
        RawClient client(edge.port());
        client.send("GET /ws HTTP/1.1\r\nHost: hub\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                    + RawClient::frame("early"));
        QCOMPARE(statusOf(client.readUntil("\r\n\r\n")), 101);
        QCOMPARE(client.readFrame().payload, std::string("early"));
    }

    void fixtures_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("first");
        QTest::addColumn<QByteArray>("payload");
        QTest::newRow("text") << "text-masked" << 0x81 << QByteArray("Hello");
        QTest::newRow("fragmented") << "fragmented" << 0x81 << QByteArray("Hello");
        QTest::newRow("ping") << "ping" << 0x8a << QByteArray("hi");
        QTest::newRow("close") << "close-1000" << 0x88 << QByteArray("\x03\xe8");
        QTest::newRow("unmasked") << "unmasked-from-client" << 0x88 << QByteArray("\x03\xea");
        QTest::newRow("bad UTF-8") << "bad-utf8" << 0x88 << QByteArray("\x03\xef");
        QTest::newRow("huge length") << "huge-length" << 0x88 << QByteArray("\x03\xf1");
    }
    void fixtures()
    {
        QFETCH(QString, file);
        QFETCH(int, first);
        QFile bytes(TRIBUTARY_SOURCE_DIR "/tests/fixtures/webchat/ws-frame-" + file + ".bin");
        QVERIFY(bytes.open(QIODevice::ReadOnly));
        EdgeFixture edge;
        RawClient client(edge.port());
        client.upgrade();
        client.send(bytes.readAll().toStdString());
        const auto frame = client.readFrame();
        QCOMPARE(int(frame.first), first);
        QTEST(QByteArray::fromStdString(frame.payload).left(2)
                  + QByteArray::fromStdString(first == 0x88 ? "" : frame.payload.substr(2)),
              "payload");
        if (first == 0x88)
            QVERIFY(client.isClosedByPeer());
    }

    void badFramesCloseWithTheRightCode_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("code");
        const auto frame = [](const std::string &payload, unsigned first) {
            return QByteArray::fromStdString(RawClient::frame(payload, first));
        };
        QTest::newRow("reserved bit") << frame("x", 0xc2) << 1002;
        QTest::newRow("reserved opcode") << frame("x", 0x83) << 1002;
        QTest::newRow("reserved control opcode") << frame("x", 0x8b) << 1002;
        QTest::newRow("long ping") << frame(std::string(126, 'x'), 0x89) << 1002;
        QTest::newRow("fragmented ping") << frame("x", 0x09) << 1002;
        QTest::newRow("continuation of nothing") << frame("x", 0x80) << 1002;
        QTest::newRow("new message inside one") << frame("x", 0x02) + frame("y", 0x82) << 1002;
        QTest::newRow("close code 1005") << frame("\x03\xed", 0x88) << 1002;
        QTest::newRow("close of one byte") << frame("\x03", 0x88) << 1002;
        QTest::newRow("surrogate") << frame("\xed\xa0\x80", 0x81) << 1007;
        QTest::newRow("UTF-8 cut off") << frame("\xe5\x8f", 0x81) << 1007;
        QTest::newRow("bad UTF-8 over two frames") << frame("\xe5", 0x01) + frame("(", 0x80) << 1007;
        QTest::newRow("frame too big") << frame(std::string(65537, 'x'), 0x82) << 1009;
        QTest::newRow("a stranger's message too big, and not at its end yet")
            << frame(std::string(65536, 'x'), 0x02) + frame("x", 0x00) << 1009;
        QTest::newRow("too many fragments") << frame("x", 0x02) + frame("x", 0x00).repeated(15) + frame("x", 0x80) << 1009;
        QTest::newRow("endless empty fragments") << frame("", 0x02) + frame("", 0x00).repeated(1000) << 1009;
    }
    void badFramesCloseWithTheRightCode()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, code);
        EdgeFixture edge;
        RawClient client(edge.port());
        client.upgrade();
        client.send(bytes.toStdString());
        QCOMPARE(client.readCloseCode(), code);
        QVERIFY(client.isClosedByPeer());
        const auto recorded = edge.handler().recorded;
        QVERIFY(recorded->wait([](const auto &state) { return state.closed == 1; }));
        QCOMPARE(int(recorded->state().closeCode), code);
        QVERIFY(recorded->state().messages.empty());
        QCOMPARE(edge.server().metrics().refused[std::size_t(Refusal::SocketProtocol)], 1u);
    }

    /// Before anybody has proven who they are, a message in pieces costs no more than one of one piece (I45).
    void aStrangersMessageIsSmall()
    {
        EdgeFixture edge;
        RawClient client(edge.port());
        client.upgrade();
        client.send(RawClient::frame(std::string(30'000, 'p'), 0x02) + RawClient::frame(std::string(35'536, 'p'), 0x80));
        QCOMPARE(client.readFrame().payload.size(), std::size_t(65'536));
        client.send(RawClient::frame(std::string(30'000, 'p'), 0x02) + RawClient::frame(std::string(35'537, 'p'), 0x00));
        QCOMPARE(client.readCloseCode(), 1009);
    }

    void whoIsTrustedMaySayNoMoreThanThat()
    {
        EdgeFixture edge;
        RawClient client(edge.port());
        client.upgrade();
        edge.handler().recorded->socket()->trust();
        const std::string part(65536, 'p');
        client.send(RawClient::frame(part, 0x02) + RawClient::frame(part, 0x00) + RawClient::frame(part, 0x00)
                    + RawClient::frame(part, 0x00) + RawClient::frame("x", 0x80));
        QCOMPARE(client.readCloseCode(), 1009);
    }

    void largestAllowedMessagePasses()
    {
        EdgeFixture edge;
        RawClient client(edge.port());
        client.upgrade();
        edge.handler().recorded->socket()->trust();
        const std::string part(65536, 'p');
        client.send(RawClient::frame(part, 0x02) + RawClient::frame(part, 0x00) + RawClient::frame("", 0x89)
                    + RawClient::frame(part, 0x00) + RawClient::frame(part, 0x80));
        QCOMPARE(client.readFrame().first, 0x8au); // the pong may overtake, the message may not be torn by it
        const auto echo = client.readFrame();
        QCOMPARE(echo.first, 0x82u);
        QVERIFY(echo.payload == part + part + part + part);
    }

    void messagesFromManyThreadsArriveWholeAndInOrder()
    {
        EdgeFixture edge;
        RawClient client(edge.port());
        client.upgrade();
        const auto socket = edge.handler().recorded->socket();
        constexpr int kThreads = 4;
        constexpr int kEach = 500;
        std::vector<std::thread> threads;
        for (int thread = 0; thread < kThreads; ++thread)
            threads.emplace_back([&, thread] {
                for (int i = 0; i < kEach; ++i)
                    socket->send(std::to_string(thread) + ':' + std::to_string(i) + ':' + std::string(std::size_t(i), 'x'),
                                 true);
            });
        std::vector<int> next(kThreads, 0);
        for (int i = 0; i < kThreads * kEach; ++i) {
            const std::string payload = client.readFrame().payload;
            const int thread = payload.empty() ? 0 : payload[0] - '0';
            const int expected = next.at(std::size_t(thread))++;
            QCOMPARE(payload, std::to_string(thread) + ':' + std::to_string(expected) + ':'
                                  + std::string(std::size_t(expected), 'x'));
        }
        for (auto &thread : threads)
            thread.join();
        QTRY_COMPARE(socket->queuedBytes(), std::size_t(0));
    }

    void orderHoldsBetweenTheLoopAndOtherThreads()
    {
        EdgeFixture edge;
        RawClient client(edge.port());
        client.upgrade();
        const auto socket = edge.handler().recorded->socket();
        edge.onLoop([&] {
            std::thread([&] { socket->send("first", true); }).join();
            socket->send("second", true);
        });
        QCOMPARE(client.readFrame().payload, std::string("first"));
        QCOMPARE(client.readFrame().payload, std::string("second"));
    }

    void messagesOfOneTurnLeaveInOneWrite()
    {
        EdgeFixture edge;
        RawClient client(edge.port());
        client.upgrade();
        const auto socket = edge.handler().recorded->socket();
        const auto before = edge.server().metrics();
        edge.onLoop([&] {
            for (int i = 0; i < 30; ++i)
                socket->send("message", true);
        });
        for (int i = 0; i < 30; ++i)
            QCOMPARE(client.readFrame().payload, std::string("message"));
        edge.onLoop([] {}); // the client may be faster than the counting
        const auto after = edge.server().metrics();
        QCOMPARE(after.messagesOut - before.messagesOut, 30u);
        QCOMPARE(after.writes - before.writes, 1u);
    }

    void slowReaderIsFeltAndDrained()
    {
        EdgeFixture edge;
        RawClient client(edge.port());
        client.setReceiveBuffer(256 * 1024);
        client.upgrade();
        const auto recorded = edge.handler().recorded;
        const auto socket = recorded->socket();
        const auto payload = std::make_shared<const std::string>(200'000, 'x');
        constexpr int sent = 15;
        // In one turn: between two of them the system may take all there is, and that is told as drained too.
        edge.onLoop([&] {
            for (int i = 0; i < sent; ++i)
                QVERIFY(socket->send(payload, true));
        });
        edge.onLoop([] {}); // what the system takes at once is taken
        QVERIFY(socket->queuedBytes() > 100'000);
        QCOMPARE(recorded->state().drained, 0);
        for (int i = 0; i < sent; ++i)
            QCOMPARE(client.readFrame().payload.size(), payload->size());
        QVERIFY(recorded->wait([](const auto &state) { return state.drained == 1; }));
        QVERIFY(socket->queuedBytes() <= 16 * 1024);
    }

    void stalledReaderIsAborted_data()
    {
        QTest::addColumn<bool>("byTime");
        QTest::newRow("queue above its cap") << false;
        QTest::newRow("no byte for too long") << true;
    }
    void stalledReaderIsAborted()
    {
        QFETCH(bool, byTime);
        Settings settings = testSettings();
        if (byTime)
            settings.times.socketStall = 50ms;
        EdgeFixture edge(settings);
        RawClient client(edge.port());
        client.setReceiveBuffer(4096);
        client.upgrade();
        const auto recorded = edge.handler().recorded;
        const auto socket = recorded->socket();
        const auto payload = std::make_shared<const std::string>(100'000, 'x');
        std::size_t most = 0;
        for (int i = 0; byTime ? i < 39 : socket->send(payload, true); ++i) {
            if (byTime)
                socket->send(payload, true);
            most = std::max(most, socket->queuedBytes());
        }
        QVERIFY(recorded->wait([](const auto &state) { return state.closed == 1; }));
        QCOMPARE(int(recorded->state().closeCode), 1006);
        QVERIFY(most <= settings.limits.socketQueueBytes);
        QVERIFY(!socket->send("more", true));
        QCOMPARE(socket->queuedBytes(), std::size_t(0));
        QVERIFY(edge.waitFor([](const Metrics &metrics) { return metrics.socketsOpen == 0; }));
        QCOMPARE(edge.server().metrics().refused[std::size_t(Refusal::SocketStalled)], 1u);
        pollfd hears{client.descriptor(), POLLRDHUP, 0}; // though it has not taken what came before
        QVERIFY(::poll(&hears, 1, 5'000) == 1 && (hears.revents & POLLHUP) != 0);
    }

    void closeSendsWhatIsQueuedFirst()
    {
        EdgeFixture edge;
        RawClient client(edge.port());
        client.upgrade();
        const auto recorded = edge.handler().recorded;
        const auto socket = recorded->socket();
        socket->send("last words", true);
        socket->close(4001, "signed out");
        QVERIFY(!socket->send("too late", true));
        QCOMPARE(client.readFrame().payload, std::string("last words"));
        const auto close = client.readFrame();
        QCOMPARE(close.first, 0x88u);
        QCOMPARE(close.payload, std::string("\x0f\xa1signed out"));
        client.send(RawClient::frame(close.payload, 0x88));
        QVERIFY(recorded->wait([](const auto &state) { return state.closed == 1; }));
        QCOMPARE(int(recorded->state().closeCode), 4001);
        QVERIFY(client.isClosedByPeer());
    }

    void closeIsBounded()
    {
        Settings settings = testSettings();
        settings.times.socketClose = 30ms;
        EdgeFixture edge(settings);
        RawClient client(edge.port());
        client.upgrade();
        const auto recorded = edge.handler().recorded;
        recorded->socket()->close(1000);
        QVERIFY(recorded->wait([](const auto &state) { return state.closed == 1; })); // though the client says nothing
        QCOMPARE(client.readCloseCode(), 1000);
        QVERIFY(client.isClosedByPeer());
    }

    void lossAndAbortAreReportedOnce_data()
    {
        QTest::addColumn<int>("how");
        QTest::newRow("peer closes the link") << 0;
        QTest::newRow("peer resets") << 1;
        QTest::newRow("abort") << 2;
        QTest::newRow("server destroyed") << 3;
    }
    void lossAndAbortAreReportedOnce()
    {
        QFETCH(int, how);
        auto edge = std::make_unique<EdgeFixture>();
        const auto recorded = edge->handler().recorded;
        auto client = std::make_unique<RawClient>(edge->port());
        client->upgrade();
        const auto socket = recorded->socket();
        if (how == 0)
            client.reset();
        else if (how == 1)
            client->reset();
        else if (how == 2)
            socket->abort();
        else
            edge.reset();
        QVERIFY(recorded->wait([](const auto &state) { return state.closed > 0; }));
        socket->close(1000); // all harmless now, also with the server gone
        socket->abort();
        socket->setReading(true);
        QVERIFY(!socket->send("x", true));
        edge.reset();
        QCOMPARE(recorded->state().closed, 1);
        QCOMPARE(int(recorded->state().closeCode), 1006);
    }

    void readingCanBePaused()
    {
        EdgeFixture edge;
        RawClient client(edge.port());
        client.upgrade();
        const auto recorded = edge.handler().recorded;
        const auto socket = recorded->socket();
        socket->setReading(false);
        edge.onLoop([] {});
        client.send(RawClient::frame("first")); // the read under way takes one
        QVERIFY(recorded->wait([](const auto &state) { return state.messages.size() == 1; }));
        client.send(RawClient::frame("second"));
        QCOMPARE(client.readFrame().payload, std::string("first"));
        edge.onLoop([] {});
        QCOMPARE(recorded->state().messages.size(), std::size_t(1));
        socket->setReading(true);
        QVERIFY(recorded->wait([](const auto &state) { return state.messages.size() == 2; }));
    }

    void stopSaysGoodbye()
    {
        EdgeFixture edge;
        RawClient client(edge.port());
        client.upgrade();
        const auto recorded = edge.handler().recorded;
        QVERIFY(recorded->socket());
        std::atomic<bool> stopped = false;
        edge.server().stop([&] { stopped = true; });
        QCOMPARE(client.readCloseCode(), 1001);
        client.send(RawClient::frame("\x03\xe9", 0x88));
        QVERIFY(client.isClosedByPeer());
        QTRY_VERIFY(stopped.load());
        QCOMPARE(int(recorded->state().closeCode), 1001);
    }

    void threeHundredSocketsAtOnce()
    {
        std::mutex mutex;
        std::vector<std::shared_ptr<RecordedSocket>> sockets;
        EdgeFixture edge(testSettings(), [&](TestHandler &handler) {
            handler.onUpgrade = [&](const Request &) {
                const std::scoped_lock lock(mutex);
                return UpgradeDecision::accept(sockets.emplace_back(std::make_shared<RecordedSocket>()));
            };
        });
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 300; ++i) {
            clients.push_back(std::make_unique<RawClient>(edge.port()));
            QCOMPARE(statusOf(clients.back()->upgrade()), 101);
        }
        for (auto &client : clients)
            client->send(RawClient::frame("ping"));
        for (auto &client : clients)
            QCOMPARE(client->readFrame().payload, std::string("ping"));
        QCOMPARE(edge.server().metrics().socketsOpen, 300u);
        clients.clear();
        QVERIFY(
            edge.waitFor([](const Metrics &metrics) { return metrics.socketsOpen == 0 && metrics.connectionsOpen == 0; }));
    }
};

QTEST_GUILESS_MAIN(TestEdgeSockets)
#include "tst_edge_sockets.moc"
