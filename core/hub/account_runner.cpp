#include "core/hub/account_runner.h"

#include "core/base/log.h"
#include "core/hub/intake.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

namespace tributary::hub {
namespace {

using namespace tributary::model;
using channels::AccountHealth;
using channels::IngestOutcome;
using channels::SendOutcome;
namespace sql = store::sql;

const Executor kHere = [](std::function<void()> job) { job(); };

} // namespace

AccountRunner::AccountRunner(HubStore &store, Loop &loop, StoredAccount account, Milliseconds storeRetry)
    : m_store(store)
    , m_loop(loop)
    , m_account(std::move(account))
    , m_storeRetry(storeRetry)
    , m_timer(loop)
    , m_healthTimer(loop)
{
}

AccountRunner::~AccountRunner()
{
    stop();
}

void AccountRunner::start(const MakeDriver &make)
{
    if (m_account.isLocked) {
        reportHealth({ChannelAccount::Health::NotWorking, "config",
                      "The hub was restored without its key and cannot read the passwords of this account. Enter them anew.",
                      0, 0});
        return;
    }
    m_driver = make(m_account.settings, *this);
    if (!m_driver) {
        reportHealth({ChannelAccount::Health::NotWorking, "config",
                      "This kind of account cannot be connected by this version.", 0, 0});
        return;
    }
    m_driver->start();
    release();
}

/// What another runner of this account had in hand when it was stopped may have gone out: look before sending again. Nothing
/// is claimed before that is done.
void AccountRunner::release()
{
    m_busy = true;
    m_store.writer().write([id = account().id, &clock = m_store.clock()](
                               store::Database &database) { return releaseAllOf(database, id, clock.now()); },
                           m_loop.executor(),
                           [self = shared_from_this()](const Result<void> &released) {
                               if (self->m_stopped)
                                   return;
                               if (!released) {
                                   self->in(self->m_storeRetry, &AccountRunner::release);
                                   return;
                               }
                               self->m_busy = false;
                               self->poke();
                           });
}

void AccountRunner::stop()
{
    if (std::exchange(m_stopped, true))
        return;
    m_timer.cancel();
    m_healthTimer.cancel();
    if (m_driver)
        m_driver->stop();
    m_driver.reset();
}

void AccountRunner::poke()
{
    if (m_stopped || !m_driver)
        return;
    if (m_busy) {
        m_again = true;
        return;
    }
    m_busy = true;
    m_again = false;
    m_store.reader().read([id = account().id, &clock = m_store.clock()](
                              store::Database &database) { return nextDue(database, id, clock.now()); },
                          m_loop.executor(),
                          [self = shared_from_this()](Result<std::optional<TimePoint>> due) {
                              self->m_busy = false;
                              if (self->m_stopped)
                                  return;
                              if (self->m_again) { // what was read may be older than what became due meanwhile
                                  self->poke();
                                  return;
                              }
                              if (!due) {
                                  self->pokeIn(self->m_storeRetry);
                                  return;
                              }
                              if (!*due)
                                  return;
                              const auto wait = **due - self->m_store.clock().now();
                              if (wait <= Milliseconds(0))
                                  self->claim();
                              else
                                  self->pokeIn(std::min<Milliseconds>(wait, std::chrono::minutes(1)));
                          });
}

void AccountRunner::in(Milliseconds wait, void (AccountRunner::*step)())
{
    m_timer.start(wait, [weak = weak_from_this(), step] {
        if (const auto self = weak.lock())
            (*self.*step)();
    });
}

void AccountRunner::pokeIn(Milliseconds wait)
{
    in(wait, &AccountRunner::poke);
}

/// What the writer does here has no hold on the runner, as everywhere in it: it would be let go of on the writer's thread,
/// perhaps as the last, and its timer is the loop's.
void AccountRunner::claim()
{
    m_busy = true;
    m_store.writer().write(
        [&store = m_store, account = account()](store::Database &database) -> Result<std::optional<Claimed>> {
            ChangeLog changes(database);
            TRIBUTARY_TRY_ASSIGN(auto claimed, claimNext(changes, store.ids(), account, store.clock().now()));
            TRIBUTARY_TRY(changes.finish());
            return claimed;
        },
        m_loop.executor(),
        [self = shared_from_this()](Result<std::optional<Claimed>> claimed) {
            if (claimed && *claimed && !self->m_stopped) {
                self->send(std::move(**claimed));
                return;
            }
            self->m_busy = false;
            if (!claimed) // the store does not take writes now (disk full): look again in a while
                self->pokeIn(self->m_storeRetry);
            else if (self->m_again)
                self->poke();
            else // it was due a moment ago, by a clock that is another now
                self->pokeIn(self->m_storeRetry);
        });
}

void AccountRunner::send(Claimed claimed)
{
    for (auto &file : claimed.message.files) {
        if (const auto path = m_store.blobs().path(file.attachment.sha256))
            file.path = path->string();
    }
    m_driver->send(std::move(claimed.message), [self = shared_from_this(), claim = claimed.claim](SendOutcome outcome) {
        self->m_loop.post([self, claim, outcome] { self->settled(claim, outcome); });
    });
}

void AccountRunner::settled(Claim claim, SendOutcome outcome)
{
    log(LogLevel::Info, "tributary.hub", "delivery tried",
        {{"item", claim.item.text()},
         {"outcome", std::int64_t(outcome.kind)},
         {"problem", outcome.problem},
         {"attempt", claim.attempts}});
    m_store.writer().write(
        [&store = m_store, claim, outcome](store::Database &database) -> Result<std::int64_t> {
            ChangeLog changes(database);
            TRIBUTARY_TRY(settle(changes, store.ids(), claim, outcome, store.clock().now(), store.rng()));
            return changes.finish();
        },
        m_loop.executor(),
        [self = shared_from_this(), claim, outcome](Result<std::int64_t> done) {
            if (done) {
                self->m_busy = false;
                self->poke();
                return;
            }
            // What became of it must not be lost, or it would be sent again: try until the store takes it.
            log(LogLevel::Warning, "tributary.hub", "a delivery's outcome is not stored yet",
                {{"error", done.error().detail}});
            self->m_timer.start(self->m_storeRetry, [weak = self->weak_from_this(), claim, outcome] {
                if (const auto runner = weak.lock())
                    runner->settled(claim, outcome);
            });
        });
}

void AccountRunner::ingest(channels::InboundEnvelope envelope, std::function<void(Result<IngestOutcome>)> done)
{
    // Names that only the hub gives: what has one is shown in the place of the message.
    for (channels::InboundAttachment &file : envelope.attachments) {
        if (file.name == kWholeText || file.name == kWholeHtml)
            file.name.insert(0, "their-");
    }
    auto prepared = prepare(m_store, std::move(envelope));
    if (!prepared) {
        done(failure(std::move(prepared).error()));
        return;
    }
    auto shared = std::make_shared<PreparedEnvelope>(std::move(*prepared));
    m_store.writer().write(
        [&store = m_store, shared](store::Database &database) {
            return hub::ingest(database, store.ids(), store.clock(), *shared);
        },
        kHere, std::move(done));
}

void AccountRunner::reportHealth(AccountHealth health)
{
    {
        const std::scoped_lock lock(m_healthMutex);
        if (m_health == health)
            return;
        // Progress is told in steps, not message by message: every step is a row to every desktop.
        if (m_health && m_health->health == health.health && m_health->problem == health.problem
            && health.backfillDone != health.backfillTotal && health.backfillDone - m_health->backfillDone < 50
            && health.backfillTotal == m_health->backfillTotal)
            return;
        m_health = health;
    }
    log(LogLevel::Info, "tributary.hub", "account health",
        {{"account", account().id.text()}, {"health", nameOf(health.health)}, {"problem", health.problem}});
    storeHealth(health);
}

/// Tried until the store takes it: who reports says nothing twice.
void AccountRunner::storeHealth(const AccountHealth &health)
{
    m_store.writer().write(
        [&store = m_store, id = account().id, health](store::Database &database) -> Result<std::int64_t> {
            TRIBUTARY_TRY_ASSIGN(auto stored, store::channelAccount(database, id));
            if (!stored || stored->removed)
                return failure(Error::Kind::NotFound, "the account is gone");
            const ChannelAccount before = *stored;
            stored->health = health.health;
            stored->problem = health.problem;
            stored->problemText = health.problemText;
            stored->backfillDone = health.backfillDone;
            stored->backfillTotal = health.backfillTotal;
            if (health.problem.empty())
                stored->problemSince.reset();
            else if (before.problem != health.problem)
                stored->problemSince = store.clock().now();
            if (*stored == before)
                return before.version;
            ChangeLog changes(database);
            TRIBUTARY_TRY(changes.put(*stored));
            return changes.finish();
        },
        m_loop.executor(),
        [weak = weak_from_this()](const Result<std::int64_t> &stored) {
            const auto self = weak.lock();
            if (!self || self->m_stopped || stored || stored.error().kind == Error::Kind::NotFound)
                return;
            self->m_healthTimer.start(self->m_storeRetry, [weak] {
                const auto runner = weak.lock();
                if (!runner)
                    return;
                std::unique_lock lock(runner->m_healthMutex);
                const AccountHealth newest = *runner->m_health;
                lock.unlock();
                runner->storeHealth(newest);
            });
        });
}

std::string AccountRunner::loadState(const std::string &key)
{
    const auto value = m_store.reader().readAndWait([&](store::Database &database) -> Result<std::string> {
        auto query = database.query(sql::hub_account_state);
        query.bind("account_id", account().id).bind("name", key);
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        return found ? std::string(query.text(0)) : std::string();
    });
    return value.value_or(std::string());
}

void AccountRunner::saveState(const std::string &key, const std::string &value)
{
    const auto saved = m_store.writer().writeAndWait([&](store::Database &database) -> Result<void> {
        auto query = database.query(sql::hub_set_account_state);
        return query.bind("account_id", account().id).bind("name", key).bind("value", value).run();
    });
    if (!saved)
        log(LogLevel::Warning, "tributary.hub", "a channel's position is not stored", {{"error", saved.error().detail}});
}

std::string AccountRunner::loadSecret(const std::string &name)
{
    return accountSecret(m_store, account().id, name);
}

Result<void> AccountRunner::replaceSecret(const std::string &name, const std::string &was, const std::string &becomes)
{
    const auto replaced = replaceAccountSecret(m_store, account().id, name, was, becomes);
    if (replaced && was == becomes)
        return replaced; // only asked whether it could
    log(replaced ? LogLevel::Info : LogLevel::Warning, "tributary.hub",
        replaced ? "a renewed secret is stored" : "a renewed secret is not stored",
        {{"account", account().id.text()}, {"name", name}, {"result", replaced ? "ok" : replaced.error().detail}});
    return replaced;
}

} // namespace tributary::hub
