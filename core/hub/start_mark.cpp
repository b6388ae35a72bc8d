#include "core/hub/start_mark.h"

#include "core/hub/change_log.h"
#include "core/store/sql.h"

namespace tributary::hub {

std::optional<wire::Position> StartMark::position() const
{
    return m_mark && m_clock.steady() - m_since < kLasts ? m_mark : std::nullopt;
}

void StartMark::note(const wire::Position &head)
{
    if (const auto now = position(); now && now->epoch == head.epoch && now->seq <= head.seq)
        return;
    m_mark = head;
    m_since = m_clock.steady();
}

Result<std::optional<wire::Position>> startAt(store::Database &database, const std::optional<wire::Position> &mark,
                                              const wire::Position &head, model::ClientId client)
{
    using Start = std::optional<wire::Position>;
    // Of 0 nobody can say whether the log has what came behind it.
    if (!mark || mark->epoch != head.epoch || mark->seq >= head.seq || mark->seq == 0)
        return Start();
    TRIBUTARY_TRY_ASSIGN(const auto chain, chainAt(database, mark->seq));
    if (chain != mark->chain)
        return Start();
    auto own = database.query(store::sql::hub_outcomes_between);
    own.bind("client_id", client).bind("from", mark->seq).bind("to", head.seq);
    TRIBUTARY_TRY_ASSIGN(const bool some, own.step());
    return some ? Start() : mark;
}

} // namespace tributary::hub
