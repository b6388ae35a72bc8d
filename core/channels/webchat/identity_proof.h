#pragma once

#include "core/base/result.h"
#include "core/base/time.h"

#include <string>
#include <string_view>

namespace tributary::channels::webchat {

/// Who a visitor is, as the shop's server has signed it. `email` and `name` are empty unless signed too.
struct ProvenIdentity {
    std::string identifier; ///< The shop's own id of the person; may be an e-mail address.
    std::string email;      ///< Normalised.
    std::string name;

    friend bool operator==(const ProvenIdentity &, const ProvenIdentity &) = default;
};

/// Checks a hex HMAC-SHA256 of @p identifier (the scheme of Chatwoot's identifier_hash and Intercom's user_hash). Denied for
/// an empty secret, an empty or over-long identifier (it has a valid HMAC, too) or a wrong hash.
Result<ProvenIdentity> verifyIdentifierHash(std::string_view secret, std::string_view identifier, std::string_view hexHash);

/// Checks a JWT (RFC 7519) signed with HS256. `sub` is the identifier; `aud` must name @p audience and `exp` lie after @p
/// now. Denied otherwise, also for any other `alg`, such as `none`, for one valid longer than a day, and for `nbf` in the
/// future.
Result<ProvenIdentity> verifyIdentityToken(std::string_view secret, std::string_view audience, std::string_view token,
                                           TimePoint now);

/// @p typed as an address to compare: trimmed, ASCII letters in lower case. Empty if it cannot be an e-mail address.
std::string normalisedEmail(std::string_view typed);

} // namespace tributary::channels::webchat
