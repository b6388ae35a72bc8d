#include "ui/timeline/item_words.h"

#include "core/model/names.h"
#include "ui/timeline/text_flow.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <map>

namespace tributary::ui {
namespace {

using Item = model::TimelineItem;
using Kind = Item::Kind;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Timeline)
};

QString detail(const Item &item, const char *key)
{
    const auto found = item.details.find(key);
    return found == item.details.end() ? QString() : displayLine(found->second, 200);
}

/// @p sentence with %1, %2 ... replaced by @p values, which stand out. Values are isolated, so that none turns the sentence
/// round.
Phrase fill(const QString &sentence, std::initializer_list<QString> values)
{
    Phrase phrase;
    for (qsizetype i = 0; i < sentence.size(); ++i) {
        const bool place = sentence[i] == u'%' && i + 1 < sentence.size() && sentence[i + 1].isDigit();
        const int number = place ? sentence[i + 1].digitValue() : 0;
        if (number < 1 || number > int(values.size())) {
            phrase.text += sentence[i];
            continue;
        }
        const QString value = isolated(*(values.begin() + number - 1));
        phrase.strong.push_back({int(phrase.text.size()), int(value.size())});
        phrase.text += value;
        ++i;
    }
    return phrase;
}

QString kindWord(const Item &item)
{
    switch (item.kind) {
    case Kind::Call: return Words::tr("call");
    case Kind::Order: return Words::tr("order");
    case Kind::Payment: return Words::tr("payment");
    case Kind::Form: return Words::tr("form");
    case Kind::Rating: return Words::tr("rating");
    case Kind::Comment: return Words::tr("comment");
    default: break;
    }
    for (const model::Attachment &attachment : item.attachments) {
        if (QByteArray::fromStdString(attachment.mediaType).startsWith("image/"))
            return Words::tr("photo");
    }
    return {};
}

QString languageName(const QString &code)
{
    const QLocale::Language language = QLocale::codeToLanguage(code);
    return language == QLocale::AnyLanguage ? QString() : QLocale::languageToString(language);
}

/// What was done to a conversation as a ticket, or to its customer; nothing for other events.
std::optional<Phrase> ticketPhrase(const Item &item, const QString &type, const QString &who)
{
    const QString to = detail(item, "to"), from = detail(item, "from"), number = detail(item, "number");
    if (type == QLatin1String("status"))
        return to.isEmpty() ? fill(Words::tr("%1 took the status off"), {who})
                            : fill(Words::tr("%1 set the status to %2"), {who, to});
    if (type == QLatin1String("field")) {
        const QString name = detail(item, "name");
        return to.isEmpty() ? fill(Words::tr("%1 changed %2"), {who, name})
                            : fill(Words::tr("%1 set %2 to %3"), {who, name, to});
    }
    if (type == QLatin1String("checklist")) {
        const QString change = detail(item, "change");
        if (change == QLatin1String("done"))
            return fill(Words::tr("%1 finished “%2”"), {who, to});
        if (change == QLatin1String("undone"))
            return fill(Words::tr("%1 opened “%2” again"), {who, to});
        if (change == QLatin1String("removed"))
            return fill(Words::tr("%1 took “%2” off the checklist"), {who, to});
        return fill(Words::tr("%1 put “%2” on the checklist"), {who, to});
    }
    if (type == QLatin1String("started"))
        return fill(Words::tr("%1 began this conversation"), {who});
    if (type == QLatin1String("side-conversation"))
        //: %2 is an address.
        return fill(Words::tr("%1 began a side conversation with %2"), {who, detail(item, "address")});
    if (type == QLatin1String("joined"))
        return fill(Words::tr("%1 joined this into #%2"), {who, number});
    if (type == QLatin1String("taken-in"))
        return detail(item, "reopened").isEmpty()
                   ? fill(Words::tr("%1 joined #%2 into this"), {who, number})
                   : fill(Words::tr("%1 joined #%2 into this, which is open again"), {who, number});
    if (type == QLatin1String("separated"))
        return fill(Words::tr("%1 made this a conversation of its own again"), {who});
    if (type == QLatin1String("related"))
        return fill(Words::tr("%1 linked this with #%2"), {who, number});
    if (type == QLatin1String("unrelated"))
        return fill(Words::tr("%1 ended the link with #%2"), {who, number});
    if (type == QLatin1String("items-moved"))
        return fill(Words::tr("%1 moved %n messages to #%2", nullptr, detail(item, "items").toInt()), {who, number});
    if (type == QLatin1String("items-came"))
        return fill(Words::tr("%1 moved %n messages here from #%2", nullptr, detail(item, "items").toInt()), {who, number});
    if (type == QLatin1String("returned"))
        return fill(Words::tr("Back in the queue: %1 has been gone for long"), {from});
    return std::nullopt;
}

/// What a field of a customer is called within a sentence.
QString customerFieldName(const Item &item)
{
    const QString field = detail(item, "field"), own = detail(item, "name");
    if (field == QLatin1String("name"))
        return Words::tr("the name");
    if (field == QLatin1String("note"))
        return Words::tr("the note");
    if (field == QLatin1String("language"))
        return Words::tr("the language");
    if (field == QLatin1String("company"))
        return Words::tr("the company");
    return own.isEmpty() ? field.section(u'.', 1) : own;
}

/// What was changed of a person; nothing for other events.
std::optional<Phrase> customerPhrase(const Item &item, const QString &type, const QString &who)
{
    const QString address = detail(item, "address");
    if (type == QLatin1String("customer-added"))
        return fill(Words::tr("%1 added this customer"), {who});
    if (type == QLatin1String("customer-imported"))
        return fill(Words::tr("%1 filled in this customer from a file"), {who});
    if (type == QLatin1String("customer-field")) {
        const QString name = customerFieldName(item);
        QString from = detail(item, "from"), to = detail(item, "to");
        if (detail(item, "field") == QLatin1String("language")) {
            from = languageName(from).isEmpty() ? from : languageName(from);
            to = languageName(to).isEmpty() ? to : languageName(to);
        }
        if (!detail(item, "removed").isEmpty())
            return fill(Words::tr("%1 removed %2 of this customer"), {who, name});
        if (to.isEmpty() && from.isEmpty()) // a note, or hidden from whoever reads this
            return fill(Words::tr("%1 changed %2 of this customer"), {who, name});
        if (to.isEmpty())
            return fill(Words::tr("%1 removed %2 of this customer: it was %3"), {who, name, from});
        return from.isEmpty() ? fill(Words::tr("%1 set %2 of this customer to %3"), {who, name, to})
                              : fill(Words::tr("%1 changed %2 of this customer from %3 to %4"), {who, name, from, to});
    }
    if (type == QLatin1String("customer-tags")) {
        const QString added = detail(item, "added"), removed = detail(item, "removed");
        if (!added.isEmpty() && !removed.isEmpty())
            return fill(Words::tr("%1 tagged this customer %2 and removed %3"), {who, added, removed});
        return removed.isEmpty() ? fill(Words::tr("%1 tagged this customer %2"), {who, added})
                                 : fill(Words::tr("%1 removed the tag %2 from this customer"), {who, removed});
    }
    if (type == QLatin1String("identity-added"))
        return address.isEmpty() ? fill(Words::tr("%1 added an address of this customer"), {who})
                                 : fill(Words::tr("%1 added the address %2"), {who, address});
    if (type == QLatin1String("identity-removed"))
        return address.isEmpty() ? fill(Words::tr("%1 removed an address of this customer"), {who})
                                 : fill(Words::tr("%1 removed the address %2"), {who, address});
    if (type == QLatin1String("identity-left"))
        return address.isEmpty() ? fill(Words::tr("%1 moved an address to %2"), {who, detail(item, "to")})
                                 : fill(Words::tr("%1 moved %2 to %3"), {who, address, detail(item, "to")});
    return std::nullopt;
}

/// The same sentence with why it was done, where somebody or something said so.
Phrase withReason(Phrase phrase, const Item &item, const QString &type)
{
    const QString why = detail(item, "why");
    if (why.isEmpty() || type == QLatin1String("resolved")) // has sentences of its own
        return phrase;
    if (why != QLatin1String("undo") && type != QLatin1String("merged"))
        return phrase;
    //: %1 is a whole sentence; then with why two customers are one: "Same phone number, +971 50 555 0172".
    const QString sentence = why == QLatin1String("undo") ? Words::tr("%1, taking back a change") : Words::tr("%1. Why: %2");
    for (Phrase::Strong &strong : phrase.strong)
        strong.start += int(std::max<qsizetype>(0, sentence.indexOf(QStringLiteral("%1"))));
    phrase.text =
        sentence.contains(QStringLiteral("%2")) ? sentence.arg(phrase.text, isolated(why)) : sentence.arg(phrase.text);
    return phrase;
}

/// A priority as the hub names it, in words.
QString priorityWords(const QString &name)
{
    using Priority = model::Conversation::Priority;
    const auto priority = model::fromName<Priority>(name.toStdString());
    if (!priority)
        return name;
    switch (*priority) {
    case Priority::Low: return Words::tr("Low");
    case Priority::Normal: return Words::tr("Normal");
    case Priority::High: return Words::tr("High");
    case Priority::Urgent: return Words::tr("Urgent");
    }
    return name;
}

} // namespace

namespace {

Phrase plainPhrase(const TimelineModel &model, const Item &item)
{
    const QString type = detail(item, "event");
    QString who = senderOf(model, item);
    if (who.isEmpty())
        who = detail(item, "rule").isEmpty() ? Words::tr("Tributary") : detail(item, "rule");
    const QString from = detail(item, "from"), to = detail(item, "to");

    if (type == QLatin1String("assigned")) {
        const QString why = detail(item, "why");
        if (to.isEmpty() && why == QLatin1String("out-of-sight"))
            return {Words::tr("Back in the queue: who had this does not see it any more"), {}};
        if (to.isEmpty() && why == QLatin1String("gone"))
            return {Words::tr("Back in the queue: the account of who had this was turned off"), {}};
        if (to.isEmpty())
            return fill(Words::tr("%1 put this back in the queue"), {who});
        //: %1 is a rule's name, %2 an agent.
        if (!detail(item, "rule").isEmpty())
            return fill(Words::tr("%1 rule assigned this to %2"), {detail(item, "rule"), to});
        return fill(Words::tr("%1 assigned this to %2"), {who, to});
    }
    if (type == QLatin1String("resolved") && detail(item, "why") == QLatin1String("spam"))
        return fill(Words::tr("%1 resolved this, because the customer was marked as spam"), {who});
    if (type == QLatin1String("resolved") && detail(item, "why") == QLatin1String("blocked"))
        return fill(Words::tr("%1 resolved this, because the customer was blocked"), {who});
    if (type == QLatin1String("resolved"))
        return fill(Words::tr("%1 resolved this"), {who});
    if (type == QLatin1String("reopened") && detail(item, "why") == QLatin1String("wrote"))
        return fill(Words::tr("%1 wrote, and this is open again"), {who});
    if (type == QLatin1String("reopened"))
        return fill(Words::tr("%1 reopened this"), {who});
    if (type == QLatin1String("waiting") && detail(item, "why") == QLatin1String("reply"))
        return fill(Words::tr("%1 replied, and waits for the customer"), {who});
    if (type == QLatin1String("waiting"))
        return fill(Words::tr("%1 is waiting for the customer"), {who});
    if (type == QLatin1String("woke"))
        return {Words::tr("The snooze is over"), {}};
    if (type == QLatin1String("delivery-failed"))
        return detail(item, "problem").isEmpty()
                   ? Phrase{Words::tr("A message could not be delivered"), {}}
                   : fill(Words::tr("A message could not be delivered: %1"), {detail(item, "problem")});
    if (type == QLatin1String("delivery-problem"))
        return detail(item, "problem").isEmpty()
                   ? Phrase{Words::tr("There is a problem with a message"), {}}
                   : fill(Words::tr("There is a problem with a message: %1"), {detail(item, "problem")});
    if (type == QLatin1String("snoozed") && to.isEmpty() && !detail(item, "until_ms").isEmpty()) {
        const QDateTime until = QDateTime::fromMSecsSinceEpoch(detail(item, "until_ms").toLongLong());
        return fill(Words::tr("%1 snoozed this until %2"), {who, QLocale().toString(until, QLocale::ShortFormat)});
    }
    if (type == QLatin1String("snoozed"))
        return to.isEmpty() ? fill(Words::tr("%1 snoozed this until the customer writes"), {who})
                            : fill(Words::tr("%1 snoozed this until %2"), {who, to});
    if (type == QLatin1String("tagged") || type == QLatin1String("tags")) {
        const QString added = detail(item, "added"), removed = detail(item, "removed");
        if (!added.isEmpty() && !removed.isEmpty())
            return fill(Words::tr("%1 added the tag %2 and removed %3"), {who, added, removed});
        return removed.isEmpty() ? fill(Words::tr("%1 added the tag %2"), {who, added})
                                 : fill(Words::tr("%1 removed the tag %2"), {who, removed});
    }
    if (type == QLatin1String("priority"))
        return fill(Words::tr("%1 set the priority to %2"), {who, priorityWords(to)});
    if (type == QLatin1String("moved"))
        return to.isEmpty() ? fill(Words::tr("%1 took this out of its team"), {who})
                            : fill(Words::tr("%1 moved this to %2"), {who, to});
    if (const std::optional<Phrase> phrase = ticketPhrase(item, type, who))
        return *phrase;
    if (type == QLatin1String("team"))
        return fill(Words::tr("%1 moved this to %2"), {who, to});
    if (type == QLatin1String("subject"))
        return fill(Words::tr("%1 changed the subject to %2"), {who, to});
    if (type == QLatin1String("merged")) {
        const int moved = detail(item, "count").toInt();
        if (moved > 0)
            return fill(moved == 1 ? Words::tr("%1 merged %2 into this customer, 1 message moved")
                                   : Words::tr("%1 merged %2 into this customer, %n messages moved", nullptr, moved),
                        {who, from});
        return fill(Words::tr("%1 merged %2 into this customer"), {who, from});
    }
    if (type == QLatin1String("unmerged"))
        return fill(Words::tr("%1 took %2 apart from this customer again"), {who, from});
    if (type == QLatin1String("sla_missed"))
        return fill(Words::tr("The reply was due by %1 and is late"), {to});
    if (type == QLatin1String("rule"))
        return fill(Words::tr("Rule %1 ran"), {detail(item, "rule")});
    if (type == QLatin1String("consent"))
        return fill(Words::tr("Consent for %1: %2"), {detail(item, "purpose"), to});
    if (type == QLatin1String("consent-given") || type == QLatin1String("consent-withdrawn")) {
        const bool given = type == QLatin1String("consent-given"), marketing = detail(item, "purpose") == u"marketing";
        const auto channel = model::fromName<model::Channel>(detail(item, "channel").toStdString());
        const QString name = channel ? channelName(*channel) : detail(item, "channel");
        //: %1 is an agent, %2 a channel, %3 where it was said ("order form").
        const QString sentence =
            given ? (marketing ? Words::tr("%1 recorded consent to marketing, %2: %3")
                               : Words::tr("%1 recorded consent to service messages, %2: %3"))
                  : (marketing ? Words::tr("%1 recorded that consent to marketing is withdrawn, %2: %3")
                               : Words::tr("%1 recorded that consent to service messages is withdrawn, %2: %3"));
        return fill(sentence, {who, name, detail(item, "source")});
    }
    if (type == QLatin1String("blocked"))
        return fill(Words::tr("%1 blocked this customer"), {who});
    if (type == QLatin1String("spam"))
        return fill(Words::tr("%1 marked this customer as spam"), {who});
    if (type == QLatin1String("unblocked"))
        return fill(Words::tr("%1 unblocked this customer"), {who});
    if (type == QLatin1String("identity-moved") && detail(item, "address").isEmpty()) // hidden
        return fill(Words::tr("%1 moved an address to this customer"), {who});
    if (type == QLatin1String("identity-moved"))
        return from.isEmpty()
                   ? fill(Words::tr("%1 moved %2 to this customer"), {who, detail(item, "address")})
                   : fill(Words::tr("%1 moved %2 from %3 to this customer"), {who, detail(item, "address"), from});
    if (type == QLatin1String("linked"))
        return fill(Words::tr("%1 linked %2"), {who, to});

    if (const std::optional<Phrase> phrase = customerPhrase(item, type, who))
        return *phrase;

    const QString own = displayLine(item.body.empty() ? item.subject : item.body, 400);
    return {own.isEmpty() ? type : own, {}};
}

} // namespace

Phrase eventPhrase(const TimelineModel &model, const Item &item)
{
    return withReason(plainPhrase(model, item), item, detail(item, "event"));
}

DeliveryWords deliveryWords(const TimelineModel &model, const Item &item, TimePoint now, const TimeFormat &format)
{
    using enum model::Delivery::State;
    const QString clock = QStringLiteral("clock"), warning = QStringLiteral("warning");
    if (const auto pending = model.pending(item.id)) {
        if (*pending == PendingState::NeedsYou)
            return {
                .text = Words::tr("Not sent: somebody has written since"), .icon = warning, .failed = true, .waiting = true};
        //: %1 is a time, "14:07" or "Mon 14:07".
        return {.text = Words::tr("In outbox since %1").arg(format.stamp(item.at, now)), .icon = clock, .waiting = true};
    }
    if (!item.delivery)
        return {};
    const model::Delivery &delivery = *item.delivery;
    const QString problem = displayLine(delivery.problemText, 300);
    switch (delivery.state) {
    case Held: {
        if (!delivery.heldUntil || *delivery.heldUntil <= now)
            return {.text = Words::tr("Sending"), .icon = clock, .waiting = true};
        const auto left = std::chrono::ceil<std::chrono::seconds>(*delivery.heldUntil - now);
        if (left < std::chrono::minutes(2))
            return {.text = Words::tr("Sends in %n s", nullptr, int(left.count())), .waiting = true};
        return {.text = Words::tr("Sends %1").arg(format.stamp(*delivery.heldUntil, now)), .icon = clock, .waiting = true};
    }
    case Queued:
    case Sending: return {.text = Words::tr("Sending"), .icon = clock};
    case Sent:
        //: %1 is a sentence, "The other mail server does not take it yet; it is being tried again."
        return {.text = problem.isEmpty() ? Words::tr("Sent") : Words::tr("Sent. %1").arg(problem),
                .icon = QStringLiteral("check")};
    case Delivered: return {.text = Words::tr("Delivered"), .icon = QStringLiteral("checks")};
    case Read:
        return {.text = item.channel == model::Channel::WebChat ? Words::tr("Seen") : Words::tr("Read"),
                .icon = QStringLiteral("checks")};
    case Failed:
        // Some problems come as a whole sentence that says so itself.
        return {.text = problem.isEmpty() ? Words::tr("Not delivered")
                        : problem.startsWith(Words::tr("Not delivered"), Qt::CaseInsensitive)
                            ? problem
                            : Words::tr("Not delivered, %1").arg(problem),
                .icon = warning,
                .failed = true};
    case Uncertain:
        return {.text = Words::tr("Handed over, but no answer came: it may or may not have arrived"),
                .icon = warning,
                .unsure = true};
    }
    return {};
}

QString senderOf(const TimelineModel &model, const Item &item)
{
    const QString author = displayLine(model.authorOf(item).toStdString(), 120);
    if (!author.isEmpty())
        return author;
    if (item.kind == Kind::Inbound || item.kind == Kind::Comment || item.kind == Kind::Rating || item.kind == Kind::Form) {
        if (const model::Identity *identity = model.identity(item.identity); identity && !identity->name.empty())
            return displayLine(identity->name, 120);
        return model.customerName();
    }
    return {};
}

QString viaOf(const TimelineModel &model, const Item &item)
{
    const model::ChannelAccount *account = model.account(item.account);
    QString address;
    if (item.channel == model::Channel::Email)
        address = detail(item, "to");
    if (address.isEmpty() && item.kind == Kind::Outbound && item.channel == model::Channel::Email) {
        if (const model::Identity *identity = model.identity(item.identity))
            address = displayLine(identity->shown.empty() ? identity->address : identity->shown, 200);
    }
    const bool toKnown = !address.isEmpty();
    if (address.isEmpty() && account)
        address = displayLine(account->address.empty() ? account->name : account->address, 200);
    if (address.isEmpty())
        return {};
    if (item.kind == Kind::Outbound && (item.channel != model::Channel::Email || !toKnown))
        return Words::tr("from %1").arg(isolated(address));
    if (item.channel == model::Channel::WebChat)
        return isolated(address);
    return Words::tr("to %1").arg(isolated(address));
}

QString accessibleName(const TimelineModel &model, const Item &item, const TimeFormat &format, TimePoint now,
                       std::size_t position, std::size_t total)
{
    const QString time = format.dateOf(item.at) == format.dateOf(now) ? Words::tr("Today %1").arg(format.clock(item.at))
                                                                      : format.stamp(item.at, now);
    if (item.kind == Kind::Event)
        return Words::tr("Event: %1, %2").arg(eventPhrase(model, item).text, time);

    const QString body = displayText(item.body, 1000);
    const QString who = model.isOwn(item) ? Words::tr("You") : senderOf(model, item);
    QStringList parts;
    if (item.kind == Kind::Note) {
        parts << Words::tr("Internal note by %1, customer can't see it: %2").arg(who, body);
    } else {
        parts << who << channelName(item.channel);
        if (const QString kind = kindWord(item); !kind.isEmpty())
            parts << kind;
        if (!item.subject.empty())
            parts << displayLine(item.subject);
        if (item.kind == Kind::Order)
            parts << detail(item, "number") << detail(item, "status") << detail(item, "items") << detail(item, "total");
        if (item.kind == Kind::Call)
            parts << detail(item, "outcome") << detail(item, "transcript");
        parts.removeAll(QString());
        QString said = parts.join(QStringLiteral(", "));
        const QString language = languageName(likelyLanguage(body));
        if (!body.isEmpty() && !language.isEmpty())
            said = Words::tr("%1, message in %2: %3").arg(said, language, body);
        else if (!body.isEmpty())
            said = Words::tr("%1: %2").arg(said, body);
        parts = {said};
    }
    for (const model::Attachment &attachment : item.attachments) {
        if (isWholeBody(attachment))
            continue;
        parts << Words::tr("attachment %1").arg(displayLine(attachment.name, 120));
    }
    if (const QString state = deliveryWords(model, item, now, format).text; !state.isEmpty())
        parts << state;
    parts << time;
    if (model.firstUnread() && item.kind == Kind::Inbound) {
        if (const Item *first = model.find(*model.firstUnread()); first && item.at >= first->at)
            parts << Words::tr("New");
    }
    parts << Words::tr("Item %1 of %2").arg(position).arg(total);
    for (QString &part : parts) {
        while (part.endsWith(u'.') || part.endsWith(u' '))
            part.chop(1);
    }
    return parts.join(QStringLiteral(". ")) + u'.';
}

QString accessibleName(const TimelineModel &model, const Row &row, const TimeFormat &format, TimePoint now)
{
    const Item *first = row.first < model.items().size() ? &model.items()[row.first] : nullptr;
    const int count = int(row.count);
    switch (row.key.kind) {
    case RowKey::Kind::Item:
        return first ? accessibleName(model, *first, format, now, row.first + 1, model.items().size()) : QString();
    case RowKey::Kind::Date: return first ? format.dayHeading(format.dateOf(first->at), now) : QString();
    case RowKey::Kind::Unread: return newMessagesText(count);
    case RowKey::Kind::Changes:
        return row.open ? Words::tr("%n changes, unfolded", nullptr, count)
                        : Words::tr("%n changes, folded", nullptr, count);
    case RowKey::Kind::Hidden: return Words::tr("%n hidden by the filter", nullptr, count);
    case RowKey::Kind::Older: return Words::tr("Earlier history is loading");
    case RowKey::Kind::Typing:
        return model.typing().empty() ? QString() : Words::tr("%1 is typing").arg(model.typing().front().name);
    case RowKey::Kind::Gap: {
        if (row.gap >= model.gaps().size())
            return {};
        const TimelineGap &gap = model.gaps()[row.gap];
        return gapText(gap, format, now) + QStringLiteral(". ") + gapStateText(gap.state) + u'.';
    }
    case RowKey::Kind::Conversation: {
        const model::Conversation *conversation = first ? model.conversation(first->conversation) : nullptr;
        const QString subject = conversation ? displayLine(conversation->subject) : QString();
        if (subject.isEmpty())
            return row.open ? Words::tr("Resolved conversation, %n items, unfolded", nullptr, count)
                            : Words::tr("Resolved conversation, %n items, folded", nullptr, count);
        return row.open ? Words::tr("Resolved conversation %1, %n items, unfolded", nullptr, count).arg(subject)
                        : Words::tr("Resolved conversation %1, %n items, folded", nullptr, count).arg(subject);
    }
    }
    return {};
}

QString copyHeading(const TimelineModel &model, const Item &item, const TimeFormat &format)
{
    const QString channel = item.kind == Kind::Note ? Words::tr("internal note") : channelName(item.channel);
    const QString when = format.locale().toString(format.local(item.at), QLocale::ShortFormat);
    return QStringLiteral("%1, %2 (%3): ").arg(when, senderOf(model, item), channel);
}

QString gapText(const TimelineGap &gap, const TimeFormat &format, TimePoint now)
{
    const bool begins = gap.range.from != model::HistoryKey::beginning();
    const bool ends = gap.range.to != model::HistoryKey::end();
    const QString from = begins ? format.shortDate(format.dateOf(gap.range.from.at), now) : QString();
    const QString to = ends ? format.shortDate(format.dateOf(gap.range.to.at), now) : QString();
    if (begins && ends)
        return from == to ? Words::tr("Part of %1 is not on this computer").arg(from)
                          : Words::tr("%1 to %2 is not on this computer").arg(from, to);
    if (ends)
        return Words::tr("What came before %1 is not on this computer").arg(to);
    return begins ? Words::tr("What came after %1 is not on this computer").arg(from)
                  : Words::tr("This history is not on this computer");
}

QString gapStateText(TimelineGap::State state)
{
    switch (state) {
    case TimelineGap::State::Missing: return Words::tr("Load");
    case TimelineGap::State::Loading: return Words::tr("Loading");
    case TimelineGap::State::Offline: return Words::tr("Comes when the hub answers");
    case TimelineGap::State::Failed: return Words::tr("Not loaded. Try again");
    }
    return {};
}

QString newMessagesText(int count)
{
    return count == 1 ? Words::tr("1 new message") : Words::tr("%n new messages", nullptr, count);
}

QString sizeText(qint64 bytes)
{
    return QLocale().formattedDataSize(bytes, bytes < 10 * 1024 * 1024 ? 0 : 1, QLocale::DataSizeTraditionalFormat);
}

} // namespace tributary::ui
