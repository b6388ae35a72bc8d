#include "core/client/local_store.h"

#include "core/base/log.h"

/// What is sealed in the journal, while its key is not here and when it comes.
namespace tributary::client {

/// Before a key is known whatever is sealed may be what has to be known; after that, what is to be sent.
Result<void> LocalStore::noteLocked(bool isKeyKnown)
{
    TRIBUTARY_TRY_ASSIGN(const store::Journal::Locked found, m_journal->locked());
    m_facts.isLocked = isKeyKnown ? found.inLine > 0 : found.any;
    m_facts.lockedWork = found.inLine + found.waiting;
    return {};
}

Result<void> LocalStore::checkUnlocked() const
{
    return m_facts.isLocked
               ? Result<void>(failure(Error::Kind::Denied, "what waits here is sealed, and its key is not here"))
               : Result<void>();
}

void LocalStore::unlock(std::vector<SealKey> keys, bool seals, Rng &rng)
{
    const auto before = m_journal->drafts();
    // It is read all the same; what is stored yet as it was, a full disk say, is done at the next start.
    if (const auto done = watch(m_journal->unlock(std::move(keys), seals, rng), false); !done)
        log(LogLevel::Warning, "tributary.client", "what is plain in the journal was not sealed",
            {{"kind", name(done.error().kind)}, {"error", done.error().detail}});
    if (const auto known = watch(noteLocked(true), false); !known)
        return;
    const auto read = [&]() -> Result<store::ChangeSet> {
        TRIBUTARY_TRY_ASSIGN(m_facts.waitingForNewer, m_journal->waitingForNewer());
        if (!m_cacheFile) {
            TRIBUTARY_TRY(loadPending(std::nullopt));
            return store::ChangeSet();
        }
        store::Cache cache(*m_cacheFile);
        TRIBUTARY_TRY_ASSIGN(const auto state, cache.state());
        TRIBUTARY_TRY(loadPending(state ? std::optional(state->lastN) : std::nullopt));
        if (m_facts.isLocked)
            return store::ChangeSet();
        m_unshown.clear();
        return m_cacheFile->inTransaction([&] { return cache.rebuildOverlay(m_pending, m_facts.agent); });
    };
    const auto shown = watch(read(), true);
    m_overlayInDoubt = !shown;
    (void)watch(recount(), false);
    m_events.factsChanged();
    if (shown)
        tell(*shown);
    const auto after = m_journal->drafts();
    if (before && after && *before != *after) {
        for (const store::Draft &draft : *after)
            m_events.draftChanged(draft.conversation);
    }
}

Result<void> LocalStore::goOnLocked()
{
    if (!m_facts.isLocked)
        return {};
    log(LogLevel::Warning, "tributary.client", "sealed work cannot be opened, and waits for its key",
        {{"commands", m_facts.lockedWork}});
    m_facts.isLocked = false; // so that the others can be numbered anew
    if (const auto done = renumber(); !done) {
        m_facts.isLocked = true;
        return failure(done.error());
    }
    TRIBUTARY_TRY(noteLocked(true));
    m_events.factsChanged();
    return {};
}

} // namespace tributary::client
