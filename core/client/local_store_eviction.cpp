#include "core/client/local_store.h"

#include "core/base/log.h"
#include "core/store/cache_reads.h"

#include <charconv>

/// How much of the past this computer keeps.
namespace tributary::client {
namespace {

using namespace tributary::model;

constexpr std::chrono::days kSlack{5}; ///< What comes at 90 days leaves at 95, so that nothing comes and goes (ENGINE 26).
constexpr std::chrono::days kKeepOpened{30}; ///< All of a customer that was looked at stays for so long.
constexpr std::chrono::days kSweepEvery{1};
constexpr std::int64_t kItemsAtOnce = 100; ///< A few milliseconds of work.

/// The setting `history.days`; nothing: keep all.
std::optional<std::chrono::days> daysToKeep(const std::map<std::string, std::string> &settings)
{
    const auto set = settings.find("history.days");
    int days = 90;
    if (set != settings.end())
        std::from_chars(set->second.data(), set->second.data() + set->second.size(), days);
    return days > 0 ? std::optional(std::chrono::days(days)) : std::nullopt;
}

} // namespace

Result<void> LocalStore::noteOpened(CustomerId root)
{
    if (!m_cacheFile)
        return {};
    return watch(m_cacheFile->inTransaction([&]() -> Result<void> {
        TRIBUTARY_TRY_ASSIGN(const auto members, store::membersOf(*m_cacheFile, root));
        return store::noteOpened(*m_cacheFile, members, m_clock.now());
    }),
                 true);
}

/// Own commands that are under way or came back.
Result<std::vector<Command>> LocalStore::undecided()
{
    std::vector<Command> commands = m_pending;
    TRIBUTARY_TRY_ASSIGN(auto entries, m_journal->needingAuthor());
    for (store::JournalEntry &entry : entries)
        commands.push_back(std::move(entry.command));
    return commands;
}

Result<void> LocalStore::keepWhatIsReferredTo(store::Retention &retention)
{
    TRIBUTARY_TRY_ASSIGN(const auto commands, watch(undecided(), false));
    for (const Command &command : commands) {
        retention.conversations.insert(conversationOf(command.body));
        if (const auto *cancel = std::get_if<CancelMessage>(&command.body))
            retention.items.insert(cancel->item);
        else if (const auto *retry = std::get_if<RetryMessage>(&command.body))
            retention.items.insert(retry->item);
        else if (const auto *send = std::get_if<SendMessage>(&command.body); send && send->inReplyTo)
            retention.items.insert(*send->inReplyTo);
    }
    TRIBUTARY_TRY_ASSIGN(const auto drafts, watch(m_journal->drafts(), false));
    for (const store::Draft &draft : drafts)
        retention.conversations.insert(draft.conversation);
    return {};
}

Result<bool> LocalStore::evict()
{
    const auto keep = daysToKeep(m_facts.settings);
    if (!m_cacheFile || !keep || m_facts.isLocked) // what has to stay is not known
        return false;
    store::Cache cache(*m_cacheFile);
    TRIBUTARY_TRY_ASSIGN(const auto state, watch(cache.state(), true));
    if (!state || !state->syncedAt || state->bootstrapStart > 0)
        return false;
    // A clock that is ahead throws nothing away, nor does a copy that has been offline for a year.
    const TimePoint now = std::min(m_clock.now(), *state->syncedAt);
    if (!m_eviction) {
        if (m_sweptAt && now < *m_sweptAt + kSweepEvery)
            return false;
        m_eviction.emplace(now - *keep - kSlack);
    }
    store::Retention retention{.openedSince = now - kKeepOpened};
    TRIBUTARY_TRY(keepWhatIsReferredTo(retention));
    const auto changed =
        watch(m_cacheFile->inTransaction([&] { return m_eviction->step(*m_cacheFile, retention, kItemsAtOnce); }), true);
    if (!changed) {
        m_eviction.reset(); // another sweep begins from the start
        m_sweptAt = now;
        return failure(changed.error());
    }
    m_rowsInLog += std::int64_t(changed->items.size());
    tell(*changed);
    if (!m_eviction->isDone())
        return true;
    if (m_eviction->evicted() > 0)
        log(LogLevel::Info, "tributary.client", "old history left this computer",
            {{"items", std::to_string(m_eviction->evicted())}});
    m_eviction.reset();
    m_sweptAt = now;
    return false;
}

void LocalStore::beginSweepAnew()
{
    m_eviction.reset();
    m_sweptAt.reset();
}

} // namespace tributary::client
