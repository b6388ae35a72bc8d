#pragma once

#include "core/channels/channel_driver.h"
#include "core/channels/webchat/origins.h"

#include <string>
#include <vector>

namespace tributary::channels::webchat {

/// What one widget is like, read from the account's settings:
/// `origins`, `key`, `title`, `greeting`, `offline_notice`, `color` (#rrggbb), `locale`, `prechat` (off, optional,
/// required). Of the secrets it knows `identity_secret`.
struct WidgetSettings {
    enum class PreChat { Off, Optional, Required };
    std::string
        key; ///< Stands in the script tag's address and is the audience of identity tokens; by default the account's id.
    OriginList origins;
    std::string title;
    std::string greeting;
    std::string offlineNotice;
    std::string color;
    std::string locale; ///< Empty: the page's language.
    PreChat preChat = PreChat::Optional;
    std::string identitySecret;        ///< Empty: nobody can be proven.
    std::vector<std::string> problems; ///< Settings that could not be used, in words for the admin.
};

WidgetSettings readSettings(const AccountSettings &account);

/// Whether @p key may stand in a path: letters, digits, `-`, `_`; 1 to 64.
bool isWidgetKey(std::string_view key);

} // namespace tributary::channels::webchat
