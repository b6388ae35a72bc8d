#pragma once

#include "core/client/outbox.h"
#include "core/client/status.h"
#include "core/client/undo.h"
#include "core/engine/sync_client.h"
#include "core/store/cache.h"
#include "core/store/disk.h"
#include "core/store/eviction.h"
#include "core/store/folder_lock.h"
#include "core/store/journal.h"
#include "core/wire/features.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <set>

namespace tributary::client {

/// The files of one profile: journal.db, precious, and cache.db, disposable (DESIGN 7). Plain and synchronous; it lives on
/// one thread. A cache that breaks is set aside and begun anew; the journal never is.
class LocalStore {
public:
    /// Called on the store's thread, within the calls below.
    struct Events {
        std::function<void(const store::ChangeSet &)> changed;
        std::function<void()> factsChanged;
        std::function<void(const store::JournalEntry &)> cameBack;
        std::function<void(model::ConversationId)> draftChanged;
        std::function<void()> copyMoved = [] {}; ///< Readers must open it again.
        std::function<void()> cacheReplaced;     ///< Readers must open it again; sync must start anew from syncStart().
    };
    /// What others may know without asking the files.
    struct Facts {
        store::Installation installation;
        model::Agent agent;
        std::map<std::string, std::string> settings;
        Status::Storage storage = Status::Storage::Fine;
        std::optional<TimePoint> syncedAt; ///< Of the copy, at open.
        wire::Epoch epoch{};               ///< Of the copy: which history it is of. Null: there is none.
        std::int64_t outboxCount = 0;      ///< Without read marks: nobody means to send those.
        std::int64_t needsYouCount = 0;
        std::int64_t waitingForNewer = 0; ///< Things done with a newer program, which wait for it.
        std::int64_t outboxRevision = 0;  ///< Rises when anything in the outbox changes.
        /// Sealed work is here whose key is not: what waits and what came back is not known, or not all of it. Nothing can
        /// be sent, taken back or thrown away, and no overlay be put on anew: see unlock().
        bool isLocked = false;
        bool anyLocked = false;      ///< Something is here that no key at hand can open, which may be another agent's.
        std::int64_t lockedWork = 0; ///< Things done and not sent, of that; 0 until it is known which keys there are.
        bool offersAgain = false;    ///< With the last key came what a hub that has gone back is to be offered again.
        std::string inKeyring;       ///< The place of the token in the keyring; empty: it is in the journal itself.
        bool rebuilding = false;     ///< The copy was set aside, and is not whole again yet.
    };
    struct Submission {
        std::vector<model::Command> commands;
        std::optional<UndoStep> undo;
        std::vector<model::CommandBody> overtaken; ///< takeBack(): changed by somebody since, and left so.
    };

    static std::filesystem::path cachePath(const std::filesystem::path &folder) { return folder / "cache.db"; }
    static std::filesystem::path journalPath(const std::filesystem::path &folder) { return folder / "journal.db"; }

    /// Room that is given back when the disk is full, so that what a person types still finds some (ENGINE F17); taken again
    /// when there is plenty.
    static std::filesystem::path reservePath(const std::filesystem::path &folder) { return folder / "reserve"; }

    /// One program works in a profile's folder. Conflict: another one has it.
    static Result<store::FolderLock> lockFolder(const std::filesystem::path &folder);
    /// Puts what can be read of the journal of @p folder into a new one, and the damaged one aside. The profile must not be
    /// open. Nothing is deleted; interrupted, it is finished or done again by the next call or open(). The damaged one goes
    /// when somebody is erased, signs out or is signed in as another agent, the copy is begun anew or the token leaves the
    /// file, and at the first open() after 30 days: what could be read of it is in the new one.
    static Result<JournalRescue> rescueJournal(const std::filesystem::path &folder, const Clock &clock, Rng &rng);

    /// Corrupt: the journal is damaged.
    static Result<std::unique_ptr<LocalStore>> open(const std::filesystem::path &folder, const Clock &clock, Rng &rng,
                                                    Events events, store::Disk &disk = store::Disk::system());
    ~LocalStore();

    const Facts &facts() const { return m_facts; }
    std::filesystem::path cachePath() const { return cachePath(m_folder); } ///< From any thread.
    RawId makeId() { return m_ids.makeRaw(); }

    // -- Sealed work

    /// The keyring or the hub has given these keys of the agent who is signed in (Journal::unlock()), or none: then what was
    /// sealed stays so. Still locked if something to be sent is among that. False: it can be read, but is stored as it was,
    /// on a full disk say; sealRest() does that. @p rng outlives this.
    bool unlock(std::vector<SealKey> keys, bool seals, Rng &rng);
    /// What unlock() leaves for a quiet moment: no plain word of what is sealed by now stays in the file.
    void sealRest();
    /// No key will come that opens it: what is to be sent waits for one, out of the way of what is done from now on.
    Result<void> goOnLocked();

    // -- Sync
    // ----------------------------------------------------------------------------------------------------------------

    Result<engine::SyncClient::Start> syncStart();
    /// A step of the engine's. A failure leaves the files as they were. Conflict with kForked: SyncClient::storeForked().
    /// Behind a Resync that was not taken nothing more of that session is: it follows upon what is not here.
    static constexpr std::string_view kForked = "forked";
    Result<void> take(const engine::StoreStep &step);
    Result<model::ClientId> renumber();
    /// A session began: who we are there.
    Result<void> setAgent(const model::Agent &agent, const std::string &workspace);
    /// What the hub of the session can do: commands that it does not know come back to their author instead of going out.
    void setHubFeatures(wire::Features hub) { m_hub = std::move(hub); }
    /// What a welcome says of commands under our name, the newest that the hub has among them.
    void noteHubHas(std::vector<model::Outcome> outcomes)
    {
        m_hubHas = std::move(outcomes);
        m_resyncOwed = false; // another session, which has said where it begins
    }
    /// The journal's commands beyond @p n, for a link, with what they came to already where the hub was restored since. From
    /// here to linkEnded() whatever is submitted goes to the hub at once, and cannot be unsaid any more, only taken back by
    /// another command. Links have rising numbers: the end of one may be told before its commands were asked for. Where the
    /// hub has another command under a number of ours, that one of ours alone: another copy of this installation is about.
    Result<std::vector<model::Command>> commandsAfter(std::int64_t n, std::int64_t link);
    void linkEnded(std::int64_t link) { m_endedLink = std::max(m_endedLink, link); }
    /// The answer to a fetch of history: rows, and what is here now, in one transaction.
    Result<void> takeOlder(const wire::Fetch &asked, const wire::Page &page);

    /// What a comparison with the hub has found (compare_copy.h). Offline: the copy has moved on since. One that cannot be
    /// put right is begun anew.
    Result<void> repair(const store::Repair &repair);

    // -- What is kept (local_store_eviction.cpp)

    /// Somebody looks at this person's timeline.
    Result<void> noteOpened(model::CustomerId root);
    /// One small step of taking old history away, of a sweep a day. True: there is more to do. Nothing goes that the hub
    /// could not give again: not while the first copy comes, and nothing beyond the time the copy was last complete.
    Result<bool> evict();
    /// Takes what has gone out of the full text, the log and the pages of the copy, a few milliseconds at a time. True:
    /// there is more. Conflict: somebody reads; it goes on when it is called the next time.
    Result<bool> forgetWords();
    /// How much is to stay is another now.
    void beginSweepAnew();
    /// Files (by SHA-256) that drafts and what is not sent yet, or is to be decided, refer to.
    Result<std::set<std::string>> filesInUse();
    /// One small step of looking for files in the folder that nothing names: no item, no draft, nothing that is not sent
    /// yet. A program that was killed has left them between a change that took away what had them, and their end. Once for
    /// each start, when the copy is whole; what has come since is left alone. They are told of as files that are gone. True:
    /// there is more to do.
    Result<bool> lookForStrays();

    /// The cache turned out to be damaged: begin it anew.
    void replaceCache(const std::string &why);
    /// The same, unless the copy is not the one that @p which had, by replaced(), any more.
    void replaceCache(const std::string &why, int which);
    /// How often the copy has become another one. From any thread.
    int replaced() const { return m_replaced; }
    /// While the disk is full, from time to time: is there room again?
    void lookForRoom();

    // -- Signing in and out
    // ---------------------------------------------------------------------------------------------------

    /// Conflict: unsent work of another agent is here. @p inKeyring: the token is kept in the keyring, and the journal has
    /// this in its place (isInKeyring()).
    Result<void> adopt(const std::string &hubUrl, const std::string &token, const std::string &email, model::AgentId agent,
                       const std::string &workspace, const std::string &inKeyring = {});
    /// The keyring has given the token whose place is in the journal. Until then it is that place which Facts have.
    void tokenRead(const std::string &token);
    /// The token is in the keyring now: no byte of it stays in the journal.
    Result<void> tokenMoved(const std::string &inKeyring);
    /// Forgets the token, and the copy with its index and the contents of attachments; keeps journal and drafts. If
    /// @p token is not the one in use (any more), nothing happens.
    Result<void> signOut(const std::string &token);
    Result<void> setHubUrl(const std::string &hubUrl);

    // -- Commands
    // -------------------------------------------------------------------------------------------------------------

    /// Of many commands the first are shown when this returns, the others by and by: see showMore().
    Result<Submission> submit(std::vector<model::CommandBody> bodies, std::optional<std::int64_t> baseSeq, bool undoable);
    /// Shows some more of what was submitted. True: there is more to show. In small steps, that nothing else a person does
    /// has to wait for thousands.
    static constexpr std::size_t kShownAtOnce = 200;
    bool showMore();
    bool isShowing() const { return !m_unshown.empty(); }
    /// Does what a step says to take it back; texts come back as drafts or, without @p keepsTexts, are thrown away, and
    /// Submission::undo gives them back. What no link was ever given is not sent at all; what somebody has changed since
    /// stays as it is. NotFound: the text that it gives back was to somebody erased.
    Result<Submission> takeBack(const UndoStep &step, bool keepsTexts = true);
    /// takeBack() of a message or note of one's own that has not gone out, wherever it waits: in the journal or, held, at
    /// the hub. @p keepText: it is a draft again. NotFound: there is none (now). Conflict: it has gone.
    Result<Submission> takeBackItem(model::TimelineItemId item, bool keepText);
    Result<std::vector<store::JournalEntry>> outbox();
    Result<std::vector<store::JournalEntry>> needsYou();
    /// What waits and what came back, for a screen: what needs its author first.
    Result<std::vector<OutboxEntry>> outboxEntries();
    Result<Crossing> crossing(std::int64_t n);
    Result<void> settle(std::int64_t n);
    /// Settles; the text is a draft again, above what is written there by now. Gives what the command would have made.
    Result<model::TimelineItemId> edit(std::int64_t n);
    /// @p upTo: the newest change that its author was shown of what crosses it; 0: nothing could be shown.
    Result<Submission> sendAnyway(std::int64_t n, std::int64_t upTo);
    /// Settles; a text is gone, with the draft that it came back as if that has not been changed since. Submission::undo
    /// gives it back.
    Result<Submission> discard(std::int64_t n);

    // -- Drafts and settings
    // --------------------------------------------------------------------------------------------------

    /// @p seen: regainRound() when its author was last told what is stored there. A draft that was there again later stays,
    /// above this one; draftChanged says so.
    Result<void> saveDraft(const store::Draft &draft, std::int64_t seen = kSeesAll);
    static constexpr std::int64_t kSeesAll = std::numeric_limits<std::int64_t>::max();
    std::int64_t regainRound() const { return m_regainRound; } ///< Rises when drafts are there again: see unlock().
    Result<std::optional<store::Draft>> draft(model::ConversationId conversation, store::Draft::Kind kind);
    Result<std::vector<store::Draft>> drafts();
    Result<void> setSetting(const std::string &name, const std::string &value);

    /// Moves the log into the file if there is enough of it: when there is nothing else to do, and at the end.
    void checkpoint(bool atEnd);

private:
    LocalStore(std::filesystem::path folder, const Clock &clock, Rng &rng, Events events, store::Disk &disk);

    Result<void> openCache();
    void setCacheAside();
    Result<void> leaveTo(model::AgentId agent);
    Result<void> dropCopy();
    using NamedFiles = std::set<std::pair<std::string, model::ConversationId>>; ///< By SHA-256.
    Result<NamedFiles> filesOfWork();
    Result<NamedFiles> sealedFilesOfDone();
    static std::string unsentFilesOf(model::AgentId agent);
    void noteWhatStays();
    void noteUnsentFiles();
    void noteHistory();
    bool hasGoneBack(const wire::Position &hub) const;
    Result<std::vector<std::string>> forgetUnsentFiles(const std::set<model::ConversationId> &erased,
                                                       const std::vector<std::string> &files);
    std::set<std::string> unsentFiles() const;
    void dropFiles();
    void dropOlderJournals();
    void dropDamagedJournals(TimePoint until);
    Result<void> prune();
    Result<void> beginCopyAnew();
    Result<void> openNewCopy();
    /// What is written, and what came back, is @p agent's from here on.
    /// There is a cache, or one can be made again: the disk may have room by now.
    bool haveCache();
    Result<void> loadCopy();
    Result<void> loadSettings();
    Result<void> loadPending(std::optional<std::int64_t> lastN);
    /// After rights have shrunk: no word of what went is left in the file.
    void forgetDeleted(const store::ChangeSet &changed);
    Result<void> checkSignedIn() const;
    Result<void> takeStep(const engine::StoreStep &step);
    Result<void> takeResync(const engine::Resync &step);
    Result<void> takeChanges(const wire::Changes &changes);
    Result<store::Erased> erasedBy(const wire::Changes &changes);
    std::vector<std::string> filesAbout(const store::Erased &erased);
    Result<void> takePage(const wire::BootstrapPage &page);
    Result<void> noteCovered(const wire::BootstrapPage &page);
    Result<std::vector<model::Command>> undecided();
    Result<void> keepWhatIsReferredTo(store::Retention &retention);
    /// Conflict with kForked: an own command up to @p lastN is not the journal's.
    Result<void> checkOwn(std::int64_t lastN, const std::vector<model::Outcome> &outcomes);
    /// What came back to its author, into the journal before the copy forgets that it was under way.
    Result<void> keepOutcomes(const std::vector<model::Outcome> &outcomes);
    void tellCameBack();
    Result<void> takeBackUnsendable(std::vector<model::Command> &commands);
    Result<void> backToDraft(const model::Command &command);
    Result<void> restoreDraft(store::Draft draft);
    /// @p draft above what is written there by now: no text is lost.
    Result<store::Draft> joined(store::Draft draft);
    void noteRegained(const std::vector<store::Draft> &before, const std::vector<store::Draft> &after);
    /// @p text is a draft again, or above one: whoever goes on writing without having seen it does not write over it.
    void noteTakenBack(const store::Draft &text);
    /// A text is thrown away; its files stay for as long as it may come back. Returns what gives it back.
    UndoStep noteDiscarded(const model::CommandBody &text);
    void addRegained(const store::Draft &more);
    store::Draft withRegained(const store::Draft &draft, std::int64_t seen);
    struct Meant {
        model::CommandBody body;
        std::optional<model::CommandBody> undoes;
        /// What its author had seen, where that is not what is here now.
        struct Base {
            wire::Epoch epoch;
            std::int64_t seq = 0;
        };
        std::optional<Base> base;
    };
    Result<TimePoint> saidAt(const model::CommandBody &body, TimePoint at);
    Result<Submission> submitMeant(std::vector<Meant> meant, std::optional<std::int64_t> baseSeq, bool undoable);
    Result<std::vector<model::Command>> give(std::vector<Meant> bodies, std::optional<std::int64_t> baseSeq);
    void show(const std::vector<model::Command> &commands);
    /// Before anything that takes effects off or puts them on: what was done earlier is shown by then.
    void showAll()
    {
        while (showMore()) {
        }
    }
    bool waitsToBeShown(const std::vector<model::CommandBody> &bodies) const;
    bool canBeShownBefore(const std::vector<model::Command> &commands) const;
    std::set<model::ConversationId> unshown() const;
    bool wasOffered(std::int64_t n) const { return n <= m_offered; }
    /// A link takes what is submitted.
    bool isLinked() const { return m_link > m_endedLink; }
    /// The place among the pending commands of the one that makes @p item; the end if there is none.
    std::vector<model::Command>::iterator pendingOf(model::TimelineItemId item);
    /// Makes a command that no link was given into one that does nothing, its text into @p draft (an empty one: none).
    Result<void> withdraw(model::Command &command, const store::Draft &draft);
    Result<void> purge(const model::Agent &agent);
    Result<void> showOwnAnew();
    Result<bool> hasGoneOut(model::TimelineItemId item);
    /// What waits as its author sees it: without a text that is being taken back.
    std::vector<const model::Command *> meantCommands() const;
    Result<OutboxEntry> entryOf(const store::JournalEntry &entry);
    void noteHeld(std::int64_t lastN);
    Result<void> dropDraftIf(model::ConversationId conversation, store::Draft::Kind kind, const std::string &body,
                             const std::vector<model::Attachment> &files);
    Result<void> cancelCameTooLate(const model::CancelMessage &cancel);
    Result<store::JournalEntry> entryNeedingAuthor(std::int64_t n);
    Result<std::int64_t> versionOf(const model::CommandBody &body);
    Result<void> keepSettings();
    /// Denied: something is sealed that would have to be known.
    Result<void> checkUnlocked() const;
    Result<void> noteLocked(bool isKeyKnown);
    /// In the journal, without a token that is elsewhere.
    Result<void> keepInstallation(store::Installation installation);
    /// Notes how the disk is and, where the cache is broken, begins it anew.
    template<class T>
    Result<T> watch(Result<T> result, bool ofCache)
    {
        watchError(result ? nullptr : &result.error(), ofCache);
        return result;
    }
    void watchError(const Error *error, bool ofCache);
    /// Writes what a person has just done. A full disk is no reason not to take it: there is a reserve for that.
    template<class Work>
    auto keep(Work work) -> decltype(work())
    {
        TRIBUTARY_TRY(journalIsThere());
        auto done = work();
        if (!done && done.error().kind == Error::Kind::Full) {
            const bool found = releaseReserve();
            watchError(&done.error(), false); // to be said also where the text finds room now
            if (found)
                done = work();
        }
        return watch(std::move(done), false);
    }
    bool takeReserve();
    bool releaseReserve() { return m_disk.release(reservePath(m_folder)); }
    Result<void> journalIsThere();
    /// The time of day for a command: never before that of the one before it, whatever is done to the clock.
    TimePoint stamp();
    void tell(store::ChangeSet changed);
    Result<void> recount();
    void noteNoCopy(const Error &why);
    /// True: there is more.
    Result<bool> forgetInIndex(store::Cache &cache);
    Result<bool> forgetInPages();
    Result<bool> nameFiles();
    Result<void> forgetInLog(store::Cache &cache);

    std::filesystem::path m_folder;
    store::Disk &m_disk;
    const Clock &m_clock;
    IdMaker m_ids;
    Events m_events;
    Seals m_keys; ///< At hand, as the journal has them.
    std::atomic<int> m_replaced = 0;
    std::vector<store::JournalEntry> m_untold; ///< It came back, and its author has not been told yet.
    std::set<model::ConversationId> m_erased;  ///< Since the start: what is still being written there is not kept.
    Facts m_facts;
    std::unique_ptr<store::Journal> m_journal;
    bool m_resealDue = false; ///< Something is stored otherwise than the keys at hand would have it.
    Seals m_late;             ///< Of whoever has signed out: an editor may save yet what they have written.
    /// Drafts that were there again when their key came, without what was written meanwhile. Whoever was writing in their
    /// place may save before they see them.
    struct Regained {
        store::Draft draft;
        std::int64_t round = 0;
    };
    std::map<std::pair<model::ConversationId, store::Draft::Kind>, Regained> m_regained;
    std::int64_t m_regainRound = 0;
    std::deque<store::Draft> m_discarded;         ///< Texts that an undo may give back.
    std::unique_ptr<store::Database> m_cacheFile; ///< Null when not even a new one could be made.
    std::string m_journalIs, m_cacheIs;           ///< Disk::identity() of the files that are open.
    wire::Features m_hub{wire::ownFeatures()};
    std::vector<model::Command> m_pending; ///< Own commands beyond the copy's lastN, in order.
    std::deque<model::Command> m_unshown;  ///< The last ones of them, where many were submitted at once.
    bool m_overlayInDoubt = false;         ///< Something could not be shown: all of it is put on anew.
    TimePoint m_lastStamp;
    /// A pass of forgetWords().
    struct Forgetting {
        std::int64_t gone = 0; ///< Of Cache::wordsGone(), as it began.
        std::int64_t page = 0; ///< The next one to be wiped; 0: the words are not yet out of the index.
        int passes = 0;        ///< Over all pages.
        bool found = false;    ///< Something, in this one.
    };
    std::optional<Forgetting> m_forgetting;
    std::vector<model::Command> m_held; ///< Own messages that the hub has and may be holding still.
    std::vector<model::Outcome> m_hubHas;
    bool m_resyncOwed = false;    ///< The session begins anew, and the copy is of before that.
    std::int64_t m_offered = 0;   ///< Commands up to here may be known to the hub.
    std::int64_t m_link = 0;      ///< The newest that asked for commands.
    std::int64_t m_endedLink = 0; ///< No link up to this one is there any more.
    std::int64_t m_rowsInLog = 0;
    std::optional<store::Eviction> m_eviction; ///< The sweep under way.
    std::optional<TimePoint> m_sweptAt;
    /// The files that were there at the start and that nothing has named so far, up to an item.
    struct Strays {
        std::set<std::string> files;
        std::int64_t after = -1; ///< A row of the items' table.
    };
    std::optional<Strays> m_strays; ///< While they are looked for.
    bool m_lookedForStrays = false;
    const std::filesystem::file_time_type m_openedAt = std::filesystem::file_time_type::clock::now();
    TimePoint m_prunedAt; ///< prune()
};

} // namespace tributary::client
