#pragma once

#include "core/model/entities.h"

#include <QString>
#include <vector>

namespace tributary::ui {

/// Whom a note names with `@Name`: agents by their whole name, the longer one where one begins like another; each once, in
/// the order of the text. An address (`a@mara`) names nobody.
std::vector<model::AgentId> mentionsIn(const QString &text, const std::vector<model::Agent> &agents);

} // namespace tributary::ui
