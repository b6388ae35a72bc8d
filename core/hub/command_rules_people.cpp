#include "core/hub/command_rules.h"

#include "core/hub/people.h"
#include "core/hub/regions.h"
#include "core/hub/teams.h"
#include "core/hub/timeline_events.h"
#include "core/model/addresses.h"
#include "core/model/customer_fields.h"
#include "core/model/links.h"
#include "core/model/masks.h"
#include "core/store/entities.h"
#include "core/store/homes.h"
#include "core/store/sql.h"
#include "core/store/suggestions.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <set>

namespace tributary::hub {

using namespace tributary::model;
namespace sql = store::sql;
using Reason = Outcome::Reason;

namespace {

constexpr std::size_t kLongestName = 500;
constexpr std::size_t kLongestNote = 2000;
constexpr std::size_t kLongestWord = 100;
constexpr std::size_t kMostShown = 200; ///< Characters of a value in an event.

std::string listed(const std::vector<std::string> &words)
{
    std::string text;
    for (const std::string &word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

bool isFieldName(std::string_view name)
{
    return name == "name" || name == "note" || name == kLanguageField || name == "company"
           || (name.starts_with(kFieldPrefix) && isFieldKey(name.substr(kFieldPrefix.size())));
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

Result<std::string> CommandRules::companyName(const std::optional<CompanyId> &id)
{
    if (!id)
        return std::string();
    TRIBUTARY_TRY_ASSIGN(const auto company, store::company(database(), *id));
    return company && !company->removed ? company->name : std::string();
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

Result<CommandRules::Answer> CommandRules::operator()(const AddCustomer &command)
{
    if (command.customer.isNull() || command.name.empty() || command.name.size() > kLongestName)
        return refused(Reason::Invalid, "a customer needs a name");
    TRIBUTARY_TRY_ASSIGN(const auto known, store::customer(database(), command.customer));
    if (known)
        return noEffect();
    Customer customer{.id = command.customer, .name = command.name, .createdAt = m_at};
    TRIBUTARY_TRY(m_changes.put(customer));
    TRIBUTARY_TRY(tellOfCustomer(customer.id, "customer-added", {}));
    return Answer{};
}

Result<CommandRules::Answer> CommandRules::operator()(const RemoveCustomer &command)
{
    TRIBUTARY_TRY_ASSIGN(const auto customer, store::customer(database(), command.customer));
    if (!customer)
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

Result<CommandRules::Answer> CommandRules::operator()(const RemoveIdentity &command)
{
    if (!may(m_by, Permission::SeeContactDetails)) // nobody takes away what they are not shown
        return refused(Reason::NotAllowed, "addresses that are hidden");
    TRIBUTARY_TRY_ASSIGN(const auto identity, store::identity(database(), command.identity));
    if (!identity)
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

Result<CommandRules::Answer> CommandRules::operator()(const SaveCompany &command)
{
    Company company = command.company;
    if (company.id.isNull() || company.name.empty() || company.name.size() > kLongestName
        || company.note.size() > kLongestNote || company.domains.size() > 50)
        return refused(Reason::Invalid, "a company needs a name");
    for (std::string &domain : company.domains) {
        domain = text::asciiLower(text::trimmed(domain));
        if (domain.find('.') == std::string::npos || domain.find('@') != std::string::npos || domain.size() > kLongestWord)
            return refused(Reason::Invalid, "not the domain of a mail address");
    }
    TRIBUTARY_TRY_ASSIGN(const auto known, store::company(database(), company.id));
    if (known && known->removed) // whoever brings it back says so
        return refused(Reason::NotFound, "a company that was removed");
    company.removed = false;
    if (known && !may(m_by, Permission::SeeCustomerNotes))
        company.note = known->note;
    if (known) {
        for (const auto &[key, value] : known->attributes) {
            if (!seesField(m_by, key))
                company.attributes[key] = value;
        }
    }
    for (const auto &[key, value] : company.attributes) {
        TRIBUTARY_TRY_ASSIGN(const auto definition, fieldNamed(database(), FieldDefinition::Subject::Company, key));
        const bool wasThere = known && known->attributes.contains(key) && known->attributes.at(key) == value;
        if (!wasThere && !seesField(m_by, key))
            return refused(Reason::NotAllowed, "a confidential field");
        if (!wasThere && (!definition || !fitsField(*definition, value)))
            return refused(Reason::Invalid, "not a value of a field");
    }
    for (const std::string &domain : company.domains) {
        if (known && std::ranges::count(known->domains, domain) > 0)
            continue; // two may have it from before: it stays with whom it is
        TRIBUTARY_TRY_ASSIGN(const auto other, companyOfDomain(database(), domain));
        if (other && *other != company.id) {
            TRIBUTARY_TRY_ASSIGN(const std::string name, companyName(other));
            return refused(Reason::Taken, domain + " is a domain of " + name);
        }
    }
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(company.id.bytes, "company"));
    company.version = known ? known->version : 0;
    if (late || (known && *known == company))
        return noEffect();
    TRIBUTARY_TRY(m_changes.put(company));
    TRIBUTARY_TRY(takeDomains(company));
    return Answer{};
}

Result<void> CommandRules::takeDomains(const Company &company)
{
    TRIBUTARY_TRY(database().query(sql::hub_forget_company_domains).bind("company_id", company.id).run());
    if (company.removed)
        return {};
    for (const std::string &domain : company.domains) {
        auto query = database().query(sql::hub_set_company_domain);
        TRIBUTARY_TRY(query.bind("domain", domain).bind("company_id", company.id).run());
    }
    return {};
}

/// One row, however many belong to it: nobody's own row is written, and so taking it back is exact.
Result<CommandRules::Answer> CommandRules::operator()(const RemoveCompany &command)
{
    TRIBUTARY_TRY_ASSIGN(auto company, store::company(database(), command.company));
    if (!company)
        return refused(Reason::NotFound, "no such company");
    if (command.removed && m_command.undoes && std::holds_alternative<SaveCompany>(*m_command.undoes)) {
        auto query = database().query(sql::cache_customers_of_company);
        query.bind("id", command.company);
        TRIBUTARY_TRY_ASSIGN(const bool hasPeople, query.exists());
        if (hasPeople) // it was new, and others have used it since
            return refused(Reason::Taken, "people belong to it by now");
    }
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.company.bytes, "removed"));
    if (late || company->removed == command.removed)
        return noEffect();
    company->removed = command.removed;
    TRIBUTARY_TRY(m_changes.put(*company));
    TRIBUTARY_TRY(takeDomains(*company));
    return Answer{};
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

Result<CommandRules::Answer> CommandRules::operator()(const BlockCustomer &command)
{
    TRIBUTARY_TRY_ASSIGN(Answer answer, onCustomer(command.customer, "blocked"));
    if (answer.kind == Outcome::Kind::Refused)
        return answer;
    if (!command.blocked) { // the whole person, also by what was merged into them
        TRIBUTARY_TRY_ASSIGN(const std::vector<Customer> others, blockedOf(database(), command.customer));
        for (Customer other : others) {
            if (other.id == command.customer)
                continue; // decided above
            applyTo(other, BlockCustomer{other.id, false, false});
            TRIBUTARY_TRY(m_changes.put(other));
            answer = Answer{};
        }
    }
    if (answer.kind != Outcome::Kind::Applied)
        return answer;
    TRIBUTARY_TRY_ASSIGN(const CustomerId person, rootOf(database(), command.customer));
    std::string_view event = command.spam ? "spam" : "blocked";
    if (!command.blocked)
        event = "unblocked";
    TRIBUTARY_TRY(tellOfCustomer(person, event, {}));
    if (!command.blocked) {
        TRIBUTARY_TRY(openUnblocked(person));
        return answer;
    }
    std::vector<Conversation> open;
    {
        auto query = database().query(sql::hub_open_conversations_of_person);
        query.bind("root_id", person);
        TRIBUTARY_TRY_ASSIGN(open, store::readAll<Conversation>(query));
    }
    for (Conversation &conversation : open) {
        Values values{{"why", std::string(event)}, {"from", std::string(nameOf(conversation.status))}};
        if (conversation.snoozedUntil)
            values["until_ms"] = std::to_string(toMs(*conversation.snoozedUntil));
        setStatus(conversation, Conversation::Status::Resolved, m_at);
        conversation.waitingSince.reset();
        TRIBUTARY_TRY(tell(conversation, "resolved", std::move(values)));
        TRIBUTARY_TRY(m_changes.put(conversation));
    }
    return answer;
}

Result<std::vector<ConversationId>> CommandRules::conversationsOf(CustomerId root, std::string_view statement)
{
    std::vector<ConversationId> ids;
    auto query = database().query(statement);
    query.bind("root_id", root);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return ids;
        ids.push_back(query.id<ConversationId>(0));
    }
}

Result<void> CommandRules::openUnblocked(CustomerId person)
{
    TRIBUTARY_TRY_ASSIGN(const std::vector<ConversationId> resolved, conversationsOf(person, sql::hub_resolved_of_person));
    for (const ConversationId &id : resolved) {
        TRIBUTARY_TRY_ASSIGN(auto conversation, store::conversation(database(), id));
        if (!conversation)
            continue;
        // Whoever resolves it otherwise, before or after, does so at another time.
        const auto byBlock = [&](const TimelineItem &event) {
            const std::string why = detailOf(event, "why");
            return detailOf(event, "event") == "resolved" && (why == "blocked" || why == "spam")
                   && conversation->resolvedAt == event.at;
        };
        TRIBUTARY_TRY_ASSIGN(const auto event, newestEvent(database(), id, byBlock));
        if (!event)
            continue;
        auto said = database().query(sql::hub_said_since);
        said.bind("conversation_id", id).bind("said_seq", event->saidSeq);
        TRIBUTARY_TRY_ASSIGN(const bool wasSaid, said.exists());
        auto status = fromName<Conversation::Status>(detailOf(*event, "from")).value_or(Conversation::Status::Open);
        if (wasSaid) // it was kept, and seen by nobody
            status = Conversation::Status::Open;
        Values values;
        const std::string until = detailOf(*event, "until_ms");
        std::int64_t untilMs = 0;
        std::from_chars(until.data(), until.data() + until.size(), untilMs);
        if (status == Conversation::Status::Snoozed && untilMs > 0) {
            conversation->snoozedUntil = fromMs(untilMs);
            values["until_ms"] = until;
        }
        TRIBUTARY_TRY(openAgain(std::move(*conversation), status, std::move(values)));
    }
    TRIBUTARY_TRY_ASSIGN(const std::vector<ConversationId> unheard, conversationsOf(person, sql::hub_unheard_of_person));
    for (const ConversationId &id : unheard) {
        TRIBUTARY_TRY_ASSIGN(auto conversation, store::conversation(database(), id));
        if (conversation)
            TRIBUTARY_TRY(openAgain(std::move(*conversation), Conversation::Status::Open, {}));
    }
    return {};
}

Result<void> CommandRules::openAgain(Conversation conversation, Conversation::Status status, Values values)
{
    const bool isOpen = status == Conversation::Status::Open, wasOpen = conversation.status == Conversation::Status::Open;
    const auto snoozedUntil = conversation.snoozedUntil;
    setStatus(conversation, status, m_at);
    if (status == Conversation::Status::Snoozed)
        conversation.snoozedUntil = snoozedUntil;
    TRIBUTARY_TRY(recount(conversation));
    TRIBUTARY_TRY(freeOfWhoIsGone(m_changes, m_ids, conversation, m_by, m_at));
    values["why"] = "heard-again";
    if (!isOpen || !wasOpen)
        TRIBUTARY_TRY(tell(conversation, isOpen ? "reopened" : nameOf(status), std::move(values)));
    return m_changes.put(conversation);
}

Result<void> CommandRules::hearAgain(CustomerId customer, bool wasBlocked)
{
    TRIBUTARY_TRY_ASSIGN(const std::vector<Customer> blocked, blockedOf(database(), customer));
    if (!wasBlocked || !blocked.empty())
        return {};
    TRIBUTARY_TRY_ASSIGN(const CustomerId person, rootOf(database(), customer));
    return openUnblocked(person);
}

Result<CommandRules::Answer> CommandRules::operator()(const SetConsent &command)
{
    TRIBUTARY_TRY_ASSIGN(const auto customer, store::customer(database(), command.customer));
    if (!customer)
        return refused(Reason::NotFound);
    if (command.source.empty() || command.source.size() > kLongestName)
        return refused(Reason::Invalid, "consent needs a source");
    if (command.saidAt && (*command.saidAt > m_now + std::chrono::days(1) || *command.saidAt <= TimePoint()))
        return refused(Reason::Invalid, "said on a day that has not come");
    const ConsentId id = consentId(command.customer, command.channel, command.purpose);
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(id.bytes, "consent"));
    TRIBUTARY_TRY_ASSIGN(const auto known, store::consent(database(), id));
    const bool sameDay = known && (!command.saidAt || known->at == *command.saidAt);
    const bool older =
        known && command.saidAt && *command.saidAt < known->at && !m_command.undoes; // they have said otherwise since
    if (late || older || (sameDay && known->granted == command.granted && known->source == command.source))
        return noEffect();
    Consent consent{.id = id,
                    .customer = command.customer,
                    .channel = command.channel,
                    .purpose = command.purpose,
                    .granted = command.granted,
                    .source = command.source,
                    .at = std::min(command.saidAt.value_or(m_at), m_now),
                    .by = m_by.id};
    if (m_command.undoes) { // it is their record again
        TRIBUTARY_TRY_ASSIGN(consent.by, recorderOf(command));
    }
    TRIBUTARY_TRY(m_changes.put(consent));
    Values values{{"source", command.source}};
    if (command.saidAt)
        values["said_ms"] = std::to_string(toMs(*command.saidAt));
    TRIBUTARY_TRY(tellOfConsent(consent, command.granted ? "consent-given" : "consent-withdrawn", std::move(values)));
    return Answer{};
}

Result<CommandRules::Answer> CommandRules::operator()(const RemoveConsent &command)
{
    if (!m_command.undoes) // what somebody has said is withdrawn, not forgotten
        return refused(Reason::Invalid, "consent is only taken back by an undo");
    const ConsentId id = consentId(command.customer, command.channel, command.purpose);
    TRIBUTARY_TRY_ASSIGN(const auto known, store::consent(database(), id));
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(id.bytes, "consent"));
    if (late || !known)
        return noEffect();
    TRIBUTARY_TRY(m_changes.remove(Entity(*known)));
    TRIBUTARY_TRY(tellOfConsent(*known, "consent-removed", {{"source", known->source}}));
    return Answer{};
}

Result<void> CommandRules::tellOfConsent(const Consent &consent, std::string_view event, Values values)
{
    values["channel"] = nameOf(consent.channel);
    values["purpose"] = nameOf(consent.purpose);
    return tellOfCustomer(consent.customer, event, std::move(values));
}

Result<std::optional<AgentId>> CommandRules::recorderOf(const SetConsent &again)
{
    const std::string event = again.granted ? "consent-given" : "consent-withdrawn";
    auto query = database().query(sql::hub_events_of_customer_since);
    query.bind("customer_id", again.customer).bind("from_ms", again.saidAt.value_or(TimePoint()));
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return std::optional<AgentId>();
        const auto item = store::readRow<TimelineItem>(query);
        const bool isIt = detailOf(item, "event") == event && detailOf(item, "channel") == nameOf(again.channel)
                          && detailOf(item, "purpose") == nameOf(again.purpose) && detailOf(item, "source") == again.source
                          && detailOf(item, "why") != "undo";
        if (isIt)
            return item.author;
    }
}

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
    made.by = m_by.id;
    made.at = m_at;
    TRIBUTARY_TRY_ASSIGN(const Reason reason, link(m_changes, made));
    if (reason != Reason::None)
        return refused(reason);
    TRIBUTARY_TRY(tellOfLink(made, "merged"));
    return Answer{};
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
    TRIBUTARY_TRY_ASSIGN(auto link, store::customerLink(database(), command.link));
    if (!link)
        return refused(Reason::NotFound);
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
