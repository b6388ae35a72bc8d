#include "ui/shell/row_selection.h"

#include <QKeyEvent>
#include <algorithm>

namespace tributary::ui {

RowSelection::RowSelection(Table table, QObject *parent)
    : QObject(parent)
    , m_table(std::move(table))
{
}

int RowSelection::rowOf(const RawId &id) const
{
    for (int row = 0; row < m_table.count(); ++row) {
        if (m_table.idAt(row) == id)
            return row;
    }
    return -1;
}

std::vector<RawId> RowSelection::chosen() const
{
    std::vector<RawId> ids;
    for (int row = 0; row < m_table.count() && ids.size() < m_ids.size(); ++row) {
        if (const RawId id = m_table.idAt(row); contains(id))
            ids.push_back(id);
    }
    if (ids.empty() && isRow(m_table.current()))
        ids.push_back(m_table.idAt(m_table.current()));
    return ids;
}

void RowSelection::toggle()
{
    const int row = m_table.current();
    if (!isRow(row))
        return;
    forgetLost();
    const RawId id = m_table.idAt(row);
    const bool added = m_ids.erase(id) == 0;
    if (added)
        m_ids.insert(id);
    m_anchor = m_extended = id;
    emit rowChanged(row, added);
    emit changed();
}

void RowSelection::selectAll()
{
    for (int row = 0; row < m_table.count(); ++row)
        m_ids.insert(m_table.idAt(row));
    emit changed();
}

void RowSelection::clear()
{
    forgetLost();
    m_anchor.reset();
    m_extended.reset();
    if (m_ids.empty())
        return;
    m_ids.clear();
    emit changed();
}

void RowSelection::extendTo(int row)
{
    if (m_table.count() == 0)
        return;
    const int before = std::max(0, m_table.current());
    const bool goesOn = m_anchor && m_extended == m_table.idAt(before);
    const int known = goesOn ? rowOf(*m_anchor) : -1;
    const int from = known >= 0 ? known : before;
    const auto each = [from, this](int to, const auto &take) {
        for (int i = std::min(from, to); i <= std::max(from, to); ++i)
            take(m_table.idAt(i));
    };
    each(before, [this](const RawId &id) { m_ids.erase(id); }); // back over it is out of it again
    m_table.moveTo(row);
    each(m_table.current(), [this](const RawId &id) { m_ids.insert(id); });
    m_anchor = m_table.idAt(from);
    m_extended = m_table.idAt(m_table.current());
    emit rowChanged(m_table.current(), true);
    emit changed();
}

void RowSelection::forgetGone()
{
    if (m_ids.empty())
        return;
    std::set<RawId> there;
    for (int row = 0; row < m_table.count(); ++row) {
        if (const RawId id = m_table.idAt(row); contains(id))
            there.insert(id);
    }
    if (there.size() == m_ids.size())
        return;
    m_ids = std::move(there);
    if (m_ids.empty() && isRow(m_table.current()))
        m_lostAt = m_table.idAt(m_table.current());
    emit changed();
}

bool RowSelection::isLost() const
{
    return m_ids.empty() && m_lostAt && isRow(m_table.current()) && m_table.idAt(m_table.current()) == *m_lostAt;
}

bool RowSelection::takeKey(const QKeyEvent &event)
{
    const Qt::KeyboardModifiers held = event.modifiers() & ~Qt::KeypadModifier;
    const auto extend = [this](int by) { extendTo(m_table.current() + by); };
    if (held == Qt::ShiftModifier) {
        switch (event.key()) {
        case Qt::Key_Down: extend(1); return true;
        case Qt::Key_Up: extend(-1); return true;
        case Qt::Key_PageDown: extend(m_table.page()); return true;
        case Qt::Key_PageUp: extend(-m_table.page()); return true;
        case Qt::Key_Home: extendTo(0); return true;
        case Qt::Key_End: extendTo(m_table.count() - 1); return true;
        default: return false;
        }
    }
    if (held == Qt::ControlModifier && (event.key() == Qt::Key_A || event.key() == Qt::Key_Space)) {
        event.key() == Qt::Key_A ? selectAll() : toggle();
        return true;
    }
    if (event.key() == Qt::Key_Escape && !m_ids.empty()) {
        clear();
        return true;
    }
    return false;
}

bool RowSelection::takeClick(int row, Qt::KeyboardModifiers modifiers)
{
    if (modifiers & Qt::ShiftModifier) {
        extendTo(row);
        return true;
    }
    if (modifiers & Qt::ControlModifier) {
        m_table.moveTo(row);
        toggle();
        return true;
    }
    clear();
    return false;
}

void RowSelection::takeMenu(int row)
{
    if (!contains(m_table.idAt(row)))
        clear();
    m_table.moveTo(row);
}

} // namespace tributary::ui
