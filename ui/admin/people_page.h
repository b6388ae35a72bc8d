#pragma once

#include "ui/admin/setup_page.h"

class QSpinBox;

namespace tributary::ui {

/// Who is in the workspace: role, teams, how much work, languages; let in and shut out (UX 6.13).
class PeoplePage : public SetupPage {
    Q_OBJECT
public:
    explicit PeoplePage(const AdminTools &tools, QWidget *parent = nullptr);

    RecordTable &table() { return *m_table; }
    void open(model::AgentId agent);

signals:
    /// The button is there only while somebody listens.
    void inviteWanted();

protected:
    void showAll() override;
    bool saveForm() override;
    void reloadForm() override;
    void mainClicked() override { emit inviteWanted(); }
    void formClosed() override;
    bool refused(const model::CommandBody &body) override;
    void connectNotify(const QMetaMethod &signal) override;

private:
    const model::Agent *opened() const;
    void fillForm(const model::SetAgent &settings);
    void showForm();
    void formChanged();
    void pickRole();
    void pickTeams();
    void pickSuccessor();
    void setActive(bool active, std::optional<model::AgentId> workTo);
    /// Why a role cannot be given to, or taken from, who is open; empty if it can.
    QString whyNotRole(const std::vector<std::string> &permissions) const;
    static model::SetAgent settingsOf(const model::Agent &agent);

    RecordTable *m_table;
    ChoiceButton *m_role, *m_teams;
    QSpinBox *m_capacity;
    QLineEdit *m_languages;
    FormField *m_roleField, *m_teamsField, *m_capacityField, *m_languagesField;
    std::optional<model::AgentId> m_opened;
    model::SetAgent m_draft;
    bool m_filling = false, m_canInvite = false;
};

} // namespace tributary::ui
