#pragma once

#include <functional>

namespace tributary {

/// Runs what it is given later, on the caller's own loop: a Qt object's thread, an asio executor, a simulator's queue.
/// Callable from any thread; never runs the function before returning.
using Executor = std::function<void(std::function<void()>)>;

} // namespace tributary
