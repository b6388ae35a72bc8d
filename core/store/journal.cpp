#include "core/store/journal.h"

#include "core/base/breaks.h"
#include "core/base/digest.h"
#include "core/base/log.h"
#include "core/store/file_migration.h"
#include "core/store/journal_rescue.h"
#include "core/store/sql.h"
#include "core/store/sqlite_pages.h"
#include "core/wire/codec.h"

#include <algorithm>

namespace tributary::store {
namespace {

using namespace tributary::model;
constexpr std::chrono::days kKeepApplied{7};
constexpr std::int64_t kWaitingFrom = 2'000'000'000'000; ///< Commands of a newer program, which wait for it.
constexpr std::int64_t kKeptFrom = 3'000'000'000'000;    ///< Those applied under an earlier numbering, for a restored hub.
constexpr std::size_t kMostKept = 1000;
constexpr std::size_t kMaxLog = 256 * 1024 * 1024;
constexpr std::string_view kOffered = "offered_n";      ///< A setting: the number of the last command that a link was given.
constexpr std::string_view kRecalled = "kept_recalled"; ///< A setting: the kept ones are to be offered again.
constexpr std::string_view kAuthor = "drafts_of";       ///< A setting: whose the drafts are.
constexpr std::int64_t kSettledFrom = 1'000'000'000'000; ///< Beyond any command's number: see commands_after.sql.

Result<JournalEntry> readEntry(const Query &query)
{
    const ByteView bytes = query.blob(1);
    const auto sum = blake16(bytes);
    if (!std::ranges::equal(sum, query.blob(2)))
        return failure(Error::Kind::Corrupt, "a command's checksum is wrong");
    TRIBUTARY_TRY_ASSIGN(const wire::Value value, wire::decode(bytes));
    JournalEntry entry;
    TRIBUTARY_TRY_ASSIGN(entry.command, wire::commandFrom(value));
    if (!query.isNull(3)) {
        TRIBUTARY_TRY_ASSIGN(const wire::Value outcome, wire::decode(query.blob(3)));
        TRIBUTARY_TRY_ASSIGN(entry.outcome, wire::outcomeFrom(outcome));
    }
    if (!query.isNull(4))
        entry.appliedAt = query.time(4);
    entry.settled = query.flag(5);
    return entry;
}

/// Damage to one command must not hide the others.
Result<std::vector<JournalEntry>> readEntries(Query &query)
{
    std::vector<JournalEntry> entries;
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
        if (!row)
            return entries;
        if (auto entry = readEntry(query))
            entries.push_back(std::move(*entry));
        else
            log(LogLevel::Error, "tributary.store", "a journal entry is damaged",
                {{"n", query.integer(0)}, {"error", entry.error().detail}});
    }
}

Result<void> add(Database &database, const Command &command, std::optional<TimePoint> appliedAt = std::nullopt)
{
    const Bytes bytes = wire::encode(wire::toValue(command));
    auto query = database.query(sql::journal_add_command);
    query.bind("n", command.n).bind("command_id", command.id).bind("command", ByteView(bytes));
    query.bind("checksum", ByteView(blake16(bytes)));
    return query.bind("applied_ms", appliedAt).run();
}

/// A command that came back and waits for its author, out of the way of the numbers that begin anew.
Result<void> addSettled(Database &database, const JournalEntry &entry, std::int64_t n)
{
    Command command = entry.command;
    command.n = n;
    const Bytes bytes = wire::encode(wire::toValue(command));
    auto query = database.query(sql::journal_add_settled);
    query.bind("n", n).bind("command_id", command.id).bind("command", ByteView(bytes));
    query.bind("checksum", ByteView(blake16(bytes))).bind("outcome", ByteView(wire::encode(wire::toValue(*entry.outcome))));
    return query.bind("applied_ms", entry.appliedAt).run();
}

std::int64_t numberOf(const JournalEntry &entry)
{
    return entry.command.n;
}

/// Applied commands of numberings that are over, the oldest first: the newest of them are kept.
Result<void> keep(Database &database, std::vector<JournalEntry> entries)
{
    for (std::size_t i = entries.size() - std::min(entries.size(), kMostKept); i < entries.size(); ++i) {
        entries[i].command.n = kKeptFrom + std::int64_t(i);
        TRIBUTARY_TRY(add(database, entries[i].command, entries[i].appliedAt));
    }
    return {};
}

/// A command as it is stored.
struct Stored {
    std::int64_t n = 0;
    Bytes id, command;
};

Result<void> addStored(Database &database, const Stored &stored)
{
    auto query = database.query(sql::journal_add_command);
    query.bind("n", stored.n).bind("command_id", ByteView(stored.id)).bind("command", ByteView(stored.command));
    return query.bind("checksum", ByteView(blake16(stored.command))).bindNull("applied_ms").run();
}

Result<Command> decoded(ByteView bytes)
{
    TRIBUTARY_TRY_ASSIGN(const wire::Value value, wire::decode(bytes));
    return wire::commandFrom(value);
}

/// Undamaged commands that this program does not know, or (@p known) that it does.
Result<std::vector<Stored>> unapplied(Database &database, bool known)
{
    std::vector<Stored> found;
    auto query = database.query(sql::journal_unapplied);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
        if (!row)
            return found;
        if (std::ranges::equal(blake16(query.blob(2)), query.blob(3)) && bool(decoded(query.blob(2))) == known)
            found.push_back({query.integer(0), copyOf(query.blob(1)), copyOf(query.blob(2))});
    }
}

Result<void> writeSetting(Database &database, std::string_view name, const std::string &value)
{
    auto query = database.query(sql::journal_set_setting);
    return query.bind("name", name).bind("value", value).bind("checksum", ByteView(settingChecksum(name, value))).run();
}

Result<void> writeDraft(Database &database, const Draft &draft)
{
    auto query = database.query(draft.isEmpty() ? sql::journal_remove_draft : sql::journal_save_draft);
    query.bind("conversation_id", draft.conversation).bind("kind", draft.kind);
    if (!draft.isEmpty()) {
        query.bind("body", draft.body).bind("fields", ByteView(wire::encodeMap(draft.fields)));
        query.bind("saved_ms", draft.savedAt).bind("checksum", ByteView(checksumOf(draft)));
    }
    return query.run();
}

Draft readDraft(const Query &query)
{
    Draft draft;
    draft.conversation = query.id<ConversationId>(0);
    draft.kind = fromName<Draft::Kind>(query.text(1)).value_or(Draft::Kind::Reply);
    draft.body = query.text(2);
    draft.fields = wire::mapFrom(query.blob(3)).value_or(std::map<std::string, std::string>());
    draft.savedAt = query.time(4);
    return draft;
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
    TRIBUTARY_TRY_ASSIGN(entry.command, decoded(*command));
    TRIBUTARY_TRY_ASSIGN(const wire::Value value, wire::decode(*outcome));
    TRIBUTARY_TRY_ASSIGN(entry.outcome, wire::outcomeFrom(value));
    if (kept.contains("applied_ms"))
        entry.appliedAt = timeAt(kept, "applied_ms");
    return entry;
}

/// Takes up what was put by. A line that makes no sense is of a newer program, and the setting has a checksum.
Result<void> takeUp(Database &database, std::string_view lines)
{
    std::int64_t n = 0;
    {
        auto query = database.query(sql::journal_last_settled);
        query.bind("least", kSettledFrom).bind("below", kWaitingFrom);
        TRIBUTARY_TRY(query.step());
        n = query.integer(0);
    }
    for (std::size_t end = 0; (end = lines.find('\n')) != lines.npos; lines.remove_prefix(end + 1)) {
        const auto bytes = fromBase64(lines.substr(0, end));
        const auto kept = bytes ? wire::mapFrom(*bytes) : Result<Fields>(Fields());
        if (!kept)
            continue;
        if (kept->contains("conversation")) {
            TRIBUTARY_TRY(writeDraft(database, draftFrom(*kept)));
        } else if (const auto entry = entryFrom(*kept)) {
            TRIBUTARY_TRY(addSettled(database, *entry, ++n));
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
    std::unique_ptr<Journal> journal(new Journal(std::move(database)));
    TRIBUTARY_TRY(journal->check());
    TRIBUTARY_TRY_ASSIGN(const bool known, journal->m_database->query(sql::journal_installation).exists());
    if (!known)
        TRIBUTARY_TRY(writeInstallation(*journal->m_database, Installation{.client = ids.make<ClientId>()}));
    TRIBUTARY_TRY(
        journal->m_database->inTransaction([&] { return journal->m_database->query(sql::journal_begin_offered).run(); }));
    TRIBUTARY_TRY(journal->takeUpWaiting());
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
        if (!std::ranges::equal(checksumOf(readDraft(query)), query.blob(5)))
            return damaged("a draft");
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

Result<void> Journal::takeUpWaiting()
{
    return m_database->inTransaction([&]() -> Result<void> {
        TRIBUTARY_TRY_ASSIGN(const auto known, unapplied(*m_database, true));
        for (const Stored &stored : known) {
            if (stored.n < kWaitingFrom)
                continue;
            auto remove = m_database->query(sql::journal_remove_command);
            TRIBUTARY_TRY(remove.bind("n", stored.n).run());
            TRIBUTARY_TRY_ASSIGN(Command command, decoded(stored.command));
            {
                auto next = m_database->query(sql::journal_next_n);
                TRIBUTARY_TRY(next.step());
                command.n = next.integer(0);
            }
            TRIBUTARY_TRY(add(*m_database, command));
        }
        return {};
    });
}

Result<std::int64_t> Journal::waitingForNewer()
{
    TRIBUTARY_TRY_ASSIGN(const auto waiting, unapplied(*m_database, false));
    return std::int64_t(waiting.size());
}

Result<void> Journal::fill(const RescuedJournal &rescued)
{
    return m_database->inTransaction([&]() -> Result<void> {
        std::int64_t settled = kSettledFrom;
        std::vector<JournalEntry> applied;
        for (const JournalEntry &entry : rescued.entries) {
            if (!entry.outcome && entry.appliedAt) {
                applied.push_back(entry);
            } else if (entry.outcome && !entry.settled) {
                TRIBUTARY_TRY(addSettled(*m_database, entry, settled++));
            } else if (!entry.outcome) {
                Command command = entry.command;
                {
                    auto next = m_database->query(sql::journal_next_n);
                    TRIBUTARY_TRY(next.step());
                    command.n = next.integer(0);
                }
                TRIBUTARY_TRY(add(*m_database, command));
            }
        }
        // Those of earlier numberings, which have the highest numbers, were first.
        std::ranges::rotate(applied, std::ranges::lower_bound(applied, kKeptFrom, {}, numberOf));
        const bool hasApplied = !applied.empty();
        TRIBUTARY_TRY(keep(*m_database, std::move(applied)));
        for (std::size_t i = 0; i < rescued.unknown.size(); ++i) {
            const auto name = blake16(rescued.unknown[i]); // its own is inside; this one only keeps it apart from others
            TRIBUTARY_TRY(addStored(*m_database,
                                    {kWaitingFrom + std::int64_t(i), Bytes(name.begin(), name.end()), rescued.unknown[i]}));
        }
        for (const auto &[name, value] : rescued.settings)
            TRIBUTARY_TRY(writeSetting(*m_database, name, value));
        for (const Draft &draft : rescued.drafts)
            TRIBUTARY_TRY(writeDraft(*m_database, draft));
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
        TRIBUTARY_TRY_ASSIGN(std::vector<JournalEntry> entries, entriesAfter(0));
        TRIBUTARY_TRY_ASSIGN(const std::vector<JournalEntry> cameBack, needingAuthor());
        TRIBUTARY_TRY_ASSIGN(std::vector<Stored> waiting, unapplied(*m_database, false));
        TRIBUTARY_TRY_ASSIGN(std::vector<JournalEntry> earlier, kept());
        TRIBUTARY_TRY_ASSIGN(const std::string isRecalled, setting(std::string(kRecalled), {}));
        TRIBUTARY_TRY(m_database->query(sql::journal_clear_commands).run());
        for (std::size_t i = 0; i < waiting.size(); ++i) {
            waiting[i].n = kWaitingFrom + std::int64_t(i);
            TRIBUTARY_TRY(addStored(*m_database, waiting[i]));
        }
        for (std::size_t i = 0; i < cameBack.size(); ++i)
            TRIBUTARY_TRY(addSettled(*m_database, cameBack[i], kSettledFrom + std::int64_t(i)));
        std::vector<JournalEntry> again;
        if (!isRecalled.empty() && !TRIBUTARY_BREAK(offeredAgain))
            again.swap(earlier);
        for (JournalEntry &entry : entries) {
            const bool isDone = entry.appliedAt && (!hubN || entry.command.n <= *hubN || TRIBUTARY_BREAK(offeredAgain));
            // An import that was applied may have been refused some rows: it is kept for its author, and was done all the
            // same.
            if (!entry.outcome || entry.outcome->kind == Outcome::Kind::Applied)
                (isDone ? earlier : again).push_back(std::move(entry));
        }
        TRIBUTARY_TRY(keep(*m_database, std::move(earlier)));
        TRIBUTARY_TRY(writeSetting(*m_database, kRecalled, {}));
        std::int64_t n = 0;
        for (JournalEntry &entry : again) {
            entry.command.n = ++n;
            TRIBUTARY_TRY(add(*m_database, entry.command, entry.appliedAt));
        }
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
    return readEntries(query);
}

Result<void> Journal::recallKept()
{
    TRIBUTARY_TRY_ASSIGN(const auto entries, kept());
    return entries.empty() ? Result<void>() : setSetting(std::string(kRecalled), "1");
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
            {
                auto query = m_database->query(sql::journal_next_n);
                TRIBUTARY_TRY(query.step());
                command.n = query.integer(0);
            }
            TRIBUTARY_TRY(add(*m_database, command));
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
        const Bytes bytes = wire::encode(wire::toValue(command));
        {
            auto query = m_database->query(sql::journal_replace_command);
            query.bind("n", command.n).bind("command_id", command.id).bind("command", ByteView(bytes));
            query.bind("checksum", ByteView(blake16(bytes)));
            TRIBUTARY_TRY_ASSIGN(const bool replaced, query.exists());
            if (!replaced)
                return failure(Error::Kind::NotFound, "no such command waits");
        }
        return draft.isEmpty() ? Result<void>() : writeDraft(*m_database, draft);
    });
}

Result<std::vector<JournalEntry>> Journal::entriesAfter(std::int64_t n)
{
    auto query = m_database->query(sql::journal_commands_after);
    query.bind("n", n);
    return readEntries(query);
}

Result<std::optional<JournalEntry>> Journal::entry(std::int64_t n)
{
    auto query = m_database->query(sql::journal_command);
    query.bind("n", n);
    TRIBUTARY_TRY_ASSIGN(const auto entries, readEntries(query));
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
            auto query = m_database->query(sql::journal_set_outcome);
            query.bind("outcome", ByteView(wire::encode(wire::toValue(outcome)))).bind("n", outcome.n);
            query.bind("command_id", outcome.command);
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

Result<void> Journal::forgetAbout(const std::set<ConversationId> &conversations)
{
    if (conversations.empty())
        return {};
    return m_database->inTransaction([&]() -> Result<void> {
        for (const ConversationId &id : conversations) {
            for (const Draft::Kind kind : {Draft::Kind::Reply, Draft::Kind::Note}) {
                auto query = m_database->query(sql::journal_remove_draft);
                TRIBUTARY_TRY(query.bind("conversation_id", id).bind("kind", kind).run());
            }
        }
        std::vector<JournalEntry> entries;
        {
            auto query = m_database->query(sql::journal_kept); // from the first on: those under earlier numberings as well
            query.bind("n", std::int64_t(0));
            TRIBUTARY_TRY_ASSIGN(entries, readEntries(query));
        }
        for (JournalEntry &entry : entries) {
            if (!entry.appliedAt || !conversations.contains(conversationOf(entry.command.body)))
                continue;
            entry.command.body = CancelMessage{};
            entry.command.undoes.reset();
            const Bytes bytes = wire::encode(wire::toValue(entry.command));
            auto query = m_database->query(sql::journal_forget_command);
            query.bind("n", entry.command.n).bind("command", ByteView(bytes)).bind("checksum", ByteView(blake16(bytes)));
            TRIBUTARY_TRY(query.run());
        }
        return {};
    });
}

Result<std::vector<JournalEntry>> Journal::needingAuthor()
{
    auto query = m_database->query(sql::journal_needing_author);
    return readEntries(query);
}

Result<void> Journal::settle(std::int64_t n, const Draft &draft)
{
    return m_database->inTransaction([&]() -> Result<void> {
        {
            auto query = m_database->query(sql::journal_settle);
            TRIBUTARY_TRY(query.bind("n", n).run());
        }
        return draft.isEmpty() ? Result<void>() : writeDraft(*m_database, draft);
    });
}

Result<void> Journal::saveDraft(const Draft &draft)
{
    return m_database->inTransaction([&] { return writeDraft(*m_database, draft); });
}

Result<std::optional<Draft>> Journal::draft(ConversationId conversation, Draft::Kind kind)
{
    auto query = m_database->query(sql::journal_draft);
    query.bind("conversation_id", conversation).bind("kind", kind);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found ? std::optional<Draft>(readDraft(query)) : std::nullopt;
}

Result<std::vector<Draft>> Journal::drafts()
{
    auto query = m_database->query(sql::journal_drafts);
    std::vector<Draft> drafts;
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
        if (!row)
            return drafts;
        drafts.push_back(readDraft(query));
    }
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
        TRIBUTARY_TRY(takeUp(*m_database, away));
        return writeSetting(*m_database, putByName(now), {});
    });
}

Result<void> Journal::putBy(const std::string &where)
{
    TRIBUTARY_TRY_ASSIGN(std::string lines, setting(where, {}));
    TRIBUTARY_TRY_ASSIGN(const std::vector<Draft> written, drafts());
    for (const Draft &draft : written) {
        lines += lineOf(draft);
        TRIBUTARY_TRY(writeDraft(*m_database, {.conversation = draft.conversation, .kind = draft.kind}));
    }
    TRIBUTARY_TRY_ASSIGN(const std::vector<JournalEntry> cameBack, needingAuthor());
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
