#pragma once

#include "core/model/commands.h"

#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace tributary::store {

struct JournalEntry;

/// Who was erased: by what it can be told that something here is about them.
struct Erased {
    std::set<model::ConversationId> conversations; ///< Were theirs.
    std::set<model::CustomerId> customers;
    std::set<model::IdentityId> identities;
    std::set<std::pair<model::Channel, std::string>> addresses; ///< As they are compared (core/model/addresses.h).

    bool empty() const { return conversations.empty() && customers.empty() && identities.empty() && addresses.empty(); }
};

/// Whether something of them is in it, also in what it takes back. Of an import: in any of its rows.
bool isAbout(const model::Command &command, const Erased &erased);
/// Takes out what is about them. Of an import others' rows are left, where they stand; of anything else, and of an import of
/// nobody else, only that it was there, with nothing for its author to decide. False: there was nothing.
bool forgetIn(JournalEntry &entry, const Erased &erased);

/// All ids, one a line, without the addresses: what is to be forgotten is not written down for that. And back: an id is any
/// of them then.
std::string linesOf(const Erased &erased);
Erased erasedIn(std::string_view lines);

} // namespace tributary::store
