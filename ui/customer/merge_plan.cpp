#include "ui/customer/merge_plan.h"

#include "ui/customer/field_value.h"
#include "ui/customer/people_words.h"

#include <QCoreApplication>

namespace tributary::ui {
namespace {

class Words {
    Q_DECLARE_TR_FUNCTIONS(MergePlan)
};

QString q(const std::string &text)
{
    return QString::fromStdString(text);
}

struct Planner {
    const store::MergeSide &stays, &joins;
    const MergePicks &picks;
    const TimeFormat &format;
    TimePoint now;
    MergePlan plan = {};

    void field(const std::string &id, const QString &label, const QString &here, const QString &there)
    {
        if (here == there) {
            if (!here.isEmpty())
                plan.equal.emplace_back(label, here);
            return;
        }
        MergeField field{.id = id, .label = label, .stays = here, .joins = there, .takesJoining = here.isEmpty()};
        if (const auto pick = picks.find(id); pick != picks.end())
            field.takesJoining = pick->second == joins.card.customer.id;
        plan.differing.push_back(std::move(field));
    }

    void attributes(const std::vector<model::FieldDefinition> &fields)
    {
        const auto &here = stays.card.customer.attributes, &there = joins.card.customer.attributes;
        const auto valueOf = [](const auto &map, const std::string &key) {
            const auto found = map.find(key);
            return found == map.end() ? std::string() : found->second;
        };
        std::set<std::string> keys;
        for (const model::FieldDefinition &definition : fields) {
            keys.insert(definition.key);
            field("field." + definition.key, q(definition.name),
                  shownValue(definition, valueOf(here, definition.key), format),
                  shownValue(definition, valueOf(there, definition.key), format));
        }
        for (const auto *map : {&here, &there}) {
            for (const auto &[key, value] : *map) {
                if (keys.insert(key).second)
                    field("field." + key, q(key), q(valueOf(here, key)), q(valueOf(there, key)));
            }
        }
    }

    QString words(const model::Consent &consent) const
    {
        const QString since = format.shortDate(format.dateOf(consent.at), now);
        return consent.granted ? Words::tr("Yes, since %1").arg(since) : Words::tr("No, since %1").arg(since);
    }

    void consents()
    {
        for (const model::Consent &here : stays.consents) {
            const auto there = std::ranges::find_if(joins.consents, [&here](const model::Consent &consent) {
                return consent.channel == here.channel && consent.purpose == here.purpose;
            });
            if (there == joins.consents.end()) {
                onlyOneSaid(here, true);
                continue;
            }
            const QString name = consentName(here.channel, here.purpose);
            if (there->granted == here.granted)
                plan.equal.emplace_back(name, words(here));
            else
                plan.differing.push_back(
                    {.label = name,
                     .stays = words(here),
                     .joins = words(*there),
                     .takesJoining = here.granted,
                     .decided = Words::tr("Whoever has said no is not written to. Ask again to change that.")});
        }
        for (const model::Consent &there : joins.consents) {
            const bool isCompared = std::ranges::any_of(stays.consents, [&there](const model::Consent &consent) {
                return consent.channel == there.channel && consent.purpose == there.purpose;
            });
            if (!isCompared)
                onlyOneSaid(there, false);
        }
    }

    void onlyOneSaid(const model::Consent &consent, bool byWhoStays)
    {
        const QString said = words(consent), nothing = Words::tr("Not asked");
        plan.differing.push_back({.label = consentName(consent.channel, consent.purpose),
                                  .stays = byWhoStays ? said : nothing,
                                  .joins = byWhoStays ? nothing : said,
                                  .takesJoining = !byWhoStays,
                                  .decided = Words::tr("What one of the two has said counts for both.")});
    }

    void blocked()
    {
        const auto isBlocked = [](const store::MergeSide &side) {
            return std::ranges::any_of(side.card.members, &model::Customer::blocked);
        };
        const bool here = isBlocked(stays), there = isBlocked(joins);
        if (here != there)
            plan.differing.push_back({.label = Words::tr("Blocked"),
                                      .stays = here ? Words::tr("Yes") : Words::tr("No"),
                                      .joins = there ? Words::tr("Yes") : Words::tr("No"),
                                      .takesJoining = there,
                                      .decided = Words::tr("Whoever is blocked stays so. Unblock them after merging.")});
    }
};

} // namespace

QString shownName(const store::CustomerCard &card)
{
    if (!card.customer.name.empty())
        return q(card.customer.name);
    if (card.identities.empty())
        return Words::tr("Visitor");
    const model::Identity &identity = card.identities.front();
    return q(identity.channel == model::Channel::WebChat && !identity.name.empty() ? identity.name : identity.shown);
}

MergePlan planOf(const store::MergeSide &stays, const store::MergeSide &joins,
                 const std::vector<model::FieldDefinition> &fields, const MergePicks &picks, const TimeFormat &format,
                 TimePoint now)
{
    Planner planner{stays, joins, picks, format, now};
    const model::Customer &here = stays.card.customer, &there = joins.card.customer;
    planner.field("name", Words::tr("Name"), q(here.name), q(there.name));
    planner.field("language", Words::tr("Language"), languageWords(here.language), languageWords(there.language));
    planner.field("note", Words::tr("Note"), q(here.note), q(there.note));
    const auto company = [](const store::MergeSide &side) { return side.company ? q(side.company->name) : QString(); };
    planner.field("company", Words::tr("Company"), company(stays), company(joins));
    planner.attributes(fields);
    planner.consents();
    planner.blocked();
    planner.plan.joinsHasMembers = joins.card.members.size() > 1;
    return std::move(planner.plan);
}

model::MergeCustomers commandOf(const MergePlan &plan, const store::MergeSide &stays, const store::MergeSide &joins,
                                const std::string &evidence)
{
    model::MergeCustomers merge{.from = joins.card.customer.id,
                                .into = stays.card.customer.id,
                                .evidence = evidence,
                                .fromVersion = joins.card.customer.version,
                                .intoVersion = stays.card.customer.version};
    for (const MergeField &field : plan.differing) {
        if (!field.id.empty() && field.takesJoining)
            merge.taken.push_back(field.id);
    }
    return merge;
}

} // namespace tributary::ui
