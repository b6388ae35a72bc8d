#include "ui/timeline/item_words.h"

#include "core/model/names.h"
#include "ui/timeline/text_flow.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

/// What events say: what was changed, by whom and why. A hub of before a reason was kept says no less than it did.
namespace tributary::ui {
namespace {

using Item = model::TimelineItem;

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

/// Until when something sleeps, or has slept.
QString untilWords(const Item &item)
{
    const QDateTime until = QDateTime::fromMSecsSinceEpoch(detail(item, "until_ms").toLongLong());
    return QLocale().toString(until, QLocale::ShortFormat);
}

/// What was done to a conversation as a ticket, or to its customer; nothing for other events.
std::optional<Phrase> ticketPhrase(const Item &item, const QString &type, const QString &who)
{
    const QString to = detail(item, "to"), from = detail(item, "from"), number = detail(item, "number");
    if (type == QLatin1String("status") && to.isEmpty())
        return from.isEmpty() ? fill(Words::tr("%1 took the status off"), {who})
                              : fill(Words::tr("%1 took the status %2 off"), {who, from});
    if (type == QLatin1String("status"))
        return fill(Words::tr("%1 set the status to %2"), {who, to});
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
        if (change == QLatin1String("text"))
            return from.isEmpty() ? fill(Words::tr("%1 renamed a step of the checklist to “%2”"), {who, to})
                                  : fill(Words::tr("%1 renamed “%2” on the checklist to “%3”"), {who, from, to});
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
    if (type == QLatin1String("returned")) {
        const QString rule = detail(item, "rule");
        if (rule.isEmpty())
            return fill(Words::tr("Back in the queue: %1 has been gone for long"), {from});
        //: %1 is a rule's name, %2 an agent.
        return fill(detail(item, "why") == QLatin1String("away")
                        ? Words::tr("%1 rule put this back in the queue: %2 has been away for long")
                        : Words::tr("%1 rule put this back in the queue: %2 has been gone for long"),
                    {rule, from});
    }
    return std::nullopt;
}

/// Whose a conversation has become.
Phrase assignedPhrase(const Item &item, const QString &who, bool isByAgent)
{
    const QString from = detail(item, "from"), to = detail(item, "to"), why = detail(item, "why"),
                  rule = detail(item, "rule");
    const bool isGone = why == QLatin1String("gone"), isOutOfSight = why == QLatin1String("out-of-sight");
    if (to.isEmpty() && (isGone || isOutOfSight)) {
        if (from.isEmpty())
            return {isGone ? Words::tr("Back in the queue: the account of who had this was turned off")
                           : Words::tr("Back in the queue: who had this does not see it any more"),
                    {}};
        if (!isByAgent)
            return fill(isGone ? Words::tr("Back in the queue: the account of %1 was turned off")
                               : Words::tr("Back in the queue: %1 does not see this any more"),
                        {from});
        return fill(isGone ? Words::tr("%1 put this back in the queue: the account of %2 was turned off")
                           : Words::tr("%1 put this back in the queue: %2 does not see it any more"),
                    {who, from});
    }
    if (to.isEmpty())
        return from.isEmpty() || from == who
                   ? fill(Words::tr("%1 put this back in the queue"), {who})
                   : fill(Words::tr("%1 took this from %2 and put it back in the queue"), {who, from});
    if (!rule.isEmpty()) {
        //: %1 is a rule's name, %2 an agent.
        const QString sentence = why == QLatin1String("turn") ? Words::tr("%1 rule assigned this to %2, whose turn it was")
                                 : why == QLatin1String("least-load")
                                     ? Words::tr("%1 rule assigned this to %2, who had the least to do")
                                     : Words::tr("%1 rule assigned this to %2");
        return fill(sentence, {rule, to});
    }
    if (isGone && !from.isEmpty())
        return fill(Words::tr("%1 assigned this to %2, because the account of %3 was turned off"), {who, to, from});
    if (why == QLatin1String("reply"))
        return fill(Words::tr("%1 took this by replying"), {who});
    if (from.isEmpty() || from == to)
        return fill(Words::tr("%1 assigned this to %2"), {who, to});
    return to == who ? fill(Words::tr("%1 took this over from %2"), {who, from})
                     : fill(Words::tr("%1 reassigned this from %2 to %3"), {who, from, to});
}

/// Where it stands: resolved, open again, waiting.
std::optional<Phrase> statusPhrase(const Item &item, const QString &type, const QString &who)
{
    const QString why = detail(item, "why");
    if (type == QLatin1String("resolved")) {
        if (why == QLatin1String("spam"))
            return fill(Words::tr("%1 resolved this, because the customer was marked as spam"), {who});
        if (why == QLatin1String("blocked"))
            return fill(Words::tr("%1 resolved this, because the customer was blocked"), {who});
        return why == QLatin1String("reply") ? fill(Words::tr("%1 replied and resolved this"), {who})
                                             : fill(Words::tr("%1 resolved this"), {who});
    }
    if (type == QLatin1String("reopened"))
        return why == QLatin1String("wrote") ? fill(Words::tr("%1 wrote, and this is open again"), {who})
                                             : fill(Words::tr("%1 reopened this"), {who});
    if (type == QLatin1String("waiting"))
        return why == QLatin1String("reply") ? fill(Words::tr("%1 replied, and waits for the customer"), {who})
                                             : fill(Words::tr("%1 is waiting for the customer"), {who});
    if (type == QLatin1String("woke"))
        return detail(item, "until_ms").isEmpty() ? Phrase{Words::tr("The snooze is over"), {}}
                                                  : fill(Words::tr("The snooze until %1 is over"), {untilWords(item)});
    return std::nullopt;
}

/// What became of a message on its way.
std::optional<Phrase> deliveryPhrase(const Item &item, const QString &type, const QString &who)
{
    const QString problem = detail(item, "problem"), from = detail(item, "from");
    if (type == QLatin1String("delivery-failed")) {
        const bool opened = !detail(item, "opened").isEmpty();
        if (problem.isEmpty())
            return Phrase{opened ? Words::tr("A message could not be delivered, so this is open again")
                                 : Words::tr("A message could not be delivered"),
                          {}};
        return fill(opened ? Words::tr("A message could not be delivered, so this is open again: %1")
                           : Words::tr("A message could not be delivered: %1"),
                    {problem});
    }
    if (type == QLatin1String("delivery-problem"))
        return problem.isEmpty() ? Phrase{Words::tr("There is a problem with a message"), {}}
                                 : fill(Words::tr("There is a problem with a message: %1"), {problem});
    if (type == QLatin1String("message-stopped"))
        return from.isEmpty() ? fill(Words::tr("%1 stopped a message before it went out"), {who})
                              : fill(Words::tr("%1 stopped a message of %2 before it went out"), {who, from});
    if (type == QLatin1String("message-retried"))
        return fill(Words::tr("%1 tried to send a message once more"), {who});
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
    if (type == QLatin1String("identity-added") && detail(item, "why") == QLatin1String("proven")) {
        const auto channel = model::fromName<model::Channel>(detail(item, "channel").toStdString());
        if (!address.isEmpty())
            return fill(Words::tr("The address %1 was added: it is proven to be theirs"), {address});
        return channel ? fill(Words::tr("An address on %1 was added: it is proven to be theirs"), {channelName(*channel)})
                       : Phrase{Words::tr("An address was added: it is proven to be theirs"), {}};
    }
    if (type == QLatin1String("identity-added"))
        return address.isEmpty() ? fill(Words::tr("%1 added an address of this customer"), {who})
                                 : fill(Words::tr("%1 added the address %2"), {who, address});
    if (type == QLatin1String("identity-removed"))
        return address.isEmpty() ? fill(Words::tr("%1 removed an address of this customer"), {who})
                                 : fill(Words::tr("%1 removed the address %2"), {who, address});
    if (type == QLatin1String("identity-preferred")) {
        const auto channel = model::fromName<model::Channel>(detail(item, "channel").toStdString());
        const QString name = channel ? channelName(*channel) : detail(item, "channel");
        if (!detail(item, "removed").isEmpty())
            return fill(Words::tr("%1 prefers no address of this customer any more, %2"), {who, name});
        return address.isEmpty() ? fill(Words::tr("%1 chose which address of this customer comes first, %2"), {who, name})
                                 : fill(Words::tr("%1 made %2 the preferred address"), {who, address});
    }
    if (type == QLatin1String("identity-left"))
        return address.isEmpty() ? fill(Words::tr("%1 moved an address to %2"), {who, detail(item, "to")})
                                 : fill(Words::tr("%1 moved %2 to %3"), {who, address, detail(item, "to")});
    return std::nullopt;
}

/// A whole sentence as %1 with why it was done; empty where that is not known here, or in the sentence already.
QString reasonSentence(const QString &why, const QString &type)
{
    if (type == QLatin1String("offered-again") || type == QLatin1String("consent-removed"))
        return {};
    if (why == QLatin1String("undo"))
        return Words::tr("%1, taking back a change");
    //: %1 is a whole sentence; then with why two customers are one: "Same phone number, +971 50 555 0172".
    if (type == QLatin1String("merged") && !why.isEmpty())
        return Words::tr("%1. Why: %2");
    if (why == QLatin1String("heard-again"))
        return Words::tr("%1, because the customer is not blocked any more");
    if (why == QLatin1String("moved-here"))
        return Words::tr("%1, because messages were moved here");
    if (why == QLatin1String("emptied"))
        return Words::tr("%1, because nothing is left in it");
    if (why == QLatin1String("separated"))
        return Words::tr("%1, because what had opened it is a conversation of its own again");
    if (why == QLatin1String("strangers"))
        return Words::tr("%1, because it is of another customer");
    if (why == QLatin1String("status-removed"))
        return Words::tr("%1, because that status was removed");
    if (why == QLatin1String("channel"))
        return Words::tr("%1, because they are called so on their channel");
    if (why == QLatin1String("by-address"))
        return Words::tr("%1, because of an address of theirs");
    return {};
}

/// The same sentence with why it was done, where somebody or something said so.
Phrase withReason(Phrase phrase, const Item &item, const QString &type)
{
    const QString why = detail(item, "why"), sentence = reasonSentence(why, type);
    if (sentence.isEmpty())
        return phrase;
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

Phrase plainPhrase(const TimelineModel &model, const Item &item)
{
    const QString type = detail(item, "event");
    QString who = senderOf(model, item);
    const bool isByAgent = !who.isEmpty();
    if (!isByAgent)
        who = detail(item, "rule").isEmpty() ? Words::tr("Tributary") : detail(item, "rule");
    const QString from = detail(item, "from"), to = detail(item, "to");

    if (type == QLatin1String("assigned"))
        return assignedPhrase(item, who, isByAgent);
    if (const std::optional<Phrase> phrase = statusPhrase(item, type, who))
        return *phrase;
    if (const std::optional<Phrase> phrase = deliveryPhrase(item, type, who))
        return *phrase;
    if (type == QLatin1String("snoozed") && to.isEmpty() && !detail(item, "until_ms").isEmpty())
        return fill(Words::tr("%1 snoozed this until %2"), {who, untilWords(item)});
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
    if (type == QLatin1String("moved") && detail(item, "why") == QLatin1String("team-removed"))
        return to.isEmpty() ? fill(Words::tr("%1 took this out of the team %2, which was removed"), {who, from})
                            : fill(Words::tr("%1 moved this to %2, because the team %3 was removed"), {who, to, from});
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
    if (type == QLatin1String("kept-apart"))
        return from.isEmpty() ? fill(Words::tr("%1 said that a customer without a name is somebody else"), {who})
                              : fill(Words::tr("%1 said that %2 is somebody else"), {who, from});
    if (type == QLatin1String("offered-again"))
        return from.isEmpty() ? fill(Words::tr("%1 took back that a customer without a name is somebody else"), {who})
                              : fill(Words::tr("%1 took back that %2 is somebody else"), {who, from});
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
    if (type == QLatin1String("consent-removed")) {
        const auto channel = model::fromName<model::Channel>(detail(item, "channel").toStdString());
        const QString name = channel ? channelName(*channel) : detail(item, "channel");
        //: %1 is an agent, %2 a channel, %3 where it was said ("order form").
        return fill(detail(item, "purpose") == u"marketing"
                        ? Words::tr("%1 took back what was recorded of consent to marketing, %2: %3")
                        : Words::tr("%1 took back what was recorded of consent to service messages, %2: %3"),
                    {who, name, detail(item, "source")});
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

} // namespace tributary::ui
