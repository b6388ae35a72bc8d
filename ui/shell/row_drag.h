#pragma once

#include "ui/theme/theme.h"

#include <QMouseEvent>
#include <QObject>
#include <QPointer>

class QAbstractButton;

namespace tributary::ui {

/// Rows of a painted list that are taken somewhere: from the press over the distance that makes it a drag, to where they are
/// let go, or to Esc. Beside the pointer it is said what would be done there. Buttons can be taken along as well.
class RowDrag : public QObject {
    Q_OBJECT
public:
    RowDrag(const Theme &theme, QWidget *list);
    ~RowDrag() override;

    void press(const QMouseEvent &event);
    /// True: it is a drag now, and nothing else.
    bool move(const QMouseEvent &event);
    /// True: this press has been a drag, also one that was ended by Esc.
    bool release();
    /// A press on @p button that goes far enough is a drag of it, and no click.
    void allow(QAbstractButton *button);
    /// The one that was pressed; null: rows were.
    const QAbstractButton *button() const { return m_button; }
    /// As by Esc.
    void cancel();
    bool isDragging() const { return m_state == State::Dragging; }
    /// What letting go here would do; empty: nothing.
    void setWords(const QString &words);
    QString words() const;

signals:
    void movedTo(const QPoint &globalPosition);
    void droppedAt(const QPoint &globalPosition);
    void cancelled();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    class Ghost;
    enum class State { Idle, Pressed, Dragging, Cancelled };
    void end(State next);
    bool takeMouse(const QMouseEvent &event);

    const Theme &m_theme;
    QWidget *m_list;
    QPointer<Ghost> m_ghost;
    QAbstractButton *m_button = nullptr;
    QPoint m_pressedAt, m_at;
    State m_state = State::Idle;
};

} // namespace tributary::ui
