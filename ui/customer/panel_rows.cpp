#include "ui/customer/panel_rows.h"

#include <QPainter>
#include <QStyle>

namespace tributary::ui {

PanelRow::PanelRow(const Theme &theme, Content content, QWidget *parent)
    : QAbstractButton(parent)
    , m_theme(theme)
    , m_content(std::move(content))
{
    setText(m_content.text);
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    QStringList spoken{m_content.text};
    const std::optional<Strand> strand = m_content.badge ? m_content.badge : m_content.glyph;
    if (strand)
        spoken.prepend(strandName(*strand));
    if (m_content.verified)
        spoken.append(tr("verified"));
    if (m_content.preferred)
        spoken.append(tr("preferred"));
    spoken.append(m_content.state);
    spoken.append(m_content.problem.isEmpty() ? m_content.end : m_content.problem);
    spoken.append(m_content.why);
    spoken.append(m_content.detail);
    spoken.removeAll({});
    setAccessibleName(spoken.join(QStringLiteral(", ")));
    setToolTip(m_content.why.isEmpty() ? m_content.problem : m_content.why);
    followTheme(theme, this);
}

QSize PanelRow::sizeHint() const
{
    return {m_theme.px(160), m_theme.px(m_content.detail.isEmpty() ? m_content.height : 40)};
}

void PanelRow::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colors &c = m_theme.colors();
    const auto place = [this](qreal x, qreal width, qreal height) {
        return QRectF(QStyle::visualRect(layoutDirection(), rect(),
                                         QRect(int(x), int((this->height() - height) / 2), int(width), int(height))));
    };
    if (underMouse())
        paint::roundRect(painter, QRectF(rect()).adjusted(-m_theme.px(4), 0, m_theme.px(4), 0), m_theme.px(4), c.bg.hover);
    qreal x = 0, end = width();
    if (m_content.badge) {
        paint::channelBadge(painter, m_theme, place(0, m_theme.px(20), m_theme.px(20)), *m_content.badge);
        x = m_theme.px(28);
    } else if (m_content.glyph) {
        m_theme.icons().paint(painter, place(0, m_theme.px(14), m_theme.px(14)), iconOf(*m_content.glyph),
                              toneOf(m_theme, *m_content.glyph).fg);
        x = m_theme.px(22);
    } else if (!m_content.icon.isEmpty()) {
        m_theme.icons().paint(painter, place(0, m_theme.px(16), m_theme.px(16)), m_content.icon, c.text.secondary,
                              layoutDirection());
        x = m_theme.px(26);
    }
    // Of two lines each has its half of the row.
    const qreal line = m_theme.px(18), lift = m_content.detail.isEmpty() ? 0 : line / 2;
    if (!m_content.detail.isEmpty())
        paint::text(painter, place(x, width() - x, line).translated(0, lift), m_theme.font(Type::Meta), c.text.tertiary,
                    m_content.detail, Qt::AlignLeading, layoutDirection());
    const QString tail = m_content.problem.isEmpty() ? m_content.end : m_content.problem;
    if (!tail.isEmpty()) {
        const qreal wide = std::min<qreal>(paint::textWidth(m_theme.font(Type::Meta), tail) + 1, width() * 0.45);
        end -= wide;
        paint::text(painter, place(end, wide, line).translated(0, -lift), m_theme.font(Type::Meta),
                    m_content.problem.isEmpty() ? c.text.tertiary : c.status.danger.fg, tail, Qt::AlignTrailing,
                    layoutDirection());
        end -= m_theme.px(8);
    }
    const QFont font = m_content.strong ? m_theme.font(Type::Body, QFont::Medium) : m_theme.font(Type::Body);
    const qreal star = m_content.preferred ? m_theme.px(18) : 0;
    const qreal tick = star + (m_content.verified ? m_theme.px(18) : 0);
    const Pill state{.text = m_content.state, .fg = m_content.stateTone.fg, .bg = m_content.stateTone.tint};
    const QSizeF pill = m_content.state.isEmpty() ? QSizeF() : paint::pillSize(m_theme, state);
    const qreal after = tick + (pill.isEmpty() ? 0 : pill.width() + m_theme.px(6));
    const qreal wide = std::min(paint::textWidth(font, text()) + 1, end - x - after);
    // An address or number reads from the left in every language: +971, not 971+.
    const bool isolate = m_content.badge && !text().isRightToLeft();
    const QString shown = isolate ? QChar(0x2066) + text() + QChar(0x2069) : text();
    paint::text(painter, place(x, wide, line).translated(0, -lift), font, c.text.primary, shown, Qt::AlignLeading,
                layoutDirection());
    if (m_content.preferred)
        m_theme.icons().paint(painter, place(x + wide + m_theme.px(6), m_theme.px(12), m_theme.px(12)), "star",
                              c.text.secondary);
    if (m_content.verified)
        m_theme.icons().paint(painter, place(x + wide + star + m_theme.px(6), m_theme.px(12), m_theme.px(12)), "check",
                              c.status.success.fg);
    if (!pill.isEmpty())
        paint::pill(painter, m_theme,
                    place(x + wide + tick + m_theme.px(6), pill.width(), pill.height()).translated(0, -lift), state,
                    layoutDirection());
    if (focusByKey(this))
        paint::focusRing(painter, m_theme, QRectF(rect()).adjusted(2, 3, -2, -3), m_theme.px(4));
}

FlowRow::FlowRow(int gap, QWidget *parent)
    : QWidget(parent)
    , m_gap(gap)
{
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void FlowRow::add(QWidget *widget)
{
    widget->setParent(this);
    m_widgets.append(widget);
}

int FlowRow::arrange(int width, bool apply) const
{
    int x = 0, y = 0, line = 0;
    for (QWidget *widget : m_widgets) {
        const QSize size = widget->sizeHint().boundedTo(QSize(std::max(24, width), 1000));
        if (x > 0 && x + size.width() > width) {
            x = 0;
            y += line + m_gap;
            line = 0;
        }
        if (apply)
            widget->setGeometry(QStyle::visualRect(layoutDirection(), rect(), QRect(QPoint(x, y), size)));
        x += size.width() + m_gap;
        line = std::max(line, size.height());
    }
    return y + line;
}

QSize FlowRow::sizeHint() const
{
    return {200, arrange(std::max(200, width()), false)};
}

int FlowRow::heightForWidth(int width) const
{
    return arrange(width, false);
}

void FlowRow::resizeEvent(QResizeEvent *)
{
    setFixedHeight(arrange(width(), true));
}

} // namespace tributary::ui
