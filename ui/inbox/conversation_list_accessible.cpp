#include "ui/inbox/conversation_list_accessible.h"

#include "ui/inbox/conversation_list.h"
#include "ui/shell/painted_parts.h"

namespace tributary::ui {
namespace {

class ListAccessible : public PaintedParts {
public:
    explicit ListAccessible(ConversationList *list)
        : PaintedParts(list, QAccessible::List)
        , m_list(list)
    {
    }
    int childCount() const override { return m_list->model() ? m_list->model()->rowCount() : 0; }
    QString nameOf(int row) const override { return m_list->words(row).spoken; }
    QRect placeOf(int row) const override { return m_list->rowRect(row); }
    QAccessible::Role roleOf(int) const override { return QAccessible::ListItem; }
    void describe(int row, QAccessible::State &state) const override
    {
        const model::ConversationId id = m_list->model()->rows()[std::size_t(row)].conversation.id;
        state.selectable = true;
        state.selected = id == m_list->current() || m_list->selected().contains(id);
        state.focused = m_list->hasFocus() && id == m_list->current();
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
