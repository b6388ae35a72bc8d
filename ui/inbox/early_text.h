#pragma once

#include <QPlainTextEdit>

namespace tributary::ui {

/// Where keys go while there is no editor for them yet, or none any more: what is typed is kept and never taken for
/// commands. Nothing is to be seen of it.
class EarlyText : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit EarlyText(QWidget *parent);

    /// What was typed; it is empty then.
    QString take();

signals:
    void leaveWanted();
    void left(); ///< The keys go elsewhere.

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
};

} // namespace tributary::ui
