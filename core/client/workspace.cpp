#include "core/client/workspace.h"

#include "core/client/hub_address.h"
#include "core/client/personal_settings.h"
#include "core/client/workspace_private.h"
#include "core/text/utf8.h"

#include <QFutureWatcher>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSysInfo>

#include <thread>

namespace tributary::client {
namespace {

/// What the hub said to a sign-in.
struct SignedIn {
    std::string token;
    model::AgentId agent;
    std::string workspace;
};

Result<QJsonObject> saidIn(const Result<HubHttp::Answer> &answer)
{
    if (!answer)
        return failure(answer.error());
    const QJsonObject said = QJsonDocument::fromJson(answer->body).object();
    if (answer->status / 100 == 2)
        return said;
    const std::string error = said["error"].toString().toStdString();
    if (answer->status == 429 && error != "busy")
        return failure(Error::Kind::Denied, "locked " + std::to_string(said["retry_after"].toInt()));
    if (error == "turned-off")
        return failure(Error::Kind::Denied, "turned-off " + said["admin"].toString().toStdString());
    if (answer->status == 403 && error == "not-allowed")
        return failure(Error::Kind::Rejected, "only admins may");
    return failure(HubHttp::kindOf(answer->status), error.empty() ? "the hub did not let us in" : error);
}

Result<SignedIn> signedInFrom(const Result<QJsonObject> &said)
{
    if (!said)
        return failure(said.error());
    SignedIn in{.token = (*said)["token"].toString().toStdString(),
                .workspace = (*said)["workspace"].toString().toStdString()};
    const auto agent = model::AgentId::fromText((*said)["agent_id"].toString().toStdString());
    if (!agent || in.token.empty())
        return failure(Error::Kind::Failed, "what answers there is no hub");
    in.agent = *agent;
    return in;
}

QString qt(const std::string &text)
{
    return QString::fromStdString(text);
}

} // namespace

Workspace::Workspace(QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this))
{
}

Workspace::~Workspace()
{
    close();
}

void Workspace::setKeyring(std::unique_ptr<Keyring> keyring)
{
    d->keyring = std::move(keyring);
}

bool Workspace::isTokenInFile() const
{
    return d->keyring && !d->facts.installation.token.empty() && d->facts.inKeyring.empty();
}

QFuture<Result<void>> Workspace::open(const QString &folder)
{
    return d->open(folder);
}

void Workspace::close()
{
    d->close();
}

QString Workspace::folder() const
{
    return d->folder;
}

QFuture<Result<JournalRescue>> Workspace::rescueJournal(const QString &folder)
{
    const Promise<JournalRescue> promise;
    std::thread([promise, folder] {
        const auto lock = LocalStore::lockFolder(folder.toStdString());
        if (!lock)
            return promise.finish(failure(lock.error()));
        const SystemClock clock;
        SystemRng rng;
        promise.finish(LocalStore::rescueJournal(folder.toStdString(), clock, rng));
    }).detach();
    return promise.future();
}

// -- Who, and the link
// --------------------------------------------------------------------------------------------------------

void Workspace::Private::ask(const QUrl &hub, const std::string &token, const QString &path,
                             const std::optional<QJsonObject> &body, HubAccess::Done done)
{
    HubHttp::Request request{.hub = hub, .path = path, .token = token, .type = "application/json"};
    request.most = token.empty() ? 65'536 : 1 << 20; // who has let us in may say more
    request.post = body.has_value();
    if (body)
        request.body = QJsonDocument(*body).toJson(QJsonDocument::Compact);
    if (!link)
        return done(failure(Error::Kind::Offline, "no profile is open"));
    onLink([request, done = std::move(done)](HubLink &target) {
        target.http().send(request, [done](const Result<HubHttp::Answer> &answer) { done(saidIn(answer)); });
    });
}

QFuture<Result<void>> Workspace::Private::enter(const QUrl &hub, const QString &path, QJsonObject body,
                                                const std::string &email, bool isKept)
{
    body["device"] = QSysInfo::machineHostName();
    const Promise<void> promise;
    const std::string kept = hub.toString().toStdString();
    ask(hub, {}, path, body, [this, promise, kept, email, isKept](const Result<QJsonObject> &said) {
        const auto in = signedInFrom(said);
        if (!in)
            return promise.finish(failure(in.error()));
        onWindow([this, promise, kept, email, isKept, in = *in] {
            const std::vector<SealKey> own = in.agent == facts.agent.id ? keys : std::vector<SealKey>();
            const auto adopt = [this, promise, kept, email, in, own](const std::string &inKeyring) {
                endSession([this, promise, kept, email, in, own, inKeyring, before = facts.inKeyring] {
                    // Without a place for its keys all is plain before the one they had is gone.
                    const bool losesPlace = inKeyring.empty() && !own.empty();
                    const bool isReady = !losesPlace || store->unlock(own, false, rng);
                    const auto adopted = store->adopt(kept, in.token, email, in.agent, in.workspace, inKeyring);
                    if (!adopted && losesPlace)
                        store->unlock(own, !before.empty(), rng);
                    onWindow([this, promise, adopted, isReady, own, inKeyring, before, known = store->facts()] {
                        if (!adopted) {
                            forgetToken(inKeyring);
                            if (!facts.installation.token.empty()) // who may not come in here leaves the other signed in
                                useKeys(keys, !facts.inKeyring.empty(), [this] { startLink(); });
                            return promise.finish(adopted);
                        }
                        if (isReady)
                            forgetToken(before);
                        onFacts(known);
                        history.clear();
                        forgetKeys();
                        useKeys(own, !inKeyring.empty(), [this, promise] {
                            startLink();
                            promise.finish({});
                        });
                    });
                });
            };
            if (isKept)
                storeToken({in.token, own}, adopt);
            else
                adopt(std::string(kKeptNowhere));
        });
    });
    return promise.future();
}

QFuture<Result<void>> Workspace::signIn(const QUrl &hub, const std::string &email, const std::string &password,
                                        const std::string &code, bool isKept)
{
    const auto address = hubAddress(hub);
    if (!address)
        return ready<void>(failure(address.error()));
    if (!d->isOpen)
        return ready<void>(failure(Error::Kind::Offline, "no profile is open"));
    QJsonObject body{{"email", qt(email)}, {"password", qt(password)}};
    if (!code.empty())
        body["code"] = qt(code);
    return d->enter(*address, "/auth/sign-in", body, email, isKept);
}

QFuture<Result<Invitation>> Workspace::lookAt(const JoinLink &link)
{
    if (!d->isOpen)
        return ready<Invitation>(failure(Error::Kind::Offline, "no profile is open"));
    const Promise<Invitation> promise;
    const QJsonObject body{{"secret", qt(link.secret)}};
    const auto read = [promise](const Result<QJsonObject> &said) {
        if (!said)
            return promise.finish(failure(said.error()));
        promise.finish(Invitation{(*said)["kind"].toString() == QLatin1String("reset"),
                                  (*said)["email"].toString().toStdString(), (*said)["name"].toString().toStdString(),
                                  (*said)["workspace"].toString().toStdString()});
    };
    d->ask(link.hub, {}, "/auth/link", body, [this, link, body, read, promise](const Result<QJsonObject> &said) {
        const auto problem = said ? std::nullopt : certificateProblemIn(said.error());
        if (!problem || !problem->pinned.empty() || link.fingerprint.empty())
            return read(said);
        // Nobody knows the certificate but whoever has sent the link.
        if (problem->seen != link.fingerprint)
            return promise.finish(failure(errorOf({problem->seen, link.fingerprint})));
        d->onWindow([this, link, body, read] {
            trustHub(link.hub, link.fingerprint);
            d->ask(link.hub, {}, "/auth/link", body, read);
        });
    });
    return promise.future();
}

QFuture<Result<void>> Workspace::join(const JoinLink &link, const std::string &name, const std::string &password,
                                      const std::string &code)
{
    if (!d->isOpen)
        return ready<void>(failure(Error::Kind::Offline, "no profile is open"));
    const Promise<void> promise;
    const QFuture<Result<Invitation>> looked = lookAt(link); // whose address it is, and that the hub is believed
    auto *watcher = new QFutureWatcher<Result<Invitation>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, promise, link, name, password, code] {
        watcher->deleteLater();
        const Result<Invitation> found = watcher->result();
        if (!found)
            return promise.finish(failure(found.error()));
        QJsonObject body{{"secret", qt(link.secret)}, {"name", qt(name)}, {"password", qt(password)}};
        if (!code.empty())
            body["code"] = qt(code);
        auto *entering = new QFutureWatcher<Result<void>>(this);
        connect(entering, &QFutureWatcherBase::finished, this, [entering, promise] {
            entering->deleteLater();
            promise.finish(entering->result());
        });
        entering->setFuture(d->enter(link.hub, "/auth/join", body, found->email));
    });
    watcher->setFuture(looked);
    return promise.future();
}

const HubAccess &Workspace::access() const
{
    return *d->access;
}

void Workspace::trustHub(const QUrl &hub, const std::string &fingerprint)
{
    const auto address = hubAddress(hub);
    if (!address || !d->isOpen || fingerprint == pinOf(*address))
        return;
    setSetting(pinName(*address), fingerprint);
    d->certificate.reset(); // what was said of it was by other rules
    d->describe();
    d->onLink([address = *address, fingerprint](HubLink &link) { link.setPin(address, fingerprint); });
}

std::string Workspace::pinOf(const QUrl &hub) const
{
    const auto address = hubAddress(hub);
    return address ? setting(pinName(*address)) : std::string();
}

QFuture<Result<void>> Workspace::signOut()
{
    if (!d->isOpen)
        return ready<void>(failure(Error::Kind::Offline, "no profile is open"));
    const Promise<void> promise;
    const HubHttp::Request goodbye{.hub = QUrl(QString::fromStdString(d->facts.installation.hubUrl)),
                                   .path = "/auth/sign-out",
                                   .token = d->facts.installation.token,
                                   .post = true};
    d->forgetToken(d->facts.inKeyring);
    d->forgetKeys();
    d->onLink([goodbye](HubLink &link) {
        link.stop();
        if (!goodbye.token.empty() && !isInKeyring(goodbye.token))
            link.http().send(goodbye,
                             [](const Result<HubHttp::Answer> &) {}); // without the hub the device list shows it still
    });
    d->storeThread->post([this, promise, token = goodbye.token] {
        d->attachments->endAccess();
        const auto done = d->store->signOut(token);
        d->onWindow([this, promise, done, known = d->store->facts()] {
            d->sync = {};
            d->onFacts(known);
            d->history.clear();
            emit historyChanged();
            promise.finish(done);
        });
    });
    return promise.future();
}

QFuture<Result<void>> Workspace::hubMoved(const QUrl &hub)
{
    const auto address = hubAddress(hub);
    if (!address)
        return ready<void>(failure(address.error()));
    if (!d->isOpen)
        return ready<void>(failure(Error::Kind::Offline, "no profile is open"));
    const Promise<void> promise;
    d->storeThread->post([this, promise, kept = address->toString().toStdString()] {
        const auto moved = d->store->setHubUrl(kept);
        d->onWindow([this, promise, moved, known = d->store->facts()] {
            d->onFacts(known);
            if (moved)
                d->startLink();
            promise.finish(moved);
        });
    });
    return promise.future();
}

const Status &Workspace::status() const
{
    return d->status;
}

const model::Agent &Workspace::agent() const
{
    static const model::Agent nobody;
    return d->facts.installation.token.empty() ? nobody : d->facts.agent;
}

QUrl Workspace::hubUrl() const
{
    return QUrl(QString::fromStdString(d->facts.installation.hubUrl));
}

std::string Workspace::agentEmail() const
{
    return d->facts.installation.agentEmail;
}

QFuture<Result<CopyCheck>> Workspace::compareNow()
{
    const Promise<CopyCheck> promise;
    if (d->isOpen)
        d->onLink([promise](HubLink &link) { link.comparer().compareNow(promise); });
    else
        promise.finish(failure(Error::Kind::Offline, "no profile is open"));
    return promise.future();
}

const CopyCheck &Workspace::copyCheck() const
{
    return d->copyCheck;
}

void Workspace::tryNow()
{
    if (d->keyTimer.isActive())
        return d->startLink();
    d->onLink([](HubLink &link) { link.tryNow(); });
}

// -- Doing things
// ---------------------------------------------------------------------------------------------------------------

QFuture<Result<Submitted>> Workspace::submit(std::vector<model::CommandBody> bodies, std::optional<std::int64_t> baseSeq,
                                             bool undoable)
{
    return d->submitting([bodies = std::move(bodies), baseSeq, undoable](LocalStore &files) {
        return files.submit(bodies, baseSeq, undoable);
    });
}

QFuture<Result<Submitted>> Workspace::submit(model::CommandBody body, std::optional<std::int64_t> baseSeq)
{
    return submit(std::vector<model::CommandBody>{std::move(body)}, baseSeq);
}

QFuture<Result<Undone>> Workspace::undo()
{
    if (!d->isOpen)
        return ready<Undone>(failure(Error::Kind::NotFound, "nothing to undo"));
    // What was done just before may still be on its way to the journal, and is in the history when it is there: this stands
    // behind it.
    const Promise<Undone> promise;
    d->storeThread->post([this, promise] { d->onWindow([this, promise] { d->takeBackNewest(promise); }); });
    return promise.future();
}

QFuture<Result<Undone>> Workspace::undoStep(UndoStep step)
{
    d->history.remove(step);
    emit historyChanged();
    if (step.until && d->clock.now() >= *step.until)
        return ready<Undone>(failure(Error::Kind::NotFound, "it is too late for that"));
    return d->takingBack(std::move(step));
}

const UndoHistory &Workspace::history() const
{
    return d->history;
}

QFuture<Result<std::vector<store::JournalEntry>>> Workspace::outbox()
{
    return d->onStore<std::vector<store::JournalEntry>>([](LocalStore &files) { return files.outbox(); });
}

QFuture<Result<std::vector<store::JournalEntry>>> Workspace::needsYou()
{
    return d->onStore<std::vector<store::JournalEntry>>([](LocalStore &files) { return files.needsYou(); });
}

QFuture<Result<std::vector<OutboxEntry>>> Workspace::outboxEntries()
{
    return d->onStore<std::vector<OutboxEntry>>([](LocalStore &files) { return files.outboxEntries(); });
}

QFuture<Result<Undone>> Workspace::takeBackItem(model::TimelineItemId item, bool keepText)
{
    if (auto known = d->history.takeOut(item)) { // it knows how the conversation was
        emit historyChanged();
        return d->takingBack(std::move(*known), keepText);
    }
    return d->onStore<Undone>(
        [this, item, keepText](LocalStore &files) { return d->undone(files.takeBackItem(item, keepText), {}); });
}

QFuture<Result<Crossing>> Workspace::crossing(std::int64_t n)
{
    return d->onStore<Crossing>([n](LocalStore &files) { return files.crossing(n); });
}

QFuture<Result<void>> Workspace::edit(std::int64_t n)
{
    return d->onStore<void>([d = d.get(), n](LocalStore &files) -> Result<void> {
        TRIBUTARY_TRY_ASSIGN(const model::TimelineItemId item, files.edit(n));
        d->onWindow([d, item] { d->forgetMaking(item); });
        return {};
    });
}

QFuture<Result<void>> Workspace::settle(std::int64_t n)
{
    return d->onStore<void>([n](LocalStore &files) { return files.settle(n); });
}

QFuture<Result<Submitted>> Workspace::sendAnyway(std::int64_t n, std::int64_t upTo)
{
    return d->submitting([n, upTo](LocalStore &files) { return files.sendAnyway(n, upTo); });
}

QFuture<Result<Submitted>> Workspace::discard(std::int64_t n)
{
    return d->submitting([n](LocalStore &files) { return files.discard(n); });
}

// -- Drafts and settings
// --------------------------------------------------------------------------------------------------------

QFuture<Result<void>> Workspace::saveDraft(store::Draft draft)
{
    ++d->draftSaves[{draft.conversation, draft.kind}];
    const std::int64_t seen = d->draftSeen[{draft.conversation, draft.kind}];
    return d->onStore<void>([draft = std::move(draft), seen](LocalStore &files) { return files.saveDraft(draft, seen); });
}

QFuture<Result<std::optional<store::Draft>>> Workspace::draft(model::ConversationId conversation, store::Draft::Kind kind)
{
    const std::int64_t saves = d->draftSaves[{conversation, kind}];
    return d->onStore<std::optional<store::Draft>>([d = d.get(), conversation, kind, saves](LocalStore &files) {
        auto draft = files.draft(conversation, kind);
        // Before whoever has asked gets it: what they save until then they have written without it, and ask again.
        d->onWindow([d, conversation, kind, saves, now = files.regainRound()] {
            if (d->draftSaves[{conversation, kind}] == saves)
                d->draftSeen[{conversation, kind}] = now;
        });
        return draft;
    });
}

QFuture<Result<std::vector<store::Draft>>> Workspace::drafts()
{
    return d->onStore<std::vector<store::Draft>>([](LocalStore &files) { return files.drafts(); });
}

std::string Workspace::setting(const std::string &name, const std::string &otherwise) const
{
    const auto found = d->facts.settings.find(keptName(name, d->facts.agent.id));
    return found == d->facts.settings.end() ? otherwise : found->second;
}

QFuture<Result<void>> Workspace::setSetting(const std::string &setting, const std::string &value)
{
    const std::string name = keptName(setting, d->facts.agent.id);
    d->facts.settings[name] = value;
    if (!d->isOpen)
        return ready<void>(failure(Error::Kind::Offline, "no profile is open"));
    auto &underWay = d->settingsUnderWay[name];
    underWay = {value, underWay.second + 1};
    auto kept = d->onStore<void>([this, name, value](LocalStore &files) {
        auto done = files.setSetting(name, value);
        d->onWindow([this, name] {
            const auto one = d->settingsUnderWay.find(name);
            if (one != d->settingsUnderWay.end() && --one->second.second == 0)
                d->settingsUnderWay.erase(one);
        });
        return done;
    });
    if (name.starts_with("history.") || name.starts_with("attachments."))
        d->tidy(); // who asks for less on this computer wants to see it go
    return kept;
}

// -- Attachments and presence
// ---------------------------------------------------------------------------------------------------

QFuture<Result<model::Attachment>> Workspace::attach(const QString &path)
{
    return d->isOpen ? d->attachments->attach(path, isConnected(d->sync.state))
                     : ready<model::Attachment>(failure(Error::Kind::Offline, "not open"));
}

QFuture<Result<model::Attachment>> Workspace::attach(const std::string &name, const std::string &mediaType,
                                                     const QByteArray &content)
{
    return d->isOpen ? d->attachments->attach(name, mediaType, content, isConnected(d->sync.state))
                     : ready<model::Attachment>(failure(Error::Kind::Offline, "not open"));
}

QFuture<Result<QString>> Workspace::attachmentFile(model::Attachment attachment)
{
    return d->isOpen ? d->attachments->file(attachment) : ready<QString>(failure(Error::Kind::Offline, "not open"));
}

QFuture<Result<QByteArray>> Workspace::attachmentBytes(model::Attachment attachment, qint64 most)
{
    return d->isOpen ? d->attachments->bytes(attachment, most)
                     : ready<QByteArray>(failure(Error::Kind::Offline, "not open"));
}

QFuture<Result<void>> Workspace::saveAttachment(model::Attachment attachment, const QString &path)
{
    return d->isOpen ? d->attachments->save(attachment, path) : ready<void>(failure(Error::Kind::Offline, "not open"));
}

QFuture<Result<QImage>> Workspace::thumbnail(model::Attachment attachment, QSize size)
{
    return d->isOpen ? d->attachments->thumbnail(attachment, size)
                     : ready<QImage>(failure(Error::Kind::Offline, "not open"));
}

void Workspace::sendPresence(wire::Presence::Kind kind, model::ConversationId conversation, const std::string &draft)
{
    wire::Presence presence{.kind = kind, .conversation = conversation};
    presence.text = text::truncated(draft, wire::Presence::kMostText);
    d->onLink([presence](HubLink &link) { link.sendPresence(presence); });
}

std::vector<Present> Workspace::presentAt(model::ConversationId conversation) const
{
    std::vector<Present> there;
    for (const wire::Presence &one : d->presence.at(conversation))
        there.push_back({.agent = one.agent, .kind = one.kind, .text = one.text});
    return there;
}

RawId Workspace::makeRawId()
{
    return d->ids.makeRaw();
}

} // namespace tributary::client
