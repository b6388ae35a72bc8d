// The forms of the Admin section: what was typed in one and not saved is gone back to, whatever is opened meanwhile.
#include "tests/ui/admin/open_admin.h"
#include "ui/admin/fields_page.h"
#include "ui/admin/people_page.h"
#include "ui/admin/reopening_page.h"
#include "ui/admin/roles_page.h"
#include "ui/admin/statuses_page.h"
#include "ui/admin/teams_page.h"
#include "ui/shell/toasts.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QSpinBox>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;

class TestAdminForms : public testing::OpenAdmin {
    Q_OBJECT
private slots:
    void whatIsLeftUnsavedCanBeGoneBackTo();
    void theWindowDoesNotCloseOverIt();
    void whatIsTypedIsOfWhoeverTypedIt();
    void whatWaitsForAMomentIsOfWhoeverDidIt();
    void whatIsOpenAlreadyGoesOn_data();
    void whatIsOpenAlreadyGoesOn();
    void noAccountIsLeftUnsaid();
    void noFieldIsLeftUnsaid_data();
    void noFieldIsLeftUnsaid();
    void noStatusIsLeftUnsaid_data();
    void noStatusIsLeftUnsaid();
    void theFormHasTheKeyboardAgain_data();
    void theFormHasTheKeyboardAgain();

private:
    /// Presses "Go back to it" of the newest toast, which is about @p name.
    void goBack(const char *name)
    {
        QVERIFY2(m_window->toasts().newestText().contains(name), qPrintable(m_window->toasts().newestText()));
        m_window->findChildren<QAbstractButton *>("toastAction").back()->click();
    }
};

void TestAdminForms::whatIsLeftUnsavedCanBeGoneBackTo()
{
    PeoplePage &people = m_page->people();
    people.open(m_made.colleague.id);
    auto *capacity = people.findChild<QSpinBox *>();
    const int before = capacity->value();
    capacity->setValue(before + 5);
    QVERIFY(people.pane().isDirty());
    people.open(m_made.me.id);
    QVERIFY(!people.pane().isDirty());
    QVERIFY2(m_window->toasts().newestText().contains("Tomás"), qPrintable(m_window->toasts().newestText()));
    auto *back = m_window->findChild<QAbstractButton *>("toastAction");
    QVERIFY(back);
    back->click();
    QCOMPARE(capacity->value(), before + 5);
    QVERIFY(people.pane().isDirty());
}

void TestAdminForms::theWindowDoesNotCloseOverIt()
{
    PeoplePage &people = m_page->people();
    people.open(m_made.colleague.id);
    auto *capacity = people.findChild<QSpinBox *>();
    capacity->setValue(capacity->value() + 5);
    QVERIFY(!m_window->close());
    const QString words = m_window->toasts().newestText();
    QVERIFY2(words.contains("Tomás") && words.contains("not saved"), qPrintable(words));
    QVERIFY(m_window->close());
}

/// Whoever signs in next finds nothing open that would be saved as theirs.
void TestAdminForms::whatIsTypedIsOfWhoeverTypedIt()
{
    PeoplePage &people = m_page->people();
    people.open(m_made.colleague.id);
    auto *capacity = people.findChild<QSpinBox *>();
    capacity->setValue(capacity->value() + 5);
    QVERIFY(people.pane().isDirty());
    const auto out = m_workspace->signOut();
    QTRY_VERIFY(out.isFinished() && m_workspace->agent().id.isNull());
    QVERIFY(people.pane().isHidden());
    QVERIFY(!people.pane().isDirty());
    QCOMPARE(m_window->toasts().count(), 0);
}

void TestAdminForms::whatWaitsForAMomentIsOfWhoeverDidIt()
{
    const model::Role help{.id = model::RoleId(RawId{std::byte(6)}), .name = "Help", .permissions = {"reply"}};
    m_desk->submitSoon(model::SaveRole{help});
    QVERIFY(m_desk->isBeingSaved(help.id.bytes));
    const auto out = m_workspace->signOut();
    QTRY_VERIFY(out.isFinished() && m_workspace->agent().id.isNull());
    QVERIFY(!m_desk->isBeingSaved(help.id.bytes));
    QVERIFY(m_desk->shown().roles.empty());
}

void TestAdminForms::whatIsOpenAlreadyGoesOn_data()
{
    QTest::addColumn<QString>("field");
    QTest::newRow("People") << "personCapacity";
    QTest::newRow("Roles") << "roleName";
    QTest::newRow("Teams") << "teamName";
    QTest::newRow("Fields") << "fieldName";
    QTest::newRow("Statuses") << "statusName";
    QTest::newRow("Channel accounts") << "reopenDays";
}

/// A click on its row, or Enter there, takes nothing away that is being written.
void TestAdminForms::whatIsOpenAlreadyGoesOn()
{
    QFETCH(const QString, field);
    const model::Role help{.id = model::RoleId(RawId{std::byte(6)}), .name = "Help", .permissions = {"reply"}};
    m_desk->submit(model::SaveRole{help});
    const auto pages = m_page->findChildren<SetupPage *>();
    const auto at = std::ranges::find(pages, QString(QTest::currentDataTag()), &SetupPage::title);
    QVERIFY(at != pages.end());
    SetupPage &page = **at;
    m_page->showPage(&page);
    const auto openByKey = [&] {
        if (RecordTable *table = page.records())
            return QTest::keyClick(table, Qt::Key_Return);
        RoleMatrixView &view = m_page->roles().matrix();
        emit view.roleOpened(view.matrix().columnOf(help.id));
    };
    openByKey();
    QVERIFY(page.pane().isVisible());
    auto *input = page.findChild<QWidget *>(field);
    const auto text = [input] { return input->property("text").toString(); };
    const QString before = text();
    if (auto *number = qobject_cast<QSpinBox *>(input))
        number->setValue(number->value() + 5);
    else
        qobject_cast<QLineEdit *>(input)->setText("Another name");
    const QString typed = text();
    QVERIFY(typed != before && page.pane().isDirty());
    openByKey();
    if (RecordTable *table = page.records())
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->rowRect(table->currentPart()).center());
    QCOMPARE(text(), typed);
    QVERIFY(page.pane().isDirty());
}

void TestAdminForms::noAccountIsLeftUnsaid()
{
    ReopeningPage &page = m_page->reopening();
    m_page->showPage(&page);
    auto *days = page.findChild<QSpinBox *>("reopenDays");
    auto *region = page.findChild<QLineEdit *>("accountRegion");
    page.open(m_made.mail.id);
    region->setText("GB");
    days->setValue(3);
    page.open(m_made.chat.id);
    QCOMPARE(days->value(), int(m_made.chat.reopenDays));
    QVERIFY(region->text().isEmpty());
    days->setValue(4);
    goBack("Help");
    QCOMPARE(days->value(), 3);
    QCOMPARE(region->text(), QString("GB"));
    QVERIFY(page.pane().isDirty());
    goBack("juniperkiln.example");
    QCOMPARE(days->value(), 4);
    QVERIFY(region->text().isEmpty());
    QVERIFY(page.pane().isDirty());
}

void TestAdminForms::noFieldIsLeftUnsaid_data()
{
    QTest::addColumn<QString>("goes");
    QTest::newRow("another is opened") << "open";
    QTest::newRow("one is added") << "add";
    QTest::newRow("fields of something else are shown") << "subject";
}

/// Whatever comes into the form: what was typed there can be gone back to, and what is typed then as well.
void TestAdminForms::noFieldIsLeftUnsaid()
{
    QFETCH(const QString, goes);
    FieldsPage &page = m_page->fields();
    auto *name = page.findChild<QLineEdit *>("fieldName");
    page.open(m_fields[0].id);
    name->setText("Courier, by hand");
    if (goes == "open")
        page.open(m_fields[1].id);
    else if (goes == "add")
        emit page.mainButton().clicked();
    else
        page.setSubject(model::FieldDefinition::Subject::Company);
    if (goes == "subject")
        page.open(m_fields[2].id);
    QVERIFY(name->text() != "Courier, by hand");
    name->setText("Another");
    const int told = m_window->toasts().count();
    goBack("Courier, by hand");
    QCOMPARE(name->text(), QString("Courier, by hand"));
    QVERIFY(page.pane().isDirty());
    QCOMPARE(m_window->toasts().count(), told); // one has gone, one has come
    goBack("Another");
    QCOMPARE(name->text(), QString("Another"));
    QVERIFY(page.pane().isDirty());
    goBack("Courier, by hand");
    QCOMPARE(name->text(), QString("Courier, by hand"));
    name->setText("Courier, once more");
    page.revert();
    QCOMPARE(name->text(), QString("Courier"));
}

void TestAdminForms::noStatusIsLeftUnsaid_data()
{
    QTest::addColumn<bool>("adds");
    QTest::newRow("another is opened") << false;
    QTest::newRow("one is added") << true;
}

void TestAdminForms::noStatusIsLeftUnsaid()
{
    QFETCH(const bool, adds);
    StatusesPage &page = m_page->statuses();
    auto *name = page.findChild<QLineEdit *>("statusName");
    page.open(m_statuses[0].id);
    name->setText("On the road");
    if (adds)
        emit page.mainButton().clicked();
    else
        page.open(m_statuses[1].id);
    QVERIFY(name->text() != "On the road");
    name->setText("Another");
    goBack("On the road");
    QCOMPARE(name->text(), QString("On the road"));
    goBack("Another");
    QCOMPARE(name->text(), QString("Another"));
    QVERIFY(page.pane().isDirty());
}

void TestAdminForms::theFormHasTheKeyboardAgain_data()
{
    QTest::addColumn<bool>("elsewhere");
    QTest::newRow("where it was") << false;
    QTest::newRow("but not from where somebody has gone") << true;
}

/// For a moment the hub is away, and nothing can be changed.
void TestAdminForms::theFormHasTheKeyboardAgain()
{
    QFETCH(const bool, elsewhere);
    QWidget window;
    auto *filter = new QLineEdit, *name = new QLineEdit;
    auto *pane = new DetailPane(*m_theme);
    pane->addField(new FormField(*m_theme, "Capacity", new QSpinBox));
    pane->addField(new FormField(*m_theme, "Name", name));
    auto *line = new QHBoxLayout(&window);
    line->addWidget(filter);
    line->addWidget(pane);
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    name->setFocus();
    QTRY_VERIFY(name->hasFocus());
    for (int i = 0; i < 2; ++i) // each time something is read meanwhile
        pane->setReadOnly("The hub is away.");
    QVERIFY(!name->isEnabled() && !name->hasFocus());
    if (elsewhere)
        filter->setFocus();
    pane->setReadOnly({});
    QTRY_VERIFY((elsewhere ? filter : name)->hasFocus());
    QCOMPARE(name->hasFocus(), !elsewhere);
}

QTEST_MAIN(TestAdminForms)
#include "tst_admin_forms.moc"
