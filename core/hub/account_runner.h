#pragma once

#include "core/hub/account_store.h"
#include "core/hub/delivery_queue.h"
#include "core/hub/loop.h"

namespace tributary::hub {

/// One connected channel account: its driver, what comes in through it, and the worker that sends its queue (one message at
/// a time, in order). Lives on the loop; the driver's calls come from any thread.
class AccountRunner final : public channels::DriverHost, public std::enable_shared_from_this<AccountRunner> {
public:
    using MakeDriver =
        std::function<std::unique_ptr<channels::ChannelDriver>(const channels::AccountSettings &, DriverHost &)>;

    /// How soon it asks again after the store has failed: it may be full.
    static constexpr std::chrono::seconds kStoreRetry{5};

    AccountRunner(HubStore &store, Loop &loop, StoredAccount account, Milliseconds storeRetry = kStoreRetry);
    ~AccountRunner() override;

    void start(const MakeDriver &make);
    /// Stops the driver and returns when nothing of it runs any more. A message in hand is settled or looked for at the next
    /// start.
    void stop();
    /// Something may be due to be sent.
    void poke();

    const model::ChannelAccount &account() const { return m_account.settings.account; }
    channels::ChannelDriver *driver() { return m_driver.get(); }

    // DriverHost
    void ingest(channels::InboundEnvelope envelope, std::function<void(Result<channels::IngestOutcome>)> done) override;
    void reportHealth(channels::AccountHealth health) override;
    std::string loadState(const std::string &key) override;
    void saveState(const std::string &key, const std::string &value) override;
    std::string loadSecret(const std::string &name) override;
    Result<void> replaceSecret(const std::string &name, const std::string &was, const std::string &becomes) override;

private:
    void release();
    void storeHealth(const channels::AccountHealth &health);
    void in(Milliseconds wait, void (AccountRunner::*step)());
    void pokeIn(Milliseconds wait);
    void claim();
    void send(Claimed claimed);
    void settled(Claim claim, channels::SendOutcome outcome);

    HubStore &m_store;
    Loop &m_loop;
    StoredAccount m_account;
    const Milliseconds m_storeRetry;
    std::unique_ptr<channels::ChannelDriver> m_driver;
    Loop::Timer m_timer;
    Loop::Timer m_healthTimer;
    bool m_busy = false;  ///< A message is being released, claimed or sent.
    bool m_again = false; ///< poke() came meanwhile.
    bool m_stopped = false;
    std::mutex m_healthMutex;
    std::optional<channels::AccountHealth> m_health; ///< Last reported.
};

} // namespace tributary::hub
