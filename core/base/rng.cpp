#include "core/base/rng.h"

#include <array>
#include <cassert>
#include <cstdlib>
#include <cstring>
#include <sodium.h>

namespace tributary {

std::uint64_t Rng::next()
{
    std::uint64_t value = 0;
    fill(std::as_writable_bytes(std::span(&value, 1)));
    return value;
}

std::uint64_t Rng::below(std::uint64_t bound)
{
    if (bound == 0)
        return 0;
    const std::uint64_t uneven = UINT64_MAX - UINT64_MAX % bound; // values from here on would favour the low numbers
    for (;;) {
        if (const std::uint64_t value = next(); value < uneven)
            return value % bound;
    }
}

double Rng::unit()
{
    return double(next() >> 11) * 0x1p-53;
}

SystemRng::SystemRng()
{
    if (sodium_init() < 0)
        std::abort(); // no randomness, no secrets: there is nothing sensible left to do
}

namespace {

/// The next bytes of this thread: to ask the kernel costs more than an id does otherwise. What was given is here no longer.
struct Drawn {
    std::array<std::byte, 512> bytes{};
    std::size_t used = sizeof(bytes);
    ~Drawn() { sodium_memzero(bytes.data(), bytes.size()); }
};

} // namespace

void SystemRng::fill(std::span<std::byte> out)
{
    thread_local Drawn drawn;
    if (out.size() > drawn.bytes.size() / 4)
        return randombytes_buf(out.data(), out.size());
    if (drawn.bytes.size() - drawn.used < out.size()) {
        randombytes_buf(drawn.bytes.data(), drawn.bytes.size());
        drawn.used = 0;
    }
    std::byte *next = drawn.bytes.data() + drawn.used;
    std::memcpy(out.data(), next, out.size());
    sodium_memzero(next, out.size());
    drawn.used += out.size();
}

void SeededRng::fill(std::span<std::byte> out)
{
    for (std::size_t at = 0; at < out.size(); at += 8) {
        std::uint64_t z = (m_state += 0x9E3779B97F4A7C15ULL);
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ z >> 27) * 0x94D049BB133111EBULL;
        z ^= z >> 31;
        std::memcpy(out.data() + at, &z, std::min<std::size_t>(8, out.size() - at));
    }
}

} // namespace tributary
