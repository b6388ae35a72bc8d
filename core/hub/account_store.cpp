#include "core/hub/account_store.h"

#include "core/hub/change_log.h"
#include "core/hub/delivery_queue.h"
#include "core/model/addresses.h"
#include "core/store/entities.h"
#include "core/store/sql.h"
#include "core/text/host_names.h"
#include "core/wire/codec.h"

namespace tributary::hub {
namespace {

using namespace tributary::model;
namespace sql = store::sql;
using Settings = std::map<std::string, std::string>;

constexpr const char *kRegion = "region";

Result<void> check(Channel channel, const Settings &settings, const Settings &secrets)
{
    const auto need = [](const Settings &in, const char *key, const char *what) -> Result<void> {
        const auto found = in.find(key);
        if (found == in.end() || found->second.empty())
            return failure(Error::Kind::Invalid, what);
        return {};
    };
    const auto believed = settings.find("authserv_id");
    if (believed != settings.end() && !text::hostNames(believed->second))
        return failure(Error::Kind::Invalid, "authserv_id takes names of servers: --set authserv_id=mail.shop.example");
    switch (channel) {
    case Channel::Email:
        TRIBUTARY_TRY(need(settings, "address", "an e-mail account needs --set address=help@shop.example"));
        TRIBUTARY_TRY(need(settings, "imap", "an e-mail account needs --set imap=imaps://user@host:port"));
        TRIBUTARY_TRY(need(settings, "smtp", "an e-mail account needs --set smtp=smtp://user@host:port"));
        if (!secrets.contains("password") && !secrets.contains("access_token") && !secrets.contains("refresh_token"))
            return failure(Error::Kind::Invalid,
                           "an e-mail account needs a line password=… or access_token=… on standard input");
        return {};
    case Channel::WebChat: return need(settings, "origins", "a web chat needs --set origins=https://shop.example");
    default: return failure(Error::Kind::Invalid, "accounts of that channel cannot be connected yet");
    }
}

/// Empty: nobody says.
Result<void> checkRegion(const std::string &region)
{
    if (!region.empty() && !isRegion(region))
        return failure(Error::Kind::Invalid, "a region is two capital letters of ISO 3166: --set region=AE");
    return {};
}

/// A region that is given among @p settings stands in the account's row, which desktops see, and not among them.
Result<void> takeRegion(ChannelAccount &account, Settings &settings)
{
    const auto given = settings.find(kRegion);
    if (given == settings.end())
        return {};
    TRIBUTARY_TRY(checkRegion(given->second));
    account.region = std::move(given->second);
    settings.erase(given);
    return {};
}

std::int64_t undoSeconds(Channel channel, const Settings &settings)
{
    if (const auto found = settings.find("undo_seconds"); found != settings.end())
        return std::clamp<std::int64_t>(std::atoll(found->second.c_str()), 0, 30);
    return channel == Channel::Email ? 10 : 0; // DESIGN 14
}

Result<void> writeConfig(store::Database &database, ChannelAccountId id, const Settings &settings, const Bytes &sealed,
                         bool paused)
{
    auto query = database.query(sql::hub_set_account_config);
    query.bind("account_id", id).bind("settings", ByteView(wire::encodeMap(settings))).bind("sealed", ByteView(sealed));
    return query.bind("paused", paused).run();
}

Result<StoredAccount> readConfig(HubStore &store, store::Database &database, ChannelAccount account)
{
    auto query = database.query(sql::hub_account_config);
    query.bind("account_id", account.id);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    if (!found)
        return failure(Error::Kind::NotFound, "the account has no settings");
    StoredAccount stored;
    TRIBUTARY_TRY_ASSIGN(stored.settings.settings, wire::mapFrom(query.blob(0)));
    auto secrets = store.secrets().unseal(query.blob(1), account.id.view());
    stored.isLocked = !secrets;
    if (secrets)
        stored.settings.secrets = std::move(*secrets);
    stored.paused = query.flag(2);
    stored.settings.account = std::move(account);
    return stored;
}

Result<std::vector<ChannelAccount>> allAccounts(store::Database &database)
{
    auto query = database.query(sql::hub_accounts);
    return store::readAll<ChannelAccount>(query);
}

/// Accounts are changed by whoever has the hub's folder.
Author authorIn(const HubStore &store)
{
    return {std::nullopt, kByCommandLine, store.clock().now()};
}

/// Which settings and secrets are renewed, never to what.
std::string namesIn(const Settings &settings, const Settings &secrets)
{
    std::string lines;
    for (const auto &[what, map] : {std::pair("settings", &settings), std::pair("secrets", &secrets)}) {
        std::string names;
        for (const auto &[key, value] : *map)
            names += (names.empty() ? "" : ", ") + key;
        if (!names.empty())
            lines += std::string(what) + ": " + names + "\n";
    }
    return lines;
}

/// In a write transaction.
template<class Change>
Result<void> changeEntity(store::Database &database, ChannelAccountId id, const Author &author, Change change)
{
    TRIBUTARY_TRY_ASSIGN(auto account, store::channelAccount(database, id));
    if (!account || account->removed)
        return failure(Error::Kind::NotFound, "no such account");
    ChangeLog changes(database, {.author = author});
    TRIBUTARY_TRY(change(changes, *account));
    TRIBUTARY_TRY(changes.put(*account));
    TRIBUTARY_TRY(changes.finish());
    return {};
}

template<class Change>
Result<void> changeEntity(HubStore &store, ChannelAccountId id, Change change)
{
    return store.writer().writeAndWait(
        [=, &store](store::Database &database) { return changeEntity(database, id, authorIn(store), change); });
}

} // namespace

Result<ChannelAccount> addAccount(HubStore &store, Channel channel, const std::string &name, Settings settings,
                                  Settings secrets)
{
    TRIBUTARY_TRY(check(channel, settings, secrets));
    if (name.empty() || name.size() > 200)
        return failure(Error::Kind::Invalid, "an account needs a --name");
    if (channel == Channel::WebChat) {
        // What a page's script tag carries, and what the shop's server signs visitors' identities with.
        std::array<std::byte, 16> key{};
        store.rng().fill(key);
        settings.try_emplace("key", toHex(key));
        std::array<std::byte, 32> secret{};
        store.rng().fill(secret);
        secrets.try_emplace("identity_secret", toHex(secret));
    }
    ChannelAccount account{.channel = channel, .name = name};
    account.address = channel == Channel::Email ? settings["address"] : settings["origins"];
    account.undoSeconds = undoSeconds(channel, settings);
    TRIBUTARY_TRY(takeRegion(account, settings));
    return store.writer().writeAndWait([&](store::Database &database) -> Result<ChannelAccount> {
        account.id = store.ids().make<ChannelAccountId>();
        const Bytes sealed = store.secrets().seal(secrets, account.id.view(), store.rng());
        ChangeLog changes(database, {.author = authorIn(store)});
        TRIBUTARY_TRY(changes.put(account));
        TRIBUTARY_TRY(changes.finish());
        TRIBUTARY_TRY(writeConfig(database, account.id, settings, sealed, false));
        return account;
    });
}

Result<void> configureAccount(HubStore &store, store::Database &database, ChannelAccountId id, const Settings &settings)
{
    return writeConfig(database, id, settings, store.secrets().seal({}, id.view(), store.rng()), false);
}

Result<std::vector<StoredAccount>> storedAccounts(HubStore &store)
{
    return store.reader().readAndWait([&](store::Database &database) -> Result<std::vector<StoredAccount>> {
        TRIBUTARY_TRY_ASSIGN(const auto accounts, allAccounts(database));
        std::vector<StoredAccount> stored;
        for (const ChannelAccount &account : accounts) {
            if (account.removed)
                continue;
            if (auto one = readConfig(store, database, account))
                stored.push_back(std::move(*one));
            else if (one.error().kind != Error::Kind::NotFound) // made by an import: nothing to connect
                return failure(std::move(one).error());
        }
        return stored;
    });
}

Result<StoredAccount> findAccount(HubStore &store, const std::string &which)
{
    TRIBUTARY_TRY_ASSIGN(auto accounts, storedAccounts(store));
    std::string names;
    for (StoredAccount &stored : accounts) {
        const ChannelAccount &account = stored.settings.account;
        if (which == account.id.text() || which == account.name || which == account.address)
            return std::move(stored);
        names += (names.empty() ? "" : ", ") + account.name;
    }
    return failure(Error::Kind::NotFound, names.empty() ? "there are no accounts" : "no such account; there are: " + names);
}

Result<void> setPaused(HubStore &store, ChannelAccountId id, bool paused)
{
    return changeEntity(store, id, [=, &store](ChangeLog &changes, ChannelAccount &account) -> Result<void> {
        store::Database &database = changes.database();
        TRIBUTARY_TRY_ASSIGN(const StoredAccount stored, readConfig(store, database, account));
        if (stored.paused != paused)
            TRIBUTARY_TRY(note(database, authorIn(store),
                               {AuditEntry::Kind::AccountChanged, id.bytes, account.name,
                                stored.paused ? "paused: yes\n" : "", paused ? "paused: yes\n" : ""}));
        if (stored.isLocked)
            return failure(Error::Kind::Corrupt, "its passwords cannot be read with this hub's key; enter them anew first");
        account.health = paused ? ChannelAccount::Health::Paused : ChannelAccount::Health::Starting;
        account.problem.clear();
        account.problemText.clear();
        const Bytes sealed = store.secrets().seal(stored.settings.secrets, id.view(), store.rng());
        return writeConfig(database, id, stored.settings.settings, sealed, paused);
    });
}

Result<void> removeAccount(HubStore &store, ChannelAccountId id)
{
    return changeEntity(store, id, [=, &store](ChangeLog &changes, ChannelAccount &account) -> Result<void> {
        store::Database &database = changes.database();
        TRIBUTARY_TRY(endDeliveriesOf(changes, store.ids(), id, store.clock().now()));
        account.removed = true;
        account.health = ChannelAccount::Health::Paused;
        auto query = database.query(sql::hub_remove_account_config);
        return query.bind("account_id", id).run();
    });
}

Result<void> changeAccount(HubStore &store, ChannelAccountId id, Settings settings, Settings secrets)
{
    return store.writer().writeAndWait(
        [&](store::Database &database) { return changeAccount(store, database, id, settings, secrets, authorIn(store)); });
}

Result<void> changeAccount(HubStore &store, store::Database &database, ChannelAccountId id, Settings settings,
                           Settings secrets, const Author &author)
{
    return changeEntity(database, id, author, [&](ChangeLog &, ChannelAccount &account) -> Result<void> {
        TRIBUTARY_TRY_ASSIGN(StoredAccount stored, readConfig(store, database, account));
        TRIBUTARY_TRY(takeRegion(account, settings)); // the audit log has it by the row
        if (const std::string names = namesIn(settings, secrets); !names.empty())
            TRIBUTARY_TRY(note(database, author, {AuditEntry::Kind::AccountChanged, id.bytes, account.name, {}, names}));
        const Settings before = stored.settings.settings;
        for (const auto &[key, value] : settings)
            stored.settings.settings[key] = value;
        for (const auto &[key, value] : secrets)
            stored.settings.secrets[key] = value;
        if (stored.settings.settings != before)
            TRIBUTARY_TRY(doubtAllOf(database, id));
        TRIBUTARY_TRY(check(account.channel, stored.settings.settings, stored.settings.secrets));
        account.undoSeconds = undoSeconds(account.channel, stored.settings.settings);
        account.address = stored.settings.settings[account.channel == Channel::Email ? "address" : "origins"];
        const Bytes sealed = store.secrets().seal(stored.settings.secrets, id.view(), store.rng());
        return writeConfig(database, id, stored.settings.settings, sealed, stored.paused);
    });
}

Result<std::string> accountSetting(store::Database &database, ChannelAccountId id, const std::string &name)
{
    TRIBUTARY_TRY_ASSIGN(const auto account, store::channelAccount(database, id));
    if (!account || account->removed)
        return failure(Error::Kind::NotFound, "no such account");
    auto query = database.query(sql::hub_account_config);
    query.bind("account_id", id);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    if (!found)
        return failure(Error::Kind::NotFound, "the account has no settings");
    TRIBUTARY_TRY_ASSIGN(const Settings settings, wire::mapFrom(query.blob(0)));
    const auto value = settings.find(name);
    return value == settings.end() ? std::string() : value->second;
}

std::string accountSecret(HubStore &store, ChannelAccountId id, const std::string &name)
{
    const auto secret = store.reader().readAndWait([&](store::Database &database) -> Result<std::string> {
        TRIBUTARY_TRY_ASSIGN(const StoredAccount stored, readConfig(store, database, ChannelAccount{.id = id}));
        const auto found = stored.settings.secrets.find(name);
        return found == stored.settings.secrets.end() ? std::string() : found->second;
    });
    return secret.value_or(std::string());
}

Result<void> replaceAccountSecret(HubStore &store, ChannelAccountId id, const std::string &name, const std::string &was,
                                  const std::string &becomes)
{
    return store.writer().writeAndWait([&](store::Database &database) -> Result<void> {
        TRIBUTARY_TRY_ASSIGN(StoredAccount stored, readConfig(store, database, ChannelAccount{.id = id}));
        if (stored.isLocked)
            return failure(Error::Kind::Corrupt, "its secrets cannot be read with this hub's key");
        std::string &kept = stored.settings.secrets[name];
        if (kept != was)
            return {};
        kept = becomes;
        const Bytes sealed = store.secrets().seal(stored.settings.secrets, id.view(), store.rng());
        return writeConfig(database, id, stored.settings.settings, sealed, stored.paused);
    });
}

Result<void> setReopenDays(ChangeLog &changes, ChannelAccountId id, std::int64_t days)
{
    if (days < 0 || days > ChannelAccount::kMostReopenDays)
        return failure(Error::Kind::Invalid, "from 0 days (never) to 365");
    TRIBUTARY_TRY_ASSIGN(auto account, store::channelAccount(changes.database(), id));
    if (!account || account->removed)
        return failure(Error::Kind::NotFound, "no such account");
    if (account->reopenDays == days)
        return {};
    account->reopenDays = days;
    return changes.put(*account);
}

Result<void> setRegionOfAccount(ChangeLog &changes, ChannelAccountId id, const std::string &region)
{
    TRIBUTARY_TRY(checkRegion(region));
    TRIBUTARY_TRY_ASSIGN(auto account, store::channelAccount(changes.database(), id));
    if (!account || account->removed)
        return failure(Error::Kind::NotFound, "no such account");
    if (account->region == region)
        return {};
    account->region = region;
    return changes.put(*account);
}

Result<void> moveRegions(store::Database &database, TimePoint now)
{
    struct Kept {
        ChannelAccountId account;
        Settings settings;
        Bytes sealed;
        bool paused = false;
    };
    std::vector<Kept> before;
    auto query = database.query(sql::hub_settings_of_accounts);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            break;
        if (auto settings = wire::mapFrom(query.blob(1)); settings && settings->contains(kRegion))
            before.push_back({query.id<ChannelAccountId>(0), std::move(*settings), copyOf(query.blob(2)), query.flag(3)});
    }
    ChangeLog changes(database, {.author = {std::nullopt, kByHub, now}});
    for (Kept &kept : before) {
        const std::string region = kept.settings.extract(kRegion).mapped();
        TRIBUTARY_TRY_ASSIGN(const auto account, store::channelAccount(database, kept.account));
        if (account && account->region.empty() && checkRegion(region))
            TRIBUTARY_TRY(setRegionOfAccount(changes, kept.account, region));
        TRIBUTARY_TRY(writeConfig(database, kept.account, kept.settings, kept.sealed, kept.paused));
    }
    TRIBUTARY_TRY(changes.finish());
    return {};
}

} // namespace tributary::hub
