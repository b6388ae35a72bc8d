#include "core/model/masks.h"

#include <algorithm>
#include <array>
#include <vector>

namespace tributary::model {
namespace {

constexpr std::string_view kDots = "•••";

/// Details of an item that name addresses.
constexpr std::array<std::string_view, 7> kAddressDetails{"from", "to", "cc", "bcc", "replyTo", "address", "number"};

void eraseConfidential(std::map<std::string, std::string> &fields)
{
    std::erase_if(fields, [](const auto &field) { return isConfidential(field.first); });
}

/// Whether an event is about a confidential field: of a conversation by its key, of a customer as links name it.
bool isOfConfidential(const TimelineItem &item)
{
    constexpr std::string_view kOfCustomer = "field.";
    const auto found = item.details.find("field");
    if (found == item.details.end())
        return false;
    const std::string_view name = found->second;
    return isConfidential(name.starts_with(kOfCustomer) ? name.substr(kOfCustomer.size()) : name);
}

/// A telephone number as people write it: digits and what stands between them, and no date.
bool looksLikeNumber(std::string_view text)
{
    constexpr std::size_t kFewest = 7, kMost = 15; // E.164, and national numbers
    if (text.find_first_not_of("0123456789+()-./ ") != std::string_view::npos)
        return false;
    std::size_t digits = 0;
    std::vector<std::size_t> groups;
    bool inGroup = false;
    for (const char c : text) {
        const bool isDigit = c >= '0' && c <= '9';
        if (isDigit && !inGroup)
            groups.push_back(0);
        if (isDigit) {
            ++groups.back();
            ++digits;
        }
        inGroup = isDigit;
    }
    const bool isDate = groups.size() == 3 && groups[1] <= 2 && (groups[0] == 4 ? groups[2] : groups[0]) <= 2
                        && (groups[0] == 4 || groups[2] == 4);
    return digits >= kFewest && digits <= kMost && !isDate;
}

/// What somebody has filled in, where it is an address or a number: as of an address that is hidden.
void maskFilledIn(std::string &value)
{
    const std::size_t at = value.find('@');
    if (at != std::string::npos && at > 0 && at + 1 < value.size() && value.find(' ') == std::string::npos)
        value = maskedAddress(Channel::Email, value);
    else if (looksLikeNumber(value))
        value = maskedAddress(Channel::Phone, value);
}

struct Masker {
    const Masks &masks;

    void operator()(Customer &customer) const
    {
        if (masks.notes)
            customer.note.clear();
        if (masks.confidentialFields)
            eraseConfidential(customer.attributes);
    }
    void operator()(Identity &identity) const
    {
        if (!masks.contactDetails || identity.address.starts_with(kDots))
            return;
        identity.shown = maskedAddress(identity.channel, identity.address);
        // An address stands in its table once: two that are hidden must not be the same.
        identity.address = std::string(kDots) + identity.id.text();
        identity.problem.clear();
    }
    void operator()(Suggestion &suggestion) const
    {
        if (masks.contactDetails)
            suggestion.evidence.clear();
    }
    void operator()(CustomerLink &link) const
    {
        if (masks.contactDetails)
            link.evidence.clear();
        if (masks.notes)
            link.replaced.erase("note");
        if (masks.confidentialFields) {
            std::erase_if(link.replaced, [](const auto &field) {
                constexpr std::string_view kField = "field.";
                return field.first.starts_with(kField)
                       && isConfidential(std::string_view(field.first).substr(kField.size()));
            });
        }
    }
    void operator()(Conversation &conversation) const
    {
        if (masks.confidentialFields)
            eraseConfidential(conversation.fields);
    }
    void operator()(TimelineItem &item) const
    {
        const bool isEvent = item.kind == TimelineItem::Kind::Event;
        if (isEvent && masks.confidentialFields && isOfConfidential(item)) {
            item.details.erase("from");
            item.details.erase("to");
        }
        if (isEvent && masks.contactDetails && item.details.contains("link")) // the evidence of a merge
            item.details.erase("why");
        if (!masks.contactDetails || item.kind == TimelineItem::Kind::Order || item.kind == TimelineItem::Kind::Payment)
            return;
        // Why a message did not arrive names whom it was for; the kind of problem stays.
        if (item.delivery)
            item.delivery->problemText.clear();
        if (isEvent)
            item.details.erase("problem");
        if (item.kind == TimelineItem::Kind::Form) { // an entry for each label, whatever it is called
            for (auto &[label, value] : item.details)
                maskFilledIn(value);
        }
        for (const std::string_view name : kAddressDetails) {
            if (isEvent && name != "address")
                continue; // `from` and `to` of an event are what has changed
            item.details.erase(std::string(name));
        }
    }
    void operator()(Company &company) const
    {
        if (masks.notes)
            company.note.clear();
        if (masks.confidentialFields)
            eraseConfidential(company.attributes);
    }
    template<class Other>
    void operator()(Other &) const
    {
    }
};

} // namespace

bool isConfidential(std::string_view key)
{
    return key.starts_with(kConfidential);
}

Masks masksOf(const Agent &agent)
{
    return {!may(agent, Permission::SeeContactDetails), !may(agent, Permission::SeeCustomerNotes),
            !may(agent, Permission::SeeConfidentialFields)};
}

bool seesField(const Agent &agent, std::string_view key)
{
    return !masksOf(agent).hideField(key);
}

void mask(Entity &entity, const Masks &masks)
{
    if (masks.any())
        std::visit(Masker{masks}, entity);
}

std::string maskedAddress(Channel channel, std::string_view address)
{
    if (channel == Channel::Email) {
        const std::size_t at = address.rfind('@');
        return std::string(kDots) + (at == std::string_view::npos ? std::string() : std::string(address.substr(at)));
    }
    const bool isNumber = channel == Channel::Phone || channel == Channel::Sms || channel == Channel::WhatsApp;
    if (isNumber && address.size() > 4)
        return std::string(kDots) + " " + std::string(address.substr(address.size() - 2));
    return std::string(kDots);
}

} // namespace tributary::model
