#include "core/hub/command_rules.h"

#include "core/hub/customer_limits.h"
#include "core/hub/timeline_events.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

#include <algorithm>

namespace tributary::hub {

using namespace tributary::model;
namespace sql = store::sql;
using Reason = Outcome::Reason;

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
    // They have said otherwise since: by the day that is given, or by when it was recorded by somebody who had not heard.
    const bool older = known && command.saidAt && *command.saidAt < known->at && !m_command.undoes;
    const bool isCrossed =
        known && !command.saidAt && !m_command.undoes && m_at < known->at && known->version > m_standing.seen;
    if (isCrossed && known->granted != command.granted)
        return refused(Reason::Changed, "they have said otherwise since");
    if (late || older || isCrossed || (sameDay && known->granted == command.granted && known->source == command.source))
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

} // namespace tributary::hub
