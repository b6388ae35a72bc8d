// Conversations as tickets: their details, teams and followers; those that are begun, split off and written to others.
#include "ui/inbox/inbox_page.h"

#include "core/model/permissions.h"
#include "ui/customer/merge_plan.h"
#include "ui/customer/people_words.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/row_words.h"
#include "ui/inbox/triage.h"
#include "ui/shell/picker.h"
#include "ui/shell/recent_choices.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/toasts.h"
#include "ui/shell/when_done.h"
#include "ui/ticket/start_sheet.h"
#include "ui/ticket/ticket_sheet.h"

#include <QApplication>
#include <QClipboard>
#include <QMenu>

namespace tributary::ui {
namespace {

constexpr const char *kRecentTeams = "inbox/recentTeams";
constexpr int kMostLinks = 3; ///< In the menu of an item; more are in one of their own.

} // namespace

void InboxPage::addTicketActions()
{
    const auto add = [&](const char *id, const QString &text, const char *icon, const char *key, const char *chord,
                         auto handler, int panes = InboxPanes) {
        addAction(
            {.id = id, .text = text, .icon = icon, .key = key, .chord = chord, .panes = panes, .group = tr("Conversations")},
            handler);
    };
    add("details", tr("Status, checklist and links"), "check-circle", "L", "Ctrl+Alt+L", [this] { showTicket(); });
    add("team", tr("Move to team"), "people", "V", "Ctrl+Shift+V", [this] { pickTeam(); });
    add("status", tr("Set the status"), "check-circle", "", "", [this] { pickStatus(); });
    add("follow", tr("Follow or stop following"), "eye", "S", "Ctrl+D", [this] { follow(); });
    add(
        "newConversation", tr("New conversation"), "plus", "C", "Ctrl+N",
        [this] {
            if (isVisible() && !m_pane->person().isNull())
                beginWithPerson();
            else
                startSheet().open();
        },
        EveryPane);
    add(
        "split", tr("Make a new conversation from this message on"), "route", "", "", [this] { splitHere(); }, TimelinePane);
    add("side", tr("Write to somebody else about this"), "channel-email", "", "", [this] {
        if (!m_pane->conversation().isNull())
            startSheet().open(m_pane->conversation());
    });
}

void InboxPage::wireTicket()
{
    connect(m_pane, &ConversationPane::itemMenuWanted, this, &InboxPage::showItemMenu);
    connect(m_pane, &ConversationPane::beginWanted, this, [this] { beginWithPerson(); });
}

TicketSheet &InboxPage::ticketSheet()
{
    if (m_ticket)
        return *m_ticket;
    m_ticket = new TicketSheet(m_theme, m_workspace, m_shell.picker(), &m_shell);
    connect(m_ticket, &TicketSheet::commandsWanted, this,
            [this](const std::vector<model::CommandBody> &commands) { run(commands); });
    connect(m_ticket, &TicketSheet::conversationWanted, this, [this](model::ConversationId id) { openConversation(id); });
    connect(m_ticket, &TicketSheet::sideConversationWanted, this,
            [this](model::ConversationId parent) { startSheet().open(parent); });
    connect(m_ticket, &TicketSheet::said, this,
            [this](const QString &words) { m_shell.toasts().add(words, {}, {}, {}, 4000); });
    connect(&m_workspace, &client::Workspace::changed, m_ticket, &TicketSheet::changed);
    return *m_ticket;
}

StartSheet &InboxPage::startSheet()
{
    if (m_start)
        return *m_start;
    m_start = new StartSheet(m_theme, m_workspace, m_shell.picker(), &m_shell);
    connect(m_start, &StartSheet::startWanted, this, &InboxPage::startConversation);
    return *m_start;
}

void InboxPage::showTicket()
{
    if (m_pane->conversation().isNull())
        return;
    QWidget *more = m_pane->header().moreButton();
    ticketSheet().open(m_pane->conversation(), QRect(more->mapToGlobal(QPoint()), more->size()));
}

void InboxPage::pickTeam()
{
    const Rows rows = targetRows();
    if (rows.empty()) {
        saidLost();
        return;
    }
    if (m_known.setup.teams.empty()) {
        m_shell.toasts().add(tr("There are no teams yet"), {}, {}, {}, 3000);
        return;
    }
    Picker::Question question{.objectName = "teamPicker", .placeholder = tr("Move to team")};
    for (const model::Team &team : m_known.setup.teams) // of what is known: the next keys are meant for the question
        question.choices.append(Choice{
            .id = QString::fromStdString(team.id.text()), .text = QString::fromStdString(team.name), .icon = "people"});
    RecentChoices(m_settings, kRecentTeams).putFirst(question.choices);
    question.choices.append(Choice{.id = {}, .text = tr("Nobody in particular"), .icon = "inbox"});
    question.apply = [this, rows](const Choice &choice) {
        const auto team = model::TeamId::fromText(choice.id.toStdString());
        RecentChoices(m_settings, kRecentTeams).note(choice.id);
        runOn(rows, triage::moveToTeam(now(rows), team));
    };
    m_shell.picker().ask(anchorFor(m_pane->header().moreButton()), std::move(question));
}

/// The usual ones, and the workspace's own with what each counts as.
void InboxPage::pickStatus()
{
    using Status = model::Conversation::Status;
    const Rows rows = targetRows();
    if (rows.empty()) {
        saidLost();
        return;
    }
    const auto allHave = [&rows](Status status, std::optional<model::CustomStatusId> own) {
        return std::ranges::all_of(rows, [&](const store::ConversationRow &row) {
            return row.conversation.status == status && row.conversation.customStatus == own;
        });
    };
    Picker::Question question{.objectName = "setStatusPicker", .placeholder = tr("Status")};
    for (const Status status : {Status::Open, Status::Waiting, Status::Resolved}) // until when it sleeps is asked elsewhere
        question.choices.append(Choice{
            .id = QString::number(int(status)), .text = TicketSheet::statusName(status), .checked = allHave(status, {})});
    for (const model::CustomStatus &own : m_known.setup.statuses)
        question.choices.append(Choice{.id = QString::fromStdString(own.id.text()),
                                       .text = QString::fromStdString(own.name),
                                       .detail = TicketSheet::statusName(own.status),
                                       .checked = allHave(own.status, own.id)});
    question.apply = [this, rows, statuses = m_known.setup.statuses](const Choice &choice) {
        const auto id = model::CustomStatusId::fromText(choice.id.toStdString());
        const auto own = id ? std::ranges::find(statuses, *id, &model::CustomStatus::id) : statuses.end(); // as it was shown
        const Status status = own != statuses.end() ? own->status : Status(choice.id.toInt());
        runOn(rows,
              own != statuses.end() ? triage::setCustomStatus(now(rows), *own) : triage::setPlainStatus(now(rows), status),
              {}, status != Status::Open);
    };
    m_shell.picker().ask(anchorFor(m_pane->header().moreButton()), std::move(question));
}

void InboxPage::follow()
{
    const Rows rows = targetRows();
    if (rows.empty()) {
        saidLost();
        return;
    }
    whenDone(m_workspace.ticket(rows.front().conversation.id), this,
             [this, rows](const Result<std::optional<store::Ticket>> &ticket) {
                 if (!ticket || !*ticket)
                     return;
                 std::vector<model::CommandBody> commands;
                 for (const store::ConversationRow &row : rows)
                     commands.push_back(model::Follow{row.conversation.id, !(*ticket)->following});
                 runOn(rows, std::move(commands));
             });
}

void InboxPage::beginWithPerson(std::optional<model::Identity> to)
{
    const std::optional<store::CustomerCard> &card = m_pane->card();
    if (!card || m_pane->person().isNull())
        return;
    if (!model::may(m_workspace.agent(), model::Permission::StartConversations)) {
        m_shell.toasts().add(whyNot(model::Permission::StartConversations), {}, {}, {}, 4000);
        return;
    }
    startSheet().openFor(card->customer.id, shownName(*card), to ? std::vector{*to} : card->identities);
}

void InboxPage::startConversation(const model::StartConversation &command)
{
    const model::ConversationId id = command.conversation;
    whenDone(m_workspace.submit(model::CommandBody(command)), this, [this, id](const Result<client::Submitted> &kept) {
        if (!kept) {
            m_shell.toasts().add(tr("This could not be kept on this computer"));
            return;
        }
        openConversation(id);
        m_pane->replyTo(false);
    });
}

/// What can be done with one item of the timeline (UX 8).
void InboxPage::showItemMenu(const model::TimelineItemId &id, const QPoint &globalPosition)
{
    const model::TimelineItem *found = id.isNull() ? nullptr : m_pane->timeline().model().find(id);
    if (!found)
        return;
    if (m_pane->timeline().model().isAway(*found))
        return m_pane->whenHere({id}, [this, id, globalPosition] { showItemMenu(id, globalPosition); });
    const model::TimelineItem item = *found;
    auto *menu = new QMenu(this);
    menu->setObjectName("itemMenu");
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    const bool isText = item.kind != model::TimelineItem::Kind::Event && !item.body.empty();
    TimelineView &view = m_pane->timeline();
    const std::vector<TimelineView::Offer> offers = view.offersOf(id);
    const bool areMany = std::ranges::count(offers, TimelineAction::OpenLink, &TimelineView::Offer::action) > kMostLinks;
    QMenu *links = nullptr;
    for (const TimelineView::Offer &offer : offers) { // by the item: rows move while a menu is open
        const bool isBelow = areMany && offer.action == TimelineAction::OpenLink;
        if (isBelow && !links)
            links = menu->addMenu(tr("Links"));
        (isBelow ? links : menu)->addAction(QString(offer.words).replace(u'&', "&&"), &view, [&view, id, offer] {
            if (const int row = view.rowIndexOf({.kind = RowKey::Kind::Item, .item = id}); row >= 0)
                view.takeOffer(std::size_t(row), offer);
        });
    }
    if (!menu->isEmpty())
        menu->addSeparator();
    addToMenu(*menu, "quote");
    QAction *quote = menu->actions().last();
    quote->setEnabled(isText);
    QAction *copy = menu->addAction(
        tr("Copy text"), this, [text = QString::fromStdString(item.body)] { QApplication::clipboard()->setText(text); });
    copy->setObjectName("copyText");
    copy->setEnabled(isText);
    menu->addSeparator();
    addToMenu(*menu, "split");
    QAction *split = menu->actions().last();
    split->setObjectName("splitHere");
    QAction *move = menu->addAction(tr("Move this message to…"), this, [this, item] { pickMoveTarget(item); });
    move->setObjectName("moveItem");
    const QString why = whyNotAction("split");
    for (QAction *one : {split, move}) {
        const bool movable = item.kind != model::TimelineItem::Kind::Event && !item.deleted
                             && (one == move || !m_pane->itemsFromFocused().empty());
        one->setEnabled(movable && why.isEmpty());
        one->setToolTip(!why.isEmpty() ? why
                        : movable      ? QString()
                        : one == move  ? tr("Only messages and notes can be moved")
                                       : tr("The conversation begins here: there is nothing to split it from"));
    }
    menu->popup(globalPosition);
}

/// Another conversation of the same person, or one of its own.
void InboxPage::pickMoveTarget(const model::TimelineItem &item)
{
    Picker::Question question{.objectName = "movePicker", .placeholder = tr("Move this message to")};
    question.width = 360;
    if (m_pane->card()) {
        for (const model::Conversation &one : m_pane->card()->conversations) {
            if (one.id == item.conversation || one.joinedInto || one.parent)
                continue; // where the hub moves nothing to
            const QString subject = QString::fromStdString(one.subject.empty() ? one.preview : one.subject);
            question.choices.append(
                Choice{.id = QString::fromStdString(one.id.text()),
                       .text = one.number > 0 ? tr("#%1 %2", "a conversation").arg(one.number).arg(subject) : subject,
                       .detail = statusWords(one, m_format, m_clock.now())});
        }
    }
    question.choices.append(Choice{.id = "new", .text = tr("New conversation"), .icon = "plus"});
    question.apply = [this, item](const Choice &choice) {
        const auto into = model::ConversationId::fromText(choice.id.toStdString());
        const model::Conversation *from = m_pane->timeline().model().conversation(item.conversation);
        run({model::MoveItems{.conversation = item.conversation,
                              .into = into ? *into : m_workspace.makeId<model::ConversationId>(),
                              .items = {item.id},
                              .subject = !into && from ? from->subject : std::string()}});
    };
    m_shell.picker().ask(anchorFor(m_pane->header().moreButton()), std::move(question));
}

void InboxPage::splitHere()
{
    const std::vector<model::TimelineItemId> items = m_pane->itemsFromFocused();
    if (items.empty())
        return;
    run({model::MoveItems{.conversation = m_pane->conversation(),
                          .into = m_workspace.makeId<model::ConversationId>(),
                          .items = items,
                          .subject = m_pane->row() ? m_pane->row()->conversation.subject : std::string()}});
}

} // namespace tributary::ui
