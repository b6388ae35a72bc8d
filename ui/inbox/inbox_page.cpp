#include "ui/inbox/inbox_page.h"

#include "ui/customer/customer_panel.h"
#include "ui/customer/merge_flow.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/queue_sidebar.h"
#include "ui/outbox/compare_sheet.h"
#include "ui/outbox/outbox_popover.h"
#include "ui/search/command_palette.h"
#include "ui/shell/pane_splitter.h"
#include "ui/shell/rail.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/status_line.h"
#include "ui/shell/toasts.h"
#include "ui/shell/when_done.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QPainter>
#include <QSettings>

namespace tributary::ui {
namespace {

constexpr std::int64_t kPage = 100;
constexpr std::int64_t kMostReread =
    600; ///< Rows at the top that are read again after a change; further ones keep their place.
constexpr int kRefreshMs = 40;
constexpr int kOverlayPanelBelow = 1240, kFoldSidebarBelow = 1080, kStackBelow = 960;

} // namespace

InboxPage::InboxPage(const Theme &theme, const Clock &clock, client::Workspace &workspace, ShellWindow &shell,
                     QSettings &settings)
    : m_theme(theme)
    , m_clock(clock)
    , m_workspace(workspace)
    , m_shell(shell)
    , m_settings(settings)
    , m_rows(new ConversationRows(this))
    , m_sidebar(new QueueSidebar(theme, this))
    , m_list(new ConversationList(theme, clock, this))
{
    setObjectName("inboxPage");
    addTriageActions();
    m_column = new ListColumn(theme, shell.actions(), shell.picker(), m_list, this);
    m_pane = new ConversationPane(theme, clock, workspace, shell.actions(), shell.picker(), shell.toasts(), this);
    m_panel = new CustomerPanel(theme, clock, shell.picker(), this);
    m_palette = new CommandPalette(theme, clock, workspace, shell.actions(), &shell);
    m_outbox = new OutboxPopover(theme, clock, workspace, shell.toasts(), &shell);
    m_compare = new CompareSheet(theme, clock, &shell);
    m_merge = new MergeFlow(theme, clock, workspace, shell.toasts(), &shell);
    addComposerActions();
    addGoToActions();
    m_sidebar->setProperty("pane", int(SidebarPane));
    m_panel->setProperty("pane", int(CustomerPane));
    m_sidebar->setToolTips(shell.actions().toolTip("palette"));
    m_list->setModel(m_rows);
    m_list->setPresence([this](model::ConversationId id) {
        for (const client::Present &present : m_workspace.presentAt(id)) {
            if (present.agent.isNull())
                continue;
            const auto agent = std::ranges::find(m_agents, present.agent, &model::Agent::id);
            const QString name =
                agent == m_agents.end() ? tr("A colleague") : QString::fromStdString(agent->name).section(u' ', 0, 0);
            return present.kind == wire::Presence::Kind::Typing ? tr("%1 writes").arg(name) : tr("%1 is here").arg(name);
        }
        return QString();
    });
    layOut();
    wire();
    m_list->setLoading(true);
    reloadPeople();
    reloadDrafts();
    reloadCounts();
    chooseQueue(store::Queue(m_settings.value("inbox/queue", int(store::Queue::Mine)).toInt()));
    refreshHints();
}

InboxPage::~InboxPage()
{
    m_settings.setValue("inbox/splitter", m_splitter->saveState());
}

void InboxPage::layOut()
{
    auto *splitter = new PaneSplitter(m_theme, this);
    m_splitter = splitter;
    m_splitter->addWidget(m_sidebar);
    m_splitter->addWidget(m_column);
    m_splitter->addWidget(m_pane);
    m_splitter->addWidget(m_panel);
    const auto limit = [this](QWidget *pane, int least, int most) {
        pane->setMinimumWidth(m_theme.px(least));
        pane->setMaximumWidth(m_theme.px(most));
    };
    limit(m_sidebar, 176, 280);
    limit(m_column, 280, 440);
    limit(m_panel, 264, 380);
    m_pane->setMinimumWidth(m_theme.px(440));
    m_splitter->setStretchFactor(2, 1);
    splitter->setUsual({m_theme.px(192), m_theme.px(320), m_theme.px(592), m_theme.px(288)});
    m_splitter->restoreState(m_settings.value("inbox/splitter").toByteArray());
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);
}

void InboxPage::wire()
{
    connect(m_sidebar, &QueueSidebar::queueChosen, this, &InboxPage::chooseQueue);
    connect(m_sidebar, &QueueSidebar::searchClicked, this, &InboxPage::openPalette);
    connect(m_list, &ConversationList::opened, this, [this](model::ConversationId id) { m_pane->open(id); });
    connect(m_list, &ConversationList::moreWanted, this, &InboxPage::loadMore);
    connect(m_list, &ConversationList::holdEnded, m_rows, &ConversationRows::release);
    connect(m_list, &ConversationList::menuWanted, this, &InboxPage::showMenu);
    connect(m_list, &ConversationList::selectionChanged, this,
            [this] { m_column->setSelected(int(m_list->selected().size())); });
    connect(m_column, &ListColumn::selectionCleared, m_list, &ConversationList::clearSelection);
    connect(m_column, &ListColumn::filterChanged, this, [this] { reloadList(true); });
    connect(m_column, &ListColumn::waitingClicked, m_rows, &ConversationRows::release);
    connect(m_rows, &ConversationRows::waitingChanged, this, [this] { m_column->setWaiting(m_rows->waiting()); });
    connect(&m_pane->header(), &ConversationHeader::moreWanted, this, &InboxPage::showMenu);
    connect(m_pane, &ConversationPane::snoozeWanted, this, &InboxPage::pickSnooze);
    connect(m_pane, &ConversationPane::resolvedBySend, this, [this] {
        if (const model::ConversationId next = nextAfter({m_pane->conversation()}); !next.isNull())
            openConversation(next);
    });
    wirePeople();
    wireOutbox();

    m_refresh.setSingleShot(true);
    m_refresh.setInterval(kRefreshMs);
    connect(&m_refresh, &QTimer::timeout, this, [this] { onChanged(std::exchange(m_pendingChanges, {})); });
    connect(&m_workspace, &client::Workspace::changed, this, [this](const store::ChangeSet &changes) {
        m_pendingChanges.add(changes);
        if (!m_refresh.isActive())
            m_refresh.start();
    });
    connect(&m_workspace, &client::Workspace::outboxChanged, this, [this] { reloadList(false); });
    connect(&m_workspace, &client::Workspace::draftChanged, this, &InboxPage::reloadDrafts);
    connect(&m_pane->composer(), &Composer::draftChanged, this, &InboxPage::reloadDrafts);
    connect(&m_workspace, &client::Workspace::presenceChanged, m_list->viewport(), qOverload<>(&QWidget::update));
    connect(&m_workspace, &client::Workspace::agentChanged, this, [this] {
        reloadPeople();
        reloadCounts();
        reloadList(false);
    });
    const auto status = [this] {
        m_sidebar->setWorkspaceName(QString::fromStdString(m_workspace.status().workspace));
        m_list->setOffline(!isLinked());
    };
    connect(&m_workspace, &client::Workspace::statusChanged, this, status);
    status();
    connect(qApp, &QApplication::focusChanged, this, &InboxPage::refreshHints);
    connect(m_palette, &CommandPalette::conversationChosen, this, &InboxPage::openConversation);
    connect(m_palette, &CommandPalette::customerChosen, this, &InboxPage::openCustomer);
    connect(m_palette, &CommandPalette::queueChosen, this, &InboxPage::chooseQueue);
}

bool InboxPage::isLinked() const
{
    const client::Status::State state = m_workspace.status().state;
    return state == client::Status::State::Live || state == client::Status::State::CatchingUp;
}

store::Queue InboxPage::queue() const
{
    return m_sidebar->current();
}

void InboxPage::chooseQueue(store::Queue queue)
{
    m_sidebar->setCurrent(queue);
    m_settings.setValue("inbox/queue", int(queue));
    m_list->clearSelection();
    m_list->setShowOwner(queue != store::Queue::Mine);
    m_list->setLoading(true);
    showTitle();
    reloadList(true);
}

store::ListQuery InboxPage::query() const
{
    store::ListQuery query{
        .queue = m_sidebar->current(), .channel = m_column->filter().channel, .oldestFirst = m_column->filter().oldestFirst};
    query.count = kPage;
    return query;
}

void InboxPage::reloadList(bool fromTop)
{
    store::ListQuery asked = query();
    if (!fromTop)
        asked.count = std::clamp<std::int64_t>(std::int64_t(m_rows->rows().size()), kPage, kMostReread);
    const std::uint64_t question = ++m_listQuestion;
    whenDone(m_workspace.conversations(asked), this,
             [this, question, fromTop, asked](Result<std::vector<store::ConversationRow>> rows) {
                 if (question != m_listQuestion || !rows)
                     return;
                 if (fromTop)
                     m_rows->clear();
                 m_reachedEnd = std::int64_t(rows->size()) < asked.count;
                 if (!m_reachedEnd && m_rows->rows().size() > rows->size()) { // what lies further down stays
                     std::set<model::ConversationId> fresh;
                     for (const store::ConversationRow &row : *rows)
                         fresh.insert(row.conversation.id);
                     for (std::size_t i = rows->size(); i < m_rows->rows().size(); ++i) {
                         if (!fresh.contains(m_rows->rows()[i].conversation.id))
                             rows->push_back(m_rows->rows()[i]);
                     }
                 }
                 m_list->setLoading(false);
                 m_rows->update(std::move(*rows), !fromTop && m_list->isHeld());
                 showEmptyText();
                 showTitle();
                 if (fromTop && m_rows->indexOf(m_pane->conversation()) < 0 && m_rows->rowCount() > 0)
                     m_list->openFirst();
                 else if (m_list->current() != m_pane->conversation() && m_rows->indexOf(m_pane->conversation()) >= 0)
                     m_list->setCurrent(m_pane->conversation());
                 if (!m_ready) {
                     m_ready = true;
                     if (!QApplication::focusWidget() || !QApplication::focusWidget()->isVisible())
                         m_list->setFocus();
                     emit ready();
                 }
             });
}

void InboxPage::loadMore()
{
    if (m_loadingMore || m_reachedEnd || m_rows->rows().empty())
        return;
    m_loadingMore = true;
    store::ListQuery asked = query();
    const store::ConversationRow &last = m_rows->rows().back();
    asked.after = {last.conversation.lastItemAt, last.conversation.id};
    const std::uint64_t question = m_listQuestion;
    whenDone(m_workspace.conversations(asked), this, [this, question](Result<std::vector<store::ConversationRow>> rows) {
        m_loadingMore = false;
        if (question != m_listQuestion || !rows)
            return;
        m_reachedEnd = std::int64_t(rows->size()) < kPage;
        m_rows->append(std::move(*rows));
    });
}

TimePoint InboxPage::startOfToday() const
{
    return fromMs(m_format.startOfDay(m_format.dateOf(m_clock.now())));
}

void InboxPage::reloadCounts()
{
    whenDone(m_workspace.queueCounts(startOfToday()), this, [this](const Result<store::QueueCounts> &counts) {
        if (!counts)
            return;
        m_counts = *counts;
        m_sidebar->setCounts(m_counts);
        m_shell.rail().setBadge("inbox", m_counts.mineUnread);
        showTitle();
        showEmptyText();
    });
}

void InboxPage::reloadPeople()
{
    whenDone(m_workspace.agents(), this, [this](const Result<std::vector<model::Agent>> &agents) {
        if (!agents)
            return;
        m_agents = *agents;
        m_pane->setAgents(m_agents);
    });
    whenDone(m_workspace.channelAccounts(), this, [this](const Result<std::vector<model::ChannelAccount>> &accounts) {
        if (!accounts)
            return;
        m_sidebar->setAccounts(*accounts);
        m_pane->setAccounts(*accounts);
    });
    whenDone(m_workspace.knownTags(), this, [this](const Result<std::vector<std::string>> &tags) {
        if (tags)
            m_tags = *tags;
    });
}

void InboxPage::reloadDrafts()
{
    whenDone(m_workspace.drafts(), this, [this](const Result<std::vector<store::Draft>> &drafts) {
        if (!drafts)
            return;
        std::set<model::ConversationId> with;
        for (const store::Draft &draft : *drafts)
            with.insert(draft.conversation);
        m_rows->setDrafts(std::move(with));
    });
}

void InboxPage::onChanged(const store::ChangeSet &changes)
{
    m_pane->apply(changes);
    if (changes.everything || changes.accounts || changes.agents)
        reloadPeople();
    if (changes.everything || changes.setup || changes.links || !changes.companies.empty() || !changes.customers.empty())
        reloadPerson(true);
    if (changes.everything || changes.links || !changes.conversations.empty() || !changes.customers.empty()) {
        reloadList(false);
        reloadCounts();
    }
}

void InboxPage::showTitle()
{
    const qint64 counts[]{m_counts.mine, m_counts.unassigned, m_counts.allOpen, m_counts.snoozed, m_counts.resolvedToday};
    const qint64 count = counts[std::size_t(queue())];
    const bool open = queue() != store::Queue::Resolved && queue() != store::Queue::Snoozed;
    m_column->setTitle(QueueSidebar::nameOf(queue()),
                       open ? tr("%1 open").arg(locale().toString(count)) : locale().toString(count));
}

void InboxPage::showEmptyText()
{
    const QString name = QueueSidebar::nameOf(queue());
    if (m_column->filter().channel) {
        m_list->setEmptyText(tr("Nothing here"), tr("No conversation in %1 is on this channel.").arg(name));
    } else if (queue() == store::Queue::Mine && m_counts.unassigned > 0) {
        m_list->setEmptyText(tr("Mine is clear"), tr("%n conversation(s) are unassigned. G then U shows them.", nullptr,
                                                     int(m_counts.unassigned)));
    } else if (m_counts.allOpen > 0 && queue() != store::Queue::AllOpen) {
        m_list->setEmptyText(tr("Nothing here"),
                             tr("%n conversation(s) are open in all. G then A shows them.", nullptr, int(m_counts.allOpen)));
    } else {
        m_list->setEmptyText(tr("Nothing here"), tr("New messages appear here as they arrive."));
    }
}

void InboxPage::openConversation(model::ConversationId id, std::optional<model::TimelineItemId> item)
{
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
            m_shell.toasts().add(tr("There is no conversation with this customer yet"), {}, {}, {}, 4000);
    });
}

void InboxPage::openPalette()
{
    m_palette->open(m_pane->row());
}

void InboxPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    refreshHints();
}

void InboxPage::resizeEvent(QResizeEvent *event)
{
    applyBreakpoints();
    QWidget::resizeEvent(event);
}

void InboxPage::applyBreakpoints()
{
    // The frame's rail belongs to the width that UX 3.1 counts.
    const int wide = width() + m_theme.px(48);
    const bool stacked = wide < m_theme.px(kStackBelow);
    m_panel->setVisible(m_panelWanted && wide >= m_theme.px(kOverlayPanelBelow));
    m_sidebar->setVisible(m_sidebarWanted && wide >= m_theme.px(kFoldSidebarBelow));
    m_column->setVisible(!stacked || !m_stackedInTimeline);
    m_pane->setVisible(!stacked || m_stackedInTimeline);
}

void InboxPage::refreshHints()
{
    if (!isVisible()) // another section says what its keys do
        return;
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
