// import_bench FILE DATA: imports FILE into a new folder DATA and says how fast that was.
#include "core/hub/exchange/import_files.h"

#include <chrono>
#include <cstdio>

using namespace tributary;

int main(int argc, char **argv)
{
    if (argc != 3)
        return std::fprintf(stderr, "import_bench FILE DATA\n"), 2;
    const SystemClock clock;
    SystemRng rng;
    auto store = hub::HubStore::open(argv[2], clock, rng);
    if (!store)
        return std::fprintf(stderr, "%s\n", store.error().detail.c_str()), 1;
    const hub::admin::Console console{
        .out = [](std::string_view) {}, .err = [](std::string_view) {}, .in = {}, .folder = "."};
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t cpu = std::clock();
    const auto summary = hub::exchange::importFiles(**store, {argv[1]}, {}, console);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    if (!summary)
        return std::fprintf(stderr, "%s\n", summary.error().detail.c_str()), 1;
    std::printf("%lld lines in %.2f s: %.0f lines/s, %.1f us CPU a line\n", static_cast<long long>(summary->lines),
                took.count(), double(summary->lines) / took.count(), double(std::clock() - cpu) / double(summary->lines));
    return 0;
}
