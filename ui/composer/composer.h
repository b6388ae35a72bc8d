#pragma once

#include "ui/composer/composer_draft.h"
#include "ui/composer/reply_target.h"
#include "ui/shell/controls.h"

#include <QElapsedTimer>
#include <QImage>
#include <QTimer>

class QLineEdit;
class QMimeData;

namespace tributary::ui {

class ComposerEditor;
class Picker;

/// Where replies and notes are written (UX 6.6). It always names the channel and the identities before anything is sent. It
/// never sends, saves or uploads by itself: it says what is wanted, and its host answers.
class Composer : public QWidget {
    Q_OBJECT
public:
    enum class Mode { Reply, Note };
    enum class After { Nothing, Resolve, Snooze };
    struct Request {
        model::ConversationId conversation; ///< Where it was written.
        QString name;                       ///< Of its customer.
        Mode mode = Mode::Reply;
        ReplyTarget target;
        ComposerDraft draft; ///< All that was written, with its files and, of a reply, its target.
        After after = After::Nothing;
        bool anyway = false; ///< Its author has seen what crosses it.
    };
    /// What crosses the reply that is being written is on the screen for so long before sending means "all the same".
    static constexpr int kSeenMs = 1000;

    Composer(const Theme &theme, Picker &picker, QWidget *parent = nullptr);

    /// Another conversation: both drafts are forgotten here (they have been given out) and the reply mode is on.
    void open(const model::Conversation &conversation, const QString &customerName);
    void close();
    const model::ConversationId &conversation() const { return m_conversation.id; }
    /// The ways to reach the customer and which one is meant; a choice made by hand stays.
    void setTargets(std::vector<ReplyTarget> targets, std::optional<std::size_t> standard);
    /// A stored draft; what was typed before it was here stands below it.
    void setDraft(Mode mode, const ComposerDraft &draft);
    /// More for what is being written at @p conversation, below it or @p above it. False where that is not open here.
    bool add(model::ConversationId conversation, Mode mode, const ComposerDraft &more, bool above = false);
    /// What could not be sent is back as it was, above what has been written since.
    bool giveBack(const Request &request);
    /// The stored draft was changed by something else than draftChanged(): a text that came back stands above what has been
    /// typed since, and one that is gone leaves the editor if it was not touched.
    void takeStored(Mode mode, const ComposerDraft &draft);
    /// Sends go to the outbox.
    void setOffline(bool offline);
    /// Why nothing is resolved or snoozed by what is sent, in words; empty if it may be.
    void setWhyNotResolved(const QString &why);
    /// "Tomás is writing a reply to Layla"; empty for none. @p hasDraft: what they write can be looked at.
    void setPresence(const QString &text, bool hasDraft = false);
    /// "Tomás has replied since": a strip in the colour of danger (of warning, if not @p grave) with a way to compare;
    /// sending is "Send anyway" then. Empty for none.
    /// @p upTo is the newest change among them: what comes with the same words is something else to be read.
    void setCrossing(const QString &text, bool grave = true, std::int64_t upTo = 0);
    bool crossingSeen() const; ///< The strip has been there long enough to be read.
    /// The newest change that the author of what is written has seen.
    void setSeen(std::int64_t seq) { m_seen = seq; }
    std::int64_t seen() const { return m_seen; }
    void setMode(Mode mode);
    Mode mode() const { return m_mode; }
    void focusEditor();
    /// A file of this computer that its draft is to have.
    struct Upload {
        model::ConversationId conversation;
        Mode mode = Mode::Reply;
        QString path;
        friend bool operator==(const Upload &, const Upload &) = default;
    };
    /// Those that are on their way, or could not be sent; without pictures that were pasted.
    QList<Upload> uploads() const;
    void addFileTo(model::ConversationId conversation, Mode mode, const QString &path, const QImage &image = {});
    /// Those that could not be sent are wanted again.
    void uploadAgain();
    /// What is under way is somebody else's: it is let go, without a word to anybody.
    void forgetUploads();
    /// A file's way: its key from uploadWanted().
    void attachmentDone(int key, const model::Attachment &attachment);
    void attachmentFailed(int key, const QString &why);
    /// How high the whole may grow; pixels.
    void setMaximumHeightFor(int paneHeight);
    /// Quotes @p text above what is written.
    void quote(const QString &text);
    /// Whom a note can mention: who is active, and sees what it is written in.
    void setColleagues(std::vector<model::Agent> agents);
    QColor strandColor() const;
    std::optional<Strand> strand() const;

    bool hasText() const;
    bool hasDraft() const; ///< Anything is written or attached, of either mode.
    bool hasReply() const; ///< A reply is begun, also while a note is being written.
    QString text() const;  ///< What stands in the editor.
    const std::optional<ReplyTarget> &target() const { return m_target; }

public slots:
    /// Gives out what has not been yet; at once, not when the keys have rested.
    void saveNow();
    void send(tributary::ui::Composer::After after = After::Nothing);
    /// What crosses the reply has been compared with it, up to the change @p upTo; nothing that came behind that has.
    void sendCompared(std::int64_t upTo);
    void chooseTarget();
    /// Writes to that identity, by the way that works and is nearest to the one at hand; false where there is none.
    bool chooseIdentity(model::IdentityId identity);
    /// The same by that channel.
    bool chooseChannel(model::Channel channel);
    void attachFiles();

public:
    /// What is held over the pane: whether it can be taken, and taking it, as if it had been dropped on the editor.
    bool canTake(const QMimeData &dropped) const;
    void take(const QMimeData &dropped);

signals:
    /// What a colleague writes just now is to be shown, below or above @p anchor (global).
    void draftOfOtherWanted(const QRect &anchor);
    /// The editor is empty by then; the draft is the host's to remove, when what is sent is kept elsewhere.
    void sendWanted(const tributary::ui::Composer::Request &request);
    /// A file for a conversation that was left before it was here.
    void fileArrived(tributary::model::ConversationId conversation, tributary::ui::Composer::Mode mode,
                     const tributary::model::Attachment &file);
    /// 400 ms after the last change, and at once before the conversation changes.
    void draftChanged(tributary::model::ConversationId conversation, tributary::ui::Composer::Mode mode,
                      const tributary::ui::ComposerDraft &draft);
    void uploadWanted(int key, const QString &path, const QImage &image);
    void uploadsChanged();
    /// Keys are being pressed in a reply.
    void typing();
    void leaveWanted();
    /// What was written last and has not gone out is to be written on.
    void lastWanted();
    void targetChanged();
    void modeChanged();
    void compareWanted();
    /// To be said aloud at once.
    void alerted(const QString &text);

protected:
    void paintEvent(QPaintEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    struct Pending {
        int key = 0;
        QString name, problem, path;
        QImage image; ///< Pasted, and nowhere else.
        std::optional<model::Attachment> done;
    };
    /// A file on its way to a draft that is not on the screen.
    struct Away {
        Pending file;
        model::ConversationId conversation;
        Mode mode = Mode::Reply;
    };
    ComposerDraft currentDraft() const;
    QString proposedSubject() const;
    void fill(const ComposerDraft &draft);
    void setOther(const ComposerDraft &draft);
    void setFiles(const std::vector<model::Attachment> &attachments);
    void sendAway();
    void fetchAway();
    void onEdited();
    void setTarget(std::size_t index);
    bool chooseNearest(const std::function<bool(const ReplyTarget &)> &isWanted);
    void setWay(model::IdentityId identity, model::ChannelAccountId account);
    void switchTexts(Mode mode);
    void refresh();
    void refreshAttachments();
    void arrange();
    void addFile(const QString &path, const QImage &image = {});
    bool passesChecks(After after);
    /// What the strip above the text is about.
    enum class Strip { Target, Check, Mentions };
    void showStrip(Strip about, const QString &text, const QString &action);
    void sayCrossing();
    void hideStrip();
    void pickColleague();
    QString whyNotTold() const;
    void warnOfMentions();

    const Theme &m_theme;
    Picker &m_picker;
    std::vector<model::Agent> m_colleagues;
    std::vector<Mention> m_mentions;   ///< Who was chosen in the note that is shown.
    std::optional<Strip> m_stripAbout; ///< Nothing: it is not there.
    model::Conversation m_conversation;
    QString m_customerName;
    Mode m_mode = Mode::Reply;
    std::vector<ReplyTarget> m_targets;
    std::optional<ReplyTarget> m_target;
    bool m_targetChosen = false; ///< By hand: nothing else changes it.
    ComposerDraft m_other;       ///< The text of the mode that is not shown.
    QList<Pending> m_pending;
    QList<Away> m_away;
    int m_nextKey = 1;
    bool m_offline = false, m_dirty = false, m_filling = false;
    QString m_kept; ///< The text as it was last stored or read from there.
    std::int64_t m_seen = 0;
    QElapsedTimer m_crossingShown; ///< Since when it can be seen; valid while it is there.
    bool m_crossingSaid = false;
    std::optional<After> m_confirmed; ///< The strip has been seen: the next send of this kind goes.
    QString m_whyNotResolved;
    int m_paneHeight = 600;
    QTimer m_save;

    Surface *m_presence, *m_crossing;
    Button *m_seeDraft;
    TextLabel *m_presenceText, *m_crossingText;
    Button *m_compare;
    bool m_grave = false;
    std::int64_t m_crossingUpTo = 0;
    Segment *m_segment;
    Button *m_targetChip;
    TextLabel *m_noteHint, *m_saved;
    QWidget *m_mailRow, *m_strip, *m_files;
    TextLabel *m_stripText;
    Button *m_stripAction;
    QLineEdit *m_subject, *m_cc;
    ComposerEditor *m_editor;
    Button *m_attach, *m_sendResolve, *m_send, *m_sendMenu;
};

} // namespace tributary::ui
