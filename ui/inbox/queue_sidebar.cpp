#include "ui/inbox/queue_sidebar.h"

#include <QPainter>
#include <QStyle>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {
constexpr int kCountsMs = 1000;
} // namespace

class QueueSidebar::QueueButton : public QAbstractButton {
public:
    QueueButton(const Theme &theme, store::Queue queue, QString icon, QWidget *parent)
        : QAbstractButton(parent)
        , queue(queue)
        , m_theme(theme)
        , m_icon(std::move(icon))
    {
        setText(QueueSidebar::nameOf(queue));
        setCheckable(true);
        setAutoExclusive(true);
        setFocusPolicy(Qt::TabFocus);
        setAttribute(Qt::WA_Hover);
        setCount(0);
    }

    void setCount(qint64 count)
    {
        m_count = count;
        setAccessibleName(QueueSidebar::tr("%1, %n conversation(s)", nullptr, int(count)).arg(text()));
        update();
    }
    QSize sizeHint() const override { return {m_theme.px(120), m_theme.px(28)}; }

    const store::Queue queue;

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colors &c = m_theme.colors();
        const QRectF box = QRectF(rect()).adjusted(m_theme.px(8), 0, -m_theme.px(8), 0);
        if (isChecked() || underMouse())
            paint::roundRect(painter, box, m_theme.px(6), isChecked() ? c.bg.selected : c.bg.hover);
        const auto place = [this](int x, int width, int height) {
            return QRectF(
                QStyle::visualRect(layoutDirection(), rect(), QRect(x, (this->height() - height) / 2, width, height)));
        };
        const int glyph = m_theme.px(16);
        m_theme.icons().paint(painter, place(m_theme.px(16), glyph, glyph), m_icon,
                              isChecked() ? c.accent.text : c.text.secondary, layoutDirection());
        const QString count = m_count > 9999 ? locale().toString(9999) + u'+' : locale().toString(m_count);
        const QFont &meta = m_theme.font(Type::Meta);
        const QFont figures = isChecked() ? m_theme.font(Type::Meta, QFont::DemiBold) : meta;
        const int wide = int(paint::digitsWidth(figures, count));
        paint::digits(painter, place(width() - m_theme.px(16) - wide, wide, height()), figures,
                      isChecked() ? c.accent.text : c.text.tertiary, count, Qt::AlignTrailing, layoutDirection());
        const QFont font = m_theme.font(Type::Body, isChecked() ? QFont::DemiBold : QFont::Normal);
        paint::text(painter, place(m_theme.px(40), width() - m_theme.px(60) - wide, height()), font,
                    isChecked() ? c.text.primary : c.text.secondary, text(), Qt::AlignLeading, layoutDirection());
        if (focusByKey(this))
            paint::focusRing(painter, m_theme, box.adjusted(3, 3, -3, -3), m_theme.px(4));
    }

private:
    const Theme &m_theme;
    QString m_icon;
    qint64 m_count = 0;
};

/// Looks like a field and opens the palette.
class QueueSidebar::SearchButton : public QAbstractButton {
public:
    SearchButton(const Theme &theme, QWidget *parent)
        : QAbstractButton(parent)
        , m_theme(theme)
    {
        setText(QueueSidebar::tr("Search"));
        setFocusPolicy(Qt::TabFocus);
        setObjectName("search");
        setFixedHeight(theme.px(28));
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colors &c = m_theme.colors();
        paint::roundRect(painter, rect(), m_theme.px(6), c.bg.field, c.border.normal);
        const auto place = [this](qreal x, qreal width, qreal height) {
            return QRectF(QStyle::visualRect(layoutDirection(), rect(),
                                             QRect(int(x), int((this->height() - height) / 2), int(width), int(height))));
        };
        const int glyph = m_theme.px(14);
        m_theme.icons().paint(painter, place(m_theme.px(8), glyph, glyph), "search", c.text.tertiary, layoutDirection());
        const QSizeF key = paint::keycapSize(m_theme, "Ctrl K");
        paint::keycap(painter, m_theme, place(width() - key.width() - m_theme.px(4), key.width(), key.height()), "Ctrl K");
        paint::text(painter, place(m_theme.px(28), width() - m_theme.px(36) - key.width(), height()),
                    m_theme.font(Type::Meta), c.text.tertiary, text(), Qt::AlignLeading, layoutDirection());
        if (focusByKey(this))
            paint::focusRing(painter, m_theme, QRectF(rect()).adjusted(3, 3, -3, -3), m_theme.px(4));
    }

private:
    const Theme &m_theme;
};

/// One account that does not work as it should, in words.
class QueueSidebar::AccountNotice : public QAbstractButton {
public:
    AccountNotice(const Theme &theme, const model::ChannelAccount &account, QWidget *parent)
        : QAbstractButton(parent)
        , m_theme(theme)
        , m_channel(account.channel)
        , m_broken(account.health == model::ChannelAccount::Health::NotWorking)
    {
        using Health = model::ChannelAccount::Health;
        const QString name = QString::fromStdString(account.name);
        const bool filling = account.backfillTotal > 0;
        m_words = account.health == Health::Paused           ? QueueSidebar::tr("Paused")
                  : account.health == Health::NotWorking     ? QueueSidebar::tr("Not working")
                  : account.health == Health::NeedsAttention ? QueueSidebar::tr("Needs attention")
                  : account.health == Health::Slow           ? QueueSidebar::tr("Slow")
                  : filling ? QueueSidebar::tr("Fetching %1 of %2").arg(account.backfillDone).arg(account.backfillTotal)
                            : QueueSidebar::tr("Starting");
        setText(name);
        const QString problem = QString::fromStdString(account.problemText);
        setToolTip(problem.isEmpty() ? m_words : problem);
        setAccessibleName(QueueSidebar::tr("%1: %2. %3").arg(name, m_words, problem));
        setFocusPolicy(Qt::TabFocus);
        setFixedHeight(theme.px(40));
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colors &c = m_theme.colors();
        const auto place = [this](int x, int y, int width, int height) {
            return QRectF(QStyle::visualRect(layoutDirection(), rect(), QRect(x, y, width, height)));
        };
        const int glyph = m_theme.px(16);
        m_theme.icons().paint(painter, place(m_theme.px(16), m_theme.px(12), glyph, glyph), iconOf(m_channel),
                              toneOf(m_theme, m_channel).fg);
        const int wide = width() - m_theme.px(56);
        paint::text(painter, place(m_theme.px(40), m_theme.px(3), wide, m_theme.px(17)), m_theme.font(Type::Meta),
                    c.text.secondary, text(), Qt::AlignLeading, layoutDirection());
        paint::text(painter, place(m_theme.px(40), m_theme.px(19), wide, m_theme.px(16)), m_theme.font(Type::Micro),
                    m_broken ? c.status.danger.fg : c.status.warning.fg, m_words, Qt::AlignLeading, layoutDirection());
        if (focusByKey(this))
            paint::focusRing(painter, m_theme, QRectF(rect()).adjusted(11, 3, -11, -3), m_theme.px(4));
    }

private:
    const Theme &m_theme;
    model::Channel m_channel;
    bool m_broken;
    QString m_words;
};

QueueSidebar::QueueSidebar(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_name(new TextLabel(
          theme, Type::BodyStrong, [](const Colors &c) { return c.text.primary; }, {}, this))
    , m_search(new SearchButton(theme, this))
    , m_accounts(new QWidget(this))
{
    setObjectName("queueSidebar");
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, theme.px(8));
    layout->setSpacing(0);
    m_name->setFixedHeight(theme.px(48));
    m_name->setWeight(QFont::DemiBold);
    m_name->setObjectName("workspaceName");
    auto *head = new QHBoxLayout;
    head->setContentsMargins(theme.px(12), 0, theme.px(12), 0);
    head->addWidget(m_name, 1);
    layout->addLayout(head);
    auto *search = new QHBoxLayout;
    search->setContentsMargins(theme.px(8), 0, theme.px(8), theme.px(8));
    search->addWidget(m_search);
    layout->addLayout(search);
    connect(m_search, &QAbstractButton::clicked, this, &QueueSidebar::searchClicked);

    const auto add = [&](store::Queue queue, const QString &icon, const char *name) {
        auto *button = new QueueButton(theme, queue, icon, this);
        button->setObjectName(QStringLiteral("queue-") + QLatin1String(name));
        connect(button, &QAbstractButton::clicked, this, [this, queue] { emit queueChosen(queue); });
        m_queues.append(button);
        layout->addWidget(button);
    };
    add(store::Queue::Mine, "user", "mine");
    add(store::Queue::Unassigned, "user-unassigned", "unassigned");
    add(store::Queue::AllOpen, "inbox", "all");
    add(store::Queue::Snoozed, "moon", "snoozed");
    auto *accounts = new QVBoxLayout(m_accounts);
    accounts->setContentsMargins(0, 0, 0, 0);
    accounts->setSpacing(0);
    m_accounts->setVisible(false);
    layout->addWidget(m_accounts);
    layout->addStretch(1);
    auto *following = new TextLabel(
        theme, Type::Micro, [](const Colors &c) { return c.text.tertiary; }, tr("Following"), this);
    following->setWeight(QFont::DemiBold);
    auto *line = new QHBoxLayout;
    line->setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(4));
    line->addWidget(following);
    layout->addLayout(line);
    add(store::Queue::Resolved, "check-circle", "resolved");

    m_later.setSingleShot(true);
    m_later.setInterval(kCountsMs);
    connect(&m_later, &QTimer::timeout, this, [this] {
        if (m_stale)
            showCounts();
    });
    setCurrent(store::Queue::Mine);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

QString QueueSidebar::nameOf(store::Queue queue)
{
    switch (queue) {
    case store::Queue::Mine: return tr("Mine");
    case store::Queue::Unassigned: return tr("Unassigned");
    case store::Queue::AllOpen: return tr("All open");
    case store::Queue::Snoozed: return tr("Snoozed");
    case store::Queue::Resolved: return tr("Resolved today");
    }
    return {};
}

void QueueSidebar::setToolTips(const QString &search)
{
    m_search->setToolTip(search);
}

void QueueSidebar::setWorkspaceName(const QString &name)
{
    m_name->setText(name);
}

void QueueSidebar::setCounts(const store::QueueCounts &counts)
{
    m_counts = counts;
    if (m_later.isActive())
        m_stale = true;
    else
        showCounts();
}

void QueueSidebar::showCounts()
{
    m_stale = false;
    m_later.start();
    for (QueueButton *button : m_queues) {
        const qint64 counts[]{m_counts.mine, m_counts.unassigned, m_counts.allOpen, m_counts.snoozed,
                              m_counts.resolvedToday};
        button->setCount(counts[std::size_t(button->queue)]);
    }
}

void QueueSidebar::setAccounts(const std::vector<model::ChannelAccount> &accounts)
{
    qDeleteAll(m_accounts->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly));
    auto *layout = static_cast<QVBoxLayout *>(m_accounts->layout());
    bool any = false;
    for (const model::ChannelAccount &account : accounts) {
        if (account.removed || (account.health == model::ChannelAccount::Health::Healthy && account.backfillTotal == 0))
            continue;
        if (!any) {
            auto *title = new TextLabel(
                m_theme, Type::Micro, [](const Colors &c) { return c.text.tertiary; }, tr("Channels"), m_accounts);
            title->setWeight(QFont::DemiBold);
            title->setContentsMargins(0, 0, 0, 0);
            title->setIndent(0);
            auto *line = new QWidget(m_accounts);
            auto *box = new QHBoxLayout(line);
            box->setContentsMargins(m_theme.px(16), m_theme.px(12), m_theme.px(16), m_theme.px(4));
            box->addWidget(title);
            layout->addWidget(line);
        }
        any = true;
        auto *notice = new AccountNotice(m_theme, account, m_accounts);
        notice->setObjectName("accountNotice");
        connect(notice, &QAbstractButton::clicked, this, [this, id = account.id] { emit accountClicked(id); });
        layout->addWidget(notice);
    }
    m_accounts->setVisible(any);
}

void QueueSidebar::setCurrent(store::Queue queue)
{
    m_current = queue;
    for (QueueButton *button : m_queues)
        button->setChecked(button->queue == queue);
}

void QueueSidebar::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), m_theme.colors().bg.sidebar);
}

} // namespace tributary::ui
