#pragma once

#include "core/hub/hub_store.h"
#include "core/hub/loop.h"

namespace tributary::hub {

/// Work on the store that is done a slice at a time, each in a transaction of its own with a pause behind it, in which
/// others write. On the loop.
class Slices {
public:
    /// Does a slice, in a write transaction. True: there is more.
    using Slice = std::function<Result<bool>(store::Database &, IdMaker &, TimePoint)>;

    Slices(HubStore &store, Loop &loop, Milliseconds pause, Slice slice);

    /// Goes on until nothing is left. Called meanwhile, it looks once more at the end.
    void run();
    /// No slice is begun any more.
    void stop();

private:
    HubStore &m_store;
    Loop &m_loop;
    const Milliseconds m_pause;
    const Slice m_slice;
    Loop::Timer m_timer;
    bool m_atWork = false, m_again = false, m_stopped = false;
};

} // namespace tributary::hub
