#include "core/channels/webchat/visitor_token.h"

#include <algorithm>
#include <array>

namespace tributary::channels::webchat {

namespace {

template<std::size_t Size>
std::string randomText(Rng &rng)
{
    std::array<std::byte, Size> bytes;
    rng.fill(bytes);
    return toBase64Url(bytes);
}

} // namespace

std::string makeVisitorToken(Rng &rng)
{
    return randomText<32>(rng);
}

std::string makeVisitorId(Rng &rng)
{
    return randomText<16>(rng);
}

Sha256 visitorTokenHash(std::string_view widgetKey, std::string_view token)
{
    Sha256Stream stream;
    stream.add(bytesOf(widgetKey));
    stream.add(bytesOf(std::string_view("\0", 1))); // keys hold no NUL: no two pairs give the same bytes
    stream.add(bytesOf(token));
    return stream.finish();
}

bool looksLikeVisitorToken(std::string_view token)
{
    return token.size() == 43 && std::ranges::all_of(token, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
           });
}

} // namespace tributary::channels::webchat
