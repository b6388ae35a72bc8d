#include "ui/inbox/conversation_list.h"

#include "core/text/search_fold.h"
#include "ui/inbox/conversation_list_accessible.h"
#include "ui/inbox/row_painter.h"
#include "ui/shell/controls.h"
#include "ui/shell/row_drag.h"

#include <QAccessible>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStyle>

namespace tributary::ui {
namespace {
constexpr int kHoldMs = 2000;
constexpr int kMinuteMs = 20'000;
constexpr int kLongList = 200;    ///< Rows, before days have headings.
constexpr qint64 kTypedMs = 1000; ///< Letters of one name.
} // namespace

ConversationList::ConversationList(const Theme &theme, const Clock &clock, QWidget *parent)
    : QAbstractScrollArea(parent)
    , m_theme(theme)
    , m_clock(clock)
    , m_drag(new RowDrag(theme, this))
{
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    installConversationListAccessibility();
    setObjectName("conversationList");
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setProperty("overlayScrollBar", true);
    viewport()->setMouseTracking(true);
    viewport()->setAutoFillBackground(false);
    m_emptyButton = new Button(theme, Button::Look::Normal, {}, viewport());
    m_emptyButton->setObjectName("emptyAction");
    m_emptyButton->hide();
    connect(m_emptyButton, &QAbstractButton::clicked, this, [this] {
        if (m_emptyAct)
            m_emptyAct();
    });
    m_minute.setInterval(kMinuteMs);
    m_minute.start();
    connect(&m_minute, &QTimer::timeout, this, [this] {
        if (!m_days.empty()) // midnight may have passed
            updateRange();
        viewport()->update();
    });
    m_holdOver.setSingleShot(true);
    m_holdOver.setInterval(kHoldMs);
    connect(&m_holdOver, &QTimer::timeout, this, [this] {
        if (!isHeld())
            emit holdEnded();
    });
    connect(&theme, &Theme::changed, this, [this] {
        updateRange();
        viewport()->update();
    });
}

void ConversationList::setModel(ConversationRows *model)
{
    m_model = model;
    const auto changing = [this] { modelChanging(); };
    const auto changed = [this] { modelChanged(); };
    connect(model, &QAbstractItemModel::rowsAboutToBeInserted, this, changing);
    connect(model, &QAbstractItemModel::rowsAboutToBeRemoved, this, changing);
    connect(model, &QAbstractItemModel::rowsAboutToBeMoved, this, changing);
    connect(model, &QAbstractItemModel::rowsInserted, this, changed);
    connect(model, &QAbstractItemModel::rowsRemoved, this, changed);
    connect(model, &QAbstractItemModel::rowsMoved, this, changed);
    connect(model, &ConversationRows::goneChanged, this, [this] {
        loseSelected();
        findHovered(); // there may be no buttons any more under the pointer
        emit selectionChanged(false);
    });
    connect(model, &QAbstractItemModel::dataChanged, this, [this](const QModelIndex &first, const QModelIndex &last) {
        if (!m_days.empty()) { // it may stand below another heading now
            updateRange();
            viewport()->update();
            return;
        }
        for (int row = first.row(); row <= last.row(); ++row)
            updateRow(row);
    });
    updateRange();
}

void ConversationList::modelChanging()
{
    // Nothing moves under the reader: the row at the top stays there, unless the list stands at its very beginning.
    const int at = verticalScrollBar()->value();
    const int row = rowBelow(at);
    m_anchor = {};
    if (at > 0 && row >= 0) {
        m_anchor = m_model->rows()[std::size_t(row)].conversation.id;
        m_anchorOffset = at - top(row);
    }
}

void ConversationList::modelChanged()
{
    updateRange();
    if (!m_anchor.isNull()) {
        const int row = m_model->indexOf(m_anchor);
        if (row >= 0)
            verticalScrollBar()->setValue(top(row) + m_anchorOffset);
    }
    loseSelected();
    if (const int row = m_model->indexOf(m_current); row >= 0)
        m_currentRow = row;
    findHovered();
    placeEmptyButton();
    viewport()->update();
    emit selectionChanged(false);
}

/// What has left the queue is selected no longer.
void ConversationList::loseSelected()
{
    if (m_selected.empty())
        return;
    std::set<model::ConversationId> there;
    for (const store::ConversationRow &row : m_model->rows())
        there.insert(row.conversation.id);
    std::erase_if(m_selected, [&](model::ConversationId id) { return !there.contains(id) || m_model->isGone(id); });
    m_lostSelection = m_selected.empty(); // the next key was not meant for what happens to be open
}

void ConversationList::choose(model::ConversationId id)
{
    if (!m_model || !m_model->isGone(id))
        m_selected.insert(id);
}

bool ConversationList::hasLostSelection() const
{
    const bool isGone = m_selected.empty() && m_model && m_model->isGone(m_current) && m_current != m_forgotten;
    return m_lostSelection || isGone;
}

void ConversationList::forgetLostSelection()
{
    m_lostSelection = false;
    if (m_model && m_model->isGone(m_current))
        m_forgotten = m_current;
}

int ConversationList::rowHeight() const
{
    return m_theme.px(m_theme.isCompact() ? 56 : 72);
}

int ConversationList::headingHeight() const
{
    return m_theme.px(28);
}

/// Each row's time is held against the day at hand alone: a change of one row does not ask a calendar about all of them.
void ConversationList::findDays() const
{
    if (m_daysFound)
        return;
    m_daysFound = true;
    m_days.clear();
    if (!m_byTime || !m_model || m_model->rowCount() <= kLongList)
        return;
    const auto timeOf = [this](int row) { return m_model->rows()[std::size_t(row)].conversation.lastItemAt; };
    const bool newestFirst = timeOf(0) >= timeOf(m_model->rowCount() - 1);
    qint64 from = 0, to = 0;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const TimePoint at = timeOf(row);
        // One that has become newer while the order is held stays below its old day's heading.
        if (row > 0 && (newestFirst ? toMs(at) >= from : toMs(at) < to))
            continue;
        const QDate day = m_format.dateOf(at);
        from = m_format.startOfDay(day);
        to = m_format.startOfDay(day.addDays(1));
        m_days.push_back(row);
    }
}

int ConversationList::top(int row) const
{
    findDays();
    const auto headings = std::ranges::upper_bound(m_days, row) - m_days.begin();
    return row * rowHeight() + int(headings) * headingHeight();
}

/// The row at @p y from the top of the list, or the next one where a heading stands; -1 behind the end.
int ConversationList::rowBelow(int y) const
{
    int row = 0, end = m_model ? m_model->rowCount() : 0;
    const int count = end;
    while (row < end) { // the first that ends below
        const int middle = (row + end) / 2;
        if (top(middle) + rowHeight() <= y)
            row = middle + 1;
        else
            end = middle;
    }
    return row < count ? row : -1;
}

QString ConversationList::dayHeading(int row) const
{
    findDays();
    if (!std::ranges::binary_search(m_days, row))
        return {};
    const TimePoint at = m_model->rows()[std::size_t(row)].conversation.lastItemAt;
    return m_format.dayHeading(m_format.dateOf(at), m_clock.now());
}

QRect ConversationList::rowRect(int row) const
{
    return QRect(0, top(row) - verticalScrollBar()->value(), viewport()->width(), rowHeight());
}

void ConversationList::updateRow(int row)
{
    if (row >= 0)
        viewport()->update(rowRect(row));
}

int ConversationList::rowAt(int y) const
{
    const int row = rowBelow(y + verticalScrollBar()->value());
    return row >= 0 && rowRect(row).top() <= y ? row : -1;
}

void ConversationList::updateRange()
{
    m_daysFound = false;
    const int count = m_model ? m_model->rowCount() : 0;
    const int content = count > 0 ? top(count - 1) + rowHeight() : 0;
    verticalScrollBar()->setRange(0, std::max(0, content - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(rowHeight() / 3);
    lookForMore();
}

void ConversationList::lookForMore()
{
    const int count = m_model ? m_model->rowCount() : 0;
    const int content = count > 0 ? top(count - 1) + rowHeight() : 0;
    if (m_model && content - verticalScrollBar()->value() < 3 * viewport()->height())
        emit moreWanted();
}

void ConversationList::setCurrent(model::ConversationId id)
{
    if (id != m_current) {
        m_lostSelection = false;
        m_forgotten = {};
        if (m_model)
            updateRow(m_model->indexOf(m_current));
    }
    m_current = id;
    const int row = m_model ? m_model->indexOf(id) : -1;
    if (row >= 0) {
        m_currentRow = row;
        QRect at = rowRect(row);
        if (!dayHeading(row).isEmpty())
            at.setTop(at.top() - headingHeight()); // which day it begins is seen with it
        QScrollBar *bar = verticalScrollBar();
        if (at.top() < 0)
            bar->setValue(bar->value() + at.top());
        else if (at.bottom() >= viewport()->height()) // with no room for all of it, as before there is a layout: to its top
            bar->setValue(bar->value() + std::min(at.top(), at.bottom() + 1 - viewport()->height()));
        updateRow(row);
    }
    announceCurrent();
}

void ConversationList::step(int by, bool extend)
{
    touch();
    m_lostSelection = false;
    if (!m_model || m_model->rowCount() == 0)
        return;
    const int at = m_model->indexOf(m_current);
    // The open row may have left the queue (resolved): the next one stands where it stood.
    const int from = at >= 0 ? at : (by > 0 ? m_currentRow - 1 : m_currentRow);
    const int row = std::clamp(from + by, 0, m_model->rowCount() - 1);
    if (extend) {
        if (at >= 0)
            choose(m_current);
        choose(m_model->rows()[std::size_t(row)].conversation.id);
        viewport()->update(); // each row has a box now
        emit selectionChanged();
    }
    setCurrent(m_model->rows()[std::size_t(row)].conversation.id);
    emit opened(m_current);
}

void ConversationList::openFirst()
{
    if (!m_model || m_model->rowCount() == 0)
        return;
    setCurrent(m_model->rows().front().conversation.id);
    emit opened(m_current);
}

void ConversationList::toggleSelected(model::ConversationId id)
{
    touch();
    m_lostSelection = false;
    if (!m_selected.erase(id))
        choose(id);
    viewport()->update();
    emit selectionChanged();
}

void ConversationList::select(const std::set<model::ConversationId> &ids)
{
    const std::size_t before = m_selected.size();
    for (const ConversationRows::Row &row : m_model->rows()) {
        if (ids.contains(row.conversation.id))
            choose(row.conversation.id);
    }
    if (m_selected.size() == before)
        return;
    viewport()->update();
    emit selectionChanged();
}

void ConversationList::clearSelection()
{
    if (!m_selected.empty() || m_lostSelection)
        viewport()->update();
    m_selected.clear();
    m_lostSelection = false;
    emit selectionChanged();
}

std::vector<model::ConversationId> ConversationList::targets() const
{
    std::vector<model::ConversationId> result;
    if (m_selected.empty()) {
        if (!m_current.isNull() && !hasLostSelection())
            result.push_back(m_current);
        return result;
    }
    for (const ConversationRows::Row &row : m_model->rows()) { // in the order of the screen
        if (m_selected.contains(row.conversation.id))
            result.push_back(row.conversation.id);
    }
    return result;
}

void ConversationList::setMe(model::AgentId me)
{
    if (std::exchange(m_me, me) != me)
        viewport()->update();
}

void ConversationList::setShowOwner(bool show)
{
    if (std::exchange(m_showOwner, show) != show)
        viewport()->update();
}

void ConversationList::setByTime(bool byTime)
{
    if (std::exchange(m_byTime, byTime) == byTime)
        return;
    updateRange();
    viewport()->update();
}

void ConversationList::setOffline(bool offline)
{
    if (std::exchange(m_offline, offline) != offline)
        viewport()->update();
}

void ConversationList::setColumns(std::optional<RowColumns> columns)
{
    m_columns = std::move(columns);
    viewport()->update();
}

void ConversationList::setStatuses(const StatusNames &names)
{
    m_statuses = names;
    viewport()->update();
}

void ConversationList::setEmptyText(const QString &title, const QString &detail, const QString &button, const QString &key,
                                    std::function<void()> act)
{
    m_emptyTitle = title;
    m_emptyDetail = detail;
    m_emptyAct = std::move(act);
    m_emptyButton->setText(button);
    m_emptyButton->setKey(key);
    placeEmptyButton();
    viewport()->update();
}

/// Below the sentence, where there is something to be done about an empty list.
void ConversationList::placeEmptyButton()
{
    const bool empty = !m_loading && (!m_model || m_model->rowCount() == 0);
    m_emptyButton->setVisible(empty && bool(m_emptyAct));
    const QSize size = m_emptyButton->sizeHint().boundedTo(viewport()->size());
    const int text =
        m_theme.px(32 + 12 + 4 + 8) + m_theme.lineHeight(Type::TitleMedium) + 2 * m_theme.lineHeight(Type::Body);
    m_emptyButton->setGeometry((viewport()->width() - size.width()) / 2, viewport()->height() / 3 - m_theme.px(32) + text,
                               size.width(), size.height());
}

bool ConversationList::actOnEmpty()
{
    if (!m_emptyButton->isVisible())
        return false;
    m_emptyButton->click();
    return true;
}

void ConversationList::setLoading(bool loading)
{
    if (std::exchange(m_loading, loading) != loading)
        viewport()->update();
    placeEmptyButton();
}

qint64 ConversationList::total() const
{
    return std::max<qint64>(m_total, m_model ? m_model->rowCount() : 0);
}

bool ConversationList::isHeld() const
{
    return m_inside || m_holdOver.isActive();
}

void ConversationList::touch()
{
    m_holdOver.start();
}

RowWords ConversationList::words(int row) const
{
    const ConversationRows::Row &shown = m_model->rows()[std::size_t(row)];
    RowContext context{.now = m_clock.now(),
                       .me = m_me,
                       .draft = m_model->draftOf(shown.conversation.id),
                       .gone = m_model->isGone(shown.conversation.id),
                       .showOwner = m_showOwner,
                       .offline = m_offline,
                       .statuses = &m_statuses,
                       .columns = m_columns ? &*m_columns : nullptr};
    if (m_presence)
        context.present = m_presence(shown.conversation.id);
    return wordsOf(shown, context, m_theme, m_format);
}

void ConversationList::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    painter.fillRect(event->rect(), m_theme.colors().bg.list);
    if (!m_model || m_model->rowCount() == 0) {
        paintEmpty(painter);
        return;
    }
    const int first = std::max(0, rowBelow(event->rect().top() + verticalScrollBar()->value()));
    for (int row = first; row < m_model->rowCount(); ++row) {
        if (rowRect(row).top() - headingHeight() > event->rect().bottom())
            break;
        paintHeading(painter, row);
        if (event->region().intersects(
                rowRect(row))) // between the row that was open and the one that is may be the whole list
            paintRow(painter, row);
    }
}

void ConversationList::paintHeading(QPainter &painter, int row)
{
    const QString heading = dayHeading(row);
    if (heading.isEmpty())
        return;
    const Colors &c = m_theme.colors();
    const QRect at(0, rowRect(row).top() - headingHeight(), viewport()->width(), headingHeight());
    const int edge = m_theme.px(20);
    paint::text(painter, QRectF(at).adjusted(edge, 0, -edge, 0), m_theme.font(Type::MetaStrong), c.text.secondary, heading,
                Qt::AlignLeading, layoutDirection());
}

void ConversationList::paintRow(QPainter &painter, int row)
{
    const ConversationRows::Row &shown = m_model->rows()[std::size_t(row)];
    const model::ConversationId id = shown.conversation.id;
    RowLook look;
    look.open = id == m_current;
    look.chosen = m_selected.contains(id);
    look.choosing = !m_selected.empty();
    look.gone = m_model->isGone(id);
    look.hovered = row == m_hovered && !look.gone;
    look.active = hasFocus() || window()->isActiveWindow();
    look.focusRing = look.open && focusByKey(this);
    look.direction = layoutDirection();
    paintConversationRow(painter, m_theme, rowRect(row), shown, words(row), look);
    if (look.hovered)
        paintQuickBar(painter, m_theme, rowRect(row), quickActions(),
                      {.hovered = m_quickHovered, .pressed = m_quickPressed, .direction = look.direction});
    if (row == m_dropRow)
        paint::focusRing(painter, m_theme, QRectF(rowRect(row)).adjusted(4, 3, -4, -3), m_theme.px(6));
}

void ConversationList::paintEmpty(QPainter &painter)
{
    const Colors &c = m_theme.colors();
    if (m_loading) { // static bars, no shimmer (UX 3.2)
        for (int row = 0; row < 8; ++row) {
            const QRect at(0, row * rowHeight(), viewport()->width(), rowHeight());
            const int x = m_theme.px(62), bar = m_theme.px(10);
            paint::roundRect(painter, QRectF(m_theme.px(20), at.top() + m_theme.px(8), m_theme.px(32), m_theme.px(32)),
                             m_theme.px(16), c.bg.sunken);
            paint::roundRect(painter, QRectF(x, at.top() + m_theme.px(12), at.width() * 0.45, bar), 3, c.bg.sunken);
            paint::roundRect(painter, QRectF(x, at.top() + m_theme.px(30), at.width() * 0.65, bar), 3, c.bg.sunken);
        }
        return;
    }
    const int glyph = m_theme.px(32), wide = viewport()->width() - m_theme.px(48);
    int y = viewport()->height() / 3 - glyph;
    m_theme.icons().paint(painter, QRectF((viewport()->width() - glyph) / 2.0, y, glyph, glyph), "check-circle",
                          c.text.tertiary);
    y += glyph + m_theme.px(12);
    const QRect title(m_theme.px(24), y, wide, m_theme.lineHeight(Type::TitleMedium));
    paint::text(painter, title, m_theme.font(Type::TitleMedium), c.text.primary, m_emptyTitle, Qt::AlignHCenter);
    const QRect detail(m_theme.px(24), title.bottom() + m_theme.px(4), wide, m_theme.px(80));
    painter.setFont(m_theme.font(Type::Body));
    painter.setPen(c.text.secondary);
    painter.drawText(detail, Qt::AlignHCenter | Qt::TextWordWrap, m_emptyDetail);
}

void ConversationList::resizeEvent(QResizeEvent *)
{
    placeEmptyButton();
    updateRange();
    findHovered();
}

void ConversationList::scrollContentsBy(int, int)
{
    viewport()->update();
    updateRange();
    findHovered();
}

void ConversationList::mousePressEvent(QMouseEvent *event)
{
    const int row = rowAt(event->pos().y());
    if (row < 0 || event->button() != Qt::LeftButton || pressQuick(*event))
        return;
    const model::ConversationId id = m_model->rows()[std::size_t(row)].conversation.id;
    if (event->modifiers() & Qt::ControlModifier) {
        toggleSelected(id);
    } else if (event->modifiers() & Qt::ShiftModifier) {
        const int from = std::max(0, m_model->indexOf(m_current));
        for (int i = std::min(from, row); i <= std::max(from, row); ++i)
            choose(m_model->rows()[std::size_t(i)].conversation.id);
        viewport()->update();
        emit selectionChanged();
    } else {
        m_drag->press(*event);
        if (m_selected.contains(id)) { // all of them may be meant
            m_pressedRow = row;
            return;
        }
        openAlone(row);
    }
}

void ConversationList::openAlone(int row)
{
    if (!m_selected.empty())
        clearSelection();
    const model::ConversationId id = m_model->rows()[std::size_t(row)].conversation.id;
    setCurrent(id);
    emit opened(id);
    emit entered(id);
}

void ConversationList::mouseReleaseEvent(QMouseEvent *event)
{
    if (releaseQuick(*event))
        return;
    const int row = std::exchange(m_pressedRow, -1);
    if (!m_drag->release() && row >= 0 && row < m_model->rowCount())
        openAlone(row);
}

void ConversationList::setDropRow(int row)
{
    if (std::exchange(m_dropRow, row) != row)
        viewport()->update();
}

int ConversationList::rowAtGlobal(const QPoint &globalPosition) const
{
    const QPoint at = viewport()->mapFromGlobal(globalPosition);
    return viewport()->rect().contains(at) ? rowAt(at.y()) : -1;
}

void ConversationList::mouseMoveEvent(QMouseEvent *event)
{
    m_inside = true;
    m_pointer = event->pos();
    if (m_drag->move(*event))
        touch(); // nothing moves under what is carried
    findHovered();
}

void ConversationList::leaveEvent(QEvent *)
{
    m_inside = false;
    m_pointer.reset();
    findHovered();
    viewport()->update();
    if (!isHeld())
        emit holdEnded();
}

void ConversationList::keyPressEvent(QKeyEvent *event)
{
    const bool shift = event->modifiers() & Qt::ShiftModifier;
    QScrollBar *bar = verticalScrollBar();
    if (event->matches(QKeySequence::SelectAll)) {
        touch();
        emit everythingWanted();
        return;
    }
    switch (event->key()) {
    case Qt::Key_Down: step(1, shift); return;
    case Qt::Key_Up: step(-1, shift); return;
    case Qt::Key_PageDown: step(std::max(1, viewport()->height() / rowHeight() - 1), shift); return;
    case Qt::Key_PageUp: step(-std::max(1, viewport()->height() / rowHeight() - 1), shift); return;
    case Qt::Key_Home:
        m_model->release();
        bar->setValue(0);
        openFirst();
        return;
    case Qt::Key_End: step(m_model->rowCount()); return;
    default:
        if (!jumpTo(*event))
            QAbstractScrollArea::keyPressEvent(event);
    }
}

/// The next row whose name begins with what is being typed; the same letter again goes on to the next one.
bool ConversationList::jumpTo(const QKeyEvent &event)
{
    const QString typed = event.text();
    const Qt::KeyboardModifiers modifiers = event.modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier);
    const bool isLater = !m_typedAge.isValid() || m_typedAge.elapsed() > kTypedMs;
    if (modifiers || typed.isEmpty() || !typed[0].isPrint() || (isLater && typed[0].isSpace()) || !m_model || !m_jumps
        || !m_jumps())
        return false;
    m_typed = isLater || m_typed == typed ? typed : m_typed + typed;
    m_typedAge.start();
    touch();
    const std::string wanted = text::foldForMatching(m_typed.toStdString());
    const int count = m_model->rowCount();
    const int from = std::max(0, m_model->indexOf(m_current)) + (m_typed == typed ? 1 : 0);
    for (int i = 0; i < count; ++i) {
        const int row = (from + i) % count;
        const QString name = m_model->index(row).data().toString();
        if (!text::foldForMatching(name.toStdString()).starts_with(wanted))
            continue;
        setCurrent(m_model->rows()[std::size_t(row)].conversation.id);
        emit opened(m_current);
        break;
    }
    return true;
}

void ConversationList::focusInEvent(QFocusEvent *event)
{
    viewport()->update();
    announceCurrent();
    QAbstractScrollArea::focusInEvent(event);
}

void ConversationList::focusOutEvent(QFocusEvent *event)
{
    viewport()->update();
    QAbstractScrollArea::focusOutEvent(event);
}

void ConversationList::contextMenuEvent(QContextMenuEvent *event)
{
    const int row = event->reason() == QContextMenuEvent::Mouse ? rowAt(event->pos().y()) : m_model->indexOf(m_current);
    if (row < 0)
        return;
    const model::ConversationId id = m_model->rows()[std::size_t(row)].conversation.id;
    // What was clicked is meant, unless it is one of those that are selected.
    if (event->reason() == QContextMenuEvent::Mouse && !m_selected.empty() && !m_selected.contains(id))
        clearSelection();
    if (m_selected.empty() && id != m_current) {
        setCurrent(id);
        emit opened(id);
    }
    emit menuWanted(event->reason() == QContextMenuEvent::Mouse ? event->globalPos()
                                                                : viewport()->mapToGlobal(rowRect(row).center()));
}

void ConversationList::announceCurrent()
{
    if (!hasFocus() || !m_model)
        return;
    const int row = m_model->indexOf(m_current);
    if (row < 0)
        return;
    QAccessibleEvent event(this, QAccessible::Focus);
    event.setChild(row);
    QAccessible::updateAccessibility(&event);
}

} // namespace tributary::ui
