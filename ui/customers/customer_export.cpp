#include "ui/customers/customer_export.h"

#include "core/text/csv.h"
#include "ui/shell/when_done.h"
#include "ui/theme/channel_look.h"

#include <QDateTime>
#include <QTimer>

#include <algorithm>
#include <utility>

namespace tributary::ui {
namespace {

constexpr std::size_t kAtOnce = 200;
/// So long a hub that is connected is waited for. One that knows nothing of such a command says nothing: it waits for a
/// newer one.
constexpr int kAnswerMs = 10'000;

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

CustomerExport::CustomerExport(client::Workspace &workspace, std::vector<model::CustomerId> people,
                               model::ExportCustomers::Which which, const std::string &tag, const QString &path,
                               QObject *parent)
    : QObject(parent)
    , m_workspace(workspace)
    , m_people(std::move(people))
    , m_command{std::int64_t(m_people.size()), which, tag}
    , m_file(std::make_unique<QSaveFile>(path))
{
}

void CustomerExport::start()
{
    connect(&m_workspace, &client::Workspace::outboxChanged, this, &CustomerExport::lookAtAnswer);
    connect(&m_workspace, &client::Workspace::statusChanged, this, &CustomerExport::lookAtAnswer);
    // Whoever is here now has not asked for it, and may see others.
    connect(&m_workspace, &client::Workspace::agentChanged, this, [this, who = m_workspace.agent().id] {
        if (m_workspace.agent().id != who)
            fail(Problem::Unread);
    });
    std::vector<model::CommandBody> commands{m_command};
    whenDone(m_workspace.submit(std::move(commands), {}, false), this, [this](const Result<client::Submitted> &kept) {
        if (!kept || kept->commands.empty()) {
            m_decided = true;
            return fail(Problem::NotKept);
        }
        m_n = kept->commands.front().n;
        QTimer::singleShot(kAnswerMs, this, [this] {
            m_overdue = true;
            lookAtAnswer();
        });
        lookAtAnswer();
    });
}

/// Begins when the hub has taken it, or is not there to be asked; ends where it was refused.
void CustomerExport::lookAtAnswer()
{
    using State = client::Status::State;
    if (m_decided || m_n == 0)
        return;
    const auto isThis = [this](const store::JournalEntry &entry) { return entry.command.n == m_n; };
    whenDone(m_workspace.outbox(), this, [this, isThis](const Result<std::vector<store::JournalEntry>> &waiting) {
        const State state = m_workspace.status().state;
        const bool isAsked = !m_overdue && (state == State::Live || state == State::CatchingUp);
        const bool isUnderWay = !waiting || std::ranges::any_of(*waiting, isThis);
        if (m_decided || (isUnderWay && isAsked))
            return; // looked at again when something has changed
        whenDone(m_workspace.needsYou(), this, [this, isThis](const Result<std::vector<store::JournalEntry>> &back) {
            if (m_decided)
                return;
            m_decided = true;
            if (!back || std::ranges::none_of(*back, isThis))
                return begin();
            m_workspace.settle(m_n); // it is said here
            fail(Problem::Refused);
        });
    });
}

void CustomerExport::begin()
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
                fail(Problem::Unwritten);
        });
    });
}

void CustomerExport::fail(Problem problem)
{
    if (!std::exchange(m_isOver, true))
        emit failed(problem);
}

void CustomerExport::readNext()
{
    if (m_isOver)
        return;
    const auto from = m_people.begin() + std::ptrdiff_t(m_written);
    const auto to = from + std::ptrdiff_t(std::min(kAtOnce, m_people.size() - m_written));
    std::vector<model::CustomerId> ids(from, to);
    const std::size_t count = ids.size();
    whenDone(m_workspace.customerRows(std::move(ids)), this,
             [this, count](const Result<std::vector<store::CustomerRow>> &rows) {
                 if (!rows)
                     return fail(Problem::Unread);
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
                return fail(Problem::Unwritten);
            m_written += count;
            if (m_isOver)
                return;
            if (isLast) {
                m_isOver = true;
                return emit finished(qint64(m_written));
            }
            emit progressed(qint64(m_written));
            readNext();
        });
    });
}

} // namespace tributary::ui
