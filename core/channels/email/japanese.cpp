#include "core/channels/email/japanese.h"

#include <algorithm>
#include <array>

namespace tributary::channels::email {
namespace {

using Byte = unsigned char;

constexpr std::string_view kWindows = "CP932", kNonsense;

bool isOfPair(Byte byte)
{
    return byte >= 0x21 && byte <= 0x7e;
}

/// Gathers what is read by one table.
class Runs {
public:
    void add(std::string_view charset, std::string_view bytes)
    {
        if (m_runs.empty() || m_runs.back().first != charset)
            m_runs.emplace_back(charset, std::string());
        m_runs.back().second += bytes;
    }
    void add(std::string_view charset, std::initializer_list<Byte> bytes)
    {
        const std::string text(bytes.begin(), bytes.end());
        add(charset, text);
    }
    /// Row and cell of JIS X 0208, each from 0x21 on, as Shift_JIS has them.
    void addPair(Byte row, Byte cell)
    {
        Byte lead = Byte(((row - 0x21) >> 1) + 0x81);
        if (lead > 0x9f)
            lead = Byte(lead + 0x40);
        Byte trail = Byte(cell + 0x7e);
        if (row % 2 == 1)
            trail = Byte(cell + (cell >= 0x60 ? 0x20 : 0x1f));
        add(kWindows, {lead, trail});
    }
    std::vector<JapaneseRun> take() { return std::move(m_runs); }

private:
    std::vector<JapaneseRun> m_runs;
};

enum class Set { Ascii, Katakana, Pairs, MorePairs };

struct Escape {
    std::string_view text;
    Set set;
};
constexpr std::array kEscapes{
    Escape{"\x1b(B", Set::Ascii},      Escape{"\x1b(J", Set::Ascii},  Escape{"\x1b(I", Set::Katakana},
    Escape{"\x1b$B", Set::Pairs},      Escape{"\x1b$@", Set::Pairs},  Escape{"\x1b$(B", Set::Pairs},
    Escape{"\x1b$(D", Set::MorePairs}, Escape{"\x0e", Set::Katakana}, Escape{"\x0f", Set::Ascii}};

} // namespace

std::vector<JapaneseRun> runsOfIso2022Jp(std::string_view bytes)
{
    Runs runs;
    Set set = Set::Ascii;
    for (std::size_t at = 0; at < bytes.size();) {
        const auto escape =
            std::ranges::find_if(kEscapes, [&](const Escape &one) { return bytes.substr(at).starts_with(one.text); });
        if (escape != kEscapes.end()) {
            set = escape->set;
            at += escape->text.size();
            continue;
        }
        const Byte first = Byte(bytes[at]);
        const Byte second = at + 1 < bytes.size() ? Byte(bytes[at + 1]) : Byte(0);
        if (set == Set::Ascii || !isOfPair(first)) { // blanks and line ends in any set
            runs.add(kWindows, bytes.substr(at, 1));
            ++at;
        } else if (set == Set::Katakana) {
            runs.add(kWindows, {Byte(first | 0x80)});
            ++at;
        } else if (!isOfPair(second)) { // cut off
            runs.add(kNonsense, bytes.substr(at, 1));
            ++at;
        } else {
            if (set == Set::Pairs)
                runs.addPair(first, second);
            else
                runs.add(kEucJp, {0x8f, Byte(first | 0x80), Byte(second | 0x80)});
            at += 2;
        }
    }
    return runs.take();
}

std::vector<JapaneseRun> runsOfEucJp(std::string_view bytes)
{
    Runs runs;
    const auto cell = [&](std::size_t at) {
        return at < bytes.size() && Byte(bytes[at]) >= 0x80 ? Byte(bytes[at] & 0x7f) : Byte(0);
    };
    for (std::size_t at = 0; at < bytes.size();) {
        const Byte first = Byte(bytes[at]);
        if (first < 0x80) {
            runs.add(kWindows, bytes.substr(at, 1));
            ++at;
        } else if (first == 0x8e && isOfPair(cell(at + 1))) { // half-width katakana
            runs.add(kWindows, bytes.substr(at + 1, 1));
            at += 2;
        } else if (first == 0x8f && isOfPair(cell(at + 1)) && isOfPair(cell(at + 2))) { // JIS X 0212
            runs.add(kEucJp, bytes.substr(at, 3));
            at += 3;
        } else if (isOfPair(cell(at)) && isOfPair(cell(at + 1))) {
            runs.addPair(cell(at), cell(at + 1));
            at += 2;
        } else {
            runs.add(kNonsense, bytes.substr(at, 1));
            ++at;
        }
    }
    return runs.take();
}

} // namespace tributary::channels::email
