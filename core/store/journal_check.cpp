#include "core/base/digest.h"
#include "core/store/journal_rows.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"

#include <algorithm>

/// Whether a journal is whole: SQLite's own check, the checksum of each row, numbers without a gap.
namespace tributary::store {
namespace {

using namespace tributary::model;

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
    if (row && !query.isNull(6) && !std::ranges::equal(checksumOf(installationIn(query)), query.blob(6)))
        return damaged("who this installation is");
    return {};
}

} // namespace tributary::store
