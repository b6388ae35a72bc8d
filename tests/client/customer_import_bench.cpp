// What bringing in a file of customers costs, by the real hub on this computer: customer_import_bench [ROWS]
#include "core/client/customer_import.h"
#include "core/client/hub_process.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cstdio>

using namespace tributary;
using namespace tributary::client;

namespace {

template<class T>
T waited(QFuture<T> future)
{
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, 60'000))
        qFatal("a future was never finished");
    auto result = future.result();
    if (!result)
        qFatal("%s", result.error().detail.c_str());
    return result;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const int rows = argc > 1 ? QByteArray(argv[1]).toInt() : 20'000;
    QTemporaryDir data, folder;
    HubProcess hub;
    waited(
        hub.run({"user", "add", "--email", "ana@teapots.example", "--name", "Ana", "--role", "admin", "--data", data.path()},
                "correct horse battery staple\n"));
    const auto at = waited(hub.start(data.path()));
    Workspace workspace;
    waited(workspace.open(folder.filePath("profile")));
    waited(workspace.signIn(at->agents, "ana@teapots.example", "correct horse battery staple"));
    if (!QTest::qWaitFor([&] { return workspace.status().state == Status::State::Live; }, 60'000))
        qFatal("not signed in");

    QFile file(folder.filePath("people.csv"));
    if (!file.open(QIODevice::WriteOnly))
        qFatal("no file can be written");
    file.write("Name,E-mail,Phone,Company,Tags\n");
    for (int i = 0; i < rows; ++i) {
        const QByteArray n = QByteArray::number(i);
        file.write("Person " + n + ",p" + n + "@bulk.example,+4420" + QByteArray::number(79'000'000 + i) + ",Company "
                   + QByteArray::number(i % 50) + ",vip\n");
    }
    file.close();
    CustomerImport import(workspace);
    ImportSettings settings{.file = *waited(import.look(file.fileName())), .region = "GB"};
    settings.columns = guessColumns(settings.file, {});
    const auto run = [&](const char *what) {
        QElapsedTimer timer;
        timer.start();
        import.run(settings);
        if (!QTest::qWaitFor([&] { return !import.isBusy(); }, 3'600'000))
            qFatal("it never ends");
        const double seconds = double(timer.elapsed()) / 1000;
        const ImportFigures &figures = import.figures();
        std::printf("%s: %lld rows in %.1f s, %.0f rows/s; %lld new, %lld joined, %lld unchanged, %lld refused\n", what,
                    static_cast<long long>(figures.rows), seconds, double(figures.rows) / seconds,
                    static_cast<long long>(figures.fresh), static_cast<long long>(figures.joins),
                    static_cast<long long>(figures.unchanged), static_cast<long long>(figures.refused));
    };
    run("the first time");
    run("again");
    qint64 journal = 0;
    for (const QFileInfo &one : QDir(folder.filePath("profile")).entryInfoList({"journal.db*"}))
        journal += one.size();
    std::printf("journal: %lld KiB\n", static_cast<long long>(journal / 1024));
    return 0;
}
