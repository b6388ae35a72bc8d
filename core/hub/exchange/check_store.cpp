#include "core/hub/exchange/check_store.h"

#include "core/base/json_writer.h"
#include "core/hub/audit_chain.h"
#include "core/hub/change_log.h"
#include "core/hub/exchange/content_hash.h"
#include "core/hub/exchange/file_hash.h"
#include "core/hub/exchange/named_blobs.h"
#include "core/hub/sight.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

#include <algorithm>
#include <cstdlib>

namespace tributary::hub::exchange {
namespace {

namespace sql = store::sql;

constexpr std::int64_t kRowsAtOnce = 1000;
constexpr Milliseconds kReportEvery{1'000};

/// The log must be dense up to the head, and each row's chain must follow from the one before.
Result<void> checkLog(store::Database &database, StoreCheck &check)
{
    TRIBUTARY_TRY_ASSIGN(const wire::Position head, headOf(database));
    check.head = head.seq;
    check.epoch = toHex(head.epoch);
    wire::Chain chain{};
    std::int64_t seq = 0;
    bool isFirst = true;
    for (;;) {
        auto query = database.query(sql::exchange_check_log);
        query.bind("seq", seq).bind("row_count", kRowsAtOnce);
        std::int64_t rows = 0;
        for (;; ++rows) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            const std::int64_t next = query.integer(0);
            RawId key{};
            if (query.blob(2).size() == key.size())
                std::ranges::copy(query.blob(2), key.begin());
            const bool startsLater = isFirst && next > 1; // what lies before was pruned
            if (!startsLater && next != seq + 1) {
                check.problems.push_back("the log has a hole after " + std::to_string(seq));
                return {};
            }
            const wire::Chain expected = nextChain(chain, next, query.integer(1), key, query.text(3));
            if (!startsLater && !std::ranges::equal(expected, query.blob(4))) {
                check.problems.push_back("the chain of the log breaks at " + std::to_string(next));
                return {};
            }
            if (query.blob(4).size() == chain.size())
                std::ranges::copy(query.blob(4), chain.begin());
            seq = next;
            isFirst = false;
        }
        if (rows < kRowsAtOnce)
            break;
    }
    if (!isFirst && seq != head.seq)
        check.problems.push_back("the log ends at " + std::to_string(seq) + ", the head is " + std::to_string(head.seq));
    if (!isFirst && chain != head.chain)
        check.problems.emplace_back("the chain at the head is not the log's");
    return {};
}

Result<void> checkCounts(store::Database &database, std::string_view text, std::string_view what, StoreCheck &check)
{
    auto query = database.query(text);
    if (text == sql::exchange_check_versions) {
        auto first = database.query(sql::hub_first_seq);
        TRIBUTARY_TRY(first.step());
        query.bind("first_seq", first.integer(0));
    }
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return {};
        if (query.integer(1) > 0)
            check.problems.push_back(std::to_string(query.integer(1)) + " " + std::string(query.text(0))
                                     + std::string(what));
    }
}

/// Outside of a transaction: as long as one reads, the database's log grows.
/// @p seventh: those alone whose names fall to it.
Result<void> checkBlobs(HubStore &store, store::Reader &reader, StoreCheck &check, const admin::Console *console,
                        std::optional<int> seventh = {})
{
    const auto kept = store.blobs().keptWhole();
    std::int64_t looked = 0, missing = 0, changed = 0;
    Milliseconds saidAt = store.clock().steady();
    for (std::string after;;) {
        TRIBUTARY_TRY_ASSIGN(const auto names,
                             reader.readAndWait([&](store::Database &database) { return namedBlobs(database, after); }));
        for (const std::string &name : names) {
            if (store.endsLongReads())
                return failure(Error::Kind::TimedOut, "the hub stops");
            if (seventh && std::strtol(name.substr(0, 2).c_str(), nullptr, 16) % 7 != *seventh)
                continue;
            const auto path = store.blobs().path(name);
            const auto hash = path ? sha256Of(*path) : Result<std::string>(failure(path.error()));
            missing += hash ? 0 : 1;
            changed += hash && *hash != name ? 1 : 0;
            ++looked;
            if (console && store.clock().steady() - saidAt >= kReportEvery) {
                saidAt = store.clock().steady();
                console->err("attachments: " + std::to_string(looked) + " looked at");
            }
        }
        if (names.size() < kBlobsAtOnce)
            break;
        after = names.back();
    }
    if (missing > 0)
        check.problems.push_back(std::to_string(missing) + " attachments whose file is not there or cannot be read");
    if (changed > 0)
        check.problems.push_back(std::to_string(changed) + " attachments whose file has another content");
    return {};
}

Result<void> checkFile(store::Database &database, StoreCheck &check)
{
    TRIBUTARY_TRY_ASSIGN(const std::string quick, database.quickCheck());
    if (quick != "ok")
        check.problems.push_back("SQLite: " + quick);
    return {};
}

Result<void> countRows(store::Database &database, StoreCheck &check)
{
    auto query = database.query(sql::hub_table_counts);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return {};
        check.counts.emplace_back(query.text(0), query.integer(1));
    }
}

Result<void> checkVersions(store::Database &database, StoreCheck &check)
{
    return checkCounts(database, sql::exchange_check_versions, " rows that are not as the log has them", check);
}

Result<void> checkReferences(store::Database &database, StoreCheck &check)
{
    const std::size_t before = check.problems.size();
    TRIBUTARY_TRY(checkCounts(database, sql::exchange_check_lost, "", check));
    check.misfits += std::int64_t(check.problems.size() - before);
    return {};
}

Result<void> checkAuditLog(store::Database &database, StoreCheck &check)
{
    TRIBUTARY_TRY_ASSIGN(AuditCheck audit, checkAudit(database));
    if (!audit.problem.empty())
        check.problems.push_back(std::move(audit.problem));
    return {};
}

using Part = Result<void> (*)(store::Database &, StoreCheck &);
constexpr Part kParts[]{checkFile, countRows, checkLog, checkVersions, checkAuditLog, checkReferences};

} // namespace

Result<StoreCheck> checkDatabase(store::Database &database)
{
    StoreCheck check;
    for (const Part part : kParts)
        TRIBUTARY_TRY(part(database, check));
    TRIBUTARY_TRY_ASSIGN(check.contentHash, contentHash(database));
    return check;
}

Result<StoreCheck> checkInParts(HubStore &store)
{
    TRIBUTARY_TRY_ASSIGN(const auto reader, store.openReader());
    StoreCheck check;
    for (const Part part : kParts) {
        const auto looked = reader->readAndWait([&](store::Database &database) { return part(database, check); });
        if (store.endsLongReads())
            return failure(Error::Kind::TimedOut, "the hub stops");
        if (!looked)
            check.problems.push_back("it cannot be read: " + looked.error().detail);
    }
    const auto day = std::chrono::floor<std::chrono::days>(store.clock().now()).time_since_epoch().count();
    TRIBUTARY_TRY(checkBlobs(store, *reader, check, nullptr, int(day % 7)));
    return check;
}

namespace {

/// What an agent's copy has of the store.
Result<std::vector<store::TableDigest>> digestsFor(store::Database &database, const std::string &email, TimePoint now)
{
    model::AgentId agent;
    {
        auto query = database.query(sql::hub_agent_by_email);
        query.bind("email", email);
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        if (!found)
            return failure(Error::Kind::NotFound, "there is no agent " + email);
        agent = store::readRow<model::Agent>(query).id;
    }
    TRIBUTARY_TRY_ASSIGN(Sight sight, Sight::of(database, agent));
    return store::digestTables(database, store::comparedFrom(now), [&](model::Entity &entity) {
        sight.mask(entity); // the copy has no more than that
        return sight.sees(entity);
    });
}

} // namespace

Result<StoreCheck> checkStore(HubStore &store, const std::string &agentEmail, const admin::Console *console)
{
    // It looks through everything: what the desktops read by must not wait for that.
    TRIBUTARY_TRY_ASSIGN(const auto reader, store.openReader());
    TRIBUTARY_TRY_ASSIGN(StoreCheck check, reader->readAndWait([&](store::Database &database) -> Result<StoreCheck> {
        TRIBUTARY_TRY_ASSIGN(StoreCheck found, checkDatabase(database));
        if (!agentEmail.empty()) {
            TRIBUTARY_TRY_ASSIGN(found.digests, digestsFor(database, agentEmail, store.clock().now()));
        }
        return found;
    }));
    TRIBUTARY_TRY(checkBlobs(store, *reader, check, console));
    return check;
}

std::vector<std::string> linesOf(const StoreCheck &check, bool json)
{
    if (json) {
        JsonWriter writer;
        writer.beginObject().key("counts").beginObject();
        for (const auto &[table, rows] : check.counts)
            writer.field(table, rows);
        writer.endObject().field("head", check.head).field("epoch", check.epoch);
        writer.field("integrity", check.problems.empty() ? "ok" : "failed").key("problems").beginArray();
        for (const std::string &problem : check.problems)
            writer.value(problem);
        writer.endArray().field("content_hash", check.contentHash);
        if (!check.digests.empty()) {
            writer.key("digests").beginArray();
            for (const store::TableDigest &digest : check.digests)
                writer.value(store::lineOf(digest));
            writer.endArray();
        }
        writer.endObject();
        return {writer.take()};
    }
    std::vector<std::string> lines;
    for (const auto &[table, rows] : check.counts)
        lines.push_back(table + " " + std::to_string(rows));
    lines.push_back("head " + std::to_string(check.head));
    lines.push_back("epoch " + check.epoch);
    lines.push_back("content " + check.contentHash);
    for (const store::TableDigest &digest : check.digests)
        lines.push_back(store::lineOf(digest));
    for (const std::string &problem : check.problems)
        lines.push_back("problem: " + problem);
    lines.emplace_back(check.problems.empty() ? "the store is in order" : "the store is damaged");
    return lines;
}

} // namespace tributary::hub::exchange
