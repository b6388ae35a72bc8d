#include "core/base/digest.h"
#include "core/store/erased.h"
#include "core/store/journal_rows.h"
#include "core/store/sql.h"

#include <algorithm>

/// What goes from a journal when somebody was erased.
namespace tributary::store {
namespace {

using namespace tributary::model;

/// A setting: who was erased, as linesOf() says it, about whom something may be here that could not be read yet.
constexpr std::string_view kForgetDue = "forget_due";

/// It says nothing of whom it takes away but who that was.
bool takesAway(const CommandBody &body)
{
    return std::holds_alternative<RemoveCustomer>(body) || std::holds_alternative<MoveIdentity>(body);
}

Result<std::int64_t> changesSoFar(Database &database)
{
    auto query = database.query("SELECT total_changes()");
    TRIBUTARY_TRY(query.step());
    return query.integer(0);
}

} // namespace

Result<void> Journal::forgetAbout(const Erased &erased, const std::set<std::int64_t> &done)
{
    if (erased.empty())
        return {};
    return m_database->inTransaction([&]() -> Result<void> {
        TRIBUTARY_TRY_ASSIGN(const std::int64_t before, changesSoFar(*m_database));
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
        TRIBUTARY_TRY_ASSIGN(const std::int64_t after, changesSoFar(*m_database));
        if (after != before && !m_seals.sealing()) // plain words are left in the room between rows
            TRIBUTARY_TRY(writeSetting(*m_database, kWipeDue, "1"));
        if (isAll)
            return {};
        TRIBUTARY_TRY_ASSIGN(const std::string dueBefore, setting(std::string(kForgetDue), {}));
        Erased due = erasedIn(dueBefore);
        due.conversations.insert(erased.conversations.begin(), erased.conversations.end());
        due.customers.insert(erased.customers.begin(), erased.customers.end());
        due.identities.insert(erased.identities.begin(), erased.identities.end());
        return writeSetting(*m_database, kForgetDue, linesOf(due));
    });
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

} // namespace tributary::store
