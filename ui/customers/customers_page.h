#pragma once

#include "ui/customers/customer_table.h"
#include "ui/shell/action_registry.h"
#include "ui/shell/controls.h"

#include <QElapsedTimer>
#include <QTimer>

class QLineEdit;
class QStackedWidget;

namespace tributary::ui {

class CompanyTable;
class CustomerExport;
class ImportSheet;
class MergeFlow;
class NewCustomerSheet;
class SettingsFile;
class ShellWindow;

/// The Customers section (UX 6.17): everybody in a table, those who may be one person to be looked through, and the
/// companies they belong to.
class CustomersPage : public QWidget {
    Q_OBJECT
public:
    CustomersPage(const Theme &theme, const Clock &clock, client::Workspace &workspace, ShellWindow &shell, MergeFlow &merge,
                  SettingsFile &settings, QWidget *parent = nullptr);

    enum class View { Everybody, Duplicates, Companies };
    void setView(View view);
    CustomerTable &table() { return *m_table; }
    DuplicateList &duplicates() { return *m_duplicates; }
    CompanyTable &companies() { return *m_companies; }
    void addCustomer();
    /// Everybody that @p typed finds.
    void showFiltered(const QString &typed);
    /// Only who has @p tag; empty: whatever their tags are.
    void showTagged(const std::string &tag);
    const std::string &shownTag() const { return m_tag; }
    /// Asks by what the rows that are shown stand in order; in the table of pairs there is nothing to choose.
    void askOrder();
    /// Customers from a file; the one at @p path, if there is one.
    void importCustomers(const QString &path = {});
    ImportSheet &importSheet();
    void review();
    void keepApart();
    /// Blocks whoever is selected, or the current one, after a question.
    void blockChosen();
    /// Asks for a file for who is shown, or for who is selected of them.
    void exportShown();
    void exportTo(const QString &path);
    /// Asks into which company the current one goes, with its people and domains: one step to take back.
    void mergeCompany();
    /// Removes the current company: its customers belong to none until that is taken back.
    void removeCompany();

signals:
    /// To be looked at in the inbox.
    void customerChosen(tributary::model::CustomerId id);
    /// To be looked at, and changed.
    void companyChosen(tributary::model::CompanyId id);

protected:
    void showEvent(QShowEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void addActions();
    void wireDrag();
    void load();
    void loadPeople();
    void orderPeople(ColumnRows::Order order);
    void askTag();
    void offerTags();
    void readTags();
    void loadMorePairs();
    void takePage(const store::Duplicates &page);
    void showTitle();
    void sayCount();
    void showEmpty();
    void showHints();
    void showDecisions();
    void onChanged(const store::ChangeSet &changes);
    void takeEnter();
    void showMenu(const QPoint &place);
    void copyAddress(model::CustomerId id);
    QRect placeOfCurrent() const; ///< The current row of what is shown, in global coordinates.
    QString selectedWords() const;
    QString personName(model::CustomerId id) const; ///< "Visitor" where none is known, or not yet.
    /// Says that what was selected has left the table, once, if it has.
    bool saidLost();
    /// Why so many people cannot be blocked; empty: they can.
    QString whyNotBlocked(std::size_t count) const;
    QString whyNobody() const;
    View view() const { return View(m_choice->current()); }
    PaintedRows &rowsShown() const;
    ColumnRows *tableShown() const; ///< Null: pairs are shown.

    // customers_page_companies.cpp
    void wireCompanies();
    void loadCompanies();
    QString whyNoCompanies() const;
    void showCompanyMenu(const QPoint &place);
    QString whyNotMerged(std::size_t people) const;
    /// As one step that can be taken back, which @p words say was done.
    void giveOfCompanies(std::vector<model::CommandBody> commands, const QString &words);
    void mergeCompanies(model::CompanyId from, model::CompanyId into);
    void giveMerge(const model::Company &from, const model::Company &into, std::vector<model::CustomerId> people,
                   const std::vector<model::FieldDefinition> &fields);

    const Theme &m_theme;
    const Clock &m_clock;
    client::Workspace &m_workspace;
    ShellWindow &m_shell;
    MergeFlow &m_merge;
    CustomerRows *m_rows;
    CustomerTable *m_table;
    DuplicateList *m_duplicates;
    CompanyTable *m_companies;
    QStackedWidget *m_views;
    Segment *m_choice;
    TextLabel *m_title, *m_empty, *m_hint;
    QLineEdit *m_filter, *m_companyFilter;
    Button *m_tagFilter;
    std::vector<std::string> m_tags;               ///< Those that customers had when it was last read.
    std::string m_tag;                             ///< Who is shown has it; empty: everybody.
    bool m_saysCount = false;                      ///< Aloud, once it is known: a filter has changed.
    bool m_fromTop = false;                        ///< Others are asked for, or another order: the table begins anew.
    NewCustomerSheet *m_newSheet = nullptr;        ///< Made when it is first asked for.
    ImportSheet *m_importSheet = nullptr;          ///< Likewise.
    Button *m_import, *m_new, *m_review, *m_apart; ///< The last two are about the pair that is looked at.
    CustomerExport *m_export = nullptr;
    QString m_exported; ///< How far it has come.
    QTimer m_typing, m_refresh;
    QElapsedTimer m_touched; ///< Since a hand was last at the table: rows do not move under it.
    int m_enters = 0;        ///< Pressed in the filter before its answer was there.
    store::ChangeSet m_pending;
    std::optional<store::Duplicates::Place> m_nextPairs; ///< Where the list of pairs goes on; absent: all are there.
    std::int64_t m_openPairs = 0;
    int m_askedCompanies = 0;                ///< Answers to older questions are dropped.
    bool m_hasCompanies = false;             ///< They have been read.
    int m_askedPairs = 0, m_wantedPairs = 0; ///< Which question's answer counts; 0: none is on its way.
};

} // namespace tributary::ui
