#include "ui/admin/teams_page.h"

#include "core/model/rebased.h"
#include "core/model/rights.h"
#include "ui/admin/permission_words.h"
#include "ui/admin/setup_edits.h"
#include "ui/admin/setup_rows.h"
#include "ui/admin/team_members.h"
#include "ui/shell/picker.h"
#include "ui/shell/toasts.h"

#include <QLineEdit>

namespace tributary::ui {
namespace {

constexpr std::int64_t kReturns[]{0, 15, 30, 60, 240, 1440};

QString shown(const std::string &text)
{
    return QString::fromStdString(text);
}

std::vector<model::TeamId> teamsOf(const QList<RawId> &ids)
{
    std::vector<model::TeamId> teams;
    for (const RawId &id : ids)
        teams.emplace_back(id);
    return teams;
}

QString routingHelp(model::Team::Routing routing)
{
    switch (routing) {
    case model::Team::Routing::ByHand: return TeamsPage::tr("New work waits in the queue until somebody takes it.");
    case model::Team::Routing::RoundRobin:
        return TeamsPage::tr("New work goes to each in turn who is at work and has room.");
    case model::Team::Routing::LeastLoad: return TeamsPage::tr("New work goes to who has the least in hand.");
    }
    return {};
}

} // namespace

TeamsPage::TeamsPage(const AdminTools &tools, QWidget *parent)
    : SetupPage(tools, tr("Teams"), model::Permission::ManageTeams, parent)
    , m_table(new RecordTable(tools.theme, tr("Teams"), teamColumns(), this))
    , m_name(new QLineEdit)
    , m_routing(new Segment(tools.theme))
    , m_return(new ChoiceButton(tools.theme, tr("Goes back to the queue after")))
    , m_members(new TeamMembers(tools))
{
    setObjectName("teamsPage");
    m_table->setObjectName("teamsTable");
    setTable(m_table);
    setMainButton(tr("Add team"), "plus");
    m_name->setObjectName("teamName");
    m_routing->setObjectName("teamRouting");
    m_routing->setTall(true);
    for (int routing = 0; routing <= int(model::Team::Routing::LeastLoad); ++routing)
        m_routing->addChoice(routingWords(model::Team::Routing(routing)));
    m_return->setObjectName("teamReturn");
    m_nameField = new FormField(tools.theme, tr("Name"), m_name);
    m_routingField = new FormField(tools.theme, tr("Work is given out"), m_routing);
    m_returnField = new FormField(tools.theme, tr("Goes back to the queue after"), m_return);
    m_returnField->setHelp(tr("When its owner has been gone for so long."));
    auto *membersField = new FormField(tools.theme, tr("People"), m_members);
    membersField->setHelp(tr("With how many open conversations each is given at most. Changed at once, without Save."));
    for (FormField *field : {m_nameField, m_routingField, m_returnField, membersField})
        pane().addField(field);
    pane().dangerButton()->setText(tr("Remove"));
    pane().dangerButton()->show();

    connect(m_table, &RecordTable::opened, this, [this](const RawId &id) { open(model::TeamId(id)); });
    connect(m_table, &RecordTable::renamed, this, [this](const RawId &id, const QString &name) {
        const auto team = std::ranges::find(setup().teams, model::TeamId(id), &model::Team::id);
        if (team == setup().teams.end())
            return;
        if (const QString why = whyNotName(name, team->id); !why.isEmpty()) {
            open(team->id);
            m_name->setText(name);
            m_nameField->setProblem(why);
            m_name->setFocus(Qt::OtherFocusReason);
            return;
        }
        model::Team renamed = *team;
        renamed.name = name.toStdString();
        m_tools.desk.submit(model::SaveTeam{renamed});
    });
    connect(m_table, &RecordTable::removeWanted, this, [this](const QList<RawId> &ids) {
        const std::vector<model::TeamId> teams = teamsOf(ids);
        if (const QString why = whyStays(teams); why.isEmpty())
            pickHeir(teams, placeOfCurrent());
        else
            m_tools.toasts.add(why, {}, {}, {}, 4000);
    });
    connect(m_table, &RecordTable::menuWanted, this,
            [this](const QList<RawId> &ids, const QRect &place) { showMenu(teamsOf(ids), place); });
    connect(m_name, &QLineEdit::textChanged, this, &TeamsPage::formChanged);
    connect(m_routing, &Segment::chosen, this, &TeamsPage::formChanged);
    connect(m_return, &QAbstractButton::clicked, this, &TeamsPage::pickReturn);
    connect(pane().dangerButton(), &QAbstractButton::clicked, this, [this] {
        if (m_opened)
            pickHeir({*m_opened}, placeOf(pane().dangerButton()));
    });
}

std::optional<RawId> TeamsPage::openedId() const
{
    return m_opened ? std::optional(m_opened->bytes) : std::nullopt;
}

const model::Team *TeamsPage::opened() const
{
    if (!m_opened)
        return nullptr;
    const auto at = std::ranges::find(setup().teams, *m_opened, &model::Team::id);
    return at == setup().teams.end() ? nullptr : &*at;
}

/// What somebody has changed in the form, on top of what others have made of it since.
model::Team TeamsPage::rebase(const model::Team &draft, const model::Team &base) const
{
    using T = model::Team;
    T now = model::rebased(draft, base, *opened(), &T::name, &T::routing, &T::returnMinutes);
    return now;
}

void TeamsPage::open(model::TeamId team)
{
    if (isBeingWritten(team.bytes))
        return; // it goes on
    if (const model::Team *left = opened(); left && left->id != team && pane().isDirty())
        offerBack(shown(left->name), [this, id = left->id, draft = m_draft, base = m_base] {
            open(id);
            if (opened())
                fillForm(rebase(draft, base));
        });
    m_opened = team;
    m_table->setCurrent(team.bytes);
    m_table->setOpened(team.bytes);
    showPane(true);
    m_nameField->setProblem({});
    reloadForm();
}

void TeamsPage::showAll()
{
    const QList<TableRow> rows = filtered(teamRows(setup()), typed());
    m_table->setRows(rows);
    m_table->setRenaming(whyReadOnly().isEmpty());
    setCount(locale().toString(qint64(setup().teams.size())));
    if (setup().teams.empty())
        empty().setWords(
            tr("No teams yet"),
            tr("A team has its own queue, and sees what is in it. Work is given out by itself within teams alone: make one, "
               "then set under Channel accounts which of them go to it."),
            tr("Add team"));
    else
        empty().setWords(tr("Nothing matches"), tr("No team here begins with what you typed."), {});
    showEmpty(rows.isEmpty());
    if (!opened())
        closeGone(m_base.id.bytes, m_base.version > 0);
    else if (!pane().isDirty())
        reloadForm();
    else if (const model::Team now = rebase(m_draft, m_base); now != m_draft)
        fillForm(now);
    else
        showForm();
}

void TeamsPage::reloadForm()
{
    m_nameField->setProblem({});
    if (const model::Team *team = opened())
        fillForm(*team);
}

void TeamsPage::fillForm(const model::Team &team)
{
    m_draft = team;
    m_base = *opened();
    m_filling = true;
    if (m_name->text() != shown(team.name))
        m_name->setText(shown(team.name));
    m_routing->setCurrent(int(team.routing));
    m_filling = false;
    pane().setDirty(m_draft != *opened());
    showForm();
}

void TeamsPage::showForm()
{
    const model::Team *team = opened();
    if (!team)
        return;
    pane().setTitle(shown(team->name));
    m_routingField->setHelp(tr("%1 %2", "two sentences").arg(routingHelp(m_draft.routing), whatIsGivenOut(*team)));
    m_return->setChoice(minutesWords(m_draft.returnMinutes));
    m_members->showOf(team->id, whyReadOnly());
    const QString why = whyStays({team->id});
    pane().dangerButton()->setEnabled(why.isEmpty());
    pane().dangerButton()->setToolTip(why);
}

/// From where the team has its work: routing is of what lies in a team, and of nothing else.
QString TeamsPage::whatIsGivenOut(const model::Team &team) const
{
    QStringList accounts;
    for (const model::ChannelAccount &account : setup().accounts) {
        if (account.team == team.id)
            accounts.append(shown(account.name));
    }
    if (accounts.isEmpty())
        return tr("So far nothing comes in here: under Channel accounts, set that an account goes to this team.");
    return tr("New here is what comes in on %1, and what is moved to the team.")
        .arg(accounts.join(tr(", ", "between names")));
}

QString TeamsPage::whyStays(const std::vector<model::TeamId> &teams) const
{
    const auto seen = [this](model::TeamId team) { return model::sees(m_tools.desk.me(), std::optional(team)); };
    if (!std::ranges::all_of(teams, seen)) // its conversations would be others' to see, or everybody's
        return tr("Only somebody of that team, or who sees everything, removes it.");
    return whyReadOnly();
}

QStringList TeamsPage::namesOf(const std::vector<model::TeamId> &teams) const
{
    QStringList names;
    for (const model::Team &team : setup().teams) {
        if (std::ranges::count(teams, team.id) > 0)
            names.append(shown(team.name));
    }
    return names;
}

void TeamsPage::showMenu(const std::vector<model::TeamId> &teams, const QRect &place)
{
    const QStringList names = namesOf(teams);
    if (names.isEmpty())
        return;
    Picker::Question question{.objectName = "teamMenu", .placeholder = aboutWords(names)};
    const bool one = names.size() == 1;
    if (one) {
        question.choices.append(Choice{.id = "details", .text = tr("Details"), .icon = "people", .key = tr("Enter")});
        question.choices.append(Choice{.id = "rename",
                                       .text = tr("Rename"),
                                       .detail = whyReadOnly(),
                                       .icon = "pencil",
                                       .key = "F2",
                                       .enabled = whyReadOnly().isEmpty()});
    }
    Choice remove = removeChoice(names);
    remove.detail = whyStays(teams);
    remove.enabled = remove.detail.isEmpty();
    remove.key = remove.enabled ? tr("Del") : QString();
    question.choices.append(remove);
    question.apply = [this, teams, place](const Choice &choice) {
        if (choice.id == u"details")
            open(teams.front());
        else if (choice.id == u"rename")
            m_table->renameCurrent();
        else
            pickHeir(teams, place);
    };
    popUp(place, std::move(question));
}

void TeamsPage::formChanged()
{
    if (m_filling || !opened())
        return;
    m_draft.name = m_name->text().trimmed().toStdString();
    m_draft.routing = model::Team::Routing(m_routing->current());
    m_draft.version = opened()->version;
    m_nameField->setProblem({});
    pane().setProblem({});
    pane().setDirty(m_draft != *opened());
    showForm();
}

void TeamsPage::pickReturn()
{
    Picker::Question question{.objectName = "returnPicker", .placeholder = tr("Goes back to the queue after")};
    for (const std::int64_t minutes : kReturns)
        question.choices.append(Choice{.id = QString::number(minutes),
                                       .text = minutesWords(minutes),
                                       .icon = "clock",
                                       .checked = minutes == m_draft.returnMinutes});
    question.apply = [this](const Choice &choice) {
        m_draft.returnMinutes = choice.id.toLongLong();
        formChanged();
    };
    m_tools.picker.ask(placeOf(m_return), std::move(question));
}

/// One question for all of @p teams: none of them inherits.
void TeamsPage::pickHeir(const std::vector<model::TeamId> &teams, const QRect &place)
{
    const QStringList names = namesOf(teams);
    if (names.isEmpty() || !whyStays(teams).isEmpty())
        return;
    const int count = int(names.size());
    Picker::Question question{.objectName = "heirPicker",
                              .placeholder = count == 1 ? tr("Who gets its conversations?")
                                                        : tr("Who gets the conversations of %n teams?", nullptr, count),
                              .width = 320};
    question.choices.append(Choice{.id = "nobody", .text = tr("Remove, nobody in particular gets them"), .icon = "inbox"});
    for (const model::Team &other : setup().teams) {
        if (std::ranges::count(teams, other.id) == 0)
            question.choices.append(Choice{
                .id = shown(other.id.text()), .text = tr("Remove, %1 gets them").arg(shown(other.name)), .icon = "people"});
    }
    question.apply = [this, teams](const Choice &choice) {
        for (const model::TeamId id : teams)
            m_tools.desk.submit(model::RemoveTeam{id, model::TeamId::fromText(choice.id.toStdString())});
    };
    m_tools.picker.ask(place, std::move(question));
}

void TeamsPage::mainClicked()
{
    QString name = tr("New team");
    for (int i = 2; !whyNotName(name, {}).isEmpty(); ++i)
        name = tr("New team %1").arg(i);
    const model::Team team{.id = m_tools.desk.makeId<model::TeamId>(), .name = name.toStdString()};
    m_tools.desk.submit(model::SaveTeam{team});
    open(team.id);
    pane().focusFirst();
}

QString TeamsPage::whyNotName(const QString &name, model::TeamId but) const
{
    QStringList others;
    for (const model::Team &team : setup().teams) {
        if (team.id != but)
            others.append(shown(team.name));
    }
    return nameProblem(name, others);
}

bool TeamsPage::saveForm()
{
    m_nameField->setProblem(whyNotName(shown(m_draft.name), m_draft.id));
    if (m_nameField->hasProblem()) {
        m_name->setFocus(Qt::OtherFocusReason);
        return false;
    }
    pane().setDirty(false);
    m_sent = m_base;
    m_tools.desk.submit(model::SaveTeam{m_draft});
    return true;
}

bool TeamsPage::refused(const model::CommandBody &body)
{
    const bool isMine = m_opened && subjectOf(body) == m_opened->bytes;
    if (const auto *save = std::get_if<model::SaveTeam>(&body); save && isMine && opened())
        fillForm(m_sent.id == save->team.id ? rebase(save->team, m_sent) : save->team); // with what others did
    return isMine;
}

void TeamsPage::formClosed()
{
    m_opened.reset();
    m_table->setOpened({});
}

} // namespace tributary::ui
