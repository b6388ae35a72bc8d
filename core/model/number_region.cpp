#include "core/model/number_region.h"

#include <phonenumbers/phonenumberutil.h>

namespace tributary::model {

std::string regionOfNumber(std::string_view number)
{
    using i18n::phonenumbers::PhoneNumber;
    using i18n::phonenumbers::PhoneNumberUtil;
    constexpr std::size_t kLongest = 16; // with its plus
    if (number.size() > kLongest || !number.starts_with('+'))
        return {};
    const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
    PhoneNumber parsed;
    if (util.Parse(std::string(number), "ZZ", &parsed) != PhoneNumberUtil::NO_PARSING_ERROR)
        return {};
    std::string region;
    util.GetRegionCodeForNumber(parsed, &region);
    return region.size() == 2 && region != "ZZ" ? region : std::string(); // 001: of no country
}

} // namespace tributary::model
