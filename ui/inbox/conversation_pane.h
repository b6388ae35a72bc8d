#pragma once

#include "core/client/workspace.h"
#include "ui/composer/composer.h"
#include "ui/composer/draft_peek.h"
#include "ui/inbox/conversation_header.h"
#include "ui/shell/own_presence.h"
#include "ui/timeline/timeline_view.h"

class QLineEdit;

namespace tributary::ui {

class CompareSheet;
class EarlyText;
class DropZone;
class Picker;
class Toasts;

/// The middle of the inbox: head, chips, timeline and composer of one conversation and its customer, fed from the workspace.
class ConversationPane : public QWidget {
    Q_OBJECT
public:
    ConversationPane(const Theme &theme, const Clock &clock, client::Workspace &workspace, ActionRegistry &actions,
                     Picker &picker, Toasts &toasts, QWidget *parent = nullptr);

    /// Shows @p id; @p item, if given, is gone to when it is here.
    void open(model::ConversationId id, std::optional<model::TimelineItemId> item = {});
    /// Shows a person of whom there is no conversation; the first one that comes is opened.
    void openPerson(model::CustomerId id);
    void close();
    model::ConversationId conversation() const { return m_wanted; }
    bool isWriting() const; ///< The keys go into the composer.
    /// It is the one that is open, somebody looks, and what its customer wrote last is not hidden by the filter.
    bool isLookedAt(const model::ConversationId &conversation) const;
    /// Whom openPerson() shows; null while a conversation is open, or nothing.
    model::CustomerId person() const { return m_person; }
    const std::optional<store::ConversationRow> &row() const { return m_row; }
    const std::optional<store::CustomerCard> &card() const { return m_card; }

    Composer &composer() { return *m_composer; }
    TimelineView &timeline() { return *m_view; }
    ConversationHeader &header() { return *m_header; }
    void setAccounts(std::vector<model::ChannelAccount> accounts);
    /// The messages and notes of the conversation from the focused row on, for a conversation of their own; none where no
    /// row of it has the focus, or that would be all of it.
    std::vector<model::TimelineItemId> itemsFromFocused() const;
    void setAgents(const std::vector<model::Agent> &agents);
    /// Calls @p use when the timeline has the texts of @p items: at once, or when they have been read; not at all where they
    /// cannot be.
    void whenHere(const std::vector<model::TimelineItemId> &items, std::function<void()> use);
    void showFind();
    void replyTo(bool quoteFocused);
    /// The composer, if what is wanted is open in it; null while that is on its way, which is said then.
    Composer *composerHere();
    /// Marked unread by hand: it stays so while it is open.
    void keepUnread() { m_keepUnread = m_wanted; }
    /// That was taken back: what comes is read where it is looked at.
    void letRead(model::ConversationId id)
    {
        if (m_keepUnread == id)
            m_keepUnread = {};
    }
    /// The mark that makes what the customer wrote from @p item on unread, in its conversation; "new messages" stands there
    /// from now on. Nothing where they wrote nothing since.
    std::optional<model::MarkRead> markUnreadFrom(const model::TimelineItemId &item);
    void note();
    /// Takes back the newest message of one's own here that is held, or waits; its text is a draft again. False: none is.
    bool undoHeld();
    /// Everything that is written is in the journal when this comes back; waits for it, a few milliseconds and 3 s at most.
    void keepWriting();

public slots:
    /// Shows it, or saves it where it is of a kind that does not only show, or @p save.
    void openFile(const tributary::model::Attachment &attachment, bool save);
    void saveFile(const tributary::model::Attachment &attachment);
    void apply(const tributary::store::ChangeSet &changes);
    /// Somebody looks at it again: what came meanwhile, and is in view, is read now.
    void lookAgain();

signals:
    /// Somebody looks at what is open.
    void lookedAt();
    /// Something to be said aloud, politely; of a @p topic the newest.
    void announced(const QString &text, const QString &topic);
    /// The same at once.
    void alerted(const QString &text);
    void cardChanged();
    void rowChanged();
    /// A message went out and its conversation is to be snoozed.
    void snoozeWanted(const tributary::model::ConversationId &id);
    void resolvedBySend(const tributary::model::ConversationId &id);
    void draftsChanged(); ///< By something else than the composer's draftChanged(), or the workspace's.
    /// A message needs its author: what crossed it is to be shown beside it.
    void compareWanted(std::int64_t n);
    void draftWanted(tributary::model::ConversationId id, bool note); ///< To be written on, in another conversation.
    /// A text was thrown away: @p words say so, and @p step gives it back.
    void discarded(const QString &words, const tributary::client::UndoStep &step);
    void leaveWanted(); ///< Nothing is here any more that the keys could go to.
    void unmergeWanted(tributary::model::CustomerLinkId link);
    /// The person on the screen, with whom there is no conversation yet, is to be written to.
    void beginWanted();
    /// What the customer wrote from there on is to be unread.
    void unreadWanted(const tributary::model::TimelineItemId &item);
    void itemMenuWanted(const tributary::model::TimelineItemId &item, const QPoint &globalPosition);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void wireTimeline();
    void wireComposer();
    // conversation_pane_texts.cpp: what the timeline has let go of, or not reached yet, from the copy
    void wireTexts();
    void bringTexts(const std::vector<model::TimelineItemId> &items, std::function<void()> then);
    void lookFurther(const QString &text, const model::HistoryKey &before);
    QString findWords(int current, int total) const;
    /// What is to be shown, read (again); @p filled: a gap that should not be the same any more.
    void reload(std::optional<model::HistoryRange> filled = {});
    void reloadPerson();
    void showPerson();
    void closeUnder();
    void closeForOthers();
    void sayUnread(const Error &error);
    void take(store::OpenedConversation opened, std::optional<model::HistoryRange> filled);
    void startTimeline();
    void renewItems(store::TimelinePage page, const model::HistoryKey &since, std::optional<model::HistoryRange> filled);
    void loadOlder();
    void takeOlder(store::TimelinePage page);
    /// Loads what is missing before the end of @p gap.
    void fillGap(const TimelineGap &gap);
    void showGaps();
    void placeUnreadMarker();
    // conversation_pane_writing.cpp: from the composer into the journal, and back where that fails
    struct Key { ///< Which draft.
        model::ConversationId conversation;
        Composer::Mode mode = Composer::Mode::Reply;
        friend auto operator<=>(const Key &, const Key &) = default;
    };
    /// A text is on its way into the outbox, where its draft is until then.
    struct Sending {
        int count = 0;
        ComposerDraft rest;       ///< Written since.
        bool isWaitedFor = false; ///< The stored draft was asked for meanwhile.
    };
    /// A stored draft is on its way here. It is not written over before it has come.
    struct Reading {
        ComposerDraft since; ///< Written meanwhile: it goes below.
        bool isOld = false;  ///< The store has changed it since it was asked for.
        model::AgentId author;
    };
    /// Where to write in what is being opened, and how.
    struct Wanted {
        Composer::Mode mode = Composer::Mode::Reply;
        bool quote = false;
    };
    void wireWriting();
    void loadDrafts();
    void takeDrafts();
    void takeDraft(const Key &key);
    void keepBeside(const Key &key, const QString &sent, const ComposerDraft &rest);
    void readDraft(const Key &key);
    void askDraft(const Key &key);
    void draftRead(const Key &key, const Result<std::optional<store::Draft>> &draft);
    bool isDraftHere(const Key &key) const { return !m_reading.contains(key); }
    void keepDraft(const Key &key, const ComposerDraft &draft);
    void storeDraft(const Key &key, const ComposerDraft &draft);
    void putAside(model::AgentId author, const Key &key, const ComposerDraft &draft);
    /// More for a draft that is perhaps not on the screen.
    void addToDraft(const Key &key, const ComposerDraft &more);
    void send(const Composer::Request &request);
    void sendingEnded(const Composer::Request &request, const Result<client::Submitted> &done);
    void upload(int key, const QString &path, const QImage &image);
    // conversation_pane_files.cpp: a file on its way belongs to its draft beyond the end of the program
    void keepUploads();
    void goOnUploading();
    bool isComposerHere() const;
    Composer::Mode modeGoingOn() const;
    void write(const Wanted &wanted);
    void writeLater(const Wanted &wanted);
    void beginWriting();
    bool keepEarly();
    void leaveComposer();
    // conversation_pane_outbox.cpp: what waits, what came back, what crosses the reply that is being written
    void refreshPending();
    void showHeld(const std::vector<store::JournalEntry> &needing);
    std::int64_t numberOf(const model::TimelineItemId &held) const;
    void takeBack(const model::TimelineItemId &item, bool keepText);
    void discardHeld(const model::TimelineItemId &item);
    void tellDiscarded(const std::optional<client::UndoStep> &discard);
    void editLast();
    void writeOn(model::ConversationId id, bool note);
    std::int64_t newestChange() const;
    std::vector<model::TimelineItem> crossingItems() const;
    void watchCrossing();
    void compareCrossing();
    void showCrossing();
    void refreshPresence();
    void updateTargets();
    void markRead();
    bool isLookedAt() const;
    void readSoon();
    void onAction(const model::TimelineItemId &item, TimelineAction action);
    void attachAgain(std::vector<model::Attachment> files, std::vector<model::Attachment> here,
                     std::function<void(const std::vector<model::Attachment> &)> done);
    void writeAgain(const model::TimelineItemId &item, std::optional<model::Channel> by);
    void linkWanted(const QString &href);
    /// All of a text that was too long for its row, from the attachments that hold it.
    void fetchWhole(const model::TimelineItemId &item);
    void openAttachment(const model::TimelineItemId &item, const model::AttachmentId &attachment);
    std::optional<model::Attachment> findAttachment(const model::AttachmentId &id) const;
    QString agentName(model::AgentId id) const;
    bool concerns(const store::ChangeSet &changes) const;

    const Theme &m_theme;
    const Clock &m_clock;
    client::Workspace &m_workspace;
    Toasts &m_toasts;
    TimelineModel m_model;
    ConversationHeader *m_header;
    ChannelChips *m_chips;
    QWidget *m_findBar;
    QLineEdit *m_find;
    TextLabel *m_findCount;
    TimelineView *m_view;
    QWidget *m_nothing; ///< In place of the timeline, while there is no conversation with a person.
    TextLabel *m_nothingWords;
    Button *m_begin;
    DropZone *m_dropZone;
    Composer *m_composer;
    EarlyText *m_early; ///< Has what is typed before what is opened is here.
    Key m_earlyFor;
    std::optional<Wanted> m_write; ///< When it is.
    std::map<Key, Sending> m_sending;
    std::map<Key, Reading> m_reading;
    std::map<Key, int> m_kept; ///< How often each was given to be stored: an answer from before is old.
    std::map<std::pair<model::AgentId, Key>, ComposerDraft> m_unkept; ///< Drafts that the journal did not take, and whose.
    int m_keeping = 0;                                                ///< Drafts that are on their way into it.
    QPointer<DraftPeek> m_peek;                                       ///< The window's.

    model::ConversationId m_wanted, m_keepUnread;
    model::CustomerId m_person;
    std::optional<model::TimelineItemId> m_goTo;
    std::optional<store::ConversationRow> m_row;
    std::optional<store::CustomerCard> m_card;
    std::vector<model::ChannelAccount> m_accounts;
    std::map<model::AgentId, QString> m_agents;
    std::vector<model::Agent> m_people;      ///< Who can be mentioned.
    std::vector<model::TimelineItem> m_held; ///< Own messages that need their author: the copy does not have them.
    std::map<model::TimelineItemId, std::int64_t> m_heldNumbers;
    std::int64_t m_baseline = 0;              ///< The newest change its author has seen of the conversation.
    std::set<model::TimelineItemId> m_known;  ///< What was on the timeline then: news of those cross nothing.
    CompareSheet *m_compare = nullptr;        ///< Made when it is first asked for.
    model::ConversationId m_compared;         ///< What it is about.
    std::int64_t m_comparedUpTo = 0;          ///< The newest change of what it shows.
    std::vector<model::HistoryRange> m_gaps;  ///< What the copy does not have of what is here.
    std::optional<model::HistoryKey> m_fills; ///< End of the gap that is being filled.
    std::map<model::HistoryKey, int> m_vain;  ///< How often it was tried in vain, by the end of a gap.
    bool m_opening = false;                   ///< Another conversation is wanted, and not here yet.
    bool m_isUnread = false;                  ///< Its read has failed, and it is asked for when it is chosen once more.
    bool m_loadingOlder = false, m_marked = false, m_offline = false;
    model::AgentId m_agent;     ///< Who sits here.
    model::AgentId m_uploadsOf; ///< Whose uploads are kept, as
    std::string m_keptUploads;  ///< this.
    QTimer m_slow;              ///< Until what is opened is shown as on its way.
    QTimer m_read;              ///< A moment in view before it counts as read.
    OwnPresence *m_presence;
};

} // namespace tributary::ui
