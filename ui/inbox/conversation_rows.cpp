#include "ui/inbox/conversation_rows.h"

#include <algorithm>

namespace tributary::ui {

std::vector<store::ConversationRow> onePerCustomer(std::vector<store::ConversationRow> rows)
{
    std::set<model::CustomerId> seen;
    std::erase_if(rows, [&seen](const store::ConversationRow &row) {
        return !row.customer.isNull() && row.conversation.status != model::Conversation::Status::Resolved
               && !seen.insert(row.customer).second;
    });
    return rows;
}

int ConversationRows::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

QVariant ConversationRows::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || std::size_t(index.row()) >= m_rows.size())
        return {};
    const Row &row = m_rows[std::size_t(index.row())];
    if (role == Qt::DisplayRole)
        return QString::fromStdString(row.customerName.empty() ? row.identityShown : row.customerName);
    return role == RowRole ? QVariant::fromValue(row) : QVariant();
}

const ConversationRows::Row *ConversationRows::find(model::ConversationId id) const
{
    const int at = indexOf(id);
    return at < 0 ? nullptr : &m_rows[std::size_t(at)];
}

int ConversationRows::indexOf(model::ConversationId id) const
{
    const auto at = std::ranges::find_if(m_rows, [id](const Row &row) { return row.conversation.id == id; });
    return at == m_rows.end() ? -1 : int(at - m_rows.begin());
}

void ConversationRows::update(std::vector<Row> rows, bool hold)
{
    m_true = onePerCustomer(std::move(rows));
    if (!hold) {
        reorderTo(m_true);
        setWaiting(0);
        return;
    }
    std::vector<Row> kept;
    for (const Row &row : m_rows) {
        const auto now =
            std::ranges::find_if(m_true, [&](const Row &r) { return r.conversation.id == row.conversation.id; });
        if (now != m_true.end())
            kept.push_back(*now);
    }
    const int arrived = int(m_true.size() - kept.size());
    // Another conversation of the same customer may have taken a row's place: show it there rather than nowhere.
    reorderTo(kept.empty() ? m_true : kept);
    setWaiting(kept.empty() ? 0 : arrived);
}

void ConversationRows::append(std::vector<Row> rows)
{
    std::vector<Row> all = m_rows;
    for (Row &row : rows) {
        if (indexOf(row.conversation.id) < 0)
            all.push_back(std::move(row));
    }
    all = onePerCustomer(std::move(all));
    m_true = all;
    reorderTo(all);
}

void ConversationRows::clear()
{
    m_true.clear();
    reorderTo({});
    setWaiting(0);
}

void ConversationRows::release()
{
    if (m_waiting == 0)
        return;
    reorderTo(m_true);
    setWaiting(0);
}

void ConversationRows::setWaiting(int count)
{
    if (count == m_waiting)
        return;
    m_waiting = count;
    emit waitingChanged();
}

void ConversationRows::setDrafts(std::set<model::ConversationId> drafts)
{
    if (drafts == m_drafts)
        return;
    m_drafts = std::move(drafts);
    if (!m_rows.empty())
        emit dataChanged(index(0), index(int(m_rows.size()) - 1));
}

void ConversationRows::reorderTo(const std::vector<Row> &target)
{
    std::set<model::ConversationId> wanted;
    for (const Row &row : target)
        wanted.insert(row.conversation.id);
    for (int i = int(m_rows.size()) - 1; i >= 0; --i) {
        if (wanted.contains(m_rows[std::size_t(i)].conversation.id))
            continue;
        beginRemoveRows({}, i, i);
        m_rows.erase(m_rows.begin() + i);
        endRemoveRows();
    }
    for (int i = 0; i < int(target.size()); ++i) {
        const Row &row = target[std::size_t(i)];
        const int at = indexOf(row.conversation.id);
        if (at < 0) {
            beginInsertRows({}, i, i);
            m_rows.insert(m_rows.begin() + i, row);
            endInsertRows();
            continue;
        }
        if (at != i) { // never above i: everything before is in its place already
            beginMoveRows({}, at, at, {}, i);
            std::rotate(m_rows.begin() + i, m_rows.begin() + at, m_rows.begin() + at + 1);
            endMoveRows();
        }
        if (!(m_rows[std::size_t(i)] == row)) {
            m_rows[std::size_t(i)] = row;
            emit dataChanged(index(i), index(i));
        }
    }
}

} // namespace tributary::ui
