// What others are told of where an agent is: what is on the screen, and nothing of a window that nobody sees.
#include "ui/shell/own_presence.h"
#include "ui/shell/people_online.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::ui;

namespace {

ConversationId talk(int number)
{
    return ConversationId(RawId{std::byte(number)});
}

struct Desk {
    QWidget window;
    QWidget *place = new QWidget(&window);
    QStringList said;
    OwnPresence presence{*place, [this](wire::Presence::Kind kind, ConversationId id, const std::string &text) {
                             static const char *names[]{"gone", "viewing", "typing"};
                             said.append(QStringLiteral("%1 %2%3")
                                             .arg(names[int(kind)])
                                             .arg(int(id.bytes[0]))
                                             .arg(text.empty() ? QString() : u' ' + QString::fromStdString(text)));
                         }};

    QStringList take() { return std::exchange(said, {}); }
};

} // namespace

class TestOwnPresence : public QObject {
    Q_OBJECT
private slots:
    void sharesWhatIsOnTheScreen();
    void aWindowThatNobodySeesSaysNothing_data();
    void aWindowThatNobodySeesSaysNothing();
    void anotherSectionIsNoConversation();
    void notesAreNotTyping();
    void countsWhoIsHere();
};

void TestOwnPresence::sharesWhatIsOnTheScreen()
{
    Desk desk;
    desk.presence.setConversation(talk(1));
    QVERIFY(desk.said.isEmpty()); // not shown yet
    desk.window.show();
    QTRY_COMPARE(desk.said, QStringList{"viewing 1"});
    desk.take();
    desk.presence.setConversation(talk(1));
    desk.presence.setConversation(talk(2));
    QCOMPARE(desk.take(), (QStringList{"gone 1", "viewing 2"}));
    desk.presence.setConversation({});
    QCOMPARE(desk.take(), (QStringList{"gone 2", "viewing 0"})); // here, at no conversation
    desk.presence.setConversation(talk(3));
    QCOMPARE(desk.take(), QStringList{"viewing 3"});
    desk.presence.sayAgain(); // the hub is back
    QCOMPARE(desk.take(), QStringList{"viewing 3"});
}

void TestOwnPresence::aWindowThatNobodySeesSaysNothing_data()
{
    QTest::addColumn<bool>("minimised");
    QTest::newRow("hidden") << false;
    QTest::newRow("minimised") << true;
}

void TestOwnPresence::aWindowThatNobodySeesSaysNothing()
{
    QFETCH(bool, minimised);
    Desk desk;
    desk.window.show();
    desk.presence.setConversation(talk(1));
    QTRY_VERIFY(desk.said.contains("viewing 1"));
    desk.take();
    if (minimised)
        desk.window.setWindowState(Qt::WindowMinimized);
    else
        desk.window.hide();
    QTRY_COMPARE(desk.said, QStringList{"gone 1"});
    desk.take();
    desk.presence.setConversation(talk(2));
    desk.presence.typing({});
    desk.presence.sayAgain();
    QVERIFY(desk.said.isEmpty());
    desk.window.setWindowState(Qt::WindowNoState);
    desk.window.show();
    QTRY_COMPARE(desk.said, QStringList{"viewing 2"});
    desk.take();
}

void TestOwnPresence::anotherSectionIsNoConversation()
{
    Desk desk;
    desk.window.show();
    desk.presence.setConversation(talk(1));
    QTRY_VERIFY(desk.said.contains("viewing 1"));
    desk.take();
    desk.place->hide();
    QTRY_COMPARE(desk.said, (QStringList{"gone 1", "viewing 0"}));
    desk.take();
    desk.place->show();
    QTRY_COMPARE(desk.said, QStringList{"viewing 1"});
    desk.take();
}

void TestOwnPresence::notesAreNotTyping()
{
    Desk desk;
    desk.window.show();
    desk.presence.setConversation(talk(1));
    QTRY_VERIFY(desk.said.contains("viewing 1"));
    desk.take();
    desk.presence.typing("Thank");
    desk.presence.typing("Thank you"); // a moment later
    QCOMPARE(desk.take(), QStringList{"typing 1 Thank"});
    desk.presence.stoppedTyping(); // a note now
    desk.presence.stoppedTyping();
    QCOMPARE(desk.take(), QStringList{"viewing 1"});
}

void TestOwnPresence::countsWhoIsHere()
{
    const AgentId tom(RawId{std::byte(1)}), aiko(RawId{std::byte(2)});
    PeopleOnline people;
    QVERIFY(!people.set(talk(1), {{}})); // a customer
    QVERIFY(people.set(talk(1), {{.agent = tom}, {.agent = aiko}, {}}));
    QVERIFY(!people.set(talk(2), {{.agent = tom}})); // at two
    QCOMPARE(people.agents().size(), std::size_t(2));
    QVERIFY(!people.set(talk(2), {}));
    QVERIFY(people.set(talk(1), {{.agent = aiko}}));
    QVERIFY(people.agents() == std::set{aiko});
    QVERIFY(people.set(talk(1), {}));
    QVERIFY(people.agents().empty());
}

QTEST_MAIN(TestOwnPresence)
#include "tst_own_presence.moc"
