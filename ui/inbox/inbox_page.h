#pragma once

#include "core/client/workspace.h"
#include "ui/inbox/list_column.h"
#include "ui/inbox/queue_place.h"
#include "ui/inbox/recent_conversations.h"
#include "ui/shell/action_registry.h"
#include "ui/theme/quick_bar.h"
#include "ui/theme/theme.h"
#include "ui/theme/time_format.h"

#include <QElapsedTimer>
#include <QSplitter>
#include <QTimer>

class QMenu;

namespace tributary::ui {

class CommandPalette;
class CompanySheet;
class CompareSheet;
class ConversationList;
class ConversationPane;
class ConversationRows;
class CustomerPanel;
class DatePopover;
class EdgeOverlay;
class MergeFlow;
class OutboxPopover;
class QueueSidebar;
class SettingsFile;
class ShellWindow;
class StartSheet;
class TicketSheet;
class ViewEditor;

/// Setting of the profile: which conversation is shown after one was resolved: `next`, `previous` or `stay`.
inline constexpr const char *kAfterResolving = "inbox.after-resolving";

/// The Inbox: queues, conversations, the customer's timeline and who they are; and every action on them.
class InboxPage : public QWidget {
    Q_OBJECT
public:
    InboxPage(const Theme &theme, const Clock &clock, client::Workspace &workspace, ShellWindow &shell,
              SettingsFile &settings);
    ~InboxPage() override;

    void chooseQueue(const QueuePlace &place);
    /// The list has the keys, whatever had them on the page before.
    void takeKeys();
    const QueuePlace &place() const;
    store::Queue queue() const { return place().queue; }
    /// Shows a conversation wherever it stands; @p item is gone to.
    void openConversation(model::ConversationId id, std::optional<model::TimelineItemId> item = {});
    /// Asks until when that conversation is to be snoozed, whatever else is open or selected.
    void snooze(model::ConversationId id);
    /// The newest conversation of a person, or the person alone where there is none.
    void openCustomer(model::CustomerId id);
    void openPalette();
    /// These are made when they are first asked for: an inbox is painted sooner without them.
    StartSheet &startSheet();
    TicketSheet &ticketSheet();
    CompareSheet &compareSheet();
    ViewEditor &viewEditor();
    ConversationList &list() { return *m_list; }
    ConversationPane &pane() { return *m_pane; }
    CommandPalette &palette() { return *m_palette; }
    OutboxPopover &outbox() { return *m_outbox; }
    QueueSidebar &sidebar() { return *m_sidebar; }
    ListColumn &column() { return *m_column; }
    /// A view made of what is shown and how it is filtered, to be named and saved.
    void saveFilterAsView();
    MergeFlow &mergeFlow() { return *m_merge; }
    CustomerPanel &customerPanel() { return *m_panel; }
    /// Over whatever section is shown.
    void openCompany(model::CompanyId id);
    CompanySheet &companySheet();
    /// Opens the outbox, or closes it.
    void showOutbox();
    /// The message of that number, beside what crossed it.
    void compare(std::int64_t n);

signals:
    void ready(); ///< The first page of the first queue is on the screen.
    void signOutWanted();
    /// The people that @p typed finds, in the table of customers.
    void customersWanted(const QString &typed);
    /// An admin wants to put a channel account right.
    void accountWanted(tributary::model::ChannelAccountId id);
    void attentionWanted(); ///< Something is to be looked at here, while another section is shown.

protected:
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    // inbox_page.cpp: what is shown
    void wire();
    enum class Reload {
        Changed, ///< What may have changed.
        Whole,   ///< Also what lies far down.
        FromTop, ///< As another queue.
        Decided, ///< What was submitted just now, before anybody is told that it is kept: its row is being looked at.
    };
    void reloadList(Reload how);
    void sayUnread(const Error &error);
    void showDecided(const std::set<model::ConversationId> &about);
    void followPane();
    void forgetOthers();
    void keepTyped();
    void askWhatBecame();
    void loadMore();
    using Rows = std::vector<store::ConversationRow>;
    void takeRows(const store::ListQuery &asked, Rows rows, bool goesOn, bool isHeld);
    bool showsOnePerCustomer() const;
    void reloadCounts();
    void countNow();
    void timePassed();
    void reloadPeople();
    void tellOfAccounts(const std::vector<model::ChannelAccount> &accounts);
    void explainAccount(model::ChannelAccountId id);
    // inbox_drafts.cpp
    void reloadDrafts();
    void showDrafts(const std::vector<store::Draft> &drafts);
    void findLostDrafts();
    void showLost(const std::set<model::ConversationId> &lost);
    std::vector<store::Draft> lostDrafts() const;
    void showLostDrafts();
    void copyDraft(model::ConversationId conversation, store::Draft::Kind kind);
    void showEmptyText();
    void showTitle();
    void sayCount();
    void refreshHints();
    void onChanged(const store::ChangeSet &changes);
    store::ListQuery query() const;
    TimePoint startOfToday() const;
    bool isLinked() const;
    bool hasCopy() const;

    // inbox_panes.cpp: which panes there is room for, and what keys mean in them
    void layOut();
    void wirePanes();
    void applyBreakpoints();
    bool foldsSidebar() const;
    bool hasPanelColumn() const;
    /// Where list and timeline stand in one place: shows the timeline.
    void enterTimeline();
    /// What the customer wrote from @p item on becomes unread; false where they wrote nothing since.
    bool markUnreadFrom(const model::TimelineItemId &item);
    void openMore();

    // inbox_views.cpp: queues, teams and saved views; all that match one
    void wireViews();
    void reloadSetup();
    void showViews();
    void describePlace();
    void keepIds(const char *name, const std::vector<model::SavedViewId> &ids);
    std::vector<model::SavedViewId> keptIds(const char *name) const;
    const model::SavedView *viewNamed(model::SavedViewId id) const;
    void editView(model::SavedView view, bool isNew);
    void editAgain(model::SavedView view);
    void saveView(const model::SavedView &view);
    void showViewMenu(model::SavedViewId id, const QPoint &globalPosition);
    void showWorkspaceMenu(const QPoint &globalPosition);
    void showListMenu(const QPoint &globalPosition);
    void moveView(model::SavedViewId id, int to);
    void selectEverything();
    void forgetEverything();
    void reviewEverything();
    void selectLoaded();
    bool isEverythingSelected() const;
    /// Notes that the mention in what the pane shows was seen, if it is in front of somebody.
    void seeMention();
    QString bulkProblem(std::size_t count) const;
    std::int64_t countHere() const;

    // inbox_actions.cpp: what is done
    void addTriageActions();
    /// Adds an action on conversations: it holds the order of the list, and says why where the agent may not.
    void addAction(const ActionSpec &spec, std::function<void()> handler);
    /// Why the agent may not do the action of that id; empty: they may.
    QString whyNotAction(const QString &id) const;
    void refreshRights();
    void addToMenu(QMenu &menu, const char *action);
    void addComposerActions();
    void addGoToActions();
    /// What an action is about, as it is asked for: what is selected, else what is open.
    Rows targetRows() const;
    /// What is selected is not meant: it was asked for above the open conversation, or the list is not on the screen.
    bool isAboutOpen() const { return m_aboutOpen || m_column->isHidden(); }
    /// Whose they are, each once; of a person with whom nothing has been said, that one.
    std::vector<model::CustomerId> targetPeople() const;
    QString whyNotTaken(const Rows &rows) const;
    /// @p rows as they are by now.
    Rows now(Rows rows) const;
    /// As run(), on rows that were taken when the person was asked.
    void runOn(const Rows &rows, std::vector<model::CommandBody> commands, const QString &agentName = {},
               bool moveOn = false);
    /// What was selected has gone: says so, once, and the next key is for what is open.
    bool saidLost();
    /// @p names: whom it is about, where that is not what is open or selected.
    void run(std::vector<model::CommandBody> commands, const QString &agentName = {}, bool moveOn = false,
             QStringList names = {});
    void undo();
    /// The row to show when those in @p done leave the queue; null to stay.
    model::ConversationId nextAfter(const std::set<model::ConversationId> &done) const;
    /// @p anchor: what was clicked, in global coordinates; absent: where such questions are asked.
    using Anchor = std::optional<QRect>;
    void pickAssignee(const Rows &rows, const Anchor &anchor = {});
    void askAssignee(const Rows &rows, const Anchor &anchor);
    /// What an agent has in hand and how much they take, or that they are away; empty where nobody has said.
    QString loadWords(const model::Agent &agent) const;
    bool isAssigning() const;
    void reloadLoads();
    void showLoads();
    void pickDate(const Rows &rows, const Anchor &anchor);
    void takeOldest();
    void takeLongestWaiting(bool toAnswer);
    void pickTag(std::optional<QRect> anchor = {});
    void pickSnooze(const Rows &rows, const Anchor &anchor = {});
    void pickPriority();
    void goToRecent(std::optional<model::ConversationId> id, int by);
    // inbox_quick.cpp: the buttons of the row and of the item under the pointer
    void wireQuick();
    std::vector<QuickAction> quickActions(model::ConversationId id) const;
    void runQuick(const QString &action, model::ConversationId id, const QRect &button);
    std::vector<QuickAction> itemQuickActions(const model::TimelineItem &item) const;
    void runItemQuick(const QString &action, const model::TimelineItemId &id, const QRect &button);
    // inbox_drag.cpp: rows that are dragged somewhere
    struct Drop {
        int row = -1; ///< Of the list ...
        model::CustomerId other;
        std::optional<QueuePlace> place; ///< ... or a place of the sidebar.
        std::vector<model::CommandBody> commands;
        QString words, agentName;
        QString whyNot; ///< The agent may not.
    };
    void wireDrag();
    void endDrag();
    Drop dropAt(const QPoint &globalPosition) const;
    /// Of a tag: what is selected, where it is held over one of those, else the one row.
    struct TagDrop {
        int row = -1;
        Rows rows;
        std::vector<model::CommandBody> commands;
        QString words, whyNot;
    };
    TagDrop tagDropAt(const QPoint &globalPosition) const;
    // inbox_people.cpp: what is done to the customer
    void wirePeople();
    void showPerson();
    void reloadPerson(bool again);
    QString panelSetting() const;
    /// A command of the panel, with the ids that it leaves open.
    void runOnPerson(model::CommandBody body);
    void editPerson(model::CustomerId id, const std::optional<std::string> &name, const std::optional<std::string> &note);
    void mergeCustomer(model::CustomerId other);
    void mergeTargets();
    void blockCustomers();
    void wireOutbox();
    void sayRefused();
    void sayTaken(model::ConversationId id);
    void sayOvertaken(model::ConversationId id, const QString &otherwise);
    void undoFrom(QFuture<Result<client::Undone>> undone);
    void offerUndoing(const QString &words, const client::UndoStep &step);
    QString nameAt(model::ConversationId id) const; ///< Whose it is, where that is known here; else empty.
    QString undoName(const client::UndoStep &step) const;
    void nameUndo();
    QString agentNamed(model::AgentId id) const;
    void goOnWriting(model::ConversationId id, bool note);
    /// What can be done with what is selected or open; @p ofRow: from its row.
    void showMenu(const QPoint &globalPosition, bool ofRow);
    void showPane(bool forward);
    QRect anchorFor(QWidget *button) const;

    // inbox_ticket.cpp: conversations as tickets
    void addTicketActions();
    void wireTicket();
    void showTicket();
    void pickTeam();
    void pickStatus();
    void follow();
    void startConversation(const model::StartConversation &command);
    void openPerson(model::CustomerId id);
    /// A conversation with whom the pane shows; @p to is the address, where one was chosen.
    void beginWithPerson(std::optional<model::Identity> to = {});
    void splitHere();
    void showItemMenu(const model::TimelineItemId &id, const QPoint &globalPosition);
    void pickMoveTarget(const model::TimelineItem &item);

    const Theme &m_theme;
    const Clock &m_clock;
    client::Workspace &m_workspace;
    ShellWindow &m_shell;
    SettingsFile &m_settings;
    TimeFormat m_format;
    ConversationRows *m_rows;
    QueueSidebar *m_sidebar;
    ConversationList *m_list;
    ListColumn *m_column;
    ConversationPane *m_pane;
    CustomerPanel *m_panel;
    CommandPalette *m_palette;
    OutboxPopover *m_outbox;
    CompareSheet *m_compare = nullptr; ///< This and the next two: see compareSheet().
    TicketSheet *m_ticket = nullptr;
    StartSheet *m_start = nullptr;
    MergeFlow *m_merge;
    DatePopover *m_dates = nullptr;    ///< Made when it is first asked for.
    CompanySheet *m_company = nullptr; ///< Likewise.
    RecentConversations m_recent;
    model::CustomerId m_detailsOf;               ///< Whose m_beside was asked for.
    std::optional<store::PersonBeside> m_beside; ///< Read before their panel is there.
    std::int64_t m_compared = 0;                 ///< The number of the message that the sheet is about.
    std::int64_t m_comparedUpTo = 0;             ///< See client::Crossing.
    model::ConversationId m_comparedAt;
    QString m_comparedName;
    QSplitter *m_splitter;
    QWidget *m_panelColumn;   ///< Of the customer panel, where there is room for one ...
    EdgeOverlay *m_panelOver; ///< ... and what shows it where there is none.
    std::vector<model::Agent> m_agents;
    std::vector<std::string> m_tags;
    std::optional<std::set<model::ChannelAccountId>> m_brokenAccounts; ///< Absent until they were first read.
    ViewEditor *m_editor = nullptr;                                    ///< See viewEditor().
    store::SidebarCounts m_counts;
    views::Known m_known;
    std::vector<store::Draft> m_draftsRead;
    std::vector<model::ConversationId> m_drafts; ///< Where they are.
    bool m_readingDrafts = false, m_draftsStale = false;
    int m_lostRounds = 0;
    std::set<model::ConversationId> m_lost;            ///< Of m_drafts, those that the agent can no longer see.
    std::int64_t m_loaded = 0;                         ///< Rows of the list that were asked for; some are shown as one.
    std::optional<model::SavedView> m_listed;          ///< Of which view they are.
    std::uint64_t m_listNumber = 0;                    ///< Rises with another list, or another order.
    QTimer m_readFar;                                  ///< What lies far down is read again when changes have paused.
    Rows m_everything;                                 ///< All that match, when all of them are selected; a part of so many.
    std::optional<store::ListPlace> m_everythingAfter; ///< That part begins behind it; absent: with the first.
    bool m_everythingGoesOn = false;                   ///< There are more behind that part.
    std::uint64_t m_everythingQuestion = 0;            ///< As m_listQuestion.
    Rows m_dated;                                      ///< What the date is picked for.
    QTimer m_countLater;                               ///< A second between two counts: the sidebar shows no more.
    std::vector<store::JournalEntry> m_refused;        ///< Came back just now.
    QTimer m_refusals;
    QTimer m_panelLater; ///< The panel of somebody else is to be made.
    struct CardEdit {
        std::optional<std::string> name, note;
    };
    std::map<model::CustomerId, CardEdit> m_cardEdits; ///< Given, and perhaps not in the copy yet.
    int m_giving = 0;                                  ///< Changes that are on their way into the journal.
    QTimer m_undoEnds;                                 ///< The newest thing that can be undone cannot be any more.
    bool m_counting = false, m_countStale = false;
    std::int64_t m_listCount = -1; ///< Of a filtered list; negative: what the sidebar says.
    bool m_saysCount = false;      ///< Aloud, once it is known: the filter has changed.
    QElapsedTimer m_refreshed;     ///< Since what changed was shown last.
    QTimer m_minute;
    model::AgentId m_me; ///< Who sits here.
    TimePoint m_today{}; ///< When it began, as the lists show it.
    QTimer m_refresh;    ///< Joins changes that come close together.
    QTimer m_outboxRead; ///< The list is to be read for what has gone into the outbox, or out of it.
    store::ChangeSet m_pendingChanges;
    std::map<model::AgentId, std::int64_t> m_loads; ///< Open conversations of each agent, as last read.
    bool m_taking = false;                          ///< The oldest of nobody's is being taken.
    bool m_awaitsCopy = false;                      ///< It had nothing for this list, and is still being fetched.
    bool m_fromTop = false;                         ///< Another queue is to be shown, and its rows have not come yet.
    bool m_loadingMore = false, m_reachedEnd = false, m_ready = false, m_panelWanted = true, m_sidebarWanted = true;
    bool m_stackedInTimeline = false;
    bool m_aboutOpen = false;         ///< An action that stands above the open conversation is being begun.
    bool m_staysOpen = false;         ///< The list became another under who reads and writes: what is open stays.
    bool m_seeing = false;            ///< A mention is being noted as seen.
    bool m_sidebarOver = false;       ///< Shown by hand where it is folded.
    std::uint64_t m_listQuestion = 0; ///< Answers to older questions are dropped.
    std::uint64_t m_decided = 0;      ///< The question that was asked last behind a decision.
};

} // namespace tributary::ui
