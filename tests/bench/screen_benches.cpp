// What somebody at the window waits for: the inbox's real widgets over a real profile, from the key to the painted screen.
#include "core/client/workspace.h"
#include "tests/bench/benches.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/inbox_page.h"
#include "ui/shell/shell_window.h"
#include "ui/timeline/timeline_view.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QKeyEvent>
#include <QSettings>
#include <QTest>
#include <QTimer>

#include <functional>
#include <random>
#include <unistd.h>

namespace tributary::bench {
namespace {

using namespace tributary::ui;

/// Counts what a widget has painted while something was so.
class Paints : public QObject {
public:
    explicit Paints(
        QWidget *of, std::function<bool()> counts = [] { return true; })
        : m_of(of)
        , m_counts(std::move(counts))
    {
        of->installEventFilter(this);
    }
    ~Paints() override { m_of->removeEventFilter(this); }
    int count = 0;

protected:
    bool eventFilter(QObject *, QEvent *event) override
    {
        count += event->type() == QEvent::Paint && m_counts();
        return false;
    }

private:
    QWidget *m_of;
    std::function<bool()> m_counts;
};

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

/// Sleeps as the program does while there is nothing to do: who looks again and again takes a processor from the threads
/// that are waited for, and from the screen's server. (processEvents() with a time limit never waits, whatever it is told.)
template<class Done>
bool until(Done done, int ms = 30'000)
{
    const double end = seconds() + ms / 1e3;
    QTimer looks;
    looks.setTimerType(Qt::PreciseTimer);
    looks.start(1);
    while (!done()) {
        if (seconds() > end)
            return false;
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    return true;
}

/// The inbox of a profile, without a hub.
class Screen {
public:
    Screen(Theme &theme, const QString &profile)
        : m_theme(theme)
        , m_settings(profile + "/window.ini", QSettings::IniFormat)
    {
        const auto opened = m_workspace.open(profile);
        until([&opened] { return opened.isFinished(); });
        m_window = std::make_unique<ShellWindow>(m_theme, m_settings);
        m_page = new InboxPage(m_theme, m_clock, m_workspace, *m_window, m_settings);
        m_window->showSection(m_page);
        m_window->resize(1440, 900);
        m_window->show();
        m_window->activateWindow();
        until([this] { return m_page->list().model()->rowCount() > 0; }, 5'000);
    }
    ~Screen()
    {
        m_window.reset();
        m_workspace.close();
    }

    client::Workspace &workspace() { return m_workspace; }
    InboxPage &page() { return *m_page; }

    /// Milliseconds until the newest page of its customer is painted; nothing: it never was.
    std::optional<double> open(model::ConversationId id)
    {
        ConversationPane &pane = m_page->pane();
        Paints paints(pane.timeline().viewport(), [&] { return isShown(id); });
        const double began = seconds();
        m_page->openConversation(id);
        if (!until([&] { return paints.count > 0; }))
            return std::nullopt;
        const double took = (seconds() - began) * 1e3;
        QTest::qWait(20); // nobody opens the next one in the same frame
        return took;
    }
    bool isShown(model::ConversationId id)
    {
        ConversationPane &pane = m_page->pane();
        return pane.row() && pane.row()->conversation.id == id && pane.card()
               && pane.card()->customer.id == pane.row()->customer && !pane.timeline().model().isLoading();
    }

private:
    SystemClock m_clock;
    Theme &m_theme;
    QSettings m_settings;
    client::Workspace m_workspace;
    std::unique_ptr<ShellWindow> m_window;
    InboxPage *m_page = nullptr;
};

/// Conversations one after the other of which no two are of one customer.
Result<std::vector<model::ConversationId>> someConversations(const Shop &shop, std::size_t count,
                                                             const std::string &which = "TRUE")
{
    TRIBUTARY_TRY_ASSIGN(const auto cache,
                         store::Database::open(shop.cacheFile().toStdString(), {.mode = store::Database::Mode::ReadOnly}));
    std::vector<model::ConversationId> all, some;
    auto query = cache->queryOnce("SELECT max(id) FROM conversation WHERE " + which + " GROUP BY customer_id");
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

} // namespace

namespace {

Result<void> benchOpening(Bench &bench, std::int64_t items, const std::string &who, std::size_t count,
                          const std::string &which)
{
    TRIBUTARY_TRY_ASSIGN(const auto shop, bench.shop(items));
    TRIBUTARY_TRY_ASSIGN(const auto conversations, someConversations(*shop, count, which));
    if (conversations.empty()) {
        bench.report.note("there is no " + who);
        return {};
    }
    Screen screen(bench.theme, shop->profile());
    std::vector<double> times;
    for (const model::ConversationId &id : conversations) {
        const auto ms = screen.open(id);
        if (!ms)
            return failure(Error::Kind::Failed, "a customer was never painted");
        times.push_back(*ms);
    }
    const std::string what = "open a " + who + " until painted, ", size = shortened(items);
    bench.report.add({what + "p50, " + size, quantile(times, 0.5), "ms", {}, {}, {}});
    bench.report.add({what + "p99, " + size, quantile(times, 0.99), "ms", {}, {}, atMost(16)});
    return {};
}

} // namespace

Result<void> benchOpenCustomer(Bench &bench)
{
    for (const std::int64_t items : bench.sizes)
        TRIBUTARY_TRY(benchOpening(bench, items, "customer", 300, "TRUE"));
    TRIBUTARY_TRY(benchOpening(bench, bench.sizes.back(), "customer whom others were merged into", 200,
                               "customer_id IN (SELECT into_id FROM customer_link WHERE ended_ms IS NULL)"));
    const auto p50 = [&bench](std::int64_t items) {
        for (const Figure &figure : bench.report.figures()) {
            if (figure.name == "open a customer until painted, p50, " + shortened(items))
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
                         someConversations(*shop, 1,
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
        if (until([&] { return paints.count > painted; }, 50))
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
