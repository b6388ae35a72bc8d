#pragma once

#include "core/hub/admin/console.h"
#include "core/hub/hub_store.h"

#include <functional>

namespace tributary::hub::exchange {

struct ExportOptions {
    std::filesystem::path
        filesFolder; ///< Where attachments are put, as paths relative to it; empty: they stand in the lines.
};

/// Where the lines go, in order, each without its end. Called from the calling thread.
using LineSink = std::function<void(std::string_view line)>;

/// Writes everything as JSON Lines: our own side, people, then what was said in the order of time. Each message has its id
/// for ever, so that taking the export in again, here or elsewhere, has each once. Reads page by page; memory stays bounded.
Result<std::int64_t> exportAll(HubStore &store, const ExportOptions &options, const LineSink &sink,
                               const admin::Console &console);

} // namespace tributary::hub::exchange
