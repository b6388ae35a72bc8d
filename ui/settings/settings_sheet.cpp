#include "ui/settings/settings_sheet.h"

#include <QKeyEvent>
#include <QPainter>
#include <QScrollArea>
#include <QStackedWidget>
#include <QStyle>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {

constexpr int kWidth = 720, kHeight = 600, kSidebar = 192;

} // namespace

/// The names of the pages, one of them chosen. Arrow keys move between them.
class SettingsSheet::PageList : public QWidget {
public:
    PageList(const Theme &theme, QWidget *parent)
        : QWidget(parent)
        , m_theme(theme)
    {
        setFocusPolicy(Qt::StrongFocus);
        setAccessibleName(SettingsSheet::tr("Pages of the settings"));
        followTheme(theme, this);
    }
    void add(const QString &icon, const QString &text)
    {
        m_rows.append({icon, text});
        describe();
    }
    void setCurrent(int index)
    {
        if (index < 0 || index >= m_rows.size())
            return;
        m_current = index;
        describe();
        update();
        if (chosen)
            chosen(index);
    }
    std::function<void(int)> chosen;

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colors &c = m_theme.colors();
        for (int i = 0; i < m_rows.size(); ++i) {
            const QRect row = rowAt(i);
            const bool on = i == m_current;
            if (on) {
                paint::roundRect(painter, row, m_theme.px(6), c.bg.selected);
                if (hasFocus() && focusByKey(this))
                    paint::focusRing(painter, m_theme, QRectF(row).adjusted(1, 1, -1, -1), m_theme.px(6));
            }
            const QColor color = on ? c.text.primary : c.text.secondary;
            const int glyph = m_theme.px(16);
            const QRect icon(row.left() + m_theme.px(10), row.center().y() - glyph / 2, glyph, glyph);
            m_theme.icons().paint(painter, QStyle::visualRect(layoutDirection(), rect(), icon), m_rows[i].icon, color);
            const QRect text = row.adjusted(m_theme.px(36), 0, -m_theme.px(8), 0);
            paint::text(painter, QStyle::visualRect(layoutDirection(), rect(), text), m_theme.font(Type::Body), color,
                        m_rows[i].text, Qt::AlignLeading, layoutDirection());
        }
    }
    void mousePressEvent(QMouseEvent *event) override
    {
        for (int i = 0; i < m_rows.size(); ++i) {
            if (rowAt(i).contains(event->pos()))
                setCurrent(i);
        }
    }
    void keyPressEvent(QKeyEvent *event) override
    {
        if (event->key() == Qt::Key_Down)
            setCurrent(m_current + 1);
        else if (event->key() == Qt::Key_Up)
            setCurrent(m_current - 1);
        else
            QWidget::keyPressEvent(event);
    }

private:
    struct Row {
        QString icon, text;
    };
    QRect rowAt(int index) const
    {
        const int height = m_theme.px(32);
        return {m_theme.px(8), m_theme.px(16) + index * (height + m_theme.px(2)), width() - m_theme.px(16), height};
    }
    void describe()
    {
        if (m_current < m_rows.size())
            setAccessibleDescription(
                SettingsSheet::tr("%1, page %2 of %3").arg(m_rows[m_current].text).arg(m_current + 1).arg(m_rows.size()));
    }

    const Theme &m_theme;
    QList<Row> m_rows;
    int m_current = 0;
};

SettingsSheet::SettingsSheet(const Theme &theme, QWidget *window)
    : Overlay(theme, window, Ground::Scrim)
{
    setObjectName("settingsSheet");
    setAccessibleName(tr("Settings"));
    auto *side = new Surface(
        theme, [](const Colors &) { return QColor(Qt::transparent); }, Surface::End, panel());
    side->setFixedWidth(theme.px(kSidebar));
    m_list = new PageList(theme, side);
    auto *first = new QVBoxLayout(side);
    first->setContentsMargins(0, 0, 0, 0);
    first->addWidget(m_list);
    m_pages = new QStackedWidget(panel());
    auto *layout = new QHBoxLayout(panel());
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(side);
    layout->addWidget(m_pages, 1);
    m_list->chosen = [this](int index) { m_pages->setCurrentIndex(index); };
    connect(this, &Overlay::dismissed, this, [this] {
        if (holdsWork())
            emit workLeft();
    });
}

int SettingsSheet::addPage(const QString &icon, SettingsPage *page)
{
    auto *scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->setAutoFillBackground(false);
    scroll->setWidget(page);
    page->setAutoFillBackground(false);
    m_pages->addWidget(scroll);
    m_list->add(icon, page->title());
    connect(page, &SettingsPage::workCame, this, [this] {
        if (!isVisible())
            emit workLeft();
    });
    return pageCount() - 1;
}

void SettingsSheet::open()
{
    for (SettingsPage *page : m_pages->findChildren<SettingsPage *>())
        page->read();
    if (const int held = pageWithWork(); held >= 0)
        showPage(held);
    openCentred(QSize(m_theme.px(kWidth), m_theme.px(kHeight)));
    m_list->setFocus(Qt::PopupFocusReason);
}

QString SettingsSheet::showUnkept()
{
    const int held = pageWithWork();
    if (held < 0)
        return {};
    if (isVisible())
        showPage(held);
    else
        open();
    return tr("Your recovery codes are still to be kept.");
}

void SettingsSheet::showPage(int index)
{
    m_list->setCurrent(index);
}

int SettingsSheet::pageWithWork() const
{
    for (int i = 0; i < pageCount(); ++i) {
        if (m_pages->widget(i)->findChild<SettingsPage *>()->holdsWork())
            return i;
    }
    return -1;
}

int SettingsSheet::pageCount() const
{
    return m_pages->count();
}

} // namespace tributary::ui
