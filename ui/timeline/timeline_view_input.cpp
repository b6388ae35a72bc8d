#include "ui/timeline/timeline_view.h"

#include "core/model/said.h"

#include <QAccessible>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QStyleHints>
#include <QToolTip>
#include <algorithm>
#include <string>
#include <utility>

/// Mouse, keys and focus of TimelineView; selecting text is in timeline_view_selection.cpp.
namespace tributary::ui {
namespace {

constexpr qsizetype kMostOfLink = 60; ///< Of an address, as it is offered.

/// Where a link leads, whatever its text says.
QString linkWords(const QString &href, qsizetype most)
{
    QString where = displayLine(plainLink(href).toStdString());
    const bool isNumber = where.startsWith(QLatin1String("tel:"), Qt::CaseInsensitive);
    for (const char *scheme : {"https://", "http://", "mailto:", "tel:"}) {
        if (!where.startsWith(QLatin1String(scheme), Qt::CaseInsensitive))
            continue;
        where.remove(0, qsizetype(std::char_traits<char>::length(scheme)));
        break;
    }
    if (where.size() > most)
        where = where.left(most * 2 / 3) + u'…' + where.right(most / 3);
    return isNumber ? TimelineView::tr("Call %1").arg(where) : TimelineView::tr("Open the link to %1").arg(where);
}

bool takesFocus(const Row &row)
{
    return row.key.kind != RowKey::Kind::Date && row.key.kind != RowKey::Kind::Unread && row.key.kind != RowKey::Kind::Typing
           && row.key.kind != RowKey::Kind::Older;
}

} // namespace

QPoint TimelineView::columnPoint(QPointF point, std::size_t row) const
{
    const QRect box = rowRect(row);
    return (point - QPointF(box.topLeft())).toPoint();
}

std::optional<model::TimelineItemId> TimelineView::focusedItem() const
{
    return m_focus && m_focus->kind == RowKey::Kind::Item ? std::optional(m_focus->item) : std::nullopt;
}

int TimelineView::focusedRow() const
{
    return m_focus ? rowIndexOf(*m_focus) : -1;
}

void TimelineView::setFocusKey(std::optional<RowKey> key, bool byKeyboard)
{
    m_focusByKeyboard = byKeyboard;
    viewport()->update();
    if (m_focus == key)
        return;
    stopReaching();
    m_focus = key;
    if (const int row = focusedRow(); row >= 0 && key->kind == RowKey::Kind::Gap)
        m_focusGap = m_model.gaps()[m_rows[std::size_t(row)].gap].range.from;
    emit focusedItemChanged();
    if (QAccessible::isActive() && key) {
        if (const int row = focusedRow(); row >= 0) {
            QAccessibleEvent focused(this, QAccessible::Focus);
            focused.setChild(row);
            QAccessible::updateAccessibility(&focused);
        }
    }
}

/// A gap is known by what follows it, and that changes as it is filled. The focus stays with it, or with what it stood
/// before.
void TimelineView::keepFocusAtGap()
{
    if (!m_focus || m_focus->kind != RowKey::Kind::Gap || focusedRow() >= 0)
        return;
    const auto isGap = [this](const Row &row) {
        return row.key.kind == RowKey::Kind::Gap && m_model.gaps()[row.gap].range.from == m_focusGap;
    };
    auto row = std::ranges::find_if(m_rows, isGap);
    if (row == m_rows.end()) {
        const std::size_t first = m_model.indexOf(m_focus->item).value_or(0);
        row = std::ranges::find_if(m_rows, [&](const Row &one) { return one.first + one.count > first && takesFocus(one); });
    }
    setFocusKey(row == m_rows.end() ? std::nullopt : std::optional(row->key), m_focusByKeyboard);
}

void TimelineView::focusRow(std::size_t row)
{
    if (row >= m_rows.size())
        return;
    setFocusKey(m_rows[row].key, true);
    revealRow(row, m_theme.px(8));
}

/// The first or the last that takes the focus: the arrows go on from there.
void TimelineView::focusEdge(bool last)
{
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const Row &row = m_rows[last ? m_rows.size() - 1 - i : i];
        if (takesFocus(row))
            return setFocusKey(row.key, true);
    }
}

void TimelineView::moveFocus(int direction)
{
    if (m_rows.empty())
        return;
    int row = focusedRow();
    if (row >= 0) {
        // An item longer than the window is read to its end before the next one is taken.
        const QRect box = rowRect(std::size_t(row));
        const int hidden = direction > 0 ? box.bottom() - viewport()->height() : m_theme.px(28) - box.top();
        if (hidden > m_theme.px(20) && box.intersects(viewport()->rect()))
            return scrollBy(direction * std::min(hidden + m_theme.px(12), viewport()->height() * 6 / 10));
    } else {
        const int at = direction > 0 ? rowAt({1, m_theme.px(30)}) : rowAt({1, viewport()->height() - 8});
        row = at < 0 ? (direction > 0 ? -1 : int(m_rows.size())) : at - direction;
    }
    for (row += direction; row >= 0 && row < int(m_rows.size()); row += direction) {
        if (takesFocus(m_rows[std::size_t(row)]))
            return focusRow(std::size_t(row));
    }
    direction > 0 ? goToEnd() : goToStart();
}

void TimelineView::keyPressEvent(QKeyEvent *event)
{
    const bool alt = event->modifiers() & Qt::AltModifier, shift = event->modifiers() & Qt::ShiftModifier;
    if (event->matches(QKeySequence::Copy))
        return copy();
    if (event->key() == Qt::Key_C && event->modifiers() == (Qt::ControlModifier | Qt::ShiftModifier))
        return copy(true);
    if (event->matches(QKeySequence::SelectAll))
        return selectAll();
    if (event->modifiers() & Qt::ControlModifier)
        return QAbstractScrollArea::keyPressEvent(event);
    switch (event->key()) {
    case Qt::Key_Down: return alt ? goToCustomerMessage(true) : moveFocus(1);
    case Qt::Key_Up: return alt ? goToCustomerMessage(false) : moveFocus(-1);
    case Qt::Key_PageDown: return alt ? goToConversation(true) : scrollBy(viewport()->height() - m_theme.px(48));
    case Qt::Key_PageUp: return alt ? goToConversation(false) : scrollBy(-(viewport()->height() - m_theme.px(48)));
    case Qt::Key_BracketRight: return goToConversation(true);
    case Qt::Key_BracketLeft: return goToConversation(false);
    case Qt::Key_Home: goToStart(); return focusEdge(false);
    case Qt::Key_End: goToEnd(); return focusEdge(true);
    case Qt::Key_Space:
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (focusedRow() >= 0)
            return toggleFocused();
        break;
    case Qt::Key_Right:
    case Qt::Key_Left: {
        // Right opens and Left folds, as the eye sees them (UX 11).
        const bool opens = (event->key() == Qt::Key_Right) != (layoutDirection() == Qt::RightToLeft);
        const int row = focusedRow();
        if (row >= 0 && m_rows[std::size_t(row)].key.kind != RowKey::Kind::Item && m_rows[std::size_t(row)].open != opens)
            return toggleFocused();
        break;
    }
    case Qt::Key_Escape:
        if (hasSelection())
            return clearSelection();
        break;
    case Qt::Key_F10:
        if (!shift)
            break;
        [[fallthrough]];
    case Qt::Key_Menu: {
        const int row = focusedRow();
        const QPoint at = row >= 0 ? rowRect(std::size_t(row)).center() : viewport()->rect().center();
        emit itemMenuRequested(focusedItem().value_or(model::TimelineItemId()), viewport()->mapToGlobal(at));
        return;
    }
    default: break;
    }
    event->ignore(); // single keys belong to the window
}

void TimelineView::toggleFocused()
{
    const int row = focusedRow();
    if (row >= 0)
        activateRow(std::size_t(row));
}

namespace {

/// Never by a key that also scrolls and folds: offered by name.
bool isOffered(TimelineAction action)
{
    switch (action) {
    case TimelineAction::OpenAttachment:
    case TimelineAction::UndoSend:
    case TimelineAction::ReviewHeld:
    case TimelineAction::EditHeld:
    case TimelineAction::DiscardHeld:
    case TimelineAction::EditPending:
    case TimelineAction::CancelPending:
    case TimelineAction::Retry:
    case TimelineAction::SendAsEmail:
    case TimelineAction::TryAnotherNumber:
    case TimelineAction::UndoMerge: return true;
    default: return false;
    }
}

/// What Space does: the first of fold, play, show all and whatever else the row has.
auto bySpace(const std::vector<RowLayout::Hit> &hits)
{
    return std::ranges::find_if(hits, [](const RowLayout::Hit &hit) { return !isOffered(hit.action); });
}

} // namespace

void TimelineView::activateRow(std::size_t row)
{
    if (isRowAway(m_rows[row])) // what the key would mean is not known yet
        return;
    const std::vector<RowLayout::Hit> &hits = layoutOf(row).hits;
    if (const auto hit = bySpace(hits); hit != hits.end()) {
        activate(row, *hit);
        return;
    }
    const Row &shown = m_rows[row];
    if (shown.key.kind == RowKey::Kind::Item) {
        // Any item of an unfolded resolved conversation folds it again.
        const model::ConversationId id = m_model.items()[shown.first].conversation;
        const model::Conversation *conversation = m_model.conversation(id);
        if (conversation && conversation->status == model::Conversation::Status::Resolved && m_options.focused != id) {
            m_options.unfolded.erase(id);
            m_options.folded.insert(id);
            rebuild();
        }
    }
}

std::vector<TimelineView::Offer> TimelineView::offersOf(std::size_t row)
{
    std::vector<Offer> offers;
    const std::vector<RowLayout::Hit> &hits = layoutOf(row).hits;
    const auto space = bySpace(hits);
    for (auto hit = hits.begin(); hit != hits.end(); ++hit) {
        if (hit != space && !hit->label.isEmpty())
            offers.push_back({hit->label, hit->action, hit->attachment, {}});
    }
    for (const QString &link : layoutOf(row).links()) {
        QString words = linkWords(link, kMostOfLink);
        if (std::ranges::find(offers, words, &Offer::words) != offers.end()) // known by their words
            words = linkWords(link, link.size());
        offers.push_back({words, TimelineAction::OpenLink, {}, link});
    }
    const Row &shown = m_rows[row];
    if (shown.key.kind == RowKey::Kind::Item) {
        const model::TimelineItem &item = m_model.items()[shown.first];
        if (model::isFromCustomer(item) && !item.deleted && !item.automatic)
            offers.push_back({tr("Mark unread from here"), TimelineAction::UnreadFromHere, {}, {}});
    }
    return offers;
}

std::vector<TimelineView::Offer> TimelineView::offersOf(const model::TimelineItemId &item)
{
    const int row = rowIndexOf({.kind = RowKey::Kind::Item, .item = item});
    return row < 0 ? std::vector<Offer>() : offersOf(std::size_t(row));
}

void TimelineView::takeOffer(std::size_t row, const Offer &offer)
{
    if (offer.action == TimelineAction::UnreadFromHere) { // of the item, whatever is painted of it
        emit actionRequested(m_rows[row].key.item, offer.action);
        return;
    }
    if (offer.action == TimelineAction::OpenLink) {
        emit linkActivated(offer.link);
        return;
    }
    const std::vector<RowLayout::Hit> hits = layoutOf(row).hits;
    const auto hit = std::ranges::find_if(
        hits, [&](const RowLayout::Hit &one) { return one.action == offer.action && one.attachment == offer.attachment; });
    if (hit != hits.end())
        activate(row, *hit);
}

bool TimelineView::activate(std::size_t index, const RowLayout::Hit &hit)
{
    const Row row = m_rows[index];
    const model::TimelineItemId item = row.key.item;
    const auto attachment = hit.attachment;
    const std::string value = hit.value;
    const TimelineAction action = hit.action; // the layout may be gone after the first line below
    const auto toggle = [](auto &set, const auto &key) {
        if (!set.insert(key).second)
            set.erase(key);
    };
    // What is under the eye stays there: the row that was used is held while things open below it.
    const int y = rowRect(index).top();
    m_anchor = index;
    m_anchorY = y;
    bool changed = true;
    switch (action) {
    case TimelineAction::ToggleConversation: {
        const model::ConversationId id = m_model.items()[row.first].conversation;
        if (row.open) {
            m_options.unfolded.erase(id);
            m_options.folded.insert(id);
        } else {
            m_options.folded.erase(id);
            m_options.unfolded.insert(id);
        }
        break;
    }
    case TimelineAction::ToggleChanges: toggle(m_options.openChanges, item); break;
    case TimelineAction::ToggleQuote: toggle(m_openings.quotes, item); break;
    case TimelineAction::ToggleMore:
        toggle(m_openings.whole, item);
        if (const auto *opened = m_model.find(item);
            opened && m_openings.whole.contains(item) && hasMoreThanRow(*opened) && !m_model.whole(item))
            emit wholeWanted(item);
        break;
    case TimelineAction::ToggleOrder: toggle(m_openings.orders, item); break;
    case TimelineAction::ShowHidden:
        m_options.shown.clear();
        m_options.events = true;
        emit filterCleared();
        break;
    default: changed = false;
    }
    if (changed) {
        if (const auto known = m_cache.find(row.key); known != m_cache.end())
            known->second.epoch = -1;
        m_atEnd = false;
        rebuild();
        holdTopmost();
        updateToLatest();
        return true;
    }
    switch (action) {
    case TimelineAction::PlayCall:
    case TimelineAction::OpenAttachment: emit attachmentActivated(item, attachment); break;
    case TimelineAction::OpenLink: emit linkActivated(QString::fromStdString(value)); break;
    case TimelineAction::LoadOlder: emit olderWanted(); break;
    case TimelineAction::LoadGap: emit gapWanted(m_model.gaps()[row.gap]); break;
    default: emit actionRequested(item, action);
    }
    return true;
}

void TimelineView::mousePressEvent(QMouseEvent *event)
{
    m_focusByKeyboard = false;
    if (event->button() != Qt::LeftButton)
        return;
    m_pressed = m_lastMouse = event->pos();
    if (pressQuick(*event)) // what was shown: a finger has hovered over nothing
        return;
    const int row = rowAt(event->pos());
    if (row >= 0 && takesFocus(m_rows[std::size_t(row)]))
        setFocusKey(m_rows[std::size_t(row)].key, false);
    if ((event->modifiers() & Qt::ShiftModifier) && m_selecting) {
        extendSelection(event->pos());
    } else {
        m_selecting.reset();
        if (const auto mark = markAt(event->pos()))
            m_selecting = Selecting{*mark, *mark};
    }
    m_dragging = false;
    viewport()->update();
}

void TimelineView::mouseMoveEvent(QMouseEvent *event)
{
    m_lastMouse = event->pos();
    m_pointer = event->pos();
    if (!(event->buttons() & Qt::LeftButton))
        m_quickPressed = -1; // it was let go elsewhere
    findHovered();
    if (m_quickPressed >= 0)
        return;
    if (event->buttons() & Qt::LeftButton) {
        if (!m_dragging && (event->pos() - m_pressed).manhattanLength() < QGuiApplication::styleHints()->startDragDistance())
            return;
        m_dragging = true;
        findHovered(); // nothing lies over what is being selected
        extendSelection(event->pos());
        const bool outside = event->pos().y() < 0 || event->pos().y() > viewport()->height();
        if (outside != m_autoScroll.isActive())
            outside ? m_autoScroll.start() : m_autoScroll.stop();
        return;
    }
    const int row = rowAt(event->pos());
    Qt::CursorShape shape = Qt::ArrowCursor;
    if (row >= 0 && m_quickHovered < 0) {
        if (const RowLayout *layout = knownLayout(std::size_t(row))) {
            const QPointF point = columnPoint(event->pos(), std::size_t(row));
            if (layout->hitAt(point) || !layout->linkAt(point).isEmpty())
                shape = Qt::PointingHandCursor;
            else if (std::ranges::any_of(layout->parts,
                                         [&](const RowLayout::Part &part) { return part.clip.contains(point); }))
                shape = Qt::IBeamCursor;
        }
    }
    viewport()->setCursor(shape);
}

void TimelineView::mouseReleaseEvent(QMouseEvent *event)
{
    m_autoScroll.stop();
    if (releaseQuick(*event))
        return;
    const bool wasDragging = std::exchange(m_dragging, m_dragging && event->button() != Qt::LeftButton);
    findHovered();
    if (event->button() != Qt::LeftButton || wasDragging || quickAt(event->pos()) >= 0)
        return;
    const int row = rowAt(event->pos());
    if (row < 0)
        return;
    const RowLayout &layout = layoutOf(std::size_t(row));
    const QPointF point = columnPoint(event->pos(), std::size_t(row));
    if (const RowLayout::Hit *hit = layout.hitAt(point))
        activate(std::size_t(row), *hit);
    else if (const QString link = layout.linkAt(point); !link.isEmpty())
        emit linkActivated(link);
}

void TimelineView::contextMenuEvent(QContextMenuEvent *event)
{
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard; // it says nothing of a place
    const int row = byKey ? focusedRow() : rowAt(event->pos());
    model::TimelineItemId item;
    if (row >= 0 && m_rows[std::size_t(row)].key.kind == RowKey::Kind::Item) {
        item = m_rows[std::size_t(row)].key.item;
        setFocusKey(m_rows[std::size_t(row)].key, byKey);
    }
    const QRect box = row >= 0 ? rowRect(std::size_t(row)) : viewport()->rect();
    emit itemMenuRequested(item, byKey ? viewport()->mapToGlobal(box.center()) : event->globalPos());
    event->accept();
}

bool TimelineView::event(QEvent *event)
{
    // Space, Enter and the arrows are ours before the window's shortcuts see them.
    if (event->type() == QEvent::ShortcutOverride) {
        auto *key = static_cast<QKeyEvent *>(event);
        if (key->matches(QKeySequence::Copy) || key->matches(QKeySequence::SelectAll)
            || (key->key() == Qt::Key_Space && key->modifiers() == Qt::NoModifier)) {
            event->accept();
            return true;
        }
    }
    return QAbstractScrollArea::event(event);
}

bool TimelineView::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::Leave) {
        m_pointer.reset();
        findHovered();
    }
    if (event->type() == QEvent::ToolTip) {
        auto *help = static_cast<QHelpEvent *>(event);
        const int row = rowAt(help->pos());
        QString tip = quickTip(quickAt(help->pos()));
        if (row >= 0 && tip.isEmpty()) {
            const RowLayout *layout = knownLayout(std::size_t(row));
            const QPointF point = columnPoint(help->pos(), std::size_t(row));
            const QString link = layout ? layout->linkAt(point) : QString();
            if (const RowLayout::Hit *hit = layout ? layout->hitAt(point) : nullptr)
                tip = hit->label;
            else if (!link.isEmpty())
                tip = plainLink(link); // where it really leads, whatever the text says
            else if (m_rows[std::size_t(row)].key.kind == RowKey::Kind::Item)
                tip = m_format.full(m_model.items()[m_rows[std::size_t(row)].first].at);
        }
        // Never read as HTML: labels and links are other people's words (ENGINE C69).
        tip.isEmpty()
            ? QToolTip::hideText()
            : QToolTip::showText(help->globalPos(), QStringLiteral("<span>%1</span>").arg(tip.toHtmlEscaped()), viewport());
        return true;
    }
    if (event->type() == QEvent::LayoutDirectionChange)
        forgetLayouts();
    return QAbstractScrollArea::viewportEvent(event);
}

void TimelineView::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    m_focusByKeyboard = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason
                        || event->reason() == Qt::ShortcutFocusReason;
    if (m_focusByKeyboard && focusedRow() < 0) {
        // Something has to have it: the newest item one can see.
        for (int row = rowAt({1, viewport()->height() - 2}); row >= 0; --row) {
            if (takesFocus(m_rows[std::size_t(row)])) {
                setFocusKey(m_rows[std::size_t(row)].key, true);
                break;
            }
        }
    }
    viewport()->update();
}

void TimelineView::focusOutEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

QString TimelineView::rowName(std::size_t row) const
{
    return row < m_rows.size() ? ui::accessibleName(m_model, m_rows[row], m_format, m_clock.now()) : QString();
}

} // namespace tributary::ui
