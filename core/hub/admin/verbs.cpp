#include "core/hub/admin/verbs.h"

#include "core/hub/admin/account_verb.h"
#include "core/hub/admin/audit_verb.h"
#include "core/hub/admin/desk_work.h"
#include "core/hub/admin/erase.h"
#include "core/hub/admin/store_verbs.h"
#include "core/hub/admin/user_verbs.h"
#include "core/hub/exchange/export_history.h"
#include "core/hub/hub.h"
#include "core/store/sql.h"

#include <map>

namespace tributary::hub::admin {
namespace {

struct Verb {
    std::string help;
    std::vector<std::string> flags;
    std::function<Result<int>(Desk, const Arguments &, const Console &)> run;
};

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
