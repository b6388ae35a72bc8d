#include "ui/customer/merge_evidence.h"

#include "core/model/addresses.h"
#include "core/model/field_meaning.h"
#include "core/model/masks.h"
#include "core/text/search_fold.h"
#include "ui/customer/people_words.h"

#include <QCoreApplication>
#include <QLocale>

namespace tributary::ui {
namespace {

using namespace tributary::model;
using Reason = Suggestion::Reason;

class Words {
    Q_DECLARE_TR_FUNCTIONS(MergeEvidence)
};

/// What is compared, by how people read it.
using Values = std::map<std::string, std::string>;

std::string joined(const std::vector<std::string> &words, std::string_view between)
{
    std::string all;
    for (const std::string &word : words)
        all += (all.empty() ? "" : std::string(between)) + word;
    return all;
}

bool isHidden(std::string_view text)
{
    return text.starts_with("•••");
}

class Person {
public:
    Person(const store::MergeSide &side, const std::vector<FieldDefinition> &fields, const std::string &region)
        : m_side(side)
        , m_fields(fields)
        , m_region(region)
    {
    }

    Values numbers() const
    {
        Values found;
        for (const Identity &identity : m_side.card.identities) {
            if (hasNumbers(identity.channel) && !isHidden(identity.address))
                found.emplace(identity.address, identity.shown.empty() ? identity.address : identity.shown);
        }
        for (const std::string &value : valuesOf(FieldMeaning::Phone)) {
            if (const auto number = normalised(Channel::Phone, value, m_region))
                found.emplace(*number, value);
            else if (std::string digits = nationalDigits(value); !digits.empty())
                found.emplace(std::move(digits), value);
        }
        return found;
    }
    Values mail() const
    {
        Values found;
        for (const Identity &identity : m_side.card.identities) {
            if (identity.channel == Channel::Email && !isHidden(identity.address))
                found.emplace(identity.address, identity.shown.empty() ? identity.address : identity.shown);
        }
        for (const std::string &value : valuesOf(FieldMeaning::Email)) {
            if (const auto address = normalised(Channel::Email, value))
                found.emplace(*address, value);
        }
        return found;
    }
    Values names() const
    {
        Values found;
        for (const Customer &member : m_side.card.members) {
            if (std::string sorted = inOrder(member.name); !sorted.empty())
                found.emplace(std::move(sorted), member.name);
        }
        return found;
    }
    Values homes() const
    {
        Values found;
        for (const std::string &value : valuesOf(FieldMeaning::Address)) {
            if (std::string sorted = inOrder(value); !sorted.empty())
                found.emplace(std::move(sorted), value);
        }
        return found;
    }
    Values postcodes() const
    {
        Values found;
        for (const std::string &value : valuesOf(FieldMeaning::Postcode)) {
            if (std::string code = joined(text::wordsForComparing(value), ""); !code.empty())
                found.emplace(std::move(code), value);
        }
        return found;
    }
    Values companies() const
    {
        return m_side.company ? Values{{m_side.company->id.text(), m_side.company->name}} : Values();
    }

private:
    /// A number without its country code, as its last digits; short ones are extensions and many people's.
    static std::string nationalDigits(const std::string &value)
    {
        std::string digits;
        for (const char c : value) {
            if (c >= '0' && c <= '9' && (c != '0' || !digits.empty()))
                digits += c;
        }
        constexpr std::size_t kLeast = 7;
        return digits.size() < kLeast ? std::string() : digits;
    }
    static std::string inOrder(const std::string &value)
    {
        std::vector<std::string> words = text::wordsForComparing(value);
        std::ranges::sort(words);
        return joined(words, " ");
    }
    std::vector<std::string> valuesOf(FieldMeaning meaning) const
    {
        std::vector<std::string> values;
        for (const Customer &member : m_side.card.members) {
            for (const auto &[key, value] : member.attributes) {
                if (!value.empty() && !isHidden(value) && !isConfidential(key) && meaningOf(key, m_fields) == meaning)
                    values.push_back(value);
            }
        }
        return values;
    }

    const store::MergeSide &m_side;
    const std::vector<FieldDefinition> &m_fields;
    const std::string &m_region;
};

bool areOne(const std::string &a, const std::string &b)
{
    return a == b;
}

/// Also where one of the two was written without its country code.
bool areOneNumber(const std::string &a, const std::string &b)
{
    if (a == b)
        return true;
    const std::string &whole = a.starts_with('+') ? a : b, &rest = a.starts_with('+') ? b : a;
    return whole.starts_with('+') && !rest.starts_with('+') && whole.ends_with(rest);
}

/// "L. Haddad" for "Layla Haddad": every part begins one of the other's, and one is written out in both.
bool isShortFor(const std::string &shorter, const std::string &longer)
{
    const std::vector<std::string> few = text::wordsForComparing(shorter), all = text::wordsForComparing(longer);
    if (few.size() < 2 || few.size() > all.size())
        return false;
    const bool begins = std::ranges::all_of(few, [&all](const std::string &word) {
        return std::ranges::any_of(all, [&word](const std::string &other) { return other.starts_with(word); });
    });
    return begins && std::ranges::any_of(few, [&all](const std::string &word) {
               return word.size() > 1 && std::ranges::count(all, word) > 0;
           });
}

enum class Weight { Strong, Weak };

class Comparison {
public:
    explicit Comparison(const store::MergePair &pair)
        : m_pair(pair)
        , m_one(pair.one, pair.fields, pair.region)
        , m_other(pair.other, pair.fields, pair.region)
    {
    }

    MergeEvidence compare()
    {
        add(m_one.numbers(), m_other.numbers(), areOneNumber, Weight::Strong, Reason::SamePhone,
            Words::tr("Same phone number, %1"), Words::tr("Different phone numbers"));
        add(m_one.mail(), m_other.mail(), areOne, Weight::Strong, Reason::TypedEmail, Words::tr("Same e-mail address, %1"),
            Words::tr("Different e-mail addresses"));
        addNames();
        add(m_one.homes(), m_other.homes(), areOne, Weight::Weak, Reason::NearAddress, Words::tr("Same address, %1"),
            Words::tr("Different addresses"));
        add(m_one.postcodes(), m_other.postcodes(), areOne, Weight::Weak, Reason::SameNameAndPostcode,
            Words::tr("Same postcode, %1"), Words::tr("Different postcodes"));
        add(m_one.companies(), m_other.companies(), areOne, Weight::Weak, {}, Words::tr("Same company, %1"),
            Words::tr("Different companies"));
        addFound();
        return finish();
    }

private:
    void say(MergeSignal sign, Weight weight)
    {
        m_strong += sign.same && weight == Weight::Strong;
        m_found.signs.push_back(std::move(sign));
    }

    void add(const Values &here, const Values &there, bool (*same)(const std::string &, const std::string &), Weight weight,
             std::optional<Reason> reason, const QString &alike, const QString &different)
    {
        if (here.empty() || there.empty())
            return;
        for (const auto &[value, shown] : here) {
            const bool both =
                std::ranges::any_of(there, [&, &value = value](const auto &other) { return same(value, other.first); });
            if (!both)
                continue;
            if (reason)
                m_said.insert(*reason);
            return say({true, alike.arg(QString::fromStdString(shown)), shown}, weight);
        }
        // What the hub has found says it better than that two spellings differ.
        if (!m_pair.suggestion || reason != m_pair.suggestion->reason)
            say({false, different, {}}, weight);
    }

    void addNames()
    {
        const Values here = m_one.names(), there = m_other.names();
        const auto common = std::ranges::find_if(here, [&there](const auto &name) { return there.contains(name.first); });
        if (common == here.end()) {
            for (const auto &[a, shown] : here) {
                for (const auto &[b, other] : there) {
                    const bool first = isShortFor(shown, other);
                    if (first || isShortFor(other, shown)) {
                        const std::string &shorter = first ? shown : other, &longer = first ? other : shown;
                        //: Two names of which one may be the other, shortened.
                        return say({true,
                                    Words::tr("%1 may be short for %2")
                                        .arg(QString::fromStdString(shorter), QString::fromStdString(longer)),
                                    shorter},
                                   Weight::Weak);
                    }
                }
            }
        } else {
            m_said.insert(Reason::SameName);
        }
        add(here, there, areOne, Weight::Weak, {}, Words::tr("Same name, %1"), Words::tr("Different names"));
    }

    /// What the hub has found and the rows do not show: an address that is hidden here, one that was typed in a chat.
    void addFound()
    {
        if (!m_pair.suggestion || m_said.contains(m_pair.suggestion->reason))
            return;
        const Reason reason = m_pair.suggestion->reason;
        if (reason == Reason::SameNameAndPostcode && m_said.contains(Reason::SameName))
            return;
        say({true, reasonWords(*m_pair.suggestion), m_pair.suggestion->evidence},
            reason == Reason::SamePhone || reason == Reason::TypedEmail ? Weight::Strong : Weight::Weak);
    }

    MergeEvidence finish()
    {
        std::ranges::stable_partition(m_found.signs, &MergeSignal::same);
        const auto all = m_found.signs.size();
        const auto same = std::size_t(std::ranges::count(m_found.signs, true, &MergeSignal::same));
        if (m_strong > 0 && same > 1)
            m_found.verdict = Words::tr("Very likely the same person.");
        else if (m_strong > 0 || same > 1)
            m_found.verdict = Words::tr("Probably the same person.");
        else if (same == 1)
            m_found.verdict = Words::tr("Perhaps the same person.");
        else if (all > 0)
            m_found.verdict = Words::tr("Nothing that is known of them says that they are one person.");
        else
            m_found.verdict = Words::tr("There is nothing to compare them by.");
        const QLocale numbers;
        if (all > 0)
            //: How many of the things that are known of two people are the same; both are numbers.
            m_found.count = Words::tr("%1 of %2 are the same")
                                .arg(numbers.toString(qulonglong(same)), numbers.toString(qulonglong(all)));
        return std::move(m_found);
    }

    const store::MergePair &m_pair;
    Person m_one, m_other;
    MergeEvidence m_found;
    std::set<Reason> m_said; ///< What the rows show of it themselves.
    int m_strong = 0;
};

} // namespace

std::string MergeEvidence::evidence() const
{
    return signs.empty() ? std::string() : signs.front().evidence;
}

MergeEvidence evidenceOf(const store::MergePair &pair)
{
    return Comparison(pair).compare();
}

} // namespace tributary::ui
