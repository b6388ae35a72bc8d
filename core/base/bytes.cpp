#include "core/base/bytes.h"

#include <array>
#include <cstdint>

namespace tributary {
namespace {

constexpr std::string_view kStandard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrlSafe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

int hexValue(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

std::string encodeBase64(ByteView bytes, std::string_view alphabet, bool padded)
{
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t have = std::min<std::size_t>(3, bytes.size() - at);
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i)
            group = group << 8 | (i < have ? std::to_integer<std::uint32_t>(bytes[at + i]) : 0);
        for (std::size_t i = 0; i < 4; ++i) {
            if (i <= have)
                text += alphabet[group >> (18 - 6 * i) & 63];
            else if (padded)
                text += '=';
        }
    }
    return text;
}

constexpr std::array<std::int8_t, 256> makeBase64Values()
{
    std::array<std::int8_t, 256> values{};
    for (auto &value : values)
        value = -1;
    for (std::size_t i = 0; i < 64; ++i) {
        values[static_cast<unsigned char>(kStandard[i])] = static_cast<std::int8_t>(i);
        values[static_cast<unsigned char>(kUrlSafe[i])] = static_cast<std::int8_t>(i);
    }
    return values;
}
constexpr auto kBase64Values = makeBase64Values();

} // namespace

std::string toHex(ByteView bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::byte byte : bytes) {
        text += digits[std::to_integer<unsigned>(byte) >> 4];
        text += digits[std::to_integer<unsigned>(byte) & 15];
    }
    return text;
}

std::optional<Bytes> fromHex(std::string_view digits)
{
    if (digits.size() % 2 != 0)
        return std::nullopt;
    Bytes bytes;
    bytes.reserve(digits.size() / 2);
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        const int high = hexValue(digits[i]);
        const int low = hexValue(digits[i + 1]);
        if (high < 0 || low < 0)
            return std::nullopt;
        bytes.push_back(std::byte(high << 4 | low));
    }
    return bytes;
}

std::string toBase64(ByteView bytes)
{
    return encodeBase64(bytes, kStandard, true);
}

std::string toBase64Url(ByteView bytes)
{
    return encodeBase64(bytes, kUrlSafe, false);
}

std::optional<Bytes> fromBase64(std::string_view text)
{
    Bytes bytes;
    bytes.reserve(text.size() / 4 * 3);
    std::uint32_t group = 0;
    int bits = 0;
    bool ended = false;
    for (const char character : text) {
        if (character == ' ' || character == '\n' || character == '\r' || character == '\t')
            continue;
        if (character == '=') {
            ended = true;
            continue;
        }
        const int value = kBase64Values[static_cast<unsigned char>(character)];
        if (value < 0 || ended)
            return std::nullopt;
        group = group << 6 | static_cast<std::uint32_t>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes.push_back(std::byte(group >> bits & 0xff));
        }
    }
    if (bits == 6)
        return std::nullopt; // a single trailing character carries no whole byte
    return bytes;
}

} // namespace tributary
