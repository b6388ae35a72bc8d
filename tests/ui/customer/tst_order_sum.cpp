// What orders come to, as shops write it.
#include "ui/customer/order_sum.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::ui;

class TestOrderSum : public QObject {
    Q_OBJECT
private slots:
    void addsUp_data();
    void addsUp();
};

void TestOrderSum::addsUp_data()
{
    QTest::addColumn<QStringList>("totals"); ///< Each with its status behind a bar.
    QTest::addColumn<QString>("sum");
    QTest::newRow("nothing") << QStringList() << "";
    QTest::newRow("one currency") << QStringList{"AED 740.00", "AED 3,172.50"} << "AED 3,912.50";
    QTest::newRow("behind, with a comma") << QStringList{"64,50 EUR", "1.000,00 EUR"} << "EUR 1,064.50";
    QTest::newRow("a sign") << QStringList{"€64", "€1 000"} << "€ 1,064";
    QTest::newRow("two currencies") << QStringList{"EUR 64", "AED 218.00", "EUR 1"} << "AED 218.00 + EUR 65";
    QTest::newRow("cancelled and paid back do not count")
        << QStringList{"EUR 64", "EUR 10|cancelled", "EUR 5|refunded", "EUR 1|delivered"} << "EUR 65";
    QTest::newRow("one that cannot be read") << QStringList{"EUR 64", "a lot"} << "";
    QTest::newRow("one that has none") << QStringList{"EUR 64", ""} << "";
    QTest::newRow("of no currency") << QStringList{"64.00"} << "";
    QTest::newRow("of two") << QStringList{"USD 64.00 EUR"} << "";
    QTest::newRow("no money") << QStringList{"EUR 99999999999999999999"} << "";
    QTest::newRow("cents are not lost") << QStringList{"EUR 0.10", "EUR 0.20"} << "EUR 0.30";
}

void TestOrderSum::addsUp()
{
    QFETCH(QStringList, totals);
    std::vector<store::PersonOrder> orders;
    for (const QString &total : totals) {
        store::PersonOrder order;
        order.details["total"] = total.section(u'|', 0, 0).toStdString();
        order.details["status"] = total.section(u'|', 1).toStdString();
        orders.push_back(order);
    }
    QTEST(orderSum(orders, QLocale("en_GB")), "sum");
}

QTEST_GUILESS_MAIN(TestOrderSum)
#include "tst_order_sum.moc"
