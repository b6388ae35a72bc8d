#pragma once

#include "core/hub/admin/console.h"
#include "core/hub/hub_store.h"

namespace tributary::hub::exchange {

/// What every agent of the demo shop signs in with; the shop is invented, and its store is made for one look.
inline constexpr const char *kDemoPassword = "demo-password";

struct DemoOptions {
    std::filesystem::path shop;       ///< `shop.jsonl`, with its media beside it; empty: the one that was installed.
    std::vector<std::string> origins; ///< Where the shop's page is served, for its web chat.
};

/// Where the demo shop stands when nobody says: the installed one, or the one in the sources. NotFound if neither is there.
Result<std::filesystem::path> demoShopFile();

/// Fills an empty store with the demo shop: its agents, a live web chat named "Shop chat", and its history, moved so that
/// the moment it is told at is now. Conflict: there is something in the store.
Result<model::ChannelAccount> seedDemo(HubStore &store, const DemoOptions &options, const admin::Console &console);

} // namespace tributary::hub::exchange
