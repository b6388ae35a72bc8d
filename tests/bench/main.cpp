// bench [NAME...] [--items N,N] [--runs N] [--json FILE] [--folder DIR]: what DESIGN 11 promises, measured on the real
// programs beside what the libraries below them need, in one run.
#include "tests/bench/benches.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>

using namespace tributary;
using namespace tributary::bench;

namespace {

struct Named {
    const char *name;
    Result<void> (*run)(Bench &);
    const char *what;
};
// In this order: the first one makes what the others look at.
constexpr Named kAll[]{
    {"import", &benchImport, "import into a hub, bootstrap of a desktop"},
    {"page", &benchTimelinePage, "the query of a timeline's page"},
    {"search", &benchSearch, "search while typing, and what it finds of Chinese"},
    {"disk", &benchDisk, "files for a million items"},
    {"start", &benchStart, "from the start to the painted inbox, and memory then"},
    {"open", &benchOpenCustomer, "a customer opened until painted, also one of several merged"},
    {"keys", &benchKeys, "J pressed and held down, E, A, T and H, from the key to what it does on the screen"},
    {"palette", &benchPalette, "search in the palette, from each key to what it finds on the screen"},
    {"scroll", &benchScroll, "up through 50,000 items"},
    {"bulk", &benchBulk, "5,000 conversations at once, and undone"},
    {"fanout", &benchFanOut, "live messages to 1, 50 and 500 desktops, and all of them coming back"},
    {"intake", &benchIntake, "durable notes a second"},
    {"chat", &benchChat, "messages of web chat taken in a second"},
    {"mailbox", &benchMailbox, "mail of an IMAP server taken in a second"},
    {"mail", &benchMail, "mail read in, beside notmuch"},
};

int wrongUse(const QString &why)
{
    std::fprintf(stderr, "bench: %s (see --help)\n", qPrintable(why));
    return 2;
}

} // namespace

Result<std::shared_ptr<Shop>> Bench::shop(std::int64_t items, bool fresh)
{
    std::shared_ptr<Shop> &made = shops[items];
    if (!made || fresh) {
        made = std::make_shared<Shop>(folder, items);
        TRIBUTARY_TRY(made->make(fresh));
    }
    return made;
}

Result<void> Bench::several(int times, const std::function<Result<void>(std::vector<Figure> &)> &once)
{
    std::vector<std::vector<Figure>> done;
    Result<void> outcome;
    while (outcome && int(done.size()) < times)
        outcome = once(done.emplace_back());
    for (Figure &figure : medians(done))
        report.add(std::move(figure));
    return outcome;
}

int main(int argc, char **argv)
{
    if (qEnvironmentVariableIsEmpty("DISPLAY"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QTemporaryDir runtime;
    if (qEnvironmentVariableIsEmpty("XDG_RUNTIME_DIR"))
        qputenv("XDG_RUNTIME_DIR", runtime.path().toUtf8());
    QApplication application(argc, argv);
    QString names;
    for (const Named &one : kAll)
        names += QStringLiteral("\n  %1  %2").arg(one.name, -8).arg(one.what);
    QCommandLineParser parser;
    parser.setApplicationDescription("Measures what the design promises.\n\nBenchmarks:" + names);
    parser.addHelpOption();
    parser.addPositionalArgument("name", "Only these benchmarks.", "[NAME...]");
    parser.addOption({"items", "Sizes to measure at.", "N,N", "10000,100000,1000000"});
    parser.addOption({"runs", "How often what is one sample is measured; the median is told.", "N", "3"});
    parser.addOption({"json", "Writes the figures to this file as well.", "FILE"});
    parser.addOption({"folder", "Where shops are kept from run to run.", "DIR", QDir::tempPath() + "/tributary-bench"});
    parser.process(application);
    std::vector<std::int64_t> sizes;
    for (const QString &size : parser.value("items").split(',')) {
        bool good = false;
        sizes.push_back(size.toLongLong(&good));
        if (!good || sizes.back() < 1'000)
            return wrongUse("--items needs whole numbers of at least 1000, such as 10000,100000");
    }
    bool isNumber = false;
    const int runs = parser.value("runs").toInt(&isNumber);
    if (!isNumber || runs < 1)
        return wrongUse("--runs needs a whole number of at least 1");
    const QStringList wanted = parser.positionalArguments();
    for (const QString &name : wanted) {
        if (std::ranges::none_of(kAll, [&name](const Named &one) { return name == QLatin1String(one.name); }))
            return wrongUse("there is no benchmark " + name);
    }
    const QString folder = parser.value("folder");
    QDir().mkpath(folder);
    ui::Theme theme;
    theme.install(application);
    Report report;
    Bench bench{report, folder, sizes, theme, runs};
    int failed = 0;
    const double began = seconds();
    for (const Named &one : kAll) {
        if (!wanted.isEmpty() && !wanted.contains(one.name))
            continue;
        const double before = seconds();
        if (const auto done = one.run(bench); !done) {
            std::fprintf(stderr, "bench: %s: %s\n", one.name, done.error().detail.c_str());
            ++failed;
        }
        report.note(std::string(one.name) + " took " + grouped(std::int64_t(seconds() - before)) + " s");
    }
    report.note("all of it took " + grouped(std::int64_t(seconds() - began)) + " s");
    if (parser.isSet("json") && !report.writeJson(parser.value("json").toStdString())) {
        std::fprintf(stderr, "bench: cannot write %s\n", qPrintable(parser.value("json")));
        ++failed;
    }
    return failed == 0 ? 0 : 1;
}
