// The way back and forth among the conversations that were open.
#include "ui/inbox/recent_conversations.h"

#include <QTest>

using namespace tributary;
using namespace tributary::ui;

class TestRecentConversations : public QObject {
    Q_OBJECT
private slots:
    void goesBackAndForth_data();
    void goesBackAndForth();
    void stepsAreQuickerThanReading();
    void theWayIsLeft();
    void wherePressesMetOneThatIsGone();
};

static model::ConversationId idOf(QChar letter)
{
    return letter.isNull() ? model::ConversationId() : model::ConversationId(RawId{std::byte(letter.toLatin1())});
}

void TestRecentConversations::goesBackAndForth_data()
{
    // A letter is opened; "<" and ">" step and what is come to is opened; "-" and "+" step to what is there no more.
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("comeTo"); // by each step; "." for nothing
    QTest::newRow("nothing yet") << "<>"
                                 << "..";
    QTest::newRow("one alone") << "a<>"
                               << "..";
    QTest::newRow("back and back again") << "abc<<<"
                                         << "ba.";
    QTest::newRow("and forth") << "abc<<>>>"
                               << "babc.";
    QTest::newRow("opened again is the newest") << "abca<<<"
                                                << "cb.";
    QTest::newRow("between two") << "ab<b<"
                                 << "aa";
    QTest::newRow("what was found on the way comes before what is opened from there") << "abc<d<<<"
                                                                                      << "bbca";
    QTest::newRow("told again") << "abb<<"
                                << "a.";
    QTest::newRow("back past one that is gone") << "abc-<"
                                                << "a.";
    QTest::newRow("back, and the oldest is gone") << "ab-<"
                                                  << "..";
    QTest::newRow("forth past one that is gone") << "abc<<+"
                                                 << "bac";
    QTest::newRow("forth, and the newest is gone") << "ab<+"
                                                   << "a.";
}

void TestRecentConversations::goesBackAndForth()
{
    QFETCH(const QString, what);
    QFETCH(const QString, comeTo);
    RecentConversations recent;
    QString came;
    for (const QChar one : what) {
        if (one.isLetter()) {
            recent.opened(idOf(one));
            continue;
        }
        const int by = one == u'<' || one == u'-' ? -1 : 1;
        std::optional<model::ConversationId> to = recent.step(by);
        if (one == u'-' || one == u'+')
            to = recent.skip(by);
        QVERIFY(!to || recent.current() == *to);
        if (to)
            recent.opened(*to);
        came += to ? QChar(char16_t(to->bytes[0])) : QChar(u'.');
    }
    QCOMPARE(came, comeTo);
}

/// Two presses before what the first comes to is here.
void TestRecentConversations::stepsAreQuickerThanReading()
{
    RecentConversations recent;
    for (const QChar one : QString("abc"))
        recent.opened(idOf(one));
    QCOMPARE(recent.step(-1), std::optional(idOf('b')));
    QCOMPARE(recent.step(-1), std::optional(idOf('a')));
    recent.opened(idOf('b')); // passed
    QCOMPARE(recent.current(), idOf('a'));
    recent.opened(idOf('a'));
    QCOMPARE(recent.step(1), std::optional(idOf('b')));
    recent.opened(idOf('b'));
    QCOMPARE(recent.step(1), std::optional(idOf('c')));
}

/// Something else is opened before what a step comes to is here.
void TestRecentConversations::theWayIsLeft()
{
    RecentConversations recent;
    for (const QChar one : QString("abcd"))
        recent.opened(idOf(one));
    QCOMPARE(recent.step(-1), std::optional(idOf('c')));
    recent.opened(idOf('b')); // by the list
    recent.stay();
    QCOMPARE(recent.current(), idOf('b'));
    QCOMPARE(recent.step(-1), std::optional(idOf('a')));
    recent.opened(idOf('a'));
    recent.opened(idOf('e')); // one that was not open yet
    QCOMPARE(recent.current(), idOf('e'));
    QCOMPARE(recent.step(-1), std::optional(idOf('a')));
}

void TestRecentConversations::wherePressesMetOneThatIsGone()
{
    RecentConversations recent;
    for (const QChar one : QString("abc"))
        recent.opened(idOf(one));
    recent.step(-1), recent.step(-1);
    QCOMPARE(recent.skip(-1), std::optional(idOf('b'))); // a is gone: not so far, but back
    recent.opened(idOf('b'));
    QCOMPARE(recent.step(1), std::optional(idOf('c')));
}

QTEST_APPLESS_MAIN(TestRecentConversations)
#include "tst_recent_conversations.moc"
