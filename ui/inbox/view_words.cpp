#include "ui/inbox/view_words.h"

#include "ui/theme/channel_look.h"

#include <QCoreApplication>
#include <QDate>
#include <QLocale>
#include <QRegularExpression>

namespace tributary::ui::views {
namespace {

using namespace tributary::model;
using Condition = SavedView::Condition;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(tributary::ui::Views)
};

QString q(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

template<class T>
QString nameIn(const std::vector<T> &all, const std::string &id)
{
    for (const T &one : all) {
        if (one.id.text() == id)
            return q(one.name);
    }
    return {};
}

QString statusName(std::string_view name)
{
    switch (fromName<Conversation::Status>(name).value_or(Conversation::Status::Open)) {
    case Conversation::Status::Open: return Words::tr("Open");
    case Conversation::Status::Waiting: return Words::tr("Waiting on customer");
    case Conversation::Status::Snoozed: return Words::tr("Snoozed");
    case Conversation::Status::Resolved: return Words::tr("Resolved");
    }
    return {};
}

QString priorityName(std::string_view name)
{
    switch (fromName<Conversation::Priority>(name).value_or(Conversation::Priority::Normal)) {
    case Conversation::Priority::Low: return Words::tr("Low");
    case Conversation::Priority::Normal: return Words::tr("Normal");
    case Conversation::Priority::High: return Words::tr("High");
    case Conversation::Priority::Urgent: return Words::tr("Urgent");
    }
    return {};
}

QString spanName(const std::string &minutes)
{
    const qint64 number = q(minutes).toLongLong();
    constexpr qint64 hour = 60, day = 24 * hour;
    if (number >= day && number % day == 0)
        return Words::tr("%n day(s)", nullptr, int(number / day));
    if (number >= hour && number % hour == 0)
        return Words::tr("%n hour(s)", nullptr, int(number / hour));
    return Words::tr("%n minute(s)", nullptr, int(number));
}

ViewField fieldOf(std::string_view name, const Known &known)
{
    return viewField(name, known.setup.fields).value_or(ViewField{name, ViewValue::Text, {}});
}

Choice choiceOf(const QString &id, const QString &text, const QString &icon = {})
{
    return Choice{.id = id, .text = text, .icon = icon};
}

} // namespace

bool isHidden(std::string_view field, const Known &known)
{
    return field.starts_with(kFieldPrefix) && known.masks.hideField(field.substr(kFieldPrefix.size()));
}

QString fieldName(std::string_view field, const Known &known)
{
    static const std::map<std::string_view, const char *> names{{"status", QT_TR_NOOP("Status")},
                                                                {"custom_status", QT_TR_NOOP("Own status")},
                                                                {"assignee", QT_TR_NOOP("Assigned to")},
                                                                {"team", QT_TR_NOOP("Team")},
                                                                {"channel", QT_TR_NOOP("Channel")},
                                                                {"account", QT_TR_NOOP("Account")},
                                                                {"tag", QT_TR_NOOP("Tag")},
                                                                {"customer_tag", QT_TR_NOOP("Customer's tag")},
                                                                {"priority", QT_TR_NOOP("Priority")},
                                                                {"subject", QT_TR_NOOP("Subject")},
                                                                {"words", QT_TR_NOOP("Words")},
                                                                {"waiting", QT_TR_NOOP("Customer waits")},
                                                                {"last_item", QT_TR_NOOP("Last message")},
                                                                {"created", QT_TR_NOOP("Created")},
                                                                {"resolved", QT_TR_NOOP("Resolved")},
                                                                {"unread", QT_TR_NOOP("Unread")},
                                                                {"following", QT_TR_NOOP("Followed by me")},
                                                                {"mentioned", QT_TR_NOOP("I am mentioned")}};
    if (const auto found = names.find(field); found != names.end())
        return Words::tr(found->second);
    if (const FieldDefinition *custom = definitionOf(field, known.setup.fields))
        return q(custom->name);
    //: A field of a saved view that this version of the program does not have; %1 is its internal name.
    return Words::tr("%1 (not known here)").arg(q(field));
}

QString operationName(ViewOperation operation, ViewValue value)
{
    const bool span = value == ViewValue::Minutes, day = value == ViewValue::Day, flag = value == ViewValue::Nothing;
    switch (operation) {
    case ViewOperation::Is: return Words::tr("is");
    case ViewOperation::IsNot: return Words::tr("is not");
    case ViewOperation::Contains: return Words::tr("contains");
    case ViewOperation::OlderThan: return Words::tr("for more than");
    case ViewOperation::NewerThan: return Words::tr("within the last");
    case ViewOperation::IsSet:
        return value == ViewValue::Status ? Words::tr("is any")
               : flag                     ? Words::tr("yes")
               : span                     ? Words::tr("at all")
                                          : Words::tr("is set");
    case ViewOperation::IsNotSet: return flag ? Words::tr("no") : span ? Words::tr("not at all") : Words::tr("is not set");
    case ViewOperation::MoreThan: return day ? Words::tr("after") : Words::tr("more than");
    case ViewOperation::LessThan: return day ? Words::tr("before") : Words::tr("less than");
    }
    return {};
}

QString valueName(const Condition &condition, const Known &known)
{
    const ViewField field = fieldOf(condition.field, known);
    const QString gone = Words::tr("not known here");
    const auto named = [&](const QString &name) { return name.isEmpty() ? gone : name; };
    if (condition.value.empty())
        return {};
    switch (field.value) {
    case ViewValue::Status: return statusName(condition.value);
    case ViewValue::Priority: return priorityName(condition.value);
    case ViewValue::Channel: {
        const auto channel = fromName<Channel>(condition.value);
        return channel ? channelName(*channel) : gone;
    }
    case ViewValue::CustomStatus: return named(nameIn(known.setup.statuses, condition.value));
    case ViewValue::Agent: return condition.value == kMe ? Words::tr("me") : named(nameIn(known.agents, condition.value));
    case ViewValue::Team: return named(nameIn(known.setup.teams, condition.value));
    case ViewValue::Account: return named(nameIn(known.accounts, condition.value));
    case ViewValue::Minutes: return spanName(condition.value);
    case ViewValue::Day: return QLocale().toString(QDate::fromString(q(condition.value), Qt::ISODate), QLocale::ShortFormat);
    default: return q(condition.value);
    }
}

QString chipText(const Condition &condition, const Known &known)
{
    const auto operation = fromName<ViewOperation>(condition.operation).value_or(ViewOperation::Is);
    const ViewField field = fieldOf(condition.field, known);
    const QString name = fieldName(condition.field, known);
    if (condition.field == "assignee" && operation == ViewOperation::IsNotSet)
        return Words::tr("Not assigned");
    if (field.value == ViewValue::Nothing && operation == ViewOperation::IsSet)
        return name;
    if (operation == ViewOperation::Is)
        return Words::tr("%1: %2", "a field and its value").arg(name, valueName(condition, known));
    const QString words = operationName(operation, field.value);
    return takesValue(operation)
               ? Words::tr("%1 %2 %3", "a field, an operator, a value").arg(name, words, valueName(condition, known))
               : Words::tr("%1 %2", "a field and an operator").arg(name, words);
}

QString sortName(SavedView::Sort sort)
{
    switch (sort) {
    case SavedView::Sort::Newest: return Words::tr("Newest first");
    case SavedView::Sort::Oldest: return Words::tr("Oldest first");
    case SavedView::Sort::LongestWaiting: return Words::tr("Longest wait");
    case SavedView::Sort::Priority: return Words::tr("Priority");
    }
    return {};
}

QString sharingName(const SavedView &view, const Known &known)
{
    switch (view.sharing) {
    case SavedView::Sharing::Private: return Words::tr("Only me");
    case SavedView::Sharing::Team: return view.team ? nameIn(known.setup.teams, view.team->text()) : Words::tr("A team");
    case SavedView::Sharing::Everybody: return Words::tr("Everybody");
    }
    return {};
}

QList<Choice> fieldChoices(const Known &known)
{
    QList<Choice> choices;
    for (const ViewField &field : viewFields())
        choices.append(choiceOf(q(field.name), fieldName(field.name, known)));
    for (const FieldDefinition &definition : known.setup.fields) {
        if (definition.subject == FieldDefinition::Subject::Conversation && !known.masks.hideField(definition.key))
            choices.append(choiceOf(q(kFieldPrefix) + q(definition.key), q(definition.name)));
    }
    return choices;
}

QList<Choice> columnChoices(const std::vector<std::string> &shown, const Known &known)
{
    QList<Choice> choices;
    const auto offer = [&](const std::string &name) {
        if (std::ranges::count(shown, name) == 0)
            choices.append(choiceOf(q(name), fieldName(name, known)));
    };
    for (const std::string_view name : viewColumns())
        offer(std::string(name));
    for (const FieldDefinition &definition : known.setup.fields) {
        if (definition.subject == FieldDefinition::Subject::Conversation && !known.masks.hideField(definition.key))
            offer(std::string(kFieldPrefix) + definition.key);
    }
    return choices;
}

QList<Choice> operationChoices(const ViewField &field)
{
    QList<Choice> choices;
    for (const ViewOperation operation : field.operations)
        choices.append(choiceOf(q(nameOf(operation)), operationName(operation, field.value)));
    return choices;
}

QList<Choice> valueChoices(const Condition &condition, const Known &known)
{
    QList<Choice> choices;
    const auto named = [&choices](const auto &all, const char *icon) {
        for (const auto &one : all)
            choices.append(choiceOf(q(one.id.text()), q(one.name), icon));
    };
    switch (fieldOf(condition.field, known).value) {
    case ViewValue::Status:
        for (const std::string_view name : kNames<Conversation::Status>)
            choices.append(choiceOf(q(name), statusName(name)));
        break;
    case ViewValue::Priority:
        for (const std::string_view name : kNames<Conversation::Priority>)
            choices.prepend(choiceOf(q(name), priorityName(name)));
        break;
    case ViewValue::Channel:
        for (const std::string_view name : kNames<Channel>) {
            const Channel channel = *fromName<Channel>(name);
            choices.append(choiceOf(q(name), channelName(channel), iconOf(channel)));
        }
        break;
    case ViewValue::Agent:
        choices.append(choiceOf(q(kMe), Words::tr("Me, whoever looks"), "user"));
        for (const Agent &agent : known.agents) {
            if (agent.active)
                choices.append(Choice{
                    .id = q(agent.id.text()), .text = q(agent.name), .person = q(agent.name), .personId = agent.id.bytes});
        }
        break;
    case ViewValue::CustomStatus: named(known.setup.statuses, ""); break;
    case ViewValue::Team: named(known.setup.teams, "people"); break;
    case ViewValue::Account:
        for (const ChannelAccount &account : known.accounts) {
            if (!account.removed)
                choices.append(choiceOf(q(account.id.text()), q(account.name), iconOf(account.channel)));
        }
        break;
    case ViewValue::Tag:
    case ViewValue::CustomerTag:
        for (const std::string &tag :
             fieldOf(condition.field, known).value == ViewValue::Tag ? known.tags : known.setup.customerTags)
            choices.append(choiceOf(q(tag), q(tag), "tag"));
        break;
    case ViewValue::Minutes:
        for (const char *minutes : {"15", "60", "240", "1440", "4320", "10080"})
            choices.append(choiceOf(minutes, spanName(minutes), "clock"));
        break;
    case ViewValue::Day: {
        const QDate today = QDate::currentDate();
        for (const auto &[days, text] : {std::pair(0, Words::tr("Today")), std::pair(-7, Words::tr("A week ago")),
                                         std::pair(7, Words::tr("In a week"))})
            choices.append(choiceOf(today.addDays(days).toString(Qt::ISODate), text, "calendar"));
        break;
    }
    case ViewValue::Choice:
        if (const FieldDefinition *custom = definitionOf(condition.field, known.setup.fields)) {
            for (const std::string &one : custom->choices)
                choices.append(choiceOf(q(one), q(one)));
        }
        break;
    case ViewValue::Nothing:
    case ViewValue::Text:
    case ViewValue::Number: break;
    }
    return choices;
}

std::optional<Choice> interpret(const Condition &condition, const QString &typed, const Known &known)
{
    const QString text = typed.trimmed();
    if (text.isEmpty())
        return {};
    switch (fieldOf(condition.field, known).value) {
    case ViewValue::Text: return choiceOf(text, Words::tr("“%1”").arg(text));
    case ViewValue::Tag:
    case ViewValue::CustomerTag: return choiceOf(text.toLower(), Words::tr("Tag “%1”").arg(text.toLower()), "tag");
    case ViewValue::Number: {
        bool good = false;
        const double number = QLocale().toDouble(text, &good);
        return good ? std::optional(choiceOf(QString::number(number, 'g', 15), text)) : std::nullopt;
    }
    case ViewValue::Day: {
        QDate day = QDate::fromString(text, Qt::ISODate);
        if (!day.isValid())
            day = QLocale().toDate(text, QLocale::ShortFormat);
        return day.isValid() ? std::optional(choiceOf(day.toString(Qt::ISODate), QLocale().toString(day), "calendar"))
                             : std::nullopt;
    }
    case ViewValue::Minutes: {
        static const QRegularExpression span(QStringLiteral("^(\\d{1,6})\\s*([a-z]*)"),
                                             QRegularExpression::CaseInsensitiveOption);
        const auto match = span.match(text);
        if (!match.hasMatch())
            return {};
        const QString unit = match.captured(2).toLower();
        const qint64 each = unit.startsWith('h')   ? 60
                            : unit.startsWith('d') ? 60 * 24
                            : unit.startsWith('w') ? 60 * 24 * 7
                                                   : 1;
        const QString minutes = QString::number(std::min<qint64>(match.captured(1).toLongLong() * each, kMostMinutes));
        return choiceOf(minutes, spanName(minutes.toStdString()), "clock");
    }
    default: return {};
    }
}

void changeField(Condition &condition, std::string_view field, const Known &known)
{
    const ViewField before = fieldOf(condition.field, known), now = fieldOf(field, known);
    condition.field = field;
    const auto operation = fromName<ViewOperation>(condition.operation);
    if (!now.operations.empty() && (!operation || std::ranges::find(now.operations, *operation) == now.operations.end()))
        condition.operation = nameOf(now.operations.front());
    if (before.value != now.value || problemOf(condition, known.setup.fields) == ConditionProblem::BadValue)
        condition.value.clear();
    if (const auto chosen = fromName<ViewOperation>(condition.operation); chosen && !takesValue(*chosen))
        condition.value.clear();
}

} // namespace tributary::ui::views
