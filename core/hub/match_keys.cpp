#include "core/hub/match_keys.h"

#include "core/model/addresses.h"
#include "core/model/field_meaning.h"
#include "core/model/masks.h"
#include "core/text/search_fold.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>

namespace tributary::hub {
namespace {

using namespace tributary::model;

constexpr std::size_t kLongestValue = 200;
constexpr std::size_t kMostWords = 24;

bool hasDigit(std::string_view word)
{
    return std::ranges::any_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

std::string joined(const auto &words, std::string_view between)
{
    std::string all;
    for (const std::string &word : words)
        all += (all.empty() ? "" : std::string(between)) + word;
    return all;
}

using Values = std::map<FieldMeaning, std::vector<std::string>>;

/// The values of the fields that may be known to everybody, by what they mean.
Values valuesOf(const Customer &customer, std::span<const FieldDefinition> fields)
{
    Values values;
    for (const auto &[key, value] : customer.attributes) {
        if (value.empty() || value.size() > kLongestValue || isConfidential(key))
            continue;
        if (const auto meaning = meaningOf(key, fields))
            values[*meaning].push_back(value);
    }
    return values;
}

std::string firstOf(const std::vector<std::string> &values)
{
    return values.empty() ? std::string() : values.front();
}

std::vector<PostalAddress> addressesIn(Values &values)
{
    const std::string postcode = firstOf(values[FieldMeaning::Postcode]), town = firstOf(values[FieldMeaning::City]);
    std::vector<PostalAddress> addresses;
    for (const std::string &value : values[FieldMeaning::Address])
        addresses.push_back(postalAddress(value, postcode, town));
    return addresses;
}

} // namespace

std::string_view nameOf(MatchKey::Kind kind)
{
    switch (kind) {
    case MatchKey::Kind::Phone: return "phone";
    case MatchKey::Kind::Email: return "email";
    case MatchKey::Kind::NameAndPostcode: return "name-postcode";
    case MatchKey::Kind::Address: return "address";
    case MatchKey::Kind::AddressBlock: return "address-block";
    }
    return {};
}

Suggestion::Reason reasonOf(MatchKey::Kind kind)
{
    switch (kind) {
    case MatchKey::Kind::Phone: return Suggestion::Reason::SamePhone;
    case MatchKey::Kind::Email: return Suggestion::Reason::TypedEmail;
    case MatchKey::Kind::NameAndPostcode: return Suggestion::Reason::SameNameAndPostcode;
    case MatchKey::Kind::Address:
    case MatchKey::Kind::AddressBlock: return Suggestion::Reason::NearAddress;
    }
    return {};
}

std::string normalName(std::string_view name)
{
    std::vector<std::string> words = text::wordsForComparing(name.substr(0, kLongestValue));
    std::ranges::sort(words);
    std::string all = joined(words, " ");
    constexpr std::size_t kLeastBytes = 4; // initials and nicknames are many people's
    return words.size() < 2 || all.size() < kLeastBytes || hasDigit(all) ? std::string() : all;
}

std::string normalPostcode(std::string_view postcode)
{
    std::string all = joined(text::wordsForComparing(postcode.substr(0, kLongestValue)), "");
    constexpr std::size_t kLeast = 3, kMost = 12;
    return all.size() < kLeast || all.size() > kMost || !hasDigit(all) ? std::string() : all;
}

std::string normalAddress(std::string_view address, std::string_view place)
{
    std::set<std::string> all;
    for (const std::string_view part : {address, place}) {
        for (std::string &word : text::wordsForComparing(part.substr(0, kLongestValue))) {
            if (std::string shorter = shortAddressWord(std::move(word)); !shorter.empty() && all.size() < kMostWords)
                all.insert(std::move(shorter));
        }
    }
    constexpr std::size_t kLeastWords = 3; // a number, a street, a place
    const auto isName = [](const std::string &word) { return !hasDigit(word) && word.size() > 1; };
    if (all.size() < kLeastWords || !std::ranges::any_of(all, hasDigit) || !std::ranges::any_of(all, isName))
        return {};
    return joined(all, " ");
}

std::vector<MatchKey> matchKeysOf(const Customer &customer, const std::vector<Identity> &identities,
                                  std::span<const FieldDefinition> fields, std::string_view region)
{
    Values values = valuesOf(customer, fields);
    std::vector<MatchKey> keys;
    const auto add = [&keys](MatchKey::Kind kind, std::string value, std::string evidence) {
        MatchKey key{kind, std::move(value), std::move(evidence)};
        const auto same = [&key](const MatchKey &known) { return known.kind == key.kind && known.value == key.value; };
        if (!key.value.empty() && std::ranges::none_of(keys, same))
            keys.push_back(std::move(key));
    };
    for (const Identity &identity : identities) {
        if (hasNumbers(identity.channel) && identity.address.starts_with('+'))
            add(MatchKey::Kind::Phone, identity.address, identity.address);
    }
    for (const std::string &value : values[FieldMeaning::Phone]) {
        if (const auto number = normalised(Channel::Phone, value, region))
            add(MatchKey::Kind::Phone, *number, *number);
    }
    for (const Identity &identity : identities) {
        if (identity.channel == Channel::Email)
            add(MatchKey::Kind::Email, identity.address, identity.address);
    }
    for (const std::string &value : values[FieldMeaning::Email]) {
        if (const auto address = normalised(Channel::Email, value))
            add(MatchKey::Kind::Email, *address, *address);
    }
    const std::string postcode = firstOf(values[FieldMeaning::Postcode]);
    if (const std::string name = normalName(customer.name), code = normalPostcode(postcode); !name.empty() && !code.empty())
        add(MatchKey::Kind::NameAndPostcode, name + "|" + code, customer.name + ", " + postcode);
    const std::string place = postcode.empty() ? firstOf(values[FieldMeaning::City]) : postcode;
    for (const std::string &value : values[FieldMeaning::Address])
        add(MatchKey::Kind::Address, normalAddress(value, place), value);
    for (const PostalAddress &address : addressesIn(values)) {
        for (const std::string &block : blocksOf(address))
            add(MatchKey::Kind::AddressBlock, block, address.written);
    }
    return keys;
}

std::vector<PostalAddress> addressesOf(const Customer &customer, std::span<const FieldDefinition> fields)
{
    Values values = valuesOf(customer, fields);
    return addressesIn(values);
}

} // namespace tributary::hub
