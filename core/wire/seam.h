#pragma once

#include "core/wire/frames.h"

#include <optional>
#include <string>

namespace tributary::wire {

/// desktop -> hub, with each page of a bootstrap that is asked for: where the live stream began. What it is given has to
/// have been read there or later, or there would be a hole between page and stream (ENGINE 12); who says so takes stamped()
/// pages.
struct Seam {
    Epoch epoch{};
    std::int64_t seq = 0;
    friend bool operator==(const Seam &, const Seam &) = default;
};

/// `018f3c2a-7b1e-7c3d-9a55-0123456789ab.4711`
std::string textOf(const Seam &seam);
/// Nothing: it is none.
std::optional<Seam> seamFrom(std::string_view text);

} // namespace tributary::wire
