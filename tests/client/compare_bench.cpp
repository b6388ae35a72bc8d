// What a comparison of two equal copies costs, at 100,000 items.
#include "tests/client/compare_shop.h"

#include <QElapsedTimer>

#include <cstdio>

using namespace tributary;
using namespace tributary::client;
using namespace tributary::client::testing;

int main()
{
    Shop shop;
    TimelineItem like = shop.item(shop.newest);
    like.body = std::string(300, 'x');
    for (int part = 0; part < 100; ++part)
        shop.change([&](hub::ChangeLog &changes) -> Result<void> {
            for (int i = 0; i < 1'000; ++i) {
                like.id = shop.ids.make<TimelineItemId>();
                like.at += Milliseconds(1);
                TRIBUTARY_TRY(changes.put(like));
            }
            return {};
        });
    shop.clock.advance(std::chrono::minutes(5));
    shop.bootstrap();
    shop.compare();
    QElapsedTimer timer;
    timer.start();
    const auto book = HubUnderTest::must(hub::readDigestBook(*shop.database, TimePoint::min()));
    const qint64 hubMs = timer.restart();
    if (shop.compare()->outcome != Compared::Outcome::Alike)
        qFatal("the two differ");
    const qint64 bothMs = timer.elapsed();
    const auto request = wire::pack(shop.asked[0]).size();
    const auto asked = HubUnderTest::must(hub::readDigestBook(*shop.database, shop.asked[0].itemsFrom));
    const auto answer =
        wire::pack(HubUnderTest::must(hub::answerDigests(*shop.database, shop.asked[0], shop.mara.id, &asked))).size();
    std::printf("100,000 items: the hub looks for %lld ms, both together %lld ms, %zu bytes asked, %zu answered\n", hubMs,
                bothMs, request, answer);
}
