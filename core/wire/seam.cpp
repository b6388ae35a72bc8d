#include "core/wire/seam.h"

#include <charconv>

namespace tributary::wire {

std::string textOf(const Seam &seam)
{
    return idToText(seam.epoch) + "." + std::to_string(seam.seq);
}

std::optional<Seam> seamFrom(std::string_view text)
{
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos)
        return std::nullopt;
    const auto epoch = idFromText(text.substr(0, dot));
    const std::string_view digits = text.substr(dot + 1);
    Seam seam;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seam.seq);
    if (!epoch || error != std::errc() || end != digits.data() + digits.size() || seam.seq < 0)
        return std::nullopt;
    seam.epoch = *epoch;
    return seam;
}

} // namespace tributary::wire
