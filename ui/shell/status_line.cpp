#include "ui/shell/status_line.h"

#include "ui/shell/plain_words.h"

#include <QHelpEvent>
#include <QPainter>
#include <QStyle>
#include <cmath>

namespace tributary::ui {
namespace {

/// The outbox figure, which opens the outbox.
class OutboxButton : public QAbstractButton {
public:
    OutboxButton(const Theme &theme, QWidget *parent)
        : QAbstractButton(parent)
        , m_theme(theme)
    {
        setFocusPolicy(Qt::TabFocus);
        setObjectName("outbox");
    }
    bool strong = false;

    QFont usedFont() const { return m_theme.font(Type::Micro, strong ? QFont::DemiBold : QFont::Normal); }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colors &c = m_theme.colors();
        paint::text(painter, rect().adjusted(4, 0, 0, 0), usedFont(), strong ? c.text.primary : c.text.secondary, text(),
                    Qt::AlignLeading, layoutDirection());
        if (focusByKey(this))
            paint::focusRing(painter, m_theme, QRectF(rect()).adjusted(2, 4, -2, -4), 3);
    }

private:
    const Theme &m_theme;
};

/// A pill that opens a menu.
class ChipButton : public QAbstractButton {
public:
    ChipButton(const Theme &theme, QWidget *parent)
        : QAbstractButton(parent)
        , m_theme(theme)
    {
        setFocusPolicy(Qt::TabFocus);
        setObjectName("statusChip");
        setCursor(Qt::PointingHandCursor);
        setVisible(false);
    }
    QSize sizeHint() const override { return paint::pillSize(m_theme, pill()).toSize(); }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const QSizeF size = paint::pillSize(m_theme, pill());
        paint::pill(painter, m_theme, QRectF(QPointF(0, (height() - size.height()) / 2), size), pill(), layoutDirection());
        if (focusByKey(this))
            paint::focusRing(painter, m_theme, QRectF(rect()).adjusted(2, 3, -2, -3), 4);
    }

private:
    Pill pill() const { return {.text = text(), .fg = m_theme.colors().accent.text, .bg = m_theme.colors().accent.tint}; }
    const Theme &m_theme;
};

constexpr int kBarWidth = 64;

} // namespace

StatusLine::StatusLine(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_outbox(new OutboxButton(theme, this))
    , m_chip(new ChipButton(theme, this))
{
    setAttribute(Qt::WA_OpaquePaintEvent);
    setObjectName("statusLine");
    setFixedHeight(theme.px(24));
    connect(m_outbox, &QAbstractButton::clicked, this, &StatusLine::outboxClicked);
    connect(m_chip, &QAbstractButton::clicked, this,
            [this] { emit chipClicked(QRect(m_chip->mapToGlobal(QPoint()), m_chip->size())); });
    connect(&theme, &Theme::changed, this, [this] {
        setFixedHeight(m_theme.px(24));
        update();
    });
}

void StatusLine::setSync(const SyncText &text)
{
    m_sync = text;
    m_outbox->setText(text.outbox);
    static_cast<OutboxButton *>(m_outbox)->strong = text.outboxWaits;
    setAccessibleName(tr("%1. %2. %3").arg(text.state, text.outbox, text.toolTip));
    resizeEvent(nullptr);
    update();
}

void StatusLine::setHints(const QList<KeyHint> &hints)
{
    m_hints = hints;
    update();
}

void StatusLine::setPeople(const QString &text)
{
    m_people = text;
    resizeEvent(nullptr);
    update();
}

void StatusLine::setChip(const QString &text, const QString &toolTip)
{
    m_chip->setText(text);
    m_chip->setToolTip(toolTip);
    m_chip->setVisible(!text.isEmpty());
    resizeEvent(nullptr);
    update();
}

QRect StatusLine::outboxPlace() const
{
    return QRect(m_outbox->mapToGlobal(QPoint()), m_outbox->size());
}

QSize StatusLine::sizeHint() const
{
    return {m_theme.px(600), m_theme.px(24)};
}

void StatusLine::resizeEvent(QResizeEvent *)
{
    const QFont state = m_theme.font(Type::Micro, m_sync.calm ? QFont::Normal : QFont::DemiBold);
    int x = m_theme.px(12) + m_theme.px(m_sync.mark == SyncText::Mark::Dot ? 13 : 19)
            + int(paint::textWidth(state, m_sync.state));
    if (m_sync.progress >= 0)
        x += m_theme.px(8 + kBarWidth);
    x += m_theme.px(12);
    const int wide = int(paint::textWidth(static_cast<OutboxButton *>(m_outbox)->usedFont(), m_outbox->text())) + 10;
    m_outbox->setGeometry(QStyle::visualRect(layoutDirection(), rect(), QRect(x, 0, wide, height())));
    const int chip = m_chip->sizeHint().width();
    m_chip->setGeometry(QStyle::visualRect(layoutDirection(), rect(),
                                           QRect(width() - m_theme.px(12) - peopleWidth() - chip, 0, chip, height())));
}

int StatusLine::peopleWidth() const
{
    if (m_people.isEmpty())
        return 0;
    return int(std::ceil(paint::textWidth(m_theme.font(Type::Micro, QFont::Normal), m_people))) + m_theme.px(19 + 24);
}

int StatusLine::paintSync(QPainter &painter)
{
    const Colors &c = m_theme.colors();
    const QColor color = m_sync.calm ? c.text.secondary : c.status.warning.fg;
    const QFont font = m_theme.font(Type::Micro, m_sync.calm ? QFont::Normal : QFont::DemiBold);
    const auto place = [this](qreal left, qreal width, qreal high) {
        return QRectF(QStyle::visualRect(layoutDirection(), rect(),
                                         QRect(int(left), int((height() - high) / 2), int(width), int(high))));
    };
    qreal x = m_theme.px(12);
    if (m_sync.mark == SyncText::Mark::Dot) {
        const int size = m_theme.px(7);
        paint::roundRect(painter, place(x, size, size), size / 2.0, c.presence.online);
        x += m_theme.px(13);
    } else {
        const int size = m_theme.px(13);
        const QString icon = m_sync.mark == SyncText::Mark::Warning ? "warning"
                             : m_sync.mark == SyncText::Mark::Bar   ? "refresh"
                             : m_sync.calm                          ? "cloud"
                                                                    : "cloud-off";
        m_theme.icons().paint(painter, place(x, size, size), icon, color, layoutDirection());
        x += m_theme.px(19);
    }
    const qreal wide = paint::textWidth(font, m_sync.state);
    paint::digits(painter, place(x, wide + m_theme.px(8), height()), font, color, m_sync.state, Qt::AlignLeading,
                  layoutDirection());
    x += wide;
    if (m_sync.progress >= 0) {
        x += m_theme.px(8);
        const QRectF bar = place(x, m_theme.px(kBarWidth), m_theme.px(4));
        paint::roundRect(painter, bar, 2, c.border.normal);
        QRectF done = bar;
        done.setWidth(bar.width() * m_sync.progress);
        if (layoutDirection() == Qt::RightToLeft)
            done.moveRight(bar.right());
        paint::roundRect(painter, done, 2, c.accent.fill);
    }
    int end = m_outbox->geometry().right();
    if (!m_sync.fresh.isEmpty()) {
        const QFont plain = m_theme.font(Type::Micro, QFont::Normal);
        const QRect outbox = QStyle::visualRect(layoutDirection(), rect(), m_outbox->geometry());
        const qreal freshWidth = paint::digitsWidth(plain, m_sync.fresh);
        paint::digits(painter, place(outbox.right() + m_theme.px(12), freshWidth + 2, height()), plain, c.text.secondary,
                      m_sync.fresh, Qt::AlignLeading, layoutDirection());
        end = int(outbox.right() + m_theme.px(12) + freshWidth);
    }
    return end;
}

int StatusLine::paintEnd(QPainter &painter)
{
    const Colors &c = m_theme.colors();
    const QFont font = m_theme.font(Type::Micro, QFont::Normal);
    const auto place = [this](qreal left, qreal width, qreal high) {
        return QRectF(QStyle::visualRect(layoutDirection(), rect(),
                                         QRect(int(left), int((height() - high) / 2), int(width), int(high))));
    };
    qreal x = width() - m_theme.px(12);
    if (!m_people.isEmpty()) {
        const qreal wide = paint::textWidth(font, m_people);
        x -= wide;
        paint::text(painter, place(x, wide + 2, height()), font, c.text.secondary, m_people, Qt::AlignLeading,
                    layoutDirection());
        x -= m_theme.px(19);
        m_theme.icons().paint(painter, place(x, m_theme.px(13), m_theme.px(13)), "people", c.text.secondary,
                              layoutDirection());
        x -= m_theme.px(24);
    }
    if (!m_chip->text().isEmpty())
        x -= m_chip->width() + m_theme.px(16);
    const int fresh = m_sync.fresh.isEmpty()
                          ? 0
                          : m_theme.px(12) + int(paint::digitsWidth(m_theme.font(Type::Micro, QFont::Normal), m_sync.fresh));
    const int sync = QStyle::visualRect(layoutDirection(), rect(), m_outbox->geometry()).right() + fresh + m_theme.px(16);
    for (auto hint = m_hints.crbegin(); hint != m_hints.crend(); ++hint) {
        const qreal text = paint::textWidth(font, hint->text);
        qreal wide = text;
        for (const QString &key : hint->keys)
            wide += paint::keycapSize(m_theme, key).width() + m_theme.px(4);
        if (x - wide < sync)
            break; // a hint that does not fit is left out, never cut
        x -= text;
        paint::text(painter, place(x, text + 2, height()), font, c.text.secondary, hint->text, Qt::AlignLeading,
                    layoutDirection());
        for (auto key = hint->keys.crbegin(); key != hint->keys.crend(); ++key) {
            const QSizeF size = paint::keycapSize(m_theme, *key);
            x -= size.width() + m_theme.px(5);
            paint::keycap(painter, m_theme, place(x, size.width(), m_theme.px(15)), *key, c.text.secondary);
        }
        x -= m_theme.px(16);
    }
    return int(x);
}

void StatusLine::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colors &c = m_theme.colors();
    painter.fillRect(rect(), c.bg.rail);
    painter.fillRect(0, 0, width(), m_theme.hairline(), c.border.subtle);
    paintSync(painter);
    paintEnd(painter);
}

bool StatusLine::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        showPlainToolTip(static_cast<QHelpEvent *>(event)->globalPos(), m_sync.toolTip, this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace tributary::ui
