#pragma once

#include "core/client/workspace.h"
#include "ui/outbox/outbox_list.h"
#include "ui/shell/overlay.h"

#include <QTimer>

#include <map>

namespace tributary::ui {

class Toasts;

/// What waits for the hub and what came back, above the status bar's figure (UX 6.15). It reads the outbox again whenever it
/// changes, off the window's thread, and keeps focus and place.
class OutboxPopover : public Overlay {
    Q_OBJECT
public:
    static constexpr int kWidth = 468;

    OutboxPopover(const Theme &theme, const Clock &clock, client::Workspace &workspace, Toasts &toasts, QWidget *window);

    /// @p anchor: the figure in the status bar, global.
    void openAbove(const QRect &anchor);
    OutboxList &list() { return *m_list; }

signals:
    void conversationWanted(tributary::model::ConversationId id, std::optional<tributary::model::TimelineItemId> item);
    /// A text is a draft again, to be gone on with.
    void draftWanted(tributary::model::ConversationId id, bool note);
    /// What came in between beside what was written.
    void compareWanted(std::int64_t n);
    /// A text was thrown away: @p words say so, and @p step gives it back.
    void discarded(const QString &words, const tributary::client::UndoStep &step);
    /// Z, which may be switched off with the other letters, or Ctrl+Z.
    void undoWanted(bool byLetter);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void beginReading();
    void reload();
    void showEntries();
    void act(const OutboxRow &row, OutboxAction action);
    void decide(const OutboxRow &row, OutboxAction action, bool back);
    void decisionEnded(std::int64_t n);
    void takeBack(const OutboxRow &row, bool keepText);
    void resizeToContent();

    const Clock &m_clock;
    client::Workspace &m_workspace;
    Toasts &m_toasts;
    TimeFormat m_format;
    TextLabel *m_title, *m_count, *m_foot;
    Button *m_close, *m_tryNow, *m_readAgain;
    OutboxList *m_list;
    std::vector<client::OutboxEntry> m_entries;
    enum class Known { NotYet, Failed, Read } m_known = Known::NotYet; ///< What is in it.
    bool m_unfolded = false;
    std::uint64_t m_question = 0;
    /// Commands that something has been decided about, and the newest question of then: it is done once, until their rows
    /// have been read after that.
    std::map<std::int64_t, std::uint64_t> m_decided;
    QTimer m_slow; ///< Until it is said that it is being read.
    QTimer m_soon; ///< Joins changes that come close together.
    QTimer m_tick; ///< While something is held: its seconds.
};

} // namespace tributary::ui
