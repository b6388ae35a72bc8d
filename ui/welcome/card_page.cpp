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
    m_card->setGeometry((width() - wide) / 2, std::max(52, (height() - high) / 2 - 24), wide, high);
    update();
}

void CardPage::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colors &c = m_theme.colors();
    painter.fillRect(rect(), c.bg.window);
    paint::shadow(painter, m_theme, m_card->geometry(), 12, 1);
    paint::roundRect(painter, m_card->geometry(), 12, c.bg.surface, c.border.normal);
    const QRectF logo(m_card->geometry().left(), m_card->geometry().top() - 44, 28, 28);
    m_theme.icons().paint(painter, logo, "logo", c.accent.fill);
    paint::text(painter, QRectF(logo.right() + 8, logo.top(), 200, 28), m_theme.font(Type::TitleMedium), c.text.primary,
                tr("Tributary"));
}

} // namespace tributary::ui
