#pragma once

#include "core/base/time.h"
#include "core/channels/email/mail_credentials.h"
#include "core/channels/email/mail_stream.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

struct mailimap;
struct mailimap_set;

namespace tributary::channels::email {

/// One signed-in IMAP connection (RFC 3501, 9051), used by one thread. After an error other than Refused it is of no more
/// use: open another. Never marks mail as read.
class ImapSession {
public:
    struct Folder {
        std::string name;    ///< As the server writes it (modified UTF-7); for select() and append().
        bool isSent = false; ///< By SPECIAL-USE (RFC 6154), never by name.
        bool canSelect = true;
    };
    struct Selected {
        std::uint32_t uidValidity = 0;
        std::uint32_t uidNext = 0; ///< 0 if the server does not say.
        std::uint32_t exists = 0;
        std::uint64_t highestModSeq = 0; ///< 0 without CONDSTORE (RFC 7162).
    };
    struct Summary {
        std::uint32_t uid = 0;
        std::uint32_t sizeBytes = 0;
        TimePoint arrivedAt; ///< INTERNALDATE.
    };
    struct Mail {
        Summary summary;
        bool headerOnly = false; ///< It was over the limit; `raw` ends with the empty line after the header.
        std::shared_ptr<const std::string> raw;
        bool isWithheld = false; ///< headerOnly, though it is not too large: the server did not give the rest.
    };

    /// Connects, encrypts, checks the certificate and signs in. No byte of @p credentials leaves before the check passed.
    static MailResult<std::unique_ptr<ImapSession>> open(const MailServer &server, const TlsSettings &tls,
                                                         const MailCredentials &credentials, const MailTimeouts &timeouts,
                                                         const StopSignal &stop);
    ~ImapSession();
    ImapSession(const ImapSession &) = delete;
    ImapSession &operator=(const ImapSession &) = delete;

    bool hasIdle() const;
    /// Of a Gmail mailbox.
    bool isGmail() const;

    MailResult<std::vector<Folder>> folders();
    MailResult<Selected> select(const std::string &folder);
    const std::string &selectedFolder() const { return m_selected; }
    /// The UID the next mail of a folder that is not selected will get.
    MailResult<std::uint32_t> uidNextOf(const std::string &folder);

    /// Of the selected folder, rising: the UIDs that arrived on @p day (UTC) or later.
    MailResult<std::vector<std::uint32_t>> uidsSince(TimePoint day);
    /// What is new: UIDs above @p lastSeen, rising.
    MailResult<std::vector<Summary>> summariesAfter(std::uint32_t lastSeen);
    /// Of these UIDs (any number, rising); those that are gone are missing.
    MailResult<std::vector<Summary>> summariesOf(std::span<const std::uint32_t> uids);
    /// The mails themselves, those above @p mostBytes with their header alone. Mails that are gone are missing.
    MailResult<std::vector<Mail>> fetch(std::span<const Summary> wanted, std::uint32_t mostBytes);

    /// Whether the selected folder has a mail that was given this Message-ID (without <>), also where Outlook.com has given
    /// it another since.
    MailResult<bool> hasMessageId(const std::string &messageId);
    /// Puts a mail into a folder, marked as read. @p raw has CRLF line ends.
    MailResult<void> append(const std::string &folder, std::string_view raw);

    /// Waits until the server says that the selected folder has new mail, at most @p most: by IDLE (RFC 2177) where the
    /// server knows it, else by asking once at the end. True if there is news.
    /// @p mayIdle: false where the server has refused to IDLE before. At once, if the server has said so already.
    MailResult<bool> waitForNews(Milliseconds most, bool mayIdle = true);

private:
    explicit ImapSession(const StopSignal &stop);
    MailResult<void> greet();
    MailResult<void> upgrade();
    MailResult<void> signIn(const MailCredentials &credentials);
    MailResult<void> authenticate(const std::string &mechanism, const std::string &response);
    MailResult<void> refreshCapabilities();
    MailResult<bool> idle(Milliseconds most);
    MailResult<bool> waitForNewsLine(Milliseconds most);
    MailResult<void> sendRaw(std::string_view text);
    MailResult<std::string> readRawLine();
    MailResult<std::vector<Summary>> fetchSummaries(struct ::mailimap_set *set);
    MailResult<void> fetchInto(std::vector<Mail> &mails, std::span<const Summary> wanted, bool headerOnly);
    MailResult<bool> hasHeader(const char *name, const std::string &value);
    bool has(const char *capability) const;
    /// What a libetpan result code means now; nothing if it is a success.
    std::optional<MailError> errorOf(int code) const;

    const StopSignal &m_stop;
    std::unique_ptr<MailStream> m_stream;
    mailimap *m_imap;
    std::string m_selected;
};

} // namespace tributary::channels::email
