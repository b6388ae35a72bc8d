// The Customers section over a real workspace whose hub is away: everything must work all the same.
#include "core/wire/features.h"
#include "tests/client/mini_hub.h"
#include "tests/ui/inbox/made_profile.h"
#include "ui/customer/customer_panel.h"
#include "ui/customer/merge_flow.h"
#include "ui/customers/company_table.h"
#include "ui/customers/customer_export.h"
#include "ui/customers/customers_page.h"
#include "ui/customers/import_sheet.h"
#include "ui/customers/new_customer_sheet.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/inbox_page.h"
#include "ui/shell/announcements.h"
#include "ui/shell/picker.h"
#include "ui/shell/row_drag.h"
#include "ui/shell/settings_file.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/toasts.h"
#include "ui/ticket/start_sheet.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QLineEdit>
#include <QMenu>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;
using tributary::testing::MadeProfile;

class TestCustomersPage : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void everybodyIsARow();
    void keysMoveAndOpen();
    void aSlashFilters();
    void headingsPutInOrder();
    void theOrderIsChosenByKeys();
    void theOrderIsKept();
    void aTagFilters();
    void keysAfterTheQuestionAreItsAnswer();
    void enterWaitsForItsAnswer();
    void keysAreAboutThePairLookedAt();
    void whoIsGoneIsNotMistakenForAnother_data();
    void whoIsGoneIsNotMistakenForAnother();
    void nobodyFoundIsSaid();
    void offlineIsNoReasonToWait();
    void aPairIsKeptApartByAButton();
    void yLooksForTheOther();
    void severalAreSelected_data();
    void severalAreSelected();
    void theMenuIsAboutWhoIsChosen_data();
    void theMenuIsAboutWhoIsChosen();
    void severalAreMergedOneAfterTheOther();
    void severalAreBlockedAsOneStep();
    void anAddressIsCopied();
    void whoIsShownIsExported_data();
    void whoIsShownIsExported();
    void onlyEverybodyIsExported_data();
    void onlyEverybodyIsExported();
    void whatTheHubRefusesIsNotWritten_data();
    void whatTheHubRefusesIsNotWritten();
    void anExportEndsWithTheSession();
    void linesAreHarmless();
    void aRowOnARowProposesAMerge();
    void escEndsADrag();
    void nAddsSomebodyWithoutTheHub();
    void aNumberWithoutItsCountryIsOneOfOurAccounts();
    void aSheetGoesOnInItsOrderAndKeepsWhatWasTyped();
    void whatWillNotDoIsSaid_data();
    void whatWillNotDoIsSaid();
    void anAddressThatSomebodyHasAddsNobody();
    void aFileIsCheckedWithoutTheHub();
    void aFileThatWillNotDoSaysWhy();
    void anImportThatFailedIsBegunAnew_data();
    void anImportThatFailedIsBegunAnew();
    void aFileIsOfWhoeverChoseIt_data();
    void aFileIsOfWhoeverChoseIt();
    void somebodyWithoutAConversationIsOpened();
    void aConversationIsBegunWithThem();
    void aRowOfTheInboxGoesToAQueue();

private:
    CustomerTable &table() { return m_page->table(); }
    int rowOf(model::CustomerId id)
    {
        for (int row = 0; row < table().count(); ++row) {
            table().setCurrent(row);
            if (table().currentCustomer() == id)
                return row;
        }
        return -1;
    }
    void clickHeading(int column)
    {
        QTest::mouseClick(table().viewport(), Qt::LeftButton, {}, table().headingRect(column).center().toPoint());
    }
    void choose(const QString &typed)
    {
        QTRY_VERIFY(m_window->picker().isVisible());
        auto *field = m_window->picker().findChild<QLineEdit *>("pickerField");
        field->setText(typed);
        QTRY_VERIFY(m_window->picker().findChild<ChoiceList *>("pickerList")->currentChoice()); // it is known
        QTest::keyClick(field, Qt::Key_Return);
    }
    QString words(const char *name) { return m_window->findChild<QLabel *>(QString::fromLatin1(name))->text(); }
    QLineEdit *line(const char *name) { return m_window->findChild<QLineEdit *>(QString::fromLatin1(name)); }
    /// A file of three rows, the second column of which is their address.
    QString makeFile()
    {
        QFile file(m_folder->filePath("people.csv"));
        if (!file.open(QIODevice::WriteOnly))
            qFatal("not written");
        file.write("Customer,Mail,Street\nNew,new@mail.example,a\nLayla,layla.h@mail.example,b\nNobody,,c\n");
        return file.fileName();
    }
    void showInbox()
    {
        m_window->showSection(m_inbox);
        QTRY_VERIFY(m_inbox->isVisible());
    }

    QTemporaryDir *m_folder = nullptr;
    MadeProfile m_made;
    SystemClock m_clock;
    Theme *m_theme = nullptr;
    ui::SettingsFile *m_settings = nullptr;
    client::Workspace *m_workspace = nullptr;
    ShellWindow *m_window = nullptr;
    InboxPage *m_inbox = nullptr;
    CustomersPage *m_page = nullptr;
    std::vector<model::CustomerId> m_chosen;
};

void TestCustomersPage::init()
{
    m_folder = new QTemporaryDir;
    m_made = testing::makeProfile(m_folder->filePath("profile"));
    m_theme = new Theme;
    m_settings = new ui::SettingsFile(m_folder->filePath("window.ini"));
    m_workspace = new client::Workspace;
    const QFuture<Result<void>> opened = m_workspace->open(m_folder->filePath("profile"));
    QTRY_VERIFY(opened.isFinished());
    QVERIFY(opened.result().has_value());
    m_window = new ShellWindow(*m_theme, *m_settings);
    m_inbox = new InboxPage(*m_theme, m_clock, *m_workspace, *m_window, *m_settings);
    m_window->showSection(m_inbox);
    m_window->resize(1440, 900);
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window));
    m_page = new CustomersPage(*m_theme, m_clock, *m_workspace, *m_window, m_inbox->mergeFlow(), *m_settings);
    m_chosen.clear();
    connect(m_page, &CustomersPage::customerChosen, this, [this](model::CustomerId id) { m_chosen.push_back(id); });
    m_window->showSection(m_page);
    QTRY_COMPARE(table().count(), int(m_made.customers.size()) + 2); // a visitor, and one who never wrote
    QTRY_VERIFY(table().hasFocus());
}

void TestCustomersPage::cleanup()
{
    delete m_window;
    delete m_workspace;
    delete m_settings;
    delete m_theme;
    delete m_folder;
}

void TestCustomersPage::everybodyIsARow()
{
    QCOMPARE(words("customersTitle"), QString("Customers, %1").arg(table().count()));
    QCOMPARE(rowOf(m_made.customers.front().id), 0); // who was heard of last
    QVERIFY(rowOf(m_made.silent.id) >= 0);
    table().setCurrent(0);
    QTRY_VERIFY(table().spoken(0).contains("Layla"));
    QVERIFY(table().spoken(0).contains("Last contact"));
}

void TestCustomersPage::keysMoveAndOpen()
{
    table().setCurrent(0);
    QTest::keyClick(&table(), Qt::Key_J);
    QTest::keyClick(&table(), Qt::Key_J);
    QCOMPARE(table().current(), 2);
    QTest::keyClick(&table(), Qt::Key_K);
    QCOMPARE(table().current(), 1);
    QTest::keyClick(&table(), Qt::Key_Return);
    QCOMPARE(m_chosen, std::vector<model::CustomerId>{table().currentCustomer()});
    QTest::mouseDClick(table().viewport(), Qt::LeftButton, {}, table().rowRect(0).center());
    QCOMPARE(m_chosen.size(), 2u);
    QCOMPARE(m_chosen.back(), m_made.customers.front().id);
}

void TestCustomersPage::aSlashFilters()
{
    QTest::keyClick(&table(), Qt::Key_Slash);
    QLineEdit *filter = line("customersFilter");
    QTRY_VERIFY(filter->hasFocus());
    QSignalSpy said(&m_window->announcements(), &Announcements::said);
    QTest::keyClicks(filter, "amelie"); // without the accent
    QTRY_COMPARE(table().count(), 1);
    QCOMPARE(table().currentCustomer(), m_made.customers[2].id);
    QTRY_COMPARE(said.size(), 1);
    QCOMPARE(said[0][0].toString(), QString("Customers, 1"));
    QTest::keyClick(filter, Qt::Key_Escape);
    QTRY_COMPARE(table().count(), int(m_made.customers.size()) + 2);
    QTRY_VERIFY(table().hasFocus());
}

void TestCustomersPage::headingsPutInOrder()
{
    const int all = table().count();
    const auto at = [this](int row) {
        table().setCurrent(row);
        return table().currentCustomer();
    };
    const auto named = [this](const char *part) {
        const auto found = std::ranges::find_if(m_made.customers,
                                                [part](const model::Customer &one) { return one.name.starts_with(part); });
        return found->id;
    };
    QVERIFY(table().accessibleDescription().contains("newest first"));
    clickHeading(0);
    QTRY_COMPARE(at(0), named("Amélie"));
    QCOMPARE(table().accessibleDescription(), QString("Name, A to Z"));
    table().setCurrent(3);
    clickHeading(0); // once more: the other way round, from its beginning
    QTRY_COMPARE(table().current(), 0);
    QTRY_COMPARE(at(all - 1), named("Amélie"));
    clickHeading(1); // nothing is in order by it
    QCOMPARE(table().accessibleDescription(), QString("Name, Z to A"));
    clickHeading(2);
    QTRY_COMPARE(at(0), m_made.customers.front().id);
    clickHeading(2);
    QTRY_COMPARE(at(all - 1), m_made.customers.front().id);
    const QString path = m_folder->filePath("customers.csv");
    m_page->exportTo(path); // as it stands
    QTRY_VERIFY(QFile::exists(path));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().split('\n')[all].startsWith(m_made.customers.front().id.text().c_str()));
}

void TestCustomersPage::theOrderIsChosenByKeys()
{
    QTest::keyClick(&table(), Qt::Key_S);
    choose("oldest");
    QTRY_COMPARE(table().accessibleDescription(), QString("Last contact, oldest first"));
}

void TestCustomersPage::theOrderIsKept()
{
    clickHeading(0);
    m_settings->setValue("companies/orderBy", 99); // of another program
    ShellWindow nextStart(*m_theme, *m_settings);
    auto *page =
        new CustomersPage(*m_theme, m_clock, *m_workspace, nextStart, m_inbox->mergeFlow(), *m_settings, &nextStart);
    QCOMPARE(page->table().accessibleDescription(), QString("Name, A to Z"));
    QCOMPARE(page->companies().accessibleDescription(), QString("Name, A to Z"));
    clickHeading(0);
    ShellWindow another(*m_theme, *m_settings);
    page = new CustomersPage(*m_theme, m_clock, *m_workspace, another, m_inbox->mergeFlow(), *m_settings, &another);
    QCOMPARE(page->table().accessibleDescription(), QString("Name, Z to A"));
}

void TestCustomersPage::aTagFilters()
{
    const int all = table().count();
    std::vector<model::CommandBody> commands;
    for (const int i : {1, 3})
        commands.push_back(model::SetCustomerTags{m_made.customers[std::size_t(i)].id, {"wholesale"}, {}});
    const auto kept = m_workspace->submit(std::move(commands));
    QTRY_VERIFY(kept.isFinished());
    auto *chip = m_window->findChild<Button *>("customersTag");
    QVERIFY(!chip->isChecked());
    QTest::keyClick(&table(), Qt::Key_T);
    choose("wholesale");
    QTRY_COMPARE(table().count(), 2);
    QVERIFY(chip->isChecked());
    QCOMPARE(chip->text(), QString("Tag: wholesale"));
    QTRY_VERIFY(table().hasFocus());
    table().selectAll();
    QCOMPARE(table().chosen().size(), 2u); // all that match, and nobody else
    table().clearSelection();
    line("customersFilter")->setText("nobody");
    QTRY_VERIFY(m_window->findChild<QLabel *>("customersEmpty")->isVisible());
    QVERIFY(words("customersEmpty").contains("wholesale"));
    m_page->showFiltered({}); // everybody again
    QTRY_COMPARE(table().count(), all);
    QVERIFY(!chip->isChecked());
}

/// However busy the copy is: nothing is read first.
void TestCustomersPage::keysAfterTheQuestionAreItsAnswer()
{
    QTest::keyClick(&table(), Qt::Key_T);
    QVERIFY(m_window->picker().isVisible());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_N); // in the same turn of the event loop
    auto *field = m_window->picker().findChild<QLineEdit *>("pickerField");
    QCOMPARE(field->text(), QString("n"));
    const auto tagged = m_workspace->submit(model::SetCustomerTags{m_made.customers[1].id, {"new"}, {}});
    QTRY_VERIFY(tagged.isFinished());
    QVERIFY(m_window->picker().isVisible());
    QTest::keyClick(field, Qt::Key_Escape);
    QTest::keyClick(&table(), Qt::Key_T); // what is there by now comes to the question
    field->setText("new");
    QTRY_VERIFY(m_window->picker().findChild<ChoiceList *>("pickerList")->currentChoice().has_value());
    QCOMPARE(field->text(), QString("new"));
}

/// What is pressed at once is about what was typed, not about the rows that are there still.
void TestCustomersPage::enterWaitsForItsAnswer()
{
    table().setCurrent(0);
    QTest::keyClick(&table(), Qt::Key_Slash);
    QLineEdit *filter = line("customersFilter");
    QTRY_VERIFY(filter->hasFocus());
    QTest::keyClicks(filter, "amelie");
    QTest::keyClick(filter, Qt::Key_Return);
    QTest::keyClick(filter, Qt::Key_Return);
    QTRY_COMPARE(m_chosen, std::vector<model::CustomerId>{m_made.customers[2].id});
}

void TestCustomersPage::keysAreAboutThePairLookedAt()
{
    const auto pair = [&](int one, int other) {
        store::Duplicate made;
        made.suggestion.id = m_workspace->makeId<model::SuggestionId>();
        made.customer.id = m_made.customers[std::size_t(one)].id;
        made.other.id = m_made.customers[std::size_t(other)].id;
        return made;
    };
    DuplicateList &list = m_page->duplicates();
    const std::vector<store::Duplicate> pairs{pair(0, 1), pair(1, 2), pair(0, 2)};
    list.setPairs(pairs);
    list.setCurrent(2);
    list.setPairs({pairs[1], pairs[2]}); // somebody else has looked at the first
    QCOMPARE(list.currentPair()->suggestion.id, pairs[2].suggestion.id);
    list.setPairs({pairs[1]}); // and at this one
    QCOMPARE(list.currentPair()->suggestion.id, pairs[1].suggestion.id);
    list.setPairs({});
    QVERIFY(!list.currentPair());
}

void TestCustomersPage::whoIsGoneIsNotMistakenForAnother_data()
{
    QTest::addColumn<int>("extendBy");
    QTest::addColumn<std::size_t>("meant"); // by the key that comes next
    QTest::newRow("the current one: whoever has her place now") << 0 << std::size_t(1);
    QTest::newRow("all that were selected: nobody") << 1 << std::size_t(0);
}

/// Somebody else takes them off the list, and the next key is pressed.
void TestCustomersPage::whoIsGoneIsNotMistakenForAnother()
{
    QFETCH(const int, extendBy);
    QFETCH(const std::size_t, meant);
    std::vector<model::CommandBody> commands;
    for (int i = 0; i < 6; ++i)
        commands.push_back(model::SetCustomerTags{m_made.customers[std::size_t(i)].id, {"wholesale"}, {}});
    const auto tagged = m_workspace->submit(std::move(commands));
    QTRY_VERIFY(tagged.isFinished());
    m_page->showTagged("wholesale");
    QTRY_COMPARE(table().count(), 6);
    table().setCurrent(2);
    if (extendBy > 0)
        table().extend(extendBy);
    const std::vector<model::CustomerId> gone = table().chosen();
    table().setCurrent(3 + extendBy);
    const model::CustomerId next = table().currentCustomer();
    table().setCurrent(2 + extendBy);
    commands.clear();
    for (const model::CustomerId id : gone)
        commands.push_back(model::SetCustomerTags{id, {}, {"wholesale"}});
    const auto untagged = m_workspace->submit(std::move(commands));
    QTRY_COMPARE(table().count(), 6 - int(gone.size()));
    QCOMPARE(table().chosen().size(), meant);
    QTest::keyClick(&table(), '!');
    if (meant == 0) {
        QTRY_VERIFY(m_window->toasts().newestText().contains("not in this list any more"));
        QVERIFY(!m_window->picker().isVisible());
        QCOMPARE(table().chosen().size(), 1u); // it has been said
        return;
    }
    QCOMPARE(table().currentCustomer(), next);
    QTRY_VERIFY(m_window->picker().isVisible());
    const auto rows = m_workspace->customerRows({next});
    QTRY_VERIFY(rows.isFinished());
    const QString name = QString::fromStdString(rows.result()->front().name);
    auto *field = m_window->picker().findChild<QLineEdit *>("pickerField");
    QVERIFY2(field->placeholderText().contains(name), qPrintable(field->placeholderText()));
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_VERIFY(m_window->toasts().newestText().contains(name));
}

void TestCustomersPage::nobodyFoundIsSaid()
{
    line("customersFilter")->setText("nobody of that name");
    QTRY_VERIFY(m_window->findChild<QLabel *>("customersEmpty")->isVisible());
    QVERIFY(words("customersEmpty").contains("nobody of that name"));
}

void TestCustomersPage::offlineIsNoReasonToWait()
{
    QVERIFY(m_workspace->status().state != client::Status::State::Live);
    QVERIFY(m_window->findChild<Button *>("newCustomer")->isEnabled());
    QTest::keyClick(&table(), Qt::Key_D);
    QTRY_COMPARE(m_page->duplicates().count(), 1);
    m_page->duplicates().setFocus();
    QTest::keyClick(&m_page->duplicates(), Qt::Key_Y); // is looked at, though merging waits
    QTRY_VERIFY(m_inbox->mergeFlow().sheet().isVisible());
    QVERIFY(!m_inbox->mergeFlow().sheet().findChild<Button *>("mergeNow")->isEnabled());
}

void TestCustomersPage::aPairIsKeptApartByAButton()
{
    auto *review = m_page->findChild<Button *>("reviewPair"), *apart = m_page->findChild<Button *>("keepPairApart");
    QVERIFY(!review->isVisible() && !apart->isVisible()); // of everybody there is no pair
    m_page->setView(CustomersPage::View::Duplicates);
    QTRY_COMPARE(m_page->duplicates().count(), 1);
    QTRY_VERIFY(review->isVisible() && apart->isVisible());
    review->click();
    QTRY_VERIFY(m_inbox->mergeFlow().sheet().isVisible());
    m_inbox->mergeFlow().sheet().dismiss();
    apart->click();
    QTRY_COMPARE(m_page->duplicates().count(), 0);
    QTRY_VERIFY(m_window->toasts().newestText().contains("apart"));
    QVERIFY(!apart->isVisible());
    const auto undone = m_workspace->undo(); // as by the toast
    QTRY_VERIFY(undone.isFinished());
    QTRY_COMPARE(m_page->duplicates().count(), 1);
    QTRY_VERIFY(apart->isVisible());
}

void TestCustomersPage::yLooksForTheOther()
{
    table().setCurrent(1);
    QTest::keyClick(&table(), Qt::Key_Y);
    QTRY_VERIFY(m_inbox->mergeFlow().search().isVisible());
}

void TestCustomersPage::severalAreSelected_data()
{
    QTest::addColumn<QString>("does");
    QTest::addColumn<QList<int>>("rows");
    QTest::newRow("nothing: the current one") << "" << QList<int>{0};
    QTest::newRow("by the arrows, and back") << "Shift+Down Shift+Down Shift+Up" << QList<int>{0, 1};
    QTest::newRow("by letters") << "Shift+J Shift+J Shift+K X" << QList<int>{0};
    QTest::newRow("from there on again") << "Shift+Down Down Down Shift+Down" << QList<int>{0, 1, 3, 4};
    QTest::newRow("by clicks") << "click:1 ctrl:2 ctrl:4" << QList<int>{2, 4};
    QTest::newRow("from one to the other") << "click:3 shift:1" << QList<int>{1, 2, 3};
    QTest::newRow("a click is one") << "click:1 shift:3 click:2" << QList<int>{2};
    QTest::newRow("given up") << "Ctrl+A Esc" << QList<int>{0};
}

void TestCustomersPage::severalAreSelected()
{
    QFETCH(const QString, does);
    QFETCH(const QList<int>, rows);
    table().setCurrent(0);
    for (const QString &step : does.split(u' ', Qt::SkipEmptyParts)) {
        if (step.contains(u':')) {
            const Qt::KeyboardModifiers held = step.startsWith("ctrl")    ? Qt::ControlModifier
                                               : step.startsWith("shift") ? Qt::ShiftModifier
                                                                          : Qt::NoModifier;
            QTest::mouseClick(table().viewport(), Qt::LeftButton, held,
                              table().rowRect(step.section(u':', 1).toInt()).center());
        } else {
            const QKeyCombination key = QKeySequence(step)[0];
            QTest::keyClick(&table(), key.key(), key.keyboardModifiers());
        }
    }
    std::vector<model::CustomerId> wanted;
    const std::vector<model::CustomerId> chosen = table().chosen();
    const bool selected = table().selectedCount() > 0;
    QCOMPARE(words("customersTitle").contains("selected"), selected);
    const int current = table().current();
    for (const int row : rows) {
        table().setCurrent(row);
        wanted.push_back(table().currentCustomer());
        QTRY_COMPARE(table().spoken(row).endsWith("Selected."), selected);
    }
    QCOMPARE(chosen, wanted);
    QVERIFY(current >= 0);
    QVERIFY(m_chosen.empty());
}

void TestCustomersPage::theMenuIsAboutWhoIsChosen_data()
{
    QTest::addColumn<QList<int>>("selected");
    QTest::addColumn<int>("clicked");
    QTest::addColumn<int>("meant");
    QTest::newRow("who is clicked") << QList<int>{} << 2 << 1;
    QTest::newRow("all, on one of them") << QList<int>{1, 2, 3} << 2 << 3;
    QTest::newRow("who is clicked beside them") << QList<int>{1, 2} << 4 << 1;
}

void TestCustomersPage::theMenuIsAboutWhoIsChosen()
{
    QFETCH(const QList<int>, selected);
    QFETCH(const int, clicked);
    QFETCH(const int, meant);
    for (const int row : selected) {
        table().setCurrent(row);
        table().toggleSelected();
    }
    const QPoint at = table().rowRect(clicked).center();
    QContextMenuEvent event(QContextMenuEvent::Mouse, at, table().viewport()->mapToGlobal(at));
    QApplication::sendEvent(table().viewport(), &event);
    auto *menu = m_page->findChild<QMenu *>("customerMenu");
    QVERIFY(menu && menu->isVisible());
    QCOMPARE(table().chosen().size(), std::size_t(meant));
    QCOMPARE(menu->findChild<QAction *>("open") != nullptr, meant == 1);
    QCOMPARE(menu->findChild<QAction *>("copyAddress") != nullptr, meant == 1);
    for (const char *id : {"merge", "block", "export"})
        QVERIFY2(menu->findChild<QAction *>(id) && menu->findChild<QAction *>(id)->isEnabled(), id);
    if (meant == 1) {
        menu->findChild<QAction *>("open")->trigger();
        QCOMPARE(m_chosen, table().chosen());
    }
    menu->close();
}

void TestCustomersPage::severalAreMergedOneAfterTheOther()
{
    table().setCurrent(1);
    table().extend(2);
    QTest::keyClick(&table(), Qt::Key_Y);
    QTRY_VERIFY(m_inbox->mergeFlow().sheet().isVisible()); // nobody has to be looked for
    QVERIFY(!m_inbox->mergeFlow().search().isVisible());
}

void TestCustomersPage::severalAreBlockedAsOneStep()
{
    table().setCurrent(1);
    table().extend(1);
    const std::vector<model::CustomerId> people = table().chosen();
    QCOMPARE(people.size(), 2u);
    const auto blocked = [&] {
        const auto rows = m_workspace->customerRows(people);
        if (!QTest::qWaitFor([&] { return rows.isFinished(); }) || !rows.result())
            return -1;
        return int(std::ranges::count(*rows.result(), true, &store::CustomerRow::blocked));
    };
    QTest::keyClick(&table(), '!');
    QTRY_VERIFY(m_window->picker().isVisible());
    QTest::keyClick(m_window->picker().findChild<QLineEdit *>(), Qt::Key_Return);
    QTRY_COMPARE(blocked(), 2);
    QCOMPARE(table().selectedCount(), 0u); // it was about these
    QTRY_VERIFY(m_window->toasts().newestText().contains("Blocked these people"));
    const auto undone = m_workspace->undo(); // as by the toast
    QTRY_VERIFY(undone.isFinished());
    QTRY_COMPARE(blocked(), 0);
}

void TestCustomersPage::anAddressIsCopied()
{
    QGuiApplication::clipboard()->clear();
    table().setCurrent(rowOf(m_made.customers[2].id)); // she has one
    QContextMenuEvent event(QContextMenuEvent::Keyboard, QPoint(), QPoint());
    QApplication::sendEvent(&table(), &event);
    auto *menu = m_page->findChild<QMenu *>("customerMenu");
    QVERIFY(menu);
    menu->findChild<QAction *>("copyAddress")->trigger();
    menu->close();
    QTRY_COMPARE(QGuiApplication::clipboard()->text(), QString("amelie@mail.example"));
}

void TestCustomersPage::whoIsShownIsExported_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<bool>("selects");
    QTest::addColumn<int>("rows"); ///< -1: everybody.
    QTest::addColumn<int>("which");
    using Which = model::ExportCustomers::Which;
    QTest::newRow("everybody") << "" << false << -1 << int(Which::Everybody);
    QTest::newRow("who is found") << "amelie" << false << 1 << int(Which::Found);
    QTest::newRow("who is selected") << "" << true << 3 << int(Which::Selected);
}

void TestCustomersPage::whoIsShownIsExported()
{
    QFETCH(const QString, typed);
    QFETCH(const bool, selects);
    QFETCH(const int, rows);
    QFETCH(const int, which);
    const int expected = rows < 0 ? table().count() : rows;
    if (!typed.isEmpty()) {
        line("customersFilter")->setText(typed);
        QTRY_COMPARE(table().count(), expected);
    }
    table().setCurrent(0);
    if (selects)
        table().extend(2);
    const model::CustomerId first = table().chosen().front();
    const QString path = m_folder->filePath("customers.csv");
    m_page->exportTo(path);
    QTRY_VERIFY(QFile::exists(path));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QList<QByteArray> lines = file.readAll().split('\n');
    QCOMPARE(lines.size(), expected + 2); // a heading, and the end
    QCOMPARE(lines.first(), QByteArray("Id,Name,Channels,Last contact (UTC),Open,Tags,Owner of last,Blocked\r"));
    QVERIFY(lines[1].startsWith(QByteArray::fromStdString(first.text())));
    QTRY_VERIFY(m_window->toasts().newestText().contains("customers.csv"));
    QVERIFY(!words("customersTitle").contains("Exporting"));
    // The hub is told as soon as it is there.
    const auto outbox = m_workspace->outbox();
    QTRY_VERIFY(outbox.isFinished());
    const Result<std::vector<store::JournalEntry>> waiting = outbox.result();
    QVERIFY(waiting && !waiting->empty());
    const auto *told = std::get_if<model::ExportCustomers>(&waiting->back().command.body);
    QVERIFY(told);
    QCOMPARE(told->count, std::int64_t(expected));
    QCOMPARE(int(told->which), which);
}

void TestCustomersPage::onlyEverybodyIsExported_data()
{
    QTest::addColumn<int>("view");
    QTest::addColumn<bool>("asks");
    QTest::newRow("everybody") << int(CustomersPage::View::Everybody) << true;
    QTest::newRow("duplicates") << int(CustomersPage::View::Duplicates) << false;
    QTest::newRow("companies") << int(CustomersPage::View::Companies) << false;
}

/// Nothing is written that is not on the screen.
void TestCustomersPage::onlyEverybodyIsExported()
{
    QFETCH(const int, view);
    QFETCH(const bool, asks);
    m_page->setView(CustomersPage::View(view));
    m_window->actions().action("exportCustomers")->trigger();
    auto *dialog = m_page->findChild<QFileDialog *>();
    QCOMPARE(dialog != nullptr, asks);
    if (asks)
        dialog->reject();
    else
        QVERIFY(m_window->toasts().newestText().contains("Everybody"));
}

void TestCustomersPage::whatTheHubRefusesIsNotWritten_data()
{
    QTest::addColumn<bool>("isThere");
    QTest::addColumn<bool>("refuses");
    QTest::addColumn<bool>("isWritten");
    QTest::newRow("the hub takes it") << true << false << true;
    QTest::newRow("the hub refuses it") << true << true << false;
    QTest::newRow("the hub is away, and hears of it later") << false << false << true;
}

void TestCustomersPage::whatTheHubRefusesIsNotWritten()
{
    QFETCH(const bool, isThere);
    QFETCH(const bool, refuses);
    QFETCH(const bool, isWritten);
    using Outcome = model::Outcome;
    const auto idOf = [](int name) {
        RawId raw{};
        raw[0] = std::byte(1), raw[15] = std::byte(name);
        return raw;
    };
    MiniHub hub;
    hub.features = wire::ownFeatures();
    hub.agent = {.id = model::AgentId(idOf(3)), .email = "ana@teapots.example", .name = "Ana"};
    hub.agent.role = model::Agent::Role::Lead;
    hub.put(hub.agent);
    const model::CustomerId layla(idOf(20));
    hub.put(model::Customer{.id = layla, .name = "Layla"});
    hub.judge = [refuses](const model::Command &command) {
        Outcome outcome{.n = command.n, .command = command.id};
        if (refuses) {
            outcome.kind = Outcome::Kind::Refused;
            outcome.reason = Outcome::Reason::NotAllowed;
        }
        return outcome;
    };
    client::Workspace desk;
    const auto opened = desk.open(m_folder->filePath("desk"));
    QTRY_VERIFY(opened.isFinished());
    const auto in = desk.signIn(hub.url(), "ana@teapots.example", hub.password);
    using State = client::Status::State;
    QTRY_VERIFY_WITH_TIMEOUT(in.isFinished() && desk.status().state == State::Live, 15'000);
    if (!isThere) {
        hub.stop();
        QTRY_VERIFY(desk.status().state == State::Offline);
    }
    const QString path = m_folder->filePath("list.csv");
    CustomerExport made(desk, {layla}, model::ExportCustomers::Which::Selected, {}, path, nullptr);
    std::optional<CustomerExport::Problem> problem;
    qint64 rows = 0;
    connect(&made, &CustomerExport::finished, this, [&rows](qint64 count) { rows = count; });
    connect(&made, &CustomerExport::failed, this, [&problem](CustomerExport::Problem what) { problem = what; });
    made.start();
    QTRY_VERIFY(rows > 0 || problem);
    QCOMPARE(QFile::exists(path), isWritten);
    if (!isWritten)
        QCOMPARE(*problem, CustomerExport::Problem::Refused);
    if (!isThere)
        hub.start();
    QTRY_COMPARE_WITH_TIMEOUT(hub.commands.size(), std::size_t(1), 15'000);
    const auto *told = std::get_if<model::ExportCustomers>(&hub.commands.front().body);
    QVERIFY(told && told->count == 1 && told->which == model::ExportCustomers::Which::Selected);
    if (refuses) // it was said: nothing stays to be decided
        QTRY_COMPARE(desk.status().needsYouCount, std::int64_t(0));
}

/// Whoever sits down meanwhile has not asked for it, and may see others.
void TestCustomersPage::anExportEndsWithTheSession()
{
    MiniHub hub;
    hub.features = wire::ownFeatures();
    hub.agent = {.id = model::AgentId(RawId{std::byte(3)}), .email = "ana@teapots.example", .name = "Ana"};
    hub.put(hub.agent);
    hub.deaf = true; // it is waited for
    client::Workspace desk;
    const auto opened = desk.open(m_folder->filePath("leaving"));
    QTRY_VERIFY(opened.isFinished());
    const auto in = desk.signIn(hub.url(), "ana@teapots.example", hub.password);
    using State = client::Status::State;
    QTRY_VERIFY_WITH_TIMEOUT(in.isFinished() && desk.status().state == State::Live, 15'000);
    const QString path = m_folder->filePath("left.csv");
    CustomerExport made(desk, {model::CustomerId()}, model::ExportCustomers::Which::Selected, {}, path, nullptr);
    QList<CustomerExport::Problem> problems;
    connect(&made, &CustomerExport::failed, this, [&problems](CustomerExport::Problem what) { problems.append(what); });
    made.start();
    const auto out = desk.signOut();
    QTRY_VERIFY(out.isFinished());
    QTRY_COMPARE(problems, QList{CustomerExport::Problem::Unread});
    QVERIFY(!QFile::exists(path));
}

void TestCustomersPage::linesAreHarmless()
{
    const store::CustomerRow row{.name = "=1+1, \"two\"", .open = 3, .tags = {"vip", "-x"}, .blocked = true};
    QCOMPARE(customerLine(row),
             QByteArray("00000000-0000-0000-0000-000000000000,\"'=1+1, \"\"two\"\"\",,,3,\"vip, -x\",,Blocked\r\n"));
}

void TestCustomersPage::aRowOnARowProposesAMerge()
{
    const QPoint to = table().rowRect(3).center();
    QTest::mousePress(table().viewport(), Qt::LeftButton, {}, table().rowRect(1).center());
    QTest::mouseMove(table().viewport(), to);
    QVERIFY(table().allowDrag().isDragging());
    QTRY_VERIFY(table().allowDrag().words().startsWith("Merge "));
    QTest::mouseRelease(table().viewport(), Qt::LeftButton, {}, to);
    QTRY_VERIFY(m_inbox->mergeFlow().sheet().isVisible());
    QVERIFY(!table().allowDrag().isDragging());
}

void TestCustomersPage::escEndsADrag()
{
    QTest::mousePress(table().viewport(), Qt::LeftButton, {}, table().rowRect(1).center());
    QTest::mouseMove(table().viewport(), table().rowRect(3).center());
    QTest::keyClick(&table(), Qt::Key_Escape);
    QVERIFY(!table().allowDrag().isDragging());
    QTest::mouseRelease(table().viewport(), Qt::LeftButton, {}, table().rowRect(3).center());
    QCoreApplication::processEvents();
    QVERIFY(!m_inbox->mergeFlow().sheet().isVisible());
}

void TestCustomersPage::nAddsSomebodyWithoutTheHub()
{
    QTest::keyClick(&table(), Qt::Key_N);
    QTRY_VERIFY(line("newCustomerName") && line("newCustomerName")->hasFocus());
    QTest::keyClicks(line("newCustomerName"), "Ada Byron");
    line("newAddress")->setText("Ada@Mail.example");
    m_window->findChild<Button *>("anotherAddress")->click();
    const auto rows = m_window->findChildren<QLineEdit *>("newAddress");
    QCOMPARE(rows.size(), 2);
    rows.back()->setText("+44 20 7946 0018");
    QTest::keyClick(rows.back(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE(table().count(), 1); // found by the name, to be seen at once
    const model::CustomerId who = table().currentCustomer();
    const auto card = m_workspace->customerCard(who);
    QTRY_VERIFY(card.isFinished());
    const store::CustomerCard shown = **card.result();
    QCOMPARE(shown.customer.name, "Ada Byron");
    std::set<std::string> addresses;
    for (const model::Identity &identity : shown.identities) {
        addresses.insert(identity.address);
        QVERIFY(!identity.verified); // told, not proven
    }
    QCOMPARE(addresses, (std::set<std::string>{"ada@mail.example", "+442079460018"}));
}

void TestCustomersPage::aNumberWithoutItsCountryIsOneOfOurAccounts()
{
    const auto accounts = m_workspace->channelAccounts();
    QTRY_VERIFY(accounts.isFinished());
    const auto set = m_workspace->submit(model::SetAccountRegion{accounts.result()->front().id, "AE"});
    QTRY_VERIFY(set.isFinished());
    m_page->addCustomer();
    QTRY_VERIFY(line("newCustomerName") && line("newCustomerName")->hasFocus());
    QTest::keyClicks(line("newCustomerName"), "Ada Byron");
    m_window->findChild<Button *>("anotherAddress")->click();
    QLineEdit *number = m_window->findChildren<QLineEdit *>("newAddress").back();
    number->setText("050 555 0199");
    QTest::keyClick(number, Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE(table().count(), 1);
    const auto card = m_workspace->customerCard(table().currentCustomer());
    QTRY_VERIFY(card.isFinished());
    QCOMPARE((**card.result()).identities.front().address, std::string("+971505550199"));
    // And it is theirs from now on, however it is written.
    m_page->addCustomer();
    line("newCustomerName")->setText("Somebody else");
    m_window->findChild<Button *>("anotherAddress")->click();
    m_window->findChildren<QLineEdit *>("newAddress").back()->setText("0505550199");
    m_window->findChild<Button *>("saveCustomer")->click();
    QTRY_VERIFY(m_window->findChild<Button *>("openHolder")->isVisible());
    QVERIFY(words("newCustomerProblem").contains("Ada Byron"));
}

void TestCustomersPage::aSheetGoesOnInItsOrderAndKeepsWhatWasTyped()
{
    m_page->addCustomer();
    QTRY_VERIFY(line("newCustomerName")->hasFocus());
    auto *sheet = m_window->findChild<NewCustomerSheet *>();
    // Nothing is lost by a click beside, unless there is nothing.
    QTest::mouseClick(sheet, Qt::LeftButton, {}, QPoint(3, 3));
    QVERIFY(!sheet->isVisible());
    m_page->addCustomer();
    QTRY_VERIFY(line("newCustomerName")->hasFocus());
    QTest::keyClicks(line("newCustomerName"), "Ada Byron");
    QTest::mouseClick(sheet, Qt::LeftButton, {}, QPoint(3, 3));
    QVERIFY(sheet->isVisible());
    // From the name to the address, before what makes another one.
    for (int i = 0; i < 4 && m_window->focusWidget() != line("newAddress"); ++i) {
        QTest::keyClick(m_window->focusWidget(), Qt::Key_Tab);
        QVERIFY(m_window->focusWidget() != m_window->findChild<Button *>("anotherAddress"));
    }
    QCOMPARE(m_window->focusWidget(), line("newAddress"));
    // Keys of the window do not reach what lies below.
    QTest::keyClick(line("newAddress"), Qt::Key_2, Qt::ControlModifier);
    QVERIFY(line("newAddress")->hasFocus());
    QTest::keyClick(line("newAddress"), Qt::Key_Escape);
    QVERIFY(!sheet->isVisible());
}

void TestCustomersPage::whatWillNotDoIsSaid_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("said");
    QTest::newRow("no name") << ""
                             << "ada@mail.example"
                             << "called";
    QTest::newRow("no address") << "Ada"
                                << ""
                                << "one address";
    QTest::newRow("no mail address") << "Ada"
                                     << "ada at mail"
                                     << "no mail address";
}

void TestCustomersPage::whatWillNotDoIsSaid()
{
    QFETCH(const QString, name);
    QFETCH(const QString, address);
    QFETCH(const QString, said);
    m_page->addCustomer();
    line("newCustomerName")->setText(name);
    line("newAddress")->setText(address);
    m_window->findChild<Button *>("saveCustomer")->click();
    QTRY_VERIFY2(words("newCustomerProblem").contains(said), qPrintable(words("newCustomerProblem")));
    QVERIFY(!m_window->findChild<Button *>("openHolder")->isVisible());
}

void TestCustomersPage::anAddressThatSomebodyHasAddsNobody()
{
    m_page->addCustomer();
    line("newCustomerName")->setText("Somebody else");
    line("newAddress")->setText("  LAYLA.H@mail.example ");
    m_window->findChild<Button *>("saveCustomer")->click();
    auto *open = m_window->findChild<Button *>("openHolder");
    QTRY_VERIFY(open->isVisible());
    QVERIFY(words("newCustomerProblem").contains("Layla"));
    QVERIFY(open->text().contains("Layla"));
    QCOMPARE(m_workspace->status().outboxCount, 0);
    open->click();
    QCOMPARE(m_chosen, std::vector<model::CustomerId>{m_made.customers.front().id});
}

void TestCustomersPage::aFileIsCheckedWithoutTheHub()
{
    m_page->importCustomers(makeFile());
    ImportSheet &sheet = m_page->importSheet();
    auto *next = sheet.findChild<Button *>("importNext");
    QTRY_COMPARE(sheet.columns().size(), 3u);
    QTRY_VERIFY(next->isVisible());
    QVERIFY(words("importAbout").contains("3 rows"));
    QVERIFY(words("importAbout").contains("commas"));
    QCOMPARE(sheet.findChildren<Button *>("importColumn").size(), 3);
    // Without an address nobody could be known again.
    sheet.setColumn(1, {});
    next->click();
    QVERIFY(words("importProblem").contains("e-mail"));
    sheet.setColumn(1, {client::ImportColumn::Kind::Email, {}});
    QTest::keyClick(&sheet, Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE(sheet.import().stage(), client::CustomerImport::Stage::Done);
    QCOMPARE(sheet.import().figures(), (client::ImportFigures{.rows = 3, .fresh = 1, .unchanged = 1, .refused = 1}));
    QVERIFY(words("importFigures").contains("Nothing has been changed"));
    auto *lines = sheet.findChild<ImportLines *>("importLines");
    QTRY_COMPARE(lines->count(), 3);
    QVERIFY(lines->spoken(1).contains("Layla"));
    QVERIFY(lines->spoken(2).startsWith("Row 4"));
    lines->show(true);
    QCOMPARE(lines->count(), 1);
    next->click(); // the hub is away
    QVERIFY(words("importProblem").contains("hub"));
    QCOMPARE(m_workspace->status().outboxCount, 0);
    QTest::keyClick(&sheet, Qt::Key_Escape);
    QVERIFY(!sheet.isVisible());
}

void TestCustomersPage::aFileThatWillNotDoSaysWhy()
{
    m_page->importCustomers(m_folder->filePath("not there.csv"));
    QTRY_VERIFY(words("importProblem").contains("cannot be read"));
    QVERIFY(m_page->importSheet().findChild<Button *>("importChoose")->isVisible());
}

void TestCustomersPage::anImportThatFailedIsBegunAnew_data()
{
    QTest::addColumn<bool>("unseen");
    QTest::newRow("in sight") << false;
    QTest::newRow("with the sheet closed") << true;
}

/// Its report is seen once more, and what leads back from there leads to another file.
void TestCustomersPage::anImportThatFailedIsBegunAnew()
{
    QFETCH(const bool, unseen);
    using Stage = client::CustomerImport::Stage;
    const QString path = makeFile();
    m_page->importCustomers(path);
    ImportSheet &sheet = m_page->importSheet();
    QTRY_COMPARE(sheet.columns().size(), 3u);
    QTest::keyClick(&sheet, Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE(sheet.import().stage(), Stage::Done);
    const auto file = sheet.import().look(path);
    QTRY_VERIFY(file.isFinished());
    const client::ImportSettings settings{.file = *file.result(), .columns = sheet.columns()};
    QVERIFY(QFile::remove(path)); // its stick was taken out
    if (unseen)
        sheet.dismiss();
    sheet.import().run(settings);
    QTRY_COMPARE(sheet.import().stage(), Stage::Failed);
    if (unseen)
        QCOMPARE(m_window->toasts().newestText(), QString("The import of customers has stopped."));
    else
        sheet.dismiss();
    m_page->importCustomers();
    QVERIFY(words("importProblem").contains("The file"));
    auto *back = sheet.findChild<Button *>("importBack");
    QVERIFY(back->isVisible());
    back->click();
    QVERIFY(sheet.findChild<Button *>("importChoose")->isVisible());
    sheet.choose(makeFile());
    QTRY_COMPARE(sheet.findChildren<Button *>("importColumn").size(), 3);
}

void TestCustomersPage::aFileIsOfWhoeverChoseIt_data()
{
    QTest::addColumn<QString>("at");
    QTest::newRow("its columns") << "columns";
    QTest::newRow("what would happen") << "checked";
    QTest::newRow("under way") << "running";
}

/// Whoever signs in next sees no names in it, and gives none of it as theirs.
void TestCustomersPage::aFileIsOfWhoeverChoseIt()
{
    QFETCH(const QString, at);
    using Stage = client::CustomerImport::Stage;
    const QString path = makeFile();
    m_page->importCustomers(path);
    ImportSheet &sheet = m_page->importSheet();
    QTRY_COMPARE(sheet.columns().size(), 3u);
    if (at != "columns") {
        QTest::keyClick(&sheet, Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE(sheet.findChild<ImportLines *>("importLines")->count(), 3);
    }
    if (at == "running") {
        const auto file = sheet.import().look(path);
        QTRY_VERIFY(file.isFinished());
        sheet.import().run({.file = *file.result(), .columns = sheet.columns()});
        QTRY_VERIFY(m_workspace->status().outboxCount > 0); // and the hub does not take it
    }
    sheet.dismiss();
    const auto out = m_workspace->signOut();
    QTRY_VERIFY(out.isFinished() && m_workspace->agent().id.isNull());
    QCOMPARE(sheet.import().stage(), Stage::Idle);
    QVERIFY(sheet.import().lines().empty());
    QCOMPARE(sheet.findChild<ImportLines *>("importLines")->count(), 0);
    QVERIFY(sheet.columns().empty());
    sheet.open();
    QVERIFY(sheet.findChild<Button *>("importChoose")->isVisible());
    QVERIFY(sheet.findChildren<Button *>("importColumn").isEmpty());
    QCOMPARE(m_window->toasts().count(), 0); // nor is it said that it is over
}

void TestCustomersPage::somebodyWithoutAConversationIsOpened()
{
    showInbox();
    m_inbox->openCustomer(m_made.silent.id);
    QTRY_COMPARE(m_inbox->pane().person(), m_made.silent.id);
    auto *empty = m_inbox->findChild<QWidget *>("personEmpty");
    QTRY_VERIFY(empty->isVisible());
    QVERIFY(words("personEmptyWords").contains("Zoë Quiet"));
    QCOMPARE(words("conversationName"), "Zoë Quiet");
    QTRY_COMPARE(m_inbox->customerPanel().customer(), m_made.silent.id);
    QVERIFY(!m_inbox->pane().composer().isVisible());
    // What is known of them is changed as everywhere.
    emit m_inbox->customerPanel().commandWanted(model::SetCustomerTags{m_made.silent.id, {"vip"}, {}});
    QTRY_VERIFY(m_inbox->pane().card()->customer.tags == std::vector<std::string>{"vip"});
    // The next key goes on with conversations.
    QTest::keyClick(m_inbox->findChild<Button *>("beginConversation"), Qt::Key_J);
    QTRY_VERIFY(!m_inbox->pane().conversation().isNull());
    QVERIFY(!empty->isVisible());
    QVERIFY(m_inbox->pane().timeline().isVisible());
}

void TestCustomersPage::aConversationIsBegunWithThem()
{
    showInbox();
    m_inbox->openCustomer(m_made.silent.id);
    auto *begin = m_inbox->findChild<Button *>("beginConversation");
    QTRY_VERIFY(begin->isVisible());
    QTest::keyClick(begin, Qt::Key_C);
    QTRY_VERIFY(m_inbox->startSheet().isVisible());
    QTRY_VERIFY(line("startTo")->text().contains("zoe@quiet.example"));
    QTRY_VERIFY(m_window->findChild<Button *>("startBegin")->isEnabled());
    line("startTo")->setFocus();
    for (const char *next : {"startFrom", "startSubject"}) { // as they stand
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        QCOMPARE(QApplication::focusWidget()->objectName(), QString(next));
    }
    line("startSubject")->setText("Hello");
    m_window->findChild<Button *>("startBegin")->click();
    QTRY_VERIFY(m_inbox->pane().row().has_value() && m_inbox->pane().row()->conversation.subject == "Hello");
    QCOMPARE(m_inbox->pane().row()->customer, m_made.silent.id);
    QVERIFY(m_inbox->pane().person().isNull());
}

void TestCustomersPage::aRowOfTheInboxGoesToAQueue()
{
    showInbox();
    ConversationList &list = m_inbox->list();
    QTRY_COMPARE(list.model()->rowCount(), int(m_made.conversations.size()));
    QWidget *view = list.viewport();
    const auto over = [&](const char *queue) {
        auto *row = m_inbox->findChild<QWidget *>(QString::fromLatin1(queue));
        return view->mapFromGlobal(row->mapToGlobal(row->rect().center()));
    };
    const QPoint from = list.rowRect(1).center();
    QTest::mousePress(view, Qt::LeftButton, {}, from);
    QTest::mouseMove(view, over("queue-unassigned"));
    QTRY_VERIFY2(list.drag().words().contains("Unassigned"), qPrintable(list.drag().words()));
    QTest::mouseRelease(view, Qt::LeftButton, {}, over("queue-unassigned"));
    QTRY_COMPARE(list.model()->rowCount(), int(m_made.conversations.size()) - 1);
    QVERIFY(m_window->toasts().newestText().contains("Undo") || m_window->toasts().count() > 0);
    QTest::keyClick(&list, Qt::Key_Z);
    QTRY_COMPARE(list.model()->rowCount() + int(list.model()->waiting()), int(m_made.conversations.size()));
    list.model()->release(); // under the pointer nothing comes in by itself
    // Where they are already nothing happens.
    QTest::mousePress(view, Qt::LeftButton, {}, list.rowRect(1).center());
    QTest::mouseMove(view, over("queue-mine"));
    QTest::mouseRelease(view, Qt::LeftButton, {}, over("queue-mine"));
    QCOMPARE(list.model()->rowCount(), int(m_made.conversations.size()));
    // Onto another row: the two may be one person.
    QTest::mousePress(view, Qt::LeftButton, {}, list.rowRect(1).center());
    QTest::mouseMove(view, list.rowRect(3).center());
    QTRY_VERIFY(list.drag().words().startsWith("Merge "));
    QTest::mouseRelease(view, Qt::LeftButton, {}, list.rowRect(3).center());
    QTRY_VERIFY(m_inbox->mergeFlow().sheet().isVisible());
}

QTEST_MAIN(TestCustomersPage)
#include "tst_customers_page.moc"
