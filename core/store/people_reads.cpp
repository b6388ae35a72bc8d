#include "core/store/people_reads.h"

#include "core/store/entities.h"
#include "core/store/row_scan.h"
#include "core/store/sql.h"
#include "core/text/search_fold.h"
#include "core/wire/codec.h"

#include <algorithm>
#include <map>
#include <span>
#include <tuple>

namespace tributary::store {
namespace {

using namespace tributary::model;

constexpr std::int64_t kMostMoments = 400;
constexpr std::int64_t kMostFound = 2000;

template<class T, class IdType>
Result<std::vector<T>> rowsOf(Database &database, std::string_view text, IdType id)
{
    auto query = database.query(text);
    query.bind("id", id);
    return readAll<T>(query);
}

Result<std::vector<Consent>> consentsOf(Database &database, const std::vector<CustomerId> &members)
{
    std::vector<Consent> all;
    for (const CustomerId member : members) {
        auto query = database.query(sql::cache_consents_of);
        query.bind("id", member);
        TRIBUTARY_TRY_ASSIGN(auto some, readAll<Consent>(query));
        std::ranges::move(some, std::back_inserter(all));
    }
    return all;
}

Result<std::vector<FieldDefinition>> fieldsOf(Database &database)
{
    auto query = database.query(sql::cache_fields_of_customers);
    return readAll<FieldDefinition>(query);
}

struct Work {
    std::int64_t conversations = 0, open = 0;
    std::optional<TimePoint> last;
    AgentId owner;
};
Result<Work> workOf(Database &database, const std::vector<CustomerId> &members)
{
    Work work;
    for (const CustomerId member : members) {
        auto query = database.query(sql::cache_work_of_customer);
        query.bind("id", member);
        TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
        if (!row || query.integer(0) == 0)
            continue;
        work.conversations += query.integer(0);
        work.open += query.integer(1);
        if (!work.last || query.time(2) > *work.last) {
            work.last = query.time(2);
            work.owner = query.id<AgentId>(3); // SQLite takes it from the row of the maximum
        }
    }
    return work;
}

Result<std::int64_t> ordersOf(Database &database, const std::vector<CustomerId> &members)
{
    std::set<std::string> numbers;
    for (const CustomerId member : members) {
        auto query = database.query(sql::cache_orders_of);
        query.bind("id", member);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
            if (!row)
                break;
            const auto details = wire::mapFrom(query.blob(0));
            if (details && details->contains("number"))
                numbers.insert(details->at("number"));
        }
    }
    return std::int64_t(numbers.size());
}

Result<std::optional<MergeSide>> sideOf(Database &database, CustomerId id, TimePoint since)
{
    TRIBUTARY_TRY_ASSIGN(auto card, customerCard(database, id));
    if (!card)
        return std::optional<MergeSide>();
    MergeSide side{.card = std::move(*card)};
    TRIBUTARY_TRY_ASSIGN(const std::vector<CustomerId> members, membersOf(database, side.card.customer.id));
    TRIBUTARY_TRY_ASSIGN(auto recorded, consentsOf(database, members));
    side.consents = strictest(std::move(recorded));
    TRIBUTARY_TRY_ASSIGN(side.company, companyOf(database, side.card.customer));
    TRIBUTARY_TRY_ASSIGN(const Work work, workOf(database, members));
    side.conversations = work.conversations;
    side.items = side.card.noteCount;
    for (const auto &[channel, count] : side.card.itemCounts)
        side.items += count;
    TRIBUTARY_TRY_ASSIGN(side.orders, ordersOf(database, members));
    for (const CustomerId member : members) {
        auto query = database.query(sql::cache_moments_of);
        query.bind("id", member).bind("from_ms", since).bind("row_count", kMostMoments);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
            if (!row)
                break;
            const auto channel = fromName<Channel>(query.text(1));
            const auto kind = fromName<TimelineItem::Kind>(query.text(2));
            if (channel && kind)
                side.moments.push_back({query.time(0), *channel, *kind});
        }
    }
    std::ranges::sort(side.moments, std::greater(), &MergeSide::Moment::at);
    return std::optional<MergeSide>(std::move(side));
}

Result<CustomerRow> rowOf(Database &database, CustomerId id)
{
    CustomerRow row{.id = id};
    TRIBUTARY_TRY_ASSIGN(const std::vector<CustomerId> members, membersOf(database, id));
    std::set<std::string> tags;
    std::optional<Identity> newest;
    for (const CustomerId member : members) {
        TRIBUTARY_TRY_ASSIGN(const auto one, customer(database, member));
        if (!one)
            continue;
        if (member == id)
            row.name = one->name;
        row.blocked |= one->blocked;
        tags.insert(one->tags.begin(), one->tags.end());
        TRIBUTARY_TRY_ASSIGN(const auto identities, rowsOf<Identity>(database, sql::cache_identities_of, member));
        for (const Identity &identity : identities) {
            row.channels.insert(identity.channel);
            if (!newest || identity.lastUsedAt > newest->lastUsedAt)
                newest = identity;
        }
    }
    if (row.name.empty() && newest)
        row.name = newest->channel == Channel::WebChat ? newest->name : newest->shown;
    row.tags.assign(tags.begin(), tags.end());
    TRIBUTARY_TRY_ASSIGN(const Work work, workOf(database, members));
    row.open = work.open;
    row.lastContact = work.last;
    if (!work.owner.isNull()) {
        TRIBUTARY_TRY_ASSIGN(const auto owner, agent(database, work.owner));
        row.ownerOfLast = owner ? owner->name : std::string();
    }
    return row;
}

/// Whether each word that was typed begins a word of the name.
bool fits(const std::string &name, const std::vector<std::string> &typed)
{
    const std::vector<std::string> words = text::wordsForComparing(name);
    return std::ranges::all_of(typed, [&words](const std::string &one) {
        return std::ranges::any_of(words, [&one](const std::string &word) { return word.starts_with(one); });
    });
}

/// What stands behind `company:`, a name or an id, for the people of that company; nothing where that was not typed.
std::optional<std::string> companyAskedFor(std::string_view typed)
{
    constexpr std::string_view kOperator = "company:";
    const std::size_t first = typed.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return std::nullopt;
    typed.remove_prefix(first);
    const bool asked = typed.size() >= kOperator.size()
                       && std::ranges::equal(typed.substr(0, kOperator.size()), kOperator, [](char a, char b) {
                              return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b;
                          });
    if (!asked)
        return std::nullopt;
    std::string name(typed.substr(kOperator.size()));
    std::erase(name, '"');
    return name;
}

/// Who belongs to the companies of that id, or with such a name.
Result<std::set<CustomerId>> peopleOfCompany(Database &database, const std::string &asked)
{
    const auto id = CompanyId::fromText(asked);
    const std::vector<std::string> words = text::wordsForComparing(asked);
    TRIBUTARY_TRY_ASSIGN(const std::vector<Company> all, companies(database));
    std::set<CompanyId> wanted;
    for (const Company &one : all) {
        if (id ? one.id == *id : !words.empty() && fits(one.name, words))
            wanted.insert(one.id);
    }
    std::set<CustomerId> people;
    if (wanted.empty())
        return people;
    TRIBUTARY_TRY(scanRows(database, {.type = EntityType::Customer}, [&](const Entity &entity, const auto &) {
        const auto &customer = std::get<Customer>(entity);
        if (customer.company && wanted.contains(*customer.company))
            people.insert(customer.id);
        return Result<void>();
    }));
    return people;
}

/// A person of the table, before it is in order.
struct Person {
    CustomerId id;
    std::string name; ///< Folded; only where it is ordered by.
    std::int64_t lastMs = 0;
};

/// Who is merged, into whom.
using Links = std::map<CustomerId, CustomerId>;

Result<Links> liveLinks(Database &database)
{
    Links links;
    auto query = database.query(sql::cache_links);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
        if (!row)
            return links;
        links[query.id<CustomerId>(0)] = query.id<CustomerId>(1);
    }
}

CustomerId rootIn(const Links &links, CustomerId id)
{
    const auto into = links.find(id);
    return into == links.end() ? id : into->second;
}

Result<std::set<CustomerId>> peopleWithTag(Database &database, const std::string &tag, const Links &links)
{
    std::set<CustomerId> people;
    auto query = database.query(sql::cache_customers_tagged);
    query.bind("tag", tag);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
        if (!row)
            return people;
        people.insert(rootIn(links, query.id<CustomerId>(0)));
    }
}

/// In no order.
Result<std::vector<Person>> peopleFound(Database &database, const PeopleQuery &wanted, const Links &links)
{
    const std::optional<std::string> asked = companyAskedFor(wanted.typed);
    const std::vector<std::string> words = asked ? std::vector<std::string>() : text::wordsForComparing(wanted.typed);
    std::set<CustomerId> found, tagged;
    if (asked) {
        TRIBUTARY_TRY_ASSIGN(found, peopleOfCompany(database, *asked));
    } else if (!words.empty()) {
        TRIBUTARY_TRY_ASSIGN(const std::vector<PersonHit> hits, searchPeople(database, wanted.typed, kMostFound));
        for (const PersonHit &hit : hits)
            found.insert(hit.customer);
    }
    if (!wanted.tag.empty()) {
        TRIBUTARY_TRY_ASSIGN(tagged, peopleWithTag(database, wanted.tag, links));
    }
    std::vector<Person> people;
    auto query = database.query(sql::cache_customers_named);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
        if (!row)
            return people;
        const auto id = query.id<CustomerId>(0);
        if (links.contains(id) || (!wanted.tag.empty() && !tagged.contains(id)))
            continue;
        const bool fitting =
            asked ? found.contains(id) : words.empty() || found.contains(id) || fits(std::string(query.text(1)), words);
        if (!fitting)
            continue;
        Person person{.id = id};
        if (wanted.order == PeopleQuery::Order::Name)
            person.name = text::foldForMatching(query.text(1));
        people.push_back(std::move(person));
    }
}

/// When each of @p people, or who is merged into them, was heard of last. Two lists that are in order by id are gone through
/// side by side: of hundreds of thousands each that is quicker than a join.
Result<void> addContact(Database &database, const Links &links, std::vector<Person> &people)
{
    std::ranges::sort(people, {}, &Person::id);
    std::map<CustomerId, std::int64_t> ofMerged;
    auto at = people.begin();
    auto query = database.query(sql::cache_customers_heard);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
        if (!row)
            break;
        const auto id = query.id<CustomerId>(0);
        if (const CustomerId root = rootIn(links, id); root != id) {
            std::int64_t &last = ofMerged[root];
            last = std::max(last, query.integer(1));
            continue;
        }
        while (at != people.end() && at->id < id)
            ++at;
        if (at != people.end() && at->id == id)
            at->lastMs = query.integer(1);
    }
    for (const auto &[root, last] : ofMerged) {
        const auto person = std::ranges::lower_bound(people, root, {}, &Person::id);
        if (person != people.end() && person->id == root)
            person->lastMs = std::max(person->lastMs, last);
    }
    return {};
}

} // namespace

std::vector<Consent> strictest(std::vector<Consent> consents)
{
    const auto isStricter = [](const Consent &a, const Consent &b) {
        return std::tuple(a.channel, a.purpose, a.granted, b.at) < std::tuple(b.channel, b.purpose, b.granted, a.at);
    };
    std::ranges::sort(consents, isStricter);
    const auto same = [](const Consent &a, const Consent &b) {
        return std::pair(a.channel, a.purpose) == std::pair(b.channel, b.purpose);
    };
    consents.erase(std::unique(consents.begin(), consents.end(), same), consents.end());
    return consents;
}

Result<PersonDetails> personDetails(Database &database, CustomerId id)
{
    PersonDetails details;
    TRIBUTARY_TRY_ASSIGN(details.customer, rootOf(database, id));
    TRIBUTARY_TRY_ASSIGN(details.fields, fieldsOf(database));
    TRIBUTARY_TRY_ASSIGN(const std::vector<CustomerId> members, membersOf(database, details.customer));
    TRIBUTARY_TRY_ASSIGN(details.recorded, consentsOf(database, members));
    details.consents = strictest(details.recorded);
    TRIBUTARY_TRY_ASSIGN(const auto root, customer(database, details.customer));
    if (root) {
        TRIBUTARY_TRY_ASSIGN(details.company, companyOf(database, *root));
    }
    return details;
}

Result<Belongings> belongings(Database &database, CustomerId id, std::size_t most)
{
    Belongings found;
    TRIBUTARY_TRY_ASSIGN(found.customer, rootOf(database, id));
    TRIBUTARY_TRY_ASSIGN(const std::vector<CustomerId> members, membersOf(database, found.customer));
    for (const CustomerId member : members) {
        auto files = database.query(sql::cache_files_of);
        files.bind("id", member).bind("row_count", std::int64_t(most + 1));
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool row, files.step());
            if (!row)
                break;
            const auto attachments = wire::attachmentsFrom(files.blob(4));
            if (!attachments)
                continue;
            for (const Attachment &attachment : *attachments) {
                if (!attachment.isInline)
                    found.files.push_back({attachment, files.id<TimelineItemId>(0), files.id<ConversationId>(1),
                                           files.time(2), std::string(files.text(3))});
            }
        }
        auto orders = database.query(sql::cache_orders_listed);
        orders.bind("id", member).bind("row_count", kMostMoments);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool row, orders.step());
            if (!row)
                break;
            if (auto details = wire::mapFrom(orders.blob(3)))
                found.orders.push_back(
                    {orders.id<TimelineItemId>(0), orders.id<ConversationId>(1), orders.time(2), std::move(*details)});
        }
    }
    const auto newer = [](const auto &a, const auto &b) { return std::tie(a.at, a.item) > std::tie(b.at, b.item); };
    std::ranges::stable_sort(found.files, newer);
    std::ranges::stable_sort(found.orders, newer);
    std::set<std::string> numbers;
    std::erase_if(found.orders, [&numbers](const PersonOrder &order) {
        const auto number = order.details.find("number");
        return number != order.details.end() && !numbers.insert(number->second).second;
    });
    found.moreFiles = found.files.size() > most;
    if (found.moreFiles)
        found.files.resize(most);
    if (found.orders.size() > most)
        found.orders.resize(most);
    for (PersonFile &file : found.files) {
        if (!file.subject.empty())
            continue;
        TRIBUTARY_TRY_ASSIGN(const auto from, conversation(database, file.conversation));
        if (from)
            file.subject = from->subject.empty() ? from->preview : from->subject;
    }
    return found;
}

Result<PersonBeside> personBeside(Database &database, CustomerId id, std::size_t mostBelongings)
{
    return database.atOneMoment([&]() -> Result<PersonBeside> {
        PersonBeside beside;
        TRIBUTARY_TRY_ASSIGN(beside.details, personDetails(database, id));
        TRIBUTARY_TRY_ASSIGN(beside.belongings, belongings(database, id, mostBelongings));
        TRIBUTARY_TRY_ASSIGN(beside.companies, companies(database));
        return beside;
    });
}

Result<std::optional<AddressHolder>> addressHolder(Database &database, Channel channel, const std::string &address)
{
    constexpr Channel kNumbers[]{Channel::Phone, Channel::WhatsApp, Channel::Sms};
    const std::span<const Channel> channels = std::ranges::count(kNumbers, channel) > 0
                                                  ? std::span<const Channel>(kNumbers)
                                                  : std::span<const Channel>(&channel, 1);
    std::optional<AddressHolder> holder;
    for (const Channel one : channels) {
        auto query = database.query(sql::cache_address_holder);
        query.bind("channel", one).bind("address", address);
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        if (!found)
            continue;
        Identity identity = readRow<Identity>(query);
        if (!holder || (identity.verified && !holder->identity.verified))
            holder = AddressHolder{.identity = std::move(identity)};
    }
    if (!holder)
        return holder;
    TRIBUTARY_TRY_ASSIGN(holder->customer, rootOf(database, holder->identity.customer));
    TRIBUTARY_TRY_ASSIGN(const auto root, customer(database, holder->customer));
    holder->name = root && !root->name.empty() ? root->name : holder->identity.shown;
    return holder;
}

Result<std::vector<Company>> companies(Database &database)
{
    auto query = database.query(sql::cache_companies);
    return readAll<Company>(query);
}

Result<std::vector<CompanyRow>> companyRows(Database &database)
{
    return database.atOneMoment([&]() -> Result<std::vector<CompanyRow>> {
        std::map<CompanyId, std::int64_t> people;
        {
            auto query = database.query(sql::cache_company_counts);
            for (;;) {
                TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
                if (!row)
                    break;
                people[query.id<CompanyId>(0)] = query.integer(1);
            }
        }
        TRIBUTARY_TRY_ASSIGN(std::vector<Company> all, companies(database));
        std::vector<CompanyRow> rows;
        for (Company &one : all) {
            const auto count = people.find(one.id);
            rows.push_back({std::move(one), count == people.end() ? 0 : count->second});
        }
        return rows;
    });
}

Result<std::vector<CustomerId>> customersOfCompany(Database &database, CompanyId id)
{
    std::vector<CustomerId> ids;
    auto query = database.query(sql::cache_customers_of_company);
    query.bind("id", id);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
        if (!row)
            return ids;
        ids.push_back(query.id<CustomerId>(0));
    }
}

Result<std::optional<MergePair>> mergePair(Database &database, CustomerId one, CustomerId other, TimePoint since)
{
    TRIBUTARY_TRY_ASSIGN(auto first, sideOf(database, one, since));
    TRIBUTARY_TRY_ASSIGN(auto second, sideOf(database, other, since));
    if (!first || !second || first->card.customer.id == second->card.customer.id)
        return std::optional<MergePair>();
    MergePair pair{.one = std::move(*first), .other = std::move(*second)};
    TRIBUTARY_TRY_ASSIGN(pair.fields, fieldsOf(database));
    for (const CustomerCard::Suggested &suggested : pair.one.card.suggestions) {
        if (!pair.suggestion && suggested.other.id == pair.other.card.customer.id)
            pair.suggestion = suggested.suggestion;
    }
    return std::optional<MergePair>(std::move(pair));
}

Result<std::vector<CustomerId>> peopleInOrder(Database &database, const PeopleQuery &query)
{
    return database.atOneMoment([&]() -> Result<std::vector<CustomerId>> {
        TRIBUTARY_TRY_ASSIGN(const Links links, liveLinks(database));
        TRIBUTARY_TRY_ASSIGN(std::vector<Person> people, peopleFound(database, query, links));
        if (query.order == PeopleQuery::Order::Contact)
            TRIBUTARY_TRY(addContact(database, links, people));
        std::ranges::sort(people, [&query](const Person &a, const Person &b) {
            if (query.order == PeopleQuery::Order::Contact) // the newest first: backwards by itself
                return query.backwards ? std::tie(a.lastMs, a.id) < std::tie(b.lastMs, b.id)
                                       : std::tie(b.lastMs, b.id) < std::tie(a.lastMs, a.id);
            if (a.name.empty() != b.name.empty())
                return b.name.empty();
            return query.backwards ? std::tie(b.name, b.id) < std::tie(a.name, a.id)
                                   : std::tie(a.name, a.id) < std::tie(b.name, b.id);
        });
        std::vector<CustomerId> ids(people.size());
        std::ranges::transform(people, ids.begin(), &Person::id);
        return ids;
    });
}

Result<std::vector<CustomerRow>> customerRows(Database &database, const std::vector<CustomerId> &ids)
{
    std::vector<CustomerRow> rows;
    for (const CustomerId id : ids) {
        TRIBUTARY_TRY_ASSIGN(CustomerRow row, rowOf(database, id));
        rows.push_back(std::move(row));
    }
    return rows;
}

Result<Duplicates> duplicates(Database &database, std::int64_t count, std::optional<Duplicates::Place> after)
{
    Duplicates page;
    std::vector<Suggestion> open;
    {
        auto query = database.query(sql::cache_open_suggestions);
        query.bind("before_ms", after ? after->at : TimePoint::max());
        query.bind("before_id", after ? after->id : SuggestionId()).bind("row_count", count);
        TRIBUTARY_TRY_ASSIGN(open, readAll<Suggestion>(query));
    }
    if (std::int64_t(open.size()) == count && !open.empty())
        page.next = Duplicates::Place{open.back().at, open.back().id};
    {
        auto query = database.query(sql::cache_count_suggestions);
        TRIBUTARY_TRY(query.step());
        page.open = query.integer(0);
    }
    std::set<std::pair<CustomerId, CustomerId>> pairs;
    for (Suggestion &suggestion : open) {
        TRIBUTARY_TRY_ASSIGN(const CustomerId a, rootOf(database, suggestion.customer));
        TRIBUTARY_TRY_ASSIGN(const CustomerId b, rootOf(database, suggestion.other));
        if (a == b || !pairs.insert(std::minmax(a, b)).second)
            continue;
        Duplicate duplicate{.suggestion = std::move(suggestion)};
        TRIBUTARY_TRY_ASSIGN(duplicate.customer, rowOf(database, a));
        TRIBUTARY_TRY_ASSIGN(duplicate.other, rowOf(database, b));
        page.pairs.push_back(std::move(duplicate));
    }
    return page;
}

} // namespace tributary::store
