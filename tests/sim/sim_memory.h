#pragma once

#include <cstddef>

namespace tributary::sim {

/// Before the first database of a process: memory for SQLite that is kept by size and never given back. For one thread; a
/// seventh of a life went into joining pieces that are asked for again at once.
void setUpMemory();

/// Null: there is none.
void *takeMemory(std::size_t size);
void giveMemory(void *piece);

} // namespace tributary::sim
