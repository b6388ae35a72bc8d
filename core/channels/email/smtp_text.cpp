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

std::string DotStuffer::next(std::string_view piece)
{
    std::string wire;
    wire.reserve(piece.size() + piece.size() / 64 + 2);
    for (const char c : piece) {
        const bool endsCrLf = c == '\n' && m_afterCr;
        m_afterCr = c == '\r';
        if (endsCrLf)
            continue;
        if (c == '\r' || c == '\n') {
            wire += "\r\n";
            m_atLineStart = true;
            continue;
        }
        if (m_atLineStart && c == '.')
            wire += '.';
        wire += c;
        m_atLineStart = false;
    }
    return wire;
}

bool isSafeAddress(std::string_view address)
{
    return !address.empty() && address.size() <= 320 && std::none_of(address.begin(), address.end(), [](unsigned char c) {
        return c <= 0x20 || c == 0x7f || c == '<' || c == '>';
    });
}

} // namespace tributary::channels::email
