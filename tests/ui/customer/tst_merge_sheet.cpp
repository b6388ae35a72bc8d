// Two customers beside each other: swapped, chosen from, merged by one key, and asked about again when one has changed.
#include "ui/customer/merge_sheet.h"

#include <QAction>
#include <QScrollArea>
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
    std::vector<SuggestionId> apart;

    Sheet()
    {
        window.resize(1200, 800);
        window.show();
        QObject::connect(&sheet, &MergeSheet::mergeWanted, [this](const MergeCustomers &merge) { merges.push_back(merge); });
        QObject::connect(&sheet, &MergeSheet::apartWanted, [this](SuggestionId suggestion) { apart.push_back(suggestion); });
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
    void swapsByThePlaceOfTheKey_data();
    void swapsByThePlaceOfTheKey();
    void whoWasProposedIsKeptApart_data();
    void whoWasProposedIsKeptApart();
    void arrowsChoose();
    void oneKeyMerges();
    void theKeyOfTheComposerStaysBelow();
    void enterAloneMergesNobody();
    void equalFieldsUnfold();
    void withoutTheHubItSaysSo();
    void whoHasMembersMayJoin();
    void whatHasChangedIsMarked();
    void whatHasChangedIsNamed_data();
    void whatHasChangedIsNamed();
    void ofOthersItIsSaidThatSomethingHas();
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

void TestMergeSheet::swapsByThePlaceOfTheKey_data()
{
    QTest::addColumn<int>("key");
    QTest::addColumn<int>("modifiers");
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("scanCode");
    QTest::addColumn<bool>("swaps");
    QTest::newRow("Latin") << int(Qt::Key_S) << 0 << "s" << 39 << true;
    QTest::newRow("Cyrillic") << 0x042b << 0 << QString(QChar(0x44b)) << 39 << true;
    QTest::newRow("Arabic") << 0x0633 << 0 << QString(QChar(0x633)) << 39 << true;
    QTest::newRow("another place") << 0x0444 << 0 << QString(QChar(0x444)) << 38 << false;
    QTest::newRow("with shift") << int(Qt::Key_S) << int(Qt::ShiftModifier) << "S" << 39 << false;
}

void TestMergeSheet::swapsByThePlaceOfTheKey()
{
#ifdef Q_OS_WIN
    QSKIP("scan codes of X11 and Wayland");
#endif
    QFETCH(int, key);
    QFETCH(int, modifiers);
    QFETCH(QString, text);
    QFETCH(int, scanCode);
    QFETCH(bool, swaps);
    Sheet s;
    s.ask();
    const bool before = s.sheet.isSwapped();
    QKeyEvent event(QEvent::KeyPress, key, Qt::KeyboardModifiers(modifiers), quint32(scanCode), 0, 0, text);
    QApplication::sendEvent(&s.sheet, &event);
    QCOMPARE(s.sheet.isSwapped() != before, swaps);
}

void TestMergeSheet::whoWasProposedIsKeptApart_data()
{
    QTest::addColumn<bool>("proposed");
    QTest::addColumn<bool>("byKey");
    QTest::newRow("by the button") << true << false;
    QTest::newRow("by the key") << true << true;
    QTest::newRow("chosen by hand: nothing was proposed") << false << true;
}

void TestMergeSheet::whoWasProposedIsKeptApart()
{
    QFETCH(bool, proposed);
    QFETCH(bool, byKey);
    Sheet s;
    const SuggestionId id(RawId{std::byte(9)});
    if (proposed)
        s.pair.suggestion = Suggestion{.id = id, .evidence = "+1"};
    s.ask();
    QCOMPARE(s.button("mergeApart")->isVisible(), proposed);
    s.sheet.setLinked(false); // the hub is told later
    QVERIFY(s.button("mergeApart")->isEnabled());
    if (byKey)
        QTest::keyClick(&s.sheet, Qt::Key_Y, Qt::ShiftModifier);
    else
        s.button("mergeApart")->click();
    QCOMPARE(s.apart, proposed ? std::vector<SuggestionId>{id} : std::vector<SuggestionId>{});
    QCOMPARE(s.sheet.isVisible(), !proposed);
    QVERIFY(s.merges.empty());
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

void TestMergeSheet::whatHasChangedIsNamed_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("named"); // nothing: no row says anything else
    QTest::addColumn<int>("marked");    // rows
    QTest::newRow("a field") << "name"
                             << "Changed: Name." << 1;
    QTest::newRow("a field that is the same by now") << "language"
                                                     << "Changed: Language." << 1;
    QTest::newRow("an address more") << "identity"
                                     << "Changed: Identities." << 1;
    QTest::newRow("the last tag is gone") << "tags"
                                          << "Changed: Tags." << 0;
    QTest::newRow("two") << "name tags"
                         << "Changed: Name and Tags." << 1;
    QTest::newRow("no row") << "version"
                            << "No row says anything else" << 0;
}

void TestMergeSheet::whatHasChangedIsNamed()
{
    QFETCH(QString, what);
    QFETCH(QString, named);
    QFETCH(int, marked);
    QLocale::setDefault(QLocale(QLocale::English)); // "and" between two
    Sheet s;
    s.pair.one.card.customer.language = "ar";
    s.pair.other.card.members.front().tags = {"vip"};
    s.ask();
    QVERIFY(!s.sheet.findChild<QLabel *>("mergeNews")->isVisible());
    s.sheet.merge();
    Customer &other = s.pair.other.card.customer;
    other.version = 9;
    if (what.contains("name"))
        other.name = "Layla Al-Haddad";
    if (what.contains("language"))
        other.language = "ar";
    if (what.contains("identity"))
        s.pair.other.card.identities = {{.address = "l@mail.test", .shown = "l@mail.test"}};
    if (what.contains("tags"))
        s.pair.other.card.members.front().tags.clear();
    s.sheet.askAgain(s.pair, TimePoint());
    QVERIFY(s.words("mergeEvidence").contains("changed"));
    QVERIFY(s.sheet.findChild<QLabel *>("mergeNews")->isVisible());
    QVERIFY2(s.words("mergeNews").startsWith(named), qPrintable(s.words("mergeNews")));
    QVERIFY(s.words("mergeNews").contains("as it is now"));
    const auto *shown = s.sheet.findChild<QScrollArea *>()->widget();
    const auto rows = shown->findChildren<QWidget *>();
    QCOMPARE(int(std::ranges::count_if(rows, [](const QWidget *row) { return row->property("changed").toBool(); })), marked);
    s.ask(); // looked at anew, there is nothing to tell
    QVERIFY(!s.sheet.findChild<QLabel *>("mergeNews")->isVisible());
}

void TestMergeSheet::ofOthersItIsSaidThatSomethingHas()
{
    Sheet s;
    s.ask();
    s.sheet.merge();
    s.sheet.ask({.one = side(5, "Amelie", 10), .other = side(6, "A. Rousseau", 20)}, TimePoint());
    s.pair.other.card.customer.name = "Layla Al-Haddad";
    s.sheet.askAgain(s.pair, TimePoint());
    QVERIFY(s.words("mergeEvidence").contains("changed"));
    QVERIFY(s.sheet.findChild<QLabel *>("mergeNews")->isVisible());
    QVERIFY(s.words("mergeNews").contains("as it is now"));
    QVERIFY(!s.row("name")->property("changed").toBool()); // nobody knows
    QVERIFY(s.sheet.isSwapped());                          // as whenever two are looked at
}

QTEST_MAIN(TestMergeSheet)
#include "tst_merge_sheet.moc"
