#include "ui/inbox/row_words.h"

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

void addPills(RowWords &words, const store::ConversationRow &row, const RowContext &context, const Theme &theme,
              const TimeFormat &format)
{
    const Colors &c = theme.colors();
    const model::Conversation &conversation = row.conversation;
    const auto add = [&words](const QString &text, const Tone &tone, const QString &icon = {}) {
        words.pills.append(Pill{.text = text, .fg = tone.fg, .bg = tone.tint, .icon = icon});
    };
    if (row.pending && context.offline) // with a link it is gone before anybody has read it, and would only flicker
        add(Words::tr("In outbox"), c.status.neutral, "clock");
    if (context.draft)
        add(Words::tr("Draft"), Tone{c.accent.text, c.accent.tint, {}});
    if (conversation.priority == Priority::Urgent)
        add(Words::tr("Urgent"), c.status.danger, "warning");
    else if (conversation.priority == Priority::High)
        add(Words::tr("High"), c.status.warning);
    const Status status = statusAt(conversation, context.now);
    const QString own = context.statuses ? ownStatus(conversation, *context.statuses) : QString();
    if (!own.isEmpty() && status == conversation.status) { // it ends with the sleep that it counts as
        add(own, status == Status::Resolved ? c.status.success : c.status.neutral,
            status == Status::Resolved  ? "check"
            : status == Status::Waiting ? "pause"
                                        : "");
        if (status == Status::Waiting || status == Status::Resolved)
            return; // for how long it waits or sleeps is said besides
    }
    switch (status) {
    case Status::Waiting: add(Words::tr("Waiting on customer"), c.status.neutral, "pause"); break;
    case Status::Snoozed:
        add(conversation.snoozedUntil
                ? snoozeWords(format.local(*conversation.snoozedUntil), format.local(context.now), format.locale())
                : Words::tr("Until they write"),
            c.status.neutral, "moon");
        break;
    case Status::Resolved: add(Words::tr("Resolved"), c.status.success, "check"); break;
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
    for (const std::string &tag : conversation.tags) {
        if (words.tags.size() < 2)
            words.tags.append(q(tag));
    }
    words.present = context.present;
    if (context.present)
        words.owner = context.present->words;
    if (words.owner.isEmpty() && context.showOwner)
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
    for (const QString &tag : words.tags)
        spoken.append(Words::tr("Tag %1").arg(tag));
    if (!words.owner.isEmpty())
        spoken.append(words.owner);
    words.spoken = spoken.join(QStringLiteral(". ")) + u'.';
    return words;
}

} // namespace tributary::ui
