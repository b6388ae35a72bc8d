#include "ui/shell/edge_overlay.h"

#include "ui/shell/focus_stops.h"
#include "ui/theme/paint.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace tributary::ui {

EdgeOverlay::EdgeOverlay(const Theme &theme, QWidget *page, int width)
    : QWidget(page)
    , m_theme(theme)
    , m_width(width)
    , m_frame(new QWidget(this))
{
    setVisible(false);
    setFocusPolicy(Qt::ClickFocus);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addStretch(1);
    layout->addWidget(m_frame);
    auto *inside = new QHBoxLayout(m_frame);
    inside->setContentsMargins(0, 0, 0, 0);
    page->installEventFilter(this);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
    connect(qApp, &QApplication::focusChanged, this, [this](const QWidget *, const QWidget *now) {
        if (isVisible() && now && parentWidget()->isAncestorOf(now) && !holdsFocus())
            dismiss();
        if (isVisible() && !now) // what had it has gone from the pane, which shows somebody else by now
            QMetaObject::invokeMethod(this, &EdgeOverlay::keepFocus, Qt::QueuedConnection);
    });
}

void EdgeOverlay::open(QWidget *pane)
{
    if (!isOpen())
        m_opener = QApplication::focusWidget();
    m_frame->setFixedWidth(m_theme.px(m_width));
    m_frame->layout()->addWidget(pane);
    pane->setVisible(true);
    setGeometry(parentWidget()->rect());
    show();
    raise();
    focusFirst();
}

void EdgeOverlay::focusFirst()
{
    const QList<QWidget *> stops = focusStops(*m_frame);
    (stops.isEmpty() ? this : stops.first())->setFocus(Qt::TabFocusReason);
}

void EdgeOverlay::keepFocus()
{
    if (isVisible() && isActiveWindow() && !QApplication::focusWidget())
        focusFirst();
}

void EdgeOverlay::dismiss()
{
    if (!isOpen())
        return;
    const bool held = holdsFocus();
    hide();
    if (held && m_opener)
        m_opener->setFocus(Qt::PopupFocusReason);
    emit closed();
}

bool EdgeOverlay::holdsFocus() const
{
    const QWidget *focus = QApplication::focusWidget();
    return focus && (focus == this || isAncestorOf(focus));
}

bool EdgeOverlay::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible())
        setGeometry(parentWidget()->rect());
    return QWidget::eventFilter(watched, event);
}

void EdgeOverlay::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colors &c = m_theme.colors();
    const QRect frame = m_frame->geometry();
    paint::shadow(painter, m_theme, frame, 0, 2);
    painter.fillRect(frame, c.bg.panel);
    const int line = m_theme.hairline();
    const int x = layoutDirection() == Qt::RightToLeft ? frame.right() + 1 : frame.left() - line;
    painter.fillRect(QRect(x, 0, line, height()), c.border.normal);
}

void EdgeOverlay::mousePressEvent(QMouseEvent *event)
{
    if (!m_frame->geometry().contains(event->pos()))
        dismiss();
}

void EdgeOverlay::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        dismiss();
    else
        QWidget::keyPressEvent(event);
}

bool EdgeOverlay::focusNextPrevChild(bool next)
{
    stepFocus(*m_frame, next);
    return true;
}

} // namespace tributary::ui
