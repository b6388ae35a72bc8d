#include "ui/inbox/inbox_page.h"

#include "core/model/commands.h"
#include "core/model/permissions.h"
#include "core/store/view_query.h"
#include "ui/customer/customer_panel.h"
#include "ui/customer/merge_flow.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/queue_sidebar.h"
#include "ui/inbox/view_editor.h"
#include "ui/outbox/compare_sheet.h"
#include "ui/outbox/outbox_popover.h"
#include "ui/search/command_palette.h"
#include "ui/shell/announcements.h"
#include "ui/shell/rail.h"
#include "ui/shell/settings_file.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/status_line.h"
#include "ui/shell/toasts.h"
#include "ui/shell/when_done.h"
#include "ui/theme/short_count.h"

#include <QApplication>
#include <QPainter>
#include <QScopedValueRollback>

namespace tributary::ui {
namespace {

constexpr std::int64_t kPage = 100;
constexpr std::int64_t kMostReread = 600; ///< Rows at the top that are read again at once after a change ...
constexpr int kReadFarMs = 500;           ///< ... and after so long all that are loaded.
constexpr int kRefreshMs = 40;
constexpr int kKeepMs = 3'000; ///< The end of the program waits so long for the journal.

} // namespace

InboxPage::InboxPage(const Theme &theme, const Clock &clock, client::Workspace &workspace, ShellWindow &shell,
                     SettingsFile &settings)
    : QWidget(shell.sectionParent())
    , m_theme(theme)
    , m_clock(clock)
    , m_workspace(workspace)
    , m_shell(shell)
    , m_settings(settings)
    , m_rows(new ConversationRows(this))
    , m_sidebar(new QueueSidebar(theme, this))
    , m_list(new ConversationList(theme, clock, this))
{
    setAttribute(Qt::WA_OpaquePaintEvent);
    setObjectName("inboxPage");
    addTriageActions();
    addTicketActions();
    m_column = new ListColumn(theme, shell.actions(), shell.picker(), m_list, this);
    m_pane = new ConversationPane(theme, clock, workspace, shell.actions(), shell.picker(), shell.toasts(), this);
    m_panel = new CustomerPanel(theme, clock, shell.picker(), this);
    m_palette = new CommandPalette(theme, clock, workspace, shell.actions(), &shell);
    m_outbox = new OutboxPopover(theme, clock, workspace, shell.toasts(), &shell);
    m_merge = new MergeFlow(theme, clock, workspace, shell.toasts(), &shell);
    addComposerActions();
    addGoToActions();
    wirePanes();
    m_sidebar->setProperty("pane", int(SidebarPane));
    m_panel->setProperty("pane", int(CustomerPane));
    m_sidebar->setToolTips(shell.actions().toolTip("palette"), shell.actions().toolTip("newConversation"));
    m_list->setModel(m_rows);
    m_list->setPresence([this](model::ConversationId id) -> std::optional<RowPresence> {
        std::vector<client::Present> all = m_workspace.presentAt(id);
        std::ranges::stable_partition(all,
                                      [](const client::Present &one) { return one.kind == wire::Presence::Kind::Typing; });
        for (const client::Present &present : all) {
            if (present.agent.isNull())
                continue;
            const auto agent = std::ranges::find(m_agents, present.agent, &model::Agent::id);
            const QString name = agent == m_agents.end() ? tr("A colleague") : QString::fromStdString(agent->name);
            const QString first = agent == m_agents.end() ? name : name.section(u' ', 0, 0);
            return RowPresence{present.kind == wire::Presence::Kind::Typing ? tr("%1 writes").arg(first)
                                                                            : tr("%1 is here").arg(first),
                               name, present.agent.bytes};
        }
        return std::nullopt;
    });
    layOut();
    wire();
    m_list->setLoading(true);
    // The list first: questions to the copy are answered in their order, and it is what somebody waits for. But of a view, a
    // team or the drafts nobody can say what belongs there before they are known.
    const QueuePlace place = QueuePlace::fromText(m_settings.value("inbox/queue").toString());
    using store::Queue;
    const bool needsMore = place.queue == Queue::View || place.queue == Queue::Team || place.queue == Queue::Drafts;
    if (!needsMore)
        chooseQueue(place);
    reloadPeople();
    reloadSetup();
    reloadDrafts();
    reloadCounts();
    if (needsMore)
        chooseQueue(place);
    m_list->setFocus(); // when it is shown: behind a page of the sign-in the first field would have it, which is the search
}

InboxPage::~InboxPage()
{
    m_settings.setValue("inbox/splitter", m_splitter->saveState());
}

void InboxPage::wire()
{
    connect(m_sidebar, &QueueSidebar::queueChosen, this, &InboxPage::chooseQueue);
    connect(m_sidebar, &QueueSidebar::searchClicked, this, &InboxPage::openPalette);
    connect(m_sidebar, &QueueSidebar::newConversationWanted, this,
            [this] { m_shell.actions().action("newConversation")->trigger(); });
    connect(m_sidebar, &QueueSidebar::accountClicked, this, &InboxPage::explainAccount);
    connect(m_sidebar, &QueueSidebar::workspaceMenuWanted, this, &InboxPage::showWorkspaceMenu);
    connect(m_list, &ConversationList::opened, this, [this](model::ConversationId id) { m_pane->open(id); });
    connect(m_pane, &ConversationPane::rowChanged, this, &InboxPage::seeMention);
    connect(m_pane, &ConversationPane::rowChanged, this, [this] { m_recent.opened(m_pane->row()->conversation.id); });
    connect(m_list, &ConversationList::moreWanted, this, &InboxPage::loadMore);
    connect(m_list, &ConversationList::holdEnded, m_rows, &ConversationRows::release);
    connect(m_list, &ConversationList::menuWanted, this, [this](const QPoint &at) { showMenu(at, true); });
    connect(m_column, &ListColumn::selectionCleared, m_list, &ConversationList::clearSelection);
    connect(m_column, &ListColumn::waitingClicked, m_rows, &ConversationRows::release);
    connect(m_rows, &ConversationRows::goneChanged, this, &InboxPage::askWhatBecame);
    connect(m_rows, &ConversationRows::waitingChanged, this, [this] { m_column->setWaiting(m_rows->waiting()); });
    connect(&m_pane->header(), &ConversationHeader::actionWanted, this, [this](const QString &id) {
        const QScopedValueRollback about(m_aboutOpen, true);
        m_shell.actions().action(id)->trigger();
    });
    connect(&m_pane->header(), &ConversationHeader::moreWanted, this, [this](const QPoint &at) { showMenu(at, false); });
    connect(m_pane, &ConversationPane::snoozeWanted, this, &InboxPage::snooze);
    connect(m_pane, &ConversationPane::resolvedBySend, this, [this](model::ConversationId id) {
        if (m_pane->composer().hasText()) // since it was sent: one goes on when that has gone, too
            return;
        if (const model::ConversationId next = nextAfter({id}); !next.isNull())
            openConversation(next);
    });
    connect(m_pane, &ConversationPane::draftsChanged, this, &InboxPage::reloadDrafts);
    connect(m_list, &ConversationList::entered, this, &InboxPage::enterTimeline);
    // The window closes, the program ends, or the session of the desktop does: what was typed last is kept first.
    connect(&m_shell, &ShellWindow::closing, this, &InboxPage::keepTyped);
    m_shell.addUnkept(this, [this] {
        const QString refused = m_panel->showRefused();
        if (!refused.isEmpty() && !isVisible())
            emit attentionWanted();
        return refused;
    });
    connect(qApp, &QCoreApplication::aboutToQuit, this, &InboxPage::keepTyped);
    connect(qApp, &QGuiApplication::commitDataRequest, this, &InboxPage::keepTyped, Qt::DirectConnection);
    connect(m_pane, &ConversationPane::announced, &m_shell.announcements(), &Announcements::say);
    connect(m_pane, &ConversationPane::alerted, &m_shell.announcements(), &Announcements::sayNow);
    wirePeople();
    wireOutbox();
    wireTicket();
    wireViews();
    wireDrag();
    wireQuick();

    m_readFar.setSingleShot(true);
    m_readFar.setInterval(kReadFarMs);
    connect(&m_readFar, &QTimer::timeout, this, [this] { reloadList(Reload::Whole); });
    m_refresh.setSingleShot(true);
    connect(&m_refresh, &QTimer::timeout, this, [this] {
        m_refreshed.start();
        onChanged(std::exchange(m_pendingChanges, {}));
    });
    connect(&m_workspace, &client::Workspace::changed, this, [this](const store::ChangeSet &changes) {
        m_rows->letGo(changes.own, m_listQuestion); // at once: a list that is read already may be without them
        m_pane->apply(changes);                     // who reads it waits for it
        m_pendingChanges.add(changes);
        if (m_refresh.isActive())
            return;
        // Of the lists the first at once; those that come on its heels together. What was decided here is being read
        // already.
        const bool isBeingRead = !changes.own.empty() && m_decided == m_listQuestion;
        const qint64 since = m_refreshed.isValid() ? m_refreshed.elapsed() : kRefreshMs;
        m_refresh.start(isBeingRead ? kRefreshMs : int(std::max<qint64>(0, kRefreshMs - since)));
    });
    // What is about to be shown of it is told of a moment later, and has the list read anyhow.
    m_outboxRead.setSingleShot(true);
    m_outboxRead.setInterval(kRefreshMs);
    connect(&m_outboxRead, &QTimer::timeout, this, [this] { reloadList(Reload::Changed); });
    connect(&m_workspace, &client::Workspace::outboxChanged, &m_outboxRead, qOverload<>(&QTimer::start));
    connect(&m_workspace, &client::Workspace::draftChanged, this, &InboxPage::reloadDrafts);
    connect(&m_pane->composer(), &Composer::draftChanged, this, &InboxPage::reloadDrafts);
    connect(&m_workspace, &client::Workspace::presenceChanged, m_list->viewport(), qOverload<>(&QWidget::update));
    connect(&m_workspace, &client::Workspace::agentChanged, this, [this] {
        m_list->setMe(m_workspace.agent().id);
        if (std::exchange(m_me, m_workspace.agent().id) != m_workspace.agent().id)
            forgetOthers();
        reloadPeople();
        reloadCounts();
        reloadList(Reload::Changed);
        refreshRights();
    });
    m_me = m_workspace.agent().id;
    m_list->setMe(m_me);
    refreshRights();
    const auto status = [this] {
        m_sidebar->setWorkspaceName(QString::fromStdString(m_workspace.status().workspace));
        m_list->setOffline(!isLinked());
        if (m_awaitsCopy && hasCopy()) // which has nothing for this list, or it would have been read already
            reloadList(Reload::FromTop);
    };
    connect(&m_workspace, &client::Workspace::statusChanged, this, status);
    status();
    connect(qApp, &QApplication::focusChanged, this, [this] {
        refreshHints();
        seeMention();
        m_pane->lookAgain();
    });
    connect(m_pane, &ConversationPane::leaveWanted, this, &InboxPage::takeKeys);
    connect(m_palette, &CommandPalette::conversationChosen, this, &InboxPage::openConversation);
    connect(m_palette, &CommandPalette::customerChosen, this, &InboxPage::openCustomer);
    connect(m_palette, &CommandPalette::companyChosen, this, &InboxPage::openCompany);
    connect(m_palette, &CommandPalette::placeChosen, this,
            [this](const QString &id) { chooseQueue(QueuePlace::fromText(id)); });
}

/// Somebody else sits here now, or nobody: lists, texts and ways back are of the one before. The pane closes by itself.
void InboxPage::forgetOthers()
{
    for (Overlay *open : m_shell.findChildren<Overlay *>()) {
        if (open->isVisible())
            open->dismiss();
    }
    m_shell.toasts().clear();
    m_recent = {};
    m_cardEdits.clear();
    m_refused.clear();
    m_beside.reset();
    showDrafts({});
    reloadDrafts();
    forgetEverything();
    m_list->clearSelection();
    m_rows->clear();
    m_list->setLoading(true);
    reloadList(Reload::FromTop);
}

/// The window closes, or the program ends: what is being written, to customers and about them, is in the journal after it.
void InboxPage::keepTyped()
{
    m_panel->leaveFields();
    m_pane->keepWriting();
    waitUntil(this, kKeepMs, [this] { return m_giving == 0; });
}

bool InboxPage::isLinked() const
{
    const client::Status::State state = m_workspace.status().state;
    return state == client::Status::State::Live || state == client::Status::State::CatchingUp;
}

/// False while the first copy of the workspace is still being fetched: what is not here may be on its way.
bool InboxPage::hasCopy() const
{
    const client::Status &status = m_workspace.status();
    return status.completeAsOf || status.state == client::Status::State::SignedOut;
}

const QueuePlace &InboxPage::place() const
{
    return m_sidebar->current();
}

void InboxPage::takeKeys()
{
    m_list->setFocus();
}

void InboxPage::chooseQueue(const QueuePlace &place)
{
    if (m_ready && !isVisible())
        emit attentionWanted();
    const bool other = !(place == m_sidebar->current());
    m_sidebar->setCurrent(place);
    m_settings.setValue("inbox/queue", place.text());
    forgetEverything();
    m_list->clearSelection();
    m_list->setShowOwner(place.queue != store::Queue::Mine);
    if (other) { // what one queue was filtered by says nothing about another
        ListColumn::Filter fresh;
        fresh.channel = m_column->filter().channel;
        m_column->setFilter(fresh);
    }
    describePlace();
    if (place.queue == store::Queue::View)
        reloadCounts();
    m_listCount = -1;
    m_staysOpen = false;
    m_list->setLoading(true);
    showTitle();
    reloadList(Reload::FromTop);
    m_sidebarOver = false; // it has served, and the list is what was asked for
    if (m_ready)
        m_stackedInTimeline = false;
    applyBreakpoints();
}

store::ListQuery InboxPage::query() const
{
    const ListColumn::Filter &filter = m_column->filter();
    store::ListQuery query{.queue = place().queue, .filters = filter.conditions(), .sort = filter.sort};
    query.words = filter.words.toStdString();
    if (place().queue == store::Queue::Team)
        query.team = place().team;
    if (const model::SavedView *view = viewNamed(place().view); view && place().queue == store::Queue::View)
        query.view = *view;
    query.drafts = m_drafts;
    query.startOfToday = startOfToday();
    query.now = m_clock.now();
    query.count = kPage;
    return query;
}

void InboxPage::reloadList(Reload how)
{
    m_outboxRead.stop();
    // What has changed meanwhile is no reason to forget that another queue was asked for.
    m_fromTop |= how == Reload::FromTop;
    const bool fromTop = m_fromTop;
    store::ListQuery asked = query();
    const bool sameOrder = how != Reload::FromTop && asked.view == m_listed; // a view that was edited may have another
    m_listed = asked.view;
    if (!sameOrder)
        ++m_listNumber;
    const std::int64_t read = std::max({kPage, m_loaded, std::int64_t(m_rows->read().size())});
    if (!fromTop) { // as many as were read, of which some are shown as one: fewer would be missed each time
        asked.count = how == Reload::Whole ? read : std::min(read, kMostReread);
        if (read > asked.count && !m_readFar.isActive())
            m_readFar.start();
    }
    const std::uint64_t question = ++m_listQuestion;
    if (m_column->filter().narrows()) {
        whenDone(m_workspace.listLength(asked, store::SidebarCounts::kMost), this,
                 [this, question](const Result<std::int64_t> &length) {
                     if (question != m_listQuestion || !length)
                         return;
                     m_listCount = *length;
                     showTitle();
                     sayCount();
                 });
    } else {
        m_listCount = -1;
    }
    const bool isDecided = how == Reload::Decided;
    if (isDecided)
        m_decided = question;
    whenDone(isDecided ? m_workspace.conversationsBehindSubmitted(asked) : m_workspace.conversations(asked), this,
             [this, question, fromTop, sameOrder, asked](Result<std::vector<store::ConversationRow>> rows) {
                 if (question != m_listQuestion)
                     return;
                 if (!rows)
                     return sayUnread(rows.error());
                 m_awaitsCopy = fromTop && rows->empty() && !hasCopy();
                 m_fromTop = m_awaitsCopy;
                 m_decided = 0;
                 const bool isHeld = !fromTop && m_list->isHeld();
                 if (fromTop) {
                     m_rows->clear();
                     m_rows->setSharing(showsOnePerCustomer());
                     m_loaded = kPage; // what was read of another queue says nothing
                 }
                 takeRows(asked, std::move(*rows), sameOrder && !fromTop, isHeld);
                 m_rows->answered(question);
                 m_list->setLoading(m_awaitsCopy);
                 selectLoaded();
                 showEmptyText();
                 showTitle();
                 if (!m_column->filter().narrows())
                     sayCount();
                 if (fromTop && !std::exchange(m_staysOpen, false) && m_pane->person().isNull()
                     && m_rows->indexOf(m_pane->conversation()) < 0 && m_rows->rowCount() > 0)
                     m_list->openFirst();
                 else
                     followPane();
                 m_list->lookForMore();
                 if (!m_ready) {
                     m_ready = true;
                     if (!QApplication::focusWidget() || !QApplication::focusWidget()->isVisible())
                         m_list->setFocus();
                     emit ready();
                 }
             });
}

/// Bars would stand there for ever. Not of what is asked anew by itself.
void InboxPage::sayUnread(const Error &error)
{
    if (!m_list->isLoading() || error.kind == Error::Kind::Conflict || error.kind == Error::Kind::Offline)
        return;
    m_rows->clear();
    m_list->setLoading(false);
    m_list->setEmptyText(tr("This list could not be read"), tr("The copy on this computer does not give it."),
                         tr("Try again"), tr("Enter"), [this] {
                             m_list->setLoading(true);
                             reloadList(Reload::FromTop);
                         });
}

/// What has just been submitted about @p about, as soon as it is kept: their rows as they are then, or that they are gone.
/// To read the list, with what moves up into it, takes longer.
void InboxPage::showDecided(const std::set<model::ConversationId> &about)
{
    store::ListQuery asked = query();
    asked.among.assign(about.begin(), about.end());
    asked.count = std::int64_t(about.size());
    whenDone(m_workspace.conversationsBehindSubmitted(asked), this,
             [this, about, number = m_listNumber](const Result<Rows> &rows) {
                 if (!rows || number != m_listNumber || m_fromTop)
                     return;
                 Rows read;
                 for (const store::ConversationRow &row : m_rows->read()) {
                     const auto now =
                         std::ranges::find(*rows, row.conversation.id, [](const auto &one) { return one.conversation.id; });
                     if (now != rows->end())
                         read.push_back(*now);
                     else if (!about.contains(row.conversation.id))
                         read.push_back(row);
                 }
                 m_rows->update(std::move(read), m_list->isHeld());
                 followPane();
             });
}

/// The row of what is open is the one that the keys start from.
void InboxPage::followPane()
{
    if (m_list->current() != m_pane->conversation() && m_rows->indexOf(m_pane->conversation()) >= 0)
        m_list->setCurrent(m_pane->conversation());
}

/// The top of the list, read again. With @p goesOn what lies further down stays until it is read as well.
void InboxPage::takeRows(const store::ListQuery &asked, Rows rows, bool goesOn, bool isHeld)
{
    const bool isMore = std::int64_t(rows.size()) >= asked.count;
    if (isMore && goesOn && !rows.empty()) {
        std::set<model::ConversationId> fresh;
        for (const store::ConversationRow &row : rows)
            fresh.insert(row.conversation.id);
        const store::ListPlace last = rows.back().place;
        for (const store::ConversationRow &row : m_rows->read()) {
            if (!fresh.contains(row.conversation.id) && store::isBehind(asked, row.place, last))
                rows.push_back(row);
        }
    }
    if (!goesOn || std::int64_t(m_rows->read().size()) <= asked.count)
        m_reachedEnd = !isMore;
    // While the order is held what came pushes nothing out at the end; after that the list is as long as it was asked for.
    const auto most = std::size_t(std::max(kPage, m_loaded));
    if (!isHeld && rows.size() > most) {
        rows.resize(most);
        m_reachedEnd = false;
    }
    m_rows->update(std::move(rows), isHeld);
}

/// A row that stays behind says whether it was resolved.
void InboxPage::askWhatBecame()
{
    store::ListQuery asked{.queue = store::Queue::Drafts, .now = m_clock.now()}; // these and no others
    asked.drafts.assign(m_rows->gone().begin(), m_rows->gone().end());
    asked.count = std::int64_t(asked.drafts.size());
    if (asked.drafts.empty())
        return;
    whenDone(m_workspace.conversations(asked), this, [this](Result<std::vector<store::ConversationRow>> rows) {
        if (rows)
            m_rows->showWhatBecame(std::move(*rows));
    });
}

void InboxPage::loadMore()
{
    if (m_loadingMore || m_reachedEnd || m_fromTop || m_rows->read().empty())
        return;
    m_loadingMore = true;
    store::ListQuery asked = query();
    asked.after = m_rows->read().back().place;
    whenDone(m_workspace.conversations(asked), this,
             [this, asked, list = m_listNumber](Result<std::vector<store::ConversationRow>> rows) {
                 m_loadingMore = false;
                 if (!rows)
                     return;
                 const auto &read = m_rows->read();
                 if (list == m_listNumber && !read.empty() && read.back().place == asked.after) {
                     m_reachedEnd = std::int64_t(rows->size()) < kPage;
                     m_loaded = std::max(m_loaded, std::int64_t(read.size())) + kPage;
                     m_rows->append(std::move(*rows));
                     selectLoaded();
                 }
                 m_list->lookForMore(); // of what it goes on from the end has moved, or all of it shares rows above
             });
}

/// Of the drafts, what one was asked to look at and what one follows each is to be found.
bool InboxPage::showsOnePerCustomer() const
{
    return queue() != store::Queue::Drafts && queue() != store::Queue::Mentions && queue() != store::Queue::Followed;
}

TimePoint InboxPage::startOfToday() const
{
    const TimeFormat here; // the time zone of now: a computer travels
    return fromMs(here.startOfDay(here.dateOf(m_clock.now())));
}

void InboxPage::reloadPeople()
{
    whenDone(m_workspace.agents(), this, [this](const Result<std::vector<model::Agent>> &agents) {
        if (!agents)
            return;
        m_agents = *agents;
        m_pane->setAgents(m_agents);
        m_known.agents = *agents;
        m_column->setKnown(m_known);
        reloadLoads();
    });
    whenDone(m_workspace.channelAccounts(), this, [this](const Result<std::vector<model::ChannelAccount>> &accounts) {
        if (!accounts)
            return;
        tellOfAccounts(*accounts);
        m_sidebar->setAccounts(*accounts);
        m_pane->setAccounts(*accounts);
        m_known.accounts = *accounts;
        m_column->setKnown(m_known);
    });
    whenDone(m_workspace.knownTags(), this, [this](const Result<std::vector<std::string>> &tags) {
        if (!tags)
            return;
        m_tags = *tags;
        m_known.tags = *tags;
        m_column->setKnown(m_known);
    });
}

void InboxPage::onChanged(const store::ChangeSet &changes)
{
    std::erase_if(m_cardEdits,
                  [&changes](const auto &edit) { return changes.everything || changes.customers.contains(edit.first); });
    if (const store::ListQuery shown = query();
        changes.conversations.contains(m_pane->conversation())
        && (model::namesReading({.conditions = shown.filters}) || (shown.view && model::namesReading(*shown.view))))
        m_rows->letGo({m_pane->conversation()}, m_listQuestion); // it has been read, and leaves by that
    if (changes.everything || std::ranges::any_of(m_drafts, [&changes](model::ConversationId id) {
            return changes.conversations.contains(id);
        }))
        findLostDrafts();
    if (changes.everything || changes.accounts || changes.agents)
        reloadPeople();
    if (changes.everything || changes.setup || changes.agents)
        reloadSetup();
    if (changes.everything || changes.setup || changes.links || !changes.companies.empty() || !changes.customers.empty())
        reloadPerson(true);
    if (changes.everything || changes.links || !changes.conversations.empty() || !changes.customers.empty()) {
        reloadList(Reload::Changed);
        reviewEverything();
        reloadCounts();
        if (isAssigning())
            reloadLoads();
    }
}

void InboxPage::showTitle()
{
    const qint64 count = countHere();
    const bool ofOpen =
        queue() != store::Queue::Resolved && queue() != store::Queue::Snoozed && queue() != store::Queue::Drafts
        && queue() != store::Queue::Mentions && queue() != store::Queue::Followed
        && (queue() != store::Queue::View || !viewNamed(place().view) || !model::namesStatus(*viewNamed(place().view)))
        && !model::namesStatus(model::SavedView{.conditions = m_column->filter().conditions()});
    const QString number = shortCount(count, locale());
    m_list->setTotal(count);
    m_column->setTitle(m_sidebar->nameOf(place()), ofOpen ? tr("%1 open").arg(number) : number,
                       count > kMostShown ? wholeCount(count, locale()) : QString());
}

/// How many a filter leaves, for who cannot see it.
void InboxPage::sayCount()
{
    if (!std::exchange(m_saysCount, false) || !isVisible())
        return;
    const qint64 count = countHere();
    m_shell.announcements().say(count > 0 ? tr("%n conversation(s)", nullptr, int(count)) : tr("Nothing here"),
                                QStringLiteral("filter"));
}

void InboxPage::showEmptyText()
{
    const QString name = m_sidebar->nameOf(place());
    const store::QueueCounts &counts = m_counts.queues;
    if (m_column->filter().narrows()) {
        m_list->setEmptyText(tr("Nothing here"), tr("No conversation in %1 matches this filter.").arg(name),
                             tr("Clear the filter"), tr("Enter"), [this] {
                                 m_column->clearFilter();
                                 m_list->setFocus(Qt::OtherFocusReason);
                             });
    } else if (queue() == store::Queue::Drafts && !m_lost.empty()) {
        m_list->setEmptyText(
            tr("No drafts here"),
            tr("%n draft(s) belong to conversations that you can no longer see.", nullptr, int(lostDrafts().size())),
            tr("Look"), tr("Enter"), [this] { showLostDrafts(); });
    } else if (queue() == store::Queue::Drafts) {
        m_list->setEmptyText(tr("No drafts"), tr("What you begin to write and leave stands here."));
    } else if (queue() == store::Queue::Mentions) {
        m_list->setEmptyText(tr("No mentions"), tr("Conversations in which a colleague asks you to look stand here."));
    } else if (queue() == store::Queue::Followed) {
        m_list->setEmptyText(tr("Nothing followed"), tr("Conversations that you follow stand here, resolved ones too."));
    } else if (queue() == store::Queue::Mine && counts.unassigned > 0) {
        const QString waiting = tr("%n conversation(s) are unassigned.", nullptr, int(counts.unassigned));
        if (model::may(m_workspace.agent(), model::Permission::TakeWork))
            m_list->setEmptyText(tr("Mine is clear"), waiting, tr("Take the oldest"), tr("Enter"), [this] { takeOldest(); });
        else
            m_list->setEmptyText(tr("Mine is clear"), waiting, tr("Show Unassigned"), tr("Enter"),
                                 [this] { chooseQueue(store::Queue::Unassigned); });
    } else if (const auto nearest = m_sidebar->nearestFilled()) {
        const QString there = m_sidebar->nameOf(nearest->place);
        m_list->setEmptyText(tr("Nothing here"), tr("%n conversation(s) in %1.", nullptr, int(nearest->count)).arg(there),
                             tr("Show %1").arg(there), tr("Enter"), [this, to = nearest->place] { chooseQueue(to); });
    } else {
        m_list->setEmptyText(tr("Nothing here"), tr("New messages appear here as they arrive."));
    }
}

void InboxPage::openConversation(model::ConversationId id, std::optional<model::TimelineItemId> item)
{
    if (m_ready && !isVisible())
        emit attentionWanted();
    const auto &selected = m_list->selected();
    if (!selected.empty() && !selected.contains(id)) // the next key is for who is now on the screen
        m_list->clearSelection();
    m_list->setCurrent(id);
    m_pane->open(id, item);
    m_stackedInTimeline = true;
    applyBreakpoints();
}

void InboxPage::openCustomer(model::CustomerId id)
{
    whenDone(m_workspace.customerCard(id), this, [this](const Result<std::optional<store::CustomerCard>> &card) {
        if (card && *card && !(*card)->conversations.empty())
            openConversation((*card)->conversations.front().id);
        else if (card && *card)
            openPerson((*card)->customer.id);
        else
            m_shell.toasts().add(tr("This customer is not here any more"), {}, {}, {}, 4000);
    });
}

void InboxPage::openPerson(model::CustomerId id)
{
    if (m_ready && !isVisible())
        emit attentionWanted();
    m_list->clearSelection();
    m_list->setCurrent({});
    m_pane->openPerson(id);
    m_stackedInTimeline = true;
    applyBreakpoints();
}

void InboxPage::openPalette()
{
    m_palette->open(m_pane->row());
}

void InboxPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    refreshHints();
    seeMention();
    m_pane->lookAgain();
}

void InboxPage::refreshHints()
{
    if (!isVisible())
        return; // another section says its own keys
    const QWidget *focus = QApplication::focusWidget();
    if (focus && m_pane->composer().isAncestorOf(focus)) {
        m_shell.statusLine().setHints(
            {{{tr("Ctrl ↵")}, tr("send")}, {{tr("Ctrl Shift P")}, tr("channel")}, {{tr("Esc")}, tr("leave")}});
        return;
    }
    m_shell.statusLine().setHints({{{"J", "K"}, tr("move")},
                                   {{"R"}, tr("reply")},
                                   {{"N"}, tr("note")},
                                   {{"E"}, tr("resolve")},
                                   {{"?"}, tr("all keys")}});
}

void InboxPage::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), m_theme.colors().bg.surface);
}

} // namespace tributary::ui
