#include "core/base/log.h"
#include "core/store/file_migration.h"
#include "core/store/journal_rows.h"
#include "core/store/page_gaps.h"
#include "core/store/sql.h"

/// What a journal has sealed, and by which keys it is opened.
namespace tributary::store {
namespace {

/// A setting: what was stored plain is sealed, and may still be found in the log and between the rows of the file.
constexpr std::uintmax_t kRoomLeft = 64 << 20; ///< What others on the disk may need while the file is written anew.

/// It is copied, and the copy goes through the log.
bool hasRoomToWipe(const std::filesystem::path &path)
{
    std::error_code error;
    const auto room = std::filesystem::space(path.parent_path(), error);
    const auto size = error ? 0 : std::filesystem::file_size(path, error);
    return error || room.available >= 2 * size + kRoomLeft; // behind another VFS nobody can say
}

} // namespace

Result<void> Journal::unlock(std::vector<SealKey> keys, bool seals, Rng &rng)
{
    m_seals = Seals(std::move(keys), seals, rng);
    return m_database->inTransaction([&]() -> Result<void> {
        TRIBUTARY_TRY(resealAll());
        return takeUpWaiting();
    });
}

Result<void> Journal::reseal()
{
    return m_database->inTransaction([&] { return resealAll(); });
}

/// In a transaction.
Result<void> Journal::resealAll()
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
    TRIBUTARY_TRY_ASSIGN(const bool hasForgotten, forgetWhatIsDue());
    const bool isSealedNow = (wasPlain || hadDraft) && m_seals.sealing();
    return isSealedNow || hasForgotten ? writeSetting(*m_database, kWipeDue, "1") : Result<void>();
}

/// What was overwritten stays in the log, and in the room between rows where a page was split (core/store/page_gaps.h): the
/// file is written anew. The one from before the last migration has it as well, and goes.
Result<void> Journal::wipe()
{
    TRIBUTARY_TRY_ASSIGN(const std::string due, setting(std::string(kWipeDue), {}));
    if (due.empty() || !hasRoomToWipe(m_path))
        return {};
    TRIBUTARY_TRY(m_database->execute("VACUUM"));
    TRIBUTARY_TRY_ASSIGN(const bool isEmpty, emptyLog(*m_database));
    if (!isEmpty)
        return failure(Error::Kind::Conflict, "somebody reads the journal");
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
