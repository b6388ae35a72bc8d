#include "ui/timeline/timeline_view.h"

#include "ui/timeline/timeline_accessible.h"
#include "ui/timeline/to_latest_button.h"

#include <QAccessible>
#include <QScrollBar>
#include <algorithm>

/// Rows, layouts and pictures. Scrolling, painting, input, selection and navigation are in the files beside this one.
namespace tributary::ui {
namespace {

constexpr std::size_t kKeptLayouts = 240;  // some ten screens: scrolling back and forth lays nothing out again
constexpr std::size_t kKeptPictures = 160; // thumbnails of at most 240 x 320
constexpr int kMostMailImageHeight = 1200;
constexpr qsizetype kMostBytesInTexts = 48 * 1024 * 1024;
constexpr int kSkeletonDelay = 120; // ms, UX 3.2

} // namespace

TimelineView::TimelineView(const Theme &theme, TimelineModel &model, const Clock &clock, TimeFormat format, QWidget *parent)
    : QAbstractScrollArea(parent)
    , m_theme(theme)
    , m_model(model)
    , m_clock(clock)
    , m_format(std::move(format))
{
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    installTimelineAccessibility();
    setObjectName(QStringLiteral("timeline"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setProperty("overlayScrollBar", true);
    viewport()->setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    verticalScrollBar()->setSingleStep(theme.px(36));

    auto *button = new ToLatestButton(theme, viewport());
    m_toLatest = button;
    button->hide();
    connect(button, &QAbstractButton::clicked, this, &TimelineView::goToEnd);

    m_autoScroll.setInterval(30);
    connect(&m_autoScroll, &QTimer::timeout, this, [this] {
        const int beyond = m_lastMouse.y() < 0 ? m_lastMouse.y() : std::max(0, m_lastMouse.y() - viewport()->height());
        scrollBy(std::clamp(beyond, -60, 60));
        extendSelection(m_lastMouse);
    });
    m_tick.setInterval(1000);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        for (auto it = m_cache.begin(); it != m_cache.end(); ++it) {
            if (it->second.layout->ticking)
                it->second.epoch = -1;
        }
        arrange();
        viewport()->update();
    });
    m_skeletonDelay.setSingleShot(true);
    m_skeletonDelay.setInterval(kSkeletonDelay);
    connect(&m_skeletonDelay, &QTimer::timeout, this, [this] {
        m_showSkeleton = true;
        viewport()->update();
    });
    m_mailImage = [this](const model::TimelineItem &item, const model::Attachment &attachment) {
        return pictureInText(item, attachment);
    };
    m_requests.setSingleShot(true);
    m_requests.setInterval(0); // painting only notes what is missing; asking may not happen inside it
    connect(&m_requests, &QTimer::timeout, this, [this] {
        const auto wanted = std::exchange(m_wanted, {});
        for (const auto &[id, size] : wanted)
            emit imageRequested(id, size);
    });

    m_gapsNear.setSingleShot(true);
    m_gapsNear.setInterval(0); // not while rows are being made: the answer changes the model
    connect(&m_gapsNear, &QTimer::timeout, this, [this] {
        askForGaps();
        askForOlderByItself();
    });

    m_texts.setSingleShot(true);
    m_texts.setInterval(0); // as above
    connect(&m_texts, &QTimer::timeout, this, &TimelineView::keepTexts);

    connect(&model, &TimelineModel::itemsChanged, this, &TimelineView::onItemsChanged);
    connect(&model, &TimelineModel::textsArrived, this, &TimelineView::onTextsArrived);
    connect(&model, &TimelineModel::contextChanged, this, &TimelineView::onContextChanged);
    connect(&model, &TimelineModel::restarted, this, &TimelineView::onRestarted);
    connect(&model, &QAbstractItemModel::dataChanged, this, [this](const QModelIndex &first, const QModelIndex &last) {
        for (int row = first.row(); row <= last.row(); ++row) {
            const auto known = m_cache.find({RowKey::Kind::Item, m_model.items()[std::size_t(row)].id});
            if (known != m_cache.end())
                known->second.epoch = -1;
        }
    });
    connect(&model, &TimelineModel::wholeArrived, this, [this](const model::TimelineItemId &id) {
        if (const auto known = m_cache.find({RowKey::Kind::Item, id}); known != m_cache.end())
            known->second.epoch = -1;
        holdTopmost();
        arrange();
        viewport()->update();
    });
    connect(&theme, &Theme::changed, this, [this] {
        verticalScrollBar()->setSingleStep(m_theme.px(36));
        forgetLayouts();
        arrange();
        viewport()->update();
    });
    setEmptyText(tr("No messages yet"), tr("What this customer writes, on any channel, appears here."));
    onRestarted();
}

TimelineView::~TimelineView() = default;

void TimelineView::onRestarted()
{
    m_options.unfolded.clear();
    m_options.folded.clear();
    m_options.openChanges.clear();
    m_openings = {};
    m_cache.clear();
    m_recent.clear();
    m_pictures.clear();
    m_inText.clear();
    m_wanted.clear();
    m_asked.clear();
    m_focus.reset();
    m_selecting.reset();
    m_copying.reset();
    m_matches.clear();
    m_match = -1;
    m_found.clear();
    m_findAsked = m_findFailed = m_findGoes = m_isReaching = false;
    m_further = {};
    beginFurther();
    m_placed = false;
    m_olderAsked = false;
    m_olderByItself = 0;
    m_seen = {};
    m_seenAt = {};
    m_newest = {};
    m_newestAt = {};
    m_wasEmpty = false;
    m_anchor = 0;
    m_anchorY = 0;
    m_atEnd = true;
    onContextChanged();
}

void TimelineView::onItemsChanged(const ItemsChange &change)
{
    m_olderAsked = false;
    if (change.ownSend && m_placed)
        m_atEnd = true;
    const bool grows = change.older > 0 && m_rowsOf + change.older == m_model.items().size();
    grows ? rebuildOlder(change.older) : rebuild();
    announceNewest();
    if (!m_find.isEmpty())
        countFind();
    finishCopy();
}

/// Not on opening, and not what a filter hides.
void TimelineView::announceNewest()
{
    if (m_model.items().empty())
        return;
    const model::TimelineItem &newest = m_model.items().back();
    const bool isNew = std::tie(newest.at, newest.id) > std::tie(m_newestAt, m_newest);
    if (isNew && (!m_newest.isNull() || m_wasEmpty) && newest.kind == model::TimelineItem::Kind::Inbound
        && rowIndexOf({RowKey::Kind::Item, newest.id}) >= 0)
        emit announced(tr("New message from %1, %2").arg(senderOf(m_model, newest), channelName(newest.channel)));
    if (isNew) {
        m_newest = newest.id;
        m_newestAt = newest.at;
    }
}

bool TimelineView::hidesNewestOf(const model::ConversationId &conversation) const
{
    const auto &items = m_model.items();
    const auto newest = std::find_if(items.rbegin(), items.rend(), [&conversation](const model::TimelineItem &item) {
        return item.kind == model::TimelineItem::Kind::Inbound && item.conversation == conversation;
    });
    return newest != items.rend() && rowIndexOf({RowKey::Kind::Item, newest->id}) < 0;
}

void TimelineView::onContextChanged()
{
    m_showSkeleton = false;
    if (m_model.isLoading() && m_model.items().empty())
        m_skeletonDelay.start();
    else
        m_skeletonDelay.stop();
    ++m_epoch;
    rebuild();
    m_wasEmpty = m_wasEmpty || (m_model.isComplete() && m_model.items().empty());
    if (!m_find.isEmpty())
        emit findChanged(m_match + 1, int(m_matches.size()));
}

void TimelineView::rebuild()
{
    takeRows({buildRows(m_model, m_options, m_format), m_rows.size()}, 0);
}

void TimelineView::rebuildOlder(std::size_t older)
{
    takeRows(buildOlderRows(m_model, m_options, m_format, m_rows, older), older);
}

/// @p fresh in the place of those of before; @p older: by so many items those that stay are further back.
void TimelineView::takeRows(RowsInFront fresh, std::size_t older)
{
    std::vector<Row> &rows = fresh.rows;
    // Rows that were there keep their measured heights. Most changes leave long equal stretches at both ends.
    std::vector<int> heights(rows.size(), -1);
    const std::size_t shorter = std::min(rows.size(), fresh.instead);
    std::size_t head = 0, tail = 0;
    while (head < shorter && rows[head].key == m_rows[head].key) {
        heights[head] = m_heights.height(head);
        ++head;
    }
    while (tail < shorter - head && rows[rows.size() - 1 - tail].key == m_rows[fresh.instead - 1 - tail].key) {
        heights[rows.size() - 1 - tail] = m_heights.height(fresh.instead - 1 - tail);
        ++tail;
    }
    if (head + tail < fresh.instead && head + tail < rows.size()) {
        std::unordered_map<RowKey, int> known;
        for (std::size_t i = head; i < fresh.instead - tail; ++i)
            known.emplace(m_rows[i].key, m_heights.height(i));
        for (std::size_t i = head; i < rows.size() - tail; ++i) {
            if (const auto found = known.find(rows[i].key); found != known.end())
                heights[i] = found->second;
        }
    }
    const LayoutMaker make = maker();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (heights[i] < 0) {
            heights[i] = make.estimate(rows[i]);
            ++m_counters.estimates;
        }
    }

    const std::optional<RowKey> held = m_anchor < m_rows.size() ? std::optional(m_rows[m_anchor].key) : std::nullopt;
    const std::size_t heldFirst = held ? m_rows[m_anchor].first : 0;
    for (std::size_t i = fresh.instead; i < m_rows.size(); ++i)
        m_rows[i].first += older;
    m_rows.erase(m_rows.begin(), m_rows.begin() + std::ptrdiff_t(fresh.instead));
    m_rows.insert(m_rows.begin(), rows.begin(), rows.end());
    m_rowsOf = m_model.items().size();
    m_heights.replaceFirst(fresh.instead, heights);
    if (held) {
        int found = rowIndexOf(*held);
        if (found < 0) {
            // What was held is folded, filtered or gone: its neighbour takes the place.
            const std::size_t first = m_model.indexOf(held->item).value_or(heldFirst);
            const auto near = std::ranges::upper_bound(m_rows, first, {}, &Row::first);
            found = std::max(0, int(near - m_rows.begin()) - 1);
        }
        m_anchor = std::size_t(found);
    }
    if (!m_placed && !m_model.items().empty())
        placeFirst();
    arrange();
    holdTopmost();
    keepFocusAtGap();
    updateToLatest();
    findHovered();
    viewport()->update();
    if (QAccessible::isActive()) {
        QAccessibleEvent reordered(this, QAccessible::ObjectReorder);
        QAccessible::updateAccessibility(&reordered);
    }
}

void TimelineView::placeFirst()
{
    m_placed = true;
    m_atEnd = true;
    const auto marker = std::ranges::find(m_rows, RowKey::Kind::Unread, [](const Row &row) { return row.key.kind; });
    if (marker == m_rows.end())
        return;
    m_anchor = std::size_t(marker - m_rows.begin());
    m_anchorY = viewHeight() / 3;
    m_atEnd = false;
}

int TimelineView::columnWidth() const
{
    // UX 3.1: the item column is at most 760 wide; it grows with the text.
    return std::max(200, std::min(viewport()->width(), m_theme.px(760)));
}

int TimelineView::columnLeft() const
{
    return (viewport()->width() - columnWidth()) / 2;
}

int TimelineView::viewHeight() const
{
    return viewport()->height() - kBottomRoom;
}

LayoutMaker TimelineView::maker() const
{
    return {m_theme, m_model, m_format, m_openings, m_mailImage, columnWidth(), layoutDirection(), m_clock.now()};
}

const RowLayout &TimelineView::layoutOf(std::size_t index)
{
    const Row &row = m_rows[index];
    const auto [known, fresh] = m_cache.try_emplace(row.key);
    Cached &cached = known->second;
    const Row &was = cached.row;
    const bool isAway = isRowAway(row);
    const bool outdated = fresh || cached.epoch != m_epoch || (cached.isAway && !isAway);
    const bool current = !outdated && was.node == row.node && was.name == row.name && was.time == row.time
                         && was.open == row.open && was.count == row.count && was.first == row.first && was.gap == row.gap;
    if (fresh) {
        m_recent.push_front(row.key);
        cached.used = m_recent.begin();
    } else {
        m_recent.splice(m_recent.begin(), m_recent, cached.used);
    }
    if (!current) {
        // Only the position changed when older items came in before it: what it shows is the same.
        const bool same = !outdated && row.key.kind == RowKey::Kind::Item && was.node == row.node && was.name == row.name
                          && was.time == row.time;
        if (!same) {
            cached.layout = isAway ? maker().placeholder(row, m_heights.height(index)) : maker().make(row);
            cached.isAway = isAway;
            ++m_counters.layouts;
            cached.findEpoch = -1;
        }
        cached.row = row;
        cached.epoch = m_epoch;
        m_heights.setHeight(index, cached.layout->height);
    } else {
        m_heights.setHeight(index, cached.layout->height);
    }
    while (m_cache.size() > kKeptLayouts) {
        m_cache.erase(m_recent.back());
        m_recent.pop_back();
    }
    return *cached.layout;
}

const RowLayout *TimelineView::knownLayout(std::size_t row) const
{
    const auto known = m_cache.find(m_rows[row].key);
    return known == m_cache.end() ? nullptr : known->second.layout.get();
}

void TimelineView::forgetLayouts()
{
    ++m_epoch;
}

void TimelineView::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    if (event->size().width() != event->oldSize().width())
        forgetLayouts();
    if (!m_placed && !m_model.items().empty())
        placeFirst();
    arrange();
    updateToLatest();
}

void TimelineView::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::LayoutDirectionChange || event->type() == QEvent::LanguageChange) {
        forgetLayouts();
        arrange();
        updateToLatest();
        viewport()->update();
    }
}

void TimelineView::setFocusedConversation(std::optional<model::ConversationId> id)
{
    if (m_options.focused == id)
        return;
    m_options.focused = id;
    rebuild();
}

void TimelineView::setReplyStrand(std::optional<Strand> strand)
{
    m_replyStrand = strand;
    viewport()->update();
}

void TimelineView::setFilter(const std::set<Strand> &shown, bool events)
{
    if (m_options.shown == shown && m_options.events == events)
        return;
    holdTopmost();
    m_options.shown = shown;
    m_options.events = events;
    rebuild();
}

void TimelineView::setFormat(const TimeFormat &format)
{
    m_format = format;
    ++m_epoch;
    rebuild();
}

void TimelineView::setEmptyText(const QString &title, const QString &sentence)
{
    m_emptyTitle = title;
    m_emptySentence = sentence;
    viewport()->update();
}

QPixmap TimelineView::picture(const model::AttachmentId &id, QSize size, qreal devicePixelRatio)
{
    if (const auto known = m_pictures.find(id); known != m_pictures.end())
        return known->second;
    const QSize pixels = size * devicePixelRatio;
    if (m_asked.try_emplace(id, pixels).second) {
        m_wanted[id] = pixels;
        m_requests.start();
    }
    return {};
}

/// Called while laying out: what is not here is asked for, and the row is laid out anew when it comes. As much room as it
/// will take is kept for it, where that is known.
std::optional<QImage> TimelineView::pictureInText(const model::TimelineItem &item, const model::Attachment &attachment)
{
    InText &known = m_inText[attachment.id];
    known.item = item.id;
    if (known.isMissing)
        return {};
    if (!known.picture.isNull())
        return known.picture;
    constexpr QSize most(kMostMailImageWidth, kMostMailImageHeight);
    if (m_asked.try_emplace(attachment.id, most).second) {
        m_wanted[attachment.id] = most;
        m_requests.start();
    }
    QSize size(int(std::min<std::int64_t>(attachment.width, 100'000)),
               int(std::min<std::int64_t>(attachment.height, 100'000)));
    if (size.isEmpty())
        return QImage();
    if (size.width() > most.width() || size.height() > most.height())
        size = size.scaled(most, Qt::KeepAspectRatio).expandedTo({1, 1});
    QImage place(size, QImage::Format_Mono);
    place.setColorTable({m_theme.colors().bg.hover.rgb(), m_theme.colors().bg.hover.rgb()});
    place.fill(0);
    return place;
}

void TimelineView::setPictureInText(const model::AttachmentId &id, const QImage &image)
{
    qsizetype bytes = image.sizeInBytes();
    for (const auto &[other, known] : m_inText)
        bytes += known.picture.sizeInBytes();
    if (bytes > kMostBytesInTexts) { // with the layouts that hold them; what is on the screen is asked for again
        for (const auto &[other, known] : m_inText)
            m_asked.erase(other);
        const model::TimelineItemId item = m_inText[id].item;
        m_inText.clear();
        m_inText[id].item = item;
        m_cache.clear();
        m_recent.clear();
    }
    InText &known = m_inText[id];
    known.picture = image;
    known.isMissing = image.isNull();
    if (const auto row = m_cache.find({.kind = RowKey::Kind::Item, .item = known.item}); row != m_cache.end())
        row->second.epoch = -1;
    arrange();
    viewport()->update();
}

void TimelineView::askAgainForImages()
{
    std::erase_if(m_asked, [this](const auto &asked) {
        const auto inText = m_inText.find(asked.first);
        return inText != m_inText.end() ? inText->second.picture.isNull() : !m_pictures.contains(asked.first);
    });
    for (auto &[id, known] : m_inText) {
        const auto row = m_cache.find({.kind = RowKey::Kind::Item, .item = known.item});
        if (std::exchange(known.isMissing, false) && row != m_cache.end())
            row->second.epoch = -1; // which asks
    }
    arrange();
    viewport()->update();
}

void TimelineView::setImage(const model::AttachmentId &id, const QImage &image)
{
    if (m_inText.contains(id))
        return setPictureInText(id, image);
    if (m_pictures.size() >= kKeptPictures) {
        m_pictures.clear();
        m_asked.clear(); // asked for again when they are next on the screen
    }
    if (image.isNull())
        return;
    m_pictures[id] = QPixmap::fromImage(image);
    viewport()->update(); // the place was kept from the picture's own size: nothing moves
}

int TimelineView::rowIndexOf(const RowKey &key) const
{
    std::size_t first = m_model.items().size();
    if (!key.item.isNull()) {
        const auto item = m_model.indexOf(key.item);
        if (!item)
            return -1;
        first = *item;
    }
    for (auto row = std::ranges::lower_bound(m_rows, first, {}, &Row::first); row != m_rows.end() && row->first == first;
         ++row) {
        if (row->key == key)
            return int(row - m_rows.begin());
    }
    return -1;
}

QRect TimelineView::rowRect(std::size_t row) const
{
    if (row >= m_rows.size())
        return {};
    const int y = m_anchorY + m_heights.top(row) - m_heights.top(m_anchor);
    return {columnLeft(), y, columnWidth(), m_heights.height(row)};
}

std::optional<QRect> TimelineView::itemRect(const model::TimelineItemId &id) const
{
    const int row = rowIndexOf({RowKey::Kind::Item, id});
    if (row < 0 || !knownLayout(std::size_t(row)))
        return std::nullopt;
    return rowRect(std::size_t(row));
}

int TimelineView::rowAt(QPoint point) const
{
    if (m_rows.empty() || !viewport()->rect().contains(point))
        return -1;
    const int y = m_heights.top(m_anchor) + point.y() - m_anchorY;
    return y < 0 || y >= m_heights.total() ? -1 : int(m_heights.rowAt(y));
}

} // namespace tributary::ui
