#pragma once

#include "ui/theme/time_format.h"
#include "ui/timeline/timeline_model.h"

#include <map>
#include <set>
#include <unordered_set>

namespace tributary::ui {

/// What a row of the view stays known by while things change round it.
struct RowKey {
    enum class Kind : std::uint8_t { Item, Date, Unread, Gap, Changes, Conversation, Hidden, Older, Typing };
    Kind kind = Kind::Item;
    model::TimelineItemId item; ///< The (first) item it shows or stands before; null for typing and for a gap at the end.

    friend bool operator==(const RowKey &, const RowKey &) = default;
    friend auto operator<=>(const RowKey &, const RowKey &) = default;
};

/// One row of the view: an item, or something between items.
struct Row {
    RowKey key;
    std::size_t first = 0;        ///< Index of the item it shows or stands before.
    std::size_t count = 1;        ///< Items folded into it: changes, a conversation, what a filter hides.
    std::optional<Strand> strand; ///< Colour of the trunk beside it; neutral if none.
    bool node = false;            ///< A run begins here: the channel's node is drawn.
    bool name = false;            ///< Who wrote stands above it.
    bool time = false;            ///< No name, but long enough after the last one that the time is shown.
    bool open = false;            ///< A conversation or changes, unfolded: items follow.
    std::size_t gap = 0;          ///< Index into TimelineModel::gaps().

    friend bool operator==(const Row &, const Row &) = default;
};

/// What the person has chosen to see.
struct RowOptions {
    std::set<Strand> shown; ///< Empty: all.
    bool events = true;
    std::optional<model::ConversationId> focused;          ///< Never folded.
    std::set<model::ConversationId> unfolded, folded;      ///< Against the default: resolved ones are folded.
    std::unordered_set<model::TimelineItemId> openChanges; ///< First item of runs of events that were opened.
};

bool isFolded(const TimelineModel &model, const RowOptions &options, const model::ConversationId &id);

/// The rows of @p model, top to bottom. Days are those of @p format. Linear in the items, a few microseconds a hundred.
std::vector<Row> buildRows(const TimelineModel &model, const RowOptions &options, const TimeFormat &format);

/// Rows that stand where the first ones of others stood.
struct RowsInFront {
    std::vector<Row> rows;
    std::size_t instead = 0; ///< Of so many.
};
/// What changes of @p rows, which were built of the same, when @p older items come before all others. Those that stay begin
/// a day, and have Row::first raised by @p older. Linear in what comes and in the day that it ends in.
RowsInFront buildOlderRows(const TimelineModel &model, const RowOptions &options, const TimeFormat &format,
                           const std::vector<Row> &rows, std::size_t older);

} // namespace tributary::ui

template<>
struct std::hash<tributary::ui::RowKey> {
    std::size_t operator()(const tributary::ui::RowKey &key) const noexcept
    {
        return std::hash<tributary::model::TimelineItemId>()(key.item) * 31 + std::size_t(key.kind);
    }
};
