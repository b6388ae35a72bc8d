// Texts that the timeline has let go of: read again from the copy when they come near, or are looked through.
#include "ui/inbox/conversation_pane.h"

#include "ui/shell/when_done.h"
#include "ui/timeline/item_words.h"

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
            found[item.id] = {item.id, item.version, occurrences(item, text)};
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
