#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace tributary::wire {

/// Everything that this program knows the names of in an entity: types, fields, enumerators. One line each.
const std::string &vocabulary();
/// A digest of it: two that agree understand the same of every row.
std::array<std::byte, 16> vocabularyDigest();
/// Whether this program knows all that one with the vocabulary @p other did.
bool knowsAllOf(std::string_view other);

} // namespace tributary::wire
