#include "core/hub/command_rules.h"

#include "core/hub/customer_limits.h"
#include "core/hub/people.h"
#include "core/hub/regions.h"
#include "core/hub/timeline_events.h"
#include "core/model/addresses.h"
#include "core/model/customer_fields.h"
#include "core/model/masks.h"
#include "core/store/entities.h"
#include "core/store/homes.h"
#include "core/store/sql.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace tributary::hub {

using namespace tributary::model;
namespace sql = store::sql;
using Reason = Outcome::Reason;

namespace {

std::string listed(const std::vector<std::string> &words)
{
    std::string text;
    for (const std::string &word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

} // namespace

bool CommandRules::fitsFrame(const Customer &now, const Customer &before)
{
    return rowBytes(now) <= std::max(rowBytes(before), kMaxCustomerBytes);
}

Result<CommandRules::Answer> CommandRules::onCustomer(CustomerId id, std::string_view field)
{
    TRIBUTARY_TRY_ASSIGN(auto customer, store::customer(database(), id));
    if (!customer)
        return refused(Reason::NotFound);
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(id.bytes, field));
    if (late)
        return noEffect();
    const Customer before = *customer;
    applyTo(*customer, m_command.body);
    if (std::holds_alternative<EditCustomer>(m_command.body))
        TRIBUTARY_TRY(keepOthersEdits(before, *customer));
    if (!may(m_by, Permission::SeeCustomerNotes)) // nobody empties what they are not shown
        customer->note = before.note;
    if (*customer == before)
        return noEffect();
    if (!fitsFrame(*customer, before))
        return refused(Reason::Invalid, "more than a customer's card can hold");
    TRIBUTARY_TRY(m_changes.put(*customer));
    TRIBUTARY_TRY(tellOfEdit(before, *customer));
    return Answer{};
}

/// An edit says both, name and note. What its author had left as it was may have been changed by somebody else since; by
/// whom a field was changed last is decided field by field.
Result<void> CommandRules::keepOthersEdits(const Customer &before, Customer &after)
{
    const bool isKnown = m_standing.seen > 0 && !m_standing.ofAnotherEpoch; // what its author saw; older desktops do not say
    if (!isKnown || m_command.undoes || before.version <= m_standing.seen)
        return {};
    std::optional<std::string> nameSeen;
    bool isNoteOthers = false;
    {
        auto query = database().query(sql::hub_customer_events_since);
        query.bind("customer_id", before.id).bind("base_seq", m_standing.seen);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            const auto event = store::readRow<TimelineItem>(query);
            if (event.author == m_by.id || detailOf(event, "event") != "customer-field")
                continue; // own edits were seen, also those that have had no echo
            const std::string field = detailOf(event, "field");
            if (field == "name" && !nameSeen)
                nameSeen = detailOf(event, "from");
            isNoteOthers |= field == "note";
        }
    }
    if (after.name == nameSeen.value_or(before.name)) // it is about the note
        after.name = before.name;
    else if (isNoteOthers)
        after.note = before.note;
    return {};
}

Result<void> CommandRules::tellOfCustomer(CustomerId customer, std::string_view event, Values values)
{
    if (m_command.undoes)
        values["why"] = "undo";
    return addCustomerEvent(m_changes, m_ids, customer, event, std::move(values), m_by, m_at);
}

/// What differs, each field an event of its own. Notes are not repeated: who may not read them reads the timeline.
Result<void> CommandRules::tellOfEdit(const Customer &before, const Customer &after)
{
    const auto field = [&](const std::string &name, Values values) {
        values["field"] = name;
        return tellOfCustomer(after.id, "customer-field", std::move(values));
    };
    if (before.name != after.name)
        TRIBUTARY_TRY(field("name", {{"from", before.name}, {"to", after.name}}));
    if (before.note != after.note)
        TRIBUTARY_TRY(field("note", after.note.empty() ? Values{{"removed", "yes"}} : Values()));
    if (before.language != after.language)
        TRIBUTARY_TRY(field(std::string(kLanguageField), {{"from", before.language}, {"to", after.language}}));
    if (before.company != after.company) {
        TRIBUTARY_TRY_ASSIGN(const std::string from, companyName(before.company));
        TRIBUTARY_TRY_ASSIGN(const std::string to, companyName(after.company));
        TRIBUTARY_TRY(field("company", {{"from", from}, {"to", to}}));
    }
    std::set<std::string> keys;
    for (const auto *attributes : {&before.attributes, &after.attributes}) {
        for (const auto &[key, value] : *attributes)
            keys.insert(key);
    }
    for (const std::string &key : keys) {
        const std::string name = std::string(kFieldPrefix) + key;
        const std::string from = fieldOf(before, name), to = fieldOf(after, name);
        if (from == to)
            continue;
        TRIBUTARY_TRY_ASSIGN(const auto definition, fieldNamed(database(), FieldDefinition::Subject::Customer, key));
        TRIBUTARY_TRY(field(name, {{"name", definition ? definition->name : key},
                                   {"from", previewOf(from, kMostShown)},
                                   {"to", previewOf(to, kMostShown)}}));
    }
    TRIBUTARY_TRY(tellOfPreferred(before, after));
    std::vector<std::string> added, removed;
    std::ranges::set_difference(after.tags, before.tags, std::back_inserter(added));
    std::ranges::set_difference(before.tags, after.tags, std::back_inserter(removed));
    if (added.empty() && removed.empty())
        return {};
    return tellOfCustomer(after.id, "customer-tags", {{"added", listed(added)}, {"removed", listed(removed)}});
}

Result<void> CommandRules::tellOfPreferred(const Customer &before, const Customer &after)
{
    for (std::size_t i = 0; i < kNames<Channel>.size(); ++i) {
        const auto channel = Channel(i);
        const auto now = preferredOn(after, channel);
        if (preferredOn(before, channel) == now)
            continue;
        Values values{{"channel", std::string(nameOf(channel))}};
        TRIBUTARY_TRY_ASSIGN(const auto identity,
                             now ? store::identity(database(), *now) : Result<std::optional<Identity>>(std::nullopt));
        if (identity && identity->account.isNull())
            values["address"] = shownAddress(channel, identity->address);
        if (!now)
            values["removed"] = "yes";
        TRIBUTARY_TRY(tellOfCustomer(after.id, "identity-preferred", std::move(values)));
    }
    return {};
}

Result<CommandRules::Answer> CommandRules::operator()(const AddCustomer &command)
{
    if (command.customer.isNull() || command.name.empty() || command.name.size() > kLongestName)
        return refused(Reason::Invalid, "a customer needs a name");
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.customer.bytes, "there"));
    TRIBUTARY_TRY_ASSIGN(const auto known, store::customer(database(), command.customer));
    if (late || known)
        return noEffect();
    Customer customer{.id = command.customer, .name = command.name, .createdAt = m_at};
    TRIBUTARY_TRY(m_changes.put(customer));
    TRIBUTARY_TRY(tellOfCustomer(customer.id, "customer-added", {}));
    return Answer{};
}

Result<CommandRules::Answer> CommandRules::operator()(const RemoveCustomer &command)
{
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.customer.bytes, "there"));
    TRIBUTARY_TRY_ASSIGN(const auto customer, store::customer(database(), command.customer));
    if (late || !customer)
        return noEffect();
    TRIBUTARY_TRY_ASSIGN(const auto events, onlyEventsOf(command.customer));
    if (!events)
        return refused(Reason::Taken, "somebody with a history");
    TRIBUTARY_TRY(removeWith(*customer, *events));
    return Answer{};
}

Result<std::optional<std::vector<TimelineItem>>> CommandRules::onlyEventsOf(CustomerId customer)
{
    constexpr std::int64_t kMostEvents = 100;
    using Events = std::vector<TimelineItem>;
    auto named = database().query(sql::hub_names_customer);
    named.bind("id", customer);
    TRIBUTARY_TRY_ASSIGN(const bool isNamed, named.exists());
    if (isNamed)
        return std::optional<Events>();
    std::vector<TimelineItemId> ids;
    {
        auto query = database().query(sql::hub_items_of_customer);
        query.bind("id", customer).bind("row_count", kMostEvents + 1);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            if (query.text(1) != nameOf(TimelineItem::Kind::Event) || std::int64_t(ids.size()) == kMostEvents)
                return std::optional<Events>();
            ids.push_back(query.id<TimelineItemId>(0));
        }
    }
    Events events;
    for (const TimelineItemId &id : ids) {
        TRIBUTARY_TRY_ASSIGN(auto event, store::timelineItem(database(), id));
        if (event)
            events.push_back(std::move(*event));
    }
    return std::optional<Events>(std::move(events));
}

Result<void> CommandRules::removeWith(const Customer &customer, std::vector<TimelineItem> events)
{
    std::vector<Suggestion> suggestions;
    {
        auto query = database().query(sql::hub_suggestions_of);
        query.bind("id", customer.id);
        TRIBUTARY_TRY_ASSIGN(suggestions, store::readAll<Suggestion>(query));
    }
    for (const Suggestion &suggestion : suggestions)
        TRIBUTARY_TRY(m_changes.remove(Entity(suggestion)));
    for (TimelineItem &event : events) {
        event.deleted = true; // on nobody's timeline; what it said goes
        event.details = {{"event", detailOf(event, "event")}};
        event.authorName.clear();
        TRIBUTARY_TRY(m_changes.put(event));
    }
    return m_changes.remove(Entity(customer));
}

Result<CommandRules::Answer> CommandRules::operator()(const RemoveIdentity &command)
{
    if (!may(m_by, Permission::SeeContactDetails)) // nobody takes away what they are not shown
        return refused(Reason::NotAllowed, "addresses that are hidden");
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.identity.bytes, "there"));
    TRIBUTARY_TRY_ASSIGN(const auto identity, store::identity(database(), command.identity));
    if (late || !identity)
        return noEffect();
    TRIBUTARY_TRY_ASSIGN(const store::GoesAlong along, store::goesAlongWith(database(), *identity, 1));
    TRIBUTARY_TRY_ASSIGN(const bool isNamed, store::isInUse(database(), *identity));
    if (isNamed || !along.items.empty())
        return refused(Reason::Taken, "an address that messages belong to");
    TRIBUTARY_TRY(m_changes.remove(Entity(*identity)));
    TRIBUTARY_TRY_ASSIGN(auto home, store::customer(database(), identity->customer));
    if (home) // named in the log, so that nobody is found by that address any more
        TRIBUTARY_TRY(m_changes.put(*home));
    TRIBUTARY_TRY(tellOfCustomer(identity->customer, "identity-removed",
                                 {{"address", shownAddress(identity->channel, identity->address)},
                                  {"channel", std::string(nameOf(identity->channel))}}));
    return Answer{};
}

Result<CommandRules::Answer> CommandRules::operator()(const AddIdentity &command)
{
    if (!may(m_by, Permission::SeeContactDetails)) // whether somebody has it is not for them to find out
        return refused(Reason::NotAllowed, "addresses that are hidden");
    TRIBUTARY_TRY_ASSIGN(const CustomerId person, rootOf(database(), command.customer));
    TRIBUTARY_TRY_ASSIGN(const auto customer, store::customer(database(), person));
    if (!customer)
        return refused(Reason::NotFound);
    TRIBUTARY_TRY_ASSIGN(const std::string region, regionFor(database(), command.channel));
    const auto address = normalised(command.channel, command.address, region);
    if (!address)
        return refused(Reason::Invalid, "not an address of that channel");
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.identity.bytes, "there"));
    if (late)
        return noEffect();
    TRIBUTARY_TRY_ASSIGN(const auto before, store::customer(database(), command.customer));
    TRIBUTARY_TRY_ASSIGN(const Identity identity, identityFor(m_changes, m_ids, command.channel, *address, command.address,
                                                              customer->name, command.customer, command.identity, m_at));
    TRIBUTARY_TRY_ASSIGN(const CustomerId owner, rootOf(database(), identity.customer));
    if (owner != person) // a person decides whether the two are one
        return refused(Reason::Taken, "somebody else's address");
    if (identity.id != command.identity) // it was there before
        return Answer{};
    TRIBUTARY_TRY(tellOfCustomer(
        identity.customer, "identity-added",
        {{"address", shownAddress(command.channel, *address)}, {"channel", std::string(nameOf(command.channel))}}));
    TRIBUTARY_TRY_ASSIGN(const auto home, store::customer(database(), identity.customer));
    if (before && home) // its company may have come with it
        TRIBUTARY_TRY(tellOfEdit(*before, *home));
    return Answer{};
}

Result<CommandRules::Answer> CommandRules::operator()(const EditCustomer &command)
{
    if (command.name.size() > kLongestName || command.note.size() > kLongestNote)
        return refused(Reason::Invalid, "a name or note that is too long");
    return onCustomer(command.customer, "card");
}

Result<CommandRules::Answer> CommandRules::operator()(const SetCustomerField &command)
{
    if (command.key == kLanguageField) {
        if (command.value.size() > kLongestWord)
            return refused(Reason::Invalid, "no language");
        return onCustomer(command.customer, kLanguageField);
    }
    TRIBUTARY_TRY_ASSIGN(const auto definition, fieldNamed(database(), FieldDefinition::Subject::Customer, command.key));
    if (!definition)
        return refused(Reason::NotFound, "no such field");
    if (!fitsField(*definition, command.value))
        return refused(Reason::Invalid, "not a value of that field");
    return onCustomer(command.customer, std::string(kFieldPrefix) + command.key);
}

Result<CommandRules::Answer> CommandRules::operator()(const SetCustomerTags &command)
{
    for (const std::string &tag : command.add) {
        if (tag.empty() || tag.size() > kLongestWord)
            return refused(Reason::Invalid, "a tag of a wrong length");
    }
    return onCustomer(command.customer, "tags." + m_command.id.text()); // tags come and go one by one: none is overtaken
}

Result<CommandRules::Answer> CommandRules::operator()(const SetCompany &command)
{
    if (command.company) {
        TRIBUTARY_TRY_ASSIGN(const auto company, store::company(database(), *command.company));
        if (!company || company->removed)
            return refused(Reason::NotFound, "no such company");
    }
    return onCustomer(command.customer, "company");
}

Result<CommandRules::Answer> CommandRules::operator()(const PreferIdentity &command)
{
    if (command.identity && !m_command.undoes) { // what was before may be somebody else's by now: then it says nothing
        TRIBUTARY_TRY_ASSIGN(const auto identity, store::identity(database(), *command.identity));
        if (!identity)
            return refused(Reason::NotFound, "no such address");
        if (identity->channel != command.channel)
            return refused(Reason::Invalid, "an address of another channel");
        TRIBUTARY_TRY_ASSIGN(const CustomerId owner, rootOf(database(), identity->customer));
        TRIBUTARY_TRY_ASSIGN(const CustomerId person, rootOf(database(), command.customer));
        if (owner != person)
            return refused(Reason::Changed, "somebody else's address");
    }
    return onCustomer(command.customer, "preferred." + std::string(nameOf(command.channel)));
}

} // namespace tributary::hub
