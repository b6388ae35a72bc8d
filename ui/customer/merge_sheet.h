#pragma once

#include "ui/customer/merge_evidence.h"
#include "ui/customer/merge_plan.h"
#include "ui/shell/overlay.h"

#include <QPointer>

class QScrollArea;
class QVBoxLayout;

namespace tributary::ui {

class FlowRow;
class MergeStrip;

/// Two customers beside each other before they become one (UX 6.10): who stays and who joins, whose value of a field counts,
/// what comes together by itself, and what the timeline will be; above it what speaks for their being one, and against. It
/// asks; whoever opened it does.
class MergeSheet : public Overlay {
    Q_OBJECT
public:
    MergeSheet(const Theme &theme, const Clock &clock, QWidget *window);

    /// @p pair, beside each other; whoever has been known for longer stays.
    void ask(store::MergePair pair, TimePoint since);
    /// Two who have changed since they were looked at, read again. Are they the last ones shown, choices stay and what has
    /// changed is marked and named; of others it is said that something has.
    void askAgain(store::MergePair pair, TimePoint since);
    void setLinked(bool linked);
    bool isSwapped() const { return m_swapped; }
    const MergePlan &plan() const { return m_plan; }
    void swap();
    void merge();
    /// They were proposed as one person, and are two.
    void keepApart();

signals:
    /// All but the link's id.
    void mergeWanted(const tributary::model::MergeCustomers &merge, const QString &stays, const QString &joins);
    void apartWanted(tributary::model::SuggestionId suggestion, const QString &one, const QString &other);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    class SignView;
    class PersonHead;
    class PickRow;
    class TogetherRow;
    struct Together;
    /// A row as somebody reads it: its name, what whoever stays has, what whoever joins has.
    using Row = std::tuple<QString, QString, QString>;
    void take(store::MergePair pair, TimePoint since);
    void open();
    void show();
    std::vector<Together> together() const;
    std::vector<Row> shownRows() const;
    void showEvidence();
    void showFoot();
    const store::MergeSide &stays() const { return m_swapped ? m_pair.other : m_pair.one; }
    const store::MergeSide &joins() const { return m_swapped ? m_pair.one : m_pair.other; }

    const Clock &m_clock;
    TimeFormat m_format;
    store::MergePair m_pair;
    TimePoint m_since;
    MergePicks m_picks;
    MergePlan m_plan;
    MergeEvidence m_known;   ///< What the two have in common, and what not.
    std::vector<Row> m_seen; ///< What was on the screen last.
    QStringList m_changed;   ///< The names of rows that say something else than when they were looked at.
    bool m_swapped = false, m_equalOpen = false, m_linked = true;
    bool m_again = false, m_compared = false; ///< Whether they have changed, and whether it is known in what.
    TextLabel *m_evidence, *m_reason, *m_news, *m_foot;
    QVBoxLayout *m_signPlace;
    QPointer<FlowRow> m_signs;
    PersonHead *m_stayHead, *m_joinHead;
    QScrollArea *m_scroll;
    MergeStrip *m_strip;
    Button *m_swap, *m_apart, *m_cancel, *m_merge;
};

} // namespace tributary::ui
