#include "core/hub/admin/erase.h"

#include "core/hub/erasure.h"
#include "core/hub/people_keys.h"

namespace tributary::hub::admin {
namespace {

std::string counted(std::int64_t count, const char *one, const char *more)
{
    return std::to_string(count) + " " + (count == 1 ? one : more);
}

} // namespace

Result<int> erase(Desk desk, const Arguments &arguments, const Console &console)
{
    const std::string wanted = arguments.word(0);
    if (wanted.empty() || arguments.words().size() > 1)
        return failure(Error::Kind::Invalid, "erase needs one address or customer id");
    if (const auto unknown = arguments.unknown({"yes", "keys-to"}))
        return failure(Error::Kind::Invalid, "erase has no option --" + *unknown);
    std::error_code error;
    const bool hasKeys = std::filesystem::exists(desk.store.folder() / kPeopleKeys, error);
    if (arguments.has("keys-to") && !hasKeys)
        return failure(Error::Kind::Invalid, "there is no people.keys here to put anywhere: no backup has been sealed");
    TRIBUTARY_TRY_ASSIGN(const PersonToErase person, desk.store.reader().readAndWait([&](store::Database &database) {
        return personToErase(database, wanted);
    }));
    const std::string what = counted(person.conversations, "conversation", "conversations") + ", "
                             + counted(person.items, "entry", "entries") + " on the timeline, "
                             + counted(person.files, "file", "files");
    if (!arguments.has("yes")) {
        console.out((person.name.empty() ? "A customer without a name" : person.name) + "\t"
                    + person.members.front().text());
        for (const std::string &address : person.addresses)
            console.out("\t" + address);
        console.out("\t" + what);
        console.err("Nothing has been erased. This cannot be taken back: say it again with --yes to erase all of it, here "
                    "and at every desktop. Backups made so far keep it until you delete them, but for sealed ones.");
        return kFailed;
    }
    TRIBUTARY_TRY(eraseForGood(desk.store, person, {std::nullopt, kByCommandLine, desk.store.clock().now()}));
    console.out("erased " + person.members.front().text() + ": " + what
                + "; backups made so far keep it until you delete them, but for sealed ones");
    if (arguments.has("keys-to")) {
        const std::scoped_lock lock(desk.store.peopleKeysMutex());
        TRIBUTARY_TRY(copyKeys(desk.store.folder(), std::filesystem::path(console.folder) / arguments.value("keys-to")));
    } else if (hasKeys) {
        console.err("a copy of people.keys that is kept elsewhere still opens sealed backups of them: replace it now "
                    "(backup --sealed --keys-to FILE)");
    }
    return kDone;
}

} // namespace tributary::hub::admin
