#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Addresses in foreign text that may be made something to click on.
namespace tributary::text {

/// @p address as a link that does what it seems to do, or nothing. Schemes http, https, mailto and tel only (ENGINE C68). Of
/// a web address the host comes back in ASCII (punycode), without user and password, every character that could end an
/// attribute or mislead percent-encoded. Nothing is fetched or looked up.
std::optional<std::string> safeLink(std::string_view address);

/// The host a web link leads to, as safeLink() writes it; empty for other links.
std::string linkHost(std::string_view link);

/// A stretch of plain text that is an address.
struct FoundLink {
    std::size_t begin = 0, size = 0; ///< In the text.
    std::string link;                ///< As safeLink() gives it.
};
/// Web addresses (with a scheme, or beginning with `www.`) and mail addresses in plain text, in order, without the
/// punctuation of the sentence around them.
std::vector<FoundLink> findLinks(std::string_view text);

} // namespace tributary::text
