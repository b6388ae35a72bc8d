#include "tests/crash/rows.h"

#include "core/model/entities.h"
#include "core/store/cache.h"

#include <algorithm>

namespace tributary::crash {
namespace {

using namespace tributary::model;

/// Every column of the row that a query stands on. `row` is a file's own number, for its full-text index.
std::string rowText(const store::Query &query)
{
    std::string text;
    for (int column = 0; column < query.columnCount(); ++column) {
        if (std::string_view(query.columnName(column)) == "row")
            continue;
        text += query.columnName(column);
        text += '=';
        text += query.isNull(column) ? "null" : toHex(query.blob(column));
        text += ' ';
    }
    return text;
}

std::vector<std::string> rowsOf(store::Database &database, const std::string &sql)
{
    std::vector<std::string> rows;
    auto query = database.queryOnce(sql);
    for (;;) {
        const auto row = query.step();
        if (!row)
            qFatal("%s: %s", sql.c_str(), row.error().detail.c_str());
        if (!*row)
            break;
        rows.push_back(rowText(query));
    }
    std::ranges::sort(rows);
    return rows;
}

} // namespace

std::vector<TableDifference> differences(store::Database &hub, store::Database &copy)
{
    AgentId agent;
    if (const auto state = store::Cache(copy).state(); state && *state)
        agent = (*state)->agent;
    std::vector<TableDifference> found;
    for (const auto entity : kNames<EntityType>) {
        const std::string table(entity);
        const std::string mine = table == "read_mark" ? " WHERE agent_id = x'" + toHex(agent.view()) + "'" : "";
        const auto there = rowsOf(hub, "SELECT * FROM " + table + mine);
        const auto here = rowsOf(copy, "SELECT * FROM " + table);
        std::vector<std::string> missing, added;
        std::ranges::set_difference(there, here, std::back_inserter(missing));
        std::ranges::set_difference(here, there, std::back_inserter(added));
        found.push_back({QString::fromStdString(table), qint64(there.size()), qint64(missing.size()), qint64(added.size())});
    }
    return found;
}

} // namespace tributary::crash
