#pragma once

#include "core/channels/email/email_settings.h"

#include <functional>

namespace tributary::channels::email {

/// One mail from a folder of the account.
struct FetchedMail {
    std::shared_ptr<const std::string> raw;
    TimePoint arrivedAt;
    std::uint32_t sizeBytes = 0; ///< Of the whole mail.
    bool headerOnly = false;     ///< It was too large to fetch; `raw` is its header.
    bool isWithheld = false;     ///< headerOnly, since the server does not give the rest.
    bool isUnreadable = false;   ///< headerOnly, since the reading of all of it failed.
    bool isSent = false;         ///< From Sent: we wrote it.
};

/// One mail for the wire.
struct OutgoingMail {
    std::string raw;             ///< The whole message, CRLF line ends.
    std::string from;            ///< For the SMTP envelope: bare.
    std::vector<std::string> to; ///< Bare; the conversation's customer first.
};

/// What turns mail into the hub's words and back. Transport works without knowing how.
struct MailCodec {
    std::function<InboundEnvelope(const FetchedMail &)> read; ///< Never fails: bytes that make no sense become defects.
    std::function<Result<OutgoingMail>(const OutboundMessage &)> write;
};

/// The one for customers' mail. @p plusTagKey signs the reply addresses of conversations. @p clock must outlive it.
MailCodec makeMailCodec(const EmailSettings &settings, Bytes plusTagKey, const Clock &clock);

} // namespace tributary::channels::email
