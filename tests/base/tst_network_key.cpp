// What counts as one peer wherever peers are limited.
#include "core/base/network_key.h"

#include <QtTest>

using namespace tributary;

class TestNetworkKey : public QObject {
    Q_OBJECT
private slots:
    void addressesOfOnePeerAreOneKey_data();
    void addressesOfOnePeerAreOneKey();
};

void TestNetworkKey::addressesOfOnePeerAreOneKey_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("site");
    QTest::newRow("IPv4") << "192.0.2.7"
                          << "192.0.2.7"
                          << "192.0.2.7";
    QTest::newRow("mapped") << "::ffff:192.0.2.7"
                            << "192.0.2.7"
                            << "192.0.2.7";
    QTest::newRow("mapped, in hexadecimal") << "::ffff:c000:207"
                                            << "192.0.2.7"
                                            << "192.0.2.7";
    QTest::newRow("IPv6") << "2001:db8:1:2:aaaa::1"
                          << "2001:db8:1:2::/64"
                          << "2001:db8:1::/48";
    QTest::newRow("neighbour") << "2001:db8:1:2:3:4:5:6"
                               << "2001:db8:1:2::/64"
                               << "2001:db8:1::/48";
    QTest::newRow("written otherwise") << "2001:0DB8:0001:2:0:0:0:1"
                                       << "2001:db8:1:2::/64"
                                       << "2001:db8:1::/48";
    QTest::newRow("another /64") << "2001:db8:1:3::1"
                                 << "2001:db8:1:3::/64"
                                 << "2001:db8:1::/48";
    QTest::newRow("zeros within the first half") << "2001:db8::2:0:0:0:1"
                                                 << "2001:db8:0:2::/64"
                                                 << "2001:db8::/48";
    QTest::newRow("short") << "2001:db8::1"
                           << "2001:db8::/64"
                           << "2001:db8::/48";
    QTest::newRow("with a zone") << "fe80::1%eth0"
                                 << "fe80::/64"
                                 << "fe80::/48";
    QTest::newRow("loopback") << "::1"
                              << "::/64"
                              << "::/48";
    QTest::newRow("nothing") << ""
                             << ""
                             << "";
}

void TestNetworkKey::addressesOfOnePeerAreOneKey()
{
    QFETCH(QString, address);
    QTEST(QString::fromStdString(networkKey(address.toStdString())), "key");
    QTEST(QString::fromStdString(siteKey(address.toStdString())), "site");
}

QTEST_APPLESS_MAIN(TestNetworkKey)
#include "tst_network_key.moc"
