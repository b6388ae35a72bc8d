#include "ui/admin/people_page.h"

#include "core/model/permissions.h"
#include "core/model/rebased.h"
#include "ui/admin/device_list.h"
#include "ui/admin/permission_words.h"
#include "ui/admin/setup_edits.h"
#include "ui/admin/setup_rows.h"
#include "ui/shell/number_box.h"
#include "ui/shell/picker.h"
#include "ui/shell/toasts.h"
#include "ui/shell/when_done.h"

#include <QMetaMethod>
#include <QSpinBox>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {

constexpr int kMostCapacity = 100'000; ///< As much as the hub takes.
constexpr int kSeenMs = 60'000;        ///< While the page is looked at.

QString shown(const std::string &text)
{
    return QString::fromStdString(text);
}

QString nameOf(const model::Agent &agent)
{
    return shown(agent.name.empty() ? agent.email : agent.name);
}

std::vector<model::AgentId> agentsOf(const QList<RawId> &ids)
{
    std::vector<model::AgentId> agents;
    for (const RawId &id : ids)
        agents.emplace_back(id);
    return agents;
}

} // namespace

PeoplePage::PeoplePage(const AdminTools &tools, QWidget *parent)
    : SetupPage(tools, tr("People"), model::Permission::ManageAgents, parent)
    , m_table(new RecordTable(tools.theme, tr("People"), peopleColumns(), this))
    , m_role(new ChoiceButton(tools.theme, tr("Role")))
    , m_teams(new ChoiceButton(tools.theme, tr("Teams")))
    , m_capacity(new NumberBox)
    , m_languages(new ChoiceButton(tools.theme, tr("Languages")))
{
    setObjectName("peoplePage");
    m_table->setObjectName("peopleTable");
    setTable(m_table);
    setMainButton(tr("Invite"), "plus");
    mainButton().hide();
    empty().setWords(tr("Nobody matches"), tr("No name, role or team here begins with what you typed."), {});

    m_role->setObjectName("personRole");
    m_teams->setObjectName("personTeams");
    m_capacity->setObjectName("personCapacity");
    m_capacity->setRange(0, kMostCapacity);
    m_capacity->setSpecialValueText(tr("Any number"));
    m_languages->setObjectName("personLanguages");
    m_roleField = new FormField(tools.theme, tr("Role"), m_role);
    m_teamsField = new FormField(tools.theme, tr("Teams"), m_teams);
    m_capacityField = new FormField(tools.theme, tr("Open conversations at most"), m_capacity);
    m_capacityField->setHelp(tr("Beyond this nothing more is given out to them. They can still take work themselves."));
    m_languagesField = new FormField(tools.theme, tr("Languages"), m_languages);
    for (FormField *field : {m_roleField, m_teamsField, m_capacityField, m_languagesField})
        pane().addField(field);
    m_newPassword = new Button(tools.theme, Button::Look::Normal, tr("New password link"));
    m_newPassword->setObjectName("newPassword");
    m_newPassword->setIconName("link");
    pane().body()->insertWidget(pane().body()->count() - 1, m_newPassword, 0, Qt::AlignLeading); // before the stretch
    m_endFactor = new Button(tools.theme, Button::Look::Normal, tr("Take the second factor away"));
    m_endFactor->setObjectName("endFactor");
    pane().body()->insertWidget(pane().body()->count() - 1, m_endFactor, 0, Qt::AlignLeading);
    connect(m_endFactor, &QAbstractButton::clicked, this, &PeoplePage::askEndFactor);
    m_devices = new DeviceList(tools.theme, tools.desk);
    auto *devices = new FormField(tools.theme, tr("Signed in on"), m_devices);
    devices->setHelp(
        tr("A device that is signed out loses its copy within seconds. Work that it had not sent yet is kept there."));
    pane().addField(devices);
    connect(m_devices, &DeviceList::signedOut, this,
            [this](const QString &device) { m_tools.toasts.add(tr("Signed out %1").arg(device), {}, {}, {}, 4000); });
    m_seenTimer.setInterval(kSeenMs);
    connect(&m_seenTimer, &QTimer::timeout, this, &PeoplePage::readSeen);
    connect(&tools.desk, &SetupDesk::linkChanged, this, &PeoplePage::readSeen);
    connect(m_newPassword, &QAbstractButton::clicked, this, [this] {
        if (m_opened)
            emit newPasswordWanted(*m_opened);
    });
    connect(m_table, &RecordTable::menuWanted, this,
            [this](const QList<RawId> &ids, const QRect &place) { showMenu(agentsOf(ids), place); });
    connect(m_table, &RecordTable::removeWanted, this, [this](const QList<RawId> &ids) {
        const std::vector<model::AgentId> agents = agentsOf(ids);
        if (const QString why = whyStays(agents, false); why.isEmpty())
            pickSuccessor(agents, placeOfCurrent());
        else
            m_tools.toasts.add(why, {}, {}, {}, 4000);
    });

    connect(m_table, &RecordTable::opened, this, [this](const RawId &id) { open(model::AgentId(id)); });
    connect(m_role, &QAbstractButton::clicked, this, &PeoplePage::pickRole);
    connect(m_teams, &QAbstractButton::clicked, this, &PeoplePage::pickTeams);
    connect(m_capacity, &QSpinBox::valueChanged, this, &PeoplePage::formChanged);
    connect(m_languages, &QAbstractButton::clicked, this, &PeoplePage::pickLanguages);
    connect(pane().dangerButton(), &QAbstractButton::clicked, this, [this] {
        if (const model::Agent *agent = opened(); agent && agent->active)
            pickSuccessor({agent->id}, placeOf(pane().dangerButton()));
        else if (agent)
            setActive({agent->id}, true, {});
    });
}

void PeoplePage::connectNotify(const QMetaMethod &signal)
{
    if (signal == QMetaMethod::fromSignal(&PeoplePage::inviteWanted)) {
        mainButton().show();
    }
    SetupPage::connectNotify(signal);
}

model::SetAgent PeoplePage::settingsOf(const model::Agent &agent)
{
    return {.agent = agent.id,
            .role = agent.role,
            .customRole = agent.customRole,
            .teams = agent.teams,
            .capacity = agent.capacity,
            .languages = agent.languages};
}

const model::Agent *PeoplePage::opened() const
{
    return m_opened ? agent(*m_opened) : nullptr;
}

const model::Agent *PeoplePage::agent(model::AgentId id) const
{
    const auto at = std::ranges::find(setup().agents, id, &model::Agent::id);
    return at == setup().agents.end() ? nullptr : &*at;
}

std::optional<RawId> PeoplePage::openedId() const
{
    return m_opened ? std::optional(m_opened->bytes) : std::nullopt;
}

/// What somebody has changed in the form, on top of what others have made of it since.
model::SetAgent PeoplePage::rebase(const model::SetAgent &draft, const model::SetAgent &base) const
{
    using Set = model::SetAgent;
    Set now = settingsOf(*opened());
    if (draft.role != base.role || draft.customRole != base.customRole) { // one choice
        now.role = draft.role;
        now.customRole = draft.customRole;
    }
    now = model::rebased(draft, base, now, &Set::teams, &Set::capacity, &Set::languages);
    std::ranges::sort(now.teams);
    return now;
}

void PeoplePage::open(model::AgentId agent)
{
    if (isBeingWritten(agent.bytes))
        return; // it goes on
    if (const model::Agent *left = opened(); left && left->id != agent && pane().isDirty())
        offerBack(nameOf(*left), [this, id = left->id, draft = m_draft, base = m_base] {
            open(id);
            if (opened())
                fillForm(rebase(draft, base));
        });
    m_devices->forget(); // asked anew each time somebody is opened
    m_opened = agent;
    m_table->setCurrent(agent.bytes);
    m_table->setOpened(agent.bytes);
    showPane(true);
    reloadForm();
}

void PeoplePage::showAll()
{
    const QList<TableRow> rows = filtered(peopleRows(setup(), m_tools.desk.me().id, m_seen, SystemClock().now()), typed());
    m_table->setRows(rows);
    setCount(locale().toString(qint64(std::ranges::count(setup().agents, true, &model::Agent::active))));
    showEmpty(rows.isEmpty());
    if (!opened())
        closeGone(m_base.agent.bytes);
    else if (!pane().isDirty())
        reloadForm();
    else if (const model::SetAgent now = rebase(m_draft, m_base); now != m_draft)
        fillForm(now);
    else
        showForm();
}

void PeoplePage::reloadForm()
{
    if (const model::Agent *agent = opened())
        fillForm(settingsOf(*agent));
}

void PeoplePage::fillForm(const model::SetAgent &settings)
{
    m_draft = settings;
    m_base = settingsOf(*opened());
    m_filling = true;
    m_capacity->setValue(int(std::min<std::int64_t>(settings.capacity, kMostCapacity)));
    m_filling = false;
    pane().setDirty(m_draft != settingsOf(*opened()));
    showForm();
}

void PeoplePage::formClosed()
{
    m_opened.reset();
    m_table->setOpened({});
}

void PeoplePage::showForm()
{
    const model::Agent *agent = opened();
    if (!agent)
        return;
    const QString name = nameOf(*agent);
    pane().setTitle(name);
    pane().setPerson(name, agent->id.bytes);
    model::Agent wanted = *agent;
    wanted.role = m_draft.role;
    wanted.customRole = m_draft.customRole;
    m_role->setChoice(roleOf(wanted, setup()));
    const QString teams = teamsOf(m_draft.teams, setup());
    m_teams->setChoice(teams.isEmpty() ? tr("No team") : teams);
    m_teams->setToolTip(teams);
    const QString why = whyNot(*agent, settingsOf(*agent));
    m_role->setEnabled(why.isEmpty());
    m_roleField->setHelp(why);
    const QString languages = languagesOf(m_draft.languages);
    m_languages->setChoice(languages.isEmpty() ? tr("None said") : languages);
    m_languages->setToolTip(languages);

    const QString whyNot = whyNotPassword(*agent);
    m_newPassword->setEnabled(whyNot.isEmpty());
    m_newPassword->setToolTip(whyNot);
    m_endFactor->setVisible(m_seen && m_seen->secondFactors.contains(agent->id));
    const bool isOwn = agent->id == m_tools.desk.me().id;
    m_endFactor->setEnabled(!isOwn && why.isEmpty() && whyReadOnly().isEmpty());
    m_endFactor->setToolTip(isOwn            ? tr("Your own is in the settings, under Security.")
                            : !why.isEmpty() ? why
                            : !whyReadOnly().isEmpty()
                                ? whyReadOnly()
                                : tr("For somebody who has lost their telephone and the recovery codes"));
    m_devices->showOf(agent->id, name);
    m_devices->setReadOnly(!whyReadOnly().isEmpty() ? whyReadOnly() : why);
    Button *danger = pane().dangerButton();
    danger->show();
    danger->setText(agent->active ? tr("Deactivate") : tr("Activate"));
    const QString whyStaysSo = whyStays({agent->id}, !agent->active);
    danger->setEnabled(whyStaysSo.isEmpty());
    danger->setToolTip(whyStaysSo);
}

void PeoplePage::showEvent(QShowEvent *event)
{
    SetupPage::showEvent(event);
    readSeen();
    m_seenTimer.start();
}

void PeoplePage::readSeen()
{
    if (!isVisible())
        return m_seenTimer.stop();
    if (!m_tools.desk.isLinked() || !m_tools.desk.may(needed()))
        return;
    whenDone(m_tools.desk.access().people(), this, [this](const Result<client::HubAccess::People> &people) {
        if (people) // else what was known stands
            showSeen(*people);
    });
}

void PeoplePage::showSeen(const client::HubAccess::People &people)
{
    m_seen = people;
    refresh();
}

QString PeoplePage::whyNotPassword(const model::Agent &agent) const
{
    const QString why = whyReadOnly();
    if (!why.isEmpty())
        return why;
    if (!agent.active)
        return tr("They are deactivated. Activate them first.");
    if (whyNotLetIn(agent)) // whoever chooses another's password has what that other has
        return tr("They may do or see more than you do yourself. An admin can make this link.");
    return {};
}

/// Whether who looks shows @p agent more than they see themselves, by letting them in.
std::optional<model::NotGiven> PeoplePage::whyNotLetIn(const model::Agent &agent) const
{
    model::Agent before = agent;
    before.teams.clear();
    return model::whyNotGiven(m_tools.desk.me(), before, agent);
}

QString PeoplePage::whyNot(const model::Agent &agent, const model::SetAgent &settings) const
{
    const model::Agent &me = m_tools.desk.me();
    if (model::whyNotGiven(me, agent, agent))
        return tr("They may do or see more than you do yourself. An admin can change their role.");
    model::Agent wanted = agent;
    wanted.role = settings.role;
    wanted.customRole = settings.customRole;
    wanted.teams = settings.teams;
    const auto why = model::whyNotGiven(me, agent, withRole(wanted, setup()));
    return why ? notGivenWords(*why) : QString();
}

void PeoplePage::formChanged()
{
    if (m_filling)
        return;
    const model::Agent *agent = opened();
    if (!agent)
        return;
    m_draft.capacity = m_capacity->value();
    pane().setProblem({});
    pane().setDirty(m_draft != settingsOf(*agent));
    showForm();
}

void PeoplePage::pickRole()
{
    Picker::Question question{.objectName = "rolePicker", .placeholder = tr("Role")};
    const auto with = [this](model::Agent::Role role, std::optional<model::RoleId> custom) {
        model::SetAgent settings = m_draft;
        settings.role = role;
        settings.customRole = custom;
        return settings;
    };
    const model::Agent *agent = opened();
    if (!agent)
        return;
    const auto add = [&](const QString &id, const QString &name, const model::SetAgent &settings) {
        const QString why = whyNot(*agent, settings);
        question.choices.append(Choice{.id = id,
                                       .text = name,
                                       .detail = why,
                                       .icon = "shield",
                                       .checked = settings == m_draft,
                                       .enabled = why.isEmpty()});
    };
    for (const auto role : {model::Agent::Role::Agent, model::Agent::Role::Lead, model::Agent::Role::Admin})
        add(QString::number(int(role)), roleWords(role), with(role, {}));
    for (const model::Role &role : setup().roles) // below it lies the plain one that stays if it is removed
        add(shown(role.id.text()), shown(role.name),
            with(m_draft.customRole == role.id ? m_draft.role : model::Agent::Role::Agent, role.id));
    question.apply = [this, with](const Choice &choice) {
        const auto custom = model::RoleId::fromText(choice.id.toStdString());
        if (!custom)
            m_draft = with(model::Agent::Role(choice.id.toInt()), {});
        else if (m_draft.customRole != custom)
            m_draft = with(model::Agent::Role::Agent, custom); // the least
        formChanged();
    };
    m_tools.picker.ask(placeOf(m_role), std::move(question));
}

/// Asked once more: it signs them out everywhere, and leaves the password alone between them and whoever learns it.
void PeoplePage::askEndFactor()
{
    const model::Agent *agent = opened();
    if (!agent)
        return;
    const QString name = nameOf(*agent);
    Picker::Question question{
        .objectName = "endFactorPicker", .placeholder = tr("Take the second factor of %1 away?").arg(name), .width = 320};
    question.choices.append(Choice{.id = "no", .text = tr("Keep it"), .icon = "close"});
    question.choices.append(Choice{.id = "yes", .text = tr("Take it away and sign them out everywhere"), .icon = "check"});
    question.apply = [this, of = agent->id, name](const Choice &choice) {
        if (choice.id != u"yes")
            return;
        whenDone(m_tools.desk.access().endSecondFactorOf(of), this, [this, name](const Result<void> &done) {
            QString words = tr("%1 signs in with the password alone now").arg(name);
            if (!done && done.error().kind == Error::Kind::Rejected)
                words = tr("Not taken away: they may do more than you may yourself. Ask an admin.");
            else if (!done && done.error().kind != Error::Kind::NotFound)
                words = tr("Not taken away: the hub did not answer. Try again when it does.");
            m_tools.toasts.add(words, {}, {}, {}, 6000);
            readSeen();
            m_devices->reload();
        });
    };
    m_tools.picker.ask(placeOf(m_endFactor), std::move(question));
}

void PeoplePage::pickTeams()
{
    const model::Agent *agent = opened();
    if (!agent)
        return;
    Picker::Question question{.objectName = "teamsPicker", .placeholder = tr("Teams, each on or off")};
    for (const model::Team &team : setup().teams) {
        const bool isIn = std::ranges::count(m_draft.teams, team.id) > 0;
        model::SetAgent changed = m_draft;
        if (std::erase(changed.teams, team.id) == 0)
            changed.teams.push_back(team.id);
        const QString why = whyNot(*agent, changed); // the hub would only send it back
        question.choices.append(Choice{.id = shown(team.id.text()),
                                       .text = shown(team.name),
                                       .detail = why,
                                       .icon = "people",
                                       .checked = isIn,
                                       .enabled = why.isEmpty()});
    }
    question.choices.append(Choice{.id = "done", .text = tr("Done"), .icon = "check"});
    question.apply = [this](const Choice &choice) {
        const auto team = model::TeamId::fromText(choice.id.toStdString());
        if (!team)
            return;
        if (std::erase(m_draft.teams, *team) == 0)
            m_draft.teams.push_back(*team);
        std::ranges::sort(m_draft.teams);
        formChanged();
        pickTeams(); // several are chosen one after the other; Esc or Done ends it
    };
    m_tools.picker.ask(placeOf(m_teams), std::move(question));
}

/// By name, those chosen first; a variety that the list does not have is typed by its code (`pt-BR`).
void PeoplePage::pickLanguages()
{
    Picker::Question question{.objectName = "languagesPicker", .placeholder = tr("Languages, each on or off"), .width = 320};
    const auto isChosen = [this](const std::string &tag) { return std::ranges::count(m_draft.languages, tag) > 0; };
    for (const std::string &tag : m_draft.languages)
        question.choices.append(Choice{.id = shown(tag), .text = languageList(tag), .detail = shown(tag), .checked = true});
    question.choices.append(Choice{.id = "-", .text = tr("Done"), .icon = "check"});
    std::map<QString, QString> others; // by their names
    for (const QLocale &locale : QLocale::matchingLocales(QLocale::AnyLanguage, QLocale::AnyScript, QLocale::AnyCountry)) {
        const QString code = QLocale::languageToCode(locale.language());
        if (locale.language() != QLocale::C && !code.isEmpty() && !isChosen(code.toStdString()))
            others.emplace(languageList(code.toStdString()), code);
    }
    for (const auto &[name, code] : others)
        question.choices.append(Choice{.id = code, .text = name, .detail = code});
    question.interpret = [isChosen](const QString &typed) -> std::optional<Choice> {
        const auto tags = languagesFrom(typed);
        if (!tags || tags->size() != 1 || !shown(tags->front()).contains(u'-') || isChosen(tags->front()))
            return {};
        return Choice{
            .id = shown(tags->front()), .text = languageList(tags->front()), .detail = shown(tags->front()), .icon = "plus"};
    };
    question.apply = [this](const Choice &choice) {
        if (choice.id == QLatin1String("-") || choice.id.isEmpty())
            return;
        const std::string tag = choice.id.toStdString();
        if (std::erase(m_draft.languages, tag) == 0)
            m_draft.languages.push_back(tag);
        formChanged();
        pickLanguages(); // several are chosen one after the other; Esc or Done ends it
    };
    m_tools.picker.ask(placeOf(m_languages), std::move(question));
}

bool PeoplePage::saveForm()
{
    pane().setDirty(false);
    m_sent = m_base;
    m_tools.desk.submit(m_draft);
    return true;
}

bool PeoplePage::refused(const model::CommandBody &body)
{
    const bool isMine = m_opened && subjectOf(body) == m_opened->bytes;
    if (const auto *set = std::get_if<model::SetAgent>(&body); set && isMine && opened()) {
        // What was typed is not lost, nor what others have changed meanwhile.
        fillForm(m_sent.agent == set->agent ? rebase(*set, m_sent) : *set);
    }
    return isMine;
}

} // namespace tributary::ui
