#include "ui/inbox/row_words.h"

#include "core/model/views.h"
#include "ui/customer/field_value.h"
#include "ui/inbox/snooze_text.h"
#include "ui/theme/channel_look.h"
#include "ui/theme/scripts.h"
#include "ui/theme/theme.h"

#include <QCoreApplication>
#include <algorithm>

namespace tributary::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(tributary::ui::ConversationRow)
};

QString q(const std::string &text)
{
    return QString::fromStdString(text);
}

using Status = model::Conversation::Status;
using Priority = model::Conversation::Priority;

/// The name of its own status; empty where it has none, or none that is known here.
QString ownStatus(const model::Conversation &conversation, const StatusNames &own)
{
    const auto found = conversation.customStatus ? own.find(*conversation.customStatus) : own.end();
    return found == own.end() ? QString() : found->second;
}

/// What has slept for long enough is open, also while there is no hub that says so.
Status statusAt(const model::Conversation &conversation, TimePoint now)
{
    const bool isDue = conversation.status == Status::Snoozed && conversation.snoozedUntil.value_or(TimePoint::max()) <= now;
    return isDue ? Status::Open : conversation.status;
}

bool shows(const RowContext &context, std::string_view column)
{
    return context.columns && std::ranges::count(context.columns->names, column) > 0;
}

/// What a status looks like as a pill.
Pill statusPill(const QString &text, Status status, const Theme &theme)
{
    const Tone &tone = status == Status::Resolved ? theme.colors().status.success : theme.colors().status.neutral;
    const char *icon = status == Status::Resolved  ? "check"
                       : status == Status::Waiting ? "pause"
                       : status == Status::Snoozed ? "moon"
                                                   : "";
    return {.text = text, .fg = tone.fg, .bg = tone.tint, .icon = icon};
}

RowColumn priorityColumn(Priority priority, const Theme &theme)
{
    const Colors::Status &status = theme.colors().status;
    const auto column = [](const QString &text, const Tone &tone, const QString &icon = {}) {
        return RowColumn{{.text = text, .fg = tone.fg, .bg = tone.tint, .icon = icon}, text};
    };
    switch (priority) {
    case Priority::Urgent: return column(Words::tr("Urgent"), status.danger, "warning");
    case Priority::High: return column(Words::tr("High"), status.warning);
    case Priority::Normal: return column(Words::tr("Normal"), status.neutral);
    case Priority::Low: return column(Words::tr("Low"), status.neutral);
    }
    return {};
}

/// What stands in a column; nothing where there is nothing to say.
QList<RowColumn> columnOf(const std::string &name, const store::ConversationRow &row, const RowContext &context,
                          const Theme &theme, const TimeFormat &format)
{
    constexpr qsizetype kMostTags = 2;
    const Colors &c = theme.colors();
    const model::Conversation &conversation = row.conversation;
    const auto plain = [&c](const QString &text, const QString &spoken, const QString &icon = {}) {
        return RowColumn{{.text = text, .fg = c.text.secondary, .icon = icon, .outline = c.border.normal}, spoken};
    };
    if (name == "tag") {
        QList<RowColumn> tags;
        for (const std::string &tag : conversation.tags) {
            if (tags.size() < kMostTags)
                tags.append(plain(q(tag), Words::tr("Tag %1").arg(q(tag))));
        }
        return tags;
    }
    if (name == "priority") {
        RowColumn column = priorityColumn(conversation.priority, theme);
        column.spoken = Words::tr("Priority %1").arg(column.pill.text);
        return {column};
    }
    if (name == "assignee")
        return {row.assigneeName.empty() ? plain(Words::tr("Unassigned"), Words::tr("Unassigned"), "user-unassigned")
                                         : plain(q(row.assigneeName), q(row.assigneeName), "user")};
    if (name == "status") {
        const QString words =
            statusWords(conversation, format, context.now, context.statuses ? *context.statuses : StatusNames());
        return {{statusPill(words, statusAt(conversation, context.now), theme), words}};
    }
    if (name == "team") {
        const auto team = std::ranges::find_if(context.columns->teams,
                                               [&](const model::Team &one) { return conversation.team == one.id; });
        if (team == context.columns->teams.end())
            return {};
        return {plain(q(team->name), Words::tr("Team %1").arg(q(team->name)), "people")};
    }
    const model::FieldDefinition *field = model::definitionOf(name, context.columns->fields);
    const auto value = field ? conversation.fields.find(field->key) : conversation.fields.end();
    if (value == conversation.fields.end() || value->second.empty())
        return {}; // not filled in, hidden from whoever looks, or of a field that is no more
    //: A custom field of a conversation and what stands in it.
    const QString words = field->type == model::FieldDefinition::Type::Flag
                              ? q(field->name)
                              : Words::tr("%1: %2").arg(q(field->name), shownValue(*field, value->second, format));
    return {plain(words, words)};
}

void addPills(RowWords &words, const store::ConversationRow &row, const RowContext &context, const Theme &theme,
              const TimeFormat &format)
{
    const Colors &c = theme.colors();
    const model::Conversation &conversation = row.conversation;
    const auto add = [&words](const QString &text, const Tone &tone, const QString &icon = {}) {
        words.pills.append(Pill{.text = text, .fg = tone.fg, .bg = tone.tint, .icon = icon});
    };
    if (context.gone) { // nothing else is as urgent, and a compact row has room for one
        if (conversation.status == Status::Resolved)
            words.pills.append(statusPill(Words::tr("Resolved"), Status::Resolved, theme));
        else
            add(Words::tr("No longer here"), c.status.neutral);
        return;
    }
    if (row.pending && context.offline) // with a link it is gone before anybody has read it, and would only flicker
        add(Words::tr("In outbox"), c.status.neutral, "clock");
    if (context.draft)
        add(Words::tr("Draft"), Tone{c.accent.text, c.accent.tint, {}});
    const bool isPressing = conversation.priority == Priority::Urgent || conversation.priority == Priority::High;
    if (isPressing && !shows(context, "priority"))
        words.pills.append(priorityColumn(conversation.priority, theme).pill);
    const Status status = statusAt(conversation, context.now);
    if (shows(context, "status") && status != Status::Open)
        return;
    const QString own = context.statuses ? ownStatus(conversation, *context.statuses) : QString();
    if (!own.isEmpty() && status == conversation.status && !shows(context, "status")) { // it ends with its sleep
        words.pills.append(statusPill(own, status == Status::Snoozed ? Status::Open : status, theme));
        if (status == Status::Waiting || status == Status::Resolved)
            return; // for how long it waits or sleeps is said besides
    }
    switch (status) {
    case Status::Waiting: words.pills.append(statusPill(Words::tr("Waiting on customer"), status, theme)); break;
    case Status::Snoozed:
        words.pills.append(statusPill(conversation.snoozedUntil ? snoozeWords(format.local(*conversation.snoozedUntil),
                                                                              format.local(context.now), format.locale())
                                                                : Words::tr("Until they write"),
                                      status, theme));
        break;
    case Status::Resolved: words.pills.append(statusPill(Words::tr("Resolved"), status, theme)); break;
    case Status::Open:
        if (conversation.waitingSince) {
            //: %1 is how long a customer has been waiting: 18m.
            add(Words::tr("waits %1").arg(waitedFor(*conversation.waitingSince, format, context.now)), c.status.neutral,
                "clock");
        }
        break;
    }
}

/// Who on our side wrote what the row shows.
QString writtenBy(const store::ConversationRow &row, model::AgentId me)
{
    if (row.conversation.previewAuthor && row.conversation.previewAuthor == me)
        return Words::tr("You: ");
    const QString name = firstName(row.previewAuthorName);
    //: Before what a colleague wrote; then before what went out from elsewhere, nobody knows by whom.
    return name.isEmpty() ? Words::tr("Sent: ") : Words::tr("%1: ").arg(isolated(name));
}

} // namespace

QString firstName(const std::string &name)
{
    return q(name).simplified().section(u' ', 0, 0);
}

QString shownName(const store::ConversationRow &row)
{
    if (row.conversation.parent && !row.identityShown.empty()) {
        //: A conversation with somebody else about a customer. %1 is their address, %2 the customer.
        return row.customerName.empty() ? q(row.identityShown)
                                        : Words::tr("%1, about %2").arg(q(row.identityShown), q(row.customerName));
    }
    if (!row.customerName.empty())
        return q(row.customerName);
    return row.identityShown.empty() ? Words::tr("Visitor") : q(row.identityShown);
}

bool isVip(const store::CustomerCard &card)
{
    return std::ranges::any_of(card.members, [](const model::Customer &member) {
        return std::ranges::any_of(member.tags,
                                   [](const std::string &tag) { return q(tag).compare("vip", Qt::CaseInsensitive) == 0; });
    });
}

QString waitedFor(TimePoint since, const TimeFormat &format, TimePoint now)
{
    const qint64 minutes = std::max<qint64>(1, std::chrono::duration_cast<std::chrono::minutes>(now - since).count());
    const auto number = [&format](qint64 value) { return format.locale().toString(value); };
    //: How long somebody has been waiting: minutes, hours and days.
    return minutes < 60        ? Words::tr("%1m").arg(number(minutes))
           : minutes < 24 * 60 ? Words::tr("%1h").arg(number(minutes / 60))
                               : Words::tr("%1d").arg(number(minutes / (24 * 60)));
}

QString statusWords(const model::Conversation &conversation, const TimeFormat &format, TimePoint now,
                    const StatusNames &names)
{
    const Status status = statusAt(conversation, now);
    const QString own = status == conversation.status ? ownStatus(conversation, names) : QString();
    if (!own.isEmpty() && status != Status::Snoozed)
        return own;
    switch (status) {
    case Status::Open: return Words::tr("Open");
    case Status::Waiting: return Words::tr("Waiting on customer");
    case Status::Snoozed: {
        const QString until = conversation.snoozedUntil
                                  ? snoozeWords(format.local(*conversation.snoozedUntil), format.local(now), format.locale())
                                  : QString();
        if (own.isEmpty())
            return until.isEmpty() ? Words::tr("Snoozed until the customer writes")
                                   : Words::tr("Snoozed until %1").arg(until);
        if (until.isEmpty())
            //: %1 is a status of the workspace's own that counts as snoozed.
            return Words::tr("%1, snoozed until the customer writes").arg(isolated(own));
        //: %1 is a status of the workspace's own that counts as snoozed, %2 a day and a time.
        return Words::tr("%1, snoozed until %2").arg(isolated(own), until);
    }
    case Status::Resolved: return Words::tr("Resolved");
    }
    return {};
}

RowWords wordsOf(const store::ConversationRow &row, const RowContext &context, const Theme &theme, const TimeFormat &format)
{
    const model::Conversation &conversation = row.conversation;
    RowWords words;
    words.name = shownName(row);
    words.vip = row.vip;
    words.following = row.following;
    if (row.openOfCustomer > 1 && conversation.status != Status::Resolved)
        words.manyOpen = Words::tr("%n open", nullptr, int(row.openOfCustomer));
    words.time = format.relative(conversation.lastItemAt, context.now);
    const bool mail = conversation.channel == model::Channel::Email && !conversation.subject.empty();
    words.preview = mail && !conversation.previewOutbound ? q(conversation.subject) : q(conversation.preview);
    if (words.preview.isEmpty())
        words.preview = q(conversation.subject);
    if (context.draft && !context.draft->isEmpty()) {
        words.prefix = Words::tr("Draft: ");
        words.preview = *context.draft;
    } else if (conversation.previewOutbound) {
        words.prefix = writtenBy(row, context.me);
    }
    addPills(words, row, context, theme, format);
    static const std::vector<std::string> usual = model::columnsOf({});
    for (const std::string &name : context.columns ? context.columns->names : usual)
        words.columns += columnOf(name, row, context, theme, format);
    words.present = context.present;
    if (context.present)
        words.owner = context.present->words;
    if (words.owner.isEmpty() && context.showOwner && !shows(context, "assignee"))
        words.owner = row.assigneeName.empty() ? Words::tr("Unassigned") : q(row.assigneeName);

    QStringList spoken{words.name};
    if (words.vip)
        spoken.append(Words::tr("VIP"));
    if (words.following)
        spoken.append(Words::tr("You follow this"));
    spoken.append(channelName(conversation.channel));
    if (row.unread > 0)
        spoken.append(Words::tr("Unread, %n message(s)", nullptr, int(row.unread)));
    if (row.mentionNew)
        spoken.append(Words::tr("You were mentioned"));
    spoken.append(words.prefix + words.preview);
    if (!words.manyOpen.isEmpty())
        spoken.append(words.manyOpen);
    spoken.append(words.time);
    for (const Pill &pill : words.pills)
        spoken.append(pill.text);
    for (const RowColumn &column : words.columns)
        spoken.append(column.spoken);
    if (!words.owner.isEmpty())
        spoken.append(words.owner);
    words.spoken = spoken.join(QStringLiteral(". ")) + u'.';
    return words;
}

} // namespace tributary::ui
