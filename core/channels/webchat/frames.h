#pragma once

#include "core/channels/webchat/webchat_store.h"

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// The frames the hub sends, as text. PROTOCOL.md says what each means.
namespace tributary::channels::webchat::frames {

using Frame = std::shared_ptr<const std::string>;

/// Why the link is closed, as WebSocket close codes; the widget acts on them.
enum CloseCode : std::uint16_t {
    BadFrame = 4400,    ///< Our own widget never does this; it does not come back.
    NeedSession = 4401, ///< Token unknown or revoked: ask for a new one.
    Forbidden = 4403,   ///< Blocked, or from a site that is not on the list.
    TimedOut = 4408,
    TooMany = 4429,
    GoingAway = 1001,
};

struct Presence {
    bool online = false;
    std::string notice; ///< What to tell visitors while nobody is there.
    friend bool operator==(const Presence &, const Presence &) = default;
};

Frame welcome(const Visitor &visitor, const Presence &presence);
/// Another token, and with it perhaps another log: forget what is shown and begin again.
Frame reset(const std::string &token);
Frame event(const ChatEvent &event);
/// As many of @p events as fit into a frame of about 128 KiB, at least one; @p more says that the store may hold further
/// ones.
Frame events(std::span<const ChatEvent> events, bool older, bool more);
Frame accepted(const std::string &clientId, std::int64_t n, TimePoint at);
Frame marks(const Visitor &visitor);
Frame head(std::int64_t last);
Frame you(const Visitor &visitor);
Frame typing(const std::string &name, bool isTyping);
Frame presence(const Presence &presence);
Frame pong();
Frame error(std::string_view code, std::string_view clientId = {},
            std::optional<std::chrono::seconds> retryAfter = std::nullopt);

} // namespace tributary::channels::webchat::frames
