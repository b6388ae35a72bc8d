#include "core/store/journal.h"

#include "core/base/breaks.h"
#include "core/base/digest.h"
#include "core/base/log.h"
#include "core/store/file_migration.h"
#include "core/store/journal_rescue.h"
#include "core/store/journal_rows.h"
#include "core/store/sql.h"
#include "core/store/sqlite_pages.h"
#include "core/wire/codec.h"

#include <algorithm>

namespace tributary::store {
namespace {

using namespace tributary::model;
constexpr std::chrono::days kKeepApplied{7};
constexpr std::size_t kMostKept = 1000;
constexpr std::size_t kMaxLog = 256 * 1024 * 1024;
constexpr std::string_view kOffered = "offered_n";      ///< A setting: the number of the last command that a link was given.
constexpr std::string_view kRecalled = "kept_recalled"; ///< A setting: the kept ones are to be offered again.
constexpr std::string_view kAuthor = "drafts_of";       ///< A setting: whose the drafts are.
/// A setting: who was erased, as linesOf() says it, about whom something may be here that could not be read yet.
constexpr std::string_view kForgetDue = "forget_due";

/// @p row under another number, which an older program reads inside.
StoredCommand numbered(const StoredCommand &row, std::int64_t n, const Seals &seals)
{
    StoredCommand other = row;
    other.n = n;
    const auto entry = isSealed(row.command) ? failure(Error::Kind::Denied, {}) : entryIn(row, seals);
    if (!entry)
        return other;
    JournalEntry known = *entry;
    known.command.n = n;
    return storedOf(known, seals);
}

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

/// A setting: the drafts of an agent who is not here and what came back to them, a line each.
std::string putByName(std::string_view agent)
{
    return "put_by." + std::string(agent);
}

using Fields = std::map<std::string, std::string>;

std::string lineOf(const Draft &draft)
{
    const Fields kept{{"conversation", draft.conversation.text()},
                      {"kind", std::string(nameOf(draft.kind))},
                      {"body", draft.body},
                      {"fields", toBase64(wire::encodeMap(draft.fields))},
                      {"saved_ms", std::to_string(toMs(draft.savedAt))}};
    return toBase64(wire::encodeMap(kept)) + "\n";
}

std::string lineOf(const JournalEntry &entry)
{
    Fields kept{{"command", toBase64(wire::encode(wire::toValue(entry.command)))},
                {"outcome", toBase64(wire::encode(wire::toValue(*entry.outcome)))}};
    if (entry.appliedAt)
        kept["applied_ms"] = std::to_string(toMs(*entry.appliedAt));
    return toBase64(wire::encodeMap(kept)) + "\n";
}

std::string at(const Fields &fields, const char *name)
{
    const auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
}

TimePoint timeAt(const Fields &fields, const char *name)
{
    return fromMs(std::strtoll(at(fields, name).c_str(), nullptr, 10));
}

Draft draftFrom(const Fields &kept)
{
    Draft draft;
    draft.conversation = ConversationId::fromText(at(kept, "conversation")).value_or(ConversationId());
    draft.kind = fromName<Draft::Kind>(at(kept, "kind")).value_or(Draft::Kind::Reply);
    draft.body = at(kept, "body");
    if (const auto fields = fromBase64(at(kept, "fields")))
        draft.fields = wire::mapFrom(*fields).value_or(Fields());
    draft.savedAt = timeAt(kept, "saved_ms");
    return draft;
}

Result<JournalEntry> entryFrom(const Fields &kept)
{
    JournalEntry entry;
    const auto command = fromBase64(at(kept, "command")), outcome = fromBase64(at(kept, "outcome"));
    if (!command || !outcome)
        return failure(Error::Kind::Corrupt, "what was put by makes no sense");
    TRIBUTARY_TRY_ASSIGN(entry.command, commandIn(*command));
    TRIBUTARY_TRY_ASSIGN(const wire::Value value, wire::decode(*outcome));
    TRIBUTARY_TRY_ASSIGN(entry.outcome, wire::outcomeFrom(value));
    if (kept.contains("applied_ms"))
        entry.appliedAt = timeAt(kept, "applied_ms");
    return entry;
}

Result<std::int64_t> lastSettled(Database &database)
{
    auto query = database.query(sql::journal_last_settled);
    query.bind("least", kSettledFrom).bind("below", kWaitingFrom);
    TRIBUTARY_TRY(query.step());
    return query.integer(0);
}

/// What is left of a line that was put by when these people are erased: nothing, or others' rows of an import. What makes no
/// sense is of a newer program.
std::string lineWithout(std::string_view line, const Erased &erased)
{
    const std::string whole = std::string(line) + "\n";
    const auto bytes = fromBase64(line);
    const auto kept = bytes ? wire::mapFrom(*bytes) : Result<Fields>(Fields());
    if (!kept)
        return whole;
    if (kept->contains("conversation"))
        return erased.conversations.contains(draftFrom(*kept).conversation) ? std::string() : whole;
    auto entry = entryFrom(*kept);
    if (!entry || !forgetIn(*entry, erased))
        return whole;
    return entry->settled ? std::string() : lineOf(*entry);
}

/// It says nothing of whom it takes away but who that was.
bool takesAway(const CommandBody &body)
{
    return std::holds_alternative<RemoveCustomer>(body) || std::holds_alternative<MoveIdentity>(body);
}

/// Takes up what was put by. A line that makes no sense is of a newer program, and the setting has a checksum.
Result<void> takeUp(Database &database, const Seals &seals, std::string_view lines)
{
    TRIBUTARY_TRY_ASSIGN(std::int64_t n, lastSettled(database));
    for (std::size_t end = 0; (end = lines.find('\n')) != lines.npos; lines.remove_prefix(end + 1)) {
        const auto bytes = fromBase64(lines.substr(0, end));
        const auto kept = bytes ? wire::mapFrom(*bytes) : Result<Fields>(Fields());
        if (!kept)
            continue;
        if (kept->contains("conversation")) {
            TRIBUTARY_TRY(writeDraft(database, seals, draftFrom(*kept)));
        } else if (auto entry = entryFrom(*kept)) {
            entry->command.n = ++n;
            TRIBUTARY_TRY(addStored(database, storedOf(*entry, seals)));
        }
    }
    return {};
}

Result<void> writeInstallation(Database &database, const Installation &installation)
{
    auto query = database.query(sql::journal_set_installation);
    query.bind("client_id", installation.client).bind("hub_url", installation.hubUrl).bind("token", installation.token);
    query.bind("agent_email", installation.agentEmail).bind("workspace", installation.workspace);
    return query.bind("checksum", ByteView(checksumOf(installation))).run();
}

Installation readInstallation(const Query &query)
{
    Installation installation;
    installation.client = query.id<ClientId>(0);
    installation.hubUrl = query.text(1);
    installation.token = query.text(2);
    installation.agentEmail = query.text(3);
    installation.workspace = query.text(4);
    return installation;
}

/// Bytes that are these pieces and no others.
std::array<std::byte, 16> checksumOf(std::initializer_list<std::string_view> pieces)
{
    std::string bytes;
    for (const std::string_view piece : pieces)
        bytes.append(std::to_string(piece.size())).append(":").append(piece);
    return blake16(bytesOf(bytes));
}

} // namespace

std::array<std::byte, 16> checksumOf(const Draft &draft)
{
    return checksumOf({textOf(draft.conversation.view()), nameOf(draft.kind), draft.body,
                       textOf(wire::encodeMap(draft.fields)), std::to_string(toMs(draft.savedAt))});
}
std::array<std::byte, 16> checksumOf(const Installation &installation)
{
    return checksumOf({textOf(installation.client.view()), installation.hubUrl, installation.token, installation.agentEmail,
                       installation.workspace});
}
std::array<std::byte, 16> settingChecksum(std::string_view name, std::string_view value)
{
    return checksumOf({name, value});
}

void setAttachments(Draft &draft, const std::vector<Attachment> &attachments)
{
    if (attachments.empty())
        draft.fields.erase("attachments");
    else
        draft.fields["attachments"] = toBase64(wire::encodeList(attachments));
}

std::vector<Attachment> attachmentsOf(const Draft &draft)
{
    const auto kept = draft.fields.find("attachments");
    const auto bytes = kept == draft.fields.end() ? std::nullopt : fromBase64(kept->second);
    return bytes ? wire::attachmentsFrom(*bytes).value_or(std::vector<Attachment>()) : std::vector<Attachment>();
}

Result<std::unique_ptr<Journal>> Journal::open(const std::string &path, IdMaker &ids, const std::string &vfs)
{
    if (vfs.empty() && logHasLost(path, kMaxLog))
        return failure(Error::Kind::Corrupt, "the journal is damaged: its log has lost what was committed");
    using Durability = Database::Durability;
    const Durability durability = TRIBUTARY_BREAK(journalFirst) ? Durability::Normal : Durability::Full;
    const Database::Options options{.durability = durability, .vfs = vfs};
    TRIBUTARY_TRY_ASSIGN(auto database, Database::open(path, options));
    TRIBUTARY_TRY_ASSIGN(const std::int64_t version, versionOf(*database));
    if (version <= std::int64_t(journalMigrations().size())) { // a newer one has all that this program needs
        const auto steps = journalMigrations().first(std::size_t(std::max<std::int64_t>(version, 0)));
        TRIBUTARY_TRY_ASSIGN(const bool asMade, isMadeBy(*database, steps));
        if (!asMade) // a default or a name that is another now is no damage to SQLite
            return failure(Error::Kind::Corrupt, "the journal is damaged: its schema is not as it was made");
        TRIBUTARY_TRY_ASSIGN(database, migrateByCopy(std::move(database), path, options, journalMigrations()));
    }
    // Each pause in writing saves a draft: its log goes into the file whoever else is at work, and on a full disk too.
    TRIBUTARY_TRY(database->execute("PRAGMA wal_autocheckpoint = 250"));
    std::unique_ptr<Journal> journal(new Journal(std::move(database), path));
    TRIBUTARY_TRY(journal->check());
    TRIBUTARY_TRY_ASSIGN(const bool known, journal->m_database->query(sql::journal_installation).exists());
    if (!known)
        TRIBUTARY_TRY(writeInstallation(*journal->m_database, Installation{.client = ids.make<ClientId>()}));
    TRIBUTARY_TRY(
        journal->m_database->inTransaction([&] { return journal->m_database->query(sql::journal_begin_offered).run(); }));
    TRIBUTARY_TRY(journal->m_database->inTransaction([&]() -> Result<void> {
        TRIBUTARY_TRY(journal->bringBack());
        return journal->takeUpWaiting();
    }));
    return journal;
}

Result<void> Journal::check()
{
    {
        // The full one: by an index that does not tell the truth a command is not found, and never sent.
        auto query = m_database->query("PRAGMA integrity_check(1)");
        TRIBUTARY_TRY_ASSIGN(const bool answered, query.step());
        if (!answered || query.text(0) != "ok")
            return failure(Error::Kind::Corrupt,
                           "the journal is damaged: " + std::string(answered ? query.text(0) : "no answer"));
    }
    TRIBUTARY_TRY(checkRows());
    {
        auto query = m_database->query(sql::journal_all_commands);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
            if (!row)
                break;
            if (!std::ranges::equal(blake16(query.blob(1)), query.blob(2)) || !query.flag(3))
                return failure(Error::Kind::Corrupt,
                               "the journal is damaged: command " + std::to_string(query.integer(0)) + " is not as it was");
        }
    }
    // Applied ones are dropped after a week; what has not been applied has every number up to the newest.
    TRIBUTARY_TRY_ASSIGN(std::int64_t applied, lastApplied());
    if (applied == 0) { // programs up to 0.1 dropped the last applied one as well; it had been offered to the hub
        auto first = m_database->query(sql::journal_first);
        TRIBUTARY_TRY(first.step());
        TRIBUTARY_TRY_ASSIGN(const std::int64_t offered, offeredUpTo());
        applied = std::clamp<std::int64_t>(first.integer(0) - 1, 0, std::max<std::int64_t>(offered, 0));
    }
    auto query = m_database->query(sql::journal_numbers);
    query.bind("n", applied);
    TRIBUTARY_TRY(query.step());
    const std::int64_t expected = std::max<std::int64_t>(query.integer(1) - 1 - applied, 0);
    if (query.integer(0) != expected)
        return failure(Error::Kind::Corrupt, "the journal is damaged: " + std::to_string(expected)
                                                 + " commands should be there, " + std::to_string(query.integer(0))
                                                 + " are");
    return {};
}

/// Those that have a checksum.
Result<void> Journal::checkRows()
{
    const auto damaged = [](const char *what) {
        return failure(Error::Kind::Corrupt, std::string("the journal is damaged: ") + what + " is not as it was");
    };
    for (auto query = m_database->query(sql::journal_all_drafts);;) {
        TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
        if (!row)
            break;
        if (!std::ranges::equal(checksumOf(plainDraftIn(query)), query.blob(5)))
            return damaged("a draft");
    }
    {
        auto query = m_database->query(sql::journal_damaged_sealed_draft);
        TRIBUTARY_TRY_ASSIGN(const bool found, query.exists());
        if (found)
            return damaged("a sealed draft");
    }
    for (auto query = m_database->query(sql::journal_all_settings);;) {
        TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
        if (!row)
            break;
        if (!std::ranges::equal(settingChecksum(query.text(0), query.text(1)), query.blob(2)))
            return damaged("a setting");
    }
    auto query = m_database->query(sql::journal_installation);
    TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
    if (row && !query.isNull(6) && !std::ranges::equal(checksumOf(readInstallation(query)), query.blob(6)))
        return damaged("who this installation is");
    return {};
}

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

Result<void> Journal::checkpoint(bool truncate)
{
    return m_database->checkpoint(truncate);
}

Result<Installation> Journal::installation()
{
    auto query = m_database->query(sql::journal_installation);
    TRIBUTARY_TRY(query.step());
    return readInstallation(query);
}

Result<void> Journal::setInstallation(const Installation &installation)
{
    return m_database->inTransaction([&] { return writeInstallation(*m_database, installation); });
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
            if (row.outcome && !row.settled && (entry || isLocked)) {
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

Result<void> Journal::forgetKept()
{
    return m_database->inTransaction([&] {
        auto query = m_database->query(sql::journal_remove_kept);
        return query.bind("n", kKeptFrom).run();
    });
}

Result<std::vector<Command>> Journal::append(std::vector<Command> commands, bool offered)
{
    return m_database->inTransaction([&]() -> Result<std::vector<Command>> {
        for (Command &command : commands) {
            TRIBUTARY_TRY_ASSIGN(command.n, nextNumber(*m_database));
            TRIBUTARY_TRY(addStored(*m_database, storedOf({.command = command}, m_seals)));
        }
        if (offered && !commands.empty())
            TRIBUTARY_TRY(writeSetting(*m_database, kOffered, std::to_string(commands.back().n)));
        return std::move(commands);
    });
}

Result<std::int64_t> Journal::offeredUpTo()
{
    TRIBUTARY_TRY_ASSIGN(const std::string kept, setting(std::string(kOffered), "0"));
    return std::strtoll(kept.c_str(), nullptr, 10);
}

Result<void> Journal::setOffered(std::int64_t n)
{
    return setSetting(std::string(kOffered), std::to_string(n));
}

Result<void> Journal::replace(const Command &command, const Draft &draft)
{
    return m_database->inTransaction([&]() -> Result<void> {
        const Bytes bytes = storedOf({.command = command}, m_seals).command;
        {
            auto query = m_database->query(sql::journal_replace_command);
            query.bind("n", command.n).bind("command_id", command.id).bind("command", ByteView(bytes));
            query.bind("checksum", ByteView(blake16(bytes)));
            TRIBUTARY_TRY_ASSIGN(const bool replaced, query.exists());
            if (!replaced)
                return failure(Error::Kind::NotFound, "no such command waits");
        }
        return draft.isEmpty() ? Result<void>() : writeDraft(*m_database, m_seals, draft);
    });
}

Result<std::vector<JournalEntry>> Journal::entriesAfter(std::int64_t n)
{
    auto query = m_database->query(sql::journal_commands_after);
    query.bind("n", n);
    return readEntries(query, m_seals);
}

Result<std::optional<JournalEntry>> Journal::entry(std::int64_t n)
{
    auto query = m_database->query(sql::journal_command);
    query.bind("n", n);
    TRIBUTARY_TRY_ASSIGN(const auto entries, readEntries(query, m_seals));
    return entries.empty() ? std::nullopt : std::optional<JournalEntry>(entries.front());
}

Result<std::int64_t> Journal::lastGiven()
{
    auto query = m_database->query(sql::journal_installation);
    TRIBUTARY_TRY(query.step());
    return query.integer(5) - 1;
}

Result<std::int64_t> Journal::lastApplied()
{
    auto query = m_database->query(sql::journal_last_applied);
    TRIBUTARY_TRY(query.step());
    return query.integer(0);
}

Result<void> Journal::setOutcomes(const std::vector<Outcome> &outcomes)
{
    return m_database->inTransaction([&]() -> Result<void> {
        for (const Outcome &outcome : outcomes) {
            // Applied ones need nothing more; the others stay until their author has seen them.
            const bool isDone = outcome.kind == Outcome::Kind::Applied || outcome.kind == Outcome::Kind::NoEffect;
            if (isDone && outcome.refusedRows.empty())
                continue;
            const StoredCommand row =
                storedOf({.command = {.n = outcome.n, .id = outcome.command}, .outcome = outcome}, m_seals);
            auto query = m_database->query(sql::journal_set_outcome);
            query.bind("outcome", ByteView(*row.outcome)).bind("n", row.n).bind("command_id", outcome.command);
            TRIBUTARY_TRY(query.run());
        }
        return {};
    });
}

Result<void> Journal::markApplied(std::int64_t n, TimePoint now)
{
    return m_database->inTransaction([&] {
        auto query = m_database->query(sql::journal_mark_applied);
        return query.bind("n", n).bind("now_ms", now).run();
    });
}

Result<void> Journal::prune(TimePoint now)
{
    return m_database->inTransaction([&] {
        auto query = m_database->query(sql::journal_prune);
        return query.bind("before_ms", now - kKeepApplied).run();
    });
}

Result<void> Journal::forgetAbout(const Erased &erased, const std::set<std::int64_t> &done)
{
    if (erased.empty())
        return {};
    return m_database->inTransaction([&]() -> Result<void> {
        for (const ConversationId &id : erased.conversations) {
            for (const Draft::Kind kind : {Draft::Kind::Reply, Draft::Kind::Note}) {
                auto query = m_database->query(sql::journal_remove_draft);
                TRIBUTARY_TRY(query.bind("conversation_id", id).bind("kind", kind).run());
            }
            auto query = m_database->query(sql::journal_remove_sealed_drafts_of);
            TRIBUTARY_TRY(query.bind("conversation_id", id).run());
        }
        TRIBUTARY_TRY(forgetPutBy(erased));
        TRIBUTARY_TRY_ASSIGN(const bool isAll, forgetCommandsAbout(erased, done));
        if (isAll)
            return {};
        TRIBUTARY_TRY_ASSIGN(const std::string before, setting(std::string(kForgetDue), {}));
        Erased due = erasedIn(before);
        due.conversations.insert(erased.conversations.begin(), erased.conversations.end());
        due.customers.insert(erased.customers.begin(), erased.customers.end());
        due.identities.insert(erased.identities.begin(), erased.identities.end());
        return writeSetting(*m_database, kForgetDue, linesOf(due));
    });
}

/// In a transaction.
Result<void> Journal::forgetPutBy(const Erased &erased)
{
    std::map<std::string, std::string> putBy;
    {
        auto query = m_database->query(sql::journal_put_by);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            putBy.emplace(query.text(0), query.text(1));
        }
    }
    for (const auto &[name, lines] : putBy) {
        std::string left;
        std::string_view rest = lines;
        for (std::size_t end = 0; (end = rest.find('\n')) != rest.npos; rest.remove_prefix(end + 1))
            left += lineWithout(rest.substr(0, end), erased);
        if (left != lines)
            TRIBUTARY_TRY(writeSetting(*m_database, name, left));
    }
    return {};
}

/// In a transaction. False: there are some of which nobody can tell what they are about.
Result<bool> Journal::forgetCommandsAbout(const Erased &erased, const std::set<std::int64_t> &done)
{
    std::vector<StoredCommand> rows;
    {
        auto query = m_database->query(sql::journal_kept); // from the first on: those under earlier numberings as well
        query.bind("n", std::int64_t(0));
        TRIBUTARY_TRY_ASSIGN(rows, readStored(query));
    }
    bool isAll = true;
    for (const StoredCommand &row : rows) {
        if (!row.appliedAt && !row.outcome && !done.contains(row.n))
            continue;
        auto entry = entryIn(row, m_seals);
        isAll = isAll && (entry || entry.error().kind != Error::Kind::Denied);
        // Somebody may be gone because of what has just been done here: a restored hub is to hear of that again.
        if (!entry || (!row.appliedAt && takesAway(entry->command.body)) || !forgetIn(*entry, erased))
            continue;
        const StoredCommand left = storedOf(*entry, m_seals);
        auto query = m_database->query(sql::journal_forget_command);
        query.bind("n", row.n).bind("command", ByteView(left.command)).bind("checksum", ByteView(blake16(left.command)));
        left.outcome ? query.bind("outcome", ByteView(*left.outcome)) : query.bindNull("outcome");
        TRIBUTARY_TRY(query.bind("settled", left.settled).run());
    }
    return isAll;
}

/// In a transaction. True: the last of what forgetAbout() had left has gone.
Result<bool> Journal::forgetWhatIsDue()
{
    TRIBUTARY_TRY_ASSIGN(const std::string due, setting(std::string(kForgetDue), {}));
    if (due.empty())
        return false;
    TRIBUTARY_TRY_ASSIGN(const bool isAll, forgetCommandsAbout(erasedIn(due), {}));
    if (isAll)
        TRIBUTARY_TRY(writeSetting(*m_database, kForgetDue, {}));
    return isAll;
}

Result<std::vector<JournalEntry>> Journal::needingAuthor()
{
    auto query = m_database->query(sql::journal_needing_author);
    return readEntries(query, m_seals);
}

Result<void> Journal::settle(std::int64_t n, const Draft &draft)
{
    return m_database->inTransaction([&]() -> Result<void> {
        {
            auto query = m_database->query(sql::journal_settle);
            TRIBUTARY_TRY(query.bind("n", n).run());
        }
        return draft.isEmpty() ? Result<void>() : writeDraft(*m_database, m_seals, draft);
    });
}

Result<void> Journal::saveDraft(const Draft &draft)
{
    return m_database->inTransaction([&] { return writeDraft(*m_database, m_seals, draft); });
}

Result<void> Journal::saveLateDraft(const Draft &draft, const Seals &seals)
{
    if (draft.isEmpty()) // who says so may not have seen what is there
        return {};
    return m_database->inTransaction([&]() -> Result<void> {
        TRIBUTARY_TRY_ASSIGN(const auto present, readDraft(*m_database, seals, draft.conversation, draft.kind));
        return writeDraft(*m_database, seals, present ? joined(*present, draft) : draft);
    });
}

Result<std::optional<Draft>> Journal::draft(ConversationId conversation, Draft::Kind kind)
{
    return readDraft(*m_database, m_seals, conversation, kind);
}

Result<std::vector<Draft>> Journal::drafts()
{
    return readDrafts(*m_database, m_seals);
}

Result<void> Journal::setAuthor(AgentId agent)
{
    TRIBUTARY_TRY_ASSIGN(const std::string before, setting(std::string(kAuthor), {}));
    const std::string now = agent.text();
    if (before == now)
        return {};
    return m_database->inTransaction([&]() -> Result<void> {
        TRIBUTARY_TRY(writeSetting(*m_database, kAuthor, now));
        if (!before.empty())
            TRIBUTARY_TRY(putBy(putByName(before)));
        TRIBUTARY_TRY_ASSIGN(const std::string away, setting(putByName(now), {}));
        TRIBUTARY_TRY(takeUp(*m_database, m_seals, away));
        return writeSetting(*m_database, putByName(now), {});
    });
}

/// What is sealed is its agent's by its key, and stays where it is.
Result<void> Journal::putBy(const std::string &where)
{
    TRIBUTARY_TRY_ASSIGN(std::string lines, setting(where, {}));
    TRIBUTARY_TRY_ASSIGN(const std::vector<Draft> written, readPlainDrafts(*m_database));
    for (const Draft &draft : written) {
        lines += lineOf(draft);
        auto query = m_database->query(sql::journal_remove_draft);
        TRIBUTARY_TRY(query.bind("conversation_id", draft.conversation).bind("kind", draft.kind).run());
    }
    std::vector<JournalEntry> cameBack;
    {
        auto query = m_database->query(sql::journal_needing_author);
        TRIBUTARY_TRY_ASSIGN(cameBack, readEntries(query, Seals()));
    }
    for (const JournalEntry &entry : cameBack) {
        lines += lineOf(entry);
        auto query = m_database->query(sql::journal_settle);
        TRIBUTARY_TRY(query.bind("n", entry.command.n).run());
    }
    return writeSetting(*m_database, where, lines);
}

Result<std::string> Journal::setting(const std::string &name, const std::string &otherwise)
{
    auto query = m_database->query(sql::journal_setting);
    query.bind("name", name);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found ? std::string(query.text(0)) : otherwise;
}

Result<void> Journal::setSetting(const std::string &name, const std::string &value)
{
    return m_database->inTransaction([&] { return writeSetting(*m_database, name, value); });
}

} // namespace tributary::store
