// Conversations as tickets on the screen, over a real workspace whose hub is away: what is done shows at once, by keyboard.
#include "core/base/rng.h"
#include "core/base/time.h"
#include "core/client/workspace.h"
#include "tests/ui/inbox/made_profile.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/inbox_page.h"
#include "ui/shell/picker.h"
#include "ui/shell/settings_file.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/toasts.h"
#include "ui/ticket/start_sheet.h"
#include "ui/ticket/ticket_sheet.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QPointer>
#include <QTemporaryDir>
#include <QTest>
#include <QTextEdit>

using namespace tributary;
using namespace tributary::ui;
using tributary::testing::MadeProfile;

class TestTicketSheet : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void checklistByKeyboard();
    void aStepThatIsBegunStays_data();
    void aStepThatIsBegunStays();
    void followAndUndo();
    void notesMention();
    void whoDoesNotSeeItIsNotMentioned_data();
    void whoDoesNotSeeItIsNotMentioned();
    void namesakesAreMentionedApart_data();
    void namesakesAreMentionedApart();
    void beginsAConversation();
    void isBegunWhereItWouldBeSeen_data();
    void isBegunWhereItWouldBeSeen();
    void saysWhatIsNoAddress();
    void whatCannotBeWrittenToIsSaid_data();
    void whatCannotBeWrittenToIsSaid();
    void theAccountUsedLastStays();
    void whatWouldBeLostHoldsIt_data();
    void whatWouldBeLostHoldsIt();
    void askedForOnceMoreItGoesOn();
    void sideConversationsAreByMail();
    void subjectIsChanged();
    void anUntouchedSubjectStays_data();
    void anUntouchedSubjectStays();
    void aSubjectThatIsTooLongIsSaid_data();
    void aSubjectThatIsTooLongIsSaid();
    void fieldsSayWhatTheyTake();
    void confidentialFieldsAreForWhoSeesThem_data();
    void confidentialFieldsAreForWhoSeesThem();
    void aNumberThatIsNotThereIsSaid();
    void aPickerKeepsTheKeyboard();
    void eachConversationKeepsItsOwn();

private:
    void openWindow(const testing::MadeOptions &options);
    TicketSheet *openSheet();
    /// Another profile, in the place of the one that is open.
    void openAnother(const testing::MadeOptions &options)
    {
        cleanup();
        openWindow(options);
    }
    /// The list of colleagues, by "@" in a note.
    QList<Choice> askWhomToMention();
    QTextEdit *editor() { return m_page->pane().composer().findChild<QTextEdit *>("composerEditor"); }
    QLabel *strip() { return m_page->pane().composer().findChild<QLabel *>("composerStrip"); }
    QList<Choice> offered() { return m_window->picker().findChild<ChoiceList *>("pickerList")->choices(); }
    model::Conversation shown() const
    {
        const auto read = m_workspace->ticket(m_made.conversations.front().id);
        [&] { QTRY_VERIFY(read.isFinished()); }();
        return (*read.result())->conversation;
    }
    StartSheet *start() { return &m_page->startSheet(); }
    QLineEdit *to() { return start()->findChild<QLineEdit *>("startTo"); }

    QTemporaryDir *m_folder = nullptr;
    MadeProfile m_made;
    SystemClock m_clock;
    Theme *m_theme = nullptr;
    ui::SettingsFile *m_settings = nullptr;
    client::Workspace *m_workspace = nullptr;
    ShellWindow *m_window = nullptr;
    InboxPage *m_page = nullptr;
};

void TestTicketSheet::init()
{
    SystemClock clock;
    SeededRng rng(5);
    openWindow({.fields = {{.id = IdMaker(clock, rng).make<model::FieldDefinitionId>(),
                            .key = "weight",
                            .name = "Weight",
                            .type = model::FieldDefinition::Type::Number}}});
}

void TestTicketSheet::openWindow(const testing::MadeOptions &options)
{
    m_folder = new QTemporaryDir;
    m_made = testing::makeProfile(m_folder->filePath("profile"), options);
    m_theme = new Theme;
    m_settings = new ui::SettingsFile(m_folder->filePath("window.ini"));
    m_workspace = new client::Workspace;
    const QFuture<Result<void>> opened = m_workspace->open(m_folder->filePath("profile"));
    QTRY_VERIFY(opened.isFinished());
    QVERIFY(opened.result().has_value());
    m_window = new ShellWindow(*m_theme, *m_settings);
    m_page = new InboxPage(*m_theme, m_clock, *m_workspace, *m_window, *m_settings);
    m_window->showSection(m_page);
    m_window->resize(1440, 900);
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window));
    QTRY_COMPARE(m_page->pane().conversation(), m_made.conversations.front().id);
    QTRY_VERIFY(m_page->pane().card().has_value());
    m_page->list().setFocus();
    QTRY_VERIFY(m_page->list().hasFocus());
}

void TestTicketSheet::cleanup()
{
    delete m_window;
    delete m_workspace;
    delete m_settings;
    delete m_theme;
    delete m_folder;
}

TicketSheet *TestTicketSheet::openSheet()
{
    QTest::keyClick(&m_page->list(), Qt::Key_L);
    auto *sheet = &m_page->ticketSheet();
    [&] { QTRY_VERIFY(sheet && sheet->isVisible() && sheet->findChild<QWidget *>("checklistAdd")); }();
    return sheet;
}

void TestTicketSheet::checklistByKeyboard()
{
    TicketSheet *sheet = openSheet();
    auto *add = sheet->findChild<QLineEdit *>("checklistAdd");
    add->setFocus();
    QTest::keyClicks(add, "Ask the courier");
    QTest::keyClick(add, Qt::Key_Return);
    QTRY_COMPARE(shown().checklist.size(), std::size_t(1));
    QTRY_COMPARE(sheet->findChildren<QCheckBox *>().size(), 2); // following, and the new step
    auto *again = sheet->findChild<QLineEdit *>("checklistAdd");
    QTRY_VERIFY(again->hasFocus()); // the next one can be typed at once
    QCheckBox *step = nullptr;
    for (QCheckBox *box : sheet->findChildren<QCheckBox *>()) {
        if (box->text() == "Ask the courier")
            step = box;
    }
    QVERIFY(step);
    step->click();
    QTRY_VERIFY(shown().checklist.front().done);
    QCOMPARE(shown().checklist.front().doneBy, std::optional(m_made.me.id));
    // Its words can be changed, and it stays done.
    const QString id = QString::fromStdString(shown().checklist.front().id.text());
    QTRY_VERIFY(sheet->findChild<QCheckBox *>("check " + id) && sheet->findChild<QCheckBox *>("check " + id)->isChecked());
    QTRY_COMPARE(sheet->findChildren<QCheckBox *>("check " + id).size(), 1); // of the sheet as it is now
    QTRY_VERIFY(sheet->findChild<QCheckBox *>("check " + id)->isChecked());
    sheet->findChild<QAbstractButton *>("rename " + id)->click();
    auto *words = sheet->findChild<QLineEdit *>("words " + id);
    QVERIFY(words && words->hasFocus());
    QCOMPARE(words->text(), QString("Ask the courier"));
    QTest::keyClicks(words, "Ask them again"); // in the place of what was selected
    QTest::keyClick(words, Qt::Key_Return);
    QTRY_COMPARE(shown().checklist.front().text, std::string("Ask them again"));
    QVERIFY(shown().checklist.front().done);
}

void TestTicketSheet::aStepThatIsBegunStays_data()
{
    QTest::addColumn<QString>("then");
    QTest::newRow("something else of it is changed") << "box";
    QTest::newRow("another conversation changes") << "other";
    QTest::newRow("it is closed and opened again") << "again";
    QTest::newRow("it is opened for another one between") << "between";
}

/// Whatever the sheet is made anew for: Enter alone takes it.
void TestTicketSheet::aStepThatIsBegunStays()
{
    QFETCH(const QString, then);
    const model::ConversationId id = m_made.conversations.front().id, other = m_made.conversations[3].id;
    TicketSheet *sheet = openSheet();
    const auto field = [sheet] { return sheet->findChild<QLineEdit *>("checklistAdd"); };
    const QPointer<QLineEdit> before = field();
    before->setFocus();
    QTest::keyClicks(before, "Call the courier");
    sheet->findChild<QWidget *>("ticketPriority")->setFocus(Qt::TabFocusReason);
    if (then == "box") {
        sheet->findChild<QCheckBox *>("ticketFollow")->click();
        QTRY_COMPARE(m_workspace->status().outboxCount, 1);
    } else if (then == "other") {
        const auto changed =
            m_workspace->submit({model::SetSubject{.conversation = other, .subject = "Two cups"}}, {}, false);
        QTRY_VERIFY(changed.isFinished());
    } else {
        QTest::keyClick(sheet, Qt::Key_Escape);
        QVERIFY(!sheet->isVisible());
        if (then == "between") {
            sheet->open(other, QRect(0, 0, 10, 10));
            QTRY_VERIFY(field());
            QCOMPARE(field()->text(), QString());
        }
        sheet->open(id, QRect(0, 0, 10, 10));
    }
    QTRY_VERIFY(!before && field()); // it has been made anew
    QCOMPARE(field()->text(), QString("Call the courier"));
    QVERIFY(shown().checklist.empty());
    field()->setFocus();
    QTest::keyClick(field(), Qt::Key_Return);
    QTRY_COMPARE(shown().checklist.size(), std::size_t(1));
    QCOMPARE(shown().checklist.front().text, std::string("Call the courier"));
    QTRY_VERIFY(sheet->findChild<QWidget *>("check " + QString::fromStdString(shown().checklist.front().id.text())));
    QCOMPARE(field()->text(), QString());
}

void TestTicketSheet::followAndUndo()
{
    QTest::keyClick(&m_page->list(), Qt::Key_S);
    const auto following = [this] {
        const auto read = m_workspace->ticket(m_made.conversations.front().id);
        [&] { QTRY_VERIFY(read.isFinished()); }();
        return (*read.result())->following;
    };
    QTRY_VERIFY(following());
    QTRY_VERIFY(m_window->toasts().newestText().startsWith("Following"));
    QTest::keyClick(&m_page->list(), Qt::Key_Z);
    QTRY_VERIFY(!following());
}

void TestTicketSheet::notesMention()
{
    Composer &composer = m_page->pane().composer();
    QTest::keyClick(&m_page->list(), Qt::Key_N);
    auto *editor = composer.findChild<QWidget *>("composerEditor");
    QTRY_VERIFY(editor->hasFocus());
    QTest::keyClicks(editor, "@");
    auto *picker = m_window->findChild<QWidget *>("mentionPicker");
    QTRY_VERIFY(picker && picker->isVisible());
    auto *field = m_window->findChild<QLineEdit *>("pickerField");
    QTRY_VERIFY(field->hasFocus());
    field->setText(QString::fromStdString(m_made.colleague.name)); // with letters that no test keyboard has
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_VERIFY(editor->hasFocus());
    QTest::keyClicks(editor, "please look");
    composer.send();
    const TimelineModel &timeline = m_page->pane().timeline().model();
    QTRY_VERIFY(!timeline.items().empty() && timeline.items().back().kind == model::TimelineItem::Kind::Note);
    QVERIFY(timeline.items().back().mentions == std::vector{m_made.colleague.id});
}

QList<Choice> TestTicketSheet::askWhomToMention()
{
    QTest::keyClick(&m_page->list(), Qt::Key_N);
    [&] { QTRY_VERIFY(editor()->hasFocus()); }();
    QTest::keyClicks(editor(), "@");
    [&] { QTRY_VERIFY(m_window->picker().isVisible()); }();
    return offered();
}

void TestTicketSheet::whoDoesNotSeeItIsNotMentioned_data()
{
    QTest::addColumn<bool>("sees");
    QTest::newRow("who sees it is") << true;
    QTest::newRow("of another team") << false;
}

/// Neither chosen from the list nor, without being said, by a name that is typed.
void TestTicketSheet::whoDoesNotSeeItIsNotMentioned()
{
    QFETCH(const bool, sees);
    openAnother({.change = [sees](std::size_t index, model::Conversation &conversation) {
        if (index == 0 && !sees)
            conversation.team = model::TeamId(RawId{std::byte(9)});
    }});
    const QString name = QString::fromStdString(m_made.colleague.name);
    const QList<Choice> choices = askWhomToMention();
    const auto choice = std::ranges::find(choices, name, &Choice::text);
    QVERIFY(choice != choices.end());
    QCOMPARE(choice->enabled, sees);
    QCOMPARE(choice->detail.contains("cannot see"), !sees);
    m_window->picker().dismiss();
    editor()->insertPlainText(name + " please look");
    QCOMPARE(strip()->isVisible(), !sees);
    QCOMPARE(strip()->text().contains(name), !sees);
    editor()->setPlainText("Nobody need look");
    QVERIFY(!strip()->isVisible());
}

void TestTicketSheet::namesakesAreMentionedApart_data()
{
    QTest::addColumn<QString>("typed"); ///< In the list; empty: the name, in the note.
    QTest::addColumn<QList<int>>("told");
    QTest::newRow("one of them") << "north" << QList<int>{0};
    QTest::newRow("the other") << "south" << QList<int>{1};
    QTest::newRow("either") << "" << QList<int>{0, 1};
}

void TestTicketSheet::namesakesAreMentionedApart()
{
    QFETCH(const QString, typed);
    QFETCH(const QList<int>, told);
    const std::vector<model::Agent> anas{
        {.id = model::AgentId(RawId{std::byte(1)}), .email = "north@shop.example", .name = "Ana Prado"},
        {.id = model::AgentId(RawId{std::byte(2)}), .email = "south@shop.example", .name = "Ana Prado"}};
    openAnother({.others = anas});
    const QList<Choice> choices = askWhomToMention();
    for (const model::Agent &ana : anas) {
        const QString email = QString::fromStdString(ana.email);
        QVERIFY(std::ranges::any_of(choices, [&email](const Choice &choice) { return choice.text.contains(email); }));
    }
    if (typed.isEmpty()) {
        m_window->picker().dismiss();
        editor()->insertPlainText("Ana Prado ");
    } else {
        auto *field = m_window->findChild<QLineEdit *>("pickerField");
        field->setText(typed);
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_VERIFY(editor()->toPlainText().contains(typed));
    }
    QCOMPARE(strip()->isVisible(), told.size() > 1);
    m_page->pane().composer().send();
    const TimelineModel &timeline = m_page->pane().timeline().model();
    QTRY_VERIFY(!timeline.items().empty() && timeline.items().back().kind == model::TimelineItem::Kind::Note);
    std::vector<model::AgentId> wanted;
    for (const int index : told)
        wanted.push_back(anas[std::size_t(index)].id);
    std::vector<model::AgentId> mentioned = timeline.items().back().mentions;
    std::ranges::sort(mentioned);
    QVERIFY(mentioned == wanted);
}

void TestTicketSheet::beginsAConversation()
{
    QTest::keyClick(&m_page->list(), Qt::Key_C);
    QTRY_VERIFY(start()->isVisible());
    auto *begin = start()->findChild<QAbstractButton *>("startBegin");
    QTRY_VERIFY(begin->isEnabled());
    QTest::keyClicks(to(), "New.Person@mail.example");
    auto *subject = start()->findChild<QLineEdit *>("startSubject");
    subject->setFocus();
    QTest::keyClicks(subject, "Your order");
    QTest::keyClick(subject, Qt::Key_Return);
    QTRY_VERIFY(!start()->isVisible());
    QTRY_VERIFY(m_page->pane().row() && m_page->pane().row()->conversation.subject == "Your order");
    QCOMPARE(m_page->pane().row()->identityShown, std::string("new.person@mail.example"));
    QCOMPARE(m_page->pane().row()->conversation.assignee, std::optional(m_made.me.id));
    QTRY_VERIFY(m_page->pane().composer().target().has_value());
    QCOMPARE(m_page->pane().composer().target()->account, m_made.mail.id);
}

void TestTicketSheet::isBegunWhereItWouldBeSeen_data()
{
    using Role = model::Agent::Role;
    QTest::addColumn<int>("role");
    QTest::addColumn<bool>("ofATeam"); ///< The account goes to a team that is not one's own.
    QTest::addColumn<bool>("aside");
    QTest::addColumn<bool>("may");
    QTest::newRow("of nobody in particular") << int(Role::Lead) << false << false << true;
    QTest::newRow("of another team") << int(Role::Lead) << true << false << false;
    QTest::newRow("of another team, which an admin sees") << int(Role::Admin) << true << false << true;
    QTest::newRow("on the side of what is seen") << int(Role::Lead) << true << true << true;
}

/// What the hub would refuse is not offered, and says why; the rest stands in the account's team at once.
void TestTicketSheet::isBegunWhereItWouldBeSeen()
{
    QFETCH(const int, role);
    QFETCH(const bool, ofATeam);
    QFETCH(const bool, aside);
    QFETCH(const bool, may);
    const model::Team returns{.id = model::TeamId(RawId{std::byte(9)}), .name = "Returns"};
    testing::MadeOptions options{.role = model::Agent::Role(role), .teams = {returns}};
    if (ofATeam)
        options.mailTeam = returns.id;
    openAnother(options);
    if (aside)
        openSheet()->findChild<QAbstractButton *>("ticketSide")->click();
    else
        QTest::keyClick(&m_page->list(), Qt::Key_C);
    QTRY_VERIFY(start()->isVisible());
    auto *from = start()->findChild<QAbstractButton *>("startFrom");
    auto *begin = start()->findChild<QAbstractButton *>("startBegin");
    QTRY_VERIFY(!from->text().isEmpty()); // the accounts are here
    QCOMPARE(begin->isEnabled(), may);
    QCOMPARE(start()->findChild<QLabel *>("startProblem")->text().contains("team"), !may);
    from->click();
    QTRY_VERIFY(m_window->picker().isVisible());
    QCOMPARE(offered().size(), 1);
    QCOMPARE(offered()[0].enabled, may);
    QCOMPARE(offered()[0].detail.contains("team"), !may);
    m_window->picker().dismiss();
    if (!may)
        return;
    to()->setText("courier@parcels.example");
    begin->click();
    const auto begun = [this] { return m_page->pane().row() ? m_page->pane().row()->conversation : model::Conversation(); };
    QTRY_VERIFY(!begun().id.isNull() && begun().id != m_made.conversations.front().id);
    QVERIFY(begun().team == (aside ? std::nullopt : options.mailTeam));
}

void TestTicketSheet::saysWhatIsNoAddress()
{
    QTest::keyClick(&m_page->list(), Qt::Key_C);
    QTRY_VERIFY(start()->isVisible());
    auto *begin = start()->findChild<QAbstractButton *>("startBegin");
    QTRY_VERIFY(begin->isEnabled());
    for (const char *typed : {"", "nobody", "two words@mail.example"}) {
        to()->setText(typed);
        begin->click();
        QVERIFY(start()->isVisible());
        QVERIFY(!start()->findChild<QLabel *>("startProblem")->text().isEmpty());
    }
    QCOMPARE(m_workspace->status().outboxCount, 0);
}

void TestTicketSheet::whatCannotBeWrittenToIsSaid_data()
{
    using Channel = model::Channel;
    QTest::addColumn<int>("channel");
    QTest::addColumn<QString>("region"); ///< Of the account.
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("said");    ///< Empty: it is begun ...
    QTest::addColumn<QString>("address"); ///< ... with that one.
    const QString noMail = "no mail address", noNumber = "code of its country";
    QTest::newRow("a name, by mail") << int(Channel::Email) << ""
                                     << "Layla" << noMail << "";
    QTest::newRow("no domain") << int(Channel::Email) << ""
                               << "layla@" << noMail << "";
    QTest::newRow("nobody of a domain") << int(Channel::Email) << ""
                                        << "@mail.example" << noMail << "";
    QTest::newRow("two domains") << int(Channel::Email) << ""
                                 << "layla@here@mail.example" << noMail << "";
    QTest::newRow("two addresses") << int(Channel::Email) << ""
                                   << "layla@mail.example,omar" << noMail << "";
    QTest::newRow("an address") << int(Channel::Email) << ""
                                << "Omar@Mail.example"
                                << ""
                                << "omar@mail.example";
    QTest::newRow("a link to one") << int(Channel::Email) << ""
                                   << "mailto:omar@mail.example"
                                   << ""
                                   << "omar@mail.example";
    QTest::newRow("a name, by number") << int(Channel::WhatsApp) << "AE"
                                       << "Layla" << noNumber << "";
    QTest::newRow("an address, by number") << int(Channel::Sms) << "AE"
                                           << "layla@mail.example" << noNumber << "";
    QTest::newRow("a number of no country") << int(Channel::Sms) << ""
                                            << "050 123 4567" << noNumber << "";
    QTest::newRow("one of the account's country") << int(Channel::Sms) << "AE"
                                                  << "050 123 4567"
                                                  << ""
                                                  << "+971501234567";
    QTest::newRow("one with its country") << int(Channel::WhatsApp) << "AE"
                                          << "+44 20 7946 0018"
                                          << ""
                                          << "+442079460018";
}

/// Before a message is written, not when the hub refuses what it was written in.
void TestTicketSheet::whatCannotBeWrittenToIsSaid()
{
    QFETCH(const int, channel);
    QFETCH(const QString, region);
    QFETCH(const QString, typed);
    QFETCH(const QString, said);
    QFETCH(const QString, address);
    const model::ChannelAccount numbers{.id = model::ChannelAccountId(RawId{std::byte(7)}),
                                        .channel = model::Channel(channel),
                                        .name = "Ours",
                                        .address = "ours",
                                        .region = region.toStdString()};
    openAnother({.accounts = {numbers}});
    std::vector<model::StartConversation> begun;
    start()->open();
    connect(start(), &StartSheet::startWanted, this, [&](const model::StartConversation &one) { begun.push_back(one); });
    auto *begin = start()->findChild<QAbstractButton *>("startBegin");
    QTRY_VERIFY(begin->isEnabled());
    start()->findChild<QAbstractButton *>("startFrom")->click();
    QTRY_VERIFY(m_window->picker().isVisible());
    auto *field = m_window->picker().findChild<QLineEdit *>("pickerField");
    field->setText("ours");
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_VERIFY(!m_window->picker().isVisible());
    QTest::keyClicks(to(), typed);
    QTest::keyClick(to(), Qt::Key_Return, Qt::ControlModifier);
    QCOMPARE(start()->isVisible(), !said.isEmpty());
    QCOMPARE(begun.size(), std::size_t(said.isEmpty() ? 1 : 0));
    if (said.isEmpty()) {
        QCOMPARE(begun.front().account, numbers.id);
        QCOMPARE(begun.front().address, address.toStdString());
        return;
    }
    const QString words = start()->findChild<QLabel *>("startProblem")->text();
    QVERIFY2(words.contains(said) && words.contains(typed), qPrintable(words));
    QVERIFY(to()->hasFocus());
    QCOMPARE(to()->text(), typed);
    QCOMPARE(m_workspace->status().outboxCount, 0);
}

/// Also where it is known to whom: their address chooses the channel, and no other mailbox of ours.
void TestTicketSheet::theAccountUsedLastStays()
{
    const model::ChannelAccount sales{.id = model::ChannelAccountId(RawId{std::byte(7)}),
                                      .channel = model::Channel::Email,
                                      .name = "Sales",
                                      .address = "sales@shop.example"};
    openAnother({.accounts = {sales}});
    auto *from = start()->findChild<Button *>("startFrom");
    start()->open();
    QTRY_VERIFY(start()->findChild<QAbstractButton *>("startBegin")->isEnabled());
    const bool isSalesFirst = from->text().contains("sales@");
    from->click();
    QTRY_VERIFY(m_window->picker().isVisible());
    auto *field = m_window->picker().findChild<QLineEdit *>("pickerField");
    field->setText(isSalesFirst ? QString::fromStdString(m_made.mail.address) : QString("sales@"));
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_COMPARE(from->text().contains("sales@"), !isSalesFirst);
    QTest::keyClick(start(), Qt::Key_Escape);
    const model::Customer &silent = m_made.silent;
    const model::Identity mail{.customer = silent.id, .address = "zoe@quiet.example", .shown = "zoe@quiet.example"};
    start()->openFor(silent.id, QString::fromStdString(silent.name), {mail});
    QTRY_VERIFY(to()->text().contains("zoe@quiet.example"));
    QCOMPARE(from->text().contains("sales@"), !isSalesFirst);
}

void TestTicketSheet::whatWouldBeLostHoldsIt_data()
{
    QTest::addColumn<QString>("into");
    QTest::addColumn<bool>("isFor"); ///< Somebody who is known.
    QTest::addColumn<bool>("holds");
    QTest::newRow("nothing was typed") << "" << false << false;
    QTest::newRow("to whom") << "startTo" << false << true;
    QTest::newRow("about what") << "startSubject" << false << true;
    QTest::newRow("to whom was known") << "" << true << false;
    QTest::newRow("to whom was known, and about what") << "startSubject" << true << true;
    QTest::newRow("to whom was known, and is another") << "startTo" << true << true;
}

/// A click beside it closes only what would not be missed; Esc leaves in any case.
void TestTicketSheet::whatWouldBeLostHoldsIt()
{
    QFETCH(const QString, into);
    QFETCH(const bool, isFor);
    QFETCH(const bool, holds);
    const model::Customer &silent = m_made.silent;
    const model::Identity mail{.customer = silent.id, .address = "zoe@quiet.example", .shown = "zoe@quiet.example"};
    if (isFor)
        start()->openFor(silent.id, QString::fromStdString(silent.name), {mail});
    else
        start()->open();
    QTRY_VERIFY(start()->findChild<QAbstractButton *>("startBegin")->isEnabled());
    QCOMPARE(to()->text().isEmpty(), !isFor);
    if (!into.isEmpty())
        QTest::keyClicks(start()->findChild<QLineEdit *>(into), "Your order");
    QCOMPARE(start()->holdsWork(), holds);
    QTest::mouseClick(start(), Qt::LeftButton, {}, QPoint(4, 4));
    QCOMPARE(start()->isVisible(), holds);
    QTest::keyClick(start(), Qt::Key_Escape);
    QVERIFY(!start()->isVisible());
}

/// Out of the tray, which is there while a sheet is open.
void TestTicketSheet::askedForOnceMoreItGoesOn()
{
    QAction *begins = m_window->actions().action("newConversation");
    begins->trigger();
    QTRY_VERIFY(start()->isVisible());
    auto *subject = start()->findChild<QLineEdit *>("startSubject");
    QTest::keyClicks(to(), "anna@work.example");
    QTest::keyClicks(subject, "Your order");
    begins->trigger();
    QCOMPARE(to()->text(), QString("anna@work.example"));
    QCOMPARE(subject->text(), QString("Your order"));
    QTest::keyClick(start(), Qt::Key_Escape);
    begins->trigger(); // a new one, when that has been given up
    QTRY_VERIFY(start()->isVisible() && to()->text().isEmpty());
}

void TestTicketSheet::sideConversationsAreByMail()
{
    TicketSheet *sheet = openSheet();
    sheet->findChild<QAbstractButton *>("ticketSide")->click();
    QTRY_VERIFY(start()->isVisible() && !sheet->isVisible());
    auto *begin = start()->findChild<QAbstractButton *>("startBegin");
    QTRY_VERIFY(begin->isEnabled());
    QTest::keyClicks(to(), "courier@parcels.example");
    begin->click();
    QTRY_VERIFY(m_page->pane().row() && m_page->pane().row()->conversation.parent == m_made.conversations.front().id);
    QCOMPARE(m_page->pane().row()->conversation.channel, model::Channel::Email);
    QCOMPARE(m_page->pane().row()->conversation.customer, m_made.conversations.front().customer);
}

void TestTicketSheet::subjectIsChanged()
{
    TicketSheet *sheet = openSheet();
    auto *subject = sheet->findChild<QLineEdit *>("ticketSubject");
    QCOMPARE(subject->text(), QString("Breakage on JK-20871"));
    subject->setFocus();
    subject->selectAll();
    QTest::keyClicks(subject, "Two cups");
    QTest::keyClick(subject, Qt::Key_Return);
    QTRY_COMPARE(shown().subject, std::string("Two cups"));
}

void TestTicketSheet::anUntouchedSubjectStays_data()
{
    QTest::addColumn<QString>("subject");
    QTest::newRow("with double spaces") << "Two  cups,   broken ";
    QTest::newRow("a long one") << QString(900, u'x');
}

void TestTicketSheet::anUntouchedSubjectStays()
{
    QFETCH(const QString, subject);
    openAnother({.change = [&subject](std::size_t i, model::Conversation &one) {
        if (i == 0)
            one.subject = subject.toStdString();
    }});
    TicketSheet *sheet = openSheet();
    const QPointer<QLineEdit> edit = sheet->findChild<QLineEdit *>("ticketSubject");
    QCOMPARE(edit->text(), subject);
    edit->setFocus();
    QTest::keyClick(edit, Qt::Key_Return);
    QTRY_VERIFY(!edit); // it has been read again
    QCOMPARE(m_workspace->status().outboxCount, 0);
    QCOMPARE(shown().subject, subject.toStdString());
}

/// As many bytes as the hub takes, however few characters they are.
void TestTicketSheet::aSubjectThatIsTooLongIsSaid_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<bool>("taken");
    QTest::newRow("as long as can be") << 500 << true;
    QTest::newRow("longer") << 501 << false;
}

void TestTicketSheet::aSubjectThatIsTooLongIsSaid()
{
    QFETCH(const int, count);
    QFETCH(const bool, taken);
    TicketSheet *sheet = openSheet();
    auto *edit = sheet->findChild<QLineEdit *>("ticketSubject");
    const QString before = edit->text(), typed(count, QChar(0xe9)); // of two bytes each
    edit->setFocus();
    edit->selectAll();
    edit->insert(typed);
    QTest::keyClick(edit, Qt::Key_Return);
    if (taken) {
        QTRY_COMPARE(shown().subject, typed.toStdString());
        return;
    }
    QTRY_VERIFY(sheet->findChild<QLabel *>("problem "));
    QCOMPARE(sheet->findChild<QLineEdit *>("ticketSubject")->text(), typed); // what was typed stays
    QCOMPARE(m_workspace->status().outboxCount, 0);
    edit = sheet->findChild<QLineEdit *>("ticketSubject");
    edit->setFocus();
    edit->selectAll();
    edit->insert(before);
    QTest::keyClick(edit, Qt::Key_Return);
    QTRY_VERIFY(!sheet->findChild<QLabel *>("problem "));
    QCOMPARE(m_workspace->status().outboxCount, 0);
}

void TestTicketSheet::fieldsSayWhatTheyTake()
{
    TicketSheet *sheet = openSheet();
    auto *field = sheet->findChild<QLineEdit *>("field weight");
    field->setFocus();
    QTest::keyClicks(field, "heavy");
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_VERIFY(sheet->findChild<QLabel *>("problem weight"));
    QVERIFY(sheet->findChild<QLabel *>("problem weight")->text().contains("number"));
    QCOMPARE(sheet->findChild<QLineEdit *>("field weight")->text(), QString("heavy")); // what was typed stays
    QCOMPARE(m_workspace->status().outboxCount, 0);
    field = sheet->findChild<QLineEdit *>("field weight");
    field->setFocus();
    field->selectAll();
    QTest::keyClicks(field, "2.5");
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_COMPARE(shown().fields["weight"], std::string("2.5"));
    QTRY_VERIFY(!sheet->findChild<QLabel *>("problem weight"));
}

void TestTicketSheet::confidentialFieldsAreForWhoSeesThem_data()
{
    QTest::addColumn<bool>("sees");
    QTest::addColumn<bool>("hasOthers"); // fields besides
    QTest::newRow("who sees them") << true << true;
    QTest::newRow("who does not") << false << true;
    QTest::newRow("who does not, and there are no others") << false << false;
}

void TestTicketSheet::confidentialFieldsAreForWhoSeesThem()
{
    QFETCH(const bool, sees);
    QFETCH(const bool, hasOthers);
    cleanup();
    SystemClock clock;
    SeededRng rng(5);
    IdMaker ids(clock, rng);
    testing::MadeOptions options{.permissions = {"edit-details"}};
    if (sees)
        options.permissions.push_back("see-confidential-fields");
    options.fields = {{.id = ids.make<model::FieldDefinitionId>(), .key = "confidential.iban", .name = "IBAN"}};
    if (hasOthers)
        options.fields.push_back({.id = ids.make<model::FieldDefinitionId>(), .key = "size", .name = "Size"});
    openWindow(options);
    TicketSheet *sheet = openSheet();
    const auto has = [sheet](const QString &words) {
        return std::ranges::any_of(sheet->findChildren<QLabel *>(),
                                   [&words](const QLabel *label) { return label->text() == words; });
    };
    QCOMPARE(sheet->findChild<QLineEdit *>("field size") != nullptr, hasOthers);
    QCOMPARE(sheet->findChild<QLineEdit *>("field confidential.iban") != nullptr, sees);
    QCOMPARE(has("IBAN"), sees);
    QCOMPARE(has("Fields"), hasOthers); // no heading over nothing
}

void TestTicketSheet::aNumberThatIsNotThereIsSaid()
{
    TicketSheet *sheet = openSheet();
    sheet->findChild<QAbstractButton *>("ticketLink")->click();
    auto *field = m_window->findChild<QLineEdit *>("pickerField");
    QTRY_VERIFY(field->hasFocus());
    QTest::keyClicks(field, "#99999");
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_VERIFY(m_window->toasts().newestText().contains("99999"));
    QCOMPARE(m_workspace->status().outboxCount, 0);
}

/// A colleague changes something while a choice is being made.
void TestTicketSheet::aPickerKeepsTheKeyboard()
{
    TicketSheet *sheet = openSheet();
    auto *priority = sheet->findChild<QAbstractButton *>("ticketPriority");
    priority->setFocus();
    priority->click();
    auto *field = m_window->findChild<QLineEdit *>("pickerField");
    QTRY_VERIFY(field->hasFocus());
    const auto changed = m_workspace->submit(
        {model::SetSubject{.conversation = m_made.conversations.front().id, .subject = "Two cups"}}, {}, false);
    QTRY_VERIFY(changed.isFinished());
    QTRY_COMPARE(sheet->findChild<QLineEdit *>("ticketSubject")->text(), QString("Two cups"));
    QVERIFY(field->hasFocus());
    QTest::keyClick(field, Qt::Key_Escape);
    QTRY_COMPARE(QApplication::focusWidget()->objectName(), QString("ticketPriority")); // the new one
}

void TestTicketSheet::eachConversationKeepsItsOwn()
{
    TicketSheet *sheet = openSheet();
    auto *subject = sheet->findChild<QLineEdit *>("ticketSubject");
    subject->setFocus();
    subject->selectAll();
    QTest::keyClicks(subject, "Of the first");
    const model::Conversation other = m_made.conversations[3];
    sheet->open(other.id, QRect(0, 0, 10, 10));
    QVERIFY(!sheet->findChild<QWidget *>("ticketSubject")); // nothing of the first can be used any more
    QTRY_VERIFY(sheet->findChild<QLineEdit *>("ticketSubject"));
    QCOMPARE(sheet->findChild<QLineEdit *>("ticketSubject")->text(), QString::fromStdString(other.subject));
    QTRY_COMPARE(shown().subject, std::string("Of the first"));
    const auto read = m_workspace->ticket(other.id);
    QTRY_VERIFY(read.isFinished());
    QCOMPARE((*read.result())->conversation.subject, other.subject);
}

QTEST_MAIN(TestTicketSheet)
#include "tst_ticket_sheet.moc"
