#include "core/channels/email/charset.h"

#include "core/channels/email/japanese.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <iconv.h>
#include <optional>

namespace tributary::channels::email {
namespace {

struct Alias {
    std::string_view label, name;
};

/// Labels whose meaning in practice is not what iconv would take them for
/// (https://encoding.spec.whatwg.org/#names-and-labels), and some that only mail has.
constexpr std::array aliases{
    Alias{"ansi_x3.110-1983", "WINDOWS-1252"}, // what some old programs write for Latin-1
    Alias{"ansi_x3.4-1968", "WINDOWS-1252"},
    Alias{"ascii", "WINDOWS-1252"},
    Alias{"big5", "BIG5-HKSCS"},
    Alias{"big5-hkscs", "BIG5-HKSCS"},
    Alias{"chinese", "GB18030"},
    Alias{"chinesebig5", "BIG5-HKSCS"},
    Alias{"chinesebig5_charset", "BIG5-HKSCS"},
    Alias{"cn-big5", "BIG5-HKSCS"},
    Alias{"cn-gb", "GB18030"},
    Alias{"cp-850", "CP850"},
    Alias{"cp50220", kIso2022Jp},
    Alias{"cp50221", kIso2022Jp},
    Alias{"cp50222", kIso2022Jp},
    Alias{"cp51932", kEucJp},
    Alias{"cp819", "WINDOWS-1252"},
    Alias{"cp936", "GB18030"},
    Alias{"csgb2312", "GB18030"},
    Alias{"csiso2022jp", kIso2022Jp},
    Alias{"csksc56011987", "CP949"},
    Alias{"csshiftjis", "CP932"},
    Alias{"euc-cn", "GB18030"},
    Alias{"euc-jp", kEucJp},
    Alias{"euc-kr", "CP949"},
    Alias{"gb2312", "GB18030"},
    Alias{"gb2312_charset", "GB18030"},
    Alias{"gb_2312", "GB18030"},
    Alias{"gb_2312-80", "GB18030"},
    Alias{"gbk", "GB18030"},
    Alias{"iso-2022-jp", kIso2022Jp},
    Alias{"iso-2022-jp-ms", kIso2022Jp},
    Alias{"iso-8859-1", "WINDOWS-1252"},
    Alias{"iso-8859-11", "CP874"},
    Alias{"iso-8859-8-e", "ISO-8859-8"},
    Alias{"iso-8859-8-i", "ISO-8859-8"},
    Alias{"iso-8859-9", "WINDOWS-1254"},
    Alias{"iso-8859-9-e", "WINDOWS-1254"},
    Alias{"iso8859-1", "WINDOWS-1252"},
    Alias{"iso88591", "WINDOWS-1252"},
    Alias{"iso8859_1", "WINDOWS-1252"},
    Alias{"iso_8859-1", "WINDOWS-1252"},
    Alias{"korean", "CP949"},
    Alias{"ks_c_5601", "CP949"},
    Alias{"ks_c_5601-1987", "CP949"},
    Alias{"ks_c_5601-1989", "CP949"},
    Alias{"ksc5601", "CP949"},
    Alias{"ksc_5601", "CP949"},
    Alias{"l1", "WINDOWS-1252"},
    Alias{"latin-1", "WINDOWS-1252"},
    Alias{"latin1", "WINDOWS-1252"},
    Alias{"latin5", "WINDOWS-1254"},
    Alias{"ms_kanji", "CP932"},
    Alias{"shift-jis", "CP932"},
    Alias{"shift_jis", "CP932"},
    Alias{"shiftjis_charset", "CP932"},
    Alias{"sjis", "CP932"},
    Alias{"tis-620", "CP874"},
    Alias{"unicode", "UTF-16LE"},
    Alias{"unicode-1-1-utf-7", "UTF-7"},
    Alias{"unicode-1-1-utf-8", "UTF-8"},
    Alias{"us-ascii", "WINDOWS-1252"},
    Alias{"utf-16", "UTF-16"},
    Alias{"utf8", "UTF-8"},
    Alias{"utf8mb4", "UTF-8"},
    Alias{"visual", "ISO-8859-8"},
    Alias{"windows-31j", "CP932"},
    Alias{"windows-949", "CP949"},
    Alias{"x-cp1250", "WINDOWS-1250"},
    Alias{"x-cp1251", "WINDOWS-1251"},
    Alias{"x-cp1252", "WINDOWS-1252"},
    Alias{"x-euc-jp", kEucJp},
    Alias{"x-gbk", "GB18030"},
    Alias{"x-mac-cyrillic", "MAC-CYRILLIC"},
    Alias{"x-mac-roman", "MACINTOSH"},
    Alias{"x-sjis", "CP932"},
    Alias{"x-windows-949", "CP949"},
    Alias{"x-x-big5", "BIG5-HKSCS"},
};
static_assert(std::ranges::is_sorted(aliases, {}, &Alias::label));

/// A label is at most this long, and made of these characters: what goes to iconv_open is never a path or an option
/// (`//IGNORE`).
bool isPlausibleLabel(std::string_view label)
{
    return !label.empty() && label.size() <= 40 && std::ranges::all_of(label, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == ':' || c == '+';
    });
}

/// Not text at all, or the local character set of whatever machine this is.
bool isMeaningless(std::string_view label)
{
    static constexpr std::array words{"binary",       "char",    "default",   "default_charset", "unknown",
                                      "unknown-8bit", "wchar_t", "x-unknown", "x-user-defined"};
    return std::ranges::find(words, label) != words.end();
}

/// One iconv conversion to UTF-8, closed again.
class Converter {
public:
    explicit Converter(const std::string &from)
        : m_descriptor(iconv_open("UTF-8", from.c_str()))
    {
    }
    ~Converter()
    {
        if (isOpen())
            iconv_close(m_descriptor);
    }
    Converter(const Converter &) = delete;
    Converter &operator=(const Converter &) = delete;

    bool isOpen() const { return m_descriptor != iconv_t(-1); }

    struct Converted {
        std::string text;
        std::size_t badBytes = 0;
    };
    /// Bytes without a meaning become U+FFFD each.
    Converted convert(std::string_view bytes)
    {
        Converted result;
        std::array<char, 4096> buffer;
        char *in = const_cast<char *>(bytes.data()); // iconv never writes to it
        std::size_t left = bytes.size();
        while (true) {
            char *out = buffer.data();
            std::size_t room = buffer.size();
            const bool flush = left == 0;
            const std::size_t code = iconv(m_descriptor, flush ? nullptr : &in, flush ? nullptr : &left, &out, &room);
            const int problem = code == std::size_t(-1) ? errno : 0;
            result.text.append(buffer.data(), std::size_t(out - buffer.data()));
            if (problem == EILSEQ || problem == EINVAL) {
                ++result.badBytes;
                text::appendUtf8(result.text, text::replacementCharacter);
                if (left == 0)
                    return result;
                ++in;
                --left;
            } else if (flush && problem == 0) {
                return result;
            }
        }
    }

private:
    iconv_t m_descriptor;
};

Converter::Converted converted(std::string_view bytes, const std::string &name)
{
    if (!isJapanese(name))
        return Converter(name).convert(bytes);
    Converter::Converted all;
    for (const auto &[charset, run] : name == kEucJp ? runsOfEucJp(bytes) : runsOfIso2022Jp(bytes)) {
        if (charset.empty()) {
            all.badBytes += run.size();
            for (std::size_t i = 0; i < run.size(); ++i)
                text::appendUtf8(all.text, text::replacementCharacter);
            continue;
        }
        const Converter::Converted one = Converter(std::string(charset)).convert(run);
        all.text += one.text;
        all.badBytes += one.badBytes;
    }
    return all;
}

/// How a text looks when it is read as UTF-8.
struct Utf8Look {
    std::size_t wide = 0, bad = 0;
};

Utf8Look lookAsUtf8(std::string_view bytes)
{
    Utf8Look look;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t begin = at;
        const char32_t point = text::nextCodePoint(bytes, at);
        if (point == text::replacementCharacter && bytes.substr(begin, at - begin) != "\uFFFD")
            ++look.bad;
        else if (point >= 0x80)
            ++look.wide;
    }
    return look;
}

/// Whether a text in this character set may hold other characters than ASCII although all of its bytes are below 0x80.
bool isSevenBitEncoding(std::string_view name)
{
    return name.starts_with("UTF-7") || name.starts_with("UTF-16") || name.starts_with("UTF-32") || name.starts_with("UCS")
           || name.starts_with("ISO-2022") || name.starts_with("HZ") || name.starts_with("ISO-10646")
           || name.starts_with("EBCDIC") || name.starts_with("IBM") || name.starts_with("CP")
           || name.starts_with("CSISO2022");
}

} // namespace

std::string iconvName(std::string_view label)
{
    std::string lower = text::asciiLower(text::trimmed(label));
    std::erase_if(lower, [](char c) { return c == '"' || c == '\'' || c == ' '; });
    if (!isPlausibleLabel(lower) || isMeaningless(lower))
        return {};
    const auto alias = std::ranges::lower_bound(aliases, std::string_view(lower), {}, &Alias::label);
    if (alias != aliases.end() && alias->label == lower)
        return std::string(alias->name);
    for (char &c : lower) {
        if (c >= 'a' && c <= 'z')
            c = char(c - 'a' + 'A');
    }
    return Converter(lower).isOpen() ? lower : std::string();
}

DecodedText decodeText(std::string_view bytes, std::string_view label)
{
    const std::string name = iconvName(label);
    const bool isAscii = std::ranges::all_of(bytes, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (isAscii && !isSevenBitEncoding(name))
        return {text::scrubbed(bytes), {}};

    const std::string shownLabel = text::plainName(label, 40);
    const bool isLatin = name == "WINDOWS-1252";
    if (name.empty() || name == "UTF-8" || isLatin) {
        const Utf8Look look = lookAsUtf8(bytes);
        if (look.bad == 0) {
            std::string problem;
            if (isLatin)
                problem = "The text is labelled " + shownLabel + " but is UTF-8.";
            else if (name.empty() && !shownLabel.empty())
                problem = "The character set \"" + shownLabel + "\" is not known; read as UTF-8.";
            return {text::scrubbed(bytes), std::move(problem)};
        }
        if (name == "UTF-8" && look.wide > look.bad) // a text cut or damaged in places, not one in another character set
            return {text::scrubbed(bytes), "Some characters are not valid UTF-8."};
        std::string problem;
        if (!isLatin)
            problem = shownLabel.empty()
                          ? "The text has no character set; read as windows-1252."
                          : "The text is not in the character set \"" + shownLabel + "\"; read as windows-1252.";
        return {text::scrubbed(Converter("WINDOWS-1252").convert(bytes).text), std::move(problem)};
    }

    const Converter::Converted read = converted(bytes, name);
    if (read.badBytes == 0)
        return {text::scrubbed(read.text), {}};
    if (const Utf8Look look = lookAsUtf8(bytes); look.bad == 0 && look.wide > 0)
        return {text::scrubbed(bytes), "The text is labelled " + shownLabel + " but is UTF-8."};
    return {text::scrubbed(read.text), "Some characters make no sense in the character set " + shownLabel + "."};
}

} // namespace tributary::channels::email
