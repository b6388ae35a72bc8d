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
///
/// Before it is begun a command that says so is in the journal, so that the hub learns of it whatever happens next. A hub
/// that is connected is waited for, and what it refuses is not written.
class CustomerExport : public QObject {
    Q_OBJECT
public:
    enum class Problem {
        NotKept, ///< It could not be noted in the journal.
        Refused, ///< By the hub.
        Unread,  ///< The customers could not be read.
        Unwritten,
    };
    /// @p which and @p tag say how they were chosen.
    CustomerExport(client::Workspace &workspace, std::vector<model::CustomerId> people, model::ExportCustomers::Which which,
                   const std::string &tag, const QString &path, QObject *parent);
    void start();

signals:
    void progressed(qint64 rows);
    void finished(qint64 rows);
    void failed(tributary::ui::CustomerExport::Problem problem);

private:
    void lookAtAnswer();
    void begin();
    void readNext();
    void fail(Problem problem);
    void write(QByteArray bytes, std::size_t count);

    client::Workspace &m_workspace;
    const std::vector<model::CustomerId> m_people;
    const model::ExportCustomers m_command;
    std::int64_t m_n = 0;              ///< Of the command; 0: it is not in the journal yet.
    bool m_decided = false;            ///< It was begun, or is not to be.
    bool m_isOver = false;             ///< It has been said how it ended.
    bool m_overdue = false;            ///< The hub has been waited for long enough.
    std::unique_ptr<QSaveFile> m_file; ///< The thread's.
    std::size_t m_written = 0;
    client::WorkThread m_thread; ///< The last: its jobs use the others.
};

} // namespace tributary::ui
