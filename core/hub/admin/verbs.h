#pragma once

#include "core/hub/admin/arguments.h"
#include "core/hub/admin/console.h"
#include "core/hub/hub_store.h"

namespace tributary::hub {
class Hub;
}

namespace tributary::hub::admin {

/// What a verb works on: the store, and the hub if one is at work on it in this process.
struct Desk {
    HubStore &store;
    Hub *hub = nullptr;
};

/// Exit codes of the command line.
inline constexpr int kDone = 0, kFailed = 1, kWrongUse = 2;

/// Runs `user`, `device`, `audit`, `account`, `certificate`, `workspace`, `import`, `export`, `backup`, `erase` or `check`
/// with its arguments (without `--data`). Callable from any thread but the loop; takes as long as it takes.
int run(Desk desk, const std::vector<std::string> &arguments, const Console &console);

/// Runs `restore`, which works on a folder without a store, and on none that a hub serves.
int runRestore(const std::filesystem::path &data, const std::vector<std::string> &arguments, const Console &console);

/// Whether @p verb is one of those that run() knows.
bool isVerb(const std::string &verb);
/// What `--help` prints for a verb.
std::string helpFor(const std::string &verb);

} // namespace tributary::hub::admin
