#include "core/hub/admin/erase.h"

#include "core/hub/access.h"
#include "core/hub/erasure.h"
#include "core/hub/people_keys.h"
#include "core/store/entities.h"

namespace tributary::hub::admin {
namespace {

std::string counted(std::int64_t count, const char *one, const char *more)
{
    return std::to_string(count) + " " + (count == 1 ? one : more);
}

/// One line for each device and erasure: who was erased and when, the device, whose it is, and until when it has time.
Result<int> pending(Desk desk, const Console &console)
{
    struct Line {
        PendingReceipt receipt;
        std::string whose;
    };
    TRIBUTARY_TRY_ASSIGN(const auto lines,
                         desk.store.reader().readAndWait([](store::Database &database) -> Result<std::vector<Line>> {
                             TRIBUTARY_TRY_ASSIGN(const auto receipts, pendingReceipts(database));
                             std::vector<Line> found;
                             for (const PendingReceipt &one : receipts) {
                                 TRIBUTARY_TRY_ASSIGN(const auto agent, store::agent(database, one.agent));
                                 found.push_back({one, agent ? agent->email : one.agent.text()});
                             }
                             return found;
                         }));
    for (const auto &[one, whose] : lines)
        console.out(one.erased.text() + "\terased " + toIso(one.erasedAt) + "\tnot confirmed by " + one.device + "\t" + whose
                    + "\t" + (one.name.empty() ? "?" : one.name) + "\tlast used " + toIso(one.seen) + "\tsigned out after "
                    + toIso(one.erasedAt + kConfirmWithin));
    if (lines.empty())
        console.err("every device that is signed in has confirmed every erasure");
    return kDone;
}

} // namespace

Result<int> erase(Desk desk, const Arguments &arguments, const Console &console)
{
    const std::string wanted = arguments.word(0);
    if (arguments.has("pending") && arguments.words().empty() && !arguments.unknown({"pending"}))
        return pending(desk, console);
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
    TRIBUTARY_TRY_ASSIGN(const std::int64_t owing,
                         eraseForGood(desk.store, person, {std::nullopt, kByCommandLine, desk.store.clock().now()}));
    console.out("erased " + person.members.front().text() + ": " + what
                + "; backups made so far keep it until you delete them, but for sealed ones");
    console.out(owing == 0
                    ? "no device is signed in that could have a copy of it"
                    : counted(owing, "device is", "devices are") + " to confirm that its copy is gone (erase --pending: "
                          + "which have not); whichever has not within " + std::to_string(kConfirmWithin.count())
                          + " days is signed out");
    if (arguments.has("keys-to")) {
        const std::scoped_lock lock(desk.store.peopleKeysMutex());
        const std::filesystem::path to = std::filesystem::path(console.folder) / arguments.value("keys-to");
        TRIBUTARY_TRY(copyKeys(desk.store.folder(), to));
        console.tellWrote(to);
    } else if (hasKeys) {
        console.err("a copy of people.keys that is kept elsewhere still opens sealed backups of them: replace it now "
                    "(backup --sealed --keys-to FILE)");
    }
    return kDone;
}

} // namespace tributary::hub::admin
