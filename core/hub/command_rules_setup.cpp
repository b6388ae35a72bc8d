#include "core/hub/command_rules.h"

#include "core/hub/account_store.h"
#include "core/hub/endings.h"
#include "core/hub/teams.h"
#include "core/model/limits.h"
#include "core/model/masks.h"
#include "core/model/rights.h"
#include "core/model/views.h"
#include "core/store/entities.h"
#include "core/store/row_scan.h"
#include "core/store/sql.h"
#include "core/text/utf8.h"
#include "core/wire/codec.h"

#include <algorithm>
#include <set>

/// What a workspace is set up with: views, custom fields and statuses, roles, teams, agents.
namespace tributary::hub {

using namespace tributary::model;
namespace sql = store::sql;
using Reason = Outcome::Reason;

namespace {

constexpr std::size_t kLongestName = 100;
constexpr std::size_t kLongestValue = 2000;
constexpr std::size_t kMostConditions = 30;
constexpr std::size_t kMostChoices = 200;
constexpr std::int64_t kMostCapacity = 100'000;
constexpr std::int64_t kUndoneWithin = 20'000; ///< Changes: the log has no index by what it is about.

bool isName(const std::string &name)
{
    return !name.empty() && name.size() <= kLongestName;
}

/// The words of an error that setting something up has ended with, as an answer.
Result<CommandRules::Answer> answerOf(const Result<void> &done)
{
    if (done)
        return CommandRules::Answer{};
    switch (done.error().kind) {
    case Error::Kind::Conflict: return CommandRules::refused(Reason::Taken, done.error().detail);
    case Error::Kind::Invalid: return CommandRules::refused(Reason::Invalid, done.error().detail);
    case Error::Kind::NotFound: return CommandRules::refused(Reason::NotFound, done.error().detail);
    default: return failure(done.error());
    }
}

/// Who asked for the change that gave something its version; nobody where the hub made it, or it is too long ago to say.
Result<std::optional<AgentId>> authorOf(store::Database &database, std::int64_t version)
{
    auto query = database.query(sql::hub_author_of);
    query.bind("seq", version);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found ? std::optional(query.id<AgentId>(0)) : std::nullopt;
}

template<class Row>
std::optional<std::int64_t> versionOf(const std::optional<Row> &row)
{
    return row ? std::optional(row->version) : std::nullopt;
}

/// Whose a view was that has been removed; nobody where that was more than kUndoneWithin changes ago.
Result<std::optional<AgentId>> ownerOfRemoved(store::Database &database, SavedViewId view)
{
    TRIBUTARY_TRY_ASSIGN(const wire::Position head, headOf(database));
    auto query = database.query(sql::hub_lately_removed);
    query.bind("after_seq", head.seq - kUndoneWithin).bind("entity_type", std::int64_t(EntityType::SavedView));
    query.bind("entity_key", view);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    if (!found)
        return std::optional<AgentId>();
    TRIBUTARY_TRY_ASSIGN(const auto value, wire::decode(query.blob(0)));
    TRIBUTARY_TRY_ASSIGN(const Entity was, wire::entityFrom(EntityType::SavedView, value));
    return std::optional(std::get<SavedView>(was).owner);
}

/// What is not known here is of a newer program, and kept.
bool areColumns(const std::vector<std::string> &columns)
{
    const std::set<std::string> each(columns.begin(), columns.end());
    return columns.size() <= kMostColumns && each.size() == columns.size()
           && std::ranges::all_of(columns, [](const std::string &one) { return isName(one); });
}

} // namespace

bool isFieldKey(std::string_view key)
{
    constexpr std::size_t kLongestKey = 64;
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    };
    return !key.empty() && key.size() <= kLongestKey && std::ranges::all_of(key, fits) && key != kConfidential;
}

Result<std::optional<FieldDefinition>> fieldNamed(store::Database &database, FieldDefinition::Subject subject,
                                                  std::string_view key)
{
    std::optional<FieldDefinition> found;
    TRIBUTARY_TRY(store::scanRows(database, {.type = EntityType::FieldDefinition}, [&](const Entity &entity, const auto &) {
        const auto &definition = std::get<FieldDefinition>(entity);
        if (definition.subject == subject && definition.key == key)
            found = definition;
        return Result<void>();
    }));
    return found;
}

Result<bool> CommandRules::isChangedSince(std::int64_t read, std::optional<std::int64_t> now)
{
    // Versions are of this history alone.
    if (m_command.undoes || m_standing.ofAnotherEpoch || read <= 0 || (now && *now <= read))
        return false;
    if (!now)
        return true;
    TRIBUTARY_TRY_ASSIGN(const auto author, authorOf(database(), *now));
    return author != m_by.id; // what one has saved oneself may not be here when one saves again
}

Result<CommandRules::Answer> CommandRules::operator()(const SaveView &command)
{
    SavedView view = command.view;
    if (view.id.isNull() || !isName(view.name) || view.conditions.size() > kMostConditions)
        return refused(Reason::Invalid, "a view needs a name and at most 30 conditions");
    for (const SavedView::Condition &condition : view.conditions) {
        if (condition.field.size() > kLongestName || condition.value.size() > kLongestValue)
            return refused(Reason::Invalid, "a condition that is too long");
        // What is not known here is of a newer program, and kept.
        const auto problem = problemOf(condition, {});
        if (problem == ConditionProblem::NoValue || problem == ConditionProblem::BadValue)
            return refused(Reason::Invalid, "a condition without a value that fits");
    }
    if (view.columns && !areColumns(*view.columns))
        return refused(Reason::Invalid, "columns that are too many, too long, or there twice");
    TRIBUTARY_TRY_ASSIGN(const auto known, store::savedView(database(), view.id));
    if (known && !sees(m_by, *known))
        return refused(Reason::NotFound);
    // What others rely on is changed by those alone who may share with everybody.
    if (known && known->owner != m_by.id && !may(m_by, Permission::ShareWithEverybody))
        return refused(Reason::NotAllowed, "somebody else's view");
    TRIBUTARY_TRY_ASSIGN(const bool isChanged, isChangedSince(command.view.version, versionOf(known)));
    if (known)
        view = withColumnsOf(std::move(view), *known);
    view.owner = known ? known->owner : m_by.id;
    if (!known && m_command.undoes) { // undoIsLate() has seen that it takes a removal back
        TRIBUTARY_TRY_ASSIGN(const auto owner, ownerOfRemoved(database(), view.id));
        if (!owner)
            return refused(Reason::Taken, "it was removed too long ago");
        if (*owner != m_by.id && !may(m_by, Permission::ShareWithEverybody))
            return refused(Reason::NotAllowed, "somebody else's view");
        view.owner = *owner;
    } else if (!known && isChanged) {
        return refused(Reason::Changed, "it was removed meanwhile");
    }
    if (view.sharing != SavedView::Sharing::Team)
        view.team.reset();
    else if (!view.team || (!may(m_by, Permission::ShareWithEverybody) && std::ranges::count(m_by.teams, *view.team) == 0))
        return refused(Reason::NotAllowed, "not one's own team");
    if (view.team) {
        TRIBUTARY_TRY_ASSIGN(const auto team, store::team(database(), *view.team));
        if (!team)
            return refused(Reason::NotFound, "no such team");
    }
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(view.id.bytes, "view"));
    view.version = known ? known->version : 0;
    if (late || (known && *known == view))
        return noEffect();
    if (isChanged)
        return refused(Reason::Changed, "it was changed meanwhile");
    TRIBUTARY_TRY(m_changes.put(view));
    return Answer{};
}

Result<CommandRules::Answer> CommandRules::operator()(const RemoveView &command)
{
    TRIBUTARY_TRY_ASSIGN(const auto known, store::savedView(database(), command.view));
    if (known && !sees(m_by, *known))
        return noEffect();
    if (known && known->owner != m_by.id && !may(m_by, Permission::ShareWithEverybody))
        return refused(Reason::NotAllowed, "somebody else's view");
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.view.bytes, "view"));
    if (late || !known)
        return noEffect();
    TRIBUTARY_TRY(m_changes.remove(Entity(*known)));
    return Answer{};
}

Result<CommandRules::Answer> CommandRules::operator()(const SaveFieldDefinition &command)
{
    FieldDefinition definition = command.definition;
    if (definition.id.isNull() || !isName(definition.name) || !isFieldKey(definition.key) || definition.key == kLanguageField
        || definition.choices.size() > kMostChoices || !std::ranges::all_of(definition.choices, isName))
        return refused(Reason::Invalid, "a field needs a name and a key of small letters and digits");
    if (definition.type == FieldDefinition::Type::Choice && definition.choices.empty())
        return refused(Reason::Invalid, "there is nothing to choose from");
    TRIBUTARY_TRY_ASSIGN(const auto known, store::fieldDefinition(database(), definition.id));
    if (known && (known->key != definition.key || known->type != definition.type || known->subject != definition.subject))
        return refused(Reason::Invalid, "what a field is does not change: values of it are there");
    TRIBUTARY_TRY_ASSIGN(const auto same, fieldNamed(database(), definition.subject, definition.key));
    if (same && same->id != definition.id)
        return refused(Reason::Taken, "there is a field of that key");
    TRIBUTARY_TRY_ASSIGN(const bool isChanged, isChangedSince(definition.version, versionOf(known)));
    if (isChanged)
        return refused(Reason::Changed, "it was changed meanwhile");
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(definition.id.bytes, "definition"));
    if (late)
        return noEffect();
    TRIBUTARY_TRY(m_changes.put(definition));
    return Answer{};
}

Result<CommandRules::Answer> CommandRules::operator()(const RemoveFieldDefinition &command)
{
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.definition.bytes, "definition"));
    TRIBUTARY_TRY_ASSIGN(const auto known, store::fieldDefinition(database(), command.definition));
    if (late || !known)
        return noEffect();
    TRIBUTARY_TRY(m_changes.remove(Entity(*known)));
    return Answer{};
}

Result<CommandRules::Answer> CommandRules::operator()(const SaveCustomStatus &command)
{
    CustomStatus status = command.status;
    if (status.id.isNull() || !isName(status.name))
        return refused(Reason::Invalid, "a status needs a name");
    TRIBUTARY_TRY_ASSIGN(const bool ends, isEnding(database(), status.id.bytes));
    if (ends)
        return refused(Reason::Taken, "it was removed, and conversations still have it");
    TRIBUTARY_TRY_ASSIGN(const auto known, store::customStatus(database(), status.id));
    if (known && known->status != status.status)
        return refused(Reason::Invalid, "as what a status counts does not change: conversations have it");
    TRIBUTARY_TRY_ASSIGN(const bool isChanged, isChangedSince(status.version, versionOf(known)));
    if (isChanged)
        return refused(Reason::Changed, "it was changed meanwhile");
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(status.id.bytes, "definition"));
    if (late)
        return noEffect();
    TRIBUTARY_TRY(m_changes.put(status));
    return Answer{};
}

Result<CommandRules::Answer> CommandRules::operator()(const RemoveCustomStatus &command)
{
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.status.bytes, "definition"));
    TRIBUTARY_TRY_ASSIGN(const auto known, store::customStatus(database(), command.status));
    if (late || !known)
        return noEffect();
    const Ending ending{.id = known->id.bytes, .isTeam = false, .name = known->name, .by = m_by.id};
    TRIBUTARY_TRY(beginEnding(m_changes, m_ids, ending, m_at));
    TRIBUTARY_TRY(m_changes.remove(Entity(*known)));
    return Answer{};
}

std::optional<CommandRules::Answer> CommandRules::whyNotRights(const Agent &before, const Agent &after)
{
    const auto why = whyNotGiven(m_by, before, after);
    if (!why)
        return {};
    switch (*why) {
    case NotGiven::MorePermissions: return refused(Reason::NotAllowed, "more than one may oneself");
    case NotGiven::MoreSight: return refused(Reason::NotAllowed, "more than one sees oneself");
    case NotGiven::AnotherTeam: return refused(Reason::NotAllowed, "a team that one does not see oneself");
    }
    return refused(Reason::NotAllowed);
}

Result<CommandRules::Answer> CommandRules::operator()(const SaveRole &command)
{
    if (command.role.id.isNull() || command.role.permissions.size() > 2 * kPermissions)
        return refused(Reason::Invalid);
    TRIBUTARY_TRY_ASSIGN(const auto known, store::role(database(), command.role.id));
    const auto with = [](const Role &role) {
        return Agent{.customRole = role.id,
                     .permissions = role.permissions,
                     .visibility = role.visibility,
                     .accounts = role.accounts};
    };
    const auto why = whyNotRights(with(known.value_or(command.role)), with(command.role));
    if (why)
        return *why;
    TRIBUTARY_TRY_ASSIGN(const std::vector<Agent> holders, agentsWith(database(), command.role.id));
    for (const Agent &holder : holders) {
        Agent after = with(command.role);
        after.teams = holder.teams;
        if (const auto whyNot = whyNotRights(holder, after))
            return *whyNot;
    }
    TRIBUTARY_TRY_ASSIGN(const bool isChanged, isChangedSince(command.role.version, versionOf(known)));
    if (isChanged)
        return refused(Reason::Changed, "it was changed meanwhile");
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.role.id.bytes, "role"));
    if (late)
        return noEffect();
    return answerOf(saveRole(m_changes, m_ids, command.role, m_at, m_by));
}

Result<CommandRules::Answer> CommandRules::operator()(const RemoveRole &command)
{
    TRIBUTARY_TRY_ASSIGN(const auto known, store::role(database(), command.role));
    if (!known) { // made since the backup, perhaps: whoever made it may come back later than this
        TRIBUTARY_TRY_ASSIGN([[maybe_unused]] const bool late, overtaken(command.role.bytes, "role"));
        return noEffect();
    }
    TRIBUTARY_TRY_ASSIGN(const std::vector<Agent> holders, agentsWith(database(), known->id));
    for (const Agent &holder : holders) { // what their plain role gives may be more
        Agent after = holder;
        after.customRole.reset();
        TRIBUTARY_TRY(writeRole(database(), after));
        if (const auto why = whyNotRights(holder, after))
            return *why;
    }
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.role.bytes, "role"));
    if (late)
        return noEffect();
    return answerOf(removeRole(m_changes, m_ids, *known, m_at, m_by));
}

Result<CommandRules::Answer> CommandRules::operator()(const SaveTeam &command)
{
    if (command.team.id.isNull() || command.team.returnMinutes < 0 || command.team.returnMinutes > 60 * 24 * 30)
        return refused(Reason::Invalid);
    TRIBUTARY_TRY_ASSIGN(const auto known, store::team(database(), command.team.id));
    TRIBUTARY_TRY_ASSIGN(const bool isChanged, isChangedSince(command.team.version, versionOf(known)));
    if (isChanged)
        return refused(Reason::Changed, "it was changed meanwhile");
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.team.id.bytes, "team"));
    if (late)
        return noEffect();
    return answerOf(saveTeam(m_changes, command.team));
}

Result<CommandRules::Answer> CommandRules::operator()(const RemoveTeam &command)
{
    TRIBUTARY_TRY_ASSIGN(const auto known, store::team(database(), command.team));
    if (!known) {
        TRIBUTARY_TRY_ASSIGN([[maybe_unused]] const bool late, overtaken(command.team.bytes, "team"));
        return noEffect();
    }
    if (!sees(m_by, std::optional(known->id))) // its conversations would be others' to see, or everybody's
        return refused(Reason::NotAllowed, "a team that one does not see oneself");
    std::optional<Team> into;
    if (command.into) {
        TRIBUTARY_TRY_ASSIGN(into, store::team(database(), *command.into));
        if (!into)
            return refused(Reason::NotFound, "no such team");
    }
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.team.bytes, "team"));
    if (late)
        return noEffect();
    return answerOf(removeTeam(m_changes, m_ids, *known, into, m_at, m_by));
}

Result<CommandRules::Answer> CommandRules::operator()(const SetAgent &command)
{
    TRIBUTARY_TRY_ASSIGN(const auto known, store::agent(database(), command.agent));
    if (!known)
        return refused(Reason::NotFound);
    if (command.capacity < 0 || command.capacity > kMostCapacity || command.languages.size() > 50)
        return refused(Reason::Invalid, "no capacity");
    Agent wanted = *known;
    applyTo(wanted, command);
    Agent rights = wanted;
    rights.visibility = Visibility::Teams;
    rights.accounts.clear();
    if (wanted.customRole) {
        TRIBUTARY_TRY_ASSIGN(const auto role, store::role(database(), *wanted.customRole));
        if (!role)
            return refused(Reason::NotFound, "no such role");
        rights.permissions = role->permissions;
        rights.visibility = role->visibility;
        rights.accounts = role->accounts;
    }
    if (const auto why = whyNotRights(*known, rights))
        return *why;
    // What a plain role gives is given when the custom one above it ends.
    const Agent plain{.role = wanted.role};
    if (wanted.customRole && wanted.role != known->role && wanted.role != Agent::Role::Agent) {
        if (const auto why = whyNotRights(plain, plain))
            return *why;
    }
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.agent.bytes, "rights"));
    if (late)
        return noEffect();
    const auto done = setRights(m_changes, m_ids, wanted, m_at, m_by);
    return answerOf(done ? Result<void>() : Result<void>(failure(done.error())));
}

Result<CommandRules::Answer> CommandRules::operator()(const SetAgentActive &command)
{
    TRIBUTARY_TRY_ASSIGN(const auto known, store::agent(database(), command.agent));
    if (!known)
        return refused(Reason::NotFound);
    if (known->id == m_by.id)
        return refused(Reason::NotAllowed, "nobody shuts themselves out");
    Agent awake = *known;
    awake.active = true;
    Agent before = awake;
    if (command.active) // who is let in again is shown what their teams have
        before.teams.clear();
    const auto why = whyNotRights(before, awake);
    if (why)
        return *why;
    std::optional<Agent> workTo;
    if (command.workTo) {
        TRIBUTARY_TRY_ASSIGN(workTo, store::agent(database(), *command.workTo));
        if (!workTo || !workTo->active)
            return refused(Reason::NotFound, "nobody to give the work to");
    }
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.agent.bytes, "active"));
    if (late)
        return noEffect();
    return answerOf(setActive(m_changes, m_ids, *known, command.active, workTo, m_by, m_at));
}

Result<CommandRules::Answer> CommandRules::operator()(const SetAway &command)
{
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(m_by.id.bytes, "away"));
    TRIBUTARY_TRY_ASSIGN(auto own, store::agent(database(), m_by.id));
    if (late || !own || own->away == command.away)
        return noEffect();
    own->away = command.away;
    TRIBUTARY_TRY(m_changes.put(*own));
    return Answer{};
}

Result<CommandRules::Answer> CommandRules::operator()(const SetOwnName &command)
{
    const std::string name(text::trimmed(command.name));
    const auto isControl = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (!isName(name) || std::ranges::any_of(name, isControl))
        return refused(Reason::Invalid, "a name of one line");
    TRIBUTARY_TRY_ASSIGN(auto own, store::agent(database(), m_by.id));
    if (!own || own->name == name)
        return noEffect();
    own->name = name;
    TRIBUTARY_TRY(m_changes.put(*own));
    return Answer{};
}

Result<CommandRules::Answer> CommandRules::operator()(const SetAccountTeam &command)
{
    TRIBUTARY_TRY_ASSIGN(const auto known, store::channelAccount(database(), command.account));
    if (!known || known->removed)
        return refused(Reason::NotFound, "no such account");
    const bool isSame = known->team == command.team;
    if (!isSame && !sees(m_by, known->team)) // what comes in next would be others' to see, or everybody's
        return refused(Reason::NotAllowed, "an account of a team that one does not see oneself");
    if (command.team) {
        TRIBUTARY_TRY_ASSIGN(const auto team, store::team(database(), *command.team));
        if (!team)
            return refused(Reason::NotFound, "no such team");
    }
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.account.bytes, "team"));
    if (late || isSame)
        return noEffect();
    return answerOf(setTeamOfAccount(m_changes, command.account, command.team));
}

Result<CommandRules::Answer> CommandRules::operator()(const SetReopenDays &command)
{
    TRIBUTARY_TRY_ASSIGN(const auto known, store::channelAccount(database(), command.account));
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.account.bytes, "reopen-days"));
    if (late || (known && !known->removed && known->reopenDays == command.days))
        return noEffect();
    return answerOf(setReopenDays(m_changes, command.account, command.days));
}

Result<CommandRules::Answer> CommandRules::operator()(const SetAccountRegion &command)
{
    TRIBUTARY_TRY_ASSIGN(const auto known, store::channelAccount(database(), command.account));
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.account.bytes, "region"));
    if (late || (known && !known->removed && known->region == command.region))
        return noEffect();
    return answerOf(setRegionOfAccount(m_changes, command.account, command.region));
}

} // namespace tributary::hub
