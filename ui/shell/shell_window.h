#pragma once

#include "ui/shell/action_registry.h"
#include "ui/theme/theme.h"

#include <QWidget>

class QStackedWidget;

namespace tributary::ui {

class Announcements;
class Banner;
class KeyRouter;
class Picker;
class Rail;
class SettingsFile;
class ShortcutSheet;
class StatusLine;
class Toasts;

/// The main window: banner, rail, the section's page, status bar; above them toasts, pickers and sheets. Before a workspace
/// is open it shows one page without the frame (first run, sign-in).
class ShellWindow : public QWidget {
    Q_OBJECT
public:
    /// @p settings remembers size and place; it outlives the window.
    ShellWindow(Theme &theme, SettingsFile &settings);
    ~ShellWindow() override;

    /// A page without rail, banner and status bar.
    void showPlain(QWidget *page);
    /// A section's page inside the frame. The window owns it from here on.
    void showSection(QWidget *page);
    /// What such a page had best be made in: moving a large one there styles all of it anew.
    QWidget *sectionParent() const;

    ActionRegistry &actions() { return *m_actions; }
    Banner &banner() { return *m_banner; }
    Rail &rail() { return *m_rail; }
    StatusLine &statusLine() { return *m_statusLine; }
    Toasts &toasts() { return *m_toasts; }
    Announcements &announcements() { return *m_announcements; }
    Picker &picker() { return *m_picker; }
    void showShortcuts();

signals:
    void closing();

protected:
    void closeEvent(QCloseEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void setFramed(bool framed);

    Theme &m_theme;
    SettingsFile &m_settings;
    ActionRegistry *m_actions;
    KeyRouter *m_keys;
    Banner *m_banner;
    Rail *m_rail;
    QStackedWidget *m_pages;
    StatusLine *m_statusLine;
    Toasts *m_toasts;
    Announcements *m_announcements;
    Picker *m_picker;
    ShortcutSheet *m_sheet;
};

} // namespace tributary::ui
