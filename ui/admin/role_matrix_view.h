#pragma once

#include "ui/admin/painted_table.h"
#include "ui/admin/role_matrix.h"

namespace tributary::ui {

/// The matrix of roles, painted: sentences at the start stay while columns scroll. Arrow keys move between cells, Space or a
/// click toggles one, Enter on a role or a click on its name opens it.
class RoleMatrixView : public PaintedTable {
    Q_OBJECT
public:
    RoleMatrixView(const Theme &theme, QWidget *parent = nullptr);

    void setMatrix(RoleMatrix matrix);
    const RoleMatrix &matrix() const { return m_matrix; }
    void setReadOnly(const QString &why);
    void setOpened(std::optional<model::RoleId> role);
    int currentRow() const { return m_row; }
    int currentColumn() const { return m_column; }
    void setCurrent(int row, int column);
    QRect cellRect(int row, int column) const; ///< In viewport coordinates; row -1: the header.
    /// Why nothing happens on a cell; empty where Space toggles it.
    QString whyNot(int row, int column) const;

    int partCount() const override;
    QString partName(int part) const override;
    QRect partRect(int part) const override;
    QAccessible::Role partRole(int part) const override;
    void describePart(int part, QAccessible::State &state) const override;
    int currentPart() const override;
    QString spokenTitle() const override;

signals:
    void toggled(const tributary::model::SaveRole &save);
    void roleOpened(int column);
    /// Something was tried that may not be done: @p why, to be said.
    void fixedTouched(const QString &why);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    struct Spot {
        int row = -2; ///< -1: the header; -2: nowhere.
        int column = -1;
        friend bool operator==(const Spot &, const Spot &) = default;
    };
    int headerHeight() const;
    int wordsWidth() const;
    int columnWidth() const;
    int rowTop(int row) const;
    int contentHeight() const;
    Spot spotAt(const QPoint &at) const;
    QRect mirrored(const QRect &logical) const;
    void paintHeader(QPainter &painter);
    void paintRow(QPainter &painter, int row);
    void paintMark(QPainter &painter, int row, int column);
    void updateRange();
    void step(int down, int along);
    void reveal();
    void toggle();

    RoleMatrix m_matrix;
    QString m_readOnly;
    std::optional<model::RoleId> m_opened;
    int m_row = 1, m_column = RoleMatrix::kPlainRoles;
    Spot m_hovered;
};

} // namespace tributary::ui
