#pragma once

#include "core/client/workspace.h"
#include "ui/customer/field_row.h"
#include "ui/shell/overlay.h"
#include "ui/theme/time_format.h"

class QLineEdit;
class QPlainTextEdit;
class QScrollArea;
class QVBoxLayout;

namespace tributary::ui {

class Picker;

/// A company over the window: what it is called, the domains whose mail is its own, a note, custom fields, and its people.
/// Ctrl+Enter or Ctrl+S saves, Esc leaves. Who may not change companies sees it all the same, and why.
class CompanySheet : public Overlay {
    Q_OBJECT
public:
    CompanySheet(const Theme &theme, const Clock &clock, client::Workspace &workspace, Picker &picker, QWidget *window);

    /// Reads it first; nothing where it is not here.
    void open(model::CompanyId id);
    /// As it stands in the form.
    const model::Company &draft() const { return m_draft; }
    void save();
    bool holdsWork() const override;

signals:
    void saved(const QString &name);
    void notKept();
    /// It is to be there no more; the sheet has gone.
    void removeWanted(tributary::model::CompanyId id);
    void customerWanted(tributary::model::CustomerId id);
    /// Its people in the table of customers; @p typed finds them there.
    void everybodyWanted(const QString &typed);

protected:
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void show(const model::Company &company);
    void askPeople();
    void showPeople(const std::vector<store::CustomerRow> &rows, std::size_t total);
    void showFields();
    /// As it stands in the draft; the others may be in the middle of a word.
    void renewField(const std::string &key);
    /// The first one that was left with what it does not take.
    FieldRow *refusedField() const;
    QList<FieldRow *> fieldRows() const { return panel()->findChildren<FieldRow *>(); }
    FieldRow::Content contentOf(const model::FieldDefinition &field);
    void say(const QString &problem, QWidget *at = nullptr);
    void give(const model::Company &company);
    void changed();
    /// What was typed as domains; nothing where one of them is none, which @p wrong then is.
    std::optional<std::vector<std::string>> domains(QString &wrong) const;

    const Clock &m_clock;
    client::Workspace &m_workspace;
    Picker &m_picker;
    TimeFormat m_format;
    model::Company m_known, m_draft;
    std::vector<model::FieldDefinition> m_fields;
    std::uint64_t m_question = 0; ///< Answers about another company are dropped.
    bool m_mayChange = false;
    TextLabel *m_title, *m_readOnly, *m_noteName, *m_peopleName, *m_problem;
    QScrollArea *m_scroll;
    QLineEdit *m_name, *m_domains;
    QPlainTextEdit *m_note;
    QVBoxLayout *m_fieldRows, *m_people;
    Button *m_everybody, *m_remove, *m_save;
};

} // namespace tributary::ui
