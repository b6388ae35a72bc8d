// The companies of the Customers section over a real workspace whose hub is away: found, opened, and merged as one step.
#include "tests/client/waited.h"
#include "tests/ui/inbox/made_profile.h"
#include "ui/customer/merge_flow.h"
#include "ui/customers/company_merge.h"
#include "ui/customers/company_table.h"
#include "ui/customers/customers_page.h"
#include "ui/inbox/inbox_page.h"
#include "ui/shell/picker.h"
#include "ui/shell/settings_file.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/status_line.h"
#include "ui/shell/toasts.h"

#include <QContextMenuEvent>
#include <QLineEdit>
#include <QMenu>
#include <QTemporaryDir>
#include <QTest>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::ui;
using client::testing::waited;

namespace {

/// Desert Teas with two people, Dune Teas with one, and Kiln & Co with nobody.
struct Section {
    QTemporaryDir folder;
    testing::MadeProfile made;
    SystemClock clock;
    Theme theme;
    ui::SettingsFile settings;
    client::Workspace workspace;
    ShellWindow window;
    InboxPage *inbox;
    CustomersPage *page;
    Company desert, dune, kiln;
    std::vector<CompanyId> opened;

    explicit Section(const testing::MadeOptions &options = {})
        : settings(folder.filePath("window.ini"))
        , window(theme, settings)
    {
        made = testing::makeProfile(folder.filePath("profile"), options);
        if (!waited(workspace.open(folder.filePath("profile"))))
            qFatal("not opened");
        desert = {.id = workspace.makeId<CompanyId>(), .name = "Desert Teas", .domains = {"teas.example", "tea.test"}};
        dune = {.id = workspace.makeId<CompanyId>(), .name = "Dune Teas", .domains = {"dune.test"}, .note = "Pays late"};
        kiln = {.id = workspace.makeId<CompanyId>(), .name = "Kiln & Co"};
        std::vector<CommandBody> commands;
        for (const Company &one : {kiln, dune, desert})
            commands.push_back(SaveCompany{one});
        commands.push_back(SetCompany{made.customers[0].id, desert.id});
        commands.push_back(SetCompany{made.customers[1].id, desert.id});
        commands.push_back(SetCompany{made.customers[2].id, dune.id});
        if (!waited(workspace.submit(std::move(commands))))
            qFatal("not kept");
        inbox = new InboxPage(theme, clock, workspace, window, settings);
        window.showSection(inbox);
        window.resize(1440, 900);
        window.show();
        window.activateWindow();
        page = new CustomersPage(theme, clock, workspace, window, inbox->mergeFlow(), settings);
        QObject::connect(page, &CustomersPage::companyChosen, page, [this](CompanyId id) { opened.push_back(id); });
        window.showSection(page);
        page->setView(CustomersPage::View::Companies);
    }
    CompanyTable &table() { return page->companies(); }
    QLineEdit *line(const char *name) { return window.findChild<QLineEdit *>(QString::fromLatin1(name)); }
    QString words(const char *name) { return window.findChild<QLabel *>(QString::fromLatin1(name))->text(); }
    /// As they stand in the table: "Desert Teas 2".
    QStringList rows()
    {
        QStringList all;
        for (int row = 0; row < table().count(); ++row)
            all.append(QStringLiteral("%1 %2")
                           .arg(QString::fromStdString(table().at(row).company.name))
                           .arg(table().at(row).people));
        return all;
    }
    Company kept(CompanyId id)
    {
        const auto all = waited(workspace.companies());
        const auto found = std::ranges::find(*all, id, &Company::id);
        return found == all->end() ? Company() : *found;
    }
    std::size_t people(CompanyId id) { return waited(workspace.customersOfCompany(id))->size(); }
    void choose(const QString &typed)
    {
        auto *field = window.picker().findChild<QLineEdit *>("pickerField");
        field->setText(typed);
        QTest::keyClick(field, Qt::Key_Return);
    }
};

const QStringList kAll{"Desert Teas 2", "Dune Teas 1", "Kiln & Co 0"};

} // namespace

class TestCompanies : public QObject {
    Q_OBJECT
private slots:
    void allAreRowsByName();
    void headingsPutThemInOrder();
    void aFilterFindsByNameAndDomain_data();
    void aFilterFindsByNameAndDomain();
    void keysOpenAndLeadToTheTable();
    void theMenuIsAboutTheOneClicked();
    void itsCustomersAreShown();
    void oneGoesIntoAnotherAndComesBack();
    void whatOthersChangeSinceStays();
    void oneIsRemovedAndComesBackWithItsPeople();
    void thePaletteLeadsToTheTable();
    void whoMayNotRemoveIsTold();
    void whoMayNotIsTold_data();
    void whoMayNotIsTold();
    void aMergeTakesPeopleAndDomains_data();
    void aMergeTakesPeopleAndDomains();
    void aMergeFillsWhatIsEmpty_data();
    void aMergeFillsWhatIsEmpty();
    void tooManyDomainsAreNotMerged();
};

void TestCompanies::allAreRowsByName()
{
    Section s;
    QTRY_COMPARE(s.rows(), kAll);
    QCOMPARE(s.words("customersTitle"), QString("Companies, 3"));
    QTRY_VERIFY(s.table().hasFocus());
    QVERIFY(s.table().spoken(0).contains("teas.example, tea.test"));
    QVERIFY(s.table().spoken(0).contains("2 "));
    // Somebody comes to belong to one: its figure follows.
    QVERIFY(waited(s.workspace.submit(SetCompany{s.made.customers[3].id, s.kiln.id})));
    QTRY_COMPARE(s.rows().last(), QString("Kiln & Co 1"));
}

void TestCompanies::headingsPutThemInOrder()
{
    Section s;
    QTRY_COMPARE(s.rows(), kAll);
    const auto says = [&s](const QString &words) {
        return std::ranges::any_of(s.window.statusLine().hints(), [&](const auto &hint) { return hint.text == words; });
    };
    QTRY_VERIFY(says("order") && !says("timeline")); // the keys of this table
    const auto click = [&s](int column) {
        QTest::mouseClick(s.table().viewport(), Qt::LeftButton, {}, s.table().headingRect(column).center().toPoint());
    };
    const QStringList fewestFirst{kAll[2], kAll[1], kAll[0]};
    click(0);
    QCOMPARE(s.rows(), fewestFirst); // Z to A
    click(2);
    QCOMPARE(s.rows(), kAll);
    click(2);
    QCOMPARE(s.rows(), fewestFirst);
    QCOMPARE(s.table().accessibleDescription(), QString("Customers, fewest first"));
    QVERIFY(waited(s.workspace.submit(SetCompany{s.made.customers[3].id, s.kiln.id})));
    s.page->setView(CustomersPage::View::Companies); // read again: the order stays
    QTRY_COMPARE(s.rows(), (QStringList{"Dune Teas 1", "Kiln & Co 1", kAll[0]}));
}

void TestCompanies::aFilterFindsByNameAndDomain_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QStringList>("found");
    QTest::newRow("everything") << "" << kAll;
    QTest::newRow("a word of names") << "teas" << kAll.mid(0, 2);
    QTest::newRow("another case") << "KILN" << kAll.mid(2);
    QTest::newRow("a domain") << "tea.test" << kAll.mid(0, 1);
    QTest::newRow("nothing") << "parcel" << QStringList();
}

void TestCompanies::aFilterFindsByNameAndDomain()
{
    QFETCH(const QString, typed);
    QFETCH(const QStringList, found);
    Section s;
    QTRY_COMPARE(s.rows(), kAll);
    s.line("companiesFilter")->setText(typed);
    QCOMPARE(s.rows(), found);
    QLabel *empty = s.window.findChild<QLabel *>("customersEmpty");
    QCOMPARE(empty->isVisible(), found.isEmpty());
    if (found.isEmpty())
        QVERIFY(empty->text().contains(typed));
}

void TestCompanies::keysOpenAndLeadToTheTable()
{
    Section s;
    QVERIFY(QTest::qWaitForWindowActive(&s.window));
    QTRY_COMPARE(s.rows(), kAll);
    QTest::keyClick(&s.table(), Qt::Key_J);
    QCOMPARE(s.table().currentCompany()->company.id, s.dune.id);
    QTest::keyClick(&s.table(), Qt::Key_Return);
    QCOMPARE(s.opened, std::vector{s.dune.id});
    QTest::keyClick(&s.table(), Qt::Key_Slash);
    QTRY_VERIFY(s.line("companiesFilter")->hasFocus());
    QTest::keyClicks(s.line("companiesFilter"), "kiln");
    QTest::keyClick(s.line("companiesFilter"), Qt::Key_Return);
    QVERIFY(s.table().hasFocus());
    QTest::keyClick(&s.table(), Qt::Key_Return);
    QCOMPARE(s.opened.back(), s.kiln.id);
    QTest::keyClick(&s.table(), Qt::Key_O); // to everybody, and back
    QTRY_VERIFY(s.page->table().isVisible());
    QTest::keyClick(&s.page->table(), Qt::Key_O);
    QTRY_VERIFY(s.table().isVisible());
}

void TestCompanies::theMenuIsAboutTheOneClicked()
{
    Section s;
    QTRY_COMPARE(s.rows(), kAll);
    const QPoint at = s.table().rowRect(2).center();
    QContextMenuEvent event(QContextMenuEvent::Mouse, at, s.table().viewport()->mapToGlobal(at));
    QCoreApplication::sendEvent(s.table().viewport(), &event);
    auto *menu = s.page->findChild<QMenu *>("companyMenu");
    QVERIFY(menu);
    QCOMPARE(s.table().currentCompany()->company.id, s.kiln.id);
    QVERIFY(!menu->findChild<QAction *>("showPeople")->isEnabled()); // there are none
    menu->findChild<QAction *>("open")->trigger();
    QCOMPARE(s.opened, std::vector{s.kiln.id});
    menu->close();
}

void TestCompanies::itsCustomersAreShown()
{
    Section s;
    QTRY_COMPARE(s.rows(), kAll);
    emit s.table().menuWanted(s.table().mapToGlobal(QPoint(10, 40)));
    auto *menu = s.page->findChild<QMenu *>("companyMenu");
    menu->findChild<QAction *>("showPeople")->trigger();
    menu->close();
    QTRY_COMPARE(s.page->table().count(), 2);
    QVERIFY(s.page->table().isVisible());
}

void TestCompanies::oneGoesIntoAnotherAndComesBack()
{
    Section s;
    QTRY_COMPARE(s.rows(), kAll);
    const std::size_t steps = s.workspace.history().steps().size();
    QTest::keyClick(&s.table(), Qt::Key_Y);
    QTRY_VERIFY(s.window.picker().isVisible());
    s.choose("dune");
    QTRY_COMPARE(s.rows(), (QStringList{"Dune Teas 3", "Kiln & Co 0"}));
    QCOMPARE(s.people(s.dune.id), std::size_t(3));
    QCOMPARE(s.kept(s.dune.id).domains, (std::vector<std::string>{"dune.test", "teas.example", "tea.test"}));
    QCOMPARE(s.kept(s.dune.id).note, s.dune.note);
    QTRY_COMPARE(s.window.toasts().newestText(), QString("Merged Desert Teas into Dune Teas."));
    QCOMPARE(s.workspace.history().steps().size(), steps + 1);
    QVERIFY(waited(s.workspace.undo())->overtaken.empty());
    QTRY_COMPARE(s.rows(), kAll);
    QCOMPARE(s.kept(s.desert.id).domains, s.desert.domains);
    QCOMPARE(s.kept(s.dune.id).domains, s.dune.domains);
}

/// A colleague has named the company anew since: that is not taken back, and the people are.
void TestCompanies::whatOthersChangeSinceStays()
{
    Section s;
    QTRY_COMPARE(s.rows(), kAll);
    const std::size_t steps = s.workspace.history().steps().size();
    QTest::keyClick(&s.table(), Qt::Key_Y);
    QTRY_VERIFY(s.window.picker().isVisible());
    s.choose("dune");
    QTRY_COMPARE(s.workspace.history().steps().size(), steps + 1);
    QCOMPARE(s.people(s.dune.id), std::size_t(3));
    const client::UndoStep merge = s.workspace.history().steps().back();
    Company renamed = s.kept(s.dune.id);
    renamed.name = "The Dune";
    QVERIFY(waited(s.workspace.submit(SaveCompany{renamed})));
    const auto undone = waited(s.workspace.undoStep(merge));
    QVERIFY(undone);
    QCOMPARE(undone->overtaken.size(), std::size_t(1));
    QCOMPARE(s.kept(s.dune.id).name, renamed.name);
    QCOMPARE(s.people(s.desert.id), std::size_t(2));
}

void TestCompanies::oneIsRemovedAndComesBackWithItsPeople()
{
    Section s;
    QTRY_COMPARE(s.rows(), kAll);
    emit s.table().menuWanted(s.table().mapToGlobal(QPoint(10, 40)));
    auto *menu = s.page->findChild<QMenu *>("companyMenu");
    QVERIFY(menu);
    menu->findChild<QAction *>("remove")->trigger();
    menu->close();
    QTRY_COMPARE(s.rows(), kAll.mid(1));
    QTRY_VERIFY2(s.window.toasts().newestText().startsWith("Removed Desert Teas. 2 "),
                 qPrintable(s.window.toasts().newestText()));
    QCOMPARE(s.people(s.desert.id), std::size_t(2)); // nobody's own row was written
    QVERIFY(waited(s.workspace.undo())->overtaken.empty());
    QTRY_COMPARE(s.rows(), kAll);
    QCOMPARE(s.kept(s.desert.id).domains, s.desert.domains);
}

void TestCompanies::thePaletteLeadsToTheTable()
{
    Section s;
    QTRY_COMPARE(s.rows(), kAll);
    QAction *remove = s.window.actions().action("removeCompany");
    QVERIFY(remove);
    s.page->setView(CustomersPage::View::Everybody);
    QTRY_VERIFY(s.page->table().isVisible() && remove->isEnabled());
    remove->trigger(); // of none that is seen
    QTRY_VERIFY(s.table().isVisible());
    QCOMPARE(s.rows(), kAll);
    s.table().setCurrent(2);
    remove->trigger();
    QTRY_COMPARE(s.rows(), kAll.mid(0, 2));
}

void TestCompanies::whoMayNotRemoveIsTold()
{
    testing::MadeOptions options;
    options.permissions = {"reply"};
    Section s(options);
    QTRY_COMPARE(s.rows(), kAll); // the overlay shows what was given, until the hub refuses it
    s.page->removeCompany();
    QVERIFY(!s.window.toasts().newestText().isEmpty());
    QVERIFY(!s.kept(s.desert.id).id.isNull());
}

void TestCompanies::whoMayNotIsTold_data()
{
    QTest::addColumn<QStringList>("permissions");
    QTest::addColumn<int>("row");
    QTest::addColumn<bool>("asks");
    QTest::newRow("nothing of companies") << QStringList{"reply", "bulk-actions"} << 1 << false;
    QTest::newRow("one person at a time") << QStringList{"reply", "manage-companies"} << 1 << true;
    QTest::newRow("but not several") << QStringList{"reply", "manage-companies"} << 0 << false;
    QTest::newRow("several") << QStringList{"manage-companies", "bulk-actions"} << 0 << true;
}

void TestCompanies::whoMayNotIsTold()
{
    QFETCH(const QStringList, permissions);
    QFETCH(const int, row);
    QFETCH(const bool, asks);
    testing::MadeOptions options;
    for (const QString &one : permissions)
        options.permissions.push_back(one.toStdString());
    Section s(options);
    QTRY_COMPARE(s.rows(), kAll); // the overlay shows what was given, until the hub refuses it
    s.table().setCurrent(row);
    s.page->mergeCompany();
    QCOMPARE(s.window.picker().isVisible(), asks);
    QCOMPARE(s.window.toasts().newestText().isEmpty(), asks);
}

void TestCompanies::aMergeTakesPeopleAndDomains_data()
{
    QTest::addColumn<QStringList>("from");
    QTest::addColumn<QStringList>("into");
    QTest::addColumn<int>("people");
    QTest::addColumn<QStringList>("after");
    QTest::addColumn<int>("commands");
    QTest::newRow("people and domains") << QStringList{"a.test"} << QStringList{"b.test"} << 2
                                        << QStringList{"b.test", "a.test"} << 4;
    QTest::newRow("domains alone") << QStringList{"a.test"} << QStringList() << 0 << QStringList{"a.test"} << 2;
    QTest::newRow("people alone") << QStringList() << QStringList{"b.test"} << 2 << QStringList{"b.test"} << 3;
    QTest::newRow("both have it from before")
        << QStringList{"b.test"} << QStringList{"b.test"} << 1 << QStringList{"b.test"} << 2;
    QTest::newRow("nothing") << QStringList() << QStringList() << 0 << QStringList() << 1;
}

void TestCompanies::aMergeTakesPeopleAndDomains()
{
    QFETCH(const QStringList, from);
    QFETCH(const QStringList, into);
    QFETCH(const int, people);
    QFETCH(const QStringList, after);
    QFETCH(const int, commands);
    Company one{.id = CompanyId(RawId{std::byte(1)}), .name = "One"};
    Company other{.id = CompanyId(RawId{std::byte(2)}), .name = "Other", .note = "Pays late"};
    for (const QString &domain : from)
        one.domains.push_back(domain.toStdString());
    for (const QString &domain : into)
        other.domains.push_back(domain.toStdString());
    std::vector<CustomerId> who;
    for (int i = 0; i < people; ++i)
        who.emplace_back(RawId{std::byte(10 + i)});
    const auto merge = mergeOfCompanies(one, other, who, {});
    QVERIFY(merge);
    QCOMPARE(int(merge->size()), commands);
    Company now = other;
    bool isGone = false;
    for (const CommandBody &body : *merge) {
        if (const auto *save = std::get_if<SaveCompany>(&body)) {
            QVERIFY(isGone); // its domains are free by then
            now = save->company;
        } else if (const auto *remove = std::get_if<RemoveCompany>(&body)) {
            QCOMPARE(remove->company, one.id);
            isGone = true;
        } else {
            QVERIFY(!isGone);
            QCOMPARE(std::get<SetCompany>(body).company, std::optional(other.id));
        }
    }
    QVERIFY(isGone);
    QStringList domains;
    for (const std::string &domain : now.domains)
        domains.append(QString::fromStdString(domain));
    QCOMPARE(now.id, other.id);
    QCOMPARE(domains, after);
    QCOMPARE(now.note, other.note);
}

void TestCompanies::aMergeFillsWhatIsEmpty_data()
{
    QTest::addColumn<QString>("note");
    QTest::addColumn<QString>("othersNote");
    QTest::addColumn<QString>("noteAfter");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("othersValue");
    QTest::addColumn<QString>("valueAfter");
    QTest::newRow("into nothing") << "Pays late"
                                  << ""
                                  << "Pays late"
                                  << "12"
                                  << ""
                                  << "12";
    QTest::newRow("what stands stays") << "Pays late"
                                       << "Friendly"
                                       << "Friendly"
                                       << "12"
                                       << "7"
                                       << "7";
    QTest::newRow("nothing to take") << ""
                                     << "Friendly"
                                     << "Friendly"
                                     << ""
                                     << "7"
                                     << "7";
    QTest::newRow("a value that is none of the field's any more") << ""
                                                                  << ""
                                                                  << ""
                                                                  << "many"
                                                                  << ""
                                                                  << "";
}

void TestCompanies::aMergeFillsWhatIsEmpty()
{
    QFETCH(const QString, note);
    QFETCH(const QString, othersNote);
    QFETCH(const QString, noteAfter);
    QFETCH(const QString, value);
    QFETCH(const QString, othersValue);
    QFETCH(const QString, valueAfter);
    const std::vector<FieldDefinition> fields{{.id = FieldDefinitionId(RawId{std::byte(3)}),
                                               .subject = FieldDefinition::Subject::Company,
                                               .key = "seats",
                                               .name = "Seats",
                                               .type = FieldDefinition::Type::Number}};
    Company one{.id = CompanyId(RawId{std::byte(1)}), .name = "One", .note = note.toStdString()};
    Company other{.id = CompanyId(RawId{std::byte(2)}), .name = "Other", .note = othersNote.toStdString()};
    one.attributes["gone"] = "of a field that was removed";
    if (!value.isEmpty())
        one.attributes["seats"] = value.toStdString();
    if (!othersValue.isEmpty())
        other.attributes["seats"] = othersValue.toStdString();
    const auto merge = mergeOfCompanies(one, other, {}, fields);
    QVERIFY(merge);
    const auto *save = std::get_if<SaveCompany>(&merge->back());
    const Company now = save ? save->company : other;
    QCOMPARE(now.note, noteAfter.toStdString());
    QVERIFY(!now.attributes.contains("gone"));
    const auto kept = now.attributes.find("seats");
    QCOMPARE(kept == now.attributes.end() ? std::string() : kept->second, valueAfter.toStdString());
}

void TestCompanies::tooManyDomainsAreNotMerged()
{
    Company one{.id = CompanyId(RawId{std::byte(1)}), .name = "One", .domains = {"one.test"}};
    Company other{.id = CompanyId(RawId{std::byte(2)}), .name = "Other"};
    for (std::size_t i = 1; i < kMostCompanyDomains; ++i)
        other.domains.push_back("d" + std::to_string(i) + ".test");
    QVERIFY(mergeOfCompanies(one, other, {}, {}));
    one.domains.push_back("two.test");
    QVERIFY(!mergeOfCompanies(one, other, {}, {}));
}

QTEST_MAIN(TestCompanies)
#include "tst_companies.moc"
