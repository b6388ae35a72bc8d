#pragma once

#include "core/client/work_thread.h"
#include "ui/admin/record_table.h"

#include <QSaveFile>

namespace tributary::ui {

/// @p rows as a file of comma-separated values with their ids, a heading first.
QByteArray tableBytes(const QList<TableColumn> &columns, const QList<TableRow> &rows);

/// Writes a table into a file, on a thread of its own. The file is there when all of it is, and not before.
class TableExport : public QObject {
    Q_OBJECT
public:
    TableExport(const QString &path, QByteArray bytes, QObject *parent);
    void start();

signals:
    void ended(bool written);

private:
    const QByteArray m_bytes;
    std::unique_ptr<QSaveFile> m_file; ///< The thread's.
    client::WorkThread m_thread;       ///< The last: its job uses the others.
};

} // namespace tributary::ui
