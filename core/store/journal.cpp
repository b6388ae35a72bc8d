#include "core/store/journal.h"

#include "core/base/breaks.h"
#include "core/base/digest.h"
#include "core/base/log.h"
#include "core/store/file_migration.h"
#include "core/store/journal_rows.h"
#include "core/store/sql.h"
#include "core/store/sqlite_pages.h"
#include "core/wire/codec.h"

#include <algorithm>

namespace tributary::store {
namespace {

using namespace tributary::model;

constexpr std::chrono::days kKeepApplied{7};
constexpr std::size_t kMaxLog = 256 * 1024 * 1024;

} // namespace

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

Result<void> Journal::checkpoint(bool truncate)
{
    return m_database->checkpoint(truncate);
}

Result<Installation> Journal::installation()
{
    auto query = m_database->query(sql::journal_installation);
    TRIBUTARY_TRY(query.step());
    return installationIn(query);
}

Result<void> Journal::setInstallation(const Installation &installation)
{
    return m_database->inTransaction([&] { return writeInstallation(*m_database, installation); });
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
    return m_database->inTransaction([&]() -> Result<void> {
        auto query = m_database->query(sql::journal_prune);
        TRIBUTARY_TRY(query.bind("before_ms", now - kKeepApplied).run());
        return prunePutBy(now - kKeepApplied);
    });
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
