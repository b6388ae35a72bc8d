#pragma once

#include "core/base/result.h"

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

/// What cannot fail, whatever the input.
template<class T>
T must(Result<T> result)
{
    promise(bool(result), result ? "" : result.error().detail.c_str());
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

} // namespace tributary::fuzz
