#pragma once

#include "core/client/hub_access.h"
#include "core/model/ids.h"
#include "ui/settings/settings_page.h"

class QLineEdit;
class QVBoxLayout;

namespace tributary::client {
class Workspace;
}

namespace tributary::ui {

class CodeCells;
class FingerprintView;

/// Name, password, second factor and devices of whoever is signed in. What it shows of the last two comes from the hub each
/// time it is opened.
class SecurityPage : public SettingsPage {
    Q_OBJECT
public:
    SecurityPage(const Theme &theme, client::Workspace &workspace, QWidget *parent = nullptr);
    void read() override;
    bool holdsWork() const override { return m_step == Step::Recovery; }
    /// What the hub has said; for tests as well.
    void show(const client::HubAccess::State &state);
    /// The secret to take over, as text and as a picture, and the place for its first code.
    void showSecret(const client::HubAccess::SecondFactor &factor);
    /// Which hub is believed, and by which fingerprint; none: because the system trusts its certificate.
    void showHub(const QUrl &hub, const QString &fingerprint);
    void showRecoveryCodes(const std::vector<std::string> &codes);

private:
    enum class Step { Overview, Password, Secret, Renew, Recovery };
    void addAccount(QVBoxLayout *rows);
    void saveName();
    void changePassword();
    void go(Step step);
    void submitPassword();
    void submitCode(const QString &code);
    void fail(const Error &error);
    void readDevices();
    void listDevices(const std::vector<client::HubAccess::Device> &devices);

    const Theme &m_theme;
    client::Workspace &m_workspace;
    FingerprintView *m_print;
    TextLabel *m_hub, *m_state, *m_problem, *m_secret, *m_codes, *m_file;
    Button *m_begin, *m_renew, *m_haveCodes;
    QWidget *m_passwordBox, *m_secretBox, *m_codeBox, *m_recoveryBox, *m_devices;
    QLabel *m_picture;
    QLineEdit *m_password;
    QLineEdit *m_name, *m_oldPassword, *m_newPassword;
    Button *m_saveName, *m_changePassword;
    TextLabel *m_accountWords; ///< What came of the last change of name or password.
    CodeCells *m_code;
    QVBoxLayout *m_deviceRows;
    QString m_uri;
    bool m_hasFactor = false, m_codesKept = true;
    Step m_step = Step::Overview;
    model::AgentId m_agent; ///< Whose sign-in it is.
};

} // namespace tributary::ui
