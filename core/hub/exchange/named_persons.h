#pragma once

#include "core/hub/exchange/sealed_values.h"

#include <unordered_map>

namespace tributary::hub::exchange {

/// Who is named in events of others ("merged with …"): an erasure takes such names away, wherever they stand.
class NamedPersons {
public:
    /// Looks through all events and all names. Memory: the names that stand in events.
    static Result<NamedPersons> find(store::Database &database, const PeopleKeys &keys);

    /// Of an event of @p owners, by its cells of `author_id`, `author_name` and `details`: which others it names, and what
    /// is left of the latter two without those names.
    struct Named {
        Needed persons;
        std::string authorName;
        Bytes details;
    };
    /// Nothing: it names no others.
    std::optional<Named> in(const Needed &owners, const Cell &authorId, const Cell &authorName, const Cell &details) const;

private:
    std::unordered_map<std::string, Needed> m_persons; ///< By what they are called.
};

} // namespace tributary::hub::exchange
