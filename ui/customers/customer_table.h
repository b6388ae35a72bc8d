#pragma once

#include "ui/customers/customer_rows.h"
#include "ui/shell/column_rows.h"
#include "ui/shell/row_selection.h"

namespace tributary::ui {

/// The table of customers: 40 px rows, only those on the screen painted and read (UX 6.17). Several can be selected: by Ctrl
/// or Shift with a click, Shift with the arrows, Ctrl+Space, Ctrl+A; Esc gives that up (UX 7, 8).
class CustomerTable : public ColumnRows {
    Q_OBJECT
public:
    CustomerTable(const Theme &theme, const Clock &clock, CustomerRows &rows, QWidget *parent = nullptr);

    model::CustomerId currentCustomer() const { return m_rows.at(current()); }
    /// What is to be acted on: the selected ones in their order, or the current one where none is selected; nothing where
    /// the selection was lost.
    std::vector<model::CustomerId> chosen() const;
    std::size_t selectedCount() const { return m_selection->size(); }
    void toggleSelected() { m_selection->toggle(); }
    void selectAll() { m_selection->selectAll(); }
    void clearSelection() { m_selection->clear(); }
    /// All that was selected has left the table, and nothing has been chosen since.
    bool hasLostSelection() const { return m_selection->isLost(); }
    void forgetLostSelection() { m_selection->forgetLost(); }
    /// Moves on by @p by rows and selects all from where that began.
    void extend(int by) { m_selection->extendTo(current() + by); }
    int count() const override { return m_rows.rowCount(); }
    QString spoken(int row) const override;

signals:
    void selectionChanged();

protected:
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void chooseForMenu(int row) override { m_selection->takeMenu(row); }
    QList<qreal> widths(qreal room) const override;
    void paintRow(QPainter &painter, int row, const QRect &box) override;

private:
    void showReplaced();
    bool isSelected(int row) const { return m_selection->contains(m_rows.at(row).bytes); }

    CustomerRows &m_rows;
    model::CustomerId m_keep;
    RowSelection *m_selection;
};

/// Two people a row who may be one, and why.
class DuplicateList : public PaintedRows {
    Q_OBJECT
public:
    DuplicateList(const Theme &theme, const Clock &clock, QWidget *parent = nullptr);

    void setPairs(std::vector<store::Duplicate> pairs);
    /// More of them at the end; pairs that are there already are left out.
    void addPairs(std::vector<store::Duplicate> pairs);
    /// Whether the last rows can be seen.
    bool wantsMore() const;
    /// Nothing: there are none.
    const store::Duplicate *currentPair() const;
    int count() const override { return int(m_pairs.size()); }
    int rowHeight() const override { return m_theme.px(56); }
    QString spoken(int row) const override;

signals:
    void moreWanted();

protected:
    void paintRow(QPainter &painter, int row, const QRect &box) override;

private:
    QString foundWords(TimePoint at) const;

    std::vector<store::Duplicate> m_pairs;
};

} // namespace tributary::ui
