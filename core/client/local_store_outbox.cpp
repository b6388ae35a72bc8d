#include "core/client/local_store.h"

#include "core/client/taken_before.h"
#include "core/model/command_files.h"
#include "core/store/cache_reads.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

#include <algorithm>
#include <set>

/// What waits, what came back to its author, and what its author decides.
namespace tributary::client {

using namespace tributary::model;

namespace {

constexpr std::size_t kLine = 200; ///< Characters of a text that a row can show.

void shorten(CommandBody &body)
{
    if (auto *message = std::get_if<SendMessage>(&body))
        message->body = previewOf(message->body, kLine);
    else if (auto *note = std::get_if<AddNote>(&body))
        note->body = previewOf(note->body, kLine);
    else if (auto *import = std::get_if<ImportCustomers>(&body))
        import->rows.clear(); // a row of the outbox says that much
}

TimelineItemId itemOf(const CommandBody &body)
{
    return std::visit(
        [](const auto &one) {
            if constexpr (requires { one.item; })
                return one.item;
            else
                return TimelineItemId();
        },
        body);
}

/// Whose name stands on the row of a command that is about no conversation.
std::optional<CustomerId> personOf(const CommandBody &body)
{
    if (const CustomerId changed = customerOf(body); !changed.isNull())
        return changed;
    if (const auto *merge = std::get_if<MergeCustomers>(&body))
        return merge->into;
    if (const auto *consent = std::get_if<SetConsent>(&body))
        return consent->customer;
    if (const auto *consent = std::get_if<RemoveConsent>(&body))
        return consent->customer;
    if (const auto *link = std::get_if<LinkCustomers>(&body))
        return link->into;
    return std::nullopt;
}

Result<std::vector<TimelineItem>> crossingItems(store::Database &cache, const Command &command, AgentId self)
{
    auto query = cache.query(store::sql::cache_crossing_items);
    query.bind("conversation_id", conversationOf(command.body)).bind("base_seq", command.baseSeq).bind("agent_id", self);
    TRIBUTARY_TRY_ASSIGN(auto items, store::readAll<TimelineItem>(query));
    std::ranges::reverse(items);
    return items;
}

std::int64_t newestOf(const std::vector<TimelineItem> &items)
{
    return items.empty() ? 0 : std::ranges::max(items, {}, &TimelineItem::version).version;
}

} // namespace

/// Called before the copy takes what was pending up to @p lastN.
void LocalStore::noteHeld(std::int64_t lastN)
{
    for (const Command &command : m_pending) {
        if (command.n <= lastN && std::holds_alternative<SendMessage>(command.body))
            m_held.push_back(command);
    }
    constexpr std::size_t kMost = 100;
    if (m_held.size() > kMost)
        m_held.erase(m_held.begin(), m_held.end() - kMost);
}

std::vector<const Command *> LocalStore::meantCommands() const
{
    std::set<TimelineItemId> takenBack;
    for (const Command &command : m_pending) {
        if (const auto *cancel = std::get_if<CancelMessage>(&command.body))
            takenBack.insert(cancel->item);
    }
    std::vector<const Command *> meant;
    for (const Command &command : m_pending) {
        const bool isText =
            std::holds_alternative<SendMessage>(command.body) || std::holds_alternative<AddNote>(command.body);
        if (isMeant(command.body) && !(isText && takenBack.contains(itemOf(command.body))))
            meant.push_back(&command);
    }
    return meant;
}

Result<OutboxEntry> LocalStore::entryOf(const store::JournalEntry &entry)
{
    OutboxEntry row{.command = entry.command, .conversation = conversationOf(entry.command.body)};
    if (!m_cacheFile) {
        shorten(row.command.body);
        return row;
    }
    if (row.conversation.isNull()) {
        TRIBUTARY_TRY_ASSIGN(const auto item, store::timelineItem(*m_cacheFile, itemOf(entry.command.body)));
        if (item)
            row.conversation = item->conversation;
    }
    TRIBUTARY_TRY_ASSIGN(const auto shown, store::conversationRow(*m_cacheFile, row.conversation, m_facts.agent.id));
    if (shown) {
        row.name = shown->customerName.empty() ? shown->identityShown : shown->customerName;
        row.channel = shown->conversation.channel;
    } else if (const auto about = personOf(entry.command.body)) {
        TRIBUTARY_TRY_ASSIGN(const auto person, store::customer(*m_cacheFile, *about));
        row.name = person ? person->name : std::string();
    }
    if (const auto *message = std::get_if<SendMessage>(&entry.command.body)) {
        TRIBUTARY_TRY_ASSIGN(const auto account, store::channelAccount(*m_cacheFile, message->from));
        if (account)
            row.channel = account->channel;
    }
    shorten(row.command.body);
    return row;
}

Result<std::vector<OutboxEntry>> LocalStore::outboxEntries()
{
    std::vector<OutboxEntry> rows;
    TRIBUTARY_TRY_ASSIGN(const auto needing, m_journal->needingAuthor());
    for (const store::JournalEntry &entry : needing) {
        TRIBUTARY_TRY_ASSIGN(OutboxEntry row, entryOf(entry));
        const bool asks = entry.outcome->kind == Outcome::Kind::NeedsYou;
        row.state = asks ? OutboxEntry::State::NeedsYou : OutboxEntry::State::Refused;
        row.reason = entry.outcome->reason;
        if (entry.outcome->detail == kTakenBefore)
            row.command.earlier = Outcome::Kind::Applied;
        row.refusedRows = std::int64_t(entry.outcome->refusedRows.size());
        if (asks && m_cacheFile) {
            TRIBUTARY_TRY_ASSIGN(const auto items, crossingItems(*m_cacheFile, entry.command, m_facts.agent.id));
            row.crossedUpTo = newestOf(items);
            const bool colleague = row.reason == Outcome::Reason::ColleagueReplied;
            for (const TimelineItem &item : items) {
                if ((item.kind == TimelineItem::Kind::Outbound) == colleague) {
                    row.by = colleague ? item.authorName : std::string();
                    row.crossedAt = item.at;
                }
            }
        }
        rows.push_back(std::move(row));
    }
    std::vector<Command> holding;
    for (const Command &command : m_held) {
        const auto item = m_cacheFile ? store::timelineItem(*m_cacheFile, itemOf(command.body))
                                      : Result<std::optional<TimelineItem>>(std::nullopt);
        const bool held = item && *item && !(*item)->deleted && (*item)->delivery
                          && (*item)->delivery->state == Delivery::State::Held && (*item)->delivery->heldUntil
                          && *(*item)->delivery->heldUntil > m_clock.now();
        if (!held)
            continue;
        holding.push_back(command);
        TRIBUTARY_TRY_ASSIGN(OutboxEntry row, entryOf({.command = command}));
        row.state = OutboxEntry::State::Held;
        row.heldUntil = (*item)->delivery->heldUntil;
        rows.push_back(std::move(row));
    }
    m_held = std::move(holding);
    for (const Command *command : meantCommands()) {
        TRIBUTARY_TRY_ASSIGN(OutboxEntry row, entryOf({.command = *command}));
        row.state = isLinked() ? OutboxEntry::State::Sending : OutboxEntry::State::Waits;
        rows.push_back(std::move(row));
    }
    return rows;
}

Result<Crossing> LocalStore::crossing(std::int64_t n)
{
    TRIBUTARY_TRY_ASSIGN(const auto entry, entryNeedingAuthor(n));
    Crossing found{.command = entry.command};
    if (!m_cacheFile)
        return found;
    TRIBUTARY_TRY_ASSIGN(found.items, crossingItems(*m_cacheFile, entry.command, m_facts.agent.id));
    found.upTo = newestOf(found.items);
    TRIBUTARY_TRY_ASSIGN(const OutboxEntry row, entryOf(entry));
    found.name = row.name;
    return found;
}

Result<std::vector<store::JournalEntry>> LocalStore::outbox()
{
    std::vector<store::JournalEntry> entries;
    for (const Command &command : m_pending)
        entries.push_back({.command = command});
    return entries;
}

Result<std::vector<store::JournalEntry>> LocalStore::needsYou()
{
    return m_journal->needingAuthor();
}

Result<store::JournalEntry> LocalStore::entryNeedingAuthor(std::int64_t n)
{
    TRIBUTARY_TRY_ASSIGN(const auto entries, m_journal->needingAuthor());
    const auto found = std::ranges::find(entries, n, [](const auto &entry) { return entry.command.n; });
    if (found == entries.end())
        return failure(Error::Kind::NotFound, "that command needs nobody");
    return *found;
}

Result<void> LocalStore::settle(std::int64_t n)
{
    TRIBUTARY_TRY(keep([&] { return m_journal->settle(n); }));
    (void)watch(recount(), false); // it is done
    m_events.factsChanged();
    return {};
}

Result<TimelineItemId> LocalStore::edit(std::int64_t n)
{
    TRIBUTARY_TRY_ASSIGN(const auto entry, entryNeedingAuthor(n));
    const auto text = draftOf(entry.command.body, m_clock.now());
    if (!text)
        return failure(Error::Kind::Invalid, "that command has no text");
    TRIBUTARY_TRY_ASSIGN(const auto present, m_journal->draft(text->conversation, text->kind));
    const auto isIn = [&text](const store::Draft &one) {
        const std::vector<Attachment> there = store::attachmentsOf(one);
        return (one.body == text->body || one.body.starts_with(text->body + "\n\n"))
               && std::ranges::all_of(store::attachmentsOf(*text),
                                      [&there](const Attachment &file) { return std::ranges::count(there, file) > 0; });
    };
    store::Draft draft; // a refused text is one already
    if (!present || !isIn(*present)) {
        TRIBUTARY_TRY_ASSIGN(draft, watch(joined(*text), false));
    }
    TRIBUTARY_TRY(keep([&] { return m_journal->settle(n, draft); }));
    (void)watch(recount(), false); // it is done
    m_events.factsChanged();
    if (draft.isEmpty())
        m_events.draftChanged(text->conversation);
    else
        noteTakenBack(*text);
    return itemMadeBy(entry.command.body);
}

Result<LocalStore::Submission> LocalStore::sendAnyway(std::int64_t n, std::int64_t upTo)
{
    TRIBUTARY_TRY_ASSIGN(const auto entry, entryNeedingAuthor(n));
    const auto *message = std::get_if<SendMessage>(&entry.command.body);
    if (!message)
        return failure(Error::Kind::Invalid, "that command is no message");
    SendMessage again = *message; // with its id: given twice, it is one message
    const bool isOver = entry.command.baseEpoch != m_facts.epoch;
    // Its author has seen what they were shown. The hub asks about what it knows of beyond that, unless nothing could be
    // shown: then it would ask for ever.
    const bool isSeen = !isOver && upTo > entry.command.baseSeq;
    again.sendAnyway = !isSeen;
    std::vector<Meant> meant{{again, {}, {}}};
    if (isOver) // it may have been sent there: the hub has to look for it first
        meant.front().base = {entry.command.baseEpoch, entry.command.baseSeq};
    TRIBUTARY_TRY_ASSIGN(Submission done, submitMeant(std::move(meant), isSeen ? std::optional(upTo) : std::nullopt, true));
    // As in give(): from here on it is done. Given once more where it is still to be decided about, it is the same message.
    (void)settle(n);
    (void)dropDraftIf(again.conversation, store::Draft::Kind::Reply, again.body, again.attachments);
    return done;
}

Result<LocalStore::Submission> LocalStore::discard(std::int64_t n)
{
    TRIBUTARY_TRY_ASSIGN(const auto entry, entryNeedingAuthor(n));
    TRIBUTARY_TRY(settle(n));
    Submission done; // from here on it is done, as in give(): a draft that stays is seen
    if (const auto text = draftOf(entry.command.body, m_clock.now())) {
        if (!m_erased.contains(text->conversation)) // nothing is written to them any more
            done.undo = noteDiscarded(entry.command.body);
        (void)dropDraftIf(text->conversation, text->kind, text->body, store::attachmentsOf(*text));
    }
    return done;
}

UndoStep LocalStore::noteDiscarded(const CommandBody &text)
{
    m_discarded.push_back(*draftOf(text, m_clock.now()));
    if (m_discarded.size() > UndoHistory::kMost)
        m_discarded.pop_front();
    return discardOf(text, m_clock.now());
}

} // namespace tributary::client
