#include "ui/shell/sync_text.h"

#include <QTest>
#include <QTimeZone>

using namespace tributary;
using namespace tributary::ui;
using State = client::Status::State;

class TestSyncText : public QObject {
    Q_OBJECT
private slots:
    void saysHowItStands_data();
    void saysHowItStands();
    void bannerOnlyWhenLong();
    void aForeignCertificateIsAnAlarm();
    void whatCannotBeReadIsSaid();
    void aHubOfAnotherHistoryIsSaid();
    void aHubThatHasEndedIsStartedAgain();
    void countsDown();

private:
    const TimeFormat m_format{QLocale(QLocale::English), QTimeZone::utc()};
};

void TestSyncText::saysHowItStands_data()
{
    QTest::addColumn<int>("state");
    QTest::addColumn<qint64>("done");
    QTest::addColumn<qint64>("total");
    QTest::addColumn<qint64>("outbox");
    QTest::addColumn<qint64>("needsYou");
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("outboxWords");
    QTest::newRow("live") << int(State::Live) << 0ll << 0ll << 0ll << 0ll << "Synced"
                          << "Outbox empty";
    QTest::newRow("catching up") << int(State::CatchingUp) << 312ll << 1840ll << 0ll << 0ll << "Catching up, 312 of 1,840"
                                 << "Outbox empty";
    QTest::newRow("total unknown") << int(State::CatchingUp) << 312ll << 0ll << 0ll << 0ll << "Catching up"
                                   << "Outbox empty";
    QTest::newRow("offline") << int(State::Offline) << 0ll << 0ll << 6ll << 0ll << "Offline"
                             << "Outbox 6";
    QTest::newRow("needs you") << int(State::Live) << 0ll << 0ll << 4ll << 2ll << "Synced"
                               << "Outbox 6, 2 need you";
}

void TestSyncText::saysHowItStands()
{
    QFETCH(int, state);
    QFETCH(qint64, done);
    QFETCH(qint64, total);
    QFETCH(qint64, outbox);
    QFETCH(qint64, needsYou);
    QFETCH(QString, words);
    QFETCH(QString, outboxWords);
    client::Status status;
    status.state = State(state);
    status.done = done;
    status.total = total;
    status.outboxCount = outbox;
    status.needsYouCount = needsYou;
    status.completeAsOf = fromMs(1'700'000'000'000);
    const SyncText text = syncText(status, m_format);
    QCOMPARE(text.state, words);
    QCOMPARE(text.outbox, outboxWords);
    QCOMPARE(text.toolTip, QString("Complete as of 22:13:20."));
}

void TestSyncText::bannerOnlyWhenLong()
{
    client::Status status;
    status.state = State::Offline;
    QVERIFY(bannerText(status, std::nullopt, m_format).title.isEmpty());
    QCOMPARE(bannerText(status, fromMs(1'700'000'000'000), m_format).action, QString("Try now"));
    status.storage = client::Status::Storage::DiskFull;
    QVERIFY(bannerText(status, std::nullopt, m_format).danger);
    status = {.state = State::Live, .unsafeDisk = "NFS"};
    QVERIFY(bannerText(status, std::nullopt, m_format).title.contains("NFS"));
}

/// At once, unlike a hub that is only gone.
void TestSyncText::aForeignCertificateIsAnAlarm()
{
    client::Status status;
    status.state = State::Offline;
    status.reason = client::Status::Reason::Certificate;
    const BannerText text = bannerText(status, std::nullopt, m_format);
    QVERIFY(text.title.contains("certificate"));
    QVERIFY(!text.action.isEmpty());
    QVERIFY(text.danger);
}

/// At once as well: by waiting it does not get better.
void TestSyncText::whatCannotBeReadIsSaid()
{
    client::Status status;
    status.state = State::Offline;
    status.reason = client::Status::Reason::Unreadable;
    const BannerText text = bannerText(status, std::nullopt, m_format);
    QCOMPARE(text.title, QString("The hub sends what this version cannot read."));
    QCOMPARE(text.action, QString("Try now"));
    QVERIFY(!text.detail.contains("is not a hub"));
}

/// And nobody waits for it: what is here may be the last of it.
void TestSyncText::aHubOfAnotherHistoryIsSaid()
{
    client::Status status;
    status.state = State::Offline;
    status.reason = client::Status::Reason::OtherHistory;
    const BannerText text = bannerText(status, std::nullopt, m_format);
    QCOMPARE(text.title, QString("The hub at this address is another one, or has lost its history."));
    QCOMPARE(text.action, QString("Sign in"));
    QVERIFY(text.danger);
}

void TestSyncText::aHubThatHasEndedIsStartedAgain()
{
    const BannerText text = hubEndedText();
    QVERIFY(text.title.contains("has stopped"));
    QVERIFY(text.detail.contains("kept"));
    QCOMPARE(text.action, QString("Start it again"));
    QVERIFY(text.danger);
}

void TestSyncText::countsDown()
{
    const TimePoint now = fromMs(1'700'000'000'000);
    QCOMPARE(retryText(now + Milliseconds(13'200), now), QString("Next try in 14 s"));
    QCOMPARE(retryText(now, now), QString("Trying now"));
    QCOMPARE(retryText(std::nullopt, now), QString());
}

QTEST_APPLESS_MAIN(TestSyncText)
#include "tst_sync_text.moc"
