// Queues, teams and saved views as the inbox shows them: their figures, the editor, and what is done to all that match one.
#include "core/model/permissions.h"
#include "core/model/rights.h"
#include "core/model/views.h"
#include "ui/customer/customer_panel.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/inbox_page.h"
#include "ui/inbox/queue_sidebar.h"
#include "ui/inbox/triage.h"
#include "ui/inbox/view_editor.h"
#include "ui/search/command_palette.h"
#include "ui/shell/rail.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/toasts.h"
#include "ui/shell/when_done.h"

#include <QElapsedTimer>
#include <QMenu>

namespace tributary::ui {
namespace {

constexpr std::int64_t kMostAtOnce = 5'000;
constexpr int kMinuteMs = 60'000;
constexpr int kCountMs = 1'000, kMostCountMs = 60'000, kCountShare = 9;

using model::SavedView;
using model::SavedViewId;

} // namespace

void InboxPage::wireViews()
{
    m_countLater.setSingleShot(true);
    m_countLater.setInterval(kCountMs);
    connect(&m_countLater, &QTimer::timeout, this, [this] {
        if (std::exchange(m_countStale, false))
            countNow();
    });
    m_minute.setParent(this); // found by tests
    m_minute.setObjectName("minute");
    m_minute.setInterval(kMinuteMs);
    connect(&m_minute, &QTimer::timeout, this, &InboxPage::timePassed);
    m_minute.start();
    m_today = startOfToday();
    connect(m_sidebar, &QueueSidebar::shownViewsChanged, this, &InboxPage::reloadCounts);
    connect(m_sidebar, &QueueSidebar::newViewWanted, this, [this] {
        SavedView view{.id = m_workspace.makeId<SavedViewId>(), .owner = m_workspace.agent().id};
        view.conditions = {{"assignee", "is", std::string(model::kMe)}};
        editView(std::move(view), true);
    });
    connect(m_sidebar, &QueueSidebar::viewMenuWanted, this, &InboxPage::showViewMenu);
    connect(m_sidebar, &QueueSidebar::viewMoved, this, &InboxPage::moveView);
    connect(m_column, &ListColumn::moreWanted, this, &InboxPage::showListMenu);
    connect(m_column, &ListColumn::filterChanged, this, [this] {
        forgetEverything();
        m_list->clearSelection();
        m_saysCount = true;
        reloadList(Reload::FromTop);
    });
    connect(m_list, &ConversationList::everythingWanted, this, &InboxPage::selectEverything);
    connect(m_list, &ConversationList::selectionChanged, this, [this](bool byHand) {
        const std::size_t loaded = m_list->selected().size();
        if (byHand
            && (loaded == 0 || !isEverythingSelected())) // rows that come while more is read are no choice of anybody's
            forgetEverything();
        const std::size_t count = m_everything.empty() ? loaded : m_everything.size();
        m_column->setBulkProblem([this, problem = bulkProblem(count)](const QString &action) {
            return problem.isEmpty() ? whyNotAction(action) : problem;
        });
        m_column->setSelected(int(count), m_everythingGoesOn && !m_everything.empty());
    });
}

ViewEditor &InboxPage::viewEditor()
{
    if (m_editor)
        return *m_editor;
    m_editor = new ViewEditor(m_theme, m_shell.picker(), &m_shell);
    connect(m_editor, &ViewEditor::saved, this, &InboxPage::saveView);
    connect(m_editor, &ViewEditor::countWanted, this, [this](const SavedView &view) {
        store::ListQuery draft{.queue = store::Queue::View, .view = view, .now = m_clock.now()};
        whenDone(m_workspace.listLength(draft, store::SidebarCounts::kMost), this,
                 [this](const Result<std::int64_t> &count) {
                     if (count)
                         m_editor->setCount(*count);
                 });
    });
    return *m_editor;
}

// -- Figures

void InboxPage::reloadCounts()
{
    if (m_counting || m_countLater.isActive())
        m_countStale = true;
    else
        countNow();
}

void InboxPage::countNow()
{
    m_counting = true;
    QElapsedTimer took;
    took.start();
    store::SidebarQuery query{.startOfToday = startOfToday(), .now = m_clock.now(), .drafts = m_drafts};
    query.views = m_sidebar->shownViews();
    if (queue() == store::Queue::View && std::ranges::count(query.views, place().view) == 0)
        query.views.push_back(place().view); // its figure stands above the list
    whenDone(m_workspace.sidebarCounts(std::move(query)), this, [this, took](const Result<store::SidebarCounts> &counts) {
        m_counting = false;
        // Where there is a great deal to count it takes a tenth of a processor, not all of it.
        m_countLater.start(int(std::clamp<qint64>(kCountShare * took.elapsed(), kCountMs, kMostCountMs)));
        if (!counts)
            return;
        auto views = std::exchange(m_counts.views, {});
        if (m_counts.queues.snoozed != counts->queues.snoozed)
            reloadList(Reload::Changed); // it may be that only the time of some has come
        m_counts = *counts;
        m_counts.views.merge(views);
        m_sidebar->setCounts(*counts);
        m_shell.rail().setBadge("inbox", m_counts.queues.mineUnread);
        showTitle();
        showEmptyText();
    });
}

namespace {

bool dependsOnTime(const std::vector<SavedView::Condition> &conditions)
{
    return std::ranges::any_of(conditions, [](const SavedView::Condition &condition) {
        const auto operation = model::fromName<model::ViewOperation>(condition.operation);
        return operation == model::ViewOperation::OlderThan || operation == model::ViewOperation::NewerThan;
    });
}

} // namespace

/// What belongs to a list changes also while nobody writes: at midnight, and where it is of what is older than a time.
void InboxPage::timePassed()
{
    const TimePoint today = startOfToday();
    const bool isOtherDay = std::exchange(m_today, today) != today;
    const store::ListQuery shown = query();
    const auto byTime = [](const SavedView &view) { return dependsOnTime(view.conditions); };
    if ((isOtherDay && shown.queue == store::Queue::Resolved) || dependsOnTime(shown.filters)
        || (shown.view && byTime(*shown.view)))
        reloadList(Reload::Changed);
    if (isOtherDay || m_counts.queues.snoozed > 0 || std::ranges::any_of(m_known.setup.views, byTime))
        reloadCounts();
}

std::int64_t InboxPage::countHere() const
{
    if (m_listCount >= 0)
        return m_listCount;
    const auto in = [](const auto &counts, const auto &id) {
        const auto found = counts.find(id);
        return found == counts.end() ? std::int64_t(0) : found->second;
    };
    switch (queue()) {
    case store::Queue::Mine: return m_counts.queues.mine;
    case store::Queue::Unassigned: return m_counts.queues.unassigned;
    case store::Queue::AllOpen: return m_counts.queues.allOpen;
    case store::Queue::Snoozed: return m_counts.queues.snoozed;
    case store::Queue::Resolved: return m_counts.queues.resolvedToday;
    case store::Queue::Drafts: return m_counts.drafts;
    case store::Queue::Mentions: return m_counts.mentions;
    case store::Queue::Followed: return m_counts.followed;
    case store::Queue::Team: return in(m_counts.teams, place().team);
    case store::Queue::View: return in(m_counts.views, place().view);
    }
    return 0;
}

// -- Views

void InboxPage::reloadSetup()
{
    whenDone(m_workspace.setup(), this, [this](const Result<store::Setup> &setup) {
        if (!setup)
            return;
        m_known.setup = *setup;
        m_known.masks = masksOf(m_workspace.agent());
        m_column->setKnown(m_known);
        StatusNames names;
        for (const model::CustomStatus &status : setup->statuses)
            names[status.id] = QString::fromStdString(status.name);
        m_list->setStatuses(names);
        m_pane->header().setStatuses(names);
        m_panel->setKnownTags(setup->customerTags);
        showViews();
    });
}

const SavedView *InboxPage::viewNamed(SavedViewId id) const
{
    const auto found = std::ranges::find(m_known.setup.views, id, &SavedView::id);
    return found == m_known.setup.views.end() ? nullptr : &*found;
}

std::vector<SavedViewId> InboxPage::keptIds(const char *name) const
{
    std::vector<SavedViewId> ids;
    for (const QString &text : QString::fromStdString(m_workspace.setting(name)).split(u' ', Qt::SkipEmptyParts)) {
        if (const auto id = SavedViewId::fromText(text.toStdString()))
            ids.push_back(*id);
    }
    return ids;
}

void InboxPage::keepIds(const char *name, const std::vector<SavedViewId> &ids)
{
    std::string text;
    for (const SavedViewId &id : ids)
        text += (text.empty() ? "" : " ") + id.text();
    m_workspace.setSetting(name, text);
}

/// What stands in the sidebar: not what was hidden, and in the order somebody has given it.
void InboxPage::showViews()
{
    const auto hidden = keptIds("views.hidden"), order = keptIds("views.order");
    std::vector<SavedView> shown;
    std::ranges::copy_if(m_known.setup.views, std::back_inserter(shown), [&](const SavedView &view) {
        return std::ranges::count(hidden, view.id) == 0 && model::sees(m_workspace.agent(), view);
    });
    std::ranges::stable_sort(shown, {}, [&](const SavedView &view) { // new ones at the end
        return std::ranges::find(order, view.id) - order.begin();
    });
    m_sidebar->setViews(shown);
    std::vector<model::Team> teams;
    std::ranges::copy_if(m_known.setup.teams, std::back_inserter(teams), [this](const model::Team &team) {
        const model::Agent &me = m_workspace.agent();
        return std::ranges::count(me.teams, team.id) > 0 || model::visibilityOf(me) == model::Visibility::Everything;
    });
    m_sidebar->setTeams(teams);
    std::vector<PaletteAnswers::Place> places;
    for (const model::Team &team : teams)
        places.push_back({QueuePlace(team.id).text(), QString::fromStdString(team.name), tr("Team"), "people"});
    for (const SavedView &view : shown)
        places.push_back({QueuePlace(view.id).text(), QString::fromStdString(view.name), tr("View"), "filter"});
    m_palette->setPlaces(std::move(places));
    const bool isGone = (queue() == store::Queue::View && !viewNamed(place().view))
                        || (queue() == store::Queue::Team && m_sidebar->nameOf(place()).isEmpty());
    // A copy that is being fetched anew has no views yet.
    const client::Status &status = m_workspace.status();
    if (isGone && m_ready && status.completeAsOf && !status.rebuilding) {
        chooseQueue(store::Queue::Mine);
        m_staysOpen = true;
        m_shell.toasts().add(tr("The list that you were in is no longer there. This is what is yours."));
        return;
    }
    describePlace();
    showTitle();
    reloadCounts();
    if (queue() == store::Queue::View)
        reloadList(Reload::Changed);
}

/// The order that a queue has of its own, and whether answered and not are told apart there.
void InboxPage::describePlace()
{
    const SavedView *current = queue() == store::Queue::View ? viewNamed(place().view) : nullptr;
    const bool open = queue() != store::Queue::Snoozed && queue() != store::Queue::Resolved
                      && queue() != store::Queue::Mentions && queue() != store::Queue::Followed
                      && queue() != store::Queue::Drafts && (!current || !model::namesStatus(*current));
    m_list->setColumns(current && current->columns
                           ? std::optional(RowColumns{*current->columns, m_known.setup.teams, m_known.setup.fields})
                           : std::nullopt);
    m_column->setPlace(current ? current->sort : SavedView::Sort::Newest, open);
}

void InboxPage::moveView(SavedViewId id, int to)
{
    std::vector<SavedViewId> order;
    const auto kept = keptIds("views.order"), hidden = keptIds("views.hidden");
    std::vector<SavedView> all = m_known.setup.views;
    std::ranges::stable_sort(all, {},
                             [&](const SavedView &view) { return std::ranges::find(kept, view.id) - kept.begin(); });
    int shown = 0;
    bool placed = false;
    for (const SavedView &view : all) {
        if (view.id == id)
            continue;
        const bool isHidden = std::ranges::count(hidden, view.id) > 0;
        if (!isHidden && shown++ == to) {
            order.push_back(id);
            placed = true;
        }
        order.push_back(view.id);
    }
    if (!placed)
        order.push_back(id);
    keepIds("views.order", order);
    showViews();
}

void InboxPage::editView(SavedView view, bool isNew)
{
    viewEditor().edit(view, m_known, m_workspace.agent(), isNew);
}

/// What was not saved, because somebody was faster: over theirs, which was seen by now, or as a view of its own.
void InboxPage::editAgain(SavedView view)
{
    const SavedView *theirs = viewNamed(view.id);
    if (!theirs)
        view.id = m_workspace.makeId<SavedViewId>();
    view.version = theirs ? theirs->version : 0;
    editView(std::move(view), !theirs);
}

void InboxPage::saveView(const SavedView &view)
{
    const bool isNew = !viewNamed(view.id);
    if (isNew) { // shown at once, before the copy has been read again
        m_known.setup.views.push_back(view);
        m_known.setup.views.back().owner = m_workspace.agent().id;
    }
    run({model::SaveView{view}});
    if (isNew) {
        showViews();
        chooseQueue(QueuePlace(view.id));
    }
}

void InboxPage::saveFilterAsView()
{
    if (queue() == store::Queue::Drafts) {
        m_shell.toasts().add(tr("Drafts are on this computer alone, so a view cannot be made of them"), {}, {}, {}, 5000);
        return;
    }
    SavedView view{.id = m_workspace.makeId<SavedViewId>(), .owner = m_workspace.agent().id};
    if (const SavedView *current = queue() == store::Queue::View ? viewNamed(place().view) : nullptr) {
        view.conditions = current->conditions;
        view.matchAny = current->matchAny;
        view.sort = current->sort;
        view.columns = current->columns;
    }
    const auto add = [&view](const char *field, const char *operation, std::string value = {}) {
        view.conditions.push_back({field, operation, std::move(value)});
    };
    switch (queue()) {
    case store::Queue::Mine: add("assignee", "is", std::string(model::kMe)); break;
    case store::Queue::Unassigned: add("assignee", "is_not_set"); break;
    case store::Queue::Snoozed: add("status", "is", "snoozed"); break;
    case store::Queue::Resolved: add("resolved", "newer_than", "1440"); break;
    case store::Queue::Mentions: // whatever has become of them
        add("mentioned", "is_set");
        add("status", "is_set");
        break;
    case store::Queue::Followed:
        add("following", "is_set");
        add("status", "is_set");
        break;
    case store::Queue::Team: add("team", "is", place().team.text()); break;
    case store::Queue::AllOpen:
    case store::Queue::Drafts:
    case store::Queue::View: break;
    }
    auto filters = m_column->filter().conditions();
    if (!m_column->filter().words.isEmpty())
        filters.push_back({"words", "contains", m_column->filter().words.toStdString()});
    // Rows that any of may match do not go together with those that all have to.
    if (view.matchAny && view.conditions.size() > 1 && !filters.empty()) {
        m_shell.toasts().add(tr("This view shows what any of its rows match, so the filter cannot be added to them."), {},
                             {}, {}, 6000);
        return;
    }
    if (!filters.empty())
        view.matchAny = false;
    view.conditions.insert(view.conditions.end(), filters.begin(), filters.end());
    view.sort = m_column->filter().sort.value_or(view.sort);
    editView(std::move(view), true);
}

void InboxPage::showViewMenu(SavedViewId id, const QPoint &globalPosition)
{
    const SavedView *view = viewNamed(id);
    if (!view)
        return;
    const model::Agent &me = m_workspace.agent();
    const bool mayChange = view->owner == me.id || model::may(me, model::Permission::ShareWithEverybody);
    const QString others = tr("This view is somebody else's: duplicate it to change it");
    QMenu menu(this);
    menu.setToolTipsVisible(true);
    const auto add = [&](const QString &text, bool enabled, auto run) {
        QAction *action = menu.addAction(text, this, run);
        action->setEnabled(enabled);
        if (!enabled)
            action->setToolTip(others);
    };
    add(tr("Edit"), mayChange, [this, view = *view] { editView(view, false); });
    add(tr("Duplicate"), true, [this, view = *view]() mutable {
        view.id = m_workspace.makeId<SavedViewId>();
        view.owner = m_workspace.agent().id;
        view.sharing = SavedView::Sharing::Private;
        view.team.reset();
        view.version = 0;
        view.name = tr("%1 copy", "the name of a duplicated view").arg(QString::fromStdString(view.name)).toStdString();
        editView(std::move(view), true);
    });
    add(tr("Share"), mayChange, [this, view = *view] {
        editView(view, false);
        if (auto *sharing = viewEditor().findChild<QAbstractButton *>("viewSharing"))
            sharing->click();
    });
    menu.addSeparator();
    add(tr("Hide"), true, [this, id] {
        auto hidden = keptIds("views.hidden");
        hidden.push_back(id);
        keepIds("views.hidden", hidden);
        showViews();
        if (place() == QueuePlace(id))
            chooseQueue(store::Queue::Mine);
    });
    if (!keptIds("views.hidden").empty())
        add(tr("Show hidden views"), true, [this] {
            keepIds("views.hidden", {});
            showViews();
        });
    menu.addSeparator();
    add(tr("Remove"), mayChange, [this, id] {
        if (place() == QueuePlace(id))
            chooseQueue(store::Queue::Mine);
        run({model::RemoveView{id}});
    });
    menu.exec(globalPosition);
}

void InboxPage::showWorkspaceMenu(const QPoint &globalPosition)
{
    auto *menu = new QMenu(this);
    menu->setObjectName("workspaceActions");
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const char *id : {"settings", "shortcuts", "", "signOut"}) {
        if (QAction *action = m_shell.actions().action(QLatin1String(id)))
            menu->addAction(action);
        else if (!*id)
            menu->addSeparator();
    }
    menu->popup(globalPosition);
}

void InboxPage::showListMenu(const QPoint &globalPosition)
{
    QMenu menu(this);
    for (const char *id : {"filterList", "saveFilter", "selectAll"}) {
        const ActionRegistry &actions = m_shell.actions();
        const QString key = QLatin1String(id) == QLatin1String("selectAll") ? QStringLiteral("Ctrl+A") : actions.keyText(id);
        QAction *shown = menu.addAction(actions.spec(id)->text + u'\t' + key);
        connect(shown, &QAction::triggered, actions.action(id), &QAction::trigger);
    }
    if (queue() == store::Queue::Drafts && !m_lost.empty())
        menu.addAction(tr("Drafts of conversations you can no longer see"), this, &InboxPage::showLostDrafts);
    if (const SavedView *view = queue() == store::Queue::View ? viewNamed(place().view) : nullptr) {
        menu.addSeparator();
        menu.addAction(tr("Edit this view"), this, [this, view = *view] { editView(view, false); });
    }
    if (!keptIds("views.hidden").empty()) {
        menu.addSeparator();
        menu.addAction(tr("Show hidden views"), this, [this] {
            keepIds("views.hidden", {});
            showViews();
        });
    }
    menu.exec(globalPosition);
}

// -- All that match

/// All that match, 5,000 at a time: what is selected already, and goes on, is followed by the next of them.
void InboxPage::selectEverything()
{
    store::ListQuery asked = query();
    asked.count = kMostAtOnce + 1;
    asked.countOthers = false;
    if (m_everythingGoesOn && !m_everything.empty() && isEverythingSelected())
        asked.after = m_everything.back().place;
    whenDone(
        m_workspace.conversations(asked), this,
        [this, after = asked.after, question = ++m_everythingQuestion](Result<std::vector<store::ConversationRow>> rows) {
            if (!rows || question != m_everythingQuestion)
                return;          // another view or filter is shown by now
            if (rows->empty()) { // what came next is gone meanwhile
                m_everythingGoesOn = false;
                emit m_list->selectionChanged(false);
                return;
            }
            const bool goesOn = std::int64_t(rows->size()) > kMostAtOnce;
            if (goesOn)
                rows->pop_back();
            m_everything = std::move(*rows);
            m_everythingAfter = after;
            m_everythingGoesOn = goesOn;
            selectLoaded();
            emit m_list->selectionChanged(false);
            if (!goesOn && !after)
                return;
            const int count = int(m_everything.size());
            const QString said = after ? tr("The next %Ln are selected.", nullptr, count)
                                       : tr("The first %Ln are selected: so many are done at a time.", nullptr, count);
            if (goesOn)
                m_shell.toasts().add(
                    said, tr("Select the next"), "Ctrl+A", [this] { selectEverything(); }, 6000);
            else
                m_shell.toasts().add(said, {}, {}, {}, 6000);
        });
}

/// What does not match any more, because somebody has done something about it, is not selected any more either.
void InboxPage::reviewEverything()
{
    if (m_everything.empty())
        return;
    store::ListQuery asked = query();
    asked.count = kMostAtOnce;
    asked.countOthers = false;
    asked.after = m_everythingAfter;
    whenDone(m_workspace.conversations(asked), this,
             [this, question = ++m_everythingQuestion](Result<std::vector<store::ConversationRow>> rows) {
                 if (!rows || m_everything.empty() || question != m_everythingQuestion)
                     return;
                 std::set<model::ConversationId> chosen;
                 for (const store::ConversationRow &row : m_everything)
                     chosen.insert(row.conversation.id);
                 std::erase_if(*rows, [&chosen](const auto &row) { return !chosen.contains(row.conversation.id); });
                 m_everything = std::move(*rows);
                 emit m_list->selectionChanged(false);
             });
}

/// Those of everything that are on the screen are selected there; what has come since is not one of them.
void InboxPage::selectLoaded()
{
    if (m_everything.empty())
        return;
    std::set<model::ConversationId> ids;
    for (const store::ConversationRow &row : m_everything)
        ids.insert(row.conversation.id);
    m_list->select(ids);
}

bool InboxPage::isEverythingSelected() const
{
    const auto &selected = m_list->selected();
    return std::ranges::all_of(m_everything, [&](const store::ConversationRow &row) {
        const model::ConversationId id = row.conversation.id;
        return selected.contains(id) || m_rows->indexOf(id) < 0 || m_rows->isGone(id);
    });
}

void InboxPage::forgetEverything()
{
    ++m_everythingQuestion;
    m_everything.clear();
    m_everythingAfter.reset();
    m_everythingGoesOn = false;
}

QString InboxPage::bulkProblem(std::size_t count) const
{
    return count > 1 && !model::may(m_workspace.agent(), model::Permission::BulkActions)
               ? tr("Your role may not change several conversations at once")
               : QString();
}

// -- Mentions

void InboxPage::seeMention()
{
    const auto &row = m_pane->row();
    if (!row || !row->mentionNew || row->conversation.id != m_pane->conversation() || !m_pane->isVisible()
        || !window()->isActiveWindow() || std::exchange(m_seeing, true))
        return;
    whenDone(m_workspace.submit({model::SeeMentions{row->conversation.id}}, {}, false), this,
             [this](const Result<client::Submitted> &) { m_seeing = false; });
}

} // namespace tributary::ui
