#pragma once

#include <QPlainTextEdit>
#include <QTimer>

namespace tributary::ui {

/// Where keys go while there is no editor for them yet, or none any more: what is typed is kept and never taken for
/// commands. Nothing is to be seen of it.
class EarlyText : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit EarlyText(QWidget *parent);

    /// What was typed; it is empty then.
    QString take();
    /// Wants to be left when nothing has been typed for a few seconds: nothing is on its way that it would go into.
    void leaveWhenIdle();

signals:
    void leaveWanted();
    void left(); ///< The keys go elsewhere.

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    QTimer m_idle;
};

} // namespace tributary::ui
