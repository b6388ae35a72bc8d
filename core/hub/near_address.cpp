#include "core/hub/near_address.h"

#include "core/text/search_fold.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tributary::hub {
namespace {

constexpr std::size_t kLongestValue = 200;
constexpr std::size_t kMostWords = 24;
constexpr std::size_t kMostExtra = 3; ///< Words that one of the two has more: a town, a country, the kind of street.
constexpr std::size_t kOneMistakeFrom = 5, kTwoMistakesFrom = 9; ///< Letters of a word that may have so many mistakes.

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool hasDigit(std::string_view word)
{
    return std::ranges::any_of(word, isDigit);
}

bool isLetter(char c)
{
    return c >= 'a' && c <= 'z';
}

std::u32string pointsOf(std::string_view word)
{
    std::u32string points;
    for (std::size_t at = 0; at < word.size();)
        points += text::nextCodePoint(word, at);
    return points;
}

/// What kinds of street are written as the end of one word in several languages; each becomes a word of its own, so that a
/// mistake is looked for in the name alone.
constexpr std::array<std::string_view, 16> kEndings{"strasse", "str",  "gasse",  "weg",   "allee", "platz", "damm", "ufer",
                                                    "straat",  "laan", "gracht", "plein", "gatan", "vagen", "gade", "vej"};

/// A postcode that is written within an address: digits alone, or as in Great Britain, Canada and the Netherlands in two
/// parts. How many words it takes from @p at on; 0: none.
std::size_t postcodeAt(const std::vector<std::string> &words, std::size_t at)
{
    const std::string &word = words[at];
    const auto shape = [](std::string_view text) {
        std::string all;
        for (const char c : text)
            all += isDigit(c) ? '9' : isLetter(c) ? 'a' : '?';
        return all;
    };
    const std::string one = shape(word), next = at + 1 < words.size() ? shape(words[at + 1]) : std::string();
    static const std::set<std::string> british{"a9", "a99", "aa9", "aa99", "a9a", "aa9a"};
    if ((british.contains(one) && next == "9aa") || (one == "a9a" && next == "9a9") || (one == "9999" && next == "aa"))
        return 2;
    constexpr std::size_t kFewest = 4, kMost = 6;
    const bool isNumber = std::ranges::all_of(word, isDigit);
    return isNumber && word.size() >= kFewest && word.size() <= kMost && at > 0 ? 1 : 0;
}

/// At most one or two letters are other, missing, more or have changed places (Damerau and Levenshtein), never the first.
bool isMisspelt(const std::u32string &a, const std::u32string &b)
{
    const std::size_t shorter = std::min(a.size(), b.size()), longer = std::max(a.size(), b.size());
    const std::size_t most = shorter >= kTwoMistakesFrom ? 2 : shorter >= kOneMistakeFrom ? 1 : 0;
    if (most == 0 || longer - shorter > most || a.front() != b.front())
        return false;
    std::vector<std::size_t> before(b.size() + 1), row(b.size() + 1), last;
    for (std::size_t k = 0; k <= b.size(); ++k)
        row[k] = k;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        last = std::exchange(before, row);
        row[0] = i;
        for (std::size_t k = 1; k <= b.size(); ++k) {
            row[k] = std::min({before[k] + 1, row[k - 1] + 1, before[k - 1] + (a[i - 1] == b[k - 1] ? 0 : 1)});
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
                row[k] = std::min(row[k], last[k - 2] + 1);
        }
    }
    return row.back() <= most;
}

/// Not the kind of a street alone: a name of at least three letters, or of one where words are not made of letters.
bool saysMuch(const std::u32string &word)
{
    constexpr std::size_t kLeast = 3;
    const auto is = [&word](std::string_view ending) { return word == pointsOf(ending); };
    if (std::ranges::any_of(kEndings, is))
        return false;
    return word.size() >= kLeast || std::ranges::any_of(word, [](char32_t c) { return c >= 0x2e80; });
}

} // namespace

std::string shortAddressWord(std::string word)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 36> kShort{{
        {"street", "st"},
        {"saint", "st"},
        {"sainte", "st"},
        {"road", "rd"},
        {"avenue", "ave"},
        {"av", "ave"},
        {"avenida", "ave"},
        {"avda", "ave"},
        {"lane", "ln"},
        {"drive", "dr"},
        {"boulevard", "blvd"},
        {"bd", "blvd"},
        {"square", "sq"},
        {"court", "ct"},
        {"place", "pl"},
        {"platz", "pl"},
        {"apartment", "apt"},
        {"flat", "apt"},
        {"appartement", "apt"},
        {"floor", "fl"},
        {"highway", "hwy"},
        {"building", "bldg"},
        {"strasse", "str"},
        {"ulica", "ul"},
        {"calle", "c"},
        {"carrer", "c"},
        {"via", "v"},
        {"viale", "vle"},
        {"piazza", "pza"},
        {"plaza", "pza"},
        {"no", ""},
        {"nr", ""},
        {"number", ""},
        {"num", ""},
        {"house", ""},
        {"haus", ""},
    }};
    const auto found = std::ranges::find(kShort, std::string_view(word), [](const auto &pair) { return pair.first; });
    if (found != kShort.end())
        return std::string(found->second);
    constexpr std::string_view kStrasse = "strasse"; // Hauptstrasse, Hauptstr.
    if (word.size() > kStrasse.size() && word.ends_with(kStrasse))
        word.resize(word.size() - std::string_view("asse").size());
    return word;
}

PostalAddress postalAddress(std::string_view written, std::string_view postcode, std::string_view town)
{
    PostalAddress address{.written = std::string(written)};
    std::vector<std::string> words = text::wordsForComparing(written.substr(0, kLongestValue));
    words.resize(std::min(words.size(), kMostWords));
    const auto joined = [](const std::vector<std::string> &parts) {
        std::string all;
        for (const std::string &part : parts)
            all += part;
        return all;
    };
    const std::vector<std::string> code = text::wordsForComparing(postcode.substr(0, kLongestValue));
    const std::vector<std::string> city = text::wordsForComparing(town.substr(0, kLongestValue));
    if (!code.empty())
        address.places.insert("postcode " + joined(code));
    if (!city.empty())
        address.places.insert("town " + joined(city));
    std::set<std::u32string> names;
    const auto addName = [&names](const std::string &name) {
        if (!name.empty())
            names.insert(pointsOf(name));
    };
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string &word = words[i];
        const auto stands = [&](const std::vector<std::string> &place) {
            return !place.empty() && i + place.size() <= words.size()
                   && std::equal(place.begin(), place.end(), words.begin() + std::ptrdiff_t(i));
        };
        if (stands(code) || stands(city)) {
            i += (stands(code) ? code.size() : city.size()) - 1;
            continue;
        }
        if (!code.empty() && word == joined(code))
            continue;
        if (const std::size_t taken = code.empty() ? postcodeAt(words, i) : 0; taken > 0) {
            address.places.insert("postcode " + word + (taken > 1 ? words[i + 1] : std::string()));
            i += taken - 1;
            continue;
        }
        if (hasDigit(word)) {
            const bool isSplit = isDigit(word.back()) && i + 1 < words.size() && words[i + 1].size() == 1
                                 && isLetter(words[i + 1].front()); // 5 a
            address.numbers.insert(isSplit ? word + words[++i] : word);
            continue;
        }
        const std::string shorter = shortAddressWord(word);
        const auto ending = std::ranges::find_if(kEndings, [&shorter](std::string_view one) {
            constexpr std::size_t kShortestName = 3;
            return shorter.size() >= one.size() + kShortestName && shorter.ends_with(one);
        });
        if (ending == kEndings.end()) {
            addName(shorter);
        } else {
            addName(shorter.substr(0, shorter.size() - ending->size()));
            addName(shortAddressWord(std::string(*ending)));
        }
    }
    address.names.assign(names.begin(), names.end());
    return address;
}

std::set<std::string> blocksOf(const PostalAddress &address)
{
    std::set<std::string> blocks;
    if (address.numbers.empty() || std::ranges::none_of(address.names, saysMuch))
        return blocks;
    for (const std::string &place : address.places) {
        std::string block = place + " |";
        for (const std::string &number : address.numbers)
            block += " " + number;
        blocks.insert(std::move(block));
    }
    return blocks;
}

bool isNear(const PostalAddress &one, const PostalAddress &other)
{
    if (one.numbers != other.numbers)
        return false;
    const bool oneIsShorter = one.names.size() <= other.names.size();
    const std::vector<std::u32string> &fewer = oneIsShorter ? one.names : other.names;
    std::vector<std::u32string> more = oneIsShorter ? other.names : one.names;
    if (more.size() - fewer.size() > kMostExtra)
        return false;
    bool isNamed = false;
    for (const std::u32string &word : fewer) {
        auto match = std::ranges::find(more, word);
        if (match == more.end())
            match = std::ranges::find_if(more, [&word](const std::u32string &such) { return isMisspelt(word, such); });
        if (match == more.end())
            return false;
        isNamed |= saysMuch(word);
        more.erase(match);
    }
    return isNamed;
}

} // namespace tributary::hub
