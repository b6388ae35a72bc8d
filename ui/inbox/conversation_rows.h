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
/// While held, rows stay where they are: changes show in place, what is gone goes, and arrivals wait outside until released.
/// Qt::DisplayRole is the customer's name; RowRole the whole store::ConversationRow.
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
    /// Rows that came while the order was held.
    int waiting() const { return m_waiting; }

    /// Conversations with something half written: their rows say so.
    /// What is written and not sent, cut to a row.
    void setDrafts(std::map<model::ConversationId, QString> drafts);
    std::optional<QString> draftOf(model::ConversationId id) const;

signals:
    void waitingChanged();

private:
    void reorderTo(const std::vector<Row> &target);
    void setWaiting(int count);

    /// What is read as it would be shown: the order that holding keeps back.
    std::vector<Row> toBeShown() const;

    std::vector<Row> m_rows, m_read;
    bool m_share = true;
    std::map<model::ConversationId, QString> m_drafts;
    int m_waiting = 0;
};

/// @p rows with one row a customer: the first of each.
std::vector<store::ConversationRow> onePerCustomer(std::vector<store::ConversationRow> rows);

} // namespace tributary::ui

Q_DECLARE_METATYPE(tributary::store::ConversationRow)
