#include "ui/welcome/card_page.h"

#include <QPainter>
#include <QVBoxLayout>

namespace tributary::ui {

CardPage::CardPage(const Theme &theme, int width, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_card(new QWidget(this))
    , m_rows(new QVBoxLayout(m_card))
    , m_width(width)
{
    m_rows->setContentsMargins(theme.px(32), theme.px(28), theme.px(32), theme.px(24));
    m_rows->setSpacing(theme.px(4));
    followTheme(theme, this);
}

TextLabel *CardPage::addText(Type type, ColorOf color, const QString &text)
{
    auto *label = new TextLabel(m_theme, type, std::move(color), text, m_card);
    label->setWordWrap(true);
    m_rows->addWidget(label);
    return label;
}

void CardPage::resizeEvent(QResizeEvent *event)
{
    place();
    QWidget::resizeEvent(event);
}

void CardPage::place()
{
    const int wide = std::min(m_theme.px(m_width), std::max(0, width() - 16));
    m_rows->activate();
    const int high = m_rows->hasHeightForWidth() ? m_rows->heightForWidth(wide) : m_card->sizeHint().height();
    m_card->setGeometry((width() - wide) / 2, std::max(m_theme.px(52), (height() - high) / 2 - 24), wide, high);
    setMinimumHeight(m_theme.px(52) + high + 24);
    update();
}

void CardPage::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colors &c = m_theme.colors();
    painter.fillRect(rect(), c.bg.window);
    paint::shadow(painter, m_theme, m_card->geometry(), 12, 1);
    paint::roundRect(painter, m_card->geometry(), 12, c.bg.surface, c.border.normal);
    const bool rtl = layoutDirection() == Qt::RightToLeft;
    const QRectF card = m_card->geometry();
    const qreal side = m_theme.px(28), gap = m_theme.px(8), wide = m_theme.px(200), top = card.top() - m_theme.px(44);
    const QRectF logo(rtl ? card.right() - side : card.left(), top, side, side);
    m_theme.icons().paint(painter, logo, "logo", c.accent.fill);
    paint::text(painter, QRectF(rtl ? logo.left() - gap - wide : logo.right() + gap, top, wide, side),
                m_theme.font(Type::TitleMedium), c.text.primary, tr("Tributary"), Qt::AlignLeading, layoutDirection());
}

} // namespace tributary::ui
