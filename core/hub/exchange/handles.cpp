#include "core/hub/exchange/handles.h"

#include "core/text/email_address.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <phonenumbers/phonenumberutil.h>

namespace tributary::hub::exchange {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;
using model::Channel;

bool isPhone(Channel channel)
{
    return channel == Channel::WhatsApp || channel == Channel::Sms || channel == Channel::Phone;
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// `+` and 8 to 15 digits: what most files hold, and no work for the library.
bool isE164(std::string_view text)
{
    return text.size() >= 9 && text.size() <= 16 && text[0] == '+' && text[1] != '0'
           && std::ranges::all_of(text.substr(1), isDigit);
}

std::string normalisedPhone(std::string_view handle)
{
    if (isE164(handle))
        return std::string(handle);
    std::string number(handle);
    if (number.starts_with("00"))
        number = "+" + number.substr(2);
    const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
    PhoneNumber parsed;
    // "ZZ": no country is assumed, so that only numbers with their country code become E.164.
    if (handle.size() <= 64 && util.Parse(number, "ZZ", &parsed) == PhoneNumberUtil::NO_PARSING_ERROR) {
        std::string formatted;
        util.Format(parsed, PhoneNumberUtil::E164, &formatted);
        return formatted;
    }
    std::string digits = number.starts_with("+") ? "+" : "";
    std::ranges::copy_if(number, std::back_inserter(digits), isDigit);
    return digits.size() > 1 ? digits : text::scrubbed(text::trimmed(handle)); // a sender's name, as SMS have them
}

} // namespace

std::string normalisedHandle(Channel channel, std::string_view handle)
{
    const std::string_view trimmed = text::trimmed(handle);
    if (trimmed.find('@') != std::string_view::npos && (channel == Channel::Email || isPhone(channel))) {
        if (std::string address = text::normaliseAddress(trimmed); !address.empty())
            return address;
    }
    if (isPhone(channel))
        return normalisedPhone(trimmed);
    return text::scrubbed(trimmed);
}

bool isScoped(Channel channel)
{
    return channel != Channel::Email && !isPhone(channel);
}

} // namespace tributary::hub::exchange
