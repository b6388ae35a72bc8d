#include "ui/customer/customer_panel.h"

#include "ui/customer/panel_rows.h"

#include <QApplication>
#include <QClipboard>
#include <QPainter>
#include <QScrollArea>
#include <QStyle>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {

constexpr std::size_t kPreviousShown = 8;

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

bool isOpen(const model::Conversation &conversation)
{
    return conversation.status != model::Conversation::Status::Resolved;
}

} // namespace

CustomerPanel::CustomerPanel(const Theme &theme, const Clock &clock, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_clock(clock)
    , m_scroll(new QScrollArea(this))
{
    setObjectName("customerPanel");
    setAccessibleName(tr("Customer"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto *head = new Surface(
        theme, [](const Colors &c) { return c.bg.panel; }, Surface::Bottom, this);
    head->setFixedHeight(theme.px(48));
    auto *headRow = new QHBoxLayout(head);
    headRow->setContentsMargins(theme.px(16), 0, theme.px(8), 0);
    auto *title = new TextLabel(theme, Type::BodyStrong, primary(), tr("Customer"), head);
    title->setWeight(QFont::DemiBold);
    headRow->addWidget(title, 1);
    layout->addWidget(head);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setProperty("overlayScrollBar", true);
    m_scroll->viewport()->setAutoFillBackground(false);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    layout->addWidget(m_scroll, 1);
    connect(&theme, &Theme::changed, this, [this] {
        if (m_shown)
            rebuild();
        update();
    });
}

void CustomerPanel::showCard(const store::CustomerCard &card, model::ConversationId current)
{
    const bool sameList = m_shown && card.conversations == m_card.conversations && card.identities == m_card.identities
                          && card.customer == m_card.customer && card.links == m_card.links
                          && card.suggestions.size() == m_card.suggestions.size() && current == m_current;
    m_card = card;
    m_current = current;
    m_shown = true;
    if (!sameList)
        rebuild();
}

void CustomerPanel::clear()
{
    m_shown = false;
    m_card = {};
    delete m_scroll->takeWidget();
    m_body = nullptr;
}

std::optional<store::CustomerCard::Suggested> CustomerPanel::suggestion() const
{
    return m_card.suggestions.empty() ? std::nullopt : std::optional(m_card.suggestions.front());
}

void CustomerPanel::rebuild()
{
    const int scrolled = m_scroll->widget() ? -m_scroll->widget()->y() : 0;
    auto *content = new QWidget;
    content->setAutoFillBackground(false);
    m_body = new QVBoxLayout(content);
    m_body->setContentsMargins(0, 0, 0, 0);
    m_body->setSpacing(0);
    addHead();
    addOpenConversations();
    addIdentities();
    addSuggestion();
    addMerged();
    addTags();
    addDetails();
    addPrevious();
    m_body->addStretch(1);
    // As wide as the panel, never wider: without this the widest card would decide.
    content->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_scroll->setWidget(content);
    content->setAutoFillBackground(false); // setWidget() turns it on
    QMetaObject::invokeMethod(
        m_scroll, [scroll = m_scroll, scrolled] { scroll->ensureVisible(0, scrolled + scroll->viewport()->height(), 0, 0); },
        Qt::QueuedConnection);
}

QVBoxLayout *CustomerPanel::section(const QString &title, const QString &extra)
{
    auto *box = new Surface(
        m_theme, [](const Colors &c) { return c.bg.panel; }, Surface::Top);
    auto *layout = new QVBoxLayout(box);
    layout->setContentsMargins(m_theme.px(16), m_theme.px(10), m_theme.px(16), m_theme.px(10));
    layout->setSpacing(0);
    if (!title.isEmpty()) {
        auto *row = new QHBoxLayout;
        row->setContentsMargins(0, 0, 0, m_theme.px(6));
        row->setSpacing(m_theme.px(6));
        auto *label = new TextLabel(m_theme, Type::MetaStrong, secondary(), title, box);
        label->setWeight(QFont::DemiBold);
        row->addWidget(label);
        if (!extra.isEmpty())
            row->addWidget(new TextLabel(m_theme, Type::Meta, tertiary(), extra, box));
        row->addStretch(1);
        layout->addLayout(row);
    }
    m_body->addWidget(box);
    return layout;
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
    words->addWidget(label);
    if (!m_card.customer.language.empty()) {
        const QLocale spoken(q(m_card.customer.language));
        const QString language =
            spoken.language() == QLocale::C ? q(m_card.customer.language) : QLocale::languageToString(spoken.language());
        words->addWidget(new TextLabel(m_theme, Type::Meta, secondary(), language, box));
    }
    if (!m_card.customer.note.empty()) {
        auto *note = new TextLabel(m_theme, Type::Meta, tertiary(), q(m_card.customer.note), box);
        note->setWordWrap(true);
        words->addWidget(note);
    }
    if (m_card.customer.blocked)
        words->addWidget(new TextLabel(
            m_theme, Type::MetaStrong, [](const Colors &c) { return c.status.danger.fg; }, tr("Blocked"), box));
    words->addStretch(1);
    row->addLayout(words, 1);
    m_body->addWidget(box);
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
    const auto open = std::ranges::count_if(m_card.conversations, isOpen);
    if (open < 2)
        return;
    QVBoxLayout *layout = section(tr("Open conversations"), locale().toString(qint64(open)));
    for (const model::Conversation &conversation : m_card.conversations) {
        if (isOpen(conversation))
            addConversationRow(layout, conversation, true);
    }
}

void CustomerPanel::addIdentities()
{
    QVBoxLayout *layout = section(tr("Identities"));
    for (const model::Identity &identity : m_card.identities) {
        const QString text = q(!identity.shown.empty() ? identity.shown
                               : identity.name.empty() ? identity.address
                                                       : identity.name);
        const QString shown =
            identity.channel == model::Channel::WebChat && !identity.name.empty() ? q(identity.name) : text;
        auto *row = new PanelRow(
            m_theme,
            {.text = shown,
             .end = identity.lastUsedAt == TimePoint() ? tr("never") : m_format.relative(identity.lastUsedAt, m_clock.now()),
             .badge = strandOf(identity.channel),
             .verified = identity.verified,
             .problem = q(identity.problem)});
        row->setObjectName("identity");
        row->setToolTip(tr("Copy %1").arg(shown));
        connect(row, &QAbstractButton::clicked, this, [this, text] {
            QApplication::clipboard()->setText(text);
            emit copied(text);
        });
        layout->addWidget(row);
    }
}

void CustomerPanel::addSuggestion()
{
    if (m_card.suggestions.empty())
        return;
    const store::CustomerCard::Suggested suggested = m_card.suggestions.front();
    QVBoxLayout *layout = section({});
    class Tinted : public QWidget {
    public:
        explicit Tinted(const Theme &theme)
            : m_theme(theme)
        {
        }

    protected:
        void paintEvent(QPaintEvent *) override
        {
            QPainter painter(this);
            paint::roundRect(painter, rect(), m_theme.px(8), m_theme.colors().status.info.tint);
            const int glyph = m_theme.px(16);
            const QRect at =
                QStyle::visualRect(layoutDirection(), rect(), QRect(m_theme.px(10), m_theme.px(9), glyph, glyph));
            m_theme.icons().paint(painter, at, "merge", m_theme.colors().status.info.fg);
        }

    private:
        const Theme &m_theme;
    };
    auto *tinted = new Tinted(m_theme);
    tinted->setObjectName("mergeSuggestion");
    auto *box = new QVBoxLayout(tinted);
    box->setContentsMargins(m_theme.px(34), m_theme.px(8), m_theme.px(10), m_theme.px(8));
    box->setSpacing(0);
    const QString other = nameOf(suggested.other, suggested.identities);
    auto *title = new TextLabel(m_theme, Type::BodyStrong, primary(), tr("Same person as “%1”?").arg(other), tinted);
    title->setWeight(QFont::Medium);
    title->setWordWrap(true);
    box->addWidget(title);
    const QString evidence = q(suggested.suggestion.evidence);
    QString why;
    switch (suggested.suggestion.reason) {
    case model::Suggestion::Reason::TypedEmail: why = tr("Typed the address %1, which is not proof").arg(evidence); break;
    case model::Suggestion::Reason::SamePhone: why = tr("Same phone number, %1").arg(evidence); break;
    case model::Suggestion::Reason::SameName: why = tr("Same name, %1").arg(evidence); break;
    }
    auto *reason = new TextLabel(m_theme, Type::Meta, secondary(), why, tinted);
    reason->setWordWrap(true);
    box->addWidget(reason);
    auto *buttons = new FlowRow(m_theme.px(2));
    box->addSpacing(m_theme.px(6));
    auto *link = new Button(m_theme, Button::Look::Normal, tr("Link"), tinted);
    link->setKey("Y");
    auto *review = new Button(m_theme, Button::Look::Ghost, tr("Review"), tinted);
    auto *no = new Button(m_theme, Button::Look::Ghost, tr("Not the same"), tinted);
    for (Button *button : {link, review, no})
        button->setHeightClass(24);
    link->setObjectName("linkSuggestion");
    review->setObjectName("reviewSuggestion");
    no->setObjectName("dismissSuggestion");
    for (Button *button : {link, review, no})
        buttons->add(button);
    box->addWidget(buttons);
    connect(link, &QAbstractButton::clicked, this, [this, suggested] { emit linkWanted(suggested); });
    connect(review, &QAbstractButton::clicked, this, [this, id = suggested.other.id] { emit reviewWanted(id); });
    connect(no, &QAbstractButton::clicked, this, [this, id = suggested.suggestion.id] { emit dismissWanted(id); });
    layout->addWidget(tinted);
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
        auto *unlink = new Button(m_theme, Button::Look::Ghost, tr("Unlink"), line);
        unlink->setHeightClass(24);
        unlink->setObjectName("unlink");
        unlink->setAccessibleName(tr("Unlink %1").arg(name));
        connect(unlink, &QAbstractButton::clicked, this, [this, id = link.id] { emit unlinkWanted(id); });
        row->addWidget(unlink);
        layout->addWidget(line);
    }
}

void CustomerPanel::addTags()
{
    const auto current = std::ranges::find(m_card.conversations, m_current, &model::Conversation::id);
    if (current == m_card.conversations.end())
        return;
    QVBoxLayout *layout = section(tr("Tags"));
    auto *flow = new FlowRow(m_theme.px(4));
    QStringList tags;
    for (const std::string &tag : m_card.customer.tags)
        tags.append(q(tag));
    for (const std::string &tag : current->tags)
        tags.append(q(tag));
    tags.removeDuplicates();
    for (const QString &tag : tags) {
        auto *chip = new Button(m_theme, Button::Look::Chip, tag);
        chip->setFocusPolicy(Qt::NoFocus);
        flow->add(chip);
    }
    auto *add = new Button(m_theme, Button::Look::Chip, tr("Add"));
    add->setObjectName("addTag");
    add->setIconName("plus");
    connect(add, &QAbstractButton::clicked, this,
            [this, add] { emit tagWanted(QRect(add->mapToGlobal(QPoint()), add->size())); });
    flow->add(add);
    layout->addWidget(flow);
}

void CustomerPanel::addDetails()
{
    QVBoxLayout *layout = section(tr("Details"));
    const auto add = [&](const QString &key, const QString &value) {
        auto *line = new QWidget;
        line->setFixedHeight(m_theme.px(24));
        auto *row = new QHBoxLayout(line);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(m_theme.px(8));
        auto *name = new TextLabel(m_theme, Type::Meta, tertiary(), key, line);
        name->setFixedWidth(m_theme.px(100));
        row->addWidget(name);
        row->addWidget(new TextLabel(m_theme, Type::Meta, primary(), value, line), 1);
        layout->addWidget(line);
    };
    // What the shop's own records say goes before the day of the first message here.
    const bool sinceKnown = std::ranges::any_of(m_card.customer.attributes, [](const auto &attribute) {
        return q(attribute.first).compare(QLatin1String("Customer since"), Qt::CaseInsensitive) == 0;
    });
    if (!sinceKnown)
        add(tr("Customer since"),
            m_format.locale().toString(m_format.dateOf(m_card.customer.createdAt), QStringLiteral("MMMM yyyy")));
    for (const auto &[key, value] : m_card.customer.attributes)
        add(q(key), q(value));
    qint64 items = m_card.noteCount;
    for (const auto &[channel, count] : m_card.itemCounts)
        items += count;
    add(tr("On this computer"),
        m_card.historyComplete ? tr("All %n item(s)", nullptr, int(items)) : tr("%n item(s) so far", nullptr, int(items)));
}

void CustomerPanel::addPrevious()
{
    const auto previous = std::ranges::count_if(m_card.conversations, [](const auto &c) { return !isOpen(c); });
    if (previous == 0)
        return;
    QVBoxLayout *layout = section(tr("Previous conversations"), locale().toString(qint64(previous)));
    std::size_t shown = 0;
    for (const model::Conversation &conversation : m_card.conversations) {
        if (!isOpen(conversation) && shown++ < kPreviousShown)
            addConversationRow(layout, conversation, false);
    }
}

void CustomerPanel::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), m_theme.colors().bg.panel);
}

} // namespace tributary::ui
