#pragma once

#include "core/base/bytes.h"

#include <algorithm>
#include <array>

namespace tributary {

/// Makes @p target these bytes if they are exactly as many; else it stays as it is.
template<std::size_t Size>
void copyTo(std::array<std::byte, Size> &target, ByteView bytes)
{
    if (bytes.size() == Size)
        std::ranges::copy(bytes, target.begin());
}

} // namespace tributary
