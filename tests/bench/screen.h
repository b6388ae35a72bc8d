#pragma once

#include "core/client/workspace.h"
#include "tests/bench/shop.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/inbox_page.h"
#include "ui/shell/shell_window.h"
#include "ui/timeline/timeline_view.h"

#include <QCoreApplication>
#include <QEvent>
#include <QSettings>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>

/// The desktop's inbox over a profile, and what there is to measure of it.
namespace tributary::bench {

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

/// Tells when a window has been painted whole and its picture was handed to the screen.
class Frames : public QObject {
public:
    Frames(QWidget *window, std::function<void()> painted)
        : m_window(window)
        , m_painted(std::move(painted))
    {
        window->installEventFilter(this);
    }
    ~Frames() override { m_window->removeEventFilter(this); }

protected:
    bool eventFilter(QObject *, QEvent *event) override;

private:
    QWidget *m_window;
    std::function<void()> m_painted;
    bool m_painting = false;
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
    Screen(ui::Theme &theme, const QString &profile);
    ~Screen();

    client::Workspace &workspace() { return m_workspace; }
    ui::InboxPage &page() { return *m_page; }

    /// When something was on the screen, in milliseconds since it was asked for.
    struct Opened {
        double timeline = 0; ///< The newest page of the customer.
        double panel = 0;    ///< Who they are, beside it.
        double cpu = 0; ///< What the window's thread has worked until the timeline was: others on the machine are not in it.
    };
    /// Nothing: it never was.
    std::optional<Opened> open(model::ConversationId id);
    bool isShown(model::ConversationId id);

private:
    SystemClock m_clock;
    ui::Theme &m_theme;
    QSettings m_settings;
    client::Workspace m_workspace;
    std::unique_ptr<ui::ShellWindow> m_window;
    ui::InboxPage *m_page = nullptr;
};

/// Conversations one after the other of which no two are of one customer, always in the same order. @p which is SQL.
Result<std::vector<model::ConversationId>> someConversations(const QString &cacheFile, std::size_t count,
                                                             const std::string &which = "TRUE");

} // namespace tributary::bench
