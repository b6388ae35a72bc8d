#include "tests/sim/sim_memory.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <new>
#include <sqlite3.h>

namespace tributary::sim {
namespace {

constexpr std::size_t kHeader = 16; ///< In front of each piece: its class and its size. What all are aligned to.
constexpr std::size_t kSlab = 1 << 20;
constexpr int kClasses = 56;       ///< Four to each power of two; SQLite asks for multiples of 8.
constexpr std::size_t kFirst = 32; ///< Bytes of the first class.

/// Pieces of a class that nobody uses, the last freed first.
struct Free {
    Free *next;
};
struct Pool {
    std::array<Free *, kClasses> free{};
    std::byte *slab = nullptr;
    std::size_t left = 0;
};
constinit Pool thePool;

constexpr std::size_t sizeOfClass(int which)
{
    const std::size_t base = kFirst << (which / 4);
    return base + base / 4 * std::size_t(which % 4);
}
/// Beyond the last: it goes to the system.
constexpr int classOf(std::size_t size)
{
    if (size <= kFirst)
        return 0;
    const int power = std::bit_width(size - 1) - std::bit_width(kFirst - 1) - 1; // base < size <= 2 * base
    const std::size_t base = kFirst << power;
    return 4 * power + int((size - base + base / 4 - 1) / (base / 4));
}
static_assert(classOf(32) == 0 && classOf(33) == 1 && classOf(40) == 1 && classOf(41) == 2 && classOf(64) == 4);
static_assert(classOf(65) == 5 && sizeOfClass(classOf(4300)) >= 4300 && sizeOfClass(classOf(4300) - 1) < 4300);
static_assert(classOf(sizeOfClass(kClasses - 1)) == kClasses - 1);

int &classAt(void *piece)
{
    return *reinterpret_cast<int *>(static_cast<std::byte *>(piece) - kHeader);
}
std::size_t &sizeAt(void *piece)
{
    return *reinterpret_cast<std::size_t *>(static_cast<std::byte *>(piece) - kHeader + sizeof(std::size_t));
}

} // namespace

void *takeMemory(std::size_t size)
{
    const int which = classOf(size);
    std::byte *memory = nullptr;
    if (which >= kClasses) {
        memory = static_cast<std::byte *>(std::malloc(kHeader + size));
    } else if (Free *&first = thePool.free[std::size_t(which)]; first) {
        void *piece = first;
        first = first->next;
        return piece;
    } else {
        const std::size_t needed = (kHeader + sizeOfClass(which) + kHeader - 1) / kHeader * kHeader;
        if (thePool.left < needed) {
            thePool.left = std::max(kSlab, needed);
            thePool.slab = static_cast<std::byte *>(std::malloc(thePool.left));
        }
        memory = thePool.slab;
        if (memory) {
            thePool.slab += needed;
            thePool.left -= needed;
        }
    }
    if (!memory)
        return nullptr;
    void *piece = memory + kHeader;
    classAt(piece) = which;
    sizeAt(piece) = which < kClasses ? sizeOfClass(which) : size;
    return piece;
}

void giveMemory(void *piece)
{
    if (!piece)
        return;
    const int which = classAt(piece);
    if (which >= kClasses)
        return std::free(static_cast<std::byte *>(piece) - kHeader);
    Free *&first = thePool.free[std::size_t(which)];
    first = new (piece) Free{first};
}

namespace {

void *take(int wanted)
{
    return takeMemory(std::size_t(wanted));
}

void *resize(void *piece, int wanted)
{
    if (std::size_t(wanted) <= sizeAt(piece))
        return piece;
    void *larger = take(wanted);
    if (larger) {
        std::memcpy(larger, piece, sizeAt(piece));
        giveMemory(piece);
    }
    return larger;
}

int sizeOf(void *piece)
{
    return piece ? int(sizeAt(piece)) : 0;
}
int rounded(int wanted)
{
    const int which = classOf(std::size_t(wanted));
    return which < kClasses ? int(sizeOfClass(which)) : (wanted + 7) & ~7;
}
int begin(void *)
{
    return SQLITE_OK;
}
void end(void *) {}

} // namespace

void setUpMemory()
{
    static const sqlite3_mem_methods methods{take, giveMemory, resize, sizeOf, rounded, begin, end, nullptr};
    sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
}

} // namespace tributary::sim
