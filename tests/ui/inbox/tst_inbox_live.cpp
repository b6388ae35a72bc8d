// The inbox while its hub is there: who else is at a conversation, and what only the hub can do.
#include "core/wire/features.h"
#include "tests/client/mini_hub.h"
#include "ui/customer/customer_panel.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/inbox_page.h"
#include "ui/inbox/view_editor.h"
#include "ui/shell/announcements.h"
#include "ui/shell/banner.h"
#include "ui/shell/choices.h"
#include "ui/shell/rail.h"
#include "ui/shell/settings_file.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/status_line.h"
#include "ui/shell/sync_presenter.h"
#include "ui/shell/toasts.h"

#include <QLineEdit>
#include <QMenu>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::ui;

namespace {

template<class IdType>
IdType idOf(int name)
{
    RawId raw{};
    raw[0] = std::byte(1);
    raw[15] = std::byte(name);
    return IdType(raw);
}

const auto kAna = idOf<AgentId>(3), kTomas = idOf<AgentId>(4), kZoe = idOf<AgentId>(5);

} // namespace

class TestInboxLive : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void rowsShowWhoIsThere();
    void theCustomerWritesForAsLongAsItIsSaid();
    void whatIsMarkedUnreadStaysSo_data();
    void whatIsMarkedUnreadStaysSo();
    void anAddressIsMoved_data();
    void anAddressIsMoved();
    void whatComesIsSaid();
    void whatBecomesOfTheLinkIsSaid();
    void aViewThatWasNotSavedWaitsToBeEditedAgain();
    void whoLeavesWithAMailOnItsWayIsAsked_data();
    void whoLeavesWithAMailOnItsWayIsAsked();
    void theFirstOfAFirstCopyIsOpened_data();
    void theFirstOfAFirstCopyIsOpened();

private:
    static ConversationId conversation(int index) { return idOf<ConversationId>(10 + index); }
    static CustomerId customer(int index) { return idOf<CustomerId>(20 + index); }
    static IdentityId identity(int index) { return idOf<IdentityId>(30 + index); }
    int rowOf(int index) { return m_page->list().model()->indexOf(conversation(index)); }
    std::optional<RowPresence> present(int index) { return m_page->list().words(rowOf(index)).present; }
    QString spoken(int index) { return m_page->list().words(rowOf(index)).spoken; }
    QImage picture(int index) { return m_page->list().viewport()->grab(m_page->list().rowRect(rowOf(index))).toImage(); }
    void hear(wire::Presence::Kind kind, AgentId agent, int index)
    {
        m_hub->say(wire::Presence{.kind = kind, .conversation = conversation(index), .agent = agent});
    }
    /// The customer says something more.
    void write(int index, int name)
    {
        TimelineItem item{.id = idOf<TimelineItemId>(name), .conversation = conversation(index)};
        item.customer = customer(index);
        item.identity = identity(index);
        item.account = idOf<ChannelAccountId>(40);
        item.kind = TimelineItem::Kind::Inbound;
        item.at = m_clock.now();
        item.body = "Hello";
        Conversation in = m_hub->get<Conversation>(conversation(index));
        ++in.inboundCount;
        m_hub->put(in);
        m_hub->put(item);
    }

    std::unique_ptr<MiniHub> m_hub;
    std::unique_ptr<QTemporaryDir> m_folder;
    SystemClock m_clock;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<ui::SettingsFile> m_settings;
    std::unique_ptr<client::Workspace> m_workspace;
    std::unique_ptr<ShellWindow> m_window;
    InboxPage *m_page = nullptr;
};

void TestInboxLive::init()
{
    m_hub = std::make_unique<MiniHub>();
    m_hub->features = wire::ownFeatures();
    m_hub->agent = {.id = kAna, .email = "ana@teapots.example", .name = "Ana Prado", .role = Agent::Role::Admin};
    m_hub->put(m_hub->agent);
    m_hub->put(Agent{.id = kTomas, .email = "tomas@teapots.example", .name = "Tomás Ferreira"});
    m_hub->put(Agent{.id = kZoe, .email = "zoe@teapots.example", .name = "Zoë Quiet"});
    m_hub->put(ChannelAccount{.id = idOf<ChannelAccountId>(40),
                              .name = "Help",
                              .address = "help@teapots.example",
                              .health = ChannelAccount::Health::Healthy,
                              .undoSeconds = 60});
    const char *names[]{"Layla Haddad", "Chen Siyuan", "Rohan Kulkarni"};
    for (int i = 0; i < 3; ++i) {
        const std::string address = "c" + std::to_string(i) + "@mail.example";
        m_hub->put(Customer{.id = customer(i), .name = names[i]});
        m_hub->put(
            Identity{.id = identity(i), .customer = customer(i), .address = address, .shown = address, .name = names[i]});
        m_hub->put(Conversation{.id = conversation(i),
                                .number = i + 1,
                                .customer = customer(i),
                                .identity = identity(i),
                                .account = idOf<ChannelAccountId>(40),
                                .assignee = kAna,
                                .lastItemAt = m_clock.now() - std::chrono::hours(50 + i),
                                .preview = "Good morning"});
    }
    m_folder = std::make_unique<QTemporaryDir>();
    m_theme = std::make_unique<Theme>();
    m_settings = std::make_unique<ui::SettingsFile>(m_folder->filePath("window.ini"));
    m_workspace = std::make_unique<client::Workspace>();
    const auto opened = m_workspace->open(m_folder->filePath("profile"));
    QTRY_VERIFY(opened.isFinished() && opened.result());
    const auto in = m_workspace->signIn(m_hub->url(), m_hub->agent.email, m_hub->password);
    QTRY_VERIFY_WITH_TIMEOUT(in.isFinished() && m_workspace->status().state == client::Status::State::Live, 15'000);
    m_window = std::make_unique<ShellWindow>(*m_theme, *m_settings);
    m_page = new InboxPage(*m_theme, m_clock, *m_workspace, *m_window, *m_settings);
    m_window->showSection(m_page);
    m_window->resize(1440, 900);
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QTRY_COMPARE(m_page->list().model()->rowCount(), 3);
    QTRY_VERIFY(m_page->pane().card().has_value());
}

void TestInboxLive::cleanup()
{
    m_window.reset();
    m_workspace.reset();
    m_settings.reset();
    m_theme.reset();
    m_folder.reset();
    m_hub.reset();
}

void TestInboxLive::rowsShowWhoIsThere()
{
    using Kind = wire::Presence::Kind;
    QVERIFY(!present(1));
    const QImage before = picture(1);
    hear(Kind::Viewing, kTomas, 1);
    QTRY_VERIFY(present(1) && present(1)->words == "Tomás is here");
    QCOMPARE(present(1)->name, QString("Tomás Ferreira"));
    QCOMPARE(present(1)->id, kTomas.bytes);
    QVERIFY(spoken(1).contains("Tomás is here"));
    QTRY_VERIFY(picture(1) != before); // an avatar
    QVERIFY(!present(0) && !present(2));
    hear(Kind::Typing, kZoe, 1); // who writes is named before who looks
    QTRY_VERIFY(present(1) && present(1)->words == "Zoë writes");
    QCOMPARE(present(1)->id, kZoe.bytes);
    QVERIFY(spoken(1).contains("Zoë writes"));
    hear(Kind::Gone, kZoe, 1);
    QTRY_VERIFY(present(1) && present(1)->words == "Tomás is here");
    hear(Kind::Gone, kTomas, 1);
    QTRY_VERIFY(!present(1));
    QVERIFY(!spoken(1).contains("Tomás"));
    hear(Kind::Typing, AgentId(), 2); // the customer: no colleague
    QTRY_COMPARE(m_workspace->presentAt(conversation(2)).size(), 1u);
    QVERIFY(!present(2));
}

/// As the hub says it: every few seconds while it lasts, and then that it is over.
void TestInboxLive::theCustomerWritesForAsLongAsItIsSaid()
{
    using Kind = wire::Presence::Kind;
    m_page->openConversation(conversation(0));
    const auto shown = [this] { return !m_page->pane().timeline().model().typing().empty(); };
    QTimer again;
    connect(&again, &QTimer::timeout, this, [this] { hear(Kind::Typing, AgentId(), 0); });
    hear(Kind::Typing, AgentId(), 0);
    QTRY_VERIFY(shown());
    again.start(4'000);
    QVERIFY(!QTest::qWaitFor([&] { return !shown(); }, 9'000));
    again.stop();
    hear(Kind::Viewing, AgentId(), 0);
    QTRY_VERIFY(!shown());
}

void TestInboxLive::whatIsMarkedUnreadStaysSo_data()
{
    QTest::addColumn<QList<int>>("selected");
    QTest::addColumn<bool>("undone");
    QTest::addColumn<bool>("isRead"); ///< What the customer of the open conversation writes next.
    QTest::newRow("the open one") << QList<int>() << false << false;
    QTest::newRow("the open one, and that was taken back") << QList<int>() << true << true;
    QTest::newRow("others") << QList<int>{1, 2} << false << true;
    QTest::newRow("the open one among others") << QList<int>{0, 1} << false << false;
}

void TestInboxLive::whatIsMarkedUnreadStaysSo()
{
    QFETCH(const QList<int>, selected);
    QFETCH(const bool, undone);
    QFETCH(const bool, isRead);
    const auto isMarked = [this](std::int64_t count) {
        return std::ranges::any_of(m_hub->commands, [&](const Command &one) {
            const auto *mark = std::get_if<MarkRead>(&one.body);
            return mark && mark->conversation == conversation(0) && !mark->backwards && mark->readCount == count;
        });
    };
    m_hub->judge = [this, judge = m_hub->judge](const Command &command) {
        if (const auto *mark = std::get_if<MarkRead>(&command.body))
            m_hub->put(ReadMark{.agent = kAna, .conversation = mark->conversation, .readCount = mark->readCount});
        return judge(command);
    };
    for (const int index : {0, 1, 2})
        write(index, 60 + index);
    m_page->openConversation(conversation(0));
    QTRY_VERIFY(isMarked(1));
    m_page->list().setFocus();
    for (const int index : selected)
        m_page->list().toggleSelected(conversation(index));
    QTest::keyClick(&m_page->list(), Qt::Key_U);
    QTRY_VERIFY(m_window->toasts().newestText().contains("unread"));
    if (undone) {
        QTest::keyClick(&m_page->list(), Qt::Key_Z);
        QTRY_VERIFY(m_window->toasts().newestText().startsWith("Undone: "));
    }
    write(0, 70);
    QTRY_COMPARE(m_page->pane().row()->conversation.inboundCount, 2);
    QCOMPARE(QTest::qWaitFor([&] { return isMarked(2); }, isRead ? 10'000 : 2'500), isRead);
    if (isRead)
        QTRY_COMPARE(m_page->pane().row()->unread, 0);
}

void TestInboxLive::anAddressIsMoved_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<bool>("isKnown");
    QTest::newRow("to somebody who is found") << "Chen" << true;
    QTest::newRow("to a person of its own") << "" << false;
}

void TestInboxLive::anAddressIsMoved()
{
    QFETCH(const QString, typed);
    QFETCH(const bool, isKnown);
    auto *panel = m_page->findChild<CustomerPanel *>();
    QTRY_COMPARE(panel->customer(), customer(0));
    QTRY_VERIFY(panel->findChild<QAbstractButton *>("identity"));
    panel->findChild<QAbstractButton *>("identity")->click();
    auto *menu = panel->findChild<QMenu *>("identityMenu");
    QVERIFY(menu);
    QAction *move = nullptr;
    for (QAction *action : menu->actions()) {
        if (action->text() == "Move to another customer")
            move = action;
    }
    QVERIFY(move && move->isEnabled());
    move->trigger();
    menu->close();
    auto *field = m_window->findChild<QLineEdit *>("customerSearchField");
    QTRY_VERIFY(field && field->isVisible());
    auto *list = field->parentWidget()->findChild<ChoiceList *>();
    QVERIFY(list);
    const QString wanted = isKnown ? QString("Chen Siyuan") : QString("A person of its own");
    const auto isCurrent = [&] { return list->currentChoice() && list->currentChoice()->text == wanted; };
    const auto isOffered = [&] {
        field->clear(); // the names are found as soon as they have been read
        field->setText(typed);
        return QTest::qWaitFor(
            [&] { return std::ranges::any_of(list->choices(), [&](const Choice &one) { return one.text == wanted; }); },
            500);
    };
    bool offered = false;
    for (int i = 0; i < 20 && !offered; ++i)
        offered = isOffered();
    QVERIFY(offered);
    for (int i = 0; i < 10 && !isCurrent(); ++i)
        QTest::keyClick(field, Qt::Key_Down);
    QVERIFY(isCurrent());
    QTest::keyClick(field, Qt::Key_Return);
    const auto isMove = [](const Command &one) { return std::holds_alternative<MoveIdentity>(one.body); };
    QTRY_COMPARE(int(std::ranges::count_if(m_hub->commands, isMove)), 1);
    for (const Command &command : m_hub->commands) {
        const auto *moved = std::get_if<MoveIdentity>(&command.body);
        if (!moved)
            continue;
        QCOMPARE(moved->identity, identity(0));
        QVERIFY(isKnown ? moved->customer == customer(1) : !moved->customer.isNull() && moved->customer != customer(0));
    }
    QTRY_VERIFY(m_window->toasts().newestText().contains(isKnown ? "Chen Siyuan" : "person of its own"));
}

void TestInboxLive::whatComesIsSaid()
{
    m_page->openConversation(conversation(0));
    QTRY_COMPARE(m_page->pane().conversation(), conversation(0));
    QTRY_VERIFY(m_page->pane().row());
    QSignalSpy said(&m_window->announcements(), &Announcements::said);
    write(0, 80);
    QTRY_COMPARE(said.size(), 1);
    QVERIFY2(said[0][0].toString().startsWith("New message from Layla Haddad"), qPrintable(said[0][0].toString()));
    write(1, 81); // it pops up, where that is wanted
    QTRY_VERIFY(std::ranges::any_of(m_page->list().model()->read(), [](const store::ConversationRow &row) {
        return row.conversation.id == conversation(1) && row.unread == 1;
    }));
    for (int name = 82; name < 90; ++name)
        write(0, name);
    QTRY_COMPARE(said.size(), 2); // together
    QVERIFY2(said[1][0].toString().startsWith("New message from Layla Haddad"), qPrintable(said[1][0].toString()));
    QVERIFY(!said[1][0].toString().contains(". "));
}

void TestInboxLive::whatBecomesOfTheLinkIsSaid()
{
    SyncPresenter presenter(*m_workspace, m_clock, m_window->banner(), m_window->statusLine(), m_window->rail(), m_page);
    QSignalSpy said(&m_window->announcements(), &Announcements::said);
    presenter.setHubEnded(true);
    presenter.setHubEnded(true);
    QTRY_COMPARE(said.size(), 1);
    QCOMPARE(said[0][0].toString(), QString("The hub on this computer has stopped."));
    presenter.setHubEnded(false);
    QTRY_COMPARE(said.size(), 2);
    QCOMPARE(said[1][0].toString(), QString("Back online"));
}

/// What was edited is nowhere else.
void TestInboxLive::aViewThatWasNotSavedWaitsToBeEditedAgain()
{
    m_hub->judge = [judge = m_hub->judge](const Command &command) {
        Outcome outcome = judge(command);
        if (std::holds_alternative<SaveView>(command.body)) {
            outcome.kind = Outcome::Kind::Refused;
            outcome.reason = Outcome::Reason::Changed;
        }
        return outcome;
    };
    m_workspace->submit(SaveView{{.id = idOf<SavedViewId>(90), .name = "Urgent", .owner = kAna}});
    QTRY_VERIFY(m_window->toasts().newestText().startsWith("Somebody else has changed the view Urgent"));
    QVERIFY(m_window->findChild<QAbstractButton *>("toastDismiss")); // and no time ends it
    QTest::keyClick(&m_page->list(), Qt::Key_F4);
    QTRY_VERIFY(m_window->findChild<ViewEditor *>() && m_window->findChild<ViewEditor *>()->isVisible());
    QCOMPARE(m_window->findChild<ViewEditor *>()->view().name, std::string("Urgent"));
}

void TestInboxLive::whoLeavesWithAMailOnItsWayIsAsked_data()
{
    QTest::addColumn<bool>("keeps");
    QTest::newRow("it is sent") << false;
    QTest::newRow("it is kept as a draft") << true;
}

/// Within the time to undo (UX 6.6).
void TestInboxLive::whoLeavesWithAMailOnItsWayIsAsked()
{
    QFETCH(const bool, keeps);
    SendMessage mail{.item = idOf<TimelineItemId>(90), .conversation = conversation(0), .body = "It is on its way."};
    mail.to = identity(0);
    mail.from = idOf<ChannelAccountId>(40);
    m_workspace->submit(mail);
    QTRY_COMPARE(m_hub->commands.size(), 1u);
    QTRY_VERIFY(m_workspace->history().newest(m_clock.now()));
    QVERIFY(!m_window->close());
    QCOMPARE(m_window->toasts().newestText(),
             QString("Your message to Layla Haddad is sent in a moment, also when you leave."
                     " Close once more to leave anyway."));
    if (keeps) {
        m_window->toasts().takeNewestAction();
        QTRY_COMPARE(m_page->pane().composer().text(), QString("It is on its way."));
        QTRY_VERIFY(std::ranges::any_of(
            m_hub->commands, [](const Command &command) { return std::holds_alternative<CancelMessage>(command.body); }));
    }
    QVERIFY(m_window->close());
}

void TestInboxLive::theFirstOfAFirstCopyIsOpened_data()
{
    QTest::addColumn<int>("conversations");
    QTest::newRow("a shop") << 3;
    QTest::newRow("a new one") << 0;
}

/// Whoever signs in on a computer sees the inbox before anything of it has been fetched.
void TestInboxLive::theFirstOfAFirstCopyIsOpened()
{
    QFETCH(const int, conversations);
    std::erase_if(m_hub->rows, [&](const auto &row) {
        const auto *one = std::get_if<Conversation>(&row.second);
        return one && one->number > conversations;
    });
    m_window.reset();
    m_workspace = std::make_unique<client::Workspace>();
    const auto opened = m_workspace->open(m_folder->filePath("another"));
    QTRY_VERIFY(opened.isFinished() && opened.result());
    m_window = std::make_unique<ShellWindow>(*m_theme, *m_settings);
    auto *address = new QLineEdit;
    m_window->showPlain(address);
    m_window->resize(1440, 900);
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    address->setFocus();
    m_hub->pageStatus = 503;
    m_hub->pagesAsked = 0;
    const auto in = m_workspace->signIn(m_hub->url(), m_hub->agent.email, m_hub->password);
    QTRY_VERIFY(in.isFinished() && in.result() && m_hub->pagesAsked > 0);
    m_page = new InboxPage(*m_theme, m_clock, *m_workspace, *m_window, *m_settings);
    QSignalSpy ready(m_page, &InboxPage::ready);
    m_window->showSection(m_page);
    QTRY_COMPARE(ready.size(), 1);
    QCOMPARE(QApplication::focusWidget(), &m_page->list());
    QVERIFY(m_page->list().isLoading());
    m_hub->pageStatus = 0;
    QTRY_VERIFY_WITH_TIMEOUT(!m_page->list().isLoading(), 15'000);
    if (conversations == 0) {
        QVERIFY(m_workspace->status().completeAsOf);
        return;
    }
    QTRY_COMPARE(m_page->list().model()->rowCount(), conversations);
    QTRY_COMPARE(m_page->pane().conversation(), conversation(0));
    QCOMPARE(m_page->list().current(), conversation(0));
}

QTEST_MAIN(TestInboxLive)
#include "tst_inbox_live.moc"
