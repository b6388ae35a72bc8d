// What somebody writes stays with the conversation it is for, whatever opens, leaves or fails meanwhile.
#include "tests/ui/inbox/writing_inbox.h"
#include "ui/customer/customer_panel.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/shell/picker.h"
#include "ui/shell/toasts.h"

#include <QAbstractButton>
#include <QApplication>
#include <QClipboard>
#include <QDropEvent>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>

using namespace tributary;
using namespace tributary::ui;
using Mode = Composer::Mode;
using Kind = store::Draft::Kind;

class TestInboxWriting : public testing::WritingInbox {
    Q_OBJECT
private slots:
    void whatIsNotTakenComesBack_data();
    void whatIsNotTakenComesBack();
    void whyItIsNotTakenIsSaid_data();
    void whyItIsNotTakenIsSaid();
    void whatStandsAboveTheTextIsKept_data();
    void whatStandsAboveTheTextIsKept();
    void whatIsSentLeavesNoDraft();
    void whatIsSentWhileTheDiskIsSlowLeavesNoDraft();
    void aNoteResolves();
    void whatIsWrittenOnStaysWhereItWasBegun_data();
    void whatIsWrittenOnStaysWhereItWasBegun();
    void aCopyThatIsFetchedAnewTakesNothingAway();
    void whatIsStoredAndWhatIsTypedAreBothKept_data();
    void whatIsStoredAndWhatIsTypedAreBothKept();
    void whatIsSentLeavesWhatWasStored();
    void nothingIsDoneInWhatWasOpenBefore_data();
    void nothingIsDoneInWhatWasOpenBefore();
    void whatHasGoneIsSaidAsItIs_data();
    void whatHasGoneIsSaidAsItIs();
    void aDraftThatIsLostIsSaidAtOnce();
    void whatCannotBeKeptIsSaidOnce();
    void theLastKeysAreKeptAtTheEnd_data();
    void theLastKeysAreKeptAtTheEnd();
    void theLastFieldIsKeptAtTheEnd_data();
    void theLastFieldIsKeptAtTheEnd();
    void whatWillNotDoHoldsTheEnd_data();
    void whatWillNotDoHoldsTheEnd();
    void filesStayWithTheirDraft_data();
    void filesStayWithTheirDraft();
    void whatIsDroppedOnThePaneIsTaken_data();
    void whatIsDroppedOnThePaneIsTaken();
    void whatFailedIsWrittenAgainWithItsFiles();
    void uploadsGoOnAtTheNextStart_data();
    void uploadsGoOnAtTheNextStart();
    void aNoteStaysANote_data();
    void aNoteStaysANote();
    void aNoteGoesOnAsANote_data();
    void aNoteGoesOnAsANote();
    void whoIsGoneLeavesNothingOpen();
    void whatCouldNotBeKeptIsToldToItsAuthorAlone();
    void keysThatFollowAreNoCommands();
    void keysAfterItHasGoneAreKept();

private:
    void takeAway(int index)
    {
        alter("cache.db", "DELETE FROM conversation WHERE id = x'"
                              + QByteArray(reinterpret_cast<const char *>(id(index).bytes.data()), 16).toHex().toStdString()
                              + "'");
    }
    void refuseCommands()
    {
        alter("journal.db", "CREATE TRIGGER refused BEFORE INSERT ON command BEGIN SELECT RAISE(ABORT, 'full'); END");
    }
};

void TestInboxWriting::whatIsNotTakenComesBack_data()
{
    QTest::addColumn<bool>("note");
    QTest::addColumn<bool>("other");
    QTest::addColumn<bool>("elsewhere");
    QTest::newRow("reply") << false << false << false;
    QTest::newRow("note") << true << false << false;
    QTest::newRow("reply, as a note is begun") << false << true << false;
    QTest::newRow("note, as a reply is begun") << true << true << false;
    QTest::newRow("reply, and another is open") << false << false << true;
    QTest::newRow("note, and another is open") << true << false << true;
}

void TestInboxWriting::whatIsNotTakenComesBack()
{
    QFETCH(const bool, note);
    QFETCH(const bool, other);
    QFETCH(const bool, elsewhere);
    const Kind kind = note ? Kind::Note : Kind::Reply;
    const auto mail = std::ranges::find(pane().card()->identities, model::Channel::Email, &model::Identity::channel);
    QVERIFY(mail != pane().card()->identities.end());
    const model::IdentityId address = mail->id;
    if (!note)
        QVERIFY(composer().chooseIdentity(address));
    note ? pane().note() : pane().replyTo(false);
    type("On its way");
    const model::Attachment file{.name = "label.pdf", .sha256 = "ab"};
    QVERIFY(composer().add(id(0), note ? Mode::Note : Mode::Reply, {.attachments = {file}}));
    QTRY_COMPARE(draft(0, kind).body, QString("On its way"));
    refuseCommands();
    composer().send();
    QVERIFY(!composer().hasText());
    if (other)
        composer().setMode(note ? Mode::Reply : Mode::Note);
    if (elsewhere)
        m_page->openConversation(id(3));
    QTRY_VERIFY(m_window->toasts().newestText().contains(other || elsewhere ? "is a draft again" : "back in the editor"));
    if (other) { // no mode changes under the keys: a note must not go out as a reply
        QCOMPARE(composer().mode(), note ? Mode::Reply : Mode::Note);
        QVERIFY(!composer().hasText());
        composer().setMode(note ? Mode::Note : Mode::Reply);
    }
    if (elsewhere) {
        QTRY_VERIFY(isHere(3));
        QVERIFY(!composer().hasText());
        m_page->openConversation(id(0));
        QTRY_VERIFY(isHere(0));
        if (note)
            pane().note();
    }
    QTRY_COMPARE(composer().text(), QString("On its way"));
    QCOMPARE(composer().mode(), note ? Mode::Note : Mode::Reply);
    QVERIFY(composer().findChild<QWidget *>("attachmentChip"));
    if (!note)
        QCOMPARE(composer().target()->identity, address);
    QTRY_COMPARE(draft(0, kind).body, QString("On its way"));
    QCOMPARE(draft(0, kind).attachments, std::vector{file});
}

void TestInboxWriting::whyItIsNotTakenIsSaid_data()
{
    QTest::addColumn<bool>("signedOut");
    QTest::addColumn<int>("letters");
    QTest::addColumn<QString>("said");
    QTest::newRow("too long") << false << 45'000
                              << "This is longer than a message can be. Shorten it, or attach it as a file.";
    QTest::newRow("signed out") << true << 10 << "You are signed out. ";
}

void TestInboxWriting::whyItIsNotTakenIsSaid()
{
    QFETCH(const bool, signedOut);
    QFETCH(const int, letters);
    QFETCH(const QString, said);
    pane().note();
    QVERIFY(composer().add(id(0), Mode::Note, {.body = QString(letters, u'x')}));
    if (signedOut)
        (void)m_workspace->signOut();
    composer().send();
    if (!signedOut) { // before anything is sent
        auto *strip = composer().findChild<QWidget *>("composerStrip");
        QVERIFY(strip && strip->isVisible());
        QCOMPARE(strip->property("text").toString(), said);
        QCOMPARE(composer().text().size(), letters);
        QCOMPARE(m_workspace->status().outboxCount, 0);
        return;
    }
    QTRY_VERIFY2(m_window->toasts().newestText().startsWith(said), qPrintable(m_window->toasts().newestText()));
}

void TestInboxWriting::whatStandsAboveTheTextIsKept_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("typed");
    QTest::newRow("copies") << "composerCc"
                            << "boss@shop.example, accounts@shop.example";
    QTest::newRow("not typed to its end") << "composerCc"
                                          << "boss@";
    QTest::newRow("the subject") << "composerSubject"
                                 << "Your refund";
}

/// Before there is a text, and without one.
void TestInboxWriting::whatStandsAboveTheTextIsKept()
{
    QFETCH(const QString, field);
    QFETCH(const QString, typed);
    m_page->openConversation(id(2)); // by mail
    QTRY_VERIFY(isHere(2));
    pane().replyTo(false);
    auto *line = composer().findChild<QLineEdit *>(field);
    QTRY_VERIFY(line->isVisible());
    const QString proposed = line->text();
    line->clear();
    QTest::keyClicks(line, typed);
    m_page->openConversation(id(3)); // to look something up
    QTRY_VERIFY(isHere(3));
    QVERIFY(line->text() != typed);
    m_page->openConversation(id(2));
    QTRY_VERIFY(isHere(2));
    QTRY_COMPARE(line->text(), typed);
    line->setText(proposed);
    QTest::keyClick(line, Qt::Key_Space);
    QTest::keyClick(line, Qt::Key_Backspace);
    composer().saveNow();
    QTRY_VERIFY(draft(2, Kind::Reply).isEmpty()); // nothing is left of it
}

void TestInboxWriting::whatIsSentLeavesNoDraft()
{
    pane().replyTo(false);
    type("First");
    QTRY_COMPARE(draft(0, Kind::Reply).body, QString("First"));
    composer().send();
    type("Second"); // before the first is in the outbox
    composer().saveNow();
    QTRY_COMPARE(draft(0, Kind::Reply).body, QString("Second"));
    QCOMPARE(composer().text(), QString("Second"));
    composer().send();
    QTRY_COMPARE(m_workspace->status().outboxCount, 2);
    QTRY_VERIFY(draft(0, Kind::Reply).isEmpty());
    QVERIFY(!composer().hasText());
}

/// What was kept of the second while the first was on its way is not kept once more when it has gone itself.
void TestInboxWriting::whatIsSentWhileTheDiskIsSlowLeavesNoDraft()
{
    pane().replyTo(false);
    pane().keepWriting(); // what was stored has come
    auto busy = busyStore();
    type("First");
    composer().send();
    type("Second");
    composer().saveNow();
    composer().send();
    busy.reset();
    QTRY_COMPARE(m_workspace->status().outboxCount, 2);
    pane().keepWriting();
    QVERIFY(draft(0, Kind::Reply).isEmpty());
}

/// The keys of "send and resolve" do what they say of a note as well, in one step.
void TestInboxWriting::aNoteResolves()
{
    pane().note();
    type("Paid by bank");
    QTest::keyClick(editor(), Qt::Key_Return, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(conversation(0).status == model::Conversation::Status::Resolved);
    const auto bodies = waiting();
    QCOMPARE(bodies.size(), std::size_t(2));
    const auto *note = std::get_if<model::AddNote>(&bodies[0]);
    QVERIFY(note && note->conversation == id(0) && note->body == "Paid by bank");
    const auto *status = std::get_if<model::SetStatus>(&bodies[1]);
    QVERIFY(status && status->conversation == id(0));
    QTRY_COMPARE(m_workspace->history().steps().size(), std::size_t(1));
}

/// Who writes goes on: what a copy that is being fetched does not have yet may still come.
void TestInboxWriting::whatIsWrittenOnStaysWhereItWasBegun_data()
{
    QTest::addColumn<bool>("sends"); ///< Else it is resolved without a word.
    QTest::addColumn<QString>("typed");
    QTest::newRow("after what was sent") << true << "P.S. the refund is on its way";
    QTest::newRow("nothing: one goes on") << true << "";
    QTest::newRow("after the key alone") << false << "The refund is on its way";
}

/// The disk takes its time, and somebody types on: not the half of it is in the next customer's reply.
void TestInboxWriting::whatIsWrittenOnStaysWhereItWasBegun()
{
    QFETCH(const bool, sends);
    QFETCH(const QString, typed);
    pane().replyTo(false);
    pane().keepWriting(); // what was stored has come
    if (sends)
        type("Thank you");
    else
        m_page->list().setFocus();
    auto busy = busyStore();
    if (sends) {
        QTest::keyClick(editor(), Qt::Key_Return, Qt::ControlModifier | Qt::ShiftModifier);
    } else {
        key(Qt::Key_E);
        key(Qt::Key_R);
        QTRY_COMPARE(QApplication::focusWidget(), editor());
    }
    type(typed);
    busy.reset();
    QTRY_VERIFY(conversation(0).status == model::Conversation::Status::Resolved);
    if (typed.isEmpty()) {
        QTRY_VERIFY(isHere(1));
        return;
    }
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
    (void)draft(0, Kind::Reply); // asked behind it
    QCoreApplication::processEvents();
    QCOMPARE(pane().conversation(), id(0));
    QCOMPARE(composer().text(), typed);
}

void TestInboxWriting::aCopyThatIsFetchedAnewTakesNothingAway()
{
    pane().replyTo(false);
    type("We hear");
    alter("cache.db", "UPDATE position SET bootstrap_start = 1");
    takeAway(0);
    emit m_workspace->changed({.everything = true});
    const auto row = stored(0);
    QTRY_VERIFY(row.isFinished());
    QVERIFY(!row.result() && row.result().error().kind == Error::Kind::Offline);
    type(" you");
    QVERIFY(isHere(0));
    QCOMPARE(composer().text(), QString("We hear you"));
    alter("cache.db", "UPDATE position SET bootstrap_start = 0"); // all of it is here, and this is not
    emit m_workspace->changed({.everything = true});
    QTRY_VERIFY(pane().conversation().isNull());
    QTRY_COMPARE(draft(0, Kind::Reply).body, QString("We hear you"));
}

void TestInboxWriting::whatIsStoredAndWhatIsTypedAreBothKept_data()
{
    QTest::addColumn<bool>("note");
    QTest::addColumn<bool>("leaves");
    QTest::addColumn<bool>("comesBack");
    QTest::newRow("reply, and it stays") << false << false << false;
    QTest::newRow("note, and it stays") << true << false << false;
    QTest::newRow("reply, and another is open") << false << true << false;
    QTest::newRow("note, and another is open") << true << true << false;
    QTest::newRow("reply, and the first one again") << false << true << true;
    QTest::newRow("note, and the first one again") << true << true << true;
}

/// The stored draft comes only when its conversation has been written to already.
void TestInboxWriting::whatIsStoredAndWhatIsTypedAreBothKept()
{
    QFETCH(const bool, note);
    QFETCH(const bool, leaves);
    QFETCH(const bool, comesBack);
    const Kind kind = note ? Kind::Note : Kind::Reply;
    const auto write = [&] { note ? pane().note() : pane().replyTo(false); };
    const auto go = [this](int index) {
        m_page->openConversation(id(index));
        QTRY_VERIFY(isHere(index));
    };
    keep(3, kind, "Stored");
    auto busy = busyStore();
    go(3);
    write();
    type("typed");
    if (leaves)
        go(4);
    if (comesBack) {
        go(3);
        write();
        QCOMPARE(composer().text(), QString("typed"));
        type("!");
    }
    composer().saveNow();
    busy.reset();
    const QString both = comesBack ? "Stored\n\ntyped!" : "Stored\n\ntyped";
    QTRY_COMPARE(draft(3, kind).body, both);
    if (leaves && !comesBack)
        go(3);
    write();
    QTRY_COMPARE(composer().text(), both);
    QVERIFY(draft(4, kind).isEmpty());
}

void TestInboxWriting::whatIsSentLeavesWhatWasStored()
{
    keep(3, Kind::Reply, "Stored");
    auto busy = busyStore();
    m_page->openConversation(id(3));
    QTRY_VERIFY(isHere(3));
    QTRY_VERIFY(composer().target().has_value());
    pane().replyTo(false);
    type("typed");
    composer().saveNow();
    composer().send();
    busy.reset();
    QTRY_COMPARE(composer().text(), QString("Stored"));
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
    QCOMPARE(std::get<model::SendMessage>(waiting().front()).body, std::string("typed"));
    QTRY_COMPARE(draft(3, Kind::Reply).body, QString("Stored"));
}

void TestInboxWriting::nothingIsDoneInWhatWasOpenBefore_data()
{
    QTest::addColumn<QString>("action");
    for (const char *action : {"send", "sendResolve", "sendSnooze", "replyTarget", "attach"})
        QTest::newRow(action) << action;
}

/// The next conversation is wanted and not here yet: what is asked for is not meant for the one that is still shown.
void TestInboxWriting::nothingIsDoneInWhatWasOpenBefore()
{
    QFETCH(const QString, action);
    pane().replyTo(false);
    type("For the first");
    m_page->openConversation(id(3));
    type("For the other");
    m_window->actions().action(action)->trigger();
    QVERIFY2(m_window->toasts().newestText().contains("still being opened"), qPrintable(m_window->toasts().newestText()));
    QVERIFY(waiting().empty());
    QVERIFY(!pane().findChild<QFileDialog *>());
    QTRY_VERIFY(isHere(3));
    QTRY_COMPARE(composer().text(), QString("For the other"));
    QVERIFY(QApplication::focusWidget()->objectName() != "pickerField");
    QTRY_COMPARE(draft(0, Kind::Reply).body, QString("For the first"));
}

void TestInboxWriting::whatHasGoneIsSaidAsItIs_data()
{
    QTest::addColumn<QString>("written");
    QTest::addColumn<bool>("isKept");
    QTest::newRow("nothing is written") << "" << false;
    QTest::newRow("a reply") << "reply" << true;
    QTest::newRow("a note, while a reply is shown") << "note" << true;
    QTest::newRow("a file") << "file" << true;
    QTest::newRow("only where it was opened from") << "before" << false;
    QTest::newRow("before it was here") << "early" << true;
}

/// A conversation goes from the screen: that something of it is kept is said where that is so, and nowhere else.
void TestInboxWriting::whatHasGoneIsSaidAsItIs()
{
    QFETCH(const QString, written);
    QFETCH(const bool, isKept);
    int index = 0;
    pane().replyTo(false);
    if (written == "reply") {
        type("We hear");
    } else if (written == "note") {
        pane().note();
        type("We hear");
        pane().replyTo(false);
    } else if (written == "file") {
        composer().add(id(0), Mode::Reply, {.attachments = {{.name = "label.pdf", .sha256 = "ab"}}});
    } else if (written == "before") {
        type("We hear");
    }
    if (written == "before" || written == "early") {
        index = 3;
        takeAway(3);
        m_page->openConversation(id(3));
        if (written == "early")
            type("you");
    } else {
        takeAway(0);
        emit m_workspace->changed({.everything = true});
    }
    QTRY_VERIFY(pane().conversation().isNull());
    QCOMPARE(m_window->toasts().newestText(),
             isKept ? QString("You can no longer see this conversation. What you wrote is kept under Drafts.")
                    : QString("You can no longer see this conversation."));
    const auto chips = pane().findChild<QWidget *>("channelChips")->findChildren<QAbstractButton *>();
    for (const QAbstractButton *chip : chips) // how much there was of it is not said beside nothing
        QVERIFY(!chip->isCheckable() || !chip->isVisible());
    QTRY_COMPARE(!draft(index, written == "note" ? Kind::Note : Kind::Reply).isEmpty(), isKept);
}

/// Nobody writes there any more: only the change itself says it.
void TestInboxWriting::aDraftThatIsLostIsSaidAtOnce()
{
    keep(3, Kind::Reply, "To be lost");
    keep(4, Kind::Reply, "To stay");
    emit m_workspace->draftChanged(id(3));
    m_page->chooseQueue(store::Queue::Drafts);
    QTRY_COMPARE(rows().rowCount(), 2);
    takeAway(3);
    emit m_workspace->changed({.conversations = {id(3)}});
    const auto offers = [this] { return m_window->findChildren<QAbstractButton *>("toastAction"); };
    QTRY_COMPARE(offers().size(), 1); // that it has gone from the screen is said as well, before or after
    const QString words = offers().back()->parentWidget()->findChild<QLabel *>()->text();
    QVERIFY2(words.startsWith("1 draft(s) belong to conversations"), qPrintable(words));
    offers().back()->click();
    QTRY_COMPARE(QApplication::focusWidget()->objectName(), QString("pickerField"));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
    QTRY_COMPARE(QGuiApplication::clipboard()->text(), QString("To be lost"));
}

/// Not with each pause in the typing: what can be undone is offered for its time all the same.
void TestInboxWriting::whatCannotBeKeptIsSaidOnce()
{
    const QString said = "The draft could not be kept on this computer. Copy the text before you leave.";
    m_page->list().setFocus();
    QTest::keyClick(&m_page->list(), Qt::Key_P);
    QTRY_VERIFY(QApplication::focusWidget() && QApplication::focusWidget()->objectName() == "pickerField");
    key(Qt::Key_1);
    QTRY_COMPARE(m_window->findChildren<QAbstractButton *>("toastAction").size(), 1);
    const auto told = [&] {
        int count = 0;
        for (const QWidget *toast : m_window->findChildren<QWidget *>("toast"))
            count += toast->isVisible() && toast->accessibleName() == said ? 1 : 0;
        return count;
    };
    pane().replyTo(false);
    pane().keepWriting(); // what was stored has come
    for (const bool again : {false, true}) {
        alter("journal.db", "CREATE TRIGGER refused BEFORE INSERT ON draft BEGIN SELECT RAISE(ABORT, 'full'); END");
        for (int i = 0; i < 5; ++i) {
            type("x");
            pane().keepWriting();
        }
        QCOMPARE(told(), again ? 2 : 1);
        QCOMPARE(m_window->findChildren<QAbstractButton *>("toastAction").size(), 1);
        alter("journal.db", "DROP TRIGGER refused");
        type("y");
        pane().keepWriting();
        QVERIFY(!draft(0, Kind::Reply).isEmpty());
    }
}

void TestInboxWriting::theLastKeysAreKeptAtTheEnd_data()
{
    QTest::addColumn<bool>("closes");
    QTest::newRow("the window is closed") << true;
    QTest::newRow("the program ends") << false;
}

void TestInboxWriting::theLastKeysAreKeptAtTheEnd()
{
    QFETCH(const bool, closes);
    pane().replyTo(false);
    type("The very last words");
    if (closes)
        m_window->close();
    else
        QMetaObject::invokeMethod(qApp, "aboutToQuit", Qt::DirectConnection);
    m_window.reset();
    m_workspace->close();
    const QFuture<Result<void>> opened = m_workspace->open(m_folder->filePath("profile"));
    QTRY_VERIFY(opened.isFinished());
    QCOMPARE(draft(0, Kind::Reply).body, QString("The very last words"));
}

void TestInboxWriting::theLastFieldIsKeptAtTheEnd_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<QString>("field");
    for (const char *field : {"Note", "Loyalty"}) {
        for (const char *how : {"the window is closed", "the program ends", "somebody signs out"})
            QTest::addRow("%s, %s", field, how) << QString(how) << QString(field);
    }
}

/// What is being typed about a customer, and not only to them.
void TestInboxWriting::theLastFieldIsKeptAtTheEnd()
{
    QFETCH(const QString, how);
    QFETCH(const QString, field);
    start({.fields = {{.id = m_ids.make<model::FieldDefinitionId>(),
                       .subject = model::FieldDefinition::Subject::Customer,
                       .key = "loyalty",
                       .name = "Loyalty"}}});
    const auto value = [&]() -> QAbstractButton * {
        for (QAbstractButton *one : m_page->customerPanel().findChildren<QAbstractButton *>()) {
            if (qobject_cast<FieldRow *>(one->parentWidget()) && one->accessibleName().startsWith(field + ':'))
                return one;
        }
        return nullptr;
    };
    QTRY_VERIFY(value());
    value()->click();
    auto *line = m_page->customerPanel().findChild<QLineEdit *>("fieldEditor");
    QVERIFY(line);
    line->setText("Has a dog");
    auto busy = busyStore(); // what is asked for comes behind what has to wait now
    QTimer::singleShot(0, this, [&busy] { busy.reset(); });
    if (how == "somebody signs out") {
        QSignalSpy out(m_page, &InboxPage::signOutWanted);
        m_window->actions().action("signOut")->trigger();
        QCOMPARE(out.size(), 1);
    } else if (how == "the window is closed") {
        m_window->close();
    } else {
        QMetaObject::invokeMethod(qApp, "aboutToQuit", Qt::DirectConnection);
    }
    m_window.reset();
    m_workspace->close();
    const QFuture<Result<void>> opened = m_workspace->open(m_folder->filePath("profile"));
    QTRY_VERIFY(opened.isFinished());
    const auto bodies = waiting();
    QCOMPARE(bodies.size(), std::size_t(1));
    if (field == "Note")
        QCOMPARE(std::get<model::EditCustomer>(bodies[0]).note, std::string("Has a dog"));
    else
        QCOMPARE(std::get<model::SetCustomerField>(bodies[0]).value, std::string("Has a dog"));
}

void TestInboxWriting::whatWillNotDoHoldsTheEnd_data()
{
    QTest::addColumn<bool>("closes");
    QTest::newRow("the window is closed") << true;
    QTest::newRow("somebody signs out") << false;
}

/// It cannot be kept as it is, so whoever typed it is asked; a second time they mean it.
void TestInboxWriting::whatWillNotDoHoldsTheEnd()
{
    QFETCH(const bool, closes);
    QSignalSpy *out = nullptr;
    const auto leaves = [&] {
        if (closes)
            return m_window->close();
        const qsizetype before = out->size();
        m_window->actions().action("signOut")->trigger();
        return out->size() > before;
    };
    start({.fields = {{.id = m_ids.make<model::FieldDefinitionId>(),
                       .subject = model::FieldDefinition::Subject::Customer,
                       .key = "born",
                       .name = "Born",
                       .type = model::FieldDefinition::Type::Date}}});
    QSignalSpy signingOut(m_page, &InboxPage::signOutWanted);
    out = &signingOut;
    FieldRow *row = nullptr;
    QTRY_VERIFY([&] {
        for (FieldRow *one : m_page->customerPanel().findChildren<FieldRow *>()) {
            const auto *value = one->findChild<QAbstractButton *>();
            row = value && value->accessibleName().startsWith("Born:") ? one : row;
        }
        return row;
    }());
    row->edit();
    auto *line = row->findChild<QLineEdit *>("fieldEditor");
    line->setText("soon");
    line->clearFocus();
    QVERIFY(!leaves());
    QVERIFY(m_window->isVisible());
    QTRY_VERIFY(line->hasFocus());
    const QString words = m_window->toasts().newestText();
    QVERIFY2(words.startsWith("Born: ") && words.contains(closes ? "Close once more" : "Sign out once more"),
             qPrintable(words));
    QVERIFY(leaves());
}

void TestInboxWriting::filesStayWithTheirDraft_data()
{
    QTest::addColumn<int>("then");
    QTest::addColumn<bool>("comesBack");
    QTest::newRow("another conversation is open") << 3 << false;
    QTest::newRow("and the first one again") << 3 << true;
    QTest::newRow("the other mode is shown") << 0 << false;
    QTest::newRow("and the first mode again") << 0 << true;
}

void TestInboxWriting::filesStayWithTheirDraft()
{
    QFETCH(const int, then);
    QFETCH(const bool, comesBack);
    QSignalSpy wanted(&composer(), &Composer::uploadWanted);
    pane().replyTo(false);
    type("Here it is");
    QMetaObject::invokeMethod(editor(), "filesGiven", Q_ARG(QStringList, {"/nowhere/label.pdf"}));
    QCOMPARE(wanted.size(), 1);
    const auto kept = [this] { return m_workspace->setting("uploads." + m_workspace->agent().id.text()); };
    QCOMPARE(kept(), id(0).text() + " reply " + QUrl::toPercentEncoding("/nowhere/label.pdf").toStdString() + "\n");
    const auto go = [this](int index, Mode mode) {
        m_page->openConversation(id(index));
        QTRY_VERIFY(isHere(index));
        composer().setMode(mode);
    };
    go(then, Mode::Note);
    QVERIFY(!composer().findChild<QWidget *>("attachmentChip"));
    if (comesBack) {
        go(0, Mode::Reply);
        QTRY_COMPARE(composer().text(), QString("Here it is"));
    }
    const model::Attachment file{.name = "label.pdf", .sha256 = "ab"};
    composer().attachmentDone(wanted[0][0].toInt(), file);
    QTRY_COMPARE(draft(0, Kind::Reply).attachments, std::vector{file});
    QCOMPARE(kept(), std::string());
    QCOMPARE(draft(0, Kind::Reply).body, QString("Here it is"));
    QVERIFY(draft(then, Kind::Note).isEmpty());
    QVERIFY(draft(3, Kind::Reply).isEmpty());
    go(0, Mode::Reply);
    QTRY_VERIFY(composer().findChild<QWidget *>("attachmentChip"));
    QCOMPARE(composer().findChildren<QWidget *>("attachmentChip").size(), 1);
}

void TestInboxWriting::whatIsDroppedOnThePaneIsTaken_data()
{
    QTest::addColumn<QString>("on");
    QTest::addColumn<bool>("isText");
    QTest::newRow("a file, on the timeline") << "timeline" << false;
    QTest::newRow("a file, on the subject") << "composerSubject" << false;
    QTest::newRow("a text, on the timeline") << "timeline" << true;
}

/// As the window system says it of what is held over a widget: to the nearest that takes anything.
void TestInboxWriting::whatIsDroppedOnThePaneIsTaken()
{
    QFETCH(const QString, on);
    QFETCH(const bool, isText);
    QSignalSpy wanted(&composer(), &Composer::uploadWanted);
    QWidget *at = on == "timeline" ? pane().timeline().viewport() : composer().findChild<QWidget *>(on);
    while (!at->acceptDrops())
        at = at->parentWidget();
    QMimeData data;
    if (isText)
        data.setText("Made in Kyoto");
    else
        data.setUrls({QUrl::fromLocalFile("/nowhere/label.pdf")});
    if (!isText)
        data.setText("file:///nowhere/label.pdf"); // as some file managers say besides
    QDragEnterEvent enters({5, 5}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(at, &enters);
    QVERIFY(enters.isAccepted());
    const auto *zone = pane().findChild<QWidget *>("dropZone");
    QVERIFY(zone->isVisible());
    QVERIFY(zone->accessibleName().contains("reply to"));
    QDropEvent drops({5, 5}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(at, &drops);
    QVERIFY(!zone->isVisible());
    QCOMPARE(wanted.size(), isText ? 0 : 1);
    QCOMPARE(composer().text(), isText ? "Made in Kyoto" : "");
    QVERIFY(!composer().findChild<QLineEdit *>("composerSubject")->text().contains("file:"));
}

void TestInboxWriting::whatFailedIsWrittenAgainWithItsFiles()
{
    const auto file = m_workspace->attach("invoice.pdf", "application/pdf", "%PDF-1.4");
    QTRY_VERIFY(file.isFinished() && file.result());
    composer().add(id(0), Mode::Reply, {.body = "Here is the invoice", .attachments = {*file.result()}});
    composer().send();
    const model::TimelineItem *sent = nullptr;
    QTRY_VERIFY((sent = &pane().timeline().model().items().back())->body == "Here is the invoice");
    emit pane().timeline().actionRequested(sent->id, TimelineAction::SendAsEmail);
    QTRY_COMPARE(composer().text(), QString("Here is the invoice"));
    QCOMPARE(composer().findChildren<QWidget *>("attachmentChip").size(), 1);
    QCOMPARE(composer().target()->channel, model::Channel::Email);
    QVERIFY(m_window->picker().isVisible());
    QTRY_COMPARE(draft(0, Kind::Reply).attachments.size(), 1u);
    const ComposerDraft kept = draft(0, Kind::Reply);
    QCOMPARE(kept.body, QString("Here is the invoice"));
    QCOMPARE(kept.attachments[0].name, std::string("invoice.pdf"));
    QCOMPARE(kept.attachments[0].sha256, file.result()->sha256);
    QVERIFY(kept.attachments[0].id != file.result()->id); // that one is the message's
}

void TestInboxWriting::uploadsGoOnAtTheNextStart_data()
{
    QTest::addColumn<bool>("note");
    QTest::addColumn<bool>("isAway");
    QTest::newRow("of a reply") << false << false;
    QTest::newRow("of a note") << true << false;
    QTest::newRow("of a reply that is not on the screen") << false << true;
    QTest::newRow("of a note that is not on the screen") << true << true;
}

/// The program was killed while a file was on its way into a draft: it goes on, also without the hub.
void TestInboxWriting::uploadsGoOnAtTheNextStart()
{
    QFETCH(const bool, note);
    QFETCH(const bool, isAway);
    const QString path = m_folder->filePath("a label, 100 %.pdf");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("%PDF") == 4);
    file.close();
    const int where = isAway ? 3 : 0;
    const std::string setting = "uploads." + m_workspace->agent().id.text();
    m_workspace->setSetting(setting, id(where).text() + (note ? " note " : " reply ")
                                         + QUrl::toPercentEncoding(path).toStdString() + "\n");
    restart();
    QTRY_VERIFY(isHere(0));
    const auto files = [&] { return draft(where, note ? Kind::Note : Kind::Reply).attachments; };
    QTRY_COMPARE(files().size(), 1u);
    QCOMPARE(files()[0].name, std::string("a label, 100 %.pdf"));
    QCOMPARE(files()[0].mediaType, std::string("application/pdf"));
    QCOMPARE(files()[0].sizeBytes, 4);
    QTRY_COMPARE(m_workspace->setting(setting), std::string()); // once
    QVERIFY(composer().uploads().isEmpty());
    m_page->openConversation(id(where));
    QTRY_VERIFY(isHere(where));
    note ? pane().note() : pane().replyTo(false);
    QTRY_COMPARE(composer().findChildren<QWidget *>("attachmentChip").size(), 1);
}

void TestInboxWriting::aNoteStaysANote_data()
{
    QTest::addColumn<bool>("slow");
    QTest::newRow("at once") << false;
    QTest::newRow("when it is shown as on its way") << true;
}

/// J and then N, and the conversation is not here yet.
void TestInboxWriting::aNoteStaysANote()
{
    QFETCH(const bool, slow);
    pane().replyTo(false);
    type("For the first");
    m_page->list().setFocus();
    m_page->openConversation(id(3));
    pane().note();
    if (slow)
        QMetaObject::invokeMethod(pane().findChild<QTimer *>("slow"), "timeout");
    type("he is not to know");
    QTRY_VERIFY(isHere(3));
    QCOMPARE(composer().mode(), Mode::Note);
    QTRY_COMPARE(composer().text(), QString("he is not to know"));
    QVERIFY(editor()->hasFocus());
    QTRY_COMPARE(draft(3, Kind::Note).body, QString("he is not to know"));
    QVERIFY(draft(3, Kind::Reply).isEmpty());
    QTRY_COMPARE(draft(0, Kind::Reply).body, QString("For the first"));
    QVERIFY(m_workspace->history().steps().empty()); // no letter was a command
}

void TestInboxWriting::aNoteGoesOnAsANote_data()
{
    QTest::addColumn<QString>("begun");
    QTest::addColumn<Mode>("goesOn");
    QTest::newRow("a note is being written") << "He is " << Mode::Note;
    QTest::newRow("a note was meant, and nothing written") << QString() << Mode::Reply;
}

/// Another conversation opens under who writes: what was meant for colleagues must not go to a customer.
void TestInboxWriting::aNoteGoesOnAsANote()
{
    QFETCH(const QString, begun);
    QFETCH(const Mode, goesOn);
    pane().note();
    type(begun);
    m_page->openConversation(id(3));
    type("not to know");
    QTRY_VERIFY(isHere(3));
    QTRY_COMPARE(composer().text(), QString("not to know"));
    QCOMPARE(composer().mode(), goesOn);
}

/// Nor anything that whoever sits here next could read, or send as theirs.
void TestInboxWriting::whoIsGoneLeavesNothingOpen()
{
    pane().replyTo(false);
    type("For the first alone");
    m_window->toasts().add("Sending to the first", "Undo");
    const auto out = m_workspace->signOut();
    QTRY_VERIFY(out.isFinished() && m_workspace->agent().id.isNull());
    QVERIFY(pane().conversation().isNull());
    QVERIFY(!pane().row() && !pane().card());
    QVERIFY(!composer().isVisible());
    QVERIFY(composer().conversation().isNull());
    QCOMPARE(rows().rowCount(), 0);
    QCOMPARE(m_window->toasts().count(), 0);
    QTRY_COMPARE(draft(0, Kind::Reply).body, QString("For the first alone")); // it is theirs when they come back
}

/// The disk fails as they go: nothing is said of their text to whoever is here next.
void TestInboxWriting::whatCouldNotBeKeptIsToldToItsAuthorAlone()
{
    pane().replyTo(false);
    pane().keepWriting(); // what was stored has come
    alter("journal.db", "CREATE TRIGGER refused BEFORE INSERT ON draft BEGIN SELECT RAISE(ABORT, 'full'); END");
    type("For the first alone");
    const auto out = m_workspace->signOut();
    QTRY_VERIFY(out.isFinished() && m_workspace->agent().id.isNull());
    pane().keepWriting();
    QCOMPARE(m_window->toasts().count(), 0);
}

/// From the composer to the next conversation, and the fingers do not wait.
void TestInboxWriting::keysThatFollowAreNoCommands()
{
    pane().replyTo(false);
    type("For the first");
    m_page->openConversation(id(3));
    QMetaObject::invokeMethod(pane().findChild<QTimer *>("slow"), "timeout");
    type("We hear you");
    QTRY_VERIFY(isHere(3));
    QTRY_COMPARE(composer().text(), QString("We hear you"));
    QVERIFY(editor()->hasFocus());
    QTRY_COMPARE(draft(0, Kind::Reply).body, QString("For the first"));
    QVERIFY(m_workspace->history().steps().empty());
    QVERIFY(QApplication::focusWidget()->objectName() != "pickerField");
}

void TestInboxWriting::keysAfterItHasGoneAreKept()
{
    pane().replyTo(false);
    type("We hear");
    takeAway(0);
    emit m_workspace->changed({.everything = true});
    QTRY_VERIFY(pane().conversation().isNull());
    QVERIFY(m_window->toasts().newestText().contains("kept under Drafts"));
    type("he you"); // neither snoozes nor resolves
    QVERIFY(m_workspace->history().steps().empty());
    QVERIFY(QApplication::focusWidget()->objectName() != "pickerField");
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    QTRY_COMPARE(draft(0, Kind::Reply).body, QString("We hear\n\nhe you"));
    m_page->chooseQueue(store::Queue::Drafts); // no row can show it
    QTRY_COMPARE(m_page->list().model()->rowCount(), 0);
    QTRY_VERIFY(m_page->list().actOnEmpty());
    QTRY_COMPARE(QApplication::focusWidget()->objectName(), QString("pickerField"));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
    QTRY_COMPARE(QGuiApplication::clipboard()->text(), QString("We hear\n\nhe you"));
    m_window->findChildren<QAbstractButton *>("toastAction").back()->click();
    QTRY_VERIFY(draft(0, Kind::Reply).isEmpty());
}

QTEST_MAIN(TestInboxWriting)
#include "tst_inbox_writing.moc"
