#include "core/hub/command_rules.h"

#include "core/hub/conversations.h"
#include "core/hub/people.h"
#include "core/hub/teams.h"
#include "core/hub/timeline_events.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

#include <charconv>

namespace tributary::hub {

using namespace tributary::model;
namespace sql = store::sql;

Result<CommandRules::Answer> CommandRules::operator()(const BlockCustomer &command)
{
    TRIBUTARY_TRY_ASSIGN(Answer answer, onCustomer(command.customer, "blocked"));
    if (answer.kind == Outcome::Kind::Refused)
        return answer;
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.customer.bytes, "blocked"));
    if (late)
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
    TRIBUTARY_TRY(recount(m_changes, conversation));
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

} // namespace tributary::hub
