#include "tests/ui/admin/open_admin.h"

#include "ui/admin/people_page.h"

#include <QTest>

namespace tributary::testing {

void OpenAdmin::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_made = makeProfile(m_folder->filePath("profile"), {.fields = m_fields, .statuses = m_statuses, .teams = {m_team}});
    m_theme = std::make_unique<ui::Theme>();
    m_settings = std::make_unique<ui::SettingsFile>(m_folder->filePath("window.ini"));
    m_workspace = std::make_unique<client::Workspace>();
    const QFuture<Result<void>> opened = m_workspace->open(m_folder->filePath("profile"));
    QTRY_VERIFY(opened.isFinished());
    QVERIFY(opened.result().has_value());
    m_window = std::make_unique<ui::ShellWindow>(*m_theme, *m_settings);
    m_desk = new ui::SetupDesk(*m_workspace, m_window.get());
    m_page = new ui::AdminPage(*m_theme, *m_desk, *m_window);
    m_window->showSection(m_page);
    m_window->resize(1440, 900);
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QTRY_COMPARE(m_page->people().table().rows().size(), 2);
    m_page->people().focusTable();
    QTRY_VERIFY(m_page->people().table().hasFocus());
}

void OpenAdmin::cleanup()
{
    m_window.reset();
    m_workspace.reset();
    m_settings.reset();
    m_theme.reset();
    m_folder.reset();
}

} // namespace tributary::testing
