#pragma once

#include <QAbstractScrollArea>
#include <QAccessibleWidget>
#include <map>

namespace tributary::ui {

/// What assistive technology is told of a scroll area that paints its parts (rows, cells) itself: each is a child, though no
/// widget. Parts are numbered from 0, and made as they are asked for.
class PaintedParts : public QAccessibleWidget {
public:
    PaintedParts(QAbstractScrollArea *area, QAccessible::Role role);
    ~PaintedParts() override;

    int childCount() const override = 0;
    QAccessibleInterface *child(int index) const override;
    int indexOfChild(const QAccessibleInterface *child) const override;
    QAccessibleInterface *childAt(int x, int y) const override;

    virtual QString nameOf(int part) const = 0;
    virtual QRect placeOf(int part) const = 0; ///< In the viewport.
    virtual QAccessible::Role roleOf(int part) const = 0;
    /// Says what is special to it; that it may have the keyboard, and whether it is off the screen, has been said.
    virtual void describe(int part, QAccessible::State &state) const = 0;

private:
    QAbstractScrollArea *m_area;
    mutable std::map<int, QAccessible::Id> m_made;
};

} // namespace tributary::ui
