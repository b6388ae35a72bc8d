#include "core/base/breaks.h"
#include "core/store/erased.h"
#include "core/store/journal_rows.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"

/// Whose the drafts of a journal are, what came back, and what waits for a newer program: those of an agent who is not here
/// are put by.
namespace tributary::store {
namespace {

using namespace tributary::model;
constexpr std::string_view kAuthor = "drafts_of"; ///< A setting: whose the drafts are.

/// A setting: the drafts of an agent who is not here and their commands of those kinds, a line each.
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

/// What came back, waits for a newer program, or was applied and may have to be offered again: as it is stored, for that may
/// be more than this program can read.
std::string lineOf(const StoredCommand &row)
{
    Fields kept{{"id", toBase64(row.id)}, {"command", toBase64(row.command)}};
    if (row.outcome)
        kept["outcome"] = toBase64(*row.outcome);
    if (row.appliedAt)
        kept["applied_ms"] = std::to_string(toMs(*row.appliedAt));
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

/// Nothing: it makes no sense here.
std::optional<StoredCommand> commandFrom(const Fields &kept)
{
    auto command = fromBase64(at(kept, "command"));
    if (!command || command->empty())
        return std::nullopt;
    StoredCommand row{.command = std::move(*command)};
    if (const auto id = fromBase64(at(kept, "id")); id && !id->empty()) {
        row.id = *id;
    } else if (const auto known = commandIn(row.command)) { // a line of a program that did not say it
        row.id = copyOf(known->id.view());
    } else {
        return std::nullopt;
    }
    if (kept.contains("outcome"))
        row.outcome = fromBase64(at(kept, "outcome"));
    if (kept.contains("applied_ms"))
        row.appliedAt = timeAt(kept, "applied_ms");
    return row;
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
    const auto row = commandFrom(*kept);
    auto entry = row && (row->outcome || row->appliedAt) ? entryIn(*row, Seals()) : failure(Error::Kind::NotFound, {});
    if (!entry || !forgetIn(*entry, erased))
        return whole;
    return entry->settled ? std::string() : lineOf(storedOf(*entry, Seals()));
}

/// Done, and needing nobody: a hub that goes back is offered it again.
bool isKept(const StoredCommand &row)
{
    return row.appliedAt && !row.outcome;
}

/// The last number of each kind that is given to what was put by.
struct LastNumbers {
    std::int64_t settled = 0, waiting = 0, kept = 0;
};

/// One that stands under a number that must not be missing was settled only as it was put by.
Result<void> takeUp(Database &database, const Seals &seals, const StoredCommand &row, LastNumbers &last)
{
    if (row.outcome) {
        auto query = database.query(sql::journal_unsettle);
        TRIBUTARY_TRY_ASSIGN(const bool isThere, query.bind("command_id", ByteView(row.id)).step());
        if (isThere)
            return {};
    }
    std::int64_t &n = row.outcome ? last.settled : isKept(row) ? last.kept : last.waiting;
    return addStored(database, numbered(row, ++n, seals));
}

/// Takes up what was put by, and returns what makes no sense here: lines of a newer program.
Result<std::string> takeUp(Database &database, const Seals &seals, std::string_view lines)
{
    std::string left;
    LastNumbers last;
    TRIBUTARY_TRY_ASSIGN(last.settled, lastSettled(database));
    TRIBUTARY_TRY_ASSIGN(last.waiting, lastWaiting(database));
    TRIBUTARY_TRY_ASSIGN(last.kept, lastKept(database));
    for (std::size_t end = 0; (end = lines.find('\n')) != lines.npos; lines.remove_prefix(end + 1)) {
        const auto bytes = fromBase64(lines.substr(0, end));
        const auto kept = bytes ? wire::mapFrom(*bytes) : Result<Fields>(Fields());
        if (kept && kept->contains("conversation"))
            TRIBUTARY_TRY(writeDraft(database, seals, draftFrom(*kept)));
        else if (const auto row = kept ? commandFrom(*kept) : std::nullopt)
            TRIBUTARY_TRY(takeUp(database, seals, *row, last));
        else
            left += lines.substr(0, end + 1);
    }
    return left;
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
        TRIBUTARY_TRY_ASSIGN(const std::string left, takeUp(*m_database, m_seals, away));
        TRIBUTARY_TRY(writeSetting(*m_database, putByName(now), left));
        return takeUpWaiting(); // by this program it may be understood
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
    std::vector<StoredCommand> rows;
    {
        auto query = m_database->query(sql::journal_stored_commands);
        TRIBUTARY_TRY_ASSIGN(rows, readStored(query));
    }
    for (const StoredCommand &row : rows) {
        const bool cameBack = row.outcome && !row.settled;
        const bool isApart = !row.outcome && row.n >= kWaitingFrom; // of a newer program, or of another numbering
        if (TRIBUTARY_BREAK(putBy) && isKept(row)) {
            TRIBUTARY_TRY(m_database->query(sql::journal_remove_command).bind("n", row.n).run());
            continue;
        }
        if ((!cameBack && !isApart) || isSealed(row.command) || (row.outcome && isSealed(*row.outcome)))
            continue;
        lines += lineOf(row);
        const bool mayGo = row.n >= kSettledFrom; // no number before that may be missing
        auto query = m_database->query(mayGo ? sql::journal_remove_command : sql::journal_settle);
        TRIBUTARY_TRY(query.bind("n", row.n).run());
    }
    return writeSetting(*m_database, where, lines);
}

/// In a transaction. @p left: what is left of a line.
Result<void> Journal::changePutBy(const std::function<std::string(std::string_view)> &left)
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
        std::string now;
        std::string_view rest = lines;
        for (std::size_t end = 0; (end = rest.find('\n')) != rest.npos; rest.remove_prefix(end + 1))
            now += left(rest.substr(0, end));
        if (now != lines)
            TRIBUTARY_TRY(writeSetting(*m_database, name, now));
    }
    return {};
}

Result<void> Journal::forgetPutBy(const Erased &erased)
{
    return changePutBy([&erased](std::string_view line) { return lineWithout(line, erased); });
}

Result<void> Journal::prunePutBy(TimePoint before)
{
    return changePutBy([before](std::string_view line) {
        const auto bytes = fromBase64(line);
        const auto kept = bytes ? wire::mapFrom(*bytes) : Result<Fields>(Fields());
        const auto row = kept ? commandFrom(*kept) : std::nullopt;
        return row && isKept(*row) && *row->appliedAt < before ? std::string() : std::string(line) + "\n";
    });
}

} // namespace tributary::store
