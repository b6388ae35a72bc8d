#include "tests/sim/sim_memory.h"

#include <new>

/// What the program itself asks for comes from the same place: a life is one thread. Beside sanitizers, which look after
/// their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

void *operator new(std::size_t size)
{
    if (void *piece = tributary::sim::takeMemory(size))
        return piece;
    throw std::bad_alloc();
}
void *operator new[](std::size_t size)
{
    return operator new(size);
}
void operator delete(void *piece) noexcept
{
    tributary::sim::giveMemory(piece);
}
void operator delete[](void *piece) noexcept
{
    tributary::sim::giveMemory(piece);
}
void operator delete(void *piece, std::size_t) noexcept
{
    tributary::sim::giveMemory(piece);
}
void operator delete[](void *piece, std::size_t) noexcept
{
    tributary::sim::giveMemory(piece);
}

#endif
