#pragma once

#include "ui/admin/setup_page.h"

class QSpinBox;

namespace tributary::ui {

/// For how long a resolved conversation opens again when its customer writes, by channel account (UX 3).
class ReopeningPage : public SetupPage {
    Q_OBJECT
public:
    explicit ReopeningPage(const AdminTools &tools, QWidget *parent = nullptr);

    RecordTable &table() { return *m_table; }
    void open(model::ChannelAccountId account);

protected:
    void showAll() override;
    bool saveForm() override;
    void reloadForm() override;
    void formClosed() override;
    void mainClicked() override {} ///< Accounts are connected elsewhere: there is no such button.
    bool refused(const model::CommandBody &body) override;

private:
    const model::ChannelAccount *opened() const;
    void showForm();
    void formChanged();
    void useForAll();

    RecordTable *m_table;
    QSpinBox *m_days;
    FormField *m_daysField;
    Button *m_all;
    std::optional<model::ChannelAccountId> m_opened;
    bool m_filling = false;
};

} // namespace tributary::ui
