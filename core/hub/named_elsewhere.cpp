#include "core/hub/named_elsewhere.h"

#include "core/hub/change_log.h"
#include "core/hub/timeline_events.h"
#include "core/model/addresses.h"
#include "core/store/cache_reads.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

#include <algorithm>
#include <array>

namespace tributary::hub {

using namespace tributary::model;
namespace sql = store::sql;

namespace {

/// Of a message: to whom else it went.
constexpr std::array<std::string_view, 4> kAddressed{"to", "cc", "bcc", "replyTo"};

/// Of any message that was imported: who answered it by an emoji.
constexpr const char *kReactions = "reactions";

/// Of an event: what a server said of an address.
constexpr const char *kProblem = "problem";

template<class IdType>
Result<void> addIds(store::Query query, std::set<IdType> &ids)
{
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return {};
        ids.insert(query.id<IdType>(0));
    }
}

template<class IdType>
Result<std::set<IdType>> withChanged(store::Database &database, const std::vector<IdType> &known, EntityType type,
                                     std::int64_t after)
{
    std::set<IdType> ids(known.begin(), known.end());
    auto query = database.query(sql::hub_changed_of_type);
    query.bind("from_seq", after).bind("entity_type", std::int64_t(type));
    TRIBUTARY_TRY(addIds(std::move(query), ids));
    return ids;
}

std::string lowered(std::string_view text)
{
    std::string low(text);
    std::ranges::transform(low, low.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    return low;
}

/// As a whole: `bo@mail.test` is not in `jumbo@mail.test`.
bool hasAddress(std::string_view lowText, std::string_view address)
{
    const auto isPart = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
               || std::string_view("._%+-@").find(c) != std::string_view::npos;
    };
    for (std::size_t at = lowText.find(address); at != lowText.npos; at = lowText.find(address, at + 1)) {
        const std::size_t end = at + address.size();
        if ((at == 0 || !isPart(lowText[at - 1])) && (end == lowText.size() || !isPart(lowText[end])))
            return true;
    }
    return false;
}

bool hasAny(std::string_view text, const std::set<std::string> &addresses)
{
    const std::string low = lowered(text);
    return std::ranges::any_of(addresses, [&](const std::string &address) { return hasAddress(low, address); });
}

bool unnameEvent(TimelineItem &event, const PersonNames &person)
{
    const std::set<std::string> &names = person.names;
    bool named = false;
    const auto problem = event.details.find(kProblem);
    if (problem != event.details.end() && hasAny(problem->second, person.addresses)) {
        problem->second = kUnnamed;
        named = true;
    }
    if (!event.author && names.contains(event.authorName)) { // their message has opened something
        event.authorName = kUnnamed;
        named = true;
    }
    for (const std::string_view key : whoIsNamedIn(event)) {
        const auto detail = event.details.find(std::string(key));
        if (detail == event.details.end() || !names.contains(detail->second))
            continue;
        detail->second = kUnnamed;
        named = true;
    }
    return named;
}

/// Reactions (`emoji by`, parted by `;`) with nobody's name where it is theirs: that somebody was pleased stays.
std::string withoutReactors(const std::string &reactions, const PersonNames &person)
{
    std::string kept;
    for (std::size_t at = 0; at <= reactions.size();) {
        const std::size_t end = std::min(reactions.find(';', at), reactions.size());
        std::string one = reactions.substr(at, end - at);
        const std::size_t space = one.find(' ');
        if (space != one.npos
            && (person.names.contains(one.substr(space + 1)) || hasAny(one.substr(space + 1), person.addresses)))
            one.resize(space);
        kept += (at == 0 ? "" : ";") + one;
        at = end + 1;
    }
    return kept;
}

bool unnameMessage(TimelineItem &message, const PersonNames &person)
{
    const std::set<std::string> &addresses = person.addresses;
    bool named = message.delivery && unname(*message.delivery, person);
    if (const auto reactions = message.details.find(kReactions); reactions != message.details.end()) {
        std::string left = withoutReactors(reactions->second, person);
        named |= left != reactions->second;
        reactions->second = std::move(left);
    }
    for (const std::string_view key : kAddressed) {
        const auto detail = message.details.find(std::string(key));
        if (detail == message.details.end() || !hasAny(detail->second, addresses))
            continue;
        detail->second = withoutAddresses(detail->second, addresses);
        if (detail->second.empty())
            message.details.erase(detail);
        named = true;
    }
    return named;
}

} // namespace

Result<PersonNames> namesOf(store::Database &database, const std::vector<CustomerId> &members)
{
    PersonNames names;
    for (const CustomerId &member : members) {
        TRIBUTARY_TRY_ASSIGN(const auto customer, store::customer(database, member));
        if (customer)
            names.names.insert(customer->name);
        auto query = database.query(sql::cache_identities_of);
        query.bind("id", member);
        TRIBUTARY_TRY_ASSIGN(const std::vector<Identity> identities, store::readAll<Identity>(query));
        for (const Identity &identity : identities) {
            const std::string readable = shownAddress(identity.channel, identity.address);
            names.names.insert({identity.name, identity.address, identity.shown, readable});
            if (identity.channel == Channel::Email)
                names.addresses.insert({lowered(identity.address), lowered(identity.shown)});
            else if (hasNumbers(identity.channel) && identity.address.starts_with('+')) // platforms leave the + out
                names.addresses.insert({identity.address, identity.address.substr(1), readable});
        }
    }
    names.names.erase(std::string());
    names.addresses.erase(std::string());
    auto query = database.query(sql::hub_accounts);
    TRIBUTARY_TRY_ASSIGN(const std::vector<ChannelAccount> accounts, store::readAll<ChannelAccount>(query));
    for (const ChannelAccount &account : accounts) { // to whom everybody writes: it names nobody
        names.names.erase(account.address);
        names.addresses.erase(lowered(account.address));
        if (account.address.starts_with('+'))
            names.addresses.erase(account.address.substr(1));
    }
    return names;
}

Result<NamedElsewhere> namedElsewhere(store::Database &database, const std::vector<CustomerId> &members)
{
    TRIBUTARY_TRY_ASSIGN(const wire::Position head, headOf(database));
    TRIBUTARY_TRY_ASSIGN(const PersonNames names, namesOf(database, members));
    std::set<TimelineItemId> ids;
    std::set<IdentityId> mayName;
    for (const std::string &name : names.names) {
        auto query = database.query(sql::hub_events_naming);
        query.bind("name", bytesOf(name)).bind("author_name", name);
        TRIBUTARY_TRY(addIds(std::move(query), ids));
        auto identities = database.query(sql::hub_identities_called);
        identities.bind("name", name);
        TRIBUTARY_TRY(addIds(std::move(identities), mayName));
    }
    for (const std::string &address : names.addresses) {
        auto query = database.query(sql::hub_messages_naming);
        query.bind("address", bytesOf(address));
        TRIBUTARY_TRY(addIds(std::move(query), ids));
        auto identities = database.query(sql::hub_identities_naming);
        identities.bind("address", address);
        TRIBUTARY_TRY(addIds(std::move(identities), mayName));
    }
    NamedElsewhere found{.identities = {mayName.begin(), mayName.end()}, .upTo = head.seq};
    for (const TimelineItemId &id : ids) { // a word may be in many, and be nobody's name there
        TRIBUTARY_TRY_ASSIGN(auto item, store::timelineItem(database, id));
        if (item && (names.names.contains(item->authorName) || unname(*item, names)))
            found.items.push_back(id);
    }
    return found;
}

Result<std::set<TimelineItemId>> itemsToLookInto(store::Database &database, const NamedElsewhere &elsewhere)
{
    return withChanged(database, elsewhere.items, EntityType::TimelineItem, elsewhere.upTo);
}

Result<std::set<IdentityId>> identitiesToLookInto(store::Database &database, const NamedElsewhere &elsewhere)
{
    return withChanged(database, elsewhere.identities, EntityType::Identity, elsewhere.upTo);
}

bool unname(TimelineItem &item, const PersonNames &names)
{
    return item.kind == TimelineItem::Kind::Event ? unnameEvent(item, names) : unnameMessage(item, names);
}

bool unname(Identity &identity, const PersonNames &names)
{
    if (!hasAny(identity.problem, names.addresses))
        return false;
    identity.problem = kUnnamed; // that there is one stays
    return true;
}

bool unname(SavedView &view, const PersonNames &names)
{
    bool named = false;
    for (SavedView::Condition &condition : view.conditions) {
        const bool isCalledSo = condition.field == "subject" && names.names.contains(condition.value);
        if (!isCalledSo && !hasAny(condition.value, names.addresses))
            continue;
        condition.value = kUnnamed; // it matches nothing any more; without it the view would show more than it did
        named = true;
    }
    return named;
}

bool unname(Delivery &delivery, const PersonNames &names)
{
    if (!hasAny(delivery.problemText, names.addresses))
        return false;
    delivery.problemText.clear(); // its kind says enough
    return true;
}

std::span<const std::string_view> whoIsNamedIn(const TimelineItem &event)
{
    static constexpr std::string_view kMerge[]{"from", "to", "why"}, kPeople[]{"from", "to", "address"};
    const std::string name = detailOf(event, "event");
    if (name == "merged" || name == "unmerged")
        return kMerge;
    const bool isOfPeople =
        name == "kept-apart" || name == "offered-again" || name == "side-conversation" || name.starts_with("identity-");
    return isOfPeople ? std::span<const std::string_view>(kPeople) : std::span<const std::string_view>();
}

std::string withoutAddresses(const std::string &list, const std::set<std::string> &addresses)
{
    std::string kept, one;
    const auto end = [&] {
        if (!one.empty() && !hasAny(one, addresses))
            kept += (kept.empty() ? "" : ", ") + one;
        one.clear();
    };
    for (std::size_t at = 0; at < list.size();) {
        const std::size_t comma = std::min(list.find(", ", at), list.size());
        one += (one.empty() ? "" : ", ") + list.substr(at, comma - at);
        at = comma + 2;
        if (one.find('@') != one.npos) // a comma before it was one in a name
            end();
    }
    end();
    return kept;
}

} // namespace tributary::hub
