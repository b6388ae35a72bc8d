#pragma once

#include "core/client/compare_copy.h"
#include "core/client/local_store.h"
#include "core/hub/digests.h"
#include "core/hub/teams.h"
#include "core/store/cache_reads.h"
#include "core/store/row_scan.h"
#include "core/wire/vocabulary.h"
#include "tests/hub/core/hub_under_test.h"

namespace tributary::client::testing {

using namespace tributary::model;
using hub::HubUnderTest;
using std::chrono::days;

/// A hub with two customers' letters, old and new, and Mara's desktop with a whole copy of it.
struct Shop : HubUnderTest {
    QTemporaryDir profile;
    std::unique_ptr<LocalStore> files;
    store::ChangeSet told;
    std::vector<wire::DigestRequest> asked;
    int books = 0;
    CustomerId next;
    TimelineItemId oldest, newest;

    Shop()
    {
        oldest = take(letter("layla@mail.test")).item;
        clock.advance(days(200));
        for (int i = 0; i < 6; ++i) {
            clock.advance(std::chrono::hours(30));
            newest = take(letter(i % 2 ? "layla@mail.test" : "omar@mail.test")).item;
        }
        mustApply(MarkRead{.conversation = item(newest).conversation, .readCount = 1});
        files = open();
        must(files->adopt("ws://hub.test", "token", mara.email, mara.id, "Shop"));
        bootstrap();
    }
    std::unique_ptr<LocalStore> open()
    {
        return must(LocalStore::open(profile.path().toStdString(), clock, rng,
                                     {.changed = [this](const store::ChangeSet &changed) { told.add(changed); },
                                      .factsChanged = [] {},
                                      .cameBack = [](const store::JournalEntry &) {},
                                      .draftChanged = [](ConversationId) {},
                                      .cacheReplaced = [] {}}));
    }
    void bootstrap()
    {
        engine::Resync step{.agent = mara, .workspace = "Shop"};
        step.position = must(hub::headOf(*database));
        must(files->take(engine::StoreStep(step)));
        std::string after;
        do {
            const auto page =
                must(wire::unpackPage(wire::pack(must(hub::bootstrapPage(*database, after, mara.id, clock.now())))));
            after = page.next;
            must(files->take(engine::StoreStep(engine::StorePage{page})));
        } while (!after.empty());
        follow();
    }
    /// Takes all that has changed, and an empty frame.
    void follow()
    {
        for (int left = 2; left > 0;) {
            auto changes = must(hub::changesAfter(*database, must(files->syncStart()).position.seq, mara.id,
                                                  files->facts().installation.client, 1 << 20));
            changes.serverTime = clock.now();
            left = changes.to == changes.head ? left - 1 : left;
            must(files->take(engine::StoreStep(changes)));
        }
        told = {};
    }
    std::unique_ptr<store::Database> copy(store::Database::Mode mode = store::Database::Mode::ReadOnly)
    {
        return must(store::Database::open(LocalStore::cachePath(profile.path().toStdString()).string(), {.mode = mode}));
    }
    void damage(const std::string &sql)
    {
        const auto file = copy(store::Database::Mode::ReadWrite);
        const store::Cache cache(*file); // its transactions end with the full text
        must(file->inTransaction([&] { return file->execute(sql); }));
    }
    /// As it travels: what cannot be said on the wire does not arrive.
    Result<wire::DigestAnswer> answer(const wire::DigestRequest &said)
    {
        asked.push_back(said);
        const auto request = must(wire::unpackDigestRequest(wire::pack(said)));
        if (request != said)
            qFatal("a question that does not travel");
        std::optional<hub::DigestBook> book;
        if (must(hub::isLevel(*database, request.position))) {
            book = must(hub::readDigestBook(*database, request.itemsFrom));
            ++books;
        }
        TRIBUTARY_TRY_ASSIGN(const auto found, hub::answerDigests(*database, request, mara.id, book ? &*book : nullptr));
        const auto heard = must(wire::unpackDigestAnswer(wire::pack(found)));
        if (heard != found)
            qFatal("an answer that does not travel");
        return heard;
    }
    Result<Compared> compare()
    {
        asked.clear();
        const auto file = copy();
        const CompareDoors doors{[this](const auto &request) { return answer(request); },
                                 [this](const store::Repair &repair) { return files->repair(repair); }, [] { return true; }};
        return compareCopy(*file, doors, next);
    }
    TimelineItem shown(TimelineItemId id) { return must(store::timelineItem(*copy(), id)).value_or(TimelineItem()); }
    std::string x(const auto &id) { return "x'" + toHex(id.bytes) + "'"; }
};

} // namespace tributary::client::testing
