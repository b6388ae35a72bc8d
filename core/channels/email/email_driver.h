#pragma once

#include "core/channels/email/email_settings.h"
#include "core/channels/email/health_board.h"
#include "core/channels/email/mail_codec.h"
#include "core/channels/email/stop_signal.h"

#include <thread>

namespace tributary::channels::email {

class MailSender;

/// A mailbox: IMAP for what comes in, SMTP for what goes out. Two threads, one for each; see MailboxReader and MailSender.
class EmailDriver final : public ChannelDriver {
public:
    /// @p host and @p clock must outlive this. Settings that make no sense are reported as health by start().
    EmailDriver(const AccountSettings &account, DriverHost &host, MailCodec codec, const Clock &clock,
                const EmailTuning &tuning = {});
    ~EmailDriver() override;

    void start() override;
    void stop() override;
    void send(OutboundMessage message, std::function<void(SendOutcome)> done) override;
    std::vector<Check> test() override;

private:
    struct Running;

    const Result<EmailSettings> m_settings;
    DriverHost &m_host;
    const MailCodec m_codec;
    const Clock &m_clock;
    const EmailTuning m_tuning;
    HealthBoard m_health;
    StopSignal m_stopped; ///< From stop() on: test() ends.
    std::mutex m_mutex;   ///< Guards m_running itself; what it points to guards itself.
    std::shared_ptr<Running> m_running;
};

/// A driver that reads and writes mail as customers do; see EmailSettings for what @p account may hold.
std::unique_ptr<ChannelDriver> makeEmailDriver(const AccountSettings &account, DriverHost &host, const Clock &clock,
                                               const EmailTuning &tuning = {});

} // namespace tributary::channels::email
