#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <glib.h>

namespace tributary::text {
namespace {

/// What a first byte asks for: how many bytes follow, and which values the first of those may have.
struct Lead {
    int following = -1; ///< -1: no first byte.
    unsigned char low = 0x80, high = 0xBF;
};

Lead leadOf(unsigned char byte)
{
    if (byte < 0x80)
        return {0};
    if (byte >= 0xC2 && byte <= 0xDF)
        return {1};
    if (byte == 0xE0)
        return {2, 0xA0, 0xBF};
    if (byte == 0xED)
        return {2, 0x80, 0x9F}; // above lie the surrogates
    if (byte >= 0xE1 && byte <= 0xEF)
        return {2};
    if (byte == 0xF0)
        return {3, 0x90, 0xBF};
    if (byte >= 0xF1 && byte <= 0xF3)
        return {3};
    if (byte == 0xF4)
        return {3, 0x80, 0x8F};
    return {};
}

/// Reads one sequence; false if it is not valid, with @p at behind its longest valid beginning.
bool readSequence(std::string_view bytes, std::size_t &at, char32_t &point)
{
    const auto first = static_cast<unsigned char>(bytes[at++]);
    const Lead lead = leadOf(first);
    if (lead.following < 0)
        return false;
    if (lead.following == 0) {
        point = first;
        return true;
    }
    point = first & (0x3F >> lead.following);
    for (int i = 0; i < lead.following; ++i) {
        if (at >= bytes.size())
            return false;
        const auto byte = static_cast<unsigned char>(bytes[at]);
        const bool fits = i == 0 ? byte >= lead.low && byte <= lead.high : (byte & 0xC0) == 0x80;
        if (!fits)
            return false;
        point = (point << 6) | (byte & 0x3F);
        ++at;
    }
    return true;
}

/// Where the first byte beyond ASCII is from @p at on; most text has none.
std::size_t behindAscii(std::string_view bytes, std::size_t at)
{
    constexpr std::uint64_t kHighBits = 0x8080808080808080u;
    for (std::uint64_t eight = 0; bytes.size() - at >= sizeof eight; at += sizeof eight) {
        std::memcpy(&eight, bytes.data() + at, sizeof eight);
        if (eight & kHighBits)
            break;
    }
    while (at < bytes.size() && static_cast<unsigned char>(bytes[at]) < 0x80)
        ++at;
    return at;
}

/// A letter, digit or sign of ASCII: neither space nor anything to be careful with.
bool isPlain(char32_t point)
{
    return point > ' ' && point < 0x7F;
}

bool isControl(char32_t point)
{
    return point < 0x20 || (point >= 0x7F && point < 0xA0);
}

/// Takes part in what is shown only by confusing the reader of a name.
bool isInvisible(char32_t point)
{
    if (point == 0x200C || point == 0x200D) // joiners: needed to write Persian, Indic scripts and emoji
        return false;
    return isBidiControl(point) || g_unichar_type(point) == G_UNICODE_FORMAT || point == 0x2028 || point == 0x2029;
}

bool isDosDevice(std::string_view stem)
{
    static constexpr std::array names{"con", "prn", "aux", "nul", "conin$", "conout$"};
    const std::string lower = asciiLower(trimmed(stem));
    if (std::ranges::find(names, lower) != names.end())
        return true;
    return lower.size() == 4 && (lower.starts_with("com") || lower.starts_with("lpt")) && lower[3] >= '0' && lower[3] <= '9';
}

} // namespace

bool isValidUtf8(std::string_view bytes)
{
    char32_t point = 0;
    for (std::size_t at = behindAscii(bytes, 0); at < bytes.size(); at = behindAscii(bytes, at)) {
        if (!readSequence(bytes, at, point))
            return false;
    }
    return true;
}

char32_t nextCodePoint(std::string_view bytes, std::size_t &at)
{
    char32_t point = 0;
    return readSequence(bytes, at, point) ? point : replacementCharacter;
}

void appendUtf8(std::string &out, char32_t point)
{
    if (point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
        point = replacementCharacter;
    if (point < 0x80) {
        out += char(point);
    } else if (point < 0x800) {
        out += char(0xC0 | (point >> 6));
        out += char(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        out += char(0xE0 | (point >> 12));
        out += char(0x80 | ((point >> 6) & 0x3F));
        out += char(0x80 | (point & 0x3F));
    } else {
        out += char(0xF0 | (point >> 18));
        out += char(0x80 | ((point >> 12) & 0x3F));
        out += char(0x80 | ((point >> 6) & 0x3F));
        out += char(0x80 | (point & 0x3F));
    }
}

std::string scrubbed(std::string_view bytes)
{
    if (isValidUtf8(bytes) && bytes.find('\0') == std::string_view::npos)
        return std::string(bytes);
    std::string out;
    out.reserve(bytes.size() + 16);
    for (std::size_t at = 0; at < bytes.size();) {
        const char32_t point = nextCodePoint(bytes, at);
        appendUtf8(out, point == 0 ? replacementCharacter : point);
    }
    return out;
}

std::string scrubbedLines(std::string_view bytes)
{
    std::string out;
    out.reserve(bytes.size());
    std::size_t kept = 0; // up to here it is in @c out; what is good behind it goes there in one piece
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t begin = at;
        const char32_t point = nextCodePoint(bytes, at);
        if (isPlain(point) || point == ' ' || point == '\n' || point == '\t'
            || (point >= 0xA0 && point != replacementCharacter))
            continue;
        out.append(bytes.substr(kept, begin - kept));
        kept = at;
        if (point == '\r') {
            if (at >= bytes.size() || bytes[at] != '\n')
                out += '\n';
        } else if (point == 0 || point == replacementCharacter) {
            appendUtf8(out, replacementCharacter);
        } // else a control character
    }
    out.append(bytes.substr(kept));
    return out;
}

bool isBidiControl(char32_t point)
{
    return point == 0x061C || point == 0x200E || point == 0x200F || (point >= 0x202A && point <= 0x202E)
           || (point >= 0x2066 && point <= 0x2069);
}

std::string plainName(std::string_view bytes, std::size_t maxPoints)
{
    std::string out;
    std::size_t count = 0;
    bool space = false;
    for (std::size_t at = 0; at < bytes.size() && count < maxPoints;) {
        const char32_t point = nextCodePoint(bytes, at);
        if (!isPlain(point)) {
            if (point == ' ' || (point >= '\t' && point <= '\r') || g_unichar_isspace(point)) {
                space = !out.empty();
                continue;
            }
            if (point == 0 || isControl(point) || isInvisible(point))
                continue;
        }
        if (space) {
            out += ' ';
            ++count;
        }
        space = false;
        appendUtf8(out, point);
        ++count;
    }
    return out;
}

std::string safeFileName(std::string_view bytes, std::string_view fallback)
{
    constexpr std::size_t maxBytes = 200;
    constexpr std::size_t maxExtension = 20;
    if (const std::size_t slash = bytes.find_last_of("/\\"); slash != std::string_view::npos)
        bytes.remove_prefix(slash + 1);
    std::string name = plainName(bytes, 1000);
    for (char &c : name) {
        if (std::string_view(":*?\"<>|").find(c) != std::string_view::npos)
            c = '_';
    }
    const std::size_t begin = name.find_first_not_of(". ");
    if (begin == std::string::npos)
        return std::string(fallback);
    name = name.substr(begin, name.find_last_not_of(". ") + 1 - begin);

    const std::size_t dot = name.rfind('.');
    std::string stem = name.substr(0, dot);
    std::string extension = dot == std::string::npos ? std::string() : name.substr(dot);
    if (extension.size() > maxExtension) { // a dot in a long sentence
        stem = name;
        extension.clear();
    }
    stem = truncated(stem, maxBytes - extension.size());
    // `nul.tar.gz` is the device as well: what counts is all before the first dot.
    if (isDosDevice(std::string_view(name).substr(0, name.find('.'))))
        stem.insert(stem.begin(), '_');
    return stem + extension;
}

std::string_view truncated(std::string_view valid, std::size_t maxBytes)
{
    if (valid.size() <= maxBytes)
        return valid;
    while (maxBytes > 0 && (static_cast<unsigned char>(valid[maxBytes]) & 0xC0) == 0x80)
        --maxBytes;
    return valid.substr(0, maxBytes);
}

std::string asciiLower(std::string_view bytes)
{
    std::string out(bytes);
    for (char &c : out) {
        if (c >= 'A' && c <= 'Z')
            c = char(c - 'A' + 'a');
    }
    return out;
}

bool equalsIgnoringCase(std::string_view a, std::string_view b)
{
    return a.size() == b.size() && startsWithIgnoringCase(a, b);
}

bool startsWithIgnoringCase(std::string_view bytes, std::string_view beginning)
{
    if (bytes.size() < beginning.size())
        return false;
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; };
    return std::equal(beginning.begin(), beginning.end(), bytes.begin(),
                      [&](char a, char b) { return lower(a) == lower(b); });
}

std::string_view trimmed(std::string_view bytes)
{
    const std::size_t begin = bytes.find_first_not_of(" \t\r\n\f\v");
    if (begin == std::string_view::npos)
        return {};
    return bytes.substr(begin, bytes.find_last_not_of(" \t\r\n\f\v") + 1 - begin);
}

} // namespace tributary::text
