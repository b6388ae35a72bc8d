#pragma once

#include "core/base/result.h"
#include "core/base/rng.h"
#include "core/base/time.h"

#include <filesystem>
#include <string>
#include <vector>

namespace tributary::client {

/// What a look through a profile's files found, without a window.
struct ProfileCheck {
    std::vector<std::string>
        lines; ///< What there is: position, counts, a digest for each table (core/store/table_digests.h).
    std::vector<std::string> problems; ///< Empty: all is well.
};

/// Looks through the copy (SQLite's own check, the search index, the hub's rows table by table) and the journal (checksums
/// and numbers). The digests are of what the hub has said, without own commands that are shown on top: `tributary-hub check
/// --agent` gives the same lines. The profile must not be open in another process. NotFound: there is no profile.
Result<ProfileCheck> checkProfile(const std::filesystem::path &folder, const Clock &clock, Rng &rng);

} // namespace tributary::client
