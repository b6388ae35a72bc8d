#include "ui/ticket/start_sheet.h"

#include "core/model/addresses.h"
#include "core/model/limits.h"
#include "core/model/permissions.h"
#include "core/model/rights.h"
#include "ui/shell/picker.h"
#include "ui/shell/when_done.h"
#include "ui/theme/channel_look.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {

constexpr int kWidth = 480, kHeight = 360;
constexpr int kLookMs = 120;
constexpr int kHits = 4;
constexpr int kMostShown = 60; ///< Of what was typed, in a sentence about it.

QString shown(const std::string &text)
{
    return QString::fromStdString(text);
}

/// What one can begin by oneself: a visitor of a web chat cannot be written to first.
bool canBegin(const model::ChannelAccount &account)
{
    return !account.removed && account.channel != model::Channel::WebChat;
}

QString noAddressWords(model::Channel channel, const QString &typed)
{
    if (channel == model::Channel::Email)
        return StartSheet::tr("“%1” is no mail address. One looks like name@example.com.").arg(typed);
    if (model::hasNumbers(channel))
        return StartSheet::tr("“%1” is no number that can be called. Begin it with the code of its country, such as +44.")
            .arg(typed);
    return StartSheet::tr("“%1” is too long for an address.").arg(typed);
}

} // namespace

StartSheet::StartSheet(const Theme &theme, client::Workspace &workspace, Picker &picker, QWidget *window)
    : Overlay(theme, window, Ground::Scrim)
    , m_workspace(workspace)
    , m_picker(picker)
{
    setObjectName("startSheet");
    m_title = new TextLabel(
        theme, Type::TitleMedium, [](const Colors &c) { return c.text.primary; }, {}, panel());
    m_problem = new TextLabel(
        theme, Type::Meta, [](const Colors &c) { return c.status.danger.fg; }, {}, panel());
    m_problem->setObjectName("startProblem");
    m_problem->setWordWrap(true);
    m_to = new QLineEdit(panel());
    m_to->setObjectName("startTo");
    m_to->setPlaceholderText(tr("Name, address or number"));
    m_from = new Button(theme, Button::Look::Normal, {}, panel());
    m_from->setObjectName("startFrom");
    m_from->setMenuArrow(true);
    m_subject = new QLineEdit(panel());
    m_subject->setObjectName("startSubject");
    m_subject->setMaxLength(200);
    m_hits = new QWidget(panel());
    auto *hits = new QVBoxLayout(m_hits);
    hits->setContentsMargins(0, 0, 0, 0);
    hits->setSpacing(0);
    auto *cancel = new Button(theme, Button::Look::Ghost, tr("Cancel"), panel());
    m_start = new Button(theme, Button::Look::Primary, tr("Begin"), panel());
    m_start->setObjectName("startBegin");
    m_start->setKey(QStringLiteral("Ctrl ↵"));

    auto *layout = new QVBoxLayout(panel());
    layout->setContentsMargins(theme.px(24), theme.px(20), theme.px(24), theme.px(16));
    layout->setSpacing(theme.px(8));
    layout->addWidget(m_title);
    layout->addSpacing(theme.px(4));
    const auto addRow = [&](const QString &name, QWidget *field) {
        auto *label = new TextLabel(
            theme, Type::Meta, [](const Colors &c) { return c.text.secondary; }, name, panel());
        label->setBuddy(field);
        field->setAccessibleName(name);
        layout->addWidget(label);
        layout->addWidget(field);
    };
    addRow(tr("To"), m_to);
    layout->addWidget(m_hits);
    addRow(tr("From"), m_from);
    addRow(tr("Subject"), m_subject);
    layout->addWidget(m_problem);
    layout->addStretch(1);
    auto *foot = new QHBoxLayout;
    foot->addStretch(1);
    foot->addWidget(cancel);
    foot->addWidget(m_start);
    layout->addLayout(foot);

    m_look.setSingleShot(true);
    m_look.setInterval(kLookMs);
    connect(&m_look, &QTimer::timeout, this, &StartSheet::suggest);
    connect(m_to, &QLineEdit::textEdited, this, [this] {
        m_person.reset();
        say({});
        m_look.start();
    });
    connect(m_to, &QLineEdit::returnPressed, m_subject, [this] { m_subject->setFocus(); });
    connect(m_subject, &QLineEdit::returnPressed, this, &StartSheet::start);
    connect(m_from, &QAbstractButton::clicked, this, &StartSheet::pickAccount);
    connect(cancel, &QAbstractButton::clicked, this, &Overlay::dismiss);
    connect(m_start, &QAbstractButton::clicked, this, &StartSheet::start);
}

void StartSheet::keyPressEvent(QKeyEvent *event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (!enter || !(event->modifiers() & Qt::ControlModifier))
        return Overlay::keyPressEvent(event);
    start();
    event->accept();
}

void StartSheet::openFor(model::CustomerId customer, const QString &name, std::vector<model::Identity> identities)
{
    if (isAtWork())
        return;
    open();
    m_for = customer;
    m_forName = name;
    m_forIdentities = std::move(identities);
    m_title->setText(tr("New conversation with %1").arg(name));
    setAccessibleName(m_title->text());
    choosePerson();
}

/// The first address of whom it is about that something of ours can write to.
void StartSheet::choosePerson()
{
    if (m_for.isNull() || m_accounts.empty() || m_person || !m_to->text().isEmpty())
        return;
    for (const model::Identity &identity : m_forIdentities) {
        const auto writes = [&](const model::ChannelAccount &one) {
            return one.channel == identity.channel && whyNot(one).isEmpty();
        };
        const auto account = std::ranges::find_if(m_accounts, writes);
        if (account == m_accounts.end() || !identity.problem.empty())
            continue;
        if (!m_account || !writes(*m_account)) // else it is the one used last
            m_account = *account;
        showAccount();
        return choose({.customer = m_for, .name = m_forName.toStdString(), .identity = identity});
    }
    say(m_forIdentities.empty() ? tr("No address of %1 is known. Type one to write to.").arg(m_forName)
                                : tr("Nothing of ours can write to the addresses of %1. Type another one.").arg(m_forName));
}

void StartSheet::open(std::optional<model::ConversationId> parent)
{
    if (isAtWork()) // asked for once more, out of the tray: what was typed is for somebody
        return;
    m_parent = parent;
    m_for = {};
    m_forIdentities.clear();
    m_person.reset();
    m_to->clear();
    m_subject->clear();
    say({});
    qDeleteAll(m_hits->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly));
    m_title->setText(parent ? tr("Write to somebody else about this") : tr("New conversation"));
    setAccessibleName(m_title->text());
    openCentred(QSize(m_theme.px(kWidth), m_theme.px(kHeight)));
    m_to->setFocus(Qt::PopupFocusReason);
    m_start->setEnabled(m_account.has_value()); // until it is known from where
    whenDone(m_workspace.channelAccounts(), this, [this](const Result<std::vector<model::ChannelAccount>> &accounts) {
        if (!accounts)
            return;
        m_accounts.clear();
        std::ranges::copy_if(*accounts, std::back_inserter(m_accounts), [this](const model::ChannelAccount &account) {
            return canBegin(account) && model::serves(m_workspace.agent(), account.id);
        });
        if (m_parent) // a third party is written to by mail
            std::erase_if(m_accounts,
                          [](const model::ChannelAccount &account) { return account.channel != model::Channel::Email; });
        const auto usable = [this](const model::ChannelAccount &account) { return whyNot(account).isEmpty(); };
        const auto first = std::ranges::find_if(m_accounts, usable);
        const auto last = std::ranges::find_if(m_accounts, [&](const model::ChannelAccount &account) {
            return m_account && account.id == m_account->id && usable(account);
        });
        const auto chosen = last != m_accounts.end() ? last : first; // as it is by now
        m_account = chosen == m_accounts.end() ? std::nullopt : std::optional(*chosen);
        showAccount();
        if (first == m_accounts.end() && !m_accounts.empty())
            return say(tr("Our accounts go to teams that you are not in, so you would not see what you begin. An admin can "
                          "take you into one."));
        choosePerson();
    });
}

/// Why nothing is begun from @p account; empty: it may be. What is begun on the side is its parent's team's.
QString StartSheet::whyNot(const model::ChannelAccount &account) const
{
    const model::Agent &me = m_workspace.agent();
    const model::Conversation begun{.account = account.id, .assignee = me.id, .team = account.team};
    return m_parent || model::sees(me, begun) ? QString() : tr("goes to a team that you are not in");
}

void StartSheet::showAccount()
{
    m_from->setText(m_account ? shown(m_account->address.empty() ? m_account->name : m_account->address)
                              : tr("No account to write from"));
    m_from->setEnabled(!m_accounts.empty());
    m_start->setEnabled(m_account.has_value());
}

void StartSheet::pickAccount()
{
    Picker::Question question{.objectName = "accountPicker", .placeholder = tr("From"), .width = 420};
    for (const model::ChannelAccount &account : m_accounts) {
        const QString why = whyNot(account); // the hub would only send it back
        question.choices.append(Choice{.id = shown(account.id.text()),
                                       .text = shown(account.address.empty() ? account.name : account.address),
                                       .detail = why.isEmpty() ? shown(account.name) : why,
                                       .icon = iconOf(account.channel),
                                       .enabled = why.isEmpty()});
    }
    question.apply = [this](const Choice &choice) {
        const auto chosen = std::ranges::find_if(
            m_accounts, [&](const model::ChannelAccount &account) { return shown(account.id.text()) == choice.id; });
        if (chosen == m_accounts.end())
            return;
        m_account = *chosen;
        m_person.reset();
        showAccount();
        suggest();
    };
    m_picker.ask(QRect(m_from->mapToGlobal(QPoint()), m_from->size()), std::move(question));
}

void StartSheet::suggest()
{
    const QString typed = m_to->text().simplified();
    if (typed.size() < 2) {
        qDeleteAll(m_hits->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly));
        return;
    }
    whenDone(m_workspace.searchPeople(typed.toStdString(), kHits * 2), this,
             [this](const Result<std::vector<store::PersonHit>> &people) {
                 qDeleteAll(m_hits->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly));
                 if (!people || m_person)
                     return;
                 int count = 0;
                 for (const store::PersonHit &person : *people) {
                     if (!m_account || person.identity.channel != m_account->channel || ++count > kHits)
                         continue;
                     auto *hit = new Button(m_theme, Button::Look::Ghost,
                                            tr("%1, %2").arg(shown(person.name), shown(person.identity.shown)), m_hits);
                     hit->setIconName("user");
                     connect(hit, &QAbstractButton::clicked, this, [this, person] { choose(person); });
                     m_hits->layout()->addWidget(hit);
                 }
             });
}

void StartSheet::choose(const store::PersonHit &person)
{
    m_person = person;
    m_to->setText(tr("%1, %2").arg(shown(person.name), shown(person.identity.shown)));
    qDeleteAll(m_hits->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly));
    m_subject->setFocus(Qt::OtherFocusReason);
}

/// Whom it was opened for stands there of itself.
bool StartSheet::holdsWork() const
{
    const bool isGiven = m_person && !m_for.isNull() && m_person->customer == m_for;
    return !m_subject->text().isEmpty() || (!m_to->text().isEmpty() && !isGiven);
}

void StartSheet::say(const QString &problem)
{
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
}

void StartSheet::start()
{
    if (!m_account || !whyNot(*m_account).isEmpty()) // until the accounts are here
        return;
    const QString typed = m_to->text().simplified();
    if (typed.isEmpty()) {
        say(tr("Say to whom."));
        m_to->setFocus(Qt::OtherFocusReason);
        return;
    }
    // As the hub reads it, which would say no only when the message is written.
    const auto address = model::normalised(m_account->channel, typed.toStdString(), m_account->region);
    const bool isMail = m_account->channel == model::Channel::Email;
    if (!m_person && (!address || (isMail && typed.count(u'@') != 1))) {
        say(noAddressWords(m_account->channel, typed.left(kMostShown)));
        m_to->setFocus(Qt::OtherFocusReason);
        return;
    }
    if (!m_person && !m_for.isNull() && !model::may(m_workspace.agent(), model::Permission::EditCustomers)) {
        say(tr("Your role may not add addresses to customers. Choose one of theirs, or ask an admin."));
        m_to->setFocus(Qt::OtherFocusReason);
        return;
    }
    model::StartConversation command{.conversation = m_workspace.makeId<model::ConversationId>(),
                                     .account = m_account->id,
                                     .subject = m_subject->text().simplified().toStdString(),
                                     .parent = m_parent};
    if (m_person) {
        command.identity = m_person->identity.id;
        command.customer = m_person->identity.customer;
    } else {
        command.identity = m_workspace.makeId<model::IdentityId>();
        command.customer = m_for.isNull() ? m_workspace.makeId<model::CustomerId>() : m_for;
        command.address = *address;
    }
    dismiss();
    emit startWanted(command);
}

} // namespace tributary::ui
