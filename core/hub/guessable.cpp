#include "core/hub/guessable.h"

#include "core/text/search_fold.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <zxcvbn.h>

namespace tributary::hub {
namespace {

/// In bits: about 30 million tries. The 3,000 commonest passwords with a year and a sign behind them are within it, three
/// words that have nothing to do with each other far beyond.
constexpr double kGuesses = 25;
/// How much of a long one is looked at: its cost grows faster than its length, and what is unlikely so far stays so.
constexpr std::size_t kLookedAt = 128;
constexpr std::size_t kLongestWord = 60;

} // namespace

bool isGuessable(const std::string &password, const std::vector<std::string> &about)
{
    std::vector<std::string> words{"tributary"};
    for (const std::string &one : about) {
        words.push_back(text::asciiLower(one.substr(0, kLongestWord)));
        for (std::size_t at = 0; at < one.size();) { // each part of an address or name too
            const std::size_t end = std::min(one.find_first_of(" .@-_", at), one.size());
            if (end - at > 2)
                words.push_back(text::asciiLower(one.substr(at, std::min(end - at, kLongestWord))));
            at = end + 1;
        }
    }
    std::vector<const char *> known;
    for (const std::string &word : words)
        known.push_back(word.c_str());
    known.push_back(nullptr);
    const std::string folded = text::foldForMatching(password);
    return std::ranges::any_of(std::vector{password, folded}, [&known](const std::string &written) {
        const std::string part = written.substr(0, kLookedAt);
        return ZxcvbnMatch(part.c_str(), known.data(), nullptr) < kGuesses;
    });
}

} // namespace tributary::hub
