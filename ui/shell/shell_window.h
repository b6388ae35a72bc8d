#pragma once

#include "ui/shell/action_registry.h"
#include "ui/theme/theme.h"

#include <QPointer>
#include <QWidget>

#include <functional>
#include <utility>
#include <vector>

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
    /// Makes it no larger than what the screen has room for; before it is shown.
    void fitToScreen();
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

    /// Why one might not want to leave just now, and what else can be done about it, if anything.
    struct Unkept {
        QString words, action;
        std::function<void()> run;
        Unkept(const QString &said = {}, const QString &offered = {}, std::function<void()> does = {})
            : words(said)
            , action(offered)
            , run(std::move(does))
        {
        }
    };
    /// Shows what would be lost if the program ended now, and gives the words for it; empty: nothing would be.
    using ShowUnkept = std::function<Unkept()>;
    /// Asked for as long as @p of lives when the window is to close. What is not kept holds it, as does an open Overlay that
    /// holds work, once: closed again while that is said, it closes.
    void addUnkept(QObject *of, ShowUnkept show);
    /// Takes away what lies over the page and holds no work, for something else that is to be seen. False: something stays.
    bool clearOverlays();
    /// Whether what was begun here and is not kept may be left: false the first time, when it is shown and @p asks ("%1 Sign
    /// out once more to leave anyway.") said with it.
    bool mayLeave(const QString &asks);

signals:
    void closing(); ///< It may be held then.

protected:
    void closeEvent(QCloseEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void setFramed(bool framed);
    Unkept showUnkept();

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
    std::vector<std::pair<QPointer<QObject>, ShowUnkept>> m_unkept;
    QPointer<QWidget> m_held; ///< The toast that says why it does not close.
    QString m_heldBy;
};

} // namespace tributary::ui
