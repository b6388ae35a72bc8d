#pragma once

#include "core/client/hub_access.h"
#include "core/model/limits.h"
#include "ui/admin/setup_page.h"

#include <QTimer>

class QSpinBox;

namespace tributary::ui {

class DeviceList;

/// Who is in the workspace: role, teams, how much work, languages; let in and shut out (UX 6.13).
class PeoplePage : public SetupPage {
    Q_OBJECT
public:
    explicit PeoplePage(const AdminTools &tools, QWidget *parent = nullptr);

    RecordTable &table() { return *m_table; }
    DeviceList &devices() { return *m_devices; }
    void open(model::AgentId agent);
    /// Asks the hub again who was here when.
    void readSeen();
    /// What it has said; for tests as well.
    void showSeen(const client::HubAccess::People &people);

signals:
    /// The button is there only while somebody listens.
    void inviteWanted();
    /// A link with which that agent chooses another password.
    void newPasswordWanted(tributary::model::AgentId agent);

protected:
    void showAll() override;
    bool saveForm() override;
    void reloadForm() override;
    void mainClicked() override { emit inviteWanted(); }
    void formClosed() override;
    bool refused(const model::CommandBody &body) override;
    QList<TableRow> rowsToExport() const override;
    std::optional<RawId> openedId() const override;
    void connectNotify(const QMetaMethod &signal) override;
    void showEvent(QShowEvent *event) override;

private:
    const model::Agent *opened() const;
    void fillForm(const model::SetAgent &settings);
    model::SetAgent rebase(const model::SetAgent &draft, const model::SetAgent &base) const;
    void showForm();
    void formChanged();
    void pickRole();
    void pickTeams();
    void pickLanguages();
    /// Who gets what @p agents have in hand: asked once for all of them.
    void pickSuccessor(const std::vector<model::AgentId> &agents, const QRect &place);
    void pickRoleFor(const std::vector<model::AgentId> &agents, const QRect &place);
    void pickTeamFor(const std::vector<model::AgentId> &agents, const QRect &place);
    void showMenu(const std::vector<model::AgentId> &agents, const QRect &place);
    const model::Agent *agent(model::AgentId id) const; ///< Null: not there any more.
    /// Why one of @p agents cannot be made active, or not active any more; empty: all of them can.
    QString whyStays(const std::vector<model::AgentId> &agents, bool active) const;
    /// Why one of @p agents cannot be given what @p change makes of their settings; empty: all of them can.
    QString whyNotAll(const std::vector<model::AgentId> &agents, const std::function<void(model::SetAgent &)> &change) const;
    void setAll(const std::vector<model::AgentId> &agents, const std::function<void(model::SetAgent &)> &change);
    /// Why @p agent's password is not for whoever looks to renew; empty if it is.
    QString whyNotPassword(const model::Agent &agent) const;
    void askEndFactor();
    void setActive(const std::vector<model::AgentId> &agents, bool active, std::optional<model::AgentId> workTo);
    std::optional<model::NotGiven> whyNotLetIn(const model::Agent &agent) const;
    /// Why @p agent cannot be given that role and those teams, or be taken theirs; empty if they can.
    QString whyNot(const model::Agent &agent, const model::SetAgent &settings) const;
    static model::SetAgent settingsOf(const model::Agent &agent);

    RecordTable *m_table;
    ChoiceButton *m_role, *m_teams;
    QSpinBox *m_capacity;
    ChoiceButton *m_languages;
    FormField *m_roleField, *m_teamsField, *m_capacityField, *m_languagesField;
    Button *m_newPassword, *m_endFactor;
    DeviceList *m_devices;
    std::optional<client::HubAccess::People> m_seen;
    QTimer m_seenTimer;
    std::optional<model::AgentId> m_opened;
    model::SetAgent m_draft;
    model::SetAgent m_base; ///< What it was made from.
    model::SetAgent m_sent; ///< What the one that was saved last was made from.
    bool m_filling = false;
};

} // namespace tributary::ui
