#include "core/client/local_store.h"

#include "core/base/log.h"

#include <algorithm>

/// What is sealed in the journal, while its key is not here and when it comes.
namespace tributary::client {

/// Before a key is known whatever is sealed may be what has to be known; after that, what is to be sent.
Result<void> LocalStore::noteLocked(bool isKeyKnown)
{
    TRIBUTARY_TRY_ASSIGN(const store::Journal::Locked found, m_journal->locked());
    m_facts.anyLocked = found.any;
    m_facts.isLocked = isKeyKnown ? found.inLine > 0 : found.any;
    m_facts.lockedWork = isKeyKnown ? found.inLine + found.waiting : 0;
    return {};
}

Result<void> LocalStore::checkUnlocked() const
{
    return m_facts.isLocked
               ? Result<void>(failure(Error::Kind::Denied, "what waits here is sealed, and its key is not here"))
               : Result<void>();
}

bool LocalStore::unlock(std::vector<SealKey> keys, bool seals, Rng &rng)
{
    const auto before = m_journal->drafts();
    m_keys = Seals(keys, seals, rng);
    const auto done = watch(m_journal->unlock(std::move(keys), seals, rng), false);
    m_resealDue = !done;
    if (!done)
        log(LogLevel::Warning, "tributary.client", "the journal is stored as it was, sealed or plain",
            {{"kind", name(done.error().kind)}, {"error", done.error().detail}});
    if (const auto known = watch(noteLocked(true), false); !known)
        return bool(done);
    const auto again = m_journal->recalled();
    m_facts.offersAgain = again && !again->empty();
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
    if (before && after)
        noteRegained(*before, *after);
    return bool(done);
}

void LocalStore::sealRest()
{
    const auto seal = [&]() -> Result<void> {
        if (m_resealDue)
            TRIBUTARY_TRY(m_journal->reseal());
        m_resealDue = false;
        return m_journal->wipe();
    };
    if (const auto done = seal(); !done) // nothing that anybody works with is the worse for it: it is due still
        log(LogLevel::Warning, "tributary.client", "plain words may be in the journal still",
            {{"kind", name(done.error().kind)}, {"error", done.error().detail}});
}

// -- Drafts that are there again
// --------------------------------------------------------------------------------------------

namespace {

/// What is in @p whole beyond @p part, with which it was joined.
store::Draft without(const store::Draft &part, store::Draft whole)
{
    if (whole.body == part.body)
        whole.body.clear();
    const std::string below = "\n\n" + part.body, above = part.body + "\n\n";
    if (whole.body.ends_with(below))
        whole.body.resize(whole.body.size() - below.size());
    else if (whole.body.starts_with(above))
        whole.body.erase(0, above.size());
    std::vector<model::Attachment> files = store::attachmentsOf(whole);
    const std::vector<model::Attachment> others = store::attachmentsOf(part);
    std::erase_if(files, [&others](const model::Attachment &file) { return std::ranges::count(others, file) > 0; });
    store::setAttachments(whole, files);
    return whole;
}

} // namespace

void LocalStore::noteRegained(const std::vector<store::Draft> &before, const std::vector<store::Draft> &after)
{
    ++m_regainRound;
    for (const store::Draft &draft : after) {
        const auto known = std::ranges::find_if(before, [&draft](const store::Draft &one) {
            return one.conversation == draft.conversation && one.kind == draft.kind;
        });
        if (known != before.end() && *known == draft)
            continue;
        addRegained(known == before.end() ? draft : without(*known, draft));
    }
}

void LocalStore::noteTakenBack(const store::Draft &text)
{
    ++m_regainRound;
    addRegained(text);
}

void LocalStore::addRegained(const store::Draft &more)
{
    const auto [place, isNew] = m_regained.try_emplace({more.conversation, more.kind}, Regained{more, m_regainRound});
    if (!isNew)
        place->second = {store::joined(place->second.draft, more), m_regainRound};
    m_events.draftChanged(more.conversation);
}

/// An editor that goes on with what it has would write over a draft that it has not seen, and its author neither.
store::Draft LocalStore::withRegained(const store::Draft &draft, std::int64_t seen)
{
    const auto found = m_regained.find({draft.conversation, draft.kind});
    if (found == m_regained.end())
        return draft;
    if (seen < found->second.round)
        return store::joined(found->second.draft, draft);
    m_regained.erase(found);
    return draft;
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
