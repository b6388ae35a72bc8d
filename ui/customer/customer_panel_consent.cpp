// What a person has agreed to on each channel: when and where they said it, said anew, and said on another day than today.
#include "ui/customer/customer_panel.h"

#include "ui/customer/field_value.h"
#include "ui/customer/panel_rows.h"
#include "ui/customer/people_words.h"
#include "ui/shell/picker.h"

#include <QVBoxLayout>

namespace tributary::ui {
namespace {

using model::Channel;
using model::Permission;
using Purpose = model::Consent::Purpose;

constexpr Purpose kPurposes[]{Purpose::Service, Purpose::Marketing};
const QString kAnotherDay = QStringLiteral("\n"); ///< Among sources, of which none has a line break.

QString q(const std::string &text)
{
    return QString::fromStdString(text);
}

QString answerWords(Purpose purpose, bool granted)
{
    if (purpose == Purpose::Service)
        return granted ? CustomerPanel::tr("Yes to service messages") : CustomerPanel::tr("No to service messages");
    return granted ? CustomerPanel::tr("Yes to marketing") : CustomerPanel::tr("No to marketing");
}

/// What was said, as it stands under the chips.
QString saidWords(const model::Consent &consent, const QString &day)
{
    const QString source = q(consent.source);
    //: What a customer has agreed to: %1 is a day, %2 where they said it: "By phone".
    if (consent.purpose == Purpose::Service)
        return consent.granted ? CustomerPanel::tr("Service, yes on %1: %2").arg(day, source)
                               : CustomerPanel::tr("Service, no on %1: %2").arg(day, source);
    return consent.granted ? CustomerPanel::tr("Marketing, yes on %1: %2").arg(day, source)
                           : CustomerPanel::tr("Marketing, no on %1: %2").arg(day, source);
}

} // namespace

const model::Consent *CustomerPanel::consent(Channel channel, Purpose purpose) const
{
    const auto known = std::ranges::find_if(
        m_details.consents, [&](const model::Consent &one) { return one.channel == channel && one.purpose == purpose; });
    return known == m_details.consents.end() ? nullptr : &*known;
}

/// By them or by anybody merged into them: what was said before that is over.
std::optional<TimePoint> CustomerPanel::lastSaid(Channel channel, Purpose purpose) const
{
    std::optional<TimePoint> last;
    for (const model::Consent &one : m_details.recorded) {
        if (one.channel == channel && one.purpose == purpose)
            last = std::max(last.value_or(one.at), one.at);
    }
    return last;
}

void CustomerPanel::addConsent()
{
    std::set<Channel> channels;
    for (const model::Identity &identity : m_card.identities)
        channels.insert(identity.channel);
    for (const model::Consent &consent : m_details.consents)
        channels.insert(consent.channel);
    if (channels.empty())
        return;
    QVBoxLayout *layout = section(tr("Consent"));
    for (const Channel channel : channels) {
        if (std::ranges::count(m_details.consents, channel, &model::Consent::channel) == 0) {
            addNeverAsked(layout, channel);
            continue;
        }
        auto *line = new QWidget;
        auto *lines = new QVBoxLayout(line);
        lines->setContentsMargins(0, m_theme.px(1), 0, m_theme.px(3));
        lines->setSpacing(0);
        auto *row = new QHBoxLayout;
        row->setSpacing(m_theme.px(4));
        const auto tertiary = [](const Colors &c) { return c.text.tertiary; };
        auto *name = new TextLabel(m_theme, Type::Meta, tertiary, channelName(channel), line);
        name->setFixedWidth(m_theme.px(100));
        row->addWidget(name, 0, Qt::AlignTop);
        auto *chips = new FlowRow(m_theme.px(2), line);
        row->addWidget(chips, 1);
        lines->addLayout(row);
        for (const Purpose purpose : kPurposes) {
            const model::Consent *known = consent(channel, purpose);
            chips->add(consentChip(channel, purpose, known, line));
            if (!known)
                continue;
            const QString day = m_format.shortDate(m_format.dateOf(known->at), m_clock.now());
            auto *said = new TextLabel(m_theme, Type::Meta, tertiary, saidWords(*known, day), line);
            said->setObjectName("consentSaid");
            said->setWordWrap(true);
            lines->addWidget(said);
        }
        layout->addWidget(line);
    }
}

Button *CustomerPanel::consentChip(Channel channel, Purpose purpose, const model::Consent *known, QWidget *line)
{
    const bool isService = purpose == Purpose::Service;
    auto *chip = new Button(m_theme, Button::Look::Chip,
                            known       ? isService ? tr("Service") : tr("Marketing")
                                  : isService ? tr("Service: not asked")
                                        : tr("Marketing: not asked"),
                            line);
    chip->setObjectName("consent");
    chip->setFlat(true);
    QString state = tr("Never asked");
    if (known) {
        chip->setIconName(known->granted ? "check" : "close");
        chip->setTone([granted = known->granted](const Theme &theme) {
            return granted ? theme.colors().status.success : theme.colors().status.neutral;
        });
        const QString day = m_format.shortDate(m_format.dateOf(known->at), m_clock.now());
        state = known->granted ? tr("Given on %1: %2").arg(day, q(known->source))
                               : tr("Withdrawn on %1: %2").arg(day, q(known->source));
    } else {
        chip->setTone([](const Theme &theme) { return Tone{theme.colors().text.tertiary, Qt::transparent, {}}; });
    }
    chip->setToolTip(state);
    //: What a customer has agreed to, and since when.
    chip->setAccessibleName(tr("%1. %2").arg(consentName(channel, purpose), state));
    gate(chip, Permission::RecordConsent);
    connect(chip, &QAbstractButton::clicked, this, [this, channel, purpose, chip] {
        askAnswer(channel, purpose, QRect(chip->mapToGlobal(QPoint()), chip->size()));
    });
    return chip;
}

/// A channel on which nothing was ever said about consent: a value like any other, and a way to say something.
void CustomerPanel::addNeverAsked(QVBoxLayout *layout, Channel channel)
{
    const bool mayRecord = may(Permission::RecordConsent);
    auto *row =
        addField(layout, {.name = channelName(channel),
                          .placeholder = tr("Never asked"),
                          .whyNot = mayRecord ? QString() : whyNot(Permission::RecordConsent),
                          .choose = [this, channel](const QRect &anchor) {
                              Picker::Question question{.objectName = "consentPurposePicker",
                                                        .placeholder = tr("What did they say?")};
                              for (const Purpose purpose : kPurposes) {
                                  for (const bool granted : {true, false})
                                      question.choices.append(Choice{.id = QString::number(question.choices.size()),
                                                                     .text = answerWords(purpose, granted),
                                                                     .icon = granted ? "check" : "close"});
                              }
                              question.apply = [this, channel, anchor, id = m_card.customer.id](const Choice &choice) {
                                  const int at = choice.id.toInt();
                                  if (id == m_card.customer.id)
                                      askSource(channel, kPurposes[at / 2], at % 2 == 0, anchor);
                              };
                              m_picker.ask(anchor, std::move(question));
                          }});
    row->setProperty("neverAsked", channelName(channel));
}

/// Yes or no; what they have said already may have been said anew.
void CustomerPanel::askAnswer(Channel channel, Purpose purpose, const QRect &anchor)
{
    Picker::Question question{.objectName = "consentAnswerPicker", .placeholder = tr("What did they say?"), .width = 320};
    const model::Consent *known = consent(channel, purpose);
    for (const bool granted : {true, false}) {
        const bool isKnown = known && known->granted == granted;
        const QString day = isKnown ? m_format.shortDate(m_format.dateOf(known->at), m_clock.now()) : QString();
        question.choices.append(Choice{.id = granted ? "yes" : "no",
                                       .text = answerWords(purpose, granted),
                                       //: An answer that is said anew; %1 is a day.
                                       .detail = isKnown ? tr("again, last on %1").arg(day) : QString(),
                                       .icon = granted ? "check" : "close",
                                       .checked = isKnown});
    }
    question.apply = [=, this, id = m_card.customer.id](const Choice &choice) {
        if (id == m_card.customer.id)
            askSource(channel, purpose, choice.id == u"yes", anchor);
    };
    m_picker.ask(anchor, std::move(question));
}

/// @p saidAt: when they said it; nothing: now.
void CustomerPanel::askSource(Channel channel, Purpose purpose, bool granted, const QRect &anchor,
                              std::optional<TimePoint> saidAt)
{
    const QString day = saidAt ? m_format.shortDate(m_format.dateOf(*saidAt), m_clock.now()) : QString();
    Picker::Question question{.objectName = "consentPicker", .width = 320};
    if (saidAt)
        question.placeholder =
            granted ? tr("Where did they agree on %1?").arg(day) : tr("Where did they withdraw it on %1?").arg(day);
    else
        question.placeholder = granted ? tr("Where did they agree?") : tr("Where did they withdraw it?");
    const QStringList sources =
        granted ? QStringList{tr("Said so in this conversation"), tr("By phone"), tr("Order form"), tr("Newsletter form"),
                              tr("In the shop")}
                : QStringList{tr("Said so in this conversation"), tr("By phone"), tr("Unsubscribe link"), tr("By letter")};
    for (const QString &source : sources)
        question.choices.append(Choice{.id = source, .text = source, .icon = granted ? "check" : "close"});
    question.choices.append(Choice{.id = kAnotherDay, .text = tr("They said it on another day"), .icon = "calendar"});
    question.interpret = [](const QString &typed) -> std::optional<Choice> {
        return Choice{.id = typed.simplified(), .text = tr("Source: %1").arg(typed.simplified()), .icon = "pencil"};
    };
    question.apply = [=, this, id = m_card.customer.id](const Choice &choice) {
        if (choice.id.isEmpty() || id != m_card.customer.id)
            return;
        if (choice.id == kAnotherDay)
            return askDay(channel, purpose, granted, anchor);
        const std::string source = choice.id.toStdString();
        std::set<model::CustomerId> whose{id};
        // What somebody merged into them had said otherwise is over as well.
        for (const model::Consent &consent : m_details.recorded) {
            if (consent.channel == channel && consent.purpose == purpose && consent.granted != granted)
                whose.insert(consent.customer);
        }
        std::vector<model::CommandBody> commands;
        for (const model::CustomerId one : whose)
            commands.push_back(model::SetConsent{one, channel, purpose, granted, source, saidAt});
        give(std::move(commands));
    };
    m_picker.ask(anchor, std::move(question));
}

/// The day is typed: of choices a digit would take one.
void CustomerPanel::askDay(Channel channel, Purpose purpose, bool granted, const QRect &anchor)
{
    const TimePoint now = m_clock.now();
    const QDate today = m_format.dateOf(now);
    const std::optional<TimePoint> last = lastSaid(channel, purpose);
    // The hub keeps the last word: what was said before it changes nothing.
    const QDate first = last ? m_format.dateOf(*last) : QDate();
    const QString example = m_format.locale().toString(today.addDays(-7), QStringLiteral("d MMM yyyy"));
    Picker::Question question{.objectName = "consentDayPicker", .placeholder = tr("When did they say it?"), .width = 360};
    question.choices.append(Choice{
        .text = tr("A day such as %1, or yesterday").arg(example), .icon = QStringLiteral("calendar"), .enabled = false});
    question.interpret = [format = m_format, now, today, first](const QString &typed) -> std::optional<Choice> {
        QDate day = today.addDays(-1);
        if (!tr("yesterday").startsWith(typed, Qt::CaseInsensitive)) {
            const auto kept = keptValue({.type = model::FieldDefinition::Type::Date}, typed, format);
            if (const auto *problem = std::get_if<FieldProblem>(&kept))
                return Choice{.text = problem->words, .enabled = false};
            day = QDate::fromString(q(std::get<std::string>(kept)), Qt::ISODate);
        }
        if (day > today)
            return Choice{.text = tr("This day has not come yet."), .enabled = false};
        if (first.isValid() && day < first)
            return Choice{.text = tr("What they said on %1 is newer.").arg(format.shortDate(first, now)), .enabled = false};
        return Choice{.id = day.toString(Qt::ISODate), .text = format.dayHeading(day, now), .icon = "calendar"};
    };
    question.apply = [=, this, id = m_card.customer.id](const Choice &choice) {
        const QDate day = QDate::fromString(choice.id, Qt::ISODate);
        if (!day.isValid() || id != m_card.customer.id)
            return;
        // At noon, for nobody knows when; but behind what they said on that very day.
        TimePoint saidAt = fromMs(m_format.startOfDay(day)) + std::chrono::hours(12);
        if (last && saidAt <= *last)
            saidAt = *last + Milliseconds(1);
        askSource(channel, purpose, granted, anchor, day < today ? std::optional(saidAt) : std::nullopt);
    };
    m_picker.ask(anchor, std::move(question));
}

} // namespace tributary::ui
