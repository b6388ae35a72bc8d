#include "core/channels/email/sent_folder.h"

#include "core/text/utf8.h"

namespace tributary::channels::email {

bool filesSentMailItself(bool isGmail, const MailServer &smtp)
{
    const std::string host = text::asciiLower(smtp.host);
    // Not smtp-relay.gmail.com, which sends for whole companies and knows no mailbox.
    return isGmail && (host == "smtp.gmail.com" || host == "smtp.googlemail.com");
}

} // namespace tributary::channels::email
