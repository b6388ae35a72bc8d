#pragma once

#include "core/base/time.h"
#include "core/channels/channel_driver.h"
#include "core/channels/email/mail_error.h"
#include "core/channels/email/stop_signal.h"

#include <map>
#include <mutex>
#include <string>

namespace tributary::channels::email {

/// The initial client response of SASL PLAIN (RFC 4616), in base64.
std::string plainResponse(const std::string &user, const std::string &password);
/// The initial client response of XOAUTH2 (Gmail and Exchange Online IMAP/SMTP documentation), in base64.
std::string xoauth2Response(const std::string &user, const std::string &accessToken);

/// What a sign-in service answers to a refresh token (RFC 6749, 5.1).
struct TokenAnswer {
    std::string accessToken;
    std::string refreshToken;     ///< To come in place of the one it was asked with; empty: none.
    std::chrono::seconds life{0}; ///< From now on, a year at most; 0: it does not say.
};
/// Errors: Auth (it refuses), Unreachable (not now); the detail is one line, fit to be shown.
MailResult<TokenAnswer> tokenAnswerOf(long status, const std::string &body);

/// Where access tokens come from: the one in the account's secrets, or new ones for a refresh token (RFC 6749, 6).
/// Callable from any thread.
class TokenSource {
public:
    /// @p secrets: `access_token`, or `refresh_token`, `client_id`, `client_secret` (may be absent) and `token_url`, or
    /// both. @p host, which keeps a refresh token that comes in place of another, and @p clock must outlive this.
    TokenSource(const std::map<std::string, std::string> &secrets, DriverHost &host, const Clock &clock);

    /// The account signs in with tokens, not with a password.
    bool isUsed() const { return m_isUsed; }
    bool canRefresh() const { return m_canRefresh; }
    /// A token that should still be good. Errors: Auth (the refresh token is refused: sign in again), Unreachable, Stopped.
    /// Where the service gives another refresh token with it (RFC 6749, 6, revokes the old one), there is no access token
    /// before that is durable: else the next start would have none that is taken. For the same reason the stored one is not
    /// used before the host has shown that it can keep another, nor by two at once, such as the account at work and its
    /// test.
    MailResult<std::string> token(const StopSignal &stop);
    /// The server did not take @p token: the next call of token() gets a new one, where that can be done.
    void refuse(const std::string &token);

private:
    MailResult<void> refresh(const StopSignal &stop);
    MailResult<void> keepRotated();

    DriverHost &m_host;
    const Clock &m_clock;
    bool m_isUsed = false, m_canRefresh = false; ///< Not changed after it was made: asked from several threads.
    std::mutex m_mutex;
    std::string m_accessToken;
    std::string m_refreshToken;
    std::string m_rotated; ///< To come in its place, but not kept yet.
    std::string m_clientId;
    std::string m_clientSecret;
    std::string m_tokenUrl;
    Milliseconds m_goodUntil{0}; ///< On the steady clock; 0: unknown, use it until it is refused.
};

} // namespace tributary::channels::email
