#pragma once

#include "core/base/id.h"
#include "ui/admin/painted_table.h"
#include "ui/shell/row_selection.h"

#include <QList>
#include <optional>

class QLineEdit;

namespace tributary::ui {

struct TableColumn {
    QString title;
    int width = 0; ///< At text scale 100 %; 0: what is left, shared with other such columns.
    bool atEnd = false;
    int share = 1;  ///< Of what is left.
    QString detail; ///< What the second line of its cells is, where there is one: a column of its own in a file.
};
struct TableCell {
    enum class Tone { Plain, Success, Warning, Neutral };
    QString text;
    QString detail; ///< A second line, paler.
    Tone tone = Tone::Plain;
    QString icon; ///< In a pill, where the tone is not plain.
    bool pale = false;
    friend bool operator==(const TableCell &, const TableCell &) = default;
};
struct TableRow {
    RawId id{};
    QString person; ///< An avatar before the first cell.
    QString icon;   ///< Or a glyph on a tile.
    QList<TableCell> cells;
    QString spoken; ///< Everything in one sentence, for a screen reader.
    bool faded = false;
    friend bool operator==(const TableRow &, const TableRow &) = default;
};

/// People, teams, fields or statuses, a row of 52 px each below a header (UX 6.13). One row is current; Enter or a click
/// opens it; F2 or a double click edits its name in place where that may be done. Several can be selected: by Ctrl or Shift
/// with a click, Shift with the arrows, Ctrl+Space, Ctrl+A; Esc gives that up (UX 7, 8).
class RecordTable : public PaintedTable {
    Q_OBJECT
public:
    RecordTable(const Theme &theme, const QString &title, QList<TableColumn> columns, QWidget *parent = nullptr);

    void setRows(QList<TableRow> rows);
    const QList<TableRow> &rows() const { return m_rows; }
    const QList<TableColumn> &columns() const { return m_columns; }
    std::optional<RawId> current() const;
    void setCurrent(const RawId &id);
    /// The row whose details are open beside the table; it stays marked while the table has no focus.
    void setOpened(std::optional<RawId> id);
    void setRenaming(bool allowed) { m_renaming = allowed; }
    void setMoving(bool allowed) { m_moving = allowed; }
    void renameCurrent() { rename(m_current); }
    /// What is to be acted on: the selected rows in their order, or the current one where none is selected.
    QList<RawId> chosen() const;
    int selectedCount() const { return int(m_selection->size()); }
    void toggleSelected() { m_selection->toggle(); }
    void selectAll() { m_selection->selectAll(); }
    void clearSelection() { m_selection->clear(); }
    /// Moves on by @p by rows and selects all from where that began.
    void extend(int by) { m_selection->extendTo(m_current + by); }
    QRect rowRect(int row) const; ///< In viewport coordinates.

    int partCount() const override { return int(m_rows.size()); }
    QString partName(int part) const override { return m_rows[part].spoken; }
    QRect partRect(int part) const override { return rowRect(part); }
    QAccessible::Role partRole(int) const override { return QAccessible::ListItem; }
    void describePart(int part, QAccessible::State &state) const override;
    int currentPart() const override { return m_rows.isEmpty() ? -1 : m_current; }
    QString spokenTitle() const override;

signals:
    void opened(const tributary::RawId &id);
    void renamed(const tributary::RawId &id, const QString &name);
    /// Alt+Up, Alt+Down.
    void moveWanted(const tributary::RawId &id, int by);
    void removeWanted(const QList<tributary::RawId> &ids);
    /// The menu of what is chosen: right click, Menu key, full stop. @p place is the row or, 1 x 1, where the mouse is, in
    /// global coordinates.
    void menuWanted(const QList<tributary::RawId> &ids, const QRect &place);
    void selectionChanged();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    int headerHeight() const;
    int rowHeight() const;
    int rowAt(const QPoint &at) const;
    QList<QRect> cellRects(const QRect &row) const;
    void paintHeader(QPainter &painter);
    void paintRow(QPainter &painter, int row);
    void paintCell(QPainter &painter, const QRect &rect, const TableCell &cell, bool first, bool faded, bool atEnd);
    void updateRange();
    void moveTo(int row);
    int pageRows() const;               ///< That a page moves on by.
    int indexOf(const RawId &id) const; ///< -1: not there.
    void askForMenu(int row);
    void rename(int row);
    void endRename(bool keep);
    void placeEditor(int row);
    void followEdited();

    const QString m_title;
    const QList<TableColumn> m_columns;
    QList<TableRow> m_rows;
    std::optional<RawId> m_opened;
    RowSelection *m_selection;
    QLineEdit *m_editor;
    RawId m_edited{};
    int m_current = 0, m_hovered = -1;
    bool m_renaming = false, m_moving = false;
};

} // namespace tributary::ui
