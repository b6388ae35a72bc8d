#include "core/hub/edge/byte_range.h"

#include "core/hub/edge/ascii.h"

#include <algorithm>
#include <charconv>

namespace tributary::edge {
namespace {

std::optional<std::uint64_t> number(std::string_view text)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

} // namespace

ByteRange parseByteRange(std::string_view header, std::uint64_t size)
{
    const ByteRange whole{ByteRange::Kind::Whole, 0, size};
    constexpr std::string_view kUnit = "bytes=";
    if (header.size() < kUnit.size() || !equalNoCase(header.substr(0, kUnit.size()), kUnit))
        return whole;
    const std::string_view spec = trimmed(header.substr(kUnit.size()));
    const std::size_t dash = spec.find('-');
    if (dash == std::string_view::npos || spec.find(',') != std::string_view::npos)
        return whole;
    const auto from = number(spec.substr(0, dash));
    const auto to = number(spec.substr(dash + 1));
    if (dash == 0) { // the last so many bytes
        if (!to)
            return whole;
        if (*to == 0 || size == 0)
            return {ByteRange::Kind::Unsatisfiable};
        const std::uint64_t length = std::min(*to, size);
        return {ByteRange::Kind::Part, size - length, length};
    }
    if (!from || (!to && dash + 1 != spec.size()) || (to && *to < *from))
        return whole;
    if (*from >= size)
        return {ByteRange::Kind::Unsatisfiable};
    return {ByteRange::Kind::Part, *from, std::min(to.value_or(size - 1), size - 1) - *from + 1};
}

} // namespace tributary::edge
