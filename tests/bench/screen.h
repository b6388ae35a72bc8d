#pragma once

#include "core/client/workspace.h"
#include "tests/bench/shop.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/inbox_page.h"
#include "ui/shell/settings_file.h"
#include "ui/shell/shell_window.h"
#include "ui/timeline/timeline_view.h"

#include <QCoreApplication>
#include <QEvent>
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
    ui::ShellWindow &window() { return *m_window; }

    /// What is waited for: that a widget is painted while something is so.
    struct Awaited {
        QWidget *widget = nullptr;
        std::function<bool()> isThere;
    };
    struct Painted {
        double ms = 0;  ///< Since it was asked for, until the frame it is in was handed to the screen.
        double cpu = 0; ///< What the window's thread has worked meanwhile, in ms: others on the machine are not in it.
    };
    /// Does @p act and waits as the program does until each of @p all has been painted, for as long as @p ms; one for each.
    /// Nothing: one never was.
    std::optional<std::vector<Painted>> untilPainted(const std::vector<Awaited> &all, const std::function<void()> &act,
                                                     int ms = 30'000);
    /// A key as somebody at the window presses it, to whatever has the focus.
    static void press(int key, const QString &text = {}, bool isRepeated = false);

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
    ui::SettingsFile m_settings;
    client::Workspace m_workspace;
    std::unique_ptr<ui::ShellWindow> m_window;
    ui::InboxPage *m_page = nullptr;
};

} // namespace tributary::bench
