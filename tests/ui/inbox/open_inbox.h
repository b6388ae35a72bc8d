#pragma once

#include "core/base/id.h"
#include "core/base/rng.h"
#include "core/base/time.h"
#include "core/client/workspace.h"
#include "tests/ui/inbox/made_profile.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/inbox_page.h"
#include "ui/shell/settings_file.h"
#include "ui/shell/shell_window.h"

#include <QObject>
#include <QTemporaryDir>

namespace tributary::testing {

/// The computer's clock, which a test sets ahead.
class AheadClock final : public Clock {
public:
    TimePoint now() const override { return m_real.now() + m_ahead; }
    Milliseconds steady() const override { return m_real.steady() + m_ahead; }
    void advance(Milliseconds by) { m_ahead += by; }

private:
    SystemClock m_real;
    Milliseconds m_ahead{0};
};

/// A test class of which each function finds the inbox open in a window, over a real workspace whose hub is away: the first
/// conversation is shown, and the list has the keys.
class OpenInbox : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();

protected:
    /// Another profile, in the place of the one that is open. @p shown: rows of the list; absent: as many as are one's own.
    void start(const MadeOptions &options, std::optional<int> shown = {});
    /// The program ends, and is started with the same profile.
    void restart();
    /// More for the window, before it is shown.
    virtual void furnish() {}

    ui::ConversationPane &pane();
    ui::Composer &composer();
    QWidget *editor();
    ui::ConversationRows &rows();
    model::ConversationId id(int index) const { return m_made.conversations[std::size_t(index)].id; }
    /// It is what is shown, and what the composer writes to.
    bool isHere(int index);
    QFuture<Result<std::optional<store::ConversationRow>>> stored(int index);
    model::Conversation conversation(int index);
    /// What waits for the hub; behind all that was given before.
    std::vector<model::CommandBody> waiting();
    /// Into whatever has the keys.
    void type(const QString &text);
    void key(int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
    /// Runs @p statement on a file of the profile, behind the workspace's back.
    void alter(const char *file, const std::string &statement);

    std::unique_ptr<QTemporaryDir> m_folder;
    MadeProfile m_made;
    AheadClock m_clock;
    SeededRng m_rng{3};
    IdMaker m_ids{m_clock, m_rng}; ///< For what a test adds to the profile.
    std::unique_ptr<ui::Theme> m_theme;
    std::unique_ptr<ui::SettingsFile> m_settings;
    std::unique_ptr<client::Workspace> m_workspace;
    std::unique_ptr<ui::ShellWindow> m_window;
    ui::InboxPage *m_page = nullptr;

private:
    void open(int shown);
    void close();
};

} // namespace tributary::testing
