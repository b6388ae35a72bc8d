// Every action of the inbox: its key, its picker, and the commands it becomes.
#include "ui/inbox/inbox_page.h"

#include "core/model/limits.h"
#include "core/model/names.h"
#include "core/model/permissions.h"
#include "core/model/rights.h"
#include "ui/customer/customer_panel.h"
#include "ui/customer/people_words.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/date_popover.h"
#include "ui/inbox/queue_sidebar.h"
#include "ui/inbox/row_words.h"
#include "ui/inbox/snooze_text.h"
#include "ui/inbox/triage.h"
#include "ui/search/command_palette.h"
#include "ui/shell/not_kept.h"
#include "ui/shell/picker.h"
#include "ui/shell/recent_choices.h"
#include "ui/shell/settings_file.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/toasts.h"
#include "ui/shell/when_done.h"

#include <QApplication>
#include <QClipboard>
#include <QLineEdit>
#include <QMenu>
#include <QScopedValueRollback>

namespace tributary::ui {

namespace {

constexpr const char *kRecentAssignees = "inbox/recentAssignees", *kRecentTags = "inbox/recentTags";
constexpr const char *kAssignPicker = "assignPicker";
constexpr bool kRepeats = true;
constexpr std::size_t kFew = 20; ///< Conversations whose rows are looked at when something is decided of them.

} // namespace

using Status = model::Conversation::Status;

void InboxPage::addAction(const ActionSpec &spec, std::function<void()> handler)
{
    m_shell.actions().add(spec, this, [this, id = spec.id, handler = std::move(handler)] {
        if (const QString why = whyNotAction(id); !why.isEmpty()) {
            m_shell.toasts().add(why, {}, {}, {}, 4000);
            return;
        }
        m_list->touch();
        handler();
    });
}

QString InboxPage::whyNotAction(const QString &id) const
{
    using enum model::Permission;
    using AnyOf = std::vector<model::Permission>;
    static const std::map<QString, AnyOf> needs{
        {"reply", {Reply}},
        {"quote", {Reply}},
        {"note", {WriteNotes}},
        {"newConversation", {StartConversations}},
        {"resolve", {ChangeStatus}},
        {"waiting", {ChangeStatus}},
        {"snooze", {ChangeStatus}},
        {"status", {ChangeStatus}},
        {"assign", {TakeWork, AssignOthers}},
        {"assignMe", {TakeWork}},
        {"tag", {EditTags}},
        {"priority", {EditDetails}},
        {"team", {MoveToTeams}},
        {"split", {RearrangeTimelines}},
        {"side", {StartConversations}},
        {"merge", {MergeCustomers}},
        {"mergeSelected", {MergeCustomers}},
        {"block", {BlockCustomers}},
        {"sendResolve", {ChangeStatus}},
        {"sendSnooze", {ChangeStatus}},
    };
    const auto found = needs.find(id);
    if (found == needs.end())
        return {};
    const model::Agent &me = m_workspace.agent();
    const bool any = std::ranges::any_of(found->second, [&me](model::Permission one) { return model::may(me, one); });
    if (!any)
        return whyNot(found->second.front());
    return id == QLatin1String("assignMe") ? whyNotTaken(targetRows()) : QString();
}

/// Why what a colleague has is not taken from them; empty if it is nobody's of those, or may be.
QString InboxPage::whyNotTaken(const Rows &rows) const
{
    const model::Agent &me = m_workspace.agent();
    const auto holder = std::ranges::find_if(m_agents, [&](const model::Agent &agent) {
        const auto has = [&agent](const store::ConversationRow &row) { return row.conversation.assignee == agent.id; };
        return !model::mayTakeFrom(me, agent) && std::ranges::any_of(rows, has);
    });
    if (holder == m_agents.end())
        return {};
    return tr("%1 has it. Your role may not take work from others. An admin can allow it.")
        .arg(QString::fromStdString(holder->name));
}

/// What the agent may not do is disabled where it stands, and says why.
void InboxPage::refreshRights()
{
    for (const char *id : {"assign", "snooze", "resolve"})
        m_pane->header().setProblem(id, whyNotAction(id));
    m_pane->composer().setWhyNotResolved(whyNotAction("sendResolve"));
    emit m_list->selectionChanged(false);
}

void InboxPage::addTriageActions()
{
    // What is typed there is looked for in the choices as they were when it was asked.
    connect(m_shell.picker().findChild<QLineEdit *>("pickerField"), &QLineEdit::textChanged, this, &InboxPage::showLoads);
    const QString group = tr("Conversations");
    const auto add = [&](const char *id, const QString &text, const char *icon, const char *key, const char *chord,
                         auto handler, int panes = InboxPanes, bool repeats = false) {
        addAction({.id = id,
                   .text = text,
                   .icon = icon,
                   .key = key,
                   .chord = chord,
                   .panes = panes,
                   .group = group,
                   .repeats = repeats},
                  handler);
    };
    add(
        "next", tr("Next conversation"), "chevron-down", "J", "Ctrl+Alt+Down", [this] { m_list->step(1); }, InboxPanes,
        kRepeats);
    add(
        "previous", tr("Previous conversation"), "chevron-up", "K", "Ctrl+Alt+Up", [this] { m_list->step(-1); }, InboxPanes,
        kRepeats);
    add(
        "extendDown", tr("Extend selection down"), "", "Shift+J", "", [this] { m_list->step(1, true); }, ListPane, kRepeats);
    add(
        "extendUp", tr("Extend selection up"), "", "Shift+K", "", [this] { m_list->step(-1, true); }, ListPane, kRepeats);
    add(
        "select", tr("Select conversation"), "check", "X", "Ctrl+Space",
        [this] {
            if (!m_list->current().isNull())
                m_list->toggleSelected(m_list->current());
        },
        ListPane);
    add(
        "open", tr("Open conversation"), "enter", "Enter", "",
        [this] {
            const QWidget *focus = QApplication::focusWidget(); // or the button of an empty list
            if (m_rows->rowCount() == 0 && focus && (focus == m_list || m_list->isAncestorOf(focus)) && m_list->actOnEmpty())
                return;
            if (m_list->current().isNull())
                m_list->openFirst();
            m_stackedInTimeline = true;
            applyBreakpoints();
            m_pane->timeline().setFocus(Qt::ShortcutFocusReason);
        },
        SidebarPane | ListPane);
    add("back", tr("Back to the list"), "", "Esc", "", [this] {
        if (!m_list->selected().empty())
            m_list->clearSelection();
        m_stackedInTimeline = false;
        applyBreakpoints();
        m_list->setFocus(Qt::ShortcutFocusReason);
    });
    add("resolve", tr("Resolve or reopen"), "check", "E", "Ctrl+Shift+E", [this] {
        const Rows rows = targetRows();
        runOn(rows, triage::resolveOrReopen(rows), {}, true);
    });
    add("waiting", tr("Wait on the customer"), "pause", "W", "", [this] {
        const Rows rows = targetRows();
        runOn(rows, triage::setStatus(rows, Status::Waiting), {}, true);
    });
    add("snooze", tr("Snooze"), "moon", "H", "Ctrl+Shift+H", [this] { pickSnooze(targetRows()); });
    add("assign", tr("Assign"), "user", "A", "Ctrl+Shift+A", [this] { pickAssignee(targetRows()); });
    add("assignMe", tr("Assign to me"), "user", "I", "Ctrl+Shift+I", [this] {
        const Rows rows = targetRows();
        runOn(rows, triage::assign(rows, m_workspace.agent().id), QString::fromStdString(m_workspace.agent().name));
    });
    add("tag", tr("Tag"), "tag", "T", "Ctrl+Shift+T", [this] { pickTag(); });
    add("priority", tr("Priority"), "warning", "P", "Ctrl+Shift+Y", [this] { pickPriority(); });
    add("unread", tr("Mark unread"), "eye", "U", "Ctrl+U", [this] {
        const Rows rows = targetRows();
        const triage::Commands marks = triage::markUnread(rows);
        if (triage::conversationsOf(marks).contains(m_pane->conversation()))
            m_pane->keepUnread();
        runOn(rows, marks);
    });
    add(
        "selectAll", tr("Select everything that matches"), "", "", "", [this] { selectEverything(); }, ListPane);
    add(
        "filterList", tr("Filter this list"), "filter", "/", "Ctrl+Shift+L", [this] { m_column->startFiltering(); },
        SidebarPane | ListPane);
    add(
        "saveFilter", tr("Save this filter as a view"), "filter", "", "", [this] { saveFilterAsView(); },
        SidebarPane | ListPane);
    add(
        "mergeSelected", tr("Merge the selected customers"), "merge", "", "", [this] { mergeTargets(); }, ListPane);
    add("merge", tr("Merge customer"), "merge", "Y", "Ctrl+Shift+G", [this] { mergeTargets(); });
    add("block", tr("Block or unblock the customer"), "shield", "!", "Ctrl+Shift+Del", [this] { blockCustomers(); });
    add(
        "undo", tr("Undo the last action"), "undo", "Z", "Ctrl+Z", [this] { undo(); }, EveryPane);
}

void InboxPage::addComposerActions()
{
    ActionRegistry &actions = m_shell.actions();
    const QString group = tr("Writing");
    const auto add = [&](const char *id, const QString &text, const char *icon, const char *key, const char *chord,
                         auto handler, bool sends = false) {
        // What is typed is never typed unseen, nor is it sent so: what was not on the screen is shown first.
        const auto shown = [this, id = QString::fromLatin1(id), handler = std::move(handler), sends]() mutable {
            if (const QString why = whyNotAction(id); !why.isEmpty()) {
                m_shell.toasts().add(why, {}, {}, {}, 4000);
                return;
            }
            m_list->touch();
            const bool wasSeen = m_pane->isVisible();
            enterTimeline();
            if (wasSeen || !sends)
                handler();
            else if (m_pane->composer().isVisible())
                m_pane->composer().focusEditor();
        };
        actions.add({.id = id, .text = text, .icon = icon, .key = key, .chord = chord, .panes = InboxPanes, .group = group},
                    this, shown);
    };
    Composer &composer = m_pane->composer();
    add("reply", tr("Reply"), "reply", "R", "Ctrl+Shift+R", [this] { m_pane->replyTo(false); });
    add("quote", tr("Reply quoting the focused item"), "reply", "Q", "", [this] { m_pane->replyTo(true); });
    add("note", tr("Internal note"), "pencil", "N", "Ctrl+Shift+N", [this, &composer] {
        const QWidget *focus = QApplication::focusWidget();
        if (focus && composer.isAncestorOf(focus) && composer.mode() == Composer::Mode::Note)
            m_pane->replyTo(false); // the same keys go back
        else
            m_pane->note();
    });
    const auto here = [this](auto act) { // never in what was open before
        return [this, act] {
            if (Composer *shown = m_pane->composerHere())
                act(*shown);
        };
    };
    add("send", tr("Send"), "send-up", "", "Ctrl+Return", here([](Composer &shown) { shown.send(); }), true);
    add("sendResolve", tr("Send and resolve"), "check", "", "Ctrl+Shift+Return",
        here([](Composer &shown) { shown.send(Composer::After::Resolve); }), true);
    add("sendSnooze", tr("Send and snooze"), "moon", "", "Ctrl+Alt+Return",
        here([](Composer &shown) { shown.send(Composer::After::Snooze); }), true);
    add("replyTarget", tr("Reply channel and identity"), "swap", "", "Ctrl+Shift+P",
        here([](Composer &shown) { shown.chooseTarget(); }));
    add("attach", tr("Attach files"), "attach", "", "Ctrl+Shift+U", here([](Composer &shown) { shown.attachFiles(); }));
}

void InboxPage::addGoToActions()
{
    ActionRegistry &actions = m_shell.actions();
    const QString group = tr("Moving around");
    const auto add = [&](const char *id, const QString &text, const char *icon, const char *key, const char *chord,
                         auto handler, int panes = EveryPane, bool repeats = false) {
        actions.add({.id = id,
                     .text = text,
                     .icon = icon,
                     .key = key,
                     .chord = chord,
                     .panes = panes,
                     .group = group,
                     .repeats = repeats},
                    this, std::move(handler));
    };
    add("palette", tr("Search and commands"), "search", "", "Ctrl+K", [this] { openPalette(); });
    add(
        "find", tr("Find in this timeline"), "search", "", "Ctrl+F",
        [this] {
            enterTimeline();
            m_pane->showFind();
        },
        InboxPanes);
    add(
        "findNext", tr("Next place found"), "", "", "F3", [this] { m_pane->timeline().findNext(); }, InboxPanes, kRepeats);
    add(
        "findPrevious", tr("Previous place found"), "", "", "Shift+F3", [this] { m_pane->timeline().findPrevious(); },
        InboxPanes, kRepeats);
    add(
        "nextMessage", tr("Next message from the customer"), "", "", "Alt+Down",
        [this] { m_pane->timeline().goToCustomerMessage(true); }, InboxPanes, kRepeats);
    add(
        "previousMessage", tr("Previous message from the customer"), "", "", "Alt+Up",
        [this] { m_pane->timeline().goToCustomerMessage(false); }, InboxPanes, kRepeats);
    add(
        "nextOfCustomer", tr("Next conversation of this customer"), "", "]", "Alt+PgDown",
        [this] { m_pane->timeline().goToConversation(true); }, TimelinePane, kRepeats);
    add(
        "previousOfCustomer", tr("Previous conversation of this customer"), "", "[", "Alt+PgUp",
        [this] { m_pane->timeline().goToConversation(false); }, TimelinePane, kRepeats);
    add(
        "nextUnread", tr("First unread message"), "", "Shift+U", "F8", [this] { m_pane->timeline().goToFirstUnread(); },
        TimelinePane);
    add(
        "recentBack", tr("The conversation that was open before"), "", "", "Ctrl+Tab",
        [this] {
            // Where nothing is open but somebody with whom nothing was said, the last one is the one before.
            const model::ConversationId last = m_recent.current();
            const bool isAway = m_pane->conversation().isNull() && !last.isNull();
            goToRecent(isAway ? std::optional(last) : m_recent.step(-1), -1);
        },
        EveryPane, kRepeats);
    add(
        "recentForth", tr("Forth again to the one that was open after it"), "", "", "Ctrl+Shift+Tab",
        [this] { goToRecent(m_recent.step(1), 1); }, EveryPane, kRepeats);
    const std::tuple<const char *, const char *, const char *, store::Queue> queues[]{
        {"goMine", "G M", "user", store::Queue::Mine},
        {"goUnassigned", "G U", "user-unassigned", store::Queue::Unassigned},
        {"goAll", "G A", "inbox", store::Queue::AllOpen},
        {"goSnoozed", "G S", "moon", store::Queue::Snoozed},
        {"goDrafts", "G D", "pencil", store::Queue::Drafts},
        {"goMentions", "G N", "at", store::Queue::Mentions},
        {"goFollowed", "G F", "eye", store::Queue::Followed},
        {"goResolved", "G E", "check-circle", store::Queue::Resolved}};
    for (const auto &[id, key, icon, queue] : queues)
        add(id, tr("Go to %1").arg(QueueSidebar::nameOf(queue)), icon, key, "",
            [this, queue = queue] { chooseQueue(queue); });
    add(
        "nextPane", tr("Next pane"), "", "", "F6", [this] { showPane(true); }, InboxPanes, kRepeats);
    add(
        "previousPane", tr("Previous pane"), "", "", "Shift+F6", [this] { showPane(false); }, InboxPanes, kRepeats);
    add("sidebar", tr("Show or hide the sidebar"), "", "", "F7", [this] {
        bool &shown = foldsSidebar() ? m_sidebarOver : m_sidebarWanted;
        shown = !shown;
        applyBreakpoints();
    });
    add("customerPanel", tr("Show or hide the customer panel"), "", "", "F9", [this] {
        m_panelWanted = !m_panelWanted;
        applyBreakpoints();
    });
    add("outbox", tr("Outbox"), "stack", "", "Ctrl+Shift+B", [this] { showOutbox(); });
    add("tryNow", tr("Connect to the hub now"), "refresh", "", "", [this] { m_workspace.tryNow(); });
    add("shortcuts", tr("All keys"), "", "?", "Ctrl+/", [this] { m_shell.showShortcuts(); });
    add("signOut", tr("Sign out"), "external", "", "", [this] {
        keepTyped(); // while there is somebody whose it is
        //: %1 is a sentence: what would be lost.
        if (m_shell.mayLeave(tr("%1 Sign out once more to leave anyway.")))
            emit signOutWanted();
    });
}

InboxPage::Rows InboxPage::targetRows() const
{
    const bool isOpenMeant = isAboutOpen();
    if (!m_everything.empty() && !isOpenMeant)
        return m_everything;
    std::vector<store::ConversationRow> rows;
    for (const model::ConversationId id : isOpenMeant ? std::vector{m_pane->conversation()} : m_list->targets()) {
        if (const store::ConversationRow *row = m_rows->find(id))
            rows.push_back(*row);
    }
    // The open conversation counts also where it has left the list, or came from the palette.
    if ((isOpenMeant || (m_list->selected().empty() && !m_list->hasLostSelection())) && m_pane->row()
        && m_pane->row()->conversation.id == m_pane->conversation()
        && (rows.empty() || rows.front().conversation.id != m_pane->conversation()))
        rows = {*m_pane->row()};
    return rows;
}

InboxPage::Rows InboxPage::now(Rows rows) const
{
    for (store::ConversationRow &row : rows) {
        const model::ConversationId id = row.conversation.id;
        if (const store::ConversationRow *shown = m_rows->find(id))
            row = *shown;
        else if (m_pane->row() && m_pane->row()->conversation.id == id)
            row = *m_pane->row();
    }
    return rows;
}

bool InboxPage::saidLost()
{
    if (!m_list->hasLostSelection())
        return false;
    m_list->forgetLostSelection();
    m_shell.toasts().add(tr("What you had selected is not in this list any more. Nothing was changed."), {}, {}, {}, 5000);
    return true;
}

void InboxPage::runOn(const Rows &rows, std::vector<model::CommandBody> commands, const QString &agentName, bool goOn)
{
    if (rows.empty() && saidLost())
        return;
    QStringList names;
    if (const auto ids = triage::conversationsOf(commands); ids.size() == 1) {
        for (const store::ConversationRow &row : rows) {
            if (ids.contains(row.conversation.id))
                names.append(shownName(row));
        }
    }
    run(std::move(commands), agentName, goOn, names);
}

void InboxPage::run(std::vector<model::CommandBody> commands, const QString &agentName, bool goOn, QStringList names)
{
    if (commands.empty())
        return;
    const model::Agent &me = m_workspace.agent();
    const std::set<model::ConversationId> about = triage::conversationsOf(commands);
    QString problem = bulkProblem(about.size());
    for (const model::CommandBody &command : commands) {
        if (const auto lacked = model::lackedFor(me, command))
            problem = whyNot(*lacked); // the hub would only send it back
    }
    if (!problem.isEmpty()) {
        m_shell.toasts().add(problem, {}, {}, {}, 4000);
        return;
    }
    m_list->touch();
    const QString words = triage::doneWords(commands, names, agentName, m_format, m_clock.now());
    // Asked now: when the commands are kept, the queue may have been read again without the rows they are about.
    const model::ConversationId next = goOn ? nextAfter(about) : model::ConversationId();
    if (!about.empty()) // what is changed of a person has nothing to do with the rows
        m_list->clearSelection();
    const auto written = [this] { // and by whom the keys are taken
        const QWidget *focus = QApplication::focusWidget();
        return std::pair(m_pane->composer().text(), focus && m_pane->composer().isAncestorOf(focus));
    };
    const model::ConversationId from = m_pane->conversation();
    const auto before = written();
    ++m_giving;
    whenDone(m_workspace.submit(std::move(commands)), this,
             [this, words, next, from, written, before](const Result<client::Submitted> &result) {
                 --m_giving;
                 if (!result) {
                     m_shell.toasts().add(notKeptWords(result.error()));
                     return;
                 }
                 // Nobody has gone on elsewhere meanwhile, or begun to write there.
                 if (!next.isNull() && m_pane->conversation() == from && isVisible() && written() == before)
                     openConversation(next);
                 if (words.isEmpty())
                     return;
                 if (!result->undo) {
                     m_shell.toasts().add(words);
                     return;
                 }
                 offerUndoing(words + u'.', *result->undo);
             });
    if (about.size() > kFew) // of many a part is shown first
        return;
    if (!about.empty())
        showDecided(about);
    reloadList(Reload::Decided);
}

model::ConversationId InboxPage::nextAfter(const std::set<model::ConversationId> &done) const
{
    const std::vector<store::ConversationRow> &rows = m_rows->rows();
    const int at = m_rows->indexOf(m_pane->conversation());
    const auto isDone = [&](const store::ConversationRow &row) {
        return done.contains(row.conversation.id) || m_rows->isGone(row.conversation.id);
    };
    const std::string where = m_workspace.setting(kAfterResolving, "next");
    if (at < 0 || queue() == store::Queue::Resolved || !done.contains(m_pane->conversation()) || where == "stay")
        return {};
    const int by = where == "previous" ? -1 : 1;
    for (const int step : {by, -by}) { // the other way where there is none
        for (int i = at + step; i >= 0 && i < int(rows.size()); i += step) {
            if (!isDone(rows[std::size_t(i)]))
                return rows[std::size_t(i)].conversation.id;
        }
    }
    return {};
}

QRect InboxPage::anchorFor(QWidget *button) const
{
    const bool isOfSelected = !m_list->selected().empty() && !isAboutOpen();
    const QWidget *anchor = isOfSelected || !button->isVisible() ? m_column->anchor() : button;
    return QRect(anchor->mapToGlobal(QPoint()), anchor->size());
}

void InboxPage::pickAssignee(const Rows &rows, const Anchor &anchor)
{
    if (rows.empty()) {
        saidLost();
        return;
    }
    askAssignee(rows, anchor); // at once: the next keys are meant for it
    reloadLoads();
}

/// How much each agent has in hand: shown where somebody is being asked, and kept for the next time.
void InboxPage::reloadLoads()
{
    if (std::ranges::none_of(m_agents, [](const model::Agent &agent) { return agent.active && agent.capacity > 0; }))
        return;
    whenDone(m_workspace.workspaceSetup(), this, [this](const Result<store::WorkspaceSetup> &setup) {
        if (!setup)
            return;
        m_loads = setup->openWork;
        showLoads();
    });
}

bool InboxPage::isAssigning() const
{
    return m_shell.picker().isVisible() && m_shell.picker().panel()->objectName() == QLatin1String(kAssignPicker);
}

QString InboxPage::loadWords(const model::Agent &agent) const
{
    if (agent.away)
        return tr("Away");
    if (agent.capacity <= 0)
        return {};
    const auto found = m_loads.find(agent.id);
    //: How many conversations an agent has, and how many they take.
    return tr("%1 of %2").arg(found == m_loads.end() ? 0 : found->second).arg(agent.capacity);
}

/// The figures of the question that is open, as they are by now; what is chosen or typed there stays.
void InboxPage::showLoads()
{
    auto *list = m_shell.picker().findChild<ChoiceList *>("pickerList");
    const auto *field = m_shell.picker().findChild<QLineEdit *>("pickerField");
    if (!isAssigning() || !list || !field)
        return;
    QList<Choice> choices = list->choices();
    for (Choice &choice : choices) {
        const auto id = model::AgentId::fromText(choice.id.toStdString());
        const auto agent = id ? std::ranges::find(m_agents, *id, &model::Agent::id) : m_agents.end();
        if (choice.enabled && agent != m_agents.end() && agent->id != m_workspace.agent().id)
            choice.detail = loadWords(*agent);
    }
    if (choices != list->choices())
        list->setChoices(std::move(choices), field->text().trimmed(), true);
}

void InboxPage::askAssignee(const Rows &rows, const Anchor &anchor)
{
    Picker::Question question{.objectName = kAssignPicker, .placeholder = tr("Assign to")};
    const model::Agent &me = m_workspace.agent();
    const QString noTaking =
        model::may(me, model::Permission::TakeWork) ? whyNotTaken(rows) : whyNot(model::Permission::TakeWork);
    const QString noOthers =
        model::may(me, model::Permission::AssignOthers) ? QString() : whyNot(model::Permission::AssignOthers);
    question.choices.append(Choice{.id = QString::fromStdString(me.id.text()),
                                   .text = tr("Me"),
                                   .detail = noTaking.isEmpty() ? QString::fromStdString(me.name) : noTaking,
                                   .key = "I",
                                   .person = QString::fromStdString(me.name),
                                   .personId = me.id.bytes,
                                   .enabled = noTaking.isEmpty()});
    question.choices.append(Choice{
        .id = "nobody", .text = tr("Nobody, back to Unassigned"), .icon = "user-unassigned", .enabled = noTaking.isEmpty()});
    const auto whyNotGiven = [&](const model::Agent &agent) {
        if (!noOthers.isEmpty())
            return noOthers;
        const bool seesAll = std::ranges::all_of(rows, [&agent](const store::ConversationRow &row) {
            model::Conversation given = row.conversation;
            given.assignee = agent.id;
            return model::sees(agent, given);
        });
        return seesAll ? QString() : rows.size() > 1 ? tr("cannot see all of these") : tr("cannot see this conversation");
    };
    const qsizetype colleagues = question.choices.size();
    for (const model::Agent &agent : m_agents) {
        if (!agent.active || agent.id == me.id)
            continue;
        const QString why = whyNotGiven(agent); // the hub would only send it back
        question.choices.append(Choice{.id = QString::fromStdString(agent.id.text()),
                                       .text = QString::fromStdString(agent.name),
                                       .detail = why.isEmpty() ? loadWords(agent) : why,
                                       .person = QString::fromStdString(agent.name),
                                       .personId = agent.id.bytes,
                                       .enabled = why.isEmpty()});
    }
    RecentChoices(m_settings, kRecentAssignees).putFirst(question.choices, colleagues);
    question.apply = [this, rows](const Choice &choice) {
        const auto agent = model::AgentId::fromText(choice.id.toStdString());
        if (agent)
            RecentChoices(m_settings, kRecentAssignees).note(choice.id);
        runOn(rows, triage::assign(now(rows), agent, rows), agent == m_workspace.agent().id ? choice.detail : choice.text);
    };
    m_shell.picker().ask(anchor.value_or(anchorFor(m_pane->header().ownerButton())), std::move(question));
}

/// The customer who has waited for an answer from nobody for longest becomes the agent's, and is shown.
void InboxPage::takeOldest()
{
    if (std::exchange(m_taking, true))
        return; // a key that is held does not take one after the other
    takeLongestWaiting(true);
}

/// @p toAnswer: of what is not answered; where all is, of what waits on the customer.
void InboxPage::takeLongestWaiting(bool toAnswer)
{
    store::ListQuery asked{.queue = store::Queue::Unassigned, .now = m_clock.now()};
    if (toAnswer)
        asked.filters = {{"status", "is", std::string(model::nameOf(Status::Open))}};
    asked.sort = model::SavedView::Sort::LongestWaiting;
    asked.count = 1;
    whenDone(m_workspace.conversations(asked), this,
             [this, toAnswer](const Result<std::vector<store::ConversationRow>> &rows) {
                 if (rows && rows->empty() && toAnswer)
                     return takeLongestWaiting(false);
                 m_taking = false;
                 if (!rows || rows->empty() || m_rows->rowCount() > 0)
                     return;
                 run(triage::assign(*rows, m_workspace.agent().id), QString::fromStdString(m_workspace.agent().name), false,
                     {shownName(rows->front())});
                 openConversation(rows->front().conversation.id);
             });
}

void InboxPage::pickTag(std::optional<QRect> anchor)
{
    const Rows rows = targetRows();
    if (rows.empty()) {
        saidLost();
        return;
    }
    Picker::Question question{.objectName = "tagPicker", .placeholder = tr("Tag")};
    for (const std::string &tag : m_tags) {
        const bool all = std::ranges::all_of(rows, [&tag](const store::ConversationRow &row) {
            return std::ranges::find(row.conversation.tags, tag) != row.conversation.tags.end();
        });
        question.choices.append(
            Choice{.id = QString::fromStdString(tag), .text = QString::fromStdString(tag), .icon = "tag", .checked = all});
    }
    RecentChoices(m_settings, kRecentTags).putFirst(question.choices);
    std::ranges::stable_sort(question.choices, [](const Choice &a, const Choice &b) { return a.checked > b.checked; });
    question.interpret = [this](const QString &typed) -> std::optional<Choice> {
        const std::string tag = triage::tagFrom(typed);
        if (tag.empty() || std::ranges::find(m_tags, tag) != m_tags.end())
            return {};
        return Choice{
            .id = QString::fromStdString(tag), .text = tr("New tag “%1”").arg(QString::fromStdString(tag)), .icon = "plus"};
    };
    question.apply = [this, rows](const Choice &choice) {
        if (!choice.checked) // else it is taken off
            RecentChoices(m_settings, kRecentTags).note(choice.id);
        // What was shown was meant, whatever a colleague has done to it since.
        const std::string tag = choice.id.toStdString();
        runOn(rows, choice.checked ? triage::removeTag(now(rows), tag) : triage::addTag(now(rows), tag));
    };
    m_shell.picker().ask(anchor.value_or(anchorFor(m_pane->header().moreButton())), std::move(question));
}

void InboxPage::snooze(model::ConversationId id)
{
    whenDone(m_workspace.conversationRow(id), this, [this](const Result<std::optional<store::ConversationRow>> &row) {
        if (row && *row)
            pickSnooze({**row});
    });
}

void InboxPage::pickSnooze(const Rows &rows, const Anchor &anchor)
{
    if (rows.empty()) {
        saidLost();
        return;
    }
    const QDateTime now = m_format.local(m_clock.now());
    const auto at = [&](const QString &text, const QDateTime &until) {
        return Choice{.id = QString::number(until.toMSecsSinceEpoch()),
                      .text = text,
                      .detail = snoozeWords(until, now),
                      .icon = "moon"};
    };
    const QTime morning(9, 0);
    const int toMonday = 8 - now.date().dayOfWeek();
    Picker::Question question{.objectName = "snoozePicker", .placeholder = tr("Until: fri 14:00, in 2 days")};
    question.choices = {at(tr("Later today"), now.addSecs(3 * 3600)),
                        at(tr("Tomorrow"), QDateTime(now.date().addDays(1), morning)),
                        at(tr("Monday"), QDateTime(now.date().addDays(toMonday), morning)),
                        at(tr("In a week"), QDateTime(now.date().addDays(7), morning)),
                        Choice{.id = "writes", .text = tr("Until the customer writes"), .icon = "moon"},
                        Choice{.id = "date", .text = tr("Pick a date…"), .icon = "clock"}};
    question.interpret = [this, at](const QString &typed) -> std::optional<Choice> {
        const std::optional<QDateTime> until = parseSnooze(typed, m_format.local(m_clock.now()), m_format.locale());
        return until ? std::optional(at(tr("Until"), *until)) : std::nullopt;
    };
    question.apply = [this, rows, anchor](const Choice &choice) {
        if (choice.id == QLatin1String("date"))
            return pickDate(rows, anchor);
        const bool writes = choice.id == QLatin1String("writes");
        runOn(rows, triage::snooze(rows, writes ? std::nullopt : std::optional(fromMs(choice.id.toLongLong()))), {}, true);
    };
    m_shell.picker().ask(anchor.value_or(anchorFor(m_pane->header().snoozeButton())), std::move(question));
}

void InboxPage::pickDate(const Rows &rows, const Anchor &anchor)
{
    m_dated = rows;
    if (!m_dates) {
        m_dates = new DatePopover(m_theme, &m_shell);
        connect(m_dates, &DatePopover::chosen, this, [this](const QDateTime &until) {
            runOn(m_dated, triage::snooze(m_dated, fromMs(until.toMSecsSinceEpoch())), {}, true);
        });
    }
    m_dates->ask(anchor.value_or(anchorFor(m_pane->header().snoozeButton())), m_format.local(m_clock.now()));
}

void InboxPage::pickPriority()
{
    const Rows rows = targetRows();
    if (rows.empty()) {
        saidLost();
        return;
    }
    Picker::Question question{.objectName = "priorityPicker", .placeholder = tr("Priority")};
    const std::pair<model::Conversation::Priority, QString> all[]{{model::Conversation::Priority::Urgent, tr("Urgent")},
                                                                  {model::Conversation::Priority::High, tr("High")},
                                                                  {model::Conversation::Priority::Normal, tr("Normal")},
                                                                  {model::Conversation::Priority::Low, tr("Low")}};
    for (const auto &[priority, text] : all)
        question.choices.append(Choice{.id = QString::number(int(priority)), .text = text});
    question.apply = [this, rows](const Choice &choice) {
        runOn(rows, triage::setPriority(now(rows), model::Conversation::Priority(choice.id.toInt())));
    };
    m_shell.picker().ask(anchorFor(m_pane->header().moreButton()), std::move(question));
}

/// @p id, or what comes next on the same way where it is not in the copy any more.
void InboxPage::goToRecent(std::optional<model::ConversationId> id, int by)
{
    if (!id) {
        m_shell.toasts().add(by < 0 ? tr("No other conversation was open before") : tr("No other one was open after this"),
                             {}, {}, {}, 3000);
        return;
    }
    whenDone(m_workspace.conversationRow(*id), this,
             [this, id = *id, by, from = m_pane->conversation()](const Result<std::optional<store::ConversationRow>> &row) {
                 if (m_recent.current() != id)
                     return;                                 // one has gone on meanwhile
                 if (!row || m_pane->conversation() != from) // or to another one, by another way
                     return m_recent.stay();
                 if (*row)
                     openConversation(id);
                 else
                     goToRecent(m_recent.skip(by), by);
             });
}

void InboxPage::addToMenu(QMenu &menu, const char *id)
{
    const ActionRegistry &actions = m_shell.actions();
    const QString &icon = actions.spec(id)->icon;
    const Colors &c = m_theme.colors();
    QAction *shown = menu.addAction(icon.isEmpty() ? QIcon() : m_theme.icons().icon(icon, c.text.secondary, c.text.disabled),
                                    actions.spec(id)->text + u'\t' + actions.keyText(id));
    const QString why = whyNotAction(id);
    shown->setEnabled(why.isEmpty());
    if (!why.isEmpty())
        shown->setToolTip(why);
    connect(shown, &QAction::triggered, actions.action(id), &QAction::trigger);
}

void InboxPage::showMenu(const QPoint &globalPosition, bool ofRow)
{
    const QScopedValueRollback about(m_aboutOpen, !ofRow);
    QMenu menu(this);
    menu.setObjectName("rowMenu");
    menu.setToolTipsVisible(true);
    const ActionRegistry &actions = m_shell.actions();
    if (ofRow)
        addToMenu(menu, "open");
    for (const char *id : {"reply", "note"})
        addToMenu(menu, id);
    menu.addSeparator();
    for (const char *id : {"details", "customerPanel", "assign", "assignMe", "team", "tag", "priority", "status", "snooze",
                           "waiting", "follow"})
        addToMenu(menu, id);
    menu.addSeparator();
    for (const char *id : {"unread", "resolve"})
        addToMenu(menu, id);
    menu.addSeparator();
    addToMenu(menu, "block");
    if (m_workspace.history().newest(m_clock.now())) {
        menu.addSeparator();
        QAction *undoing = menu.addAction(actions.action("undo")->text() + u'\t' + actions.keyText("undo"));
        connect(undoing, &QAction::triggered, this, &InboxPage::undo);
    }
    menu.exec(globalPosition);
}

void InboxPage::showPane(bool forward)
{
    const QList<QWidget *> stops{m_sidebar, m_list, &m_pane->timeline(), &m_pane->composer(), m_panel};
    const QWidget *focus = QApplication::focusWidget();
    int at = 1;
    for (int i = 0; i < stops.size(); ++i) {
        if (focus && (stops[i] == focus || stops[i]->isAncestorOf(focus)))
            at = i;
    }
    for (int step = 1; step < int(stops.size()); ++step) {
        QWidget *next = stops[(at + (forward ? step : int(stops.size()) - step)) % stops.size()];
        if (!next->isVisible())
            continue;
        if (next == &m_pane->composer()) {
            m_pane->composer().focusEditor();
            return;
        }
        QWidget *target = next->focusPolicy() & Qt::TabFocus ? next : nullptr;
        for (QWidget *child : next->findChildren<QWidget *>()) {
            if (!target && child->isVisible() && (child->focusPolicy() & Qt::TabFocus))
                target = child;
        }
        if (target) {
            target->setFocus(Qt::TabFocusReason);
            return;
        }
    }
}

} // namespace tributary::ui
