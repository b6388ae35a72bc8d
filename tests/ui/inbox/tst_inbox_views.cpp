#include "tests/ui/inbox/open_inbox.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/queue_sidebar.h"
#include "ui/inbox/view_editor.h"
#include "ui/shell/picker.h"
#include "ui/shell/toasts.h"

#include <QLineEdit>
#include <QMenu>
#include <QScrollBar>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;
using namespace std::chrono_literals;

/// Queues, filters and saved views over a real workspace, and what is done to all that match.
class TestInboxViews : public testing::OpenInbox {
    Q_OBJECT
private slots:
    void keysGoToQueues_data();
    void keysGoToQueues();
    void figuresFollowTheCopy();
    void bigFiguresAreWholeOnHover();
    void aViewIsMadeByKeys();
    void aViewIsThereAgainAtTheStart();
    void aViewIsEditedDuplicatedAndMoved();
    void columnsAreChosenByKeys();
    void whatMayNotBeSharedSaysWhy();
    void unknownRowsAreKept();
    void confidentialFieldsAreForWhoSeesThem_data();
    void confidentialFieldsAreForWhoSeesThem();
    void filtersNarrowAndGo();
    void wordsFilterInPlace();
    void aFilterThatLeavesNothingIsCleared_data();
    void aFilterThatLeavesNothingIsCleared();
    void aFilterSavedShowsTheSame();
    void whatNoViewCanSayIsRefusedInWords();
    void allThatMatchAreResolvedAndTakenBack();
    void manyViewsScrollAndFilter();
    void manyTeamsScrollAndFilter();
    void draftsHaveAQueue();
    void whatIsFollowedHasAQueue();
    void everythingStaysSelectedWhileMoreIsRead();
    void statusChipShowsWhatIsNotOpen();
    void anEmptyListIsActedOn_data();
    void anEmptyListIsActedOn();
    void anEmptyListNamesTheNearest();
    void whoWasSlowerMayEditAgain();
    void aViewThatEndsTakesNothingAway();
    void figuresOfViewsOutOfSight();
    void teamsKeepTheKeyboard();
    void workspaceMenuAndNewConversation();
    void rowsFarDownFollowTheCopy();

private:
    QAbstractButton *queue(const char *name) { return m_page->findChild<QAbstractButton *>(name); }
    QList<QAbstractButton *> views()
    {
        QList<QAbstractButton *> found;
        for (QAbstractButton *button : m_page->findChild<QWidget *>("viewGroup")->findChildren<QAbstractButton *>()) {
            if (button->isCheckable() && !button->isHidden())
                found.append(button);
        }
        std::ranges::sort(found, {}, [](const QWidget *one) { return one->y(); });
        return found;
    }
    QStringList viewNames()
    {
        QStringList names;
        for (const QAbstractButton *view : views())
            names.append(view->text());
        return names;
    }
    void save(const model::SavedView &view)
    {
        const auto done = m_workspace->submit(model::CommandBody(model::SaveView{view}));
        QTRY_VERIFY(done.isFinished());
        QVERIFY(done.result().has_value());
    }
    model::SavedView made(const char *name, std::vector<model::SavedView::Condition> conditions)
    {
        return {.id = m_workspace->makeId<model::SavedViewId>(),
                .name = name,
                .owner = m_workspace->agent().id,
                .conditions = std::move(conditions)};
    }
};

void TestInboxViews::keysGoToQueues_data()
{
    QTest::addColumn<int>("second");
    QTest::addColumn<QString>("button");
    QTest::newRow("unassigned") << int(Qt::Key_U) << "queue-unassigned";
    QTest::newRow("all") << int(Qt::Key_A) << "queue-all";
    QTest::newRow("snoozed") << int(Qt::Key_S) << "queue-snoozed";
    QTest::newRow("drafts") << int(Qt::Key_D) << "queue-drafts";
    QTest::newRow("mentions") << int(Qt::Key_N) << "queue-mentions";
    QTest::newRow("followed") << int(Qt::Key_F) << "queue-followed";
}

void TestInboxViews::keysGoToQueues()
{
    QFETCH(const int, second);
    QFETCH(const QString, button);
    key(Qt::Key_G);
    key(second);
    QVERIFY(queue(qPrintable(button))->isChecked());
    QVERIFY(!queue("queue-mine")->isChecked());
    key(Qt::Key_G);
    key(Qt::Key_M);
    QVERIFY(queue("queue-mine")->isChecked());
    QTRY_COMPARE(rows().rowCount(), int(m_made.conversations.size()));
}

void TestInboxViews::figuresFollowTheCopy()
{
    QTRY_COMPARE(queue("queue-mine")->accessibleName(), QString("Mine, 10 conversation(s)"));
    key(Qt::Key_E);
    QTRY_COMPARE_WITH_TIMEOUT(queue("queue-mine")->accessibleName(), QString("Mine, 9 conversation(s)"), 10'000);
    QTRY_COMPARE(queue("queue-resolved")->accessibleName(), QString("Resolved today, 1 conversation(s)"));
}

void TestInboxViews::bigFiguresAreWholeOnHover()
{
    QTRY_COMPARE(queue("queue-mine")->accessibleName(), QString("Mine, 10 conversation(s)"));
    QVERIFY(queue("queue-mine")->toolTip().isEmpty());
    store::SidebarCounts counts;
    counts.queues.mine = 12'345;
    counts.queues.unassigned = 9'999;
    counts.drafts = store::SidebarCounts::kMost; // no more were counted
    QTRY_VERIFY((m_page->sidebar().setCounts(counts), queue("queue-mine")->toolTip() == QString("12,345")));
    QVERIFY(queue("queue-unassigned")->toolTip().isEmpty());
    QCOMPARE(queue("queue-drafts")->toolTip(), QString("10,000 or more"));
}

void TestInboxViews::aViewIsMadeByKeys()
{
    QTest::mouseClick(queue("newView"), Qt::LeftButton);
    ViewEditor &editor = m_page->viewEditor();
    QVERIFY(editor.isVisible());
    QCOMPARE(QApplication::focusWidget()->objectName(), QString("viewName"));
    QVERIFY(!editor.findChild<QAbstractButton *>("saveView")->isEnabled()); // it has no name
    type("Broken");
    QVERIFY(editor.findChild<QAbstractButton *>("saveView")->isEnabled());
    auto *add = editor.findChild<QAbstractButton *>("addCondition");
    add->setFocus(Qt::TabFocusReason);
    key(Qt::Key_Space);
    QTRY_COMPARE(QApplication::focusWidget()->objectName(), QString("pickerField"));
    type("Tag");
    key(Qt::Key_Return);
    QTRY_COMPARE(QApplication::focusWidget()->objectName(), QString("operation"));
    QVERIFY(!editor.findChild<QAbstractButton *>("saveView")->isEnabled()); // a tag is missing
    auto *value = editor.findChild<QAbstractButton *>("value");
    for (QAbstractButton *one : editor.findChildren<QAbstractButton *>("value"))
        value = one->property("row").toInt() == 1 ? one : value;
    value->setFocus(Qt::TabFocusReason);
    key(Qt::Key_Space);
    type("breakage");
    key(Qt::Key_Return);
    QTRY_COMPARE(editor.findChild<QLabel *>("viewCount")->text(), QString("1 conversation"));
    editor.findChild<QLineEdit *>("viewName")->setFocus();
    key(Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(!editor.isVisible());
    QTRY_COMPARE(viewNames(), QStringList{"Broken"});
    QTRY_COMPARE(rows().rowCount(), 1);
    QCOMPARE(rows().rows().front().conversation.id, m_made.conversations.front().id);
    QTRY_COMPARE_WITH_TIMEOUT(views().front()->accessibleName(), QString("Broken, 1 conversation(s)"), 10'000);
    QVERIFY(m_window->toasts().newestText().startsWith("Saved the view"));
}

/// With its first conversation, as any other queue: not empty at first because nobody knows yet what is in it.
void TestInboxViews::aViewIsThereAgainAtTheStart()
{
    const model::SavedView view = made("Open ones", {{"status", "is", "open"}});
    save(view);
    m_page->chooseQueue(QueuePlace(view.id));
    QTRY_VERIFY(rows().rowCount() > 0);
    QTRY_VERIFY(!pane().conversation().isNull());
    restart();
    QCOMPARE(m_settings->value("inbox/queue").toString(), QueuePlace(view.id).text());
    QTRY_VERIFY(!pane().conversation().isNull());
}

void TestInboxViews::aViewIsEditedDuplicatedAndMoved()
{
    for (const char *name : {"One", "Two", "Three"})
        save(made(name, {{"tag", "is", "refund"}}));
    QTRY_COMPARE(viewNames().size(), 3);
    const QStringList before = viewNames();
    views()[2]->setFocus(Qt::TabFocusReason);
    key(Qt::Key_Up, Qt::AltModifier);
    QTRY_COMPARE(viewNames(), (QStringList{before[0], before[2], before[1]}));
    QCOMPARE(QApplication::focusWidget(), views()[1]); // where it went
    key(Qt::Key_Up, Qt::AltModifier);
    QTRY_COMPARE(viewNames(), (QStringList{before[2], before[0], before[1]}));
    // Dragged to the end.
    QAbstractButton *first = views().front();
    QTest::mousePress(first, Qt::LeftButton, {}, first->rect().center());
    QTest::mouseMove(first, first->rect().center() + QPoint(0, first->height()));
    const QPoint end(first->rect().center().x(), 3 * first->height() - 2);
    QMouseEvent move(QEvent::MouseMove, end, first->mapToGlobal(end), Qt::NoButton, Qt::LeftButton, {});
    QApplication::sendEvent(first, &move);
    QTest::mouseRelease(first, Qt::LeftButton, {}, end);
    QTRY_COMPARE(viewNames(), (QStringList{before[0], before[1], before[2]}));
}

void TestInboxViews::columnsAreChosenByKeys()
{
    testing::MadeOptions options;
    options.teams = {{.id = model::TeamId(RawId{std::byte(7)}), .name = "Care"}};
    options.fields = {{.id = model::FieldDefinitionId(RawId{std::byte(9)}), .key = "size", .name = "Size"}};
    options.change = [](std::size_t, model::Conversation &conversation) {
        conversation.team = model::TeamId(RawId{std::byte(7)});
        conversation.fields["size"] = "XL";
    };
    start(options);
    const model::SavedView view = made("Open ones", {{"status", "is", "open"}});
    save(view);
    QTRY_COMPARE(viewNames(), QStringList{"Open ones"});
    m_page->chooseQueue(QueuePlace(view.id));
    QTRY_VERIFY(rows().rowCount() > 0);
    const auto said = [this](const QString &words) { return m_page->list().words(0).spoken.contains(words); };
    QVERIFY(!said("Team Care"));

    ViewEditor &editor = m_page->viewEditor();
    views::Known known;
    known.setup.fields = options.fields;
    editor.edit(view, known, m_workspace->agent(), false);
    const auto columns = [&editor] {
        QStringList names;
        for (const std::string &name : model::columnsOf(editor.view()))
            names.append(QString::fromStdString(name));
        return names.join(' ');
    };
    const auto add = [&](const QString &typed) {
        editor.findChild<QAbstractButton *>("addColumn")->setFocus(Qt::TabFocusReason);
        key(Qt::Key_Space);
        QTRY_COMPARE(QApplication::focusWidget()->objectName(), QString("pickerField"));
        type(typed);
        key(Qt::Key_Return);
        QTRY_COMPARE(QApplication::focusWidget()->objectName(), QString("column"));
    };
    QCOMPARE(columns(), QString("tag"));
    add("Size");
    add("Team");
    QCOMPARE(columns(), QString("tag field.size team"));
    key(Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(columns(), QString("tag team field.size"));
    key(Qt::Key_Up, Qt::AltModifier);
    key(Qt::Key_Up, Qt::AltModifier); // it is the first already
    QCOMPARE(columns(), QString("team tag field.size"));
    key(Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(columns(), QString("tag team field.size"));
    QCOMPARE(QApplication::focusWidget()->accessibleName(), QString("Column 2: Team"));
    key(Qt::Key_Up, Qt::AltModifier);
    for (QAbstractButton *column : editor.findChildren<QAbstractButton *>("column")) {
        if (column->property("row") == 1)
            column->setFocus(Qt::TabFocusReason);
    }
    key(Qt::Key_Delete);
    QCOMPARE(columns(), QString("team field.size"));
    QCOMPARE(editor.findChildren<QWidget *>("columnRow").size(), 2);
    editor.findChild<QLineEdit *>("viewName")->setFocus();
    key(Qt::Key_S, Qt::ControlModifier);
    QVERIFY(!editor.isVisible());
    QTRY_VERIFY(said("Team Care"));
    QVERIFY(said("Size: XL"));
    m_page->chooseQueue(store::Queue::AllOpen); // is not of that view
    QTRY_VERIFY(rows().rowCount() > 0);
    QVERIFY(!said("Team Care"));
    const auto undone = m_workspace->undo(); // also what nobody had chosen comes back
    QTRY_VERIFY(undone.isFinished());
    m_page->chooseQueue(QueuePlace(view.id));
    QTRY_VERIFY(rows().rowCount() > 0 && !said("Team Care"));
}

void TestInboxViews::whatMayNotBeSharedSaysWhy()
{
    ViewEditor &editor = m_page->viewEditor();
    model::Agent plain = m_made.me;
    plain.role = model::Agent::Role::Agent;
    model::SavedView view = made("Mine", {});
    editor.edit(view, {}, plain, true);
    QVERIFY(editor.findChild<QAbstractButton *>("saveView")->isEnabled());
    view.sharing = model::SavedView::Sharing::Everybody;
    editor.edit(view, {}, plain, true);
    QVERIFY(!editor.findChild<QAbstractButton *>("saveView")->isEnabled());
    QCOMPARE(editor.findChild<QAbstractButton *>("saveView")->toolTip(), QString("Your role may not share with everybody"));
    view.sharing = model::SavedView::Sharing::Private;
    view.owner = m_made.colleague.id;
    editor.edit(view, {}, plain, false);
    QVERIFY(editor.findChild<QAbstractButton *>("saveView")->toolTip().contains("somebody else's"));
}

void TestInboxViews::unknownRowsAreKept()
{
    ViewEditor &editor = m_page->viewEditor();
    const model::SavedView view = made("Newer", {{"mood", "is", "glad"}, {"tag", "sounds_like", "x"}, {"tag", "is", "vip"}});
    editor.edit(view, {}, m_made.me, false);
    QCOMPARE(editor.findChildren<QWidget *>("conditionRow").size(), 3);
    QVERIFY(editor.findChild<QAbstractButton *>("saveView")->isEnabled());
    editor.findChild<QLineEdit *>("viewName")->setFocus();
    key(Qt::Key_S, Qt::ControlModifier);
    QVERIFY(!editor.isVisible());
    QCOMPARE(editor.view().conditions, view.conditions);
}

void TestInboxViews::confidentialFieldsAreForWhoSeesThem_data()
{
    QTest::addColumn<bool>("sees");
    QTest::newRow("who sees them") << true;
    QTest::newRow("who does not") << false;
}

/// To who does not see it a field is empty everywhere: it is not offered, and where a colleague asks for it that is said.
void TestInboxViews::confidentialFieldsAreForWhoSeesThem()
{
    QFETCH(const bool, sees);
    const auto field = [](const char *key, const char *name, std::byte id) {
        return model::FieldDefinition{.id = model::FieldDefinitionId(RawId{id}), .key = key, .name = name};
    };
    testing::MadeOptions options{.permissions = {"edit-details", "share-with-everybody"}};
    if (sees)
        options.permissions.push_back("see-confidential-fields");
    options.fields = {field("confidential.iban", "IBAN", std::byte(8)), field("size", "Size", std::byte(9))};
    start(options);
    const auto offered = [this](const QString &name) {
        return std::ranges::any_of(m_window->picker().findChild<ChoiceList *>()->choices(),
                                   [&name](const Choice &choice) { return choice.text == name; });
    };
    const auto readSetup = [&] { // the fields are read a moment after the rows
        m_window->picker().dismiss();
        queue("addFilter")->click();
        return offered("Size");
    };
    QTRY_VERIFY(readSetup());
    QCOMPARE(offered("IBAN"), sees);
    m_window->picker().dismiss();
    ViewEditor &editor = m_page->viewEditor();
    views::Known known;
    known.setup.fields = options.fields;
    const model::SavedView view = made("Refunds", {{"field.confidential.iban", "is", "DE02"}, {"field.size", "is", "9"}});
    editor.edit(view, known, m_workspace->agent(), false);
    QCOMPARE(editor.findChildren<QAbstractButton *>("value").size(), sees ? 2 : 1);
    const auto labels = editor.findChildren<QLabel *>();
    const bool isSaid =
        std::ranges::any_of(labels, [](const QLabel *label) { return label->text().startsWith("Hidden from you"); });
    QCOMPARE(isSaid, !sees);
    QVERIFY(editor.findChild<QAbstractButton *>("saveView")->isEnabled());
    editor.findChildren<QAbstractButton *>("field").constLast()->click();
    QTRY_VERIFY(m_window->picker().isVisible() && offered("Size"));
    QCOMPARE(offered("IBAN"), sees);
    m_window->picker().dismiss();
    QCOMPARE(editor.view().conditions, view.conditions); // kept as they are
    editor.dismiss();
}

void TestInboxViews::filtersNarrowAndGo()
{
    QTest::mouseClick(queue("addFilter"), Qt::LeftButton);
    type("Tag");
    key(Qt::Key_Return);
    type("refund");
    key(Qt::Key_Return);
    QTRY_COMPARE(rows().rowCount(), 1);
    auto *chip = m_page->findChild<QAbstractButton *>("extraFilter");
    QVERIFY(chip);
    QCOMPARE(chip->text(), QString("Tag: refund"));
    m_page->saveFilterAsView();
    const auto made = m_page->viewEditor().view().conditions;
    QCOMPARE(made, (std::vector<model::SavedView::Condition>{{"assignee", "is", "me"}, {"tag", "is", "refund"}}));
    m_page->viewEditor().dismiss();
    chip->click();
    QTRY_COMPARE(rows().rowCount(), int(m_made.conversations.size()));
}

void TestInboxViews::wordsFilterInPlace()
{
    key(Qt::Key_Slash);
    QCOMPARE(QApplication::focusWidget()->objectName(), QString("listWords"));
    type("rousseau");
    QTRY_COMPARE(rows().rowCount(), 1);
    key(Qt::Key_Return);
    QVERIFY(m_page->list().hasFocus());
    QCOMPARE(rows().rowCount(), 1);
    key(Qt::Key_Slash);
    key(Qt::Key_Escape);
    QTRY_COMPARE(rows().rowCount(), int(m_made.conversations.size()));
    QVERIFY(m_page->list().hasFocus());
}

void TestInboxViews::aFilterThatLeavesNothingIsCleared_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("by key in the list") << "list";
    QTest::newRow("by key on the button") << "button";
    QTest::newRow("by click") << "click";
}

/// All of it, whatever it is made of; the order stays.
void TestInboxViews::aFilterThatLeavesNothingIsCleared()
{
    QFETCH(const QString, how);
    ListColumn::Filter filter;
    filter.status = model::SavedView::Condition{"status", "is", "waiting"};
    filter.extra = {{"tag", "is", "refund"}};
    filter.sort = model::SavedView::Sort::Oldest;
    filter.words = "rousseau";
    m_page->column().setFilter(filter);
    emit m_page->column().filterChanged();
    QTRY_COMPARE(rows().rowCount(), 0);
    QAbstractButton *button = queue("emptyAction");
    QTRY_VERIFY(button->isVisible());
    QCOMPARE(button->text(), QString("Clear the filter"));
    (how == "button" ? static_cast<QWidget *>(button) : &m_page->list())->setFocus(Qt::TabFocusReason);
    if (how == "click")
        QTest::mouseClick(button, Qt::LeftButton);
    else
        key(Qt::Key_Return);
    QTRY_COMPARE(rows().rowCount(), int(m_made.conversations.size()));
    QVERIFY(!m_page->column().filter().narrows());
    QVERIFY(m_page->column().filter().sort == model::SavedView::Sort::Oldest);
    QVERIFY(!m_page->findChild<QWidget *>("listWords")->isVisible());
    QTRY_VERIFY(!button->isVisible());
    QVERIFY(m_page->list().hasFocus());
}

void TestInboxViews::aFilterSavedShowsTheSame()
{
    key(Qt::Key_Slash);
    type("rousseau"); // in the customer's name, not in the subject
    QTRY_COMPARE(rows().rowCount(), 1);
    const auto filtered = rows().rows().front().conversation.id;
    key(Qt::Key_Return);
    m_page->saveFilterAsView();
    type("Rousseau");
    key(Qt::Key_S, Qt::ControlModifier);
    QTRY_COMPARE(m_page->place().queue, store::Queue::View);
    QTRY_COMPARE(rows().rowCount(), 1);
    QVERIFY(rows().rows().front().conversation.id == filtered);
}

void TestInboxViews::whatNoViewCanSayIsRefusedInWords()
{
    model::SavedView any = made("Either", {{"tag", "is", "refund"}, {"assignee", "is", "me"}});
    any.matchAny = true;
    save(any);
    QTRY_COMPARE(viewNames(), QStringList{"Either"});
    views().front()->click();
    key(Qt::Key_Slash);
    type("rousseau");
    QTRY_COMPARE(rows().rowCount(), 1);
    m_page->saveFilterAsView(); // all of "either of two" and words
    QVERIFY(!m_page->viewEditor().isVisible());
    QVERIFY(m_window->toasts().newestText().contains("any of its rows"));
    m_page->chooseQueue(store::Queue::Drafts);
    m_page->saveFilterAsView();
    QVERIFY(!m_page->viewEditor().isVisible());
    QVERIFY(m_window->toasts().newestText().startsWith("Drafts"));
}

void TestInboxViews::allThatMatchAreResolvedAndTakenBack()
{
    key(Qt::Key_A, Qt::ControlModifier);
    QTRY_VERIFY(m_page->findChild<QWidget *>("bulkBar")->isVisible());
    key(Qt::Key_E);
    QTRY_COMPARE(rows().rowCount(), 0);
    QTRY_COMPARE(m_window->toasts().newestText(), QString("Resolved 10 conversation(s)."));
    QVERIFY(!m_page->findChild<QWidget *>("bulkBar")->isVisible());
    QCOMPARE(m_workspace->history().steps().size(), 1u);
    key(Qt::Key_Z);
    QTRY_COMPARE(rows().rowCount(), int(m_made.conversations.size()));
}

void TestInboxViews::manyViewsScrollAndFilter()
{
    for (int i = 0; i < 14; ++i)
        save(made(qPrintable(QStringLiteral("View %1").arg(i, 2, 10, QChar(u'0'))), {{"tag", "is", "refund"}}));
    QTRY_COMPARE(views().size(), 14);
    auto *filter = m_page->findChild<QWidget *>("viewGroup")->findChild<QLineEdit *>();
    QTRY_VERIFY(filter->isVisible());
    QVERIFY(m_page->sidebar().shownViews().size() <= 13); // the others are not counted
    filter->setText("13");
    QTRY_COMPARE(viewNames(), QStringList{"View 13"});
}

void TestInboxViews::manyTeamsScrollAndFilter()
{
    std::vector<model::Team> teams;
    for (int i = 0; i < QueueSidebar::kMostRows + 2; ++i)
        teams.push_back({.id = m_workspace->makeId<model::TeamId>(),
                         .name = QStringLiteral("Team %1").arg(i, 2, 10, QChar(u'0')).toStdString()});
    m_page->sidebar().setTeams({teams.begin(), teams.begin() + QueueSidebar::kMostRows});
    QWidget *group = m_page->findChild<QWidget *>("teamGroup");
    auto *filter = group->findChild<QLineEdit *>();
    QVERIFY(!group->isHidden() && filter->isHidden());
    m_page->sidebar().setTeams(teams);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); // the rows that were there before
    QVERIFY(!filter->isHidden());
    filter->setText("13");
    QStringList shown;
    for (const QAbstractButton *row : group->findChildren<QAbstractButton *>()) {
        if (row->text().startsWith("Team") && !row->isHidden())
            shown.append(row->text());
    }
    QCOMPARE(shown, QStringList{"Team 13"});
    m_page->sidebar().setTeams({});
    QVERIFY(group->isHidden()); // an empty group is not shown, but for the views, which say how they come to be
    QVERIFY(!m_page->findChild<QWidget *>("viewGroup")->isHidden());
}

void TestInboxViews::whatIsFollowedHasAQueue()
{
    const QWidget *mark = m_page->pane().header().findChild<QWidget *>("headerFollowing");
    QTRY_COMPARE(m_page->pane().conversation(), id(0));
    QVERIFY(!mark->isVisible());
    key(Qt::Key_S);
    QTRY_VERIFY(mark->isVisible());
    QTRY_VERIFY(rows().find(id(0))->following);
    QVERIFY(!rows().find(id(1))->following);
    QTRY_COMPARE_WITH_TIMEOUT(queue("queue-followed")->accessibleName(), QString("Followed, 1 conversation(s)"), 10'000);
    key(Qt::Key_E); // it ends, and is followed all the same
    key(Qt::Key_G);
    key(Qt::Key_F);
    QVERIFY(queue("queue-followed")->isChecked());
    QTRY_COMPARE(rows().rowCount(), 1);
    QCOMPARE(rows().rows().front().conversation.id, id(0));
    m_page->saveFilterAsView();
    const auto made = m_page->viewEditor().view().conditions;
    QCOMPARE(made, (std::vector<model::SavedView::Condition>{{"following", "is_set"}, {"status", "is_set"}}));
    m_page->viewEditor().dismiss();
    m_page->openConversation(id(0));
    QTRY_VERIFY(mark->isVisible());
    m_page->list().setFocus();
    key(Qt::Key_S);
    QTRY_COMPARE(rows().rowCount(), 0);
    QTRY_COMPARE_WITH_TIMEOUT(queue("queue-followed")->accessibleName(), QString("Followed, 0 conversation(s)"), 10'000);
}

void TestInboxViews::draftsHaveAQueue()
{
    const auto kept = m_workspace->saveDraft(
        {.conversation = m_made.conversations[2].id, .body = "Hello, about your", .savedAt = m_clock.now()});
    QTRY_VERIFY(kept.isFinished());
    emit m_workspace->draftChanged(m_made.conversations[2].id);
    QTRY_COMPARE_WITH_TIMEOUT(queue("queue-drafts")->accessibleName(), QString("Drafts, 1 conversation(s)"), 10'000);
    m_page->chooseQueue(store::Queue::Drafts);
    QTRY_COMPARE(rows().rowCount(), 1);
    QCOMPARE(rows().rows().front().conversation.id, m_made.conversations[2].id);
}

void TestInboxViews::everythingStaysSelectedWhileMoreIsRead()
{
    start({.more = 140});
    auto *selected = m_page->column().findChild<TextLabel *>("selectedCount");
    key(Qt::Key_A, Qt::ControlModifier);
    QTRY_COMPARE(selected->text(), "150 selected");
    key(Qt::Key_End); // the rest is read as its end comes near
    QTRY_COMPARE(rows().rowCount(), 150);
    QCOMPARE(selected->text(), "150 selected");
    QTRY_COMPARE(m_page->list().selected().size(), std::size_t(150));
    m_page->list().toggleSelected(m_made.conversations[3].id); // one taken out by hand: only what is seen is meant
    QCOMPARE(selected->text(), "149 selected");
}

void TestInboxViews::statusChipShowsWhatIsNotOpen()
{
    const model::ConversationId first = m_made.conversations.front().id;
    key(Qt::Key_E);
    QTRY_COMPARE(rows().indexOf(first), -1);
    QAbstractButton *chip = queue("statusChip");
    QTest::mouseClick(chip, Qt::LeftButton);
    type("Resolved");
    key(Qt::Key_Return);
    QTRY_COMPARE(rows().rowCount(), 1);
    QCOMPARE(rows().rows().front().conversation.id, first);
    QCOMPARE(chip->text(), QString("Resolved"));
    QVERIFY(!m_page->column().filter().conditions().empty());
    QTest::mouseClick(chip, Qt::LeftButton);
    key(Qt::Key_Return); // the first: open, as the queue has it
    QTRY_COMPARE(rows().rowCount(), 9);
}

void TestInboxViews::anEmptyListIsActedOn_data()
{
    QTest::addColumn<int>("answered"); // of the two that are nobody's, from the oldest on
    QTest::addColumn<int>("taken");
    QTest::newRow("who waits longest") << 0 << 9;
    QTest::newRow("not what is answered") << 1 << 8;
    QTest::newRow("all are answered") << 2 << 9;
}

void TestInboxViews::anEmptyListIsActedOn()
{
    QFETCH(const int, answered);
    QFETCH(const int, taken);
    start({.change = [answered](std::size_t at, model::Conversation &conversation) {
        if (at >= 8)
            conversation.assignee.reset();
        if (at >= std::size_t(10 - answered))
            conversation.status = model::Conversation::Status::Waiting;
    }});
    key(Qt::Key_A, Qt::ControlModifier);
    QTRY_VERIFY(m_page->findChild<QWidget *>("bulkBar")->isVisible());
    key(Qt::Key_E);
    QTRY_COMPARE(rows().rowCount(), 0);
    QAbstractButton *button = queue("emptyAction");
    QTRY_VERIFY(button->isVisible());
    QCOMPARE(button->text(), QString("Take the oldest"));
    m_page->list().setFocus();
    key(Qt::Key_Return);
    QTRY_COMPARE(m_page->pane().conversation(), id(taken));
    QTRY_COMPARE(rows().rowCount(), 1);
    QVERIFY(!button->isVisible());
}

void TestInboxViews::anEmptyListNamesTheNearest()
{
    const auto care = m_workspace->makeId<model::TeamId>(), returns = m_workspace->makeId<model::TeamId>();
    start({.teams = {{.id = care, .name = "Care"}, {.id = returns, .name = "Returns"}},
           .change = [care](std::size_t at, model::Conversation &conversation) {
               if (at == 0)
                   conversation.team = care;
           }});
    m_page->chooseQueue(QueuePlace(returns));
    QAbstractButton *button = queue("emptyAction");
    QTRY_VERIFY(button->isVisible());
    QTRY_COMPARE(button->text(), QString("Show Care"));
    m_page->list().setFocus();
    key(Qt::Key_Return);
    QVERIFY(m_page->place() == QueuePlace(care));
    QTRY_COMPARE(rows().rowCount(), 1);
}

void TestInboxViews::whoWasSlowerMayEditAgain()
{
    const model::SavedView mine = made("Angry", {{"tag", "is", "refund"}});
    save(mine);
    QTRY_COMPARE(viewNames(), QStringList{"Angry"});
    model::SavedView late = mine;
    late.name = "Furious";
    late.version = 3;
    const store::JournalEntry entry{
        .command = {.body = model::SaveView{late}},
        .outcome = model::Outcome{.kind = model::Outcome::Kind::Refused, .reason = model::Outcome::Reason::Changed}};
    emit m_workspace->cameBack(entry);
    QTRY_VERIFY(m_window->toasts().newestText().contains("Furious"));
    QVERIFY(m_window->toasts().newestText().contains("not saved"));
}

/// Somebody removes the view that is shown, while something is being written in it.
void TestInboxViews::aViewThatEndsTakesNothingAway()
{
    start({.theirs = 1});
    const model::SavedView view = made("Everything", {});
    save(view);
    QTRY_COMPARE(viewNames(), QStringList{"Everything"});
    m_page->chooseQueue(QueuePlace(view.id));
    m_page->openConversation(id(0)); // a colleague's
    QTRY_VERIFY(isHere(0));
    pane().note();
    type("Say no more");
    const auto removed = m_workspace->submit(model::CommandBody(model::RemoveView{view.id}));
    QTRY_VERIFY(removed.isFinished());
    QTRY_COMPARE(m_page->queue(), store::Queue::Mine);
    QVERIFY(m_window->toasts().newestText().contains("no longer there"));
    QTRY_COMPARE(rows().rowCount(), int(m_made.conversations.size()) - 1);
    type(" than this");
    QVERIFY(isHere(0));
    QCOMPARE(composer().mode(), Composer::Mode::Note);
    QCOMPARE(composer().text(), QString("Say no more than this"));
}

void TestInboxViews::figuresOfViewsOutOfSight()
{
    for (int i = 0; i < 40; ++i)
        save(made(qPrintable(QStringLiteral("View %1").arg(i, 2, 10, QChar(u'0'))), {{"tag", "is", "refund"}}));
    QTRY_COMPARE(views().size(), 40);
    auto *filter = m_page->findChild<QWidget *>("viewGroup")->findChild<QLineEdit *>();
    QTRY_VERIFY(filter->isVisible());
    const auto all = m_workspace->setup();
    QTRY_VERIFY(all.isFinished());
    const model::SavedViewId last = all.result()->views.back().id;
    QCOMPARE(std::ranges::count(m_page->sidebar().shownViews(), last), 0);
    m_page->chooseQueue(QueuePlace(last));
    QTRY_COMPARE(rows().rowCount(), 1);
    QTRY_COMPARE(m_page->column().findChild<TextLabel *>("queueCount")->text(), QString("1 open"));
}

void TestInboxViews::teamsKeepTheKeyboard()
{
    const std::vector<model::Team> teams{{.id = m_workspace->makeId<model::TeamId>(), .name = "Care"},
                                         {.id = m_workspace->makeId<model::TeamId>(), .name = "Returns"}};
    m_page->sidebar().setTeams(teams);
    const auto returns = [this] {
        QAbstractButton *found = nullptr;
        for (QAbstractButton *one : m_page->findChild<QWidget *>("teamGroup")->findChildren<QAbstractButton *>()) {
            if (one->text() == "Returns")
                found = one; // the newest
        }
        return found;
    };
    QTRY_VERIFY(returns() && returns()->isVisible());
    returns()->setFocus(Qt::TabFocusReason);
    m_page->sidebar().setTeams(teams);
    const QPointer<QAbstractButton> focus = qobject_cast<QAbstractButton *>(QApplication::focusWidget());
    QVERIFY(focus);
    QCOMPARE(focus->text(), QString("Returns"));
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QVERIFY(focus && focus->hasFocus()); // and is not one of those that have gone
}

void TestInboxViews::workspaceMenuAndNewConversation()
{
    QTest::mouseClick(queue("workspaceMenu"), Qt::LeftButton);
    auto *menu = m_page->findChild<QMenu *>("workspaceActions");
    QVERIFY(menu && menu->isVisible());
    QVERIFY(menu->actions().contains(m_window->actions().action("signOut")));
    menu->close();
    QTest::mouseClick(queue("newConversation"), Qt::LeftButton);
    QTRY_VERIFY(m_window->findChild<QWidget *>("startSheet")->isVisible());
}

/// Several conversations of one customer share a row, and a change is read again: nothing is missed at the end, near or far.
void TestInboxViews::rowsFarDownFollowTheCopy()
{
    model::CustomerId one;
    start({.more = 700,
           .change =
               [&one](std::size_t i, model::Conversation &conversation) {
                   if (i == 0)
                       one = conversation.customer;
                   else if (i >= 5)
                       conversation.customer = one;
               }},
          95);
    QTRY_VERIFY_WITH_TIMEOUT((m_page->list().verticalScrollBar()->setValue(m_page->list().verticalScrollBar()->maximum()),
                              rows().rowCount() == 705),
                             20'000);
    const auto resolve = [&](int index) {
        const auto done =
            m_workspace->submit({model::SetStatus{.conversation = rows().rows()[std::size_t(index)].conversation.id,
                                                  .status = model::Conversation::Status::Resolved}},
                                {}, false);
        QTRY_VERIFY(done.isFinished());
    };
    m_page->sidebar().setFocus(); // the list is not being used
    resolve(690);
    QTRY_COMPARE(rows().rowCount(), 704);
    resolve(10);
    QTRY_COMPARE(rows().rowCount(), 703);
    resolve(690); // seen only when all of them have been read again
    QTRY_COMPARE(rows().rowCount(), 702);
}

QTEST_MAIN(TestInboxViews)
#include "tst_inbox_views.moc"
