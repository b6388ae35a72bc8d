#include "core/client/compare_copy.h"

#include "core/store/base_rows.h"
#include "core/store/coverage.h"
#include "core/store/table_digests.h"
#include "core/wire/vocabulary.h"

#include <algorithm>

namespace tributary::client {
namespace {

using namespace tributary::model;
using wire::Digest;
using wire::DigestAnswer;
using wire::DigestRequest;
using Buckets = std::array<Digest, wire::kBuckets>;

constexpr std::int64_t kAskEvery = 256;       ///< Rows.
constexpr std::int64_t kMostRepaired = 2'000; ///< Rows in one transaction; the rest is found the next time.

/// Ends a look at the copy, however it is left.
struct Moment {
    explicit Moment(store::Database &database)
        : copy(database)
    {
    }
    ~Moment() { copy.rollback(); }
    store::Database &copy;
};

class Comparison {
public:
    Comparison(store::Database &copy, const CompareDoors &doors)
        : m_copy(copy)
        , m_doors(doors)
    {
    }

    Result<Compared> run(CustomerId &next)
    {
        TRIBUTARY_TRY_ASSIGN(const bool ready, compareTables(next));
        if (!ready || m_moved)
            return Compared{.outcome = m_moved ? Compared::Outcome::NotLevel : Compared::Outcome::NotYet};
        for (const EntityType table : m_tables)
            TRIBUTARY_TRY(findInTable(table));
        for (const wire::TimelinePart &part : m_parts) {
            DigestRequest request = asking(DigestRequest::Ask::Keys);
            request.table = EntityType::TimelineItem;
            request.parts = {part};
            TRIBUTARY_TRY(findAmong(request));
        }
        if (m_moved)
            return Compared{.outcome = Compared::Outcome::NotLevel};
        return finish();
    }

private:
    DigestRequest asking(DigestRequest::Ask what) const
    {
        DigestRequest request{.ask = what, .position = m_repair.at, .vocabulary = wire::vocabularyDigest()};
        request.itemsFrom = m_itemsFrom;
        return request;
    }

    /// What the hub says to it; nothing: it does not stand where this copy was compared.
    Result<std::optional<DigestAnswer>> ask(const DigestRequest &request)
    {
        TRIBUTARY_TRY_ASSIGN(DigestAnswer answer, m_doors.ask(request));
        if (answer.isLevel)
            return std::optional(std::move(answer));
        m_moved = true;
        return std::optional<DigestAnswer>();
    }

    /// False: the copy cannot be compared now. Notes which tables and parts differ.
    Result<bool> compareTables(CustomerId &next)
    {
        const Moment moment(m_copy);
        TRIBUTARY_TRY(m_copy.execute("BEGIN"));
        TRIBUTARY_TRY_ASSIGN(const bool ready, lookAt());
        if (!ready)
            return false;
        DigestRequest request = asking(DigestRequest::Ask::Tables);
        TRIBUTARY_TRY_ASSIGN(CustomerId behind, olderParts(next, request.parts));
        // Asked first, so that the hub looks at the same moment: it may be another one when this copy has been read.
        TRIBUTARY_TRY_ASSIGN(const auto answer, ask(request));
        if (!answer)
            return true;
        if (answer->tables.size() != m_own.size() || answer->parts.size() > request.parts.size())
            return failure(Error::Kind::Invalid, "not an answer to what was asked");
        TRIBUTARY_TRY_ASSIGN(const store::BaseRows rows, store::BaseRows::of(m_copy));
        for (std::size_t type = 0; type < m_own.size(); ++type) {
            const store::RowScan scan{.type = EntityType(type), .itemsFrom = m_itemsFrom};
            Digest whole;
            TRIBUTARY_TRY(rows.each(scan, [&](const Entity &entity) -> Result<void> {
                if (++m_looked % kAskEvery == 0 && !m_doors.goOn())
                    return failure(Error::Kind::Offline, "given up");
                const auto digest = store::digestOf(entity);
                m_own[type][store::bucketOf(keyOf(entity))].add(digest);
                whole.add(digest);
                return {};
            }));
            if (whole != answer->tables[type])
                m_tables.push_back(EntityType(type));
        }
        for (std::size_t i = 0; i < answer->parts.size(); ++i) {
            const wire::TimelinePart &part = request.parts[i];
            TRIBUTARY_TRY_ASSIGN(const auto items, rows.items(part.customer, part.range));
            Digest digest;
            for (const TimelineItem &item : items)
                digest.add(store::digestOf(item));
            if (digest != answer->parts[i])
                m_parts.push_back(part);
        }
        if (answer->parts.size() < request.parts.size()) // so much at once was too much for it
            behind = request.parts[std::max<std::size_t>(answer->parts.size(), 1) - 1].customer;
        next = behind;
        return true;
    }

    Result<bool> lookAt()
    {
        TRIBUTARY_TRY_ASSIGN(const auto state, store::Cache(m_copy).state());
        if (!state || state->bootstrapStart > 0 || state->rightsChanged || !state->syncedAt)
            return false;
        m_repair.at = state->position;
        // As far back as everybody's window, so that one look of the hub serves all, and as is known to be here.
        TRIBUTARY_TRY_ASSIGN(const Coverage window, store::windowOf(m_copy));
        m_itemsFrom = TimePoint::max();
        if (!window.ranges().empty() && window.ranges().back().to == HistoryKey::end())
            m_itemsFrom = std::max(store::comparedFrom(*state->syncedAt), window.ranges().back().from.at + Milliseconds(1));
        return true;
    }

    /// Stretches of older history that are here, of customers behind @p after. Gives the last customer of whom all is in
    /// @p parts; null: they have all been.
    Result<CustomerId> olderParts(CustomerId after, std::vector<wire::TimelinePart> &parts)
    {
        TRIBUTARY_TRY_ASSIGN(const auto customers,
                             store::customersWithHistory(m_copy, after, m_itemsFrom, std::int64_t(wire::kMostParts)));
        for (const CustomerId &customer : customers) {
            TRIBUTARY_TRY_ASSIGN(Coverage coverage, store::coverageOf(m_copy, customer));
            coverage.remove({HistoryKey{m_itemsFrom, {}}, HistoryKey::end()});
            if (parts.size() + coverage.ranges().size() > wire::kMostParts && !parts.empty())
                return after;
            for (const HistoryRange &range : coverage.ranges()) {
                if (parts.size() < wire::kMostParts)
                    parts.push_back({customer, range});
            }
            after = customer;
        }
        return customers.empty() ? CustomerId() : after;
    }

    Result<void> findInTable(EntityType table)
    {
        DigestRequest request = asking(DigestRequest::Ask::Buckets);
        request.table = table;
        TRIBUTARY_TRY_ASSIGN(const auto answer, ask(request));
        if (!answer)
            return {};
        if (answer->tables.size() != wire::kBuckets)
            return failure(Error::Kind::Invalid, "not the buckets of a table");
        for (std::size_t bucket = 0; bucket < wire::kBuckets; ++bucket) {
            if (answer->tables[bucket] == m_own[std::size_t(table)][bucket])
                continue;
            request.ask = DigestRequest::Ask::Keys;
            request.bucket = std::int64_t(bucket);
            TRIBUTARY_TRY(findAmong(request));
        }
        return {};
    }

    bool isFull() const { return std::int64_t(m_repair.rows.size() + m_repair.gone.size()) >= kMostRepaired; }

    /// Finds which rows differ, of those that @p request asks the keys of.
    Result<void> findAmong(const DigestRequest &request)
    {
        if (m_moved || isFull()) {
            m_more = true;
            return {};
        }
        TRIBUTARY_TRY_ASSIGN(const auto answer, ask(request));
        if (!answer)
            return {};
        std::map<RawId, std::array<std::byte, 16>> own;
        TRIBUTARY_TRY(eachOf(request, [&](const Entity &entity) { own.emplace(keyOf(entity), store::digestOf(entity)); }));
        std::vector<RawId> wanted;
        for (const wire::RowDigest &theirs : answer->keys) {
            const auto mine = own.extract(theirs.key);
            if (mine.empty() || mine.mapped() != theirs.digest)
                wanted.push_back(theirs.key);
        }
        if (!own.empty()) { // what is left, the hub does not have
            TRIBUTARY_TRY(eachOf(request, [&](const Entity &entity) {
                if (own.contains(keyOf(entity)))
                    m_repair.gone.push_back(entity);
            }));
        }
        return fetch(request, wanted);
    }

    /// Reads the copy at the position that was compared, or notes that it is there no more.
    template<class Visit>
    Result<void> eachOf(const DigestRequest &request, Visit visit)
    {
        const Moment moment(m_copy);
        TRIBUTARY_TRY(m_copy.execute("BEGIN"));
        TRIBUTARY_TRY_ASSIGN(const auto state, store::Cache(m_copy).state());
        m_moved = m_moved || !state || state->position != m_repair.at;
        if (m_moved)
            return {};
        TRIBUTARY_TRY_ASSIGN(const store::BaseRows rows, store::BaseRows::of(m_copy));
        if (!request.parts.empty()) {
            const wire::TimelinePart &part = request.parts.front();
            TRIBUTARY_TRY_ASSIGN(const auto items, rows.items(part.customer, part.range));
            for (const TimelineItem &item : items)
                visit(item);
            return {};
        }
        store::RowScan scan{.type = request.table, .itemsFrom = m_itemsFrom};
        scan.bucket = std::size_t(request.bucket);
        return rows.each(scan, [&](const Entity &entity) -> Result<void> {
            visit(entity);
            return {};
        });
    }

    Result<void> fetch(const DigestRequest &of, const std::vector<RawId> &wanted)
    {
        DigestRequest request = asking(DigestRequest::Ask::Rows);
        request.table = of.table;
        for (std::size_t from = 0; from < wanted.size() && !m_moved;) {
            if (isFull()) {
                m_more = true;
                return {};
            }
            const std::size_t to = std::min(wanted.size(), from + wire::kMostKeys);
            request.keys.assign(wanted.begin() + std::ptrdiff_t(from), wanted.begin() + std::ptrdiff_t(to));
            TRIBUTARY_TRY_ASSIGN(auto answer, ask(request));
            if (!answer)
                return {};
            if (answer->answered < 1 || answer->answered > std::int64_t(request.keys.size()))
                return failure(Error::Kind::Invalid, "not the rows that were asked for");
            std::ranges::move(answer->rows, std::back_inserter(m_repair.rows));
            from += std::size_t(answer->answered);
        }
        return {};
    }

    Result<Compared> finish()
    {
        Compared done{.outcome = Compared::Outcome::Alike, .more = m_more};
        if (m_repair.rows.empty() && m_repair.gone.empty())
            return done;
        if (const auto repaired = m_doors.repair(m_repair); !repaired) {
            if (repaired.error().kind == Error::Kind::Offline)
                return Compared{.outcome = Compared::Outcome::NotLevel};
            return failure(repaired.error());
        }
        done.outcome = Compared::Outcome::Repaired;
        done.repaired = std::int64_t(m_repair.rows.size());
        done.removed = std::int64_t(m_repair.gone.size());
        DigestRequest report = asking(DigestRequest::Ask::Done);
        report.repaired = done.repaired;
        report.removed = done.removed;
        (void)m_doors.ask(report); // whether it hears or not, it is done
        return done;
    }

    store::Database &m_copy;
    const CompareDoors &m_doors;
    TimePoint m_itemsFrom;
    std::array<Buckets, std::variant_size_v<Entity>> m_own{};
    std::vector<EntityType> m_tables;        ///< Those that differ ...
    std::vector<wire::TimelinePart> m_parts; ///< ... and older stretches.
    store::Repair m_repair;
    std::int64_t m_looked = 0;
    bool m_moved = false;
    bool m_more = false;
};

} // namespace

Result<Compared> compareCopy(store::Database &copy, const CompareDoors &doors, CustomerId &next)
{
    return std::make_unique<Comparison>(copy, doors)->run(next);
}

} // namespace tributary::client
