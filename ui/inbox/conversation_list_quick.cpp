// The quick bar of the row under the pointer (UX 8): where it is, what it says, and what a click on it means.
#include "ui/inbox/conversation_list.h"

#include "ui/shell/plain_words.h"
#include "ui/shell/row_drag.h"

#include <QHelpEvent>
#include <QMouseEvent>

namespace tributary::ui {

void ConversationList::setQuickActions(std::function<std::vector<QuickAction>(model::ConversationId)> actions)
{
    m_quick = std::move(actions);
    viewport()->update();
}

std::vector<QuickAction> ConversationList::quickActions() const
{
    if (!m_quick || !m_model || m_hovered < 0 || m_hovered >= m_model->rowCount() || m_drag->isDragging())
        return {};
    const model::ConversationId id = m_model->rows()[std::size_t(m_hovered)].conversation.id;
    return m_model->isGone(id) ? std::vector<QuickAction>() : m_quick(id);
}

QRect ConversationList::quickButton(int index) const
{
    const int count = int(quickActions().size());
    return index < 0 || index >= count ? QRect()
                                       : quickButtonRect(m_theme, rowRect(m_hovered), count, index, layoutDirection());
}

int ConversationList::quickAt(const QPoint &position) const
{
    if (m_hovered < 0)
        return -1;
    return quickButtonAt(m_theme, rowRect(m_hovered), int(quickActions().size()), position, layoutDirection());
}

/// The pointer moves, and rows move under it.
void ConversationList::findHovered()
{
    const int row = m_pointer && !m_drag->isDragging() ? rowAt(m_pointer->y()) : -1;
    if (std::exchange(m_hovered, row) != row)
        viewport()->update();
    const int button = m_pointer ? quickAt(*m_pointer) : -1;
    if (std::exchange(m_quickHovered, button) != button && row >= 0)
        viewport()->update(rowRect(row));
}

/// Of two quick clicks the second does not come here: the first may have taken its row away, and it is not meant for the one
/// that has moved up.
bool ConversationList::pressQuick(const QMouseEvent &event)
{
    const int button = quickAt(event.pos());
    if (button < 0)
        return false;
    m_quickPressed = button;
    m_quickOf = m_model->rows()[std::size_t(m_hovered)].conversation.id;
    viewport()->update(rowRect(m_hovered));
    return true;
}

bool ConversationList::releaseQuick(const QMouseEvent &event)
{
    if (m_quickPressed < 0 || event.button() != Qt::LeftButton)
        return false;
    const int pressed = std::exchange(m_quickPressed, -1);
    viewport()->update();
    if (quickAt(event.pos()) != pressed || m_model->rows()[std::size_t(m_hovered)].conversation.id != m_quickOf)
        return true;
    const QuickAction action = quickActions()[std::size_t(pressed)];
    if (!action.whyNot.isEmpty())
        return true;
    const QRect at = quickButton(pressed);
    if (!m_selected.empty() && !m_selected.contains(m_quickOf)) // as its menu: what was clicked is meant
        clearSelection();
    touch();
    emit quickWanted(action.id, m_quickOf, QRect(viewport()->mapToGlobal(at.topLeft()), at.size()));
    return true;
}

bool ConversationList::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::Leave) { // perhaps to the scroll bar: the order is held on
        m_pointer.reset();
        findHovered();
    }
    if (event->type() != QEvent::ToolTip)
        return QAbstractScrollArea::viewportEvent(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const std::vector<QuickAction> actions = quickActions();
    const int button = quickAt(help->pos());
    QString words;
    if (button >= 0) {
        const QuickAction &action = actions[std::size_t(button)];
        words = action.whyNot.isEmpty() ? action.tip : action.whyNot;
    } else if (const int row = rowAt(help->pos().y()); row >= 0 && m_columns) { // perhaps there is no room for all of them
        QStringList columns;
        for (const RowColumn &column : this->words(row).columns)
            columns.append(column.spoken);
        words = columns.join(u'\n');
    }
    showPlainToolTip(help->globalPos(), words, viewport());
    return true;
}

} // namespace tributary::ui
