#include "ui/shell/controls.h"

#include "ui/theme/avatar.h"

#include <QEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QStyle>
#include <QTextLayout>
#include <QTextOption>
#include <cmath>

namespace tributary::ui {

void followTheme(const Theme &theme, QWidget *widget)
{
    QObject::connect(&theme, &Theme::changed, widget, [widget] {
        widget->updateGeometry();
        widget->update();
    });
}

bool focusByKey(const QWidget *widget)
{
    return widget->hasFocus() && widget->window()->testAttribute(Qt::WA_KeyboardFocusChange);
}

// --- Button ---------------------------------------------------------------------------------------------------------------

Button::Button(const Theme &theme, Look look, const QString &text, QWidget *parent)
    : QAbstractButton(parent)
    , m_theme(theme)
    , m_look(look)
    , m_height(look == Look::Chip ? 24 : 28)
{
    setText(text);
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    followTheme(theme, this);
}

void Button::setIconName(const QString &name)
{
    if (std::exchange(m_icon, name) == name)
        return;
    updateGeometry();
    update();
}

void Button::setKey(const QString &key)
{
    m_key = key;
    updateGeometry();
    update();
}

void Button::setMenuArrow(bool shown)
{
    m_arrow = shown;
    updateGeometry();
}

void Button::setTone(std::function<Tone(const Theme &)> tone)
{
    m_tone = std::move(tone);
    update();
}

void Button::setHeightClass(int height)
{
    m_height = height;
    updateGeometry();
}

void Button::setFlat(bool flat)
{
    m_flat = flat;
    update();
}

void Button::setJoined(bool atStart, bool atEnd)
{
    if (m_joinedStart == atStart && m_joinedEnd == atEnd)
        return;
    m_joinedStart = atStart;
    m_joinedEnd = atEnd;
    update();
}

const QFont &Button::usedFont() const
{
    return m_theme.font(m_height <= 24 ? Type::MetaStrong : Type::BodyStrong);
}

int Button::padding() const
{
    if (m_look == Look::Icon)
        return m_theme.px(6);
    if (text().isEmpty())
        return m_theme.px(5);
    return m_theme.px(m_height >= 32 ? 14 : m_height <= 24 ? (m_flat ? 6 : 8) : 10);
}

QSize Button::sizeHint() const
{
    const int height = m_theme.px(m_height);
    if (m_look == Look::Icon && text().isEmpty() && !m_arrow)
        return {height, height};
    qreal width = 2 * padding();
    QFont font = usedFont();
    font.setWeight(QFont::Medium);
    if (!m_icon.isEmpty())
        width += m_theme.px(14) + (text().isEmpty() ? 0 : m_theme.px(m_height <= 24 ? 4 : 6));
    if (!text().isEmpty())
        width += paint::textWidth(font, text());
    if (!m_key.isEmpty())
        width += m_theme.px(6) + paint::keycapSize(m_theme, m_key).width();
    if (m_arrow)
        width += m_theme.px(12) + (text().isEmpty() && m_icon.isEmpty() ? 0 : m_theme.px(4));
    return {int(std::ceil(width)), height};
}

QSize Button::minimumSizeHint() const
{
    // Long chips ("Email from support@… to …") may shrink; their text is elided.
    QSize size = sizeHint();
    if (sizePolicy().horizontalPolicy() != QSizePolicy::Fixed)
        size.setWidth(std::min(size.width(), m_theme.px(72)));
    return size;
}

QColor Button::foreground() const
{
    const Colors &c = m_theme.colors();
    if (!isEnabled())
        return c.text.disabled;
    if (m_tone)
        return m_tone(m_theme).fg;
    switch (m_look) {
    case Look::Primary: return c.accent.onFill;
    case Look::Normal: return c.text.primary;
    case Look::Chip: return isChecked() ? c.accent.text : c.text.secondary;
    case Look::Ghost:
    case Look::Icon: return isChecked() ? c.accent.text : c.text.secondary;
    }
    return c.text.primary;
}

QColor Button::background() const
{
    const Colors &c = m_theme.colors();
    const bool hover = underMouse() && isEnabled();
    if (m_look == Look::Primary) {
        if (!isEnabled())
            return c.bg.sunken;
        if (m_tone)
            return m_tone(m_theme).tint;
        return isDown() ? c.accent.fillPressed : hover ? c.accent.fillHover : c.accent.fill;
    }
    if (m_tone)
        return m_tone(m_theme).tint;
    if (isChecked())
        return c.accent.tint;
    if (isDown())
        return c.bg.pressed;
    if (hover)
        return c.bg.hover;
    if (m_look == Look::Normal)
        return c.bg.raised;
    return m_look == Look::Chip && !m_flat ? c.bg.surface : QColor(Qt::transparent);
}

void Button::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colors &c = m_theme.colors();
    QRectF box = rect();
    const bool bordered = !m_tone && !isChecked() && (m_look == Look::Normal || (m_look == Look::Chip && !m_flat));
    const qreal radius = m_theme.px(6);
    painter.setClipRect(rect());
    // A joined side is square: the round part is pushed out of the widget.
    const bool rtl = layoutDirection() == Qt::RightToLeft;
    QRectF shape = box;
    if (m_joinedStart)
        (rtl ? shape.setRight(box.right() + radius) : shape.setLeft(box.left() - radius));
    if (m_joinedEnd)
        (rtl ? shape.setLeft(box.left() - radius) : shape.setRight(box.right() + radius));
    paint::roundRect(painter, shape, radius, background(), bordered ? c.border.normal : QColor());
    if (m_joinedStart) {
        const qreal x = rtl ? box.right() - 1 : box.left();
        paint::line(painter, QRectF(x, 0, 1, box.height()), c.accent.fillPressed);
    }

    const QColor color = foreground();
    const int glyph = m_theme.px(m_look == Look::Icon ? 16 : 14);
    if (m_look == Look::Icon && text().isEmpty() && !m_arrow) {
        const QRectF at(box.center().x() - glyph / 2.0, box.center().y() - glyph / 2.0, glyph, glyph);
        m_theme.icons().paint(painter, at, m_icon, color, layoutDirection());
    } else {
        qreal x = padding(), end = box.width() - padding();
        const auto place = [&](qreal left, qreal width, qreal height) {
            const QRect logical(int(left), int((box.height() - height) / 2), int(width), int(height));
            return QRectF(QStyle::visualRect(layoutDirection(), rect(), logical));
        };
        QFont font = usedFont();
        font.setWeight(QFont::Medium);
        if (!m_icon.isEmpty()) {
            m_theme.icons().paint(painter, place(x, glyph, glyph), m_icon, color, layoutDirection());
            x += glyph + m_theme.px(m_height <= 24 ? 4 : 6);
        }
        if (m_arrow) {
            end -= m_theme.px(12);
            m_theme.icons().paint(painter, place(end, m_theme.px(12), m_theme.px(12)), "chevron-down", color);
            end -= m_theme.px(4);
        }
        if (!m_key.isEmpty()) {
            const QSizeF key = paint::keycapSize(m_theme, m_key);
            end -= key.width();
            paint::keycap(painter, m_theme, place(end, key.width(), key.height()), m_key, color);
            end -= m_theme.px(6);
        }
        if (!text().isEmpty()) {
            const QRect logical(int(x), 0, std::max(0, int(std::ceil(end - x)) + 1), height());
            paint::text(painter, QStyle::visualRect(layoutDirection(), rect(), logical), font, color, text(),
                        Qt::AlignLeading, layoutDirection());
        }
    }
    if (focusByKey(this))
        paint::focusRing(painter, m_theme, box.adjusted(3, 3, -3, -3), radius - 2);
}

bool Button::event(QEvent *event)
{
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        update();
    return QAbstractButton::event(event);
}

// --- TextLabel ------------------------------------------------------------------------------------------------------------

TextLabel::TextLabel(const Theme &theme, Type type, ColorOf color, const QString &text, QWidget *parent)
    : QLabel(text, parent)
    , m_theme(theme)
    , m_type(type)
    , m_color(std::move(color))
{
    setTextFormat(Qt::PlainText);
    followTheme(theme, this);
}

void TextLabel::setColor(ColorOf color)
{
    m_color = std::move(color);
    update();
}

void TextLabel::setWeight(QFont::Weight weight)
{
    m_weight = weight;
    updateGeometry();
    update();
}

QFont TextLabel::usedFont() const
{
    return m_weight ? m_theme.font(m_type, *m_weight) : m_theme.font(m_type);
}

QSize TextLabel::sizeHint() const
{
    const int line = m_theme.lineHeight(m_type);
    if (wordWrap())
        return {m_theme.px(240), heightForWidth(m_theme.px(240))};
    const int lines = int(text().count(u'\n')) + 1;
    qreal widest = 0;
    for (const QString &part : text().split(u'\n'))
        widest = std::max(widest, paint::textWidth(usedFont(), part));
    return QSize(int(std::ceil(widest)) + 1, line * lines).grownBy(contentsMargins());
}

QSize TextLabel::minimumSizeHint() const
{
    return QSize(m_theme.px(24), m_theme.lineHeight(m_type)).grownBy(contentsMargins());
}

int TextLabel::heightForWidth(int width) const
{
    const QMargins around = contentsMargins();
    QTextLayout layout(QString(text()).replace(u'\n', QChar::LineSeparator), usedFont());
    int lines = 0;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width - around.left() - around.right());
        ++lines;
    }
    layout.endLayout();
    return std::max(1, lines) * m_theme.lineHeight(m_type, tallestScript(text())) + around.top() + around.bottom();
}

void TextLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QColor color = isEnabled() ? m_color(m_theme.colors()) : m_theme.colors().text.disabled;
    const QFont font = usedFont();
    const QRect inside = contentsRect();
    if (!wordWrap() && !text().contains(u'\n')) {
        const Qt::Alignment side = alignment() & Qt::AlignRight     ? Qt::AlignTrailing
                                   : alignment() & Qt::AlignHCenter ? Qt::AlignHCenter
                                                                    : Qt::AlignLeading;
        paint::text(painter, inside, font, color, text(), side, layoutDirection());
        // What does not fit is told; what is told by somebody else stays.
        const QString told = property("toldWhole").toString();
        if (toolTip() == told) {
            const QString whole = paint::textWidth(font, text()) > inside.width() + 1 ? text() : QString();
            if (whole != told) {
                setToolTip(whole);
                setProperty("toldWhole", whole);
            }
        }
        return;
    }
    const int line = m_theme.lineHeight(m_type, tallestScript(text()));
    QTextLayout layout(QString(text()).replace(u'\n', QChar::LineSeparator), font);
    QTextOption option;
    option.setTextDirection(directionOf(text(), layoutDirection()));
    // The side is the layout's, whatever direction the text has; QTextLayout would take the text's.
    const bool right = (layoutDirection() == Qt::RightToLeft) != bool(alignment() & Qt::AlignRight);
    option.setAlignment(alignment() & Qt::AlignHCenter ? Qt::Alignment(Qt::AlignHCenter)
                                                       : (right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignAbsolute);
    layout.setTextOption(option);
    layout.beginLayout();
    qreal y = 0;
    for (QTextLine part = layout.createLine(); part.isValid(); part = layout.createLine()) {
        part.setLineWidth(inside.width());
        part.setPosition(QPointF(0, y + (line - part.height()) / 2));
        y += line;
    }
    layout.endLayout();
    painter.setPen(color);
    layout.draw(&painter, inside.topLeft());
}

// --- AvatarView -----------------------------------------------------------------------------------------------------------

AvatarView::AvatarView(const Theme &theme, int size, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_size(size)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    followTheme(theme, this);
}

void AvatarView::setPerson(const QString &name, const RawId &id)
{
    m_name = name;
    m_id = id;
    setAccessibleName(name);
    setToolTip(name);
    update();
}

void AvatarView::setPresence(ColorOf presence, ColorOf ground)
{
    m_presence = std::move(presence);
    m_ground = std::move(ground);
    update();
}

QSize AvatarView::sizeHint() const
{
    return {m_theme.px(m_size) + 4, m_theme.px(m_size) + 4};
}

void AvatarView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    AvatarBadge badge;
    if (m_presence) {
        badge.presence = m_presence(m_theme.colors());
        badge.ring = m_ground(m_theme.colors());
    }
    const qreal size = m_theme.px(m_size);
    const QRectF at((width() - size) / 2, (height() - size) / 2, size, size);
    paint::avatar(painter, m_theme, at, m_name, m_id, badge, layoutDirection());
}

// --- Segment --------------------------------------------------------------------------------------------------------------

Segment::Segment(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    followTheme(theme, this);
}

void Segment::addChoice(const QString &text, const QString &icon)
{
    m_choices.append({text, icon});
    describe();
    updateGeometry();
}

void Segment::setCurrent(int index)
{
    if (index == m_current || index < 0 || index >= m_choices.size())
        return;
    m_current = index;
    describe();
    update();
    emit chosen(index);
}

void Segment::setNoteTone(bool note)
{
    m_note = note;
    update();
}

void Segment::setTall(bool tall)
{
    m_tall = tall;
    updateGeometry();
}

void Segment::describe()
{
    QStringList names;
    for (const Choice &choice : m_choices)
        names.append(choice.text);
    setAccessibleName(names.join(QStringLiteral(", ")));
    setAccessibleDescription(m_choices.isEmpty() ? QString() : tr("%1 is chosen").arg(m_choices[m_current].text));
}

QList<QRect> Segment::cells() const
{
    QList<QRect> result;
    const int pad = m_theme.px(m_tall ? 12 : 8), height = m_theme.px(m_tall ? 26 : 20), inset = m_tall ? 3 : 2;
    int x = inset;
    for (const Choice &choice : m_choices) {
        int width = 2 * pad + int(paint::textWidth(m_theme.font(Type::MetaStrong), choice.text));
        if (!choice.icon.isEmpty())
            width += m_theme.px(16);
        result.append(QRect(x, inset, width, height));
        x += width;
    }
    return result;
}

QSize Segment::sizeHint() const
{
    const QList<QRect> all = cells();
    const int inset = m_tall ? 3 : 2;
    return all.isEmpty() ? QSize() : QSize(all.last().right() + 1 + inset, all.last().bottom() + 1 + inset);
}

void Segment::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colors &c = m_theme.colors();
    paint::roundRect(painter, rect(), m_theme.px(6), m_note ? c.note.track : c.bg.sunken);
    const QList<QRect> all = cells();
    for (int i = 0; i < all.size(); ++i) {
        const QRect cell = QStyle::visualRect(layoutDirection(), rect(), all[i]);
        const bool on = i == m_current;
        if (on)
            paint::roundRect(painter, cell, m_theme.px(4), m_note ? c.note.tab : c.bg.raised,
                             m_note ? c.note.edge : c.border.subtle);
        const QColor color = m_note ? c.bubble.noteText : on ? c.text.primary : c.text.secondary;
        QRect inner = cell.adjusted(m_theme.px(m_tall ? 12 : 8), 0, -m_theme.px(m_tall ? 12 : 8) + 1, 0);
        if (!m_choices[i].icon.isEmpty()) {
            const int glyph = m_theme.px(12);
            const QRect logical(inner.left(), inner.center().y() - glyph / 2, glyph, glyph);
            m_theme.icons().paint(painter, QStyle::visualRect(layoutDirection(), inner, logical), m_choices[i].icon, color);
            (layoutDirection() == Qt::RightToLeft ? inner.setRight(inner.right() - m_theme.px(16))
                                                  : inner.setLeft(inner.left() + m_theme.px(16)));
        }
        paint::text(painter, inner, m_theme.font(Type::MetaStrong), color, m_choices[i].text, Qt::AlignLeading,
                    layoutDirection());
    }
    if (focusByKey(this))
        paint::focusRing(painter, m_theme, QRectF(rect()).adjusted(3, 3, -3, -3), m_theme.px(4));
}

void Segment::mousePressEvent(QMouseEvent *event)
{
    const QList<QRect> all = cells();
    for (int i = 0; i < all.size(); ++i) {
        if (QStyle::visualRect(layoutDirection(), rect(), all[i]).contains(event->pos()))
            setCurrent(i);
    }
}

void Segment::keyPressEvent(QKeyEvent *event)
{
    const int forward = layoutDirection() == Qt::RightToLeft ? Qt::Key_Left : Qt::Key_Right;
    const int back = layoutDirection() == Qt::RightToLeft ? Qt::Key_Right : Qt::Key_Left;
    if (event->key() == forward)
        setCurrent(m_current + 1);
    else if (event->key() == back)
        setCurrent(m_current - 1);
    else if (event->key() == Qt::Key_Space)
        setCurrent((m_current + 1) % std::max<int>(1, m_choices.size()));
    else
        QWidget::keyPressEvent(event);
}

void Segment::focusInEvent(QFocusEvent *event)
{
    update();
    QWidget::focusInEvent(event);
}

// --- Surface --------------------------------------------------------------------------------------------------------------

Surface::Surface(const Theme &theme, ColorOf color, int edges, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_color(std::move(color))
    , m_edges(edges)
{
    followTheme(theme, this);
}

void Surface::setColor(ColorOf color)
{
    m_color = std::move(color);
    update();
}

void Surface::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_color(m_theme.colors()));
    const QColor lineColor = m_theme.colors().border.subtle;
    const int thick = m_theme.hairline();
    const bool rtl = layoutDirection() == Qt::RightToLeft;
    if (m_edges & Top)
        painter.fillRect(0, 0, width(), thick, lineColor);
    if (m_edges & Bottom)
        painter.fillRect(0, height() - thick, width(), thick, lineColor);
    if (m_edges & Start)
        painter.fillRect(rtl ? width() - thick : 0, 0, thick, height(), lineColor);
    if (m_edges & End)
        painter.fillRect(rtl ? 0 : width() - thick, 0, thick, height(), lineColor);
}

} // namespace tributary::ui
