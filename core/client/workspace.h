#pragma once

#include "core/client/hub_access.h"
#include "core/client/join_link.h"
#include "core/client/keyring.h"
#include "core/client/outbox.h"
#include "core/client/status.h"
#include "core/client/undo.h"
#include "core/model/commands.h"
#include "core/store/cache.h"
#include "core/store/cache_reads.h"
#include "core/store/import_plan.h"
#include "core/store/journal.h"
#include "core/store/news.h"
#include "core/store/opened.h"
#include "core/store/people_reads.h"
#include "core/store/setup_reads.h"
#include "core/store/ticket_reads.h"
#include "core/wire/frames.h"

#include <QFuture>
#include <QImage>
#include <QObject>
#include <QSize>
#include <QString>
#include <QUrl>

#include <memory>

namespace tributary::client {

/// Commands as they stand in the journal, and how to take them back.
struct Submitted {
    std::vector<model::Command> commands;
    std::optional<UndoStep> undo; ///< Absent where it cannot be taken back. Already in the history.
};

/// Somebody at a conversation just now.
struct Present {
    model::AgentId agent; ///< Null: the customer.
    wire::Presence::Kind kind = wire::Presence::Kind::Viewing;
    std::string text; ///< What they are typing, where the channel shows it or a colleague shares it.
    friend bool operator==(const Present &, const Present &) = default;
};

/// One profile of the desktop: its copy of the hub's workspace, its journal, and the link to the hub. The screens know
/// nothing else.
///
/// Lives on the window's thread and never blocks it: SQLite, decoding, sockets and pictures have threads of their own. Every
/// QFuture is finished with a value, also when the workspace is closed before (Kind::Offline). Texts are UTF-8.
class Workspace : public QObject {
    Q_OBJECT
public:
    explicit Workspace(QObject *parent = nullptr);
    ~Workspace() override; ///< close()

    /// Where tokens are kept from now on; before open(). Without one they are in the journal, a file that only its owner may
    /// read. So they are where no keyring answers: tokenKeptInFile() says so. The key that seals what is done here, and the
    /// contents of attachments, is kept with the token, or there is none; the hub gives it to its agent again.
    void setKeyring(std::unique_ptr<Keyring> keyring);
    /// Somebody is signed in, and the token is in a file although there should be a keyring.
    bool isTokenInFile() const;

    // -- The profile -----------------------------------------------------------------------------------------------------

    /// Opens or makes the profile in @p folder and, if somebody is signed in, connects. Conflict: it is open in another
    /// process. Corrupt: the journal is damaged; it is left as it is (see rescueJournal). A
    /// damaged cache is set aside and fetched again, which status() shows.
    QFuture<Result<void>> open(const QString &folder);
    /// Ends the link and the threads when everything accepted is written. Blocks for as long as that takes (milliseconds).
    void close();
    QString folder() const;
    /// Saves what can be read of a damaged journal in a new one, so that open() can go on, and keeps the damaged one under
    /// another name. Works on a thread of its own. Conflict: the profile is open.
    static QFuture<Result<JournalRescue>> rescueJournal(const QString &folder);

    // -- Who, and the link -----------------------------------------------------------------------------------------------

    /// @p hub is `http://127.0.0.1:PORT`, `https://…` (or ws, wss). Denied: wrong e-mail or password, or too many tries (the
    /// detail then is `locked SECONDS`). Rejected: not encrypted and not on this computer. Conflict: unsent work of another
    /// agent is in this profile. Offline with certificateProblemIn(): the hub was not believed, and heard nothing.
    ///
    /// Where the agent has a second factor, @p code is asked for: Denied with the detail kCodeNeeded, or kCodeWrong.
    ///
    /// With @p isKept the next open() connects by itself. Without it what lets this desktop in is written nowhere: the next
    /// open() finds the copy, and is signed out until signIn().
    QFuture<Result<void>> signIn(const QUrl &hub, const std::string &email, const std::string &password,
                                 const std::string &code = {}, bool isKept = true);
    static constexpr const char *kCodeNeeded = "code-needed", *kCodeWrong = "code-wrong";
    /// What a one-time link is good for. NotFound: for nothing (any more). A link's fingerprint is believed only where the
    /// system does not know the hub's certificate; it is kept then, as trustHub() would.
    QFuture<Result<Invitation>> lookAt(const JoinLink &link);
    /// Uses a link up: joins as @p name, or has a new password, and signs in as signIn() does. Invalid: the password will
    /// not do.
    QFuture<Result<void>> join(const JoinLink &link, const std::string &name, const std::string &password,
                               const std::string &code = {});
    /// Devices, the second factor, and links for others: while signed in.
    const HubAccess &access() const;
    /// The certificate with this fingerprint (fingerprintFrom()), and no other, is that of this hub: kept in the profile. An
    /// empty one: whatever the system trusts. Counts for what is asked after.
    void trustHub(const QUrl &hub, const std::string &fingerprint);
    /// What trustHub() has kept; empty: nothing.
    std::string pinOf(const QUrl &hub) const;
    /// Forgets the token and the copy; keeps journal and drafts.
    QFuture<Result<void>> signOut();
    /// The hub one is signed in to has another address now (a hub of one's own takes a new port each time): connects there
    /// with what is known already. What answers must be the same hub, or it is a sign-out.
    QFuture<Result<void>> hubMoved(const QUrl &hub);
    const Status &status() const;
    /// The agent signed in; a null id before the first welcome and when signed out.
    const model::Agent &agent() const;
    QUrl hubUrl() const;
    std::string agentEmail() const; ///< Of the last sign-in, also while signed out.
    /// Does not wait for retryAt.
    void tryNow();
    /// Compares the copy with the hub now, rather than when its hour has come, and puts right what has silently become
    /// another. Offline: it is not live, or does not stand still.
    QFuture<Result<CopyCheck>> compareNow();
    const CopyCheck &copyCheck() const;

    // -- Reading the copy (store/cache_reads.h) --------------------------------------------------------------------------

    QFuture<Result<store::QueueCounts>> queueCounts(TimePoint startOfToday);
    /// Every figure of the sidebar; `agent` is filled in here. Counted on a thread of its own, so that no list waits for it;
    /// the newest question wins, an earlier one is ended with Conflict.
    QFuture<Result<store::SidebarCounts>> sidebarCounts(store::SidebarQuery query);
    /// How many rows a list has, at most @p most; the newest question wins.
    QFuture<Result<std::int64_t>> listLength(store::ListQuery query, std::int64_t most);
    /// Views, teams, custom fields and statuses.
    QFuture<Result<store::Setup>> setup();
    /// ListQuery::agent is filled in here.
    QFuture<Result<std::vector<store::ConversationRow>>> conversations(store::ListQuery query);
    /// The same, of a copy that shows what was submitted before this was asked: at once, rather than when changed() has told
    /// of it. Of more than a few commands, what has been shown by then.
    QFuture<Result<std::vector<store::ConversationRow>>> conversationsBehindSubmitted(store::ListQuery query);
    /// Nothing: it is not among what this agent may see. Offline: the copy is still being fetched, and does not have it yet.
    QFuture<Result<std::optional<store::ConversationRow>>> conversationRow(model::ConversationId id);
    QFuture<Result<model::CustomerId>> rootOf(model::CustomerId id);
    QFuture<Result<std::vector<model::CustomerId>>> membersOf(model::CustomerId root);
    QFuture<Result<std::optional<store::CustomerCard>>> customerCard(model::CustomerId id);
    /// With the gaps: what the copy does not have is never taken for what does not exist (store/coverage.h).
    QFuture<Result<store::TimelinePage>> timelineBefore(model::CustomerId root, TimePoint beforeAt,
                                                        model::TimelineItemId beforeId, std::int64_t count);
    /// OpenQuery::agent is filled in here. The newest question wins, an earlier one is ended with Conflict. Where it is not
    /// there, as with conversationRow().
    QFuture<Result<std::optional<store::OpenedConversation>>> openedConversation(store::OpenQuery query);
    QFuture<Result<std::vector<model::TimelineItem>>> itemsByIds(std::vector<model::TimelineItemId> ids);
    QFuture<Result<std::vector<model::ChannelAccount>>> channelAccounts();
    QFuture<Result<std::vector<model::Agent>>> agents();
    QFuture<Result<std::vector<std::string>>> knownTags();
    QFuture<Result<std::optional<store::Ticket>>> ticket(model::ConversationId id);
    /// The conversation that people call `#8841`, if it is here.
    QFuture<Result<std::optional<model::Conversation>>> conversationNumbered(std::int64_t number);
    // About people (store/people_reads.h).
    QFuture<Result<store::PersonBeside>> personBeside(model::CustomerId id, std::size_t mostBelongings);
    /// Whose that address is, given as it is typed; Invalid: it is no address of that channel. Numbers without a country
    /// code are ones of our accounts' region (model::regionFor()).
    QFuture<Result<std::optional<store::AddressHolder>>> addressHolder(model::Channel channel, std::string typed);
    /// What would become of rows of a file (store/import_plan.h).
    QFuture<Result<std::vector<store::ImportPlan>>> planImport(std::vector<store::ImportRow> rows);
    QFuture<Result<std::vector<model::Company>>> companies();
    QFuture<Result<std::vector<store::CompanyRow>>> companyRows();
    QFuture<Result<std::vector<model::CustomerId>>> customersOfCompany(model::CompanyId id);
    QFuture<Result<std::optional<store::MergePair>>> mergePair(model::CustomerId one, model::CustomerId other,
                                                               TimePoint since);
    /// The newest question wins, as for searches.
    QFuture<Result<std::vector<model::CustomerId>>> peopleInOrder(store::PeopleQuery query);
    QFuture<Result<std::vector<store::CustomerRow>>> customerRows(std::vector<model::CustomerId> ids);
    QFuture<Result<store::Duplicates>> duplicates(std::int64_t count, std::optional<store::Duplicates::Place> after = {});
    QFuture<Result<store::WorkspaceSetup>> workspaceSetup();
    // What the agent is told (store/news.h).
    QFuture<Result<std::vector<store::News>>> newsSince(TimePoint since, std::int64_t count);
    QFuture<Result<std::vector<store::News>>> newsAmong(std::vector<model::TimelineItemId> items);
    /// The newest search of each kind wins: one still waiting or running is ended with Conflict.
    QFuture<Result<std::vector<store::SearchHit>>> searchItems(std::string text, std::int64_t count);
    QFuture<Result<std::vector<store::PersonHit>>> searchPeople(std::string text, std::int64_t count);
    /// A page of somebody's timeline to be looked through, without its conversations: no other screen waits for it.
    QFuture<Result<store::TimelinePage>> historyToSearch(model::CustomerId root, model::HistoryKey before,
                                                         std::int64_t count);

    /// Brings what is missing of a person's timeline before @p before, newest first and at most @p count items, from the hub
    /// into the copy; `changed` follows. Nothing to do where all of it is here. Offline without the hub; TimedOut if it does
    /// not answer in 20 s.
    QFuture<Result<void>> fetchHistory(model::CustomerId root, model::HistoryKey before, std::int64_t count);

    /// Somebody looks at this person's timeline: it stays on this computer longest.
    void noteOpened(model::CustomerId root);

    // -- Doing things ----------------------------------------------------------------------------------------------------

    /// Numbers the commands, keeps them durably in the journal and shows them in the copy, in this order; they go to the hub
    /// by themselves. @p baseSeq is the version of the conversation that the author saw (the send guard); absent: the
    /// copy's. Commands given together are one step of the history; @p undoable false keeps them out of it (read marks
    /// always are).
    QFuture<Result<Submitted>> submit(std::vector<model::CommandBody> bodies, std::optional<std::int64_t> baseSeq = {},
                                      bool undoable = true);
    QFuture<Result<Submitted>> submit(model::CommandBody body, std::optional<std::int64_t> baseSeq = {});
    /// A new id for what a command makes: items, links.
    template<class IdType>
    IdType makeId()
    {
        return IdType(makeRawId());
    }

    /// Takes the newest undoable step back. NotFound: nothing to undo, or it is too late for it.
    QFuture<Result<Undone>> undo();
    QFuture<Result<Undone>> undoStep(UndoStep step); ///< From a toast; also removes it from the history.
    const UndoHistory &history() const;

    /// Commands whose echo is not here yet, in order.
    QFuture<Result<std::vector<store::JournalEntry>>> outbox();
    /// Commands that came back: refused, or needing a decision. Refused texts are drafts again as well.
    QFuture<Result<std::vector<store::JournalEntry>>> needsYou();
    /// Both of them as a screen shows them.
    QFuture<Result<std::vector<OutboxEntry>>> outboxEntries();
    /// Takes a message or note of one's own back that waits here or is held at the hub; @p keepText: it is a draft again,
    /// above what is written there; else Undone::discard gives it back. NotFound: it is not there (any more). Conflict: it
    /// has gone out.
    QFuture<Result<Undone>> takeBackItem(model::TimelineItemId item, bool keepText);
    /// What was said after the author of a message that needs its author had last looked.
    QFuture<Result<Crossing>> crossing(std::int64_t n);
    /// The author has seen it.
    QFuture<Result<void>> settle(std::int64_t n);
    /// Settles; the text is a draft again, above what is written there, and no undo gives it back once more.
    QFuture<Result<void>> edit(std::int64_t n);
    /// Sends the message of a NeedsYou entry all the same. @p upTo: OutboxEntry::crossedUpTo or Crossing::upTo of what its
    /// author was shown; of what has come since, they are asked once more. 0: of nothing.
    QFuture<Result<Submitted>> sendAnyway(std::int64_t n, std::int64_t upTo);
    /// Settles, and drops the draft its text came back as if that has not been changed since. Submitted::undo gives the text
    /// back as a draft.
    QFuture<Result<Submitted>> discard(std::int64_t n);

    // -- Drafts and settings (journal) -----------------------------------------------------------------------------------

    QFuture<Result<void>> saveDraft(store::Draft draft); ///< An empty body removes it. The caller debounces.
    QFuture<Result<std::optional<store::Draft>>> draft(model::ConversationId conversation, store::Draft::Kind kind);
    QFuture<Result<std::vector<store::Draft>>> drafts();
    /// Settings are read at open and kept in memory. Those of a person (personal_settings.h) are of who is signed in.
    std::string setting(const std::string &name, const std::string &otherwise = {}) const;
    QFuture<Result<void>> setSetting(const std::string &name, const std::string &value);

    // -- Attachments -----------------------------------------------------------------------------------------------------

    /// The file is here, and at the hub where that can be reached; else it goes there before the first command that names
    /// it. TooLarge beyond 25 MB.
    QFuture<Result<model::Attachment>> attach(const QString &path);
    QFuture<Result<model::Attachment>> attach(const std::string &name, const std::string &mediaType,
                                              const QByteArray &content);
    /// The content is here already, or fetched once and checked against its hash. Where there is a key it is sealed on the
    /// disk; this gives a plain file for another program to open, until close(), or until nobody is signed in or may see it
    /// any more.
    QFuture<Result<QString>> attachmentFile(model::Attachment attachment);
    /// Its first @p most bytes.
    QFuture<Result<QByteArray>> attachmentBytes(model::Attachment attachment, qint64 most);
    /// Puts it in the place of the file @p path.
    QFuture<Result<void>> saveAttachment(model::Attachment attachment, const QString &path);
    /// A picture scaled to fit @p size (pixels), decoded off the window's thread. Invalid: no picture, or one too large to
    /// decode.
    QFuture<Result<QImage>> thumbnail(model::Attachment attachment, QSize size);

    // -- Presence --------------------------------------------------------------------------------------------------------

    /// Repeat while it lasts: Typing every 5 s, Viewing every 30 s (receivers forget after 10 s and 60 s).
    /// @p draft: what is being typed, for those who look on, where its author shares it.
    void sendPresence(wire::Presence::Kind kind, model::ConversationId conversation, const std::string &draft = {});
    /// The others there now.
    std::vector<Present> presentAt(model::ConversationId conversation) const;

signals:
    /// No keyring answered: the sign-in is kept in a file, and nothing of the profile is sealed. Once for each opening of
    /// it.
    void tokenKeptInFile();
    /// So many things that were done here cannot be opened by any key that there is, and were not sent: they wait for
    /// theirs. Said once after each open() and sign-in, when the hub has been asked.
    void workLocked(std::int64_t count);
    void statusChanged();
    void agentChanged();
    /// Many writes in one turn come as one. Read again what is shown and touched.
    void changed(const tributary::store::ChangeSet &changes);
    /// Outbox, needs-you or their counts.
    void outboxChanged();
    /// A command came back to its author, once each: for a toast.
    void cameBack(const tributary::store::JournalEntry &entry);
    void draftChanged(tributary::model::ConversationId conversation); ///< By something else than saveDraft().
    void historyChanged();                                            ///< Of undo.
    void presenceChanged(tributary::model::ConversationId conversation);

private:
    RawId makeRawId();

    class Private;
    std::unique_ptr<Private> d;
};

} // namespace tributary::client
