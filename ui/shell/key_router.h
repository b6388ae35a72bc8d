#pragma once

#include "ui/shell/action_registry.h"

#include <QElapsedTimer>

class QKeyEvent;

namespace tributary::ui {

/// Single keys (UX 7): they act while focus is in a pane, never in a text field, never while an input method composes, and
/// with a layout that has no Latin letters by the physical key. One that is held acts once, unless it only moves
/// (ActionSpec::repeats). Install on the application.
class KeyRouter : public QObject {
    Q_OBJECT
public:
    explicit KeyRouter(ActionRegistry &actions, QWidget *window);

    bool eventFilter(QObject *watched, QEvent *event) override;

    /// The pane that @p widget stands in; NoPane if none.
    static Pane paneOf(const QWidget *widget);
    /// Whether keys typed into @p widget are text.
    static bool takesText(const QWidget *widget);
    /// "E", "Shift+J", "?", "Enter" ... for a key press; empty where it cannot be a single key.
    static QString nameOf(const QKeyEvent &event);

private:
    bool handle(QWidget *focus, const QKeyEvent &event);
    bool isRepeat(const QKeyEvent &event) const;
    bool handleHeld(const QString &name, Pane pane);

    ActionRegistry &m_actions;
    QWidget *m_window;
    QString m_prefix; ///< First key of a pair that waits for the second.
    QElapsedTimer m_prefixAge;
    int m_released = 0; ///< The key that was let go of last, and when.
    quint64 m_releasedAt = 0;
};

} // namespace tributary::ui
