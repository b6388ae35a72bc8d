#include "core/hub/exchange/named_persons.h"

#include "core/hub/named_elsewhere.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"

#include <algorithm>

namespace tributary::hub::exchange {
namespace {

namespace sql = store::sql;

/// What so many are called ("Visitor") names none of them.
constexpr std::size_t kMostNamesakes = 100;

/// The texts of an event by which somebody may be named: of its details, by their keys.
struct Event {
    bool isByNobody = false; ///< Then its author's name may be a customer's, whose message has opened something.
    model::TimelineItem item;

    static std::optional<Event> from(bool isByNobody, std::string authorName, ByteView details)
    {
        auto map = wire::mapFrom(details);
        if (!map)
            return std::nullopt;
        return Event{isByNobody, {.authorName = std::move(authorName), .details = std::move(*map)}};
    }
    template<class Work>
    void forEachName(Work work)
    {
        if (isByNobody && !item.authorName.empty())
            work(item.authorName);
        for (const std::string_view key : whoIsNamedIn(item)) {
            const auto detail = item.details.find(std::string(key));
            if (detail != item.details.end() && !detail->second.empty())
                work(detail->second);
        }
    }
};

} // namespace

Result<NamedPersons> NamedPersons::find(store::Database &database, const PeopleKeys &keys)
{
    NamedPersons named;
    {
        auto query = database.query(sql::exchange_events);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            if (auto event = Event::from(query.isNull(0), std::string(query.text(1)), query.blob(2)))
                event->forEachName([&](const std::string &name) { named.m_persons[name]; });
        }
    }
    auto query = database.query(sql::exchange_names_of_people);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            break;
        const auto found = named.m_persons.find(std::string(query.text(1)));
        const auto number = keys.numberOf(query.id<model::CustomerId>(0));
        if (found != named.m_persons.end() && number && found->second.size() <= kMostNamesakes)
            found->second.insert(*number);
    }
    std::erase_if(named.m_persons, [](const auto &one) { return one.second.empty() || one.second.size() > kMostNamesakes; });
    return named;
}

std::optional<NamedPersons::Named> NamedPersons::in(const Needed &owners, const Cell &authorId, const Cell &authorName,
                                                    const Cell &details) const
{
    const auto *map = std::get_if<Bytes>(&details);
    const auto *name = std::get_if<std::string>(&authorName);
    auto event = map && name ? Event::from(std::holds_alternative<std::monostate>(authorId), *name, *map) : std::nullopt;
    if (!event)
        return std::nullopt;
    Named named;
    event->forEachName([&](std::string &text) {
        const auto found = m_persons.find(text);
        if (found == m_persons.end() || std::ranges::includes(owners, found->second))
            return;
        named.persons.insert(found->second.begin(), found->second.end());
        text = kUnnamed;
    });
    if (named.persons.empty())
        return std::nullopt;
    named.authorName = std::move(event->item.authorName);
    named.details = wire::encodeMap(event->item.details);
    return named;
}

} // namespace tributary::hub::exchange
