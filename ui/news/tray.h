#pragma once

#include "ui/news/pop_ups.h"
#include "ui/theme/theme.h"

#include <QMenu>
#include <QSystemTrayIcon>

namespace tributary::ui {

class ActionRegistry;

/// The program's icon beside the clock (UX 9): a dot for news, a bar for no link; a menu; and pop-ups where no other service
/// has them. Where the system has no such place nothing is shown, and closing the window ends the program.
class Tray : public PopUps {
    Q_OBJECT
public:
    Tray(const Theme &theme, ActionRegistry &actions, QWidget &window, QObject *parent);

    bool isThere() const { return m_icon.isVisible(); }
    void setState(int unseen, bool linked, qint64 outbox);
    /// "Quiet for an hour" is on.
    void setMuted(bool muted);
    void show(const PopUp &popUp) override;
    /// Of those that Qt itself draws; others go by themselves, and open no more than the window from here on.
    void withdraw(const QString &key) override;
    /// What stands in the icon, for pictures.
    QPixmap pixmap(int size) const;
    QMenu &menu() { return m_menu; }

    /// In front of the others, wherever it was: in the tray, or minimised.
    void openWindow();
    /// Ends the program, if the window lets itself be closed.
    void quit();

signals:
    void muteWanted(bool muted);
    /// The window was closed, and the program goes on: for the first time it should say so.
    void hidden();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void paintIcon();
    void fillMenu();

    const Theme &m_theme;
    ActionRegistry &m_actions;
    QWidget &m_window;
    QSystemTrayIcon m_icon{this};
    QMenu m_menu;
    int m_unseen = 0;
    bool m_linked = true, m_muted = false, m_quitting = false;
    qint64 m_outbox = 0;
    QString m_lastKey; ///< Of the pop-up that is up, there is one at most; empty once it was withdrawn.
};

} // namespace tributary::ui
