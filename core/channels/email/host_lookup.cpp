#include "core/channels/email/host_lookup.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>

namespace tributary::channels::email {
namespace {

struct Lookup {
    std::string host;
    std::string port;
    int done = ::eventfd(0, EFD_CLOEXEC);
    int error = EAI_AGAIN;
    HostAddresses found;

    ~Lookup() { ::close(done); }

    void run(int extraFlags)
    {
        addrinfo hints{};
        hints.ai_flags = AI_NUMERICSERV | extraFlags;
        hints.ai_family = AF_UNSPEC;
        hints.ai_socktype = SOCK_STREAM;
        addrinfo *list = nullptr;
        error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &list);
        found.reset(error == 0 ? list : nullptr);
    }
};

} // namespace

MailResult<HostAddresses> lookUp(const std::string &host, std::uint16_t port, const StopSignal &stop, Milliseconds most)
{
    const auto lookup = std::make_shared<Lookup>();
    lookup->host = host;
    lookup->port = std::to_string(port);
    lookup->run(AI_NUMERICHOST); // an address needs no name server, and no thread
    if (lookup->error != 0) {
        std::thread([lookup] {
            lookup->run(0);
            const std::uint64_t one = 1;
            [[maybe_unused]] const auto written = ::write(lookup->done, &one, sizeof one);
        }).detach();
        switch (stop.waitFor(lookup->done, POLLIN, most)) {
        case StopSignal::Wait::Ready: break;
        case StopSignal::Wait::TimedOut:
            return failure(MailError{MailError::Kind::TimedOut, "the name server does not answer"});
        case StopSignal::Wait::Stopped: return failure(MailError{MailError::Kind::Stopped, "stopping"});
        }
    }
    if (!lookup->found)
        return failure(MailError{MailError::Kind::Unreachable, std::string("the server's name cannot be resolved (")
                                                                   + ::gai_strerror(lookup->error) + ")"});
    return std::move(lookup->found);
}

} // namespace tributary::channels::email
