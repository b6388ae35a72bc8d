#include "core/base/log.h"
#include "core/store/file_migration.h"
#include "core/store/journal_rows.h"
#include "core/store/sql.h"

/// What a journal has sealed, and by which keys it is opened.
namespace tributary::store {
namespace {

/// A setting: what was stored plain is sealed, and may still be found in the log and between the rows of the file.
constexpr std::string_view kWipeDue = "wipe_due";

} // namespace

Result<void> Journal::unlock(std::vector<SealKey> keys, bool seals, Rng &rng)
{
    m_seals = Seals(std::move(keys), seals, rng);
    TRIBUTARY_TRY(m_database->inTransaction([&]() -> Result<void> {
        TRIBUTARY_TRY_ASSIGN(const bool wasPlain, resealAll());
        TRIBUTARY_TRY(takeUpWaiting());
        return wasPlain && m_seals.sealing() ? writeSetting(*m_database, kWipeDue, "1") : Result<void>();
    }));
    return wipe();
}

/// True: something was plain.
Result<bool> Journal::resealAll()
{
    std::vector<StoredCommand> rows;
    {
        auto query = m_database->query(sql::journal_stored_commands);
        TRIBUTARY_TRY_ASSIGN(rows, readStored(query));
    }
    bool wasPlain = false;
    for (const StoredCommand &row : rows) {
        if (m_seals.isAsSealed(row.command) && (!row.outcome || m_seals.isAsSealed(*row.outcome)))
            continue;
        const auto other = resealed(row, m_seals);
        if (!other) // another agent's, or damaged
            continue;
        wasPlain |= !isSealed(row.command) || (row.outcome && !isSealed(*row.outcome));
        TRIBUTARY_TRY(replaceStored(*m_database, *other));
    }
    TRIBUTARY_TRY_ASSIGN(const bool hadDraft, resealDrafts(*m_database, m_seals));
    return wasPlain || hadDraft;
}

/// What was overwritten stays in the log, and in the room between rows where a page was split (core/store/page_gaps.h): the
/// file is written anew. The one from before the last migration has it as well, and goes. One that is ended before does it
/// at the next start.
Result<void> Journal::wipe()
{
    TRIBUTARY_TRY_ASSIGN(const std::string due, setting(std::string(kWipeDue), {}));
    if (due.empty())
        return {};
    TRIBUTARY_TRY(m_database->execute("VACUUM"));
    {
        auto query = m_database->queryOnce("PRAGMA wal_checkpoint(TRUNCATE)");
        TRIBUTARY_TRY(query.step());
        if (query.integer(0) != 0)
            return failure(Error::Kind::Conflict, "somebody reads the journal");
    }
    TRIBUTARY_TRY(dropKept(m_path));
    return setSetting(std::string(kWipeDue), {});
}

Result<Journal::Locked> Journal::locked()
{
    Locked found;
    auto query = m_database->query(sql::journal_stored_commands);
    TRIBUTARY_TRY_ASSIGN(const std::vector<StoredCommand> rows, readStored(query));
    for (const StoredCommand &row : rows) {
        if (m_seals.opens(row.command) && (!row.outcome || m_seals.opens(*row.outcome)))
            continue;
        found.any = true;
        if (!row.outcome && !row.appliedAt)
            ++(row.n < kSettledFrom ? found.inLine : found.waiting);
    }
    TRIBUTARY_TRY_ASSIGN(const std::vector<SealedDraft> drafts, readSealedDrafts(*m_database));
    for (const SealedDraft &draft : drafts)
        found.any |= !m_seals.opens(draft.sealed);
    return found;
}

Result<Journal::Counts> Journal::counts()
{
    auto query = m_database->query(sql::journal_counts);
    TRIBUTARY_TRY(query.step());
    return Counts{query.integer(0), query.integer(1), query.integer(2)};
}

} // namespace tributary::store
