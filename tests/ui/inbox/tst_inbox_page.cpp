#include "core/base/time.h"
#include "core/client/workspace.h"
#include "tests/ui/inbox/made_profile.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/inbox_page.h"
#include "ui/search/command_palette.h"
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

private:
    ConversationRows &rows() { return *m_page->list().model(); }
    QWidget *editor() { return m_page->pane().composer().findChild<QWidget *>("composerEditor"); }

    QTemporaryDir *m_folder = nullptr;
    MadeProfile m_made;
    SystemClock m_clock;
    Theme *m_theme = nullptr;
    QSettings *m_settings = nullptr;
    client::Workspace *m_workspace = nullptr;
    ShellWindow *m_window = nullptr;
    InboxPage *m_page = nullptr;
};

void TestInboxPage::init()
{
    m_folder = new QTemporaryDir;
    m_made = testing::makeProfile(m_folder->filePath("profile"));
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

QTEST_MAIN(TestInboxPage)
#include "tst_inbox_page.moc"
