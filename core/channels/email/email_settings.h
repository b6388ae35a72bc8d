#pragma once

#include "core/channels/channel_driver.h"
#include "core/channels/email/mail_credentials.h"
#include "core/channels/email/mail_stream.h"
#include "core/channels/email/oauth.h"

#include <memory>

namespace tributary::channels::email {

/// What a mail account was set up with, read and checked.
///
/// Settings: `address`, `aliases` (more addresses of ours, parted by commas), `from_name` (default: the account's name),
/// `number_in_subject` (yes or no: put `[#8841]` into subjects), `plus_address` (yes or no: let customers answer to
/// `support+c8841.…@`; no for servers that do not take mail with a plus part, there References alone tell the thread),
/// `imap` and `smtp` (see mail_url.h), `ca_file` (PEM, more authorities), `backfill_days` (0 to 36500, default 90), `sent`
/// (yes or no: also take in what was sent from elsewhere), `sent_copy` (yes or no: put a copy of what goes out into Sent),
/// `sent_folder` (where the server does not say which folder that is; as people or as IMAP write it), `notify` (`success`:
/// ask for a report of each delivery too), `authserv_id` (names, parted by commas, under which the receiving server writes
/// Authentication-Results, if it takes out what others write under them; see mail_proof.h). Secrets: `password`, or those of
/// TokenSource; `plus_tag_key` (hexadecimal; signs the reply addresses of conversations, made up at first start if absent).
struct EmailSettings {
    model::ChannelAccountId account;
    std::string address;
    std::vector<std::string> aliases;
    std::string fromName;
    bool numberInSubject = false;
    bool plusAddress = true;
    MailServer imap;
    MailServer smtp;
    TlsSettings tls;
    int backfillDays = 90;
    bool readSent = true;
    bool saveSentCopy = true;
    std::string sentFolder; ///< As it was entered; see sentFolderOf(). Empty: the one the server marks as such.
    bool notifySuccess = false;
    std::vector<std::string> authservIds;
    std::string password;
    std::map<std::string, std::string> secrets;
};

/// The words between commas, blanks around them cut off, empty ones left out.
std::vector<std::string> commaSeparated(const std::string &text);

/// Invalid, and a sentence that says which setting is wrong.
Result<EmailSettings> readEmailSettings(const AccountSettings &account);

/// How patient a driver is. The defaults are for real servers; tests are in a hurry.
struct EmailTuning {
    MailTimeouts timeouts;
    Milliseconds backoffFirst{1'000};
    Milliseconds backoffMost{300'000};
    Milliseconds afterRefusedSignIn{60'000};        ///< At least.
    Milliseconds poll{60'000};                      ///< Between looks where the server knows no IDLE.
    Milliseconds idle{25 * 60'000};                 ///< Before an IDLE is renewed (RFC 2177 asks for less than 29 minutes).
    Milliseconds lookAtSent{3 * 60'000};            ///< Between looks into Sent.
    Milliseconds mailPatience{10 * 60'000};         ///< With a mail that the server does not give.
    std::uint32_t mostMailBytes = 25 * 1024 * 1024; ///< Of larger mails only the header is fetched.
    std::size_t windowMails = 50;                   ///< At most so many are between fetching and being durable ...
    std::size_t windowBytes = 16 * 1024 * 1024;     ///< ... and, but for a single larger one, so many bytes.
};

/// Signs in with the password, or with a token, which is renewed once if the server does not take it.
template<class Session>
MailResult<std::unique_ptr<Session>> signIn(const MailServer &server, const EmailSettings &settings, TokenSource &tokens,
                                            const MailTimeouts &timeouts, const StopSignal &stop)
{
    MailCredentials credentials{.user = server.user.empty() ? settings.address : server.user, .password = settings.password};
    for (bool isFirst = true;; isFirst = false) {
        if (tokens.isUsed()) {
            TRIBUTARY_TRY_ASSIGN(credentials.accessToken, tokens.token(stop));
        }
        auto session = Session::open(server, settings.tls, credentials, timeouts, stop);
        const bool isRefused = !session && session.error().kind == MailError::Kind::Auth;
        if (!isRefused || !isFirst || !tokens.canRefresh())
            return session;
        tokens.refuse(credentials.accessToken);
    }
}

} // namespace tributary::channels::email
