#include "tests/ui/inbox/open_inbox.h"

#include "core/store/database.h"
#include "ui/inbox/conversation_list.h"

#include <QApplication>
#include <QTest>

namespace tributary::testing {
namespace {

constexpr int kPage = 100; ///< Rows that the list reads at first.

} // namespace

void OpenInbox::init()
{
    m_clock = {};
    start({});
}

void OpenInbox::cleanup()
{
    close();
    m_folder.reset();
}

void OpenInbox::close()
{
    m_window.reset();
    m_workspace.reset();
    m_settings.reset();
    m_theme.reset();
}

void OpenInbox::restart()
{
    const int shown = rows().rowCount();
    m_window->close();
    close();
    open(shown);
}

void OpenInbox::start(const MadeOptions &options, std::optional<int> shown)
{
    cleanup();
    m_folder = std::make_unique<QTemporaryDir>();
    m_made = makeProfile(m_folder->filePath("profile"), options);
    const auto mine = std::ranges::count(m_made.conversations, std::optional(m_made.me.id), &model::Conversation::assignee);
    open(shown.value_or(std::min(kPage, int(mine))));
    if (options.more == 0) // the others have no address
        QTRY_VERIFY(composer().target().has_value());
}

void OpenInbox::open(int shown)
{
    m_theme = std::make_unique<ui::Theme>();
    m_settings = std::make_unique<ui::SettingsFile>(m_folder->filePath("window.ini"));
    m_workspace = std::make_unique<client::Workspace>();
    const QFuture<Result<void>> opened = m_workspace->open(m_folder->filePath("profile"));
    QTRY_VERIFY(opened.isFinished());
    QVERIFY(opened.result().has_value());
    m_window = std::make_unique<ui::ShellWindow>(*m_theme, *m_settings);
    m_page = new ui::InboxPage(*m_theme, m_clock, *m_workspace, *m_window, *m_settings);
    furnish();
    m_window->showSection(m_page);
    m_window->resize(1440, 900);
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QTRY_COMPARE(rows().rowCount(), shown);
    QTRY_VERIFY(pane().card().has_value());
    QTRY_VERIFY(m_workspace->status().state == client::Status::State::Offline);
    m_page->list().setFocus();
    QTRY_VERIFY(m_page->list().hasFocus());
}

ui::ConversationPane &OpenInbox::pane()
{
    return m_page->pane();
}

ui::Composer &OpenInbox::composer()
{
    return pane().composer();
}

QWidget *OpenInbox::editor()
{
    return composer().findChild<QWidget *>("composerEditor");
}

ui::ConversationRows &OpenInbox::rows()
{
    return *m_page->list().model();
}

bool OpenInbox::isHere(int index)
{
    return pane().row() && pane().row()->conversation.id == id(index) && composer().conversation() == id(index);
}

QFuture<Result<std::optional<store::ConversationRow>>> OpenInbox::stored(int index)
{
    return m_workspace->conversationRow(id(index));
}

model::Conversation OpenInbox::conversation(int index)
{
    const auto asked = stored(index);
    if (!QTest::qWaitFor([&] { return asked.isFinished(); }))
        qFatal("no answer");
    return (*asked.result())->conversation;
}

std::vector<model::CommandBody> OpenInbox::waiting()
{
    const auto asked = m_workspace->outbox();
    if (!QTest::qWaitFor([&] { return asked.isFinished(); }) || !asked.result())
        qFatal("no answer");
    const std::vector<store::JournalEntry> entries = *asked.result();
    std::vector<model::CommandBody> bodies;
    for (const store::JournalEntry &entry : entries)
        bodies.push_back(entry.command.body);
    return bodies;
}

void OpenInbox::type(const QString &text)
{
    QTest::keyClicks(QApplication::focusWidget(), text);
}

void OpenInbox::key(int key, Qt::KeyboardModifiers modifiers)
{
    QTest::keyClick(QApplication::focusWidget(), Qt::Key(key), modifiers);
}

void OpenInbox::alter(const char *file, const std::string &statement)
{
    auto database = store::Database::open(m_folder->filePath(QString("profile/") + file).toStdString(), {});
    QVERIFY(database.has_value());
    const auto done = (*database)->execute(statement);
    QVERIFY2(done.has_value(), done ? "" : done.error().detail.c_str());
}

} // namespace tributary::testing
