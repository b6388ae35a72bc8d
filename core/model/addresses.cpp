#include "core/model/addresses.h"

#include "core/text/email_address.h"

#include <phonenumbers/phonenumberutil.h>
#include <set>

namespace tributary::model {
namespace {

constexpr std::size_t kLongest = 320;
constexpr std::size_t kLongestNumber = 32;

std::optional<std::string> number(std::string_view typed, std::string_view region)
{
    using i18n::phonenumbers::PhoneNumber;
    using i18n::phonenumbers::PhoneNumberUtil;
    const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
    PhoneNumber parsed;
    const std::string where = region.empty() ? "ZZ" : std::string(region); // ZZ: only with a country code
    if (util.Parse(std::string(typed), where, &parsed) != PhoneNumberUtil::NO_PARSING_ERROR
        || !util.IsPossibleNumber(parsed))
        return std::nullopt;
    std::string text;
    util.Format(parsed, PhoneNumberUtil::E164, &text);
    return text;
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kSpace = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

} // namespace

bool isRegion(std::string_view region)
{
    std::set<std::string> known;
    i18n::phonenumbers::PhoneNumberUtil::GetInstance()->GetSupportedRegions(&known);
    return known.contains(std::string(region));
}

bool hasNumbers(Channel channel)
{
    return channel == Channel::Phone || channel == Channel::Sms || channel == Channel::WhatsApp;
}

std::string shownAddress(Channel channel, std::string_view address)
{
    using i18n::phonenumbers::PhoneNumber;
    using i18n::phonenumbers::PhoneNumberUtil;
    std::string text(address);
    if (!hasNumbers(channel) || !text.starts_with('+') || text.size() > kLongestNumber)
        return text; // the name of a sender, or hidden
    const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
    PhoneNumber parsed;
    if (util.Parse(text, "ZZ", &parsed) == PhoneNumberUtil::NO_PARSING_ERROR)
        util.Format(parsed, PhoneNumberUtil::INTERNATIONAL, &text);
    return text;
}

std::optional<std::string> normalised(Channel channel, std::string_view typed, std::string_view region)
{
    const std::string_view text = trimmed(typed);
    if (text.empty() || text.size() > kLongest)
        return std::nullopt;
    if (hasNumbers(channel))
        return number(text, region);
    if (channel != Channel::Email)
        return std::string(text);
    std::string address = text::normaliseAddress(text);
    return address.empty() ? std::nullopt : std::optional(std::move(address));
}

} // namespace tributary::model
