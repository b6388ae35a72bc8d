#include "core/hub/digests.h"

#include "core/hub/sight.h"
#include "core/store/entities.h"
#include "core/store/row_scan.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"

#include <algorithm>
#include <set>

namespace tributary::hub {
namespace {

using namespace tributary::model;
using wire::DigestAnswer;
using wire::DigestRequest;

constexpr std::int64_t kMostOfParts = 20'000;    ///< Items that one question about parts of timelines looks at, about.
constexpr std::size_t kMostRowDigests = 100'000; ///< In an answer: some megabytes.
constexpr std::size_t kRowBytes = 1536 * 1024;   ///< Of rows in an answer (wire::kMaxPlainBytes).

/// A row that may not be seen is left out; the others are in order of their keys.
class Answering {
public:
    Answering(store::Database &database, const DigestRequest &request, Sight sight)
        : m_database(database)
        , m_request(request)
        , m_sight(std::move(sight))
    {
    }

    Result<void> tables(const DigestBook &book, DigestAnswer &answer)
    {
        for (std::size_t type = 0; type < std::variant_size_v<Entity>; ++type) {
            TRIBUTARY_TRY_ASSIGN(const DigestBook::Buckets buckets, bucketsOf(book, EntityType(type)));
            wire::Digest &whole = answer.tables.emplace_back();
            for (const wire::Digest &bucket : buckets)
                whole.add(bucket);
        }
        std::int64_t looked = 0;
        for (const wire::TimelinePart &part : m_request.parts) {
            if (looked > kMostOfParts)
                break; // the desktop goes on from here another time
            TRIBUTARY_TRY_ASSIGN(const auto items, store::itemsOf(m_database, part.customer, part.range, kMostOfParts + 1));
            if (std::int64_t(items.size()) > kMostOfParts)
                break;
            looked += std::int64_t(items.size());
            wire::Digest &digest = answer.parts.emplace_back();
            for (const TimelineItem &item : items) {
                TRIBUTARY_TRY_ASSIGN(const bool seen, m_sight.sees(item.conversation));
                if (seen)
                    digest.add(digestOf(item));
            }
        }
        return {};
    }

    Result<void> buckets(const DigestBook &book, DigestAnswer &answer)
    {
        TRIBUTARY_TRY_ASSIGN(const DigestBook::Buckets buckets, bucketsOf(book, m_request.table));
        answer.tables.assign(buckets.begin(), buckets.end());
        return {};
    }

    Result<void> keys(DigestAnswer &answer)
    {
        const auto add = [&](const Entity &entity) -> Result<void> {
            TRIBUTARY_TRY_ASSIGN(const bool seen, m_sight.sees(entity));
            if (!seen)
                return {};
            if (answer.keys.size() == kMostRowDigests)
                return failure(Error::Kind::TooLarge, "too many rows to name them");
            answer.keys.push_back({keyOf(entity), digestOf(entity)});
            return {};
        };
        if (m_request.parts.empty()) {
            store::RowScan scan{.type = m_request.table, .itemsFrom = m_request.itemsFrom};
            scan.bucket = std::size_t(m_request.bucket);
            TRIBUTARY_TRY(
                store::scanRows(m_database, scan, [&](const Entity &entity, const auto &) { return add(entity); }));
        } else {
            const wire::TimelinePart &part = m_request.parts.front();
            TRIBUTARY_TRY_ASSIGN(const auto items, store::itemsOf(m_database, part.customer, part.range, kMostOfParts + 1));
            if (std::int64_t(items.size()) > kMostOfParts)
                return failure(Error::Kind::TooLarge, "too many items to name them");
            for (const TimelineItem &item : items)
                TRIBUTARY_TRY(add(item));
        }
        std::ranges::sort(answer.keys);
        return {};
    }

    Result<void> rows(DigestAnswer &answer)
    {
        std::map<RawId, Entity> marks;
        if (m_request.table == EntityType::ReadMark) { // its key is a digest, by which it cannot be looked up
            const std::set<RawId> wanted(m_request.keys.begin(), m_request.keys.end());
            TRIBUTARY_TRY(eachOwnMark([&](const ReadMark &mark) {
                if (wanted.contains(keyOf(mark)))
                    marks.emplace(keyOf(mark), mark);
            }));
        }
        std::size_t bytes = 0;
        for (const RawId &key : m_request.keys) {
            std::optional<Entity> found;
            if (m_request.table != EntityType::ReadMark) {
                TRIBUTARY_TRY_ASSIGN(found, store::find(m_database, m_request.table, key));
            } else if (const auto mark = marks.find(key); mark != marks.end()) {
                found = mark->second;
            }
            bool seen = false;
            if (found) {
                TRIBUTARY_TRY_ASSIGN(seen, m_sight.sees(*found));
            }
            if (seen) {
                bytes += sizeOf(*found);
                if (bytes > kRowBytes && !answer.rows.empty())
                    return {}; // the rest is asked for again
                m_sight.mask(*found);
                answer.rows.push_back(std::move(*found));
            }
            ++answer.answered;
        }
        return {};
    }

private:
    /// Of a row as the agent sees it.
    std::array<std::byte, 16> digestOf(Entity entity) const
    {
        m_sight.mask(entity);
        return store::digestOf(entity);
    }

    static std::size_t sizeOf(const Entity &entity) { return wire::encode(wire::toValue(entity)).size(); }

    Result<DigestBook::Buckets> bucketsOf(const DigestBook &book, EntityType table)
    {
        DigestBook::Buckets buckets;
        if (table == EntityType::SavedView) {
            const store::RowScan scan{.type = table};
            TRIBUTARY_TRY(store::scanRows(m_database, scan, [&](const Entity &entity, const auto &) -> Result<void> {
                TRIBUTARY_TRY_ASSIGN(const bool seen, m_sight.sees(entity));
                if (seen)
                    buckets[store::bucketOf(keyOf(entity))].add(store::digestOf(entity));
                return {};
            }));
            return buckets;
        }
        if (table != EntityType::ReadMark)
            return book.of(table, m_sight.agent());
        std::vector<ReadMark> marks;
        TRIBUTARY_TRY(eachOwnMark([&](const ReadMark &mark) { marks.push_back(mark); }));
        for (const ReadMark &mark : marks) {
            TRIBUTARY_TRY_ASSIGN(const bool seen, m_sight.sees(mark));
            if (seen)
                buckets[store::bucketOf(keyOf(mark))].add(store::digestOf(mark));
        }
        return buckets;
    }

    template<class Visit>
    Result<void> eachOwnMark(Visit visit)
    {
        auto query = m_database.query(store::sql::hub_marks_of_agent);
        query.bind("agent_id", m_sight.agent().id);
        TRIBUTARY_TRY_ASSIGN(const auto marks, store::readAll<ReadMark>(query));
        for (const ReadMark &mark : marks)
            visit(mark);
        return {};
    }

    store::Database &m_database;
    const DigestRequest &m_request;
    Sight m_sight;
};

/// SQL for what decides who sees a row (Scope); empty: rows of that table are for everybody.
std::string_view scopeColumns(EntityType table)
{
    switch (table) {
    case EntityType::Conversation: return "team_id, assignee_id, account_id";
    case EntityType::TimelineItem:
        return "(SELECT c.team_id FROM conversation AS c WHERE c.id = conversation_id),"
               " (SELECT c.assignee_id FROM conversation AS c WHERE c.id = conversation_id),"
               " (SELECT c.account_id FROM conversation AS c WHERE c.id = conversation_id)";
    default: return {};
    }
}

Scope scopeAt(const store::Query &query, int column)
{
    Scope scope;
    if (!query.isNull(column))
        scope.team = query.id<TeamId>(column);
    if (!query.isNull(column + 1))
        scope.assignee = query.id<AgentId>(column + 1);
    if (!query.isNull(column + 2))
        scope.account = query.id<ChannelAccountId>(column + 2);
    return scope;
}

/// All ways in which somebody's view of a row is masked at this time; not at all is one of them.
Result<std::set<Masks>> masksInUse(store::Database &database)
{
    std::set<Masks> masks{Masks()};
    auto query = database.query(store::sql::hub_agents);
    TRIBUTARY_TRY_ASSIGN(const std::vector<Agent> agents, store::readAll<Agent>(query));
    for (const Agent &agent : agents) {
        if (agent.active)
            masks.insert(masksOf(agent));
    }
    return masks;
}

} // namespace

DigestBook::Buckets DigestBook::of(EntityType table, const Agent &agent) const
{
    Buckets all{};
    if (!agent.active)
        return all;
    const Masks masks = masksOf(agent);
    for (const auto &[which, part] : buckets) {
        if (which.table != table || which.masks != masks || (which.scope && !sees(agent, *which.scope)))
            continue;
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i].add(part[i]);
    }
    return all;
}

Result<DigestBook> readDigestBook(store::Database &database, TimePoint itemsFrom, const std::atomic<bool> *stop)
{
    DigestBook book{.itemsFrom = itemsFrom};
    TRIBUTARY_TRY_ASSIGN(book.at, headOf(database));
    TRIBUTARY_TRY_ASSIGN(const std::set<Masks> allMasks, masksInUse(database));
    for (std::size_t type = 0; type < std::variant_size_v<Entity>; ++type) {
        const EntityType table = EntityType(type);
        if (table == EntityType::ReadMark || table == EntityType::SavedView)
            continue;
        const store::RowScan scan{.type = table, .itemsFrom = itemsFrom, .more = scopeColumns(table)};
        const int column = store::columnsOf(table);
        TRIBUTARY_TRY(store::scanRows(database, scan, [&](const Entity &entity, const auto &query) -> Result<void> {
            if (stop && *stop)
                return failure(Error::Kind::Offline, "stopped");
            DigestBook::Part part{.table = table};
            const auto *item = std::get_if<TimelineItem>(&entity);
            const bool isEverybodys = item && item->conversation.isNull(); // Sight::sees()
            if (!scan.more.empty() && !isEverybodys)
                part.scope = scopeAt(query, column);
            for (const Masks &masks : allMasks) {
                part.masks = masks;
                Entity shown = entity;
                mask(shown, masks);
                book.buckets[part][store::bucketOf(keyOf(entity))].add(store::digestOf(shown));
            }
            return {};
        }));
    }
    return book;
}

Result<bool> isLevel(store::Database &database, const wire::Position &copy)
{
    TRIBUTARY_TRY_ASSIGN(const wire::Position head, headOf(database));
    return head == copy;
}

Result<DigestAnswer> answerDigests(store::Database &database, const DigestRequest &request, AgentId agent,
                                   const DigestBook *book)
{
    DigestAnswer answer;
    TRIBUTARY_TRY_ASSIGN(const wire::Position head, headOf(database));
    answer.head = head.seq;
    answer.isLevel = head == request.position;
    if (!answer.isLevel)
        return answer;
    const bool wantsBook = request.ask == DigestRequest::Ask::Tables || request.ask == DigestRequest::Ask::Buckets;
    if (wantsBook && (!book || book->at != head || book->itemsFrom != request.itemsFrom))
        return failure(Error::Kind::Invalid, "a book of another moment");
    TRIBUTARY_TRY_ASSIGN(Sight sight, Sight::of(database, agent));
    Answering answering(database, request, std::move(sight));
    switch (request.ask) {
    case DigestRequest::Ask::Tables: TRIBUTARY_TRY(answering.tables(*book, answer)); break;
    case DigestRequest::Ask::Buckets: TRIBUTARY_TRY(answering.buckets(*book, answer)); break;
    case DigestRequest::Ask::Keys: TRIBUTARY_TRY(answering.keys(answer)); break;
    case DigestRequest::Ask::Rows: TRIBUTARY_TRY(answering.rows(answer)); break;
    case DigestRequest::Ask::Done: break;
    }
    return answer;
}

} // namespace tributary::hub
