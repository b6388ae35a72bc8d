#include "ui/timeline/to_latest_button.h"

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

#include <QPainter>

namespace tributary::ui {
namespace {

constexpr int kMargin = 6; // room for the shadow

} // namespace

ToLatestButton::ToLatestButton(const Theme &theme, QWidget *parent)
    : QAbstractButton(parent)
    , m_theme(theme)
{
    setObjectName(QStringLiteral("toLatest"));
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::NoFocus); // End does the same from the timeline itself
    m_count = -1;
    setCount(0);
}

void ToLatestButton::setCount(int count)
{
    if (m_count == count)
        return;
    m_count = count;
    setAccessibleName(count > 0 ? tr("To the latest, %n new", nullptr, count) : tr("To the latest"));
    setToolTip(tr("To the latest (End)"));
    resize(sizeHint());
    update();
}

QSize ToLatestButton::sizeHint() const
{
    const int side = m_theme.px(32);
    const int count = m_count > 0 ? int(paint::countBadgeSize(m_theme, m_count).width()) + m_theme.px(8) : 0;
    return {side + count + 2 * kMargin, side + 2 * kMargin};
}

void ToLatestButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QRectF box = QRectF(rect()).adjusted(kMargin, kMargin, -kMargin, -kMargin);
    const Colors &c = m_theme.colors();
    const qreal radius = box.height() / 2;
    paint::shadow(painter, m_theme, box, radius, 1);
    paint::roundRect(painter, box, radius,
                     isDown()       ? c.bg.pressed
                     : underMouse() ? c.bg.hover
                                    : c.bg.raised,
                     c.border.normal);
    const qreal side = m_theme.px(16);
    const bool rightToLeft = layoutDirection() == Qt::RightToLeft;
    const qreal x = rightToLeft ? box.right() - m_theme.px(8) - side : box.left() + m_theme.px(8);
    m_theme.icons().paint(painter, QRectF(x, box.center().y() - side / 2, side, side), QStringLiteral("chevron-down"),
                          c.text.primary);
    if (m_count > 0) {
        const QSizeF size = paint::countBadgeSize(m_theme, m_count);
        const qreal left = rightToLeft ? box.left() + m_theme.px(8) : box.right() - m_theme.px(8) - size.width();
        paint::countBadge(painter, m_theme, QRectF(QPointF(left, box.center().y() - size.height() / 2), size), m_count);
    }
}

} // namespace tributary::ui
