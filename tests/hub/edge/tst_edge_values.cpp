#include "core/hub/edge/byte_range.h"
#include "core/hub/edge/frame_guard.h"
#include "core/hub/edge/frame_queue.h"
#include "core/hub/edge/response.h"
#include "core/hub/edge/response_head.h"
#include "core/hub/edge/target.h"

#include <QTest>

using namespace tributary;
using namespace tributary::edge;

class TestEdgeValues : public QObject {
    Q_OBJECT
private slots:
    void originsCompareAsOrigins_data()
    {
        QTest::addColumn<QString>("allowed");
        QTest::addColumn<QString>("origin");
        QTest::addColumn<bool>("ok");
        QTest::newRow("same") << "https://shop.example"
                              << "https://shop.example" << true;
        QTest::newRow("case and default port") << "https://Shop.Example:443"
                                               << "https://shop.example" << true;
        QTest::newRow("other port") << "https://shop.example"
                                    << "https://shop.example:8443" << false;
        QTest::newRow("other scheme") << "https://shop.example"
                                      << "http://shop.example" << false;
        QTest::newRow("longer host") << "https://shop.example"
                                     << "https://shop.example.evil.test" << false;
        QTest::newRow("subdomain") << "https://shop.example"
                                   << "https://a.shop.example" << false;
        QTest::newRow("user part") << "https://shop.example"
                                   << "https://shop.example@evil.test" << false;
        QTest::newRow("null") << "null"
                              << "null" << false;
        QTest::newRow("absent") << "https://shop.example"
                                << "" << false;
        QTest::newRow("any") << "*"
                             << "https://anything.test" << true;
        QTest::newRow("any is not null") << "*"
                                         << "null" << false;
    }
    void originsCompareAsOrigins()
    {
        QFETCH(QString, allowed);
        QFETCH(QString, origin);
        QTEST(originAllowed({"https://other.example", allowed.toStdString()}, origin.toStdString()), "ok");
    }

    void rangesFollowTheRfc_data()
    {
        using Kind = ByteRange::Kind;
        QTest::addColumn<QString>("header");
        QTest::addColumn<int>("kind");
        QTest::addColumn<quint64>("first");
        QTest::addColumn<quint64>("length");
        const auto row = [](const char *name, const char *header, Kind kind, quint64 first, quint64 length) {
            QTest::newRow(name) << header << int(kind) << first << length;
        };
        row("none", "", Kind::Whole, 0, 1000);
        row("first ten", "bytes=0-9", Kind::Part, 0, 10);
        row("open end", "bytes=990-", Kind::Part, 990, 10);
        row("beyond the end", "bytes=990-5000", Kind::Part, 990, 10);
        row("last ten", "bytes=-10", Kind::Part, 990, 10);
        row("last of more than all", "bytes=-5000", Kind::Part, 0, 1000);
        row("last none", "bytes=-0", Kind::Unsatisfiable, 0, 0);
        row("behind the end", "bytes=1000-", Kind::Unsatisfiable, 0, 0);
        row("backwards", "bytes=9-0", Kind::Whole, 0, 1000);
        row("several", "bytes=0-1,5-6", Kind::Whole, 0, 1000);
        row("other unit", "lines=0-1", Kind::Whole, 0, 1000);
        row("overflow", "bytes=99999999999999999999-", Kind::Whole, 0, 1000);
        row("words", "bytes=a-b", Kind::Whole, 0, 1000);
    }
    void rangesFollowTheRfc()
    {
        QFETCH(QString, header);
        const ByteRange range = parseByteRange(header.toStdString(), 1000);
        QTEST(int(range.kind), "kind");
        QTEST(quint64(range.first), "first");
        QTEST(quint64(range.length), "length");
    }

    void fileNamesAreCleaned_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("clean");
        QTest::newRow("plain") << "report.pdf"
                               << "report.pdf";
        QTest::newRow("folders") << "../../etc/passwd"
                                 << "passwd";
        QTest::newRow("Windows folders") << "C:\\Windows\\cmd.exe"
                                         << "cmd.exe";
        QTest::newRow("reordering") << QString::fromUtf8("invoice\u202efdp.exe") << "invoicefdp.exe";
        QTest::newRow("line break") << "a\r\nSet-Cookie: x.txt"
                                    << "aSet-Cookie_ x.txt";
        QTest::newRow("quotes") << "a\"b.txt"
                                << "a_b.txt";
        QTest::newRow("device") << "CON.txt"
                                << "_CON.txt";
        QTest::newRow("port") << "lpt1"
                              << "_lpt1";
        QTest::newRow("hidden") << ".bashrc"
                                << "bashrc";
        QTest::newRow("dots") << "..."
                              << "file";
        QTest::newRow("empty") << ""
                               << "file";
        QTest::newRow("Chinese") << QString::fromUtf8("发票.pdf") << QString::fromUtf8("发票.pdf");
        QTest::newRow("long") << QString(300, u'x') + ".pdf" << QString(146, u'x') + ".pdf";
    }
    void fileNamesAreCleaned()
    {
        QFETCH(QString, name);
        QTEST(QString::fromStdString(cleanFileName(name.toStdString())), "clean");
    }
    void badBytesInFileNames() { QCOMPARE(cleanFileName("\xc3\x28"), std::string("file")); }
    void dispositionSurvivesAnyName()
    {
        QCOMPARE(attachmentDisposition("发 100%.pdf"),
                 std::string("attachment; filename=\"_ 100_.pdf\"; filename*=UTF-8''%E5%8F%91%20100%25.pdf"));
    }

    void targetsAreStrict_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("path"); // empty: refused
        const auto row = [](const char *name, QByteArray target, QByteArray path) { QTest::newRow(name) << target << path; };
        row("plain", "/a/b", "/a/b");
        row("decoded", "/a%20b+c", "/a b+c");
        row("UTF-8", "/%E5%8F%91", "/发");
        row("bad UTF-8", "/%C3%28", "");
        row("overlong", "/%C0%AF", "");
        row("surrogate", "/%ED%A0%80", "");
        row("parent", "/a/../b", "");
        row("encoded parent", "/a/%2e%2e/b", "");
        row("encoded slash", "/a%2Fb", "");
        row("NUL", "/a%00", "");
        row("half escape", "/a%2", "");
        row("bad escape", "/a%zz", "");
        row("absolute form", "http://hub/a", "");
        row("asterisk", "*", "");
        row("key twice", "/a?x=1&x=2", "");
        row("key twice, escaped", "/a?x=1&%78=2", "");
        row("query", "/a?x=1&y=%26&z", "/a");
        row("bad query escape", "/a?x=%", "");
    }
    void targetsAreStrict()
    {
        QFETCH(QByteArray, target);
        QFETCH(QByteArray, path);
        const auto parsed = parseTarget(target.toStdString(), 10);
        QCOMPARE(parsed.has_value(), !path.isEmpty());
        if (parsed)
            QCOMPARE(parsed->path, path.toStdString());
    }
    void queriesAreDecoded()
    {
        const auto query = parseQuery("a=1+2&b=%26%3D&c");
        QVERIFY(query.has_value());
        QCOMPARE(*query, (Query{{"a", "1 2"}, {"b", "&="}, {"c", ""}}));
        QVERIFY(!parseQuery("a&b&c&d", 3));
    }

    void headersFromForeignTextCannotSplit()
    {
        Response response = Response::text(200, "x");
        response.headers.add("X-Name", "a\r\nSet-Cookie: evil=1");
        response.headers.add("X-Bad: evil\r\nA", "b");
        response.headers.add("Content-Length", "5000");
        const std::string head = writeResponseHead(response, 1, true, "id");
        QVERIFY(head.find("evil") == std::string::npos);
        QVERIFY(head.find("5000") == std::string::npos);
        QVERIFY(head.find("\r\nContent-Length: 1\r\n") != std::string::npos);
        QVERIFY(head.find("\r\nX-Content-Type-Options: nosniff\r\n") != std::string::npos);
    }

    void guardCountsInPiecesOfAnySize_data()
    {
        QTest::addColumn<int>("piece");
        for (const int piece : {1, 2, 3, 7, 1000})
            QTest::addRow("pieces of %d", piece) << piece;
    }
    void guardCountsInPiecesOfAnySize()
    {
        QFETCH(int, piece);
        const auto accepted = [piece](const std::string &bytes) {
            Limits limits;
            limits.socketFrameBytes = 1000;
            limits.socketFragments = 3;
            FrameGuard guard(limits);
            bool ok = true;
            for (std::size_t at = 0; at < bytes.size(); at += std::size_t(piece))
                ok = guard.accepts(std::string_view(bytes).substr(at, std::size_t(piece)));
            return ok;
        };
        const auto frame = [](unsigned first, std::size_t size) {
            std::string bytes{char(first), char(0x80 | (size < 126 ? size : 126))};
            if (size >= 126)
                bytes += {char(size >> 8), char(size)};
            return bytes + std::string(4 + size, '\x8f'); // mask and payload look like frame headers
        };
        QVERIFY(accepted(frame(0x82, 1000) + frame(0x81, 125) + frame(0x89, 0)));
        QVERIFY(!accepted(frame(0x82, 5) + frame(0x82, 1001)));
        QVERIFY(accepted(frame(0x02, 5) + frame(0x00, 5) + frame(0x89, 5) + frame(0x80, 5) + frame(0x02, 5)));
        QVERIFY(!accepted(frame(0x02, 5) + frame(0x00, 0) + frame(0x00, 5) + frame(0x80, 5)));
    }

    void queueYieldsTheSameBytesInPiecesOfAnySize_data() { guardCountsInPiecesOfAnySize_data(); }
    void queueYieldsTheSameBytesInPiecesOfAnySize()
    {
        QFETCH(int, piece);
        FrameQueue queue;
        int rawWritten = 0;
        std::string expected;
        for (const std::size_t size : {0u, 1u, 125u, 126u, 300u, 65535u, 65536u}) {
            const auto payload = std::make_shared<const std::string>(size, 'p');
            queue.pushMessage(payload, true);
            expected += '\x82';
            if (size < 126)
                expected += char(size);
            else if (size < 65536)
                expected += std::string{char(126), char(size >> 8), char(size)};
            else
                expected += std::string{char(127), 0, 0, 0, 0, 0, 1, 0, 0};
            expected += *payload;
        }
        queue.pushRaw("raw", [&](boost::system::error_code, std::size_t) { ++rawWritten; });
        expected += "raw";
        std::string got;
        std::array<boost::asio::const_buffer, FrameQueue::kMaxBuffers> buffers;
        while (!queue.isEmpty()) {
            const std::size_t count = queue.gather(buffers);
            std::string gathered;
            for (std::size_t i = 0; i < count && gathered.size() < std::size_t(piece); ++i)
                gathered.append(static_cast<const char *>(buffers[i].data()),
                                std::min(buffers[i].size(), std::size_t(piece) - gathered.size()));
            got += gathered;
            for (const auto &done : queue.consume(gathered.size()))
                done({}, 0);
        }
        QVERIFY(got == expected);
        QCOMPARE(rawWritten, 1);
        QCOMPARE(queue.messageBytes(), std::size_t(0));
    }
};

QTEST_APPLESS_MAIN(TestEdgeValues)
#include "tst_edge_values.moc"
