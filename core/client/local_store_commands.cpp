#include "core/client/local_store.h"

#include "core/base/log.h"
#include "core/store/entities.h"

#include <algorithm>
#include <limits>

/// What the agent does: durable in the journal first, then shown in the copy.
namespace tributary::client {

using namespace tributary::model;

Result<LocalStore::Submission> LocalStore::submit(std::vector<CommandBody> bodies, std::optional<std::int64_t> baseSeq,
                                                  bool undoable)
{
    if (m_facts.agent.id.isNull() || m_facts.installation.token.empty())
        return failure(Error::Kind::Denied, "nobody is signed in");
    Submission done;
    const TimePoint now = m_clock.now();
    if (undoable && haveCache()) {
        TRIBUTARY_TRY_ASSIGN(done.undo, watch(undoOf(*m_cacheFile, bodies, now, m_ids), true));
    }
    std::vector<Command> commands;
    for (CommandBody &body : bodies) {
        Command command{.id = m_ids.make<CommandId>(), .at = stamp(), .baseEpoch = m_epoch};
        TRIBUTARY_TRY_ASSIGN(command.baseSeq, baseSeq ? Result<std::int64_t>(*baseSeq) : watch(versionOf(body), true));
        command.body = std::move(body);
        command.n = std::numeric_limits<std::int64_t>::max(); // as long as a number gets
        if (wire::pack(wire::CommandFrame{command}).size() > wire::kMaxFrameBytes)
            return failure(Error::Kind::TooLarge, "the text is longer than the hub takes");
        commands.push_back(std::move(command));
    }
    TRIBUTARY_TRY_ASSIGN(done.commands, keep([&] { return m_journal->append(commands); }));
    m_pending.insert(m_pending.end(), done.commands.begin(), done.commands.end());
    m_facts.outboxCount = std::int64_t(m_pending.size());
    // From here on it is done, whatever becomes of the copy: the overlay is made again from the journal.
    m_events.factsChanged();
    if (!m_cacheFile)
        return done;
    const auto shown = watch(m_cacheFile->inTransaction([&]() -> Result<store::ChangeSet> {
        store::Cache cache(*m_cacheFile);
        store::ChangeSet all;
        for (const Command &command : done.commands) {
            TRIBUTARY_TRY_ASSIGN(const auto one, cache.show(command, m_facts.agent));
            all.add(one);
        }
        return all;
    }),
                             true);
    m_rowsInLog += std::int64_t(done.commands.size());
    if (shown)
        tell(*shown);
    else
        log(LogLevel::Warning, "tributary.client", "a command is not shown yet", {{"error", shown.error().detail}});
    return done;
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
    if (about.isNull() || !haveCache())
        return 0;
    TRIBUTARY_TRY_ASSIGN(const auto found, store::conversation(*m_cacheFile, about));
    return found ? found->version : 0;
}

Result<LocalStore::Submission> LocalStore::takeBack(const UndoStep &step)
{
    TRIBUTARY_TRY_ASSIGN(Submission done, submit(step.inverse, std::nullopt, false));
    for (const store::Draft &draft : step.drafts) {
        if (const auto kept = restoreDraft(draft); !kept)
            log(LogLevel::Error, "tributary.client", "a draft could not be kept", {{"error", kept.error().detail}});
    }
    return done;
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
    TRIBUTARY_TRY(watch(m_journal->settle(n), false));
    TRIBUTARY_TRY(recount());
    m_events.factsChanged();
    return {};
}

Result<LocalStore::Submission> LocalStore::sendAnyway(std::int64_t n)
{
    TRIBUTARY_TRY_ASSIGN(const auto entry, entryNeedingAuthor(n));
    const auto *message = std::get_if<SendMessage>(&entry.command.body);
    if (!message)
        return failure(Error::Kind::Invalid, "that command is no message");
    SendMessage again = *message; // with its id: given twice, it is one message
    again.sendAnyway = true;
    TRIBUTARY_TRY_ASSIGN(Submission done, submit({again}, std::nullopt, false));
    TRIBUTARY_TRY(settle(n));
    TRIBUTARY_TRY(dropDraftIf(again.conversation, store::Draft::Kind::Reply, again.body));
    return done;
}

Result<void> LocalStore::discard(std::int64_t n)
{
    TRIBUTARY_TRY_ASSIGN(const auto entry, entryNeedingAuthor(n));
    TRIBUTARY_TRY(settle(n));
    if (const auto *message = std::get_if<SendMessage>(&entry.command.body))
        return dropDraftIf(message->conversation, store::Draft::Kind::Reply, message->body);
    if (const auto *note = std::get_if<AddNote>(&entry.command.body))
        return dropDraftIf(note->conversation, store::Draft::Kind::Note, note->body);
    return {};
}

} // namespace tributary::client
