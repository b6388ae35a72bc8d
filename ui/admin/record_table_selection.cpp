// Several rows of a table at once.
#include "ui/admin/record_table.h"

#include <QKeyEvent>

namespace tributary::ui {

QList<RawId> RecordTable::chosen() const
{
    QList<RawId> ids;
    for (const TableRow &row : m_rows) {
        if (m_selected.contains(row.id))
            ids.append(row.id);
    }
    if (ids.isEmpty() && current())
        ids.append(*current());
    return ids;
}

void RecordTable::toggleSelected()
{
    const std::optional<RawId> id = current();
    if (!id)
        return;
    const bool added = m_selected.erase(*id) == 0;
    if (added)
        m_selected.insert(*id);
    m_anchor = id;
    viewport()->update();
    announceSelected(m_current, added);
    emit selectionChanged();
}

void RecordTable::selectAll()
{
    for (const TableRow &row : m_rows)
        m_selected.insert(row.id);
    viewport()->update();
    emit selectionChanged();
}

void RecordTable::clearSelection()
{
    m_anchor.reset();
    if (m_selected.empty())
        return;
    m_selected.clear();
    viewport()->update();
    emit selectionChanged();
}

void RecordTable::extendTo(int row)
{
    if (m_rows.isEmpty())
        return;
    const int known = m_anchor ? indexOf(*m_anchor) : -1;
    const int from = known >= 0 ? known : m_current;
    const RawId anchor = m_rows[from].id;
    const auto each = [from, this](const auto &take) {
        for (int i = std::min(from, m_current); i <= std::max(from, m_current); ++i)
            take(m_rows[i].id);
    };
    each([this](const RawId &id) { m_selected.erase(id); }); // back over it is out of it again
    moveTo(row);
    each([this](const RawId &id) { m_selected.insert(id); });
    m_anchor = anchor;
    announceSelected(m_current, true);
    emit selectionChanged();
}

/// Whether @p event was about what is selected.
bool RecordTable::selectByKey(const QKeyEvent &event)
{
    const Qt::KeyboardModifiers held = event.modifiers() & ~Qt::KeypadModifier;
    const int page = std::max(1, (viewport()->height() - headerHeight()) / rowHeight() - 1);
    if (held == Qt::ShiftModifier) {
        switch (event.key()) {
        case Qt::Key_Down: extend(1); return true;
        case Qt::Key_Up: extend(-1); return true;
        case Qt::Key_PageDown: extend(page); return true;
        case Qt::Key_PageUp: extend(-page); return true;
        case Qt::Key_Home: extendTo(0); return true;
        case Qt::Key_End: extendTo(int(m_rows.size()) - 1); return true;
        default: return false;
        }
    }
    if (held == Qt::ControlModifier && (event.key() == Qt::Key_A || event.key() == Qt::Key_Space)) {
        event.key() == Qt::Key_A ? selectAll() : toggleSelected();
        return true;
    }
    if (event.key() == Qt::Key_Escape && !m_selected.empty()) {
        clearSelection();
        return true;
    }
    return false;
}

} // namespace tributary::ui
