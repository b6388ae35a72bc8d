#include "ui/shell/row_drag.h"

#include "ui/theme/paint.h"

#include <QAbstractButton>
#include <QApplication>
#include <QPainter>
#include <QWidget>

namespace tributary::ui {

/// The words beside the pointer.
class RowDrag::Ghost : public QWidget {
public:
    Ghost(const Theme &theme, QWidget *window)
        : QWidget(window)
        , m_theme(theme)
    {
        setObjectName("dragGhost");
        setAttribute(Qt::WA_TransparentForMouseEvents);
    }
    void show(const QString &words, const QPoint &globalPosition)
    {
        m_words = words;
        setAccessibleName(words);
        const int wide = int(paint::textWidth(m_theme.font(Type::Meta), words)) + m_theme.px(20);
        const QRect window = parentWidget()->rect();
        QRect box(parentWidget()->mapFromGlobal(globalPosition) + QPoint(m_theme.px(12), m_theme.px(16)),
                  QSize(std::min(wide, window.width()), m_theme.px(26)));
        box.moveRight(std::min(box.right(), window.right()));
        box.moveBottom(std::min(box.bottom(), window.bottom()));
        setGeometry(box);
        setVisible(!words.isEmpty());
        raise();
        update();
    }
    const QString &words() const { return m_words; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colors &c = m_theme.colors();
        painter.setRenderHint(QPainter::Antialiasing);
        paint::roundRect(painter, QRectF(rect()), m_theme.px(6), c.accent.fill);
        paint::text(painter, QRectF(rect()).adjusted(m_theme.px(10), 0, -m_theme.px(8), 0), m_theme.font(Type::Meta),
                    c.accent.onFill, m_words, Qt::AlignLeading, layoutDirection());
    }

private:
    const Theme &m_theme;
    QString m_words;
};

RowDrag::RowDrag(const Theme &theme, QWidget *list)
    : QObject(list)
    , m_theme(theme)
    , m_list(list)
{
}

RowDrag::~RowDrag() = default;

void RowDrag::press(const QMouseEvent &event)
{
    if (event.button() != Qt::LeftButton)
        return;
    m_button = nullptr;
    m_pressedAt = event.globalPosition().toPoint();
    m_state = State::Pressed;
}

bool RowDrag::move(const QMouseEvent &event)
{
    m_at = event.globalPosition().toPoint();
    if (m_state == State::Pressed && !(event.buttons() & Qt::LeftButton))
        m_state = State::Idle;
    if (m_state == State::Pressed && (m_at - m_pressedAt).manhattanLength() >= QApplication::startDragDistance()) {
        m_state = State::Dragging;
        m_ghost = new Ghost(m_theme, m_list->window());
        m_list->setCursor(Qt::ClosedHandCursor);
        qApp->installEventFilter(this); // for Esc, wherever the focus is
    }
    if (m_state == State::Dragging)
        emit movedTo(m_at);
    return m_state == State::Dragging || m_state == State::Cancelled;
}

bool RowDrag::release()
{
    const State was = m_state;
    const QPoint at = m_at;
    end(State::Idle);
    if (was == State::Dragging)
        emit droppedAt(at);
    return was == State::Dragging || was == State::Cancelled;
}

void RowDrag::allow(QAbstractButton *button)
{
    button->installEventFilter(this);
    connect(button, &QObject::destroyed, this, [this, button] {
        if (m_button != button)
            return;
        if (m_state != State::Idle) // nobody tells any more where it is
            cancel();
        m_state = State::Idle;
        m_button = nullptr;
    });
}

/// Of m_button. True: it is none of the button's own.
bool RowDrag::takeMouse(const QMouseEvent &event)
{
    const bool isDrag = event.type() == QEvent::MouseMove ? move(event) : release();
    if (isDrag && m_button)
        m_button->setDown(false);
    return isDrag;
}

void RowDrag::cancel()
{
    const bool was = isDragging();
    end(State::Cancelled);
    if (was)
        emit cancelled();
}

void RowDrag::setWords(const QString &words)
{
    if (m_ghost)
        m_ghost->show(words, m_at);
}

QString RowDrag::words() const
{
    return m_ghost ? m_ghost->words() : QString();
}

bool RowDrag::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::MouseButtonPress && !isDragging()) {
        press(*static_cast<QMouseEvent *>(event));
        m_button = m_state == State::Pressed ? qobject_cast<QAbstractButton *>(watched) : nullptr;
        return false;
    }
    if (watched == m_button && (event->type() == QEvent::MouseMove || event->type() == QEvent::MouseButtonRelease))
        return takeMouse(*static_cast<QMouseEvent *>(event));
    if (event->type() != QEvent::KeyPress && event->type() != QEvent::ShortcutOverride)
        return false;
    if (static_cast<QKeyEvent *>(event)->key() != Qt::Key_Escape)
        return false;
    if (event->type() == QEvent::ShortcutOverride) {
        event->accept(); // as a key, not as a shortcut
        return true;
    }
    cancel();
    return true;
}

void RowDrag::end(State next)
{
    m_state = next;
    qApp->removeEventFilter(this);
    m_list->unsetCursor();
    delete m_ghost;
}

} // namespace tributary::ui
