// Texts that the timeline has let go of: read again from the copy when they come near, or are looked through. And what it
// has not reached yet, to be looked through.
#include "ui/inbox/conversation_pane.h"

#include "ui/shell/when_done.h"
#include "ui/timeline/item_words.h"

#include <QLineEdit>
#include <QPromise>
#include <QThreadPool>

#include <algorithm>
#include <limits>
#include <memory>

namespace tributary::ui {
namespace {

using Items = std::vector<model::TimelineItem>;
using Ids = std::vector<model::TimelineItemId>;
using Found = TimelineView::Found;

constexpr std::int64_t kLookedThrough = 250; ///< Items further back that are read at a time.

/// How often @p text stands in each of @p items, counted beside the window's thread; of those of @p asked that are not
/// there: never.
QFuture<Result<std::vector<Found>>> count(const QString &text, const Ids &asked, Items items)
{
    const auto promise = std::make_shared<QPromise<Result<std::vector<Found>>>>();
    promise->start();
    QThreadPool::globalInstance()->start([promise, text, asked, items = std::move(items)] {
        std::map<model::TimelineItemId, Found> found;
        for (const model::TimelineItemId &id : asked)
            found[id] = {id, std::numeric_limits<std::int64_t>::max(), 0};
        for (const model::TimelineItem &item : items)
            found[item.id] = {item.id, item.version, occurrences(item, text), item.at};
        std::vector<Found> all;
        for (const auto &[id, one] : found)
            all.push_back(one);
        promise->addResult(Result<std::vector<Found>>(std::move(all)));
        promise->finish();
    });
    return promise->future();
}

} // namespace

void ConversationPane::wireTexts()
{
    connect(m_view, &TimelineView::textsWanted, this, [this](const Ids &items) { bringTexts(items, {}); });
    connect(m_view, &TimelineView::findWanted, this, [this](const QString &text, const Ids &asked) {
        whenDone(m_workspace.itemsByIds(asked), this, [this, text, asked](Result<Items> items) {
            if (!items)
                return m_view->setFindFailed(text);
            whenDone(count(text, asked, std::move(*items)), this,
                     [this, text](const Result<std::vector<Found>> &found) { m_view->setFound(text, *found); });
        });
    });
    connect(m_view, &TimelineView::findFurtherWanted, this, &ConversationPane::lookFurther);
}

void ConversationPane::lookFurther(const QString &text, const model::HistoryKey &before)
{
    if (!m_card)
        return; // and the timeline is another one soon
    const auto isStill = [this, shown = m_card->customer.id] { return m_card && m_card->customer.id == shown; };
    whenDone(m_workspace.historyToSearch(m_card->customer.id, before, kLookedThrough), this,
             [this, text, before, isStill](Result<store::TimelinePage> page) {
                 if (!isStill())
                     return;
                 if (!page)
                     return m_view->setFindFailed(text);
                 TimelineView::FoundFurther part{{page->from, before}, page->reachesStart, !page->gaps.empty(), {}};
                 whenDone(count(text, {}, std::move(page->items)), this,
                          [this, text, part, isStill](Result<std::vector<Found>> found) mutable {
                              if (!isStill())
                                  return;
                              std::erase_if(*found, [](const Found &one) { return one.count == 0; });
                              part.found = std::move(*found);
                              m_view->setFoundFurther(text, part);
                          });
             });
}

/// What is known of the text that is looked for, for eye and ear.
QString ConversationPane::findWords(int current, int total) const
{
    if (m_find->text().isEmpty())
        return {};
    if (total == 0) {
        return m_view->hasFindFailed() ? tr("Older messages cannot be read")
               : m_view->isFinding()   ? tr("Looking…")
               : m_view->isFindCut()   ? tr("Not found here. Some of the history is only at the hub.")
                                       : tr("Not found");
    }
    const QString words = m_view->hasFindFailed()     ? tr("%1 of %2. Older messages cannot be read.")
                          : m_view->isFinding()       ? tr("%1 of %2. Looking further back…")
                          : m_view->isReachingMatch() ? tr("%1 of %2. Loading…")
                          : m_view->isFindCut()       ? tr("%1 of %2. Some of the history is only at the hub.")
                                                      : tr("%1 of %2");
    return words.arg(current).arg(total);
}

void ConversationPane::bringTexts(const Ids &items, std::function<void()> then)
{
    // Whatever is on the screen by then: of somebody else's timeline none of these is in the model.
    whenDone(m_workspace.itemsByIds(items), this, [this, items, then = std::move(then)](Result<Items> found) {
        if (!found)
            return m_model.bringLater(items);
        std::erase_if(*found, [](const model::TimelineItem &item) { return item.deleted; }); // as in a page
        m_model.bringBack(items, std::move(*found));
        const bool areHere = std::ranges::none_of(items, [this](const model::TimelineItemId &id) {
            const model::TimelineItem *item = m_model.find(id);
            return item && m_model.isAway(*item);
        });
        if (then && areHere)
            then();
    });
}

void ConversationPane::whenHere(const Ids &items, std::function<void()> use)
{
    Ids away;
    for (const model::TimelineItemId &id : items) {
        if (const model::TimelineItem *item = m_model.find(id); item && m_model.isAway(*item)) {
            m_model.ask(id);
            away.push_back(id);
        }
    }
    away.empty() ? use() : bringTexts(away, std::move(use));
}

} // namespace tributary::ui
