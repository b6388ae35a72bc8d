#include "core/hub/edge/ascii.h"
#include "core/hub/edge/request.h"

#include <algorithm>

namespace tributary::edge {
namespace {

/// `scheme://host[:port]` in lower case without a default port; empty if it is not of that form.
std::string normalOrigin(std::string_view origin)
{
    std::string text(trimmed(origin));
    std::ranges::transform(text, text.begin(), lowerAscii);
    const bool isHttps = text.starts_with("https://");
    if (!isHttps && !text.starts_with("http://"))
        return {};
    const std::size_t hostAt = isHttps ? 8 : 7;
    if (text.size() == hostAt || text.find_first_of("/?#@ \\*", hostAt) != std::string::npos)
        return {};
    const std::string_view defaultPort = isHttps ? ":443" : ":80";
    if (text.ends_with(defaultPort))
        text.erase(text.size() - defaultPort.size());
    return text;
}

} // namespace

bool originAllowed(const std::vector<std::string> &allowed, std::string_view origin)
{
    const std::string wanted = normalOrigin(origin);
    if (wanted.empty())
        return false;
    return std::ranges::any_of(allowed, [&](const std::string &one) { return one == "*" || normalOrigin(one) == wanted; });
}

} // namespace tributary::edge
