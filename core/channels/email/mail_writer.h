#pragma once

#include "core/channels/channel_driver.h"

#include <string>

namespace tributary::channels::email {

/// As whom a mail is written, and when.
struct MailIdentity {
    std::string address;          ///< Ours, without a plus part.
    std::string name;             ///< Of the shop or team.
    bool showAgent = true;        ///< `Aiko (Support)` instead of `Support`.
    Bytes plusTagKey;             ///< For the Reply-To of the conversation (plusAddress()); empty: no Reply-To.
    bool numberInSubject = false; ///< Adds `[#8841]`, for customers whose servers lose headers.
    TimePoint now;
};

/// A whole mail (RFC 5322, CRLF line ends, no line above 998 bytes): plain text and HTML, what it answers quoted below,
/// files attached. The Message-ID is @p message 's, so a second attempt is the same mail. Invalid if a header field holds a
/// line end or an address is none (so nothing can be smuggled into the headers); NotFound or Failed if a file cannot be
/// read; TooLarge if the files have more than model::kMaxFilesBytes together, of which nothing is read then.
Result<std::string> writeMail(const OutboundMessage &message, const MailIdentity &identity);

/// The bare addresses a mail by writeMail() goes to: the customer, then the Cc.
std::vector<std::string> recipientsOf(const OutboundMessage &message);

} // namespace tributary::channels::email
