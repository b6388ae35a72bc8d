#include "core/client/local_store.h"

#include "core/base/log.h"
#include "core/model/command_files.h"
#include "core/model/undone.h"
#include "core/store/entities.h"
#include "core/store/overlay.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

/// What the agent does: durable in the journal first, then shown in the copy.
namespace tributary::client {

using namespace tributary::model;

Result<LocalStore::Submission> LocalStore::submit(std::vector<CommandBody> bodies, std::optional<std::int64_t> baseSeq,
                                                  bool undoable)
{
    std::vector<Meant> meant;
    for (CommandBody &body : bodies)
        meant.push_back({std::move(body), {}, {}});
    return submitMeant(std::move(meant), baseSeq, undoable);
}

Result<LocalStore::Submission> LocalStore::submitMeant(std::vector<Meant> meant, std::optional<std::int64_t> baseSeq,
                                                       bool undoable)
{
    Submission done;
    const TimePoint now = m_clock.now();
    std::vector<CommandBody> bodies;
    for (const Meant &one : meant)
        bodies.push_back(one.body);
    if (waitsToBeShown(bodies))
        showAll(); // what they take back is what those leave
    if (undoable && haveCache()) {
        TRIBUTARY_TRY_ASSIGN(done.undo, watch(undoOf(*m_cacheFile, bodies, now, m_facts.agent, !isLinked(), m_ids), true));
    }
    TRIBUTARY_TRY_ASSIGN(done.commands, give(std::move(meant), baseSeq));
    return done;
}

Result<std::vector<Command>> LocalStore::give(std::vector<Meant> meant, std::optional<std::int64_t> baseSeq)
{
    if (m_facts.agent.id.isNull() || m_facts.installation.token.empty())
        return failure(Error::Kind::Denied, "nobody is signed in");
    std::vector<Command> commands;
    for (Meant &one : meant) {
        Command command{.id = m_ids.make<CommandId>(), .at = stamp(), .baseEpoch = m_facts.epoch};
        TRIBUTARY_TRY_ASSIGN(command.baseSeq, baseSeq ? Result<std::int64_t>(*baseSeq) : watch(versionOf(one.body), true));
        if (one.base) {
            command.baseEpoch = one.base->epoch;
            command.baseSeq = one.base->seq;
        }
        TRIBUTARY_TRY_ASSIGN(command.at, saidAt(one.body, command.at));
        command.body = std::move(one.body);
        command.undoes = std::move(one.undoes);
        command.n = std::numeric_limits<std::int64_t>::max(); // as long as a number gets
        if (wire::plainSize(command) > wire::kMaxCommandBytes)
            return failure(Error::Kind::TooLarge, "the text is longer than the hub takes");
        commands.push_back(std::move(command));
    }
    TRIBUTARY_TRY_ASSIGN(commands, keep([&] { return m_journal->append(commands, isLinked()); }));
    if (isLinked() && !commands.empty())
        m_offered = commands.back().n;
    m_pending.insert(m_pending.end(), commands.begin(), commands.end());
    // From here on it is done, and told so, whatever becomes of the rest: who hears of a failure does it a second time.
    if (isLinked())
        (void)watch(takeBackUnsendable(commands), false);
    (void)watch(recount(), false);
    m_events.factsChanged();
    if (!canBeShownBefore(commands))
        showAll();
    if (m_unshown.empty() && commands.size() > kShownAtOnce) {
        m_unshown.assign(commands.begin(), commands.end());
        (void)showMore();
    } else {
        show(commands);
    }
    return commands;
}

std::set<ConversationId> LocalStore::unshown() const
{
    std::set<ConversationId> waiting;
    for (const Command &command : m_unshown)
        waiting.insert(conversationOf(command.body));
    return waiting;
}

bool LocalStore::waitsToBeShown(const std::vector<CommandBody> &bodies) const
{
    const auto waiting = unshown();
    return std::ranges::any_of(bodies, [&](const CommandBody &body) { return waiting.contains(conversationOf(body)); });
}

bool LocalStore::canBeShownBefore(const std::vector<Command> &commands) const
{
    const auto waiting = unshown();
    return waiting.empty() || std::ranges::all_of(commands, [&](const Command &command) {
               const auto footprint = store::footprintOf(command.body);
               return footprint && !waiting.contains(footprint->conversation);
           });
}

bool LocalStore::showMore()
{
    std::vector<Command> some;
    while (!m_unshown.empty() && some.size() < kShownAtOnce) {
        some.push_back(std::move(m_unshown.front()));
        m_unshown.pop_front();
    }
    if (!some.empty())
        show(some);
    return !m_unshown.empty();
}

void LocalStore::show(const std::vector<Command> &commands)
{
    if (!m_cacheFile)
        return;
    const auto shown = watch(m_cacheFile->inTransaction([&]() -> Result<store::ChangeSet> {
        store::Cache cache(*m_cacheFile);
        store::ChangeSet all;
        for (const Command &command : commands) {
            TRIBUTARY_TRY_ASSIGN(const auto one, cache.show(command, m_facts.agent));
            all.add(one);
            if (!std::holds_alternative<MarkRead>(command.body) && !std::holds_alternative<SeeMentions>(command.body))
                all.own.insert(one.conversations.begin(), one.conversations.end());
        }
        return all;
    }),
                             true);
    m_rowsInLog += std::int64_t(commands.size());
    if (shown)
        tell(*shown);
    else
        log(LogLevel::Warning, "tributary.client", "a command is not shown yet", {{"error", shown.error().detail}});
    m_overlayInDoubt |= !shown;
}

/// Behind what stands there already, as the hub has it (core/hub/commands.cpp), whatever the clock says here.
Result<TimePoint> LocalStore::saidAt(const CommandBody &body, TimePoint at)
{
    const bool isText = std::holds_alternative<SendMessage>(body) || std::holds_alternative<AddNote>(body);
    if (!isText || !haveCache())
        return at;
    TRIBUTARY_TRY_ASSIGN(const auto there, watch(store::conversation(*m_cacheFile, conversationOf(body)), true));
    return there ? std::max(at, there->lastItemAt + Milliseconds(1)) : at;
}

TimePoint LocalStore::stamp()
{
    if (!m_pending.empty())
        m_lastStamp = std::max(m_lastStamp, m_pending.back().at);
    m_lastStamp = std::max(m_clock.now(), m_lastStamp + Milliseconds(1)); // the hub takes none from its future
    return m_lastStamp;
}

Result<std::int64_t> LocalStore::versionOf(const CommandBody &body)
{
    const ConversationId about = conversationOf(body);
    if (!haveCache())
        return 0;
    if (const auto *edit = std::get_if<EditCustomer>(&body)) {
        TRIBUTARY_TRY_ASSIGN(const auto found, store::customer(*m_cacheFile, edit->customer));
        return found ? found->version : 0;
    }
    if (std::holds_alternative<SetConsent>(body)) { // whoever records one has seen all that is here
        TRIBUTARY_TRY_ASSIGN(const auto state, store::Cache(*m_cacheFile).state());
        return state ? state->position.seq : 0;
    }
    if (about.isNull())
        return 0;
    TRIBUTARY_TRY_ASSIGN(const auto found, store::conversation(*m_cacheFile, about));
    return found ? found->version : 0;
}

// -- Taking back
// ------------------------------------------------------------------------------------------------------------

namespace {

/// What an undo is about, as it is shown and as the commands of the undo before this one leave it.
class Standing {
public:
    explicit Standing(store::Database &cache)
        : m_cache(cache)
    {
    }
    enum class Now { AsItWas, Stands, Changed };
    /// @p wasMoved: by what is to be taken back, perhaps to where its author does not see it.
    Result<Now> of(const UndoStep::Back &back, bool wasMoved)
    {
        const auto answer = [&back](const auto &entity) {
            return stands(entity, back.body) ? Now::AsItWas : stands(entity, *back.undoes) ? Now::Stands : Now::Changed;
        };
        if (const ConversationId id = conversationOf(back.body); !id.isNull()) {
            auto known = m_conversations.find(id);
            if (known == m_conversations.end()) {
                TRIBUTARY_TRY_ASSIGN(const auto found, store::conversation(m_cache, id));
                if (!found)
                    return wasMoved ? Now::Stands : Now::Changed;
                known = m_conversations.emplace(id, *found).first;
            }
            const Now now = answer(known->second);
            if (now == Now::Stands)
                applyTo(known->second, back.body, Agent(), TimePoint());
            return now;
        }
        if (const CustomerId about = customerOf(back.body); !about.isNull()) {
            TRIBUTARY_TRY_ASSIGN(const auto found, store::customer(m_cache, about));
            return found ? answer(*found) : Now::Changed;
        }
        if (const auto *dismiss = std::get_if<DismissSuggestion>(&back.body)) {
            TRIBUTARY_TRY_ASSIGN(const auto found, store::suggestion(m_cache, dismiss->suggestion));
            return found ? answer(*found) : Now::Changed;
        }
        if (const CompanyId about = companyOf(back.body); !about.isNull()) {
            TRIBUTARY_TRY_ASSIGN(const auto found, store::company(m_cache, about));
            return found ? answer(*found) : Now::Changed;
        }
        if (const ConsentId about = consentOf(back.body); !about.isNull()) {
            TRIBUTARY_TRY_ASSIGN(const auto found, store::consent(m_cache, about));
            return answer(found);
        }
        return Now::Stands;
    }

private:
    store::Database &m_cache;
    std::map<ConversationId, Conversation> m_conversations;
};

} // namespace

std::vector<Command>::iterator LocalStore::pendingOf(TimelineItemId item)
{
    return std::ranges::find_if(m_pending, [&](const Command &one) { return itemMadeBy(one.body) == item; });
}

Result<void> LocalStore::withdraw(Command &command, const store::Draft &draft)
{
    Command nothing = command;
    nothing.body = CancelMessage{}; // its number has to be used up
    TRIBUTARY_TRY(watch(m_journal->replace(nothing, draft), false));
    command = std::move(nothing);
    if (m_cacheFile)
        (void)showOwnAnew();
    return {};
}

/// A message that is on its way to its receiver, or there: a draft of it would send it twice.
Result<bool> LocalStore::hasGoneOut(TimelineItemId item)
{
    if (!m_cacheFile || pendingOf(item) != m_pending.end())
        return false;
    TRIBUTARY_TRY_ASSIGN(const auto known, watch(store::timelineItem(*m_cacheFile, item), true));
    return known && !known->deleted && known->delivery && known->delivery->state != Delivery::State::Held
           && known->delivery->state != Delivery::State::Queued;
}

namespace {

/// What makes @p item, came back, and has not been decided about by its author.
Result<std::optional<store::JournalEntry>> entryThatCameBack(store::Journal &journal, TimelineItemId item)
{
    TRIBUTARY_TRY_ASSIGN(const auto entries, journal.needingAuthor());
    const auto found = std::ranges::find(entries, item, [](const auto &entry) { return itemMadeBy(entry.command.body); });
    return item.isNull() || found == entries.end() ? std::nullopt : std::optional(*found);
}

} // namespace

Result<LocalStore::Submission> LocalStore::takeBack(const UndoStep &step, bool keepsTexts)
{
    TRIBUTARY_TRY(checkUnlocked());
    showAll();
    if (!haveCache())
        return failure(Error::Kind::Failed, "there is no cache");
    Submission done;
    std::set<std::size_t> settled; // those of which nothing is left to do
    for (std::size_t i = 0; i < step.forward.size(); ++i) {
        const TimelineItemId item = itemMadeBy(step.forward[i]);
        if (item.isNull())
            continue;
        TRIBUTARY_TRY_ASSIGN(const bool late, hasGoneOut(item));
        if (late) {
            done.overtaken.push_back(step.forward[i]);
            settled.insert(i);
            continue;
        }
        store::Draft draft;
        const auto text = draftOf(step.forward[i], m_clock.now());
        const bool isErased = text && m_erased.contains(text->conversation); // nothing is written to them any more
        const bool isWanted = text && keepsTexts && !isErased;
        if (step.isDiscard && isErased)
            return failure(Error::Kind::NotFound, "that customer was erased");
        if (text && !keepsTexts && !isErased)
            done.undo = noteDiscarded(step.forward[i]);
        const auto waiting = pendingOf(item);
        TRIBUTARY_TRY_ASSIGN(const auto back, entryThatCameBack(*m_journal, item));
        if (back && (waiting == m_pending.end() || waiting->n == back->command.n)) {
            // The hub did not take it: there is nothing to cancel, or to undo there.
            if (isWanted) {
                TRIBUTARY_TRY(edit(back->command.n));
            } else {
                TRIBUTARY_TRY(settle(back->command.n));
            }
            settled.insert(i);
            continue;
        }
        if (isWanted) {
            TRIBUTARY_TRY_ASSIGN(draft, watch(joined(*text), false));
        }
        if (waiting != m_pending.end() && !isLinked() && !wasOffered(waiting->n)) {
            TRIBUTARY_TRY(withdraw(*waiting, draft));
            settled.insert(i);
        } else if (!draft.isEmpty()) { // before the command: what is written once too often can be seen, what is lost cannot
            TRIBUTARY_TRY(watch(m_journal->saveDraft(draft), false));
        }
        if (!draft.isEmpty())
            noteTakenBack(*text);
        if (back) // it was sent anyway
            TRIBUTARY_TRY(settle(back->command.n));
    }
    std::optional<Standing> standing;
    if (m_cacheFile) // by now its disk may have failed; then the hub alone looks whether it still stands
        standing.emplace(*m_cacheFile);
    std::vector<Meant> meant;
    for (const UndoStep::Back &back : step.back) {
        if (settled.contains(back.of))
            continue;
        if (back.undoes && standing) {
            const bool wasMoved = std::holds_alternative<SetTeam>(step.forward[back.of]);
            TRIBUTARY_TRY_ASSIGN(const Standing::Now now, watch(standing->of(back, wasMoved), true));
            if (now == Standing::Now::Changed && itemMadeBy(step.forward[back.of]).isNull())
                done.overtaken.push_back(step.forward[back.of]);
            if (now != Standing::Now::Stands)
                continue;
        }
        meant.push_back({back.body, back.undoes, {}});
    }
    if (!meant.empty()) {
        TRIBUTARY_TRY_ASSIGN(done.commands, give(std::move(meant), std::nullopt));
    }
    (void)watch(recount(), false); // as in give(): it is done
    m_events.factsChanged();
    return done;
}

Result<LocalStore::Submission> LocalStore::takeBackItem(TimelineItemId item, bool keepText)
{
    TRIBUTARY_TRY(checkUnlocked());
    showAll();
    if (!haveCache())
        return failure(Error::Kind::Failed, "there is no cache");
    std::optional<UndoStep> step;
    TRIBUTARY_TRY_ASSIGN(const auto back, entryThatCameBack(*m_journal, item));
    if (const auto waiting = pendingOf(item); waiting != m_pending.end()) {
        if (std::ranges::count(meantCommands(), &*waiting) == 0)
            return failure(Error::Kind::NotFound, "it is taken back already");
        // Looked at as it was before: the overlay of the earlier commands alone, put on and taken off in one transaction.
        const std::vector<Command> before(m_pending.begin(), waiting);
        const auto looked = m_cacheFile->inTransaction([&]() -> Result<void> {
            TRIBUTARY_TRY(store::Cache(*m_cacheFile).rebuildOverlay(before, m_facts.agent));
            TRIBUTARY_TRY_ASSIGN(step, undoOf(*m_cacheFile, {waiting->body}, waiting->at, m_facts.agent, true, m_ids));
            return failure(Error::Kind::Conflict, "only looked at");
        });
        if (!step)
            return failure(looked.error());
    } else if (back) {
        step = UndoStep{.forward = {back->command.body}, .at = m_clock.now()};
    } else {
        TRIBUTARY_TRY_ASSIGN(const auto known, watch(store::timelineItem(*m_cacheFile, item), true));
        TRIBUTARY_TRY_ASSIGN(const bool late, hasGoneOut(item));
        if (!known || known->deleted)
            return failure(Error::Kind::NotFound, "it is not there");
        if (known->kind != TimelineItem::Kind::Outbound || late || known->author != m_facts.agent.id)
            return failure(Error::Kind::Conflict, "it has gone out");
        SendMessage message{
            .item = item, .conversation = known->conversation, .to = known->identity, .from = known->account};
        message.subject = known->subject;
        message.body = known->body;
        message.attachments = known->attachments;
        if (const auto cc = known->details.find("cc"); cc != known->details.end())
            message.cc = {cc->second};
        step = UndoStep{.forward = {message}, .back = {{0, CancelMessage{item}, {}}}, .at = m_clock.now()};
    }
    return takeBack(*step, keepText);
}

} // namespace tributary::client
