#pragma once

#include "core/channels/email/mail_parser.h"

#include <string_view>

namespace tributary::channels::email {

/// Adds what a message/delivery-status part says (RFC 3464): groups of fields, one a recipient behind that of the mail.
void readDeliveryStatus(std::string_view content, MailReport &report);
/// Adds what a message/disposition-notification part says (RFC 8098).
void readDisposition(std::string_view content, MailReport &report);
/// Adds what a message/feedback-report part says (RFC 5965).
void readFeedback(std::string_view content, MailReport &report);
/// Takes the Message-ID out of the headers at the beginning of @p content: the returned mail, or text/rfc822-headers.
void readReturnedHeaders(std::string_view content, MailReport &report);

/// Reads the bounces of servers that write them for people: qmail, Exim, old Exchange. False if @p text is none of theirs.
bool readTextBounce(std::string_view text, std::string_view failedRecipientsHeader, MailReport &report);

} // namespace tributary::channels::email
