#include "core/store/journal_rows.h"

#include "core/base/digest.h"
#include "core/base/log.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"

#include <algorithm>
#include <limits>

namespace tributary::store {
namespace {

using namespace tributary::model;
using Fields = std::map<std::string, std::string>;

// What sealed bytes are bound to. A command has its id inside; its number may become another one.
constexpr std::string_view kCommand = "journal command";

Bytes aboutOutcome(ByteView command)
{
    return copyOf(bytesOf(std::string("journal outcome ").append(textOf(command))));
}

Bytes aboutDraft(ConversationId conversation, Draft::Kind kind)
{
    return copyOf(bytesOf(std::string("journal draft ").append(textOf(conversation.view())).append(nameOf(kind))));
}

Result<Draft> draftIn(const SealedDraft &row, const Seals &seals)
{
    TRIBUTARY_TRY_ASSIGN(const Bytes plain, seals.open(row.sealed, aboutDraft(row.conversation, row.kind)));
    TRIBUTARY_TRY_ASSIGN(Fields words, wire::mapFrom(plain));
    Draft draft{.conversation = row.conversation, .kind = row.kind, .body = words["body"], .savedAt = row.savedAt};
    if (const auto fields = fromBase64(words["fields"]))
        draft.fields = wire::mapFrom(*fields).value_or(Fields());
    return draft;
}

SealedDraft sealedOf(const Draft &draft, const Seals &seals)
{
    const Fields words{{"body", draft.body}, {"fields", toBase64(wire::encodeMap(draft.fields))}};
    return {.conversation = draft.conversation,
            .kind = draft.kind,
            .key = copyOf(seals.sealing()->id()),
            .sealed = seals.seal(wire::encodeMap(words), aboutDraft(draft.conversation, draft.kind)),
            .savedAt = draft.savedAt};
}

SealedDraft sealedDraftIn(const Query &query)
{
    return {.conversation = query.id<ConversationId>(0),
            .kind = fromName<Draft::Kind>(query.text(1)).value_or(Draft::Kind::Reply),
            .key = copyOf(query.blob(2)),
            .sealed = copyOf(query.blob(3)),
            .savedAt = query.time(4)};
}

Result<std::vector<SealedDraft>> sealedDraftsIn(Query &query)
{
    std::vector<SealedDraft> drafts;
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
        if (!row)
            return drafts;
        drafts.push_back(sealedDraftIn(query));
    }
}

/// Adds those of @p rows that can be read.
void open(const std::vector<SealedDraft> &rows, const Seals &seals, std::vector<Draft> &drafts)
{
    for (const SealedDraft &row : rows) {
        if (auto draft = draftIn(row, seals))
            drafts.push_back(std::move(*draft));
        else if (draft.error().kind != Error::Kind::Denied)
            log(LogLevel::Error, "tributary.store", "a sealed draft is damaged", {{"error", draft.error().detail}});
    }
}

auto placeOf(const Draft &draft)
{
    return std::pair(draft.conversation, draft.kind);
}

/// One of each place, the newest first.
std::vector<Draft> oneOfEach(std::vector<Draft> drafts)
{
    std::ranges::stable_sort(drafts, {}, &Draft::savedAt);
    std::vector<Draft> each;
    for (Draft &draft : drafts) {
        const auto same = std::ranges::find(each, placeOf(draft), placeOf);
        if (same == each.end())
            each.push_back(std::move(draft));
        else
            *same = joined(std::move(*same), std::move(draft));
    }
    std::ranges::stable_sort(each, std::ranges::greater(), &Draft::savedAt);
    return each;
}

Result<std::vector<Draft>> plainDraftsIn(Query &query)
{
    std::vector<Draft> drafts;
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
        if (!row)
            return drafts;
        drafts.push_back(plainDraftIn(query));
    }
}

} // namespace

// -- Commands -------------------------------------------------------------------------------------------------------------

Result<std::vector<StoredCommand>> readStored(Query &query)
{
    std::vector<StoredCommand> rows;
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        if (!found)
            return rows;
        StoredCommand row{.n = query.integer(0), .id = copyOf(query.blob(1)), .command = copyOf(query.blob(2))};
        if (!std::ranges::equal(blake16(row.command), query.blob(3))) {
            log(LogLevel::Error, "tributary.store", "a journal entry is damaged",
                {{"n", row.n}, {"error", "a command's checksum is wrong"}});
            continue;
        }
        if (!query.isNull(4))
            row.outcome = copyOf(query.blob(4));
        if (!query.isNull(5))
            row.appliedAt = query.time(5);
        row.settled = query.flag(6);
        rows.push_back(std::move(row));
    }
}

Result<Command> commandIn(ByteView plain)
{
    TRIBUTARY_TRY_ASSIGN(const wire::Value value, wire::decode(plain));
    return wire::commandFrom(value);
}

Result<JournalEntry> entryIn(const StoredCommand &row, const Seals &seals)
{
    JournalEntry entry;
    TRIBUTARY_TRY_ASSIGN(const Bytes plain, seals.open(row.command, bytesOf(kCommand)));
    TRIBUTARY_TRY_ASSIGN(entry.command, commandIn(plain));
    if (isSealed(row.command) && row.n < kWaitingFrom && !std::ranges::equal(entry.command.id.bytes, row.id))
        return failure(Error::Kind::Corrupt, "it is the command of another row");
    entry.command.n = row.n;
    if (row.outcome) {
        TRIBUTARY_TRY_ASSIGN(const Bytes told, seals.open(*row.outcome, aboutOutcome(row.id)));
        TRIBUTARY_TRY_ASSIGN(const wire::Value outcome, wire::decode(told));
        TRIBUTARY_TRY_ASSIGN(entry.outcome, wire::outcomeFrom(outcome));
    }
    entry.appliedAt = row.appliedAt;
    entry.settled = row.settled;
    return entry;
}

Result<std::vector<JournalEntry>> readEntries(Query &query, const Seals &seals)
{
    TRIBUTARY_TRY_ASSIGN(const std::vector<StoredCommand> rows, readStored(query));
    std::vector<JournalEntry> entries;
    for (const StoredCommand &row : rows) {
        auto entry = entryIn(row, seals);
        if (entry)
            entries.push_back(std::move(*entry));
        else if (entry.error().kind != Error::Kind::Denied)
            log(LogLevel::Error, "tributary.store", "a journal entry is damaged",
                {{"n", row.n}, {"error", entry.error().detail}});
    }
    return entries;
}

StoredCommand storedOf(const JournalEntry &entry, const Seals &seals)
{
    const Command &command = entry.command;
    StoredCommand row{.n = command.n, .id = copyOf(command.id.view()), .appliedAt = entry.appliedAt};
    row.command = seals.seal(wire::encode(wire::toValue(command)), bytesOf(kCommand));
    if (entry.outcome)
        row.outcome = seals.seal(wire::encode(wire::toValue(*entry.outcome)), aboutOutcome(row.id));
    row.settled = entry.settled;
    return row;
}

Result<StoredCommand> resealed(const StoredCommand &row, const Seals &seals)
{
    StoredCommand other = row;
    if (!seals.isAsSealed(row.command)) {
        TRIBUTARY_TRY_ASSIGN(const Bytes plain, seals.open(row.command, bytesOf(kCommand)));
        other.command = seals.seal(plain, bytesOf(kCommand));
    }
    if (row.outcome && !seals.isAsSealed(*row.outcome)) {
        TRIBUTARY_TRY_ASSIGN(const Bytes plain, seals.open(*row.outcome, aboutOutcome(row.id)));
        other.outcome = seals.seal(plain, aboutOutcome(row.id));
    }
    return other;
}

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

Result<std::int64_t> nextNumber(Database &database)
{
    auto query = database.query(sql::journal_next_n);
    TRIBUTARY_TRY(query.step());
    return query.integer(0);
}

namespace {

Result<std::int64_t> lastBetween(Database &database, std::int64_t least, std::int64_t below)
{
    auto query = database.query(sql::journal_last_between);
    query.bind("least", least).bind("below", below);
    TRIBUTARY_TRY(query.step());
    return query.integer(0);
}

} // namespace

Result<std::int64_t> lastSettled(Database &database)
{
    return lastBetween(database, kSettledFrom, kWaitingFrom);
}

Result<std::int64_t> lastWaiting(Database &database)
{
    return lastBetween(database, kWaitingFrom, kKeptFrom);
}

Result<std::int64_t> lastKept(Database &database)
{
    return lastBetween(database, kKeptFrom, std::numeric_limits<std::int64_t>::max());
}

Result<void> addStored(Database &database, const StoredCommand &row)
{
    auto query = database.query(row.outcome ? sql::journal_add_settled : sql::journal_add_command);
    query.bind("n", row.n).bind("command_id", ByteView(row.id)).bind("command", ByteView(row.command));
    query.bind("checksum", ByteView(blake16(row.command))).bind("applied_ms", row.appliedAt);
    if (row.outcome)
        query.bind("outcome", ByteView(*row.outcome));
    return query.run();
}

Result<void> replaceStored(Database &database, const StoredCommand &row)
{
    auto query = database.query(sql::journal_seal_command);
    query.bind("n", row.n).bind("command", ByteView(row.command)).bind("checksum", ByteView(blake16(row.command)));
    row.outcome ? query.bind("outcome", ByteView(*row.outcome)) : query.bindNull("outcome");
    return query.run();
}

// -- Drafts ---------------------------------------------------------------------------------------------------------------

Draft joined(Draft older, Draft newer)
{
    if (newer.body.starts_with(older.body))
        older.body = newer.body;
    else if (!older.body.starts_with(newer.body))
        older.body += "\n\n" + newer.body;
    std::vector<Attachment> files = attachmentsOf(older);
    for (Attachment &file : attachmentsOf(newer)) {
        if (std::ranges::count(files, file) == 0)
            files.push_back(std::move(file));
    }
    newer.fields.merge(older.fields); // whom else it goes to, as it was said last
    older.fields = std::move(newer.fields);
    setAttachments(older, files);
    older.savedAt = std::max(older.savedAt, newer.savedAt);
    return older;
}

Draft plainDraftIn(const Query &query)
{
    Draft draft;
    draft.conversation = query.id<ConversationId>(0);
    draft.kind = fromName<Draft::Kind>(query.text(1)).value_or(Draft::Kind::Reply);
    draft.body = query.text(2);
    draft.fields = wire::mapFrom(query.blob(3)).value_or(Fields());
    draft.savedAt = query.time(4);
    return draft;
}

Result<std::vector<Draft>> readPlainDrafts(Database &database)
{
    auto query = database.query(sql::journal_drafts);
    return plainDraftsIn(query);
}

Result<std::vector<SealedDraft>> readSealedDrafts(Database &database)
{
    auto query = database.query(sql::journal_sealed_drafts);
    return sealedDraftsIn(query);
}

Result<std::vector<Draft>> readDrafts(Database &database, const Seals &seals)
{
    std::vector<Draft> drafts;
    TRIBUTARY_TRY_ASSIGN(const std::vector<SealedDraft> sealed, readSealedDrafts(database));
    open(sealed, seals, drafts); // first: what is plain was written since
    TRIBUTARY_TRY_ASSIGN(std::vector<Draft> plain, readPlainDrafts(database));
    std::ranges::move(plain, std::back_inserter(drafts));
    return oneOfEach(std::move(drafts));
}

Result<std::optional<Draft>> readDraft(Database &database, const Seals &seals, ConversationId conversation, Draft::Kind kind)
{
    std::vector<Draft> drafts;
    {
        auto query = database.query(sql::journal_sealed_drafts_of);
        query.bind("conversation_id", conversation).bind("kind", kind);
        TRIBUTARY_TRY_ASSIGN(const std::vector<SealedDraft> sealed, sealedDraftsIn(query));
        open(sealed, seals, drafts);
    }
    auto query = database.query(sql::journal_draft);
    query.bind("conversation_id", conversation).bind("kind", kind);
    TRIBUTARY_TRY_ASSIGN(std::vector<Draft> plain, plainDraftsIn(query));
    std::ranges::move(plain, std::back_inserter(drafts));
    drafts = oneOfEach(std::move(drafts));
    return drafts.empty() ? std::nullopt : std::optional(std::move(drafts.front()));
}

Result<void> writeSealedDraft(Database &database, const SealedDraft &draft)
{
    auto query = database.query(sql::journal_save_sealed_draft);
    query.bind("conversation_id", draft.conversation).bind("kind", draft.kind).bind("key_id", ByteView(draft.key));
    return query.bind("sealed", ByteView(draft.sealed)).bind("saved_ms", draft.savedAt).run();
}

Result<void> writeDraft(Database &database, const Seals &seals, const Draft &draft)
{
    const bool isPlain = !draft.isEmpty() && !seals.sealing();
    if (!isPlain) {
        auto query = database.query(sql::journal_remove_draft);
        TRIBUTARY_TRY(query.bind("conversation_id", draft.conversation).bind("kind", draft.kind).run());
    }
    for (const SealKey &key : seals.keys()) {
        auto query = database.query(sql::journal_remove_sealed_draft);
        query.bind("conversation_id", draft.conversation).bind("kind", draft.kind).bind("key_id", key.id());
        TRIBUTARY_TRY(query.run());
    }
    if (draft.isEmpty())
        return {};
    if (!isPlain)
        return writeSealedDraft(database, sealedOf(draft, seals));
    auto query = database.query(sql::journal_save_draft);
    query.bind("conversation_id", draft.conversation).bind("kind", draft.kind);
    query.bind("body", draft.body).bind("fields", ByteView(wire::encodeMap(draft.fields)));
    return query.bind("saved_ms", draft.savedAt).bind("checksum", ByteView(checksumOf(draft))).run();
}

Result<bool> resealDrafts(Database &database, const Seals &seals)
{
    TRIBUTARY_TRY_ASSIGN(const std::vector<Draft> plain, readPlainDrafts(database));
    TRIBUTARY_TRY_ASSIGN(const std::vector<SealedDraft> sealed, readSealedDrafts(database));
    std::vector<Draft> drafts = seals.sealing() ? plain : std::vector<Draft>();
    for (const SealedDraft &row : sealed) {
        if (!seals.isAsSealed(row.sealed))
            open({row}, seals, drafts);
    }
    for (const Draft &draft : drafts) { // all that is there, in the place of any of it
        TRIBUTARY_TRY_ASSIGN(const auto whole, readDraft(database, seals, draft.conversation, draft.kind));
        if (whole)
            TRIBUTARY_TRY(writeDraft(database, seals, *whole));
    }
    return !plain.empty();
}

Installation installationIn(const Query &query)
{
    Installation installation;
    installation.client = query.id<ClientId>(0);
    installation.hubUrl = query.text(1);
    installation.token = query.text(2);
    installation.agentEmail = query.text(3);
    installation.workspace = query.text(4);
    return installation;
}

Result<void> writeInstallation(Database &database, const Installation &installation)
{
    auto query = database.query(sql::journal_set_installation);
    query.bind("client_id", installation.client).bind("hub_url", installation.hubUrl).bind("token", installation.token);
    query.bind("agent_email", installation.agentEmail).bind("workspace", installation.workspace);
    return query.bind("checksum", ByteView(checksumOf(installation))).run();
}

Result<void> writeSetting(Database &database, std::string_view name, const std::string &value)
{
    auto query = database.query(sql::journal_set_setting);
    return query.bind("name", name).bind("value", value).bind("checksum", ByteView(settingChecksum(name, value))).run();
}

} // namespace tributary::store
