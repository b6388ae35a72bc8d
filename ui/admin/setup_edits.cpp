#include "ui/admin/setup_edits.h"

#include "core/model/masks.h"
#include "core/model/permissions.h"

#include <QCoreApplication>
#include <QLocale>
#include <QRegularExpression>
#include <algorithm>

namespace tributary::ui {
namespace {

using namespace model;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(tributary::ui::Admin)
};

constexpr qsizetype kLongestName = 100; ///< Bytes of UTF-8, as the hub counts.
constexpr std::size_t kLongestKey = 64, kMostChoices = 200;

template<class T>
void putInto(std::vector<T> &all, const T &one)
{
    const auto at = std::ranges::find(all, one.id, &T::id);
    if (at == all.end())
        all.push_back(one);
    else
        *at = one;
}

struct Apply {
    store::WorkspaceSetup &setup;

    Agent *agent(AgentId id) const
    {
        const auto at = std::ranges::find(setup.agents, id, &Agent::id);
        return at == setup.agents.end() ? nullptr : &*at;
    }
    void writeRole(Agent &agent) const
    {
        const auto role = std::ranges::find_if(setup.roles, [&](const Role &one) { return one.id == agent.customRole; });
        const bool custom = agent.customRole && role != setup.roles.end();
        agent.permissions = custom ? role->permissions : std::vector<std::string>();
        agent.visibility = custom ? role->visibility : Visibility::Teams;
        agent.accounts = custom ? role->accounts : std::vector<ChannelAccountId>();
    }

    void operator()(const SaveRole &save) const
    {
        putInto(setup.roles, save.role);
        for (Agent &one : setup.agents) {
            if (one.customRole == save.role.id)
                writeRole(one);
        }
    }
    void operator()(const RemoveRole &remove) const
    {
        std::erase_if(setup.roles, [&](const Role &one) { return one.id == remove.role; });
        for (Agent &one : setup.agents) {
            if (one.customRole == remove.role) {
                one.customRole.reset();
                writeRole(one);
            }
        }
    }
    void operator()(const SaveTeam &save) const { putInto(setup.teams, save.team); }
    void operator()(const RemoveTeam &remove) const
    {
        std::erase_if(setup.teams, [&](const Team &one) { return one.id == remove.team; });
        for (Agent &one : setup.agents)
            std::erase(one.teams, remove.team);
        for (ChannelAccount &one : setup.accounts) {
            if (one.team == remove.team)
                one.team = remove.into;
        }
    }
    void operator()(const SetAgent &set) const
    {
        Agent *one = agent(set.agent);
        if (!one)
            return;
        applyTo(*one, set);
        writeRole(*one);
    }
    void operator()(const SetAgentActive &set) const
    {
        Agent *one = agent(set.agent);
        if (!one)
            return;
        one->active = set.active;
        if (set.active)
            return;
        for (auto *counts : {&setup.openWork, &setup.unresolvedWork}) {
            if (const auto work = counts->extract(set.agent); work && set.workTo)
                (*counts)[*set.workTo] += work.mapped();
        }
    }
    void operator()(const SaveFieldDefinition &save) const { putInto(setup.fields, save.definition); }
    void operator()(const RemoveFieldDefinition &remove) const
    {
        std::erase_if(setup.fields, [&](const FieldDefinition &one) { return one.id == remove.definition; });
    }
    void operator()(const SaveCustomStatus &save) const { putInto(setup.statuses, save.status); }
    void operator()(const RemoveCustomStatus &remove) const
    {
        std::erase_if(setup.statuses, [&](const CustomStatus &one) { return one.id == remove.status; });
    }
    void operator()(const SetReopenDays &set) const
    {
        for (ChannelAccount &one : setup.accounts) {
            if (one.id == set.account)
                one.reopenDays = set.days;
        }
    }
    void operator()(const SetAccountTeam &set) const
    {
        for (ChannelAccount &one : setup.accounts) {
            if (one.id == set.account)
                one.team = set.team;
        }
    }
    void operator()(const SetAccountRegion &set) const
    {
        for (ChannelAccount &one : setup.accounts) {
            if (one.id == set.account)
                one.region = set.region;
        }
    }
    template<class Other>
    void operator()(const Other &) const
    {
    }
};

struct Subject {
    RawId operator()(const SaveRole &save) const { return save.role.id.bytes; }
    RawId operator()(const RemoveRole &remove) const { return remove.role.bytes; }
    RawId operator()(const SaveTeam &save) const { return save.team.id.bytes; }
    RawId operator()(const RemoveTeam &remove) const { return remove.team.bytes; }
    RawId operator()(const SetAgent &set) const { return set.agent.bytes; }
    RawId operator()(const SetAgentActive &set) const { return set.agent.bytes; }
    RawId operator()(const SaveFieldDefinition &save) const { return save.definition.id.bytes; }
    RawId operator()(const RemoveFieldDefinition &remove) const { return remove.definition.bytes; }
    RawId operator()(const SaveCustomStatus &save) const { return save.status.id.bytes; }
    RawId operator()(const RemoveCustomStatus &remove) const { return remove.status.bytes; }
    RawId operator()(const SetReopenDays &set) const { return set.account.bytes; }
    RawId operator()(const SetAccountTeam &set) const { return set.account.bytes; }
    RawId operator()(const SetAccountRegion &set) const { return set.account.bytes; }
    template<class Other>
    RawId operator()(const Other &) const
    {
        return {};
    }
};

bool aboutRights(const CommandBody &body)
{
    return std::holds_alternative<SaveRole>(body) || std::holds_alternative<SetAgent>(body)
           || std::holds_alternative<SetAgentActive>(body);
}

/// Letters without their accents, in small; what is no Latin letter or digit parts words.
QString latin(const QString &name)
{
    QString key;
    for (const QChar c : name.toLower().normalized(QString::NormalizationForm_KD)) {
        if ((c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9'))
            key += c;
        else if (c.category() != QChar::Mark_NonSpacing && !key.isEmpty() && !key.endsWith(u'_'))
            key += u'_';
    }
    while (key.endsWith(u'_'))
        key.chop(1);
    return key;
}

} // namespace

bool isSetup(const CommandBody &body)
{
    const auto needed = neededFor(body, {});
    return needed == Permission::ManageAgents || needed == Permission::ManageRoles || needed == Permission::ManageTeams
           || needed == Permission::ManageFields || std::holds_alternative<SetReopenDays>(body)
           || std::holds_alternative<SetAccountTeam>(body) || std::holds_alternative<SetAccountRegion>(body);
}

void apply(store::WorkspaceSetup &setup, const CommandBody &body)
{
    std::visit(Apply{setup}, body);
    store::arrange(setup);
}

RawId subjectOf(const CommandBody &body)
{
    return std::visit(Subject(), body);
}

QString refusalWords(const CommandBody &body, const Outcome &outcome)
{
    switch (outcome.reason) {
    case Outcome::Reason::NotAllowed:
        return aboutRights(body)
                   ? Words::tr("Not saved: nobody gives or takes what they may not do themselves. Ask an admin.")
                   : Words::tr("Not saved: your role does not let you change this. Ask an admin.");
    case Outcome::Reason::Taken: return Words::tr("Not saved: there is one of that name already. Choose another name.");
    case Outcome::Reason::NotFound: return Words::tr("Not saved: somebody has removed it meanwhile.");
    case Outcome::Reason::NotKnown:
        return Words::tr("Not saved: this hub is too old for it. Ask whoever looks after the hub.");
    case Outcome::Reason::Changed:
        return Words::tr("Not saved: somebody has changed it meanwhile. Look at what is there now, and do it again.");
    case Outcome::Reason::Invalid:
        if (std::holds_alternative<SetAgent>(body) || std::holds_alternative<SetAgentActive>(body))
            return Words::tr("Not saved: somebody must stay an admin. Make a colleague an admin first.");
        if (std::holds_alternative<RemoveTeam>(body))
            return Words::tr("Not removed: its conversations must go to another team.");
        return Words::tr("Not saved: the hub does not take these values. Look at the name and the choices.");
    default: return Words::tr("Not saved: the hub did not take this change.");
    }
}

QString nameProblem(const QString &name, const QStringList &others)
{
    const QString trimmed = name.trimmed();
    if (trimmed.isEmpty())
        return Words::tr("Give it a name.");
    if (trimmed.toUtf8().size() > kLongestName)
        return Words::tr("This name is too long. Make it shorter.");
    if (others.contains(trimmed, Qt::CaseInsensitive))
        return Words::tr("There is one of that name already. Choose another name.");
    return {};
}

bool isKey(const std::string &key)
{
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    };
    return !key.empty() && key.size() <= kLongestKey && key != kConfidential && key != kLanguageField
           && std::ranges::all_of(key, fits);
}

FieldProblems fieldProblems(const FieldDefinition &definition, const store::WorkspaceSetup &setup)
{
    FieldProblems problems;
    QStringList names;
    bool isTaken = false;
    for (const FieldDefinition &other : setup.fields) {
        if (other.id == definition.id || other.subject != definition.subject)
            continue;
        names.append(QString::fromStdString(other.name));
        isTaken |= other.key == definition.key;
    }
    problems.name = nameProblem(QString::fromStdString(definition.name), names);
    if (isTaken)
        problems.key = Words::tr("There is a field with this key already. Change the key.");
    else if (!isKey(definition.key))
        problems.key = Words::tr("Use small letters a to z, digits, and _ between them.");
    if (definition.type == FieldDefinition::Type::Choice) {
        const auto isTooLong = [](const std::string &choice) { return qsizetype(choice.size()) > kLongestName; };
        if (definition.choices.empty())
            problems.choices = Words::tr("Write at least one choice, one a line.");
        else if (definition.choices.size() > kMostChoices)
            problems.choices = Words::tr("There can be 200 choices at most.");
        else if (std::ranges::any_of(definition.choices, isTooLong))
            problems.choices = Words::tr("One of the choices is too long. Make it shorter.");
    }
    return problems;
}

std::string keyFromName(const QString &name, bool confidential, FieldDefinition::Subject subject,
                        const store::WorkspaceSetup &setup)
{
    constexpr std::size_t kRoomForNumber = 4;
    const std::string prefix(confidential ? kConfidential : "");
    std::string stem = latin(name).toStdString();
    if (stem.empty())
        stem = "field";
    stem = stem.substr(0, kLongestKey - prefix.size() - kRoomForNumber);
    const auto isFree = [&](const std::string &key) {
        return isKey(key) && std::ranges::none_of(setup.fields, [&](const FieldDefinition &other) {
                   return other.subject == subject && other.key == key;
               });
    };
    std::string key = prefix + stem;
    for (int i = 2; !isFree(key); ++i)
        key = prefix + stem + '_' + std::to_string(i);
    return key;
}

std::optional<std::vector<std::string>> languagesFrom(const QString &text)
{
    static const QRegularExpression tag("^[a-z]{2,3}(-[a-z0-9]{2,8})*$", QRegularExpression::CaseInsensitiveOption);
    std::vector<std::string> languages;
    for (const QString &part : text.split(QRegularExpression("[,;\\s]+"), Qt::SkipEmptyParts)) {
        if (!tag.match(part).hasMatch())
            return {};
        // `en`, `pt-BR`: language small, a region of two letters large.
        QStringList pieces = part.toLower().split(u'-');
        for (qsizetype i = 1; i < pieces.size(); ++i) {
            if (pieces[i].size() == 2)
                pieces[i] = pieces[i].toUpper();
        }
        const std::string made = pieces.join(u'-').toStdString();
        if (std::ranges::find(languages, made) == languages.end())
            languages.push_back(made);
    }
    return languages;
}

} // namespace tributary::ui
