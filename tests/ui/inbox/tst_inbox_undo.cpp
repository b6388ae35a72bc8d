// What has been given and has not gone yet is taken back: written on, undone, or said to be too late.
#include "tests/ui/inbox/writing_inbox.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/shell/toasts.h"
#include "ui/shell/undo_words.h"
#include "ui/shell/when_done.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QMenu>
#include <QPromise>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;
using Mode = Composer::Mode;
using Kind = store::Draft::Kind;
using Status = model::Conversation::Status;

class TestInboxUndo : public testing::WritingInbox {
    Q_OBJECT
private slots:
    void upWritesOnWhatIsHeld_data();
    void upWritesOnWhatIsHeld();
    void whatWasHeldElsewhereIsWrittenOnThere();
    void upWaitsForTheDraft();
    void undoIsNamedAsItIs();
    void whatBecameOfAnUndoIsSaid_data();
    void whatBecameOfAnUndoIsSaid();
    void theUndoOfAToastSaysThatItFailed();
    void eachToastGoesWithItsStep_data();
    void eachToastGoesWithItsStep();
    void whatOnlySaysSomethingMakesRoom();
    void whatWaitsIsDoneByKeys();

private:
    /// Leaves a reply waiting in the fourth conversation, which is by mail: held for a moment.
    void sendByMail()
    {
        m_page->openConversation(id(3));
        QTRY_VERIFY(isHere(3));
        QTRY_VERIFY(composer().target().has_value());
        pane().replyTo(false);
        type("On its way");
        composer().send();
    }
};

void TestInboxUndo::upWritesOnWhatIsHeld_data()
{
    QTest::addColumn<bool>("note");
    QTest::addColumn<bool>("fromNote");
    QTest::newRow("a reply, from a reply") << false << false;
    QTest::newRow("a reply, from a note") << false << true;
    QTest::newRow("a note, from a reply") << true << false;
    QTest::newRow("a note, from a note") << true << true;
}

void TestInboxUndo::upWritesOnWhatIsHeld()
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
/// Another conversation of the same customer stands on the same timeline; its texts are its own.
void TestInboxUndo::whatWasHeldElsewhereIsWrittenOnThere()
{
    model::CustomerId customer;
    const model::TimelineItemId item(RawId{std::byte(7)});
    start({.change =
               [&customer](std::size_t number, model::Conversation &conversation) {
                   if (number == 0)
                       customer = conversation.customer;
                   else if (number == 1)
                       conversation.customer = customer;
               },
           .held = [item](const testing::MadeProfile &made) -> std::vector<model::CommandBody> {
               const model::Conversation &second = made.conversations[1];
               return {model::SendMessage{
                   .item = item, .conversation = second.id, .to = second.identity, .from = second.account, .body = "Held"}};
           }},
          9); // one row a customer
    pane().replyTo(false);
    QTRY_VERIFY(pane().timeline().model().find(item));
    emit pane().timeline().actionRequested(item, TimelineAction::EditHeld);
    QTRY_VERIFY(isHere(1));
    QTRY_COMPARE(composer().text(), QString("Held"));
    QTRY_VERIFY(editor()->hasFocus());
}

void TestInboxUndo::upWaitsForTheDraft()
{
    sendByMail();
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

void TestInboxUndo::undoIsNamedAsItIs()
{
    const auto name = [this] { return m_window->actions().spec("undo")->text; };
    const auto assigned = m_workspace->submit(model::Assign{.conversation = id(3), .assignee = m_made.colleague.id});
    QTRY_VERIFY(assigned.isFinished());
    QTRY_VERIFY2(name().contains("Tomás"), qPrintable(name()));
    client::UndoStep held{.forward = {model::SetStatus{.conversation = id(4), .status = Status::Resolved}},
                          .back = {{.body = model::SetStatus{.conversation = id(4)}}},
                          .at = m_clock.now(),
                          .until = m_clock.now() + std::chrono::milliseconds(300)};
    const_cast<client::UndoHistory &>(m_workspace->history()).push(held);
    emit m_workspace->historyChanged();
    QVERIFY2(name().contains("Resolved"), qPrintable(name()));
    QTRY_VERIFY2(name().contains("Tomás"), qPrintable(name())); // as soon as Z would do that
}

void TestInboxUndo::whatBecameOfAnUndoIsSaid_data()
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

void TestInboxUndo::whatBecameOfAnUndoIsSaid()
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

void TestInboxUndo::theUndoOfAToastSaysThatItFailed()
{
    sendByMail();
    QTRY_VERIFY2(m_window->toasts().newestText().startsWith("Sending to"), qPrintable(m_window->toasts().newestText()));
    alter("journal.db", "CREATE TRIGGER stays BEFORE UPDATE ON command BEGIN SELECT RAISE(ABORT, 'full'); END");
    m_window->findChildren<QAbstractButton *>("toastAction").back()->click();
    QTRY_COMPARE(m_window->toasts().newestText(), QString("This could not be kept on this computer"));
    QCOMPARE(waiting().size(), std::size_t(1));
    QVERIFY(std::holds_alternative<model::SendMessage>(waiting().front())); // it goes out
}

void TestInboxUndo::eachToastGoesWithItsStep_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("by Z") << "key";
    QTest::newRow("by its own button") << "button";
    QTest::newRow("elsewhere") << "elsewhere";
}

/// Whatever is said after it, what an undo takes away is its own offer: another would undo nothing.
void TestInboxUndo::eachToastGoesWithItsStep()
{
    QFETCH(const QString, how);
    QTest::keyClick(&m_page->list(), Qt::Key_P);
    QTRY_VERIFY(QApplication::focusWidget() && QApplication::focusWidget()->objectName() == "pickerField");
    key(Qt::Key_1);
    QTRY_VERIFY2(m_window->toasts().newestText().startsWith("Priority"), qPrintable(m_window->toasts().newestText()));
    emit m_workspace->cameBack({.command = {.n = 9, .body = model::SendMessage{.conversation = id(3)}},
                                .outcome = model::Outcome{.n = 9, .kind = model::Outcome::Kind::NeedsYou}});
    QTRY_COMPARE(m_window->toasts().newestText(), QString("A message waits for your decision"));
    const auto texts = [this] {
        QStringList shown;
        for (const QWidget *toast : m_window->findChildren<QWidget *>("toast")) {
            if (toast->isVisible())
                shown.append(toast->accessibleName());
        }
        return shown;
    };
    QCOMPARE(texts().size(), 2);
    if (how == "key") {
        m_page->list().setFocus();
        key(Qt::Key_Z);
    } else if (how == "button") {
        m_window->findChildren<QAbstractButton *>("toastAction").front()->click();
    } else {
        m_workspace->undo();
    }
    if (how != "elsewhere")
        QTRY_VERIFY(m_window->toasts().newestText().startsWith("Undone: "));
    QTRY_VERIFY2(texts().filter("Priority").isEmpty(), qPrintable(texts().join('|')));
    QCOMPARE(texts().filter("A message waits").size(), 1);
    QVERIFY(m_workspace->history().steps().empty());
}

void TestInboxUndo::whatOnlySaysSomethingMakesRoom()
{
    Toasts &toasts = m_window->toasts();
    toasts.clear();
    const auto offers = [this] { return m_window->findChildren<QAbstractButton *>("toastAction").size(); };
    QTRY_COMPARE(offers(), 0);
    toasts.add("Resolved Layla.", "Undo", "Z", [] {});
    for (int i = 0; i < 5; ++i)
        toasts.add(QString("Said %1").arg(i));
    QCOMPARE(toasts.count(), Toasts::kMost);
    QCOMPARE(toasts.newestText(), QString("Said 4")); // nobody has read it yet
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QCOMPARE(offers(), 1);
    for (int i = 0; i < 3; ++i)
        toasts.add(QString("Resolved %1.").arg(i), "Undo", "Z", [] {});
    toasts.add("Said last");
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QCOMPARE(toasts.newestText(), QString("Said last"));
    QCOMPARE(offers(), Toasts::kMost - 1);
}

void TestInboxUndo::whatWaitsIsDoneByKeys()
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

QTEST_MAIN(TestInboxUndo)
#include "tst_inbox_undo.moc"
