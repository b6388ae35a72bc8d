#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tributary {

/// Where randomness comes from. Secrets come from a SystemRng only.
class Rng {
public:
    virtual ~Rng() = default;
    virtual void fill(std::span<std::byte> out) = 0;
    std::uint64_t next();
    /// Evenly from 0 to @p bound - 1; 0 when @p bound is 0.
    std::uint64_t below(std::uint64_t bound);
    /// Evenly from [0, 1).
    double unit();
};

/// The kernel's generator, through libsodium.
class SystemRng final : public Rng {
public:
    SystemRng();
    void fill(std::span<std::byte> out) override;
};

/// The same numbers for the same seed on every machine (splitmix64), for tests and the simulator.
class SeededRng final : public Rng {
public:
    explicit SeededRng(std::uint64_t seed)
        : m_state(seed)
    {
    }
    void fill(std::span<std::byte> out) override;

private:
    std::uint64_t m_state;
};

} // namespace tributary
