#include "ui/search/palette_choices.h"

#include "ui/theme/channel_look.h"
#include "ui/theme/scripts.h"

#include <QCoreApplication>

namespace tributary::ui {
namespace {

constexpr int kMostActions = 6;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(tributary::ui::Palette)
};

Choice heading(const QString &text)
{
    return Choice{.text = text, .heading = true};
}

QString commandWords(const model::CommandBody &body)
{
    if (const auto *message = std::get_if<model::SendMessage>(&body))
        return QString::fromStdString(message->body).simplified().left(120);
    if (const auto *note = std::get_if<model::AddNote>(&body))
        return Words::tr("Note: %1").arg(QString::fromStdString(note->body).simplified().left(120));
    if (const auto *status = std::get_if<model::SetStatus>(&body))
        return status->status == model::Conversation::Status::Resolved ? Words::tr("Resolve")
                                                                       : Words::tr("Change of status");
    if (std::holds_alternative<model::Snooze>(body))
        return Words::tr("Snooze");
    if (std::holds_alternative<model::Assign>(body))
        return Words::tr("Assignment");
    if (std::holds_alternative<model::SetTags>(body))
        return Words::tr("Tags");
    if (std::holds_alternative<model::MarkRead>(body))
        return Words::tr("Read mark");
    if (std::holds_alternative<model::LinkCustomers>(body) || std::holds_alternative<model::UnlinkCustomers>(body))
        return Words::tr("Link of customers");
    return Words::tr("Change");
}

QString reasonWords(const model::Outcome &outcome)
{
    using Reason = model::Outcome::Reason;
    switch (outcome.reason) {
    case Reason::CustomerWrote: return Words::tr("The customer has written since");
    case Reason::ColleagueReplied: return Words::tr("A colleague has replied since");
    case Reason::WindowClosed: return Words::tr("The reply window has closed");
    case Reason::NotAllowed: return Words::tr("You may not do this");
    case Reason::Taken: return Words::tr("Somebody else took it first");
    case Reason::TooLate: return Words::tr("It was too late");
    case Reason::Blocked: return Words::tr("The customer is blocked");
    case Reason::AccountGone: return Words::tr("The channel account is gone");
    case Reason::NotFound: return Words::tr("It is no longer there");
    default: return Words::tr("The hub did not take it");
    }
}

} // namespace

PaletteAnswers parsePalette(const QString &text)
{
    PaletteAnswers answers;
    QString typed = text.trimmed();
    if (!typed.isEmpty() && QStringLiteral(">@#").contains(typed[0])) {
        answers.prefix = typed[0];
        typed = typed.mid(1).trimmed();
    }
    answers.typed = typed;
    return answers;
}

QString excerpt(const QString &body, const QString &typed, int most)
{
    const QString plain = body.left(20'000).simplified();
    const QString first = typed.section(u' ', 0, 0);
    const qsizetype hit = first.isEmpty() ? 0 : std::max<qsizetype>(0, plain.indexOf(first, 0, Qt::CaseInsensitive));
    qsizetype from = hit < 24 ? 0 : hit - 16;
    while (from > 0 && from < hit && !plain[from - 1].isSpace())
        ++from;
    QString piece = plain.mid(from, most);
    if (from > 0)
        piece.prepend(u'…');
    if (from + most < plain.size())
        piece.append(u'…');
    return piece;
}

QList<Choice> paletteChoices(const PaletteAnswers &answers, const ActionRegistry &actions, bool hasConversation,
                             const Theme &theme, const TimeFormat &format, TimePoint now)
{
    QList<Choice> here, places;
    const bool wantActions = answers.prefix.isNull() || answers.prefix == u'>';
    static const QStringList moving{"next",     "previous",     "extendDown", "extendUp",    "back",
                                    "open",     "palette",      "send",       "sendResolve", "sendSnooze",
                                    "nextPane", "previousPane", "findNext",   "findPrevious"};
    for (const ActionRegistry::Entry &entry : actions.entries()) {
        if (!wantActions || moving.contains(entry.spec.id) || !matchesTyped(entry.spec.text, answers.typed))
            continue;
        const bool about = entry.spec.panes != EveryPane;
        if (about && !hasConversation)
            continue;
        QString key = actions.keyText(entry.spec.id);
        (about ? here : places)
            .append(Choice{.id = "action:" + entry.spec.id,
                           .text = entry.spec.text,
                           .icon = entry.spec.icon.isEmpty() ? QStringLiteral("chevron-right") : entry.spec.icon,
                           .key = key.replace(u'+', u' '),
                           .enabled = entry.action->isEnabled()});
    }
    QList<Choice> all;
    const int most = answers.prefix == u'>' ? 100 : kMostActions;
    if (!here.isEmpty())
        all << heading(Words::tr("For this conversation")) << here.mid(0, most);
    if (!answers.people.empty()) {
        all << heading(Words::tr("People"));
        for (const store::PersonHit &hit : answers.people) {
            const QString name = QString::fromStdString(hit.name.empty() ? hit.identity.shown : hit.name);
            all << Choice{.id = "person:" + QString::fromStdString(hit.customer.text()),
                          .text = name,
                          .detail = QString::fromStdString(hit.identity.shown),
                          .person = name,
                          .personId = hit.customer.bytes};
        }
    }
    if (!answers.messages.empty()) {
        all << heading(Words::tr("Messages"));
        for (const store::SearchHit &hit : answers.messages) {
            const QString subject = QString::fromStdString(hit.item.subject);
            const bool inSubject = !subject.isEmpty() && matchesTyped(subject, answers.typed);
            const QString when = format.shortDate(format.dateOf(hit.item.at), now);
            all << Choice{
                .id = QStringLiteral("item:%1:%2")
                          .arg(QString::fromStdString(hit.item.conversation.text()),
                               QString::fromStdString(hit.item.id.text())),
                .text = inSubject ? subject : excerpt(QString::fromStdString(hit.item.body), answers.typed, 64),
                .detail =
                    Words::tr("%1, %2", "a name and a date").arg(isolated(QString::fromStdString(hit.customerName)), when),
                .icon = iconOf(strandOf(hit.item)),
                .iconColor = toneOf(theme, strandOf(hit.item)).fg};
        }
    }
    if (!places.isEmpty())
        all << heading(Words::tr("Go to")) << places.mid(0, most);
    return all;
}

QList<Choice> outboxChoices(const std::vector<store::JournalEntry> &needing, const std::vector<store::JournalEntry> &waiting,
                            const TimeFormat &format, TimePoint now)
{
    QList<Choice> all;
    if (!needing.empty())
        all << heading(Words::tr("Needs you"));
    for (const store::JournalEntry &entry : needing)
        all << Choice{.id = QStringLiteral("needs:%1").arg(entry.command.n),
                      .text = commandWords(entry.command.body),
                      .detail = entry.outcome ? reasonWords(*entry.outcome) : QString(),
                      .icon = "warning"};
    all << heading(waiting.empty() ? Words::tr("Nothing waits for the hub")
                                   : Words::tr("Sent in this order when the hub answers"));
    for (const store::JournalEntry &entry : waiting)
        all << Choice{.id = QStringLiteral("waits:%1").arg(entry.command.n),
                      .text = commandWords(entry.command.body),
                      .detail = format.stamp(entry.command.at, now),
                      .icon = "clock"};
    return all;
}

} // namespace tributary::ui
