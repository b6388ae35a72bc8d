#include "ui/admin/audit_words.h"

#include "core/model/command_fields.h"
#include "core/model/permissions.h"
#include "ui/admin/permission_words.h"
#include "ui/theme/channel_look.h"
#include "ui/theme/time_format.h"

#include <QCoreApplication>
#include <QDateTime>
#include <map>

namespace tributary::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(tributary::ui::Audit)
};

QString shown(const std::string &text)
{
    return QString::fromStdString(text);
}

QString factName(const QString &name)
{
    const std::map<QString, QString> names{{"name", Words::tr("Name")},
                                           {"email", Words::tr("E-mail")},
                                           {"role", Words::tr("Role")},
                                           {"teams", Words::tr("Teams")},
                                           {"team", Words::tr("Team")},
                                           {"capacity", Words::tr("Open conversations at most")},
                                           {"languages", Words::tr("Languages")},
                                           {"active", Words::tr("Active")},
                                           {"permissions", Words::tr("Permissions")},
                                           {"sees", Words::tr("Sees")},
                                           {"accounts", Words::tr("Channel accounts")},
                                           {"routing", Words::tr("Work is given out")},
                                           {"return-minutes", Words::tr("Minutes until work goes back")},
                                           {"key", Words::tr("Key")},
                                           {"of", Words::tr("Belongs to")},
                                           {"type", Words::tr("Type")},
                                           {"choices", Words::tr("Choices")},
                                           {"counts-as", Words::tr("Counts as")},
                                           {"channel", Words::tr("Channel")},
                                           {"address", Words::tr("Address")},
                                           {"undo-seconds", Words::tr("Seconds to take a message back")},
                                           {"reopen-days", Words::tr("Days a resolved conversation opens again")},
                                           {"region", Words::tr("Country of numbers without a country code")},
                                           {"home", Words::tr("Customer")},
                                           {"of-channel", Words::tr("Channel")},
                                           {"purpose", Words::tr("Purpose")},
                                           {"granted", Words::tr("Agreed")},
                                           {"source", Words::tr("Where it was said")},
                                           {"removed", Words::tr("Removed")},
                                           {"from", Words::tr("Customer that joined")},
                                           {"into", Words::tr("Customer that stayed")},
                                           {"ended", Words::tr("Ended")},
                                           {"blocked", Words::tr("Blocked")},
                                           {"paused", Words::tr("Paused")},
                                           {"settings", Words::tr("Settings renewed")},
                                           {"secrets", Words::tr("Secrets renewed")},
                                           {"device", Words::tr("Device")},
                                           {"files", Words::tr("Files")},
                                           {"customers", Words::tr("Customers")},
                                           {"which", Words::tr("Which of them")},
                                           {"tag", Words::tr("Tag")},
                                           {"given", Words::tr("Done without the hub")},
                                           {"change", Words::tr("Number of the change")},
                                           {"unconfirmed", Words::tr("Erasure that was not confirmed")},
                                           {"why", Words::tr("Why")},
                                           {"left-out", Words::tr("More like it in the minute before")}};
    const auto found = names.find(name);
    return found == names.end() ? name : found->second;
}

QString exportedWords(model::ExportCustomers::Which which)
{
    using Which = model::ExportCustomers::Which;
    switch (which) {
    case Which::Everybody: return Words::tr("all of them");
    case Which::Found: return Words::tr("who was found by what was typed");
    case Which::Selected: return Words::tr("who was selected");
    }
    return {};
}

QString factValue(const QString &name, const QString &value)
{
    if (value == QLatin1String("yes"))
        return Words::tr("yes");
    if (value == QLatin1String("no"))
        return Words::tr("no");
    if (name == QLatin1String("purpose"))
        return value == QLatin1String("marketing") ? Words::tr("marketing") : Words::tr("service messages");
    if (name == QLatin1String("of-channel")) {
        if (const auto channel = model::fromName<model::Channel>(value.toStdString()))
            return channelName(*channel);
    }
    if (name == QLatin1String("which")) {
        if (const auto which = model::fromName<model::ExportCustomers::Which>(value.toStdString()))
            return exportedWords(*which);
    }
    if (name == QLatin1String("given")) {
        if (const QDateTime at = QDateTime::fromString(value, Qt::ISODateWithMs); at.isValid())
            return TimeFormat().full(fromMs(at.toMSecsSinceEpoch()));
    }
    if (name == QLatin1String("role")) {
        if (const auto role = model::fromName<model::Agent::Role>(value.toStdString()))
            return roleWords(*role);
    }
    if (name == QLatin1String("permissions")) {
        QStringList words;
        for (const QString &one : value.split(QStringLiteral(", "))) {
            const auto permission = model::fromName<model::Permission>(one.toStdString());
            words.append(permission ? permissionWords(*permission) : one);
        }
        return words.join(QStringLiteral("; "));
    }
    return value;
}

} // namespace

QList<AuditKind> auditKinds()
{
    return {{"signed-in", Words::tr("Signed in")},
            {"sign-in-failed", Words::tr("Sign-in failed")},
            {"signed-out", Words::tr("Signed out")},
            {"device-revoked", Words::tr("Device signed out")},
            {"second-factor-on", Words::tr("Second factor turned on")},
            {"second-factor-off", Words::tr("Second factor turned off")},
            {"password-set", Words::tr("Password set")},
            {"invited", Words::tr("Invited")},
            {"password-link-made", Words::tr("Link for a new password made")},
            {"link-withdrawn", Words::tr("Link withdrawn")},
            {"joined", Words::tr("Joined by invitation")},
            {"person-added", Words::tr("Person added")},
            {"person-changed", Words::tr("Person changed")},
            {"person-activated", Words::tr("Person activated")},
            {"person-deactivated", Words::tr("Person deactivated")},
            {"role-added", Words::tr("Role added")},
            {"role-changed", Words::tr("Role changed")},
            {"role-removed", Words::tr("Role removed")},
            {"team-added", Words::tr("Team added")},
            {"team-changed", Words::tr("Team changed")},
            {"team-removed", Words::tr("Team removed")},
            {"field-added", Words::tr("Field added")},
            {"field-changed", Words::tr("Field changed")},
            {"field-removed", Words::tr("Field removed")},
            {"status-added", Words::tr("Status added")},
            {"status-changed", Words::tr("Status changed")},
            {"status-removed", Words::tr("Status removed")},
            {"account-added", Words::tr("Channel account added")},
            {"account-changed", Words::tr("Channel account changed")},
            {"account-removed", Words::tr("Channel account removed")},
            {"merged", Words::tr("Customers merged")},
            {"unmerged", Words::tr("Merge undone")},
            {"blocked", Words::tr("Customer blocked")},
            {"unblocked", Words::tr("Customer unblocked")},
            {"refused", Words::tr("Refused: no right to it")},
            {"imported", Words::tr("History imported")},
            {"exported", Words::tr("Exported")},
            {"backed-up", Words::tr("Backed up")},
            {"workspace-renamed", Words::tr("Workspace renamed")},
            {"identity-moved", Words::tr("Address moved to another customer")},
            {"consent-recorded", Words::tr("Consent recorded")},
            {"customer-erased", Words::tr("Customer erased")},
            {"company-removed", Words::tr("Company removed")},
            {"company-restored", Words::tr("Company restored")},
            {"erasure-confirmed", Words::tr("Erasure confirmed by a device")},
            {"restored", Words::tr("An older state was put back")}};
}

QString auditKindWords(const std::string &kind)
{
    static const QList<AuditKind> kinds = auditKinds();
    const auto found = std::ranges::find(kinds, shown(kind), &AuditKind::id);
    return found == kinds.end() ? shown(kind) : found->words;
}

QString auditPlaceWords(const std::string &place)
{
    if (place == "desktop")
        return Words::tr("Desktop");
    if (place == "command-line")
        return Words::tr("Command line");
    if (place == "hub")
        return Words::tr("The hub itself");
    return shown(place);
}

QString auditFactWords(const std::string &lines)
{
    QStringList words;
    for (const QString &line : shown(lines).split(u'\n', Qt::SkipEmptyParts)) {
        const qsizetype colon = line.indexOf(QStringLiteral(": "));
        if (colon < 0) {
            words.append(line);
            continue;
        }
        const QString name = line.left(colon);
        //: The name of a setting, and its value.
        words.append(Words::tr("%1: %2").arg(factName(name), factValue(name, line.mid(colon + 2))));
    }
    return words.join(u'\n');
}

QString auditAboutWords(const client::HubAccess::AuditEntry &entry)
{
    if (entry.kind == "exported" && entry.about == "audit")
        return Words::tr("The audit log");
    if (entry.kind == "exported" && entry.about == "customers")
        return Words::tr("Customers");
    if (entry.kind == "exported" && entry.about == "everything")
        return Words::tr("Everything");
    if (entry.kind == "sign-in-failed" && entry.about.empty())
        return Words::tr("An unknown address");
    return shown(entry.about);
}

QString auditWhoWords(const client::HubAccess::AuditEntry &entry)
{
    if (!entry.byName.empty())
        return shown(entry.byName);
    return entry.place == "hub"            ? Words::tr("The hub itself")
           : entry.place == "command-line" ? Words::tr("Command line")
                                           : Words::tr("Nobody signed in");
}

QList<TableColumn> auditColumns()
{
    return {{.title = Words::tr("What"), .share = 4},
            {.title = Words::tr("Who"), .share = 3},
            {.title = Words::tr("About"), .share = 3},
            {Words::tr("When"), 88},
            {Words::tr("Where"), 112}};
}

RawId auditRowId(std::int64_t n)
{
    RawId id{};
    for (std::size_t i = 0; i < 8; ++i)
        id[15 - i] = std::byte(n >> (8 * i) & 0xff);
    return id;
}

QList<TableRow> auditRows(const std::vector<client::HubAccess::AuditEntry> &entries, TimePoint now)
{
    const TimeFormat format;
    QList<TableRow> rows;
    rows.reserve(qsizetype(entries.size()));
    for (const client::HubAccess::AuditEntry &entry : entries) {
        TableRow row{.id = auditRowId(entry.n),
                     .icon = entry.kind == "sign-in-failed" || entry.kind == "refused" ? "warning" : "log"};
        const QString what = auditKindWords(entry.kind), who = auditWhoWords(entry), about = auditAboutWords(entry);
        const QString when = format.stamp(entry.at, now), where = auditPlaceWords(entry.place);
        row.cells = {
            {.text = what}, {.text = who, .pale = entry.byName.empty()}, {.text = about}, {.text = when}, {.text = where}};
        //: What was done, by whom, about what, when, where.
        row.spoken = about.isEmpty()
                         ? Words::tr("%1, by %2, %3, %4").arg(what, who, format.full(entry.at), where)
                         : Words::tr("%1: %2, by %3, %4, %5").arg(what, about, who, format.full(entry.at), where);
        rows.append(row);
    }
    return rows;
}

} // namespace tributary::ui
