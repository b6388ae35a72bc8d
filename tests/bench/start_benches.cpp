// From the start of the process to the painted inbox, as its user waits for it, beside a bare window; and memory then.
#include "tests/bench/benches.h"
#include "tests/bench/live.h"
#include "tests/bench/screen.h"
#include "ui/inbox/queue_place.h"
#include "ui/shell/settings_file.h"

#include <QCoreApplication>
#include <QDir>
#include <QProcess>

namespace tributary::bench {
namespace {

struct Started {
    double ms = 0, memory = 0;
};

/// Starts @p process, and says how long it took until it has painted.
Result<double> startNow(QProcess &process, const QString &program, const QStringList &arguments)
{
    process.setStandardErrorFile(QProcess::nullDevice());
    const double began = seconds();
    process.start(program, arguments);
    QByteArray said;
    while (!said.contains("painted")) {
        if (!process.waitForReadyRead(60'000))
            return failure(Error::Kind::Failed, program.toStdString() + " did not say that it has painted");
        said += process.readAllStandardOutput();
    }
    return (seconds() - began) * 1e3;
}

Result<Started> start(const QString &program, const QStringList &arguments)
{
    QProcess process;
    TRIBUTARY_TRY_ASSIGN(const double ms, startNow(process, program, arguments));
    const Started started{ms, memoryOf(process.processId())};
    process.closeWriteChannel(); // what it waits for to end
    if (!process.waitForFinished(20'000)) {
        process.kill();
        process.waitForFinished();
    }
    return started;
}

QStringList desktopArguments(const QString &profile)
{
    // Nothing is assigned to who looks: their own list would be empty.
    ui::SettingsFile(profile + "/window.ini").setValue("inbox/queue", ui::QueuePlace(store::Queue::AllOpen).text());
    return {"--profile", profile, "--announce-painted"};
}

/// The program is killed while it takes in what others write, and its hub goes; then it is started again.
Result<double> startAfterKill(LiveHub &hub, const QString &program, const QStringList &arguments)
{
    constexpr std::int64_t kNotes = 200;
    {
        QProcess process;
        TRIBUTARY_TRY(startNow(process, program, arguments));
        const Bustle bustle(hub, 5);
        const bool isBusy = until([&bustle] { return bustle.heard() > kNotes; });
        process.kill();
        process.waitForFinished();
        if (!isBusy)
            return failure(Error::Kind::TimedOut, "nobody could write");
    }
    hub.process.stop();
    TRIBUTARY_TRY_ASSIGN(const Started inbox, start(program, arguments));
    return hub.process.start() ? Result<double>(inbox.ms) : failure(Error::Kind::Failed, "the hub does not start again");
}

Result<void> benchStartAfterKill(Bench &bench, const Shop &shop, const QString &program)
{
    constexpr int kTimes = 5;
    TRIBUTARY_TRY_ASSIGN(const auto data, FolderCopy::make(shop.hubFolder(), bench.folder));
    TRIBUTARY_TRY_ASSIGN(const auto profile, FolderCopy::make(shop.profile(), bench.folder));
    LiveHub hub(data->path());
    TRIBUTARY_TRY(hub.start());
    {
        client::Workspace workspace;
        TRIBUTARY_TRY(waited(workspace.open(profile->path())));
        TRIBUTARY_TRY(waited(workspace.signIn(hub.process.agents(), Shop::kEmail, Shop::kPassword)));
        workspace.close();
    }
    const QStringList arguments = desktopArguments(profile->path());
    return bench.several(kTimes, [&](std::vector<Figure> &figures) -> Result<void> {
        TRIBUTARY_TRY_ASSIGN(const double ms, startAfterKill(hub, program, arguments));
        figures.push_back(
            {"start to painted inbox after a kill, " + shortened(shop.items()), ms, "ms", {}, {}, atMost(300)});
        return {};
    });
}

} // namespace

Result<void> benchStart(Bench &bench)
{
    const QString folder = QCoreApplication::applicationDirPath();
    constexpr int kTimes = 11;
    for (const std::int64_t items : bench.sizes) {
        TRIBUTARY_TRY_ASSIGN(const auto shop, bench.shop(items));
        const std::string size = shortened(items);
        const QString program = folder + "/tributary";
        const QStringList arguments = desktopArguments(shop->profile());
        const auto once = [&](std::vector<Figure> &figures) -> Result<void> { // in turns: what else runs meets both
            TRIBUTARY_TRY_ASSIGN(const Started bare, start(folder + "/bare_window", {}));
            TRIBUTARY_TRY_ASSIGN(const Started inbox, start(program, arguments));
            figures.push_back(
                {"start to painted inbox, " + size, inbox.ms, "ms", bare.ms, "a bare Qt Widgets window", atMostTimes(2.5)});
            figures.push_back({"memory (PSS) after the start, " + size, inbox.memory, "MiB", bare.memory,
                               "a bare Qt Widgets window", atMostTimes(3)});
            return {};
        };
        std::vector<Figure> warm; // brings both into the file cache
        TRIBUTARY_TRY(once(warm));
        TRIBUTARY_TRY(bench.several(kTimes, once));
        TRIBUTARY_TRY(benchStartAfterKill(bench, *shop, program));
    }
    return {};
}

} // namespace tributary::bench
