// Opens customers one after the other and says when they were on the screen: a line each, milliseconds until the newest page
// of the timeline was painted and until the panel beside it was, and what the window's thread worked until the first of
// them. A process of its own, so that the first ones meet a program that has opened nobody yet.
//   bench_openings PROFILE any|merged COUNT QUIET-MS        QUIET-MS: for so long nobody does anything after the start
#include "core/model/addresses.h"
#include "tests/bench/screen.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QTest>

#include <cstdio>
#include <thread>

int main(int argc, char **argv)
{
    using namespace tributary;
    using namespace tributary::bench;
    // As the program does: see its main().
    const std::jthread numbers([] { model::shownAddress(model::Channel::WhatsApp, "+14155550100"); });
    QApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() != 5) {
        std::fputs("usage: bench_openings PROFILE any|merged COUNT QUIET-MS\n", stderr);
        return 2;
    }
    const char *which = arguments[2] == QLatin1String("merged")
                            ? "customer_id IN (SELECT into_id FROM customer_link WHERE ended_ms IS NULL)"
                            : "TRUE";
    const auto conversations = someConversations(arguments[1] + "/cache.db", arguments[3].toULongLong(), which);
    if (!conversations) {
        std::fprintf(stderr, "bench_openings: %s\n", conversations.error().detail.c_str());
        return 1;
    }
    ui::Theme theme;
    theme.install(application);
    Screen screen(theme, arguments[1]);
    QTest::qWait(arguments[4].toInt());
    for (const model::ConversationId &id : *conversations) {
        const auto opened = screen.open(id);
        if (!opened)
            return 1;
        std::printf("%.3f %.3f %.3f\n", opened->timeline, opened->panel, opened->cpu);
    }
    return 0;
}
