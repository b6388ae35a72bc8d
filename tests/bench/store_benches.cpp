// What the copy costs to fill, to read and to search, beside SQLite alone.
#include "core/store/cache_reads.h"
#include "core/store/sql.h"
#include "core/text/search_fold.h"
#include "tests/bench/benches.h"
#include "tests/bench/history.h"
#include "tests/bench/plain_insert.h"

#include <QDir>
#include <QFileInfo>

#include <random>
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

} // namespace

Result<void> benchImport(Bench &bench)
{
    for (const std::int64_t items : bench.sizes) {
        TRIBUTARY_TRY_ASSIGN(const auto shop, bench.shop(items, true));
        const std::string size = shortened(items);
        const std::string into = (bench.folder + "/plain.db").toStdString();
        TRIBUTARY_TRY_ASSIGN(const PlainInsert hub, insertPlainly(shop->hubFile().toStdString(), into));
        TRIBUTARY_TRY_ASSIGN(const PlainInsert cache, insertPlainly(shop->cacheFile().toStdString(), into));
        QFile::remove(QString::fromStdString(into));
        const auto rate = [items](double cpu) { return double(items) / cpu; };
        // By processor time: the machine is shared, and both sides are bound by it.
        bench.report.add({"import into the hub, " + size, rate(shop->importCpu), "msg/CPU s", rate(hub.cpu),
                          "SQLite, the hub's rows", atLeastTimes(0.6)});
        bench.report.add({"bootstrap of a desktop, " + size, rate(shop->bootstrapCpu), "msg/CPU s", rate(cache.cpu),
                          "SQLite, the copy's rows and index", atLeastTimes(0.6)});
        bench.report.note("by the clock: import " + grouped(std::int64_t(double(items) / shop->importSeconds))
                          + " messages/s, bootstrap " + grouped(std::int64_t(double(items) / shop->bootstrapSeconds))
                          + " messages/s");
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
        std::vector<double> ours, floor;
        for (int round = 0; round < 2; ++round) { // the first one warms both up
            ours.clear(), floor.clear();
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
        }
        const std::string size = shortened(items);
        bench.report.add({"timeline page query, 60 rows, p50, " + size, quantile(ours, 0.5), "ms", quantile(floor, 0.5),
                          "the same SQL in the C API", atMostTimes(1.5)});
        bench.report.add({"timeline page query, 60 rows, p99, " + size,
                          quantile(ours, 0.99),
                          "ms",
                          quantile(floor, 0.99),
                          "the same SQL in the C API",
                          {}});
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
        std::map<std::string, std::vector<double>> byKind;
        std::vector<double> ours, floor;
        std::int64_t chineseFound = 0, chineseThere = 0;
        for (int round = 0; round < 2; ++round) {
            ours.clear(), floor.clear(), byKind.clear();
            for (const Search &search : searches()) {
                const std::string expression = text::matchExpression(search.typed);
                double began = seconds();
                sqlite3_bind_text(plain.statement(), 1, expression.c_str(), -1, SQLITE_STATIC);
                plain.run();
                floor.push_back((seconds() - began) * 1e3);
                began = seconds();
                TRIBUTARY_TRY_ASSIGN(const auto hits, store::searchItems(*cache, search.typed, kHits));
                ours.push_back((seconds() - began) * 1e3);
                byKind[search.kind].push_back(ours.back());
                if (search.kind == "chinese" && round == 0) { // how much of what a scan finds does it find?
                    TRIBUTARY_TRY_ASSIGN(const auto all, store::searchItems(*cache, search.typed, 1'000'000));
                    auto scan =
                        cache->queryOnce("SELECT count(*) FROM timeline_item WHERE deleted = 0 AND (instr(body, :word) "
                                         "OR instr(subject, :word))");
                    scan.bind("word", search.typed);
                    TRIBUTARY_TRY(scan.step());
                    chineseThere += scan.integer(0);
                    chineseFound += std::min(scan.integer(0), std::int64_t(all.size()));
                }
            }
        }
        const std::string size = shortened(items);
        bench.report.add({"search while typing, p50, " + size,
                          quantile(ours, 0.5),
                          "ms",
                          quantile(floor, 0.5),
                          "FTS5 alone, row numbers only",
                          {}});
        bench.report.add({"search while typing, p99, " + size, quantile(ours, 0.99), "ms", quantile(floor, 0.99),
                          "FTS5 alone, row numbers only", atMost(10)});
        std::string kinds;
        for (auto &[kind, times] : byKind)
            kinds += (kinds.empty() ? "" : ", ") + kind + " " + std::to_string(quantile(times, 1)).substr(0, 5);
        bench.report.note("slowest of each kind, ms: " + kinds);
        if (chineseThere > 0)
            bench.report.add({"search recall for Chinese, " + size, 100.0 * double(chineseFound) / double(chineseThere), "%",
                              100.0, "a scan", atLeastTimes(1)});
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
