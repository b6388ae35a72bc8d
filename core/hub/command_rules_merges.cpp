#include "core/hub/command_rules.h"

#include "core/hub/customer_limits.h"
#include "core/hub/people.h"
#include "core/hub/timeline_events.h"
#include "core/model/addresses.h"
#include "core/model/customer_fields.h"
#include "core/model/links.h"
#include "core/model/masks.h"
#include "core/store/entities.h"
#include "core/store/sql.h"
#include "core/store/suggestions.h"
#include "core/text/utf8.h"

#include <algorithm>

namespace tributary::hub {

using namespace tributary::model;
namespace sql = store::sql;
using Reason = Outcome::Reason;

namespace {

bool isFieldName(std::string_view name)
{
    return name == "name" || name == "note" || name == kLanguageField || name == "company"
           || (name.starts_with(kFieldPrefix) && isFieldKey(name.substr(kFieldPrefix.size())));
}

} // namespace

Result<CommandRules::Answer> CommandRules::makeLink(CustomerLink made)
{
    if (made.id.isNull())
        return refused(Reason::NotFound);
    if (made.evidence.size() > kLongestNote)
        return refused(Reason::Invalid, "evidence that is too long");
    TRIBUTARY_TRY_ASSIGN(const auto known, store::customerLink(database(), made.id));
    if (known)
        return known->by == m_by.id && known->from == made.from && known->into == made.into ? noEffect()
                                                                                            : refused(Reason::Taken);
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(made.id.bytes, "live"));
    if (late) // they were parted again
        return noEffect();
    made.by = m_by.id;
    made.at = m_at;
    TRIBUTARY_TRY_ASSIGN(const Reason reason, link(m_changes, made));
    if (reason != Reason::None)
        return refused(reason);
    TRIBUTARY_TRY(tellOfLink(made, "merged"));
    return Answer{};
}

Result<void> CommandRules::tellOfLink(const CustomerLink &link, std::string_view event)
{
    TRIBUTARY_TRY_ASSIGN(const auto other, store::customer(database(), link.from));
    if (!other)
        return {};
    Values values{{"from", other->name}, {"link", link.id.text()}};
    if (event == "merged" && !link.evidence.empty())
        values["why"] = previewOf(link.evidence, kMostShown);
    return tellOfCustomer(link.into, event, std::move(values));
}

Result<CommandRules::Answer> CommandRules::operator()(const LinkCustomers &command)
{
    return makeLink(
        CustomerLink{.id = command.link, .from = command.from, .into = command.into, .evidence = command.evidence});
}

Result<CommandRules::Answer> CommandRules::operator()(const MergeCustomers &command)
{
    TRIBUTARY_TRY_ASSIGN(const auto from, store::customer(database(), command.from));
    TRIBUTARY_TRY_ASSIGN(auto into, store::customer(database(), command.into));
    if (!from || !into)
        return refused(Reason::NotFound);
    const auto isField = [&](const std::string &name) { // also one that an import brought, whatever it called it
        return isFieldName(name) || (name.starts_with(kFieldPrefix) && !fieldOf(*from, name).empty())
               || (name.starts_with(kFieldPrefix) && !fieldOf(*into, name).empty());
    };
    if (!std::ranges::all_of(command.taken, isField))
        return refused(Reason::Invalid, "no fields of a customer");
    // Versions are of this history alone.
    const bool isComparable = !m_standing.ofAnotherEpoch && command.fromVersion > 0 && command.intoVersion > 0;
    TRIBUTARY_TRY_ASSIGN(const auto known, store::customerLink(database(), command.link));
    if (!known && isComparable && (from->version > command.fromVersion || into->version > command.intoVersion))
        return refused(Reason::Changed, "one of the two was changed meanwhile");
    CustomerLink made{.id = command.link, .from = command.from, .into = command.into, .evidence = command.evidence};
    const Customer before = *into;
    for (const std::string &name : command.taken) {
        const std::string_view key = std::string_view(name).starts_with(kFieldPrefix)
                                         ? std::string_view(name).substr(kFieldPrefix.size())
                                         : std::string_view();
        if (!seesField(m_by, key) || (name == "note" && !may(m_by, Permission::SeeCustomerNotes)))
            return refused(Reason::NotAllowed, "a field its author is not shown");
        made.replaced[name] = fieldOf(before, name);
        setFieldOf(*into, name, fieldOf(*from, name));
    }
    if (!fitsFrame(*into, before))
        return refused(Reason::Invalid, "more than a customer's card can hold");
    TRIBUTARY_TRY_ASSIGN(const Answer answer, makeLink(made));
    if (answer.kind == Outcome::Kind::Applied && *into != before)
        TRIBUTARY_TRY(m_changes.put(*into)); // what was taken over is part of the merge, and told by it
    return answer;
}

/// What `into` had before a merge that has ended, where it still has what came with it. Merges end in any order: where a
/// later one has taken the field since, that one is told what to put back.
Result<void> CommandRules::putBack(const CustomerLink &ended)
{
    TRIBUTARY_TRY_ASSIGN(const auto from, store::customer(database(), ended.from));
    TRIBUTARY_TRY_ASSIGN(auto into, store::customer(database(), mergedInto(ended)));
    if (!from || !into || ended.replaced.empty())
        return {};
    std::vector<CustomerLink> others;
    {
        auto query = database().query(sql::hub_live_links_into);
        query.bind("customer_id", ended.into);
        TRIBUTARY_TRY_ASSIGN(others, store::readAll<CustomerLink>(query));
        std::erase_if(others, [&](const CustomerLink &other) { return mergedInto(other) != into->id; });
    }
    const Customer before = *into;
    for (const auto &[name, value] : ended.replaced) {
        const std::string came = fieldOf(*from, name);
        const auto later = std::ranges::find_if(others, [&, &name = name](const CustomerLink &other) {
            const auto replaced = other.replaced.find(name);
            return other.at >= ended.at && replaced != other.replaced.end() && replaced->second == came;
        });
        if (later != others.end()) {
            later->replaced[name] = value;
            TRIBUTARY_TRY(m_changes.put(*later));
        } else if (fieldOf(*into, name) == came) { // else it was changed since, by somebody who knew both
            setFieldOf(*into, name, value);
            TRIBUTARY_TRY(putBackFurther(into->id, name, came, value));
        }
    }
    return *into == before ? Result<void>() : m_changes.put(*into);
}

/// Who @p id was merged into may have taken along what it has just given back.
Result<void> CommandRules::putBackFurther(CustomerId id, const std::string &name, const std::string &came,
                                          const std::string &value)
{
    std::vector<CustomerLink> onward;
    {
        auto query = database().query(sql::hub_live_link_from);
        query.bind("customer_id", id);
        TRIBUTARY_TRY_ASSIGN(onward, store::readAll<CustomerLink>(query));
    }
    for (const CustomerLink &link : onward) { // one at most
        TRIBUTARY_TRY_ASSIGN(auto into, store::customer(database(), mergedInto(link)));
        if (!into || !link.replaced.contains(name) || fieldOf(*into, name) != came)
            continue;
        setFieldOf(*into, name, value);
        TRIBUTARY_TRY(m_changes.put(*into));
        TRIBUTARY_TRY(putBackFurther(into->id, name, came, value));
    }
    return {};
}

Result<CommandRules::Answer> CommandRules::operator()(const UnlinkCustomers &command)
{
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.link.bytes, "live"));
    if (late)
        return noEffect();
    TRIBUTARY_TRY_ASSIGN(auto link, store::customerLink(database(), command.link));
    if (!link) {
        m_words.clear(); // this one stands: whoever linked them may come back later
        return refused(Reason::NotFound);
    }
    if (link->endedAt)
        return noEffect();
    TRIBUTARY_TRY_ASSIGN(const std::vector<Customer> blocked, blockedOf(database(), link->into));
    link->endedAt = m_at;
    link->endedBy = m_by.id;
    TRIBUTARY_TRY(m_changes.put(*link));
    TRIBUTARY_TRY(putBack(*link));
    TRIBUTARY_TRY(leadBack(m_changes, *link));
    TRIBUTARY_TRY_ASSIGN(std::vector<Suggestion> offered, store::suggestionsBetween(database(), link->from, link->into));
    for (Suggestion &suggestion : offered) { // that the two are not one is said of all of them
        if (suggestion.state != Suggestion::State::Open)
            continue;
        suggestion.state = Suggestion::State::Dismissed;
        TRIBUTARY_TRY(m_changes.put(suggestion));
    }
    TRIBUTARY_TRY(tellOfLink(*link, "unmerged"));
    for (const CustomerId &one : {link->from, link->into}) {
        TRIBUTARY_TRY(separateStrangers(one));
        TRIBUTARY_TRY(hearAgain(one, !blocked.empty()));
    }
    return Answer{};
}

Result<CommandRules::Answer> CommandRules::operator()(const MoveIdentity &command)
{
    TRIBUTARY_TRY_ASSIGN(const auto identity, store::identity(database(), command.identity));
    if (!identity || command.customer.isNull())
        return refused(Reason::NotFound);
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.identity.bytes, "home"));
    if (late)
        return noEffect();
    if (identity->customer == command.customer)
        return noEffect();
    TRIBUTARY_TRY_ASSIGN(auto to, store::customer(database(), command.customer));
    if (!to) { // its address is no name: names are shown to those as well who are not shown addresses
        to = Customer{.id = command.customer, .name = identity->name, .createdAt = m_at};
        TRIBUTARY_TRY(m_changes.put(*to));
    }
    TRIBUTARY_TRY_ASSIGN(const auto from, store::customer(database(), identity->customer));
    TRIBUTARY_TRY_ASSIGN(const std::vector<Customer> blocked, blockedOf(database(), identity->customer));
    TRIBUTARY_TRY(moveIdentity(m_changes, identity->id, to->id));
    if (m_command.undoes)
        TRIBUTARY_TRY(forgetKeptApart(m_changes, identity->customer, to->id));
    else
        TRIBUTARY_TRY(keepApart(m_changes, m_ids, identity->customer, to->id, m_by.id, m_at));
    for (const CustomerId &one : {identity->customer, to->id})
        TRIBUTARY_TRY(separateStrangers(one));
    TRIBUTARY_TRY(hearAgain(to->id, !blocked.empty()));
    const std::string address =
        hasNumbers(identity->channel) ? shownAddress(identity->channel, identity->address) : identity->shown;
    TRIBUTARY_TRY(
        tellOfCustomer(to->id, "identity-moved", {{"address", address}, {"from", from ? from->name : std::string()}}));
    bool isGone = false;
    if (from && m_command.undoes) {
        TRIBUTARY_TRY_ASSIGN(isGone, removeMadeByMove(*from));
    }
    if (from && !isGone)
        TRIBUTARY_TRY(tellOfCustomer(from->id, "identity-left", {{"address", address}, {"to", to->name}}));
    return Answer{};
}

Result<bool> CommandRules::removeMadeByMove(const Customer &customer)
{
    TRIBUTARY_TRY_ASSIGN(const auto events, onlyEventsOf(customer.id));
    if (!events)
        return false;
    const auto isOfMove = [](const TimelineItem &event) {
        const std::string name = detailOf(event, "event");
        return name == "identity-moved" || name == "identity-left";
    };
    const auto isFirst = [&](const TimelineItem &event) {
        return detailOf(event, "event") == "identity-moved" && event.at == customer.createdAt;
    };
    if (!std::ranges::all_of(*events, isOfMove) || std::ranges::none_of(*events, isFirst))
        return false;
    TRIBUTARY_TRY(removeWith(customer, *events));
    return true;
}

Result<CommandRules::Answer> CommandRules::operator()(const DismissSuggestion &command)
{
    TRIBUTARY_TRY_ASSIGN(auto suggestion, store::suggestion(database(), command.suggestion));
    if (!suggestion)
        return refused(Reason::NotFound);
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.suggestion.bytes, "state"));
    if (late)
        return noEffect();
    TRIBUTARY_TRY_ASSIGN(std::vector<Suggestion> decided, store::decidedWith(database(), *suggestion, command.dismissed));
    if (decided.empty())
        return noEffect();
    for (Suggestion &one : decided)
        TRIBUTARY_TRY(m_changes.put(one));
    TRIBUTARY_TRY(tellOfTwo(suggestion->customer, suggestion->other, command.dismissed));
    return Answer{};
}

Result<void> CommandRules::tellOfTwo(CustomerId one, CustomerId other, bool areTwo)
{
    TRIBUTARY_TRY_ASSIGN(const CustomerId a, rootOf(database(), one));
    TRIBUTARY_TRY_ASSIGN(const CustomerId b, rootOf(database(), other));
    for (const auto &[of, with] : {std::pair(a, b), std::pair(b, a)}) {
        TRIBUTARY_TRY_ASSIGN(const auto customer, store::customer(database(), with));
        if (customer)
            TRIBUTARY_TRY(tellOfCustomer(of, areTwo ? "kept-apart" : "offered-again", {{"from", customer->name}}));
    }
    return {};
}

} // namespace tributary::hub
