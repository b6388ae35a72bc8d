// What the figures of the sidebar and a page of a view cost, at 100,000 conversations and 30 views: time of one processor.
#include "core/base/rng.h"
#include "core/store/cache_reads.h"
#include "core/store/entities.h"
#include "core/store/migrations.h"

#include <QTemporaryDir>
#include <algorithm>
#include <cstdio>
#include <ctime>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::store;

namespace {

template<class T>
T must(Result<T> result)
{
    if (!result)
        qFatal("%s", result.error().detail.c_str());
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

void measure(int openInHundred)
{
    const QTemporaryDir folder;
    ManualClock clock;
    SeededRng rng(1);
    IdMaker ids(clock, rng);
    auto database = must(Database::open(folder.filePath("cache.db").toStdString(), {}));
    must(migrate(*database, cacheMigrations()));
    const auto keep = [&](const auto &entity) { must(put(*database, Entity(entity))); };
    const AgentId me = ids.make<AgentId>(), other = ids.make<AgentId>();
    const TeamId team = ids.make<TeamId>();
    SidebarQuery wanted{.agent = me, .startOfToday = clock.now() - std::chrono::hours(9), .now = clock.now()};
    std::vector<SavedView> views;
    must(database->begin());
    std::vector<CustomerId> customers;
    for (int i = 0; i < 33'000; ++i) {
        Customer customer{.id = ids.make<CustomerId>(), .name = "Customer " + std::to_string(i), .version = 1};
        customer.blocked = i % 500 == 0;
        if (i % 10 == 0)
            customer.tags = {"vip"};
        customers.push_back(customer.id);
        keep(customer);
    }
    for (int i = 0; i < 100'000; ++i) {
        Conversation c{
            .id = ids.make<ConversationId>(), .number = i, .customer = customers[rng.below(33'000)], .version = 1};
        c.subject = "Where is my order number " + std::to_string(rng.below(1000));
        c.preview = "Hello, I have been waiting for my parcel for two weeks now and nobody answers the telephone";
        c.lastItemAt = c.createdAt = clock.now() - std::chrono::minutes(rng.below(200'000));
        c.channel = Channel(rng.below(4));
        c.priority = Conversation::Priority(rng.below(4));
        if (rng.below(3))
            c.assignee = rng.below(20) ? other : me;
        if (rng.below(2))
            c.team = team;
        c.inboundCount = std::int64_t(rng.below(5));
        for (const char *tag : {"damaged", "refund", "vip"}) {
            if (rng.below(5) == 0)
                c.tags.emplace_back(tag);
        }
        if (int(rng.below(100)) < openInHundred) {
            c.status = rng.below(2) ? Conversation::Status::Open : Conversation::Status::Waiting;
            c.waitingSince = c.lastItemAt;
        } else {
            c.status = Conversation::Status::Resolved;
            c.resolvedAt = c.lastItemAt;
        }
        keep(c);
        if (rng.below(4) == 0)
            keep(ReadMark{.agent = me, .conversation = c.id, .readCount = std::int64_t(rng.below(5)), .version = 1});
    }
    const std::vector<SavedView::Condition> rows{{"tag", "is", "refund"},
                                                 {"assignee", "is_not_set", ""},
                                                 {"waiting", "older_than", "600"},
                                                 {"customer_tag", "is", "vip"},
                                                 {"subject", "contains", "number 7"},
                                                 {"channel", "is", "email"},
                                                 {"priority", "is", "urgent"},
                                                 {"unread", "is_set", ""},
                                                 {"team", "is", team.text()},
                                                 {"last_item", "newer_than", "60"}};
    for (std::size_t i = 0; i < 30; ++i) {
        SavedView view{.id = ids.make<SavedViewId>(), .name = "View", .owner = me, .matchAny = i % 4 == 3, .version = 1};
        view.conditions = {rows[i % rows.size()], rows[(i * 3 + 1) % rows.size()]};
        if (i % 10 == 9)
            view.conditions.push_back({"status", "is", "resolved"});
        wanted.views.push_back(view.id);
        views.push_back(view);
        keep(view);
    }
    must(database->commit());
    must(database->checkpoint(true));
    auto reader = must(Database::open(folder.filePath("cache.db").toStdString(), {.mode = Database::Mode::ReadOnly}));
    const auto median = [](auto work) {
        std::vector<double> took;
        for (int i = 0; i < 3; ++i) {
            const std::clock_t start = std::clock(); // of the processor: whatever else the machine does
            work();
            took.push_back(double(std::clock() - start) * 1e3 / CLOCKS_PER_SEC);
        }
        std::ranges::sort(took);
        return took[took.size() / 2];
    };
    SidebarCounts counts;
    const double all = median([&] { counts = must(sidebarCounts(*reader, wanted)); });
    SidebarQuery plain = wanted;
    plain.views.clear();
    const double without = median([&] { (void)must(sidebarCounts(*reader, plain)); });
    std::printf("%d %% of 100,000 open: %lld open; the sidebar takes %.1f ms, without its 30 views %.1f ms\n", openInHundred,
                (long long)(counts.queues.allOpen), all, without);
    ListQuery open{.agent = me, .now = clock.now()};
    ListQuery view = open;
    view.queue = Queue::View;
    double longest = 0;
    for (const SavedView &one : views) {
        view.view = one;
        longest = std::max(longest, median([&] { (void)must(conversationPage(*reader, view)); }));
    }
    ListQuery words = open;
    words.words = "number 7";
    ListQuery many = open;
    many.count = 5'000;
    many.countOthers = false;
    std::printf("  100 rows: all open %.1f ms, the slowest view %.1f ms, two words %.1f ms; 5,000 rows %.1f ms\n",
                median([&] { (void)must(conversationPage(*reader, open)); }), longest,
                median([&] { (void)must(conversationPage(*reader, words)); }),
                median([&] { (void)must(conversationPage(*reader, many)); }));
}

} // namespace

int main()
{
    measure(10);
    measure(100);
}
