#include "ui/outbox/outbox_rows.h"

#include "core/model/command_files.h"
#include "core/model/undone.h"
#include "ui/theme/scripts.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>

namespace tributary::ui {
namespace {

using client::OutboxEntry;
using State = OutboxEntry::State;
using Reason = model::Outcome::Reason;

constexpr std::size_t kNamedChanges = 3; ///< So many are named in the row of all changes.

struct Words {
    Q_DECLARE_TR_FUNCTIONS(tributary::ui::Outbox)
};

const model::SendMessage *messageOf(const OutboxEntry &entry)
{
    return std::get_if<model::SendMessage>(&entry.command.body);
}

bool isText(const OutboxEntry &entry)
{
    return messageOf(entry) || std::holds_alternative<model::AddNote>(entry.command.body);
}

bool hasFiles(const OutboxEntry &entry)
{
    const auto *message = messageOf(entry);
    const auto *note = std::get_if<model::AddNote>(&entry.command.body);
    return (message && !message->attachments.empty()) || (note && !note->attachments.empty());
}

QString nameOf(const OutboxEntry &entry)
{
    return entry.name.empty() ? Words::tr("Unknown customer") : QString::fromStdString(entry.name);
}

QString lineOf(const OutboxEntry &entry)
{
    const auto *message = messageOf(entry);
    const std::string &body = message ? message->body : std::get<model::AddNote>(entry.command.body).body;
    if (!body.empty())
        return QString::fromStdString(body);
    return Words::tr("Attachments");
}

QString upperFirst(QString text)
{
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

void addWays(OutboxRow &row, const OutboxEntry &entry)
{
    const auto add = [&row](OutboxAction action, const QString &text, bool strong = false) {
        row.buttons.push_back({action, text, strong});
    };
    switch (entry.state) {
    case State::NeedsYou:
        if (entry.reason == Reason::ColleagueReplied || entry.reason == Reason::CustomerWrote) {
            add(OutboxAction::Compare, Words::tr("Compare"), true);
            add(OutboxAction::SendAnyway, Words::tr("Send anyway"));
        } else {
            add(OutboxAction::Edit, Words::tr("Edit"), true);
        }
        add(OutboxAction::Discard, Words::tr("Discard"));
        return;
    case State::Refused:
        if (isText(entry)) {
            add(OutboxAction::Edit, Words::tr("Edit"), true);
            add(OutboxAction::Discard, Words::tr("Discard"));
        } else {
            add(OutboxAction::Dismiss, Words::tr("Dismiss"), true);
        }
        return;
    case State::Waits:
    case State::Sending:
    case State::Held:
        add(OutboxAction::Edit, Words::tr("Edit"));
        add(OutboxAction::Cancel, Words::tr("Cancel"));
        return;
    }
}

void addState(OutboxRow &row, const OutboxEntry &entry, bool linked, const TimeFormat &format, TimePoint now)
{
    switch (entry.state) {
    case State::NeedsYou:
    case State::Refused: {
        const ReasonWords why = reasonWords(entry, format, now);
        row.chip = why.chip;
        row.chipDetail = why.detail;
        row.chipIcon = QStringLiteral("warning");
        row.tone = why.danger ? OutboxRow::Tone::Danger : OutboxRow::Tone::Warning;
        return;
    }
    case State::Waits:
    case State::Sending:
        row.chip = linked ? Words::tr("Sending") : Words::tr("Waits for the hub");
        row.chipIcon = QStringLiteral("clock");
        return;
    case State::Held: {
        const auto left = std::chrono::ceil<std::chrono::seconds>(*entry.heldUntil - now).count();
        row.chip = left > 0 ? Words::tr("Sends in %n s", nullptr, int(left)) : Words::tr("Sending");
        row.chipIcon = QStringLiteral("clock");
        row.tone = OutboxRow::Tone::Accent;
        return;
    }
    }
}

OutboxRow rowOf(const OutboxEntry &entry, bool linked, const TimeFormat &format, TimePoint now)
{
    OutboxRow row{
        .n = entry.command.n, .crossedUpTo = entry.crossedUpTo, .conversation = entry.conversation, .name = nameOf(entry)};
    row.time = format.stamp(entry.command.at, now);
    if (isText(entry)) {
        row.isNote = !messageOf(entry);
        row.strand = row.isNote ? Strand::Note : strandOf(entry.channel);
        row.item = row.isNote ? std::get<model::AddNote>(entry.command.body).item : messageOf(entry)->item;
        row.line = lineOf(entry);
    } else {
        row.icon = QStringLiteral("stack");
        row.line = upperFirst(changeClause(entry.command.body, row.name));
    }
    addState(row, entry, linked, format, now);
    addWays(row, entry);
    const QString what = !isText(entry) ? row.line
                         : row.isNote   ? Words::tr("Note on %1: %2").arg(isolated(row.name), isolated(row.line))
                                        : Words::tr("%1, %2: %3", "a customer, a channel, a text")
                                            .arg(isolated(row.name), strandName(row.strand), isolated(row.line));
    QStringList spoken{what, row.chip, row.chipDetail, row.time};
    spoken.removeAll(QString());
    row.spoken = spoken.join(QStringLiteral(". "));
    return row;
}

OutboxRow changeRow(const OutboxEntry &entry, const TimeFormat &format, TimePoint now)
{
    OutboxRow row{.kind = OutboxRow::Kind::Change, .n = entry.command.n, .conversation = entry.conversation};
    row.name = nameOf(entry);
    row.line = upperFirst(changeClause(entry.command.body, row.name));
    row.time = format.stamp(entry.command.at, now);
    row.spoken = Words::tr("%1, %2", "a change and its time").arg(row.line, row.time);
    return row;
}

OutboxRow changesRow(const std::vector<const OutboxEntry *> &changes, bool unfolded)
{
    OutboxRow row{.kind = OutboxRow::Kind::Changes, .icon = QStringLiteral("stack")};
    const int count = int(changes.size());
    QStringList clauses;
    for (std::size_t i = 0; i < std::min(kNamedChanges, changes.size()); ++i)
        clauses.append(changeClause(changes[i]->command.body, nameOf(*changes[i])));
    const int more = count - int(clauses.size());
    if (more > 0)
        clauses.append(Words::tr("%n more", nullptr, more));
    row.line = unfolded ? Words::tr("%n changes", nullptr, count)
                        : Words::tr("%n changes: %1", nullptr, count).arg(clauses.join(Words::tr(", ", "between changes")));
    qsizetype from = 0;
    for (std::size_t i = 0; !unfolded && i < std::min(kNamedChanges, changes.size()); ++i) {
        const QString name = isolated(nameOf(*changes[i]));
        if (const qsizetype at = row.line.indexOf(name, from); at >= 0) {
            row.strong.push_back({int(at), int(name.size())});
            from = at + name.size();
        }
    }
    if (more > 0 || unfolded)
        row.buttons.push_back({OutboxAction::Unfold, unfolded ? Words::tr("Hide") : Words::tr("Show all")});
    row.spoken = row.line;
    return row;
}

struct Clause {
    QString name;

    QString operator()(const model::SetStatus &status) const
    {
        switch (status.status) {
        case model::Conversation::Status::Resolved: return Words::tr("resolved %1").arg(name);
        case model::Conversation::Status::Waiting: return Words::tr("set %1 to wait for the customer").arg(name);
        default: return Words::tr("reopened %1").arg(name);
        }
    }
    QString operator()(const model::Snooze &) const { return Words::tr("snoozed %1").arg(name); }
    QString operator()(const model::Assign &assign) const
    {
        return assign.assignee ? Words::tr("assigned %1").arg(name) : Words::tr("put %1 back to Unassigned").arg(name);
    }
    QString operator()(const model::SetTags &tags) const
    {
        const bool only = tags.add.size() + tags.remove.size() == 1;
        if (only && !tags.add.empty())
            return Words::tr("tagged %1 with %2").arg(name, isolated(QString::fromStdString(tags.add.front())));
        if (only)
            return Words::tr("took the tag %2 from %1").arg(name, isolated(QString::fromStdString(tags.remove.front())));
        return Words::tr("changed the tags of %1").arg(name);
    }
    QString operator()(const model::SetTeam &team) const
    {
        return team.team ? Words::tr("moved %1 to another team").arg(name) : Words::tr("took %1 out of its team").arg(name);
    }
    QString operator()(const model::SetPriority &) const { return Words::tr("set the priority of %1").arg(name); }
    QString operator()(const model::SetSubject &) const { return Words::tr("changed the subject of %1").arg(name); }
    QString operator()(const model::MarkRead &) const { return Words::tr("marked %1 unread").arg(name); }
    QString operator()(const model::EditCustomer &) const { return Words::tr("edited %1").arg(name); }
    QString operator()(const model::LinkCustomers &) const { return Words::tr("linked %1").arg(name); }
    QString operator()(const model::UnlinkCustomers &) const { return Words::tr("took a merge apart"); }
    QString operator()(const model::DismissSuggestion &) const { return Words::tr("answered a suggestion"); }
    QString operator()(const model::CancelMessage &) const { return Words::tr("took back a text to %1").arg(name); }
    QString operator()(const model::RetryMessage &) const { return Words::tr("asked to send to %1 again").arg(name); }
    QString operator()(const model::SendMessage &) const { return Words::tr("wrote to %1").arg(name); }
    QString operator()(const model::AddNote &) const { return Words::tr("wrote a note on %1").arg(name); }
    QString operator()(const model::SetCustomStatus &) const { return Words::tr("set the status of %1").arg(name); }
    QString operator()(const model::SetField &) const { return Words::tr("changed a field of %1").arg(name); }
    QString operator()(const model::EditChecklist &) const { return Words::tr("changed the checklist of %1").arg(name); }
    QString operator()(const model::Follow &follow) const
    {
        return follow.following ? Words::tr("followed %1").arg(name) : Words::tr("stopped following %1").arg(name);
    }
    QString operator()(const model::SeeMentions &) const { return Words::tr("looked at a mention of %1").arg(name); }
    QString operator()(const model::JoinConversation &) const
    {
        return Words::tr("joined two conversations of %1").arg(name);
    }
    QString operator()(const model::SeparateConversation &) const
    {
        return Words::tr("separated two conversations of %1").arg(name);
    }
    QString operator()(const model::RelateConversations &) const
    {
        return Words::tr("linked %1 with another conversation").arg(name);
    }
    QString operator()(const model::MoveItems &) const { return Words::tr("moved messages of %1").arg(name); }
    QString operator()(const model::StartConversation &) const
    {
        return Words::tr("began a conversation with %1").arg(name);
    }
    QString operator()(const model::MergeCustomers &) const
    {
        return Words::tr("merged %1 with another customer").arg(name);
    }
    QString operator()(const model::MoveIdentity &) const { return Words::tr("gave an address to another customer"); }
    QString operator()(const model::AddCustomer &) const { return Words::tr("added a customer"); }
    QString operator()(const model::AddIdentity &) const { return Words::tr("added an address"); }
    QString operator()(const model::ImportCustomers &) const { return Words::tr("brought in customers from a file"); }
    QString operator()(const model::ExportCustomers &) const { return Words::tr("took customers away as a file"); }
    QString operator()(const model::SetCustomerField &) const { return Words::tr("changed a field of %1").arg(name); }
    QString operator()(const model::SetCustomerTags &) const { return Words::tr("changed the tags of %1").arg(name); }
    QString operator()(const model::SetCompany &) const { return Words::tr("changed the company of %1").arg(name); }
    QString operator()(const model::BlockCustomer &block) const
    {
        return block.blocked ? Words::tr("blocked %1").arg(name) : Words::tr("unblocked %1").arg(name);
    }
    QString operator()(const model::SetConsent &) const { return Words::tr("recorded the consent of %1").arg(name); }
    QString operator()(const model::SaveCompany &) const { return Words::tr("changed a company"); }
    QString operator()(const model::SaveView &) const { return Words::tr("saved a view"); }
    QString operator()(const model::RemoveView &) const { return Words::tr("removed a view"); }
    QString operator()(const model::SaveFieldDefinition &) const { return Words::tr("changed a custom field"); }
    QString operator()(const model::RemoveFieldDefinition &) const { return Words::tr("removed a custom field"); }
    QString operator()(const model::SaveCustomStatus &) const { return Words::tr("changed a status"); }
    QString operator()(const model::RemoveCustomStatus &) const { return Words::tr("removed a status"); }
    QString operator()(const model::SaveRole &) const { return Words::tr("changed a role"); }
    QString operator()(const model::RemoveRole &) const { return Words::tr("removed a role"); }
    QString operator()(const model::SaveTeam &) const { return Words::tr("changed a team"); }
    QString operator()(const model::RemoveTeam &) const { return Words::tr("removed a team"); }
    QString operator()(const model::SetAgent &) const { return Words::tr("changed what an agent may do"); }
    QString operator()(const model::SetAgentActive &) const { return Words::tr("changed who may sign in"); }
    QString operator()(const model::SetReopenDays &) const
    {
        return Words::tr("changed how long conversations of an account open again");
    }
    QString operator()(const model::SetAccountTeam &) const { return Words::tr("changed the team of an account"); }
    QString operator()(const model::SetAccountRegion &) const { return Words::tr("changed the country of an account"); }
    QString operator()(const model::RemoveIdentity &) const { return Words::tr("removed an address"); }
    QString operator()(const model::RemoveCustomer &) const { return Words::tr("took back a new customer"); }
    QString operator()(const model::RemoveCompany &remove) const
    {
        return remove.removed ? Words::tr("removed a company") : Words::tr("brought a company back");
    }
    QString operator()(const model::PreferIdentity &prefer) const
    {
        return prefer.identity ? Words::tr("chose the address to write to %1").arg(name)
                               : Words::tr("took back which address to write to %1").arg(name);
    }
    QString operator()(const model::RemoveConsent &) const { return Words::tr("took back a consent of %1").arg(name); }
    QString operator()(const model::SetOwnName &) const { return Words::tr("changed their own name"); }
    QString operator()(const model::SetAway &set) const
    {
        return set.away ? Words::tr("went away") : Words::tr("came back");
    }
};

} // namespace

QString changeClause(const model::CommandBody &body, const QString &name)
{
    return std::visit(Clause{isolated(name)}, body);
}

ReasonWords reasonWords(const OutboxEntry &entry, const TimeFormat &format, TimePoint now)
{
    const QString at = entry.crossedAt ? format.stamp(*entry.crossedAt, now) : QString();
    const bool text = isText(entry);
    const bool cancel = std::holds_alternative<model::CancelMessage>(entry.command.body);
    if (entry.refusedRows > 0)
        return {Words::tr("%n rows were not taken", nullptr, int(entry.refusedRows)),
                Words::tr("The others are in. Bring the file in once more to see which rows, and why."), false};
    if (messageOf(entry) && entry.command.earlier == model::Outcome::Kind::Applied)
        return {Words::tr("The customer may have this already"),
                Words::tr("The hub had taken it before it was restored from a backup, and does not take it again. Ask the "
                          "customer before you send it once more."),
                true};
    switch (entry.reason) {
    case Reason::ColleagueReplied:
        return {entry.by.empty() || at.isEmpty()
                    ? Words::tr("A colleague has replied")
                    : Words::tr("%1 replied %2", "a colleague and a time")
                          .arg(isolated(QString::fromStdString(entry.by).section(u' ', 0, 0)), at),
                Words::tr("Compare both before yours goes out as well."), false};
    case Reason::CustomerWrote:
        return {at.isEmpty() ? Words::tr("The customer has written") : Words::tr("The customer wrote %1").arg(at),
                text ? Words::tr("Compare what came in with your text.")
                     : Words::tr("It stays open. Read what came in, and resolve it again."),
                false};
    case Reason::NoConsent:
        return {Words::tr("The customer does not want to be written to on this channel"),
                Words::tr("Record a new consent in the customer panel, use another channel, or wait until they write."),
                true};
    case Reason::WindowClosed:
        return {Words::tr("Reply window closed"), Words::tr("Edit it, and reply by another channel."), true};
    case Reason::AccountGone:
        return {Words::tr("The channel account is gone"), Words::tr("Edit it, and reply by another channel."), true};
    case Reason::NotAllowed:
        return {Words::tr("You may not do this"), Words::tr("An admin of the hub can give you the right to."), true};
    case Reason::NotFound:
        if (!model::companyOf(entry.command.body).isNull())
            return {Words::tr("The company was removed"),
                    Words::tr("Somebody removed it meanwhile, so your change was not made. Add it anew if it is needed."),
                    true};
        if (const auto *set = std::get_if<model::SetCompany>(&entry.command.body); set && set->company)
            return {Words::tr("The company was removed"), Words::tr("Choose another company of the customer, or none."),
                    true};
        if (hasFiles(entry)) // the hub does not say which of the two
            return {
                Words::tr("The conversation or a file is gone"),
                Words::tr(
                    "Somebody has removed the conversation, or the hub was restored from a backup without the file. Attach "
                    "the file again."),
                true};
        return {text ? Words::tr("The conversation is gone") : Words::tr("It is no longer there"),
                Words::tr("Somebody has removed it, or you may not see it any more."), true};
    case Reason::Blocked:
        return {Words::tr("The customer is blocked"), Words::tr("Unblock the customer to write to them."), true};
    case Reason::TooLate:
        return {cancel ? Words::tr("Too late, it has been sent") : Words::tr("It was too late"),
                cancel ? Words::tr("The message went out before it could be taken back.") : QString(), true};
    case Reason::Taken:
        if (std::holds_alternative<model::RemoveIdentity>(entry.command.body))
            return {Words::tr("The address stays, messages belong to it"),
                    Words::tr("Move it to another customer if it is not this one's."), true};
        if (std::holds_alternative<model::RemoveCustomer>(entry.command.body))
            return {Words::tr("The customer stays, there is a history by now"),
                    Words::tr("Merge them with whom they are instead."), true};
        if (std::holds_alternative<model::SaveCompany>(entry.command.body))
            return {Words::tr("A domain of it is another company's"),
                    Words::tr("Take it out there first, if it is this one's."), true};
        return {entry.command.undoes ? Words::tr("Not undone, it was changed since") : Words::tr("Somebody else was first"),
                Words::tr("What they did stays. Do it again if it is still right."), false};
    case Reason::Changed:
        if (text || std::holds_alternative<model::RetryMessage>(entry.command.body))
            return {Words::tr("The address is another customer's now"),
                    Words::tr("Choose another address of the customer, and send it once more."), true};
        return {Words::tr("Somebody has changed it meanwhile"), Words::tr("Look at what is there now, and do it again."),
                false};
    case Reason::Chain:
        return {Words::tr("These cannot be linked"), Words::tr("One of them is merged into somebody already."), true};
    case Reason::NotKnown:
        return {Words::tr("This hub is too old for it"), Words::tr("It needs a newer hub. Ask whoever looks after yours."),
                true};
    case Reason::Invalid:
        if (const auto *message = messageOf(entry);
            message && model::totalBytes(message->attachments) > model::kMaxFilesBytes)
            return {Words::tr("The files are too large together"),
                    Words::tr("A message may have 50 MB of files. Its text is a draft again: send some of them in another "
                              "message."),
                    true};
        break;
    case Reason::None: break;
    }
    return {Words::tr("The hub did not take it"),
            text ? Words::tr("Its text is a draft again. Change it, and send it once more.") : QString(), true};
}

QString outboxSummary(const std::vector<OutboxEntry> &entries)
{
    const auto needing = std::ranges::count_if(
        entries, [](const OutboxEntry &entry) { return entry.state == State::NeedsYou || entry.state == State::Refused; });
    if (entries.empty())
        return Words::tr("Nothing waits");
    const QString waiting = Words::tr("%n waiting", nullptr, int(entries.size()));
    return needing == 0 ? waiting
                        : Words::tr("%1, %2", "how many wait, how many need their author")
                              .arg(waiting, Words::tr("%n need you", nullptr, int(needing)));
}

std::vector<OutboxRow> outboxRows(const std::vector<OutboxEntry> &entries, bool unfolded, bool linked,
                                  const TimeFormat &format, TimePoint now)
{
    std::vector<OutboxRow> rows;
    std::vector<const OutboxEntry *> changes;
    for (const OutboxEntry &entry : entries) {
        const bool back = entry.state == State::NeedsYou || entry.state == State::Refused;
        if (back || isText(entry))
            rows.push_back(rowOf(entry, linked, format, now));
        else
            changes.push_back(&entry);
    }
    if (changes.empty())
        return rows;
    rows.push_back(changesRow(changes, unfolded && changes.size() > 1));
    if (unfolded && changes.size() > 1) {
        for (const OutboxEntry *entry : changes)
            rows.push_back(changeRow(*entry, format, now));
    }
    return rows;
}

} // namespace tributary::ui
