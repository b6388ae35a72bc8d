#pragma once

#include "core/store/migrations.h"

#include <QString>

#include <map>
#include <set>

/// Files of earlier programs, with something in every table.
namespace tributary::store::testing {

template<class T>
T must(Result<T> result)
{
    if (!result)
        qFatal("%s", result.error().detail.c_str());
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

inline std::span<const Migration> migrationsOf(const QString &file)
{
    return file == "hub" ? hubMigrations() : file == "cache" ? cacheMigrations() : journalMigrations();
}

/// All but the full text, which is made of the others.
inline std::vector<std::string> tablesOf(Database &database)
{
    std::vector<std::string> tables;
    auto query = database.queryOnce("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
                                    " AND name NOT LIKE 'sqlite%' ORDER BY name");
    while (must(query.step()))
        tables.emplace_back(query.text(0));
    return tables;
}

/// As SQL that gives their values, one behind the other.
inline std::string columnsOf(Database &database, const std::string &table)
{
    std::string columns;
    const std::string text = "SELECT name FROM pragma_table_info('" + table + "')";
    auto query = database.queryOnce(text);
    while (must(query.step()))
        columns += (columns.empty() ? "quote(" : " || ' ' || quote(") + std::string(query.text(0)) + ")";
    return columns;
}

inline std::vector<std::string> rowsOf(Database &database, const std::string &table, const std::string &columns)
{
    std::vector<std::string> rows;
    const std::string text = "SELECT " + columns + " FROM " + table;
    auto query = database.queryOnce(text);
    while (must(query.step()))
        rows.emplace_back(query.text(0));
    return rows;
}

/// A row of what each column can hold, the @p n-th of its table. Ids of one row are alike, so that rows refer to each other.
inline void addRow(Database &database, const std::string &table, int n)
{
    std::string columns, values;
    const std::string text = "SELECT name, type FROM pragma_table_info('" + table + "')";
    auto query = database.queryOnce(text);
    while (must(query.step())) {
        const std::string name(query.text(0)), type(query.text(1));
        const std::string number = std::to_string(n);
        columns += (columns.empty() ? "" : ", ") + name;
        values += (values.empty() ? "" : ", ")
                  + (type == "BLOB"   ? "x'" + std::string(31, '0') + number + "'"
                     : type == "TEXT" ? "'text " + number + "'"
                                      : number);
    }
    must(database.execute("INSERT OR IGNORE INTO " + table + " (" + columns + ") VALUES (" + values + ")"));
}

/// What a file held before it was brought further.
struct Rows {
    std::map<std::string, std::vector<std::string>> rows;
    std::map<std::string, std::string> columns;
};

/// A file of @p version, with two rows in every table.
inline Rows fill(Database &database, const QString &file, int version)
{
    must(migrate(database, migrationsOf(file).first(std::size_t(version))));
    must(database.execute("PRAGMA foreign_keys = OFF"));
    Rows all;
    for (const std::string &table : tablesOf(database)) {
        addRow(database, table, 1);
        addRow(database, table, 2);
        all.columns[table] = columnsOf(database, table);
        all.rows[table] = rowsOf(database, table, all.columns[table]);
        if (all.rows[table].empty())
            qFatal("%s", table.c_str());
    }
    return all;
}

/// A row that @p database has no more, or an empty text.
inline std::string missingOf(const Rows &before, Database &database, const QString &file)
{
    // What is worked out again, what is fetched again, and what is a column of another table now.
    const std::set<std::string> begunAnew =
        file == "hub" ? std::set<std::string>{"matching", "account_team"} : std::set<std::string>{"coverage", "position"};
    for (const auto &[table, rows] : before.rows) {
        if (begunAnew.contains(table))
            continue;
        const auto after = rowsOf(database, table, before.columns.at(table));
        for (const std::string &row : rows) {
            if (std::ranges::find(after, row) == after.end())
                return table + ": " + row;
        }
    }
    return {};
}

} // namespace tributary::store::testing
