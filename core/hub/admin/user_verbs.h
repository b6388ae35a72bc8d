#pragma once

#include "core/hub/admin/arguments.h"
#include "core/hub/admin/console.h"
#include "core/hub/admin/verbs.h"

/// Who may sign in, in which team they are, and with which devices.
namespace tributary::hub::admin {

/// `user add|list|password|set|invite|reset|no-second-factor|deactivate|activate`
Result<int> user(Desk desk, const Arguments &arguments, const Console &console);
/// `team list|add|rename|remove`
Result<int> team(Desk desk, const Arguments &arguments, const Console &console);
/// `device list|revoke`
Result<int> device(Desk desk, const Arguments &arguments, const Console &console);

} // namespace tributary::hub::admin
