#pragma once

#include "core/hub/people_keys.h"
#include "core/store/database.h"

#include <map>
#include <set>
#include <variant>

/// Values of a table, and how a sealed backup hides them.
namespace tributary::hub::exchange {

/// What may stand in a column of SQLite, but for floating numbers, of which the hub has none.
using Cell = std::variant<std::monostate, std::int64_t, std::string, Bytes>;

/// The value of column @p column; column + 1 is its typeof().
Result<Cell> cellAt(const store::Query &query, int column);
void bindCell(store::Query &query, const char *name, const Cell &cell);

/// Whose keys it takes to read something: all of them together. Never empty.
using Needed = std::set<PeopleKeys::Number>;

/// Some columns of a row, by their places in the list of its table.
using Cells = std::map<std::size_t, Cell>;

/// Part of a row that takes the same keys. A later part says again, and better, what an earlier one says for whoever has
/// fewer keys.
struct Part {
    Needed needed;
    Cells cells;
};

/// What sealed parts are bound to: they open as nothing else.
struct SealedPlace {
    std::string_view table; ///< And its sealed columns.
    std::int64_t row = 0;   ///< In the file of the backup.
};

Bytes sealParts(const std::vector<Part> &parts, const PeopleKeys &keys, const SealedPlace &place, Rng &rng);

/// What can still be read of a row: nothing where the first part cannot. Corrupt: it is damaged, of another place, or of
/// other keys; or @p keys are older than it.
Result<std::optional<Cells>> unsealParts(ByteView sealed, const PeopleKeys &keys, const SealedPlace &place);

} // namespace tributary::hub::exchange
