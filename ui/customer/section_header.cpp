#include "ui/customer/section_header.h"

#include "ui/shell/row_drag.h"

#include <QContextMenuEvent>
#include <QPainter>
#include <QStyle>

namespace tributary::ui {

SectionHeader::SectionHeader(const Theme &theme, const QString &id, const QString &title, const QString &extra,
                             QWidget *parent)
    : QAbstractButton(parent)
    , m_theme(theme)
    , m_id(id)
    , m_extra(extra)
    , m_drag(new RowDrag(theme, this))
{
    setObjectName("section-" + id);
    setText(title);
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFolded(false);
    followTheme(theme, this);
}

void SectionHeader::setFolded(bool folded)
{
    m_folded = folded;
    const QString name = m_extra.isEmpty() ? text() : tr("%1, %2").arg(text(), m_extra);
    //: A section of the customer panel, for a screen reader.
    setAccessibleName(folded ? tr("%1, folded").arg(name) : tr("%1, unfolded").arg(name));
    setToolTip(folded ? tr("Unfold. Alt+Up and Alt+Down move it.") : tr("Fold. Alt+Up and Alt+Down move it."));
    update();
}

QSize SectionHeader::sizeHint() const
{
    return {m_theme.px(80), m_theme.px(24)};
}

bool SectionHeader::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->modifiers() == Qt::AltModifier && (key->key() == Qt::Key_Up || key->key() == Qt::Key_Down)) {
            event->accept(); // these keys go through messages elsewhere
            return true;
        }
    }
    return QAbstractButton::event(event);
}

void SectionHeader::keyPressEvent(QKeyEvent *event)
{
    const int by = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
    if (by != 0 && event->modifiers() == Qt::AltModifier)
        emit moveWanted(by);
    else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        click();
    else
        QAbstractButton::keyPressEvent(event);
}

void SectionHeader::mousePressEvent(QMouseEvent *event)
{
    m_drag->press(*event);
    QAbstractButton::mousePressEvent(event);
}

void SectionHeader::mouseMoveEvent(QMouseEvent *event)
{
    if (m_drag->move(*event)) {
        setDown(false);
        m_drag->setWords(text());
    } else {
        QAbstractButton::mouseMoveEvent(event);
    }
}

void SectionHeader::mouseReleaseEvent(QMouseEvent *event)
{
    if (m_drag->release())
        setDown(false);
    else
        QAbstractButton::mouseReleaseEvent(event);
}

void SectionHeader::contextMenuEvent(QContextMenuEvent *event)
{
    emit menuWanted(event->reason() == QContextMenuEvent::Mouse ? event->globalPos() : mapToGlobal(rect().bottomLeft()));
}

void SectionHeader::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colors &c = m_theme.colors();
    const auto place = [this](int x, int width, int height) {
        return QRectF(QStyle::visualRect(layoutDirection(), rect(), QRect(x, (this->height() - height) / 2, width, height)));
    };
    if (underMouse() || m_drag->isDragging())
        paint::roundRect(painter, QRectF(rect()).adjusted(-m_theme.px(4), 0, m_theme.px(4), 0), m_theme.px(4), c.bg.hover);
    const QFont font = m_theme.font(Type::MetaStrong, QFont::DemiBold);
    const int glyph = m_theme.px(12), gap = m_theme.px(6);
    const int wide = std::min(int(paint::textWidth(font, text())) + 1, width() - glyph - gap);
    paint::text(painter, place(0, wide, height()), font, c.text.secondary, text(), Qt::AlignLeading, layoutDirection());
    int x = wide + gap;
    if (!m_extra.isEmpty()) {
        const int tail = int(paint::textWidth(m_theme.font(Type::Meta), m_extra)) + 1;
        if (x + tail < width())
            paint::text(painter, place(x, tail, height()), m_theme.font(Type::Meta), c.text.tertiary, m_extra,
                        Qt::AlignLeading, layoutDirection());
        x += tail + gap;
    }
    if ((m_folded || underMouse() || hasFocus()) && x + glyph <= width())
        m_theme.icons().paint(painter, place(x, glyph, glyph), m_folded ? "chevron-right" : "chevron-down", c.text.tertiary,
                              layoutDirection());
    if (focusByKey(this))
        paint::focusRing(painter, m_theme, QRectF(rect()).adjusted(2, 2, -2, -2), m_theme.px(4));
}

} // namespace tributary::ui
