#pragma once

#include "core/hub/admin/verbs.h"
#include "core/hub/change_log.h"

#include <type_traits>

/// What verbs do at a desk: change the history, note what has no transaction of its own, and tell the hub at work.
namespace tributary::hub::admin {

/// As whom the audit log names who types commands.
Author authorOf(Desk desk);
/// Notes in the audit log what has no transaction of its own.
Result<void> noteAct(Desk desk, AuditEntry entry);

/// The accounts changed: see Hub::reloadAccounts().
void accountsChanged(Desk desk);
/// Links whose token or rights are not those of before are ended at once.
void tokensChanged(Desk desk);

/// Runs @p work as one change of the hub's history.
template<class Work>
auto change(Desk desk, Work work)
{
    return desk.store.writer().writeAndWait([&](store::Database &database) -> std::invoke_result_t<Work, ChangeLog &> {
        ChangeLog changes(database, {.author = authorOf(desk)});
        auto result = work(changes);
        if (result)
            TRIBUTARY_TRY(changes.finish());
        return result;
    });
}

} // namespace tributary::hub::admin
