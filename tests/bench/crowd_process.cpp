// Holds desktops (or plain WebSockets) connected and reads what comes, in a process of its own: what they cost is not what
// the hub costs. Says "live MS" when all are, and once more each time all are again; goes when its input ends.
//   bench_crowd PORT DESKTOPS [TOKEN]        without a token: plain sockets
#include "tests/crash/raw_desk.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace tributary;
using namespace tributary::testing;

namespace {

class Plain : public RawSocket {
public:
    Plain(int port, const std::string &, Rng &)
        : RawSocket(port)
    {
    }
    ~Plain() override { drop(); }
    bool isLive() const { return isUpgraded(); }
    bool wantsToRead() const { return true; }
    Milliseconds retryAt() const { return m_retryAt; }
    void connectNow() { connectTo("/", {}); }
    void beat() {}

protected:
    void received(std::string_view) override {}
    void lost() override
    {
        drop();
        m_retryAt = now() + Milliseconds(100);
    }

private:
    Milliseconds m_retryAt{0};
};

bool inputEnded()
{
    char byte = 0;
    return ::read(STDIN_FILENO, &byte, 1) == 0;
}

template<class Socket>
int hold(int port, int count, const std::string &token)
{
    SystemRng rng;
    std::vector<std::unique_ptr<Socket>> all;
    for (int i = 0; i < count; ++i)
        all.push_back(std::make_unique<Socket>(port, token, rng));
    Milliseconds since = now();
    bool said = false;
    while (!inputEnded()) {
        bool live = true;
        for (const auto &one : all) {
            if (!one->isConnected() && now() >= one->retryAt())
                one->connectNow();
            live = live && one->isLive();
        }
        if (live && !said) {
            std::printf("live %lld\n", static_cast<long long>((now() - since).count()));
            std::fflush(stdout);
        } else if (!live && said) {
            since = now();
        }
        said = live;
        turn(all, 20);
    }
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 3 && argc != 4)
        return 2;
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    ::fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
    const int port = std::atoi(argv[1]), count = std::atoi(argv[2]);
    return argc == 4 ? hold<Desk>(port, count, argv[3]) : hold<Plain>(port, count, {});
}
