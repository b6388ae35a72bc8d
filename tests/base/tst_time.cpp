// Points in time as text, and clocks that do as they are told.
#include "core/base/time.h"

#include <QDateTime>
#include <QtTest>

using namespace tributary;

class TestTime : public QObject {
    Q_OBJECT
private slots:
    void iso_data();
    void iso();
    void manualClock();
    void systemClock();
};

void TestTime::iso_data()
{
    QTest::addColumn<qint64>("ms");
    QTest::addColumn<std::string>("text");
    QTest::newRow("1970") << qint64(0) << std::string("1970-01-01T00:00:00.000Z");
    QTest::newRow("milliseconds") << qint64(7) << std::string("1970-01-01T00:00:00.007Z");
    QTest::newRow("before 1970") << qint64(-1) << std::string("1969-12-31T23:59:59.999Z");
    QTest::newRow("a day before 1970") << qint64(-86'400'000) << std::string("1969-12-31T00:00:00.000Z");
    QTest::newRow("leap day") << qint64(1709210096789) << std::string("2024-02-29T12:34:56.789Z");
    QTest::newRow("no leap day in 2100") << qint64(4107542400000) << std::string("2100-03-01T00:00:00.000Z");
    QTest::newRow("leap day in 2000") << qint64(951782400000) << std::string("2000-02-29T00:00:00.000Z");
    QTest::newRow("end of a year") << qint64(1798761599999) << std::string("2026-12-31T23:59:59.999Z");
}

void TestTime::iso()
{
    QFETCH(const qint64, ms);
    QFETCH(const std::string, text);
    QCOMPARE(toIso(fromMs(ms)), text);
    QCOMPARE(QDateTime::fromString(QString::fromStdString(text), Qt::ISODateWithMs).toMSecsSinceEpoch(), ms);
    QCOMPARE(toMs(fromMs(ms)), std::int64_t(ms));
}

void TestTime::manualClock()
{
    ManualClock clock(fromMs(1000));
    const Milliseconds steady = clock.steady();
    clock.advance(Milliseconds(5));
    QCOMPARE(toMs(clock.now()), std::int64_t(1005));
    QCOMPARE(clock.steady() - steady, Milliseconds(5));
    clock.step(fromMs(10));
    QCOMPARE(toMs(clock.now()), std::int64_t(10));
    QCOMPARE(clock.steady() - steady, Milliseconds(5)); // time that passed, not what the clock on the wall says
}

void TestTime::systemClock()
{
    const SystemClock clock;
    const qint64 before = QDateTime::currentMSecsSinceEpoch();
    const std::int64_t now = toMs(clock.now());
    QVERIFY(now >= before && now <= QDateTime::currentMSecsSinceEpoch());
    Milliseconds last = clock.steady();
    for (int i = 0; i < 1000; ++i) {
        const Milliseconds next = clock.steady();
        QVERIFY(next >= last);
        last = next;
    }
}

QTEST_APPLESS_MAIN(TestTime)
#include "tst_time.moc"
