#include "core/hub/admin/audit_verb.h"

#include "core/hub/access.h"
#include "core/hub/audit.h"
#include "core/hub/audit_chain.h"

#include <algorithm>
#include <charconv>

namespace tributary::hub::admin {
namespace {

using namespace tributary::model;

Result<int> verifyAudit(Desk desk, const Arguments &arguments, const Console &console)
{
    if (const auto unknown = arguments.unknown({"verify", "mark"}))
        return failure(Error::Kind::Invalid, "audit --verify has no option --" + *unknown);
    std::optional<AuditMark> known;
    if (arguments.has("mark")) {
        known = AuditMark::fromText(arguments.value("mark"));
        if (!known)
            return failure(Error::Kind::Invalid, "--mark is what audit --verify printed: a number, a colon and 64 digits");
    }
    // It looks through all of it: what the desktops read by must not wait for that.
    TRIBUTARY_TRY_ASSIGN(const auto reader, desk.store.openReader());
    TRIBUTARY_TRY_ASSIGN(const AuditCheck check,
                         reader->readAndWait([&](store::Database &database) { return checkAudit(database, known); }));
    if (!check.problem.empty()) {
        console.err(check.problem);
        return kFailed;
    }
    console.out(check.last.text());
    return kDone;
}

} // namespace

Result<int> audit(Desk desk, const Arguments &arguments, const Console &console)
{
    if (arguments.has("verify"))
        return verifyAudit(desk, arguments, console);
    if (const auto unknown = arguments.unknown({"email", "kind", "text", "last"}))
        return failure(Error::Kind::Invalid, "audit has no option --" + *unknown);
    constexpr std::int64_t most = 10'000;
    AuditQuery wanted{.text = arguments.value("text")};
    const std::string last = arguments.value("last", "200");
    const auto [end, error] = std::from_chars(last.data(), last.data() + last.size(), wanted.rows);
    if (error != std::errc() || end != last.data() + last.size() || wanted.rows < 1 || wanted.rows > most)
        return failure(Error::Kind::Invalid, "--last is a number from 1 to 10000");
    if (arguments.has("kind")) {
        wanted.kind = fromName<AuditEntry::Kind>(arguments.value("kind"));
        if (!wanted.kind) {
            std::string names;
            for (const std::string_view name : kNames<AuditEntry::Kind>)
                names += (names.empty() ? "" : ", ") + std::string(name);
            return failure(Error::Kind::Invalid, "--kind is one of " + names);
        }
    }
    const auto read = [&](store::Database &database) -> Result<std::vector<AuditEntry>> {
        if (arguments.has("email")) {
            TRIBUTARY_TRY_ASSIGN(const auto agent, agentByEmail(database, arguments.value("email")));
            if (!agent)
                return failure(Error::Kind::NotFound, "nobody has that e-mail address");
            wanted.person = agent->id.bytes;
        }
        return auditEntries(database, wanted);
    };
    TRIBUTARY_TRY_ASSIGN(std::vector<AuditEntry> entries, desk.store.reader().readAndWait(read));
    std::ranges::reverse(entries);
    const auto inLine = [](std::string text) { // entries hold lines
        while (text.ends_with('\n'))
            text.pop_back();
        for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2)
            text.replace(at, 1, "; ");
        return text;
    };
    for (const AuditEntry &entry : entries) {
        std::string line = toIso(entry.author.at) + "\t" + (entry.byName.empty() ? "-" : entry.byName) + "\t"
                           + std::string(nameOf(entry.kind)) + "\t" + (entry.about.empty() ? "-" : entry.about) + "\t"
                           + entry.author.place;
        if (!entry.was.empty() || !entry.became.empty())
            line += "\t" + inLine(entry.was) + " -> " + inLine(entry.became);
        console.out(line);
    }
    return kDone;
}

} // namespace tributary::hub::admin
