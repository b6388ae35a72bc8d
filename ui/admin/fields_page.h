#pragma once

#include "ui/admin/ordered_page.h"

class QCheckBox;
class QPlainTextEdit;

namespace tributary::ui {

/// Custom fields of conversations, customers and companies. What a field is stays as it was made: values of it are there.
class FieldsPage : public OrderedPage {
    Q_OBJECT
public:
    explicit FieldsPage(const AdminTools &tools, QWidget *parent = nullptr);

    RecordTable &table() { return *m_table; }
    void open(model::FieldDefinitionId field);
    void setSubject(model::FieldDefinition::Subject subject);

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
    model::FieldDefinition::Subject subject() const;
    const model::FieldDefinition *opened() const; ///< Null also while a new one is made.
    bool isNew() const { return m_isOpen && !opened(); }
    void fillForm(const model::FieldDefinition &field);
    model::FieldDefinition rebase(const model::FieldDefinition &draft, const model::FieldDefinition &base) const;
    void showForm();
    void leaveForm();
    void formChanged();
    void showProblems();
    void pickType();

    RecordTable *m_table;
    Segment *m_subject;
    QLineEdit *m_name, *m_key;
    ChoiceButton *m_type;
    QPlainTextEdit *m_choices;
    QCheckBox *m_secret;
    FormField *m_nameField, *m_keyField, *m_typeField, *m_choicesField, *m_secretField;
    model::FieldDefinition m_draft;
    model::FieldDefinition m_base; ///< What it was made from.
    model::FieldDefinition m_sent; ///< What the one that was saved last was made from.
    bool m_isOpen = false, m_filling = false, m_keyTyped = false, m_tried = false;
};

} // namespace tributary::ui
