// What somebody at the window waits for: the inbox's real widgets over a real profile, from the key to the painted screen.
#include "tests/bench/benches.h"
#include "tests/bench/screen.h"

#include <QDir>
#include <QFile>
#include <QKeyEvent>
#include <QProcess>
#include <QTest>

#include <algorithm>
#include <functional>
#include <numeric>
#include <unistd.h>

namespace tributary::bench {
namespace {

using namespace tributary::ui;

/// How long the window's thread does not come round.
class Stalls : public QObject {
public:
    Stalls() { m_timer = startTimer(0); }
    double longestMs() const { return m_longest * 1e3; }

protected:
    void timerEvent(QTimerEvent *) override
    {
        const double now = seconds();
        m_longest = std::max(m_longest, now - m_last);
        m_last = now;
    }

private:
    int m_timer = 0;
    double m_last = seconds(), m_longest = 0;
};

/// How long a person looks at the list before they open something.
constexpr int kQuietMs = 4'000;

/// As bench_openings says: in a process of its own, since what one has made ready for itself is there for all that follows.
Result<std::vector<Screen::Opened>> openings(const Shop &shop, const QString &which, int count, int quietMs)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(QCoreApplication::applicationDirPath() + "/bench_openings",
                  {shop.profile(), which, QString::number(count), QString::number(quietMs)});
    if (!process.waitForFinished(600'000) || process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
        return failure(Error::Kind::Failed, "a customer was never painted");
    std::vector<Screen::Opened> all;
    for (const QByteArray &line : process.readAllStandardOutput().split('\n')) {
        if (const QList<QByteArray> words = line.split(' '); words.size() == 3)
            all.push_back({words[0].toDouble(), words[1].toDouble(), words[2].toDouble()});
    }
    return all;
}

/// "1st 31.0, 84th 22.5": which of them took longest.
std::string slowest(const std::vector<double> &times, std::size_t count)
{
    std::vector<std::size_t> order(times.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return times[i]; });
    order.resize(std::min(order.size(), count));
    QStringList words;
    for (const std::size_t i : order)
        words << QStringLiteral("no. %1 %2 ms").arg(i + 1).arg(times[i], 0, 'f', 1);
    return words.join(QStringLiteral(", ")).toStdString();
}

Result<void> benchOpening(Bench &bench, std::int64_t items, const QString &which, const std::string &who, int count)
{
    TRIBUTARY_TRY_ASSIGN(const auto shop, bench.shop(items));
    const std::string size = shortened(items);
    for (const int quietMs : {0, kQuietMs}) {
        TRIBUTARY_TRY_ASSIGN(const auto all, openings(*shop, which, count, quietMs));
        if (all.empty()) {
            bench.report.note("there is no " + who);
            return {};
        }
        std::vector<double> timeline, panel, cpu;
        for (const Screen::Opened &one : all) {
            timeline.push_back(one.timeline);
            panel.push_back(one.panel);
            cpu.push_back(one.cpu);
        }
        const std::string what = "open a " + who + (quietMs ? ", some seconds after the start" : ", right after the start");
        const std::string longest = slowest(timeline, 5);
        bench.report.add({what + ", p50, " + size, quantile(timeline, 0.5), "ms", {}, {}, {}});
        bench.report.add({what + ", p99, " + size, quantile(timeline, 0.99), "ms", {}, {}, atMost(16)});
        bench.report.add({what + ", processor of the window's thread, p50, " + size, quantile(cpu, 0.5), "ms", {}, {}, {}});
        bench.report.add({what + ", until the panel is there, p50, " + size, quantile(panel, 0.5), "ms", {}, {}, {}});
        bench.report.note("of " + std::to_string(all.size()) + " the slowest: " + longest);
    }
    return {};
}

} // namespace

Result<void> benchOpenCustomer(Bench &bench)
{
    for (const std::int64_t items : bench.sizes)
        TRIBUTARY_TRY(benchOpening(bench, items, "any", "customer", 300));
    TRIBUTARY_TRY(benchOpening(bench, bench.sizes.back(), "merged", "customer whom others were merged into", 200));
    const auto p50 = [&bench](std::int64_t items) {
        for (const Figure &figure : bench.report.figures()) {
            if (figure.name == "open a customer, some seconds after the start, p50, " + shortened(items))
                return figure.value;
        }
        return 0.0;
    };
    if (bench.sizes.size() > 1)
        bench.report.add({"open a customer, largest shop beside smallest", p50(bench.sizes.back()), "ms",
                          p50(bench.sizes.front()), "the smallest shop", atMostTimes(1.3)});
    return {};
}

Result<void> benchKeys(Bench &bench)
{
    constexpr int kPresses = 500;
    constexpr double kRepeat = 1.0 / 30; // seconds: how fast a key that is held down comes again
    const std::int64_t items = bench.sizes.back();
    TRIBUTARY_TRY_ASSIGN(const auto shop, bench.shop(items));
    Screen screen(bench.theme, shop->profile());
    screen.page().chooseQueue(store::Queue::AllOpen);
    ConversationList &list = screen.page().list();
    if (!until([&] { return list.model()->rowCount() >= 30; }))
        return failure(Error::Kind::Failed, "too few open conversations");
    Paints listPaints(list.viewport());
    Paints timelinePaints(screen.page().pane().timeline().viewport(), [&] { return screen.isShown(list.current()); });
    const auto toTheFirst = [&] {
        list.openFirst();
        list.setFocus();
        QTest::qWait(500);
    };
    // Milliseconds until the row is painted; nothing: the list has no further row yet.
    const auto press = [&](bool repeated) -> std::optional<double> {
        const model::ConversationId before = list.current();
        const int painted = listPaints.count;
        timelinePaints.count = 0;
        const double began = seconds();
        QKeyEvent key(QEvent::KeyPress, Qt::Key_J, Qt::NoModifier, "j", repeated);
        QCoreApplication::sendEvent(&list, &key);
        if (list.current() == before)
            return std::nullopt;
        until([&] { return listPaints.count > painted; });
        return (seconds() - began) * 1e3;
    };
    const std::string size = shortened(items);
    toTheFirst();
    std::vector<double> toRow, toTimeline;
    for (int i = 0; i < kPresses && i + 1 < list.model()->rowCount(); ++i) {
        const double began = seconds();
        if (const auto ms = press(false)) {
            toRow.push_back(*ms);
            until([&] { return timelinePaints.count > 0; });
            toTimeline.push_back((seconds() - began) * 1e3);
        } else {
            QTest::qWait(50); // its page is on the way
        }
    }
    bench.report.note("J pressed " + std::to_string(toRow.size()) + " times");
    bench.report.add({"J to the row painted, p95, " + size, quantile(toRow, 0.95), "ms", {}, {}, atMost(16)});
    bench.report.add({"J to the timeline painted, p95, " + size, quantile(toTimeline, 0.95), "ms", {}, {}, atMost(50)});
    toTheFirst();
    std::vector<double> held;
    double next = seconds(), last = next;
    for (int i = 0; i < kPresses && i + 1 < list.model()->rowCount(); ++i) {
        until([&] { return seconds() >= next; });
        last = seconds();
        next = std::max(next + kRepeat, last);
        if (const auto ms = press(i > 0))
            held.push_back(*ms);
    }
    QTest::keyRelease(&list, Qt::Key_J);
    until([&] { return timelinePaints.count > 0; });
    bench.report.note("J held down over " + std::to_string(held.size()) + " rows");
    bench.report.add({"J held down, key to the row painted, p95, " + size, quantile(held, 0.95), "ms", {}, {}, atMost(16)});
    bench.report.add(
        {"J held down, let go until the timeline is painted, " + size, (seconds() - last) * 1e3, "ms", {}, {}, atMost(50)});
    return {};
}

Result<void> benchScroll(Bench &bench)
{
    const std::int64_t items = bench.sizes.back();
    TRIBUTARY_TRY_ASSIGN(const auto shop, bench.shop(items));
    TRIBUTARY_TRY_ASSIGN(const auto longest,
                         someConversations(shop->cacheFile(), 1,
                                           "customer_id = (SELECT customer_id FROM timeline_item GROUP BY customer_id "
                                           "ORDER BY count(*) DESC LIMIT 1)"));
    Screen screen(bench.theme, shop->profile());
    if (longest.empty() || !screen.open(longest.front()))
        return failure(Error::Kind::Failed, "the longest timeline was never painted");
    TimelineView &view = screen.page().pane().timeline();
    view.setFocus();
    Paints paints(view.viewport());
    std::vector<double> frames;
    std::int64_t loaded = 0;
    int still = 0;
    while (loaded < 50'000 && still < 200) {
        const int painted = paints.count;
        const double began = seconds();
        QTest::keyClick(&view, Qt::Key_PageUp);
        if (until([&] { return paints.count > painted; }, 250)) // else it is at the end of what is here, and waits for more
            frames.push_back((seconds() - began) * 1e3);
        const auto now = std::int64_t(view.model().items().size());
        still = now > loaded ? 0 : still + 1;
        loaded = std::max(loaded, now);
    }
    const std::string through = "page up through " + grouped(loaded) + " items";
    bench.report.add({through + ", frame p50", quantile(frames, 0.5), "ms", {}, {}, {}});
    bench.report.add({through + ", frame p95", quantile(frames, 0.95), "ms", {}, {}, atMost(8)});
    bench.report.add({through + ", frame p99", quantile(frames, 0.99), "ms", {}, {}, {}});
    bench.report.add({"memory (PSS) after it", memoryOf(::getpid()), "MiB", {}, {}, atMost(150)});
    return {};
}

Result<void> benchBulk(Bench &bench)
{
    constexpr std::size_t kCount = 5'000;
    const std::int64_t items = bench.sizes.back();
    TRIBUTARY_TRY_ASSIGN(const auto shop, bench.shop(items));
    // Another profile: what is done here waits for the hub for ever.
    const QString copy = bench.folder + "/bulk";
    QDir(copy).removeRecursively();
    QDir().mkpath(copy);
    for (const QString &file : QDir(shop->profile()).entryList(QDir::Files)) {
        if (file != "lock")
            QFile::copy(shop->profile() + '/' + file, copy + '/' + file);
    }
    std::vector<model::CommandBody> bodies;
    {
        TRIBUTARY_TRY_ASSIGN(const auto cache, store::Database::open((copy + "/cache.db").toStdString(),
                                                                     {.mode = store::Database::Mode::ReadOnly}));
        auto query = cache->queryOnce("SELECT id FROM conversation ORDER BY last_item_ms DESC LIMIT 5000");
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            bodies.emplace_back(model::SetPriority{query.id<model::ConversationId>(0), model::Conversation::Priority::High});
        }
    }
    const std::size_t count = bodies.size();
    if (count < kCount)
        bench.report.note("only " + std::to_string(count) + " conversations are there");
    auto screen = std::make_unique<Screen>(bench.theme, copy);
    QTest::qWait(1'000);
    const auto timed = [&](auto begin) -> std::pair<double, double> {
        Stalls stalls;
        const double began = seconds();
        const auto done = begin();
        until([&done] { return done.isFinished(); }, 120'000);
        const double took = (seconds() - began) * 1e3;
        QTest::qWait(500); // what the lists do with it
        return {took, stalls.longestMs()};
    };
    const auto [given, givenStall] = timed([&] { return screen->workspace().submit(std::move(bodies)); });
    const auto [undone, undoneStall] = timed([&] { return screen->workspace().undo(); });
    const std::string what = grouped(std::int64_t(count)) + " conversations at once";
    bench.report.add({what + ", kept and shown", given, "ms", {}, {}, {}});
    bench.report.add({what + ", longest stop of the window", givenStall, "ms", {}, {}, atMost(16)});
    bench.report.add({what + ", undone", undone, "ms", {}, {}, {}});
    bench.report.add({what + ", undone: longest stop of the window", undoneStall, "ms", {}, {}, atMost(16)});
    screen.reset(); // its lock goes first
    QDir(copy).removeRecursively();
    return {};
}

} // namespace tributary::bench
