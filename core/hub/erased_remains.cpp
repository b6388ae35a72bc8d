#include "core/hub/erased_remains.h"

#include "core/hub/erased_list.h"
#include "core/store/file_migration.h"
#include "core/store/page_gaps.h"
#include "core/store/sql.h"

#include <thread>
#include <utility>

namespace tributary::hub {
namespace {

/// Beside kErased, with the same time: what was left of it is overwritten, in this file.
constexpr const char *kOverwritten = "erased and overwritten";
constexpr std::int64_t kPagesAtOnce = 2'000;
constexpr int kMostPasses = 4;
constexpr int kMostTries = 100;
constexpr std::chrono::milliseconds kPause{50}; ///< Reads of the hub are short.
/// A blob that was made or named since may be about to be named again.
constexpr std::chrono::seconds kJustNow{60};

Result<bool> isNamed(store::Database &database, const std::string &sha256)
{
    auto query = database.query(store::sql::hub_blob_named);
    query.bind("sha256", sha256);
    return query.exists();
}

Result<void> overwriteGaps(HubStore &store, store::Gaps which)
{
    std::int64_t page = 1;
    bool found = false;
    for (int passes = 0, tries = 0; passes < kMostPasses;) {
        if (store.endsLongReads())
            return failure(Error::Kind::Offline, "the hub stops");
        const auto wiped = store.writer().keepUpAndWait(
            [&](store::Database &database) { return store::wipePageGaps(database, page, kPagesAtOnce, which); });
        if (!wiped && wiped.error().kind == Error::Kind::Conflict && ++tries < kMostTries) {
            std::this_thread::sleep_for(kPause);
            continue;
        }
        TRIBUTARY_TRY(wiped);
        found |= wiped->wiped > 0;
        page = wiped->atEnd ? 1 : wiped->next;
        if (!wiped->atEnd)
            continue;
        which = store::Gaps::NotEmpty; // for all of them once is enough
        if (!std::exchange(found, false))
            break;
        ++passes;
    }
    return {};
}

Result<void> emptyLog(HubStore &store)
{
    for (int tries = 0;; ++tries) {
        const auto emptied = store.writer().keepUpAndWait([](store::Database &database) -> Result<void> {
            TRIBUTARY_TRY_ASSIGN(const bool isEmpty, store::emptyLog(database));
            return isEmpty ? Result<void>() : failure(Error::Kind::Conflict, "somebody reads");
        });
        if (emptied || emptied.error().kind != Error::Kind::Conflict || tries == kMostTries)
            return emptied;
        std::this_thread::sleep_for(kPause);
    }
}

} // namespace

Result<bool> hasRemains(store::Database &database)
{
    auto query = database.query(store::sql::hub_erased_left);
    query.bind("erased", kErased).bind("overwritten", kOverwritten);
    TRIBUTARY_TRY(query.step());
    return query.flag(0);
}

Result<void> noteFiles(HubStore &store, store::Database &database, const std::set<std::string> &files)
{
    TRIBUTARY_TRY_ASSIGN(ErasedList list, ErasedList::read(store.folder()));
    const std::size_t before = list.files().size();
    for (const std::string &sha256 : files) {
        TRIBUTARY_TRY_ASSIGN(const bool others, isNamed(database, sha256));
        if (!others)
            list.addFile(sha256);
    }
    return list.files().size() == before ? Result<void>() : list.write(store.folder());
}

Result<void> deleteListedFiles(HubStore &store)
{
    TRIBUTARY_TRY_ASSIGN(ErasedList list, ErasedList::read(store.folder()));
    const std::set<std::string> files = list.files();
    if (files.empty())
        return {};
    TRIBUTARY_TRY_ASSIGN(const auto database, store.openReading());
    std::size_t done = 0;
    for (const std::string &sha256 : files) {
        TRIBUTARY_TRY_ASSIGN(const bool others, isNamed(*database, sha256));
        const auto isNamedNow = [&] { return isNamed(*database, sha256).value_or(true); };
        if (!others && !store.blobs().remove(sha256, kJustNow, isNamedNow))
            continue; // somebody copies it, or may be about to name it
        list.removeFile(sha256);
        ++done;
    }
    return done == 0 ? Result<void>() : list.write(store.folder());
}

Result<void> overwriteRemains(HubStore &store, bool isBegun)
{
    TRIBUTARY_TRY(overwriteGaps(store, isBegun ? store::Gaps::All : store::Gaps::NotEmpty));
    TRIBUTARY_TRY(emptyLog(store));
    TRIBUTARY_TRY(store.writer().writeAndWait([](store::Database &database) {
        auto query = database.query(store::sql::hub_erased_overwritten);
        return query.bind("erased", kErased).bind("overwritten", kOverwritten).run();
    }));
    TRIBUTARY_TRY_ASSIGN(ErasedList list, ErasedList::read(store.folder()));
    list.unfinished = false;
    return list.write(store.folder());
}

Result<void> finishErasures(HubStore &store)
{
    const std::scoped_lock lock(store.erasureMutex());
    const Result<void> deleted = deleteListedFiles(store);
    TRIBUTARY_TRY_ASSIGN(const ErasedList list, ErasedList::read(store.folder()));
    if (list.unfinished) {
        TRIBUTARY_TRY(store::dropKept(store.folder() / "hub.db"));
        TRIBUTARY_TRY(overwriteRemains(store, true));
    }
    return deleted;
}

} // namespace tributary::hub
