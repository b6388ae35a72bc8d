#include "core/store/erased.h"

#include "core/store/journal.h"

#include <algorithm>

namespace tributary::store {
namespace {

using namespace tributary::model;

bool isAbout(const ImportedCustomer &row, const Erased &erased)
{
    return erased.customers.contains(row.customer)
           || std::ranges::any_of(row.addresses, [&erased](const ImportedCustomer::Address &one) {
                  return erased.identities.contains(one.identity) || erased.addresses.contains({one.channel, one.address});
              });
}

bool isAbout(const CommandBody &body, const Erased &erased)
{
    return std::visit(
        [&erased]<class T>(const T &one) {
            bool found = false;
            if constexpr (std::is_same_v<T, ImportCustomers>)
                found = std::ranges::any_of(one.rows, [&](const ImportedCustomer &row) { return isAbout(row, erased); });
            if constexpr (requires { erased.conversations.contains(one.conversation); })
                found |= erased.conversations.contains(one.conversation);
            if constexpr (requires { erased.customers.contains(one.customer); })
                found |= erased.customers.contains(one.customer);
            if constexpr (requires { erased.customers.contains(one.from) && erased.customers.contains(one.into); })
                found |= erased.customers.contains(one.from) || erased.customers.contains(one.into);
            if constexpr (requires { erased.identities.contains(one.identity), one.address; })
                found |= erased.identities.contains(one.identity);
            return found;
        },
        body);
}

/// Rows keep their places: by those an outcome names them, which may be yet to come.
bool forgetRows(ImportCustomers &import, std::optional<Outcome> &outcome, const Erased &erased)
{
    bool found = false;
    for (std::size_t i = 0; i < import.rows.size(); ++i) {
        if (!isAbout(import.rows[i], erased))
            continue;
        found = true;
        import.rows[i] = {};
        if (outcome)
            std::erase_if(outcome->refusedRows, [i](const auto &refused) { return refused.row == std::int64_t(i); });
    }
    return found;
}

} // namespace

bool isAbout(const Command &command, const Erased &erased)
{
    return isAbout(command.body, erased) || (command.undoes && isAbout(*command.undoes, erased));
}

bool forgetIn(JournalEntry &entry, const Erased &erased)
{
    if (auto *import = std::get_if<ImportCustomers>(&entry.command.body)) {
        const bool asked = entry.outcome && !entry.outcome->refusedRows.empty();
        if (!forgetRows(*import, entry.outcome, erased))
            return false;
        entry.settled |= asked && entry.outcome->refusedRows.empty();
        if (std::ranges::any_of(import->rows, [](const ImportedCustomer &row) { return row != ImportedCustomer(); }))
            return true;
    } else if (!isAbout(entry.command, erased)) {
        return false;
    }
    entry.command.body = CancelMessage{};
    entry.command.undoes.reset();
    entry.settled = true;
    return true;
}

std::string linesOf(const Erased &erased)
{
    std::set<std::string> ids;
    for (const ConversationId &id : erased.conversations)
        ids.insert(id.text());
    for (const CustomerId &id : erased.customers)
        ids.insert(id.text());
    for (const IdentityId &id : erased.identities)
        ids.insert(id.text());
    std::string lines;
    for (const std::string &id : ids)
        lines += id + "\n";
    return lines;
}

Erased erasedIn(std::string_view lines)
{
    Erased erased;
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        if (const auto id = ConversationId::fromText(lines.substr(0, end))) {
            erased.conversations.insert(*id);
            erased.customers.emplace(id->bytes);
            erased.identities.emplace(id->bytes);
        }
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    return erased;
}

} // namespace tributary::store
