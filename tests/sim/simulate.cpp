// simulate --runs N --seed S [--trace]: lives of a workspace under the seeds S, S+1 ... simulate --corpus FILE: those of a
// file.
#include "tests/sim/simulation.h"

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <vector>

namespace {

using tributary::sim::Report;

int wrongUse()
{
    std::fprintf(stderr, "use: simulate [--runs N] [--seed S] [--trace] | simulate --corpus FILE\n"
                         "  --runs    how many seeds (1)\n"
                         "  --seed    the first one (1)\n"
                         "  --trace   print everything that happens\n"
                         "  --corpus  the seeds of a file, one a line, # for comments\n");
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
    return file.eof();
}

} // namespace

int main(int argc, char **argv)
{
    std::uint64_t runs = 1, seed = 1;
    bool trace = false;
    std::vector<std::uint64_t> seeds;
    for (int i = 1; i < argc; ++i) {
        const bool more = i + 1 < argc;
        if (std::strcmp(argv[i], "--trace") == 0)
            trace = true;
        else if (std::strcmp(argv[i], "--runs") == 0 && more && number(argv[i + 1], runs))
            ++i;
        else if (std::strcmp(argv[i], "--seed") == 0 && more && number(argv[i + 1], seed))
            ++i;
        else if (std::strcmp(argv[i], "--corpus") == 0 && more && readCorpus(argv[i + 1], seeds))
            ++i, runs = 0;
        else
            return wrongUse();
    }
    for (std::uint64_t i = 0; i < runs; ++i)
        seeds.push_back(seed + i);
    const auto started = std::chrono::steady_clock::now();
    std::uint64_t steps = 0, failed = 0;
    std::int64_t seqs = 0;
    for (const std::uint64_t one : seeds) {
        const Report report = tributary::sim::simulate(one, trace);
        steps += report.steps;
        seqs += report.seqs;
        if (report.held)
            continue;
        ++failed;
        std::printf("seed %llu: %s\n%sagain: simulate --seed %llu --trace\n\n", static_cast<unsigned long long>(one),
                    report.promise.c_str(), report.trace.c_str(), static_cast<unsigned long long>(one));
        std::fflush(stdout);
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    std::printf("%zu runs, %llu failed, %llu steps, %lld changes, %.1f s, %.1f runs/s\n", seeds.size(),
                static_cast<unsigned long long>(failed), static_cast<unsigned long long>(steps),
                static_cast<long long>(seqs), seconds, double(seeds.size()) / std::max(seconds, 0.001));
    return failed == 0 ? 0 : 1;
}
