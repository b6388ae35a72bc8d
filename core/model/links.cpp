#include "core/model/links.h"

#include <algorithm>

namespace tributary::model {

CustomerId mergedInto(const CustomerLink &link)
{
    return link.first.value_or(link.into);
}

std::vector<CustomerLink> carriedAlong(const CustomerLink &merge, std::vector<CustomerLink> members)
{
    for (CustomerLink &member : members) {
        if (!member.first)
            member.first = member.into;
        member.into = merge.into;
    }
    return members;
}

std::vector<CustomerLink> ledBack(const CustomerLink &ended, const std::vector<CustomerLink> &members)
{
    std::vector<CustomerLink> back;
    std::vector<CustomerId> leaving{ended.from};
    for (std::size_t i = 0; i < leaving.size(); ++i) {
        for (CustomerLink member : members) {
            if (member.id == ended.id || member.first != leaving[i] || std::ranges::count(leaving, member.from) > 0)
                continue;
            leaving.push_back(member.from);
            member.into = ended.from;
            if (member.first == ended.from)
                member.first.reset();
            back.push_back(std::move(member));
        }
    }
    return back;
}

} // namespace tributary::model
