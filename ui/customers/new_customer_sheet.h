#pragma once

#include "core/client/workspace.h"
#include "ui/shell/overlay.h"

class QLineEdit;
class QVBoxLayout;

namespace tributary::ui {

class Picker;

/// Somebody new (UX 6.17, N): a name, one or more addresses, and perhaps a company. Works without the hub. An address that
/// somebody has already adds nobody: it says whose it is, and opens them.
class NewCustomerSheet : public Overlay {
    Q_OBJECT
public:
    NewCustomerSheet(const Theme &theme, client::Workspace &workspace, Picker &picker, QWidget *window);

    void open();

signals:
    void added(tributary::model::CustomerId id, const QString &name);
    void notKept();
    /// Who has the address already.
    void customerWanted(tributary::model::CustomerId id);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    bool holdsWork() const override;

private:
    class AddressRow;
    /// An address as it was typed, on its way to being checked.
    struct Typed {
        model::Channel channel = model::Channel::Email;
        std::string text;
    };

    AddressRow *addRow(model::Channel channel);
    void pickKind(AddressRow *row);
    void pickCompany();
    void showCompany();
    void save();
    /// Looks whose the addresses from @p at on are, one after the other; then gives the commands.
    void check(std::vector<Typed> addresses, std::size_t at);
    void give(const std::vector<Typed> &addresses);
    void say(const QString &problem, AddressRow *at = nullptr);
    QList<AddressRow *> filled() const;
    void fit();

    client::Workspace &m_workspace;
    Picker &m_picker;
    std::vector<model::Company> m_companies;
    std::vector<model::ChannelAccount> m_accounts; ///< For their regions.
    model::CompanyId m_company;
    QString m_companyName; ///< Of one that is there, or with a null id of one that is made.
    std::uint64_t m_question = 0;
    QLineEdit *m_name;
    QVBoxLayout *m_rows;
    TextLabel *m_problem;
    Button *m_openHolder, *m_more, *m_companyButton, *m_save;
    model::CustomerId m_holder;
};

} // namespace tributary::ui
