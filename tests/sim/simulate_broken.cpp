// simulate_broken [--break NAME] [--known FILE] [--seed S] [--runs N] [--jobs N] [--trace]: the test of the tests. Takes one
// guard of the product away (core/base/breaks.h) and lives lives until a promise is seen to be broken; each guard in turn.
// One whose absence is not noticed within N lives is a failure: nobody would notice either if it were lost by mistake.
#include "core/base/breaks.h"
#include "tests/sim/simulation.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <new>
#include <sstream>
#include <string>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

using namespace tributary;

struct Wanted {
    std::uint64_t seed = 1, runs = 600, jobs = 2;
    std::vector<std::size_t> breaks;            ///< Places in breaks::kAll.
    std::map<std::string, std::uint64_t> known; ///< Where each was noticed last: looked at first.
    bool trace = false;
};

struct Shared {
    std::atomic<std::size_t> next{0};
    std::atomic<std::uint64_t> lives{0}, unnoticed{0};
};

int wrongUse()
{
    std::fprintf(stderr, "use: simulate_broken [--break NAME] [--known FILE] [--seed S] [--runs N] [--jobs N] [--trace]\n"
                         "  --break  one of these (all of them)\n"
                         "  --seed   the first life (1)\n"
                         "  --runs   how many lives may pass without anybody noticing (600)\n"
                         "  --jobs   how many breaks at a time (2)\n"
                         "  --known  a file with the seed that each was noticed by last, which is looked at first\n"
                         "  --trace  print what happened before it was noticed\n");
    for (const std::string_view name : breaks::kAll)
        std::fprintf(stderr, "           %.*s\n", int(name.size()), name.data());
    return 2;
}

bool number(const char *text, std::uint64_t &value)
{
    const auto [end, error] = std::from_chars(text, text + std::strlen(text), value);
    return error == std::errc() && *end == 0;
}

/// Lines of a name and a seed.
bool readKnown(const char *path, std::map<std::string, std::uint64_t> &known)
{
    std::ifstream file(path);
    std::string line;
    while (std::getline(file, line)) {
        std::istringstream words(line.substr(0, line.find('#')));
        std::string name;
        std::uint64_t seed = 0;
        if (words >> name && !(words >> seed))
            return false;
        if (!name.empty())
            known[name] = seed;
    }
    return !known.empty();
}

/// A life that fails by itself notices nothing.
bool holdsUnbroken(std::uint64_t seed)
{
    const breaks::Name before = std::exchange(breaks::chosen, breaks::Name::none);
    const bool held = sim::simulate(seed, false).held;
    breaks::chosen = before;
    return held;
}

/// Says in one piece what came of one break. False: nobody has noticed.
bool live(const Wanted &wanted, std::size_t which, Shared &shared)
{
    breaks::chosen = breaks::Name(which + 1); // 0 is none
    const auto started = std::chrono::steady_clock::now();
    std::string line(breaks::kAll[which]);
    line.resize(std::max<std::size_t>(line.size(), 18), ' ');
    bool noticed = false;
    for (std::uint64_t i = 0; i < wanted.runs && !noticed; ++i) {
        const auto known = wanted.known.find(std::string(breaks::kAll[which]));
        const std::uint64_t seed = i == 0 && known != wanted.known.end() ? known->second : wanted.seed + i;
        const sim::Report report = sim::simulate(seed, false);
        ++shared.lives;
        noticed = !report.held && holdsUnbroken(seed);
        if (noticed)
            line += "seed " + std::to_string(seed) + ": " + report.promise
                    + (wanted.trace ? "\n" + report.trace : std::string());
    }
    const auto taken = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    if (!noticed)
        line += "NOT NOTICED";
    line += ", " + std::to_string(int(taken * 10) / 10) + "." + std::to_string(int(taken * 10) % 10) + " s\n";
    (void)!::write(STDOUT_FILENO, line.data(), line.size());
    return noticed;
}

void work(const Wanted &wanted, Shared &shared)
{
    for (;;) {
        const std::size_t i = shared.next++;
        if (i >= wanted.breaks.size())
            return;
        if (!live(wanted, wanted.breaks[i], shared))
            ++shared.unnoticed;
    }
}

} // namespace

int main(int argc, char **argv)
{
    sim::setUp();
    Wanted wanted;
    bool one = false;
    for (int i = 1; i < argc; ++i) {
        const char *more = i + 1 < argc ? argv[i + 1] : "";
        if (std::strcmp(argv[i], "--trace") == 0) {
            wanted.trace = true;
            continue;
        }
        ++i;
        if (std::strcmp(argv[i - 1], "--break") == 0) {
            const auto found = std::ranges::find(breaks::kAll, std::string_view(more));
            if (found == breaks::kAll.end())
                return wrongUse();
            wanted.breaks = {std::size_t(found - breaks::kAll.begin())};
            one = true;
        } else if (std::strcmp(argv[i - 1], "--known") == 0) {
            if (!readKnown(more, wanted.known))
                return wrongUse();
        } else if (std::uint64_t *value = std::strcmp(argv[i - 1], "--seed") == 0   ? &wanted.seed
                                          : std::strcmp(argv[i - 1], "--runs") == 0 ? &wanted.runs
                                          : std::strcmp(argv[i - 1], "--jobs") == 0 ? &wanted.jobs
                                                                                    : nullptr;
                   !value || !number(more, *value)) {
            return wrongUse();
        }
    }
    for (std::size_t i = 0; !one && i < breaks::kAll.size(); ++i)
        wanted.breaks.push_back(i);
    void *memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return 1;
    Shared &shared = *new (memory) Shared;
    bool good = true;
    std::vector<pid_t> workers;
    for (std::uint64_t job = 0; job < std::max<std::uint64_t>(1, wanted.jobs); ++job) {
        const pid_t worker = ::fork();
        if (worker == 0) {
            work(wanted, shared);
            ::_exit(0);
        }
        workers.push_back(worker);
    }
    for (const pid_t worker : workers) {
        int status = 0;
        ::waitpid(worker, &status, 0);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            good = false;
            std::printf("a process ended by signal %d\n", WTERMSIG(status));
        }
    }
    std::printf("%zu breaks, %llu not noticed, %llu lives\n", wanted.breaks.size(),
                static_cast<unsigned long long>(shared.unnoticed), static_cast<unsigned long long>(shared.lives));
    return good && shared.unnoticed == 0 ? 0 : 1;
}
