#include "core/text/csv.h"

#include "core/text/utf8.h"

#include <csv.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace tributary::text {
namespace {

using Encoding = CsvShape::Encoding;

constexpr std::size_t kSample = 64 * 1024;
constexpr std::size_t kPiece = 16 * 1024;     ///< Between two looks at how long a field has become.
constexpr char kDelimiters[]{'\t', ';', ','}; ///< Of two that part as evenly, the one that prose has less of.

/// 0x80 to 0x9F of windows-1252 (WHATWG Encoding Standard, index windows-1252); the others are those of Unicode.
constexpr std::array<char16_t, 32> kWindows1252{0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
                                                0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

/// Where the last character of @p bytes begins, if it may go on in the next piece; else their end.
std::size_t wholeCharacters(std::string_view bytes)
{
    for (std::size_t back = 1; back <= 3 && back <= bytes.size(); ++back) {
        const auto byte = static_cast<unsigned char>(bytes[bytes.size() - back]);
        if (byte < 0x80)
            break;
        if (byte >= 0xC0) {
            const std::size_t wanted = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
            return wanted > back ? bytes.size() - back : bytes.size();
        }
    }
    return bytes.size();
}

/// Turns bytes of any encoding, cut anywhere, into UTF-8 with line ends of one character.
class Decoder {
public:
    explicit Decoder(Encoding encoding)
        : m_encoding(encoding)
    {
    }
    std::string decode(std::string_view bytes)
    {
        std::string out;
        switch (m_encoding) {
        case Encoding::Utf8: out = bytes; break;
        case Encoding::Windows1252:
            for (const char c : bytes) {
                const auto byte = static_cast<unsigned char>(c);
                appendUtf8(out, byte >= 0x80 && byte < 0xA0 ? kWindows1252[byte - 0x80] : byte);
            }
            break;
        default: out = utf16(bytes);
        }
        if (!m_begun) { // a mark may be cut
            out = std::exchange(m_head, {}) + out;
            if (out.size() < kUtf8Mark.size() && kUtf8Mark.starts_with(out)) {
                m_head = std::move(out);
                return {};
            }
            m_begun = true;
            if (out.starts_with(kUtf8Mark))
                out.erase(0, kUtf8Mark.size());
        }
        return lines(out);
    }

private:
    std::string utf16(std::string_view bytes)
    {
        std::string out;
        for (const char c : bytes) {
            m_unit = std::uint16_t(m_encoding == Encoding::Utf16Le
                                       ? (m_unit >> 8) | std::uint16_t(static_cast<unsigned char>(c)) << 8
                                       : (m_unit << 8) | static_cast<unsigned char>(c));
            if (!(m_odd = !m_odd))
                take(out, m_unit);
        }
        return out;
    }
    void take(std::string &out, std::uint16_t unit)
    {
        const bool isLow = unit >= 0xDC00 && unit < 0xE000;
        if (m_high && isLow) {
            appendUtf8(out, 0x10000 + (char32_t(m_high - 0xD800) << 10) + (unit - 0xDC00));
            m_high = 0;
            return;
        }
        if (m_high)
            appendUtf8(out, replacementCharacter);
        m_high = unit >= 0xD800 && unit < 0xDC00 ? unit : 0;
        if (!m_high)
            appendUtf8(out, isLow ? replacementCharacter : unit);
    }
    std::string lines(const std::string &text)
    {
        std::string out;
        out.reserve(text.size());
        for (const char c : text) {
            if (c == '\n' && m_afterReturn) {
                m_afterReturn = false;
                continue;
            }
            m_afterReturn = c == '\r';
            out += c == '\r' ? '\n' : c;
        }
        return out;
    }

    Encoding m_encoding;
    std::string m_head; ///< What may be the beginning of a mark.
    std::uint16_t m_unit = 0, m_high = 0;
    bool m_odd = false, m_begun = false, m_afterReturn = false;
};

char delimiterOf(std::string_view beginning, Encoding encoding)
{
    char best = ',';
    std::size_t most = 0;
    for (const char delimiter : kDelimiters) {
        std::map<std::size_t, std::size_t> rowsWith; // so many columns
        std::size_t rows = 0;
        CsvReader reader({encoding, delimiter}, [&](const CsvReader::Row &row) {
            if (row.empty())
                return;
            ++rowsWith[row.size()];
            ++rows;
        });
        if (!reader.feed(beginning) || !reader.finish())
            continue;
        std::size_t score = 0;
        for (const auto &[columns, count] : rowsWith)
            score = std::max(score, columns > 1 ? count * 1000 / rows * 100 + std::min<std::size_t>(columns, 99) : 0);
        if (score > most) {
            most = score;
            best = delimiter;
        }
    }
    return best;
}

} // namespace

void CsvGuess::feed(std::string_view bytes)
{
    if (m_beginning.size() < kSample)
        m_beginning += bytes.substr(0, kSample - m_beginning.size());
    if (!m_isUtf8)
        return;
    m_rest += bytes;
    const std::size_t whole = wholeCharacters(m_rest);
    m_isUtf8 = isValidUtf8(std::string_view(m_rest).substr(0, whole));
    m_rest.erase(0, whole);
}

CsvShape CsvGuess::shape() const
{
    const std::string_view beginning = m_beginning;
    CsvShape shape;
    std::size_t even = 0, odd = 0;
    for (std::size_t i = 0; i < beginning.size(); ++i)
        (i % 2 == 0 ? even : odd) += beginning[i] == '\0';
    const std::size_t many = beginning.size() / 8; // of Latin letters every second byte is zero
    if (beginning.starts_with("\xFF\xFE") || (odd > many && odd > even))
        shape.encoding = Encoding::Utf16Le;
    else if (beginning.starts_with("\xFE\xFF") || (even > many && even > odd))
        shape.encoding = Encoding::Utf16Be;
    else if (!m_isUtf8 || !m_rest.empty())
        shape.encoding = Encoding::Windows1252;
    // Up to the last whole row, where there is one.
    const std::size_t end = beginning.size() < kSample ? std::string_view::npos : beginning.rfind('\n');
    shape.delimiter = delimiterOf(end == std::string_view::npos ? beginning : beginning.substr(0, end + 1), shape.encoding);
    return shape;
}

struct CsvReader::Private {
    Private(const CsvShape &shape, OnRow call)
        : decoder(shape.encoding)
        , onRow(std::move(call))
    {
        csv_init(&parser, CSV_REPALL_NL);
        csv_set_delim(&parser, static_cast<unsigned char>(shape.delimiter));
        csv_set_space_func(&parser, [](unsigned char c) { return int(c == ' '); });
    }
    ~Private() { csv_free(&parser); }

    static void field(void *text, std::size_t size, void *self)
    {
        auto &d = *static_cast<Private *>(self);
        d.isTooLarge |= size > kLongestField || d.row.size() >= kMostColumns;
        if (!d.isTooLarge)
            d.row.emplace_back(trimmed(scrubbed(std::string_view(static_cast<const char *>(text), size))));
    }
    static void endOfRow(int, void *self)
    {
        auto &d = *static_cast<Private *>(self);
        if (d.isTooLarge)
            return;
        ++d.rows;
        d.onRow(std::exchange(d.row, {}));
    }
    Result<void> problem() const { return failure(Error::Kind::TooLarge, std::to_string(rows + 1)); }

    csv_parser parser;
    Decoder decoder;
    OnRow onRow;
    Row row;
    std::size_t rows = 0;
    bool isTooLarge = false;
};

CsvReader::CsvReader(const CsvShape &shape, OnRow onRow)
    : d(std::make_unique<Private>(shape, std::move(onRow)))
{
}

CsvReader::~CsvReader() = default;

Result<void> CsvReader::feed(std::string_view bytes)
{
    for (std::size_t at = 0; at < bytes.size(); at += kPiece) {
        if (d->isTooLarge)
            return d->problem();
        const std::string text = d->decoder.decode(bytes.substr(at, kPiece));
        const std::size_t read =
            csv_parse(&d->parser, text.data(), text.size(), &Private::field, &Private::endOfRow, d.get());
        d->isTooLarge |= read != text.size() || d->parser.entry_pos > kLongestField;
    }
    return d->isTooLarge ? d->problem() : Result<void>();
}

Result<void> CsvReader::finish()
{
    csv_fini(&d->parser, &Private::field, &Private::endOfRow, d.get());
    return d->isTooLarge ? d->problem() : Result<void>();
}

std::string csvLine(const std::vector<std::string> &fields)
{
    std::string line;
    for (const std::string &field : fields) {
        if (&field != &fields.front())
            line += ',';
        if (field.find_first_of(",;\t\"\r\n") == std::string::npos) {
            line += field;
            continue;
        }
        line += '"';
        for (const char c : field)
            line.append(c == '"' ? 2 : 1, c);
        line += '"';
    }
    return line + "\r\n";
}

} // namespace tributary::text
