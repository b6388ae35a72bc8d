// What time it is for a customer, from what is kept of them.
#include "ui/customer/customer_time.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::ui;

class TestCustomerTime : public QObject {
    Q_OBJECT
private slots:
    void saysTheTimeThere_data();
    void saysTheTimeThere();
};

void TestCustomerTime::saysTheTimeThere_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("number");
    QTest::addColumn<QString>("words");
    QTest::newRow("nothing known") << ""
                                   << ""
                                   << ""
                                   << "";
    QTest::newRow("a zone") << "Time zone"
                            << "Asia/Dubai"
                            << ""
                            << "18:00 in Dubai, 4 h ahead of you";
    QTest::newRow("under another name") << "timezone"
                                        << "America/New_York"
                                        << ""
                                        << "09:00 in New York, 5 h behind you";
    QTest::newRow("the same time") << "time_zone"
                                   << "Africa/Accra"
                                   << ""
                                   << "14:00 in Accra, as here";
    QTest::newRow("half an hour") << "Time zone"
                                  << "Asia/Kolkata"
                                  << ""
                                  << "19:30 in Kolkata, 5 h 30 min ahead of you";
    QTest::newRow("minutes alone") << "Time zone"
                                   << "UTC+00:30"
                                   << ""
                                   << "14:30 in UTC+00:30, 30 min ahead of you";
    QTest::newRow("no zone at all") << "Time zone"
                                    << "../../etc/passwd"
                                    << ""
                                    << "";
    QTest::newRow("a country's code") << "Country"
                                      << "AE"
                                      << ""
                                      << "18:00 in United Arab Emirates, 4 h ahead of you";
    QTest::newRow("a country's name") << "country"
                                      << "japan"
                                      << ""
                                      << "23:00 in Japan, 9 h ahead of you";
    QTest::newRow("a country of many clocks") << "country"
                                              << "United States"
                                              << ""
                                              << "";
    QTest::newRow("many zones, one clock") << "country"
                                           << "Germany"
                                           << ""
                                           << "15:00 in Germany, 1 h ahead of you";
    QTest::newRow("no such country") << "country"
                                     << "Elsewhere"
                                     << ""
                                     << "";
    QTest::newRow("the number's country") << ""
                                          << ""
                                          << "+971505550172"
                                          << "18:00 in United Arab Emirates, 4 h ahead of you";
    QTest::newRow("what is said goes first") << "country"
                                             << "Japan"
                                             << "+971505550172"
                                             << "23:00 in Japan, 9 h ahead of you";
    QTest::newRow("the number's country has many") << ""
                                                   << ""
                                                   << "+12125550172"
                                                   << "";
}

void TestCustomerTime::saysTheTimeThere()
{
    QFETCH(QString, field);
    QFETCH(QString, value);
    QFETCH(QString, number);
    QFETCH(QString, words);
    store::CustomerCard card;
    card.members = {{}};
    if (!field.isEmpty())
        card.members.front().attributes[field.toStdString()] = value.toStdString();
    const TimePoint now = fromMs(QDateTime({2026, 11, 26}, {14, 0}, Qt::UTC).toMSecsSinceEpoch());
    if (!number.isEmpty())
        card.identities = {{.channel = Channel::Phone, .address = number.toStdString()}};
    const auto place = placeOf(card, {}, now);
    const TimeFormat format(QLocale("en_GB"), QTimeZone::utc());
    QCOMPARE(place ? localTimeWords(*place, format, now) : QString(), words);
}

QTEST_GUILESS_MAIN(TestCustomerTime)
#include "tst_customer_time.moc"
