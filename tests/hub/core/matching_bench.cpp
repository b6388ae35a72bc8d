// What it costs to find who may be the same person: 30,000 customers looked at for the first time, then one change at a
// time. matching_bench [CUSTOMERS]
#include "core/hub/change_log.h"
#include "core/hub/matching.h"
#include "core/store/migrations.h"

#include <QTemporaryDir>

#include <algorithm>
#include <chrono>
#include <cstdio>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using SteadyClock = std::chrono::steady_clock;

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

double msSince(SteadyClock::time_point start)
{
    return std::chrono::duration<double, std::milli>(SteadyClock::now() - start).count();
}

} // namespace

int main(int argc, char **argv)
{
    const int customers = argc > 1 ? std::atoi(argv[1]) : 30'000;
    const QTemporaryDir folder;
    ManualClock clock;
    SeededRng rng{11};
    IdMaker ids{clock, rng};
    auto database = must(store::Database::open(folder.filePath("hub.db").toStdString(), {}));
    must(store::migrate(*database, store::hubMigrations()));
    must(createWorkspace(*database, "Shop", rng));
    const char *first[]{"Ada", "Bob", "Cleo", "Dora", "Emil", "Fay", "Gus", "Hana", "Ines", "Jun"};
    const char *last[]{"Garcia", "Smith", "Muller", "Rossi", "Tanaka", "Silva", "Novak", "Haddad", "Okafor", "Larsen"};
    std::vector<Customer> people;
    for (int i = 0; i < customers; i += 1000) {
        must(database->inTransaction([&]() -> Result<void> {
            ChangeLog changes(*database);
            for (int j = i; j < std::min(customers, i + 1000); ++j) {
                Customer one{.id = ids.make<CustomerId>()};
                one.name =
                    std::string(first[rng.below(10)]) + " " + last[rng.below(10)] + std::string(1, char('a' + j % 26));
                one.attributes = {{"postcode", std::to_string(10'000 + rng.below(4000))},
                                  {"address", std::to_string(rng.below(200)) + " High Street"},
                                  // One in twenty shares the number of somebody else.
                                  {"phone", "+4420" + std::to_string(70'000'000 + int(rng.below(20) == 0 ? j / 2 : j))}};
                TRIBUTARY_TRY(changes.put(one));
                Identity mail{.id = ids.make<IdentityId>(), .customer = one.id, .verified = true};
                mail.address = mail.shown = "p" + std::to_string(j) + "@mail.test";
                TRIBUTARY_TRY(changes.put(mail));
                people.push_back(one);
            }
            TRIBUTARY_TRY(changes.finish());
            return {};
        }));
    }
    double longest = 0;
    const auto start = SteadyClock::now();
    for (bool more = true; more;) {
        const auto slice = SteadyClock::now();
        more = must(database->inTransaction([&] { return matchSome(*database, ids, clock.now()); }));
        longest = std::max(longest, msSince(slice));
    }
    const double total = msSince(start);
    auto counts = database->queryOnce("SELECT (SELECT count(*) FROM match_key), (SELECT count(*) FROM suggestion)");
    must(counts.step());
    std::printf("%d customers: all in %.0f ms, %.0f us each, longest slice %.1f ms; %lld keys, %lld suggestions\n",
                customers, total, total * 1000 / customers, longest, static_cast<long long>(counts.integer(0)),
                static_cast<long long>(counts.integer(1)));
    std::vector<double> changes;
    for (int i = 0; i < 1000; ++i) {
        Customer one = people[rng.below(people.size())];
        one.attributes["phone"] = "+4420" + std::to_string(70'000'000 + int(rng.below(std::uint64_t(customers))));
        must(database->inTransaction([&]() -> Result<void> {
            ChangeLog log(*database);
            TRIBUTARY_TRY(log.put(one));
            TRIBUTARY_TRY(log.finish());
            return {};
        }));
        const auto begun = SteadyClock::now();
        must(database->inTransaction([&] { return matchSome(*database, ids, clock.now()); }));
        changes.push_back(msSince(begun));
    }
    std::ranges::sort(changes);
    std::printf("a changed customer, with its transaction: p50 %.2f ms, p99 %.2f ms\n", changes[500], changes[990]);
}
