#include "ui/outbox/outbox_list.h"

#include <QAccessibleWidget>
#include <QPointer>
#include <map>

namespace tributary::ui {
namespace {

/// A row of the outbox, or (with a button) one of the ways out of it.
class PartAccessible : public QAccessibleInterface, public QAccessibleActionInterface {
public:
    PartAccessible(OutboxList *list, int row, int button)
        : m_list(list)
        , m_row(row)
        , m_button(button)
    {
    }
    bool isValid() const override
    {
        return m_list && m_row < int(m_list->rows().size()) && m_button < int(shown().buttons.size());
    }
    QObject *object() const override { return nullptr; }
    QWindow *window() const override { return m_list ? m_list->window()->windowHandle() : nullptr; }
    QAccessibleInterface *parent() const override
    {
        QAccessibleInterface *list = QAccessible::queryAccessibleInterface(m_list);
        return m_button < 0 || !list ? list : list->child(m_row);
    }
    QAccessibleInterface *child(int index) const override;
    QAccessibleInterface *childAt(int, int) const override { return nullptr; }
    int childCount() const override { return m_button < 0 && isValid() ? int(shown().buttons.size()) : 0; }
    int indexOfChild(const QAccessibleInterface *child) const override
    {
        for (int i = 0; i < childCount(); ++i) {
            if (this->child(i) == child)
                return i;
        }
        return -1;
    }
    QString text(QAccessible::Text kind) const override
    {
        if (kind != QAccessible::Name || !isValid())
            return {};
        return m_button < 0 ? shown().spoken : shown().buttons[std::size_t(m_button)].text;
    }
    void setText(QAccessible::Text, const QString &) override {}
    QRect rect() const override
    {
        if (!isValid())
            return {};
        const QRect at = m_button < 0 ? m_list->rowRect(m_row) : m_list->buttonRect(m_row, m_button);
        return QRect(m_list->viewport()->mapToGlobal(at.topLeft()), at.size());
    }
    QAccessible::Role role() const override { return m_button < 0 ? QAccessible::ListItem : QAccessible::Button; }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.invalid = !isValid();
        if (state.invalid)
            return state;
        state.focusable = true;
        state.focused = m_list->hasFocus() && m_list->currentRow() == m_row && m_list->currentButton() == m_button;
        state.selectable = state.selected = m_button < 0 && m_list->currentRow() == m_row;
        state.offscreen = !m_list->viewport()->rect().intersects(m_list->rowRect(m_row));
        return state;
    }
    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface *>(this) : nullptr;
    }
    QStringList actionNames() const override { return {pressAction()}; }
    void doAction(const QString &name) override
    {
        if (name == pressAction() && isValid())
            m_list->activate(m_row, m_button);
    }
    QStringList keyBindingsForAction(const QString &) const override { return {}; }

private:
    const OutboxRow &shown() const { return m_list->rows()[std::size_t(m_row)]; }

    QPointer<OutboxList> m_list;
    int m_row, m_button;
};

class ListAccessible : public QAccessibleWidget {
public:
    explicit ListAccessible(OutboxList *list)
        : QAccessibleWidget(list, QAccessible::List)
        , m_list(list)
    {
    }
    ~ListAccessible() override
    {
        for (const auto &[place, id] : m_made)
            QAccessible::deleteAccessibleInterface(id);
    }
    QAccessibleInterface *part(int row, int button) const
    {
        const auto known = m_made.find({row, button});
        if (known != m_made.end())
            return QAccessible::accessibleInterface(known->second);
        auto *made = new PartAccessible(m_list, row, button);
        m_made[{row, button}] = QAccessible::registerAccessibleInterface(made);
        return made;
    }
    int childCount() const override { return int(m_list->rows().size()); }
    QAccessibleInterface *child(int index) const override
    {
        return index >= 0 && index < childCount() ? part(index, -1) : nullptr;
    }
    int indexOfChild(const QAccessibleInterface *child) const override
    {
        for (const auto &[place, id] : m_made) {
            if (QAccessible::accessibleInterface(id) == child)
                return place.first;
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
        if (!m_list->hasFocus() || m_list->rows().empty())
            return nullptr;
        return part(m_list->currentRow(), m_list->currentButton());
    }
    QString text(QAccessible::Text kind) const override
    {
        if (kind == QAccessible::Name)
            return OutboxList::tr("Outbox, %n entries", nullptr, childCount());
        return QAccessibleWidget::text(kind);
    }

private:
    OutboxList *m_list;
    mutable std::map<std::pair<int, int>, QAccessible::Id> m_made;
};

QAccessibleInterface *PartAccessible::child(int index) const
{
    auto *list = static_cast<ListAccessible *>(QAccessible::queryAccessibleInterface(m_list));
    return list && index >= 0 && index < childCount() ? list->part(m_row, index) : nullptr;
}

QAccessibleInterface *factory(const QString &, QObject *object)
{
    auto *list = qobject_cast<OutboxList *>(object);
    return list ? new ListAccessible(list) : nullptr;
}

} // namespace

void installOutboxAccessibility()
{
    QAccessible::installFactory(factory); // Qt keeps each once
}

} // namespace tributary::ui
