#include "ui/shell/choices.h"

#include "ui/theme/avatar.h"
#include "ui/theme/paint.h"

#include <QPainter>
#include <QTextLayout>
#include <algorithm>

namespace tributary::ui {

int ChoiceModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_choices.size());
}

QVariant ChoiceModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_choices.size())
        return {};
    const Choice &choice = m_choices[index.row()];
    switch (role) {
    case Qt::DisplayRole: return choice.text;
    case Qt::AccessibleTextRole: {
        QStringList parts{choice.text, choice.detail, choice.key};
        parts.removeAll({});
        return parts.join(QStringLiteral(", "));
    }
    case ChoiceRole: return QVariant::fromValue(choice);
    default: return {};
    }
}

Qt::ItemFlags ChoiceModel::flags(const QModelIndex &index) const
{
    if (!index.isValid() || m_choices[index.row()].heading || !m_choices[index.row()].enabled)
        return Qt::NoItemFlags;
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable;
}

void ChoiceModel::setChoices(QList<Choice> choices)
{
    beginResetModel(); // a new question has new answers: no row is the same as before
    m_choices = std::move(choices);
    endResetModel();
}

ChoiceDelegate::ChoiceDelegate(const Theme &theme, int rowHeight, QObject *parent)
    : QStyledItemDelegate(parent)
    , m_theme(theme)
    , m_rowHeight(rowHeight)
{
}

QSize ChoiceDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const
{
    const Choice choice = index.data(ChoiceModel::ChoiceRole).value<Choice>();
    return {0, m_theme.px(choice.heading ? 28 : m_rowHeight)};
}

void ChoiceDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Choice choice = index.data(ChoiceModel::ChoiceRole).value<Choice>();
    const Colors &c = m_theme.colors();
    const QRect whole = option.rect;
    const Qt::LayoutDirection direction = option.direction;
    const auto place = [&](qreal left, qreal width, qreal height) {
        const QRect logical(whole.left() + int(left), whole.top() + int((whole.height() - height) / 2), int(width),
                            int(height));
        return QRectF(QStyle::visualRect(direction, whole, logical));
    };
    if (choice.heading) {
        const QRectF line =
            place(m_theme.px(16), whole.width() - m_theme.px(32), whole.height()).translated(0, m_theme.px(4));
        paint::text(*painter, line, m_theme.font(Type::Micro, QFont::DemiBold), c.text.tertiary, choice.text,
                    Qt::AlignLeading, direction);
        return;
    }
    const bool on = option.state & QStyle::State_Selected;
    if (on || (option.state & QStyle::State_MouseOver && choice.enabled))
        paint::roundRect(*painter, QRectF(whole).adjusted(m_theme.px(8), 0, -m_theme.px(8), 0), m_theme.px(6),
                         on ? c.bg.selected : c.bg.hover);
    qreal x = m_theme.px(16), end = whole.width() - m_theme.px(16);
    const qreal slot = m_theme.px(20);
    if (!choice.person.isEmpty()) {
        paint::avatar(*painter, m_theme, place(x, slot, slot), choice.person, choice.personId, {}, direction);
        x += slot + m_theme.px(10);
    } else if (!choice.icon.isEmpty()) {
        const QColor color = choice.iconColor.isValid() ? choice.iconColor : on ? c.accent.text : c.text.secondary;
        const qreal glyph = m_theme.px(16);
        m_theme.icons().paint(*painter, place(x + (slot - glyph) / 2, glyph, glyph), choice.icon, color, direction);
        x += slot + m_theme.px(10);
    }
    if (!choice.key.isEmpty()) {
        QStringList keys = choice.key.split(u' ');
        if (direction == Qt::RightToLeft) // keycaps stand in the order in which they are pressed, as on the keyboard
            std::reverse(keys.begin(), keys.end());
        for (auto key = keys.crbegin(); key != keys.crend(); ++key) {
            const QSizeF size = paint::keycapSize(m_theme, *key);
            end -= size.width();
            paint::keycap(*painter, m_theme, place(end, size.width(), size.height()), *key);
            end -= m_theme.px(4);
        }
        end -= m_theme.px(4);
    }
    if (choice.checked) {
        end -= m_theme.px(14);
        m_theme.icons().paint(*painter, place(end, m_theme.px(14), m_theme.px(14)), "check", c.accent.text);
        end -= m_theme.px(8);
    }
    const QColor color = choice.enabled ? c.text.primary : c.text.disabled;
    const QFont &font = m_theme.font(Type::Body);
    const qreal natural = paint::textWidth(font, choice.text) + 2;
    const qreal wide = std::min(natural, end - x);
    const QRectF line = place(x, wide, whole.height());
    const qsizetype hit = m_needle.isEmpty() ? -1 : choice.text.indexOf(m_needle, 0, Qt::CaseInsensitive);
    if (hit < 0 || natural > end - x) {
        paint::text(*painter, line, font, color, choice.text, Qt::AlignLeading, direction);
    } else {
        QTextLayout layout(choice.text, font);
        QTextCharFormat mark;
        mark.setForeground(c.accent.text);
        mark.setFontWeight(QFont::DemiBold);
        layout.setFormats({{int(hit), int(m_needle.size()), mark}});
        layout.beginLayout();
        QTextLine text = layout.createLine();
        text.setLineWidth(line.width() + m_theme.px(24));
        layout.endLayout();
        painter->setPen(color);
        layout.draw(painter, QPointF(line.left(), line.top() + (line.height() - text.height()) / 2));
    }
    x += natural + m_theme.px(10);
    if (!choice.detail.isEmpty() && x < end - m_theme.px(24))
        paint::text(*painter, place(x, end - x, whole.height()), m_theme.font(Type::Meta), c.text.tertiary, choice.detail,
                    Qt::AlignLeading, direction);
}

ChoiceList::ChoiceList(const Theme &theme, int rowHeight, QWidget *parent)
    : QListView(parent)
    , m_model(new ChoiceModel(this))
    , m_delegate(new ChoiceDelegate(theme, rowHeight, this))
    , m_rowHeight(rowHeight)
    , m_theme(theme)
{
    setModel(m_model);
    setItemDelegate(m_delegate);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    setMouseTracking(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    viewport()->setAutoFillBackground(false);
    setStyleSheet(QStringLiteral("QListView { background: transparent; border: none; }"));
    connect(this, &QListView::clicked, this, [this](const QModelIndex &index) {
        const Choice choice = index.data(ChoiceModel::ChoiceRole).value<Choice>();
        if (!choice.heading && choice.enabled)
            emit chosen(choice);
    });
}

void ChoiceList::setChoices(QList<Choice> choices, const QString &needle, bool keepCurrent)
{
    const std::optional<Choice> before = keepCurrent ? currentChoice() : std::nullopt;
    m_delegate->setNeedle(needle);
    m_model->setChoices(std::move(choices));
    int row = -1;
    for (int i = 0; i < m_model->rowCount(); ++i) {
        const Choice &choice = m_model->choices()[i];
        if (choice.heading || !choice.enabled)
            continue;
        if (row < 0)
            row = i;
        if (before && choice.id == before->id) {
            row = i;
            break;
        }
    }
    if (row >= 0)
        setCurrentIndex(m_model->index(row));
    if (!before)
        scrollToTop();
}

std::optional<Choice> ChoiceList::currentChoice() const
{
    const QModelIndex at = currentIndex();
    if (!at.isValid())
        return {};
    const Choice choice = m_model->choices()[at.row()];
    return choice.heading || !choice.enabled ? std::nullopt : std::optional(choice);
}

void ChoiceList::step(int by)
{
    const int count = m_model->rowCount();
    int row = currentIndex().isValid() ? currentIndex().row() : (by > 0 ? -1 : count);
    for (int tries = 0; tries < count; ++tries) {
        row = (row + by + count) % count;
        const Choice &choice = m_model->choices()[row];
        if (!choice.heading && choice.enabled) {
            setCurrentIndex(m_model->index(row));
            scrollTo(m_model->index(row));
            return;
        }
    }
}

int ChoiceList::contentHeight() const
{
    int height = 0;
    for (const Choice &choice : m_model->choices())
        height += m_theme.px(choice.heading ? 28 : m_rowHeight);
    return height;
}

bool matchesTyped(const QString &text, const QString &typed)
{
    const auto folded = [](const QString &from) {
        QString plain;
        for (const QChar sign : from.normalized(QString::NormalizationForm_KD)) {
            if (!sign.isMark())
                plain.append(sign.isLetterOrNumber() ? sign : QChar(u' '));
        }
        return plain.toCaseFolded();
    };
    const QString hay = u' ' + folded(text);
    const QStringList words = folded(typed).split(u' ', Qt::SkipEmptyParts);
    return std::all_of(words.begin(), words.end(), [&hay](const QString &word) { return hay.contains(u' ' + word); });
}

} // namespace tributary::ui
