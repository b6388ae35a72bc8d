#include "core/base/json_writer.h"

namespace tributary {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD"; // U+FFFD

void appendEscape(std::string &out, unsigned unit)
{
    constexpr char digits[] = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4)
        out += digits[(unit >> shift) & 0xF];
}

/// What stands for @p c inside a string; nothing if it stands for itself.
bool appendSpecial(std::string &out, char c)
{
    switch (c) {
    case '"': out += "\\\""; return true;
    case '\\': out += "\\\\"; return true;
    case '\n': out += "\\n"; return true;
    case '\r': out += "\\r"; return true;
    case '\t': out += "\\t"; return true;
    case '<':
    case '>':
    case '&': appendEscape(out, unsigned(c)); return true; // may end a script element or an attribute
    default: break;
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
        appendEscape(out, static_cast<unsigned char>(c));
        return true;
    }
    return false;
}

/// How many bytes the well-formed UTF-8 character (RFC 3629) at the start of @p text has; 0 if there is none.
std::size_t utf8CharacterSize(std::string_view text)
{
    if (text.empty())
        return 0;
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
    const auto isTail = [&](std::size_t i, unsigned least = 0x80, unsigned most = 0xBF) {
        return byte(i) >= least && byte(i) <= most;
    };
    const unsigned first = byte(0);
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return isTail(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const unsigned least = first == 0xE0 ? 0xA0 : 0x80; // shortest form
        const unsigned most = first == 0xED ? 0x9F : 0xBF;  // no surrogates
        return isTail(1, least, most) && isTail(2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const unsigned least = first == 0xF0 ? 0x90 : 0x80;
        const unsigned most = first == 0xF4 ? 0x8F : 0xBF; // up to U+10FFFF
        return isTail(1, least, most) && isTail(2) && isTail(3) ? 4 : 0;
    }
    return 0;
}

} // namespace

JsonWriter &JsonWriter::beginObject()
{
    separate();
    m_text += '{';
    m_needsComma = false;
    return *this;
}

JsonWriter &JsonWriter::endObject()
{
    m_text += '}';
    m_needsComma = true;
    return *this;
}

JsonWriter &JsonWriter::beginArray()
{
    separate();
    m_text += '[';
    m_needsComma = false;
    return *this;
}

JsonWriter &JsonWriter::endArray()
{
    m_text += ']';
    m_needsComma = true;
    return *this;
}

JsonWriter &JsonWriter::key(std::string_view name)
{
    separate();
    writeString(name);
    m_text += ':';
    m_needsComma = false;
    return *this;
}

JsonWriter &JsonWriter::value(std::string_view text)
{
    separate();
    writeString(text);
    m_needsComma = true;
    return *this;
}

JsonWriter &JsonWriter::value(bool truth)
{
    return raw(truth ? "true" : "false");
}

JsonWriter &JsonWriter::raw(std::string_view literal)
{
    separate();
    m_text += literal;
    m_needsComma = true;
    return *this;
}

void JsonWriter::separate()
{
    if (m_needsComma)
        m_text += ',';
    m_needsComma = false;
}

void JsonWriter::writeString(std::string_view text)
{
    m_text += '"';
    while (!text.empty()) {
        const std::size_t size = utf8CharacterSize(text);
        if (size == 0) {
            m_text += kReplacement;
            text.remove_prefix(1);
            continue;
        }
        const std::string_view character = text.substr(0, size);
        if (character == "\xE2\x80\xA8" || character == "\xE2\x80\xA9")
            appendEscape(m_text, character[2] == '\xA8' ? 0x2028 : 0x2029); // line ends to older JavaScript
        else if (size > 1 || !appendSpecial(m_text, character[0]))
            m_text += character;
        text.remove_prefix(size);
    }
    m_text += '"';
}

} // namespace tributary
