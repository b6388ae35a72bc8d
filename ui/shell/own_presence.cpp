#include "ui/shell/own_presence.h"

#include <QEvent>

namespace tributary::ui {
namespace {

using Kind = wire::Presence::Kind;

constexpr int kRepeatMs = 30'000, kTypingMs = 5'000;

} // namespace

OwnPresence::OwnPresence(QWidget &place, Say say)
    : QObject(&place)
    , m_place(place)
    , m_say(std::move(say))
{
    m_repeat.setInterval(kRepeatMs);
    connect(&m_repeat, &QTimer::timeout, this, &OwnPresence::sayAgain);
    place.installEventFilter(this);
}

void OwnPresence::setConversation(model::ConversationId id)
{
    if (id == m_conversation)
        return;
    m_conversation = id;
    m_typed.invalidate();
    refresh();
}

void OwnPresence::typing(const std::string &text)
{
    if (!m_said || m_said->isNull() || (m_typed.isValid() && m_typed.elapsed() < kTypingMs))
        return;
    m_typed.start();
    m_say(Kind::Typing, *m_said, text);
}

void OwnPresence::stoppedTyping()
{
    if (!m_typed.isValid())
        return;
    m_typed.invalidate();
    sayAgain();
}

void OwnPresence::sayAgain()
{
    if (m_said)
        m_say(Kind::Viewing, *m_said, {});
}

std::optional<model::ConversationId> OwnPresence::wanted() const
{
    if (!m_window || !m_window->isVisible() || m_window->isMinimized())
        return std::nullopt;
    return m_place.isVisible() ? m_conversation : model::ConversationId();
}

void OwnPresence::refresh()
{
    const auto next = wanted();
    if (next == m_said)
        return;
    // Who goes on to a conversation needs not be gone from nowhere first: that is forgotten by itself.
    if (m_said && (!next || !m_said->isNull()))
        m_say(Kind::Gone, *m_said, {});
    m_said = next;
    if (!next)
        return m_repeat.stop();
    m_repeat.start();
    sayAgain();
}

bool OwnPresence::eventFilter(QObject *watched, QEvent *event)
{
    switch (event->type()) {
    case QEvent::Show:
    case QEvent::Hide:
    case QEvent::WindowStateChange:
        if (QWidget *window = m_place.window(); window != m_window) {
            if (m_window && m_window != &m_place)
                m_window->removeEventFilter(this);
            m_window = window;
            if (window != &m_place)
                window->installEventFilter(this);
        }
        // Behind the event: then the widget is what it says.
        QMetaObject::invokeMethod(this, &OwnPresence::refresh, Qt::QueuedConnection);
        break;
    default: break;
    }
    return QObject::eventFilter(watched, event);
}

} // namespace tributary::ui
