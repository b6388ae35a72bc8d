#include "ui/customers/company_table.h"

#include "ui/shell/choices.h"
#include "ui/theme/paint.h"

#include <QPainter>
#include <algorithm>

namespace tributary::ui {
namespace {

QString nameOf(const store::CompanyRow &row)
{
    return QString::fromStdString(row.company.name);
}

bool fits(const store::CompanyRow &row, const QString &typed)
{
    if (typed.isEmpty() || matchesTyped(nameOf(row), typed))
        return true;
    return std::ranges::any_of(row.company.domains, [typed = typed.toLower()](const std::string &domain) {
        return QString::fromStdString(domain).startsWith(typed);
    });
}

} // namespace

QString domainsOf(const model::Company &company)
{
    QStringList domains;
    for (const std::string &domain : company.domains)
        domains.append(QString::fromStdString(domain));
    return domains.join(QStringLiteral(", "));
}

CompanyTable::CompanyTable(const Theme &theme, const Clock &clock, QWidget *parent)
    : ColumnRows(theme, clock,
                 {{tr("Name"), Name, tr("A to Z"), tr("Z to A")},
                  {tr("Domains")},
                  {tr("Customers"), People, tr("fewest first"), tr("most first"), true}},
                 parent)
{
    setObjectName("companyTable");
    setAccessibleName(tr("Companies"));
    setOrder({Name, true});
    connect(this, &ColumnRows::orderWanted, this, &CompanyTable::arrange);
}

void CompanyTable::setCompanies(std::vector<store::CompanyRow> companies)
{
    const model::CompanyId keep = currentId();
    const int before = current();
    std::swap(m_all, companies);
    sort();
    if (companies != m_all)
        showAround(keep, before);
}

void CompanyTable::arrange(Order order)
{
    setOrder(order);
    sort();
    choose();
    rowsReset(0);
    setCurrent(0);
}

void CompanyTable::sort()
{
    const auto isBefore = [order = order()](const store::CompanyRow &a, const store::CompanyRow &b) {
        if (order.by == People && a.people != b.people)
            return order.rising ? a.people < b.people : b.people < a.people;
        const int names = nameOf(a).localeAwareCompare(nameOf(b));
        return order.by == People || order.rising ? names < 0 : names > 0;
    };
    std::ranges::stable_sort(m_all, isBefore);
}

/// What somebody looks at stays what the keys are about; is it gone, whichever comes next.
void CompanyTable::showAround(model::CompanyId keep, int before)
{
    choose();
    int row = std::clamp(before, 0, std::max(0, count() - 1));
    for (int i = 0; i < count(); ++i) {
        if (at(i).company.id == keep)
            row = i;
    }
    rowsReset(row);
}

void CompanyTable::setFilter(const QString &typed)
{
    if (typed == m_typed)
        return;
    m_typed = typed;
    choose();
    rowsReset(0);
}

void CompanyTable::choose()
{
    m_shown.clear();
    for (std::size_t i = 0; i < m_all.size(); ++i) {
        if (fits(m_all[i], m_typed))
            m_shown.push_back(i);
    }
}

const store::CompanyRow *CompanyTable::currentCompany() const
{
    return current() >= 0 && current() < count() ? &at(current()) : nullptr;
}

QString CompanyTable::spoken(int row) const
{
    const store::CompanyRow &one = at(row);
    const QString people = tr("%n customer(s)", "of a company", int(one.people));
    const QString domains = domainsOf(one.company);
    //: A company, its mail domains, and how many customers belong to it.
    return domains.isEmpty() ? tr("%1. %2.").arg(nameOf(one), people) : tr("%1. %2. %3.").arg(nameOf(one), domains, people);
}

model::CompanyId CompanyTable::currentId() const
{
    const store::CompanyRow *looked = currentCompany();
    return looked ? looked->company.id : model::CompanyId();
}

QList<qreal> CompanyTable::widths(qreal room) const
{
    const qreal people = m_theme.px(110), rest = room - people - 2 * gap();
    return {rest * 0.45, rest * 0.55, people};
}

void CompanyTable::paintRow(QPainter &painter, int row, const QRect &box)
{
    const Colors &c = m_theme.colors();
    const QList<QRectF> places = cells(box);
    const store::CompanyRow &one = at(row);
    const bool isEmpty = one.people == 0;
    paint::text(painter, places[0], m_theme.font(Type::BodyStrong), isEmpty ? c.text.tertiary : c.text.primary, nameOf(one),
                Qt::AlignLeading, layoutDirection());
    const QFont &meta = m_theme.font(Type::Meta);
    paint::text(painter, places[1], meta, c.text.secondary, domainsOf(one.company), Qt::AlignLeading, layoutDirection());
    if (isEmpty)
        paint::text(painter, places[2], meta, c.text.tertiary, tr("Nobody"), Qt::AlignLeading, layoutDirection());
    else
        paint::digits(painter, places[2], meta, c.text.primary, m_format.locale().toString(qint64(one.people)),
                      Qt::AlignLeading, layoutDirection());
}

} // namespace tributary::ui
