// What one message of 200 bytes costs when it goes to 100 WebSockets on loopback, beside a bare loop of write() on 100 TCP
// sockets: CPU of the sending thread per message and socket. Readers run in a process of their own.
//   edge_fanout_bench [messages]
#include "tests/hub/edge/edge_fixture.h"

#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace tributary::edge;
using namespace tributary::edge::testing;

namespace {

constexpr int kSockets = 100;
constexpr std::size_t kPayload = 200;

double threadCpu()
{
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return double(now.tv_sec) + double(now.tv_nsec) / 1e9;
}

/// A child process that opens the sockets, with an upgrade or without, and reads until all are closed.
pid_t startReaders(std::uint16_t port, bool webSockets)
{
    const pid_t child = ::fork();
    if (child != 0)
        return child;
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < kSockets; ++i) {
        clients.push_back(std::make_unique<RawClient>(port));
        if (webSockets)
            clients.back()->upgrade();
    }
    std::vector<pollfd> polled;
    for (auto &client : clients)
        polled.push_back({client->descriptor(), POLLIN, 0});
    std::array<char, 65536> buffer;
    while (!polled.empty() && ::poll(polled.data(), polled.size(), 10'000) > 0) {
        std::erase_if(polled, [&](const pollfd &one) {
            return one.revents != 0 && ::recv(one.fd, buffer.data(), buffer.size(), 0) <= 0;
        });
    }
    ::_exit(0);
}

double bareLoop(int messages)
{
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener, reinterpret_cast<sockaddr *>(&address), size);
    ::listen(listener, kSockets);
    ::getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size);
    const pid_t readers = startReaders(ntohs(address.sin_port), false);
    std::vector<int> sockets;
    const int on = 1;
    for (int i = 0; i < kSockets; ++i) {
        sockets.push_back(::accept(listener, nullptr, nullptr));
        ::setsockopt(sockets.back(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    const std::string frame(kPayload + 4, 'x');
    const double before = threadCpu();
    for (int message = 0; message < messages; ++message) {
        for (const int socket : sockets) {
            if (::send(socket, frame.data(), frame.size(), MSG_NOSIGNAL) < 0)
                std::abort();
        }
    }
    const double cpu = threadCpu() - before;
    for (const int socket : sockets)
        ::close(socket);
    ::close(listener);
    ::waitpid(readers, nullptr, 0);
    return cpu;
}

struct Receiver final : SocketEvents {
    explicit Receiver(std::vector<std::shared_ptr<Socket>> &all)
        : sockets(all)
    {
    }
    void opened(std::shared_ptr<Socket> socket) override { sockets.push_back(std::move(socket)); }
    void message(std::string, bool) override {}
    void closed(std::uint16_t) override {}
    std::vector<std::shared_ptr<Socket>> &sockets;
};

double edgeLoop(int messages, int perTurn)
{
    std::vector<std::shared_ptr<Socket>> sockets;
    pid_t readers = 0;
    double cpu = 0;
    {
        EdgeFixture edge(testSettings(), [&](TestHandler &handler) {
            handler.onUpgrade = [&](const Request &) {
                return UpgradeDecision::accept(std::make_shared<Receiver>(sockets));
            };
        });
        readers = startReaders(edge.port(), true);
        edge.waitFor([](const Metrics &metrics) { return metrics.socketsOpen == kSockets; });
        const auto payload = std::make_shared<const std::string>(kPayload, 'x');
        edge.onLoop([&] { cpu = -threadCpu(); });
        for (int message = 0; message < messages; message += perTurn) {
            edge.onLoop([&] {
                for (int i = 0; i < perTurn; ++i) {
                    for (const auto &socket : sockets)
                        socket->send(payload, true);
                }
            });
        }
        edge.waitFor(
            [&](const Metrics &metrics) { return metrics.bytesOut >= std::uint64_t(messages) * kSockets * (kPayload + 4); });
        edge.onLoop([&] { cpu += threadCpu(); });
    }
    ::waitpid(readers, nullptr, 0);
    return cpu;
}

} // namespace

int main(int argc, char **argv)
{
    const int messages = argc > 1 ? std::atoi(argv[1]) : 2000;
    const double each = 1e6 / (double(messages) * kSockets);
    const double bare = bareLoop(messages) * each;
    const double one = edgeLoop(messages, 1) * each;
    const double ten = edgeLoop(messages, 10) * each;
    std::printf("bare write loop      %6.2f us per message and socket\n", bare);
    std::printf("edge, one a turn     %6.2f us  (%.2f x)\n", one, one / bare);
    std::printf("edge, ten a turn     %6.2f us  (%.2f x)\n", ten, ten / bare);
}
