#pragma once

#include "core/model/commands.h"
#include "core/model/masks.h"
#include "core/store/change_set.h"
#include "core/store/database.h"
#include "core/wire/frames.h"

#include <limits>
#include <set>

namespace tributary::store {

/// How far the copy has come.
struct CacheState {
    wire::Position position;
    model::ClientId client; ///< Whose `lastN` this is.
    std::int64_t lastN = 0; ///< Own commands up to here are part of the tables.
    model::AgentId agent;
    std::string workspace;
    std::int64_t bootstrapStart = 0;   ///< Seq at which the bootstrap in hand began; 0: none in hand.
    std::string bootstrapNext;         ///< Its next page.
    bool rightsChanged = false;        ///< And the copy has not been at the hub's head since.
    std::optional<TimePoint> syncedAt; ///< The hub's time up to which this copy is complete.
    /// No row came here by newer rights than this version of the agent's row. Up to `position` they are known: beyond it
    /// there may have been some that are over by the next frame, which tells only what they are then.
    std::int64_t rightsUntil = 0;
    /// Rows went from here by the rights of this version of the agent's row. Beyond `position` no stream from there brings
    /// them again to whom a hub of before gives those rights back: then everything is fetched anew.
    std::int64_t removedBy = 0;
    /// Pages have brought rows of up to here in the history of `position`, and ahead of it: a hub of before has others under
    /// those numbers, and no stream from `position` tells of that (seed 1001217).
    std::int64_t aheadSeq = 0;
    wire::Chain aheadChain{};
    bool unheard = false; ///< Begun anew, and the hub has yet to say who was erased meanwhile.
    void noteAhead(const std::optional<wire::Position> &head);
    static constexpr std::int64_t kAnyRights = std::numeric_limits<std::int64_t>::max(); ///< It is not known by which.
};

/// What puts a copy right that has silently become another than what the hub has.
struct Repair {
    wire::Position at;               ///< Where both stood when they were compared.
    std::vector<model::Entity> rows; ///< As the hub has them, whatever stands here.
    std::vector<model::Entity> gone; ///< As they stand here: the hub has no such rows, or none to be seen.
    friend bool operator==(const Repair &, const Repair &) = default;
};

/// A desktop's copy of what its agent may see (DESIGN 6, 7), disposable. The tables hold what is shown: the hub's rows with
/// the effects of own commands on top; what is under those is kept in `shadow`. Called on the writer's thread, inside one
/// transaction each.
class Cache {
public:
    /// @p by signs the effects of own commands; @p database is the cache file's connection for writing.
    explicit Cache(Database &database);

    Result<std::optional<CacheState>> state();
    Result<void> setState(const CacheState &state);

    /// Empties everything but the schema: another agent, another hub, or a history that cannot be continued.
    Result<void> clear();

    /// Takes a frame that continues this copy: rows, removals, position and `lastN` together, with @p pending (own commands
    /// in order of n, also those the frame settles) shown on top. The caller has checked `from`.
    Result<ChangeSet> apply(const wire::Changes &changes, const std::vector<model::Command> &pending,
                            const model::Agent &by);

    /// Takes rows that are not part of the stream: a page of the bootstrap or of older history. Only what is newer than what
    /// is here, and than what has been removed since, is taken. @p rights: version of the agent's row by which they were
    /// read; 0: not known.
    Result<ChangeSet> applyRows(const std::vector<model::Entity> &rows, const std::vector<model::Command> &pending,
                                const model::Agent &by, const std::vector<wire::Unread> &unread = {},
                                std::int64_t rights = 0);

    /// Brings the copy to the vocabulary of this program: what an older one did not understand is read again, now that it
    /// may be. A copy whose program did not keep that, or that knew what this one does not, is emptied, to be fetched again.
    /// True: something was done. Own commands are taken off.
    Result<bool> fitVocabulary();

    /// Offline: the copy stands elsewhere by now, where what was found need not be so. Own commands stay shown on top.
    Result<ChangeSet> repair(const Repair &repair, const std::vector<model::Command> &pending, const model::Agent &by);

    /// Shows one more own command on top.
    Result<ChangeSet> show(const model::Command &command, const model::Agent &by);

    /// Takes all own commands off and puts @p pending on: at start, and after the journal was renumbered.
    Result<ChangeSet> rebuildOverlay(const std::vector<model::Command> &pending, const model::Agent &by);

    /// Takes away what @p agent may not see: conversations with all that belongs to them, fields that are masked, out of the
    /// full text as well.
    Result<ChangeSet> purge(const model::Agent &agent, const std::vector<model::Command> &pending);
    /// Rewrites the full text so that no word of what was deleted is left in the file. Not in a transaction.
    Result<void> forgetDeletedWords();
    /// How often something went whose words may be in the file yet; 0: none are.
    Result<std::int64_t> wordsGone();
    /// A few milliseconds of the same. @p first: of a pass, which takes in all that has gone so far. False: it is through.
    Result<bool> forgetSomeWords(bool first);
    /// Nothing is left of what had gone when wordsGone() was @p count: the log has been emptied, too.
    Result<void> wordsForgotten(std::int64_t count);

    /// Count, and an exclusive-or of hashes over (key, version), of each table with what the hub says: equal rights and
    /// equal positions give equal digests.
    Result<std::map<std::string, std::string>> digests();

private:
    /// The conversations that own effects are taken off of and put on again. Nothing: all that is shown, whatever it is on.
    using Reach = std::optional<std::set<model::ConversationId>>;
    /// As little as @p rows, and the commands up to @p lastN that are settled with them, reach. With thousands of commands
    /// on their way each frame would take all of them off and put them on again.
    static Reach reachOf(const std::vector<model::Entity> &rows, const std::vector<wire::Removal> &removals,
                         const std::vector<model::Command> &pending, std::int64_t lastN, const model::Agent &by);
    Result<void> takeOff(ChangeSet &changed);
    Result<bool> makeWay(const model::Entity &entity, ChangeSet &changed);
    Result<void> takeOff(const Reach &reach, const std::vector<model::Command> &pending, const model::Agent &by,
                         ChangeSet &changed);
    Result<void> putOn(const std::vector<model::Command> &pending, std::int64_t afterN, const model::Agent &by,
                       ChangeSet &changed, const Reach &reach = {});
    Result<bool> buried(const model::Entity &entity);
    Result<bool> buried(std::int64_t type, const RawId &key, std::int64_t version);
    Result<void> bury(std::int64_t type, const RawId &key, std::int64_t version);
    Result<bool> mayHoldUnseen(const model::Agent &agent, const CacheState &before);
    Result<void> removeUnseen(const model::Agent &agent, ChangeSet &changed);
    Result<void> noteWordsGone();
    Result<void> removeUnseenViews(const model::Agent &agent);
    Result<void> maskFields(const model::Masks &masks, ChangeSet &changed);
    Result<void> removeOrphans(ChangeSet &changed);
    Result<std::int64_t> newestVersion();
    Result<void> removeConversation(model::ConversationId id, ChangeSet &changed);

    Database &m_database;
};

} // namespace tributary::store
