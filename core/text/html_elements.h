#pragma once

#include <gumbo.h>

/// What the cleaner makes of each element. Only for the .cpp files of this folder.
namespace tributary::text {

enum class Treatment {
    Drop,   ///< With all it holds.
    Unwrap, ///< The tag goes, what it holds stays.
    Keep,   ///< As `name`.
};

struct ElementRule {
    Treatment treatment = Treatment::Unwrap;
    const char *name = ""; ///< What it is written as.
    bool isBlock = false;  ///< Begins and ends a line.
};

ElementRule ruleOf(GumboTag tag);

} // namespace tributary::text
