#pragma once

#include "core/client/hub_access.h"
#include "ui/admin/record_table.h"

/// The audit log in words.
namespace tributary::ui {

struct AuditKind {
    QString id; ///< As the hub calls it.
    QString words;
};
/// All that are known, as they are offered to choose from.
QList<AuditKind> auditKinds();
/// A kind that is not known is shown as the hub calls it.
QString auditKindWords(const std::string &kind);
QString auditPlaceWords(const std::string &place);
/// Lines `name: value` with the names in words.
QString auditFactWords(const std::string &lines);
/// Whom or what an entry is about.
QString auditAboutWords(const client::HubAccess::AuditEntry &entry);
QString auditWhoWords(const client::HubAccess::AuditEntry &entry);

QList<TableColumn> auditColumns();
QList<TableRow> auditRows(const std::vector<client::HubAccess::AuditEntry> &entries, TimePoint now);
/// The id of an entry's row.
RawId auditRowId(std::int64_t n);

} // namespace tributary::ui
