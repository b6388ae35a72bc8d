#include "ui/admin/painted_table.h"

#include "ui/shell/painted_parts.h"

namespace tributary::ui {
namespace {

class TableAccessible : public PaintedParts {
public:
    explicit TableAccessible(PaintedTable *table)
        : PaintedParts(table, QAccessible::Table)
        , m_table(table)
    {
    }
    int childCount() const override { return m_table->partCount(); }
    QString nameOf(int part) const override { return m_table->partName(part); }
    QRect placeOf(int part) const override { return m_table->partRect(part); }
    QAccessible::Role roleOf(int part) const override { return m_table->partRole(part); }
    void describe(int part, QAccessible::State &state) const override
    {
        state.focused = m_table->hasFocus() && part == m_table->currentPart();
        m_table->describePart(part, state);
    }
    QAccessibleInterface *focusChild() const override
    {
        return m_table->hasFocus() ? child(m_table->currentPart()) : nullptr;
    }
    QString text(QAccessible::Text kind) const override
    {
        return kind == QAccessible::Name ? m_table->spokenTitle() : QAccessibleWidget::text(kind);
    }

private:
    PaintedTable *m_table;
};

QAccessibleInterface *factory(const QString &, QObject *object)
{
    auto *table = qobject_cast<PaintedTable *>(object);
    return table ? new TableAccessible(table) : nullptr;
}

} // namespace

PaintedTable::PaintedTable(const Theme &theme, QWidget *parent)
    : QAbstractScrollArea(parent)
    , m_theme(theme)
{
    QAccessible::installFactory(factory); // Qt keeps each once
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setProperty("overlayScrollBar", true);
    viewport()->setMouseTracking(true);
    viewport()->setAutoFillBackground(false);
    connect(&theme, &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void PaintedTable::focusInEvent(QFocusEvent *event)
{
    viewport()->update();
    announceCurrent();
    QAbstractScrollArea::focusInEvent(event);
}

void PaintedTable::focusOutEvent(QFocusEvent *event)
{
    viewport()->update();
    QAbstractScrollArea::focusOutEvent(event);
}

void PaintedTable::scrollContentsBy(int, int)
{
    viewport()->update();
}

void PaintedTable::announceCurrent()
{
    if (!hasFocus() || currentPart() < 0)
        return;
    QAccessibleEvent event(this, QAccessible::Focus);
    event.setChild(currentPart());
    QAccessible::updateAccessibility(&event);
}

void PaintedTable::announceState()
{
    if (!hasFocus() || currentPart() < 0)
        return;
    QAccessible::State state;
    state.checked = true;
    QAccessibleStateChangeEvent event(this, state);
    event.setChild(currentPart());
    QAccessible::updateAccessibility(&event);
}

void PaintedTable::announceSelected(int part, bool selected)
{
    if (!hasFocus() || part < 0)
        return;
    QAccessibleEvent event(this, selected ? QAccessible::SelectionAdd : QAccessible::SelectionRemove);
    event.setChild(part);
    QAccessible::updateAccessibility(&event);
}

} // namespace tributary::ui
