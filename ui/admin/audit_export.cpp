#include "ui/admin/audit_export.h"

#include "ui/admin/audit_words.h"
#include "ui/shell/when_done.h"

#include <QDateTime>

namespace tributary::ui {
namespace {

QByteArray rowsOf(const client::HubAccess::AuditPage &page)
{
    QByteArray bytes;
    for (const client::HubAccess::AuditEntry &entry : page.entries)
        bytes += csvRow({QString::number(entry.n),
                         QDateTime::fromMSecsSinceEpoch(toMs(entry.at), Qt::UTC).toString(Qt::ISODateWithMs),
                         auditWhoWords(entry), auditKindWords(entry.kind), auditAboutWords(entry),
                         auditPlaceWords(entry.place), auditFactWords(entry.was), auditFactWords(entry.became)});
    return bytes;
}

} // namespace

QByteArray csvRow(const QStringList &cells)
{
    QByteArray row;
    for (qsizetype i = 0; i < cells.size(); ++i) {
        QString cell = cells[i];
        if (!cell.isEmpty() && QStringLiteral("=+-@\t\r").contains(cell.front()))
            cell.prepend(u'\'');
        if (cell.contains(u'"') || cell.contains(u',') || cell.contains(u'\n') || cell.contains(u'\r'))
            cell = u'"' + cell.replace(u'"', QStringLiteral("\"\"")) + u'"';
        row += (i > 0 ? "," : "") + cell.toUtf8();
    }
    return row + "\r\n";
}

AuditExport::AuditExport(const client::HubAccess &access, client::HubAccess::AuditFilter filter, const QString &path,
                         QObject *parent)
    : QObject(parent)
    , m_access(access)
    , m_filter(std::move(filter))
    , m_file(std::make_unique<QSaveFile>(path))
{
}

void AuditExport::start()
{
    const QByteArray head =
        csvRow({tr("Number"), tr("Time (UTC)"), tr("Who"), tr("What"), tr("About"), tr("Where"), tr("Before"), tr("After")});
    m_thread.post([this, head] {
        const bool opened = m_file->open(QIODevice::WriteOnly) && m_file->write(head) == head.size();
        QMetaObject::invokeMethod(this, [this, opened] {
            if (opened)
                ask(0);
            else
                emit failed({Error::Kind::Failed, "the file cannot be written"});
        });
    });
}

void AuditExport::ask(std::int64_t before)
{
    whenDone(m_access.audit(m_filter, before, before == 0), this, [this](const Result<client::HubAccess::AuditPage> &page) {
        if (page)
            write(*page);
        else
            emit failed(page.error());
    });
}

void AuditExport::write(const client::HubAccess::AuditPage &page)
{
    m_thread.post([this, page] {
        const QByteArray bytes = rowsOf(page);
        const bool done = m_file->write(bytes) == bytes.size() && (page.next > 0 || m_file->commit());
        QMetaObject::invokeMethod(this, [this, done, next = page.next, count = qint64(page.entries.size())] {
            m_rows += count;
            if (!done)
                return emit failed({Error::Kind::Full, "the file cannot be written"});
            if (next == 0)
                return emit finished(m_rows);
            emit progressed(m_rows);
            ask(next);
        });
    });
}

} // namespace tributary::ui
