#pragma once

#include "core/hub/admin/console.h"
#include "core/hub/hub_store.h"

#include <functional>

namespace tributary::hub::exchange {

struct ExportOptions {
    std::filesystem::path
        filesFolder; ///< Where attachments are put, as paths relative to it; empty: they stand in the lines.
};

/// What has no place in the neutral format, in words: for whoever takes an export for all there is.
inline constexpr const char *kLeftOut =
    "Not in it, for the format has no place for it: companies and who belongs to them; definitions of custom fields, and "
    "conversations' fields, own statuses and checklists; which conversations were joined, or stand beside another; saved "
    "views; read marks, mentions and who follows what; custom roles and what agents may do beyond their teams; what "
    "a merge took over, preferred addresses, and who is blocked as spam; settings and passwords of accounts and agents; the "
    "audit log. A backup has all of it.";

/// Where the lines go, in order, each without its end. Called from the calling thread.
using LineSink = std::function<void(std::string_view line)>;

/// Writes all but kLeftOut as JSON Lines: our own side, people, then what was said in the order of time. Each message has
/// its id for ever, so that taking the export in again, here or elsewhere, has each once. Reads page by page; memory stays
/// bounded.
Result<std::int64_t> exportAll(HubStore &store, const ExportOptions &options, const LineSink &sink,
                               const admin::Console &console);

} // namespace tributary::hub::exchange
