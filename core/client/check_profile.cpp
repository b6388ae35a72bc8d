#include "core/client/check_profile.h"

#include "core/base/rng.h"
#include "core/client/local_store.h"
#include "core/store/migrations.h"
#include "core/store/table_digests.h"

namespace tributary::client {
namespace {

namespace fs = std::filesystem;

void checkJournal(const fs::path &path, const Clock &clock, Rng &rng, ProfileCheck &check)
{
    IdMaker ids(clock, rng);
    const auto journal = store::Journal::open(path.string(), ids);
    if (!journal) {
        check.problems.push_back(journal.error().detail);
        return;
    }
    const auto counts = (*journal)->counts(); // who looks has no key
    const auto waiting = (*journal)->waitingForNewer();
    if (!counts || !waiting) {
        check.problems.emplace_back("the journal cannot be read");
        return;
    }
    check.lines.push_back("journal commands " + std::to_string(counts->commands) + " unconfirmed "
                          + std::to_string(counts->unconfirmed) + " drafts " + std::to_string(counts->drafts) + " waiting "
                          + std::to_string(*waiting));
}

Result<void> checkCache(const fs::path &path, const Clock &clock, ProfileCheck &check)
{
    TRIBUTARY_TRY_ASSIGN(const auto database,
                         store::Database::open(path.string(), {.durability = store::Database::Durability::Normal}));
    TRIBUTARY_TRY(store::migrate(*database, store::cacheMigrations()));
    TRIBUTARY_TRY_ASSIGN(const std::string quick, database->quickCheck());
    if (quick != "ok")
        check.problems.push_back("the copy is damaged: " + quick);
    for (const char *index : {"item_search", "identity_search", "customer_search"}) {
        const std::string name(index);
        const auto whole = database->execute("INSERT INTO " + name + " (" + name + ", rank) VALUES ('integrity-check', 1)");
        if (!whole)
            check.problems.push_back("the search index " + name + " is damaged");
    }
    // Own commands are taken off, looked under, and left as they were.
    TRIBUTARY_TRY(database->begin());
    const auto looked = [&]() -> Result<void> {
        store::Cache cache(*database);
        TRIBUTARY_TRY_ASSIGN(const auto state, cache.state());
        if (!state) {
            check.lines.emplace_back("the copy is empty");
            return {};
        }
        TRIBUTARY_TRY(cache.rebuildOverlay({}, {}));
        check.lines.push_back("head " + std::to_string(state->position.seq));
        check.lines.push_back("epoch " + toHex(state->position.epoch));
        if (state->bootstrapStart > 0)
            check.lines.emplace_back("the copy is not complete yet");
        TRIBUTARY_TRY_ASSIGN(const auto digests,
                             store::digestTables(*database, store::comparedFrom(clock.now()),
                                                 [](const model::Entity &) -> Result<bool> { return true; }));
        for (const store::TableDigest &digest : digests)
            check.lines.push_back(store::lineOf(digest));
        return {};
    }();
    database->rollback();
    return looked;
}

} // namespace

Result<ProfileCheck> checkProfile(const fs::path &folder, const Clock &clock, Rng &rng)
{
    std::error_code error;
    if (!fs::exists(LocalStore::journalPath(folder), error))
        return failure(Error::Kind::NotFound, "there is no profile in " + folder.string());
    ProfileCheck check;
    checkJournal(LocalStore::journalPath(folder), clock, rng, check);
    if (!fs::exists(LocalStore::cachePath(folder), error)) {
        check.lines.emplace_back("the copy is empty");
    } else if (const auto done = checkCache(LocalStore::cachePath(folder), clock, check); !done) {
        check.problems.push_back("the copy cannot be read: " + done.error().detail);
    }
    return check;
}

} // namespace tributary::client
