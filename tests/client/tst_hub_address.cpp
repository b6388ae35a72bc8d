#include "core/client/hub_address.h"

#include <QtTest>

using namespace tributary::client;

class TestHubAddress : public QObject {
    Q_OBJECT
private slots:
    void hubAddresses_data();
    void hubAddresses();
};

void TestHubAddress::hubAddresses_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("kept");
    QTest::newRow("loopback number") << "http://127.0.0.1:7600"
                                     << "http://127.0.0.1:7600";
    QTest::newRow("ws") << "ws://localhost:7600/sync"
                        << "http://localhost:7600";
    QTest::newRow("IPv6 loopback") << "http://[::1]:7600"
                                   << "http://[::1]:7600";
    QTest::newRow("encrypted") << "wss://hub.example.org"
                               << "https://hub.example.org";
    QTest::newRow("user info is dropped") << "https://me:secret@hub.example.org/x?y#z"
                                          << "https://hub.example.org";
    QTest::newRow("plain, elsewhere") << "http://192.168.1.5:7600"
                                      << "rejected";
    QTest::newRow("plain, a name like the loopback") << "http://localhost.example.org"
                                                     << "rejected";
    QTest::newRow("file") << "file:///etc/passwd"
                          << "invalid";
    QTest::newRow("nothing") << ""
                             << "invalid";
}

void TestHubAddress::hubAddresses()
{
    QFETCH(QString, typed);
    QFETCH(QString, kept);
    const auto hub = hubAddress(QUrl(typed));
    QCOMPARE(hub ? hub->toString() : QString(name(hub.error().kind)), kept);
}

QTEST_GUILESS_MAIN(TestHubAddress)
#include "tst_hub_address.moc"
