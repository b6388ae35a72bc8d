#include "tests/ui/inbox/open_inbox.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/queue_sidebar.h"
#include "ui/shell/toasts.h"

#include <QAbstractItemModelTester>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QTimeZone>

using namespace tributary;
using namespace tributary::ui;
using namespace std::chrono_literals;

/// What becomes of a list while messages come, others wait, and time passes.
class TestInboxLists : public testing::OpenInbox {
    Q_OBJECT
private slots:
    void aListIsWhatItsCopyHolds_data();
    void aListIsWhatItsCopyHolds();
    void whatLiesFarDownStaysWhileItIsRead();
    void aHeldListGoesOnFromItsTrueEnd();
    void aPageThatIsOvertakenIsAskedForAgain();
    void aPageOfOnesThatShareARowIsNoEnd();
    void whatComesPushesNothingOutOfAHeldList();
    void whatLeavesAHeldListStaysUntilThen_data();
    void whatLeavesAHeldListStaysUntilThen();
    void whatTheAgentResolvesLeavesAtOnce();
    void whatIsDecidedShowsBeforeTheListIsRead();
    void eachOfACustomersHasARowWhereItIsLookedFor();
    void mentionsAreSeenHoweverTheyAreShown_data();
    void mentionsAreSeenHoweverTheyAreShown();
    void todayEndsAtMidnight_data();
    void todayEndsAtMidnight();
    void viewsOfTimeFillWhileNobodyWrites();
    void snoozesEndWithoutTheHub();
    void manyAreSelectedAPartAtATime();

private:
    QScrollBar *bar() { return m_page->list().verticalScrollBar(); }
    static std::string key(model::ConversationId id) { return "x'" + toHex(id.view()) + "'"; }
    /// Somebody writes in it: it is the newest.
    void write(int index)
    {
        const std::string now = std::to_string(toMs(m_clock.now()));
        alter("cache.db", "UPDATE conversation SET last_item_ms = " + now + " WHERE id = " + key(id(index)));
        emit m_workspace->changed({.conversations = {id(index)}});
        QTRY_COMPARE(rows().read().front().conversation.id, id(index));
    }
    void mention(int index)
    {
        const std::string now = std::to_string(toMs(m_clock.now()));
        alter("cache.db", "UPDATE read_mark SET mentioned_ms = " + now + " WHERE conversation_id = " + key(id(index)));
    }
    bool isMentionNew(int index)
    {
        const auto asked = stored(index);
        return QTest::qWaitFor([&] { return asked.isFinished(); }) && (*asked.result())->mentionNew;
    }
    /// What is open has been read: nothing that is still on its way reads the lists again.
    void becomeQuiet()
    {
        QTRY_VERIFY(pane().row() && pane().row()->conversation.id == pane().conversation() && pane().row()->unread == 0);
    }
    void passTime(Milliseconds by)
    {
        m_clock.advance(by);
        QVERIFY(QMetaObject::invokeMethod(m_page->findChild<QTimer *>("minute"), "timeout"));
    }
};

void TestInboxLists::aListIsWhatItsCopyHolds_data()
{
    QTest::addColumn<int>("seed");
    for (int seed = 1; seed <= 3; ++seed)
        QTest::addRow("seed %d", seed) << seed;
}

/// I15: whatever happened to a list, held or not, in the end it is what the same list shows when it is opened anew.
void TestInboxLists::aListIsWhatItsCopyHolds()
{
    QFETCH(const int, seed);
    SeededRng rng{std::uint64_t(seed)};
    start({.more = 70});
    const QAbstractItemModelTester tester(&rows(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    const std::string me = "x'" + toHex(m_made.me.id.view()) + "'",
                      colleague = "x'" + toHex(m_made.colleague.id.view()) + "'";
    std::set<int> own; // what lies on a row by commands would hide what is changed below it
    for (int step = 0; step < 50; ++step) {
        const int index = 1 + int(rng.below(79));
        const auto change = [&](const std::string &set) {
            alter("cache.db", "UPDATE conversation SET " + set + " WHERE id = " + key(id(index)));
            emit m_workspace->changed({.conversations = {id(index)}});
        };
        const std::uint64_t what = rng.below(8);
        if (what < 6 && own.contains(index))
            continue;
        switch (what) {
        case 0: change("last_item_ms = " + std::to_string(toMs(m_clock.now())) + ", preview = 'new'"); break;
        case 1: change("status = 'resolved', resolved_ms = " + std::to_string(toMs(m_clock.now()))); break;
        case 2: change("status = 'open', resolved_ms = NULL"); break;
        case 3: change("assignee_id = " + (rng.below(2) ? colleague : "NULL")); break;
        case 4: change("assignee_id = " + me); break;
        case 5: {
            own.insert(index);
            const bool ends = rng.below(2) > 0;
            const QFuture<Result<client::Submitted>> done =
                ends ? m_workspace->submit(model::SetStatus{id(index), model::Conversation::Status::Resolved})
                     : m_workspace->submit(model::Assign{id(index), m_made.colleague.id});
            QTRY_VERIFY(done.isFinished() && done.result());
            break;
        }
        case 6: m_page->list().touch(); break;
        case 7: passTime(Milliseconds(rng.below(90'000))); break;
        }
        QCoreApplication::processEvents();
    }
    const auto shown = [](const std::vector<store::ConversationRow> &from) {
        std::vector<std::pair<model::ConversationId, std::string>> all;
        for (const store::ConversationRow &row : from)
            all.emplace_back(row.conversation.id, row.conversation.preview);
        return all;
    };
    alter("cache.db", "UPDATE conversation SET preview = 'the last change' WHERE id = " + key(id(0)));
    emit m_workspace->changed({.conversations = {id(0)}});
    QTRY_COMPARE(rows().find(id(0))->conversation.preview, std::string("the last change"));
    QTRY_COMPARE(shown(rows().rows()), shown(rows().read())); // nothing waits, and nothing is held
    const auto before = shown(rows().rows());
    QVERIFY(before.size() > 20 && before.size() < 80);
    restart();
    QCOMPARE(shown(rows().rows()), before);
}

void TestInboxLists::whatLiesFarDownStaysWhileItIsRead()
{
    start({.more = 950});
    QTRY_VERIFY_WITH_TIMEOUT((bar()->setValue(bar()->maximum()), rows().rowCount() == 960), 20'000);
    m_page->list().toggleSelected(id(700));
    const QSignalSpy removed(&rows(), &QAbstractItemModel::rowsRemoved);
    write(900);
    QCOMPARE(rows().rowCount(), 960);
    QCOMPARE(rows().waiting(), 0);
    QCOMPARE(m_page->list().selected(), std::set{id(700)});
    QTRY_COMPARE(rows().rows().front().conversation.id, id(900)); // its order is held no longer
    QCOMPARE(rows().rowCount(), 960);
    QCOMPARE(removed.count(), 0);
    QCOMPARE(m_page->list().selected(), std::set{id(700)});
}

void TestInboxLists::aHeldListGoesOnFromItsTrueEnd()
{
    start({.more = 240});
    bar()->setValue(bar()->maximum());
    QTRY_COMPARE(rows().rowCount(), 200);
    m_page->list().touch();
    write(199);
    QCOMPARE(rows().rows().back().conversation.id, id(199)); // where it was
    bar()->setValue(bar()->maximum());
    QTRY_COMPARE(rows().rowCount(), 250);
}

void TestInboxLists::aPageThatIsOvertakenIsAskedForAgain()
{
    start({.more = 140});
    bar()->setValue(bar()->maximum());
    emit m_workspace->outboxChanged(); // the list is read again
    QTRY_COMPARE(rows().rowCount(), 150);
}

void TestInboxLists::aPageOfOnesThatShareARowIsNoEnd()
{
    start({.more = 450}); // as many as one customer has: whole pages have no row of their own
    const std::string one = "(SELECT customer_id FROM conversation WHERE id = " + key(id(0)) + ")";
    alter("cache.db", "UPDATE conversation SET customer_id = " + one
                          + " WHERE last_item_ms <= " + std::to_string(toMs(m_made.conversations[10].lastItemAt))
                          + " AND last_item_ms > " + std::to_string(toMs(m_made.conversations[450].lastItemAt)));
    emit m_workspace->changed({.conversations = {id(10)}});
    QTRY_COMPARE(rows().rowCount(), 20);
}

void TestInboxLists::whatComesPushesNothingOutOfAHeldList()
{
    start({.more = 140});
    for (const int index : {120, 130}) {
        m_page->list().touch();
        write(index);
    }
    QCOMPARE(rows().waiting(), 2);
    QCOMPARE(rows().rowCount(), 100);
    QCOMPARE(rows().rows().back().conversation.id, id(99));
    QTRY_COMPARE(rows().waiting(), 0);
    QCOMPARE(rows().rows().front().conversation.id, id(130));
}

void TestInboxLists::whatLeavesAHeldListStaysUntilThen_data()
{
    QTest::addColumn<QString>("change");
    QTest::addColumn<QString>("words");
    QTest::newRow("resolved") << "status = 'resolved', resolved_ms = 1"
                              << "Resolved";
    QTest::newRow("given away") << "assignee_id = NULL"
                                << "No longer here";
}

/// A colleague takes what is open out of the list: nothing moves below the pointer, and the key that comes too late says so.
void TestInboxLists::whatLeavesAHeldListStaysUntilThen()
{
    QFETCH(const QString, change);
    QFETCH(const QString, words);
    becomeQuiet();
    m_page->openConversation(id(2));
    QTRY_VERIFY(isHere(2));
    becomeQuiet();
    m_page->list().touch();
    alter("cache.db", "UPDATE conversation SET " + change.toStdString() + " WHERE id = " + key(id(2)));
    emit m_workspace->changed({.conversations = {id(2)}});
    QTRY_VERIFY(rows().isGone(id(2)));
    QCOMPARE(rows().indexOf(id(2)), 2);
    QTRY_VERIFY2(m_page->list().words(2).spoken.contains(words), qPrintable(m_page->list().words(2).spoken));
    const int waiting = m_workspace->status().outboxCount;
    m_window->actions().action("resolve")->trigger();
    QVERIFY2(m_window->toasts().newestText().contains("Nothing was changed"), qPrintable(m_window->toasts().newestText()));
    QCOMPARE(m_workspace->status().outboxCount, waiting);
    QTRY_COMPARE(rows().indexOf(id(2)), -1); // no key since for two seconds
    QVERIFY(!rows().isGone(id(2)));
}

void TestInboxLists::whatTheAgentResolvesLeavesAtOnce()
{
    becomeQuiet();
    m_page->list().touch();
    m_window->actions().action("resolve")->trigger();
    QVERIFY(m_page->list().isHeld());
    const QSignalSpy gone(&rows(), &ConversationRows::goneChanged);
    QTRY_COMPARE(rows().indexOf(id(0)), -1);
    QCOMPARE(gone.count(), 0);
    QTRY_COMPARE(m_page->list().current(), id(1));
}

/// What moves up at the end comes with the list.
void TestInboxLists::whatIsDecidedShowsBeforeTheListIsRead()
{
    start({.more = 140});
    becomeQuiet();
    std::size_t read = 0;
    connect(&rows(), &QAbstractItemModel::rowsRemoved, this, [&] { read = rows().read().size(); });
    m_window->actions().action("resolve")->trigger();
    QTRY_COMPARE(rows().indexOf(id(0)), -1);
    QCOMPARE(read, 99u);
    QTRY_COMPARE(rows().rowCount(), 100);
    QTRY_COMPARE(m_page->list().current(), id(1));
    m_window->actions().action("resolve")->trigger();
    m_page->chooseQueue(store::Queue::Resolved); // meanwhile
    QTRY_VERIFY(rows().find(id(1)) && rows().find(id(0)));
    m_page->chooseQueue(store::Queue::Mine);
    QTRY_COMPARE(rows().rowCount(), 100);
    QCOMPARE(rows().rows().front().conversation.id, id(2));
}

void TestInboxLists::eachOfACustomersHasARowWhereItIsLookedFor()
{
    model::CustomerId one;
    start({.change =
               [&one](std::size_t i, model::Conversation &conversation) {
                   if (i == 0)
                       one = conversation.customer;
                   conversation.customer = one;
               }},
          1);
    for (const int index : {0, 1}) {
        mention(index);
        const auto kept = m_workspace->saveDraft({.conversation = id(index), .body = "Hello", .savedAt = m_clock.now()});
        QTRY_VERIFY(kept.isFinished());
        emit m_workspace->draftChanged(id(index));
    }
    alter("cache.db",
          "UPDATE read_mark SET following = 1 WHERE conversation_id IN (" + key(id(0)) + ", " + key(id(1)) + ")");
    for (const store::Queue queue : {store::Queue::Mentions, store::Queue::Followed, store::Queue::Drafts}) {
        m_page->chooseQueue(queue);
        QTRY_COMPARE(rows().rowCount(), 2);
    }
    m_page->chooseQueue(store::Queue::Mine);
    QTRY_COMPARE(rows().rowCount(), 1);
}

void TestInboxLists::mentionsAreSeenHoweverTheyAreShown_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("chosen in the list") << "list";
    QTest::newRow("gone to from elsewhere") << "elsewhere";
    QTest::newRow("open when it comes") << "open";
    QTest::newRow("the window comes back to it") << "back";
}

void TestInboxLists::mentionsAreSeenHoweverTheyAreShown()
{
    QFETCH(const QString, how);
    const int index = how == "open" || how == "back" ? 0 : 3;
    mention(index);
    QVERIFY(isMentionNew(index));
    if (how == "list") {
        m_page->list().step(3);
    } else if (how == "elsewhere") {
        m_page->chooseQueue(store::Queue::Unassigned); // where it has no row
        QTRY_COMPARE(rows().rowCount(), 0);
        m_page->openConversation(id(index));
    } else if (how == "open") {
        emit m_workspace->changed({.conversations = {id(index)}});
    } else {
        QWidget other;
        other.show();
        other.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&other));
        emit m_workspace->changed({.conversations = {id(index)}});
        QTRY_VERIFY(m_page->pane().row()->mentionNew);
        QVERIFY(isMentionNew(index)); // nobody looks
        other.hide();
        m_window->activateWindow();
    }
    QTRY_VERIFY(!isMentionNew(index));
}

void TestInboxLists::todayEndsAtMidnight_data()
{
    QTest::addColumn<bool>("travels");
    QTest::newRow("a day later") << false;
    QTest::newRow("in another time zone") << true;
}

void TestInboxLists::todayEndsAtMidnight()
{
    QFETCH(const bool, travels);
    // Where it is noon now, and where midnight is just over.
    const int hour = QDateTime::currentDateTimeUtc().time().hour();
    const auto zoneWhereItIs = [hour](int there) {
        const int ahead = (there - hour + 36) % 24 - 12;
        return QByteArray(ahead < 0 ? "Etc/GMT+" : "Etc/GMT-") + QByteArray::number(std::abs(ahead));
    };
    const QByteArray zone = qgetenv("TZ");
    const auto putBack = qScopeGuard([&zone] { zone.isEmpty() ? qunsetenv("TZ") : qputenv("TZ", zone); });
    qputenv("TZ", zoneWhereItIs(12));
    start({.change =
               [this](std::size_t i, model::Conversation &conversation) {
                   if (i > 0)
                       return;
                   conversation.status = model::Conversation::Status::Resolved;
                   conversation.resolvedAt = m_clock.now() - 2h;
               }},
          9);
    m_page->chooseQueue(store::Queue::Resolved);
    QTRY_COMPARE(rows().rowCount(), 1);
    auto *figure = m_page->findChild<QAbstractButton *>("queue-resolved");
    QTRY_COMPARE(figure->accessibleName(), QString("Resolved today, 1 conversation(s)"));
    becomeQuiet();
    if (travels)
        qputenv("TZ", zoneWhereItIs(0));
    passTime(travels ? 0h : 24h);
    QTRY_COMPARE(rows().rowCount(), 0);
    QTRY_COMPARE_WITH_TIMEOUT(figure->accessibleName(), QString("Resolved today, 0 conversation(s)"), 10'000);
}

void TestInboxLists::viewsOfTimeFillWhileNobodyWrites()
{
    const model::SavedView view{.id = m_workspace->makeId<model::SavedViewId>(),
                                .name = "Too long",
                                .owner = m_workspace->agent().id,
                                .conditions = {{"waiting", "older_than", "60"}}};
    const auto done = m_workspace->submit({model::SaveView{view}}, {}, false);
    QTRY_VERIFY(done.isFinished());
    QTRY_COMPARE(m_page->sidebar().nameOf(QueuePlace(view.id)), QString("Too long"));
    m_page->chooseQueue(QueuePlace(view.id));
    QTRY_COMPARE(rows().rowCount(), 3);
    passTime(30min);
    QTRY_COMPARE(rows().rowCount(), 5);
    QTRY_COMPARE_WITH_TIMEOUT(m_page->column().findChild<TextLabel *>("queueCount")->text(), QString("5 open"), 10'000);
}

void TestInboxLists::snoozesEndWithoutTheHub()
{
    start({.change =
               [this](std::size_t i, model::Conversation &conversation) {
                   if (i > 1)
                       return;
                   conversation.status = model::Conversation::Status::Snoozed;
                   conversation.snoozedUntil = m_clock.now() + (i == 0 ? 1h : 2h);
               }},
          8);
    auto *mine = m_page->findChild<QAbstractButton *>("queue-mine");
    auto *snoozed = m_page->findChild<QAbstractButton *>("queue-snoozed");
    QTRY_COMPARE(snoozed->accessibleName(), QString("Snoozed, 2 conversation(s)"));
    becomeQuiet();
    passTime(61min);
    QTRY_COMPARE_WITH_TIMEOUT(snoozed->accessibleName(), QString("Snoozed, 1 conversation(s)"), 10'000);
    QTRY_COMPARE_WITH_TIMEOUT(mine->accessibleName(), QString("Mine, 9 conversation(s)"), 10'000);
    QTRY_COMPARE(rows().rowCount(), 9);
    const int row = rows().indexOf(id(0));
    QVERIFY(row >= 0);
    QVERIFY(!m_page->list().words(row).spoken.contains("Snoozed"));
    m_page->chooseQueue(store::Queue::Snoozed);
    QTRY_COMPARE(rows().rowCount(), 1);
    QCOMPARE(rows().rows().front().conversation.id, id(1));
}

void TestInboxLists::manyAreSelectedAPartAtATime()
{
    start({.more = 5'190});
    auto *next = m_page->findChild<QAbstractButton *>("bulkNext");
    const auto selected = [this] { return m_page->findChild<TextLabel *>("selectedCount")->text(); };
    const auto all = [this] { QTest::keyClick(&m_page->list(), Qt::Key_A, Qt::ControlModifier); };
    all();
    QTRY_COMPARE(selected(), QString("5,000 selected"));
    QVERIFY(next->isVisible());
    QTRY_VERIFY(m_window->toasts().newestText().startsWith("The first 5,000"));
    next->click();
    QTRY_COMPARE(selected(), QString("200 selected"));
    QVERIFY(!next->isVisible());
    QTRY_VERIFY(m_window->toasts().newestText().startsWith("The next 200"));
    all(); // and begins again
    QTRY_COMPARE(selected(), QString("5,000 selected"));
    // Of what has gone meanwhile nothing is left to select.
    alter("cache.db", "UPDATE conversation SET status = 'snoozed' WHERE id NOT IN (SELECT id FROM conversation "
                      "ORDER BY last_item_ms DESC, id DESC LIMIT 5000)");
    next->click();
    QTRY_VERIFY(!next->isVisible());
    QCOMPARE(selected(), QString("5,000 selected"));
    alter("cache.db", "UPDATE conversation SET status = 'open'");
    m_page->list().clearSelection();
    all();
    QTRY_VERIFY(next->isVisible());
    all();
    QTRY_COMPARE(selected(), QString("200 selected"));

    // What is done to them is done to no others.
    QTest::keyClick(&m_page->list(), Qt::Key_E);
    QTRY_VERIFY(m_window->toasts().newestText().startsWith("Resolved 200"));
    QTRY_VERIFY(!m_page->findChild<QWidget *>("bulkBar")->isVisible());
    all();
    QTRY_COMPARE(selected(), QString("5,000 selected"));
    QVERIFY(!next->isVisible());
}

QTEST_MAIN(TestInboxLists)
#include "tst_inbox_lists.moc"
