// Consent in the panel beside the timeline: what is said of it, and how it is said anew.
#include "tests/ui/customer/panel_under_test.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::ui;
using namespace tributary::ui::testing;

Q_DECLARE_METATYPE(tributary::TimePoint)

class TestPanelConsents : public QObject {
    Q_OBJECT
private slots:
    void neverAskedIsAValueThatCanBeChanged();
    void consentSaysWhenAndWhere_data();
    void consentSaysWhenAndWhere();
    void consentIsSaidAnew_data();
    void consentIsSaidAnew();
    void consentIsSaidOnAnotherDay_data();
    void consentIsSaidOnAnotherDay();
    void whatAMemberSaidOtherwiseIsOverAtOnce();
};

void TestPanelConsents::consentSaysWhenAndWhere_data()
{
    QTest::addColumn<bool>("granted");
    QTest::addColumn<QString>("said");
    QTest::newRow("given") << true << "Marketing, yes on %1: Order form";
    QTest::newRow("withdrawn") << false << "Marketing, no on %1: Order form";
}

void TestPanelConsents::consentSaysWhenAndWhere()
{
    QFETCH(bool, granted);
    QFETCH(QString, said);
    Panel p;
    const TimePoint day = at(2026, 12, 1, 15);
    p.said(granted, day);
    const auto lines = p.panel.findChildren<QLabel *>("consentSaid");
    QCOMPARE(lines.size(), 1); // of what was never asked there is no day
    const TimeFormat format;
    QCOMPARE(lines.front()->text(), said.arg(format.shortDate(format.dateOf(day), p.clock.now())));
}

void TestPanelConsents::consentIsSaidAnew_data()
{
    QTest::addColumn<bool>("before");
    QTest::addColumn<int>("key");
    QTest::addColumn<bool>("after");
    QTest::newRow("yes again") << true << int(Qt::Key_1) << true;
    QTest::newRow("withdrawn") << true << int(Qt::Key_2) << false;
    QTest::newRow("no again") << false << int(Qt::Key_2) << false;
    QTest::newRow("given after all") << false << int(Qt::Key_1) << true;
}

void TestPanelConsents::consentIsSaidAnew()
{
    QFETCH(bool, before);
    QFETCH(int, key);
    QFETCH(bool, after);
    Panel p;
    p.said(before, at(2026, 12, 1, 15));
    p.consent("Marketing")->click();
    QTRY_VERIFY(p.picker.isVisible());
    QTest::keyClick(p.pickerField(), Qt::Key(key));
    QTRY_VERIFY(p.picker.isVisible());
    QTest::keyClick(p.pickerField(), Qt::Key_2); // by phone
    QCOMPARE(p.commands.size(), std::size_t(1));
    const auto &set = std::get<SetConsent>(p.commands.front());
    QVERIFY(set.purpose == Consent::Purpose::Marketing);
    QCOMPARE(set.granted, after);
    QCOMPARE(set.source, std::string("By phone"));
    QVERIFY(!set.saidAt); // as it is recorded
}

void TestPanelConsents::consentIsSaidOnAnotherDay_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<bool>("taken");
    QTest::addColumn<TimePoint>("saidAt"); // the beginning of 1970: as it is recorded
    QTest::newRow("a day") << "2026-12-24" << true << at(2026, 12, 24, 12);
    QTest::newRow("in words") << "24 Dec 2026" << true << at(2026, 12, 24, 12);
    QTest::newRow("yesterday") << "yest" << true << at(2027, 1, 14, 12);
    QTest::newRow("today") << "2027-01-15" << true << TimePoint();
    QTest::newRow("the day of the last word, behind it") << "2026-12-01" << true << at(2026, 12, 1, 15) + Milliseconds(1);
    QTest::newRow("before the last word") << "2026-11-30" << false << TimePoint();
    QTest::newRow("not come yet") << "2027-01-16" << false << TimePoint();
    QTest::newRow("no day") << "soon" << false << TimePoint();
}

void TestPanelConsents::consentIsSaidOnAnotherDay()
{
    QFETCH(QString, typed);
    QFETCH(bool, taken);
    QFETCH(TimePoint, saidAt);
    Panel p;
    p.clock.step(at(2027, 1, 15, 13));
    p.said(false, at(2026, 12, 1, 15));
    p.consent("Marketing")->click();
    QTRY_VERIFY(p.picker.isVisible());
    QTest::keyClick(p.pickerField(), Qt::Key_1); // yes
    QTRY_VERIFY(p.picker.isVisible());
    QTest::keyClick(p.pickerField(), Qt::Key_6); // on another day
    QTRY_VERIFY(p.picker.isVisible());
    QTest::keyClicks(p.pickerField(), typed); // a digit is text here
    QTest::keyClick(p.pickerField(), Qt::Key_Return);
    QVERIFY(p.commands.empty()); // where they said it is asked as well
    QTRY_VERIFY(p.picker.isVisible());
    QCOMPARE(p.pickerField()->text(), taken ? QString() : typed);
    if (!taken)
        return;
    QTest::keyClick(p.pickerField(), Qt::Key_2);
    QCOMPARE(p.commands.size(), std::size_t(1));
    const auto &set = std::get<SetConsent>(p.commands.front());
    QVERIFY(set.granted);
    QCOMPARE(set.source, std::string("By phone"));
    QCOMPARE(toMs(set.saidAt.value_or(TimePoint())), toMs(saidAt));
}

void TestPanelConsents::whatAMemberSaidOtherwiseIsOverAtOnce()
{
    Panel p;
    p.said(true, at(2026, 12, 1, 15));
    const CustomerId member(RawId{std::byte(20)});
    p.details.recorded.push_back({.customer = member, .purpose = Consent::Purpose::Marketing, .source = "By letter"});
    p.details.consents = {p.details.recorded.back()}; // the stricter
    p.show();
    p.panel.findChildren<Button *>("consent").constLast()->click();
    QTRY_VERIFY(p.picker.isVisible());
    QTest::keyClick(p.pickerField(), Qt::Key_1);
    QTRY_VERIFY(p.picker.isVisible());
    QTest::keyClick(p.pickerField(), Qt::Key_2);
    QVERIFY(p.commands.empty());
    QCOMPARE(p.together.size(), std::size_t(1));
    std::set<CustomerId> whose;
    for (const CommandBody &body : p.together.front()) {
        QVERIFY(std::get<SetConsent>(body).granted);
        whose.insert(std::get<SetConsent>(body).customer);
    }
    QCOMPARE(whose, (std::set<CustomerId>{p.card.customer.id, member}));
}

void TestPanelConsents::neverAskedIsAValueThatCanBeChanged()
{
    Panel p;
    FieldRow *row = nullptr;
    for (FieldRow *one : p.panel.findChildren<FieldRow *>()) {
        if (one->property("neverAsked").isValid())
            row = one;
    }
    QVERIFY(row);
    row->edit();
    QTRY_VERIFY(p.picker.isVisible());
    QTest::keyClick(p.picker.findChild<QLineEdit *>(), Qt::Key_4); // no marketing
    QTRY_VERIFY(p.picker.isVisible());
    QTest::keyClick(p.picker.findChild<QLineEdit *>(), Qt::Key_2); // by phone
    QCOMPARE(p.commands.size(), std::size_t(1));
    const auto &consent = std::get<SetConsent>(p.commands.front());
    QVERIFY(consent.purpose == Consent::Purpose::Marketing && !consent.granted);
    QVERIFY(!consent.source.empty());
}

QTEST_MAIN(TestPanelConsents)
#include "tst_panel_consents.moc"
