#pragma once

#include "core/channels/email/email_settings.h"
#include "core/channels/email/imap_session.h"

namespace tributary::channels::email {

/// @p name as IMAP has it: beyond ASCII in modified UTF-7 (RFC 3501, 5.1.3), as long as nobody has enabled UTF8=ACCEPT,
/// which we never do. One that a server wrote, and that is in it already, stays as it is.
std::string imapFolderName(std::string_view name);

/// The folder for sent mail, for select() and append(): the one that is set, which may not be there, or the one that the
/// server marks as such. Empty: neither.
MailResult<std::string> sentFolderOf(ImapSession &session, const EmailSettings &settings);

/// The folder that the server marks as that for sent mail; empty: none, or one that cannot be opened.
MailResult<std::string> markedSentFolder(ImapSession &session);

/// Whether what @p smtp takes over is in Sent without our doing, in a mailbox that is Gmail's or not. Gmail's own servers
/// file it there; another one that the same mailbox sends by does not.
bool filesSentMailItself(bool isGmail, const MailServer &smtp);

} // namespace tributary::channels::email
