#include "ui/inbox/conversation_pane.h"

#include "core/model/said.h"
#include "ui/customer/merge_plan.h"
#include "ui/inbox/drop_zone.h"
#include "ui/inbox/early_text.h"
#include "ui/inbox/row_words.h"
#include "ui/shell/toasts.h"
#include "ui/shell/when_done.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QShortcut>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {

constexpr std::int64_t kPage = 80;
constexpr std::int64_t kMostShown = 4000; ///< Items re-read after a change; a view that reaches further back keeps the rest.
constexpr int kSlowMs = 150;              ///< What is opened and not here by then is shown as on its way.
constexpr int kReadMs = 1200;             ///< In view for so long counts as read.
constexpr int kMostTries = 3; ///< To fill a gap that stays as it is; a merge the hub has not heard of takes one a member.

} // namespace

ConversationPane::ConversationPane(const Theme &theme, const Clock &clock, client::Workspace &workspace,
                                   ActionRegistry &actions, Picker &picker, Toasts &toasts, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_clock(clock)
    , m_workspace(workspace)
    , m_toasts(toasts)
    , m_header(new ConversationHeader(theme, clock, actions, this))
    , m_chips(new ChannelChips(theme, this))
    , m_findBar(new QWidget(this))
    , m_find(new QLineEdit(m_findBar))
    , m_findCount(new TextLabel(
          theme, Type::Meta, [](const Colors &c) { return c.text.tertiary; }, {}, m_findBar))
    , m_view(new TimelineView(theme, m_model, clock, TimeFormat(), this))
    , m_nothing(new QWidget(this))
    , m_nothingWords(new TextLabel(
          theme, Type::Body, [](const Colors &c) { return c.text.secondary; }, {}, m_nothing))
    , m_begin(new Button(theme, Button::Look::Primary, tr("New conversation"), m_nothing))
    , m_dropZone(new DropZone(theme, this))
    , m_composer(new Composer(theme, picker, this))
    , m_early(new EarlyText(this))
{
    setAttribute(Qt::WA_OpaquePaintEvent);
    setObjectName("conversationPane");
    m_view->setProperty("pane", int(TimelinePane));
    m_header->setProperty("pane", int(TimelinePane));
    m_view->setObjectName("timeline");
    m_view->setEmptyText(tr("Nothing is open"), tr("Choose a conversation on the left."));
    auto *find = new QHBoxLayout(m_findBar);
    find->setContentsMargins(theme.px(16), theme.px(4), theme.px(16), theme.px(4));
    m_find->setPlaceholderText(tr("Find in this timeline"));
    m_find->setAccessibleName(m_find->placeholderText());
    m_find->setObjectName("timelineFind");
    m_findCount->setObjectName("timelineFindCount");
    find->addWidget(m_find, 1);
    find->addWidget(m_findCount);
    m_findBar->setVisible(false);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_header);
    layout->addWidget(m_chips);
    layout->addWidget(m_findBar);
    layout->addWidget(m_view, 1);
    m_nothing->setObjectName("personEmpty");
    m_nothing->setProperty("pane", int(TimelinePane));
    m_nothingWords->setObjectName("personEmptyWords");
    m_nothingWords->setAlignment(Qt::AlignCenter);
    m_nothingWords->setWordWrap(true);
    m_begin->setObjectName("beginConversation");
    m_begin->setIconName("plus");
    m_begin->setKey("C");
    auto *nothing = new QVBoxLayout(m_nothing);
    nothing->setContentsMargins(theme.px(48), 0, theme.px(48), theme.px(48));
    nothing->setSpacing(theme.px(12));
    nothing->addStretch(1);
    nothing->addWidget(m_nothingWords);
    nothing->addWidget(m_begin, 0, Qt::AlignHCenter);
    nothing->addStretch(1);
    m_nothing->setVisible(false);
    connect(m_begin, &QAbstractButton::clicked, this, &ConversationPane::beginWanted);
    layout->addWidget(m_nothing, 1);
    layout->addWidget(m_composer);
    m_composer->setVisible(false);
    setAcceptDrops(true);

    m_read.setSingleShot(true);
    m_read.setInterval(kReadMs);
    connect(&m_read, &QTimer::timeout, this, &ConversationPane::markRead);
    m_slow.setParent(this); // found by tests
    m_slow.setObjectName("slow");
    m_slow.setSingleShot(true);
    m_slow.setInterval(kSlowMs);
    connect(&m_slow, &QTimer::timeout, this, [this] {
        m_row.reset();
        m_card.reset();
        m_header->setRow({});
        if (isWriting())
            writeLater({.mode = modeGoingOn()});
        m_composer->setVisible(false); // what is typed now would be for somebody else
        m_model.reset({}, m_workspace.agent().id);
        m_model.setLoading(true);
    });
    m_presence = new OwnPresence(*this, [this](wire::Presence::Kind kind, model::ConversationId id,
                                               const std::string &text) { m_workspace.sendPresence(kind, id, text); });
    wireTimeline();
    wireTexts();
    wireComposer();
    connect(&workspace, &client::Workspace::outboxChanged, this, &ConversationPane::refreshPending);
    connect(&workspace, &client::Workspace::presenceChanged, this, [this](model::ConversationId id) {
        if (id == m_wanted)
            refreshPresence();
    });
    const auto link = [this] {
        const client::Status::State state = m_workspace.status().state;
        const bool offline = state != client::Status::State::Live && state != client::Status::State::CatchingUp;
        m_composer->setOffline(offline);
        m_header->setPresenceKnown(state != client::Status::State::Offline && state != client::Status::State::SignedOut);
        if (std::exchange(m_offline, offline) == offline)
            return;
        QMetaObject::invokeMethod(this, &ConversationPane::refreshPending, Qt::QueuedConnection);
        if (!offline) {
            m_composer->uploadAgain();
            m_view->askAgainForImages();
            m_presence->sayAgain();
        }
        m_vain.clear();
        showGaps();
    };
    connect(&workspace, &client::Workspace::statusChanged, this, link);
    link();
    m_agent = workspace.agent().id;
    connect(&workspace, &client::Workspace::agentChanged, this, [this] {
        if (m_agent == m_workspace.agent().id)
            return;
        closeForOthers(); // as who it was so far
        m_agent = m_workspace.agent().id;
    });
    connect(&workspace, &client::Workspace::agentChanged, this, &ConversationPane::goOnUploading);
    connect(&workspace, &client::Workspace::agentChanged, this, &ConversationPane::updateTargets);
    goOnUploading();
}

void ConversationPane::wireTimeline()
{
    connect(&m_model, &TimelineModel::itemsChanged, this, [this] { m_chips->setCounts(m_model.countByStrand()); });
    connect(m_chips, &ChannelChips::filterChanged, m_view, &TimelineView::setFilter);
    connect(m_chips, &ChannelChips::findWanted, this, &ConversationPane::showFind);
    connect(m_view, &TimelineView::filterCleared, m_chips, [this] {
        m_chips->reset();
        m_chips->setCounts(m_model.countByStrand());
    });
    connect(m_view, &TimelineView::olderWanted, this, &ConversationPane::loadOlder);
    connect(m_view, &TimelineView::gapWanted, this, &ConversationPane::fillGap);
    connect(m_view, &TimelineView::itemSeen, this, [this] {
        readSoon();
        watchCrossing();
    });
    connect(m_view, &TimelineView::attachmentActivated, this, &ConversationPane::openAttachment);
    connect(m_view, &TimelineView::wholeWanted, this, &ConversationPane::fetchWhole);
    connect(m_view, &TimelineView::linkActivated, this, &ConversationPane::linkWanted);
    connect(m_view, &TimelineView::actionRequested, this, &ConversationPane::onAction);
    connect(m_view, &TimelineView::itemMenuRequested, this, &ConversationPane::itemMenuWanted);
    connect(m_view, &TimelineView::imageRequested, this, [this](const model::AttachmentId &id, QSize size) {
        const std::optional<model::Attachment> attachment = findAttachment(id);
        if (!attachment)
            return m_view->setImage(id, {});
        whenDone(m_workspace.thumbnail(*attachment, size), this,
                 [this, id](const Result<QImage> &image) { m_view->setImage(id, image ? *image : QImage()); });
    });
    connect(m_view, &TimelineView::findChanged, this, [this](int current, int total) {
        const QString words = findWords(current, total);
        if (m_findCount->text() == words)
            return;
        m_findCount->setText(words);
        if (words.isEmpty() || (m_findBar->isVisible() && !m_view->isFinding())) // else there is more to come
            emit announced(words, QStringLiteral("find"));
    });
    connect(m_view, &TimelineView::announced, this, [this](const QString &text) {
        if (m_view->isVisible() && isLookedAt()) // else it pops up
            emit announced(text, QStringLiteral("message"));
    });
    connect(m_find, &QLineEdit::textChanged, m_view, &TimelineView::setFind);
    connect(m_find, &QLineEdit::returnPressed, m_view, &TimelineView::findNext);
    auto *leave = new QShortcut(QKeySequence(Qt::Key_Escape), m_find, nullptr, nullptr, Qt::WidgetShortcut);
    connect(leave, &QShortcut::activated, this, [this] {
        m_findBar->setVisible(false);
        m_find->clear();
        m_view->setFocus(Qt::ShortcutFocusReason);
    });
}

void ConversationPane::wireComposer()
{
    wireWriting();
    connect(m_composer, &Composer::compareWanted, this, &ConversationPane::compareCrossing);
    connect(m_composer, &Composer::alerted, this, &ConversationPane::alerted);
    connect(m_composer, &Composer::lastWanted, this, &ConversationPane::editLast);
    connect(m_composer, &Composer::leaveWanted, this, [this] { m_view->setFocus(Qt::ShortcutFocusReason); });
    const auto strand = [this] { m_view->setReplyStrand(m_composer->strand()); };
    connect(m_composer, &Composer::targetChanged, this, strand);
    connect(m_composer, &Composer::modeChanged, this, strand);
    connect(m_composer, &Composer::typing, this, [this] {
        if (m_composer->conversation() != m_wanted)
            return; // what is wanted is not here yet
        if (m_composer->mode() != Composer::Mode::Reply || m_composer->text().isEmpty())
            return m_presence->stoppedTyping(); // a note is no reply, and the customer sees who types
        const bool shares = m_workspace.setting("drafts.shared", "off") == "on";
        m_presence->typing(shares ? m_composer->text().toStdString() : std::string());
    });
    connect(m_composer, &Composer::draftOfOtherWanted, this, [this](const QRect &anchor) {
        if (!m_peek) // above the whole window
            m_peek = new DraftPeek(m_theme, window());
        m_peek->openAt(anchor);
        refreshPresence();
    });
}

void ConversationPane::open(model::ConversationId id, std::optional<model::TimelineItemId> item)
{
    m_goTo = item;
    if (id == m_wanted) {
        if (std::exchange(m_isUnread, false))
            return reload();
        if (item && m_view->goToItem(*item))
            m_goTo.reset();
        else if (item && !m_opening)
            loadOlder();
        return;
    }
    if (!m_person.isNull())
        m_card.reset(); // of somebody with whom nothing had been said: their timeline begins
    const bool goesOn = isWriting() || m_early->hasFocus();
    const Composer::Mode mode = modeGoingOn();
    keepEarly(); // typed for what never came
    m_write.reset();
    m_wanted = id;
    m_person = {};
    showPerson();
    m_marked = false;
    m_keepUnread = {};
    m_held.clear();
    m_heldNumbers.clear();
    m_baseline = 0;
    m_known.clear();
    m_read.stop();
    m_presence->setConversation(id);
    m_opening = true;
    m_isUnread = false;
    m_slow.start();
    if (goesOn) // in what is opened, when it is here
        writeLater({.mode = mode});
    reload();
}

void ConversationPane::openPerson(model::CustomerId id)
{
    if (id == m_person)
        return;
    close();
    m_person = id;
    reloadPerson();
}

void ConversationPane::reloadPerson()
{
    whenDone(m_workspace.customerCard(m_person), this,
             [this, id = m_person](const Result<std::optional<store::CustomerCard>> &card) {
                 if (id != m_person || !card)
                     return;
                 if (!*card)
                     return close(); // gone from what this agent may see
                 if (!(*card)->conversations.empty())
                     return open((*card)->conversations.front().id);
                 m_card = **card;
                 m_person = m_card->customer.id; // merged into somebody meanwhile
                 m_workspace.noteOpened(m_person);
                 const bool first = !m_nothing->isVisible();
                 showPerson();
                 if (first && m_nothing->isVisible())
                     m_begin->setFocus(Qt::OtherFocusReason);
                 emit cardChanged();
             });
}

void ConversationPane::showPerson()
{
    const bool shown = !m_person.isNull() && m_card.has_value();
    m_nothing->setVisible(shown);
    m_view->setVisible(!shown);
    m_chips->setVisible(!shown);
    if (!shown)
        return;
    const QString name = shownName(*m_card);
    m_findBar->setVisible(false);
    m_header->setPerson(name, isVip(*m_card));
    m_nothingWords->setText(tr("Nothing has been said with %1 yet.").arg(name));
    const bool may = model::may(m_workspace.agent(), model::Permission::StartConversations);
    m_begin->setEnabled(may);
    m_begin->setToolTip(may ? QString() : tr("Your role may not begin conversations. An admin can allow it."));
}

void ConversationPane::close()
{
    m_wanted = {};
    m_person = {};
    showPerson();
    m_row.reset();
    m_card.reset();
    m_gaps.clear();
    m_fills.reset();
    m_presence->setConversation({});
    m_read.stop();
    m_slow.stop();
    m_composer->close();
    if (isWriting()) // else they would go to whatever comes next
        emit leaveWanted();
    m_composer->setVisible(false);
    m_model.reset({}, m_workspace.agent().id);
    m_header->setRow({});
    m_chips->reset();
    m_chips->setCounts({});
    emit cardChanged();
}

void ConversationPane::reload(std::optional<model::HistoryRange> filled)
{
    store::OpenQuery query{.conversation = m_wanted, .newest = kPage, .most = kMostShown};
    if (m_card) {
        query.shown = m_card->customer.id;
        query.shownFrom = m_model.from();
    }
    whenDone(m_workspace.openedConversation(query), this,
             [this, filled, id = m_wanted, shown = query.shown](Result<std::optional<store::OpenedConversation>> opened) {
                 if (id != m_wanted)
                     return;
                 if (!opened)
                     return sayUnread(opened.error());
                 // What was shown has gone from the screen meanwhile: the page begins where that ended, and is not the
                 // first.
                 const bool cut =
                     *opened && (*opened)->card.customer.id == shown && (!m_card || m_card->customer.id != shown);
                 if (cut)
                     return reload(filled);
                 if (*opened)
                     take(std::move(**opened), filled);
                 else
                     closeUnder();
             });
}

/// Somebody else sits here now, or nobody: what was open, and what was written there, is of the one before, who finds it
/// again when they are back.
void ConversationPane::closeForOthers()
{
    keepEarly();
    m_write.reset();
    close();
}

/// It left what this agent may see.
void ConversationPane::closeUnder()
{
    leaveComposer();
    close();
}

/// Not of what is asked anew by itself: a newer question, or a copy that is still being fetched.
void ConversationPane::sayUnread(const Error &error)
{
    if (!m_opening || error.kind == Error::Kind::Conflict || error.kind == Error::Kind::Offline)
        return;
    m_isUnread = true;
    m_toasts.add(tr("This conversation could not be read on this computer."), tr("Try again"), {},
                 [this, id = m_wanted] { open(id); });
}

void ConversationPane::take(store::OpenedConversation opened, std::optional<model::HistoryRange> filled)
{
    const bool first = std::exchange(m_opening, false);
    const bool sameCustomer = m_card && m_card->customer.id == opened.card.customer.id;
    m_slow.stop();
    m_row = std::move(opened.row);
    m_card = std::move(opened.card);
    m_header->setRow(m_row);
    m_composer->setVisible(true);
    const bool isNew = m_composer->conversation() != m_row->conversation.id;
    m_composer->open(m_row->conversation, shownName(*m_row));
    {
        const TimelineModel::Batch whole(m_model);
        if (!sameCustomer)
            startTimeline();
        m_model.setConversations(m_card->conversations);
        m_model.setIdentities(m_card->identities);
        std::set<std::string> merges;
        for (const model::CustomerLink &link : m_card->links)
            merges.insert(link.id.text());
        m_model.setMerges(std::move(merges));
        m_model.setAccounts(m_accounts);
        m_model.setAgentNames(m_agents);
        m_view->setFocusedConversation(m_wanted);
        if (sameCustomer)
            renewItems(std::move(opened.page), opened.since, filled);
        else
            takeOlder(std::move(opened.page));
        if (first && !sameCustomer)
            placeUnreadMarker();
        refreshPresence();
    }
    if (first && !sameCustomer && m_model.firstUnread() && !m_goTo)
        m_view->goToFirstUnread();
    updateTargets();
    refreshPending();
    watchCrossing();
    if (first) {
        if (m_goTo && !m_view->goToItem(*m_goTo))
            loadOlder();
        else
            m_goTo.reset();
        m_workspace.noteOpened(m_card->customer.id);
        isNew ? loadDrafts() : takeDrafts();
    }
    if (first)
        beginWriting();
    emit rowChanged();
    emit cardChanged();
}

void ConversationPane::startTimeline()
{
    m_fills.reset();
    m_vain.clear();
    m_chips->reset();
    m_view->setFilter({}, true);
    m_model.reset(shownName(*m_row), m_workspace.agent().id);
    m_gaps.clear();
}

/// A page that goes on where the last one ended.
void ConversationPane::takeOlder(store::TimelinePage page)
{
    const TimelineModel::Batch whole(m_model);
    m_model.setLoading(false);
    m_model.setFrom(page.from);
    m_model.setConversations(std::move(page.conversations));
    m_gaps.insert(m_gaps.begin(), page.gaps.begin(), page.gaps.end());
    m_model.prependOlder(std::move(page.items), page.reachesStart);
    showGaps();
}

/// All that is there from @p since on, in the place of what was.
void ConversationPane::renewItems(store::TimelinePage page, const model::HistoryKey &since,
                                  std::optional<model::HistoryRange> filled)
{
    if (m_model.from() < since && page.reachesStart)
        return reload(filled); // older ones came meanwhile
    std::set<model::TimelineItemId> here;
    for (const model::TimelineItem &item : page.items)
        here.insert(item.id);
    for (const model::TimelineItem &item : m_held)
        here.insert(item.id);
    std::vector<model::TimelineItemId> gone;
    for (const model::TimelineItem &item : m_model.items()) {
        if (!here.contains(item.id) && model::HistoryKey{item.at, item.id} >= since)
            gone.push_back(item.id);
    }
    if (!gone.empty())
        m_model.remove(gone);
    m_model.setConversations(std::move(page.conversations));
    m_model.apply(std::move(page.items));
    std::erase_if(m_gaps, [&](const model::HistoryRange &gap) { return gap.to > since; });
    m_gaps.insert(m_gaps.end(), page.gaps.begin(), page.gaps.end());
    if (filled && std::ranges::count(m_gaps, *filled) > 0)
        ++m_vain[filled->to];
    showGaps();
}

void ConversationPane::loadOlder()
{
    if (m_loadingOlder)
        return;
    if (!m_card || m_model.isLoading() || m_model.isComplete())
        return m_view->olderEnded();
    m_loadingOlder = true;
    const model::HistoryKey before = m_model.from();
    whenDone(m_workspace.timelineBefore(m_card->customer.id, before.at, before.id, kPage), this,
             [this, id = m_wanted, before](Result<store::TimelinePage> page) {
                 m_loadingOlder = false;
                 const bool isNext = page && id == m_wanted && before == m_model.from();
                 if (isNext)
                     takeOlder(std::move(*page));
                 m_view->olderEnded(page.has_value());
                 if (!isNext || !m_goTo)
                     return;
                 if (m_view->goToItem(*m_goTo) || m_model.isComplete())
                     m_goTo.reset();
                 else
                     loadOlder();
             });
}

void ConversationPane::fillGap(const TimelineGap &gap)
{
    if (m_fills || !m_card || m_offline)
        return;
    m_fills = gap.range.to;
    if (gap.state == TimelineGap::State::Failed)
        m_vain.erase(gap.range.to);
    showGaps();
    whenDone(m_workspace.fetchHistory(m_card->customer.id, gap.range.to, kPage), this,
             [this, range = gap.range](const Result<void> &filled) {
                 if (m_fills != range.to)
                     return;
                 m_fills.reset();
                 if (filled)
                     return reload(range); // and only then it is shown as what is left of it
                 if (filled.error().kind != Error::Kind::Offline)
                     m_vain[range.to] = kMostTries;
                 showGaps();
             });
}

void ConversationPane::showGaps()
{
    const auto stateOf = [this](const model::HistoryRange &range) {
        using State = TimelineGap::State;
        if (range.to == m_fills)
            return State::Loading;
        if (m_offline)
            return State::Offline;
        const auto tries = m_vain.find(range.to);
        return tries != m_vain.end() && tries->second >= kMostTries ? State::Failed : State::Missing;
    };
    std::vector<TimelineGap> gaps;
    for (const model::HistoryRange &range : m_gaps)
        gaps.push_back({range, stateOf(range)});
    m_model.setGaps(std::move(gaps));
}

void ConversationPane::placeUnreadMarker()
{
    std::int64_t unread = m_row ? m_row->unread : 0;
    std::optional<model::TimelineItemId> first;
    const TimelineModel::Items &items = m_model.items();
    for (auto item = items.rbegin(); item != items.rend() && unread > 0; ++item) {
        if (item->conversation == m_wanted && item->kind == model::TimelineItem::Kind::Inbound) {
            first = item->id;
            --unread;
        }
    }
    m_model.setFirstUnread(first);
}

std::optional<model::MarkRead> ConversationPane::markUnreadFrom(const model::TimelineItemId &id)
{
    const auto from = m_model.indexOf(id);
    const model::Conversation *conversation = from ? m_model.conversation(m_model.items()[*from].conversation) : nullptr;
    if (!conversation)
        return {};
    std::optional<model::TimelineItemId> first;
    std::int64_t unread = 0;
    for (auto item = m_model.items().begin() + std::ptrdiff_t(*from); item != m_model.items().end(); ++item) {
        // As the hub counts them: what machines write is nothing that somebody has to read.
        if (item->conversation != conversation->id || item->deleted || item->automatic || !model::isMessage(*item)
            || !model::isFromCustomer(*item))
            continue;
        if (!first)
            first = item->id;
        ++unread;
    }
    if (!first)
        return {};
    m_model.setFirstUnread(first);
    return model::MarkRead{.conversation = conversation->id,
                           .readCount = std::max<std::int64_t>(0, conversation->inboundCount - unread),
                           .backwards = true};
}

void ConversationPane::refreshPresence()
{
    QList<ConversationHeader::Viewer> viewers;
    std::vector<Typing> typing;
    QString writer, draft;
    for (const client::Present &present : m_workspace.presentAt(m_wanted)) {
        const bool writes = present.kind == wire::Presence::Kind::Typing;
        if (present.agent.isNull()) {
            if (writes)
                typing.push_back({m_model.customerName(), m_row ? m_row->conversation.channel : model::Channel::WebChat});
            continue;
        }
        const QString name = agentName(present.agent);
        const auto agent = std::ranges::find(m_people, present.agent, &model::Agent::id);
        viewers.append({name, present.agent.bytes, writes, agent != m_people.end() && agent->away});
        if (writes && (writer.isEmpty() || (draft.isEmpty() && !present.text.empty()))) { // of two who write, who shares it
            writer = name;
            draft = QString::fromStdString(present.text);
        }
    }
    m_header->setViewers(viewers);
    m_model.setTyping(std::move(typing));
    m_composer->setPresence(writer.isEmpty() ? QString()
                                             : tr("%1 is writing a reply to %2").arg(writer, m_model.customerName()),
                            !draft.isEmpty());
    if (m_peek && m_peek->isVisible())
        m_peek->setDraft(writer, draft);
}

void ConversationPane::updateTargets()
{
    if (!m_card || !m_row)
        return;
    const bool isAside = m_row->conversation.parent.has_value();
    std::vector<ReplyTarget> targets =
        isAside ? sideTargets(*m_row, m_accounts) : replyTargets(*m_card, m_accounts, m_workspace.agent());
    const std::optional<std::size_t> standard = defaultTarget(targets, m_model.items(), m_row->conversation);
    m_composer->setTargets(std::move(targets), standard);
    m_view->setReplyStrand(m_composer->strand());
}

void ConversationPane::markRead()
{
    if (!m_row || m_row->conversation.id != m_wanted || m_row->unread == 0 || m_keepUnread == m_wanted || !isLookedAt()
        || m_view->hidesNewestOf(m_wanted))
        return;
    whenDone(m_workspace.submit({model::MarkRead{.conversation = m_wanted, .readCount = m_row->conversation.inboundCount}},
                                {}, false),
             this, [](const Result<client::Submitted> &) {});
}

void ConversationPane::apply(const store::ChangeSet &changes)
{
    if (!m_person.isNull()) {
        if (!m_card || concerns(changes) || !changes.conversations.empty())
            reloadPerson();
        return;
    }
    if (m_wanted.isNull() || !concerns(changes))
        return;
    reload();
    m_view->lookFurtherAgain();
    if (!isLookedAt() || (m_row && !m_view->isAtEnd()))
        return;     // see lookAgain()
    m_read.start(); // what arrives while the end is in view is read there
}

bool ConversationPane::isLookedAt() const
{
    return isVisible() && window()->isActiveWindow();
}

void ConversationPane::lookAgain()
{
    if (m_row && isLookedAt() && !m_view->hidesNewestOf(m_wanted))
        emit lookedAt();
    if (!m_row || m_row->unread == 0 || m_row->conversation.id != m_wanted || !m_view->isAtEnd() || m_read.isActive())
        return;
    readSoon();
    watchCrossing();
}

bool ConversationPane::isLookedAt(const model::ConversationId &conversation) const
{
    return conversation == m_wanted && isLookedAt() && !m_view->hidesNewestOf(conversation);
}

/// What is in view, where somebody looks and there is anything to read; else see lookAgain().
void ConversationPane::readSoon()
{
    if (isLookedAt() && m_row && m_row->unread > 0)
        m_read.start();
}

bool ConversationPane::concerns(const store::ChangeSet &changes) const
{
    if (changes.everything || changes.links || changes.accounts || changes.agents
        || changes.conversations.contains(m_wanted))
        return true;
    if (!m_card)
        return false;
    return std::ranges::any_of(m_card->members,
                               [&changes](const model::Customer &member) { return changes.customers.contains(member.id); });
}

void ConversationPane::setAccounts(std::vector<model::ChannelAccount> accounts)
{
    m_accounts = std::move(accounts);
    m_model.setAccounts(m_accounts);
    updateTargets();
}

void ConversationPane::setAgents(const std::vector<model::Agent> &agents)
{
    m_agents.clear();
    for (const model::Agent &agent : agents)
        m_agents[agent.id] = QString::fromStdString(agent.name);
    m_model.setAgentNames(m_agents);
    m_people = agents;
    m_composer->setColleagues(agents);
    refreshPresence();
}

std::vector<model::TimelineItemId> ConversationPane::itemsFromFocused() const
{
    const auto focused = m_view->focusedItem();
    std::vector<model::TimelineItemId> items;
    bool isFirst = true, begun = false;
    for (const model::TimelineItem &item : m_model.items()) {
        if (item.conversation != m_wanted || item.kind == model::TimelineItem::Kind::Event || item.deleted)
            continue;
        if (item.id == focused) {
            if (isFirst)
                return {};
            begun = true;
        }
        isFirst = false;
        if (begun)
            items.push_back(item.id);
    }
    return items;
}

QString ConversationPane::agentName(model::AgentId id) const
{
    const auto at = m_agents.find(id);
    return at == m_agents.end() ? tr("A colleague") : at->second;
}

std::optional<model::Attachment> ConversationPane::findAttachment(const model::AttachmentId &id) const
{
    for (const model::TimelineItem &item : m_model.items()) {
        for (const model::Attachment &attachment : item.attachments) {
            if (attachment.id == id)
                return attachment;
        }
    }
    return {};
}

void ConversationPane::showFind()
{
    if (!m_person.isNull())
        return;
    m_findBar->setVisible(true);
    m_find->setFocus(Qt::ShortcutFocusReason);
    m_find->selectAll();
}

void ConversationPane::replyTo(bool quoteFocused)
{
    write({.quote = quoteFocused});
}

void ConversationPane::note()
{
    write({.mode = Composer::Mode::Note});
}

void ConversationPane::resizeEvent(QResizeEvent *event)
{
    m_composer->setMaximumHeightFor(height() - m_theme.px(88));
    QWidget::resizeEvent(event);
}

void ConversationPane::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), m_theme.colors().bg.surface);
}

} // namespace tributary::ui
