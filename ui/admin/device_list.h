#pragma once

#include "core/client/hub_access.h"
#include "ui/admin/setup_desk.h"
#include "ui/shell/controls.h"

class QVBoxLayout;

namespace tributary::ui {

/// Where somebody is signed in, each with a button that signs it out (UX 6.13). Asked of the hub, which alone knows.
class DeviceList : public QWidget {
    Q_OBJECT
public:
    DeviceList(const Theme &theme, SetupDesk &desk, QWidget *parent = nullptr);

    /// Asks whose devices there are.
    void showOf(model::AgentId agent, const QString &name);
    /// Asks again.
    void reload();
    void forget() { m_agent.reset(); }
    /// What the hub has said; for tests as well.
    void show(const std::vector<client::HubAccess::Device> &devices);
    /// Why nothing can be signed out; empty: it can.
    void setReadOnly(const QString &why);

signals:
    /// A device is signed out; @p device is what it is called.
    void signedOut(const QString &device);

private:
    void say(const QString &words);
    void signOut(const std::string &id, const QString &device, Button *button);

    const Theme &m_theme;
    SetupDesk &m_desk;
    QVBoxLayout *m_rows;
    TextLabel *m_words;
    std::optional<model::AgentId> m_agent;
    QString m_name, m_readOnly;
    int m_asked = 0; ///< Which answer counts.
};

} // namespace tributary::ui
