#pragma once

#include "core/model/commands.h"
#include "core/store/journal.h"

namespace tributary::client {

/// Something done, and the commands that take it back. The screen words it from `forward`.
struct UndoStep {
    std::vector<model::CommandBody> forward; ///< What was done; several for a bulk action.
    std::vector<model::CommandBody> inverse; ///< In the order in which they are to be given.
    std::vector<store::Draft> drafts;        ///< Texts of held messages, which come back as drafts.
    TimePoint at;
    std::optional<TimePoint> until; ///< Held messages: no use after this.

    friend bool operator==(const UndoStep &, const UndoStep &) = default;
};

/// The newest 20 undoable actions, bulk ones as one. Plain; kept on the screen's thread, in memory alone.
class UndoHistory {
public:
    static constexpr std::size_t kMost = 20;

    void push(UndoStep step);
    /// The newest step that can still be undone at @p now, taken off; nothing if there is none.
    std::optional<UndoStep> pop(TimePoint now);
    const UndoStep *newest(TimePoint now) const; ///< Null if there is none.
    void remove(const UndoStep &step);
    const std::vector<UndoStep> &steps() const { return m_steps; } ///< Oldest first.
    void clear() { m_steps.clear(); }

private:
    std::vector<UndoStep> m_steps;
};

/// What takes @p bodies back, read from the tables as they stand before the commands are shown. Nothing where one of them
/// cannot be taken back: a note, a message that goes out at once. Read marks have no part in it. @p at is the time the
/// commands bear.
Result<std::optional<UndoStep>> undoOf(store::Database &cache, const std::vector<model::CommandBody> &bodies, TimePoint at,
                                       IdMaker &ids);

} // namespace tributary::client
