#include "ui/shell/rail.h"

#include "ui/theme/avatar.h"

#include <QPainter>
#include <QStyle>
#include <QVBoxLayout>

namespace tributary::ui {

class Rail::SectionButton : public QAbstractButton {
public:
    SectionButton(const Theme &theme, QString id, QString icon, QWidget *parent)
        : QAbstractButton(parent)
        , id(std::move(id))
        , m_theme(theme)
        , m_icon(std::move(icon))
    {
        setCheckable(true);
        setAutoExclusive(true);
        setFocusPolicy(Qt::TabFocus);
        setAttribute(Qt::WA_Hover);
        setFixedHeight(theme.px(36) + 4);
        setFixedWidth(theme.px(48));
    }

    void setCount(qint64 count)
    {
        m_count = count;
        update();
    }

    const QString id;

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colors &c = m_theme.colors();
        const int size = m_theme.px(36);
        const QRectF box((width() - size) / 2.0, 2, size, size);
        if (isChecked() || underMouse())
            paint::roundRect(painter, box, m_theme.px(8), isChecked() ? c.bg.surface : c.bg.hover);
        if (isChecked()) {
            const QRect bar = QStyle::visualRect(layoutDirection(), rect(), QRect(0, int(box.top()) + 9, 3, size - 18));
            paint::roundRect(painter, bar, 1.5, c.accent.fill);
        }
        const int glyph = m_theme.px(18);
        m_theme.icons().paint(painter, QRectF(box.center().x() - glyph / 2.0, box.center().y() - glyph / 2.0, glyph, glyph),
                              m_icon, isChecked() ? c.accent.text : c.text.secondary, layoutDirection());
        if (m_count > 0) {
            const QString text = m_count > 99 ? QStringLiteral("99+") : locale().toString(m_count);
            QFont font = m_theme.font(Type::Micro, QFont::DemiBold);
            font.setPixelSize(m_theme.px(10));
            const int high = m_theme.px(15);
            const int wide = std::max(high, int(paint::textWidth(font, text)) + m_theme.px(8));
            const QRect at = QStyle::visualRect(layoutDirection(), rect(),
                                                QRect(int(box.right()) + 4 - wide, int(box.top()) - 2, wide, high));
            paint::roundRect(painter, at, high / 2.0, c.accent.fill);
            paint::text(painter, at, font, c.accent.onFill, text, Qt::AlignHCenter);
        }
        if (focusByKey(this))
            paint::focusRing(painter, m_theme, box.adjusted(3, 3, -3, -3), m_theme.px(6));
    }

private:
    const Theme &m_theme;
    QString m_icon;
    qint64 m_count = 0;
};

class Rail::AgentButton : public QAbstractButton {
public:
    AgentButton(const Theme &theme, QWidget *parent)
        : QAbstractButton(parent)
        , m_theme(theme)
    {
        setFocusPolicy(Qt::TabFocus);
        setFixedSize(theme.px(48), theme.px(36));
    }
    void setPerson(const QString &name, const RawId &id)
    {
        m_name = name;
        m_id = id;
        describe();
    }
    void setOnline(bool online)
    {
        m_online = online;
        describe();
    }
    void setAway(bool away)
    {
        m_away = away;
        describe();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colors &c = m_theme.colors();
        const int size = m_theme.px(28);
        const QRectF at((width() - size) / 2.0, (height() - size) / 2.0, size, size);
        if (!m_name.isEmpty())
            paint::avatar(painter, m_theme, at, m_name, m_id,
                          {.presence = !m_online ? c.presence.offline
                                       : m_away  ? c.presence.away
                                                 : c.presence.online,
                           .ring = c.bg.rail},
                          layoutDirection());
        if (focusByKey(this))
            paint::focusRing(painter, m_theme, at, size / 2.0);
    }

private:
    void describe()
    {
        const QString text = !m_online ? tr("%1, presence unknown while offline").arg(m_name)
                             : m_away  ? tr("%1, away").arg(m_name)
                                       : tr("%1, available").arg(m_name);
        setToolTip(text);
        setAccessibleName(text);
        update();
    }

    const Theme &m_theme;
    QString m_name;
    RawId m_id{};
    bool m_online = false, m_away = false;
};

Rail::Rail(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_sectionBox(new QWidget(this))
    , m_news(new SectionButton(theme, "news", "bell", this))
    , m_agent(new AgentButton(theme, this))
{
    setObjectName("rail");
    setAccessibleName(tr("Sections"));
    setFixedWidth(theme.px(48));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, theme.px(48), 0, theme.px(8));
    layout->setSpacing(0);
    auto *sections = new QVBoxLayout(m_sectionBox);
    sections->setContentsMargins(0, 0, 0, 0);
    sections->setSpacing(0);
    layout->addWidget(m_sectionBox);
    layout->addStretch();
    layout->addWidget(m_news);
    layout->addSpacing(theme.px(4));
    layout->addWidget(m_agent, 0, Qt::AlignHCenter);
    m_news->setObjectName("bell");
    m_news->setCheckable(false);
    setNews(0);
    connect(m_news, &QAbstractButton::clicked, this, [this] { emit newsWanted(besideBell()); });
    m_agent->setObjectName("ownPresence");
    connect(m_agent, &QAbstractButton::clicked, this,
            [this] { emit agentMenuWanted(m_agent->mapToGlobal(QPoint(m_agent->width(), 0))); });
    connect(&theme, &Theme::changed, this, [this] {
        setFixedWidth(m_theme.px(48));
        update();
    });
}

void Rail::addSection(const QString &id, const QString &text, const QString &icon, const QString &toolTip)
{
    auto *button = new SectionButton(m_theme, id, icon, m_sectionBox);
    button->setObjectName("section-" + id);
    button->setAccessibleName(text);
    button->setToolTip(toolTip);
    m_sectionBox->layout()->addWidget(button);
    m_sections.append(button);
    connect(button, &QAbstractButton::clicked, this, [this, id] { emit sectionChosen(id); });
}

void Rail::setSectionShown(const QString &id, bool shown)
{
    for (SectionButton *button : m_sections) {
        if (button->id == id)
            button->setVisible(shown);
    }
}

void Rail::setCurrent(const QString &id)
{
    for (SectionButton *button : m_sections)
        button->setChecked(button->id == id);
}

void Rail::setBadge(const QString &id, qint64 count)
{
    for (SectionButton *button : m_sections) {
        if (button->id == id)
            button->setCount(count);
    }
}

void Rail::setNews(int unseen)
{
    m_news->setCount(unseen);
    const QString text =
        unseen > 0 ? tr("Notifications, %n new", nullptr, unseen) : tr("Notifications, none new"); // said, not only drawn
    m_news->setAccessibleName(text);
    m_news->setToolTip(text);
}

QRect Rail::besideBell() const
{
    const int edge = layoutDirection() == Qt::RightToLeft ? -1 : m_news->width();
    return {m_news->mapToGlobal(QPoint(edge, 0)), QSize(1, m_news->height())};
}

void Rail::setAgent(const QString &name, const RawId &id)
{
    m_agent->setPerson(name, id);
}

void Rail::setOnline(bool online)
{
    m_agent->setOnline(online);
}

void Rail::setAway(bool away)
{
    m_agent->setAway(away);
}

QSize Rail::sizeHint() const
{
    return {m_theme.px(48), m_theme.px(400)};
}

void Rail::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colors &c = m_theme.colors();
    painter.fillRect(rect(), c.bg.rail);
    const bool rtl = layoutDirection() == Qt::RightToLeft;
    painter.fillRect(rtl ? 0 : width() - 1, 0, 1, height(), c.border.subtle);
    const int size = m_theme.px(24);
    m_theme.icons().paint(painter, QRectF((width() - size) / 2.0 - 0.5, m_theme.px(12), size, size), "logo", c.accent.fill);
}

} // namespace tributary::ui
