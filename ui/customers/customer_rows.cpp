#include "ui/customers/customer_rows.h"

#include "ui/shell/when_done.h"
#include "ui/theme/channel_look.h"

#include <QTimer>
#include <algorithm>

namespace tributary::ui {
namespace {

constexpr std::size_t kAtOnce = 100, kMostKept = 4000;
constexpr int kAskAgainMs = 300;

} // namespace

CustomerRows::CustomerRows(client::Workspace &workspace, QObject *parent)
    : QAbstractListModel(parent)
    , m_workspace(workspace)
{
}

int CustomerRows::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_ids.size());
}

int CustomerRows::indexOf(model::CustomerId id) const
{
    const auto found = std::ranges::find(m_ids, id);
    return found == m_ids.end() ? -1 : int(found - m_ids.begin());
}

QVariant CustomerRows::data(const QModelIndex &index, int role) const
{
    const store::CustomerRow *found = row(index.row());
    if (!found)
        return {};
    const QString name = QString::fromStdString(found->name);
    if (role == Qt::DisplayRole)
        return name.isEmpty() ? tr("Visitor") : name;
    return {};
}

void CustomerRows::load(const store::PeopleQuery &query)
{
    m_query = query;
    const std::uint64_t question = ++m_question;
    whenDone(m_workspace.peopleInOrder(query), this, [this, question](Result<std::vector<model::CustomerId>> ids) {
        if (question != m_question)
            return;
        if (!ids) {
            m_answered = m_question;                       // unless it is asked again
            if (ids.error().kind == Error::Kind::Conflict) // another screen has asked: after it, not against it
                QTimer::singleShot(kAskAgainMs, this, [this, question] {
                    if (question == m_question)
                        load(m_query);
                });
            return;
        }
        m_ofAnother = m_shown != m_query;
        m_shown = m_query;
        if (!m_loaded || *ids != m_ids) {
            beginResetModel(); // the view keeps its place by who stands there
            m_ids = std::move(*ids);
            endResetModel();
        }
        m_loaded = true;
        m_answered = m_question;
        emit loaded();
    });
}

void CustomerRows::forget(const std::set<model::CustomerId> &changed)
{
    if (changed.empty())
        m_known.clear();
    for (const model::CustomerId id : changed)
        m_known.erase(id);
    if (rowCount() > 0)
        emit dataChanged(index(0), index(rowCount() - 1));
}

const store::CustomerRow *CustomerRows::row(int row) const
{
    const model::CustomerId id = at(row);
    if (id.isNull())
        return nullptr;
    if (const auto known = m_known.find(id); known != m_known.end())
        return &known->second;
    m_wanted.insert(id);
    if (!std::exchange(m_reading, true)) // all that one painting asks for is one question
        QMetaObject::invokeMethod(const_cast<CustomerRows *>(this), &CustomerRows::read, Qt::QueuedConnection);
    return nullptr;
}

void CustomerRows::read()
{
    std::vector<model::CustomerId> ids(m_wanted.begin(), m_wanted.end());
    m_wanted.clear();
    if (ids.size() > kAtOnce)
        ids.resize(kAtOnce); // the rest has been scrolled past, or is asked for again
    whenDone(m_workspace.customerRows(std::move(ids)), this, [this](Result<std::vector<store::CustomerRow>> rows) {
        m_reading = false;
        if (!rows)
            return;
        if (m_known.size() > kMostKept)
            m_known.clear();
        for (store::CustomerRow &one : *rows)
            m_known[one.id] = std::move(one);
        if (rowCount() > 0)
            emit dataChanged(index(0), index(rowCount() - 1));
    });
}

QString spokenRow(const store::CustomerRow &row, const QString &lastContact)
{
    QStringList parts{row.name.empty() ? CustomerRows::tr("Visitor") : QString::fromStdString(row.name)};
    if (row.blocked)
        parts << CustomerRows::tr("Blocked");
    for (const model::Channel channel : row.channels)
        parts << channelName(channel);
    parts << (lastContact.isEmpty() ? CustomerRows::tr("Never in contact")
                                    : CustomerRows::tr("Last contact %1").arg(lastContact));
    if (row.open > 0)
        parts << CustomerRows::tr("%n open", nullptr, int(row.open));
    for (const std::string &tag : row.tags)
        parts << CustomerRows::tr("Tag %1").arg(QString::fromStdString(tag));
    if (!row.ownerOfLast.empty())
        parts << CustomerRows::tr("Last with %1").arg(QString::fromStdString(row.ownerOfLast));
    return parts.join(QStringLiteral(". ")) + u'.';
}

} // namespace tributary::ui
