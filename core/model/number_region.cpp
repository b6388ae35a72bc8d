#include "core/model/number_region.h"

#include "core/model/addresses.h"

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

std::string regionFor(std::span<const ChannelAccount> accounts, Channel channel)
{
    const auto rank = [channel](const ChannelAccount &account) {
        return account.channel == channel ? 2 : hasNumbers(account.channel) ? 1 : 0;
    };
    const ChannelAccount *best = nullptr;
    for (const ChannelAccount &account : accounts) {
        if (account.removed || account.region.empty())
            continue;
        // By their ids, not by the order in which they come: the hub and all desktops have to say the same.
        const bool isBetter =
            !best || rank(account) > rank(*best) || (rank(account) == rank(*best) && account.id < best->id);
        if (isBetter)
            best = &account;
    }
    return best ? best->region : std::string();
}

} // namespace tributary::model
