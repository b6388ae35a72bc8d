#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace tributary::channels::email {

/// Where a mail server is and how to get an encrypted connection to it. There is no unencrypted form.
struct MailServer {
    enum class Security {
        Tls,      ///< TLS from the first byte (`imaps:`, `smtps:`; RFC 8314).
        StartTls, ///< STARTTLS before anything else; without it nothing is sent (`imap:`, `smtp:`).
    };
    Security security = Security::Tls;
    std::string user; ///< Empty: the account's address is the user name.
    std::string host; ///< A name, or an IP address without brackets.
    std::uint16_t port = 0;

    friend bool operator==(const MailServer &, const MailServer &) = default;
};

/// `imaps://user@host:port` or `imap://...`. User and port may be absent (993, 143); a user name may be percent-encoded or
/// hold an `@` as it is. Invalid: another scheme, a path, a password in it.
Result<MailServer> parseImapUrl(std::string_view url);
/// The same for `smtps://...` (465) and `smtp://...` (587).
Result<MailServer> parseSmtpUrl(std::string_view url);

} // namespace tributary::channels::email
