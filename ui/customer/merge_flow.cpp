#include "ui/customer/merge_flow.h"

#include "ui/customer/people_words.h"
#include "ui/shell/key_router.h"
#include "ui/shell/toasts.h"
#include "ui/shell/undo_words.h"
#include "ui/shell/when_done.h"

#include <QApplication>
#include <algorithm>

namespace tributary::ui {
namespace {

constexpr std::chrono::hours kShown{24 * 365}; ///< Of the timeline, before the merge.

QString notDoneWords()
{
    return MergeFlow::tr("An earlier merge was not done: one of the two has changed since.");
}

} // namespace

MergeFlow::MergeFlow(const Theme &theme, const Clock &clock, client::Workspace &workspace, Toasts &toasts, QWidget *window)
    : QObject(window)
    , m_theme(theme)
    , m_clock(clock)
    , m_workspace(workspace)
    , m_window(window)
    , m_toasts(toasts)
    , m_search(new CustomerSearch(theme, workspace, window))
{
    connect(&workspace, &client::Workspace::cameBack, this, &MergeFlow::cameBack);
    connect(&workspace, &client::Workspace::outboxChanged, this, &MergeFlow::goOn);
}

MergeSheet &MergeFlow::sheet()
{
    if (m_sheet)
        return *m_sheet;
    m_sheet = new MergeSheet(m_theme, m_clock, m_window);
    connect(m_sheet, &MergeSheet::mergeWanted, this, &MergeFlow::give);
    connect(m_sheet, &MergeSheet::apartWanted, this,
            [this](model::SuggestionId suggestion, const QString &one, const QString &other) {
                keepApart(suggestion, one, other);
                askOfNext(m_pair.first); // of several the others may be one all the same
            });
    const auto linked = [this] {
        const client::Status::State state = m_workspace.status().state;
        m_sheet->setLinked(state == client::Status::State::Live || state == client::Status::State::CatchingUp);
    };
    connect(&m_workspace, &client::Workspace::statusChanged, this, linked);
    linked();
    return *m_sheet;
}

void MergeFlow::find(model::CustomerId one, const QRect &anchor, const QStringList &known)
{
    CustomerSearch::Question question{.placeholder = tr("Merge with"), .except = one, .known = known};
    question.chosen = [this, one](model::CustomerId other, const QString &) { review(one, other); };
    m_search->ask(anchor, std::move(question));
}

void MergeFlow::review(model::CustomerId one, model::CustomerId other)
{
    endSeries();
    if (one.isNull() || other.isNull())
        return;
    read({one, other}, false);
}

void MergeFlow::reviewAll(const std::vector<model::CustomerId> &people)
{
    if (people.size() < 2)
        return m_toasts.add(tr("These are one person already"), {}, {}, {}, 3000);
    review(people[0], people[1]);
    m_rest.assign(people.begin() + 2, people.end());
}

void MergeFlow::endSeries()
{
    m_rest.clear();
    m_after = {};
}

/// The hub takes a merge only of two as they were seen: what the one before has made is looked at when it is there.
void MergeFlow::goOn()
{
    if (m_after.isNull())
        return;
    whenDone(m_workspace.outbox(), this, [this, after = m_after](const Result<std::vector<store::JournalEntry>> &outbox) {
        if (!outbox || m_after != after)
            return;
        const bool waits = std::ranges::any_of(*outbox, [&](const store::JournalEntry &entry) {
            const auto *merge = std::get_if<model::MergeCustomers>(&entry.command.body);
            return merge && merge->link == after;
        });
        if (waits || m_rest.empty())
            return;
        m_after = {};
        askOfNext(m_become, Comes::ByItself);
    });
}

void MergeFlow::askOfNext(model::CustomerId with, Comes comes)
{
    if (m_rest.empty())
        return;
    const model::CustomerId next = m_rest.front();
    m_rest.erase(m_rest.begin());
    read({with, next}, false, comes);
}

/// A sheet takes the keys: of whoever writes, or answers another question, they would merge two whom nobody has looked at.
bool MergeFlow::isInTheWay() const
{
    const auto overlays = m_window->findChildren<Overlay *>();
    return KeyRouter::takesText(QApplication::focusWidget()) || std::ranges::any_of(overlays, &QWidget::isVisible);
}

void MergeFlow::read(const Pair &asked, bool again, Comes comes)
{
    m_wanted = asked;
    const TimePoint since = m_clock.now() - kShown;
    whenDone(m_workspace.mergePair(asked.first, asked.second, since), this,
             [this, asked, since, again, comes](Result<std::optional<store::MergePair>> pair) {
                 if (asked != m_wanted)
                     return; // others are to be looked at by now
                 if (!pair || !*pair) {
                     m_toasts.add(tr("These are one person already"), {}, {}, {}, 3000);
                     return;
                 }
                 if (comes == Comes::ByItself && isInTheWay()) {
                     m_toasts.offer(
                         again ? notDoneWords() : tr("The next two of those to merge can be looked at."), tr("Look"), {},
                         [this, asked, again] { read(asked, again); }, Toasts::kStays);
                     return;
                 }
                 m_pair = asked;
                 if (again)
                     sheet().askAgain(std::move(**pair), since);
                 else
                     sheet().ask(std::move(**pair), since);
             });
}

void MergeFlow::give(model::MergeCustomers merge, const QString &stays, const QString &joins)
{
    merge.link = m_workspace.makeId<model::CustomerLinkId>();
    m_given[merge.link] = m_pair;
    const model::CustomerId into = merge.into;
    if (!m_rest.empty()) {
        m_after = merge.link;
        m_become = into;
    }
    whenDone(m_workspace.submit(std::move(merge)), this,
             [this, into, stays, joins](const Result<client::Submitted> &submitted) {
                 if (!submitted) {
                     m_toasts.add(tr("This could not be kept on this computer"));
                     return;
                 }
                 const QString words = tr("Merged %1 into %2.").arg(joins, stays);
                 if (submitted->undo)
                     offerUndo(words, *submitted->undo, m_workspace, m_toasts, this);
                 else
                     m_toasts.add(words);
                 emit merged(into);
             });
}

void MergeFlow::keepApart(model::SuggestionId suggestion, const QString &one, const QString &other)
{
    if (!model::may(m_workspace.agent(), model::Permission::MergeCustomers))
        return m_toasts.add(whyNot(model::Permission::MergeCustomers), {}, {}, {}, 4000);
    whenDone(
        m_workspace.submit(model::DismissSuggestion{.suggestion = suggestion}), this,
        [this, suggestion, words = tr("Kept %1 and %2 apart.").arg(one, other)](const Result<client::Submitted> &submitted) {
            if (!submitted)
                return m_toasts.add(tr("This could not be kept on this computer"));
            if (submitted->undo)
                offerUndo(words, *submitted->undo, m_workspace, m_toasts, this);
            else
                m_toasts.add(words);
            emit keptApart(suggestion);
        });
}

void MergeFlow::cameBack(const store::JournalEntry &entry)
{
    const auto *merge = std::get_if<model::MergeCustomers>(&entry.command.body);
    const auto given = merge ? m_given.find(merge->link) : m_given.end();
    if (given == m_given.end())
        return;
    const Pair pair = given->second;
    if (m_after == given->first) // the others are asked about when this one is decided
        m_after = {};
    m_given.erase(given);
    if (!entry.outcome || entry.outcome->reason != model::Outcome::Reason::Changed)
        return endSeries();
    m_workspace.settle(entry.command.n); // it is decided here
    if (!m_sheet || !m_sheet->isVisible())
        return read(pair, true, Comes::ByItself);
    // Others are being looked at: they are not to be merged by a key that was meant for these.
    m_toasts.add(notDoneWords(), tr("Look again"), {}, [this, pair] { read(pair, true); });
}

} // namespace tributary::ui
