#pragma once

#include "core/model/entities.h"
#include "core/store/database.h"

#include <set>
#include <span>

/// Where rows of others name somebody who is erased: events say with whom something was done, mails to whom else they went,
/// deliveries whom they did not reach, which is said of the address as well, imported messages who was pleased with them, an
/// address that was theirs how it was called, and views what to look for.
namespace tributary::hub {

/// What somebody is called, as it is written, and which addresses of mail and numbers they have, in small letters.
struct PersonNames {
    std::set<std::string> names, addresses;
};
Result<PersonNames> namesOf(store::Database &database, const std::vector<model::CustomerId> &members);

/// Rows that may name somebody.
struct NamedElsewhere {
    std::vector<model::TimelineItemId> items;
    std::vector<model::IdentityId> identities;
    std::int64_t upTo = 0; ///< In the log: what has changed after that was not looked at.
};
/// Reads every item and identity there is: not for a job of the writer.
Result<NamedElsewhere> namedElsewhere(store::Database &database, const std::vector<model::CustomerId> &members);
/// Those that namedElsewhere() has found, and those that have changed since.
Result<std::set<model::TimelineItemId>> itemsToLookInto(store::Database &database, const NamedElsewhere &elsewhere);
Result<std::set<model::IdentityId>> identitiesToLookInto(store::Database &database, const NamedElsewhere &elsewhere);

/// Takes the names out of a row. False: it has none of them.
bool unname(model::TimelineItem &item, const PersonNames &names);
bool unname(model::Identity &identity, const PersonNames &names);
bool unname(model::SavedView &view, const PersonNames &names);
bool unname(model::Delivery &delivery, const PersonNames &names);

/// The details of an event that may name somebody, by their keys. Others may be the same by chance: whoever is called "open"
/// takes no status away, and an agent of their name stays.
std::span<const std::string_view> whoIsNamedIn(const model::TimelineItem &event);
/// Stands there when they are erased.
inline constexpr const char *kUnnamed = "…";

/// @p list (`Bo <bo@mail.test>, Doe, J. <j@mail.test>`) without whoever has one of @p addresses.
std::string withoutAddresses(const std::string &list, const std::set<std::string> &addresses);

} // namespace tributary::hub
