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

    /// @p pair, with `one` staying. Fields in @p changed have changed since it was looked at last: they are marked.
    void ask(store::MergePair pair, TimePoint since);
    /// The same two, read again: choices stay, and what has changed is marked and said.
    void askAgain(store::MergePair pair, TimePoint since);
    void setLinked(bool linked);
    bool isSwapped() const { return m_swapped; }
    const MergePlan &plan() const { return m_plan; }
    void swap();
    void merge();

signals:
    /// All but the link's id.
    void mergeWanted(const tributary::model::MergeCustomers &merge, const QString &stays, const QString &joins);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    class SignView;
    class PersonHead;
    class PickRow;
    class TogetherRow;
    void open();
    void show();
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
    MergeEvidence m_known;                                 ///< What the two have in common, and what not.
    std::map<QString, std::pair<QString, QString>> m_seen; ///< What each field said when it was looked at.
    std::set<QString> m_changed;
    bool m_swapped = false, m_equalOpen = false, m_linked = true;
    TextLabel *m_evidence, *m_reason, *m_foot;
    QVBoxLayout *m_signPlace;
    QPointer<FlowRow> m_signs;
    PersonHead *m_stayHead, *m_joinHead;
    QScrollArea *m_scroll;
    MergeStrip *m_strip;
    Button *m_swap, *m_cancel, *m_merge;
};

} // namespace tributary::ui
