#pragma once

#include "core/channels/email/mail_url.h"

#include <QString>
#include <QStringList>
#include <QTemporaryDir>
#include <memory>
#include <string>

namespace tributary::channels::email {

/// A real Postfix and Dovecot on free loopback ports with a private CA (tests/peers/email-up): one per test program.
/// Needs root and the packages dovecot-imapd, dovecot-lmtpd, dovecot-sieve, dovecot-managesieved and postfix.
class MailPeer {
public:
    /// Null, and @p why says so, if this machine cannot run one.
    /// @p users: more mailboxes, such as `erin@tributary.test:password`; with fields for Dovecot behind another colon.
    static std::unique_ptr<MailPeer> start(QString *why, const QStringList &users = {});
    ~MailPeer();
    MailPeer(const MailPeer &) = delete;
    MailPeer &operator=(const MailPeer &) = delete;

    static constexpr const char *kHost = "127.0.0.1";
    QString imapsUrl() const { return url("imaps", m_imaps); }
    QString imapUrl() const { return url("imap", m_imap); }
    QString smtpsUrl() const { return url("smtps", m_smtps); }
    QString smtpUrl() const { return url("smtp", m_submission); }
    QString caFile() const { return m_folder.filePath("tls/ca.crt"); }
    QString path(const QString &relative) const { return m_folder.filePath(relative); }
    /// A token that the servers take, or one that ran out.
    std::string token(const char *address, bool expired = false) const;

    /// Puts mails into a mailbox as the delivery agent would; @p folder is empty for INBOX, else such as `Sent`. The name
    /// of the file decides the arrival time: @p arrivedAt in seconds since 1970, 0 for now.
    void drop(const QString &address, const std::string &raw, const QString &folder = {}, qint64 arrivedAt = 0);
    /// The files of a folder of a mailbox, unread and read.
    QStringList mailsOf(const QString &address, const QString &folder = {}) const;

    /// As a crash would, in the middle of whatever it does.
    void stopDovecot();
    void startDovecot();
    /// Forgets all UIDs, as after a restored backup: the folders get a new UIDVALIDITY.
    void renewUidValidity(const QString &address);
    /// As after a backup was restored: a folder with this UIDVALIDITY, whose UIDs begin at 1. Whoever is connected loses the
    /// connection.
    void renumber(const QString &address, const QString &folder, unsigned uidValidity);
    /// Gives Dovecot another certificate of the same authority, for @p names (`DNS:mail.test,IP:127.0.0.1`), ending in
    /// @p days (in the past if negative).
    bool useCertificate(const QString &names, int days);

private:
    MailPeer()
        : m_folder("/tmp/tmailXXXXXX")
    {
    }
    QString url(const char *scheme, int port) const;
    QString maildir(const QString &address, const QString &folder) const;
    bool launch(QString *why, const QStringList &users);

    QTemporaryDir m_folder; // not under a long TMPDIR: Unix sockets have short names
    int m_imap = 0, m_imaps = 0, m_smtp = 0, m_submission = 0, m_smtps = 0, m_sieve = 0;
    int m_dropped = 0;
};

} // namespace tributary::channels::email
