#include "ui/inbox/queue_sidebar.h"

#include "ui/shell/choices.h"
#include "ui/theme/avatar.h"
#include "ui/theme/short_count.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QLineEdit>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollArea>
#include <QScrollBar>
#include <QStyle>
#include <QVBoxLayout>
#include <set>

namespace tributary::ui {
namespace {
constexpr int kCountsMs = 1000;
constexpr int kFollowing = 3; ///< Rows below the last heading.

/// Of a colour's two ends, what lies between: neither the letters' near black nor the pale ground stands out as a tile.
QColor tileColor(const Tone &tone)
{
    const auto between = [](float one, float other) { return 0.65f * one + 0.35f * other; };
    return QColor::fromRgbF(between(tone.fg.redF(), tone.tint.redF()), between(tone.fg.greenF(), tone.tint.greenF()),
                            between(tone.fg.blueF(), tone.tint.blueF()));
}
} // namespace

class QueueSidebar::QueueButton : public QAbstractButton {
public:
    QueueButton(const Theme &theme, const QueuePlace &place, const QString &text, const QString &icon, QueueSidebar *sidebar,
                QWidget *parent)
        : QAbstractButton(parent)
        , place(place)
        , m_theme(theme)
        , m_sidebar(sidebar)
        , m_icon(icon)
    {
        setText(text);
        setCheckable(true);
        setFocusPolicy(Qt::TabFocus);
        setAttribute(Qt::WA_Hover);
        setFixedHeight(theme.px(theme.isCompact() ? 24 : 28));
        describe();
    }

    /// @p fresh: of so many something is new, and the row stands out.
    void setCount(qint64 count, bool fresh = false)
    {
        if (count == m_count && fresh == m_fresh)
            return;
        m_count = count;
        m_fresh = fresh;
        describe();
        update();
    }
    QSize sizeHint() const override { return {m_theme.px(120), height()}; }

    const QueuePlace place;
    int color = 0; ///< Of a team's tile.

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colors &c = m_theme.colors();
        const bool strong = isChecked() || m_fresh;
        const QRectF box = QRectF(rect()).adjusted(m_theme.px(8), 0, -m_theme.px(8), 0);
        if (isChecked() || underMouse() || m_isTarget)
            paint::roundRect(painter, box, m_theme.px(6), isChecked() ? c.bg.selected : c.bg.hover);
        if (m_isTarget)
            paint::focusRing(painter, m_theme, box.adjusted(2, 2, -2, -2), m_theme.px(6));
        const auto at = [this](int x, int width, int height) {
            return QRectF(
                QStyle::visualRect(layoutDirection(), rect(), QRect(x, (this->height() - height) / 2, width, height)));
        };
        const int glyph = m_theme.px(16);
        if (place.queue == store::Queue::Team) { // a tile in the team's colour, its name beside it
            const int tile = m_theme.px(8);
            paint::roundRect(painter, at(m_theme.px(20), tile, tile), m_theme.px(2),
                             tileColor(c.avatar[std::size_t(color)]));
        } else {
            m_theme.icons().paint(painter, at(m_theme.px(16), glyph, glyph), m_icon,
                                  isChecked() ? c.accent.text : c.text.secondary, layoutDirection());
        }
        const QString count = shortCount(m_count, locale());
        const QFont figures = strong ? m_theme.font(Type::Meta, QFont::DemiBold) : m_theme.font(Type::Meta);
        const int wide = int(paint::digitsWidth(figures, count));
        paint::digits(painter, at(width() - m_theme.px(16) - wide, wide, height()), figures,
                      strong ? c.accent.text : c.text.tertiary, count, Qt::AlignTrailing, layoutDirection());
        const QFont font = m_theme.font(Type::Body, strong ? QFont::DemiBold : QFont::Normal);
        paint::text(painter, at(m_theme.px(40), width() - m_theme.px(60) - wide, height()), font,
                    strong ? c.text.primary : c.text.secondary, text(), Qt::AlignLeading, layoutDirection());
        if (m_dropLine >= 0)
            painter.fillRect(QRect(int(box.left()), m_dropLine == 0 ? 0 : height() - 2, int(box.width()), 2), c.accent.fill);
        if (focusByKey(this))
            paint::focusRing(painter, m_theme, box.adjusted(3, 3, -3, -3), m_theme.px(4));
    }
    void keyPressEvent(QKeyEvent *event) override
    {
        const int by = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
        if (by != 0 && event->modifiers() == Qt::AltModifier && isView())
            m_sidebar->moveView(this, by);
        else if (by != 0 && event->modifiers() == Qt::NoModifier)
            m_sidebar->step(this, by);
        else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
            click();
        else
            QAbstractButton::keyPressEvent(event);
    }
    bool event(QEvent *event) override
    {
        if (event->type() == QEvent::ShortcutOverride && isView()
            && static_cast<QKeyEvent *>(event)->modifiers() == Qt::AltModifier) {
            event->accept(); // the keys that move a view go through messages elsewhere
            return true;
        }
        return QAbstractButton::event(event);
    }
    void contextMenuEvent(QContextMenuEvent *event) override
    {
        if (isView())
            emit m_sidebar->viewMenuWanted(
                place.view, event->reason() == QContextMenuEvent::Mouse ? event->globalPos() : mapToGlobal(rect().center()));
    }
    void mousePressEvent(QMouseEvent *event) override
    {
        m_pressedAt = event->pos();
        m_dragging = false;
        QAbstractButton::mousePressEvent(event);
    }
    void mouseMoveEvent(QMouseEvent *event) override
    {
        if (isView() && (event->buttons() & Qt::LeftButton)
            && (event->pos() - m_pressedAt).manhattanLength() >= QApplication::startDragDistance()) {
            m_dragging = true;
            setDown(false);
            setCursor(Qt::ClosedHandCursor);
            m_sidebar->markDrop(this, mapToParent(event->pos()).y());
        }
        if (!m_dragging)
            QAbstractButton::mouseMoveEvent(event);
    }
    void mouseReleaseEvent(QMouseEvent *event) override
    {
        unsetCursor();
        if (std::exchange(m_dragging, false))
            m_sidebar->dropView(this, mapToParent(event->pos()).y());
        else
            QAbstractButton::mouseReleaseEvent(event);
    }

private:
    friend class QueueSidebar;
    bool isView() const { return place.queue == store::Queue::View; }
    void describe()
    {
        const int count = int(std::min<qint64>(m_count, 10'000));
        if (place.queue == store::Queue::Mentions)
            setAccessibleName(QueueSidebar::tr("%1, %n not seen", nullptr, count).arg(text()));
        else
            setAccessibleName(QueueSidebar::tr("%1, %n conversation(s)", nullptr, count).arg(text()));
        if (m_count <= kMostShown)
            return setToolTip({});
        // What stands there is shortened. Where each has to be looked at, no more are counted.
        const bool counted = m_count != store::SidebarCounts::kMost
                             || (place.queue != store::Queue::View && place.queue != store::Queue::Mentions
                                 && place.queue != store::Queue::Drafts && place.queue != store::Queue::Followed);
        const QString whole = wholeCount(m_count, locale());
        setToolTip(counted ? whole : QueueSidebar::tr("%1 or more", "how many conversations a view has").arg(whole));
    }

    const Theme &m_theme;
    QueueSidebar *m_sidebar;
    QString m_icon;
    qint64 m_count = 0;
    int m_dropLine = -1; ///< 0: above, 1: below.
    bool m_fresh = false, m_dragging = false, m_isTarget = false;
    QPoint m_pressedAt;
};

/// A heading, maybe with a button, and rows below it. Beyond kMostRows they scroll, and can be filtered.
class QueueSidebar::Group : public QWidget {
public:
    Group(const Theme &theme, const QString &title, bool always, QWidget *parent)
        : QWidget(parent)
        , m_theme(theme)
        , m_always(always)
        , m_filter(new QLineEdit(this))
        , m_scroll(new QScrollArea(this))
        , m_list(new QWidget)
    {
        auto *heading = new TextLabel(
            theme, Type::Micro, [](const Colors &c) { return c.text.tertiary; }, title, this);
        heading->setWeight(QFont::DemiBold);
        m_line = new QHBoxLayout;
        m_line->setContentsMargins(sided(theme.px(16), theme.px(10), theme.px(12), theme.px(2)));
        m_line->addWidget(heading, 1);
        auto *layout = new QVBoxLayout(this);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(0);
        layout->addLayout(m_line);
        auto *inset = new QHBoxLayout;
        inset->setContentsMargins(theme.px(12), 0, theme.px(12), theme.px(4));
        inset->addWidget(m_filter);
        layout->addLayout(inset);
        m_filter->setPlaceholderText(QueueSidebar::tr("Filter"));
        m_filter->setAccessibleName(QueueSidebar::tr("Filter of %1").arg(title));
        m_filter->setVisible(false);
        m_rows = new QVBoxLayout(m_list);
        m_rows->setContentsMargins(0, 0, 0, 0);
        m_rows->setSpacing(0);
        m_scroll->setFrameShape(QFrame::NoFrame);
        m_scroll->setWidgetResizable(true);
        m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        m_scroll->setFocusPolicy(Qt::NoFocus);
        m_scroll->viewport()->setAutoFillBackground(false);
        m_scroll->setWidget(m_list);
        m_list->setAutoFillBackground(false); // which setWidget() has switched on
        layout->addWidget(m_scroll);
        connect(m_filter, &QLineEdit::textChanged, this, [this] { arrange(); });
        setVisible(always);
        setAccessibleName(title);
    }
    void addTool(QWidget *tool) { m_line->addWidget(tool); }
    /// What stands where there are no rows.
    void setHint(QWidget *hint)
    {
        m_hint = hint;
        m_rows->addWidget(hint);
        arrange();
    }
    QWidget *list() const { return m_list; }
    QScrollArea *scroll() const { return m_scroll; }
    const QList<QueueButton *> &rows() const { return m_buttons; }
    void setRows(const QList<QueueButton *> &rows)
    {
        for (QueueButton *old : m_buttons) {
            if (!rows.contains(old))
                old->deleteLater();
        }
        m_buttons = rows;
        for (QueueButton *row : rows) {
            m_rows->removeWidget(row);
            m_rows->addWidget(row);
        }
        arrange();
    }
    bool isShown(const QueueButton *row) const { return row->isVisible() && !row->visibleRegion().isEmpty(); }

private:
    void arrange()
    {
        const bool many = m_buttons.size() > kMostRows;
        m_filter->setVisible(many);
        if (!many && !m_filter->text().isEmpty())
            m_filter->clear();
        int shown = 0, height = 0;
        for (QueueButton *row : m_buttons) {
            row->setVisible(m_filter->text().isEmpty() || matchesTyped(row->text(), m_filter->text()));
            if (!row->isHidden() && ++shown <= kMostRows)
                height += row->height();
        }
        if (m_hint) {
            m_hint->setVisible(m_buttons.isEmpty());
            if (m_buttons.isEmpty())
                height = m_hint->sizeHint().height();
        }
        m_scroll->setFixedHeight(height);
        setVisible(m_always || !m_buttons.isEmpty());
    }

    const Theme &m_theme;
    const bool m_always;
    QLineEdit *m_filter;
    QScrollArea *m_scroll;
    QWidget *m_list, *m_hint = nullptr;
    QVBoxLayout *m_rows;
    QHBoxLayout *m_line;
    QList<QueueButton *> m_buttons;
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
    , m_scrolled(new QWidget)
{
    setAttribute(Qt::WA_OpaquePaintEvent);
    setObjectName("queueSidebar");
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, theme.px(8));
    layout->setSpacing(0);
    m_name->setFixedHeight(theme.px(48));
    m_name->setWeight(QFont::DemiBold);
    m_name->setObjectName("workspaceName");
    auto *head = new QHBoxLayout;
    head->setContentsMargins(theme.px(12), 0, theme.px(12), 0);
    head->setSpacing(theme.px(2));
    head->addWidget(m_name, 1);
    const auto tool = [&](const char *icon, const char *name) {
        auto *made = new Button(theme, Button::Look::Icon, {}, this);
        made->setIconName(icon);
        made->setObjectName(name);
        head->addWidget(made);
        return made;
    };
    Button *menu = tool("chevron-down", "workspaceMenu");
    menu->setToolTip(tr("Menu of the workspace"));
    menu->setAccessibleName(tr("Menu of the workspace"));
    connect(menu, &QAbstractButton::clicked, this,
            [this, menu] { emit workspaceMenuWanted(menu->mapToGlobal(QPoint(0, menu->height()))); });
    m_new = tool("pencil", "newConversation");
    connect(m_new, &QAbstractButton::clicked, this, &QueueSidebar::newConversationWanted);
    layout->addLayout(head);
    auto *search = new QHBoxLayout;
    search->setContentsMargins(theme.px(8), 0, theme.px(8), theme.px(8));
    search->addWidget(m_search);
    layout->addLayout(search);
    connect(m_search, &QAbstractButton::clicked, this, &QueueSidebar::searchClicked);

    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setProperty("overlayScrollBar", true);
    scroll->viewport()->setAutoFillBackground(false);
    scroll->setWidget(m_scrolled);
    m_scrolled->setAutoFillBackground(false); // which setWidget() has switched on
    layout->addWidget(scroll, 1);
    auto *middle = new QVBoxLayout(m_scrolled);
    middle->setContentsMargins(0, 0, 0, 0);
    middle->setSpacing(0);
    const auto add = [this](QVBoxLayout *to, store::Queue queue, const QString &icon, const char *name) {
        QueueButton *made = button(queue, nameOf(queue), icon, to->parentWidget());
        made->setObjectName(QStringLiteral("queue-") + QLatin1String(name));
        m_fixed.append(made);
        to->addWidget(made);
    };
    add(middle, store::Queue::Mine, "user", "mine");
    add(middle, store::Queue::Unassigned, "user-unassigned", "unassigned");
    add(middle, store::Queue::AllOpen, "inbox", "all");
    add(middle, store::Queue::Snoozed, "moon", "snoozed");
    add(middle, store::Queue::Drafts, "pencil", "drafts");
    m_teams = new Group(theme, tr("Teams"), false, m_scrolled);
    m_teams->setObjectName("teamGroup");
    middle->addWidget(m_teams);
    m_views = new Group(theme, tr("Saved views"), true, m_scrolled);
    m_views->setObjectName("viewGroup");
    auto *plus = new Button(theme, Button::Look::Icon, {}, m_views);
    plus->setIconName("plus");
    plus->setHeightClass(24);
    plus->setObjectName("newView");
    plus->setToolTip(tr("New view"));
    plus->setAccessibleName(tr("New view"));
    connect(plus, &QAbstractButton::clicked, this, &QueueSidebar::newViewWanted);
    m_views->addTool(plus);
    auto *hint = new TextLabel(
        theme, Type::Micro, [](const Colors &c) { return c.text.tertiary; }, tr("Save any filter as a view"));
    hint->setContentsMargins(sided(theme.px(16), theme.px(2), theme.px(12), theme.px(4)));
    m_views->setHint(hint);
    middle->addWidget(m_views);
    connect(m_views->scroll()->verticalScrollBar(), &QScrollBar::valueChanged, this, &QueueSidebar::shownViewsChanged);
    connect(scroll->verticalScrollBar(), &QScrollBar::valueChanged, this, &QueueSidebar::shownViewsChanged);
    m_accounts = new QWidget(m_scrolled);
    auto *accounts = new QVBoxLayout(m_accounts);
    accounts->setContentsMargins(0, 0, 0, 0);
    accounts->setSpacing(0);
    m_accounts->setVisible(false);
    middle->addWidget(m_accounts);
    middle->addStretch(1);
    auto *following = new TextLabel(
        theme, Type::Micro, [](const Colors &c) { return c.text.tertiary; }, tr("Following"), this);
    following->setWeight(QFont::DemiBold);
    auto *line = new QHBoxLayout;
    line->setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(4));
    line->addWidget(following);
    layout->addLayout(line);
    add(layout, store::Queue::Mentions, "at", "mentions");
    add(layout, store::Queue::Followed, "eye", "followed");
    add(layout, store::Queue::Resolved, "check-circle", "resolved");

    m_later.setSingleShot(true);
    m_later.setInterval(kCountsMs);
    connect(&m_later, &QTimer::timeout, this, [this] {
        if (m_stale)
            showCounts();
    });
    setCurrent(store::Queue::Mine);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

QueueSidebar::QueueButton *QueueSidebar::button(const QueuePlace &place, const QString &text, const QString &icon,
                                                QWidget *parent)
{
    auto *made = new QueueButton(m_theme, place, text, icon, this, parent);
    connect(made, &QAbstractButton::clicked, this, [this, place] {
        setCurrent(m_current); // a click has toggled it; what is chosen comes back from the page
        emit queueChosen(place);
    });
    return made;
}

QString QueueSidebar::nameOf(store::Queue queue)
{
    switch (queue) {
    case store::Queue::Mine: return tr("Mine");
    case store::Queue::Unassigned: return tr("Unassigned");
    case store::Queue::AllOpen: return tr("All open");
    case store::Queue::Snoozed: return tr("Snoozed");
    case store::Queue::Resolved: return tr("Resolved today");
    case store::Queue::Drafts: return tr("Drafts");
    case store::Queue::Mentions: return tr("Mentions");
    case store::Queue::Followed: return tr("Followed");
    case store::Queue::Team: return tr("Team");
    case store::Queue::View: return tr("View");
    }
    return {};
}

QString QueueSidebar::nameOf(const QueuePlace &place) const
{
    if (place.queue != store::Queue::Team && place.queue != store::Queue::View)
        return nameOf(place.queue);
    for (const QueueButton *row : rows()) {
        if (row->place == place)
            return row->text();
    }
    return {};
}

QList<QueueSidebar::QueueButton *> QueueSidebar::rows() const
{
    QList<QueueButton *> all = m_fixed.mid(0, m_fixed.size() - kFollowing);
    all << m_teams->rows() << m_views->rows() << m_fixed.mid(m_fixed.size() - kFollowing);
    return all;
}

void QueueSidebar::setTeams(const std::vector<model::Team> &teams)
{
    QList<QueueButton *> buttons;
    std::set<int> taken; // no two alike while there are colours left
    const int colors = int(m_theme.colors().avatar.size());
    const QWidget *focus = QApplication::focusWidget();
    QueueButton *focused = nullptr;
    for (const model::Team &team : teams) {
        QueueButton *made = button(QueuePlace(team.id), QString::fromStdString(team.name), {}, m_teams->list());
        made->color = avatarColorOf(team.id.bytes);
        for (int tried = 0; tried < colors && taken.contains(made->color); ++tried)
            made->color = (made->color + 1) % colors;
        taken.insert(made->color);
        buttons.append(made);
        for (const QueueButton *old : m_teams->rows()) {
            if (old == focus && old->place == made->place)
                focused = made;
        }
    }
    m_teams->setRows(buttons);
    if (focused)
        focused->setFocus(Qt::TabFocusReason);
    setCurrent(m_current);
    showCounts();
}

void QueueSidebar::setViews(const std::vector<model::SavedView> &views)
{
    QList<QueueButton *> buttons;
    const QWidget *focus = QApplication::focusWidget();
    QueueButton *focused = nullptr;
    for (const model::SavedView &view : views) {
        buttons.append(button(QueuePlace(view.id), QString::fromStdString(view.name), "filter", m_views->list()));
        for (const QueueButton *old : m_views->rows()) {
            if (old == focus && old->place == buttons.last()->place)
                focused = buttons.last();
        }
    }
    m_views->setRows(buttons);
    if (focused)
        focused->setFocus(Qt::TabFocusReason);
    setCurrent(m_current);
    showCounts();
}

std::optional<QueueSidebar::Filled> QueueSidebar::nearestFilled() const
{
    const QList<QueueButton *> all = rows();
    const auto current = std::ranges::find(all, m_current, &QueueButton::place);
    const auto at = current == all.end() ? 0 : current - all.begin();
    std::optional<Filled> nearest;
    qsizetype least = all.size();
    for (qsizetype i = 0; i < all.size(); ++i) {
        const QueuePlace &place = all[i]->place;
        const bool rests = place.queue == store::Queue::Snoozed || place.queue == store::Queue::Resolved
                           || place.queue == store::Queue::Followed;
        const std::int64_t count = countOf(place);
        if (rests || count == 0 || place == m_current || std::abs(i - at) >= least)
            continue;
        nearest = Filled{place, count};
        least = std::abs(i - at);
    }
    return nearest;
}

std::vector<model::SavedViewId> QueueSidebar::shownViews() const
{
    std::vector<model::SavedViewId> shown;
    const bool all = m_views->rows().size() <= kMostRows;
    for (const QueueButton *row : m_views->rows()) {
        if (all || m_views->isShown(row))
            shown.push_back(row->place.view);
    }
    return shown;
}

void QueueSidebar::step(QueueButton *from, int by)
{
    QList<QueueButton *> all = rows();
    all.removeIf([](const QueueButton *row) { return !row->isVisible(); });
    const qsizetype to = all.indexOf(from) + by;
    if (to >= 0 && to < all.size())
        all[to]->setFocus(Qt::TabFocusReason);
}

void QueueSidebar::moveView(QueueButton *moved, int by)
{
    const qsizetype to = m_views->rows().indexOf(moved) + by;
    if (to >= 0 && to < m_views->rows().size())
        emit viewMoved(moved->place.view, int(to));
}

void QueueSidebar::markDrop(QueueButton *moved, int y)
{
    for (QueueButton *row : m_views->rows()) {
        const bool over = row != moved && row->isVisible() && y >= row->y() && y < row->y() + row->height();
        const int line = !over ? -1 : y < row->y() + row->height() / 2 ? 0 : 1;
        if (std::exchange(row->m_dropLine, line) != line)
            row->update();
    }
}

void QueueSidebar::dropView(QueueButton *moved, int y)
{
    markDrop(moved, -1);
    QList<QueueButton *> others = m_views->rows();
    const qsizetype from = others.indexOf(moved);
    others.removeAll(moved);
    qsizetype to = 0;
    for (const QueueButton *row : others)
        to += row->isHidden() || y > row->y() + row->height() / 2;
    if (to != from)
        emit viewMoved(moved->place.view, int(to));
}

std::optional<QueuePlace> QueueSidebar::placeAt(const QPoint &globalPosition) const
{
    if (!isVisible() || !rect().contains(mapFromGlobal(globalPosition)))
        return {};
    for (const QWidget *at = childAt(mapFromGlobal(globalPosition)); at && at != this; at = at->parentWidget()) {
        if (const auto *row = dynamic_cast<const QueueButton *>(at))
            return row->place;
    }
    return {};
}

void QueueSidebar::setTarget(const std::optional<QueuePlace> &place)
{
    for (QueueButton *row : rows()) {
        const bool isTarget = place && row->place == *place;
        if (std::exchange(row->m_isTarget, isTarget) != isTarget)
            row->update();
    }
}

std::int64_t QueueSidebar::countOf(const QueuePlace &place) const
{
    const auto in = [](const auto &counts, const auto &id) {
        const auto found = counts.find(id);
        return found == counts.end() ? std::int64_t(0) : found->second;
    };
    switch (place.queue) {
    case store::Queue::Mine: return m_counts.queues.mine;
    case store::Queue::Unassigned: return m_counts.queues.unassigned;
    case store::Queue::AllOpen: return m_counts.queues.allOpen;
    case store::Queue::Snoozed: return m_counts.queues.snoozed;
    case store::Queue::Resolved: return m_counts.queues.resolvedToday;
    case store::Queue::Drafts: return m_counts.drafts;
    case store::Queue::Mentions: return m_counts.mentionsNew;
    case store::Queue::Followed: return m_counts.followed;
    case store::Queue::Team: return in(m_counts.teams, place.team);
    case store::Queue::View: return in(m_counts.views, place.view);
    }
    return 0;
}

void QueueSidebar::setToolTips(const QString &search, const QString &newConversation)
{
    m_search->setToolTip(search);
    m_new->setToolTip(newConversation);
    m_new->setAccessibleName(newConversation);
}

void QueueSidebar::setWorkspaceName(const QString &name)
{
    m_name->setText(name);
}

void QueueSidebar::setCounts(const store::SidebarCounts &counts)
{
    // Of a view that could not be seen the figure of before stays.
    auto views = std::exchange(m_counts.views, {});
    m_counts = counts;
    m_counts.views.merge(views);
    if (m_later.isActive())
        m_stale = true;
    else
        showCounts();
}

void QueueSidebar::showCounts()
{
    m_stale = false;
    m_later.start();
    for (QueueButton *row : rows())
        row->setCount(countOf(row->place), row->place.queue == store::Queue::Mentions && m_counts.mentionsNew > 0);
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

void QueueSidebar::setCurrent(const QueuePlace &place)
{
    m_current = place;
    for (QueueButton *row : rows())
        row->setChecked(row->place == place);
}

void QueueSidebar::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), m_theme.colors().bg.sidebar);
}

} // namespace tributary::ui
