// Lines that are not about something said: people, agents, and what joins them.
#include "core/hub/exchange/handles.h"
#include "core/hub/exchange/history_writer.h"
#include "core/hub/people.h"
#include "core/hub/timeline_events.h"
#include "core/store/entities.h"
#include "core/store/sql.h"
#include "core/store/suggestions.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace tributary::hub::exchange {

using namespace tributary::model;
namespace sql = store::sql;

namespace {

/// Whether somebody here has said of @p one and another, whom that event calls @p other, that they may be one after all.
Result<bool> isOfferedAgain(store::Database &database, CustomerId one, const std::string &other)
{
    std::vector<TimelineItemId> events;
    {
        auto query = database.query(sql::hub_items_of_customer);
        query.bind("id", one).bind("row_count", std::numeric_limits<std::int64_t>::max());
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            if (query.text(1) == nameOf(TimelineItem::Kind::Event))
                events.push_back(query.id<TimelineItemId>(0));
        }
    }
    for (const TimelineItemId &id : events) {
        TRIBUTARY_TRY_ASSIGN(const auto event, store::timelineItem(database, id));
        if (event && detailOf(*event, "event") == "offered-again" && detailOf(*event, "from") == other)
            return true;
    }
    return false;
}

/// The same, of whole persons: it is told on the timeline of each.
Result<bool> isOfferedAgain(store::Database &database, CustomerId one, CustomerId other)
{
    for (const auto &[of, with] : {std::pair(one, other), std::pair(other, one)}) {
        TRIBUTARY_TRY_ASSIGN(const CustomerId root, hub::rootOf(database, of));
        TRIBUTARY_TRY_ASSIGN(const CustomerId named, hub::rootOf(database, with));
        TRIBUTARY_TRY_ASSIGN(const auto customer, store::customer(database, named));
        TRIBUTARY_TRY_ASSIGN(const bool isOffered,
                             isOfferedAgain(database, root, customer ? customer->name : std::string()));
        if (isOffered)
            return true;
    }
    return false;
}

} // namespace

/// Fills in what the store does not know; what agents have written since is not overwritten.
Result<void> HistoryWriter::takeCustomer(const HistoryLine &line)
{
    const TimePoint at = line.at.value_or(m_store.clock().now());
    // Somebody known by an address is that person, whatever the source calls them.
    for (const HistoryIdentity &one : line.identities) {
        ChannelAccountId scope;
        if (isScoped(one.channel)) {
            const std::string name = one.account.empty() ? m_book.onlyAccount(one.channel) : one.account;
            TRIBUTARY_TRY_ASSIGN(const ChannelAccount account, m_book.account(one.channel, name));
            scope = account.id;
        }
        TRIBUTARY_TRY(m_book.identity({.channel = one.channel,
                                       .handle = one.address,
                                       .name = one.name.empty() ? line.customerName : one.name,
                                       .source = line.source,
                                       .key = line.customerKey,
                                       .verified = one.verified,
                                       .problem = one.problem,
                                       .used = false},
                                      scope, at));
    }
    TRIBUTARY_TRY_ASSIGN(const CustomerId id, m_book.customer(line.source, line.customerKey, line.customerName, at));
    TRIBUTARY_TRY_ASSIGN(auto customer, store::customer(m_changes->database(), id));
    if (!customer)
        return {};
    const Customer before = *customer;
    const auto fill = [](std::string &field, const std::string &with) {
        if (field.empty())
            field = text::plainName(with, 1000);
    };
    fill(customer->name, line.customerName);
    fill(customer->note, line.note);
    fill(customer->language, line.language);
    if (customer->tags.empty() && line.tags) {
        for (const std::string &tag : *line.tags)
            customer->tags.push_back(text::plainName(tag));
        std::ranges::sort(customer->tags);
        customer->tags.erase(std::unique(customer->tags.begin(), customer->tags.end()), customer->tags.end());
    }
    // As many as fit beside what others have written: a line with too many by itself was refused (prepareLine()).
    for (const auto &[name, value] : line.attributes) {
        const auto [added, isNew] = customer->attributes.try_emplace(text::plainName(name), text::plainName(value, 1000));
        if (isNew && rowBytes(*customer) > kMaxCustomerBytes)
            customer->attributes.erase(added);
    }
    if (m_book.hasMade(id)) // whoever was here before may have been unblocked since
        customer->blocked |= line.blocked;
    if (line.at)
        customer->createdAt = std::min(customer->createdAt, *line.at);
    if (*customer != before)
        TRIBUTARY_TRY(m_changes->put(*customer));
    return takeConsents(line, id, at);
}

/// The last word counts, here as elsewhere.
Result<void> HistoryWriter::takeConsents(const HistoryLine &line, CustomerId customer, TimePoint at)
{
    for (const HistoryConsent &one : line.consents) {
        Consent consent{.id = consentId(customer, one.channel, one.purpose),
                        .customer = customer,
                        .channel = one.channel,
                        .purpose = one.purpose,
                        .granted = one.granted,
                        .source = text::plainName(one.source),
                        .at = one.at.value_or(at)};
        TRIBUTARY_TRY_ASSIGN(const auto known, store::consent(m_changes->database(), consent.id));
        if (known && known->at >= consent.at)
            continue;
        TRIBUTARY_TRY_ASSIGN(const auto by, m_book.agentAs(one.author));
        if (by)
            consent.by = by->id;
        TRIBUTARY_TRY(m_changes->put(consent));
    }
    return {};
}

Result<void> HistoryWriter::takeAgent(const HistoryLine &line)
{
    TRIBUTARY_TRY_ASSIGN(Agent agent, m_book.agentByEmail(line.email, line.name, line.active.value_or(true)));
    return m_book.setTeams(agent, line.teams);
}

Result<void> HistoryWriter::takeSuggestion(const HistoryLine &line)
{
    TRIBUTARY_TRY_ASSIGN(const auto customer, m_book.knownCustomer(line.source, line.customerKey));
    TRIBUTARY_TRY_ASSIGN(const auto other, m_book.knownCustomer(line.source, line.otherCustomerKey));
    if (!customer || !other)
        return {};
    const auto reason = fromName<Suggestion::Reason>(line.reason).value_or(Suggestion::Reason::SameName);
    const TimePoint at = line.at.value_or(m_store.clock().now());
    if (line.state.value_or(Suggestion::State::Open) == Suggestion::State::Open)
        return suggest(*m_changes, m_store.ids(), *customer, *other, reason, text::plainName(line.evidence), at);
    // It was answered: kept with its answer, so that nobody is asked again.
    TRIBUTARY_TRY_ASSIGN(const std::vector<Suggestion> offered,
                         store::suggestionsBetween(m_changes->database(), *customer, *other));
    for (Suggestion one : offered) {
        if (one.state != Suggestion::State::Open)
            continue;
        // Unless that was taken back here: the file may be an export from before.
        TRIBUTARY_TRY_ASSIGN(const bool again, isOfferedAgain(m_changes->database(), *customer, *other));
        if (again)
            return {};
        one.state = *line.state;
        TRIBUTARY_TRY(m_changes->put(one));
    }
    if (!offered.empty())
        return {};
    Suggestion answered{.id = m_store.ids().make<SuggestionId>(),
                        .customer = *customer,
                        .other = *other,
                        .reason = reason,
                        .evidence = text::plainName(line.evidence),
                        .state = *line.state,
                        .at = at};
    return m_changes->put(answered);
}

Result<void> HistoryWriter::takeLink(const HistoryLine &line)
{
    TRIBUTARY_TRY_ASSIGN(const auto from, m_book.knownCustomer(line.source, line.customerKey));
    TRIBUTARY_TRY_ASSIGN(const auto into, m_book.knownCustomer(line.source, line.otherCustomerKey));
    if (!from || !into)
        return {};
    CustomerLink merge{.id = m_store.ids().make<CustomerLinkId>(),
                       .from = *from,
                       .into = *into,
                       .evidence = text::plainName(line.evidence, 1000),
                       .at = line.at.value_or(m_store.clock().now()),
                       .endedAt = line.endedAt};
    TRIBUTARY_TRY_ASSIGN(const auto by, m_book.agentAs(line.author));
    if (by)
        merge.by = by->id;
    if (merge.endedAt) { // a merge that was undone: kept, so that no machine makes it again
        TRIBUTARY_TRY_ASSIGN(const auto endedBy, m_book.agentAs(line.endedBy));
        if (endedBy)
            merge.endedBy = endedBy->id;
        return m_changes->put(merge);
    }
    TRIBUTARY_TRY(link(*m_changes, merge)); // refused: it would be a chain; the history stays with whom it was
    return {};
}

} // namespace tributary::hub::exchange
