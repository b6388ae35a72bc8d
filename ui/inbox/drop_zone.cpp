#include "ui/inbox/drop_zone.h"

#include "ui/theme/paint.h"

#include <QPainter>

namespace tributary::ui {

DropZone::DropZone(const Theme &theme, QWidget *pane)
    : QWidget(pane)
    , m_theme(theme)
{
    setObjectName("dropZone");
    setAttribute(Qt::WA_TransparentForMouseEvents); // the pane hears of what is held over it
    hide();
}

void DropZone::show(const QString &text, const QString &detail, const QColor &colour)
{
    m_text = text;
    m_detail = detail;
    m_colour = colour;
    setAccessibleName(text);
    setAccessibleDescription(detail);
    setGeometry(parentWidget()->rect());
    raise();
    setVisible(true);
    update();
}

void DropZone::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colors &c = m_theme.colors();
    QColor ground = c.bg.surface;
    ground.setAlphaF(0.92);
    painter.fillRect(rect(), ground);
    const int margin = m_theme.px(16);
    paint::roundRect(painter, QRectF(rect()).adjusted(margin, margin, -margin, -margin), m_theme.px(8), Qt::transparent,
                     m_colour, 2, true);
    const int high = m_theme.lineHeight(Type::TitleMedium), low = m_theme.lineHeight(Type::Body);
    const QRect line(0, (height() - high - low) / 2, width(), high);
    paint::text(painter, line, m_theme.font(Type::TitleMedium), c.text.primary, m_text, Qt::AlignHCenter);
    paint::text(painter, line.translated(0, high).adjusted(0, 0, 0, low - high), m_theme.font(Type::Body), c.text.secondary,
                m_detail, Qt::AlignHCenter);
}

} // namespace tributary::ui
