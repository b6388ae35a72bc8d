#include "ui/shell/key_router.h"

#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QInputMethod>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QTextEdit>

namespace tributary::ui {
namespace {

/// How long the second key of a pair may take.
constexpr qint64 kPairMs = 1500;

/// The letter that a US keyboard has on this key, for layouts that have none there. 0 if it has no letter.
char latinLetterOf(quint32 scanCode)
{
#if defined(Q_OS_WIN)
    const quint32 code = scanCode;
#else
    // X11 and Wayland report the kernel's code (linux/input-event-codes.h) plus 8.
    const quint32 code = scanCode - 8;
#endif
    struct Run {
        quint32 first;
        const char *letters;
    };
    static constexpr Run runs[]{{16, "QWERTYUIOP"}, {30, "ASDFGHJKL"}, {44, "ZXCVBNM"}};
    for (const Run &run : runs) {
        if (code >= run.first && code < run.first + std::char_traits<char>::length(run.letters))
            return run.letters[code - run.first];
    }
    return 0;
}

} // namespace

KeyRouter::KeyRouter(ActionRegistry &actions, QWidget *window)
    : QObject(window)
    , m_actions(actions)
    , m_window(window)
{
    qApp->installEventFilter(this);
}

Pane KeyRouter::paneOf(const QWidget *widget)
{
    for (; widget; widget = widget->parentWidget()) {
        const QVariant pane = widget->property("pane");
        if (pane.isValid())
            return Pane(pane.toInt());
    }
    return NoPane;
}

bool KeyRouter::takesText(const QWidget *widget)
{
    if (const auto *edit = qobject_cast<const QTextEdit *>(widget))
        return !edit->isReadOnly();
    if (const auto *edit = qobject_cast<const QPlainTextEdit *>(widget))
        return !edit->isReadOnly();
    return qobject_cast<const QLineEdit *>(widget) || qobject_cast<const QAbstractSpinBox *>(widget)
           || qobject_cast<const QComboBox *>(widget) || qobject_cast<const QMenu *>(widget);
}

QString KeyRouter::nameOf(const QKeyEvent &event)
{
    const Qt::KeyboardModifiers modifiers = event.modifiers() & ~(Qt::KeypadModifier | Qt::GroupSwitchModifier);
    if (modifiers & ~Qt::ShiftModifier)
        return {};
    const bool shift = modifiers & Qt::ShiftModifier;
    if (event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter)
        return shift ? QString() : QStringLiteral("Enter");
    if (event.key() == Qt::Key_Escape)
        return QStringLiteral("Esc");
    if (event.key() >= Qt::Key_A && event.key() <= Qt::Key_Z)
        return (shift ? QStringLiteral("Shift+") : QString()) + QChar(char16_t(event.key()));
    const QString text = event.text();
    if (!text.isEmpty() && text[0].isLetter()) { // a letter, but not a Latin one: the key's place counts
        const char latin = latinLetterOf(event.nativeScanCode());
        return latin ? (shift ? QStringLiteral("Shift+") : QString()) + QLatin1Char(latin) : QString();
    }
    // Signs are what is typed, wherever a layout has them: "?" needs Shift on one and not on another.
    if (text.size() == 1 && text[0].isPrint() && text[0] != u' ')
        return text;
    return {};
}

bool KeyRouter::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyRelease) {
        const auto &released = static_cast<const QKeyEvent &>(*event);
        m_released = released.key();
        m_releasedAt = released.timestamp();
    }
    if (event->type() != QEvent::KeyPress)
        return false;
    auto *widget = qobject_cast<QWidget *>(watched);
    if (!widget || widget != QApplication::focusWidget() || widget->window() != m_window)
        return false;
    return handle(widget, static_cast<const QKeyEvent &>(*event));
}

bool KeyRouter::handle(QWidget *focus, const QKeyEvent &event)
{
    if (!m_actions.singleKeys() || takesText(focus) || QApplication::activePopupWidget())
        return false;
    const Pane pane = paneOf(focus);
    const QString name = nameOf(event);
    if (name.isEmpty() || pane == NoPane)
        return false;
    if (isRepeat(event))
        return handleHeld(name, pane);
    QString sequence = name;
    if (!m_prefix.isEmpty() && m_prefixAge.elapsed() < kPairMs)
        sequence = m_prefix + u' ' + name;
    m_prefix.clear();
    bool begins = false;
    for (const ActionRegistry::Entry &entry : m_actions.entries()) {
        if (!(entry.spec.panes & pane))
            continue;
        if (entry.spec.key == sequence) {
            if (entry.action->isEnabled())
                entry.action->trigger();
            return true;
        }
        begins |= entry.spec.key.startsWith(sequence + u' ');
    }
    if (begins) {
        m_prefix = sequence;
        m_prefixAge.start();
    }
    return begins;
}

/// X says of a key that is held that it is let go of and pressed, both at one moment. Where the press comes behind, Qt takes
/// both as a person's.
bool KeyRouter::isRepeat(const QKeyEvent &event) const
{
    return event.isAutoRepeat()
           || (event.key() == m_released && event.timestamp() != 0 && event.timestamp() == m_releasedAt);
}

/// What was done with the first press is not done to the next row, nor undone again; the key stays out of the widget.
bool KeyRouter::handleHeld(const QString &name, Pane pane)
{
    bool isOurs = false;
    for (const ActionRegistry::Entry &entry : m_actions.entries()) {
        const QString &key = entry.spec.key;
        if (!(entry.spec.panes & pane) || key.isEmpty())
            continue;
        if (key == name && entry.spec.repeats && entry.action->isEnabled())
            entry.action->trigger();
        isOurs |= key.split(u' ').contains(name); // alone, or in a pair
    }
    return isOurs;
}

} // namespace tributary::ui
