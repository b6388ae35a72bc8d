#pragma once

#include "core/channels/email/mail_url.h"

namespace tributary::channels::email {

/// Whether what @p smtp takes over is in Sent without our doing, in a mailbox that is Gmail's or not. Gmail's own servers
/// file it there; another one that the same mailbox sends by does not.
bool filesSentMailItself(bool isGmail, const MailServer &smtp);

} // namespace tributary::channels::email
