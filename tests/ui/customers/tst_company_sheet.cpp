// A company over a copy of the hub: what it has is shown, changed and kept, and refused with words where it will not do.
#include "core/client/workspace.h"
#include "tests/ui/inbox/made_profile.h"
#include "ui/customer/company_sheet.h"
#include "ui/search/palette_choices.h"
#include "ui/shell/picker.h"

#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPointer>
#include <QTemporaryDir>
#include <QTest>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::ui;

namespace {

const FieldDefinition kTerms{
    .subject = FieldDefinition::Subject::Company, .key = "terms", .name = "Terms", .type = FieldDefinition::Type::Flag};
using FieldType = FieldDefinition::Type;

/// Custom fields of companies, by key; each is named as its key.
testing::MadeOptions withFields(const std::vector<std::pair<const char *, FieldType>> &fields)
{
    testing::MadeOptions options;
    for (const auto &[key, type] : fields) {
        options.fields.push_back({.id = FieldDefinitionId(RawId{std::byte(20 + options.fields.size())}),
                                  .subject = FieldDefinition::Subject::Company,
                                  .key = key,
                                  .name = key,
                                  .type = type});
        if (type == FieldType::Choice)
            options.fields.back().choices = {"gold", "silver"};
    }
    return options;
}

struct Sheet {
    QTemporaryDir folder;
    testing::MadeProfile made;
    SystemClock clock;
    Theme theme;
    client::Workspace workspace;
    QWidget window;
    Picker picker{theme, &window};
    CompanySheet sheet{theme, clock, workspace, picker, &window};
    Company teas;
    std::vector<CustomerId> opened;
    QStringList saved, everybody;

    explicit Sheet(std::size_t people = 2, testing::MadeOptions options = {})
    {
        options.fields.push_back(kTerms);
        options.fields.back().id = FieldDefinitionId(RawId{std::byte(9)});
        made = testing::makeProfile(folder.filePath("profile"), options);
        done(workspace.open(folder.filePath("profile")));
        teas = {
            .id = workspace.makeId<CompanyId>(), .name = "Desert Teas", .domains = {"teas.example"}, .note = "Pays late"};
        std::vector<CommandBody> commands{SaveCompany{teas}};
        for (std::size_t i = 0; i < people; ++i)
            commands.push_back(SetCompany{made.customers[i].id, teas.id});
        done(workspace.submit(std::move(commands)));
        window.resize(1000, 800);
        window.show();
        QObject::connect(&sheet, &CompanySheet::customerWanted, [this](CustomerId id) { opened.push_back(id); });
        QObject::connect(&sheet, &CompanySheet::saved, [this](const QString &name) { saved.append(name); });
        QObject::connect(&sheet, &CompanySheet::everybodyWanted, [this](const QString &typed) { everybody.append(typed); });
    }
    template<class T>
    static T done(QFuture<T> future)
    {
        if (!QTest::qWaitFor([&] { return future.isFinished(); }, 20'000))
            qFatal("a future was never finished");
        return future.result();
    }
    void open()
    {
        sheet.open(teas.id);
        QTRY_VERIFY(sheet.isVisible());
        QTRY_VERIFY(field());
    }
    FieldRow *field(const char *key = "terms")
    {
        for (FieldRow *row : sheet.findChildren<FieldRow *>()) {
            if (row->property("field") == key)
                return row;
        }
        return nullptr;
    }
    /// A value is typed, and not taken by Enter.
    QLineEdit *typeInto(const char *key, const QString &value)
    {
        field(key)->edit();
        auto *editor = field(key)->findChild<QLineEdit *>("fieldEditor");
        if (!QTest::qWaitFor([&] { return editor->hasFocus(); }))
            qFatal("a field did not get the keys");
        editor->selectAll();
        QTest::keyClicks(editor, value);
        return editor;
    }
    QLineEdit *edit(const char *name) { return sheet.findChild<QLineEdit *>(QString::fromLatin1(name)); }
    QAbstractButton *button(const char *name) { return sheet.findChild<QAbstractButton *>(QString::fromLatin1(name)); }
    QString words(const char *name) { return sheet.findChild<QLabel *>(QString::fromLatin1(name))->text(); }
    Company kept()
    {
        const auto all = done(workspace.companies());
        for (const Company &one : *all) {
            if (one.id == teas.id)
                return one;
        }
        return {};
    }
};

} // namespace

class TestCompanySheet : public QObject {
    Q_OBJECT
private slots:
    void showsWhatItHasAndItsPeople();
    void savesWhatWasTyped();
    void whatWillNotDoIsSaid_data();
    void whatWillNotDoIsSaid();
    void aDomainOfAnotherIsSaid();
    void whoMayNotChangeItReadsIt();
    void itIsRemoved();
    void confidentialFieldsAreForWhoSeesThem_data();
    void confidentialFieldsAreForWhoSeesThem();
    void aBigOneLeadsToTheTable();
    void thePaletteFindsIt();
    void whatOthersChangeStays();
    void anotherThatOpensIsNotTouched_data();
    void anotherThatOpensIsNotTouched();
    void whatAFieldDoesNotTakeStays_data();
    void whatAFieldDoesNotTakeStays();
    void whatIsTypedOutlivesOtherFields_data();
    void whatIsTypedOutlivesOtherFields();
    void whatWouldBeLostHoldsIt_data();
    void whatWouldBeLostHoldsIt();
};

void TestCompanySheet::showsWhatItHasAndItsPeople()
{
    Sheet s;
    s.open();
    QCOMPARE(s.edit("companyName")->text(), QString("Desert Teas"));
    QCOMPARE(s.edit("companyDomains")->text(), QString("teas.example"));
    QCOMPARE(s.sheet.findChild<QPlainTextEdit *>()->toPlainText(), QString("Pays late"));
    QVERIFY(!s.button("companySave")->isEnabled()); // nothing is changed
    QTRY_COMPARE(s.sheet.findChildren<QAbstractButton *>("companyPerson").size(), 2);
    QVERIFY(s.words("companyPeople").startsWith("2 "));
    QVERIFY(s.button("companyEverybody")->isHidden());
    s.button("companyPerson")->click();
    QTRY_COMPARE(s.opened.size(), std::size_t(1));
    QVERIFY(!s.sheet.isVisible());
}

void TestCompanySheet::savesWhatWasTyped()
{
    Sheet s;
    s.open();
    s.edit("companyName")->clear();
    QTest::keyClicks(s.edit("companyName"), "Desert Teas Ltd");
    s.edit("companyDomains")->clear();
    QTest::keyClicks(s.edit("companyDomains"), "@Teas.example, teas.example, tea.test");
    s.field()->edit(); // a flag
    QTRY_COMPARE(s.sheet.draft().attributes.count("terms"), std::size_t(1));
    QTest::keyClick(s.edit("companyName"), Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE(s.saved, QStringList{"Desert Teas Ltd"});
    QVERIFY(!s.sheet.isVisible());
    const Company kept = s.kept();
    QCOMPARE(kept.name, std::string("Desert Teas Ltd"));
    QCOMPARE(kept.domains, (std::vector<std::string>{"teas.example", "tea.test"}));
    QCOMPARE(kept.note, std::string("Pays late"));
    QCOMPARE(kept.attributes.at("terms"), std::string("yes"));
}

void TestCompanySheet::whatWillNotDoIsSaid_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("domains");
    QTest::addColumn<QString>("said");
    QTest::newRow("no name") << " "
                             << "teas.example"
                             << "called";
    QTest::newRow("a word") << "Teas"
                            << "teas.example, localhost"
                            << "localhost";
    QTest::newRow("an address") << "Teas"
                                << "a@teas.example"
                                << "a@teas.example";
    QTest::newRow("two words") << "Teas"
                               << "teas example.com"
                               << "teas example.com";
    QTest::newRow("too many") << "Teas" << QString() << "";
}

void TestCompanySheet::whatWillNotDoIsSaid()
{
    QFETCH(QString, name);
    QFETCH(QString, domains);
    QFETCH(QString, said);
    if (said.isEmpty()) { // each another one
        QStringList many;
        for (int i = 0; i <= 50; ++i)
            many.append(QStringLiteral("d%1.test").arg(i));
        domains = many.join(u',');
        said = "50";
    }
    Sheet s;
    s.open();
    s.edit("companyName")->clear();
    QTest::keyClicks(s.edit("companyName"), name);
    s.edit("companyDomains")->setText({});
    QTest::keyClicks(s.edit("companyDomains"), domains);
    s.sheet.save();
    QVERIFY(s.sheet.isVisible());
    QVERIFY2(s.words("companyProblem").contains(said), qPrintable(s.words("companyProblem")));
    QCOMPARE(s.kept().name, std::string("Desert Teas"));
}

void TestCompanySheet::aDomainOfAnotherIsSaid()
{
    Sheet s;
    QVERIFY(Sheet::done(s.workspace.submit(
        SaveCompany{{.id = s.workspace.makeId<CompanyId>(), .name = "Coffee House", .domains = {"coffee.test"}}})));
    s.open();
    QTest::keyClicks(s.edit("companyDomains"), ", coffee.test");
    s.sheet.save();
    QTRY_VERIFY(s.words("companyProblem").contains("Coffee House"));
    QVERIFY(s.sheet.isVisible() && s.button("companySave")->isEnabled());
    QCOMPARE(s.kept().domains, std::vector<std::string>{"teas.example"});
    s.edit("companyDomains")->setText({});
    QTest::keyClicks(s.edit("companyDomains"), "teas.example, tea.test");
    s.sheet.save();
    QTRY_COMPARE(s.saved.size(), 1);
}

void TestCompanySheet::itIsRemoved()
{
    Sheet s;
    std::vector<CompanyId> removed;
    QObject::connect(&s.sheet, &CompanySheet::removeWanted, [&removed](CompanyId id) { removed.push_back(id); });
    s.open();
    s.button("companyRemove")->click();
    QCOMPARE(removed, std::vector{s.teas.id});
    QVERIFY(!s.sheet.isVisible());
}

void TestCompanySheet::whoMayNotChangeItReadsIt()
{
    Sheet s(2, {.permissions = {"reply", "see-customer-notes"}});
    s.teas.id = {};
    // Nothing could be made by whoever may not, so the sheet is asked for what a colleague has made.
    QVERIFY(!model::may(s.workspace.agent(), Permission::ManageCompanies));
    const auto companies = Sheet::done(s.workspace.companies());
    QVERIFY(companies && !companies->empty()); // the overlay shows what was given, until the hub refuses it
    s.sheet.open(companies->front().id);
    QTRY_VERIFY(s.sheet.isVisible());
    QVERIFY(s.edit("companyName")->isReadOnly() && s.edit("companyDomains")->isReadOnly());
    QVERIFY(!s.button("companySave")->isEnabled());
    QVERIFY(!s.button("companyRemove")->isEnabled());
    QVERIFY(s.words("companyReadOnly").contains("admin"));
    s.sheet.save();
    QVERIFY(s.saved.isEmpty());
}

void TestCompanySheet::confidentialFieldsAreForWhoSeesThem_data()
{
    QTest::addColumn<bool>("sees");
    QTest::newRow("who sees them") << true;
    QTest::newRow("who does not") << false;
}

void TestCompanySheet::confidentialFieldsAreForWhoSeesThem()
{
    QFETCH(const bool, sees);
    testing::MadeOptions options{.permissions = {"manage-companies", "see-customer-notes"}};
    if (sees)
        options.permissions.push_back("see-confidential-fields");
    options.fields = {{.id = FieldDefinitionId(RawId{std::byte(8)}),
                       .subject = FieldDefinition::Subject::Company,
                       .key = "confidential.limit",
                       .name = "Credit limit"}};
    Sheet s(1, options);
    s.open();
    QCOMPARE(s.field("confidential.limit") != nullptr, sees);
}

void TestCompanySheet::aBigOneLeadsToTheTable()
{
    Sheet s(9);
    s.open();
    QTRY_COMPARE(s.sheet.findChildren<QAbstractButton *>("companyPerson").size(), 6);
    QVERIFY(s.words("companyPeople").startsWith("9 "));
    s.button("companyEverybody")->click();
    QCOMPARE(s.everybody, QStringList{"company:\"Desert Teas\""});
    const auto found = Sheet::done(s.workspace.peopleInOrder({.typed = s.everybody.front().toStdString()}));
    QCOMPARE(found->size(), std::size_t(9)); // as the table finds them
}

void TestCompanySheet::thePaletteFindsIt()
{
    Sheet s;
    ActionRegistry actions(&s.window);
    PaletteAnswers answers = parsePalette("tea");
    answers.companies = {s.teas, {.name = "Kiln & Co"}};
    const auto ids = [&] {
        QStringList found;
        for (const Choice &choice : paletteChoices(answers, actions, false, s.theme, TimeFormat(), s.clock.now())) {
            if (choice.id.startsWith("company:"))
                found.append(choice.id);
        }
        return found;
    };
    QCOMPARE(ids(), QStringList{"company:" + QString::fromStdString(s.teas.id.text())});
    answers.prefix = u'#'; // messages alone
    QVERIFY(ids().isEmpty());
    answers.prefix = u'@';
    answers.typed.clear();
    QVERIFY(ids().isEmpty());
}

/// A colleague saves something else of it while it is open here.
void TestCompanySheet::whatOthersChangeStays()
{
    Sheet s;
    s.open();
    s.edit("companyName")->setFocus();
    s.edit("companyName")->selectAll();
    QTest::keyClicks(s.edit("companyName"), "Dune Teas");
    Company theirs = s.teas;
    theirs.note = "Pays at once";
    theirs.attributes["terms"] = "30 days";
    s.done(s.workspace.submit(SaveCompany{theirs}));
    s.button("companySave")->click();
    QTRY_COMPARE(s.saved, QStringList{"Dune Teas"});
    const Company now = s.kept();
    QCOMPARE(now.name, std::string("Dune Teas"));
    QCOMPARE(now.note, std::string("Pays at once"));
    QCOMPARE(now.attributes, theirs.attributes);
}

void TestCompanySheet::anotherThatOpensIsNotTouched_data()
{
    QTest::addColumn<bool>("savesFirst");
    QTest::newRow("as the first is saved") << true;
    QTest::newRow("and then the first is saved") << false;
}

/// Another company is opened while the first is on its way: what was typed is the first one's, and the other stays shown.
void TestCompanySheet::anotherThatOpensIsNotTouched()
{
    QFETCH(const bool, savesFirst);
    Sheet s;
    const Company kiln{.id = s.workspace.makeId<CompanyId>(), .name = "Kiln & Co"};
    s.done(s.workspace.submit(CommandBody(SaveCompany{kiln})));
    s.open();
    s.edit("companyName")->selectAll();
    QTest::keyClicks(s.edit("companyName"), "Dune Teas");
    if (savesFirst)
        s.sheet.save();
    s.sheet.open(kiln.id);
    if (!savesFirst)
        s.sheet.save();
    QTRY_COMPARE(s.saved, QStringList{"Dune Teas"});
    QTRY_VERIFY(s.sheet.isVisible() && s.sheet.draft().id == kiln.id);
    QCOMPARE(s.edit("companyName")->text(), QString("Kiln & Co"));
    QCOMPARE(s.sheet.draft().name, kiln.name);
    QCOMPARE(s.kept().name, std::string("Dune Teas"));
    const auto all = s.done(s.workspace.companies());
    const auto found = std::ranges::find(*all, kiln.id, &Company::id);
    QVERIFY(found != all->end());
    QCOMPARE(found->name, kiln.name);
}

void TestCompanySheet::whatAFieldDoesNotTakeStays_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("right");
    QTest::addColumn<bool>("byKey");
    const int date = int(FieldType::Date), number = int(FieldType::Number), link = int(FieldType::Link);
    QTest::newRow("a date, by key") << date << "soon"
                                    << "2026-05-01" << true;
    QTest::newRow("a date, by button") << date << "soon"
                                       << "2026-05-01" << false;
    QTest::newRow("a number") << number << "many"
                              << "12" << true;
    QTest::newRow("a link") << link << "no link"
                            << "https://teas.example/" << false;
}

/// Nothing is kept without it, and its field has the keys.
void TestCompanySheet::whatAFieldDoesNotTakeStays()
{
    QFETCH(const int, type);
    QFETCH(const QString, typed);
    QFETCH(const QString, right);
    QFETCH(const bool, byKey);
    Sheet s(2, withFields({{"renewal", FieldType(type)}, {"reference", FieldType::Text}}));
    s.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&s.window));
    s.open();
    QTest::keyClicks(s.edit("companyName"), " Ltd");
    const QPointer<QLineEdit> editor = s.typeInto("renewal", typed);
    QLineEdit *reference = s.typeInto("reference", "K-17");
    const auto save = [&](QLineEdit *from) {
        if (byKey)
            QTest::keyClick(from, Qt::Key_Return, Qt::ControlModifier);
        else
            s.button("companySave")->click();
    };
    save(reference);
    QVERIFY(s.button("companySave")->isEnabled()); // nothing is on its way
    QCoreApplication::processEvents();
    QVERIFY(s.sheet.isVisible());
    QVERIFY(editor);
    QCOMPARE(editor->text(), typed);
    QVERIFY(editor->hasFocus());
    QVERIFY(s.field("renewal")->refused());
    QVERIFY(s.saved.isEmpty());
    editor->setText(right);
    save(editor);
    QTRY_COMPARE(s.saved, QStringList{"Desert Teas Ltd"});
    QCOMPARE(s.kept().attributes,
             (std::map<std::string, std::string>{{"reference", "K-17"}, {"renewal", right.toStdString()}}));
}

void TestCompanySheet::whatIsTypedOutlivesOtherFields_data()
{
    QTest::addColumn<QString>("used");
    QTest::addColumn<QString>("value");
    QTest::newRow("a flag") << "terms"
                            << "yes";
    QTest::newRow("a choice") << "level"
                              << "silver";
    QTest::newRow("another text") << "street"
                                  << "Quay 4";
}

void TestCompanySheet::whatIsTypedOutlivesOtherFields()
{
    QFETCH(const QString, used);
    QFETCH(const QString, value);
    Sheet s(2, withFields({{"reference", FieldType::Text}, {"level", FieldType::Choice}, {"street", FieldType::Text}}));
    s.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&s.window));
    s.open();
    const QPointer<QLineEdit> editor = s.typeInto("reference", "K-17");
    const QByteArray key = used.toLatin1();
    if (used == "street") {
        QTest::keyClick(s.typeInto("street", value), Qt::Key_Return);
    } else {
        auto *button = s.field(key)->findChild<QAbstractButton *>();
        button->setFocus(Qt::TabFocusReason);
        QTest::keyClick(button, Qt::Key_Space);
    }
    if (used == "level") {
        QTRY_VERIFY(s.picker.isVisible());
        auto *typed = s.picker.findChild<QLineEdit *>("pickerField");
        typed->setText(value);
        QTest::keyClick(typed, Qt::Key_Return);
    }
    QTRY_COMPARE(s.sheet.draft().attributes.count(used.toStdString()), std::size_t(1));
    const auto shown = [&] { return s.field(key)->findChild<QAbstractButton *>()->text(); };
    QTRY_COMPARE(shown(), used == "terms" ? QString("Yes") : value);
    QVERIFY(editor);
    QCOMPARE(editor->text(), QString("K-17"));
    QVERIFY(s.field(key)->isAncestorOf(QApplication::focusWidget())); // and whoever goes by keys is where they were
    QTest::keyClick(s.edit("companyName"), Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE(s.saved, QStringList{"Desert Teas"});
    QCOMPARE(s.kept().attributes,
             (std::map<std::string, std::string>{{"reference", "K-17"}, {used.toStdString(), value.toStdString()}}));
}

void TestCompanySheet::whatWouldBeLostHoldsIt_data()
{
    QTest::addColumn<QString>("into");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<bool>("holds");
    QTest::newRow("nothing was typed") << ""
                                       << "" << false;
    QTest::newRow("a name") << "companyName"
                            << " Ltd" << true;
    QTest::newRow("spaces behind the name") << "companyName"
                                            << "  " << false;
    QTest::newRow("a domain") << "companyDomains"
                              << ", tea.test" << true;
    QTest::newRow("what is no domain yet") << "companyDomains"
                                           << ", tea" << true;
    QTest::newRow("a note") << "companyNote"
                            << "Not any more" << true;
    QTest::newRow("a field, without Enter") << "reference"
                                            << "K-17" << true;
    QTest::newRow("a field that is open") << "reference"
                                          << "" << false;
    QTest::newRow("a flag") << "terms"
                            << "" << true;
}

/// A click beside it closes only what would not be missed, and what can be kept can be saved; Esc leaves in any case.
void TestCompanySheet::whatWouldBeLostHoldsIt()
{
    QFETCH(const QString, into);
    QFETCH(const QString, typed);
    QFETCH(const bool, holds);
    Sheet s(2, withFields({{"reference", FieldType::Text}}));
    s.teas.note = "Pays late, \n"; // as it once came
    s.done(s.workspace.submit(CommandBody(SaveCompany{s.teas})));
    s.open();
    const QByteArray name = into.toLatin1();
    if (FieldRow *row = into.isEmpty() ? nullptr : s.field(name)) {
        row->edit();
        if (auto *editor = row->findChild<QLineEdit *>("fieldEditor"))
            QTest::keyClicks(editor, typed);
    } else if (!into.isEmpty()) {
        QTest::keyClicks(s.sheet.findChild<QWidget *>(into), typed);
    }
    QCOMPARE(s.sheet.holdsWork(), holds);
    QCOMPARE(s.button("companySave")->isEnabled(), holds);
    QTest::mouseClick(&s.sheet, Qt::LeftButton, {}, QPoint(4, 4));
    QCOMPARE(s.sheet.isVisible(), holds);
    QTest::keyClick(&s.sheet, Qt::Key_Escape);
    QVERIFY(!s.sheet.isVisible());
    QVERIFY(s.saved.isEmpty());
}

QTEST_MAIN(TestCompanySheet)
#include "tst_company_sheet.moc"
