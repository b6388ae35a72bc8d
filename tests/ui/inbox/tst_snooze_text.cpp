#include "ui/inbox/snooze_text.h"

#include <QTest>

using namespace tributary::ui;

class TestSnoozeText : public QObject {
    Q_OBJECT
private slots:
    void understands_data();
    void understands();
    void refuses_data();
    void refuses();

private:
    /// A Tuesday, half past two in the afternoon.
    const QDateTime m_now{QDate(2025, 11, 4), QTime(14, 30)};
};

void TestSnoozeText::understands_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QDateTime>("until");
    const auto at = [](int day, int hour, int minute = 0, int month = 11, int year = 2025) {
        return QDateTime(QDate(year, month, day), QTime(hour, minute));
    };
    QTest::newRow("weekday and time") << "fri 14:00" << at(7, 14);
    QTest::newRow("weekday alone is nine") << "Friday" << at(7, 9);
    QTest::newRow("the same weekday is a week off") << "tue" << at(11, 9);
    QTest::newRow("length in days") << "in 2 days" << at(6, 14, 30);
    QTest::newRow("hours, short") << "2h" << at(4, 16, 30);
    QTest::newRow("minutes") << "in 45 min" << at(4, 15, 15);
    QTest::newRow("an hour") << "in an hour" << at(4, 15, 30);
    QTest::newRow("tomorrow") << "tomorrow" << at(5, 9);
    QTest::newRow("tomorrow with a time") << "tomorrow 4pm" << at(5, 16);
    QTest::newRow("later today") << "18:00" << at(4, 18);
    QTest::newRow("a time that is past") << "9:00" << at(5, 9);
    QTest::newRow("date") << "12 sep" << at(12, 9, 0, 9, 2026);
    QTest::newRow("date, American") << "dec 24" << at(24, 9, 0, 12);
    QTest::newRow("ISO") << "2025-12-24 10:00" << at(24, 10, 0, 12);
    QTest::newRow("next week") << "next week" << at(10, 9);
    QTest::newRow("next monday") << "next monday" << at(10, 9);
}

void TestSnoozeText::understands()
{
    QFETCH(QString, typed);
    QFETCH(QDateTime, until);
    const std::optional<QDateTime> found = parseSnooze(typed, m_now, QLocale(QLocale::English));
    QVERIFY(found);
    QCOMPARE(*found, until);
}

void TestSnoozeText::refuses_data()
{
    QTest::addColumn<QString>("typed");
    for (const char *typed : {"", "breakage", "2025-01-01", "25:00", "99 sep", "in days", "today", "0 min", "13pm"})
        QTest::newRow(typed) << QString(typed);
}

void TestSnoozeText::refuses()
{
    QFETCH(QString, typed);
    QVERIFY(!parseSnooze(typed, m_now, QLocale(QLocale::English)));
}

QTEST_APPLESS_MAIN(TestSnoozeText)
#include "tst_snooze_text.moc"
