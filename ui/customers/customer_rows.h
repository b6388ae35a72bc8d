#pragma once

#include "core/client/workspace.h"

#include <QAbstractListModel>

namespace tributary::ui {

/// All people in the order of the table. Who there is is known at once, what stands in a row when it is asked for.
class CustomerRows : public QAbstractListModel {
    Q_OBJECT
public:
    explicit CustomerRows(client::Workspace &workspace, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

    /// Reads who there is again.
    void load(const store::PeopleQuery &query);
    /// What is shown of these has changed; empty: of all.
    void forget(const std::set<model::CustomerId> &changed);
    model::CustomerId at(int row) const
    {
        return row >= 0 && row < int(m_ids.size()) ? m_ids[std::size_t(row)] : model::CustomerId();
    }
    int indexOf(model::CustomerId id) const;
    /// Nothing: it is being read, and dataChanged() follows.
    const store::CustomerRow *row(int row) const;
    bool isLoaded() const { return m_loaded; }
    /// Those that have just been set answer another question than the ones before.
    bool areOfAnother() const { return m_ofAnother; }
    /// Who there is, is being read: the rows are the answer to an earlier question.
    bool isReading() const { return m_answered != m_question; }

signals:
    void loaded();

private:
    void read();

    client::Workspace &m_workspace;
    std::vector<model::CustomerId> m_ids;
    mutable std::map<model::CustomerId, store::CustomerRow> m_known;
    mutable std::set<model::CustomerId> m_wanted;
    mutable bool m_reading = false;
    store::PeopleQuery m_query, m_shown; ///< What is asked; what the rows answer.
    std::uint64_t m_question = 0, m_answered = 0;
    bool m_loaded = false, m_ofAnother = false;
};

/// Name, channels and the rest for a screen reader.
QString spokenRow(const store::CustomerRow &row, const QString &lastContact);

} // namespace tributary::ui
