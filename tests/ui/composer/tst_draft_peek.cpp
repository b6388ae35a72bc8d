// What a colleague is writing: offered only where they share it, followed while they type, and never to be changed.
#include "ui/composer/composer.h"
#include "ui/composer/draft_peek.h"
#include "ui/shell/picker.h"

#include <QAbstractButton>
#include <QSignalSpy>
#include <QtTest>

using namespace tributary;
using namespace tributary::ui;

class TestDraftPeek : public QObject {
    Q_OBJECT
private slots:
    void isOfferedWhereItIsShared();
    void followsWhatIsTyped();
};

void TestDraftPeek::isOfferedWhereItIsShared()
{
    Theme theme;
    QWidget window;
    window.resize(800, 600);
    Picker picker(theme, &window);
    Composer composer(theme, picker, &window);
    composer.resize(700, 200);
    composer.open({}, "Layla");
    window.show();
    auto *see = composer.findChild<QAbstractButton *>("seeDraft");
    auto *words = composer.findChild<QLabel *>("composerPresence");
    QVERIFY(see && words);
    QVERIFY(see->isHidden());
    composer.setPresence("Tomás is writing a reply to Layla");
    QVERIFY(words->isVisible());
    QVERIFY(see->isHidden());
    composer.setPresence("Tomás is writing a reply to Layla", true);
    QVERIFY(see->isVisible());
    QSignalSpy wanted(&composer, &Composer::draftOfOtherWanted);
    QTest::mouseClick(see, Qt::LeftButton);
    QCOMPARE(wanted.size(), 1);
    composer.setPresence({});
    QVERIFY(!words->isVisible() && !see->isVisible());
}

void TestDraftPeek::followsWhatIsTyped()
{
    Theme theme;
    QWidget window;
    window.resize(800, 600);
    window.show();
    DraftPeek peek(theme, &window);
    peek.openAt(QRect(100, 500, 80, 24));
    auto *draft = peek.findChild<QLabel *>("draftOfOther");
    QVERIFY(draft && peek.isVisible());
    peek.setDraft("Tomás", "Dear Layla,");
    QCOMPARE(draft->text(), "Dear Layla,");
    QCOMPARE(draft->textFormat(), Qt::PlainText); // what somebody writes is no markup
    peek.setDraft("Tomás", "شكراً ليلى");
    QCOMPARE(draft->layoutDirection(), Qt::RightToLeft);
    QTest::keyClicks(&peek, "x");
    QCOMPARE(draft->text(), "شكراً ليلى");
    peek.setDraft({}, {}); // sent, or given up
    QCOMPARE(draft->text(), "شكراً ليلى");
    QTest::keyClick(&peek, Qt::Key_Escape);
    QVERIFY(!peek.isVisible());
}

QTEST_MAIN(TestDraftPeek)
#include "tst_draft_peek.moc"
