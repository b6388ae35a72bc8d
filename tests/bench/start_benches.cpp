// From the start of the process to the painted inbox, as its user waits for it, beside a bare window; and memory then.
#include "tests/bench/benches.h"
#include "ui/inbox/queue_place.h"

#include <QCoreApplication>
#include <QDir>
#include <QProcess>
#include <QSettings>

namespace tributary::bench {
namespace {

struct Started {
    double ms = 0, memory = 0;
};

Result<Started> start(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.setStandardErrorFile(QProcess::nullDevice());
    const double began = seconds();
    process.start(program, arguments);
    QByteArray said;
    while (!said.contains("painted")) {
        if (!process.waitForReadyRead(60'000))
            return failure(Error::Kind::Failed, program.toStdString() + " did not say that it has painted");
        said += process.readAllStandardOutput();
    }
    Started started{.ms = (seconds() - began) * 1e3};
    started.memory = memoryOf(process.processId());
    process.closeWriteChannel(); // what it waits for to end
    if (!process.waitForFinished(20'000)) {
        process.kill();
        process.waitForFinished();
    }
    return started;
}

} // namespace

Result<void> benchStart(Bench &bench)
{
    const QString folder = QCoreApplication::applicationDirPath();
    constexpr int kTimes = 11;
    for (const std::int64_t items : bench.sizes) {
        TRIBUTARY_TRY_ASSIGN(const auto shop, bench.shop(items));
        // Nothing is assigned to who looks: their own list would be empty.
        QSettings(shop->profile() + "/window.ini", QSettings::IniFormat)
            .setValue("inbox/queue", ui::QueuePlace(store::Queue::AllOpen).text());
        const std::string size = shortened(items);
        const auto once = [&](std::vector<Figure> &figures) -> Result<void> { // in turns: what else runs meets both
            TRIBUTARY_TRY_ASSIGN(const Started bare, start(folder + "/bare_window", {}));
            TRIBUTARY_TRY_ASSIGN(const Started inbox,
                                 start(folder + "/tributary", {"--profile", shop->profile(), "--announce-painted"}));
            figures.push_back(
                {"start to painted inbox, " + size, inbox.ms, "ms", bare.ms, "a bare Qt Widgets window", atMostTimes(2.5)});
            figures.push_back({"memory (PSS) after the start, " + size, inbox.memory, "MiB", bare.memory,
                               "a bare Qt Widgets window", atMostTimes(3)});
            return {};
        };
        std::vector<Figure> warm; // brings both into the file cache
        TRIBUTARY_TRY(once(warm));
        TRIBUTARY_TRY(bench.several(kTimes, once));
    }
    return {};
}

} // namespace tributary::bench
