#pragma once

#include "core/channels/channel_driver.h"
#include "core/channels/email/mail_proof.h"

namespace tributary::channels::email {

/// Whose mailbox a mail came into.
struct MailAccount {
    model::ChannelAccountId id;
    std::vector<std::string> ownAddresses; ///< What customers write to, the main one first; plus parts are understood.
    Bytes plusTagKey;                      ///< For plusAddress(); empty: plus addresses prove nothing.
    ReceivingServer server;                ///< Who is believed about where a mail is from; empty: nobody.
};

/// InboundEnvelope::reader of mail: one more whenever something is read of a mail that was not before, or otherwise.
inline constexpr std::int64_t kMailReader = 1;

/// @p mail in the hub's words.
///
/// Who wrote is From; or Reply-To where From is a robot or ourselves (a form on a web site), and then it is only claimed.
/// What came from one of our own addresses is an Echo, and its sender is the customer it was written to, so that it lands in
/// that person's timeline; where nothing proves that address it is a Message that claims to be one: anybody can write it,
/// and forms on web sites do. Reports on mail of ours are Delivery; receipts of nothing we know of are Ignored.
/// A sender is verified where the server that took the mail in has proven its From (senderProof()); what it found out goes
/// to details as `senderProof`: `proven` or `failed`. An archive has no such server: there it is whoever did not fail.
/// @p arrivedAt orders the timeline (INTERNALDATE): the mail's own Date lies, and goes to details. @p fromIsProven by where
/// the mail lies: in Sent, or in an archive that an admin takes in.
InboundEnvelope toEnvelope(const ParsedMail &mail, const MailAccount &account, TimePoint arrivedAt,
                           bool fromIsProven = false);

} // namespace tributary::channels::email
