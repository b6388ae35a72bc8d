#include "core/store/journal.h"

#include "core/base/digest.h"
#include "core/base/log.h"
#include "core/store/migrations.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"

namespace tributary::store {
namespace {

using namespace tributary::model;
constexpr std::chrono::days kKeepApplied{7};
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

Result<void> add(Database &database, const Command &command)
{
    const Bytes bytes = wire::encode(wire::toValue(command));
    auto query = database.query(sql::journal_add_command);
    query.bind("n", command.n).bind("command_id", command.id).bind("command", ByteView(bytes));
    query.bind("checksum", ByteView(blake16(bytes)));
    return query.run();
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

Result<void> writeInstallation(Database &database, const Installation &installation)
{
    auto query = database.query(sql::journal_set_installation);
    query.bind("client_id", installation.client).bind("hub_url", installation.hubUrl).bind("token", installation.token);
    query.bind("agent_email", installation.agentEmail).bind("workspace", installation.workspace);
    return query.run();
}

} // namespace

Result<std::unique_ptr<Journal>> Journal::open(const std::string &path, IdMaker &ids, const std::string &vfs)
{
    TRIBUTARY_TRY_ASSIGN(auto database, Database::open(path, {.durability = Database::Durability::Full, .vfs = vfs}));
    TRIBUTARY_TRY(migrate(*database, journalMigrations()));
    TRIBUTARY_TRY_ASSIGN(const bool known, database->query(sql::journal_installation).exists());
    if (!known)
        TRIBUTARY_TRY(writeInstallation(*database, Installation{.client = ids.make<ClientId>()}));
    return std::unique_ptr<Journal>(new Journal(std::move(database)));
}

Result<void> Journal::checkpoint()
{
    return m_database->checkpoint(false);
}

Result<Installation> Journal::installation()
{
    auto query = m_database->query(sql::journal_installation);
    TRIBUTARY_TRY(query.step());
    Installation installation;
    installation.client = query.id<ClientId>(0);
    installation.hubUrl = query.text(1);
    installation.token = query.text(2);
    installation.agentEmail = query.text(3);
    installation.workspace = query.text(4);
    return installation;
}

Result<void> Journal::setInstallation(const Installation &installation)
{
    return m_database->inTransaction([&] { return writeInstallation(*m_database, installation); });
}

Result<void> Journal::becomeNewClient(IdMaker &ids)
{
    return m_database->inTransaction([&]() -> Result<void> {
        TRIBUTARY_TRY_ASSIGN(std::vector<JournalEntry> entries, entriesAfter(0));
        TRIBUTARY_TRY_ASSIGN(const std::vector<JournalEntry> cameBack, needingAuthor());
        TRIBUTARY_TRY(m_database->query(sql::journal_clear_commands).run());
        for (std::size_t i = 0; i < cameBack.size(); ++i)
            TRIBUTARY_TRY(addSettled(*m_database, cameBack[i], kSettledFrom + std::int64_t(i)));
        std::int64_t n = 0;
        for (JournalEntry &entry : entries) {
            if (entry.appliedAt || entry.outcome)
                continue;
            entry.command.n = ++n;
            TRIBUTARY_TRY(add(*m_database, entry.command));
        }
        auto query = m_database->query(sql::journal_restart_numbering);
        query.bind("client_id", ids.make<ClientId>()).bind("next_n", n + 1);
        return query.run();
    });
}

Result<std::vector<Command>> Journal::append(std::vector<Command> commands)
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
        return std::move(commands);
    });
}

Result<std::vector<JournalEntry>> Journal::entriesAfter(std::int64_t n)
{
    auto query = m_database->query(sql::journal_commands_after);
    query.bind("n", n);
    return readEntries(query);
}

Result<void> Journal::setOutcomes(const std::vector<Outcome> &outcomes)
{
    return m_database->inTransaction([&]() -> Result<void> {
        for (const Outcome &outcome : outcomes) {
            // Applied ones need nothing more; the others stay until their author has seen them.
            if (outcome.kind == Outcome::Kind::Applied || outcome.kind == Outcome::Kind::NoEffect)
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

Result<std::vector<JournalEntry>> Journal::needingAuthor()
{
    auto query = m_database->query(sql::journal_needing_author);
    return readEntries(query);
}

Result<void> Journal::settle(std::int64_t n)
{
    return m_database->inTransaction([&] {
        auto query = m_database->query(sql::journal_settle);
        return query.bind("n", n).run();
    });
}

Result<void> Journal::saveDraft(const Draft &draft)
{
    return m_database->inTransaction([&] {
        auto query = m_database->query(draft.body.empty() ? sql::journal_remove_draft : sql::journal_save_draft);
        query.bind("conversation_id", draft.conversation).bind("kind", draft.kind);
        if (!draft.body.empty()) {
            query.bind("body", draft.body).bind("fields", ByteView(wire::encodeMap(draft.fields)));
            query.bind("saved_ms", draft.savedAt);
        }
        return query.run();
    });
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

Result<std::string> Journal::setting(const std::string &name, const std::string &otherwise)
{
    auto query = m_database->query(sql::journal_setting);
    query.bind("name", name);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found ? std::string(query.text(0)) : otherwise;
}

Result<void> Journal::setSetting(const std::string &name, const std::string &value)
{
    return m_database->inTransaction([&] {
        auto query = m_database->query(sql::journal_set_setting);
        return query.bind("name", name).bind("value", value).run();
    });
}

} // namespace tributary::store
