// The outbox and undo as the inbox shows them: the popover, what crossed a message, what came back, what is taken back.
#include "ui/inbox/inbox_page.h"

#include "core/model/permissions.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/row_words.h"
#include "ui/inbox/triage.h"
#include "ui/outbox/compare_sheet.h"
#include "ui/outbox/outbox_popover.h"
#include "ui/shell/not_kept.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/status_line.h"
#include "ui/shell/toasts.h"
#include "ui/shell/undo_words.h"
#include "ui/shell/when_done.h"

namespace tributary::ui {
namespace {

constexpr int kTogetherMs = 100; ///< What comes back within is said together.
constexpr std::size_t kSaidEach = 3;
constexpr std::int64_t kLookedAt = 20; ///< Items among which it is looked for who was faster.

} // namespace

void InboxPage::wireOutbox()
{
    connect(&m_shell.statusLine(), &StatusLine::outboxClicked, this, &InboxPage::showOutbox);
    connect(m_outbox, &OutboxPopover::conversationWanted, this, &InboxPage::openConversation);
    connect(m_outbox, &OutboxPopover::draftWanted, this, &InboxPage::goOnWriting);
    connect(m_outbox, &OutboxPopover::compareWanted, this, &InboxPage::compare);
    connect(m_pane, &ConversationPane::compareWanted, this, &InboxPage::compare);
    connect(m_pane, &ConversationPane::draftWanted, this, &InboxPage::goOnWriting);
    connect(m_outbox, &OutboxPopover::discarded, this, &InboxPage::offerUndoing);
    connect(m_outbox, &OutboxPopover::undoWanted, this, [this](bool byLetter) {
        if (!byLetter || m_shell.actions().singleKeys())
            m_shell.actions().action("undo")->trigger();
    });
    connect(m_pane, &ConversationPane::discarded, this, &InboxPage::offerUndoing);
    connect(&m_workspace, &client::Workspace::historyChanged, this, &InboxPage::nameUndo);
    // Whoever leaves within the time to undo is asked (UX 6.6). What waits for the hub is kept, and asks nobody.
    m_shell.addUnkept(this, [this]() -> ShellWindow::Unkept {
        const client::UndoStep *newest = m_workspace.history().newest(m_clock.now());
        if (!newest || !newest->until || m_workspace.status().state != client::Status::State::Live)
            return {};
        const QString name = nameAt(model::conversationOf(newest->forward.front()));
        return {name.isEmpty() ? tr("Your message is sent in a moment, also when you leave.")
                               : tr("Your message to %1 is sent in a moment, also when you leave.").arg(name),
                tr("Keep as draft"), [this] { undo(); }};
    });
    m_undoEnds.setSingleShot(true);
    connect(&m_undoEnds, &QTimer::timeout, this, &InboxPage::nameUndo);
    m_refusals.setSingleShot(true);
    m_refusals.setInterval(kTogetherMs);
    connect(&m_refusals, &QTimer::timeout, this, &InboxPage::sayRefused);
    connect(&m_workspace, &client::Workspace::cameBack, this, [this](const store::JournalEntry &entry) {
        using enum model::Permission;
        const auto needed = model::neededFor(entry.command.body, {});
        if (needed == ManageAgents || needed == ManageRoles || needed == ManageTeams || needed == ManageFields
            || std::holds_alternative<model::SetAccountTeam>(entry.command.body)
            || std::holds_alternative<model::SetAccountRegion>(entry.command.body)
            || std::holds_alternative<model::SetReopenDays>(entry.command.body))
            return; // the Admin section says why
        m_refused.push_back(entry);
        if (!m_refusals.isActive())
            m_refusals.start();
    });
    nameUndo();
}

/// One by one where they are few; a bulk action's are said in a sentence, and stand in the outbox each.
void InboxPage::sayRefused()
{
    const std::vector<store::JournalEntry> refused = std::exchange(m_refused, {});
    const auto look = [this] {
        if (!m_outbox->isVisible())
            showOutbox();
    };
    if (refused.size() > kSaidEach) {
        m_shell.toasts().add(tr("%Ln change(s) were not taken by the hub", nullptr, int(refused.size())), tr("Look"), {},
                             look);
        return;
    }
    for (const store::JournalEntry &entry : refused) {
        const auto *assign = std::get_if<model::Assign>(&entry.command.body);
        if (assign && assign->ifFree && entry.outcome && entry.outcome->reason == model::Outcome::Reason::Taken) {
            sayTaken(assign->conversation);
            continue;
        }
        const bool text = std::holds_alternative<model::SendMessage>(entry.command.body)
                          || std::holds_alternative<model::AddNote>(entry.command.body);
        const bool asks = entry.outcome && entry.outcome->kind == model::Outcome::Kind::NeedsYou;
        const bool late = entry.outcome && entry.outcome->reason == model::Outcome::Reason::TooLate;
        const bool overtaken = entry.outcome
                               && (entry.outcome->reason == model::Outcome::Reason::Taken
                                   || entry.outcome->reason == model::Outcome::Reason::Changed);
        if (const model::ConversationId id = model::conversationOf(entry.command.body); overtaken && !text && !id.isNull()) {
            sayOvertaken(id, entry.command.undoes ? tr("Not undone: it has been changed since")
                                                  : tr("A change was not taken by the hub"));
            continue;
        }
        if (const auto *save = std::get_if<model::SaveView>(&entry.command.body);
            save && overtaken && !entry.command.undoes) {
            m_shell.toasts().add(
                tr("Somebody else has changed the view %1 meanwhile. Your changes of it were not saved.")
                    .arg(QString::fromStdString(save->view.name)),
                tr("Edit again"), {}, [this, view = save->view] { editAgain(view); }, Toasts::kStays);
            continue;
        }
        m_shell.toasts().add(asks                   ? tr("A message waits for your decision")
                             : text                 ? tr("A message was not taken. Its text is a draft again")
                             : late                 ? tr("It was too late: the message has been sent")
                             : entry.command.undoes ? tr("Not undone: it has been changed since")
                                                    : tr("A change was not taken by the hub"),
                             tr("Look"), {}, look);
    }
}

/// Somebody was faster: the last thing that a colleague did there says who, and what.
void InboxPage::sayOvertaken(model::ConversationId id, const QString &otherwise)
{
    const auto look = [this, id] { openConversation(id); };
    const auto plain = [this, otherwise, look] { m_shell.toasts().add(otherwise, tr("Look"), {}, look); };
    whenDone(m_workspace.conversationRow(id), this, [=, this](const Result<std::optional<store::ConversationRow>> &row) {
        if (!row || !*row)
            return plain();
        const auto end = model::HistoryKey::end();
        whenDone(m_workspace.timelineBefore((*row)->customer, end.at, end.id, kLookedAt), this,
                 [=, this](const Result<store::TimelinePage> &page) {
                     const std::vector<model::TimelineItem> items = page ? page->items : std::vector<model::TimelineItem>();
                     const model::TimelineItem *last = nullptr;
                     for (const model::TimelineItem &item : items) {
                         const bool theirs = item.author && *item.author != m_workspace.agent().id;
                         if (item.conversation == id && item.kind == model::TimelineItem::Kind::Event && theirs
                             && (!last || item.at > last->at))
                             last = &item;
                     }
                     if (!last)
                         return plain();
                     const QString who = agentNamed(*last->author);
                     const auto event = last->details.find("event");
                     const std::string what = event == last->details.end() ? std::string() : event->second;
                     m_shell.toasts().add(what == "resolved"   ? tr("%1 resolved this first").arg(who)
                                          : what == "assigned" ? tr("%1 assigned this first").arg(who)
                                          : what == "snoozed"  ? tr("%1 snoozed this first").arg(who)
                                          : what == "reopened" ? tr("%1 reopened this first").arg(who)
                                                               : tr("%1 changed this first").arg(who),
                                          tr("Look"), {}, look);
                 });
    });
}

/// Somebody was faster: whose it is now says who.
void InboxPage::sayTaken(model::ConversationId id)
{
    whenDone(m_workspace.conversationRow(id), this, [this, id](const Result<std::optional<store::ConversationRow>> &row) {
        const bool known =
            row && *row && !(*row)->assigneeName.empty() && (*row)->conversation.assignee != m_workspace.agent().id;
        m_shell.toasts().add(known ? tr("%1 took this first").arg(QString::fromStdString((*row)->assigneeName))
                                   : tr("A colleague took this first"),
                             tr("Look"), {}, [this, id] { openConversation(id); });
    });
}

CompareSheet &InboxPage::compareSheet()
{
    if (m_compare)
        return *m_compare;
    m_compare = new CompareSheet(m_theme, m_clock, &m_shell);
    const auto failed = [this](const auto &done) {
        if (!done && done.error().kind != Error::Kind::NotFound) // else it has been decided elsewhere
            m_shell.toasts().add(notKeptWords(done.error()));
    };
    connect(m_compare, &CompareSheet::sendAnyway, this,
            [this, failed] { whenDone(m_workspace.sendAnyway(m_compared, m_comparedUpTo), this, failed); });
    connect(m_compare, &CompareSheet::discard, this, [this, failed] {
        whenDone(m_workspace.discard(m_compared), this,
                 [this, failed, name = m_comparedName](const Result<client::Submitted> &done) {
                     failed(done);
                     if (done && done->undo)
                         offerUndoing(discardedWords(*done->undo, name), *done->undo);
                 });
    });
    connect(m_compare, &CompareSheet::edit, this, [this, failed] {
        whenDone(m_workspace.edit(m_compared), this, [this, failed, id = m_comparedAt](const Result<void> &done) {
            failed(done);
            if (done) {
                m_outbox->dismiss();
                goOnWriting(id, false);
            }
        });
    });
    return *m_compare;
}

void InboxPage::showOutbox()
{
    if (m_outbox->isVisible()) {
        m_outbox->dismiss();
        return;
    }
    // Above the figure, from the window's edge on: what it covers is not what is being worked on.
    QRect place = m_shell.statusLine().outboxPlace();
    const QRect line(m_shell.statusLine().mapToGlobal(QPoint()), m_shell.statusLine().size());
    if (layoutDirection() == Qt::RightToLeft)
        place.setRight(line.right() - m_theme.px(12));
    else
        place.setLeft(line.left() + m_theme.px(12));
    m_outbox->openAbove(place);
}

void InboxPage::compare(std::int64_t n)
{
    whenDone(m_workspace.crossing(n), this, [this, n](const Result<client::Crossing> &crossing) {
        const auto *message = crossing ? std::get_if<model::SendMessage>(&crossing->command.body) : nullptr;
        if (!message)
            return;
        m_compared = n;
        m_comparedUpTo = crossing->upTo;
        m_comparedAt = message->conversation;
        const QString name = m_comparedName = QString::fromStdString(crossing->name);
        compareSheet().ask({.title = tr("Your message to %1, and what came in between").arg(name),
                            .name = name,
                            .mine = QString::fromStdString(message->body),
                            .items = crossing->items,
                            .edit = tr("Edit"),
                            .discard = tr("Discard")});
    });
}

void InboxPage::goOnWriting(model::ConversationId id, bool note)
{
    if (id.isNull())
        return;
    openConversation(id);
    if (note)
        m_pane->note();
    else
        m_pane->replyTo(false);
}

// -- Undo
// -------------------------------------------------------------------------------------------------------------------

void InboxPage::undo()
{
    // What was sent before the program was last started is no step of this one, and its card says Z all the same.
    if (!m_workspace.history().newest(m_clock.now()) && m_pane->undoHeld())
        return;
    undoFrom(m_workspace.undo());
}

void InboxPage::offerUndoing(const QString &words, const client::UndoStep &step)
{
    offerUndo(words, step, m_workspace, m_shell.toasts(), this, [this](auto undone) { undoFrom(std::move(undone)); });
}

void InboxPage::undoFrom(QFuture<Result<client::Undone>> undone)
{
    whenDone(std::move(undone), this, [this](const Result<client::Undone> &done) {
        if (!done) {
            m_shell.toasts().add(done.error().kind == Error::Kind::NotFound ? tr("Nothing to undo")
                                                                            : tr("This could not be kept on this computer"),
                                 {}, {}, {}, 3000);
            return;
        }
        const QString left = overtakenWords(*done), what = done->step.forward.empty() ? QString() : undoName(done->step);
        //: %1 is a sentence: "Resolved Layla Al-Haddad".
        const QString words = what.isEmpty() ? tr("Undone") : tr("Undone: %1").arg(what);
        const model::ConversationId id =
            done->step.forward.empty() ? model::ConversationId() : model::conversationOf(done->step.forward.front());
        // What is being typed stays with whom it is for.
        const bool isWriting = m_pane->conversation() != id && m_pane->isWriting() && m_pane->composer().hasText();
        if (isWriting && !id.isNull())
            m_shell.toasts().add(
                left.isEmpty() ? words : left, tr("Look"), {}, [this, id] { openConversation(id); }, 10'000);
        else
            m_shell.toasts().add(left.isEmpty() ? words : left, {}, {}, {}, left.isEmpty() ? 4000 : 10'000);
        for (const model::CommandBody &body : done->step.forward) {
            const auto *mark = std::get_if<model::MarkRead>(&body);
            if (mark && std::ranges::find(done->overtaken, body) == done->overtaken.end())
                m_pane->letRead(mark->conversation);
        }
        if (done->step.forward.empty())
            return;
        if (done->step.isDiscard) // the text is where it was written
            m_outbox->dismiss();
        if (!id.isNull() && !isWriting)
            openConversation(id);
    });
}

QString InboxPage::agentNamed(model::AgentId id) const
{
    const auto agent = std::ranges::find(m_agents, id, &model::Agent::id);
    return agent == m_agents.end() ? tr("somebody") : QString::fromStdString(agent->name);
}

QString InboxPage::nameAt(model::ConversationId id) const
{
    const store::ConversationRow *row = m_rows->find(id);
    if (!row && m_pane->row() && m_pane->row()->conversation.id == id)
        row = &*m_pane->row();
    return row ? shownName(*row) : QString();
}

QString InboxPage::undoName(const client::UndoStep &step) const
{
    const model::CommandBody &first = step.forward.front();
    const QString name = nameAt(model::conversationOf(first));
    if (step.isDiscard) {
        if (std::holds_alternative<model::AddNote>(first))
            return name.isEmpty() ? tr("Discarded a note") : tr("Discarded the note on %1").arg(name);
        return name.isEmpty() ? tr("Discarded a message") : tr("Discarded the message to %1").arg(name);
    }
    QStringList names;
    if (step.forward.size() == 1 && !name.isEmpty())
        names.append(name);
    const auto *assign = std::get_if<model::Assign>(&first);
    const QString agent = assign && assign->assignee ? agentNamed(*assign->assignee) : tr("somebody");
    return triage::doneWords(step.forward, names, agent, m_format, m_clock.now());
}

/// Menus and the palette say what Z would take back, and only for as long as it would.
void InboxPage::nameUndo()
{
    const client::UndoStep *newest = m_workspace.history().newest(m_clock.now());
    const QString what = newest ? undoName(*newest) : QString();
    m_shell.actions().setText("undo", what.isEmpty() ? tr("Undo the last action") : tr("Undo: %1").arg(what));
    // A message that is held goes out: what was done before it is what would be undone then.
    std::optional<TimePoint> ends;
    for (const client::UndoStep &step : m_workspace.history().steps()) {
        if (step.until && *step.until > m_clock.now() && (!ends || *step.until < *ends))
            ends = step.until;
    }
    if (ends)
        m_undoEnds.start(int(std::chrono::duration_cast<Milliseconds>(*ends - m_clock.now()).count()) + 1);
    else
        m_undoEnds.stop();
}

} // namespace tributary::ui
