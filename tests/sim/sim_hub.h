#pragma once

#include "core/engine/sync_session.h"
#include "core/hub/change_log.h"
#include "core/hub/delivery_queue.h"
#include "core/hub/erasure.h"
#include "core/hub/shared_pages.h"
#include "core/hub/start_mark.h"
#include "core/store/blobs.h"
#include "tests/sim/sim_disk.h"
#include "tests/sim/sim_folder.h"
#include "tests/sim/sim_wire.h"

#include <list>
#include <set>

namespace tributary::sim {

class SimPlatform;

/// The hub without its threads and sockets: the real functions over a real database, joined as core/hub/sync_sockets.cpp and
/// core/hub/account_runner.cpp join them, with a chance to die at
/// every write to its disk.
class SimHub {
public:
    using Row = std::pair<model::EntityType, RawId>;

    explicit SimHub(World &world);
    ~SimHub();

    void start();
    /// @p powerCut: and what was not synced is lost, which else is chance.
    void crash(bool powerCut = false);
    /// The files as they are, for restore().
    void backUp();
    /// How an older state of the hub comes back.
    enum class Return {
        Restored,    ///< `tributary-hub restore`: a new epoch begins.
        OlderFile,   ///< An older hub.db was put in the place of the newer one: the hub notices, and begins a new epoch.
        WholeFolder, ///< With all that the hub would notice it by: its desktops do.
    };
    void restore(Return how);
    /// How often that has happened.
    int restores() const { return m_restores; }
    /// As if more than its log is kept for had passed, in which everybody's link has ended at least once.
    void forgetLog();
    /// In which order it took the items that it has: the first seq of each, also of what its log has forgotten.
    std::map<model::TimelineItemId, std::int64_t> firstSeqs();
    bool isUp() const { return m_database != nullptr; }
    store::Database &database() { return *m_database; }
    SimDisk &disk() { return m_disk; }
    IdMaker &ids() { return m_ids; }
    /// What its wall clock says, which may be wrong.
    const Clock &clock() const { return m_clock; }
    void stepClock(Milliseconds by);
    /// Somebody looks at the clock.
    void setClockRight() { m_clock.skew = Milliseconds(0); }

    void add(SimPlatform &platform) { m_workers.push_back({&platform}); }
    void accept(const std::shared_ptr<SimWire> &wire);
    /// GET /sync/bootstrap. An error is what the desktop's HTTP client would make of the answer, or of there being none.
    void page(const std::string &after, const std::optional<wire::Seam> &seam, const std::string &token,
              std::function<void(Result<Bytes>)> done);
    /// One transaction of the writer, a little later; @p done some time after its commit, or never.
    template<class Work, class Done>
    void write(Work work, Done done)
    {
        onWriter([this, work = std::move(work), done = std::move(done)]() mutable {
            trouble();
            auto result = m_database->inTransaction([&] { return work(*m_database); });
            checkpointSometimes();
            if (m_disk.isDead() || m_database->isBroken() || m_world.chance(m_world.faults.hubCrash / 4))
                return crash();
            if (result)
                committed();
            fromWriter([done = std::move(done), result = std::move(result)]() mutable { done(std::move(result)); });
        });
    }
    /// A person adds an agent and a device, at the hub itself.
    model::Agent addAgent(const std::string &name, const std::string &token, model::Agent::Role role);
    model::ChannelAccount addAccount(model::Channel channel, const std::string &address, std::int64_t undoSeconds);
    /// Signs a device out, with the links that it has.
    void revoke(const std::string &token);
    /// A person signs in once more; nothing: the hub is not there.
    std::optional<std::string> newToken(const model::Agent &agent);
    void poke();
    /// POST /attachments; no answer where the hub dies meanwhile.
    void upload(const model::Agent &by, const model::Attachment &file, std::function<void(const Result<void> &)> done);
    /// GET /attachments: its content.
    void download(const model::Attachment &file, std::function<void(const Result<Bytes> &)> done);
    /// One that somebody has; now and then with the content of another.
    model::Attachment aFile();
    /// What it has in it, wherever it lies.
    const Bytes &contentOf(const std::string &sha256) const { return m_contents.at(sha256); }
    /// Puts contents into its folder, as is done before anything names them. False: it dies of that.
    bool keep(const std::vector<model::Attachment> &files);
    /// A desktop does not have it any more, and sends all the same what names it.
    void isLost(const model::AttachmentId &file) { m_lost.insert(file); }
    /// Whether it has ever taken what names it: a desktop that offers that again need not have it any more.
    bool hasTaken(const std::string &sha256) const { return m_taken.contains(sha256); }
    /// The author of a message had stopped it and kept nothing of it, which no screen offers, before they took it back: its
    /// file may have gone.
    void mayBeGone(const std::string &sha256) { m_taken.insert(sha256); }
    /// Deletes contents that nothing names; those lately used stay, unless @p all. @p only: of these.
    void sweep(bool all, const std::set<std::string> *only = nullptr);
    /// I53: what is named is there.
    void checkContents();
    /// And nothing else, when everything is over.
    void checkNothingIsLeft();
    /// What the hub has of an item, for whoever looks for a mistake.
    std::string whatIsOf(const model::TimelineItemId &item);
    /// Of a command, for whoever looks for a mistake.
    std::string whatBecameOf(const model::CommandId &command);
    /// The conversation it has an item in. Null: it has none. While it is up.
    model::ConversationId conversationOf(const model::TimelineItemId &item);
    /// @p by resolves two of three conversations, at a desktop of their own.
    void resolveMost(const model::Agent &by);
    /// Somebody moves items to another conversation, perhaps one that others do not see.
    void itemsMove(const std::vector<model::TimelineItemId> &items) { m_moving.insert(items.begin(), items.end()); }
    bool moves(const model::TimelineItemId &item) const { return m_moving.contains(item); }

    // sim_erasure.cpp
    void eraseSomebody();
    /// Whether nobody writes from there any more.
    bool isSilent(const std::string &address) const { return m_silent.contains(address); }
    /// What has gone with somebody, in the history of now, and when.
    const std::map<Row, Milliseconds> &erased() const { return m_erased; }
    bool isErased(const Row &row) const;
    /// Of any history.
    std::set<model::CustomerId> everErased();
    bool wasErased(const Row &row) const { return m_everErased.contains(row); }
    /// Somebody takes back what they wrote, at whatever desktop.
    void takesBack(const model::TimelineItemId &item) { m_takenBack.insert(item); }
    bool isTakenBack(const model::TimelineItemId &item) const { return m_takenBack.contains(item); }
    void writes(const model::AgentId &agent, const model::TimelineItemId &item) { m_written[agent] = item; }
    /// The newest message of theirs, at whatever desktop; null: there is none.
    model::TimelineItemId lastWrittenBy(const model::AgentId &agent) { return m_written[agent]; }
    /// Whether the history of now says that it does not go out.
    bool isWithdrawn(const model::TimelineItemId &item) const { return m_withdrawn.contains(item); }
    const std::set<std::string> &erasedTexts() const { return m_erasedTexts; }

private:
    static constexpr const char *kFile = "hub.db";
    static constexpr const char *kContents = "blobs"; ///< A folder in its own.
    void letNobodyComeBack(const hub::PersonToErase &person);
    void eraseForGood(const std::vector<model::CustomerId> &members);
    void eraseNow(const std::vector<model::CustomerId> &members);
    Result<std::set<std::string>> erase(store::Database &database, const std::vector<model::CustomerId> &members);
    void settleErasure();
    void finishErasure(const std::set<std::string> &files);
    Result<void> eraseAgain();
    static Result<bool> hasFile(store::Database &database, const model::Attachment &file);
    Result<void> checkFiles(store::Database &database, const model::CommandBody &body);
    struct Connection;
    struct Worker {
        SimPlatform *platform;
        int life = 0; ///< Its account's settings change: a new worker, while the old one still waits for an answer.
        bool busy = false;
    };
    /// Unless the hub has died meanwhile.
    void later(std::function<void()> job, Milliseconds most = Milliseconds(5));
    void onWriter(std::function<void()> job);
    /// What the writer answers arrives in the order of its jobs.
    void fromWriter(std::function<void()> answer);
    /// Perhaps something goes wrong with the disk soon.
    void trouble();
    void checkpointSometimes();
    /// What a read gave; nothing: the disk has failed, and the process with it.
    template<class T>
    std::optional<T> looked(Result<T> result, const char *what)
    {
        if (!result && m_database->isBroken()) {
            crash();
            return std::nullopt;
        }
        return m_world.must(std::move(result), what);
    }
    void committed();
    engine::SyncSession &sessionOf(const std::shared_ptr<Connection> &connection);
    void perform(const std::shared_ptr<Connection> &connection, engine::SyncSession::Effects effects);
    /// What several want to be told, by one look at the log.
    void readLog();
    void authenticate(const std::shared_ptr<Connection> &connection, const wire::Hello &hello);
    /// A page that several may be given, somewhat later.
    void readShared(const hub::SharedPages::Question &question, hub::SharedPages::Done done);
    /// What a page is read with; an error also where the hub dies of it.
    template<class T>
    Result<T> pageRead(Result<T> page)
    {
        if (page || !m_database->isBroken())
            return page;
        crash();
        return failure(Error::Kind::Offline, "the hub died");
    }
    void apply(const std::shared_ptr<Connection> &connection, model::Command command);
    void work(Worker &worker);
    void handOver(Worker &worker, hub::Claimed claimed);
    void settle(Worker &worker, const hub::Claimed &claimed, const channels::SendOutcome &outcome);
    void replaceWorker(Worker &worker);
    /// When the worker is still the one it was.
    void workLater(Worker &worker, Milliseconds delay);
    void wakeSnoozes();

    Result<void> enter();
    void checkEpoch();
    void down();
    void noteHead();
    void bringBack(const std::map<std::string, Bytes> &contents, bool onlyThose);
    /// By hash; asked of the file, beside what its process asks.
    std::set<std::string> namedContents();

    struct Backup {
        Bytes file, log, stamp;
        Milliseconds at{0};
        std::map<model::TimelineItemId, std::int64_t> forgotten;
        wire::Epoch epoch{};
        std::map<std::string, Bytes> contents;
        std::map<Row, Milliseconds> erased;
        std::set<std::string> erasedTexts;
    };

    World &m_world;
    SkewedClock m_clock;
    SimDisk m_disk;
    IdMaker m_ids;
    SimFolder m_folder; ///< For what is beside the database: how the hub knows an older one, and contents of files.
    RawId m_incarnation{};
    std::optional<Backup> m_backup;
    int m_restores = 0;
    bool m_isOlder = false;         ///< An older state was put in its place, and it has not started since.
    std::set<wire::Epoch> m_epochs; ///< All there were.
    wire::Epoch m_epoch{};
    int m_forgets = 0;
    std::map<model::TimelineItemId, std::int64_t> m_forgotten; ///< First seqs of what the log has no more.
    std::unique_ptr<store::Database> m_database;
    std::vector<std::shared_ptr<Connection>> m_connections;
    std::vector<std::pair<std::shared_ptr<Connection>, std::int64_t>> m_wanted; ///< Who wants the log, from where.
    std::optional<hub::StartMark> m_mark;                                       ///< As the process has them.
    std::unique_ptr<hub::SharedPages> m_sharedPages;
    std::map<std::int64_t, std::function<void(Result<Bytes>)>> m_pagesAsked; ///< Of it, and not answered yet.
    std::int64_t m_pages = 0;
    std::set<std::string> m_revoked;
    std::int64_t m_tokens = 0, m_files = 0;
    std::optional<store::Blobs> m_blobs;
    std::map<std::string, Bytes> m_contents; ///< All there ever were.
    std::map<std::string, Milliseconds> m_usedAt;
    std::set<model::AttachmentId> m_lost;
    std::set<std::string> m_silent;
    struct Going {
        Milliseconds at{0};
        std::vector<std::string>
            says; ///< The text of an item, its subject and its files' names; the address of an identity.
    };
    std::map<Row, Going> m_going; ///< By an erasure of which nobody knows yet whether the disk has taken it.
    std::map<Row, Milliseconds> m_erased;
    std::set<Row> m_everErased;
    std::set<std::string> m_erasedTexts;
    bool m_unfinished = false;     ///< Something of somebody erased may be left in the file.
    std::string m_cutOff;          ///< A content whose keeping a process died of.
    std::set<std::string> m_taken; ///< Contents of what commands named that came here.
    std::set<model::TimelineItemId> m_moving, m_takenBack, m_withdrawn;
    std::map<model::AgentId, model::TimelineItemId> m_written;
    std::list<Worker> m_workers;
    int m_life = 0;
    Milliseconds m_writerFree{0}, m_answersFree{0};
};

} // namespace tributary::sim
