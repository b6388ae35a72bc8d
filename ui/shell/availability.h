#pragma once

#include <QObject>

namespace tributary::client {
class Workspace;
}

namespace tributary::ui {

class ShellWindow;

/// Whether work is given out to who sits here: said by their own menu or key, shown at their avatar (UX 7).
class Availability : public QObject {
    Q_OBJECT
public:
    Availability(client::Workspace &workspace, ShellWindow &shell, QObject *parent);

    bool isAway() const { return m_away; }
    void setAway(bool away);

private:
    void read();
    void show();

    client::Workspace &m_workspace;
    ShellWindow &m_shell;
    bool m_away = false;
};

} // namespace tributary::ui
