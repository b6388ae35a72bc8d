#include "ui/search/palette_choices.h"

#include "ui/theme/channel_look.h"
#include "ui/theme/scripts.h"

#include <QCoreApplication>

namespace tributary::ui {
namespace {

constexpr int kMostActions = 6, kMostCompanies = 4, kMostPlaces = 6;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(tributary::ui::Palette)
};

Choice heading(const QString &text)
{
    return Choice{.text = text, .heading = true};
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
    static const QStringList moving{"next",         "previous",     "extendDown", "extendUp",     "back",
                                    "open",         "palette",      "send",       "sendResolve",  "sendSnooze",
                                    "nextPane",     "previousPane", "findNext",   "findPrevious", "nextPart",
                                    "previousPart", "more",         "takeToast",  "dismissToast"};
    for (const ActionRegistry::Entry &entry : actions.entries()) {
        if (!wantActions || moving.contains(entry.spec.id) || !entry.action->isVisible()
            || !matchesTyped(entry.spec.text, answers.typed))
            continue;
        const bool about = entry.spec.panes != EveryPane && (entry.spec.panes & InboxPanes) != 0;
        if (about && !hasConversation)
            continue;
        if (!about && entry.spec.panes != EveryPane && !entry.action->isEnabled())
            continue; // of a section that is not shown
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
    QList<Choice> companies;
    const bool wantPeople = answers.prefix.isNull() || answers.prefix == u'@';
    for (const model::Company &company : answers.companies) {
        const QString name = QString::fromStdString(company.name);
        if (wantPeople && !answers.typed.isEmpty() && companies.size() < kMostCompanies && matchesTyped(name, answers.typed))
            companies << Choice{
                .id = "company:" + QString::fromStdString(company.id.text()), .text = name, .icon = "people"};
    }
    if (!companies.isEmpty())
        all << heading(Words::tr("Companies")) << companies;
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
    QList<Choice> named;
    for (const PaletteAnswers::Place &place : answers.places) {
        if (answers.prefix.isNull() && !answers.typed.isEmpty() && matchesTyped(place.name, answers.typed))
            named << Choice{.id = "place:" + place.id, .text = place.name, .detail = place.kind, .icon = place.icon};
    }
    if (!places.isEmpty() || !named.isEmpty())
        all << heading(Words::tr("Go to")) << named.mid(0, kMostPlaces) << places.mid(0, most);
    return all;
}

} // namespace tributary::ui
