// The outbox, the send guard and undo on the screen, over a real workspace whose hub is away.
#include "core/store/database.h"
#include "tests/ui/inbox/open_inbox.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/row_words.h"
#include "ui/outbox/compare_sheet.h"
#include "ui/outbox/outbox_popover.h"
#include "ui/shell/banner.h"
#include "ui/shell/picker.h"
#include "ui/shell/rail.h"
#include "ui/shell/status_line.h"
#include "ui/shell/sync_presenter.h"
#include "ui/shell/toasts.h"

#include <QApplication>
#include <QSignalSpy>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;
using Status = model::Conversation::Status;

class TestInboxOutbox : public testing::OpenInbox {
    Q_OBJECT
private slots:
    void opensByKeyAndGivesFocusBack();
    void nothingIsSaidOfTheOutboxUnread();
    void anOutboxThatCannotBeReadSaysSo();
    void editTakesTheTextBack();
    void cancelWithdraws();
    void whatIsThrownAwayIsTakenBack_data();
    void whatIsThrownAwayIsTakenBack();
    void aSecondPressSaysNothing_data();
    void aSecondPressSaysNothing();
    void rowsAndTimelineSayWhatWaits();
    void undoesEveryTriageKey_data();
    void undoesEveryTriageKey();
    void bulkIsOneStep();
    void aTextThatComesBackIsNotLostInTheEditor();
    void crossingAsksFirst();
    void whatNobodySeesIsNotSeen_data();
    void whatNobodySeesIsNotSeen();
    void theStripSaysWhatIsSo();
    void nothingChangesUnderAReply_data();
    void nothingChangesUnderAReply();
    void anAddressIsWrittenToFromWhereOneIs_data();
    void anAddressIsWrittenToFromWhereOneIs();
    void aDraftKeepsItsWay_data();
    void aDraftKeepsItsWay();
    void whoWasFirstIsSaid_data();
    void whoWasFirstIsSaid();
    void whoTookItFirstIsSaid_data();
    void whoTookItFirstIsSaid();
    void whatIsWrittenGoesWhereItWasWritten_data();
    void whatIsWrittenGoesWhereItWasWritten();
    void answeringTakesWhatIsNobodys_data();
    void answeringTakesWhatIsNobodys();

private:
    void furnish() override
    {
        new SyncPresenter(*m_workspace, m_clock, m_window->banner(), m_window->statusLine(), m_window->rail(), m_page);
    }
    OutboxList &box() { return m_page->outbox().list(); }
    void reply(const QString &text)
    {
        m_page->pane().replyTo(false);
        QTest::keyClicks(editor(), text);
        m_page->pane().composer().send();
    }
};

void TestInboxOutbox::opensByKeyAndGivesFocusBack()
{
    QTest::keyClick(&m_page->list(), Qt::Key_B, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(m_page->outbox().isVisible());
    QTRY_VERIFY(box().hasFocus());
    QTRY_COMPARE(m_page->outbox().findChild<TextLabel *>("outboxSummary")->text(), QString("Nothing waits"));
    QTest::keyClick(&box(), Qt::Key_J); // nothing below acts
    QCOMPARE(m_page->pane().conversation(), m_made.conversations[0].id);
    QTest::keyClick(&box(), Qt::Key_Tab); // round all stops and back to the list
    for (int i = 0; i < 5 && !box().hasFocus(); ++i)
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    QVERIFY(box().hasFocus());
    QTest::keyClick(&box(), Qt::Key_Escape);
    QTRY_VERIFY(!m_page->outbox().isVisible());
    QTRY_VERIFY(m_page->list().hasFocus());
}

void TestInboxOutbox::nothingIsSaidOfTheOutboxUnread()
{
    reply("On its way");
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
    m_page->showOutbox();
    QTRY_COMPARE(box().rows().size(), std::size_t(1));
    m_page->showOutbox(); // closed
    auto journal = store::Database::open(m_folder->filePath("profile/journal.db").toStdString(), {});
    QVERIFY(journal && (*journal)->begin()); // what is asked for comes behind what has to wait now
    m_workspace->saveDraft({.conversation = m_made.conversations[9].id, .body = "Keeps it waiting"});
    m_page->showOutbox();
    QVERIFY(box().rows().empty()); // not as it was
    QVERIFY(box().emptyTitle().isEmpty());
    QTRY_COMPARE(box().emptyTitle(), QString("Reading the outbox"));
    journal->reset();
    QTRY_COMPARE(box().rows().size(), std::size_t(1));
}

void TestInboxOutbox::anOutboxThatCannotBeReadSaysSo()
{
    reply("On its way");
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
    alter("cache.db", "ALTER TABLE conversation RENAME TO conversation_away");
    m_page->showOutbox();
    QTRY_COMPARE(box().emptyTitle(), QString("The outbox could not be read"));
    QVERIFY(box().rows().empty());
    QVERIFY(m_page->outbox().findChild<TextLabel *>("outboxSummary")->text().isEmpty());
    auto *again = m_page->outbox().findChild<Button *>("outboxReadAgain");
    QVERIFY(again->isVisible());
    alter("cache.db", "ALTER TABLE conversation_away RENAME TO conversation");
    again->click();
    QTRY_COMPARE(box().rows().size(), std::size_t(1));
    QVERIFY(!again->isVisible());
}

void TestInboxOutbox::editTakesTheTextBack()
{
    reply("On its way");
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
    m_page->list().setFocus();
    QTest::keyClick(&m_page->list(), Qt::Key_E); // another change, on the same conversation
    QTRY_COMPARE(m_workspace->status().outboxCount, 2);
    m_page->showOutbox();
    QTRY_COMPARE(box().rows().size(), std::size_t(2));
    QVERIFY(box().rows()[0].name.contains("Layla"));
    QCOMPARE(box().rows()[0].chip, QString("Waits for the hub"));
    QTest::keyClick(&box(), Qt::Key_Right);
    QTest::keyClick(&box(), Qt::Key_Return);
    QTRY_VERIFY(!m_page->outbox().isVisible());
    QTRY_COMPARE(m_page->pane().composer().text(), QString("On its way"));
    QTRY_VERIFY(editor()->hasFocus());
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
    QCOMPARE(conversation(0).status, Status::Resolved); // the other change waits still
}

void TestInboxOutbox::cancelWithdraws()
{
    const model::Conversation before = conversation(0);
    reply("Never mind");
    QTRY_COMPARE(m_page->pane().timeline().model().items().size(), 5u);
    m_page->showOutbox();
    QTRY_COMPARE(box().rows().size(), std::size_t(1));
    box().activate(0, 1);
    QTRY_COMPARE(m_page->pane().timeline().model().items().size(), 4u);
    QTRY_VERIFY(box().rows().empty());
    QVERIFY(m_page->outbox().isVisible()); // there may be more to look at
    QCOMPARE(conversation(0), before);
    QVERIFY(!m_page->pane().composer().hasText());
}

void TestInboxOutbox::whatIsThrownAwayIsTakenBack_data()
{
    QTest::addColumn<QString>("where");
    QTest::addColumn<bool>("cameBack");
    QTest::addColumn<bool>("note");
    QTest::addColumn<bool>("byKey");
    for (const char *where : {"outbox", "timeline", "compared"}) {
        for (const bool cameBack : {false, true}) {
            for (const bool note : {false, true}) {
                if (QLatin1String(where) == QLatin1String("compared") && (!cameBack || note))
                    continue; // only messages that came back are
                for (const bool byKey : {false, true})
                    QTest::addRow("%s, %s, %s, %s", where, cameBack ? "discarded" : "cancelled",
                                  note ? "a note" : "a message", byKey ? "by Z" : "by the toast")
                        << QString(where) << cameBack << note << byKey;
            }
        }
    }
}

/// A long text that went by one key too many is there again by one more (UX 2.6).
void TestInboxOutbox::whatIsThrownAwayIsTakenBack()
{
    QFETCH(const QString, where);
    QFETCH(const bool, cameBack);
    QFETCH(const bool, note);
    QFETCH(const bool, byKey);
    if (cameBack) {
        start({.held = [note](const testing::MadeProfile &made) -> std::vector<model::CommandBody> {
            const model::Conversation &first = made.conversations[0];
            const model::TimelineItemId item(RawId{std::byte(7)});
            if (note)
                return {model::AddNote{.item = item, .conversation = first.id, .body = "Never mind"}};
            return {model::SendMessage{
                .item = item, .conversation = first.id, .to = first.identity, .from = first.account, .body = "Never mind"}};
        }});
    } else if (note) {
        pane().note();
        QTest::keyClicks(editor(), "Never mind");
        composer().send();
    } else {
        reply("Never mind");
    }
    note ? pane().note() : pane().replyTo(false);
    QTRY_COMPARE(pane().timeline().model().items().size(), 5u);
    QTRY_COMPARE(m_workspace->status().outboxCount + m_workspace->status().needsYouCount, 1);
    const model::TimelineItemId item = pane().timeline().model().items().back().id;
    if (where == "timeline") {
        emit pane().timeline().actionRequested(item, cameBack ? TimelineAction::DiscardHeld : TimelineAction::CancelPending);
    } else {
        m_page->showOutbox();
        QTRY_COMPARE(box().rows().size(), std::size_t(1));
    }
    if (where == "outbox") {
        const auto &buttons = box().rows()[0].buttons;
        const auto action = cameBack ? OutboxAction::Discard : OutboxAction::Cancel;
        const auto button = std::ranges::find(buttons, action, &OutboxButton::action);
        QVERIFY(button != buttons.end());
        box().activate(0, int(button - buttons.begin()));
    } else if (where == "compared") {
        m_page->compare(box().rows()[0].n);
        QTRY_VERIFY(m_page->compareSheet().isVisible());
        m_page->compareSheet().dismiss();
        emit m_page->compareSheet().discard();
    }
    const QString name = shownName(*pane().row());
    QTRY_COMPARE(m_window->toasts().newestText(), note ? QString("The note on %1 is not kept.").arg(name)
                                                       : QString("The message to %1 is not sent.").arg(name));
    QTRY_COMPARE(pane().timeline().model().items().size(), 4u);
    QVERIFY(!composer().hasText());
    QCOMPARE(m_window->actions().spec("undo")->text,
             (note ? QString("Undo: Discarded the note on %1") : QString("Undo: Discarded the message to %1")).arg(name));
    if (!byKey) {
        m_window->findChildren<QAbstractButton *>("toastAction").back()->click();
    } else if (where == "timeline") {
        pane().timeline().setFocus();
        key(Qt::Key_Z);
    } else {
        QTRY_VERIFY(box().hasFocus());
        key(Qt::Key_Z);
    }
    QTRY_VERIFY(m_window->toasts().newestText().startsWith("Undone: "));
    QTRY_VERIFY(m_window->findChildren<QAbstractButton *>("toastAction").isEmpty());
    QTRY_COMPARE(composer().text(), QString("Never mind"));
    QVERIFY(!m_page->outbox().isVisible());
    QVERIFY(m_workspace->history().steps().empty());
    QTRY_COMPARE(m_workspace->status().outboxCount + m_workspace->status().needsYouCount, 0);
}

void TestInboxOutbox::aSecondPressSaysNothing_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<bool>("edits");
    for (const bool edits : {false, true}) {
        for (const char *how : {"pressed twice", "held", "twice on the timeline"})
            QTest::addRow("%s, %s", edits ? "edit" : "cancel", how) << QString(how) << edits;
    }
}

/// A row is still shown when its button is pressed once more: that is neither "sent already" nor "not kept".
void TestInboxOutbox::aSecondPressSaysNothing()
{
    QFETCH(const QString, how);
    QFETCH(const bool, edits);
    reply("On its way");
    QTRY_COMPARE(pane().timeline().model().items().size(), 5u);
    const model::TimelineItemId item = pane().timeline().model().items().back().id;
    if (how == "twice on the timeline") {
        const auto action = edits ? TimelineAction::EditPending : TimelineAction::CancelPending;
        emit pane().timeline().actionRequested(item, action);
        emit pane().timeline().actionRequested(item, action);
    } else {
        m_page->showOutbox();
        QTRY_COMPARE(box().rows().size(), std::size_t(1));
        box().setCurrent(0, edits ? 0 : 1);
        if (how == "held") {
            QKeyEvent repeat(QEvent::KeyPress, Qt::Key_Return, Qt::NoModifier, "\r", true);
            QApplication::sendEvent(&box(), &repeat);
            QVERIFY(!waiting().empty() && !std::holds_alternative<model::CancelMessage>(waiting().front()));
        }
        QTest::keyClick(&box(), Qt::Key_Return);
        QTest::keyClick(&box(), Qt::Key_Return);
    }
    QTRY_COMPARE(pane().timeline().model().items().size(), 4u);
    (void)waiting(); // behind both
    QTest::qWait(0);
    QVERIFY2(!m_window->toasts().newestText().startsWith("Too late"), qPrintable(m_window->toasts().newestText()));
    QVERIFY(!m_window->toasts().newestText().startsWith("This could not"));
    QTRY_COMPARE(composer().text(), edits ? QString("On its way") : QString());
}

void TestInboxOutbox::rowsAndTimelineSayWhatWaits()
{
    reply("On its way");
    QTRY_VERIFY(m_page->list().words(0).spoken.contains("In outbox"));
    QTRY_COMPARE(m_page->pane().timeline().model().items().size(), 5u);
    const model::TimelineItem sent = m_page->pane().timeline().model().items().back();
    QTRY_VERIFY(m_page->pane().timeline().model().pending(sent.id) == PendingState::Outbox);
    QVERIFY(m_window->statusLine().accessibleName().contains("Outbox 1"));
    QVERIFY(m_window->statusLine().accessibleName().contains("Complete as of"));
}

void TestInboxOutbox::undoesEveryTriageKey_data()
{
    QTest::addColumn<int>("key");
    QTest::addColumn<int>("pick");
    QTest::newRow("resolve") << int(Qt::Key_E) << 0;
    QTest::newRow("wait") << int(Qt::Key_W) << 0;
    QTest::newRow("unread") << int(Qt::Key_U) << 0;
    QTest::newRow("snooze") << int(Qt::Key_H) << int(Qt::Key_2);
    QTest::newRow("assign") << int(Qt::Key_A) << int(Qt::Key_3);
    QTest::newRow("nobody") << int(Qt::Key_A) << int(Qt::Key_2);
    QTest::newRow("priority") << int(Qt::Key_P) << int(Qt::Key_1);
    QTest::newRow("tag") << int(Qt::Key_T) << int(Qt::Key_2);
}

void TestInboxOutbox::undoesEveryTriageKey()
{
    QFETCH(int, key);
    QFETCH(int, pick);
    const int about = key == Qt::Key_U ? 3 : 0; // one that is read
    if (about)
        m_page->openConversation(m_made.conversations[3].id);
    QTRY_COMPARE(m_page->pane().row()->conversation.id, m_made.conversations[std::size_t(about)].id);
    const model::Conversation before = conversation(about);
    const auto unread = [&] {
        auto asked = stored(about);
        return QTest::qWaitFor([&] { return asked.isFinished(); }) ? (*asked.result())->unread : -1;
    };
    const std::int64_t unreadBefore = unread();
    QTest::keyClick(&m_page->list(), Qt::Key(key));
    if (pick) {
        QTRY_VERIFY(QApplication::focusWidget() && QApplication::focusWidget()->objectName() == "pickerField");
        QTest::keyClick(QApplication::focusWidget(), Qt::Key(pick));
    }
    QTRY_COMPARE(m_workspace->history().steps().size(), 1u);
    QTRY_VERIFY(m_window->toasts().newestText().size() > 3);
    QVERIFY(m_window->actions().spec("undo")->text.startsWith("Undo: "));
    QTRY_VERIFY(conversation(about) != before || unread() != unreadBefore);
    m_page->list().setFocus();
    QTest::keyClick(&m_page->list(), Qt::Key_Z);
    QTRY_VERIFY(m_window->toasts().newestText().startsWith("Undone: "));
    QTRY_COMPARE(conversation(about), before);
    QCOMPARE(unread(), unreadBefore);
    QVERIFY(m_workspace->history().steps().empty());
}

void TestInboxOutbox::bulkIsOneStep()
{
    QTest::keyClick(&m_page->list(), Qt::Key_X);
    QTest::keyClick(&m_page->list(), Qt::Key_J, Qt::ShiftModifier);
    QTest::keyClick(&m_page->list(), Qt::Key_J, Qt::ShiftModifier);
    QCOMPARE(m_page->list().selected().size(), std::size_t(3));
    QVERIFY(m_page->findChild<QWidget *>("bulkBar")->isVisible());
    QVERIFY(m_page->findChild<QWidget *>("bulk-mergeSelected"));
    QTest::keyClick(&m_page->list(), Qt::Key_E);
    QTRY_COMPARE(m_workspace->status().outboxCount, 3);
    QCOMPARE(m_workspace->history().steps().size(), 1u);
    QTRY_VERIFY(m_window->toasts().newestText().contains("3 conversation"));
    for (int i = 0; i < 3; ++i)
        QCOMPARE(conversation(i).status, Status::Resolved);
    m_page->list().setFocus();
    QTest::keyClick(&m_page->list(), Qt::Key_Z);
    for (int i = 0; i < 3; ++i)
        QTRY_COMPARE(conversation(i).status, Status::Open);
    m_page->list().setFocus();
    QTest::keyClick(&m_page->list(), Qt::Key_A, Qt::ControlModifier);
    QTRY_COMPARE(m_page->list().selected().size(), std::size_t(rows().rowCount()));
}

void TestInboxOutbox::aTextThatComesBackIsNotLostInTheEditor()
{
    reply("First");
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
    m_page->pane().replyTo(false);
    QTest::keyClicks(editor(), "Second");
    m_page->showOutbox();
    QTRY_COMPARE(box().rows().size(), std::size_t(1));
    box().activate(0, 0);
    QTRY_COMPARE(m_page->pane().composer().text(), QString("First\n\nSecond"));
    QTest::keyClicks(editor(), "!");
    const auto kept = [&] {
        auto asked = m_workspace->draft(m_made.conversations[0].id, store::Draft::Kind::Reply);
        return QTest::qWaitFor([&] { return asked.isFinished(); }) && *asked.result() ? (*asked.result())->body
                                                                                      : std::string();
    };
    QTRY_COMPARE(kept(), std::string("First\n\nSecond!")); // also in the journal
}

void TestInboxOutbox::whatIsWrittenGoesWhereItWasWritten_data()
{
    QTest::addColumn<bool>("note");
    QTest::newRow("reply") << false;
    QTest::newRow("note") << true;
}

/// Another conversation is opened, and before it is there what had been written is sent.
void TestInboxOutbox::whatIsWrittenGoesWhereItWasWritten()
{
    QFETCH(bool, note);
    ConversationPane &pane = m_page->pane();
    const model::ConversationId here = pane.conversation();
    const auto other = std::ranges::find_if(m_made.conversations, [&](const auto &one) { return one.id != here; });
    note ? pane.note() : pane.replyTo(false);
    QTest::keyClicks(editor(), "On its way");
    pane.open(other->id);
    pane.composer().send();
    QCOMPARE(pane.conversation(), other->id);
    auto waiting = m_workspace->outbox();
    QTRY_VERIFY(waiting.isFinished());
    QCOMPARE(waiting.result()->size(), std::size_t(1));
    QCOMPARE(model::conversationOf(waiting.result()->front().command.body), here);
    QTRY_VERIFY(pane.row() && pane.row()->conversation.id == other->id);
    QVERIFY(!pane.composer().hasText());
}

void TestInboxOutbox::crossingAsksFirst()
{
    QWidget window;
    Picker picker(*m_theme, &window);
    Composer composer(*m_theme, picker, &window);
    composer.open(m_made.conversations[0], "Layla");
    composer.setTargets(replyTargets(*m_page->pane().card(), {m_made.mail, m_made.chat}, m_made.me), 0);
    composer.resize(600, 200);
    window.show();
    QWidget *text = composer.findChild<QWidget *>("composerEditor");
    QWidget *strip = composer.findChild<QWidget *>("composerCrossing");
    QTest::keyClicks(text, "Only blue");
    composer.setCrossing("Tomás has replied since you began");
    QVERIFY(strip->isVisible());
    QCOMPARE(composer.findChild<Button *>("send")->text(), QString("Send anyway"));
    std::optional<Composer::Request> asked;
    connect(&composer, &Composer::sendWanted, this, [&asked](const Composer::Request &request) { asked = request; });
    composer.send(); // the very moment it appears: nobody has read it, the hub will ask
    QVERIFY(asked && !asked->anyway);
    QVERIFY(!strip->isVisible());
    QTest::keyClicks(text, "Only blue, sorry");
    composer.setCrossing("Tomás has replied since you began");
    QTRY_VERIFY(composer.crossingSeen());
    composer.send();
    QVERIFY(asked->anyway);
    QTest::keyClicks(text, "Only green");
    composer.setCrossing("Tomás has replied since you began", true, 5);
    QTRY_VERIFY(composer.crossingSeen());
    composer.setCrossing("Tomás has replied since you began", true, 5); // as with each other change
    QVERIFY(composer.crossingSeen());
    composer.setCrossing("Tomás has replied since you began", true, 6); // again, in the same words
    QVERIFY(!composer.crossingSeen());
    composer.send();
    QVERIFY(!asked->anyway);
    composer.setCrossing("Tomás has replied since you began");
    composer.setMode(Composer::Mode::Note); // a note crosses nothing
    QVERIFY(!strip->isVisible());
}

void TestInboxOutbox::whatNobodySeesIsNotSeen_data()
{
    QTest::addColumn<QString>("meanwhile");
    QTest::newRow("another program is in front") << "window";
    QTest::newRow("another section is shown") << "section";
    QTest::newRow("a note is written") << "note";
}

/// A colleague's reply that was announced where nobody could see it is asked about (UX 6.7).
void TestInboxOutbox::whatNobodySeesIsNotSeen()
{
    QFETCH(const QString, meanwhile);
    QWidget window, section(&window);
    Picker picker(*m_theme, &window);
    Composer composer(*m_theme, picker, &section);
    composer.open(m_made.conversations[0], "Layla");
    composer.setTargets(replyTargets(*m_page->pane().card(), {m_made.mail, m_made.chat}, m_made.me), 0);
    composer.resize(600, 200);
    section.resize(600, 200);
    window.show();
    QTest::keyClicks(composer.findChild<QWidget *>("composerEditor"), "Only blue");
    composer.setCrossing("Tomás has replied since you began");
    QTRY_VERIFY(composer.crossingSeen());
    if (meanwhile == "note") {
        composer.setMode(Composer::Mode::Note);
        QVERIFY(!composer.crossingSeen());
        composer.setMode(Composer::Mode::Reply);
    } else if (meanwhile == "section") {
        section.hide();
        QVERIFY(!composer.crossingSeen());
        section.show();
    } else {
        QEvent comesBack(QEvent::WindowActivate);
        QApplication::sendEvent(&window, &comesBack);
    }
    std::optional<Composer::Request> asked;
    connect(&composer, &Composer::sendWanted, this, [&asked](const Composer::Request &request) { asked = request; });
    composer.send();
    QVERIFY(asked && !asked->anyway);
}

void TestInboxOutbox::theStripSaysWhatIsSo()
{
    QWidget window;
    Picker picker(*m_theme, &window);
    Composer composer(*m_theme, picker, &window);
    composer.open(m_made.conversations[0], "Layla");
    const std::vector<ReplyTarget> targets = replyTargets(*m_page->pane().card(), {m_made.mail, m_made.chat}, m_made.me);
    std::vector<ReplyTarget> paused = targets;
    paused[0].problem = "This account is paused";
    composer.setTargets(paused, 0);
    composer.resize(600, 200);
    window.show();
    const auto *strip = composer.findChild<QWidget *>("composerStrip");
    QTest::keyClicks(composer.findChild<QWidget *>("composerEditor"), "Only blue");
    QVERIFY(strip->isVisible());
    QVERIFY(!composer.findChild<Button *>("send")->isEnabled());
    composer.setTargets(targets, 0); // it goes on
    QVERIFY(!strip->isVisible());
    QVERIFY(composer.findChild<Button *>("send")->isEnabled());

    QSignalSpy wanted(&composer, &Composer::uploadWanted);
    composer.addFileTo(m_made.conversations[0].id, Composer::Mode::Reply, QCoreApplication::applicationFilePath());
    QCOMPARE(wanted.size(), 1);
    composer.send();
    QVERIFY(strip->isVisible()); // it is still being uploaded
    composer.attachmentDone(wanted[0][0].toInt(), {.id = m_ids.make<model::AttachmentId>(), .name = "photo.png"});
    QVERIFY(!strip->isVisible());
}

void TestInboxOutbox::nothingChangesUnderAReply_data()
{
    QTest::addColumn<QString>("written");
    QTest::addColumn<bool>("stays");
    QTest::newRow("nothing") << QString() << false;
    QTest::newRow("a text") << "text" << true;
    QTest::newRow("a text, and a note is shown") << "behind a note" << true;
    QTest::newRow("a file") << "file" << true;
    QTest::newRow("a note alone") << "note" << false;
}

/// With something written the channel does not change by itself, whatever the customer writes to (UX 6.6).
void TestInboxOutbox::nothingChangesUnderAReply()
{
    QFETCH(const QString, written);
    QFETCH(const bool, stays);
    using Mode = Composer::Mode;
    QWidget window;
    Picker picker(*m_theme, &window);
    Composer composer(*m_theme, picker, &window);
    const model::Conversation here = conversation(0);
    composer.open(here, "Layla");
    ReplyTarget first, second;
    first.identity = here.identity;
    first.account = m_made.mail.id;
    second.identity = here.identity;
    second.account = m_made.chat.id;
    composer.setTargets({first, second}, 0);
    if (written == "text" || written == "behind a note")
        composer.add(here.id, Mode::Reply, {.body = "We hear you"});
    else if (written == "file")
        composer.add(here.id, Mode::Reply, {.attachments = {{.name = "label.pdf", .sha256 = "ab"}}});
    else if (written == "note")
        composer.add(here.id, Mode::Note, {.body = "A regular"});
    if (written == "behind a note")
        composer.setMode(Mode::Note);
    QCOMPARE(composer.hasReply(), stays);
    composer.setTargets({first, second}, 1);
    QCOMPARE(composer.target()->account, stays ? first.account : second.account);
}

void TestInboxOutbox::anAddressIsWrittenToFromWhereOneIs_data()
{
    QTest::addColumn<int>("at"); ///< Where the reply goes before.
    QTest::addColumn<int>("wanted");
    QTest::newRow("it goes there already") << 2 << 2;
    QTest::newRow("another address of theirs: by the same mailbox") << 3 << 2;
    QTest::newRow("by chat until now: by the mailbox of the conversation") << 0 << 2;
    QTest::newRow("by the other mailbox until now") << 4 << 1;
}

/// Another mailbox is perhaps another team's, and the answer would come there.
void TestInboxOutbox::anAddressIsWrittenToFromWhereOneIs()
{
    QFETCH(const int, at);
    QFETCH(const int, wanted);
    const auto account = [this] { return m_workspace->makeId<model::ChannelAccountId>(); };
    const auto identity = [this] { return m_workspace->makeId<model::IdentityId>(); };
    const model::ChannelAccountId sales = account(), support = account();
    const model::IdentityId visitor = identity(), work = identity(), home = identity();
    const auto by = [](model::IdentityId to, model::ChannelAccountId from, model::Channel channel) {
        return ReplyTarget{.identity = to, .account = from, .channel = channel, .from = "us", .to = "them"};
    };
    const std::vector<ReplyTarget> ways{by(visitor, m_made.chat.id, model::Channel::WebChat),
                                        by(work, sales, model::Channel::Email), by(work, support, model::Channel::Email),
                                        by(home, support, model::Channel::Email), by(home, sales, model::Channel::Email)};
    QWidget window;
    Picker picker(*m_theme, &window);
    Composer composer(*m_theme, picker, &window);
    model::Conversation here = conversation(0);
    here.account = support;
    composer.open(here, "Layla");
    composer.setTargets(ways, std::size_t(at));
    QVERIFY(composer.chooseIdentity(work));
    QCOMPARE(*composer.target(), ways[std::size_t(wanted)]);
}

void TestInboxOutbox::aDraftKeepsItsWay_data()
{
    QTest::addColumn<QString>("meanwhile");
    QTest::addColumn<bool>("isGone");
    QTest::newRow("the customer writes from another address") << "standard" << false;
    QTest::newRow("and a note is begun before the draft is here") << "note" << false;
    QTest::newRow("the way is taken away") << "gone" << true;
    QTest::newRow("the way is taken away while it is written") << "gone at once" << true;
}

/// What was written to one address goes to no other by itself, also where it is opened again (UX 6.6).
void TestInboxOutbox::aDraftKeepsItsWay()
{
    QFETCH(const QString, meanwhile);
    QFETCH(const bool, isGone);
    using Mode = Composer::Mode;
    QWidget window;
    Picker picker(*m_theme, &window);
    Composer composer(*m_theme, picker, &window);
    composer.resize(600, 200);
    window.show();
    const model::Conversation here = conversation(0);
    const ReplyTarget first{.identity = here.identity, .account = m_made.mail.id, .from = "help@", .to = "anna@work"};
    const ReplyTarget second{.identity = here.identity, .account = m_made.chat.id, .from = "help@", .to = "anna@home"};
    composer.open(here, "Layla");
    composer.setTargets({first, second}, 0);
    ComposerDraft kept;
    connect(&composer, &Composer::draftChanged, this,
            [&kept](model::ConversationId, Mode, const ComposerDraft &draft) { kept = draft; });
    composer.add(here.id, Mode::Reply, {.body = "We hear you"});
    QCOMPARE(kept.account, first.account);
    if (meanwhile != "gone at once") {
        composer.open(conversation(1), "Chen");
        composer.open(here, "Layla");
    }
    composer.setTargets(isGone ? std::vector{second} : std::vector{first, second}, isGone ? 0 : 1);
    if (meanwhile == "note")
        composer.setMode(Mode::Note);
    if (meanwhile != "gone at once")
        composer.setDraft(Mode::Reply, kept);
    composer.setMode(Mode::Reply);
    QCOMPARE(composer.text(), QString("We hear you"));
    QCOMPARE(composer.target()->account, first.account);
    const auto *strip = composer.findChild<QWidget *>("composerStrip");
    const auto *send = composer.findChild<Button *>("send");
    QCOMPARE(strip->isVisible(), isGone);
    QCOMPARE(send->isEnabled(), !isGone);
    QVERIFY(composer.chooseIdentity(second.identity));
    QVERIFY(send->isEnabled() && !strip->isVisible());
}

void TestInboxOutbox::whoWasFirstIsSaid_data()
{
    QTest::addColumn<QString>("did"); ///< The colleague's newest event there; empty: none.
    QTest::addColumn<bool>("undoes");
    QTest::addColumn<QString>("said");
    QTest::newRow("resolved") << "resolved" << false << "Tomás Ferreira resolved this first";
    QTest::newRow("assigned") << "assigned" << false << "Tomás Ferreira assigned this first";
    QTest::newRow("snoozed") << "snoozed" << false << "Tomás Ferreira snoozed this first";
    QTest::newRow("reopened") << "reopened" << false << "Tomás Ferreira reopened this first";
    QTest::newRow("anything else") << "tagged" << false << "Tomás Ferreira changed this first";
    QTest::newRow("nobody knows who") << "" << false << "A change was not taken by the hub";
    QTest::newRow("an undo that came too late") << "" << true << "Not undone: it has been changed since";
}

void TestInboxOutbox::whoWasFirstIsSaid()
{
    QFETCH(const QString, did);
    QFETCH(const bool, undoes);
    QFETCH(const QString, said);
    start({.colleagueDid = did.toStdString()});
    m_page->openConversation(id(3));
    QTRY_VERIFY(isHere(3));
    store::JournalEntry entry{
        .command = {.n = 1, .body = model::SetStatus{id(0), Status::Resolved}},
        .outcome = model::Outcome{.n = 1, .kind = model::Outcome::Kind::Refused, .reason = model::Outcome::Reason::Changed}};
    if (undoes)
        entry.command.undoes = model::SetStatus{id(0), Status::Open};
    emit m_workspace->cameBack(entry);
    QTRY_COMPARE(m_window->toasts().newestText(), said);
    m_window->findChildren<QAbstractButton *>("toastAction").back()->click(); // a look at it
    QTRY_VERIFY(isHere(0));
}

void TestInboxOutbox::whoTookItFirstIsSaid_data()
{
    QTest::addColumn<int>("whose"); ///< 0: nobody's, 1: one's own, 2: the colleague's.
    QTest::addColumn<QString>("said");
    QTest::newRow("the colleague") << 2 << "Tomás Ferreira took this first";
    QTest::newRow("somebody who gave it back") << 0 << "A colleague took this first";
    QTest::newRow("somebody, and it is here again") << 1 << "A colleague took this first";
}

void TestInboxOutbox::whoTookItFirstIsSaid()
{
    QFETCH(const int, whose);
    QFETCH(const QString, said);
    const std::optional<model::AgentId> agents[]{{}, m_made.me.id, m_made.colleague.id};
    const auto given = m_workspace->submit({model::Assign{id(0), agents[whose]}}, {}, false);
    QTRY_VERIFY(given.isFinished());
    emit m_workspace->cameBack(
        {.command = {.n = 9, .body = model::Assign{id(0), m_made.me.id, true}},
         .outcome = model::Outcome{.n = 9, .kind = model::Outcome::Kind::Refused, .reason = model::Outcome::Reason::Taken}});
    QTRY_COMPARE(m_window->toasts().newestText(), said);
}

void TestInboxOutbox::answeringTakesWhatIsNobodys_data()
{
    QTest::addColumn<QString>("setting");
    QTest::addColumn<bool>("isTaken");
    QTest::newRow("unless it is said otherwise") << "" << true;
    QTest::newRow("said so") << "on" << true;
    QTest::newRow("switched off") << "off" << false;
}

void TestInboxOutbox::answeringTakesWhatIsNobodys()
{
    QFETCH(const QString, setting);
    QFETCH(const bool, isTaken);
    if (!setting.isEmpty())
        m_workspace->setSetting("reply.claims", setting.toStdString());
    const auto given = m_workspace->submit(model::Assign{m_made.conversations[0].id, std::nullopt});
    QTRY_VERIFY(given.isFinished());
    QTRY_VERIFY(!conversation(0).assignee);
    reply("On its way");
    QTRY_COMPARE(conversation(0).status, Status::Waiting);
    QCOMPARE(conversation(0).assignee.has_value(), isTaken);
}

QTEST_MAIN(TestInboxOutbox)
#include "tst_inbox_outbox.moc"
