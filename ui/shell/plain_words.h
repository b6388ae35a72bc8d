#pragma once

#include <QObject>
#include <QPoint>

class QWidget;

namespace tributary::ui {

/// Shows @p words (empty: nothing) as the text that they are, for widgets whose parts have tooltips of their own.
void showPlainToolTip(const QPoint &at, const QString &words, QWidget *widget);

/// Qt takes what looks like HTML for HTML: in a tooltip, a label or a box with a message, a customer's name could load a
/// file or look like words of ours (ENGINE C69). Here nothing is: every tooltip is shown, and every label that does not ask
/// for rich text itself is laid out, as the plain text that it is. Install on the application.
class PlainWords : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    bool eventFilter(QObject *watched, QEvent *event) override;
};

} // namespace tributary::ui
