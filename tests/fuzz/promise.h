#pragma once

#include <cstdio>
#include <cstdlib>

namespace tributary::fuzz {

/// Ends the run, so that libFuzzer keeps the input, if @p kept is false.
inline void promise(bool kept, const char *what)
{
    if (kept)
        return;
    std::fprintf(stderr, "broken promise: %s\n", what);
    std::abort();
}

} // namespace tributary::fuzz
