#include "core/client/workspace_private.h"

#include "core/base/log.h"
#include "core/client/hub_address.h"
#include "core/model/command_files.h"
#include "core/store/file_system.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

/// Opening and closing a profile, and the traffic between its threads. workspace.cpp has what the screens call.
namespace tributary::client {
namespace {

constexpr std::chrono::seconds kPresenceTick{1};
constexpr std::chrono::seconds kLookForRoom{3};
constexpr std::chrono::hours kForgetEvery{6};  ///< Words that have gone: all of the full text is written anew.
constexpr std::chrono::minutes kTidyEvery{10}; ///< Asked so often, done once a day: a computer may sleep for any time.
constexpr std::uint64_t kMegabyte = 1 << 20;
constexpr std::int64_t kLongOutbox = 200; ///< From here on it is said how far it has come.

std::filesystem::path pathOf(const QString &folder)
{
    return std::filesystem::path(QFile::encodeName(folder).toStdString());
}

/// In the profile's folder: plain copies of what another program was given to open.
constexpr const char *kOpened = "opened";

/// Stands in the folder while the profile is open: there at the start, the last end was not a clean one.
QString runningMark(const QString &folder)
{
    return folder + "/running";
}

/// A message without a way back stands in the history all the same, so that an undo takes nothing older in its place.
std::optional<UndoStep> withoutAWayBack(const std::vector<model::Command> &commands)
{
    for (const model::Command &command : commands) {
        if (std::holds_alternative<model::SendMessage>(command.body))
            return UndoStep{.forward = {command.body}, .back = {}, .at = command.at, .until = {}};
    }
    return {};
}

} // namespace

Workspace::Private::Private(Workspace *workspace)
    : q(workspace)
    , ids(clock, rng)
{
    access = std::make_unique<HubAccess>(
        [this](const QString &path, const std::optional<QJsonObject> &body, HubAccess::Done done) {
            if (facts.installation.token.empty() || isInKeyring(facts.installation.token))
                return done(failure(Error::Kind::Offline, "nobody is signed in"));
            ask(QUrl(QString::fromStdString(facts.installation.hubUrl)), facts.installation.token, path, body,
                std::move(done));
        },
        [this] {
            return JoinLink{q->hubUrl(), {}, q->pinOf(q->hubUrl())};
        });
    tidyTimer.setInterval(kTidyEvery);
    QObject::connect(&tidyTimer, &QTimer::timeout, q, [this] { tidy(); });
    presenceTimer.setInterval(kPresenceTick);
    QObject::connect(&presenceTimer, &QTimer::timeout, q, [this] {
        for (const model::ConversationId conversation : presence.expire(clock.steady()))
            emit q->presenceChanged(conversation);
        if (presence.empty())
            presenceTimer.stop();
    });
    keyTimer.setSingleShot(true);
    QObject::connect(&keyTimer, &QTimer::timeout, q, [this] { startLink(); });
    roomTimer.setInterval(kLookForRoom);
    QObject::connect(&roomTimer, &QTimer::timeout, q, [this] { storeThread->post([this] { store->lookForRoom(); }); });
}

void Workspace::Private::onWindow(std::function<void()> call)
{
    QMetaObject::invokeMethod(
        q,
        [this, call = std::move(call), mine = generation.load()] {
            if (mine == generation)
                call();
        },
        Qt::QueuedConnection);
}

void Workspace::Private::onLink(std::function<void(HubLink &)> call)
{
    HubLink *target = link.get();
    if (target)
        QMetaObject::invokeMethod(
            target, [target, call = std::move(call)] { call(*target); }, Qt::QueuedConnection);
}

// -- Open and close
// -----------------------------------------------------------------------------------------------------------

QFuture<Result<void>> Workspace::Private::open(const QString &wanted)
{
    if (storeThread)
        return ready<void>(failure(Error::Kind::Conflict, "a profile is open already"));
    const std::filesystem::path path = pathOf(wanted);
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (!error)
        std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
    if (error)
        return ready<void>(failure(Error::Kind::Failed, "the profile's folder cannot be made: " + error.message()));
    auto mine = LocalStore::lockFolder(path);
    if (!mine && mine.error().kind == Error::Kind::Full && store::Disk::system().release(LocalStore::reservePath(path)))
        mine = LocalStore::lockFolder(path); // even that needs a little room
    if (!mine)
        return ready<void>(failure(mine.error()));
    const bool wasUnclean = QFile::exists(runningMark(wanted));
    std::filesystem::remove_all(path / kOpened, error); // whoever had opened a content has seen it
    lock.emplace(std::move(*mine));
    folder = wanted;
    storeThread = std::make_unique<WorkThread>();
    const Promise<void> promise;
    storeThread->post([this, path, wasUnclean, promise, mine = generation.load()] {
        const auto blobs = store::Blobs::open(path / "blobs");
        auto result = blobs ? openStore(path, wasUnclean) : failure(blobs.error());
        const bool good = result.has_value();
        if (good)
            store = std::move(*result);
        const Error problem = good ? Error{} : result.error();
        const LocalStore::Facts known = good ? store->facts() : LocalStore::Facts();
        const std::string unsafe = store::unsafeFileSystem(path);
        QMetaObject::invokeMethod(
            q,
            [this, promise, good, problem, known, unsafe, blobs, wasUnclean, mine] {
                if (mine != generation)
                    return; // closed meanwhile: the promise says so
                if (!good) {
                    close();
                    return promise.finish(failure(problem));
                }
                facts = known;
                unsafeDisk = unsafe;
                opened(*blobs, wasUnclean);
                promise.finish({});
            },
            Qt::QueuedConnection);
    });
    return promise.future();
}

Result<std::unique_ptr<LocalStore>> Workspace::Private::openStore(const std::filesystem::path &path, bool wasUnclean)
{
    const auto journal = LocalStore::journalPath(path);
    if (wasUnclean && std::filesystem::exists(journal)) { // it is small, and nothing else may be built on a damaged one
        TRIBUTARY_TRY_ASSIGN(const auto file, store::Database::open(journal.string(), {}));
        TRIBUTARY_TRY_ASSIGN(const std::string found, file->quickCheck());
        if (found != "ok")
            return failure(Error::Kind::Corrupt, "the journal is damaged: " + found);
    }
    return LocalStore::open(path, clock, rng, events());
}

void Workspace::Private::opened(const store::Blobs &blobs, bool wasUnclean)
{
    isOpen = true;
    if (facts.storage == Status::Storage::DiskFull)
        roomTimer.start();
    QFile mark(runningMark(folder));
    if (!mark.open(QIODevice::WriteOnly))
        log(LogLevel::Warning, "tributary.client", "the profile's folder cannot be written");
    // Each of them may find it again until the store comes to it, or be reading the one before still.
    const auto damaged = [this](int which) {
        storeThread->post([this, which] { store->replaceCache("a reader found it damaged", which); });
    };
    const auto which = [files = store.get()] { return files->replaced(); };
    const auto cache = LocalStore::cachePath(pathOf(folder));
    screenReads = std::make_unique<ReadThread>(cache, which, damaged);
    searchReads = std::make_unique<ReadThread>(cache, which, damaged);
    countReads = std::make_unique<ReadThread>(cache, which, damaged);
    link = std::make_unique<HubLink>(*store, *storeThread);
    if (wasUnclean)
        link->comparer().hurry();
    attachments = std::make_unique<Attachments>(blobs, pathOf(folder) / kOpened, *link);
    linkThread = std::make_unique<QThread>();
    linkThread->setObjectName("link");
    link->moveToThread(linkThread.get());
    // What a link said last may arrive when its profile is closed already.
    QObject::connect(link.get(), &HubLink::statusChanged, q,
                     [this, mine = generation.load()](const engine::SyncStatus &now, std::optional<TimePoint> at) {
                         if (mine == generation)
                             onSyncStatus(now, at);
                     });
    QObject::connect(link.get(), &HubLink::presenceHeard, q, [this, mine = generation.load()](const wire::Presence &heard) {
        if (mine == generation)
            onPresence(heard);
    });
    QObject::connect(link.get(), &HubLink::fileWanted, q,
                     [this, mine = generation.load()](const model::Attachment &file, std::int64_t session) {
                         if (mine == generation)
                             attachments->bring(file, session);
                     });
    QObject::connect(&link->comparer(), &Comparer::compared, q, [this, mine = generation.load()](const CopyCheck &check) {
        if (mine == generation)
            copyCheck = check;
    });
    QObject::connect(link.get(), &HubLink::certificateRefused, q,
                     [this, mine = generation.load()](const CertificateProblem &problem) {
                         if (mine != generation)
                             return;
                         certificate = problem;
                         certificateIsNew = true;
                     });
    for (const auto &[name, fingerprint] : facts.settings) {
        if (name.starts_with(kPin) && !fingerprint.empty())
            link->setPin(QUrl(QString::fromStdString(name.substr(kPin.size()))), fingerprint);
    }
    linkThread->start();
    storeThread->post([this] { store->checkpoint(false); }, WorkThread::Urgency::Hub);
    if (wasUnclean)
        checkCache();
    tidyTimer.start();
    lookForStrays();
    describe();
    emit q->agentChanged();
    const bool isInFile = !facts.installation.token.empty() && facts.inKeyring.empty();
    if (isInKeyring(facts.installation.token) || (keyring && isInFile))
        fetchToken();
    if (isInFile && facts.isLocked) // what is sealed is of a time when there was a keyring, or another's
        useKeys({}, false, [this] { startLink(); });
    else
        startLink();
}

/// Off every path that somebody waits on: it reads the whole file.
void Workspace::Private::checkCache()
{
    checker = std::make_unique<WorkThread>();
    checker->post([this, which = store->replaced(), path = LocalStore::cachePath(pathOf(folder))] {
        auto file = store::Database::open(path.string(), {.mode = store::Database::Mode::ReadOnly});
        if (!file)
            return;
        {
            const std::scoped_lock guard(checkMutex);
            checked = file->get();
        }
        const auto found = (*file)->quickCheck();
        {
            const std::scoped_lock guard(checkMutex);
            checked = nullptr;
        }
        const bool damaged = found ? *found != "ok" : found.error().kind == Error::Kind::Corrupt;
        if (damaged)
            storeThread->post([this, which] { store->replaceCache("quick_check", which); });
    });
}

void Workspace::Private::close()
{
    ++generation;
    if (!storeThread)
        return;
    const bool wasOpen = std::exchange(isOpen, false);
    presenceTimer.stop();
    roomTimer.stop();
    tidyTimer.stop();
    forgetKeys();
    if (link) {
        // Its end comes on its own thread; then it is brought home, so that whoever still talks to it does no harm.
        QThread *home = QThread::currentThread();
        QMetaObject::invokeMethod(
            link.get(),
            [this, home] {
                link->stop();
                link->moveToThread(home);
            },
            Qt::BlockingQueuedConnection);
        linkThread->quit();
        linkThread->wait();
    }
    if (checker) {
        {
            const std::scoped_lock guard(checkMutex);
            if (checked)
                checked->interrupt();
        }
        checker->close();
    }
    if (screenReads) {
        screenReads->close();
        searchReads->close();
        countReads->close();
    }
    if (wasOpen)
        storeThread->post([this] { store->checkpoint(true); }, WorkThread::Urgency::Hub);
    storeThread->close();
    ++generation; // what the last of its jobs have told belongs to a profile that is closed
    if (attachments) {
        attachments->close();
        std::error_code ignored;
        std::filesystem::remove_all(pathOf(folder) / kOpened, ignored);
    }
    link.reset();
    attachments.reset();
    checker.reset();
    screenReads.reset();
    searchReads.reset();
    countReads.reset();
    linkThread.reset();
    store.reset();
    storeThread.reset();
    if (wasOpen)
        QFile::remove(runningMark(folder));
    lock.reset();
    folder.clear();
    facts = {};
    sync = {};
    copyCheck = {};
    certificate.reset();
    retryAt.reset();
    outboxPeak = 0;
    insecure = false;
    lockedOut = false;
    toldOfFile = false;
    keyringRefused = false;
    history.clear();
    settingsUnderWay.clear();
    draftSeen.clear();
    draftSaves.clear();
    presence.clear();
    {
        const std::scoped_lock guard(changesMutex);
        changes = {};
        flushPosted = false;
    }
    describe();
}

// -- What the threads tell
// ------------------------------------------------------------------------------------------------------

LocalStore::Events Workspace::Private::events()
{
    LocalStore::Events told;
    told.changed = [this](const store::ChangeSet &touched) { noteChanges(touched); };
    told.factsChanged = [this] { onWindow([this, known = store->facts()] { onFacts(known); }); };
    told.cameBack = [this](const store::JournalEntry &entry) { onWindow([this, entry] { emit q->cameBack(entry); }); };
    told.draftChanged = [this](model::ConversationId conversation) {
        onWindow([this, conversation] { emit q->draftChanged(conversation); });
    };
    told.copyMoved = [this] {
        screenReads->reset();
        searchReads->reset();
        countReads->reset();
    };
    told.cacheReplaced = [this, moved = told.copyMoved] {
        moved();
        onLink([](HubLink &target) { target.restart(); });
    };
    return told;
}

void Workspace::Private::noteChanges(const store::ChangeSet &touched)
{
    const std::scoped_lock guard(changesMutex);
    changes.add(touched);
    if (!std::exchange(flushPosted, true))
        onWindow([this] { flushChanges(); });
}

void Workspace::Private::flushChanges()
{
    store::ChangeSet touched;
    {
        const std::scoped_lock guard(changesMutex);
        touched = std::exchange(changes, {});
        flushPosted = false;
    }
    if (!touched.files.empty() && attachments)
        attachments->forget(std::exchange(touched.files, {}));
    emit q->changed(touched);
}

void Workspace::Private::onFacts(LocalStore::Facts now)
{
    const bool otherAgent = now.agent != facts.agent || now.installation.token.empty() != facts.installation.token.empty();
    const bool otherBox = now.outboxRevision != facts.outboxRevision;
    const bool wasFull = facts.storage == Status::Storage::DiskFull;
    facts = std::move(now);
    for (const auto &[name, kept] : settingsUnderWay) // of before they were there
        facts.settings[name] = kept.first;
    const bool isFull = facts.storage == Status::Storage::DiskFull;
    if (isFull != roomTimer.isActive())
        isFull ? roomTimer.start() : roomTimer.stop();
    if (wasFull && !isFull)
        onLink([](HubLink &target) { target.tryNow(); });
    describe();
    if (otherAgent)
        emit q->agentChanged();
    if (otherBox)
        emit q->outboxChanged();
    askKeyWhenConnected(); // the token may have come into the keyring
}

void Workspace::Private::onSyncStatus(const engine::SyncStatus &now, std::optional<TimePoint> at)
{
    if (now.reason == engine::SyncStatus::Reason::Denied && !facts.installation.token.empty())
        lockOut();
    const auto before = sync.state;
    sync = now;
    retryAt = at;
    noteTry(now.state, before);
    if (!isConnected(now.state)) {
        for (const model::ConversationId conversation : presence.clear())
            emit q->presenceChanged(conversation);
    }
    describe();
    if (isConnected(now.state) && !isConnected(before) && keys.empty())
        keyIsAsked = false; // it may have none yet, or have been busy: once a session
    askKeyWhenConnected();
}

/// What was shown and not believed counts until a try has come to something else.
void Workspace::Private::noteTry(engine::SyncStatus::State now, engine::SyncStatus::State before)
{
    using State = engine::SyncStatus::State;
    const bool failedOtherwise = now == State::Waiting && before != State::Waiting && !certificateIsNew;
    if (failedOtherwise || now == State::CatchingUp || now == State::Live)
        certificate.reset();
    if (now == State::Connecting)
        certificateIsNew = false;
}

/// The token is worth nothing any more, so whoever sits here may not be who the copy was for (ENGINE F59). What they wrote
/// is kept for the next sign-in of the same agent.
void Workspace::Private::lockOut()
{
    lockedOut = true;
    forgetToken(facts.inKeyring);
    forgetKeys();
    onLink([](HubLink &target) { target.stop(); });
    storeThread->post([this, token = facts.installation.token] {
        attachments->endAccess();
        if (const auto done = store->signOut(token); !done)
            log(LogLevel::Error, "tributary.client", "the copy could not be removed", {{"error", done.error().detail}});
    });
    history.clear();
    emit q->historyChanged();
}

void Workspace::Private::lookForStrays()
{
    storeThread->post(
        [this] {
            const auto more = store->lookForStrays();
            if (more && *more)
                onWindow([this] { lookForStrays(); }); // behind whatever a person has asked for meanwhile
        },
        WorkThread::Urgency::Hub);
}

void Workspace::Private::tidy()
{
    lookForStrays(); // where the copy was not whole at the start
    const bool forgets = !forgotAt || clock.steady() - *forgotAt >= kForgetEvery;
    storeThread->post(
        [this, forgets] {
            const auto more = store->evict();
            if (more && *more)
                return onWindow([this] { tidy(); }); // behind whatever a person has asked for meanwhile
            const auto words = forgets ? store->forgetWords() : Result<bool>(false);
            if (words && *words)
                return onWindow([this] { tidy(); });
            if (forgets && words) // else it goes on with the next tidying
                onWindow([this] { forgotAt = clock.steady(); });
            store->sealRest(); // where there was no room for it
            store->checkpoint(false);
            if (auto inUse = store->filesInUse())
                onWindow([this, inUse = std::move(*inUse)] { trimAttachments(inUse); });
        },
        WorkThread::Urgency::Hub);
}

void Workspace::Private::trimAttachments(const std::set<std::string> &inUse)
{
    const int megabytes = QString::fromStdString(q->setting("attachments.megabytes", "2048")).toInt();
    if (megabytes > 0)
        attachments->trim(std::uint64_t(megabytes) * kMegabyte, inUse);
    attachments->resealStored();
}

void Workspace::Private::onPresence(const wire::Presence &heard)
{
    if (!heard.agent.isNull() && heard.agent == facts.agent.id)
        return; // another desktop of the same person
    if (presence.heard(heard, clock.steady()))
        emit q->presenceChanged(heard.conversation);
    if (!presence.empty() && !presenceTimer.isActive())
        presenceTimer.start();
}

void Workspace::Private::describe()
{
    using Sync = engine::SyncStatus;
    Status now;
    now.storage = facts.storage;
    now.unsafeDisk = unsafeDisk;
    now.outboxCount = facts.outboxCount;
    if (facts.outboxCount == 0)
        outboxPeak = 0;
    else if (facts.outboxCount >= kLongOutbox || outboxPeak > 0)
        outboxPeak = std::max(outboxPeak, facts.outboxCount);
    now.outboxPeak = outboxPeak;
    now.needsYouCount = facts.needsYouCount;
    now.waitingForNewer = facts.waitingForNewer;
    now.rebuilding = facts.rebuilding;
    now.workspace = facts.installation.workspace;
    const bool signedIn = !facts.installation.token.empty();
    // Signing out takes the copy away; a link that has ended still says how complete it was.
    const bool hasLink = signedIn && sync.state != Sync::State::Stopped;
    if (!lockedOut)
        now.completeAsOf = hasLink && sync.completeAsOf ? sync.completeAsOf : facts.syncedAt;
    if (!isOpen) {
        now.state = Status::State::Closed;
    } else if (!signedIn || lockedOut || keyringRefused) {
        now.state = Status::State::SignedOut;
        now.reason = lockedOut ? Status::Reason::Denied : Status::Reason::None;
    } else if (insecure) {
        now.state = Status::State::Offline;
        now.reason = Status::Reason::Insecure;
    } else {
        switch (sync.state) {
        case Sync::State::Stopped:
        case Sync::State::Connecting: now.state = Status::State::Connecting; break;
        case Sync::State::Waiting: now.state = Status::State::Offline; break;
        case Sync::State::CatchingUp: now.state = Status::State::CatchingUp; break;
        case Sync::State::Live: now.state = Status::State::Live; break;
        }
        switch (sync.reason) {
        case Sync::Reason::Unreachable: now.reason = Status::Reason::Unreachable; break;
        case Sync::Reason::OtherHistory: now.reason = Status::Reason::OtherHistory; break;
        case Sync::Reason::Stopping: now.reason = Status::Reason::Stopping; break;
        case Sync::Reason::Garbage: now.reason = Status::Reason::Garbage; break;
        case Sync::Reason::Unreadable: now.reason = Status::Reason::Unreadable; break;
        case Sync::Reason::None:
        case Sync::Reason::Storage: // Status::storage says it
        case Sync::Reason::Denied: break;
        }
        if (certificate && (now.state == Status::State::Offline || now.state == Status::State::Connecting)) {
            now.reason = Status::Reason::Certificate;
            now.certificate = certificate;
        }
        now.retryAt = retryAt;
        now.done = sync.done;
        now.total = sync.total;
    }
    if (now == status)
        return;
    status = std::move(now);
    emit q->statusChanged();
}

void Workspace::Private::startLink()
{
    const QUrl typed(QString::fromStdString(facts.installation.hubUrl));
    const auto hub = hubAddress(typed);
    insecure = !typed.isEmpty() && !hub;
    sync = {};
    certificate.reset();
    retryAt.reset();
    keyTimer.stop();
    lockedOut = lockedOut && facts.installation.token.empty();
    if (!facts.installation.token.empty() && !isInKeyring(facts.installation.token) && hub) {
        keyringRefused = false;
        attachments->setAccess(*hub, facts.installation.token);
        if (facts.isLocked)
            askKey();
        else
            onLink([address = *hub](HubLink &target) { target.start(address); });
    }
    describe();
}

void Workspace::Private::endSession(std::function<void()> then)
{
    onLink([this, then = std::move(then)](HubLink &target) {
        target.stop();
        storeThread->post(
            [this, then] {
                attachments->endAccess();
                then();
            },
            WorkThread::Urgency::Hub);
    });
}

// -- Commands
// ---------------------------------------------------------------------------------------------------------------------

void Workspace::Private::showRest()
{
    if (store->isShowing())
        storeThread->post([this] {
            (void)store->showMore();
            showRest();
        });
}

QFuture<Result<Submitted>> Workspace::Private::submitting(std::function<Result<LocalStore::Submission>(LocalStore &)> work)
{
    return onStore<Submitted>([this, work = std::move(work)](LocalStore &files) -> Result<Submitted> {
        TRIBUTARY_TRY_ASSIGN(LocalStore::Submission done, work(files));
        onLink([commands = done.commands](HubLink &target) { target.commandsAdded(commands); });
        showRest();
        Submitted submitted{std::move(done.commands), std::move(done.undo)};
        remember(submitted.undo ? submitted.undo : withoutAWayBack(submitted.commands));
        return submitted;
    });
}

void Workspace::Private::forgetMaking(model::TimelineItemId item)
{
    if (history.takeOut(item))
        emit q->historyChanged();
}

void Workspace::Private::remember(const std::optional<UndoStep> &step)
{
    if (!step)
        return;
    onWindow([this, step = *step] {
        for (const model::CommandBody &body : step.forward)
            forgetMaking(model::itemMadeBy(body));
        history.push(step);
        emit q->historyChanged();
    });
}

void Workspace::Private::takeBackNewest(const Promise<Undone> &promise)
{
    const auto step = isOpen ? history.pop(clock.now()) : std::nullopt;
    emit q->historyChanged();
    if (!step)
        return promise.finish(failure(Error::Kind::NotFound, "nothing to undo"));
    if (step->back.empty() && !step->isDiscard)
        return promise.finish(Undone{*step, step->forward, {}});
    storeThread->post([this, step = *step, promise] { promise.finish(takeBack(*store, step)); });
}

QFuture<Result<Undone>> Workspace::Private::takingBack(UndoStep step, bool keepsTexts)
{
    return onStore<Undone>(
        [this, step = std::move(step), keepsTexts](LocalStore &files) { return takeBack(files, step, keepsTexts); });
}

Result<Undone> Workspace::Private::takeBack(LocalStore &files, const UndoStep &step, bool keepsTexts)
{
    auto done = files.takeBack(step, keepsTexts);
    if (!done && done.error().kind != Error::Kind::NotFound) // else it would fail again
        remember(step);
    return undone(std::move(done), step);
}

Result<Undone> Workspace::Private::undone(Result<LocalStore::Submission> done, UndoStep step)
{
    TRIBUTARY_TRY(done);
    onLink([commands = done->commands](HubLink &target) { target.commandsAdded(commands); });
    showRest();
    remember(done->undo);
    return Undone{std::move(step), std::move(done->overtaken), std::move(done->undo)};
}

} // namespace tributary::client
