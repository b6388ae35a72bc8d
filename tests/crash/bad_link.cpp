// A bad network between two programs: two network namespaces of its own, joined by packets that this program passes on late,
// twice, in another order, slowly, or not at all. What runs in them speaks real TCP. They vanish with this program, and
// nothing outside is touched. (tc's netem would do the same where the kernel has it.)
//
//   bad_link
//
// Needs root and /dev/net/tun. Says `ready A B` with two paths for `nsenter --net=PATH`; the end A is 127.77.0.1, B is
// 127.77.0.2: loopback addresses, because hub and desktop speak without TLS to those alone. Lines on standard input set what
// is wrong from then on, each `NAME VALUE`:
//
//   delay MS       each packet takes so long, and up to `jitter` MS more (which reorders)
//   jitter MS
//   loss PERCENT   duplicate PERCENT
//   rate BYTES     a second, to B; 0: unbounded
//   down ENDS      `both`, `toA`, `toB`: nothing arrives there, and nobody is told; `none`
#include "core/base/rng.h"

#include <arpa/inet.h>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <map>
#include <string>
#include <vector>

namespace {

constexpr std::int64_t kMostWaiting = 2'000; ///< Packets on their way; more are lost, as in any router.

struct End {
    int tun = -1, space = -1;
};

[[noreturn]] void fail(const char *what)
{
    std::printf("failed %s: %s\n", what, std::strerror(errno));
    std::fflush(stdout);
    std::_Exit(1);
}

void setAddress(int socket, unsigned long request, const char *device, const char *address)
{
    ifreq wanted{};
    std::strncpy(wanted.ifr_name, device, IFNAMSIZ - 1);
    sockaddr_in in{.sin_family = AF_INET};
    ::inet_pton(AF_INET, address, &in.sin_addr);
    std::memcpy(&wanted.ifr_addr, &in, sizeof in);
    if (::ioctl(socket, request, &wanted) != 0)
        fail("setting an address");
}

/// A namespace with one device in it.
End makeEnd(const char *own, const char *other)
{
    if (::unshare(CLONE_NEWNET) != 0)
        fail("making a network namespace");
    End end;
    end.space = ::open("/proc/self/ns/net", O_RDONLY);
    end.tun = ::open("/dev/net/tun", O_RDWR | O_NONBLOCK);
    ifreq wanted{};
    std::strcpy(wanted.ifr_name, "tun0");
    wanted.ifr_flags = IFF_TUN | IFF_NO_PI;
    if (end.tun < 0 || ::ioctl(end.tun, TUNSETIFF, &wanted) != 0)
        fail("making a device");
    // Addresses that count as local are to be routed all the same; lo stays down, so that they are not taken to be its own.
    if (FILE *allow = std::fopen("/proc/sys/net/ipv4/conf/tun0/route_localnet", "w")) {
        std::fputs("1", allow);
        std::fclose(allow);
    }
    const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
    setAddress(socket, SIOCSIFADDR, "tun0", own);
    setAddress(socket, SIOCSIFDSTADDR, "tun0", other);
    std::strcpy(wanted.ifr_name, "tun0");
    wanted.ifr_flags = IFF_UP | IFF_RUNNING;
    if (::ioctl(socket, SIOCSIFFLAGS, &wanted) != 0)
        fail("bringing a device up");
    ::close(socket);
    return end;
}

std::int64_t nowUs()
{
    timespec spec{};
    ::clock_gettime(CLOCK_MONOTONIC, &spec);
    return std::int64_t(spec.tv_sec) * 1'000'000 + spec.tv_nsec / 1'000;
}

struct Weather {
    std::int64_t delay = 0, jitter = 0, rate = 0;
    double loss = 0, duplicate = 0;
    bool downA = false, downB = false;

    void set(const std::string &name, const std::string &value)
    {
        const double number = std::atof(value.c_str());
        if (name == "delay")
            delay = std::int64_t(number * 1000);
        else if (name == "jitter")
            jitter = std::int64_t(number * 1000);
        else if (name == "loss")
            loss = number / 100;
        else if (name == "duplicate")
            duplicate = number / 100;
        else if (name == "rate")
            rate = std::int64_t(number);
        else if (name == "down")
            downA = value == "both" || value == "toA", downB = value == "both" || value == "toB";
    }
};

class Relay {
public:
    Relay(End a, End b)
        : m_a(a)
        , m_b(b)
    {
    }

    void run()
    {
        std::string orders;
        for (;;) {
            const std::int64_t wait = m_waiting.empty() ? -1 : std::max<std::int64_t>(0, m_waiting.begin()->first - nowUs());
            pollfd files[] = {{m_a.tun, POLLIN, 0}, {m_b.tun, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
            ::poll(files, 3, wait < 0 ? -1 : int((wait + 999) / 1000));
            if (files[0].revents != 0)
                take(m_a.tun, true);
            if (files[1].revents != 0)
                take(m_b.tun, false);
            if (files[2].revents != 0 && !hear(orders))
                return;
            deliver();
        }
    }

private:
    struct Packet {
        bool toB = false;
        std::vector<char> bytes;
    };

    void take(int tun, bool toB)
    {
        char bytes[2048];
        for (ssize_t size; (size = ::read(tun, bytes, sizeof bytes)) > 0;) {
            if ((toB ? m_weather.downB : m_weather.downA) || m_rng.unit() < m_weather.loss
                || std::int64_t(m_waiting.size()) >= kMostWaiting)
                continue;
            std::int64_t at = nowUs() + m_weather.delay;
            if (m_weather.jitter > 0)
                at += std::int64_t(m_rng.below(std::uint64_t(m_weather.jitter)));
            if (toB && m_weather.rate > 0) { // as through a thin pipe
                m_pipeFreeAt = std::max(m_pipeFreeAt, nowUs()) + size * 1'000'000 / m_weather.rate;
                at = std::max(at, m_pipeFreeAt);
            }
            m_waiting.emplace(at, Packet{toB, {bytes, bytes + size}});
            if (m_rng.unit() < m_weather.duplicate)
                m_waiting.emplace(at + 100, Packet{toB, {bytes, bytes + size}});
        }
    }

    void deliver()
    {
        const std::int64_t now = nowUs();
        while (!m_waiting.empty() && m_waiting.begin()->first <= now) {
            const Packet &packet = m_waiting.begin()->second;
            if (!(packet.toB ? m_weather.downB : m_weather.downA))
                (void)!::write(packet.toB ? m_b.tun : m_a.tun, packet.bytes.data(), packet.bytes.size());
            m_waiting.erase(m_waiting.begin());
        }
    }

    bool hear(std::string &orders)
    {
        char bytes[512];
        const ssize_t size = ::read(STDIN_FILENO, bytes, sizeof bytes);
        if (size <= 0)
            return false; // whoever started us is gone
        orders.append(bytes, std::size_t(size));
        for (std::size_t end; (end = orders.find('\n')) != std::string::npos; orders.erase(0, end + 1)) {
            const std::string line = orders.substr(0, end);
            const std::size_t blank = line.find(' ');
            if (blank != std::string::npos)
                m_weather.set(line.substr(0, blank), line.substr(blank + 1));
        }
        return true;
    }

    End m_a, m_b;
    Weather m_weather;
    tributary::SeededRng m_rng{1};
    std::multimap<std::int64_t, Packet> m_waiting; ///< By when they arrive, in microseconds.
    std::int64_t m_pipeFreeAt = 0;
};

} // namespace

int main()
{
    const End a = makeEnd("127.77.0.1", "127.77.0.2");
    const End b = makeEnd("127.77.0.2", "127.77.0.1");
    std::printf("ready /proc/%d/fd/%d /proc/%d/fd/%d\n", int(::getpid()), a.space, int(::getpid()), b.space);
    std::fflush(stdout);
    Relay(a, b).run();
    return 0;
}
