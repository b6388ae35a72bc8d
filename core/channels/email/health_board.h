#pragma once

#include "core/channels/channel_driver.h"
#include "core/channels/email/mail_error.h"
#include "core/channels/email/mail_url.h"

#include <mutex>
#include <optional>

namespace tributary::channels::email {

/// That the folder for sent mail, which the server is asked for as @p name, cannot be opened, and what to do about it.
std::string sentFolderSentence(const std::string &name);

/// What is wrong and what to do about it, in a sentence or two for the account's page.
std::string sentenceFor(const MailError &error, const MailServer &server);

/// Joins what receiving and sending know into one health and tells the host when it changes. From any thread.
///
/// Receiving that fails is NotWorking; sending that fails while mail still comes in is NeedsAttention, and so is a folder
/// for sent mail that cannot be opened.
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
    /// By what the server answers to each mail.
    void sendingFails(const SendOutcome &outcome);
    void sentFolderWorks();
    /// It is not there, or not for us to open. @p name: as the server is asked for it.
    void sentFolderFails(const std::string &name);
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
    std::optional<Trouble> m_sentFolder;
    std::int64_t m_done = 0, m_total = 0;
    std::optional<AccountHealth> m_last;
};

} // namespace tributary::channels::email
