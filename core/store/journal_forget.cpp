#include "core/base/digest.h"
#include "core/store/journal_rows.h"
#include "core/store/sql.h"

#include <algorithm>

/// What goes from a journal when somebody was erased.
namespace tributary::store {
namespace {

using namespace tributary::model;

/// A setting: conversations, a line each, of the erased, about which something may be here that could not be read yet.
constexpr std::string_view kForgetDue = "forget_due";

std::string linesOf(const std::set<ConversationId> &conversations)
{
    std::string lines;
    for (const ConversationId &id : conversations)
        lines += id.text() + "\n";
    return lines;
}

std::set<ConversationId> conversationsIn(std::string_view lines)
{
    std::set<ConversationId> conversations;
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        if (const auto id = ConversationId::fromText(lines.substr(0, end)))
            conversations.insert(*id);
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    return conversations;
}

} // namespace

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
            auto query = m_database->query(sql::journal_remove_sealed_drafts_of);
            TRIBUTARY_TRY(query.bind("conversation_id", id).run());
        }
        TRIBUTARY_TRY_ASSIGN(const bool isAll, forgetCommandsAbout(conversations));
        if (isAll)
            return {};
        TRIBUTARY_TRY_ASSIGN(const std::string before, setting(std::string(kForgetDue), {}));
        std::set<ConversationId> due = conversationsIn(before);
        due.insert(conversations.begin(), conversations.end());
        return writeSetting(*m_database, kForgetDue, linesOf(due));
    });
}

/// In a transaction. False: there are some of which nobody can tell what they are about.
Result<bool> Journal::forgetCommandsAbout(const std::set<ConversationId> &conversations)
{
    std::vector<StoredCommand> rows;
    {
        auto query = m_database->query(sql::journal_kept); // from the first on: those under earlier numberings as well
        query.bind("n", std::int64_t(0));
        TRIBUTARY_TRY_ASSIGN(rows, readStored(query));
    }
    bool isAll = true;
    for (const StoredCommand &row : rows) {
        if (!row.appliedAt)
            continue;
        auto entry = entryIn(row, m_seals);
        isAll = isAll && (entry || entry.error().kind != Error::Kind::Denied);
        if (!entry || !conversations.contains(conversationOf(entry->command.body)))
            continue;
        entry->command.body = CancelMessage{};
        entry->command.undoes.reset();
        const Bytes bytes = storedOf(*entry, m_seals).command;
        auto query = m_database->query(sql::journal_forget_command);
        query.bind("n", entry->command.n).bind("command", ByteView(bytes)).bind("checksum", ByteView(blake16(bytes)));
        TRIBUTARY_TRY(query.run());
    }
    return isAll;
}

/// In a transaction. True: the last of what forgetAbout() had left has gone.
Result<bool> Journal::forgetWhatIsDue()
{
    TRIBUTARY_TRY_ASSIGN(const std::string due, setting(std::string(kForgetDue), {}));
    if (due.empty())
        return false;
    TRIBUTARY_TRY_ASSIGN(const bool isAll, forgetCommandsAbout(conversationsIn(due)));
    if (isAll)
        TRIBUTARY_TRY(writeSetting(*m_database, kForgetDue, {}));
    return isAll;
}

} // namespace tributary::store
