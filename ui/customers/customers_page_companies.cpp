// The companies of the Customers section: all of them, and what is done to one.
#include "ui/customer/people_words.h"
#include "ui/customers/company_merge.h"
#include "ui/customers/company_table.h"
#include "ui/customers/customers_page.h"
#include "ui/customers/row_menu.h"
#include "ui/shell/picker.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/toasts.h"
#include "ui/shell/undo_words.h"
#include "ui/shell/when_done.h"

#include <QLineEdit>

namespace tributary::ui {
namespace {

constexpr std::size_t kMostMoved = 5'000; ///< As one step that can be taken back.

QString nameOf(const model::Company &company)
{
    return QString::fromStdString(company.name);
}

/// Why a company cannot be removed; empty: it can.
QString whyNotRemoved(const model::Agent &me)
{
    return model::may(me, model::Permission::ManageCompanies) ? QString() : whyNot(model::Permission::ManageCompanies);
}

} // namespace

void CustomersPage::wireCompanies()
{
    connect(m_companies, &PaintedRows::opened, this,
            [this](int row) { emit companyChosen(m_companies->at(row).company.id); });
    connect(m_companies, &ColumnRows::menuWanted, this, &CustomersPage::showCompanyMenu);
    connect(m_companyFilter, &QLineEdit::textChanged, this, [this](const QString &typed) {
        m_companies->setFilter(typed.trimmed());
        showTitle();
        showEmpty();
    });
}

void CustomersPage::loadCompanies()
{
    whenDone(m_workspace.companyRows(), this,
             [this, asked = ++m_askedCompanies](Result<std::vector<store::CompanyRow>> rows) {
                 if (!rows || asked != m_askedCompanies)
                     return;
                 m_hasCompanies = true;
                 m_companies->setCompanies(std::move(*rows));
                 showTitle();
                 showEmpty();
             });
}

QString CustomersPage::whyNoCompanies() const
{
    if (!m_hasCompanies) // being read
        return {};
    if (m_companies->all().empty())
        return tr("There are no companies yet. One comes with a customer who is said to belong to it, or with an import.");
    return tr("No company matches “%1”.").arg(m_companyFilter->text().trimmed());
}

void CustomersPage::showCompanyMenu(const QPoint &place)
{
    const store::CompanyRow *row = m_companies->currentCompany();
    if (!row)
        return;
    auto *menu = new RowMenu(m_theme, "companyMenu", this);
    menu->add("open", tr("Open"), "people", tr("Enter"), {}, [this, id = row->company.id] { emit companyChosen(id); });
    menu->add("showPeople", tr("Show its customers"), "search", {},
              row->people > 0 ? QString() : tr("Nobody belongs to it yet."), [this, name = nameOf(row->company)] {
                  showFiltered(QStringLiteral("company:\"%1\"").arg(QString(name).remove(u'"')));
              });
    menu->addSeparator();
    menu->add("merge", tr("Merge into another company"), "merge", QStringLiteral("Y"),
              whyNotMerged(std::size_t(std::max<std::int64_t>(0, row->people))), [this] { mergeCompany(); });
    menu->add("order", tr("Order of the table"), "sort", QStringLiteral("S"), {}, [this] { askOrder(); });
    menu->add("remove", tr("Remove company"), "close", {}, whyNotRemoved(m_workspace.agent()), [this] { removeCompany(); });
    menu->popup(place);
}

/// Why a company of so many people cannot be merged; empty: it can.
QString CustomersPage::whyNotMerged(std::size_t people) const
{
    const model::Agent &me = m_workspace.agent();
    if (!model::may(me, model::Permission::ManageCompanies))
        return whyNot(model::Permission::ManageCompanies);
    if (people > 1 && !model::may(me, model::Permission::BulkActions))
        return whyNot(model::Permission::BulkActions);
    if (m_companies->all().size() < 2)
        return tr("There is no other company.");
    return {};
}

void CustomersPage::mergeCompany()
{
    const store::CompanyRow *row = m_companies->currentCompany();
    if (!row)
        return;
    if (const QString why = whyNotMerged(std::size_t(std::max<std::int64_t>(0, row->people))); !why.isEmpty()) {
        m_shell.toasts().add(why, {}, {}, {}, 4000);
        return;
    }
    Picker::Question question{.objectName = "companyMergePicker", .width = 360};
    question.placeholder = tr("Merge %1 into").arg(nameOf(row->company));
    for (const store::CompanyRow &other : m_companies->all()) {
        if (other.company.id != row->company.id)
            question.choices.append(Choice{.id = QString::fromStdString(other.company.id.text()),
                                           .text = nameOf(other.company),
                                           .detail = domainsOf(other.company),
                                           .icon = "people"});
    }
    question.apply = [this, from = row->company.id](const Choice &choice) {
        if (const auto into = model::CompanyId::fromText(choice.id.toStdString()))
            mergeCompanies(from, *into);
    };
    m_shell.picker().ask(placeOfCurrent(), std::move(question));
}

/// Both as they are by now.
void CustomersPage::mergeCompanies(model::CompanyId from, model::CompanyId into)
{
    whenDone(m_workspace.companies(), this, [this, from, into](const Result<std::vector<model::Company>> &all) {
        if (!all)
            return;
        const auto one = std::ranges::find(*all, from, &model::Company::id);
        const auto other = std::ranges::find(*all, into, &model::Company::id);
        if (one == all->end() || other == all->end())
            return;
        whenDone(m_workspace.customersOfCompany(from), this,
                 [this, one = *one, other = *other](const Result<std::vector<model::CustomerId>> &people) {
                     if (!people)
                         return;
                     whenDone(m_workspace.setup(), this,
                              [this, one, other, people = *people](const Result<store::Setup> &setup) {
                                  if (setup)
                                      giveMerge(one, other, people, setup->fields);
                              });
                 });
    });
}

void CustomersPage::giveMerge(const model::Company &from, const model::Company &into, std::vector<model::CustomerId> people,
                              const std::vector<model::FieldDefinition> &fields)
{
    if (const QString why = whyNotMerged(people.size()); !why.isEmpty()) { // more of them than are counted as people
        m_shell.toasts().add(why, {}, {}, {}, 4000);
        return;
    }
    const bool goesOn = people.size() > kMostMoved;
    people.resize(std::min(people.size(), kMostMoved));
    auto commands = mergeOfCompanies(from, into, people, fields);
    if (!commands) {
        m_shell.toasts().add(tr("Together they have more than %1 domains. Take some out first.")
                                 .arg(locale().toString(qulonglong(kMostCompanyDomains))));
        return;
    }
    const QString name = nameOf(into);
    const QString words = goesOn ? tr("The first %1 customers belong to %2 now. Merge again for the others.")
                                       .arg(locale().toString(qulonglong(kMostMoved)), name)
                                 : tr("Merged %1 into %2.").arg(nameOf(from), name);
    if (goesOn) // it stays for the others, and takes in who writes, until the last of them has moved
        commands = movesInto(into.id, people);
    giveOfCompanies(std::move(*commands), words);
}

void CustomersPage::removeCompany()
{
    const store::CompanyRow *row = m_companies->currentCompany();
    if (!row)
        return;
    if (const QString why = whyNotRemoved(m_workspace.agent()); !why.isEmpty()) {
        m_shell.toasts().add(why, {}, {}, {}, 4000);
        return;
    }
    const QString name = nameOf(row->company);
    giveOfCompanies({model::RemoveCompany{row->company.id}},
                    row->people > 0
                        ? tr("Removed %1. %n customer(s) belong to no company now.", nullptr, int(row->people)).arg(name)
                        : tr("Removed %1.").arg(name));
}

void CustomersPage::giveOfCompanies(std::vector<model::CommandBody> commands, const QString &words)
{
    whenDone(m_workspace.submit(std::move(commands)), this, [this, words](const Result<client::Submitted> &done) {
        if (!done)
            m_shell.toasts().add(tr("This could not be kept on this computer"), {}, {}, {}, 4000);
        else if (done->undo)
            offerUndo(words, *done->undo, m_workspace, m_shell.toasts(), this);
        else
            m_shell.toasts().add(words);
        loadCompanies(); // whoever has done it sees it at once
    });
}

} // namespace tributary::ui
