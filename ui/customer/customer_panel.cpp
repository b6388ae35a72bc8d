#include "ui/customer/customer_panel.h"

#include "ui/customer/customer_time.h"
#include "ui/customer/merge_plan.h"
#include "ui/customer/panel_rows.h"
#include "ui/customer/people_words.h"
#include "ui/customer/section_header.h"
#include "ui/shell/focus_stops.h"
#include "ui/shell/row_drag.h"

#include <QApplication>
#include <QMenu>
#include <QPainter>
#include <QScrollArea>
#include <QStyle>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {

constexpr std::size_t kPreviousShown = 8, kOpenShown = 20;
constexpr int kMinuteMs = 15'000; ///< A clock that shows minutes is looked at so often.

QString q(const std::string &text)
{
    return QString::fromStdString(text);
}

ColorOf primary()
{
    return [](const Colors &c) { return c.text.primary; };
}
ColorOf secondary()
{
    return [](const Colors &c) { return c.text.secondary; };
}
ColorOf tertiary()
{
    return [](const Colors &c) { return c.text.tertiary; };
}

QString nameOf(const model::Customer &customer, const std::vector<model::Identity> &identities)
{
    if (!customer.name.empty())
        return q(customer.name);
    return identities.empty() ? CustomerPanel::tr("Visitor") : q(identities.front().shown);
}

bool isVip(const store::CustomerCard &card)
{
    return std::ranges::any_of(card.members, [](const model::Customer &member) {
        return std::ranges::any_of(member.tags,
                                   [](const std::string &tag) { return q(tag).compare("vip", Qt::CaseInsensitive) == 0; });
    });
}

bool isOpen(const model::Conversation &conversation)
{
    return conversation.status != model::Conversation::Status::Resolved;
}

/// A box in the panel that asks for a decision.
class TintedBox : public QWidget {
public:
    TintedBox(const Theme &theme, const char *name)
        : m_theme(theme)
        , m_rows(new QVBoxLayout(this))
    {
        setObjectName(name);
        m_rows->setContentsMargins(sided(theme.px(34), theme.px(8), theme.px(10), theme.px(8)));
        m_rows->setSpacing(0);
    }
    QVBoxLayout *rows() const { return m_rows; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        paint::roundRect(painter, rect(), m_theme.px(8), m_theme.colors().status.info.tint);
        const int glyph = m_theme.px(16);
        const QRect at = QStyle::visualRect(layoutDirection(), rect(), QRect(m_theme.px(10), m_theme.px(9), glyph, glyph));
        m_theme.icons().paint(painter, at, "merge", m_theme.colors().status.info.fg);
    }

private:
    const Theme &m_theme;
    QVBoxLayout *m_rows;
};

} // namespace

CustomerPanel::CustomerPanel(const Theme &theme, const Clock &clock, Picker &picker, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_clock(clock)
    , m_picker(picker)
    , m_tagDrag(new RowDrag(theme, this))
    , m_scroll(new QScrollArea(this))
{
    setAttribute(Qt::WA_OpaquePaintEvent);
    setObjectName("customerPanel");
    setAccessibleName(tr("Customer"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto *head = new Surface(
        theme, [](const Colors &c) { return c.bg.panel; }, Surface::Bottom, this);
    head->setFixedHeight(theme.px(48));
    auto *headRow = new QHBoxLayout(head);
    headRow->setContentsMargins(sided(theme.px(16), 0, theme.px(8), 0));
    headRow->setSpacing(theme.px(4));
    auto *title = new TextLabel(theme, Type::BodyStrong, primary(), tr("Customer"), head);
    title->setWeight(QFont::DemiBold);
    headRow->addWidget(title, 1);
    const auto tool = [&](const char *icon, const char *name, const QString &words) {
        auto *button = new Button(theme, Button::Look::Icon, {}, head);
        button->setIconName(icon);
        button->setObjectName(name);
        button->setToolTip(words);
        button->setAccessibleName(words);
        headRow->addWidget(button);
        return button;
    };
    m_merge = tool("merge", "mergeCustomer", tr("Merge with another customer (Y)"));
    m_more = tool("more", "customerMore", tr("More for this customer"));
    connect(m_merge, &QAbstractButton::clicked, this, [this] {
        const auto suggested = suggestion();
        emit mergeWanted(suggested ? suggested->other.id : model::CustomerId());
    });
    connect(m_more, &QAbstractButton::clicked, this, [this] { showMore(m_more->mapToGlobal(QPoint(0, m_more->height()))); });
    layout->addWidget(head);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setProperty("overlayScrollBar", true);
    m_scroll->viewport()->setAutoFillBackground(false);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    layout->addWidget(m_scroll, 1);
    m_minute.setInterval(kMinuteMs);
    connect(&m_minute, &QTimer::timeout, this, &CustomerPanel::showLocalTime);
    connect(&theme, &Theme::changed, this, [this] {
        if (m_shown)
            changed();
        update();
    });
}

/// Whether the panel shows the same of both: with each message a conversation changes, and nothing that stands here.
bool CustomerPanel::drawsTheSame(const std::vector<model::Conversation> &some,
                                 const std::vector<model::Conversation> &others, const model::ConversationId &current)
{
    const bool listsOpen = std::ranges::count_if(some, isOpen) > 1;
    return std::ranges::equal(some, others, [&](const model::Conversation &one, const model::Conversation &other) {
        if (one.id != other.id || isOpen(one) != isOpen(other) || (one.id == current && one.tags != other.tags))
            return false;
        if (isOpen(one) && !listsOpen)
            return true;
        return one.channel == other.channel && one.subject == other.subject && one.lastItemAt == other.lastItemAt
               && (!one.subject.empty() || one.preview == other.preview);
    });
}

void CustomerPanel::showCard(const store::CustomerCard &card, model::ConversationId current,
                             const std::optional<store::PersonBeside> &beside)
{
    const bool same =
        m_shown && drawsTheSame(card.conversations, m_card.conversations, current)
        && card.moreResolved == m_card.moreResolved && card.moreUnresolved == m_card.moreUnresolved
        && card.identities == m_card.identities && card.preferred == m_card.preferred && card.customer == m_card.customer
        && card.historyComplete == m_card.historyComplete && card.itemCounts == m_card.itemCounts
        && card.noteCount == m_card.noteCount && card.members == m_card.members && card.links == m_card.links
        && std::ranges::equal(card.suggestions, m_card.suggestions, {}, &store::CustomerCard::Suggested::suggestion,
                              &store::CustomerCard::Suggested::suggestion)
        && current == m_current;
    const bool isAnother = !m_shown || card.customer.id != m_card.customer.id;
    if (isAnother)
        putAway();
    m_card = card;
    m_current = current;
    m_shown = true;
    if (isAnother) {
        m_whole.clear();
        if (beside)
            keep(*beside);
        rebuild(); // without what is of another
    } else if (!same) {
        changed();
    }
}

void CustomerPanel::keep(const store::PersonBeside &beside)
{
    m_companies = beside.companies;
    m_details = beside.details;
    m_belongings = beside.belongings;
}

void CustomerPanel::showBeside(const store::PersonBeside &beside)
{
    m_companies = beside.companies;
    if (beside.details.customer != m_card.customer.id || (beside.details == m_details && beside.belongings == m_belongings))
        return;
    keep(beside);
    changed();
}

void CustomerPanel::setAgent(const model::Agent &agent)
{
    if (agent == m_agent)
        return;
    if (agent.id != m_agent.id)
        m_refused.clear(); // of whoever sat here before
    m_agent = agent;
    if (m_shown)
        changed();
}

void CustomerPanel::setLinked(bool linked)
{
    if (std::exchange(m_linked, linked) != linked && m_shown)
        changed();
}

bool CustomerPanel::isEditing() const
{
    const auto rows = m_scroll->findChildren<FieldRow *>();
    const QWidget *focus = QApplication::focusWidget();
    return std::ranges::any_of(rows, [focus](const FieldRow *row) {
        return row->isEditing() && (!row->refused() || row->isAncestorOf(focus)); // what was refused is taken up again
    });
}

void CustomerPanel::leaveFields()
{
    for (FieldRow *row : m_scroll->findChildren<FieldRow *>())
        row->leave();
}

/// What was typed of them and will not do, to stand there again in the rows that are made anew. Not a new address, which
/// goes to @p addresses: when they are shown another time it is asked for anew.
std::vector<FieldRow::Refused> CustomerPanel::keepRefused(std::vector<FieldRow::Refused> &addresses)
{
    std::vector<FieldRow::Refused> left;
    for (FieldRow *row : m_scroll->findChildren<FieldRow *>()) {
        const auto refused = row->refused();
        if (!refused)
            continue;
        left.push_back(*refused);
        const bool isAddress = m_addressPlace && m_addressPlace->indexOf(row) >= 0;
        (isAddress ? addresses : m_refused[m_rowsOf]).push_back(*refused);
    }
    return left;
}

/// Somebody else is shown, or nobody.
void CustomerPanel::putAway()
{
    leaveFields();
    std::vector<FieldRow::Refused> addresses;
    const std::vector<FieldRow::Refused> left = keepRefused(addresses);
    if (!left.empty())
        //: %1 is a customer, %2 a field and a sentence: why what was typed will not do.
        emit refusedLeft(m_rowsOf, tr("Not saved for %1. %2").arg(shownName(m_card), FieldRow::wordsOf(left.front())));
}

void CustomerPanel::takeUpRefused()
{
    const auto left = m_refused.find(m_rowsOf);
    if (left == m_refused.end())
        return;
    const QList<FieldRow *> rows = m_scroll->findChildren<FieldRow *>();
    std::erase_if(left->second, [&rows](const FieldRow::Refused &one) {
        const auto row = std::ranges::find(rows, one.name, &FieldRow::name);
        if (row != rows.end())
            (*row)->takeUp(one);
        return row != rows.end(); // else its row comes with the details
    });
    if (left->second.empty())
        m_refused.erase(left);
}

QString CustomerPanel::showRefused()
{
    for (FieldRow *row : m_scroll->findChildren<FieldRow *>()) {
        const auto refused = row->refused();
        if (!refused)
            continue;
        row->showProblem();
        m_scroll->ensureWidgetVisible(row);
        return FieldRow::wordsOf(*refused);
    }
    return m_refused.empty() ? QString() : FieldRow::wordsOf(m_refused.begin()->second.front());
}

void CustomerPanel::changed()
{
    m_stale = isEditing(); // nobody's words vanish because a message came
    if (!m_stale)
        rebuild();
}

void CustomerPanel::give(std::vector<model::CommandBody> commands)
{
    if (commands.size() == 1)
        emit commandWanted(commands.front());
    else if (!commands.empty())
        emit commandsWanted(commands);
}

void CustomerPanel::gate(QAbstractButton *button, model::Permission permission, bool needsHub) const
{
    if (const QString why = whyNotNow(permission, needsHub); !why.isEmpty()) {
        button->setEnabled(false);
        button->setToolTip(why);
    }
}

QString CustomerPanel::whyNotNow(model::Permission permission, bool needsHub) const
{
    if (!may(permission))
        return whyNot(permission);
    return needsHub && !m_linked ? tr("This needs the hub, which is not reached now.") : QString();
}

QRect CustomerPanel::anchor() const
{
    const QWidget *at = m_merge->isVisible() ? m_merge : parentWidget();
    return QRect(at->mapToGlobal(QPoint()), at->size());
}

void CustomerPanel::clear()
{
    putAway();
    m_rowsOf = {};
    m_shown = m_stale = false;
    m_card = {};
    m_details = {};
    m_belongings = {};
    m_whole.clear();
    m_addressPlace = nullptr;
    delete m_scroll->takeWidget();
    m_body = nullptr;
}

std::optional<store::CustomerCard::Suggested> CustomerPanel::suggestion() const
{
    const auto shown = std::ranges::find_if(
        m_card.suggestions, [this](const auto &suggested) { return suggested.suggestion.id == m_suggested; });
    if (shown != m_card.suggestions.end())
        return *shown;
    return m_card.suggestions.empty() ? std::nullopt : std::optional(m_card.suggestions.front());
}

void CustomerPanel::rebuild()
{
    std::vector<FieldRow::Refused> addresses;
    if (m_rowsOf == m_card.customer.id)
        keepRefused(addresses);
    m_rowsOf = m_card.customer.id;
    m_stale = false;
    m_addressPlace = nullptr;
    if (m_details.customer != m_card.customer.id)
        m_details = {};
    if (m_belongings.customer != m_card.customer.id)
        m_belongings = {};
    m_merge->setEnabled(true);
    m_merge->setToolTip(tr("Merge with another customer (Y)"));
    gate(m_merge, model::Permission::MergeCustomers, true);
    const int scrolled = m_scroll->widget() ? -m_scroll->widget()->y() : 0;
    const FocusPlace focus = focusPlaceIn(m_scroll->widget());
    auto *content = new QWidget;
    content->setAutoFillBackground(false);
    m_body = new QVBoxLayout(content);
    m_body->setContentsMargins(0, 0, 0, 0);
    m_body->setSpacing(0);
    addBlocked();
    addHead();
    using Add = void (CustomerPanel::*)();
    static const std::map<QString, Add> kAdd{
        {"open", &CustomerPanel::addOpenConversations}, {"identities", &CustomerPanel::addIdentities},
        {"suggestion", &CustomerPanel::addSuggestion},  {"merged", &CustomerPanel::addMerged},
        {"orders", &CustomerPanel::addOrders},          {"tags", &CustomerPanel::addTags},
        {"details", &CustomerPanel::addDetails},        {"consent", &CustomerPanel::addConsent},
        {"previous", &CustomerPanel::addPrevious},      {"files", &CustomerPanel::addFiles}};
    for (const QString &one : m_order.sections()) {
        m_building = one;
        (this->*kAdd.at(one))();
    }
    m_body->addStretch(1);
    // As wide as the panel, never wider: without this the widest card would decide.
    content->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_scroll->setWidget(content);
    content->setAutoFillBackground(false); // setWidget() turns it on
    takeUpRefused();
    for (const FieldRow::Refused &refused : addresses) {
        if (FieldRow *row = addAddressRow(refused.name))
            row->takeUp(refused);
    }
    giveFocus(*content, focus);
    QMetaObject::invokeMethod(
        m_scroll, [scroll = m_scroll, scrolled] { scroll->ensureVisible(0, scrolled + scroll->viewport()->height(), 0, 0); },
        Qt::QueuedConnection);
}

QVBoxLayout *CustomerPanel::section(const QString &title, const QString &extra, Button *action)
{
    auto *box = new Surface(
        m_theme, [](const Colors &c) { return c.bg.panel; }, Surface::Top);
    auto *layout = new QVBoxLayout(box);
    layout->setContentsMargins(m_theme.px(16), m_theme.px(8), m_theme.px(16), m_theme.px(8));
    layout->setSpacing(0);
    m_body->addWidget(box);
    if (title.isEmpty())
        return layout;
    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(m_theme.px(6));
    auto *head = new SectionHeader(m_theme, m_building, title, extra, box);
    row->addWidget(head, 1);
    if (action)
        row->addWidget(action);
    layout->addLayout(row);
    auto *content = new QWidget(box);
    auto *inside = new QVBoxLayout(content);
    inside->setContentsMargins(0, m_theme.px(4), 0, m_theme.px(2));
    inside->setSpacing(0);
    layout->addWidget(content);
    wireHeader(head, content);
    return inside;
}

void CustomerPanel::addBlocked()
{
    const auto blocked = std::ranges::find(m_card.members, true, &model::Customer::blocked);
    if (blocked == m_card.members.end())
        return;
    auto *strip = new Surface(m_theme, [](const Colors &c) { return c.status.danger.tint; });
    strip->setObjectName("blockedStrip");
    auto *row = new QHBoxLayout(strip);
    row->setContentsMargins(sided(m_theme.px(16), m_theme.px(4), m_theme.px(8), m_theme.px(4)));
    auto *words = new TextLabel(
        m_theme, Type::MetaStrong, [](const Colors &c) { return c.status.danger.fg; },
        blocked->spam ? tr("Blocked as spam") : tr("Blocked"), strip);
    words->setToolTip(tr("What they write is kept and reaches no queue. Nothing is sent to them."));
    row->addWidget(words, 1);
    auto *unblock = new Button(m_theme, Button::Look::Normal, tr("Unblock"), strip);
    unblock->setHeightClass(24);
    unblock->setObjectName("unblock");
    gate(unblock, model::Permission::BlockCustomers);
    connect(unblock, &QAbstractButton::clicked, this, [this] {
        emit commandWanted(model::BlockCustomer{m_card.customer.id, false, false});
    });
    row->addWidget(unblock);
    m_body->addWidget(strip);
}

void CustomerPanel::showMore(const QPoint &globalPosition)
{
    if (!m_shown)
        return;
    auto *menu = new QMenu(this);
    menu->setObjectName("customerMenu");
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    const auto add = [&](const QString &words, model::Permission permission, bool needsHub, auto run) {
        const QString why = whyNotNow(permission, needsHub);
        QAction *action = menu->addAction(words, this, run);
        action->setEnabled(why.isEmpty());
        action->setToolTip(why);
    };
    add(tr("Merge with another customer"), model::Permission::MergeCustomers, true,
        [this] { emit mergeWanted(model::CustomerId()); });
    add(tr("Add an address"), model::Permission::EditCustomers, false, [this] { askAddress(); });
    if (const auto current = company())
        menu->addAction(tr("Open the company"), this, [this, current] { emit companyWanted(*current); });
    menu->addSeparator();
    const model::CustomerId id = m_card.customer.id;
    if (std::ranges::any_of(m_card.members, &model::Customer::blocked)) {
        add(tr("Unblock"), model::Permission::BlockCustomers, false, [this, id] {
            emit commandWanted(model::BlockCustomer{id, false, false});
        });
    } else {
        add(tr("Block on every channel"), model::Permission::BlockCustomers, false, [this, id] {
            emit commandWanted(model::BlockCustomer{id, true, false});
        });
        add(tr("Mark as spam and block"), model::Permission::BlockCustomers, false, [this, id] {
            emit commandWanted(model::BlockCustomer{id, true, true});
        });
    }
    menu->popup(globalPosition);
}

void CustomerPanel::addHead()
{
    auto *box = new Surface(m_theme, [](const Colors &c) { return c.bg.panel; });
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(m_theme.px(16), m_theme.px(12), m_theme.px(16), m_theme.px(12));
    row->setSpacing(m_theme.px(12));
    const QString name = nameOf(m_card.customer, m_card.identities);
    auto *avatar = new AvatarView(m_theme, 48, box);
    avatar->setPerson(name, m_card.customer.id.bytes);
    row->addWidget(avatar);
    auto *words = new QVBoxLayout;
    words->setSpacing(0);
    words->addStretch(1);
    auto *label = new TextLabel(m_theme, Type::BodyStrong, primary(), name, box);
    label->setObjectName("customerName");
    label->setWeight(QFont::DemiBold);
    auto *first = new QHBoxLayout;
    first->setSpacing(m_theme.px(6));
    first->addWidget(label, isVip(m_card) ? 0 : 1);
    if (isVip(m_card)) {
        auto *vip = new Button(m_theme, Button::Look::Chip, tr("VIP"), box);
        vip->setObjectName("vip");
        vip->setIconName("star");
        vip->setHeightClass(18);
        vip->setFocusPolicy(Qt::NoFocus);
        vip->setAttribute(Qt::WA_TransparentForMouseEvents);
        vip->setTone([](const Theme &theme) { return theme.colors().status.warning; });
        first->addWidget(vip);
        first->addStretch(1);
    }
    words->addLayout(first);
    if (!m_card.customer.language.empty())
        words->addWidget(new TextLabel(m_theme, Type::Meta, secondary(), languageWords(m_card.customer.language), box));
    m_localTime = new TextLabel(m_theme, Type::Meta, secondary(), {}, box);
    m_localTime->setObjectName("localTime");
    words->addWidget(m_localTime);
    showLocalTime();
    if (!m_card.customer.note.empty()) {
        auto *note = new TextLabel(m_theme, Type::Meta, tertiary(), q(m_card.customer.note), box);
        note->setWordWrap(true);
        words->addWidget(note);
    }
    words->addStretch(1);
    row->addLayout(words, 1);
    m_body->addWidget(box);
}

void CustomerPanel::showLocalTime()
{
    if (!m_localTime)
        return m_minute.stop();
    const auto place = placeOf(m_card, m_details.fields, m_clock.now());
    m_localTime->setVisible(place.has_value());
    if (!place)
        return m_minute.stop();
    m_localTime->setText(localTimeWords(*place, m_format, m_clock.now()));
    if (!m_minute.isActive())
        m_minute.start();
}

void CustomerPanel::addConversationRow(QVBoxLayout *layout, const model::Conversation &conversation, bool open)
{
    QString subject = q(conversation.subject.empty() ? conversation.preview : conversation.subject);
    if (subject.isEmpty())
        subject = tr("No subject");
    auto *row =
        new PanelRow(m_theme, {.text = subject,
                               .end = open ? m_format.relative(conversation.lastItemAt, m_clock.now())
                                           : m_format.shortDate(m_format.dateOf(conversation.lastItemAt), m_clock.now()),
                               .glyph = strandOf(conversation.channel),
                               .strong = open && conversation.id == m_current,
                               .height = 24});
    row->setObjectName("panelConversation");
    connect(row, &QAbstractButton::clicked, this, [this, id = conversation.id] { emit conversationChosen(id); });
    layout->addWidget(row);
}

void CustomerPanel::addOpenConversations()
{
    if (std::ranges::count_if(m_card.conversations, isOpen) > 1) // one is what is on the screen
        addConversations(tr("Open conversations"), QStringLiteral("open"), true, kOpenShown, m_card.moreUnresolved);
}

/// Those that are @p open, or those that are not; there are @p more which are older than what was read.
void CustomerPanel::addConversations(const QString &title, const QString &key, bool open, std::size_t shown,
                                     std::int64_t more)
{
    const auto wanted = [open](const model::Conversation &one) { return isOpen(one) == open; };
    const std::int64_t here = std::ranges::count_if(m_card.conversations, wanted);
    if (here == 0)
        return;
    const QString total = locale().toString(qint64(here + more));
    //: Conversations: the newest ones that can be seen here, and how many there are.
    const QString extra = more > 0 ? tr("newest %1 of %2").arg(locale().toString(qint64(here)), total) : total;
    QVBoxLayout *layout = section(title, extra);
    std::size_t left = m_whole.contains(key) ? std::size_t(here) : shown;
    for (const model::Conversation &conversation : m_card.conversations) {
        if (wanted(conversation) && left > 0) {
            addConversationRow(layout, conversation, open);
            --left;
        }
    }
    addShowAll(layout, key, shown, std::size_t(here));
}

void CustomerPanel::stepSuggestion(int by)
{
    const auto shown = suggestion();
    if (!shown)
        return;
    const auto &all = m_card.suggestions;
    const auto at = std::ranges::find_if(
        all, [&shown](const auto &suggested) { return suggested.suggestion.id == shown->suggestion.id; });
    const auto count = std::ssize(all);
    m_suggested = all[std::size_t((at - all.begin() + by + count) % count)].suggestion.id;
    rebuild();
    if (auto *again = findChild<Button *>(by > 0 ? "nextSuggestion" : "previousSuggestion"))
        again->setFocus(Qt::OtherFocusReason);
}

/// "2 of 3", with the way to the others.
QHBoxLayout *CustomerPanel::suggestionSteps(const store::CustomerCard::Suggested &suggested, QWidget *parent)
{
    const auto at = std::ranges::find_if(
        m_card.suggestions, [&suggested](const auto &one) { return one.suggestion.id == suggested.suggestion.id; });
    auto *steps = new QHBoxLayout;
    steps->setSpacing(m_theme.px(2));
    auto *count = new TextLabel(m_theme, Type::Meta, secondary(),
                                //: Which of several suggestions is shown; both are numbers.
                                tr("Suggestion %1 of %2")
                                    .arg(locale().toString(qint64(at - m_card.suggestions.begin() + 1)),
                                         locale().toString(qint64(m_card.suggestions.size()))),
                                parent);
    count->setObjectName("suggestionCount");
    steps->addWidget(count, 1);
    const auto step = [&](int by, const char *name, const QString &icon, const QString &words) {
        auto *button = new Button(m_theme, Button::Look::Icon, {}, parent);
        button->setObjectName(name);
        button->setIconName(icon);
        button->setHeightClass(24);
        button->setToolTip(words);
        button->setAccessibleName(words);
        connect(
            button, &QAbstractButton::clicked, this, [this, by] { stepSuggestion(by); }, Qt::QueuedConnection);
        steps->addWidget(button);
    };
    step(-1, "previousSuggestion", "chevron-left", tr("The suggestion before"));
    step(1, "nextSuggestion", "chevron-right", tr("The next suggestion"));
    return steps;
}

void CustomerPanel::addSuggestion()
{
    const auto shown = suggestion();
    if (!shown)
        return addUnknown();
    const store::CustomerCard::Suggested suggested = *shown;
    QVBoxLayout *layout = section({});
    auto *tinted = new TintedBox(m_theme, "mergeSuggestion");
    QVBoxLayout *box = tinted->rows();
    const QString other = nameOf(suggested.other, suggested.identities);
    auto *title = new TextLabel(m_theme, Type::BodyStrong, primary(), tr("Same person as “%1”?").arg(other), tinted);
    title->setWeight(QFont::Medium);
    title->setWordWrap(true);
    box->addWidget(title);
    if (m_card.suggestions.size() > 1)
        box->addLayout(suggestionSteps(suggested, tinted));
    auto *reason = new TextLabel(m_theme, Type::Meta, secondary(), reasonWords(suggested.suggestion), tinted);
    reason->setWordWrap(true);
    box->addWidget(reason);
    auto *buttons = new FlowRow(m_theme.px(2));
    box->addSpacing(m_theme.px(6));
    auto *review = new Button(m_theme, Button::Look::Normal, tr("Review"), tinted);
    review->setKey("Y");
    auto *no = new Button(m_theme, Button::Look::Ghost, tr("Not the same"), tinted);
    review->setObjectName("reviewSuggestion");
    no->setObjectName("dismissSuggestion");
    for (Button *button : {review, no}) {
        button->setHeightClass(24);
        gate(button, model::Permission::MergeCustomers, button == review);
        buttons->add(button);
    }
    box->addWidget(buttons);
    connect(review, &QAbstractButton::clicked, this, [this, id = suggested.other.id] { emit mergeWanted(id); });
    connect(no, &QAbstractButton::clicked, this,
            [this, id = suggested.suggestion.id] { emit commandWanted(model::DismissSuggestion{.suggestion = id}); });
    layout->addWidget(tinted);
}

/// Somebody who has called or written and has no name: what is known of them elsewhere is a step away.
void CustomerPanel::addUnknown()
{
    if (!m_card.customer.name.empty() || m_card.identities.empty())
        return;
    auto *tinted = new TintedBox(m_theme, "unknownPerson");
    auto *title = new TextLabel(m_theme, Type::BodyStrong, primary(), tr("Who is this?"), tinted);
    title->setWeight(QFont::Medium);
    tinted->rows()->addWidget(title);
    auto *words = new TextLabel(m_theme, Type::Meta, secondary(),
                                tr("No name is known of %1. Link them to a customer, or give them a name.")
                                    .arg(nameOf(m_card.customer, m_card.identities)),
                                tinted);
    words->setWordWrap(true);
    tinted->rows()->addWidget(words);
    tinted->rows()->addSpacing(m_theme.px(6));
    auto *link = new Button(m_theme, Button::Look::Normal, tr("Link to a customer"), tinted);
    link->setObjectName("linkToCustomer");
    link->setKey("Y");
    link->setHeightClass(24);
    gate(link, model::Permission::MergeCustomers, true);
    tinted->rows()->addWidget(link, 0, Qt::AlignLeading);
    connect(link, &QAbstractButton::clicked, this, [this] { emit mergeWanted(model::CustomerId()); });
    section({})->addWidget(tinted);
}

void CustomerPanel::addMerged()
{
    if (m_card.links.empty())
        return;
    QVBoxLayout *layout = section(tr("Merged from"), locale().toString(qint64(m_card.links.size())));
    for (const model::CustomerLink &link : m_card.links) {
        const auto member = std::ranges::find(m_card.members, link.from, &model::Customer::id);
        const QString name = member == m_card.members.end() || member->name.empty() ? tr("Visitor") : q(member->name);
        auto *line = new QWidget;
        auto *row = new QHBoxLayout(line);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(m_theme.px(8));
        auto *words = new TextLabel(m_theme, Type::Body, primary(), name, line);
        words->setToolTip(q(link.evidence));
        row->addWidget(words, 1);
        row->addWidget(new TextLabel(m_theme, Type::Meta, tertiary(),
                                     m_format.shortDate(m_format.dateOf(link.at), m_clock.now()), line));
        auto *unlink = new Button(m_theme, Button::Look::Ghost, tr("Undo merge"), line);
        unlink->setHeightClass(24);
        unlink->setObjectName("unlink");
        unlink->setAccessibleName(tr("Undo the merge of %1").arg(name));
        gate(unlink, model::Permission::MergeCustomers, true);
        connect(unlink, &QAbstractButton::clicked, this,
                [this, id = link.id] { emit commandWanted(model::UnlinkCustomers{.link = id}); });
        row->addWidget(unlink);
        layout->addWidget(line);
    }
}

void CustomerPanel::addPrevious()
{
    addConversations(tr("Previous conversations"), QStringLiteral("previous"), false, kPreviousShown, m_card.moreResolved);
}

void CustomerPanel::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), m_theme.colors().bg.panel);
}

} // namespace tributary::ui
