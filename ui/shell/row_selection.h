#pragma once

#include "core/base/id.h"

#include <QObject>
#include <functional>
#include <optional>
#include <set>
#include <vector>

class QKeyEvent;

namespace tributary::ui {

/// Which rows of a table are selected, by what they are of: rows come, go and move. Keys and clicks do the same to it in
/// every table (UX 7, 8): Ctrl or Shift with a click, Shift with the arrows, Ctrl+Space, Ctrl+A; Esc gives it up.
class RowSelection : public QObject {
    Q_OBJECT
public:
    /// What is asked of the table, and done to it.
    struct Table {
        std::function<int()> count, current; ///< Current: below 0 where there is none.
        std::function<int()> page;           ///< Rows that a page moves on by.
        std::function<RawId(int row)> idAt;
        std::function<void(int row)> moveTo; ///< The nearest row there is becomes the current one.
    };
    RowSelection(Table table, QObject *parent);

    bool contains(const RawId &id) const { return m_ids.contains(id); }
    bool isEmpty() const { return m_ids.empty(); }
    std::size_t size() const { return m_ids.size(); }
    /// What is to be acted on: the selected rows in their order, or the current one where none is selected.
    std::vector<RawId> chosen() const;
    void toggle(); ///< The current one.
    void selectAll();
    void clear();
    /// Moves to @p row and selects all from where that began.
    void extendTo(int row);
    /// What is not seen any more is not meant. Called when the rows are others and the current one is settled.
    void forgetGone();
    /// All that was selected has left the table, and the row that was current then is so still: the next key was meant for
    /// what was selected, not for what happens to be current.
    bool isLost() const;
    void forgetLost() { m_lostAt.reset(); }
    /// Whether the key was about what is selected.
    bool takeKey(const QKeyEvent &event);
    /// The same of a click on @p row; another one gives up what is selected.
    bool takeClick(int row, Qt::KeyboardModifiers modifiers);
    /// A menu is asked for on @p row: what was clicked is meant, unless it is one of those that are selected.
    void takeMenu(int row);

signals:
    void changed();
    /// By hand, one row at a time: to be said.
    void rowChanged(int row, bool selected);

private:
    bool isRow(int row) const { return row >= 0 && row < m_table.count(); }
    int rowOf(const RawId &id) const; ///< -1: not there.

    const Table m_table;
    std::set<RawId> m_ids;
    std::optional<RawId> m_anchor, m_extended; ///< Where what is being extended began, and how far it has come.
    std::optional<RawId> m_lostAt;             ///< The row that was current when the selection was lost.
};

} // namespace tributary::ui
