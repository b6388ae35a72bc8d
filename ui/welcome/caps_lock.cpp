#include "ui/welcome/caps_lock.h"

#include <QKeyEvent>
#include <QWidget>

namespace tributary::ui {

CapsLock::CapsLock(QWidget *field)
    : QObject(field)
{
    field->installEventFilter(this);
}

void CapsLock::set(std::optional<bool> on)
{
    const bool was = isOn();
    m_on = on;
    if (was != isOn())
        emit changed(isOn());
}

bool CapsLock::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FocusOut) {
        set(std::nullopt); // it may be switched elsewhere
    } else if (event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const QString text = key->text();
        const bool shift = key->modifiers() & Qt::ShiftModifier;
        if (key->key() == Qt::Key_CapsLock && m_on)
            set(!*m_on);
        else if (text.size() == 1 && (text[0].isUpper() || text[0].isLower()))
            set(text[0].isUpper() != shift);
    }
    return QObject::eventFilter(watched, event);
}

} // namespace tributary::ui
