#include "core/hub/people.h"

#include "core/hub/regions.h"
#include "core/hub/timeline_events.h"
#include "core/hub/workspace_ids.h"
#include "core/model/links.h"
#include "core/store/entities.h"
#include "core/store/homes.h"
#include "core/store/sql.h"
#include "core/store/suggestions.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tributary::hub {
namespace {

using namespace tributary::model;
using channels::InboundSender;
namespace sql = store::sql;

constexpr std::int64_t kMostClaims = 6; ///< Open at a time on one person.

Result<std::optional<Identity>> identityAt(store::Database &database, Channel channel, const std::string &address,
                                           ChannelAccountId account)
{
    auto query = database.query(sql::hub_identity_at);
    query.bind("channel", channel).bind("address", address).bind("account_id", account);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found ? std::optional<Identity>(store::readRow<Identity>(query)) : std::nullopt;
}

/// Evidence is about addresses that mean the same everywhere, but for ids of a shop (Channel::Api), which are the account's.
ChannelAccountId scopeOf(const InboundSender::Evidence &evidence, ChannelAccountId account)
{
    return evidence.channel == Channel::Api ? account : ChannelAccountId();
}

/// Whose a number is that is proven on any channel with numbers; nobody's where that is not one person.
Result<std::optional<Customer>> customerOfNumber(store::Database &database, const std::string &number)
{
    if (!number.starts_with('+')) // the name of a sender, which anybody may have
        return std::optional<Customer>();
    std::optional<CustomerId> found, person;
    for (const Channel channel : {Channel::Phone, Channel::Sms, Channel::WhatsApp}) {
        TRIBUTARY_TRY_ASSIGN(const auto known, identityAt(database, channel, number, {}));
        if (!known || !known->verified)
            continue;
        TRIBUTARY_TRY_ASSIGN(const CustomerId root, rootOf(database, known->customer));
        if (person && *person != root) // a person has parted them, or has yet to say
            return std::optional<Customer>();
        person = root;
        if (!found)
            found = known->customer;
    }
    return found ? store::customer(database, *found) : std::optional<Customer>();
}

Result<std::optional<Customer>> provenCustomer(ChangeLog &changes, const ChannelAccount &account,
                                               const InboundSender &sender)
{
    store::Database &database = changes.database();
    for (const InboundSender::Evidence &evidence : sender.evidence) {
        if (!evidence.verified)
            continue;
        TRIBUTARY_TRY_ASSIGN(const auto known,
                             identityAt(database, evidence.channel, evidence.address, scopeOf(evidence, account.id)));
        if (known && known->verified)
            return store::customer(database, known->customer);
        if (!hasNumbers(evidence.channel))
            continue;
        TRIBUTARY_TRY_ASSIGN(auto elsewhere, customerOfNumber(database, evidence.address));
        if (elsewhere)
            return elsewhere;
    }
    if (sender.verified && !sender.scoped && hasNumbers(account.channel))
        return customerOfNumber(database, sender.address);
    return std::optional<Customer>();
}

/// The company that an address is of.
Result<std::optional<CompanyId>> companyOf(store::Database &database, Channel channel, const std::string &address)
{
    const std::size_t at = address.rfind('@');
    const bool isMail = channel == Channel::Email && at != std::string::npos;
    return isMail ? companyOfDomain(database, address.substr(at + 1)) : std::optional<CompanyId>();
}

/// Of a person whose company nobody has said, the one whose mail address they have is it. Says whether it has become it.
Result<bool> giveCompany(ChangeLog &changes, CustomerId id, Channel channel, const std::string &address)
{
    TRIBUTARY_TRY_ASSIGN(const auto company, companyOf(changes.database(), channel, address));
    if (!company)
        return false;
    TRIBUTARY_TRY_ASSIGN(auto customer, store::customer(changes.database(), id));
    if (!customer)
        return false;
    TRIBUTARY_TRY_ASSIGN(const auto has, store::companyOf(changes.database(), *customer));
    if (has)
        return false;
    customer->company = company;
    TRIBUTARY_TRY(changes.put(*customer));
    return true;
}

/// What the hub does by itself to somebody who is there already is told, with why; who is new has come with it.
class Telling {
public:
    Telling(ChangeLog &changes, IdMaker &ids, TimePoint at)
        : m_changes(changes)
        , m_ids(ids)
        , m_at(at)
    {
    }

    /// An address is theirs, and perhaps a company by it. One that only the platform can read is not repeated.
    Result<void> ofProof(const Identity &added, bool hasCompany)
    {
        TRIBUTARY_TRY_ASSIGN(const auto customer, store::customer(m_changes.database(), added.customer));
        if (!customer || customer->createdAt >= m_at)
            return {};
        Values values{{"channel", std::string(nameOf(added.channel))}, {"why", "proven"}};
        if (added.account.isNull())
            values["address"] = shownAddress(added.channel, added.address);
        TRIBUTARY_TRY(tell(*customer, "identity-added", std::move(values)));
        if (!hasCompany || !customer->company)
            return {};
        TRIBUTARY_TRY_ASSIGN(const auto company, store::company(m_changes.database(), *customer->company));
        return company
                   ? tell(*customer, "customer-field", {{"field", "company"}, {"to", company->name}, {"why", "by-address"}})
                   : Result<void>();
    }
    Result<void> ofName(const Customer &customer, const std::string &before)
    {
        return tell(customer, "customer-field",
                    {{"field", "name"}, {"from", before}, {"to", customer.name}, {"why", "channel"}});
    }

private:
    using Values = std::map<std::string, std::string>;
    Result<void> tell(const Customer &customer, std::string_view event, Values values)
    {
        return addCustomerEvent(m_changes, m_ids, customer.id, event, std::move(values), std::nullopt, m_at);
    }

    ChangeLog &m_changes;
    IdMaker &m_ids;
    TimePoint m_at;
};

template<class IdType>
Result<IdType> idAt(store::Database &database, Channel channel, ChannelAccountId scope, const std::string &address)
{
    constexpr bool isCustomer = std::is_same_v<IdType, CustomerId>;
    const std::string of = std::string(isCustomer ? "customer " : "identity ") + scope.text() + " "
                           + std::string(nameOf(channel)) + " " + address;
    TRIBUTARY_TRY_ASSIGN(const RawId id, workspaceId(database, of));
    return IdType(id);
}

/// An id that is the same when the same address is met again by a hub that was restored from before it.
template<class IdType>
Result<IdType> bornAs(ChangeLog &changes, IdMaker &ids, Channel channel, ChannelAccountId scope, const std::string &address)
{
    TRIBUTARY_TRY_ASSIGN(const auto id, idAt<IdType>(changes.database(), channel, scope, address));
    bool taken = false;
    if constexpr (std::is_same_v<IdType, CustomerId>) {
        TRIBUTARY_TRY_ASSIGN(const auto there, store::customer(changes.database(), id));
        taken = there.has_value();
    } else {
        TRIBUTARY_TRY_ASSIGN(const auto there, store::identity(changes.database(), id));
        taken = there.has_value();
    }
    return taken ? ids.make<IdType>() : id;
}

/// What a channel's evidence makes of two people: the same again in a hub that was restored from before it, so that what
/// agents have decided about it finds it.
template<class IdType>
IdType ofTwo(std::string_view what, CustomerId one, CustomerId other)
{
    Bytes of = copyOf(bytesOf(what));
    for (const CustomerId &id : {std::min(one, other), std::max(one, other)})
        std::ranges::copy(id.view(), std::back_inserter(of));
    return IdType(derivedId(fromMs(0), of));
}

/// Offers to merge whoever has typed an address in with whose it is. Anybody can type anything in, as often as they like:
/// more than a few that nobody has decided yet say nothing.
Result<void> suggestClaim(ChangeLog &changes, IdMaker &ids, CustomerId claimant, CustomerId other,
                          const std::string &evidence, TimePoint at)
{
    TRIBUTARY_TRY_ASSIGN(const CustomerId root, rootOf(changes.database(), other));
    std::int64_t open = 0;
    {
        auto query = changes.database().query(sql::hub_open_claims_on);
        query.bind("root_id", root).bind("reason", Suggestion::Reason::TypedEmail).bind("row_count", kMostClaims);
        TRIBUTARY_TRY(query.step());
        open = query.integer(0);
    }
    return open >= kMostClaims ? Result<void>()
                               : suggest(changes, ids, claimant, other, Suggestion::Reason::TypedEmail, evidence, at);
}

/// People who said earlier that this address, now proven, is theirs.
Result<void> suggestClaimants(ChangeLog &changes, IdMaker &ids, const Identity &identity, TimePoint at)
{
    std::vector<CustomerId> claimants;
    {
        auto query = changes.database().query(sql::hub_claims_of_address);
        query.bind("channel", identity.channel).bind("address", identity.address).bind("row_count", kMostClaims);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            claimants.push_back(query.id<CustomerId>(0));
        }
    }
    for (const CustomerId &claimant : claimants)
        TRIBUTARY_TRY(suggestClaim(changes, ids, claimant, identity.customer, identity.shown, at));
    return {};
}

Result<void> applyClaim(ChangeLog &changes, IdMaker &ids, const Identity &identity, const InboundSender::Evidence &evidence,
                        TimePoint at)
{
    auto claim = changes.database().query(sql::hub_add_claim);
    claim.bind("channel", evidence.channel).bind("address", evidence.address);
    TRIBUTARY_TRY(claim.bind("customer_id", identity.customer).bind("at_ms", at).run());
    TRIBUTARY_TRY_ASSIGN(const auto known, identityAt(changes.database(), evidence.channel, evidence.address, {}));
    if (!known)
        return {};
    return suggestClaim(changes, ids, identity.customer, known->customer, evidence.address, at);
}

Result<void> applyProof(ChangeLog &changes, IdMaker &ids, const Identity &identity, ChannelAccountId account,
                        const InboundSender::Evidence &evidence, TimePoint at)
{
    const ChannelAccountId scope = scopeOf(evidence, account);
    TRIBUTARY_TRY_ASSIGN(auto known, identityAt(changes.database(), evidence.channel, evidence.address, scope));
    if (!known) {
        TRIBUTARY_TRY_ASSIGN(const auto id, bornAs<IdentityId>(changes, ids, evidence.channel, scope, evidence.address));
        Identity proven{.id = id,
                        .customer = identity.customer,
                        .channel = evidence.channel,
                        .account = scope,
                        .address = evidence.address,
                        .shown = evidence.address,
                        .name = identity.name,
                        .verified = true};
        TRIBUTARY_TRY(changes.put(proven));
        TRIBUTARY_TRY_ASSIGN(const bool hasCompany, giveCompany(changes, proven.customer, proven.channel, proven.address));
        TRIBUTARY_TRY(Telling(changes, ids, at).ofProof(proven, hasCompany));
        return suggestClaimants(changes, ids, proven, at);
    }
    TRIBUTARY_TRY_ASSIGN(const CustomerId mine, rootOf(changes.database(), identity.customer));
    TRIBUTARY_TRY_ASSIGN(const CustomerId theirs, rootOf(changes.database(), known->customer));
    if (mine == theirs) {
        if (known->verified)
            return {};
        known->verified = true; // what had only been told of them is shown
        return changes.put(*known);
    }
    if (!known->verified) // somebody has typed it, and may have been wrong
        return suggest(changes, ids, mine, theirs, Suggestion::Reason::TypedEmail, evidence.address, at);
    auto id = ofTwo<CustomerLinkId>("proof", mine, theirs);
    auto parted = changes.database().query(sql::hub_field_set);
    parted.bind("about", id).bind("field", "live");
    TRIBUTARY_TRY_ASSIGN(const bool wereParted, parted.exists());
    TRIBUTARY_TRY_ASSIGN(const auto there, store::customerLink(changes.database(), id));
    if (wereParted && !there) // before a restore, by a desktop that has come back before this
        return suggest(changes, ids, mine, theirs, Suggestion::Reason::TypedEmail, evidence.address, at);
    if (there)
        id = ids.make<CustomerLinkId>();
    CustomerLink merge{.id = id, .from = mine, .into = theirs, .evidence = evidence.address, .at = at};
    TRIBUTARY_TRY_ASSIGN(const Outcome::Reason refused, link(changes, merge));
    if (refused == Outcome::Reason::None) {
        TRIBUTARY_TRY_ASSIGN(const auto joined, store::customer(changes.database(), mine));
        return addCustomerEvent(changes, ids, theirs, "merged",
                                {{"from", joined ? joined->name : std::string()},
                                 {"link", merge.id.text()},
                                 {"why", shownAddress(evidence.channel, evidence.address)}},
                                std::nullopt, at);
    }
    // Others are merged into this one already: a person has to say which way round.
    return suggest(changes, ids, mine, theirs, Suggestion::Reason::TypedEmail, evidence.address, at);
}

/// A sender whose numbers stand in E.164, read as ones of the account's region where they have no country code.
Result<InboundSender> withNumbers(store::Database &database, const ChannelAccount &account, InboundSender sender)
{
    const bool isNumber = hasNumbers(account.channel) && !sender.scoped;
    if (!isNumber && sender.evidence.empty())
        return sender;
    TRIBUTARY_TRY_ASSIGN(const std::string region, regionOf(database, account.id));
    const auto normal = [&](Channel channel, std::string &address) {
        if (auto number = normalised(channel, address, region)) // else the name of a sender, as short messages have it
            address = std::move(*number);
    };
    if (isNumber)
        normal(account.channel, sender.address);
    for (InboundSender::Evidence &evidence : sender.evidence) {
        if (hasNumbers(evidence.channel))
            normal(evidence.channel, evidence.address);
    }
    return sender;
}

} // namespace

Result<CustomerId> bornAt(store::Database &database, Channel channel, ChannelAccountId scope, const std::string &address)
{
    return idAt<CustomerId>(database, channel, scope, address);
}

Result<Identity> identityOf(ChangeLog &changes, IdMaker &ids, const ChannelAccount &account, const InboundSender &given,
                            TimePoint at)
{
    TRIBUTARY_TRY_ASSIGN(const InboundSender sender, withNumbers(changes.database(), account, given));
    const ChannelAccountId scope = sender.scoped ? account.id : ChannelAccountId();
    TRIBUTARY_TRY_ASSIGN(auto known, identityAt(changes.database(), account.channel, sender.address, scope));
    if (known) {
        const Identity before = *known;
        known->lastUsedAt = std::max(known->lastUsedAt, at);
        known->verified |= sender.verified;
        // Anybody can write an address of somebody else into From; the id that a platform gives is nobody else's.
        const bool isVouchedFor = sender.verified || sender.scoped;
        if (!sender.name.empty() && (isVouchedFor || (known->name.empty() && !sender.disproved)))
            known->name = sender.name;
        // Only the time of use changed: worth a row at most once an hour.
        const bool worthIt = known->verified != before.verified || known->name != before.name
                             || known->lastUsedAt - before.lastUsedAt > std::chrono::hours(1);
        if (worthIt)
            TRIBUTARY_TRY(changes.put(*known));
        if (known->name != before.name) {
            TRIBUTARY_TRY_ASSIGN(auto person, store::customer(changes.database(), known->customer));
            if (person && (person->name.empty() || person->name == before.name)) {
                const std::string was = std::exchange(person->name, known->name);
                TRIBUTARY_TRY(changes.put(*person));
                if (!was.empty())
                    TRIBUTARY_TRY(Telling(changes, ids, at).ofName(*person, was));
            }
        }
        return *known;
    }
    TRIBUTARY_TRY_ASSIGN(auto home, provenCustomer(changes, account, sender));
    const bool isKnown = home.has_value();
    if (!home) {
        TRIBUTARY_TRY_ASSIGN(const CustomerId born,
                             bornAs<CustomerId>(changes, ids, account.channel, scope, sender.address));
        home = Customer{.id = born, .name = sender.name, .createdAt = at};
        TRIBUTARY_TRY(changes.put(*home));
    }
    TRIBUTARY_TRY_ASSIGN(const IdentityId born, bornAs<IdentityId>(changes, ids, account.channel, scope, sender.address));
    Identity made{.id = born,
                  .customer = home->id,
                  .channel = account.channel,
                  .account = scope,
                  .address = sender.address,
                  .shown = sender.shown.empty() ? sender.address : sender.shown,
                  .name = sender.name,
                  .verified = sender.verified,
                  .lastUsedAt = at};
    TRIBUTARY_TRY(changes.put(made));
    TRIBUTARY_TRY_ASSIGN(const bool hasCompany, giveCompany(changes, made.customer, made.channel, made.address));
    if (isKnown)
        TRIBUTARY_TRY(Telling(changes, ids, at).ofProof(made, hasCompany));
    if (made.verified)
        TRIBUTARY_TRY(suggestClaimants(changes, ids, made, at));
    return made;
}

Result<Identity> identityFor(ChangeLog &changes, IdMaker &ids, Channel channel, const std::string &address,
                             const std::string &shown, const std::string &name, CustomerId customer, IdentityId id,
                             TimePoint at)
{
    TRIBUTARY_TRY_ASSIGN(auto known, identityAt(changes.database(), channel, address, {}));
    if (known)
        return *known;
    TRIBUTARY_TRY_ASSIGN(auto home, store::customer(changes.database(), customer));
    if (!home) {
        home = Customer{.id = customer.isNull() ? ids.make<CustomerId>() : customer, .name = name, .createdAt = at};
        TRIBUTARY_TRY(changes.put(*home));
    }
    TRIBUTARY_TRY_ASSIGN(const auto taken, store::identity(changes.database(), id));
    Identity made{.id = id.isNull() || taken ? ids.make<IdentityId>() : id,
                  .customer = home->id,
                  .channel = channel,
                  .address = address,
                  .shown = shown,
                  .name = name};
    TRIBUTARY_TRY(changes.put(made));
    TRIBUTARY_TRY(giveCompany(changes, made.customer, channel, address));
    return made;
}

std::size_t rowBytes(const Customer &customer)
{
    std::size_t bytes = customer.name.size() + customer.note.size() + customer.language.size();
    for (const std::string &tag : customer.tags)
        bytes += tag.size();
    for (const auto &[key, value] : customer.attributes)
        bytes += key.size() + value.size();
    return bytes;
}

Result<std::optional<CompanyId>> companyOfDomain(store::Database &database, const std::string &domain)
{
    auto query = database.query(sql::hub_company_of_domain);
    query.bind("domain", domain);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found ? std::optional<CompanyId>(query.id<CompanyId>(0)) : std::nullopt;
}

Result<void> setReach(ChangeLog &changes, IdentityId id, const std::string &problem)
{
    TRIBUTARY_TRY_ASSIGN(auto identity, store::identity(changes.database(), id));
    if (!identity || identity->problem == problem)
        return {};
    identity->problem = problem;
    return changes.put(*identity);
}

Result<void> moveIdentity(ChangeLog &changes, IdentityId id, CustomerId to)
{
    store::Database &database = changes.database();
    TRIBUTARY_TRY_ASSIGN(auto identity, store::identity(database, id));
    if (!identity)
        return failure(Error::Kind::NotFound, "no such identity");
    TRIBUTARY_TRY_ASSIGN(store::GoesAlong along, store::goesAlongWith(database, *identity));
    identity->customer = to;
    TRIBUTARY_TRY(changes.put(*identity));
    for (Conversation &conversation : along.conversations) {
        conversation.customer = to;
        TRIBUTARY_TRY(changes.put(conversation));
    }
    for (TimelineItem &item : along.items) {
        item.customer = to;
        TRIBUTARY_TRY(changes.put(item));
    }
    return {};
}

Result<void> applyEvidence(ChangeLog &changes, IdMaker &ids, const ChannelAccount &account, const Identity &identity,
                           const InboundSender &given, TimePoint at)
{
    TRIBUTARY_TRY_ASSIGN(const InboundSender sender, withNumbers(changes.database(), account, given));
    for (const InboundSender::Evidence &evidence : sender.evidence) {
        if (evidence.address.empty())
            continue;
        if (evidence.verified)
            TRIBUTARY_TRY(applyProof(changes, ids, identity, account.id, evidence, at));
        else
            TRIBUTARY_TRY(applyClaim(changes, ids, identity, evidence, at));
    }
    return {};
}

Result<CustomerId> rootOf(store::Database &database, CustomerId id)
{
    auto query = database.query(sql::hub_live_link_from);
    query.bind("customer_id", id);
    TRIBUTARY_TRY_ASSIGN(const bool merged, query.step());
    return merged ? store::readRow<CustomerLink>(query).into : id;
}

Result<bool> belongs(store::Database &database, const Identity &identity, const Conversation &conversation)
{
    if (identity.id == conversation.identity) // the third party of a side conversation
        return true;
    TRIBUTARY_TRY_ASSIGN(const CustomerId a, rootOf(database, identity.customer));
    TRIBUTARY_TRY_ASSIGN(const CustomerId b, rootOf(database, conversation.customer));
    return a == b;
}

Result<std::vector<Customer>> blockedOf(store::Database &database, CustomerId id)
{
    TRIBUTARY_TRY_ASSIGN(const CustomerId root, rootOf(database, id));
    auto query = database.query(sql::hub_blocked_of_person);
    query.bind("root_id", root);
    return store::readAll<Customer>(query);
}

Result<bool> isBlocked(store::Database &database, IdentityId id)
{
    TRIBUTARY_TRY_ASSIGN(const auto identity, store::identity(database, id));
    if (!identity)
        return false;
    TRIBUTARY_TRY_ASSIGN(const std::vector<Customer> blocked, blockedOf(database, identity->customer));
    return !blocked.empty();
}

Result<bool> isUnwelcome(store::Database &database, CustomerId person, Channel channel,
                         const std::optional<Conversation> &conversation)
{
    TRIBUTARY_TRY_ASSIGN(const CustomerId root, rootOf(database, person));
    std::optional<TimePoint> withdrawnAt;
    {
        auto query = database.query(sql::hub_withdrawn_consent);
        query.bind("root_id", root).bind("channel", channel).bind("purpose", Consent::Purpose::Service);
        TRIBUTARY_TRY(query.step());
        if (!query.isNull(0))
            withdrawnAt = query.time(0);
    }
    if (!withdrawnAt || !conversation)
        return withdrawnAt.has_value();
    if (conversation->waitingSince)
        return false;
    auto query = database.query(sql::hub_written_after);
    query.bind("conversation_id", conversation->id).bind("at_ms", *withdrawnAt);
    TRIBUTARY_TRY_ASSIGN(const bool hasWritten, query.exists());
    return !hasWritten;
}

namespace {

Result<std::vector<CustomerLink>> liveLinksInto(store::Database &database, CustomerId root)
{
    auto query = database.query(sql::hub_live_links_into);
    query.bind("customer_id", root);
    return store::readAll<CustomerLink>(query);
}

} // namespace

Result<void> leadBack(ChangeLog &changes, const CustomerLink &ended)
{
    TRIBUTARY_TRY_ASSIGN(const std::vector<CustomerLink> members, liveLinksInto(changes.database(), ended.into));
    for (CustomerLink &member : ledBack(ended, members))
        TRIBUTARY_TRY(changes.put(member));
    return {};
}

Result<Outcome::Reason> link(ChangeLog &changes, CustomerLink link)
{
    store::Database &database = changes.database();
    TRIBUTARY_TRY_ASSIGN(const auto from, store::customer(database, link.from));
    TRIBUTARY_TRY_ASSIGN(const auto into, store::customer(database, link.into));
    if (!from || !into || link.from == link.into)
        return Outcome::Reason::NotFound;
    TRIBUTARY_TRY_ASSIGN(const CustomerId fromRoot, rootOf(database, link.from));
    TRIBUTARY_TRY_ASSIGN(const CustomerId intoRoot, rootOf(database, link.into));
    auto members = database.query(sql::hub_has_members);
    members.bind("customer_id", link.from);
    TRIBUTARY_TRY_ASSIGN(const bool hasMembers, members.exists());
    if (fromRoot != link.from || intoRoot != link.into || (hasMembers && !link.by))
        return Outcome::Reason::Chain;
    if (!link.by) {
        TRIBUTARY_TRY_ASSIGN(const bool two, areSaidToBeTwo(database, link.from, link.into));
        if (two)
            return Outcome::Reason::NotAllowed;
    }
    TRIBUTARY_TRY_ASSIGN(const std::vector<Suggestion> offered, store::suggestionsBetween(database, link.from, link.into));
    TRIBUTARY_TRY(changes.put(link));
    if (hasMembers) {
        TRIBUTARY_TRY_ASSIGN(std::vector<CustomerLink> along, liveLinksInto(database, link.from));
        for (CustomerLink &member : carriedAlong(link, std::move(along)))
            TRIBUTARY_TRY(changes.put(member));
    }
    for (Suggestion suggestion : offered) {
        suggestion.state = Suggestion::State::Linked;
        TRIBUTARY_TRY(changes.put(suggestion));
    }
    return Outcome::Reason::None;
}

Result<bool> areSaidToBeTwo(store::Database &database, CustomerId a, CustomerId b)
{
    auto query = database.query(sql::hub_said_to_be_two);
    query.bind("a", a).bind("b", b);
    return query.exists();
}

Result<void> keepApart(ChangeLog &changes, IdMaker &ids, CustomerId one, CustomerId other, AgentId by, TimePoint at)
{
    TRIBUTARY_TRY_ASSIGN(const CustomerId a, rootOf(changes.database(), one));
    TRIBUTARY_TRY_ASSIGN(const CustomerId b, rootOf(changes.database(), other));
    if (a == b)
        return {};
    {
        auto query = changes.database().query(sql::hub_was_unlinked);
        query.bind("a", a).bind("b", b);
        TRIBUTARY_TRY_ASSIGN(const bool known, query.exists());
        if (known)
            return {};
    }
    CustomerLink no{
        .id = ids.make<CustomerLinkId>(), .from = a, .into = b, .by = by, .at = at, .endedAt = at, .endedBy = by};
    return changes.put(no);
}

Result<void> forgetKeptApart(ChangeLog &changes, CustomerId one, CustomerId other)
{
    TRIBUTARY_TRY_ASSIGN(const CustomerId a, rootOf(changes.database(), one));
    TRIBUTARY_TRY_ASSIGN(const CustomerId b, rootOf(changes.database(), other));
    CustomerLinkId id;
    {
        auto query = changes.database().query(sql::hub_kept_apart);
        query.bind("a", a).bind("b", b);
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        if (!found)
            return {};
        id = query.id<CustomerLinkId>(0);
    }
    TRIBUTARY_TRY_ASSIGN(const auto link, store::customerLink(changes.database(), id));
    return link ? changes.remove(Entity(*link)) : Result<void>();
}

Result<void> suggest(ChangeLog &changes, IdMaker &ids, CustomerId customer, CustomerId other, Suggestion::Reason reason,
                     const std::string &evidence, TimePoint at)
{
    TRIBUTARY_TRY_ASSIGN(const CustomerId a, rootOf(changes.database(), customer));
    TRIBUTARY_TRY_ASSIGN(const CustomerId b, rootOf(changes.database(), other));
    if (a == b)
        return {};
    TRIBUTARY_TRY_ASSIGN(const std::vector<Suggestion> offered, store::suggestionsBetween(changes.database(), a, b));
    TRIBUTARY_TRY_ASSIGN(const bool two, areSaidToBeTwo(changes.database(), a, b));
    if (two || !offered.empty())
        return {};
    auto id = ofTwo<SuggestionId>("suggestion", a, b);
    TRIBUTARY_TRY_ASSIGN(const auto there, store::suggestion(changes.database(), id));
    if (there) // of who is merged into one of them by now
        id = ids.make<SuggestionId>();
    Suggestion suggestion{.id = id, .customer = a, .other = b, .reason = reason, .evidence = evidence, .at = at};
    return changes.put(suggestion);
}

} // namespace tributary::hub
