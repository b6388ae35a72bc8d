#pragma once

#include <cstdint>
#include <string>

namespace tributary::sim {

struct Report {
    bool held = true;
    std::string promise; ///< What did not hold.
    std::string trace;   ///< The last things that happened before.
    std::uint64_t steps = 0;
    std::int64_t seqs = 0; ///< Head of the hub's log at the end.
};

/// Once, before the first life of a process.
void setUp();

/// One life of a workspace under @p seed: minutes of work and faults, then no more faults, then the checks. The same seed
/// does the same. Its files are in a folder of their own, in memory where the system has such a place, and gone after.
Report simulate(std::uint64_t seed, bool echo);

} // namespace tributary::sim
