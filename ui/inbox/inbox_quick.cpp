// The buttons of the row under the pointer: what they may, and what they do to it or to what is selected with it (UX 8).
#include "ui/inbox/inbox_page.h"

#include "ui/inbox/conversation_list.h"
#include "ui/inbox/triage.h"
#include "ui/shell/shell_window.h"

namespace tributary::ui {

void InboxPage::wireQuick()
{
    m_list->setQuickActions([this](model::ConversationId id) { return quickActions(id); });
    connect(m_list, &ConversationList::quickWanted, this, &InboxPage::runQuick);
}

std::vector<QuickAction> InboxPage::quickActions(model::ConversationId id) const
{
    const bool isSelected = m_list->selected().contains(id);
    const std::size_t count = !isSelected ? 1 : m_everything.empty() ? m_list->selected().size() : m_everything.size();
    const store::ConversationRow *row = m_rows->find(id);
    const bool isResolved = count == 1 && row && row->conversation.status == model::Conversation::Status::Resolved;
    const QString problem = bulkProblem(count);
    const std::pair<const char *, const char *> all[]{
        {"snooze", "moon"}, {"assign", "user"}, {"resolve", isResolved ? "undo" : "check"}};
    std::vector<QuickAction> actions;
    for (const auto &[action, icon] : all)
        actions.push_back({.id = action,
                           .icon = icon,
                           .tip = m_shell.actions().toolTip(action),
                           .whyNot = problem.isEmpty() ? whyNotAction(action) : problem});
    return actions;
}

void InboxPage::runQuick(const QString &action, model::ConversationId id, const QRect &button)
{
    Rows rows;
    if (m_list->selected().contains(id))
        rows = targetRows();
    else if (const store::ConversationRow *row = m_rows->find(id))
        rows = {*row};
    if (rows.empty())
        return;
    if (action == QLatin1String("resolve"))
        runOn(rows, triage::resolveOrReopen(rows), {}, true);
    else if (action == QLatin1String("snooze"))
        pickSnooze(rows, button);
    else if (action == QLatin1String("assign"))
        pickAssignee(rows, button);
}

} // namespace tributary::ui
