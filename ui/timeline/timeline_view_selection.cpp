#include "ui/timeline/timeline_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMouseEvent>
#include <QTextBoundaryFinder>
#include <algorithm>
#include <utility>

/// Selecting and copying text across the items of TimelineView.
namespace tributary::ui {
namespace {

constexpr int kPastTheEnd = 1'000'000; ///< More parts than any row has.

} // namespace

std::optional<TimelineView::Mark> TimelineView::markAt(QPoint point)
{
    if (m_rows.empty())
        return std::nullopt;
    const QPoint inside(point.x(), std::clamp(point.y(), 0, viewport()->height() - 1));
    int row = rowAt(inside);
    if (row < 0)
        row = point.y() < m_anchorY ? 0 : int(m_rows.size()) - 1;
    // The nearest row with text, first upwards: a drag over a date takes what is above it.
    for (int distance = 0; distance < 6; ++distance) {
        for (const int candidate : {row - distance, row + distance}) {
            if (candidate < 0 || candidate >= int(m_rows.size()))
                continue;
            const RowLayout &layout = layoutOf(std::size_t(candidate));
            if (const auto at = layout.textPositionAt(columnPoint(point, std::size_t(candidate))))
                return Mark{m_rows[std::size_t(candidate)].key, at->first, at->second};
        }
    }
    return std::nullopt;
}

std::optional<std::pair<TimelineView::Place, TimelineView::Place>> TimelineView::rangeOf(const Selecting &selecting) const
{
    const int from = rowIndexOf(selecting.from.key), to = rowIndexOf(selecting.to.key);
    if (from < 0 || to < 0)
        return std::nullopt;
    Place a{std::size_t(from), selecting.from.part, selecting.from.position};
    Place b{std::size_t(to), selecting.to.part, selecting.to.position};
    if (b < a)
        std::swap(a, b);
    return std::pair(a, b);
}

std::optional<std::pair<TimelineView::Place, TimelineView::Place>> TimelineView::selectedRange() const
{
    return hasSelection() ? rangeOf(*m_selecting) : std::nullopt;
}

void TimelineView::extendSelection(QPoint point)
{
    if (!m_selecting)
        return;
    if (const auto mark = markAt(point))
        m_selecting->to = *mark;
    viewport()->update();
}

void TimelineView::mouseDoubleClickEvent(QMouseEvent *event)
{
    auto mark = quickAt(event->pos()) < 0 ? markAt(event->pos()) : std::nullopt;
    if (!mark)
        return;
    const int row = rowIndexOf(mark->key);
    const QString text = layoutOf(std::size_t(row)).partText(mark->part);
    QTextBoundaryFinder finder(QTextBoundaryFinder::Word, text);
    finder.setPosition(std::min(mark->position + 1, int(text.size())));
    const int from = int(finder.toPreviousBoundary());
    const int to = int(finder.toNextBoundary());
    if (from < 0 || to < 0)
        return;
    m_selecting = Selecting{{mark->key, mark->part, from}, {mark->key, mark->part, to}};
    m_dragging = true; // the release that follows is no click
    viewport()->update();
}

QString TimelineView::rowText(std::size_t row, const Place &from, const Place &to) const
{
    // A row that was never on the screen is laid out for this alone.
    std::unique_ptr<RowLayout> made;
    const auto known = m_cache.find(m_rows[row].key);
    const bool isCurrent = known != m_cache.end() && known->second.epoch == m_epoch && !known->second.isAway;
    if (!isCurrent)
        made = maker().make(m_rows[row]);
    const RowLayout *layout = isCurrent ? known->second.layout.get() : made.get();
    QStringList texts;
    for (int part = 0; part < int(layout->parts.size()); ++part) {
        const std::pair here(row, part);
        if (here < std::pair(from.row, from.part) || here > std::pair(to.row, to.part))
            continue;
        const QString text = layout->partText(part);
        const int begin = here == std::pair(from.row, from.part) ? from.position : 0;
        const int end = here == std::pair(to.row, to.part) ? to.position : int(text.size());
        texts << text.mid(begin, end - begin);
    }
    return texts.join(u'\n');
}

QString TimelineView::selectedText(bool withDetails) const
{
    const auto range = selectedRange();
    return range ? textOf(*range, withDetails) : QString();
}

QString TimelineView::textOf(const std::pair<Place, Place> &range, bool withDetails) const
{
    std::vector<std::pair<std::size_t, QString>> texts;
    for (std::size_t row = range.first.row; row <= range.second.row; ++row) {
        if (m_rows[row].key.kind != RowKey::Kind::Item)
            continue;
        QString text = rowText(row, range.first, range.second);
        if (!text.isEmpty())
            texts.emplace_back(row, std::move(text));
    }
    QStringList out;
    for (const auto &[row, text] : texts) {
        const bool named = withDetails || texts.size() > 1; // several items make no sense without who said what
        out << (named ? copyHeading(m_model, m_model.items()[m_rows[row].first], m_format) + text : text);
    }
    return out.join(QStringLiteral("\n"));
}

void TimelineView::copy(bool withDetails)
{
    m_copying.reset();
    if (hasSelection())
        m_copying = Copying{*m_selecting, withDetails};
    else if (m_focus)
        m_copying = Copying{{{*m_focus, 0, 0}, {*m_focus, kPastTheEnd, 0}}, withDetails};
    finishCopy();
}

void TimelineView::finishCopy()
{
    if (!m_copying)
        return;
    const auto range = rangeOf(m_copying->what);
    for (std::size_t row = range ? range->first.row : 0; range && row <= range->second.row; ++row) {
        if (isRowAway(m_rows[row]))
            return careForTexts();
    }
    const Copying copying = *std::exchange(m_copying, std::nullopt);
    if (const QString text = range ? textOf(*range, copying.withDetails) : QString(); !text.isEmpty())
        QGuiApplication::clipboard()->setText(text); // plain text only (ENGINE C74)
    careForTexts();                                  // which may go again
}

void TimelineView::selectAll()
{
    if (m_rows.empty())
        return;
    m_selecting = Selecting{{m_rows.front().key, 0, 0}, {m_rows.back().key, kPastTheEnd, 0}};
    viewport()->update();
}

void TimelineView::clearSelection()
{
    m_selecting.reset();
    viewport()->update();
}

} // namespace tributary::ui
