#pragma once

#include "core/store/database.h"

#include <span>
#include <string_view>
#include <vector>

/// What of the hub's tables is of a person, and of which one: the one list that a sealed backup goes by. Each column of each
/// table stands in it (tst_sealed_backup), so that none that comes later is forgotten. It follows hub/erase_*.sql: whatever
/// an erasure takes away is sealed for those whose erasure takes it.
namespace tributary::hub::exchange {

/// What stands in a column when nobody can read any more what was in it.
enum class Blank {
    Nothing, ///< NULL
    Text,    ///< ''
    List,    ///< An empty list (CBOR).
    Map,     ///< An empty map (CBOR).
    Name,    ///< A text that no other row has: the column must tell rows apart.
};

struct PersonalColumn {
    std::string_view name;
    Blank blank = Blank::Text;
};

/// How to get from a row to customers.
struct Finder {
    /// Asked with the values of `columns`, as parameters of their names or of `parameter`; each row is a customer's id.
    /// Empty: the columns hold such ids themselves.
    std::string_view statement;
    std::vector<std::string_view> columns;
    std::string_view parameter = {}; ///< What the statement calls the one column; empty: the same.
};
/// All that any of them finds, together: each of these persons is needed to read it. Nobody is found: it is nobody's.
using Finders = std::vector<Finder>;

/// Columns that are of more people than the rest of their row.
struct SharedColumns {
    std::vector<std::string_view> columns;
    Finders also; ///< Besides the row's own.
};

/// What becomes of a row that cannot be read any more.
enum class Unreadable {
    Blanked, ///< It stays with blanks, for the erasure to find what hangs on it and to tell the desktops.
    Dropped,
};

struct PersonalTable {
    std::string_view name;
    std::vector<std::string_view> plain; ///< Ids, keys, times, versions, hashes, and what is of agents and the shop.
    std::vector<PersonalColumn> sealed = {};
    Finders whose = {};
    std::vector<SharedColumns> shared = {};
    Unreadable unreadable = Unreadable::Blanked;

    /// The place among `sealed`.
    std::optional<std::size_t> placeOf(std::string_view column) const;
};
std::span<const PersonalTable> personalTables();
/// Null: it is not in the list.
const PersonalTable *personalTable(std::string_view name);

/// The tables of a database in the order they were made, and the columns of each. Which are the same in a fresh database of
/// the same version.
struct TableColumns {
    std::string name;
    std::vector<std::string> columns;
    std::vector<std::string> key; ///< In its order.
};
Result<std::vector<TableColumns>> tablesOf(store::Database &database);
/// Each column of @p tables that is not in the list, or in it and not there, as `table.column`.
std::vector<std::string> strayColumns(const std::vector<TableColumns> &tables);

} // namespace tributary::hub::exchange
