// Two customers beside each other: swapped, chosen from, merged by one key, and asked about again when one has changed.
#include "ui/customer/merge_sheet.h"

#include <QAction>
#include <QtTest>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::ui;

namespace {

store::MergeSide side(int id, const std::string &name, std::int64_t createdMs)
{
    store::MergeSide made;
    made.card.customer = {.id = CustomerId(RawId{std::byte(id)}), .name = name, .createdAt = fromMs(createdMs)};
    made.card.customer.version = id;
    made.card.members = {made.card.customer};
    return made;
}

struct Sheet {
    Theme theme;
    ManualClock clock;
    QWidget window;
    MergeSheet sheet{theme, clock, &window};
    store::MergePair pair{.one = side(1, "L. Haddad", 2000), .other = side(2, "Layla", 1000)};
    std::vector<MergeCustomers> merges;

    Sheet()
    {
        window.resize(1200, 800);
        window.show();
        QObject::connect(&sheet, &MergeSheet::mergeWanted, [this](const MergeCustomers &merge) { merges.push_back(merge); });
    }
    void ask() { sheet.ask(pair, TimePoint()); }
    QWidget *row(const QString &field)
    {
        QWidget *last = nullptr;
        for (QWidget *one : sheet.findChildren<QWidget *>("mergeField")) {
            if (one->property("field").toString() == field)
                last = one;
        }
        return last;
    }
    QString words(const char *name) { return sheet.findChild<QLabel *>(QString::fromLatin1(name))->text(); }
    Button *button(const char *name) { return sheet.findChild<Button *>(QString::fromLatin1(name)); }
};

} // namespace

class TestMergeSheet : public QObject {
    Q_OBJECT
private slots:
    void whoIsKnownLongerStays();
    void itSaysWhatSpeaksForItAndAgainst();
    void swapsByKey();
    void arrowsChoose();
    void oneKeyMerges();
    void theKeyOfTheComposerStaysBelow();
    void enterAloneMergesNobody();
    void equalFieldsUnfold();
    void withoutTheHubItSaysSo();
    void whoHasMembersMayJoin();
    void whatHasChangedIsMarked();
};

void TestMergeSheet::whoIsKnownLongerStays()
{
    Sheet s;
    s.ask();
    QVERIFY(s.sheet.isVisible());
    QVERIFY(s.sheet.isSwapped());
}

void TestMergeSheet::itSaysWhatSpeaksForItAndAgainst()
{
    Sheet s;
    s.pair.one.card.identities = {{.channel = Channel::Sms, .address = "+971505550172"}};
    s.pair.other.card.identities = {{.channel = Channel::WhatsApp, .address = "+971505550172"}};
    s.ask(); // chosen by hand: there is no suggestion
    const auto signs = s.sheet.findChildren<QWidget *>("mergeSign");
    QCOMPARE(signs.size(), 2);
    QVERIFY(signs[0]->property("same").toBool());
    QVERIFY(signs[0]->accessibleName().contains("+971505550172"));
    QVERIFY(!signs[1]->property("same").toBool()); // the names
    QVERIFY(s.words("mergeEvidence").startsWith("Probably"));
    QCOMPARE(s.words("mergeReason"), QStringLiteral("1 of 2 are the same"));
    s.sheet.merge();
    QCOMPARE(s.merges.front().evidence, std::string("+971505550172"));
    s.pair.one.card.identities.clear();
    s.ask();
    QCOMPARE(s.sheet.findChildren<QWidget *>("mergeSign").size(), 1);
    QVERIFY(s.words("mergeEvidence").startsWith("Nothing"));
}

void TestMergeSheet::swapsByKey()
{
    Sheet s;
    s.ask();
    QTest::keyClick(&s.sheet, Qt::Key_S);
    QVERIFY(!s.sheet.isSwapped());
    QTest::keyClick(&s.sheet, Qt::Key_Return, Qt::ControlModifier);
    QCOMPARE(s.merges.size(), std::size_t(1));
    QVERIFY(s.merges.front().into == s.pair.one.card.customer.id);
    QVERIFY(s.merges.front().from == s.pair.other.card.customer.id);
}

void TestMergeSheet::arrowsChoose()
{
    Sheet s;
    s.ask();
    QWidget *name = s.row("name");
    QVERIFY(name->accessibleName().contains("Layla is kept"));
    QTest::keyClick(name, Qt::Key_Right);
    QVERIFY(name->accessibleName().contains("L. Haddad is kept"));
    s.sheet.merge();
    QCOMPARE(s.merges.front().taken, std::vector<std::string>{"name"});
}

void TestMergeSheet::oneKeyMerges()
{
    Sheet s;
    s.ask();
    QTest::keyClick(&s.sheet, Qt::Key_Return, Qt::ControlModifier);
    QCOMPARE(s.merges.size(), std::size_t(1));
    QVERIFY(!s.sheet.isVisible());
    QCOMPARE(s.merges.front().intoVersion, std::int64_t(2));
    QCOMPARE(s.merges.front().fromVersion, std::int64_t(1));
}

/// The window sends what is in the composer by the same key: not while a sheet lies over it.
void TestMergeSheet::theKeyOfTheComposerStaysBelow()
{
    Sheet s;
    int sent = 0;
    QAction send;
    send.setShortcut(Qt::CTRL | Qt::Key_Return);
    QObject::connect(&send, &QAction::triggered, [&sent] { ++sent; });
    s.window.addAction(&send);
    s.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&s.window));
    s.ask();
    QVERIFY(QApplication::focusWidget());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return, Qt::ControlModifier);
    QCOMPARE(sent, 0);
    QCOMPARE(s.merges.size(), std::size_t(1));
}

void TestMergeSheet::enterAloneMergesNobody()
{
    Sheet s;
    s.ask();
    QTest::keyClick(&s.sheet, Qt::Key_Return);
    QVERIFY(s.merges.empty());
    QTest::keyClick(&s.sheet, Qt::Key_Escape);
    QVERIFY(!s.sheet.isVisible());
    QVERIFY(s.merges.empty());
}

void TestMergeSheet::equalFieldsUnfold()
{
    Sheet s;
    s.pair.one.card.customer.language = s.pair.other.card.customer.language = "ar";
    s.ask();
    QVERIFY(s.button("mergeEqual")->text().startsWith("1 "));
    QCOMPARE(s.sheet.findChildren<QWidget *>("mergeTogether").size(), 0);
    s.button("mergeEqual")->click();
    QTRY_COMPARE(s.sheet.findChildren<QWidget *>("mergeTogether").size(), 1);
}

void TestMergeSheet::withoutTheHubItSaysSo()
{
    Sheet s;
    s.ask();
    s.sheet.setLinked(false);
    QVERIFY(!s.button("mergeNow")->isEnabled());
    QVERIFY(s.words("mergeFoot").contains("hub"));
    s.sheet.merge();
    QVERIFY(s.merges.empty());
    s.sheet.setLinked(true);
    QVERIFY(s.button("mergeNow")->isEnabled());
    QVERIFY(s.words("mergeFoot").contains("undo"));
}

void TestMergeSheet::whoHasMembersMayJoin()
{
    Sheet s;
    s.pair.one.card.members.push_back(side(3, "Third", 0).card.customer);
    s.ask();
    QVERIFY(s.button("mergeNow")->isEnabled());
    s.sheet.swap();
    QVERIFY(s.button("mergeNow")->isEnabled()); // they come along
}

void TestMergeSheet::whatHasChangedIsMarked()
{
    Sheet s;
    s.ask();
    s.sheet.merge();
    s.pair.other.card.customer.name = "Layla Al-Haddad";
    s.pair.other.card.customer.version = 9;
    s.sheet.askAgain(s.pair, TimePoint());
    QVERIFY(s.sheet.isVisible());
    QVERIFY(s.words("mergeEvidence").contains("changed"));
    QVERIFY(s.row("name")->accessibleName().contains("Changed meanwhile"));
    s.sheet.merge();
    QCOMPARE(s.merges.back().intoVersion, std::int64_t(9));
}

QTEST_MAIN(TestMergeSheet)
#include "tst_merge_sheet.moc"
