#pragma once

#include "core/store/cache_reads.h"

#include <QAbstractListModel>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace tributary::ui {

/// The conversations of one queue as a list shows them. Several open ones of a customer share the row of the newest, where
/// that is wanted.
///
/// While held, rows stay where they are: changes show in place, what is gone is marked as such, and arrivals wait outside
/// until released. Qt::DisplayRole is the customer's name; RowRole the whole store::ConversationRow.
class ConversationRows : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { RowRole = Qt::UserRole };
    using Row = store::ConversationRow;

    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

    /// Whether open conversations of a customer share a row, from the next rows on.
    void setSharing(bool share) { m_share = share; }
    /// What the queue holds now, in order. With @p hold the order on the screen is kept.
    void update(std::vector<Row> rows, bool hold);
    /// The agent has done something to these themselves: where that takes them out of the queue, they go at once, held or
    /// not. @p asked numbers the last question for what the queue holds, which may not know of it.
    void letGo(const std::set<model::ConversationId> &ids, std::uint64_t asked = 0);
    /// The rows are the answer to the question of that number: what was done before it, and is there still, has not taken it
    /// out, and whoever else does so does not move the rows under the pointer.
    void answered(std::uint64_t question);
    /// A further page at the end.
    void append(std::vector<Row> rows);
    void clear();
    /// Takes what waited in: the true order again.
    void release();

    const std::vector<Row> &rows() const { return m_rows; }
    /// All that was read, in its true order: also what waits, and what shares a row.
    const std::vector<Row> &read() const { return m_read; }
    const Row *find(model::ConversationId id) const;
    int indexOf(model::ConversationId id) const; ///< -1 if it has no row.
    /// It has left the queue while the order is held; its row goes with that.
    bool isGone(model::ConversationId id) const { return m_gone.contains(id); }
    const std::set<model::ConversationId> &gone() const { return m_gone; }
    /// What has become of those that are gone, as far as it is known.
    void showWhatBecame(std::vector<Row> rows);
    /// Rows that came while the order was held.
    int waiting() const { return m_waiting; }

    /// Conversations with something half written: their rows say so.
    /// What is written and not sent, cut to a row.
    void setDrafts(std::map<model::ConversationId, QString> drafts);
    std::optional<QString> draftOf(model::ConversationId id) const;

signals:
    void waitingChanged();
    void goneChanged();

private:
    void take(const std::vector<Row> &target, std::set<model::ConversationId> gone);
    void reorderTo(const std::vector<Row> &target);
    std::vector<Row> asTheyStand(std::set<model::ConversationId> &gone) const;
    void setWaiting(int count);

    /// What is read as it would be shown: the order that holding keeps back.
    std::vector<Row> toBeShown() const;

    std::vector<Row> m_rows, m_read;
    bool m_share = true;
    std::map<model::ConversationId, QString> m_drafts;
    std::set<model::ConversationId> m_gone;
    std::map<model::ConversationId, std::uint64_t> m_letGo; ///< With the question behind which each was let go.
    int m_waiting = 0;
};

/// @p rows with one row a customer: the first of each.
std::vector<store::ConversationRow> onePerCustomer(std::vector<store::ConversationRow> rows);

} // namespace tributary::ui

Q_DECLARE_METATYPE(tributary::store::ConversationRow)
