#include "ui/admin/invite_sheet.h"

#include "core/client/own_hub.h"
#include "core/model/permissions.h"
#include "ui/admin/permission_words.h"
#include "ui/admin/setup_rows.h"
#include "ui/shell/focus_stops.h"
#include "ui/shell/number_box.h"
#include "ui/shell/picker.h"
#include "ui/shell/when_done.h"
#include "ui/theme/time_format.h"
#include "ui/welcome/fingerprint_view.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QScrollArea>
#include <QSpinBox>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {

constexpr int kWidth = 840, kHeight = 600, kForm = 400;
constexpr int kMostCapacity = 100'000; ///< As much as the hub takes.
constexpr int kPairs = 16;

QString shown(const std::string &text)
{
    return QString::fromStdString(text);
}

QRect placeOf(const QWidget *widget)
{
    return QRect(widget->mapToGlobal(QPoint()), widget->size());
}

bool isEmail(const QString &text)
{
    const qsizetype at = text.indexOf('@');
    return at > 0 && at + 1 < text.size() && !text.contains(' ');
}

} // namespace

InviteSheet::InviteSheet(const Theme &theme, SetupDesk &desk, Picker &picker, QWidget *window)
    : Overlay(theme, window, Ground::Scrim)
    , m_desk(desk)
    , m_picker(picker)
    , m_steps(new QStackedWidget)
    , m_name(new QLineEdit)
    , m_email(new QLineEdit)
    , m_password(new QLineEdit)
    , m_link(new QLineEdit)
    , m_role(new ChoiceButton(theme, tr("Role")))
    , m_teams(new ChoiceButton(theme, tr("Teams")))
    , m_capacity(new NumberBox)
{
    setObjectName("inviteSheet");
    const auto primary = [](const Colors &c) { return c.text.primary; };
    const auto secondary = [](const Colors &c) { return c.text.secondary; };
    const auto label = [&](Type type, ColorOf color, const QString &text) {
        auto *made = new TextLabel(theme, type, std::move(color), text, panel());
        made->setWordWrap(true);
        return made;
    };
    m_title = new TextLabel(theme, Type::TitleMedium, primary, {}, panel());
    m_words = label(Type::Body, secondary, {});
    m_problem = label(Type::Body, [](const Colors &c) { return c.status.danger.fg; }, {});
    m_problem->setObjectName("inviteProblem");
    m_name->setObjectName("inviteName");
    m_name->setMaxLength(100);
    m_email->setObjectName("inviteEmail");
    m_email->setMaxLength(254);
    m_role->setObjectName("inviteRole");
    m_teams->setObjectName("inviteTeams");
    m_capacity->setObjectName("inviteCapacity");
    m_capacity->setRange(0, kMostCapacity);
    m_capacity->setSpecialValueText(tr("Any number"));
    m_password->setObjectName("invitePassword");
    m_password->setEchoMode(QLineEdit::Password);
    m_nameField = new FormField(theme, tr("Name"), m_name);
    m_emailField = new FormField(theme, tr("E-mail"), m_email);
    m_roleField = new FormField(theme, tr("Role"), m_role);
    m_teamsField = new FormField(theme, tr("Teams"), m_teams);
    m_capacityField = new FormField(theme, tr("Open conversations at most"), m_capacity);
    m_passwordField = new FormField(theme, tr("Your own password, once more"), m_password);

    auto *form = new QWidget;
    auto *fields = new QVBoxLayout(form);
    fields->setContentsMargins(0, 0, 0, 0);
    fields->setSpacing(theme.px(10));
    fields->addWidget(m_nameField);
    fields->addWidget(m_emailField);
    auto *pair = new QHBoxLayout;
    pair->setSpacing(theme.px(12));
    pair->addWidget(m_roleField, 1);
    pair->addWidget(m_capacityField, 1);
    fields->addLayout(pair);
    fields->addWidget(m_teamsField);
    fields->addWidget(m_passwordField);
    fields->addStretch(1);

    m_madeWords = label(Type::Body, primary, {});
    m_madeWords->setObjectName("inviteMade");
    m_link->setObjectName("inviteLink");
    m_link->setReadOnly(true);
    m_link->setAccessibleName(tr("The link"));
    m_copy = new Button(theme, Button::Look::Primary, tr("Copy"));
    m_copy->setObjectName("inviteCopy");
    m_copy->setIconName("copy");
    m_mail = new Button(theme, Button::Look::Normal, tr("Write a mail with it"));
    m_mail->setObjectName("inviteMail");
    m_mail->setIconName("channel-email");
    m_mail->setToolTip(tr("Opens your mail program. Nothing goes out until you send it there."));
    m_printTitle =
        label(Type::MetaStrong, secondary, tr("The hub's fingerprint. It is in the link, and their desktop compares it."));
    m_print = new FingerprintView(theme, kPairs);
    m_print->setObjectName("invitePrint");
    m_reach = label(Type::Body,
                    [this](const Colors &c) {
                        return client::isThisComputer(m_made.hub.host()) ? c.status.warning.fg : c.text.secondary;
                    },
                    {});
    m_reach->setObjectName("inviteReach");
    m_letIn = new Button(theme, Button::Look::Normal, tr("Let the local network in"));
    m_letIn->setObjectName("inviteLetIn");
    m_another = new Button(theme, Button::Look::Normal, tr("Invite somebody else"));
    m_another->setObjectName("inviteAnother");
    auto *made = new QWidget;
    auto *result = new QVBoxLayout(made);
    result->setContentsMargins(0, 0, 0, 0);
    result->setSpacing(theme.px(10));
    result->addWidget(m_madeWords);
    auto *line = new QHBoxLayout;
    line->setSpacing(theme.px(8));
    line->addWidget(m_link, 1);
    line->addWidget(m_copy);
    result->addLayout(line);
    result->addWidget(m_mail, 0, Qt::AlignLeading);
    result->addWidget(m_reach);
    result->addWidget(m_letIn, 0, Qt::AlignLeading);
    result->addSpacing(theme.px(6));
    result->addWidget(m_printTitle);
    result->addWidget(m_print);
    result->addSpacing(theme.px(6));
    result->addWidget(m_another, 0, Qt::AlignLeading);
    result->addStretch(1);
    m_steps->addWidget(form);
    m_steps->addWidget(made);

    auto *cancel = new Button(theme, Button::Look::Ghost, tr("Close"), panel());
    cancel->setObjectName("inviteClose");
    m_make = new Button(theme, Button::Look::Primary, tr("Make the link"), panel());
    m_make->setObjectName("inviteMake");
    m_make->setKey(QStringLiteral("Ctrl ↵"));

    auto *start = new QVBoxLayout;
    start->setSpacing(theme.px(8));
    start->addWidget(m_title);
    start->addWidget(m_words);
    start->addSpacing(theme.px(4));
    start->addWidget(m_steps, 1);
    start->addWidget(m_problem);
    auto *foot = new QHBoxLayout;
    foot->addWidget(m_make);
    foot->addWidget(cancel);
    foot->addStretch(1);
    start->addLayout(foot);

    m_list = new QWidget;
    m_rows = new QVBoxLayout(m_list);
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(theme.px(2));
    auto *scroll = new QScrollArea(panel());
    scroll->setObjectName("inviteList");
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(tr("Links that nobody has used yet"));
    scroll->setWidget(m_list);
    scroll->viewport()->setAutoFillBackground(false);
    m_list->setAutoFillBackground(false); // which setWidget() has turned on
    m_listWords = label(Type::Body, secondary, {});
    m_listWords->setObjectName("inviteListWords");
    auto *end = new QVBoxLayout;
    end->setSpacing(theme.px(8));
    end->addWidget(new TextLabel(theme, Type::BodyStrong, primary, tr("Links that nobody has used yet"), panel()));
    end->addWidget(m_listWords);
    end->addWidget(scroll, 1);

    auto *layout = new QHBoxLayout(panel());
    layout->setContentsMargins(theme.px(24), theme.px(20), theme.px(24), theme.px(16));
    layout->setSpacing(theme.px(32));
    auto *left = new QWidget(panel());
    left->setLayout(start);
    start->setContentsMargins(0, 0, 0, 0);
    left->setFixedWidth(theme.px(kForm));
    layout->addWidget(left);
    layout->addLayout(end, 1);

    connect(m_role, &QAbstractButton::clicked, this, &InviteSheet::pickRole);
    connect(m_teams, &QAbstractButton::clicked, this, &InviteSheet::pickTeams);
    connect(m_make, &QAbstractButton::clicked, this, &InviteSheet::make);
    connect(m_password, &QLineEdit::returnPressed, this, &InviteSheet::make);
    connect(m_name, &QLineEdit::returnPressed, m_email, qOverload<>(&QWidget::setFocus));
    connect(m_email, &QLineEdit::returnPressed, m_password, qOverload<>(&QWidget::setFocus));
    connect(m_email, &QLineEdit::textEdited, this, [this] { m_emailField->setProblem({}); });
    connect(cancel, &QAbstractButton::clicked, this, &Overlay::dismiss);
    connect(m_another, &QAbstractButton::clicked, this, &InviteSheet::invite);
    connect(m_letIn, &QAbstractButton::clicked, this, [this] {
        m_letIn->setEnabled(false); // until it listens again
        emit networkWanted();
    });
    connect(m_copy, &QAbstractButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_link->text());
        m_copied = true;
        m_copy->setText(tr("Copied"));
        m_copy->updateGeometry();
    });
    connect(m_mail, &QAbstractButton::clicked, this, &InviteSheet::mailLink);
    connect(this, &Overlay::dismissed, this, [this] { // nothing secret stays in hidden fields
        ++m_asked;
        m_password->clear();
        m_link->clear();
        m_made = {};
    });
    connect(&desk, &SetupDesk::agentLeft, this, [this] {
        ++m_asked;
        m_name->clear();
        m_email->clear();
        m_reset.reset();
        m_links.clear();
        listLinks();
        dismiss();
    });
    connect(&desk, &SetupDesk::linkChanged, this, [this] {
        if (!isVisible())
            return;
        showForm();
        readLinks();
    });
}

void InviteSheet::keyPressEvent(QKeyEvent *event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (!enter || !event->modifiers().testFlag(Qt::ControlModifier))
        return Overlay::keyPressEvent(event);
    if (m_make->isVisible() && m_make->isEnabled())
        make();
}

bool InviteSheet::holdsWork() const
{
    if (!m_link->text().isEmpty())
        return !m_copied; // it is shown this once
    return !m_password->text().isEmpty() || (!m_reset && !(m_name->text() + m_email->text()).isEmpty());
}

void InviteSheet::invite()
{
    m_reset.reset();
    m_wanted = {};
    m_name->clear();
    m_email->clear();
    m_capacity->setValue(0);
    m_title->setText(tr("Invite somebody"));
    m_words->setText(tr("You get a link to send them. It works once, within 7 days."));
    open();
    m_name->setFocus(Qt::PopupFocusReason);
}

void InviteSheet::resetPassword(const model::Agent &agent)
{
    m_reset = agent;
    const QString name = shown(agent.name.empty() ? agent.email : agent.name);
    m_name->setText(name);
    m_email->setText(shown(agent.email));
    m_title->setText(tr("New password for %1").arg(name));
    m_words->setText(tr("You get a link to send them, with which they choose a password. It works once, within 24 hours, "
                        "and signs all of their devices out. Until then their old password stays."));
    open();
    m_password->setFocus(Qt::PopupFocusReason);
}

void InviteSheet::open()
{
    ++m_asked;
    m_copied = false;
    m_steps->setCurrentIndex(0);
    m_password->clear();
    m_link->clear();
    m_made = {};
    m_emailField->setProblem({});
    m_passwordField->setProblem({});
    for (FormField *field : {m_nameField, m_roleField, m_teamsField, m_capacityField})
        field->setVisible(!m_reset);
    m_email->setReadOnly(m_reset.has_value());
    say({});
    showForm();
    setAccessibleName(m_title->text());
    if (!isVisible())
        openCentred(QSize(m_theme.px(kWidth), m_theme.px(kHeight)));
    readLinks();
}

void InviteSheet::showForm()
{
    model::Agent wanted;
    wanted.role = m_wanted.role;
    wanted.customRole = m_wanted.customRole;
    m_role->setChoice(roleOf(wanted, setup()));
    const QString teams = teamsOf(m_wanted.teams, setup());
    m_teams->setChoice(teams.isEmpty() ? tr("No team") : teams);
    m_teams->setToolTip(teams);
    const bool isForm = m_steps->currentIndex() == 0;
    const QString why = m_desk.isLinked() ? QString() : tr("Making a link needs the hub, which does not answer now.");
    m_make->setVisible(isForm);
    m_make->setText(tr("Make the link"));
    m_make->setEnabled(why.isEmpty());
    m_make->setToolTip(why);
    const bool says = isForm && !why.isEmpty();
    if (says || m_saysAway)
        say(why);
    m_saysAway = says;
}

void InviteSheet::say(const QString &problem)
{
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
}

/// Why whoever invites cannot make somebody into that; empty if they can.
QString InviteSheet::whyNot(const model::Agent &given) const
{
    model::Agent before = given;
    before.teams.clear();
    const auto why = model::whyNotGiven(m_desk.me(), before, given);
    return why ? notGivenWords(*why) : QString();
}

void InviteSheet::pickRole()
{
    Picker::Question question{.objectName = "rolePicker", .placeholder = tr("Role")};
    const auto add = [&](const QString &id, model::Agent::Role role, std::optional<model::RoleId> custom, bool checked) {
        model::Agent given;
        given.role = role;
        given.customRole = custom;
        given = withRole(given, setup());
        given.teams = m_wanted.teams;
        const QString why = whyNot(given);
        question.choices.append(Choice{.id = id,
                                       .text = roleOf(given, setup()),
                                       .detail = why,
                                       .icon = "shield",
                                       .checked = checked,
                                       .enabled = why.isEmpty()});
    };
    for (const auto role : {model::Agent::Role::Agent, model::Agent::Role::Lead, model::Agent::Role::Admin})
        add(QString::number(int(role)), role, {}, !m_wanted.customRole && m_wanted.role == role);
    for (const model::Role &role : setup().roles)
        add(shown(role.id.text()), model::Agent::Role::Agent, role.id, m_wanted.customRole == role.id);
    question.apply = [this](const Choice &choice) {
        m_wanted.customRole = model::RoleId::fromText(choice.id.toStdString());
        // Below a custom role lies the plain one that stays if it is removed: the least.
        m_wanted.role = m_wanted.customRole ? model::Agent::Role::Agent : model::Agent::Role(choice.id.toInt());
        showForm();
    };
    m_picker.ask(placeOf(m_role), std::move(question));
}

void InviteSheet::pickTeams()
{
    Picker::Question question{.objectName = "teamsPicker", .placeholder = tr("Teams, each on or off")};
    for (const model::Team &team : setup().teams) {
        model::Agent given;
        given.role = m_wanted.role;
        given.customRole = m_wanted.customRole;
        given = withRole(given, setup());
        given.teams = {team.id};
        const QString why = whyNot(given);
        const bool isIn = std::ranges::count(m_wanted.teams, team.id) > 0;
        question.choices.append(Choice{.id = shown(team.id.text()),
                                       .text = shown(team.name),
                                       .detail = why,
                                       .icon = "people",
                                       .checked = isIn,
                                       .enabled = isIn || why.isEmpty()});
    }
    question.choices.append(Choice{.id = "done", .text = tr("Done"), .icon = "check"});
    question.apply = [this](const Choice &choice) {
        const auto team = model::TeamId::fromText(choice.id.toStdString());
        if (!team)
            return;
        if (std::erase(m_wanted.teams, *team) == 0)
            m_wanted.teams.push_back(*team);
        std::ranges::sort(m_wanted.teams);
        showForm();
        pickTeams(); // several are chosen one after the other; Esc or Done ends it
    };
    m_picker.ask(placeOf(m_teams), std::move(question));
}

void InviteSheet::make()
{
    if (m_steps->currentIndex() != 0 || !m_make->isEnabled())
        return;
    const QString email = m_email->text().trimmed();
    m_emailField->setProblem(isEmail(email) ? QString() : tr("Write an e-mail address, such as ada@shop.example."));
    m_passwordField->setProblem(m_password->text().isEmpty()
                                    ? tr("Type the password that you sign in with. Who finds your desk cannot.")
                                    : QString());
    if (m_emailField->hasProblem())
        return m_email->setFocus(Qt::OtherFocusReason);
    if (m_passwordField->hasProblem())
        return m_password->setFocus(Qt::OtherFocusReason);
    m_wanted.email = email.toStdString();
    m_wanted.name = m_name->text().trimmed().toStdString();
    m_wanted.capacity = m_capacity->value();
    say({});
    m_make->setEnabled(false);
    m_make->setText(tr("Asking the hub"));
    m_make->updateGeometry();
    const std::string password = m_password->text().toStdString();
    const client::HubAccess &access = m_desk.access();
    const auto asked = m_reset ? access.resetPassword(password, m_wanted.email) : access.invite(password, m_wanted);
    whenDone(asked, this, [this, opening = m_asked](const Result<client::HubAccess::Link> &made) {
        if (opening == m_asked)
            showMade(made);
        emit linksChanged();
    });
}

/// The mail program gets all of it: to whom, about what, and a text with the link (RFC 6068).
void InviteSheet::mailLink()
{
    const QString name = m_name->text().trimmed();
    const QString greeting = name.isEmpty() ? tr("Hello,") : tr("Hello %1,").arg(name);
    const QString subject = m_reset ? tr("Your new password for Tributary") : tr("Join us in Tributary");
    //: %1: "Hello Ada,", %2: a time, %3: the link, %4: who writes.
    const QString words = m_reset
                              ? tr("%1\n\nWith this link you choose your new password. It works once, until %2. Paste it "
                                   "where Tributary asks you to sign in.\n\n%3\n\n%4")
                              //: %1: "Hello Ada,", %2: a time, %3: the link, %4: who writes.
                              : tr("%1\n\nWith this link you join us in Tributary. It works once, until %2. Paste it "
                                   "where Tributary asks for a hub.\n\n%3\n\n%4");
    QString text = words.arg(greeting, m_until, m_link->text(), shown(m_desk.me().name));
    text.replace(u'\n', QStringLiteral("\r\n"));
    const QByteArray mail = "mailto:" + QUrl::toPercentEncoding(m_email->text().trimmed(), "@")
                            + "?subject=" + QUrl::toPercentEncoding(subject) + "&body=" + QUrl::toPercentEncoding(text);
    const bool isOpened = QDesktopServices::openUrl(QUrl::fromEncoded(mail, QUrl::StrictMode));
    m_copied = m_copied || isOpened;
    say(isOpened ? QString() : tr("No program on this computer writes mails. Copy the link, and send it yourself."));
}

void InviteSheet::showMade(const Result<client::HubAccess::Link> &made)
{
    if (!made) {
        showForm();
        say(problemWords(made.error()));
        if (made.error().kind == Error::Kind::Denied) {
            m_password->selectAll();
            m_password->setFocus(Qt::OtherFocusReason);
        }
        return;
    }
    const TimeFormat format;
    const QString until = m_until = format.locale().toString(format.local(made->expires), QLocale::ShortFormat);
    const QString whom = m_email->text().trimmed();
    m_madeWords->setText(
        m_reset ? tr("Send this link to %1. Whoever has it chooses their new password, once, until %2.").arg(whom, until)
                : tr("Send this link to %1. Whoever has it joins as them, once, until %2.").arg(whom, until));
    m_made = made->link;
    showLink();
    m_another->setVisible(!m_reset);
    m_password->clear();
    m_steps->setCurrentIndex(1);
    showForm();
    m_copy->setFocus(Qt::OtherFocusReason);
    readLinks();
}

void InviteSheet::showLink()
{
    m_link->setText(m_made.text());
    m_link->setCursorPosition(0);
    const QString print = shown(m_made.fingerprint);
    m_print->setFingerprint(print);
    m_print->setVisible(!print.isEmpty());
    m_printTitle->setVisible(!print.isEmpty());
    m_copied = false;
    m_copy->setText(tr("Copy"));
    const bool isHere = client::isThisComputer(m_made.hub.host()), runsHub = m_runsHub && m_runsHub();
    m_reach->setText(
        !isHere   ? tr("They reach the hub at %1.").arg(m_made.hub.toString())
        : runsHub ? tr("This link works on this computer alone, because the hub does not let the network in.")
                  : tr("This link works on this computer alone. Whoever runs the hub lets others in with --listen and "
                       "--address (tributary-hub serve --help); then make a new link."));
    m_reach->update();
    m_letIn->setVisible(isHere && runsHub);
    m_letIn->setEnabled(true);
}

void InviteSheet::showReach(const QUrl &forOthers, const std::string &fingerprint)
{
    if (m_made.secret.empty())
        return;
    if (!forOthers.isEmpty()) {
        m_made.hub = forOthers;
        m_made.fingerprint = fingerprint;
    }
    showLink();
    if (forOthers.isEmpty())
        m_reach->setText(tr("This computer is on no network now, so the link works on this computer alone. Try again when "
                            "it is on one."));
    m_copy->setFocus(Qt::OtherFocusReason);
}

void InviteSheet::showReachProblem(const QString &words)
{
    if (m_made.secret.empty())
        return;
    showLink();
    m_reach->setText(words);
}

QString InviteSheet::problemWords(const Error &error) const
{
    switch (error.kind) {
    case Error::Kind::Denied:
        return error.detail.starts_with("locked ") ? tr("Too many tries. Wait a few minutes, then try again.")
                                                   : tr("Your password is wrong. Type the one that you sign in with.");
    case Error::Kind::Rejected:
        return m_reset ? tr("They may do or see more than you do yourself. An admin can make this link.")
                       : tr("This would let them do or see more than you do yourself. Choose another role.");
    case Error::Kind::Conflict: return tr("Somebody with this e-mail address is there already.");
    case Error::Kind::NotFound: return tr("Nobody active has this e-mail address any more.");
    case Error::Kind::Invalid:
        return tr("The address, the role or a team will not do: one of them may be gone. Choose again.");
    default: return tr("The hub cannot be reached. Try again when it answers.");
    }
}

void InviteSheet::readLinks()
{
    m_listWords->setText(m_desk.isLinked() ? tr("Asking the hub") : tr("The list comes when the hub answers."));
    m_listWords->setVisible(m_links.empty() || !m_desk.isLinked());
    if (!m_desk.isLinked())
        return;
    whenDone(m_desk.access().people(), this, [this, opening = m_asked](const Result<client::HubAccess::People> &people) {
        if (opening == m_asked)
            showLinks(people);
    });
}

void InviteSheet::showLinks(const Result<client::HubAccess::People> &people)
{
    if (people) {
        m_links = people->links;
        m_listWords->setText(tr("None. Every link was used, withdrawn, or is over."));
    } else {
        m_listWords->setText(tr("The list comes when the hub answers."));
    }
    m_listWords->setVisible(!people || m_links.empty());
    listLinks();
}

void InviteSheet::listLinks()
{
    const FocusPlace focus = clearRows(*m_list);
    const TimeFormat format;
    for (const client::HubAccess::OpenLink &link : m_links) {
        auto *row = new QWidget(m_list);
        row->setObjectName("openLink");
        auto *parts = new QHBoxLayout(row);
        parts->setContentsMargins(0, m_theme.px(4), m_theme.px(8), m_theme.px(4));
        parts->setSpacing(m_theme.px(8));
        model::Agent as;
        as.role = link.role;
        as.customRole = link.customRole;
        const auto maker =
            std::ranges::find_if(setup().agents, [&link](const model::Agent &agent) { return link.by == agent.id; });
        const QString by = maker == setup().agents.end() ? tr("the command line") : shown(maker->name);
        const QString until = format.locale().toString(format.local(link.expires), QLocale::ShortFormat);
        auto *words = new QVBoxLayout;
        words->setSpacing(0);
        words->addWidget(new TextLabel(
            m_theme, Type::BodyStrong, [](const Colors &c) { return c.text.primary; }, shown(link.email), row));
        words->addWidget(new TextLabel(
            m_theme, Type::Meta, [](const Colors &c) { return c.text.secondary; },
            link.isReset ? tr("New password, by %1").arg(by)
                         //: a role, and who has invited
                         : tr("%1, invited by %2").arg(roleOf(as, setup()), by),
            row));
        words->addWidget(new TextLabel(
            m_theme, Type::Meta, [](const Colors &c) { return c.text.tertiary; }, tr("Until %1").arg(until), row));
        parts->addLayout(words, 1);
        auto *withdraw = new Button(m_theme, Button::Look::Normal, tr("Withdraw"), row);
        withdraw->setAccessibleName(tr("Withdraw the link for %1").arg(shown(link.email)));
        parts->addWidget(withdraw);
        connect(withdraw, &QAbstractButton::clicked, this, [this, id = link.id] {
            whenDone(m_desk.access().withdraw(id), this, [this](const Result<void> &done) {
                if (!done && done.error().kind == Error::Kind::Rejected)
                    say(tr("This link gives more than you may do yourself. An admin can withdraw it."));
                else if (!done && done.error().kind != Error::Kind::NotFound)
                    say(problemWords(done.error()));
                readLinks();
                emit linksChanged();
            });
        });
        m_rows->addWidget(row);
        row->show(); // at once, or it could not have the focus yet
    }
    m_rows->addStretch(1);
    giveFocus(*m_list, focus);
}

} // namespace tributary::ui
