#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string>

namespace tributary::hub::exchange {

/// The SHA-256 of a file in hex, read piece by piece. NotFound: there is none, or none that may be read; Failed.
Result<std::string> sha256Of(const std::filesystem::path &path);

} // namespace tributary::hub::exchange
