#pragma once

#include "core/client/work_thread.h"
#include "core/client/workspace.h"

#include <QObject>
#include <QSaveFile>

namespace tributary::ui {

/// A row of the table of customers as it stands in a file, with its id. What a spreadsheet would take for a formula begins
/// with an apostrophe (ENGINE C73).
QByteArray customerLine(const store::CustomerRow &row);

/// Writes customers into a file of comma-separated values: some of them read at a time, written on a thread of its own. The
/// file is there when all of it is, and not before.
class CustomerExport : public QObject {
    Q_OBJECT
public:
    CustomerExport(client::Workspace &workspace, std::vector<model::CustomerId> people, const QString &path,
                   QObject *parent);
    void start();

signals:
    void progressed(qint64 rows);
    void finished(qint64 rows);
    void failed(const tributary::Error &error);

private:
    void readNext();
    void write(QByteArray bytes, std::size_t count);

    client::Workspace &m_workspace;
    const std::vector<model::CustomerId> m_people;
    std::unique_ptr<QSaveFile> m_file; ///< The thread's.
    std::size_t m_written = 0;
    client::WorkThread m_thread; ///< The last: its jobs use the others.
};

} // namespace tributary::ui
