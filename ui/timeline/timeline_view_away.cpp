#include "ui/timeline/timeline_view.h"

#include <QAccessible>
#include <algorithm>

/// Texts come and go with the screen: TimelineView says which are near, the model lets go of the others, the host fetches
/// what is needed again.
namespace tributary::ui {
namespace {

constexpr std::size_t kAheadRows = 120;  ///< On each side of the screen, some ten screens: asked for before they are shown.
constexpr std::size_t kMostAsked = 500;  ///< Items in one question.
constexpr std::size_t kLetGoAfter = 500; ///< Items that have come: each time all are gone through.

} // namespace

/// The items whose text a row shows: its own, and what that answers.
template<class Use>
void TimelineView::forItemsOf(const Row &row, Use use) const
{
    if (row.key.kind != RowKey::Kind::Item)
        return;
    const model::TimelineItem &item = m_model.items()[row.first];
    use(item);
    if (const model::TimelineItem *answered = item.inReplyTo ? m_model.find(*item.inReplyTo) : nullptr)
        use(*answered);
}

bool TimelineView::isRowAway(const Row &row) const
{
    bool isAway = false;
    if (m_model.hasAway())
        forItemsOf(row, [&](const model::TimelineItem &item) { isAway = isAway || m_model.isAway(item); });
    return isAway;
}

void TimelineView::careForTexts()
{
    if (m_model.hasAway() || m_model.comeSince() >= kLetGoAfter)
        m_texts.start();
}

void TimelineView::keepTexts()
{
    if (m_rows.empty())
        return;
    std::size_t first = m_anchor, end = m_anchor;
    for (int y = m_anchorY; first > 0 && y > 0;)
        y -= m_heights.height(--first);
    for (int y = m_anchorY; end < m_rows.size() && y < viewHeight();)
        y += m_heights.height(end++);
    const auto forRows = [&](std::size_t beyond, auto use) {
        const std::size_t last = std::min(m_rows.size(), end + beyond);
        for (std::size_t row = first - std::min(first, beyond); row < last; ++row)
            forItemsOf(m_rows[row], use);
    };
    if (m_model.comeSince() >= kLetGoAfter && !m_copying) {
        // By rows: what is folded between them is not shown, and may be long.
        std::vector<bool> near(m_model.items().size());
        forRows(kKeptRows, [&](const model::TimelineItem &item) { near[*m_model.indexOf(item.id)] = true; });
        for (const model::TimelineItemId &id : m_model.letGo(near))
            m_openings.whole.erase(id);
    }
    std::vector<model::TimelineItemId> wanted;
    const auto want = [&](const model::TimelineItem &item) {
        if (wanted.size() < kMostAsked && m_model.ask(item.id))
            wanted.push_back(item.id);
    };
    if (isVisible())
        forRows(kAheadRows, want);
    if (const auto range = m_copying ? rangeOf(m_copying->what) : std::nullopt) {
        for (std::size_t row = range->first.row; row <= range->second.row; ++row)
            forItemsOf(m_rows[row], want);
    }
    if (!wanted.empty())
        emit textsWanted(wanted);
}

void TimelineView::onTextsArrived()
{
    const int focused = focusedRow();
    const auto known = focused < 0 ? m_cache.end() : m_cache.find(m_rows[std::size_t(focused)].key);
    const bool speaksNow = known != m_cache.end() && known->second.isAway && !isRowAway(m_rows[std::size_t(focused)])
                           && QAccessible::isActive();
    holdTopmost();
    arrange();
    updateToLatest();
    findHovered();
    viewport()->update();
    if (speaksNow) {
        QAccessibleEvent renamed(this, QAccessible::NameChanged);
        renamed.setChild(focused);
        QAccessible::updateAccessibility(&renamed);
    }
    finishCopy();
}

} // namespace tributary::ui
