#pragma once

#include "core/wire/frames.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QTimer>
#include <QWidget>

namespace tributary::ui {

/// What this desktop says of where its agent is: at a conversation while that is on the screen, at none while something else
/// is, and nothing at all while the window is hidden or minimised. Said again every 30 s while it lasts.
class OwnPresence : public QObject {
public:
    using Say = std::function<void(wire::Presence::Kind, model::ConversationId, const std::string &text)>;

    /// @p place shows the conversation.
    OwnPresence(QWidget &place, Say say);

    /// Null: none is open.
    void setConversation(model::ConversationId id);
    /// A reply is being typed; @p text is what, where it is shared. Said every 5 s at most.
    void typing(const std::string &text);
    /// They go on with something that nobody else is to see: a note.
    void stoppedTyping();
    /// The hub is back, and knows nothing.
    void sayAgain();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    std::optional<model::ConversationId> wanted() const; ///< Nothing: not to be said.
    void refresh();

    QWidget &m_place;
    Say m_say;
    QPointer<QWidget> m_window;
    model::ConversationId m_conversation;
    std::optional<model::ConversationId> m_said;
    QElapsedTimer m_typed;
    QTimer m_repeat;
};

} // namespace tributary::ui
