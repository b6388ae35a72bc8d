#pragma once

#include "core/store/cache_reads.h"

#include <QString>

namespace tributary::ui {

/// What the list shows: a queue that everybody has, a team's open work, or a saved view.
struct QueuePlace {
    store::Queue queue = store::Queue::Mine;
    model::TeamId team;      ///< Of Queue::Team.
    model::SavedViewId view; ///< Of Queue::View.

    QueuePlace() = default;
    QueuePlace(store::Queue of)
        : queue(of)
    {
    }
    explicit QueuePlace(model::TeamId of)
        : queue(store::Queue::Team)
        , team(of)
    {
    }
    explicit QueuePlace(model::SavedViewId of)
        : queue(store::Queue::View)
        , view(of)
    {
    }
    /// For settings: `3`, `team:ID`, `view:ID`.
    QString text() const
    {
        if (queue == store::Queue::Team)
            return "team:" + QString::fromStdString(team.text());
        if (queue == store::Queue::View)
            return "view:" + QString::fromStdString(view.text());
        return QString::number(int(queue));
    }
    static QueuePlace fromText(const QString &text)
    {
        const std::string id = text.section(u':', 1).toStdString();
        if (text.startsWith("team:"))
            return QueuePlace(model::TeamId::fromText(id).value_or(model::TeamId()));
        if (text.startsWith("view:"))
            return QueuePlace(model::SavedViewId::fromText(id).value_or(model::SavedViewId()));
        const int number = text.toInt();
        return number >= 0 && number < int(store::Queue::Team) ? store::Queue(number) : store::Queue::Mine;
    }
    friend bool operator==(const QueuePlace &, const QueuePlace &) = default;
};

} // namespace tributary::ui
