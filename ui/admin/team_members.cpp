#include "ui/admin/team_members.h"

#include "core/model/permissions.h"
#include "ui/admin/permission_words.h"
#include "ui/admin/setup_rows.h"
#include "ui/shell/number_box.h"
#include "ui/shell/picker.h"

#include <QHBoxLayout>
#include <QSpinBox>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {

constexpr int kMostCapacity = 100'000; ///< As much as the hub takes.

QString nameOf(const model::Agent &agent)
{
    return QString::fromStdString(agent.name.empty() ? agent.email : agent.name);
}

} // namespace

TeamMembers::TeamMembers(const AdminTools &tools, QWidget *parent)
    : QWidget(parent)
    , m_tools(tools)
    , m_lines(new QVBoxLayout)
    , m_nobody(new TextLabel(
          tools.theme, Type::Body, [](const Colors &c) { return c.text.secondary; }, tr("Nobody yet"), this))
    , m_box(new QWidget(this))
    , m_add(new Button(tools.theme, Button::Look::Normal, tr("Add somebody"), this))
{
    setObjectName("teamMembers");
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(tools.theme.px(8));
    m_lines->setContentsMargins(0, 0, 0, 0);
    m_lines->setSpacing(tools.theme.px(4));
    m_box->setLayout(m_lines);
    layout->addWidget(m_nobody);
    layout->addWidget(m_box);
    layout->addWidget(m_add, 0, Qt::AlignLeading);
    m_add->setObjectName("addMember");
    m_add->setIconName("plus");
    connect(m_add, &QAbstractButton::clicked, this, &TeamMembers::pick);
}

void TeamMembers::showOf(model::TeamId team, const QString &why)
{
    const bool mayPeople = m_tools.desk.may(model::Permission::ManageAgents);
    const QString nobody = !why.isEmpty() ? why
                           : mayPeople    ? QString()
                                          : tr("Your role may not change people. %1")
                                             .arg(whoCanAllow(m_tools.desk.shown().agents, model::Permission::ManageAgents));
    QList<Row> rows;
    for (const model::Agent &agent : m_tools.desk.shown().agents) {
        if (agent.active && std::ranges::count(agent.teams, team) > 0)
            rows.append(
                Row{agent.id, nameOf(agent), agent.capacity, nobody.isEmpty() ? whyNot(agent, agent.teams) : nobody});
    }
    m_add->setEnabled(nobody.isEmpty());
    m_add->setToolTip(nobody);
    m_nobody->setVisible(rows.isEmpty());
    m_box->setVisible(!rows.isEmpty());
    if (m_team == team && rows == m_rows)
        return; // somebody may be typing
    m_team = team;
    m_rows = rows;
    build();
}

void TeamMembers::build()
{
    QString focused;
    std::optional<int> typed; // a number that is not finished yet
    bool addFocused = false;
    if (QWidget *with = focusWidget(); with && with->hasFocus() && isAncestorOf(with)) {
        focused = with->property("agent").toString() + with->objectName();
        addFocused = with != m_add;
        if (const auto *box = qobject_cast<QSpinBox *>(with); box && box->value() != box->property("known").toInt())
            typed = box->value();
    }
    while (QLayoutItem *item = m_lines->takeAt(0)) {
        if (QWidget *row = item->widget()) {
            for (QSpinBox *half : row->findChildren<QSpinBox *>())
                half->blockSignals(true); // hidden it would say that what was being typed is finished
            row->hide();
            row->deleteLater(); // one of its buttons may have been pressed
        }
        delete item;
    }
    for (const Row &row : m_rows)
        addRow(row);
    if (focused.isEmpty())
        return;
    for (QWidget *part : m_box->findChildren<QWidget *>()) {
        if (!part->isVisibleTo(this) || part->property("agent").toString() + part->objectName() != focused)
            continue;
        if (auto *box = qobject_cast<QSpinBox *>(part); box && typed)
            box->setValue(*typed);
        return part->setFocus(Qt::OtherFocusReason);
    }
    if (addFocused) // what had it is gone with its row
        m_add->setFocus(Qt::OtherFocusReason);
}

void TeamMembers::addRow(const Row &row)
{
    const Theme &theme = m_tools.theme;
    const QString id = QString::fromStdString(row.agent.text());
    auto *line = new QWidget(m_box);
    line->setObjectName("memberRow");
    auto *parts = new QHBoxLayout(line);
    parts->setContentsMargins(0, 0, 0, 0);
    parts->setSpacing(theme.px(8));
    auto *face = new AvatarView(theme, 24, line);
    face->setPerson(row.name, row.agent.bytes);
    parts->addWidget(face);
    auto *name = new TextLabel(
        theme, Type::Body, [](const Colors &c) { return c.text.primary; }, row.name, line);
    name->setToolTip(row.name);
    parts->addWidget(name, 1);
    auto *most = new NumberBox(line);
    most->setObjectName("memberCapacity");
    most->setProperty("agent", id);
    most->setRange(0, kMostCapacity);
    most->setSpecialValueText(tr("Any number"));
    most->setValue(int(std::min<std::int64_t>(row.capacity, kMostCapacity)));
    most->setProperty("known", most->value());
    most->setFixedWidth(theme.px(96));
    most->setAccessibleName(tr("Open conversations at most, %1").arg(row.name));
    most->setToolTip(row.why.isEmpty() ? tr("Open conversations at most, in all teams together. 0: any number.") : row.why);
    most->setEnabled(row.why.isEmpty());
    parts->addWidget(most);
    auto *out = new Button(theme, Button::Look::Icon, {}, line);
    out->setObjectName("removeMember");
    out->setProperty("agent", id);
    out->setIconName("close");
    out->setHeightClass(24);
    out->setAccessibleName(tr("Take %1 out of this team").arg(row.name));
    out->setToolTip(row.why.isEmpty() ? tr("Take %1 out of this team").arg(row.name) : row.why);
    out->setEnabled(row.why.isEmpty());
    parts->addWidget(out);
    m_lines->addWidget(line);
    line->show();
    connect(most, &QSpinBox::editingFinished, this, [this, most, agent = row.agent] {
        submit(agent, [value = most->value()](model::SetAgent &set) { set.capacity = value; });
    });
    connect(out, &QAbstractButton::clicked, this, [this, agent = row.agent] {
        submit(agent, [team = m_team](model::SetAgent &set) { std::erase(set.teams, team); });
    });
}

void TeamMembers::submit(model::AgentId id, const std::function<void(model::SetAgent &)> &change)
{
    const auto &agents = m_tools.desk.shown().agents;
    const auto at = std::ranges::find(agents, id, &model::Agent::id);
    if (at == agents.end())
        return;
    model::SetAgent set{.agent = at->id,
                        .role = at->role,
                        .customRole = at->customRole,
                        .teams = at->teams,
                        .capacity = at->capacity,
                        .languages = at->languages};
    const model::SetAgent before = set;
    change(set);
    if (set != before)
        m_tools.desk.submit(set);
}

QString TeamMembers::whyNot(const model::Agent &agent, std::vector<model::TeamId> teams) const
{
    const model::Agent &me = m_tools.desk.me();
    if (model::whyNotGiven(me, agent, agent))
        return tr("They may do or see more than you do yourself. An admin can change this.");
    model::Agent wanted = agent;
    wanted.teams = std::move(teams);
    const auto why = model::whyNotGiven(me, agent, withRole(wanted, m_tools.desk.shown()));
    return why ? notGivenWords(*why) : QString();
}

void TeamMembers::pick()
{
    Picker::Question question{.objectName = "memberPicker", .placeholder = tr("Who joins the team?"), .width = 320};
    for (const model::Agent &agent : m_tools.desk.shown().agents) {
        if (!agent.active || std::ranges::count(agent.teams, m_team) > 0)
            continue;
        std::vector<model::TeamId> with = agent.teams;
        with.push_back(m_team);
        const QString why = whyNot(agent, std::move(with)); // the hub would only send it back
        question.choices.append(Choice{.id = QString::fromStdString(agent.id.text()),
                                       .text = nameOf(agent),
                                       .detail = why,
                                       .person = nameOf(agent),
                                       .personId = agent.id.bytes,
                                       .enabled = why.isEmpty()});
    }
    if (question.choices.isEmpty())
        question.choices.append(
            Choice{.id = "nobody", .text = tr("Everybody is in it"), .icon = "people", .enabled = false});
    question.apply = [this, team = m_team](const Choice &choice) {
        if (const auto agent = model::AgentId::fromText(choice.id.toStdString()))
            submit(*agent, [team](model::SetAgent &set) {
                set.teams.push_back(team);
                std::ranges::sort(set.teams);
            });
    };
    const QRect place(m_add->mapToGlobal(QPoint()), m_add->size());
    m_tools.picker.ask(place, std::move(question));
}

} // namespace tributary::ui
