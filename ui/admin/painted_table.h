#pragma once

#include "ui/theme/theme.h"

#include <QAbstractScrollArea>
#include <QAccessible>

namespace tributary::ui {

/// A table that paints itself, and still has parts for a screen reader: each part has a name, a place, a role and a state.
class PaintedTable : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit PaintedTable(const Theme &theme, QWidget *parent);

    virtual int partCount() const = 0;
    virtual QString partName(int part) const = 0;
    virtual QRect partRect(int part) const = 0; ///< In viewport coordinates.
    virtual QAccessible::Role partRole(int part) const = 0;
    virtual void describePart(int part, QAccessible::State &state) const = 0;
    virtual int currentPart() const = 0; ///< -1: none.
    /// "People, 9 rows": the table as a whole.
    virtual QString spokenTitle() const = 0;

protected:
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;
    /// The current part has the keyboard now, or another state.
    void announceCurrent();
    void announceState();
    void announceSelected(int part, bool selected);

    const Theme &m_theme;
};

} // namespace tributary::ui
