#pragma once

#include "core/client/hub_access.h"
#include "core/client/work_thread.h"

#include <QObject>
#include <QSaveFile>
#include <QStringList>

namespace tributary::ui {

/// A row of a table (RFC 4180, 2) that is harmless where it is opened: what a spreadsheet would take for a formula begins
/// with an apostrophe (ENGINE C73).
QByteArray csvRow(const QStringList &cells);

/// Writes the audit log, as far as a filter matches, into a file: page by page as the hub tells it, on a thread of its own.
/// The file is there when all of it is, and not before.
class AuditExport : public QObject {
    Q_OBJECT
public:
    AuditExport(const client::HubAccess &access, client::HubAccess::AuditFilter filter, const QString &path,
                QObject *parent);
    void start();

signals:
    void progressed(qint64 rows);
    void finished(qint64 rows);
    void failed(const tributary::Error &error);

private:
    void ask(std::int64_t before);
    void write(const client::HubAccess::AuditPage &page);

    const client::HubAccess &m_access;
    const client::HubAccess::AuditFilter m_filter;
    std::unique_ptr<QSaveFile> m_file; ///< The thread's.
    qint64 m_rows = 0;
    client::WorkThread m_thread; ///< The last: its jobs use the others.
};

} // namespace tributary::ui
