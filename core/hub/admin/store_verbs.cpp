#include "core/hub/admin/store_verbs.h"

#include "core/hub/admin/desk_work.h"
#include "core/hub/exchange/backup.h"
#include "core/hub/exchange/check_store.h"
#include "core/hub/exchange/export_history.h"
#include "core/hub/exchange/import_files.h"

namespace tributary::hub::admin {

using namespace tributary::model;

Result<int> importHistory(Desk desk, const Arguments &arguments, const Console &console)
{
    if (arguments.words().empty())
        return failure(Error::Kind::Invalid, "import needs the files to take in");
    std::vector<std::string> files;
    for (const std::string &file : arguments.words())
        files.push_back((std::filesystem::path(console.folder) / file).string()); // an absolute path stays as it is
    TRIBUTARY_TRY(
        noteAct(desk, {.kind = AuditEntry::Kind::Imported, .became = "files: " + std::to_string(files.size()) + "\n"}));
    exchange::ImportOptions options{arguments.value("source"), arguments.value("account"), arguments.has("as-demo"),
                                    desk.hub == nullptr};
    TRIBUTARY_TRY(exchange::importFiles(desk.store, files, options, console));
    return kDone;
}

Result<int> exportHistory(Desk desk, const Arguments &arguments, const Console &console)
{
    TRIBUTARY_TRY(noteAct(desk, {.kind = AuditEntry::Kind::Exported, .about = "everything"}));
    exchange::ExportOptions options;
    if (arguments.has("files"))
        options.filesFolder = std::filesystem::path(console.folder) / arguments.value("files");
    TRIBUTARY_TRY(exchange::exportAll(desk.store, options, console.out, console));
    if (std::error_code error; std::filesystem::exists(options.filesFolder, error)) // no file, no folder
        console.tellWrote(options.filesFolder);
    return kDone;
}

Result<int> backup(Desk desk, const Arguments &arguments, const Console &console)
{
    if (arguments.value("to").empty())
        return failure(Error::Kind::Invalid, "backup needs --to FOLDER");
    if (const auto unknown = arguments.unknown({"to", "with-key", "sealed", "keys-to"}))
        return failure(Error::Kind::Invalid, "backup has no option --" + *unknown);
    if (arguments.has("keys-to") && !arguments.has("sealed"))
        return failure(Error::Kind::Invalid, "--keys-to goes with --sealed");
    const std::filesystem::path here(console.folder);
    exchange::BackupOptions options{here / arguments.value("to"), arguments.has("with-key"), arguments.has("sealed"), {}};
    if (arguments.has("keys-to"))
        options.keysTo = here / arguments.value("keys-to");
    TRIBUTARY_TRY(noteAct(
        desk, {.kind = AuditEntry::Kind::BackedUp,
               .became = std::string(options.withKey ? "key: yes\n" : "") + (options.sealed ? "sealed: yes\n" : "")}));
    TRIBUTARY_TRY_ASSIGN(const auto report, exchange::backUp(desk.store, options, console));
    console.tellWrote(options.to);
    if (options.keysTo)
        console.tellWrote(*options.keysTo);
    console.out("backed up to " + options.to.string() + ": head " + std::to_string(report.head) + ", "
                + std::to_string(report.attachments) + " attachments");
    console.out(
        options.withKey
            ? "hub.key is in it: whoever has this backup has the passwords of all channel accounts"
            : "hub.key is not in it: keep a copy of it elsewhere, or the accounts' passwords are lost with this computer");
    if (options.sealed)
        console.out(options.keysTo
                        ? "it opens with hub.key and people.keys, of which the newest is now " + options.keysTo->string()
                        : "it opens with hub.key and people.keys, which is in this hub's folder alone: see --keys-to");
    if (report.missing > 0)
        console.err(std::to_string(report.missing) + " attachments are missing or damaged here, and so in the backup");
    return kDone;
}

Result<int> restore(const std::filesystem::path &data, const Arguments &arguments, const Console &console)
{
    if (arguments.value("from").empty())
        return failure(Error::Kind::Invalid, "restore needs --from FOLDER");
    if (const auto unknown = arguments.unknown({"from", "key", "people-keys"}))
        return failure(Error::Kind::Invalid, "restore has no option --" + *unknown);
    const std::filesystem::path here(console.folder);
    exchange::RestoreOptions options{here / arguments.value("from"), data, std::nullopt, std::nullopt};
    if (arguments.has("key"))
        options.key = here / arguments.value("key");
    if (arguments.has("people-keys"))
        options.peopleKeys = here / arguments.value("people-keys");
    const SystemClock clock;
    SystemRng rng;
    TRIBUTARY_TRY_ASSIGN(const auto report, exchange::restore(options, clock, rng, console));
    console.out("restored " + report.workspace + " as of " + toIso(report.at) + " (head " + std::to_string(report.head)
                + ", " + std::to_string(report.attachments)
                + " attachments); desktops will fetch everything again and offer what they have sent since");
    if (report.erased > 0)
        console.out(std::to_string(report.erased)
                    + " customers were erased since, and are not in it; what hung on them goes when the hub starts");
    if (!report.hasKey || report.isAnothersKey)
        console.err(std::string(report.hasKey
                                    ? "the hub.key is another hub's, and opens nothing that is sealed in this backup"
                                    : "there is no hub.key")
                    + ": put the one that belongs to this backup into the folder before the first start, or enter the "
                      "accounts' passwords anew and take the agents' second factors off");
    return kDone;
}

Result<int> check(Desk desk, const Arguments &arguments, const Console &console)
{
    TRIBUTARY_TRY_ASSIGN(const exchange::StoreCheck found,
                         exchange::checkStore(desk.store, arguments.value("agent"), &console));
    for (const std::string &line : exchange::linesOf(found, arguments.has("json")))
        console.out(line);
    return found.problems.empty() ? kDone : kFailed;
}

} // namespace tributary::hub::admin
