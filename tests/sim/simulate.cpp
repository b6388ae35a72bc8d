// simulate --runs N --seed S [--jobs N] [--trace]: lives of a workspace under the seeds S, S+1 ... simulate --corpus FILE:
// those of a file.
#include "tests/sim/simulation.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <new>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using tributary::sim::Report;

constexpr std::size_t kMostJobs = 256;
constexpr std::chrono::seconds kProgress{20};

/// What the processes that work side by side have in common.
struct Shared {
    std::atomic<std::size_t> next{0};
    std::atomic<std::uint64_t> done{0}, failed{0}, steps{0}, changes{0};
    std::array<std::atomic<std::uint64_t>, kMostJobs> inHand{};
};

struct Wanted {
    std::uint64_t runs = 1, seed = 1, jobs = 0, stopAfter = 0;
    bool trace = false;
    std::vector<std::uint64_t> corpus;

    std::size_t count() const { return corpus.empty() ? std::size_t(runs) : corpus.size(); }
    std::uint64_t at(std::size_t i) const { return corpus.empty() ? seed + i : corpus[i]; }
};

int wrongUse()
{
    std::fprintf(stderr, "use: simulate [--runs N] [--seed S] [--jobs N] [--trace] | simulate --corpus FILE\n"
                         "  --runs     how many seeds (1)\n"
                         "  --seed     the first one (1)\n"
                         "  --jobs     how many at a time (as many as there are processors)\n"
                         "  --seconds  begin no other after so long\n"
                         "  --trace    print everything that happens\n"
                         "  --corpus   the seeds of a file, one a line, # for comments\n");
    return 2;
}

bool number(const char *text, std::uint64_t &value)
{
    const auto [end, error] = std::from_chars(text, text + std::strlen(text), value);
    return error == std::errc() && *end == 0;
}

bool readCorpus(const char *path, std::vector<std::uint64_t> &seeds)
{
    std::ifstream file(path);
    std::string line;
    while (std::getline(file, line)) {
        line = line.substr(0, line.find('#'));
        line.erase(line.find_last_not_of(" \t") + 1);
        std::uint64_t seed = 0;
        if (line.empty())
            continue;
        if (!number(line.c_str(), seed))
            return false;
        seeds.push_back(seed);
    }
    return !seeds.empty();
}

/// One seed after the other until there are no more. What it has to say of one it says in one piece.
void work(const Wanted &wanted, Shared &shared, std::size_t job, std::chrono::steady_clock::time_point until)
{
    for (;;) {
        const std::size_t i = shared.next++;
        if (i >= wanted.count() || std::chrono::steady_clock::now() >= until)
            return;
        const std::uint64_t seed = wanted.at(i);
        shared.inHand[job] = seed;
        const Report report = tributary::sim::simulate(seed, wanted.trace);
        shared.steps += report.steps;
        shared.changes += std::uint64_t(report.seqs);
        ++shared.done;
        if (report.held)
            continue;
        ++shared.failed;
        const std::string number = std::to_string(seed);
        const std::string text = "seed " + number + ": " + report.promise + "\n" + report.trace + "again: simulate --seed "
                                 + number + " --trace\n\n";
        (void)!::write(STDOUT_FILENO, text.data(), text.size());
    }
}

double seconds(const timeval &time)
{
    return double(time.tv_sec) + double(time.tv_usec) / 1e6;
}

void progress(const Wanted &wanted, const Shared &shared)
{
    std::printf("%llu of %zu runs, %llu failed\n", static_cast<unsigned long long>(shared.done), wanted.count(),
                static_cast<unsigned long long>(shared.failed));
    std::fflush(stdout);
}

/// False: a process has died.
bool workSideBySide(const Wanted &wanted, Shared &shared, std::chrono::steady_clock::time_point until)
{
    std::fflush(stdout);
    std::vector<pid_t> workers;
    for (std::size_t job = 0; job < wanted.jobs; ++job) {
        const pid_t worker = ::fork();
        if (worker == 0) {
            work(wanted, shared, job, until);
            ::_exit(0);
        }
        workers.push_back(worker);
    }
    bool good = true;
    auto told = std::chrono::steady_clock::now();
    for (std::size_t job = 0; job < workers.size();) {
        int status = 0;
        if (::waitpid(workers[job], &status, WNOHANG) == 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            if (std::chrono::steady_clock::now() - told > kProgress) {
                told = std::chrono::steady_clock::now();
                progress(wanted, shared);
            }
            continue;
        }
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            good = false;
            std::printf("seed %llu: the process ended by signal %d\n", static_cast<unsigned long long>(shared.inHand[job]),
                        WTERMSIG(status));
        }
        ++job;
    }
    return good;
}

} // namespace

int main(int argc, char **argv)
{
    tributary::sim::setUp();
    Wanted wanted;
    for (int i = 1; i < argc; ++i) {
        const bool more = i + 1 < argc;
        if (std::strcmp(argv[i], "--trace") == 0)
            wanted.trace = true;
        else if (std::strcmp(argv[i], "--runs") == 0 && more && number(argv[i + 1], wanted.runs))
            ++i;
        else if (std::strcmp(argv[i], "--seed") == 0 && more && number(argv[i + 1], wanted.seed))
            ++i;
        else if (std::strcmp(argv[i], "--jobs") == 0 && more && number(argv[i + 1], wanted.jobs))
            ++i;
        else if (std::strcmp(argv[i], "--seconds") == 0 && more && number(argv[i + 1], wanted.stopAfter))
            ++i;
        else if (std::strcmp(argv[i], "--corpus") == 0 && more && readCorpus(argv[i + 1], wanted.corpus))
            ++i;
        else
            return wrongUse();
    }
    if (wanted.jobs == 0)
        wanted.jobs = wanted.trace ? 1 : std::max(1U, std::thread::hardware_concurrency());
    wanted.jobs = std::min({wanted.jobs, std::uint64_t(kMostJobs), std::uint64_t(std::max<std::size_t>(1, wanted.count()))});
    void *memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return 1;
    Shared &shared = *new (memory) Shared;
    const auto started = std::chrono::steady_clock::now();
    const auto until = wanted.stopAfter > 0 ? started + std::chrono::seconds(wanted.stopAfter)
                                            : std::chrono::steady_clock::time_point::max();
    bool good = true;
    if (wanted.jobs > 1)
        good = workSideBySide(wanted, shared, until);
    else
        work(wanted, shared, 0, until);
    rusage own{}, others{};
    ::getrusage(RUSAGE_SELF, &own);
    ::getrusage(RUSAGE_CHILDREN, &others);
    const double used = seconds(own.ru_utime) + seconds(own.ru_stime) + seconds(others.ru_utime) + seconds(others.ru_stime);
    const double taken = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    std::printf(
        "%llu runs, %llu failed, %llu steps, %llu changes, %.1f s, %.1f runs/s, %.1f runs a second of one processor\n",
        static_cast<unsigned long long>(shared.done), static_cast<unsigned long long>(shared.failed),
        static_cast<unsigned long long>(shared.steps), static_cast<unsigned long long>(shared.changes), taken,
        double(shared.done) / std::max(taken, 0.001), double(shared.done) / std::max(used, 0.001));
    return good && shared.failed == 0 ? 0 : 1;
}
