#pragma once

#include "core/client/local_store.h"
#include "core/client/sealed_blobs.h"
#include "core/store/erased.h"
#include "tests/sim/sim_disk.h"
#include "tests/sim/sim_folder.h"
#include "tests/sim/sim_wire.h"

#include <map>
#include <set>

namespace tributary::sim {

class SimHub;

/// A desktop without its threads, sockets and screen: the real engine over the real journal and cache, joined as
/// core/client/hub_link.cpp joins them, with a chance to die at any write to its disk.
class SimDesk {
public:
    /// @p skew: how wrong its wall clock is.
    SimDesk(World &world, SimHub &hub, std::string name, std::string token, model::Agent agent, Milliseconds skew);

    void start();
    /// @p powerCut: and what was not synced is lost, which else is chance.
    void crash(bool powerCut = false);
    /// Where there is no network: its person works on.
    void goAway(Milliseconds by);
    /// A copy that is not whole yet, or that pages have brought further than where it stands, is gone, and is fetched again.
    void losePart();
    /// Its files as they are, for rollBack().
    void backUp();
    /// An older state of the profile is put in its place, as from a backup of the machine.
    void rollBack();
    /// Its agent signs out, where nothing of theirs waits, and @p next signs in.
    void handOver(const model::Agent &next);
    /// Whoever has worked here, and is not here now.
    const std::vector<model::Agent> &away() const { return m_away; }
    /// Its agent has signed out for somebody else, whoever came then.
    bool isShared() const { return m_isShared; }
    /// One that was given where a computer is shared, about somebody who is erased: nothing is left of what is put by.
    bool isOfErased(const model::CommandId &id, const store::Erased &erased) const;
    /// Before start(): a copy of the machine of @p other, which runs.
    void cloneOf(SimDesk &other);
    bool isUp() const { return m_store != nullptr; }
    /// The person does something, if there is anything to do it with.
    void act();
    /// And looks at a file of somebody's message.
    void openFile();

    const std::string &name() const { return m_name; }
    const model::Agent &agent() const { return m_agent; }
    const std::string &token() const { return m_token; }
    client::LocalStore &files() { return *m_store; }
    SimDisk &disk() { return m_disk; }
    static const char *cachePath();
    /// The copy as its store opens it.
    std::unique_ptr<store::Database> openCopy();
    /// The copy as the screen reads it.
    store::Database &reader();
    const engine::SyncStatus &status() const { return m_client->status(); }
    /// Everything that was accepted from its person.
    const std::set<model::CommandId> &accepted() const { return m_accepted; }
    /// A note or a message.
    struct Text {
        model::TimelineItemId item;
        model::ConversationId conversation;
        std::string body;
    };
    /// By the commands that give them.
    const std::map<model::CommandId, Text> &texts() const { return m_texts; }
    /// Of those, what another installation has, too: a copy of this one, or what its damaged journal was.
    const std::set<model::CommandId> &shared() const { return m_shared; }
    /// Another installation has begun as this one was: what waited then may come under two numbers.
    bool isCopied() const { return m_isCopied; }
    /// What came back, and its person has decided about.
    const std::set<model::CommandId> &decided() const { return m_decided; }
    /// What the journal has of a command, for whoever looks for a mistake.
    std::string inJournal(const model::CommandId &id);
    /// What came back and waits, or did: those of which the journal has an outcome.
    std::set<model::CommandId> cameBack();
    /// Messages whose author asked for another try, knowing that they may go out twice.
    const std::set<model::TimelineItemId> &triedAgain() const { return m_triedAgain; }
    /// All of the screen's promises about the copy as it stands.
    void checkCopy();
    /// As a comparison with the hub does sooner or later (core/client/comparer.h): a copy that is damaged is begun anew.
    void findDamage();
    /// And begins to write where somebody is.
    void saveDraft();
    /// I55: what was told of as erased, and when, is in its journal no more, unless everything was fetched anew since.
    void checkJournalForgets(const std::map<std::pair<model::EntityType, RawId>, Milliseconds> &erased);
    /// I53, I39: of files nothing is here but what somebody may see or has yet to send. After the start.
    void checkContents();
    /// Its copy does not wait for a word that all is told by the rights of now.
    bool isComparable();
    /// Nothing of its own is under way, and it has everything up to @p head.
    bool hasCaughtUp(const wire::Position &head);

private:
    /// Something that reads the copy. Damage that the check at the start has not found shows now: the copy is begun anew.
    void looking(const std::function<void()> &work);
    void checkCopyNow();
    void actNow();
    void guarded(Milliseconds delay, std::function<void()> job);
    /// Perhaps something goes wrong with the disk soon.
    void trouble();
    /// After a step of the files. True: the process is dead, or has ended because its disk failed.
    bool hasEnded();
    bool hasCopy() const;
    void breakCopy();
    void breakJournal();
    void noteErased(const wire::Changes &changes);
    /// It may have what this one was told to forget.
    void journalIsAnother()
    {
        m_toldErased.clear();
        m_journalSince = m_world.now();
    }
    void begin();
    /// True: something was there that nobody knew of.
    void unlock();
    bool adoptJournal();
    void checkNumbers(const store::CacheState &state);
    std::set<model::CommandId> journalIds(const std::string &where);
    template<class Work, class Done>
    void onStore(Work work, Done done);
    /// The same, where nobody waits for an answer.
    void atStore(std::function<void()> work);
    void perform(engine::Effects effects);
    void openLink();
    void dropLink();
    void storeStep(engine::StoreStep step);
    void askPage(const std::string &after, const std::optional<wire::Seam> &seam);
    void pageCame(int asked, const Result<Bytes> &body);
    void shutOut();
    void goElsewhere();
    void leave();
    void enter();
    void becomes(const model::Agent &next);
    std::vector<SealKey> keys() const;
    void signInAgain();
    void historyCame(const wire::Page &page);
    void scrollUp(store::Database &cache);
    void keepHouse();
    void checkOverlay();
    void submit(std::vector<model::CommandBody> bodies, std::optional<std::int64_t> baseSeq = std::nullopt);
    void attempt(const std::function<Result<client::LocalStore::Submission>()> &work);
    void submitted(const client::LocalStore::Submission &done);
    void decide(const store::JournalEntry &entry);
    void noteText(const model::Command &command);
    void noteShown(const model::Command &command);
    void takeBack();
    Result<std::optional<model::Conversation>> anyConversation(store::Database &cache);
    Result<std::optional<model::CustomerId>> anyCustomer(store::Database &cache);
    model::CommandBody onConversation(const model::Conversation &conversation);
    Result<std::optional<model::CommandBody>> onTickets(store::Database &cache, const model::Conversation &conversation);
    Result<std::optional<model::CommandBody>> onPeople(store::Database &cache);
    Result<std::optional<model::CommandBody>> onSetup(store::Database &cache);
    Result<std::optional<model::CommandBody>> onAgents(store::Database &cache);
    model::CommandBody anImport();
    void attach();
    /// Puts the content into its folder. False: the process dies of that.
    bool keep(const model::Attachment &file);
    void forgetFile(const std::string &sha256);
    bool isStored(const std::string &sha256);
    /// What is to be sent has its files here.
    void checkOwnFiles();
    void lookForStrays();
    /// To the hub; @p isWanted: a command waits for it.
    void bring(const model::Attachment &file, bool isWanted);
    /// What was attached and is in no message yet.
    std::vector<model::Attachment> takeFiles();
    World &m_world;
    SimHub &m_hub;
    std::string m_name;
    SimDisk m_disk;
    std::string m_token;
    std::optional<SealKey> m_key; ///< That its keyring has.
    model::Agent m_agent;
    std::vector<model::Agent> m_away;
    bool m_isShared = false;
    std::optional<model::Agent> m_next; ///< Between two of them: who is about to sign in.
    std::map<model::AgentId, std::optional<SealKey>> m_keys;
    std::map<model::CommandId, model::Command> m_given; ///< Where the computer is shared.
    SkewedClock m_clock;
    std::unique_ptr<client::LocalStore> m_store;
    std::unique_ptr<store::Database> m_reader, m_journalReader;
    std::unique_ptr<engine::SyncClient> m_client;
    std::shared_ptr<SimWire> m_wire;
    int m_life = 0;
    int m_session = 0;
    int m_failedSession = 0;
    bool m_connected = false;
    int m_timer = 0;
    int m_pageAsked = 0;
    Milliseconds m_storeFree{0}, m_replyFree{0};
    int m_said = 0;

    std::set<model::CommandId> m_accepted, m_shared, m_decided;
    std::map<model::CommandId, Text> m_texts;
    std::set<model::TimelineItemId> m_triedAgain;
    struct Shown {
        model::CommandId command;
        model::ConversationId conversation;
        std::int64_t n = 0;
        int seen = 0;          ///< How often since the hub's own is there.
        bool isAround = false; ///< Its conversation was in the copy when last looked at.
    };
    std::map<model::TimelineItemId, Shown> m_shown; ///< Own items on the screen: they do not flicker.
    std::vector<model::TimelineItemId> m_own;
    std::vector<client::UndoStep> m_undo;
    std::vector<model::Attachment> m_files;
    SimFolder m_folder; ///< For contents of files.
    std::unique_ptr<client::SealedBlobs> m_blobs;
    std::map<std::string, bool> m_opening; ///< What is on its way here, by hash; true: it is not to be kept any more.
    /// Conversations of which it heard, with this journal, that they were erased, and all that was done by then: what was
    /// not comes back to its author, who has not heard of it yet.
    std::map<model::ConversationId, std::set<model::CommandId>> m_toldErased;
    Milliseconds m_journalSince{0}; ///< Of what was erased before that it need not have heard.
    int m_access = 0;               ///< Rises when somebody is signed out.
    std::map<std::int64_t, wire::Fetch> m_fetching;
    std::int64_t m_fetches = 0;
    std::unique_ptr<SimDisk> m_backup;
    std::unique_ptr<SimFolder> m_backupFolder;
    wire::Position m_position; ///< Of the copy, when last looked at.
    bool m_copyReplaced = false;
    std::int64_t m_pagesUpTo = 0; ///< How far in the history pages have come that may be ahead of the stream.
    engine::SyncStatus::State m_state = engine::SyncStatus::State::Stopped;
    bool m_sameCopy = false; ///< As before the last end of the process.
    /// Copy and journal were damaged, and no hub has said since who sits here.
    bool m_copyDamaged = false, m_isForgotten = false;
    bool m_isOut = false;    ///< Signed out; its person has yet to sign in again.
    bool m_isCopied = false; ///< Another installation has begun as this one was.
    Milliseconds m_asleepUntil{0};
    Milliseconds m_awayUntil{0}; ///< Of the network: its person works on.
};

} // namespace tributary::sim
