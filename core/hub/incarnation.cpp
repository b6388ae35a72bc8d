#include "core/hub/incarnation.h"

#include "core/base/digest.h"
#include "core/base/log.h"
#include "core/hub/audit.h"
#include "core/hub/change_log.h"
#include "core/hub/epoch.h"
#include "core/store/files.h"
#include "core/store/sql.h"

#include <sstream>

namespace tributary::hub {
namespace {

namespace fs = std::filesystem;
namespace sql = store::sql;

/// What the file says. `next` is the name that is about to be given: a crash in between leaves either in the database.
struct Stamp {
    RawId name{}, next{};
    std::int64_t head = 0;
};

fs::path fileIn(const fs::path &folder)
{
    return folder / "hub.incarnation";
}

Result<void> write(const fs::path &folder, const Stamp &stamp)
{
    std::string text = idToText(stamp.name) + " " + idToText(stamp.next) + " " + std::to_string(stamp.head) + " ";
    text += toHex(blake16(bytesOf(text))) + "\n";
    return store::replaceFile(fileIn(folder), bytesOf(text));
}

/// Nothing: there is no such file, or it is damaged, which is as good.
std::optional<Stamp> read(const fs::path &folder)
{
    const auto content = store::readFile(fileIn(folder), 4096);
    if (!content)
        return std::nullopt;
    const std::string text(textOf(*content));
    std::istringstream words(text);
    std::string name, next, sum;
    Stamp stamp;
    if (!(words >> name >> next >> stamp.head >> sum))
        return std::nullopt;
    const std::string said = text.substr(0, text.find(sum, name.size() + next.size() + 2));
    const auto nameId = idFromText(name), nextId = idFromText(next);
    if (!nameId || !nextId || toHex(blake16(bytesOf(said))) != sum)
        return std::nullopt;
    stamp.name = *nameId;
    stamp.next = *nextId;
    return stamp;
}

Result<std::optional<RawId>> nameIn(store::Database &database)
{
    auto query = database.query(sql::hub_incarnation);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    RawId name{};
    if (!found || query.blob(0).size() != name.size())
        return std::optional<RawId>();
    std::ranges::copy(query.blob(0), name.begin());
    return std::optional<RawId>(name);
}

std::string suspicionOf(const std::optional<Stamp> &file, const std::optional<RawId> &name, std::int64_t head)
{
    if (!name) // made by a program before there were names, restored, or new
        return file && head > 0 ? "the database is an older copy, of before hub.incarnation was written" : "";
    if (!file)
        return "hub.incarnation is missing or damaged: the database may be an older copy";
    if (*name != file->name && *name != file->next)
        return "the database is not the one that was here last: an older copy was put back";
    if (head < file->head)
        return "the database ends at " + std::to_string(head) + " and has been at " + std::to_string(file->head)
               + ": an older copy was put back";
    return {};
}

} // namespace

Result<void> mayBeginHere(const fs::path &folder)
{
    const auto file = read(folder);
    if (!file || file->head == 0)
        return {};
    return failure(Error::Kind::Corrupt, "hub.db is gone from the data folder, and its history had "
                                             + std::to_string(file->head)
                                             + " changes: put it back, or restore a backup into another folder; to begin "
                                               "with nothing, take hub.incarnation away");
}

Result<Incarnation> enterIncarnation(const fs::path &folder, store::Database &database, Rng &rng)
{
    const auto file = read(folder);
    TRIBUTARY_TRY_ASSIGN(const auto before, nameIn(database));
    TRIBUTARY_TRY_ASSIGN(const wire::Position head, headOf(database));
    Incarnation incarnation{.suspicion = suspicionOf(file, before, head.seq)};
    rng.fill(incarnation.name);
    if (incarnation.suspicion.empty()) { // else what tells of it must stay until the new epoch has begun
        const auto told = write(folder, {before.value_or(RawId{}), incarnation.name, head.seq});
        if (!told) { // a full disk must not keep a hub from starting: it keeps its name
            log(LogLevel::Warning, "tributary.hub", "hub.incarnation cannot be written", {{"error", told.error().detail}});
            incarnation.name = before.value_or(RawId{});
            return incarnation;
        }
    }
    TRIBUTARY_TRY(database.inTransaction([&]() -> Result<void> {
        if (!incarnation.suspicion.empty()) {
            const auto begun = beginEpoch(database, rng);
            if (!begun)
                return failure(begun.error());
            TRIBUTARY_TRY(
                note(database, {}, {.kind = AuditEntry::Kind::Restored, .became = "why: " + incarnation.suspicion}));
        }
        auto query = database.query(sql::hub_set_incarnation);
        return query.bind("name", incarnation.name).run();
    }));
    TRIBUTARY_TRY(noteHead(folder, incarnation.name, head.seq));
    return incarnation;
}

Result<void> noteHead(const fs::path &folder, const RawId &name, std::int64_t head)
{
    return write(folder, {name, name, head});
}

Result<void> forgetIncarnation(const fs::path &folder, store::Database &database)
{
    std::error_code ignored;
    fs::remove(fileIn(folder), ignored);
    return database.query(sql::hub_forget_incarnation).run();
}

} // namespace tributary::hub
