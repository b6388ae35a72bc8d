#pragma once

#include "core/store/people_reads.h"

#include <QString>

namespace tributary::ui {

/// Something that is known of both people, and whether it is the same.
struct MergeSignal {
    bool same = false;
    QString words;        ///< "Same phone number, +971 50 555 0172".
    std::string evidence; ///< What both have, as people read it: goes with the merge. Empty where they differ.
    friend bool operator==(const MergeSignal &, const MergeSignal &) = default;
};

/// What speaks for two being one person, and what against it: numbers, mail addresses, names, where they live, their
/// company, and what the hub has found. What only one of them has says nothing, nor does what is hidden from who looks.
struct MergeEvidence {
    std::vector<MergeSignal> signs; ///< What is the same first, the strongest first.
    QString verdict;                ///< "Very likely the same person."
    QString count;                  ///< "3 of 4 are the same"; empty where nothing can be compared.

    /// The strongest thing in common, for the link; empty: nothing.
    std::string evidence() const;
};

MergeEvidence evidenceOf(const store::MergePair &pair);

} // namespace tributary::ui
