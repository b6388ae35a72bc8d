#pragma once

#include "core/store/journal.h"

#include <filesystem>

/// What can still be read of a damaged journal, page by page: SQLite stops at the first page that makes no sense, and with
/// it everything that comes after would be lost.
namespace tributary::store {

struct RescuedJournal {
    std::optional<Installation> installation;
    std::vector<JournalEntry> entries; ///< Whose checksums are right, in order of n.
    std::vector<StoredCommand> sealed; ///< The same, of those that a key or a newer program reads.
    std::vector<Bytes> unknown;        ///< Commands of a newer program, as they are stored.
    std::vector<Draft> drafts;
    std::vector<SealedDraft> sealedDrafts;
    std::map<std::string, std::string> settings;
};

/// Reads @p path and the log beside it without changing either. Works on any bytes; what is not certain to be a row of a
/// journal is left out. Failed: the file cannot be read at all.
Result<RescuedJournal> rescueJournal(const std::filesystem::path &path);

/// Makes a journal at @p path, which must not exist, of what was rescued: a new client, numbered anew, with the commands
/// that are not known to have been applied; those that are, are kept for a hub that goes back. Sent twice, they have one
/// effect.
Result<void> writeJournal(const std::filesystem::path &path, const RescuedJournal &rescued, IdMaker &ids);

} // namespace tributary::store
