#include "ui/inbox/conversation_list_accessible.h"

#include "ui/inbox/conversation_list.h"

#include <QAccessibleWidget>
#include <QPointer>
#include <map>

namespace tributary::ui {
namespace {

class RowAccessible : public QAccessibleInterface {
public:
    RowAccessible(ConversationList *list, int row)
        : m_list(list)
        , m_row(row)
    {
    }
    bool isValid() const override { return m_list && m_list->model() && m_row < m_list->model()->rowCount(); }
    QObject *object() const override { return nullptr; }
    QWindow *window() const override { return m_list ? m_list->window()->windowHandle() : nullptr; }
    QAccessibleInterface *parent() const override { return QAccessible::queryAccessibleInterface(m_list); }
    QAccessibleInterface *child(int) const override { return nullptr; }
    QAccessibleInterface *childAt(int, int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface *) const override { return -1; }
    QString text(QAccessible::Text kind) const override
    {
        return isValid() && kind == QAccessible::Name ? m_list->words(m_row).spoken : QString();
    }
    void setText(QAccessible::Text, const QString &) override {}
    QRect rect() const override
    {
        if (!isValid())
            return {};
        const QRect at = m_list->rowRect(m_row);
        return QRect(m_list->viewport()->mapToGlobal(at.topLeft()), at.size());
    }
    QAccessible::Role role() const override { return QAccessible::ListItem; }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        if (!isValid()) {
            state.invalid = true;
            return state;
        }
        const model::ConversationId id = m_list->model()->rows()[std::size_t(m_row)].conversation.id;
        state.selectable = state.focusable = true;
        state.selected = id == m_list->current() || m_list->selected().contains(id);
        state.focused = m_list->hasFocus() && id == m_list->current();
        state.offscreen = !m_list->viewport()->rect().intersects(m_list->rowRect(m_row));
        return state;
    }

private:
    QPointer<ConversationList> m_list;
    int m_row;
};

class ListAccessible : public QAccessibleWidget {
public:
    explicit ListAccessible(ConversationList *list)
        : QAccessibleWidget(list, QAccessible::List)
        , m_list(list)
    {
    }
    ~ListAccessible() override
    {
        for (const auto &[row, id] : m_made)
            QAccessible::deleteAccessibleInterface(id);
    }
    int childCount() const override { return m_list->model() ? m_list->model()->rowCount() : 0; }
    QAccessibleInterface *child(int index) const override
    {
        if (index < 0 || index >= childCount())
            return nullptr;
        const auto known = m_made.find(index);
        if (known != m_made.end())
            return QAccessible::accessibleInterface(known->second);
        auto *made = new RowAccessible(m_list, index);
        m_made[index] = QAccessible::registerAccessibleInterface(made);
        return made;
    }
    int indexOfChild(const QAccessibleInterface *child) const override
    {
        for (const auto &[row, id] : m_made) {
            if (QAccessible::accessibleInterface(id) == child)
                return row;
        }
        return -1;
    }
    QAccessibleInterface *childAt(int x, int y) const override
    {
        const QPoint at = m_list->viewport()->mapFromGlobal(QPoint(x, y));
        for (int row = 0; row < childCount(); ++row) {
            if (m_list->rowRect(row).contains(at))
                return child(row);
        }
        return nullptr;
    }
    QAccessibleInterface *focusChild() const override
    {
        return m_list->hasFocus() && m_list->model() ? child(m_list->model()->indexOf(m_list->current())) : nullptr;
    }
    QString text(QAccessible::Text kind) const override
    {
        if (kind == QAccessible::Name)
            return ConversationList::tr("%1, %n conversation(s)", nullptr, int(m_list->total()))
                .arg(m_list->accessibleName());
        return QAccessibleWidget::text(kind);
    }

private:
    ConversationList *m_list;
    mutable std::map<int, QAccessible::Id> m_made;
};

QAccessibleInterface *factory(const QString &, QObject *object)
{
    auto *list = qobject_cast<ConversationList *>(object);
    return list ? new ListAccessible(list) : nullptr;
}

} // namespace

void installConversationListAccessibility()
{
    QAccessible::installFactory(factory); // Qt keeps each once
}

} // namespace tributary::ui
