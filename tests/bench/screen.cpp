#include "tests/bench/screen.h"

#include "core/store/database.h"
#include "ui/customer/customer_panel.h"
#include "ui/inbox/queue_place.h"

#include <QEventLoop>
#include <QTest>

#include <algorithm>
#include <ctime>
#include <random>

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
    , m_settings(profile + "/window.ini", QSettings::IniFormat)
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

std::optional<Screen::Opened> Screen::open(model::ConversationId id)
{
    ui::CustomerPanel &panel = m_page->customerPanel();
    Paints timelinePaints(m_page->pane().timeline().viewport(), [&] { return isShown(id); });
    Paints panelPaints(&panel, [&] { return isShown(id) && panel.customer() == m_page->pane().card()->customer.id; });
    Opened opened;
    const double began = seconds(), worked = threadCpu();
    QEventLoop loop;
    const Frames frames(m_window.get(), [&] {
        const double took = (seconds() - began) * 1e3;
        if (timelinePaints.count > 0 && opened.timeline == 0) {
            opened.timeline = took;
            opened.cpu = (threadCpu() - worked) * 1e3;
        }
        if (panelPaints.count > 0 && opened.panel == 0)
            opened.panel = took;
        if (opened.timeline > 0 && opened.panel > 0)
            loop.quit();
    });
    QTimer never;
    never.setSingleShot(true);
    QObject::connect(&never, &QTimer::timeout, &loop, [&loop] { loop.exit(1); });
    never.start(30'000);
    m_page->openConversation(id);
    if (loop.exec() != 0)
        return std::nullopt;
    QTest::qWait(20); // nobody opens the next one in the same frame
    return opened;
}

bool Screen::isShown(model::ConversationId id)
{
    ui::ConversationPane &pane = m_page->pane();
    return pane.row() && pane.row()->conversation.id == id && pane.card() && pane.card()->customer.id == pane.row()->customer
           && !pane.timeline().model().isLoading();
}

/// Conversations one after the other of which no two are of one customer.
Result<std::vector<model::ConversationId>> someConversations(const QString &cacheFile, std::size_t count,
                                                             const std::string &which)
{
    TRIBUTARY_TRY_ASSIGN(const auto cache,
                         store::Database::open(cacheFile.toStdString(), {.mode = store::Database::Mode::ReadOnly}));
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

} // namespace tributary::bench
