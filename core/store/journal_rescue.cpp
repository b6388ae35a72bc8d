#include "core/store/journal_rescue.h"

#include "core/base/digest.h"
#include "core/base/seal.h"
#include "core/store/checksum_functions.h"
#include "core/store/journal_rows.h"
#include "core/store/sqlite_pages.h"
#include "core/text/utf8.h"
#include "core/wire/codec.h"

#include <algorithm>
#include <set>

namespace tributary::store {
namespace {

using namespace tributary::model;

constexpr std::size_t kMaxFile = 512 * 1024 * 1024;

const std::string *textIn(const PageRow &row, std::size_t column)
{
    return column < row.cells.size() ? std::get_if<std::string>(&row.cells[column]) : nullptr;
}
const Bytes *bytesIn(const PageRow &row, std::size_t column)
{
    return column < row.cells.size() ? std::get_if<Bytes>(&row.cells[column]) : nullptr;
}
std::optional<std::int64_t> numberIn(const PageRow &row, std::size_t column)
{
    const auto *number = column < row.cells.size() ? std::get_if<std::int64_t>(&row.cells[column]) : nullptr;
    return number ? std::optional(*number) : std::nullopt;
}

/// Whether what a command's row says of its fate is as it was written. Of an older program, which kept no checksum of that,
/// it is believed.
bool isFateWhole(const PageRow &row)
{
    if (row.cells.size() <= 7 || std::holds_alternative<std::monostate>(row.cells[7]))
        return true;
    const std::array<Cell, 6> values{row.rowid, row.cells[1], row.cells[3], row.cells[4], row.cells[5], row.cells[6]};
    const Bytes *sum = bytesIn(row, 7);
    return sum && std::ranges::equal(checksumOf(values), *sum);
}

/// Rows are known by what is in them: the tables' names are on a page that may be the damaged one.
class Collector {
public:
    void take(const PageRow &row)
    {
        if (!takeCommand(row) && !takeGone(row) && !takeDraft(row) && !takeSealedDraft(row) && !takeInstallation(row))
            takeSetting(row);
    }
    RescuedJournal finish()
    {
        for (StoredCommand &row : m_gone) {
            if (m_seen.insert(idOf(row)).second)
                m_found.sealed.push_back(std::move(row));
        }
        std::ranges::sort(m_found.entries, {}, [](const JournalEntry &entry) { return entry.command.n; });
        return std::move(m_found);
    }

private:
    /// command (n, command_id, command, checksum, outcome, applied_ms, settled, row_checksum): its checksum says that it is
    /// one. If its fate is damaged, it counts as not done: offered twice, it has one effect.
    bool takeCommand(const PageRow &row)
    {
        const Bytes *id = bytesIn(row, 1), *command = bytesIn(row, 2), *sum = bytesIn(row, 3);
        if (row.cells.size() < 6 || !id || id->size() != 16 || !command || !sum
            || !std::ranges::equal(blake16(*command), *sum))
            return false;
        const bool isKnown = isFateWhole(row);
        if (isSealed(*command))
            return takeAsItIs(row, isKnown);
        JournalEntry entry;
        const auto value = wire::decode(*command);
        auto decoded = value ? wire::commandFrom(*value) : Result<Command>(failure(value.error()));
        if (!decoded && isKnown && bytesIn(row, 4) && numberIn(row, 6).value_or(0) == 0)
            return takeAsItIs(row, isKnown); // it came back, and its author has not decided yet: as it is
        if (!decoded) {
            // One that is done already has nothing left to do.
            if (!(isKnown && numberIn(row, 5)) && m_seen.insert(blake16(*command)).second)
                m_found.unknown.push_back(*command);
            return true;
        }
        entry.command = std::move(*decoded);
        if (!m_seen.insert(entry.command.id.bytes).second)
            return true;
        if (const Bytes *outcome = isKnown ? bytesIn(row, 4) : nullptr) {
            const auto told = wire::decode(*outcome);
            if (auto known = told ? wire::outcomeFrom(*told) : Result<Outcome>(failure(told.error())))
                entry.outcome = std::move(*known);
        }
        if (const auto applied = isKnown ? numberIn(row, 5) : std::nullopt)
            entry.appliedAt = fromMs(*applied);
        entry.settled = isKnown && numberIn(row, 6).value_or(0) != 0;
        m_found.entries.push_back(std::move(entry));
        return true;
    }

    /// The same, of one that cannot be read: as it is stored.
    bool takeAsItIs(const PageRow &row, bool isKnown)
    {
        StoredCommand stored{.n = row.rowid, .id = *bytesIn(row, 1), .command = *bytesIn(row, 2)};
        if (!m_seen.insert(idOf(stored)).second)
            return true;
        if (const Bytes *outcome = isKnown ? bytesIn(row, 4) : nullptr)
            stored.outcome = *outcome;
        if (const auto applied = isKnown ? numberIn(row, 5) : std::nullopt)
            stored.appliedAt = fromMs(*applied);
        stored.settled = isKnown && numberIn(row, 6).value_or(0) != 0;
        m_found.sealed.push_back(std::move(stored));
        return true;
    }

    /// command_gone (command_id, command, outcome, applied_ms): what came back, and was dropped by a program that could not
    /// read it. It has no checksum, but what tells damage is in what is sealed.
    bool takeGone(const PageRow &row)
    {
        const Bytes *id = bytesIn(row, 0), *command = bytesIn(row, 1), *outcome = bytesIn(row, 2);
        if (row.cells.size() != 4 || !id || id->size() != 16 || !command || !isSealed(*command) || !outcome)
            return false;
        StoredCommand stored{.n = kSettledFrom, .id = *id, .command = *command, .outcome = *outcome};
        if (const auto applied = numberIn(row, 3))
            stored.appliedAt = fromMs(*applied);
        m_gone.push_back(std::move(stored));
        return true;
    }

    static RawId idOf(const StoredCommand &row)
    {
        RawId id{};
        std::ranges::copy(row.id, id.begin());
        return id;
    }

    /// sealed_draft (conversation_id, kind, key_id, sealed, saved_ms, checksum). Of a damaged one nothing can be read.
    bool takeSealedDraft(const PageRow &row)
    {
        const Bytes *id = bytesIn(row, 0), *key = bytesIn(row, 2), *sealed = bytesIn(row, 3), *sum = bytesIn(row, 5);
        const std::string *kind = textIn(row, 1);
        const auto saved = numberIn(row, 4);
        if (row.cells.size() != 6 || !id || !kind || !key || !sealed || !saved || !sum
            || !std::ranges::equal(checksumOf(std::span(row.cells).first(5)), *sum))
            return false;
        const auto knownKind = fromName<Draft::Kind>(*kind);
        const auto conversation = ConversationId::fromBytes(*id);
        if (!knownKind || !conversation || !isSealed(*sealed) || !std::ranges::equal(sealedBy(*sealed), *key))
            return false;
        const SealedDraft draft{*conversation, *knownKind, *key, *sealed, fromMs(*saved)};
        const auto same = std::ranges::find_if(m_found.sealedDrafts, [&](const SealedDraft &one) {
            return one.conversation == draft.conversation && one.kind == draft.kind && one.key == draft.key;
        });
        if (same == m_found.sealedDrafts.end())
            m_found.sealedDrafts.push_back(draft);
        else if (same->savedAt < draft.savedAt)
            *same = draft;
        return true;
    }

    /// draft (conversation_id, kind, body, fields, saved_ms, checksum): a damaged one as well, for want of a better. They
    /// are a person's words.
    bool takeDraft(const PageRow &row)
    {
        const Bytes *id = bytesIn(row, 0), *fields = bytesIn(row, 3);
        const std::string *kind = textIn(row, 1), *body = textIn(row, 2);
        const auto saved = numberIn(row, 4);
        if (row.cells.size() < 5 || row.cells.size() > 6 || !id || id->size() != 16 || !kind || !body || !fields || !saved)
            return false;
        const auto knownKind = fromName<Draft::Kind>(*kind);
        const auto conversation = ConversationId::fromBytes(*id);
        if (!knownKind || !conversation || body->empty() || !text::isValidUtf8(*body))
            return false;
        Draft draft{.conversation = *conversation, .kind = *knownKind, .body = *body, .savedAt = fromMs(*saved)};
        draft.fields = wire::mapFrom(*fields).value_or(std::map<std::string, std::string>());
        const auto same = std::ranges::find_if(m_found.drafts, [&](const Draft &one) {
            return one.conversation == draft.conversation && one.kind == draft.kind;
        });
        const Bytes *sum = bytesIn(row, 5);
        const bool good = !sum || std::ranges::equal(checksumOf(draft), *sum);
        if (same == m_found.drafts.end()) {
            m_goodDrafts.push_back(good);
            m_found.drafts.push_back(std::move(draft));
            return true;
        }
        const auto known = m_goodDrafts.begin() + (same - m_found.drafts.begin());
        if (std::pair(bool(*known), same->savedAt) < std::pair(good, draft.savedAt)) {
            *known = good;
            *same = std::move(draft);
        }
        return true;
    }

    /// installation (only, client_id, next_n, hub_url, token, agent_email, workspace, checksum). Of a damaged one, no token:
    /// a hub that refuses it has the copy thrown away.
    bool takeInstallation(const PageRow &row)
    {
        const Bytes *client = bytesIn(row, 1);
        const std::string *url = textIn(row, 3), *token = textIn(row, 4), *email = textIn(row, 5),
                          *workspace = textIn(row, 6);
        if (row.cells.size() < 7 || row.cells.size() > 8 || row.rowid != 1 || !client || !numberIn(row, 2) || !url || !token
            || !email || !workspace)
            return false;
        m_found.installation =
            Installation{ClientId::fromBytes(*client).value_or(ClientId()), *url, *token, *email, *workspace};
        const Bytes *sum = bytesIn(row, 7);
        if (sum && !std::ranges::equal(checksumOf(*m_found.installation), *sum))
            m_found.installation->token.clear();
        return true;
    }

    /// setting (name, value, checksum)
    void takeSetting(const PageRow &row)
    {
        const std::string *name = textIn(row, 0), *value = textIn(row, 1);
        const Bytes *sum = bytesIn(row, 2);
        if (row.cells.size() >= 2 && row.cells.size() <= 3 && name && value && !name->empty() && text::isValidUtf8(*name)
            && text::isValidUtf8(*value) && (!sum || std::ranges::equal(settingChecksum(*name, *value), *sum)))
            m_found.settings.emplace(*name, *value);
    }

    RescuedJournal m_found;
    std::vector<bool> m_goodDrafts;    ///< Of m_found.drafts: whose checksum is right.
    std::vector<StoredCommand> m_gone; ///< One that is here as well counts.
    std::set<RawId> m_seen;
};

} // namespace

Result<RescuedJournal> rescueJournal(const std::filesystem::path &path)
{
    const auto pages = SqlitePages::read(path, kMaxFile);
    if (!pages)
        return failure(Error::Kind::Failed, "the journal cannot be read at all");
    Collector collector;
    pages->forEachRow([&](const PageRow &row) { collector.take(row); });
    return collector.finish();
}

Result<void> writeJournal(const std::filesystem::path &path, const RescuedJournal &rescued, IdMaker &ids)
{
    std::error_code error;
    if (std::filesystem::exists(path, error))
        return failure(Error::Kind::Conflict, "there is a journal already");
    TRIBUTARY_TRY_ASSIGN(const auto journal, Journal::open(path.string(), ids));
    if (rescued.installation) {
        TRIBUTARY_TRY_ASSIGN(const Installation fresh, journal->installation());
        Installation installation = *rescued.installation;
        installation.client = fresh.client; // a new one: not all that the old one has numbered is here
        TRIBUTARY_TRY(journal->setInstallation(installation));
    }
    TRIBUTARY_TRY(journal->fill(rescued));
    return journal->checkpoint(true);
}

} // namespace tributary::store
