#include "core/client/workspace_private.h"

#include "core/base/log.h"
#include "core/client/hub_address.h"

/// The token of this device and the key that seals its work: in the keyring, and from the hub.
namespace tributary::client {
namespace {

constexpr std::chrono::seconds kAskKeyAgain{5};
constexpr std::size_t kMostKeys = 4; ///< Earlier ones, from before the hub had another: what they sealed is sealed anew.

} // namespace

void Workspace::Private::fetchToken()
{
    if (!isInKeyring(facts.installation.token)) { // from before there was a keyring: it moves there while all goes on
        storeToken({.token = facts.installation.token}, [this](const std::string &inKeyring) {
            if (!inKeyring.empty())
                storeThread->post([this, inKeyring] { (void)store->tokenMoved(inKeyring); });
        });
        return;
    }
    if (facts.inKeyring == kKeptNowhere) { // whoever signed in did not want to stay so
        keyringRefused = true;
        return describe();
    }
    const auto refused = [this] {
        keyringRefused = true;
        log(LogLevel::Warning, "tributary.client", "the keyring does not give the sign-in of this profile");
        describe();
    };
    if (!keyring)
        return refused();
    keyring->read(facts.inKeyring.substr(kInKeyring.size()),
                  [this, refused, mine = generation.load(), round = keyRound](const Result<std::string> &kept) {
                      if (mine != generation || round != keyRound)
                          return;
                      const KeyringEntry entry = keyringEntryFrom(kept ? *kept : std::string());
                      if (entry.token.empty())
                          return refused();
                      storeThread->post([this, token = entry.token] { store->tokenRead(token); });
                      useKeys(entry.keys, true, [this] { startLink(); });
                  });
}

void Workspace::Private::storeToken(const KeyringEntry &entry, std::function<void(const std::string &)> then)
{
    if (!keyring)
        return then({});
    std::array<std::byte, 8> random;
    rng.fill(random);
    const std::string name = toHex(random);
    keyring->write(name, keyringText(entry), [this, name, then, mine = generation.load()](const Result<void> &written) {
        if (mine != generation)
            return;
        if (written)
            return then(std::string(kInKeyring) + name);
        if (!std::exchange(toldOfFile, true)) {
            log(LogLevel::Warning, "tributary.client", "no keyring answers: the sign-in is kept in a file",
                {{"kind", tributary::name(written.error().kind)}});
            emit q->tokenKeptInFile();
        }
        then({});
    });
}

void Workspace::Private::forgetToken(const std::string &inKeyring)
{
    if (keyring && isInKeyring(inKeyring) && inKeyring != kKeptNowhere)
        keyring->remove(inKeyring.substr(kInKeyring.size()));
}

void Workspace::Private::forgetKeys()
{
    keys.clear();
    ++keyRound;
    keyIsAsked = false;
    toldLocked = false;
    keyTimer.stop();
}

void Workspace::Private::useKeys(std::vector<SealKey> now, bool seals, std::function<void()> then)
{
    keys = std::move(now);
    attachments->setKeys(keys, seals);
    storeThread->post([this, known = keys, seals, then = std::move(then), round = keyRound] {
        store->unlock(known, seals, rng);
        onWindow([this, then, round, facts = store->facts()] {
            onFacts(facts);
            if (round == keyRound)
                then();
            // Behind what is asked for by whoever was told of drafts that are there again.
            storeThread->post([this] { store->sealRest(); }, WorkThread::Urgency::Hub);
        });
    });
}

/// Once a session, and before anything is sent where something sealed would go before it.
void Workspace::Private::askKey()
{
    if (std::exchange(keyIsAsked, true))
        return;
    // Which history is here: a hub that knows neither that nor this device ends no sign-in.
    const QString path = "/auth/seal-key?epoch=" + QString::fromStdString(toHex(facts.epoch));
    ask(QUrl(QString::fromStdString(facts.installation.hubUrl)), facts.installation.token, path, std::nullopt,
        [this, round = keyRound](const Result<QJsonObject> &said) {
            onWindow([this, round, said] {
                if (round == keyRound)
                    keyAnswered(said);
            });
        });
}

/// Where there is no keyring, what is sealed is opened by it all the same.
void Workspace::Private::askKeyWhenConnected()
{
    const bool isIn = !facts.installation.token.empty() && !isInKeyring(facts.installation.token);
    if (isIn && isConnected(sync.state) && (!facts.inKeyring.empty() || facts.anyLocked))
        askKey();
}

void Workspace::Private::tellLocked()
{
    if (facts.lockedWork > 0 && !std::exchange(toldLocked, true))
        emit q->workLocked(facts.lockedWork);
}

void Workspace::Private::keyAnswered(const Result<QJsonObject> &said)
{
    if (!said && said.error().kind != Error::Kind::NotFound) {
        if (!facts.isLocked) // it is asked in the next session
            return;
        if (said.error().kind == Error::Kind::Denied && said.error().detail == "denied")
            return lockOut();
        return waitForKey(said.error());
    }
    const bool isKept = !facts.inKeyring.empty();
    const auto bytes = said ? fromBase64((*said)["key"].toString().toStdString()) : std::nullopt;
    const auto key = bytes ? SealKey::from(*bytes) : std::nullopt;
    if (!key || (!keys.empty() && keys.front() == *key)) // an older hub has none
        return facts.isLocked ? settleKeys(keys, isKept) : tellLocked();
    std::vector<SealKey> all{*key};
    std::ranges::copy_if(keys, std::back_inserter(all), [&](const SealKey &one) { return one != *key; });
    all.resize(std::min(all.size(), kMostKeys), *key);
    if (!isKept) // a key beside the lock is none: what is sealed is opened, and stays open
        return facts.anyLocked ? settleKeys(all, false) : void();
    if (facts.inKeyring == kKeptNowhere)
        return settleKeys(all, true);
    if (!keyring)
        return facts.anyLocked ? settleKeys(all, true) : void();
    // In the keyring first: nothing is sealed by a key that could be gone with the program.
    keyring->write(facts.inKeyring.substr(kInKeyring.size()), keyringText(KeyringEntry{facts.installation.token, all}),
                   [this, all, place = facts.inKeyring, mine = generation.load(), round = keyRound](const auto &written) {
                       if (mine != generation)
                           return;
                       if (round != keyRound) {
                           if (facts.inKeyring != place || facts.installation.token.empty())
                               forgetToken(place); // it was to be forgotten meanwhile
                           return;
                       }
                       if (written || facts.anyLocked) // the hub gives it again
                           settleKeys(all, true);
                   });
}

void Workspace::Private::settleKeys(std::vector<SealKey> all, bool seals)
{
    useKeys(std::move(all), seals, [this, wasLocked = facts.isLocked, waited = facts.lockedWork, inBox = facts.outboxCount] {
        if (!wasLocked) {
            // It goes out now; also what a restored hub is to be offered again.
            if (facts.lockedWork < waited || facts.outboxCount > inBox || facts.offersAgain)
                onLink([](HubLink &target) { target.restart(); });
            return tellLocked();
        }
        if (!facts.isLocked) {
            startLink();
            return tellLocked();
        }
        storeThread->post([this, round = keyRound] {
            const auto done = store->goOnLocked();
            onWindow([this, done, round, known = store->facts()] {
                onFacts(known);
                if (round != keyRound)
                    return;
                if (!done)
                    return waitForKey(done.error());
                tellLocked();
                startLink();
            });
        });
    });
}

void Workspace::Private::waitForKey(const Error &why)
{
    keyIsAsked = false;
    certificate = certificateProblemIn(why);
    sync.state = engine::SyncStatus::State::Waiting;
    using Reason = engine::SyncStatus::Reason;
    sync.reason = why.detail == "other-history" ? Reason::OtherHistory : Reason::Unreachable;
    retryAt = clock.now() + kAskKeyAgain;
    keyTimer.start(kAskKeyAgain);
    describe();
}

} // namespace tributary::client
