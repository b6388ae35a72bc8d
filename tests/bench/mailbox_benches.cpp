// Mail that arrives in a mailbox of a real Dovecot, until the hub that waits there has it on its disk.
#include "tests/bench/benches.h"
#include "tests/bench/mails.h"
#include "tests/bench/plain_insert.h"
#include "tests/bench/screen.h"
#include "tests/channels/email/mail_peer.h"
#include "tests/e2e/hub_under_test.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <numeric>

namespace tributary::bench {
namespace {

using channels::email::MailPeer;

constexpr std::size_t kMails = 5'000;

const QString kBox = QStringLiteral("mailbox%1@tributary.test");

/// How many mails are durable.
Result<std::int64_t> countMails(store::Database &file)
{
    auto query = file.query("SELECT count(*) FROM timeline_item WHERE kind = 'inbound'");
    TRIBUTARY_TRY(query.step());
    return query.integer(0);
}

Result<void> takeIn(MailPeer &peer, const QString &address, const std::vector<std::string> &mails,
                    std::vector<Figure> &figures)
{
    const QTemporaryDir folder;
    HubUnderTest hub(folder.filePath("hub"));
    const QStringList account{"account",
                              "add",
                              "email",
                              "--name",
                              "Support",
                              "--set",
                              "address=" + address,
                              "--set",
                              "imap=" + peer.imapsUrl(),
                              "--set",
                              "smtp=" + peer.smtpUrl(),
                              "--set",
                              "ca_file=" + peer.caFile()};
    if (hub.run(account, "password=bench-pw\n").isEmpty() || !hub.start())
        return failure(Error::Kind::Failed, "the hub cannot be set up");
    TRIBUTARY_TRY_ASSIGN(const auto file, store::Database::open(folder.filePath("hub/hub.db").toStdString(),
                                                                {.mode = store::Database::Mode::ReadOnly}));
    // It waits for news (IDLE) when the first mail is through.
    peer.drop(address, mails.front());
    const auto has = [&file](std::int64_t count) {
        const auto there = countMails(*file);
        return there && *there >= count;
    };
    if (!until([&] { return has(1); }, 60'000))
        return failure(Error::Kind::TimedOut, "the hub does not read its mailbox");
    // All of them arrive at once: they are written elsewhere, and moved.
    const QString aside = QStringLiteral("Aside");
    for (std::size_t i = 1; i < mails.size(); ++i)
        peer.drop(address, mails[i], aside);
    for (const QString &path : peer.mailsOf(address, aside)) {
        if (!QFile::rename(path, QString(path).replace("/.Aside/", "/")))
            return failure(Error::Kind::Failed, "cannot move a mail");
    }
    // From the first on: how soon the server says that there is something is not ours.
    if (!until([&] { return has(2); }, 60'000))
        return failure(Error::Kind::TimedOut, "the hub hears nothing of new mail");
    TRIBUTARY_TRY_ASSIGN(const std::int64_t first, countMails(*file));
    const double cpu = processCpuOf(hub.pid()), began = seconds();
    if (!until([&] { return has(std::int64_t(mails.size())); }, 120'000))
        return failure(Error::Kind::TimedOut, "not all mails were taken in");
    const double took = seconds() - began, used = processCpuOf(hub.pid()) - cpu;
    const double count = double(std::int64_t(mails.size()) - first);
    const std::size_t bytes = std::accumulate(mails.begin(), mails.end(), std::size_t(0),
                                              [](std::size_t sum, const std::string &mail) { return sum + mail.size(); });
    TRIBUTARY_TRY_ASSIGN(const double floor, insertDurably(folder.path().toStdString(), std::int64_t(mails.size()),
                                                           std::string(bytes / mails.size(), 'w')));
    figures.push_back({"mails a second, fetched from a mailbox and stored", count / took, "1/s", floor,
                       "SQLite FULL, 16 a commit", atLeastTimes(0.5)});
    figures.push_back({"hub CPU a mail from a mailbox", used / count * 1e6, "us", {}, {}, {}});
    return {};
}

} // namespace

Result<void> benchMailbox(Bench &bench)
{
    QStringList boxes;
    for (int i = 0; i < bench.runs; ++i)
        boxes << kBox.arg(i) + ":bench-pw";
    QString why;
    const auto peer = MailPeer::start(&why, boxes);
    if (!peer) {
        bench.report.note("no mailbox here: " + why.trimmed().toStdString());
        return {};
    }
    TRIBUTARY_TRY_ASSIGN(const std::vector<std::string> mails, someMails(kMails));
    int run = 0;
    return bench.several(bench.runs,
                         [&](std::vector<Figure> &figures) { return takeIn(*peer, kBox.arg(run++), mails, figures); });
}

} // namespace tributary::bench
