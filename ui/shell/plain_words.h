#pragma once

#include <QObject>

namespace tributary::ui {

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
