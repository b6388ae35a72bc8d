#include "ui/timeline/timeline_view.h"

#include "ui/timeline/item_words.h"

#include <algorithm>

/// Going places in TimelineView: ends, items, dates, conversations, found text.
namespace tributary::ui {
namespace {

constexpr std::size_t kMostLookedThrough = 1000; ///< Items in one question.

} // namespace

void TimelineView::goToEnd()
{
    stopReaching();
    setAtEnd(true);
    arrange();
    holdTopmost();
    updateScrollBar();
    updateToLatest();
    viewport()->update();
}

void TimelineView::goToStart()
{
    if (m_rows.empty())
        return;
    m_atEnd = false;
    m_anchor = 0;
    m_anchorY = kTopRoom;
    afterScroll();
}

void TimelineView::revealRow(std::size_t row, int margin)
{
    layoutOf(row);
    const QRect where = rowRect(row);
    const int header = m_theme.px(28) + 4;
    const bool known = where.isValid() && where.bottom() >= 0 && where.top() <= viewHeight();
    if (known && where.top() >= header && where.bottom() <= viewHeight())
        return;
    m_atEnd = false;
    if (known && (where.top() < header || where.height() > viewHeight() - header)) {
        m_anchorY += header + (where.height() > viewHeight() ? 0 : margin) - where.top();
    } else if (known) {
        m_anchorY += viewHeight() - margin - where.bottom();
    } else {
        m_anchor = row;
        m_anchorY = std::max(header, viewHeight() / 3);
    }
    afterScroll();
}

bool TimelineView::goToItem(const model::TimelineItemId &id)
{
    const auto found = m_model.indexOf(id);
    if (!found)
        return false;
    const std::size_t index = *found;
    int row = rowIndexOf({RowKey::Kind::Item, id});
    if (row < 0) {
        // Whatever hides it opens: its conversation, its run of changes, the filter.
        const model::ConversationId conversation = m_model.items()[index].conversation;
        m_options.unfolded.insert(conversation);
        m_options.folded.erase(conversation);
        for (const Row &candidate : m_rows) {
            if (candidate.key.kind == RowKey::Kind::Changes && index >= candidate.first
                && index < candidate.first + candidate.count)
                m_options.openChanges.insert(candidate.key.item);
        }
        rebuild();
        row = rowIndexOf({RowKey::Kind::Item, id});
        if (row < 0) { // the conversation is open now, but a run inside it may be folded, or a filter on
            for (const Row &candidate : m_rows) {
                if (candidate.key.kind == RowKey::Kind::Changes && index >= candidate.first
                    && index < candidate.first + candidate.count)
                    m_options.openChanges.insert(candidate.key.item);
            }
            if (!m_options.shown.empty() || !m_options.events) {
                m_options.shown.clear();
                m_options.events = true;
                emit filterCleared();
            }
            rebuild();
            row = rowIndexOf({RowKey::Kind::Item, id});
        }
        if (row < 0)
            return false;
    }
    setFocusKey(m_rows[std::size_t(row)].key, true);
    revealRow(std::size_t(row), m_theme.px(24));
    return true;
}

void TimelineView::goToDate(QDate day)
{
    const std::size_t first = m_model.lowerBound(fromMs(m_format.startOfDay(day)), {});
    const auto row = std::ranges::lower_bound(m_rows, first, {}, &Row::first);
    if (row == m_rows.end())
        return goToEnd();
    m_atEnd = false;
    m_anchor = std::size_t(row - m_rows.begin());
    m_anchorY = kTopRoom;
    afterScroll();
}

void TimelineView::goToFirstUnread()
{
    if (m_model.firstUnread())
        goToItem(*m_model.firstUnread());
}

void TimelineView::goToCustomerMessage(bool next)
{
    const int start = focusedRow() >= 0 ? focusedRow() : next ? int(m_anchor) - 1 : int(m_rows.size());
    for (int row = start + (next ? 1 : -1); row >= 0 && row < int(m_rows.size()); row += next ? 1 : -1) {
        const Row &candidate = m_rows[std::size_t(row)];
        if (candidate.key.kind == RowKey::Kind::Item
            && m_model.items()[candidate.first].kind == model::TimelineItem::Kind::Inbound)
            return focusRow(std::size_t(row));
    }
}

void TimelineView::goToConversation(bool next)
{
    const int start = focusedRow() >= 0 ? focusedRow() : int(m_anchor);
    if (start >= int(m_rows.size()) || m_rows.empty())
        return;
    const auto conversationOf = [this](const Row &row) {
        return row.first < m_model.items().size() ? m_model.items()[row.first].conversation : model::ConversationId();
    };
    const auto isStop = [](const Row &row) {
        return row.key.kind == RowKey::Kind::Item || row.key.kind == RowKey::Kind::Conversation;
    };
    const model::ConversationId current = conversationOf(m_rows[std::size_t(start)]);
    for (int row = start; row >= 0 && row < int(m_rows.size()); row += next ? 1 : -1) {
        const Row &candidate = m_rows[std::size_t(row)];
        if (isStop(candidate) && conversationOf(candidate) != current)
            return focusRow(std::size_t(row));
    }
}

void TimelineView::setFind(const QString &text)
{
    if (m_find == text)
        return;
    m_find = text;
    ++m_findEpoch;
    m_found.clear();
    m_findAsked = m_findFailed = m_isReaching = false;
    m_findGoes = true;
    beginFurther();
    m_further.found.clear();
    m_further.isKnown = m_further.hasGaps = false;
    countFind();
    goToFirstMatch();
    viewport()->update();
}

void TimelineView::setFound(const QString &text, const std::vector<Found> &found)
{
    if (text != m_find)
        return;
    m_findAsked = false;
    for (const Found &one : found)
        m_found[one.item] = one;
    countFind();
    goToFirstMatch();
}

void TimelineView::setFoundFurther(const QString &text, const FoundFurther &part)
{
    if (text != m_find || m_further.asked != part.where.to)
        return;
    m_further.asked.reset();
    auto &found = m_further.found;
    found.erase(found.lower_bound(part.where.from), found.lower_bound(part.where.to));
    for (const Found &one : part.found)
        found[{one.at, one.item}] = one;
    m_further.from = part.where.from;
    m_further.gapsSoFar = m_further.gapsSoFar || part.hasGaps;
    if (part.reachesStart) {
        m_further.isKnown = true;
        m_further.isRunning = false;
        m_further.hasGaps = m_further.gapsSoFar;
        if (m_further.isAgain)
            beginFurther();
    }
    countFind();
    goToFirstMatch();
}

void TimelineView::setFindFailed(const QString &text)
{
    if (text != m_find)
        return;
    m_findFailed = true; // and asked no more, until something else is looked for
    m_isReaching = false;
    emit findChanged(m_match + 1, int(m_matches.size()));
}

bool TimelineView::isFinding() const
{
    if (m_find.isEmpty() || m_findFailed || (m_model.items().empty() && !m_model.isLoading()))
        return false;
    return m_findAsked || !(m_further.isKnown || m_model.isComplete());
}

bool TimelineView::isFindCut() const
{
    return !m_model.gaps().empty() || (m_further.hasGaps && !m_model.isComplete());
}

void TimelineView::beginFurther()
{
    m_further.asked.reset();
    m_further.from = model::HistoryKey::end();
    m_further.isRunning = true;
    m_further.isAgain = m_further.gapsSoFar = false;
}

void TimelineView::lookFurtherAgain()
{
    if (m_find.isEmpty())
        return;
    if (m_further.isRunning) { // not from the beginning each time: with much that comes it would never end
        m_further.isAgain = true;
        return;
    }
    beginFurther();
    lookFurther();
}

/// Asks about the next stretch. What has become known of those behind it stays until it is known anew.
void TimelineView::lookFurther()
{
    // First what is here: of all that is found one goes to the newest.
    if (m_find.isEmpty() || m_findAsked || m_findFailed || !m_further.isRunning || m_further.asked || m_model.items().empty()
        || m_model.isComplete())
        return;
    m_further.asked = std::min(m_further.from, m_model.from());
    emit findFurtherWanted(m_find, *m_further.asked);
}

void TimelineView::countFind()
{
    const bool holds = m_match >= 0 && m_match < int(m_matches.size());
    const Match held = holds ? m_matches[std::size_t(m_match)] : Match{};
    m_matches.clear();
    m_match = -1;
    const auto add = [&](const Found &found) {
        for (int ordinal = 0; ordinal < found.count; ++ordinal) {
            if (holds && held.item == found.item && held.ordinal == ordinal)
                m_match = int(m_matches.size());
            m_matches.push_back({found.item, ordinal});
        }
    };
    std::vector<model::TimelineItemId> away;
    if (!m_find.isEmpty()) {
        auto &further = m_further.found;
        further.erase(further.lower_bound(m_model.from()), further.end()); // by now it is here, or it is no more
        for (const auto &[where, found] : further)
            add(found);
        for (const model::TimelineItem &item : m_model.items()) {
            if (item.kind == model::TimelineItem::Kind::Event)
                continue;
            const auto [known, isNew] = m_found.try_emplace(item.id, Found{item.id});
            // Version 0 is our own and not confirmed: it may change any time.
            if (isNew || item.version == 0 || known->second.version < item.version) {
                if (m_model.isAway(item)) {
                    away.push_back(item.id);
                    m_found.erase(known);
                    continue;
                }
                known->second = {item.id, item.version, occurrences(item, m_find)};
            }
            add(known->second);
        }
    }
    const bool asks = !m_findAsked && !away.empty();
    m_findAsked = m_findAsked || asks;
    emit findChanged(m_match + 1, int(m_matches.size()));
    if (!asks)
        return lookFurther();
    if (away.size() > kMostLookedThrough) // the newest first, as one goes through them
        away.erase(away.begin(), away.end() - std::ptrdiff_t(kMostLookedThrough));
    emit findWanted(m_find, away);
}

/// Once for each text that is looked for: what is found later does not take the reader along.
void TimelineView::goToFirstMatch()
{
    if (m_findGoes && !m_matches.empty())
        goToMatch(int(m_matches.size()) - 1);
}

void TimelineView::goToMatch(int index)
{
    if (m_matches.empty())
        return;
    const int count = int(m_matches.size());
    m_match = (index % count + count) % count;
    ++m_findEpoch;
    m_findGoes = false;
    m_isReaching = true;
    reachMatch();
    viewport()->update();
}

std::optional<QRectF> TimelineView::matchIn(std::size_t row, int ordinal)
{
    for (const RowLayout::Part &part : layoutOf(row).parts) {
        const QString text = part.flow->text();
        for (qsizetype at = text.indexOf(m_find, 0, Qt::CaseInsensitive); at >= 0;
             at = text.indexOf(m_find, at + m_find.size(), Qt::CaseInsensitive)) {
            if (ordinal-- > 0)
                continue;
            const QRectF place = part.flow->rectAt(int(at)).translated(part.at);
            return part.clip.isNull() || part.clip.bottom() >= place.bottom() ? std::optional(place) : std::nullopt;
        }
    }
    return {};
}

/// What hides it in its row opens: the quote of a mail, and what is below "Show all".
void TimelineView::showMatch(const Match &match)
{
    int row = rowIndexOf({.kind = RowKey::Kind::Item, .item = match.item});
    if (row < 0 || isRowAway(m_rows[std::size_t(row)]))
        return;
    std::optional<QRectF> place = matchIn(std::size_t(row), match.ordinal);
    const bool opensQuote = !place && m_openings.quotes.insert(match.item).second;
    const bool opensAll = !place && m_openings.whole.insert(match.item).second;
    if (opensQuote || opensAll) {
        const model::TimelineItem *item = m_model.find(match.item);
        if (item && hasMoreThanRow(*item) && !m_model.whole(match.item))
            emit wholeWanted(match.item);
        if (const auto known = m_cache.find(m_rows[std::size_t(row)].key); known != m_cache.end())
            known->second.epoch = -1;
        rebuild();
        row = rowIndexOf({.kind = RowKey::Kind::Item, .item = match.item});
        place = row < 0 ? std::nullopt : matchIn(std::size_t(row), match.ordinal);
    }
    if (!place)
        return;
    revealRow(std::size_t(row), m_theme.px(24));
    const qreal top = rowRect(std::size_t(row)).top() + place->top(), bottom = top + place->height();
    const int header = m_theme.px(28) + 4, margin = m_theme.px(24);
    if (top >= header && bottom <= viewHeight())
        return;
    m_atEnd = false;
    m_anchor = std::size_t(row);
    m_anchorY = rowRect(std::size_t(row)).top() + int(top < header ? header + margin - top : viewHeight() - margin - bottom);
    afterScroll();
}

/// Goes to the match if it is here; else what lies before it is loaded, page by page, while what is read stays in its place.
void TimelineView::reachMatch()
{
    if (!m_isReaching)
        return;
    // Gone from the copy meanwhile: nowhere.
    m_isReaching = m_match >= 0 && !goToItem(m_matches[std::size_t(m_match)].item) && !m_model.isComplete();
    if (!m_isReaching && m_match >= 0)
        showMatch(m_matches[std::size_t(m_match)]);
    emit findChanged(m_match + 1, int(m_matches.size()));
    if (!m_isReaching || m_olderAsked)
        return;
    m_olderAsked = true;
    emit olderWanted();
}

void TimelineView::olderEnded(bool came)
{
    m_olderAsked = false;
    if (m_find.isEmpty())
        return;
    if (m_isReaching && !came)
        return setFindFailed(m_find);
    if (m_isReaching)
        return reachMatch();
    emit findChanged(m_match + 1, int(m_matches.size()));
}

/// Somebody has gone elsewhere meanwhile.
void TimelineView::stopReaching()
{
    if (std::exchange(m_isReaching, false))
        emit findChanged(m_match + 1, int(m_matches.size()));
}

void TimelineView::stepFind(int by)
{
    goToMatch(m_match < 0 ? int(m_matches.size()) - 1 : m_match + by);
}

void TimelineView::findNext()
{
    stepFind(1);
}

void TimelineView::findPrevious()
{
    stepFind(-1);
}

} // namespace tributary::ui
