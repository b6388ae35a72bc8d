#include "ui/inbox/snooze_text.h"

#include <QTest>
#include <QTimeZone>

using namespace tributary::ui;

class TestSnoozeText : public QObject {
    Q_OBJECT
private slots:
    void understands_data();
    void understands();
    void clocksMayChange_data();
    void clocksMayChange();
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

/// In Berlin: on 29 March 2026 it is three o'clock after two, on 25 October it is two o'clock twice.
void TestSnoozeText::clocksMayChange_data()
{
    QTest::addColumn<QDateTime>("now");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QDateTime>("until");
    const auto berlin = [](int month, int day, int hour, int minute = 0) {
        return QDateTime(QDate(2026, month, day), QTime(hour, minute), QTimeZone("Europe/Berlin"));
    };
    const auto utc = [](int month, int day, int hour, int minute = 0) {
        return QDateTime(QDate(2026, month, day), QTime(hour, minute), Qt::UTC);
    };
    const QDateTime march = berlin(3, 28, 14, 30), october = berlin(10, 24, 14, 30);
    QTest::newRow("two days are two days, in spring") << march << "in 2 days" << utc(3, 30, 12, 30);
    QTest::newRow("two days are two days, in autumn") << october << "in 2 days" << utc(10, 26, 13, 30);
    QTest::newRow("a week, in spring") << march << "1 week" << utc(4, 4, 12, 30);
    QTest::newRow("hours are hours, in spring") << march << "24h" << utc(3, 29, 13, 30);
    QTest::newRow("hours are hours, in autumn") << october << "24 hours" << utc(10, 25, 12, 30);
    QTest::newRow("tomorrow morning, in spring") << march << "tomorrow" << utc(3, 29, 7);
    QTest::newRow("tomorrow morning, in autumn") << october << "tomorrow" << utc(10, 25, 8);
    QTest::newRow("days and a time") << march << "2 days at 9:00" << utc(3, 30, 7);
    QTest::newRow("shortly before midnight") << berlin(3, 28, 23, 50) << "1 day at 9:00" << utc(3, 29, 7);
    QTest::newRow("a time that there is not") << march << "tomorrow 2:30" << utc(3, 29, 1, 30);
    QTest::newRow("minutes over the change") << berlin(3, 29, 1, 50) << "20 min" << utc(3, 29, 1, 10);
}

void TestSnoozeText::clocksMayChange()
{
    QFETCH(const QDateTime, now);
    QFETCH(const QString, typed);
    QFETCH(const QDateTime, until);
    const std::optional<QDateTime> found = parseSnooze(typed, now, QLocale(QLocale::English));
    QVERIFY(found && found->isValid());
    QCOMPARE(found->toUTC(), until);
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
