#include "core/channels/webchat/identity_proof.h"

#include "core/base/digest.h"
#include "core/channels/webchat/json_reader.h"
#include "core/channels/webchat/text_rules.h"
#include "core/text/utf8.h"

#include <algorithm>

namespace tributary::channels::webchat {

namespace {

constexpr std::size_t kMostIdentifierBytes = 256;
constexpr std::size_t kMostTokenBytes = 8 * 1024;
constexpr std::int64_t kMostLifetimeSeconds = 24 * 60 * 60; // a proof is made for one page view, not kept
constexpr std::int64_t kClockSkewSeconds = 30;

bool isUsable(std::string_view identifier)
{
    return !identifier.empty() && identifier.size() <= kMostIdentifierBytes;
}

bool isForAudience(const JsonFields &claims, std::string_view audience)
{
    if (!claims.isList("aud"))
        return claims.text("aud") == audience;
    const std::vector<std::string> audiences = claims.list("aud");
    return std::ranges::find(audiences, audience) != audiences.end();
}

Result<JsonFields> readPart(std::string_view base64)
{
    const auto bytes = fromBase64(base64);
    if (!bytes)
        return failure(Error::Kind::Denied, "identity token is not base64url");
    auto fields = JsonFields::read(textOf(*bytes));
    if (!fields)
        return failure(Error::Kind::Denied, "identity token holds no JSON");
    return fields;
}

} // namespace

Result<ProvenIdentity> verifyIdentifierHash(std::string_view secret, std::string_view identifier, std::string_view hexHash)
{
    if (secret.empty() || !isUsable(identifier))
        return failure(Error::Kind::Denied, "no identity secret, or no identifier");
    const auto given = fromHex(hexHash);
    if (!given || !equalInConstantTime(*given, hmacSha256(bytesOf(secret), bytesOf(identifier))))
        return failure(Error::Kind::Denied, "identifier hash is wrong");
    return ProvenIdentity{.identifier = cleanText(identifier, kMostIdentifierBytes), .email = normalisedEmail(identifier)};
}

Result<ProvenIdentity> verifyIdentityToken(std::string_view secret, std::string_view audience, std::string_view token,
                                           TimePoint now)
{
    const auto firstDot = token.find('.');
    const auto lastDot = token.rfind('.');
    if (secret.empty() || audience.empty() || token.size() > kMostTokenBytes || firstDot == std::string_view::npos
        || lastDot == firstDot || token.find('.', firstDot + 1) != lastDot)
        return failure(Error::Kind::Denied, "no identity secret, or not a token");

    // The signature first: nothing else of the token means anything before that.
    const auto signature = fromBase64(token.substr(lastDot + 1));
    if (!signature || !equalInConstantTime(*signature, hmacSha256(bytesOf(secret), bytesOf(token.substr(0, lastDot)))))
        return failure(Error::Kind::Denied, "identity token has a wrong signature");
    TRIBUTARY_TRY_ASSIGN(const JsonFields header, readPart(token.substr(0, firstDot)));
    if (header.text("alg") != "HS256")
        return failure(Error::Kind::Denied, "identity token is not signed with HS256");

    TRIBUTARY_TRY_ASSIGN(const JsonFields claims, readPart(token.substr(firstDot + 1, lastDot - firstDot - 1)));
    const std::int64_t seconds = toMs(now) / 1000;
    const auto expires = claims.number("exp");
    if (!expires || *expires <= seconds || *expires - seconds > kMostLifetimeSeconds)
        return failure(Error::Kind::Denied, "identity token has expired, or lives too long");
    if (claims.number("nbf").value_or(seconds) > seconds + kClockSkewSeconds)
        return failure(Error::Kind::Denied, "identity token is not valid yet");
    if (!isForAudience(claims, audience))
        return failure(Error::Kind::Denied, "identity token is for another widget");
    if (!isUsable(claims.text("sub")))
        return failure(Error::Kind::Denied, "identity token names nobody");

    ProvenIdentity proven{.identifier = cleanText(claims.text("sub"), kMostIdentifierBytes),
                          .email = normalisedEmail(claims.text("email")),
                          .name = text::plainName(claims.text("name"), kMostNameCharacters)};
    if (proven.email.empty())
        proven.email = normalisedEmail(proven.identifier);
    return proven;
}

std::string normalisedEmail(std::string_view typed)
{
    typed = text::trimmed(typed);
    const auto at = typed.find('@');
    if (typed.size() > 254 || at == std::string_view::npos || at == 0 || at > 64 || typed.find('@', at + 1) != typed.npos)
        return {};
    const std::string_view domain = typed.substr(at + 1);
    if (domain.empty() || domain.front() == '.' || domain.back() == '.' || domain.find('.') == domain.npos
        || domain.find("..") != domain.npos)
        return {};
    const auto cannotStand = [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == 0x7F
               || std::string_view("<>()[],;:\\\"").find(c) != std::string_view::npos;
    };
    if (std::ranges::any_of(typed, cannotStand) || text::plainName(typed, 254) != typed)
        return {};
    return text::asciiLower(typed);
}

} // namespace tributary::channels::webchat
