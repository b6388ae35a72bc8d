#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

/// Postal addresses that are nearly the same: abbreviations, another order, a spelling mistake. Whatever differs in a number
/// is another house.
namespace tributary::hub {

/// A word of an address in its shortest form (`Street` and `St`, `Hauptstrasse` and `Hauptstr`); empty for what says
/// nothing (`No.`).
std::string shortAddressWord(std::string word);

/// An address in parts that can be compared.
struct PostalAddress {
    std::string written;               ///< As it was typed.
    std::set<std::string> numbers;     ///< House, flat, floor; also `5a`.
    std::vector<std::u32string> names; ///< Sorted, each once: streets, their kinds (`st`, `str`), what else stands there.
    std::set<std::string> places;      ///< What it may be looked up by: its postcode, its town.
};

/// @p postcode and @p town as they stand in fields of their own; either may be empty, and stand in the address as well.
PostalAddress postalAddress(std::string_view written, std::string_view postcode, std::string_view town);

/// Only addresses that have one of these in common can be near each other: place and numbers. Empty where it names no house.
std::set<std::string> blocksOf(const PostalAddress &address);

/// Whether both are one house of one street, as far as can be told. They are known to have a block in common.
bool isNear(const PostalAddress &one, const PostalAddress &other);

} // namespace tributary::hub
