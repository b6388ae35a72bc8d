#include "ui/outbox/outbox_list.h"

#include "ui/shell/controls.h"
#include "ui/shell/plain_words.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStyle>
#include <QTextLayout>
#include <QToolTip>
#include <algorithm>
#include <cmath>

namespace tributary::ui {
namespace {

constexpr int kPad = 16, kTextX = 52, kGap = 8;
constexpr int kTextRow = 84, kLineRow = 44, kButton = 24, kBelow = 30;
constexpr int kHeld = 4; ///< As far as a hand moves that holds still.

} // namespace

OutboxList::OutboxList(const Theme &theme, QWidget *parent)
    : QAbstractScrollArea(parent)
    , m_theme(theme)
{
    installOutboxAccessibility();
    setObjectName("outboxList");
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setProperty("overlayScrollBar", true);
    viewport()->setMouseTracking(true);
    viewport()->setAutoFillBackground(false);
    connect(&theme, &Theme::changed, this, [this] {
        place();
        viewport()->update();
    });
}

void OutboxList::setRows(std::vector<OutboxRow> rows)
{
    const auto same = [](const OutboxRow &a) { return [&a](const OutboxRow &b) { return a.kind == b.kind && a.n == b.n; }; };
    const int top = verticalScrollBar()->value();
    const int anchor = rowAt(0);
    const std::optional<OutboxRow> held = anchor >= 0 && top > 0 ? std::optional(m_rows[std::size_t(anchor)]) : std::nullopt;
    const int offset = held ? top - m_tops[std::size_t(anchor)] : 0;
    const std::optional<OutboxRow> current =
        m_row >= 0 && m_row < int(m_rows.size()) ? std::optional(m_rows[std::size_t(m_row)]) : std::nullopt;

    const std::optional<OutboxRow> hovered = m_hovered.first >= 0 && m_hovered.first < int(m_rows.size())
                                                 ? std::optional(m_rows[std::size_t(m_hovered.first)])
                                                 : std::nullopt;

    m_rows = std::move(rows);
    place();
    if (hovered) {
        const auto now = std::ranges::find_if(m_rows, same(*hovered));
        m_hovered = now == m_rows.end() ? std::pair(-1, -1) : std::pair(int(now - m_rows.begin()), m_hovered.second);
    }
    if (current) {
        const auto now = std::ranges::find_if(m_rows, same(*current));
        if (now == m_rows.end()) {
            m_button = -1; // the next one stands where it stood, and nothing is pressed by mistake
        } else {
            const int button = m_button;
            m_row = int(now - m_rows.begin());
            // The button that has the focus may have another place by now, or be gone.
            const auto &was = current->buttons;
            m_button = -1;
            for (std::size_t i = 0; button >= 0 && button < int(was.size()) && i < now->buttons.size(); ++i) {
                if (now->buttons[i].action == was[std::size_t(button)].action)
                    m_button = int(i);
            }
        }
    }
    m_row = std::clamp(m_row, 0, std::max(0, int(m_rows.size()) - 1));
    if (held) {
        if (const auto at = std::ranges::find_if(m_rows, same(*held)); at != m_rows.end())
            verticalScrollBar()->setValue(m_tops[std::size_t(at - m_rows.begin())] + offset);
    }
    viewport()->update();
}

void OutboxList::setEmptyText(const QString &title, const QString &detail, const QString &icon)
{
    m_emptyTitle = title;
    m_emptyDetail = detail;
    m_emptyIcon = icon;
    setAccessibleDescription(title);
    viewport()->update();
}

void OutboxList::place()
{
    m_tops.clear();
    int y = 0;
    for (const OutboxRow &row : m_rows) {
        m_tops.push_back(y);
        y += heightOf(row);
    }
    m_tops.push_back(y);
    verticalScrollBar()->setRange(0, std::max(0, y - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(m_theme.px(kLineRow));
}

int OutboxList::contentHeight() const
{
    return m_tops.empty() ? 0 : m_tops.back();
}

int OutboxList::heightOf(const OutboxRow &row) const
{
    if (row.kind == OutboxRow::Kind::Text)
        return m_theme.px(kTextRow) + (buttonsBelow(row) ? m_theme.px(kBelow) : 0);
    return m_theme.px(row.kind == OutboxRow::Kind::Change ? 32 : kLineRow);
}

int OutboxList::buttonWidth(const OutboxButton &button) const
{
    return int(std::ceil(paint::textWidth(m_theme.font(Type::MetaStrong), button.text))) + m_theme.px(20);
}

int OutboxList::buttonsWidth(const OutboxRow &row) const
{
    int width = 0;
    for (const OutboxButton &button : row.buttons)
        width += buttonWidth(button) + m_theme.px(4);
    return width;
}

bool OutboxList::buttonsBelow(const OutboxRow &row) const
{
    const Pill chip{.text = row.chip, .icon = row.chipIcon, .large = true};
    const qreal room = viewport()->width() - m_theme.px(kTextX + kPad);
    return paint::pillSize(m_theme, chip).width() + m_theme.px(kGap) + buttonsWidth(row) > room;
}

QRect OutboxList::rowRect(int row) const
{
    if (row < 0 || row >= int(m_rows.size()))
        return {};
    return QRect(0, m_tops[std::size_t(row)] - verticalScrollBar()->value(), viewport()->width(),
                 m_tops[std::size_t(row) + 1] - m_tops[std::size_t(row)]);
}

QRect OutboxList::buttonRect(int row, int button) const
{
    if (row < 0 || row >= int(m_rows.size()))
        return {};
    const OutboxRow &shown = m_rows[std::size_t(row)];
    if (button < 0 || button >= int(shown.buttons.size()))
        return {};
    const QRect at = rowRect(row);
    int x = at.width() - m_theme.px(kPad);
    for (int i = int(shown.buttons.size()) - 1; i >= button; --i)
        x -= buttonWidth(shown.buttons[std::size_t(i)]) + (i > button ? m_theme.px(4) : 0);
    const int height = m_theme.px(kButton);
    const int y = shown.kind == OutboxRow::Kind::Text ? at.bottom() + 1 - height - m_theme.px(12)
                                                      : at.top() + (at.height() - height) / 2;
    const QRect logical(x, y, buttonWidth(shown.buttons[std::size_t(button)]), height);
    return QStyle::visualRect(layoutDirection(), QRect(0, 0, at.width(), viewport()->height()), logical);
}

int OutboxList::rowAt(int y) const
{
    const int at = y + verticalScrollBar()->value();
    if (m_rows.empty() || at < 0 || at >= contentHeight())
        return -1;
    return int(std::ranges::upper_bound(m_tops, at) - m_tops.begin()) - 1;
}

int OutboxList::buttonAt(int row, const QPoint &at) const
{
    for (int i = 0; row >= 0 && i < int(m_rows[std::size_t(row)].buttons.size()); ++i) {
        if (buttonRect(row, i).contains(at))
            return i;
    }
    return -1;
}

void OutboxList::setCurrent(int row, int button)
{
    m_row = std::clamp(row, 0, std::max(0, int(m_rows.size()) - 1));
    m_button = m_rows.empty() ? -1 : std::min(button, int(m_rows[std::size_t(m_row)].buttons.size()) - 1);
    show(m_row);
    viewport()->update();
    announce();
}

void OutboxList::show(int row)
{
    const QRect at = rowRect(row);
    QScrollBar *bar = verticalScrollBar();
    if (at.top() < 0)
        bar->setValue(bar->value() + at.top());
    else if (at.bottom() >= viewport()->height())
        bar->setValue(bar->value() + at.bottom() + 1 - viewport()->height());
}

void OutboxList::activate(int row, int button)
{
    if (row < 0 || row >= int(m_rows.size()))
        return;
    const OutboxRow chosen = m_rows[std::size_t(row)]; // by value: who hears of it may set other rows
    if (button >= 0 && button < int(chosen.buttons.size()))
        emit activated(chosen, chosen.buttons[std::size_t(button)].action);
    else if (chosen.kind == OutboxRow::Kind::Changes)
        emit activated(chosen, OutboxAction::Unfold);
    else
        emit activated(chosen, OutboxAction::Open);
}

void OutboxList::announce()
{
    if (!hasFocus() || m_rows.empty())
        return;
    QAccessibleEvent event(this, QAccessible::Focus);
    event.setChild(m_row);
    QAccessible::updateAccessibility(&event);
}

// -- Painting
// ---------------------------------------------------------------------------------------------------------------

void OutboxList::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    const Colors &c = m_theme.colors();
    if (m_rows.empty() && m_emptyTitle.isEmpty())
        return;
    if (m_rows.empty()) {
        const int glyph = m_theme.px(28), wide = viewport()->width() - m_theme.px(48);
        int y = (viewport()->height() - glyph - m_theme.px(64)) / 2;
        m_theme.icons().paint(painter, QRectF((viewport()->width() - glyph) / 2.0, y, glyph, glyph), m_emptyIcon,
                              c.text.tertiary);
        y += glyph + m_theme.px(10);
        paint::text(painter, QRectF(m_theme.px(24), y, wide, m_theme.px(20)), m_theme.font(Type::BodyStrong), c.text.primary,
                    m_emptyTitle, Qt::AlignHCenter, layoutDirection());
        painter.setFont(m_theme.font(Type::Body));
        painter.setPen(c.text.secondary);
        painter.drawText(QRect(m_theme.px(24), y + m_theme.px(22), wide, m_theme.px(40)),
                         Qt::AlignHCenter | Qt::TextWordWrap, m_emptyDetail);
        return;
    }
    for (int row = std::max(0, rowAt(event->rect().top()));
         row < int(m_rows.size()) && rowRect(row).top() <= event->rect().bottom(); ++row)
        paintRow(painter, row);
}

void OutboxList::paintRow(QPainter &painter, int row)
{
    const Colors &c = m_theme.colors();
    const OutboxRow &shown = m_rows[std::size_t(row)];
    const QRect at = rowRect(row);
    if (row == m_row && hasFocus())
        painter.fillRect(at, c.bg.hover);
    if (row + 1 < int(m_rows.size()) && shown.kind != OutboxRow::Kind::Change)
        paint::line(painter, QRectF(0, at.bottom(), at.width(), 1), c.border.subtle);
    const auto place = [&](int x, int y, int width, int height) {
        return QRectF(QStyle::visualRect(layoutDirection(), at, QRect(at.left() + x, at.top() + y, width, height)));
    };
    const int tile = m_theme.px(24);
    const int tileY = shown.kind == OutboxRow::Kind::Text ? m_theme.px(12) : (at.height() - tile) / 2;
    if (shown.icon.isEmpty() && shown.kind == OutboxRow::Kind::Text) {
        paint::channelBadge(painter, m_theme, place(m_theme.px(kPad), tileY, tile, tile), shown.strand);
    } else if (!shown.icon.isEmpty()) {
        const QRectF box = place(m_theme.px(kPad), tileY, tile, tile);
        paint::roundRect(painter, box, tile / 2.0, c.status.neutral.tint);
        const qreal inset = m_theme.px(5);
        m_theme.icons().paint(painter, box.adjusted(inset, inset, -inset, -inset), shown.icon, c.status.neutral.fg,
                              layoutDirection());
    }
    if (shown.kind == OutboxRow::Kind::Text)
        paintText(painter, row, at);
    else
        paintLine(painter, shown, at);
    paintButtons(painter, row);
    if (row == m_row && m_button < 0 && focusByKey(this))
        paint::focusRing(painter, m_theme, QRectF(at).adjusted(5, 4, -5, -5), m_theme.px(6));
}

void OutboxList::paintText(QPainter &painter, int row, const QRect &at)
{
    const Colors &c = m_theme.colors();
    const OutboxRow &shown = m_rows[std::size_t(row)];
    const auto place = [&](int x, int y, int width, int height) {
        return QRectF(QStyle::visualRect(layoutDirection(), at, QRect(at.left() + x, at.top() + y, width, height)));
    };
    const int left = m_theme.px(kTextX), right = at.width() - m_theme.px(kPad);
    const int timeWidth = int(std::ceil(paint::digitsWidth(m_theme.font(Type::Meta), shown.time)));
    paint::digits(painter, place(right - timeWidth, m_theme.px(10), timeWidth, m_theme.px(18)), m_theme.font(Type::Meta),
                  c.text.secondary, shown.time, Qt::AlignTrailing, layoutDirection());
    paint::text(painter, place(left, m_theme.px(10), right - left - timeWidth - m_theme.px(kGap), m_theme.px(18)),
                m_theme.font(Type::BodyStrong), c.text.primary, shown.name, Qt::AlignLeading, layoutDirection());
    paint::text(painter, place(left, m_theme.px(28), right - left, m_theme.px(18)), m_theme.font(Type::Meta),
                c.text.secondary, shown.line, Qt::AlignLeading, layoutDirection());
    const Tone &tone = shown.tone == OutboxRow::Tone::Danger    ? c.status.danger
                       : shown.tone == OutboxRow::Tone::Warning ? c.status.warning
                                                                : c.status.neutral;
    Pill chip{.text = shown.chip, .fg = tone.fg, .bg = tone.tint, .icon = shown.chipIcon, .large = true};
    if (shown.tone == OutboxRow::Tone::Accent) {
        chip.fg = c.accent.text;
        chip.bg = c.accent.tint;
    } else if (shown.tone == OutboxRow::Tone::Neutral && row == m_row && hasFocus()) {
        chip.bg = c.bg.surface; // the row's own colour would swallow it
    }
    QSizeF size = paint::pillSize(m_theme, chip);
    const qreal room = right - left - (buttonsBelow(shown) ? 0 : buttonsWidth(shown));
    if (size.width() > room) {
        const QFontMetricsF metrics(m_theme.font(Type::MetaStrong));
        chip.text =
            metrics.elidedText(chip.text, Qt::ElideRight, room - (size.width() - metrics.horizontalAdvance(chip.text)));
        size = paint::pillSize(m_theme, chip);
    }
    paint::pill(painter, m_theme, place(left, m_theme.px(50), int(std::ceil(size.width())), int(size.height())), chip,
                layoutDirection());
}

void OutboxList::paintLine(QPainter &painter, const OutboxRow &row, const QRect &at)
{
    const Colors &c = m_theme.colors();
    const int left = m_theme.px(kTextX);
    int right = at.width() - m_theme.px(kPad) - buttonsWidth(row);
    const auto place = [&](int x, int width) {
        return QRectF(QStyle::visualRect(layoutDirection(), at, QRect(at.left() + x, at.top(), width, at.height())));
    };
    if (!row.time.isEmpty()) {
        const int wide = int(std::ceil(paint::digitsWidth(m_theme.font(Type::Meta), row.time)));
        paint::digits(painter, place(right - wide, wide), m_theme.font(Type::Meta), c.text.secondary, row.time,
                      Qt::AlignTrailing, layoutDirection());
        right -= wide + m_theme.px(kGap);
    }
    const QRectF box = place(left, right - left);
    const QFont &font = m_theme.font(Type::Body);
    const QString text =
        QFontMetricsF(m_theme.font(Type::Body, QFont::DemiBold)).elidedText(row.line, Qt::ElideRight, box.width());
    QTextLayout layout(text, font);
    QTextOption option;
    option.setTextDirection(directionOf(text, layoutDirection()));
    option.setWrapMode(QTextOption::NoWrap);
    option.setAlignment(layoutDirection() == Qt::RightToLeft ? Qt::AlignRight | Qt::AlignAbsolute
                                                             : Qt::AlignLeft | Qt::AlignAbsolute);
    layout.setTextOption(option);
    QList<QTextLayout::FormatRange> bold;
    for (const auto &[start, length] : row.strong) {
        if (start + length <= text.size()) {
            QTextLayout::FormatRange range{start, length, {}};
            range.format.setFontWeight(QFont::DemiBold);
            bold.append(range);
        }
    }
    layout.setFormats(bold);
    layout.beginLayout();
    QTextLine line = layout.createLine();
    line.setLineWidth(box.width());
    layout.endLayout();
    painter.setPen(c.text.primary);
    layout.draw(&painter, QPointF(box.left(), box.top() + std::floor((box.height() - line.height()) / 2)));
}

void OutboxList::paintButtons(QPainter &painter, int row)
{
    const Colors &c = m_theme.colors();
    const OutboxRow &shown = m_rows[std::size_t(row)];
    for (int i = 0; i < int(shown.buttons.size()); ++i) {
        const OutboxButton &button = shown.buttons[std::size_t(i)];
        const QRectF box = buttonRect(row, i);
        const bool hovered = m_hovered == std::pair(row, i);
        if (button.strong)
            paint::roundRect(painter, box, m_theme.px(6), hovered ? c.bg.hover : c.bg.surface, c.border.normal);
        else if (hovered)
            paint::roundRect(painter, box, m_theme.px(6), c.bg.pressed);
        paint::text(painter, box, m_theme.font(Type::MetaStrong), button.strong ? c.text.primary : c.text.secondary,
                    button.text, Qt::AlignHCenter, layoutDirection());
        if (row == m_row && i == m_button && hasFocus())
            paint::focusRing(painter, m_theme, box, m_theme.px(6));
    }
}

// -- Input
// ------------------------------------------------------------------------------------------------------------------

void OutboxList::resizeEvent(QResizeEvent *)
{
    place();
}

void OutboxList::scrollContentsBy(int, int)
{
    viewport()->update();
}

void OutboxList::mousePressEvent(QMouseEvent *event)
{
    const int row = rowAt(event->pos().y());
    if (row < 0 || event->button() != Qt::LeftButton)
        return;
    const int button = buttonAt(row, event->pos());
    m_row = row;
    m_button = -1;
    viewport()->update();
    aimAt(row, event->globalPosition());
    const OutboxRow &pressed = m_rows[std::size_t(row)];
    if (m_aim->kind != pressed.kind || m_aim->n != pressed.n)
        m_aim.reset(); // it is meant now, if it is pressed again
    else if (button >= 0)
        activate(row, button);
    else if (m_rows[std::size_t(row)].kind == OutboxRow::Kind::Changes)
        activate(row, -1);
}

/// The pointer is at @p row; one that it was not moved to, but that came there, is not what is aimed at.
void OutboxList::aimAt(int row, const QPointF &globalPosition)
{
    const OutboxRow &under = m_rows[std::size_t(row)];
    const bool isSame = m_aim && m_aim->kind == under.kind && m_aim->n == under.n;
    if (isSame || !m_aim || (globalPosition - m_aim->at).manhattanLength() > m_theme.px(kHeld))
        m_aim = Aim{under.kind, under.n, globalPosition};
}

void OutboxList::mouseDoubleClickEvent(QMouseEvent *event)
{
    const int row = rowAt(event->pos().y());
    if (row >= 0 && buttonAt(row, event->pos()) < 0)
        activate(row, -1);
}

void OutboxList::mouseMoveEvent(QMouseEvent *event)
{
    const int row = rowAt(event->pos().y());
    const std::pair now(row, buttonAt(row, event->pos()));
    if (row >= 0)
        aimAt(row, event->globalPosition());
    else
        m_aim.reset();
    if (now == m_hovered)
        return;
    m_hovered = now;
    viewport()->setCursor(now.second >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    viewport()->update();
}

void OutboxList::leaveEvent(QEvent *)
{
    m_hovered = {-1, -1};
    m_aim.reset();
    viewport()->update();
}

void OutboxList::keyPressEvent(QKeyEvent *event)
{
    if (m_rows.empty())
        return QAbstractScrollArea::keyPressEvent(event);
    const bool rtl = layoutDirection() == Qt::RightToLeft;
    const int buttons = int(m_rows[std::size_t(m_row)].buttons.size());
    const int page = std::max(1, viewport()->height() / m_theme.px(kTextRow) - 1);
    switch (event->key()) {
    case Qt::Key_Down: return setCurrent(m_row + 1);
    case Qt::Key_Up: return setCurrent(m_row - 1);
    case Qt::Key_PageDown: return setCurrent(m_row + page);
    case Qt::Key_PageUp: return setCurrent(m_row - page);
    case Qt::Key_Home: return setCurrent(0);
    case Qt::Key_End: return setCurrent(int(m_rows.size()) - 1);
    case Qt::Key_Left:
    case Qt::Key_Right: {
        const bool onward = (event->key() == Qt::Key_Right) != rtl;
        return setCurrent(m_row, std::clamp(m_button + (onward ? 1 : -1), -1, buttons - 1));
    }
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (!event->isAutoRepeat()) // what a held key would do next stands where something else stood
            activate(m_row, m_button);
        return;
    default: QAbstractScrollArea::keyPressEvent(event);
    }
}

bool OutboxList::focusNextPrevChild(bool next)
{
    const int buttons = m_rows.empty() ? 0 : int(m_rows[std::size_t(m_row)].buttons.size());
    if (next ? m_button + 1 < buttons : m_button >= 0) {
        setCurrent(m_row, m_button + (next ? 1 : -1));
        return true;
    }
    m_button = -1;
    return QAbstractScrollArea::focusNextPrevChild(next);
}

void OutboxList::focusInEvent(QFocusEvent *event)
{
    viewport()->update();
    announce();
    QAbstractScrollArea::focusInEvent(event);
}

void OutboxList::focusOutEvent(QFocusEvent *event)
{
    viewport()->update();
    QAbstractScrollArea::focusOutEvent(event);
}

bool OutboxList::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const int row = rowAt(help->pos().y());
        const bool text = row >= 0 && m_rows[std::size_t(row)].kind == OutboxRow::Kind::Text;
        const QString words = row < 0                                                  ? QString()
                              : text && !m_rows[std::size_t(row)].chipDetail.isEmpty() ? m_rows[std::size_t(row)].chipDetail
                                                                                       : m_rows[std::size_t(row)].line;
        showPlainToolTip(help->globalPos(), words, this);
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

} // namespace tributary::ui
