#include "core/hub/admin/verbs.h"

#include "core/hub/admin/erase.h"

#include "core/base/json_writer.h"
#include "core/hub/access.h"
#include "core/hub/account_store.h"
#include "core/hub/audit.h"
#include "core/hub/audit_chain.h"
#include "core/hub/exchange/backup.h"
#include "core/hub/exchange/check_store.h"
#include "core/hub/exchange/export_history.h"
#include "core/hub/exchange/import_files.h"
#include "core/hub/hub.h"
#include "core/hub/one_time_links.h"
#include "core/hub/second_factor.h"
#include "core/hub/teams.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <sstream>

namespace tributary::hub::admin {
namespace {

using namespace tributary::model;

struct Verb {
    std::string help;
    std::vector<std::string> flags;
    std::function<Result<int>(Desk, const Arguments &, const Console &)> run;
};

/// The first line of standard input, without its end.
std::string firstLine(const std::string &text)
{
    std::string line = text.substr(0, text.find('\n'));
    if (line.ends_with('\r'))
        line.pop_back();
    return line;
}

/// `key=value` lines of standard input; empty ones are skipped.
Result<std::map<std::string, std::string>> secretsIn(const std::string &text)
{
    std::map<std::string, std::string> secrets;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.ends_with('\r'))
            line.pop_back();
        if (line.empty())
            continue;
        const std::size_t equals = line.find('=');
        if (equals == std::string::npos || equals == 0)
            return failure(Error::Kind::Invalid, "secrets come on standard input as lines key=value");
        secrets[line.substr(0, equals)] = line.substr(equals + 1);
    }
    return secrets;
}

std::optional<std::int64_t> wholeNumber(const std::string &text)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(number) : std::nullopt;
}

Result<std::vector<Agent>> allAgents(HubStore &store)
{
    return store.reader().readAndWait([](store::Database &database) {
        auto query = database.query(store::sql::hub_agents);
        return store::readAll<Agent>(query);
    });
}

void accountsChanged(Desk desk)
{
    if (desk.hub)
        desk.hub->loop().post([hub = desk.hub] { hub->reloadAccounts(); });
}

/// Links whose token or rights are not those of before are ended at once.
void tokensChanged(Desk desk)
{
    if (desk.hub)
        desk.hub->loop().post([hub = desk.hub] { hub->recheckTokens(); });
}

Author authorOf(Desk desk)
{
    return {std::nullopt, kByCommandLine, desk.store.clock().now()};
}

/// Notes in the audit log what has no transaction of its own.
Result<void> noteAct(Desk desk, AuditEntry entry)
{
    return desk.store.writer().writeAndWait(
        [&](store::Database &database) { return note(database, authorOf(desk), std::move(entry)); });
}

/// Runs @p work as one change of the hub's history.
template<class Work>
auto change(Desk desk, Work work)
{
    return desk.store.writer().writeAndWait([&](store::Database &database) -> std::invoke_result_t<Work, ChangeLog &> {
        ChangeLog changes(database, {.author = authorOf(desk)});
        auto result = work(changes);
        if (result)
            TRIBUTARY_TRY(changes.finish());
        return result;
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
                                 teams.clear();
                                 for (const std::string &name : namesIn(arguments.value("teams"))) {
                                     TRIBUTARY_TRY_ASSIGN(const Team team, teamNamed(changes.database(), name));
                                     teams.push_back(team.id);
                                 }
                             }
                             return setRights(changes, desk.store.ids(), *known, arguments.has("role") ? *role : known->role,
                                              std::move(teams), desk.store.clock().now());
                         }));
    console.out(agent.email + " is " + std::string(nameOf(agent.role)) + " in " + std::to_string(agent.teams.size())
                + (agent.teams.size() == 1 ? " team" : " teams"));
    return kDone;
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

void describe(const StoredAccount &stored, const Console &console)
{
    const ChannelAccount &account = stored.settings.account;
    std::string line = std::string(nameOf(account.channel)) + "\t" + account.name + "\t" + account.address + "\t"
                       + std::string(nameOf(stored.paused ? ChannelAccount::Health::Paused : account.health));
    if (!account.problemText.empty())
        line += "\t" + account.problemText;
    if (account.defects > 0)
        line += "\t" + std::to_string(account.defects) + " with defects";
    console.out(line);
    const auto key = stored.settings.settings.find("key"); // the demo's made-up chats have none
    if (key != stored.settings.settings.end())
        console.out("\tscript: <script async src=\"PUBLIC-ADDRESS/w/" + key->second + ".js\"></script>");
}

Result<int> accountAdd(Desk desk, const Arguments &arguments, const Console &console)
{
    const auto channel = fromName<Channel>(arguments.word(1));
    if (!channel)
        return failure(Error::Kind::Invalid, "account add email | webchat");
    TRIBUTARY_TRY_ASSIGN(auto settings, arguments.pairs("set"));
    TRIBUTARY_TRY_ASSIGN(auto secrets, secretsIn(console.in));
    TRIBUTARY_TRY_ASSIGN(const ChannelAccount account,
                         addAccount(desk.store, *channel, arguments.value("name"), std::move(settings), std::move(secrets)));
    TRIBUTARY_TRY_ASSIGN(const StoredAccount stored, findAccount(desk.store, account.id.text()));
    console.out("added " + account.name);
    if (*channel == Channel::WebChat) {
        console.out("put this on the page:  <script async src=\"PUBLIC-ADDRESS/w/" + stored.settings.settings.at("key")
                    + ".js\"></script>");
        console.out("sign identities with:  " + stored.settings.secrets.at("identity_secret"));
    }
    accountsChanged(desk);
    return kDone;
}

Result<int> accountTest(Desk desk, const std::string &which, const Console &console)
{
    std::vector<channels::ChannelDriver::Check> checks;
    if (desk.hub) {
        TRIBUTARY_TRY_ASSIGN(checks, desk.hub->testAccount(which));
    } else {
        Loop loop;
        Hub hub(desk.store, loop);
        TRIBUTARY_TRY_ASSIGN(checks, hub.testAccount(which));
    }
    bool good = true;
    for (const auto &check : checks) {
        console.out((check.ok ? "ok    " : "FAIL  ") + check.name + ": " + check.text);
        good &= check.ok;
    }
    return good ? kDone : kFailed;
}

Result<int> account(Desk desk, const Arguments &arguments, const Console &console)
{
    const std::string what = arguments.word(0);
    if (what == "add")
        return accountAdd(desk, arguments, console);
    if (what == "list") {
        TRIBUTARY_TRY_ASSIGN(const auto accounts, storedAccounts(desk.store));
        if (arguments.has("json")) {
            JsonWriter json;
            json.beginArray();
            for (const StoredAccount &stored : accounts) {
                const ChannelAccount &one = stored.settings.account;
                json.beginObject().field("id", one.id.text()).field("channel", nameOf(one.channel)).field("name", one.name);
                json.field("address", one.address).field("problem", one.problem).field("problem_text", one.problemText);
                json.field("health", nameOf(stored.paused ? ChannelAccount::Health::Paused : one.health));
                json.field("reopen_days", one.reopenDays).field("region", one.region);
                json.field("defects", one.defects)
                    .field("backfill_done", one.backfillDone)
                    .field("backfill_total", one.backfillTotal);
                if (const auto key = stored.settings.settings.find("key"); key != stored.settings.settings.end())
                    json.field("key", key->second);
                json.endObject();
            }
            console.out(json.endArray().take());
            return kDone;
        }
        for (const StoredAccount &stored : accounts)
            describe(stored, console);
        return kDone;
    }
    const std::string which = arguments.word(1).empty() ? arguments.value("name") : arguments.word(1);
    if (what == "test")
        return accountTest(desk, which, console);
    if (what != "pause" && what != "resume" && what != "remove" && what != "set" && what != "team" && what != "reopen")
        return failure(Error::Kind::Invalid, "account add | list | test | pause | resume | set | team | reopen | remove");
    TRIBUTARY_TRY_ASSIGN(const StoredAccount stored, findAccount(desk.store, which));
    const ChannelAccountId id = stored.settings.account.id;
    if (what == "remove") {
        TRIBUTARY_TRY(removeAccount(desk.store, id));
    } else if (what == "team") {
        const std::string to = arguments.word(2);
        if (to.empty())
            return failure(Error::Kind::Invalid, "account team NAME TEAM|everybody");
        TRIBUTARY_TRY(change(desk, [&](ChangeLog &changes) -> Result<void> {
            if (to == "everybody")
                return setTeamOfAccount(changes, id, std::nullopt);
            TRIBUTARY_TRY_ASSIGN(const Team found, teamNamed(changes.database(), to));
            return setTeamOfAccount(changes, id, found.id);
        }));
        console.out("new conversations of " + stored.settings.account.name + " belong to " + to);
        return kDone;
    } else if (what == "reopen") {
        const auto days = wholeNumber(arguments.word(2));
        if (!days)
            return failure(Error::Kind::Invalid, "account reopen NAME DAYS, from 0 (never) to 365");
        TRIBUTARY_TRY(change(desk, [&](ChangeLog &changes) { return setReopenDays(changes, id, *days); }));
        console.out(*days == 0 ? "resolved conversations of " + stored.settings.account.name + " never open again"
                               : "resolved conversations of " + stored.settings.account.name + " open again for "
                                     + std::to_string(*days) + (*days == 1 ? " day" : " days"));
        return kDone;
    } else if (what == "set") {
        TRIBUTARY_TRY_ASSIGN(auto settings, arguments.pairs("set"));
        TRIBUTARY_TRY_ASSIGN(auto secrets, secretsIn(console.in));
        TRIBUTARY_TRY(changeAccount(desk.store, id, std::move(settings), std::move(secrets)));
    } else {
        TRIBUTARY_TRY(setPaused(desk.store, id, what == "pause"));
    }
    accountsChanged(desk);
    console.out(what + ": " + stored.settings.account.name);
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

Result<int> certificate(Desk desk, const Arguments &, const Console &console)
{
    if (desk.hub && desk.hub->fingerprint().empty())
        return failure(Error::Kind::NotFound,
                       "this hub speaks plain text, on this computer alone: no desktop is shown a certificate");
    if (desk.hub) {
        console.out("SHA-256 " + desk.hub->fingerprint());
        return kDone;
    }
    TRIBUTARY_TRY_ASSIGN(const auto own, ownCertificate(desk.store.folder()));
    if (!own)
        return failure(Error::Kind::NotFound,
                       "this hub has no certificate of its own yet: it is made when it first listens beyond this computer");
    console.out("SHA-256 " + own->fingerprint);
    return kDone;
}

Result<int> verifyAudit(Desk desk, const Arguments &arguments, const Console &console)
{
    if (const auto unknown = arguments.unknown({"verify", "mark"}))
        return failure(Error::Kind::Invalid, "audit --verify has no option --" + *unknown);
    std::optional<AuditMark> known;
    if (arguments.has("mark")) {
        known = AuditMark::fromText(arguments.value("mark"));
        if (!known)
            return failure(Error::Kind::Invalid, "--mark is what audit --verify printed: a number, a colon and 64 digits");
    }
    // It looks through all of it: what the desktops read by must not wait for that.
    TRIBUTARY_TRY_ASSIGN(const auto reader, desk.store.openReader());
    TRIBUTARY_TRY_ASSIGN(const AuditCheck check,
                         reader->readAndWait([&](store::Database &database) { return checkAudit(database, known); }));
    if (!check.problem.empty()) {
        console.err(check.problem);
        return kFailed;
    }
    console.out(check.last.text());
    return kDone;
}

/// One line an entry, the oldest first: time, who, kind, about whom, where, what was and what came of it.
Result<int> audit(Desk desk, const Arguments &arguments, const Console &console)
{
    if (arguments.has("verify"))
        return verifyAudit(desk, arguments, console);
    if (const auto unknown = arguments.unknown({"email", "kind", "text", "last"}))
        return failure(Error::Kind::Invalid, "audit has no option --" + *unknown);
    constexpr std::int64_t most = 10'000;
    AuditQuery wanted{.text = arguments.value("text")};
    const std::string last = arguments.value("last", "200");
    const auto [end, error] = std::from_chars(last.data(), last.data() + last.size(), wanted.rows);
    if (error != std::errc() || end != last.data() + last.size() || wanted.rows < 1 || wanted.rows > most)
        return failure(Error::Kind::Invalid, "--last is a number from 1 to 10000");
    if (arguments.has("kind")) {
        wanted.kind = fromName<AuditEntry::Kind>(arguments.value("kind"));
        if (!wanted.kind) {
            std::string names;
            for (const std::string_view name : kNames<AuditEntry::Kind>)
                names += (names.empty() ? "" : ", ") + std::string(name);
            return failure(Error::Kind::Invalid, "--kind is one of " + names);
        }
    }
    const auto read = [&](store::Database &database) -> Result<std::vector<AuditEntry>> {
        if (arguments.has("email")) {
            TRIBUTARY_TRY_ASSIGN(const auto agent, agentByEmail(database, arguments.value("email")));
            if (!agent)
                return failure(Error::Kind::NotFound, "nobody has that e-mail address");
            wanted.person = agent->id.bytes;
        }
        return auditEntries(database, wanted);
    };
    TRIBUTARY_TRY_ASSIGN(std::vector<AuditEntry> entries, desk.store.reader().readAndWait(read));
    std::ranges::reverse(entries);
    const auto inLine = [](std::string text) { // entries hold lines
        while (text.ends_with('\n'))
            text.pop_back();
        for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2)
            text.replace(at, 1, "; ");
        return text;
    };
    for (const AuditEntry &entry : entries) {
        std::string line = toIso(entry.author.at) + "\t" + (entry.byName.empty() ? "-" : entry.byName) + "\t"
                           + std::string(nameOf(entry.kind)) + "\t" + (entry.about.empty() ? "-" : entry.about) + "\t"
                           + entry.author.place;
        if (!entry.was.empty() || !entry.became.empty())
            line += "\t" + inLine(entry.was) + " -> " + inLine(entry.became);
        console.out(line);
    }
    return kDone;
}

Result<int> workspace(Desk desk, const Arguments &arguments, const Console &console)
{
    if (arguments.word(0) != "rename" || arguments.value("name").empty())
        return failure(Error::Kind::Invalid, "workspace rename --name NAME");
    const std::string name = arguments.value("name");
    TRIBUTARY_TRY(desk.store.writer().writeAndWait([&](store::Database &database) -> Result<void> {
        TRIBUTARY_TRY_ASSIGN(const WorkspaceState before, workspaceState(database));
        TRIBUTARY_TRY(note(database, authorOf(desk),
                           {AuditEntry::Kind::WorkspaceRenamed, {}, name, "name: " + before.name, "name: " + name}));
        auto query = database.query(store::sql::hub_rename_workspace);
        return query.bind("name", name).run();
    }));
    console.out("the workspace is called " + name);
    return kDone;
}

Result<int> importHistory(Desk desk, const Arguments &arguments, const Console &console)
{
    if (arguments.words().empty())
        return failure(Error::Kind::Invalid, "import needs the files to take in");
    std::vector<std::string> files;
    for (const std::string &file : arguments.words())
        files.push_back((std::filesystem::path(console.folder) / file).string()); // an absolute path stays as it is
    TRIBUTARY_TRY(
        noteAct(desk, {.kind = AuditEntry::Kind::Imported, .became = "files: " + std::to_string(files.size()) + "\n"}));
    exchange::ImportOptions options{arguments.value("source"), arguments.value("account"), arguments.has("as-demo")};
    TRIBUTARY_TRY(exchange::importFiles(desk.store, files, options, console));
    return kDone;
}

Result<int> exportHistory(Desk desk, const Arguments &arguments, const Console &console)
{
    TRIBUTARY_TRY(noteAct(desk, {.kind = AuditEntry::Kind::Exported, .about = "everything"}));
    exchange::ExportOptions options;
    if (arguments.has("files"))
        options.filesFolder = std::filesystem::path(console.folder) / arguments.value("files");
    TRIBUTARY_TRY(exchange::exportAll(desk.store, options, console.out, console));
    if (std::error_code error; std::filesystem::exists(options.filesFolder, error)) // no file, no folder
        console.tellWrote(options.filesFolder);
    return kDone;
}

Result<int> backup(Desk desk, const Arguments &arguments, const Console &console)
{
    if (arguments.value("to").empty())
        return failure(Error::Kind::Invalid, "backup needs --to FOLDER");
    if (const auto unknown = arguments.unknown({"to", "with-key", "sealed", "keys-to"}))
        return failure(Error::Kind::Invalid, "backup has no option --" + *unknown);
    if (arguments.has("keys-to") && !arguments.has("sealed"))
        return failure(Error::Kind::Invalid, "--keys-to goes with --sealed");
    const std::filesystem::path here(console.folder);
    exchange::BackupOptions options{here / arguments.value("to"), arguments.has("with-key"), arguments.has("sealed"), {}};
    if (arguments.has("keys-to"))
        options.keysTo = here / arguments.value("keys-to");
    TRIBUTARY_TRY(noteAct(
        desk, {.kind = AuditEntry::Kind::BackedUp,
               .became = std::string(options.withKey ? "key: yes\n" : "") + (options.sealed ? "sealed: yes\n" : "")}));
    TRIBUTARY_TRY_ASSIGN(const auto report, exchange::backUp(desk.store, options, console));
    console.tellWrote(options.to);
    if (options.keysTo)
        console.tellWrote(*options.keysTo);
    console.out("backed up to " + options.to.string() + ": head " + std::to_string(report.head) + ", "
                + std::to_string(report.attachments) + " attachments");
    console.out(
        options.withKey
            ? "hub.key is in it: whoever has this backup has the passwords of all channel accounts"
            : "hub.key is not in it: keep a copy of it elsewhere, or the accounts' passwords are lost with this computer");
    if (options.sealed)
        console.out(options.keysTo
                        ? "it opens with hub.key and people.keys, of which the newest is now " + options.keysTo->string()
                        : "it opens with hub.key and people.keys, which is in this hub's folder alone: see --keys-to");
    if (report.missing > 0)
        console.err(std::to_string(report.missing) + " attachments are missing or damaged here, and so in the backup");
    return kDone;
}

Result<int> restore(const std::filesystem::path &data, const Arguments &arguments, const Console &console)
{
    if (arguments.value("from").empty())
        return failure(Error::Kind::Invalid, "restore needs --from FOLDER");
    if (const auto unknown = arguments.unknown({"from", "key", "people-keys"}))
        return failure(Error::Kind::Invalid, "restore has no option --" + *unknown);
    const std::filesystem::path here(console.folder);
    exchange::RestoreOptions options{here / arguments.value("from"), data, std::nullopt, std::nullopt};
    if (arguments.has("key"))
        options.key = here / arguments.value("key");
    if (arguments.has("people-keys"))
        options.peopleKeys = here / arguments.value("people-keys");
    const SystemClock clock;
    SystemRng rng;
    TRIBUTARY_TRY_ASSIGN(const auto report, exchange::restore(options, clock, rng, console));
    console.out("restored " + report.workspace + " as of " + toIso(report.at) + " (head " + std::to_string(report.head)
                + ", " + std::to_string(report.attachments)
                + " attachments); desktops will fetch everything again and offer what they have sent since");
    if (report.erased > 0)
        console.out(std::to_string(report.erased)
                    + " customers were erased since, and are not in it; what hung on them goes when the hub starts");
    if (!report.hasKey)
        console.err(
            "there is no hub.key: put the one that belongs to this backup into the folder before the first start, or "
            "enter the accounts' passwords anew");
    return kDone;
}

Result<int> check(Desk desk, const Arguments &arguments, const Console &console)
{
    TRIBUTARY_TRY_ASSIGN(const exchange::StoreCheck found,
                         exchange::checkStore(desk.store, arguments.value("agent"), &console));
    for (const std::string &line : exchange::linesOf(found, arguments.has("json")))
        console.out(line);
    return found.problems.empty() ? kDone : kFailed;
}

const std::map<std::string, Verb> &verbs()
{
    static const std::map<std::string, Verb> all{
        {"user",
         {"tributary-hub user add --data DIR --email E --name N --role admin|lead|agent     password on standard input\n"
          "tributary-hub user list --data DIR\n"
          "tributary-hub user password --data DIR --email E                                 password on standard input\n"
          "tributary-hub user set --data DIR --email E [--role admin|lead|agent] [--teams NAME,NAME|none]\n"
          "tributary-hub user invite E --data DIR [--name N] [--role admin|lead|agent] [--address URL]\n"
          "                                          a link with which somebody joins, once, within 7 days\n"
          "tributary-hub user reset E --data DIR [--address URL]\n"
          "                                          a link to choose a new password with, once, within 24 hours\n"
          "tributary-hub user no-second-factor --data DIR --email E\n"
          "tributary-hub user deactivate|activate --data DIR --email E",
          {},
          user}},
        {"account",
         {"tributary-hub account add email --data DIR --name N --set address=A --set imap=imaps://user@host:port\n"
          "                            --set smtp=smtp://user@host:port    secrets on standard input as key=value lines\n"
          "tributary-hub account add webchat --data DIR --name N --set origins=https://shop.example\n"
          "tributary-hub account list [--json] | test NAME | pause NAME | resume NAME | remove NAME --data DIR\n"
          "tributary-hub account set NAME --data DIR [--set key=value …]        renewed secrets on standard input\n"
          "tributary-hub account team NAME TEAM|everybody --data DIR            whose its new conversations are\n"
          "tributary-hub account reopen NAME DAYS --data DIR\n"
          "                            for how many days a resolved conversation opens again when its customer writes",
          {"json"},
          account}},
        {"team",
         {"tributary-hub team list | add NAME | rename NAME --to NEW --data DIR\n"
          "tributary-hub team remove NAME --into TEAM|everybody --data DIR\n"
          "\n"
          "What belongs to a team is seen by its members and by admins alone. Who is in it: user set --teams; which new\n"
          "conversations are its own: account team.",
          {},
          team}},
        {"import",
         {"tributary-hub import --data DIR [--source NAME] [--account MAILACCOUNT] FILE…\n"
          "\n"
          "Takes in JSON Lines, mbox, Maildir folders and .eml files. May be stopped and begun again; the same again "
          "changes nothing.",
          {"as-demo"},
          importHistory}},
        {"export",
         {"tributary-hub export --data DIR [--files FOLDER] > history.jsonl\n"
          "\n"
          "Writes what was said and by whom as JSON Lines. Attachments stand in the lines, or with --files as files in a\n"
          "folder.\n"
          "\n" + std::string(exchange::kLeftOut),
          {},
          exportHistory}},
        {"backup",
         {"tributary-hub backup --data DIR --to FOLDER [--with-key] [--sealed [--keys-to FILE]]\n"
          "\n"
          "Copies one moment of the store, attachments too, while the hub works on. FOLDER must be new or empty. hub.key, "
          "which\nopens the accounts' passwords, is left out unless --with-key says otherwise: keep it elsewhere.\n"
          "\n"
          "--sealed seals what is of each customer with a key of their own, in people.keys: whoever is erased can be read "
          "in\n"
          "no sealed backup any more. The backup opens with hub.key and the newest people.keys alone, and neither is in "
          "it:\n"
          "--keys-to puts a copy of people.keys in the place of FILE, on another disk.",
          {"with-key", "sealed"},
          backup}},
        {"restore",
         {"tributary-hub restore --data DIR --from FOLDER [--key FILE] [--people-keys FILE]\n"
          "\n"
          "Checks a backup and puts it into a folder without a store. Every desktop fetches its copy again and offers what "
          "its\n"
          "agent has done since the backup, so that nothing acknowledged is lost. --key is the hub.key kept elsewhere,\n"
          "--people-keys the newest people.keys, which a sealed backup takes.",
          {},
          [](Desk, const Arguments &, const Console &) -> Result<int> {
              return failure(Error::Kind::Conflict, "there is data in this folder; a restore overwrites nothing");
          }}},
        {"check",
         {"tributary-hub check --data DIR [--json] [--agent EMAIL]\n"
          "\n"
          "Counts, positions, integrity, and one hash over what was said, by whom and when. Exits with 1 if something is "
          "wrong.\n"
          "With an agent, a digest of each table of what that agent may see: `tributary --check` gives the same lines of a "
          "copy.",
          {"json"},
          check}},
        {"erase",
         {"tributary-hub erase ADDRESS|ID --data DIR [--yes [--keys-to FILE]]\n"
          "tributary-hub erase --pending --data DIR\n"
          "\n"
          "Who that is, and how much there is of them. With --yes all of it is erased for good: conversations, files and\n"
          "addresses, here and at every desktop. A hub that is restored from an older backup erases them again, as long as "
          "its\nfolder has hub.erased. --pending lists the devices that have yet to confirm an erasure; who has not within "
          "30\ndays is signed out. Sealed backups cannot be read of them any more; --keys-to puts people.keys without\n"
          "their key in the place of the copy that is kept elsewhere.",
          {"yes", "pending"},
          erase}},
        {"device",
         {"tributary-hub device list --data DIR [--email E]\n"
          "tributary-hub device revoke ID --data DIR\n"
          "\n"
          "Desktops that are signed in. One that is revoked is signed out within seconds, and its copy removed from it. "
          "What\nnobody has used for 90 days is signed out by itself, and everything after a year.",
          {},
          device}},
        {"certificate",
         {"tributary-hub certificate --data DIR\n"
          "\n"
          "The fingerprint (SHA-256) of the certificate that desktops are shown: compare it with what they show. Of a hub "
          "that\n"
          "does not work just now, that of its own certificate.",
          {},
          certificate}},
        {"audit",
         {"tributary-hub audit --data DIR [--email E] [--kind KIND] [--text WORDS] [--last N]\n"
          "tributary-hub audit --data DIR --verify [--mark N:HASH]\n"
          "\n"
          "The newest 200 entries of the audit log, or N: time, who, what, whom it is about, where, what was and what "
          "came of\nit. Nothing changes or removes an entry. With --verify it looks whether anybody has, in the file "
          "itself, "
          "and prints a\nmark of where the log stands: keep it elsewhere, and give it the next time with --mark. The hub "
          "writes such marks into\nits own log.",
          {"verify"},
          audit}},
        {"workspace", {"tributary-hub workspace rename --data DIR --name NAME", {}, workspace}},
    };
    return all;
}

} // namespace

bool isVerb(const std::string &verb)
{
    return verbs().contains(verb);
}

std::string helpFor(const std::string &verb)
{
    const auto found = verbs().find(verb);
    return found == verbs().end() ? std::string() : found->second.help;
}

int runRestore(const std::filesystem::path &data, const std::vector<std::string> &arguments, const Console &console)
{
    const auto parsed = Arguments::parse({arguments.begin() + 1, arguments.end()}, {});
    const Result<int> done = parsed ? restore(data, *parsed, console) : Result<int>(failure(parsed.error()));
    if (done)
        return *done;
    console.err(done.error().detail);
    return done.error().kind == Error::Kind::Invalid ? kWrongUse : kFailed;
}

int run(Desk desk, const std::vector<std::string> &arguments, const Console &console)
{
    const auto verb = arguments.empty() ? verbs().end() : verbs().find(arguments.front());
    if (verb == verbs().end()) {
        console.err("no such command");
        return kWrongUse;
    }
    const auto parsed = Arguments::parse({arguments.begin() + 1, arguments.end()}, verb->second.flags);
    const Result<int> done = parsed ? verb->second.run(desk, *parsed, console) : Result<int>(failure(parsed.error()));
    if (done)
        return *done;
    console.err(done.error().detail);
    return done.error().kind == Error::Kind::Invalid ? kWrongUse : kFailed;
}

} // namespace tributary::hub::admin
