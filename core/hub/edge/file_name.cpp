#include "core/hub/edge/ascii.h"
#include "core/hub/edge/response.h"

#include <algorithm>
#include <array>

namespace tributary::edge {
namespace {

constexpr std::size_t kMaxNameBytes = 150;

/// The next code point of well-formed UTF-8 at @p at, which moves past it.
char32_t nextCodePoint(std::string_view text, std::size_t &at)
{
    const auto lead = static_cast<unsigned char>(text[at++]);
    const int more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    char32_t point = more == 0 ? lead : lead & (0x3f >> more);
    for (int i = 0; i < more; ++i)
        point = point << 6 | (static_cast<unsigned char>(text[at++]) & 0x3f);
    return point;
}

/// Invisible or reordering characters (Unicode 15, UAX 9): `exe.fdp` must not look like `pdf.exe`.
bool isDeceptive(char32_t point)
{
    return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0xad || point == 0x61c
           || (point >= 0x200b && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e)
           || (point >= 0x2060 && point <= 0x206f) || point == 0xfeff || (point >= 0xfff9 && point <= 0xfffb)
           || (point >= 0xe0000 && point <= 0xe007f);
}

/// Names of devices on Windows, with any extension.
bool isDeviceName(std::string_view name)
{
    const std::string_view stem = trimmed(name.substr(0, name.find('.')));
    constexpr std::array<std::string_view, 4> kPlain{"con", "prn", "aux", "nul"};
    if (std::ranges::any_of(kPlain, [&](std::string_view one) { return equalNoCase(one, stem); }))
        return true;
    return stem.size() == 4 && (equalNoCase(stem.substr(0, 3), "com") || equalNoCase(stem.substr(0, 3), "lpt"))
           && stem[3] >= '0' && stem[3] <= '9';
}

/// Shortens to kMaxNameBytes at a character's edge, keeping a short extension.
std::string shortened(std::string name)
{
    if (name.size() <= kMaxNameBytes)
        return name;
    const std::size_t dot = name.rfind('.');
    const std::string extension = dot != std::string::npos && name.size() - dot <= 16 ? name.substr(dot) : std::string();
    std::size_t end = kMaxNameBytes - extension.size();
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80)
        --end;
    return name.substr(0, end) + extension;
}

std::string disposition(std::string_view kind, std::string_view fileName)
{
    const std::string name = cleanFileName(fileName);
    std::string ascii;
    std::string encoded;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        const bool isAlnum = (c >= '0' && c <= '9') || (lowerAscii(c) >= 'a' && lowerAscii(c) <= 'z');
        if (byte < 0x80)
            ascii += c == '%' ? '_' : c; // some browsers decode %XX in the plain form
        else if ((byte & 0xc0) != 0x80)
            ascii += '_';
        if (isAlnum || c == '-' || c == '.' || c == '_' || c == '~') { // attr-char of RFC 5987, in part
            encoded += c;
        } else {
            constexpr std::string_view kDigits = "0123456789ABCDEF";
            encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
        }
    }
    return std::string(kind) + "; filename=\"" + ascii + "\"; filename*=UTF-8''" + encoded;
}

} // namespace

std::string cleanFileName(std::string_view fileName)
{
    if (const std::size_t slash = fileName.find_last_of("/\\"); slash != std::string_view::npos)
        fileName = fileName.substr(slash + 1);
    std::string name;
    if (isUtf8(fileName)) {
        for (std::size_t at = 0; at < fileName.size();) {
            const std::size_t start = at;
            const char32_t point = nextCodePoint(fileName, at);
            if (isDeceptive(point))
                continue;
            if (point < 0x80 && std::string_view("<>:\"|?*").find(char(point)) != std::string_view::npos)
                name += '_';
            else
                name += fileName.substr(start, at - start);
        }
    }
    // Leading dots hide a file, trailing dots and spaces vanish on Windows.
    const std::size_t first = name.find_first_not_of(" .");
    if (first == std::string::npos)
        return "file";
    name = name.substr(first, name.find_last_not_of(" .") - first + 1);
    if (isDeviceName(name))
        name = '_' + name;
    return shortened(std::move(name));
}

std::string attachmentDisposition(std::string_view fileName)
{
    return disposition("attachment", fileName);
}

std::string inlineDisposition(std::string_view fileName)
{
    return disposition("inline", fileName);
}

} // namespace tributary::edge
