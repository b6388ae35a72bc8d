#include "ui/shell/painted_parts.h"

#include <QPointer>

namespace tributary::ui {
namespace {

/// It goes with its parts, which go with their area.
class Part : public QAccessibleInterface {
public:
    Part(const PaintedParts &parts, QAbstractScrollArea *area, int number)
        : m_parts(parts)
        , m_area(area)
        , m_number(number)
    {
    }
    bool isValid() const override { return m_area && m_number < m_parts.childCount(); }
    QObject *object() const override { return nullptr; }
    QWindow *window() const override { return m_area ? m_area->window()->windowHandle() : nullptr; }
    QAccessibleInterface *parent() const override { return QAccessible::queryAccessibleInterface(m_area); }
    QAccessibleInterface *child(int) const override { return nullptr; }
    QAccessibleInterface *childAt(int, int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface *) const override { return -1; }
    QString text(QAccessible::Text kind) const override
    {
        return isValid() && kind == QAccessible::Name ? m_parts.nameOf(m_number) : QString();
    }
    void setText(QAccessible::Text, const QString &) override {}
    QRect rect() const override
    {
        if (!isValid())
            return {};
        const QRect at = m_parts.placeOf(m_number);
        return QRect(m_area->viewport()->mapToGlobal(at.topLeft()), at.size());
    }
    QAccessible::Role role() const override { return isValid() ? m_parts.roleOf(m_number) : QAccessible::NoRole; }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        if (!isValid()) {
            state.invalid = true;
            return state;
        }
        state.focusable = true;
        state.offscreen = !m_area->viewport()->rect().intersects(m_parts.placeOf(m_number));
        m_parts.describe(m_number, state);
        return state;
    }

private:
    const PaintedParts &m_parts;
    QPointer<QAbstractScrollArea> m_area;
    int m_number;
};

} // namespace

PaintedParts::PaintedParts(QAbstractScrollArea *area, QAccessible::Role role)
    : QAccessibleWidget(area, role)
    , m_area(area)
{
}

PaintedParts::~PaintedParts()
{
    for (const auto &[part, id] : m_made)
        QAccessible::deleteAccessibleInterface(id);
}

QAccessibleInterface *PaintedParts::child(int index) const
{
    if (index < 0 || index >= childCount())
        return nullptr;
    const auto known = m_made.find(index);
    if (known != m_made.end())
        return QAccessible::accessibleInterface(known->second);
    auto *made = new Part(*this, m_area, index);
    m_made[index] = QAccessible::registerAccessibleInterface(made);
    return made;
}

int PaintedParts::indexOfChild(const QAccessibleInterface *child) const
{
    for (const auto &[part, id] : m_made) {
        if (QAccessible::accessibleInterface(id) == child)
            return part;
    }
    return -1;
}

QAccessibleInterface *PaintedParts::childAt(int x, int y) const
{
    const QPoint at = m_area->viewport()->mapFromGlobal(QPoint(x, y));
    for (int part = 0; part < childCount(); ++part) {
        if (placeOf(part).contains(at))
            return child(part);
    }
    return nullptr;
}

} // namespace tributary::ui
