#pragma once

#include "core/hub/admin/arguments.h"
#include "core/hub/admin/console.h"
#include "core/hub/admin/verbs.h"

namespace tributary::hub::admin {

/// Prints the audit log, one line an entry, the oldest first: time, who, kind, about whom, where, what was and what came of
/// it. `audit --verify` looks whether it is whole.
Result<int> audit(Desk desk, const Arguments &arguments, const Console &console);

} // namespace tributary::hub::admin
