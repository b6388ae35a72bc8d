#pragma once

#include "core/model/commands.h"
#include "core/store/journal.h"

namespace tributary::client {

/// Something done, and the commands that take it back. The screen words it from `forward`.
struct UndoStep {
    /// One thing to do about `forward[of]`.
    struct Back {
        std::size_t of = 0;
        model::CommandBody body;
        std::optional<model::CommandBody> undoes; ///< Only while this still stands (Command::undoes).
        friend bool operator==(const Back &, const Back &) = default;
    };
    std::vector<model::CommandBody> forward; ///< What was done; several for a bulk action.
    std::vector<Back> back;                  ///< In the order in which they are to be given; none: it is only said.
    TimePoint at;
    std::optional<TimePoint> until; ///< Held messages: no use after this.
    bool isDiscard = false;         ///< `forward` is a text that was thrown away: it only comes back as a draft.

    friend bool operator==(const UndoStep &, const UndoStep &) = default;
};

/// What became of an undo: the commands whose effect somebody has changed since, and that were left alone.
struct Undone {
    UndoStep step;
    std::vector<model::CommandBody> overtaken;
    std::optional<UndoStep> discard; ///< Gives back a text that is no draft now; already in the history.
};

/// The newest 20 undoable actions, bulk ones as one. Plain; kept on the screen's thread, in memory alone.
class UndoHistory {
public:
    static constexpr std::size_t kMost = 20;

    void push(UndoStep step);
    /// The newest step that can still be undone at @p now, taken off; nothing if there is none.
    std::optional<UndoStep> pop(TimePoint now);
    const UndoStep *newest(TimePoint now) const; ///< What pop() would take back; null if nothing.
    void remove(const UndoStep &step);
    /// What made @p item, taken out of its step, which stays with the rest; nothing where no step made it.
    std::optional<UndoStep> takeOut(model::TimelineItemId item);
    const std::vector<UndoStep> &steps() const { return m_steps; } ///< Oldest first.
    void clear() { m_steps.clear(); }

private:
    std::vector<UndoStep> m_steps;
};

/// What takes @p bodies of @p by back, read from the tables as they stand before the commands are shown; of several on one
/// thing each is taken back to what the one before it left. Nothing where one of them cannot be taken back: a message that
/// goes out at once (@p waits: it does not, there is no link), a second try. Read marks that rise by reading have no part in
/// it.
/// @p at is the time the commands bear.
Result<std::optional<UndoStep>> undoOf(store::Database &cache, const std::vector<model::CommandBody> &bodies, TimePoint at,
                                       const model::Agent &by, bool waits, IdMaker &ids);

/// Gives @p text, a message or note that was thrown away, back as a draft.
UndoStep discardOf(const model::CommandBody &text, TimePoint at);

/// The text of a message or note as the draft that it was; nothing for other commands.
std::optional<store::Draft> draftOf(const model::CommandBody &body, TimePoint at);

} // namespace tributary::client
