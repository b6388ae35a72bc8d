#include "tests/bench/screen.h"

#include "ui/customer/customer_panel.h"
#include "ui/inbox/queue_place.h"

#include <QApplication>
#include <QEventLoop>
#include <QKeyEvent>
#include <QTest>

#include <algorithm>
#include <ctime>

namespace tributary::bench {
namespace {

/// Processor time of this thread so far, in seconds.
double threadCpu()
{
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return double(now.tv_sec) + double(now.tv_nsec) / 1e9;
}

} // namespace

bool Frames::eventFilter(QObject *, QEvent *event)
{
    if (event->type() != QEvent::UpdateRequest || m_painting)
        return false;
    m_painting = true;
    QCoreApplication::sendEvent(m_window, event); // all that is to be painted is
    m_painting = false;
    m_painted();
    return true;
}

Screen::Screen(ui::Theme &theme, const QString &profile)
    : m_theme(theme)
    , m_settings(profile + "/window.ini")
{
    const auto opened = m_workspace.open(profile);
    until([&opened] { return opened.isFinished(); });
    m_settings.setValue("inbox/queue", ui::QueuePlace(store::Queue::AllOpen).text()); // nothing is assigned to who looks
    m_window = std::make_unique<ui::ShellWindow>(m_theme, m_settings);
    m_page = new ui::InboxPage(m_theme, m_clock, m_workspace, *m_window, m_settings);
    m_window->showSection(m_page);
    m_window->resize(1440, 900);
    m_window->show();
    m_window->activateWindow();
    until([this] { return m_page->list().model()->rowCount() > 0; }, 5'000);
}

Screen::~Screen()
{
    m_window.reset();
    m_workspace.close();
}

std::optional<std::vector<Screen::Painted>> Screen::untilPainted(const std::vector<Awaited> &all,
                                                                 const std::function<void()> &act, int ms)
{
    std::vector<std::unique_ptr<Paints>> paints;
    for (const Awaited &one : all)
        paints.push_back(std::make_unique<Paints>(one.widget, one.isThere));
    std::vector<Painted> painted(all.size());
    QEventLoop loop;
    QTimer never;
    never.setSingleShot(true);
    QObject::connect(&never, &QTimer::timeout, &loop, [&loop] { loop.exit(1); });
    const double began = seconds(), worked = threadCpu();
    const Frames frames(m_window.get(), [&] {
        const Painted now{(seconds() - began) * 1e3, (threadCpu() - worked) * 1e3};
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (paints[i]->count > 0 && painted[i].ms == 0)
                painted[i] = now;
        }
        if (std::ranges::all_of(painted, [](const Painted &one) { return one.ms > 0; }))
            loop.quit();
    });
    never.start(ms);
    act();
    return loop.exec() == 0 ? std::optional(painted) : std::nullopt;
}

void Screen::press(int key, const QString &text, bool isRepeated)
{
    QWidget *focus = QApplication::focusWidget();
    if (!focus)
        return;
    QKeyEvent pressed(QEvent::KeyPress, key, Qt::NoModifier, text, isRepeated);
    QCoreApplication::sendEvent(focus, &pressed);
}

std::optional<Screen::Opened> Screen::open(model::ConversationId id)
{
    ui::CustomerPanel &panel = m_page->customerPanel();
    const std::vector<Awaited> both{
        {m_page->pane().timeline().viewport(), [&] { return isShown(id); }},
        {&panel, [&] { return isShown(id) && panel.customer() == m_page->pane().card()->customer.id; }}};
    const auto painted = untilPainted(both, [&] { m_page->openConversation(id); });
    if (!painted)
        return std::nullopt;
    QTest::qWait(20); // nobody opens the next one in the same frame
    return Opened{painted->front().ms, painted->back().ms, painted->front().cpu};
}

bool Screen::isShown(model::ConversationId id)
{
    ui::ConversationPane &pane = m_page->pane();
    return pane.row() && pane.row()->conversation.id == id && pane.card() && pane.card()->customer.id == pane.row()->customer
           && !pane.timeline().model().isLoading();
}

} // namespace tributary::bench
