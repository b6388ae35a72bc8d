#include "ui/customers/customer_table.h"

#include "ui/customer/people_words.h"
#include "ui/theme/avatar.h"
#include "ui/theme/channel_look.h"
#include "ui/theme/paint.h"

#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStyle>
#include <set>
#include <utility>

namespace tributary::ui {
namespace {

QString nameOf(const store::CustomerRow &row)
{
    return row.name.empty() ? CustomerTable::tr("Visitor") : QString::fromStdString(row.name);
}

} // namespace

CustomerTable::CustomerTable(const Theme &theme, const Clock &clock, CustomerRows &rows, QWidget *parent)
    : ColumnRows(
        theme, clock,
        {{tr("Name"), int(store::PeopleQuery::Order::Name), tr("A to Z"), tr("Z to A")},
         {tr("Identities")},
         {tr("Last contact"), int(store::PeopleQuery::Order::Contact), tr("oldest first"), tr("newest first"), true},
         {tr("Open")},
         {tr("Tags")},
         {tr("Owner of last")}},
        parent)
    , m_rows(rows)
    , m_selection(new RowSelection({.count = [this] { return count(); },
                                    .current = [this] { return current(); },
                                    .page = [this] { return pageRows(); },
                                    .idAt = [this](int row) { return m_rows.at(row).bytes; },
                                    .moveTo = [this](int row) { setCurrent(row); }},
                                   this))
{
    setObjectName("customerTable");
    connect(m_selection, &RowSelection::changed, this, [this] {
        viewport()->update();
        emit selectionChanged();
    });
    setAccessibleName(tr("Customers"));
    setOrder({int(store::PeopleQuery::Order::Contact), false});
    connect(&rows, &QAbstractItemModel::modelAboutToBeReset, this, [this] { m_keep = currentCustomer(); });
    connect(&rows, &QAbstractItemModel::modelReset, this, &CustomerTable::showReplaced);
    connect(&rows, &QAbstractItemModel::dataChanged, viewport(), qOverload<>(&QWidget::update));
}

/// Who was current stays so; is she gone, it is whoever has her place now. Rows that answer another question begin at the
/// top.
void CustomerTable::showReplaced()
{
    const int kept = m_rows.indexOf(m_keep);
    const bool isTop = kept < 0 && m_rows.areOfAnother();
    rowsReset(kept >= 0 ? kept : isTop ? 0 : current());
    if (isTop)
        verticalScrollBar()->setValue(0);
    m_selection->forgetGone();
}

QString CustomerTable::spoken(int row) const
{
    const store::CustomerRow *found = m_rows.row(row);
    if (!found)
        return tr("Being read");
    const QString words =
        spokenRow(*found, found->lastContact ? m_format.relative(*found->lastContact, m_clock.now()) : QString());
    return isSelected(row) ? tr("%1 Selected.").arg(words) : words;
}

std::vector<model::CustomerId> CustomerTable::chosen() const
{
    if (hasLostSelection())
        return {};
    std::vector<model::CustomerId> ids;
    for (const RawId &id : m_selection->chosen())
        ids.push_back(model::CustomerId(id));
    return ids;
}

void CustomerTable::mousePressEvent(QMouseEvent *event)
{
    const int row = rowAtGlobal(event->globalPosition().toPoint());
    const bool isOther = row >= 0 && event->button() != Qt::LeftButton;
    if (!isOther && (row < 0 || !m_selection->takeClick(row, event->modifiers())))
        ColumnRows::mousePressEvent(event);
}

void CustomerTable::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->modifiers() & (Qt::ShiftModifier | Qt::ControlModifier))
        return mousePressEvent(event); // two clicks, each for itself
    ColumnRows::mouseDoubleClickEvent(event);
}

void CustomerTable::keyPressEvent(QKeyEvent *event)
{
    if (!m_selection->takeKey(*event))
        ColumnRows::keyPressEvent(event);
}

QList<qreal> CustomerTable::widths(qreal room) const
{
    const qreal contact = m_theme.px(110), open = m_theme.px(56), channels = m_theme.px(110);
    qreal owner = m_theme.px(150);
    qreal rest = room - contact - open - owner - channels - 5 * gap();
    if (rest < m_theme.px(240)) // the last column goes first
        rest += std::exchange(owner, 0);
    qreal name = std::max<qreal>(m_theme.px(120), rest * 0.55), tags = std::max<qreal>(0, rest - name);
    if (tags < m_theme.px(56)) {
        name = std::max(name, rest);
        tags = 0;
    }
    return {name, channels, contact, open, tags, owner};
}

void CustomerTable::paintRow(QPainter &painter, int row, const QRect &box)
{
    const Colors &c = m_theme.colors();
    const QList<QRectF> places = cells(box);
    const QRectF &nameBox = places[0], &channelsBox = places[1], &contactBox = places[2], &openBox = places[3],
                 &tagsBox = places[4], &ownerBox = places[5];
    if (!m_selection->isEmpty()) { // then the current one is marked paler than they are
        const QRect ground = box.adjusted(0, 0, 0, -1);
        const QColor selected = hasFocus() ? c.bg.selected : c.bg.selectedInactive;
        if (isSelected(row) || row == current()) {
            painter.fillRect(ground, c.bg.surface);
            painter.fillRect(ground, isSelected(row) ? selected : c.bg.hover);
        }
        if (isSelected(row)) // not by its colour alone
            painter.fillRect(QStyle::visualRect(layoutDirection(), ground,
                                                QRect(ground.left(), ground.top(), m_theme.px(3), ground.height())),
                             c.accent.fill);
    }
    const store::CustomerRow *found = m_rows.row(row);
    if (!found) { // a still bar where the words will be
        paint::roundRect(painter, within(nameBox, m_theme.px(36), nameBox.width() * 0.5, m_theme.px(10)), m_theme.px(4),
                         c.bg.sunken);
        return;
    }
    const QString name = found->name.empty() ? tr("Visitor") : QString::fromStdString(found->name);
    const qreal side = m_theme.px(24);
    paint::avatar(painter, m_theme, within(nameBox, 0, side, side), name, found->id.bytes, {}, layoutDirection());
    paint::text(painter, within(nameBox, side + m_theme.px(10), nameBox.width() - side - m_theme.px(10), box.height()),
                m_theme.font(Type::BodyStrong), found->blocked ? c.text.tertiary : c.text.primary, name, Qt::AlignLeading,
                layoutDirection());
    const qreal glyph = m_theme.px(16);
    qreal x = 0;
    for (const model::Channel channel : found->channels) {
        if (x + glyph > channelsBox.width())
            break;
        m_theme.icons().paint(painter, within(channelsBox, x, glyph, glyph), iconOf(channel), toneOf(m_theme, channel).fg,
                              layoutDirection());
        x += glyph + m_theme.px(6);
    }
    const QFont &meta = m_theme.font(Type::Meta);
    paint::text(painter, contactBox, meta, c.text.secondary,
                found->lastContact ? m_format.relative(*found->lastContact, m_clock.now()) : tr("never"), Qt::AlignLeading,
                layoutDirection());
    if (found->open > 0)
        paint::digits(painter, openBox, meta, c.text.primary, m_format.locale().toString(qint64(found->open)),
                      Qt::AlignLeading, layoutDirection());
    x = 0;
    if (found->blocked) {
        const Pill pill{.text = tr("Blocked"), .fg = c.status.danger.fg, .bg = c.status.danger.tint};
        const QSizeF size = paint::pillSize(m_theme, pill);
        paint::pill(painter, m_theme, within(tagsBox, x, size.width(), size.height()), pill, layoutDirection());
        x += size.width() + m_theme.px(4);
    }
    for (const std::string &tag : found->tags) {
        const Pill pill{.text = QString::fromStdString(tag), .fg = c.text.secondary, .outline = c.border.normal};
        const QSizeF size = paint::pillSize(m_theme, pill);
        if (x + size.width() > tagsBox.width())
            break;
        paint::pill(painter, m_theme, within(tagsBox, x, size.width(), size.height()), pill, layoutDirection());
        x += size.width() + m_theme.px(4);
    }
    paint::text(painter, ownerBox, meta, c.text.secondary, QString::fromStdString(found->ownerOfLast), Qt::AlignLeading,
                layoutDirection());
}

DuplicateList::DuplicateList(const Theme &theme, const Clock &clock, QWidget *parent)
    : PaintedRows(theme, clock, parent)
{
    setObjectName("duplicateList");
    setAccessibleName(tr("Probable duplicates"));
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, [this] {
        if (wantsMore())
            emit moreWanted();
    });
}

void DuplicateList::setPairs(std::vector<store::Duplicate> pairs)
{
    if (pairs == m_pairs)
        return;
    // What somebody looks at stays what the keys are about; is it gone, whoever comes next.
    int at = std::clamp(current(), 0, std::max(0, int(pairs.size()) - 1));
    if (const store::Duplicate *looked = currentPair()) {
        const auto same =
            std::ranges::find(pairs, looked->suggestion.id, [](const store::Duplicate &one) { return one.suggestion.id; });
        if (same != pairs.end())
            at = int(same - pairs.begin());
    }
    m_pairs = std::move(pairs);
    rowsReset(at);
}

void DuplicateList::addPairs(std::vector<store::Duplicate> pairs)
{
    using Pair = std::pair<model::CustomerId, model::CustomerId>;
    const auto pairOf = [](const store::Duplicate &one) { return Pair(std::minmax(one.customer.id, one.other.id)); };
    std::set<Pair> known;
    for (const store::Duplicate &one : m_pairs)
        known.insert(pairOf(one));
    for (store::Duplicate &one : pairs) {
        if (known.insert(pairOf(one)).second)
            m_pairs.push_back(std::move(one));
    }
    rowsReset(std::max(0, current()));
}

bool DuplicateList::wantsMore() const
{
    constexpr int kRowsBefore = 20;
    return rowRect(count()).top() - viewport()->height() < kRowsBefore * rowHeight();
}

QString DuplicateList::foundWords(TimePoint at) const
{
    const TimePoint now = m_clock.now();
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(now - at).count();
    const auto number = [this](qint64 value) { return m_format.locale().toString(value); };
    if (minutes < 1)
        return tr("Found just now");
    //: Minutes, then hours since two customers were found to be alike.
    if (minutes < 60)
        return tr("Found %1 min ago").arg(number(minutes));
    if (minutes < 24 * 60)
        return tr("Found %1 h ago").arg(number(minutes / 60));
    if (minutes < 7 * 24 * 60)
        return tr("Found %n day(s) ago", nullptr, int(minutes / (24 * 60)));
    //: %1 is a date: 12 Sep.
    return tr("Found on %1").arg(m_format.shortDate(m_format.dateOf(at), now));
}

const store::Duplicate *DuplicateList::currentPair() const
{
    return current() >= 0 && current() < count() ? &m_pairs[std::size_t(current())] : nullptr;
}

QString DuplicateList::spoken(int row) const
{
    const store::Duplicate &pair = m_pairs[std::size_t(row)];
    //: Two customers who may be one, and the reason.
    return tr("%1 and %2. %3. %4.")
        .arg(nameOf(pair.customer), nameOf(pair.other), reasonWords(pair.suggestion), foundWords(pair.suggestion.at));
}

void DuplicateList::paintRow(QPainter &painter, int row, const QRect &box)
{
    const Colors &c = m_theme.colors();
    const store::Duplicate &pair = m_pairs[std::size_t(row)];
    const QRectF all = QRectF(box).adjusted(m_theme.px(16), 0, -m_theme.px(16), 0);
    const qreal third = all.width() / 3, side = m_theme.px(24);
    qreal x = 0;
    for (const store::CustomerRow *one : {&pair.customer, &pair.other}) {
        paint::avatar(painter, m_theme, within(all, x, side, side), nameOf(*one), one->id.bytes, {}, layoutDirection());
        QRectF words = within(all, x + side + m_theme.px(10), third - side - m_theme.px(32), m_theme.px(18));
        paint::text(painter, words.translated(0, -m_theme.px(9)), m_theme.font(Type::BodyStrong), c.text.primary,
                    nameOf(*one), Qt::AlignLeading, layoutDirection());
        const qreal glyph = m_theme.px(14);
        qreal at = x + side + m_theme.px(10);
        for (const model::Channel channel : one->channels) {
            m_theme.icons().paint(painter, within(all, at, glyph, glyph).translated(0, m_theme.px(10)), iconOf(channel),
                                  toneOf(m_theme, channel).fg, layoutDirection());
            at += glyph + m_theme.px(5);
        }
        x += third;
    }
    const QRectF why = within(all, 2 * third, third, m_theme.px(18));
    paint::text(painter, why.translated(0, -m_theme.px(9)), m_theme.font(Type::Meta), c.text.primary,
                reasonWords(pair.suggestion), Qt::AlignLeading, layoutDirection());
    paint::text(painter, why.translated(0, m_theme.px(10)), m_theme.font(Type::Meta), c.text.tertiary,
                foundWords(pair.suggestion.at), Qt::AlignLeading, layoutDirection());
}

} // namespace tributary::ui
