#include "core/hub/admin/desk_work.h"

#include "core/hub/hub.h"

namespace tributary::hub::admin {

Author authorOf(Desk desk)
{
    return {std::nullopt, kByCommandLine, desk.store.clock().now()};
}

Result<void> noteAct(Desk desk, AuditEntry entry)
{
    return desk.store.writer().writeAndWait(
        [&](store::Database &database) { return note(database, authorOf(desk), std::move(entry)); });
}

void accountsChanged(Desk desk)
{
    if (desk.hub)
        desk.hub->loop().post([hub = desk.hub] { hub->reloadAccounts(); });
}

void tokensChanged(Desk desk)
{
    if (desk.hub)
        desk.hub->loop().post([hub = desk.hub] { hub->recheckTokens(); });
}

} // namespace tributary::hub::admin
