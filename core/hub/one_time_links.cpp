#include "core/hub/one_time_links.h"

#include "core/base/digest.h"
#include "core/hub/teams.h"
#include "core/model/limits.h"
#include "core/model/permissions.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

#include <algorithm>

namespace tributary::hub {
namespace {

using namespace tributary::model;
namespace sql = store::sql;

Result<void> dropLinks(store::Database &database, const std::string &email)
{
    auto query = database.query(sql::hub_drop_links);
    return query.bind("email", emailKey(email)).run();
}

constexpr std::size_t kIdBytes = 8;
constexpr std::int64_t kMostListed = 500;
constexpr std::int64_t kMostCapacity = 100'000;
constexpr std::size_t kMostTeams = 64;

Result<std::string> add(store::Database &database, Rng &rng, const OneTimeLink &link, TimePoint now)
{
    TRIBUTARY_TRY(dropLinks(database, link.email));
    std::string secret = makeToken(rng);
    auto query = database.query(sql::hub_add_link);
    query.bind("secret_hash", ByteView(sha256(bytesOf(secret)))).bind("kind", link.kind).bind("email", emailKey(link.email));
    query.bind("name", link.name).bind("role", link.role).bind("made_ms", now).bind("expires_ms", link.expires);
    Bytes teams;
    for (const TeamId &team : link.teams)
        teams.insert(teams.end(), team.bytes.begin(), team.bytes.end());
    query.bind("custom_role_id", link.customRole).bind("teams", ByteView(teams)).bind("capacity", link.capacity);
    TRIBUTARY_TRY(query.bind("by_id", link.by).run());
    return secret;
}

Result<OneTimeLink> readLink(const store::Query &query)
{
    const auto kind = fromName<OneTimeLink::Kind>(query.text(0));
    const auto role = fromName<Agent::Role>(query.text(3));
    if (!kind || !role)
        return failure(Error::Kind::Corrupt, "a link is of no known kind");
    OneTimeLink link{.kind = *kind, .role = *role};
    link.email = query.text(1);
    link.name = query.text(2);
    link.made = query.time(4);
    link.expires = query.time(5);
    if (!query.isNull(6))
        link.customRole = query.id<RoleId>(6);
    const ByteView teams = query.blob(7);
    for (std::size_t at = 0; at + 16 <= teams.size(); at += 16) {
        if (const auto team = TeamId::fromBytes(teams.subspan(at, 16)))
            link.teams.push_back(*team);
    }
    link.capacity = query.integer(8);
    if (!query.isNull(9))
        link.by = query.id<AgentId>(9);
    const ByteView hash = query.blob(10);
    link.id = toHex(hash.first(std::min(kIdBytes, hash.size())));
    return link;
}

/// RFC 3986, 2.1: everything but unreserved characters.
std::string percentEncoded(const std::string &text)
{
    std::string encoded;
    for (const unsigned char c : text) {
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_'
            || c == '~') {
            encoded += char(c);
        } else {
            constexpr std::string_view digits = "0123456789ABCDEF";
            encoded += {'%', digits[c >> 4], digits[c & 15]};
        }
    }
    return encoded;
}

} // namespace

Result<std::string> invite(store::Database &database, Rng &rng, OneTimeLink wanted, TimePoint now, const std::string &place)
{
    if (!isEmail(wanted.email))
        return failure(Error::Kind::Invalid, "the e-mail address is not one");
    if (wanted.name.size() > 200)
        return failure(Error::Kind::Invalid, "the name is too long");
    if (wanted.capacity < 0 || wanted.capacity > kMostCapacity)
        return failure(Error::Kind::Invalid, "no capacity");
    if (wanted.teams.size() > kMostTeams)
        return failure(Error::Kind::Invalid, "nobody can be in more than 64 teams");
    for (const TeamId &id : wanted.teams) {
        TRIBUTARY_TRY_ASSIGN(const auto team, store::team(database, id));
        if (!team)
            return failure(Error::Kind::Invalid, "there is no such team");
    }
    if (wanted.customRole) {
        TRIBUTARY_TRY_ASSIGN(const auto role, store::role(database, *wanted.customRole));
        if (!role)
            return failure(Error::Kind::Invalid, "there is no such role");
    }
    TRIBUTARY_TRY_ASSIGN(const auto known, agentByEmail(database, wanted.email));
    if (known)
        return failure(Error::Kind::Conflict, "somebody with that e-mail address is there already");
    wanted.kind = OneTimeLink::Kind::Invitation;
    wanted.expires = now + kInvitationLife;
    TRIBUTARY_TRY_ASSIGN(const Agent given, invited(database, wanted));
    AuditEntry entry{.kind = AuditEntry::Kind::Invited, .about = emailKey(wanted.email)};
    TRIBUTARY_TRY_ASSIGN(entry.became, rightsIn(database, given));
    TRIBUTARY_TRY(note(database, {wanted.by, place, now}, std::move(entry)));
    return add(database, rng, wanted, now);
}

Result<std::string> invite(store::Database &database, Rng &rng, const std::string &email, const std::string &name,
                           Agent::Role role, TimePoint now)
{
    OneTimeLink wanted{.email = email, .name = name, .role = role};
    return invite(database, rng, std::move(wanted), now);
}

Result<std::string> inviteToReset(store::Database &database, Rng &rng, const std::string &email, TimePoint now,
                                  std::optional<AgentId> by, const std::string &place)
{
    TRIBUTARY_TRY_ASSIGN(const auto known, agentByEmail(database, email));
    if (!known || !known->active)
        return failure(Error::Kind::NotFound, "nobody active has that e-mail address");
    OneTimeLink link{.kind = OneTimeLink::Kind::Reset, .email = email, .name = known->name, .role = known->role};
    link.expires = now + kResetLife;
    link.by = by;
    TRIBUTARY_TRY(note(database, {by, place, now}, {AuditEntry::Kind::PasswordLinkMade, known->id.bytes, known->name}));
    return add(database, rng, link, now);
}

Result<Agent> invited(store::Database &database, const OneTimeLink &link)
{
    if (link.kind == OneTimeLink::Kind::Reset) {
        TRIBUTARY_TRY_ASSIGN(const auto known, agentByEmail(database, link.email));
        return known.value_or(Agent{});
    }
    Agent agent{.email = emailKey(link.email), .name = link.name, .role = link.role};
    agent.capacity = link.capacity;
    for (const TeamId &id : link.teams) { // those that are still there
        TRIBUTARY_TRY_ASSIGN(const auto team, store::team(database, id));
        if (team)
            agent.teams.push_back(id);
    }
    if (link.customRole) {
        TRIBUTARY_TRY_ASSIGN(const auto role, store::role(database, *link.customRole));
        if (role)
            agent.customRole = role->id;
    }
    TRIBUTARY_TRY(writeRole(database, agent));
    return agent;
}

Result<bool> mayGive(store::Database &database, AgentId by, const OneTimeLink &link)
{
    TRIBUTARY_TRY_ASSIGN(const auto author, store::agent(database, by));
    if (!author || !may(*author, Permission::ManageAgents))
        return false;
    // Who may choose another's password has what that other has: their teams, too.
    TRIBUTARY_TRY_ASSIGN(const Agent given, invited(database, link));
    Agent before = given;
    before.teams.clear();
    const Agent plain{.role = given.role}; // what is left of them when their custom role ends
    return !whyNotGiven(*author, before, given)
           && (link.kind == OneTimeLink::Kind::Reset || plain.role == Agent::Role::Agent
               || !whyNotGiven(*author, plain, plain));
}

Result<std::vector<OneTimeLink>> openLinks(store::Database &database, TimePoint now)
{
    std::vector<OneTimeLink> links;
    auto query = database.query(sql::hub_open_links);
    query.bind("now_ms", now).bind("row_count", kMostListed);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return links;
        TRIBUTARY_TRY_ASSIGN(OneTimeLink link, readLink(query));
        links.push_back(std::move(link));
    }
}

Result<void> withdrawLink(store::Database &database, const OneTimeLink &link, const Author &author)
{
    TRIBUTARY_TRY(note(database, author, {.kind = AuditEntry::Kind::LinkWithdrawn, .about = link.email}));
    return dropLinks(database, link.email); // there is one for an address at most
}

Result<std::optional<OneTimeLink>> linkOf(store::Database &database, const std::string &secret, TimePoint now)
{
    auto query = database.query(sql::hub_link);
    query.bind("secret_hash", ByteView(sha256(bytesOf(secret)))).bind("now_ms", now);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    if (!found)
        return std::optional<OneTimeLink>();
    TRIBUTARY_TRY_ASSIGN(OneTimeLink link, readLink(query));
    if (link.by) { // who was shut out, or has less by now, lets nobody in any more
        TRIBUTARY_TRY_ASSIGN(const bool stands, mayGive(database, *link.by, link));
        if (!stands)
            return std::optional<OneTimeLink>();
    }
    return std::optional<OneTimeLink>(std::move(link));
}

Result<Agent> useLink(store::Database &database, IdMaker &ids, const std::string &secret, const std::string &name,
                      const std::string &passwordHash, TimePoint now, const std::string &place)
{
    TRIBUTARY_TRY_ASSIGN(const auto link, linkOf(database, secret, now));
    if (!link)
        return failure(Error::Kind::NotFound, "the link is not good any more");
    TRIBUTARY_TRY(dropLinks(database, link->email));
    if (link->kind == OneTimeLink::Kind::Invitation) {
        TRIBUTARY_TRY_ASSIGN(Agent agent, invited(database, *link));
        if (!name.empty())
            agent.name = name;
        TRIBUTARY_TRY_ASSIGN(agent, addAgent(database, ids, std::move(agent), passwordHash, {link->by, place, now}));
        TRIBUTARY_TRY(note(database, {agent.id, place, now}, {AuditEntry::Kind::Joined, agent.id.bytes, agent.name}));
        return agent;
    }
    TRIBUTARY_TRY_ASSIGN(const auto agent, agentByEmail(database, link->email));
    if (!agent || !agent->active)
        return failure(Error::Kind::NotFound, "the link is not good any more");
    TRIBUTARY_TRY(changePassword(database, *agent, passwordHash, {agent->id, place, now}));
    TRIBUTARY_TRY(revokeDevicesOf(database, agent->id));
    return *agent;
}

std::string linkText(const std::string &hub, const std::string &secret, const std::string &fingerprint)
{
    std::string digits = fingerprint;
    std::erase(digits, ':');
    std::string text = "tributary://join?hub=" + percentEncoded(hub) + "&secret=" + percentEncoded(secret);
    return digits.empty() ? text : text + "&certificate=" + digits;
}

} // namespace tributary::hub
