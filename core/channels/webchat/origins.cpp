#include "core/channels/webchat/origins.h"

#include "core/text/utf8.h"

#include <algorithm>

namespace tributary::channels::webchat {

namespace {

bool isHostCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
}

struct Parts {
    std::string_view scheme; ///< With `://`.
    std::string_view host;   ///< With the port, if any.
};

Parts split(std::string_view origin)
{
    const auto end = origin.find("://");
    if (end == std::string_view::npos)
        return {};
    return {origin.substr(0, end + 3), origin.substr(end + 3)};
}

std::string withoutUsualPort(std::string origin)
{
    if (origin.starts_with("https://") && origin.ends_with(":443"))
        origin.resize(origin.size() - 4);
    else if (origin.starts_with("http://") && origin.ends_with(":80"))
        origin.resize(origin.size() - 3);
    return origin;
}

/// What goes into a response header must be nothing but an origin, so the alphabet is checked rather than escaped.
bool isOrigin(std::string_view origin)
{
    const Parts parts = split(origin);
    if (parts.scheme != "https://" && parts.scheme != "http://")
        return false;
    std::string_view host = parts.host;
    if (host.starts_with("*."))
        host.remove_prefix(2);
    return !host.empty() && host.front() != '.' && host.front() != ':' && std::ranges::all_of(host, isHostCharacter);
}

} // namespace

OriginList::OriginList(std::string_view setting)
{
    constexpr std::string_view gaps = ", \t\r\n;";
    while (!setting.empty()) {
        const auto end = std::min(setting.find_first_of(gaps), setting.size());
        std::string entry = text::asciiLower(setting.substr(0, end));
        setting.remove_prefix(std::min(end + 1, setting.size()));
        if (entry.ends_with('/'))
            entry.pop_back();
        if (entry.empty())
            continue;
        if (isOrigin(entry))
            m_origins.push_back(withoutUsualPort(std::move(entry)));
        else
            m_problems.push_back(std::move(entry));
    }
}

bool OriginList::allows(std::string_view origin) const
{
    const std::string asked = withoutUsualPort(text::asciiLower(origin));
    const Parts wanted = split(asked);
    if (wanted.host.empty() || wanted.host.find('*') != std::string_view::npos)
        return false;
    return std::ranges::any_of(m_origins, [&](const std::string &entry) {
        if (entry == asked)
            return true;
        const Parts parts = split(entry);
        // `*.shop.example` takes `a.shop.example` but not `shop.example`, as in frame-ancestors (CSP 3, 6.7.2.8).
        return parts.scheme == wanted.scheme && parts.host.starts_with("*.") && wanted.host.ends_with(parts.host.substr(1))
               && wanted.host.size() > parts.host.size() - 1;
    });
}

std::string OriginList::frameAncestors() const
{
    if (m_origins.empty())
        return "'none'";
    std::string out;
    for (const std::string &origin : m_origins)
        out += (out.empty() ? "" : " ") + origin;
    return out;
}

bool isOwnOrigin(std::string_view origin, std::string_view host)
{
    const std::string asked = withoutUsualPort(text::asciiLower(origin));
    const Parts parts = split(asked);
    if (host.empty() || (parts.scheme != "https://" && parts.scheme != "http://"))
        return false;
    return parts.host == split(withoutUsualPort(std::string(parts.scheme) + text::asciiLower(host))).host;
}

} // namespace tributary::channels::webchat
