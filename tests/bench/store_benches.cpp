// What the copy costs to fill, to read and to search, beside SQLite alone.
#include "core/store/cache_reads.h"
#include "core/store/sql.h"
#include "core/text/search_fold.h"
#include "tests/bench/benches.h"
#include "tests/bench/history.h"
#include "tests/bench/plain_insert.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <random>
#include <set>
#include <sqlite3.h>

namespace tributary::bench {
namespace {

using store::Database;

Result<std::unique_ptr<Database>> readOnly(const Shop &shop)
{
    return Database::open(shop.cacheFile().toStdString(), {.mode = Database::Mode::ReadOnly});
}

/// Customers as chance has it: those with much and those with little.
Result<std::vector<model::CustomerId>> someCustomers(Database &cache, std::size_t count)
{
    std::vector<model::CustomerId> all, some;
    auto query = cache.queryOnce("SELECT id FROM customer");
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            break;
        all.push_back(query.id<model::CustomerId>(0));
    }
    std::mt19937_64 random(11);
    for (std::size_t i = 0; i < count && !all.empty(); ++i)
        some.push_back(all[random() % all.size()]);
    return some;
}

/// Steps through every row and touches every column, as reading does.
class PlainQuery {
public:
    PlainQuery(const std::string &path, std::string_view sql)
    {
        sqlite3_open_v2(path.c_str(), &m_file, SQLITE_OPEN_READONLY, nullptr);
        sqlite3_exec(m_file, "PRAGMA cache_size = -16384", nullptr, nullptr, nullptr); // as much as a reader has
        sqlite3_prepare_v2(m_file, sql.data(), int(sql.size()), &m_statement, nullptr);
    }
    ~PlainQuery()
    {
        sqlite3_finalize(m_statement);
        sqlite3_close(m_file);
    }
    PlainQuery(const PlainQuery &) = delete;
    PlainQuery &operator=(const PlainQuery &) = delete;

    sqlite3_stmt *statement() const { return m_statement; }
    int at(const char *name) const { return sqlite3_bind_parameter_index(m_statement, name); }
    int run()
    {
        int rows = 0;
        while (sqlite3_step(m_statement) == SQLITE_ROW) {
            ++rows;
            for (int column = 0; column < sqlite3_column_count(m_statement); ++column)
                m_bytes += sqlite3_column_bytes(m_statement, column);
        }
        sqlite3_reset(m_statement);
        return rows;
    }

private:
    sqlite3 *m_file = nullptr;
    sqlite3_stmt *m_statement = nullptr;
    std::int64_t m_bytes = 0;
};

/// The same items, by a look at all.
Result<std::set<model::TimelineItemId>> scanFor(Database &cache, const std::string &word)
{
    std::set<model::TimelineItemId> found;
    auto scan =
        cache.queryOnce("SELECT id FROM timeline_item WHERE deleted = 0 AND (instr(body, :word) OR instr(subject, :word))");
    scan.bind("word", word);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, scan.step());
        if (!more)
            return found;
        found.insert(scan.id<model::TimelineItemId>(0));
    }
}

/// How much of what a scan finds does a search find, item by item?
Result<void> recall(Bench &bench, Database &cache, const std::string &size)
{
    std::int64_t there = 0, found = 0, besides = 0;
    for (const Search &search : searches()) {
        if (search.kind != "chinese")
            continue;
        TRIBUTARY_TRY_ASSIGN(const auto wanted, scanFor(cache, search.typed));
        TRIBUTARY_TRY_ASSIGN(const auto hits, store::searchItems(cache, search.typed, 1'000'000));
        std::set<model::TimelineItemId> ids;
        for (const store::SearchHit &hit : hits)
            ids.insert(hit.item.id);
        const std::int64_t both = std::ranges::count_if(ids, [&](const auto &id) { return wanted.contains(id); });
        there += std::int64_t(wanted.size());
        found += both;
        besides += std::int64_t(ids.size()) - both;
    }
    if (there == 0)
        return {};
    bench.report.add({"search recall for Chinese, " + size, 100.0 * double(found) / double(there), "%", 100.0, "a scan",
                      atLeastTimes(1)});
    bench.report.note("items: a scan finds " + grouped(there) + ", search " + grouped(found) + " of them and "
                      + grouped(besides) + " others");
    return {};
}

} // namespace

Result<void> benchImport(Bench &bench)
{
    for (const std::int64_t items : bench.sizes) {
        const std::string size = shortened(items);
        const int runs = items < 1'000'000 ? bench.runs : 1; // minutes each
        TRIBUTARY_TRY(bench.several(runs, [&](std::vector<Figure> &figures) -> Result<void> {
            TRIBUTARY_TRY_ASSIGN(const auto shop, bench.shop(items, true));
            const std::string into = (bench.folder + "/plain.db").toStdString();
            TRIBUTARY_TRY_ASSIGN(const PlainInsert hub, insertPlainly(shop->hubFile().toStdString(), into));
            TRIBUTARY_TRY_ASSIGN(const PlainInsert cache, insertPlainly(shop->cacheFile().toStdString(), into));
            QFile::remove(QString::fromStdString(into));
            const auto rate = [items](double time) { return double(items) / time; };
            // By processor time: the machine is shared, and both sides are bound by it.
            figures.push_back({"import into the hub, " + size, rate(shop->importCpu), "msg/CPU s", rate(hub.cpu),
                               "SQLite, the hub's rows", atLeastTimes(0.6)});
            figures.push_back({"bootstrap of a desktop, " + size, rate(shop->bootstrapCpu), "msg/CPU s", rate(cache.cpu),
                               "SQLite, the copy's rows and index", atLeastTimes(0.6)});
            figures.push_back({"import by the clock, " + size, rate(shop->importSeconds), "msg/s", {}, {}, {}});
            figures.push_back({"bootstrap by the clock, " + size, rate(shop->bootstrapSeconds), "msg/s", {}, {}, {}});
            return {};
        }));
    }
    return {};
}

Result<void> benchTimelinePage(Bench &bench)
{
    constexpr std::int64_t kRows = 60;
    constexpr std::size_t kLooks = 2'000;
    for (const std::int64_t items : bench.sizes) {
        TRIBUTARY_TRY_ASSIGN(const auto shop, bench.shop(items));
        TRIBUTARY_TRY_ASSIGN(const auto cache, readOnly(*shop));
        TRIBUTARY_TRY_ASSIGN(const auto customers, someCustomers(*cache, kLooks));
        PlainQuery plain(shop->cacheFile().toStdString(), store::sql::cache_timeline_before);
        const model::HistoryKey end = model::HistoryKey::end();
        const std::string what = "timeline page query, 60 rows, ", size = shortened(items);
        const auto once = [&](std::vector<Figure> &figures) -> Result<void> {
            std::vector<double> ours, floor;
            for (const model::CustomerId &customer : customers) {
                double began = seconds();
                sqlite3_bind_blob(plain.statement(), plain.at(":customer_id"), customer.bytes.data(), 16, SQLITE_STATIC);
                sqlite3_bind_int64(plain.statement(), plain.at(":before_ms"), toMs(end.at));
                sqlite3_bind_blob(plain.statement(), plain.at(":before_id"), end.id.bytes.data(), 16, SQLITE_STATIC);
                sqlite3_bind_int64(plain.statement(), plain.at(":row_count"), kRows);
                plain.run();
                floor.push_back((seconds() - began) * 1e3);
                began = seconds();
                TRIBUTARY_TRY(store::timelineBefore(*cache, customer, end.at, end.id, kRows));
                ours.push_back((seconds() - began) * 1e3);
            }
            const char *alone = "the same SQL in the C API";
            figures.push_back(
                {what + "p50, " + size, quantile(ours, 0.5), "ms", quantile(floor, 0.5), alone, atMostTimes(1.5)});
            figures.push_back({what + "p99, " + size, quantile(ours, 0.99), "ms", quantile(floor, 0.99), alone, {}});
            return {};
        };
        std::vector<Figure> warm; // both read what they look at
        TRIBUTARY_TRY(once(warm));
        TRIBUTARY_TRY(bench.several(bench.runs, once));
    }
    return {};
}

Result<void> benchSearch(Bench &bench)
{
    constexpr std::int64_t kHits = 50;
    for (const std::int64_t items : bench.sizes) {
        TRIBUTARY_TRY_ASSIGN(const auto shop, bench.shop(items));
        TRIBUTARY_TRY_ASSIGN(const auto cache, readOnly(*shop));
        PlainQuery plain(shop->cacheFile().toStdString(),
                         "SELECT rowid FROM item_search WHERE item_search MATCH ?1 ORDER BY rowid DESC LIMIT 50");
        const std::string size = shortened(items);
        std::map<std::string, std::vector<double>> byKind;
        const auto once = [&](std::vector<Figure> &figures) -> Result<void> {
            byKind.clear();
            std::vector<double> ours, floor;
            for (const Search &search : searches()) {
                const std::string expression = text::matchExpression(search.typed);
                double began = seconds();
                sqlite3_bind_text(plain.statement(), 1, expression.c_str(), -1, SQLITE_STATIC);
                plain.run();
                floor.push_back((seconds() - began) * 1e3);
                began = seconds();
                TRIBUTARY_TRY(store::searchItems(*cache, search.typed, kHits));
                ours.push_back((seconds() - began) * 1e3);
                byKind[search.kind].push_back(ours.back());
            }
            const char *alone = "FTS5 alone, row numbers only";
            figures.push_back(
                {"search while typing, p50, " + size, quantile(ours, 0.5), "ms", quantile(floor, 0.5), alone, {}});
            figures.push_back(
                {"search while typing, p99, " + size, quantile(ours, 0.99), "ms", quantile(floor, 0.99), alone, atMost(10)});
            return {};
        };
        std::vector<Figure> warm;
        TRIBUTARY_TRY(once(warm));
        TRIBUTARY_TRY(bench.several(bench.runs, once));
        std::string kinds;
        for (auto &[kind, times] : byKind)
            kinds += (kinds.empty() ? "" : ", ") + kind + " " + std::to_string(quantile(times, 1)).substr(0, 5);
        bench.report.note("slowest of each kind, ms, in the last run: " + kinds);
        TRIBUTARY_TRY(recall(bench, *cache, size));
    }
    return {};
}

Result<void> benchDisk(Bench &bench)
{
    for (const std::int64_t items : bench.sizes) {
        TRIBUTARY_TRY_ASSIGN(const auto shop, bench.shop(items));
        const auto perMillion = [items](const QString &path) {
            return double(QFileInfo(path).size()) / 1048576 * 1e6 / double(items);
        };
        bench.report.add({"disk of the hub for a million items, from " + shortened(items),
                          perMillion(shop->hubFile()),
                          "MiB",
                          {},
                          {},
                          {}});
        bench.report.add({"disk of a desktop for a million items, from " + shortened(items),
                          perMillion(shop->cacheFile()),
                          "MiB",
                          {},
                          {},
                          {}});
    }
    return {};
}

} // namespace tributary::bench
