#include "core/store/entities.h"

#include "core/base/breaks.h"
#include "core/store/sql.h"
#include "core/wire/fields.h"

#include <algorithm>
#include <array>

namespace tributary::store {
namespace {

using namespace tributary::model;

template<class T>
struct Table;

// `remove` of a read mark is unused: it has two keys, and is removed where both are known (cache.cpp).
#define TRIBUTARY_TABLE(Type, name)                                                                                         \
    template<>                                                                                                              \
    struct Table<Type> {                                                                                                    \
        static constexpr const std::string_view &put = sql::entity_put_##name;                                              \
        static constexpr const std::string_view &get = sql::entity_get_##name;                                              \
        [[maybe_unused]] static constexpr const std::string_view &remove = sql::entity_delete_##name;                       \
    };
TRIBUTARY_TABLE(Customer, customer)
TRIBUTARY_TABLE(Identity, identity)
TRIBUTARY_TABLE(CustomerLink, customer_link)
TRIBUTARY_TABLE(Suggestion, suggestion)
TRIBUTARY_TABLE(ChannelAccount, channel_account)
TRIBUTARY_TABLE(Agent, agent)
TRIBUTARY_TABLE(Team, team)
TRIBUTARY_TABLE(Conversation, conversation)
TRIBUTARY_TABLE(TimelineItem, timeline_item)
TRIBUTARY_TABLE(ReadMark, read_mark)
TRIBUTARY_TABLE(Role, role)
TRIBUTARY_TABLE(SavedView, saved_view)
TRIBUTARY_TABLE(FieldDefinition, field_definition)
TRIBUTARY_TABLE(CustomStatus, custom_status)
TRIBUTARY_TABLE(Company, company)
TRIBUTARY_TABLE(Consent, consent)
#undef TRIBUTARY_TABLE

template<class T>
inline constexpr bool kIsColumn =
    wire::IsId<T>::value
    || std::is_same_v<
        T,
        TimePoint> || std::is_enum_v<T> || std::is_same_v<T, bool> || std::is_same_v<T, std::int64_t> || std::is_same_v<T, std::string>;

/// As the codec writes them. Most lists are empty: not worth encoding and decoding.
constexpr std::array kEmptyList{std::byte(0x80)}, kEmptyMap{std::byte(0xa0)};

/// @p field stays where it is for as long as @p query.
template<class T>
void bindField(Query &query, const char *name, const T &field)
{
    if constexpr (wire::IsOptional<T>::value) {
        if (field)
            bindField(query, name, *field);
        else
            query.bindNull(name);
    } else if constexpr (wire::IsId<T>::value) {
        query.borrow(name, field.view());
    } else if constexpr (std::is_same_v<T, std::string>) {
        query.borrow(name, std::string_view(field));
    } else if constexpr (std::is_enum_v<T>) {
        query.borrow(name, model::nameOf(field)); // they stand in the program
    } else if constexpr (kIsColumn<T>) {
        query.bind(name, field);
    } else {
        if constexpr (requires { field.empty(); }) {
            if (field.empty()) {
                query.borrow(name, ByteView(wire::IsVector<T>::value ? kEmptyList : kEmptyMap));
                return;
            }
        }
        query.bind(name, ByteView(wire::encode(wire::fieldToValue(field))));
    }
}

template<class T>
void readField(const Query &query, int column, T &field)
{
    if constexpr (wire::IsOptional<T>::value) {
        if (!query.isNull(column))
            readField(query, column, field.emplace());
    } else if constexpr (wire::IsId<T>::value) {
        field = query.id<T>(column);
    } else if constexpr (std::is_same_v<T, TimePoint>) {
        field = query.time(column);
    } else if constexpr (std::is_enum_v<T>) {
        field = model::fromName<T>(query.text(column)).value_or(T());
    } else if constexpr (std::is_same_v<T, bool>) {
        field = query.flag(column);
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
        field = query.integer(column);
    } else if constexpr (std::is_same_v<T, std::string>) {
        field = query.text(column);
    } else {
        const ByteView blob = query.blob(column);
        if (std::ranges::equal(blob, kEmptyList) || std::ranges::equal(blob, kEmptyMap))
            return;
        if (const auto value = wire::decode(blob); !value || !wire::fieldFrom(*value, field))
            field = T();
    }
}

template<class T>
Result<bool> putOne(Database &database, const T &entity, bool force)
{
    Query query = database.query(Table<T>::put);
    fieldsOf<T>([&](const char *name, auto member) { bindField(query, name, entity.*member); });
    query.bind("force", force);
    TRIBUTARY_TRY(query.run());
    return database.changedRows() > 0;
}

/// Row numbers of items rise with their time: milliseconds, then bits of the id. Full-text search gives row numbers, and
/// with these its newest hits come first without looking at a single item.
std::int64_t rowOf(const TimelineItem &item)
{
    constexpr std::int64_t kLast = (std::int64_t(1) << 42) - 1; // in the year 2109
    constexpr int kIdBits = 20;                                 // with the 42 of the time they leave the number positive
    std::int64_t fromId = 0;
    for (std::size_t i = 13; i < 16; ++i)
        fromId = fromId << 8 | std::to_integer<std::int64_t>(item.id.bytes[i]);
    const std::int64_t ms = std::clamp<std::int64_t>(toMs(item.at), 0, kLast);
    return ms << kIdBits | (fromId & ((std::int64_t(1) << kIdBits) - 1));
}

template<>
Result<bool> putOne(Database &database, const TimelineItem &item, bool force)
{
    constexpr int kTries = 64;
    for (int i = 0;; ++i) {
        Query query = database.query(Table<TimelineItem>::put);
        query.bind("row", rowOf(item) + i);
        fieldsOf<TimelineItem>([&](const char *name, auto member) { bindField(query, name, item.*member); });
        query.bind("force", force);
        const Result<void> done = query.run();
        if (done)
            return database.changedRows() > 0;
        if (done.error().kind != Error::Kind::Conflict || i == kTries) // another item of that very moment has the number
            return failure(done.error());
    }
}

template<class T, class IdType>
Result<std::optional<T>> getOne(Database &database, IdType id)
{
    Query query = database.query(Table<T>::get);
    query.bind("id", id);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found ? std::optional<T>(readRow<T>(query)) : std::nullopt;
}

template<std::size_t Index = 0>
Result<std::optional<Entity>> findAt(Database &database, std::size_t index, const RawId &key)
{
    if constexpr (Index < std::variant_size_v<Entity>) {
        using T = std::variant_alternative_t<Index, Entity>;
        if (index != Index)
            return findAt<Index + 1>(database, index, key);
        if constexpr (!std::is_same_v<T, ReadMark>) {
            TRIBUTARY_TRY_ASSIGN(std::optional<T> found, getOne<T>(database, key));
            return found ? std::optional<Entity>(std::move(*found)) : std::nullopt;
        }
    }
    return std::optional<Entity>();
}

template<std::size_t Index = 0>
Result<bool> removeAt(Database &database, std::size_t index, const RawId &key)
{
    if constexpr (Index < std::variant_size_v<Entity>) {
        using T = std::variant_alternative_t<Index, Entity>;
        if (index != Index)
            return removeAt<Index + 1>(database, index, key);
        if constexpr (!std::is_same_v<T, ReadMark>) {
            Query query = database.query(Table<T>::remove);
            query.bind("id", key);
            TRIBUTARY_TRY(query.run());
            return database.changedRows() > 0;
        }
    }
    return false;
}

} // namespace

template<class T>
T readRow(const Query &query)
{
    T entity;
    int column = 0;
    fieldsOf<T>([&](const char *, auto member) { readField(query, column++, entity.*member); });
    return entity;
}
template Customer readRow<Customer>(const Query &);
template Identity readRow<Identity>(const Query &);
template CustomerLink readRow<CustomerLink>(const Query &);
template Suggestion readRow<Suggestion>(const Query &);
template ChannelAccount readRow<ChannelAccount>(const Query &);
template Agent readRow<Agent>(const Query &);
template Team readRow<Team>(const Query &);
template Conversation readRow<Conversation>(const Query &);
template TimelineItem readRow<TimelineItem>(const Query &);
template ReadMark readRow<ReadMark>(const Query &);
template Role readRow<Role>(const Query &);
template SavedView readRow<SavedView>(const Query &);
template FieldDefinition readRow<FieldDefinition>(const Query &);
template CustomStatus readRow<CustomStatus>(const Query &);
template Company readRow<Company>(const Query &);
template Consent readRow<Consent>(const Query &);

Result<bool> put(Database &database, const Entity &entity, bool force)
{
    return std::visit([&](const auto &one) { return putOne(database, one, force || TRIBUTARY_BREAK(versionGuard)); },
                      entity);
}

Result<bool> remove(Database &database, EntityType type, const RawId &key)
{
    return removeAt(database, std::size_t(type), key);
}

Result<std::optional<Entity>> find(Database &database, EntityType type, const RawId &key)
{
    return findAt(database, std::size_t(type), key);
}

Result<std::optional<Customer>> customer(Database &database, CustomerId id)
{
    return getOne<Customer>(database, id);
}

Result<std::optional<Identity>> identity(Database &database, IdentityId id)
{
    return getOne<Identity>(database, id);
}

Result<std::optional<CustomerLink>> customerLink(Database &database, CustomerLinkId id)
{
    return getOne<CustomerLink>(database, id);
}

Result<std::optional<Suggestion>> suggestion(Database &database, SuggestionId id)
{
    return getOne<Suggestion>(database, id);
}

Result<std::optional<ChannelAccount>> channelAccount(Database &database, ChannelAccountId id)
{
    return getOne<ChannelAccount>(database, id);
}

Result<std::optional<Agent>> agent(Database &database, AgentId id)
{
    return getOne<Agent>(database, id);
}

Result<std::optional<Conversation>> conversation(Database &database, ConversationId id)
{
    return getOne<Conversation>(database, id);
}

Result<std::optional<TimelineItem>> timelineItem(Database &database, TimelineItemId id)
{
    return getOne<TimelineItem>(database, id);
}

Result<std::optional<Team>> team(Database &database, TeamId id)
{
    return getOne<Team>(database, id);
}

Result<std::optional<Role>> role(Database &database, RoleId id)
{
    return getOne<Role>(database, id);
}

Result<std::optional<SavedView>> savedView(Database &database, SavedViewId id)
{
    return getOne<SavedView>(database, id);
}

Result<std::optional<FieldDefinition>> fieldDefinition(Database &database, FieldDefinitionId id)
{
    return getOne<FieldDefinition>(database, id);
}

Result<std::optional<CustomStatus>> customStatus(Database &database, CustomStatusId id)
{
    return getOne<CustomStatus>(database, id);
}

Result<std::optional<Company>> company(Database &database, CompanyId id)
{
    return getOne<Company>(database, id);
}

Result<std::optional<Company>> companyOf(Database &database, const Customer &customer)
{
    if (!customer.company)
        return std::optional<Company>();
    TRIBUTARY_TRY_ASSIGN(auto found, company(database, *customer.company));
    if (found && found->removed)
        found.reset();
    return found;
}

Result<std::optional<Consent>> consent(Database &database, ConsentId id)
{
    return getOne<Consent>(database, id);
}

Result<std::optional<ReadMark>> readMark(Database &database, AgentId agent, ConversationId id)
{
    Query query = database.query(Table<ReadMark>::get);
    query.bind("agent_id", agent).bind("conversation_id", id);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found ? std::optional<ReadMark>(readRow<ReadMark>(query)) : std::nullopt;
}

} // namespace tributary::store
