#include "core/channels/email/mail_url.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace tributary::channels::email {
namespace {

struct Scheme {
    std::string_view name;
    MailServer::Security security;
    std::uint16_t port;
};

std::optional<std::string> percentDecoded(std::string_view text)
{
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            plain += text[i];
            continue;
        }
        unsigned value = 0;
        const char *digits = text.data() + i + 1;
        if (i + 2 >= text.size() || std::from_chars(digits, digits + 2, value, 16).ptr != digits + 2)
            return std::nullopt;
        plain += char(value);
        i += 2;
    }
    return plain;
}

bool isClean(std::string_view text)
{
    return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c <= 0x20 || c == 0x7f; });
}

Result<MailServer> parse(std::string_view url, const Scheme &tls, const Scheme &startTls)
{
    const auto colon = url.find("://");
    const std::string_view scheme = url.substr(0, colon == url.npos ? 0 : colon);
    const Scheme *known = scheme == tls.name ? &tls : scheme == startTls.name ? &startTls : nullptr;
    if (!known)
        return failure(Error::Kind::Invalid, "a mail server is written as " + std::string(tls.name) + "://user@host:port or "
                                                 + std::string(startTls.name) + "://user@host:port");
    std::string_view rest = url.substr(colon + 3);
    if (rest.ends_with('/'))
        rest.remove_suffix(1);

    MailServer server{.security = known->security, .port = known->port};
    if (const auto at = rest.rfind('@'); at != rest.npos) { // the last one: user names are often addresses
        const std::string_view user = rest.substr(0, at);
        if (user.find(':') != user.npos)
            return failure(Error::Kind::Invalid, "a password does not belong in a server address; give it as a secret");
        const auto plain = percentDecoded(user);
        if (!plain || plain->empty() || !isClean(*plain))
            return failure(Error::Kind::Invalid, "the user name in a server address makes no sense");
        server.user = *plain;
        rest = rest.substr(at + 1);
    }

    std::string_view port;
    if (rest.starts_with('[')) { // an IPv6 address (RFC 3986, 3.2.2)
        const auto close = rest.find(']');
        if (close == rest.npos)
            return failure(Error::Kind::Invalid, "an address in [ without ]");
        server.host = rest.substr(1, close - 1);
        rest = rest.substr(close + 1);
        if (!rest.empty() && rest.front() != ':')
            return failure(Error::Kind::Invalid, "only a port may follow the host of a mail server");
        port = rest;
    } else {
        const auto end = std::min(rest.find(':'), rest.size());
        server.host = rest.substr(0, end);
        port = rest.substr(end);
    }
    if (server.host.empty() || !isClean(server.host) || server.host.find_first_of("/?#\\") != std::string::npos)
        return failure(Error::Kind::Invalid, "no usable host name in the server address");
    if (!port.empty()) {
        port.remove_prefix(1);
        const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), server.port);
        if (error != std::errc() || end != port.data() + port.size() || server.port == 0)
            return failure(Error::Kind::Invalid, "the port of a mail server is a number from 1 to 65535");
    }
    return server;
}

} // namespace

Result<MailServer> parseImapUrl(std::string_view url)
{
    return parse(url, {"imaps", MailServer::Security::Tls, 993}, {"imap", MailServer::Security::StartTls, 143});
}

Result<MailServer> parseSmtpUrl(std::string_view url)
{
    return parse(url, {"smtps", MailServer::Security::Tls, 465}, {"smtp", MailServer::Security::StartTls, 587});
}

} // namespace tributary::channels::email
