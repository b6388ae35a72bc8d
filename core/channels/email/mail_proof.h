#pragma once

#include "core/channels/email/mail_parser.h"

/// Whether a mail is from whom it says: what the server that took it in for us found out, and wrote on top of it in
/// Authentication-Results (RFC 8601).
namespace tributary::channels::email {

/// Under which names our own server says so. Anybody can write such a header into a mail, also in another's name.
struct ReceivingServer {
    /// Its hosts and domains: believed above the first Received alone, where nobody but the last server can write.
    std::vector<std::string> domains;
    /// Names it lets nobody else use (RFC 8601, 5): believed below its own Received too. An empty one: it gives no name.
    std::vector<std::string> ids;
};

/// The server of a mailbox at @p imapHost. @p named: what it calls itself, where somebody who knows has said it.
ReceivingServer receivingServer(const std::string &imapHost, const std::vector<std::string> &ownAddresses,
                                const std::vector<std::string> &named);

/// What is known of whether a mail is from the one address in its From.
enum class SenderProof {
    Unknown, ///< Nobody whom we believe has said anything that decides it.
    Proven,  ///< DMARC passed, or DKIM or SPF did for that domain or one above it (RFC 7489, 3.1).
    Failed,  ///< DMARC failed; or, where the server does not look at that, the domain says that the sender may not (SPF).
};

/// By what @p server says. That DMARC failed is believed of anybody in the topmost header: nobody gains by inventing it.
SenderProof senderProof(const ParsedMail &mail, const ReceivingServer &server);

} // namespace tributary::channels::email
