#include "core/store/erased.h"
#include "core/store/journal_rows.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"

/// Whose the drafts of a journal are, and what came back: those of an agent who is not here are put by.
namespace tributary::store {
namespace {

using namespace tributary::model;
constexpr std::string_view kAuthor = "drafts_of"; ///< A setting: whose the drafts are.

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

} // namespace

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

} // namespace tributary::store
