#pragma once

#include "core/base/time.h"
#include "core/store/database.h"
#include "core/wire/frames.h"

#include <optional>

namespace tributary::hub {

/// A head of up to a minute ago, at which the live streams of all begin who begin anew in that minute: a page that one of
/// them was given may then be given to the others as well (shared_pages.h), and what came since is brought by the stream.
class StartMark {
public:
    static constexpr std::chrono::minutes kLasts{1};

    explicit StartMark(const Clock &clock)
        : m_clock(clock)
    {
    }

    /// Nothing: there is none, or it is too old.
    std::optional<wire::Position> position() const;
    /// A head that was just read: where there is no mark, it is the next one.
    void note(const wire::Position &head);

private:
    const Clock &m_clock;
    std::optional<wire::Position> m_mark;
    Milliseconds m_since{0}; ///< By the steady clock.
};

/// Where before @p head the stream of somebody who begins anew may begin; nothing: at the head. Not at a @p mark of another
/// history, or of what the log has forgotten, and not before what @p client has given itself: how far its commands are part
/// of its copy is said as of the head. In a read transaction.
Result<std::optional<wire::Position>> startAt(store::Database &database, const std::optional<wire::Position> &mark,
                                              const wire::Position &head, model::ClientId client);

} // namespace tributary::hub
