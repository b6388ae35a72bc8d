#include "ui/admin/table_export.h"

#include "ui/admin/audit_export.h"

namespace tributary::ui {

QByteArray tableBytes(const QList<TableColumn> &columns, const QList<TableRow> &rows)
{
    QStringList head{TableExport::tr("Id")};
    for (const TableColumn &column : columns) {
        head.append(column.title);
        if (!column.detail.isEmpty())
            head.append(column.detail);
    }
    QByteArray bytes = csvRow(head);
    for (const TableRow &row : rows) {
        QStringList cells{QString::fromStdString(idToText(row.id))};
        for (qsizetype i = 0; i < columns.size(); ++i) {
            const TableCell cell = row.cells.value(i);
            cells.append(cell.text);
            if (!columns[i].detail.isEmpty())
                cells.append(cell.detail);
        }
        bytes += csvRow(cells);
    }
    return bytes;
}

TableExport::TableExport(const QString &path, QByteArray bytes, QObject *parent)
    : QObject(parent)
    , m_bytes(std::move(bytes))
    , m_file(std::make_unique<QSaveFile>(path))
{
}

void TableExport::start()
{
    m_thread.post([this] {
        const bool written =
            m_file->open(QIODevice::WriteOnly) && m_file->write(m_bytes) == m_bytes.size() && m_file->commit();
        QMetaObject::invokeMethod(this, [this, written] { emit ended(written); });
    });
}

} // namespace tributary::ui
