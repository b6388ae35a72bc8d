#pragma once

#include "ui/customers/customer_rows.h"
#include "ui/shell/painted_rows.h"

namespace tributary::ui {

/// The table of customers: 40 px rows, only those on the screen painted and read (UX 6.17). Several can be selected: by Ctrl
/// or Shift with a click, Shift with the arrows, Ctrl+Space, Ctrl+A; Esc gives that up (UX 7, 8).
class CustomerTable : public PaintedRows {
    Q_OBJECT
public:
    CustomerTable(const Theme &theme, const Clock &clock, CustomerRows &rows, QWidget *parent = nullptr);

    model::CustomerId currentCustomer() const { return m_rows.at(current()); }
    /// What is to be acted on: the selected ones in their order, or the current one where none is selected.
    std::vector<model::CustomerId> chosen() const;
    std::size_t selectedCount() const { return m_selected.size(); }
    void toggleSelected();
    void selectAll();
    void clearSelection();
    /// Moves on by @p by rows and selects all from where that began.
    void extend(int by) { extendTo(current() + by); }
    int count() const override { return m_rows.rowCount(); }
    int rowHeight() const override { return m_theme.px(m_theme.isCompact() ? 32 : 40); }
    int headerHeight() const override { return m_theme.px(32); }
    QString spoken(int row) const override;

signals:
    void selectionChanged();
    /// The menu of what is chosen: right click, Menu key. @p place in global coordinates.
    void menuWanted(const QPoint &place);

protected:
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void paintHeader(QPainter &painter, const QRect &box) override;
    void paintRow(QPainter &painter, int row, const QRect &box) override;

private:
    struct Columns {
        QRectF name, channels, contact, open, tags, owner;
    };
    Columns columnsOf(const QRectF &row) const;
    bool isSelected(int row) const { return m_selected.contains(m_rows.at(row)); }
    void extendTo(int row);
    bool selectByKey(const QKeyEvent &event);
    void forgetGone();

    CustomerRows &m_rows;
    model::CustomerId m_keep;
    std::set<model::CustomerId> m_selected;
    model::CustomerId m_anchor, m_extended; ///< Where what is being extended began, and how far it has come.
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
