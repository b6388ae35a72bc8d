// What it costs the hub when many desktops begin anew at once: the pages of their first copies, each read for itself and
// read once for all. first_copies_bench [ITEMS [DESKTOPS]]
#include "core/hub/access.h"
#include "core/hub/change_log.h"
#include "core/hub/devices.h"
#include "core/hub/exchange/import_files.h"
#include "core/hub/hub.h"
#include "core/wire/seam.h"
#include "tests/bench/history.h"
#include "tests/hub/edge/raw_client.h"

#include <QTemporaryDir>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace tributary;
using namespace tributary::hub;

namespace {

template<class T>
T must(Result<T> result)
{
    if (!result) {
        std::fprintf(stderr, "%s\n", result.error().detail.c_str());
        std::exit(1);
    }
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

/// What the two processes say to each other.
struct Run {
    std::uint16_t port = 0;
    int desktops = 0;
    char seam[64] = {}; ///< Empty: not said.
};
struct Ran {
    std::int64_t pages = 0, rows = 0;
    double seconds = 0;
};

std::string tokenOf(int desktop)
{
    return "token-" + std::to_string(desktop);
}

/// One desktop fetches all.
void fetch(const Run &run, int desktop, std::atomic<std::int64_t> &pages, std::atomic<std::int64_t> &rows)
{
    std::string next;
    do {
        edge::testing::RawClient client(run.port);
        client.send("GET /sync/bootstrap?after=" + next + (run.seam[0] ? "&seam=" + std::string(run.seam) : std::string())
                    + " HTTP/1.1\r\nHost: hub\r\nConnection: close\r\nAuthorization: Bearer " + tokenOf(desktop)
                    + "\r\n\r\n");
        const std::string response = client.readResponse();
        if (edge::testing::statusOf(response) == 503) { // as a desktop does, later again
            std::this_thread::sleep_for(std::chrono::seconds(1));
            continue;
        }
        const auto page = must(wire::unpackPage(bytesOf(edge::testing::bodyOf(response))));
        next = page.next;
        ++pages;
        rows += std::int64_t(page.rows.size());
        if (next.empty())
            return;
    } while (true);
}

/// The desktops' process: its processor time is not the hub's.
void beDesktops(int in, int out)
{
    Run run;
    while (::read(in, &run, sizeof run) == sizeof run) {
        std::atomic<std::int64_t> pages = 0, rows = 0;
        const auto began = std::chrono::steady_clock::now();
        std::vector<std::thread> desktops;
        for (int i = 0; i < run.desktops; ++i)
            desktops.emplace_back([&, i] { fetch(run, i, pages, rows); });
        for (std::thread &desktop : desktops)
            desktop.join();
        const Ran ran{pages, rows, std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count()};
        if (::write(out, &ran, sizeof ran) != sizeof ran)
            return;
    }
}

double cpu()
{
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return double(now.tv_sec) + double(now.tv_nsec) / 1e9;
}

} // namespace

int main(int argc, char **argv)
{
    const int items = argc > 1 ? std::atoi(argv[1]) : 10'000, desktops = argc > 2 ? std::atoi(argv[2]) : 50;
    int toDesktops[2], toHub[2];
    if (::pipe(toDesktops) != 0 || ::pipe(toHub) != 0)
        return 1;
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(toDesktops[1]);
        beDesktops(toDesktops[0], toHub[1]);
        ::_exit(0);
    }
    const QTemporaryDir folder;
    const SystemClock clock;
    SystemRng rng;
    auto store = must(HubStore::open(folder.path().toStdString(), clock, rng));
    const std::string history = folder.filePath("history.jsonl").toStdString();
    must(bench::writeHistory(history, items, toMs(clock.now()) - 3'600'000));
    const admin::Console console{.out = [](std::string_view) {}, .err = [](std::string_view) {}, .in = {}, .folder = "."};
    must(exchange::importFiles(*store, {history}, {}, console));
    must(store->writer().writeAndWait([&](store::Database &database) -> Result<int> {
        for (int i = 0; i < desktops; ++i) {
            const std::string name = "agent" + std::to_string(i);
            TRIBUTARY_TRY_ASSIGN(const auto agent, addAgent(database, store->ids(), name + "@shop.example", name,
                                                            model::Agent::Role::Agent, ""));
            TRIBUTARY_TRY(addDevice(database, agent.id, tokenOf(i), "bench", clock.now()));
        }
        return 0;
    }));
    const wire::Position head =
        must(store->writer().writeAndWait([](store::Database &database) { return headOf(database); }));
    Loop loop;
    Hub hub(*store, loop);
    const auto ports = must(hub.start({.listenPort = 0, .publicPort = 0, .firstCheckAfter = std::chrono::hours(1)}));
    std::thread thread([&loop] { loop.run(); });
    const std::string seam = wire::textOf(wire::Seam{head.epoch, head.seq});
    for (const bool shared : {false, true, false, true}) {
        Run run{.port = ports.listen, .desktops = desktops};
        if (shared)
            seam.copy(run.seam, sizeof run.seam - 1);
        Ran ran;
        const double before = cpu();
        if (::write(toDesktops[1], &run, sizeof run) != sizeof run || ::read(toHub[0], &ran, sizeof ran) != sizeof ran)
            return 1;
        const double used = cpu() - before;
        std::printf(
            "%d desktops, %d items, %s: hub CPU %.2f s, %.1f ms a desktop; %.1f s by the clock, %lld pages, %lld rows\n",
            desktops, items, shared ? "read once" : "each for itself", used, used / desktops * 1e3, ran.seconds,
            static_cast<long long>(ran.pages), static_cast<long long>(ran.rows));
    }
    ::close(toDesktops[1]);
    ::waitpid(child, nullptr, 0);
    loop.post([&] { hub.stop([&] { loop.stop(); }); });
    thread.join();
    store->close();
    return 0;
}
