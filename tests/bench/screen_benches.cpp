// What somebody at the window waits for: the inbox's real widgets over a real profile, from the key to the painted screen.
#include "core/store/database.h"
#include "tests/bench/benches.h"
#include "tests/bench/screen.h"

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
    const auto once = [&](int quietMs, std::vector<Figure> &figures) -> Result<void> {
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
        bench.report.note("of " + std::to_string(all.size()) + " the slowest: " + slowest(timeline, 5));
        figures.push_back({what + ", p50, " + size, quantile(timeline, 0.5), "ms", {}, {}, {}});
        figures.push_back({what + ", p99, " + size, quantile(timeline, 0.99), "ms", {}, {}, atMost(16)});
        figures.push_back({what + ", processor of the window's thread, p50, " + size, quantile(cpu, 0.5), "ms", {}, {}, {}});
        figures.push_back({what + ", until the panel is there, p50, " + size, quantile(panel, 0.5), "ms", {}, {}, {}});
        return {};
    };
    for (const int quietMs : {0, kQuietMs})
        TRIBUTARY_TRY(bench.several(bench.runs, [&](std::vector<Figure> &figures) { return once(quietMs, figures); }));
    return {};
}

} // namespace

Result<void> benchOpenCustomer(Bench &bench)
{
    for (const std::int64_t items : bench.sizes)
        TRIBUTARY_TRY(benchOpening(bench, items, "any", "customer", 200));
    TRIBUTARY_TRY(benchOpening(bench, bench.sizes.back(), "merged", "customer whom others were merged into", 200));
    const auto p50 = [&bench](std::int64_t items) -> std::optional<Figure> {
        const std::string name = "open a customer, some seconds after the start, p50, " + shortened(items);
        const std::vector<Figure> &all = bench.report.figures();
        const auto found = std::ranges::find(all, name, &Figure::name);
        return found == all.end() ? std::nullopt : std::optional(*found);
    };
    std::optional<Figure> largest = p50(bench.sizes.back());
    const std::optional<Figure> smallest = p50(bench.sizes.front());
    if (bench.sizes.size() > 1 && largest && smallest) {
        largest->name = "open a customer, largest shop beside smallest";
        largest->baseline = smallest->value;
        largest->baselineName = "the smallest shop";
        largest->budget = atMostTimes(1.3);
        bench.report.add(*largest);
    }
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
    std::vector<model::ConversationId> newest;
    {
        TRIBUTARY_TRY_ASSIGN(const auto cache, store::Database::open(shop->cacheFile().toStdString(),
                                                                     {.mode = store::Database::Mode::ReadOnly}));
        auto query = cache->queryOnce("SELECT id FROM conversation ORDER BY last_item_ms DESC LIMIT 5000");
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            newest.push_back(query.id<model::ConversationId>(0));
        }
    }
    if (newest.size() < kCount)
        bench.report.note("only " + std::to_string(newest.size()) + " conversations are there");
    const std::string what = grouped(std::int64_t(newest.size())) + " conversations at once";
    const auto once = [&](std::vector<Figure> &figures) -> Result<void> {
        // Another profile, each time: what is done here waits for the hub for ever.
        TRIBUTARY_TRY_ASSIGN(const auto copy, FolderCopy::make(shop->profile(), bench.folder));
        Screen screen(bench.theme, copy->path());
        QTest::qWait(1'000);
        const auto timed = [](auto begin) -> std::pair<double, double> {
            Stalls stalls;
            const double began = seconds();
            const auto done = begin();
            until([&done] { return done.isFinished(); }, 120'000);
            const double took = (seconds() - began) * 1e3;
            QTest::qWait(500); // what the lists do with it
            return {took, stalls.longestMs()};
        };
        std::vector<model::CommandBody> bodies;
        for (const model::ConversationId &id : newest)
            bodies.emplace_back(model::SetPriority{id, model::Conversation::Priority::High});
        const auto [given, givenStall] = timed([&] { return screen.workspace().submit(std::move(bodies)); });
        const auto [undone, undoneStall] = timed([&] { return screen.workspace().undo(); });
        figures.push_back({what + ", kept and shown", given, "ms", {}, {}, {}});
        figures.push_back({what + ", longest stop of the window", givenStall, "ms", {}, {}, atMost(16)});
        figures.push_back({what + ", undone", undone, "ms", {}, {}, {}});
        figures.push_back({what + ", undone: longest stop of the window", undoneStall, "ms", {}, {}, atMost(16)});
        return {};
    };
    return bench.several(bench.runs, once);
}

} // namespace tributary::bench
