#include "tests/hub/edge/edge_fixture.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace tributary;
using namespace tributary::edge;
using namespace tributary::edge::testing;
using namespace std::chrono_literals;

class TestEdgeFiles : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::string m_content;

    std::string path(const char *name) const { return m_folder.filePath(QString::fromLatin1(name)).toStdString(); }

    std::function<void(TestHandler &)> filesOf(const std::string &file) const
    {
        return [file](TestHandler &handler) {
            handler.onRequest = [file](Request, Responder responder) {
                Response response = Response::ofFile({file, "abc123"}, "application/octet-stream");
                response.headers.add("Content-Disposition", attachmentDisposition("größe.bin"));
                responder.send(std::move(response));
            };
        };
    }

private slots:
    void initTestCase()
    {
        for (int i = 0; i < 300'000; ++i)
            m_content += char(i * 7 + i / 251);
        QFile file(m_folder.filePath("data"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(m_content.data(), qint64(m_content.size()));
        QVERIFY(QFile::link(m_folder.filePath("data"), m_folder.filePath("link")));
        QFile large(m_folder.filePath("large"));
        QVERIFY(large.open(QIODevice::WriteOnly));
        QVERIFY(large.resize(200 * 1024 * 1024)); // sparse
    }

    void partsAreSent_data()
    {
        QTest::addColumn<QByteArray>("headers");
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("length");
        QTest::newRow("whole") << QByteArray() << 200 << 0 << 300'000;
        QTest::newRow("part") << QByteArray("Range: bytes=100000-199999\r\n") << 206 << 100'000 << 100'000;
        QTest::newRow("resume") << QByteArray("Range: bytes=299990-\r\nIf-Range: \"abc123\"\r\n") << 206 << 299'990 << 10;
        QTest::newRow("resume of another version")
            << QByteArray("Range: bytes=299990-\r\nIf-Range: \"old\"\r\n") << 200 << 0 << 300'000;
        QTest::newRow("weak validator") << QByteArray("Range: bytes=299990-\r\nIf-Range: W/\"abc123\"\r\n") << 200 << 0
                                        << 300'000;
        QTest::newRow("end") << QByteArray("Range: bytes=-5\r\n") << 206 << 299'995 << 5;
        QTest::newRow("known") << QByteArray("If-None-Match: \"x\", W/\"abc123\"\r\n") << 304 << 0 << 0;
    }
    void partsAreSent()
    {
        QFETCH(QByteArray, headers);
        QFETCH(int, status);
        QFETCH(int, first);
        QFETCH(int, length);
        EdgeFixture edge(testSettings(), filesOf(path("data")));
        RawClient client(edge.port());
        client.send("GET / HTTP/1.1\r\nHost: hub\r\n" + headers.toStdString() + "\r\n");
        const std::string response = client.readResponse();
        QCOMPARE(statusOf(response), status);
        QVERIFY(bodyOf(response) == m_content.substr(std::size_t(first), std::size_t(length)));
        QCOMPARE(fieldOf(response, "ETag"), std::string("\"abc123\""));
        QCOMPARE(fieldOf(response, "X-Content-Type-Options"), std::string("nosniff"));
        const std::string range = "bytes " + std::to_string(first) + '-' + std::to_string(first + length - 1) + "/300000";
        QCOMPARE(fieldOf(response, "Content-Range"), status == 206 ? range : std::string());
        client.send("HEAD / HTTP/1.1\r\nHost: hub\r\n\r\n"); // framing was right: the connection goes on
        const std::string head = client.readResponse(true);
        QCOMPARE(statusOf(head), 200);
        QCOMPARE(fieldOf(head, "Content-Length"), std::string("300000"));
    }

    void impossibleRangeIs416()
    {
        EdgeFixture edge(testSettings(), filesOf(path("data")));
        const std::string response = edge.ask("GET / HTTP/1.1\r\nHost: hub\r\nRange: bytes=300000-\r\n\r\n");
        QCOMPARE(statusOf(response), 416);
        QCOMPARE(fieldOf(response, "Content-Range"), std::string("bytes */300000"));
        QCOMPARE(fieldOf(response, "Content-Disposition"), std::string());
    }

    void onlyRegularFilesAreSent_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("missing") << "nothing";
        QTest::newRow("folder") << ".";
        QTest::newRow("symbolic link") << "link";
    }
    void onlyRegularFilesAreSent()
    {
        QFETCH(QString, name);
        EdgeFixture edge(testSettings(), filesOf(path(name.toLatin1().constData())));
        QCOMPARE(statusOf(edge.ask("GET / HTTP/1.1\r\nHost: hub\r\n\r\n")), 404);
    }

    void slowReaderOfALargeFileCostsNothing()
    {
        EdgeFixture edge(testSettings(), filesOf(path("large")));
        RawClient client(edge.port());
        client.setReceiveBuffer(64 * 1024);
        const long before = residentKiB();
        client.send("GET / HTTP/1.1\r\nHost: hub\r\n\r\n");
        const std::string head = client.readUntil("\r\n\r\n");
        QCOMPARE(fieldOf(head, "Content-Length"), std::string("209715200"));
        client.readExactly(1024 * 1024);
        QVERIFY(residentKiB() - before < 8 * 1024); // most of it still on disk
        std::size_t rest = 209'715'200 - 1024 * 1024;
        long most = 0;
        while (rest > 0) {
            const std::string more = client.readSome();
            QVERIFY(!more.empty());
            rest -= more.size();
            most = std::max(most, residentKiB() - before);
        }
        QVERIFY2(most < 8 * 1024, qPrintable(QString::number(most) + " KiB"));
    }

    void readerBelowThePaceIsGivenUp()
    {
        Settings settings = testSettings();
        settings.times.paceGrace = 50ms;
        settings.times.bytesPerSecond = 1'000'000'000; // nobody reads that fast
        EdgeFixture edge(settings, filesOf(path("large")));
        RawClient client(edge.port());
        client.send("GET / HTTP/1.1\r\nHost: hub\r\n\r\n");
        QVERIFY(edge.waitFor([](const Metrics &metrics) { return metrics.refused[std::size_t(Refusal::TooSlow)] == 1; }));
        QVERIFY(edge.waitFor([](const Metrics &metrics) { return metrics.connectionsOpen == 0; }));
    }
};

QTEST_GUILESS_MAIN(TestEdgeFiles)
#include "tst_edge_files.moc"
