#pragma once

#include <functional>
#include <memory>

namespace tributary::hub {

/// One thread for what takes long and must not run at once in any number: password hashes (100 ms and 64 MiB each, C25) and
/// files that are written. What waits when it ends is dropped.
class Hasher {
public:
    Hasher();
    ~Hasher(); ///< Waits for the job in hand.
    Hasher(const Hasher &) = delete;
    Hasher &operator=(const Hasher &) = delete;

    /// False: too many wait already.
    bool post(std::function<void()> job);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace tributary::hub
