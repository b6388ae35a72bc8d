#include "core/hub/admin/account_verb.h"

#include "core/base/json_writer.h"
#include "core/hub/account_store.h"
#include "core/hub/admin/desk_work.h"
#include "core/hub/hub.h"
#include "core/hub/teams.h"
#include "core/store/entities.h"

#include <algorithm>
#include <charconv>
#include <sstream>

namespace tributary::hub::admin {
namespace {

using namespace tributary::model;

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

} // namespace

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

} // namespace tributary::hub::admin
