#pragma once

#include "core/base/result.h"

#include <filesystem>

namespace tributary::hub::admin {

/// Where this process is root's and @p dataFolder somebody else's, such as a service's: from here on what it makes belongs
/// to that user, who could not open it otherwise; what root may read and write it still may. To be called before there is a
/// second thread, and before anything is opened. Failed: it cannot be that user, or not reach the folder as such.
Result<void> actAsOwnerOf(const std::filesystem::path &dataFolder);

} // namespace tributary::hub::admin
