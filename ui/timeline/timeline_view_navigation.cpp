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
    m_findAsked = m_findFailed = false;
    countFind();
    if (!m_matches.empty())
        goToMatch(int(m_matches.size()) - 1);
    viewport()->update();
}

void TimelineView::setFound(const QString &text, const std::vector<Found> &found)
{
    if (text != m_find)
        return;
    m_findAsked = false;
    for (const Found &one : found)
        m_found[one.item] = one;
    const bool isFirst = m_matches.empty();
    countFind();
    if (isFirst && !m_matches.empty())
        goToMatch(int(m_matches.size()) - 1);
}

void TimelineView::setFindFailed(const QString &text)
{
    if (text != m_find)
        return;
    m_findFailed = true; // and asked no more, until something else is looked for
    emit findChanged(m_match + 1, int(m_matches.size()));
}

void TimelineView::countFind()
{
    const bool holds = m_match >= 0 && m_match < int(m_matches.size());
    const Match held = holds ? m_matches[std::size_t(m_match)] : Match{};
    m_matches.clear();
    m_match = -1;
    std::vector<model::TimelineItemId> away;
    if (!m_find.isEmpty()) {
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
            for (int ordinal = 0; ordinal < known->second.count; ++ordinal) {
                if (holds && held.item == item.id && held.ordinal == ordinal)
                    m_match = int(m_matches.size());
                m_matches.push_back({item.id, ordinal});
            }
        }
    }
    const bool asks = !m_findAsked && !away.empty();
    m_findAsked = m_findAsked || asks;
    emit findChanged(m_match + 1, int(m_matches.size()));
    if (!asks)
        return;
    if (away.size() > kMostLookedThrough) // the newest first, as one goes through them
        away.erase(away.begin(), away.end() - std::ptrdiff_t(kMostLookedThrough));
    emit findWanted(m_find, away);
}

void TimelineView::goToMatch(int index)
{
    if (m_matches.empty())
        return;
    const int count = int(m_matches.size());
    m_match = (index % count + count) % count;
    ++m_findEpoch;
    goToItem(m_matches[std::size_t(m_match)].item);
    emit findChanged(m_match + 1, count);
    viewport()->update();
}

void TimelineView::findNext()
{
    goToMatch(m_match + 1);
}

void TimelineView::findPrevious()
{
    goToMatch(m_match - 1);
}

} // namespace tributary::ui
