#pragma once

#include "core/model/commands.h"
#include "core/store/people_reads.h"
#include "ui/theme/time_format.h"

#include <map>

namespace tributary::ui {

/// A field in which two people differ, and whose value stays.
struct MergeField {
    std::string id; ///< As CustomerLink::replaced names it; empty for what is decided by itself (consent, blocked).
    QString label, stays, joins;
    bool takesJoining = false;
    QString decided; ///< Why there is nothing to choose; empty: there is.
    friend bool operator==(const MergeField &, const MergeField &) = default;
};

/// What a merge would come to, field by field.
struct MergePlan {
    std::vector<MergeField> differing;
    std::vector<std::pair<QString, QString>> equal; ///< Name and value.
    bool joinsHasMembers = false;                   ///< Others are merged into whoever joins: they come along.
};

/// Whose value of a field somebody has chosen.
using MergePicks = std::map<std::string, model::CustomerId>;

/// Without a choice the value of whoever stays counts, unless it is empty. Of consent the stricter counts.
MergePlan planOf(const store::MergeSide &stays, const store::MergeSide &joins,
                 const std::vector<model::FieldDefinition> &fields, const MergePicks &picks, const TimeFormat &format,
                 TimePoint now);

/// The command, but for its link's id.
model::MergeCustomers commandOf(const MergePlan &plan, const store::MergeSide &stays, const store::MergeSide &joins,
                                const std::string &evidence);

/// The name, or else the address written to last.
QString shownName(const store::CustomerCard &card);

} // namespace tributary::ui
