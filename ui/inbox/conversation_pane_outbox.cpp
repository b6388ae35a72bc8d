// What of this conversation waits for the hub or came back, and what was said while a reply was being written.
#include "ui/inbox/conversation_pane.h"

#include "ui/inbox/row_words.h"
#include "ui/outbox/compare_sheet.h"
#include "ui/shell/not_kept.h"
#include "ui/shell/toasts.h"
#include "ui/shell/undo_words.h"
#include "ui/shell/when_done.h"

#include <algorithm>

namespace tributary::ui {
namespace {

std::optional<model::TimelineItemId> itemOf(const model::CommandBody &body)
{
    if (const auto *message = std::get_if<model::SendMessage>(&body))
        return message->item;
    if (const auto *note = std::get_if<model::AddNote>(&body))
        return note->item;
    return {};
}

bool needsYou(const store::JournalEntry &entry)
{
    return entry.outcome && entry.outcome->kind == model::Outcome::Kind::NeedsYou;
}

} // namespace

void ConversationPane::refreshPending()
{
    if (m_wanted.isNull())
        return;
    whenDone(m_workspace.outbox(), this, [this](const Result<std::vector<store::JournalEntry>> &outbox) {
        whenDone(m_workspace.needsYou(), this, [this, outbox](const Result<std::vector<store::JournalEntry>> &needing) {
            std::map<model::TimelineItemId, PendingState> pending;
            // With a link it is gone in a moment: the row says how its delivery stands, and nothing flickers.
            for (const store::JournalEntry &entry : outbox.value_or(std::vector<store::JournalEntry>{})) {
                if (const auto id = itemOf(entry.command.body); id && m_offline)
                    pending[*id] = PendingState::Outbox;
            }
            const auto back = needing.value_or(std::vector<store::JournalEntry>{});
            for (const store::JournalEntry &entry : back) {
                if (const auto id = itemOf(entry.command.body); id && needsYou(entry))
                    pending[*id] = PendingState::NeedsYou;
            }
            showHeld(back);
            m_model.setPending(std::move(pending));
        });
    });
}

/// Messages that need their author stand on the timeline where they were written, though the copy does not have them.
void ConversationPane::showHeld(const std::vector<store::JournalEntry> &needing)
{
    std::vector<model::TimelineItem> held;
    std::map<model::TimelineItemId, std::int64_t> numbers;
    for (const store::JournalEntry &entry : needing) {
        const model::Conversation *about = m_model.conversation(model::conversationOf(entry.command.body));
        if (!needsYou(entry) || !about)
            continue;
        if (auto item = model::itemOf(entry.command, *about, m_workspace.agent(), 0)) {
            numbers[item->id] = entry.command.n;
            held.push_back(std::move(*item));
        }
    }
    std::vector<model::TimelineItemId> gone;
    for (const model::TimelineItem &item : m_held) {
        const model::TimelineItem *shown = m_model.find(item.id);
        if (!numbers.contains(item.id) && shown && shown->version == 0)
            gone.push_back(item.id);
    }
    m_heldNumbers = std::move(numbers);
    m_held = held;
    if (!gone.empty())
        m_model.remove(gone);
    if (!held.empty())
        m_model.apply(std::move(held));
    if (!gone.empty() && m_card)
        reload(); // it may be under way again
}

std::int64_t ConversationPane::numberOf(const model::TimelineItemId &held) const
{
    const auto at = m_heldNumbers.find(held);
    return at == m_heldNumbers.end() ? 0 : at->second;
}

bool ConversationPane::undoHeld()
{
    const auto &items = m_model.items();
    const auto held = std::find_if(items.rbegin(), items.rend(), [this](const model::TimelineItem &item) {
        const bool isHeld = item.delivery && item.delivery->state == model::Delivery::State::Held && item.delivery->heldUntil
                            && *item.delivery->heldUntil > m_clock.now();
        return item.kind == model::TimelineItem::Kind::Outbound && m_model.isOwn(item)
               && (isHeld || m_model.pending(item.id) == PendingState::Outbox);
    });
    if (held == items.rend())
        return false;
    takeBack(held->id, true);
    return true;
}

void ConversationPane::takeBack(const model::TimelineItemId &item, bool keepText)
{
    const model::TimelineItem *shown = m_model.find(item);
    const bool note = shown && shown->kind == model::TimelineItem::Kind::Note;
    whenDone(m_workspace.takeBackItem(item, keepText), this,
             [this, keepText, note, id = shown ? shown->conversation : m_wanted](const Result<client::Undone> &done) {
                 if (!done && done.error().kind == Error::Kind::NotFound)
                     return; // it has just been done: a second click
                 if (!done || !done->overtaken.empty()) {
                     m_toasts.add(done || done.error().kind == Error::Kind::Conflict
                                      ? tr("Too late: this has been sent already")
                                      : tr("This could not be kept on this computer"));
                     return;
                 }
                 if (keepText)
                     writeOn(id, note);
                 else
                     tellDiscarded(done->discard);
             });
}

void ConversationPane::discardHeld(const model::TimelineItemId &item)
{
    whenDone(m_workspace.discard(numberOf(item)), this, [this](const Result<client::Submitted> &done) {
        if (done)
            tellDiscarded(done->undo);
        else if (done.error().kind != Error::Kind::NotFound) // else it has been decided elsewhere
            m_toasts.add(notKeptWords(done.error()));
    });
}

void ConversationPane::tellDiscarded(const std::optional<client::UndoStep> &discard)
{
    if (discard)
        emit discarded(discardedWords(*discard, m_row ? shownName(*m_row) : tr("somebody")), *discard);
}

/// What came back into the editor is written on there, where it was written.
void ConversationPane::writeOn(model::ConversationId id, bool note)
{
    if (id != m_wanted && m_model.conversation(id)) // of the same customer
        return emit draftWanted(id, note);
    const auto mode = note ? Composer::Mode::Note : Composer::Mode::Reply;
    const bool isElsewhere = isWriting() && m_composer->hasText() && m_composer->mode() != mode;
    if (id == m_wanted && !isElsewhere) // no mode changes under the keys
        write({.mode = mode});
}

/// One's own message or note that waits, is held, or came back: the newest of them.
void ConversationPane::editLast()
{
    if (!isComposerHere() || !isDraftHere({m_wanted, m_composer->mode()}))
        return; // the editor is not as empty as it looks
    const TimelineModel::Items &items = m_model.items();
    for (auto item = items.rbegin(); item != items.rend(); ++item) {
        if (item->conversation != m_wanted || item->author != m_workspace.agent().id)
            continue;
        const auto pending = m_model.pending(item->id);
        const bool held = item->delivery && item->delivery->state == model::Delivery::State::Held;
        if (pending == PendingState::NeedsYou)
            return onAction(item->id, TimelineAction::EditHeld);
        if (pending == PendingState::Outbox || held)
            return onAction(item->id, TimelineAction::EditPending);
        if (item->kind == model::TimelineItem::Kind::Outbound || item->kind == model::TimelineItem::Kind::Note)
            return; // it has gone out
    }
}

// -- The send guard
// ---------------------------------------------------------------------------------------------------------

std::int64_t ConversationPane::newestChange() const
{
    std::int64_t newest = m_row ? m_row->conversation.version : 0;
    for (const model::TimelineItem &item : m_model.items()) {
        if (m_row && item.conversation == m_row->conversation.id)
            newest = std::max(newest, item.version);
    }
    return newest;
}

std::vector<model::TimelineItem> ConversationPane::crossingItems() const
{
    using Kind = model::TimelineItem::Kind;
    std::vector<model::TimelineItem> found;
    // A message bumps its conversation too: news of an older message's delivery do not.
    if (!m_row || m_row->conversation.version <= m_baseline)
        return found;
    for (const model::TimelineItem &item : m_model.items()) {
        const bool said = item.kind == Kind::Inbound
                          || (item.kind == Kind::Outbound && item.author && *item.author != m_workspace.agent().id);
        if (item.conversation == m_wanted && said && !item.automatic && item.version > m_baseline
            && !m_known.contains(item.id))
            found.push_back(item);
    }
    return found;
}

/// While nothing is written, all that is shown has been seen. From the first word on, what a colleague sends crosses the
/// reply; what the customer writes does so until it has been in view.
void ConversationPane::watchCrossing()
{
    if (!m_row || m_model.isLoading())
        return;
    const bool writing = m_composer->hasReply();
    if (writing && m_composer->seen() > 0 && (m_baseline == 0 || m_composer->seen() < m_baseline)) {
        m_baseline = m_composer->seen(); // a draft of another day
        m_known.clear();
    }
    const std::vector<model::TimelineItem> crossing = m_baseline > 0 ? crossingItems() : std::vector<model::TimelineItem>();
    const auto colleague = std::ranges::find(crossing, model::TimelineItem::Kind::Outbound, &model::TimelineItem::kind);
    const bool inView = isLookedAt() && m_view->isAtEnd() && !m_view->hidesNewestOf(m_wanted);
    if (writing && m_baseline > 0 && (colleague != crossing.end() || (!crossing.empty() && !inView))) {
        const QString name = shownName(*m_row);
        m_composer->setCrossing(
            colleague != crossing.end() ? tr("%1 has replied to %2 since you began").arg(agentName(*colleague->author), name)
                                        : tr("%1 has written since you began").arg(name),
            colleague != crossing.end(), std::ranges::max(crossing, {}, &model::TimelineItem::version).version);
        return;
    }
    m_baseline = newestChange();
    m_known.clear();
    for (const model::TimelineItem &item : m_model.items()) {
        if (item.conversation == m_wanted)
            m_known.insert(item.id);
    }
    m_composer->setSeen(m_baseline);
    m_composer->setCrossing({});
}

void ConversationPane::compareCrossing()
{
    if (!m_row)
        return;
    if (!m_compare) {
        m_compare = new CompareSheet(m_theme, m_clock, window());
        connect(m_compare, &CompareSheet::sendAnyway, this, [this] {
            if (Composer *composer = m_compared == m_wanted ? composerHere() : nullptr)
                composer->sendCompared(m_comparedUpTo);
        });
        connect(m_compare, &CompareSheet::edit, this, [this] {
            if (m_compared == m_wanted)
                write({});
        });
    }
    m_compared = m_row->conversation.id;
    std::vector<model::TimelineItemId> crossing;
    for (const model::TimelineItem &item : crossingItems())
        crossing.push_back(item.id);
    whenHere(crossing, [this] {
        if (m_row && m_compared == m_row->conversation.id)
            showCrossing();
    });
}

void ConversationPane::showCrossing()
{
    m_comparedUpTo = newestChange();
    m_compare->ask({.title = tr("Your reply to %1, and what came in between").arg(shownName(*m_row)),
                    .name = shownName(*m_row),
                    .mine = m_composer->text(),
                    .items = crossingItems(),
                    .edit = tr("Go on writing"),
                    .discard = {}});
}

} // namespace tributary::ui
