#pragma once

#include "core/channels/channel_driver.h"
#include "core/hub/change_log.h"
#include "core/hub/hub_store.h"

/// Channel accounts as the hub keeps them: the entity that desktops see, its settings, and its sealed secrets.
namespace tributary::hub {

struct StoredAccount {
    channels::AccountSettings settings;
    bool paused = false;
    /// Its secrets cannot be opened: the hub was restored without its key. It runs again when they are entered anew.
    bool isLocked = false;
};

/// Adds an account; the id is in the result. Invalid: a setting is missing or makes no sense, with what and why.
Result<model::ChannelAccount> addAccount(HubStore &store, model::Channel channel, const std::string &name,
                                         std::map<std::string, std::string> settings,
                                         std::map<std::string, std::string> secrets);
/// Gives an account that came by an import settings to work with (the demo's); in a write transaction.
Result<void> configureAccount(HubStore &store, store::Database &database, model::ChannelAccountId id,
                              const std::map<std::string, std::string> &settings);
/// All that are not removed, with their secrets opened.
Result<std::vector<StoredAccount>> storedAccounts(HubStore &store);
/// By id, name or address; NotFound says which there are.
Result<StoredAccount> findAccount(HubStore &store, const std::string &which);
Result<void> setPaused(HubStore &store, model::ChannelAccountId id, bool paused);
/// Its messages stay; nothing is fetched or sent any more, and its secrets are gone.
Result<void> removeAccount(HubStore &store, model::ChannelAccountId id);
/// Renews settings and secrets that are given; the others stay.
Result<void> changeAccount(HubStore &store, model::ChannelAccountId id, std::map<std::string, std::string> settings,
                           std::map<std::string, std::string> secrets);

/// Likewise, in a write transaction, by @p author.
Result<void> changeAccount(HubStore &store, store::Database &database, model::ChannelAccountId id,
                           std::map<std::string, std::string> settings, std::map<std::string, std::string> secrets,
                           const Author &author);
/// One setting as it is kept now; empty where it was never made. NotFound: no such account, or one that is not connected.
Result<std::string> accountSetting(store::Database &database, model::ChannelAccountId id, const std::string &name);

/// One secret as it is kept now; empty where there is none, or it cannot be read.
std::string accountSecret(HubStore &store, model::ChannelAccountId id, const std::string &name);
/// Puts @p becomes in the place of @p was, as DriverHost::replaceSecret() has it: sealed like the others, no change that
/// anybody made, and durable when this returns.
Result<void> replaceAccountSecret(HubStore &store, model::ChannelAccountId id, const std::string &name,
                                  const std::string &was, const std::string &becomes);

/// For how many days a resolved conversation of the account opens again when its customer writes. Invalid: fewer than 0 or
/// more than a year. NotFound: no such account.
Result<void> setReopenDays(ChangeLog &changes, model::ChannelAccountId id, std::int64_t days);
/// Whose numbers those without a country code are. Invalid: no region (model::isRegion()), and not empty. NotFound: no such
/// account.
Result<void> setRegionOfAccount(ChangeLog &changes, model::ChannelAccountId id, const std::string &region);
/// What hubs of before kept among an account's settings stands in its row afterwards, unless that has one; in a write
/// transaction.
Result<void> moveRegions(store::Database &database, TimePoint now);

} // namespace tributary::hub
