// What somebody writes or means stays with the conversation it is for, whatever opens, leaves or fails meanwhile.
#include "core/store/database.h"
#include "tests/ui/inbox/open_inbox.h"
#include "ui/customer/customer_panel.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/queue_sidebar.h"
#include "ui/shell/toasts.h"
#include "ui/shell/undo_words.h"
#include "ui/shell/when_done.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QLabel>
#include <QMenu>
#include <QPromise>
#include <QSignalSpy>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;
using Mode = Composer::Mode;
using Kind = store::Draft::Kind;
using Status = model::Conversation::Status;

class TestInboxWriting : public testing::OpenInbox {
    Q_OBJECT
private slots:
    void whatIsNotTakenComesBack_data();
    void whatIsNotTakenComesBack();
    void whatIsSentLeavesNoDraft();
    void whatIsStoredAndWhatIsTypedAreBothKept_data();
    void whatIsStoredAndWhatIsTypedAreBothKept();
    void whatIsSentLeavesWhatWasStored();
    void nothingIsDoneInWhatWasOpenBefore_data();
    void nothingIsDoneInWhatWasOpenBefore();
    void upWritesOnWhatIsHeld_data();
    void upWritesOnWhatIsHeld();
    void upWaitsForTheDraft();
    void whatHasGoneIsSaidAsItIs_data();
    void whatHasGoneIsSaidAsItIs();
    void aDraftThatIsLostIsSaidAtOnce();
    void aNewCompanyIsForWhomItWasMade();
    void theLastKeysAreKeptAtTheEnd_data();
    void theLastKeysAreKeptAtTheEnd();
    void filesStayWithTheirDraft_data();
    void filesStayWithTheirDraft();
    void uploadsGoOnAtTheNextStart_data();
    void uploadsGoOnAtTheNextStart();
    void aNoteStaysANote_data();
    void aNoteStaysANote();
    void keysThatFollowAreNoCommands();
    void keysAfterItHasGoneAreKept();
    void pickersAreAboutWhatWasOpenThen_data();
    void pickersAreAboutWhatWasOpenThen();
    void aLostSelectionIsNotWhatIsOpen();
    void everythingEndsWithItsView_data();
    void everythingEndsWithItsView();
    void aNameLeavesTheNoteAlone();
    void undoIsNamedAsItIs();
    void whatBecameOfAnUndoIsSaid_data();
    void whatBecameOfAnUndoIsSaid();
    void theUndoOfAToastSaysThatItFailed();
    void whatWaitsIsDoneByKeys();
    void anAccountThatStopsIsSaid();

private:
    ComposerDraft draft(int index, Kind kind)
    {
        auto asked = m_workspace->draft(id(index), kind);
        if (!QTest::qWaitFor([&] { return asked.isFinished(); }) || !asked.result())
            qFatal("no answer");
        return *asked.result() ? fromStored(**asked.result()) : ComposerDraft();
    }
    void keep(int index, Kind kind, const char *body)
    {
        const auto kept = m_workspace->saveDraft({.conversation = id(index), .kind = kind, .body = body});
        QTRY_VERIFY(kept.isFinished());
        QVERIFY(kept.result().has_value());
    }
    /// What waits for the hub; behind all that was given before.
    std::vector<model::CommandBody> waiting()
    {
        const auto asked = m_workspace->outbox();
        if (!QTest::qWaitFor([&] { return asked.isFinished(); }) || !asked.result())
            qFatal("no answer");
        const std::vector<store::JournalEntry> entries = *asked.result();
        std::vector<model::CommandBody> bodies;
        for (const store::JournalEntry &entry : entries)
            bodies.push_back(entry.command.body);
        return bodies;
    }
    /// Keeps the journal's thread waiting from now on, until what is returned goes.
    std::unique_ptr<store::Database> busyStore()
    {
        auto database = store::Database::open(m_folder->filePath("profile/journal.db").toStdString(), {});
        if (!database || !(*database)->begin())
            qFatal("the journal cannot be held");
        m_workspace->saveDraft({.conversation = id(9), .body = "Keeps it waiting"});
        return std::move(*database);
    }
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

void TestInboxWriting::upWritesOnWhatIsHeld_data()
{
    QTest::addColumn<bool>("note");
    QTest::addColumn<bool>("fromNote");
    QTest::newRow("a reply, from a reply") << false << false;
    QTest::newRow("a reply, from a note") << false << true;
    QTest::newRow("a note, from a reply") << true << false;
    QTest::newRow("a note, from a note") << true << true;
}

void TestInboxWriting::upWritesOnWhatIsHeld()
{
    QFETCH(const bool, note);
    QFETCH(const bool, fromNote);
    start({.held = [note](const testing::MadeProfile &made) -> std::vector<model::CommandBody> {
        const model::Conversation &first = made.conversations[0];
        const model::TimelineItemId item(RawId{std::byte(7)});
        if (note)
            return {model::AddNote{.item = item, .conversation = first.id, .body = "Held"}};
        return {model::SendMessage{
            .item = item, .conversation = first.id, .to = first.identity, .from = first.account, .body = "Held"}};
    }});
    QTRY_COMPARE(pane().timeline().model().items().size(), 5u);
    fromNote ? pane().note() : pane().replyTo(false);
    QTest::keyClick(editor(), Qt::Key_Up);
    QTRY_COMPARE(composer().text(), QString("Held"));
    QCOMPARE(composer().mode(), note ? Mode::Note : Mode::Reply);
    QVERIFY(editor()->hasFocus());
    QTRY_COMPARE(pane().timeline().model().items().size(), 4u);
}

/// The editor is empty only because what is stored is not here yet: nothing is taken back.
void TestInboxWriting::upWaitsForTheDraft()
{
    m_page->openConversation(id(3)); // by mail: held for a moment
    QTRY_VERIFY(isHere(3));
    QTRY_VERIFY(composer().target().has_value());
    pane().replyTo(false);
    type("On its way");
    composer().send();
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
    m_page->openConversation(id(0));
    QTRY_VERIFY(isHere(0));
    keep(3, Kind::Reply, "Stored");
    auto busy = busyStore();
    m_page->openConversation(id(3));
    QTRY_VERIFY(isHere(3));
    QTRY_COMPARE(pane().timeline().model().items().size(), 5u);
    pane().replyTo(false);
    QTest::keyClick(editor(), Qt::Key_Up);
    busy.reset();
    QTRY_COMPARE(composer().text(), QString("Stored"));
    QCOMPARE(waiting().size(), std::size_t(1));
    QVERIFY(std::holds_alternative<model::SendMessage>(waiting().front()));
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

/// Another person is on the screen when the name has been typed.
void TestInboxWriting::aNewCompanyIsForWhomItWasMade()
{
    m_page->openConversation(id(3));
    QTRY_VERIFY(isHere(3));
    emit m_page->customerPanel().newCompanyWanted(m_made.customers[0].id, "Desert Teas");
    const std::vector<model::CommandBody> given = waiting();
    QCOMPARE(given.size(), std::size_t(2));
    QCOMPARE(std::get<model::SetCompany>(given[1]).customer, m_made.customers[0].id);
    QCOMPARE(std::get<model::SetCompany>(given[1]).company, std::get<model::SaveCompany>(given[0]).company.id);
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
    QCOMPARE(draft(0, Kind::Reply).body, QString("Here it is"));
    QVERIFY(draft(then, Kind::Note).isEmpty());
    QVERIFY(draft(3, Kind::Reply).isEmpty());
    go(0, Mode::Reply);
    QTRY_VERIFY(composer().findChild<QWidget *>("attachmentChip"));
    QCOMPARE(composer().findChildren<QWidget *>("attachmentChip").size(), 1);
}

void TestInboxWriting::uploadsGoOnAtTheNextStart_data()
{
    QTest::addColumn<bool>("note");
    QTest::addColumn<bool>("leaves");
    QTest::newRow("of a reply") << false << false;
    QTest::newRow("of a note") << true << false;
    QTest::newRow("of a reply that is not on the screen") << false << true;
    QTest::newRow("of a note that is not on the screen") << true << true;
}

/// The program ends while a file is on its way, or waits for the hub.
void TestInboxWriting::uploadsGoOnAtTheNextStart()
{
    QFETCH(const bool, note);
    QFETCH(const bool, leaves);
    const QString path = m_folder->filePath("a label, 100 %.pdf");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("%PDF") == 4);
    file.close();
    note ? pane().note() : pane().replyTo(false);
    QMetaObject::invokeMethod(editor(), "filesGiven", Q_ARG(QStringList, {path}));
    if (leaves) {
        m_page->openConversation(id(3));
        QTRY_VERIFY(isHere(3));
    }
    restart();
    QTRY_VERIFY(isHere(0));
    const QList<Composer::Upload> waiting{{id(0), note ? Mode::Note : Mode::Reply, path}};
    QCOMPARE(composer().uploads(), waiting);
    note ? pane().note() : pane().replyTo(false);
    QVERIFY(composer().findChild<QWidget *>("attachmentChip"));
    QSignalSpy wanted(&composer(), &Composer::uploadWanted);
    QTRY_VERIFY((composer().uploadAgain(), wanted.size() > 0)); // the hub is away: it could not be sent
    QCOMPARE(wanted[0][1].toString(), path);
    const model::Attachment label{.name = "label.pdf", .sha256 = "ab"};
    composer().attachmentDone(wanted[0][0].toInt(), label);
    QTRY_COMPARE(draft(0, note ? Kind::Note : Kind::Reply).attachments, std::vector{label});
    restart();
    QTRY_VERIFY(isHere(0));
    QVERIFY(composer().uploads().isEmpty());
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
    QCOMPARE(draft(0, Kind::Reply).body, QString("For the first"));
    QVERIFY(m_workspace->history().steps().empty()); // no letter was a command
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
    QCOMPARE(draft(0, Kind::Reply).body, QString("For the first"));
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

void TestInboxWriting::pickersAreAboutWhatWasOpenThen_data()
{
    QTest::addColumn<int>("key");
    QTest::addColumn<int>("pick");
    QTest::newRow("assign") << int(Qt::Key_A) << int(Qt::Key_3);
    QTest::newRow("tag") << int(Qt::Key_T) << int(Qt::Key_3);
    QTest::newRow("snooze") << int(Qt::Key_H) << int(Qt::Key_2);
    QTest::newRow("priority") << int(Qt::Key_P) << int(Qt::Key_1);
}

void TestInboxWriting::pickersAreAboutWhatWasOpenThen()
{
    QFETCH(const int, key);
    QFETCH(const int, pick);
    const model::Conversation first = conversation(0), other = conversation(3);
    QTest::keyClick(&m_page->list(), Qt::Key(key));
    QTRY_COMPARE(QApplication::focusWidget()->objectName(), QString("pickerField"));
    QWidget *field = QApplication::focusWidget();
    m_page->openConversation(id(3)); // a notification's button, say
    QTRY_VERIFY(isHere(3));
    QTest::keyClick(field, Qt::Key(pick));
    QTRY_COMPARE(m_workspace->history().steps().size(), 1u);
    QVERIFY(conversation(0) != first);
    QCOMPARE(conversation(3), other);
    QVERIFY2(m_window->toasts().newestText().contains("Layla"), qPrintable(m_window->toasts().newestText()));
}

void TestInboxWriting::aLostSelectionIsNotWhatIsOpen()
{
    m_page->list().toggleSelected(id(2));
    QTRY_VERIFY(m_page->findChild<QWidget *>("bulkBar")->isVisible());
    const auto gone = m_workspace->submit({model::SetStatus{.conversation = id(2), .status = Status::Resolved}}, {}, false);
    QTRY_VERIFY(gone.isFinished());
    QTRY_VERIFY(m_page->list().selected().empty());
    const model::Conversation open = conversation(0);
    QTest::keyClick(&m_page->list(), Qt::Key_E);
    QTRY_VERIFY(m_window->toasts().newestText().contains("not in this list any more"));
    QCOMPARE(conversation(0), open);
    QTest::keyClick(&m_page->list(), Qt::Key_E); // that was read
    QTRY_COMPARE(conversation(0).status, Status::Resolved);
}

void TestInboxWriting::everythingEndsWithItsView_data()
{
    QTest::addColumn<int>("how");
    QTest::newRow("another queue") << 0;
    QTest::newRow("a filter") << 1;
    QTest::newRow("a filter while it is being asked") << 2;
    QTest::newRow("done by somebody else") << 3;
    QTest::newRow("another queue that has them all") << 4;
}

void TestInboxWriting::everythingEndsWithItsView()
{
    QFETCH(const int, how);
    QTest::keyClick(&m_page->list(), Qt::Key_A, Qt::ControlModifier);
    if (how != 2)
        QTRY_VERIFY(m_page->findChild<QWidget *>("bulkBar")->isVisible());
    if (how == 0) {
        m_page->chooseQueue(store::Queue::Snoozed);
        QTRY_COMPARE(m_page->list().model()->rowCount(), 0);
    } else if (how == 4) {
        m_page->chooseQueue(store::Queue::AllOpen);
    } else if (how == 3) {
        std::vector<model::CommandBody> all;
        for (const model::Conversation &one : m_made.conversations)
            all.push_back(model::SetStatus{.conversation = one.id, .status = Status::Resolved});
        const auto gone = m_workspace->submit(all, {}, false);
        QTRY_VERIFY(gone.isFinished());
        QTRY_COMPARE(m_page->list().model()->rowCount(), 0);
    } else {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Slash);
        type("rousseau");
        QTRY_COMPARE(m_page->list().model()->rowCount(), 1);
        m_page->list().setFocus();
    }
    QTRY_VERIFY(!m_page->findChild<QWidget *>("bulkBar")->isVisible());
    const model::ConversationId open = pane().conversation();
    m_window->actions().action("waiting")->trigger();
    for (const model::CommandBody &body : waiting()) {
        if (const auto *status = std::get_if<model::SetStatus>(&body); status && status->status == Status::Waiting)
            QCOMPARE(status->conversation, open);
    }
}

/// A colleague writes a note while the name is being edited here.
void TestInboxWriting::aNameLeavesTheNoteAlone()
{
    const model::CustomerId customer = m_made.conversations[0].customer;
    const std::string name = m_made.customers[0].name;
    const auto theirs = m_workspace->submit({model::EditCustomer{customer, name, "Wants to be called"}}, {}, false);
    QTRY_VERIFY(theirs.isFinished());
    emit m_page->customerPanel().cardEdited(customer, "Layla H.", std::nullopt);
    const auto now = [&] {
        auto asked = m_workspace->customerCard(customer);
        return QTest::qWaitFor([&] { return asked.isFinished(); }) ? (*asked.result())->customer : model::Customer();
    };
    QTRY_COMPARE(now().name, std::string("Layla H."));
    QCOMPARE(now().note, std::string("Wants to be called"));
    emit m_page->customerPanel().cardEdited(customer, "Layla", std::nullopt); // one on the heels of the other
    emit m_page->customerPanel().cardEdited(customer, std::nullopt, "Called");
    QTRY_COMPARE(now().note, std::string("Called"));
    QCOMPARE(now().name, std::string("Layla"));
}

void TestInboxWriting::undoIsNamedAsItIs()
{
    const auto name = [this] { return m_window->actions().spec("undo")->text; };
    const auto assigned = m_workspace->submit(model::Assign{.conversation = id(3), .assignee = m_made.colleague.id});
    QTRY_VERIFY(assigned.isFinished());
    QTRY_VERIFY2(name().contains("Tomás"), qPrintable(name()));
    client::UndoStep held{.forward = {model::SetStatus{.conversation = id(4), .status = Status::Resolved}},
                          .at = m_clock.now(),
                          .until = m_clock.now() + std::chrono::milliseconds(300)};
    const_cast<client::UndoHistory &>(m_workspace->history()).push(held);
    emit m_workspace->historyChanged();
    QVERIFY2(name().contains("Resolved"), qPrintable(name()));
    QTRY_VERIFY2(name().contains("Tomás"), qPrintable(name())); // as soon as Z would do that
}

void TestInboxWriting::whatBecameOfAnUndoIsSaid_data()
{
    QTest::addColumn<int>("error"); ///< -1: none.
    QTest::addColumn<int>("done");
    QTest::addColumn<int>("overtaken");
    QTest::addColumn<bool>("sends");
    QTest::addColumn<QString>("said");
    QTest::newRow("it was done") << -1 << 1 << 0 << false << "";
    QTest::newRow("it went out before") << -1 << 1 << 1 << true << "Too late: this has been sent already";
    QTest::newRow("somebody has changed it") << -1 << 2 << 2 << false << "Not undone: it has been changed since";
    QTest::newRow("somebody has changed some of it") << -1 << 2 << 1 << false << "Undone but for 1, changed since";
    QTest::newRow("its time is over") << int(Error::Kind::NotFound) << 0 << 0 << false
                                      << "Too late: it can no longer be undone";
    QTest::newRow("it could not be written")
        << int(Error::Kind::Failed) << 0 << 0 << false << "This could not be kept on this computer";
}

void TestInboxWriting::whatBecameOfAnUndoIsSaid()
{
    QFETCH(const int, error);
    QFETCH(const int, done);
    QFETCH(const int, overtaken);
    QFETCH(const bool, sends);
    QFETCH(const QString, said);
    const model::CommandBody body = sends ? model::CommandBody(model::SendMessage{.conversation = id(0)})
                                          : model::CommandBody(model::Assign{.conversation = id(0)});
    client::Undone undone;
    undone.step.forward.assign(std::size_t(done), body);
    undone.overtaken.assign(std::size_t(overtaken), body);
    Result<client::Undone> result = std::move(undone);
    if (error >= 0)
        result = failure(Error::Kind(error), "");
    Toasts &toasts = m_window->toasts();
    const int before = toasts.count();
    QPromise<Result<client::Undone>> promise;
    promise.start();
    promise.addResult(std::move(result));
    promise.finish();
    const auto future = promise.future();
    bool isOver = false;
    sayWhatWasUndone(future, toasts, m_page);
    whenDone(future, m_page, [&isOver](const auto &) { isOver = true; });
    QTRY_VERIFY(isOver);
    QCOMPARE(toasts.count(), before + (said.isEmpty() ? 0 : 1));
    if (!said.isEmpty())
        QCOMPARE(toasts.newestText(), said);
}

void TestInboxWriting::theUndoOfAToastSaysThatItFailed()
{
    m_page->openConversation(id(3)); // by mail: held for a moment
    QTRY_VERIFY(isHere(3));
    QTRY_VERIFY(composer().target().has_value());
    pane().replyTo(false);
    type("On its way");
    composer().send();
    QTRY_VERIFY2(m_window->toasts().newestText().startsWith("Sending to"), qPrintable(m_window->toasts().newestText()));
    alter("journal.db", "CREATE TRIGGER stays BEFORE UPDATE ON command BEGIN SELECT RAISE(ABORT, 'full'); END");
    m_window->findChildren<QAbstractButton *>("toastAction").back()->click();
    QTRY_COMPARE(m_window->toasts().newestText(), QString("This could not be kept on this computer"));
    QCOMPARE(waiting().size(), std::size_t(1));
    QVERIFY(std::holds_alternative<model::SendMessage>(waiting().front())); // it goes out
}

void TestInboxWriting::whatWaitsIsDoneByKeys()
{
    QTRY_VERIFY(m_workspace->status().state == client::Status::State::Offline);
    pane().replyTo(false);
    type("On its way");
    composer().send();
    TimelineView &view = pane().timeline();
    QTRY_COMPARE(view.model().items().size(), 5u);
    const model::TimelineItemId sent = view.model().items().back().id;
    QTRY_VERIFY(view.model().pending(sent) == PendingState::Outbox);
    const auto offers = view.offersOf(sent);
    QCOMPARE(offers.size(), 2u);
    QCOMPARE(offers[0].words, QString("Edit"));
    const int row = view.rowIndexOf({RowKey::Kind::Item, sent});
    QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(&view)->child(row);
    QVERIFY(spoken && spoken->actionInterface()->actionNames().contains("Cancel"));
    view.setFocus();
    view.focusRow(std::size_t(row));
    QTest::keyClick(&view, Qt::Key_F10, Qt::ShiftModifier);
    QMenu *menu = nullptr;
    QTRY_VERIFY((menu = m_page->findChild<QMenu *>("itemMenu")) && menu->isVisible());
    QCOMPARE(menu->actions().front()->text(), QString("Edit"));
    menu->close();
    pane().replyTo(false);
    QTest::keyClick(editor(), Qt::Key_Up); // where nothing is written
    QTRY_COMPARE(composer().text(), QString("On its way"));
    QTRY_COMPARE(m_workspace->status().outboxCount, 0);
}

void TestInboxWriting::anAccountThatStopsIsSaid()
{
    QTRY_VERIFY(m_page->sidebar().findChild<QWidget *>("accountNotice") == nullptr);
    model::ChannelAccount broken = m_made.mail;
    broken.health = model::ChannelAccount::Health::NotWorking;
    broken.problemText = "The password was refused.";
    const auto stop = [&](bool stopped) {
        alter("cache.db",
              stopped
                  ? "UPDATE channel_account SET health = 'not-working', problem_text = 'The password was refused.' WHERE id "
                    "= x'"
                        + QByteArray(reinterpret_cast<const char *>(broken.id.bytes.data()), 16).toHex().toStdString() + "'"
                  : "");
        emit m_workspace->changed({.accounts = true});
    };
    stop(true);
    QTRY_VERIFY2(m_window->toasts().newestText().contains("Help has stopped working"),
                 qPrintable(m_window->toasts().newestText()));
    QTRY_VERIFY(m_page->sidebar().findChild<QAbstractButton *>("accountNotice"));
    m_page->sidebar().findChild<QAbstractButton *>("accountNotice")->click();
    QVERIFY2(m_window->toasts().newestText().contains("The password was refused."),
             qPrintable(m_window->toasts().newestText()));
    QSignalSpy wanted(m_page, &InboxPage::accountWanted);
    QList<QAbstractButton *> actions = m_window->findChildren<QAbstractButton *>("toastAction");
    actions.back()->click();
    QCOMPARE(wanted.size(), 1);
}

QTEST_MAIN(TestInboxWriting)
#include "tst_inbox_writing.moc"
