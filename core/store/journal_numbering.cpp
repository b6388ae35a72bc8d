#include "core/base/breaks.h"
#include "core/base/digest.h"
#include "core/store/journal_rescue.h"
#include "core/store/journal_rows.h"
#include "core/store/sql.h"

#include <algorithm>

/// Under which numbers a journal's commands stand, where it is another numbering that they come from.
namespace tributary::store {
namespace {

using namespace tributary::model;

constexpr std::size_t kMostKept = 1000;
constexpr std::string_view kRecalled = "kept_recalled"; ///< A setting: the kept ones are to be offered again.

/// Applied commands of numberings that are over, the oldest first: the newest of them are kept.
Result<void> keep(Database &database, std::vector<StoredCommand> rows, const Seals &seals)
{
    for (std::size_t i = rows.size() - std::min(rows.size(), kMostKept); i < rows.size(); ++i) {
        rows[i].outcome.reset();
        TRIBUTARY_TRY(addStored(database, numbered(rows[i], kKeptFrom + std::int64_t(i), seals)));
    }
    return {};
}

/// Undamaged commands that are not applied: those that this program does not know, or (@p known) that it does. What cannot
/// be opened is neither.
Result<std::vector<StoredCommand>> unapplied(Database &database, const Seals &seals, bool known)
{
    auto query = database.query(sql::journal_unapplied);
    TRIBUTARY_TRY_ASSIGN(std::vector<StoredCommand> rows, readStored(query));
    std::erase_if(rows, [&](const StoredCommand &row) {
        const auto entry = entryIn(row, seals);
        return !seals.opens(row.command) || bool(entry) != known;
    });
    return rows;
}

} // namespace

/// In a transaction.
Result<void> Journal::takeUpWaiting()
{
    TRIBUTARY_TRY_ASSIGN(const auto known, unapplied(*m_database, m_seals, true));
    for (const StoredCommand &row : known) {
        if (row.n < kWaitingFrom)
            continue;
        auto remove = m_database->query(sql::journal_remove_command);
        TRIBUTARY_TRY(remove.bind("n", row.n).run());
        TRIBUTARY_TRY_ASSIGN(JournalEntry entry, entryIn(row, m_seals));
        TRIBUTARY_TRY_ASSIGN(entry.command.n, nextNumber(*m_database));
        TRIBUTARY_TRY(addStored(*m_database, storedOf(entry, m_seals)));
    }
    return {};
}

/// What an older program has dropped because it could not read it. In a transaction.
Result<void> Journal::bringBack()
{
    std::vector<StoredCommand> gone;
    for (auto query = m_database->query(sql::journal_gone_commands);;) {
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        if (!found)
            break;
        gone.push_back({.id = copyOf(query.blob(0)), .command = copyOf(query.blob(1)), .outcome = copyOf(query.blob(2))});
        if (!query.isNull(3))
            gone.back().appliedAt = query.time(3);
    }
    TRIBUTARY_TRY_ASSIGN(std::int64_t n, lastSettled(*m_database));
    for (StoredCommand &row : gone) {
        row.n = ++n;
        TRIBUTARY_TRY(addStored(*m_database, row));
    }
    return m_database->query(sql::journal_clear_gone).run();
}

Result<std::int64_t> Journal::waitingForNewer()
{
    TRIBUTARY_TRY_ASSIGN(const auto waiting, unapplied(*m_database, m_seals, false));
    return std::int64_t(waiting.size());
}

Result<void> Journal::fill(const RescuedJournal &rescued)
{
    std::vector<StoredCommand> rows = rescued.sealed;
    for (const JournalEntry &entry : rescued.entries)
        rows.push_back(storedOf(entry, m_seals));
    std::ranges::stable_sort(rows, {}, &StoredCommand::n);
    return m_database->inTransaction([&]() -> Result<void> {
        std::int64_t settled = kSettledFrom, waiting = kWaitingFrom;
        std::vector<StoredCommand> applied, earlier;
        for (StoredCommand &row : rows) {
            if (row.outcome && !row.settled) {
                TRIBUTARY_TRY(addStored(*m_database, numbered(row, settled++, m_seals)));
            } else if (!row.outcome && row.appliedAt) {
                // Those of earlier numberings, which have the highest numbers, were first.
                (row.n >= kKeptFrom ? earlier : applied).push_back(std::move(row));
            } else if (!row.outcome && row.n >= kWaitingFrom && isSealed(row.command)) {
                TRIBUTARY_TRY(addStored(*m_database, numbered(row, waiting++, m_seals)));
            } else if (!row.outcome) {
                TRIBUTARY_TRY_ASSIGN(const std::int64_t n, nextNumber(*m_database));
                TRIBUTARY_TRY(addStored(*m_database, numbered(row, n, m_seals)));
            }
        }
        earlier.insert(earlier.end(), std::move_iterator(applied.begin()), std::move_iterator(applied.end()));
        const bool hasApplied = !earlier.empty();
        TRIBUTARY_TRY(keep(*m_database, std::move(earlier), m_seals));
        for (const Bytes &unknown : rescued.unknown) {
            const auto name = blake16(unknown); // its own is inside; this one only keeps it apart from others
            TRIBUTARY_TRY(
                addStored(*m_database, {.n = waiting++, .id = Bytes(name.begin(), name.end()), .command = unknown}));
        }
        for (const auto &[name, value] : rescued.settings)
            TRIBUTARY_TRY(writeSetting(*m_database, name, value));
        for (const Draft &draft : rescued.drafts)
            TRIBUTARY_TRY(writeDraft(*m_database, m_seals, draft));
        for (const SealedDraft &draft : rescued.sealedDrafts)
            TRIBUTARY_TRY(writeSealedDraft(*m_database, draft));
        // In which history they were applied nobody can say: they are offered, and have no second effect.
        TRIBUTARY_TRY(writeSetting(*m_database, kRecalled, hasApplied ? "1" : ""));
        // Any of them may be at the hub, under the numbers that they had.
        return writeSetting(*m_database, kOffered, std::to_string(kSettledFrom));
    });
}

Result<void> Journal::becomeNewClient(IdMaker &ids, std::optional<std::int64_t> hubN)
{
    return m_database->inTransaction([&]() -> Result<void> {
        std::vector<StoredCommand> rows;
        {
            auto query = m_database->query(sql::journal_stored_commands);
            TRIBUTARY_TRY_ASSIGN(rows, readStored(query));
        }
        TRIBUTARY_TRY_ASSIGN(const std::string isRecalled, setting(std::string(kRecalled), {}));
        TRIBUTARY_TRY(m_database->query(sql::journal_clear_commands).run());
        std::int64_t settled = kSettledFrom, waiting = kWaitingFrom;
        std::vector<StoredCommand> earlier, done, again;
        bool isRecalledLater = false;
        for (StoredCommand &row : rows) {
            const auto entry = entryIn(row, m_seals);
            const bool isLocked = !entry && entry.error().kind == Error::Kind::Denied;
            if (row.outcome && !row.settled) { // of a newer program, too: its author has seen nothing of it
                TRIBUTARY_TRY(addStored(*m_database, numbered(row, settled++, m_seals)));
            } else if (!entry && !row.outcome && !row.appliedAt) { // of a newer program, or of a key that may come yet
                TRIBUTARY_TRY(addStored(*m_database, numbered(row, waiting++, m_seals)));
            } else if (row.n >= kKeptFrom) {
                if (entry || isLocked)
                    earlier.push_back(std::move(row));
            } else if (row.n < kSettledFrom && (entry || (isLocked && !row.outcome))) {
                // What cannot be read cannot be offered again now: it would leave a gap.
                const bool isLost = row.appliedAt && hubN && row.n > *hubN && !TRIBUTARY_BREAK(offeredAgain);
                const bool isDone = row.appliedAt && (!isLost || isLocked);
                isRecalledLater |= isLost && isLocked;
                // An import that was applied may have been refused some rows: it is kept for its author, and was done all
                // the same.
                if (!row.outcome || entry->outcome->kind == Outcome::Kind::Applied)
                    (isDone ? done : again).push_back(std::move(row));
            }
        }
        if (!isRecalled.empty() && !TRIBUTARY_BREAK(offeredAgain)) {
            const auto locked = std::ranges::stable_partition(
                earlier, [this](const StoredCommand &row) { return m_seals.opens(row.command); });
            again.insert(again.begin(), std::move_iterator(earlier.begin()), std::move_iterator(locked.begin()));
            earlier.erase(earlier.begin(), locked.begin());
            isRecalledLater |= !earlier.empty();
        }
        earlier.insert(earlier.end(), std::move_iterator(done.begin()), std::move_iterator(done.end()));
        TRIBUTARY_TRY(keep(*m_database, std::move(earlier), m_seals));
        TRIBUTARY_TRY(writeSetting(*m_database, kRecalled, isRecalledLater ? "1" : ""));
        std::int64_t n = 0;
        for (StoredCommand &row : again) {
            row.outcome.reset();
            TRIBUTARY_TRY(addStored(*m_database, numbered(row, ++n, m_seals)));
        }
        TRIBUTARY_TRY(m_database->query(sql::journal_clear_gone).run()); // nothing has gone
        // Another numbering may have taken them to the hub: nobody can say that it did not.
        TRIBUTARY_TRY(writeSetting(*m_database, kOffered, std::to_string(n)));
        TRIBUTARY_TRY_ASSIGN(Installation fresh, installation());
        fresh.client = ids.make<ClientId>();
        auto query = m_database->query(sql::journal_restart_numbering);
        query.bind("client_id", fresh.client).bind("next_n", n + 1).bind("checksum", ByteView(checksumOf(fresh)));
        return query.run();
    });
}

Result<std::vector<JournalEntry>> Journal::kept()
{
    auto query = m_database->query(sql::journal_kept);
    query.bind("n", kKeptFrom);
    return readEntries(query, m_seals);
}

Result<void> Journal::recallKept()
{
    bool isAny = false;
    {
        auto query = m_database->query(sql::journal_kept); // those that cannot be read now, too: their key may come
        query.bind("n", kKeptFrom);
        TRIBUTARY_TRY_ASSIGN(isAny, query.exists());
    }
    return isAny ? setSetting(std::string(kRecalled), "1") : Result<void>();
}

Result<std::vector<JournalEntry>> Journal::recalled()
{
    TRIBUTARY_TRY_ASSIGN(const std::string isRecalled, setting(std::string(kRecalled), {}));
    return isRecalled.empty() ? std::vector<JournalEntry>() : kept();
}

Result<void> Journal::leaveKept()
{
    return setSetting(std::string(kRecalled), {});
}

} // namespace tributary::store
