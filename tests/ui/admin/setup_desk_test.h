#pragma once

#include "core/client/workspace.h"
#include "tests/client/mini_hub.h"
#include "ui/admin/setup_desk.h"
#include "ui/shell/settings_file.h"
#include "ui/shell/shell_window.h"

#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace tributary::ui {

template<class IdType>
IdType idOf(int name)
{
    RawId raw{};
    raw[0] = std::byte(1);
    raw[15] = std::byte(name);
    return IdType(raw);
}

inline const model::Role kHelp{.id = idOf<model::RoleId>(7), .name = "Seasonal help", .permissions = {"reply"}};

/// A setup desk at a hub for each test, of Ana, who is an admin.
class SetupDeskTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();

protected:
    std::vector<std::string> permissions() const; ///< Of kHelp, as it is shown.
    static model::SaveRole with(std::vector<std::string> permissions);

    std::unique_ptr<MiniHub> m_hub;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<client::Workspace> m_workspace;
    std::unique_ptr<SetupDesk> m_desk;
};

/// A page of Admin over the desk, beside a window that it asks in.
template<class Page>
struct PageInWindow {
    PageInWindow(SetupDesk &desk, const QTemporaryDir &folder)
        : settings(folder.filePath("window.ini"))
        , window(theme, settings)
        , page({theme, desk, window.picker(), window.toasts()})
    {
        window.show();
        page.resize(1000, 700);
        page.show();
        page.refresh();
    }

    Theme theme;
    ui::SettingsFile settings;
    ShellWindow window;
    Page page;
};

} // namespace tributary::ui
