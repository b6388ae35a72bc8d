#pragma once

#include "ui/admin/setup_page.h"

namespace tributary::ui {

class TeamMembers;

/// Teams, who is in them, and how work is given out.
class TeamsPage : public SetupPage {
    Q_OBJECT
public:
    explicit TeamsPage(const AdminTools &tools, QWidget *parent = nullptr);

    RecordTable &table() { return *m_table; }
    void open(model::TeamId team);

protected:
    void showAll() override;
    bool saveForm() override;
    void reloadForm() override;
    void formClosed() override;
    void mainClicked() override;
    bool refused(const model::CommandBody &body) override;
    std::optional<RawId> openedId() const override;

private:
    const model::Team *opened() const;
    void fillForm(const model::Team &team);
    model::Team rebase(const model::Team &draft, const model::Team &base) const;
    void showForm();
    QString whatIsGivenOut(const model::Team &team) const;
    void formChanged();
    void pickReturn();
    void pickHeir(const std::vector<model::TeamId> &teams, const QRect &place);
    void showMenu(const std::vector<model::TeamId> &teams, const QRect &place);
    /// Why one of @p teams cannot be removed; empty: all of them can.
    QString whyStays(const std::vector<model::TeamId> &teams) const;
    QStringList namesOf(const std::vector<model::TeamId> &teams) const;
    QString whyNotName(const QString &name, model::TeamId but) const;

    RecordTable *m_table;
    QLineEdit *m_name;
    Segment *m_routing;
    ChoiceButton *m_return;
    FormField *m_nameField, *m_routingField, *m_returnField;
    TeamMembers *m_members;
    std::optional<model::TeamId> m_opened;
    model::Team m_draft;
    model::Team m_base; ///< What it was made from.
    model::Team m_sent; ///< What the one that was saved last was made from.
    bool m_filling = false;
};

} // namespace tributary::ui
