// The buttons of what is under the pointer (UX 8): of a row what they may, and what they do to it or to what is selected
// with it; and those of an item of the timeline.
#include "ui/inbox/inbox_page.h"

#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/triage.h"
#include "ui/shell/shell_window.h"

#include <QApplication>
#include <QClipboard>

namespace tributary::ui {

void InboxPage::wireQuick()
{
    m_list->setQuickActions([this](model::ConversationId id) { return quickActions(id); });
    connect(m_list, &ConversationList::quickWanted, this, &InboxPage::runQuick);
    m_pane->timeline().setQuickActions([this](const model::TimelineItem &item) { return itemQuickActions(item); });
    connect(&m_pane->timeline(), &TimelineView::quickWanted, this, &InboxPage::runItemQuick);
}

std::vector<QuickAction> InboxPage::itemQuickActions(const model::TimelineItem &item) const
{
    if (item.kind == model::TimelineItem::Kind::Event) // nothing of it can be answered, and Space does what it offers
        return {};
    if (item.delivery && item.delivery->state == model::Delivery::State::Held) // its Undo stands where they would
        return {};
    const bool isText = !item.body.empty();
    const QString whyNoReply = whyNotAction("quote");
    return {{.id = "quote",
             .icon = "reply",
             .tip = m_shell.actions().toolTip("quote"),
             .whyNot = isText ? whyNoReply : tr("There is no text to quote")},
            {.id = "copyText",
             .icon = "copy",
             .tip = tr("Copy text (%1)").arg(QKeySequence(QKeySequence::Copy).toString(QKeySequence::NativeText)),
             .whyNot = isText ? QString() : tr("There is no text to copy")},
            {.id = "more", .icon = "more", .tip = m_shell.actions().toolTip("more"), .whyNot = {}}};
}

void InboxPage::runItemQuick(const QString &action, const model::TimelineItemId &id, const QRect &button)
{
    const model::TimelineItem *item = m_pane->timeline().model().find(id);
    if (!item)
        return;
    if (action == QLatin1String("quote"))
        m_pane->replyTo(true);
    else if (action == QLatin1String("copyText"))
        QApplication::clipboard()->setText(QString::fromStdString(item->body));
    else if (action == QLatin1String("more"))
        showItemMenu(id, QPoint(button.left(), button.bottom() + 1));
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
