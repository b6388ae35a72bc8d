// What merges cost whoever opens a timeline: 30,000 customers, 5,000 of them merged into others, against those that are not.
// people_bench [CUSTOMERS MERGES ITEMS-EACH]
#include "core/store/coverage.h"
#include "core/store/entities.h"
#include "core/store/migrations.h"
#include "core/store/people_reads.h"

#include <QTemporaryDir>

#include <algorithm>
#include <chrono>
#include <cstdio>

using namespace tributary;
using namespace tributary::store;
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

template<class Work>
std::vector<double> timesOf(const std::vector<CustomerId> &people, Work work)
{
    std::vector<double> times;
    for (const CustomerId id : people) {
        const auto start = SteadyClock::now();
        work(id);
        times.push_back(std::chrono::duration<double, std::milli>(SteadyClock::now() - start).count());
    }
    std::ranges::sort(times);
    return times;
}

void print(const char *what, const std::vector<double> &times)
{
    std::printf("%-44s p50 %.3f ms  p99 %.3f ms\n", what, times[times.size() / 2], times[times.size() * 99 / 100]);
}

} // namespace

int main(int argc, char **argv)
{
    const int customers = argc > 1 ? std::atoi(argv[1]) : 30'000, merges = argc > 2 ? std::atoi(argv[2]) : 5'000;
    const int each = argc > 3 ? std::atoi(argv[3]) : 10;
    const QTemporaryDir folder;
    ManualClock clock;
    SeededRng rng{5};
    IdMaker ids{clock, rng};
    auto database = must(Database::open(folder.filePath("cache.db").toStdString(), {}));
    must(migrate(*database, cacheMigrations()));
    std::vector<CustomerId> people;
    std::int64_t version = 0;
    for (int i = 0; i < customers; i += 500) {
        must(database->inTransaction([&]() -> Result<void> {
            for (int j = i; j < std::min(customers, i + 500); ++j) {
                Customer one{.id = ids.make<CustomerId>(), .name = "Person " + std::to_string(j)};
                one.version = ++version;
                Identity mail{.id = ids.make<IdentityId>(), .customer = one.id};
                mail.address = mail.shown = "p" + std::to_string(j) + "@mail.test";
                mail.version = ++version;
                Conversation talk{.id = ids.make<ConversationId>(), .customer = one.id, .identity = mail.id};
                talk.lastItemAt = fromMs(std::int64_t(rng.below(1'000'000'000)));
                talk.version = ++version;
                TRIBUTARY_TRY(put(*database, one));
                TRIBUTARY_TRY(put(*database, mail));
                TRIBUTARY_TRY(put(*database, talk));
                for (int k = 0; k < each; ++k) {
                    TimelineItem item{.id = ids.make<TimelineItemId>(), .conversation = talk.id, .customer = one.id};
                    item.identity = mail.id;
                    item.kind = TimelineItem::Kind::Inbound;
                    item.at = fromMs(std::int64_t(rng.below(1'000'000'000)));
                    item.body = "The blue glaze on the bowl has a small crack at the rim.";
                    item.version = ++version;
                    TRIBUTARY_TRY(put(*database, item));
                }
                people.push_back(one.id);
            }
            return {};
        }));
    }
    // The last ones join the first, most of them one each, one in ten with four others.
    std::set<CustomerId> roots;
    must(database->inTransaction([&]() -> Result<void> {
        for (int i = 0; i < merges; ++i) {
            const CustomerId into = people[std::size_t(i % 10 == 0 ? i / 50 : i)];
            CustomerLink link{.id = ids.make<CustomerLinkId>(), .from = people[people.size() - 1 - std::size_t(i)]};
            link.into = into;
            link.version = ++version;
            roots.insert(into);
            TRIBUTARY_TRY(put(*database, link));
        }
        return {};
    }));
    std::vector<CustomerId> merged(roots.begin(), roots.end()), members, alone;
    for (int i = 0; i < 2000; ++i) {
        members.push_back(people[people.size() - 1 - rng.below(std::uint64_t(merges))]);
        alone.push_back(people[std::size_t(merges) + rng.below(std::uint64_t(customers - 2 * merges))]);
    }
    const auto open = [&](CustomerId id) {
        const CustomerId root = must(rootOf(*database, id));
        const TimelinePage page = must(historyBefore(*database, root, fromMs(1LL << 50), {}, 60));
        if (page.items.empty())
            std::exit(1);
    };
    for (const auto &warm : {alone, merged})
        (void)timesOf(warm, open);
    std::printf("%d customers, %d merges, %d items each\n", customers, merges, each);
    print("newest page of a timeline, not merged", timesOf(alone, open));
    print("newest page of a timeline, merged", timesOf(merged, open));
    print("newest page, asked for by a merged member", timesOf(members, open));
    print("card, not merged", timesOf(alone, [&](CustomerId id) { must(customerCard(*database, id)); }));
    print("card, merged", timesOf(merged, [&](CustomerId id) { must(customerCard(*database, id)); }));
    print("a row of the table", timesOf(alone, [&](CustomerId id) { must(customerRows(*database, {id})); }));
    print("who there is, for the table",
          timesOf({alone[0], alone[1], alone[2], alone[3]}, [&](CustomerId) { must(peopleInOrder(*database, {})); }));
}
