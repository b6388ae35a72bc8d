#include "ui/inbox/conversation_rows.h"

#include "ui/inbox/row_words.h"

#include <algorithm>
#include <map>

namespace tributary::ui {

std::vector<store::ConversationRow> onePerCustomer(std::vector<store::ConversationRow> rows)
{
    std::set<model::CustomerId> seen;
    std::erase_if(rows, [&seen](const store::ConversationRow &row) {
        // What somebody else is asked about a customer is not what the customer has asked.
        return !row.customer.isNull() && !row.conversation.parent
               && row.conversation.status != model::Conversation::Status::Resolved && !seen.insert(row.customer).second;
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
        return shownName(row);
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

std::vector<ConversationRows::Row> ConversationRows::toBeShown() const
{
    return m_share ? onePerCustomer(m_read) : m_read;
}

/// The rows of the screen where they are and as they are by now, also those that were not read again: these are @p gone.
std::vector<ConversationRows::Row> ConversationRows::asTheyStand(std::set<model::ConversationId> &gone) const
{
    std::map<model::ConversationId, const Row *> now;
    for (const Row &row : m_read)
        now.emplace(row.conversation.id, &row);
    std::vector<Row> stand;
    for (const Row &row : m_rows) {
        const model::ConversationId id = row.conversation.id;
        if (const auto at = now.find(id); at != now.end()) {
            stand.push_back(*at->second);
        } else if (!m_letGo.contains(id)) {
            stand.push_back(row);
            gone.insert(id);
        }
    }
    return stand;
}

void ConversationRows::update(std::vector<Row> rows, bool hold)
{
    m_read = std::move(rows);
    std::set<model::ConversationId> gone;
    const std::vector<Row> stand = hold ? asTheyStand(gone) : std::vector<Row>();
    if (stand.empty()) // or nothing is left to be held
        return release();
    const std::vector<Row> shown = toBeShown();
    take(stand, std::move(gone));
    setWaiting(int(std::ranges::count_if(shown, [this](const Row &row) { return indexOf(row.conversation.id) < 0; })));
}

void ConversationRows::letGo(const std::set<model::ConversationId> &ids, std::uint64_t asked)
{
    for (const model::ConversationId id : ids)
        m_letGo[id] = asked;
}

void ConversationRows::answered(std::uint64_t question)
{
    for (const Row &row : m_read) {
        if (const auto at = m_letGo.find(row.conversation.id); at != m_letGo.end() && at->second < question)
            m_letGo.erase(at);
    }
}

void ConversationRows::showWhatBecame(std::vector<Row> rows)
{
    // Of which nothing came back, nothing is to be read any more: the place alone stays.
    for (const model::ConversationId id : m_gone) {
        if (std::ranges::none_of(rows, [id](const Row &row) { return row.conversation.id == id; }))
            rows.push_back({.conversation = {.id = id}});
    }
    for (Row &row : rows) {
        const int at = isGone(row.conversation.id) ? indexOf(row.conversation.id) : -1;
        if (at < 0 || m_rows[std::size_t(at)] == row)
            continue;
        m_rows[std::size_t(at)] = std::move(row);
        emit dataChanged(index(at), index(at));
    }
}

void ConversationRows::append(std::vector<Row> rows)
{
    std::set<model::ConversationId> known, fresh;
    for (const Row &row : m_read)
        known.insert(row.conversation.id);
    for (Row &row : rows) {
        if (known.insert(row.conversation.id).second) {
            fresh.insert(row.conversation.id);
            m_read.push_back(std::move(row));
        }
    }
    std::set<model::ConversationId> gone;
    std::vector<Row> all = asTheyStand(gone); // what is held back stays so
    for (Row &row : toBeShown()) {
        if (fresh.contains(row.conversation.id) && indexOf(row.conversation.id) < 0)
            all.push_back(std::move(row));
    }
    take(all, std::move(gone));
}

void ConversationRows::clear()
{
    m_read.clear();
    release();
}

void ConversationRows::release()
{
    m_letGo.clear();
    take(toBeShown(), {});
    setWaiting(0);
}

void ConversationRows::take(const std::vector<Row> &target, std::set<model::ConversationId> gone)
{
    const bool isOther = gone != m_gone;
    m_gone = std::move(gone);
    reorderTo(target);
    if (!isOther)
        return;
    if (!m_rows.empty())
        emit dataChanged(index(0), index(int(m_rows.size()) - 1));
    emit goneChanged();
}

void ConversationRows::setWaiting(int count)
{
    if (count == m_waiting)
        return;
    m_waiting = count;
    emit waitingChanged();
}

std::optional<QString> ConversationRows::draftOf(model::ConversationId id) const
{
    const auto found = m_drafts.find(id);
    return found == m_drafts.end() ? std::nullopt : std::optional(found->second);
}

void ConversationRows::setDrafts(std::map<model::ConversationId, QString> drafts)
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
    std::set<model::ConversationId> there;
    for (const Row &row : m_rows)
        there.insert(row.conversation.id);
    const auto isNew = [&](std::size_t at) { return at < target.size() && !there.contains(target[at].conversation.id); };
    for (int i = 0; i < int(target.size()); ++i) {
        if (isNew(std::size_t(i))) { // a page comes as one change
            int end = i + 1;
            while (isNew(std::size_t(end)))
                ++end;
            beginInsertRows({}, i, end - 1);
            m_rows.insert(m_rows.begin() + i, target.begin() + i, target.begin() + end);
            endInsertRows();
            i = end - 1;
            continue;
        }
        const Row &row = target[std::size_t(i)];
        if (m_rows[std::size_t(i)].conversation.id != row.conversation.id) {
            const int at = indexOf(row.conversation.id); // never above i: everything before is in its place already
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
