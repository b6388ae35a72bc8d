#pragma once

#include "core/channels/email/backfill_plan.h"
#include "core/channels/email/email_settings.h"
#include "core/channels/email/ingest_gate.h"
#include "core/channels/email/mail_codec.h"

#include <map>

namespace tributary::channels::email {

/// Reads one mailbox for ever: what arrives in INBOX, what others put into Sent, and first, what was there before. Lives on
/// one thread, that of run().
class MailboxReader {
public:
    struct Context {
        const EmailSettings &settings;
        const EmailTuning &tuning;
        const MailCodec &codec;
        DriverHost &host;
        HealthBoard &health;
        TokenSource &tokens;
        const Clock &clock;
        const StopSignal &stop;
    };
    explicit MailboxReader(const Context &context);

    /// Connects, reads, waits, and begins again when the connection is lost; returns when the stop signal is raised.
    void run();

private:
    MailResult<void> serve();
    MailResult<void> findSentFolder();
    MailResult<void> prepare();
    std::string placeOf(MailFolder folder) const;
    MailResult<void> meetFolder(MailFolder folder, MailboxState &state, bool &isNew);
    void beginBackfill();
    MailResult<void> planBackfill();
    MailResult<std::vector<ImapSession::Summary>> summariesToFill(MailFolder folder);
    MailResult<void> fillSome();
    MailResult<void> readNew(MailFolder folder);
    MailResult<void> readNewOfAll();
    bool waitsForBackfill(const InboundEnvelope &envelope, const MailPlace &place) const;
    MailResult<void> wait();
    MailResult<void> ensureSelected(MailFolder folder);
    MailResult<std::vector<ImapSession::Mail>> fetch(MailFolder folder, std::span<const ImapSession::Summary> wanted,
                                                     bool isFill);
    MailResult<std::vector<ImapSession::Mail>> fetchOneByOne(MailFolder folder,
                                                             std::span<const ImapSession::Summary> wanted);
    std::shared_ptr<const std::string> traceOf(MailFolder folder, const ImapSession::Summary &summary, const char *lacks);
    std::optional<InboundEnvelope> read(const ImapSession::Mail &mail, MailFolder folder);
    MailResult<void> deliver(std::vector<InboundEnvelope> window);
    const std::string &nameOf(MailFolder folder) const;
    void save();

    const Context m_context;
    SystemRng m_rng;
    Backoff m_backoff;
    IngestGate m_gate;
    MailboxState m_state;
    std::unique_ptr<ImapSession> m_session;
    std::string m_inboxName = "INBOX";
    std::string m_sentName; ///< Empty: not read.
    std::optional<BackfillPlan> m_plan;
    Milliseconds m_lookedAtSent{0};

    /// After an answer that could not be understood the mails of that window are fetched one by one, to find the one that
    /// does it, until the last of them is through.
    struct Careful {
        MailPlace place;
        bool isFill = false; ///< A window of the back-fill.
    };
    std::optional<Careful> m_careful;
    int m_endsInFetch = 0; ///< One after the other.
    bool m_mayIdle = true; ///< The server has not refused to yet.
    /// A mail that did it. It is tried until it is plain that it is not the server's bad moment; then its header is taken,
    /// or a trace of it: it is never left out without a word.
    struct Suspect {
        Milliseconds since{0};
        int failures = 0;
        bool mayPass = false; ///< The server refuses, or ends the connection: it may have a bad hour.
        bool headerFails = false;

        bool isHopeless(const Context &context) const
        {
            const int factor = mayPass ? 3 : 1;
            return failures >= kTries * factor && context.clock.steady() - since >= factor * context.tuning.mailPatience;
        }
        static constexpr int kTries = 2;
    };
    std::map<MailPlace, Suspect> m_suspects;
};

} // namespace tributary::channels::email
