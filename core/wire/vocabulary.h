#pragma once

#include <array>
#include <cstddef>

namespace tributary::wire {

/// A digest of everything that this program knows the names of in an entity: types, fields, enumerators. A copy that was
/// written with another vocabulary may lack what that program did not know: it is to be fetched again.
std::array<std::byte, 16> vocabulary();

} // namespace tributary::wire
