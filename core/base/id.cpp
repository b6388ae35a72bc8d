#include "core/base/id.h"

#include "core/base/digest.h"

namespace tributary {

std::string idToText(const RawId &raw)
{
    std::string text = toHex(raw);
    for (const std::size_t at : {20, 16, 12, 8})
        text.insert(at, 1, '-');
    return text;
}

std::optional<RawId> idFromText(std::string_view text)
{
    std::string digits;
    if (text.size() == 36) {
        digits.reserve(32);
        for (std::size_t at = 0; at < text.size(); ++at) {
            const bool hyphen = at == 8 || at == 13 || at == 18 || at == 23;
            if (hyphen != (text[at] == '-'))
                return std::nullopt;
            if (!hyphen)
                digits += text[at];
        }
    } else if (text.size() == 32) {
        digits = text;
    }
    const auto bytes = fromHex(digits);
    if (!bytes || bytes->size() != 16)
        return std::nullopt;
    RawId raw;
    std::memcpy(raw.data(), bytes->data(), raw.size());
    return raw;
}

RawId IdMaker::makeRaw()
{
    // RFC 9562, 6.2 method 1: 48 bits of milliseconds, then a counter of 12 + 14 bits that starts at random below half
    // its range, then 48 random bits.
    const std::int64_t nowMs = toMs(m_clock.now());
    if (nowMs > m_lastMs) {
        m_lastMs = nowMs;
        m_counter = std::uint32_t(m_rng.below(1U << 25));
    } else if (++m_counter == 1U << 26) {
        ++m_lastMs;
        m_counter = 0;
    }
    RawId raw;
    m_rng.fill(raw);
    for (int i = 0; i < 6; ++i)
        raw[std::size_t(i)] = std::byte(m_lastMs >> (40 - 8 * i) & 0xff);
    raw[6] = std::byte(0x70 | (m_counter >> 22 & 0x0f));
    raw[7] = std::byte(m_counter >> 14 & 0xff);
    raw[8] = std::byte(0x80 | (m_counter >> 8 & 0x3f));
    raw[9] = std::byte(m_counter & 0xff);
    return raw;
}

RawId derivedId(TimePoint at, ByteView what)
{
    RawId raw = blake16(what);
    const std::int64_t ms = toMs(at);
    for (int i = 0; i < 6; ++i)
        raw[std::size_t(i)] = std::byte(ms >> (40 - 8 * i) & 0xff);
    raw[6] = std::byte(0x80) | (raw[6] & std::byte(0x0f));
    raw[8] = std::byte(0x80) | (raw[8] & std::byte(0x3f));
    return raw;
}

} // namespace tributary
