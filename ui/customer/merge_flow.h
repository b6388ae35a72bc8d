#pragma once

#include "core/client/workspace.h"
#include "ui/customer/customer_search.h"
#include "ui/customer/merge_sheet.h"

#include <map>
#include <vector>

namespace tributary::ui {

class Toasts;

/// A merge from the wish to the toast: finds the other one, shows both, gives the command, and asks again where one of the
/// two was changed meanwhile.
class MergeFlow : public QObject {
    Q_OBJECT
public:
    MergeFlow(const Theme &theme, const Clock &clock, client::Workspace &workspace, Toasts &toasts, QWidget *window);

    /// Shows @p one beside @p other.
    void review(model::CustomerId one, model::CustomerId other);
    /// Each of @p people beside what those before have become, one after the other; the next when the hub has done the last.
    void reviewAll(const std::vector<model::CustomerId> &people);
    /// The same as review() with somebody to be found at @p anchor, perhaps by something of what is @p known of the one.
    void find(model::CustomerId one, const QRect &anchor, const QStringList &known = {});
    /// They were proposed as one person and are two: not to be proposed again.
    void keepApart(model::SuggestionId suggestion, const QString &one, const QString &other);
    MergeSheet &sheet(); ///< Made when it is first asked for.
    CustomerSearch &search() { return *m_search; }

signals:
    void merged(tributary::model::CustomerId into);
    void keptApart(tributary::model::SuggestionId suggestion);

private:
    using Pair = std::pair<model::CustomerId, model::CustomerId>; ///< As they were asked for.
    void give(model::MergeCustomers merge, const QString &stays, const QString &joins);
    void cameBack(const store::JournalEntry &entry);
    enum class Comes { Asked, ByItself }; ///< The sheet, while somebody does something else.
    void read(const Pair &pair, bool again, Comes comes = Comes::Asked);
    bool isInTheWay() const;
    void goOn();
    void askOfNext(model::CustomerId with, Comes comes = Comes::Asked);
    void endSeries();

    const Theme &m_theme;
    const Clock &m_clock;
    client::Workspace &m_workspace;
    QWidget *m_window;
    Toasts &m_toasts;
    MergeSheet *m_sheet = nullptr; ///< See sheet().
    CustomerSearch *m_search;
    Pair m_pair;                                   ///< The sheet's.
    Pair m_wanted;                                 ///< The one that was asked for last.
    std::vector<model::CustomerId> m_rest;         ///< Of several, in the order in which they come.
    model::CustomerLinkId m_after;                 ///< The merge that the next one waits for.
    model::CustomerId m_become;                    ///< What it makes of its two.
    std::map<model::CustomerLinkId, Pair> m_given; ///< Merges that the hub has not answered.
};

} // namespace tributary::ui
