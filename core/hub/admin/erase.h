#pragma once

#include "core/hub/admin/arguments.h"
#include "core/hub/admin/console.h"
#include "core/hub/admin/verbs.h"

namespace tributary::hub::admin {

/// `erase ADDRESS|ID [--yes]`: tells who that is and what would go, and with `--yes` erases it for good. `erase --pending`:
/// which devices have yet to confirm an erasure.
Result<int> erase(Desk desk, const Arguments &arguments, const Console &console);

} // namespace tributary::hub::admin
