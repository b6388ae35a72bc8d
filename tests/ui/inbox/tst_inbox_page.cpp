#include "core/base/rng.h"
#include "core/base/time.h"
#include "core/client/workspace.h"
#include "tests/ui/inbox/made_profile.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/inbox_page.h"
#include "ui/inbox/triage.h"
#include "ui/search/command_palette.h"
#include "ui/shell/picker.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/toasts.h"

#include <QAccessible>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;
using tributary::testing::MadeProfile;

/// The inbox over a real workspace whose hub is away: everything must work all the same.
class TestInboxPage : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void showsTheQueueFromTheCopy();
    void saysWhatIsNotHere();
    void resolvesAndTakesBackByKey();
    void typingInAFieldIsText();
    void repliesGoWhereTheCustomerWrote();
    void draftsComeBack();
    void rowsSpeak();
    void paletteFindsPeople();
    void waitingIsADuration_data();
    void waitingIsADuration();
    void whatIsNobodysIsTakenOnlyWhileItIs();
    void whatMayNotBeDoneSaysWhy();
    void ownStatusesAreShown();
    void orderIsHeldAfterAKey();

private:
    void start(const testing::MadeOptions &options);
    ConversationRows &rows() { return *m_page->list().model(); }
    QWidget *editor() { return m_page->pane().composer().findChild<QWidget *>("composerEditor"); }

    SystemClock m_clock;
    SeededRng m_rng{3};
    IdMaker m_ids{m_clock, m_rng};
    QTemporaryDir *m_folder = nullptr;
    MadeProfile m_made;
    Theme *m_theme = nullptr;
    QSettings *m_settings = nullptr;
    client::Workspace *m_workspace = nullptr;
    ShellWindow *m_window = nullptr;
    InboxPage *m_page = nullptr;
};

void TestInboxPage::init()
{
    start({});
}

void TestInboxPage::start(const testing::MadeOptions &options)
{
    m_folder = new QTemporaryDir;
    m_made = testing::makeProfile(m_folder->filePath("profile"), options);
    m_theme = new Theme;
    m_settings = new QSettings(m_folder->filePath("window.ini"), QSettings::IniFormat);
    m_workspace = new client::Workspace;
    const QFuture<Result<void>> opened = m_workspace->open(m_folder->filePath("profile"));
    QTRY_VERIFY(opened.isFinished());
    QVERIFY(opened.result().has_value());
    m_window = new ShellWindow(*m_theme, *m_settings);
    m_page = new InboxPage(*m_theme, m_clock, *m_workspace, *m_window, *m_settings);
    m_window->showSection(m_page);
    m_window->resize(1440, 900);
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window));
    QTRY_COMPARE(rows().rowCount(), int(m_made.conversations.size()));
    QTRY_VERIFY(m_page->pane().card().has_value());
    QTRY_VERIFY(m_page->pane().composer().target().has_value());
    m_page->list().setFocus();
    QTRY_VERIFY(m_page->list().hasFocus());
}

void TestInboxPage::cleanup()
{
    delete m_window;
    delete m_workspace;
    delete m_settings;
    delete m_theme;
    delete m_folder;
}

void TestInboxPage::showsTheQueueFromTheCopy()
{
    QCOMPARE(rows().rows().front().conversation.id, m_made.conversations.front().id);
    QCOMPARE(m_page->pane().conversation(), m_made.conversations.front().id);
    QTRY_COMPARE(m_page->pane().timeline().model().items().size(), 4u);
}

void TestInboxPage::saysWhatIsNotHere()
{
    const TimelineModel &shown = m_page->pane().timeline().model();
    QTRY_COMPARE(shown.gaps().size(), 1u); // what came before the first copy
    QVERIFY(shown.gaps()[0].range.from == model::HistoryKey::beginning());
    QCOMPARE(shown.gaps()[0].state, TimelineGap::State::Offline);
    QVERIFY(shown.isComplete());
    QVERIFY(m_page->pane().timeline().rowName(0).contains("Comes when the hub answers"));
}

void TestInboxPage::resolvesAndTakesBackByKey()
{
    const model::ConversationId first = m_made.conversations[0].id;
    QTest::keyClick(&m_page->list(), Qt::Key_E);
    QTRY_COMPARE(rows().indexOf(first), -1);
    QTRY_COMPARE(m_page->pane().conversation(), m_made.conversations[1].id);
    QTRY_VERIFY(m_window->toasts().newestText().contains("Layla"));
    QTest::keyClick(&m_page->list(), Qt::Key_Z);
    QTRY_VERIFY(rows().indexOf(first) >= 0 || rows().waiting() > 0);
}

void TestInboxPage::typingInAFieldIsText()
{
    QTest::keyClick(&m_page->list(), Qt::Key_R);
    QTRY_VERIFY(editor()->hasFocus());
    QTest::keyClicks(editor(), "neither e nor j act here");
    QCOMPARE(rows().rowCount(), int(m_made.conversations.size()));
    QCOMPARE(m_page->pane().conversation(), m_made.conversations.front().id);
    QVERIFY(m_page->pane().composer().hasText());
    QTest::keyClick(editor(), Qt::Key_Escape);
    QTRY_VERIFY(m_page->pane().timeline().hasFocus());
}

void TestInboxPage::repliesGoWhereTheCustomerWrote()
{
    QCOMPARE(m_page->pane().composer().target()->channel, model::Channel::WebChat);
    QTest::keyClick(&m_page->list(), Qt::Key_R);
    QTest::keyClicks(editor(), "On its way");
    m_page->pane().composer().send();
    QTRY_COMPARE(m_page->pane().timeline().model().items().size(), 5u);
    const model::TimelineItem &sent = m_page->pane().timeline().model().items().back();
    QCOMPARE(sent.body, std::string("On its way"));
    QCOMPARE(sent.account, m_made.chat.id);
    QVERIFY(!m_page->pane().composer().hasText());
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
}

void TestInboxPage::draftsComeBack()
{
    QTest::keyClick(&m_page->list(), Qt::Key_R);
    QTest::keyClicks(editor(), "Half a thought");
    QTest::keyClick(editor(), Qt::Key_Escape);
    QTest::keyClick(&m_page->pane().timeline(), Qt::Key_J);
    QTRY_COMPARE(m_page->pane().conversation(), m_made.conversations[1].id);
    QTRY_VERIFY(!m_page->pane().composer().hasText());
    QTest::keyClick(&m_page->pane().timeline(), Qt::Key_K);
    QTRY_VERIFY(m_page->pane().composer().hasText());
    QTRY_VERIFY(rows().hasDraft(m_made.conversations[0].id));
}

void TestInboxPage::rowsSpeak()
{
    QAccessibleInterface *list = QAccessible::queryAccessibleInterface(&m_page->list());
    QVERIFY(list);
    QCOMPARE(list->childCount(), int(m_made.conversations.size()));
    QVERIFY(list->child(0)->text(QAccessible::Name).contains("Unread"));
    QVERIFY(list->child(2)->text(QAccessible::Name).contains("Email"));
}

void TestInboxPage::paletteFindsPeople()
{
    m_page->openPalette();
    m_page->palette().setText("chen");
    QTRY_VERIFY(std::ranges::any_of(m_page->palette().choices(),
                                    [](const Choice &choice) { return choice.id.startsWith("person:"); }));
    m_page->palette().dismiss();
    QTRY_VERIFY(m_page->list().hasFocus());
}

void TestInboxPage::waitingIsADuration_data()
{
    QTest::addColumn<int>("minutes");
    QTest::addColumn<QString>("shown");
    QTest::newRow("just now") << 0 << QString("1m");
    QTest::newRow("minutes") << 12 << QString("12m");
    QTest::newRow("hours, over midnight or not") << 190 << QString("3h");
    QTest::newRow("days, whatever day it was") << 3 * 24 * 60 << QString("3d");
}

void TestInboxPage::waitingIsADuration()
{
    QFETCH(int, minutes);
    const TimePoint now = m_clock.now();
    QTEST(waitedFor(now - std::chrono::minutes(minutes), TimeFormat(QLocale::English), now), "shown");
}

void TestInboxPage::whatIsNobodysIsTakenOnlyWhileItIs()
{
    store::ConversationRow free, theirs;
    free.conversation.id = m_made.conversations[0].id;
    theirs.conversation.id = m_made.conversations[1].id;
    theirs.conversation.assignee = m_made.colleague.id;
    const triage::Commands commands = triage::assign({free, theirs}, m_made.me.id);
    QCOMPARE(commands.size(), std::size_t(2));
    QVERIFY(std::get<model::Assign>(commands[0]).ifFree);
    QVERIFY(!std::get<model::Assign>(commands[1]).ifFree);
    QVERIFY(!std::get<model::Assign>(triage::assign({theirs}, {})[0]).ifFree);
}

void TestInboxPage::whatMayNotBeDoneSaysWhy()
{
    cleanup();
    start({.permissions = {"reply", "edit-tags"}});
    QWidget *resolve = m_page->pane().header().findChild<QWidget *>("headerResolve");
    QVERIFY(!resolve->isEnabled());
    QVERIFY(resolve->toolTip().contains("status"));
    QTest::keyClick(&m_page->list(), Qt::Key_E);
    QVERIFY(m_window->toasts().newestText().contains("may not change the status"));
    QTest::keyClick(&m_page->list(), Qt::Key_H); // not even asked until when
    QVERIFY(!m_window->picker().isVisible());
    QCOMPARE(m_workspace->status().outboxCount, 0);
    QTest::keyClick(&m_page->list(), Qt::Key_T);
    QTRY_VERIFY(m_window->picker().isVisible());
}

void TestInboxPage::ownStatusesAreShown()
{
    cleanup();
    const auto id = m_ids.make<model::CustomStatusId>();
    start({.statuses = {{.id = id, .name = "With the courier", .status = model::Conversation::Status::Waiting}},
           .change = [id](std::size_t at, model::Conversation &conversation) {
               if (at == 0) {
                   conversation.status = model::Conversation::Status::Waiting;
                   conversation.customStatus = id;
               }
           }});
    QTRY_VERIFY(m_page->list().words(0).spoken.contains("With the courier"));
    QVERIFY(!m_page->list().words(0).spoken.contains("Waiting on customer"));
    QTRY_VERIFY(m_page->pane().header().findChild<TextLabel *>("conversationState")->text().contains("With the courier"));
}

void TestInboxPage::orderIsHeldAfterAKey()
{
    QVERIFY(!m_page->list().isHeld());
    QTest::keyClick(&m_page->list(), Qt::Key_P);
    QVERIFY(m_page->list().isHeld());
}

QTEST_MAIN(TestInboxPage)
#include "tst_inbox_page.moc"
