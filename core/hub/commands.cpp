#include "core/hub/commands.h"

#include "core/base/breaks.h"
#include "core/hub/command_rules.h"
#include "core/hub/epoch.h"
#include "core/hub/erasure.h"
#include "core/hub/timeline_events.h"
#include "core/model/command_fields.h"
#include "core/model/rights.h"
#include "core/store/entities.h"
#include "core/store/sql.h"
#include "core/wire/frames.h"

#include <algorithm>

namespace tributary::hub {
namespace {

using namespace tributary::model;
namespace sql = store::sql;
using Reason = Outcome::Reason;
using Answer = CommandRules::Answer;
using Standing = CommandRules::Standing;

constexpr std::int64_t kOutcomesKept = 1000; ///< Per client, for repeats.
constexpr std::int64_t kToldAtOnce = 400;    ///< They must fit into a frame.
constexpr std::size_t kRowsToldAtOnce = 600; ///< Likewise.
/// So long after a restored hub has come up its channels bring again what customers had written since the backup.
constexpr std::chrono::seconds kCatchUp{60};
constexpr std::chrono::hours kOldest{24 * 60}; ///< A time of a command further back is a wrong clock, not a long journey.

Result<Standing> standingOf(store::Database &database, const Command &command)
{
    Standing standing;
    TRIBUTARY_TRY_ASSIGN(standing.epoch, newestEpoch(database));
    TRIBUTARY_TRY_ASSIGN(standing.seen, seenHere(database, command.baseEpoch, command.baseSeq));
    standing.ofAnotherEpoch = command.baseEpoch != RawId{} && command.baseEpoch != standing.epoch.epoch;
    standing.again = command.earlier == Outcome::Kind::Applied;
    return standing;
}

/// The author's own time, as far as it can be true: what was written offline stands where it was written. Whatever their
/// clock says, what they have written stands behind what they had read there.
Result<TimePoint> givenAt(store::Database &database, const Command &command, const Standing &standing, TimePoint now)
{
    const TimePoint at = std::clamp(command.at, now - kOldest, now);
    const bool isText = std::holds_alternative<SendMessage>(command.body) || std::holds_alternative<AddNote>(command.body);
    if (!isText || standing.seen <= 0)
        return at;
    auto newest = database.query(sql::hub_newest_seen);
    newest.bind("conversation_id", conversationOf(command.body)).bind("seen", standing.seen);
    TRIBUTARY_TRY_ASSIGN(const bool found, newest.step());
    return found ? std::max(at, newest.time(0) + Milliseconds(1)) : at;
}

/// What must be there for a command to do anything, of what channels make: after a restore they bring it again, under the
/// ids it had.
struct Needed {
    std::vector<ConversationId> conversations = {};
    std::vector<CustomerId> customers = {};
    std::vector<IdentityId> identities = {};
    std::optional<CustomerLinkId> link = {}; ///< Of two people, by what a channel has proven; like the next.
    std::optional<SuggestionId> suggestion = {};
};

Needed neededBy(const CommandBody &body)
{
    return std::visit(
        []<class T>([[maybe_unused]] const T &one) -> Needed {
            if constexpr (std::is_same_v<T, StartConversation>) {
                Needed needed;
                if (one.address.empty()) // else it makes them
                    needed.identities = {one.identity};
                if (one.parent)
                    needed.conversations = {*one.parent};
                return needed;
            } else if constexpr (std::is_same_v<T, JoinConversation>) {
                return Needed{.conversations = {one.conversation, one.into}};
            } else if constexpr (std::is_same_v<T, RelateConversations>) {
                return Needed{.conversations = {one.conversation, one.other}};
            } else if constexpr (std::is_same_v<T, LinkCustomers> || std::is_same_v<T, MergeCustomers>) {
                return Needed{.customers = {one.from, one.into}};
            } else if constexpr (std::is_same_v<T, MoveIdentity> || std::is_same_v<T, RemoveIdentity>) {
                return Needed{.identities = {one.identity}};
            } else if constexpr (std::is_same_v<T, UnlinkCustomers>) {
                return Needed{.link = one.link};
            } else if constexpr (std::is_same_v<T, DismissSuggestion>) {
                return Needed{.suggestion = one.suggestion};
            } else if constexpr (requires { one.conversation; }) {
                return Needed{.conversations = {one.conversation}};
            } else if constexpr (requires { one.customer; } && !std::is_same_v<T, AddCustomer>) {
                return Needed{.customers = {one.customer}};
            } else {
                return Needed();
            }
        },
        body);
}

/// Whether all of @p ids are there, asked of the store by @p find.
template<class IdType, class Find>
Result<bool> areThere(store::Database &database, const std::vector<IdType> &ids, Find find)
{
    for (const IdType &id : ids) {
        TRIBUTARY_TRY_ASSIGN(const auto found, find(database, id));
        if (!found)
            return false;
    }
    return true;
}

/// A command given before a restore may be about what the channels have yet to bring again, or what a colleague had given to
/// its author, and will again: it waits a little for them rather than come to nothing.
Result<bool> mustWait(store::Database &database, const Agent &by, const Command &command, const Standing &standing,
                      TimePoint now)
{
    if (!standing.ofAnotherEpoch || !standing.epoch.met)
        return false;
    const TimePoint met = *standing.epoch.met;
    if (now < met || now >= met + kCatchUp) // before it: the clock has been set back since, and tells nothing of how long
        return false;
    const Needed needed = neededBy(command.body);
    const auto inSight = [&by](store::Database &store, ConversationId id) -> Result<bool> {
        TRIBUTARY_TRY_ASSIGN(const auto conversation, store::conversation(store, id));
        return conversation && sees(by, *conversation);
    };
    TRIBUTARY_TRY_ASSIGN(bool isThere, areThere(database, needed.conversations, inSight));
    if (isThere) {
        TRIBUTARY_TRY_ASSIGN(isThere, areThere(database, needed.customers, store::customer));
    }
    if (isThere) {
        TRIBUTARY_TRY_ASSIGN(isThere, areThere(database, needed.identities, store::identity));
    }
    if (needed.link) {
        TRIBUTARY_TRY_ASSIGN(const auto link, store::customerLink(database, *needed.link));
        isThere = link.has_value();
    } else if (needed.suggestion) {
        TRIBUTARY_TRY_ASSIGN(const auto suggestion, store::suggestion(database, *needed.suggestion));
        isThere = suggestion.has_value();
    }
    return !isThere;
}

/// Whom a command makes where they are not there; nothing: it makes nobody, or is an import.
std::optional<CustomerId> madeBy(const CommandBody &body)
{
    if (const auto *add = std::get_if<AddCustomer>(&body))
        return add->customer;
    if (const auto *start = std::get_if<StartConversation>(&body))
        return start->customer;
    if (const auto *move = std::get_if<MoveIdentity>(&body))
        return move->customer;
    return std::nullopt;
}

/// Whether it makes @p customer anew, who was erased: here, or in a history before, of which this database has no word.
Result<bool> makesErased(const std::set<CustomerId> &before, CustomerId customer, store::Database &database)
{
    TRIBUTARY_TRY_ASSIGN(const bool here, wasErased(database, customer));
    if (!here && !before.contains(customer))
        return false;
    TRIBUTARY_TRY_ASSIGN(const auto known, store::customer(database, customer));
    return !known;
}

/// A command as it may be done here, where some who were there as it was given have been erased since. Nothing: it would
/// bring one of them back, as the undoing of a move does. Of an import their rows are blank, and refused.
Result<std::optional<Command>> withoutErased(store::Database &database, const Command &command,
                                             const std::set<CustomerId> &before)
{
    Command left = command;
    if (auto *import = std::get_if<ImportCustomers>(&left.body)) {
        for (ImportedCustomer &row : import->rows) {
            TRIBUTARY_TRY_ASSIGN(const bool makes, makesErased(before, row.customer, database));
            if (makes)
                row = {};
        }
        return std::optional(std::move(left));
    }
    const auto made = madeBy(left.body);
    TRIBUTARY_TRY_ASSIGN(const bool makes, made ? makesErased(before, *made, database) : Result<bool>(false));
    return makes ? std::optional<Command>() : std::optional(std::move(left));
}

bool isForbidden(const Answer &answer)
{
    return (answer.kind == Outcome::Kind::Refused && answer.reason == Reason::NotAllowed)
           || std::ranges::count(answer.refusedRows, Reason::NotAllowed, &Outcome::RefusedRow::reason) > 0;
}

/// @p wasForbidden: whatever its author is told, of what they say was done before.
Result<Answer> perform(ChangeLog &changes, IdMaker &ids, const Agent &by, const Command &command, const Standing &standing,
                       TimePoint at, TimePoint now, bool &wasForbidden)
{
    if (!command.unknown.empty())
        return CommandRules::refused(Reason::NotKnown, "not known here: " + command.unknown);
    // What a desktop has that is older than this limit comes back to its author.
    if (wire::plainSize(command) > wire::kMaxCommandBytes)
        return CommandRules::refused(Reason::Invalid, "more than one command can hold");
    if (command.earlier && !standing.again) // it came back to its author then, or changed nothing
        return Answer{Outcome::Kind::NoEffect, Reason::None, "decided in an earlier history"};
    TRIBUTARY_TRY_ASSIGN(Answer answer, CommandRules(changes, ids, by, command, standing, at, now).perform());
    wasForbidden = isForbidden(answer);
    const bool isText = std::holds_alternative<SendMessage>(command.body) || std::holds_alternative<AddNote>(command.body);
    // What it was about is no more, or was decided otherwise: nobody is asked about it a second time. A text comes back.
    if (standing.again && answer.kind == Outcome::Kind::Refused && !isText)
        answer.kind = Outcome::Kind::NoEffect;
    if (standing.again)
        answer.refusedRows.clear();
    return answer;
}

Result<std::optional<Outcome>> earlierOutcome(store::Database &database, ClientId client, std::int64_t n)
{
    auto query = database.query(sql::hub_outcome);
    query.bind("client_id", client).bind("n", n);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    if (!found)
        return std::optional<Outcome>();
    TRIBUTARY_TRY_ASSIGN(Outcome outcome, readOutcome(query));
    return std::optional<Outcome>(std::move(outcome));
}

/// What another numbering of the same command has come to.
Result<std::optional<Answer>> earlierAnswer(store::Database &database, CommandId id)
{
    auto query = database.query(sql::hub_outcome_of_command);
    query.bind("command_id", id);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    if (!found)
        return std::optional<Answer>();
    TRIBUTARY_TRY_ASSIGN(Outcome outcome, readOutcome(query));
    return std::optional<Answer>({outcome.kind, outcome.reason, outcome.detail, std::move(outcome.refusedRows)});
}

} // namespace

Result<std::vector<Outcome>> cameBackAfter(store::Database &database, ClientId client, std::int64_t n)
{
    std::vector<Outcome> outcomes;
    std::size_t rows = 0;
    auto query = database.query(sql::hub_told_outcomes);
    query.bind("client_id", client).bind("n", n).bind("row_count", kToldAtOnce);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            break;
        TRIBUTARY_TRY_ASSIGN(Outcome outcome, readOutcome(query));
        rows += outcome.refusedRows.size();
        outcomes.push_back(std::move(outcome));
    }
    auto first = outcomes.begin();
    for (; first != outcomes.end() && rows > kRowsToldAtOnce; ++first)
        rows -= first->refusedRows.size();
    outcomes.erase(outcomes.begin(), first);
    return outcomes;
}

Result<std::int64_t> lastApplied(store::Database &database, ClientId client)
{
    auto query = database.query(sql::hub_client);
    query.bind("id", client);
    TRIBUTARY_TRY_ASSIGN(const bool known, query.step());
    return known ? query.integer(1) : 0;
}

Result<Outcome> applyCommand(store::Database &database, IdMaker &ids, const Clock &clock, const Agent &by, ClientId client,
                             const Command &command, bool givenUp, const EverErased &everErased)
{
    TRIBUTARY_TRY_ASSIGN(const std::int64_t last, lastApplied(database, client));
    const bool isRepeat = command.n <= last;
    if (isRepeat && !TRIBUTARY_BREAK(commandRepeats)) {
        TRIBUTARY_TRY_ASSIGN(auto earlier, earlierOutcome(database, client, command.n));
        if (!earlier) // older than what is kept, and it did not come back: that is kept always
            return Outcome{.n = command.n, .command = command.id};
        if (earlier->command != command.id && !TRIBUTARY_BREAK(forkedClient))
            return failure(Error::Kind::Conflict, "forked");
        return *earlier;
    }
    if (command.n != last + 1 && !isRepeat)
        return failure(Error::Kind::Conflict, "not the next command");
    const TimePoint now = clock.now();
    TRIBUTARY_TRY_ASSIGN(const Standing standing, standingOf(database, command));
    TRIBUTARY_TRY_ASSIGN(const TimePoint at, givenAt(database, command, standing, now));
    TRIBUTARY_TRY_ASSIGN(const bool early, mustWait(database, by, command, standing, now));
    if (early)
        return failure(Error::Kind::Offline, "the channels have not brought again yet what this is about");
    const Author author{by.id, kByDesktop, now};
    ChangeLog changes(database, Cause{client, command.n, author});
    TRIBUTARY_TRY_ASSIGN(std::optional<Answer> known, earlierAnswer(database, command.id));
    if (givenUp && !known)
        known = CommandRules::refused(Reason::Invalid, "could not be carried out: the hub fails at it");
    bool wasForbidden = known && isForbidden(*known);
    if (!known || TRIBUTARY_BREAK(commandRepeats)) {
        std::set<CustomerId> before;
        const bool mayMake = madeBy(command.body) || std::holds_alternative<ImportCustomers>(command.body);
        if (everErased && mayMake && (standing.again || standing.ofAnotherEpoch)) {
            auto erased = everErased();
            if (!erased) // no fault of the command's: it waits
                return failure(Error::Kind::Offline, erased.error().detail);
            before = std::move(*erased);
        }
        TRIBUTARY_TRY_ASSIGN(const auto left, withoutErased(database, command, before));
        known = CommandRules::noEffect();
        if (left) {
            TRIBUTARY_TRY_ASSIGN(known, perform(changes, ids, by, *left, standing, at, now, wasForbidden));
        }
    }
    const Answer &answer = *known;
    if (wasForbidden && !isRepeat)
        TRIBUTARY_TRY(
            note(database, author, {.kind = AuditEntry::Kind::Refused, .about = std::string(nameOf(command.body))}));
    Outcome outcome{
        .n = command.n, .command = command.id, .kind = answer.kind, .reason = answer.reason, .detail = answer.detail};
    outcome.refusedRows = answer.refusedRows;
    if (!isRepeat)
        TRIBUTARY_TRY(changes.record(outcome));
    auto query = database.query(sql::hub_set_client);
    TRIBUTARY_TRY(query.bind("id", client).bind("agent_id", by.id).bind("last_n", std::max(last, command.n)).run());
    if (command.n % 100 == 0) {
        auto prune = database.query(sql::hub_prune_outcomes);
        TRIBUTARY_TRY(prune.bind("client_id", client).bind("n", command.n - kOutcomesKept).run());
    }
    TRIBUTARY_TRY(changes.finish());
    return outcome;
}

Result<bool> wakeSnoozed(store::Database &database, IdMaker &ids, TimePoint now)
{
    std::vector<Conversation> due;
    {
        auto query = database.query(sql::hub_due_snoozes);
        query.bind("now_ms", now);
        TRIBUTARY_TRY_ASSIGN(due, store::readAll<Conversation>(query));
    }
    if (due.empty())
        return false;
    ChangeLog changes(database);
    for (Conversation &conversation : due) {
        std::map<std::string, std::string> values;
        if (conversation.snoozedUntil)
            values["until_ms"] = std::to_string(toMs(*conversation.snoozedUntil));
        setStatus(conversation, Conversation::Status::Open, now);
        TRIBUTARY_TRY(addEvent(changes, ids, conversation, "woke", std::move(values), std::nullopt, now));
        TRIBUTARY_TRY(changes.put(conversation));
    }
    TRIBUTARY_TRY(changes.finish());
    return due.size() >= 200;
}

Result<std::optional<TimePoint>> nextSnooze(store::Database &database)
{
    auto query = database.query(sql::hub_next_snooze);
    TRIBUTARY_TRY(query.step());
    return query.isNull(0) ? std::nullopt : std::optional<TimePoint>(query.time(0));
}

} // namespace tributary::hub
