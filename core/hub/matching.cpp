#include "core/hub/matching.h"

#include "core/base/digest.h"
#include "core/hub/match_keys.h"
#include "core/hub/people.h"
#include "core/hub/regions.h"
#include "core/store/entities.h"
#include "core/store/row_scan.h"
#include "core/store/sql.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>

namespace tributary::hub {
namespace {

using namespace tributary::model;
namespace sql = store::sql;

constexpr std::int64_t kMostRecords = 64;       ///< Of those that share a value, how many are looked at.
constexpr std::int64_t kMostInBlock = 24;       ///< Customers at one place and house number; more are a block of flats.
constexpr std::int64_t kLogRowsAtOnce = 20'000; ///< Most are about messages, and only passed over.

/// How far it has come.
struct Place {
    std::optional<CustomerId> filled; ///< Absent: all were looked at.
    std::int64_t seq = 0;
    Bytes rules; ///< What keys were made by: see rulesOf().
    friend bool operator==(const Place &, const Place &) = default;
};

Result<std::optional<Place>> placeIn(store::Database &database)
{
    auto query = database.query(sql::hub_matching);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    if (!found)
        return std::optional<Place>();
    Place place{.seq = query.integer(1), .rules = copyOf(query.blob(2))};
    if (!query.isNull(0))
        place.filled = query.id<CustomerId>(0);
    return std::optional<Place>(place);
}

Result<void> setPlace(store::Database &database, const Place &place)
{
    auto query = database.query(sql::hub_set_matching);
    return query.bind("filled", place.filled).bind("seq", place.seq).bind("rules", ByteView(place.rules)).run();
}

Result<std::vector<CustomerId>> idsOf(store::Query query)
{
    std::vector<CustomerId> found;
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return found;
        found.push_back(query.id<CustomerId>(0));
    }
}

/// What the fields are called that customers have.
Result<std::vector<FieldDefinition>> fieldsIn(store::Database &database)
{
    std::vector<FieldDefinition> fields;
    TRIBUTARY_TRY(store::scanRows(database, {.type = EntityType::FieldDefinition}, [&](const Entity &entity, const auto &) {
        fields.push_back(std::get<FieldDefinition>(entity));
        return Result<void>();
    }));
    return fields;
}

class Matcher {
public:
    Matcher(store::Database &database, IdMaker &ids, TimePoint now, std::string region, std::vector<FieldDefinition> fields)
        : m_database(database)
        , m_changes(database)
        , m_ids(ids)
        , m_now(now)
        , m_region(std::move(region))
        , m_fields(std::move(fields))
    {
    }

    Result<void> match(CustomerId id)
    {
        TRIBUTARY_TRY_ASSIGN(const auto customer, store::customer(m_database, id));
        std::vector<MatchKey> keys;
        if (customer) {
            auto query = m_database.query(sql::hub_customers_identities);
            query.bind("customer_id", id);
            TRIBUTARY_TRY_ASSIGN(const auto identities, store::readAll<Identity>(query));
            keys = matchKeysOf(*customer, identities, m_fields, m_region);
        }
        TRIBUTARY_TRY_ASSIGN(std::set<Pair> before, keysOf(id));
        std::vector<const MatchKey *> fresh;
        for (const MatchKey &key : keys) {
            if (before.erase({std::string(nameOf(key.kind)), key.value}) == 0)
                fresh.push_back(&key);
        }
        for (const auto &[kind, value] : before) {
            auto query = m_database.query(sql::hub_remove_match_key);
            TRIBUTARY_TRY(query.bind("kind", kind).bind("value", value).bind("customer_id", id).run());
        }
        for (const MatchKey *key : fresh) {
            auto query = m_database.query(sql::hub_add_match_key);
            TRIBUTARY_TRY(query.bind("kind", nameOf(key->kind)).bind("value", key->value).bind("customer_id", id).run());
        }
        bool isMoved = false;               // or the address is written otherwise
        for (const MatchKey *key : fresh) { // what was there before has been looked up then
            if (key->kind == MatchKey::Kind::Address || key->kind == MatchKey::Kind::AddressBlock)
                isMoved = true;
            if (key->kind != MatchKey::Kind::AddressBlock)
                TRIBUTARY_TRY(suggestSharing(id, *key));
        }
        return isMoved && customer ? suggestNear(*customer, keys) : Result<void>();
    }

    Result<void> finish()
    {
        TRIBUTARY_TRY(m_changes.finish());
        return {};
    }

private:
    using Pair = std::pair<std::string, std::string>;

    Result<std::set<Pair>> keysOf(CustomerId id)
    {
        std::set<Pair> keys;
        auto query = m_database.query(sql::hub_match_keys_of);
        query.bind("customer_id", id);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                return keys;
            keys.emplace(query.text(0), query.text(1));
        }
    }

    Result<void> suggestSharing(CustomerId id, const MatchKey &key)
    {
        auto query = m_database.query(sql::hub_sharing_match_key);
        query.bind("kind", nameOf(key.kind)).bind("value", key.value).bind("row_count", kMostRecords + 1);
        TRIBUTARY_TRY_ASSIGN(const std::vector<CustomerId> records, idsOf(std::move(query)));
        if (std::int64_t(records.size()) > kMostRecords)
            return {};
        TRIBUTARY_TRY_ASSIGN(const std::set<CustomerId> people, peopleOf(records));
        if (std::int64_t(people.size()) > kMostSharing)
            return {};
        TRIBUTARY_TRY_ASSIGN(const CustomerId own, rootOf(m_database, id));
        for (const CustomerId other : people) {
            if (other == own)
                continue;
            // Whoever came later would join.
            TRIBUTARY_TRY(suggest(m_changes, m_ids, std::max(own, other), std::min(own, other), reasonOf(key.kind),
                                  key.evidence, m_now));
        }
        return {};
    }

    /// Whose records they are: of one person there may be many.
    Result<std::set<CustomerId>> peopleOf(const std::vector<CustomerId> &records)
    {
        std::set<CustomerId> people;
        for (const CustomerId record : records) {
            TRIBUTARY_TRY_ASSIGN(const CustomerId root, rootOf(m_database, record));
            people.insert(root);
        }
        return people;
    }

    /// Who lives nearly where @p customer does. Only those with the same place and house number are looked at, and no more
    /// than can live in a house: the work for one customer does not grow with the base.
    Result<void> suggestNear(const Customer &customer, const std::vector<MatchKey> &keys)
    {
        const std::vector<PostalAddress> own = addressesOf(customer, m_fields);
        TRIBUTARY_TRY_ASSIGN(const CustomerId self, rootOf(m_database, customer.id));
        std::map<CustomerId, std::string> near;
        for (const MatchKey &key : keys) {
            if (key.kind != MatchKey::Kind::AddressBlock)
                continue;
            auto query = m_database.query(sql::hub_sharing_match_key);
            query.bind("kind", nameOf(key.kind)).bind("value", key.value).bind("row_count", kMostInBlock + 1);
            TRIBUTARY_TRY_ASSIGN(const std::vector<CustomerId> sharing, idsOf(std::move(query)));
            if (std::int64_t(sharing.size()) > kMostInBlock)
                continue;
            for (const CustomerId other : sharing) {
                TRIBUTARY_TRY_ASSIGN(const CustomerId person, rootOf(m_database, other));
                if (person == self || near.contains(person))
                    continue;
                TRIBUTARY_TRY_ASSIGN(const auto found, store::customer(m_database, other));
                const auto words = found ? nearness(own, addressesOf(*found, m_fields)) : std::nullopt;
                if (words)
                    near.emplace(person, *words);
            }
        }
        if (std::int64_t(near.size()) >= kMostSharing) // with this one too many, as for any other value
            return {};
        for (const auto &[other, evidence] : near)
            TRIBUTARY_TRY(suggest(m_changes, m_ids, std::max(self, other), std::min(self, other),
                                  Suggestion::Reason::NearAddress, evidence, m_now));
        return {};
    }

    /// The two addresses as they were written; nothing if none is near another.
    static std::optional<std::string> nearness(const std::vector<PostalAddress> &some,
                                               const std::vector<PostalAddress> &others)
    {
        for (const PostalAddress &one : some) {
            for (const PostalAddress &other : others) {
                if (blocksInCommon(one, other) && isNear(one, other))
                    return one.written == other.written ? one.written : one.written + " / " + other.written;
            }
        }
        return std::nullopt;
    }

    static bool blocksInCommon(const PostalAddress &one, const PostalAddress &other)
    {
        const std::set<std::string> blocks = blocksOf(one);
        return std::ranges::any_of(blocksOf(other), [&blocks](const std::string &block) { return blocks.contains(block); });
    }

    store::Database &m_database;
    ChangeLog m_changes;
    IdMaker &m_ids;
    TimePoint m_now;
    std::string m_region;
    std::vector<FieldDefinition> m_fields;
};

/// Whose keys a change of an identity touches: its customer's, and those of whoever had it before.
Result<void> addTouched(store::Database &database, IdentityId id, std::set<CustomerId> &touched)
{
    TRIBUTARY_TRY_ASSIGN(const auto identity, store::identity(database, id));
    if (!identity)
        return {};
    touched.insert(identity->customer);
    const bool isMail = identity->channel == Channel::Email;
    if (!isMail && !hasNumbers(identity->channel))
        return {};
    auto query = database.query(sql::hub_sharing_match_key);
    query.bind("kind", nameOf(isMail ? MatchKey::Kind::Email : MatchKey::Kind::Phone)).bind("value", identity->address);
    query.bind("row_count", kMostRecords);
    TRIBUTARY_TRY_ASSIGN(const std::vector<CustomerId> sharing, idsOf(std::move(query)));
    touched.insert(sharing.begin(), sharing.end());
    return {};
}

/// What keys are made by, as a digest: by others those of everybody are made anew.
Bytes rulesOf(std::string_view region, const std::vector<FieldDefinition> &fields)
{
    constexpr std::string_view kVersion = "1"; ///< To be raised when match_keys.cpp makes others of the same.
    std::map<FieldDefinitionId, std::string> named;
    for (const FieldDefinition &field : fields) {
        if (field.subject == FieldDefinition::Subject::Customer)
            named[field.id] = field.key + '\n' + field.name + '\n';
    }
    std::string all = std::string(kVersion) + '\n' + std::string(region) + '\n';
    for (const auto &[id, name] : named)
        all += name;
    const auto digest = blake16(std::as_bytes(std::span(all)));
    return Bytes(digest.begin(), digest.end());
}

/// The customers that the log names beyond @p place, which moves as far as was read.
Result<std::set<CustomerId>> changedBeyond(store::Database &database, Place &place, std::int64_t head, std::int64_t most)
{
    const std::int64_t end = std::min(head, place.seq + kLogRowsAtOnce);
    std::set<CustomerId> touched;
    std::vector<IdentityId> identities;
    std::int64_t rows = 0;
    {
        auto query = database.query(sql::hub_people_changed);
        query.bind("from_seq", place.seq).bind("to_seq", end).bind("row_count", most);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            ++rows;
            place.seq = query.integer(0);
            if (query.integer(1) == std::int64_t(EntityType::Customer))
                touched.insert(query.id<CustomerId>(2));
            else
                identities.push_back(query.id<IdentityId>(2));
        }
    }
    for (const IdentityId id : identities)
        TRIBUTARY_TRY(addTouched(database, id, touched));
    if (rows < most)
        place.seq = end;
    return touched;
}

} // namespace

Result<bool> matchSome(store::Database &database, IdMaker &ids, TimePoint now, std::int64_t most)
{
    TRIBUTARY_TRY_ASSIGN(const wire::Position head, headOf(database));
    TRIBUTARY_TRY_ASSIGN(const auto known, placeIn(database));
    // What changes while everybody is looked at for the first time is looked at again after.
    Place place = known.value_or(Place{.filled = CustomerId(), .seq = head.seq});
    TRIBUTARY_TRY_ASSIGN(std::string region, regionFor(database, Channel::Phone));
    TRIBUTARY_TRY_ASSIGN(std::vector<FieldDefinition> fields, fieldsIn(database));
    if (Bytes rules = rulesOf(region, fields); rules != place.rules) {
        place.filled = CustomerId();
        place.rules = std::move(rules);
    }
    Matcher matcher(database, ids, now, std::move(region), std::move(fields));
    if (place.filled) {
        auto query = database.query(sql::hub_customers_after);
        query.bind("id", *place.filled).bind("row_count", most);
        TRIBUTARY_TRY_ASSIGN(const std::vector<CustomerId> next, idsOf(std::move(query)));
        for (const CustomerId id : next)
            TRIBUTARY_TRY(matcher.match(id));
        if (std::int64_t(next.size()) < most)
            place.filled.reset();
        else
            place.filled = next.back();
    } else {
        TRIBUTARY_TRY_ASSIGN(const std::set<CustomerId> touched, changedBeyond(database, place, head.seq, most));
        for (const CustomerId id : touched)
            TRIBUTARY_TRY(matcher.match(id));
    }
    TRIBUTARY_TRY(matcher.finish());
    if (!known || place != *known)
        TRIBUTARY_TRY(setPlace(database, place));
    return place.filled.has_value() || place.seq < head.seq;
}

Result<bool> havePeopleChanged(store::Database &database, std::int64_t from)
{
    auto query = database.query(sql::hub_has_people_changed);
    query.bind("from_seq", from);
    return query.exists();
}

} // namespace tributary::hub
