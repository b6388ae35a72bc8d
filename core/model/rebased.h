#pragma once

#include <algorithm>
#include <type_traits>
#include <vector>

namespace tributary::model {

/// A list as it is @p now, with what was added to and taken from @p base in @p draft.
template<class T>
std::vector<T> rebasedList(const std::vector<T> &draft, const std::vector<T> &base, std::vector<T> now)
{
    const auto has = [](const std::vector<T> &list, const T &one) { return std::ranges::find(list, one) != list.end(); };
    std::erase_if(now, [&](const T &one) { return has(base, one) && !has(draft, one); });
    for (const T &one : draft) {
        if (!has(base, one) && !has(now, one))
            now.push_back(one);
    }
    return now;
}

/// What somebody has changed of @p base, on top of what it is @p now: the rest stays as others have left it.
/// Members that are lists are joined entry by entry.
template<class T, class... Members>
T rebased(const T &draft, const T &base, T now, Members... members)
{
    const auto take = [&](auto member) {
        if constexpr (requires { (now.*member).push_back((now.*member).front()); }
                      && !std::is_same_v<std::decay_t<decltype(now.*member)>, std::string>)
            now.*member = rebasedList(draft.*member, base.*member, now.*member);
        else if (draft.*member != base.*member)
            now.*member = draft.*member;
    };
    (take(members), ...);
    return now;
}

} // namespace tributary::model
