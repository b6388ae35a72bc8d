#include "ui/shell/overlay.h"

#include "ui/shell/focus_stops.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace tributary::ui {
namespace {

/// Has all painted again that lies in @p area of @p window: what is opaque is not painted with its parent.
void updateAll(QWidget &window, const QRect &area)
{
    window.update(area);
    for (QWidget *below : window.findChildren<QWidget *>()) {
        if (below->isVisible() && below->window() == window.window())
            below->update(QRect(below->mapFrom(&window, area.topLeft()), area.size()));
    }
}

} // namespace

Overlay::Overlay(const Theme &theme, QWidget *window, Ground ground)
    : QWidget(window)
    , m_theme(theme)
    , m_ground(ground)
    , m_panel(new QWidget(this))
{
    setVisible(false);
    setFocusPolicy(Qt::ClickFocus);
    window->installEventFilter(this);
    followTheme(theme, this);
    const auto moved = [this](const QWidget *, const QWidget *now) {
        if (!now && isVisible()) // queued: it may be on its way to somewhere else
            QMetaObject::invokeMethod(this, &Overlay::takeLostFocus, Qt::QueuedConnection);
    };
    connect(qApp, &QApplication::focusChanged, this, moved);
}

void Overlay::openAt(const QRect &anchor, QSize size)
{
    m_anchored = true;
    m_anchor = QRect(parentWidget()->mapFromGlobal(anchor.topLeft()), anchor.size());
    m_size = size;
    reveal();
}

void Overlay::openCentred(QSize size, int top)
{
    m_anchored = false;
    m_top = top;
    m_size = size;
    reveal();
}

void Overlay::resizePanel(QSize size)
{
    m_size = size;
    const QRegion before = painted();
    place();
    update(before | painted()); // of what lies around it nothing changes
}

void Overlay::reveal()
{
    if (!isVisible())
        m_opener = QApplication::focusWidget();
    place();
    show();
    raise();
    setFocus(Qt::PopupFocusReason);
}

/// Without a focus Esc would not close it, and the window's keys would do what they do where it is not open.
void Overlay::takeLostFocus()
{
    if (isTopmost() && !window()->focusWidget()) // else the window is not the active one, and has it again when it is
        setFocus(Qt::OtherFocusReason);
}

bool Overlay::isTopmost() const
{
    const QObjectList &children = parentWidget()->children(); // the last one lies on top
    const auto top = std::find_if(children.rbegin(), children.rend(), [](const QObject *child) {
        const auto *overlay = qobject_cast<const Overlay *>(child);
        return overlay && overlay->isVisible();
    });
    return top != children.rend() && *top == this;
}

/// A widget that goes has all painted again that it has covered. A clear one has covered the window, for clicks alone.
void Overlay::hideAlone()
{
    if (m_ground == Ground::Scrim)
        return hide();
    setAttribute(Qt::WA_UpdatesDisabled);
    hide();
    setAttribute(Qt::WA_UpdatesDisabled, false);
    updateAll(*parentWidget(), painted());
}

QRect Overlay::painted() const
{
    const int margin = paint::shadowMargin(elevation());
    return m_panel->geometry().adjusted(-margin, -margin, margin, margin);
}

int Overlay::elevation() const
{
    return m_ground == Ground::Scrim ? 3 : 2;
}

void Overlay::place()
{
    const QRect frame = parentWidget()->rect();
    setGeometry(frame);
    const QSize size = m_size.boundedTo(frame.size() - QSize(16, 16));
    if (!m_anchored) {
        const int top =
            m_top >= 0 ? std::min(m_top, frame.height() - size.height() - 8) : (frame.height() - size.height()) / 2;
        m_panel->setGeometry((frame.width() - size.width()) / 2, top, size.width(), size.height());
        return;
    }
    const bool rtl = layoutDirection() == Qt::RightToLeft;
    int x = rtl ? m_anchor.right() + 1 - size.width() : m_anchor.left();
    int y = m_anchor.bottom() + 5;
    if (y + size.height() > frame.height() - 8 && m_anchor.top() - 4 - size.height() >= 8)
        y = m_anchor.top() - 4 - size.height();
    x = std::clamp(x, 8, std::max(8, frame.width() - size.width() - 8));
    y = std::clamp(y, 8, std::max(8, frame.height() - size.height() - 8));
    m_panel->setGeometry(x, y, size.width(), size.height());
}

void Overlay::dismiss()
{
    if (!isVisible())
        return;
    hideAlone();
    if (m_opener)
        m_opener->setFocus(Qt::PopupFocusReason);
    emit dismissed();
}

bool Overlay::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible())
        place();
    return QWidget::eventFilter(watched, event);
}

void Overlay::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colors &c = m_theme.colors();
    const qreal radius = m_theme.px(m_ground == Ground::Scrim ? 12 : 8);
    if (m_ground == Ground::Scrim) {
        const int round = int(radius); // between its corners the panel hides what is below
        for (const QRect &part : QRegion(rect()) - m_panel->geometry().adjusted(0, round, 0, -round))
            painter.fillRect(part, c.scrim);
    }
    paint::shadow(painter, m_theme, m_panel->geometry(), radius, elevation());
    paint::roundRect(painter, QRectF(m_panel->geometry()).adjusted(-1, -1, 1, 1), radius, c.bg.raised, c.border.normal);
}

void Overlay::mousePressEvent(QMouseEvent *event)
{
    if (!m_panel->geometry().contains(event->pos()) && !holdsWork())
        dismiss();
}

/// Keys of the whole window are for what lies below: while this is open they must not send what is written there, resolve it
/// or go somewhere else. Leaving the program is.
bool Overlay::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const auto &key = *static_cast<QKeyEvent *>(event);
        const bool isChord = key.modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier);
        const bool isFunction = key.key() >= Qt::Key_F1 && key.key() <= Qt::Key_F35;
        if ((isChord || isFunction) && !key.matches(QKeySequence::Quit) && !key.matches(QKeySequence::Close)) {
            event->accept();
            return true;
        }
    }
    if (event->type() == QEvent::UpdateLater && m_ground == Ground::Clear) { // it has been shown: as in hideAlone()
        update(painted());
        return true;
    }
    return QWidget::event(event);
}

void Overlay::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        dismiss();
    event->accept(); // nothing below may act while this is open
}

bool Overlay::focusNextPrevChild(bool next)
{
    stepFocus(*m_panel, next); // Tab stays inside
    return true;
}

} // namespace tributary::ui
