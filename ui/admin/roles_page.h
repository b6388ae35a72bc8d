#pragma once

#include "ui/admin/role_matrix_view.h"
#include "ui/admin/setup_page.h"

namespace tributary::ui {

/// Who may do what: the matrix, and beside it a role's name, what it sees, and its channels (UX 6.13).
class RolesPage : public SetupPage {
    Q_OBJECT
public:
    explicit RolesPage(const AdminTools &tools, QWidget *parent = nullptr);

    RoleMatrixView &matrix() { return *m_view; }
    void open(model::RoleId role);

protected:
    void showAll() override;
    bool saveForm() override;
    void reloadForm() override;
    void formClosed() override;
    void mainClicked() override;
    bool refused(const model::CommandBody &body) override;
    std::optional<RawId> openedId() const override;
    void hideEvent(QHideEvent *event) override;

private:
    const model::Role *opened() const;
    void fillForm(const model::Role &role);
    model::Role rebase(const model::Role &draft, const model::Role &base) const;
    void showForm();
    void formChanged();
    void pickSight();
    void pickAccounts();
    void pickRemoval();
    void makeCopy(int column);

    RoleMatrixView *m_view;
    QLineEdit *m_name;
    ChoiceButton *m_sight, *m_accounts;
    FormField *m_nameField, *m_sightField, *m_accountsField;
    std::optional<model::RoleId> m_opened;
    model::Role m_draft;
    model::Role m_base; ///< What it was made from.
    model::Role m_sent; ///< What the one that was saved last was made from.
    bool m_filling = false;
};

} // namespace tributary::ui
