#include "ui/shell/pane_splitter.h"

#include <QMouseEvent>
#include <QPainter>

namespace tributary::ui {
namespace {

constexpr int kGrab = 7;

/// Painted as one line; the rest of its 7 px lies over the panes, so that they touch the line.
class Handle : public QSplitterHandle {
public:
    explicit Handle(PaneSplitter *parent)
        : QSplitterHandle(Qt::Horizontal, parent)
        , m_splitter(parent)
    {
        setAttribute(Qt::WA_NoSystemBackground);
        // What lies beside the line: QSplitter places the handle with it, so that one that stays where it is stays
        // unpainted.
        setContentsMargins(kGrab / 2, 0, kGrab / 2, 0);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.fillRect(QRect(width() / 2, 0, m_splitter->theme().hairline(), height()),
                         m_splitter->theme().colors().border.subtle);
    }
    void resizeEvent(QResizeEvent *event) override
    {
        raise();
        QWidget::resizeEvent(event); // QSplitterHandle's would set a mask for narrow handles
    }
    void mouseDoubleClickEvent(QMouseEvent *) override
    {
        if (!m_splitter->usual().isEmpty())
            m_splitter->setSizes(m_splitter->usual());
    }

private:
    PaneSplitter *m_splitter;
};

} // namespace

PaneSplitter::PaneSplitter(const Theme &theme, QWidget *parent)
    : QSplitter(Qt::Horizontal, parent)
    , m_theme(theme)
{
    setHandleWidth(1);
    setChildrenCollapsible(false);
}

QSplitterHandle *PaneSplitter::createHandle()
{
    return new Handle(this);
}

void PaneSplitter::resizeEvent(QResizeEvent *event)
{
    QSplitter::resizeEvent(event);
    for (int i = 1; i < count(); ++i)
        handle(i)->raise();
}

} // namespace tributary::ui
