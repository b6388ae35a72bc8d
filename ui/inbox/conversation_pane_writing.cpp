// What is written in the conversation pane: kept while it is written, handed to the outbox, and back where that fails. A
// draft goes only when the outbox has its text.
#include "ui/inbox/conversation_pane.h"

#include "core/model/permissions.h"
#include "ui/composer/mentions.h"
#include "ui/customer/people_words.h"
#include "ui/inbox/early_text.h"
#include "ui/shell/toasts.h"
#include "ui/shell/undo_words.h"
#include "ui/shell/when_done.h"

#include <QApplication>

namespace tributary::ui {
namespace {

constexpr int kToastMs = 10'000, kStillMs = 4'000;
constexpr int kKeepMs = 3'000; ///< The end of the program waits so long for the journal.

using Mode = Composer::Mode;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(tributary::ui::NotSent)
};

/// Why a text was not sent that stands in the editor again.
QString backHereWords(const Error &error)
{
    switch (error.kind) {
    case Error::Kind::Full: return Words::tr("The disk is full. Your text is back in the editor.");
    case Error::Kind::TooLarge:
        return Words::tr("This is longer than a message can be. Shorten it, or attach it as a file.");
    case Error::Kind::Denied: return Words::tr("You are signed out. Your text is back in the editor.");
    default: return Words::tr("This could not be kept on this computer. Your text is back in the editor.");
    }
}

/// The same of one to %1, who is not shown any more.
QString draftAgainWords(const Error &error)
{
    switch (error.kind) {
    case Error::Kind::Full: return Words::tr("The disk is full. What you wrote to %1 is a draft again.");
    case Error::Kind::TooLarge:
        return Words::tr("What you wrote to %1 is longer than a message can be, and is a draft again.");
    case Error::Kind::Denied: return Words::tr("You are signed out. What you wrote to %1 is a draft again.");
    default: return Words::tr("This could not be kept on this computer. What you wrote to %1 is a draft again.");
    }
}

store::Draft::Kind kindOf(Mode mode)
{
    return mode == Mode::Reply ? store::Draft::Kind::Reply : store::Draft::Kind::Note;
}

} // namespace

void ConversationPane::wireWriting()
{
    connect(m_composer, &Composer::sendWanted, this, &ConversationPane::send);
    connect(m_composer, &Composer::uploadWanted, this, &ConversationPane::upload);
    connect(m_composer, &Composer::uploadsChanged, this, &ConversationPane::keepUploads);
    connect(m_composer, &Composer::draftChanged, this,
            [this](model::ConversationId id, Mode mode, const ComposerDraft &draft) {
                keepDraft({id, mode}, draft);
            });
    connect(m_composer, &Composer::fileArrived, this,
            [this](model::ConversationId id, Mode mode, const model::Attachment &file) {
                addToDraft({id, mode}, {.attachments = {file}});
            });
    connect(&m_workspace, &client::Workspace::draftChanged, this, [this](model::ConversationId id) {
        if (id == m_wanted)
            takeDrafts();
    });
    connect(m_early, &EarlyText::leaveWanted, this, [this] {
        if (m_wanted.isNull())
            emit leaveWanted();
        else
            m_view->setFocus(Qt::ShortcutFocusReason);
    });
    connect(m_early, &EarlyText::left, this, [this] {
        if (!m_write)
            keepEarly();
    });
}

// -- Drafts
// -----------------------------------------------------------------------------------------------------------------

/// Both drafts of what has been opened. What of them is on its way, out or here, is shown as it is by now.
void ConversationPane::loadDrafts()
{
    for (const Mode mode : {Mode::Reply, Mode::Note}) {
        const Key key{m_wanted, mode};
        const auto reading = m_reading.find(key);
        const auto sending = m_sending.find(key);
        if (reading != m_reading.end()) {
            m_composer->setDraft(mode, reading->second.since);
        } else if (sending != m_sending.end()) { // what is stored would come back as if it had never been sent
            m_composer->setDraft(mode, sending->second.rest);
            sending->second.isWaitedFor = true;
        } else {
            readDraft(key);
        }
    }
}

/// What is stored comes where it is wanted, once, however often it is asked for meanwhile.
void ConversationPane::readDraft(const Key &key)
{
    if (!m_reading.try_emplace(key, Reading{.author = m_agent}).second)
        return;
    ++m_keeping;
    askDraft(key);
}

void ConversationPane::askDraft(const Key &key)
{
    whenDone(m_workspace.draft(key.conversation, kindOf(key.mode)), this,
             [this, key](const Result<std::optional<store::Draft>> &draft) { draftRead(key, draft); });
}

void ConversationPane::draftRead(const Key &key, const Result<std::optional<store::Draft>> &draft)
{
    Reading &reading = m_reading.at(key);
    if (std::exchange(reading.isOld, false))
        return askDraft(key);
    const ComposerDraft since = reading.since;
    const auto author = reading.author;
    m_reading.erase(key);
    --m_keeping;
    const auto unkept = m_unkept.find({author, key});
    if (!draft && unkept == m_unkept.end()) { // what is stored cannot be read, and must not be written over
        if (!since.isEmpty())
            putAside(author, key, since);
        return;
    }
    const ComposerDraft stored = unkept != m_unkept.end() ? unkept->second : *draft ? fromStored(**draft) : ComposerDraft();
    if (const auto sending = m_sending.find(key); sending != m_sending.end()) {
        sending->second.rest = joined(sending->second.rest, since);
        sending->second.isWaitedFor = true; // both go together when it is in the outbox
        return;
    }
    const bool isShown = key.conversation == m_composer->conversation();
    if (isShown && !stored.isEmpty()) {
        m_composer->setDraft(key.mode, stored); // above what stands there, and stored with it
    } else if (!since.isEmpty()) {
        keepDraft(key, joined(stored, since));
        emit draftsChanged();
    }
    if (isShown)
        watchCrossing();
}

void ConversationPane::takeDrafts()
{
    for (const Mode mode : {Mode::Reply, Mode::Note})
        takeDraft({m_wanted, mode});
}

void ConversationPane::takeDraft(const Key &key)
{
    if (const auto reading = m_reading.find(key); reading != m_reading.end()) {
        reading->second.isOld = true;
        return;
    }
    if (const auto sending = m_sending.find(key); sending != m_sending.end()) {
        sending->second.isWaitedFor = true; // its text would come back as if it had never been sent
        return;
    }
    whenDone(m_workspace.draft(key.conversation, kindOf(key.mode)), this,
             [this, key, kept = m_kept[key]](const Result<std::optional<store::Draft>> &draft) {
                 if (kept != m_kept[key])
                     return takeDraft(key); // it has been written on since
                 const auto unkept = m_unkept.find({m_agent, key});
                 if (key.conversation != m_composer->conversation() || (!draft && unkept == m_unkept.end()))
                     return;
                 m_composer->takeStored(key.mode, unkept != m_unkept.end() ? unkept->second
                                                  : *draft                 ? fromStored(**draft)
                                                                           : ComposerDraft());
             });
}

void ConversationPane::keepDraft(const Key &key, const ComposerDraft &draft)
{
    ++m_kept[key];
    if (const auto reading = m_reading.find(key); reading != m_reading.end())
        reading->second.since = draft;
    else if (const auto sending = m_sending.find(key); sending != m_sending.end())
        sending->second.rest = draft; // stored when what was sent is in the outbox
    else
        storeDraft(key, draft);
}

void ConversationPane::storeDraft(const Key &key, const ComposerDraft &draft)
{
    ++m_keeping;
    whenDone(m_workspace.saveDraft(toStored(draft, key.conversation, kindOf(key.mode), m_clock.now())), this,
             [this, key, draft, author = m_agent](const Result<void> &saved) {
                 --m_keeping;
                 if (saved)
                     m_unkept.erase({author, key});
                 else
                     putAside(author, key, draft);
             });
}

/// Here at least, when its author opens it again. With each pause in the typing it would say so again.
void ConversationPane::putAside(model::AgentId author, const Key &key, const ComposerDraft &draft)
{
    if (m_unkept.insert_or_assign({author, key}, draft).second && author == m_agent)
        m_toasts.add(tr("The draft could not be kept on this computer. Copy the text before you leave."));
}

void ConversationPane::addToDraft(const Key &key, const ComposerDraft &more)
{
    if (m_composer->add(key.conversation, key.mode, more))
        return;
    if (const auto sending = m_sending.find(key); sending != m_sending.end() && isDraftHere(key)) {
        sending->second.rest = joined(sending->second.rest, more);
        return;
    }
    readDraft(key);
    ComposerDraft &since = m_reading.at(key).since;
    since = joined(since, more);
}

void ConversationPane::keepWriting()
{
    m_composer->saveNow();
    keepEarly();
    waitUntil(this, kKeepMs, [this] { return m_keeping == 0 && m_sending.empty(); });
}

// -- Sending
// -----------------------------------------------------------------------------------------------------------------

void ConversationPane::send(const Composer::Request &request)
{
    // Where it was written: another may be wanted by now that is not here yet.
    const model::ConversationId here = request.conversation;
    const ComposerDraft &draft = request.draft;
    const auto item = m_workspace.makeId<model::TimelineItemId>();
    std::vector<model::CommandBody> bodies;
    if (request.mode == Mode::Note) {
        bodies.push_back(model::AddNote{.item = item,
                                        .conversation = here,
                                        .body = draft.body.toStdString(),
                                        .attachments = draft.attachments,
                                        .mentions = mentionsIn(draft.body, m_people, draft.mentions)});
        if (request.after == Composer::After::Resolve)
            bodies.push_back(model::SetStatus{.conversation = here, .status = model::Conversation::Status::Resolved});
    } else {
        model::SendMessage message{.item = item,
                                   .conversation = here,
                                   .to = request.target.identity,
                                   .from = request.target.account,
                                   .body = draft.body.toStdString(),
                                   .attachments = draft.attachments,
                                   .resolveAfter = request.after == Composer::After::Resolve,
                                   .leaveFree = m_workspace.setting("reply.claims", "on") == "off"};
        if (request.target.channel == model::Channel::Email) {
            message.subject = draft.subject.toStdString();
            for (const QString &address : addressesFrom(draft.cc))
                message.cc.push_back(address.toStdString());
        }
        const TimelineModel::Items &items = m_model.items();
        for (auto answered = items.rbegin(); answered != items.rend() && !message.inReplyTo; ++answered) {
            if (answered->conversation == here && answered->kind == model::TimelineItem::Kind::Inbound)
                message.inReplyTo = answered->id;
        }
        bodies.push_back(std::move(message));
    }
    const model::Agent &me = m_workspace.agent();
    for (const model::CommandBody &body : bodies) {
        if (const auto lacked = model::lackedFor(me, body)) {
            m_composer->giveBack(request); // the hub would only send it back, later
            m_toasts.add(whyNot(*lacked), {}, {}, {}, 4000);
            return;
        }
    }
    // What was written against an older state says so, unless its author has seen what came since. What the hub knows of
    // beyond that, nobody has seen: it asks.
    const bool isHere = m_row && m_row->conversation.id == here;
    const std::int64_t seen = isHere && (request.anyway || draft.seen == 0) ? newestChange() : draft.seen;
    const Key key{here, request.mode};
    Sending &sending = m_sending[key];
    ++sending.count;
    sending.rest = {}; // it is in the request
    m_model.expectOwn(item);
    m_presence->stoppedTyping();
    if (const auto reading = m_reading.find(key); reading != m_reading.end())
        reading->second.since = {}; // it is on its way
    const bool isGuarded = request.mode == Mode::Reply && seen > 0;
    whenDone(m_workspace.submit(std::move(bodies), isGuarded ? std::optional(seen) : std::nullopt), this,
             [this, request](const Result<client::Submitted> &done) { sendingEnded(request, done); });
}

void ConversationPane::sendingEnded(const Composer::Request &request, const Result<client::Submitted> &done)
{
    const Key key{request.conversation, request.mode};
    bool isBackHere = false;
    if (!done) { // nothing that was written is lost: it goes back where it was
        isBackHere = m_composer->giveBack(request);
        if (!isBackHere) {
            ComposerDraft &rest = m_sending[key].rest;
            rest = joined(request.draft, rest);
        }
        isBackHere &= key.conversation == m_wanted && key.mode == m_composer->mode();
    }
    const auto sending = m_sending.find(key);
    if (--sending->second.count == 0) {
        const Sending ended = sending->second;
        m_sending.erase(sending);
        if (const auto reading = m_reading.find(key); reading != m_reading.end())
            reading->second.since = joined(ended.rest, reading->second.since);
        else if (ended.isWaitedFor)
            keepBeside(key, request.draft.body, ended.rest);
        else
            storeDraft(key, ended.rest);
        emit draftsChanged();
    }
    if (!done) {
        m_toasts.add(isBackHere ? backHereWords(done.error()) : draftAgainWords(done.error()).arg(request.name));
        return;
    }
    if (done->undo && done->undo->until) {
        const auto left = std::chrono::duration_cast<Milliseconds>(*done->undo->until - m_clock.now()).count();
        offerUndo(tr("Sending to %1").arg(request.name), *done->undo, m_workspace, m_toasts, this, {},
                  int(std::clamp<std::int64_t>(left, 1000, kToastMs)));
    }
    if (request.after == Composer::After::Snooze)
        emit snoozeWanted(request.conversation);
    else if (request.after == Composer::After::Resolve)
        emit resolvedBySend(request.conversation);
}

/// The stored draft has changed while @p sent was on its way: a text that was taken back stands above it, and stays.
void ConversationPane::keepBeside(const Key &key, const QString &sent, const ComposerDraft &rest)
{
    ++m_keeping;
    whenDone(m_workspace.draft(key.conversation, kindOf(key.mode)), this,
             [this, key, sent, rest](const Result<std::optional<store::Draft>> &draft) {
                 --m_keeping;
                 ComposerDraft stored = draft && *draft ? fromStored(**draft) : ComposerDraft();
                 const QString below = QStringLiteral("\n\n") + sent;
                 if (stored.body.endsWith(below))
                     stored.body.chop(below.size());
                 else if (sent.startsWith(stored.body)) // it, as it was stored while it was written
                     stored = {};
                 storeDraft(key, joined(stored, rest));
                 if (key.conversation == m_wanted)
                     takeDrafts();
             });
}

// -- Where the keys go
// -----------------------------------------------------------------------------------------------------------------

bool ConversationPane::isComposerHere() const
{
    return !m_opening && m_composer->conversation() == m_wanted;
}

bool ConversationPane::isWriting() const
{
    const QWidget *focus = QApplication::focusWidget();
    return focus && m_composer->isAncestorOf(focus);
}

Composer *ConversationPane::composerHere()
{
    if (m_wanted.isNull())
        return nullptr;
    if (isComposerHere())
        return m_composer;
    m_toasts.add(tr("The conversation is still being opened. Try again in a moment."), {}, {}, {}, kStillMs);
    return nullptr;
}

/// At once, or when what is being opened is here: never in what was open before.
void ConversationPane::write(const Wanted &wanted)
{
    if (m_wanted.isNull())
        return;
    if (!isComposerHere())
        return writeLater(wanted);
    m_write = wanted;
    beginWriting();
    m_composer->focusEditor();
}

/// What was begun as a note does not go on as a reply to somebody else.
Composer::Mode ConversationPane::modeGoingOn() const
{
    if (m_early->hasFocus())
        return m_earlyFor.mode;
    return m_composer->hasText() ? m_composer->mode() : Mode::Reply;
}

void ConversationPane::writeLater(const Wanted &wanted)
{
    keepEarly();
    m_write = wanted;
    m_earlyFor = {m_wanted, wanted.mode};
    m_early->setFocus(Qt::OtherFocusReason);
}

void ConversationPane::beginWriting()
{
    if (!m_write)
        return;
    const Wanted wanted = *std::exchange(m_write, std::nullopt);
    const bool focus = m_early->hasFocus();
    m_composer->setMode(wanted.mode);
    if (wanted.quote) {
        if (const std::optional<model::TimelineItemId> focused = m_view->focusedItem())
            whenHere({*focused}, [this, focused, into = m_composer->conversation()] {
                const model::TimelineItem *item = m_model.find(*focused);
                if (item && !item->body.empty() && m_composer->conversation() == into)
                    m_composer->quote(QString::fromStdString(item->body));
            });
    }
    keepEarly();
    if (focus)
        m_composer->focusEditor();
}

/// What was typed, if anything, goes into the draft it was meant for.
bool ConversationPane::keepEarly()
{
    const QString typed = m_early->take();
    if (typed.trimmed().isEmpty() || m_earlyFor.conversation.isNull())
        return false;
    addToDraft(m_earlyFor, {.body = typed});
    return true;
}

/// The conversation has gone from the screen while somebody was writing: the keys go on into its draft.
void ConversationPane::leaveComposer()
{
    const bool wasWriting = isWriting() || m_early->hasFocus();
    const bool isIt = m_composer->conversation() == m_wanted; // or what was open before, which stays where it is
    const bool hasEarly = keepEarly();
    m_write.reset();
    if (isWriting()) {
        m_earlyFor = {m_composer->conversation(), m_composer->mode()};
        m_early->setFocus(Qt::OtherFocusReason);
    }
    if (m_early->hasFocus())
        m_early->leaveWhenIdle();
    if (hasEarly || (isIt && m_composer->hasDraft()))
        m_toasts.add(tr("You can no longer see this conversation. What you wrote is kept under Drafts."));
    else if (wasWriting)
        m_toasts.add(tr("You can no longer see this conversation."));
}

} // namespace tributary::ui
