#include "ui/news/news_panel.h"

#include "ui/news/news_words.h"
#include "ui/shell/controls.h"
#include "ui/theme/avatar.h"
#include "ui/theme/paint.h"

#include <QHBoxLayout>
#include <QPainter>

namespace tributary::ui {
namespace {

constexpr int kWidth = 420, kHead = 48, kEmpty = 132, kMostRows = 9;

} // namespace

NewsList::NewsList(const Theme &theme, const Clock &clock, NewsDesk &desk, QWidget *parent)
    : PaintedRows(theme, clock, parent)
    , m_desk(desk)
{
    setObjectName("newsList");
    setAccessibleName(tr("Notifications"));
}

void NewsList::read()
{
    const store::News *before = at(current());
    const auto kept = before ? std::optional(before->item) : std::nullopt;
    m_news.clear();
    int stays = 0;
    for (const store::News &news : m_desk.news()) {
        if (kept && news.item == *kept)
            stays = int(m_news.size());
        m_news.push_back({news, m_desk.isUnseen(news)});
    }
    rowsReset(stays);
}

const store::News *NewsList::at(int row) const
{
    return row >= 0 && row < count() ? &m_news[std::size_t(row)].news : nullptr;
}

QString NewsList::timeOf(const store::News &news) const
{
    return m_format.relative(news.at, m_clock.now());
}

QString NewsList::spoken(int row) const
{
    const Row &shown = m_news[std::size_t(row)];
    return spokenNews(shown.news, timeOf(shown.news), shown.unseen);
}

void NewsList::paintRow(QPainter &painter, int row, const QRect &box)
{
    const auto &[news, unseen] = m_news[std::size_t(row)];
    const Colors &c = m_theme.colors();
    const QRectF all = box;
    const qreal margin = m_theme.px(16), avatar = m_theme.px(32), gap = m_theme.px(12), line = m_theme.px(20);
    const qreal dot = m_theme.px(6);
    if (unseen)
        paint::roundRect(painter, within(all, (margin - dot) / 2, dot, dot), dot / 2, c.accent.fill);
    const QString name = news.customerName.empty() ? tr("Visitor") : QString::fromStdString(news.customerName);
    paint::avatar(painter, m_theme, within(all, margin, avatar, avatar), name, news.customer.bytes,
                  {.icon = iconOf(news.channel),
                   .fg = toneOf(m_theme, news.channel).fg,
                   .tint = toneOf(m_theme, news.channel).tint,
                   .ring = c.bg.raised},
                  layoutDirection());
    const QFont &meta = m_theme.font(Type::Meta);
    const QString time = timeOf(news);
    const qreal timeWide = paint::textWidth(meta, time), left = margin + avatar + gap;
    const qreal wide = all.width() - left - margin;
    const QRectF upper(all.left(), all.top() + (all.height() - 2 * line) / 2, all.width(), line);
    const QRectF lower = upper.translated(0, line);
    paint::text(painter, within(upper, left, wide - timeWide - gap, line),
                m_theme.font(unseen ? Type::BodyStrong : Type::Body), c.text.primary, newsTitle(news), Qt::AlignLeading,
                layoutDirection());
    paint::text(painter, within(upper, left + wide - timeWide, timeWide, line), meta, c.text.secondary, time,
                Qt::AlignTrailing, layoutDirection());
    const bool failed = news.kind == store::News::Kind::Failed || news.kind == store::News::Kind::NotTold;
    paint::text(painter, within(lower, left, wide, line), meta, failed ? c.status.danger.fg : c.text.secondary,
                newsText(news), Qt::AlignLeading, layoutDirection());
}

NewsPanel::NewsPanel(const Theme &theme, const Clock &clock, NewsDesk &desk, QWidget *window)
    : Overlay(theme, window, Ground::Clear)
    , m_desk(desk)
{
    setObjectName("newsPanel");
    setAccessibleName(tr("Notifications"));
    auto *head = new Surface(
        theme, [](const Colors &) { return QColor(Qt::transparent); }, Surface::Bottom, panel());
    head->setFixedHeight(theme.px(kHead));
    auto *title = new TextLabel(
        theme, Type::TitleMedium, [](const Colors &c) { return c.text.primary; }, tr("Notifications"), head);
    auto *settings = new Button(theme, Button::Look::Icon, {}, head);
    settings->setIconName("admin");
    settings->setObjectName("newsSettings");
    settings->setToolTip(tr("What pops up"));
    settings->setAccessibleName(tr("What pops up"));
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(sided(theme.px(16), 0, theme.px(8), 0));
    row->addWidget(title, 1);
    row->addWidget(settings);

    m_list = new NewsList(theme, clock, desk, panel());
    m_empty = new TextLabel(
        theme, Type::Body, [](const Colors &c) { return c.text.secondary; },
        tr("Nothing in the last 30 days. You are told here when a customer writes to you, when a colleague mentions you or "
           "gives you work, and about what you follow."),
        panel());
    m_empty->setWordWrap(true);
    m_empty->setContentsMargins(theme.px(24), theme.px(16), theme.px(24), theme.px(16));
    m_empty->setAlignment(Qt::AlignHCenter | Qt::AlignVCenter);
    auto *layout = new QVBoxLayout(panel());
    layout->setContentsMargins(0, 0, 0, theme.px(4));
    layout->setSpacing(0);
    layout->addWidget(head);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_empty, 1);

    connect(settings, &QAbstractButton::clicked, this, [this] {
        dismiss();
        emit settingsWanted();
    });
    connect(m_list, &PaintedRows::opened, this, [this](int chosen) {
        const store::News *news = m_list->at(chosen);
        if (!news)
            return;
        const store::News copy = *news;
        dismiss();
        emit newsChosen(copy);
    });
    connect(&desk, &NewsDesk::changed, this, [this] {
        if (isVisible())
            show();
    });
}

QSize NewsPanel::wantedSize() const
{
    const int rows = std::min(kMostRows, m_list->count());
    return {m_theme.px(kWidth), m_theme.px(kHead) + (rows == 0 ? m_theme.px(kEmpty) : rows * m_list->rowHeight()) + 4};
}

void NewsPanel::show()
{
    m_list->read();
    m_list->setVisible(m_list->count() > 0);
    m_empty->setVisible(m_list->count() == 0);
    resizePanel(wantedSize());
}

void NewsPanel::openAt(const QRect &anchor)
{
    m_list->read();
    Overlay::openAt(anchor, wantedSize());
    show();
    m_list->setCurrent(0);
    m_list->setFocus(Qt::PopupFocusReason);
    m_desk.markSeen();
}

} // namespace tributary::ui
