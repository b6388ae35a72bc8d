#pragma once

#include "core/base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tributary::edge {

/// Name and value pairs in the order received or to be sent. Names compare without regard to ASCII case.
class Headers {
public:
    void add(std::string name, std::string value) { m_fields.emplace_back(std::move(name), std::move(value)); }
    /// Replaces every field of that name by one.
    void set(std::string_view name, std::string value);
    /// The first value of that name; empty text if there is none.
    std::string_view value(std::string_view name) const;
    bool contains(std::string_view name) const { return count(name) != 0; }
    std::size_t count(std::string_view name) const;
    /// Whether a comma-separated list (RFC 9110, 5.6.1) under that name holds @p token, in any case.
    bool hasToken(std::string_view name, std::string_view token) const;
    const std::vector<std::pair<std::string, std::string>> &fields() const { return m_fields; }

private:
    std::vector<std::pair<std::string, std::string>> m_fields;
};

/// Decoded `a=b&c=d`. No key occurs twice: such a request was refused with 400 (two readers would see two requests).
using Query = std::vector<std::pair<std::string, std::string>>;

/// A request as far as its header goes. Already checked: one Host, one framing, version 1.0 or 1.1, method allowed.
struct RequestHead {
    std::string id;     ///< 16 hexadecimal digits, random; stands in errors and in the log.
    std::string method; ///< `GET`, `POST` ...
    std::string path;   ///< Decoded, valid UTF-8, begins with '/', holds no control character, `.` or `..` segment.
    Query query;
    Headers headers;
    std::string remoteAddress; ///< The peer's, or the client's as told by a trusted proxy.
    bool secure = false;       ///< Came by TLS, to us or to a trusted proxy.

    /// The value of query key @p key, decoded.
    std::optional<std::string_view> parameter(std::string_view key) const;
    /// The token of `Authorization: Bearer ...`; empty text if there is none.
    std::string_view bearerToken() const;
};

struct Request : RequestHead {
    std::string body;
};

/// Splits and decodes a query string (application/x-www-form-urlencoded). Invalid: a bad escape, text that is not UTF-8,
/// a key twice, or more than @p limit parameters. Fit for form bodies, too.
Result<Query> parseQuery(std::string_view text, std::size_t limit = 100);

/// Whether @p origin (the Origin header of a browser) is one of @p allowed, each `scheme://host[:port]`. Host and scheme
/// compare without case, default ports are left out of account. `null` is never allowed, `*` in the list allows any other.
bool originAllowed(const std::vector<std::string> &allowed, std::string_view origin);

} // namespace tributary::edge
