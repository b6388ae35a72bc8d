#include "core/base/log.h"
#include "tests/hub/edge/edge_fixture.h"

#include <QTest>

#include <ctime>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

using namespace tributary;
using namespace tributary::edge;
using namespace tributary::edge::testing;
using namespace std::chrono_literals;

#ifdef __SANITIZE_THREAD__
constexpr long kShadow = 5; ///< The thread sanitizer keeps four times what it watches beside it.
#else
constexpr long kShadow = 1;
#endif

class TestEdgeLimits : public QObject {
    Q_OBJECT
private slots:
    void slowRequestsAreGivenUp_data()
    {
        QTest::addColumn<QByteArray>("start");
        QTest::addColumn<int>("status"); // 0: closed without an answer
        QTest::newRow("nothing at all") << QByteArray() << 0;
        QTest::newRow("half a request line") << QByteArray("GET /") << 408;
        QTest::newRow("half a header") << QByteArray("GET / HTTP/1.1\r\nHost: h") << 408;
        QTest::newRow("half a body") << QByteArray("POST / HTTP/1.1\r\nHost: hub\r\nContent-Length: 100\r\n\r\nhalf") << 408;
        QTest::newRow("half a chunk") << QByteArray(
            "POST / HTTP/1.1\r\nHost: hub\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nx")
                                      << 408;
    }
    void slowRequestsAreGivenUp()
    {
        QFETCH(QByteArray, start);
        Settings settings = testSettings();
        settings.times.header = 40ms;
        settings.times.paceGrace = 40ms;
        EdgeFixture edge(settings);
        RawClient client(edge.port());
        client.send(start.toStdString());
        QTEST(statusOf(client.readResponse()), "status");
        QVERIFY(client.isClosedByPeer());
        QCOMPARE(edge.server().metrics().refused[std::size_t(Refusal::TooSlow)], 1u);
    }

    void muchBuysNoTimeEither_data()
    {
        QTest::addColumn<bool>("drips");
        QTest::newRow("silence") << false;
        QTest::newRow("a byte now and then") << true;
    }
    void muchBuysNoTimeEither()
    {
        QFETCH(bool, drips);
        Settings settings = testSettings();
        settings.times.bytesPerSecond = 1024; // a megabyte is a quarter of an hour
        settings.times.bodyRest = 100ms;
        EdgeFixture edge(settings);
        RawClient client(edge.port());
        client.send("POST /large HTTP/1.1\r\nHost: hub\r\nContent-Length: 2000000\r\n\r\n" + std::string(1'000'000, 'x'));
        std::atomic<bool> ended = !drips;
        std::thread drip([&] {
            for (int i = 0; i < 2000 && !ended && client.send("x"); ++i)
                std::this_thread::sleep_for(5ms); // the attack itself
        });
        const int status = statusOf(client.readResponse());
        ended = true;
        drip.join();
        QCOMPARE(status, 408);
        QCOMPARE(edge.server().metrics().refused[std::size_t(Refusal::TooSlow)], 1u);
    }

    void drippingDoesNotBuyTime()
    {
        Settings settings = testSettings();
        settings.times.header = 100ms;
        EdgeFixture edge(settings);
        RawClient client(edge.port());
        std::atomic<bool> ended = false;
        std::thread drip([&] {
            for (int i = 0; i < 2000 && !ended; ++i) {
                if (!client.send(i == 0 ? "GET / HTTP/1.1\r\nHost: hub\r\nX: " : "x"))
                    break;
                std::this_thread::sleep_for(5ms); // the attack itself
            }
        });
        const int status = statusOf(client.readResponse());
        ended = true;
        drip.join();
        QCOMPARE(status, 408);
    }

    void idleConnectionsEnd()
    {
        Settings settings = testSettings();
        settings.times.idle = 30ms;
        EdgeFixture edge(settings);
        RawClient client(edge.port());
        client.send("GET / HTTP/1.1\r\nHost: hub\r\n\r\n");
        QCOMPARE(statusOf(client.readResponse()), 200);
        QVERIFY(client.isClosedByPeer());
    }

    void requestsOfAConnectionAreCounted()
    {
        Settings settings = testSettings();
        settings.limits.requestsPerConnection = 3;
        EdgeFixture edge(settings);
        RawClient client(edge.port());
        for (int i = 0; i < 4; ++i)
            client.send("GET / HTTP/1.1\r\nHost: hub\r\n\r\n");
        QCOMPARE(fieldOf(client.readResponse(), "Connection"), std::string("keep-alive"));
        QCOMPARE(fieldOf(client.readResponse(), "Connection"), std::string("keep-alive"));
        QCOMPARE(fieldOf(client.readResponse(), "Connection"), std::string("close"));
        QVERIFY(client.isClosedByPeer());
    }

    void slowHandlerIsAnsweredFor()
    {
        std::vector<Responder> kept;
        Settings settings = testSettings();
        settings.times.answer = 30ms;
        EdgeFixture edge(settings, [&](TestHandler &handler) {
            handler.onRequest = [&](Request, Responder responder) { kept.push_back(std::move(responder)); };
        });
        RawClient client(edge.port());
        client.send("GET / HTTP/1.1\r\nHost: hub\r\n\r\n");
        QCOMPARE(statusOf(client.readResponse()), 503);
        QVERIFY(!kept.front().isWanted());
        kept.front().send(Response::text(200, "late")); // falls into the void
        QVERIFY(client.isClosedByPeer());
    }

    void connectionsOfOneAddressAreCapped()
    {
        Settings settings = testSettings();
        settings.limits.loopbackExempt = false;
        EdgeFixture edge(settings);
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 20; ++i)
            clients.push_back(std::make_unique<RawClient>(edge.port()));
        QVERIFY(edge.waitFor([](const Metrics &metrics) { return metrics.connectionsOpen == 20; }));
        RawClient refused(edge.port());
        QVERIFY(refused.isClosedByPeer());
        QCOMPARE(edge.server().metrics().refused[std::size_t(Refusal::TooManyConnections)], 1u);
        clients.pop_back();
        QVERIFY(edge.waitFor([](const Metrics &metrics) { return metrics.connectionsOpen == 19; }));
        RawClient welcome(edge.port());
        welcome.send("GET / HTTP/1.1\r\nHost: hub\r\n\r\n");
        QCOMPARE(statusOf(welcome.readResponse()), 200);
    }

    void acceptingPausesAtTheCapWithoutSpinning()
    {
        Settings settings = testSettings();
        settings.limits.connections = 10;
        EdgeFixture edge(settings);
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 15; ++i)
            clients.push_back(std::make_unique<RawClient>(edge.port()));
        QVERIFY(edge.waitFor([](const Metrics &metrics) { return metrics.connectionsOpen == 10; }));
        const std::clock_t before = std::clock();
        std::this_thread::sleep_for(200ms); // measures what a paused server costs
        const double cpu = double(std::clock() - before) / CLOCKS_PER_SEC / 0.2;
        QVERIFY2(cpu < 0.2, qPrintable(QString::number(cpu)));
        QCOMPARE(edge.server().metrics().connectionsOpen, 10u);
        clients.erase(clients.begin(), clients.begin() + 5);
        QVERIFY(edge.waitFor([](const Metrics &metrics) { return metrics.connections == 15; }));
        clients.back()->send("GET / HTTP/1.1\r\nHost: hub\r\n\r\n");
        QCOMPARE(statusOf(clients.back()->readResponse()), 200);
    }

    void noFileDescriptorsIsNoSpinEither()
    {
        rlimit original{};
        ::getrlimit(RLIMIT_NOFILE, &original);
        EdgeFixture edge; // its own cap is computed from the limit as it is now
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 3; ++i)
            clients.push_back(std::make_unique<RawClient>(edge.port()));
        QVERIFY(edge.waitFor([](const Metrics &metrics) { return metrics.connectionsOpen == 3; }));
        RawClient extra(edge.port());
        QVERIFY(edge.waitFor([](const Metrics &metrics) { return metrics.connectionsOpen == 4; }));
        // The next client takes the last descriptor itself; the server finds none for its side.
        rlimit scarce = original;
        const int next = ::dup(0);
        ::close(next);
        scarce.rlim_cur = rlim_t(next + 1);
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &scarce), 0);
        RawClient last(edge.port());
        const bool failed =
            edge.waitFor([](const Metrics &metrics) { return metrics.refused[std::size_t(Refusal::AcceptFailed)] > 0; });
        const std::clock_t before = std::clock();
        std::this_thread::sleep_for(300ms); // measures what waiting costs
        const double cpu = double(std::clock() - before) / CLOCKS_PER_SEC / 0.3;
        const auto failures = edge.server().metrics().refused[std::size_t(Refusal::AcceptFailed)];
        ::setrlimit(RLIMIT_NOFILE, &original);
        QVERIFY(failed);
        QVERIFY2(cpu < 0.2, qPrintable(QString::number(cpu)));
        QVERIFY(failures < 10);
        last.send("GET / HTTP/1.1\r\nHost: hub\r\n\r\n");
        QCOMPARE(statusOf(last.readResponse()), 200); // recovered
    }

    void memoryStaysFlatUnderAFlood()
    {
        EdgeFixture edge;
        const auto flood = [&](int rounds) {
            for (int round = 0; round < rounds; ++round) {
                std::vector<std::unique_ptr<RawClient>> clients;
                for (int i = 0; i < 20; ++i) {
                    clients.push_back(std::make_unique<RawClient>(edge.port()));
                    RawClient &client = *clients.back();
                    switch (i % 4) {
                    case 0: client.send("GET /" + std::string(30'000, 'x')); break;
                    case 1:
                        client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    + std::string(30'000, '0'));
                        break;
                    case 2:
                        client.send("POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: 8000000\r\n\r\n"
                                    + std::string(30'000, 'x'));
                        break;
                    default:
                        client.upgrade();
                        client.send(RawClient::frame(std::string(65'536, 'x'), 0x02)
                                    + RawClient::frame("half").substr(0, 5));
                    }
                }
                for (auto &client : clients)
                    client->reset();
            }
            return edge.waitFor([](const Metrics &metrics) { return metrics.connectionsOpen == 0; });
        };
        QVERIFY(flood(5));
        const long before = residentKiB();
        QVERIFY(flood(25));
        const long grown = residentKiB() - before;
        QVERIFY2(grown < 4096, qPrintable(QString::number(grown) + " KiB more"));
    }

    void bodyCostsWhatHasCome()
    {
        // A large announced length alone must not reserve memory for it.
        EdgeFixture edge;
        std::vector<std::unique_ptr<RawClient>> clients;
        const long before = residentKiB();
        for (int i = 0; i < 50; ++i) {
            clients.push_back(std::make_unique<RawClient>(edge.port()));
            clients.back()->send("POST /large HTTP/1.1\r\nHost: hub\r\nContent-Length: 8000000\r\n\r\nx");
        }
        QVERIFY(edge.waitFor([](const Metrics &metrics) { return metrics.bytesIn > 50 * 60; }));
        QVERIFY(residentKiB() - before < 50 * 200 * kShadow);
    }

    void bodiesAreBoundedTogether()
    {
        Settings settings = testSettings();
        settings.limits.bodyBytes = 1'000'000;
        EdgeFixture edge(settings);
        const auto upload = [&](std::size_t bytes) {
            auto client = std::make_unique<RawClient>(edge.port());
            client->send("POST /large HTTP/1.1\r\nHost: hub\r\nContent-Length: 2000000\r\n\r\n" + std::string(bytes, 'x'));
            return client;
        };
        auto first = upload(900'000);
        QVERIFY(edge.waitFor([](const Metrics &metrics) { return metrics.bytesIn > 900'000; }));
        const std::string refused = upload(200'000)->readResponse();
        QCOMPARE(statusOf(refused), 503);
        QVERIFY(!fieldOf(refused, "Retry-After").empty());
        QCOMPARE(edge.server().metrics().refused[std::size_t(Refusal::TooManyBodies)], 1u);
        // What is small goes on, and when the first is over there is room again.
        QCOMPARE(statusOf(edge.ask("POST / HTTP/1.1\r\nHost: hub\r\nContent-Length: 5\r\n\r\nhello")), 200);
        first.reset();
        QVERIFY(edge.waitFor([](const Metrics &metrics) { return metrics.connectionsOpen == 0; }));
        const std::uint64_t before = edge.server().metrics().bytesIn;
        const auto last = upload(900'000);
        QVERIFY(edge.waitFor([&](const Metrics &metrics) { return metrics.bytesIn > before + 900'000; }));
        QCOMPARE(edge.server().metrics().refused[std::size_t(Refusal::TooManyBodies)], 1u);
    }

    void logHoldsNoSecrets()
    {
        std::mutex mutex;
        std::string lines;
        setLogSink([&](LogLevel, std::string_view category, std::string_view, std::initializer_list<LogField> fields) {
            const std::scoped_lock lock(mutex);
            lines += category;
            for (const LogField &field : fields) {
                lines += ' ' + std::string(field.key) + '=';
                if (const auto *text = std::get_if<std::string>(&field.value))
                    lines += *text;
                else
                    lines += std::to_string(std::get<std::int64_t>(field.value));
            }
            lines += '\n';
        });
        {
            EdgeFixture edge;
            edge.ask(
                "GET /hooks/secret-path?token=secret-query HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer secret-token\r\n"
                "Cookie: secret-cookie\r\n\r\n");
            edge.ask("SECRET-METHOD /secret HTTP/1.1\r\nHost: hub\r\n\r\n");
            QVERIFY(edge.waitFor([](const Metrics &metrics) { return metrics.requests[1] + metrics.requests[3] == 2; }));
        }
        setLogSink({});
        QVERIFY(lines.find("route=/hooks status=200") != std::string::npos);
        QVERIFY(lines.find("status=405") != std::string::npos);
        QVERIFY(QString::fromStdString(lines).indexOf("secret", 0, Qt::CaseInsensitive) < 0);
    }
};

QTEST_GUILESS_MAIN(TestEdgeLimits)
#include "tst_edge_limits.moc"
