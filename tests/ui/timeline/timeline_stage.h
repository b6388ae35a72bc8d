#pragma once

#include "tests/ui/gallery/samples.h"
#include "ui/timeline/timeline_view.h"

#include <QCoreApplication>
#include <QMouseEvent>
#include <QScrollBar>
#include <memory>
#include <set>

namespace tributary::testing {

using namespace tributary::ui;
using Item = model::TimelineItem;
using ItemId = model::TimelineItemId;

/// A view over a model, shown offscreen.
struct Stage {
    ManualClock clock{samples::now()};
    Theme theme;
    TimelineModel model;
    std::unique_ptr<TimelineView> view;

    explicit Stage(QSize size = {600, 500})
    {
        view = std::make_unique<TimelineView>(theme, model, clock, TimeFormat(QLocale("en_GB"), QTimeZone::utc()));
        view->resize(size);
        view->show();
    }
    void paint() { view->viewport()->grab(); }
    void scrollBy(int pixels) { view->verticalScrollBar()->setValue(view->verticalScrollBar()->value() + pixels); }
    /// The topmost item that is whole on the screen.
    ItemId reading() const
    {
        for (const Row &row : view->rows()) {
            const auto rect = row.key.kind == RowKey::Kind::Item ? view->itemRect(row.key.item) : std::nullopt;
            if (rect && rect->top() >= 0 && rect->bottom() < view->viewport()->height())
                return row.key.item;
        }
        return {};
    }
    /// Buttons for all items; the second one is not theirs to use. @p asked collects for which.
    void offer(std::set<ItemId> *asked = nullptr)
    {
        view->setQuickActions([asked](const Item &item) -> std::vector<QuickAction> {
            if (asked)
                asked->insert(item.id);
            if (item.kind == Item::Kind::Event)
                return {};
            return {{.id = "quote", .icon = "reply", .tip = "Reply (Q)"},
                    {.id = "copyText", .icon = "copy", .tip = "Copy", .whyNot = "Not you"},
                    {.id = "more", .icon = "more", .tip = "More (.)"}};
        });
    }
    void mouse(QEvent::Type type, QPoint at, Qt::MouseButtons held = {})
    {
        const bool moves = type == QEvent::MouseMove;
        QMouseEvent event(type, at, view->viewport()->mapToGlobal(at), moves ? Qt::NoButton : Qt::LeftButton, held,
                          Qt::NoModifier);
        QCoreApplication::sendEvent(view->viewport(), &event);
    }
    void hover(const ItemId &id) { mouse(QEvent::MouseMove, view->itemRect(id)->center()); }
    int yOf(const ItemId &id) const { return view->itemRect(id)->top(); }
    Item next(int number, Item::Kind kind = Item::Kind::Inbound)
    {
        Item item = model.items().back();
        item.id = samples::id<ItemId>(number);
        item.kind = kind;
        item.delivery.reset();
        item.at += std::chrono::minutes(1);
        item.body = "A new message";
        return item;
    }
};

} // namespace tributary::testing
