#include "mail_peer.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <array>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utime.h>

namespace tributary::channels::email {
namespace {

/// Ports that were free a moment ago. All are held open together, so that they differ.
std::array<int, 6> freePorts()
{
    std::array<int, 6> ports{};
    std::array<int, 6> sockets{};
    for (std::size_t i = 0; i < ports.size(); ++i) {
        sockets[i] = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
        socklen_t size = sizeof address;
        ::bind(sockets[i], reinterpret_cast<sockaddr *>(&address), size);
        ::getsockname(sockets[i], reinterpret_cast<sockaddr *>(&address), &size);
        ports[i] = ntohs(address.sin_port);
    }
    for (const int socket : sockets)
        ::close(socket);
    return ports;
}

QString run(const QString &program, const QStringList &arguments, int *code = nullptr)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    process.waitForFinished(60'000);
    if (code)
        *code = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    return QString::fromUtf8(process.readAll());
}

/// Neither gone nor dead and waiting for its parent to look.
bool isRunning(int pid)
{
    QFile state(QStringLiteral("/proc/%1/stat").arg(pid));
    return state.open(QIODevice::ReadOnly) && !state.readAll().contains(") Z ");
}

QString script(const char *name)
{
    return QStringLiteral(TRIBUTARY_SOURCE_DIR "/tests/peers/%1").arg(name);
}

} // namespace

std::unique_ptr<MailPeer> MailPeer::start(QString *why, const QStringList &users)
{
    constexpr int kTries = 3; // another program may take a port between looking and starting
    for (int attempt = 0; attempt < kTries; ++attempt) {
        std::unique_ptr<MailPeer> peer(new MailPeer);
        if (peer->launch(why, users))
            return peer;
        if (!why->contains("port"))
            break;
    }
    return nullptr;
}

bool MailPeer::launch(QString *why, const QStringList &users)
{
    if (!m_folder.isValid()) {
        *why = "no temporary folder";
        return false;
    }
    const auto ports = freePorts();
    m_imap = ports[0], m_imaps = ports[1], m_smtp = ports[2], m_submission = ports[3], m_smtps = ports[4],
    m_sieve = ports[5];
    QStringList arguments{m_folder.path()};
    const std::pair<const char *, int> options[] = {{"--imap", m_imap},   {"--imaps", m_imaps},
                                                    {"--smtp", m_smtp},   {"--submission", m_submission},
                                                    {"--smtps", m_smtps}, {"--sieve", m_sieve}};
    for (const auto &[name, port] : options)
        arguments << name << QString::number(port);
    for (const QString &user : users)
        arguments << "--user" << user;
    int code = 0;
    *why = run(script("email-up"), arguments, &code);
    return code == 0;
}

MailPeer::~MailPeer()
{
    run(script("email-down"), {m_folder.path()});
}

QString MailPeer::url(const char *scheme, int port) const
{
    return QStringLiteral("%1://%2:%3").arg(scheme, kHost).arg(port);
}

std::string MailPeer::token(const char *address, bool expired) const
{
    QFile file(path(QStringLiteral("tokens/%1%2.jwt").arg(address, expired ? ".expired" : "")));
    return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed().toStdString() : std::string();
}

QString MailPeer::maildir(const QString &address, const QString &folder) const
{
    const QStringList parts = address.split('@');
    return path(QStringLiteral("mail/%1/%2/Maildir%3").arg(parts[1], parts[0], folder.isEmpty() ? "" : "/." + folder));
}

void MailPeer::drop(const QString &address, const std::string &raw, const QString &folder, qint64 arrivedAt)
{
    const passwd *owner = ::getpwnam("mail");
    const QString target = maildir(address, folder);
    QString made = path("mail/" + address.section('@', 1) + "/" + address.section('@', 0, 0));
    for (const QString &step : (target.mid(made.size() + 1) + "/new").split('/')) { // mkpath, with the owner of each step
        made += "/" + step;
        QDir().mkdir(made);
        [[maybe_unused]] const int owned = ::chown(made.toUtf8(), owner->pw_uid, owner->pw_gid);
    }
    for (const char *other : {"cur", "tmp"}) {
        QDir().mkdir(target + "/" + other);
        [[maybe_unused]] const int owned = ::chown((target + "/" + other).toUtf8(), owner->pw_uid, owner->pw_gid);
    }
    const qint64 at = arrivedAt != 0 ? arrivedAt : QDateTime::currentSecsSinceEpoch();
    const QString name = QStringLiteral("%1.M%2P%3.test").arg(at).arg(++m_dropped, 6, 10, QChar('0')).arg(::getpid());
    QFile file(target + "/tmp/" + name);
    if (!file.open(QIODevice::WriteOnly))
        return;
    file.write(raw.data(), qint64(raw.size()));
    file.close();
    const utimbuf times{at, at};
    ::utime(file.fileName().toUtf8(), &times);
    [[maybe_unused]] const int owned = ::chown(file.fileName().toUtf8(), owner->pw_uid, owner->pw_gid);
    QFile::rename(file.fileName(), target + "/new/" + name);
}

QStringList MailPeer::mailsOf(const QString &address, const QString &folder) const
{
    QStringList files;
    for (const char *part : {"new", "cur"}) {
        const QDir dir(maildir(address, folder) + "/" + part);
        for (const QString &name : dir.entryList(QDir::Files))
            files << dir.filePath(name);
    }
    return files;
}

void MailPeer::stopDovecot()
{
    QFile file(path("dv/run/master.pid"));
    if (!file.open(QIODevice::ReadOnly))
        return;
    const int master = file.readAll().trimmed().toInt();
    QFile children(QStringLiteral("/proc/%1/task/%1/children").arg(master));
    const QList<QByteArray> pids =
        children.open(QIODevice::ReadOnly) ? children.readAll().simplified().split(' ') : QList<QByteArray>();
    ::kill(master, SIGKILL);
    for (const QByteArray &pid : pids) {
        if (pid.toInt() > 0)
            ::kill(pid.toInt(), SIGKILL);
    }
    for (int i = 0; i < 500 && isRunning(master); ++i)
        ::usleep(10'000);
    file.remove(); // else the next one may take a stranger with this number for it
}

void MailPeer::startDovecot()
{
    run("dovecot", {"-c", path("dv/dovecot.conf")});
}

void MailPeer::renewUidValidity(const QString &address)
{
    stopDovecot();
    for (const QString &folder : {QString(), QStringLiteral("Sent")}) {
        const QDir dir(maildir(address, folder));
        for (const QString &name : dir.entryList({"dovecot*"}, QDir::Files | QDir::Hidden))
            QFile::remove(dir.filePath(name));
    }
    startDovecot();
}

void MailPeer::renumber(const QString &address, const QString &folder, unsigned uidValidity)
{
    stopDovecot();
    const QDir dir(maildir(address, folder));
    for (const QString &name : dir.entryList({"dovecot*"}, QDir::Files | QDir::Hidden))
        QFile::remove(dir.filePath(name));
    QFile list(dir.filePath("dovecot-uidlist"));
    if (list.open(QIODevice::WriteOnly))
        list.write(QStringLiteral("3 V%1 N1\n").arg(uidValidity).toLatin1());
    list.close();
    const passwd *owner = ::getpwnam("mail");
    [[maybe_unused]] const int owned = ::chown(list.fileName().toUtf8(), owner->pw_uid, owner->pw_gid);
    startDovecot();
}

bool MailPeer::useCertificate(const QString &names, int days)
{
    QFile extensions(path("tls/other.ext"));
    if (!extensions.open(QIODevice::WriteOnly | QIODevice::Truncate))
        return false;
    extensions.write(("subjectAltName=" + names + "\nextendedKeyUsage=serverAuth\n").toUtf8());
    extensions.close();
    int code = 0;
    run("openssl", {"req", "-new", "-key", path("tls/server.key"), "-subj", "/CN=other", "-out", path("tls/other.csr")},
        &code);
    if (code != 0)
        return false;
    run("openssl",
        {"x509", "-req", "-in", path("tls/other.csr"), "-CA", path("tls/ca.crt"), "-CAkey", path("tls/ca.key"),
         "-set_serial", QString::number(1000 + ++m_dropped), "-days", QString::number(days), "-extfile",
         extensions.fileName(), "-out", path("tls/server.crt")},
        &code);
    stopDovecot();
    startDovecot();
    return code == 0;
}

} // namespace tributary::channels::email
