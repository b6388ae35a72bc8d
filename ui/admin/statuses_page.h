#pragma once

#include "ui/admin/ordered_page.h"

namespace tributary::ui {

/// Statuses of the workspace's own, each of which counts as one of the four.
class StatusesPage : public OrderedPage {
    Q_OBJECT
public:
    explicit StatusesPage(const AdminTools &tools, QWidget *parent = nullptr);

    RecordTable &table() { return *m_table; }
    void open(model::CustomStatusId status);

protected:
    void showAll() override;
    bool saveForm() override;
    void reloadForm() override;
    void formClosed() override;
    void mainClicked() override;
    bool refused(const model::CommandBody &body) override;
    std::optional<RawId> openedId() const override;
    void openRecord(const RawId &id) override;
    QStringList namesOf(const QList<RawId> &ids) const override;
    QString staysWords(const QList<RawId> &ids) const override;
    model::CommandBody removal(const RawId &id) const override;
    std::vector<model::CommandBody> moves(const RawId &id, int by) const override;

private:
    const model::CustomStatus *opened() const; ///< Null also while a new one is made.
    bool isNew() const { return m_isOpen && !opened(); }
    void fillForm(const model::CustomStatus &status);
    model::CustomStatus rebase(const model::CustomStatus &draft, const model::CustomStatus &base) const;
    void showForm();
    void leaveForm();
    void formChanged();
    void pickCounts();
    QString whyNotName() const;

    RecordTable *m_table;
    QLineEdit *m_name;
    ChoiceButton *m_counts;
    FormField *m_nameField, *m_countsField;
    model::CustomStatus m_draft;
    model::CustomStatus m_base; ///< What it was made from.
    model::CustomStatus m_sent; ///< What the one that was saved last was made from.
    bool m_isOpen = false, m_filling = false;
};

} // namespace tributary::ui
