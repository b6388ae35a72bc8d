#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tributary::channels::webchat {

/// The sites a widget may stand on: `https://shop.example`, `https://*.shop.example` (any name below it), with a port where
/// it is not the usual one. Compared as the browser sends them (RFC 6454, section 6.2).
class OriginList {
public:
    OriginList() = default;
    /// From the account's setting, separated by commas or white space. What is no origin is left out, see `problems()`.
    explicit OriginList(std::string_view setting);

    bool allows(std::string_view origin) const;
    bool isEmpty() const { return m_origins.empty(); }
    /// The sources of a Content-Security-Policy `frame-ancestors` directive; `'none'` when the list is empty.
    std::string frameAncestors() const;
    /// The entries as read, in lower case.
    const std::vector<std::string> &entries() const { return m_origins; }
    const std::vector<std::string> &problems() const { return m_problems; }

private:
    std::vector<std::string> m_origins;
    std::vector<std::string> m_problems;
};

/// Whether @p origin (`https://hub.example:7601`) is the one that a request with @p host (`hub.example:7601`) went to. The
/// scheme is not compared: TLS often ends before the hub.
bool isOwnOrigin(std::string_view origin, std::string_view host);

} // namespace tributary::channels::webchat
