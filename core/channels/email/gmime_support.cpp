#include "core/channels/email/gmime_support.h"

#include "core/base/bytes.h"
#include "core/channels/email/charset.h"
#include "core/channels/email/japanese.h"
#include "core/text/utf8.h"

#include <mutex>

namespace tributary::channels::email {
namespace {

/// Takes what a memory stream has gathered.
std::string takeBytes(GMimeStream *stream)
{
    const GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    return bytes && bytes->data ? std::string(reinterpret_cast<const char *>(bytes->data), bytes->len) : std::string();
}

/// The bytes of an encoded word (RFC 2047, 4); nothing: it is none.
std::optional<std::string> bytesOfWord(char encoding, std::string_view text)
{
    if (encoding == 'B' || encoding == 'b') {
        const auto bytes = fromBase64(text);
        return bytes ? std::optional(std::string(textOf(*bytes))) : std::nullopt;
    }
    if (encoding != 'Q' && encoding != 'q')
        return std::nullopt;
    std::string bytes;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto escaped = text[at] == '=' ? fromHex(text.substr(at + 1, 2)) : std::nullopt;
        if (escaped && escaped->size() == 1) {
            bytes += textOf(*escaped);
            at += 2;
        } else {
            bytes += text[at] == '_' ? ' ' : text[at];
        }
    }
    return bytes;
}

/// GMime reads by iconv, which does not know all that Japanese mail programs write (japanese.h): such an encoded word at the
/// beginning of @p value, its label ending at @p end, in UTF-8. Moves @p end behind it. Nothing: it is another one.
std::optional<std::string> japaneseWord(std::string_view value, std::size_t &end, const std::string &charset)
{
    const std::size_t close = value.find("?=", end + 3);
    if (!isJapanese(charset) || close == std::string_view::npos || value[end + 2] != '?')
        return std::nullopt;
    const auto bytes = bytesOfWord(value[end + 1], value.substr(end + 3, close - end - 3));
    if (!bytes)
        return std::nullopt;
    end = close + 2;
    return "=?UTF-8?B?" + toBase64(bytesOf(decodeText(*bytes, charset).text)) + "?=";
}

} // namespace

void initialiseGMime()
{
    static std::once_flag once;
    std::call_once(once, [] { g_mime_init(); });
}

ParserOptions makeParserOptions()
{
    static const char *fallbacks[] = {"utf-8", "windows-1252", nullptr};
    ParserOptions options(g_mime_parser_options_new());
    g_mime_parser_options_set_fallback_charsets(options.get(), fallbacks);
    g_mime_parser_options_set_allow_addresses_without_domain(options.get(), true);
    return options;
}

std::string relabelled(std::string_view rawValue)
{
    std::string out;
    out.reserve(rawValue.size());
    for (std::size_t at = 0; at < rawValue.size();) {
        const char c = rawValue[at];
        if (c == '\r' || c == '\n' || c == '\0') {
            ++at;
            continue;
        }
        if (c == '\t') {
            out += ' ';
            ++at;
            continue;
        }
        const std::size_t end =
            c == '=' && rawValue.substr(at).starts_with("=?") ? rawValue.find('?', at + 2) : std::string_view::npos;
        if (end == std::string_view::npos || end - at > 60) {
            out += c;
            ++at;
            continue;
        }
        std::string_view label = rawValue.substr(at + 2, end - at - 2);
        const std::string_view language = label.substr(std::min(label.find('*'), label.size())); // RFC 2231, 5
        label.remove_suffix(language.size());
        const std::string name = iconvName(label);
        std::size_t behind = end - at;
        if (const auto word = japaneseWord(rawValue.substr(at), behind, name)) {
            out += *word;
            at += behind;
            continue;
        }
        out += "=?";
        out += name.empty() ? std::string(label) : name;
        at = end;
    }
    return out;
}

std::string decodedHeader(GMimeParserOptions *options, std::string_view rawValue)
{
    const std::string value = relabelled(rawValue);
    const GText decoded(g_mime_utils_header_decode_text(options, value.c_str()));
    return text::plainName(decoded ? decoded.get() : "", 2000);
}

std::string rawHeader(GMimeObject *object, const char *name)
{
    GMimeHeader *header = g_mime_header_list_get_header(g_mime_object_get_header_list(object), name);
    const char *value = header ? g_mime_header_get_raw_value(header) : nullptr;
    return value ? value : "";
}

std::string decodedContent(GMimePart *part)
{
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    if (!content)
        return {};
    const Ref<GMimeStream> out(g_mime_stream_mem_new());
    g_mime_data_wrapper_write_to_stream(content, out.get());
    return takeBytes(out.get());
}

std::string serialised(GMimeObject *object, bool withCrlf)
{
    GMimeFormatOptions *format = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(format, withCrlf ? GMIME_NEWLINE_FORMAT_DOS : GMIME_NEWLINE_FORMAT_UNIX);
    const Ref<GMimeStream> out(g_mime_stream_mem_new());
    g_mime_object_write_to_stream(object, format, out.get());
    g_mime_format_options_free(format);
    return takeBytes(out.get());
}

} // namespace tributary::channels::email
