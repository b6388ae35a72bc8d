#pragma once

#include "core/hub/change_log.h"
#include "core/hub/hub_store.h"
#include "core/hub/named_elsewhere.h"

#include <set>

/// A person asks to be forgotten (DESIGN 10, 8): nothing of them is left in the tables, files and payloads of the hub, nor
/// at any desktop, which is told to remove what it has. Messages that came once are known to have come, by their name alone,
/// so that they do not come again.
namespace tributary::hub {

/// Who it is, and how much goes.
struct PersonToErase {
    std::vector<model::CustomerId> members; ///< All that are merged; the one that the others joined first.
    std::string name;
    std::vector<std::string> addresses;
    std::int64_t conversations = 0, items = 0, files = 0;
};

/// The person at an address of any channel, or of an id as text. NotFound: there is none. Conflict: there are several.
Result<PersonToErase> personToErase(store::Database &database, const std::string &addressOrId);

/// Erases @p members in one change of the hub's history. @p named is what was found of them among others. Returns the
/// SHA-256 of files that they had.
Result<std::set<std::string>> erase(ChangeLog &changes, const std::vector<model::CustomerId> &members,
                                    const NamedElsewhere &named);

/// Erases a person for good: notes in `hub.erased` who it was and when, by id, before, so that a hub that comes back from an
/// older backup erases them again; then destroys their keys, without which no sealed backup has anything of them; then in
/// the database; then deletes their files, and overwrites what was left of rows in the room of pages and in the log, and the
/// database that the version before has left (store::keptPath()). Not to be called from a job of the writer. What is still
/// open there while somebody reads is for finishErasures() (erased_remains.h). Returns how many devices are to confirm it
/// (erasure_receipts.h).
Result<std::int64_t> eraseForGood(HubStore &store, const PersonToErase &person, const Author &author);

/// Erases again whoever `hub.erased` names and this database has not erased for that, as after a restore; what is left of
/// them on the disk is for finishErasures(). Who has come later under the same id stays, whatever date their messages bear.
/// Returns how many persons were erased.
Result<std::size_t> eraseAgain(HubStore &store);

/// Whom `hub.erased` names: also who is not here, and was there only after the backup that this hub has come back from.
Result<std::set<model::CustomerId>> everErased(const std::filesystem::path &folder);

/// Who was erased in this database, and which conversations with them, but for those of the same id that are there again:
/// for desktops that fetch everything anew, which no change tells of it.
Result<std::vector<model::CustomerId>> erasedCustomers(store::Database &database);
Result<std::vector<model::ConversationId>> erasedConversations(store::Database &database);

/// Whether @p customer was erased in this database, where they may be again under the same id.
Result<bool> wasErased(store::Database &database, model::CustomerId customer);
/// Whether @p message was one of ours, to somebody who was erased: copies of it may come later, by which it must not come
/// back.
Result<bool> wasErased(store::Database &database, model::TimelineItemId message);

/// Has the next start of the hub in @p folder erase @p persons, who are in @p database and cannot be read there any more:
/// what there is of them in a state of @p at.
Result<void> eraseAtStart(const std::filesystem::path &folder, store::Database &database,
                          const std::vector<model::CustomerId> &persons, TimePoint at);

} // namespace tributary::hub
