#pragma once

#include "core/store/people_reads.h"
#include "ui/shell/column_rows.h"

namespace tributary::ui {

/// The table of companies: the domains of their mail and how many people belong to each. All of them are there; the filter
/// leaves those of which a name or a domain begins with what is typed.
class CompanyTable : public ColumnRows {
    Q_OBJECT
public:
    enum OrderBy { Name, People };
    CompanyTable(const Theme &theme, const Clock &clock, QWidget *parent = nullptr);

    void setCompanies(std::vector<store::CompanyRow> companies);
    void setFilter(const QString &typed);
    /// Puts them in order.
    void arrange(Order order);
    /// Null: no company is shown.
    const store::CompanyRow *currentCompany() const;
    const store::CompanyRow &at(int row) const { return m_all[m_shown[std::size_t(row)]]; }
    /// With those that the filter leaves out.
    const std::vector<store::CompanyRow> &all() const { return m_all; }
    int count() const override { return int(m_shown.size()); }
    QString spoken(int row) const override;

protected:
    QList<qreal> widths(qreal room) const override;
    void paintRow(QPainter &painter, int row, const QRect &box) override;

private:
    void sort();
    void choose();
    void showAround(model::CompanyId keep, int before);
    model::CompanyId currentId() const;

    std::vector<store::CompanyRow> m_all;
    std::vector<std::size_t> m_shown; ///< Places in m_all.
    QString m_typed;
};

/// "teas.example, tea.test"
QString domainsOf(const model::Company &company);

} // namespace tributary::ui
