#pragma once

#include "core/base/digest.h"
#include "core/base/rng.h"

#include <string>
#include <string_view>

namespace tributary::channels::webchat {

/// A new secret for one visitor: 256 random bits, base64url, 43 characters. @p rng must be the system's.
std::string makeVisitorToken(Rng &rng);

/// What the store keeps instead of the token: SHA-256 over the widget's key and the token, so that a token of one widget
/// means nothing to another, and a stolen table opens no conversation.
Sha256 visitorTokenHash(std::string_view widgetKey, std::string_view token);

/// Cheap test before the store is asked.
bool looksLikeVisitorToken(std::string_view token);

/// A new public id of a visitor: 128 random bits, 22 characters. It is the address of the visitor's Identity and opens
/// nothing.
std::string makeVisitorId(Rng &rng);

} // namespace tributary::channels::webchat
