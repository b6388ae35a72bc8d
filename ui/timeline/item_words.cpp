#include "ui/timeline/item_words.h"

#include "ui/timeline/text_flow.h"

#include <QCoreApplication>
#include <QLocale>

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

} // namespace

QString languageName(const QString &code)
{
    const QLocale::Language language = QLocale::codeToLanguage(code);
    return language == QLocale::AnyLanguage ? QString() : QLocale::languageToString(language);
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

QString senderWarning(const TimelineModel &model, const Item &item)
{
    const auto proof = item.details.find("senderProof");
    const bool isFailed = proof != item.details.end() && proof->second == "failed";
    if (!isFailed || item.kind != Kind::Inbound || item.channel != model::Channel::Email)
        return {};
    const model::Identity *identity = model.identity(item.identity);
    const QString address =
        identity ? displayLine(identity->shown.empty() ? identity->address : identity->shown, 200) : detail(item, "from");
    if (address.isEmpty())
        return Words::tr("This may not be from whom it says: the sending server could not prove it");
    //: %1 is a mail address.
    return Words::tr("This may not be from %1: the sending server could not prove it").arg(isolated(address));
}

QString notToldWords(const Item &item)
{
    const auto found = item.details.find(std::string(model::kNotTold));
    if (item.kind != Kind::Note || found == item.details.end())
        return {};
    QStringList names;
    for (const QString &name : QString::fromStdString(found->second).split(u'\n'))
        names << isolated(displayLine(name.toStdString(), 120));
    const QString all = QLocale().createSeparatedList(names);
    //: %1 are names of colleagues that a note mentions: one, or several in the second.
    return names.size() == 1 ? Words::tr("%1 cannot see this conversation and was not told.").arg(all)
                             : Words::tr("%1 cannot see this conversation and were not told.").arg(all);
}

int occurrences(const Item &item, const QString &text)
{
    if (text.isEmpty() || item.kind == Kind::Event)
        return 0;
    int count = 0;
    // The same texts in the same order as the parts of a row: subject, then body.
    for (const std::string *said : {&item.subject, &item.body}) {
        const QString shown = displayText(*said, kShownAtMost.characters);
        for (qsizetype at = shown.indexOf(text, 0, Qt::CaseInsensitive); at >= 0;
             at = shown.indexOf(text, at + text.size(), Qt::CaseInsensitive))
            ++count;
    }
    return count;
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
        if (const QString warning = notToldWords(item); !warning.isEmpty())
            parts << warning;
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
        if (const QString warning = senderWarning(model, item); !warning.isEmpty())
            parts.prepend(warning); // heard before what it asks for
    }
    for (const model::Attachment &attachment : item.attachments) {
        if (isWholeBody(attachment))
            continue;
        parts << Words::tr("attachment %1").arg(displayLine(attachment.name, 120));
    }
    if (model.isAway(item))
        parts << Words::tr("The text is on its way");
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
