#pragma once

#include <QSpinBox>
#include <QWheelEvent>

namespace tributary::ui {

/// A number to type. The wheel scrolls what it stands in, unless somebody is working in it (UX 8).
class NumberBox : public QSpinBox {
public:
    explicit NumberBox(QWidget *parent = nullptr)
        : QSpinBox(parent)
    {
        setButtonSymbols(NoButtons);
        setFocusPolicy(Qt::StrongFocus);
    }

protected:
    void wheelEvent(QWheelEvent *event) override
    {
        if (hasFocus())
            QSpinBox::wheelEvent(event);
        else
            event->ignore();
    }
};

} // namespace tributary::ui
