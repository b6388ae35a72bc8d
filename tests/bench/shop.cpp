#include "tests/bench/shop.h"

#include "core/client/hub_process.h"
#include "core/client/workspace.h"
#include "core/store/database.h"
#include "tests/bench/history.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTest>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <random>
#include <sys/resource.h>
#include <unistd.h>

namespace tributary::bench {
namespace {

double secondsOf(const timeval &time)
{
    return double(time.tv_sec) + double(time.tv_usec) / 1e6;
}

} // namespace

double seconds()
{
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return double(now.tv_sec) + double(now.tv_nsec) / 1e9;
}

double processCpu()
{
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return double(now.tv_sec) + double(now.tv_nsec) / 1e9;
}

double childrenCpu()
{
    rusage usage{};
    ::getrusage(RUSAGE_CHILDREN, &usage);
    return secondsOf(usage.ru_utime) + secondsOf(usage.ru_stime);
}

double memoryOf(qint64 pid)
{
    QFile file(QStringLiteral("/proc/%1/smaps_rollup").arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (line.startsWith("Pss:"))
            return line.mid(4).simplified().split(' ').value(0).toDouble() / 1024;
    }
    return 0;
}

double processCpuOf(qint64 pid)
{
    QFile file(QStringLiteral("/proc/%1/stat").arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray line = file.readAll();
    const QList<QByteArray> fields = line.mid(line.lastIndexOf(')') + 2).split(' ');
    return (fields.value(11).toDouble() + fields.value(12).toDouble()) / double(::sysconf(_SC_CLK_TCK));
}

Shop::Shop(const QString &folder, std::int64_t items)
    : m_folder(folder + QStringLiteral("/shop-%1").arg(items))
    , m_items(items)
{
}

Result<void> Shop::make(bool fresh)
{
    const QString done = m_folder + "/done";
    if (!fresh && QFile::exists(done))
        return {};
    QDir(m_folder).removeRecursively();
    QDir().mkpath(hubFolder());
    TRIBUTARY_TRY(import());
    TRIBUTARY_TRY(bootstrap());
    QFile file(done);
    if (!file.open(QIODevice::WriteOnly))
        return failure(Error::Kind::Failed, "cannot write " + done.toStdString());
    return {};
}

Result<void> Shop::import()
{
    const QString history = m_folder + "/history.jsonl";
    TRIBUTARY_TRY(writeHistory(history.toStdString(), m_items, toMs(SystemClock().now()) - 3'600'000));
    client::HubProcess hub;
    TRIBUTARY_TRY(
        waited(hub.run({"user", "add", "--data", hubFolder(), "--email", kEmail, "--name", "Mara", "--role", "admin"},
                       QByteArray(kPassword) + '\n')));
    const double cpu = childrenCpu(), began = seconds();
    QProcess import; // the desktop's way of running a verb gives up after a minute
    import.start(QCoreApplication::applicationDirPath() + "/tributary-hub",
                 {"import", "--data", hubFolder(), "--source", "bench", history});
    import.closeWriteChannel(); // which it reads first
    if (!import.waitForFinished(kLongMs) || import.exitStatus() != QProcess::NormalExit || import.exitCode() != 0)
        return failure(Error::Kind::Failed, "import: " + import.readAllStandardError().toStdString());
    importCpu = childrenCpu() - cpu;
    importSeconds = seconds() - began;
    QFile::remove(history);
    return {};
}

Result<void> Shop::bootstrap()
{
    client::HubProcess hub;
    TRIBUTARY_TRY_ASSIGN(const client::HubProcess::Addresses at, waited(hub.start(hubFolder())));
    client::Workspace workspace;
    TRIBUTARY_TRY(waited(workspace.open(profile())));
    TRIBUTARY_TRY(waited(workspace.setSetting("history.days", "0"))); // all of it
    const double cpu = processCpu(), began = seconds();
    TRIBUTARY_TRY(waited(workspace.signIn(at.agents, kEmail, kPassword)));
    const auto isThere = [&workspace] { return workspace.status().state == client::Status::State::Live; };
    if (!QTest::qWaitFor(isThere, kLongMs))
        return failure(Error::Kind::TimedOut, "the desktop never caught up");
    bootstrapCpu = processCpu() - cpu;
    bootstrapSeconds = seconds() - began;
    workspace.close();
    hub.stop();
    return {};
}

Result<std::unique_ptr<FolderCopy>> FolderCopy::make(const QString &of, const QString &in)
{
    std::unique_ptr<FolderCopy> copy(new FolderCopy(in));
    std::error_code problem;
    std::filesystem::copy(of.toStdString(), copy->path().toStdString(), std::filesystem::copy_options::recursive, problem);
    if (problem)
        return failure(Error::Kind::Failed, "cannot copy " + of.toStdString() + ": " + problem.message());
    ::sync();
    return copy;
}

Result<std::vector<model::ConversationId>> someConversations(const QString &file, std::size_t count,
                                                             const std::string &which)
{
    TRIBUTARY_TRY_ASSIGN(const auto database,
                         store::Database::open(file.toStdString(), {.mode = store::Database::Mode::ReadOnly}));
    std::vector<model::ConversationId> all, some;
    auto query = database->queryOnce("SELECT max(id) FROM conversation WHERE " + which + " GROUP BY customer_id");
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            break;
        all.push_back(query.id<model::ConversationId>(0));
    }
    std::mt19937_64 random(5);
    std::shuffle(all.begin(), all.end(), random);
    for (std::size_t i = 0; i < count && i < all.size(); ++i)
        some.push_back(all[i]);
    return some;
}

} // namespace tributary::bench
