#pragma once

#include "core/store/people_reads.h"
#include "ui/shell/painted_rows.h"

namespace tributary::ui {

/// The table of companies, by name: the domains of their mail and how many people belong to each. All of them are there; the
/// filter leaves those of which a name or a domain begins with what is typed.
class CompanyTable : public PaintedRows {
    Q_OBJECT
public:
    CompanyTable(const Theme &theme, const Clock &clock, QWidget *parent = nullptr);

    void setCompanies(std::vector<store::CompanyRow> companies);
    void setFilter(const QString &typed);
    /// Null: no company is shown.
    const store::CompanyRow *currentCompany() const;
    const store::CompanyRow &at(int row) const { return m_all[m_shown[std::size_t(row)]]; }
    /// With those that the filter leaves out.
    const std::vector<store::CompanyRow> &all() const { return m_all; }
    int count() const override { return int(m_shown.size()); }
    int rowHeight() const override { return m_theme.px(m_theme.isCompact() ? 32 : 40); }
    int headerHeight() const override { return m_theme.px(32); }
    QString spoken(int row) const override;

signals:
    /// The menu of the current one: right click, Menu key. @p place in global coordinates.
    void menuWanted(const QPoint &place);

protected:
    void contextMenuEvent(QContextMenuEvent *event) override;
    void paintHeader(QPainter &painter, const QRect &box) override;
    void paintRow(QPainter &painter, int row, const QRect &box) override;

private:
    struct Columns {
        QRectF name, domains, people;
    };
    Columns columnsOf(const QRectF &row) const;
    void choose();

    std::vector<store::CompanyRow> m_all;
    std::vector<std::size_t> m_shown; ///< Places in m_all.
    QString m_typed;
};

/// "teas.example, tea.test"
QString domainsOf(const model::Company &company);

} // namespace tributary::ui
