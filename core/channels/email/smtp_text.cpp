#include "core/channels/email/smtp_text.h"

#include <algorithm>

namespace tributary::channels::email {

bool isAscii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; });
}

std::string xtext(std::string_view text)
{
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string encoded;
    for (const unsigned char c : text) {
        if (c > 0x20 && c < 0x7f && c != '+' && c != '=')
            encoded += char(c);
        else
            encoded += {'+', kDigits[c >> 4], kDigits[c & 15]};
    }
    return encoded;
}

std::string dotStuffed(std::string_view raw)
{
    std::string wire;
    wire.reserve(raw.size() + raw.size() / 64 + 2);
    bool atLineStart = true;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const char c = raw[i];
        if (c == '\r' || c == '\n') {
            wire += "\r\n";
            atLineStart = true;
            if (c == '\r' && i + 1 < raw.size() && raw[i + 1] == '\n')
                ++i;
            continue;
        }
        if (atLineStart && c == '.')
            wire += '.';
        wire += c;
        atLineStart = false;
    }
    if (!atLineStart)
        wire += "\r\n";
    return wire;
}

bool isSafeAddress(std::string_view address)
{
    return !address.empty() && address.size() <= 320 && std::none_of(address.begin(), address.end(), [](unsigned char c) {
        return c <= 0x20 || c == 0x7f || c == '<' || c == '>';
    });
}

} // namespace tributary::channels::email
