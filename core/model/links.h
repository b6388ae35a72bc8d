#pragma once

#include "core/model/entities.h"

/// How merges lead on. A link always names the root of a person; where whom it had named was merged on since,
/// CustomerLink::first remembers them. The hub and the desktop's overlay both do it here.
namespace tributary::model {

/// Whose fields the merge is about: whom its author merged `from` into.
CustomerId mergedInto(const CustomerLink &link);

/// The links of @p members, which lead to whoever joins by @p merge, as they lead on to whom it joins.
std::vector<CustomerLink> carriedAlong(const CustomerLink &merge, std::vector<CustomerLink> members);

/// Those of @p members, the live links into the root that @p ended had led to, which had come along with it: they lead to
/// whoever has left by it again.
std::vector<CustomerLink> ledBack(const CustomerLink &ended, const std::vector<CustomerLink> &members);

} // namespace tributary::model
