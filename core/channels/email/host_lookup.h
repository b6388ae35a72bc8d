#pragma once

#include "core/channels/email/mail_error.h"
#include "core/channels/email/stop_signal.h"

#include <memory>
#include <netdb.h>

namespace tributary::channels::email {

struct FreeAddresses {
    void operator()(addrinfo *list) const { ::freeaddrinfo(list); }
};
using HostAddresses = std::unique_ptr<addrinfo, FreeAddresses>;

/// The addresses of @p host for TCP, in the order to try them. getaddrinfo(3) itself cannot be interrupted, so it runs on a
/// thread of its own which is left behind when time is up or @p stop is raised; it touches nothing but its own memory.
/// Errors: Unreachable, TimedOut, Stopped.
MailResult<HostAddresses> lookUp(const std::string &host, std::uint16_t port, const StopSignal &stop, Milliseconds most);

} // namespace tributary::channels::email
