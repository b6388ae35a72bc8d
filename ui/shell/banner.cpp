#include "ui/shell/banner.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QStyle>

namespace tributary::ui {

Banner::Banner(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setObjectName("banner");
    setFixedHeight(theme.px(36));
    const ColorOf color = [this](const Colors &c) { return m_danger ? c.status.danger.fg : c.status.warning.fg; };
    m_title = new TextLabel(theme, Type::BodyStrong, color, {}, this);
    m_detail = new TextLabel(theme, Type::Body, color, {}, this);
    m_countdown = new TextLabel(theme, Type::Body, color, {}, this);
    m_action = new Button(theme, Button::Look::Normal, {}, this);
    m_action->setHeightClass(24);
    m_action->setObjectName("bannerAction");
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(theme.px(16), 0, theme.px(16), 0);
    layout->setSpacing(theme.px(8));
    layout->addSpacing(theme.px(24)); // the glyph; margins would not change sides with the direction
    m_title->setWeight(QFont::Medium);
    layout->addWidget(m_title);
    layout->addWidget(m_detail, 1);
    layout->addWidget(m_countdown);
    layout->addWidget(m_action);
    m_title->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    connect(m_action, &QAbstractButton::clicked, this, &Banner::actionClicked);
    setVisible(false);
}

void Banner::setText(const BannerText &text)
{
    m_danger = text.danger;
    const bool isOther = m_title->text() != text.title;
    m_title->setText(text.title);
    m_detail->setText(text.detail);
    m_action->setText(text.action);
    m_action->updateGeometry();
    m_action->setVisible(!text.action.isEmpty());
    setAccessibleName(text.title + u' ' + text.detail);
    setVisible(!text.title.isEmpty());
    update();
    if (isOther)
        emit announced(text.title);
}

void Banner::setCountdown(const QString &text)
{
    m_countdown->setText(text);
    m_countdown->setVisible(!text.isEmpty());
}

void Banner::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colors &c = m_theme.colors();
    const Tone &tone = m_danger ? c.status.danger : c.status.warning;
    painter.fillRect(rect(), tone.tint);
    painter.fillRect(0, height() - 1, width(), 1, c.border.subtle);
    const int glyph = m_theme.px(16);
    const QRect at =
        QStyle::visualRect(layoutDirection(), rect(), QRect(m_theme.px(16), (height() - glyph) / 2, glyph, glyph));
    m_theme.icons().paint(painter, at, m_danger ? "warning" : "cloud-off", tone.fg);
}

} // namespace tributary::ui
