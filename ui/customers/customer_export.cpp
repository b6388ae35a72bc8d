#include "ui/customers/customer_export.h"

#include "core/text/csv.h"
#include "ui/shell/when_done.h"
#include "ui/theme/channel_look.h"

#include <QDateTime>

namespace tributary::ui {
namespace {

constexpr std::size_t kAtOnce = 200;

std::string harmless(std::string cell)
{
    if (cell.find_first_of("=+-@\t\r") == 0)
        cell.insert(cell.begin(), '\'');
    return cell;
}

QByteArray lineOf(std::vector<std::string> cells)
{
    for (std::string &cell : cells)
        cell = harmless(std::move(cell));
    return QByteArray::fromStdString(text::csvLine(cells));
}

std::string joined(const QStringList &parts)
{
    return parts.join(CustomerExport::tr(", ", "between names")).toStdString();
}

} // namespace

QByteArray customerLine(const store::CustomerRow &row)
{
    QStringList channels, tags;
    for (const model::Channel channel : row.channels)
        channels.append(channelName(channel));
    for (const std::string &tag : row.tags)
        tags.append(QString::fromStdString(tag));
    const QString contact = row.lastContact
                                ? QDateTime::fromMSecsSinceEpoch(toMs(*row.lastContact), Qt::UTC).toString(Qt::ISODateWithMs)
                                : QString();
    return lineOf({row.id.text(), row.name, joined(channels), contact.toStdString(), std::to_string(row.open), joined(tags),
                   row.ownerOfLast, row.blocked ? CustomerExport::tr("Blocked").toStdString() : std::string()});
}

CustomerExport::CustomerExport(client::Workspace &workspace, std::vector<model::CustomerId> people, const QString &path,
                               QObject *parent)
    : QObject(parent)
    , m_workspace(workspace)
    , m_people(std::move(people))
    , m_file(std::make_unique<QSaveFile>(path))
{
}

void CustomerExport::start()
{
    std::vector<std::string> heads;
    for (const QString &head : {tr("Id"), tr("Name"), tr("Channels"), tr("Last contact (UTC)"), tr("Open"), tr("Tags"),
                                tr("Owner of last"), tr("Blocked")})
        heads.push_back(head.toStdString());
    m_thread.post([this, head = lineOf(std::move(heads))] {
        const bool opened = m_file->open(QIODevice::WriteOnly) && m_file->write(head) == head.size();
        QMetaObject::invokeMethod(this, [this, opened] {
            if (opened)
                readNext();
            else
                emit failed({Error::Kind::Failed, "the file cannot be written"});
        });
    });
}

void CustomerExport::readNext()
{
    const auto from = m_people.begin() + std::ptrdiff_t(m_written);
    const auto to = from + std::ptrdiff_t(std::min(kAtOnce, m_people.size() - m_written));
    std::vector<model::CustomerId> ids(from, to);
    const std::size_t count = ids.size();
    whenDone(m_workspace.customerRows(std::move(ids)), this,
             [this, count](const Result<std::vector<store::CustomerRow>> &rows) {
                 if (!rows)
                     return emit failed(rows.error());
                 QByteArray bytes;
                 for (const store::CustomerRow &row : *rows)
                     bytes += customerLine(row);
                 write(std::move(bytes), count);
             });
}

void CustomerExport::write(QByteArray bytes, std::size_t count)
{
    const bool isLast = m_written + count == m_people.size();
    m_thread.post([this, bytes = std::move(bytes), count, isLast] {
        const bool done = m_file->write(bytes) == bytes.size() && (!isLast || m_file->commit());
        QMetaObject::invokeMethod(this, [this, done, count, isLast] {
            if (!done)
                return emit failed({Error::Kind::Full, "the file cannot be written"});
            m_written += count;
            if (isLast)
                return emit finished(qint64(m_written));
            emit progressed(qint64(m_written));
            readNext();
        });
    });
}

} // namespace tributary::ui
