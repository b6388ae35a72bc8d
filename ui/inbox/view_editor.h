#pragma once

#include "ui/inbox/view_words.h"
#include "ui/shell/overlay.h"

#include <QTimer>

class QLineEdit;
class QScrollArea;
class QVBoxLayout;

namespace tributary::ui {

class Picker;

/// A saved view over the window: its name, rows of field, operator and value, all or any of them, what its rows show, order,
/// and who has it, with the number of conversations that match as it stands (UX 4). Alt+Up and Alt+Down move what rows show,
/// Delete takes it out; Ctrl+S or Ctrl+Enter saves, Esc leaves.
class ViewEditor : public Overlay {
    Q_OBJECT
public:
    ViewEditor(const Theme &theme, Picker &picker, QWidget *window);

    /// @p view is edited as a copy. @p agent: who is to save it. @p isNew: it is not there yet.
    void edit(const model::SavedView &view, const views::Known &known, const model::Agent &agent, bool isNew);
    const model::SavedView &view() const { return m_view; }
    /// Of the draft that countWanted() was about.
    void setCount(std::int64_t count);

signals:
    void saved(const tributary::model::SavedView &view);
    void countWanted(const tributary::model::SavedView &view);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    bool holdsWork() const override { return m_view != m_before; }
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void showRows();
    void addConditions();
    void addColumns();
    Button *addRemove(QWidget *row, const char *name, const QString &tip, const QString &spoken);
    void setColumns(std::vector<std::string> columns, std::size_t current);
    void moveColumn(std::size_t from, int by);
    void removeColumn(std::size_t column);
    void chooseColumn();
    bool takeColumnKey(const QKeyEvent &event, std::size_t column);
    void showRest();
    void changed();
    QString whyNot() const; ///< What keeps it from being saved, in words.
    QString sharingProblem(const model::SavedView &view) const;
    void chooseField(std::size_t row, QWidget *at);
    void chooseOperation(std::size_t row, QWidget *at);
    void chooseValue(std::size_t row, QWidget *at);
    void chooseSort();
    void chooseSharing();
    void save();

    Picker &m_picker;
    views::Known m_known;
    model::Agent m_agent;
    model::SavedView m_view, m_before;
    bool m_isNew = false;
    TextLabel *m_title, *m_scope, *m_count, *m_problem;
    QLineEdit *m_name;
    Segment *m_match;
    QScrollArea *m_scroll;
    QWidget *m_list;
    QVBoxLayout *m_rows;
    Button *m_add, *m_addColumn, *m_sort, *m_sharing, *m_save;
    QTimer m_ask; ///< A moment after the last change.
};

} // namespace tributary::ui
