#include "ui/shell/menu_of.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QMenu>

namespace tributary::ui {
namespace {

/// Notes that a menu has come up: those who have none for what is focused take the event all the same, and a menu that was
/// waited for has gone again by the time they come back.
class MenuWatch : public QObject {
public:
    MenuWatch() { qApp->installEventFilter(this); }
    bool hasSeenOne() const { return m_seen; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() == QEvent::Show && qobject_cast<QMenu *>(watched))
            m_seen = true;
        return false;
    }

private:
    bool m_seen = false;
};

} // namespace

bool openMenuOf(QWidget &focus)
{
    const MenuWatch watch;
    const QPoint at = focus.rect().center();
    QContextMenuEvent event(QContextMenuEvent::Keyboard, at, focus.mapToGlobal(at));
    QCoreApplication::sendEvent(&focus, &event);
    return watch.hasSeenOne();
}

} // namespace tributary::ui
