#pragma once

#include "core/client/attachments.h"
#include "core/client/hub_link.h"
#include "core/client/hub_trust.h"
#include "core/client/local_store.h"
#include "core/client/presence_board.h"
#include "core/client/read_thread.h"
#include "core/client/workspace.h"

#include <QJsonObject>
#include <QThread>
#include <QTimer>

#include <atomic>

namespace tributary::client {

inline bool isConnected(engine::SyncStatus::State state)
{
    return state == engine::SyncStatus::State::Live || state == engine::SyncStatus::State::CatchingUp;
}

/// The parts of an open profile and how they hear of each other. Lives on the window's thread.
class Workspace::Private {
public:
    explicit Private(Workspace *workspace);

    QFuture<Result<void>> open(const QString &folder);
    void close();
    /// What the store's thread has to do first: settle with an unclean end, open the files.
    Result<std::unique_ptr<LocalStore>> openStore(const std::filesystem::path &folder, bool wasUnclean);
    void opened(const store::Blobs &blobs, bool wasUnclean);
    void checkCache();
    LocalStore::Events events();

    void startLink();
    /// Ends the session with the hub, if there is one. @p then runs on the store's thread, behind all that had come from it:
    /// from there on nothing of it is taken, and no file of it kept.
    void endSession(std::function<void()> then);
    /// What follows once the profile is open: the token comes from the keyring, or goes there.
    void fetchToken();
    /// Puts a token with its keys into the keyring; @p then gets its place there, empty: it has to stay in the file.
    void storeToken(const KeyringEntry &entry, std::function<void(const std::string &inKeyring)> then);
    void forgetToken(const std::string &inKeyring);
    /// What is under way about keys is of no use any more, either.
    void forgetKeys();
    /// Journal and attachments have these from now on (LocalStore::unlock()); then @p then.
    void useKeys(std::vector<SealKey> now, bool seals, std::function<void()> then);
    /// Asks the hub for the key of whoever is signed in.
    void askKey();
    void askKeyWhenConnected();
    /// Once, that there is work which no key opens.
    void tellLocked();
    void keyAnswered(const Result<QJsonObject> &said);
    /// useKeys(), and what could not be sent without them can, or has to wait for another key.
    void settleKeys(std::vector<SealKey> all, bool seals);
    void waitForKey(const Error &why);
    /// Asks the hub something about signing in; @p done on any thread. Without a body by GET.
    void ask(const QUrl &hub, const std::string &token, const QString &path, const std::optional<QJsonObject> &body,
             HubAccess::Done done);
    /// Comes in with what the hub answers to @p body at @p path, as sign-in and joining do.
    QFuture<Result<void>> enter(const QUrl &hub, const QString &path, QJsonObject body, const std::string &email,
                                bool isKept = true);
    void onSyncStatus(const engine::SyncStatus &status, std::optional<TimePoint> retryAt);
    void noteTry(engine::SyncStatus::State now, engine::SyncStatus::State before);
    void lockOut();
    void onFacts(LocalStore::Facts now);
    void onPresence(const wire::Presence &presence);
    void noteChanges(const store::ChangeSet &changes); ///< From the store's thread.
    void flushChanges();
    void describe();
    /// Takes old history and attachments off this computer, a step at a time, when nobody waits for anything.
    void tidy();
    void lookForStrays();
    void trimAttachments(const std::set<std::string> &inUse);

    /// Runs @p call on the window's thread, unless the profile has been closed by then. Callable from any thread.
    void onWindow(std::function<void()> call);
    /// Runs @p call on the link's thread.
    void onLink(std::function<void(HubLink &)> call);
    template<class T>
    QFuture<Result<T>> onStore(std::function<Result<T>(LocalStore &)> work)
    {
        const Promise<T> promise;
        if (isOpen) {
            storeThread->post([this, promise, work = std::move(work)] { promise.finish(work(*store)); });
        } else {
            promise.finish(failure(Error::Kind::Offline, "no profile is open"));
        }
        return promise.future();
    }
    /// On the store's thread: what was submitted at once is shown a step at a time, behind what was asked for meanwhile.
    void showRest();
    /// Takes @p step back and tells the link (LocalStore::takeBack()). If that fails it is in the history again.
    QFuture<Result<Undone>> takingBack(UndoStep step, bool keepsTexts = true);
    void takeBackNewest(const Promise<Undone> &promise);
    /// On the store's thread.
    Result<Undone> takeBack(LocalStore &files, const UndoStep &step, bool keepsTexts = true);
    /// On the store's thread: the link hears of the commands that take something back.
    Result<Undone> undone(Result<LocalStore::Submission> done, UndoStep step);
    /// What was given back or thrown away, or is given anew: how it was given before is not to be taken back as well.
    void forgetMaking(model::TimelineItemId item);
    /// On the store's thread: into the history, before whoever has asked hears that it is done.
    void remember(const std::optional<UndoStep> &step);
    /// A job that submits commands: the link and the history hear of it before the caller does.
    QFuture<Result<Submitted>> submitting(std::function<Result<LocalStore::Submission>(LocalStore &)> work);
    template<class T>
    QFuture<Result<T>> read(std::function<Result<T>(store::Database &)> work)
    {
        return isOpen ? screenReads->read<T>(std::move(work))
                      : ready<T>(failure(Error::Kind::Offline, "no profile is open"));
    }
    /// As read(), of a copy that shows what was submitted before.
    template<class T>
    QFuture<Result<T>> readBehindSubmitted(std::function<Result<T>(store::Database &)> work)
    {
        const Promise<T> promise;
        if (isOpen)
            storeThread->post([this, promise, work = std::move(work)] { screenReads->read(promise, work); });
        else
            promise.finish(failure(Error::Kind::Offline, "no profile is open"));
        return promise.future();
    }

    Workspace *q;
    SystemClock clock;
    SystemRng rng;
    QString folder;
    std::optional<store::FolderLock> lock;
    bool isOpen = false;
    std::atomic<int> generation = 0; ///< Rises with each close: what was under way for an earlier profile is dropped.

    std::unique_ptr<LocalStore> store; ///< Used on storeThread alone.
    std::unique_ptr<WorkThread> storeThread;
    std::unique_ptr<ReadThread> screenReads;
    std::unique_ptr<ReadThread> searchReads;
    std::unique_ptr<ReadThread> countReads;
    std::unique_ptr<WorkThread> checker;
    std::unique_ptr<QThread> linkThread;
    std::unique_ptr<HubLink> link;
    std::unique_ptr<Attachments> attachments;
    std::mutex checkMutex;
    store::Database *checked = nullptr; ///< What the checker reads just now, to be interrupted at the end.

    std::unique_ptr<HubAccess> access;
    std::unique_ptr<Keyring> keyring;
    bool toldOfFile = false;     ///< tokenKeptInFile() was emitted.
    bool keyringRefused = false; ///< It has not given the token: as good as signed out, but nothing is thrown away.
    std::vector<SealKey> keys;   ///< At hand: the one that seals, then earlier ones.
    int keyRound = 0;            ///< Rises when it is somebody else, or nobody, whose keys are wanted.
    bool keyIsAsked = false;     ///< The hub was asked for one, or is being asked.
    bool toldLocked = false;     ///< workLocked() was emitted.
    QTimer keyTimer;             ///< Runs while the hub, which does not answer, is to be asked again.
    /// LocalStore::regainRound() as of the last draft() that was answered with nothing saved meanwhile.
    std::map<std::pair<model::ConversationId, store::Draft::Kind>, std::int64_t> draftSeen;
    std::map<std::pair<model::ConversationId, store::Draft::Kind>, std::int64_t> draftSaves; ///< How many there were.
    LocalStore::Facts facts;
    std::string unsafeDisk; ///< As in Status.
    engine::SyncStatus sync;
    std::optional<TimePoint> retryAt;
    Status status;
    CopyCheck copyCheck;
    std::optional<CertificateProblem> certificate; ///< Why the last try came to nothing.
    bool certificateIsNew = false;                 ///< It is of the try under way.
    std::int64_t outboxPeak = 0;                   ///< What was in the outbox when it was fullest, of a long one.
    bool insecure = false;
    bool lockedOut = false; ///< The hub no longer takes the token that was here.
    UndoHistory history;
    /// What is on its way to the journal, and how many times: what the store says of before does not hide it.
    std::map<std::string, std::pair<std::string, int>> settingsUnderWay;
    PresenceBoard presence;
    QTimer presenceTimer;
    QTimer roomTimer; ///< Runs while the disk is full.
    QTimer tidyTimer;
    std::optional<Milliseconds> forgotAt; ///< When words that have gone were last taken out, by Clock::steady().

    std::mutex changesMutex;
    store::ChangeSet changes;
    bool flushPosted = false;

    IdMaker ids;
};

} // namespace tributary::client
