#pragma once

#include "ui/shell/painted_rows.h"

#include <QList>
#include <optional>

namespace tributary::ui {

class SettingsFile;

/// Painted rows in columns under a line of headings, as of customers and of companies. A heading may put the rows in order:
/// a click on it asks for its order, and for the other way round where it is in force, which an arrow says. A screen reader
/// has it in the description of the table.
class ColumnRows : public PaintedRows {
    Q_OBJECT
public:
    struct Order {
        int by = 0;         ///< A number of the table's own.
        bool rising = true; ///< From A, from the oldest, from the fewest.
        friend bool operator==(const Order &, const Order &) = default;
    };
    struct Column {
        QString title;
        std::optional<int> order = {}; ///< What a click on the heading puts the rows in order by ...
        QString rising, falling;       ///< ... both ways in words: "A to Z" ...
        bool startsFalling = false;    ///< ... and which of them comes first.
    };
    ColumnRows(const Theme &theme, const Clock &clock, QList<Column> columns, QWidget *parent);

    const QList<Column> &columns() const { return m_columns; }
    Order order() const { return m_order; }
    /// Says it of the rows, which are put in order by whoever has them.
    void setOrder(Order order);
    /// Begins with the order that was last asked for, which is kept as @p name in @p settings.
    void keepOrder(SettingsFile &settings, const QString &name);
    /// "Last contact, newest first"
    static QString wordsOf(const Column &column, bool rising);
    QRectF headingRect(int column) const; ///< In the viewport.
    int rowHeight() const override { return m_theme.px(m_theme.isCompact() ? 32 : 40); }
    int headerHeight() const override { return m_theme.px(32); }

signals:
    void orderWanted(const tributary::ui::ColumnRows::Order &order);
    /// The menu of what is chosen: right click, Menu key. @p place in global coordinates.
    void menuWanted(const QPoint &place);

protected:
    /// How wide each column is, of @p room without the margins; 0: there is no room for it.
    virtual QList<qreal> widths(qreal room) const = 0;
    /// Between two columns.
    qreal gap() const { return m_theme.px(16); }
    /// The places of all columns in @p row.
    QList<QRectF> cells(const QRectF &row) const;
    /// A menu of the row is about to be asked for.
    virtual void chooseForMenu(int row) { setCurrent(row); }
    void mousePressEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void paintHeader(QPainter &painter, const QRect &box) override;

private:
    const QList<Column> m_columns;
    Order m_order;
};

} // namespace tributary::ui
