#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <functional>
#include <string>

namespace tributary::hub::exchange {

/// The SHA-256 of a file in hex, read piece by piece; @p goOn, where it is given, is asked before each. NotFound: there is
/// none, or none that may be read; Failed; what @p goOn says.
Result<std::string> sha256Of(const std::filesystem::path &path, const std::function<Result<void>()> &goOn = {});

} // namespace tributary::hub::exchange
