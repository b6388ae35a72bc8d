#include "ui/inbox/early_text.h"

#include <QKeyEvent>

namespace tributary::ui {
namespace {

constexpr int kIdleMs = 3000;

} // namespace

EarlyText::EarlyText(QWidget *parent)
    : QPlainTextEdit(parent)
{
    setObjectName("earlyText");
    setProperty("bare", true);
    setAccessibleName(tr("What you type is kept until there is room for it"));
    setFocusPolicy(Qt::NoFocus); // given, never tabbed to
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setAutoFillBackground(false);
    setCursorWidth(0);
    m_idle.setSingleShot(true);
    m_idle.setInterval(kIdleMs);
    connect(&m_idle, &QTimer::timeout, this, &EarlyText::leaveWanted);
    setGeometry(0, 0, 1, 1);
    lower(); // under what is to be seen there
}

void EarlyText::leaveWhenIdle()
{
    m_idle.start();
}

QString EarlyText::take()
{
    m_idle.stop();
    const QString typed = toPlainText();
    clear();
    return typed;
}

void EarlyText::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        emit leaveWanted();
    else
        QPlainTextEdit::keyPressEvent(event);
    if (m_idle.isActive())
        m_idle.start();
}

void EarlyText::focusOutEvent(QFocusEvent *event)
{
    QPlainTextEdit::focusOutEvent(event);
    if (event->reason() != Qt::ActiveWindowFocusReason && event->reason() != Qt::PopupFocusReason)
        m_idle.stop();
    if (event->reason() != Qt::ActiveWindowFocusReason && event->reason() != Qt::PopupFocusReason)
        emit left();
}

} // namespace tributary::ui
