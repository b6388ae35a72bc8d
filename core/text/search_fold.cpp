#include "core/text/search_fold.h"

#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <glib.h>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace tributary::text {
namespace {

constexpr std::size_t maxTyped = 4096; ///< Bytes; more than anybody types.
constexpr std::size_t maxWords = 32;
constexpr std::size_t maxTokensOfWord = 64;

/// ASCII without the zero: folding leaves it as it is.
bool isPlain(char c)
{
    return static_cast<unsigned char>(c) - 1u < 0x7fu;
}

struct Range {
    char32_t first, last;
};

bool isIn(std::span<const Range> ranges, char32_t point)
{
    const auto after = std::ranges::upper_bound(ranges, point, {}, &Range::first);
    return after != ranges.begin() && point <= std::prev(after)->last;
}

/// Scripts without spaces between words, and Hangul, whose words take endings and are written together freely.
bool isSetApart(char32_t point)
{
    static constexpr std::array<Range, 17> ranges{{
        {0x0E00, 0x0E3A},
        {0x0E40, 0x0E4E}, // Thai
        {0x0E80, 0x0ECF}, // Lao
        {0x0F00, 0x0F1F},
        {0x0F35, 0x0FBC}, // Tibetan
        {0x1000, 0x103F},
        {0x1050, 0x108F}, // Burmese
        {0x1780, 0x17D3}, // Khmer
        {0x2E80, 0x2FDF}, // radicals
        {0x3005, 0x3007},
        {0x3021, 0x3029}, // iteration mark, zero, numerals
        {0x3040, 0x312F}, // kana, bopomofo
        {0x31A0, 0x31FF},
        {0x3400, 0x4DBF},
        {0x4E00, 0x9FFF}, // Han
        {0xAC00, 0xD7A3}, // Hangul
        {0x20000, 0x3FFFF},
    }};
    return point >= 0x0E00 && isIn(ranges, point);
}

/// Has a compatibility form, or is part of a composition, that the tokenizer would see as another word.
bool needsNormalForm(char32_t point)
{
    static constexpr std::array<Range, 7> ranges{{
        {0x1100, 0x11FF}, // Hangul jamo
        {0x2460, 0x24FF}, // enclosed numbers and letters
        {0x2F00, 0x2FDF}, // Kangxi radicals
        {0x3099, 0x309A}, // combining voice marks
        {0x3130, 0x33FF}, // compatibility jamo, enclosed and squared CJK
        {0xF900, 0xFDFF}, // compatibility ideographs, ligatures, Arabic presentation forms
        {0xFE70, 0xFFEF}, // Arabic presentation forms, full and half width
    }};
    return point >= 0x1100
           && (isIn(ranges, point) || (point >= 0x2F800 && point <= 0x2FA1F) || (point >= 0x1D400 && point <= 0x1D7FF));
}

/// Stands inside a word without being a letter of it. The tokenizer would part the word there.
bool isDropped(char32_t point)
{
    static constexpr std::array<Range, 15> ranges{{
        {0x00AD, 0x00AD}, // soft hyphen
        {0x0591, 0x05BD},
        {0x05BF, 0x05BF},
        {0x05C1, 0x05C2},
        {0x05C4, 0x05C5},
        {0x05C7, 0x05C7}, // Hebrew points
        {0x0610, 0x061A},
        {0x061C, 0x061C},
        {0x0640, 0x0640},
        {0x064B, 0x065F}, // Arabic marks, tatweel
        {0x0670, 0x0670},
        {0x06D6, 0x06ED},
        {0x200C, 0x200F},
        {0x202A, 0x202E},
        {0x2060, 0x206F},
    }};
    return point >= 0x00AD && (isIn(ranges, point) || point == 0xFEFF || (point >= 0xFE00 && point <= 0xFE0F));
}

/// Letters that people type for one another. Empty: none.
std::string_view variantOf(char32_t point)
{
    switch (point) {
    case 0x00DF:
    case 0x1E9E: return "ss"; // ß
    case 0x00C6:
    case 0x00E6: return "ae";
    case 0x0152:
    case 0x0153: return "oe";
    case 0x00D8:
    case 0x00F8: return "o";
    case 0x0141:
    case 0x0142: return "l";
    case 0x0110:
    case 0x0111:
    case 0x00D0:
    case 0x00F0: return "d";
    case 0x00DE:
    case 0x00FE: return "th";
    case 0x0130:
    case 0x0131: return "i"; // Turkish, both ways
    case 0x0386:
    case 0x03AC: return "α";
    case 0x0388:
    case 0x03AD: return "ε";
    case 0x0389:
    case 0x03AE: return "η";
    case 0x038A:
    case 0x03AA:
    case 0x03AF:
    case 0x03CA:
    case 0x0390: return "ι";
    case 0x038C:
    case 0x03CC: return "ο";
    case 0x038E:
    case 0x03AB:
    case 0x03CD:
    case 0x03CB:
    case 0x03B0: return "υ";
    case 0x038F:
    case 0x03CE: return "ω";
    case 0x03C2: return "σ";
    case 0x0401:
    case 0x0451: return "е"; // Russian ё is mostly written е
    case 0x0622:
    case 0x0623:
    case 0x0625:
    case 0x0671: return "ا"; // alef with hamza or madda
    case 0x0624: return "و";
    case 0x0626:
    case 0x0649:
    case 0x06CC: return "ي";
    case 0x0629:
    case 0x06C0:
    case 0x06C1:
    case 0x06D5: return "ه";
    case 0x06A9: return "ك";
    default: return {};
    }
}

/// The value of a decimal digit of the Arabic scripts, or -1.
int arabicDigit(char32_t point)
{
    if (point >= 0x0660 && point <= 0x0669)
        return int(point - 0x0660);
    if (point >= 0x06F0 && point <= 0x06F9)
        return int(point - 0x06F0);
    return -1;
}

/// What unicode61 takes for part of a token: letters, numbers, private use; and marks, which it folds away or which part
/// tokens.
bool isTokenCharacter(char32_t point)
{
    switch (g_unichar_type(point)) {
    case G_UNICODE_LOWERCASE_LETTER:
    case G_UNICODE_MODIFIER_LETTER:
    case G_UNICODE_OTHER_LETTER:
    case G_UNICODE_TITLECASE_LETTER:
    case G_UNICODE_UPPERCASE_LETTER:
    case G_UNICODE_DECIMAL_NUMBER:
    case G_UNICODE_LETTER_NUMBER:
    case G_UNICODE_OTHER_NUMBER:
    case G_UNICODE_PRIVATE_USE: return true;
    case G_UNICODE_NON_SPACING_MARK: return point >= 0x0300 && point <= 0x036F; // diacritics of the word before
    default: return false;
    }
}

std::string normalForm(std::string_view valid)
{
    const std::unique_ptr<gchar, decltype(&g_free)> normal(
        g_utf8_normalize(valid.data(), gssize(valid.size()), G_NORMALIZE_ALL_COMPOSE), g_free);
    return normal ? std::string(normal.get()) : std::string(valid);
}

bool mayNeedNormalForm(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        if (static_cast<unsigned char>(text[at]) < 0xE1) // nothing below U+1000 needs it
            ++at;
        else if (needsNormalForm(nextCodePoint(text, at)))
            return true;
    }
    return false;
}

/// Brings runs of characters that need it into NFKC, and leaves the rest alone: what becomes of a character must not depend
/// on what else is in the text, or a query would miss what the index has.
std::string normalisedWhereNeeded(std::string_view text)
{
    const std::string valid = scrubbed(text);
    std::string out, run;
    std::size_t lastBegin = 0; // of the newest character in `out`
    const auto endRun = [&] {
        out += normalForm(run);
        run.clear();
    };
    for (std::size_t at = 0; at < valid.size();) {
        const std::size_t begin = at;
        const char32_t point = nextCodePoint(valid, at);
        const std::string_view bytes = std::string_view(valid).substr(begin, at - begin);
        if (!needsNormalForm(point)) {
            endRun();
            lastBegin = out.size();
            out += bytes;
            continue;
        }
        const bool isVoiceMark = point == 0x3099 || point == 0x309A;
        if (isVoiceMark && run.empty()) { // belongs to the kana before it
            run = out.substr(lastBegin);
            out.resize(lastBegin);
        }
        run += bytes;
    }
    endRun();
    return out;
}

void foldInto(std::string &out, std::string_view text)
{
    bool afterSetApart = false;
    for (std::size_t at = 0; at < text.size();) {
        if (const std::size_t begin = at; isPlain(text[at])) {
            while (at < text.size() && isPlain(text[at]))
                ++at;
            if (std::exchange(afterSetApart, false) && text[begin] > ' ')
                out += ' ';
            out += text.substr(begin, at - begin);
            continue;
        }
        const char32_t point = nextCodePoint(text, at);
        if (point == 0) {
            out += ' ';
            afterSetApart = false;
            continue;
        }
        if (isDropped(point))
            continue;
        const bool apart = isSetApart(point);
        if ((apart || afterSetApart) && !out.empty() && out.back() != ' ')
            out += ' ';
        afterSetApart = apart;
        if (const int digit = arabicDigit(point); digit >= 0)
            out += char('0' + digit);
        else if (const std::string_view variant = variantOf(point); !variant.empty())
            out += variant;
        else
            appendUtf8(out, point);
    }
}

/// One word or quoted phrase of a query, as the tokens it has in the index.
struct Term {
    std::vector<std::string> tokens;
    bool whole = false; ///< Was quoted: no prefix.
};

Term termOf(std::string_view typed, bool whole)
{
    Term term{.whole = whole};
    std::string token;
    const auto endToken = [&] {
        if (!token.empty() && term.tokens.size() < maxTokensOfWord)
            term.tokens.push_back(std::move(token));
        token.clear();
    };
    const std::string folded = foldForSearch(typed);
    for (std::size_t at = 0; at < folded.size();) {
        const char32_t point = nextCodePoint(folded, at);
        const bool isMark = point >= 0x0300 && point <= 0x036F;
        if (isTokenCharacter(point) && !(isMark && token.empty()))
            appendUtf8(token, point);
        else
            endToken();
    }
    endToken();
    return term;
}

bool isOneSetApartCharacter(std::string_view token)
{
    std::size_t at = 0;
    return isSetApart(nextCodePoint(token, at)) && at == token.size();
}

/// The beginning of what was typed, with the wide space of Chinese and Japanese keyboards made a common one.
std::string withPlainSpaces(std::string_view typed)
{
    static constexpr std::string_view wideSpace = "\u3000";
    std::string out(typed.substr(0, maxTyped));
    for (std::size_t at = 0; (at = out.find(wideSpace, at)) != std::string::npos;)
        out.replace(at, wideSpace.size(), 1, ' ');
    return out;
}

std::vector<Term> termsOf(std::string_view typed)
{
    std::vector<Term> terms;
    const auto add = [&](std::string_view word, bool whole) {
        if (Term term = termOf(word, whole); !term.tokens.empty() && terms.size() < maxWords)
            terms.push_back(std::move(term));
    };
    while (!typed.empty()) {
        if (typed.front() == '"') {
            typed.remove_prefix(1);
            const std::size_t end = typed.find('"');
            // A quote that is not closed yet is one still being typed: its last word may go on.
            add(typed.substr(0, end), end != std::string_view::npos);
            typed.remove_prefix(end == std::string_view::npos ? typed.size() : end + 1);
            continue;
        }
        const std::size_t end = typed.find_first_of(" \t\r\n\"");
        add(typed.substr(0, end), false);
        if (end == std::string_view::npos)
            break;
        typed.remove_prefix(typed[end] == '"' ? end : end + 1);
    }
    return terms;
}

/// All words that begin with one letter. The index knows beginnings of two and three letters (`prefix='2 3'`); for one it
/// would read every word that begins so, all through: 83 ms among a million messages, where these take one.
std::string beginningWith(const std::string &letter)
{
    std::string out = "(\"" + letter + '"';
    const auto add = [&](std::string_view second) { out.append(" OR \"").append(letter).append(second).append("\"*"); };
    for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyz0123456789"))
        add(std::string_view(&c, 1));
    for (const char *c : {"ħ", "ŋ", "ə"}) // the others are folded (variantOf)
        add(c);
    return out + ")";
}

} // namespace

bool isFolded(std::string_view text)
{
    // No early end: like this the compiler looks at many bytes at once, and most text is plain.
    bool plain = true;
    for (const char c : text)
        plain &= isPlain(c);
    return plain;
}

std::string foldForSearch(std::string_view text)
{
    if (isFolded(text))
        return std::string(text);
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    if (mayNeedNormalForm(text))
        foldInto(out, normalisedWhereNeeded(text));
    else
        foldInto(out, text);
    return out;
}

std::vector<std::string> wordsForComparing(std::string_view text)
{
    const std::string folded = scrubbed(foldForSearch(text));
    const std::unique_ptr<gchar, decltype(&g_free)> parts(
        g_utf8_normalize(folded.data(), gssize(folded.size()), G_NORMALIZE_ALL), g_free);
    const std::string_view decomposed = parts ? std::string_view(parts.get()) : std::string_view(folded);
    std::vector<std::string> words;
    bool inWord = false;
    for (std::size_t at = 0; at < decomposed.size();) {
        const char32_t point = nextCodePoint(decomposed, at);
        if (g_unichar_ismark(point))
            continue;
        if (!g_unichar_isalnum(point)) {
            inWord = false;
            continue;
        }
        if (!std::exchange(inWord, true))
            words.emplace_back();
        appendUtf8(words.back(), g_unichar_tolower(point));
    }
    return words;
}

std::string matchExpression(std::string_view userText)
{
    const std::vector<Term> terms = termsOf(withPlainSpaces(userText));
    std::string out;
    for (const Term &term : terms) {
        const std::string before = out;
        if (!out.empty())
            out += ' ';
        out += '"';
        for (const std::string &token : term.tokens) {
            if (out.back() != '"')
                out += ' ';
            out += token; // letters and numbers alone: no quote can be in it
        }
        out += '"';
        const bool isLast = &term == &terms.back();
        if (!isLast || term.whole || isOneSetApartCharacter(term.tokens.back()))
            continue;
        const bool isOneLetter = term.tokens.size() == 1 && term.tokens.back().size() == 1;
        if (isOneLetter)
            out = before + (before.empty() ? "" : " AND ") + beginningWith(term.tokens.back());
        else
            out += '*';
    }
    return out;
}

std::string foldForMatching(std::string_view text)
{
    const auto isPlain = [](char c) { return (c >= ' ' && c < 0x7f) || c == '\n' || c == '\t'; };
    if (std::ranges::all_of(text, isPlain)) { // most text by far, and a view's figure may look at all of it
        std::string folded(text);
        for (char &c : folded)
            c = c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
        const std::size_t first = folded.find_first_not_of(" \t\n");
        if (first == std::string::npos)
            return {};
        folded.erase(folded.find_last_not_of(" \t\n") + 1);
        return folded.erase(0, first);
    }
    const std::string set = foldForSearch(text);
    const std::unique_ptr<gchar, decltype(&g_free)> lower(g_utf8_casefold(set.data(), gssize(set.size())), &g_free);
    const std::unique_ptr<gchar, decltype(&g_free)> apart(g_utf8_normalize(lower.get(), -1, G_NORMALIZE_NFD), &g_free);
    std::string folded;
    for (const gchar *at = apart.get(); at && *at; at = g_utf8_next_char(at)) {
        const GUnicodeType type = g_unichar_type(g_utf8_get_char(at));
        if (type != G_UNICODE_NON_SPACING_MARK)
            folded.append(at, std::size_t(g_utf8_next_char(at) - at));
    }
    const std::size_t first = folded.find_first_not_of(" \t\r\n");
    const std::size_t last = folded.find_last_not_of(" \t\r\n");
    return first == std::string::npos ? std::string() : folded.substr(first, last - first + 1);
}

} // namespace tributary::text
