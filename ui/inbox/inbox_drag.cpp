// Rows of the list that are dragged: onto another row, or into a queue, team or view of the sidebar; and tags that are
// dragged onto a row (UX 8).
#include "ui/inbox/inbox_page.h"

#include "ui/customer/customer_panel.h"
#include "ui/customer/merge_flow.h"
#include "ui/customer/people_words.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/queue_sidebar.h"
#include "ui/inbox/row_words.h"
#include "ui/inbox/triage.h"
#include "ui/shell/row_drag.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/toasts.h"

#include <QAbstractButton>

namespace tributary::ui {

void InboxPage::wireDrag()
{
    RowDrag &drag = m_list->drag();
    connect(&drag, &RowDrag::movedTo, this, [this, &drag](const QPoint &at) {
        const Drop drop = dropAt(at);
        m_list->setDropRow(drop.row);
        m_sidebar->setTarget(drop.place);
        drag.setWords(drop.words);
    });
    connect(&drag, &RowDrag::cancelled, this, [this] { endDrag(); });
    connect(&drag, &RowDrag::droppedAt, this, [this](const QPoint &at) {
        const Drop drop = dropAt(at);
        endDrag();
        if (!drop.whyNot.isEmpty())
            m_shell.toasts().add(drop.whyNot, {}, {}, {}, 4000);
        else if (!drop.other.isNull())
            m_merge->review(targetRows().front().customer, drop.other);
        else
            runOn(targetRows(), drop.commands, drop.agentName, true);
    });
    RowDrag &tags = m_panel->tagDrag();
    connect(&tags, &RowDrag::movedTo, this, [this, &tags](const QPoint &at) {
        m_list->touch(); // nothing moves under what is carried
        const TagDrop drop = tagDropAt(at);
        m_list->setDropRow(drop.row);
        tags.setWords(drop.words);
    });
    connect(&tags, &RowDrag::cancelled, this, [this] { endDrag(); });
    connect(&tags, &RowDrag::droppedAt, this, [this](const QPoint &at) {
        const TagDrop drop = tagDropAt(at);
        endDrag();
        if (!drop.whyNot.isEmpty())
            m_shell.toasts().add(drop.whyNot, {}, {}, {}, 4000);
        else if (!drop.commands.empty())
            runOn(drop.rows, drop.commands);
    });
}

InboxPage::TagDrop InboxPage::tagDropAt(const QPoint &globalPosition) const
{
    TagDrop drop;
    const QAbstractButton *button = m_panel->tagDrag().button();
    if (!button)
        return drop;
    const QString tag = drop.words = button->text();
    const int row = m_list->rowAtGlobal(globalPosition);
    if (row < 0)
        return drop;
    const store::ConversationRow &under = m_rows->rows()[std::size_t(row)];
    if (m_rows->isGone(under.conversation.id))
        return drop;
    drop.rows = m_list->selected().contains(under.conversation.id) ? targetRows() : Rows{under};
    drop.commands = triage::addTag(drop.rows, tag.toStdString());
    if (drop.commands.empty())
        return drop; // they have it already
    drop.row = row;
    //: A tag is held over a row. %1 is whose it is, or how many there are.
    drop.words =
        tr("Tag %1: %2")
            .arg(drop.rows.size() == 1 ? shownName(under) : tr("%n conversation(s)", nullptr, int(drop.rows.size())), tag);
    if (const auto lacked = model::lackedFor(m_workspace.agent(), drop.commands.front()))
        drop.whyNot = whyNot(*lacked);
    return drop;
}

void InboxPage::endDrag()
{
    m_list->setDropRow(-1);
    m_sidebar->setTarget({});
}

InboxPage::Drop InboxPage::dropAt(const QPoint &globalPosition) const
{
    Drop drop;
    const std::vector<store::ConversationRow> rows = targetRows();
    if (rows.empty())
        return drop;
    const QString what = rows.size() == 1 ? shownName(rows.front()) : tr("%n conversation(s)", nullptr, int(rows.size()));
    drop.words = what;
    if (const int row = m_list->rowAtGlobal(globalPosition); row >= 0) {
        const store::ConversationRow &other = m_rows->rows()[std::size_t(row)];
        if (m_rows->isGone(other.conversation.id))
            return drop;
        const bool isOne = std::ranges::all_of(
            rows, [&](const store::ConversationRow &one) { return one.customer == rows.front().customer; });
        if (!isOne || other.customer == rows.front().customer)
            return drop;
        drop.row = row;
        drop.other = other.customer;
        drop.words = tr("Merge %1 with %2").arg(what, shownName(other));
        if (!model::may(m_workspace.agent(), model::Permission::MergeCustomers))
            drop.whyNot = whyNot(model::Permission::MergeCustomers);
        return drop;
    }
    const std::optional<QueuePlace> place = m_sidebar->placeAt(globalPosition);
    if (!place)
        return drop;
    const model::Agent &me = m_workspace.agent();
    drop.commands = triage::moveInto(rows, *place, viewNamed(place->view), me.id, m_known.setup);
    if (drop.commands.empty())
        return drop; // they are there already, or nothing that can be done takes them there
    drop.place = place;
    for (const model::CommandBody &command : drop.commands) {
        if (const auto lacked = model::lackedFor(me, command))
            drop.whyNot = whyNot(*lacked);
        if (const auto *assign = std::get_if<model::Assign>(&command); assign && assign->assignee) {
            const auto agent = std::ranges::find(m_agents, *assign->assignee, &model::Agent::id);
            drop.agentName = QString::fromStdString(agent == m_agents.end() ? me.name : agent->name);
        }
    }
    //: What is dragged, and where it would go.
    drop.words = tr("%1 to %2").arg(what, m_sidebar->nameOf(*place));
    return drop;
}

} // namespace tributary::ui
