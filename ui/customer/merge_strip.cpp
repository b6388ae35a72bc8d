#include "ui/customer/merge_strip.h"

#include "ui/theme/channel_look.h"

#include <QPainter>
#include <QStyle>

namespace tributary::ui {

MergeStrip::MergeStrip(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setObjectName("mergeStrip");
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    followTheme(theme, this);
}

void MergeStrip::show(const store::MergeSide &stays, const store::MergeSide &joins, const QString &joiningName,
                      TimePoint since, TimePoint now)
{
    m_dots.clear();
    m_since = since;
    m_now = now;
    const double all = std::max<double>(1, double(toMs(now) - toMs(since)));
    for (const store::MergeSide *side : {&stays, &joins}) { // those that join lie on top
        for (const store::MergeSide::Moment &moment : side->moments) {
            model::TimelineItem item{.channel = moment.channel, .kind = moment.kind};
            m_dots.push_back(
                {std::clamp(double(toMs(moment.at) - toMs(since)) / all, 0.0, 1.0), strandOf(item), side == &joins});
        }
    }
    m_legend = tr("Ringed items come from %1. Open conversations stay separate.").arg(joiningName);
    setAccessibleName(
        tr("The last twelve months after merging: %1 items of whoever stays, %2 that join")
            .arg(locale().toString(qint64(stays.moments.size())), locale().toString(qint64(joins.moments.size()))));
    update();
}

void MergeStrip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors &c = m_theme.colors();
    const auto visual = [this](const QRectF &box) {
        return layoutDirection() == Qt::RightToLeft ? QRectF(width() - box.right(), box.y(), box.width(), box.height())
                                                    : box;
    };
    const qreal line = m_theme.px(18);
    paint::text(painter, QRectF(0, 0, width(), line), m_theme.font(Type::MetaStrong), c.text.secondary,
                tr("The last twelve months after merging"), Qt::AlignLeading, layoutDirection());
    const qreal middle = m_theme.px(40), radius = m_theme.px(5), ring = m_theme.px(8);
    const qreal left = ring, wide = width() - 2 * ring;
    paint::line(painter, QRectF(0, middle - 1, width(), 2), c.border.normal);
    for (const Dot &dot : m_dots) {
        const QPointF at = visual(QRectF(left + dot.place * wide, middle, 0, 0)).topLeft();
        painter.setPen(Qt::NoPen);
        if (dot.joins) {
            painter.setBrush(c.accent.fill);
            painter.drawEllipse(at, ring, ring);
            painter.setBrush(c.bg.raised);
            painter.drawEllipse(at, ring - 1.5, ring - 1.5);
        } else {
            painter.setBrush(c.bg.raised);
            painter.drawEllipse(at, radius + 1, radius + 1);
        }
        painter.setBrush(toneOf(m_theme, dot.strand).fg);
        painter.drawEllipse(at, radius, radius);
    }
    const QDate first = m_format.dateOf(m_since), last = m_format.dateOf(m_now);
    const qint64 days = std::max<qint64>(1, first.daysTo(last));
    for (int i = 0; i <= 6; ++i) {
        const QDate month = i == 6 ? last : QDate(first.year(), first.month(), 1).addMonths(2 * i);
        const qreal place = std::clamp(qreal(first.daysTo(month)) / qreal(days), 0.0, 1.0);
        const bool year = i == 0 || month.month() <= 2;
        const QString words = m_format.locale().toString(month, year ? QStringLiteral("MMM yyyy") : QStringLiteral("MMM"));
        const qreal needs = paint::textWidth(m_theme.font(Type::Micro), words) + 2;
        const qreal x = std::clamp(left + place * wide - needs / 2, 0.0, width() - needs);
        paint::text(painter, visual(QRectF(x, middle + m_theme.px(14), needs, line)), m_theme.font(Type::Micro),
                    c.text.secondary, words, Qt::AlignLeading, layoutDirection());
    }
    const qreal foot = middle + m_theme.px(38);
    const QPointF sign = visual(QRectF(ring, foot + line / 2, 0, 0)).topLeft();
    painter.setPen(QPen(c.accent.fill, 1.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(sign, m_theme.px(7), m_theme.px(7));
    painter.setPen(Qt::NoPen);
    painter.setBrush(c.text.tertiary);
    painter.drawEllipse(sign, m_theme.px(4), m_theme.px(4));
    paint::text(painter, visual(QRectF(m_theme.px(22), foot, width() - m_theme.px(22), line)), m_theme.font(Type::Meta),
                c.text.secondary, m_legend, Qt::AlignLeading, layoutDirection());
}

} // namespace tributary::ui
