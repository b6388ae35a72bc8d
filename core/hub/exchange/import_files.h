#pragma once

#include "core/hub/exchange/import_run.h"

namespace tributary::hub::exchange {

/// A line of a history file is refused beyond this; larger files come in pieces (`type: file`).
inline constexpr std::size_t kMaxLineBytes = 8 * 1024 * 1024;

struct ImportOptions {
    std::string source;     ///< Of lines that name none; empty: the file's name.
    std::string account;    ///< Name or address of the mail account that mail files belong to; empty: an imported one.
    bool demoShift = false; ///< The moment of the file's `reference` line becomes now, and all times move with it.
    bool isAlone = false;   ///< No hub is at work on the store: larger transactions.
};

/// Takes history in: JSON Lines (neutral format), mbox, Maildir folders, .eml files and folders of them. Goes on after lines
/// that make no sense; may be stopped at any instant and begun again; the same again changes nothing. Progress and
/// complaints go to @p console, the last line to its `out`. NotFound, Invalid: a file that cannot be read as any of these.
/// Offline: it was stopped (Console::over); what was taken is kept.
Result<ImportSummary> importFiles(HubStore &store, const std::vector<std::string> &files, const ImportOptions &options,
                                  const admin::Console &console);

} // namespace tributary::hub::exchange
