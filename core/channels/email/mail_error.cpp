#include "core/channels/email/mail_error.h"

namespace tributary::channels::email {

const char *problemName(MailError::Kind kind)
{
    switch (kind) {
    case MailError::Kind::Unreachable:
    case MailError::Kind::TimedOut: return "unreachable";
    case MailError::Kind::CertificateExpired:
    case MailError::Kind::CertificateName:
    case MailError::Kind::CertificateUntrusted: return "certificate";
    case MailError::Kind::NoTls: return "tls";
    case MailError::Kind::Auth: return "auth";
    case MailError::Kind::Refused: return "refused";
    case MailError::Kind::Protocol: return "protocol";
    case MailError::Kind::Stopped: return "stopped";
    }
    return "protocol";
}

std::string oneLine(std::string_view serverText)
{
    constexpr std::size_t kMost = 300;
    std::string shown;
    for (const char c : serverText.substr(0, kMost)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f)
            shown += c;
        else if (byte >= 0x80)
            shown += '?'; // servers answer in ASCII; anything else may be half a character
        else if (!shown.empty() && shown.back() != ' ')
            shown += ' ';
    }
    while (!shown.empty() && shown.back() == ' ')
        shown.pop_back();
    return shown;
}

} // namespace tributary::channels::email
