#include "core/channels/email/mail_codec.h"

#include "core/channels/email/mail_envelope.h"
#include "core/channels/email/mail_writer.h"

namespace tributary::channels::email {
namespace {

std::string megabytes(std::uint64_t bytes)
{
    constexpr std::uint64_t kMegabyte = 1'000'000;
    return std::to_string((bytes + kMegabyte / 2) / kMegabyte) + " MB";
}

InboundEnvelope readMail(const FetchedMail &fetched, MailAccount account)
{
    const ParsedMail mail = parseMail(fetched.raw);
    if (fetched.isSent) { // whatever address it was sent as, it was one of ours
        for (const MailAddress &from : mail.from)
            account.ownAddresses.push_back(from.address);
    }
    InboundEnvelope envelope = toEnvelope(mail, account, fetched.arrivedAt, fetched.isSent);
    if (fetched.headerOnly) {
        const std::string sentence =
            fetched.isUnreadable ? "This mail could not be read. It is still in the mailbox; only its header is here."
            : fetched.isWithheld
                ? "The server does not give this mail. It is still in the mailbox; only its header is here."
                : "This mail has " + megabytes(fetched.sizeBytes)
                      + " and is too large to be taken in. It is still in the mailbox; only its header is here.";
        envelope.text = sentence;
        envelope.problems.push_back(sentence);
    }
    return envelope;
}

} // namespace

MailCodec makeMailCodec(const EmailSettings &settings, Bytes plusTagKey, const Clock &clock)
{
    MailAccount account{.id = settings.account, .ownAddresses = {settings.address}, .plusTagKey = plusTagKey};
    account.ownAddresses.insert(account.ownAddresses.end(), settings.aliases.begin(), settings.aliases.end());
    account.server = receivingServer(settings.imap.host, account.ownAddresses, settings.authservIds);
    const MailIdentity identity{.address = settings.address,
                                .name = settings.fromName,
                                .plusTagKey = settings.plusAddress ? std::move(plusTagKey) : Bytes(),
                                .numberInSubject = settings.numberInSubject};
    return {
        .read = [account](const FetchedMail &mail) { return readMail(mail, account); },
        .write = [identity, &clock](const OutboundMessage &message) -> Result<OutgoingMail> {
            MailIdentity now = identity;
            now.now = clock.now();
            TRIBUTARY_TRY_ASSIGN(std::string raw, writeMail(message, now));
            return OutgoingMail{.raw = std::move(raw), .from = now.address, .to = recipientsOf(message)};
        },
    };
}

} // namespace tributary::channels::email
