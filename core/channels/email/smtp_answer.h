#pragma once

#include "core/channels/channel_driver.h"

#include <string>
#include <string_view>
#include <vector>

namespace tributary::channels::email {

/// One complete answer of an SMTP server (RFC 5321, 4.2; RFC 3463 for the enhanced status).
struct SmtpAnswer {
    int code = 0;
    std::string status; ///< `5.1.1`; empty if the server gives none.
    std::string text;   ///< Without code and status, lines joined by a blank, fit to be shown.

    bool isPositive() const { return code >= 200 && code < 400; }
};

/// What an SMTP session was doing when an answer came.
enum class SmtpStage { Session, SignIn, Sender, Recipient, Content };

/// What a refusal means for the message that was being sent:
///
/// | answer | meaning |
/// |---|---|
/// | 4xx | Retry; in so many seconds, if the text says so |
/// | 530, 534, 535, 538 | Reauthorise |
/// | 5xx with x.4.5 or x.1.90 | Retry in hours, `limit`: enough sent for today |
/// | x.2.252 | Failed, `config`: we may not send as this address |
/// | x.2.2, or 552 without a status to RCPT TO | Failed, `mailbox-full` |
/// | x.3.4 or x.2.3, or any other 552 without a status | Failed, `too-large` |
/// | 5xx to MAIL FROM | Failed, `config`: we may not send as this address |
/// | x.7.x | Failed, `policy` |
/// | 5xx to RCPT TO that says that there is nobody | Failed, `recipient`: this address never |
/// | any other 5xx to RCPT TO: of who greets, who sends, who may relay | Failed, `policy` |
/// | 5xx to the mail itself | Failed, `policy` |
/// | 5xx before any of that | Retry: it is not about this message |
SendOutcome outcomeOf(const SmtpAnswer &answer, SmtpStage stage);

/// Whether a server has said for good that there is no such address, or that it takes nothing: by the enhanced status
/// (RFC 3463), and where that says no more than that it failed, in the words that servers have for it (@p words).
bool saysNoSuchAddress(std::string_view status, std::string_view words);

/// Takes the lines of an answer apart (without line ends). Code 0 if they are no SMTP answer.
SmtpAnswer smtpAnswerOf(const std::vector<std::string> &lines);

} // namespace tributary::channels::email
