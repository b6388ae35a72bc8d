#include "ui/outbox/outbox_popover.h"

#include "ui/shell/key_router.h"
#include "ui/shell/not_kept.h"
#include "ui/shell/toasts.h"
#include "ui/shell/undo_words.h"
#include "ui/shell/when_done.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <algorithm>
#include <limits>

namespace tributary::ui {
namespace {

constexpr int kHead = 48, kFoot = 44, kEmpty = 140;
constexpr int kSoonMs = 40;
constexpr int kSlowMs = 120; ///< A read that takes longer is said to be one.
constexpr std::uint64_t kUnderWay = std::numeric_limits<std::uint64_t>::max();

} // namespace

OutboxPopover::OutboxPopover(const Theme &theme, const Clock &clock, client::Workspace &workspace, Toasts &toasts,
                             QWidget *window)
    : Overlay(theme, window, Ground::Clear)
    , m_clock(clock)
    , m_workspace(workspace)
    , m_toasts(toasts)
{
    setObjectName("outboxPopover");
    setAccessibleName(tr("Outbox"));
    const auto primary = [](const Colors &c) { return c.text.primary; };
    const auto secondary = [](const Colors &c) { return c.text.secondary; };
    auto *head = new Surface(
        theme, [](const Colors &) { return QColor(Qt::transparent); }, Surface::Bottom,
        panel()); // the panel's corners are round
    head->setFixedHeight(theme.px(kHead));
    m_title = new TextLabel(theme, Type::TitleMedium, primary, tr("Outbox"), head);
    m_count = new TextLabel(theme, Type::Body, secondary, {}, head);
    m_count->setObjectName("outboxSummary");
    m_close = new Button(theme, Button::Look::Icon, {}, head);
    m_close->setIconName("close");
    m_close->setObjectName("outboxClose");
    m_close->setAccessibleName(tr("Close the outbox"));
    m_close->setToolTip(tr("Close the outbox (Esc)"));
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(theme.px(8), 0, theme.px(8), 0);
    row->setSpacing(theme.px(8));
    row->addSpacing(theme.px(8));
    row->addWidget(m_title);
    row->addWidget(m_count, 1);
    row->addWidget(m_close);

    m_list = new OutboxList(theme, panel());

    auto *foot = new Surface(
        theme, [](const Colors &) { return QColor(Qt::transparent); }, Surface::Top, panel());
    foot->setFixedHeight(theme.px(kFoot));
    m_foot = new TextLabel(theme, Type::Meta, secondary, {}, foot);
    m_foot->setObjectName("outboxFoot");
    m_tryNow = new Button(theme, Button::Look::Normal, tr("Try now"), foot);
    m_tryNow->setIconName("refresh");
    m_tryNow->setHeightClass(24);
    m_tryNow->setObjectName("outboxTryNow");
    m_readAgain = new Button(theme, Button::Look::Normal, tr("Try again"), foot);
    m_readAgain->setIconName("refresh");
    m_readAgain->setHeightClass(24);
    m_readAgain->setObjectName("outboxReadAgain");
    auto *end = new QHBoxLayout(foot);
    end->setContentsMargins(theme.px(16), 0, theme.px(16), 0);
    end->addWidget(m_foot, 1);
    end->addWidget(m_tryNow);
    end->addWidget(m_readAgain);

    auto *layout = new QVBoxLayout(panel());
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(head);
    layout->addWidget(m_list, 1);
    layout->addWidget(foot);

    m_soon.setSingleShot(true);
    m_soon.setInterval(kSoonMs);
    m_slow.setSingleShot(true);
    m_slow.setInterval(kSlowMs);
    m_tick.setInterval(1000);
    const auto soon = [this] {
        if (isVisible() && !m_soon.isActive())
            m_soon.start();
    };
    connect(&m_soon, &QTimer::timeout, this, &OutboxPopover::reload);
    connect(&m_slow, &QTimer::timeout, this, &OutboxPopover::showEntries);
    connect(&m_tick, &QTimer::timeout, this, &OutboxPopover::reload);
    connect(&workspace, &client::Workspace::outboxChanged, this, soon);
    connect(&workspace, &client::Workspace::statusChanged, this, soon);
    connect(m_list, &OutboxList::activated, this, &OutboxPopover::act);
    connect(m_close, &QAbstractButton::clicked, this, &Overlay::dismiss);
    connect(m_tryNow, &QAbstractButton::clicked, &workspace, &client::Workspace::tryNow);
    connect(m_readAgain, &QAbstractButton::clicked, this, [this] {
        beginReading();
        m_list->setFocus(Qt::OtherFocusReason);
    });
    connect(this, &Overlay::dismissed, &m_tick, &QTimer::stop);
}

void OutboxPopover::openAbove(const QRect &anchor)
{
    m_unfolded = false;
    openAt(anchor, QSize(m_theme.px(kWidth), m_theme.px(kHead + kEmpty + kFoot)));
    beginReading();
    m_list->setCurrent(0);
    m_list->setFocus(Qt::PopupFocusReason);
}

/// Nothing is said of the outbox, and nothing in it acted on, as it was some time ago.
void OutboxPopover::beginReading()
{
    m_entries.clear();
    m_known = Known::NotYet;
    m_slow.start();
    showEntries();
    reload();
}

void OutboxPopover::reload()
{
    if (!isVisible())
        return;
    const std::uint64_t question = ++m_question;
    whenDone(m_workspace.outboxEntries(), this, [this, question](const Result<std::vector<client::OutboxEntry>> &entries) {
        if (question != m_question)
            return;
        m_entries = entries.value_or(std::vector<client::OutboxEntry>());
        m_known = entries ? Known::Read : Known::Failed;
        m_slow.stop();
        std::erase_if(m_decided, [question](const auto &one) { return one.second < question; });
        showEntries();
        const bool ticking = std::ranges::any_of(
            m_entries, [](const auto &entry) { return entry.state == client::OutboxEntry::State::Held; });
        if (!ticking)
            m_tick.stop();
        else if (!m_tick.isActive())
            m_tick.start();
    });
}

void OutboxPopover::showEntries()
{
    using State = client::Status::State;
    const State state = m_workspace.status().state;
    const bool linked = state == State::Live || state == State::CatchingUp;
    m_count->setText(m_known == Known::Read ? outboxSummary(m_entries) : QString());
    switch (m_known) {
    case Known::NotYet: m_list->setEmptyText(m_slow.isActive() ? QString() : tr("Reading the outbox"), {}, "clock"); break;
    case Known::Failed:
        m_list->setEmptyText(tr("The outbox could not be read"), tr("What waits in it is not known just now."), "warning");
        break;
    case Known::Read:
        m_list->setEmptyText(tr("Nothing waits"), tr("What you write and decide is with the hub."), "check-circle");
        break;
    }
    m_foot->setText(m_known == Known::Failed    ? QString()
                    : linked                    ? tr("Sent in this order")
                    : state == State::SignedOut ? tr("Sent in this order when you have signed in")
                                                : tr("Sent in this order when the hub answers"));
    m_tryNow->setVisible(!linked && state != State::SignedOut && m_known != Known::Failed);
    m_readAgain->setVisible(m_known == Known::Failed);
    m_list->setRows(outboxRows(m_entries, m_unfolded, linked, m_format, m_clock.now()));
    resizeToContent();
}

/// What was thrown away here by mistake comes back by the key that a toast names; nothing else of what lies below acts.
void OutboxPopover::keyPressEvent(QKeyEvent *event)
{
    const bool byLetter = KeyRouter::nameOf(*event) == QLatin1String("Z");
    if ((byLetter || event->matches(QKeySequence::Undo)) && !event->isAutoRepeat())
        emit undoWanted(byLetter);
    Overlay::keyPressEvent(event);
}

void OutboxPopover::resizeToContent()
{
    const int content = m_list->rows().empty() ? m_theme.px(kEmpty) : m_list->contentHeight();
    const int most = std::max(m_theme.px(240), parentWidget()->height() * 7 / 10);
    resizePanel(QSize(m_theme.px(kWidth), std::min(most, content + m_theme.px(kHead + kFoot))));
}

void OutboxPopover::act(const OutboxRow &row, OutboxAction action)
{
    const bool back = row.tone == OutboxRow::Tone::Warning || row.tone == OutboxRow::Tone::Danger;
    switch (action) {
    case OutboxAction::Unfold: m_unfolded = !m_unfolded; return showEntries();
    case OutboxAction::Open:
        if (row.conversation.isNull())
            return;
        dismiss();
        emit conversationWanted(row.conversation, row.item.isNull() || back ? std::nullopt : std::optional(row.item));
        return;
    case OutboxAction::Compare: emit compareWanted(row.n); return;
    default: return decide(row, action, back);
    }
}

void OutboxPopover::decide(const OutboxRow &row, OutboxAction action, bool back)
{
    if (!m_decided.try_emplace(row.n, kUnderWay).second)
        return; // a second press, and the row is still shown
    const auto ended = [this, n = row.n](const auto &done) {
        decisionEnded(n);
        if (!done && done.error().kind != Error::Kind::NotFound) // else it has been decided elsewhere
            m_toasts.add(notKeptWords(done.error()));
    };
    switch (action) {
    case OutboxAction::SendAnyway: return whenDone(m_workspace.sendAnyway(row.n, row.crossedUpTo), this, ended);
    case OutboxAction::Discard:
        return whenDone(m_workspace.discard(row.n), this, [this, row, ended](const Result<client::Submitted> &done) {
            ended(done);
            if (done && done->undo)
                emit discarded(discardedWords(*done->undo, row.name), *done->undo);
        });
    case OutboxAction::Edit:
        if (!back)
            return takeBack(row, true);
        return whenDone(m_workspace.edit(row.n), this, [this, row, ended](const Result<void> &done) {
            ended(done);
            if (!done)
                return;
            dismiss();
            emit draftWanted(row.conversation, row.isNote);
        });
    case OutboxAction::Cancel: return takeBack(row, false);
    default: return whenDone(m_workspace.settle(row.n), this, ended);
    }
}

/// What is read from here on knows of it.
void OutboxPopover::decisionEnded(std::int64_t n)
{
    m_decided[n] = m_question;
    reload();
}

void OutboxPopover::takeBack(const OutboxRow &row, bool keepText)
{
    whenDone(m_workspace.takeBackItem(row.item, keepText), this, [this, row, keepText](const Result<client::Undone> &done) {
        decisionEnded(row.n);
        if (!done && done.error().kind == Error::Kind::NotFound)
            return; // it has been taken back elsewhere
        if (!done || !done->overtaken.empty()) {
            m_toasts.add(done || done.error().kind == Error::Kind::Conflict ? tr("Too late: this has been sent already")
                                                                            : tr("This could not be kept on this computer"));
            return;
        }
        if (keepText) {
            dismiss();
            emit draftWanted(row.conversation, row.isNote);
        } else if (done->discard) {
            emit discarded(discardedWords(*done->discard, row.name), *done->discard);
        }
    });
}

} // namespace tributary::ui
