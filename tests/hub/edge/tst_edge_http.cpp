#include "core/hub/edge/request_reader.h"
#include "tests/hub/edge/edge_fixture.h"

#include <QTest>

#include <thread>

using namespace tributary;
using namespace tributary::edge;
using namespace tributary::edge::testing;
using namespace std::chrono_literals;

class TestEdgeHttp : public QObject {
    Q_OBJECT
private slots:
    void answers()
    {
        EdgeFixture edge;
        const std::string response = edge.ask("POST /a%20b?x=1 HTTP/1.1\r\nHost: hub\r\nContent-Length: 5\r\n\r\nhello");
        QCOMPARE(statusOf(response), 200);
        QCOMPARE(bodyOf(response), std::string("POST /a b hello"));
        QCOMPARE(fieldOf(response, "X-Content-Type-Options"), std::string("nosniff"));
        QCOMPARE(fieldOf(response, "Connection"), std::string("keep-alive"));
    }

    void readsChunksInPiecesOfAnySize_data()
    {
        QTest::addColumn<int>("piece");
        for (const int piece : {1, 3, 1000})
            QTest::addRow("pieces of %d", piece) << piece;
    }
    void readsChunksInPiecesOfAnySize()
    {
        QFETCH(int, piece);
        EdgeFixture edge;
        RawClient client(edge.port());
        const std::string request = "POST /c HTTP/1.1\r\nHost: hub\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    "5;a=b\r\nhello\r\n1\r\n!\r\n0\r\nHost: trailer\r\n\r\n"
                                    "POST /empty HTTP/1.1\r\nHost: hub\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                                    "GET /next HTTP/1.1\r\nHost: hub\r\n\r\n";
        for (std::size_t at = 0; at < request.size(); at += std::size_t(piece))
            QVERIFY(client.send(request.substr(at, std::size_t(piece))));
        QCOMPARE(bodyOf(client.readResponse()), std::string("POST /c hello!"));
        QCOMPARE(bodyOf(client.readResponse()), std::string("POST /empty "));
        QCOMPARE(bodyOf(client.readResponse()), std::string("GET /next "));
    }
    /// With assertions, Beast ends the program for it.
    void aBodyMayEndAtOnceInPieces()
    {
        const Settings settings;
        RequestReader reader(settings, "1");
        reader.setBodyLimit(100);
        const std::string head = "POST /c HTTP/1.1\r\nHost: hub\r\nTransfer-Encoding: chunked\r\n\r\n";
        QCOMPARE(reader.feed(head), head.size());
        std::string waiting;
        for (const char c : std::string("0\r\n\r\n")) {
            QCOMPARE(reader.state(), RequestReader::State::Body);
            waiting += c;
            waiting.erase(0, reader.feed(waiting));
        }
        QCOMPARE(reader.state(), RequestReader::State::Done);
        QVERIFY(reader.take().body.empty());
    }

    void refusesBadRequestsAndCloses_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<int>("status");
        const auto row = [](const char *name, QByteArray request, int status = 400) {
            QTest::newRow(name) << request << status;
        };
        const QByteArray post = "POST / HTTP/1.1\r\nHost: hub\r\n";
        row("both lengths", post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        row("both lengths, other order", post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n");
        row("two lengths", post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello");
        row("two equal lengths", post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello");
        row("list of lengths", post + "Content-Length: 5, 5\r\n\r\nhello");
        row("negative length", post + "Content-Length: -5\r\n\r\nhello");
        row("length with sign", post + "Content-Length: +5\r\n\r\nhello");
        row("length beyond 64 bits", post + "Content-Length: 99999999999999999999\r\n\r\nhello");
        row("unknown coding", post + "Transfer-Encoding: gzip\r\n\r\nhello");
        row("chunked not last", post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n");
        row("coding twice", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        row("bad chunk size", post + "Transfer-Encoding: chunked\r\n\r\nxyz\r\nhello\r\n0\r\n\r\n");
        row("negative chunk size", post + "Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n");
        row("chunk longer than said", post + "Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n");
        row("space before colon", "GET / HTTP/1.1\r\nHost : hub\r\n\r\n");
        row("no host", "GET / HTTP/1.1\r\n\r\n");
        row("empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n");
        row("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
        row("version 9.9", "GET / HTTP/9.9\r\nHost: hub\r\n\r\n");
        row("version 2.0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        row("no version", "GET /\r\nHost: hub\r\n\r\n");
        row("bare line feeds", "GET / HTTP/1.1\nHost: hub\n\n");
        row("NUL in a header", QByteArray("GET / HTTP/1.1\r\nHost: hub\r\nX: a?b\r\n\r\n").replace('?', '\0'));
        row("key twice", "GET /?a=1&a=2 HTTP/1.1\r\nHost: hub\r\n\r\n");
        row("absolute form", "GET http://hub/ HTTP/1.1\r\nHost: hub\r\n\r\n");
        row("unknown method", "BREW / HTTP/1.1\r\nHost: hub\r\n\r\n", 405);
        row("method not allowed", "TRACE / HTTP/1.1\r\nHost: hub\r\n\r\n", 405);
        row("unknown expectation", post + "Expect: miracles\r\nContent-Length: 5\r\n\r\nhello", 417);
        row("body too large", post + "Content-Length: 1025\r\n\r\n", 413);
        row("chunk too large", post + "Transfer-Encoding: chunked\r\n\r\n401\r\n", 413);
        row("chunks too large together",
            post + "Transfer-Encoding: chunked\r\n\r\n3ff\r\n" + QByteArray(1023, 'x') + "\r\n2\r\n", 413);
        row("long request line", "GET /" + QByteArray(9000, 'x') + " HTTP/1.1\r\nHost: hub\r\n\r\n", 414);
        row("endless request line", "GET /" + QByteArray(20000, 'x'), 414);
        row("large header", "GET / HTTP/1.1\r\nHost: hub\r\nX: " + QByteArray(17000, 'x') + "\r\n\r\n", 431);
        row("large header in lines",
            "GET / HTTP/1.1\r\nHost: hub\r\n" + ("X: " + QByteArray(500, 'x') + "\r\n").repeated(40) + "\r\n", 431);
        row("many lines", "GET / HTTP/1.1\r\nHost: hub\r\n" + QByteArray("X: y\r\n").repeated(101) + "\r\n", 431);
        row("endless trailer",
            post + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + ("X: " + QByteArray(500, 'x') + "\r\n").repeated(40));
        row("TLS hello", QByteArray::fromHex("1603010200010001fc03030d0a"));
    }
    void refusesBadRequestsAndCloses()
    {
        QFETCH(QByteArray, request);
        EdgeFixture edge;
        {
            RawClient client(edge.port());
            client.send(request.toStdString());
            const std::string response = client.readResponse();
            QTEST(statusOf(response), "status");
            QCOMPARE(fieldOf(response, "Connection"), std::string("close"));
            QCOMPARE(fieldOf(response, "X-Request-Id").size(), std::size_t(16));
            QVERIFY(bodyOf(response).find(fieldOf(response, "X-Request-Id")) != std::string::npos);
            QVERIFY(client.isClosedByPeer());
        }
        QVERIFY(edge.waitFor([](const Metrics &metrics) { return metrics.connectionsOpen == 0; }));
    }

    void headerLimitHoldsWhenLinesComeOneByOne()
    {
        // Beast forgets what it has consumed: without a sum of our own this would go on for ever.
        EdgeFixture edge;
        RawClient client(edge.port());
        client.send("GET / HTTP/1.1\r\nHost: hub\r\n");
        for (int i = 0; i < 60; ++i) {
            if (!client.send("X: " + std::string(500, 'x') + "\r\n"))
                break;
            std::this_thread::sleep_for(1ms); // lets most lines arrive alone; the outcome does not depend on it
        }
        QCOMPARE(statusOf(client.readResponse()), 431);
    }

    void pipelinedRequestsAreAnsweredInOrderOneAtATime()
    {
        std::mutex mutex;
        std::vector<Responder> waiting;
        std::atomic<int> inHand = 0;
        EdgeFixture edge(testSettings(), [&](TestHandler &handler) {
            handler.onRequest = [&](Request request, Responder responder) {
                ++inHand;
                if (request.path == "/slow") {
                    const std::scoped_lock lock(mutex);
                    waiting.push_back(std::move(responder));
                } else {
                    responder.send(Response::text(200, request.path));
                }
            };
        });
        RawClient client(edge.port());
        client.send("GET /slow HTTP/1.1\r\nHost: hub\r\n\r\nGET /fast HTTP/1.1\r\nHost: hub\r\n\r\n");
        QTRY_COMPARE(inHand.load(), 1);
        edge.onLoop([] {}); // a turn of the loop in which the second request could have come
        QCOMPARE(inHand.load(), 1);
        {
            const std::scoped_lock lock(mutex);
            waiting.front().send(Response::text(200, "/slow"));
            waiting.clear();
        }
        QCOMPARE(bodyOf(client.readResponse()), std::string("/slow"));
        QCOMPARE(bodyOf(client.readResponse()), std::string("/fast"));
    }

    void headHasNoBody()
    {
        EdgeFixture edge;
        RawClient client(edge.port());
        client.send("HEAD /x HTTP/1.1\r\nHost: hub\r\n\r\nGET /y HTTP/1.1\r\nHost: hub\r\n\r\n");
        const std::string head = client.readResponse(true);
        QCOMPARE(fieldOf(head, "Content-Length"), std::string("8")); // of `HEAD /x `
        const std::string next = client.readResponse();
        QCOMPARE(statusOf(next), 200); // begins with a status line, so nothing stood before it
        QCOMPARE(bodyOf(next), std::string("GET /y "));
    }

    void connectionEndsWhenAsked_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::newRow("close") << QByteArray("GET / HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n");
        QTest::newRow("close in a list") << QByteArray("GET / HTTP/1.1\r\nHost: hub\r\nConnection: x, Close\r\n\r\n");
        QTest::newRow("1.0") << QByteArray("GET / HTTP/1.0\r\n\r\n");
    }
    void connectionEndsWhenAsked()
    {
        QFETCH(QByteArray, request);
        EdgeFixture edge;
        RawClient client(edge.port());
        client.send(request.toStdString());
        QCOMPARE(statusOf(client.readResponse()), 200);
        QVERIFY(client.isClosedByPeer());
    }

    void halfClosedClientGetsItsAnswer()
    {
        EdgeFixture edge;
        RawClient client(edge.port());
        client.send("GET /h HTTP/1.1\r\nHost: hub\r\n\r\n");
        client.halfClose();
        QCOMPARE(bodyOf(client.readResponse()), std::string("GET /h "));
        QVERIFY(client.isClosedByPeer());
    }

    void continueIsSentOnlyForAcceptableBodies()
    {
        EdgeFixture edge;
        RawClient good(edge.port());
        good.send("POST / HTTP/1.1\r\nHost: hub\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        QCOMPARE(statusOf(good.readResponse(true)), 100);
        good.send("hello");
        QCOMPARE(bodyOf(good.readResponse()), std::string("POST / hello"));
        RawClient large(edge.port());
        large.send("POST / HTTP/1.1\r\nHost: hub\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n");
        QCOMPARE(statusOf(large.readResponse()), 413);
    }

    void refusalReachesAClientThatIsStillSending()
    {
        EdgeFixture edge;
        RawClient client(edge.port());
        client.send("POST / HTTP/1.1\r\nHost: hub\r\nContent-Length: 1000000\r\n\r\n" + std::string(1'000'000, 'x'));
        QCOMPARE(statusOf(client.readResponse()), 413);
    }

    void responderOutlivesEverything_data()
    {
        QTest::addColumn<bool>("reset");
        QTest::addColumn<bool>("serverGone");
        QTest::newRow("client closed") << false << false;
        QTest::newRow("client reset") << true << false;
        QTest::newRow("server gone") << false << true;
    }
    void responderOutlivesEverything()
    {
        QFETCH(bool, reset);
        QFETCH(bool, serverGone);
        std::mutex mutex;
        std::vector<Responder> waiting;
        const auto waitingCount = [&] {
            const std::scoped_lock lock(mutex);
            return waiting.size();
        };
        auto edge = std::make_unique<EdgeFixture>(testSettings(), [&](TestHandler &handler) {
            handler.onRequest = [&](Request, Responder responder) {
                const std::scoped_lock lock(mutex);
                waiting.push_back(std::move(responder));
            };
        });
        {
            RawClient client(edge->port());
            client.send("GET / HTTP/1.1\r\nHost: hub\r\n\r\n");
            QTRY_COMPARE(waitingCount(), std::size_t(1));
            if (reset)
                client.reset();
        }
        if (serverGone) {
            edge.reset();
            QVERIFY(!waiting.front().isWanted());
        }
        std::thread other([&] {
            waiting.front().send(Response::text(200, std::string(1'000'000, 'x')));
            waiting.front().send(Response::text(200, "again")); // no effect
        });
        other.join();
        if (!serverGone)
            QVERIFY(edge->waitFor([](const Metrics &metrics) { return metrics.connectionsOpen == 0; }));
    }

    void droppedResponderAnswers500()
    {
        EdgeFixture edge(testSettings(), [](TestHandler &handler) { handler.onRequest = [](Request, Responder) {}; });
        QCOMPARE(statusOf(edge.ask("GET / HTTP/1.1\r\nHost: hub\r\n\r\n")), 500);
    }

    void handlerThatThrowsAnswers500()
    {
        EdgeFixture edge(testSettings(), [](TestHandler &handler) {
            handler.onRequest = [](Request, Responder) { throw std::runtime_error("internal detail"); };
        });
        const std::string response = edge.ask("GET / HTTP/1.1\r\nHost: hub\r\n\r\n");
        QCOMPARE(statusOf(response), 500);
        QVERIFY(response.find("internal detail") == std::string::npos);
    }

    void forwardedAddressIsBelievedFromProxiesOnly_data()
    {
        QTest::addColumn<bool>("trusted");
        QTest::addColumn<QString>("header");
        QTest::addColumn<QString>("seen");
        QTest::newRow("stranger") << false << "203.0.113.7"
                                  << "127.0.0.1 plain";
        QTest::newRow("proxy") << true << "203.0.113.7"
                               << "203.0.113.7 secure";
        QTest::newRow("last untrusted of the list") << true << "198.51.100.1, 203.0.113.7, 127.0.0.1"
                                                    << "203.0.113.7 secure";
        QTest::newRow("nonsense") << true << "evil"
                                  << "127.0.0.1 secure";
    }
    void forwardedAddressIsBelievedFromProxiesOnly()
    {
        QFETCH(bool, trusted);
        QFETCH(QString, header);
        Settings settings = testSettings();
        if (trusted)
            settings.trustedProxies = {"127.0.0.1"};
        EdgeFixture edge(settings, [](TestHandler &handler) {
            handler.onRequest = [](Request request, Responder responder) {
                responder.send(Response::text(200, request.remoteAddress + (request.secure ? " secure" : " plain")));
            };
        });
        const std::string response = edge.ask("GET / HTTP/1.1\r\nHost: hub\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: "
                                              + header.toStdString() + "\r\n\r\n");
        QTEST(QString::fromStdString(bodyOf(response)), "seen");
    }

    void plainTextStaysOnLoopback()
    {
        EdgeFixture edge;
        edge.onLoop([&] {
            const auto refused = edge.server().listen("0.0.0.0", 0);
            QVERIFY(!refused && refused.error().kind == Error::Kind::Rejected);
            const auto taken = edge.server().listen("127.0.0.1", 0);
            QVERIFY(taken.has_value());
            const auto nonsense = edge.server().listen("localhost", 0);
            QVERIFY(!nonsense && nonsense.error().kind == Error::Kind::Invalid);
        });
    }

    void stopFinishesWhatIsInHand()
    {
        std::mutex mutex;
        std::vector<Responder> waiting;
        EdgeFixture edge(testSettings(), [&](TestHandler &handler) {
            handler.onRequest = [&](Request, Responder responder) {
                const std::scoped_lock lock(mutex);
                waiting.push_back(std::move(responder));
            };
        });
        RawClient busy(edge.port());
        busy.send("GET / HTTP/1.1\r\nHost: hub\r\n\r\n");
        RawClient idle(edge.port());
        QTRY_VERIFY([&] {
            const std::scoped_lock lock(mutex);
            return waiting.size() == 1;
        }());
        QVERIFY(edge.waitFor([](const Metrics &metrics) { return metrics.connectionsOpen == 2; }));
        std::atomic<bool> stopped = false;
        edge.server().stop([&] { stopped = true; });
        QVERIFY(idle.isClosedByPeer());
        edge.onLoop([] {});
        QVERIFY(!stopped);
        QVERIFY(!RawClient(edge.port()).isConnected());
        waiting.front().send(Response::text(200, "done"));
        const std::string response = busy.readResponse();
        QCOMPARE(bodyOf(response), std::string("done"));
        QCOMPARE(fieldOf(response, "Connection"), std::string("close"));
        QTRY_VERIFY(stopped.load());
    }

    void stopIsBounded()
    {
        std::vector<Responder> kept;
        Settings settings = testSettings();
        settings.times.stop = 50ms;
        EdgeFixture edge(settings, [&](TestHandler &handler) {
            handler.onRequest = [&](Request, Responder responder) { kept.push_back(std::move(responder)); };
        });
        RawClient client(edge.port());
        client.send("GET / HTTP/1.1\r\nHost: hub\r\n\r\n");
        const auto size = [&] {
            std::size_t now = 0;
            edge.onLoop([&] { now = kept.size(); });
            return now;
        };
        QTRY_COMPARE(size(), std::size_t(1));
        QVERIFY(edge.stop());
        QVERIFY(client.isClosedByPeer());
        QVERIFY(edge.stop()); // again: at once
    }

    /// Peers by IPv6: who asked, also through a proxy that is reached by it, and a body and a socket like any.
    void answersOverIpv6_data()
    {
        QTest::addColumn<bool>("isTrusted");
        QTest::addColumn<QString>("forwarded");
        QTest::addColumn<QString>("from");
        QTest::newRow("a peer") << false << ""
                                << "::1";
        QTest::newRow("nobody's proxy") << false << "2001:db8::7"
                                        << "::1";
        QTest::newRow("a proxy") << true << "2001:db8::7"
                                 << "2001:db8::7";
        QTest::newRow("a proxy, and a longer way") << true << "203.0.113.5, 2001:db8::7"
                                                   << "2001:db8::7";
    }
    void answersOverIpv6()
    {
        QFETCH(bool, isTrusted);
        QFETCH(QString, forwarded);
        QFETCH(QString, from);
        Settings settings = testSettings();
        if (isTrusted)
            settings.trustedProxies = {"::1"};
        EdgeFixture edge(settings, [](TestHandler &handler) {
            handler.onRequest = [](Request request, Responder responder) {
                responder.send(Response::text(200, request.remoteAddress + " " + request.body));
            };
        });
        Result<std::uint16_t> port = std::uint16_t(0);
        edge.onLoop([&] { port = edge.server().listen("::1", 0); });
        if (!port)
            QSKIP("this computer has no IPv6");
        RawClient client(*port, false, 0, true);
        QVERIFY(client.isConnected());
        std::string request = "POST / HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 2\r\n";
        if (!forwarded.isEmpty())
            request += "X-Forwarded-For: " + forwarded.toStdString() + "\r\n";
        client.send(request + "\r\nhi");
        QCOMPARE(bodyOf(client.readResponse()), from.toStdString() + " hi");
        QCOMPARE(statusOf(client.upgrade()), 101);
        client.send(RawClient::frame("hello"));
        QCOMPARE(client.readFrame().payload, std::string("hello"));
        edge.onLoop([&] { port = edge.server().listen("2001:db8::1", 0); });
        QVERIFY(!port); // plain text beyond this computer
    }
};

QTEST_GUILESS_MAIN(TestEdgeHttp)
#include "tst_edge_http.moc"
