#pragma once

#include "core/channels/channel_driver.h"
#include "core/channels/email/mail_error.h"
#include "core/channels/email/mail_url.h"

#include <mutex>
#include <optional>

namespace tributary::channels::email {

/// What is wrong and what to do about it, in a sentence or two for the account's page.
std::string sentenceFor(const MailError &error, const MailServer &server);

/// Joins what receiving and sending know into one health and tells the host when it changes. From any thread.
///
/// Receiving that fails is NotWorking; sending that fails while mail still comes in is NeedsAttention.
class HealthBoard {
public:
    explicit HealthBoard(DriverHost &host)
        : m_host(host)
    {
    }

    void receivingWorks();
    void receivingFails(const MailError &error, const MailServer &server);
    /// The hub does not take what arrives: its disk is full, or it is busy with other trouble.
    void ingestFails(const Error &error);
    void backfill(std::int64_t done, std::int64_t total);
    void sendingWorks();
    void sendingFails(const MailError &error, const MailServer &server);
    /// The settings make no sense: nothing is tried.
    void isMisconfigured(const std::string &sentence);

private:
    struct Trouble {
        std::string problem;
        std::string text;
        friend bool operator==(const Trouble &, const Trouble &) = default;
    };
    void publish(); ///< With m_mutex held, so that the host hears things in order.

    DriverHost &m_host;
    std::mutex m_mutex;
    bool m_hasWorked = false;
    std::optional<Trouble> m_receiving;
    std::optional<Trouble> m_sending;
    std::int64_t m_done = 0, m_total = 0;
    std::optional<AccountHealth> m_last;
};

} // namespace tributary::channels::email
