#pragma once

#include "core/hub/admin/arguments.h"
#include "core/hub/admin/console.h"
#include "core/hub/admin/verbs.h"

namespace tributary::hub::admin {

/// `account add|list|test|pause|resume|remove|set|team|reopen`
Result<int> account(Desk desk, const Arguments &arguments, const Console &console);

} // namespace tributary::hub::admin
