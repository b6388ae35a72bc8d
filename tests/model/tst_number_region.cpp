// In which country a number without a country code is one: of several accounts the same says so everywhere.
#include "core/model/number_region.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::model;

namespace {

ChannelAccount account(int name, Channel channel, const std::string &region)
{
    return {.id = ChannelAccountId(RawId{std::byte(name)}), .channel = channel, .region = region};
}

} // namespace

class TestNumberRegion : public QObject {
    Q_OBJECT
private slots:
    void theNearestAccountSays_data();
    void theNearestAccountSays();
    void whoWasRemovedSaysNothing();
};

void TestNumberRegion::theNearestAccountSays_data()
{
    QTest::addColumn<QList<ChannelAccount>>("accounts");
    QTest::addColumn<Channel>("channel");
    QTest::addColumn<QString>("region");
    const auto mail = account(1, Channel::Email, "GB"), sms = account(2, Channel::Sms, "AE"),
               calls = account(3, Channel::Phone, "DE"), chat = account(4, Channel::WebChat, "FR"),
               second = account(5, Channel::Sms, "IN"), silent = account(6, Channel::Phone, "");
    QTest::newRow("none") << QList<ChannelAccount>() << Channel::Phone << "";
    QTest::newRow("one without") << QList{silent} << Channel::Phone << "";
    QTest::newRow("one of that channel") << QList{mail, sms, calls} << Channel::Phone << "DE";
    QTest::newRow("one with numbers") << QList{mail, sms, chat} << Channel::WhatsApp << "AE";
    QTest::newRow("one of that channel that does not say") << QList{mail, sms, silent} << Channel::Phone << "AE";
    QTest::newRow("any at all") << QList{chat} << Channel::Phone << "FR";
    QTest::newRow("the oldest of several") << QList{sms, second} << Channel::Sms << "AE";
    QTest::newRow("the oldest of several without numbers") << QList{mail, chat} << Channel::Phone << "GB";
}

void TestNumberRegion::theNearestAccountSays()
{
    QFETCH(QList<ChannelAccount>, accounts);
    QFETCH(const Channel, channel);
    QFETCH(const QString, region);
    QCOMPARE(QString::fromStdString(regionFor(accounts, channel)), region);
    std::ranges::reverse(accounts); // as they are read elsewhere
    QCOMPARE(QString::fromStdString(regionFor(accounts, channel)), region);
}

void TestNumberRegion::whoWasRemovedSaysNothing()
{
    std::vector<ChannelAccount> accounts{account(1, Channel::Phone, "AE"), account(2, Channel::Email, "GB")};
    accounts[0].removed = true;
    QCOMPARE(regionFor(accounts, Channel::Phone), std::string("GB"));
}

QTEST_GUILESS_MAIN(TestNumberRegion)
#include "tst_number_region.moc"
