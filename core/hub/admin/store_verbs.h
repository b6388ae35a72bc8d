#pragma once

#include "core/hub/admin/arguments.h"
#include "core/hub/admin/console.h"
#include "core/hub/admin/verbs.h"

/// What goes into a store and comes out of it as a whole.
namespace tributary::hub::admin {

Result<int> importHistory(Desk desk, const Arguments &arguments, const Console &console);
Result<int> exportHistory(Desk desk, const Arguments &arguments, const Console &console);
Result<int> backup(Desk desk, const Arguments &arguments, const Console &console);
/// Into @p data, a folder without a store.
Result<int> restore(const std::filesystem::path &data, const Arguments &arguments, const Console &console);
/// kFailed: something is wrong with it.
Result<int> check(Desk desk, const Arguments &arguments, const Console &console);

} // namespace tributary::hub::admin
