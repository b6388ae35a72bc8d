#include "core/channels/email/stop_signal.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace tributary::channels::email {

StopSignal::StopSignal()
    : m_event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    if (m_event < 0)
        std::abort(); // out of file descriptors at start: nothing could ever be stopped
}

StopSignal::~StopSignal()
{
    ::close(m_event);
}

void StopSignal::raise()
{
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(m_event, &one, sizeof one); // fails only when it is raised already
}

bool StopSignal::isRaised() const
{
    pollfd entry{m_event, POLLIN, 0};
    return ::poll(&entry, 1, 0) > 0;
}

StopSignal::Wait StopSignal::waitFor(int fd, short events, Milliseconds most) const
{
    const SystemClock clock;
    const Milliseconds end = clock.steady() + most;
    for (;;) {
        pollfd entries[2] = {{m_event, POLLIN, 0}, {fd, events, 0}};
        const Milliseconds left = std::clamp(end - clock.steady(), Milliseconds(0), Milliseconds(3'600'000));
        const int ready = ::poll(entries, fd < 0 ? 1 : 2, int(left.count()));
        if (entries[0].revents != 0)
            return Wait::Stopped;
        if (ready > 0)
            return Wait::Ready; // also on POLLERR and POLLHUP: the next read or write says what happened
        if ((ready == 0 || errno == EINTR) && clock.steady() >= end)
            return Wait::TimedOut;
    }
}

} // namespace tributary::channels::email
