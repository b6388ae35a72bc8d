#include "ui/customers/company_table.h"

#include "ui/shell/choices.h"
#include "ui/theme/paint.h"

#include <QContextMenuEvent>
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
    : PaintedRows(theme, clock, parent)
{
    setObjectName("companyTable");
    setAccessibleName(tr("Companies"));
}

void CompanyTable::setCompanies(std::vector<store::CompanyRow> companies)
{
    std::ranges::stable_sort(companies, [](const store::CompanyRow &a, const store::CompanyRow &b) {
        return nameOf(a).localeAwareCompare(nameOf(b)) < 0;
    });
    if (companies == m_all)
        return;
    const store::CompanyRow *looked = currentCompany();
    const model::CompanyId keep = looked ? looked->company.id : model::CompanyId();
    const int before = current();
    m_all = std::move(companies);
    choose();
    // What somebody looks at stays what the keys are about; is it gone, whichever comes next.
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

void CompanyTable::contextMenuEvent(QContextMenuEvent *event)
{
    if (event->reason() != QContextMenuEvent::Mouse) {
        if (current() >= 0)
            emit menuWanted(viewport()->mapToGlobal(rowRect(current()).center()));
        return;
    }
    const int row = rowAtGlobal(event->globalPos());
    if (row < 0)
        return;
    setCurrent(row);
    emit menuWanted(event->globalPos());
}

CompanyTable::Columns CompanyTable::columnsOf(const QRectF &row) const
{
    const qreal margin = m_theme.px(16), gap = m_theme.px(16), people = m_theme.px(96);
    const qreal rest = row.width() - 2 * margin - people - 2 * gap;
    qreal x = margin;
    const auto next = [&](qreal wide) {
        QRectF box(x, row.top(), wide, row.height());
        x += wide + gap;
        if (layoutDirection() == Qt::RightToLeft)
            box.moveLeft(row.width() - box.right());
        return box;
    };
    Columns columns;
    columns.name = next(rest * 0.45);
    columns.domains = next(rest * 0.55);
    columns.people = next(people);
    return columns;
}

void CompanyTable::paintHeader(QPainter &painter, const QRect &box)
{
    const Columns columns = columnsOf(box);
    const std::pair<QRectF, QString> heads[]{
        {columns.name, tr("Name")}, {columns.domains, tr("Domains")}, {columns.people, tr("Customers")}};
    for (const auto &[place, words] : heads)
        paint::text(painter, place, m_theme.font(Type::MetaStrong), m_theme.colors().text.secondary, words, Qt::AlignLeading,
                    layoutDirection());
}

void CompanyTable::paintRow(QPainter &painter, int row, const QRect &box)
{
    const Colors &c = m_theme.colors();
    const Columns columns = columnsOf(box);
    const store::CompanyRow &one = at(row);
    const bool isEmpty = one.people == 0;
    paint::text(painter, columns.name, m_theme.font(Type::BodyStrong), isEmpty ? c.text.tertiary : c.text.primary,
                nameOf(one), Qt::AlignLeading, layoutDirection());
    const QFont &meta = m_theme.font(Type::Meta);
    paint::text(painter, columns.domains, meta, c.text.secondary, domainsOf(one.company), Qt::AlignLeading,
                layoutDirection());
    if (isEmpty)
        paint::text(painter, columns.people, meta, c.text.tertiary, tr("Nobody"), Qt::AlignLeading, layoutDirection());
    else
        paint::digits(painter, columns.people, meta, c.text.primary, m_format.locale().toString(qint64(one.people)),
                      Qt::AlignLeading, layoutDirection());
}

} // namespace tributary::ui
