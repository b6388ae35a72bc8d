#include "core/hub/admin/user_verbs.h"

#include "core/hub/access.h"
#include "core/hub/admin/desk_work.h"
#include "core/hub/devices.h"
#include "core/hub/hub.h"
#include "core/hub/one_time_links.h"
#include "core/hub/second_factor.h"
#include "core/hub/teams.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

#include <algorithm>
#include <sstream>

namespace tributary::hub::admin {
namespace {

using namespace tributary::model;

/// The first line of standard input, without its end.
std::string firstLine(const std::string &text)
{
    std::string line = text.substr(0, text.find('\n'));
    if (line.ends_with('\r'))
        line.pop_back();
    return line;
}

Result<std::vector<Agent>> allAgents(HubStore &store)
{
    return store.reader().readAndWait([](store::Database &database) {
        auto query = database.query(store::sql::hub_agents);
        return store::readAll<Agent>(query);
    });
}

/// The names of a list with commas; `none` is nobody.
std::vector<std::string> namesIn(const std::string &list)
{
    std::vector<std::string> names;
    std::istringstream stream(list == "none" ? std::string() : list);
    for (std::string name; std::getline(stream, name, ',');) {
        if (!name.empty())
            names.push_back(name);
    }
    return names;
}

/// The teams of a list with commas. A name may have some of its own: the longest that is one is meant.
Result<std::vector<TeamId>> teamsIn(store::Database &database, const std::string &list)
{
    const std::vector<std::string> parts = namesIn(list);
    std::vector<TeamId> teams;
    for (std::size_t from = 0; from < parts.size();) {
        std::size_t to = parts.size();
        for (; to > from; --to) {
            std::string name = parts[from];
            for (std::size_t part = from + 1; part < to; ++part)
                name += "," + parts[part];
            const auto team = teamNamed(database, name);
            if (team)
                teams.push_back(team->id);
            else if (team.error().kind != Error::Kind::NotFound || to == from + 1)
                return failure(team.error());
            if (team)
                break;
        }
        from = to;
    }
    return teams;
}

Result<int> userSet(Desk desk, const Arguments &arguments, const Console &console)
{
    const std::string email = arguments.value("email");
    if (!arguments.has("role") && !arguments.has("teams"))
        return failure(Error::Kind::Invalid, "user set needs --role admin|lead|agent or --teams NAME,NAME|none");
    const auto role = fromName<Agent::Role>(arguments.value("role", "agent"));
    if (!role)
        return failure(Error::Kind::Invalid, "--role is admin, lead or agent");
    TRIBUTARY_TRY_ASSIGN(const Agent agent, change(desk, [&](ChangeLog &changes) -> Result<Agent> {
                             TRIBUTARY_TRY_ASSIGN(const auto known, agentByEmail(changes.database(), email));
                             if (!known)
                                 return failure(Error::Kind::NotFound, "nobody has that e-mail address");
                             std::vector<TeamId> teams = known->teams;
                             if (arguments.has("teams")) {
                                 TRIBUTARY_TRY_ASSIGN(teams, teamsIn(changes.database(), arguments.value("teams")));
                             }
                             return setRights(changes, desk.store.ids(), *known, arguments.has("role") ? *role : known->role,
                                              std::move(teams), desk.store.clock().now());
                         }));
    console.out(agent.email + " is " + std::string(nameOf(agent.role)) + " in " + std::to_string(agent.teams.size())
                + (agent.teams.size() == 1 ? " team" : " teams"));
    return kDone;
}

/// The link for somebody, and what it is good for.
Result<int> userLink(Desk desk, const Arguments &arguments, const Console &console, bool isReset)
{
    const std::string email = arguments.word(1).empty() ? arguments.value("email") : arguments.word(1);
    const auto role = fromName<Agent::Role>(arguments.value("role", "agent"));
    if (!role)
        return failure(Error::Kind::Invalid, "--role is admin, lead or agent");
    const std::string address = arguments.value("address", desk.hub ? desk.hub->address() : std::string());
    if (address.empty())
        return failure(Error::Kind::Invalid,
                       "say how desktops reach this hub: --address https://hub.shop.example:7600 (or serve --address)");
    std::string fingerprint = desk.hub ? desk.hub->fingerprint() : std::string();
    if (!desk.hub) {
        TRIBUTARY_TRY_ASSIGN(const auto own, ownCertificate(desk.store.folder()));
        if (own)
            fingerprint = own->fingerprint;
    }
    const TimePoint now = desk.store.clock().now();
    TRIBUTARY_TRY_ASSIGN(const std::string secret, desk.store.writer().writeAndWait([&](store::Database &database) {
        return isReset ? inviteToReset(database, desk.store.rng(), email, now)
                       : invite(database, desk.store.rng(), email, arguments.value("name"), *role, now);
    }));
    console.out(linkText(address, secret, fingerprint));
    console.err(isReset ? "whoever has this link chooses a new password for " + email + ", once, within 24 hours"
                        : "whoever has this link joins as " + email + ", once, within 7 days");
    return kDone;
}

} // namespace

Result<int> user(Desk desk, const Arguments &arguments, const Console &console)
{
    const std::string what = arguments.word(0);
    if (what == "add") {
        const auto role = fromName<Agent::Role>(arguments.value("role", "agent"));
        if (!role)
            return failure(Error::Kind::Invalid, "--role is admin, lead or agent");
        TRIBUTARY_TRY_ASSIGN(const std::string hash,
                             hashPassword(firstLine(console.in), {arguments.value("email"), arguments.value("name")}));
        const std::string email = arguments.value("email");
        const std::string name = arguments.value("name");
        TRIBUTARY_TRY_ASSIGN(const Agent agent, desk.store.writer().writeAndWait([&](store::Database &database) {
            return addAgent(database, desk.store.ids(), email, name, *role, hash, authorOf(desk));
        }));
        console.out("added " + agent.email + " (" + std::string(nameOf(agent.role)) + ")");
        return kDone;
    }
    if (what == "list") {
        TRIBUTARY_TRY_ASSIGN(const auto agents, allAgents(desk.store));
        for (const Agent &agent : agents)
            console.out(agent.email + "\t" + agent.name + "\t" + std::string(nameOf(agent.role))
                        + (agent.active ? "" : "\tinactive"));
        return kDone;
    }
    if (what == "password" || what == "deactivate" || what == "activate") {
        std::string hash;
        if (what == "password") {
            TRIBUTARY_TRY_ASSIGN(hash, hashPassword(firstLine(console.in), {arguments.value("email")}));
        }
        const std::string email = arguments.value("email");
        TRIBUTARY_TRY(desk.store.writer().writeAndWait([&](store::Database &database) -> Result<void> {
            TRIBUTARY_TRY_ASSIGN(const auto agent, agentByEmail(database, email));
            if (!agent)
                return failure(Error::Kind::NotFound, "nobody has that e-mail address");
            if (what == "password") {
                TRIBUTARY_TRY(changePassword(database, *agent, hash, authorOf(desk)));
                return revokeDevicesOf(database, agent->id);
            }
            ChangeLog changes(database, {.author = authorOf(desk)});
            TRIBUTARY_TRY(setActive(changes, desk.store.ids(), *agent, what == "activate", std::nullopt, std::nullopt,
                                    desk.store.clock().now()));
            TRIBUTARY_TRY(changes.finish());
            return {};
        }));
        tokensChanged(desk);
        console.out(what == "password" ? "password set; every device of " + email + " has to sign in again"
                                       : what + "d " + email);
        return kDone;
    }
    if (what == "set")
        return userSet(desk, arguments, console);
    if (what == "invite" || what == "reset")
        return userLink(desk, arguments, console, what == "reset");
    if (what == "no-second-factor") {
        const std::string email = arguments.value("email");
        TRIBUTARY_TRY(desk.store.writer().writeAndWait([&](store::Database &database) -> Result<void> {
            TRIBUTARY_TRY_ASSIGN(const auto agent, agentByEmail(database, email));
            if (!agent)
                return failure(Error::Kind::NotFound, "nobody has that e-mail address");
            TRIBUTARY_TRY(note(database, authorOf(desk), {AuditEntry::Kind::SecondFactorOff, agent->id.bytes, agent->name}));
            return endSecondFactor(database, agent->id);
        }));
        console.out(email + " signs in with the password alone");
        return kDone;
    }
    return failure(Error::Kind::Invalid,
                   "user add | invite | list | set | password | reset | no-second-factor | deactivate | activate");
}

Result<int> team(Desk desk, const Arguments &arguments, const Console &console)
{
    const std::string what = arguments.word(0);
    const std::string name = arguments.word(1);
    if (what == "list") {
        TRIBUTARY_TRY_ASSIGN(const auto agents, allAgents(desk.store));
        TRIBUTARY_TRY_ASSIGN(const auto all, desk.store.reader().readAndWait(teams));
        for (const Team &one : all) {
            std::string members;
            for (const Agent &agent : agents) {
                if (std::ranges::count(agent.teams, one.id) > 0)
                    members += (members.empty() ? "" : ", ") + agent.email;
            }
            console.out(one.name + "\t" + (members.empty() ? "nobody" : members));
        }
        return kDone;
    }
    if (name.empty() || (what != "add" && what != "rename" && what != "remove"))
        return failure(Error::Kind::Invalid,
                       "team list | add NAME | rename NAME --to NEW | remove NAME --into TEAM|everybody");
    if (what == "add") {
        TRIBUTARY_TRY(change(desk, [&](ChangeLog &changes) { return addTeam(changes, desk.store.ids(), name); }));
        console.out("added team " + name);
    } else if (what == "rename") {
        TRIBUTARY_TRY(change(desk, [&](ChangeLog &changes) { return renameTeam(changes, name, arguments.value("to")); }));
        console.out("team " + name + " is called " + arguments.value("to"));
    } else {
        const std::string into = arguments.value("into");
        if (into.empty()) // who may see its conversations afterwards is never decided by silence
            return failure(Error::Kind::Invalid, "team remove needs --into TEAM, or --into everybody");
        TRIBUTARY_TRY(change(desk, [&](ChangeLog &changes) {
            return removeTeam(changes, desk.store.ids(), name, into == "everybody" ? std::nullopt : std::optional(into),
                              desk.store.clock().now());
        }));
        console.out("removed team " + name + "; what was its own belongs to " + into);
    }
    return kDone;
}

Result<int> device(Desk desk, const Arguments &arguments, const Console &console)
{
    const std::string what = arguments.word(0);
    if (what == "list") {
        const std::string email = arguments.value("email");
        TRIBUTARY_TRY_ASSIGN(const auto agents, allAgents(desk.store));
        bool found = email.empty();
        for (const Agent &agent : agents) {
            if (!email.empty() && agent.email != emailKey(email))
                continue;
            found = true;
            TRIBUTARY_TRY_ASSIGN(const auto devices, desk.store.reader().readAndWait([&](store::Database &database) {
                return devicesOf(database, agent.id);
            }));
            for (const Device &one : devices)
                console.out(one.id + "\t" + agent.email + "\t" + (one.name.empty() ? "?" : one.name) + "\tsigned in "
                            + toIso(one.created) + "\tlast used " + toIso(one.seen));
        }
        return found ? Result<int>(kDone) : failure(Error::Kind::NotFound, "nobody has that e-mail address");
    }
    if (what != "revoke" || arguments.word(1).empty())
        return failure(Error::Kind::Invalid, "device list [--email E] | device revoke ID");
    const std::string id = arguments.word(1);
    TRIBUTARY_TRY(desk.store.writer().writeAndWait([&](store::Database &database) -> Result<void> {
        TRIBUTARY_TRY(revokeDeviceById(database, id, std::nullopt));
        return note(database, authorOf(desk), {.kind = AuditEntry::Kind::DeviceRevoked, .became = "device: " + id});
    }));
    tokensChanged(desk);
    console.out("device " + id + " is signed out");
    return kDone;
}

} // namespace tributary::hub::admin
