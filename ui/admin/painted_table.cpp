#include "ui/admin/painted_table.h"

#include <QAccessibleWidget>
#include <QPointer>
#include <map>

namespace tributary::ui {
namespace {

class PartAccessible : public QAccessibleInterface {
public:
    PartAccessible(PaintedTable *table, int part)
        : m_table(table)
        , m_part(part)
    {
    }
    bool isValid() const override { return m_table && m_part < m_table->partCount(); }
    QObject *object() const override { return nullptr; }
    QWindow *window() const override { return m_table ? m_table->window()->windowHandle() : nullptr; }
    QAccessibleInterface *parent() const override { return QAccessible::queryAccessibleInterface(m_table); }
    QAccessibleInterface *child(int) const override { return nullptr; }
    QAccessibleInterface *childAt(int, int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface *) const override { return -1; }
    QString text(QAccessible::Text kind) const override
    {
        return isValid() && kind == QAccessible::Name ? m_table->partName(m_part) : QString();
    }
    void setText(QAccessible::Text, const QString &) override {}
    QRect rect() const override
    {
        if (!isValid())
            return {};
        const QRect at = m_table->partRect(m_part);
        return QRect(m_table->viewport()->mapToGlobal(at.topLeft()), at.size());
    }
    QAccessible::Role role() const override { return isValid() ? m_table->partRole(m_part) : QAccessible::NoRole; }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        if (!isValid()) {
            state.invalid = true;
            return state;
        }
        state.focusable = true;
        state.focused = m_table->hasFocus() && m_part == m_table->currentPart();
        state.offscreen = !m_table->viewport()->rect().intersects(m_table->partRect(m_part));
        m_table->describePart(m_part, state);
        return state;
    }

private:
    QPointer<PaintedTable> m_table;
    int m_part;
};

class TableAccessible : public QAccessibleWidget {
public:
    explicit TableAccessible(PaintedTable *table)
        : QAccessibleWidget(table, QAccessible::Table)
        , m_table(table)
    {
    }
    ~TableAccessible() override
    {
        for (const auto &[part, id] : m_made)
            QAccessible::deleteAccessibleInterface(id);
    }
    int childCount() const override { return m_table->partCount(); }
    QAccessibleInterface *child(int index) const override
    {
        if (index < 0 || index >= childCount())
            return nullptr;
        const auto known = m_made.find(index);
        if (known != m_made.end())
            return QAccessible::accessibleInterface(known->second);
        auto *made = new PartAccessible(m_table, index);
        m_made[index] = QAccessible::registerAccessibleInterface(made);
        return made;
    }
    int indexOfChild(const QAccessibleInterface *child) const override
    {
        for (const auto &[part, id] : m_made) {
            if (QAccessible::accessibleInterface(id) == child)
                return part;
        }
        return -1;
    }
    QAccessibleInterface *childAt(int x, int y) const override
    {
        const QPoint at = m_table->viewport()->mapFromGlobal(QPoint(x, y));
        for (int part = 0; part < childCount(); ++part) {
            if (m_table->partRect(part).contains(at))
                return child(part);
        }
        return nullptr;
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
    mutable std::map<int, QAccessible::Id> m_made;
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
