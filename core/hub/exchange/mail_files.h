#pragma once

#include "core/hub/exchange/import_files.h"

namespace tributary::hub::exchange {

/// A mail is refused beyond this.
inline constexpr std::size_t kMaxMailBytes = 64 * 1024 * 1024;

/// Takes mail in from an mbox file, a mail, a Maildir, or a folder of .eml files and Maildirs. What one of the account's own
/// addresses wrote is outbound.
Result<void> importMail(HubStore &store, const std::filesystem::path &path, bool isMbox, const ImportOptions &options,
                        ImportRun &run);

} // namespace tributary::hub::exchange
