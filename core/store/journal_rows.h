#pragma once

#include "core/base/seal.h"
#include "core/store/journal.h"

/// The rows of a journal and what is in them: for what is about journals here, and for nothing else.
namespace tributary::store {

inline constexpr std::int64_t kSettledFrom = 1'000'000'000'000; ///< Beyond any command's number: see commands_after.sql.
inline constexpr std::int64_t kWaitingFrom = 2'000'000'000'000; ///< Commands of a newer program, which wait for it.
inline constexpr std::int64_t kKeptFrom =
    3'000'000'000'000; ///< Those applied under an earlier numbering, for a restored hub.
inline constexpr std::string_view kWipeDue =
    "wipe_due"; ///< Plain words were overwritten, and are in the log or between rows still: Journal::wipe().
inline constexpr std::string_view kOffered =
    "offered_n"; ///< A setting: the number of the last command that a link was given.

/// Undamaged rows of a query that gives what stored_commands.sql gives; damaged ones are logged and left out.
Result<std::vector<StoredCommand>> readStored(Query &query);
/// The command in @p plain bytes. Any error: a newer program has written it.
Result<model::Command> commandIn(ByteView plain);
/// What a row says. Denied: it is sealed by a key that is not at hand; any other error: it is damaged, or of a newer
/// program.
Result<JournalEntry> entryIn(const StoredCommand &row, const Seals &seals);
/// What can be read of a query as for readStored(). Damage to one command must not hide the others.
Result<std::vector<JournalEntry>> readEntries(Query &query, const Seals &seals);
/// A row that says this.
StoredCommand storedOf(const JournalEntry &entry, const Seals &seals);
/// The same bytes, sealed as new ones are. Denied: by a key that is not at hand. Corrupt.
Result<StoredCommand> resealed(const StoredCommand &row, const Seals &seals);

/// @p row under another number, which an older program reads inside.
StoredCommand numbered(const StoredCommand &row, std::int64_t n, const Seals &seals);

/// Under the next number, which it returns.
Result<std::int64_t> nextNumber(Database &database);
/// The last number that a settled command stands under; kSettledFrom: there is none.
Result<std::int64_t> lastSettled(Database &database);
/// The same of those that wait for a newer program; kWaitingFrom: there is none.
Result<std::int64_t> lastWaiting(Database &database);
/// The same of those that were applied under another numbering; kKeptFrom: there is none.
Result<std::int64_t> lastKept(Database &database);
Result<void> addStored(Database &database, const StoredCommand &row);
/// Has @p row 's bytes where one of its number is.
Result<void> replaceStored(Database &database, const StoredCommand &row);

/// Drafts that can be read; where there are several of a conversation and kind, all of their texts, the older above.
Result<std::vector<Draft>> readDrafts(Database &database, const Seals &seals);
Result<std::optional<Draft>> readDraft(Database &database, const Seals &seals, model::ConversationId conversation,
                                       Draft::Kind kind);
/// Those that are not sealed.
Result<std::vector<Draft>> readPlainDrafts(Database &database);
/// A row of drafts.sql.
Draft plainDraftIn(const Query &query);
/// In the place of those that can be read; an empty one removes them.
Result<void> writeDraft(Database &database, const Seals &seals, const Draft &draft);
/// All of those that can be read, as writeDraft() would have them. True: there was a plain one.
Result<bool> resealDrafts(Database &database, const Seals &seals);
Result<std::vector<SealedDraft>> readSealedDrafts(Database &database);
Result<void> writeSealedDraft(Database &database, const SealedDraft &draft);

/// A row of installation.sql.
Installation installationIn(const Query &query);
Result<void> writeInstallation(Database &database, const Installation &installation);

Result<void> writeSetting(Database &database, std::string_view name, const std::string &value);

} // namespace tributary::store
